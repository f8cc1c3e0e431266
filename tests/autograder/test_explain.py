"""What a learner is told of a check that a course hides in part."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.execute import Origin, PlainExecutor
from autograder.notebook import rebuild
from autograder.verdict import judge
from tests.autograder.plain_course import NOTEBOOK, make_release, make_source, solved

MIXED = """\
assert double(1) == 2, f"double(1) should be 2, not {double(1)}"
for value in (2, 3):
    assert double(value) == 2 * value, f"double({value}) is wrong"
### BEGIN HIDDEN TESTS
assert double(-77) == -154, f"double(-77) gave {double(-77)}"
### END HIDDEN TESTS"""


@pytest.mark.parametrize(
    ("factor", "message"),
    [
        ("3", "double: AssertionError: double(1) should be 2, not 3"),
        ("(2 if x < 3 else 5)", "double: AssertionError: double(3) is wrong"),
        ("(2 if x > 0 else 3)", "double: AssertionError"),
    ],
)
def test_a_check_that_is_hidden_in_part_speaks_where_students_see_it(
    executor: PlainExecutor, course_folder: Path, factor: str, message: str
) -> None:
    source, release = make_source(), make_release()
    shown = MIXED.partition("### BEGIN")[0].rstrip()
    for notebook, text in ((source, MIXED), (release, shown)):
        next(cell for cell in notebook["cells"] if cell["id"] == "check_double")["source"] = text
    submitted = solved(double=f"def double(x):\n    return x * {factor}")
    origin = Origin(course_folder / "source" / "week1" / NOTEBOOK, source)
    executed = executor.run(rebuild(source, submitted), origin)
    found = judge(source, executed, notebook="plain.ipynb", assignment="week1", release=release)
    (cell,) = [cell for cell in found.cells if cell.grade_id == "check_double"]
    assert (cell.hidden, cell.status, cell.message) == (True, "failed", message)
