"""Names the mistake behind a failure, when the numbers prove it.

Every known misconception of the exercise is replayed with the same properties in the learner's place. The diagnosis
is the one entry, and only one, that passes and fails the same properties at the same expectations with the same
numbers. Where two entries look alike, or none does, nothing is said.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

from helpers.check.trace import Property, PropertyRun, run_property
from helpers.misconceptions import Misconception


def diagnose(
    exercise: str,
    seen: Sequence[tuple[Property, PropertyRun]],
    entries: Sequence[Misconception],
) -> Misconception | None:
    """Return the one known mistake that explains all that was seen, or None.

    Parameters
    ----------
    exercise : str
        The exercise's name.
    seen : sequence of (property, run)
        Each property that ran on the learner's answer, and what it saw.
    entries : sequence of Misconception
        The exercise's known mistakes.

    Returns
    -------
    Misconception or None
        None when nothing failed, when the answer only raised errors, and when no entry or more than one agrees.
    """
    failed = [run for _, run in seen if not run.passed]
    if not failed or all(run.raised for _, run in seen):
        return None
    likely_first = sorted(seen, key=lambda pair: pair[1].passed)
    matches = [entry for entry in entries if _explains(exercise, entry, likely_first)]
    return matches[0] if len(matches) == 1 else None


def _explains(exercise: str, entry: Misconception, seen: Sequence[tuple[Property, PropertyRun]]) -> bool:
    """Tell whether a misconception looks the same to every property; stops at the first that differs.

    Where numbers agree, an error that both raised may be of another kind (one code asks None for `random`, another
    refuses it); where errors are all there is, they must be of one kind.
    """
    answer = entry.answer()
    numbers_failed = any(not run.passed and not run.raised for _, run in seen)
    for body, run in seen:
        with warnings.catch_warnings(action="ignore"):  # a mistake may well overflow; the learner did not make it here
            its = run_property(body, answer, exercise)
        if not its.agrees_with(run) or (its.raised != run.raised and not numbers_failed):
            return False
    return True
