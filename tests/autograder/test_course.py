"""Where things are in a course, and what is said when they are not."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import Course, plain_stem
from autograder.errors import CourseError
from tests.autograder.plain_course import make_source, write_notebook


def test_finds_assignments_and_settings(course_folder: Path) -> None:
    course = Course(course_folder)
    assert course.assignments() == ["week1"]
    assert [path.name for path in course.source_notebooks("week1")] == ["plain.ipynb"]
    assert course.setting("Execute.timeout") == 2
    assert course.setting("Verify.nothing", "default") == "default"
    assert course.setting("Nothing.at_all", "default") == "default"


def test_finds_the_course_above_the_current_folder(course_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(course_folder / "release" / "week1")
    assert Course.find().root == course_folder.resolve()


def test_a_source_folder_is_enough(course_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (course_folder / "nbgrader_config.py").unlink()
    monkeypatch.chdir(course_folder)
    assert Course.find().assignments() == ["week1"]


def test_takes_folder_names_from_the_configuration(course_folder: Path) -> None:
    (course_folder / "source").rename(course_folder / "lessons")
    (course_folder / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.source_directory = 'lessons'\n"
    )
    assert Course(course_folder).assignments() == ["week1"]


@pytest.mark.parametrize(
    ("config", "reason"),
    [
        ("import nowhere_to_be_found", "nowhere_to_be_found"),
        ("c.CourseDirectory.directory_structure = '{x}'", "structure"),
    ],
)
def test_says_what_is_wrong_with_a_configuration(course_folder: Path, config: str, reason: str) -> None:
    (course_folder / "nbgrader_config.py").write_text(f"c = get_config()\n{config}\n")
    with pytest.raises(CourseError, match=reason):
        Course(course_folder)


def test_says_that_a_folder_is_no_course(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="not a course"):
        Course(tmp_path)
    with pytest.raises(CourseError, match="no course folder"):
        Course(tmp_path / "missing")


@pytest.mark.parametrize("name", ["plain.ipynb", "plain (1).ipynb", "plain-Copy1.ipynb", "a/b/plain(2).IPYNB"])
def test_finds_the_assignment_of_a_copy(course_folder: Path, name: str) -> None:
    assignment, path = Course(course_folder).find_assignment(name)
    assert (assignment, path.name) == ("week1", "plain.ipynb")


def test_lists_the_assignments_when_a_name_is_unknown(course_folder: Path) -> None:
    with pytest.raises(CourseError, match=r"'other.ipynb'.*week1 \(plain.ipynb\)"):
        Course(course_folder).find_assignment("other.ipynb")
    with pytest.raises(CourseError, match=r"'week2'.*week1"):
        Course(course_folder).source_notebooks("week2")


def test_an_ambiguous_name_is_settled_by_its_folder_or_refused(course_folder: Path) -> None:
    (course_folder / "source" / "week2").mkdir()
    write_notebook(course_folder / "source" / "week2" / "plain.ipynb", make_source())
    course = Course(course_folder)
    assert course.find_assignment("somewhere/week2/plain.ipynb")[0] == "week2"
    with pytest.raises(CourseError, match="week1, week2"):
        course.find_assignment("plain.ipynb")


def test_an_exact_name_is_no_copy(course_folder: Path) -> None:
    write_notebook(course_folder / "source" / "week1" / "plain-Copy1.ipynb", make_source())
    assert Course(course_folder).find_assignment("plain-Copy1.ipynb")[1].name == "plain-Copy1.ipynb"
    assert plain_stem("plain-Copy1.ipynb") == "plain"
