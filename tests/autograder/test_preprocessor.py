"""The engine inside nbgrader's own commands: the same scores as `autograder grade` and as nbgrader alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.utils import determine_grade
from traitlets import TraitError
from traitlets.config import Config

from autograder import limits, preprocessor
from autograder.course import Course
from autograder.errors import CourseError
from autograder.execute import Executor, Origin, PlainExecutor
from autograder.gradebook import CourseGradebook
from autograder.notebook import Notebook
from autograder.preprocessor import SETTINGS, JailedExecute
from tests import simulated_class as simulated
from tests.autograder import plain_course as plain
from tests.autograder.mixed_class import (
    HONEST,
    ODD,
    USE_ENGINE,
    make_course,
    read_scores,
    with_questions,
)
from tests.autograder.test_grade import hand_in, run_nbgrader

ROOT = Path(__file__).parents[2]
RunCommand = Callable[..., "subprocess.CompletedProcess[str]"]


def do(course: Path, *arguments: str) -> str:
    done = run_nbgrader(course, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def by_autograder(tmp_path_factory: pytest.TempPathFactory, run_autograder: RunCommand) -> Path:
    """The class, graded by `autograder grade`."""
    course = make_course(tmp_path_factory.mktemp("autograder") / "course", USE_ENGINE, HONEST | ODD)
    assert run_autograder("grade", plain.ASSIGNMENT, cwd=course).returncode == 0
    return course


@pytest.fixture(scope="module")
def by_nbgrader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The class, graded by `nbgrader autograde` with the engine."""
    course = make_course(tmp_path_factory.mktemp("nbgrader") / "course", USE_ENGINE, HONEST | ODD)
    do(course, "generate_assignment", plain.ASSIGNMENT, "--force")
    assert "ERROR" not in do(course, "autograde", plain.ASSIGNMENT)
    return course


@pytest.fixture(scope="module")
def by_nbgrader_alone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The honest part of the class, graded by nbgrader as it is."""
    course = make_course(tmp_path_factory.mktemp("alone") / "course", "", HONEST)
    do(course, "generate_assignment", plain.ASSIGNMENT, "--force")
    do(course, "autograde", plain.ASSIGNMENT)
    return course


def test_nbgraders_command_gives_every_cell_the_score_of_autograder_grade(
    by_autograder: Path, by_nbgrader: Path
) -> None:
    scores = read_scores(by_nbgrader)
    assert scores == read_scores(by_autograder)
    assert set(scores) == {*HONEST, *ODD}
    totals = {student: sum(score for _, score, _ in cells.values()) for student, cells in scores.items()}
    full = {student for student, total in totals.items() if total == plain.MAX_SCORE}
    assert full == {"ada", "eva", "copied", "hostile", "schema", "zoe"}


def test_nbgrader_alone_gives_the_same_for_honest_work(by_nbgrader: Path, by_nbgrader_alone: Path) -> None:
    scores = read_scores(by_nbgrader)
    assert read_scores(by_nbgrader_alone) == {student: scores[student] for student in HONEST}


def test_the_notebooks_earn_by_nbgraders_rule_what_the_gradebook_says(by_nbgrader: Path) -> None:
    for student, scores in read_scores(by_nbgrader).items():
        notebook = nbformat.read(by_nbgrader / "autograded" / student / "week1" / "plain.ipynb", as_version=4)
        nbformat.validate(notebook)
        graded = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
        earned = {cell.metadata.nbgrader.grade_id: determine_grade(cell)[0] for cell in graded}
        assert earned == {name: score for name, (score, _, _) in scores.items()}, student


def test_nothing_of_a_submission_runs_in_the_browser_of_who_looks_at_it(by_nbgrader: Path) -> None:
    notebook = json.loads((by_nbgrader / "autograded" / "hostile" / "week1" / "plain.ipynb").read_text())
    outputs = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    assert {kind for output in outputs for kind in output.get("data", {})} <= {"text/plain", "image/png"}


def test_nbgrader_makes_feedback_and_exports(by_nbgrader: Path, tmp_path: Path) -> None:
    course = shutil.copytree(by_nbgrader, tmp_path / "course")
    assert "ERROR" not in do(course, "generate_feedback", plain.ASSIGNMENT)
    assert "of three values" in (course / "feedback" / "ada" / "week1" / "plain.html").read_text()
    do(course, "export")
    assert (course / "grades.csv").read_text().count(",12.0,") >= len(HONEST)


def test_either_command_goes_over_the_results_of_the_other_and_leaves_what_a_person_gave(
    by_autograder: Path, tmp_path: Path, run_autograder: RunCommand
) -> None:
    course = shutil.copytree(by_autograder, tmp_path / "course")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as api:
        for name, points in (("hidden_double", 1.5), ("essay", 2.0)):
            api.find_grade(name, "plain", plain.ASSIGNMENT, "cleo").manual_score = points
        api.db.commit()
    expected = read_scores(course)
    expected["cleo"]["hidden_double"] = (0.0, 1.5, True)
    expected["cleo"]["essay"] = (None, 2.0, True)
    do(course, "autograde", plain.ASSIGNMENT, "--force")
    assert read_scores(course) == expected
    assert run_autograder("grade", plain.ASSIGNMENT, "--force", cwd=course).returncode == 0
    assert read_scores(course) == expected
    do(course, "autograde", plain.ASSIGNMENT, "--force", "--student", "cleo")
    assert read_scores(course) == expected


def test_an_untouched_answer_is_commented_as_nbgrader_does(by_nbgrader: Path, by_nbgrader_alone: Path) -> None:
    def read_comments(course: Path, student: str) -> dict[str, str | None]:
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as api:
            (notebook,) = api.find_submission(plain.ASSIGNMENT, student).notebooks
            return {comment.name: comment.auto_comment for comment in notebook.comments}

    for student in HONEST:
        assert read_comments(by_nbgrader, student) == read_comments(by_nbgrader_alone, student)


PICKED = ("brook", "ekman", "garcia", "imani", "rossi", "weber")


def test_lessons_are_graded_alike_with_the_engine_and_without(tmp_path: Path, run_autograder: RunCommand) -> None:
    whole = simulated.make_class(tmp_path / "whole")
    for folder in (whole / "submitted").iterdir():
        if folder.name not in PICKED:
            shutil.rmtree(folder)
    other, alone = (shutil.copytree(whole, tmp_path / name) for name in ("other", "alone"))
    (alone / "nbgrader_config.py").write_text("c = get_config()\n")
    assert run_autograder("grade", simulated.ASSIGNMENT, cwd=whole).returncode == 0
    for course in (other, alone):
        do(course, "generate_assignment", simulated.ASSIGNMENT, "--force")
        do(course, "autograde", simulated.ASSIGNMENT)
    scores = read_scores(whole, simulated.ASSIGNMENT)
    assert sorted(scores) == sorted(PICKED)
    assert read_scores(other, simulated.ASSIGNMENT) == scores
    assert read_scores(alone, simulated.ASSIGNMENT) == scores


BROKEN = """\
import json
from nbgrader.apps.nbgraderapp import main
from autograder import limits, preprocessor

