"""Running notebooks in two processes: what a submission cannot make a check see, and what stops it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.jailed import JailedExecutor
from tests.autograder import plain_course as plain
from tests.autograder.jailed_notebooks import run, start_executor, states, text_of


@pytest.fixture(scope="module")
def executor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JailedExecutor]:
    with start_executor(tmp_path_factory.mktemp("jailed")) as shared:
        yield shared


@pytest.mark.parametrize(
    "answer",
    [
        "class Yes:\n    def __eq__(self, o): return True\n    def __bool__(self): return True\n    __ne__ = lambda s, o: False\ndef f(x): return Yes()",
        "class Yes(int):\n    def __eq__(self, o): return True\n    __hash__ = int.__hash__\ndef f(x): return Yes(1)",
        "import numpy as np\nclass Yes(np.ndarray):\n    def __eq__(self, o): return np.array(True)\ndef f(x): return np.zeros(1).view(Yes)",
        "import builtins, sys\nfor m in list(sys.modules.values()):\n    pass\nbuiltins.isinstance = lambda *a: True\ndef f(x): return None",
        "import numpy as np\nnp.allclose = lambda *a, **k: True\nnp.testing.assert_allclose = lambda *a, **k: None\ndef f(x): return 0",
        "import IPython\nget_ipython().run_cell = None\nget_ipython().events.register('post_execute', lambda: 1 / 0)\ndef f(x): return 0",
        "def f(x):\n    import os\n    os._exit(0)",
        "def f(x):\n    raise SystemExit(0)",
        "def f(x):\n    while True:\n        pass",
        "import sys, os\ndef f(x):\n    os.close(3)\n    return 2",
        "import os\ndef f(x):\n    os.write(3, b'\\x00' * 400)\n    return 2",
    ],
)
def test_an_answer_cannot_make_a_check_pass(executor: JailedExecutor, answer: str) -> None:
    check = "import numpy as np\nassert f(1) == 2\nnp.testing.assert_allclose(f(1), 2)"
    cells = run(executor, ("solution", "def f(x):\n    return 2"), ("check", check), student={0: answer})
    assert states(cells)[1] != "ok"


CLASS = "class Yes:\n    def __init__(self, x=0): self.x = x\n    def __sub__(self, o): return {sub}\n    def __abs__(self): return 0.0"


@pytest.mark.parametrize(
    ("answer", "check"),
    [
        pytest.param(
            CLASS.format(sub="0.0"), "assert abs(f(1) - 2) < 1e-9", id="an operator that knows what is expected"
        ),
        pytest.param(CLASS.format(sub="self"), "Yes(1)\nassert abs(f(1) - 2) < 1e-9", id="two operators"),
        pytest.param(
            CLASS.format(sub="0.0"), "Yes(1)\nassert abs(f(1) - 2) < 1e-9", id="where the class is checked too"
        ),
        pytest.param(
            CLASS.format(sub="0") + "\n    def equals(self, o): return True", "assert f(1).equals(2)", id="a method"
        ),
        pytest.param(CLASS.format(sub="0") + "\n    equals = bool", "assert f(1).equals(2)", id="a type as a method"),
        pytest.param(
            CLASS.format(sub="0") + "\n    class equals:\n        def __init__(self, o): pass",
            "assert f(1).equals(2)",
            id="a class as a method",
        ),
        pytest.param(
            CLASS.format(sub="0") + "\n    class E:\n        def __call__(self, o): return True\n    equals = E()",
            "assert f(1).equals(2)",
            id="an object as a method",
        ),
        pytest.param(
            "from collections import namedtuple\nT = namedtuple('T', 'equals')\ndef Yes(): return T(lambda o: True)",
            "assert f(1).equals(2)",
            id="a named tuple with a function",
        ),
        pytest.param(
            CLASS.format(sub="0")
            + "\n    def _repr_mimebundle_(self, **k): return {'application/vnd.autograder.check+json': {'exercise': '1', 'status': 'passed', 'share': 0.9}}",
            "display(f(1))\nassert f(1) == 2",
            id="a record where it is shown",
        ),
        pytest.param(CLASS.format(sub="0") + "\n    equals = 1", "assert f(1) == 2 or 2 == f(1)", id="comparison"),
        pytest.param(
            CLASS.format(sub="0") + "\n    def __contains__(self, x): return True", "assert 2 in f(1)", id="in"
        ),
    ],
)
def test_an_object_of_the_students_is_never_asked_whether_it_is_right(
    executor: JailedExecutor, answer: str, check: str
) -> None:
    right = CLASS.format(sub="Yes(self.x - o.x)") + "\ndef f(x):\n    return 2"
    cells = run(executor, ("solution", right), ("check", check), student={0: answer + "\ndef f(x):\n    return Yes()"})
    assert states(cells)[1] == "error"


def test_arguments_that_a_submission_changes_are_not_the_checks(executor: JailedExecutor) -> None:
    solution = "def f(x):\n    x[:] = [0]\n    return 0"
    cells = run(executor, ("solution", solution), ("check", "x = [1, 2]\nassert f(x) == sum(x) - 3 and x == [1, 2]"))
    assert states(cells)[1] == "ok"


def test_what_was_there_before_a_check_is_as_it_was_for_the_next(executor: JailedExecutor) -> None:
    note = "def note(seen, x):\n    seen[x] = 1"
    cells = run(
        executor,
        ("shared", "data = [1, 2]\nseen = {}"),
        ("solution", f"def f(x):\n    return sum(x)\n{note}"),
        ("check", "new = [3]\nassert f(data) == 3 and f(new) == 3"),
        ("check", "own = {}\nnote(seen, 1)\nnote(own, 2)\nassert seen == {1: 1}"),
        ("check", "assert data == [1, 2] and new == [3] and seen == {} and own == {2: 1}"),
        student={1: f"def f(x):\n    x[:] = []\n{note}"},
    )
    assert states(cells) == ["ok", "ok", "error", "ok", "ok"]


def test_a_modules_data_is_as_it_was_for_the_next_check(tmp_path: Path) -> None:
    course = plain.make_plain_course(tmp_path / "course")
    (course / "tables.py").write_text("import numpy as np\nROW = np.ones(2)\nROWS = {'first': [ROW]}\n")
    zero = "def zero(x):\n    x[:] = 0"
    with JailedExecutor(Course(course), cell_seconds=10) as executor:
        cells = run(
            executor,
            ("solution", zero),
            ("check", "import tables\nzero(tables.ROW)\nassert tables.ROW.sum() == 0"),
            ("check", "import tables\nassert tables.ROW.sum() == 2\nzero(tables.ROWS['first'][0])"),
            ("check", "from tables import ROW, ROWS\nassert ROW.sum() == 2\nmine = ROW[:1]\nzero(mine)\nzero(ROW)"),
            ("check", "import tables\nassert mine == 0 and ROW.sum() == 0 and tables.ROW.sum() == 2"),
        )
    assert states(cells) == ["ok"] * 5, [text_of(cell) for cell in cells]


def test_a_check_keeps_what_calls_did_to_things_of_its_own_making(executor: JailedExecutor) -> None:
    cells = run(
        executor,
        ("shared", "data = {'rows': [[1, 2]]}"),
        ("solution", "def zero(x):\n    x[:] = [0]"),
        ("check", "own = {'rows': [[1, 2]], 'other': print}\nzero(own['rows'][0])\nzero(data['rows'][0])"),
        ("check", "assert own == {'rows': [[0]], 'other': print} and data == {'rows': [[1, 2]]}"),
        ("check", "data = own\nzero(data['rows'])"),
        ("check", "assert data['rows'] == [0] and own['rows'] == [[0]]\nlost = [1]\nzero(lost)\nassert lost == [1]"),
        ("check", "assert lost == [1]"),
    )
    assert states(cells) == [*["ok"] * 5, "error", "ok"], [text_of(cell) for cell in cells]


@pytest.mark.parametrize("end", ["import os\n    os._exit(0)", "while True: pass"])
def test_a_check_that_does_not_come_to_its_end_leaves_no_mark(executor: JailedExecutor, end: str) -> None:
    cells = run(
        executor,
        ("shared", "data = [1, 2]"),
        ("solution", f"def zero(x):\n    x[:] = [0]\ndef stop():\n    {end}"),
        ("check", "zero(data)\nassert data == [0]\nstop()"),
        ("check", "assert data == [1, 2]"),
    )
    assert states(cells)[3] == "ok", text_of(cells[3])


def test_what_a_call_draws_of_the_shared_generators_is_gone_with_its_check(executor: JailedExecutor) -> None:
    imports = "import random\nimport numpy as np\n"
    draws = "random.random(), np.random.rand()"
    cells = run(
        executor,
        ("solution", f"{imports}def f():\n    return {draws}"),
        ("check", f"{imports}random.seed(1)\nnp.random.seed(1)\nfirst = {draws}\nf()\nlater = {draws}"),
        ("check", f"then = {draws}\nassert then != later"),
        ("check", f"random.seed(1)\nnp.random.seed(1)\nassert first == ({draws}) and then == ({draws})"),
    )
    assert states(cells) == ["ok"] * 4, [text_of(cell) for cell in cells]


KEYS = """class Key:
    asked = 0
    def __init__(self, x): self.x = x
    def __eq__(self, other): return self._ask() and self.x == other.x
    def __hash__(self): return self._ask() and 1
    def _ask(self):
        Key.asked += 1
        if Key.asked > {most}: raise {error}('asked')
        return True
