"""Grades the corpus as one class with honest classmates in between, by the command, and keeps what was there before.

Gives facts; `test_corpus` says what they must be, `table` prints them.
"""

from __future__ import annotations

import compileall
import hashlib
import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.autograder.plain_course import write_notebook
from tests.hostile import course, reap
from tests.hostile.case import Case, Places, submit

CLASSMATES_APART = 10
WRITTEN = {"autograded", "feedback", "gradebook.db", ".autograder"}
COMMAND = (sys.executable, "-P", "-m", "autograder.cli", "grade", course.ASSIGNMENT, "--json", "--workers", "2")

Listing = dict[str, str]


@dataclass(frozen=True, repr=False)
class Graded:
    """What came of a class.

    Attributes
    ----------
    places : Places
        Where everything is.
    students : dict
        Student → entry of ``autograder grade --json``.
    faults : dict
        Student → what went wrong in the engine, where there is no score.
    classmates : list of str
        The honest students in between.
    code : int
        Exit code of the command.
    messages : str
        What it wrote to stderr.
    left : list of str
        Processes that were still there after it.
    before, after : dict
        Path → what it is, for all that the grading must not change.
    visits : int
        Connections to the listener.
    seconds : float
        Time of the whole command.
    """

    places: Places
    students: dict[str, dict[str, Any]]
    faults: dict[str, str]
    classmates: list[str]
    code: int
    messages: str
    left: list[str]
    before: Listing
    after: Listing
    visits: int
    seconds: float

    def scores(self, student: str) -> dict[str, float]:
        """Give exercise → points; empty where the file could not be read."""
        (notebook,) = self.students[student]["notebooks"]
        return {exercise["name"]: exercise["score"] for exercise in notebook["exercises"]}


def grade_class(cases: Sequence[Case], folder: Path, *, time_limit: float = 900) -> Graded:
    """Make the course in `folder`, hand the cases in, grade them.

    Parameters
    ----------
    cases : sequence of Case
    folder : Path
        Empty, and best open to everyone, so that nothing but the engine keeps a submission out.
    time_limit : float
        Seconds after which the command is ended.
    """
    with listen(folder) as (places, visits):
        classmates = hand_in(cases, places)
        before = list_files(places)
        started = time.monotonic()
        report = folder / "report.json"
        command = [sys.executable, reap.__file__, places.marker, str(report), *COMMAND]
        with (folder / "stdout").open("w+") as output, (folder / "stderr").open("w+") as messages:
            subprocess.run(
                command, cwd=places.course, env=make_environment(places), stdin=subprocess.DEVNULL,
                stdout=output, stderr=messages, timeout=time_limit, check=False,
            )  # fmt: skip
        seconds = time.monotonic() - started
        after = list_files(places)
    ended = json.loads(report.read_text())
    text = (folder / "stdout").read_text()
    told = json.loads(text) if text.startswith("{") else {"students": [], "faults": {}}
    return Graded(
        places=places,
        students={entry["student"]: entry for entry in told["students"]},
        faults=told["faults"],
        classmates=classmates,
        code=ended["code"],
        messages=(folder / "stderr").read_text(errors="replace"),
        left=ended["left"],
        before=before,
        after=after,
        visits=len(visits),
        seconds=seconds,
    )


def student_of(case: Case) -> str:
    """Give the id under which a case is handed in."""
    return case.student or case.name


def hand_in(cases: Sequence[Case], places: Places) -> list[str]:
    """Write all submissions and what a submission must not touch; give the classmates' names."""
    course.make_course(places.course)
    compileall.compile_dir(places.course, quiet=1)
    for folder in (places.home, places.canary, places.course.parent / "scratch"):
        folder.mkdir()
    (places.home / "secret.txt").write_text(course.SECRETS["home"])
    (places.home / ".bashrc").write_text("# nothing\n")
    places.canary.chmod(0o777)
    names = sorted(student_of(case) for case in cases)
    classmates = ["000-classmate", *(f"{name}-classmate" for name in names[::CLASSMATES_APART]), "zzz-classmate"]
    for name in classmates:
        own = places.course / "submitted" / name / course.ASSIGNMENT
        own.mkdir(parents=True)
        write_notebook(own / course.NOTEBOOK, course.make_classmate())
    for case in cases:
        submit(case, places.course / "submitted" / student_of(case) / course.ASSIGNMENT, places)
    return classmates


