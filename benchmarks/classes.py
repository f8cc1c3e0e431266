"""Classes to measure with: a course's folder, and any number of right submissions that are written differently.

Two courses: this project's 05_dropout, and a plain one with four exercises, ordinary asserts and one plot. Must not
know what is measured, nor run anything.
"""

from __future__ import annotations

import copy
import json
import math
import re
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.answers import cell_text, load
from autograder.notebook import Notebook, read, solution_cells

ROOT = Path(__file__).resolve().parents[1]
CONFIG_NAME = "nbgrader_config.py"
_MARKERS = re.compile(r"^ *### (BEGIN|END) SOLUTION\n?", re.MULTILINE)

# Answers that go through arrays element by element in Python: right, and many times slower than the checks around them.
ELEMENT_BY_ELEMENT = (
    "dropout.mask_by_loops",
    "dropout.mask_column_by_column",
    "dropout.forward_by_loops",
    "dropout.backward_by_loops",
    "dropout.network_row_by_row",
    "dropout.weights_by_loops",
)

# What makes a course's configuration ours; without these sections nbgrader runs what it comes with.
_OWN_SECTIONS = ("Autograde", "JailedExecute", "Verify")
_STOCK = f"""
for section in {_OWN_SECTIONS!r}:
    c.pop(section, None)
"""


@dataclass(frozen=True)
class Material:
    """A course of one assignment.

    Attributes
    ----------
    assignment : str
        The assignment's name.
    notebook : str
        The notebook's name, without extension.
    source : dict
        The instructor's notebook.
    config : str
        Content of `nbgrader_config.py`.
    answers : dict
        Exercise → texts for its cell; all are right.
    """

    assignment: str
    notebook: str
    source: Notebook
    config: str
    answers: dict[str, list[str]]

    @property
    def combinations(self) -> int:
        """How many submissions differ from each other."""
        return math.prod(map(len, self.answers.values()))

    def choose(self, number: int) -> dict[str, str]:
        """Give the texts of submission `number`; two numbers that are `combinations` apart have the same."""
        # Steps of about the golden ratio: a small class, too, has every text of every exercise.
        stride = next(n for n in range(round(0.618 * self.combinations), 0, -1) if math.gcd(n, self.combinations) == 1)
        rest = number * stride
        chosen = {}
        for exercise, texts in self.answers.items():
            rest, index = divmod(rest, len(texts))
            chosen[exercise] = texts[index]
        return chosen


def write_course(folder: Path, material: Material, *, stock: bool = False) -> None:
    """Write the instructor's side of a course.

    Parameters
    ----------
    folder : Path
        Gets `nbgrader_config.py` and `source/`.
    material : Material
        The course.
    stock : bool
        Whether the configuration shall leave nbgrader as it comes, without anything of this project's.
    """
    path = folder / "source" / material.assignment / f"{material.notebook}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(material.source), encoding="utf-8")
    config = material.config + (_STOCK if stock else "")
    (folder / CONFIG_NAME).write_text(config, encoding="utf-8")


def name_student(number: int) -> str:
    """Give the name of the student who hands in submission `number`; sorted as the numbers are."""
    return f"student{number:05}"


