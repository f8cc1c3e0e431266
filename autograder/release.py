"""Makes the versions of a source notebook with nbgrader's own preprocessors, in the course's configuration.

The one place that runs them: `build` wants the student's version, the gradebook wants the cells noted on the way, and
the engine wants the instructor's version, with header, footer and tests but with solutions. Knows nothing of where
notebooks are written.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import functools
import json
import logging
import threading
from pathlib import Path
from typing import Any

from autograder import pairing
from autograder.course import CONFIG_NAME, Course
from autograder.errors import CourseError
from autograder.notebook import HIDDEN_KEY, Notebook, grade_id, kind
from autograder.quickly import import_nbgrader

METADATA_KEYS = ("grade", "locked", "schema_version", "solution")

# What makes an instructor's version of a source, in nbgrader's order.
_INSTRUCTORS_STEPS = ("IncludeHeaderFooter", "InstantiateTests")
_UNNAMED_REASON = "an AUTOTEST line stands in a cell that is not an autograded check"

_silent = logging.Logger("autograder.silent", logging.CRITICAL + 1)
_lock = threading.Lock()
_courses: dict[tuple[Any, ...], Course] = {}
_versions: dict[Path, tuple[Any, Notebook]] = {}


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
            # Tests are made from answers, which may read files beside the notebook.
            metadata = {"path": str(path.parent)} if path.parent.is_dir() else {}
            resources = {"unique_key": path.stem, "nbgrader": names, "metadata": metadata}
            body, _ = exporter.from_notebook_node(notebook, resources)
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
        if (
            settings
            and "grade_id" not in settings
            and any(settings.get(key) for key in ("grade", "locked", "solution"))
        ):
            missing.append("grade_id")
        if missing:
            name = settings.get("grade_id") or cell["source"].partition("\n")[0]
            raise CourseError(f"{path.name}: the nbgrader metadata of cell {name!r} lacks {', '.join(missing)}.")


def make_instructor_version(path: Path, notebook: Notebook, course: Course | None = None) -> Notebook:
    """Make of a source notebook what its checks are read from: with header and footer, and tests for AUTOTEST lines.

    nbgrader makes it, in the course's configuration. Without such a line or setting it is the notebook itself, and
    nbgrader is not imported.

    Parameters
    ----------
    path : Path
        Where the source notebook is.
    notebook : dict
        Its content, from `notebook.read`; it may be changed.
    course : Course, optional
        Default: the one that has the notebook in its source folder, at or above that folder or the current one.

    Returns
    -------
    dict
        Kept in this process until a file changes that it is made of, as AUTOTEST lines run the instructor's answers.

    Raises
    ------
    CourseError
        The version cannot be made, or a check worth points has no statement: it would pay everybody.
    """
    with _lock:
        course = course or _find_course(path)
        version = _run_steps(path, notebook, course) if _has_steps(notebook, course) else notebook
    _refuse_empty_checks(path, version)
    _mark_hidden(version, course)
    return version


def _find_course(path: Path) -> Course | None:
    """The course of a source notebook; call it under the lock."""
    source = path.resolve().parent.parent
    for folder in (*source.parents, Path.cwd()):
        config = folder / CONFIG_NAME
        if config.is_file():
            key = stamp(config)
            if key not in _courses:
                _courses[key] = Course(folder)
            if _courses[key].source.resolve() == source:
                return _courses[key]
    return Course(source.parent) if source.name == "source" else None


def stamp(path: Path) -> tuple[Any, ...]:
    """Give what changes when a file does."""
    try:
        status = path.stat()
    except OSError:
        return (path,)
    return path, status.st_mtime_ns, status.st_size


def _has_steps(notebook: Notebook, course: Course | None) -> bool:
    if course is not None and "IncludeHeaderFooter" in course.config:
        return True
    mark = _delimiter(course)
    return any(cell["cell_type"] == "code" and mark in cell["source"] for cell in notebook["cells"])


def _delimiter(course: Course | None) -> str:
    return str(course.setting("InstantiateTests.autotest_delimiter", "AUTOTEST")) if course else "AUTOTEST"


def _run_steps(path: Path, notebook: Notebook, course: Course | None) -> Notebook:
    if course is None:
        raise CourseError(f"{path} has AUTOTEST lines but is in no course; put it into a course's source folder.")
    tests = course.setting("InstantiateTests.autotest_filename", "autotests.yml")
    added = [course.setting(f"IncludeHeaderFooter.{part}", "") for part in ("header", "footer")]
    files = [path, course.root / CONFIG_NAME, path.parent / tests, *(course.root / name for name in (tests, *added))]
    stamps = [stamp(file) for file in files]
    if path not in _versions or _versions[path][0] != stamps:
        _versions[path] = (stamps, _make_version(path, notebook, course))
    return copy.deepcopy(_versions[path][1])


def _make_version(path: Path, notebook: Notebook, course: Course) -> Notebook:
    import_nbgrader()
    import nbformat
    from nbgrader import preprocessors
    from nbgrader.converters import GenerateAssignment
    from traitlets.config import Config

    config = Config(course.config)
    chosen = [str(getattr(step, "__name__", step)) for step in GenerateAssignment(config=config).preprocessors]
    names = {name.rpartition(".")[2] for name in chosen}
    made = nbformat.from_dict(notebook)
    resources: dict[str, Any] = {"unique_key": path.stem, "metadata": {"name": path.stem, "path": str(path.parent)}}
    for name in _INSTRUCTORS_STEPS:
        if name not in names:
            continue
        step = getattr(preprocessors, name)(config=config, log=_silent)
        _set_paths(step, path, course)
        try:
            made, resources = step(made, resources)
        except Exception as error:  # nbgrader's preprocessors raise whatever they like
            raise CourseError(_explain(path, course, name, error)) from error
        finally:
            if getattr(step, "kc", None) is not None:
                step.kc.shutdown()  # where it stops at an error, it leaves the kernel running
    version: Notebook = json.loads(json.dumps(made))
    return version


def _set_paths(step: Any, path: Path, course: Course) -> None:
    """Paths are meant from the course's root, which need not be the current folder: other threads have it too."""
    for part in ("header", "footer"):
        if getattr(step, part, ""):
            setattr(step, part, str(course.root / getattr(step, part)))
    if hasattr(step, "autotest_filename") and not (path.parent / step.autotest_filename).is_file():
        step.autotest_filename = str(course.root / step.autotest_filename)


