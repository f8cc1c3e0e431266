"""The dropout lesson: its checks hold for any seed, name each mistake and never a wrong one, and its numbers are true."""

from __future__ import annotations

import inspect
import itertools

import numpy as np
import pytest

from helpers import dropout as reference
from helpers.misconceptions import Misconception, known_for
from tests.lessons import Lesson, shifted_seeds

lesson = Lesson("05_dropout")
FUNCTIONS = [name for name in lesson.exercises if not name.startswith("quiz")]
ENTRIES = [entry for name in lesson.exercises for entry in known_for(name)]


def test_every_exercise_of_the_contract_is_there_in_its_order() -> None:
    assert lesson.exercises == [
        "dropout_mask",
        "dropout_forward",
        "dropout_backward",
        "forward_with_dropout",
        "scale_weights",
        "ensemble_average",
        "quiz_dropout",
    ]


def test_the_solution_passes_for_200_seeds() -> None:
    namespace = lesson.solved()
    for offset in range(200):
        with shifted_seeds(offset):
            for name in lesson.exercises:
                for cell in (f"check_{name}", f"hidden_{name}"):
                    record = lesson.run(cell, namespace)
                    assert record.status == "passed", (offset, record)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_misconception_is_rejected_by_its_own_name_whatever_the_seed(entry: Misconception) -> None:
    for offset in range(5):
        with shifted_seeds(offset):
            visible, hidden = lesson.judge(entry.exercise, entry.answer())
        assert visible.status == "failed" or hidden.status == "failed"
        assert hidden.misconception == entry.name
        assert visible.misconception in ("", entry.name)


def test_an_answer_with_two_mistakes_is_only_given_a_name_that_fits_it() -> None:
    """One entry's mistake in training, another's outside; a third entry's name may only stand where that one's mistake is made."""
    entries = known_for("dropout_forward")
    by_name = {entry.name: entry.definition for entry in entries}

    def outcome(answer, training):
        try:
            A_out, mask = answer(np.full((3, 50), 2.0), 0.75, np.random.default_rng(3), training)
        except AttributeError:
            return None
        return A_out.tolist(), np.asarray(mask, dtype=float).tolist()

    for first, second in itertools.permutations(entries, 2):

        def both(A, keep_prob, rng, training=True, first=first, second=second):
            return (first if training else second).definition(A, keep_prob, rng, training)

        for record in lesson.judge("dropout_forward", both):
            if record.misconception not in ("", first.name, second.name):
                named = by_name[record.misconception]
                for training in (True, False):
                    is_mistaken = outcome(named, training) != outcome(reference.dropout_forward, training)
                    assert not is_mistaken or outcome(named, training) == outcome(both, training)


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_hidden_messages_hold_no_number_of_a_hidden_input(exercise: str) -> None:
    for entry in known_for(exercise):
        _, hidden = lesson.judge(exercise, entry.answer())
        assert hidden.status == "passed" or not any(letter.isdigit() for letter in hidden.message.split("line")[0])


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_signatures_agree_with_the_reference(exercise: str) -> None:
    solution = inspect.signature(lesson.solved()[exercise])
    assert list(solution.parameters) == list(inspect.signature(getattr(reference, exercise)).parameters)


@pytest.mark.parametrize("exercise", FUNCTIONS)
def test_the_examples_in_the_docstrings_are_true(exercise: str) -> None:
    import doctest

    namespace = lesson.solved()
    test = doctest.DocTestParser().get_doctest(namespace[exercise].__doc__, dict(namespace), exercise, None, 0)
    assert test.examples
    assert doctest.DocTestRunner().run(test).failed == 0


def test_a_blank_exercise_is_not_attempted() -> None:
    for exercise in FUNCTIONS:

        def blank(*args, **kwargs):
            raise NotImplementedError

        assert [record.status for record in lesson.judge(exercise, blank)] == ["not attempted"] * 2
    blank_quiz = dict.fromkeys(("test_time", "cost", "fixed_mask", "keep_probs"))
    assert [record.status for record in lesson.judge("quiz_dropout", blank_quiz)] == ["not attempted"] * 2


def test_a_mistake_in_dropout_forward_costs_nothing_in_the_network() -> None:
    for entry in known_for("dropout_forward"):
        namespace = lesson.solved() | {"dropout_forward": entry.answer()}
        # the solution's function looks names up in the namespace it was made in
        exec(lesson.code["forward_with_dropout"], namespace)
        for cell in ("check_forward_with_dropout", "hidden_forward_with_dropout"):
            assert lesson.run(cell, namespace).status == "passed", entry.name
        assert namespace["dropout_forward"] is entry.definition


def test_check_cells_never_change_what_the_learner_wrote() -> None:
    namespace = lesson.solved()
    before = {name: namespace[name] for name in lesson.exercises}
    for name in lesson.exercises:
        lesson.run(f"check_{name}", namespace)
        lesson.run(f"hidden_{name}", namespace)
    assert all(namespace[name] is value for name, value in before.items())
