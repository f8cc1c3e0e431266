"""The references of topic 04 against SciPy, scikit-learn, derivatives, slow literal readings and their contracts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from sklearn.linear_model import Lasso, Ridge

from helpers import regularization as reg

modest = settings(deadline=None, max_examples=100, derandomize=True)
finite = st.floats(-100, 100)
matrices = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 4)), elements=finite)
lambds = st.floats(0, 10)
counts = st.integers(1, 50)


def protect(*values: np.ndarray) -> None:
    for value in values:
        value.flags.writeable = False


def complex_step(f: Callable[[np.ndarray], Any], W: np.ndarray) -> np.ndarray:
    slope = np.empty(W.shape)
    for index in np.ndindex(*W.shape):
        moved = W.astype(complex)
        moved[index] += 1e-30j
        slope[index] = f(moved).imag / 1e-30
    return slope


@given(arrays(np.float64, st.integers(1, 8), elements=st.floats(-1e6, 1e6).filter(lambda v: v == 0 or abs(v) > 1e-6)))
@modest
def test_norms_are_those_of_scipy(x: np.ndarray) -> None:
    protect(x)
    norms = reg.vector_norms(x)
    assert list(norms) == ["l0", "l1", "l2", "linf"]
    for name, order in {"l0": 0, "l1": 1, "l2": 2, "linf": np.inf}.items():
        assert norms[name] == pytest.approx(scipy.linalg.norm(x, order), rel=1e-14)
    assert [type(value) for value in norms.values()] == [int, float, float, float]


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ([], [0, 0, 0, 0]),
        ([-0.0, 0.0], [0, 0, 0, 0]),
        ([-7], [1, 7, 7, 7]),
        ([3e200, -4e200], [2, 7e200, 5e200, 4e200]),
        ([3e-200, 4e-200], [2, 7e-200, 5e-200, 4e-200]),
        ([5e-324, 0, 0], [1, 5e-324, 5e-324, 5e-324]),
        ([1.5e308, -1.5e308], [2, math.inf, math.inf, 1.5e308]),
        (np.array([3e30, 4e30], np.float32), [2, 7e30, 5e30, 4e30]),
        (np.array([-128, 0], np.int8), [1, 128, 128, 128]),
    ],
)
def test_norms_of_empty_huge_and_tiny_vectors(x: Sequence[float], expected: list[float]) -> None:
    assert list(reg.vector_norms(x).values()) == pytest.approx(expected, rel=1e-7, abs=0)  # type: ignore[arg-type]


@given(st.lists(matrices, max_size=3), lambds, counts)
@modest
def test_penalties_are_exact_sums_of_squares_and_of_sizes(weights: list[np.ndarray], lambd: float, m: int) -> None:
    protect(*weights)
    entries = [Fraction(float(w)) for W in weights for w in W.ravel()]
    l2 = Fraction(lambd) / (2 * m) * sum(w * w for w in entries)
    l1 = Fraction(lambd) / m * sum(abs(w) for w in entries)
    for container in (list, tuple):
        given_weights = container(weights)
        assert reg.l2_penalty(given_weights, lambd, m) == pytest.approx(float(l2), rel=1e-12, abs=1e-300)
        assert reg.l1_penalty(given_weights, lambd, m) == pytest.approx(float(l1), rel=1e-12, abs=1e-300)


@given(matrices, lambds, counts)
@modest
def test_gradients_are_complex_step_derivatives_of_the_penalties(W: np.ndarray, lambd: float, m: int) -> None:
    protect(W)
    l2 = complex_step(lambda V: lambd / (2 * m) * np.sum(V**2), W)
    np.testing.assert_allclose(reg.l2_gradient(W, lambd, m), l2, rtol=1e-12, atol=1e-250)
    l1 = complex_step(lambda V: lambd / m * np.sum(np.where(V.real < 0, -V, V)), W)
    np.testing.assert_allclose(reg.l1_gradient(W, lambd, m), np.where(W == 0, 0, l1), rtol=1e-12, atol=1e-250)


def test_gradients_are_finite_differences_of_our_own_penalties() -> None:
    W, eps = np.array([[0.5, -0.25, 2.0], [1.5, -3.0, 0.125]]), 2.0**-12
    for penalty, gradient in ((reg.l2_penalty, reg.l2_gradient), (reg.l1_penalty, reg.l1_gradient)):
        expected = np.empty_like(W)
        for index in np.ndindex(*W.shape):
            step = np.zeros_like(W)
            step[index] = eps
            expected[index] = (penalty([W + step, W], 3, 7) - penalty([W - step, W], 3, 7)) / (2 * eps)
        np.testing.assert_allclose(gradient(W, 3, 7), expected, rtol=1e-10)


def test_penalties_and_gradients_by_hand() -> None:
    weights = [np.array([[1.0, -2.0], [0.0, 3.0]]), np.array([[-4.0]])]
    assert reg.l2_penalty(weights, 0.5, 4) == 0.5 / 8 * 30
    assert reg.l1_penalty(weights, 0.5, 4) == 0.5 / 4 * 10
    np.testing.assert_array_equal(reg.l2_gradient(weights[0], 0.5, 4), [[0.125, -0.25], [0, 0.375]])
    np.testing.assert_array_equal(reg.l1_gradient(weights[0], 0.5, 4), [[0.125, -0.125], [0, 0.125]])
    assert type(reg.l2_penalty([], 1, 1)) is type(reg.l1_penalty([], 1, 1)) is float
    assert reg.l2_penalty([], 1, 1) == reg.l1_penalty((), 1, 1) == 0
    assert reg.l2_penalty(weights, 0, 4) == reg.l1_penalty(weights, 0, 4) == 0


def test_penalties_of_extreme_weights_need_no_warning() -> None:
    for penalty in (reg.l2_penalty, reg.l1_penalty):
        assert penalty([np.array([[1e300, -1e300]])], 0, 1) == 0
        assert penalty([np.array([[1.7e308, -1.7e308]])] * 2, 1, 1) == math.inf
        assert type(penalty([np.array([[1e30]], np.float32)], 1, 1)) is float
    assert reg.l2_penalty([np.array([[1e200]])], 1e-300, 1) == pytest.approx(5e99)
    assert reg.l2_penalty([np.array([[1e30]], np.float32)], 1, 1) == pytest.approx(5e59, rel=1e-6)
    assert reg.l1_penalty([np.full((2, 2), 3e38, np.float32)], 1, 1) == pytest.approx(1.2e39, rel=1e-6)
    assert reg.l2_penalty([np.array([[100]], np.int8)], 1, 1) == 5000


def test_the_cost_counts_weights_and_never_biases() -> None:
    params = {
        "b2": np.full(1, 1e6),
        "W2": np.array([[2.0, 1.0]]),
        "W1": np.array([[1.0], [-3.0]]),
        "b1": np.full(2, 1e6),
    }
    protect(*params.values())
    assert reg.regularized_cost(0.75, params, 0.5, 4) == 0.75 + 0.5 / 8 * 15
    assert reg.regularized_cost(np.float64(-0.75), params, 0, 4) == -0.75
    assert type(reg.regularized_cost(np.float64(0.5), params, 1, 4)) is float
    normalized: dict[str, Any] = {"gamma1": np.full(2, 1e6), "beta1": np.full(2, 1e6), "running_W": 1e6, "c": 1e6}
    assert reg.regularized_cost(0.75, params | normalized, 0.5, 4) == 0.75 + 0.5 / 8 * 15
    many: dict[str, Any] = {f"{kind}{layer}": [[1.0]] for layer in range(1, 13) for kind in "Wb"}
    assert reg.regularized_cost(0, many, 2, 1) == 12


def test_ridge_stands_where_our_gradient_is_zero() -> None:
    rng = np.random.default_rng(0)
    m, lambd = 40, 3.0
    X, y = rng.normal(size=(m, 5)), rng.normal(size=m)
    model = Ridge(alpha=lambd, tol=1e-12).fit(X, y)  # ‖y - Xw‖² + λ‖w‖² is 2m times our cost
    W = model.coef_[None]
    residual = model.predict(X) - y
    dW = residual[None] @ X / m
    np.testing.assert_allclose(dW + reg.l2_gradient(W, lambd, m), 0, atol=1e-12)
    np.testing.assert_allclose(reg.weight_decay_step(W, dW, 0.5, lambd, m), W, atol=1e-12)

    def cost(w: np.ndarray) -> float:
        params = {"W1": w[None], "b1": np.array([model.intercept_])}
        return reg.regularized_cost(np.mean((X @ w + model.intercept_ - y) ** 2) / 2, params, lambd, m)

    found = scipy.optimize.minimize(cost, np.zeros(5), tol=1e-10).x
    np.testing.assert_allclose(found, model.coef_, atol=1e-5)


def test_lasso_stands_where_soft_thresholding_leaves_it() -> None:
    rng = np.random.default_rng(1)
    m, lambd, lr = 60, 12.0, 0.125
    X = rng.normal(size=(m, 6))
    y = X @ np.array([2.0, -1.0, 0.5, 0, 0, 0]) + 0.1 * rng.normal(size=m)
    model = Lasso(alpha=lambd / m, tol=1e-14, max_iter=100_000).fit(X, y)  # ‖y - Xw‖² / (2m) + λ/m · Σ|w| is our cost
    W = model.coef_[None]
    dW = (model.predict(X) - y)[None] @ X / m
    kept = W != 0
    assert 0 < kept.sum() < 6
    np.testing.assert_allclose((dW + reg.l1_gradient(W, lambd, m))[kept], 0, atol=1e-10)
    np.testing.assert_allclose(reg.soft_threshold(W - lr * dW, lr * lambd / m), W, atol=1e-10)

    def cost(w: np.ndarray) -> float:
        residual = X @ w + model.intercept_ - y
        return residual @ residual / (2 * m) + reg.l1_penalty([w[None]], lambd, m)

    moves = 1e-3 * rng.normal(size=(50, 6))
    assert all(cost(model.coef_) < cost(model.coef_ + move) for move in moves)


@given(matrices, st.floats(0.001, 2), lambds, counts, st.integers(0, 2**32))
@modest
def test_weight_decay_is_a_step_along_both_gradients(W: np.ndarray, lr: float, lambd: float, m: int, seed: int) -> None:
    dW = np.random.default_rng(seed).normal(size=W.shape)
    protect(W, dW)
    expected = W - lr * (dW + lambd / m * W)
    np.testing.assert_allclose(reg.weight_decay_step(W, dW, lr, lambd, m), expected, rtol=1e-10, atol=1e-10)


def test_mixed_precision_is_computed_in_double() -> None:
    W, dW = np.random.default_rng(2).normal(size=(2, 3, 4))
    for first, second in ((np.float32, np.float64), (np.float64, np.float32), (np.float32, np.float16)):
        narrow_W, narrow_dW = W.astype(first), dW.astype(second)
        expected = reg.weight_decay_step(narrow_W.astype(np.float64), narrow_dW.astype(np.float64), 0.1, 0.3, 7)
        observed = reg.weight_decay_step(narrow_W, narrow_dW, 0.1, 0.3, 7)
        np.testing.assert_array_equal(observed, expected, strict=True)


def test_weight_decay_by_hand() -> None:
    W, dW = np.array([[8.0, -4.0]]), np.array([[1.0, -2.0]])
    np.testing.assert_array_equal(reg.weight_decay_step(W, dW, 0.25, 2, 4), [[6.75, -3.0]])  # 7/8 W - 1/4 dW
    np.testing.assert_array_equal(reg.weight_decay_step(W, dW, 0.25, 0, 4), W - dW / 4)
    np.testing.assert_array_equal(reg.weight_decay_step(W, 0 * dW, 4, 2, 4), -W)  # too large a step turns the sign


@given(arrays(np.float64, array_shapes(max_dims=3, max_side=3), elements=finite), st.floats(0, 50))
@modest
def test_soft_thresholding_is_what_the_textbook_says(W: np.ndarray, t: float) -> None:
    protect(W)
    V = reg.soft_threshold(W, t)
    np.testing.assert_array_equal(V, np.sign(W) * np.maximum(np.abs(W) - t, 0))
    assert V.shape == W.shape
    assert not np.signbit(V[V == 0]).any() or t == 0  # no -0.0


@given(finite, st.floats(0, 50))
@modest
def test_soft_thresholding_gives_the_smallest_cost(w: float, t: float) -> None:
    v = reg.soft_threshold(np.array([w]), t)[0]
    others = np.concatenate([np.linspace(-150, 150, 601), v + np.array([-1e-3, 1e-3]), [0, w]])
    assert np.all((v - w) ** 2 / 2 + t * abs(v) <= (others - w) ** 2 / 2 + t * np.abs(others) + 1e-10)


def test_soft_thresholding_at_the_edges() -> None:
    W = np.array([[0.25, -0.25, 0.265625, -0.265625, 0.0, 1e300]])
    np.testing.assert_array_equal(reg.soft_threshold(W, 0.25), [[0, 0, 0.015625, -0.015625, 0, 1e300]])
    np.testing.assert_array_equal(reg.soft_threshold(W, 0), W)
    assert not reg.soft_threshold(W, math.inf).any()
    assert not reg.soft_threshold(W.clip(-1, 1).astype(np.float32), math.inf).any()


def stop_slowly(errors: list[float], patience: int) -> tuple[int, int]:
    """Read the contract's sentence word by word."""
    last = len(errors) - 1

    def is_better(epoch: int) -> bool:
        return all(errors[epoch] < earlier for earlier in errors[:epoch])

    stops = [e for e in range(patience, last + 1) if not any(is_better(i) for i in range(e - patience + 1, e + 1))]
    stop_epoch = min(stops, default=last)
    return errors.index(min(errors[: stop_epoch + 1])), stop_epoch


