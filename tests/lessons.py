"""Reads a lesson from `course/` and runs its check cells in this process: fast, and without a grading engine."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import CodeType
from typing import Any

import jupytext
import numpy as np

from helpers.check import check
from helpers.check.failure import CheckFailed
from helpers.check.record import Record

ROOT = Path(__file__).parents[1]
TOPICS = sorted(path.parent.name for path in (ROOT / "course").glob("[0-9][0-9]_*/*.py"))


class Lesson:
    """One topic's notebook, its cells by `grade_id`."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.path = ROOT / "course" / topic / f"{topic[3:]}.py"
        self.cells = jupytext.read(self.path).cells
        self.code = {cell.metadata.nbgrader.grade_id: cell.source for cell in self.cells if "nbgrader" in cell.metadata}
        self.exercises = [name for name in self.code if f"check_{name}" in self.code]
        self._compiled: dict[str, CodeType] = {}
        self._solved: dict[str, Any] = {}

    @property
    def prose(self) -> str:
        """All text cells, one after the other."""
        return "\n\n".join(cell.source for cell in self.cells if cell.cell_type == "markdown")

    def solved(self) -> dict[str, Any]:
        """Return a namespace in which the set-up and every solution have run."""
        namespace: dict[str, Any] = {}
        for name in ("setup", *self.exercises):
            exec(self.code[name], namespace)
        return namespace

    def judge(self, exercise: str, answer: Any) -> list[Record]:
        """Run an exercise's check cells on an answer; return the records of the visible and the hidden cell."""
        return list(self.judge_in_turn(exercise, answer))

    def judge_in_turn(self, exercise: str, answer: Any) -> Iterator[Record]:
        """Do the same, one cell when the next record is asked for."""
        self._solved = self._solved or self.solved()
        namespace = self._solved | {exercise: answer}
        check.forget()
        for cell in (f"check_{exercise}", f"hidden_{exercise}"):
            yield self.run(cell, namespace)

    def run(self, cell: str, namespace: dict[str, Any]) -> Record:
        """Run one check cell and return the record that it published."""
        published: list[Record] = []
        if cell not in self._compiled:
            self._compiled[cell] = compile(self.code[cell], f"<{cell}>", "exec")
        # A wrong answer may well divide by zero; its warnings are no matter of these tests.
        with _catching_records(published), suppress(CheckFailed), warnings.catch_warnings(action="ignore"):
            exec(self._compiled[cell], namespace)
        (record,) = published
        return record


@contextmanager
def _catching_records(published: list[Record]) -> Iterator[None]:
    original = Record.publish
    Record.publish = lambda self, text: published.append(self)  # type: ignore[method-assign]
    try:
        yield
    finally:
        Record.publish = original  # type: ignore[method-assign]


@contextmanager
def shifted_seeds(offset: int) -> Iterator[None]:
    """Let every `np.random.default_rng(seed)` draw other numbers: checks must hold for any seed."""
    original = np.random.default_rng

    def shifted(seed: Any = None) -> np.random.Generator:
        return original(seed + 1_000_003 * offset if isinstance(seed, int) else seed)

    np.random.default_rng = shifted
    try:
        yield
    finally:
        np.random.default_rng = original
