"""A made-up class: 24 submissions of one lesson in a throw-away course folder, graded by the real command.

Run by `make demo` as `python -m tests.simulated_class [--folder DIR]`, and by the tests. Only the submissions are made up;
all else is what an instructor would run. Must not write anywhere but in the folder that it makes.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.answers import Answer, load

ROOT = Path(__file__).resolve().parents[1]
ASSIGNMENT = "05_dropout"
TOPIC = "dropout"
MARK = ".made_by_simulated_class"
CELL_SECONDS = 5

# fmt: off
STUDENTS = (
    "abara", "aldin", "brook", "celik", "dahl", "ekman", "farah", "garcia", "haddad", "imani", "jansen", "kimura",
    "lindt", "moreau", "novak", "okoye", "petrov", "quist", "rossi", "silva", "tanaka", "ueda", "varga", "weber",
)
# fmt: on

LOOP = "def {name}(*args, **kwargs):\n    while True:\n        pass\n"
RAISES = "def {name}(*args, **kwargs):\n    return args[0][999][999]\n"

MARKERS = re.compile(r" *### (BEGIN|END) SOLUTION\n?")

Cells = Mapping[str, str]


class Material:
    """What the submissions are made of: the lesson's solutions, its bank of mistakes and its right variants."""

    def __init__(self, root: Path = ROOT) -> None:
        self.source = _read(root / "source" / ASSIGNMENT / f"{TOPIC}.ipynb")
        self.release = _read(root / "release" / ASSIGNMENT / f"{TOPIC}.ipynb")
        solutions = {_name(cell): _text(cell) for cell in self.source["cells"] if _is_solution(cell)}
        self.solutions = {name: MARKERS.sub("", text) for name, text in solutions.items()}
        self.mistakes = self._pick(load(root / "helpers" / "misconceptions" / f"{TOPIC}.py"))
        self.variants = self._pick(load(root / "tests" / "answers" / f"{TOPIC}.py"))

    def _pick(self, answers: list[Answer]) -> dict[str, list[Answer]]:
        picked: dict[str, list[Answer]] = {name: [] for name in self.solutions}
        for answer in answers:
            picked[answer.exercise].append(answer)
        return picked

    def mistake(self, exercise: str, number: int) -> dict[str, str]:
        """One known mistake, as the text of its cell."""
        return {exercise: drop_unused(self.mistakes[exercise][number % len(self.mistakes[exercise])].text)}

    def variant(self, number: int) -> dict[str, str]:
        """A right variant of every exercise that has one."""
        return {name: drop_unused(found[number % len(found)].text) for name, found in self.variants.items() if found}

    def fill(self, answers: Cells) -> dict[str, Any]:
        """The released notebook with these texts in its solution cells."""
        notebook = copy.deepcopy(self.release)
        for cell in notebook["cells"]:
            if _is_solution(cell) and _name(cell) in answers:
                cell["source"] = answers[_name(cell)]
        return notebook


def drop_unused(text: str) -> str:
    """Leave out what the last statements of an answer do not use: a student's cell holds no one else's helpers."""
    *shared, last = ast.parse(text).body
    # A value is made by a function: `quiz = quiz()` stands behind it.
    kept = [shared.pop(), last] if isinstance(last, ast.Assign) else [last]
    used = {node.id for statement in kept for node in ast.walk(statement) if isinstance(node, ast.Name)}
    for statement in reversed(shared):
        if used & _find_defined(statement):
            kept.insert(0, statement)
            used |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    return "\n\n".join(ast.get_source_segment(text, statement) or "" for statement in kept) + "\n"


def _find_defined(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name for alias in statement.names}
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