def hand_in(course: Path, material: Material, size: int) -> None:
    """Write the submissions of a class; a smaller class is the beginning of a larger one.

    Parameters
    ----------
    course : Path
        Holds `release/`, from which the students started.
    material : Material
        The course.
    size : int
        Number of students.
    """
    released = read(course / "release" / material.assignment / f"{material.notebook}.ipynb")
    for number in range(size):
        folder = course / "submitted" / name_student(number) / material.assignment
        folder.mkdir(parents=True)
        notebook = fill(released, material.choose(number))
        (folder / f"{material.notebook}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def fill(released: Notebook, answers: dict[str, str]) -> Notebook:
    """Give a copy of the students' notebook with these texts in its solution cells."""
    notebook = copy.deepcopy(released)
    for exercise, cell in solution_cells(notebook).items():
        cell["source"] = answers[exercise]
    return notebook


def copy_course(template: Path, folder: Path, material: Material, size: int) -> None:
    """Make a fresh course folder with a class's submissions; nothing in it was graded before."""
    shutil.copytree(template, folder)
    hand_in(folder, material, size)


def load_dropout(leave_out: Collection[str] = ()) -> Material:
    """Read this project's 05_dropout: its configuration, its solutions and the right variants of its tests.

    Parameters
    ----------
    leave_out : collection of str
        Names of variants that nobody hands in.
    """
    assignment, notebook = "05_dropout", "dropout"
    source = read(ROOT / "source" / assignment / f"{notebook}.ipynb")
    solutions = {name: cell["source"] for name, cell in solution_cells(source).items()}
    answers = {name: [_MARKERS.sub("", text)] for name, text in solutions.items()}
    for answer in load(ROOT / "tests" / "answers" / f"{notebook}.py"):
        if answer.name not in leave_out:
            answers[answer.exercise].append(cell_text(answer, solutions[answer.exercise]))
    return Material(assignment, notebook, source, (ROOT / CONFIG_NAME).read_text(encoding="utf-8"), answers)


# --- the plain course ------------------------------------------------------------------------------------------------

_CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "plain"
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}
c.Execute.timeout = 30
"""

_SETUP = "import matplotlib.pyplot as plt\nimport numpy as np"

_PLOT = """

