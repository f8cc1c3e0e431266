"""The file format of known wrong and right answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.answers import Answer, cell_text, load
from autograder.errors import CourseError

BANK = '''\
"""Docstring."""

import functools
import math
from helpers.misconceptions import misconception


def shared(x):
    return math.sqrt(x)


@misconception("root", "it is not a root")
def wrong(x):
    """Mention wrong in words."""
    # a comment stays
    return wrong(x - 1) if x > 1 else shared.wrong


@functools.cache
def also_shared():
    return 1


@misconception("Layer", "no cause", is_value=False)
class bad_layer:
    def make(self):
        return bad_layer()
'''


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "topic.py"
    path.write_text(text)
    return path


def test_gives_each_entry_with_what_all_share(tmp_path: Path) -> None:
    wrong, layer = load(write(tmp_path, BANK))
    assert (wrong.exercise, wrong.name, wrong.cause) == ("root", "topic.wrong", "it is not a root")
    assert wrong.text == (
        "import functools\n\nimport math\n\ndef shared(x):\n    return math.sqrt(x)\n\n"
        "@functools.cache\ndef also_shared():\n    return 1\n\n"
        'def root(x):\n    """Mention wrong in words."""\n    # a comment stays\n'
        "    return root(x - 1) if x > 1 else shared.wrong\n"
    )
    assert (layer.exercise, layer.name) == ("Layer", "topic.bad_layer")
    assert layer.text.endswith("class Layer:\n    def make(self):\n        return Layer()\n")


def test_a_missing_file_has_no_answers(tmp_path: Path) -> None:
    assert load(tmp_path / "missing.py") == []


def test_calls_the_entry_where_the_exercise_is_a_value() -> None:
    answer = Answer("quiz", "topic.lucky", "", "def quiz():\n    return {1: 2}\n")
    assert cell_text(answer, "quiz = {1: None}").endswith("quiz = quiz()\n")
    assert cell_text(answer, "def quiz():\n    pass") == answer.text
    assert cell_text(answer, "%timeit x") == answer.text


@pytest.mark.parametrize(
    ("text", "reason"), [("def f(:", "not Python"), ("@answer(1)\ndef f(): pass", "exercise's name as text")]
)
def test_says_what_is_wrong_with_a_file(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(CourseError, match=reason):
        load(write(tmp_path, text))