@given(st.lists(st.integers(0, 5).map(lambda n: n / 8), min_size=1, max_size=14), st.integers(1, 6))
@settings(modest, max_examples=500)
def test_early_stopping_is_the_contracts_sentence(errors: list[float], patience: int) -> None:
    observed = reg.early_stopping(errors, patience)
    assert observed == stop_slowly(errors, patience)
    assert [type(epoch) for epoch in observed] == [int, int]
    array = np.array(errors, np.float32)
    protect(array)
    assert reg.early_stopping(array, patience) == observed  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("errors", "patience", "expected"),
    [
        ([0.5], 1, (0, 0)),
        ([0.5, 0.5], 1, (0, 1)),
        ([0.5, 0.25, 0.375, 0.25, 0.125], 1, (1, 2)),
        ([0.5, 0.25, 0.375, 0.25, 0.125], 2, (1, 3)),
        ([0.5, 0.25, 0.375, 0.25, 0.125], 3, (4, 4)),
        ([0.5, 0.625, 0.5625, 0.53125], 3, (0, 3)),  # better than the epoch before is not better than the best
        ([0.5, 0.75, 0.25, 0.75, 0.125], 2, (4, 4)),  # the count starts again
        ([0.5, 0.4, 0.3], 1, (2, 2)),
        ([3, 2, 1, 1, 1], 9, (2, 4)),
        ([math.inf, 1.0, math.inf], 1, (1, 2)),
        ([0.5, 0.5 - 2.0**-52, 0.75], 1, (1, 2)),  # better by ever so little is better
        ([1e-300, 0.0, 1e-320], 1, (1, 2)),
    ],
)
def test_early_stopping_by_hand(errors: list[float], patience: int, expected: tuple[int, int]) -> None:
    assert reg.early_stopping(errors, patience) == expected


