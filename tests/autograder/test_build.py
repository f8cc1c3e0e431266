"""`autograder build`: nothing changes without a reason, and nobody's work is lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder import pairing
from autograder.build import find_stale_sources, plan_build, write_build
from autograder.cli import main
from autograder.course import Course
from autograder.errors import CourseError

LESSON = '''\
# %% [markdown]
# # A tiny lesson

# %% nbgrader={"grade": false, "grade_id": "double", "locked": false, "schema_version": 3, "solution": true, "task": false}
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_double", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
# Hidden checks.
### BEGIN HIDDEN TESTS
assert double(3) == 6
### END HIDDEN TESTS

# %% tags=["skip-execution"]
# %matplotlib inline
print("an experiment")

# %%
print("twice the same")

# %%
print("twice the same")
'''


@pytest.fixture
def course(tmp_path: Path) -> Course:
    folder = tmp_path / "course" / "01_tiny"
    folder.mkdir(parents=True)
    (folder / "tiny.py").write_text(LESSON)
    (folder / "data.csv").write_text("1,2\n")
    (folder / "helper.py").write_text("ANSWER = 42\n")
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    shutil.copy(Path(__file__).parents[2] / "jupytext.toml", tmp_path)
    build(Course(tmp_path))
    return Course(tmp_path)


def build(course: Course, **options: Any) -> list[str]:
    changes = plan_build(course, **options)
    write_build(changes)
    return [change.path.relative_to(course.root).as_posix() for change in changes]


def source_path(course: Course) -> Path:
    return course.source / "01_tiny" / "tiny.ipynb"


def edit_source(course: Course, old: str, new: str) -> dict[str, Any]:
    """Change the notebook as JupyterLab does: lists of lines, other ids, outputs, another kernel name."""
    notebook = json.loads(source_path(course).read_text())
    for number, cell in enumerate(notebook["cells"]):
        cell["source"] = "".join(cell["source"]).replace(old, new).splitlines(keepends=True)
        cell["id"] = f"lab-{number}"
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["hello\n"]}]
            cell["metadata"]["execution"] = {"iopub.status.busy": "now"}
    notebook["metadata"]["kernelspec"]["display_name"] = "My Python"
    source_path(course).write_text(json.dumps(notebook))
    return notebook


def files(course: Course) -> dict[Path, tuple[bytes, int]]:
    return {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in course.root.rglob("*") if p.is_file()}


def test_a_second_build_touches_nothing(course: Course) -> None:
    before = files(course)
    assert build(course) == []
    assert files(course) == before


def test_release_has_neither_solutions_nor_hidden_checks_nor_our_notes(course: Course) -> None:
    text = (course.release / "01_tiny" / "tiny.ipynb").read_text()
    assert "2 * x" not in text
    assert "double(3)" not in text
    assert "built_from" not in text
    assert "lines_to_next_cell" not in text
    assert "raise NotImplementedError" in text
    assert not (course.root / "gradebook.db").exists()


def test_cell_ids_are_the_names_of_the_exercises_or_derived_from_the_text(course: Course) -> None:
    ids = [cell["id"] for cell in json.loads(source_path(course).read_text())["cells"]]
    assert ids[1:3] == ["double", "check_double"]
    assert ids[-1] == f"{ids[-2]}-2"
    assert len(set(ids)) == len(ids)


def test_other_files_go_along(course: Course) -> None:
    for step in (course.source, course.release):
        assert (step / "01_tiny" / "data.csv").read_text() == "1,2\n"
        assert (step / "01_tiny" / "helper.py").is_file()


def test_a_change_in_course_goes_forward(course: Course) -> None:
    lesson = course.root / "course/01_tiny/tiny.py"
    lesson.write_text(LESSON.replace("A tiny lesson", "A new title"))
    assert build(course) == ["source/01_tiny/tiny.ipynb", "release/01_tiny/tiny.ipynb"]
    assert "A new title" in source_path(course).read_text()


def test_a_change_in_source_is_written_back_and_nothing_else_of_the_text_changes(course: Course) -> None:
    edit_source(course, "2 * x", "x + x")
    assert build(course)[0] == "course/01_tiny/tiny.py"
    assert (course.root / "course/01_tiny/tiny.py").read_text() == LESSON.replace("2 * x", "x + x")
    assert "hello" not in source_path(course).read_text()
    assert build(course) == []


def test_the_header_of_a_text_is_kept(course: Course) -> None:
    header = "# ---\n# jupyter:\n#   kernelspec:\n#     display_name: Python 3\n#     language: python\n#     name: python3\n# ---\n\n"
    lesson = course.root / "course/01_tiny/tiny.py"
    lesson.write_text(header + LESSON)
    build(course)
    edit_source(course, "2 * x", "x + x")
    build(course)
    assert lesson.read_text() == header + LESSON.replace("2 * x", "x + x")


def test_outputs_alone_are_no_change_of_the_lesson(course: Course) -> None:
    before = source_path(course).read_bytes()
    edit_source(course, "", "")
    assert build(course) == ["source/01_tiny/tiny.ipynb"]
    assert source_path(course).read_bytes() == before


def test_changes_on_both_sides_stop_the_build_before_anything_is_written(course: Course) -> None:
    edit_source(course, "2 * x", "x + x")
    (course.root / "course/01_tiny/tiny.py").write_text(LESSON.replace("A tiny", "A new"))
    before = files(course)
    with pytest.raises(CourseError, match="--prefer source") as caught:
        plan_build(course)
    assert "course/01_tiny/tiny.py" in str(caught.value)
    assert "source/01_tiny/tiny.ipynb" in str(caught.value)
    assert files(course) == before


@pytest.mark.parametrize(("prefer", "kept"), [("course", "A new lesson"), ("source", "x + x")])
def test_a_conflict_is_settled_by_the_user(course: Course, prefer: str, kept: str) -> None:
    edit_source(course, "2 * x", "x + x")
    lesson = course.root / "course/01_tiny/tiny.py"
    lesson.write_text(LESSON.replace("A tiny", "A new"))
    build(course, prefer=prefer)
    assert ("x + x" in lesson.read_text()) == (kept == "x + x")
    assert kept in source_path(course).read_text()
    assert build(course) == []


def test_the_same_change_on_both_sides_is_no_conflict(course: Course) -> None:
    """What `jupytext --sync` and the JupyterLab extension leave behind."""
    edit_source(course, "2 * x", "x + x")
    (course.root / "course/01_tiny/tiny.py").write_text(LESSON.replace("2 * x", "x + x"))
    assert build(course) == ["source/01_tiny/tiny.ipynb"]
    assert build(course) == []


def test_a_pasted_picture_cannot_get_lost(course: Course) -> None:
    notebook = json.loads(source_path(course).read_text())
    notebook["cells"][0]["attachments"] = {"picture.png": {"image/png": "aGVsbG8="}}
    source_path(course).write_text(json.dumps(notebook))
    before = files(course)
    with pytest.raises(CourseError, match="pasted picture"):
        plan_build(course)
    assert files(course) == before


def test_texts_survive_the_way_there_and_back() -> None:
    notebook = pairing.make_source(LESSON)
    assert pairing.make_text(notebook, LESSON) == LESSON
    assert pairing.find_changed_side(LESSON, notebook) == "none"


def test_jupytext_sync_keeps_the_pair_in_date(course: Course) -> None:
    edit_source(course, "2 * x", "x + x")
    command = [sys.executable, "-m", "jupytext", "--sync", "source/01_tiny/tiny.ipynb"]
    subprocess.run(command, cwd=course.root, check=True, capture_output=True, timeout=120)
    lesson = course.root / "course/01_tiny/tiny.py"
    assert lesson.read_text() == LESSON.replace("2 * x", "x + x")
    build(course)
    subprocess.run(command, cwd=course.root, check=True, capture_output=True, timeout=120)
    assert build(course) == []
    assert lesson.read_text() == LESSON.replace("2 * x", "x + x")


def test_check_lists_what_is_out_of_date_and_writes_nothing(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--check", "--course", str(course.root)]) == 0
    (course.root / "course/01_tiny/tiny.py").write_text(LESSON.replace("A tiny", "A new"))
    before = files(course)
    assert main(["build", "--check", "--course", str(course.root)]) == 1
    assert "source/01_tiny/tiny.ipynb" in capsys.readouterr().out
    assert files(course) == before


def test_a_course_without_texts_builds_from_its_source(course: Course) -> None:
    shutil.rmtree(course.root / "course")
    shutil.rmtree(course.release)
    assert "release/01_tiny/tiny.ipynb" in build(Course(course.root))


def test_a_name_that_occurs_twice_is_refused_in_a_sentence(course: Course) -> None:
    lesson = course.root / "course/01_tiny/tiny.py"
    lesson.write_text(LESSON.replace('"grade_id": "check_double"', '"grade_id": "double"'))
    with pytest.raises(CourseError, match="Duplicate grade id"):
        plan_build(course)


def test_an_unknown_assignment_names_the_known_ones(course: Course) -> None:
    with pytest.raises(CourseError, match="01_tiny"):
        plan_build(course, ["02_unknown"])


def test_forgotten_metadata_is_named_with_its_cell(course: Course) -> None:
    lesson = course.root / "course" / "01_tiny" / "tiny.py"
    lesson.write_text(
        LESSON.replace('"grade_id": "double", "locked": false, "schema_version": 3, ', '"grade_id": "double", ')
    )
    with pytest.raises(CourseError, match="metadata of cell 'double' lacks locked, schema_version"):
        plan_build(course)


def test_verify_does_not_test_what_was_not_built(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    assert find_stale_sources(course) == []
    lesson = course.root / "course" / "01_tiny" / "tiny.py"
    lesson.write_text(LESSON.replace("2 * x", "x + x"))
    assert main(["verify", "--course", str(course.root)]) == 2
    assert "run `autograder build` first" in capsys.readouterr().err
    assert find_stale_sources(course, ["another"]) == []
