"""A diary: what a child of the grading host writes down, and its parent reads when it has ended or is late.

Only the end wakes the parent up. What stands in it goes on as the file that it is: the host has no use for the results
of cells, and the command reads them there. Must not know what a result is.
"""

from __future__ import annotations

import json
import os
import select
import time

from autograder.errors import EngineFault
from autograder.jail.control import Message


class Diary:
    """Made before the fork; the child writes, the parent calls `begin_to_read` first of all."""

    def __init__(self) -> None:
        self._file = os.memfd_create("diary")
        self._ended, self._end = os.pipe()  # the second is the child's, and closed when it dies

    def write(self, message: Message) -> None:
        """Add a message; its "seconds", if it has some, count from now. One with a "status" is the last."""
        rest = json.dumps({**message, "at": time.monotonic()}, default=str).encode() + b"\n"
        while rest:
            rest = rest[os.write(self._file, rest) :]
        if "status" in message:
            os.write(self._end, b".")  # a process that a check has left may keep it open

    def begin_to_read(self) -> None:
        """Leave writing to the child."""
        os.close(self._end)

    def find_latest(self) -> Message | None:
        """Give the last message that is whole."""
        lines = _read_lines(self._file)
        return json.loads(lines[-1]) if lines else None

    def copy_file(self) -> int:
        """Give a descriptor for `read_cells`, the caller's to close."""
        return os.dup(self._file)

    def wait(self, requests: int, seconds: float) -> bool:
        """Wait until the child has ended; gives whether it has. An EngineFault when nobody waits for it any more."""
        ready, _, _ = select.select([self._ended, requests], [], [], max(0.0, seconds))
        if ready and self._ended not in ready:
            raise EngineFault("the command that asked has ended")
        return bool(ready)

    def close(self) -> None:
        """Forget all."""
        os.close(self._ended)
        os.close(self._file)


def read_cells(descriptor: int) -> list[Message]:
    """Give the "cells" of all messages that are whole, one list of them; closes the descriptor."""
    try:
        return [cell for line in _read_lines(descriptor) for cell in json.loads(line).get("cells", ())]
    finally:
        os.close(descriptor)


def _read_lines(descriptor: int) -> list[bytes]:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0).split(b"\n")[:-1]
