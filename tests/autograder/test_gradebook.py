"""The gradebook: one writer, what people wrote stays, and nothing half there."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder import release
from autograder.course import Course
from autograder.errors import CourseError
from autograder.evaluate import read_source
from autograder.gradebook import NO_RESPONSE, CourseGradebook
from autograder.notebook import Notebook
from autograder.verdict import Verdict, reject
from tests.autograder import plain_course as plain

Judge = Callable[[Notebook], Verdict]
BLANK = "def greet(name):\n    raise NotImplementedError\n"
HANDED_IN = datetime(2026, 1, 2, 12, 0, 0)


@pytest.fixture
def course(course_folder: Path) -> Course:
    return Course(course_folder)


def named(verdict: Verdict) -> Verdict:
    """With the notebook's name in the gradebook."""
    return Verdict(**{**vars(verdict), "notebook": "plain"})


def record(course: Course, *verdicts: Verdict, timestamp: datetime | None = None, student: str = "ada") -> None:
    with CourseGradebook(course) as gradebook:
        gradebook.register(plain.ASSIGNMENT)
        gradebook.record(student, plain.ASSIGNMENT, verdicts, timestamp)


def read(course: Course) -> Gradebook:
    return Gradebook(f"sqlite:///{course.root / 'gradebook.db'}", "plain")


def edit_source(course: Course, edit: Callable[[list[dict[str, Any]]], object]) -> None:
    path = course.source / plain.ASSIGNMENT / plain.NOTEBOOK
    notebook = json.loads(path.read_text())
    edit(notebook["cells"])
    path.write_text(json.dumps(notebook))


