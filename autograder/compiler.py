"""IPython's compiler, which can know cells beforehand: forked children then need not parse and compile them.

Must not know what a cell is for.
"""

from __future__ import annotations

import ast
from types import CodeType
from typing import Any

from IPython.core.compilerop import CachingCompiler, code_name


class Compiler(CachingCompiler):
    """Compiles cells; those that were remembered are taken from memory, whatever number they run under."""

    def __init__(self) -> None:
        super().__init__()
        self._trees: dict[str, ast.Module] = {}
        self._codes: dict[tuple[int, str, int], CodeType] = {}  # id of a statement in _trees, mode, flags -> its code

    def remember(self, text: str) -> None:
        """Parse and compile a cell now, as IPython does when it runs; one that is no Python stays unknown.

        Parameters
        ----------
        text : str
            The cell after IPython's transformation.
        """
        if "__future__" in text:  # it changes how later cells are compiled
            return
        name, codes = code_name(text), {}
        try:
            tree = super().ast_parse(text, name)
            assert isinstance(tree, ast.Module)
            tree.body = _join(tree.body)
            for node in tree.body:
                is_shown = node is tree.body[-1] and isinstance(node, ast.Expr)
                mode = "single" if is_shown else "exec"
                module: Any = ast.Interactive([node]) if is_shown else ast.Module([node], [])
                with self.extra_flags(ast.PyCF_ALLOW_TOP_LEVEL_AWAIT):
                    codes[id(node), mode, self.flags] = super().__call__(module, name, mode)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return
        self._trees[text] = tree
        self._codes |= codes

    def forget(self) -> None:
        """Parse and compile anew from now on: something changes cells before they run."""
        self._trees.clear()
        self._codes.clear()

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        known = transformed_code in self._trees
        return code_name(transformed_code) if known else super().get_code_name(raw_code, transformed_code, number)

    def ast_parse(self, source: Any, filename: str = "<unknown>", symbol: str = "exec") -> ast.AST:
        known = self._trees.get(source) if type(source) is str and symbol == "exec" else None
        return super().ast_parse(source, filename, symbol) if known is None else ast.Module(list(known.body), [])

    def __call__(self, source: Any, filename: str, symbol: str, **kwargs: Any) -> CodeType:
        body = getattr(source, "body", None)
        node = body[0] if type(body) is list and len(body) == 1 else None
        known = self._codes.get((id(node), symbol, self.flags))
        code: CodeType = super().__call__(source, filename, symbol, **kwargs) if known is None else known
        return code


def _join(statements: list[ast.stmt]) -> list[ast.stmt]:
    """Put all but a last expression, which is shown, into one statement: IPython runs each by itself."""
    count = len(statements) - (isinstance(statements[-1], ast.Expr) if statements else 0)
    if count < 2:
        return statements
    whole = ast.copy_location(ast.If(ast.Constant(True), statements[:count], []), statements[0])
    return [ast.fix_missing_locations(whole), *statements[count:]]
