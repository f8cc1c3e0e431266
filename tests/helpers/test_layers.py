"""The passes through the layers: gradients by finite differences, batch norm folded away, the cost at extremes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from helpers import layers, network, softmax
from helpers.batch_normalization import BatchNorm, fold_batchnorm
from helpers.dropout import dropout_backward, dropout_forward

Params = dict[str, NDArray]
DIMS = [3, 5, 4, 2]


def draw_problem(batch_norm: bool = False, seed: int = 0) -> tuple[NDArray, NDArray, Params]:
    rng = np.random.default_rng(seed)
    params = {}
    for layer in range(1, len(DIMS)):
        params[f"W{layer}"] = rng.normal(size=(DIMS[layer], DIMS[layer - 1]))
        params[f"b{layer}"] = rng.normal(size=DIMS[layer])
    if batch_norm:
        for layer in range(1, len(DIMS) - 1):
            params[f"gamma{layer}"] = rng.normal(1, 0.5, DIMS[layer])
            params[f"beta{layer}"] = rng.normal(size=DIMS[layer])
    return rng.normal(size=(7, 3)), rng.integers(0, 2, 7), params


def compute(X: NDArray, y: NDArray, params: Params, hidden: layers.Hidden) -> tuple[float, Params]:
    trace = layers.run_forward(X, params, hidden, np.random.default_rng(1))
    cost, d_scores = layers.compare_scores(trace.scores, y)
    grads = {name: np.full_like(value, np.nan) for name, value in params.items()}
    layers.run_backward(d_scores, trace, params, grads, hidden)
    return cost, grads


def make_hidden(activation: str, batch_norm: bool, dropout: bool) -> layers.Hidden:
    hidden = layers.Hidden(layers.ACTIVATIONS[activation])
    if batch_norm:
        hidden.normalizers = [BatchNorm(n) for n in DIMS[1:-1]]
    if dropout:
        hidden.dropout_forward, hidden.dropout_backward, hidden.keep_probs = dropout_forward, dropout_backward, [0.5, 1]
    return hidden


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("dropout", [False, True])
def test_the_gradient_follows_the_finite_differences(activation: str, batch_norm: bool, dropout: bool) -> None:
    X, y, params = draw_problem(batch_norm)
    _, grads = compute(X, y, params, make_hidden(activation, batch_norm, dropout))
    for name, value in params.items():
        for place in np.ndindex(value.shape):
            costs = []
            for sign in (1, -1):
                moved = {key: array.copy() for key, array in params.items()}
                moved[name][place] += sign * 1e-6
                costs.append(compute(X, y, moved, make_hidden(activation, batch_norm, dropout))[0])
            assert grads[name][place] == pytest.approx((costs[0] - costs[1]) / 2e-6, abs=1e-7), (name, place)


@pytest.mark.parametrize(
    ("name", "function"),
    [("relu", lambda Z: np.where(Z > 0, Z, 0)), ("tanh", np.tanh), ("sigmoid", lambda Z: 1 / (1 + np.exp(-Z)))],
)
def test_activations_are_what_they_are_called(name: str, function: np.ufunc) -> None:
    X, _, params = draw_problem()
    first, second = network.hidden_activations(X, params, activation=name)
    np.testing.assert_allclose(first, function(X @ params["W1"].T + params["b1"]), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(second, function(first @ params["W2"].T + params["b2"]), rtol=1e-12, atol=1e-15)


def test_a_sigmoid_of_extreme_scores_is_0_or_1_without_a_warning() -> None:
    Z = np.array([[-1000.0, 0.0, 1000.0]])
    layers.ACTIVATIONS["sigmoid"].apply(Z)
    np.testing.assert_array_equal(Z, [[0, 0.5, 1]])


def test_batch_norm_comes_before_the_activation_with_the_parameters_of_the_network() -> None:
    X, _, params = draw_problem(batch_norm=True)
    trace = layers.run_forward(X, params, make_hidden("relu", batch_norm=True, dropout=False))
    Z = X @ params["W1"].T + params["b1"]
    normal = (Z - Z.mean(axis=0)) / np.sqrt(Z.var(axis=0) + 1e-5)
    np.testing.assert_allclose(trace.outputs[0], np.maximum(normal * params["gamma1"] + params["beta1"], 0))


def test_folded_layers_compute_what_batch_norm_computes_at_inference() -> None:
    X, _, params = draw_problem(batch_norm=True)
    hidden = make_hidden("tanh", batch_norm=True, dropout=False)
    for seed in range(3):  # so that the running statistics move
        layers.run_forward(np.random.default_rng(seed).normal(2, 3, (20, 3)), params, hidden)
    running = [normalizer.running_mean for normalizer in hidden.normalizers]  # type: ignore[attr-defined]
    before = {name: value.copy() for name, value in params.items()}
    folded = layers.fold_normalizers(params, hidden.normalizers)
    assert list(folded) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    for number, normalizer in enumerate(hidden.normalizers, start=1):
        W, b = fold_batchnorm(
            params[f"W{number}"],
            params[f"b{number}"],
            params[f"gamma{number}"],
            params[f"beta{number}"],
            normalizer.running_mean,  # type: ignore[attr-defined]
            normalizer.running_var,  # type: ignore[attr-defined]
        )
        np.testing.assert_allclose(folded[f"W{number}"], W, rtol=1e-12)
        np.testing.assert_allclose(folded[f"b{number}"], b, rtol=1e-12, atol=1e-14)
        np.testing.assert_array_equal(normalizer.running_mean, running[number - 1])  # type: ignore[attr-defined]
    A = X
    for number, normalizer in enumerate(hidden.normalizers, start=1):
        A = np.tanh(normalizer.forward(A @ params[f"W{number}"].T + params[f"b{number}"], False))
    np.testing.assert_allclose(network.hidden_activations(X, folded, activation="tanh")[-1], A, rtol=1e-12)
    for name, value in before.items():
        np.testing.assert_array_equal(params[name], value)


def test_without_batch_norm_folding_is_a_copy() -> None:
    _, _, params = draw_problem()
    folded = layers.fold_normalizers(params, [])
    folded["W1"][:] = 0
    assert params["W1"].all()


def test_the_cost_and_its_gradient_are_the_references() -> None:
    rng = np.random.default_rng(0)
    scores, y = rng.normal(0, 3, (6, 4)), rng.integers(0, 4, 6)
    cost, gradient = layers.compare_scores(scores, y)
    assert cost == pytest.approx(softmax.cross_entropy(scores, y), rel=1e-12)
    np.testing.assert_allclose(gradient, softmax.softmax_gradient(scores, y), rtol=1e-12)
    # one sigmoid unit is a softmax whose other score is 0
    both = np.column_stack([np.zeros(6), scores[:, 0]])
    cost, gradient = layers.compare_scores(scores[:, :1], y % 2)
    assert cost == pytest.approx(softmax.cross_entropy(both, y % 2), rel=1e-12)
    np.testing.assert_allclose(gradient, softmax.softmax_gradient(both, y % 2)[:, 1:], rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scores_of_a_thousand_cost_a_thousand_without_a_warning(dtype: type) -> None:
    scores: NDArray = np.array([[1000.0, -1000.0], [-1000.0, 1000.0]], dtype)
    cost, gradient = layers.compare_scores(scores, np.array([0, 0]))
    assert cost == 1000
    np.testing.assert_array_equal(gradient, [[0, 0], [-0.5, 0.5]])
    cost, gradient = layers.compare_scores(scores[:, :1], np.array([1, 1]))
    assert cost == 500
    np.testing.assert_array_equal(gradient, [[0], [-0.5]])
    assert gradient.dtype == dtype


def test_outside_training_nothing_is_dropped_and_a_high_keep_prob_drops_in_training() -> None:
    X, _, params = draw_problem()
    hidden = make_hidden("relu", batch_norm=False, dropout=True)
    hidden.keep_probs = [0.99, 1]
    plain = layers.run_forward(X, params, make_hidden("relu", batch_norm=False, dropout=False)).scores
    np.testing.assert_array_equal(layers.run_forward(X, params, hidden, training=False).scores, plain)
    trace = layers.run_forward(np.tile(X, (100, 1)), params, hidden, np.random.default_rng(0))
    mask, none = trace.masks
    assert none is None
    assert mask is not None
    assert 0.98 < mask.mean() < 1
