"""What must hold of each solution notebook that is run as a whole; inherited by the tests of its numbers."""

from __future__ import annotations

from typing import Any


class NotebookRuns:
    """Derive a class `Test...` with the number of figures; the module has `TOPIC` and `QUESTIONS`."""

    n_figures: int

    def test_every_cell_of_the_solution_runs(self, executed: Any) -> None:
        assert executed.errors == []

    def test_every_figure_has_a_text_alternative(self, executed: Any) -> None:
        assert len(executed.figures) == self.n_figures
        for data in executed.figures:
            assert 'alt="' in data["text/html"]
            assert len(data["text/plain"]) > 40
