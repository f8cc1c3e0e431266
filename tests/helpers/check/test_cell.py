"""A check cell as a whole: points, blanks, what a hidden check may say, and the references that stand in."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from helpers.check import check, expect
from helpers.check.failure import CheckFailed, NotAttempted
from helpers.check.record import Record
from helpers.misconceptions import Misconception


def squares(x):
    return x * x


@pytest.fixture(autouse=True)
def bank(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    entries = [Misconception("double", "toy.squares", "it squares", squares, False)]
    monkeypatch.setattr("helpers.check.session.known_for", lambda name: entries if name == "double" else [])
    check.forget()
    yield
    check.forget()


def judge(source: str, **names: Any) -> dict[str, Any]:
    """Run the source of one check cell with these answers in its namespace, which is returned."""
    namespace = {"check": check, "expect": expect, "np": np, **names}
    exec(compile(source, "<one cell>", "exec"), namespace)
    return namespace


THIRDS = """
@check
def doubles_one(double):
    "One, that is: 1."
    expect.equal(double(1), 2, "twice one")

@check
def doubles_two(double):
    expect.equal(double(2), 4, "twice two")

@check
def doubles_three(double):
    expect.equal(double(3), 6, "twice three")

earned = check.run("double", points=6{options})
"""

BOTH = """
@check
def doubles_a_number(double):
    expect.close(double(3.0), 6.0, "twice three")

@check
def doubles_an_array(double):
    expect.close(double(np.array([1.0, -2.0])), [2.0, -4.0], "twice an array")

