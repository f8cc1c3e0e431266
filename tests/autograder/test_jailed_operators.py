"""Classes that answer an operator by another special method than the instructor's class, as Python allows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.jailed import JailedExecutor
from tests.autograder.jailed_notebooks import run, start_executor, states, text_of


@pytest.fixture(scope="module")
def executor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JailedExecutor]:
    with start_executor(tmp_path_factory.mktemp("operators")) as shared:
        yield shared


def make_class(body: str) -> str:
    methods = "".join(f"    def __{line}\n" for line in body.split(" | "))
    return f"class V:\n    def __init__(self, x): self.x = x\n{methods}"


# The operation, what the instructor's class defines, what the student's defines, a check.
WAYS = [
    (
        "iadd by add",
        "iadd__(s, o): s.x += o.x; return s",
        "add__(s, o): return V(s.x + o.x)",
        "a = V(1)\na += V(2)\nassert a.x == 3",
    ),
    (
        "add by iadd",
        "add__(s, o): return V(s.x + o.x)",
        "iadd__(s, o): return V(s.x + o.x)",
        "a = V(1)\na += V(2)\nassert a.x == 3",
    ),
    ("bool by len", "bool__(s): return s.x > 0", "len__(s): return s.x", "assert V(1) and not V(0)"),
    ("len by bool", "len__(s): return s.x", "len__(s): return s.x", "assert V(1) and not V(0) and len(V(3)) == 3"),
    (
        "in by iter",
        "contains__(s, v): return v in s.x",
        "iter__(s): return iter(s.x)",
        "assert 2 in V([1, 2]) and 5 not in V([1])",
    ),
    (
        "in by getitem",
        "contains__(s, v): return v in s.x",
        "getitem__(s, i): return s.x[i]",
        "assert 2 in V([1, 2]) and 5 not in V([1])",
    ),
    (
        "gt by lt",
        "gt__(s, o): return s.x > o.x",
        "lt__(s, o): return s.x < o.x",
        "assert V(2) > V(1) and not V(1) > V(2) and max([V(1), V(3)]).x == 3",
    ),
    ("le by ge", "le__(s, o): return s.x <= o.x", "ge__(s, o): return s.x >= o.x", "assert V(1) <= V(2) >= V(2)"),
    (
        "ne by eq",
        "ne__(s, o): return s.x != o.x",
        "eq__(s, o): return s.x == o.x",
        "assert V(1) != V(2)\nassert not V(1) != V(1)",
    ),
    (
        "reversed by getitem",
        "reversed__(s): return iter(s.x[::-1])",
        "len__(s): return len(s.x) | getitem__(s, i): return s.x[i]",
        "assert list(reversed(V([1, 2]))) == [2, 1]",
    ),
    (
        "int by index",
        "int__(s): return s.x | float__(s): return 1.0 * s.x",
        "index__(s): return s.x",
        "assert (int(V(3)), float(V(3))) == (3, 3.0)",
    ),
    (
        "index by int",
        "index__(s): return s.x",
        "int__(s): return s.x | float__(s): return 1.0 * s.x",
        "assert (int(V(3)), float(V(3))) == (3, 3.0)",
    ),
    ("str by repr", "str__(s): return str(s.x)", "repr__(s): return str(s.x)", "assert str(V(3)) == f'{V(3)}' == '3'"),
    ("repr by str", "repr__(s): return str(s.x)", "str__(s): return str(s.x)", "assert str(V(3)) == f'{V(3)}' == '3'"),
    (
        "a reflected operator",
        "rsub__(s, k): return V(k - s.x)",
        "rsub__(s, k): return V(k - s.x)",
        "assert (5 - V(2)).x == 3",
    ),
    (
        "a power and a rounding with another argument",
        "pow__(s, k, m=None): return V(pow(s.x, k, m)) | round__(s, n=None): return V(round(s.x, n))",
        "pow__(s, k, m=None): return V(pow(s.x, k, m)) | round__(s, n=None): return V(round(s.x, n))",
        "assert ((V(3) ** 2).x, pow(V(3), 2, 5).x, round(V(1.26), 1).x) == (9, 4, 1.3)",
    ),
]


@pytest.mark.parametrize(("asked", "given", "check"), [pytest.param(*way[1:], id=way[0]) for way in WAYS])
def test_python_finds_another_way(executor: JailedExecutor, asked: str, given: str, check: str) -> None:
    for text in (make_class(asked), make_class(given)):
        cells = run(executor, ("solution", make_class(asked)), ("check", check), student={0: text})
        assert states(cells) == ["ok", "ok"], text_of(cells[1])


def test_a_class_without_any_way_is_told_so_as_python_does(executor: JailedExecutor) -> None:
    asked = make_class("add__(s, o): return V(s.x + o.x) | gt__(s, o): return s.x > o.x")
    checks = "V(1) + V(2)", "V(1) > V(2)", "a = V(1)\na += V(2)"
    cells = run(
        executor,
        ("solution", asked),
        *(("check", check) for check in checks),
        student={0: "class V:\n    def __init__(self, x): pass"},
    )
    texts = [text_of(cell) for cell in cells[1:]]
    assert "unsupported operand type(s) for +: 'V' and 'V'" in texts[0]
    assert "'>' not supported between instances of 'V' and 'V'" in texts[1]
    assert "unsupported operand type(s) for +=: 'V' and 'V'" in texts[2]


def test_an_object_of_a_class_that_the_check_does_not_speak_of_is_asked_in_no_way(executor: JailedExecutor) -> None:
    """It is always true, has no text of its own, and no value."""
    methods = "len__(s): return 0 | index__(s): return 1 | repr__(s): return 'same' | add__(s, o): return V(0)"
    checks = "f() or 1 / 0", "f() + f()", "x = f()\nx += 1", "int(f())", "assert str(f()) == 'same'"
    solution = f"{make_class(methods)}def f(): return V(0)"
    cells = run(executor, ("solution", solution), *(("check", check) for check in checks))
    assert states(cells) == ["ok", "ok", *["error"] * 4], [text_of(cell) for cell in cells]
