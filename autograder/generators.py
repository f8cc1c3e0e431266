"""What NumPy's random generators are made of, and making them from it again, as cheaply as NumPy can.

A state is a list: the name of the bit generator, or of the old `RandomState`'s, and what its `state` holds, in that
order. Parts that come from the other process can be anything of the closed set of types: whatever they are, there is a
sound generator or a ValueError. Must not know how parts cross.
"""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np
from numpy.random.bit_generator import ISeedSequence

_BIT_GENERATORS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox, np.random.SFC64)
}
_OLD = "RandomState"  # the name in its states
_KNOWN = frozenset({*_BIT_GENERATORS, _OLD})
_WIDE_BYTES = 16  # of a number of 128 bits
SEED_PARTS = (bool, list, list, int)
"""Types of what `split_seeds` gives."""


class GeneratorState(NamedTuple):
    """Where a random generator is: what the other process needs to know of one that both have."""

    name: str
    state: dict[str, Any]
    """As the generator's own class takes it."""


class _NoSeeds(ISeedSequence):
    """For a bit generator whose state is set next: to mix seeds for it would be most of the work of making it."""

    def generate_state(self, n_words: int, dtype: Any = np.uint32) -> np.ndarray[Any, Any]:
        return np.zeros(n_words, dtype)


_NO_SEEDS = _NoSeeds()


def state_of(generator: np.random.Generator | np.random.RandomState) -> GeneratorState | None:
    """Give where a generator is; None for one with a bit generator of another kind than NumPy's."""
    if isinstance(generator, np.random.RandomState):
        state: Any = generator.get_state(legacy=False)
        return GeneratorState(_OLD, state) if state["bit_generator"] == "MT19937" else None
    source: Any = generator.bit_generator
    name = type(source).__name__
    return GeneratorState(name, source.state) if _BIT_GENERATORS.get(name) is type(source) else None


def set_state(generator: Any, told: Any) -> None:
    """Let a generator go on from a `GeneratorState` of its own kind; anything else leaves it as it is."""
    if type(told) is not GeneratorState:
        return
    if type(generator) is np.random.RandomState:
        if told.name == _OLD:
            generator.set_state(told.state)
    elif type(generator.bit_generator) is _BIT_GENERATORS.get(told.name):
        generator.bit_generator.state = told.state


def make_source(told: GeneratorState) -> Any:
    """Make the bit generator in a state, without what `RandomState` adds to it."""
    source = _BIT_GENERATORS[told.state["bit_generator"]](_NO_SEEDS)
    source.state = told.state
    return source


def split_state(told: GeneratorState) -> list[Any]:
    """Give the parts of a state."""
    form = _form_of(told.name)
    inner = [told.state["state"][key] for key in form.inner]
    if form.is_wide:
        inner = [number.to_bytes(_WIDE_BYTES, "little") for number in inner]
    return [told.name, *inner, *[told.state[key] for key in form.outer]]


def join_state(name: Any, *parts: Any) -> GeneratorState:
    """Give the state of these parts.

    Raises
    ------
    ValueError
        When it has another form than the generator's own, or one that makes NumPy read beyond its arrays, or draw for
        ever.
    """
    if type(name) is not str or name not in _KNOWN:
        raise ValueError("an unknown kind of random generator")
    form = _form_of(name)
    if tuple(map(type, parts)) != form.types or any(not _is_like(parts[place], part) for place, part in form.arrays):
        raise ValueError("a random generator with a malformed state")
    count = len(form.inner)
    inner = dict(zip(form.inner, parts, strict=False))
    if form.is_wide:
        inner = {key: _join_number(part) for key, part in inner.items()}
    state = {"bit_generator": form.bit_generator, "state": inner, **dict(zip(form.outer, parts[count:], strict=True))}
    if not _is_possible(state, inner):
        raise ValueError("a random generator in an impossible state")
    return GeneratorState(name, state)


def split_generator(generator: np.random.Generator) -> list[Any] | None:
    """Give the parts of a generator: its seeds (a number, their parts, or None where they are odd), and its state's."""
    told = state_of(generator)
    if told is None:
        return None
    seeds: Any = generator.bit_generator.seed_seq
    if type(seeds) is not np.random.SeedSequence:
        seeds = None
    elif type(seeds.entropy) is int and not seeds.spawn_key and not seeds.n_children_spawned and seeds.pool_size == 4:
        seeds = seeds.entropy  # as nearly all are
    else:
        seeds = split_seeds(seeds)
    return [seeds, *split_state(told)]


