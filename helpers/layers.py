"""One pass forward and one back through a network's layers: the fast path under `helpers.network`.

A hidden layer is: a linear map, batch norm if there is any, an activation, dropout if there is any. The pieces between
the linear maps come as functions with the exercises' signatures. This module knows no training loop.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpers.pieces import Array, DropoutForward, Normalizer, Params, lock, require_pair
from helpers.validate import require_like


class Activation(NamedTuple):
    """A hidden layer's function, and its slope worked out from its own output; both write over their argument."""

    apply: Callable[[Array], object]
    multiply_by_slope: Callable[[Array, Array], object]  # (dA, A): dA becomes dZ


def _apply_sigmoid(Z: Array) -> None:
    Z *= 0.5
    np.tanh(Z, out=Z)
    Z += 1
    Z *= 0.5


ACTIVATIONS = {
    "relu": Activation(lambda Z: np.maximum(Z, 0, out=Z), lambda dA, A: np.multiply(dA, A > 0, out=dA)),
    "tanh": Activation(lambda Z: np.tanh(Z, out=Z), lambda dA, A: np.multiply(dA, 1 - A * A, out=dA)),
    "sigmoid": Activation(_apply_sigmoid, lambda dA, A: np.multiply(dA, A * (1 - A), out=dA)),
}


@dataclass
class Hidden:
    """What stands between the linear maps of a network.

    `dropout_forward(A, keep_prob, rng) -> (A_out, mask)` and `dropout_backward(dA_out, mask, keep_prob) -> dA` are used
    where a layer's entry of `keep_probs` is below 1. `normalizers` has one entry for each hidden layer, or none at all.
    """

    activation: Activation
    dropout_forward: DropoutForward | None = None
    dropout_backward: Callable[[Array, NDArray, float], Array] | None = None
    keep_probs: Sequence[float] = ()
    normalizers: Sequence[Normalizer] = ()


@dataclass
class Trace:
    """What a forward pass leaves for the backward pass."""

    inputs: list[Array] = field(default_factory=list)  # what each linear map read, first layer first
    outputs: list[Array] = field(default_factory=list)  # each hidden layer's activations before dropout
    masks: list[NDArray | None] = field(default_factory=list)  # each hidden layer's dropout mask
    scores: Array = field(default_factory=lambda: np.empty(0))  # of shape (m, n_L)


def run_forward(
    X: Array, params: Params, hidden: Hidden, rng: np.random.Generator | None = None, *, training: bool = True
) -> Trace:
    """Run `X (m, n_0)` through all layers; in training batch norm goes by the batch, and dropout draws from `rng`."""
    depth = count_layers(params)
    trace = Trace()
    A = X
    for layer in range(1, depth + 1):
        trace.inputs.append(A)
        A = A @ params[f"W{layer}"].T
        A += params[f"b{layer}"]
        if layer == depth:
            break
        if hidden.normalizers:
            normalizer = hidden.normalizers[layer - 1]
            normalizer.gamma, normalizer.beta = params[f"gamma{layer}"], params[f"beta{layer}"]
            out = normalizer.forward(A, training)
            A = require_like("what batch_norm's forward returns", out, A).copy()  # as the activation writes over it
        hidden.activation.apply(A)
        trace.outputs.append(A)
        mask = None
        if training and hidden.dropout_forward and hidden.keep_probs[layer - 1] < 1:
            answer = hidden.dropout_forward(lock(A), hidden.keep_probs[layer - 1], rng)
            out, mask = require_pair("dropout_forward", hidden.dropout_forward, answer, "(A_out, mask)")
            A = require_like("the activations that dropout_forward returns", out, A)
        trace.masks.append(mask)
    trace.scores = A
    return trace


def run_backward(d_scores: Array, trace: Trace, params: Params, grads: Params, hidden: Hidden) -> None:
    """Write the cost's gradient into `grads`, from the output layer back to the first."""
    dZ = d_scores
    for layer in range(count_layers(params), 0, -1):
        np.matmul(dZ.T, trace.inputs[layer - 1], out=grads[f"W{layer}"])
        np.add.reduce(dZ, axis=0, out=grads[f"b{layer}"])
        if layer == 1:
            break
        below = layer - 1
        dZ = dZ @ params[f"W{layer}"]
        mask = trace.masks[below - 1]
        if hidden.dropout_backward and mask is not None:
            # The slope is that of the activations before dropout: a `dropout_backward` without its mask must show.
            dA = hidden.dropout_backward(dZ, mask, hidden.keep_probs[below - 1])
            dZ = require_like("what dropout_backward returns", dA, dZ).copy()  # as the slope is multiplied in place
        hidden.activation.multiply_by_slope(dZ, trace.outputs[below - 1])
        if hidden.normalizers:
            normalizer = hidden.normalizers[below - 1]
            dZ = require_like("what batch_norm's backward returns", normalizer.backward(dZ), dZ)
            for name in ("gamma", "beta"):
                gradient = grads[f"{name}{below}"]
                gradient[...] = require_like(f"batch_norm's d{name}", getattr(normalizer, f"d{name}"), gradient)


def compare_scores(scores: Array, y: NDArray[np.integer]) -> tuple[float, Array]:
    """Mean cross-entropy of the output scores (m, n_L) and its gradient with respect to them, from one `exp`."""
    m = len(scores)
    if scores.shape[1] == 1:
        z, target = scores[:, 0], y.astype(scores.dtype)
        cost = np.mean(np.logaddexp(0, z) - target * z)
        return cost.item(), ((0.5 * (1 + np.tanh(0.5 * z)) - target) / m)[:, None]
    rows = np.arange(m)
    shifted = scores - scores.max(axis=1, keepdims=True)
    P = np.exp(shifted)
    sums = P.sum(axis=1, keepdims=True)
    cost = (np.log(sums).sum() - shifted[rows, y].sum()) / m
    P /= sums
    P[rows, y] -= 1
    P /= m
    return cost.item(), P


def fold_normalizers(params: Params, normalizers: Sequence[Normalizer]) -> Params:
    """Copy the parameters without batch norm: at inference it is a straight line for each unit, told by two points."""
    folded = {name: value.copy() for name, value in params.items() if name[0] in "Wb" and not name.startswith("beta")}
    for layer, normalizer in enumerate(normalizers, start=1):
        W, b = folded[f"W{layer}"], folded[f"b{layer}"]
        normalizer.gamma, normalizer.beta = params[f"gamma{layer}"], params[f"beta{layer}"]
        at_0, at_1 = normalizer.forward(np.array([np.zeros(len(b)), np.ones(len(b))]), False)
        W *= (at_1 - at_0)[:, None]
        b *= at_1 - at_0
        b += at_0
    return folded


def count_layers(params: Params) -> int:
    """The depth L, of `params` with or without the batch norms' own parameters."""
    return sum(name[0] == "W" for name in params)
