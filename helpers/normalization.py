"""Normalization: the references of topic 06.

A row of `X (m, n)` is an example, a column is a feature; every statistic is taken down a column. Sources: LeCun,
Bottou, Orr and Müller, "Efficient BackProp", in Neural Networks: Tricks of the Trade, Springer (1998), for why inputs
are normalized; Chan, Golub and LeVeque, "Algorithms for computing the sample variance: analysis and recommendations",
The American Statistician 37 (1983), for merging moments; course notes 000, 1.9, and 004, 3.1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helpers.validate import as_float, as_floats, require_count, require_number, require_rows, require_shape

Array = NDArray[np.floating]


def fit_standardizer(X: Array) -> tuple[Array, Array]:
    """Return the mean and the population standard deviation of each column.

    `mu = sum(X) / m` and `sigma = sqrt(sum((X - mu)^2) / m)`. We divide by m (ddof 0), as scikit-learn's
    `StandardScaler` does; pandas' `std` divides by m - 1.

    Parameters
    ----------
    X : ndarray of shape (m, n)
        The training set, m >= 1.

    Returns
    -------
    mu : ndarray of shape (n,)
        float32 when `X` is float32, else float64.
    sigma : ndarray of shape (n,)
        Of the same dtype; exactly 0 where a column is constant, and `mu` is then exactly that constant.

    Raises
    ------
    ValueError
        When `X` is not a matrix or has no row.

    Examples
    --------
    >>> mu, sigma = fit_standardizer(np.array([[1.0, 7.0], [3.0, 7.0]]))
    >>> mu, sigma
    (array([2., 7.]), array([1., 0.]))
    """
    (X,) = _by_column(X=X)
    require_rows(X=X)
    # A shift changes no deviation. Seen from the first row a constant column is all zeros, whatever m times 0.1 rounds
    # to, and a huge mean costs no digits.
    first_row = X[0].astype(np.float64)
    shifted = X - first_row
    mu, sigma = first_row + shifted.mean(axis=0), shifted.std(axis=0)
    return mu.astype(X.dtype), sigma.astype(X.dtype)


def standardize(X: Array, mu: Array, sigma: Array) -> Array:
    """Give each column the mean 0 and the standard deviation 1: `(X - mu) / sigma`.

    There is no epsilon. Where sigma is 0 the column is only centred, so that it is 0 where it equals `mu`. Course note
    000 divides by sigma^2, which is the variance; it takes the standard deviation.

    Parameters
    ----------
    X : ndarray of shape (m, n)
        Examples of any part: training, dev or test; there may be none.
    mu, sigma : ndarray of shape (n,)
        Mean and standard deviation of the **training** set's columns, from `fit_standardizer`.

    Returns
    -------
    ndarray of shape (m, n)
        float32 when all three arguments are float32, else float64.

    Raises
    ------
    ValueError
        When the shapes do not fit, or a sigma is negative.

    Examples
    --------
    >>> standardize(np.array([[1.0, 7.0], [5.0, 7.0]]), np.array([2.0, 7.0]), np.array([2.0, 0.0]))
    array([[-0.5,  0. ],
           [ 1.5,  0. ]])
    """
    X, mu, sigma = _by_column(X=X, mu=mu, sigma=sigma)
    _require_not_negative(sigma=sigma)
    return (X - mu) / np.where(sigma == 0, 1, sigma)


def destandardize(Z: Array, mu: Array, sigma: Array) -> Array:
    """Undo `standardize`: `Z * sigma + mu`.

    Where sigma is 0 every value becomes `mu`.

    Parameters
    ----------
    Z : ndarray of shape (m, n)
        Standardized examples.
    mu, sigma : ndarray of shape (n,)
        The statistics that they were standardized with.

    Returns
    -------
    ndarray of shape (m, n)
        float32 when all three arguments are float32, else float64.

    Raises
    ------
    ValueError
        When the shapes do not fit, or a sigma is negative.

    Examples
    --------
    >>> destandardize(np.array([[-0.5, 0.0], [1.5, 0.0]]), np.array([2.0, 7.0]), np.array([2.0, 0.0]))
    array([[1., 7.],
           [5., 7.]])
    """
    Z, mu, sigma = _by_column(Z=Z, mu=mu, sigma=sigma)
    _require_not_negative(sigma=sigma)
    return Z * sigma + mu


def standardize_splits(X_train: Array, X_dev: Array, X_test: Array) -> tuple[Array, Array, Array]:
    """Standardize three parts with the statistics of the training set alone.

    Dev and test rows go through the same `(X - mu) / sigma` as the rows that the network learns from. Their own
    statistics would map equal inputs to different numbers, and would let test data into the preparation.

    Parameters
    ----------
    X_train : ndarray of shape (m_train, n)
        At least one row.
    X_dev, X_test : ndarray of shape (m_dev, n) and (m_test, n)
        May be empty.

    Returns
    -------
    three ndarrays of the shapes given
        float32 when all three arguments are float32, else all float64.

    Raises
    ------
    ValueError
        When the parts have not the same columns, or the training set has no row.

    Examples
    --------
    >>> X_train, X_dev, X_test = standardize_splits(np.array([[1.0], [3.0]]), np.array([[3.0]]), np.array([[6.0]]))
    >>> X_dev, X_test
    (array([[1.]]), array([[4.]]))
    """
    X_train, X_dev, X_test = as_floats(X_train, X_dev, X_test)
    require_shape("X_train", X_train, ("m_train", "n"))
    require_rows(X_train=X_train)
    require_shape("X_dev", X_dev, ("m_dev", X_train.shape[1]))
    require_shape("X_test", X_test, ("m_test", X_train.shape[1]))
    mu, sigma = fit_standardizer(X_train)
    return standardize(X_train, mu, sigma), standardize(X_dev, mu, sigma), standardize(X_test, mu, sigma)


def minmax_scale(X: Array, low: Array, high: Array) -> Array:
    """Map `low` to 0 and `high` to 1, column by column: `(X - low) / (high - low)`.

    Nothing is clipped: what lies outside `low` .. `high` lands outside 0 .. 1. Where `high == low` the column is 0.

    Parameters
    ----------
    X : ndarray of shape (m, n)
        Examples of any part; there may be none.
    low, high : ndarray of shape (n,)
        The values that become 0 and 1, usually the smallest and the largest of the training set.

    Returns
    -------
    ndarray of shape (m, n)
        float32 when all three arguments are float32, else float64.

    Raises
    ------
    ValueError
        When the shapes do not fit.

    Examples
    --------
    >>> minmax_scale(np.array([[2.0, 5.0], [7.0, 6.0]]), np.array([2.0, 5.0]), np.array([6.0, 5.0]))
    array([[0.  , 0.  ],
           [1.25, 0.  ]])
    """
    X, low, high = _by_column(X=X, low=low, high=high)
    flat = high == low
    return np.where(flat, 0, (X - low) / np.where(flat, 1, high - low))


def combine_moments(
    n_a: int, mu_a: Array, var_a: Array, n_b: int, mu_b: Array, var_b: Array
) -> tuple[int, Array, Array]:
    """Merge the means and population variances of two chunks into those of all their rows.

    With `n = n_a + n_b` and `delta = mu_b - mu_a`

        mu  = mu_a + (n_b / n) delta
        var = (n_a / n) var_a + (n_b / n) var_b + (n_a / n)(n_b / n) delta^2

    (Chan, Golub and LeVeque). The last term is the spread between the chunks. Going through the mean of squares,
    `E[x^2] - mu^2`, would lose every digit when the means are huge.

    Parameters
    ----------
    n_a, n_b : int
        Rows in each chunk, at least 1.
    mu_a, var_a, mu_b, var_b : ndarray of shape (n,), or four numbers
        Mean and population variance (ddof 0) of each chunk's columns.

    Returns
    -------
    n : int
        Rows in both.
    mu, var : ndarray of shape (n,), or two numbers
        float32 when all four moments are float32, else float64.

    Raises
    ------
    ValueError
        When a count is not a whole number of at least 1, the shapes differ, or a variance is negative.

    Examples
    --------
    The rows 1, 3 (mean 2, variance 1) and the rows 6, 6 (mean 6, variance 0):

    >>> n, mu, var = combine_moments(2, np.array([2.0]), np.array([1.0]), 2, np.array([6.0]), np.array([0.0]))
    >>> n, mu, var
    (4, array([4.]), array([4.5]))
    """
    n_a, n_b = require_count("n_a", n_a), require_count("n_b", n_b)
    mu_a, var_a, mu_b, var_b = as_floats(mu_a, var_a, mu_b, var_b)
    for name, moment in (("var_a", var_a), ("mu_b", mu_b), ("var_b", var_b)):
        require_shape(name, moment, mu_a.shape)
    _require_not_negative(var_a=var_a, var_b=var_b)
    if n_a < n_b:  # start from the larger chunk: the correction of its mean is the smaller one
        n_a, mu_a, var_a, n_b, mu_b, var_b = n_b, mu_b, var_b, n_a, mu_a, var_a
    n = n_a + n_b
    share_a, share_b = n_a / n, n_b / n
    delta = mu_b - mu_a
    mu = mu_a + share_b * delta
    var = share_a * var_a + share_b * var_b + (share_a * delta) * (share_b * delta)
    return n, mu, var


def condition_number(X: Array) -> float:
    """Say how elongated the bowl of a linear model's squared error is: `lambda_max / lambda_min` of `X^T X / m`.

    These are the largest and the smallest curvature of the cost over w. At 1 the bowl is round; gradient descent needs
    a number of steps that grows with it. The eigenvalues are the squared singular values of `X`, over m: taken from
    `X` itself they keep the digits that forming `X^T X` would lose.

    Parameters
    ----------
    X : ndarray of shape (m, n)
        At least one row and one column. Computed in float64, also when `X` is float32.

    Returns
    -------
    float
        At least 1; inf or a number far above 1e12 when columns are dependent: m < n, a column of zeros, a repeated one.

    Raises
    ------
    ValueError
        When `X` is not a matrix, has no row or no column, or holds nan or inf.

    Examples
    --------
    >>> condition_number(np.array([[3.0, 0.0], [0.0, 1.0]]))
    9.0
    """
    X = as_float(X).astype(np.float64)
    require_shape("X", X, ("m", "n"))
    require_rows(X=X)
    m, n = X.shape
    if n == 0:
        raise ValueError(f"X must have at least one column, got shape {X.shape}")
    if not np.isfinite(X).all():
        raise ValueError(f"X must hold finite numbers, got {X[~np.isfinite(X)][0]}")
    singular_values = np.linalg.svd(X, compute_uv=False).tolist()
    if m < n or singular_values[-1] == 0:
        return float("inf")
    ratio = singular_values[0] / singular_values[-1]
    return ratio * ratio


def gradient_descent(X: Array, y: Array, lr: float, steps: int) -> tuple[Array, Array]:
    """Fit a linear model without intercept by full-batch gradient descent from `w = 0`.

    The cost is `mean((X w - y)^2) / 2`, its gradient `X^T (X w - y) / m`, a step `w = w - lr * gradient`. It converges
    for `lr < 2 / lambda_max`, lambda_max as in `condition_number`. Beyond that it diverges, and the costs go to inf
    and nan without a warning: an experiment may show it.

    Parameters
    ----------
    X : ndarray of shape (m, n)
        Inputs, m >= 1.
    y : ndarray of shape (m,)
        Targets.
    lr : float
        Learning rate, at least 0.
    steps : int
        How many steps to take, at least 0.

    Returns
    -------
    w : ndarray of shape (n,)
        Weights after the last step; float32 when `X` and `y` are float32, else float64.
    costs : ndarray of shape (steps,)
        `costs[t]` is the cost **before** step t, so `costs[0]` belongs to `w = 0`. Of the same dtype.

    Raises
    ------
    ValueError
        When the shapes do not fit, there is no row, `lr` is negative or `steps` is negative.

    Examples
    --------
    >>> gradient_descent(np.array([[1.0]]), np.array([4.0]), lr=0.5, steps=2)
    (array([3.]), array([8., 2.]))
    """
    X, y = as_floats(X, y)
    require_shape("X", X, ("m", "n"))
    m = require_rows(X=X, y=y)
    require_shape("y", y, (m,))
    lr, steps = require_number("lr", lr, at_least=0), require_count("steps", steps, at_least=0)
    w = np.zeros(X.shape[1], dtype=X.dtype)
    costs = np.empty(steps, dtype=X.dtype)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # some BLAS raise a spurious "divide"
        for t in range(steps):
            residual = X @ w - y
            costs[t] = np.mean(residual**2) / 2
            w = w - lr * (X.T @ residual / m)
    return w, costs


def _require_not_negative(**arrays: Array) -> None:
    """Raise `ValueError` where a deviation or a variance is negative."""
    for name, array in arrays.items():
        if np.any(array < 0):
            raise ValueError(f"{name} must be >= 0, got {array.min()}")


def _by_column(**arrays: ArrayLike) -> list[Array]:
    """Return float arrays of one dtype: first a matrix (m, n), then a vector (n,) for each statistic of its columns."""
    (name, table), *statistics = zip(arrays, as_floats(*arrays.values()), strict=True)
    require_shape(name, table, ("m", "n"))
    for statistic, values in statistics:
        require_shape(statistic, values, table.shape[1:])
    return [table, *(values for _, values in statistics)]
