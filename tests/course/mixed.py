"""Answers that make one mistake for some inputs and another for others: right diagnoses must hold for them, too."""

from __future__ import annotations

import copy
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

Answer = Callable[..., Any]
LARGE = 12  # numbers in the arguments together


def by_size(*arguments: Any) -> bool:
    """Take the second answer for large arguments."""
    return sum(map(_size, arguments)) > LARGE


def by_content(*arguments: Any) -> bool:
    """Take the second answer for half of all arguments, whatever they have in common; a generator's state is none."""
    plain = [value for value in arguments if not isinstance(value, np.random.Generator) and not callable(value)]
    return zlib.crc32(repr(plain).encode()) % 2 == 1


class Mixed:
    """Two answers in one, and what came of each call."""

    def __init__(
        self, names: tuple[str, str], answers: tuple[Answer, Answer], takes_second: Callable[..., bool]
    ) -> None:
        self.names, self._answers, self._takes_second = names, answers, takes_second
        self._calls: list[tuple[Any, Any, Any]] = []

    def answer(self, *args: Any, **kwargs: Any) -> Any:
        """What stands in the learner's place."""
        before = copy.deepcopy((args, kwargs))
        result = _outcome(self._answers[self._takes_second(*args, *kwargs.values())], args, kwargs)
        self._calls.append((*before, copy.deepcopy(result)))
        if isinstance(result, Exception):
            raise result
        return result

    def behaves_like(self, other: Answer) -> bool:
        """Tell whether another answer would have given the same in every call that was made."""
        return all(
            _same(_outcome(other, *copy.deepcopy((args, kwargs))), result) for args, kwargs, result in self._calls
        )


def _outcome(answer: Answer, args: Any, kwargs: Any) -> Any:
    try:
        return answer(*args, **kwargs)
    except Exception as error:
        return error


def _size(value: Any) -> int:
    if isinstance(value, list | tuple):
        return sum(map(_size, value))
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    return value.size if isinstance(value, np.ndarray) else abs(value) if isinstance(value, int) else 1


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Exception) or isinstance(other, Exception):
        return type(one) is type(other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, str | set) or isinstance(other, str | set):
        return type(one) is type(other) and one == other
    first, second = np.asarray(one), np.asarray(other)
    if first.shape != second.shape or first.dtype.kind not in "biufc" or second.dtype.kind not in "biufc":
        return first.shape == second.shape and bool(np.all(first == second))
    return bool(np.allclose(first, second, equal_nan=True))
