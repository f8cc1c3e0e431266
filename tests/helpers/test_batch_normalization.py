"""The references of topic 09 against derivatives, scikit-learn, exact fractions, invariances and their contracts."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from inspect import signature
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.preprocessing import StandardScaler

from helpers.batch_normalization import (
    BatchNorm,
    batchnorm_backward,
    batchnorm_forward,
    batchnorm_inference,
    fold_batchnorm,
    identity_parameters,
    update_running,
)

ONE, TWO = np.ones(1), np.ones(2)
repeatable = settings(deadline=None, max_examples=50, derandomize=True)
shapes = st.tuples(st.integers(1, 6), st.integers(1, 4))
matrices = arrays(np.float64, shapes, elements=st.floats(-100, 100))


def draw(seed: int, m: int = 5, n: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(2, 3, (m, n)), rng.normal(1, 0.5, n), rng.normal(size=n), rng.normal(size=(m, n))


def independent_forward(Z: np.ndarray, gamma: np.ndarray, beta: np.ndarray, eps: float) -> np.ndarray:
    """The formula as it stands; complex numbers pass through it, for derivatives by a complex step."""
    m = len(Z)
    mean = np.add.reduce(Z) / m
    var = np.add.reduce((Z - mean) ** 2) / m
    return gamma * (Z - mean) / (var + eps) ** 0.5 + beta


def by_complex_step(f: Callable[[np.ndarray], np.ndarray], x: np.ndarray, dout: np.ndarray) -> np.ndarray:
    gradient = np.empty_like(x)
    for index in np.ndindex(*x.shape):
        moved = x.astype(complex)
        moved[index] += 1e-30j
        gradient[index] = np.sum(dout * f(moved)).imag / 1e-30
    return gradient


class TestForward:
    def test_two_rows_in_exact_fractions(self) -> None:
        # mean 3, variance 4, eps 9/4: the root is 5/2, so x_hat is -4/5 and 4/5.
        out, cache = batchnorm_forward(np.array([[1.0], [5.0]]), np.array([10.0]), np.array([-3.0]), eps=2.25)
        assert (cache["mean"].tolist(), cache["var"].tolist()) == ([3.0], [4.0])
        assert_allclose(out, [[float(10 * x_hat - 3)] for x_hat in (Fraction(-4, 5), Fraction(4, 5))], rtol=1e-15)

    @given(matrices, st.sampled_from([1e-5, 1e-2, 3.0]))
    @repeatable
    def test_it_is_the_formula_with_the_batchs_mean_and_population_variance(self, Z: np.ndarray, eps: float) -> None:
        _, gamma, beta, _ = draw(0, *Z.shape)
        out, cache = batchnorm_forward(Z, gamma, beta, eps)
        assert_allclose(out, independent_forward(Z, gamma, beta, eps), rtol=1e-9, atol=1e-8)
        assert_allclose(cache["mean"], Z.mean(axis=0), rtol=1e-12, atol=1e-12)
        assert_allclose(cache["var"], Z.var(axis=0, ddof=0), rtol=1e-9, atol=1e-12)

    def test_with_eps_0_it_is_the_standard_scaler(self) -> None:
        Z, _, _, _ = draw(1, m=20)
        out, _ = batchnorm_forward(Z, np.ones(3), np.zeros(3), eps=0)
        assert_allclose(out, StandardScaler().fit_transform(Z), atol=1e-13)

    def test_eps_is_1e_5_unless_given_and_stands_inside_the_root(self) -> None:
        Z = np.array([[0.0], [0.002]])  # variance 1e-6: eps decides
        out, _ = batchnorm_forward(Z, ONE, 0 * ONE)
        assert_allclose(out[1], 0.001 / np.sqrt(1.1e-5), rtol=1e-12)

    @given(matrices, st.sampled_from([0.25, 3.0, -2.0]), st.floats(-50, 50))
    @repeatable
    def test_a_scale_and_a_shift_of_the_input_change_nothing(self, Z: np.ndarray, a: float, c: float) -> None:
        gamma, beta = np.full(Z.shape[1], 1.5), np.full(Z.shape[1], 0.5)
        out, _ = batchnorm_forward(Z, gamma, beta, eps=0.01)
        moved, _ = batchnorm_forward(a * Z + c, np.sign(a) * gamma, beta, eps=0.01 * a * a)  # eps goes along
        assert_allclose(moved, out, atol=1e-8)

    def test_a_batch_of_one_and_a_constant_column_become_beta(self) -> None:
        beta = np.array([4.0, -1.0])
        out, cache = batchnorm_forward(np.array([[1e9, -3.0]]), TWO, beta)
        assert_array_equal(out, [beta])
        assert_array_equal(cache["var"], [0, 0])
        assert_array_equal(cache["mean"], [1e9, -3.0])
        # The mean of 0.1, taken of ten copies as it is, is not 0.1; at 1e15 the slip would be larger than eps.
        for value in (0.1, 254.7, 1e15 + 0.125, -1e300):
            Z = np.column_stack([np.full(10, value), np.arange(10)])
            for kind in (np.float64, np.float32) if abs(value) < 1e30 else (np.float64,):
                out, cache = batchnorm_forward(Z.astype(kind), np.ones(2, kind), beta.astype(kind))
                assert_array_equal(out[:, 0], np.full(10, 4.0))
                assert cache["var"][0] == 0 and cache["mean"][0] == kind(value)

    def test_deviations_survive_beside_a_huge_mean(self) -> None:
        small = np.array([[0.0], [1.0], [2.0], [5.0]])
        expected, _ = batchnorm_forward(small, ONE, ONE)
        out, cache = batchnorm_forward(small + 1e12, ONE, ONE)
        assert_allclose(out, expected, rtol=1e-12)
        assert cache["mean"][0] == 1e12 + 2
        single = ONE.astype(np.float32)
        assert_allclose(batchnorm_forward((small + 1e6).astype(np.float32), single, single)[0], expected, rtol=1e-5)


class TestBackward:
    @given(shapes, st.integers(0, 1000), st.sampled_from([1e-5, 1e-2, 2.0]))
    @repeatable
    def test_all_three_are_complex_step_derivatives(self, shape: tuple[int, int], seed: int, eps: float) -> None:
        Z, gamma, beta, dout = draw(seed, *shape)
        dZ, dgamma, dbeta = batchnorm_backward(dout, batchnorm_forward(Z, gamma, beta, eps)[1])
        expected = by_complex_step(lambda x: independent_forward(x, gamma, beta, eps), Z, dout)
        assert_allclose(dZ, expected, rtol=1e-7, atol=1e-9)
        expected = by_complex_step(lambda x: independent_forward(Z, x, beta, eps), gamma, dout)
        assert_allclose(dgamma, expected, atol=1e-9)
        expected = by_complex_step(lambda x: independent_forward(Z, gamma, x, eps), beta, dout)
        assert_allclose(dbeta, expected, atol=1e-12)

    def test_dz_is_the_central_difference_of_forward_itself(self) -> None:
        Z, gamma, beta, dout = draw(3)
        dZ, _, _ = batchnorm_backward(dout, batchnorm_forward(Z, gamma, beta)[1])
        for index in np.ndindex(*Z.shape):
            step = np.zeros_like(Z)
            step[index] = 1e-5
            rise = batchnorm_forward(Z + step, gamma, beta)[0] - batchnorm_forward(Z - step, gamma, beta)[0]
            assert dZ[index] == pytest.approx(np.sum(dout * rise) / 2e-5, rel=1e-6, abs=1e-8)

    def test_three_rows_by_hand(self) -> None:
        # mean 3, variance 6, eps 3: the root is 3, x_hat is -1, 0, 1 and scale is 2.
        _, cache = batchnorm_forward(np.array([[0.0], [3.0], [6.0]]), np.array([6.0]), np.zeros(1), eps=3.0)
        dZ, dgamma, dbeta = batchnorm_backward(np.array([[0.0], [3.0], [9.0]]), cache)
        assert (dgamma.tolist(), dbeta.tolist()) == ([9.0], [12.0])
        assert_array_equal(dZ, [[2 * (0 - 4 + 3)], [2 * (3 - 4)], [2 * (9 - 4 - 3)]])

    def test_columns_of_dz_sum_to_0_and_with_a_tiny_eps_are_orthogonal_to_x_hat(self) -> None:
        Z, _, _, dout = draw(4)
        x_hat, cache = batchnorm_forward(Z, np.ones(3), np.zeros(3), eps=1e-14)
        dZ, _, _ = batchnorm_backward(dout, cache)
        assert_allclose([dZ.sum(axis=0), (dZ * x_hat).sum(axis=0)], 0, atol=1e-12)
        assert np.abs(dZ).max() > 0.1

    def test_a_batch_of_one_hands_nothing_back_but_dbeta(self) -> None:
        _, cache = batchnorm_forward(np.array([[3.0, 4.0]]), TWO, TWO)
        dZ, dgamma, dbeta = batchnorm_backward(np.array([[5.0, -6.0]]), cache)
        assert (dZ.tolist(), dgamma.tolist(), dbeta.tolist()) == ([[0, 0]], [0, 0], [5, -6])

    def test_what_happens_to_gamma_after_forward_does_not_matter(self) -> None:
        Z, gamma, beta, dout = draw(5)
        _, cache = batchnorm_forward(Z, gamma, beta)
        expected = batchnorm_backward(dout, cache)[0]
        Z[:], gamma[:] = 0, 0
        assert_array_equal(batchnorm_backward(dout, cache)[0], expected)


class TestStatisticsAndFolding:
    def test_momentum_weighs_the_old_value(self) -> None:
        assert_allclose(update_running(np.array([1.0, -2.0]), np.array([11.0, 8.0])), [2.0, -1.0])
        for momentum, expected in ((0.25, 7.0), (1, 4.0), (0, 8.0)):
            assert_array_equal(update_running(4 * ONE, 8 * ONE, momentum), expected * ONE)

    def test_inference_by_hand_all_rows_one_row_or_none(self) -> None:
        Z = np.array([[6.0, 0.0], [2.0, 1.0], [-2.0, 9.0]])
        gamma, beta, mean, var = np.array([[3.0, 2.0], [10.0, 0.0], [2.0, 0.0], [1.0, 6.0]])
        out = batchnorm_inference(Z, gamma, beta, mean, var, eps=3.0)
        assert_allclose(out, np.array([[16, 0], [10, 2 / 3], [4, 6]]), rtol=1e-15)
        for i in range(3):
            assert_array_equal(batchnorm_inference(Z[i : i + 1], gamma, beta, mean, var, eps=3.0), out[i : i + 1])
        assert batchnorm_inference(Z[:0], gamma, beta, mean, var).shape == (0, 2)

    def test_eps_is_1e_5_unless_given(self) -> None:
        root, W = np.sqrt(1e-5), np.ones((1, 1))
        assert_allclose(batchnorm_inference(W, ONE, ONE, 0 * ONE, 0 * ONE), [[1 / root + 1]])
        assert_allclose(fold_batchnorm(W, ONE, ONE, ONE, ONE, 0 * ONE)[0], [[1 / root]])
        assert_allclose(identity_parameters(ONE, 0 * ONE)[0], [root])

    def test_identity_parameters_give_the_input_back(self) -> None:
        Z = draw(7)[0]
        mean, var = Z.mean(axis=0), Z.var(axis=0)
        for eps in (1e-5, 0.3):
            gamma, beta = identity_parameters(mean, var, eps)
            assert_allclose(batchnorm_forward(Z, gamma, beta, eps)[0], Z, rtol=1e-12)
            assert_allclose(batchnorm_inference(Z, gamma, beta, mean, var, eps), Z, rtol=1e-12)
            assert not np.shares_memory(beta, mean)  # a layer may take this beta and move it in place

    @given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 1000), st.sampled_from([1e-5, 0.5]))
    @repeatable
    def test_the_folded_layer_is_linear_then_batch_norm(self, n_out: int, n_in: int, seed: int, eps: float) -> None:
        rng = np.random.default_rng(seed)
        X, W = rng.normal(size=(6, n_in)), rng.normal(size=(n_out, n_in))
        b, gamma, beta, mean = list(rng.normal(size=(4, n_out)))
        var = rng.uniform(0, 2, n_out)
        folded_W, folded_b = fold_batchnorm(W, b, gamma, beta, mean, var, eps)
        assert folded_W.shape == W.shape and folded_b.shape == b.shape
        expected = batchnorm_inference(X @ W.T + b, gamma, beta, mean, var, eps)
        assert_allclose(X @ folded_W.T + folded_b, expected, rtol=1e-9, atol=1e-9)


def call_forward(*arguments: Any, **options: Any) -> list[np.ndarray]:
    out, cache = batchnorm_forward(*arguments, **options)
    return [out, *cache.values()]


def call_backward(dout: np.ndarray, *arguments: Any) -> list[np.ndarray]:
    return list(batchnorm_backward(dout, batchnorm_forward(*arguments)[1]))


def list_calls(kind: Any = np.float64) -> dict[str, tuple[Callable[..., Any], list[np.ndarray]]]:
    """Each function with its array arguments; the scalars are NumPy's, which widen an array where they can."""
    Z, gamma, beta, dout = (array.astype(kind) for array in draw(8))
    W, var, tenth = Z[:3, :2], np.array([1, 2, 3], dtype=kind), np.float64(0.1)
    return {
        "forward": (partial(call_forward, eps=tenth), [Z, gamma, beta]),
        "backward": (call_backward, [dout, Z, gamma, beta]),
        "update": (lambda *a: [update_running(a[0], a[1], tenth)], [gamma, beta]),
        "inference": (lambda *a: [partial(batchnorm_inference, eps=tenth)(*a)], [Z, gamma, beta, beta, var]),
        "identity": (partial(identity_parameters, eps=tenth), [beta, var]),
        "fold": (partial(fold_batchnorm, eps=tenth), [W, beta, gamma, beta, beta, var]),
    }


