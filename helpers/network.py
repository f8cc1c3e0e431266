"""A small multi-layer perceptron and its training loop, for the experiments of the lessons.

The pieces that a lesson is about (dropout, initializer, optimizer) are taken as functions with the signatures of the
exercises, so an experiment runs with the reader's own function. This module knows no lesson, no reference of an
exercise and no plot.

Layout: a row of ``X`` is an example; ``params`` is ``{"W1": (n_1, n_0), "b1": (n_1,), ..., "WL", "bL"}``; hidden layers
are ReLU; the output is softmax over ``n_L`` classes, or one sigmoid unit for binary labels when ``n_L`` is 1.
"""

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from helpers.steps import Array, Optimizer, Params, flatten, make_step
from helpers.validate import as_float

History = dict[str, Array]
Initializer = Callable[[list[int], np.random.Generator], Params]
# dropout_forward(A, keep_prob, rng) -> (A_out, mask) and dropout_backward(dA_out, mask, keep_prob) -> dA
DropoutForward = Callable[..., tuple[Array, NDArray]]
DropoutBackward = Callable[[Array, NDArray, float], Array]
Dropout = tuple[DropoutForward, DropoutBackward]
Drop = tuple[Array, NDArray]  # a layer's output before dropout, and the mask
Item = TypeVar("Item")


@threadpool_limits.wrap(limits=1, user_api="blas")  # so small a net loses by threads, and its numbers would vary
def train(
    X: ArrayLike,
    y: ArrayLike,
    layer_dims: Sequence[int],
    rng: np.random.Generator,
    *,
    epochs: int = 100,
    batch_size: int = 64,
    lr: float = 0.001,
    initializer: Initializer | None = None,
    optimizer: str | Optimizer = "adam",
    lambd: float = 0.0,
    dropout: Dropout | None = None,
    keep_probs: Sequence[float] | None = None,
    X_dev: ArrayLike | None = None,
    y_dev: ArrayLike | None = None,
) -> tuple[Params, History]:
    """Train a network by mini-batch gradient descent on the mean cross-entropy.

    Parameters
    ----------
    X : array of shape (m, n_0)
        One example a row. float32 is computed in float32, everything else in float64.
    y : array of shape (m,)
        Labels 0 .. n_L - 1, or 0/1 when n_L is 1.
    layer_dims : sequence of int
        ``[n_0, n_1, ..., n_L]``.
    rng : numpy.random.Generator
        Draws the first weights, the order of the batches and the dropout masks.
    epochs, batch_size : int
        Passes over the data, rows a step. A batch_size of m or more is full-batch gradient descent.
    lr : float
        Learning rate.
    initializer : function (layer_dims, rng) -> params, default: He
        Where training starts; ``lambda layer_dims, rng: params`` goes on from an earlier run.
    optimizer : "adam", "sgd", or a function (params, grads, state, lr) -> (params, state)
        A function gets ``{"t": 0, "v": zeros, "s": zeros}`` as its first state.
    lambd : float
        L2 penalty: lambd / (2 m) times the sum of all squared weights is added to the cost; m is the size of the
        training set.
    dropout : pair of functions (dropout_forward, dropout_backward)
        ``dropout_forward(A, keep_prob, rng) -> (A_out, mask)``, ``dropout_backward(dA_out, mask, keep_prob) -> dA``.
    keep_probs : sequence of float
        One keep_prob per hidden layer; needs `dropout`. A layer with 1 is left alone.
    X_dev, y_dev : arrays of shape (m_dev, n_0) and (m_dev,)
        With them, the history has the errors as well.

    Returns
    -------
    params : dict
        The trained weights and biases.
    history : dict of arrays of shape (epochs,)
        ``"cost"``: mean cost of the epoch's training passes, dropout and penalty included. With a dev set also
        ``"train_error"`` and ``"dev_error"``: the share of wrong labels after the epoch, without dropout.

    Raises
    ------
    ValueError
        If shapes, labels or settings do not fit together; the message names the argument.
    FloatingPointError
        If the cost stops being finite; the message names the epoch and the learning rate.
    """
    X, y = _check_data(X, y, "X", "y", layer_dims)
    if (X_dev is None) != (y_dev is None):
        raise ValueError("X_dev and y_dev: expected both or neither, got only one of them")
    dev = None if X_dev is None or y_dev is None else _check_data(X_dev, y_dev, "X_dev", "y_dev", layer_dims)
    for name, value in {"epochs": epochs, "batch_size": batch_size, "lr": lr}.items():
        if not value > 0:
            raise ValueError(f"{name}: expected a number > 0, got {value}")
    if not lambd >= 0:
        raise ValueError(f"lambd: expected a number >= 0, got {lambd}")
    if (dropout is None) != (keep_probs is None):
        raise ValueError("dropout and keep_probs: expected both or neither, got only one of them")
    if dropout:
        _check_keep_probs(keep_probs, len(layer_dims) - 2)
    drop_forward, drop_backward = dropout or (None, None)

    # All parameters live in one vector, and `params` are views of it: an optimizer's step is a few array operations.
    start = (initializer or _initialize_he)(list(layer_dims), rng)
    theta, params = flatten(start, X.dtype)
    gradient, grads = flatten({name: np.zeros(value.shape) for name, value in params.items()}, X.dtype)
    step = make_step(optimizer, theta, params, gradient, grads)
    weights = [name for name in params if name.startswith("W")]
    m = len(X)
    history: dict[str, list[float]] = {"cost": []}
    for epoch in show_progress(range(epochs), "training"):
        total_cost = 0.0
        with np.errstate(over="ignore", invalid="ignore"):  # a diverging run is reported below, in a sentence
            for rows in _draw_batches(m, batch_size, rng):
                X_batch, y_batch = X[rows], y[rows]
                activations, drops = _run_forward(X_batch, params, drop_forward, keep_probs, rng)
                cost, d_scores = _compare_scores(activations[-1], y_batch)
                _run_backward(d_scores, activations, drops, params, grads, drop_backward, keep_probs)
                if lambd:
                    cost += _penalty(params, lambd, m)
                    for name in weights:
                        grads[name] += (lambd / m) * params[name]
                step(lr)
                total_cost += cost * len(X_batch)
        if not math.isfinite(total_cost):
            raise FloatingPointError(
                f"training diverged in epoch {epoch + 1} of {epochs}: the cost is no longer finite. "
                f"Try a smaller learning rate than lr = {lr}."
            )
        history["cost"].append(total_cost / m)
        if dev:
            history.setdefault("train_error", []).append(measure_error(X, y, params))
            history.setdefault("dev_error", []).append(measure_error(*dev, params))
    return params, {name: np.array(values) for name, values in history.items()}


