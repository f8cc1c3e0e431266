"""Solution notebooks, executed once a session: all cells, also those that grading skips."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).parents[2]
LONGEST_CELL = 300  # seconds, for a machine that does other things as well


class Executed:
    """A solution notebook with its outputs, and its kernel's namespace through `ask`."""

    def __init__(self, path: Path, questions: dict[str, str]) -> None:
        self.notebook = nbformat.read(path, as_version=4)
        answers = ", ".join(f"{name!r}: {expression}" for name, expression in questions.items())
        self.notebook.cells.append(nbformat.v4.new_code_cell(f"import json\nprint(json.dumps({{{answers}}}))"))
        client = NotebookClient(self.notebook, timeout=LONGEST_CELL, allow_errors=True, skip_cells_with_tag="")
        client.execute(cwd=str(path.parent))
        *self.cells, last = self.notebook.cells
        self.errors = [
            output for cell in self.notebook.cells for output in cell.get("outputs", []) if "ename" in output
        ]
        self.answers: dict[str, Any] = {} if self.errors else json.loads(last.outputs[0].text)


@pytest.fixture(scope="session")
def execute() -> Any:
    """Return a function (topic, questions) -> Executed that runs each notebook once."""

    @cache
    def run(topic: str, questions: tuple[tuple[str, str], ...] = ()) -> Executed:
        return Executed(ROOT / "source" / topic / f"{topic[3:]}.ipynb", dict(questions))

    return run
