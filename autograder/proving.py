"""Proves a course's checks: each must pass the course's own solution where the class is graded, or it decides nothing.

An honest check of somebody's course may need what does not cross into the jail. It would mark everyone down, or, where
it looks at what it cannot see there, let everyone pass; so it is found before the class is judged, and left to a
person. Must not know submissions, and must not write anything.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.checkcells import find_blindness
from autograder.course import Course
from autograder.evaluate import evaluate, read_release, read_source
from autograder.execute import Executor
from autograder.notebook import Cell, Notebook, grade_id, kind, solution_cells
from autograder.records import end_of
from autograder.verdict import FAILED, NEEDS_PERSON, NOT_ATTEMPTED, PASSED, CellVerdict, ExerciseVerdict, Verdict

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Unfit:
    """A check cell that must not decide; `reason` is one line for the instructor, without the exercise's name."""

    notebook: str
    cell: str
    reason: str


@dataclass(frozen=True)
class Proof:
    """What the course's own solutions have shown of an assignment's checks.

    Attributes
    ----------
    unfit : tuple of Unfit
        Checks that must not decide.
    copy_back : mapping
        Notebook's name → check cells, by grade_id, that pass only where calls bring their arguments back.
    fault : str
        Why nothing is known of the checks, "" otherwise.
    """

    unfit: tuple[Unfit, ...] = ()
    copy_back: Mapping[str, frozenset[str]] = field(default_factory=dict)
    fault: str = ""


def prove(course: Course, assignment: str, sources: Sequence[Path], executor: Executor) -> Proof:
    """Run the course's own solutions as a submission.

    Parameters
    ----------
    sources : sequence of Path
        The assignment's source notebooks; each is run once, and once more where a check fails.
    executor : Executor
        Of the kind that runs the class.

    Returns
    -------
    Proof
        An exercise without a solution in the source proves nothing, so its checks stay as they are.

    Raises
    ------
    EngineFault
        The engine could not run them.
    """
    unfit: list[Unfit] = []
    copy_back: dict[str, frozenset[str]] = {}
    for path in sources:
        source, name = read_source(path), path.stem
        blind = _find_blind(name, source)
        executed, verdict = evaluate(course, assignment, path, source, executor, name=name)
        refusing = _find_refusing(verdict, _read_stubs(course, assignment, path))
        refusing = [cell for cell in refusing if cell.grade_id not in {each.cell for each in blind}]
        unfit += blind
        if not refusing:
            continue
        checks = frozenset(cell.grade_id for cell in verdict.cells)
        again = evaluate(course, assignment, path, source, executor, name=name, copy_back=checks)[1]
        passing = {cell.grade_id for cell in again.cells if cell.status == PASSED}
        helped = frozenset(cell.grade_id for cell in refusing if cell.grade_id in passing)
        if helped:
            logger.debug("arguments are brought back for these checks of %s: %s", name, ", ".join(sorted(helped)))
            copy_back[name] = helped
        ends = {grade_id(cell): cell for cell in executed["cells"]}
        unfit += [
            Unfit(name, cell.grade_id, _reason(cell, ends.get(cell.grade_id)))
            for cell in refusing
            if cell.grade_id not in helped
        ]
    return Proof(tuple(unfit), copy_back)


def demote(verdict: Verdict, unfit: Collection[Unfit]) -> Verdict:
    """Take from a verdict what unfit checks have decided, and leave it to a person.

    Parameters
    ----------
    verdict : Verdict
        On a submission; one that could not be read stays as it is.
    unfit : collection of Unfit
        Of all notebooks of the assignment.

    Returns
    -------
    Verdict
        Unfit cells have no points and need a person, and so do their exercises. What other cells have found stays.
    """
    names = {each.cell for each in unfit if each.notebook == verdict.notebook}
    if verdict.message or not names:
        return verdict
    cells = tuple(_demote_cell(c) if c.grade_id in names else c for c in verdict.cells)
    groups: dict[str, list[CellVerdict]] = {}
    for cell in cells:
        groups.setdefault(cell.exercise, []).append(cell)
    exercises = tuple(_demote_exercise(e, groups.get(e.name, ()), names) for e in verdict.exercises)
    return dataclasses.replace(verdict, score=sum(c.score for c in cells), exercises=exercises, cells=cells)


