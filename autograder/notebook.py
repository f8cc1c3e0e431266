"""Reads an untrusted notebook within limits, and rebuilds it from the instructor's source.

A notebook is a plain dict, as in its JSON: `nbformat` is imported only for old formats, as that takes two seconds.
Nothing in a submission's metadata decides anything, apart from `grade_id` and `id`, which say which text belongs
where. Must not run code.
"""

from __future__ import annotations

import copy
import json
import os
import stat
from pathlib import Path
from typing import Any, Literal

from autograder.errors import UnreadableNotebook
from autograder.limits import NOTEBOOK_BYTES, NOTEBOOK_CELLS

Notebook = dict[str, Any]
Cell = dict[str, Any]
Kind = Literal["text", "solution", "check", "shared", "skipped", "extra"]

SKIP_TAG = "skip-execution"
HIDDEN_MARKER = "BEGIN HIDDEN TESTS"  # nbgrader's default
HIDDEN_KEY = "autograder_hidden"  # in the metadata of a source's check that the course marks in its own way


def read(path: str | Path) -> Notebook:
    """Read a notebook that anybody may have written.

    Parameters
    ----------
    path : path
        A regular file of at most 8 MiB and 2 000 cells, UTF-8 (with or without BOM) or Latin-1, notebook format 3 or 4.

    Returns
    -------
    dict
        Format 4; every cell has a known `cell_type`, a `source` of type str and a dict `metadata`.

    Raises
    ------
    UnreadableNotebook
        With a sentence saying why and what to do.
    """
    path = Path(path)
    data = _read_bytes(path)
    if not data.strip():
        raise UnreadableNotebook(f"{path.name} is empty; save the notebook again and hand in that file.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    try:
        content = _mend_text(json.loads(text), text)
    except (ValueError, RecursionError):
        raise UnreadableNotebook(
            f"{path.name} is not a notebook: its content is not JSON; "
            "open it in Jupyter, save it and hand in that file."
        ) from None
    return _check_structure(content, path.name)


def _read_bytes(path: Path) -> bytes:
    """Content of a regular file; never follows a link, never waits on a FIFO."""
    try:
        status = os.lstat(path)
    except (OSError, ValueError):
        raise UnreadableNotebook(f"there is no file {path}; check the name.") from None
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableNotebook(f"{path} is a folder; give the notebook in it (a file ending in .ipynb).")
    if not stat.S_ISREG(status.st_mode):
        what = "a link" if stat.S_ISLNK(status.st_mode) else "not a regular file"
        raise UnreadableNotebook(f"{path.name} is {what}; put the notebook itself there.")
    if status.st_size > NOTEBOOK_BYTES:
        size = f"{status.st_size / 2**20:.1f} MiB"
        raise UnreadableNotebook(
            f"{path.name} has {size}, more than {NOTEBOOK_BYTES // 2**20} MiB; clear its outputs and save it again."
        )
    try:
        # Opened without following or waiting: the file may have been replaced since it was looked at.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            return file.read(NOTEBOOK_BYTES + 1)[:NOTEBOOK_BYTES]
    except OSError as error:
        raise UnreadableNotebook(f"{path} cannot be read: {error.strerror}; check its permissions.") from None


def _mend_text(content: Any, text: str) -> Any:
    """The same content without halves of surrogate pairs, which no file can hold; JSON can write them as escapes."""
    if "\\ud" not in text.lower():
        return content
    return json.loads(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"))


def _check_structure(content: Any, name: str) -> Notebook:
    if not isinstance(content, dict) or not ("cells" in content or "worksheets" in content):
        raise UnreadableNotebook(f"{name} is not a notebook: it has no cells; hand in the notebook that you worked in.")
    version = content.get("nbformat", 4)
    if "worksheets" in content and "cells" not in content:
        content = _upgrade(content, name)
    elif version != 4:
        shown = str(version)[:20] if isinstance(version, (int, float, str)) else "unknown"
        raise UnreadableNotebook(f"{name} is of notebook format {shown}; save it as format 4 (any current Jupyter).")
    cells = content["cells"]
    if not isinstance(cells, list):
        raise UnreadableNotebook(f"{name} is not a notebook: its cells are not a list; save it again in Jupyter.")
    if len(cells) > NOTEBOOK_CELLS:
        count = len(cells)
        raise UnreadableNotebook(f"{name} has {count} cells, more than {NOTEBOOK_CELLS}; delete what is not needed.")
    metadata = content.get("metadata")
    return {
        "cells": [_clean_cell(cell) for cell in cells if isinstance(cell, dict)],
        "metadata": metadata if isinstance(metadata, dict) else {},
        "nbformat": 4,
        "nbformat_minor": content["nbformat_minor"] if isinstance(content.get("nbformat_minor"), int) else 5,
    }


def _upgrade(content: dict[str, Any], name: str) -> dict[str, Any]:
    import nbformat

    try:
        upgraded: dict[str, Any] = json.loads(json.dumps(nbformat.convert(nbformat.from_dict(content), 4)))
    except Exception:  # whatever a damaged file makes of the converter
        raise UnreadableNotebook(
            f"{name} is an old notebook (format 3) that cannot be converted; save it again."
        ) from None
    return upgraded


def _clean_cell(cell: dict[str, Any]) -> Cell:
    """A copy whose parts have the right types, so that nothing later has to look twice."""
    cell_type = cell.get("cell_type")
    clean: Cell = {
        "cell_type": cell_type if cell_type in ("code", "markdown", "raw") else "raw",
        "metadata": dict(cell["metadata"]) if isinstance(cell.get("metadata"), dict) else {},
        "source": _join(cell.get("source")),
    }
    if isinstance(cell.get("id"), str):
        clean["id"] = cell["id"]
    if isinstance(cell.get("attachments"), dict):
        clean["attachments"] = {
            name: {mime: _join(data) for mime, data in bundle.items() if isinstance(data, (str, list))}
            for name, bundle in cell["attachments"].items()
            if isinstance(bundle, dict)
        }
    if clean["cell_type"] == "code":
        clean["execution_count"] = None
        outputs = cell.get("outputs")
        clean["outputs"] = [o for o in outputs if isinstance(o, dict)] if isinstance(outputs, list) else []
    return clean


def _join(source: Any) -> str:
    if isinstance(source, list):
        return "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def grade_id(cell: Cell) -> str:
    """Name of a cell for nbgrader, "" when it has none."""
    value = _nbgrader(cell).get("grade_id", "")
    return value if isinstance(value, str) else ""


def is_solution(cell: Cell) -> bool:
    """Whether the student writes this cell of a source notebook."""
    return bool(_nbgrader(cell).get("solution")) or is_task(cell)


def is_task(cell: Cell) -> bool:
    """Whether this cell of a source notebook asks for cells of the student's own, which a person grades."""
    return bool(_nbgrader(cell).get("task"))


def is_graded(cell: Cell) -> bool:
    """Whether this cell of a source notebook carries points."""
    return bool(_nbgrader(cell).get("grade")) or is_task(cell)


def is_locked(cell: Cell) -> bool:
    """Whether the text of this cell of a source notebook always comes from the source (nbgrader's rule)."""
    settings = _nbgrader(cell)
    return not is_solution(cell) and bool(settings.get("grade") or settings.get("locked"))


def _nbgrader(cell: Cell) -> dict[str, Any]:
    settings = cell.get("metadata", {}).get("nbgrader")
    return settings if isinstance(settings, dict) else {}


def kind(cell: Cell) -> Kind:
    """Say what a cell of a source or rebuilt notebook is, which decides who runs it.

    Parameters
    ----------
    cell : dict
        From the instructor's source or from `rebuild`, never straight from a submission.

    Returns
    -------
    str
        "text" (does not run), "solution" (the student's), "check" (graded, locked), "shared" (locked, not graded:
        imports, data), "skipped" (tagged skip-execution: does not run), "extra" (everything else that runs).
    """
    if cell.get("cell_type") != "code":
        return "text"
    if is_solution(cell):
        return "solution"
    if is_graded(cell):
        return "check"
    tags = cell.get("metadata", {}).get("tags")
    if isinstance(tags, list) and SKIP_TAG in tags:
        return "skipped"
    return "shared" if is_locked(cell) else "extra"


def solution_cells(notebook: Notebook) -> dict[str, Cell]:
    """Cells that students write, by `grade_id`, in order."""
    return {grade_id(cell): cell for cell in notebook["cells"] if is_solution(cell) and grade_id(cell)}


def rebuild(source: Notebook, submitted: Notebook) -> Notebook:
    """Put what a student wrote into the instructor's notebook.

    From the submission come only: the text of solution cells (by `grade_id`), the text of unlocked ungraded cells (by
    cell id), and the student's own added cells, each after the cell that it followed. All else is the source's.

    Parameters
    ----------
    source : dict
        The instructor's notebook.
    submitted : dict
        From `read`.

    Returns
    -------
    dict
        A new notebook without outputs. A solution cell that the submission does not have is empty; a second copy of a
        solution cell is an added cell. A cell of the instructor's that students may edit has the instructor's text in
        ``metadata["autograder"]["instructor"]``.

    Raises
    ------
    UnreadableNotebook
        When the submission has not one of the assignment's solution cells.
    """
    slots = [_blank_copy(cell) for cell in source["cells"]]
    finder = _Finder(slots)
    following: dict[int, list[Cell]] = {}
    position = -1
    for cell in submitted["cells"]:
        slot = finder.claim(cell)
        if slot is None:
            if not finder.is_copy_of_locked(cell):
                following.setdefault(position, []).append(_extra_copy(cell))
        else:
            position = slot
            if not is_locked(slots[slot]):
                _take_text(slots[slot], cell)
    if finder.missing and not finder.claimed_solutions:
        names = ", ".join(finder.missing)
        raise UnreadableNotebook(
            f"this notebook has none of the assignment's exercise cells ({names}); "
            "hand in the notebook of this assignment."
        )
    for index in finder.missing.values():
        slots[index]["source"] = ""
    cells = list(following.get(-1, []))
    for index, slot_cell in enumerate(slots):
        cells += [slot_cell, *following.get(index, [])]
    if any("id" in cell for cell in slots):
        for number, cell in enumerate(cells):
            cell.setdefault("id", f"extra-{number}")
    return {**copy.deepcopy({k: v for k, v in source.items() if k != "cells"}), "cells": cells}


class _Finder:
    """Says which cell of the source a submitted cell is; each one is found once."""

    def __init__(self, slots: list[Cell]) -> None:
        self._slots = slots
        self._by_grade_id = {grade_id(cell): i for i, cell in enumerate(slots) if grade_id(cell)}
        plain = [(i, cell) for i, cell in enumerate(slots) if not grade_id(cell)]
        self._by_id = {cell["id"]: i for i, cell in plain if "id" in cell}
        self._by_text: dict[str, list[int]] = {}
        for i, cell in plain:
            self._by_text.setdefault(cell["source"].strip(), []).append(i)
        self._claimed: dict[int, str] = {}
        # Exercise cells that no submitted cell has claimed yet.
        self.missing = {name: i for name, i in self._by_grade_id.items() if is_solution(slots[i])}
        self.claimed_solutions = 0

    def claim(self, cell: Cell) -> int | None:
        name = grade_id(cell)
        if name:
            candidates = [self._by_grade_id[name]] if name in self._by_grade_id else []
        else:
            # Old files have no ids, some tools renew them: an unchanged text is as good.
            candidates = [self._by_id[cell["id"]]] if cell.get("id") in self._by_id else []
            candidates += self._by_text.get(cell["source"].strip(), [])
        for index in candidates:
            if index not in self._claimed:
                self._claimed[index] = cell["source"]
                self.claimed_solutions += self.missing.pop(name, None) is not None
                return index
        return None

    def is_copy_of_locked(self, cell: Cell) -> bool:
        """Whether this is one more, unchanged copy of a cell that is the instructor's."""
        index = self._by_grade_id.get(grade_id(cell), -1)
        return index >= 0 and is_locked(self._slots[index]) and cell["source"] == self._claimed.get(index)


def _blank_copy(cell: Cell) -> Cell:
    fresh = copy.deepcopy(cell)
    if fresh["cell_type"] == "code":
        fresh["outputs"], fresh["execution_count"] = [], None
        if kind(cell) == "extra":
            fresh["metadata"]["autograder"] = {"instructor": cell["source"]}
    return fresh


def _extra_copy(cell: Cell) -> Cell:
    """The student's own cell, without metadata: it could only pretend to be something else."""
    fresh: Cell = {"cell_type": cell["cell_type"], "metadata": {}, "source": cell["source"]}
    if fresh["cell_type"] == "code":
        fresh["outputs"], fresh["execution_count"] = [], None
    return fresh


def _take_text(slot: Cell, cell: Cell) -> None:
    slot["source"] = cell["source"]
    if slot["cell_type"] == "markdown" and "attachments" in cell:
        slot["attachments"] = cell["attachments"]  # pictures in a written answer
