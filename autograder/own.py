"""`OwnExecutor`: runs notebooks from which nobody needs protection, a learner's own or an author's.

In a jail where this machine offers one, as the checks then work as they do in grading; else in a plain process, and it
says so.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable

from autograder.course import Course
from autograder.errors import EngineFault
from autograder.evaluate import cell_seconds, make_executor
from autograder.execute import Executor, Origin, PlainExecutor
from autograder.notebook import Notebook


class OwnExecutor:
    """An `Executor` that falls back to a plain process.

    Parameters
    ----------
    course : Course
        Its settings say what there is in the jail.
    tell : callable
        Takes the sentence that says what runs without isolation, and why; called at most once.
    """

    def __init__(self, course: Course, tell: Callable[[str], None]) -> None:
        self._course, self._tell = course, tell
        self._has_worked = False
        self._executor: Executor
        if sys.platform == "linux" and shutil.which("bwrap"):
            self._executor = make_executor(course)
        else:
            self._use_plain_process("bubblewrap is not installed")

    def __enter__(self) -> OwnExecutor:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    @property
    def isolation(self) -> str:
        """How notebooks are run now."""
        return self._executor.isolation

    def run(self, notebook: Notebook, origin: Origin) -> Notebook:
        """Run a notebook's cells, see `execute.Executor.run`."""
        try:
            executed = self._executor.run(notebook, origin)
        except EngineFault as fault:
            if self._has_worked or self.isolation == "none":
                raise
            self._executor.close()
            self._use_plain_process(str(fault))
            executed = self._executor.run(notebook, origin)
        self._has_worked = True
        return executed

    def close(self) -> None:
        """End the processes."""
        self._executor.close()

    def _use_plain_process(self, reason: str) -> None:
        self._tell(f"Without isolation ({reason}): run only what you wrote or trust. `autograder doctor` says more.")
        self._executor = PlainExecutor(cell_seconds=cell_seconds(self._course))
