"""Optimizers: the references of topic 08.

A step takes dicts with the same keys (`params`, `grads`, what it remembers) and returns new ones; its formula holds
element by element. The arrays that it returns are float32 when all that it was given are float32, else float64.
Sources: course note 001; Polyak, "Some methods of speeding up the convergence of iteration methods", USSR
Computational Mathematics and Mathematical Physics 4 (1964), for momentum; Duchi, Hazan and Singer, "Adaptive
subgradient methods for online learning and stochastic optimization", JMLR 12 (2011), for AdaGrad; Tieleman and Hinton,
"Neural networks for machine learning", lecture 6.5 (2012), for RMSprop; Kingma and Ba, "Adam: a method for stochastic
optimization", ICLR (2015).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helpers.validate import as_float, require_count, require_number, require_rng, require_rows, require_shape

Array = NDArray[np.floating]
Params = dict[str, Array]
State = dict[str, Any]


def mini_batches(X: NDArray, y: NDArray, batch_size: int, rng: np.random.Generator) -> list[tuple[NDArray, NDArray]]:
    """Shuffle the rows and cut them into batches: one epoch of mini-batch gradient descent.

    Parameters
    ----------
    X, y : ndarray of shape (m, ...) and (m,)
        One example a row, and its label.
    batch_size : int
        Rows a batch, at least 1; with m or more there is one batch of all rows.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    list of pairs (X (batch_size, ...), y (batch_size,))
        Every row once, beside its label; the last batch has what is left. The dtypes are those of `X` and `y`.

    Raises
    ------
    ValueError
        When `batch_size` is below 1, `rng` no generator, there is no row, or `X` and `y` have not equally many rows.

    Examples
    --------
    >>> batches = mini_batches(np.zeros((5, 3)), np.arange(5), 2, np.random.default_rng(0))
    >>> [X.shape for X, y in batches]
    [(2, 3), (2, 3), (1, 3)]
    """
    batch_size = require_count("batch_size", batch_size)
    X, y = np.asarray(X), np.asarray(y)
    m = require_rows(X=X, y=y)
    order = require_rng(rng).permutation(m)
    batches = [order[first : first + batch_size] for first in range(0, m, batch_size)]
    return [(X[rows], y[rows]) for rows in batches]


def ewma(values: ArrayLike, beta: float, bias_correction: bool) -> Array:
    """Average a series with exponentially fading weights.

    `v_t = beta * v_{t-1} + (1 - beta) * values_t` with `v_0 = 0`. The weights add up to `1 - beta^t`; the bias
    correction divides by that. A value counts for about `1 / (1 - beta)` steps.

    Parameters
    ----------
    values : array_like of shape (T,)
        The series, oldest first; may be empty.
    beta, bias_correction : float and bool
        Share of the old average that is kept, in [0, 1); whether to divide the t-th average (t >= 1) by `1 - beta^t`.

    Returns
    -------
    ndarray of shape (T,)
        The average after each value; float32 when `values` are float32, else float64.

    Raises
    ------
    ValueError
        When `values` is not a vector or `beta` is not in [0, 1).

    Examples
    --------
    >>> ewma([10, 20], 0.5, False)
    array([ 5. , 12.5])
    """
    beta = require_number("beta", beta, at_least=0, below=1)
    values = as_float(values)
    require_shape("values", values, ("T",))
    averages = np.empty_like(values)
    average = 0.0
    for t, value in enumerate(values.tolist(), start=1):  # Python floats: a float32 series is averaged in float64
        average = beta * average + (1 - beta) * value
        averages[t - 1] = average / (1 - beta**t) if bias_correction else average
    return averages


def sgd_step(params: Params, grads: Params, lr: float) -> Params:
    """Take one step of gradient descent: `params - lr * g`, whichever batch the gradient g comes from.

    Parameters
    ----------
    params, grads, lr : dicts of arrays and a float
        Parameters and their gradients, paired by key; learning rate, at least 0.

    Returns
    -------
    dict of arrays
        The moved parameters.

    Raises
    ------
    ValueError
        When keys or shapes differ or `lr` is negative.

    Examples
    --------
    >>> sgd_step({"b1": np.array([1.0, 2.0])}, {"b1": np.array([2.0, -2.0])}, 0.25)
    {'b1': array([0.5, 2.5])}
    """
    lr = require_number("lr", lr, at_least=0)
    params, grads = _require_alike(params=params, grads=grads)
    # np.asarray, here and below: NumPy's arithmetic makes a scalar of an array without axes.
    return {key: np.asarray(params[key] - lr * g) for key, g in grads.items()}


def momentum_step(
    params: Params, grads: Params, velocity: Params, lr: float, beta: float = 0.9
) -> tuple[Params, Params]:
    """Step along the exponentially weighted average of the gradients.

    `v = beta * v + (1 - beta) * g`, then `params - lr * v`. torch and CS231n take `v = beta * v + g`: their steps
    are ours when their learning rate is `lr * (1 - beta)`.

    Parameters
    ----------
    params, grads, velocity : dict of arrays
        Parameters, gradients and the average so far (zeros before the first step), paired by key.
    lr, beta : float
        Learning rate, at least 0; share of the old average that is kept, in [0, 1).

    Returns
    -------
    params, velocity : dict of arrays
        The moved parameters and the new average.

    Raises
    ------
    ValueError
        When keys or shapes differ, `lr` is negative or `beta` not in [0, 1).

    Examples
    --------
    >>> momentum_step({"b1": np.array([1.0])}, {"b1": np.array([4.0])}, {"b1": np.array([2.0])}, 0.5, beta=0.5)
    ({'b1': array([-0.5])}, {'b1': array([3.])})
    """
    lr, beta = require_number("lr", lr, at_least=0), require_number("beta", beta, at_least=0, below=1)
    params, grads, velocity = _require_alike(params=params, grads=grads, velocity=velocity)
    velocity = {key: np.asarray(beta * velocity[key] + (1 - beta) * g) for key, g in grads.items()}
    return {key: np.asarray(params[key] - lr * v) for key, v in velocity.items()}, velocity


def adagrad_step(params: Params, grads: Params, s: Params, lr: float, eps: float = 1e-8) -> tuple[Params, Params]:
    """Divide each step by the root of all squared gradients so far: what moved much moves ever less.

    `s = s + g^2`, then `params - lr * g / (sqrt(s) + eps)` with the new s. eps is outside the root as in torch (there
    1e-10 by default); other texts put it inside.

    Parameters
    ----------
    params, grads, s : dict of arrays
        Parameters, gradients and the sum so far (zeros before the first step, never negative), paired by key.
    lr, eps : float
        Learning rate, at least 0; what keeps the division safe, at least 0.

    Returns
    -------
    params, s : dict of arrays
        The moved parameters and the new sum.

    Raises
    ------
    ValueError
        When keys or shapes differ, `lr`, `s` or `eps` is negative, or `eps` is 0 where the new s is 0.

    Examples
    --------
    >>> adagrad_step({"b1": np.array([1.0])}, {"b1": np.array([4.0])}, {"b1": np.array([9.0])}, 0.5, eps=0.0)
    ({'b1': array([0.6])}, {'b1': array([25.])})
    """
    lr, eps = require_number("lr", lr, at_least=0), require_number("eps", eps, at_least=0)
    params, grads, s = _require_alike(params=params, grads=grads, s=s)
    s = {key: np.asarray(s[key] + g**2) for key, g in grads.items()}
    return {key: np.asarray(params[key] - lr * g / _divisor(s[key], eps)) for key, g in grads.items()}, s


def rmsprop_step(
    params: Params, grads: Params, s: Params, lr: float, beta: float = 0.9, eps: float = 1e-8
) -> tuple[Params, Params]:
    """Divide each step by the root of the average squared gradient: as AdaGrad, with a memory that fades.

    `s = beta * s + (1 - beta) * g^2`, then `params - lr * g / (sqrt(s) + eps)` with the new s. There is no bias
    correction. torch has eps outside the root too, and beta 0.99 by default.

    Parameters
    ----------
    params, grads, s, lr, eps : dicts of arrays and floats
        As in `adagrad_step`, but `s` is the average so far.
    beta : float
        Share of the old average that is kept, in [0, 1).

    Returns
    -------
    params, s : dict of arrays
        The moved parameters and the new average.

    Raises
    ------
    ValueError
        As `adagrad_step`, or when `beta` is not in [0, 1).

    Examples
    --------
    >>> rmsprop_step({"b1": np.array([1.0])}, {"b1": np.array([7.0])}, {"b1": np.array([1.0])}, 0.5, 0.5, eps=0.0)
    ({'b1': array([0.3])}, {'b1': array([25.])})
    """
    lr, eps = require_number("lr", lr, at_least=0), require_number("eps", eps, at_least=0)
    beta = require_number("beta", beta, at_least=0, below=1)
    params, grads, s = _require_alike(params=params, grads=grads, s=s)
    s = {key: np.asarray(beta * s[key] + (1 - beta) * g**2) for key, g in grads.items()}
    return {key: np.asarray(params[key] - lr * g / _divisor(s[key], eps)) for key, g in grads.items()}, s


def adam_step(
    params: Params, grads: Params, state: State, lr: float, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
) -> tuple[Params, State]:
    """Step along momentum's average divided by the root of RMSprop's, both corrected for their start at zero.

    `t = t + 1`, `v = beta1 * v + (1 - beta1) * g`, `s = beta2 * s + (1 - beta2) * g^2`, then
    `params - lr * v_hat / (sqrt(s_hat) + eps)` with `v_hat = v / (1 - beta1^t)` and `s_hat = s / (1 - beta2^t)`.
    eps is outside the root, as in algorithm 1 of the paper and in torch; scikit-learn adds it to the uncorrected root.
    A trap: an old public table of Adam's numbers has eps inside, the formula beside it outside; 1e-8 hides that.

    Parameters
    ----------
    params, grads, state : dict
        Parameters and their gradients, paired by key; `{"t": int, "v": dict, "s": dict}`: the number of finished steps
        and both averages, 0 and zeros before the first step.
    lr, beta1, beta2, eps : float
        Learning rate, at least 0; shares of both old averages that are kept, in [0, 1); what keeps the division safe.

    Returns
    -------
    params, state : dict
        The moved parameters; `{"t": int, "v": dict, "s": dict}` after this step.

    Raises
    ------
    ValueError
        When keys or shapes differ, a number or an s is out of range, or `eps` is 0 where the new s is.

    Examples
    --------
    >>> state = {"t": 0, "v": {"b1": np.zeros(2)}, "s": {"b1": np.zeros(2)}}
    >>> params, state = adam_step({"b1": np.ones(2)}, {"b1": np.array([4.0, -0.5])}, state, 0.25, eps=0.0)
    >>> params["b1"], state["t"]  # the first step is lr long, whatever the gradient
    (array([0.75, 1.25]), 1)
    """
    lr, eps = require_number("lr", lr, at_least=0), require_number("eps", eps, at_least=0)
    beta1 = require_number("beta1", beta1, at_least=0, below=1)
    beta2 = require_number("beta2", beta2, at_least=0, below=1)
    if not isinstance(state, Mapping) or set(state) != {"t", "v", "s"}:
        raise ValueError(f"state must be a dict with the keys t, v and s, got {state!r}")
    averages = {f"state[{name!r}]": state[name] for name in ("v", "s")}
    params, grads, v, s = _require_alike(params=params, grads=grads, **averages)
    t = require_count("state['t']", state["t"], at_least=0) + 1
    v = {key: np.asarray(beta1 * v[key] + (1 - beta1) * g) for key, g in grads.items()}
    s = {key: np.asarray(beta2 * s[key] + (1 - beta2) * g**2) for key, g in grads.items()}
    v_hat = {key: v[key] / (1 - beta1**t) for key in v}
    s_hat = {key: s[key] / (1 - beta2**t) for key in s}
    params = {key: np.asarray(params[key] - lr * v_hat[key] / _divisor(s_hat[key], eps)) for key in params}
    return params, {"t": t, "v": v, "s": s}


def inverse_decay(lr0: float, rate: float, epoch: int) -> float:
    """Let the learning rate fall as `lr0 / (1 + rate * epoch)`: after `1 / rate` epochs it has halved.

    Parameters
    ----------
    lr0, rate, epoch : float, float and int
        Learning rate of epoch 0, above 0; how fast it falls, at least 0; number of finished epochs, at least 0.

    Returns
    -------
    float
        The learning rate of this epoch.

    Raises
    ------
    ValueError
        When `lr0` is not above 0, or `rate` or `epoch` is negative.

    Examples
    --------
    >>> inverse_decay(0.5, 1.0, 4)
    0.1
    """
    lr0, rate = require_number("lr0", lr0, above=0), require_number("rate", rate, at_least=0)
    return lr0 / (1 + rate * require_count("epoch", epoch, at_least=0))


def exponential_decay(lr0: float, base: float, epoch: int) -> float:
    """Let every epoch leave the same share of the learning rate: `lr0 * base^epoch`.

    Parameters
    ----------
    lr0, base, epoch : float, float and int
        Learning rate of epoch 0 and the share that an epoch leaves of it, both above 0; finished epochs, at least 0.

    Returns
    -------
    float
        The learning rate of this epoch; inf where it is beyond the largest float.

    Raises
    ------
    ValueError
        When `lr0` or `base` is not above 0, or `epoch` is negative.

    Examples
    --------
    >>> exponential_decay(0.5, 0.5, 2)
    0.125
    """
    lr0, base = require_number("lr0", lr0, above=0), require_number("base", base, above=0)
    epoch = require_count("epoch", epoch, at_least=0)
    try:
        return lr0 * base**epoch
    except OverflowError:  # Python's floats raise it; this is the limit
        return lr0 * base ** float("inf")


def step_decay(lr0: float, factor: float, every: int, epoch: int) -> float:
    """Multiply the learning rate by `factor` after each `every` epochs: `lr0 * factor^(epoch // every)`.

    Parameters
    ----------
    lr0, factor, every, epoch : float, float, int and int
        Learning rate of epoch 0 and the share that a step leaves of it, both above 0; epochs from step to step, at
        least 1; number of finished epochs, at least 0.

    Returns
    -------
    float
        The learning rate of this epoch; inf where it is beyond the largest float.

    Raises
    ------
    ValueError
        When `lr0` or `factor` is not above 0, `every` is below 1, or `epoch` is negative.

    Examples
    --------
    >>> [step_decay(0.5, 0.5, 10, epoch) for epoch in (0, 9, 10)]
    [0.5, 0.5, 0.25]
    """
    lr0, factor = require_number("lr0", lr0, above=0), require_number("factor", factor, above=0)
    steps = require_count("epoch", epoch, at_least=0) // require_count("every", every)
    return exponential_decay(lr0, factor, steps)


def _require_alike(**dicts: Mapping[str, ArrayLike]) -> list[Params]:
    """Return the dicts in the order of the first, as arrays of one dtype; their keys and shapes must be the same."""
    first_name, first = next(iter(dicts.items()))
    for name, values in dicts.items():
        if not isinstance(values, Mapping):
            raise ValueError(f"{name} must be a dict of arrays, got {values!r}")
        odd = first.keys() ^ values.keys()
        if odd:
            raise ValueError(f"{name} must have the keys of {first_name}, got a difference in {sorted(odd)}")
        for key in first:
            require_shape(f"{name}[{key!r}]", np.asarray(values[key]), np.shape(first[key]))
            if name in ("s", "state['s']") and np.any(as_float(values[key]) < 0):  # no square is negative
                raise ValueError(f"{name}[{key!r}] must be >= 0, got {np.min(values[key])}")
    arrays = [{key: as_float(values[key]) for key in first} for values in dicts.values()]
    dtype = np.result_type(np.float32, *(array.dtype for values in arrays for array in values.values()))
    return [{key: array.astype(dtype, copy=False) for key, array in values.items()} for values in arrays]


def _divisor(s: Array, eps: float) -> Array:
    """Return `sqrt(s) + eps`, ready to divide by: all of it is positive."""
    divisor = np.sqrt(s) + eps
    if not divisor.all():
        raise ValueError(f"eps must be > 0 where the new s is 0, got {eps}")
    return divisor
