"""The bank of known mistakes: how entries get in and out, and which references count as earlier than an exercise."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from helpers import misconceptions
from helpers.misconceptions import Misconception, earlier_references, known_for, misconception

REFERENCES = """
from math import floor

def _private(x): ...
def second(x): ...
def first(x): ...
def shown_nowhere(x): ...
class Third: ...
def fourth(x): ...
"""


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Misconception]]:
    """Stand an empty bank in for the real one, whose modules are imported before: each enters its own but once."""
    known_for("")
    entries: dict[str, list[Misconception]] = {}
    monkeypatch.setattr(misconceptions, "_bank", entries)
    return entries


def define(topic: str, source: str) -> dict[str, Any]:
    """Run source as the module of a topic's mistakes would run."""
    namespace: dict[str, Any] = {"__name__": f"helpers.misconceptions.{topic}", "misconception": misconception}
    exec(source, namespace)
    return namespace


@pytest.fixture
def toy(bank: dict[str, list[Misconception]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in a topic with four exercises, whose mistakes are entered in another order than they are defined."""
    module = ModuleType("helpers.toy")
    exec(REFERENCES, vars(module))
    monkeypatch.setitem(sys.modules, "helpers.toy", module)
    for exercise in ("fourth", "Third", "first", "second", "fourth", "quiz_toy"):
        define("toy", f'@misconception("{exercise}", "a cause")\ndef wrong_{exercise}(x): ...')
    define("other", '@misconception("shown_nowhere", "of another topic")\ndef wrong(x): ...')


def test_a_decorated_function_is_entered_and_stays_itself(bank: dict[str, list[Misconception]]) -> None:
    namespace = define("toy", '@misconception("double", "it squares")\ndef squares(x): return x * x')
    (entry,) = bank["double"]
    assert (entry.exercise, entry.name, entry.cause, entry.is_value) == ("double", "toy.squares", "it squares", False)
    assert entry.definition is namespace["squares"] and entry.answer() is namespace["squares"]
    assert namespace["squares"](3) == 9


def test_a_class_stands_for_itself(bank: dict[str, list[Misconception]]) -> None:
    namespace = define("toy", '@misconception("BatchNorm", "it forgets")\nclass Forgets: ...')
    assert bank["BatchNorm"][0].answer() is namespace["Forgets"] and isinstance(namespace["Forgets"], type)


def test_the_answer_to_a_quiz_is_what_the_entry_returns_each_time_anew(bank: dict[str, list[Misconception]]) -> None:
    define("toy", '@misconception("quiz", "it says a", is_value=True)\ndef says_a(): return {"q": "a"}')
    (entry,) = bank["quiz"]
    assert entry.is_value and entry.answer() == {"q": "a"}
    assert entry.answer() is not entry.answer()


def test_an_entry_cannot_be_changed(bank: dict[str, list[Misconception]]) -> None:
    define("toy", '@misconception("double", "it squares")\ndef squares(x): return x * x')
    with pytest.raises(AttributeError):
        bank["double"][0].cause = "another"  # type: ignore[misc]


def test_the_entries_of_an_exercise_come_in_the_order_of_their_text(bank: dict[str, list[Misconception]]) -> None:
    for exercise, name in (("double", "z"), ("half", "m"), ("double", "a"), ("double", "k")):
        define("toy", f'@misconception("{exercise}", "a cause")\ndef {name}(x): ...')
    assert [entry.name for entry in known_for("double")] == ["toy.z", "toy.a", "toy.k"]
    assert known_for("unknown") == []


def test_the_real_bank_is_read_from_every_module_of_the_package() -> None:
    assert "dropout.no_inverse_scale" in [entry.name for entry in known_for("dropout_forward")]
    n_entries = len(known_for("dropout_forward"))
    assert len(known_for("dropout_forward")) == n_entries


@pytest.mark.usefixtures("toy")
@pytest.mark.parametrize(
    ("exercise", "earlier"),
    [
        ("second", []),
        ("first", ["second"]),
        ("Third", ["second", "first"]),
        ("fourth", ["second", "first"]),  # a class cannot be lent
    ],
)
def test_earlier_is_the_order_of_the_definitions_not_of_names_or_entries(exercise: str, earlier: list[str]) -> None:
    references = earlier_references(exercise)
    assert list(references) == earlier
    assert all(references[name] is getattr(sys.modules["helpers.toy"], name) for name in earlier)


@pytest.mark.usefixtures("toy")
def test_nothing_comes_before_a_quiz_or_an_exercise_without_entries() -> None:
    assert earlier_references("quiz_toy") == {}
    assert earlier_references("unknown") == {}


def test_the_real_references_come_in_the_order_of_their_notebook() -> None:
    from helpers import dropout

    assert earlier_references("dropout_mask") == {}
    assert earlier_references("dropout_backward") == {
        "dropout_mask": dropout.dropout_mask,
        "dropout_forward": dropout.dropout_forward,
    }
