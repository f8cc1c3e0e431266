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
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from helpers import dropout as dropout_reference
from helpers import initialization, pieces, regularization
from helpers.bias_variance import error_rate
from helpers.layers import (
    ACTIVATIONS,
    Hidden,
    Trace,
    compare_scores,
    fold_normalizers,
    run_backward,
    run_forward,
)
from helpers.pieces import Array, Params
from helpers.softmax import softmax
from helpers.steps import flatten, make_step
from helpers.validate import (
    as_float,
    as_floats,
    require_count,
    require_labels,
    require_layer_dims,
    require_like,
    require_number,
    require_params,
    require_probability,
    require_rng,
    require_rows,
    require_shape,
)

History = dict[str, Array]
Item = TypeVar("Item")


class Diverged(FloatingPointError):
    """A training run whose numbers are no longer finite; `history` has the epochs before."""

    def __init__(self, message: str, history: History) -> None:
        super().__init__(message)
        self.history = history


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
    initializer: pieces.Initializer | None = None,
    mini_batches: pieces.MiniBatches | None = None,
    optimizer: str | pieces.Optimizer = "adam",
    schedule: pieces.Schedule | None = None,
    lambd: float = 0.0,
    penalty: pieces.Penalty | None = None,
    keep_probs: Sequence[float] | None = None,
    dropout: pieces.Dropout | None = None,
    batch_norm: pieces.BatchNorm | None = None,
    X_dev: ArrayLike | None = None,
    y_dev: ArrayLike | None = None,
    patience: int | None = None,
    early_stopping: pieces.EarlyStopping | None = None,
    callback: Callable[[int, Params], object] | None = None,
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
    initializer : function (layer_dims, rng) -> params or (layer_dims) -> params, default: `init_he`
        Where training starts. ``partial(init_normal, scale=10)`` sets its other numbers; ``lambda layer_dims: params``
        goes on from an earlier run.
    mini_batches : function (X, y, batch_size, rng) -> pairs (X, y)
        Called in every epoch. Default: shuffled batches as `optimizers.mini_batches` makes them, each gathered when its
        turn comes; with one batch of all rows they stay in their order.
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
        they are at inference, so that `predict` needs nothing else; a function that keeps the layers it makes lets one
        look at them.
    X_dev, y_dev : arrays of shape (m_dev, n_0) and (m_dev,)
        With them, the history has the errors as well.
    patience : int
        Stop early: after so many epochs in a row without a better dev error. `params` is that of the best epoch.
    early_stopping : function (dev_errors, patience) -> (best_epoch, stop_epoch), default: the reference
        Used with `patience`. Called after each epoch with the errors so far and one more, inf, which can't be better:
        so it tells whether the run stops here or only ends here.
    callback : function (epoch, params)
        Called after each epoch, from 0, with a copy of the parameters: to look at weights while they grow.

    Returns
    -------
    params : dict
        The trained weights and biases, in the dtype of the computation.
    history : dict of arrays of shape (epochs,), shorter when it stopped early
        ``"cost"``: mean cost of the epoch's training passes, dropout and penalty included. With a dev set also
        ``"train_error"`` and ``"dev_error"``: the share of wrong labels after the epoch, without dropout and with batch
        norm's running statistics.

    Raises
    ------
    ValueError
        If shapes, labels or settings do not fit together, or a given function does not return what its exercise says;
        the message names the argument.
    Diverged
        If the cost or a parameter stops being finite; the message names the epoch and the learning rate. It is a
        FloatingPointError; its `history` has the epochs before, to be drawn.
    """
    require_rng(rng)
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
    elif early_stopping is not None:
        raise ValueError("early_stopping must come with patience, got patience = None")
    if dropout is not None and keep_probs is None:
        raise ValueError("dropout must come with keep_probs, got keep_probs = None")
    hidden = _make_hidden(activation, keep_probs, dropout, len(dims) - 2)
    if batch_norm is not None:
        hidden.normalizers = pieces.make_normalizers(batch_norm, dims[1:-1])
    own = any((mini_batches, callable(optimizer), penalty, dropout, batch_norm))
    penalty = penalty or (regularization.l2_penalty, regularization.l2_gradient)
    pieces.require_functions("penalty", penalty, "(penalty, gradient)")
    penalty_cost, penalty_gradient = penalty
    stop_early = early_stopping or regularization.early_stopping
    draw_batches = partial(pieces.iterate_batches, mini_batches) if mini_batches else pieces.gather_batches

    # All parameters live in one vector, and `params` are views of it: an optimizer's step is a few array operations.
    start = pieces.draw_start(initializer or initialization.init_he, dims, rng)
    for layer, normalizer in enumerate(hidden.normalizers, start=1):
        start |= {f"gamma{layer}": normalizer.gamma, f"beta{layer}": normalizer.beta}
    theta, params = flatten(start, X.dtype)
    gradient, grads = flatten({name: np.zeros(value.shape) for name, value in params.items()}, X.dtype)
    step = make_step(optimizer, theta, params, gradient, grads)
    weights = {name: value for name, value in params.items() if name[0] == "W"}
    m = len(X)

    def run_batch(X_batch: Array, y_batch: NDArray, lr: float) -> float:
        trace = run_forward(X_batch, params, hidden, rng)
        cost, d_scores = compare_scores(trace.scores, y_batch)
        run_backward(d_scores, trace, params, grads, hidden)
        if lambd:
            cost += pieces.measure_penalty(penalty_cost, list(weights.values()), lambd, m)
            for name, W in weights.items():
                grads[name] += require_like("what penalty's gradient returns", penalty_gradient(W, lambd, m), W)
        step(lr)
        return cost

    best: Params = {}
    history: dict[str, list[float]] = {name: [] for name in ("cost", "train_error", "dev_error")[: 3 if dev else 1]}
    # One thread: so small a net loses by more, and its numbers would vary. No warnings: a run that diverges is
    # reported in a sentence.
    with threadpool_limits(limits=1, user_api="blas"), np.errstate(over="ignore", invalid="ignore"):
        for epoch in show_progress(range(epochs), "training"):
            lr_now = pieces.take_learning_rate(schedule, lr, epoch) if schedule else lr
            total_cost, n_rows = 0.0, 0
            for X_batch, y_batch in draw_batches(X, y, batch_size, rng):
                total_cost += run_batch(X_batch, y_batch, lr_now) * len(X_batch)
                n_rows += len(X_batch)
            now = fold_normalizers(params, hidden.normalizers)
            if not (math.isfinite(total_cost) and all(np.isfinite(value).all() for value in now.values())):
                raise Diverged(
                    f"training diverged in epoch {epoch + 1} of {epochs}: its numbers are no longer finite. Try a "
                    f"smaller learning rate than lr = {lr_now:g}{', or look at what your function returns' * own}.",
                    _as_arrays(history),
                )
            history["cost"].append(total_cost / n_rows)
            if dev:
                for name, part in (("train_error", (X, y)), ("dev_error", dev)):
                    scores = run_forward(part[0], params, hidden, training=False).scores
                    history[name].append(error_rate(part[1], _choose_labels(scores)))
            if callback:
                callback(epoch, {name: value.copy() for name, value in params.items()})
            if patience:
                errors = [*history["dev_error"], math.inf]
                best_epoch, stop_epoch = pieces.ask_early_stopping(stop_early, errors, patience)
                if best_epoch == epoch:
                    best = now
                if stop_epoch <= epoch:
                    break
    return best or now, _as_arrays(history)


def predict(X: ArrayLike, params: Params, *, activation: str = "relu") -> NDArray[np.integer]:
    """Label every row: the most probable class, or 0/1 for a sigmoid output. `(m, n_0)` → `(m,)`, without dropout."""
    return _choose_labels(_run(X, params, activation).scores)


def predict_probabilities(
    X: ArrayLike,
    params: Params,
    *,
    activation: str = "relu",
    dropout_forward: pieces.DropoutForward | None = None,
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
        Used with `keep_probs`.
    keep_probs : sequence of float
        One per hidden layer: thins the layers as in training, so that each call predicts with other thinned networks.
    rng : numpy.random.Generator
        For `dropout_forward`.

    Returns
    -------
    array of shape (m, n_L), or (m,) when n_L is 1
        Rows sum to one; for a single output unit, the probability of label 1.

    Raises
    ------
    ValueError
        If shapes, `activation` or `keep_probs` do not fit.
    """
    if dropout_forward is not None and keep_probs is None:
        raise ValueError("dropout_forward must come with keep_probs, got keep_probs = None")
    dropout = (dropout_forward, dropout_reference.dropout_backward) if dropout_forward else None
    scores = _run(X, params, activation, keep_probs, dropout, rng).scores
    if scores.shape[1] == 1:
        return 0.5 * (1 + np.tanh(0.5 * scores[:, 0]))  # the sigmoid, without overflow
    return softmax(scores)


