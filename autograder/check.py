"""`autograder check`: learners' own notebooks through visible and hidden checks. Writes no file."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder import notebook as notebooks
from autograder.course import Course
from autograder.errors import CourseError, EngineFault, UnreadableNotebook
from autograder.evaluate import evaluate
from autograder.execute import Executor
from autograder.own import OwnExecutor
from autograder.progress import printable
from autograder.verdict import FAILED, NOT_ATTEMPTED, PASSED, SIGNS, ExerciseVerdict, Verdict, reject


def main(args: argparse.Namespace) -> int:
    """Check notebooks; 0 when every one could be read, else 2."""
    course = Course.find(args.course)
    verdicts = []
    with OwnExecutor(course, tell=lambda sentence: print(sentence, file=sys.stderr)) as executor:
        for path in args.notebooks:
            with _waiting(path):
                verdict = check_notebook(course, path, executor)
            verdicts.append(verdict)
            if not args.json:
                print_verdict(verdict)
    if args.json:
        print(json.dumps([verdict.to_json() for verdict in verdicts], indent=1, ensure_ascii=False))
    return 2 if any(verdict.message for verdict in verdicts) else 0


def check_notebook(course: Course, path: str, executor: Executor) -> Verdict:
    """Check one notebook.

    Parameters
    ----------
    path : str
        As the user gave it; it stands so in the verdict.

    Returns
    -------
    Verdict
        Without exercises and with a message when the notebook cannot be read or belongs to no assignment.
    """
    assignment = ""
    try:
        submitted = notebooks.read(path)
        assignment, source_path = course.find_assignment(path)
        return evaluate(course, assignment, source_path, submitted, executor, name=path)[1]
    except (UnreadableNotebook, CourseError, EngineFault) as error:
        return reject(str(error), notebook=path, assignment=assignment)


@contextmanager
def _waiting(path: str) -> Iterator[None]:
    """Show on a terminal what is being checked: a loop without end takes until its limit."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status(f"Checking {escape(printable(path))}"):
        yield


def print_verdict(verdict: Verdict) -> None:
    """Print a table of the exercises, and what there is to say of each."""
    if verdict.message:
        is_named = Path(verdict.notebook).name in verdict.message
        print(verdict.message if is_named else f"{verdict.notebook}: {verdict.message}", file=sys.stderr)
        return
    from rich.console import Console
    from rich.table import Table

    console = Console()
    print(f"{verdict.notebook} ({verdict.assignment})")
    table = Table(box=None, pad_edge=False)
    table.add_column("exercise")
    for heading in ("visible", "hidden"):
        table.add_column(heading)
    table.add_column("points", justify="right")
    for exercise in verdict.exercises:
        points = f"{exercise.score:g} / {exercise.max_score:g}"
        table.add_row(exercise.name, _state(exercise.visible), _state(exercise.hidden), points)
    table.add_row("total", "", "", f"{verdict.score:g} / {verdict.max_score:g}", style="bold")
    console.print(table)
    for exercise in verdict.exercises:
        if _has_something_to_say(exercise):
            # Plain print: a message may hold brackets, which rich would read as markup, and long lines stay whole.
            print(f"\n{exercise.message}")
            if exercise.traceback:
                print("\n".join(f"    {line}" for line in exercise.traceback.splitlines()))
        _print_notes(exercise)
    print()


def _print_notes(exercise: ExerciseVerdict) -> None:
    """What there is to learn from hidden checks, for instance the explained answers of a quiz."""
    notes = [item for item in exercise.properties if item.get("note")]
    if notes and NOT_ATTEMPTED not in (exercise.visible, exercise.hidden):
        print(f"\n{exercise.name}, explained:")
        for item in notes:
            print(f"  {SIGNS[PASSED if item.get('passed') else FAILED]} {item['name']}: {item['note']}")


def _state(state: str | None) -> str:
    return f"{SIGNS[state]} {state}" if state else ""


def _has_something_to_say(exercise: ExerciseVerdict) -> bool:
    if exercise.needs_manual:
        return True
    states = (exercise.visible, exercise.hidden)
    return bool(exercise.message) and (FAILED in states or (NOT_ATTEMPTED in states and _is_renamed(exercise)))


def _is_renamed(exercise: ExerciseVerdict) -> bool:
    """Whether the exercise's cell has code that never speaks of the exercise: an answer under another name."""
    return bool(exercise.code.strip()) and not re.search(rf"\b{re.escape(exercise.name)}\b", exercise.code)