heights = np.random.default_rng(0).normal(170, 10, 500)
edges = np.arange(140, 205, 5)
plt.bar(edges[:-1], count_in_bins(heights, edges), width=4, align="edge")
plt.xlabel("height in cm")
plt.ylabel("people")
plt.show()
"""


@dataclass(frozen=True)
class _Exercise:
    """Texts of one exercise's cells; the first answer is the instructor's own."""

    answers: tuple[str, ...]
    visible: str
    hidden: str
    plot: str = ""


_EXERCISES = {
    "standardize": _Exercise(
        (
            "def standardize(X):\n    return (X - X.mean(axis=0)) / X.std(axis=0)",
            "def standardize(X):\n    centred = X - np.sum(X, axis=0) / len(X)\n"
            "    return centred / np.sqrt(np.mean(centred**2, axis=0))",
            "def standardize(X):\n    columns = [(column - np.mean(column)) / np.std(column) for column in X.T]\n"
            "    return np.column_stack(columns)",
        ),
        "Z = standardize(np.array([[1.0, 10.0], [3.0, 30.0]]))\nassert np.allclose(Z, [[-1, -1], [1, 1]]), Z",
        "X = np.random.default_rng(1).normal(5, 3, (200, 4))\nZ = standardize(X)\n"
        "assert Z.shape == X.shape\nassert np.allclose(Z.mean(axis=0), 0)\nassert np.allclose(Z.std(axis=0), 1)\n"
        "assert np.allclose(Z * X.std(axis=0) + X.mean(axis=0), X)",
    ),
    "softmax": _Exercise(
        (
            "def softmax(Z):\n    E = np.exp(Z - Z.max(axis=1, keepdims=True))\n"
            "    return E / E.sum(axis=1, keepdims=True)",
            "def softmax(Z):\n    rows = []\n    for z in Z:\n        e = np.exp(z - np.max(z))\n"
            "        rows.append(e / np.sum(e))\n    return np.array(rows)",
            "def softmax(Z):\n    shifted = Z - np.amax(Z, axis=1)[:, None]\n"
            "    return np.exp(shifted - np.log(np.exp(shifted).sum(axis=1))[:, None])",
            "def softmax(Z):\n    shifted = (Z.T - Z.T.max(axis=0)).T\n"
            "    return np.einsum('mk,m->mk', np.exp(shifted), 1 / np.exp(shifted).sum(1))",
        ),
        "P = softmax(np.array([[0.0, 0.0], [0.0, np.log(3.0)]]))\nassert np.allclose(P, [[0.5, 0.5], [0.25, 0.75]]), P",
        "Z = np.random.default_rng(2).normal(0, 4, (50, 6))\nP = softmax(Z)\nassert P.shape == Z.shape\n"
        "assert np.allclose(P.sum(axis=1), 1)\nassert np.allclose(softmax(Z + 7), P)\n"
        "assert np.allclose(softmax(np.array([[1000.0, 1000.0]])), 0.5), 'of large numbers'",
    ),
    "moving_average": _Exercise(
        (
            "def moving_average(x, width):\n    return np.convolve(x, np.ones(width) / width, mode='valid')",
            "def moving_average(x, width):\n    total = np.concatenate([[0.0], np.cumsum(x)])\n"
            "    return (total[width:] - total[:-width]) / width",
            "def moving_average(x, width):\n"
            "    return np.array([sum(x[i : i + width]) / width for i in range(len(x) - width + 1)])",
        ),
        "assert np.allclose(moving_average(np.array([1.0, 3.0, 5.0]), 2), [2, 4])",
        "x = np.random.default_rng(3).normal(size=40)\nfor width in (1, 3, 40):\n"
        "    got = moving_average(x, width)\n    assert got.shape == (41 - width,), (width, got.shape)\n"
        "    wanted = [x[i : i + width].mean() for i in range(41 - width)]\n    assert np.allclose(got, wanted), width",
    ),
    "count_in_bins": _Exercise(
        (
            "def count_in_bins(values, edges):\n    return np.histogram(values, edges)[0]",
            "def count_in_bins(values, edges):\n    counts = np.zeros(len(edges) - 1, dtype=int)\n"
            "    for value in values:\n        for i in range(len(counts)):\n"
            "            is_last = i == len(counts) - 1 and value == edges[-1]\n"
            "            if edges[i] <= value < edges[i + 1] or is_last:\n                counts[i] += 1\n"
            "    return counts",
            "def count_in_bins(values, edges):\n    inside = np.sort([v for v in values if v <= edges[-1]])\n"
            "    below = np.searchsorted(inside, edges, side='left')\n    below[-1] = len(inside)\n"
            "    return np.diff(below)",
        ),
        "assert list(count_in_bins(np.array([1.0, 1.5, 2.5]), np.array([1.0, 2.0, 3.0]))) == [2, 1]",
        "values = np.random.default_rng(4).uniform(-1, 11, 300)\nedges = np.array([0.0, 2.0, 5.0, 10.0])\n"
        "counts = count_in_bins(values, edges)\nassert sum(counts) == np.sum((values >= 0) & (values <= 10))\n"
        "assert counts[1] == np.sum((values >= 2) & (values < 5))\n"
        "assert list(count_in_bins(np.array([10.0]), edges)) == [0, 0, 1], 'the last edge belongs to the last bin'",
        _PLOT,
    ),
}


def make_plain() -> Material:
    """Make the plain course: four exercises with NumPy, a visible and a hidden check each, one plot."""
    cells = [_make_cell("setup", _SETUP, locked=True)]
    answers = {}
    for name, exercise in _EXERCISES.items():
        texts = [f"{text}\n{exercise.plot}" for text in exercise.answers]
        answers[name] = texts
        solution = f"### BEGIN SOLUTION\n{texts[0]}\n### END SOLUTION"
        hidden = f"# Hidden checks of {name}.\n### BEGIN HIDDEN TESTS\n{exercise.hidden}\n### END HIDDEN TESTS"
        cells += [
            _make_cell(name, solution, solution=True),
            _make_cell(f"check_{name}", exercise.visible, grade=True, locked=True, points=1),
            _make_cell(f"hidden_{name}", hidden, grade=True, locked=True, points=2),
        ]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    source: Notebook = {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    assert list(solution_cells(source)) == list(answers)
    return Material("week1", "plain", source, _CONFIG, answers)


def _make_cell(name: str, text: str, **settings: Any) -> dict[str, Any]:
    nbgrader = {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3}
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {"nbgrader": {**nbgrader, "grade_id": name, **settings}},
        "source": text,
        "execution_count": None,
        "outputs": [],
    }
