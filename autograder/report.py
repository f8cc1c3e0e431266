"""`autograder report`, and the end of `autograder grade`: scores, misconceptions, who needs a person, where all is.

Grades nothing; reads the engine's kept results.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from collections.abc import Collection, Mapping, Sequence

from autograder.course import Course
from autograder.errors import CourseError
from autograder.progress import printable
from autograder.proving import Unfit
from autograder.results import FOLDER, Result, count_misconceptions, csv_path, iterate_results, list_unfit_checks

SHOWN_MISCONCEPTIONS = 10


def main(args: argparse.Namespace) -> int:
    """Show the results of the last grading again."""
    course = Course.find(args.course)
    course.source_notebooks(args.assignment)
    results = [result.shorten() for result in iterate_results(course, args.assignment)]
    if not results:
        raise CourseError(f"{args.assignment} was not graded yet; run `autograder grade {args.assignment}`.")
    show(course, args.assignment, results, as_json=args.json)
    return 0


def show(
    course: Course,
    assignment: str,
    results: Sequence[Result],
    *,
    unchanged: Collection[str] = (),
    faults: Mapping[str, str] | None = None,
    as_json: bool = False,
) -> None:
    """Print the results.

    Parameters
    ----------
    results : sequence of Result
        The whole class.
    unchanged : collection of str
        Students who were not graded again.
    faults : mapping
        Student → what went wrong in the engine.
    as_json : bool
        One JSON object instead of tables.
    """
    faults = faults or {}
    places = {
        "table": str(csv_path(course, assignment)),
        "feedback": str(course.feedback / "STUDENT" / assignment),
        "gradebook": str(course.setting("CourseDirectory.db_url", "") or course.root / "gradebook.db"),
    }
    misconceptions = count_misconceptions(results)
    unfit = list_unfit_checks(results)
    if as_json:
        content = {
            "assignment": assignment,
            "unfit_checks": [dataclasses.asdict(each) for each in unfit],
            "students": [{**r.to_json(), "unchanged": r.student in unchanged} for r in results],
            "needs_person": [{"student": student, "why": why} for student, why in _list_for_a_person(results, faults)],
            "misconceptions": [{"name": n, "cause": cause, "count": count} for n, cause, count in misconceptions],
            "faults": dict(faults),
            "places": places,
        }
        print(json.dumps(content, indent=1, ensure_ascii=False))
        return
    _print_unfit_checks(unfit)
    _print_scores(assignment, results, unchanged, faults)
    _print_misconceptions(misconceptions, len(results))
    _print_for_a_person(results, faults)
    print(f"\nTable           {places['table']}")
    print(f"Feedback pages  {places['feedback']}")
    print(f"Gradebook       {places['gradebook']}")


def _list_for_a_person(results: Sequence[Result], faults: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give (student, why) of every submission that somebody should look at, sorted by student."""
    listed = [(result.student, result.note) for result in results if result.note]
    listed += [(student, f"no score was recorded, the engine failed: {fault}") for student, fault in faults.items()]
    return sorted(listed)


def _print_for_a_person(results: Sequence[Result], faults: Mapping[str, str]) -> None:
    listed = _list_for_a_person(results, faults)
    if listed:
        print(f"\nNeeds a person: {len(listed)} of {len(results) + len(faults)}")
        for student, why in listed:
            print(printable(f"  {student}: {why}"))
    if any(result.status == "needs a person" for result in results):
        print("Answers are graded by hand in the Formgrader.")
    if faults:
        print(f"The engine failed on {len(faults)}: run the command again, or report it.")


def _print_unfit_checks(unfit: Sequence[Unfit]) -> None:
    if not unfit:
        return
    print(f"CHECKS THAT CANNOT BE TRUSTED HERE: {len(unfit)}. They decided nothing; a person must grade them.")
    for each in unfit:
        print(printable(f"  {each.notebook}, {each.cell}: {each.reason}"))
    print("They run outside of the student's process; course/security.md says what checks can see.\n")


def _print_scores(
    assignment: str, results: Sequence[Result], unchanged: Collection[str], faults: Mapping[str, str]
) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    if not console.is_terminal:
        console.width = 120
    table = Table(title=assignment, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("student", overflow="fold")
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("status", no_wrap=True)
    rows = {
        result.student: (f"{result.score:g} / {result.max_score:g}", _status(result, unchanged)) for result in results
    }
    rows |= dict.fromkeys(faults, ("–", "engine failed"))
    for student, row in sorted(rows.items()):
        # Text, not str: names and reasons come from students and may hold what rich takes for markup.
        table.add_row(*(Text(part) for part in (student, *row)))
    console.print(table)
    if results:
        mean = sum(result.score for result in results) / len(results)
        print(f"{len(results)} submissions, {mean:.1f} of {results[0].max_score:g} points on average.")


def _status(result: Result, unchanged: Collection[str]) -> str:
    return f"{result.status}, unchanged" if result.student in unchanged else result.status


def _print_misconceptions(misconceptions: Sequence[tuple[str, str, int]], submissions: int) -> None:
    if not misconceptions:
        return
    print("\nMost frequent misconceptions")
    for name, cause, count in misconceptions[:SHOWN_MISCONCEPTIONS]:
        print(f"{count:4d} of {submissions}  {name}: {cause}")
    left = len(misconceptions) - SHOWN_MISCONCEPTIONS
    if left > 0:
        print(f"       and {left} more, each once or seldom; all are in {FOLDER}/")
