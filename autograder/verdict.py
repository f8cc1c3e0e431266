"""Turns an executed notebook into points, states and messages, cell by cell and exercise by exercise.

Points, exercises and what is hidden come from the instructor's source; what a check has found comes from the record
that it published (see `records`), within what the cell's own end allows. Must not run anything.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.explain import BLANK_ERRORS, describe_bad_end, describe_failure, ended_badly, own_traceback
from autograder.notebook import (
    HIDDEN_KEY,
    HIDDEN_MARKER,
    Cell,
    Notebook,
    grade_id,
    is_graded,
    is_solution,
    is_task,
    kind,
)
from autograder.records import MIME, Record, end_of, find, share_of_points

__all__ = ["MIME", "CellVerdict", "ExerciseVerdict", "Verdict", "judge", "reject"]

PASSED, FAILED, NOT_ATTEMPTED, NEEDS_PERSON = "passed", "failed", "not attempted", "needs a person"
SIGNS = {PASSED: "✓", FAILED: "✗", NOT_ATTEMPTED: "–", NEEDS_PERSON: "…"}


@dataclass(frozen=True)
class CellVerdict:
    """What became of one graded cell.

    `score` is 0 while `needs_manual` is true. `status` is "passed", "failed", "not attempted" or "needs a person";
    `record` is what the cell published, None when it published nothing.
    """

    grade_id: str
    exercise: str
    hidden: bool
    score: float
    max_score: float
    needs_manual: bool
    status: str
    message: str = ""
    record: Record | None = None


@dataclass(frozen=True)
class ExerciseVerdict:
    """What became of one exercise.

    `visible` and `hidden` are "passed", "failed" or "not attempted", None where the exercise has no such cell.
    `properties` are what the hidden checks looked at (dicts of name, passed, note), `visible_properties` the visible
    ones. `code` is the student's own text of the solution cell; `traceback` is where their code raised, "" when it did
    not.
    """

    name: str
    score: float
    max_score: float
    visible: str | None
    hidden: str | None
    message: str
    misconception: str
    cause: str = ""
    properties: tuple[dict[str, Any], ...] = ()
    visible_properties: tuple[dict[str, Any], ...] = ()
    code: str = ""
    traceback: str = ""
    needs_manual: bool = False

    def to_json(self) -> dict[str, Any]:
        """The exercise as it stands in the command line's JSON."""
        keys = ("name", "score", "max_score", "visible", "hidden", "message", "misconception")
        return {key: getattr(self, key) for key in keys}


