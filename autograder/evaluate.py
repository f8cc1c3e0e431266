"""From a notebook file to its verdict: read, rebuild, run, judge. What `check`, `grade` and `verify` have in common.

Must not write anything.
"""

from __future__ import annotations

import functools
from pathlib import Path

from autograder import notebook as notebooks
from autograder.course import Course
from autograder.errors import CourseError, UnreadableNotebook
from autograder.execute import Executor, Origin
from autograder.limits import CELL_SECONDS
from autograder.notebook import Notebook
from autograder.release import make_instructor_version, stamp
from autograder.verdict import Verdict, judge


def cell_seconds(course: Course) -> float:
    """The course's limit for one cell: nbgrader's `Execute.timeout` where it is set to a positive number."""
    value = course.setting("Execute.timeout", course.setting("ExecutePreprocessor.timeout"))
    return float(value) if isinstance(value, (int, float)) and value > 0 else CELL_SECONDS


def make_executor(course: Course, isolation: str | None = None) -> Executor:
    """Make what runs a course's submissions, as its settings say.

    Parameters
    ----------
    isolation : str, optional
        "full" or "reduced"; default: the course's setting `JailedExecute.isolation`, or "full". It is never less.
    """
    from autograder.jailed import JailedExecutor

    return JailedExecutor(course, cell_seconds=cell_seconds(course), isolation=isolation)


def read_source(path: Path, course: Course | None = None) -> Notebook:
    """Read an instructor's notebook as its checks run: with what nbgrader puts into it, see `make_instructor_version`.

    Parameters
    ----------
    course : Course, optional
        Whose notebook it is; default: found by the path.

    Raises
    ------
    CourseError
        The notebook is damaged, or cannot be graded as it is.
    """
    return make_instructor_version(path, read_written(path), course)


def read_written(path: Path) -> Notebook:
    """Read a notebook of the course as it was written; a damaged one is the course's fault, a CourseError."""
    try:
        kept = _read_once(path, stamp(path))
        return {**kept, "cells": [{**cell, "metadata": dict(cell["metadata"])} for cell in kept["cells"]]}
    except UnreadableNotebook as error:
        raise CourseError(f"the course's own notebook {path} cannot be used: {error}") from None


@functools.lru_cache(maxsize=16)
def _read_once(path: Path, stamped: object) -> Notebook:
    """Read it, and again when its stamp changes: a class asks for each submission."""
    return notebooks.read(path)


def read_release(course: Course, assignment: str, source_path: Path) -> Notebook | None:
    """Read the students' version of a notebook; None where it is not built."""
    path = course.release_notebook(assignment, source_path)
    return read_written(path) if path.is_file() else None


def evaluate(
    course: Course,
    assignment: str,
    source_path: Path,
    submitted: Notebook,
    executor: Executor,
    *,
    name: str,
    copy_back: frozenset[str] = frozenset(),
) -> tuple[Notebook, Verdict]:
    """Run and judge a submission.

    Parameters
    ----------
    assignment, source_path : str, Path
        From `Course.find_assignment`.
    submitted : dict
        From `notebook.read`.
    executor : Executor
        Runs it.
    name : str
        Name of the notebook in the verdict.
    copy_back : frozenset of str
        Check cells, by grade_id, that see what every call does to its arguments.

    Returns
    -------
    (dict, Verdict)
        The executed notebook, and what became of it.

    Raises
    ------
    UnreadableNotebook
        When the submission has none of the assignment's exercise cells.
    """
    source = read_source(source_path)
    executed = executor.run(notebooks.rebuild(source, submitted), Origin(source_path, source, copy_back))
    release = read_release(course, assignment, source_path)
    return executed, judge(source, executed, notebook=name, assignment=assignment, release=release)
