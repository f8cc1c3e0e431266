"""An ordinary instructor's course on disk: ten autograded exercises, a written answer, a plot, own helper modules.

Nothing here comes from `helpers`. Must not know the corpus: it says only what is right, what is wrong, and how a
student's notebook is put together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.autograder.plain_course import extra_cell, write_notebook

Notebook = dict[str, Any]
Cell = dict[str, Any]

ASSIGNMENT = "week1"
NOTEBOOK = "week1.ipynb"
CELL_SECONDS = 3
POINTS = 3.0
MANUAL = "explain"

# Words that stand in what a submission must not see; none may come up in what its cells show.
SECRETS = {
    name: f"SECRET-{name.upper()}-5f1c"
    for name in ("hidden", "reference", "classmate", "environment", "home", "source")
}

CONFIG = f"""\
c = get_config()
c.CourseDirectory.course_id = "hostile"
c.ClearSolutions.code_stub = {{"python": "raise NotImplementedError"}}
c.Execute.timeout = {CELL_SECONDS}
c.JailedExecute.packages = ["numpy", "matplotlib", "tqdm"]
c.JailedExecute.modules = ["coursekit"]
c.JailedExecute.withheld = ["reference_{{notebook}}"]
"""

SCORES = "3.0,1.0,4.0\n1.0,5.0,9.0\n2.0,6.0,5.0\n3.5,8.0,9.5\n"

COURSEKIT = {
    "__init__.py": '"""What students may import."""\n',
    "data.py": 'def name_rows(count):\n    """Give each row a name."""\n    return [f"row {i}" for i in range(count)]\n',
}

REFERENCE = f'''\
"""The instructor's own answers. {SECRETS["reference"]}"""

import numpy as np


def clamp(x, low, high):
    return max(low, min(x, high))


def cube(x):
    return x**3


def standardize(X):
    return (X - X.mean(axis=0)) / X.std(axis=0)


def find_best(scores):
    return {{"row": int(scores.sum(axis=1).argmax()), "mean": float(scores.mean())}}


def sort_in_place(values):
    values.sort()


def count_words(text):
    counts = {{}}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    return counts


class Account:
    def __init__(self, owner, balance=0.0):
        self.owner, self.balance = owner, balance

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("amount")
        self.balance += amount
        return self.balance

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError("balance")
        self.balance -= amount
        return self.balance