check.run("double"{options})
"""


@pytest.mark.parametrize(
    ("answer", "options", "earned", "text"),
    [
        (lambda x: 2 * x, "", 6, "✓ double: 3 visible checks passed: doubles one; doubles two; doubles three."),
        (
            lambda x: 2 * x,
            ", hidden=True",
            6,
            "✓ double: 3 hidden checks passed: doubles one; doubles two; doubles three.",
        ),
        (lambda x: x + 1, "", 2, "double: twice two: expected 4, got 3, in double(2)."),
        (lambda x: 6, ", hidden=True", 2, "double: a hidden check failed: it doubles one."),
        (lambda x: 4 * (x > 1), "", 2, "double: twice one: expected 2, got 0, in double(1)."),
        (
            squares,
            "",
            2,
            "double: twice one: expected 2, got 1, in double(1).\n  Likely cause: it squares.  [toy.squares]",
        ),
    ],
)
def test_each_property_earns_its_share_of_the_points(
    answer: Any, options: str, earned: float, text: str, records: list[tuple[Record, str]]
) -> None:
    assert judge(THIRDS.replace("{options}", options), double=answer)["earned"] == pytest.approx(earned)
    ((record, published),) = records
    assert published == text and record.share == pytest.approx(earned / 6)
    assert record.message == ("" if earned == 6 else text.partition("\n")[0])
    assert record.status == ("passed" if earned == 6 else "failed")


def test_with_points_nothing_right_is_still_a_failure(records: list[tuple[Record, str]]) -> None:
    with pytest.raises(CheckFailed, match="^double: twice one: expected 2, got 0"):
        judge(THIRDS.replace("{options}", ""), double=lambda x: 0)
    assert (records[0][0].share, records[0][1]) == (0.0, "")


def test_without_points_one_failure_costs_the_cell_and_success_returns_nothing(
    records: list[tuple[Record, str]],
) -> None:
    source = THIRDS.replace(", points=6{options}", "")
    assert judge(source, double=lambda x: 2 * x)["earned"] is None
    with pytest.raises(CheckFailed):
        judge(source, double=lambda x: 2 * x if x < 3 else 0)
    assert [(record.status, record.share) for record, _ in records] == [("passed", 1.0), ("failed", 0.0)]


def test_the_record_tells_each_property_and_its_note(records: list[tuple[Record, str]]) -> None:
    judge(THIRDS.replace("{options}", ""), double=lambda x: 2 if x == 1 else 0)
    assert records[0][0].properties == [
        {"name": "doubles one", "passed": True, "note": "One, that is: 1."},
        {"name": "doubles two", "passed": False, "note": ""},
        {"name": "doubles three", "passed": False, "note": ""},
    ]


def test_one_check_is_a_check_and_a_long_line_is_wrapped_as_a_notebook_would_not(
    records: list[tuple[Record, str]],
) -> None:
    start = "✓ double: 1 visible check passed: "
    for length, ending in ((96 - len(start) - 1, " a."), (96 - len(start), "\n  a.")):
        name = "x" * (length - 2) + "_a"
        judge(f"@check\ndef {name}(double):\n    expect.equal(double, 2, 'x')\ncheck.run('double')", double=2)
        assert records.pop()[1] == start + "x" * (length - 2) + ending


def test_a_hidden_check_shows_no_value_wherever_the_failure_comes_from(records: list[tuple[Record, str]]) -> None:
    def tells(x):
        raise ValueError(f"the input was {x}")

    bodies = (
        "expect.equal(double(4321), 8642, 'twice 4321')",
        "double(4321) + 1",
        "expect.that(False, double(4321), '4321')",
    )
    for answer in (lambda x: "4321", lambda x: None, tells):
        for body in bodies:
            with pytest.raises(CheckFailed) as raised:
                judge(f'@check\ndef doubles(double):\n    {body}\ncheck.run("double", hidden=True)', double=answer)
            assert str(raised.value).startswith("double: a hidden check failed: it doubles")
            assert raised.value._render_traceback_() == [str(raised.value)]
    for record, text in records:
        assert text == "" and not any(value in str(vars(record)) for value in ("4321", "8642", "input was", "None"))


@pytest.mark.parametrize("error", [ValueError, np.linalg.LinAlgError])
def test_a_hidden_check_names_an_error_of_python_or_numpy(
    error: type[Exception], records: list[tuple[Record, str]]
) -> None:
    def fails(x):
        raise error("the input was 3")

    with pytest.raises(CheckFailed, match=rf"a hidden check failed: it .* \(your code raised {error.__name__}\)\.$"):
        judge(BOTH.replace("{options}", ", hidden=True"), double=fails)


def test_what_cannot_be_used_is_said_with_the_error_that_it_gave(records: list[tuple[Record, str]]) -> None:
    with pytest.raises(CheckFailed) as raised:
        judge("@check\ndef adds_up(double):\n    {}[double(1)]\ncheck.run('double')", double=lambda x: "b")
    assert str(raised.value) == "double: what came back cannot be used (KeyError: 'b'); it adds up."


def test_an_answer_of_the_wrong_arity_has_no_line_of_its_own(records: list[tuple[Record, str]]) -> None:
    with pytest.raises(CheckFailed, match=r"double\(3\) raised TypeError: .* takes 0 positional arguments .* given\.$"):
        judge(BOTH.replace("{options}", ""), double=lambda: 6)


def test_the_learners_error_is_the_cause_of_the_failure(records: list[tuple[Record, str]]) -> None:
    with pytest.raises(CheckFailed) as raised:
        judge(BOTH.replace("{options}", ""), double=lambda x: x.nothing)
    assert isinstance(raised.value.own_error, AttributeError) and raised.value.__cause__ is raised.value.own_error
    with pytest.raises(CheckFailed) as raised:
        judge(BOTH.replace("{options}", ""), double=squares)
    assert raised.value.own_error is None and raised.value.__cause__ is None


@pytest.mark.parametrize("hidden", [False, True])
def test_a_blank_says_what_to_do_and_records_every_property(hidden: bool, records: list[tuple[Record, str]]) -> None:
    def stub_for_arrays(x):
        if np.ndim(x):
            raise NotImplementedError
        return 2 * x

    for names, advice in (
        ({}, "nothing has the name double; keep that name, and run its cell before this one"),
        ({"double": stub_for_arrays}, "replace `raise NotImplementedError` in its cell with your code"),
    ):
        with pytest.raises(NotAttempted) as raised:
            judge(BOTH.replace("{options}", ", hidden=True" if hidden else ""), **names)
        assert str(raised.value) == f"double: not attempted yet ({advice})."
        assert raised.value._render_traceback_() == [str(raised.value)] and raised.value.__suppress_context__
        record, text = records.pop()
        assert (record.status, record.share, record.message, text) == ("not attempted", 0.0, str(raised.value), "")
        assert record.properties == [
            {"name": "doubles a number", "passed": False, "note": ""},
            {"name": "doubles an array", "passed": False, "note": ""},
        ]


def test_a_quiz_without_answers_is_not_attempted(records: list[tuple[Record, str]]) -> None:
    source = '@check\ndef is_answered(quiz):\n    expect.choices(quiz, {"q": "a"})\ncheck.run("quiz")'
    with pytest.raises(NotAttempted, match=r"^quiz: not attempted yet \(answer a question\)\.$"):
        judge(source, quiz={"q": None})
    judge(source, quiz={"q": "A"})
    assert [record.status for record, _ in records] == ["not attempted", "passed"]


def test_references_stand_in_for_earlier_exercises_while_the_checks_run(
    monkeypatch: pytest.MonkeyPatch, records: list[tuple[Record, str]]
) -> None:
    earlier = {"halve": lambda x: x / 2, "unwritten": lambda x: x}
    monkeypatch.setattr("helpers.check.session.earlier_references", lambda name: earlier if name == "double" else {})

    def wrong(x):
        return 0

    source = """
def double(x):
    return unwritten(4.0 * halve(x))

@check
def doubles(double):
    expect.equal(double({right}), 2.0, "twice one")

check.run("double")
"""
    namespace = judge(source.replace("{right}", "1"), halve=wrong)
    assert namespace["halve"] is wrong and "unwritten" not in namespace
    with pytest.raises(CheckFailed):
        judge(source.replace("{right}", "2"), halve=wrong)
    namespace = {"check": check, "expect": expect, "halve": wrong}
    with pytest.raises(CheckFailed):
        exec(compile(source.replace("{right}", "2"), "<one cell>", "exec"), namespace)
    assert namespace["halve"] is wrong and "unwritten" not in namespace


def test_a_quiz_explains_the_answers_that_were_given(records: list[tuple[Record, str]]) -> None:
    source = """