def _explain(path: Path, course: Course, step: str, error: Exception) -> str:
    shown = path.relative_to(course.root) if path.is_relative_to(course.root) else path
    if isinstance(error, FileNotFoundError):
        name = Path(str(error.filename)).name
        return f"nbgrader's {step} needs {name} for {shown}, and there is none; put it into the course's folder."
    reason = f"{error.ename}: {getattr(error, 'evalue', '')}" if hasattr(error, "ename") else str(error)
    first = next(iter(reason.strip().splitlines()), _UNNAMED_REASON if step == "InstantiateTests" else repr(error))
    return (
        f"nbgrader's {step} cannot use {shown}: {first}; mend the notebook or the settings until "
        f"`nbgrader generate_assignment {path.parent.name}` works."
    )


def _refuse_empty_checks(path: Path, notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if kind(cell) == "check" and cell["metadata"]["nbgrader"].get("points") and _is_empty(cell["source"]):
            raise CourseError(
                f"{path.name}: the check {grade_id(cell)!r} is worth points and has no statement, so everybody would "
                "get them; write a check, or take the points away, or make it a manually graded answer."
            )


def _mark_hidden(notebook: Notebook, course: Course | None) -> None:
    """Note which checks the course hides with a mark of its own; nbgrader spells the setting so."""
    mark = course.setting("ClearHiddenTests.begin_test_delimeter") if course else None
    for cell in notebook["cells"] if mark else ():
        if kind(cell) == "check" and mark in cell["source"]:
            cell["metadata"][HIDDEN_KEY] = True


@functools.lru_cache(maxsize=1000)  # a class has the same checks
def _is_empty(text: str) -> bool:
    try:
        return not ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError):
        return False
