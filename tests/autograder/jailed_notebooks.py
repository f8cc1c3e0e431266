"""Small notebooks for the jailed executor's tests, and what came of their cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.execute import Origin
from autograder.jailed import JailedExecutor
from autograder.notebook import rebuild
from tests.autograder import plain_course as plain


def start_executor(folder: Path, cell_seconds: float = 3) -> JailedExecutor:
    """An executor of a course that is made in this folder."""
    return JailedExecutor(Course(plain.make_plain_course(folder / "course")), cell_seconds=cell_seconds)


def notebook_of(*cells: tuple[str, str]) -> dict[str, Any]:
    """A source notebook of (kind, text): "shared", "solution", "check", "extra"."""
    made = []
    for number, (what, text) in enumerate(cells):
        settings: dict[str, Any] = {
            "shared": {"grade_id": f"shared{number}", "locked": True},
            "solution": {"grade_id": f"solution{number}", "solution": True},
            "check": {"grade_id": f"check_{number}", "points": 1},
            "extra": {},
        }[what]
        cell = plain.extra_cell(text, **settings)
        made.append({**cell, "id": f"cell-{number}"})
    return {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def run(
    executor: JailedExecutor, *cells: tuple[str, str], student: dict[int, str] | None = None
) -> list[dict[str, Any]]:
    """Run a notebook whose solution cells have the student's texts, by position; give the executed cells."""
    source = notebook_of(*cells)
    submitted = notebook_of(*cells)
    for position, text in (student or {}).items():
        submitted["cells"][position]["source"] = text
    origin = Origin(Path("nowhere/week1.ipynb"), source)
    executed: list[dict[str, Any]] = executor.run(rebuild(source, submitted), origin)["cells"]
    return executed


def states(cells: list[dict[str, Any]]) -> list[str]:
    return [cell["metadata"]["autograder"]["status"] for cell in cells]


def text_of(cell: dict[str, Any]) -> str:
    parts = []
    for output in cell["outputs"]:
        parts.append(output.get("text") or output.get("evalue") or output.get("data", {}).get("text/plain", ""))
    return "\n".join(parts)