class TestEveryFunction:
    @pytest.mark.parametrize("name", list_calls())
    def test_results_are_single_only_when_all_arrays_are(self, name: str) -> None:
        call, single = list_calls(np.float32)[name]
        assert all(result.dtype == np.float32 for result in call(*single))
        assert all(result.dtype == np.float64 for result in call(*[np.ceil(a).astype(int) for a in single]))
        for position in range(len(single)):
            mixed = [a.astype(np.float64) if i == position else a for i, a in enumerate(single)]
            assert all(result.dtype == np.float64 for result in call(*mixed)), position

    @pytest.mark.parametrize("name", list_calls())
    def test_arguments_stay_lists_do_and_results_are_new(self, name: str) -> None:
        call, given_arrays = list_calls()[name]
        before = [array.copy() for array in given_arrays]
        for array in given_arrays:
            array.flags.writeable = False
        first, second = call(*given_arrays), call(*given_arrays)
        assert all(map(np.array_equal, given_arrays, before))
        from_lists = call(*[array.tolist() for array in given_arrays])
        for one, two, three in zip(first, second, from_lists, strict=True):
            assert np.array_equal(one, two) and np.array_equal(one, three) and not np.shares_memory(one, two)


class TestLayer:
    def test_it_starts_as_the_contract_says(self) -> None:
        layer = BatchNorm(3)
        ones, zeros = ("gamma", "running_var"), ("beta", "running_mean", "dgamma", "dbeta")
        for name in ones + zeros:
            assert_array_equal(getattr(layer, name), np.full(3, float(name in ones)))
        assert (layer.momentum, layer.eps) == (0.9, 1e-5)

    def test_training_normalizes_by_the_batch_and_moves_the_running_statistics(self) -> None:
        layer = BatchNorm(3, momentum=0.75, eps=0.1)
        mean, var = 0, 1
        for seed in range(4):
            Z, layer.gamma, layer.beta, _ = draw(seed, m=seed + 1)
            expected = independent_forward(Z, layer.gamma, layer.beta, 0.1)
            assert_allclose(layer.forward(Z, training=True), expected, atol=1e-12)
            mean, var = 0.75 * mean + 0.25 * Z.mean(axis=0), 0.75 * var + 0.25 * Z.var(axis=0)
            assert_allclose(layer.running_mean, mean)
            assert_allclose(layer.running_var, var)

    def test_inference_uses_the_running_statistics_and_changes_nothing(self) -> None:
        layer = BatchNorm(3, eps=0.1)
        Z, layer.gamma, layer.beta, dout = draw(9)
        layer.forward(Z, training=True)
        layer.backward(dout)
        state = {name: np.copy(value) for name, value in vars(layer).items() if isinstance(value, np.ndarray)}
        other = draw(10, m=2)[0]
        out = layer.forward(other, training=False)
        root = np.sqrt(layer.running_var + 0.1)
        assert_allclose(out, layer.gamma * (other - layer.running_mean) / root + layer.beta, atol=1e-13)
        assert len(state) == 6 and all(np.array_equal(getattr(layer, name), state[name]) for name in state)

    def test_backward_follows_the_last_training_pass_and_overwrites(self) -> None:
        layer = BatchNorm(3, eps=0.1)
        for seed in (11, 12):
            Z, layer.gamma, layer.beta, dout = draw(seed, m=seed)
            layer.forward(Z, training=True)
            layer.forward(Z[:2], training=False)  # a look at other rows in between
            for factor in (1.0, 2.0):  # twice: nothing adds up
                dZ = layer.backward(factor * dout)
                cache = batchnorm_forward(Z, layer.gamma, layer.beta, 0.1)[1]
                expected = batchnorm_backward(factor * dout, cache)
                assert all(map(np.array_equal, (dZ, layer.dgamma, layer.dbeta), expected))

    def test_backward_before_any_training_pass_is_refused(self) -> None:
        layer = BatchNorm(1)
        layer.forward(np.ones((2, 1)), training=False)
        with pytest.raises(RuntimeError, match=r"^backward needs a pass in training first: forward\(Z, training=True"):
            layer.backward(np.ones((2, 1)))

    @pytest.mark.parametrize("training", [True, False])
    def test_it_computes_in_the_precision_of_its_input(self, training: bool) -> None:
        Z, gamma, beta, dout = draw(13)
        for kind in (np.float32, np.float64):
            for learned in (np.float32, np.float64):
                layer = BatchNorm(3)
                assert layer.forward(Z.astype(kind), training).dtype == kind  # as made: gamma is float64
                layer.gamma, layer.beta = gamma.astype(learned), beta.astype(learned)
                assert layer.forward(Z.astype(kind), training).dtype == kind
                if training:
                    assert layer.backward(dout.astype(kind)).dtype == kind
                    assert layer.dgamma.dtype == layer.dbeta.dtype == kind
        assert BatchNorm(3).forward(np.ones((2, 3), dtype=int), training).dtype == np.float64

    def test_attributes_are_replaced_and_arrays_stay_as_they_are(self) -> None:
        layer = BatchNorm(3)
        Z, gamma, beta, dout = draw(14)
        theta = np.concatenate([gamma, beta])
        layer.gamma, layer.beta = theta[:3], theta[3:]
        for array in (Z, theta, dout, layer.gamma, layer.beta, layer.running_mean, layer.running_var):
            array.flags.writeable = False
        seen = []
        for _ in range(2):
            results = [layer.forward(Z, training=True), layer.backward(dout), layer.forward(Z, training=False)]
            seen.append([*results, layer.dgamma, layer.dbeta, layer.running_mean, layer.running_var])
        copies = [array.copy() for array in seen[1]]
        assert not any(np.shares_memory(first, second) for first in seen[0] for second in seen[1])
        layer.forward(2 * Z, training=True)
        layer.backward(3 * dout)
        assert all(map(np.array_equal, seen[1], copies))


