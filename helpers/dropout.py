"""Dropout: the references of topic 05.

A row of `A (m, n)` is an example, a column is a unit. Sources: Srivastava, Hinton, Krizhevsky, Sutskever and
Salakhutdinov, "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15 (2014); course notes 000,
1.6 and 1.7; 003, "dropout" and "dropout is a kind of ensemble"; 004, 2.4, 2.5 and 6.3.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from helpers.validate import (
    as_float,
    as_floats,
    require_count,
    require_list,
    require_params,
    require_probability,
    require_rng,
    require_shape,
)

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]


def dropout_mask(shape: tuple[int, ...], keep_prob: float, rng: np.random.Generator) -> Mask:
    """Draw which units stay: each entry is True with probability `keep_prob`, on its own.

    Parameters
    ----------
    shape : tuple of int
        Shape of the mask, usually (m, n).
    keep_prob : float
        Probability that an entry is kept, in (0, 1].
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    ndarray of bool, of the given shape
        True where the unit is kept.

    Raises
    ------
    ValueError
        When `shape` does not consist of whole numbers of at least 0, `keep_prob` is not in (0, 1], or `rng` is not a
        generator.

    Examples
    --------
    >>> dropout_mask((2, 3), 1.0, np.random.default_rng(0))
    array([[ True,  True,  True],
           [ True,  True,  True]])
    """
    shape = tuple(require_count("each size in shape", size, at_least=0) for size in np.atleast_1d(shape).tolist())
    keep_prob = require_probability("keep_prob", keep_prob)
    return require_rng(rng).random(shape) < keep_prob


def dropout_forward(
    A: Array, keep_prob: float, rng: np.random.Generator | None, training: bool = True
) -> tuple[Array, Mask]:
    """Inverted dropout: drop entries of `A` and divide what is kept by `keep_prob`.

    `A_out = A * mask / keep_prob`, so that the mean over masks of `A_out` is `A`, and nothing needs to be mended at
    test time.

    Parameters
    ----------
    A : ndarray of shape (m, n)
        Activations of one layer.
    keep_prob : float
        Probability that an entry is kept, in (0, 1].
    rng : numpy.random.Generator or None
        The only source of randomness; not used (and may be None) outside training.
    training : bool
        Outside training nothing is dropped and nothing is scaled.

    Returns
    -------
    A_out : ndarray of shape (m, n)
        float32 when `A` is float32, else float64.
    mask : ndarray of bool, shape (m, n)
        What was kept, without the scale; all True outside training.

    Raises
    ------
    ValueError
        When `keep_prob` is not in (0, 1], or `rng` is not a generator in training.

    Examples
    --------
    >>> A_out, mask = dropout_forward(np.array([[2.0, 4.0]]), 0.5, None, training=False)
    >>> A_out
    array([[2., 4.]])
    """
    keep_prob = require_probability("keep_prob", keep_prob)
    A = as_float(A)
    if not training:
        return A, np.ones(A.shape, dtype=bool)
    mask = dropout_mask(A.shape, keep_prob, require_rng(rng))
    return A * mask / keep_prob, mask


def dropout_backward(dA_out: Array, mask: NDArray, keep_prob: float) -> Array:
    """Send the gradient back through inverted dropout: the same mask, the same scale.

    `A_out = A * mask / keep_prob` is linear in `A`, so `dA = dA_out * mask / keep_prob`.

    Parameters
    ----------
    dA_out : ndarray of shape (m, n)
        Gradient of the cost with respect to the output of `dropout_forward`.
    mask : ndarray of 0/1 or bool, shape (m, n)
        The mask of that forward pass.
    keep_prob : float
        The `keep_prob` of that forward pass, in (0, 1].

    Returns
    -------
    ndarray of shape (m, n)
        Gradient with respect to the input of `dropout_forward`; float32 when `dA_out` is float32, else float64.

    Raises
    ------
    ValueError
        When `keep_prob` is not in (0, 1], the shapes differ, or `mask` holds anything else than 0 and 1.

    Examples
    --------
    >>> dropout_backward(np.array([[1.0, 3.0]]), np.array([[1, 0]]), 0.5)
    array([[2., 0.]])
    """
    keep_prob = require_probability("keep_prob", keep_prob)
    dA_out = as_float(dA_out)
    mask = np.asarray(mask)
    require_shape("mask", mask, dA_out.shape)
    if mask.dtype != bool and not np.all((mask == 0) | (mask == 1)):
        raise ValueError(f"mask must hold 0 and 1, or bool, got {mask.dtype} {mask!r}")
    return dA_out * mask.astype(bool) / keep_prob


def forward_with_dropout(
    X: Array,
    params: dict[str, Array],
    keep_probs: Sequence[float],
    rng: np.random.Generator | None,
    training: bool = True,
) -> Array:
    """Forward pass of a ReLU network with inverted dropout after every hidden layer and a sigmoid output.

    `A_l = dropout(relu(A_{l-1} W_l^T + b_l))` for the hidden layers, `A_L = sigmoid(A_{L-1} W_L^T + b_L)`.

    Parameters
    ----------
    X : ndarray of shape (m, n_0)
        Inputs, never dropped.
    params : dict
        `W1 (n_1, n_0), b1 (n_1,), ..., WL, bL`.
    keep_probs : sequence of float
        One probability in (0, 1] for each hidden layer; empty when there is none.
    rng : numpy.random.Generator or None
        The only source of randomness; not used (and may be None) outside training.
    training : bool
        Whether to drop.

    Returns
    -------
    ndarray of shape (m,) when n_L is 1, else (m, n_L)
        Probabilities; float32 when `X` and all of `params` are float32, else float64.

    Raises
    ------
    ValueError
        When shapes do not fit, `keep_probs` has not one entry in (0, 1] for each hidden layer, or `rng` is not a
        generator though something is to be dropped.

    Examples
    --------
    >>> params = {"W1": np.array([[1.0]]), "b1": np.zeros(1), "W2": np.array([[2.0]]), "b2": np.zeros(1)}
    >>> forward_with_dropout(np.array([[0.0], [-3.0]]), params, [0.5], None, training=False)
    array([0.5, 0.5])
    """
    A = as_float(X)
    require_shape("X", A, ("m", "n_0"))
    n_hidden = require_params(params, A.shape[1]) - 1
    keep_probs = require_list("keep_probs", keep_probs)
    if len(keep_probs) != n_hidden:
        raise ValueError(f"keep_probs must have one entry for each of the {n_hidden} hidden layers, got {keep_probs}")
    keep_probs = [require_probability(f"keep_probs[{i}]", keep_prob) for i, keep_prob in enumerate(keep_probs)]
    A, *values = as_floats(A, *params.values())
    params = dict(zip(params, values, strict=True))
    for layer, keep_prob in enumerate(keep_probs, start=1):
        Z = A @ params[f"W{layer}"].T + params[f"b{layer}"]
        A, _ = dropout_forward(np.maximum(Z, 0), keep_prob, rng, training)
    A_L = _sigmoid(A @ params[f"W{n_hidden + 1}"].T + params[f"b{n_hidden + 1}"])
    return A_L[:, 0] if A_L.shape[1] == 1 else A_L


def scale_weights(W: Array, keep_prob: float) -> Array:
    """Correct the weights after a plain (not inverted) dropout layer for test time: `W * keep_prob`.

    In training a weight met its input only in a share `keep_prob` of the passes; at test time it meets it always.

    Parameters
    ----------
    W : ndarray of shape (n_out, n_in)
        Weights that read a layer which was trained with plain dropout.
    keep_prob : float
        Probability with which that layer's units were kept, in (0, 1].

    Returns
    -------
    ndarray of shape (n_out, n_in)
        float32 when `W` is float32, else float64.

    Raises
    ------
    ValueError
        When `keep_prob` is not in (0, 1].

    Examples
    --------
    >>> scale_weights(np.array([[4.0, -2.0]]), 0.75)
    array([[ 3. , -1.5]])
    """
    return as_float(W) * require_probability("keep_prob", keep_prob)


def ensemble_average(x: Array, w: Array, keep_prob: float) -> float:
    """Average a linear unit over all 2^n thinned versions of its input, each weighted by its probability.

    By linearity the sum over masks of `P(mask) * w.(x*mask)` is `keep_prob * w.x`: the weight-scaling rule is exact
    here.

    Parameters
    ----------
    x : ndarray of shape (n,)
        Inputs of the unit.
    w : ndarray of shape (n,)
        Its weights.
    keep_prob : float
        Probability that an input is kept, in (0, 1].

    Returns
    -------
    float
        The average output, computed in double precision.

    Raises
    ------
    ValueError
        When `keep_prob` is not in (0, 1] or the shapes differ.

    Examples
    --------
    >>> ensemble_average(np.array([1.0, 2.0]), np.array([3.0, 4.0]), 0.5)
    5.5
    """
    keep_prob = require_probability("keep_prob", keep_prob)
    x, w = np.asarray(x, dtype=np.float64), np.asarray(w, dtype=np.float64)
    require_shape("x", x, ("n",))
    require_shape("w", w, x.shape)
    return float(keep_prob * (w @ x))


def _sigmoid(Z: Array) -> Array:
    """Return 1 / (1 + exp(-Z)) without overflow: the exponent is never positive."""
    E = np.exp(-np.abs(Z))
    return np.where(Z >= 0, 1, E) / (1 + E)
