"""Every lesson: its checks hold for any seed, name each known mistake and never a wrong one, and its examples are true.

These tests run check cells in this process; `autograder verify` runs them through the jail. What only one lesson has
stands in `test_<topic>.py` beside this module, the numbers in its prose in `test_<topic>_numbers.py`.
"""

from __future__ import annotations

import copy
import doctest
import importlib
import inspect
import itertools
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from helpers.misconceptions import Misconception, known_for
from tests.contract.test_signatures import EXERCISES
from tests.course.mixed import Mixed, by_content, by_size
from tests.lessons import TOPICS, Lesson, shifted_seeds

N_SEEDS = 100

lesson_of = cache(Lesson)
FUNCTIONS = [exercise for exercise in EXERCISES if exercise.topic in TOPICS and not exercise.methods]
QUIZZES = [(topic, name) for topic in TOPICS for name in lesson_of(topic).exercises if name.startswith("quiz_")]
ENTRIES = [(topic, entry) for topic in TOPICS for name in lesson_of(topic).exercises for entry in known_for(name)]

each_lesson = pytest.mark.parametrize("lesson", [lesson_of(topic) for topic in TOPICS], ids=TOPICS)
each_function = pytest.mark.parametrize(
    ("lesson", "name"), [(lesson_of(e.topic), e.name) for e in FUNCTIONS], ids=list(map(str, FUNCTIONS))
)
each_entry = pytest.mark.parametrize(
    ("lesson", "entry"),
    [(lesson_of(topic), entry) for topic, entry in ENTRIES],
    ids=[f"{topic}-{entry.exercise}-{entry.name}" for topic, entry in ENTRIES],
)


def blank(*args: Any, **kwargs: Any) -> None:
    raise NotImplementedError


@each_lesson
def test_the_exercises_are_those_of_the_contract_in_its_order_and_a_quiz(lesson: Lesson) -> None:
    promised = [exercise.name for exercise in EXERCISES if exercise.topic == lesson.topic]
    assert lesson.exercises == [*promised, f"quiz_{lesson.topic[3:]}"]
    assert [name for name in lesson.exercises if f"hidden_{name}" not in lesson.code] == []


@each_lesson
def test_the_solution_passes_for_any_seed(lesson: Lesson) -> None:
    namespace = lesson.solved()
    for offset in range(N_SEEDS):
        with shifted_seeds(offset):
            for name in lesson.exercises:
                for cell in (f"check_{name}", f"hidden_{name}"):
                    record = lesson.run(cell, namespace)
                    assert record.status == "passed", (offset, record)


@each_entry
def test_a_misconception_is_rejected_by_its_own_name_whatever_the_seed(lesson: Lesson, entry: Misconception) -> None:
    for offset in range(3):
        with shifted_seeds(offset):
            visible, hidden = lesson.judge(entry.exercise, entry.answer())
        assert visible.status == "failed" or hidden.status == "failed"
        assert (hidden.misconception or visible.misconception) == entry.name
        assert {visible.misconception, hidden.misconception} <= {"", entry.name}


@each_function
def test_a_mistake_that_is_made_for_some_inputs_never_gets_the_name_of_another(lesson: Lesson, name: str) -> None:
    """Crosses every pair of mistakes, and each mistake with the right answer: for some inputs the one, for others the other."""
    mistakes = {entry.name: entry.definition for entry in known_for(name)}
    solution = lesson.solved()[name]
    for mixed in _mix(mistakes, solution):
        for record in lesson.judge_in_turn(name, mixed.answer):
            named = record.misconception
            assert named in ("", *mixed.names) or mixed.behaves_like(mistakes[named]), (mixed.names, named)


def _mix(mistakes: dict[str, Callable[..., Any]], solution: Callable[..., Any]) -> Iterator[Mixed]:
    answers = {"": solution, **mistakes}
    ways = itertools.cycle((by_size, by_content))
    for (first, second), takes_second in zip(itertools.combinations(answers, 2), ways, strict=False):
        yield Mixed((first, second), (answers[first], answers[second]), takes_second)


@each_entry
def test_a_hidden_message_holds_no_number_of_a_hidden_input(lesson: Lesson, entry: Misconception) -> None:
    _, hidden = lesson.judge(entry.exercise, entry.answer())
    if not entry.is_value and hidden.status == "failed":
        said = hidden.message.removeprefix(entry.exercise).split("line")[0]
        assert not any(letter.isdigit() for letter in said), said


@each_function
def test_signatures_agree_with_the_reference(lesson: Lesson, name: str) -> None:
    reference = getattr(importlib.import_module(f"helpers.{lesson.topic[3:]}"), name)
    solution = inspect.signature(lesson.solved()[name])
    assert list(solution.parameters) == list(inspect.signature(reference).parameters)


@each_function
def test_the_examples_in_the_docstrings_are_true(lesson: Lesson, name: str) -> None:
    namespace = lesson.solved()
    test = doctest.DocTestParser().get_doctest(namespace[name].__doc__, dict(namespace), name, None, 0)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0


@each_function
def test_a_blank_exercise_is_not_attempted(lesson: Lesson, name: str) -> None:
    assert [record.status for record in lesson.judge(name, blank)] == ["not attempted"] * 2


@pytest.mark.parametrize(("topic", "name"), QUIZZES)
def test_a_blank_quiz_is_not_attempted(topic: str, name: str) -> None:
    answers = dict.fromkeys(lesson_of(topic).solved()[name])
    assert [record.status for record in lesson_of(topic).judge(name, answers)] == ["not attempted"] * 2


@pytest.mark.parametrize(("topic", "name"), QUIZZES)
def test_each_answer_of_a_quiz_earns_its_own_point(topic: str, name: str) -> None:
    lesson = lesson_of(topic)
    right = lesson.solved()[name]
    for question in right:
        _, hidden = lesson.judge(name, right | {question: "none of them"})
        assert hidden.share == pytest.approx(1 - 1 / len(right))


@each_lesson
def test_check_cells_never_change_what_the_learner_wrote(lesson: Lesson) -> None:
    namespace = lesson.solved()
    before = {name: namespace[name] for name in lesson.exercises}
    kept = copy.deepcopy({name: value for name, value in before.items() if name.startswith("quiz_")})
    for name in lesson.exercises:
        lesson.run(f"check_{name}", namespace)
        lesson.run(f"hidden_{name}", namespace)
    assert all(namespace[name] is value for name, value in before.items())
    assert all(before[name] == value for name, value in kept.items())


@each_lesson
def test_a_check_draws_from_generators_of_its_own(lesson: Lesson) -> None:
    """Whatever stands in the notebook before, a check sees the same numbers."""
    for name, source in lesson.code.items():
        if name.startswith(("check_", "hidden_")):
            assert "np.random.seed" not in source
            assert "default_rng()" not in source
