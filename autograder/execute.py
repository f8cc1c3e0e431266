"""Runs the cells of a rebuilt notebook and fills in their outputs, behind one small interface.

`Executor` is that interface. `PlainExecutor` runs cells in ordinary processes of the user; an isolating executor can
take its place without any change elsewhere. Must not know scores or checks.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from autograder import scratch
from autograder.limits import CELL_SECONDS, MAX_RESTARTS, SUBMISSION_SECONDS
from autograder.notebook import Cell, Notebook, kind

STOPPED = "was stopped after"

# One thread a notebook: a class runs many at once, and a check's numbers must not depend on the number of cores.
_THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


@dataclass(frozen=True)
class Origin:
    """The instructor's notebook that a notebook to run was made from.

    Attributes
    ----------
    path : Path
        Its file. The other files of that folder are there for the cells to read, as a copy without notebooks.
    source : dict
        Its content.
    copy_back : frozenset of str
        Check cells, by grade_id, that see what every call does to its arguments.
    """

    path: Path
    source: Notebook
    copy_back: frozenset[str] = frozenset()


class Executor(Protocol):
    """What runs notebooks."""

    @property
    def isolation(self) -> str:
        """How: "full", "reduced" or "none"."""

    def run(self, notebook: Notebook, origin: Origin) -> Notebook:
        """Run a notebook's cells in order; errors do not stop it.

        Parameters
        ----------
        notebook : dict
            From `notebook.rebuild`, or an instructor's source.
        origin : Origin
            Where it comes from.

        Returns
        -------
        dict
            A copy with outputs. Each executed code cell has ``metadata["autograder"]["status"]``: "ok", "error",
            "timeout", "died" or "not run" (the submission's time or restarts were used up), the last three with a
            ``"reason"``; after "error" also ``"raised"``, see `shell.Shell.run`. This status, not the outputs, says
            whether a cell finished.
        """

    def close(self) -> None:
        """End the processes."""


@runtime_checkable
class SharingExecutor(Executor, Protocol):
    """An executor that several threads can have each their own of, at the cost of one start."""

    def another(self) -> Executor:
        """Make an executor like this one, which shares with it what is warm and no submission ever enters."""

    def take_turns(self, count: int) -> None:
        """From now on let so many run at a time of all that share; the others make ready and wait."""


class PlainExecutor:
    """Runs notebooks in a warm process of their own, with time limits but WITHOUT isolation.

    The code runs with the user's rights, as in stock nbgrader: fit for a learner's own notebook and for trusted
    classes.

    Parameters
    ----------
    cell_seconds : float
        Longest time of one cell.
    submission_seconds : float
        Longest time of all cells together.
    """

    isolation = "none"

    def __init__(self, cell_seconds: float = CELL_SECONDS, submission_seconds: float = SUBMISSION_SECONDS) -> None:
        if not cell_seconds > 0 or not submission_seconds > 0:
            raise ValueError(f"time limits must be positive, got {cell_seconds} and {submission_seconds} seconds")
        self.cell_seconds = cell_seconds
        self.submission_seconds = submission_seconds
        self._worker: ServerProcess | None = None
        self._runs: dict[str, int] = {}
        self._closed = False
        scratch.remove_stale_folders(scratch.RUN_PREFIX)

    def __enter__(self) -> PlainExecutor:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def run(self, notebook: Notebook, origin: Origin) -> Notebook:
        """Run a notebook's cells in order, see `Executor.run`."""
        executed = copy.deepcopy(notebook)
        with scratch.hold_folder() as folder:
            work = folder / "work"
            copy_data(origin.path.parent, work)
            self._warm_up(notebook, work)
            _Run(self, executed, str(work)).run()
        return executed

    def close(self) -> None:
        """End the worker process, also while another thread waits for a run: that run fails."""
        self._closed = True
        self._drop_worker()

    def _drop_worker(self) -> None:
        if self._worker is not None:
            self._worker.close()
            self._worker = None
            self._runs.clear()

    def _warm_up(self, notebook: Notebook, work: Path) -> None:
        """At the second run of the same assignment, let the worker import what the instructor's cells import.

        That is most of a run's time; a single notebook would only wait longer for it.
        """
        shared = [cell["source"] for cell in notebook["cells"] if kind(cell) == "shared"]
        key = "\n".join(shared)
        self._runs[key] = self._runs.get(key, 0) + 1
        if shared and self._runs[key] == 2:
            seconds = self.cell_seconds
            request = {"op": "warm up", "folder": str(work), "cells": shared, "seconds": seconds}
            self.ask(request, (len(shared) + 1) * seconds + 60)

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """Send a request to the worker, which is started when there is none; a dead worker's answer is "died"."""
        if self._closed:
            raise RuntimeError("this executor was closed")
        if self._worker is None:
            self._worker = ServerProcess("autograder.worker")
        reply = self._worker.ask(request, seconds)
        if reply is None:
            self._drop_worker()
            return {"status": "died"}
        return reply


class _Run:
    """One notebook's run: numbers the cells, keeps the time, and starts again after a cell that hung or died."""

    def __init__(self, executor: PlainExecutor, notebook: Notebook, folder: str) -> None:
        self._executor = executor
        self._folder = folder
        self._cells = [cell for cell in notebook["cells"] if kind(cell) not in ("text", "skipped")]
        self._finished: list[tuple[Cell, int]] = []
        self._restarts = 0

    def run(self) -> None:
        alive = self._start()
        # The clock starts now: making the first worker is not the student's time.
        self._deadline = time.monotonic() + self._executor.submission_seconds
        for number, cell in enumerate(self._cells, start=1):
            cell["execution_count"] = number
            left = self._deadline - time.monotonic()
            if not alive or left <= 0:
                self._give_up(cell, alive)
                continue
            limit = min(self._executor.cell_seconds, left)
            reply = self._run_cell(cell["source"], number, limit)
            cell["outputs"] = reply.get("outputs") or []
            if reply["status"] == "timeout":
                set_unfinished(cell, "timeout", "TimeoutError", f"{STOPPED} {limit:.3g} s")
                alive = self._restart()
            elif reply["status"] == "died":
                set_unfinished(cell, "died", "ProcessDied", "ended the process that it ran in")
                alive = self._restart()
            else:
                self._finished.append((cell, number))
                cell["metadata"]["autograder"] = {key: reply[key] for key in ("status", "raised") if key in reply}

    def _start(self) -> bool:
        return "status" not in self._executor.ask({"op": "start", "folder": self._folder}, 60)

    def _run_cell(self, code: str, number: int, seconds: float) -> dict[str, Any]:
        return self._executor.ask({"op": "cell", "code": code, "number": number, "seconds": seconds}, seconds)

    def _restart(self) -> bool:
        """Make a new child in the state before the cell that failed.

        All cells that have finished run again, their outputs unused. Checks too: in many courses a later one uses what
        an earlier one has imported.
        """
        while self._restarts < MAX_RESTARTS:
            self._restarts += 1
            if self._start() and all(self._replay(cell, number) for cell, number in self._finished):
                return True
        return False

    def _replay(self, cell: Cell, number: int) -> bool:
        left = self._deadline - time.monotonic()
        limit = min(self._executor.cell_seconds, left)
        return left > 0 and self._run_cell(cell["source"], number, limit)["status"] in ("ok", "error")

    def _give_up(self, cell: Cell, alive: bool) -> None:
        if alive:
            seconds = self._executor.submission_seconds
            reason = f"was not run: cells above it used up the {seconds:.3g} s of the whole notebook"
        else:
            reason = f"was not run: cells above it ended or hung more than {MAX_RESTARTS} times"
        set_unfinished(cell, "not run", "NotRun", reason)


def set_unfinished(cell: Cell, status: str, name: str, reason: str) -> Cell:
    """Note in a cell's outputs and metadata that it did not come to its end, and give the cell."""
    text = f"this cell {reason}"
    cell["outputs"].append({"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]})
    cell["metadata"]["autograder"] = {"status": status, "reason": reason}
    return cell


def copy_data(folder: Path, work: Path) -> None:
    """Copy the files next to a source notebook, without any notebook: those hold the solutions."""
    if folder.is_dir():
        shutil.copytree(folder, work, ignore=shutil.ignore_patterns("*.ipynb", ".*", "__pycache__"))
    else:
        work.mkdir()


def start_process(module: str, **streams: Any) -> subprocess.Popen[Any]:
    """Start a process of ours that cells run in, or that forks those.

    Parameters
    ----------
    module : str
        What it runs.
    **streams
        For `subprocess.Popen`.
    """
    environment = {**os.environ, **dict.fromkeys(_THREAD_VARIABLES, "1"), "PYTHONUTF8": "1"}
    environment["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    environment["NBGRADER_EXECUTION"] = "autograde"  # as nbgrader tells the cells that it runs
    return subprocess.Popen(
        # -P: a file of the learner's that is named like a module (random.py) must not replace it in the process.
        [sys.executable, "-P", "-m", module],
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,  # Ctrl-C is for the command, which then closes the process
        **streams,
    )


class ServerProcess:
    """A process of ours that answers requests, lines of JSON, until its stdin ends.

    Parameters
    ----------
    module : str
        What it runs.
    """

    def __init__(self, module: str) -> None:
        self._process = start_process(module, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any] | None:
        """Send a request and wait for its reply; None when the process has died or is beyond help."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        # The process keeps the cell's limit itself; this guard is for one that was stopped or killed by what it runs.
        guard = threading.Timer(seconds + 30, self._process.kill)
        guard.daemon = True
        guard.start()
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            reply = json.loads(self._process.stdout.readline())
            return reply if isinstance(reply, dict) else None
        except (OSError, ValueError):
            return None
        finally:
            guard.cancel()

    def close(self) -> None:
        """End the process."""
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # closing flushes, into a pipe whose reader may be gone
                if pipe is not None:
                    pipe.close()
        try:
            self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
