"""Errors that name the argument, what was expected and what came; and what comes back is ready to compute with.

Knows the course's conventions (`exercises`: rows are examples, `params` is a dict), and no topic.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def as_float(values: ArrayLike) -> NDArray[np.floating]:
    """Return the values as a float array: float32 stays float32, everything else becomes float64.

    Parameters
    ----------
    values : array_like
        Numbers of any real kind.

    Returns
    -------
    ndarray of float32 or float64
        The same numbers; the same memory where no conversion was needed.

    Raises
    ------
    ValueError
        When the values are not real numbers, but strings or complex ones.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "biuf" and not all(isinstance(value, Real) for value in array.flat):
        raise ValueError(f"the values of an array must be real numbers, got {array.dtype} {array!r}")
    return array if array.dtype == np.float32 else array.astype(np.float64, copy=False)


def as_floats(*arrays: ArrayLike) -> list[NDArray[np.floating]]:
    """Return the arrays in one precision: float32 when all are float32, else float64.

    Parameters
    ----------
    *arrays : array_like
        Numbers of any real kind.

    Returns
    -------
    list of ndarray
        The same numbers; the same memory where no conversion was needed.

    Raises
    ------
    ValueError
        When the values of an array are not real numbers.
    """
    floats = [as_float(array) for array in arrays]
    dtype = np.result_type(*floats)
    return [array.astype(dtype, copy=False) for array in floats]


