"""Runs a command and waits until every process that it has left behind is gone: `python reap.py MARKER REPORT COMMAND...`.

Writes to REPORT, as JSON, the command's exit code and what was still there when patience ran out. Imports nothing of
the project: it is run by its path, and the command's processes become its own children when their parents end.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
PATIENCE = 10  # seconds for processes that are ending


class OutOfPatience(Exception):
    pass


def main() -> None:
    marker, report, *command = sys.argv[1:]
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The marker is in the command's environment only: what kills by it must not hit this process.
    code = subprocess.run(command, env={**os.environ, "HOSTILE_MARKER": marker}, check=False).returncode
    left = wait_for_all()
    Path(report).write_text(json.dumps({"code": code, "left": left}))


def wait_for_all() -> list[str]:
    """Wait for every descendant to end; give the command lines of those that do not, and end them."""

    def give_up(*_: object) -> None:
        raise OutOfPatience

    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(PATIENCE)
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        return []
    except OutOfPatience:
        return end_descendants()
    finally:
        signal.alarm(0)


def end_descendants() -> list[str]:
    found = []
    for pid in find_descendants():
        try:
            text = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            os.kill(pid, signal.SIGKILL)
        except OSError:
            continue
        found.append(f"{pid}: {text}")
    return found


def find_descendants() -> list[int]:
    """All processes below this one, by the parents that /proc names."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
        except OSError:
            continue
        parents[int(folder.name)] = int(stat.rpartition(")")[2].split()[1])
    below = {os.getpid()}
    while added := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= added
    return sorted(below - {os.getpid()})


if __name__ == "__main__":
    main()
