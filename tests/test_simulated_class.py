"""The simulated class, as `make demo` runs it: every kind of submission gets what it deserves."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.results import load_results
from tests import simulated_class as simulated

FULL_MARKS = {"abara", "aldin", "brook", "celik", "dahl", "ueda", "varga"}
BLANK = {"ekman", "farah"}
ONE_MISTAKE = {"imani", "jansen", "kimura", "lindt", "moreau", "novak", "okoye"}


def test_every_kind_of_submission_gets_what_it_deserves(tmp_path: Path) -> None:
    folder = tmp_path / "class"
    command = [sys.executable, "-m", "tests.simulated_class", "--folder", str(folder), "--cell-seconds", "3"]
    done = subprocess.run(command, cwd=simulated.ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    for place in (".autograder/05_dropout.csv", "feedback", "gradebook.db"):
        assert str(folder / place) in done.stdout
    results = {result.student: result for result in load_results(Course(folder), simulated.ASSIGNMENT)}
    assert tuple(sorted(results)) == simulated.STUDENTS
    most = results["abara"].max_score
    assert {student for student, result in results.items() if result.score == most} == FULL_MARKS
    for student in BLANK:
        states = {e.visible for e in results[student].exercises} | {e.hidden for e in results[student].exercises}
        assert (results[student].score, states) == (0, {"not attempted"})
    for student in ONE_MISTAKE:
        assert len([e for e in results[student].exercises if e.misconception]) == 1, student
        assert len([e for e in results[student].exercises if e.score < e.max_score]) == 1, student
    assert results["tanaka"].status == "damaged"
    assert "IndexError" in next(e.traceback for e in results["rossi"].exercises if e.traceback)
    assert "did not finish" in results["silva"].note
    pages = sorted(path.parent.parent.name for path in folder.glob("feedback/*/*/dropout.html"))
    assert tuple(pages) == simulated.STUDENTS


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(FileExistsError, match="left alone"):
        simulated.make_class(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
