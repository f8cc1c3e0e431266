"""The one exercise that is handed out with bugs: what students get runs, earns nothing, and tells which gradient is off."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from helpers.check.record import Record
from helpers.misconceptions import known_for
from tests.lessons import Lesson

LESSON = Lesson("07_gradient_checking")
RELEASE = Path(__file__).parents[2] / "release" / "07_gradient_checking" / "gradient_checking.ipynb"
STUB = "    raise NotImplementedError\n"
MENDED = {
    'cache["Z2"]\n    db3': 'cache["A2"]\n    db3',
    "db2 = dZ2.mean(axis=0)": "db2 = dZ2.sum(axis=0)",
    'dZ1 = np.maximum(dZ2 @ params["W2"], 0)': 'dZ1 = (dZ2 @ params["W2"]) * (cache["Z1"] > 0)',
}


def released_text() -> str:
    """The cell as students get it."""
    cells = nbformat.read(RELEASE, as_version=4).cells
    (cell,) = (cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "backward_fixed")
    return str(cell.source)


def hand_out(*, mend: tuple[str, ...] = ()) -> Callable[..., Any]:
    """The function as students get it when they have deleted the stub's line, and mended some lines."""
    text = released_text()
    assert text.count(STUB) == 1
    text = text.replace(STUB, "")
    for line in mend:
        assert text.count(line) == 1
        text = text.replace(line, MENDED[line])
    namespace = LESSON.solved()
    exec(text, namespace)
    function: Callable[..., Any] = namespace["backward_fixed"]
    return function


def judge(answer: Callable[..., Any]) -> tuple[Record, Record]:
    visible, hidden = LESSON.judge("backward_fixed", answer)
    return visible, hidden


def test_untouched_it_is_not_attempted() -> None:
    namespace = LESSON.solved()
    exec(released_text(), namespace)
    assert [record.status for record in judge(namespace["backward_fixed"])] == ["not attempted"] * 2


def test_as_handed_out_it_runs_and_earns_nothing() -> None:
    visible, hidden = judge(hand_out())
    assert [(record.status, record.share) for record in (visible, hidden)] == [("failed", 0)] * 2
    assert hidden.misconception == "gradient_checking.as_handed_out"


def test_three_lines_are_wrong_and_mending_them_is_enough() -> None:
    assert [record.status for record in judge(hand_out(mend=tuple(MENDED)))] == ["passed"] * 2


@pytest.mark.parametrize(
    ("left", "first_off", "hidden_says"),
    zip(
        MENDED,
        ["W3", "b2", "b1"],
        ["the weights of the last", "the biases of the second", "the biases of the first"],
        strict=True,
    ),
)
def test_half_mended_it_fails_and_says_which_gradient_is_off(left: str, first_off: str, hidden_says: str) -> None:
    visible, hidden = judge(hand_out(mend=tuple(line for line in MENDED if line != left)))
    assert visible.status == hidden.status == "failed"
    assert visible.message.startswith(f"backward_fixed: the gradient of {first_off} for two rows: expected")
    assert hidden_says in hidden.message
    assert re.match(r"gradient_checking\.one_left_in_", hidden.misconception)


def test_a_diagnosis_says_where_to_look_and_not_what_to_write() -> None:
    for entry in known_for("backward_fixed"):
        if "_left_in_" in entry.name or entry.name.endswith("as_handed_out"):
            assert "so the bug is in the line of" in entry.cause
            assert not any(spoiler in entry.cause for spoiler in ("mean", "sum", "Z2", "A2", "ReLU"))


def test_the_bugs_are_still_found_when_their_lines_are_mended_in_any_order() -> None:
    for kept in MENDED:
        visible, hidden = judge(hand_out(mend=(kept,)))
        assert visible.status == hidden.status == "failed"
        assert re.match(r"gradient_checking\.two_left_in_", hidden.misconception)
