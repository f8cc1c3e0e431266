"""A class for tests of nbgrader's own commands: honest work, odd work, and questions that a person grades."""

from __future__ import annotations

from pathlib import Path

from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.notebook import Notebook
from tests.autograder import plain_course as plain
from tests.autograder.test_grade import HOSTILE, hand_in

ROOT = Path(__file__).parents[2]
Scores = dict[str, dict[str, tuple[float | None, float, bool]]]

# The lines of our own nbgrader_config.py by which nbgrader's commands use the engine.
STEPS = Course(ROOT).config["Autograde"]
USE_ENGINE = "".join(f"c.Autograde.{name} = {list(steps)!r}\n" for name, steps in STEPS.items())
BLANK = ("YOUR ANSWER HERE", "raise NotImplementedError")


def with_questions(notebook: Notebook, *answers: str) -> Notebook:
    """With a written answer and a program that a person grades; the first answers are given, the others blank."""
    texts = [*answers, *BLANK[len(answers) :]]
    questions = []
    for name, text, cell_type in zip(("essay", "sketch"), texts, ("markdown", "code"), strict=True):
        settings = {"grade_id": name, "solution": True, "locked": False, "points": 3}
        questions.append({**plain.extra_cell(text, cell_type=cell_type, **settings), "id": name})
    return {**notebook, "cells": [*notebook["cells"], *questions]}


def without(notebook: Notebook, name: str) -> Notebook:
    return {**notebook, "cells": [cell for cell in notebook["cells"] if cell["id"] != name]}


def copied(name: str) -> Notebook:
    notebook = with_questions(plain.solved())
    original = next(cell for cell in notebook["cells"] if cell["id"] == name)
    notebook["cells"].insert(notebook["cells"].index(original), {**original, "id": "copy", "source": f"{name} = None"})
    return notebook


def of_another_schema(notebook: Notebook) -> Notebook:
    for cell in notebook["cells"]:
        if "nbgrader" in cell["metadata"]:
            cell["metadata"]["nbgrader"]["schema_version"] = 99
    return notebook


WRONG = plain.solved(double="def double(x):\n    return x * x", average="def average(values):\n    return values[9]")
PARTIAL = plain.solved(greet="def greet(name):\n    return f'Hello, {name}!' if name else ''")
OWN_CELL = plain.solved(double="def double(x):\n    return twice(x)\n")
OWN_CELL["cells"].insert(1, plain.extra_cell("def twice(x):\n    return 2 * x"))

# Submissions that nbgrader alone grades fairly ...
HONEST: dict[str, Notebook] = {
    "ada": with_questions(plain.solved(), "For a reason."),
    "ben": with_questions(plain.make_release()),
    "cleo": with_questions(WRONG, "No idea.", "draw()"),
    "dina": with_questions(PARTIAL),
    "eva": with_questions(OWN_CELL),
}
# ... and some where it stops, or is not fair.
ODD: dict[str, Notebook] = {
    "copied": copied("double"),
    "empty": {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5},
    "hostile": with_questions(plain.solved(average=HOSTILE)),
    "incomplete": without(without(with_questions(plain.solved()), "double"), "essay"),
    "other": of_another_schema({**plain.solved(), "cells": [plain.extra_cell("1", grade_id="another", points=1)]}),
    "schema": of_another_schema(with_questions(plain.solved())),
    "zoe": with_questions(plain.solved()),
}


def make_course(root: Path, settings: str, submissions: dict[str, Notebook]) -> Path:
    course = plain.make_plain_course(root)
    source = with_questions(plain.make_source(), "Because of the other thing.", "plt.plot([1, 2])")
    for step, notebook in (("source", source), ("release", with_questions(plain.make_release()))):
        plain.write_notebook(course / step / plain.ASSIGNMENT / plain.NOTEBOOK, notebook)
    (course / "nbgrader_config.py").write_text(plain.CONFIG + settings)
    for student, submission in submissions.items():
        hand_in(course, student, submission)
    return course


def read_scores(course: Path, assignment: str = plain.ASSIGNMENT) -> Scores:
    """What the gradebook says of each cell: the engine's points, the points that count, who must look."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as api:
        return {
            submission.student.id: {
                grade.name: (grade.auto_score, grade.score, grade.needs_manual_grade)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in api.assignment_submissions(assignment)
        }