def test_single_precision_stays_and_integers_become_double() -> None:
    kinds = dict.fromkeys((np.float16, np.float64, np.int32, np.uint8), np.float64) | {np.float32: np.float32}
    lambd, lr = np.float64(0.1), np.float64(0.1)
    for kind, expected in kinds.items():
        W = np.ones((3, 2), dtype=kind)
        assert reg.l2_gradient(W, lambd, 10).dtype == expected
        assert reg.l1_gradient(W, lambd, 10).dtype == expected
        assert reg.weight_decay_step(W, W, lr, lambd, 10).dtype == expected
        assert reg.soft_threshold(W, lambd).dtype == expected
        assert reg.weight_decay_step(W, W.astype(np.float32), lr, lambd, 10).dtype == expected
        assert reg.weight_decay_step(W.astype(np.float32), W, lr, lambd, 10).dtype == expected
    calls: list[Any] = [reg.l2_gradient, reg.l1_gradient, lambda W, lambd, m: reg.weight_decay_step(W, W, lr, lambd, m)]
    for call in calls:
        np.testing.assert_array_equal(call([[1, -2]], 1, 2), call(np.array([[1.0, -2.0]]), 1, 2))
    np.testing.assert_array_equal(reg.l1_gradient(np.array([[3, 0]], np.uint8), 1, 2), [[0.5, 0]])
    np.testing.assert_array_equal(reg.soft_threshold(np.array([[3, 0]], np.uint8), 0.5), [[2.5, 0]])


