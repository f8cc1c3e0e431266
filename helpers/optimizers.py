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

from helpers.validate import (
    as_float,
    require_alike,
    require_count,
    require_number,
    require_rng,
    require_rows,
    require_shape,
)

Array = NDArray[np.floating]
Params = dict[str, Array]
State = dict[str, Any]


def mini_batches(X: NDArray, y: NDArray, batch_size: int, rng: np.random.Generator) -> list[tuple[NDArray, NDArray]]:
    """Shuffle the rows and cut them into batches: one epoch of mini-batch gradient descent.

    Parameters
    ----------
    X : ndarray of shape (m, ...)
        One example a row.
    y : ndarray of shape (m,)
        Their labels.
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
    beta : float
        Share of the old average that is kept, in [0, 1).
    bias_correction : bool
        Whether to divide the t-th average by `1 - beta^t`, t = 1 for the first.

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
    params, grads : dict of arrays
        Parameters and their gradients, paired by key.
    lr : float
        Learning rate, at least 0.

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
    params, grads = require_alike(params=params, grads=grads)
    return {key: params[key] - lr * g for key, g in grads.items()}


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
    params, grads, velocity = require_alike(params=params, grads=grads, velocity=velocity)
    velocity = {key: beta * velocity[key] + (1 - beta) * g for key, g in grads.items()}
    return {key: params[key] - lr * v for key, v in velocity.items()}, velocity


def adagrad_step(params: Params, grads: Params, s: Params, lr: float, eps: float = 1e-8) -> tuple[Params, Params]:
    """Divide each step by the root of all squared gradients so far: what moved much moves ever less.

    `s = s + g^2`, then `params - lr * g / (sqrt(s) + eps)` with the new s. eps is outside the root as in torch (there
    1e-10 by default); other texts put it inside.

    Parameters
    ----------
    params, grads, s : dict of arrays
        Parameters, gradients and the sum so far (zeros before the first step, never negative), paired by key.
    lr, eps : float
        Learning rate, at least 0; what keeps the division safe, at least 0 (at 0, s must not be).

    Returns
    -------
    params, s : dict of arrays
        The moved parameters and the new sum.

    Raises
    ------
    ValueError
        When keys or shapes differ, `lr` is negative or `eps` is negative.

    Examples
    --------
    >>> adagrad_step({"b1": np.array([1.0])}, {"b1": np.array([4.0])}, {"b1": np.array([9.0])}, 0.5, eps=0.0)
    ({'b1': array([0.6])}, {'b1': array([25.])})
    """
    lr, eps = require_number("lr", lr, at_least=0), require_number("eps", eps, at_least=0)
    params, grads, s = require_alike(params=params, grads=grads, s=s)
    s = {key: s[key] + g**2 for key, g in grads.items()}
    return {key: params[key] - lr * g / (np.sqrt(s[key]) + eps) for key, g in grads.items()}, s


def rmsprop_step(
    params: Params, grads: Params, s: Params, lr: float, beta: float = 0.9, eps: float = 1e-8
) -> tuple[Params, Params]:
    """Divide each step by the root of the average squared gradient: as AdaGrad, with a memory that fades.

    `s = beta * s + (1 - beta) * g^2`, then `params - lr * g / (sqrt(s) + eps)` with the new s. There is no bias
    correction. torch has eps outside the root too, and beta 0.99 by default.

    Parameters
    ----------
    params, grads, s : dict of arrays
        Parameters, gradients and the average so far (zeros before the first step, never negative), paired by key.
    lr, beta, eps : float
        Learning rate, at least 0; share of the old average that is kept, in [0, 1); what keeps the division safe, at
        least 0.

    Returns
    -------
    params, s : dict of arrays
        The moved parameters and the new average.

    Raises
    ------
    ValueError
        When keys or shapes differ, `lr` is negative, `beta` not in [0, 1) or `eps` negative.

    Examples
    --------
    >>> params, grads, s = {"b1": np.array([1.0])}, {"b1": np.array([7.0])}, {"b1": np.array([1.0])}
    >>> rmsprop_step(params, grads, s, 0.5, beta=0.5, eps=0.0)
    ({'b1': array([0.3])}, {'b1': array([25.])})
    """
    lr, eps = require_number("lr", lr, at_least=0), require_number("eps", eps, at_least=0)
    beta = require_number("beta", beta, at_least=0, below=1)
    params, grads, s = require_alike(params=params, grads=grads, s=s)
    s = {key: beta * s[key] + (1 - beta) * g**2 for key, g in grads.items()}
    return {key: params[key] - lr * g / (np.sqrt(s[key]) + eps) for key, g in grads.items()}, s


def adam_step(
    params: Params, grads: Params, state: State, lr: float, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
) -> tuple[Params, State]:
    """Step along momentum's average divided by the root of RMSprop's, both corrected for their start at zero.

    `t = t + 1`, `v = beta1 * v + (1 - beta1) * g`, `s = beta2 * s + (1 - beta2) * g^2`, then
    `params - lr * v_hat / (sqrt(s_hat) + eps)` with `v_hat = v / (1 - beta1^t)` and `s_hat = s / (1 - beta2^t)`.
    eps is outside the root, as in algorithm 1 of the paper and in torch; scikit-learn adds it to the uncorrected root.
    A trap: an old public table of Adam's numbers was computed with eps inside, although the formula beside it has it
    outside; with 1e-8 no check can see that.

    Parameters
    ----------
    params, grads : dict of arrays
        Parameters and their gradients, paired by key.
    state : dict
        `{"t": int, "v": dict, "s": dict}`: the number of finished steps and both averages, paired by key; 0 and
        zeros before the first step.
    lr, beta1, beta2, eps : float
        Learning rate, at least 0; shares of the old averages of g and of g^2 that are kept, in [0, 1); what keeps the
        division safe, at least 0.

    Returns
    -------
    params : dict of arrays
        The moved parameters.
    state : dict
        `{"t": int, "v": dict, "s": dict}` after this step.

    Raises
    ------
    ValueError
        When keys or shapes differ, `lr` is negative, `beta1` or `beta2` not in [0, 1) or `eps` negative.

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
        got = list(state) if isinstance(state, Mapping) else state
        raise ValueError(f"state must be a dict with the keys t, v and s, got {got!r}")
    averages = {f"state[{name!r}]": state[name] for name in ("v", "s")}
    params, grads, v, s = require_alike(params=params, grads=grads, **averages)
    t = require_count("state['t']", state["t"], at_least=0) + 1
    v = {key: beta1 * v[key] + (1 - beta1) * g for key, g in grads.items()}
    s = {key: beta2 * s[key] + (1 - beta2) * g**2 for key, g in grads.items()}
    v_hat = {key: v[key] / (1 - beta1**t) for key in v}
    s_hat = {key: s[key] / (1 - beta2**t) for key in s}
    params = {key: params[key] - lr * v_hat[key] / (np.sqrt(s_hat[key]) + eps) for key in params}
    return params, {"t": t, "v": v, "s": s}


def inverse_decay(lr0: float, rate: float, epoch: int) -> float:
    """Let the learning rate fall as `lr0 / (1 + rate * epoch)`: after `1 / rate` epochs it has halved.

    Parameters
    ----------
    lr0, rate : float
        Learning rate of epoch 0, above 0; how fast it falls, at least 0.
    epoch : int
        Number of finished epochs, at least 0.

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
    lr0, base : float
        Learning rate of epoch 0 and the share that an epoch leaves of it, both above 0.
    epoch : int
        Number of finished epochs, at least 0.

    Returns
    -------
    float
        The learning rate of this epoch.

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
    return lr0 * base ** require_count("epoch", epoch, at_least=0)


def step_decay(lr0: float, factor: float, every: int, epoch: int) -> float:
    """Multiply the learning rate by `factor` after each `every` epochs: `lr0 * factor^(epoch // every)`.

    Parameters
    ----------
    lr0, factor : float
        Learning rate of epoch 0 and the share that a step leaves of it, both above 0.
    every, epoch : int
        Epochs from step to step, at least 1; number of finished epochs, at least 0.

    Returns
    -------
    float
        The learning rate of this epoch.

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
    return lr0 * factor ** (require_count("epoch", epoch, at_least=0) // require_count("every", every))
