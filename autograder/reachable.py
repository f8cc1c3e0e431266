"""Random generators that can only go forward: from a state to one that drawing leads to, and to no other.

A call brings back where its generators are. Whoever could bring back any state would choose what a check draws next.
Must not know how states cross.
"""

from __future__ import annotations

import functools
import random
from typing import Any

import numpy as np

from autograder.generators import GeneratorState, make_source, set_state, state_of

_DIGITS = 32  # of the number of steps from one state to another, for the kinds that can compute it
_BLOCK = 624  # words of the Mersenne Twister that are made at once
_SEARCHES = (1, 15, *[128] * 13)  # blocks that are made again in turn, about a million words
_REPLAYED = 2**20  # draws that are made again, to see what was left over by one of them
_LATEST = 2**16  # words of these among which a normal number can have its origin
_VERSION = 3  # of the states of Python's `random`


def go_on(generator: np.random.Generator | np.random.RandomState, told: Any) -> None:
    """Let a generator go on from a `GeneratorState` that drawing leads to; anything else leaves it as it is.

    A state that would take more draws than one call can make counts as one that drawing does not lead to.
    """
    here = state_of(generator)
    if type(told) is GeneratorState and here is not None and here.name == told.name and _is_ahead(here, told):
        set_state(generator, told)


def go_on_random(told: Any) -> None:
    """Let Python's own generator go on from what its `getstate` gave elsewhere, in the same way."""
    here = random.getstate()
    if not _is_python_state(told):
        return
    old, new = (_as_twister(words) for words in (here[1], told[1]))
    count = _count_twister(old.state["state"], new.state["state"])
    if count is not None and (told[2] in (None, here[2]) or _is_left_by(_python_normals(_draw(old, count)), told[2])):
        random.setstate(told)


def _is_ahead(here: GeneratorState, there: GeneratorState) -> bool:
    """Whether draws lead from here to there, and have left over what is left over there."""
    old, new = here.state, there.state
    if here.name in _LEAPS:
        count = _count_steps(old["state"], new["state"], _LEAPS[here.name])
    elif new["bit_generator"] == "MT19937":
        count = _count_twister(old["state"], new["state"])
    else:
        count = _count_again(here, there)
    if count is None:
        return False
    if new.get("has_uint32") and (new["uinteger"] != old["uinteger"] or not old["has_uint32"]):
        return bool((_draw(here, count) >> 32 == new["uinteger"]).any())
    if new.get("has_gauss") and (new["gauss"] != old["gauss"] or not old["has_gauss"]):
        return _is_left_by(_old_normals(_draw(here, count)), new["gauss"])
    return True


def _draw(here: GeneratorState, count: int) -> np.ndarray[Any, Any]:
    """Give so many numbers that are drawn from here on; none where they are too many to be drawn again."""
    numbers: np.ndarray[Any, Any] = make_source(here).random_raw(count if count <= _REPLAYED else 0)
    return numbers


# How many numbers are drawn on the way from one state to another; None where no way is known.


def _count_steps(old: dict[str, Any], new: dict[str, Any], leaps: list[tuple[int, int]]) -> int | None:
    """Count the steps of a linear congruential generator of 128 bits, one binary digit after the other."""
    place, target, summand = old["state"], new["state"], old["inc"]
    if new["inc"] != summand:
        return None
    count, digit = 0, 1
    for factor, summands in leaps:
        if place == target:
            return count
        if (place ^ target) & digit:
            place = (place * factor + summand * summands) % 2**128
            count |= digit
        digit *= 2
    return count if place == target else None


def _leaps(factor: int) -> list[tuple[int, int]]:
    """Give what 1, 2, 4, ... steps multiply a state by, and how many times they add the summand."""
    leaps, summands = [], 1
    for _ in range(_DIGITS):
        leaps.append((factor, summands))
        factor, summands = factor * factor % 2**128, summands * (factor + 1) % 2**128
    return leaps


