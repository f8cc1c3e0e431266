"""The classes that graders are measured with: right, different from each other, and stock where stock is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.evaluate import evaluate
from autograder.execute import PlainExecutor
from autograder.notebook import rebuild, solution_cells
from benchmarks import classes
from benchmarks.classes import Material

MATERIALS = pytest.mark.parametrize("make", [classes.load_dropout, classes.make_plain])


def write_template(folder: Path, material: Material) -> Path:
    """A course whose students start from blank cells."""
    classes.write_course(folder, material)
    released = classes.fill(material.source, dict.fromkeys(material.answers, "raise NotImplementedError"))
    path = folder / "release" / material.assignment / f"{material.notebook}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(released))
    return folder


def read_class(folder: Path) -> dict[str, dict[str, Any]]:
    return {path.parts[-3]: json.loads(path.read_text()) for path in sorted(folder.glob("submitted/*/*/*.ipynb"))}


@MATERIALS
def test_the_submissions_of_a_hundred_differ_and_use_every_answer(make: Callable[[], Material]) -> None:
    material = make()
    chosen = [material.choose(number) for number in range(100)]
    assert len({tuple(texts.values()) for texts in chosen}) == 100
    for exercise, texts in material.answers.items():
        assert {texts[exercise] for texts in chosen[:25]} == set(texts)


@MATERIALS
def test_a_small_class_is_the_beginning_of_a_larger_one(make: Callable[[], Material], tmp_path: Path) -> None:
    material = make()
    template = write_template(tmp_path / "template", material)
    for size in (2, 3):
        classes.copy_course(template, tmp_path / str(size), material, size)
    small, large = read_class(tmp_path / "2"), read_class(tmp_path / "3")
    assert list(large) == ["student00000", "student00001", "student00002"]
    assert small == {student: large[student] for student in list(large)[:2]}
    for number, notebook in enumerate(large.values()):
        written = {name: cell["source"] for name, cell in solution_cells(notebook).items()}
        assert written == material.choose(number)


def test_every_answer_to_the_plain_course_is_right_and_a_blank_one_is_not(tmp_path: Path) -> None:
    material = classes.make_plain()
    course = Course(write_template(tmp_path / "course", material))
    (path,) = course.source_notebooks(material.assignment)
    blank = dict.fromkeys(material.answers, "raise NotImplementedError")
    rows = [{name: texts[i % len(texts)] for name, texts in material.answers.items()} for i in range(4)]
    with PlainExecutor() as executor:
        scores = []
        for answers in (*rows, blank):
            submitted = classes.fill(rebuild(material.source, material.source), answers)
            _, verdict = evaluate(course, material.assignment, path, submitted, executor, name="plain")
            scores.append((verdict.score, verdict.max_score))
    assert scores == [(12, 12)] * 4 + [(0, 12)]


@MATERIALS
def test_a_stock_course_differs_by_what_is_ours(make: Callable[[], Material], tmp_path: Path) -> None:
    material = make()
    classes.write_course(tmp_path / "own", material)
    classes.write_course(tmp_path / "stock", material, stock=True)
    own, stock = Course(tmp_path / "own").config, Course(tmp_path / "stock").config
    assert "autograder" not in repr(stock)
    assert stock == {name: values for name, values in own.items() if name in stock}
    assert set(own) - set(stock) <= {"Autograde", "JailedExecute", "Verify"}


def test_slow_answers_can_be_left_out() -> None:
    whole, fast = classes.load_dropout(), classes.load_dropout(classes.ELEMENT_BY_ELEMENT)
    left = sum(map(len, whole.answers.values())) - sum(map(len, fast.answers.values()))
    assert left == len(classes.ELEMENT_BY_ELEMENT)