COLUMN = np.ones((3, 1))
REFUSED: list[tuple[Callable[..., Any], tuple[Any, ...], str]] = [
    (batchnorm_forward, (TWO, TWO, TWO), "Z must have shape (m, n), got (2,)"),
    (batchnorm_forward, (COLUMN[:0], ONE, ONE), "Z must have at least one row, got 0"),
    (batchnorm_forward, (COLUMN, ONE, ONE, -1e-9), "eps must be a number >= 0, got -1e-09"),
    (batchnorm_forward, (COLUMN, ONE, ONE, 0), "eps must be > 0 where the batch's variance is 0, got 0.0"),
    (batchnorm_backward, (TWO, batchnorm_forward(COLUMN, ONE, ONE)[1]), "dout must have shape (3, 1), got (2,)"),
    (update_running, (ONE, TWO), "batch must have shape (1,), got (2,)"),
    (update_running, (ONE, ONE, -0.1), "momentum must be a number >= 0 and <= 1, got -0.1"),
    (update_running, (ONE, ONE, 1.1), "momentum must be a number >= 0 and <= 1, got 1.1"),
    (batchnorm_inference, (ONE, ONE, ONE, ONE, ONE), "Z must have shape (m, n), got (1,)"),
    (batchnorm_inference, (COLUMN, ONE, ONE, ONE, -ONE), "running_var must be >= 0, got -1.0"),
    (batchnorm_inference, (COLUMN, ONE, ONE, ONE, 0 * ONE, 0), "eps must be > 0 where running_var is 0, got 0.0"),
    (identity_parameters, (COLUMN, ONE), "mean must have shape (n,), got (3, 1)"),
    (identity_parameters, (ONE, TWO), "var must have shape (1,), got (2,)"),
    (identity_parameters, (ONE, -ONE), "var must be >= 0, got -1.0"),
    (identity_parameters, (TWO, np.array([1.0, 0.0]), 0), "eps must be > 0 where var is 0, got 0.0"),
    (fold_batchnorm, (ONE, ONE, ONE, ONE, ONE, ONE), "W must have shape (n_out, n_in), got (1,)"),
    (fold_batchnorm, (np.ones((2, 1)), TWO, TWO, TWO, TWO, np.array([-2.0, 1.0])), "var must be >= 0, got -2.0"),
    (BatchNorm, (0,), "n must be a whole number >= 1, got 0"),
    (BatchNorm, (1, 1.5), "momentum must be a number >= 0 and <= 1, got 1.5"),
    (BatchNorm, (1, -0.5), "momentum must be a number >= 0 and <= 1, got -0.5"),
    (BatchNorm, (1, 0.9, -1.0), "eps must be a number >= 0, got -1.0"),
    (BatchNorm(2).forward, (COLUMN, True), "Z must have shape (m, 2), got (3, 1)"),
    (BatchNorm(1).forward, (COLUMN[:0], True), "Z must have at least one row, got 0"),
]


