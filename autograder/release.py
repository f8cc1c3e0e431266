"""Makes the student's version of a source notebook with nbgrader's own preprocessors, in the course's configuration.

The one place that runs them: `build` wants the notebook, the gradebook wants the cells noted on the way. Knows nothing
of where notebooks are written.
"""

from __future__ import annotations

import contextlib
import json
import logging
from pathlib import Path
from typing import Any

from autograder import pairing
from autograder.course import Course
from autograder.errors import CourseError
from autograder.quickly import import_nbgrader

METADATA_KEYS = ("grade", "grade_id", "locked", "schema_version", "solution", "task")


def make_release(
    course: Course, assignment: str, path: Path, content: bytes, *, gradebook_url: str | None = None
) -> dict[str, Any]:
    """Make the student's version of a source notebook.

    Parameters
    ----------
    course : Course
        Its configuration configures the preprocessors.
    assignment : str
        Name of the assignment.
    path : Path
        Where the source notebook is or will be; used in messages and as the notebook's name.
    content : bytes
        The source notebook.
    gradebook_url : str, optional
        A gradebook in which nbgrader's SaveCells notes the notebook's cells. Default: no gradebook is read or written.

    Returns
    -------
    dict
        The release notebook.

    Raises
    ------
    CourseError
        nbgrader refuses the notebook, for example for a cell name that occurs twice.
    sqlalchemy.exc.SQLAlchemyError, nbgrader.api.InvalidEntry
        The gradebook cannot be written.
    """
    import_nbgrader()
    import nbformat
    from nbconvert.exporters import NotebookExporter
    from nbgrader.api import InvalidEntry
    from nbgrader.converters import GenerateAssignment
    from nbgrader.preprocessors import SaveCells
    from sqlalchemy.exc import SQLAlchemyError
    from traitlets.config import Config

    # What nbgrader logs on the way is either in the error as well or of no use to the caller.
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    config = Config(course.config)
    config.Exporter.default_preprocessors = []
    exporter = NotebookExporter(config=config)
    for preprocessor in GenerateAssignment(config=config).preprocessors:
        if gradebook_url or preprocessor is not SaveCells:
            exporter.register_preprocessor(preprocessor, enabled=True)
    names = {"student": ".", "assignment": assignment, "notebook": path.stem, "db_url": gradebook_url or "sqlite://"}
    try:
        # Paths in a course's configuration (a header, autotests.yml) are meant from the course's root.
        with contextlib.chdir(course.root):
            notebook = nbformat.reads(content.decode(), as_version=4)
            _refuse_incomplete_metadata(path, notebook.cells)
            body, _ = exporter.from_notebook_node(notebook, {"unique_key": path.stem, "nbgrader": names})
    except (SQLAlchemyError, InvalidEntry, CourseError):
        raise
    except Exception as error:  # nbgrader's preprocessors raise whatever they like
        # The reason behind "failed to validate" is in what nbgrader caught before.
        reason = error.__context__ or error
        raise CourseError(f"nbgrader cannot use {path.relative_to(course.root)}: {reason}") from error
    release: dict[str, Any] = json.loads(body)
    release["metadata"].pop("autograder", None)
    for cell in release["cells"]:
        for key in pairing.LAYOUT_METADATA:
            cell["metadata"].pop(key, None)
    return release


def _refuse_incomplete_metadata(path: Path, cells: list[dict[str, Any]]) -> None:
    """Name the cell: nbgrader's own message for a forgotten key speaks of schemas."""
    for cell in cells:
        settings = cell["metadata"].get("nbgrader")
        missing = [key for key in METADATA_KEYS if key not in settings] if settings else []
        if missing:
            name = settings.get("grade_id") or cell["source"].partition("\n")[0]
            raise CourseError(f"{path.name}: the nbgrader metadata of cell {name!r} lacks {', '.join(missing)}.")
