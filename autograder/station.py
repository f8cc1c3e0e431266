"""What runs in a worker of a Dask cluster: executors for each run of the command, and a look at what is there.

Called by name from `cluster`. A station ends with its command, or when nobody has asked for a while. Must not import
Dask: it is the worker that has it.
"""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from autograder.course import CONFIG_NAME, Course
from autograder.errors import CourseError
from autograder.evaluate import make_executor
from autograder.execute import Executor, Origin, SharingExecutor
from autograder.notebook import Notebook

_IDLE_SECONDS = 300.0  # the command may have been killed

_lock = threading.Lock()
_stations: dict[str, _Station] = {}


def look_around(root: str, assignment: str) -> tuple[str, str]:
    """Give the engine's version and a digest of the course's settings and the assignment's notebooks; "" for none."""
    try:
        course = Course(Path(root))
        files = [course.root / CONFIG_NAME, *course.source_notebooks(assignment)]
    except CourseError:
        return version("deep-learning-practice"), ""
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.read_bytes() if path.is_file() else b"")
    return version("deep-learning-practice"), digest.hexdigest()


def run_notebook(command: str, root: str, notebook: Notebook, origin: Origin) -> Notebook:
    """Run a notebook, see `execute.Executor.run`.

    Parameters
    ----------
    command : str
        Identifies the run of the command. Another one may grade a course that was changed in between.
    root : str
        The course's folder.
    notebook, origin
        As for an executor.
    """
    with _lock:
        if command not in _stations:
            _stations[command] = _Station(Course(Path(root)))
        station = _stations[command]
        station.begin()
    try:
        return station.run(notebook, origin)
    finally:
        with _lock:
            station.end(lambda: end_station(command))


def end_station(command: str) -> None:
    """End what this worker has warm for a run of the command."""
    with _lock:
        station = _stations.pop(command, None)
    if station is not None:
        station.close()


class _Station:
    """Executors that share what is warm, as many as have ever run at the same time."""

    def __init__(self, course: Course) -> None:
        executor = make_executor(course)
        assert isinstance(executor, SharingExecutor)
        self._first = executor
        self._free: queue.SimpleQueue[Executor] = queue.SimpleQueue()
        self._free.put(executor)
        self._users = 0
        self._timer: threading.Timer | None = None

    def begin(self) -> None:
        self._users += 1
        if self._timer is not None:
            self._timer.cancel()

    def end(self, when_idle: Callable[[], None]) -> None:
        self._users -= 1
        if not self._users:
            self._timer = threading.Timer(_IDLE_SECONDS, when_idle)
            self._timer.daemon = True
            self._timer.start()

    def run(self, notebook: Notebook, origin: Origin) -> Notebook:
        try:
            executor = self._free.get_nowait()
        except queue.Empty:
            executor = self._first.another()
        try:
            return executor.run(notebook, origin)
        except BaseException:
            failed, executor = executor, self._first.another()
            failed.close()
            raise
        finally:
            self._free.put(executor)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        while not self._free.empty():
            self._free.get().close()
