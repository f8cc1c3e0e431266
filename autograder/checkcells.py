"""What a check cell does that differs when the student's code runs elsewhere, found in the cell's text."""

from __future__ import annotations

import ast
import builtins

from autograder.notebook import Notebook, grade_id, kind

_BLIND = {
    "getsource": "inspect.getsource",
    "getsourcelines": "inspect.getsourcelines",
    "__code__": "__code__",
    "shares_memory": "shares_memory",
    "may_share_memory": "may_share_memory",
}


def find_faults(source: Notebook) -> list[tuple[str, str]]:
    """List the check cells of an instructor's notebook that cannot stay as they are.

    Returns
    -------
    list of (str, str)
        The cell's grade_id, and what is wrong with it.
    """
    faults = []
    for cell in source["cells"]:
        if kind(cell) == "check":
            faults += [(grade_id(cell), fault) for fault in _faults_of(cell["source"])]
    return faults


def find_blindness(text: str) -> list[str]:
    """List what a check looks at that it cannot see, as it runs in another process than the code it checks.

    Such a check can pass by that very fact, so its passing says nothing.
    """
    try:
        tree = _parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    found = [f"uses {_BLIND[name]}" for name in map(_last_name, ast.walk(tree)) if name in _BLIND]
    found += ["uses dis" for node in ast.walk(tree) if isinstance(node, ast.alias) and node.name == "dis"]
    found += ["asks whether an object is not another one" for node in ast.walk(tree) if _denies_identity(node)]
    found += ["forbids a function of Python's by a patch" for node in ast.walk(tree) if _forbids_by_patch(node)]
    return list(dict.fromkeys(found))


def _parse(text: str) -> ast.Module:
    return ast.parse("\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in text.splitlines()))


def _denies_identity(node: ast.AST) -> bool:
    """Whether it is `a is not b` of two objects: not of a constant, of a class, or of what `type` says."""
    if not isinstance(node, ast.Compare) or not any(isinstance(operator, ast.IsNot) for operator in node.ops):
        return False
    return not any(
        isinstance(side, ast.Constant)
        or (isinstance(side, ast.Name) and side.id in vars(builtins))
        or (isinstance(side, ast.Call) and _last_name(side.func) == "type")
        for side in (node.left, *node.comparators)
    )


def _forbids_by_patch(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or _last_name(node.func) != "patch" or not node.args:
        return False
    target = node.args[0].value if isinstance(node.args[0], ast.Constant) else ""
    return str(target).startswith("builtins.") and any(keyword.arg == "side_effect" for keyword in node.keywords)


def _faults_of(text: str) -> list[str]:
    try:
        tree = _parse(text)
    except SyntaxError as error:
        return [f"is not Python: {error.msg} (line {error.lineno})"]
    faults = []
    if all(isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass)) or _is_text(node) for node in tree.body):
        faults.append("checks nothing")
    faults += find_blindness(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("random.seed"):
            faults.append("uses np.random.seed")
    return list(dict.fromkeys(faults))


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _last_name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.alias):
        return node.name.rpartition(".")[2]
    return node.id if isinstance(node, ast.Name) else ""
