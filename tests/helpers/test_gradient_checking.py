"""The references of topic 07 against SciPy, scikit-learn, complex steps, exact fractions and their contracts."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any
from unittest.mock import Mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from scipy import differentiate, optimize
from sklearn.neural_network import MLPClassifier

from helpers import gradient_checking as gc

repeatable = settings(deadline=None, max_examples=60, derandomize=True)
any_array = st.sampled_from([np.float32, np.float64]).flatmap(
    lambda dtype: arrays(dtype, array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=3))
)


def locked(array: np.ndarray) -> np.ndarray:
    """Return the array, which now refuses to be written to."""
    array.flags.writeable = False
    return array


@repeatable
@given(st.integers(-64, 64), st.integers(1, 64), st.lists(st.integers(-5, 5), min_size=4, max_size=4))
def test_the_two_slopes_are_the_exact_quotients(x_64: int, eps_64: int, coefficients: list[int]) -> None:
    def cubic(x: Any) -> Any:
        return sum(coefficient * x**power for power, coefficient in enumerate(coefficients))

    x, eps = Fraction(x_64, 64), Fraction(eps_64, 64)
    one, two = gc.one_sided(cubic, float(x), float(eps)), gc.two_sided(cubic, float(x), float(eps))
    assert type(one) is type(two) is float
    assert one == pytest.approx(float((cubic(x + eps) - cubic(x)) / eps), abs=1e-9)
    assert two == pytest.approx(float((cubic(x + eps) - cubic(x - eps)) / (2 * eps)), abs=1e-9)


@pytest.mark.parametrize(("slope", "shrinks_by"), [(gc.one_sided, 2), (gc.two_sided, 4)])
def test_half_the_step_has_a_half_or_a_quarter_of_the_error(slope: Callable[..., float], shrinks_by: int) -> None:
    exact = differentiate.derivative(np.exp, 0.5).df
    errors = [slope(math.exp, 0.5, eps) - exact for eps in (0.01, 0.005)]
    assert errors[0] / errors[1] == pytest.approx(shrinks_by, rel=0.01)


def test_a_slope_is_a_python_float_and_f_gets_one_whatever_comes_in() -> None:
    f = Mock(side_effect=lambda x: np.float64(x) ** 2)
    pairs: list[Any] = [(3, 1), (np.float32(3), np.float32(1)), (np.int64(3), np.float64(1))]
    for x, eps in pairs:
        one, two = gc.one_sided(f, x, eps), gc.two_sided(f, x, eps)
        assert (one, two) == (7, 6) and type(one) is type(two) is float
    assert {type(call.args[0]) for call in f.call_args_list} == {float}


def test_the_vector_follows_the_dict_and_reads_each_array_row_by_row() -> None:
    params = {"W2": np.array([[1, 2], [3, 4]], order="F"), "b1": np.array([5.0]), "W1": np.array([[6.0, 8], [7, 9]]).T}
    theta = gc.params_to_vector(params)
    np.testing.assert_array_equal(theta, [1, 2, 3, 4, 5, 6, 7, 8, 9])
    back = gc.vector_to_params(theta, params)
    assert list(back) == ["W2", "b1", "W1"]
    np.testing.assert_array_equal(back["W2"], [[1, 2], [3, 4]])
    np.testing.assert_array_equal(back["W1"], [[6, 7], [8, 9]])


@repeatable
@given(st.dictionaries(st.text(max_size=3), any_array, min_size=1, max_size=4))
def test_a_round_trip_is_exact_to_the_bit_whatever_the_dtypes(params: dict[str, np.ndarray]) -> None:
    theta = locked(gc.params_to_vector({key: locked(values) for key, values in params.items()}))
    assert theta.shape == (sum(values.size for values in params.values()),)
    assert theta.dtype == (np.float32 if {v.dtype.type for v in params.values()} == {np.float32} else np.float64)
    back, again = gc.vector_to_params(theta, params), gc.vector_to_params(theta, params)
    assert list(back) == list(params)
    for key, values in params.items():
        assert not any(np.shares_memory(back[key], other) for other in (theta, again[key]))
        assert not np.shares_memory(theta, values)
        assert (back[key].dtype, back[key].shape) == (values.dtype, values.shape)
        np.testing.assert_array_equal(back[key], values)
        np.testing.assert_array_equal(np.signbit(back[key]), np.signbit(values))


def test_integers_count_as_float64_so_that_a_moved_theta_survives() -> None:
    params = {"W1": [[1, 2]], "b1": np.array([3])}
    theta = gc.params_to_vector(params)  # type: ignore[arg-type]
    assert theta.dtype == np.float64
    back = gc.vector_to_params(theta + 0.25, params)  # type: ignore[arg-type]
    assert back["W1"].tolist() == [[1.25, 2.25]] and back["b1"].tolist() == [3.25]
    assert back["W1"].dtype == back["b1"].dtype == np.float64
    assert gc.vector_to_params([1, 2, 3], params)["b1"].tolist() == [3]  # type: ignore[arg-type]


BOTH = [
    gc.numerical_gradient,
    lambda f, *rest: gc.numerical_gradient_batched(lambda T: np.array([f(t) for t in T]), *rest),
]


def wavy(theta: Any) -> Any:
    return np.sin(theta[0]) * theta[1] ** 2 + np.exp(theta[2] * theta[0]) - theta[1] * theta[2]


POINT = locked(np.array([0.3, -1.2, 0.7]))
SLOPES = np.array([wavy(POINT + 1e-30j * unit).imag / 1e-30 for unit in np.eye(3)])


@pytest.mark.parametrize("gradient", BOTH)
def test_the_gradient_is_that_of_complex_steps_and_of_scipy(gradient: Callable[..., np.ndarray]) -> None:
    found = gradient(wavy, POINT)
    assert found.dtype == np.float64 and found.shape == (3,)
    np.testing.assert_allclose(found, SLOPES, rtol=1e-9)
    np.testing.assert_allclose(found, optimize.approx_fprime(POINT, wavy), rtol=1e-6)


@pytest.mark.parametrize("gradient", BOTH)
def test_the_step_is_eps_on_both_sides_and_1e_minus_5_when_none_is_given(gradient: Callable[..., np.ndarray]) -> None:
    def cubes(theta: np.ndarray) -> Any:
        return np.sum(theta**3)

    np.testing.assert_allclose(gradient(cubes, np.zeros(2)), [1e-10, 1e-10], rtol=1e-12, atol=0)
    np.testing.assert_array_equal(gradient(cubes, np.zeros(2), 0.25), [0.0625, 0.0625])
    np.testing.assert_array_equal(gradient(cubes, np.array([1.0, -2.0]), 0.5), [3.25, 12.25])


@pytest.mark.parametrize("gradient", BOTH)
@pytest.mark.parametrize("theta", [[2, 3], np.array([2, 3]), np.array([2, 3], np.float32), np.array([2.0, 3.0])])
def test_the_steps_are_taken_in_float64_from_any_theta(gradient: Callable[..., np.ndarray], theta: Any) -> None:
    f = Mock(side_effect=lambda theta: theta[0] * theta[1])
    found = gradient(f, theta)
    np.testing.assert_allclose(found, [3, 2], rtol=1e-7)
    assert {call.args[0].dtype for call in f.call_args_list} == {np.dtype(np.float64)}
    assert found.dtype == (np.float32 if getattr(theta, "dtype", None) == np.float32 else np.float64)


def test_theta_is_as_it_was_also_when_f_raises_or_writes_or_keeps_what_it_gets() -> None:
    theta = np.array([0.1, -0.0, 1e-300, 1e17])
    before, kept = theta.tobytes(), []

    def rude(moved: np.ndarray) -> float:
        assert np.signbit(moved[1]) or moved[1] != 0  # the other components have not moved by a bit
        kept.append(moved.copy())
        moved *= 7
        if len(kept) == 5:
            raise ArithmeticError
        return float(moved[0])

    with pytest.raises(ArithmeticError):
        gc.numerical_gradient(rude, theta)
    np.testing.assert_allclose(gc.numerical_gradient(rude, theta), [7, 0, 0, 0], rtol=1e-9)
    assert theta.tobytes() == before
    assert np.count_nonzero(np.array(kept[-8:]) != theta, axis=1).tolist() == [1, 1, 1, 1, 1, 1, 0, 0]


@pytest.mark.parametrize(("block_size", "batches"), [(1, [1] * 5), (10, [2, 2, 1]), (14, [2, 2, 1]), (25, [5])])
def test_batches_give_the_same_bits_and_hold_no_more_than_a_block(
    monkeypatch: pytest.MonkeyPatch, block_size: int, batches: list[int]
) -> None:
    theta = locked(np.random.default_rng(0).normal(size=5))
    calls = []

    def f(thetas: np.ndarray) -> np.ndarray:
        calls.append(len(thetas))
        return thetas[:, 0] * thetas[:, 1] ** 3 / thetas[:, 2] + thetas[:, 3] * thetas[:, 4]

    monkeypatch.setattr(gc, "_BLOCK_SIZE", block_size)
    found = gc.numerical_gradient_batched(f, theta)
    assert calls == [size for size in batches for _ in "+-"]
    np.testing.assert_array_equal(found, gc.numerical_gradient(lambda t: f(t[np.newaxis])[0], theta))


def test_a_usual_theta_needs_two_calls_and_an_empty_one_none() -> None:
    f = Mock(side_effect=lambda thetas: thetas[:, 0])
    assert gc.numerical_gradient_batched(f, np.zeros(1000)).sum() == pytest.approx(1)
    assert [call.args[0].shape for call in f.call_args_list] == [(1000, 1000)] * 2
    assert gc.numerical_gradient_batched(f, np.zeros(0)).shape == gc.numerical_gradient(f, np.zeros(0)).shape == (0,)


@repeatable
@given(st.integers(0, 10**6), st.sampled_from([1.0, 1e-5, 1e-9]), st.sampled_from([1, 1e-200, 1e200, 1e-300]))
def test_the_relative_difference_is_the_quotient_of_norms_at_any_size(seed: int, noise: float, size: float) -> None:
    rng = np.random.default_rng(seed)
    g = rng.normal(size=(3, 2)) * size
    g_approx = g + noise * rng.normal(size=(3, 2)) * size
    norms = [math.hypot(*(values / size).ravel()) for values in (g - g_approx, g, g_approx)]
    difference = gc.relative_difference(locked(g), locked(g_approx))
    assert type(difference) is float
    assert difference == pytest.approx(norms[0] / (norms[1] + norms[2]), rel=1e-13)


BY_HAND: list[tuple[Any, Any, float]] = [
    ([3, 4], [3, 0], 0.5), ([0, 0], [0, 0], 0), ([0.0], [1e-300], 1), ([5e-324], [0], 1), ([5e-324], [5e-324], 0),
    ([1.7e308], [-1.7e308], 1), ([1e308] * 2, [1e308] * 2, 0), ([[1, 1]], [[1, -1]], 0.5**0.5), (2, 1, 1 / 3), ([], [], 0),
]  # fmt: skip


@pytest.mark.parametrize(("g", "g_approx", "expected"), BY_HAND)
def test_differences_by_hand(g: Any, g_approx: Any, expected: float) -> None:
    both_ways = [gc.relative_difference(g, g_approx), gc.relative_difference(g_approx, g)]
    assert both_ways == pytest.approx([expected, expected], rel=1e-15, abs=0)


def test_a_gradient_that_is_no_number_never_looks_right() -> None:
    assert math.isnan(gc.relative_difference(np.zeros(2), np.array([0, np.nan])))
    assert math.isnan(gc.relative_difference(np.array([0, np.nan]), np.zeros(2)))
    assert math.isnan(gc.relative_difference(np.array([np.inf]), np.ones(1)))


def test_single_precision_gradients_are_compared_in_double_precision() -> None:
    g, g_approx = np.array([1, 2], np.float32), np.array([1, 3], np.float32)
    assert gc.relative_difference(g, g_approx) == pytest.approx(1 / (5**0.5 + 10**0.5), rel=1e-15)
    assert gc.relative_difference(g, g + np.array([1e-12, 0])) == pytest.approx(1e-12 / 20**0.5, rel=1e-3)


def test_a_right_gradient_is_good_and_a_planted_bug_is_found_in_place() -> None:
    difference, worst_index = gc.check_gradient(wavy, lambda theta: SLOPES, POINT)
    assert difference < 1e-9 and type(difference) is float and type(worst_index) is int
    for index in range(3):
        grad = Mock(return_value=SLOPES + 0.1 * np.eye(3)[index])
        difference, worst_index = gc.check_gradient(wavy, grad, POINT)
        norms = np.linalg.norm(SLOPES) + np.linalg.norm(grad.return_value)
        assert difference == pytest.approx(0.1 / norms, rel=1e-6)
        assert difference == pytest.approx(optimize.check_grad(wavy, grad, POINT) / norms, rel=1e-5)
        assert worst_index == index


def test_the_worst_component_has_the_largest_absolute_gap_whatever_its_sign_or_share() -> None:
    for g, worst in (([990.0, 3.0], 0), ([1001.0, -7.0], 1)):
        grad = Mock(return_value=np.array(g))
        assert gc.check_gradient(lambda theta: 1000 * theta[0] + theta[1], grad, np.zeros(2))[1] == worst


def test_check_gradient_hands_its_step_on_and_takes_1e_minus_5_when_none_is_given() -> None:
    def f(theta: np.ndarray) -> Any:
        return np.sum(theta**3)

    for rest, eps in (((), 1e-5), ((0.25,), 0.25)):
        difference, _ = gc.check_gradient(f, Mock(return_value=np.array([3 * eps**2])), np.zeros(1), *rest)
        assert difference == pytest.approx(0.5, rel=1e-12)


def test_check_gradient_gives_both_functions_the_same_theta_in_double_precision() -> None:
    def rude(theta: np.ndarray) -> np.ndarray:
        assert theta.dtype == np.float64
        theta *= 2
        return theta

    thetas: list[Any] = [np.array([1.0, 2.0]), np.array([1, 2], np.float32), [1, 2]]
    for theta in thetas:
        assert gc.check_gradient(lambda theta: float(np.sum(theta**2)), rude, theta)[0] < 1e-9
        np.testing.assert_array_equal(theta, [1, 2])


def test_the_worst_parameter_is_the_one_relatively_furthest_off_paired_by_key() -> None:
    grads = {"W1": np.array([[100.0, 0.0]]), "b1": np.array([0.001]), "W2": np.zeros((2, 2)), "b2": np.ones(1)}
    approx = {"b2": np.ones(1), "W2": np.zeros((2, 2)), "b1": np.array([0.002]), "W1": np.array([[101.0, 0.0]])}
    assert gc.worst_parameter(grads, approx) == "b1"
    assert gc.worst_parameter(approx, grads) == "b1"
    assert gc.worst_parameter(grads | {"b2": np.array([-1.0])}, approx) == "b2"
    assert gc.worst_parameter(grads | {"W2": np.full((2, 2), np.nan)}, approx) == "W2"
    assert gc.worst_parameter({"W2": np.zeros(1), "b2": np.array([2])}, {"W2": np.zeros(1), "b2": np.ones(1)}) == "b2"
    assert gc.worst_parameter({"b": np.zeros(1), "a": np.zeros(1)}, {"a": np.zeros(1), "b": np.zeros(1)}) == "b"


def network(m: int = 6) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    rng = np.random.default_rng(m)
    params = {}
    for layer, (n_in, n_out) in enumerate([(4, 5), (5, 3), (3, 1)], start=1):
        params[f"b{layer}"] = locked(rng.normal(size=n_out))
        params[f"W{layer}"] = locked(rng.normal(size=(n_out, n_in)))
    return locked(rng.normal(size=(m, 4))), locked(rng.integers(0, 2, m)), params


def forward(X: np.ndarray, params: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    cache = {"A0": X}
    for layer in (1, 2, 3):
        Z = cache[f"A{layer - 1}"] @ params[f"W{layer}"].T + params[f"b{layer}"]
        A = Z * (Z.real > 0) if layer < 3 else 1 / (1 + np.exp(-Z))
        cache |= {f"Z{layer}": locked(Z), f"A{layer}": locked(A)}
    return cache


@pytest.mark.parametrize("m", [1, 2, 6])
def test_every_gradient_of_the_network_is_that_of_a_complex_step(m: int) -> None:
    X, y, params = network(m)
    grads = gc.backward_fixed(X, y, params, forward(X, params))
    assert list(grads) == list(params)
    for key, values in params.items():
        expected = np.empty_like(values)
        for index in np.ndindex(*values.shape):
            moved: np.ndarray = values.astype(complex)
            moved[index] += 1e-30j
            A3 = forward(X, params | {key: moved})["A3"][:, 0]
            expected[index] = -np.mean(y * np.log(A3) + (1 - y) * np.log(1 - A3)).imag / 1e-30
        assert grads[key].shape == values.shape
        np.testing.assert_allclose(grads[key], expected, rtol=1e-10, atol=1e-15)


def test_the_gradients_are_the_steps_of_scikit_learns_network() -> None:
    X, _, _ = network()
    y = np.array([0, 1, 1, 0, 1, 0])
    model = MLPClassifier((5, 3), solver="sgd", momentum=0, alpha=0, learning_rate_init=1, batch_size=6, random_state=0)
    model.partial_fit(X, y, classes=[0, 1])
    params = {f"W{layer}": W.T.copy() for layer, W in enumerate(model.coefs_, start=1)}
    params |= {f"b{layer}": b.copy() for layer, b in enumerate(model.intercepts_, start=1)}
    model.partial_fit(X, y)
    grads = gc.backward_fixed(X, y, params, forward(X, params))
    for layer, (W, b) in enumerate(zip(model.coefs_, model.intercepts_, strict=True), start=1):
        np.testing.assert_allclose(params[f"W{layer}"] - W.T, grads[f"W{layer}"], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(params[f"b{layer}"] - b, grads[f"b{layer}"], rtol=1e-9, atol=1e-12)


def test_a_saturated_output_gives_plain_numbers_and_a_unit_at_zero_none() -> None:
    X, _, params = network()
    y = np.array([0, 1, 0, 1, 1, 0])
    cache = forward(X, params)
    right, wrong = (gc.backward_fixed(X, y, params, cache | {"A3": A3[:, np.newaxis]}) for A3 in (y, 1.0 - y))
    assert not any(values.any() for values in right.values())
    np.testing.assert_allclose(wrong["W3"][0], (1 - 2 * y) @ cache["A2"] / 6)
    flat = gc.backward_fixed(X, y, params, cache | {"Z1": np.zeros((6, 5))})
    assert [key for key, values in flat.items() if values.any()] == ["b2", "W2", "b3", "W3"]
    flat = gc.backward_fixed(X, y, params, cache | {"Z2": np.zeros((6, 3))})
    assert [key for key, values in flat.items() if values.any()] == ["b3", "W3"]


def test_targets_of_any_kind_and_a_flat_output_give_the_same_in_the_precision_of_the_arrays() -> None:
    X, y, params = network()
    cache = forward(X, params)
    expected = gc.backward_fixed(X, y, params, cache)
    X_32 = X.astype(np.float32)
    single = [{key: values.astype(np.float32) for key, values in arrays.items()} for arrays in (params, cache)]
    for kind in (bool, np.int8, np.uint8, np.float32, np.float64):
        grads = gc.backward_fixed(X, y.astype(kind), params, cache | {"A3": cache["A3"][:, 0]})
        singles = gc.backward_fixed(X_32, y.astype(kind), single[0], single[1])
        for key, values in expected.items():
            np.testing.assert_array_equal(grads[key], values)
            assert singles[key].dtype == np.float32
            np.testing.assert_allclose(singles[key], values, rtol=1e-3, atol=1e-5)
    mixtures: list[Any] = [(X, y, *single), (X_32, y, params, single[1]), (X_32, y, single[0], cache)]
    for mixed in mixtures:
        assert {values.dtype.name for values in gc.backward_fixed(*mixed).values()} == {"float64"}


def backward(y: Any = (0, 1, 1, 0, 1, 0), X: Any = None, without: str = "", **changes: Any) -> Any:
    inputs, _, params = network()
    cache = {key: values for key, values in forward(inputs, params).items() if key != without}
    cache |= {key: values for key, values in changes.items() if key[0] in "ZA"}
    params |= {key: values for key, values in changes.items() if key[0] in "Wb"}
    return gc.backward_fixed(inputs if X is None else X, y, params, cache)


v, two = np.ones(2), {"W1": np.ones((1, 2)), "b1": np.ones(1)}
REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: gc.one_sided(abs, 1.0, 0.0), "eps must be a number > 0, got 0.0"),
    (lambda: gc.two_sided(abs, 1.0, 0.0), "eps must be a number > 0, got 0.0"),
    (lambda: gc.one_sided(abs, v, 0.1), r"x must be a number, got array.*"),  # type: ignore[arg-type]
    (lambda: gc.two_sided(abs, math.nan, 0.1), "x must be a number, got nan"),
    (lambda: gc.params_to_vector({}), "params must be a dict of at least one array, got {}"),
    (lambda: gc.vector_to_params(v, {}), "like must be a dict of at least one array, got {}"),
    (lambda: gc.vector_to_params(v, two), r"theta must have shape \(3,\), got \(2,\)"),
    (lambda: gc.vector_to_params(np.ones(4), two), r"theta must have shape \(3,\), got \(4,\)"),
    (lambda: gc.vector_to_params(np.ones((3, 1)), two), r"theta must have shape \(3,\), got \(3, 1\)"),
    (lambda: gc.numerical_gradient(np.sum, np.ones((2, 1))), r"theta must have shape \(n,\), got \(2, 1\)"),
    (lambda: gc.numerical_gradient(np.sum, v, 0.0), "eps must be a number > 0, got 0.0"),
    (lambda: gc.numerical_gradient_batched(np.sum, np.ones((2, 1))), r"theta must have shape \(n,\), got \(2, 1\)"),
    (lambda: gc.numerical_gradient_batched(np.sum, v, 0.0), "eps must be a number > 0, got 0.0"),
    (lambda: gc.numerical_gradient_batched(np.sum, v), r"f's costs, .* must have shape \(2, 2\), got \(2,\)"),
    (lambda: gc.numerical_gradient_batched(abs, v), r"f's costs, .* must have shape \(2, 2\), got \(2, 2, 2\)"),
    (lambda: gc.relative_difference(v, np.ones((2, 1))), r"g_approx must have shape \(2,\), got \(2, 1\)"),
    (lambda: gc.check_gradient(np.sum, abs, np.ones((2, 1))), r"theta must have shape \(n,\), got \(2, 1\)"),
    (lambda: gc.check_gradient(np.sum, abs, np.ones(0)), "theta must have at least one row, got 0"),
    (lambda: gc.check_gradient(np.sum, np.sum, v), r"grad\(theta\) must have shape \(2,\), got \(\)"),
    (lambda: gc.worst_parameter({}, {}), r"approx must have the keys of grads .*, got \[\] and \[\]"),
    (lambda: gc.worst_parameter(two, {"W1": v}), r"approx must have the keys of grads .* and \['W1'\]"),
    (lambda: gc.worst_parameter({"b1": v}, two), r"approx must have the keys of grads .* and \['W1', 'b1'\]"),
    (lambda: gc.worst_parameter(two, two | {"b1": v}), r"approx\['b1'\] must have shape \(1,\), got \(2,\)"),
    (lambda: backward(y=[0, 1, 2, 0, 0, 1]), r"y must hold labels 0 .. 1, got 0 .. 2"),
    (lambda: backward(y=[0, 1]), "X and y must have the same number of rows, got 6 and 2"),
    (lambda: backward(X=v), r"X must have shape \(m, n_0\), got \(2,\)"),
    (lambda: backward(X=np.ones((6, 3))), r"params\['W1'\] must have shape \(n_1, 3\), got \(5, 4\)"),
    (lambda: backward(W4=np.ones((1, 1)), b4=np.ones(1)), "params must have three layers, got .*"),
    (lambda: backward(W3=np.ones((2, 3)), b3=v), r"params\['W3'\] must have shape \(1, n_2\), got \(2, 3\)"),
    (lambda: backward(without="Z2"), "cache must be a dict with the keys A0, Z1, A1, Z2, A2, A3, got .*"),
    (lambda: backward(A3=np.ones((1, 6))), r"cache\['A3'\] must have shape \(6, 1\), got \(1, 6\)"),
    (lambda: backward(Z1=np.ones((6, 4))), r"cache\['Z1'\] must have shape \(6, 5\), got \(6, 4\)"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_bad_input_is_refused_by_name(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"(?s)^{message}$"):
        call()
