"""`autograder verify` on a plain course: what holds is counted, what does not is listed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from autograder.checkcells import find_faults
from tests.autograder.conftest import RunCommand
from tests.autograder.plain_course import MISTAKES, VARIANTS, extra_cell, make_source, write_notebook


def test_prints_the_numbers_when_all_holds(course_folder: Path, run_autograder: RunCommand) -> None:
    done = run_autograder("verify", "week1", "--workers", "2", cwd=course_folder)
    assert done.returncode == 0, done.stdout + done.stderr
    [row] = [line.split() for line in done.stdout.splitlines() if line.split()[:1] == ["double"]]
    assert row == ["double", "3/3", "0/3", *["1", "of", "1"], *["2", "of", "2"]]
    assert "1 known mistakes and 2 right variants: no misses." in done.stdout


def misses(done: Any) -> list[str]:
    assert done.returncode == 1, done.stdout + done.stderr
    return [line for line in done.stdout.splitlines() if line.startswith("✗")]


def test_lists_what_does_not_hold_with_what_came_instead(course_folder: Path, run_autograder: RunCommand) -> None:
    more = """
@misconception("double", "not named by the check")
def triples(x):
    return 3 * x

@misconception("double", "a right answer")
def right(x):
    return 2 * x

@misconception("triple", "no such exercise")
def strange(x):
    return x
"""
    wrong = "\n@answer('average')\ndef first(values):\n    return values[0]\n"
    (course_folder / "mistakes" / "plain.py").write_text(MISTAKES + more)
    (course_folder / "variants" / "plain.py").write_text(VARIANTS + wrong)
    assert misses(run_autograder("verify", cwd=course_folder)) == [
        "✗ plain.strange: the notebook has no exercise triple",
        "✗ plain.triples: was rejected but not named: double: AssertionError: double(2) gave 6",
        "✗ plain.right: was accepted",
        "✗ plain.first: average earns 0/3: average: AssertionError at assert average([1, 3]) == 2",
    ]


def test_a_mistake_must_not_cost_another_exercise(course_folder: Path, run_autograder: RunCommand) -> None:
    source = make_source()
    at = [cell["id"] for cell in source["cells"]].index("check_average")
    source["cells"][at]["source"] = "assert double(3) == 6"
    write_notebook(course_folder / "source" / "week1" / "plain.ipynb", source)
    found = misses(run_autograder("verify", cwd=course_folder))
    assert "✗ plain.squares: average earns 2/3: average: AssertionError" in found


def test_a_blank_must_earn_nothing(course_folder: Path, run_autograder: RunCommand) -> None:
    source = make_source()
    at = [cell["id"] for cell in source["cells"]].index("check_average")
    source["cells"][at]["source"] = "assert callable(average)"
    write_notebook(course_folder / "source" / "week1" / "plain.ipynb", source)
    found = misses(run_autograder("verify", cwd=course_folder))
    assert found[0] == "✗ the blank: average earns 1/3"


def test_asks_for_enough_answers_and_for_a_release(course_folder: Path, run_autograder: RunCommand) -> None:
    config = course_folder / "nbgrader_config.py"
    config.write_text(config.read_text().replace("min_misconceptions = 0", "min_misconceptions = 2"))
    (course_folder / "release" / "week1" / "plain.ipynb").unlink()
    found = misses(run_autograder("verify", cwd=course_folder))
    assert found[0].startswith("✗ the blank: there is no release notebook")
    assert "✗ double: 1 known mistakes, at least 2 are needed" in found


def test_a_course_without_answers_needs_none(course_folder: Path, run_autograder: RunCommand) -> None:
    (course_folder / "nbgrader_config.py").write_text("c = get_config()\n")
    assert run_autograder("verify", cwd=course_folder).returncode == 0


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ("import inspect\nassert inspect.getsource(f)", "uses inspect.getsource"),
        ("from inspect import getsource", "checks nothing"),
        ("assert not np.shares_memory(a, b)", "uses shares_memory"),
        ("assert may_share_memory(a, b)", "uses may_share_memory"),
        ("np.random.seed(0)\nassert f()", "uses np.random.seed"),
        ("numpy.random.seed(0)\nassert f()", "uses np.random.seed"),
        ("# nothing", "checks nothing"),
        ("### BEGIN HIDDEN TESTS\n'text'\n### END HIDDEN TESTS", "checks nothing"),
        ("assert (", "is not Python: '(' was never closed (line 1)"),
    ],
)
def test_refuses_checks_that_cannot_stay(source: str, fault: str) -> None:
    assert ("check_x", fault) in find_faults({"cells": [extra_cell(source, grade_id="check_x", points=1)]})


@pytest.mark.parametrize("source", ["assert f(rng.random()) == 1", "%matplotlib inline\nf()", "check.run('f')"])
def test_leaves_honest_checks_alone(source: str) -> None:
    assert find_faults({"cells": [extra_cell(source, grade_id="check_x", points=1)]}) == []


def test_refuses_a_configured_folder_that_is_not_there(course_folder: Path, run_autograder: RunCommand) -> None:
    config = course_folder / "nbgrader_config.py"
    config.write_text(config.read_text() + 'c.Verify.misconceptions = "mistaks"\n')
    done = run_autograder("verify", cwd=course_folder)
    assert done.returncode == 2
    assert "Verify.misconceptions in nbgrader_config.py names mistaks, and there is no such folder." in done.stderr
    assert "Traceback" not in done.stderr
