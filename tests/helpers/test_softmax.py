"""The references of topic 10 against SciPy, scikit-learn, complex steps and their contracts at the largest numbers."""

from __future__ import annotations

import copy
import inspect
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import special
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, log_loss

from helpers import softmax as module

softmax: Any = module  # for what its types forbid: lists, other numbers, nonsense

INTEGERS = [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64, np.uint64, np.intp]
sizes = st.tuples(st.integers(1, 6), st.integers(1, 6))


def scores_up_to(largest: float, dtype: type = np.float64) -> Any:
    return arrays(dtype, sizes, elements=st.floats(-largest, largest, width=32 if dtype == np.float32 else 64))


def draw(m: int, C: int, seed: int = 0, scale: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(size=(m, C)) * scale, rng.integers(0, C, m)


@pytest.mark.parametrize("dtype", INTEGERS)
def test_one_hot_takes_rows_of_the_identity_for_labels_of_any_width(dtype: Any) -> None:
    y = np.array([2, 0, 126, 2], dtype)
    y.flags.writeable = False
    Y = softmax.one_hot(y, 127)
    np.testing.assert_array_equal(Y, np.eye(127)[y.astype(int)])
    assert Y.dtype == np.float64


def test_one_hot_of_lists_of_one_class_and_of_nothing() -> None:
    np.testing.assert_array_equal(softmax.one_hot([0, 0], 1), [[1], [1]])
    np.testing.assert_array_equal(softmax.one_hot([1], np.int64(3)), [[0, 1, 0]])
    assert softmax.one_hot([], 3).shape == (0, 3)


@settings(deadline=None, max_examples=80, derandomize=True)
@given(scores_up_to(700.0))
def test_softmax_and_its_logarithm_are_those_of_scipy(Z: np.ndarray) -> None:
    np.testing.assert_allclose(softmax.softmax(Z), special.softmax(Z, axis=1), rtol=1e-12)
    np.testing.assert_allclose(softmax.log_softmax(Z), special.log_softmax(Z, axis=1), rtol=1e-12, atol=1e-14)


@settings(deadline=None, max_examples=80, derandomize=True)
@given(scores_up_to(1e300))
def test_double_precision_is_finite_for_all_scores(Z: np.ndarray) -> None:
    check_extremes(Z)


@settings(deadline=None, max_examples=80, derandomize=True)
@given(scores_up_to(float(np.finfo(np.float32).max), np.float32))
def test_single_precision_is_finite_for_all_scores(Z: np.ndarray) -> None:
    check_extremes(Z)


def check_extremes(Z: np.ndarray) -> None:
    """A warning is an error in all tests."""
    P, log_P = softmax.softmax(Z), softmax.log_softmax(Z)
    tolerance = 1e-5 if Z.dtype == np.float32 else 1e-13
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=tolerance)
    assert P.min() >= 0 and log_P.max() <= 0
    assert np.isfinite(log_P).all()
    np.testing.assert_allclose(np.exp(log_P), P, atol=tolerance)
    assert P.dtype == log_P.dtype == Z.dtype
    y = np.arange(len(Z)) % Z.shape[1]
    dZ = softmax.softmax_gradient(Z, y)
    np.testing.assert_allclose(dZ.sum(axis=1), 0, atol=tolerance)
    np.testing.assert_allclose(dZ * len(Z), P - np.eye(Z.shape[1])[y], atol=tolerance)
    assert dZ.dtype == Z.dtype
    cost = softmax.cross_entropy(Z, y)
    assert type(cost) is float and 0 <= cost < math.inf


def test_the_largest_differences_are_exact_where_they_can_be_and_never_infinite() -> None:
    Z = np.array([[1e300, -1e300, 0.0]])
    np.testing.assert_array_equal(softmax.softmax(Z), [[1, 0, 0]])
    np.testing.assert_array_equal(softmax.log_softmax(Z), [[0, -2e300, -1e300]])
    assert [softmax.cross_entropy(Z, [label]) for label in range(3)] == [0, 2e300, 1e300]
    np.testing.assert_array_equal(softmax.softmax_gradient(Z, [1]), [[1, -1, 0]])
    single, limits = Z.clip(-3e38, 3e38).astype(np.float32), np.finfo(np.float32)
    np.testing.assert_array_equal(softmax.log_softmax(single), [[0, limits.min, np.float32(-3e38)]])
    assert softmax.cross_entropy(single, [1]) == 2 * float(np.float32(3e38))


