"""How values, shapes and calls are written in a message: short, and so that a person can redo them by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

LONGEST_CALL = 120
MOST_NUMBERS = 12


def value_text(value: Any) -> str:
    """Write a value: small arrays in full, large ones by shape, other objects by their type.

    Parameters
    ----------
    value : object
        Whatever came back from an answer.

    Returns
    -------
    str
        For example `[2.0, 4.0]`, `an array of shape (200, 30)`, `None`, `a list of length 3`.

    Examples
    --------
    >>> value_text(np.array([[2.0, 1 / 3]]))
    '[[2, 0.333333]]'
    >>> value_text(np.zeros((200, 30)))
    'an array of shape (200, 30)'
    """
    if isinstance(value, np.ndarray):
        if value.size <= MOST_NUMBERS and value.ndim <= 2 and value.dtype.kind in "biuf":
            return _list_text(value.tolist())
        return f"an array of shape {value.shape}" + (" of objects" if value.dtype.kind == "O" else "")
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | float | np.number):
        return number_text(value)
    if value is None or isinstance(value, str):
        text = repr(value)
        return text if len(text) <= 60 else text[:57] + "..."
    if isinstance(value, list | tuple):
        if len(value) <= MOST_NUMBERS and all(isinstance(item, bool | int | float | str) for item in value):
            text = _list_text(list(value))
            return text if isinstance(value, list) else f"({text[1:-1]}{',' if len(value) == 1 else ''})"
        return f"a {type(value).__name__} of length {len(value)}"
    if isinstance(value, set | frozenset) and len(value) <= MOST_NUMBERS:
        return "{" + ", ".join(sorted(map(repr, value))) + "}" if value else "an empty set"
    if isinstance(value, Mapping):
        return f"a dict with keys {', '.join(map(str, list(value)[:8]))}" if value else "an empty dict"
    return f"an object of type {type(value).__name__}"


def number_text(value: Any) -> str:
    """Write one number in at most six digits."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    return f"{value:.6g}" if not isinstance(value, complex | np.complexfloating) else str(value)


def call_text(name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> str:
    """Spell a call out, or return "" when it would be too long to redo by hand.

    Examples
    --------
    >>> call_text("ewma", ([10.0, 20.0], 0.5), {"bias_correction": False})
    'ewma([10, 20], 0.5, bias_correction=False)'
    """
    parts = [_argument_text(value) for value in args]
    parts += [f"{key}={_argument_text(value)}" for key, value in kwargs.items()]
    text = f"{name}({', '.join(parts)})"
    return text if len(text) <= LONGEST_CALL and "…" not in text else ""


def _argument_text(value: Any) -> str:
    """Write an argument as one would type it; "…" where that is impossible."""
    if isinstance(value, np.random.Generator):
        return "rng"
    if isinstance(value, np.ndarray) and (value.size > MOST_NUMBERS or value.ndim > 2):
        return "…"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f'"{key}": {_argument_text(item)}' for key, item in value.items()) + "}"
    if callable(value):
        return getattr(value, "__name__", "…")
    if isinstance(value, list | tuple) and not all(isinstance(item, bool | int | float | str) for item in value):
        return "[" + ", ".join(map(_argument_text, value)) + "]"
    return value_text(value)


def _list_text(values: Any) -> str:
    """Write nested lists of numbers with six digits."""
    if isinstance(values, list):
        return "[" + ", ".join(map(_list_text, values)) + "]"
    return repr(values) if isinstance(values, str) else number_text(values)
