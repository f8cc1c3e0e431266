"""What a class has handed in for an assignment: who, which file for which notebook, when, and whether it is new.

Reads names and bytes only; nothing of a submission is trusted, parsed or run here.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from autograder.course import Course, plain_stem
from autograder.errors import CourseError
from autograder.evaluate import cell_seconds
from autograder.limits import NOTEBOOK_BYTES

TIMESTAMP = "timestamp.txt"
# Raised when a grading of the same bytes could come out differently.
RULES = "2"


@dataclass(frozen=True)
class Submission:
    """One student's folder.

    `notebooks` gives for each source notebook the submitted file, or the reason why there is none. `digest` changes
    when anything does that the verdict depends on.
    """

    student: str
    folder: Path
    notebooks: dict[Path, Path | str]
    digest: str
    timestamp: datetime | None = None
    notes: tuple[str, ...] = field(default=())


def find_submissions(course: Course, assignment: str, students: Sequence[str] | None = None) -> list[Submission]:
    """Find what was handed in.

    Parameters
    ----------
    course : Course
        Its folder `submitted/<student>/<assignment>/` is looked at.
    assignment : str
        An assignment with a source notebook.
    students : sequence of str, optional
        Only these; default: everyone.

    Returns
    -------
    list of Submission
        Sorted by student.

    Raises
    ------
    CourseError
        An unknown assignment, a student without a submission, or no submission at all.
    """
    sources = course.source_notebooks(assignment)
    handed_in = {
        folder.name: folder / assignment
        for folder in sorted(course.submitted.glob("*"))
        if not folder.name.startswith(".") and _exists(folder / assignment)
    }
    if not handed_in:
        raise CourseError(
            f"nobody has handed in {assignment}: put submissions at {course.submitted.name}/STUDENT/{assignment}/ "
            f"in {course.root}."
        )
    unknown = sorted(set(students or ()) - set(handed_in))
    if unknown:
        raise CourseError(f"no submission of {assignment} by {', '.join(unknown)}; there are {', '.join(handed_in)}.")
    course_digest = _digest_course(course, assignment, sources)
    chosen = sorted(set(students)) if students else list(handed_in)
    return [_look_at(student, handed_in[student], sources, course_digest) for student in chosen]


def _look_at(student: str, folder: Path, sources: Sequence[Path], course_digest: str) -> Submission:
    if folder.is_symlink() or not folder.is_dir():
        reason: Path | str = f"{folder.name} is not a folder; put the notebook into a folder of that name."
        digest = _hash([course_digest, "not a folder"])
        return Submission(student, folder, dict.fromkeys(sources, reason), digest)
    files = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    notebooks = {source: _match(source, files, alone=len(sources) == 1) for source in sources}
    timestamp, notes = _read_timestamp(folder / TIMESTAMP)
    digest = _hash([course_digest, *(part for path in files for part in (path.name, _read(path)))])
    return Submission(student, folder, notebooks, digest, timestamp, notes)


def _match(source: Path, files: Iterable[Path], *, alone: bool) -> Path | str:
    """The submitted file for a source notebook: by its name, by the name of a copy, or as the only one."""
    notebooks = [path for path in files if path.suffix.lower() == ".ipynb"]
    for fits in (
        [path for path in notebooks if path.name == source.name],
        [path for path in notebooks if plain_stem(path.name) == source.stem],
        notebooks if alone else [],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            names = ", ".join(path.name for path in fits)
            return f"there is no {source.name} but {names}; hand in one notebook named {source.name}."
    return f"no notebook {source.name} was handed in."


def _read_timestamp(path: Path) -> tuple[datetime | None, tuple[str, ...]]:
    if not _exists(path):
        return None, ()
    try:
        text = _read(path).decode().strip()
        return (_parse_time(text) if text else None), ()
    except (ValueError, OverflowError):
        return None, (f"{TIMESTAMP} holds no time, so nobody knows whether this was late",)


def _parse_time(text: str) -> datetime:
    """As `nbgrader.utils.parse_utc`, which takes a second to import: in UTC, without saying so."""
    from dateutil import parser, tz

    words = text.split(" ")
    zones = None
    if len(words) == 3:
        name = words.pop()
        try:
            zone = int(name)
        except ValueError:
            zone = tz.gettz(name)
        words, zones = [*words, "TZ"], {"TZ": zone}
    time = parser.parse(" ".join(words), tzinfos=zones)
    return (time - (time.utcoffset() or timedelta())).replace(tzinfo=None)


def _digest_course(course: Course, assignment: str, sources: Sequence[Path]) -> str:
    """All on the course's side that a verdict depends on: notebooks, data, limits, modules, the engine.

    Which checks are unfit (see `proving`) follows from these too, so it needs no part of its own.
    """
    parts: list[str | bytes] = [RULES, version("deep-learning-practice"), str(cell_seconds(course))]
    parts += [repr(sorted(dict(course.config.get("JailedExecute", {})).items()))]
    for name in course.setting("JailedExecute.modules", None) or ():
        parts += _read_modules(course, str(name))
    for step in (course.source, course.release):
        for path in sorted((step / assignment).rglob("*")):
            if path.is_file() and (path in sources or path.suffix != ".ipynb" or step == course.release):
                parts += [path.relative_to(step).as_posix(), path.read_bytes()]
    return _hash(parts)


def _read_modules(course: Course, name: str) -> list[str | bytes]:
    """Files of a package that the checks use: the course's own, else the installed one."""
    folder = course.root / name
    if not folder.is_dir():
        spec = find_spec(name) if name.isidentifier() else None
        folder = Path(spec.origin).parent if spec is not None and spec.origin is not None else folder
    paths = sorted(folder.rglob("*.py"))
    return [part for path in paths for part in (path.relative_to(folder).as_posix(), path.read_bytes())]


def _read(path: Path) -> bytes:
    """Content of a regular file within the limit; of anything else what it is."""
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > NOTEBOOK_BYTES:
        return f"{stat.S_IFMT(status.st_mode)} {status.st_size}".encode()
    return path.read_bytes()


def _exists(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _hash(parts: Iterable[str | bytes]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()
