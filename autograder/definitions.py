"""What the instructor's solution cells define and what checks speak of, read from their text: the names that cross.

Must not run anything.
"""

from __future__ import annotations

import ast
import builtins
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from autograder.jail.operators import BINARY
from autograder.notebook import HIDDEN_KEY, HIDDEN_MARKER, Notebook, grade_id, is_solution, kind

# Special method → those in whose absence Python takes it.
_FALLBACKS = {
    "__len__": ("__bool__",),
    "__index__": ("__int__", "__float__"),
    "__repr__": ("__str__",),
    **{f"__{name}__": (f"__i{name}__",) for name in BINARY},
}


@dataclass(frozen=True)
class Definitions:
    """What the solution cells of a notebook define.

    Attributes
    ----------
    names : tuple of str
        Functions, classes and variables.
    unknown : tuple of str
        What checks use although no cell of the instructor's visibly defines it.
    operators : dict
        Class → the special methods that it has of its own, or of a base in the notebook, and those for which Python
        takes one of these.
    imports : str
        The import statements, as a text that can be run.
    imported : tuple of str
        The names that they bind.
    """

    names: tuple[str, ...]
    unknown: tuple[str, ...]
    operators: dict[str, list[str]]
    imports: str
    imported: tuple[str, ...]


def find_definitions(source: Notebook) -> Definitions:
    """Read an instructor's notebook; a cell that is not Python defines nothing."""
    code = [cell for cell in source["cells"] if cell["cell_type"] == "code"]
    cells = [(cell["source"], is_solution(cell), kind(cell) == "check") for cell in code]
    return _find(tuple(cells))


@functools.lru_cache(maxsize=8)
def _find(cells: tuple[tuple[str, bool, bool], ...]) -> Definitions:
    """The definitions in cells, each given as its text, whether it is a solution, and whether it is a check."""
    names: dict[str, None] = {}
    imported: dict[str, None] = {}
    operators: dict[str, list[str]] = {}
    imports: dict[str, None] = {}
    trees = [_parse(text) for text, _, _ in cells]
    solutions = [tree for tree, (_, is_solved, _) in zip(trees, cells, strict=True) if is_solved]
    checks = [tree for tree, (_, _, is_check) in zip(trees, cells, strict=True) if is_check]
    for node in (node for tree in solutions for node in _statements(tree)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports[f"try:\n    {ast.unparse(node)}\nexcept ImportError:\n    pass\n"] = None
            imported |= dict.fromkeys(_names_of(node))
        else:
            names |= dict.fromkeys(_names_of(node))
        if isinstance(node, ast.ClassDef):
            operators[node.name] = _operators_of(node, operators)
    bound = {name for tree in trees for node in _statements(tree) for name in _names_of(node)}
    used = {name for tree in checks for name in _loaded(tree)}
    unknown = sorted(used - bound - names.keys() - _known_names())
    return Definitions(tuple(names), tuple(unknown), operators, "".join(imports), tuple(imported))


def find_shown_bindings(source: Notebook) -> dict[str, str]:
    """Give check cell → what students see it import, and no cell above has.

    In a notebook of one process their cells below can use that. The texts can be run; an import may fail in them.
    """
    cells = []
    for cell in source["cells"]:
        if cell["cell_type"] == "code":
            is_shown = kind(cell) == "check" and HIDDEN_KEY not in cell["metadata"]
            cells.append((grade_id(cell) if is_shown else "", cell["source"], is_solution(cell)))
    return _find_shown(tuple(cells))


@functools.lru_cache(maxsize=8)
def _find_shown(cells: tuple[tuple[str, str, bool], ...]) -> dict[str, str]:
    """The same for cells given as the name of a check of which students see something or "", text, is a solution."""
    found: dict[str, str] = {}
    own = {name for _, text, is_solved in cells if is_solved for node in _parse(text).body for name in _names_of(node)}
    bound: set[str] = set()
    for check, text, _ in cells:
        tree = _parse(text.partition(HIDDEN_MARKER)[0] if check else text)
        names = {name for node in tree.body for name in _names_of(node)}
        if check:
            new = [node for node in tree.body if not own & {*_names_of(node)} and not bound >= {*_names_of(node)}]
            texts = [f"    {ast.unparse(node)}" for node in new if isinstance(node, ast.Import | ast.ImportFrom)]
            if texts:
                found[check] = "".join(f"try:\n{each}\nexcept Exception:\n    pass\n" for each in texts)
        bound |= names
    return found


def _parse(text: str) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        pass
    try:
        from IPython.core.inputtransformer2 import TransformerManager  # for magics; it takes a while to import

        return ast.parse(TransformerManager().transform_cell(text))
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module([], [])


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Statements and assignment expressions of the notebook's own scope; of functions, what they declare global."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.stmt | ast.NamedExpr):
            yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from (inner for inner in ast.walk(node) if isinstance(inner, ast.Global))
        else:
            yield from _statements(node)


def _names_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Global):
        return node.names
    if isinstance(node, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name.partition(".")[0] for alias in node.names]
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, ast.AnnAssign | ast.AugAssign | ast.For | ast.NamedExpr):
        targets = [node.target]
    elif isinstance(node, ast.With):
        targets = [item.optional_vars for item in node.items if item.optional_vars is not None]
    elif isinstance(node, ast.Expr):
        return list(filter(None, [_captured_name(node.value)]))
    return [n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)]


