"""A grading that is killed, stopped or kept waiting, and started again: nothing lost, nothing doubled, nothing half."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.execute import Origin, PlainExecutor
from autograder.lock import hold_course
from autograder.notebook import Notebook, rebuild
from tests.autograder import dying_grade
from tests.autograder import plain_course as plain

KILLS = 30
GREETINGS = ("Hello, {name}!", "Hello, {name}", "Good day, {name}!")
STUDENTS = ("ada", "ben", "cleo", "dina", "emil", "fay")


def hand_in(course: Path, student: str, notebook: Notebook | str) -> None:
    folder = course / "submitted" / student / plain.ASSIGNMENT
    folder.mkdir(parents=True, exist_ok=True)
    content = notebook if isinstance(notebook, str) else json.dumps(notebook)
    (folder / plain.NOTEBOOK).write_text(content)
    (folder / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC")


def answer(number: int) -> Notebook:
    greeting = GREETINGS[number % len(GREETINGS)]
    return plain.solved(greet=f"def greet(name):\n    return f'{greeting}'\n")


def hand_in_all(course: Path, shift: int) -> None:
    for number, student in enumerate(STUDENTS):
        hand_in(course, student, answer(number + shift))
    hand_in(course, "zoe", "{ not json" + "}" * shift)


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory, executor: PlainExecutor) -> Path:
    """The executed notebook of the course's own solution and of every answer."""
    folder = tmp_path_factory.mktemp("recorded")
    course = plain.make_plain_course(folder / "course")
    origin = Origin(course / "source" / plain.ASSIGNMENT / plain.NOTEBOOK, plain.make_source())
    answers = [plain.make_source(), *(answer(number) for number in range(len(GREETINGS)))]
    rebuilt = [rebuild(plain.make_source(), each) for each in answers]
    path = folder / "recordings.json"
    path.write_text(json.dumps({dying_grade.describe(each): executor.run(each, origin) for each in rebuilt}))
    return path


def give_a_manual_score(course: Path) -> None:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "plain") as api:
        grade = api.find_grade("hidden_double", "plain", plain.ASSIGNMENT, "ben")
        grade.manual_score = 0.5
        api.find_comment("double", "plain", plain.ASSIGNMENT, "ben").manual_comment = "we talked about it"
        api.db.commit()


def read_gradebook(course: Path) -> dict[str, Any]:
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "plain") as api:
        found: dict[str, Any] = {
            "students": sorted(student.id for student in api.students),
            "cells": sorted((c.name, c.type) for n in api.find_assignment("week1").notebooks for c in n._base_cells),
        }
        for submission in api.assignment_submissions(plain.ASSIGNMENT):
            (notebook,) = submission.notebooks
            grades = [(g.name, g.auto_score, g.manual_score, g.needs_manual_grade, g.score) for g in notebook.grades]
            comments = [(c.name, c.auto_comment, c.manual_comment) for c in notebook.comments]
            about = (submission.score, submission.timestamp, submission.needs_manual_grade)
            assert submission.student.id not in found
            found[submission.student.id] = (about, sorted(grades), sorted(comments, key=repr))
    with closing(sqlite3.connect(course / "gradebook.db")) as connection:
        found["version"] = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    return found


def read_files(course: Path) -> dict[str, bytes]:
    """Everything but the gradebook (compared by its rows), the lock, and ids that the gradebook draws."""
    left_out = {"gradebook.db", ".autograder/lock", ".autograder/week1.registered"}
    files = {path.relative_to(course).as_posix(): path for path in course.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name not in left_out}


def find_half_files(course: Path) -> list[str]:
    half = []
    for path in [*course.glob("autograded/**/*.ipynb"), *course.glob(".autograder/**/*.json")]:
        try:
            json.loads(path.read_text())
        except ValueError:
            half.append(path.name)
    return half + [path.name for path in course.glob("feedback/**/*.html") if "</html>" not in path.read_text()]


def grade_until_it_ends(course: Path, recordings: Path, chance: random.Random, longest: int) -> int:
    """Start and kill it, over and over; gives the number of kills."""
    kills = 0
    while True:
        code, _ = dying_grade.run(course, recordings, kill_at=chance.randint(1, longest))
        if code == 0:
            return kills
        assert code == -signal.SIGKILL
        assert find_half_files(course) == []
        kills += 1


