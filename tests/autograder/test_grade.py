"""`autograder grade` on a small class: as a process, with everything that an instructor finds afterwards."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade, parse_utc

from autograder import grade
from autograder.course import Course
from autograder.errors import CourseError
from autograder.execute import Executor, Origin
from autograder.gradebook import CourseGradebook
from autograder.jail.errors import JailError
from autograder.notebook import Notebook
from autograder.pool import Pool
from autograder.progress import Progress, printable
from autograder.results import load_results, write_csv
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
    # As in tests/course: a kernel's TCP ports may be taken before it opens them.
    kernel = ["--KernelManager.transport=ipc", f"--KernelManager.ip={course.parent / 'kernel'}"]
    command = [sys.executable, "-m", "nbgrader", *arguments, *kernel]
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


def test_the_isolation_is_said_and_noted(graded: tuple[Path, Any]) -> None:
    assert graded[1].stderr.startswith("Isolation: full (bubblewrap, namespaces, seccomp).\n")
    assert {result.isolation for result in load_results(Course(graded[0]), plain.ASSIGNMENT)} == {"full"}


def test_everyone_who_needs_a_person_is_listed_with_the_reason(
    graded: tuple[Path, Any], run_autograder: RunCommand
) -> None:
    content = json.loads(run_autograder("report", plain.ASSIGNMENT, "--json", cwd=graded[0]).stdout)
    listed = {entry["student"]: entry["why"] for entry in content["needs_person"]}
    assert listed.keys() == {"damaged", "empty", "endless"}
    assert re.search(r"did not finish: .*average .*was stopped after 2 s", listed["endless"])
    assert "Needs a person: 3 of 9\n  damaged: " in graded[1].stdout


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
        (("week1", "--dask", "here"), "No Dask scheduler answers at here"),
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


class Faulty:
    """An executor with a fault for one text; `made` counts how many there were."""

    isolation = "none"
    made = 0

    def __init__(self, course: Course) -> None:
        type(self).made += 1
        self._is_broken = False

    def run(self, notebook: Notebook, origin: Origin) -> Notebook:
        if self._is_broken or any("break the engine" in cell["source"] for cell in notebook["cells"]):
            self._is_broken = True
            raise OSError("no space left")
        return notebook

    def close(self) -> None:
        self._is_broken = True


class Exiting(Faulty):
    """Its process dies of it, as far as such a thing can."""

    def run(self, notebook: Notebook, origin: Origin) -> Notebook:
        if any("break the engine" in cell["source"] for cell in notebook["cells"]):
            raise SystemExit(3)
        return notebook


@pytest.mark.parametrize(("kind", "said"), [(Faulty, "OSError: no space left"), (Exiting, "SystemExit: 3")])
def test_a_fault_of_the_engine_costs_nobody_else_anything(course_folder: Path, kind: type[Faulty], said: str) -> None:
    hand_in(course_folder, "ada", plain.solved())
    hand_in(course_folder, "bea", plain.solved(greet="# break the engine"))
    hand_in(course_folder, "cem", plain.solved())
    course = Course(course_folder)
    kind.made = 0
    with CourseGradebook(course) as gradebook, Pool(course, plain.ASSIGNMENT, 1, kind) as pool:
        gradebook.register(plain.ASSIGNMENT)
        pool.submit(find_submissions(course, plain.ASSIGNMENT))
        graded = grade.grade_submissions(course, plain.ASSIGNMENT, pool, gradebook, Progress(3))
        assert graded.faults == {"bea": said}
        assert gradebook.find_students(plain.ASSIGNMENT) == {"ada", "cem"}
    assert kind.made == 2  # one more in the place of the one that failed
    assert [result.student for result in load_results(course, plain.ASSIGNMENT)] == ["ada", "cem"]


def test_executors_that_can_share_are_made_from_each_other(course_folder: Path) -> None:
    class Sharing(Faulty):
        others = turns = 0

        def another(self) -> Executor:
            Sharing.others += 1
            return Faulty(course)

        def take_turns(self, count: int) -> None:
            Sharing.turns = count

    hand_in(course_folder, "ada", plain.solved(greet="# break the engine"))
    course = Course(course_folder)
    Faulty.made = Sharing.made = 0
    with Pool(course, plain.ASSIGNMENT, 3, Sharing) as pool:
        # One more than workers makes ready, and no more than workers run.
        assert (Sharing.made, Sharing.others, Sharing.turns) == (1, 3, 3)
        pool.submit(find_submissions(course, plain.ASSIGNMENT))
        assert [outcome.fault for outcome in pool.iterate_outcomes()] == ["OSError: no space left"]


def test_a_machine_without_isolation_is_refused_at_once(course_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Jailless(Faulty):
        isolation = "full"

    def refuse(wanted: str) -> None:
        raise JailError(f"there is no {wanted} isolation here; install bubblewrap.")

    monkeypatch.setattr("autograder.jail.levels.require_level", refuse)
    hand_in(course_folder, "ada", plain.solved(greet="# break the engine"))
    hand_in(course_folder, "bea", plain.solved())
    course = Course(course_folder)
    with CourseGradebook(course) as gradebook, Pool(course, plain.ASSIGNMENT, 1, Jailless) as pool:
        gradebook.register(plain.ASSIGNMENT)
        pool.submit(find_submissions(course, plain.ASSIGNMENT))
        with pytest.raises(CourseError, match="install bubblewrap"):
            grade.grade_submissions(course, plain.ASSIGNMENT, pool, gradebook, Progress(2))
        assert gradebook.find_students(plain.ASSIGNMENT) == set()


def test_times_of_handing_in_are_read_as_nbgrader_reads_them(course_folder: Path) -> None:
    times = ("2026-01-02 03:04:05 UTC", "2026-01-02 03:04:05.5 Europe/Berlin", "2026-01-02T03:04:05+02:00", "never")
    for number, text in enumerate(times):
        (hand_in(course_folder, f"s{number}", plain.solved()) / "timestamp.txt").write_text(text)
    found = find_submissions(Course(course_folder), plain.ASSIGNMENT)
    assert [submission.timestamp for submission in found] == [*map(parse_utc, times[:3]), None]
    assert "nobody knows whether this was late" in found[3].notes[0]


def test_half_a_character_in_what_a_student_printed_or_wrote_stops_nothing(course_folder: Path) -> None:
    class Odd(Faulty):
        def run(self, notebook: Notebook, origin: Origin) -> Notebook:
            for cell in notebook["cells"]:
                if cell["cell_type"] == "code":
                    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "\ud800"}]
                    cell["metadata"]["autograder"] = {"status": "died", "reason": "said \ud800"}
            return notebook

    hand_in(course_folder, "ada", plain.solved(average="average = '\ud800'"))
    course = Course(course_folder)
    with CourseGradebook(course) as gradebook, Pool(course, plain.ASSIGNMENT, 1, Odd) as pool:
        gradebook.register(plain.ASSIGNMENT)
        pool.submit(find_submissions(course, plain.ASSIGNMENT))
        graded = grade.grade_submissions(course, plain.ASSIGNMENT, pool, gradebook, Progress(1))
    assert graded.faults == {}
    kept = load_results(course, plain.ASSIGNMENT)
    assert "\ud800" in kept[0].note
    assert "said ?" in write_csv(course, plain.ASSIGNMENT, kept).read_text(encoding="utf-8-sig")


def test_a_terminal_gets_a_bar_with_rate_and_time_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    with Progress(7) as progress:
        progress.begin(3)
        progress.advance("ada", "12 / 12", "")
        progress.advance("ben", "12 / 12", "")
        assert progress._bar is not None
        rates = [c.render(SimpleNamespace(speed=12.34)) for c in progress._bar.columns if type(c).__name__ == "Rate"]  # type: ignore
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", capsys.readouterr().err)
    assert "3 unchanged" in shown
    assert re.search(r"2/4 .*(\d:\d\d:\d\d|-:--:--)", shown)
    assert [str(rate) for rate in rates] == ["12.3/s"]


def test_control_characters_of_a_name_do_not_reach_the_terminal() -> None:
    assert printable("ada\x1b[2Jé\n") == "ada?[2Jé?"
