"""Grades the corpus and prints it as a Markdown table for the instructors' page: `python -m tests.hostile.table`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from tests.hostile import course
from tests.hostile.case import Case
from tests.hostile.corpus import CORPUS
from tests.hostile.grading import Graded, grade_class, student_of

HEAD = "| submission | family | attempt, or what is odd | outcome |\n|---|---|---|---|"


def main() -> int:
    """Print the table; 1 when any outcome is unfair."""
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    folder.chmod(0o755)
    try:
        graded = grade_class(CORPUS, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(make_table(graded))
    return int(any(describe(graded, case).startswith("UNFAIR") for case in CORPUS))


def make_table(graded: Graded) -> str:
    """Give the table, a row a case, in the corpus's order."""
    rows = [[case.name, case.family, case.why, describe(graded, case)] for case in CORPUS]
    return "\n".join([HEAD, *("| " + " | ".join(escape(cell) for cell in row) + " |" for row in rows)])


def describe(graded: Graded, case: Case) -> str:
    """Say what came of a case, in a few words."""
    entry = graded.students.get(student_of(case))
    if entry is None:
        return "UNFAIR: no score"
    points = f"{entry['score']:g} of {course.MAX_SCORE:g}"
    if isinstance(case.fair, (int, float)):
        return f"{points}, with the reason" if entry["score"] == case.fair and entry["note"] else f"UNFAIR: {points}"
    scores = graded.scores(student_of(case))
    if any(scores.get(name, 0.0) > fair for name, fair in case.fair.items()):
        return f"UNFAIR: {points}, {case.total:g} deserved"
    if all(scores.get(name) == fair for name, fair in case.fair.items()):
        return f"{points}, as deserved"
    if case.breaks_itself:
        return f"{points}, as it broke itself ({case.total:g} deserved)"
    return f"UNFAIR: {points}, {case.total:g} deserved"


def escape(text: str) -> str:
    """Give a text that stays one cell and plain text."""
    for character in "\\|*_`<[":
        text = text.replace(character, f"\\{character}")
    return text


if __name__ == "__main__":
    sys.exit(main())
