"""Grading on the workers of a Dask cluster, as `autograder grade --dask ADDRESS` does.

The notebooks run there, each worker process having warm hosts and jails of its own (`station`). Reading, judging and
writing stay here. A worker must see the course at the same path, and have the same version of the engine.
"""

from __future__ import annotations

import contextlib
import logging
import uuid
from typing import Any

from autograder.course import Course
from autograder.errors import CourseError, EngineFault
from autograder.execute import Executor, Origin
from autograder.jailed import read_isolation
from autograder.notebook import Notebook
from autograder.station import end_station, look_around, run_notebook

try:
    import distributed
except ModuleNotFoundError:
    raise CourseError(
        "--dask needs the package distributed, which is not installed; `pip install distributed` gets it."
    ) from None

_CONNECT_SECONDS = 5.0


class Cluster:
    """The workers of a scheduler, for one course; use as a context manager.

    Parameters
    ----------
    address : str
        The scheduler's, such as ``tcp://10.0.0.1:8786``.
    course, assignment : Course, str
        What is graded.

    Attributes
    ----------
    size : int
        Threads of all its workers: how many notebooks can run at a time.

    Raises
    ------
    CourseError
        Nobody answers there, there is no worker, or a worker has another engine or does not see this course.
    """

    def __init__(self, address: str, course: Course, assignment: str) -> None:
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said here
        self._command = uuid.uuid4().hex
        try:
            self._client = distributed.Client(address, timeout=_CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError) as error:
            raise CourseError(f"No Dask scheduler answers at {address} ({type(error).__name__}).") from None
        try:
            self.size = sum(self._client.nthreads().values())
            self._refuse_unfit_workers(course, assignment)
        except BaseException:
            self._client.close()
            raise

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *exc_info: object) -> None:
        with contextlib.suppress(Exception):  # where that fails, the workers do it after a while
            self._client.run(end_station, self._command, on_error="ignore")
        self._client.close()

    def make_executor(self, course: Course) -> Executor:
        """Make an executor whose notebooks run in the cluster."""
        return _ClusterExecutor(self._client, self._command, course)

    def _refuse_unfit_workers(self, course: Course, assignment: str) -> None:
        if not self.size:
            raise CourseError("The Dask scheduler has no workers; start some with `dask worker`.")
        here = look_around(str(course.root), assignment)
        there = self._client.run(look_around, str(course.root), assignment, on_error="return")
        for worker, seen in there.items():
            if isinstance(seen, BaseException):
                what = f"cannot run the autograder ({type(seen).__name__}: {seen}); install the same version there"
            elif seen[0] != here[0]:
                what = f"has version {seen[0]} of the autograder; here it is {here[0]}"
            elif not seen[1]:
                what = f"does not see {course.root}; the course must be at the same path on every machine"
            elif seen[1] != here[1]:
                what = f"sees other notebooks or settings in {course.root} than this machine"
            else:
                continue
            raise CourseError(f"The Dask worker {worker} {what}.")


class _ClusterExecutor:
    """Has some worker run each notebook, see `execute.Executor`."""

    def __init__(self, client: Any, command: str, course: Course) -> None:
        self._client, self._command, self._root = client, command, str(course.root)
        self._future: Any = None
        self.isolation = read_isolation(course)

    def run(self, notebook: Notebook, origin: Origin) -> Notebook:
        """Run a notebook's cells in the cluster.

        Raises
        ------
        EngineFault
            As from the engine there; or the worker has died, the scheduler is gone, or this executor was closed.
        """
        try:
            self._future = self._client.submit(run_notebook, self._command, self._root, notebook, origin, pure=False)
            executed: Notebook = self._future.result()
            return executed
        except (EngineFault, CourseError):
            raise
        except Exception as error:
            raise EngineFault(f"the Dask cluster gave no result ({type(error).__name__}: {error})") from None
        finally:
            self._future = None

    def close(self) -> None:
        """Ask for nothing more, also while another thread waits for a run: that run fails."""
        if (future := self._future) is not None:
            future.cancel(force=True)
