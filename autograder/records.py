"""What one executed check cell has earned: the record that it published, and nbgrader's rule where it published none.

The record is the protocol between any course's checks and this engine: a `display_data` output with the MIME type
`MIME` and a JSON object::

    {"exercise": "dropout_forward",
     "status": "passed" | "failed" | "not attempted",
     "share": 0.0 .. 1.0,            of the cell's points
     "message": "...",               first line of what the learner reads, "" when passed
     "cause": "...",                 the diagnosis as a sentence without full stop, or ""
     "misconception": "dropout.no_inverse_scale" or "",
     "properties": [{"name": "...", "passed": true, "note": "..."}]}

A record can only take points away from what the cell's own end allows: it is never trusted to say more.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from autograder.notebook import Cell

MIME = "application/vnd.autograder.check+json"

_MAX_TEXT = 4000
_STATES = ("passed", "failed", "not attempted")
# "np.float64(1.5)", "array(2)": what NumPy's numbers are written as.
_NUMPY_SCALAR = re.compile(r"(?:np\.(?:float|u?int|longdouble)\w*|array)\(([^][(),']+)(?:, dtype=\w+)?\)")


@dataclass(frozen=True)
class Record:
    """What a check cell has published, with every part of the right type."""

    status: str
    share: float
    message: str = ""
    cause: str = ""
    misconception: str = ""
    properties: tuple[dict[str, Any], ...] = ()


def find(cell: Cell, names: Collection[str]) -> Record | None:
    """Give the last well-formed record of an executed cell about an exercise with one of these names."""
    for output in reversed(cell.get("outputs", [])):
        data = output.get("data")
        content = data.get(MIME) if isinstance(data, dict) else None
        if isinstance(content, dict) and content.get("exercise") in names and content.get("status") in _STATES:
            return _parse(content)
    return None


def _parse(content: dict[str, Any]) -> Record:
    passed = content["status"] == "passed"
    share = content.get("share")
    if isinstance(share, bool) or not isinstance(share, (int, float)) or not math.isfinite(share):
        share = float(passed)
    share = min(max(float(share), 0.0), 1.0)
    if not passed and share == 1.0:
        share = 0.0  # the two contradict each other
    texts = {key: _text(content.get(key)) for key in ("message", "cause", "misconception")}
    listed = content.get("properties")
    properties = [
        {"name": _text(p.get("name")), "passed": p.get("passed") is True, "note": _text(p.get("note"))}
        for p in (listed if isinstance(listed, list) else [])
        if isinstance(p, dict)
    ]
    return Record(content["status"], share, properties=tuple(properties[:100]), **texts)


def _text(value: Any) -> str:
    return writable(value[:_MAX_TEXT]) if isinstance(value, str) else ""


def writable(text: str) -> str:
    """The text with a question mark for each half of a surrogate pair, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def end_of(cell: Cell | None) -> dict[str, Any]:
    """Give the executor's note on how a cell ended, ``{"status": "ok", ...}``; a cell without one never ran."""
    state = cell["metadata"].get("autograder") if cell is not None else None
    return state if isinstance(state, dict) else {"status": "not run"}


def share_of_points(cell: Cell, record: Record | None, points: float) -> float:
    """Share of its points that an executed check cell has earned.

    A cell that raised earns at most a real part of them, and only by a record; one that did not finish earns nothing.

    Parameters
    ----------
    cell : dict
        As executed.
    record : Record or None
        From `find`; without one nbgrader's own rule holds, except that warnings and stderr cost nothing, and that a
        last line which computes points gives none when no number comes of it.
    points : float
        Points of the cell in the instructor's source.

    Returns
    -------
    float
        0 to 1.
    """
    status = end_of(cell)["status"]
    if status == "error":
        return record.share if record is not None and 0 < record.share < 1 else 0.0
    if status != "ok":
        return 0.0
    if record is not None:
        return record.share
    partial = _numeric_result(cell)
    if partial is None:
        return 0.0 if _has_result(cell) and _is_sum(cell["source"]) else 1.0
    return min(max(partial / points, 0.0), 1.0) if points > 0 else 1.0


def _has_result(cell: Cell) -> bool:
    return any(output.get("output_type") == "execute_result" for output in cell.get("outputs", []))


def _is_sum(text: str) -> bool:
    """Whether a check's last line gives a number that it computes, so that anything else is a wrong answer's doing."""
    try:
        statements = ast.parse(text).body
    except (SyntaxError, ValueError):
        return False
    last = statements[-1] if statements else None
    value = last.value if isinstance(last, ast.Expr) else None
    if isinstance(value, ast.Name):
        name = value.id
        return any(isinstance(s, ast.AugAssign) and ast.unparse(s.target) == name for s in ast.walk(ast.parse(text)))
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
        return value.func.id in ("sum", "float", "int", "round", "min", "max", "len", "abs")
    arithmetic = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
    return isinstance(value, ast.BinOp) and isinstance(value.op, arithmetic)


def _numeric_result(cell: Cell) -> float | None:
    """Partial credit by nbgrader's rule: the number that the cell's last line gave, as Python or as NumPy writes it."""
    for output in cell.get("outputs", []):
        if output.get("output_type") == "execute_result":
            try:
                text = output["data"]["text/plain"]
                scalar = _NUMPY_SCALAR.fullmatch(text)
                value = float(scalar[1] if scalar else text)
            except (KeyError, TypeError, ValueError):
                return None
            return value if math.isfinite(value) else None
    return None
