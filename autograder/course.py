"""Where things are in an nbgrader course, and its settings.

Reads `nbgrader_config.py` as nbgrader does, without importing nbgrader (which takes two seconds). Must not know what
is in a notebook.
"""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.errors import CourseError

CONFIG_NAME = "nbgrader_config.py"
_STEPS = ("source", "release", "submitted", "autograded", "feedback")
_DEFAULT_STRUCTURE = "{nbgrader_step}/{student_id}/{assignment_id}"
# What browsers and Jupyter append to the name of a second copy: "dropout (1)", "dropout-Copy1", "dropout_1".
_COPY_SUFFIX = re.compile(r"(\s*\(\d+\)|-Copy\d*|[ _]copy)+$", re.IGNORECASE)


def plain_stem(name: str) -> str:
    """Give a notebook's name without folder, extension and the suffix of a copy.

    Parameters
    ----------
    name : str
        For example ``"dropout (1).ipynb"``.

    Returns
    -------
    str
        For example ``"dropout"``.
    """
    stem = Path(name).name
    stem = stem[: -len(".ipynb")] if stem.lower().endswith(".ipynb") else stem
    return _COPY_SUFFIX.sub("", stem) or stem


class Course:
    """An nbgrader course on disk.

    Parameters
    ----------
    root : path
        The folder that holds `nbgrader_config.py`, or at least the source folder.

    Raises
    ------
    CourseError
        When the folder is no course, or its configuration cannot be read.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(root).resolve()
        if not self.root.is_dir():
            raise CourseError(f"there is no course folder {root}.")
        self.config = _read_config(self.root / CONFIG_NAME)
        configured_root = self._option("CourseDirectory", "root", "")
        if configured_root:
            self.root = (self.root / configured_root).resolve()
        if self._option("CourseDirectory", "directory_structure", _DEFAULT_STRUCTURE) != _DEFAULT_STRUCTURE:
            raise CourseError(
                f"{self.root / CONFIG_NAME} sets CourseDirectory.directory_structure; "
                f"only nbgrader's default {_DEFAULT_STRUCTURE!r} is supported."
            )
        for step in _STEPS:
            setattr(self, step, self.root / self._option("CourseDirectory", f"{step}_directory", step))
        if not self.source.is_dir() and not (self.root / CONFIG_NAME).is_file():
            raise CourseError(f"{self.root} is not a course: it has neither {CONFIG_NAME} nor a folder source.")

    # One folder a step of nbgrader's; set in __init__ from the configuration.
    source: Path
    release: Path
    submitted: Path
    autograded: Path
    feedback: Path

    @classmethod
    def find(cls, folder: str | Path | None = None) -> Course:
        """Open the course at `folder`, or the nearest one at or above the current directory.

        Parameters
        ----------
        folder : path, optional
            What the user gave as ``--course``.

        Raises
        ------
        CourseError
            When there is none.
        """
        if folder is not None:
            return cls(Path(folder))
        here = Path.cwd()
        candidates = [here, *here.parents]
        for candidate in candidates:
            if (candidate / CONFIG_NAME).is_file():
                return cls(candidate)
        if (here / "source").is_dir():
            return cls(here)
        raise CourseError(f"no course here: neither {here} nor a folder above it has {CONFIG_NAME}; use --course DIR.")

    def _option(self, section: str, name: str, default: Any) -> Any:
        values = self.config.get(section, {})
        # `get` of traitlets' Config would make an empty section of an unknown name that looks like one.
        return dict(values).get(name, default)

    def setting(self, name: str, default: Any = None) -> Any:
        """Read a setting of `nbgrader_config.py`.

        Parameters
        ----------
        name : str
            Section and option, for example ``"Verify.misconceptions"``.
        default : any
            Given back when the configuration does not set it.
        """
        section, _, option = name.partition(".")
        return self._option(section, option, default)

    @cached_property
    def _by_assignment(self) -> dict[str, list[Path]]:
        found: dict[str, list[Path]] = {}
        for path in sorted(self.source.glob("*/*.ipynb")):
            if path.is_file() and not path.name.startswith("."):
                found.setdefault(path.parent.name, []).append(path)
        return found

    def assignments(self) -> list[str]:
        """Names of the assignments that have a source notebook, sorted."""
        return list(self._by_assignment)

    def source_notebooks(self, assignment: str) -> list[Path]:
        """Source notebooks of an assignment, sorted by name.

        Raises
        ------
        CourseError
            When the course has no such assignment.
        """
        if assignment not in self._by_assignment:
            raise CourseError(f"there is no assignment {assignment!r} in this course; {self._list_assignments()}.")
        return self._by_assignment[assignment]

    def release_notebook(self, assignment: str, source: Path) -> Path:
        """Where the student's version of a source notebook is, or would be."""
        return self.release / assignment / source.name

    def find_assignment(self, notebook_name: str) -> tuple[str, Path]:
        """Find the assignment of a notebook by the notebook's name.

        Parameters
        ----------
        notebook_name : str
            A path or a file name, also of a copy such as ``"dropout (1).ipynb"`` or ``"dropout-Copy1.ipynb"``.

        Returns
        -------
        (str, Path)
            Name of the assignment, and its source notebook.

        Raises
        ------
        CourseError
            When no or more than one assignment has a notebook of that name.
        """
        name = Path(notebook_name).name
        exact = name[: -len(".ipynb")] if name.lower().endswith(".ipynb") else name
        # An exact name wins, so that a course may really have a notebook called "lab-Copy1".
        for stem in dict.fromkeys((exact, plain_stem(name))):
            found = [(a, path) for a, paths in self._by_assignment.items() for path in paths if path.stem == stem]
            named_by_folder = [(a, path) for a, path in found if a == Path(notebook_name).resolve().parent.name]
            if len(found) == 1 or len(named_by_folder) == 1:
                return (named_by_folder or found)[0]
            if found:
                several = ", ".join(a for a, _ in found)
                raise CourseError(f"more than one assignment has a notebook {stem}.ipynb: {several}.")
        raise CourseError(f"no assignment of this course has a notebook {name!r}; {self._list_assignments()}.")

    def _list_assignments(self) -> str:
        listed = ", ".join(f"{a} ({', '.join(p.name for p in paths)})" for a, paths in self._by_assignment.items())
        return f"it has {listed}" if listed else f"{self.source} holds no assignments"


def _read_config(path: Path) -> dict[str, Any]:
    """Settings of a configuration file as nested dicts; empty when there is no such file."""
    if not path.is_file():
        return {}
    from traitlets.config.loader import PyFileConfigLoader

    try:
        return dict(PyFileConfigLoader(path.name, path=str(path.parent)).load_config())
    except Exception as error:  # the file is Python: anything can come out of it
        reason = f"{type(error).__name__}: {error}"
        raise CourseError(f"{path} cannot be read: {reason}") from error
