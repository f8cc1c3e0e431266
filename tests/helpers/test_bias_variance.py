"""The references of topic 02, but for the fit, against scikit-learn, exact fractions and their contracts."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.linear_model import LinearRegression
from sklearn.metrics import zero_one_loss
from sklearn.model_selection import learning_curve as sklearn_learning_curve

from helpers import bias_variance

repeatable = settings(deadline=None, derandomize=True, max_examples=60)
shares = st.integers(0, 64).map(lambda part: part / 64)


def lock(values: Any, kind: Any = None) -> np.ndarray:
    array = np.array(values, dtype=kind)
    array.flags.writeable = False
    return array


# error_rate


@repeatable
@given(st.lists(st.tuples(st.integers(-2, 2), st.integers(-2, 2)), min_size=1, max_size=30))
def test_error_rate_is_the_zero_one_loss(pairs: list[tuple[int, int]]) -> None:
    y_true, y_pred = lock(pairs).T
    rate = bias_variance.error_rate(y_true, y_pred)
    assert type(rate) is float
    assert rate == pytest.approx(zero_one_loss(y_true, y_pred), abs=1e-12)
    assert rate == sum(a != b for a, b in pairs) / len(pairs)


def test_error_rate_compares_labels_of_any_kind() -> None:
    assert bias_variance.error_rate(["cat", "dog"], ["cat", "cat"]) == 0.5
    assert bias_variance.error_rate(np.array([0, 1], np.uint8), np.array([0.0, 1.0])) == 0.0
    assert bias_variance.error_rate([True], [0]) == 1.0


# error_gaps, diagnose, next_step

DIAGNOSES = [  # the four cases of the course notes, then the same with a Bayes error of 15 %
    (0.01, 0.11, 0.0, {"high variance"}, "reduce variance"),
    (0.15, 0.16, 0.0, {"high bias"}, "reduce bias"),
    (0.15, 0.30, 0.0, {"high bias", "high variance"}, "reduce bias"),
    (0.005, 0.01, 0.0, set(), "evaluate on test"),
    (0.15, 0.16, 0.15, set(), "evaluate on test"),
    (0.15, 0.30, 0.15, {"high variance"}, "reduce variance"),
]


@pytest.mark.parametrize(("train", "dev", "bayes", "names", "step"), DIAGNOSES)
def test_the_textbook_cases_are_told_apart(train: float, dev: float, bayes: float, names: set[str], step: str) -> None:
    assert bias_variance.diagnose(train, dev, bayes) == names
    assert bias_variance.next_step(train, dev, bayes) == step


@repeatable
@given(shares, shares, shares, shares)
def test_gaps_names_and_steps_agree_with_exact_fractions(train: float, dev: float, bayes: float, limit: float) -> None:
    bias, variance = Fraction(train) - Fraction(bayes), Fraction(dev) - Fraction(train)
    assert bias_variance.error_gaps(train, dev, bayes) == (float(bias), float(variance))
    names = bias_variance.diagnose(train, dev, bayes, limit)
    assert type(names) is set
    assert ("high bias" in names) == (bias > limit)
    assert ("high variance" in names) == (variance > limit)
    assert names <= {"high bias", "high variance"}
    step = bias_variance.next_step(train, dev, bayes, limit)
    assert step == ("reduce bias" if bias > limit else "reduce variance" if variance > limit else "evaluate on test")


def test_a_gap_as_large_as_the_tolerance_does_not_count() -> None:
    assert bias_variance.diagnose(0.25, 0.5, tolerance=0.25) == set()
    assert bias_variance.next_step(0.25, 0.5, tolerance=0.25) == "evaluate on test"
    assert bias_variance.diagnose(0.25, 0.5, tolerance=0.234375) == {"high bias", "high variance"}
    assert bias_variance.diagnose(0.25, 0.5, 0.015625, tolerance=0.234375) == {"high variance"}
    assert bias_variance.next_step(0.25, 0.515625, tolerance=0.25) == "reduce variance"
    assert bias_variance.diagnose(0, 0, tolerance=0) == set()
    just_more = 0.25 + 2.0**-40  # nothing is rounded before it is compared
    assert bias_variance.diagnose(0.25, 0.25 + just_more, tolerance=0.25) == {"high variance"}
    assert bias_variance.next_step(0.25, 0.25 + just_more, tolerance=0.25) == "reduce variance"
    assert bias_variance.next_step(just_more, just_more, tolerance=0.25) == "reduce bias"
    assert bias_variance.diagnose(just_more, just_more, tolerance=0.25) == {"high bias"}


def test_without_more_words_bayes_is_0_and_the_tolerance_2_percent() -> None:
    assert bias_variance.error_gaps(0.25, 0.5) == (0.25, 0.25)
    assert bias_variance.diagnose(0.02, 0.04) == set()
    assert bias_variance.next_step(0.02, 0.04) == "evaluate on test"
    assert bias_variance.diagnose(0.021, 0.042) == {"high bias", "high variance"}
    assert bias_variance.next_step(0.021, 0.021) == "reduce bias"
    assert bias_variance.next_step(0.0, 0.021) == "reduce variance"


def test_gaps_may_be_negative_and_errors_may_be_percent_or_numpy_numbers() -> None:
    gaps = bias_variance.error_gaps(np.float32(0.25), np.float64(0.125), 1)  # type: ignore[arg-type]
    assert gaps == (-0.75, -0.125)
    assert [type(gap) for gap in gaps] == [float, float]
    assert bias_variance.diagnose(15, 30, 14, 2) == {"high variance"}
    assert bias_variance.diagnose(0.25, 0.125, 0.5) == set()


# bias_variance

tables = arrays(np.float64, st.tuples(st.integers(1, 6), st.integers(1, 5)), elements=st.integers(-50, 50))


@repeatable
@given(tables, st.integers(0, 2**32))
def test_bias2_and_variance_are_exact_and_sum_to_the_mean_squared_error(table: np.ndarray, seed: int) -> None:
    r, q = table.shape
    y = np.random.default_rng(seed).integers(-50, 50, size=(q,))
    rows = [[Fraction(table[i, j]) for j in range(q)] for i in range(r)]
    target = [Fraction(int(value)) for value in y]
    means = [sum(column, Fraction(0)) / r for column in zip(*rows, strict=True)]
    exact_bias2 = sum((mean - t) ** 2 for mean, t in zip(means, target, strict=True)) / q
    exact_variance = sum((row[j] - means[j]) ** 2 for row in rows for j in range(q)) / (r * q)
    bias2, variance = bias_variance.bias_variance(lock(table), lock(y))
    assert (type(bias2), type(variance)) == (float, float)
    assert bias2 == pytest.approx(float(exact_bias2), rel=1e-12, abs=1e-12)
    assert variance == pytest.approx(float(exact_variance), rel=1e-12, abs=1e-12)
    assert bias2 + variance == pytest.approx(float(np.mean((table - y) ** 2)), rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_huge_mean_costs_no_accuracy(kind: Any) -> None:
    mean = 2.0**23 if kind is np.float32 else 2.0**40
    predictions = lock([[mean + 1, mean + 2], [mean + 3, mean + 3], [mean + 4, mean + 3]], kind)
    bias2, variance = bias_variance.bias_variance(predictions, lock([mean, mean + 1], kind))
    assert bias2 == pytest.approx(((8 / 3) ** 2 + (5 / 3) ** 2) / 2, rel=1e-12)
    assert variance == pytest.approx((14 / 9 + 2 / 9) / 2, rel=1e-6)


def test_one_refit_has_no_variance_and_a_right_average_no_bias() -> None:
    assert bias_variance.bias_variance([[1.0, 4.0]], [0.0, 2.0]) == (2.5, 0.0)
    assert bias_variance.bias_variance([[1], [3]], [2]) == (0.0, 1.0)


@pytest.mark.parametrize("shift", [1e6, -1e6])
def test_a_small_variance_beside_a_huge_bias_is_not_lost(shift: float) -> None:
    predictions = lock(1 + 1e-3 * np.random.default_rng(6).normal(size=(50, 4)))
    bias2, variance = bias_variance.bias_variance(predictions, np.full(4, 1 + shift))
    expected = np.mean([statistics.pvariance([Fraction(value) for value in column]) for column in predictions.T])
    assert bias2 == pytest.approx(1e12, rel=1e-8)
    assert variance == pytest.approx(float(expected), rel=1e-9)
    assert 0 <= bias_variance.bias_variance(lock([[0.1], [0.1], [0.1]]), [shift])[1] < 1e-30


# learning_curve


def fit_line(X: np.ndarray, y: np.ndarray) -> LinearRegression:
    return LinearRegression().fit(X, y)


def squared_error(model: LinearRegression, X: np.ndarray, y: np.ndarray) -> float:
    return np.mean((model.predict(X) - y) ** 2)


def test_the_curve_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(4)
    X = lock(rng.normal(size=(40, 2)))
    y = lock(X @ [1.0, -2.0] + rng.normal(size=40))
    sizes = [5, 10, 30]
    _, train, dev = sklearn_learning_curve(
        LinearRegression(),
        X,
        y,
        train_sizes=sizes,
        cv=[(np.arange(30), np.arange(30, 40))],
        scoring="neg_mean_squared_error",
    )
    curves = bias_variance.learning_curve(fit_line, squared_error, X[:30], y[:30], X[30:], y[30:], sizes)
    np.testing.assert_allclose(curves, [-train[:, 0], -dev[:, 0]])


def test_each_size_is_fitted_once_on_the_first_rows_in_the_order_given() -> None:
    fitted, measured = [], []

    def fit(X: np.ndarray, y: np.ndarray) -> str:
        fitted.append((X[:, 0].tolist(), y.tolist()))
        return f"model of {len(X)}"

    def error(model: str, X: np.ndarray, y: np.ndarray) -> int:
        measured.append((model, X[:, 0].tolist(), y.tolist()))
        return len(measured)

    X_train, y_train, X_dev, y_dev = [[1], [2], [3]], [10, 20, 30], [[7], [8]], [70, 80]
    train, dev = bias_variance.learning_curve(fit, error, X_train, y_train, X_dev, y_dev, (s for s in (3, 1, 2, 1)))
    assert fitted == [([1, 2, 3][:s], [10, 20, 30][:s]) for s in (3, 1, 2, 1)]
    on_train, on_dev = [(f"model of {len(X)}", X, y) for X, y in fitted], ([7, 8], [70, 80])
    assert sorted(measured) == sorted(on_train + [(model, *on_dev) for model, _, _ in on_train])
    for curve, on in ((train, on_train), (dev, [(model, *on_dev) for model, _, _ in on_train])):
        assert curve.shape == (4,) and curve.dtype == np.float64
        assert [measured[int(value) - 1] for value in curve] == on


@pytest.mark.parametrize("sizes", [[], [2], np.array([2, 1])])
def test_curves_are_float64_whatever_the_error_returns_and_may_be_empty(sizes: Any) -> None:
    X, y = np.zeros((2, 1), np.float32), np.zeros(2)
    error: Any = lambda *_: np.float32(0.5)  # noqa: E731
    for curve in bias_variance.learning_curve(lambda X, y: 0, error, X, y, X, y, sizes):
        assert curve.dtype == np.float64 and curve.tolist() == [0.5] * len(sizes)


# all


SQUARE = np.ones((2, 2))
REFUSED: list[tuple[str, Callable[[], Any]]] = [
    (r"y_true must have shape \(m,\), got \(2, 2\)", lambda: bias_variance.error_rate(SQUARE, SQUARE)),
    (r"y_pred must have shape \(2,\), got \(2, 1\)", lambda: bias_variance.error_rate([1, 2], [[1], [2]])),
    (r"y_pred must have shape \(2,\), got \(1,\)", lambda: bias_variance.error_rate([1, 2], [1])),
    (r"y_true must have at least one row, got 0", lambda: bias_variance.error_rate([], [])),
    (r"predictions must have shape \(r, 2\), got \(2,\)", lambda: bias_variance.bias_variance([1, 2], [1, 2])),
    (r"predictions must have shape \(r, 3\), got \(2, 2\)", lambda: bias_variance.bias_variance(SQUARE, [1, 2, 3])),
    (r"predictions must have at least one row", lambda: bias_variance.bias_variance(np.zeros((0, 1)), [1])),
    (r"y_true must have at least one row", lambda: bias_variance.bias_variance(np.zeros((1, 0)), [])),
    (r"y_true must have shape \(q,\), got \(2, 2\)", lambda: bias_variance.bias_variance(SQUARE, SQUARE)),
]


@pytest.mark.parametrize(("message", "call"), REFUSED)
def test_bad_shapes_are_refused_by_name(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        call()


@pytest.mark.parametrize("value", [-0.01, float("nan"), float("inf"), "low", None])
@pytest.mark.parametrize("name", ["train_error", "dev_error", "bayes_error"])
def test_an_error_that_is_no_finite_number_from_0_is_refused_by_name(name: str, value: Any) -> None:
    for function in (bias_variance.error_gaps, bias_variance.diagnose, bias_variance.next_step):
        with pytest.raises(ValueError, match=f"^{name} must be a number >= 0 and < inf, got"):
            function(**{"train_error": 0.5, "dev_error": 0.5, "bayes_error": 0.5, name: value})


@pytest.mark.parametrize("value", [-0.01, float("nan"), None])
def test_a_tolerance_below_0_is_refused(value: Any) -> None:
    for function in (bias_variance.diagnose, bias_variance.next_step):
        with pytest.raises(ValueError, match=r"^tolerance must be a number >= 0, got"):
            function(0.5, 0.5, tolerance=value)


SIZES: list[tuple[Any, str]] = [
    ([1, 3], "each size in sizes must be at most the 2 training rows, got 3"),
    ([0], "each size in sizes must be a whole number >= 1, got 0"),
    ([1.0], r"each size in sizes must be a whole number >= 1, got 1\.0"),
    (2, "sizes must be a sequence, got 2"),
]


@pytest.mark.parametrize(("sizes", "message"), SIZES)
def test_sizes_out_of_range_are_refused_before_anything_is_fitted(sizes: Any, message: str) -> None:
    fitted: list[int] = []
    with pytest.raises(ValueError, match=f"^{message}"):
        bias_variance.learning_curve(
            lambda X, y: fitted.append(1), lambda *_: 0.0, SQUARE, [1, 2], SQUARE, [1, 2], sizes
        )
    assert not fitted


@pytest.mark.parametrize("which", ["train", "dev"])
def test_sets_whose_rows_do_not_match_are_refused_by_name(which: str) -> None:
    sets: dict[str, Any] = {"X_train": SQUARE, "y_train": [1, 2], "X_dev": SQUARE, "y_dev": [1, 2]}
    with pytest.raises(ValueError, match=f"^X_{which} and y_{which} must have the same number of rows, got 2 and 3"):
        bias_variance.learning_curve(fit_line, squared_error, **{**sets, f"y_{which}": [1, 2, 3]}, sizes=[1])
    with pytest.raises(ValueError, match=f"^X_{which} and y_{which} must have at least one row, got 0 and 0"):
        bias_variance.learning_curve(fit_line, squared_error, **{**sets, f"X_{which}": [], f"y_{which}": []}, sizes=[1])
