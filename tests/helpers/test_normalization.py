"""The references of topic 06 against scikit-learn, exact fractions, LAPACK and their contracts."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from helpers import normalization as norm

finite = st.floats(-1e6, 1e6).map(lambda value: round(value, 3))
matrices = arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 4)), elements=finite)
repeatable = settings(deadline=None, max_examples=60, derandomize=True)


def exact_moments(values: np.ndarray) -> tuple[Fraction, Fraction]:
    exact = [Fraction(float(value)) for value in values]
    mean = sum(exact, Fraction(0)) / len(exact)
    return mean, sum(((value - mean) ** 2 for value in exact), Fraction(0)) / len(exact)


def locked(*values: Any, dtype: type = np.float64) -> Any:
    """Return a list of arrays that refuse to be written to."""
    result: list[np.ndarray] = [np.array(value, dtype=dtype) for value in values]
    for array in result:
        array.flags.writeable = False
    return result


# --- fit_standardizer, standardize, destandardize, standardize_splits -------------------------------------------------


@repeatable
@given(matrices)
def test_fitted_moments_are_those_of_exact_fractions(X: np.ndarray) -> None:
    mu, sigma = norm.fit_standardizer(X)
    for column, mean, std in zip(X.T, mu, sigma, strict=True):
        exact_mean, exact_variance = exact_moments(column)
        assert mean == pytest.approx(float(exact_mean), rel=1e-14, abs=1e-9)
        assert std == pytest.approx(float(exact_variance) ** 0.5, rel=1e-12)


def test_the_population_deviation_of_one_and_three_is_one() -> None:
    mu, sigma = norm.fit_standardizer([[1, 7], [3, 7]])  # type: ignore[arg-type]
    np.testing.assert_array_equal(mu, [2, 7])
    np.testing.assert_array_equal(sigma, [1, 0])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("value", [0.1, 1 / 3, -2.7e-5, 0.0, 1e30, 123456.789])
@pytest.mark.parametrize("m", [1, 3, 7, 1000])
def test_a_constant_column_has_deviation_exactly_zero_and_its_own_value_as_mean(
    dtype: type, value: float, m: int
) -> None:
    X: np.ndarray = np.full((m, 2), value, dtype)
    mu, sigma = norm.fit_standardizer(X)
    np.testing.assert_array_equal(sigma, [0, 0])
    np.testing.assert_array_equal(mu, X[0])
    np.testing.assert_array_equal(norm.standardize(X, mu, sigma), np.zeros((m, 2)))


@pytest.mark.parametrize("huge", [1e9, -1e12, 2.0**50])
def test_a_huge_mean_costs_the_deviation_no_digits(huge: float) -> None:
    X = huge + np.random.default_rng(0).normal(size=(2000, 1))
    mu, sigma = norm.fit_standardizer(X)
    exact_mean, exact_variance = exact_moments(X[:, 0])
    assert mu[0] == pytest.approx(float(exact_mean), rel=3e-16)
    assert sigma[0] == pytest.approx(float(exact_variance) ** 0.5, rel=1e-12)


def test_single_precision_is_summed_in_double_precision() -> None:
    X = (1e4 + np.random.default_rng(1).normal(size=(100_000, 1))).astype(np.float32)
    mu, sigma = norm.fit_standardizer(X)
    assert mu[0] == np.float32(X.mean(dtype=np.float64))
    assert sigma[0] == np.float32(X.std(dtype=np.float64))
    huge = np.array([[3e38], [-3e38]], np.float32)  # their difference and their squares leave float32
    np.testing.assert_array_equal(norm.fit_standardizer(huge)[1], [np.float32(3e38)])


@repeatable
@given(matrices)
def test_standardizing_agrees_with_scikit_learn(X: np.ndarray) -> None:
    scaler = StandardScaler().fit(X)
    mu, sigma = norm.fit_standardizer(X)
    wide = sigma > 1e-6  # below, scikit-learn may call a column constant
    Z = norm.standardize(X, mu, sigma)
    np.testing.assert_allclose(Z[:, wide], scaler.transform(X)[:, wide], atol=1e-5)
    np.testing.assert_allclose(norm.destandardize(Z, mu, sigma), X, rtol=1e-12, atol=1e-9)


def test_standardize_is_exactly_the_quotient_without_an_epsilon() -> None:
    tiny = 2.0**-60
    X, mu, sigma = locked([[3 * tiny, 5.0], [tiny, 2.0]], [tiny, 1.0], [2 * tiny, 3.0])
    Z = norm.standardize(X, mu, sigma)
    np.testing.assert_array_equal(Z, (X - mu) / sigma)
    np.testing.assert_array_equal(Z[:, 0], [1, 0])


def test_where_the_deviation_is_zero_the_mean_becomes_zero_and_all_else_stays_finite() -> None:
    Z = norm.standardize(*locked([[0.1, 1.0], [5.0, 2.0], [-1e300, 3.0]], [0.1, 2.0], [0.0, 0.5]))
    assert Z[0, 0] == 0
    assert np.isfinite(Z).all()
    np.testing.assert_array_equal(Z[:, 1], [-2, 0, 2])


def test_destandardize_multiplies_first_and_returns_a_constant_to_its_value() -> None:
    X = norm.destandardize(*locked([[2.0, 0.0], [-1.0, 9.0]], [10.0, 7.0], [3.0, 0.0]))
    np.testing.assert_array_equal(X, [[16, 7], [7, 7]])


def test_all_parts_are_standardized_with_the_training_set_alone() -> None:
    rng = np.random.default_rng(2)
    parts = locked(rng.normal(3, 2, (40, 3)), rng.normal(5, 1, (10, 3)), rng.normal(-1, 4, (20, 3)))
    scaler = StandardScaler().fit(parts[0])
    results = norm.standardize_splits(*parts)
    assert len(results) == 3
    for part, result in zip(parts, results, strict=True):
        np.testing.assert_allclose(result, scaler.transform(part), rtol=1e-12, atol=1e-12)


def test_splits_may_hold_constant_columns_one_training_row_or_empty_parts() -> None:
    X_train, X_dev, X_test = norm.standardize_splits(*locked([[0.1, 2.0]], [[0.1, 3.0]], np.empty((0, 2))))
    np.testing.assert_array_equal(X_train, [[0, 0]])
    assert X_dev[0, 0] == 0 and np.isfinite(X_dev).all()
    assert X_test.shape == (0, 2)


# --- minmax_scale -----------------------------------------------------------------------------------------------------


@repeatable
@given(matrices)
def test_minmax_scaling_agrees_with_scikit_learn(X: np.ndarray) -> None:
    low, high = X.min(axis=0), X.max(axis=0)
    scaled = norm.minmax_scale(X, low, high)
    np.testing.assert_allclose(scaled, MinMaxScaler().fit_transform(X), rtol=1e-9, atol=1e-7)
    assert scaled.min() == 0 and scaled.max() == (high > low).any()


def test_minmax_does_not_clip_and_makes_the_whole_flat_column_zero() -> None:
    X, low, high = locked([[2.0, 0.1, 4.0], [7.0, 9.0, 0.0], [0.0, -9.0, 8.0]], [2.0, 0.1, 4.0], [6.0, 0.1, 0.0])
    np.testing.assert_array_equal(norm.minmax_scale(X, low, high), [[0, 0, 0], [1.25, 0, 1], [-0.5, 0, -1]])


def test_minmax_takes_a_narrow_column_for_what_it_is() -> None:
    X, low, high = locked([[5e-324], [0.0]], [0.0], [5e-324])
    np.testing.assert_array_equal(norm.minmax_scale(X, low, high), [[1], [0]])


# --- combine_moments --------------------------------------------------------------------------------------------------


@repeatable
@given(st.integers(1, 5), st.integers(1, 5), st.sampled_from([0.0, 1e8, -1e12, 1e15]), st.integers(0, 10**6))
def test_merged_moments_are_those_of_the_joined_rows(n_a: int, n_b: int, huge: float, seed: int) -> None:
    X = huge + np.random.default_rng(seed).normal(scale=100, size=(n_a + n_b, 2)).round(3)
    a, b = X[:n_a], X[n_a:]
    n, mu, var = norm.combine_moments(n_a, *moments(a), n_b, *moments(b))
    assert n == n_a + n_b and type(n) is int
    for column, mean, variance in zip(X.T, mu, var, strict=True):
        exact_mean, exact_variance = exact_moments(column)
        ulp = np.spacing(np.abs(column).max())
        assert mean == pytest.approx(float(exact_mean), abs=4 * ulp)
        # The chunks' means are handed over rounded: delta is off by two ulps, no more.
        assert variance == pytest.approx(float(exact_variance), rel=1e-12, abs=1000 * ulp)


def moments(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    exact = [exact_moments(column) for column in X.T]
    return np.array([float(mean) for mean, _ in exact]), np.array([float(variance) for _, variance in exact])


def test_merging_batch_by_batch_is_scikit_learns_partial_fit() -> None:
    X = np.random.default_rng(3).normal(50, 3, (200, 4))
    scaler = StandardScaler()
    n, mu, var = 10, X[:10].mean(axis=0), X[:10].var(axis=0)
    scaler.partial_fit(X[:10])
    for start in range(10, 200, 38):
        chunk = X[start : start + 38]
        n, mu, var = norm.combine_moments(n, mu, var, len(chunk), chunk.mean(axis=0), chunk.var(axis=0))
        scaler.partial_fit(chunk)
        assert n == scaler.n_samples_seen_
        np.testing.assert_allclose(mu, scaler.mean_, rtol=1e-13)
        np.testing.assert_allclose(var, scaler.var_, rtol=1e-12)


def test_four_numbers_can_be_merged_like_four_columns() -> None:
    n, mu, var = norm.combine_moments(1, 2.0, 0.0, np.int64(3), 6.0, 4.0)  # type: ignore[arg-type]
    assert [n, mu, var] == [4, 5, 6]  # the mean moves by 3/4 of 4; the variance is 3/4 of 4 and 1/4 · 3/4 · 4²
    assert type(n) is int


def test_equal_means_however_huge_merge_to_themselves() -> None:
    huge, none = locked([0.1, 1e300], [0, 0])
    for n_a, n_b in itertools.product(range(1, 12), range(1, 12)):
        _, mu, var = norm.combine_moments(n_a, huge, none, n_b, huge, none)
        np.testing.assert_array_equal(mu, [0.1, 1e300])
        np.testing.assert_array_equal(var, [0, 0])


@pytest.mark.parametrize("swap", [False, True])
def test_the_larger_chunk_is_the_one_to_start_from(swap: bool) -> None:
    outlier, many = (1, *locked([1e16], [0.0])), (10**6, *locked([1.0], [0.0]))
    first, second = (many, outlier) if swap else (outlier, many)
    _, mu, var = norm.combine_moments(*first, *second)
    n = Fraction(10**6 + 1)
    assert mu[0] == pytest.approx(float((10**16 + 10**6) / n), rel=3e-16)
    assert var[0] == pytest.approx(float((10**16 - 1) ** 2 * 10**6 / n**2), rel=1e-15)


def test_a_far_chunk_of_few_rows_does_not_overflow_single_precision() -> None:
    far, near = locked([1e20], [0.0], dtype=np.float32), locked([0.0], [0.0], dtype=np.float32)
    _, mu, var = norm.combine_moments(1, far[0], far[1], 10**6 - 1, near[0], near[1])
    np.testing.assert_allclose([mu[0], var[0]], [1e14, 1e34], rtol=1e-5)


# --- condition_number -------------------------------------------------------------------------------------------------


def test_the_condition_number_is_that_of_the_eigenvalues() -> None:
    rng = np.random.default_rng(4)
    for m, n in ((5, 1), (5, 5), (50, 3)):
        X = rng.normal(size=(m, n)) * np.arange(1, n + 1)
        number = norm.condition_number(X)
        assert type(number) is float
        assert number == pytest.approx(np.linalg.cond(X) ** 2)
        eigenvalues = np.linalg.eigvalsh(X.T @ X / m)
        assert number == pytest.approx(eigenvalues[-1] / eigenvalues[0])
    assert norm.condition_number([[3, 0], [0, 4]]) == pytest.approx(16 / 9)  # type: ignore[arg-type]


def test_a_very_long_bowl_keeps_its_digits_and_single_precision_is_not_used() -> None:
    X = np.diag([1.0, 2.0**-30])
    assert norm.condition_number(X) == pytest.approx(2.0**60, rel=1e-12)
    slanted = np.array([[1, 1], [1, 1 + 2**-12]], np.float32)
    assert norm.condition_number(slanted) == pytest.approx(np.linalg.cond(slanted.astype(np.float64)) ** 2, rel=1e-9)
    assert norm.condition_number(X * 1e300) == pytest.approx(2.0**60, rel=1e-12)
    assert norm.condition_number(np.diag([1e200, 1e-200])) == float("inf")


@pytest.mark.parametrize(
    "X",
    [
        np.zeros((3, 2)),
        np.zeros((1, 1)),
        np.array([[1.0, 0.0], [2.0, 0.0], [5.0, 0.0]]),
        np.array([[1.0, 2.0, 3.0], [3.0, 1.0, 2.0]]),  # m < n
        np.random.default_rng(5).normal(size=(30, 1)) * np.array([[1.0, -3.7, 0.1]]),
        np.repeat(np.random.default_rng(6).normal(size=(300, 2)), 2, axis=1),
        np.repeat(np.random.default_rng(7).normal(size=(30, 2)), 2, axis=1).astype(np.float32),
        np.random.default_rng(8).normal(size=(40, 3)) @ np.array([[1.0, 0, 1, 2], [0, 1, 1, 0], [1, 1, 0, 5]]),
    ],
)
def test_dependent_columns_have_an_endless_condition_number(X: np.ndarray) -> None:
    assert norm.condition_number(X) > 1e12


# --- gradient_descent -------------------------------------------------------------------------------------------------


def test_two_steps_by_hand() -> None:
    X, y = locked([[1.0], [3.0]], [2.0, 4.0])
    w, costs = norm.gradient_descent(X, y, lr=0.1, steps=2)
    # Gradients -(2 + 12)/2 = -7 at 0, ((0.7 - 2) + 3(2.1 - 4))/2 = -3.5 at 0.7; costs (4 + 16)/4, (1.69 + 3.61)/4.
    np.testing.assert_allclose(w, [1.05])
    np.testing.assert_allclose(costs, [5, 1.325])


def test_descent_follows_its_closed_form_and_ends_at_least_squares() -> None:
    rng = np.random.default_rng(9)
    X, y = locked(rng.normal(size=(30, 3)), rng.normal(size=30))
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    contraction = np.eye(3) - 0.2 * X.T @ X / 30
    w, costs = norm.gradient_descent(X, y, lr=0.2, steps=7)
    np.testing.assert_allclose(w, best - np.linalg.matrix_power(contraction, 7) @ best)
    for t, cost in enumerate(costs):
        w_t = best - np.linalg.matrix_power(contraction, t) @ best
        assert cost == pytest.approx(np.sum((X @ w_t - y) ** 2) / 60)
    np.testing.assert_allclose(norm.gradient_descent(X, y, lr=0.5, steps=300)[0], best)


def test_no_step_leaves_zeros_and_one_step_costs_once() -> None:
    w, costs = norm.gradient_descent(np.ones((2, 3)), np.ones(2), lr=1, steps=0)
    np.testing.assert_array_equal(w, np.zeros(3))
    assert costs.shape == (0,)
    assert norm.gradient_descent(np.ones((2, 3)), np.ones(2), lr=1, steps=1)[1].tolist() == [0.5]


def test_a_diverging_descent_ends_in_inf_or_nan_without_a_warning() -> None:
    for dtype in (np.float32, np.float64):
        X, y = locked([[1.0], [3.0]], [2.0, 4.0], dtype=dtype)
        w, costs = norm.gradient_descent(X, y, lr=100, steps=300)
        assert not np.isfinite(costs[-1]) and not np.isfinite(w).any()
        assert costs[1] > costs[0]


# --- what holds for all -----------------------------------------------------------------------------------------------

one, many = [1.0, 2.0], [[1.0, 5.0], [3.0, 4.0], [2.0, 2.0]]
CALLS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (norm.fit_standardizer, (many,)),
    (norm.standardize, (many, one, one)),
    (norm.destandardize, (many, one, one)),
    (norm.standardize_splits, (many, many, many)),
    (norm.minmax_scale, (many, one, one)),
    (norm.minmax_scale, (many, one, [3.0, 4.0])),
    (lambda a, b, c, d: norm.combine_moments(2, a, b, 3, c, d)[1:], (one, one, one, one)),
    (lambda X, y: norm.gradient_descent(X, y, np.float64(0.1), 3), (many, [1.0, 2.0, 0.0])),
]


@pytest.mark.parametrize(("call", "values"), CALLS)
def test_results_are_single_precision_only_when_all_arrays_are(call: Callable[..., Any], values: tuple) -> None:
    def dtypes(arguments: list) -> set:
        result = call(*arguments)
        return {part.dtype for part in (result if isinstance(result, tuple) else (result,))}

    singles = locked(*values, dtype=np.float32)
    assert dtypes(singles) == {np.dtype(np.float32)}
    assert dtypes(locked(*values, dtype=np.int64)) == dtypes(list(values)) == {np.dtype(np.float64)}
    for place in range(len(values)):
        mixed = [*singles]
        mixed[place] = np.array(values[place])
        assert dtypes(mixed) == {np.dtype(np.float64)}


X, v = np.ones((3, 2)), np.ones(2)
REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: norm.fit_standardizer(v), r"X must have shape \(m, n\), got \(2,\)"),
    (lambda: norm.fit_standardizer(np.ones((0, 2))), "X must have at least one row, got 0"),
    (lambda: norm.standardize(v, v, v), r"X must have shape \(m, n\), got \(2,\)"),
    (lambda: norm.standardize(X, np.ones(3), v), r"mu must have shape \(2,\), got \(3,\)"),
    (lambda: norm.standardize(X, v, np.ones((1, 2))), r"sigma must have shape \(2,\), got \(1, 2\)"),
    (lambda: norm.destandardize(v, v, v), r"Z must have shape \(m, n\), got \(2,\)"),
    (lambda: norm.destandardize(X, v, np.ones(3)), r"sigma must have shape \(2,\), got \(3,\)"),
    (lambda: norm.standardize_splits(v, X, X), r"X_train must have shape \(m_train, n\), got \(2,\)"),
    (lambda: norm.standardize_splits(X[:0], X, X), "X_train must have at least one row, got 0"),
    (lambda: norm.standardize_splits(X, X.T, X), r"X_dev must have shape \(m_dev, 2\), got \(2, 3\)"),
    (lambda: norm.standardize_splits(X, X, X.T), r"X_test must have shape \(m_test, 2\), got \(2, 3\)"),
    (lambda: norm.minmax_scale(X, np.ones(3), v), r"low must have shape \(2,\), got \(3,\)"),
    (lambda: norm.minmax_scale(X, v, np.ones(3)), r"high must have shape \(2,\), got \(3,\)"),
    (lambda: norm.combine_moments(0, v, v, 1, v, v), "n_a must be a whole number >= 1, got 0"),
    (lambda: norm.combine_moments(1, v, v, 0, v, v), "n_b must be a whole number >= 1, got 0"),
    (lambda: norm.combine_moments(1, v, np.ones(3), 1, v, v), r"var_a must have shape \(2,\), got \(3,\)"),
    (lambda: norm.combine_moments(1, v, v, 1, np.ones(1), v), r"mu_b must have shape \(2,\), got \(1,\)"),
    (lambda: norm.combine_moments(1, v, v, 1, v, X), r"var_b must have shape \(2,\), got \(3, 2\)"),
    (lambda: norm.standardize(X, v, np.array([1, -0.5])), "sigma must be >= 0, got -0.5"),
    (lambda: norm.destandardize(X, v, np.array([-0.5, 1])), "sigma must be >= 0, got -0.5"),
    (lambda: norm.combine_moments(1, v, -v, 1, v, v), "var_a must be >= 0, got -1.0"),
    (lambda: norm.combine_moments(1, v, v, 1, v, -0.5 * v), "var_b must be >= 0, got -0.5"),
    (lambda: norm.condition_number(X * [1, np.nan]), "X must hold finite numbers, got nan"),
    (lambda: norm.condition_number(X * [1, -np.inf]), "X must hold finite numbers, got -inf"),
    (lambda: norm.condition_number(v), r"X must have shape \(m, n\), got \(2,\)"),
    (lambda: norm.condition_number(X[:0]), "X must have at least one row, got 0"),
    (lambda: norm.condition_number(X[:, :0]), r"X must have at least one column, got shape \(3, 0\)"),
    (lambda: norm.gradient_descent(v, v, 0.1, 1), r"X must have shape \(m, n\), got \(2,\)"),
    (lambda: norm.gradient_descent(X, v, 0.1, 1), "X and y must have the same number of rows, got 3 and 2"),
    (lambda: norm.gradient_descent(X, np.ones((3, 1)), 0.1, 1), r"y must have shape \(3,\), got \(3, 1\)"),
    (lambda: norm.gradient_descent(X, np.ones(3), -0.5, 1), "lr must be a number >= 0, got -0.5"),
    (lambda: norm.gradient_descent(X, np.ones(3), 0.1, -1), "steps must be a whole number >= 0, got -1"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_bad_input_is_refused_by_name(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        call()