@pytest.mark.parametrize(("function", "arguments", "message"), REFUSED)
def test_what_does_not_fit_is_refused_by_name(
    function: Callable[..., Any], arguments: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(message) + "$"):
        function(*arguments)


VECTORS: dict[Callable[..., Any], list[str]] = {
    function: list(signature(function).parameters)[1:-1]  # between the matrix and eps
    for function in (batchnorm_forward, batchnorm_inference, fold_batchnorm)
}


@pytest.mark.parametrize(("function", "name"), [(f, name) for f, names in VECTORS.items() for name in names])
def test_a_vector_of_another_length_is_refused_by_name(function: Callable[..., Any], name: str) -> None:
    vectors = dict.fromkeys(VECTORS[function], TWO)
    function(np.ones((2, 2)), **vectors)
    with pytest.raises(ValueError, match=rf"^{name} must have shape \(2,\), got \(1,\)"):
        function(np.ones((2, 2)), **vectors | {name: ONE})


def test_bounds_themselves_are_accepted() -> None:
    out, cache = batchnorm_forward(np.array([[1.0], [3.0]]), ONE, ONE, eps=0)
    assert_array_equal(out, [[0.0], [2.0]])
    assert_array_equal(batchnorm_inference(3 * COLUMN, ONE, ONE, cache["mean"], cache["var"], 0), 2 * COLUMN)
    assert_array_equal(batchnorm_inference(3 * COLUMN, ONE, ONE, ONE, 0 * ONE, 0.25), 5 * COLUMN)
    assert (BatchNorm(1, momentum=1, eps=0).momentum, BatchNorm(1, momentum=0).momentum) == (1, 0)


def test_a_refused_batch_leaves_the_layer_as_it_was() -> None:
    layer = BatchNorm(2)
    with pytest.raises(ValueError, match="Z must have"):
        layer.forward(np.ones((3, 1)), training=True)
    assert_array_equal(layer.running_mean, [0, 0])
    with pytest.raises(RuntimeError, match="backward needs"):
        layer.backward(np.ones((3, 1)))
