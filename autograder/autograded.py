"""Makes the notebook in `autograded/` as nbgrader's tools expect it: safe to show, scored alike by nbgrader's rule.

The Formgrader, `nbgrader export` and `nbgrader generate_feedback` read it. Knows nothing of gradebooks or running code.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Container, Iterable
from functools import lru_cache
from typing import Any

from autograder.limits import AUTOGRADED_BYTES
from autograder.notebook import Cell, Notebook, grade_id, is_solution
from autograder.verdict import CellVerdict, Verdict

KEPT_METADATA = ("nbgrader", "tags", "deletable", "editable")
TAG = re.compile(r"<(?=[A-Za-z/!?])")

_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


def make_autograded(source: Notebook, executed: Notebook | None, verdict: Verdict) -> bytes:
    """Make the autograded notebook of a submission.

    Parameters
    ----------
    source : dict
        The instructor's notebook.
    executed : dict or None
        The rebuilt submission with its outputs; None when the submission could not be read.
    verdict : Verdict
        What became of it.

    Returns
    -------
    bytes
        At most `AUTOGRADED_BYTES` long, unless the texts alone are longer. Outputs are text and pictures only, so that
        nothing of a student's runs in the browser of a person who looks at it.
    """
    made_of = executed if executed is not None else _make_blank(source)
    # Cells and their metadata are new, and so is every output: what came in stays as it is.
    notebook = {**made_of, "cells": [dict(cell) for cell in made_of["cells"]]}
    given = {cell["source"] for cell in source["cells"]}
    trusted = {cell["source"] for cell in source["cells"] if cell["cell_type"] != "code"}
    scores = {cell.grade_id: cell for cell in verdict.cells}
    for cell in notebook["cells"]:
        cell["metadata"] = {key: value for key, value in cell["metadata"].items() if key in KEPT_METADATA}
        if cell["cell_type"] == "code":
            cell["outputs"] = [safe for output in cell["outputs"] for safe in _make_safe(output)]
            decided = scores.get(grade_id(cell))
            if decided is not None and not decided.needs_manual:
                _agree_with_nbgrader(cell, decided)
        elif cell["source"] not in trusted:
            cell["source"] = TAG.sub("&lt;", cell["source"])
    for cell_, cell_id in zip(notebook["cells"], _fresh_ids(notebook["cells"]), strict=True):
        cell_["id"] = cell_id
    notebook["metadata"] = {key: value for key, value in notebook["metadata"].items() if key != "autograder"}
    notebook |= {"nbformat": 4, "nbformat_minor": 5}
    content = _dump(notebook, given)
    if len(content) > AUTOGRADED_BYTES:
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code" and grade_id(cell) not in scores:
                cell["outputs"] = (
                    [_stream("(left out: the notebook's outputs are too large)\n")] if cell["outputs"] else []
                )
        content = _dump(notebook, given)
    return content


def _dump(notebook: Notebook, given: Container[str]) -> bytes:
    """Write a notebook in one line, keys sorted: only programs read it, and nbformat takes ten times as long.

    The `given` texts, the instructor's, are the same for a whole class: they are encoded once.
    """
    cells = []
    for cell in notebook["cells"]:
        source = (_encode_once if cell["source"] in given else _encode)(cell["source"])
        before = _encode({key: value for key, value in cell.items() if key != "source"})
        cells.append(before[:-1] + b', "source": ' + source + b"}")  # by its name the last part
    rest = _encode({key: value for key, value in notebook.items() if key != "cells"})
    return b'{"cells": [' + b", ".join(cells) + b"], " + rest[1:] + b"\n"


def _encode(value: Any) -> bytes:
    return _ENCODER.encode(value).encode("utf-8", "replace")


_encode_once = lru_cache(maxsize=512)(_encode)


def _make_blank(source: Notebook) -> Notebook:
    cells = [dict(cell) for cell in source["cells"]]
    for cell in cells:
        if is_solution(cell):
            cell["source"] = ""
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return {**source, "cells": cells}


def _fresh_ids(cells: Iterable[Cell]) -> list[str]:
    """Valid ids, each once: a student's notebook may lack them or have them twice."""
    seen: set[str] = set()
    ids = []
    for number, cell in enumerate(cells):
        cell_id = str(cell.get("id", ""))
        if not _CELL_ID.fullmatch(cell_id) or cell_id in seen:
            cell_id = f"cell-{number}"
        seen.add(cell_id)
        ids.append(cell_id)
    return ids


def _make_safe(output: dict[str, Any]) -> list[dict[str, Any]]:
    """The output without anything that a browser would run; nothing when nothing is left."""
    kind = output.get("output_type")
    if kind == "stream":
        # nbgrader takes points for stderr, so that a mere warning would lose an exercise.
        return [_stream(_text(output.get("text")))]
    if kind == "error":
        trace = output.get("traceback")
        lines = [_text(line) for line in trace] if isinstance(trace, list) else []
        return [_error(_text(output.get("ename")), _text(output.get("evalue")), lines)]
    data = output.get("data") if isinstance(output.get("data"), dict) else {}
    safe: dict[str, Any] = {}
    if data and _text(data.get("text/plain")):
        safe["text/plain"] = _text(data["text/plain"])
    for picture in ("image/png", "image/jpeg"):
        if data and picture in data and (content := _check_base64(_text(data[picture]))):
            safe[picture] = content
    if not safe or kind not in ("display_data", "execute_result"):
        return []
    made = {"output_type": kind, "data": safe, "metadata": {}}
    return [{**made, "execution_count": None} if kind == "execute_result" else made]


def _agree_with_nbgrader(cell: Cell, verdict: CellVerdict) -> None:
    """Change a check cell's outputs so that nbgrader's rule gives the verdict's score, whoever applies it later."""
    outputs = cell["outputs"]
    failed = [output for output in outputs if output["output_type"] == "error"]
    if verdict.score == 0 and verdict.max_score > 0:
        if not failed:
            message = verdict.message or "not passed"
            outputs.insert(0, _error("NotPassed", message, [message]))
        else:  # nbgrader goes by the first output that says anything
            cell["outputs"] = [*failed, *(output for output in outputs if output["output_type"] != "error")]
        return
    # What was earned says a number, as in nbgrader's partial credit; nothing else may say something different.
    cell["outputs"] = [_as_display(output) for output in outputs]
    if verdict.score < verdict.max_score:
        points = {"text/plain": repr(verdict.score)}
        result = {"output_type": "execute_result", "data": points, "metadata": {}, "execution_count": None}
        cell["outputs"].append(result)


def _as_display(output: dict[str, Any]) -> dict[str, Any]:
    if output["output_type"] == "error":
        return _stream("\n".join(output["traceback"]) + "\n")
    if output["output_type"] == "execute_result":
        return {"output_type": "display_data", "data": output["data"], "metadata": {}}
    return output


def _stream(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def _error(name: str, value: str, trace: list[str]) -> dict[str, Any]:
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": trace}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""


def _check_base64(text: str) -> str:
    compact = "".join(text.split())
    try:
        return compact if base64.b64decode(compact, validate=True) else ""
    except (binascii.Error, ValueError):
        return ""