def test_killed_at_any_moment_it_ends_as_if_undisturbed(tmp_path: Path, recordings: Path) -> None:
    undisturbed = plain.make_plain_course(tmp_path / "undisturbed")
    wanted, moments = [], []
    for stage in range(2):
        hand_in_all(undisturbed, stage)
        code, count = dying_grade.run(undisturbed, recordings)
        assert code == 0
        moments.append(count)
        wanted.append((read_gradebook(undisturbed), read_files(undisturbed)))
        give_a_manual_score(undisturbed)
    assert wanted[0][0]["ben"] != wanted[1][0]["ben"]

    chance = random.Random(4)
    kills, courses = 0, 0
    while kills < KILLS:
        courses += 1
        course = plain.make_plain_course(tmp_path / f"disturbed {courses}")
        for stage in range(2):
            hand_in_all(course, stage)
            kills += grade_until_it_ends(course, recordings, chance, longest=moments[stage])
            gradebook, files = read_gradebook(course), read_files(course)
            assert gradebook == wanted[stage][0]
            assert files.keys() == wanted[stage][1].keys()
            assert files == wanted[stage][1]
            give_a_manual_score(course)


@contextmanager
def started(course: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The real command, as the leader of a process group of its own."""
    command = [sys.executable, "-P", "-m", "autograder.cli", "grade", plain.ASSIGNMENT, "--course", str(course)]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    with subprocess.Popen([*command, *arguments], start_new_session=True, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for_line(process: subprocess.Popen[str], text: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if text in line:
            return
    raise AssertionError(f"it never said {text!r}")


def list_descendants(process: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has just ended
        children.setdefault(parent, []).append(int(folder.name))
    found, ahead = [], [process]
    while ahead:
        ahead += (new := children.get(ahead.pop(), []))
        found += new
    return found


def open_all(processes: list[int]) -> list[int]:
    descriptors = []
    for process in processes:
        try:
            descriptors.append(os.pidfd_open(process))
        except ProcessLookupError:
            continue
    return descriptors


def await_ends(descriptors: list[int], seconds: float) -> bool:
    """Whether all these processes end in time."""
    try:
        return all(select.select([descriptor], [], [], seconds)[0] for descriptor in descriptors)
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


MANY = 80  # submissions that are not all graded before somebody stops the command


@pytest.fixture
def course(tmp_path: Path) -> Path:
    made = plain.make_plain_course(tmp_path / "course")
    for number in range(12):
        hand_in(made, f"student{number:02}", plain.solved())
    return made


def list_old(folder: Path) -> list[str]:
    """What is in a folder, after a minute has passed for it."""
    for path in folder.iterdir():
        os.utime(path, (0, 0))
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_the_real_command_stopped_half_way_leaves_nothing_and_goes_on_where_it_was(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: signal.Signals, code: int
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    for number in range(12, MANY):
        hand_in(course, f"student{number:02}", plain.solved())
    with started(course, "--workers", "2") as process:
        wait_for_line(process, f"[3/{MANY}]")
        workers = open_all(list_descendants(process.pid))
        assert workers
        os.killpg(process.pid, sent)
        assert process.wait(60) == code
        assert await_ends(workers, 60)
    left = list_old(scratch)
    assert not left or sent == signal.SIGKILL, left
    partial = read_files(course)
    assert not [name for name in partial if name.endswith(".part")] or sent == signal.SIGKILL
    with started(course, "--json") as process:
        output, messages = process.communicate(timeout=120)
    assert process.returncode == 0, messages
    content = json.loads(output)
    assert 3 <= sum(entry["unchanged"] for entry in content["students"]) < MANY
    assert {entry["score"] for entry in content["students"]} == {plain.MAX_SCORE}
    gradebook = read_gradebook(course)
    assert len(gradebook["students"]) == MANY
    assert {gradebook[student][0][0] for student in gradebook["students"]} == {plain.MAX_SCORE}
    assert not [name for name in read_files(course) if name.endswith(".part")]
    assert list_old(scratch) == []


def test_waits_for_another_program_that_holds_the_gradebook_and_says_so_once(course: Path) -> None:
    with started(course) as process:
        wait_for_line(process, "[2/12]")
        with closing(sqlite3.connect(course / "gradebook.db", timeout=60, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            wait_for_line(process, "Another program holds the gradebook")
            other.execute("ROLLBACK")
        _, messages = process.communicate(timeout=120)
    assert process.returncode == 0, messages
    assert "Another program" not in messages
    assert "[12/12]" in messages


def test_a_second_grading_of_the_course_is_told_who_is_at_it(course: Path) -> None:
    with hold_course(Course(course), "week7"), started(course) as process:
        output, messages = process.communicate(timeout=60)
    assert (process.returncode, output) == (2, "")
    assert "being graded already" in messages
    assert "week7, by " in messages and f"process {os.getpid()}" in messages
    assert not (course / "gradebook.db").exists()


def test_the_lock_of_a_grading_that_was_killed_holds_nobody_up(course: Path) -> None:
    with started(course) as process:
        wait_for_line(process, "Isolation")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(60)
    assert (course / ".autograder" / "lock").read_text() != ""
    with hold_course(Course(course), plain.ASSIGNMENT):
        pass