'''

SETUP = "import matplotlib.pyplot as plt\nimport numpy as np\nscores = np.loadtxt('scores.csv', delimiter=',')"
PLOT = "plt.plot(scores[:, 0])\nplt.show()"

# exercise: (right answer, wrong answer, visible check, hidden check)
EXERCISES = {
    "clamp": (
        "def clamp(x, low, high):\n    if x < low:\n        return low\n    return high if x > high else x\n",
        "def clamp(x, low, high):\n    return None\n",
        "assert clamp(5, 0, 3) == 3\nassert clamp(-1, 0, 3) == 0",
        """\
import reference_week1
assert clamp(2, 0, 3) == 2
for x in range(-3, 4):
    assert clamp(x, -1.5, 1) == reference_week1.clamp(x, -1.5, 1), f'clamp({x}, -1.5, 1)'""",
    ),
    "derivative": (
        "def derivative(f, x, h=1e-5):\n    return (f(x + h) - f(x - h)) / (2 * h)\n",
        "def derivative(f, x, h=1e-5):\n    return None\n",
        "assert abs(derivative(lambda x: x**2, 3.0) - 6) < 1e-3",
        """\
import reference_week1
def cube(x):
    return reference_week1.cube(x)
assert abs(derivative(cube, 2.0) - 12) < 1e-3
assert abs(derivative(np.sin, 0.0) - 1) < 1e-3
assert abs(derivative(cube, 1.0, h=1e-4) - 3) < 1e-3""",
    ),
    "standardize": (
        "def standardize(X):\n    return (X - np.mean(X, axis=0)) / np.std(X, axis=0)\n",
        "def standardize(X):\n    return X * 0 + 7\n",
        "X = np.array([[1.0, 2.0], [3.0, 6.0]])\nnp.testing.assert_allclose(standardize(X), [[-1, -1], [1, 1]], rtol=1e-5)",
        """\
import reference_week1
result = standardize(scores)
np.testing.assert_allclose(result, reference_week1.standardize(scores), rtol=1e-5, atol=1e-5)
assert result.shape == scores.shape""",
    ),
    "account": (
        """\
class Account:
    def __init__(self, owner, balance=0.0):
        self.owner = owner
        self.balance = balance

    def deposit(self, amount):
        if amount <= 0:
            raise ValueError("nothing to deposit")
        self.balance += amount
        return self.balance

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError("not enough")
        self.balance -= amount
        return self.balance
""",
        """\
class Account:
    def __init__(self, *args):
        self.owner = self.balance = None

    def deposit(self, amount):
        return None

    def withdraw(self, amount):
        return None
""",
        "account = Account('Ada')\nassert account.deposit(10) == 10\nassert account.balance == 10\nassert account.owner == 'Ada'",
        """\
account, other = Account('Bo', 5.0), Account('Cy')
assert isinstance(account, Account)
try:
    account.withdraw(10)
except ValueError:
    pass
else:
    raise AssertionError('more was withdrawn than there is')
assert account.withdraw(2) == 3
assert (account.balance, other.balance) == (3, 0)""",
    ),
    "vector": (
        """\
class Vector:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor)

    def __abs__(self):
        return (self.x**2 + self.y**2) ** 0.5

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)

    def __repr__(self):
        return f"Vector({self.x}, {self.y})"
""",
        "class Vector:\n    def __init__(self, x, y):\n        self.x = self.y = None\n",
        """\
total = Vector(1, 2) + Vector(3, 4)
assert (total.x, total.y) == (4, 6)
assert abs(Vector(3, 4)) == 5""",
        """\
assert Vector(1, 2) == Vector(1, 2)
assert Vector(1, 2) != Vector(1, 3)
assert not Vector(0, 1) == Vector(1, 1)
assert Vector(1, 2) + Vector(0, 1) == Vector(1, 3)
assert Vector(2, 1) * 3 == Vector(6, 3)
assert repr(Vector(1, 2)) == 'Vector(1, 2)'""",
    ),
    "best": (
        "best = {'row': int(np.argmax(scores.sum(axis=1))), 'mean': float(scores.mean())}\n",
        "best = {'row': -1, 'mean': -1.0}\n",
        "assert set(best) == {'row', 'mean'}\nassert 0 <= best['row'] < len(scores)",
        "assert best['row'] == np.argmax(scores.sum(axis=1))\nassert np.isclose(best['mean'], np.mean(scores))",
    ),
    "sort_in_place": (
        "def sort_in_place(values):\n    values.sort()\n",
        "def sort_in_place(values):\n    pass\n",
        "data = [3, 1, 2]\nassert sort_in_place(data) is None\nassert data == [1, 2, 3]",
        """\
import reference_week1
for values in ([2.5, -1.0], ['b', 'a', 'c'], [4, 4, 1]):
    expected = list(values)
    reference_week1.sort_in_place(expected)
    sort_in_place(values)
    assert values == expected""",
    ),
    "count_words": (
        """\
def count_words(text):
    counts = {}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    return counts
""",
        "def count_words(text):\n    return None\n",
        "assert count_words('a b a') == {'a': 2, 'b': 1}",
        """\
import reference_week1
points = 0
points += count_words('') == {}
points += count_words('to be or not to be') == reference_week1.count_words('to be or not to be')
points""",
    ),
    "squares": (
        "def squares(n):\n    return [i * i for i in range(1, n + 1)]\n",
        "def squares(n):\n    return None\n",
        "assert squares(3) == [1, 4, 9]",
        "assert squares(1) == [1]\nassert squares(5) == [1, 4, 9, 16, 25]\nassert squares(0) == []",
    ),
    "sum_of_squares": (
        "def sum_of_squares(n):\n    return sum(squares(n))\n",
        "def sum_of_squares(n):\n    return None\n",
        "assert sum_of_squares(1) == 1\nassert sum_of_squares(3) == 14",
        # nbgrader's documentation shows this way to find out whether one function uses another.
        """\
orig_squares = squares
del squares
try:
    sum_of_squares(1)
except NameError:
    pass
else:
    raise AssertionError('sum_of_squares does not use squares')
finally:
    squares = orig_squares""",
    ),
}
RIGHT = {name: texts[0] for name, texts in EXERCISES.items()}
WRONG = {name: texts[1] for name, texts in EXERCISES.items()}
FULL = {**dict.fromkeys(EXERCISES, POINTS), MANUAL: 0.0}
MAX_SCORE = POINTS * len(FULL)


def make_course(root: Path) -> Path:
    """Write the course into `root` (created), and give `root` back; commands need it on PYTHONPATH."""
    for step, notebook in (("source", make_source()), ("release", make_release())):
        folder = root / step / ASSIGNMENT
        folder.mkdir(parents=True)
        write_notebook(folder / NOTEBOOK, notebook)
        (folder / "scores.csv").write_text(SCORES)
    (root / "nbgrader_config.py").write_text(CONFIG)
    (root / "reference_week1.py").write_text(REFERENCE)
    (root / "coursekit").mkdir()
    for name, text in COURSEKIT.items():
        (root / "coursekit" / name).write_text(text)
    return root


def make_source() -> Notebook:
    """Give the instructor's notebook."""
    cells = [make_text("title", "# Week 1"), make_code("setup", SETUP, grade_id="setup", locked=True)]
    for name, (solution, _, visible, hidden) in EXERCISES.items():
        solution = f"### BEGIN SOLUTION\n# {SECRETS['source']}\n{solution}### END SOLUTION"
        hidden = f"### BEGIN HIDDEN TESTS\n# {SECRETS['hidden']}\n{hidden}\n### END HIDDEN TESTS"
        cells += [
            make_text(f"task_{name}", f"Write `{name}`."),
            make_code(name, solution, grade_id=name, solution=True),
            make_code(f"check_{name}", visible, grade_id=f"check_{name}", points=1),
            make_code(f"hidden_{name}", f"# More checks.\n{hidden}", grade_id=f"hidden_{name}", points=2),
        ]
    written = {"grade_id": MANUAL, "points": POINTS, "solution": True, "locked": False}
    cells += [make_text(MANUAL, "Your answer.", **written), make_code("plot", "# Your plot.")]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return {"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}


def make_release() -> Notebook:
    """Give the students' notebook: solutions and hidden checks cut out as nbgrader does."""
    notebook = make_source()
    for cell in notebook["cells"]:
        cut = re.sub(r"### BEGIN SOLUTION.*### END SOLUTION", "raise NotImplementedError", cell["source"], flags=re.S)
        cell["source"] = re.sub(r"\n### BEGIN HIDDEN TESTS.*### END HIDDEN TESTS", "", cut, flags=re.S)
    return notebook


def answered(answers: dict[str, str]) -> Notebook:
    """Give the students' notebook with these texts in the cells of these ids."""
    notebook = make_release()
    for cell in notebook["cells"]:
        cell["source"] = answers.get(cell["id"], cell["source"])
    return notebook


def solved(**changes: str) -> Notebook:
    """Give a notebook with everything right, apart from these cells' texts."""
    return answered({**RIGHT, MANUAL: "Because the mean is 0.", "plot": PLOT, **changes})


def make_classmate() -> Notebook:
    """Give an honest classmate's notebook: everything right, and words that nobody else may see."""
    secret = SECRETS["classmate"]
    return solved(explain=f"Because it is so. {secret}", plot=f"# {secret}\n{PLOT}")


def make_code(cell_id: str, source: str, **nbgrader: Any) -> Cell:
    """Give a code cell; keywords are its settings for nbgrader, `points` makes it a check."""
    return {**extra_cell(source, **nbgrader), "id": cell_id}


def make_text(cell_id: str, source: str, **nbgrader: Any) -> Cell:
    """Give a markdown cell."""
    cell = make_code(cell_id, source, **nbgrader)
    return {"cell_type": "markdown", **{key: cell[key] for key in ("id", "metadata", "source")}}


def find_cell(notebook: Notebook, cell_id: str) -> Cell:
    """Give the cell of that id."""
    return next(cell for cell in notebook["cells"] if cell["id"] == cell_id)


def add_cells(notebook: Notebook, sources: Iterable[str], *, after: str = "setup") -> Notebook:
    """Put code cells of the student's own behind the cell `after`, and give the notebook back."""
    position = 1 + notebook["cells"].index(find_cell(notebook, after))
    added = [make_code(f"added-{after}-{number}", source) for number, source in enumerate(sources)]
    notebook["cells"][position:position] = added
    return notebook
