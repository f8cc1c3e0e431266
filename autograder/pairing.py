"""The pair of a lesson: the text in `course/` (jupytext py:percent) and the notebook in `source/`.

Converts one into the other and decides which of the two was changed since the last build, so that neither an
author's nor an instructor's work is ever overwritten. Knows nothing of release notebooks, of grading, or of where a
course keeps its folders.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal

from autograder.errors import CourseError

Cells = list[dict[str, Any]]
Side = Literal["course", "source"]

FORMAT = "py:percent"
# What JupyterLab notes about a window, not about a lesson (the list that jupytext keeps out of texts, too).
WINDOW_METADATA = ("autoscroll", "collapsed", "scrolled", "trusted", "execution", "ExecuteTime")
# What jupytext notes to give an author's text back as it was laid out.
LAYOUT_METADATA = ("cell_marker", "lines_to_next_cell", "lines_to_end_of_cell_marker")
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
CELL_START = re.compile(r"^# %%", re.MULTILINE)
HEADER = re.compile(r"\A# ---\n(?:#.*\n)*?# ---\n\n?")


def is_lesson_text(text: str) -> bool:
    """Tell a lesson from a plain Python module that lies beside it."""
    return bool(CELL_START.search(text))


def make_source(text: str) -> dict[str, Any]:
    """Convert a lesson's text to the source notebook.

    Parameters
    ----------
    text : str
        A jupytext py:percent text.

    Returns
    -------
    dict
        An nbformat 4.5 notebook without outputs. Equal texts give equal notebooks: cell ids are derived from the cells,
        and `metadata["autograder"]["built_from"]` is the digest of the cells.
    """
    import jupytext

    cells = _keep_what_counts(jupytext.reads(text, fmt=FORMAT).cells)
    language = {"name": "python", "file_extension": ".py", "mimetype": "text/x-python", "pygments_lexer": "ipython3"}
    return {
        "cells": [_as_stored(cell, cell_id) for cell, cell_id in zip(cells, derive_ids(cells), strict=True)],
        "metadata": {
            "autograder": {"built_from": digest(cells)},
            "kernelspec": KERNELSPEC,
            "language_info": language,
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def make_text(source: dict[str, Any], old_text: str) -> str:
    """Convert a source notebook, changed by hand, back to the lesson's text.

    Parameters
    ----------
    source : dict
        The notebook as read from its file.
    old_text : str
        The text that it came from: its header is kept, and the layout of the cells that did not change.

    Returns
    -------
    str
        The new text.

    Raises
    ------
    CourseError
        The notebook holds something that a text cannot (a picture pasted into a cell).
    """
    import jupytext
    import nbformat

    layouts: dict[str, dict[str, Any]] = {}
    old_cells = make_source(old_text)["cells"] if old_text else []
    for old in old_cells:
        layouts[old["id"]] = {key: old["metadata"][key] for key in LAYOUT_METADATA if key in old["metadata"]}
    cells = _keep_what_counts(source["cells"])
    stored = [_as_stored(cell, cell_id) for cell, cell_id in zip(cells, derive_ids(cells), strict=True)]
    for cell in stored:
        cell["metadata"] = {**layouts.get(cell["id"], {}), **cell["metadata"]}
    notebook = nbformat.from_dict(
        {
            "cells": stored,
            # No header from jupytext: it would name its own version, and every update would touch every lesson.
            "metadata": {"jupytext": {"notebook_metadata_filter": "-all"}, "kernelspec": KERNELSPEC},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    )
    header = HEADER.match(old_text)
    text = (header.group() if header else "") + str(jupytext.writes(notebook, fmt=FORMAT))
    _refuse_losses(cells, make_source(text)["cells"])
    return text


def find_changed_side(text: str, source: dict[str, Any]) -> Side | Literal["none", "both"]:
    """Tell which of the pair was changed since the last build.

    Compared is what the cells say: outputs, cell ids and the notebook's own metadata are no change.

    Parameters
    ----------
    text : str
        The lesson's text in `course/`.
    source : dict
        The notebook in `source/`.

    Returns
    -------
    {"none", "course", "source", "both"}
        "none" when both say the same; "both" also when nothing tells which is newer.
    """
    of_text = digest(make_source(text)["cells"])
    of_source = digest(source["cells"])
    if of_text == of_source:
        return "none"
    record = source.get("metadata", {}).get("autograder")
    built_from = record.get("built_from") if isinstance(record, dict) else None
    if built_from == of_source:
        return "course"
    if built_from == of_text:
        return "source"
    return "both"


def digest(cells: Iterable[dict[str, Any]]) -> str:
    """Hash what the cells say: kind, text and metadata, without layout, outputs and ids."""
    essence = []
    for cell in _keep_what_counts(cells):
        metadata = {key: value for key, value in cell["metadata"].items() if key not in LAYOUT_METADATA}
        essence.append({**cell, "metadata": metadata})
    return hashlib.sha256(json.dumps(essence, sort_keys=True).encode()).hexdigest()


def derive_ids(cells: Iterable[dict[str, Any]]) -> list[str]:
    """Give each cell an id that stays when nothing changes: its `grade_id`, else a hash of its text.

    Returns
    -------
    list of str
        Valid nbformat cell ids, each once; the second of two equal cells gets `-2` behind its name, and so on.
    """
    seen: Counter[str] = Counter()
    ids: list[str] = []
    for cell in cells:
        nbgrader = cell["metadata"].get("nbgrader") or {}
        name = re.sub(r"[^A-Za-z0-9_-]", "-", str(nbgrader.get("grade_id") or ""))[:50]
        if not name:
            name = hashlib.sha256(f"{cell['cell_type']}\n{cell['source']}".encode()).hexdigest()[:12]
        seen[name] += 1
        while (new := name if seen[name] == 1 else f"{name}-{seen[name]}") in ids:
            seen[name] += 1
        ids.append(new)
    return ids


def dump(notebook: dict[str, Any]) -> bytes:
    """Write a notebook as nbformat does: sorted keys, one space, lines as lists, a newline at the end."""
    import nbformat

    return (str(nbformat.writes(nbformat.from_dict(notebook))).rstrip("\n") + "\n").encode()


def _keep_what_counts(cells: Iterable[dict[str, Any]]) -> Cells:
    kept = []
    for cell in cells:
        source = cell.get("source", "")
        metadata = cell.get("metadata") or {}
        essence = {
            "cell_type": cell["cell_type"],
            "source": (source if isinstance(source, str) else "".join(source)).strip("\n"),
            "metadata": {key: value for key, value in metadata.items() if key not in WINDOW_METADATA},
        }
        if cell.get("attachments"):
            essence["attachments"] = cell["attachments"]
        kept.append(essence)
    return kept


def _as_stored(cell: dict[str, Any], cell_id: str) -> dict[str, Any]:
    stored = {**cell, "id": cell_id}
    if cell["cell_type"] == "code":
        stored |= {"execution_count": None, "outputs": []}
    return stored


def _refuse_losses(wanted: Cells, written: Cells) -> None:
    for number, cell in enumerate(wanted, start=1):
        if number > len(written) or digest([cell]) != digest([written[number - 1]]):
            pasted = "it holds a pasted picture; save the picture beside the lesson"
            reason = pasted if "attachments" in cell else "it would read differently there"
            raise CourseError(f"Cell {number} ({_first_line(cell)}) cannot be written back to course/: {reason}.")
    if len(written) > len(wanted):
        raise CourseError(f"A cell marker inside a cell's text would split it: {_first_line(written[len(wanted)])}.")


def _first_line(cell: dict[str, Any]) -> str:
    return repr(str(cell["source"]).partition("\n")[0][:50])
