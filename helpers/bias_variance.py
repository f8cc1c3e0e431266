"""Bias and variance: the references of topic 02.

A row of `X (m, n)` is an example, a column is a feature. Errors are numbers >= 0, usually shares 0..1. Sources: Geman,
Bienenstock and Doursat, "Neural networks and the bias/variance dilemma", Neural Computation 4 (1992); Cortes, Jackel,
Solla, Vapnik and Denker, "Learning curves: asymptotic values and rate of convergence", NIPS 6 (1993); course notes 000,
1.2 and 1.3, and 004, 1.2 and 1.3; course note 002, "linear regression" and "model selection".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helpers.validate import as_float, require_count, require_list, require_number, require_rows, require_shape

Array = NDArray[np.floating]
Model = TypeVar("Model")


def error_rate(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Return the share of the rows where the prediction is not the label: `mean(y_true != y_pred)`.

    Parameters
    ----------
    y_true : array_like of shape (m,)
        Labels.
    y_pred : array_like of shape (m,)
        Predicted labels.

    Returns
    -------
    float
        From 0 (all right) to 1 (all wrong).

    Raises
    ------
    ValueError
        When the arguments are not vectors of the same length, at least 1.

    Examples
    --------
    >>> error_rate([0, 1, 1, 2], [0, 1, 2, 2])
    0.25
    """
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    require_shape("y_true", y_true, ("m",))
    require_shape("y_pred", y_pred, (require_rows(y_true=y_true),))
    return float(np.mean(y_true != y_pred))


def error_gaps(train_error: float, dev_error: float, bayes_error: float = 0.0) -> tuple[float, float]:
    """Split the dev error: `dev_error = bayes_error + avoidable_bias + variance`.

    `avoidable_bias = train_error - bayes_error`, `variance = dev_error - train_error`. The word variance is the
    practitioner's, for the gap between dev and train; `bias_variance` measures the statistician's.

    Parameters
    ----------
    train_error, dev_error : float
        Errors on the training and the dev set, >= 0.
    bayes_error : float
        The lowest error that any model could reach (often estimated by people's error), >= 0, in the same unit.

    Returns
    -------
    avoidable_bias, variance : float
        Below 0 when the training set turned out easier than the estimated Bayes error, or dev easier than train.

    Raises
    ------
    ValueError
        When an error is not a finite number >= 0.

    Examples
    --------
    >>> error_gaps(0.25, 0.375, bayes_error=0.125)
    (0.125, 0.125)
    """
    train_error, dev_error, bayes_error = _require_errors(train_error, dev_error, bayes_error)
    return train_error - bayes_error, dev_error - train_error


def diagnose(train_error: float, dev_error: float, bayes_error: float = 0.0, tolerance: float = 0.02) -> set[str]:
    """Name what a model suffers from: neither, one or both of `"high bias"` and `"high variance"`.

    Bias is high when `train_error - bayes_error > tolerance`, variance when `dev_error - train_error > tolerance`; a
    gap as large as the tolerance does not count.

    Parameters
    ----------
    train_error, dev_error : float
        Errors on the training and the dev set, >= 0.
    bayes_error : float
        The lowest error that any model could reach, >= 0, in the same unit.
    tolerance : float
        The largest gap that is still all right, >= 0, in the same unit.

    Returns
    -------
    set of str
        Empty when both gaps are small.

    Raises
    ------
    ValueError
        When an error or the tolerance is not a number >= 0, or an error is infinite.

    Examples
    --------
    >>> diagnose(0.01, 0.11)
    {'high variance'}
    """
    train_error, dev_error, bayes_error = _require_errors(train_error, dev_error, bayes_error)
    tolerance = require_number("tolerance", tolerance, at_least=0)
    gaps = {"high bias": train_error - bayes_error, "high variance": dev_error - train_error}
    return {name for name, gap in gaps.items() if gap > tolerance}


