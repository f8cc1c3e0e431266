"""Checks that cannot work outside of the student's process are found before a class is graded, and mark nobody down."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder import grade
from autograder.checkcells import find_blindness
from autograder.course import Course
from autograder.execute import Origin
from autograder.gradebook import CourseGradebook
from autograder.jailed import JailedExecutor
from autograder.notebook import Notebook, grade_id
from autograder.pool import Pool
from autograder.progress import Progress
from autograder.proving import Proof, Unfit, demote, prove
from autograder.results import load_results
from autograder.submissions import find_submissions
from autograder.verdict import NEEDS_PERSON
from tests.autograder import plain_course as plain

RunCommand = Callable[..., Any]

# exercise: (solution, text of the student who fails all, check)
EXERCISES = {
    "model": (
        "def model():\n    class Model:\n        def predict(self, x):\n            return x + 1\n    return Model()\n",
        "def model():\n    return 1\n",
        "assert model().predict(1) == 2",
    ),
    "order": (
        "def order(x):\n    x.sort()\n    return x\n",
        "def order(x):\n    return sorted(x)\n",
        "x = [3, 1, 2]\norder(x)\nassert x == sorted(x), 'it is not sorted in place'",
    ),
    "twice": ("def twice(x):\n    return 2 * x\n", "def twice(x):\n    return x\n", "assert twice(3) == 6"),
    "unsolved": ("raise NotImplementedError", "raise NotImplementedError", "assert unsolved(1) == 1"),
}
NAMES = list(EXERCISES)


def make_notebook(texts: list[str]) -> Notebook:
    notebook: Notebook = {**plain.make_release(), "cells": []}
    for name, text in zip(NAMES, texts, strict=True):
        solution = {"grade_id": name, "solution": True, "locked": False}
        check = {"grade_id": f"check_{name}", "points": 2}
        notebook["cells"] += [
            {**plain.extra_cell(text, **solution), "id": name},
            {**plain.extra_cell(EXERCISES[name][2], **check), "id": f"check_{name}"},
        ]
    return notebook


def make_source() -> Notebook:
    texts = [
        f"### BEGIN SOLUTION\n{text}### END SOLUTION" if name != "unsolved" else text
        for name, (text, *_) in EXERCISES.items()
    ]
    return make_notebook(texts)


RIGHT = make_notebook([texts[0] for texts in EXERCISES.values()])
WRONG = make_notebook([texts[1] for texts in EXERCISES.values()])


def make_course(root: Path) -> Path:
    plain.make_plain_course(root)
    release = make_notebook(["raise NotImplementedError"] * len(NAMES))
    for step, notebook in (("source", make_source()), ("release", release)):
        plain.write_notebook(root / step / plain.ASSIGNMENT / plain.NOTEBOOK, notebook)
    return root


def hand_in(course: Path, student: str, notebook: Notebook) -> None:
    folder = course / "submitted" / student / plain.ASSIGNMENT
    folder.mkdir(parents=True)
    plain.write_notebook(folder / plain.NOTEBOOK, notebook)


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory, run_autograder: RunCommand) -> tuple[Path, Any]:
    course = make_course(tmp_path_factory.mktemp("proving") / "course")
    hand_in(course, "ada", RIGHT)
    hand_in(course, "ben", WRONG)
    hand_in(course, "cleo", RIGHT)
    return course, run_autograder("grade", plain.ASSIGNMENT, "--workers", "2", cwd=course)


class Scripted:
    """An executor in which all cells end well, but for the checks that do not pass; keeps what it was asked."""

    isolation = "none"

    def __init__(self, course: Course) -> None:
        self.runs: list[frozenset[str]] = []

    def run(self, notebook: Notebook, origin: Origin) -> Notebook:
        self.runs.append(origin.copy_back)
        for cell in notebook["cells"]:
            status = "ok" if self.passes(grade_id(cell), origin.copy_back) else "error"
            cell["metadata"]["autograder"] = {"status": status}
        return notebook

    def passes(self, cell: str, copy_back: frozenset[str]) -> bool:
        return True

    def close(self) -> None:
        pass


def read_grades(course: Path, student: str) -> dict[str, tuple[float | None, bool]]:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "plain") as api:
        (notebook,) = api.find_submission(plain.ASSIGNMENT, student).notebooks
        return {each.name: (each.auto_score, each.needs_manual_grade) for each in notebook.grades}


def test_a_check_that_refuses_the_courses_own_solution_gives_no_score_to_anybody(graded: tuple[Path, Any]) -> None:
    course, done = graded
    assert done.returncode == 0, done.stderr
    fit = {"check_twice": (2.0, False), "check_order": (2.0, False), "check_unsolved": (0.0, False)}
    assert read_grades(course, "ada") == read_grades(course, "cleo") == {"check_model": (None, True), **fit}
    assert read_grades(course, "ben") == {
        "check_model": (None, True),
        "check_twice": (0.0, False),
        "check_order": (0.0, False),
        "check_unsolved": (0.0, False),
    }


def test_its_exercise_needs_a_person_and_the_message_says_why(graded: tuple[Path, Any]) -> None:
    ada = load_results(Course(graded[0]), plain.ASSIGNMENT)[0]
    assert (ada.score, ada.max_score, ada.status) == (4.0, 8.0, "needs a person")
    assert [each.name for each in ada.exercises if each.needs_manual] == ["model"]
    (cell,) = [cell for cell in ada.verdicts[0].cells if cell.needs_manual]
    assert (cell.grade_id, cell.status, cell.score) == ("check_model", NEEDS_PERSON, 0.0)
    assert cell.message == ada.exercises[0].message == "model: your instructor grades this one by hand"
    (unfit,) = ada.unfit
    assert unfit.reason.startswith("TypeError: ")
    assert unfit.reason.endswith(", at assert model().predict(1) == 2")


def test_it_is_said_on_stderr_before_any_student_and_at_the_top_of_the_table(
    graded: tuple[Path, Any], run_autograder: RunCommand
) -> None:
    done = graded[1]
    lines = done.stderr.splitlines()
    (said,) = [number for number, line in enumerate(lines) if "CANNOT BE TRUSTED" in line]
    assert said < min(number for number, line in enumerate(lines) if line.startswith("[1/"))
    assert re.search(r"left to a person: plain/check_model \(.+\)\.$", lines[said])
    assert "check_order" not in lines[said]
    first, second, *_ = done.stdout.splitlines()
    assert first.startswith("CHECKS THAT CANNOT BE TRUSTED HERE: 1.")
    assert second.startswith("  plain, check_model: ")
    assert run_autograder("report", plain.ASSIGNMENT, cwd=graded[0]).stdout == done.stdout


def test_the_json_lists_it_also_when_nothing_is_graded_again(
    graded: tuple[Path, Any], run_autograder: RunCommand
) -> None:
    for command in ("report", "grade"):
        done = run_autograder(command, plain.ASSIGNMENT, "--json", cwd=graded[0])
        (unfit,) = json.loads(done.stdout)["unfit_checks"]
        assert (unfit["notebook"], unfit["cell"]) == ("plain", "check_model")
        assert unfit["reason"]
        assert "REFUSE" not in done.stderr  # nobody was pending, so nothing was proved
    assert {entry["unchanged"] for entry in json.loads(done.stdout)["students"]} == {True}


def test_only_checks_that_pass_then_have_arguments_brought_back(tmp_path: Path) -> None:
    course = Course(make_course(tmp_path / "course"))
    with JailedExecutor(course) as executor:
        proof = prove(course, plain.ASSIGNMENT, course.source_notebooks(plain.ASSIGNMENT), executor)
    assert [each.cell for each in proof.unfit] == ["check_model"]
    assert proof.copy_back == {"plain": frozenset({"check_order"})}


def test_a_course_whose_checks_all_work_is_run_once(course_folder: Path) -> None:
    course = Course(course_folder)
    executor = Scripted(course)
    proof = prove(course, plain.ASSIGNMENT, course.source_notebooks(plain.ASSIGNMENT), executor)
    assert (proof, executor.runs) == (Proof(), [frozenset()])


def test_a_submission_that_was_run_before_the_checks_were_known_is_run_again(course_folder: Path) -> None:
    notebook = plain.solved()
    notebook["cells"].append(plain.extra_cell("# handed in"))
    hand_in(course_folder, "ada", notebook)
    hand_in(course_folder, "ben", notebook)
    course = Course(course_folder)
    early = threading.Event()

    class Slow(Scripted):
        """Its first run of the source waits until a submission was run; that check needs copies."""

        def run(self, notebook: Notebook, origin: Origin) -> Notebook:
            if notebook["cells"][-1]["source"] == "# handed in":
                early.set()
            else:
                assert early.wait(60)
            return super().run(notebook, origin)

        def passes(self, cell: str, copy_back: frozenset[str]) -> bool:
            return cell != "check_double" or cell in copy_back

    with CourseGradebook(course) as gradebook, Pool(course, plain.ASSIGNMENT, 2, Slow) as pool:
        gradebook.register(plain.ASSIGNMENT)
        pool.submit(find_submissions(course, plain.ASSIGNMENT))
        graded = grade.grade_submissions(course, plain.ASSIGNMENT, pool, gradebook, Progress(2))
        assert pool.await_proof() == Proof(copy_back={"plain": frozenset({"check_double"})})
    assert {student: result.score for student, result in graded.results.items()} == {"ada": 12.0, "ben": 12.0}


@pytest.mark.parametrize(("faults", "is_proved"), [(1, True), (2, False)])
def test_a_fault_while_proving_is_tried_again_and_then_said(
    course_folder: Path, capsys: pytest.CaptureFixture[str], faults: int, is_proved: bool
) -> None:
    class Failing(Scripted):
        left = faults

        def run(self, notebook: Notebook, origin: Origin) -> Notebook:
            if type(self).left:
                type(self).left -= 1
                raise OSError("no space left")
            return super().run(notebook, origin)

    hand_in(course_folder, "ada", plain.solved())
    course = Course(course_folder)
    with CourseGradebook(course) as gradebook, Pool(course, plain.ASSIGNMENT, 1, Failing) as pool:
        gradebook.register(plain.ASSIGNMENT)
        pool.submit(find_submissions(course, plain.ASSIGNMENT))
        graded = grade.grade_submissions(course, plain.ASSIGNMENT, pool, gradebook, Progress(1))
    assert graded.results["ada"].score == plain.MAX_SCORE
    assert ("unproved: OSError: no space left" in capsys.readouterr().err) != is_proved


def test_what_fit_checks_have_found_stays(judge: Callable[[Notebook], Any]) -> None:
    wrong = plain.solved(double="def double(x):\n    return x * x", average="def average(values):\n    return 2")
    before = judge(wrong)
    after = demote(before, [Unfit("plain.ipynb", "hidden_double", "x"), Unfit("other", "check_greet", "x")])
    assert after.score == before.score == 1 + 1 + 3 + 3
    double, *others = after.exercises
    assert others == list(before.exercises[1:])
    assert (double.visible, double.hidden, double.score, double.needs_manual) == ("passed", None, 1.0, True)
    assert (double.misconception, double.cause, double.properties, double.traceback) == ("", "", (), "")
    again = demote(before, [Unfit("plain.ipynb", "check_double", "x")]).exercises[0]
    assert (again.visible, again.hidden, again.misconception, again.score) == (None, "failed", "plain.squares", 0.0)
    assert again.message.startswith("double: of a negative number\n  Likely cause: it squares.  [plain.squares]\n")
    assert again.message.endswith("\ndouble: your instructor grades this one by hand")


# exercise: (solution, wrong answer, check, points of the solution and of the wrong answer; None: left to a person)
LENIENT = {
    "total": (
        "def total(x):\n    y = 0\n    for v in x:\n        y += v\n    return y",
        "def total(x):\n    return sum(x)",
        "assert total([1, 2]) == 3\nassert 'sum' not in total.__code__.co_names",
        (None, None),
    ),
    "copied": (
        "def copied(x):\n    return list(x)",
        "def copied(x):\n    return x",
        "x = [1]\ny = copied(x)\nassert y == [1] and y is not x",
        (None, None),
    ),
    "largest": (
        "def largest(x):\n    return sorted(x)[-1]",
        "def largest(x):\n    return max(x)",
        "from unittest.mock import patch\nwith patch('builtins.max', side_effect=AssertionError):\n"
        "    assert largest([1, 3, 2]) == 3",
        (None, None),
    ),
    "captured": (
        "def captured(x):\n    return 2 * x",
        "def captured(x):\n    return x",
        "%%capture\nassert captured(1) == 2",
        (2.0, 0.0),
    ),
    "within": (
        "def within(x):\n    return 2 * x",
        "def within(x):\n    return x",
        "get_ipython().run_cell('assert within(1) == 2');",
        (2.0, 0.0),
    ),
    "scored": (
        "import numpy as np\ndef scored(x):\n    return np.sum(x)",
        "def scored(x):\n    return x[0]",
        "points = 0\npoints += scored([3]) == 3\npoints += scored([1, 3]) == 4\npoints",
        (2.0, 1.0),
    ),
}


def make_lenient(column: int) -> Notebook:
    notebook: Notebook = {**plain.make_release(), "cells": []}
    for name, texts in LENIENT.items():
        solution = {"grade_id": name, "solution": True, "locked": False}
        notebook["cells"] += [
            {**plain.extra_cell(str(texts[column]), **solution), "id": name},
            {**plain.extra_cell(texts[2], grade_id=f"check_{name}", points=2), "id": f"check_{name}"},
        ]
    return notebook


@pytest.fixture(scope="module")
def leniently_graded(tmp_path_factory: pytest.TempPathFactory, run_autograder: RunCommand) -> Path:
    course = plain.make_plain_course(tmp_path_factory.mktemp("lenient") / "course")
    plain.write_notebook(course / "source" / plain.ASSIGNMENT / plain.NOTEBOOK, make_lenient(0))
    hand_in(course, "right", make_lenient(0))
    hand_in(course, "wrong", make_lenient(1))
    assert run_autograder("grade", plain.ASSIGNMENT, cwd=course).returncode == 0
    return course


@pytest.mark.parametrize("name", LENIENT)
def test_a_check_that_would_let_everybody_pass_does_not(leniently_graded: Path, name: str) -> None:
    grades = [read_grades(leniently_graded, student)[f"check_{name}"] for student in ("right", "wrong")]
    assert grades == [(points, points is None) for points in LENIENT[name][3]]


@pytest.mark.parametrize(
    ("check", "found"),
    [
        ("import inspect\ninspect.getsource(f)", ["uses inspect.getsource"]),
        ("assert np.shares_memory(a, b)", ["uses shares_memory"]),
        ("assert a is not None and type(a) is not int and a is not True", []),
        ("assert f(x) is x", []),
        ("patch('builtins.print')", []),
        ("patch('m.max', side_effect=1)", []),
        ("%%capture\nassert a is not b", ["asks whether an object is not another one"]),
        ("assert (", []),
    ],
)
def test_what_a_check_cannot_see_is_found(check: str, found: list[str]) -> None:
    assert find_blindness(check) == found
