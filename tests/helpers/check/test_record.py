"""The record of a check cell: its JSON, and where it is displayed or printed."""

from __future__ import annotations

import json
import sys

import pytest

from helpers.check.record import MIME, Record

KEYS = ["exercise", "status", "share", "message", "cause", "misconception", "properties"]


def test_a_record_is_plain_until_something_is_to_be_said() -> None:
    record = Record("double", "passed", 1.0)
    assert vars(record) == dict(zip(KEYS, ["double", "passed", 1.0, "", "", "", []], strict=True))
    assert Record("double", "passed", 1.0).properties is not record.properties


def test_outside_jupyter_the_text_alone_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    Record("double", "passed", 1.0, message="not this").publish("✓ double: 1 visible check passed: doubles.")
    assert capsys.readouterr().out == "✓ double: 1 visible check passed: doubles.\n"


def test_without_ipython_the_text_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "IPython", None)
    Record("double", "passed", 1.0).publish("a text")
    assert capsys.readouterr().out == "a text\n"


def test_in_ipython_text_and_json_are_one_output() -> None:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    properties = [{"name": "doubles a number", "passed": False, "note": "×2"}]
    record = Record("double", "failed", 0.5, "expected 6, got 9", "it squares", "toy.squares", properties)
    InteractiveShell.instance()
    try:
        with capture_output() as captured:
            record.publish("what a learner reads")
    finally:
        InteractiveShell.clear_instance()
    (output,) = captured.outputs
    assert output.data["text/plain"] == "what a learner reads"
    content = json.loads(json.dumps(output.data[MIME], allow_nan=False))
    assert list(content) == KEYS
    assert content == vars(record) and set(output.data) == {"text/plain", MIME}


def test_the_type_of_the_output_is_the_one_that_engines_look_for() -> None:
    assert MIME == "application/vnd.autograder.check+json"
