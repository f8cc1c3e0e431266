"""The sentences about a failed exercise that the engine finds itself, and the traceback of the student's own code.

Used where a check has published nothing, or where a cell's end says more than the check could. Never shows the source
or the inputs of a hidden check.
"""

from __future__ import annotations

import ast
import builtins
import itertools
import re
from collections.abc import Iterator
from typing import Any

from autograder.notebook import Cell, Notebook, grade_id, kind
from autograder.records import end_of, writable

BLANK_ERRORS = ("NotImplementedError", "NotAttempted")

_MOST_REPEATED = 3  # equal frames of a traceback
_NUMPY_ERRORS = frozenset({"AxisError", "ComplexWarning", "DTypePromotionError", "LinAlgError", "UFuncTypeError"})


def ended_badly(answer: Cell | None) -> bool:
    """Whether a student's cell itself raised, hung or died; a blank one's NotImplementedError is not meant."""
    end = end_of(answer)
    if end["status"] == "error":
        return end.get("raised", {}).get("type") not in BLANK_ERRORS
    return answer is not None and end["status"] in ("timeout", "died")


def describe_bad_end(exercise: str, answer: Cell) -> str:
    """Say how a student's cell itself ended."""
    end = end_of(answer)
    if end["status"] == "error":
        return f"{exercise}: its cell stops with {_name_error(end['raised'])}."
    return f"{exercise}: its cell {end.get('reason', 'did not finish')}."


def describe_failure(exercise: str, check: Cell, hidden: bool, shown: int = 0) -> str:
    """Say what a failed check cell without a record tells: the exception's name and the first line of its text.

    A visible check's failing line may be shown too: with a bare `assert` it is all there is. Of a hidden check only a
    message that its author wrote out, and the exception's known name: any other text can hold the hidden input. Where
    students see its first lines (`shown` of them) and it failed in these, it is as a visible one.
    """
    end = end_of(check)
    if end["status"] != "error":
        advice = "; look for a loop in your code that does not end" if end["status"] == "timeout" else ""
        return f"{exercise}: its check {end.get('reason', 'was not run')}{advice}."
    error: dict[str, Any] = next((o for o in check["outputs"] if o.get("output_type") == "error"), {})
    number = check.get("execution_count")
    frames = end.get("raised", {}).get("frames", [])
    lines = [frame[1] for frame in frames if frame[0] == number]
    if lines and max(lines) <= shown:
        hidden = False
    outer = {"type": error.get("ename", "error"), "text": error.get("evalue", "")}
    if hidden:
        told = {
            "type": _known_name(outer),
            "text": outer["text"] if outer["text"] in _messages(check["source"]) else "",
        }
        if not told["text"] and frames and frames[-1][0] != number:
            return f"{exercise}: a hidden check failed: your code raised {_known_name(end['raised'])}."
        return f"{exercise}: {_name_error(told)}"
    said = _name_error(outer)
    if said == "AssertionError":
        lines = [frame[3] for frame in frames if frame[0] == number]
        said += f" at {lines[-1].strip()}" if lines else ""
    return f"{exercise}: {said}"


def _known_name(raised: dict[str, Any]) -> str:
    """The exception's class where it is one of Python's or NumPy's: a student can give a class any name."""
    name = str(raised["type"])
    known = getattr(builtins, name, None)
    is_known = isinstance(known, type) and issubclass(known, BaseException)
    return name if is_known or name in _NUMPY_ERRORS else "an error"


def _messages(source: str) -> set[str]:
    """The plain texts that a check's author wrote as messages: after an `assert`, in a `raise`, in a call of `fail`.

    Other texts in a check are inputs and results.
    """
    try:
        tree = ast.parse(re.sub(r"(?m)^[ \t]*[%!].*$", "", source))
    except (SyntaxError, ValueError, RecursionError):
        return set()
    return {message for node in ast.walk(tree) for message in _messages_of(node)}


def _messages_of(node: ast.AST) -> Iterator[str]:
    parts: list[ast.expr] = []
    if isinstance(node, ast.Assert) and node.msg is not None:
        parts = [node.msg]
    elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        parts = list(node.exc.args)
    elif isinstance(node, ast.Call):
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        parts = list(node.args) if name == "fail" else []
    for part in parts:
        choices = [part.body, part.orelse] if isinstance(part, ast.IfExp) else [part]
        yield from (c.value for c in choices if isinstance(c, ast.Constant) and isinstance(c.value, str))


def _name_error(raised: dict[str, Any]) -> str:
    text = str(raised.get("text", "")).strip()
    return writable(f"{raised['type']}: {text.splitlines()[0]}" if text else str(raised["type"]))


def own_traceback(executed: Notebook, checks: list[tuple[Cell, bool]], answer: Cell | None) -> str:
    """Show where the student's own code raised.

    Parameters
    ----------
    executed : dict
        The whole notebook: its cell numbers say whose code a frame is.
    checks : list of (cell, bool)
        The exercise's executed check cells, and whether each is hidden.
    answer : dict or None
        The exercise's executed solution cell.

    Returns
    -------
    str
        Frames in the student's cells only, and the exception; its text is left out where a hidden check made the call,
        as it may hold the input, and so may a function's name that is not in the cell. "" when their code did not
        raise.
    """
    owners = {cell.get("execution_count"): cell for cell in executed["cells"] if kind(cell) in ("solution", "extra")}
    candidates = ([(answer, False)] if answer is not None else []) + checks
    for cell, hidden in candidates:
        raised = end_of(cell).get("raised")
        if not raised or raised["type"] in BLANK_ERRORS:
            continue
        lines = []
        for number, line_number, function, line in raised["frames"]:
            if number in owners and not (hidden and _is_made_up(owners[number], line_number)):
                where = grade_id(owners[number]) or "your own cell"
                is_told = function and not function.startswith("<")
                if hidden and not re.search(rf"\bdef\s+{re.escape(function)}\b", owners[number]["source"]):
                    is_told = False
                lines.append(f"{where}, line {line_number}{f', in {function}' if is_told else ''}\n    {line.strip()}")
        if lines:
            return "\n".join([*_shorten(lines), _known_name(raised) if hidden else _name_error(raised)])
    return ""


def _shorten(frames: list[str]) -> list[str]:
    """Frames of a recursion are written three times, as Python does."""
    shortened = []
    for frame, same in itertools.groupby(frames):
        count = len(list(same))
        shortened += [frame] * min(count, _MOST_REPEATED)
        if count > _MOST_REPEATED:
            shortened.append(f"    [the same {count - _MOST_REPEATED} more times]")
    return shortened


def _is_made_up(cell: Cell, line_number: Any) -> bool:
    """Whether a cell has no such line: a student's process can say any number, for instance a hidden input."""
    return not isinstance(line_number, int) or not 1 <= line_number <= len(cell["source"].splitlines())
