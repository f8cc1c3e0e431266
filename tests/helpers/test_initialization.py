"""The references of topic 03 against known distributions, enumerations and their contracts."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from helpers import initialization
from helpers.initialization import Params

Initializer = Callable[[list[int], np.random.Generator], Params]

DRAWN: dict[str, tuple[Initializer, Callable[[int, int], float]]] = {
    "normal": (lambda dims, rng: initialization.init_normal(dims, 0.25, rng), lambda n_in, n_out: 0.25),
    "he": (initialization.init_he, lambda n_in, n_out: math.sqrt(2 / n_in)),
    "xavier": (initialization.init_xavier, lambda n_in, n_out: math.sqrt(1 / n_in)),
    "glorot": (initialization.init_glorot, lambda n_in, n_out: math.sqrt(2 / (n_in + n_out))),
}
ALL: dict[str, Initializer] = {name: init for name, (init, _) in DRAWN.items()}
ALL["zeros"] = lambda dims, rng: initialization.init_zeros(dims)

modest = settings(deadline=None, max_examples=60, derandomize=True)
each_drawn = pytest.mark.parametrize(("init", "std"), DRAWN.values(), ids=DRAWN)
each_init = pytest.mark.parametrize("init", ALL.values(), ids=ALL)


def make_params(*layers: tuple[object, object], dtype: type = np.float64) -> Params:
    params: Params = {}
    for layer, (W, b) in enumerate(layers, start=1):
        params[f"W{layer}"], params[f"b{layer}"] = np.array(W, dtype=dtype), np.array(b, dtype=dtype)
    return params


# --- the initializers ------------------------------------------------------------------------------------------------


@each_init
@given(layer_dims=st.lists(st.integers(1, 6), min_size=2, max_size=5))
@modest
def test_every_layer_has_its_shape_in_order_and_biases_are_zero(init: Initializer, layer_dims: list[int]) -> None:
    before = list(layer_dims)
    params = init(layer_dims, np.random.default_rng(0))
    assert layer_dims == before
    n_layers = len(layer_dims) - 1
    assert list(params) == [f"{kind}{layer}" for layer in range(1, n_layers + 1) for kind in "Wb"]
    for layer in range(1, n_layers + 1):
        W, b = params[f"W{layer}"], params[f"b{layer}"]
        assert W.shape == (layer_dims[layer], layer_dims[layer - 1])
        assert b.shape == (layer_dims[layer],)
        assert W.dtype == b.dtype == np.float64
        assert not b.any()


def test_zeros_are_zeros() -> None:
    assert not any(value.any() for value in initialization.init_zeros([3, 4, 5, 1]).values())


@each_drawn
def test_weights_follow_the_normal_law_of_their_layer(init: Initializer, std: Callable[[int, int], float]) -> None:
    layer_dims = [60, 150, 90, 240]
    params = init(layer_dims, np.random.default_rng(3))
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layer_dims), start=1):
        W, sigma = params[f"W{layer}"].ravel(), std(n_in, n_out)
        assert stats.kstest(W, "norm", args=(0, sigma)).pvalue > 1e-3
        # The sum of squares is chi-squared: its 1e-10 quantiles, by SciPy.
        low, high = stats.chi2.ppf([1e-10, 1 - 1e-10], df=W.size)
        assert low < np.sum((W / sigma) ** 2) < high


@each_drawn
def test_weights_are_independent_across_units_inputs_and_layers(
    init: Initializer, std: Callable[[int, int], float]
) -> None:
    params = init([100, 100, 100, 100], np.random.default_rng(5))
    W1, W2, W3 = (params[f"W{layer}"] for layer in (1, 2, 3))
    pairs = [(W1, W2), (W2, W3), (W1, W3), (W1[1:], W1[:-1]), (W1[:, 1:], W1[:, :-1])]
    for first, second in pairs:
        correlation = np.sum(first * second) / std(100, 100) ** 2 / first.size
        assert abs(correlation) < 0.07  # nearly seven standard errors of 1 / 100


def test_he_draws_the_stream_that_published_numbers_rest_on() -> None:
    layer_dims = [2, 10, 5, 1]
    params = initialization.init_he(layer_dims, np.random.default_rng(7))
    rng = np.random.default_rng(7)
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layer_dims), start=1):
        expected = rng.standard_normal((n_out, n_in)) * math.sqrt(2 / n_in)
        np.testing.assert_array_equal(params[f"W{layer}"], expected, strict=True)


def test_normal_scales_the_same_draws() -> None:
    small = initialization.init_normal([3, 2], 0.5, np.random.default_rng(1))
    large = initialization.init_normal([3, 2], 4, np.random.default_rng(1))
    np.testing.assert_array_equal(large["W1"], 8 * small["W1"])
    assert not initialization.init_normal([3, 2], 0, np.random.default_rng(1))["W1"].any()


@each_drawn
def test_only_the_generator_decides(init: Initializer, std: object) -> None:
    first, again, other = (init([20, 10, 5], np.random.default_rng(seed)) for seed in (1, 1, 2))
    rng = np.random.default_rng(1)
    earlier, later = init([20, 10, 5], rng), init([20, 10, 5], rng)
    for name in ("W1", "W2"):
        np.testing.assert_array_equal(first[name], again[name])
        np.testing.assert_array_equal(first[name], earlier[name])
        assert not np.any(first[name] == other[name])
        assert not np.any(earlier[name] == later[name])


@each_init
def test_sizes_may_be_numpy_integers_in_any_sequence(init: Initializer) -> None:
    for layer_dims in ((3, 2), np.array([3, 2]), [np.int32(3), 2]):
        assert init(layer_dims, np.random.default_rng(0))["W1"].shape == (2, 3)  # type: ignore[arg-type]


@each_init
def test_no_array_is_shared_between_layers_or_calls(init: Initializer) -> None:
    one, two = (init([2, 2, 2], np.random.default_rng(0)) for _ in range(2))
    for first, second in itertools.combinations([*one.values(), *two.values()], 2):
        assert not np.shares_memory(first, second)


@each_init
@pytest.mark.parametrize(
    ("layer_dims", "message"),
    [
        (5, "layer_dims must be a sequence, got 5"),
        (None, "layer_dims must be a sequence, got None"),
        ([], "layer_dims must have at least two sizes, got"),
        ([3], "layer_dims must have at least two sizes, got"),
        ([3, 0], "each size in layer_dims must be a whole number >= 1, got 0"),
        ([-1, 2], "each size in layer_dims must be a whole number >= 1, got -1"),
        ([3, 2.5], "each size in layer_dims must be a whole number >= 1, got 2.5"),
    ],
)
def test_sizes_that_are_none_are_refused_by_name(init: Initializer, layer_dims: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        init(layer_dims, np.random.default_rng(0))


@each_drawn
@pytest.mark.parametrize("rng", [0, None, np.random], ids=str)
def test_what_is_no_generator_is_refused_by_name(init: Initializer, std: object, rng: Any) -> None:
    with pytest.raises(ValueError, match=r"^rng must be a numpy\.random\.Generator, got"):
        init([3, 2], rng)


@pytest.mark.parametrize("scale", [-0.5, math.nan, math.inf, "1"])
def test_a_scale_that_is_none_is_refused_by_name(scale: float) -> None:
    with pytest.raises(ValueError, match="^scale must be a number >= 0 and < inf, got"):
        initialization.init_normal([2, 2], scale, np.random.default_rng(0))


# --- activation_stds -------------------------------------------------------------------------------------------------


def test_stds_by_hand() -> None:
    # A1 = [[0, 2], [6, 0]]: mean 2, deviations -2, 0, 4, -2. A2 = [[1], [2.5]]: mean 1.75, deviations ±0.75.
    params = make_params(([[1, 0], [0, 1]], [0, 2]), ([[0.25, 0]], [1]))
    observed = initialization.activation_stds(np.array([[0.0, 0.0], [6.0, -2.0]]), params, lambda Z: Z)
    np.testing.assert_allclose(observed, [math.sqrt(24 / 4), 0.75], rtol=1e-15)


@given(st.lists(st.integers(1, 4), min_size=2, max_size=5), st.integers(1, 5), st.integers(0, 2**32))
@modest
def test_stds_are_those_of_the_standard_library(layer_dims: list[int], m: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    params: dict = {name: rng.normal(size=value.shape) for name, value in initialization.init_zeros(layer_dims).items()}
    A = X = rng.normal(size=(m, layer_dims[0]))
    expected = []
    for layer in range(1, len(layer_dims)):
        units = list(zip(params[f"W{layer}"], params[f"b{layer}"], strict=True))
        A = np.array([[math.tanh(W @ a + b) for W, b in units] for a in A])
        expected.append(statistics.pstdev(A.ravel().tolist()))
    shuffled = {name: params[name] for name in rng.permutation(list(params)).tolist()}
    for value in (X, *params.values()):
        value.flags.writeable = False
    observed = initialization.activation_stds(X, shuffled, np.tanh)
    assert observed.shape == (len(layer_dims) - 1,)
    np.testing.assert_allclose(observed, expected, rtol=1e-10, atol=1e-15)


def test_layers_come_in_their_order_also_past_the_ninth() -> None:
    params = make_params(*[([[layer]], [0.0]) for layer in range(1, 13)])
    for names in (sorted(params), sorted(params, reverse=True)):  # W1, W10, W11, W12, W2, ...
        shuffled = {name: params[name] for name in names}
        observed = initialization.activation_stds(np.array([[1.0], [-1.0]]), shuffled, lambda Z: Z)
        np.testing.assert_array_equal(observed, [math.factorial(layer) for layer in range(1, 13)])


def test_the_activation_meets_every_layer_once_and_may_work_in_place() -> None:
    seen: list[tuple[int, ...]] = []

    def relu(Z: np.ndarray) -> np.ndarray:
        seen.append(Z.shape)
        return np.maximum(Z, 0, out=Z)

    X = np.array([[1.0, -1.0], [2.0, 1.0], [3.0, 5.0]])
    X.flags.writeable = False
    observed = initialization.activation_stds(X, make_params((np.eye(2), [0, 0]), ([[-1, -1]], [0])), relu)
    assert seen == [(3, 2), (3, 1)]
    np.testing.assert_allclose(observed, [statistics.pstdev([1, 0, 2, 1, 3, 5]), 0.0])


def test_he_keeps_the_size_of_relu_signals_and_xavier_that_of_linear_ones() -> None:
    rng = np.random.default_rng(11)
    X, layer_dims = rng.normal(size=(200, 400)), [400] * 11
    relu = initialization.activation_stds(X, initialization.init_he(layer_dims, rng), lambda Z: np.maximum(Z, 0))
    linear = initialization.activation_stds(X, initialization.init_xavier(layer_dims, rng), lambda Z: Z)
    np.testing.assert_allclose(relu, math.sqrt(1 - 1 / math.pi), rtol=0.3)  # mean square 1, mean sqrt(1 / pi)
    np.testing.assert_allclose(linear, 1, rtol=0.3)
    faded = initialization.activation_stds(X, initialization.init_xavier(layer_dims, rng), lambda Z: np.maximum(Z, 0))
    assert faded[-1] < 0.05


def test_signals_may_explode_vanish_or_stand_still_without_a_warning() -> None:
    X = np.array([[0.0], [-2.0]])  # standard deviation 1
    exploding = make_params(*[([[-1e100]], [0.0])] * 3)
    vanishing = make_params(*[([[1e-100]], [0.0])] * 3)
    np.testing.assert_allclose(initialization.activation_stds(X, exploding, lambda Z: Z), [1e100, 1e200, 1e300])
    np.testing.assert_allclose(initialization.activation_stds(X, vanishing, lambda Z: Z), [1e-100, 1e-200, 1e-300])
    constant = make_params(([[0.0]], [0.0]), ([[0.0]], [1e300]))
    np.testing.assert_array_equal(initialization.activation_stds(X, constant, lambda Z: Z), [0.0, 0.0])
    single = make_params(([[1e20]], [0.0]), ([[0.25]], [0.0]), dtype=np.float32)
    observed = initialization.activation_stds(X.astype(np.float32), single, lambda Z: Z)
    np.testing.assert_allclose(observed, [1e20, 0.25e20], rtol=1e-6)
    assert initialization.activation_stds(X[:1], exploding, lambda Z: Z).tolist() == [0.0] * 3


@pytest.mark.parametrize("activation", [np.tanh, lambda Z: Z.astype(np.float64), lambda Z: Z > 0])
def test_single_precision_stays_when_everything_is_single(activation: Callable) -> None:
    X = np.array([[1.0], [-2.0]], dtype=np.float32)
    params = make_params(([[1.0]], [0.0]), ([[1.0]], [0.5]), dtype=np.float32)
    assert initialization.activation_stds(X, params, activation).dtype == np.float32
    assert initialization.activation_stds(X.astype(np.float64), params, activation).dtype == np.float64
    assert initialization.activation_stds(X.astype(np.int32), params, activation).dtype == np.float64
    for name in params:
        for kind in (np.float64, np.int8):
            mixed: dict = {**params, name: params[name].astype(kind)}
            assert initialization.activation_stds(X, mixed, activation).dtype == np.float64


def test_mixed_precision_is_computed_in_double_from_the_first_layer_on() -> None:
    rng = np.random.default_rng(12)
    X = rng.normal(size=(6, 3)).astype(np.float32)
    double = initialization.init_he([3, 5, 4, 2], rng)
    single = {name: value.astype(np.float32) for name, value in double.items()}
    for name in double:
        mixed: dict = {**single, name: double[name]}
        widened = {key: value.astype(np.float64) for key, value in mixed.items()}
        observed = initialization.activation_stds(X, mixed, np.tanh)
        np.testing.assert_array_equal(observed, initialization.activation_stds(X.astype(float), widened, np.tanh))


def test_an_activation_may_answer_in_any_dtype() -> None:
    X = np.array([[1.0], [-2.0], [-3.0]])
    for kind in (bool, np.int8, np.float32, list):
        step: Any = (lambda Z: (Z > 0).tolist()) if kind is list else (lambda Z, kind=kind: (Z > 0).astype(kind))
        observed = initialization.activation_stds(X, make_params(([[1.0]], [0.0]), ([[1.0]], [0.0])), step)
        np.testing.assert_allclose(observed, math.sqrt(2) / 3, rtol=1e-15)


def test_lists_are_as_good_as_arrays() -> None:
    params: dict = {"W1": [[2]], "b1": [0]}
    assert initialization.activation_stds([[1], [-1]], params, lambda Z: Z).tolist() == [2.0]  # type: ignore[arg-type]
    assert initialization.is_symmetric([[1, 2], [1, 2]])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("X", "params", "message"),
    [
        (np.ones(2), make_params(([[1, 1]], [0])), r"X must have shape \(m, n_0\), got \(2,\)"),
        (np.ones((0, 2)), make_params(([[1, 1]], [0])), "X must have at least one row, got 0"),
        (np.ones((1, 3)), make_params(([[1, 1]], [0])), r"params\['W1'\] must have shape \(n_1, 3\), got \(1, 2\)"),
        (np.ones((1, 2)), {"W1": np.ones((1, 2))}, "params must have the keys W1, b1"),
        (np.ones((1, 2)), [np.ones((1, 2))], r"params must be a dict, got \[array"),
        (np.ones((1, 2)), make_params(([[1, 1]], [0, 0])), r"params\['b1'\] must have shape \(1,\), got \(2,\)"),
    ],
)
def test_inputs_that_do_not_fit_are_refused_by_name(X: np.ndarray, params: Any, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        initialization.activation_stds(X, params, np.tanh)


# --- is_symmetric ----------------------------------------------------------------------------------------------------

sixtyfourths = st.integers(-8, 8).map(lambda n: n / 64)


@given(
    arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(1, 3)), elements=sixtyfourths),
    st.integers(0, 16).map(lambda n: n / 64),
)
@settings(modest, max_examples=200)
def test_symmetric_means_that_no_pair_of_rows_differs(W: np.ndarray, tolerance: float) -> None:
    W.flags.writeable = False
    expected = all(abs(a - b) <= tolerance for one in W for other in W for a, b in zip(one, other, strict=True))
    observed = initialization.is_symmetric(W, tolerance)
    assert observed is expected
    assert initialization.is_symmetric(W.astype(np.float32), tolerance) is expected


def test_the_tolerance_itself_still_counts_as_equal() -> None:
    assert initialization.is_symmetric(np.array([[0.0], [0.25]]), tolerance=0.25)
    assert not initialization.is_symmetric(np.array([[0.0], [0.25 + 2**-30]]), tolerance=0.25)
    assert initialization.is_symmetric(np.array([[0.5], [0.5]]), tolerance=0)
    assert not initialization.is_symmetric(np.array([[0.5], [0.5 + 2**-50]]), tolerance=0)
    # Each row is near the first, the second and third are not near each other.
    assert not initialization.is_symmetric(np.array([[0.0], [-0.25], [0.25]]), tolerance=0.375)


def test_the_default_tolerance_is_1e_8() -> None:
    assert initialization.is_symmetric(np.array([[0.0], [1e-8]]))
    assert not initialization.is_symmetric(np.array([[0.0], [1.0001e-8]]))


def test_one_row_zeros_and_huge_differences_need_no_warning() -> None:
    assert initialization.is_symmetric(np.array([[1.0, -2.0]]))
    assert initialization.is_symmetric(initialization.init_zeros([3, 4])["W1"])
    assert not initialization.is_symmetric(np.array([[1.7e308], [-1.7e308]]))
    assert not initialization.is_symmetric(np.array([[127], [-128]], np.int8))
    assert initialization.is_symmetric(np.array([[1], [2]], np.float32), tolerance=1e300)
    assert not initialization.is_symmetric(initialization.init_he([3, 4], np.random.default_rng(0))["W1"])


def test_what_is_no_matrix_or_tolerance_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"^W must have shape \(n_out, n_in\), got \(3,\)"):
        initialization.is_symmetric(np.ones(3))
    with pytest.raises(ValueError, match="^W must have at least one row, got 0"):
        initialization.is_symmetric(np.ones((0, 3)))
    for tolerance in (-1e-9, math.nan):
        with pytest.raises(ValueError, match="^tolerance must be a number >= 0, got"):
            initialization.is_symmetric(np.ones((2, 2)), tolerance)
