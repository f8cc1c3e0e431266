"""Autograded notebooks: how they are written, and that what is kept for a class never stands in for something else."""

from __future__ import annotations

import json

import pytest

from autograder.autograded import make_autograded
from autograder.notebook import Notebook, rebuild
from autograder.verdict import reject
from tests.autograder import plain_course as plain


def make(source: Notebook, executed: Notebook | None) -> bytes:
    return make_autograded(source, executed, reject("", notebook="plain", source=source))


@pytest.mark.parametrize("is_readable", [True, False])
def test_is_written_in_one_line_with_sorted_keys(is_readable: bool) -> None:
    source = plain.make_source()
    executed = rebuild(source, plain.solved(double="def double(x):\n    return '×<b>'")) if is_readable else None
    for _ in range(2):
        content = make(source, executed)
        written = json.dumps(json.loads(content), ensure_ascii=False, sort_keys=True) + "\n"
        assert content == written.encode()


def test_equal_texts_with_other_settings_or_outputs_are_written_anew() -> None:
    source = plain.make_source()
    first = rebuild(source, plain.solved())
    make(source, first)
    changed = rebuild(source, plain.solved())
    for cell in changed["cells"]:
        cell["metadata"].setdefault("nbgrader", {})["points"] = 77
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "new"}]
    cells = json.loads(make(source, changed))["cells"]
    assert [cell["source"] for cell in cells] == [cell["source"] for cell in changed["cells"]]
    assert {cell["metadata"]["nbgrader"]["points"] for cell in cells} == {77}
    assert all("new" in str(cell["outputs"]) for cell in cells if cell["cell_type"] == "code")
    assert not any("new" in str(cell) for cell in json.loads(make(source, first))["cells"])
