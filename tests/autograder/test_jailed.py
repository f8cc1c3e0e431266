"""Running notebooks in two processes: what a check sees of the student's code, and what it cannot be made to see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.execute import Origin
from autograder.jailed import JailedExecutor
from autograder.notebook import rebuild
from tests.autograder import plain_course as plain

Run = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def executor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JailedExecutor]:
    course = plain.make_plain_course(tmp_path_factory.mktemp("jailed") / "course")
    with JailedExecutor(Course(course), cell_seconds=3) as shared:
        yield shared


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


SQUARES = "def squares(n):\n    return [i * i for i in range(1, n + 1)]"


@pytest.mark.parametrize(
    ("solution", "check"),
    [
        pytest.param("def f(x):\n    return x + 1", "assert f(1) == 2 and f(x=2) == 3", id="a function"),
        pytest.param("f = lambda x: x", "assert f([1, (2, {'a': 3})]) == [1, (2, {'a': 3})]", id="nested data"),
        pytest.param("x = {'a': [1, 2]}", "assert x['a'] == [1, 2] and type(x) is dict", id="a value"),
        pytest.param(
            "def f(x):\n    return 1 / x",
            "try:\n    f(0)\nexcept ZeroDivisionError as e:\n    assert str(e) == 'division by zero'\nelse:\n    assert False",
            id="a built-in exception",
        ),
        pytest.param(
            "class Low(ValueError):\n    pass\ndef f(x):\n    raise Low(x, 'low')",
            "try:\n    f(3)\nexcept Low as e:\n    assert e.args == (3, 'low')\nelse:\n    assert False",
            id="an exception class of the student's",
        ),
        pytest.param(
            "import numpy as np\ndef f(a):\n    return np.linalg.inv(a)",
            "import numpy as np\ntry:\n    f(np.zeros((2, 2)))\nexcept np.linalg.LinAlgError:\n    pass\nelse:\n    assert False",
            id="an exception of NumPy's",
        ),
        pytest.param(
            "def sort(x):\n    x.sort()", "x = [3, 1, 2]\nassert sort(x) is None\nassert x == [1, 2, 3]", id="in place"
        ),
        pytest.param(
            "def f(stack):\n    stack.append(1)\n    stack[0].clear()",
            "inner = [5]\nstack = [inner]\nf(stack)\nassert stack == [[], 1] and inner == []",
            id="in place, nested",
        ),
        pytest.param("def f(g):\n    return g(2) + g(3)", "assert f(lambda x: x * x) == 13", id="a call-back"),
        pytest.param(
            "def f(g, x):\n    return g(x)",
            "def g(x):\n    raise KeyError('k')\ntry:\n    f(g, 1)\nexcept KeyError as e:\n    assert e.args == ('k',) or True\nelse:\n    assert False",
            id="a call-back that raises",
        ),
        pytest.param(
            "def f(g):\n    return lambda x: g(x) + 1",
            "h = f(lambda x: 2 * x)\nassert h(4) == 9",
            id="a function that is returned",
        ),
        pytest.param(
            "def f(n):\n    for i in range(n):\n        yield i", "assert list(f(3)) == [0, 1, 2]", id="a generator"
        ),
        pytest.param(
            "def f():\n    i = 0\n    while True:\n        i += 1\n        yield i",
            "g = f()\nassert next(g) == 1\nassert next(g) == 2\nfor x in g:\n    if x > 5: break\nassert next(g) == 7",
            id="an endless generator",
        ),
        pytest.param(
            "def f():\n    print('hello')",
            "import io, contextlib\nout = io.StringIO()\nwith contextlib.redirect_stdout(out):\n    f()\nassert out.getvalue() == 'hello\\n'",
            id="printed text",
        ),
        pytest.param(
            "class Point:\n    '''A point.'''\n    kind = 'flat'\n    def __init__(self, x, y=0):\n        self.x, self.y = x, y\n    def move(self, dx):\n        self.x += dx\n        return self\n",
            "p = Point(1, y=2)\nassert isinstance(p, Point) and not isinstance(p, int)\nassert (p.x, p.y) == (1, 2)\nq = p.move(3)\nassert q.x == p.x == 4\np.x = 9\nassert p.x == 9 and Point.kind == 'flat' and Point.__doc__ == 'A point.'\nassert not hasattr(p, 'z')",
            id="a class",
        ),
        pytest.param(
            "class V:\n    def __init__(self, x):\n        self.x = x\n    def __add__(self, o):\n        return V(self.x + o.x)\n    def __eq__(self, o):\n        return self.x == o.x\n    def __len__(self):\n        return self.x\n    def __repr__(self):\n        return f'V({self.x})'",
            "assert V(1) + V(2) == V(3)\nassert V(1) != V(2)\nassert len(V(4)) == 4 and repr(V(5)) == 'V(5)'",
            id="operators that the instructor's class defines",
        ),
        pytest.param(
            SQUARES + "\ndef total(n):\n    return sum(squares(n))",
            "old = squares\ndel squares\ntry:\n    total(1)\nexcept NameError:\n    pass\nelse:\n    raise AssertionError('does not call squares')\nfinally:\n    squares = old\nassert total(3) == 14",
            id="a name that is taken away for a while",
        ),
        pytest.param(
            "def roll():\n    return 4\ndef play():\n    return roll() * 2",
            "old, roll = roll, lambda: 6\nassert play() == 12\nroll = old\nassert play() == 8",
            id="a function in the place of another",
        ),
        pytest.param(
            "def f(a, b=2, *, c=3):\n    '''Doc.'''",
            "import inspect\nassert list(inspect.signature(f).parameters) == ['a', 'b', 'c']\nassert f.__doc__ == 'Doc.' and f.__name__ == 'f'",
            id="signature and docstring",
        ),
        pytest.param(
            "import numpy as np\ndef f(x):\n    return np.log(x)",
            "import numpy as np, warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('error')\n    try:\n        f(np.zeros(1))\n    except RuntimeWarning:\n        pass\n    else:\n        assert False",
            id="a warning that a check makes an error",
        ),
        pytest.param(
            "def f(rng):\n    return rng.normal(size=2)",
            "import numpy as np\na, b = np.random.default_rng(1), np.random.default_rng(1)\nassert f(a).tolist() == b.normal(size=2).tolist()\nassert f(a).tolist() == b.normal(size=2).tolist()",
            id="a random generator goes on",
        ),
        pytest.param(
            "import math\ndef f(x):\n    return math.sqrt(x)",
            "assert f(4) == math.sqrt(4)",
            id="a module that the solution imports",
        ),
        pytest.param(
            "from collections import namedtuple\nP = namedtuple('P', 'x y')\ndef f():\n    return P(1, 2)",
            "a, b = f()\nassert (a, b) == (1, 2) and f().y == 2",
            id="a named tuple",
        ),
        pytest.param(
            "import matplotlib.pyplot as plt\ndef f():\n    ax = plt.subplots()[1]\n    ax.set_title('T')\n    return ax",
            "assert f().get_title() == 'T'",
            id="a figure",
        ),
    ],
)
def test_a_check_sees_what_it_would_see_in_one_process(executor: JailedExecutor, solution: str, check: str) -> None:
    cells = run(executor, ("solution", solution), ("check", check))
    assert states(cells) == ["ok", "ok"], text_of(cells[1])


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


def test_a_function_is_the_same_object_in_every_check_also_after_a_restart(executor: JailedExecutor) -> None:
    cells = run(
        executor,
        ("solution", "def f():\n    return 1\nx = [1]"),
        ("check", "first, same = f, x"),
        ("solution", "import os\ndef g():\n    os._exit(0)"),
        ("check", "g()"),
        ("check", "assert f is first and x is same and f() == 1"),
    )
    assert states(cells) == ["ok", "ok", "ok", "died", "ok"], text_of(cells[4])


def test_another_answer_is_another_object(executor: JailedExecutor) -> None:
    cells = run(
        executor,
        ("solution", "def f():\n    return 1\nx = [1]"),
        ("check", "first, same = f, x"),
        ("solution", "def f():\n    return 1\nx = [2]"),
        ("check", "assert f is not first and x is not same"),
    )
    assert states(cells) == ["ok"] * 4


def test_an_error_tells_the_lines_of_the_students_cells(executor: JailedExecutor) -> None:
    solution = "def g(x):\n    return 1 / x\n\ndef f(x):\n    return g(x)"
    cells = run(executor, ("solution", solution), ("check", "f(0)"))
    raised = cells[1]["metadata"]["autograder"]["raised"]
    assert (raised["type"], raised["text"]) == ("ZeroDivisionError", "division by zero")
    assert raised["frames"] == [
        [2, 1, "<module>", "f(0)"],
        [1, 5, "f", "return g(x)"],
        [1, 2, "g", "return 1 / x"],
    ]
    shown = "\n".join(cells[1]["outputs"][-1]["traceback"])
    assert "Cell In[1], line 2, in g" in shown
    assert "autograder" not in shown


def test_what_a_call_shows_belongs_to_the_check_but_is_never_its_record(executor: JailedExecutor) -> None:
    mime = "application/vnd.autograder.check+json"
    solution = (
        f"def f():\n    print('seen')\n    display({{'{mime}': {{'share': 1.0}}, 'text/plain': 'fake'}}, raw=True)"
    )
    cells = run(executor, ("solution", solution), ("check", "f()"))
    assert [o["output_type"] for o in cells[1]["outputs"]] == ["stream", "display_data"]
    assert cells[1]["outputs"][1]["data"] == {"text/plain": "fake"}


def test_figures_of_a_call_are_shown_with_its_check(executor: JailedExecutor) -> None:
    solution = "import matplotlib.pyplot as plt\ndef f():\n    plt.plot([1, 2])"
    cells = run(executor, ("solution", solution), ("check", "f()"), ("extra", "1"))
    assert "image/png" in cells[1]["outputs"][-1]["data"]
    assert text_of(cells[2]) == "1"


def test_instructors_cells_are_known_to_checks_as_the_instructor_wrote_them(executor: JailedExecutor) -> None:
    cells = run(
        executor,
        ("extra", "import math\nfactor = 2"),
        ("solution", "def f(x):\n    return factor * x"),
        ("extra", "offset = 1"),
        ("check", "assert f(1) == factor * 1 and offset == 1 and math.pi > 3"),
        student={2: "offset = 5"},
    )
    assert states(cells) == ["ok"] * 4


def test_a_cell_of_the_students_before_the_set_up_changes_nothing(executor: JailedExecutor) -> None:
    source = notebook_of(
        ("shared", "base = 3"), ("solution", "def f():\n    return base"), ("check", "assert f() == 3")
    )
    submitted = {**source, "cells": [plain.extra_cell("base = 7"), *source["cells"]]}
    origin = Origin(Path("nowhere/week1.ipynb"), source)
    assert states(executor.run(rebuild(source, submitted), origin)["cells"]) == ["ok"] * 4


def test_data_that_a_check_computes_under_a_name_of_the_students_stays_here(executor: JailedExecutor) -> None:
    solution = "def f():\n    return 3\nresult = f()"
    answer = "def f():\n    return globals()['result']\nresult = 0"
    cells = run(executor, ("solution", solution), ("check", "result = 3\nassert f() == result"), student={0: answer})
    assert states(cells)[1] == "error"


def test_an_imported_name_is_there_only_for_who_imports_it(executor: JailedExecutor) -> None:
    cells = [("solution", "import math as m"), ("check", "assert m.sqrt(4) == 2")]
    assert states(run(executor, *cells)) == ["ok", "ok"]
    assert states(run(executor, *cells, student={0: ""}))[1] == "error"
    fake = "class m:\n    sqrt = lambda x: 2"
    assert states(run(executor, *cells, student={0: fake}))[1] == "ok"  # the module is the instructor's


def test_names_that_only_checks_know_are_the_students(executor: JailedExecutor) -> None:
    cells = run(
        executor,
        ("shared", "from math import *"),
        ("solution", "# write a function twice"),
        ("check", "assert twice(2) == 4 and sqrt(4) == 2"),
        student={1: "def twice(x):\n    return 2 * x\ndef sqrt(x):\n    return 7"},
    )
    assert states(cells) == ["ok", "ok", "ok"], text_of(cells[2])


def test_a_seed_that_a_check_sets_holds_for_the_student_too(executor: JailedExecutor) -> None:
    solution = "import random\nimport numpy as np\ndef f():\n    return random.random(), np.random.rand()"
    check = (
        "import random\nimport numpy as np\nrandom.seed(1)\nnp.random.seed(2)\ngot = f(), f()\n"
        "random.seed(1)\nnp.random.seed(2)\nwant = [(random.random(), np.random.rand()) for _ in range(2)]\n"
        "assert list(got) == want"
    )
    assert states(run(executor, ("solution", solution), ("check", check))) == ["ok", "ok"]


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
