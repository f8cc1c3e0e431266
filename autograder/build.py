"""`autograder build`: course/ → source/ → release/, reproducibly and without losing anybody's work.

First everything is worked out, then, when nothing is in the way, everything is written. Knows nothing of grading.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder import pairing
from autograder.course import Course
from autograder.errors import CourseError
from autograder.evaluate import read_written
from autograder.files import explain_failed_writes, write_atomically
from autograder.release import make_release

IGNORED_NAMES = (".ipynb_checkpoints", "__pycache__", ".DS_Store")


@dataclass(frozen=True)
class Change:
    """One file that has to become something else."""

    path: Path
    content: bytes
    reason: str


def main(args: argparse.Namespace) -> int:
    """Build, or with `--check` only look; 0 when all is (now) up to date, 1 when `--check` found what is not."""
    course = Course.find(args.course)
    changes = plan_build(course, args.assignments, prefer=args.prefer)
    if args.check:
        for change in changes:
            print(f"out of date: {change.path.relative_to(course.root)} ({change.reason})")
        if changes:
            print("Run `autograder build` and commit what it writes.", file=sys.stderr)
        return 1 if changes else 0
    write_build(changes)
    for change in changes:
        print(f"wrote {change.path.relative_to(course.root)} ({change.reason})")
    if not changes:
        print("Everything is up to date.")
    return 0


def plan_build(course: Course, assignments: list[str] | None = None, *, prefer: str | None = None) -> list[Change]:
    """Work out which files a build would write.

    Parameters
    ----------
    course : Course
        A course with or without a `course/` folder; without one only `source/` → `release/` is built.
    assignments : list of str, optional
        Default: all.
    prefer : {"course", "source"}, optional
        Which side wins where both the text in `course/` and the notebook in `source/` were changed.

    Returns
    -------
    list of Change
        In the order in which they should be written; empty when everything is up to date.

    Raises
    ------
    CourseError
        An unknown assignment, a lesson that cannot be converted, or both sides of a lesson changed. Nothing is written.
    """
    lessons = {folder.name: folder for folder in sorted(course.root.glob("course/*/")) if any(_find_lessons(folder))}
    known = sorted({*lessons, *course.assignments()})
    changes: list[Change] = []
    for assignment in assignments or known:
        if assignment not in known:
            raise CourseError(f"there is no assignment {assignment!r}; this course has {', '.join(known) or 'none'}.")
        wanted: dict[Path, Change] = {}
        if assignment in lessons:
            wanted |= _plan_source(course, lessons[assignment], prefer)
        wanted |= _plan_release(course, assignment, wanted)
        changes += [c for c in wanted.values() if not c.path.is_file() or c.path.read_bytes() != c.content]
    return changes


def write_build(changes: list[Change]) -> None:
    """Write what `plan_build` planned.

    Raises
    ------
    CourseError
        A file cannot be written; each file is either whole and new or as it was.
    """
    with explain_failed_writes():
        for change in changes:
            write_atomically(change.path, change.content)


def find_stale_sources(course: Course, assignments: Sequence[str] = ()) -> list[Path]:
    """List the lessons in course/ whose notebook in source/ is missing or says something else; default: of all."""
    stale = []
    for folder in sorted(course.root.glob("course/*/")):
        for lesson in _find_lessons(folder) if not assignments or folder.name in assignments else ():
            notebook = course.source / folder.name / f"{lesson.stem}.ipynb"
            is_built = notebook.is_file()
            if not is_built or pairing.find_changed_side(_read_text(lesson), read_written(notebook)) != "none":
                stale.append(lesson)
    return stale


def _find_lessons(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.glob("*.py")):
        if pairing.is_lesson_text(_read_text(path)):
            yield path


def _plan_source(course: Course, folder: Path, prefer: str | None) -> dict[Path, Change]:
    """What must be in source/, and what must be written back to course/, for one assignment."""
    wanted: dict[Path, Change] = {}
    lessons = list(_find_lessons(folder))
    for lesson in lessons:
        notebook_path = course.source / folder.name / f"{lesson.stem}.ipynb"
        text = _read_text(lesson)
        if notebook_path.is_file():
            source = read_written(notebook_path)
            side = _choose_side(pairing.find_changed_side(text, source), prefer, lesson, notebook_path, course)
            if side == "source":
                text = pairing.make_text(source, text)
                reason = f"{notebook_path.relative_to(course.root)} was changed by hand"
                wanted[lesson] = Change(lesson, text.encode(), reason)
        content = pairing.dump(pairing.make_source(text))
        wanted[notebook_path] = Change(notebook_path, content, f"from {lesson.relative_to(course.root)}")
    for path in _find_other_files(folder, lessons):
        copy = course.source / folder.name / path.relative_to(folder)
        wanted[copy] = Change(copy, path.read_bytes(), f"from {path.relative_to(course.root)}")
    return wanted


def _choose_side(side: str, prefer: str | None, lesson: Path, notebook: Path, course: Course) -> str:
    if side != "both":
        return side
    if prefer:
        return prefer
    raise CourseError(
        f"both {lesson.relative_to(course.root)} and {notebook.relative_to(course.root)} were changed since the last "
        f"build, and nothing was written. Keep one: `autograder build {lesson.parent.name} --prefer course` or "
        "`--prefer source`; the other side's changes are then lost, so commit or copy them first."
    )


def _plan_release(course: Course, assignment: str, planned: dict[Path, Change]) -> dict[Path, Change]:
    """What must be in release/: from the source as it is on disk, or as it is going to be."""
    folder = course.source / assignment
    sources = {path: path.read_bytes() for path in _find_other_files(folder, [])} if folder.is_dir() else {}
    sources |= {change.path: change.content for change in planned.values() if change.path.is_relative_to(folder)}
    wanted = {}
    for path, content in sources.items():
        target = course.release / assignment / path.relative_to(folder)
        if path.suffix == ".ipynb" and path.parent == folder:
            content = pairing.dump(make_release(course, assignment, path, content))
        wanted[target] = Change(target, content, f"from {path.relative_to(course.root)}")
    return wanted


def _find_other_files(folder: Path, lessons: list[Path]) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path not in lessons
        and not any(part in IGNORED_NAMES or part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise CourseError(f"{path} is not UTF-8 text ({error}).") from error
