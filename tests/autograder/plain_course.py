"""A small nbgrader course for tests: four exercises, one plot, assert-based checks, nothing from `helpers`.

One hidden check publishes a record of the check protocol, so that misconceptions can be tried without any library.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ASSIGNMENT = "week1"
NOTEBOOK = "plain.ipynb"
MAX_SCORE = 12.0

CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "plain"
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError"}
c.Execute.timeout = 2
c.Verify.misconceptions = "mistakes"
c.Verify.answers = "variants"
c.Verify.min_misconceptions = 0
c.Verify.min_answers = 0
"""

SETUP = "import json\nimport numpy as np\nimport matplotlib.pyplot as plt\nfactor = float(open('factor.txt').read())"

# exercise: (solution cell, visible check, hidden check)
EXERCISES = {
    "double": (
        "def double(x):\n    ### BEGIN SOLUTION\n    return factor * x\n    ### END SOLUTION\n",
        "assert double(2) == 4, f'double(2) gave {double(2)}'",
        """\
from IPython.display import display
def tell(status, share, message="", cause="", misconception=""):
    record = dict(exercise="double", status=status, share=share, message=message, cause=cause, misconception=misconception)
    record["properties"] = [dict(name="doubles a negative number", passed=status == "passed", note="")]
    display({"application/vnd.autograder.check+json": record, "text/plain": ""}, raw=True)
if double(-3) == -6:
    tell("passed", 1.0)
else:
    squares = double(-3) == 9
    tell("failed", 0.0, "double: of a negative number", *(("it squares", "plain.squares") if squares else ()))
    raise AssertionError
""",
    ),
    "average": (
        "def average(values):\n    ### BEGIN SOLUTION\n    return sum(values) / len(values)\n    ### END SOLUTION\n",
        "assert average([1, 3]) == 2",
        "assert average([5]) == 5, 'of one value'\nassert average([1, 2, 6]) == 3, 'of three values'",
    ),
    "draw_line": (
        "def draw_line(slope):\n    ### BEGIN SOLUTION\n    plt.plot([0, 1], [0, slope])\n    plt.show()\n    ### END SOLUTION\n",
        "draw_line(2)",
        "draw_line(3)\nassert plt.get_fignums() == [], 'the figure was not shown'",
    ),
    "greet": (
        "def greet(name):\n    ### BEGIN SOLUTION\n    return f'Hello, {name}!'\n    ### END SOLUTION\n",
        "assert greet('Ada') == 'Hello, Ada!'",
        "(greet('Bo') == 'Hello, Bo!') + (greet('') == 'Hello!' or greet('') == 'Hello, !')",
    ),
}

RIGHT = {
    "double": "def double(x):\n    return x + x\n",
    "average": "import statistics\ndef average(values):\n    return statistics.mean(values)\n",
}

MISTAKES = '''\
"""Known mistakes."""
from helpers.misconceptions import misconception

import math

@misconception("double", "it squares")
def squares(x):
    """Square."""
    return math.pow(x, 2)
'''

VARIANTS = """\
from tests.answers import answer

def twice(x):
    return x + x

@answer("double")
def by_adding(x):
    return twice(x)

@answer("double")
def by_itself(x):
    return 2 if x == 1 else 0 if x == 0 else by_itself(x - 1) + 2 if x > 0 else -by_itself(-x)
"""


def make_plain_course(root: Path) -> Path:
    """Write the course into `root` (created), and give `root` back."""
    for step, notebook in (("source", make_source()), ("release", make_release())):
        folder = root / step / ASSIGNMENT
        folder.mkdir(parents=True)
        write_notebook(folder / NOTEBOOK, notebook)
        (folder / "factor.txt").write_text("2")
    (root / "nbgrader_config.py").write_text(CONFIG)
    for folder_name, text in (("mistakes", MISTAKES), ("variants", VARIANTS)):
        (root / folder_name).mkdir()
        (root / folder_name / "plain.py").write_text(text)
    return root


def make_source() -> dict[str, Any]:
    """Give the instructor's notebook."""
    cells = [_cell("text", "# Plain", cell_type="markdown"), _cell("setup", SETUP, locked=True, grade_id="setup")]
    for name, (solution, visible, hidden) in EXERCISES.items():
        cells += [
            _cell(name, solution, grade_id=name, solution=True),
            _cell(f"check_{name}", visible, grade_id=f"check_{name}", points=1),
            _cell(
                f"hidden_{name}",
                f"# Hidden checks of {name}.\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS",
                grade_id=f"hidden_{name}",
                points=2,
            ),
        ]
    experiment = _cell("experiment", "raise RuntimeError('an experiment must not run')")
    experiment["metadata"]["tags"] = ["skip-execution"]
    return _notebook([*cells, experiment])


def make_release() -> dict[str, Any]:
    """Give the students' notebook: solutions and hidden checks cut out as nbgrader does."""
    notebook = make_source()
    for cell in notebook["cells"]:
        cut = re.sub(
            r"( *)### BEGIN SOLUTION.*?### END SOLUTION", r"\1raise NotImplementedError", cell["source"], flags=re.S
        )
        cell["source"] = re.sub(r"\n### BEGIN HIDDEN TESTS.*### END HIDDEN TESTS", "", cut, flags=re.S)
    return notebook


def answered(answers: dict[str, str]) -> dict[str, Any]:
    """Give the students' notebook with these texts in its solution cells."""
    notebook = make_release()
    for cell in notebook["cells"]:
        if cell["id"] in answers:
            cell["source"] = answers[cell["id"]]
    return notebook


def solved(**changes: str) -> dict[str, Any]:
    """Give a notebook with all solutions, apart from these exercises' texts."""
    return answered({**{name: texts[0] for name, texts in EXERCISES.items()}, **changes})


def write_notebook(path: Path, notebook: dict[str, Any]) -> Path:
    """Write a notebook, and give its path back."""
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def extra_cell(source: str, **nbgrader: Any) -> dict[str, Any]:
    """Give a cell such as a student adds."""
    return _cell("added", source, **nbgrader)


def _cell(cell_id: str, source: str, cell_type: str = "code", **nbgrader: Any) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": cell_type, "id": cell_id, "metadata": {}, "source": source}
    if nbgrader:
        settings = {"grade": "points" in nbgrader, "locked": "points" in nbgrader, "solution": False, "task": False}
        cell["metadata"]["nbgrader"] = {**settings, "schema_version": 3, **nbgrader}
    if cell_type == "code":
        cell.update(execution_count=None, outputs=[])
    return cell


def _notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
