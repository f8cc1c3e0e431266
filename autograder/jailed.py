"""`JailedExecutor`: runs the student's cells in a jail and the checks outside it, through grading hosts.

It knows the course, makes the hosts' requests and reads their answers. Must not import what runs code.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import autograder
from autograder import limits, scratch
from autograder.course import Course
from autograder.definitions import Definitions, find_definitions, find_shown_bindings
from autograder.diary import read_cells
from autograder.errors import CourseError
from autograder.execute import Origin, copy_data
from autograder.hosts import MOST_HOSTS, Host, Hosts
from autograder.notebook import Cell, Notebook, grade_id, kind

LEVELS = ("full", "reduced")
_GRACE_SECONDS = 60.0


class JailedExecutor:
    """Runs notebooks of a course in a jail; checks run in a trusted process outside it.

    Parameters
    ----------
    course : Course
        Its settings say what there is in the jail.
    cell_seconds, submission_seconds : float
        Longest time of one cell, and of all cells together.
    isolation : str, optional
        "full" or "reduced"; default: the course's setting `JailedExecute.isolation`, or "full".
    hosts : Hosts, optional
        Warm processes that it shares with other executors of the course; default: its own.

    Raises
    ------
    CourseError
        A setting that is none.
    """

    def __init__(
        self,
        course: Course,
        cell_seconds: float = limits.CELL_SECONDS,
        submission_seconds: float = limits.SUBMISSION_SECONDS,
        isolation: str | None = None,
        hosts: Hosts | None = None,
    ) -> None:
        if not cell_seconds > 0 or not submission_seconds > 0:
            raise ValueError(f"time limits must be positive, got {cell_seconds} and {submission_seconds} seconds")
        self.cell_seconds, self.submission_seconds = cell_seconds, submission_seconds
        self.isolation = isolation or read_isolation(course)
        self._course = course
        self._hosts = hosts or Hosts()
        self._clones: dict[tuple[object, ...], Host] = {}  # one for each notebook, the latest last
        self._closed = False
        self._hosts.enter()
        if hosts is None:
            scratch.remove_stale_folders(scratch.RUN_PREFIX)

    def __enter__(self) -> JailedExecutor:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def run(self, notebook: Notebook, origin: Origin) -> Notebook:
        """Run a notebook's cells, see `execute.Executor.run`.

        Raises
        ------
        EngineFault
            The jail cannot be made, or the engine failed: there is no verdict on this submission.
        """
        if self._closed:
            raise RuntimeError("this executor was closed")
        cells = [{**cell, "metadata": dict(cell["metadata"])} for cell in notebook["cells"]]
        executed = {**notebook, "cells": cells}
        cells = [cell for cell in cells if kind(cell) not in ("text", "skipped")]
        definitions = find_definitions(origin.source)
        described = list(_describe_all(cells, origin))
        with scratch.hold_folder() as folder:
            work = folder / "work"
            copy_data(origin.path.parent, work)
            key = self._open(origin, definitions, work)
            request = {
                "op": "run",
                "folder": str(work),
                "rules": self._make_rules(origin, definitions),
                "cells": [each for each, _ in described],
            }
            try:
                clone = self._clones[key]
                clone.tell(request)
                with self._hosts.turns:
                    reply, files = clone.ask({"op": "go"}, self.submission_seconds + _GRACE_SECONDS)
            except BaseException:
                self._drop(key)
                raise
        results = read_cells(*files) if files else reply["cells"]
        for (description, cell), result in zip(described, results, strict=True):
            if cell is None:
                continue
            cell["execution_count"] = description["number"]
            cell["outputs"] = result["outputs"]
            cell["metadata"] |= result["metadata"]
        return executed

    def another(self) -> JailedExecutor:
        """Make an executor like this one that shares its warm processes; see `execute.SharingExecutor`."""
        return JailedExecutor(self._course, self.cell_seconds, self.submission_seconds, self.isolation, self._hosts)

    def take_turns(self, count: int) -> None:
        """Let so many run at a time of all that share the warm processes; see `execute.SharingExecutor`."""
        self._hosts.turns = threading.Semaphore(count)

    def close(self) -> None:
        """End its part of the hosts and the jail, also while another thread waits for a run: that run fails."""
        if not self._closed:
            self._closed = True
            for key in list(self._clones):
                self._drop(key)
            self._hosts.leave()

    def _open(self, origin: Origin, definitions: Definitions, work: Path) -> tuple[object, ...]:
        """Have a host with this notebook's jail, in which its first cells have run; gives its key."""
        leading = _leading_cells(origin.source)
        key = (origin.path, *leading, definitions.imports)
        if key in self._clones:
            self._clones[key] = self._clones.pop(key)
            return key
        while len(self._clones) >= MOST_HOSTS:
            self._drop(next(iter(self._clones)))
        request = {
            "op": "open",
            "folder": str(work),
            "premises": self._make_premises(origin),
            "level": self.isolation,
            "leading": leading,
            "imports": definitions.imports,
            "checks": [cell["source"] for cell in origin.source["cells"] if kind(cell) == "check"],
            "paths": [str(self._course.root)],
        }
        seconds = _GRACE_SECONDS + (1 + len(leading)) * self.cell_seconds
        self._clones[key] = self._hosts.make_clone(key, request, seconds)
        if self._closed:
            self._drop(key)
        return key

    def _make_premises(self, origin: Origin) -> dict[str, Any]:
        """The fields of `jail.sandbox.Premises`."""
        folder = origin.path.parent
        return {
            "packages": self._list_setting("packages"),
            "modules": self._list_setting("modules") or [],
            "withheld": self._withheld(origin),
            "data": str(folder) if folder.is_dir() else None,
            "hidden": [str(self._course.root), str(Path(autograder.__file__).resolve().parents[1])],
        }

    def _make_rules(self, origin: Origin, definitions: Definitions) -> dict[str, Any]:
        """The fields of `runner.Rules`."""
        return {
            "names": list(definitions.names),
            "unknown": list(definitions.unknown),
            "operators": definitions.operators,
            "withheld": self._withheld(origin),
            "cell_seconds": self.cell_seconds,
            "submission_seconds": self.submission_seconds,
            "imported": list(definitions.imported),
            "methods": self._list_setting("methods") or [],
            "copy_arguments_back": bool(self._course.setting("JailedExecute.copy_arguments_back", False)),
        }

    def _withheld(self, origin: Origin) -> list[str]:
        return [name.replace("{notebook}", origin.path.stem) for name in self._list_setting("withheld") or ()]

    def _list_setting(self, name: str) -> list[str] | None:
        value = self._course.setting(f"JailedExecute.{name}", None)
        if value is None or (isinstance(value, list | tuple | set) and all(isinstance(item, str) for item in value)):
            return None if value is None else list(value)
        raise CourseError(f"JailedExecute.{name} is {value!r}; it must be a list of names.")

    def _drop(self, key: tuple[object, ...]) -> None:
        clone = self._clones.pop(key, None)
        if clone is not None:
            clone.close()


