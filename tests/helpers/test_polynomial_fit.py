"""`polynomial_features` and `fit_linear_regression` of topic 02 against scikit-learn, orthogonal polynomials and rounding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.polynomial import chebyshev
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import PolynomialFeatures

from helpers import bias_variance

repeatable = settings(deadline=None, derandomize=True, max_examples=60)


def lock(values: Any) -> np.ndarray:
    array = np.array(values)
    array.flags.writeable = False
    return array


# polynomial_features


@repeatable
@given(st.lists(st.integers(-9, 9), min_size=1, max_size=10), st.integers(0, 12))
def test_columns_are_the_powers_lowest_first(x: list[int], degree: int) -> None:
    features = bias_variance.polynomial_features(lock(x), degree)
    assert features.dtype == np.float64
    np.testing.assert_allclose(features, [[value**power for power in range(degree + 1)] for value in x], rtol=1e-14)


def test_polynomial_features_agree_with_scikit_learn() -> None:
    x = lock(np.random.default_rng(0).normal(size=20))
    for degree in (0, 1, 5):
        expected = PolynomialFeatures(degree).fit_transform(x[:, np.newaxis])
        np.testing.assert_allclose(bias_variance.polynomial_features(x, degree), expected, rtol=1e-12)


def test_zero_to_the_power_of_zero_is_one() -> None:
    np.testing.assert_array_equal(bias_variance.polynomial_features([0.0, -0.0], 2), [[1, 0, 0], [1, 0, 0]])
    assert bias_variance.polynomial_features([], 3).shape == (0, 4)


# fit_linear_regression


def test_the_fit_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(30, 3)) * [0.1, 1.0, 10.0], rng.normal(size=30)
    model = LinearRegression().fit(X, y)
    w = bias_variance.fit_linear_regression(lock(np.column_stack([np.ones(30), X])), lock(y))
    assert w.shape == (4,)
    np.testing.assert_allclose(w, [model.intercept_, *model.coef_], rtol=1e-8)


whole = arrays(np.int64, st.tuples(st.integers(1, 8), st.integers(1, 5)), elements=st.integers(-5, 5))


@repeatable
@given(whole, st.integers(0, 2**32))
def test_the_residual_of_any_matrix_is_orthogonal_to_its_columns(X: np.ndarray, seed: int) -> None:
    y = np.random.default_rng(seed).normal(size=len(X))
    w = bias_variance.fit_linear_regression(X, y)
    assert w.shape == X.shape[1:] and w.dtype == np.float64
    np.testing.assert_allclose(X.T @ (X @ w - y), 0, atol=1e-9)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_repeated_and_zero_columns_give_small_finite_weights_and_the_same_predictions(kind: Any) -> None:
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(20, 2)).astype(kind), rng.normal(size=20).astype(kind)
    repeated = np.column_stack([X, X[:, 0], 2 * X[:, 1], np.zeros(20), X[:, 0]]).astype(kind)
    w = bias_variance.fit_linear_regression(repeated, y)
    assert np.all(np.abs(w) < 10)
    np.testing.assert_allclose(repeated @ w, X @ bias_variance.fit_linear_regression(X, y), atol=1e-5)


@pytest.mark.parametrize("m", [20, 1000, 30_000])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_rounded_multiple_or_sum_of_columns_is_seen_as_dependent(kind: Any, m: int) -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        X, y = (rng.normal(size=(m, 3)) * [1, 100, 0.01]).astype(kind), rng.normal(size=m).astype(kind)
        expected = bias_variance.fit_linear_regression(X, y)
        for column in (kind(0.1) * X[:, 0], X.sum(axis=1), X @ rng.normal(size=3).astype(kind)):
            for dependent in (np.column_stack([X, column]), np.column_stack([column, X])):
                w = bias_variance.fit_linear_regression(dependent, y)
                assert np.all(np.abs(w) <= 2 * np.abs(expected).max())  # unseen, weights of up to 1e7 cancel
                np.testing.assert_allclose(dependent @ w, X @ expected, atol=2e-5 if kind is np.float32 else 1e-12)
        pair = np.column_stack([X[:, 0], kind(0.1) * X[:, 0]])
        assert np.all(np.abs(bias_variance.fit_linear_regression(pair, y)) < 10)


@pytest.mark.parametrize("m", [30, 20_000])
@pytest.mark.parametrize("degree", [8, 10, 12])
def test_many_rows_or_high_powers_do_not_spoil_a_fit_in_single_precision(degree: int, m: int) -> None:
    rng = np.random.default_rng(5)
    for low, high in ((-2, 2), (-1, 1), (0, 1)):
        x = rng.uniform(low, high, m)
        y = np.sin(3 * x) + 0.1 * rng.normal(size=m)
        best = chebyshev.chebval(x - low, chebyshev.chebfit(x - low, y, degree))
        X = bias_variance.polynomial_features(x.astype(np.float32), degree)
        fitted = X @ bias_variance.fit_linear_regression(X, y.astype(np.float32)).astype(np.float64)
        assert np.mean((fitted - y) ** 2) < 1.1 * np.mean((best - y) ** 2)


@pytest.mark.parametrize(
    ("low", "high", "degree"), [(-2, 2, 15), (0, 10, 15), (0, 1, 12), (-1, 1, 20), (1900, 2000, 3)]
)
def test_high_powers_lose_no_accuracy(low: float, high: float, degree: int) -> None:
    rng = np.random.default_rng(3)
    x = rng.uniform(low, high, 60)
    t = (2 * x - low - high) / (high - low)
    y = np.sin(5 * t) + 0.1 * rng.normal(size=60)
    best = chebyshev.chebval(t, chebyshev.chebfit(t, y, degree))
    X = bias_variance.polynomial_features(x, degree)
    fitted = X @ bias_variance.fit_linear_regression(X, y)
    assert np.mean((fitted - y) ** 2) == pytest.approx(np.mean((best - y) ** 2), rel=1e-5)


def test_columns_of_any_size_are_fitted_without_a_warning() -> None:
    for size in (1e-300, 1.0, 1e18, 1e300):
        X = np.array([[1, size], [1, -size], [1, 0]])
        w = bias_variance.fit_linear_regression(X, [3.0, -1.0, 1.0])
        np.testing.assert_allclose(w, [1, 2 / size], rtol=1e-12)
        below_zero = np.array([[1, -size / 2], [1, -size / 4], [1, 0]])
        w = bias_variance.fit_linear_regression(below_zero, [0.0, 0.5, 1.0])
        np.testing.assert_allclose(w, [1, 2 / size], rtol=1e-12)
    np.testing.assert_array_equal(bias_variance.fit_linear_regression(np.zeros((3, 2)), np.ones(3)), [0, 0])


def test_one_row_and_fewer_rows_than_columns_are_fitted_exactly() -> None:
    assert bias_variance.fit_linear_regression([[2]], [3]).tolist() == pytest.approx([1.5])
    X, y = np.array([[1.0, 2.0, 3.0, 4.0], [0.0, 1.0, 0.0, 1.0]]), np.array([5.0, 6.0])
    np.testing.assert_allclose(X @ bias_variance.fit_linear_regression(X, y), y)


# both


def test_single_precision_stays_and_everything_else_becomes_double() -> None:
    single, double, whole = (np.array([1, 2, 4], dtype=kind) for kind in (np.float32, np.float64, np.int64))
    for x, expected in ((single, np.float32), (double, np.float64), (whole, np.float64)):
        for degree in (0, 3):
            assert bias_variance.polynomial_features(x, degree).dtype == expected
            assert bias_variance.polynomial_features(x, np.int64(degree)).dtype == expected  # type: ignore[arg-type]
        for y in (single, double, whole):
            wanted = np.float32 if x.dtype == y.dtype == np.float32 else np.float64
            assert bias_variance.fit_linear_regression(x[:, np.newaxis], y).dtype == wanted


SQUARE = np.ones((2, 2))
REFUSED: list[tuple[str, Callable[[], Any]]] = [
    (r"x must have shape \(m,\), got \(2, 2\)", lambda: bias_variance.polynomial_features(SQUARE, 2)),
    (r"degree must be a whole number >= 0, got -1", lambda: bias_variance.polynomial_features([1.0], -1)),
    (r"degree must be a whole number >= 0, got 1\.5", lambda: bias_variance.polynomial_features([1.0], 1.5)),  # type: ignore[arg-type]
    (r"X must have shape \(m, n\), got \(2,\)", lambda: bias_variance.fit_linear_regression([1, 2], [1, 2])),
    (r"X must have at least one row", lambda: bias_variance.fit_linear_regression(np.zeros((0, 2)), [])),
    (r"y must have shape \(2,\), got \(2, 1\)", lambda: bias_variance.fit_linear_regression(SQUARE, SQUARE[:, :1])),
    (r"y must have shape \(2,\), got \(3,\)", lambda: bias_variance.fit_linear_regression(SQUARE, [1, 2, 3])),
]


@pytest.mark.parametrize(("message", "call"), REFUSED)
def test_bad_shapes_and_degrees_are_refused_by_name(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        call()