def join_generator(seeds: Any, *state: Any) -> np.random.Generator:
    """Make the generator of these parts.

    Raises
    ------
    ValueError
        When they are none of a generator's.
    """
    told = join_state(*state)
    if told.name == _OLD:
        raise ValueError("an unknown kind of random generator")
    if seeds is None:
        made = np.random.SeedSequence(0)
    elif type(seeds) is int:
        made = np.random.SeedSequence(seeds)
    elif type(seeds) is list and tuple(map(type, seeds)) == SEED_PARTS:
        made = join_seeds(*seeds)
    else:
        raise ValueError("a random generator with malformed seeds")
    source = _BIT_GENERATORS[told.name](_NO_SEEDS)
    # As for a pickle: it is the one way to a bit generator with these seeds that does not draw from them.
    source.__setstate__((told.state, made))
    return np.random.Generator(source)


def split_random_state(generator: np.random.RandomState) -> list[Any] | None:
    """Give the parts of an old generator: those of its state."""
    told = state_of(generator)
    return None if told is None else split_state(told)


def join_random_state(*state: Any) -> np.random.RandomState:
    """Make the old generator of these parts.

    Raises
    ------
    ValueError
        When they are none of such a generator's.
    """
    told = join_state(*state)
    if told.name != _OLD:
        raise ValueError("an unknown kind of random generator")
    generator = np.random.RandomState(0)
    generator.set_state(told.state)
    return generator


def split_seeds(seeds: np.random.SeedSequence) -> list[Any] | None:
    """Give the parts of seeds: whether they are one number, the numbers, and where they were spawned; None if odd."""
    entropy: Any = seeds.entropy
    is_single = type(entropy) is int
    if is_single:
        entropy = [entropy]
    elif type(entropy) is np.ndarray:
        entropy = entropy.tolist()
    if type(entropy) not in (list, tuple) or seeds.pool_size != 4:
        return None
    spawn_key = [*seeds.spawn_key]
    if any(type(number) is not int for number in (*entropy, *spawn_key)):
        return None
    return [is_single, [*entropy], spawn_key, seeds.n_children_spawned]


def join_seeds(is_single: bool, entropy: list[Any], spawn_key: list[Any], children: int) -> np.random.SeedSequence:
    """Make the seeds of these parts, whose types must be right.

    Raises
    ------
    ValueError
        When what they hold is no seed.
    """
    if any(type(number) is not int for number in (*entropy, *spawn_key)):
        raise ValueError("a seed that is not an integer")
    return np.random.SeedSequence(
        entropy[0] if is_single else entropy, spawn_key=spawn_key, n_children_spawned=children
    )


class _Form(NamedTuple):
    """What is in the state of one kind of generator."""

    bit_generator: str
    inner: tuple[str, ...]
    """Keys of the dict that is its "state"."""
    outer: tuple[str, ...]
    """Keys beside that, and beside its name."""
    is_wide: bool
    """Whether what is inside are numbers of 128 bits; they cross as bytes."""
    types: tuple[type, ...]
    """Of its parts."""
    arrays: list[tuple[int, np.ndarray[Any, Any]]]
    """Places of the arrays among its parts, and one of the same form for each."""


@functools.cache
def _form_of(name: str) -> _Form:
    state: Any = (
        np.random.RandomState(0).get_state(legacy=False) if name == _OLD else _BIT_GENERATORS[name](_NO_SEEDS).state
    )
    inner = state["state"]
    outer = tuple(key for key in state if key not in ("bit_generator", "state"))
    is_wide = name.startswith("PCG64")
    parts = [b"" if is_wide else part for part in inner.values()] + [state[key] for key in outer]
    arrays = [(place, part) for place, part in enumerate(parts) if type(part) is np.ndarray]
    return _Form(state["bit_generator"], tuple(inner), outer, is_wide, tuple(map(type, parts)), arrays)


def _is_like(array: np.ndarray[Any, Any], example: np.ndarray[Any, Any]) -> bool:
    return array.dtype == example.dtype and array.shape == example.shape


def _join_number(data: bytes) -> int:
    if len(data) != _WIDE_BYTES:
        raise ValueError("a random generator with a number of other than 128 bits")
    return int.from_bytes(data, "little")


def _is_possible(state: dict[str, Any], inner: dict[str, Any]) -> bool:
    """Whether NumPy can take it, stays in its arrays, and comes to an end with every draw."""
    return (
        0 <= inner.get("pos", 0) <= 624
        and inner.get("inc", 1) % 2 == 1
        and 0 <= state.get("buffer_pos", 0) <= 4
        and 0 <= state.get("uinteger", 0) < 2**32
        and 0 <= state.get("has_uint32", 0) <= 1
        and 0 <= state.get("has_gauss", 0) <= 1
        and ("pos" not in inner or bool(inner["key"][1:].any()))
    )
