"""Kinds of plain data that need care on their way: generators, numbers with padding, expressions."""

from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pytest

from autograder.generators import set_state, state_of
from autograder.wire import WireError
from tests.autograder.frames import CODEC
from tests.autograder.test_wire import cross


@pytest.mark.parametrize("kind", [np.longdouble, np.clongdouble])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 2)])
def test_numbers_of_extended_precision_cross_with_every_digit(shape: tuple[int, ...], kind: Any) -> None:
    array = np.zeros(shape, kind) + 1 / np.longdouble(3)
    if array.size:
        array.flat[0] = kind("-0.0") if kind is np.longdouble else complex(-0.0, -np.inf)
    value: Any
    for value in (array, np.asfortranarray(array), array[..., :2] if shape else array[()], array.dtype):
        got: Any = cross(value)
        assert type(got) is type(value) and repr(got) == repr(value)
        if isinstance(value, np.ndarray):
            np.testing.assert_array_equal(got, value, strict=True)
            assert got.flags.f_contiguous == value.flags.f_contiguous and got.flags.owndata


def test_nothing_crosses_in_the_padding_of_extended_precision() -> None:
    raw = np.full(4, 1.5, np.longdouble)
    clean = CODEC.encode(raw)
    raw.view(np.uint8).reshape(4, 16)[:, 10:] = 0xAB
    for value in (raw, raw.view(np.clongdouble), raw[1:][::2]):
        assert b"\xab" not in CODEC.encode(value)[1] + CODEC.encode(value[0])[0]
    assert CODEC.encode(raw)[1] == clean[1]


def test_an_expression_crosses_without_a_warning_and_is_only_data_while_it_is_short() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expressions = [re.compile("[[a]"), re.compile("(?i:a)|b" * 60)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        re.purge()
        assert [cross(expression) for expression in expressions] == expressions


def test_an_expression_that_prints_when_it_is_made_crosses_by_reference(capsys: pytest.CaptureFixture[str]) -> None:
    expression = re.compile("a", re.DEBUG)
    assert capsys.readouterr().out
    with pytest.raises(WireError, match="type Pattern"):
        CODEC.encode(expression)


@pytest.mark.parametrize("name", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64"])
def test_a_generator_goes_on_with_the_same_numbers(name: str) -> None:
    rng = np.random.Generator(getattr(np.random, name)([4, 2]))
    rng.integers(10, size=3, dtype=np.uint32)  # leaves half of a number in the state
    rng.spawn(1)
    got = cross(rng)
    assert type(got.bit_generator) is type(rng.bit_generator)
    for draw in (lambda g: g.integers(10, size=5, dtype=np.uint32), lambda g: g.normal(size=700)):
        np.testing.assert_array_equal(draw(got), draw(rng))
    np.testing.assert_array_equal(got.spawn(2)[1].random(3), rng.spawn(2)[1].random(3))


@pytest.mark.parametrize(
    "seeds",
    [
        np.random.SeedSequence(5),
        np.random.SeedSequence(2**100),
        np.random.SeedSequence([5]),
        np.random.SeedSequence(5, spawn_key=(1,)),
        np.random.SeedSequence(5, n_children_spawned=2),
        np.random.SeedSequence(0).spawn(3)[2],
    ],
    ids=str,
)
def test_a_generator_keeps_its_seeds(seeds: np.random.SeedSequence) -> None:
    got: Any = cross(np.random.Generator(np.random.PCG64(seeds))).bit_generator.seed_seq
    assert type(got) is np.random.SeedSequence and got.state == seeds.state
    np.testing.assert_array_equal(got.pool, seeds.pool, strict=True)
    np.testing.assert_array_equal(got.spawn(1)[0].generate_state(4), seeds.spawn(1)[0].generate_state(4))


def test_generators_without_a_simple_seed_and_random_states_cross_too() -> None:
    odd = np.random.Generator(np.random.PCG64(np.random.SeedSequence(5, pool_size=8)))
    old = np.random.RandomState(3)
    old.randn()
    for rng in (odd, old, np.random.default_rng(np.array([1, 2])), np.random.default_rng()):
        np.testing.assert_array_equal(cross(rng).normal(size=9), rng.normal(size=9))


@pytest.mark.parametrize("name", ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64", "RandomState"])
def test_the_state_of_a_generator_crosses_alone(name: str) -> None:
    def make(seed: int) -> Any:
        return old(seed) if name == "RandomState" else np.random.Generator(getattr(np.random, name)(seed))

    old: Any = np.random.RandomState
    rng, other = make(1), make(2)
    rng.normal(size=3)
    set_state(other, cross(state_of(rng)))
    np.testing.assert_array_equal(other.normal(size=700), rng.normal(size=700))


def test_a_state_of_another_kind_or_none_changes_nothing() -> None:
    rng, old = np.random.default_rng(1), np.random.RandomState(1)
    other = state_of(np.random.Generator(np.random.MT19937(2)))
    others: list[Any] = [other, None, {"name": "PCG64"}, np.random.default_rng(2), np.random.RandomState(2)]
    for state in [*others, state_of(np.random.RandomState(2))]:
        set_state(rng, cross(state))
    for state in [*others, state_of(np.random.default_rng(2))]:
        set_state(old, cross(state))
    assert rng.random() == np.random.default_rng(1).random() and old.rand() == np.random.RandomState(1).rand()
