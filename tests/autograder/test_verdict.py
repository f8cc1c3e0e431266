"""Points, states and messages from executed cells."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograder.notebook import Notebook
from autograder.records import MIME, find, share_of_points
from autograder.verdict import ExerciseVerdict, Verdict, exercise_of, judge, reject
from tests.autograder.plain_course import EXERCISES, MAX_SCORE, RIGHT, extra_cell, make_release, make_source, solved

Judge = Callable[..., Verdict]


def exercise(verdict: Verdict, name: str) -> ExerciseVerdict:
    [found] = [e for e in verdict.exercises if e.name == name]
    return found


def others_are_full(verdict: Verdict, name: str) -> bool:
    return all(e.score == e.max_score for e in verdict.exercises if e.name != name)


def test_right_answers_get_full_marks(judge: Judge) -> None:
    verdict = judge(solved(**RIGHT))
    assert (verdict.score, verdict.max_score, verdict.message) == (MAX_SCORE, MAX_SCORE, "")
    assert {(e.visible, e.hidden, e.message) for e in verdict.exercises} == {("passed", "passed", "")}
    assert [c.grade_id for c in verdict.cells] == [f"{k}_{name}" for name in EXERCISES for k in ("check", "hidden")]


def test_a_blank_was_not_attempted(judge: Judge) -> None:
    verdict = judge(make_release())
    assert verdict.score == 0
    assert {(e.visible, e.hidden) for e in verdict.exercises} == {("not attempted", "not attempted")}
    assert exercise(verdict, "double").message == "double: not attempted yet"


def test_a_missing_exercise_was_not_attempted(judge: Judge) -> None:
    submitted = solved()
    submitted["cells"] = [cell for cell in submitted["cells"] if cell["id"] != "greet"]
    verdict = judge(submitted)
    assert exercise(verdict, "greet").visible == "not attempted"
    assert others_are_full(verdict, "greet")


def test_json_has_exactly_the_documented_keys(judge: Judge) -> None:
    record = judge(solved(greet="def greet(name):\n    return 'Hello, Ada!'")).to_json()
    assert list(record) == ["notebook", "assignment", "score", "max_score", "message", "exercises"]
    assert record["exercises"][3] == {
        "name": "greet",
        "score": 1.0,
        "max_score": 3.0,
        "visible": "passed",
        "hidden": "failed",
        "message": "greet: 0 of 2 points",
        "misconception": "",
    }


def test_a_record_gives_message_cause_and_misconception(judge: Judge) -> None:
    found = exercise(judge(solved(double="def double(x):\n    return x ** 2")), "double")
    assert (found.score, found.visible, found.hidden) == (1, "passed", "failed")
    assert found.message == "double: of a negative number\n  Likely cause: it squares.  [plain.squares]"
    assert found.misconception == "plain.squares"
    assert found.properties == ({"name": "doubles a negative number", "passed": False, "note": ""},)


def test_without_a_record_a_message_names_the_exception_but_not_the_hidden_source(judge: Judge) -> None:
    verdict = judge(solved(average="def average(values):\n    return values[0]"))
    assert exercise(verdict, "average").message == "average: AssertionError at assert average([1, 3]) == 2"
    verdict = judge(solved(average="def average(values):\n    return 2 if values == [1, 3] else 5"))
    assert exercise(verdict, "average").message == "average: AssertionError: of three values"


def test_numeric_results_are_partial_credit(judge: Judge) -> None:
    found = exercise(judge(solved(greet="def greet(name):\n    return f'Hello, {name}!' if name else ''")), "greet")
    assert (found.score, found.hidden, found.message) == (2, "failed", "greet: 1 of 2 points")


def test_warnings_and_prints_cost_nothing(judge: Judge) -> None:
    noisy = (
        "import sys, warnings\ndef double(x):\n    print('x', file=sys.stderr); warnings.warn('w')\n    return 2 * x"
    )
    assert judge(solved(double=noisy)).score == MAX_SCORE


def test_a_cell_that_cannot_run_is_the_message(judge: Judge) -> None:
    verdict = judge(solved(double="def double(x:\n    return 2 * x"))
    found = exercise(verdict, "double")
    assert (found.visible, found.hidden) == ("failed", "failed")
    assert found.message == "double: its cell stops with SyntaxError: '(' was never closed."
    assert others_are_full(verdict, "double")


def test_an_endless_loop_costs_its_exercise(judge: Judge) -> None:
    verdict = judge(solved(double="def double(x):\n    while True: pass"))
    assert (
        exercise(verdict, "double").message
        == "double: its check was stopped after 2 s; look for a loop in your code that does not end."
    )
    assert exercise(verdict, "double").score == 0
    assert others_are_full(verdict, "double")


def test_an_exercise_that_calls_a_blank_one_was_attempted(judge: Judge) -> None:
    submitted = solved(average="def average(values):\n    return double(1)")
    at = [cell["id"] for cell in submitted["cells"]].index("double")
    submitted["cells"][at]["source"] = make_release()["cells"][at]["source"]
    verdict = judge(submitted)
    assert exercise(verdict, "double").visible == "not attempted"
    assert exercise(verdict, "average").visible == "failed"


def test_the_traceback_shows_only_the_students_own_code(judge: Judge) -> None:
    code = "def average(values):\n    return halve(sum(values))\ndef halve(x):\n    return x.half"
    found = exercise(judge(solved(average=code)), "average")
    assert found.code == code
    assert found.traceback.splitlines() == [
        "average, line 2, in average",
        "    return halve(sum(values))",
        "average, line 4, in halve",
        "    return x.half",
        "AttributeError: 'int' object has no attribute 'half'",
    ]


def test_the_traceback_of_a_hidden_check_leaves_the_input_out(judge: Judge) -> None:
    code = "def average(values):\n    if len(values) != 2: raise ValueError(f'got {values}')\n    return 2"
    found = exercise(judge(solved(average=code)), "average")
    assert found.traceback.splitlines()[-1] == "ValueError"


def with_hidden_check(check: str) -> dict[str, Any]:
    """The plain source with another hidden check of `average`."""
    source = make_source()
    [cell] = [c for c in source["cells"] if c["id"] == "hidden_average"]
    cell["source"] = check
    return {"cells": source["cells"]}


SECRET = "leak 871345"
RAISING = "def average(values):\n    if len(values) == 2: return 2\n    "


@pytest.mark.parametrize(
    ("check", "answer", "message"),
    [
        ("assert average([871345]) == 1, 'of one value'", "return 0", "average: AssertionError: of one value"),
        ("if average([871345]): raise ValueError('no zero')", "return 1", "average: ValueError: no zero"),
        ("x = 871345\nassert average([x]) == x, f'average([{x}])'", "return 0", "average: AssertionError"),
        (
            "import numpy as np\nnp.testing.assert_equal(average([871345]), 871345)",
            "return 0",
            "average: AssertionError",
        ),
        (
            "import unittest\nunittest.TestCase().assertEqual(average([871345]), 871345)",
            "return 0",
            "average: AssertionError",
        ),
        ("float(average(['leak 871345']))", "return values[0]", "average: ValueError"),
        ("{}[average(['leak 871345'])]", "return values[0]", "average: KeyError"),
        (
            "len(average(['leak 871345']))",
            "return type(values[0], (), {})()",
            "average: TypeError",
        ),
        (
            "average(['leak 871345'])",
            "raise type(values[0], (BaseException,), {})(values[0])",
            "average: a hidden check failed: your code raised an error.",
        ),
        (
            "average(['leak 871345'])",
            "raise KeyboardInterrupt(values[0])",
            "average: a hidden check failed: your code raised KeyboardInterrupt.",
        ),
        (
            "import numpy as np\nnp.linalg.inv(average([np.zeros((2, 2))]))",
            "return values[0]",
            "average: LinAlgError",
        ),
    ],
)
def test_a_hidden_check_tells_only_the_messages_that_its_author_wrote(
    judge: Judge, check: str, answer: str, message: str
) -> None:
    verdict = judge(solved(average=RAISING + answer), **with_hidden_check(check))
    found = exercise(verdict, "average")
    assert found.message == message
    assert "871345" not in repr(verdict.to_json()) + found.traceback


def test_a_hidden_traceback_names_only_functions_and_lines_that_are_in_the_cell(judge: Judge) -> None:
    code = """\
