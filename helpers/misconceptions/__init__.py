"""The bank of known mistakes: one module a topic, one wrong implementation an entry, each with the sentence that explains it.

One bank, three uses: it tests the checks (each entry must fail), it diagnoses a learner's answer, and it counts what a class
got wrong. An entry is a function or class of its own name, written so that its text can stand in a notebook's solution cell: it may use
what the module imports and nothing else.

    @misconception("dropout_forward", "the kept units are not divided by keep_prob")
    def no_inverse_scale(A, keep_prob, rng, training=True):
        ...
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Defined = TypeVar("Defined", bound=Callable[..., Any])


@dataclass(frozen=True)
class Misconception:
    """A known wrong answer to an exercise."""

    exercise: str
    name: str
    """Topic and entry, for example `dropout.no_inverse_scale`."""
    cause: str
    """What is wrong, as a learner reads it after "Likely cause:"; no full stop."""
    definition: Callable[..., Any]
    is_value: bool
    """Whether the exercise asks for a value (a quiz), which calling the definition gives."""

    def answer(self) -> Any:
        """Return what stands in the learner's place: the function or class, or the value."""
        return self.definition() if self.is_value else self.definition


_bank: dict[str, list[Misconception]] = {}
"""By exercise, each in the order in which it is written."""


def misconception(exercise: str, cause: str, *, is_value: bool = False) -> Callable[[Defined], Defined]:
    """Enter the decorated function or class into the bank.

    Parameters
    ----------
    exercise : str
        The exercise that it answers wrongly.
    cause : str
        The sentence that explains it, without a full stop.
    is_value : bool
        For a quiz: the function takes nothing and returns the wrong value.
    """

    def enter(definition: Defined) -> Defined:
        topic = definition.__module__.rsplit(".", 1)[-1]
        entry = Misconception(exercise, f"{topic}.{definition.__name__}", cause, definition, is_value)
        _bank.setdefault(exercise, []).append(entry)
        return definition

    return enter


def earlier_references(exercise: str) -> dict[str, Any]:
    """Return the references of the exercises that come before this one in its topic, by name.

    The order is that of the definitions in the reference module `helpers.<topic>`; "earlier" leaves no way for two
    exercises to be solved by calling each other. Classes are left out: an engine that runs answers elsewhere can lend
    them a function, not a class.
    """
    entries = known_for(exercise)
    if not entries:
        return {}
    topic = entries[0].name.partition(".")[0]
    reference = importlib.import_module(f"helpers.{topic}")
    names = [name for name in vars(reference) if name in _bank and _bank[name][0].name.startswith(f"{topic}.")]
    before = names[: names.index(exercise)] if exercise in names else []
    found = {name: getattr(reference, name) for name in before}
    return {name: value for name, value in found.items() if not isinstance(value, type)}


def known_for(exercise: str) -> list[Misconception]:
    """Return the bank's entries for an exercise, in the order in which they are written."""
    return list(_bank.get(exercise, ()))


# Every module of the package enters its mistakes.
for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