@dataclass(frozen=True)
class Verdict:
    """What became of one notebook. `message` is not empty only when the notebook could not be read."""

    notebook: str
    assignment: str
    score: float
    max_score: float
    message: str
    exercises: tuple[ExerciseVerdict, ...]
    cells: tuple[CellVerdict, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The notebook's record in the command line's JSON."""
        keys = ("notebook", "assignment", "score", "max_score", "message")
        return {**{key: getattr(self, key) for key in keys}, "exercises": [e.to_json() for e in self.exercises]}


def reject(reason: str, *, notebook: str, assignment: str = "", source: Notebook | None = None) -> Verdict:
    """The verdict on a notebook that cannot be read: no exercises, and the reason as its message.

    Parameters
    ----------
    source : dict, optional
        The instructor's notebook: its graded cells get 0 points each in `cells` and count in `max_score`.
    """
    graded = [cell for cell in source["cells"] if is_graded(cell) and grade_id(cell)] if source else []
    cells = tuple(
        CellVerdict(grade_id(cell), "", _is_hidden(cell), 0.0, _points(cell), False, NOT_ATTEMPTED, reason)
        for cell in graded
    )
    return Verdict(notebook, assignment, 0.0, sum(c.max_score for c in cells), reason, (), cells)


def judge(
    source: Notebook, executed: Notebook, *, notebook: str, assignment: str, release: Notebook | None = None
) -> Verdict:
    """Judge an executed notebook.

    `check_<x>` and `hidden_<x>` make the exercise `<x>`; any other graded cell is an exercise of its own, named by its
    grade_id.

    Parameters
    ----------
    source : dict
        The instructor's notebook: decides points, exercises and which checks are hidden.
    executed : dict
        From `Executor.run` of the rebuilt submission.
    notebook, assignment : str
        As they shall stand in the verdict.
    release : dict, optional
        The students' version: an exercise that earns nothing and whose cell is still as in it was not attempted, and
        a check that is not in it word for word is hidden, whatever marks the course uses to hide one.

    Returns
    -------
    Verdict
    """
    by_id = {grade_id(cell): cell for cell in executed["cells"] if grade_id(cell)}
    stubs = {grade_id(c): c["source"].strip() for c in release["cells"] if is_solution(c)} if release else {}
    shown = {grade_id(c): _lines(c) for c in release["cells"]} if release else None
    groups: dict[str, tuple[str, list[CellVerdict]]] = {}
    for cell, exercise, solution in _assign_exercises(source):
        answer = by_id.get(solution)
        untouched = answer is not None and answer["source"].strip() in ("", stubs.get(solution))
        verdict = _judge_cell(cell, shown, by_id.get(grade_id(cell)), exercise, answer, untouched)
        groups.setdefault(exercise, (solution, []))[1].append(verdict)
    exercises = tuple(
        _sum_up(exercise, cells, by_id.get(solution), executed) for exercise, (solution, cells) in groups.items()
    )
    order = {grade_id(cell): position for position, cell in enumerate(source["cells"])}
    cells = tuple(sorted((c for _, group in groups.values() for c in group), key=lambda c: order[c.grade_id]))
    score, max_score = sum(c.score for c in cells), sum(c.max_score for c in cells)
    return Verdict(notebook, assignment, score, max_score, "", exercises, cells)


def _assign_exercises(source: Notebook) -> list[tuple[Cell, str, str]]:
    """Graded cells with the name of their exercise and of its solution cell: the same name, else the solution above."""
    solutions = {grade_id(cell) for cell in source["cells"] if is_solution(cell)}
    assigned, latest = [], ""
    for cell in source["cells"]:
        name = grade_id(cell)
        if is_solution(cell):
            latest = name
        if is_graded(cell) and name:
            exercise = exercise_of(name)
            assigned.append((cell, exercise, exercise if exercise in solutions else latest))
    return assigned


def exercise_of(name: str) -> str:
    """Name of the exercise that a graded cell belongs to, by the cell's grade_id."""
    prefix, _, rest = name.partition("_")
    return rest if prefix in ("check", "hidden") and rest else name


def _points(cell: Cell) -> float:
    try:
        return max(float(cell["metadata"]["nbgrader"].get("points", 0)), 0.0)
    except (TypeError, ValueError):
        return 0.0


def _is_hidden(cell: Cell, shown: Mapping[str, list[str]] | None = None) -> bool:
    """Whether students do not see all of a graded cell; `shown` is what they see of each, where that is known."""
    is_marked = HIDDEN_MARKER in cell["source"] or HIDDEN_KEY in cell["metadata"]
    if is_marked or grade_id(cell).startswith("hidden_"):
        return True
    return kind(cell) == "check" and shown is not None and shown.get(grade_id(cell)) != _lines(cell)


def _count_shown(cell: Cell, shown: Mapping[str, list[str]] | None) -> int:
    """How many of a check's first lines students see as they are."""
    mine, theirs = cell["source"].splitlines(), (shown or {}).get(grade_id(cell), [])
    pairs = zip(mine, theirs, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0].rstrip() == pair[1], pairs))


def _lines(cell: Cell) -> list[str]:
    return [line.rstrip() for line in cell["source"].strip().splitlines()]


