"""`autograder check` as a learner calls it."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from autograder import cli
from autograder.check import check_notebook, print_verdict
from autograder.course import Course
from autograder.execute import PlainExecutor
from autograder.verdict import NOT_ATTEMPTED, ExerciseVerdict, Verdict
from tests.autograder.conftest import RunCommand
from tests.autograder.plain_course import EXERCISES, answered, extra_cell, solved, write_notebook


def snapshot(folder: Path) -> dict[Path, tuple[int, bytes]]:
    return {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in folder.rglob("*") if p.is_file()}


def test_reports_a_half_finished_notebook_as_json(course_folder: Path, run_autograder: RunCommand) -> None:
    half = answered({"double": EXERCISES["double"][0], "average": "def average(values):\n    return 0"})
    write_notebook(course_folder / "plain (1).ipynb", half)
    before = snapshot(course_folder)
    done = run_autograder("check", "plain (1).ipynb", "--json", cwd=course_folder)
    [record] = json.loads(done.stdout)
    assert (done.returncode, record["notebook"], record["assignment"]) == (0, "plain (1).ipynb", "week1")
    states = {e["name"]: (e["visible"], e["hidden"], e["score"]) for e in record["exercises"]}
    assert states == {
        "double": ("passed", "passed", 3),
        "average": ("failed", "failed", 0),
        "draw_line": ("not attempted", "not attempted", 0),
        "greet": ("not attempted", "not attempted", 0),
    }
    assert done.stderr == ""
    assert snapshot(course_folder) == before


def test_prints_a_table_and_the_messages(course_folder: Path, run_autograder: RunCommand) -> None:
    write_notebook(course_folder / "plain.ipynb", solved(double="def double(x):\n    return x ** 2"))
    done = run_autograder("check", "plain.ipynb", cwd=course_folder)
    assert done.returncode == 0
    assert "✓ passed  ✗ failed" in done.stdout
    assert "  Likely cause: it squares.  [plain.squares]\n" in done.stdout
    assert "average" in done.stdout
    assert "10 / 12" in done.stdout


def test_gives_one_record_an_argument_in_order_also_for_bad_input(
    course_folder: Path, run_autograder: RunCommand
) -> None:
    write_notebook(course_folder / "other.ipynb", solved())
    write_notebook(course_folder / "release" / "plain.ipynb", {"cells": [extra_cell("1")], "metadata": {}})
    (course_folder / "plain.ipynb").write_text("no JSON")
    arguments = ["missing.ipynb", ".", "plain.ipynb", "other.ipynb", "release/plain.ipynb", "source/week1/plain.ipynb"]
    done = run_autograder("check", "--json", *arguments, cwd=course_folder)
    records = json.loads(done.stdout)
    assert done.returncode == 2
    assert [record["notebook"] for record in records] == arguments
    reasons = ["no file", "is a folder", "not JSON", "no assignment", "none of the assignment's exercise cells", ""]
    for record, reason in zip(records, reasons, strict=True):
        assert reason in record["message"]
        assert bool(record["exercises"]) == (reason == "")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["missing.ipynb", ".", "plain.ipynb"])
def test_bad_input_is_one_sentence_without_traceback(
    course_folder: Path, run_autograder: RunCommand, name: str
) -> None:
    (course_folder / "plain.ipynb").write_text("no JSON")
    done = run_autograder("check", name, cwd=course_folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_where_there_is_no_jail_it_says_so_and_gives_the_same_verdict(
    course_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    half = answered({"double": EXERCISES["double"][0], "average": "def average(values):\n    return 0"})
    path = write_notebook(course_folder / "plain.ipynb", half)
    arguments = ["check", str(path), "--json", "--course", str(course_folder)]
    assert cli.main(arguments) == 0
    jailed = capsys.readouterr()
    monkeypatch.setenv("PATH", str(course_folder))
    assert cli.main(arguments) == 0
    plain = capsys.readouterr()
    assert (plain.out, jailed.err) == (jailed.out, "")
    assert plain.err.startswith("Without isolation (bubblewrap is not installed)")
    assert len(plain.err.splitlines()) == 1


def test_needs_no_right_to_write(course_folder: Path, executor: PlainExecutor) -> None:
    path = write_notebook(course_folder / "plain.ipynb", solved())
    folders = [course_folder, *(p for p in course_folder.rglob("*") if p.is_dir())]
    for folder in folders:
        folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        verdict = check_notebook(Course(course_folder), str(path), executor)
    finally:
        for folder in folders:
            folder.chmod(stat.S_IRWXU)
    assert (verdict.message, verdict.score) == ("", verdict.max_score)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="rights do not bind this user")
def test_a_file_without_read_permission_is_one_sentence(course_folder: Path, executor: PlainExecutor) -> None:
    path = write_notebook(course_folder / "plain.ipynb", solved())
    path.chmod(0)
    assert "permissions" in check_notebook(Course(course_folder), str(path), executor).message


def test_a_file_that_is_no_notebook_is_named_once(course_folder: Path, run_autograder: RunCommand) -> None:
    (course_folder / "plain.ipynb").write_text("no JSON")
    done = run_autograder("check", "plain.ipynb", cwd=course_folder)
    assert done.stderr.count("plain.ipynb") == 1


@pytest.mark.parametrize(("name", "is_told"), [("doubled", True), ("double", False)])
def test_an_answer_under_another_name_is_told(name: str, is_told: bool, capsys: pytest.CaptureFixture[str]) -> None:
    code = f"def {name}(x):\n    raise NotImplementedError\n"
    message = "double: not attempted yet (nothing has the name double)."
    blank = ExerciseVerdict("double", 0, 3, NOT_ATTEMPTED, NOT_ATTEMPTED, message, "", code=code)
    print_verdict(Verdict("plain.ipynb", "week1", 0, 3, "", (blank,)))
    assert (message in capsys.readouterr().out) == is_told


def test_a_recursion_without_end_is_shown_in_a_few_lines(course_folder: Path, run_autograder: RunCommand) -> None:
    write_notebook(course_folder / "plain.ipynb", solved(double="def double(x):\n    return double(x - 1) + 2"))
    done = run_autograder("check", "plain.ipynb", cwd=course_folder)
    assert 0 < done.stdout.count("return double(x - 1) + 2") <= 4
    assert "more times]" in done.stdout
