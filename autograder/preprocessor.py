"""The engine inside nbgrader's own commands: `JailedExecute` in the place of nbgrader's `Execute`.

Hands nbgrader a notebook whose outputs earn, by nbgrader's own rule, what the engine's verdict says. Must not write:
under `nbgrader autograde` and the Formgrader the gradebook and the files are nbgrader's business.
"""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import compute_checksum
from traitlets import Bool, Enum, List, Unicode

from autograder import notebook as notebooks
from autograder.autograded import make_autograded
from autograder.course import Course
from autograder.errors import CourseError, UnreadableNotebook
from autograder.evaluate import evaluate, make_executor, read_source
from autograder.execute import Executor
from autograder.notebook import Notebook, grade_id, is_graded, is_solution, rebuild
from autograder.scratch import hold_folder
from autograder.verdict import NOT_ATTEMPTED, Verdict, reject

SETTINGS = ("packages", "modules", "withheld", "isolation", "methods", "copy_arguments_back")


@dataclass(frozen=True)
class _Engine:
    """A course with what runs its notebooks, for one call of nbgrader's command."""

    course: Course
    executor: Executor
    close: Callable[[], object]
    released: dict[Path, dict[str, str]] = field(default_factory=dict)


# At most one, for the latest exporter that nbgrader has made: a command makes one, and so does each press of the
# Formgrader's button, whose process lives on for weeks while courses and settings change.
_engines: weakref.WeakKeyDictionary[object, _Engine] = weakref.WeakKeyDictionary()


@dataclass(frozen=True)
class _Handed:
    """Whose submission of which notebook nbgrader is working on."""

    student: str
    assignment: str
    notebook: str
    db_url: str

    def find_source(self, course: Course) -> Path:
        for path in course.source_notebooks(self.assignment):
            if path.stem == self.notebook:
                return path
        raise CourseError(f"{course.source.name}/{self.assignment} has no notebook {self.notebook}.ipynb.")

    def find_file(self, course: Course) -> Path:
        return course.submitted / self.student / self.assignment / f"{self.notebook}.ipynb"


class RebuildFromSource(NbGraderPreprocessor):
    """Put the texts that a student wrote into the instructor's notebook, before nbgrader looks at it.

    nbgrader's own sanitizing ends the grading of the whole class at a copied cell, or at metadata that a student
    changed. After this there is nothing for it to find. `JailedExecute` does not need it.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Rebuild a notebook; of one that cannot be, only the texts stay, for `JailedExecute` to refuse."""
        handed = _Handed(**resources["nbgrader"])
        course = Course(Path.cwd())
        try:
            rebuilt = rebuild(read_source(handed.find_source(course)), _read(nb, handed.find_file(course)))
        except UnreadableNotebook:
            rebuilt = {**nb, "cells": [{**cell, "metadata": {}} for cell in nb["cells"]]}
        return nbformat.from_dict({**rebuilt, "nbformat": 4, "nbformat_minor": 5}), resources


