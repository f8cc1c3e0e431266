"""What a check cell must not do, found in its text: what differs when the student's code runs elsewhere."""

from __future__ import annotations

import ast

from autograder.notebook import Notebook, grade_id, kind

_REFUSED = {
    "getsource": "inspect.getsource",
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


def _faults_of(text: str) -> list[str]:
    python = "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in text.splitlines())
    try:
        tree = ast.parse(python)
    except SyntaxError as error:
        return [f"is not Python: {error.msg} (line {error.lineno})"]
    faults = []
    if all(isinstance(node, (ast.Import, ast.ImportFrom, ast.Pass)) or _is_text(node) for node in tree.body):
        faults.append("checks nothing")
    for node in ast.walk(tree):
        name = _last_name(node)
        if name in _REFUSED:
            faults.append(f"uses {_REFUSED[name]}")
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("random.seed"):
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
