"""What a call has done to its arguments, as the caller takes it back."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder import arguments
from autograder.generators import GeneratorState, set_state, state_of

OLD: Any = np.random.mtrand._rand


def set_through_states(generator: Any, told: GeneratorState) -> None:
    arguments.follow_states([[generator], {}], [told])


def set_through_arguments(generator: Any, told: GeneratorState) -> None:
    source = np.random.default_rng(0)
    set_state(source, told)
    arguments.restore([generator], [source])


@pytest.mark.parametrize("bring_back", [set_through_states, set_through_arguments])
def test_a_call_brings_a_generator_only_where_draws_lead(bring_back: Callable[[Any, Any], None]) -> None:
    here, there = np.random.default_rng(1), np.random.default_rng(1)
    there.random(9)
    bring_back(here, state_of(there))
    bring_back(here, state_of(np.random.default_rng(2)))
    assert here.random() == there.random()


def test_a_call_brings_the_shared_generators_only_where_draws_lead() -> None:
    was = random.getstate(), state_of(OLD)
    try:
        random.seed(1)
        set_state(OLD, state_of(np.random.RandomState(1)))
        there = np.random.RandomState(1)
        there.random_sample(9)
        arguments.follow_random_states([random.Random(2).getstate(), there])
        arguments.follow_random_states([(3, (0,) * 623 + (1, 0), None), np.random.RandomState(2)])
        assert [random.random(), OLD.rand()] == [random.Random(1).random(), there.rand()]
    finally:
        random.setstate(was[0])
        set_state(OLD, was[1])


def test_the_jail_takes_over_whatever_the_shared_generators_are() -> None:
    was = random.getstate(), state_of(OLD)
    try:
        arguments.set_random_states([random.Random(2).getstate(), np.random.RandomState(2)])
        assert [random.random(), OLD.rand()] == [random.Random(2).random(), np.random.RandomState(2).rand()]
    finally:
        random.setstate(was[0])
        set_state(OLD, was[1])