def require_number(
    name: str,
    value: Any,
    *,
    above: float | None = None,
    at_least: float | None = None,
    below: float | None = None,
    at_most: float | None = None,
) -> float:
    """Return `value` as a Python float, which never widens a float32 array.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : float
        The argument; a Python or NumPy number.
    above, at_least, below, at_most : float, optional
        The bounds that it must keep, strictly or not.

    Raises
    ------
    ValueError
        When the value is not a number, too large for a float, or not within the bounds.
    """
    bounds = {">": above, ">=": at_least, "<": below, "<=": at_most}
    holds = {">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
    try:
        number = float(value) if isinstance(value, Real) else float("nan")
    except OverflowError:  # a whole number beyond the largest float
        number = float("nan")
    given = {sign: bound for sign, bound in bounds.items() if bound is not None}
    if number != number or not all(holds[sign](number, bound) for sign, bound in given.items()):
        wanted = " and ".join(f"{sign} {bound:g}" for sign, bound in given.items())
        raise ValueError(f"{name} must be a number{' ' if wanted else ''}{wanted}, got {value!r}")
    return number


def require_probability(name: str, value: Any) -> float:
    """Return `value` as a Python float.

    Raises
    ------
    ValueError
        When the value is not a number in (0, 1].
    """
    try:
        return require_number(name, value, above=0, at_most=1)
    except ValueError:
        raise ValueError(f"{name} must be a probability in (0, 1], got {value!r}") from None


def require_count(name: str, value: Any, at_least: int = 1) -> int:
    """Return `value` as a Python int.

    Raises
    ------
    ValueError
        When the value is not a whole number (a Python or NumPy int), or smaller than `at_least`.
    """
    try:
        count = operator.index(value)
    except TypeError:
        count = at_least - 1
    if count < at_least:
        raise ValueError(f"{name} must be a whole number >= {at_least}, got {value!r}")
    return count


def require_rng(rng: Any) -> np.random.Generator:
    """Return `rng`, the only source of randomness.

    Raises
    ------
    ValueError
        When it is not a generator, but a seed for instance.
    """
    if not isinstance(rng, np.random.Generator):
        raise ValueError(f"rng must be a numpy.random.Generator, got {rng!r}")
    return rng


def require_list(name: str, values: Iterable[Any]) -> list[Any]:
    """Return `values` as a list.

    Raises
    ------
    ValueError
        When it is a single number, or nothing.
    """
    try:
        return list(values)
    except TypeError:
        raise ValueError(f"{name} must be a sequence, got {values!r}") from None


def require_shape(name: str, array: NDArray[Any], shape: tuple[int | str, ...]) -> None:
    """Raise `ValueError` unless `array` has this shape.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    array : ndarray
        The argument.
    shape : tuple of int and str
        The shape that it must have; a letter as in ``("m", 3)`` stands for any length.

    Raises
    ------
    ValueError
        When the number of axes or a length differs.
    """
    fits = array.ndim == len(shape) and all(
        isinstance(wanted, str) or wanted == length for wanted, length in zip(shape, array.shape, strict=True)
    )
    if not fits:
        wanted = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
        raise ValueError(f"{name} must have shape ({wanted}), got {array.shape}")


def require_like(name: str, values: ArrayLike, template: NDArray[Any]) -> NDArray[Any]:
    """Return `values` as an array in the dtype of `template`, for what a reader's own function answered.

    Raises
    ------
    ValueError
        When its shape is not that of the template.
    """
    array = np.asarray(values, dtype=template.dtype)
    require_shape(name, array, template.shape)
    return array


def require_alike(**dicts: Mapping[str, ArrayLike]) -> list[dict[str, NDArray[np.floating]]]:
    """Return dicts of arrays in the order of the first, all in one precision.

    Raises
    ------
    ValueError
        When one is no dict, or keys or shapes differ.
    """
    first_name, first = next(iter(dicts.items()))
    for name, values in dicts.items():
        if not isinstance(values, Mapping):
            raise ValueError(f"{name} must be a dict of arrays, got {values!r}")
        if values.keys() != first.keys():
            odd = sorted(first.keys() ^ values.keys())
            raise ValueError(f"{name} must have the keys of {first_name}, got a difference in {odd}")
        for key in first:
            require_shape(f"{name}[{key!r}]", np.asarray(values[key]), np.shape(first[key]))
    keys = [(name, key) for name in dicts for key in first]
    arrays = dict(zip(keys, as_floats(*(dicts[name][key] for name, key in keys)), strict=True)) if keys else {}
    return [{key: arrays[name, key] for key in first} for name in dicts]


def require_rows(**arrays: NDArray[Any]) -> int:
    """Return how many rows the named arrays have: the same number, and at least one.

    Examples
    --------
    >>> require_rows(X=np.zeros((4, 2)), y=np.zeros(4))
    4

    Raises
    ------
    ValueError
        When the arrays have no axis, no row, or not the same number of rows.
    """
    for name, array in arrays.items():
        if array.ndim == 0:
            raise ValueError(f"{name} must be an array with rows, got {array!r}")
    names = " and ".join(arrays)
    lengths = [len(array) for array in arrays.values()]
    if min(lengths) < 1:
        raise ValueError(f"{names} must have at least one row, got {' and '.join(map(str, lengths))}")
    if len(set(lengths)) > 1:
        raise ValueError(f"{names} must have the same number of rows, got {' and '.join(map(str, lengths))}")
    return lengths[0]


def require_labels(name: str, labels: ArrayLike, n_classes: int) -> NDArray[np.int64]:
    """Return labels of any width as int64, ready to index with.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    labels : array_like of shape (m,)
        Whole numbers 0 .. n_classes - 1.
    n_classes : int
        How many classes there are.

    Raises
    ------
    ValueError
        When the labels are not a vector, not whole numbers, or out of range.
    """
    array = np.asarray(labels)
    require_shape(name, array, ("m",))
    if array.dtype.kind not in "biuf" or np.any(array != np.floor(array)):
        raise ValueError(f"{name} must hold whole numbers 0 .. {n_classes - 1}, got {array.dtype} {array!r}")
    if array.size and (array.min() < 0 or array.max() >= n_classes):
        raise ValueError(f"{name} must hold labels 0 .. {n_classes - 1}, got {array.min()} .. {array.max()}")
    return array.astype(np.int64)


def require_layer_dims(layer_dims: Sequence[int]) -> list[int]:
    """Return `[n_0, n_1, ..., n_L]` as a list of Python ints.

    Raises
    ------
    ValueError
        When it is no sequence of at least two sizes, or one is not a whole number of at least 1.
    """
    dims = require_list("layer_dims", layer_dims)
    if len(dims) < 2:
        raise ValueError(f"layer_dims must have at least two sizes, got {dims}")
    return [require_count("each size in layer_dims", size) for size in dims]


def require_params(params: Mapping[str, ArrayLike], n_in: int | None = None) -> int:
    """Return the number of layers L of `params`, whose shapes must fit together.

    Parameters
    ----------
    params : dict
        `W1 (n_1, n_0), b1 (n_1,), ..., WL, bL`, in any order.
    n_in : int, optional
        The n_0 that is needed: the number of columns of `X`.

    Raises
    ------
    ValueError
        When it is no dict, a key is missing or a shape does not fit.
    """
    if not isinstance(params, Mapping):
        raise ValueError(f"params must be a dict, got {params!r}")
    n_layers = len(params) // 2
    wanted = [f"{kind}{layer}" for layer in range(1, n_layers + 1) for kind in "Wb"]
    if not params or sorted(params) != sorted(wanted):
        raise ValueError(f"params must have the keys W1, b1, ..., WL, bL, got {list(params)}")
    for layer in range(1, n_layers + 1):
        W, b = np.asarray(params[f"W{layer}"]), np.asarray(params[f"b{layer}"])
        require_shape(f"params['W{layer}']", W, (f"n_{layer}", f"n_{layer - 1}" if n_in is None else n_in))
        require_shape(f"params['b{layer}']", b, (len(W),))
        n_in = len(W)
    return n_layers