def _judge_cell(
    cell: Cell,
    shown: Mapping[str, list[str]] | None,
    executed: Cell | None,
    exercise: str,
    answer: Cell | None,
    untouched: bool,
) -> CellVerdict:
    name, points, hidden = grade_id(cell), _points(cell), _is_hidden(cell, shown)
    if kind(cell) != "check":
        # A written answer: an empty one earns nothing, any other needs a person. A task's answer lies in other cells.
        untouched = untouched and not is_task(cell)
        status = NOT_ATTEMPTED if untouched else NEEDS_PERSON
        message = f"{exercise}: not attempted yet" if untouched else f"{exercise}: waits for a person to grade it"
        return CellVerdict(name, exercise, hidden, 0.0, points, not untouched, status, message)
    check = executed or {"outputs": [], "metadata": {}}
    record = find(check, {exercise, name, grade_id(answer) if answer else exercise})
    share = share_of_points(check, record, points)
    status = _state(check, record, share, answer, untouched)
    message = (
        "" if status == PASSED else _message(exercise, check, record, status, answer, hidden, _count_shown(cell, shown))
    )
    if status == FAILED and not message:
        message = f"{exercise}: {share * points:g} of {points:g} points"
    return CellVerdict(name, exercise, hidden, share * points, points, False, status, message, record)


def _state(check: Cell, record: Record | None, share: float, answer: Cell | None, untouched: bool) -> str:
    if share == 1.0:
        return PASSED
    if share > 0 or ended_badly(answer):
        return FAILED
    if untouched or (record is not None and record.status == NOT_ATTEMPTED):
        return NOT_ATTEMPTED
    # An exercise may fail because it calls another one that is blank: then it was attempted all the same.
    blank = record is None and end_of(check).get("raised", {}).get("type") in BLANK_ERRORS
    return NOT_ATTEMPTED if blank and (answer is None or "NotImplementedError" in answer["source"]) else FAILED


def _message(
    exercise: str, check: Cell, record: Record | None, status: str, answer: Cell | None, hidden: bool, shown: int
) -> str:
    if answer is not None and ended_badly(answer):
        return describe_bad_end(exercise, answer)
    if status == NOT_ATTEMPTED:
        return record.message if record and record.message else f"{exercise}: not attempted yet"
    if record is not None and record.message:
        return record.message
    return "" if end_of(check)["status"] == "ok" else describe_failure(exercise, check, hidden, shown)


def _sum_up(exercise: str, cells: Sequence[CellVerdict], answer: Cell | None, executed: Notebook) -> ExerciseVerdict:
    cells = sorted(cells, key=lambda c: c.hidden)  # visible first
    by_id = {grade_id(cell): cell for cell in executed["cells"] if grade_id(cell)}
    # Hidden checks have seen more than the visible ones: the last record decides the diagnosis, also when it has none.
    recorded = [c.record for c in cells if c.record is not None]
    last = recorded[-1] if recorded else Record(FAILED, 0.0)
    message = next((c.message for c in cells if c.message), "")
    if last.misconception and message:
        message += f"\n  Likely cause: {last.cause}.  [{last.misconception}]"
    checks = [c for c in cells if not c.needs_manual and c.grade_id in by_id and kind(by_id[c.grade_id]) == "check"]
    failed = [(by_id[c.grade_id], c.hidden) for c in checks if c.status == FAILED]
    return ExerciseVerdict(
        exercise,
        sum(c.score for c in cells),
        sum(c.max_score for c in cells),
        _combine([c.status for c in checks if not c.hidden]),
        _combine([c.status for c in checks if c.hidden]),
        message,
        last.misconception,
        last.cause,
        tuple(p for c in checks if c.hidden and c.record for p in c.record.properties),
        tuple(p for c in checks if not c.hidden and c.record for p in c.record.properties),
        answer["source"] if answer else "",
        own_traceback(executed, failed, answer) if failed else "",
        any(c.needs_manual for c in cells),
    )


def _combine(states: Sequence[str]) -> str | None:
    if not states:
        return None
    unique = set(states) - {PASSED}
    if not unique:
        return PASSED
    return FAILED if FAILED in unique else NOT_ATTEMPTED