@check
def tells_one(quiz):
    \"\"\"Because of this.\"\"\"
    expect.choice(quiz, "one", "a")

@check
def tells_two(quiz):
    \"\"\"Because of that.\"\"\"
    expect.choice(quiz, "two", "b")

check.run("quiz", points=2)
"""
    for second, notes in (("a", ["Because of this.", "Because of that."]), (None, ["Because of this.", ""])):
        judge(source, quiz={"one": "a", "two": second})
        record, _ = records.pop()
        assert record.share == 0.5
        assert [item["note"] for item in record.properties] == notes


@pytest.mark.parametrize("slipped", ["norm_forward", "norm_backward", "other_step"])
def test_a_forward_pass_and_its_backward_pass_are_lent_together(
    slipped: str, monkeypatch: pytest.MonkeyPatch, records: list[tuple[Record, str]]
) -> None:
    names = ("norm_forward", "norm_backward", "other_step")
    earlier = {name: (lambda: "reference") for name in names}
    monkeypatch.setattr("helpers.check.session.earlier_references", lambda name: earlier if name == "whole" else {})
    own = {name: (lambda: "own") for name in names}
    for name in names:
        for options in ("", ", hidden=True"):
            holds = f"expect.that({name != slipped}, 'x', 'y')"
            with contextlib.suppress(CheckFailed):
                judge(f'@check\ndef holds({name}):\n    {holds}\n\ncheck.run("{name}"{options})', **own)
    source = f"""
def whole():
    return [norm_forward(), norm_backward(), other_step()]

@check
def is_made_of(whole):
    expect.equal(whole(), {["own", "own", "reference"] if slipped == "other_step" else ["reference"] * 2 + ["own"]}, "x")

check.run("whole")
"""
    judge(source, **own)


def test_a_new_start_forgets_what_was_collected_and_seen(records: list[tuple[Record, str]]) -> None:
    calls = iter(range(10))

    def squares_later(x):
        return x * x if next(calls) > 1 else x + 1

    with pytest.raises(CheckFailed):
        judge(BOTH.replace("{options}", ""), double=squares_later)
    with pytest.raises(CheckFailed):
        judge(BOTH.replace("{options}", ", hidden=True"), double=squares_later)
    assert records[-1][0].misconception == "", "the visible checks saw another mistake"
    check.forget()
    with pytest.raises(CheckFailed):
        judge(BOTH.replace("{options}", ", hidden=True"), double=squares_later)
    assert records[-1][0].misconception == "toy.squares"
    judge("@check\ndef never(double):\n    expect.that(False, 'x', 'y')")
    check.forget()
    with pytest.raises(RuntimeError, match="defines no property"):
        judge('check.run("double")')


def test_what_was_seen_of_an_answer_ends_when_it_is_mended(records: list[tuple[Record, str]]) -> None:
    with pytest.raises(CheckFailed):
        judge(BOTH.replace("{options}", ""), double=squares)
    judge(BOTH.replace("{options}", ", hidden=True"), double=lambda x: 2 * x)
    assert (records[-1][0].status, records[-1][0].misconception) == ("passed", "")
    with pytest.raises(CheckFailed):
        judge(BOTH.replace("{options}", ""), double=squares)
    assert records[-1][0].misconception == "toy.squares"


def test_what_the_visible_checks_saw_of_the_same_answer_stays(records: list[tuple[Record, str]]) -> None:
    one, two = (f"@check\ndef f(double):\n    expect.equal(double({n}), {2 * n}, 'x')\n" for n in (1, 2))
    with pytest.raises(CheckFailed, match=r"\[toy\.squares\]"):
        judge(f"{one}check.run('double')", double=squares)
    judge(f"{two}check.run('double', hidden=True)", double=squares)
    assert (records[-1][0].status, records[-1][0].misconception) == ("passed", "toy.squares")


def test_a_message_is_one_line_whatever_the_text_of_an_error(records: list[tuple[Record, str]]) -> None:
    def fails(x):
        raise KeyError if x == 3 else ValueError("several\nlines\n")

    for answer, body, text in (
        (fails, "double(1)", "double(1) raised ValueError: several lines."),
        (fails, "double(3)", "double(3) raised KeyError."),
        (
            lambda x: "b",
            "raise ValueError('a\\n\\nb')",
            "what came back cannot be used (ValueError: a  b); it adds up.",
        ),
    ):
        with pytest.raises(CheckFailed) as raised:
            judge(f'@check\ndef adds_up(double):\n    {body}\ncheck.run("double")', double=answer)
        assert re.sub(r", line \d+ of its cell", "", str(raised.value)) == f"double: {text}"
        assert records[-1][0].message == str(raised.value)


def test_a_decorated_property_stays_a_function() -> None:
    def doubles(double):
        """Nothing."""

    assert check(doubles) is doubles