W = np.ones((2, 2))
PENALIZED: dict[str, Callable[[Any, Any], Any]] = {
    "l2_penalty": lambda lambd, m: reg.l2_penalty([W], lambd, m),
    "l2_gradient": lambda lambd, m: reg.l2_gradient(W, lambd, m),
    "l1_penalty": lambda lambd, m: reg.l1_penalty([W], lambd, m),
    "l1_gradient": lambda lambd, m: reg.l1_gradient(W, lambd, m),
    "regularized_cost": lambda lambd, m: reg.regularized_cost(1.0, {"W1": W}, lambd, m),
    "weight_decay_step": lambda lambd, m: reg.weight_decay_step(W, W, 0.1, lambd, m),
}


@pytest.mark.parametrize("call", PENALIZED.values(), ids=PENALIZED)
def test_a_lambd_or_m_that_is_none_is_refused_by_name(call: Callable[[Any, Any], Any]) -> None:
    call(0, 1)
    for lambd in (-0.5, math.nan, math.inf, None):
        with pytest.raises(ValueError, match="^lambd must be a number >= 0 and < inf, got"):
            call(lambd, 1)
    for m in (0, -3, 2.5):
        with pytest.raises(ValueError, match="^m must be a whole number >= 1, got"):
            call(0.5, m)


REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: reg.vector_norms(W), r"x must have shape \(n,\), got \(2, 2\)"),
    (lambda: reg.regularized_cost(math.nan, {}, 1, 1), "data_cost must be a number, got nan"),
    (lambda: reg.regularized_cost(1.0, [W], 1, 1), r"params must be a dict, got \[array"),  # type: ignore[arg-type]
    (lambda: reg.weight_decay_step(W, W, -1, 1, 1), "lr must be a number >= 0, got -1"),
    (lambda: reg.weight_decay_step(W, W[0], 0.1, 1, 1), r"dW must have shape \(2, 2\), got \(2,\)"),
    (lambda: reg.soft_threshold(W, -0.25), "t must be a number >= 0, got -0.25"),
    (lambda: reg.early_stopping([], 1), "dev_errors must have at least one row, got 0"),
    (lambda: reg.early_stopping([[0.5]], 1), r"dev_errors must have shape \(n_epochs,\), got \(1, 1\)"),  # type: ignore
    (lambda: reg.early_stopping([0.5], 0), "patience must be a whole number >= 1, got 0"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_bad_arguments_are_refused_by_name(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        call()
