"""Solution notebooks, executed once a module: all cells, also those that grading skips."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from traitlets.config import Config

from tests.lessons import Lesson

ROOT = Path(__file__).parents[2]
LONGEST_CELL = 300  # seconds, for a machine that does other things as well


class Executed:
    """A solution notebook with its outputs, and what its own variables say at the end."""

    def __init__(self, path: Path, questions: dict[str, str], folder: Path) -> None:
        self.notebook = nbformat.read(path, as_version=4)
        answers = ", ".join(f"{name!r}: {expression}" for name, expression in questions.items())
        self.notebook.cells.append(nbformat.v4.new_code_cell(f"import json\nprint(json.dumps({{{answers}}}))"))
        # A kernel is told its TCP ports before it opens them: another program may take one in between. Files are its own.
        config = Config({"KernelManager": {"transport": "ipc", "ip": str(folder / "kernel")}})
        client = NotebookClient(
            self.notebook, config=config, timeout=LONGEST_CELL, allow_errors=True, skip_cells_with_tag=""
        )
        client.execute(cwd=str(path.parent))
        *self.cells, last = self.notebook.cells
        self.errors = [
            output for cell in self.notebook.cells for output in cell.get("outputs", []) if "ename" in output
        ]
        self.answers: dict[str, Any] = {} if self.errors else json.loads(last.outputs[0].text)

    @property
    def figures(self) -> list[Any]:
        """What the cells displayed as a picture: the output's data by type."""
        outputs = [output for cell in self.cells for output in cell.get("outputs", [])]
        return [output.data for output in outputs if "<img" in str(output.get("data"))]


@pytest.fixture(scope="module")
def executed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Executed:
    """The notebook of the module's `TOPIC`, which was asked the module's `QUESTIONS` (expressions by name)."""
    topic = request.module.TOPIC
    notebook = ROOT / "source" / topic / f"{topic[3:]}.ipynb"
    return Executed(notebook, request.module.QUESTIONS, tmp_path_factory.mktemp("kernel"))


@pytest.fixture(scope="module")
def prose(request: pytest.FixtureRequest) -> str:
    """All text of the module's lesson, its white space folded."""
    return " ".join(Lesson(request.module.TOPIC).prose.split())