def predict(X: ArrayLike, params: Params) -> NDArray[np.integer]:
    """Label every row: the most probable class, or 0/1 for a sigmoid output. `(m, n_0)` → `(m,)`, without dropout."""
    scores = _run_forward(np.asarray(X), params)[0][-1]
    return scores.argmax(axis=1) if scores.shape[1] > 1 else (scores[:, 0] > 0).astype(int)


def predict_probabilities(
    X: ArrayLike,
    params: Params,
    *,
    dropout_forward: DropoutForward | None = None,
    keep_probs: Sequence[float] | None = None,
    rng: np.random.Generator | None = None,
) -> Array:
    """Give the output layer's probabilities, if wanted with dropout left on.

    Parameters
    ----------
    X : array of shape (m, n_0)
    params : dict
        As returned by `train`.
    dropout_forward : function (A, keep_prob, rng) -> (A_out, mask), optional
        Thins the hidden layers, as in training: each call then predicts with other thinned networks.
    keep_probs : sequence of float
        One per hidden layer, with `dropout_forward`.
    rng : numpy.random.Generator
        For `dropout_forward`.

    Returns
    -------
    array of shape (m, n_L), or (m,) when n_L is 1
        Rows sum to one; for a single output unit, the probability of label 1.
    """
    if dropout_forward:
        _check_keep_probs(keep_probs, len(params) // 2 - 1)
    scores = _run_forward(np.asarray(X), params, dropout_forward, keep_probs, rng)[0][-1]
    if scores.shape[1] == 1:
        return 0.5 * (1 + np.tanh(0.5 * scores[:, 0]))  # the sigmoid, without overflow
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def hidden_activations(X: ArrayLike, params: Params) -> list[Array]:
    """List the hidden layers' ReLU outputs, first layer first, each of shape (m, n_l), without dropout."""
    return _run_forward(np.asarray(X), params)[0][1:-1]


def measure_error(X: ArrayLike, y: ArrayLike, params: Params) -> float:
    """Share of rows of `X` (m, n_0) whose predicted label is not `y` (m,), 0 .. 1."""
    return float(np.mean(predict(X, params) != np.asarray(y)))


def compute_cost(X: ArrayLike, y: ArrayLike, params: Params, lambd: float = 0.0) -> float:
    """Mean cross-entropy of the network on `X` (m, n_0), `y` (m,), without dropout, plus the weights' L2 penalty."""
    X, y = np.asarray(X), np.asarray(y)
    cost, _ = _compare_scores(_run_forward(X, params)[0][-1], y)
    return cost + _penalty(params, lambd, len(X))


def show_progress(items: Iterable[Item], label: str) -> Iterable[Item]:
    """Go through `items` with a progress bar that appears when it takes over two seconds, and goes away at the end."""
    return tqdm(items, desc=label, delay=2, leave=False, file=sys.stdout)


# --- one pass through the network ------------------------------------------------------------------------------------


def _run_forward(
    X: Array,
    params: Params,
    dropout_forward: DropoutForward | None = None,
    keep_probs: Sequence[float] | None = None,
    rng: np.random.Generator | None = None,
) -> tuple[list[Array], list[Drop | None]]:
    """Return each layer's output, ``[X, A1, ..., scores]``, and for each hidden layer its `Drop`, if any."""
    depth = len(params) // 2
    activations = [X]
    drops: list[Drop | None] = []
    for layer in range(1, depth + 1):
        A = activations[-1] @ params[f"W{layer}"].T
        A += params[f"b{layer}"]
        if layer < depth:
            np.maximum(A, 0, out=A)
            drop = None
            if dropout_forward and keep_probs and keep_probs[layer - 1] < 1:
                before = A
                A, mask = dropout_forward(before, keep_probs[layer - 1], rng)
                drop = before, mask
            drops.append(drop)
        activations.append(A)
    return activations, drops


def _compare_scores(scores: Array, y: NDArray) -> tuple[float, Array]:
    """Mean cross-entropy of the output scores (m, n_L) and its gradient with respect to them."""
    m = len(scores)
    if scores.shape[1] == 1:
        z = scores[:, 0]
        cost = np.mean(np.logaddexp(0, z) - y * z)
        return float(cost), ((0.5 * (1 + np.tanh(0.5 * z)) - y) / m)[:, None]
    rows = np.arange(m)
    shifted = scores - scores.max(axis=1, keepdims=True)
    exponentials = np.exp(shifted)
    sums = exponentials.sum(axis=1, keepdims=True)
    cost = np.mean(np.log(sums[:, 0]) - shifted[rows, y])
    gradient = exponentials / sums
    gradient[rows, y] -= 1
    gradient /= m
    return cost.item(), gradient


def _run_backward(
    d_scores: Array,
    activations: list[Array],
    drops: list[Drop | None],
    params: Params,
    grads: Params,
    dropout_backward: DropoutBackward | None = None,
    keep_probs: Sequence[float] | None = None,
) -> None:
    """Write the cost's gradient into `grads`, from the output layer back to the first."""
    dZ = d_scores
    for layer in range(len(params) // 2, 0, -1):
        np.matmul(dZ.T, activations[layer - 1], out=grads[f"W{layer}"])
        np.sum(dZ, axis=0, out=grads[f"b{layer}"])
        if layer > 1:
            dA = dZ @ params[f"W{layer}"]
            A, drop = activations[layer - 1], drops[layer - 2]
            if drop and dropout_backward and keep_probs:
                # ReLU's slope is that of the units before dropout: a `dropout_backward` without its mask must show.
                A, mask = drop
                dA = dropout_backward(dA, mask, keep_probs[layer - 2])
            dZ = dA * (A > 0)


def _penalty(params: Params, lambd: float, m: int) -> float:
    return lambd / (2 * m) * sum(np.sum(value * value).item() for name, value in params.items() if name[0] == "W")


def _draw_batches(m: int, batch_size: int, rng: np.random.Generator) -> Iterable[NDArray | slice]:
    if batch_size >= m:
        return [slice(None)]
    order = rng.permutation(m)
    return [order[start : start + batch_size] for start in range(0, m, batch_size)]


def _initialize_he(layer_dims: list[int], rng: np.random.Generator) -> Params:
    params: Params = {}
    for layer, (n_in, n_out) in enumerate(pairwise(layer_dims), start=1):
        params[f"W{layer}"] = rng.standard_normal((n_out, n_in)) * math.sqrt(2 / n_in)
        params[f"b{layer}"] = np.zeros(n_out)
    return params


# --- arguments -------------------------------------------------------------------------------------------------------


def _check_data(
    X: ArrayLike, y: ArrayLike, X_name: str, y_name: str, layer_dims: Sequence[int]
) -> tuple[Array, NDArray[np.integer]]:
    X, y = as_float(X), np.asarray(y)
    if len(layer_dims) < 2 or min(layer_dims) < 1:
        raise ValueError(f"layer_dims: expected at least two sizes, each 1 or more, got {list(layer_dims)}")
    if X.ndim != 2 or len(X) == 0 or X.shape[1] != layer_dims[0]:
        raise ValueError(f"{X_name}: expected shape (m, {layer_dims[0]}) as in layer_dims[0], got {X.shape}")
    if y.shape != X.shape[:1]:
        raise ValueError(f"{y_name}: expected one label a row of {X_name}, shape {X.shape[:1]}, got {y.shape}")
    n_classes = max(layer_dims[-1], 2)
    if np.any(y != np.floor(y)) or y.min() < 0 or y.max() >= n_classes:
        raise ValueError(f"{y_name}: expected labels 0 .. {n_classes - 1}, got {y.min()} .. {y.max()}")
    return X, y.astype(int)


def _check_keep_probs(keep_probs: Sequence[float] | None, n_hidden: int) -> None:
    if keep_probs is None or len(keep_probs) != n_hidden or not all(0 < keep <= 1 for keep in keep_probs):
        raise ValueError(f"keep_probs: expected {n_hidden} numbers in (0, 1], one per hidden layer, got {keep_probs}")
