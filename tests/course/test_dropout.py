"""What only the dropout lesson has: two modes that can be mistaken apart, and an exercise that calls an earlier one."""

from __future__ import annotations

import itertools

import numpy as np

from helpers import dropout as reference
from helpers.misconceptions import known_for
from tests.lessons import Lesson

lesson = Lesson("05_dropout")


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


def test_a_mistake_in_dropout_forward_costs_nothing_in_the_network() -> None:
    for entry in known_for("dropout_forward"):
        namespace = lesson.solved() | {"dropout_forward": entry.answer()}
        # the solution's function looks names up in the namespace it was made in
        exec(lesson.code["forward_with_dropout"], namespace)
        for cell in ("check_forward_with_dropout", "hidden_forward_with_dropout"):
            assert lesson.run(cell, namespace).status == "passed", entry.name
        assert namespace["dropout_forward"] is entry.definition
