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
        for task in Path("/proc", str(parent), "task").iterdir():
            found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found[1:]


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
