"""Feedback pages: everything a learner may know, nothing of the hidden checks, nothing that runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from autograder.feedback import render_page
from autograder.notebook import Notebook
from autograder.verdict import FAILED, PASSED, ExerciseVerdict, Verdict, reject
from tests.autograder import plain_course as plain

Judge = Callable[[Notebook], object]


class Balance(HTMLParser):
    """Notes tags that are not closed, and headings."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def page(judge: Callable[..., object]) -> str:
    changes = {
        "double": "def double(x):\n    '''<script>alert(1)</script>'''\n    return x * x",
        "average": "def average(values):\n    return values[7]",
        "greet": "def greet(name):\n    raise NotImplementedError\n",
    }
    return render_page(judge(plain.solved(**changes)), "ada <b>")  # type: ignore[arg-type]


def test_says_what_came_and_why(page: str) -> None:
    assert "It squares." in page
    assert "[plain.squares]" in page
    assert "doubles a negative number" in page
    assert "IndexError" in page
    assert "return values[7]" in page
    assert re.search(r"1 of 4 exercises passed every check, 2 need another look, 1 is still blank", page)


def test_shows_nothing_of_the_hidden_checks(page: str) -> None:
    for secret in ("tell(", "double(-3)", "average([5])", "of three values", "BEGIN HIDDEN"):
        assert secret not in page


def test_escapes_what_a_student_wrote(page: str) -> None:
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "ada &lt;b&gt;" in page


def test_needs_nothing_from_outside(page: str) -> None:
    assert not re.search(r"https?:|src=|<link|@import|url\(", page)


def test_is_well_formed_and_reads_in_order(page: str) -> None:
    parser = Balance()
    parser.feed(page)
    assert parser.open == []
    assert '<html lang="en">' in page
    assert parser.headings[0] == 1
    assert all(after - before <= 1 for before, after in zip(parser.headings, parser.headings[1:], strict=False))


def test_a_damaged_notebook_gets_the_reason_and_a_way_on() -> None:
    page = render_page(reject("it is <b>not</b> JSON.", notebook="plain", assignment="week1"), "ada")
    assert "it is &lt;b&gt;not&lt;/b&gt; JSON." in page
    assert "What to do next" in page


def test_an_endless_loop_gets_advice_about_loops(judge: Callable[..., object]) -> None:
    endless = {"double": "def double(x):\n    while True:\n        pass\n"}
    shown = render_page(judge(plain.solved(**endless)), "ada")  # type: ignore[arg-type]
    assert "Look for a loop whose condition never becomes false." in shown
    assert "by hand" not in shown


@pytest.mark.parametrize(
    ("visible", "listed", "said"),
    [
        (PASSED, True, "Your visible checks pass, so look at what the hidden checks looked at"),
        (PASSED, False, "Your visible checks pass, so try your code on other inputs"),
        (None, False, "Read the message with your code beside it"),
    ],
)
def test_advice_after_a_hidden_check_speaks_of_what_there_is(visible: str | None, listed: bool, said: str) -> None:
    properties = ({"name": "doubles zero", "passed": False, "note": ""},) if listed else ()
    mistake = ExerciseVerdict("double", 0, 3, visible, FAILED, "double: AssertionError", "", properties=properties)
    page = render_page(Verdict("plain", "week1", 0, 3, "", (mistake,)), "ada")
    assert said in page
    assert ("visible checks pass" in page) == (visible == PASSED)


def test_what_stands_between_backticks_is_code_and_still_escaped() -> None:
    mistake = ExerciseVerdict("double", 0, 3, FAILED, FAILED, "double: `x < 2` and <b>", "plain.a", "it takes `a<b>`")
    page = render_page(Verdict("plain", "week1", 0, 3, "", (mistake,)), "ada")
    assert "<code>x &lt; 2</code> and &lt;b&gt;" in page
    assert "It takes <code>a&lt;b&gt;</code>." in page
