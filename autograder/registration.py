"""Remembers that an assignment stands in the gradebook as the course has it, so that it need not be put there again.

Two digests, kept beside the results: of all that nbgrader's preprocessors read, and of the cells that the gradebook
then held. Where either has changed, or what the preprocessors read cannot be told, nothing is taken for granted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from typing import TYPE_CHECKING

from autograder.course import Course
from autograder.files import write_atomically
from autograder.results import FOLDER

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

# Settings that let a preprocessor read other files, or add one of the course's own.
_UNTOLD_SECTIONS = ("IncludeHeaderFooter", "InstantiateTests", "GenerateAssignment", "NotebookExporter", "Exporter")
_UNTOLD_TEXT = b"AUTOTEST"  # a mark in a cell; the tests come from a file of their own


class Registration:
    """What is known of one assignment.

    Parameters
    ----------
    course : Course
    assignment : str
        Has a source notebook.
    """

    def __init__(self, course: Course, assignment: str) -> None:
        self._assignment = assignment
        self._path = course.root / FOLDER / f"{assignment}.registered"
        self._premises = _digest_premises(course, assignment)

    def holds(self, api: Gradebook) -> bool:
        """Whether the gradebook surely holds the assignment as it is now in the course."""
        try:
            noted = self._path.read_text(encoding="utf-8").split()
        except (OSError, ValueError):
            return False
        return bool(self._premises) and noted == [self._premises, _digest_cells(api, self._assignment)]

    def note(self, api: Gradebook) -> None:
        """Remember the gradebook's cells; call it after they were written."""
        if self._premises:
            write_atomically(self._path, f"{self._premises}\n{_digest_cells(api, self._assignment)}\n".encode())


def _digest_premises(course: Course, assignment: str) -> str:
    """A digest of what the cells are made from; "" when that cannot be told."""
    if any(section in course.config for section in _UNTOLD_SECTIONS):
        return ""
    paths = course.source_notebooks(assignment)
    contents = [path.read_bytes() for path in paths]
    if any(_UNTOLD_TEXT in content for content in contents):
        return ""
    # Of classes and functions `repr` gives the name or the address: other code may stay unseen only in those sections.
    settings = repr(sorted((section, repr(values)) for section, values in course.config.items()))
    versions = [version(name) for name in ("nbgrader", "nbconvert", "deep-learning-practice")]
    return _hash([*versions, str(course.root), settings, *(str(path) for path in paths), *contents])


def _digest_cells(api: Gradebook, assignment: str) -> str:
    """A digest of all that the gradebook holds of the assignment's notebooks and cells."""
    from nbgrader.api import Assignment, GradeCell, Notebook, SolutionCell, SourceCell, TaskCell

    columns = {
        Notebook: (Notebook.name, Notebook.kernelspec),
        GradeCell: (GradeCell.name, GradeCell.max_score, GradeCell.cell_type),
        SolutionCell: (SolutionCell.name,),
        TaskCell: (TaskCell.name, TaskCell.max_score, TaskCell.cell_type),
        SourceCell: (SourceCell.name, SourceCell.cell_type, SourceCell.locked, SourceCell.source, SourceCell.checksum),
    }
    parts = []
    for kind, wanted in columns.items():
        query = api.db.query(Notebook.name, *wanted)
        if kind is not Notebook:
            query = query.select_from(kind).join(Notebook, Notebook.id == kind.notebook_id)
        query = query.join(Assignment, Assignment.id == Notebook.assignment_id).filter(Assignment.name == assignment)
        parts += [kind.__name__, *sorted(repr(tuple(row)) for row in query)]
    return _hash(parts)


def _hash(parts: Iterable[str | bytes]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()