def hidden_activations(X: ArrayLike, params: Params, *, activation: str = "relu") -> list[Array]:
    """List the hidden layers' outputs, first layer first, each of shape (m, n_l), without dropout."""
    return _run(X, params, activation).outputs


def measure_error(X: ArrayLike, y: ArrayLike, params: Params, *, activation: str = "relu") -> float:
    """Share of rows of `X` (m, n_0) whose predicted label is not `y` (m,), 0 .. 1."""
    scores = _run(X, params, activation).scores
    return error_rate(_require_targets(y, scores), _choose_labels(scores))


def compute_cost(X: ArrayLike, y: ArrayLike, params: Params, lambd: float = 0.0, *, activation: str = "relu") -> float:
    """Mean cross-entropy of the network on `X` (m, n_0), `y` (m,), without dropout, plus the weights' L2 penalty."""
    scores = _run(X, params, activation).scores
    cost, _ = compare_scores(scores, _require_targets(y, scores))
    return regularization.regularized_cost(cost, params, lambd, len(scores))


def compute_gradients(
    X: ArrayLike, y: ArrayLike, params: Params, lambd: float = 0.0, *, activation: str = "relu"
) -> Params:
    """Gradient of `compute_cost` with respect to every parameter: a dict with the keys and shapes of `params`."""
    X, params = _require_network(X, params)
    hidden, grads = _make_hidden(activation), {name: np.empty_like(value) for name, value in params.items()}
    trace = run_forward(X, params, hidden)
    _, d_scores = compare_scores(trace.scores, _require_targets(y, trace.scores))
    run_backward(d_scores, trace, params, grads, hidden)
    for name in params:
        if name[0] == "W":
            grads[name] += regularization.l2_gradient(params[name], lambd, len(X))
    return grads


