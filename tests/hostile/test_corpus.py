"""The whole corpus graded as one class: everyone gets what they deserve, and nothing else changes."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook

from tests.hostile import course
from tests.hostile.case import Case
from tests.hostile.corpus import CORPUS
from tests.hostile.grading import Graded, grade_class, student_of

pytestmark = pytest.mark.skipif(
    "AUTOGRADER_TEST_WITHOUT_JAIL" in os.environ, reason="this machine offers no isolation, and was said to"
)
SAFE_TYPES = {"text/plain", "image/png", "image/jpeg"}


@pytest.fixture(scope="module")
def graded() -> Iterator[Graded]:
    # Not in pytest's folder, which is closed to other users: only the engine is to keep a submission out.
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    folder.chmod(0o755)
    try:
        yield grade_class(CORPUS, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read_outcome(graded: Graded, student: str) -> tuple[dict[str, Any], str]:
    """The graded notebook and the feedback page."""
    autograded = graded.places.course / "autograded" / student / course.ASSIGNMENT / course.NOTEBOOK
    page = graded.places.course / "feedback" / student / course.ASSIGNMENT / "week1.html"
    return json.loads(autograded.read_text(encoding="utf-8")), page.read_text(encoding="utf-8")


class ActiveParts(HTMLParser):
    """Collects what a browser would run or load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        active = tag in ("script", "iframe", "object", "embed", "svg", "form", "base")
        handlers = [name for name, value in attrs if name.startswith("on") or "javascript:" in (value or "").lower()]
        elsewhere = [value for name, value in attrs if name in ("src", "href") and not (value or "").startswith("#")]
        if active or handlers or elsewhere:
            self.found.append(f"<{tag} {attrs}>")


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_everyone_gets_what_they_deserve(graded: Graded, case: Case) -> None:
    student = student_of(case)
    assert student in graded.students, graded.faults.get(student, graded.messages[-1000:])
    scores = graded.scores(student)
    if isinstance(case.fair, (int, float)):
        assert not scores
        assert graded.students[student]["score"] == case.fair
        assert graded.students[student]["status"] == "damaged"
        assert graded.students[student]["note"]
        return
    gained = {name: points for name, points in scores.items() if points > case.fair[name]}
    lost = {name: points for name, points in scores.items() if points < case.fair[name]}
    assert not gained, f"points for nothing: {gained}, fair is {dict(case.fair)}"
    assert set(scores) == set(case.fair)
    assert graded.students[student]["max_score"] == course.MAX_SCORE
    if not case.breaks_itself:
        assert not lost, f"right work marked down: {lost}, fair is {dict(case.fair)}"


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_what_is_written_is_valid_and_harmless(graded: Graded, case: Case) -> None:
    notebook, page = read_outcome(graded, student_of(case))
    nbformat.validate(nbformat.from_dict(notebook))
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    assert {kind for output in outputs for kind in output.get("data", {})} <= SAFE_TYPES
    written = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    assert not [text for text in written if re.search(r"<\s*(script|iframe|img)\b", "".join(text))]
    parser = ActiveParts()
    parser.feed(page)
    assert not parser.found


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_nobody_sees_what_is_not_theirs(graded: Graded, case: Case) -> None:
    notebook, page = read_outcome(graded, student_of(case))
    own = [c for c in notebook["cells"] if not c["metadata"].get("nbgrader", {}).get("locked")]
    shown = json.dumps([cell.get("outputs", []) for cell in own]) + page
    # A check's printed output is the student's code's too; its own text and its error are the instructor's.
    shown += json.dumps([o for c in notebook["cells"] for o in c.get("outputs", []) if o["output_type"] == "stream"])
    assert [name for name, word in course.SECRETS.items() if word in shown] == []


def test_every_classmate_has_full_marks(graded: Graded) -> None:
    full = course.POINTS * len(course.EXERCISES)
    assert {name: graded.students[name]["score"] for name in graded.classmates} == dict.fromkeys(
        graded.classmates, full
    )


def test_the_command_grades_everyone_and_reports_no_fault(graded: Graded) -> None:
    assert (graded.code, graded.faults) == (0, {})
    assert set(graded.students) == {*graded.classmates, *map(student_of, CORPUS)}


def test_no_process_stays(graded: Graded) -> None:
    assert graded.left == []


def test_nothing_outside_the_results_changes(graded: Graded) -> None:
    changed = {
        path: (graded.before.get(path), graded.after.get(path))
        for path in graded.before.keys() | graded.after.keys()
        if graded.before.get(path) != graded.after.get(path)
    }
    assert changed == {}


def test_nobody_reaches_the_network(graded: Graded) -> None:
    assert graded.visits == 0


def test_the_gradebook_says_the_same(graded: Graded) -> None:
    with Gradebook(f"sqlite:///{graded.places.course / 'gradebook.db'}", "hostile") as api:
        recorded = {s.student.id: (s.score, s.max_score) for s in api.assignment_submissions(course.ASSIGNMENT)}
    shown = {name: (entry["score"], course.MAX_SCORE) for name, entry in graded.students.items()}
    assert recorded == shown


def test_nothing_waits_past_its_limits(graded: Graded) -> None:
    assert graded.seconds < 300


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(CORPUS) >= 150
    assert len({student_of(case) for case in CORPUS}) == len(CORPUS)
    hostile = [case for case in CORPUS if not case.honest and not isinstance(case.fair, (int, float))]
    assert all(case.total < course.POINTS * len(course.EXERCISES) for case in hostile)
