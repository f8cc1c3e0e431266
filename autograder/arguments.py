"""Arguments of a call that crosses between two processes: what of them a call may have changed, and bringing it back.

Used on both sides of the wire. Must not know what is called or why.
"""

from __future__ import annotations

import contextlib
import random
from typing import Any

import numpy as np

from autograder.generators import GeneratorState, set_state, state_of
from autograder.reachable import go_on, go_on_random

_MUTABLE = (list, dict, set, bytearray, np.ndarray, np.random.Generator, np.random.RandomState)
_DEEPEST = 64


def find_generators(value: Any, depth: int = 4) -> list[Any]:
    """Give the random generators in nested lists, tuples and dicts, in order.

    They are the one kind of argument that every call changes and whose change everybody expects to see.
    """
    found: list[Any] = []
    for item in value.values() if type(value) is dict else value:
        kind = type(item)
        if kind is float or kind is np.ndarray:
            continue
        if kind is np.random.Generator or kind is np.random.RandomState:
            found.append(item)
        elif depth > 1 and (kind is list or kind is tuple or kind is dict):
            found += find_generators(item, depth - 1)
    return found


def states_of(values: Any) -> list[GeneratorState | None]:
    """Give where the random generators in a call's arguments are, as the other side's `follow_states` wants them."""
    return [state_of(generator) for generator in find_generators(values)]


def follow_states(values: Any, states: Any) -> None:
    """Let the random generators in a call's arguments go on where the other process has left them."""
    if type(states) is list and states:
        for generator, state in zip(find_generators(values), states, strict=False):
            go_on(generator, state)


def copy_state(target: Any, source: Any) -> None:
    """Let a random generator go on where another one of its kind is, if draws lead there; else it stays as it is."""
    if type(target) is type(source):
        go_on(target, state_of(source))


def random_states() -> list[Any]:
    """Give the state of Python's own random generator, and NumPy's."""
    return [random.getstate(), np.random.mtrand._rand]


def set_random_states(states: Any) -> None:
    """Take over what the trusted process gave, whatever these two were; anything malformed changes nothing."""
    if type(states) is list and len(states) == 2:
        with contextlib.suppress(TypeError, ValueError):
            random.setstate(states[0])
        if type(states[1]) is np.random.RandomState:
            set_state(np.random.mtrand._rand, state_of(states[1]))


def follow_random_states(states: Any) -> None:
    """Let these two go on where the other process has left them, if draws lead there."""
    if type(states) is list and len(states) == 2:
        go_on_random(states[0])
        copy_state(np.random.mtrand._rand, states[1])


def owner_of(value: Any) -> Any:
    """Give the array whose memory this is a view of, or the value itself."""
    while type(value) is np.ndarray and value.base is not None:
        value = value.base
    return value


def can_change(value: Any) -> bool:
    """Whether a call could change this argument in a way that its caller sees."""
    if type(value) is tuple:
        return any(map(can_change, value))
    return type(value) in _MUTABLE


def copy_plain(value: Any, depth: int = 0) -> Any:
    """Copy what a call could change; all else stays the same object."""
    if depth > _DEEPEST:
        return value
    kind = type(value)
    if kind is np.ndarray:
        return value.copy(order="K")
    if kind is list or kind is tuple or kind is set:
        return kind([copy_plain(item, depth + 1) for item in value])
    if kind is dict:
        return {key: copy_plain(item, depth + 1) for key, item in value.items()}
    return bytearray(value) if kind is bytearray else value


def restore(target: Any, source: Any, depth: int = 0) -> Any:
    """Give what stands in the place of `target` after a call that left it as `source`.

    Lists, dicts, sets, bytearrays, arrays and generators of the caller's keep their identity and take the new content;
    all else is replaced.

    Parameters
    ----------
    target : object
        The caller's argument.
    source : object
        Plain data: the argument after the call.

    Returns
    -------
    object
        `target` itself where it could take the content, else `source`.
    """
    if type(target) is not type(source) or depth > _DEEPEST:
        return source
    if type(target) is list:
        old = target + [None] * (len(source) - len(target))
        target[:] = [restore(a, b, depth + 1) for a, b in zip(old, source, strict=False)]
    elif type(target) is dict:
        items = {key: restore(target.get(key), item, depth + 1) for key, item in source.items()}
        target.clear()
        target.update(items)
    elif type(target) is set:
        target.clear()
        target.update(source)
    elif type(target) is bytearray:
        target[:] = source
    elif type(target) is np.ndarray:
        if target.shape != source.shape or target.dtype != source.dtype or not target.flags.writeable:
            return source
        np.copyto(target, source)
    elif type(target) in (np.random.Generator, np.random.RandomState):
        copy_state(target, source)
    elif type(target) is tuple and len(target) == len(source):
        return tuple(restore(a, b, depth + 1) for a, b in zip(target, source, strict=True))
    else:
        return source
    return target