def _captured_name(call: ast.expr) -> str:
    """The name that the magic `%%capture NAME`, which is the whole of its cell, binds."""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return ""
    if call.func.attr == "run_cell_magic" and len(call.args) > 1:
        magic, line = (arg.value if isinstance(arg, ast.Constant) else "" for arg in call.args[:2])
        words = str(line).split()
        return words[-1] if magic == "capture" and words and words[-1].isidentifier() else ""
    return ""


def _operators_of(node: ast.ClassDef, earlier: dict[str, list[str]]) -> list[str]:
    """Special methods by definition, by assignment, by decorators that make them, and inherited ones."""
    found = [name for base in node.bases if isinstance(base, ast.Name) for name in earlier.get(base.id, [])]
    for statement in node.body:
        found += _names_of(statement)
    decorators = " ".join(ast.unparse(decorator) for decorator in node.decorator_list)
    if "dataclass" in decorators:
        found += ["__eq__", "__repr__"]
        found += ["__hash__"] if "frozen" in decorators or "unsafe_hash" in decorators else []
    if "total_ordering" in decorators or "order=True" in decorators:
        found += ["__lt__", "__le__", "__gt__", "__ge__"]
    found += [other for name in found for other in _FALLBACKS.get(name, ())]
    return [name for name in dict.fromkeys(found) if name.startswith("__") and name.endswith("__")]


def _loaded(tree: ast.AST) -> set[str]:
    """Names that a cell uses and does not bind itself, in any scope."""
    used, own = set(), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            used.add(node.id)
            if not isinstance(node.ctx, ast.Load):
                own.add(node.id)
        elif isinstance(node, ast.arg):
            own.add(node.arg)
        elif isinstance(node, ast.stmt):
            own.update(_names_of(node))
        elif isinstance(node, ast.ExceptHandler) and node.name:
            own.add(node.name)
    return used - own


def _known_names() -> set[str]:
    return {*vars(builtins), "get_ipython", "display", "In", "Out", "exit", "quit"}


@functools.cache
def find_mentions(code: str) -> frozenset[str]:
    """Names that a check speaks of, in its code and in texts that could be code; all words of what is no Python."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return frozenset(re.findall(r"\w+", code))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) is str:
            names |= find_mentions(node.value.strip()) if _may_be_code(node.value) else set()
        else:
            found = (getattr(node, field, None) for field in ("id", "attr", "arg", "name", "module", "names"))
            names |= {word for name in found if type(name) is str for word in re.findall(r"\w+", name)}
    return frozenset(names)


def _may_be_code(text: str) -> bool:
    try:
        ast.parse(text.strip())
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True