class JailedExecute(NbGraderPreprocessor):
    """Run a submission with this engine, and judge it; a fault of the engine raises, and nbgrader records no score.

    Of the submission counts only what `notebook.rebuild` takes: outputs, changed checks and metadata do not. So
    nbgrader's `--no-execute` does not give points for the outputs that a student handed in.
    """

    packages = List(
        Unicode(),
        default_value=None,
        allow_none=True,
        help="Installed distributions that a submission may import, with all that they require; None: every one.",
    ).tag(config=True)
    modules = List(
        Unicode(), help="Importable packages of the course that a submission may import: they are copied into the jail."
    ).tag(config=True)
    withheld = List(
        Unicode(),
        help="Modules that do not exist for a submission, for example the references. '{notebook}' stands for the "
        "notebook's name, 'package.*' for all modules in a package.",
    ).tag(config=True)
    isolation = Enum(
        ("full", "reduced"),
        default_value="full",
        help="How submissions are kept apart from everything else; `autograder doctor` says what this machine offers. "
        "'reduced' promises less, and only those who ask for it get it.",
    ).tag(config=True)
    methods = List(
        Unicode(),
        help="Names of methods to which a check may give arguments on any object that a submission gives back, for "
        "example 'predict'. The submission then sees what the check gives.",
    ).tag(config=True)
    copy_arguments_back = Bool(
        False,
        help="Whether a check sees after every call what a submission's function did to its arguments. False: only "
        "where the call returned None or the check asked.",
    ).tag(config=True)

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Put an executed and judged notebook in the place of a submission.

        Parameters
        ----------
        nb : NotebookNode
            The submission after nbgrader's sanitizing.
        resources : dict
            nbgrader's: whose submission of which notebook, and the gradebook's address.

        Returns
        -------
        (NotebookNode, dict)
            The notebook for `autograded/`, and `resources` as they came.

        Raises
        ------
        CourseError
            The course cannot be graded as it is; the text says the remedy.
        """
        handed = _Handed(**resources["nbgrader"])
        engine = self._find_engine()
        source_path = handed.find_source(engine.course)
        source = read_source(source_path)
        if source_path not in engine.released:
            engine.released[source_path] = _read_gradebook(source, handed)
        executed, verdict = self._evaluate(engine, nb, handed, source_path, source)
        made = nbformat.reads(make_autograded(source, executed, verdict).decode(), as_version=4)
        _note_blanks(made, verdict, engine.released[source_path])
        self.log.info("%s of %s: %g of %g points", handed.notebook, handed.student, verdict.score, verdict.max_score)
        return made, resources

    @property
    def _owner(self) -> object:
        return self if self.parent is None else self.parent

    def _find_engine(self) -> _Engine:
        if self._owner not in _engines:
            for earlier in list(_engines.values()):
                earlier.close()
            _engines.clear()
            course = Course(Path.cwd())  # nbgrader's converters work in the course's folder
            course.config["JailedExecute"] = {name: getattr(self, name) for name in SETTINGS}
            executor = make_executor(course)
            # Called once, by whoever comes first: a fault, the end of the command, the end of the process.
            _engines[self._owner] = _Engine(course, executor, weakref.finalize(self._owner, executor.close))
            self.log.info("Isolation of submissions: %s", getattr(executor, "isolation", "none"))
        return _engines[self._owner]

    def _evaluate(
        self, engine: _Engine, nb: Any, handed: _Handed, source_path: Path, source: Notebook
    ) -> tuple[Notebook | None, Verdict]:
        assignment, name = handed.assignment, handed.notebook
        try:
            submitted = _read(nb, handed.find_file(engine.course))
            return evaluate(engine.course, assignment, source_path, submitted, engine.executor, name=name)
        except UnreadableNotebook as error:
            self.log.warning("%s of %s gets 0 points: %s", name, handed.student, error)
            return None, reject(str(error), notebook=name, assignment=assignment, source=source)
        except BaseException:
            # Nobody knows in what state the executor is now; the next submission gets a new one.
            _engines.pop(self._owner).close()
            raise


def _read(nb: Any, path: Path) -> Notebook:
    """The submission as `notebook.read` gives it, within the same limits.

    Parameters
    ----------
    nb : NotebookNode
        What nbgrader has made of it.
    path : Path
        The file as it was handed in.

    Raises
    ------
    UnreadableNotebook
        Also when the file or its folder is a link, which nbgrader has followed to somebody else's work.
    """
    for place in (path, path.parent):
        if place.is_symlink():
            raise UnreadableNotebook(f"{place.name} is a link; put the notebook itself there.")
    with hold_folder() as folder:
        copy = folder / path.name
        copy.write_text(json.dumps(nb), encoding="ascii")
        return notebooks.read(copy)


def _read_gradebook(source: Notebook, handed: _Handed) -> dict[str, str]:
    """Give the checksums that nbgrader knows of the released cells.

    Raises
    ------
    CourseError
        The gradebook has other cells or points than the source. `autograder grade` registers a changed source itself;
        under nbgrader's command that is for the instructor to do.
    """
    wanted = {grade_id(c): float(c["metadata"]["nbgrader"].get("points", 0)) for c in source["cells"] if is_graded(c)}
    with Gradebook(handed.db_url) as gradebook:
        entry = gradebook.find_notebook(handed.notebook, handed.assignment)
        known = {cell.name: float(cell.max_score) for cell in (*entry.grade_cells, *entry.task_cells)}
        checksums = {cell.name: cell.checksum for cell in entry.source_cells}
    if wanted != known:
        different = sorted(name for name in {*wanted, *known} if wanted.get(name) != known.get(name))
        raise CourseError(
            f"{handed.notebook}.ipynb in the source and the gradebook differ in {', '.join(different)}: run "
            f"`nbgrader generate_assignment {handed.assignment} --force`, then grade again."
        )
    return checksums


def _note_blanks(made: Any, verdict: Verdict, released: dict[str, str]) -> None:
    """Set the checksums by which nbgrader tells an answer from an untouched cell, so that it tells as the verdict does.

    A checksum that fits the cell means "no response", and no points where a person would have to grade it.
    """
    blank = {e.name: NOT_ATTEMPTED in (e.visible, e.hidden) for e in verdict.exercises}
    blank |= {cell.grade_id: cell.status == NOT_ATTEMPTED for cell in verdict.cells}
    for cell in made.cells:
        name = grade_id(cell)
        if not name or not is_solution(cell):
            continue
        settings = cell["metadata"]["nbgrader"]
        settings.pop("checksum", None)
        if blank.get(name):
            settings["checksum"] = compute_checksum(cell)
        elif name not in blank and name in released:
            # No verdict goes by the name of the answer's cell: what nbgrader knows of the released cell decides.
            settings["checksum"] = released[name]
