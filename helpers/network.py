"""A small multi-layer perceptron and its training loop, for the experiments of the lessons.

Each piece that a lesson is about can be given as a function with the signature of its exercise, so an experiment runs
with the reader's own function; where none is given, the reference stands. This module knows no lesson and no plot.

Layout: a row of ``X`` is an example; ``params`` is ``{"W1": (n_1, n_0), "b1": (n_1,), ..., "WL", "bL"}``; the output is
softmax over ``n_L`` classes, or one sigmoid unit for binary labels when ``n_L`` is 1.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from helpers import dropout as dropout_reference
from helpers import initialization, regularization
from helpers.layers import (
    ACTIVATIONS,
    Array,
    Hidden,
    Normalizer,
    Params,
    compare_scores,
    count_layers,
    fold_normalizers,
    run_backward,
    run_forward,
)
from helpers.steps import Optimizer, flatten, make_step
from helpers.validate import (
    as_float,
    require_count,
    require_labels,
    require_layer_dims,
    require_number,
    require_params,
    require_probability,
    require_rows,
    require_shape,
)

History = dict[str, Array]
Batches = Iterable[tuple[Array, NDArray]]
Initializer = Callable[[list[int], np.random.Generator], Params]
# (penalty(weights, lambd, m), gradient(W, lambd, m)) and (dropout_forward, dropout_backward)
Penalty = tuple[Callable[..., float], Callable[..., Array]]
DropoutForward = Callable[..., tuple[Array, NDArray]]
Dropout = tuple[DropoutForward, Callable[..., Array]]
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
    activation: str = "relu",
    initializer: Initializer | None = None,
    mini_batches: Callable[[Array, NDArray, int, np.random.Generator], Batches] | None = None,
    optimizer: str | Optimizer = "adam",
    schedule: Callable[..., float] | None = None,
    lambd: float = 0.0,
    penalty: Penalty | None = None,
    keep_probs: Sequence[float] | None = None,
    dropout: Dropout | None = None,
    batch_norm: Callable[[int], Normalizer] | None = None,
    X_dev: ArrayLike | None = None,
    y_dev: ArrayLike | None = None,
    patience: int | None = None,
    early_stopping: Callable[[Sequence[float], int], tuple[int, int]] | None = None,
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
        Learning rate, above 0.
    activation : "relu", "tanh" or "sigmoid"
        Of the hidden layers.
    initializer : function (layer_dims, rng) -> params, default: `init_he`
        Where training starts; ``lambda layer_dims, rng: params`` goes on from an earlier run.
    mini_batches : function (X, y, batch_size, rng) -> pairs (X, y)
        Called in every epoch. Default: shuffled batches, each gathered when its turn comes.
    optimizer : "adam", "sgd", or a step such as `momentum_step`
        What a step keeps from one call to the next is told by the name of its third argument: `lr` nothing, `velocity`
        or `s` a dict of zeros, `state` ``{"t": 0, "v": zeros, "s": zeros}``. `functools.partial` sets its other
        numbers.
    schedule : function (lr0, ..., epoch) -> lr
        Called as ``schedule(lr, epoch=epoch)`` with the epochs from 0: ``functools.partial(inverse_decay, rate=0.1)``.
    lambd : float
        Strength of the penalty, 0 or more; its m is the size of the training set.
    penalty : pair (penalty(weights, lambd, m), gradient(W, lambd, m)), default: `l2_penalty`, `l2_gradient`
        Used when `lambd` is not 0, on the weights alone.
    keep_probs : sequence of float
        One keep_prob per hidden layer, in (0, 1]: switches dropout on. A layer with 1 is left alone.
    dropout : pair (dropout_forward, dropout_backward), default: the references
        Used with `keep_probs`.
    batch_norm : the class `BatchNorm`, or a function n -> layer
        Makes a layer for each hidden layer, before its activation. `params` comes back with the layers folded in, as
        they are at inference, so that `predict` needs nothing else.
    X_dev, y_dev : arrays of shape (m_dev, n_0) and (m_dev,)
        With them, the history has the errors as well.
    patience : int
        Stop early: after so many epochs in a row without a better dev error. `params` is that of the best epoch.
    early_stopping : function (dev_errors, patience) -> (best_epoch, stop_epoch), default: the reference
        Used with `patience`.

    Returns
    -------
    params : dict
        The trained weights and biases, in the dtype of the computation.
    history : dict of arrays of shape (epochs,), shorter when it stopped early
        ``"cost"``: mean cost of the epoch's training passes, dropout and penalty included. With a dev set also
        ``"train_error"`` and ``"dev_error"``: the share of wrong labels after the epoch, without dropout.

    Raises
    ------
    ValueError
        If shapes, labels or settings do not fit together; the message names the argument.
    FloatingPointError
        If the cost or a parameter stops being finite; the message names the epoch and the learning rate.
    """
    dims = require_layer_dims(layer_dims)
    X, y = _require_data("X", X, "y", y, dims)
    dev = None
    if X_dev is not None or y_dev is not None:
        if X_dev is None or y_dev is None:
            raise ValueError("X_dev and y_dev must be given both or neither, got only one of them")
        dev = _require_data("X_dev", X_dev, "y_dev", y_dev, dims)
    epochs, batch_size = require_count("epochs", epochs), require_count("batch_size", batch_size)
    lr, lambd = require_number("lr", lr, above=0), require_number("lambd", lambd, at_least=0)
    if patience is not None:
        patience = require_count("patience", patience)
        if dev is None:
            raise ValueError("patience must come with X_dev and y_dev: what stops the run is the dev error")
    for name, function, switch, value in (
        ("dropout", dropout, "keep_probs", keep_probs),
        ("early_stopping", early_stopping, "patience", patience),
    ):
        if function is not None and value is None:
            raise ValueError(f"{name} must come with {switch}, got {switch} = None")
    hidden = _make_hidden(activation, keep_probs, dropout, len(dims) - 2)
    if batch_norm:
        hidden.normalizers = [batch_norm(n) for n in dims[1:-1]]
    penalty_cost, penalty_gradient = penalty or (regularization.l2_penalty, regularization.l2_gradient)
    early_stopping = early_stopping or regularization.early_stopping
    mini_batches = mini_batches or _gather_batches

    # All parameters live in one vector, and `params` are views of it: an optimizer's step is a few array operations.
    start = _draw_start(initializer or initialization.init_he, dims, rng)
    for layer, n in enumerate(dims[1:-1] if batch_norm else [], start=1):
        start |= {f"gamma{layer}": np.ones(n), f"beta{layer}": np.zeros(n)}
    theta, params = flatten(start, X.dtype)
    gradient, grads = flatten({name: np.zeros(value.shape) for name, value in params.items()}, X.dtype)
    step = make_step(optimizer, theta, params, gradient, grads)
    weights = [name for name in params if name[0] == "W"]
    m = len(X)
    best: Params = {}
    history: dict[str, list[float]] = {"cost": [], "train_error": [], "dev_error": []}
    for epoch in show_progress(range(epochs), "training"):
        total_cost = 0.0
        lr_now = schedule(lr, epoch=epoch) if schedule else lr
        with np.errstate(over="ignore", invalid="ignore"):  # a diverging run is reported below, in a sentence
            for X_batch, y_batch in mini_batches(X, y, batch_size, rng):
                trace = run_forward(X_batch, params, hidden, rng)
                cost, d_scores = compare_scores(trace.scores, y_batch)
                run_backward(d_scores, trace, params, grads, hidden)
                if lambd:
                    cost += penalty_cost([params[name] for name in weights], lambd, m)
                    for name in weights:
                        grads[name] += penalty_gradient(params[name], lambd, m)
                step(lr_now)
                total_cost += cost * len(X_batch)
        if not (math.isfinite(total_cost) and np.isfinite(theta).all()):
            raise FloatingPointError(
                f"training diverged in epoch {epoch + 1} of {epochs}: its numbers are no longer finite. "
                f"Try a smaller learning rate than lr = {lr_now:g}."
            )
        history["cost"].append(total_cost / m)
        if dev:
            now = fold_normalizers(params, hidden.normalizers)
            history["train_error"].append(measure_error(X, y, now, activation=activation))
            history["dev_error"].append(measure_error(*dev, now, activation=activation))
            if patience:
                # One more epoch, which can't be better, tells whether the run stops here or only ends here.
                best_epoch, stop_epoch = early_stopping([*history["dev_error"], math.inf], patience)
                if best_epoch == epoch:
                    best = now
                if stop_epoch <= epoch:
                    break
    params = best or fold_normalizers(params, hidden.normalizers)
    return params, {name: np.array(values) for name, values in history.items() if values}


