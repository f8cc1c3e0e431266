"""What is rendered when a check does not pass: the message, and before it the learner's own traceback alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import pytest

from helpers.check.failure import CheckFailed, NotAttempted, own_frames
from helpers.check.trace import AnswerRaised, run_property

CELL = """
def helper(x):
    return x / 0

def divide(x):
    y = x + 1
    return helper(y)
"""


def fail_in_a_cell() -> BaseException:
    """Let an answer that stands in a cell of its own fail under a check, and return its error."""
    namespace: dict[str, Any] = {}
    exec(compile(CELL, "<the learner's cell>", "exec"), namespace)
    failure = run_property(lambda divide: divide(3.0), namespace["divide"], "divide").failure
    assert isinstance(failure, AnswerRaised)
    return failure.error


def fail_before_the_cell() -> BaseException:
    """Let an answer fail for its number of arguments: no line of the learner's ran."""
    failure = run_property(lambda divide: divide(3.0), eval("lambda: 0"), "divide").failure
    assert isinstance(failure, AnswerRaised)
    return failure.error


def names(frames: TracebackType | None) -> Iterator[str]:
    while frames is not None:
        yield frames.tb_frame.f_code.co_name
        frames = frames.tb_next


def test_own_frames_begin_where_the_learners_code_does() -> None:
    error = fail_in_a_cell()
    assert list(names(error.__traceback__)) == ["_call", "divide", "helper"]
    frames = own_frames(error)
    assert frames is not None
    assert list(names(frames)) == ["divide", "helper"] and frames.tb_lineno == 7


def test_an_error_before_the_learners_first_line_has_no_own_frames() -> None:
    error = fail_before_the_cell()
    assert isinstance(error, TypeError) and own_frames(error) is None
    assert own_frames(ValueError("never raised")) is None


@pytest.mark.parametrize("folder", ["C:\\course\\helpers\\check\\trace.py", "/course/helpers/check/trace.py"])
def test_the_wrapper_is_known_by_its_folder_on_every_system(folder: str) -> None:
    namespace: dict[str, Any] = {"divide": eval("lambda: 1 / 0")}
    exec(compile("def call():\n    divide()", folder, "exec"), namespace)
    with pytest.raises(ZeroDivisionError) as raised:
        namespace["call"]()
    # this module's own frame is skipped with the wrapper's: it lies in a folder of that name, too
    assert list(names(own_frames(raised.value))) == ["<lambda>"]


@pytest.mark.parametrize("kind", [CheckFailed, NotAttempted])
def test_without_an_error_of_the_learner_the_message_stands_alone(kind: type[CheckFailed]) -> None:
    failure = kind("double: expected 6, got 9.\n  Likely cause: it squares.")
    assert failure.own_error is None
    assert failure._render_traceback_() == ["double: expected 6, got 9.\n  Likely cause: it squares."]


def test_a_blank_is_a_failed_check_of_a_kind_of_its_own() -> None:
    assert issubclass(NotAttempted, CheckFailed) and not issubclass(CheckFailed, NotAttempted)


def test_the_learners_own_traceback_comes_first_and_the_message_last() -> None:
    failure = CheckFailed("the message")
    failure.own_error = fail_in_a_cell()
    *lines, last = failure._render_traceback_()
    assert last == "the message"
    text = "".join(lines)
    assert text.index("line 7, in divide") < text.index("line 3, in helper") < text.index("ZeroDivisionError: float")
    assert "in call" not in text and "trace.py" not in text


def test_an_error_without_own_frames_is_still_told() -> None:
    failure = CheckFailed("the message")
    failure.own_error = fail_before_the_cell()
    lines = failure._render_traceback_()
    assert lines[-1] == "the message" and "TypeError" in "".join(lines) and "File" not in "".join(lines)


def test_in_ipython_the_traceback_is_the_shells() -> None:
    from IPython.core.interactiveshell import InteractiveShell

    failure = CheckFailed("the message")
    failure.own_error = fail_in_a_cell()
    shell = InteractiveShell.instance()
    try:
        for mode, shows_frames in (("Minimal", False), ("Plain", True), ("Context", True)):
            shell.run_line_magic("xmode", mode)
            text = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(failure._render_traceback_()))
            assert re.search(r"ZeroDivisionError: float division by zero\s+the message$", text)
            assert ("in divide" in text and "in helper" in text) is shows_frames and "trace.py" not in text
    finally:
        InteractiveShell.clear_instance()