def test_the_mean_of_huge_losses_is_not_their_overflown_sum() -> None:
    Z = np.tile([1.5e308, 0.0], (4, 1))
    assert softmax.cross_entropy(Z, np.ones(4, int)) == 1.5e308


def test_equal_scores_share_and_a_common_shift_changes_nothing() -> None:
    for level in (0.0, 1000.0, -1e300):
        np.testing.assert_allclose(softmax.softmax(np.full((2, 4), level)), 0.25, rtol=1e-15)
        assert softmax.cross_entropy(np.full((2, 4), level), [0, 3]) == pytest.approx(math.log(4), rel=1e-15)
    Z, y = draw(5, 3)
    Z = np.round(Z * 64) / 64  # numbers that stay exact when shifted
    shift = np.array([[1024.0], [-1024.0], [0.0], [1.0], [512.0]])
    np.testing.assert_array_equal(softmax.softmax(Z + shift), softmax.softmax(Z))
    assert softmax.cross_entropy(Z + shift, y) == softmax.cross_entropy(Z, y)


def test_two_classes_are_the_sigmoid_of_the_difference() -> None:
    Z = draw(50, 2, scale=20)[0]
    difference = Z[:, 1] - Z[:, 0]
    np.testing.assert_allclose(softmax.softmax(Z)[:, 1], special.expit(difference), rtol=1e-12)
    np.testing.assert_allclose(softmax.log_softmax(Z)[:, 1], special.log_expit(difference), rtol=1e-12, atol=1e-15)


def test_one_class_is_certain_and_costs_a_plain_zero() -> None:
    Z = np.array([[5.0], [-1e300]])
    np.testing.assert_array_equal(softmax.softmax(Z), [[1], [1]])
    np.testing.assert_array_equal(softmax.log_softmax(Z), [[0], [0]])
    np.testing.assert_array_equal(softmax.softmax_gradient(Z, [0, 0]), [[0], [0]])
    assert str(softmax.cross_entropy(Z, [0, 0])) == "0.0"
    assert str(softmax.cross_entropy(np.array([[1000.0, 0.0]]), [0])) == "0.0"


@pytest.mark.parametrize(("m", "C"), [(1, 2), (1, 5), (40, 3), (7, 1)])
def test_cross_entropy_is_scikit_learns_log_loss(m: int, C: int) -> None:
    Z, y = draw(m, C)
    if C == 1:
        assert softmax.cross_entropy(Z, y) == 0
    else:
        expected = log_loss(y, special.softmax(Z, axis=1), labels=range(C))
        assert softmax.cross_entropy(Z, y) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("m", "C"), [(1, 2), (1, 4), (6, 3), (3, 6)])
def test_the_gradient_is_the_complex_step_derivative_of_the_mean(m: int, C: int) -> None:
    Z, y = draw(m, C)
    expected = np.empty_like(Z)
    for index in np.ndindex(*Z.shape):
        moved = Z.astype(complex)
        moved[index] += 1e-30j
        losses = np.log(np.exp(moved).sum(axis=1)) - moved[np.arange(m), y]
        expected[index] = losses.mean().imag / 1e-30
    np.testing.assert_allclose(softmax.softmax_gradient(Z, y), expected, rtol=1e-12, atol=1e-16)


def test_the_gradient_is_the_slope_of_our_own_cost() -> None:
    Z, y = draw(4, 3)
    direction = np.random.default_rng(1).normal(size=Z.shape)
    rise = softmax.cross_entropy(Z + 1e-5 * direction, y) - softmax.cross_entropy(Z - 1e-5 * direction, y)
    assert np.sum(softmax.softmax_gradient(Z, y) * direction) == pytest.approx(rise / 2e-5, rel=1e-8)


def test_labels_of_any_width_give_the_same_cost_and_gradient() -> None:
    Z, y = draw(300, 130)
    for dtype in INTEGERS[1:]:
        assert softmax.cross_entropy(Z, y.astype(dtype)) == softmax.cross_entropy(Z, y)
        np.testing.assert_array_equal(softmax.softmax_gradient(Z, y.astype(dtype)), softmax.softmax_gradient(Z, y))


