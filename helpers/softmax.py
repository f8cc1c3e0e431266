"""Softmax regression: the references of topic 10.

A row of `X (m, n)` is an example, a row of `W (C, n)` a class, a row of `Z = X @ W.T + b`, shape (m, C), the scores of
an example (scikit-learn's `coef_` has this shape, CS231n's W is transposed). Sources: Bridle, "Probabilistic
interpretation of feedforward classification network outputs, with relationships to statistical pattern recognition",
Neurocomputing, NATO ASI Series F 68 (1990); Blanchard, Higham and Higham, "Accurately computing the log-sum-exp and
softmax functions", IMA Journal of Numerical Analysis 41 (2021), for the shift; course notes 001 and 002.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helpers.validate import as_float, require_count, require_labels, require_number, require_rows, require_shape

Array = NDArray[np.floating]
Labels = NDArray[np.integer]


def one_hot(y: Labels, n_classes: int) -> Array:
    """Write each label as a row of zeros with a 1 in its class's column.

    Parameters
    ----------
    y : ndarray of shape (m,)
        Labels 0 .. n_classes - 1, integers of any width.
    n_classes : int
        Number of classes C; a class may be missing from `y`.

    Returns
    -------
    ndarray of float64, shape (m, C)
        `Y[i, j] = 1` where `y[i] = j`, else 0.

    Raises
    ------
    ValueError
        When `y` holds anything but labels 0 .. n_classes - 1.

    Examples
    --------
    >>> one_hot(np.array([2, 0]), 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    n_classes = require_count("n_classes", n_classes)
    y = require_labels("y", y, n_classes)
    Y = np.zeros((len(y), n_classes))
    Y[np.arange(len(y)), y] = 1
    return Y


def softmax(Z: Array) -> Array:
    """Turn each row of scores into probabilities: `P[i, j] = exp(Z[i, j]) / sum_k exp(Z[i, k])`.

    Taking the row's maximum from its scores first changes nothing, for it cancels, and no exponent is positive then.

    Parameters
    ----------
    Z : ndarray of shape (m, C)
        Scores, any finite numbers; one class or more.

    Returns
    -------
    ndarray of shape (m, C)
        Probabilities; each row sums to 1. float32 when `Z` is float32, else float64.

    Raises
    ------
    ValueError
        When `Z` is not a matrix with at least one column.

    Examples
    --------
    >>> softmax(np.array([[0.0, np.log(3.0)]]))
    array([[0.25, 0.75]])
    """
    return _normalize(_require_scores(Z))


def log_softmax(Z: Array) -> Array:
    """Return the logarithm of each row's softmax: `Z[i, j] - log(sum_k exp(Z[i, k]))`.

    Not computed as the log of `softmax`, because `softmax` is 0 where a score is 800 below the highest. What is too low
    for the dtype (scores near float32's largest, 3.4e38, can be 6.8e38 apart) is its lowest number, never -inf.

    Parameters
    ----------
    Z : ndarray of shape (m, C)
        Scores, any finite numbers; one class or more.

    Returns
    -------
    ndarray of shape (m, C)
        Log-probabilities, at most 0 and finite. float32 when `Z` is float32, else float64.

    Raises
    ------
    ValueError
        When `Z` is not a matrix with at least one column.

    Examples
    --------
    >>> log_softmax(np.array([[0.0, 1000.0]]))
    array([[-1000.,     0.]])
    """
    shifted = _shift(_require_scores(Z))
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def cross_entropy(Z: Array, y: Labels) -> float:
    """Average over the rows what the true class's probability costs: `-mean_i log softmax(Z)[i, y[i]]`.

    It is the mean negative log-likelihood of the labels (natural logarithm). Computed in float64.

    Parameters
    ----------
    Z : ndarray of shape (m, C)
        Scores, not probabilities; any finite numbers.
    y : ndarray of shape (m,)
        True labels 0 .. C - 1, integers of any width.

    Returns
    -------
    float
        At least 0; log C when all scores are equal.

    Raises
    ------
    ValueError
        When there is no row, the numbers of rows differ, or a label is not 0 .. C - 1.

    Examples
    --------
    >>> cross_entropy(np.array([[0.0, 1000.0], [1000.0, 0.0]]), np.array([0, 0]))
    500.0
    """
    Z = _require_scores(Z)
    y = require_labels("y", y, Z.shape[1])
    m = require_rows(Z=Z, y=y)
    shifted = _shift(Z.astype(np.float64))
    losses = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(m), y]
    return float(np.sum(losses / m))  # not their sum divided by m: it could overflow


def softmax_gradient(Z: Array, y: Labels) -> Array:
    """Differentiate the mean cross-entropy by the scores: `(P - Y) / m` with `P = softmax(Z)` and Y one-hot.

    Parameters
    ----------
    Z : ndarray of shape (m, C)
        Scores, any finite numbers.
    y : ndarray of shape (m,)
        True labels 0 .. C - 1, integers of any width.

    Returns
    -------
    ndarray of shape (m, C)
        Each row sums to 0. float32 when `Z` is float32, else float64.

    Raises
    ------
    ValueError
        When there is no row, the numbers of rows differ, or a label is not 0 .. C - 1.

    Examples
    --------
    >>> softmax_gradient(np.array([[0.0, np.log(3.0)]]), np.array([0]))
    array([[-0.75,  0.75]])
    """
    Z = _require_scores(Z)
    y = require_labels("y", y, Z.shape[1])
    require_rows(Z=Z, y=y)
    return _differentiate(Z, y)


