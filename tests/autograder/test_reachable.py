"""Generators that go on only from a state that drawing leads to."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from autograder.generators import GeneratorState, set_state, state_of
from autograder.reachable import go_on, go_on_random

NAMES = ["PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64", "RandomState"]


def make(name: str, seed: int) -> Any:
    if name == "RandomState":
        return np.random.RandomState(seed)
    return np.random.Generator(getattr(np.random, name)(seed))


def copy(generator: Any) -> Any:
    copied = make(state_of(generator).name, 0)  # type: ignore[union-attr]
    set_state(copied, state_of(generator))
    return copied


def draw_odd(generator: Any, count: int) -> None:
    """Draw an odd number of what is made in pairs, and some more after it."""
    if isinstance(generator, np.random.RandomState):
        generator.randn(5)
        generator.random_sample(count)
    else:
        generator.integers(10, size=5, dtype=np.uint32)
        generator.random(count)


def draw(generator: Any) -> list[Any]:
    if isinstance(generator, np.random.RandomState):
        return [*generator.randn(3), *generator.random_sample(700)]
    return [*generator.integers(10**6, size=3, dtype=np.uint32), *generator.random(700)]


def with_state(told: Any, **changes: Any) -> GeneratorState:
    inner = {key: changes.pop(key) for key in told.state["state"] if key in changes}
    return told._replace(state=told.state | {"state": told.state["state"] | inner} | changes)


@pytest.mark.parametrize("before", [0, 1, 30], ids=lambda count: f"before {count}")
@pytest.mark.parametrize("count", [0, 1, 10, 1000, 20_000])
@pytest.mark.parametrize("name", NAMES)
def test_a_generator_goes_on_after_the_draws_of_another_process(name: str, count: int, before: int) -> None:
    here = make(name, 1)
    if before:
        draw_odd(here, before)
    there = copy(here)
    draw_odd(there, count)
    go_on(here, state_of(there))
    assert draw(here) == draw(there)


@pytest.mark.parametrize("name", NAMES)
def test_a_generator_never_goes_back_nor_elsewhere(name: str) -> None:
    here = make(name, 1)
    draw_odd(here, 10)
    expected = draw(copy(here))
    later = copy(here)
    draw_odd(later, 2000)
    at_last = draw(copy(later))
    go_on(later, state_of(here))
    assert draw(later) == at_last
    for other in (make(name, 1), make(name, 2)):
        go_on(here, state_of(other))
    go_on(here, None)
    go_on(here, state_of(make("PCG64" if name == "SFC64" else "SFC64", 1)))
    assert draw(here) == expected


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("PCG64", {"inc": 5}),
        ("PCG64", {"state": 0}),
        ("PCG64", {"has_uint32": 1, "uinteger": 0}),
        ("PCG64DXSM", {"state": 2**127}),
        ("PCG64DXSM", {"has_uint32": 1, "uinteger": 0}),
        ("MT19937", {"key": np.eye(1, 624, 623, dtype=np.uint32)[0]}),
        ("MT19937", {"pos": 3}),
        ("Philox", {"key": np.zeros(2, np.uint64)}),
        ("Philox", {"buffer": np.zeros(4, np.uint64)}),
        ("Philox", {"has_uint32": 1, "uinteger": 0}),
        ("SFC64", {"state": np.array([0, 0, 0, 100], np.uint64)}),
        ("SFC64", {"has_uint32": 1, "uinteger": 0}),
        ("RandomState", {"key": np.eye(1, 624, 623, dtype=np.uint32)[0], "pos": 0}),
        ("RandomState", {"has_gauss": 1, "gauss": 0.0}),
        ("RandomState", {"has_gauss": 1, "gauss": float("nan")}),
    ],
    ids=str,
)
def test_a_state_that_was_made_up_changes_nothing(name: str, changes: dict[str, Any]) -> None:
    here = make(name, 1)
    if name == "RandomState":
        here.random_sample(5)
    else:
        here.random(5)
    there = copy(here)
    there.random_sample(60) if name == "RandomState" else there.random(60)
    expected = draw(copy(here))
    go_on(here, with_state(state_of(there), **changes))
    assert draw(here) == expected
    here = copy(there)
    go_on(here, with_state(state_of(there), **changes))
    assert draw(here) == draw(there)


def test_a_number_left_over_may_stay_or_be_taken_but_not_come_back() -> None:
    here = np.random.RandomState(1)
    here.randn()
    left = state_of(here)
    there = copy(here)
    there.random_sample(9)
    go_on(here, state_of(there))
    assert draw(copy(here)) == draw(copy(there))
    there.randn()
    go_on(here, state_of(there))
    expected = draw(copy(there))
    assert draw(copy(here)) == expected
    go_on(here, with_state(state_of(there), has_gauss=1, gauss=left.state["gauss"]))  # type: ignore[union-attr]
    assert draw(here) == expected


@pytest.fixture(autouse=True)
def python_state() -> Iterator[None]:
    state = random.getstate()
    yield
    random.setstate(state)


PYTHON_DRAWS: list[Callable[[], Any]] = [
    lambda: None,
    random.random,
    lambda: random.gauss(0, 1),
    lambda: [random.gauss(0, 1) for _ in range(3)],
    lambda: (random.gauss(0, 1), [random.random() for _ in range(5000)]),
    lambda: random.sample(range(1000), 900),
]


@pytest.mark.parametrize("draw_before", PYTHON_DRAWS[:3])
@pytest.mark.parametrize("draw_there", PYTHON_DRAWS)
def test_pythons_generator_goes_on_too(draw_before: Callable[[], Any], draw_there: Callable[[], Any]) -> None:
    random.seed(1)
    draw_before()
    here = random.getstate()
    draw_there()
    there = random.getstate()
    random.setstate(here)
    go_on_random(there)
    assert random.getstate() == there


def made_up_python_states() -> dict[str, Any]:
    random.seed(1)
    version, words, _ = random.getstate()
    random.seed(2)
    return {
        "other": random.getstate(),
        "zero": (version, (0,) * 623 + (1, 0), None),
        "gauss": (version, words, 0.0),
        "nan": (version, words, float("nan")),
        "a number for gauss": (version, words, 0),
        "version": (2, words, None),
        "position": (version, (*words[:-1], 10**6), None),
        "backwards": (version, (*words[:-1], 3), None),
        "large": (version, (2**40, *words[1:]), None),
        "negative": (version, (-1, *words[1:]), None),
        "text": (version, ("1", *words[1:]), None),
        "truth": (version, (True, *words[1:]), None),
        "short": (version, words[1:], None),
        "list": [version, words, None],
        "nothing": None,
        "empty": (),
    }


MADE_UP = made_up_python_states()


@pytest.mark.parametrize("told", MADE_UP.values(), ids=MADE_UP)
def test_a_state_of_pythons_generator_that_was_made_up_changes_nothing(told: Any) -> None:
    random.seed(1)
    here = random.getstate()
    go_on_random(told)
    assert random.getstate() == here
