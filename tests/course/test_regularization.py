"""What only the regularization lesson has: an exercise that may call an earlier one, and zeros that must be exact."""

from __future__ import annotations

import numpy as np
import pytest

from helpers import regularization as reference
from helpers.misconceptions import known_for
from tests.lessons import Lesson

lesson = Lesson("04_regularization")

COST_BY_PENALTY = """
def regularized_cost(data_cost, params, lambd, m):
    return data_cost + l2_penalty([W for key, W in params.items() if key[0] == "W"], lambd, m)
"""


def test_a_mistake_in_the_penalty_costs_nothing_in_the_cost() -> None:
    for entry in known_for("l2_penalty"):
        namespace = lesson.solved() | {"l2_penalty": entry.answer()}
        exec(COST_BY_PENALTY, namespace)  # a function looks names up in the namespace it was made in
        for cell in ("check_regularized_cost", "hidden_regularized_cost"):
            assert lesson.run(cell, namespace).status == "passed", entry.name


@pytest.mark.parametrize("name", [name for name in lesson.exercises if not name.startswith("quiz")])
def test_the_reference_passes_as_the_solution_does(name: str) -> None:
    assert [record.status for record in lesson.judge(name, getattr(reference, name))] == ["passed"] * 2


def test_zeros_must_be_exact() -> None:
    def leaves_dust(W, t):
        return np.sign(W) * np.maximum(np.abs(W) - t, 1e-12)

    assert lesson.judge("soft_threshold", leaves_dust)[1].status == "failed"