_LEAPS = {"PCG64": _leaps(0x2360ED051FC65DA44385DF649FCCF645), "PCG64DXSM": _leaps(0xDA942042E4DD58B5)}


def _count_twister(old: dict[str, Any], new: dict[str, Any]) -> int | None:
    blocks = _count_blocks(old["key"].tobytes(), new["key"].tobytes())
    count = None if blocks is None else _BLOCK * blocks + new["pos"] - old["pos"]
    return count if count is not None and count >= 0 else None


@functools.lru_cache(maxsize=64)  # a function that seeds its generator leaves it in the same state with every call
def _count_blocks(old: bytes, new: bytes) -> int | None:
    if old == new:
        return 0
    wanted = make_source(_twister(np.frombuffer(new, np.uint32), 0)).random_raw(_BLOCK)
    source = make_source(_twister(np.frombuffer(old, np.uint32), _BLOCK))
    count = 1
    for blocks in _SEARCHES:
        words = source.random_raw(_BLOCK * blocks).reshape(blocks, _BLOCK)
        for row in np.flatnonzero(words[:, 0] == wanted[0]):
            if np.array_equal(words[row], wanted):
                return count + int(row)
        count += blocks
    return None


def _count_again(here: GeneratorState, there: GeneratorState) -> int | None:
    """Count the draws of a generator that counts them itself, and make them again."""
    count = _drawn(there) - _drawn(here)
    if not 0 <= count <= _REPLAYED:
        return None
    source = make_source(here)
    source.random_raw(count, output=False)
    made, told = source.state, there.state
    is_same = all(np.array_equal(part, told["state"][key]) for key, part in made["state"].items())
    is_same = is_same and np.array_equal(made.get("buffer", 0), told.get("buffer", 0))
    return count if is_same and made.get("buffer_pos") == told.get("buffer_pos") else None


def _drawn(there: GeneratorState) -> int:
    """How many numbers an SFC64 or Philox has drawn, as it says itself."""
    state = there.state
    if there.name == "SFC64":
        return int(state["state"]["state"][3])
    return 4 * int.from_bytes(state["state"]["counter"].tobytes(), "little") + state["buffer_pos"]


# Numbers of a normal distribution that are left over when the other one of a pair has been given.


def _is_left_by(normals: np.ndarray[Any, Any], left: float) -> bool:
    return bool(np.isclose(normals, left, rtol=1e-9, atol=0).any())


def _old_normals(words: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Give the number that `RandomState` would have left over at each place, by Marsaglia's polar method."""
    first, second = (2 * uniform - 1 for uniform in _uniforms(words))
    square = first**2 + second**2
    inside = (square > 0) & (square < 1)
    first, square = first[inside], square[inside]
    return first * np.sqrt(-2 * np.log(square) / square)


def _python_normals(words: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Give the number that Python's `random` would have left over at each place, by the method of Box and Muller."""
    first, second = _uniforms(words)
    return np.sin(2 * np.pi * first) * np.sqrt(-2 * np.log(1 - second))


def _uniforms(words: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Give the pair of uniform numbers that begins at each of the latest words of the Mersenne Twister."""
    words = words[-_LATEST:]
    uniforms = ((words[:-1] >> 5) * 2.0**26 + (words[1:] >> 6)) / 2.0**53
    return uniforms[:-2], uniforms[2:]


def _is_python_state(told: Any) -> bool:
    if type(told) is not tuple or tuple(map(type, told)) not in ((int, tuple, float), (int, tuple, type(None))):
        return False
    version, words, _ = told
    is_sound = version == _VERSION and len(words) == _BLOCK + 1 and set(map(type, words)) == {int}
    return is_sound and min(words) >= 0 and max(words) < 2**32 and words[-1] <= _BLOCK


def _as_twister(words: tuple[int, ...]) -> GeneratorState:
    return _twister(np.array(words[:-1], np.uint32), words[-1])


def _twister(key: np.ndarray[Any, Any], position: int) -> GeneratorState:
    return GeneratorState("MT19937", {"bit_generator": "MT19937", "state": {"key": key, "pos": position}})
