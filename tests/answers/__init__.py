"""Right answers written differently from the references: what the checks must accept. Kept with the tests, never shipped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

Defined = TypeVar("Defined", bound=Callable[..., Any])


def answer(exercise: str) -> Callable[[Defined], Defined]:
    """Mark the decorated function or class as a right answer to `exercise`; `autograder verify` reads it as text."""
    return lambda definition: definition
