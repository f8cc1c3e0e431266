"""Brings what a jailed process has sent into the form that it should have, whatever it is.

What has another form is dropped, what is too long is cut. Must not run or look up anything by a name that was sent,
apart from the closed sets here.
"""

from __future__ import annotations

import builtins
import json
import sys
import warnings
from collections.abc import Mapping
from types import CodeType, FrameType, FunctionType, TracebackType
from typing import Any

import numpy as np

from autograder import limits

Output = dict[str, Any]

# What a submission may show. The record of a check is not among them: only a check cell can publish one.
_SHOWN = (
    "text/plain",
    "text/html",
    "text/latex",
    "text/markdown",
    "image/png",
    "image/jpeg",
    "image/svg+xml",
    "application/json",
)
_MAX_OUTPUTS = 1000
_MAX_JSON = 2 * limits.DISPLAY_CHARACTERS  # bytes
_MAX_TEXT = 4000
_MAX_TRACE_LINE = 20_000
_MAX_FRAMES = 20
_MAX_WARNINGS = 50
_MAX_COUNT = 100_000

# Exceptions that a check may want to catch by their own class.
_KNOWN_ERRORS: dict[tuple[str, str], type[Exception]] = {
    ("numpy.linalg", "LinAlgError"): np.linalg.LinAlgError,
    ("numpy.exceptions", "AxisError"): np.exceptions.AxisError,
    ("json.decoder", "JSONDecodeError"): ValueError,
}


def clean_outputs(value: Any) -> list[Output]:
    """Give the outputs of a cell or call: streams, displays, results and errors; no other keys, no other types.

    Parameters
    ----------
    value : object
        The bytes of their JSON, as an array; or the list itself, from before there was any code of a student's.
    """
    cleaned = []
    value = _read_json(value) if type(value) is np.ndarray else value
    for output in value[:_MAX_OUTPUTS] if type(value) is list else []:
        if type(output) is dict:
            made = _clean_output(output)
            if made is not None:
                cleaned.append(made)
    return cleaned


def _read_json(value: np.ndarray[Any, Any]) -> Any:
    if value.dtype != np.uint8 or value.size > _MAX_JSON:
        return None
    try:
        return json.loads(value.tobytes())
    except (ValueError, RecursionError, MemoryError):
        return None


def _clean_output(output: dict[str, Any]) -> Output | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        text = _text(output.get("text"), limits.STREAM_CHARACTERS + 100)
        return {"output_type": "stream", "name": name, "text": text}
    if kind == "error":
        trace = output.get("traceback")
        lines = [_text(line, _MAX_TRACE_LINE) for line in trace[-60:]] if type(trace) is list else []
        texts = {key: _text(output.get(key)) for key in ("ename", "evalue")}
        return {"output_type": "error", **texts, "traceback": lines}
    data = output.get("data")
    if kind not in ("display_data", "execute_result") or type(data) is not dict:
        return None
    shown = {key: data[key] for key in _SHOWN if type(data.get(key)) is str}
    made: Output = {"output_type": kind, "data": shown, "metadata": {}}
    if kind == "execute_result":
        count = output.get("execution_count")
        made["execution_count"] = count if type(count) is int else None
    return made


def clean_end(reply: Any) -> dict[str, Any]:
    """Give how a cell ended: ``{"status": "ok" | "error", "raised": ...}``, as `shell.Shell.run` tells it."""
    reply = reply if type(reply) is dict else {}
    if _text(reply.get("status")) == "ok":
        return {"status": "ok"}
    raised = reply.get("raised")
    raised = raised if type(raised) is dict else {}
    frames = [
        [frame[0], frame[1], _text(frame[2], 100), _text(frame[3])]
        for frame in _list(raised.get("frames"))[:_MAX_FRAMES]
        if type(frame) is list and len(frame) == 4 and _is_count(frame[0]) and _is_count(frame[1])
    ]
    name = _text(raised.get("type"), 100) or "an error"
    texts = {"type": name, "text": _explain(name, _text(raised.get("text")))}
    return {"status": "error", "raised": {**texts, "frames": frames}}