def fit_softmax(X: Array, y: Labels, n_classes: int, lr: float, epochs: int) -> tuple[Array, Array]:
    """Fit softmax regression by full-batch gradient descent on the mean cross-entropy, from W = 0 and b = 0.

    With `dZ = softmax_gradient(X @ W.T + b, y)` an epoch is `W = W - lr * dZ.T @ X` and `b = b - lr * sum_i dZ[i]`.
    No penalty (scikit-learn's LogisticRegression has one by default).

    Parameters
    ----------
    X : ndarray of shape (m, n)
        One example a row.
    y : ndarray of shape (m,)
        Labels 0 .. n_classes - 1, integers of any width.
    n_classes : int
        Number of classes C; a class may be missing from `y`.
    lr : float
        Learning rate, at least 0.
    epochs : int
        Number of steps, at least 0.

    Returns
    -------
    W : ndarray of shape (C, n)
        Weights, float32 when `X` is float32, else float64.
    b : ndarray of shape (C,)
        Biases, of the same dtype.

    Raises
    ------
    ValueError
        When shapes or labels do not fit, there is no row, `lr` is negative or `epochs` is negative.

    Examples
    --------
    >>> fit_softmax(np.array([[2.0], [-2.0]]), np.array([0, 1]), 2, lr=0.5, epochs=1)
    (array([[ 0.5],
           [-0.5]]), array([0., 0.]))
    """
    lr, epochs = require_number("lr", lr, at_least=0), require_count("epochs", epochs, at_least=0)
    n_classes = require_count("n_classes", n_classes)
    X, y = as_float(X), require_labels("y", y, n_classes)
    require_shape("X", X, ("m", "n"))
    require_rows(X=X, y=y)
    W, b = np.zeros((n_classes, X.shape[1]), X.dtype), np.zeros(n_classes, X.dtype)
    for _ in range(epochs):
        dZ = _differentiate(X @ W.T + b, y)
        W, b = W - lr * (dZ.T @ X), b - lr * dZ.sum(axis=0)
    return W, b


def predict(X: Array, W: Array, b: Array) -> NDArray[np.int64]:
    """Return the class of the highest score `X @ W.T + b`, the first of them on a tie.

    The softmax itself is not needed: it keeps the order of the scores.

    Parameters
    ----------
    X : ndarray of shape (m, n)
        One example a row.
    W : ndarray of shape (C, n)
        Weights, one class or more.
    b : ndarray of shape (C,)
        Biases.

    Returns
    -------
    ndarray of int64, shape (m,)
        Labels 0 .. C - 1.

    Raises
    ------
    ValueError
        When the shapes do not fit together.

    Examples
    --------
    >>> predict(np.array([[3.0], [-3.0]]), np.array([[1.0], [-1.0]]), np.array([0.0, 0.0]))
    array([0, 1])
    """
    X, W, b = as_float(X), as_float(W), as_float(b)
    require_shape("X", X, ("m", "n"))
    require_shape("W", W, ("C", X.shape[1]))
    require_shape("b", b, (require_rows(W=W),))
    return np.argmax(X @ W.T + b, axis=1)


def confusion_matrix(y_true: Labels, y_pred: Labels, n_classes: int) -> NDArray[np.int64]:
    """Count how often each true class (row) was called each class (column); the diagonal holds what was right.

    Rows are true classes as in scikit-learn; other texts have them in columns.

    Parameters
    ----------
    y_true, y_pred : ndarray of shape (m,)
        Labels 0 .. n_classes - 1, integers of any width.
    n_classes : int
        Number of classes C.

    Returns
    -------
    ndarray of int64, shape (C, C)
        The entries sum to m.

    Raises
    ------
    ValueError
        When the lengths differ, or one holds anything but labels 0 .. n_classes - 1.

    Examples
    --------
    >>> confusion_matrix(np.array([0, 0, 1]), np.array([0, 1, 1]), 2)
    array([[1, 1],
           [0, 1]])
    """
    n_classes = require_count("n_classes", n_classes)
    y_true, y_pred = require_labels("y_true", y_true, n_classes), require_labels("y_pred", y_pred, n_classes)
    require_shape("y_pred", y_pred, y_true.shape)
    counts = np.zeros((n_classes, n_classes), dtype=np.int64)
    np.add.at(counts, (y_true, y_pred), 1)  # counts[y_true, y_pred] += 1 would count a pair that repeats only once
    return counts


def _require_scores(Z: ArrayLike) -> Array:
    """Return the scores as a float matrix with at least one column."""
    scores = as_float(Z)
    require_shape("Z", scores, ("m", "C"))
    if scores.shape[1] == 0:
        raise ValueError(f"Z must have at least one column, got shape {scores.shape}")
    return scores


def _shift(Z: Array) -> Array:
    """Return `Z - max` of each row; a difference that is too large for the dtype is its lowest number, not -inf."""
    with np.errstate(over="ignore"):
        return np.maximum(Z - Z.max(axis=1, keepdims=True), np.finfo(Z.dtype).min)


def _normalize(Z: Array) -> Array:
    """Return the softmax of each row."""
    E = np.exp(_shift(Z))
    return E / E.sum(axis=1, keepdims=True)


def _differentiate(Z: Array, y: Labels) -> Array:
    """Return (P - Y) / m."""
    dZ = _normalize(Z)
    dZ[np.arange(len(y)), y] -= 1
    return dZ / len(y)
