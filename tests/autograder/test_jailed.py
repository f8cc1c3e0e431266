"""Running notebooks in two processes: a check sees what it would see in one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.execute import Origin
from autograder.jailed import JailedExecutor
from autograder.notebook import rebuild
from tests.autograder import plain_course as plain
from tests.autograder.jailed_notebooks import notebook_of, run, start_executor, states, text_of


@pytest.fixture(scope="module")
def executor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JailedExecutor]:
    with start_executor(tmp_path_factory.mktemp("jailed")) as shared:
        yield shared


SQUARES = "def squares(n):\n    return [i * i for i in range(1, n + 1)]"


@pytest.mark.parametrize(
    ("solution", "check"),
    [
        pytest.param("def f(x):\n    return x + 1", "assert f(1) == 2 and f(x=2) == 3", id="a function"),
        pytest.param(
            "from collections import deque\ndef f(x):\n    return deque(x) if x else iter(x)",
            "assert [type(f(x)).__name__ for x in ([1], [2], [])] == ['deque', 'deque', 'list_iterator']\n"
            "assert type(f([1])) is type(f([2])) is not type(f([]))",
            id="the name of a type",
        ),
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


@pytest.mark.parametrize("end", ["import os\n    os._exit(0)", "while True: pass"])
def test_a_restart_costs_no_names_that_hold_functions(executor: JailedExecutor, end: str) -> None:
    cells = run(
        executor,
        ("solution", "layers = [lambda x: x + 1]\noptions = {'f': abs}\npair = (lambda: 3, 4)"),
        ("check", "old = layers[0]\nassert old(1) == 2 and options['f'](-1) == 1 and pair[0]() == 3"),
        ("solution", f"def g():\n    {end}"),
        ("check", "g()"),
        ("check", "assert layers[0](1) == 2"),
        ("check", "assert options['f'](-1) == 1 and pair[0]() == 3"),
        ("check", "same = layers[0]"),
        ("check", "assert layers[0] is same"),
    )
    assert states(cells)[4:] == ["ok"] * 4, [text_of(cell) for cell in cells]


def test_an_object_from_before_a_restart_fails_the_check_that_uses_it(executor: JailedExecutor) -> None:
    cells = run(
        executor,
        ("solution", "class A:\n    n = 1\n    def get(self):\n        return self.n\ndef f(a):\n    return a.n"),
        ("check", "a = A()\nget = a.get\nassert a.get() == f(a) == get() == 1"),
        ("solution", "import os\ndef g():\n    os._exit(0)"),
        ("check", "g()"),
        *(("check", text) for text in ("a.get()", "get()", "f(a)", "f([a])", "a.n = 2", "list(a)")),
        ("check", "assert f(A()) == A().get() == 1 and isinstance(a, A)"),
    )
    assert states(cells) == ["ok", "ok", "ok", "died", *["error"] * 6, "ok"], [text_of(cell) for cell in cells]
    assert "it belongs to a process that has ended" in text_of(cells[4])


def test_another_answer_is_another_object(executor: JailedExecutor) -> None:
    cells = run(
        executor,
        ("solution", "def f():\n    return 1\nx = [1]"),
        ("check", "first, same = f, x"),
        ("solution", "def f():\n    return 1\nx = [2]"),
        ("check", "assert f is not first and x is not same"),
    )
    assert states(cells) == ["ok"] * 4


def test_a_check_finds_what_the_names_stand_for_by_then(executor: JailedExecutor) -> None:
    """After the answer's own cell, after cells that follow it, and after a call of an earlier check."""
    replaces = "seen = []\ndef f():\n    global f\n    seen.append(1)\n    f = lambda: 2\n    return 1"
    cells = run(
        executor,
        ("solution", replaces),
        ("extra", "seen = [0]"),
        ("check", "assert (f(), seen) == (1, [0])"),
        ("check", "assert (f(), seen) == (2, [0, 1])"),
        ("solution", "seen = [3]"),
        ("check", "assert (f(), seen) == (2, [3])\nseen.append(4)"),
        ("check", "assert seen == [3]"),
    )
    assert states(cells) == ["ok"] * 7, text_of(cells[3])


@pytest.mark.parametrize("depth", [1, 80])  # the second is too deep to be handed to a check
def test_a_check_finds_what_a_call_of_the_one_before_has_defined(executor: JailedExecutor, depth: int) -> None:
    replaces = f"def f():\n    global f\n    f = lambda: 2\n    return {'[' * depth}{']' * depth}"
    first = "try:\n    assert f() == []\nexcept ValueError as error:\n    assert 'cannot be handed' in str(error)"
    cells = run(executor, ("solution", replaces), ("check", first), ("check", "assert f() == 2"))
    assert states(cells) == ["ok"] * 3, [text_of(cell) for cell in cells]


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


def test_an_imported_name_is_there_only_for_who_imports_it(executor: JailedExecutor) -> None:
    cells = [("solution", "import math as m"), ("check", "assert m.sqrt(4) == 2")]
    assert states(run(executor, *cells)) == ["ok", "ok"]
    assert states(run(executor, *cells, student={0: ""}))[1] == "error"
    fake = "class m:\n    sqrt = lambda x: 2"
    assert states(run(executor, *cells, student={0: fake}))[1] == "ok"  # the module is the instructor's


def test_the_parameters_of_a_function_from_the_first_cells_are_known(executor: JailedExecutor) -> None:
    given, asked = "def f(x, y=1):\n    return x", "def f(x, y=1):\n    return x + y"
    check = "import inspect\nassert list(inspect.signature(f).parameters) == ['x', 'y']"
    cells = run(executor, ("shared", given), ("solution", asked), ("check", check), student={1: "pass"})
    assert states(cells) == ["ok"] * 3


def test_names_that_only_checks_know_are_the_students(executor: JailedExecutor) -> None:
    cells = run(
        executor,
        ("shared", "from math import *"),
        ("solution", "# write a function twice"),
        ("check", "assert twice(2) == 4 and sqrt(4) == 2"),
        student={1: "def twice(x):\n    return 2 * x\ndef sqrt(x):\n    return 7"},
    )
    assert states(cells) == ["ok", "ok", "ok"], text_of(cells[2])


def test_repeated_calls_give_what_single_ones_give(executor: JailedExecutor) -> None:
    solution = "def f(x, rng):\n    x.append(rng.random())\n    return list(x)"
    check = (
        "import numpy as np\nx, rng = [1], np.random.default_rng(0)\ngot = f.call_repeatedly(3, x, rng=rng)\n"
        "assert got == [[1, v] for v in np.random.default_rng(0).random(3)] and x == [1]\n"
        "again = np.random.default_rng(0)\nagain.random(3)\nassert rng.random() == again.random()"
    )
    cells = run(executor, ("solution", solution), ("check", check))
    assert states(cells) == ["ok", "ok"], text_of(cells[1])


def test_a_seed_that_a_check_sets_holds_for_the_student_too(executor: JailedExecutor) -> None:
    solution = "import random\nimport numpy as np\ndef f():\n    return random.random(), np.random.rand()"
    check = (
        "import random\nimport numpy as np\nrandom.seed(1)\nnp.random.seed(2)\ngot = f(), f()\n"
        "random.seed(1)\nnp.random.seed(2)\nwant = [(random.random(), np.random.rand()) for _ in range(2)]\n"
        "assert list(got) == want"
    )
    assert states(run(executor, ("solution", solution), ("check", check))) == ["ok", "ok"]