def make_environment(places: Places) -> dict[str, str]:
    """Give what the instructor's shell has; the course's own modules are found by PYTHONPATH."""
    scratch = str(places.course.parent / "scratch")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(places.home),
        "PYTHONPATH": str(places.course),
        "PYTHONDONTWRITEBYTECODE": "1",
        "LANG": "C.UTF-8",
        "TMPDIR": scratch,
        "MPLCONFIGDIR": str(places.course.parent / "matplotlib"),
        "INSTRUCTORS_TOKEN": course.SECRETS["environment"],
    }


def list_files(places: Places) -> Listing:
    """Say what every file is that a grading must leave as it is, links and modes included."""
    listing: Listing = {}
    for top in (places.course, places.home, places.canary, places.course.parent / "scratch"):
        for path in sorted(top.rglob("*")):
            if top != places.course or path.relative_to(top).parts[0] not in WRITTEN:
                listing[str(path)] = describe(path)
    for place in ("/tmp", "/dev/shm", "/var/tmp", sys.prefix, sys.base_prefix):
        for path in Path(place).glob(f"*{places.marker}*"):
            listing[str(path)] = "left behind"
    for place in {entry for entry in sys.path if "site-packages" in entry}:
        for path in [*Path(place).glob(f"*{places.marker}*"), *Path(place).glob(f"numpy/*{places.marker}*")]:
            listing[str(path)] = "left behind"
    return listing


def describe(path: Path) -> str:
    status = path.lstat()
    what = f"{status.st_mode:o} {status.st_size if not stat.S_ISDIR(status.st_mode) else ''}"
    if stat.S_ISLNK(status.st_mode):
        return f"{what} {path.readlink()}"
    if stat.S_ISREG(status.st_mode) and status.st_size < 2**26:
        return f"{what} {hashlib.sha256(path.read_bytes()).hexdigest()}"
    return what


@contextmanager
def listen(folder: Path) -> Iterator[tuple[Places, list[str]]]:
    """Listen on loopback, on a socket file and on an abstract name, giving the reference's text to whoever comes."""
    marker = uuid.uuid4().hex[:12]
    visits: list[str] = []
    with socket.socket() as tcp, socket.socket(socket.AF_UNIX) as named, socket.socket(socket.AF_UNIX) as abstract:
        tcp.bind(("127.0.0.1", 0))
        canary = folder / "canary"
        named.bind(f"{canary}-answers")
        abstract.bind(f"\0answers-{marker}")
        for listener in (tcp, named, abstract):
            listener.listen()
            threading.Thread(target=give_away, args=(listener, visits), daemon=True).start()
        places = Places(folder / "course", folder / "home", canary, tcp.getsockname()[1], marker)
        try:
            yield places, visits
        finally:
            for listener in (tcp, named, abstract):
                listener.shutdown(socket.SHUT_RDWR)  # ends the waiting accept


def give_away(listener: socket.socket, visits: list[str]) -> None:
    while True:
        try:
            link, _ = listener.accept()
        except OSError:
            return
        visits.append(str(listener.getsockname()))
        with link:
            link.settimeout(0.2)  # a browser speaks first, a plain reader does not
            try:
                asked = link.recv(1000)
            except OSError:
                asked = b""
            header = b"HTTP/1.0 200 OK\r\n\r\n" if asked.startswith(b"GET") else b""
            link.sendall(header + course.REFERENCE.encode())
