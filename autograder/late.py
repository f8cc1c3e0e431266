"""Modules that a child of a warm process has imported late: the process takes them in, for the children after it.

That must change nothing for those but the time that an import takes. So only modules of the standard library, and parts
of installed packages that the process has, are taken; never the course's own. And first a fork tries them: what leaves
a trace beyond `sys.modules` is left to the children.
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import os
import random
import select
import signal
import sys
import sysconfig
import warnings
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.jail.installed import find_sites
from autograder.worker import die_with_parent

_TRIAL_SECONDS = 10.0


class LateModules:
    """Made in the warm process when all is there that its children are to be born with."""

    def __init__(self) -> None:
        self._tried: set[str] = set()
        self._library = Path(sysconfig.get_path("stdlib")).resolve()
        self._sites = find_sites()
        self._count = len(sys.modules)

    def find(self) -> list[str]:
        """Name, in a child, the modules that the warm process may take from it."""
        # The latest are the last. To look at all names would copy all pages that they lie on.
        late = list(itertools.islice(reversed(sys.modules.items()), max(0, len(sys.modules) - self._count)))
        names = {name for name, _ in late}
        return [name for name, module in reversed(late) if self._may_be_taken(name, module, names)]

    def take(self, names: Iterable[str]) -> bool:
        """Import, in the warm process, what a child has found; gives whether anything was."""
        new = [name for name in names if name not in sys.modules and name not in self._tried]
        self._tried.update(new)
        if not new or not _leave_no_trace(new):
            return False
        with contextlib.suppress(BaseException):
            _import_all(new)
        self._count = len(sys.modules)
        return True

    def _may_be_taken(self, name: str, module: Any, late: set[str]) -> bool:
        if type(module) is not ModuleType:  # a check can put anything there
            return False
        spec = vars(module).get("__spec__")
        file = getattr(spec, "origin", None)
        if getattr(spec, "name", None) != name or type(file) is not str or not Path(file).is_file():
            return False
        path = Path(file).resolve()
        if any(map(path.is_relative_to, self._sites)):
            return name.partition(".")[0] not in late
        return path.is_relative_to(self._library)


def _import_all(names: list[str]) -> None:
    for name in names:
        importlib.import_module(name)


def _leave_no_trace(names: list[str]) -> bool:
    """Whether these imports go well in a fork, and all that others could notice is there as it was before."""
    scout = os.fork()
    if scout == 0:
        code = 1
        try:
            die_with_parent()
            before = _describe_state()
            _import_all(names)
            code = int(_describe_state() != before)
        finally:
            os._exit(code)
    process = os.pidfd_open(scout)
    try:
        if not select.select([process], [], [], _TRIAL_SECONDS)[0]:
            os.kill(scout, signal.SIGKILL)
        return os.waitpid(scout, 0)[1] == 0
    finally:
        os.close(process)


def _describe_state() -> dict[str, object]:
    """What of a process an import may change for everybody."""
    import numpy as np

    matplotlib = sys.modules.get("matplotlib")
    return {
        "environment": dict(os.environ),
        "folder": Path.cwd(),
        "imports": [list(sys.path), list(sys.meta_path), list(sys.path_hooks)],
        "warnings": list(warnings.filters),
        "signals": [signal.getsignal(number) for number in signal.valid_signals()],
        "threads": set(Path("/proc/self/task").iterdir()),
        "descriptors": {(path, _follow(path)) for path in Path("/proc/self/fd").iterdir()},
        "random numbers": [random.getstate(), repr(np.random.get_state())],  # noqa: NPY002 - the one that all share
        "arithmetic": [np.geterr(), np.get_printoptions()],
        "figures": dict.copy(matplotlib.rcParams) if matplotlib is not None else None,
    }


def _follow(descriptor: Path) -> Path | None:
    """Where a descriptor leads; None for the one that lists the folder itself, which is gone."""
    with contextlib.suppress(OSError):
        return descriptor.readlink()
    return None
