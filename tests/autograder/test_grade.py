"""`autograder grade` on a small class: as a process, with everything that an instructor finds afterwards."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade

from autograder import grade
from autograder.course import Course
from autograder.execute import Executor, PlainExecutor
from autograder.gradebook import CourseGradebook
from autograder.notebook import Notebook
from autograder.progress import Progress
from autograder.results import load_results
from autograder.submissions import find_submissions
from tests.autograder import plain_course as plain

RunCommand = Callable[..., "subprocess.CompletedProcess[str]"]

HOSTILE = """\
def average(values):
    import sys
    from IPython.display import HTML, display
    print("warning", file=sys.stderr)
    display(HTML("<script>alert(1)</script>"))
    display({"image/png": '"><script>alert(2)</script>'}, raw=True)
    return sum(values) / len(values)
"""
SCORES = {
    "ada": 12.0,
    "ben <i>": 0.0,
    "cleo": 10.0,
    "damaged": 0.0,
    "empty": 0.0,
    "endless": 9.0,
    "hostile": 12.0,
    "renamed": 12.0,
    "partial": 11.0,
}


def hand_in(course: Path, student: str, notebook: Notebook | str | None, name: str = plain.NOTEBOOK) -> Path:
    folder = course / "submitted" / student / plain.ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    if notebook is not None:
        (folder / name).write_text(notebook if isinstance(notebook, str) else json.dumps(notebook))
    return folder


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, run_autograder: RunCommand) -> tuple[Path, Any]:
    course = plain.make_plain_course(tmp_path_factory.mktemp("graded") / "course")
    (hand_in(course, "ada", plain.solved()) / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC")
    hand_in(course, "ben <i>", plain.make_release())
    hand_in(course, "cleo", plain.solved(double="def double(x):\n    return x * x"))
    hand_in(course, "damaged", "{ not json")
    hand_in(course, "empty", None)
    hand_in(course, "endless", plain.solved(average="def average(values):\n    while True: pass"))
    hand_in(course, "hostile", plain.solved(average=HOSTILE))
    hand_in(course, "renamed", plain.solved(), name="plain (1).ipynb")
    hand_in(course, "partial", plain.solved(greet="def greet(name):\n    return f'Hello, {name}!' if name else ''"))
    return course, run_autograder("grade", plain.ASSIGNMENT, "--workers", "2", cwd=course)


def run_nbgrader(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    command = [sys.executable, "-m", "nbgrader", *arguments]
    return subprocess.run(
        command, cwd=course, env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=120
    )


def test_everyone_has_a_verdict(graded: tuple[Path, Any]) -> None:
    course, done = graded
    assert done.returncode == 0, done.stderr
    assert {r.student: r.score for r in load_results(Course(course), plain.ASSIGNMENT)} == SCORES
    assert "not a notebook" in done.stdout
    assert "plain.squares: it squares" in done.stdout
    assert "did not finish" in done.stdout


def test_the_gradebook_says_the_same(graded: tuple[Path, Any]) -> None:
    with Gradebook(f"sqlite:///{graded[0] / 'gradebook.db'}", "plain") as api:
        recorded = {s.student.id: s.score for s in api.assignment_submissions(plain.ASSIGNMENT)}
    assert recorded == SCORES


def test_the_table_says_the_same(graded: tuple[Path, Any]) -> None:
    with (graded[0] / ".autograder" / "week1.csv").open(encoding="utf-8-sig") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert {student: float(row["total"]) for student, row in rows.items()} == SCORES
    assert (rows["cleo"]["double"], rows["cleo"]["max"]) == ("1", "12")


def test_nbgraders_own_rule_gives_the_same_scores(graded: tuple[Path, Any]) -> None:
    for student, score in SCORES.items():
        notebook = nbformat.read(graded[0] / "autograded" / student / "week1" / "plain.ipynb", as_version=4)
        nbformat.validate(notebook)
        checks = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
        assert sum(determine_grade(cell)[0] for cell in checks) == score, student


def test_autograded_notebooks_hold_no_html(graded: tuple[Path, Any]) -> None:
    text = (graded[0] / "autograded" / "hostile" / "week1" / "plain.ipynb").read_text()
    outputs = [output for cell in json.loads(text)["cells"] for output in cell.get("outputs", [])]
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    assert kinds <= {"text/plain", "image/png"}
    assert "<script>" not in json.dumps(outputs)
    assert any("image/png" in output.get("data", {}) for output in outputs)  # the honest plot is still there


def test_nothing_else_is_written(graded: tuple[Path, Any]) -> None:
    course, _ = graded
    made = {path.name for path in course.iterdir()}
    inputs = {"source", "release", "submitted", "nbgrader_config.py", "mistakes", "variants"}
    assert made - inputs == {"autograded", "feedback", "gradebook.db", ".autograder"}
    assert [path.name for path in (course / "submitted" / "ada" / "week1").iterdir()].count("plain.ipynb") == 1


def test_timestamps_go_along(graded: tuple[Path, Any]) -> None:
    for step in ("autograded", "feedback"):
        assert (graded[0] / step / "ada" / "week1" / "timestamp.txt").read_text() == "2026-01-02 03:04:05 UTC"


@pytest.mark.parametrize("arguments", [("export",), ("generate_feedback", "week1", "--force")])
def test_nbgraders_own_commands_accept_it(graded: tuple[Path, Any], tmp_path: Path, arguments: tuple[str, ...]) -> None:
    course = shutil.copytree(graded[0], tmp_path / "course")
    done = run_nbgrader(course, *arguments)
    assert done.returncode == 0, done.stderr
    assert "ERROR" not in done.stderr
    if arguments == ("export",):
        assert "12.0" in (course / "grades.csv").read_text()


def test_report_shows_it_again(graded: tuple[Path, Any], run_autograder: RunCommand) -> None:
    course, done = graded
    assert run_autograder("report", plain.ASSIGNMENT, cwd=course).stdout == done.stdout
    content = json.loads(run_autograder("report", plain.ASSIGNMENT, "--json", cwd=course).stdout)
    assert {entry["student"]: entry["score"] for entry in content["students"]} == SCORES
    assert content["misconceptions"] == [{"name": "plain.squares", "cause": "it squares", "count": 1}]


def test_only_what_is_new_or_changed_is_graded_again(
    graded: tuple[Path, Any], tmp_path: Path, run_autograder: RunCommand
) -> None:
    course = shutil.copytree(graded[0], tmp_path / "course")
    hand_in(course, "cleo", plain.solved())
    hand_in(course, "dina", plain.solved())
    (course / "autograded" / "ada" / "week1" / "plain.ipynb").unlink()
    done = run_autograder("grade", plain.ASSIGNMENT, "--json", cwd=course)
    content = json.loads(done.stdout)
    again = {entry["student"] for entry in content["students"] if not entry["unchanged"]}
    assert again == {"ada", "cleo", "dina"}
    assert {entry["student"]: entry["score"] for entry in content["students"]}["cleo"] == plain.MAX_SCORE


def test_an_exercise_without_a_cell_is_noted(tmp_path: Path, run_autograder: RunCommand) -> None:
    course = plain.make_plain_course(tmp_path / "course")
    notebook = plain.solved()
    notebook["cells"] = [cell for cell in notebook["cells"] if cell["id"] != "greet"]
    hand_in(course, "ada", notebook)
    (entry,) = json.loads(run_autograder("grade", plain.ASSIGNMENT, "--json", cwd=course).stdout)["students"]
    assert entry["note"] == "without a cell: greet"


def test_students_can_be_named_one_by_one(graded: tuple[Path, Any], tmp_path: Path, run_autograder: RunCommand) -> None:
    course = shutil.copytree(graded[0], tmp_path / "course")
    named = ("--student", "ada", "--student", "cleo")
    content = json.loads(run_autograder("grade", plain.ASSIGNMENT, *named, "--force", "--json", cwd=course).stdout)
    assert {entry["student"]: entry["unchanged"] for entry in content["students"]} == {"ada": False, "cleo": False}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("week9",), "week1"),
        (("week1", "--student", "nobody"), "ada"),
        (("week1", "--dask", "tcp://here"), "not available yet"),
    ],
)
def test_wrong_calls_are_one_sentence(
    graded: tuple[Path, Any], run_autograder: RunCommand, arguments: tuple[str, ...], said: str
) -> None:
    done = run_autograder("grade", *arguments, cwd=graded[0])
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert said in done.stderr


def test_a_course_that_cannot_be_written_is_left_as_it_was(course_folder: Path, run_autograder: RunCommand) -> None:
    hand_in(course_folder, "ada", plain.solved())
    (course_folder / "autograded").write_text("in the way, as root may write into any folder")
    before = sorted(path.name for path in course_folder.iterdir())
    done = run_autograder("grade", plain.ASSIGNMENT, cwd=course_folder)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "annot write" in done.stderr
    assert sorted(path.name for path in course_folder.iterdir()) == before


class Broken:
    """An executor with a fault, for one submission."""

    def __init__(self, course: Course) -> None:
        self._works = PlainExecutor(cell_seconds=5)

    def run(self, notebook: Notebook, *, folder: Path | None = None) -> Notebook:
        if any("break the engine" in cell["source"] for cell in notebook["cells"]):
            raise OSError("no space left")
        return self._works.run(notebook, folder=folder)

    def close(self) -> None:
        self._works.close()


def test_a_fault_of_the_engine_costs_nobody_else_anything(course_folder: Path) -> None:
    hand_in(course_folder, "ada", plain.solved())
    hand_in(course_folder, "bea", plain.solved(greet="# break the engine"))
    hand_in(course_folder, "cem", plain.solved())
    course = Course(course_folder)
    make: Callable[[Course], Executor] = Broken
    with CourseGradebook(course) as gradebook:
        gradebook.register(plain.ASSIGNMENT)
        submissions = find_submissions(course, plain.ASSIGNMENT)
        faults = grade.grade_submissions(
            course, plain.ASSIGNMENT, submissions, gradebook, 1, Progress(3), make_executor=make
        )
        assert faults == {"bea": "OSError: no space left"}
        assert gradebook.has_submission("cem", plain.ASSIGNMENT)
        assert not gradebook.has_submission("bea", plain.ASSIGNMENT)
    assert [result.student for result in load_results(course, plain.ASSIGNMENT)] == ["ada", "cem"]
