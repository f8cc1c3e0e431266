"""Runs one command and says what it cost with all processes that it started, also those that outlived their parents.

    python launch.py REPORT FOLDER COMMAND...

The report is JSON, see `Cost`. Linux only. Imports the standard library alone, so that starting it disturbs nothing.
Must not know what the command does.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
SAMPLE_SECONDS = 0.25
SECONDS_TO_END = 10.0


@dataclass
class Memory:
    """Memory of the processes of one role, in KiB; of several the largest.

    Attributes
    ----------
    peak : int
        Most that was resident, shared pages too (VmHWM).
    own : int
        What was its own when it was last seen (RssAnon).
    """

    peak: int = 0
    own: int = 0


@dataclass
class Cost:
    """What a command cost.

    Attributes
    ----------
    code : int
        Its exit code; negative: the signal that ended it.
    wall : float
        Seconds from its start to its end.
    cpu : float
        Seconds that the machine's processors had work meanwhile, whoever it was for: nothing else may run. Of some of
        the command's processes nobody hears, as the kernel ends them with their sandbox.
    left : list of str
        Processes that were still there 10 s later; they have been killed.
    memory : dict
        Role → memory. A role is "command", or the module in `python -m module` or `python -c "from module import …"`.
    """

    code: int
    wall: float
    cpu: float
    left: list[str] = field(default_factory=list)
    memory: dict[str, Memory] = field(default_factory=dict)


def run(command: list[str], folder: Path, env: dict[str, str], log: Path) -> Cost:
    """Run a command in a process that looks after it.

    Parameters
    ----------
    command : list of str
        The command.
    folder : Path
        Where it runs.
    env : dict
        Its environment.
    log : Path
        Gets what it prints.

    Returns
    -------
    Cost
        What it cost.

    Raises
    ------
    RuntimeError
        It failed or left processes behind; with the end of what it printed.
    """
    report = log.with_suffix(".json")
    with log.open("wb") as output:
        launcher = [sys.executable, __file__, str(report), str(folder), *command]
        subprocess.run(launcher, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=True)
    content = json.loads(report.read_text())
    memory = {role: Memory(**values) for role, values in content.pop("memory").items()}
    cost = Cost(**content, memory=memory)
    if cost.code or cost.left:
        said = log.read_text(encoding="utf-8", errors="replace")[-3000:]
        raise RuntimeError(f"{' '.join(command)}: exit code {cost.code}, left behind: {cost.left or 'nothing'}\n{said}")
    return cost


def main(report: str, folder: str, *command: str) -> None:
    """Run the command and write the report."""
    # Whoever loses its parent becomes a child of this process, so that it is seen.
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    start, busy = time.perf_counter(), _read_busy_seconds()
    pid = subprocess.Popen(command, cwd=folder).pid
    watch = _Watch(pid)
    _, status = os.waitpid(pid, 0)
    wall = time.perf_counter() - start
    watch.stop()
    left = _reap_orphans()
    cpu = _read_busy_seconds() - busy
    cost = Cost(os.waitstatus_to_exitcode(status), wall, cpu, left, watch.memory)
    Path(report).write_text(json.dumps(asdict(cost)))


def _read_busy_seconds() -> float:
    """Seconds that the processors had work since the machine's start: of programs, the kernel and interrupts."""
    user, nice, system, _, _, interrupts, soft = map(int, Path("/proc/stat").read_text().split(maxsplit=8)[1:8])
    return (user + nice + system + interrupts + soft) / os.sysconf("SC_CLK_TCK")


def _reap_orphans() -> list[str]:
    """Wait for what the command left; gives who had to be killed."""
    left: list[str] = []
    deadline = time.monotonic() + SECONDS_TO_END
    with contextlib.suppress(ChildProcessError):  # there are none, or no more
        while True:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid == 0 and time.monotonic() > deadline:
                for child in _children(os.getpid()):
                    left.append(" ".join(_arguments(child)) or str(child))
                    os.kill(child, signal.SIGKILL)
            if pid == 0:
                time.sleep(0.02)
    return left


class _Watch:
    """Notes the memory of the command's processes, again and again, until it is stopped."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._seen: dict[int, tuple[str, Memory]] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look_on, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def memory(self) -> dict[str, Memory]:
        """Memory by role."""
        found: dict[str, Memory] = {}
        for role, seen in self._seen.values():
            largest = found.setdefault(role, Memory())
            largest.peak, largest.own = max(largest.peak, seen.peak), max(largest.own, seen.own)
        return found

    def _look_on(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            with contextlib.suppress(OSError):
                self._look(self._pid, "")
                for orphan in _children(os.getpid()):
                    if orphan != self._pid:
                        self._look(orphan, "")

    def _look(self, pid: int, parents_role: str) -> None:
        role = "command" if pid == self._pid else _role(_arguments(pid))
        # A forked child has its parent's arguments: what counts is the process that was started so.
        if role and role != parents_role:
            memory = _read_memory(pid)
            if memory is not None:
                self._seen[pid] = role, memory
        for child in _children(pid):
            with contextlib.suppress(OSError):  # it has ended meanwhile
                self._look(child, role or parents_role)


def _role(arguments: list[str]) -> str:
    """The module that a Python process runs; "" of every other process."""
    if not arguments or not Path(arguments[0]).name.startswith("python"):
        return ""
    for option, value in pairwise(arguments):
        if option == "-m":
            return value
        if option == "-c":
            imported = re.search(r"\bfrom ([\w.]+) import", value)
            return imported[1] if imported else ""
    return ""


def _arguments(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return []


def _children(pid: int) -> list[int]:
    """Children are listed with the thread that started them."""
    lists = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
    return [int(child) for children in lists for child in children.split()]


def _read_memory(pid: int) -> Memory | None:
    """None of a process that has ended and not been waited for."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    values = {key: rest.split()[0] for key, _, rest in (line.partition(":") for line in lines) if rest.split()}
    return Memory(int(values["VmHWM"]), int(values["RssAnon"])) if "VmHWM" in values else None


if __name__ == "__main__":
    main(*sys.argv[1:])