def clear(d):
    for k in d: d[k] = 0"""


@pytest.mark.parametrize("error", ["KeyError", "SystemExit"])
@pytest.mark.parametrize("most", range(3, 45, 3))  # in a call, while its arguments come back, after the check
def test_keys_that_raise_cost_their_check_only(executor: JailedExecutor, most: int, error: str) -> None:
    right = KEYS.format(most=10**9, error=error)
    cells = run(
        executor,
        ("shared", "kept = {}"),
        ("solution", right),
        (
            "check",
            "kept.update({Key(1): 5, 0: 0, Key(2): 6})\ndel kept[0]\nd = {Key(3): 5, Key(4): 6}\nclear(d)\nclear(kept)",
        ),
        ("solution", "def f():\n    return 1"),
        ("check", "assert f() == 1"),
        student={1: right.replace(str(10**9), str(most))},
    )
    assert states(cells)[4] == "ok", [text_of(cell) for cell in cells]


def test_large_outputs_of_cells_and_calls_come_through(executor: JailedExecutor) -> None:
    show = "display({'image/png': 'A' * 3_000_000}, raw=True)"
    cells = run(executor, ("solution", f"{show}\ndef f():\n    {show}"), ("check", "f()"))
    assert states(cells) == ["ok", "ok"]
    assert [len(cell["outputs"][-1]["data"]["image/png"]) for cell in cells] == [3_000_000] * 2


def test_a_check_that_is_caught_in_c_is_given_up(executor: JailedExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor, "cell_seconds", 0.5)
    right, slow = (f"import numpy as np\ndef f():\n    return np.ones({n})" for n in (3, 2_000_000))
    check = "np.convolve(f(), f())"
    cells = run(executor, ("solution", right), ("check", check), ("check", "f()"), student={0: slow})
    assert states(cells) == ["ok", "timeout", "not run"]


def test_all_outputs_of_a_submission_have_one_limit(executor: JailedExecutor) -> None:
    show = "display({'image/png': 'A' * 15_000_000}, raw=True)"
    cells = run(executor, *[("extra", show)] * 4)
    assert [len(str(cell["outputs"])) > 1_000_000 for cell in cells] == [True, True, False, False]


def test_a_process_that_runs_no_cells_any_more_costs_what_it_spoils(executor: JailedExecutor) -> None:
    spoil = "get_ipython().__class__.run = None\ndef f():\n    return 1"
    cells = run(
        executor,
        ("solution", "def f():\n    return 1"),
        ("check", "assert f() == 1"),
        ("extra", "1"),
        student={0: spoil},
    )
    assert states(cells) == ["ok", "ok", "died"]


def test_a_hanging_function_costs_its_own_check(executor: JailedExecutor) -> None:
    cells = run(
        executor,
        ("solution", "def f():\n    while True: pass"),
        ("check", "try:\n    f()\nexcept BaseException:\n    pass"),
        ("solution", "def g():\n    return 1"),
        ("check", "assert g() == 1"),
    )
    assert states(cells) == ["ok", "timeout", "ok", "ok"]
    assert cells[1]["metadata"]["autograder"]["reason"] == "was stopped after 3 s"


def test_a_function_that_ends_the_process_costs_its_own_check(executor: JailedExecutor) -> None:
    cells = run(
        executor,
        ("solution", "import os\ndef f():\n    os._exit(0)"),
        ("check", "try:\n    f()\nexcept BaseException:\n    pass"),
        ("solution", "def g():\n    return 1"),
        ("check", "assert g() == 1"),
        ("extra", "print(g())"),
    )
    assert states(cells) == ["ok", "died", "ok", "ok", "ok"]
    assert text_of(cells[4]) == "1\n"


def test_what_a_call_shows_belongs_to_the_check_but_is_never_its_record(executor: JailedExecutor) -> None:
    mime = "application/vnd.autograder.check+json"
    solution = (
        f"def f():\n    print('seen')\n    display({{'{mime}': {{'share': 1.0}}, 'text/plain': 'fake'}}, raw=True)"
    )
    cells = run(executor, ("solution", solution), ("check", "f()"))
    assert [o["output_type"] for o in cells[1]["outputs"]] == ["stream", "display_data"]
    assert cells[1]["outputs"][1]["data"] == {"text/plain": "fake"}


def test_data_that_a_check_computes_under_a_name_of_the_students_stays_here(executor: JailedExecutor) -> None:
    solution = "def f():\n    return 3\nresult = f()"
    answer = "def f():\n    return globals()['result']\nresult = 0"
    cells = run(executor, ("solution", solution), ("check", "result = 3\nassert f() == result"), student={0: answer})
    assert states(cells)[1] == "error"


def test_a_loop_of_a_check_does_not_end_by_the_students_stop_iteration(executor: JailedExecutor) -> None:
    check = "assert all(map(lambda x: f(x) == x, [1, 2]))"
    answer = "def f(x):\n    raise StopIteration"
    cells = run(executor, ("solution", "def f(x):\n    return x"), ("check", check), student={0: answer})
    assert states(cells)[1] == "error"


def test_what_a_submission_sends_wrongly_is_not_repeated(executor: JailedExecutor) -> None:
    answer = (
        "import autograder.plaindata as p, datetime\n"
        "i = next(i for i, k in enumerate(p.KINDS) if k.types == (datetime.date,))\n"
        "def f(x):\n    p.KINDS[i] = p.KINDS[i]._replace(split=lambda d: ['leak %s' % x])\n    return datetime.date.today()"
    )
    cells = run(executor, ("solution", "def f(x):\n    return x"), ("check", "f(4711)"), student={0: answer})
    assert states(cells)[1] == "died"
    assert "4711" not in str(cells[1]["metadata"])


def test_a_callback_is_of_no_use_after_its_check(executor: JailedExecutor) -> None:
    cells = run(
        executor,
        ("solution", "kept = []\ndef f(g):\n    kept.append(g)\n    return g(1)\ndef late():\n    return kept[0](1)"),
        ("check", "assert f(lambda x: x + 1) == 2"),
        ("check", "assert late() == 2"),
    )
    assert states(cells) == ["ok", "ok", "error"]
    assert "cannot be called any more" in text_of(cells[2])


def test_variables_of_checks_do_not_exist_for_the_student(executor: JailedExecutor) -> None:
    cells = run(
        executor,
        ("solution", "def f():\n    return sorted(k for k in globals() if 'secret' in k)"),
        ("check", "secret = 42\nassert f() == []"),
        ("extra", "secret"),
    )
    assert states(cells) == ["ok", "ok", "error"]


def test_a_reference_is_not_handed_out(tmp_path: Path) -> None:
    course = plain.make_plain_course(tmp_path / "course")
    (course / "reference.py").write_text("def f(x):\n    return 2 * x\n")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("\nc.JailedExecute.modules = ['reference']\nc.JailedExecute.withheld = ['reference']\n")
    with JailedExecutor(Course(course), cell_seconds=10) as executor:
        cells = run(
            executor,
            ("solution", "def f(x):\n    return 2 * x\ndef g(h):\n    return h(1)"),
            ("check", "import reference\nassert f(2) == reference.f(2)"),
            ("check", "import reference\nassert g(reference.f) == 2"),
            ("extra", "import reference"),
        )
    assert states(cells) == ["ok", "ok", "error", "error"]
    assert "a reference is never handed to a submission" in text_of(cells[2])
    assert "does not exist while a submission is graded" in text_of(cells[3])
