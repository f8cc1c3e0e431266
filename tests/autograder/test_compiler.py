"""A remembered cell does what any other cell does, without being parsed or compiled again."""

from __future__ import annotations

import ast
import codeop
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from IPython.core.inputtransformer2 import TokenTransformBase, TransformerManager

from autograder.compiler import Compiler
from autograder.shell import _Transformers

SHOWS = "x = 20\ny = x + 1\ny * 2"
FAILS = "a = 1\n\ndef f():\n    return a / 0\n\nf()"


@pytest.fixture
def compiler() -> Compiler:
    return Compiler()


def run(compiler: Compiler, text: str, number: int = 1) -> list[Any]:
    """Run a cell the way IPython does; gives what it shows."""
    shown: list[Any] = []
    name = compiler.cache(text, number)
    tree = compiler.ast_parse(text, filename=name)
    assert isinstance(tree, ast.Module)
    namespace: dict[str, Any] = {}
    hook, sys.displayhook = sys.displayhook, shown.append
    try:
        for node in tree.body:
            is_shown = node is tree.body[-1] and isinstance(node, ast.Expr)
            module = ast.Interactive([node]) if is_shown else ast.Module([node], [])
            with compiler.extra_flags(ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):
                code = compiler(module, name, "single" if is_shown else "exec")
            exec(code, namespace)
    finally:
        sys.displayhook = hook
    return shown


@pytest.fixture
def refuse(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """From its call on, nothing can be compiled."""

    def no_more(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("something was compiled")

    return lambda: monkeypatch.setattr(codeop.Compile, "__call__", no_more)


def test_a_remembered_cell_runs_without_being_compiled(compiler: Compiler, refuse: Callable[[], None]) -> None:
    compiler.remember(SHOWS)
    refuse()
    assert run(compiler, SHOWS) == [42]
    assert run(compiler, SHOWS, number=7) == [42]
    with pytest.raises(AssertionError, match="something was compiled"):
        run(compiler, SHOWS + " ")


def test_its_traceback_names_the_cell_that_runs_now_and_the_line(compiler: Compiler) -> None:
    compiler.remember(FAILS)
    with pytest.raises(ZeroDivisionError) as caught:
        run(compiler, FAILS, number=5)
    last = caught.traceback[-1]
    assert last.lineno == 3 and str(last.statement).strip() == "return a / 0"
    assert compiler.format_code_name(last.frame.code.raw.co_filename) == ("Cell", "In[5]")


def test_a_cell_that_changes_how_later_ones_are_compiled_is_not_remembered(compiler: Compiler) -> None:
    flags = compiler.flags
    compiler.remember("from __future__ import annotations\nx: undefined = 1")
    assert compiler.flags == flags
    run(compiler, "from __future__ import annotations\nx: undefined = 1")
    assert compiler.flags != flags


def test_after_such_a_cell_remembered_ones_follow_it(compiler: Compiler) -> None:
    text = "def f(x: undefined): ..."
    compiler.remember(text)
    with pytest.raises(NameError):
        run(compiler, text)
    run(compiler, "from __future__ import annotations")
    run(compiler, text)


@pytest.mark.parametrize("text", ["x = = 1", "return 3", "x = 1\n\nreturn x", "\0"])
def test_what_cannot_be_compiled_fails_when_it_runs(compiler: Compiler, text: str) -> None:
    compiler.remember(text)
    with pytest.raises((SyntaxError, ValueError)):
        run(compiler, text)


def test_it_is_compiled_anew_after_forget(compiler: Compiler, refuse: Callable[[], None]) -> None:
    compiler.remember(SHOWS)
    compiler.forget()
    assert run(compiler, SHOWS) == [42]
    refuse()
    with pytest.raises(AssertionError, match="something was compiled"):
        run(compiler, SHOWS)


IN_A_SHELL = """
import ast
from autograder.shell import make_shell

shell = make_shell(draws=False)
stops = "a = 1\\nb = a / 0\\nc = 3\\n"
shell.remember(["1 + 1", "1 + 2", stops])
assert shell.run("1 + 1", 3)["outputs"][0]["data"]["text/plain"] == "2"
assert shell.run(stops, 4)["raised"]["frames"] == [[4, 2, "<module>", "b = a / 0"]]
assert shell.user_ns["a"] == 1 and not {"b", "c"} & shell.user_ns.keys()


class Doubles(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.Constant(node.value * 10)


shell.ast_transformers.append(Doubles())
assert shell.run("1 + 2", 4)["outputs"][0]["data"]["text/plain"] == "30"
"""


def test_the_shell_uses_it_and_lets_a_check_transform_cells() -> None:
    subprocess.run([sys.executable, "-c", IN_A_SHELL], check=True)


@pytest.mark.parametrize(
    "text",
    [
        "x = 1\ny = x % 2 != 0",
        "%matplotlib inline\nx = 1",
        "def f():\n    %time 1\n    !ls",
        "files = !ls\nx = %env HOME",
        "x = 1\nx?",
        "?x\n??x",
        "    , f a b\n;f a b\n/f a b",
        "x = (1\n, 2)\ny = [1\n/ 2]",
        "if x:\n\t!!ls",
        "%%time\nx = 1",
        ">>> x = 1\n... x",
        "\n\n  x = '!?%'\n  y = 2",
        "x = = 1\n'",
    ],
)
def test_a_cell_becomes_what_ipython_makes_of_it(text: str) -> None:
    assert _Transformers().transform_cell(text) == TransformerManager().transform_cell(text)


def test_a_cell_becomes_what_a_transformer_of_ones_own_makes_of_it() -> None:
    made = _Transformers()
    made.token_transformers = [*made.token_transformers, Shouts]
    assert made.transform_cell("x = 1\ny = 2") == "X = 1\ny = 2\n"


class Shouts(TokenTransformBase):
    """Turns a first line that it finds in small letters."""

    @classmethod
    def find(cls, tokens_by_line: Any) -> Any:
        first = tokens_by_line[0][0]
        return cls(first.start) if first.string.islower() else None

    def transform(self, lines: list[str]) -> list[str]:
        return [lines[0].upper(), *lines[1:]]
