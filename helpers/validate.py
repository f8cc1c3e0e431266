"""Errors that name the argument, what was expected and what came. Knows of no topic."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def require_probability(name: str, value: float) -> None:
    """Raise `ValueError` unless `value` lies in (0, 1].

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : float
        The argument.

    Raises
    ------
    ValueError
        When the value is not a number in (0, 1].
    """
    if not 0.0 < value <= 1.0:
        raise ValueError(f"{name} must be a probability in (0, 1], got {value!r}")


def require_shape(name: str, array: NDArray, shape: tuple[int, ...]) -> None:
    """Raise `ValueError` unless `array` has exactly this shape.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    array : ndarray
        The argument.
    shape : tuple of int
        The shape that it must have.

    Raises
    ------
    ValueError
        When the shapes differ.
    """
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {array.shape}")


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
    """
    array = np.asarray(values)
    return array if array.dtype == np.float32 else array.astype(np.float64, copy=False)
