"""`autograder doctor`: what it says is what holds."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder import doctor, execute
from autograder.course import Course

RunCommand = Callable[..., "subprocess.CompletedProcess[str]"]


def test_says_that_grading_can_run_and_is_not_isolated(course_folder: Path, run_autograder: RunCommand) -> None:
    done = run_autograder("doctor", cwd=course_folder)
    assert done.returncode == 0, done.stderr
    assert "Isolation of grading now: none" in done.stdout
    assert "week1" in done.stdout


def test_limits_are_those_in_force(course_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(execute, "SUBMISSION_SECONDS", 123)
    limits = dict(doctor.limits(Course(course_folder)))
    assert limits["time of a cell"].startswith("2 s")
    assert limits["time of a notebook"] == "123 s"


def test_a_missing_package_stops_grading_and_has_a_remedy(
    course_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from autograder.cli import main

    monkeypatch.setattr(doctor, "PACKAGES", ("nbgrader", "a-package-that-nobody-has"))
    assert main(["doctor", "--course", str(course_folder)]) == 1
    assert "make setup" in capsys.readouterr().out