def predict(X: ArrayLike, params: Params, *, activation: str = "relu") -> NDArray[np.integer]:
    """Label every row: the most probable class, or 0/1 for a sigmoid output. `(m, n_0)` → `(m,)`, without dropout."""
    scores = _compute_scores(X, params, activation)
    return scores.argmax(axis=1) if scores.shape[1] > 1 else (scores[:, 0] > 0).astype(int)


def predict_probabilities(
    X: ArrayLike,
    params: Params,
    *,
    activation: str = "relu",
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
    activation : "relu", "tanh" or "sigmoid"
        Of the hidden layers, as in training.
    dropout_forward : function (A, keep_prob, rng) -> (A_out, mask), default: the reference
        Thins the hidden layers, as in training: each call then predicts with other thinned networks.
    keep_probs : sequence of float
        One per hidden layer; switches dropout on.
    rng : numpy.random.Generator
        For `dropout_forward`.

    Returns
    -------
    array of shape (m, n_L), or (m,) when n_L is 1
        Rows sum to one; for a single output unit, the probability of label 1.
    """
    dropout = (dropout_forward, dropout_reference.dropout_backward) if dropout_forward else None
    hidden = _make_hidden(activation, keep_probs, dropout, count_layers(params) - 1)
    scores = run_forward(np.asarray(X), params, hidden, rng).scores
    if scores.shape[1] == 1:
        return 0.5 * (1 + np.tanh(0.5 * scores[:, 0]))  # the sigmoid, without overflow
    exponentials = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def hidden_activations(X: ArrayLike, params: Params, *, activation: str = "relu") -> list[Array]:
    """List the hidden layers' outputs, first layer first, each of shape (m, n_l), without dropout."""
    return run_forward(np.asarray(X), params, _make_hidden(activation)).outputs


def measure_error(X: ArrayLike, y: ArrayLike, params: Params, *, activation: str = "relu") -> float:
    """Share of rows of `X` (m, n_0) whose predicted label is not `y` (m,), 0 .. 1."""
    return float(np.mean(predict(X, params, activation=activation) != np.asarray(y)))


def compute_cost(X: ArrayLike, y: ArrayLike, params: Params, lambd: float = 0.0, *, activation: str = "relu") -> float:
    """Mean cross-entropy of the network on `X` (m, n_0), `y` (m,), without dropout, plus the weights' L2 penalty."""
    cost, _ = compare_scores(_compute_scores(X, params, activation), np.asarray(y))
    if lambd:
        cost += regularization.l2_penalty(
            [params[name] for name in params if name[0] == "W"], lambd, len(np.asarray(y))
        )
    return cost


def compute_gradients(
    X: ArrayLike, y: ArrayLike, params: Params, lambd: float = 0.0, *, activation: str = "relu"
) -> Params:
    """Gradient of `compute_cost` with respect to every parameter: a dict with the keys and shapes of `params`."""
    hidden, grads = _make_hidden(activation), {name: np.empty_like(value) for name, value in params.items()}
    trace = run_forward(np.asarray(X), params, hidden)
    _, d_scores = compare_scores(trace.scores, np.asarray(y))
    run_backward(d_scores, trace, params, grads, hidden)
    for name in params:
        if lambd and name[0] == "W":
            grads[name] += regularization.l2_gradient(params[name], lambd, len(trace.scores))
    return grads


def show_progress(items: Iterable[Item], label: str) -> Iterable[Item]:
    """Go through `items` with a progress bar that appears when it takes over two seconds, and goes away at the end."""
    return tqdm(items, desc=label, delay=2, leave=False, file=sys.stdout)


def _compute_scores(X: ArrayLike, params: Params, activation: str) -> Array:
    return run_forward(np.asarray(X), params, _make_hidden(activation)).scores


def _gather_batches(X: Array, y: NDArray, batch_size: int, rng: np.random.Generator) -> Batches:
    """Yield shuffled batches one by one; all rows in their own order when one batch holds them all."""
    if batch_size >= len(X):
        yield X, y
        return
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


# --- arguments -------------------------------------------------------------------------------------------------------


def _require_data(
    X_name: str, X: ArrayLike, y_name: str, y: ArrayLike, dims: list[int]
) -> tuple[Array, NDArray[np.int64]]:
    X = as_float(X)
    require_shape(X_name, X, ("m", dims[0]))
    y = require_labels(y_name, y, max(dims[-1], 2))
    require_rows(**{X_name: X, y_name: y})
    return X, y


def _make_hidden(
    activation: str,
    keep_probs: Sequence[float] | None = None,
    dropout: Dropout | None = None,
    n_hidden: int = 0,
) -> Hidden:
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, got {activation!r}")
    if keep_probs is None:
        return Hidden(ACTIVATIONS[activation])
    if len(keep_probs) != n_hidden:
        raise ValueError(f"keep_probs must have one entry for each of the {n_hidden} hidden layers, got {keep_probs}")
    forward, backward = dropout or (dropout_reference.dropout_forward, dropout_reference.dropout_backward)
    keep_probs = [require_probability("each entry of keep_probs", keep_prob) for keep_prob in keep_probs]
    return Hidden(ACTIVATIONS[activation], forward, backward, keep_probs)


def _draw_start(initializer: Initializer, dims: list[int], rng: np.random.Generator) -> Params:
    start = dict(initializer(dims, rng))
    require_params(start, dims[0])
    for layer, n in enumerate(dims[1:], start=1):
        require_shape(f"W{layer} of the initializer", start[f"W{layer}"], (n, dims[layer - 1]))
    return start
