"""How values, shapes and calls are written in a message: short, and so that a person can redo them by hand."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np

LONGEST_CALL = 120
MOST_NUMBERS = 12
FEW_DIGITS = 6


def value_text(value: Any, digits: int = FEW_DIGITS) -> str:
    """Write a value: small arrays in full, large ones by shape, other objects by their type.

    Parameters
    ----------
    value : object
        Whatever came back from an answer.
    digits : int
        How many digits a number has at most; whole numbers have all of theirs.

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
        if value.size <= MOST_NUMBERS and value.ndim <= 2 and value.dtype.kind in "biufcU":
            return _nested_text(value.tolist(), digits)
        return f"an array of shape {value.shape}" + (" of objects" if value.dtype.kind == "O" else "")
    if isinstance(value, bool | int | float | complex | np.bool_ | np.number):
        return number_text(value, digits)
    if value is None or isinstance(value, str):
        text = _literal(value)
        return text if len(text) <= 60 else text[:57] + "..."
    if isinstance(value, list | tuple):
        if len(value) <= MOST_NUMBERS and all(isinstance(item, _WRITTEN) for item in value):
            text = _nested_text(list(value), digits)
            return text if isinstance(value, list) else f"({text[1:-1]}{',' if len(value) == 1 else ''})"
        return f"a {type(value).__name__} of length {len(value)}"
    if isinstance(value, set | frozenset) and len(value) <= MOST_NUMBERS:
        return "{" + ", ".join(sorted(map(_literal, value))) + "}" if value else "an empty set"
    if isinstance(value, Mapping):
        return f"a dict with keys {', '.join(map(str, list(value)[:8]))}" if value else "an empty dict"
    return f"an object of type {type(value).__name__}"


def number_text(value: Any, digits: int = FEW_DIGITS) -> str:
    """Write one number in at most so many digits; a whole number in full, unless it is of astronomic size."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | np.integer):
        return str(int(value)) if abs(int(value)) < 10**16 else f"{Decimal(int(value)):.{digits}g}"
    return f"{value:.{digits}g}"


def told_apart(*values: Any) -> list[str]:
    """Write values so that different ones read differently: in six digits, in more only where these look alike.

    Where no digits help, each is followed by its type.

    Examples
    --------
    >>> told_apart(1.0, 1.0000002)
    ['1', '1.0000002']
    >>> told_apart(1, 1.0)
    ['1 (int)', '1 (float)']
    """
    n_different = len(set(map(exact_text, values)))
    for digits in range(FEW_DIGITS, 18):
        texts = [value_text(value, digits) for value in values]
        if len(set(texts)) == n_different:
            return texts
    return [f"{value_text(value)} ({type(value).__name__})" for value in values]


def exact_text(value: Any) -> str:
    """Write a value so that two values have the same text when, and only when, they are equal and of the same kind.

    Python's and NumPy's scalars are of the same kind, and so are a list and a tuple, a set and a frozenset; the order
    of a dict does not count.

    Examples
    --------
    >>> exact_text((np.int64(3), "a")) == exact_text([3, np.str_("a")]) != exact_text([3.0, "a"])
    True
    """
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(exact_text, value))}]"
    if isinstance(value, np.ndarray):
        return f"array{value.shape}{exact_text(value.ravel().tolist())}"
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(map(exact_text, value)))}}}"
    if isinstance(value, Mapping):
        return f"dict{sorted((exact_text(key), exact_text(item)) for key, item in value.items())}"
    for kinds, plain in _KINDS:
        if isinstance(value, kinds):
            return repr(plain(value))
    return f"<{type(value).__name__}> {value!r}"


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
    if isinstance(value, Mapping):
        return "{" + ", ".join(f'"{key}": {_argument_text(item)}' for key, item in value.items()) + "}"
    if callable(value):
        name = getattr(value, "__name__", "…")
        return name if name.isidentifier() else "…"
    if isinstance(value, list | tuple) and len(value) <= MOST_NUMBERS:
        text = ", ".join(map(_argument_text, value))
        return f"[{text}]" if isinstance(value, list) else f"({text}{',' if len(value) == 1 else ''})"
    if value is None or isinstance(value, str):
        return _literal(value)
    text = value_text(value)
    return "…" if text.startswith(("a ", "an ")) else text  # a description, not a value


def _nested_text(values: Any, digits: int) -> str:
    """Write nested lists of numbers and strings."""
    if isinstance(values, list):
        return "[" + ", ".join(_nested_text(item, digits) for item in values) + "]"
    return value_text(values, digits)


def _literal(value: Any) -> str:
    """Write a string, a number or None as Python's own, also where it is NumPy's."""
    return repr(value.item() if isinstance(value, np.generic) else value)


_WRITTEN = bool | int | float | complex | str | np.bool_ | np.number | None
_KINDS: tuple[tuple[Any, Any], ...] = (
    (bool | np.bool_, bool),
    (int | np.integer, int),
    (float | np.floating, lambda value: float(value) + 0.0),  # -0.0 is 0.0
    (complex | np.complexfloating, lambda value: complex(value) + 0.0),
    (str, str),
)
