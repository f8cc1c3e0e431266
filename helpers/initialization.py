"""Initialization: the references of topic 03.

`layer_dims = [n_0, n_1, ..., n_L]` gives `params = {"W1": (n_1, n_0), "b1": (n_1,), ..., "WL", "bL"}`: a row of `W` is
a unit, and reads n_in values from the layer before. Sources: LeCun, Bottou, Orr and Müller, "Efficient BackProp",
Neural Networks: Tricks of the Trade (1998), for 1 / n_in; Glorot and Bengio, "Understanding the difficulty of training
deep feedforward neural networks", AISTATS (2010); He, Zhang, Ren and Sun, "Delving deep into rectifiers: surpassing
human-level performance on ImageNet classification", ICCV (2015); course note 004, 3.2, 3.3 and 5.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from helpers.validate import (
    as_float,
    as_floats,
    require_layer_dims,
    require_number,
    require_params,
    require_rng,
    require_rows,
    require_shape,
)

Array = NDArray[np.floating]
Params = dict[str, Array]


def init_zeros(layer_dims: Sequence[int]) -> Params:
    """Start with all weights and biases at zero: all units of a layer are equal, and stay so.

    Parameters
    ----------
    layer_dims : sequence of int
        Sizes of the layers, [n_0, n_1, ..., n_L], each at least 1.

    Returns
    -------
    dict
        `W1 (n_1, n_0), b1 (n_1,), ..., WL, bL`, float64.

    Raises
    ------
    ValueError
        When `layer_dims` has fewer than two sizes, or one is not a whole number of at least 1.

    Examples
    --------
    >>> init_zeros([3, 1])
    {'W1': array([[0., 0., 0.]]), 'b1': array([0.])}
    """
    params: Params = {}
    for layer, (n_in, n_out) in enumerate(pairwise(require_layer_dims(layer_dims)), start=1):
        params[f"W{layer}"] = np.zeros((n_out, n_in))
        params[f"b{layer}"] = np.zeros(n_out)
    return params


def init_normal(layer_dims: Sequence[int], scale: float, rng: np.random.Generator) -> Params:
    """Draw weights from N(0, scale²), the same scale in every layer; biases are 0.

    Parameters
    ----------
    layer_dims : sequence of int
        Sizes of the layers, [n_0, n_1, ..., n_L], each at least 1.
    scale : float
        Standard deviation of the weights, at least 0.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    dict
        `W1 (n_1, n_0), b1 (n_1,), ..., WL, bL`, float64.

    Raises
    ------
    ValueError
        When `layer_dims` is not as above, `scale` is negative or not finite, or `rng` is no generator.

    Examples
    --------
    >>> params = init_normal([200, 500], 10, np.random.default_rng(0))
    >>> round(params["W1"].std().item())
    10
    """
    scale = require_number("scale", scale, at_least=0, below=math.inf)
    return _draw_params(layer_dims, lambda n_in, n_out: scale, rng)


def init_he(layer_dims: Sequence[int], rng: np.random.Generator) -> Params:
    """Draw weights for ReLU layers: N(0, 2 / n_in); biases are 0.

    A unit's score `z = w·a` has the variance `n_in · Var(w) · mean(a²)`. ReLU sets half of the scores to 0 and thereby
    halves their mean square; the 2 makes up for it, and signals keep their size from layer to layer.

    Parameters
    ----------
    layer_dims : sequence of int
        Sizes of the layers, [n_0, n_1, ..., n_L], each at least 1.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    dict
        `W1 (n_1, n_0), b1 (n_1,), ..., WL, bL`, float64.

    Raises
    ------
    ValueError
        When `layer_dims` has fewer than two sizes, one is not a whole number of at least 1, or `rng` is no generator.

    Examples
    --------
    >>> params = init_he([200, 500], np.random.default_rng(0))  # sqrt(2 / 200) = 0.1
    >>> round(params["W1"].std().item(), 2)
    0.1
    """
    return _draw_params(layer_dims, lambda n_in, n_out: math.sqrt(2 / n_in), rng)


def init_xavier(layer_dims: Sequence[int], rng: np.random.Generator) -> Params:
    """Draw weights for tanh layers: N(0, 1 / n_in); biases are 0.

    Near 0 tanh is the identity, so `n_in · Var(w) = 1` keeps the size of the signals. "Xavier" is the course notes'
    name for this rule; torch's `xavier_normal_` is `init_glorot`.

    Parameters
    ----------
    layer_dims : sequence of int
        Sizes of the layers, [n_0, n_1, ..., n_L], each at least 1.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    dict
        `W1 (n_1, n_0), b1 (n_1,), ..., WL, bL`, float64.

    Raises
    ------
    ValueError
        When `layer_dims` has fewer than two sizes, one is not a whole number of at least 1, or `rng` is no generator.

    Examples
    --------
    >>> params = init_xavier([100, 500], np.random.default_rng(0))  # sqrt(1 / 100) = 0.1
    >>> round(params["W1"].std().item(), 2)
    0.1
    """
    return _draw_params(layer_dims, lambda n_in, n_out: math.sqrt(1 / n_in), rng)


def init_glorot(layer_dims: Sequence[int], rng: np.random.Generator) -> Params:
    """Draw weights from N(0, 2 / (n_in + n_out)); biases are 0.

    Forward, signals keep their size when `n_in · Var(w) = 1`; backward, gradients keep theirs when
    `n_out · Var(w) = 1`. The variance is a compromise: one over the mean of n_in and n_out.

    Parameters
    ----------
    layer_dims : sequence of int
        Sizes of the layers, [n_0, n_1, ..., n_L], each at least 1.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    dict
        `W1 (n_1, n_0), b1 (n_1,), ..., WL, bL`, float64.

    Raises
    ------
    ValueError
        When `layer_dims` has fewer than two sizes, one is not a whole number of at least 1, or `rng` is no generator.

    Examples
    --------
    >>> params = init_glorot([50, 150], np.random.default_rng(0))  # sqrt(2 / (50 + 150)) = 0.1
    >>> round(params["W1"].std().item(), 2)
    0.1
    """
    return _draw_params(layer_dims, lambda n_in, n_out: math.sqrt(2 / (n_in + n_out)), rng)


def activation_stds(X: Array, params: Params, activation: Callable[[Array], Array]) -> Array:
    """Measure how the signal's spread changes from layer to layer: the standard deviation of each layer's output.

    `A_l = activation(A_{l-1} W_l^T + b_l)` with `A_0 = X`, the output layer too; the l-th result is
    `sqrt(mean((A_l - mean(A_l))²))` over all m · n_l entries (population: divided by their number).

    Parameters
    ----------
    X : ndarray of shape (m, n_0)
        Inputs, at least one row.
    params : dict
        `W1 (n_1, n_0), b1 (n_1,), ..., WL, bL`, in any order.
    activation : function of an (m, n_l) array that returns one
        Applied at every layer.

    Returns
    -------
    ndarray of shape (L,)
        First layer first; float32 when `X` and all of `params` are float32, else float64.

    Raises
    ------
    ValueError
        When `X` has no row, a key of `params` is missing, or shapes do not fit together.

    Examples
    --------
    >>> params = {"W1": np.array([[6.0]]), "b1": np.zeros(1), "W2": np.array([[0.5]]), "b2": np.ones(1)}
    >>> activation_stds(np.array([[1.0], [-1.0]]), params, lambda Z: Z)
    array([6., 3.])
    """
    A = as_float(X)
    require_shape("X", A, ("m", "n_0"))
    require_rows(X=A)
    n_layers = require_params(params, n_in=A.shape[1])
    A, *values = as_floats(A, *params.values())
    params = dict(zip(params, values, strict=True))
    dtype, stds = A.dtype, []
    for layer in range(1, n_layers + 1):
        A = activation(A @ params[f"W{layer}"].T + params[f"b{layer}"])
        stds.append(_population_std(A))
    return np.array(stds, dtype=dtype)


def is_symmetric(W: Array, tolerance: float = 1e-8) -> bool:
    """Say whether all units of a layer are equal: no two rows differ by more than the tolerance in any entry.

    In each column the two entries that differ most are its maximum and its minimum, so these two decide.

    Parameters
    ----------
    W : ndarray of shape (n_out, n_in)
        Weights of a layer, a unit a row; a single unit is symmetric.
    tolerance : float
        Largest difference that still counts as equal, at least 0.

    Returns
    -------
    bool
        True when symmetry is not broken.

    Raises
    ------
    ValueError
        When `W` is not a matrix with at least one row, or `tolerance` is negative.

    Examples
    --------
    >>> is_symmetric(np.array([[0.5, 2.0], [0.5, 2.0]])), is_symmetric(np.array([[0.5, 2.0], [0.5, 2.25]]))
    (True, False)
    """
    W = np.asarray(W, dtype=np.float64)
    require_shape("W", W, ("n_out", "n_in"))
    require_rows(W=W)
    tolerance = require_number("tolerance", tolerance, at_least=0)
    with np.errstate(over="ignore"):  # a difference beyond the largest float is inf
        return bool(np.all(W.max(axis=0) - W.min(axis=0) <= tolerance))


def _draw_params(layer_dims: Sequence[int], std: Callable[[int, int], float], rng: np.random.Generator) -> Params:
    """Draw the weights of every layer from N(0, std(n_in, n_out)²), first layer first; biases are 0."""
    params = init_zeros(layer_dims)
    rng = require_rng(rng)
    for layer in range(1, len(params) // 2 + 1):
        n_out, n_in = params[f"W{layer}"].shape
        params[f"W{layer}"] = rng.standard_normal((n_out, n_in)) * std(n_in, n_out)
    return params


def _population_std(values: Array) -> float:
    """Return the standard deviation of all entries; squares of huge or tiny ones neither overflow nor vanish."""
    values = np.asarray(values, dtype=np.float64)
    _, exponent = np.frexp(np.abs(values).max())  # scaling by a power of two is exact
    return float(np.ldexp(np.ldexp(values, -exponent).std(), exponent))