def read_isolation(course: Course) -> str:
    """Read a course's setting `JailedExecute.isolation`; "full" where there is none, a CourseError for any other."""
    isolation: str = course.setting("JailedExecute.isolation", "full")
    if isolation not in LEVELS:
        raise CourseError(f"JailedExecute.isolation is {isolation!r}; it can be {' or '.join(LEVELS)}.")
    return isolation


def _describe_all(cells: list[Cell], origin: Origin) -> Iterator[tuple[dict[str, Any], Cell | None]]:
    """All that is to run, and the cell that it is: None for what a check's visible part leaves to the cells below."""
    shown = find_shown_bindings(origin.source)
    for number, cell in enumerate(cells, start=1):
        yield _describe(cell, number, origin.copy_back), cell
        if kind(cell) == "check" and grade_id(cell) in shown:
            yield {"number": number, "source": shown[grade_id(cell)]}, None


def _describe(cell: Cell, number: int, copy_back: Collection[str]) -> dict[str, Any]:
    """A cell of a rebuilt notebook as the runner wants it."""
    what = kind(cell)
    instructor = cell["metadata"].get("autograder", {}).get("instructor", "")
    return {
        "number": number,
        "source": cell["source"],
        "is_check": what == "check",
        "trusted_source": cell["source"] if what == "shared" else instructor if what == "extra" else "",
        "copies_back": what == "check" and grade_id(cell) in copy_back,
    }


def _leading_cells(source: Notebook) -> list[str]:
    """Texts of the instructor's cells before the first solution or check."""
    leading = []
    for cell in source["cells"]:
        what = kind(cell)
        if what in ("solution", "check"):
            break
        if what in ("shared", "extra"):
            leading.append(cell["source"])
    return leading
