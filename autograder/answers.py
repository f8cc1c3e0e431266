"""Reads a course's known wrong answers and right variants as text, without importing them.

Such a file holds functions or classes, each decorated with ``@misconception("exercise", "cause")`` or
``@answer("exercise")``. What is not decorated so is shared by all of them: it is put before each in the solution cell.
Must not run any of it.
"""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import CourseError

_DECORATORS = ("misconception", "answer")
_COURSE_PACKAGES = ("helpers", "tests")

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Answer:
    """One answer to an exercise; `name` is ``<file stem>.<function>``, `text` defines the exercise's name."""

    exercise: str
    name: str
    cause: str
    text: str


def load(path: Path) -> list[Answer]:
    """Read a file of answers.

    Parameters
    ----------
    path : Path
        A Python file; one that does not exist has no answers.

    Returns
    -------
    list of Answer
        In the file's order.

    Raises
    ------
    CourseError
        When the file is not Python, or a decorator does not begin with the exercise's name as text.
    """
    if not path.is_file():
        return []
    source = path.read_text(encoding="utf-8")
    try:
        module = ast.parse(source)
    except SyntaxError as error:
        raise CourseError(f"{path} is not Python: {error.msg} (line {error.lineno}).") from None
    lines = source.splitlines()
    entries = [(node, call) for node in module.body if (call := _entry_decorator(node)) is not None]
    decorated = [node for node, _ in entries]
    shared = [_text(lines, node) for node in module.body if node not in decorated and _is_prelude(node, module.body[0])]
    answers = []
    for node, call in entries:
        assert isinstance(node, Definition)
        exercise, cause = (*_texts(call, path), "")[:2]
        own = _rename(_text(lines, node), node.name, exercise)
        answers.append(Answer(exercise, f"{path.stem}.{node.name}", cause, "\n\n".join([*shared, own]) + "\n"))
    return answers


def cell_text(answer: Answer, solution: str) -> str:
    """Give what to write into the solution cell.

    Parameters
    ----------
    answer : Answer
        From `load`.
    solution : str
        The instructor's text of the cell: where it defines a value (a quiz), the answer's function is called to give
        it.
    """
    name = answer.exercise
    try:
        body = ast.parse(solution).body
    except SyntaxError:  # IPython's own syntax
        body = []
    targets = [target for node in body if isinstance(node, ast.Assign) for target in node.targets]
    is_value = any(isinstance(target, ast.Name) and target.id == name for target in targets)
    return f"{answer.text}\n\n{name} = {name}()\n" if is_value else answer.text


def _entry_decorator(node: ast.stmt) -> ast.Call | None:
    if isinstance(node, Definition):
        for decorator in node.decorator_list:
            if (
                isinstance(decorator, ast.Call)
                and isinstance(decorator.func, ast.Name)
                and decorator.func.id in _DECORATORS
            ):
                return decorator
    return None


def _texts(call: ast.Call, path: Path) -> list[str]:
    """The decorator's arguments: the exercise and, for a misconception, the cause."""
    found = []
    for argument in call.args[:2]:
        if not isinstance(argument, ast.Constant) or not isinstance(argument.value, str):
            break
        found.append(argument.value)
    if not found:
        raise CourseError(f"{path}, line {call.lineno}: the decorator must begin with the exercise's name as text.")
    return found


def _is_prelude(node: ast.stmt, first: ast.stmt) -> bool:
    if node is first and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return False  # the docstring
    if isinstance(node, ast.ImportFrom):
        return (node.module or "").partition(".")[0] not in _COURSE_PACKAGES
    if isinstance(node, ast.Import):
        return not any(alias.name.partition(".")[0] in _COURSE_PACKAGES for alias in node.names)
    return True


def _text(lines: list[str], node: ast.stmt) -> str:
    """The statement's lines; of an entry without its decorator, of anything else with it."""
    start = node.lineno
    if isinstance(node, Definition) and node.decorator_list and _entry_decorator(node) is None:
        start = min(decorator.lineno for decorator in node.decorator_list)
    return "\n".join(lines[start - 1 : node.end_lineno])


def _rename(text: str, old: str, new: str) -> str:
    """Rename a definition, also where it speaks of itself; attributes of the same name stay."""
    tokens, previous = [], ""
    for token in tokenize.generate_tokens(io.StringIO(text + "\n").readline):
        if token.type == tokenize.NAME and token.string == old and previous != ".":
            tokens.append(token)
        previous = token.string
    lines = text.splitlines()
    for token in reversed(tokens):
        row, column = token.start[0] - 1, token.start[1]
        lines[row] = lines[row][:column] + new + lines[row][column + len(old) :]
    return "\n".join(lines)
