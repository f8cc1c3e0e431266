"""Batch normalization: the references of topic 09.

A row of `Z (m, n)` is an example, a column is a unit; every statistic is taken per column. Sources: Ioffe and Szegedy,
"Batch normalization: accelerating deep network training by reducing internal covariate shift", ICML 2015; course note
001, "Normalizing activations in a network".
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from helpers.validate import as_float, as_floats, require_count, require_number, require_rows, require_shape

Array = NDArray[np.floating]
Cache = dict[str, Array]


def batchnorm_forward(Z: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> tuple[Array, Cache]:
    """Normalize every column of a training batch, then scale and shift it by what the layer has learned.

    `x_hat = (Z - mean) / sqrt(var + eps)` and `out = gamma * x_hat + beta`, with the batch's own mean and population
    variance (divided by m, not by m - 1). A column that does not vary, or a batch of one, becomes `beta`.

    Parameters
    ----------
    Z : ndarray of shape (m, n)
        Scores of one layer, m >= 1.
    gamma, beta : ndarrays of shape (n,)
        Learned scale and shift.
    eps : float
        At least 0; inside the root it keeps the division safe.

    Returns
    -------
    out : ndarray of shape (m, n)
        float32 when `Z`, `gamma` and `beta` are float32, else float64.
    cache : dict
        `"mean" (n,)` and `"var" (n,)` of the batch, for the running statistics; `"x_hat" (m, n)` and
        `"scale" (n,) = gamma / sqrt(var + eps)`, for `batchnorm_backward`. All have the dtype of `out`.

    Raises
    ------
    ValueError
        When there is no row, shapes do not fit, or `eps` is negative, or 0 where a column does not vary.

    Examples
    --------
    >>> Z = np.array([[1.0], [3.0]])
    >>> out, cache = batchnorm_forward(Z, np.array([2.0]), np.array([10.0]), eps=3.0)
    >>> cache["mean"], cache["var"]
    (array([2.]), array([1.]))
    >>> out
    array([[ 9.], [11.]])
    """
    Z, gamma, beta = as_floats(Z, gamma, beta)
    require_shape("Z", Z, ("m", "n"))
    require_rows(Z=Z)
    _require_columns(Z, gamma=gamma, beta=beta)
    first_row = Z[0].astype(np.float64)  # so all statistics are float64, also of a float32 batch
    shifted = Z - first_row  # deviates as Z does, and small deviations are not lost beside a large mean
    offset = shifted.mean(axis=0)
    centered = shifted - offset
    var = np.mean(centered**2, axis=0)
    std = _deviation("the batch's variance", var, eps)
    statistics = {"mean": first_row + offset, "var": var, "x_hat": centered / std, "scale": gamma / std}
    cache = {name: values.astype(Z.dtype, copy=False) for name, values in statistics.items()}
    return gamma * cache["x_hat"] + beta, cache


def batchnorm_backward(dout: Array, cache: Cache) -> tuple[Array, Array, Array]:
    """Send the gradient back through `batchnorm_forward`, whose mean and variance depend on every row too.

    `dbeta = sum(dout)`, `dgamma = sum(dout * x_hat)`, `dZ = scale * (dout - dbeta / m - x_hat * dgamma / m)`. Why dZ:

    1. with `s = sqrt(var + eps)` and `c = Z - mean`, `x_hat = c / s` and `ds/dc = c / (m s) = x_hat / m`;
    2. so c gets `dx_hat / s` directly and `-sum(dx_hat * x_hat) / s * x_hat / m` through s; with
       `dx_hat = gamma * dout` both together are `scale * (dout - x_hat * dgamma / m)`;
    3. `c = Z - mean` takes each column's mean off again: that of `dout` is `dbeta / m`, that of `x_hat` is 0.

    Parameters
    ----------
    dout : ndarray of shape (m, n)
        Gradient of the cost with respect to the output.
    cache : dict
        What `batchnorm_forward` returned.

    Returns
    -------
    dZ : ndarray of shape (m, n)
        Every column sums to 0. float32 when `dout` and the cache are float32, else float64; so are the other two.
    dgamma, dbeta : ndarrays of shape (n,)

    Raises
    ------
    ValueError
        When `cache` is not that of `batchnorm_forward`, or `dout` has not the shape of the output.

    Examples
    --------
    >>> _, cache = batchnorm_forward(np.array([[1.0], [3.0]]), np.array([2.0]), np.array([10.0]), eps=3.0)
    >>> batchnorm_backward(np.array([[0.0], [4.0]]), cache)
    (array([[-1.5], [ 1.5]]), array([2.]), array([4.]))
    """
    if not isinstance(cache, Mapping) or not {"x_hat", "scale"} <= set(cache):
        raise ValueError(f"cache must be the dict that batchnorm_forward returned, got {cache!r}")
    dout, x_hat, scale = as_floats(dout, cache["x_hat"], cache["scale"])
    require_shape("dout", dout, x_hat.shape)
    m = len(dout)
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    return scale * (dout - dbeta / m - x_hat * (dgamma / m)), dgamma, dbeta


def update_running(running: Array, batch: Array, momentum: float = 0.9) -> Array:
    """Move a running statistic towards that of a batch: `momentum * running + (1 - momentum) * batch`.

    Momentum weighs the **old** value. In torch it weighs the new one: torch's 0.1 is our 0.9.

    Parameters
    ----------
    running : ndarray of shape (n,)
        The statistic so far.
    batch : ndarray of shape (n,)
        The same statistic of one batch.
    momentum : float
        Share of the old value, in [0, 1].

    Returns
    -------
    ndarray of shape (n,)
        float32 when both are float32, else float64.

    Raises
    ------
    ValueError
        When the shapes differ or `momentum` is not in [0, 1].

    Examples
    --------
    >>> update_running(np.array([1.0]), np.array([5.0]), momentum=0.75)
    array([2.])
    """
    momentum = require_number("momentum", momentum, at_least=0, at_most=1)
    running, batch = as_floats(running, batch)
    require_shape("batch", batch, running.shape)
    return momentum * running + (1 - momentum) * batch


def batchnorm_inference(
    Z: Array, gamma: Array, beta: Array, running_mean: Array, running_var: Array, eps: float = 1e-5
) -> Array:
    """Normalize with the running statistics, so that a row's output does not depend on the rows beside it.

    `out = gamma * (Z - running_mean) / sqrt(running_var + eps) + beta`.

    Parameters
    ----------
    Z : ndarray of shape (m, n)
        Scores of one layer.
    gamma, beta : ndarrays of shape (n,)
        Learned scale and shift.
    running_mean, running_var : ndarrays of shape (n,)
        Statistics gathered in training; no variance is negative.
    eps : float
        At least 0; the one of training.

    Returns
    -------
    ndarray of shape (m, n)
        float32 when all arrays are float32, else float64.

    Raises
    ------
    ValueError
        When shapes do not fit, a variance is negative, or `eps` is negative, or 0 where a variance is 0.

    Examples
    --------
    >>> one = np.ones(1)
    >>> batchnorm_inference(np.array([[6.0]]), 3 * one, 10 * one, running_mean=2 * one, running_var=one, eps=3.0)
    array([[16.]])
    """
    Z, gamma, beta, mean, var = as_floats(Z, gamma, beta, running_mean, running_var)
    require_shape("Z", Z, ("m", "n"))
    _require_columns(Z, gamma=gamma, beta=beta, running_mean=mean, running_var=var)
    return gamma * ((Z - mean) / _deviation("running_var", var, eps)) + beta


def identity_parameters(mean: Array, var: Array, eps: float = 1e-5) -> tuple[Array, Array]:
    """Return the scale and shift with which batch norm gives back its input: `gamma = sqrt(var + eps)`, `beta = mean`.

    So a layer with batch norm can do whatever it could without: it need only learn these two.

    Parameters
    ----------
    mean, var : ndarrays of shape (n,)
        The statistics that batch norm uses; no variance is negative.
    eps : float
        At least 0; the one that batch norm uses.

    Returns
    -------
    gamma, beta : ndarrays of shape (n,)
        float32 when both arguments are float32, else float64.

    Raises
    ------
    ValueError
        When the shapes differ, a variance is negative, or `eps` is negative, or 0 where a variance is 0: what batch
        norm has made 0/0, no gamma brings back.

    Examples
    --------
    >>> identity_parameters(np.array([2.0]), np.array([1.0]), eps=3.0)
    (array([2.]), array([2.]))
    """
    mean, var = as_floats(mean, var)
    require_shape("mean", mean, ("n",))
    require_shape("var", var, mean.shape)
    return _deviation("var", var, eps), mean.copy()


def fold_batchnorm(
    W: Array, b: Array, gamma: Array, beta: Array, mean: Array, var: Array, eps: float = 1e-5
) -> tuple[Array, Array]:
    """Merge a linear layer and the batch norm behind it (at inference) into one linear layer.

    With `scale = gamma / sqrt(var + eps)`, one per unit, so per row of `W`: `W' = scale * W`,
    `b' = scale * (b - mean) + beta`. Then `X @ W'.T + b'` is batch norm of `X @ W.T + b`.

    Parameters
    ----------
    W : ndarray of shape (n_out, n_in)
        Weights of the linear layer.
    b, gamma, beta, mean, var : ndarrays of shape (n_out,)
        Its biases, batch norm's scale and shift, and its running statistics; no variance is negative.
    eps : float
        At least 0; the one of batch norm.

    Returns
    -------
    W : ndarray of shape (n_out, n_in)
        float32 when all arrays are float32, else float64; so is b.
    b : ndarray of shape (n_out,)

    Raises
    ------
    ValueError
        When shapes do not fit, a variance is negative, or `eps` is negative, or 0 where a variance is 0.

    Examples
    --------
    >>> one = np.ones(1)
    >>> fold_batchnorm(np.array([[4.0, -2.0]]), 5 * one, 6 * one, 10 * one, mean=3 * one, var=one, eps=3.0)
    (array([[12., -6.]]), array([16.]))
    """
    W, b, gamma, beta, mean, var = as_floats(W, b, gamma, beta, mean, var)
    require_shape("W", W, ("n_out", "n_in"))
    _require_columns(W.T, b=b, gamma=gamma, beta=beta, mean=mean, var=var)
    scale = gamma / _deviation("var", var, eps)
    return scale[:, np.newaxis] * W, scale * (b - mean) + beta


class BatchNorm:
    """Batch norm as a layer: it holds what is learned, and the running statistics that inference needs.

    The layer computes in the precision of its input: float32 rows give float32 rows, whatever `gamma` and `beta` are.
    A new value replaces an attribute, no array is changed in place; any attribute may be set from outside.

    Parameters
    ----------
    n : int
        Units: columns of the input.
    momentum : float
        Share of the old value in the running statistics, in [0, 1] (torch's 0.1 is our 0.9).
    eps : float
        At least 0; added to the variance inside the root.

    Attributes
    ----------
    gamma, beta : ndarrays of shape (n,)
        Learned scale and shift: ones and zeros at first.
    running_mean, running_var : ndarrays of shape (n,)
        Zeros and ones at first; population variance (torch's running variance is divided by m - 1).
    dgamma, dbeta : ndarrays of shape (n,)
        Gradients that the last `backward` found: zeros at first.

    Raises
    ------
    ValueError
        When `n` is not a whole number >= 1, `momentum` is not in [0, 1] or `eps` is negative.

    Examples
    --------
    >>> layer = BatchNorm(1, momentum=0.5, eps=3.0)
    >>> layer.forward(np.array([[1.0], [3.0]]), training=True)
    array([[-0.5], [ 0.5]])
    >>> layer.running_mean, layer.running_var
    (array([1.]), array([1.]))
    """

    def __init__(self, n: int, momentum: float = 0.9, eps: float = 1e-5) -> None:
        self.n = require_count("n", n)
        self.momentum = require_number("momentum", momentum, at_least=0, at_most=1)
        self.eps = require_number("eps", eps, at_least=0)
        self.gamma: Array = np.ones(self.n)
        self.beta: Array = np.zeros(self.n)
        self.running_mean: Array = np.zeros(self.n)
        self.running_var: Array = np.ones(self.n)
        self.dgamma: Array = np.zeros(self.n)
        self.dbeta: Array = np.zeros(self.n)
        self._cache: Cache | None = None

    def forward(self, Z: Array, training: bool) -> Array:
        """Normalize with the batch's statistics in training, with the running ones (which stay) otherwise.

        Parameters
        ----------
        Z : ndarray of shape (m, n)
            Scores of one layer; at least one row in training.
        training : bool
            Whether to use the batch's statistics, and move the running ones towards them.

        Returns
        -------
        ndarray of shape (m, n)
            float32 when `Z` is float32, else float64.

        Raises
        ------
        ValueError
            As `batchnorm_forward` and `batchnorm_inference`.
        """
        Z = as_float(Z)
        require_shape("Z", Z, ("m", self.n))
        gamma, beta = np.asarray(self.gamma, dtype=Z.dtype), np.asarray(self.beta, dtype=Z.dtype)
        if not training:
            out = batchnorm_inference(Z, gamma, beta, self.running_mean, self.running_var, self.eps)
            return out.astype(Z.dtype, copy=False)
        running = {"running_mean": np.asarray(self.running_mean), "running_var": np.asarray(self.running_var)}
        _require_columns(Z, **running)
        out, self._cache = batchnorm_forward(Z, gamma, beta, self.eps)
        self.running_mean = update_running(self.running_mean, self._cache["mean"], self.momentum)
        self.running_var = update_running(self.running_var, self._cache["var"], self.momentum)
        return out

    def backward(self, dout: Array) -> Array:
        """Send the gradient back through the last training pass; put those of gamma and beta into dgamma and dbeta.

        Parameters
        ----------
        dout : ndarray of shape (m, n)
            Gradient of the cost with respect to what that pass returned.

        Returns
        -------
        ndarray of shape (m, n)
            Gradient with respect to the input of that pass; float32 when both are float32, else float64.

        Raises
        ------
        RuntimeError
            When there was no training pass.
        ValueError
            When `dout` has not the shape of that pass.
        """
        if self._cache is None:
            raise RuntimeError("backward needs a pass in training first: forward(Z, training=True)")
        dZ, self.dgamma, self.dbeta = batchnorm_backward(dout, self._cache)
        return dZ


def _require_columns(Z: Array, **arrays: Array) -> None:
    """Raise `ValueError` unless each array has one entry for each column of `Z`."""
    for name, array in arrays.items():
        require_shape(name, array, (Z.shape[1],))


def _deviation(name: str, var: Array, eps: float) -> Array:
    """Return `sqrt(var + eps)`, ready to divide by: all of it is positive."""
    eps = require_number("eps", eps, at_least=0)
    if np.any(var < 0):
        raise ValueError(f"{name} must be >= 0, got {var.min()}")
    deviation = np.sqrt(var + eps)
    if not deviation.all():
        raise ValueError(f"eps must be > 0 where {name} is 0, got {eps}")
    return deviation