make_executor = preprocessor.make_executor

class Broken:
    def __init__(self, course):
        self._works = make_executor(course)
        self.close = self._works.close

    def run(self, notebook, *origin):
        if "break the engine" in json.dumps(notebook):
            raise OSError("no space left")
        return self._works.run(notebook, *origin)

preprocessor.make_executor = Broken
main()
"""


def test_a_fault_of_the_engine_records_no_score_and_stops_nobody_else(tmp_path: Path) -> None:
    class_ = {
        "ada": with_questions(plain.solved()),
        "bea": with_questions(plain.solved(greet="# break the engine")),
        "cem": with_questions(plain.solved()),
    }
    course = make_course(tmp_path / "course", USE_ENGINE, class_)
    with CourseGradebook(Course(course)) as gradebook:
        gradebook.register(plain.ASSIGNMENT)
    command = [sys.executable, "-c", BROKEN, "autograde", plain.ASSIGNMENT]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert "no space left" in done.stderr
    scores = read_scores(course)
    assert {score for score, _, _ in scores["bea"].values()} == {None}
    assert sum(score for _, score, _ in scores["cem"].values()) == plain.MAX_SCORE
    assert sorted(path.parent.parent.name for path in course.glob("autograded/*/*/plain.ipynb")) == ["ada", "cem"]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, executor: PlainExecutor) -> Course:
    """A registered course, in whose folder the test works as nbgrader does."""
    course = Course(make_course(tmp_path / "course", "", {}))
    with CourseGradebook(course) as gradebook:
        gradebook.register(plain.ASSIGNMENT)
    monkeypatch.chdir(course.root)
    monkeypatch.setattr(executor, "close", lambda: None)
    monkeypatch.setattr(preprocessor, "make_executor", lambda course: executor)
    return course


def preprocess(course: Course, notebook: Notebook, step: JailedExecute | None = None) -> Any:
    names = {"student": "ada", "assignment": "week1", "notebook": "plain"}
    resources = {"nbgrader": {**names, "db_url": f"sqlite:///{course.root / 'gradebook.db'}"}}
    made, returned = (step or JailedExecute()).preprocess(nbformat.from_dict(notebook), resources)
    assert returned is resources
    nbformat.validate(made)
    return made


def earned(made: Any) -> float:
    checks = [cell for cell in made.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    return sum(determine_grade(cell)[0] or 0.0 for cell in checks)


def test_outputs_that_were_handed_in_earn_nothing(course: Course) -> None:
    forged = with_questions(plain.make_release())
    for cell in forged["cells"]:
        if cell["id"].startswith(("check_", "hidden_")):
            output = {"output_type": "execute_result", "data": {"text/plain": "1.0"}, "metadata": {}}
            cell["outputs"] = [{**output, "execution_count": 1}]
    assert earned(preprocess(course, forged)) == 0


@pytest.mark.parametrize("linked", ["plain.ipynb", "."])
def test_a_link_to_a_classmates_work_earns_nothing(course: Course, linked: str) -> None:
    theirs = hand_in(course.root, "cem", with_questions(plain.solved()))
    mine = course.submitted / "ada" / "week1"
    if linked == ".":
        mine.parent.mkdir(parents=True)
        mine.symlink_to(theirs)
    else:
        mine.mkdir(parents=True)
        (mine / linked).symlink_to(theirs / linked)
    made = preprocess(course, with_questions(plain.solved()))
    assert earned(made) == 0
    assert "is a link" in json.dumps(made)


def test_a_notebook_beyond_the_sectionearns_nothing_and_says_why(course: Course) -> None:
    notebook = with_questions(plain.solved())
    notebook["cells"] += [plain.extra_cell("1")] * 2000
    made = preprocess(course, notebook)
    assert earned(made) == 0
    assert "more than 2000" in json.dumps(made)


def test_points_that_changed_since_the_gradebook_knew_them_are_refused(course: Course) -> None:
    path = course.source / "week1" / "plain.ipynb"
    source = json.loads(path.read_text())
    next(cell for cell in source["cells"] if cell["id"] == "check_greet")["metadata"]["nbgrader"]["points"] = 7
    plain.write_notebook(path, source)
    with pytest.raises(CourseError, match="differ in check_greet: run `nbgrader generate_assignment week1 --force`"):
        preprocess(course, with_questions(plain.solved()))


def test_one_executor_serves_a_command_and_a_fault_ends_it(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[str] = []

    class Counted:
        isolation = "none"

        def __init__(self) -> None:
            events.append("made")

        def run(self, notebook: Notebook, origin: Origin | None = None) -> Notebook:
            if "break" in json.dumps(notebook):
                raise OSError("no space left")
            return notebook

        def close(self) -> None:
            events.append("closed")

    def make(course: Course) -> Executor:
        return Counted()

    monkeypatch.setattr(preprocessor, "make_executor", make)
    step = JailedExecute()
    preprocess(course, with_questions(plain.solved()), step)
    preprocess(course, with_questions(plain.solved()), step)
    assert events == ["made"]
    with pytest.raises(OSError, match="no space left"):
        preprocess(course, with_questions(plain.solved(greet="# break")), step)
    assert events == ["made", "closed"]
    preprocess(course, with_questions(plain.solved()), step)
    assert events == ["made", "closed", "made"]
    another = JailedExecute()
    preprocess(course, with_questions(plain.solved()), another)
    assert events == ["made", "closed"] * 2 + ["made"]
    del another
    assert events == ["made", "closed"] * 3


def test_the_executor_is_made_with_the_settings_that_nbgrader_has_read(
    course: Course, monkeypatch: pytest.MonkeyPatch, executor: PlainExecutor
) -> None:
    seen: list[Course] = []

    def make(course: Course) -> Executor:
        seen.append(course)
        return executor

    monkeypatch.setattr(preprocessor, "make_executor", make)
    step = JailedExecute(config=Config({"JailedExecute": {"packages": ["numpy"], "isolation": "reduced"}}))
    preprocess(course, with_questions(plain.solved()), step)
    settings = [seen[0].setting(f"JailedExecute.{name}") for name in SETTINGS]
    assert settings == [["numpy"], [], [], "reduced", [], False]


@pytest.mark.parametrize("setting", [{"packages": 3}, {"isolation": "none"}, {"copy_arguments_back": "maybe"}])
def test_a_setting_of_a_wrong_type_is_refused(setting: dict[str, Any]) -> None:
    with pytest.raises(TraitError):
        JailedExecute(config=Config({"JailedExecute": setting}))


def test_every_setting_says_what_it_is_for() -> None:
    own = JailedExecute.class_own_traits(config=True)
    assert set(own) == set(SETTINGS)
    assert all(trait.help for trait in own.values())


def test_the_instructors_page_explains_every_setting_and_names_the_sectionthat_hold() -> None:
    page = (ROOT / "course" / "security.md").read_text(encoding="utf-8")
    for name in SETTINGS:
        assert f"| `{name}` |" in page
    (section,) = (part for part in page.split("\n## ") if part.startswith("Limits"))
    text = " ".join(section.split())
    for said in (
        f"A cell may take {limits.CELL_SECONDS:g} s",
        f"a submission {limits.SUBMISSION_SECONDS:g} s",
        f"{limits.CPU_SECONDS:g} s of processor time",
        f"{limits.format_bytes(limits.ADDRESS_SPACE_BYTES)} of memory",
        f"{limits.TASKS} threads",
        f"{limits.format_bytes(limits.SCRATCH_BYTES)} of files",
        f"{limits.format_count(limits.STREAM_CHARACTERS)} characters",
        f"at most {limits.MAX_RESTARTS} times",
    ):
        assert said in text
