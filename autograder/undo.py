"""What a submission's calls have changed in the trusted process while a check ran, and putting it back.

Must not know what is called or why.
"""

from __future__ import annotations

import contextlib
import random
from typing import Any

import numpy as np

from autograder import limits
from autograder.arguments import copy_plain, owner_of
from autograder.generators import GeneratorState, set_state, state_of

_LOOKED_AT = frozenset({list, dict, set, bytearray, tuple, np.ndarray})


class Undo:
    """The arguments that calls of the running check may change, and the states of `random`, as they were before."""

    def __init__(self) -> None:
        self._noted: dict[int, tuple[Any, Any]] = {}  # id -> object, and a copy of what it held
        self._random: tuple[Any, GeneratorState | None] | None = None

    def note(self, value: Any) -> None:
        """Note what an argument, and all that it is made of, holds; what is noted already stays as it is."""
        kind = type(value)
        if kind not in _LOOKED_AT or id(value) in self._noted:
            return
        if kind is np.ndarray:
            self._noted[id(value)] = value, value.copy(order="K")
        elif kind is not tuple:
            self._noted[id(value)] = value, value.copy()
        for part in _parts_of(value):
            if type(part) in _LOOKED_AT:
                self.note(part)

    def note_random(self) -> None:
        """Note the states of the generators of `random` and `numpy.random`, if they are not noted."""
        if self._random is None:
            self._random = random.getstate(), state_of(np.random.mtrand._rand)

    def copies(self, values: dict[str, Any]) -> dict[str, Any]:
        """Give copies, as they are now, of those of these values that hold something noted."""
        owners = {id(owner_of(value)) for value, _ in self._noted.values()}
        return {name: copy_plain(value) for name, value in values.items() if owners and _holds(value, owners)}

    def put_back(self, *ignored: type[BaseException]) -> None:
        """Let everything that was noted be again what it was, and forget it.

        Keys of a dict may be the submission's objects, and asked whether they are equal. Where that raises an exception
        of an ignored class, the dict is left as it is; with another one all stays noted, for the next time.
        """
        for value, was in reversed(self._noted.values()):
            with contextlib.suppress(*ignored):
                _fill(value, was)
        if self._random is not None:
            random.setstate(self._random[0])
            set_state(np.random.mtrand._rand, self._random[1])
        self._noted.clear()
        self._random = None


def _parts_of(value: Any) -> Any:
    if type(value) is dict:
        return value.values()
    return value if type(value) in (list, tuple) else ()


def _holds(value: Any, owners: set[int], depth: int = 0) -> bool:
    """Whether one of these objects is this value or in it."""
    if type(value) not in _LOOKED_AT or depth > limits.MESSAGE_DEPTH:
        return False
    return id(owner_of(value)) in owners or any(_holds(part, owners, depth + 1) for part in _parts_of(value))


def _fill(value: Any, was: Any) -> None:
    if type(value) is np.ndarray:
        if value.shape == was.shape and value.dtype == was.dtype and value.flags.writeable:
            np.copyto(value, was)
    elif type(value) in (list, bytearray):
        value[:] = was
    else:
        value.clear()
        value.update(was)
