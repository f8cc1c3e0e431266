"""What a check's visible part imports is there for the student's cells below, as in one process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.definitions import find_shown_bindings
from autograder.jailed import JailedExecutor
from tests.autograder.jailed_notebooks import notebook_of, run, start_executor, states

CHECK = """\
import math, no_such_module
import math
from statistics import mean as average
data = [1, 2, 4]
first = solve(data)
assert first == 4
### BEGIN HIDDEN TESTS
import fractions
secret = 7
### END HIDDEN TESTS"""


@pytest.fixture(scope="module")
def executor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JailedExecutor]:
    with start_executor(tmp_path_factory.mktemp("shown")) as shared:
        yield shared


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("mine = math.floor(average([1, 2, 4]))", "ok"),
        ("mine = 2 if data else 2", "error"),
        ("mine = 2 if fractions else 2", "error"),
        ("mine = 2 if secret else 2", "error"),
        ("mine = 2 if first else 2", "error"),
    ],
)
def test_cells_below_find_what_students_see_above(executor: JailedExecutor, answer: str, state: str) -> None:
    check = CHECK.replace(", no_such_module", "")
    cells = run(
        executor, ("solution", "solve = max"), ("check", check), ("solution", answer), ("check", "assert mine == 2")
    )
    assert states(cells) == ["ok", "ok", state, state]
    assert [cell["execution_count"] for cell in cells] == [1, 2, 3, 4]


def test_an_import_that_fails_there_changes_nothing_else(executor: JailedExecutor) -> None:
    check = "try:\n    import no_such_module\nexcept ImportError:\n    pass\nfrom no_other import x\nimport math\n"
    cells = run(executor, ("solution", "a = 1"), ("check", check), ("solution", "b = math.pi"))
    assert states(cells) == ["ok", "error", "ok"]


def test_what_counts_is_new_and_nobodys_answer() -> None:
    source = notebook_of(
        ("shared", "import numpy as np\nn = 3"),
        ("check", "import numpy as np\nimport math\nimport answer\nn = 4\n%time 1"),
        ("solution", "answer = 6"),
        ("check", "import math\nfor"),
        ("check", "import math\nfrom os import *"),
    )
    found = find_shown_bindings(source)
    assert list(found) == ["check_1", "check_4"]
    assert found["check_1"] == "try:\n    import math\nexcept Exception:\n    pass\n"
    assert "from os import *" in found["check_4"]
    assert "math" not in found["check_4"]


def test_a_check_that_is_hidden_as_a_whole_leaves_nothing() -> None:
    source = notebook_of(("solution", "a = 1"), ("check", "import math"))
    source["cells"][1]["metadata"]["autograder_hidden"] = True
    assert find_shown_bindings(source) == {}
