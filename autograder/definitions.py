"""What the instructor's solution cells define, read from their text: the names that cross into the checks.

Must not run anything.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.notebook import Notebook, is_solution


@dataclass(frozen=True)
class Definitions:
    """What the solution cells of a notebook define.

    Attributes
    ----------
    names : tuple of str
        Functions, classes and variables, in order.
    operators : dict
        Class → the special methods that it defines itself.
    imports : str
        The import statements, as a text that can be run.
    """

    names: tuple[str, ...]
    operators: dict[str, list[str]]
    imports: str


def find_definitions(source: Notebook) -> Definitions:
    """Read the solution cells of an instructor's notebook; a cell that is not Python defines nothing."""
    names: dict[str, None] = {}
    operators: dict[str, list[str]] = {}
    imports: dict[str, None] = {}
    for cell in source["cells"]:
        if cell["cell_type"] == "code" and is_solution(cell):
            for node in _statements(_parse(cell["source"])):
                names |= dict.fromkeys(_names_of(node))
                if isinstance(node, ast.ClassDef):
                    methods = [method for method in node.body if isinstance(method, ast.FunctionDef)]
                    operators[node.name] = [method.name for method in methods if _is_special(method)]
                elif isinstance(node, ast.Import | ast.ImportFrom):
                    imports[f"try:\n    {ast.unparse(node)}\nexcept ImportError:\n    pass\n"] = None
    return Definitions(tuple(names), operators, "".join(imports))


def _parse(text: str) -> ast.Module:
    python = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in text.splitlines())
    try:
        return ast.parse(python)
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])


def _statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Statements of the notebook's own scope, also inside if, for, while, with and try."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.stmt):
            yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from _statements(node)


def _names_of(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.For):
        targets = [node.target]
    elif isinstance(node, ast.With):
        targets = [item.optional_vars for item in node.items if item.optional_vars is not None]
    return [n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)]


def _is_special(function: ast.FunctionDef) -> bool:
    return function.name.startswith("__") and function.name.endswith("__")