def test_single_precision_costs_what_double_precision_costs() -> None:
    Z, y = draw(1000, 10)
    single = Z.astype(np.float32)
    assert softmax.cross_entropy(single, y) == softmax.cross_entropy(single.astype(np.float64), y)
    np.testing.assert_allclose(softmax.softmax(single), special.softmax(Z, axis=1), rtol=1e-5)


def test_fitting_starts_from_zeros_and_goes_down_the_slope() -> None:
    X, y = np.array([[1.0, 0.0], [3.0, -2.0], [0.0, 4.0]]), np.array([0, 2, 2])
    W, b = softmax.fit_softmax(X, y, 3, 0.5, 0)
    np.testing.assert_array_equal(W, np.zeros((3, 2)))
    np.testing.assert_array_equal(b, np.zeros(3))
    # all probabilities are 1/3, so dZ is (1/3 − Y)/3: [-2 1 1], [1 1 -2], [1 1 -2] ninths
    dZ = np.array([[-2, 1, 1], [1, 1, -2], [1, 1, -2]]) / 9
    W, b = softmax.fit_softmax(X, y, 3, 0.5, 1)
    np.testing.assert_allclose(W, -0.5 * dZ.T @ X, atol=1e-15)
    np.testing.assert_allclose(b, -0.5 * dZ.sum(axis=0), atol=1e-15)


def test_each_epoch_follows_the_complex_step_gradient_of_the_mean_cost() -> None:
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(9, 2)), rng.integers(0, 3, 9)
    theta = np.zeros((3, 3))  # a row is a class: two weights and a bias
    for epochs in range(1, 6):
        slope = np.empty_like(theta)
        for index in np.ndindex(*theta.shape):
            moved = theta.astype(complex)
            moved[index] += 1e-30j
            Z = X @ moved[:, :2].T + moved[:, 2]
            slope[index] = (np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(9), y]).mean().imag / 1e-30
        theta -= 0.7 * slope
        W, b = softmax.fit_softmax(X, y, 3, 0.7, epochs)
        np.testing.assert_allclose(np.column_stack([W, b]), theta, atol=1e-14)


def test_a_long_fit_is_scikit_learns_optimum() -> None:
    rng = np.random.default_rng(5)
    X = rng.normal(size=(200, 2))
    y = np.argmax(X @ [[1, -1, 0], [0, 1, -2]] + [0.5, 0, -0.5] + rng.gumbel(size=(200, 3)), axis=1)  # they overlap
    model = LogisticRegression(C=1e9, tol=1e-10, max_iter=1000).fit(X, y)
    W, b = softmax.fit_softmax(X, y, 3, 1.0, 1500)
    # a common shift of all classes changes no probability; ours, from zeros, stays centred
    np.testing.assert_allclose(W, model.coef_ - model.coef_.mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(b, model.intercept_ - model.intercept_.mean(), atol=1e-5)


def test_two_classes_are_logistic_regression_with_twice_the_rate() -> None:
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(30, 2)), rng.integers(0, 2, 30)
    w, c = np.zeros(2), 0.0
    for _ in range(25):
        gap = (special.expit(X @ w + c) - y) / 30
        w, c = w - 2 * 0.4 * gap @ X, c - 2 * 0.4 * gap.sum()
    W, b = softmax.fit_softmax(X, y, 2, 0.4, 25)
    np.testing.assert_allclose(W[1] - W[0], w, rtol=1e-12)
    assert b[1] - b[0] == pytest.approx(c, rel=1e-12)


def test_a_missing_class_sinks_and_one_row_or_one_class_can_be_fitted() -> None:
    X = np.array([[1.0, -1.0], [2.0, 0.5]])
    W, b = softmax.fit_softmax(X, np.array([0, 2], np.uint8), 4, 0.5, 50)
    assert W.shape == (4, 2) and b.shape == (4,)
    assert max(b[1], b[3]) < min(b[0], b[2])
    W, b = softmax.fit_softmax(X[:1], [1], 2, 0.5, 50)
    assert softmax.predict(X[:1], W, b) == [1]
    W, b = softmax.fit_softmax(X, [0, 0], 1, 0.5, 50)
    np.testing.assert_array_equal(np.column_stack([W, b]), np.zeros((1, 3)))
    assert softmax.fit_softmax(np.zeros((2, 0)), [0, 1], 2, 0.5, 3)[0].shape == (2, 0)


