"""Which processes belong to a sandbox, and waiting for their ends without sleeping."""

from __future__ import annotations

import os
import select
from pathlib import Path

SECONDS = 60.0


def find_descendants(pid: int) -> list[int]:
    """All processes that a process has started, directly or not."""
    found = [pid]
    for parent in found:
        found += find_children(parent)
    return found[1:]


def find_children(pid: int) -> list[int]:
    """The processes that a process has started, and those that it has adopted."""
    tasks = Path("/proc", str(pid), "task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text(encoding="ascii").split()]


class Watched:
    """Processes, held so that their numbers cannot become another's unnoticed."""

    def __init__(self, pids: list[int]) -> None:
        assert pids, "there is nothing to watch"
        self._descriptors = [os.pidfd_open(pid) for pid in pids]

    def are_gone(self, seconds: float = SECONDS) -> bool:
        """Wait until all have ended; at most `seconds` for each."""
        ended = [bool(select.select([descriptor], [], [], seconds)[0]) for descriptor in self._descriptors]
        for descriptor in self._descriptors:
            os.close(descriptor)
        return all(ended)
