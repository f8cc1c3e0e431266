"""Gradient checking: the references of topic 07.

All parameters of a network are one vector `theta`; a row of `X (m, n_0)` is an example. Sources: Bishop, Pattern
Recognition and Machine Learning, Springer (2006), 5.3.3, for central differences as a test of backpropagation; Nocedal
and Wright, Numerical Optimization, Springer (2006), 8.1, for the step; course notes 000, 1.12-1.14, 004, 3.4-3.6.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helpers.validate import as_float, require_labels, require_number, require_params, require_rows, require_shape

Array = NDArray[np.floating]
Params = dict[str, Array]

_BLOCK_SIZE = 2**20  # numbers in a batch of moved vectors: 8 MB


def one_sided(f: Callable[[float], float], x: float, eps: float) -> float:
    """Approximate the derivative of `f` at `x` from one side: `(f(x + eps) - f(x)) / eps`.

    The error is O(eps): about `f''(x) eps / 2`.

    Parameters
    ----------
    f, x, eps : callable, float and float
        Takes and returns one number; where; and the step, above 0.

    Returns
    -------
    float
        The slope.

    Raises
    ------
    ValueError
        When `x` or what `f` returns is not a number, or `eps` not above 0.

    Examples
    --------
    >>> round(one_sided(lambda x: x**3, 1.0, 0.01), 4)
    3.0301
    """
    x, eps = require_number("x", x), require_number("eps", eps, above=0)
    return (_one_number(f(x + eps)) - _one_number(f(x))) / eps


def two_sided(f: Callable[[float], float], x: float, eps: float) -> float:
    """Approximate the derivative of `f` at `x` from both sides: `(f(x + eps) - f(x - eps)) / (2 eps)`.

    The error is O(eps^2): about `f'''(x) eps^2 / 6`, because the terms in `f''` cancel.

    Parameters
    ----------
    f, x, eps : callable, float and float
        As in `one_sided`.

    Returns
    -------
    float
        The slope.

    Raises
    ------
    ValueError
        As `one_sided`.

    Examples
    --------
    >>> round(two_sided(lambda x: x**3, 1.0, 0.01), 4)
    3.0001
    """
    x, eps = require_number("x", x), require_number("eps", eps, above=0)
    return (_one_number(f(x + eps)) - _one_number(f(x - eps))) / (2 * eps)


def params_to_vector(params: Mapping[str, Array]) -> Array:
    """Lay all arrays end to end in one vector, in the order of the dict, each row by row (C order).

    Parameters
    ----------
    params : dict of str to ndarray
        Parameters or gradients, at least one array, of any shapes.

    Returns
    -------
    ndarray of shape (N,)
        float32 when all arrays are float32, else float64. Never shares memory with `params`.

    Raises
    ------
    ValueError
        When `params` is no dict or empty.

    Examples
    --------
    >>> params_to_vector({"W1": np.array([[1.0, 2.0], [3.0, 4.0]]), "b1": np.array([5.0, 6.0])})
    array([1., 2., 3., 4., 5., 6.])
    """
    if not isinstance(params, Mapping) or not params:
        raise ValueError(f"params must be a dict of at least one array, got {params!r}")
    return np.concatenate([as_float(values).ravel() for values in params.values()])


def vector_to_params(theta: Array, like: Mapping[str, Array]) -> Params:
    """Cut a vector into the arrays that `like` names: the inverse of `params_to_vector`.

    Parameters
    ----------
    theta : ndarray of shape (N,)
        As many numbers as the arrays of `like` have together.
    like : dict of str to ndarray
        Gives keys, order, shapes and each array's dtype; its values do not matter.

    Returns
    -------
    dict of str to ndarray
        float32 where `like` is, else float64 (no `theta + eps` is cut off). Never shares memory with `theta`.

    Raises
    ------
    ValueError
        When the length of `theta` differs, or `like` is no dict or empty.

    Examples
    --------
    >>> vector_to_params(np.array([1.0, 2.0, 3.0]), {"W1": np.zeros((1, 2)), "b1": np.zeros(1)})
    {'W1': array([[1., 2.]]), 'b1': array([3.])}
    """
    if not isinstance(like, Mapping) or not like:
        raise ValueError(f"like must be a dict of at least one array, got {like!r}")
    theta = as_float(theta)
    templates = {key: as_float(values) for key, values in like.items()}
    sizes = [template.size for template in templates.values()]
    require_shape("theta", theta, (sum(sizes),))
    pieces = dict(zip(templates, np.split(theta, np.cumsum(sizes)[:-1]), strict=True))
    return {key: pieces[key].reshape(array.shape).astype(array.dtype) for key, array in templates.items()}


def numerical_gradient(f: Callable[[Array], float], theta: Array, eps: float = 1e-5) -> Array:
    """Approximate the gradient of `f` at `theta` by `two_sided`, one component after the other.

    `gradient_i = (f(theta + eps e_i) - f(theta - eps e_i)) / (2 eps)`, with `e_i` the i-th unit vector. A smaller step
    is not a better one: the formula's error falls with eps^2, but the rounding of `f` weighs 1 / eps. In float64 the
    best is near 6e-6; course note 004 takes 1e-7 and loses two digits.

    Parameters
    ----------
    f, theta, eps : callable, ndarray of shape (n,) and float
        Takes a vector (n,) and returns one number; where; and the step, above 0. `f` gets 2n moved float64 copies of
        theta and should compute in float64.

    Returns
    -------
    ndarray of shape (n,)
        float64 (float32 when `theta` is float32).

    Raises
    ------
    ValueError
        When `theta` is not a vector, `eps` not above 0, or `f` returns no number.

    Examples
    --------
    >>> numerical_gradient(lambda theta: theta[0] * theta[1], np.array([2.0, 3.0])).round(6)
    array([3., 2.])
    """
    theta, dtype = _as_vector(theta)
    eps = require_number("eps", eps, above=0)
    gradient = np.empty(len(theta), dtype)
    for i in range(len(theta)):
        above, below = theta.copy(), theta.copy()
        above[i] += eps
        below[i] -= eps
        gradient[i] = (_one_number(f(above)) - _one_number(f(below))) / (2 * eps)
    return gradient


def numerical_gradient_batched(f: Callable[[Array], Array], theta: Array, eps: float = 1e-5) -> Array:
    """Approximate the gradient as `numerical_gradient` does, with few calls of an `f` that takes many vectors at once.

    Parameters
    ----------
    f : callable
        Takes a batch of vectors (k, n), one a row, and returns their costs (k,); anything else raises ValueError.
    theta, eps
        As in `numerical_gradient`, and so are the result and the errors.

    Examples
    --------
    >>> numerical_gradient_batched(lambda thetas: thetas[:, 0] * thetas[:, 1], np.array([2.0, 3.0])).round(6)
    array([3., 2.])
    """
    theta, dtype = _as_vector(theta)
    eps = require_number("eps", eps, above=0)
    gradient = np.empty(len(theta), dtype)
    block = max(1, _BLOCK_SIZE // max(1, len(theta)))
    for start in range(0, len(theta), block):
        moved = np.arange(start, min(start + block, len(theta)))
        above = np.tile(theta, (len(moved), 1))
        below = above.copy()
        above[moved - start, moved] += eps
        below[moved - start, moved] -= eps
        costs = as_float([np.array(f(above)), f(below)])  # a copy: f may fill one array at each call
        require_shape("f's costs, above and below,", costs, (2, len(moved)))
        gradient[moved] = (costs[0] - costs[1]) / (2 * eps)
    return gradient


def relative_difference(g: Array, g_approx: Array) -> float:
    """Compare two gradients whatever their size: `|g - g_approx| / (|g| + |g_approx|)` in the Euclidean norm.

    With two-sided differences, eps = 1e-5 and float64 (float32 has too few digits for these thresholds), read it so:
    1e-7 or less is good; around 1e-5 look again, component by component; 1e-3 or more is a bug.

    Parameters
    ----------
    g, g_approx : ndarray of one shape
        The gradient of backpropagation and the numerical one. Compared in float64.

    Returns
    -------
    float
        From 0 to 1; 0.0 when both are zero. Components of any size from 1e-308 to 1e308 are safe.

    Raises
    ------
    ValueError
        When the shapes differ.

    Examples
    --------
    >>> relative_difference(np.array([3.0, 4.0]), np.array([3.0, 0.0]))
    0.5
    """
    g, g_approx = np.asarray(g, dtype=np.float64), np.asarray(g_approx, dtype=np.float64)
    require_shape("g_approx", g_approx, g.shape)
    # Shifting the exponents of both alike is exact and changes no ratio, but now no square overflows or vanishes.
    _, exponent = np.frexp(np.max(np.abs([g, g_approx]), initial=0))
    g, g_approx = np.ldexp(g, -exponent), np.ldexp(g_approx, -exponent)
    total = float(np.linalg.norm(g) + np.linalg.norm(g_approx))
    return 0.0 if total == 0 else float(np.linalg.norm(g - g_approx)) / total


def check_gradient(
    f: Callable[[Array], float], grad: Callable[[Array], Array], theta: Array, eps: float = 1e-5
) -> tuple[float, int]:
    """Compare a gradient function with the numerical gradient of its cost at one point.

    `difference = relative_difference(grad(theta), numerical_gradient(f, theta, eps))`, read as said there. Check the
    cost that is trained, with its penalty but without dropout; at the start, and again after some training. Only to
    debug: it costs 2n calls of `f`.

    Parameters
    ----------
    f, grad : callable
        The cost, which takes a vector (n,) and returns a number, and the gradient under test, which returns (n,).
    theta, eps : ndarray of shape (n,) and float
        Where, n >= 1, as float64 for both functions; and the step, above 0.

    Returns
    -------
    difference, worst_index : float and int
        The relative difference; the component with the largest absolute gap, the first of them on a tie.

    Raises
    ------
    ValueError
        When `theta` is not a vector or is empty, `eps` is not above 0, or `f` or `grad` returns another shape.

    Examples
    --------
    >>> f = lambda theta: theta[0] ** 2 + theta[1] ** 2
    >>> difference, worst_index = check_gradient(f, lambda theta: np.array([2 * theta[0], -2 * theta[1]]), [3.0, 4.0])
    >>> round(difference, 6), worst_index
    (0.8, 1)
    """
    theta, _ = _as_vector(theta)
    require_rows(theta=theta)
    g = as_float(np.array(grad(theta.copy())))  # a copy: f may write into what grad has returned
    require_shape("grad(theta)", g, theta.shape)
    g_approx = numerical_gradient(f, theta, eps)
    return relative_difference(g, g_approx), int(np.argmax(np.abs(g - g_approx)))


def worst_parameter(grads: Mapping[str, Array], approx: Mapping[str, Array]) -> str:
    """Name the parameter whose gradient is furthest off: the key with the largest `relative_difference`.

    Parameters
    ----------
    grads, approx : dict of str to ndarray
        Gradients of backpropagation and numerical ones, with the same keys in any order and the same shapes.

    Returns
    -------
    str
        The key; the first of them in `grads` on a tie. Two zero gradients count as 0, nan as worse than any number.

    Raises
    ------
    ValueError
        When the dicts are empty or have not the same keys and shapes.

    Examples
    --------
    >>> worst_parameter({"W1": np.array([5.0]), "b1": np.array([1.0])}, {"b1": np.array([3.0]), "W1": np.array([6.0])})
    'b1'
    """
    if not grads or set(grads) != set(approx):
        raise ValueError(f"approx must have the keys of grads and at least one, got {list(grads)} and {list(approx)}")
    for key in grads:
        require_shape(f"approx[{key!r}]", np.asarray(approx[key]), np.shape(grads[key]))
    keys = list(grads)
    return keys[int(np.argmax([relative_difference(grads[key], approx[key]) for key in keys]))]


def backward_fixed(X: Array, y: ArrayLike, params: Mapping[str, Array], cache: Mapping[str, Array]) -> Params:
    """Backward pass of a 3-layer network: ReLU, ReLU, sigmoid and the mean binary cross-entropy.

    Forward it was `Z_l = A_{l-1} W_l^T + b_l`, `A_0 = X`. The cross-entropy's slope over a sigmoid is `A_3 - y` for
    each example (no division by `A_3 (1 - A_3)`: it may be 0), the mean brings `1 / m`, once, ReLU's slope at 0 is 0:

        dZ_3 = (A_3 - y) / m        dZ_l = (dZ_{l+1} W_{l+1}) * (Z_l > 0)   for l = 2, 1
        dW_l = dZ_l^T A_{l-1}       db_l = the sum of dZ_l over the rows

    Parameters
    ----------
    X, y : ndarray of shape (m, n_0) and (m,)
        Inputs, m >= 1, and binary targets 0/1.
    params, cache : dict
        `W1 (n_1, n_0), b1 (n_1,), W2 (n_2, n_1), b2 (n_2,), W3 (1, n_2), b3 (1,)`;
        `A0 (m, n_0), Z1, A1 (m, n_1), Z2, A2 (m, n_2), Z3, A3 (m, 1)` of the forward pass; `Z3, A3` also as (m,).

    Returns
    -------
    dict of str to ndarray
        Gradients with the keys, order and shapes of `params`; float32 when all arrays but `y`, `Z3` are, else float64.

    Raises
    ------
    ValueError
        When a key is missing, a shape does not fit or a target is not 0 or 1.

    Examples
    --------
    >>> params = {"W1": [[1.0]], "b1": [0.0], "W2": [[2.0]], "b2": [0.0], "W3": [[1.0]], "b3": [-6.0]}
    >>> cache = {"A0": [[3.0]], "Z1": [[3.0]], "A1": [[3.0]], "Z2": [[6.0]], "A2": [[6.0]], "A3": [[0.5]]}
    >>> grads = backward_fixed([[3.0]], [0], params, cache)
    >>> [grads[key].item() for key in ("W3", "W2", "W1", "b1")]
    [3.0, 1.5, 3.0, 1.0]
    """
    W2, W3, A0, Z1, A1, Z2, A2, A3 = _network_arrays(X, params, cache)
    targets = require_labels("y", y, n_classes=2).astype(bool)
    m = require_rows(X=A0, y=targets)
    dZ3 = (A3 - targets[:, np.newaxis]) / m
    dZ2 = (dZ3 @ W3) * (Z2 > 0)
    dZ1 = (dZ2 @ W2) * (Z1 > 0)
    weights = {"W1": dZ1.T @ A0, "W2": dZ2.T @ A1, "W3": dZ3.T @ A2}
    biases = {"b1": dZ1.sum(axis=0), "b2": dZ2.sum(axis=0), "b3": dZ3.sum(axis=0)}
    return {key: (weights | biases)[key] for key in params}


def _one_number(answer: ArrayLike) -> float:
    """Return what `f` answered as a Python float; an array of one number will do."""
    number = np.asarray(answer)
    if number.size != 1 or number.dtype.kind not in "biuf":
        raise ValueError(f"f must return one number, got {answer!r}")
    return float(number.item())


def _as_vector(theta: ArrayLike) -> tuple[Array, np.dtype]:
    """Return theta as a float64 vector of its own memory, and the dtype that its gradient should have."""
    values = as_float(theta)
    require_shape("theta", values, ("n",))
    return values.astype(np.float64), values.dtype


def _network_arrays(X: ArrayLike, params: Mapping[str, Array], cache: Mapping[str, Array]) -> list[Array]:
    """Return what the backward pass reads, in one dtype, after checking the shapes of a 3-layer net."""
    X = as_float(X)
    require_shape("X", X, ("m", "n_0"))
    if require_params(params, X.shape[1]) != 3:
        raise ValueError(f"params must have three layers, got {list(params)}")
    require_shape("params['W3']", np.asarray(params["W3"]), (1, "n_2"))
    m, n_0, n_1, n_2 = *X.shape, len(params["b1"]), len(params["b2"])
    wanted = {"A0": (m, n_0), "Z1": (m, n_1), "A1": (m, n_1), "Z2": (m, n_2), "A2": (m, n_2), "A3": (m, 1)}
    if not isinstance(cache, Mapping) or not set(wanted) <= set(cache):
        raise ValueError(f"cache must be a dict with the keys {', '.join(wanted)}, got {cache!r}")
    arrays = {key: as_float(params[key]) for key in params} | {key: as_float(cache[key]) for key in wanted}
    if arrays["A3"].ndim == 1:
        arrays["A3"] = arrays["A3"][:, np.newaxis]
    for key, shape in wanted.items():
        require_shape(f"cache['{key}']", arrays[key], shape)
    dtype = np.result_type(X, *arrays.values())
    return [arrays[key].astype(dtype, copy=False) for key in ("W2", "W3", *wanted)]
