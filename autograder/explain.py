"""The sentences about a failed exercise that the engine finds itself, and the traceback of the student's own code.

Used where a check has published nothing, or where a cell's end says more than the check could. Never shows the source
or the inputs of a hidden check.
"""

from __future__ import annotations

import builtins
from typing import Any

from autograder.notebook import Cell, Notebook, grade_id, kind
from autograder.records import end_of

BLANK_ERRORS = ("NotImplementedError", "NotAttempted")


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


def describe_failure(exercise: str, check: Cell, hidden: bool) -> str:
    """Say what a failed check cell without a record tells: the exception's name and the first line of its text.

    A visible check's failing line may be shown too: with a bare `assert` it is all there is. Of an exception that the
    student's own code raised in a hidden check, only a known name: its text can hold the hidden input.
    """
    end = end_of(check)
    if end["status"] != "error":
        return f"{exercise}: its check {end.get('reason', 'was not run')}."
    error: dict[str, Any] = next((o for o in check["outputs"] if o.get("output_type") == "error"), {})
    number = check.get("execution_count")
    frames = end.get("raised", {}).get("frames", [])
    said = _name_error({"type": error.get("ename", "error"), "text": error.get("evalue", "")})
    if hidden and frames and frames[-1][0] != number:
        return f"{exercise}: a hidden check failed: your code raised {_known_name(end['raised'])}."
    if not hidden and said == "AssertionError":
        lines = [frame[3] for frame in frames if frame[0] == number]
        said += f" at {lines[-1].strip()}" if lines else ""
    return f"{exercise}: {said}"


def _known_name(raised: dict[str, Any]) -> str:
    """The exception's class where it is one of Python's own: a student can give a class any name."""
    kind = getattr(builtins, str(raised["type"]), None)
    return kind.__name__ if isinstance(kind, type) and issubclass(kind, BaseException) else "an error"


def _name_error(raised: dict[str, Any]) -> str:
    text = str(raised.get("text", "")).strip()
    return f"{raised['type']}: {text.splitlines()[0]}" if text else str(raised["type"])


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
        as it may hold the input. "" when their code did not raise.
    """
    owners = {cell.get("execution_count"): cell for cell in executed["cells"] if kind(cell) in ("solution", "extra")}
    candidates = ([(answer, False)] if answer is not None else []) + checks
    for cell, hidden in candidates:
        raised = end_of(cell).get("raised")
        if not raised or raised["type"] in BLANK_ERRORS:
            continue
        lines = []
        for number, line_number, function, line in raised["frames"]:
            if number in owners:
                where = grade_id(owners[number]) or "your own cell"
                inside = f", in {function}" if function and not function.startswith("<") else ""
                lines += [f"{where}, line {line_number}{inside}", f"    {line.strip()}"]
        if lines:
            return "\n".join([*lines, _known_name(raised) if hidden else _name_error(raised)])
    return ""
