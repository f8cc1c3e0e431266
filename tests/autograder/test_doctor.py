"""`autograder doctor`: what it says is what holds."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder import doctor, limits
from autograder.cli import main
from autograder.course import Course
from autograder.jail import levels
from autograder.jail.levels import Level, Part

RunCommand = Callable[..., "subprocess.CompletedProcess[str]"]

FULL = Level("full", (Part("namespaces", True, "tried"),))
REDUCED = Level("reduced", (Part("namespaces", False, "refused", "Allow them."), Part("Landlock", True, "version 7")))
NONE = Level("none", (Part("seccomp", False, "not there", "Get it."),))


def ask_for(course_folder: Path, isolation: str) -> None:
    config = course_folder / "nbgrader_config.py"
    text = config.read_text() if config.exists() else "c = get_config()\n"
    config.write_text(f"{text}\nc.JailedExecute.isolation = {isolation!r}\n")


@pytest.mark.parametrize(
    ("asked", "found", "status"),
    [
        ("full", FULL, 0),
        ("reduced", FULL, 0),
        ("reduced", REDUCED, 0),
        ("full", REDUCED, 1),
        ("full", NONE, 1),
        ("reduced", NONE, 1),
    ],
)
def test_the_status_says_whether_grading_can_run(
    course_folder: Path, monkeypatch: pytest.MonkeyPatch, asked: str, found: Level, status: int
) -> None:
    ask_for(course_folder, asked)
    monkeypatch.setattr(levels, "find_level", lambda: found)
    assert main(["doctor", "--course", str(course_folder)]) == status


def test_a_setting_that_is_no_level_is_a_wrong_call(
    course_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask_for(course_folder, "none")
    monkeypatch.setattr(levels, "find_level", lambda: FULL)
    assert main(["doctor", "--course", str(course_folder)]) == 2
    assert "c.JailedExecute.isolation is 'none'" in capsys.readouterr().err


def test_says_what_is_there_and_the_levels(
    course_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(levels, "find_level", lambda: FULL)
    main(["doctor", "--course", str(course_folder)])
    shown = capsys.readouterr().out
    assert "✓   namespaces" in shown
    assert "Isolation that this machine offers: full (bubblewrap, namespaces, seccomp" in shown
    assert "Isolation that this course asks for: full." in shown
    assert "week1" in shown
    assert "Grading can run here." in shown


def test_what_is_missing_comes_with_its_remedy(
    course_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(levels, "find_level", lambda: REDUCED)
    main(["doctor", "--course", str(course_folder)])
    shown = capsys.readouterr().out
    assert "✗   namespaces" in shown
    assert "namespaces: Allow them." in shown
    assert 'c.JailedExecute.isolation = "reduced"' in shown
    assert "Grading cannot run here yet." in shown


def test_every_limit_is_shown_with_what_happens_beyond_it(course_folder: Path) -> None:
    rows = {name: (amount, beyond) for name, amount, beyond in doctor.list_limits(Course(course_folder), "full")}
    assert set(rows) == {limit.name for limit in limits.TABLE}
    assert all(beyond for _, beyond in rows.values())
    assert rows["memory of the process"][0] == "2 GiB"


def test_the_time_of_a_cell_is_the_courses(course_folder: Path) -> None:
    rows = {name: amount for name, amount, _ in doctor.list_limits(Course(course_folder), "full")}
    assert rows[limits.CELL_TIME].startswith("2 s")
    rows = {name: amount for name, amount, _ in doctor.list_limits(None, "full")}
    assert rows[limits.CELL_TIME] == f"{limits.CELL_SECONDS:g} s"


def test_limits_that_the_reduced_level_cannot_keep_are_said() -> None:
    rows = {name: amount for name, amount, _ in doctor.list_limits(None, "reduced")}
    assert {name for name, amount in rows.items() if "not limited" in amount} == doctor.FULL_ONLY


def test_a_missing_package_stops_grading_and_has_a_remedy(
    course_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("nbgrader", "a-package-that-nobody-has"))
    assert main(["doctor", "--course", str(course_folder)]) == 1
    assert "make setup" in capsys.readouterr().out


def test_the_command_works_outside_of_a_course(run_autograder: RunCommand, tmp_path: Path) -> None:
    done = run_autograder("doctor", cwd=tmp_path)
    assert "no course here" in done.stdout, done.stderr
    assert "a course asks for: full" in done.stdout


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 bytes"), (2**20, "1 MiB"), (3 * 2**30, "3 GiB"), (1500, "1 500 bytes"), (2048, "2 KiB")]
)
def test_bytes_are_written_in_the_largest_unit_that_divides_them(count: int, text: str) -> None:
    assert limits.format_bytes(count) == text
