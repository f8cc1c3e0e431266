"""`autograder doctor`: whether grading can run here, what isolation there is, and what limits hold.

Only looks; installs and changes nothing.
"""

from __future__ import annotations

import argparse
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograder import autograded, execute, notebook, shell
from autograder.course import Course
from autograder.errors import CourseError
from autograder.evaluate import cell_seconds
from autograder.results import ISOLATION

MIN_PYTHON = (3, 11)
PACKAGES = ("nbgrader", "nbconvert", "nbformat", "jupytext", "ipython", "jinja2", "rich")
PROBE_SECONDS = 10


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `remedy` is said when it is missing, and only what is `needed` stops grading."""

    name: str
    present: bool
    detail: str
    remedy: str = ""
    needed: bool = True


def main(args: argparse.Namespace) -> int:
    """Say what there is; 0 when grading can run here, else 1."""
    course = None
    findings = [*look_at_packages(), *look_at_isolation()]
    try:
        course = Course.find(args.course)
        findings.append(
            Finding("course", True, f"{course.root}: {', '.join(course.assignments()) or 'no assignments'}")
        )
    except CourseError as error:
        findings.append(
            Finding("course", False, str(error), "Go to a course's folder or use --course DIR.", needed=False)
        )
    _print_table("What is here", ("", "", ""), [(_sign(f), f.name, f.detail) for f in findings])
    missing = [finding for finding in findings if not finding.present]
    for finding in missing:
        if finding.remedy:
            print(f"{finding.name}: {finding.remedy}")
    print(
        f"\nIsolation of grading now: {ISOLATION}. Submissions run as plain processes with your rights, as in stock\n"
        "nbgrader: they can read your files and use the network. Grade only classes that you trust, or grade inside a\n"
        "container or a virtual machine.\n"
    )
    _print_table("Limits of a submission", ("limit", "value"), limits(course))
    can_grade = not any(finding.needed for finding in missing)
    print("Grading can run here." if can_grade else "Grading cannot run here yet.")
    return 0 if can_grade else 1


def look_at_packages() -> list[Finding]:
    """Python and what the grader imports."""
    running = platform.python_version()
    wanted = ".".join(map(str, MIN_PYTHON))
    findings = [Finding("Python", sys.version_info >= MIN_PYTHON, running, f"Use Python {wanted} or newer.")]
    for name in PACKAGES:
        remedy = "In a copy of this project run `make setup`; elsewhere install its extra `grade` with pip."
        try:
            findings.append(Finding(name, True, version(name)))
        except PackageNotFoundError:
            findings.append(Finding(name, False, "not installed", remedy))
    return findings


def look_at_isolation() -> list[Finding]:
    """What this machine could isolate submissions with; nothing of it is used yet."""
    if sys.platform != "linux":
        detail = f"not on {platform.system()}"
        remedy = "Isolation needs Linux: on Windows use WSL2, on macOS a Linux container."
        return [Finding("bubblewrap", False, detail, remedy, needed=False)]
    path = shutil.which("bwrap")
    found = Finding("bubblewrap", bool(path), path or "not installed", "Install the package bubblewrap.", needed=False)
    return [found, _look_at_namespaces(path), _look_at_seccomp()]


def limits(course: Course | None) -> list[tuple[str, str]]:
    """The limits that hold for a submission, from where each is kept."""
    seconds = cell_seconds(course) if course else execute.CELL_SECONDS
    return [
        ("time of a cell", f"{seconds:g} s (c.Execute.timeout in nbgrader_config.py)"),
        ("time of a notebook", f"{execute.SUBMISSION_SECONDS:g} s"),
        ("restarts after a cell that hung or ended its process", str(execute.MAX_RESTARTS)),
        ("notebook file", f"{notebook.MAX_BYTES // 2**20} MiB, {notebook.MAX_CELLS} cells"),
        ("printed text, a cell and stream", f"{shell.STREAM_LIMIT // 1000} kB"),
        ("figures, a cell", f"{shell.DISPLAY_LIMIT // 2**20} MiB"),
        ("autograded notebook", f"{autograded.MAX_BYTES // 2**20} MiB"),
        ("memory, files, network", "not limited"),
    ]


def _look_at_namespaces(bwrap: str | None) -> Finding:
    """Tried rather than looked up: a kernel has many ways of refusing."""
    unshare = shutil.which("unshare")
    if bwrap:
        command = [bwrap, "--unshare-all", "--ro-bind", "/", "/", "true"]
    elif unshare:
        command = [unshare, "--user", "--map-root-user", "true"]
    else:
        return Finding("user namespaces", False, "unknown: neither bwrap nor unshare is here", needed=False)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_SECONDS, stdin=subprocess.DEVNULL)
        works, reason = done.returncode == 0, (done.stderr.strip().splitlines() or [""])[-1]
    except (OSError, subprocess.TimeoutExpired) as error:
        works, reason = False, str(error)
    remedy = "Ubuntu 24.04 and newer need an AppArmor profile for bwrap; a container must allow user namespaces."
    return Finding("user namespaces", works, "allowed" if works else f"refused: {reason}", remedy, needed=False)


def _look_at_seccomp() -> Finding:
    actions = Path("/proc/sys/kernel/seccomp/actions_avail")
    try:
        available = actions.read_text().split()
    except OSError:
        available = []
    detail = "filters available" if "errno" in available else "not offered by this kernel"
    return Finding("seccomp", "errno" in available, detail, "Use a kernel with CONFIG_SECCOMP_FILTER.", needed=False)


def _sign(finding: Finding) -> str:
    return "✓" if finding.present else ("✗" if finding.needed else "–")


def _print_table(title: str, headings: Sequence[str], rows: Sequence[tuple[str, ...]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=box.SIMPLE, pad_edge=False, show_header=any(headings))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)