def _read_stubs(course: Course, assignment: str, path: Path) -> set[str]:
    """Texts of solution cells as students get them."""
    release = read_release(course, assignment, path)
    return {cell["source"].strip() for cell in solution_cells(release).values()} if release else set()


def _find_refusing(verdict: Verdict, stubs: Collection[str]) -> list[CellVerdict]:
    """Check cells in which the course's own solution does not get full marks."""
    answers = {exercise.name: exercise.code.strip() for exercise in verdict.exercises}
    refusing = []
    for cell in verdict.cells:
        # A course may have no solution to an exercise: its cell is then blank, or what students get.
        is_blank = cell.status == NOT_ATTEMPTED and (not stubs or answers[cell.exercise] in {"", *stubs})
        if cell.status == FAILED or (cell.status == NOT_ATTEMPTED and not is_blank):
            refusing.append(cell)
    return refusing


def _find_blind(name: str, source: Notebook) -> list[Unfit]:
    checks = [cell for cell in source["cells"] if kind(cell) == "check"]
    blind = ((grade_id(cell), find_blindness(cell["source"])) for cell in checks)
    return [
        Unfit(name, cell, f"it {'; it '.join(found)}; outside of the student's process that is not seen")
        for cell, found in blind
        if found
    ]


def _reason(cell: CellVerdict, executed: Cell | None) -> str:
    """Say how a check refuses the course's own solution: all that is known, as that is no student's code."""
    errors = [output for output in (executed or {}).get("outputs", []) if output["output_type"] == "error"]
    text = cell.message.removeprefix(f"{cell.exercise}: ").strip()
    if errors and cell.record is None:
        text = f"{errors[0]['ename']}: {errors[0]['evalue']}".removesuffix(": ")
        frames = [frame for frame in end_of(executed).get("raised", {}).get("frames", []) if frame[3]]
        text = f"{next(iter(text.splitlines()), '')}{f', at {frames[-1][3].strip()}' if frames else ''}"
    return text.splitlines()[0] if text else f"{cell.score:g} of {cell.max_score:g} points"


def _demote_cell(cell: CellVerdict) -> CellVerdict:
    message = f"{cell.exercise}: your instructor grades this one by hand"
    return dataclasses.replace(cell, score=0.0, needs_manual=True, status=NEEDS_PERSON, message=message, record=None)


def _demote_exercise(
    exercise: ExerciseVerdict, cells: Sequence[CellVerdict], names: Collection[str]
) -> ExerciseVerdict:
    unfit = [cell for cell in cells if cell.grade_id in names]
    if not unfit:
        return exercise
    fit = sorted((cell for cell in cells if cell.grade_id not in names), key=lambda cell: cell.hidden)
    found = next((cell.message for cell in fit if cell.message), "")
    last = next((cell.record for cell in reversed(fit) if cell.record is not None), None)
    if found and last is not None and last.misconception:
        found += f"\n  Likely cause: {last.cause}.  [{last.misconception}]"
    visible, hidden = (_combine(fit, unfit, exercise, is_hidden) for is_hidden in (False, True))
    return dataclasses.replace(
        exercise,
        score=sum(cell.score for cell in cells),
        visible=visible,
        hidden=hidden,
        message="\n".join([*([found] if found else []), *(cell.message for cell in unfit)]),
        misconception=last.misconception if last else "",
        cause=last.cause if last else "",
        properties=tuple(p for c in fit if c.hidden and c.record for p in c.record.properties),
        visible_properties=tuple(p for c in fit if not c.hidden and c.record for p in c.record.properties),
        # It may come from any of the checks: shown only where one that counts has failed.
        traceback=exercise.traceback if FAILED in (visible, hidden) else "",
        needs_manual=True,
    )


def _combine(
    fit: Sequence[CellVerdict], unfit: Sequence[CellVerdict], exercise: ExerciseVerdict, hidden: bool
) -> str | None:
    """The state of an exercise's visible or hidden checks by those that are fit; None when none of them is."""
    if not any(cell.hidden == hidden for cell in unfit):
        return exercise.hidden if hidden else exercise.visible
    states = [cell.status for cell in fit if cell.hidden == hidden and not cell.needs_manual]
    return next((state for state in (FAILED, NOT_ATTEMPTED, PASSED) if state in states), None)
