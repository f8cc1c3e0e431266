"""The version of a source notebook that checks are read from: with what nbgrader puts into it, and as it refuses it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from autograder import release
from autograder.course import Course
from autograder.errors import CourseError
from autograder.evaluate import read_source, read_written
from autograder.execute import Origin, PlainExecutor
from autograder.notebook import Cell, Notebook, grade_id, rebuild
from autograder.release import make_release
from autograder.verdict import Verdict, judge
from tests.autograder.plain_course import extra_cell, make_source, write_notebook

AUTOTEST = "# Of two numbers.\n### AUTOTEST squares(2); len(squares(3))"
HASHED = "### HASHED AUTOTEST squares(4)"
SOLUTION = (
    "def squares(n):\n    ### BEGIN SOLUTION\n    return [i * i for i in range(offset, n + 1)]\n    ### END SOLUTION"
)
SETUP = "offset = int(open('offset.txt').read())"
HEADER = "c = get_config()\nc.IncludeHeaderFooter.header = 'parts/header.ipynb'\n"


def guide() -> Path:
    """nbgrader's own example course, which its package brings along."""
    found = find_spec("nbgrader")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "docs" / "source" / "user_guide"


def make_course(root: Path, *cells: Cell, config: str = "c = get_config()\n") -> Path:
    """Write a course with one notebook of these cells, and give the notebook's path."""
    folder = root / "source" / "week1"
    folder.mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(config)
    return write_notebook(folder / "lab.ipynb", {**make_source(), "cells": list(cells)})


def named(name: str, source: str, **nbgrader: Any) -> Cell:
    return {**extra_cell(source, grade_id=name, **nbgrader), "id": name}


def make_autotest_course(root: Path) -> Path:
    path = make_course(
        root,
        named("setup", SETUP, locked=True),
        named("squares", SOLUTION, solution=True),
        named("check_squares", AUTOTEST, points=1),
        named("test_squares", HASHED, points=1),
    )
    (path.parent / "offset.txt").write_text("1")
    return path


@pytest.fixture(scope="module")
def autotested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = make_autotest_course(tmp_path_factory.mktemp("autotested"))
    shutil.copy(guide() / "autotests.yml", path.parents[2])
    return path


def texts(notebook: Notebook) -> dict[str, str]:
    return {grade_id(cell) or cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}


def grade(executor: PlainExecutor, path: Path, answer: str) -> Verdict:
    source = read_source(path)
    submitted = read_written(path)
    submitted["cells"][1]["source"] = answer
    executed = executor.run(rebuild(source, submitted), Origin(path, source))
    return judge(source, executed, notebook="lab", assignment="week1")


def test_autotest_lines_become_tests_that_a_wrong_answer_fails(autotested: Path, executor: PlainExecutor) -> None:
    right, wrong = (grade(executor, autotested, f"def squares(n):\n    return {r}") for r in (
        "[i ** 2 for i in range(1, n + 1)]", "[]"))  # fmt: skip
    assert (right.score, right.max_score) == (2, 2)
    assert (wrong.score, wrong.max_score) == (0, 2)


def test_students_see_the_autotests_that_grade_them(autotested: Path) -> None:
    course = Course(autotested.parents[2])
    released = texts(make_release(course, "week1", autotested, autotested.read_bytes()))
    source = texts(read_source(autotested))
    assert "assert" in source["check_squares"]
    assert {name: source[name] == released[name] for name in source} == {name: name != "squares" for name in source}
    assert source["squares"] == SOLUTION


def test_autotests_without_their_file_are_refused_with_the_remedy(tmp_path: Path) -> None:
    path = make_autotest_course(tmp_path)
    with pytest.raises(CourseError, match="needs autotests.yml for source/week1/lab.ipynb"):
        read_source(path)


def test_autotests_of_an_answer_that_fails_are_refused_with_the_reason(tmp_path: Path) -> None:
    path = make_autotest_course(tmp_path)
    shutil.copy(guide() / "autotests.yml", path.parent)
    (path.parent / "offset.txt").write_text("one")
    with pytest.raises(CourseError, match=r"ValueError: invalid literal.*nbgrader generate_assignment week1"):
        read_source(path)


def test_autotests_outside_of_a_check_are_refused_with_the_reason(tmp_path: Path) -> None:
    path = make_course(tmp_path, named("squares", "### AUTOTEST 1", solution=True))
    shutil.copy(guide() / "autotests.yml", path.parents[2])
    with pytest.raises(CourseError, match="not an autograded check"):
        read_source(path)