def find(cells: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(cell for cell in cells if cell["id"] == name)


def test_registers_as_nbgrader_does(course: Course) -> None:
    for _ in range(2):
        with CourseGradebook(course) as gradebook:
            gradebook.register(plain.ASSIGNMENT)
    with read(course) as api:
        notebook = api.find_notebook("plain", plain.ASSIGNMENT)
        assert notebook.max_score == plain.MAX_SCORE
        assert {cell.name for cell in notebook.solution_cells} == set(plain.EXERCISES)
        assert "setup" in {cell.name for cell in notebook.source_cells}


def test_a_new_gradebook_is_as_nbgrader_makes_one(course: Course, tmp_path: Path) -> None:
    CourseGradebook(course).__exit__()
    Gradebook(f"sqlite:///{tmp_path / 'stock.db'}", "plain").close()
    found = []
    for path in (course.root / "gradebook.db", tmp_path / "stock.db"):
        with closing(sqlite3.connect(path)) as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            columns = {
                name: connection.execute(f"SELECT name, type FROM pragma_table_info('{name}')").fetchall()
                for name in tables
            }
            found.append((columns, connection.execute("SELECT * FROM alembic_version").fetchall()))
    assert found[0] == found[1]
    assert [path.name for path in course.root.glob(".gradebook*")] == []


def test_nbgrader_is_imported_without_the_grammar_that_nobody_uses() -> None:
    code = (
        "import sys; from autograder.quickly import import_nbgrader, GRAMMAR; import_nbgrader()\n"
        "assert 'nbgrader.api' in sys.modules and GRAMMAR not in sys.modules\n"
        "import rfc3987_syntax"  # whoever wants it later gets it
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.fixture
def count_registrations(monkeypatch: pytest.MonkeyPatch) -> Callable[[Course], int]:
    """How often one more grading runs nbgrader's preprocessors."""
    calls = []

    def make_release(*arguments: Any, **options: Any) -> object:
        calls.append(arguments)
        return release.make_release(*arguments, **options)

    monkeypatch.setattr("autograder.gradebook.make_release", make_release)

    def count(course: Course) -> int:
        before = len(calls)
        with CourseGradebook(course) as gradebook:
            gradebook.register(plain.ASSIGNMENT)
        return len(calls) - before

    return count


def test_an_unchanged_assignment_is_registered_once(
    course: Course, count_registrations: Callable[[Course], int]
) -> None:
    assert [count_registrations(course) for _ in range(3)] == [1, 0, 0]
    edit_source(course, lambda cells: find(cells, "check_double")["metadata"]["nbgrader"].update(points=5))
    assert [count_registrations(course) for _ in range(2)] == [1, 0]
    config = course.root / "nbgrader_config.py"
    config.write_text(config.read_text() + "c.ClearSolutions.code_stub = {'python': 'pass'}\n")
    assert [count_registrations(Course(course.root)) for _ in range(2)] == [1, 0]


def test_an_assignment_that_another_program_changed_in_the_gradebook_is_registered_again(
    course: Course, count_registrations: Callable[[Course], int]
) -> None:
    assert count_registrations(course) == 1
    with read(course) as api:
        api.find_grade_cell("check_double", "plain", plain.ASSIGNMENT).max_score = 99
        api.db.commit()
    assert count_registrations(course) == 1
    with read(course) as api:
        assert api.find_grade_cell("check_double", "plain", plain.ASSIGNMENT).max_score == 1


def test_what_a_preprocessor_reads_elsewhere_is_never_taken_for_unchanged(
    course: Course, count_registrations: Callable[[Course], int]
) -> None:
    config = course.root / "nbgrader_config.py"
    (course.root / "header.ipynb").write_text(json.dumps({**plain.make_source(), "cells": []}))
    config.write_text(config.read_text() + "c.IncludeHeaderFooter.header = 'header.ipynb'\n")
    assert [count_registrations(Course(course.root)) for _ in range(2)] == [1, 1]


def test_writes_each_score_and_why(course: Course, judge: Judge) -> None:
    verdict = named(judge(plain.solved(double="def double(x):\n    return x * x", greet=BLANK)))
    record(course, verdict, timestamp=HANDED_IN)
    with read(course) as api:
        submission = api.find_submission(plain.ASSIGNMENT, "ada")
        assert submission.score == verdict.score == 7
        assert submission.timestamp == HANDED_IN
        assert not submission.needs_manual_grade
        comments = {c.name: c.comment for c in submission.notebooks[0].comments}
        assert "it squares" in comments["double"]
        assert comments["greet"] == NO_RESPONSE
        assert comments["average"] is None


def test_keeps_what_a_person_wrote(course: Course, judge: Judge) -> None:
    record(course, named(judge(plain.make_release())))
    with read(course) as api:
        grade = api.find_grade("hidden_double", "plain", plain.ASSIGNMENT, "ada")
        grade.manual_score, grade.extra_credit = 1.5, 0.25
        api.find_comment("double", "plain", plain.ASSIGNMENT, "ada").manual_comment = "a good start"
        api.db.commit()
    record(course, named(judge(plain.solved())))
    with read(course) as api:
        grade = api.find_grade("hidden_double", "plain", plain.ASSIGNMENT, "ada")
        assert (grade.score, grade.auto_score, grade.needs_manual_grade) == (1.75, 2, True)
        assert api.find_comment("double", "plain", plain.ASSIGNMENT, "ada").comment == "a good start"


def test_a_damaged_submission_has_a_row_with_nothing_and_the_reason(course: Course) -> None:
    source = read_source(course.source / plain.ASSIGNMENT / plain.NOTEBOOK)
    record(course, reject("it is not JSON.", notebook="plain", assignment=plain.ASSIGNMENT, source=source))
    with read(course) as api:
        submission = api.find_submission(plain.ASSIGNMENT, "ada")
        assert (submission.score, submission.max_score) == (0, plain.MAX_SCORE)
        assert not submission.needs_manual_grade
        assert "it is not JSON." in {c.comment for c in submission.notebooks[0].comments}


def test_changed_points_are_taken_over_while_there_are_submissions(course: Course, judge: Judge) -> None:
    record(course, named(judge(plain.solved())))
    edit_source(course, lambda cells: find(cells, "check_double")["metadata"]["nbgrader"].update(points=5))
    with CourseGradebook(course) as gradebook:
        gradebook.register(plain.ASSIGNMENT)
    with read(course) as api:
        assert api.find_submission(plain.ASSIGNMENT, "ada").max_score == plain.MAX_SCORE + 4


def test_removed_cells_are_refused_with_the_remedy_while_there_are_submissions(course: Course, judge: Judge) -> None:
    record(course, named(judge(plain.solved())))
    edit_source(course, lambda cells: cells.remove(find(cells, "check_double")))
    with CourseGradebook(course) as gradebook, pytest.raises(CourseError, match="nbgrader db assignment remove week1"):
        gradebook.register(plain.ASSIGNMENT)
    with read(course) as api:
        assert api.find_submission(plain.ASSIGNMENT, "ada").score == plain.MAX_SCORE


def test_an_added_notebook_is_refused_while_there_are_submissions(course: Course, judge: Judge) -> None:
    record(course, named(judge(plain.solved())))
    first = course.source / plain.ASSIGNMENT / plain.NOTEBOOK
    first.with_name("second.ipynb").write_bytes(first.read_bytes())
    changed = Course(course.root)
    with CourseGradebook(changed) as gradebook, pytest.raises(CourseError, match="notebooks of week1"):
        gradebook.register(plain.ASSIGNMENT)


@pytest.fixture
def late(course: Course) -> Course:
    """A course that takes half of the points for more than an hour."""
    config = course.root / "nbgrader_config.py"
    config.write_text(
        config.read_text()
        + """
from nbgrader.plugins import BasePlugin
class Half(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return score / 2 if total_seconds_late > 3600 else None
c.AssignLatePenalties.plugin_class = Half
"""
    )
    return Course(course.root)


def set_due_date(course: Course) -> None:
    with read(course) as api:
        api.find_assignment(plain.ASSIGNMENT).duedate = datetime(2026, 1, 2, 10, 0, 0)
        api.db.commit()


def test_late_penalties_are_the_course_plugins(late: Course, judge: Judge) -> None:
    # A penalty is a share of the new score, not of an earlier one.
    record(late, named(judge(plain.make_release())))
    set_due_date(late)
    for hour, penalty in ((12, 6.0), (9, None)):
        record(late, named(judge(plain.solved())), timestamp=datetime(2026, 1, 2, hour, 0, 0))
        with read(late) as api:
            assert api.find_submission_notebook("plain", plain.ASSIGNMENT, "ada").late_submission_penalty == penalty


def test_a_new_submission_may_be_late_and_an_extension_counts(late: Course, judge: Judge) -> None:
    with CourseGradebook(late) as gradebook:
        gradebook.register(plain.ASSIGNMENT)
    set_due_date(late)
    right = named(judge(plain.solved()))
    record(late, right, timestamp=HANDED_IN)
    for hours, penalty in ((0, 6.0), (1, None)):
        with read(late) as api:
            api.grant_extension(plain.ASSIGNMENT, "ada", hours=hours)
        record(late, right)  # the time that is known stands
        with read(late) as api:
            assert api.find_submission_notebook("plain", plain.ASSIGNMENT, "ada").late_submission_penalty == penalty


def test_a_student_who_is_there_stays_as_is(course: Course, judge: Judge) -> None:
    CourseGradebook(course).__exit__()
    with read(course) as api:
        api.add_student("ada", first_name="Ada", last_name="Lovelace", email="ada@example.org")
    record(course, named(judge(plain.solved())))
    with read(course) as api:
        student = api.find_student("ada")
        assert (student.first_name, student.last_name, student.email) == ("Ada", "Lovelace", "ada@example.org")
        assert student.score == plain.MAX_SCORE


def test_a_gradebook_of_an_older_nbgrader_is_refused_with_the_remedy(course: Course, judge: Judge) -> None:
    record(course, named(judge(plain.solved())))
    with closing(sqlite3.connect(course.root / "gradebook.db")) as connection:
        connection.execute("ALTER TABLE student DROP COLUMN lms_user_id")
    with pytest.raises(CourseError, match="nbgrader db upgrade"):
        record(course, named(judge(plain.solved())), student="bob")


def test_waits_while_another_program_holds_the_gradebook(course: Course, judge: Judge, monkeypatch: Any) -> None:
    monkeypatch.setattr("autograder.gradebook.LOCK_MILLISECONDS", 10)
    record(course, named(judge(plain.make_release())))
    other = sqlite3.connect(course.root / "gradebook.db")
    told = []

    def release_lock(sentence: str) -> None:
        told.append(sentence)
        other.rollback()

    with CourseGradebook(course, tell=release_lock) as gradebook:
        other.execute("BEGIN IMMEDIATE")
        gradebook.record("ada", plain.ASSIGNMENT, [named(judge(plain.solved()))])
    other.close()
    assert len(told) == 1
    with read(course) as api:
        assert api.find_submission(plain.ASSIGNMENT, "ada").score == plain.MAX_SCORE


def test_a_new_submission_has_the_rows_that_nbgrader_would_make(course: Course) -> None:
    def add_other_kinds(cells: list[dict[str, Any]]) -> None:
        find(cells, "greet")["metadata"]["nbgrader"].update(grade=True, points=3)
        task = plain.extra_cell("Read a book.", grade_id="task", points=1)
        task |= {"id": "task", "cell_type": "markdown"}
        del task["outputs"], task["execution_count"]
        task["metadata"]["nbgrader"].update(grade=False, task=True, locked=True)
        cells.append(task)

    edit_source(course, add_other_kinds)
    source = read_source(course.source / plain.ASSIGNMENT / plain.NOTEBOOK)
    record(course, reject("it is not JSON.", notebook="plain", assignment=plain.ASSIGNMENT, source=source))
    with read(course) as api:
        with api.db.no_autoflush:
            api.add_student("bob")
            api.add_submission(plain.ASSIGNMENT, "bob")
        rows = []
        for student in ("ada", "bob"):
            (notebook,) = api.find_submission(plain.ASSIGNMENT, student).notebooks
            kinds = [[(row.cell.name, row.cell.type) for row in kind] for kind in (notebook.grades, notebook.comments)]
            rows.append([sorted(kind) for kind in kinds])
        assert rows[0] == rows[1]
        assert ("greet", "GradeCell") in rows[0][0] and ("task", "TaskCell") in rows[0][1]


def test_a_submission_is_written_as_a_whole_or_not_at_all(course: Course, judge: Judge, monkeypatch: Any) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the power went off")

    with CourseGradebook(course) as gradebook:
        gradebook.register(plain.ASSIGNMENT)
        monkeypatch.setattr(CourseGradebook, "_assign_late_penalties", fail)
        with pytest.raises(RuntimeError):
            gradebook.record("ada", plain.ASSIGNMENT, [named(judge(plain.solved()))])
        assert gradebook.find_students(plain.ASSIGNMENT) == set()
    with read(course) as api:
        assert api.students == []


def test_a_file_that_is_no_gradebook_is_said_in_a_sentence(course: Course) -> None:
    (course.root / "gradebook.db").write_text("not a database " * 100)
    with pytest.raises(CourseError, match=r"gradebook\.db is no gradebook"):
        CourseGradebook(course)
