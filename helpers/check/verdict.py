"""How every comparison ends: remembered as passed, or remembered as failed and raised in words."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from helpers.check.trace import Expectation, Unmet, last_call, remember


def that(holds: bool, what: str, otherwise: str) -> None:
    """Expect a statement to hold. Prefer a comparison with numbers: only those can prove a diagnosis.

    Parameters
    ----------
    holds : bool
        The statement.
    what : str
        What is stated, as it should be.
    otherwise : str
        What came instead, as the learner reads it.
    """
    if holds:
        remember(Expectation(what, True))
    else:
        fail(what, None, otherwise, seen=None)


def fail(what: str, want: str | None, came: str, seen: Any, tolerance: float = 0.0) -> NoReturn:
    """Remember a failed expectation and raise it in words."""
    remember(Expectation(what, False, seen, tolerance))
    call = last_call()
    message = f"{what}: expected {want}, got {came}" if want is not None else f"{what}: {came}"
    raise Unmet(message + (f", in {call}" if call else ""))


def as_numbers(value: Any) -> np.ndarray | None:
    """Return the value as an array of numbers, or None when it is not made of numbers."""
    if value is None or isinstance(value, str | bytes | dict | set):
        return None
    try:
        numbers = np.asarray(value)
    except (TypeError, ValueError):
        return None
    return numbers if numbers.dtype.kind in "biufc" else None


def some_numbers(values: Any, what: str, want: str) -> np.ndarray:
    """Return the values in one row; where there are none, nothing that is expected of them can hold."""
    numbers = np.asarray(values, dtype=float).ravel()
    if numbers.size == 0:
        fail(what, want, "nothing to compare", seen="empty")
    return numbers