def make_class(folder: Path, *, cell_seconds: int = CELL_SECONDS) -> Path:
    """Make the throw-away course with its submissions.

    Parameters
    ----------
    folder : Path
        Made anew each time.
    cell_seconds : int
        The course's limit for a cell, short, as one submission never ends.

    Raises
    ------
    FileExistsError
        The folder is there and was not made by this function.
    """
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise FileExistsError(f"{folder} was not made by this program, so it is left alone; name another --folder.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("The simulated class may delete this folder.\n")
    for step in ("source", "release"):
        shutil.copytree(ROOT / step / ASSIGNMENT, folder / step / ASSIGNMENT)
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    config += f"\n# Short, as one of the made-up submissions never ends.\nc.Execute.timeout = {cell_seconds}\n"
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    material = Material()
    submissions = make_submissions(material)
    for student, (name, content) in submissions.items():
        path = folder / "submitted" / student / ASSIGNMENT / name
        path.parent.mkdir(parents=True)
        path.write_text(content, encoding="utf-8")
    return folder


def make_submissions(material: Material) -> dict[str, tuple[str, str]]:
    """Give the file name and the content of each student's submission."""
    right = material.solutions
    exercises = [name for name in right if not name.startswith("quiz_")]
    half = {name: right[name] for name in exercises[: len(exercises) // 2]}
    mistake = material.mistake
    first, second, third, *others = exercises
    notebooks = [
        material.fill(right),
        material.fill(right),
        material.fill({**right, **material.variant(0)}),
        material.fill({**right, **material.variant(1)}),
        material.fill({**right, **material.variant(2)}),
        material.fill({}),
        material.fill({}),
        material.fill(half),
        material.fill({**half, **mistake(second, 1)}),
        *(material.fill({**right, **mistake(name, number)}) for number, name in enumerate(exercises)),
        # The same mistake twice: what a class has most often is what the next lecture is about.
        material.fill({**right, **mistake(second, 1)}),
        material.fill({**right, **mistake(first, 2), **mistake(second, 1), **mistake(third, 2)}),
        material.fill({**half, **mistake(third, 3), **mistake(others[0], 1), **mistake(others[1], 2)}),
        material.fill({**right, second: RAISES.format(name=second)}),
        material.fill({**right, third: LOOP.format(name=third)}),
        "{ this was once a notebook",
        _copy_cell(material.fill(right), first),
        material.fill(right),
        material.fill({**right, **mistake(f"quiz_{TOPIC}", 0)} if material.mistakes.get(f"quiz_{TOPIC}") else half),
    ]
    names = [f"{TOPIC}.ipynb"] * len(notebooks)
    names[-2] = f"{TOPIC} (1).ipynb"
    contents = [notebook if isinstance(notebook, str) else json.dumps(notebook, indent=1) for notebook in notebooks]
    return dict(zip(STUDENTS, zip(names, contents, strict=True), strict=True))


def grade(folder: Path) -> int:
    """Grade the class as an instructor does; gives the command's exit code."""
    command = [sys.executable, "-c", "import sys; from autograder.cli import main; sys.exit(main())"]
    print(f"$ autograder grade {ASSIGNMENT} --course {folder}", flush=True)
    return subprocess.run([*command, "grade", ASSIGNMENT, "--course", str(folder)]).returncode


def main() -> int:
    """Make the class, grade it, and say where everything is."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulated_class", description=main.__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "demo_class", help="made anew (default: demo_class)")
    parser.add_argument(
        "--cell-seconds", type=int, default=CELL_SECONDS, help="limit for a cell (default: %(default)s)"
    )
    args = parser.parse_args()
    started = time.monotonic()
    try:
        folder = make_class(args.folder, cell_seconds=args.cell_seconds)
    except FileExistsError as error:
        print(error, file=sys.stderr)
        return 2
    print(f"{len(STUDENTS)} made-up submissions of {ASSIGNMENT} are in {folder / 'submitted'}.")
    code = grade(folder)
    if code == 0:
        page = folder / "feedback" / STUDENTS[10] / ASSIGNMENT / f"{TOPIC}.html"
        print(f"\nDone in {time.monotonic() - started:.0f} s. One of the feedback pages: {page}")
    return code


def _copy_cell(notebook: dict[str, Any], exercise: str) -> dict[str, Any]:
    """What copy and paste does to a solution cell: the same grade_id twice."""
    cells = notebook["cells"]
    position = next(i for i, cell in enumerate(cells) if _name(cell) == exercise)
    cells.insert(position + 1, {**copy.deepcopy(cells[position]), "id": "a-copy"})
    return notebook


def _read(path: Path) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def _name(cell: dict[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def _is_solution(cell: dict[str, Any]) -> bool:
    return bool(cell["metadata"].get("nbgrader", {}).get("solution"))


def _text(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


if __name__ == "__main__":
    sys.exit(main())