@pytest.fixture
def with_header(tmp_path: Path) -> Path:
    path = make_course(tmp_path, named("squares", SOLUTION, solution=True), config=HEADER)
    (tmp_path / "parts").mkdir()
    head = named("check_header", "assert squares(1) == [1]", points=1)
    write_notebook(tmp_path / "parts" / "header.ipynb", {**make_source(), "cells": [head]})
    return path


def test_the_cells_of_a_header_are_there_from_any_folder(with_header: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(os.sep)
    assert list(texts(read_source(with_header))) == ["check_header", "squares"]
    assert list(texts(read_written(with_header))) == ["squares"]


def test_a_course_with_its_notebooks_elsewhere_is_given(with_header: Path) -> None:
    config = with_header.parents[2] / "nbgrader_config.py"
    aside = with_header.parents[2] / "settings"
    aside.mkdir()
    config.rename(aside / config.name)
    (aside / config.name).write_text(HEADER + "c.CourseDirectory.root = '..'\n")
    assert "check_header" in texts(read_source(with_header, Course(aside)))


def test_a_version_is_made_once_until_a_file_changes(with_header: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []
    make = release._make_version

    def count(path: Path, *others: Any) -> Notebook:
        made.append(path)
        return make(path, *others)

    monkeypatch.setattr(release, "_make_version", count)
    read_source(with_header)["cells"].clear()
    assert len(read_source(with_header)["cells"]) == 2
    assert len(made) == 1
    header = with_header.parents[2] / "parts" / "header.ipynb"
    write_notebook(header, {**make_source(), "cells": []})
    assert list(texts(read_source(with_header))) == ["squares"]
    assert len(made) == 2


def test_other_courses_do_not_wait_for_nbgrader(tmp_path: Path) -> None:
    path = make_course(tmp_path, named("squares", SOLUTION, solution=True))
    code = (
        "import sys; from pathlib import Path; from autograder.evaluate import read_source; "
        "read_source(Path(sys.argv[1])); print({'nbgrader', 'nbformat'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code, path], capture_output=True, encoding="utf-8", check=True)
    assert ran.stdout == "set()\n"


def test_a_check_without_a_statement_pays_nobody(tmp_path: Path) -> None:
    path = make_course(tmp_path, named("check_squares", "# To be written.\n", points=1))
    with pytest.raises(CourseError, match="'check_squares' is worth points and has no statement"):
        read_source(path)


@pytest.mark.parametrize(
    "cell",
    [
        named("answer", "# Your code.", points=1, solution=True),
        named("answer", "# No points.", points=0),
        named("answer", "%run tests.py", points=1),
        extra_cell("# Not graded."),
    ],
)
def test_other_cells_of_comments_are_in_order(tmp_path: Path, cell: Cell) -> None:
    assert len(read_source(make_course(tmp_path, cell))["cells"]) == 1


def test_checks_are_hidden_by_the_courses_own_mark_also_before_there_is_a_release(tmp_path: Path) -> None:
    checks = [named(name, f"### {mark}\n1", points=1) for name, mark in (("a", "BEGIN SECRET"), ("b", "BEGIN"))]
    config = "c = get_config()\nc.ClearHiddenTests.begin_test_delimeter = 'BEGIN SECRET'\n"
    source = read_source(make_course(tmp_path, *checks, config=config))
    verdict = judge(source, source, notebook="lab", assignment="week1")
    assert [cell.hidden for cell in verdict.cells] == [True, False]


@pytest.mark.parametrize("name", ["problem1", "problem2"])
def test_nbgraders_own_example_is_accepted(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "source" / "ps1"
    shutil.copytree(guide() / "source" / "ps1", folder)
    path = folder / f"{name}.ipynb"
    made = make_release(Course(tmp_path), "ps1", path, path.read_bytes())
    assert len(made["cells"]) == len(read_source(path)["cells"])


def test_only_what_nbgrader_requires_of_metadata_is_required(tmp_path: Path) -> None:
    cell = named("squares", SOLUTION, solution=True)
    del cell["metadata"]["nbgrader"]["task"]
    ungraded = extra_cell("1")
    ungraded["metadata"]["nbgrader"] = {"grade": False, "locked": False, "schema_version": 3, "solution": False}
    path = make_course(tmp_path, cell, ungraded)
    course = Course(tmp_path)
    assert len(make_release(course, "week1", path, path.read_bytes())["cells"]) == 2
    del cell["metadata"]["nbgrader"]["grade_id"]
    write_notebook(path, {**make_source(), "cells": [cell]})
    with pytest.raises(CourseError, match="lacks grade_id"):
        make_release(course, "week1", path, path.read_bytes())
