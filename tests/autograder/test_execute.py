"""Running notebooks: outputs, limits, crashes, and what must not leak from one run to the next."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.execute import Origin, PlainExecutor
from autograder.limits import STREAM_CHARACTERS
from autograder.worker import _Child
from tests.autograder.plain_course import extra_cell


@pytest.fixture(scope="module")
def impatient() -> Iterator[PlainExecutor]:
    with PlainExecutor(cell_seconds=0.5) as executor:
        yield executor


def run(executor: PlainExecutor, *sources: str, folder: Path = Path("nowhere")) -> list[dict[str, Any]]:
    notebook = {"cells": [extra_cell(source) for source in sources], "metadata": {}}
    cells: list[dict[str, Any]] = executor.run(notebook, Origin(folder / "week1.ipynb", notebook))["cells"]
    return cells


def states(cells: list[dict[str, Any]]) -> list[str]:
    return [cell["metadata"]["autograder"]["status"] for cell in cells]


def test_collects_outputs_in_the_order_in_which_they_came(executor: PlainExecutor) -> None:
    source = "import sys\nprint('a')\nprint('b')\nprint('c', file=sys.stderr)\ndisplay('d')\n6 * 7"
    [cell] = run(executor, source)
    assert cell["outputs"] == [
        {"output_type": "stream", "name": "stdout", "text": "a\nb\n"},
        {"output_type": "stream", "name": "stderr", "text": "c\n"},
        {"output_type": "display_data", "data": {"text/plain": "'d'"}, "metadata": {}},
        {"output_type": "execute_result", "data": {"text/plain": "42"}, "metadata": {}, "execution_count": 1},
    ]
    assert states([cell]) == ["ok"]


def test_shows_figures_as_a_kernel_does(executor: PlainExecutor) -> None:
    implicit, explicit = run(
        executor, "import matplotlib.pyplot as plt\nplt.plot([1, 2]);", "plt.plot([1]); plt.show(); print('after')"
    )
    assert "image/png" in implicit["outputs"][-1]["data"]
    assert [output["output_type"] for output in explicit["outputs"]] == ["display_data", "stream"]


def test_keeps_rich_outputs_and_the_records_of_checks(executor: PlainExecutor) -> None:
    mime = "application/vnd.autograder.check+json"
    [cell] = run(
        executor, f"display({{'{mime}': {{'share': 0.5, 'list': [1, None]}}, 'text/html': '<b>x</b>'}}, raw=True)"
    )
    assert cell["outputs"][0]["data"] == {mime: {"share": 0.5, "list": [1, None]}, "text/html": "<b>x</b>"}


def test_updates_and_clears_outputs(executor: PlainExecutor) -> None:
    [updated, cleared] = run(
        executor,
        "handle = display('old', display_id=True)\nhandle.update('new')",
        "from IPython.display import clear_output\nprint('old'); clear_output(wait=True); print('new')",
    )
    assert [output["data"]["text/plain"] for output in updated["outputs"]] == ["'new'"]
    assert [output["text"] for output in cleared["outputs"]] == ["new\n"]


def test_an_error_stops_its_cell_only_and_tells_where_it_came_from(executor: PlainExecutor) -> None:
    cells = run(
        executor,
        "def f(x):\n    return 1 / x",
        "try:\n    f(0)\nexcept ZeroDivisionError as error:\n    raise ValueError('checked') from error",
        "print('on')",
    )
    assert states(cells) == ["ok", "error", "ok"]
    assert cells[1]["outputs"][-1]["ename"] == "ValueError"
    raised = cells[1]["metadata"]["autograder"]["raised"]
    assert (raised["type"], raised["text"]) == ("ZeroDivisionError", "division by zero")
    assert raised["frames"] == [[2, 2, "<module>", "f(0)"], [1, 2, "f", "return 1 / x"]]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("def f(:\n  pass", "SyntaxError"),
        ("input('name?')", "EOFError"),
        ("exit()", "SystemExit"),
        ("import sys; sys.exit(1)", "SystemExit"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
        ("class Odd(BaseException):\n    def __str__(self): 1 / 0\nraise Odd", "Odd"),
        ("x = 1\0", "SyntaxError"),
        ("x = '\ud800'", "UnicodeEncodeError"),
    ],
)
def test_odd_ends_are_errors_of_their_cell(executor: PlainExecutor, source: str, name: str) -> None:
    cells = run(executor, source, "1 + 1")
    assert states(cells) == ["error", "ok"]
    assert name in [output.get("ename") for output in cells[0]["outputs"]]


def test_a_hanging_cell_is_stopped_and_the_others_count(impatient: PlainExecutor) -> None:
    cells = run(impatient, "a = 1", "while True: pass", "a + 1")
    assert states(cells) == ["ok", "timeout", "ok"]
    assert cells[1]["outputs"][-1]["evalue"] == "this cell was stopped after 0.5 s"
    assert cells[2]["outputs"][0]["data"]["text/plain"] == "2"


def test_a_cell_that_ends_the_process_costs_itself_only(executor: PlainExecutor) -> None:
    cells = run(executor, "a = 1", "import os; os._exit(0)", "a + 1")
    assert states(cells) == ["ok", "died", "ok"]


def test_restarts_are_limited(executor: PlainExecutor) -> None:
    cells = run(executor, *["import os; os._exit(0)"] * 4, "1")
    assert states(cells) == ["died"] * 4 + ["not run"]
    assert "more than 3 times" in cells[4]["outputs"][0]["evalue"]


def test_the_time_of_the_whole_notebook_is_limited() -> None:
    with PlainExecutor(cell_seconds=30, submission_seconds=0.5) as executor:
        cells = run(executor, "while True: pass", "1")
    assert states(cells) == ["timeout", "not run"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_killed_worker_costs_one_cell(executor: PlainExecutor) -> None:
    cells = run(executor, "a = 1", "import os, signal; os.kill(os.getppid(), signal.SIGKILL)", "a + 1")
    assert states(cells) == ["ok", "died", "ok"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_copy_does_not_answer_too(executor: PlainExecutor) -> None:
    cells = run(executor, "import os\npid = os.fork()", "if pid: os.waitpid(pid, 0)\npid > 0", "'third'")
    assert [cell["outputs"][0]["data"]["text/plain"] for cell in cells[1:]] == ["True", "'third'"]


def test_text_is_cut(executor: PlainExecutor) -> None:
    cells = run(executor, f"for _ in range(30): print('x' * {STREAM_CHARACTERS // 10})")
    text = cells[0]["outputs"][0]["text"]
    assert text.endswith("[output truncated]")
    assert len(text) < STREAM_CHARACTERS + 100


def test_prints_to_the_descriptors_do_not_disturb(executor: PlainExecutor) -> None:
    cells = run(executor, "import os\nos.write(1, b'{\"status\": 1}\\n'); os.system('echo x')", "1")
    assert states(cells) == ["ok", "ok"]


def test_runs_know_nothing_of_each_other(executor: PlainExecutor) -> None:
    run(executor, "import math\nmath.pi = 3\nleft_over = 1")
    cells = run(executor, "left_over", "import math\nmath.pi == 3")
    assert states(cells) == ["error", "ok"]
    assert cells[1]["outputs"][0]["data"]["text/plain"] == "False"


def test_runs_draw_differently_without_a_seed(executor: PlainExecutor) -> None:
    draws = {
        run(executor, "import numpy as np\nnp.random.rand()")[0]["outputs"][0]["data"]["text/plain"] for _ in range(2)
    }
    assert len(draws) == 2


def test_data_files_are_a_copy_without_notebooks(executor: PlainExecutor, tmp_path: Path) -> None:
    (tmp_path / "data.txt").write_text("here")
    (tmp_path / "solution.ipynb").write_text("{}")
    (tmp_path / "beside.py").write_text("value = 7")
    cells = run(
        executor,
        "import os\nsorted(os.listdir())",
        "open('data.txt', 'w').write('changed')",
        "import beside\nbeside.value",
        folder=tmp_path,
    )
    assert cells[0]["outputs"][0]["data"]["text/plain"] == "['beside.py', 'data.txt']"
    assert cells[2]["outputs"][0]["data"]["text/plain"] == "7"
    assert (tmp_path / "data.txt").read_text() == "here"


def test_classes_of_a_cell_can_be_pickled(executor: PlainExecutor) -> None:
    cells = run(executor, "import pickle\nclass A: x = 1\npickle.loads(pickle.dumps(A())).x")
    assert states(cells) == ["ok"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_the_second_run_warms_what_the_instructor_imports_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "colorsys.py").write_text("beside = True")  # has the name of a module of the standard library
    shared = extra_cell(
        "import sys\nloaded = 'wave' in sys.modules\nimport wave, colorsys", grade_id="setup", locked=True
    )
    ask = extra_cell("(loaded, 'chunk_of_the_student' in sys.modules, colorsys.beside)")
    notebook = {"cells": [shared, ask], "metadata": {}}
    with PlainExecutor(cell_seconds=5) as executor:
        shown = [
            executor.run(notebook, Origin(tmp_path / "week1.ipynb", notebook))["cells"][1]["outputs"][0]["data"][
                "text/plain"
            ]
            for _ in range(3)
        ]
    assert shown == ["(False, False, True)", "(True, False, True)", "(True, False, True)"]


def test_runs_where_there_is_no_fork(tmp_path: Path) -> None:
    child = _Child(multiprocessing.get_context("spawn"), str(tmp_path))
    reply = child.run({"op": "cell", "code": "1 + 1", "number": 1, "seconds": 60})
    child.kill()
    assert reply["outputs"][0]["data"] == {"text/plain": "2"}


def test_a_closed_executor_says_so() -> None:
    executor = PlainExecutor()
    executor.close()
    with pytest.raises(RuntimeError, match="closed"):
        run(executor, "1")


def test_limits_must_be_positive() -> None:
    with pytest.raises(ValueError, match="must be positive, got 0"):
        PlainExecutor(cell_seconds=0)