def make_error(described: Any, files: Mapping[int, str], classes: Mapping[int, type[BaseException]]) -> BaseException:
    """Make the exception that a call in the jailed process has raised.

    Parameters
    ----------
    described : dict
        From `jail.server`: type, module, bases, text, args, frames, class.
    files : mapping
        Cell number → file name under which its text is known here; only such frames are in the traceback.
    classes : mapping
        Number of a class that a check knows → its stand-in.

    Returns
    -------
    BaseException
        Of the same built-in class, or of a class of the same name below it; with a traceback through the student's
        cells.
    """
    described = described if type(described) is dict else {}
    name = _text(described.get("type"), 100) or "Exception"
    text = _explain(name, _text(described.get("text")))
    kind = classes.get(described.get("class", 0)) if type(described.get("class")) is int else None
    if kind is None or not issubclass(kind, Exception | SystemExit) or issubclass(kind, StopIteration):
        kind = _find_class(name, described)
    args = [a for a in _list(described.get("args")) if type(a) in (str, int, float, bool, bytes, type(None))]
    error = _instantiate(kind, args or ([text] if text else []), text)
    frames = [f for f in _list(described.get("frames"))[-_MAX_FRAMES:] if type(f) is list and len(f) == 3]
    return error.with_traceback(_make_traceback(frames, files))


def _explain(name: str, text: str) -> str:
    """Name the limit where Python's own text does not."""
    if name == "MemoryError" and not text:
        return f"a submission has {limits.format_bytes(limits.ADDRESS_SPACE_BYTES)}"
    return text


def _find_class(name: str, described: dict[str, Any]) -> type[BaseException]:
    module = described.get("module")
    known = _KNOWN_ERRORS.get((module, name)) if type(module) is str else None
    if known is not None:
        return known
    for base_name in _list(described.get("bases")):
        base = getattr(builtins, base_name, None) if type(base_name) is str else None
        if isinstance(base, type) and issubclass(base, BaseException):
            if issubclass(base, StopIteration | StopAsyncIteration):
                base = RuntimeError  # as from a generator: it would end a check's own loop as if all were well
            elif not issubclass(base, Exception | SystemExit):
                base = Exception  # Ctrl-C and the like are for the one who grades
            if name == base.__name__ and module == "builtins":
                return base
            return _derive(name, base)
    return _derive(name, Exception)


def _derive(name: str, base: type[BaseException]) -> type[BaseException]:
    plain = Exception if issubclass(base, UnicodeError | ExceptionGroup) else base
    return type(name if name.isidentifier() else "Exception", (plain,), {"__module__": "__main__"})


def _instantiate(kind: type[BaseException], args: list[Any], text: str) -> BaseException:
    try:
        return kind(*args)
    except Exception:  # a class that wants other arguments
        return _derive(kind.__name__, Exception)(text)


def _make_traceback(frames: list[list[Any]], files: Mapping[int, str]) -> TracebackType | None:
    """A traceback through these lines of the student's cells, although nothing of it has run here."""
    made: TracebackType | None = None
    for number, line, function in reversed(frames):
        if _is_count(number) and number in files and _is_count(line) and line > 0:
            frame = _make_frame(files[number], line, _text(function, 100) or "<module>")
            made = TracebackType(made, frame, frame.f_lasti, line)
    return made


def _make_frame(filename: str, line: int, function: str) -> FrameType:
    """A finished frame that claims to be of this line, and of no column, of a file."""
    code: CodeType = compile("get_frame()", filename, "eval")
    units = len(code.co_code) // 2
    # Entries for up to eight code units each: 13 is "a line without columns", 0 the distance from the line before.
    table = b"".join(bytes([0x80 | 13 << 3 | min(units - i, 8) - 1, 0]) for i in range(0, units, 8))
    code = code.replace(co_name=function, co_qualname=function, co_firstlineno=line, co_linetable=table)
    frame: FrameType = FunctionType(code, {"get_frame": sys._getframe, "__name__": "__main__"})()
    return frame


def clean_parameters(value: Any) -> list[tuple[str, int, bool]]:
    """Give a function's parameters: name, kind, whether it has a default."""
    return [
        (part[0], part[1], part[2])
        for part in _list(value)
        if type(part) is list and list(map(type, part)) == [str, int, bool]
    ]


def _is_count(value: Any) -> bool:
    """Whether this can be the number of a cell or line."""
    return type(value) is int and 0 <= value < _MAX_COUNT


def _list(value: Any) -> list[Any]:
    return value if type(value) is list else []


def _text(value: Any, longest: int = _MAX_TEXT) -> str:
    return value[:longest] if type(value) is str else ""


def warn_again(told: Any) -> None:
    """Warn as the student's code did, so that a check's own filters apply.

    Parameters
    ----------
    told : object
        Pairs of a category's name and a text; what is anything else is left out.
    """
    for pair in told[:_MAX_WARNINGS] if type(told) is list else []:
        if type(pair) is list and len(pair) == 2 and type(pair[0]) is type(pair[1]) is str:
            kind = getattr(builtins, pair[0], UserWarning)
            is_warning = isinstance(kind, type) and issubclass(kind, Warning)
            warnings.warn_explicit(pair[1][:500], kind if is_warning else UserWarning, "submission", 1)
