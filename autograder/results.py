"""The engine's own memory of a class: one JSON file a submission in `.autograder/`, and the CSV of the whole class.

A result is written after the gradebook, so a result that is there was recorded. Knows nothing of how verdicts are made.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.files import write_atomically
from autograder.proving import Unfit
from autograder.records import Record
from autograder.verdict import CellVerdict, ExerciseVerdict, Verdict

FOLDER = ".autograder"


@dataclass(frozen=True)
class Result:
    """The verdicts on one student's submission.

    Attributes
    ----------
    digest : str
        Of all that the verdicts depend on, see `submissions.Submission`.
    verdicts : tuple of Verdict
        A notebook each.
    notes : tuple of str
        For the instructor: why a person may want to look at it.
    isolation : str
        How it was run, see `execute.Executor`.
    unfit : tuple of Unfit
        Checks of the assignment that decided nothing.
    """

    student: str
    assignment: str
    digest: str
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()
    isolation: str = "none"
    unfit: tuple[Unfit, ...] = ()

    @property
    def score(self) -> float:
        """Points earned so far."""
        return sum(verdict.score for verdict in self.verdicts)

    @property
    def max_score(self) -> float:
        """Points that could be earned."""
        return sum(verdict.max_score for verdict in self.verdicts)

    @property
    def exercises(self) -> list[ExerciseVerdict]:
        """All exercises of all notebooks."""
        return [exercise for verdict in self.verdicts for exercise in verdict.exercises]

    @property
    def status(self) -> str:
        """One of "graded", "needs a person", "damaged"."""
        if any(verdict.message for verdict in self.verdicts):
            return "damaged"
        return "needs a person" if any(exercise.needs_manual for exercise in self.exercises) else "graded"

    @property
    def note(self) -> str:
        """Why somebody should look at it, "" when nobody needs to."""
        parts = [verdict.message for verdict in self.verdicts if verdict.message]
        waiting = [exercise.name for exercise in self.exercises if exercise.needs_manual]
        if waiting:
            parts.append(f"to grade by hand: {', '.join(waiting)}")
        return "; ".join([*parts, *self.notes])

    def shorten(self) -> Result:
        """Leave out what no table or report needs, so that a whole class is held at a small cost."""
        verdicts = []
        for verdict in self.verdicts:
            exercises = [
                dataclasses.replace(exercise, properties=(), visible_properties=(), code="", traceback="")
                for exercise in verdict.exercises
            ]
            verdicts.append(dataclasses.replace(verdict, exercises=tuple(exercises), cells=()))
        return dataclasses.replace(self, verdicts=tuple(verdicts))

    def to_json(self) -> dict[str, Any]:
        """What `grade --json` and `report --json` print of a student."""
        return {
            "student": self.student,
            "score": self.score,
            "max_score": self.max_score,
            "status": self.status,
            "note": self.note,
            "isolation": self.isolation,
            "notebooks": [verdict.to_json() for verdict in self.verdicts],
        }


def result_path(course: Course, assignment: str, student: str) -> Path:
    """Where a student's result is kept."""
    return course.root / FOLDER / assignment / f"{student}.json"


def csv_path(course: Course, assignment: str) -> Path:
    """Where the table of the class is."""
    return course.root / FOLDER / f"{assignment}.csv"


def save_result(course: Course, result: Result) -> None:
    """Keep a result; an OSError when the course cannot be written."""
    content = json.dumps(vars(result), default=vars) + "\n"
    write_atomically(result_path(course, result.assignment, result.student), content.encode())


def load_result(course: Course, assignment: str, student: str) -> Result | None:
    """Give a kept result; None when there is none, or an older version of the engine wrote it."""
    try:
        content = json.loads(result_path(course, assignment, student).read_text(encoding="utf-8"))
        content["verdicts"] = tuple(_load_verdict(verdict) for verdict in content["verdicts"])
        content["notes"] = tuple(content["notes"])
        content["unfit"] = tuple(Unfit(**each) for each in content.get("unfit", ()))
        return Result(**content)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def iterate_results(course: Course, assignment: str) -> Iterator[Result]:
    """Give the kept results of an assignment one by one, sorted by student."""
    for student in sorted(path.stem for path in (course.root / FOLDER / assignment).glob("*.json")):
        result = load_result(course, assignment, student)
        if result is not None:
            yield result


def load_results(course: Course, assignment: str) -> list[Result]:
    """Give all kept results of an assignment, sorted by student; a large class is better taken one by one."""
    return list(iterate_results(course, assignment))


def write_csv(course: Course, assignment: str, results: Sequence[Result]) -> Path:
    """Write the class as a table: a row a student, a column an exercise, then total, maximum, status and note."""
    names = list(dict.fromkeys(exercise.name for result in results for exercise in result.exercises))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["student", *names, "total", "max", "status", "note"])
    for result in results:
        scores = {exercise.name: f"{exercise.score:g}" for exercise in result.exercises}
        row = [result.student, *(scores.get(name, "0") for name in names), f"{result.score:g}", f"{result.max_score:g}"]
        writer.writerow([_as_text(cell) for cell in [*row, result.status, result.note]])
    path = csv_path(course, assignment)
    # With a byte order mark, as spreadsheets otherwise take UTF-8 for something else.
    write_atomically(path, text.getvalue().encode("utf-8-sig", "replace"))
    return path


def list_unfit_checks(results: Sequence[Result]) -> list[Unfit]:
    """Give the checks that refuse the course's own solution, each once."""
    return list(dict.fromkeys(unfit for result in results for unfit in result.unfit))


def count_misconceptions(results: Sequence[Result]) -> list[tuple[str, str, int]]:
    """Give (name, cause, number of submissions) of the class's misconceptions, most frequent first."""
    causes = {e.misconception: e.cause for result in results for e in result.exercises if e.misconception}
    counts = Counter(name for r in results for name in {e.misconception for e in r.exercises if e.misconception})
    return [(name, causes[name], count) for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _load_verdict(content: dict[str, Any]) -> Verdict:
    exercises = []
    for exercise in content.pop("exercises"):
        lists: Any = {key: tuple(exercise.pop(key)) for key in ("properties", "visible_properties")}
        exercises.append(ExerciseVerdict(**exercise, **lists))
    cells = []
    for cell in content.pop("cells"):
        record = cell.pop("record")
        if record is not None:
            record = Record(**{**record, "properties": tuple(record["properties"])})
        cells.append(CellVerdict(**cell, record=record))
    return Verdict(**content, exercises=tuple(exercises), cells=tuple(cells))


def _as_text(cell: str) -> str:
    """No cell that a spreadsheet would take for a formula: names of files and folders come from students."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