def next_step(train_error: float, dev_error: float, bayes_error: float = 0.0, tolerance: float = 0.02) -> str:
    """Say what to work on next, by the basic recipe: first bias, then variance, then the test set.

    Bias goes first because its remedies (a bigger network, longer training, another architecture) change what there is
    to generalize; then come more data and regularization.

    Parameters
    ----------
    train_error, dev_error : float
        Errors on the training and the dev set, >= 0.
    bayes_error : float
        The lowest error that any model could reach, >= 0, in the same unit.
    tolerance : float
        The largest gap that is still all right, >= 0, in the same unit; only a larger one counts.

    Returns
    -------
    str
        `"reduce bias"`, `"reduce variance"` or `"evaluate on test"`.

    Raises
    ------
    ValueError
        When an error or the tolerance is not a number >= 0, or an error is infinite.

    Examples
    --------
    >>> next_step(0.15, 0.30)
    'reduce bias'
    """
    train_error, dev_error, bayes_error = _require_errors(train_error, dev_error, bayes_error)
    tolerance = require_number("tolerance", tolerance, at_least=0)
    if train_error - bayes_error > tolerance:
        return "reduce bias"
    if dev_error - train_error > tolerance:
        return "reduce variance"
    return "evaluate on test"


def polynomial_features(x: ArrayLike, degree: int) -> Array:
    """Return the powers `x^0, x^1, ..., x^degree` as columns: a linear model of them is a polynomial in `x`.

    The lowest power comes first, and x^0 is 1 also at x = 0; `numpy.polyfit` has the highest first.

    Parameters
    ----------
    x : array_like of shape (m,)
        Inputs.
    degree : int
        The highest power, at least 0.

    Returns
    -------
    ndarray of shape (m, degree + 1)
        float32 when `x` is float32, else float64.

    Raises
    ------
    ValueError
        When `x` is not a vector, or `degree` not a whole number >= 0.

    Examples
    --------
    >>> polynomial_features([2.0, -3.0], 2)
    array([[ 1.,  2.,  4.],
           [ 1., -3.,  9.]])
    """
    x = as_float(x)
    require_shape("x", x, ("m",))
    powers = np.arange(require_count("degree", degree, at_least=0) + 1, dtype=x.dtype)
    return x[:, np.newaxis] ** powers


def fit_linear_regression(X: ArrayLike, y: ArrayLike) -> Array:
    """Return weights that minimize the squared error `‖X w - y‖²`; a bias is a column of ones in `X`.

    Where `X` has full column rank this is the analytical solution `w = (X^T X)^-1 X^T y`. It is found from the singular
    values of `X` instead: nothing is inverted, so repeated columns (they share the weight) and fewer rows than columns
    do no harm, and the condition number is not squared, as it is in `X^T X`.

    Parameters
    ----------
    X : array_like of shape (m, n)
        Examples.
    y : array_like of shape (m,)
        Targets.

    Returns
    -------
    ndarray of shape (n,)
        float32 when `X` and `y` are float32, else float64.

    Raises
    ------
    ValueError
        When `X` is not a matrix with at least one row, or `y` not a vector with as many.

    Examples
    --------
    >>> w = fit_linear_regression([[1, 0], [1, 1], [1, 2]], [1, 3, 5])
    >>> np.round(w, 6)
    array([1., 2.])
    """
    X, y = as_float(X), as_float(y)
    require_shape("X", X, ("m", "n"))
    require_shape("y", y, (require_rows(X=X),))
    # Powers of two bring all columns to a similar size, so that none (x^0 beside x^15) is taken for rounding noise.
    _, exponents = np.frexp(np.max(np.abs(X), axis=0))
    # A singular value below rcond times the largest is rounding noise: of X's own numbers, or of the computation, which
    # is always in float64.
    rcond = X.shape[1] * max(np.finfo(X.dtype).eps, 4 * np.finfo(np.float64).eps)
    w, *_ = np.linalg.lstsq(np.ldexp(X, -exponents), y, rcond=rcond)
    return np.ldexp(w, -exponents)


