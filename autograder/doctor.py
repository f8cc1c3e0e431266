"""`autograder doctor`: whether grading can run here, what isolation there is, and what limits hold.

Only looks, and tries isolation on a process of its own; installs and changes nothing.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from autograder import limits
from autograder.course import Course
from autograder.errors import CourseError
from autograder.evaluate import cell_seconds

MIN_PYTHON = (3, 11)
PACKAGES = ("nbgrader", "nbconvert", "nbformat", "jupytext", "ipython", "jinja2", "msgpack", "rich")
LINUX_PACKAGES = ("pyseccomp",)
LEVELS = ("full", "reduced")
# What only the private file system of the level "full" can keep to.
FULL_ONLY = {"all files, beside the course's data", "number of files"}


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
    course, found_course = _look_at_course(args.course)
    findings = look_at_packages()
    wanted = course.setting("JailedExecute.isolation", "full") if course else "full"
    if wanted not in LEVELS:
        raise CourseError(f"c.JailedExecute.isolation is {wanted!r}; it can be {' or '.join(LEVELS)}.")
    packages_are_here = all(finding.present for finding in findings)
    level, parts = look_at_isolation(wanted) if packages_are_here else ("none", [])
    findings += [*parts, found_course]
    _print_table("What is here", ("", "", ""), [(_sign(f), f.name, f.detail) for f in findings])
    for finding in findings:
        if not finding.present and finding.remedy:
            print(f"{finding.name}: {finding.remedy}")
    can_grade = packages_are_here and level in ("full", wanted)
    _print_table("Limits of a submission", ("limit", "value", "beyond it"), list_limits(course, wanted))
    print(f"Isolation that this machine offers: {_describe(level)}.")
    print(f"Isolation that {'this course' if course else 'a course'} asks for: {wanted}.")
    print("Grading can run here." if can_grade else "Grading cannot run here yet.")
    return 0 if can_grade else 1


def look_at_packages() -> list[Finding]:
    """Python and what the grader imports."""
    running = platform.python_version()
    wanted = ".".join(map(str, MIN_PYTHON))
    findings = [Finding("Python", sys.version_info >= MIN_PYTHON, running, f"Use Python {wanted} or newer.")]
    for name in (*PACKAGES, *(LINUX_PACKAGES if sys.platform == "linux" else ())):
        remedy = "In a copy of this project run `make setup`; elsewhere install its extra `grade` with pip."
        try:
            findings.append(Finding(name, True, version(name)))
        except PackageNotFoundError:
            findings.append(Finding(name, False, "not installed", remedy))
    return findings


def look_at_isolation(wanted: str) -> tuple[str, list[Finding]]:
    """What this machine isolates submissions with.

    Parameters
    ----------
    wanted : str
        The level that the course asks for.

    Returns
    -------
    (str, list of Finding)
        The best level that works here, "full", "reduced" or "none", and what it was found by.
    """
    from autograder.jail import levels

    level = levels.find_level()
    is_enough = level.name in ("full", wanted)
    findings = [Finding(part.name, part.present, part.detail, part.remedy, not is_enough) for part in level.parts]
    if level.name == "reduced" and not is_enough:
        findings.append(Finding("level", False, "reduced, not asked for by the course", levels.ASK_FOR_REDUCED))
    return level.name, findings


def list_limits(course: Course | None, level: str) -> list[tuple[str, str, str]]:
    """The limits that hold for a submission: what, how much, and what happens beyond it.

    Parameters
    ----------
    course : Course or None
        May set the time of a cell.
    level : str
        The isolation in force.
    """
    rows = []
    for limit in limits.TABLE:
        amount = limit.amount
        if limit.name == limits.CELL_TIME and course is not None:
            amount = f"{cell_seconds(course):g} s (c.Execute.timeout in nbgrader_config.py)"
        if limit.name in FULL_ONLY and level != "full":
            rows.append((limit.name, f"not limited at the level {level}", ""))
        else:
            rows.append((limit.name, amount, limit.beyond))
    return rows


def _look_at_course(folder: str | None) -> tuple[Course | None, Finding]:
    try:
        course = Course.find(folder)
    except CourseError as error:
        remedy = "Go to a course's folder or use --course DIR."
        return None, Finding("course", False, str(error), remedy, needed=False)
    return course, Finding("course", True, f"{course.root}: {', '.join(course.assignments()) or 'no assignments'}")


def _describe(level: str) -> str:
    if level == "none":
        return level  # without its packages, nothing of the jail can be imported
    from autograder.jail.levels import DESCRIPTIONS

    return DESCRIPTIONS[level]


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