def test_prediction_is_scikit_learns() -> None:
    X, y = load_iris(return_X_y=True)
    model = LogisticRegression(max_iter=1000).fit(X, y)
    labels = softmax.predict(X, model.coef_, model.intercept_)
    np.testing.assert_array_equal(labels, model.predict(X))
    assert labels.dtype == np.int64 and labels.shape == (150,)


def test_prediction_takes_a_highest_score_also_below_zero_on_a_tie_and_of_no_row() -> None:
    W, b = np.zeros((3, 1)), np.array([-5.0, -3.0, -3.0])
    np.testing.assert_array_equal(softmax.predict(np.ones((2, 1)), W, b), [1, 1])
    np.testing.assert_array_equal(softmax.predict([[2], [3]], [[1]], [0]), [0, 0])
    assert softmax.predict(np.ones((0, 1)), W, b).shape == (0,)


def test_prediction_of_small_integers_does_not_overflow() -> None:
    small = [np.array(values, np.uint8) for values in ([[200]], [[2], [1]], [0, 0])]
    np.testing.assert_array_equal(softmax.predict(*small), [0])  # 400 against 200; modulo 256 it is 144


@pytest.mark.parametrize("dtype", INTEGERS)
def test_the_confusion_matrix_is_scikit_learns_for_labels_of_any_width(dtype: type) -> None:
    rng = np.random.default_rng(3)
    y_true, y_pred = rng.integers(0, 120, (2, 500)).astype(dtype)
    y_true.flags.writeable = y_pred.flags.writeable = False
    counts = softmax.confusion_matrix(y_true, y_pred, 125)
    np.testing.assert_array_equal(counts, confusion_matrix(y_true, y_pred, labels=range(125)))
    assert counts.dtype == np.int64


def test_the_confusion_matrix_takes_more_classes_than_a_byte_counts() -> None:
    y_true, y_pred = np.array([127, 128, 255, 256, 299]), np.array([299, 256, 255, 128, 0])
    counts = softmax.confusion_matrix(y_true, y_pred, 300)
    np.testing.assert_array_equal(np.argwhere(counts), np.column_stack([y_true, y_pred]))


def test_the_confusion_matrix_has_true_classes_in_rows_and_counts_what_repeats() -> None:
    counts = softmax.confusion_matrix([0, 0, 0, 1], [1, 1, 0, 1], 3)
    np.testing.assert_array_equal(counts, [[1, 2, 0], [0, 1, 0], [0, 0, 0]])
    np.testing.assert_array_equal(softmax.confusion_matrix([], [], 2), np.zeros((2, 2)))


CALLS: dict[str, dict] = {
    "one_hot": {"y": [0, 1], "n_classes": 2},
    "softmax": {"Z": np.eye(2)},
    "log_softmax": {"Z": np.eye(2)},
    "cross_entropy": {"Z": np.eye(2), "y": [0, 1]},
    "softmax_gradient": {"Z": np.eye(2), "y": [0, 1]},
    "fit_softmax": {"X": np.eye(2), "y": [0, 1], "n_classes": 2, "lr": 0.5, "epochs": 2},
    "predict": {"X": np.eye(2), "W": np.eye(2), "b": np.zeros(2)},
    "confusion_matrix": {"y_true": [0, 1], "y_pred": [0, 1], "n_classes": 2},
}


@pytest.mark.parametrize("name", CALLS)
def test_arguments_are_named_as_in_the_contract_and_never_changed(name: str) -> None:
    function = getattr(softmax, name)
    assert list(inspect.signature(function).parameters) == list(CALLS[name])
    arguments = {key: np.array(value) if np.ndim(value) else value for key, value in CALLS[name].items()}
    for array in arguments.values():
        if isinstance(array, np.ndarray):
            array.flags.writeable = False
    before = copy.deepcopy(arguments)
    first, second = function(**arguments), function(**arguments)
    np.testing.assert_equal(arguments, before)
    np.testing.assert_equal(first, second)
    firsts, seconds = (result if isinstance(result, tuple) else (result,) for result in (first, second))
    assert not any(np.may_share_memory(a, b) for a in firsts for b in (*seconds, *arguments.values()))


