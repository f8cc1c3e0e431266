"""Regularization: the references of topic 04.

λ is `lambd`, m the number of training examples; penalties are of weights, never of biases. Sources: Hoerl and Kennard,
"Ridge regression: biased estimation for nonorthogonal problems", Technometrics 12 (1970); Krogh and Hertz, "A simple
weight decay can improve generalization", NIPS (1991); Donoho, "De-noising by soft-thresholding", IEEE Transactions on
Information Theory 41 (1995); Tibshirani, "Regression shrinkage and selection via the lasso", Journal of the Royal
Statistical Society B 58 (1996); Prechelt, "Early stopping - but when?", Neural Networks: Tricks of the Trade (1998);
Simard, Steinkraus and Platt, "Best practices for convolutional neural networks applied to visual document analysis",
ICDAR (2003), for shifted copies; course notes 000, 1.4 to 1.8; 001, regularization; 004, 2.1 to 2.3 and 2.6.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helpers.validate import (
    as_float,
    as_floats,
    require_count,
    require_number,
    require_rng,
    require_rows,
    require_shape,
)

Array = NDArray[np.floating]


def vector_norms(x: Array) -> dict[str, float]:
    """Measure a vector in four ways.

    `l0` = how many x_i are not 0 (no norm in the strict sense), `l1` = Σ|x_i|, `l2` = sqrt(Σ x_i²), `linf` = max|x_i|.

    Parameters
    ----------
    x : ndarray of shape (n,)
        The vector; all four are 0 when it is empty.

    Returns
    -------
    dict
        `"l0"`, an int, and `"l1"`, `"l2"`, `"linf"`, floats; `l2` also where a square would overflow or vanish.

    Raises
    ------
    ValueError
        When `x` is not a vector.

    Examples
    --------
    >>> vector_norms(np.array([3.0, 0.0, -4.0]))
    {'l0': 2, 'l1': 7.0, 'l2': 5.0, 'linf': 4.0}
    """
    size = np.abs(np.asarray(x, dtype=np.float64))
    require_shape("x", size, ("n",))
    with np.errstate(over="ignore"):  # a sum beyond the largest float is inf
        l1 = float(size.sum())
    return {"l0": int(np.count_nonzero(size)), "l1": l1, "l2": math.hypot(*size), "linf": float(size.max(initial=0))}


def l2_penalty(weights: Sequence[ArrayLike], lambd: float, m: int) -> float:
    """Add up the L2 penalty of all layers: `λ / (2m) · Σ_l ‖W_l‖²_F`, the sum of all squared weights.

    CS231n's penalty is ½λ without the m; scikit-learn's `C` is 1 / λ.

    Parameters
    ----------
    weights : sequence of ndarray
        The weight matrices, one a layer, without the biases; an empty list costs 0.
    lambd : float
        Strength λ, at least 0.
    m : int
        Number of training examples, at least 1.

    Returns
    -------
    float
        The penalty, summed in double precision.

    Raises
    ------
    ValueError
        When `lambd` is negative or not finite, or `m` is not a whole number of at least 1.

    Examples
    --------
    >>> l2_penalty([np.array([[1.0, -2.0]]), np.array([[3.0]])], lambd=0.5, m=2)  # 0.5 / 4 · (1 + 4 + 9)
    1.75
    """
    factor = _lambd_per_example(lambd, m) / 2
    matrices = [np.asarray(W, dtype=np.float64) for W in weights]
    with np.errstate(over="ignore"):  # a penalty beyond the largest float is inf
        return float(sum(np.sum(factor * W * W) for W in matrices))


def l2_gradient(W: Array, lambd: float, m: int) -> Array:
    """Return the gradient of the L2 penalty with respect to `W`: `(λ / m) W`, in proportion to the weight.

    Parameters
    ----------
    W : ndarray of shape (n_out, n_in)
        Weights of a layer.
    lambd : float
        Strength λ, at least 0.
    m : int
        Number of training examples, at least 1.

    Returns
    -------
    ndarray of shape (n_out, n_in)
        float32 when `W` is float32, else float64.

    Raises
    ------
    ValueError
        When `lambd` is negative or not finite, or `m` is not a whole number of at least 1.

    Examples
    --------
    >>> l2_gradient(np.array([[4.0, -2.0]]), lambd=0.5, m=2)
    array([[ 1. , -0.5]])
    """
    return _lambd_per_example(lambd, m) * as_float(W)


def l1_penalty(weights: Sequence[ArrayLike], lambd: float, m: int) -> float:
    """Add up the L1 penalty of all layers: `λ / m · Σ|w|` over all weights.

    Others write λ / (2m). With half the mean squared error as data cost it is scikit-learn's `Lasso(alpha=λ / m)`.

    Parameters
    ----------
    weights : sequence of ndarray
        The weight matrices, one a layer, without the biases; an empty list costs 0.
    lambd : float
        Strength λ, at least 0.
    m : int
        Number of training examples, at least 1.

    Returns
    -------
    float
        The penalty, summed in double precision.

    Raises
    ------
    ValueError
        When `lambd` is negative or not finite, or `m` is not a whole number of at least 1.

    Examples
    --------
    >>> l1_penalty([np.array([[1.0, -2.0]]), np.array([[3.0]])], lambd=0.5, m=2)  # 0.5 / 2 · (1 + 2 + 3)
    1.5
    """
    factor = _lambd_per_example(lambd, m)
    with np.errstate(over="ignore"):  # a penalty beyond the largest float is inf
        return float(sum(np.sum(factor * np.abs(np.asarray(W, dtype=np.float64))) for W in weights))


def l1_gradient(W: Array, lambd: float, m: int) -> Array:
    """Return the (sub)gradient of the L1 penalty: `(λ / m) sign(W)`, equally strong however small the weight is.

    Parameters
    ----------
    W : ndarray of shape (n_out, n_in)
        Weights of a layer; |w| has no slope at 0, where we take 0.
    lambd : float
        Strength λ, at least 0.
    m : int
        Number of training examples, at least 1.

    Returns
    -------
    ndarray of shape (n_out, n_in)
        float32 when `W` is float32, else float64.

    Raises
    ------
    ValueError
        When `lambd` is negative or not finite, or `m` is not a whole number of at least 1.

    Examples
    --------
    >>> l1_gradient(np.array([[4.0, 0.0, -2.0]]), lambd=0.5, m=2)
    array([[ 0.25,  0.  , -0.25]])
    """
    return _lambd_per_example(lambd, m) * np.sign(as_float(W))


def regularized_cost(data_cost: float, params: Mapping[str, ArrayLike], lambd: float, m: int) -> float:
    """Add the L2 penalty of the weights to the cost: `data_cost + λ / (2m) · Σ_l ‖W_l‖²_F`.

    Biases are left out: they are few, and shift a unit's threshold without making the function any rougher.

    Parameters
    ----------
    data_cost : float
        Mean loss over the m examples.
    params : dict
        `W1, b1, ..., WL, bL`; keys that start with `W` are weights.
    lambd : float
        Strength λ, at least 0.
    m : int
        Number of training examples, at least 1.

    Returns
    -------
    float
        The cost that training makes small.

    Raises
    ------
    ValueError
        When `data_cost` is no number, `params` no dict, `lambd` negative or not finite, or `m` no whole number >= 1.

    Examples
    --------
    >>> params = {"W1": np.array([[1.0, -3.0]]), "b1": np.array([100.0])}
    >>> regularized_cost(0.75, params, lambd=0.5, m=2)  # 0.75 + 0.5 / 4 · (1 + 9)
    2.0
    """
    if not isinstance(params, Mapping):
        raise ValueError(f"params must be a dict, got {params!r}")
    weights = [value for name, value in params.items() if name.startswith("W")]
    return require_number("data_cost", data_cost) + l2_penalty(weights, lambd, m)


def weight_decay_step(W: Array, dW: Array, lr: float, lambd: float, m: int) -> Array:
    """Take a gradient step on the cost with the L2 penalty: `(1 - lr·λ/m) W - lr·dW`.

    It is `W - lr·(dW + (λ/m) W)`: each step first shrinks the weights, hence "weight decay". torch's
    `SGD(weight_decay=λ/m)` does the same, but to the biases too.

    Parameters
    ----------
    W : ndarray of shape (n_out, n_in)
        Weights of a layer.
    dW : ndarray of shape (n_out, n_in)
        Gradient of the data's cost alone, without the penalty's.
    lr : float
        Learning rate, at least 0.
    lambd : float
        Strength λ, at least 0.
    m : int
        Number of training examples, at least 1.

    Returns
    -------
    ndarray of shape (n_out, n_in)
        The new weights; float32 when `W` and `dW` are float32, else float64.

    Raises
    ------
    ValueError
        When the shapes differ, `lr` is negative, `lambd` negative or not finite, or `m` no whole number >= 1.

    Examples
    --------
    >>> weight_decay_step(np.array([[4.0]]), np.array([[1.0]]), lr=0.5, lambd=1.0, m=2)  # (1 - 0.25) · 4 - 0.5 · 1
    array([[2.5]])
    """
    lr = require_number("lr", lr, at_least=0)
    decay = 1 - lr * _lambd_per_example(lambd, m)
    W, dW = as_floats(W, dW)
    require_shape("dW", dW, W.shape)
    return decay * W - lr * dW


def soft_threshold(W: Array, t: float) -> Array:
    """Shrink every weight towards 0 by `t`, and to exactly 0 where it is not larger: `sign(W) · max(|W| - t, 0)`.

    The result is the V with the smallest `½‖V - W‖² + t·Σ|v|`: sparse, where a step along `l1_gradient` overshoots 0.

    Parameters
    ----------
    W : ndarray of any shape
        Weights.
    t : float
        Threshold, at least 0.

    Returns
    -------
    ndarray of the shape of `W`
        float32 when `W` is float32, else float64.

    Raises
    ------
    ValueError
        When `t` is negative.

    Examples
    --------
    >>> soft_threshold(np.array([[3.0, -0.5, -2.0]]), 1.0)
    array([[ 2.,  0., -1.]])
    """
    t = require_number("t", t, at_least=0)
    W = as_float(W)
    return W - np.clip(W, -t, t)  # the formula above: what lies within [-t, t] is taken away


def early_stopping(dev_errors: Sequence[float], patience: int) -> tuple[int, int]:
    """Find where training stops, and the epoch whose weights to keep.

    Training stops at the first epoch that ends `patience` epochs in a row none of which was strictly better than the
    best before them, or else at the last epoch. An error equal to the best is no improvement.

    Parameters
    ----------
    dev_errors : sequence of float, length n_epochs
        Error on the dev set after each epoch, at least one.
    patience : int
        How many epochs without improvement to wait, at least 1.

    Returns
    -------
    best_epoch : int
        The first epoch with the lowest error up to `stop_epoch`; epochs are counted from 0.
    stop_epoch : int
        The last epoch that is run.

    Raises
    ------
    ValueError
        When `dev_errors` is empty or not a vector, or `patience` is not a whole number of at least 1.

    Examples
    --------
    >>> early_stopping([0.5, 0.3, 0.4, 0.3, 0.1], patience=2)
    (1, 3)
    """
    errors = as_float(dev_errors)
    require_shape("dev_errors", errors, ("n_epochs",))
    n_epochs, patience = require_rows(dev_errors=errors), require_count("patience", patience)
    best_epoch = 0
    for epoch in range(n_epochs):
        if errors[epoch] < errors[best_epoch]:
            best_epoch = epoch
        if epoch - best_epoch == patience:
            return best_epoch, epoch
    return best_epoch, n_epochs - 1


def augment_shift(images: Array, y: NDArray, max_shift: int, rng: np.random.Generator) -> tuple[Array, NDArray]:
    """Double a set of images: behind the originals a copy of each, moved by a few pixels, with the same label.

    `copy[r, c] = image[r - down, c - right]`, and 0 where that lies outside. Each image has its own `down` and `right`,
    drawn apart, every whole number from -max_shift to max_shift equally likely.

    Parameters
    ----------
    images : ndarray of shape (m, h, w)
        Images of one channel, at least one.
    y : ndarray of shape (m,)
        Their labels.
    max_shift : int
        Largest shift in pixels, at least 0, less than h and w.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    images : ndarray of shape (2m, h, w)
        First the originals, then the shifted ones in the same order; float32 when `images` is float32, else float64.
    y : ndarray of shape (2m,), of the dtype of `y`

    Raises
    ------
    ValueError
        When `images` is not (m, h, w), `y` not (m,), `max_shift` no whole number in range, or `rng` no generator.

    Examples
    --------
    >>> images, y = augment_shift(np.ones((2, 8, 8)), np.array([7, 1]), max_shift=2, rng=np.random.default_rng(0))
    >>> images.shape, y
    ((4, 8, 8), array([7, 1, 7, 1]))
    """
    images, y = as_float(images), np.asarray(y)
    require_shape("images", images, ("m", "h", "w"))
    require_shape("y", y, (require_rows(images=images),))
    m, h, w = images.shape
    max_shift = require_count("max_shift", max_shift, at_least=0)
    if max_shift >= min(h, w):
        raise ValueError(f"max_shift must be less than the images' height {h} and width {w}, got {max_shift}")
    down, right = require_rng(rng).integers(-max_shift, max_shift, size=(2, m, 1, 1), endpoint=True)
    # Row r of a copy is the image's row r - down, which the border of zeros has moved to r - down + max_shift.
    bordered = np.pad(images, ((0, 0), (max_shift, max_shift), (max_shift, max_shift)))
    rows = np.arange(h)[:, None] - down + max_shift
    columns = np.arange(w) - right + max_shift
    shifted = bordered[np.arange(m)[:, None, None], rows, columns]
    return np.concatenate([images, shifted]), np.concatenate([y, y])


def _lambd_per_example(lambd: float, m: int) -> float:
    """Return λ / m, both checked."""
    return require_number("lambd", lambd, at_least=0, below=math.inf) / require_count("m", m)
