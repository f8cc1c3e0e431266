"""A process that grades and is killed by itself at a given moment, for `test_resume`.

The clock is what the writer does: files it opens, fills, renames or removes, and statements that its database sees.
So a moment is the same one on a slow machine and on a fast one, and may lie within a transaction or a file.
"""

from __future__ import annotations

import contextlib
import io
import json
import multiprocessing
import os
import signal
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from autograder import cli, grade
from autograder.course import Course
from autograder.execute import Origin
from autograder.notebook import Notebook
from autograder.quickly import import_nbgrader
from tests.autograder import plain_course as plain

import_nbgrader()  # once, in the server from which every process is forked

FILE_EVENTS = {"open", "os.chmod", "os.link", "os.mkdir", "os.remove", "os.rename", "os.truncate"}
DATABASE_EVENTS = ("before_cursor_execute", "after_cursor_execute", "begin", "commit", "rollback")
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([__name__])


class Recorded:
    """An executor that gives what was recorded of a notebook with the same texts."""

    isolation = "none"

    def __init__(self, recordings: dict[str, Notebook]) -> None:
        self._recordings = recordings

    def run(self, notebook: Notebook, origin: Origin) -> Notebook:
        return self._recordings[describe(notebook)]

    def close(self) -> None:
        pass


def describe(notebook: Notebook) -> str:
    """The name of a recording."""
    return "\n".join(cell["source"] for cell in notebook["cells"])


def run(course: Path, recordings: Path, *arguments: str, kill_at: int = 0) -> tuple[int | None, int]:
    """Grade in a process of its own, which is killed at its `kill_at`-th moment.

    Returns
    -------
    (int or None, int)
        The exit code, -9 after a kill, and the number of moments that there were (0 after a kill).
    """
    ours, theirs = _context.Pipe(duplex=False)
    process = _context.Process(target=_grade, args=(course, recordings, arguments, kill_at, theirs))
    process.start()
    theirs.close()
    moments = 0
    with contextlib.suppress(EOFError):
        moments = ours.recv()
    process.join()
    return process.exitcode, moments


def _grade(course: Path, recordings: Path, arguments: tuple[str, ...], kill_at: int, report: Connection) -> None:
    content = json.loads(recordings.read_text())

    def make_executor(_: Course) -> Recorded:
        return Recorded(content)

    setattr(grade, "make_executor", make_executor)  # noqa: B010 - the module does not offer it to others
    clock = _Clock(kill_at)
    sink = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(sink, stream)
    code = cli.main(["grade", plain.ASSIGNMENT, "--course", str(course), "--workers", "2", *arguments])
    report.send(clock.moments)
    sys.exit(code)


class _Clock:
    def __init__(self, kill_at: int) -> None:
        from sqlalchemy import event
        from sqlalchemy.engine import Engine

        self.moments = 0
        self._kill_at = kill_at
        self._writer = threading.get_ident()
        sys.addaudithook(self._see)
        sys.setprofile(self._see_call)  # of this thread
        for name in DATABASE_EVENTS:
            event.listen(Engine, name, self._tick)

    def _see(self, name: str, details: tuple[Any, ...]) -> None:
        if name in FILE_EVENTS and threading.get_ident() == self._writer:
            self._tick()

    def _see_call(self, _: object, event: str, function: Any) -> None:
        if event in ("c_call", "c_return") and isinstance(getattr(function, "__self__", None), io.BufferedWriter):
            self._tick()

    def _tick(self, *_: object) -> None:
        self.moments += 1
        if self.moments == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