@pytest.mark.parametrize(("dtype", "kept"), [(np.float32, np.float32), (np.float64, np.float64), (int, np.float64)])
def test_single_precision_stays_and_integers_become_double(dtype: Any, kept: type) -> None:
    Z, y = np.eye(3, dtype=dtype), np.array([0, 1, 2], np.uint8)
    results = [softmax.softmax(Z), softmax.log_softmax(Z), softmax.softmax_gradient(Z, y)]
    for lr in (0.5, np.float64(0.5), 1):
        for epochs in (0, 2):
            results += softmax.fit_softmax(Z, y, 3, lr, epochs)
    assert {result.dtype.type for result in results} == {kept}


@pytest.mark.parametrize(
    ("name", "wrong", "message"),
    [
        *(
            (name, {"n_classes": 0}, "n_classes must be a whole number >= 1, got 0")
            for name in ("one_hot", "fit_softmax", "confusion_matrix")
        ),
        *(
            (name, {"y": [0, 2]}, "y must hold labels 0 .. 1, got 0 .. 2")
            for name in ("one_hot", "cross_entropy", "softmax_gradient", "fit_softmax")
        ),
        *(
            (name, {"y": [-1, 0]}, "y must hold labels 0 .. 1, got -1 .. 0")
            for name in ("one_hot", "cross_entropy", "softmax_gradient", "fit_softmax")
        ),
        *(
            (name, {"Z": np.zeros(3)}, r"Z must have shape \(m, C\), got \(3,\)")
            for name in ("softmax", "log_softmax", "cross_entropy", "softmax_gradient")
        ),
        *(
            (name, {"Z": np.zeros((2, 0))}, r"Z must have at least one column, got shape \(2, 0\)")
            for name in ("softmax", "log_softmax", "cross_entropy", "softmax_gradient")
        ),
        *(
            (name, {"y": [0]}, "Z and y must have the same number of rows, got 2 and 1")
            for name in ("cross_entropy", "softmax_gradient")
        ),
        *(
            (name, {"Z": np.zeros((0, 2)), "y": []}, "Z and y must have at least one row, got 0 and 0")
            for name in ("cross_entropy", "softmax_gradient")
        ),
        ("one_hot", {"y": [0.5]}, "y must hold whole numbers 0 .. 1, got float64"),
        ("fit_softmax", {"X": np.zeros(2)}, r"X must have shape \(m, n\), got \(2,\)"),
        ("fit_softmax", {"y": [0, 1, 1]}, "X and y must have the same number of rows, got 2 and 3"),
        ("fit_softmax", {"X": np.zeros((0, 2)), "y": []}, "X and y must have at least one row, got 0 and 0"),
        ("fit_softmax", {"lr": -1}, "lr must be a number >= 0, got -1"),
        ("fit_softmax", {"epochs": -1}, "epochs must be a whole number >= 0, got -1"),
        ("predict", {"X": np.zeros(2)}, r"X must have shape \(m, n\), got \(2,\)"),
        ("predict", {"W": np.zeros((2, 3))}, r"W must have shape \(C, 2\), got \(2, 3\)"),
        ("predict", {"b": np.zeros(3)}, r"b must have shape \(2,\), got \(3,\)"),
        ("predict", {"W": np.zeros((0, 2)), "b": []}, "W must have at least one row, got 0"),
        ("confusion_matrix", {"y_true": [0, 2]}, "y_true must hold labels 0 .. 1, got 0 .. 2"),
        ("confusion_matrix", {"y_pred": [0, 2]}, "y_pred must hold labels 0 .. 1, got 0 .. 2"),
        ("confusion_matrix", {"y_pred": [0]}, r"y_pred must have shape \(2,\), got \(1,\)"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(name: str, wrong: dict, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        getattr(softmax, name)(**(CALLS[name] | wrong))