def bias_variance(predictions: ArrayLike, y_true: ArrayLike) -> tuple[float, float]:
    """Split the mean squared error over refits of one model: `mean((predictions - y_true)²) = bias2 + variance`.

    `bias2 = mean over points of (mean over refits of predictions - y_true)²`: how far the average model is off.
    `variance = mean over points of (population variance over refits of predictions)`: how much a model depends on the
    training set that it happened to get.

    Parameters
    ----------
    predictions : array_like of shape (r, q)
        Row i holds the predictions of refit i, each on a training set of its own, at the same q points.
    y_true : array_like of shape (q,)
        The noise-free values at these points; with noisy ones the noise would be counted as bias.

    Returns
    -------
    bias2, variance : float
        Both >= 0; computed in float64.

    Raises
    ------
    ValueError
        When there is no refit or no point, or the shapes do not fit.

    Examples
    --------
    >>> bias_variance([[1.0, 2.0], [3.0, 2.0]], [1.0, 2.0])
    (0.5, 0.5)
    """
    predictions, y_true = np.asarray(predictions, dtype=np.float64), np.asarray(y_true, dtype=np.float64)
    require_shape("y_true", y_true, ("q",))
    require_shape("predictions", predictions, ("r", require_rows(y_true=y_true)))
    require_rows(predictions=predictions)
    bias2 = np.mean(np.mean(predictions - y_true, axis=0) ** 2)
    variance = np.mean(np.var(predictions, axis=0))
    return float(bias2), float(variance)


def learning_curve(
    fit: Callable[[NDArray, NDArray], Model],
    error: Callable[[Model, NDArray, NDArray], float],
    X_train: ArrayLike,
    y_train: ArrayLike,
    X_dev: ArrayLike,
    y_dev: ArrayLike,
    sizes: Iterable[int],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Measure the error on train and dev as the training set grows.

    For each s in `sizes`: `model = fit(X_train[:s], y_train[:s])`, then `error(model, X, y)` on those s rows and on the
    whole dev set. A gap that is still closing when the data run out asks for more of them; two curves that meet too
    high ask for another model.

    Parameters
    ----------
    fit : function (X, y) -> model
        Called once for each size.
    error : function (model, X, y) -> float
        The error of a model on a set.
    X_train, y_train : array_like of shape (m, ...)
        The training set; shuffle it before, because the first rows are taken.
    X_dev, y_dev : array_like of shape (m_dev, ...)
        The dev set, the same for every size.
    sizes : sequence of int
        How many rows train, each 1 .. m, in any order.

    Returns
    -------
    train_errors, dev_errors : ndarray of float64, shape (len(sizes),)
        In the order of `sizes`.

    Raises
    ------
    ValueError
        When a set's `X` and `y` do not have the same number of rows, at least one, or a size is not in 1 .. m.

    Examples
    --------
    >>> learning_curve(
    ...     fit=lambda X, y: np.mean(y),
    ...     error=lambda model, X, y: np.mean((y - model) ** 2),
    ...     X_train=np.zeros((4, 1)), y_train=[0.0, 2.0, 4.0, 6.0], X_dev=np.zeros((1, 1)), y_dev=[4.0], sizes=[1, 4],
    ... )
    (array([0., 5.]), array([16.,  1.]))
    """
    X_train, y_train, X_dev, y_dev = map(np.asarray, (X_train, y_train, X_dev, y_dev))
    m = require_rows(X_train=X_train, y_train=y_train)
    require_rows(X_dev=X_dev, y_dev=y_dev)
    sizes = [require_count("each size in sizes", size) for size in require_list("sizes", sizes)]
    if max(sizes, default=0) > m:
        raise ValueError(f"each size in sizes must be at most the {m} training rows, got {max(sizes)}")
    train_errors, dev_errors = [], []
    for s in sizes:
        model = fit(X_train[:s], y_train[:s])
        train_errors.append(float(error(model, X_train[:s], y_train[:s])))
        dev_errors.append(float(error(model, X_dev, y_dev)))
    return np.array(train_errors), np.array(dev_errors)


def _require_errors(train_error: float, dev_error: float, bayes_error: float) -> list[float]:
    """Return the three errors as Python floats; `ValueError` names the one that is not a finite number >= 0."""
    errors = {"train_error": train_error, "dev_error": dev_error, "bayes_error": bayes_error}
    return [require_number(name, error, at_least=0, below=np.inf) for name, error in errors.items()]