def average(values):
    if len(values) == 2: return 2
    def inner(): raise ValueError
    if len(values) == 1:
        inner.__code__ = inner.__code__.replace(co_name=values[0])
    else:
        inner.__code__ = inner.__code__.replace(co_firstlineno=871345)
    inner()
"""
    for inputs in ("['leak871345']", "[1, 2, 3]"):
        verdict = judge(solved(average=code), **with_hidden_check(f"average({inputs})"))
        shown = exercise(verdict, "average").traceback.splitlines()
        assert shown[:2] == ["average, line 8, in average", "    inner()"]
        assert shown[-1] == "ValueError"
        assert "871345" not in "".join(shown)


@pytest.mark.parametrize("is_released", [True, False])
def test_a_check_that_students_do_not_see_word_for_word_is_hidden(is_released: bool) -> None:
    ran, release = executed("error", check_double=[]), make_release()
    source = make_source()
    for cell in (*source["cells"], *ran["cells"]):
        if cell["id"] == "check_double":
            cell["source"] = "### BEGIN SECRET\nassert double(871345) == 1\n### END SECRET"
    if not is_released:
        release["cells"] = [cell for cell in release["cells"] if cell["id"] != "check_double"]
    verdict = judge(source, ran, notebook="", assignment="", release=release)
    hidden = {cell.grade_id: cell.hidden for cell in verdict.cells}
    assert hidden.pop("check_double")
    assert hidden == {name: name.startswith("hidden") for name in hidden}
    assert not judge(source, ran, notebook="", assignment="").cells[0].hidden


def test_half_a_surrogate_pair_can_be_written_on_a_page(judge: Judge) -> None:
    found = exercise(judge(solved(double="def double(x):\n    raise ValueError('\\ud800')")), "double")
    assert (found.message, found.traceback[-13:]) == ("double: ValueError: ?", "ValueError: ?")
    shown = find({"outputs": [record(status="failed", message="\ud800")]}, {"double"})
    assert shown is not None
    assert shown.message == "?"


def test_students_cells_cannot_publish_for_an_exercise(judge: Judge) -> None:
    record = {"exercise": "average", "status": "passed", "share": 1.0}
    cheat = f"display({{'{MIME}': {record!r}}}, raw=True)\ndef average(values):\n    raise ValueError"
    assert exercise(judge(solved(average=cheat)), "average").score == 0


def test_written_answers_wait_for_a_person(judge: Judge) -> None:
    essay = extra_cell("", grade_id="essay", points=5, solution=True, cell_type="markdown") | {"id": "essay"}
    source, submitted = make_source(), solved()
    source["cells"].append(essay)
    blank = judge({**submitted, "cells": [*submitted["cells"], essay]}, cells=source["cells"])
    assert (blank.cells[-1].needs_manual, blank.cells[-1].status) == (False, "not attempted")
    submitted["cells"].append({**essay, "source": "Because."})
    verdict = judge(submitted, cells=source["cells"])
    assert verdict.max_score == MAX_SCORE + 5
    assert (verdict.cells[-1].needs_manual, verdict.cells[-1].score) == (True, 0)
    found = exercise(verdict, "essay")
    assert (found.visible, found.hidden, found.message) == (None, None, "essay: waits for a person to grade it")


def test_tasks_wait_for_a_person_also_where_their_own_text_is_untouched() -> None:
    task = extra_cell("Write a report.", grade_id="report", points=5, task=True, cell_type="markdown")
    task["metadata"]["nbgrader"] |= {"grade": False, "locked": True}
    source, ran, release = make_source(), executed("ok"), make_release()
    for content in (source, ran, release):
        content["cells"].append(task)
    verdict = judge(source, ran, notebook="", assignment="", release=release)
    assert verdict.max_score == MAX_SCORE + 5
    last = verdict.cells[-1]
    assert (last.grade_id, last.needs_manual, last.score, last.status) == ("report", True, 0, "needs a person")
    found = exercise(verdict, "report")
    assert (found.needs_manual, found.message) == (True, "report: waits for a person to grade it")


def test_an_unreadable_notebook_has_a_reason_and_no_exercises() -> None:
    verdict = reject("why", notebook="x.ipynb", assignment="week1", source=make_source())
    assert verdict.to_json() == {
        "notebook": "x.ipynb",
        "assignment": "week1",
        "score": 0,
        "max_score": MAX_SCORE,
        "message": "why",
        "exercises": [],
    }
    assert len(verdict.cells) == 2 * len(EXERCISES)


def executed(status: str, *outputs: dict[str, Any], **changes: Any) -> Notebook:
    """The plain source as if run: each check cell ended in `status` with these outputs."""
    notebook = make_source()
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["metadata"]["autograder"] = {"status": "ok"}
        if cell["id"].startswith(("check", "hidden")):
            cell["metadata"]["autograder"] = {"status": status}
            cell["outputs"] = [dict(output) for output in changes.get(cell["id"], outputs)]
    return notebook


def record(**content: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {MIME: {"exercise": "double", **content}}, "metadata": {}}


@pytest.mark.parametrize(
    ("status", "content", "share"),
    [
        ("ok", {"status": "passed", "share": 1.0}, 1.0),
        ("ok", {"status": "passed"}, 1.0),
        ("ok", {"status": "failed", "share": 0.25}, 0.25),
        ("ok", {"status": "failed", "share": 1.0}, 0.0),
        ("ok", {"status": "passed", "share": 7}, 1.0),
        ("ok", {"status": "failed", "share": float("nan")}, 0.0),
        ("ok", {"status": "nonsense", "share": 0.0}, 1.0),  # no record: nbgrader's rule
        ("error", {"status": "failed", "share": 0.25}, 0.25),
        ("error", {"status": "passed", "share": 1.0}, 0.0),
        ("error", {"status": "failed", "share": True}, 0.0),
        ("timeout", {"status": "passed", "share": 0.5}, 0.0),
        ("died", {"status": "passed", "share": 1.0}, 0.0),
        ("not run", {"status": "passed", "share": 1.0}, 0.0),
    ],
)
def test_a_record_never_gives_what_the_cells_end_contradicts(
    status: str, content: dict[str, Any], share: float
) -> None:
    cell = {"outputs": [record(**content)], "metadata": {"autograder": {"status": status}}}
    assert share_of_points(cell, find(cell, {"double"}), points=2) == share


@pytest.mark.parametrize(
    ("source", "result", "share"),
    [
        ("(f(1) == 1) + (f(2) == 2)", "1", 0.5),
        ("(f(1) == 1) + (f(2) == 2)", "array([2])", 0),
        ("points = 0\npoints += f(1) == 1\npoints", "array([2])", 0),
        ("sum(f(x) == x for x in range(2))", "nan", 0),
        ("assert f(1) == 1\nf(2)", "array([2])", 1),
        ("assert f(1) == 1\nfigure", "<Figure>", 1),
    ],
)
def test_partial_credit_is_a_number_or_none_where_the_check_computes_one(
    source: str, result: str, share: float
) -> None:
    shown = {"output_type": "execute_result", "data": {"text/plain": result}}
    cell = {"source": source, "outputs": [shown], "metadata": {"autograder": {"status": "ok"}}}
    assert share_of_points(cell, None, points=2) == share


def test_a_cell_that_no_executor_ran_earns_nothing() -> None:
    assert share_of_points({"outputs": [], "metadata": {}}, None, points=2) == 0


def test_the_last_record_of_an_exercise_decides_its_misconception() -> None:
    seen = record(status="failed", share=0, message="double: first", cause="c", misconception="m")
    cleared = record(status="failed", share=0, message="double: second")
    verdict = judge(
        make_source(),
        executed("error", check_double=[seen], hidden_double=[cleared]),
        notebook="",
        assignment="",
    )
    found = exercise(verdict, "double")
    assert (found.message, found.misconception) == ("double: first", "")


def test_a_record_of_another_exercise_is_not_this_ones() -> None:
    cell = {"outputs": [record(status="failed", share=0.5)], "metadata": {"autograder": {"status": "ok"}}}
    assert find(cell, {"average"}) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [("check_f", "f"), ("hidden_f_g", "f_g"), ("test_f", "test_f"), ("check_", "check_"), ("f", "f")],
)
def test_groups_cells_into_exercises(name: str, expected: str) -> None:
    assert exercise_of(name) == expected