def show_progress(items: Iterable[Item], label: str) -> Iterable[Item]:
    """Go through `items` with a progress bar that appears when it takes over two seconds, and goes away at the end."""
    return tqdm(items, desc=label, delay=2, leave=False, file=sys.stdout)


def _as_arrays(history: dict[str, list[float]]) -> History:
    return {name: np.array(values, dtype=float) for name, values in history.items()}


def _choose_labels(scores: Array) -> NDArray[np.integer]:
    return scores.argmax(axis=1) if scores.shape[1] > 1 else (scores[:, 0] > 0).astype(int)


def _run(
    X: ArrayLike,
    params: Params,
    activation: str,
    keep_probs: Sequence[float] | None = None,
    dropout: pieces.Dropout | None = None,
    rng: np.random.Generator | None = None,
) -> Trace:
    X, params = _require_network(X, params)
    return run_forward(X, params, _make_hidden(activation, keep_probs, dropout, len(params) // 2 - 1), rng)


# --- arguments -------------------------------------------------------------------------------------------------------


def _require_data(
    X_name: str, X: ArrayLike, y_name: str, y: ArrayLike, dims: list[int]
) -> tuple[Array, NDArray[np.int64]]:
    X = as_float(X)
    require_shape(X_name, X, ("m", dims[0]))
    y = require_labels(y_name, y, max(dims[-1], 2))
    require_rows(**{X_name: X, y_name: y})
    return X, y


def _require_network(X: ArrayLike, params: Params) -> tuple[Array, Params]:
    """Return rows and parameters that fit together, in one precision."""
    X, *values = as_floats(X, *params.values())
    require_shape("X", X, ("m", "n_0"))
    require_rows(X=X)
    params = dict(zip(params, values, strict=True))
    require_params(params, X.shape[1])
    return X, params


def _require_targets(y: ArrayLike, scores: Array) -> NDArray[np.int64]:
    targets = require_labels("y", y, max(scores.shape[1], 2))
    require_rows(X=scores, y=targets)
    return targets


def _make_hidden(
    activation: str,
    keep_probs: Sequence[float] | None = None,
    dropout: pieces.Dropout | None = None,
    n_hidden: int = 0,
) -> Hidden:
    if not isinstance(activation, str) or activation not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, got {activation!r}")
    if keep_probs is None:
        return Hidden(ACTIVATIONS[activation])
    if np.shape(keep_probs) != (n_hidden,):
        raise ValueError(f"keep_probs must have one entry for each of the {n_hidden} hidden layers, got {keep_probs}")
    dropout = dropout or (dropout_reference.dropout_forward, dropout_reference.dropout_backward)
    pieces.require_functions("dropout", dropout, "(dropout_forward, dropout_backward)")
    forward, backward = dropout
    keep_probs = [require_probability("each entry of keep_probs", keep_prob) for keep_prob in keep_probs]
    return Hidden(ACTIVATIONS[activation], forward, backward, keep_probs)
