"""An IPython shell that returns what a cell shows as notebook outputs, in order, like a kernel with inline figures.

Made once in a warm process and used in its forked children. Must not know what is graded.
"""

from __future__ import annotations

import builtins
import gc
import io
import itertools
import json
import re
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, NoReturn

import IPython.core.interactiveshell as interactiveshell
import matplotlib
import numpy.random  # noqa: F401  (warm for the children; imported late by NumPy)
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.inputtransformer2 import TransformerManager
from traitlets import Instance, Type
from traitlets.config import Config

from autograder.compiler import Compiler
from autograder.limits import DISPLAY_CHARACTERS, STREAM_CHARACTERS

Output = dict[str, Any]

MAX_FRAMES = 20  # of a traceback
INLINE_BACKEND = "module://matplotlib_inline.backend_inline"


class Outputs:
    """The outputs of the running cell, within limits."""

    def __init__(self) -> None:
        self.clear()

    def clear(self, cell_number: int = 0) -> None:
        self.items: list[Output] = []
        self._room = {"stdout": STREAM_CHARACTERS, "stderr": STREAM_CHARACTERS}
        self._display_room = DISPLAY_CHARACTERS
        self._clear_on_next = False
        self.cell_number = cell_number

    def clear_output(self, wait: bool) -> None:
        if wait:
            self._clear_on_next = True
        else:
            self.items = []

    def add_text(self, name: str, text: str) -> None:
        self._clear_if_due()
        room = self._room[name]
        if not text or room < 0:
            return
        self._room[name] = room - len(text)
        if len(text) > room:
            self._room[name] = -1
            text = text[:room] + "\n[output truncated]"
        last = self.items[-1] if self.items else {}
        if last.get("name") == name:
            last["text"] += text
        else:
            self.items.append({"output_type": "stream", "name": name, "text": text})

    def add(self, output: Output, display_id: str | None = None, update: bool = False) -> None:
        self._clear_if_due()
        for key in ("data", "metadata"):
            output[key] = to_json(output.get(key) or {})
        self._display_room -= len(json.dumps(output["data"]))
        if self._display_room < 0:
            output["data"] = {"text/plain": "[output truncated]"}
        if display_id is not None:
            output["display_id"] = display_id
        if update:
            for item in self.items:
                if display_id is not None and item.get("display_id") == display_id:
                    item.update(data=output["data"], metadata=output["metadata"])
        elif self._display_room > -1_000_000:
            self.items.append(output)

    def add_error(self, name: str, text: str, lines: Iterable[str]) -> None:
        self._clear_if_due()
        cut = [str(line)[:20_000] for line in lines][-60:]
        self.items.append({"output_type": "error", "ename": name, "evalue": text[:4000], "traceback": cut})

    def take(self) -> list[Output]:
        return [{key: value for key, value in item.items() if key != "display_id"} for item in self.items]

    def _clear_if_due(self) -> None:
        if self._clear_on_next:
            self.items, self._clear_on_next = [], False


def to_json(value: Any) -> Any:
    """A value as JSON can hold it: bytes (figures) become base64, everything unknown its text."""
    if isinstance(value, bytes):
        import base64

        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


class _Stream(io.TextIOBase):
    encoding = "utf-8"

    def __init__(self, outputs: Outputs, name: str) -> None:
        self._outputs, self._name = outputs, name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.add_text(self._name, text)
        return len(text)

    def close(self) -> None:
        """Stay open: the next cell prints to it too."""

    def writable(self) -> bool:
        return True


class _Publisher(DisplayPublisher):
    outputs: Outputs

    def publish(
        self, data: Any, metadata: Any = None, *args: Any, transient: Any = None, update: bool = False, **kwargs: Any
    ) -> None:
        display_id = (transient or {}).get("display_id")
        self.outputs.add({"output_type": "display_data", "data": data, "metadata": metadata}, display_id, update)

    def clear_output(self, wait: bool = False) -> None:
        self.outputs.clear_output(wait)


class _ResultHook(DisplayHook):
    outputs: Outputs

    def compute_format_data(self, result: Any) -> tuple[dict[str, str], dict[str, Any]]:
        """Ask for nothing but the text of a plain number: it has no picture, and to find that out takes long."""
        if type(result) not in (bool, int, float):
            return super().compute_format_data(result)
        shell: Any = self.shell
        return {"text/plain": shell.display_formatter.formatters["text/plain"](result)}, {}

    def write_output_prompt(self) -> None:
        """Notebooks have no prompt in the text."""

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        result = {"output_type": "execute_result", "data": format_dict, "metadata": md_dict}
        self.outputs.add({**result, "execution_count": self.outputs.cell_number})

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Transformers(TransformerManager):
    """IPython's syntax beside Python's, such as `%magic` and `!command`."""

    _usual = TransformerManager().token_transformers
    _sign = re.compile(r"[%?]|!(?!=)|^\s*[!,;/]")

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        """Look for commands where a line has a sign of one: to split a cell into tokens takes as long as to run it."""
        may = self.token_transformers != self._usual or any(map(self._sign.search, lines))
        return list(super().do_token_transforms(lines)) if may else lines


class Shell(interactiveshell.InteractiveShell):
    """An IPython shell without terminal, history file or kernel."""

    compiler_class = Type(Compiler)
    compile: Compiler
    input_transformer_manager = Instance(_Transformers, ())
    _shown: BaseException | None = None  # the latest exception in the running cell whose traceback was shown

    def connect(self, outputs: Outputs) -> None:
        """Let the shell's ways of showing something add to `outputs`."""
        self._outputs = outputs
        self._streams = _Stream(outputs, "stdout"), _Stream(outputs, "stderr")
        for part in (self.display_pub, self.displayhook):
            part.outputs = outputs  # type: ignore[union-attr]

    def init_sys_modules(self) -> None:
        """Leave sys.modules["__main__"] to the worker, which forks with it."""

    def remember(self, cells: Iterable[str]) -> None:
        """Do now what running these cells begins with, so that forked children need not."""
        self._transformed = {cell: super(Shell, self).transform_cell(cell) for cell in cells}
        for text in self._transformed.values():
            self.compile.remember(text)

    def transform_cell(self, raw_cell: str) -> str:
        if self.ast_transformers:
            self.compile.forget()
        known: str | None = getattr(self, "_transformed", {}).get(raw_cell)
        return super().transform_cell(raw_cell) if known is None else known

    def should_run_async(self, raw_cell: str, **kwargs: Any) -> bool:
        """Whether a cell awaits something; asked of the compiler only where it may."""
        may = "await" in raw_cell or "async" in raw_cell
        return may and bool(super().should_run_async(raw_cell, **kwargs))

    def enable_gui(self, gui: str | None = None) -> None:
        """Figures are inline: there is no event loop to start."""

    def ask_exit(self) -> NoReturn:
        raise SystemExit("exit() ends this cell")

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        self._shown = evalue
        self._outputs.add_error(etype.__name__, text_of(evalue), stb)

    @contextmanager
    def capturing(self, number: int = 0) -> Iterator[Outputs]:
        """Collect anew what is shown and printed inside, as the cell of this number."""
        self._outputs.clear(number)
        saved = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = self._streams
        try:
            yield self._outputs
        finally:
            sys.stdout, sys.stderr = saved

    @property
    def outputs(self) -> Outputs:
        """The outputs of the running cell."""
        return self._outputs

    def run(self, code: str, number: int) -> dict[str, Any]:
        """Run one cell.

        Parameters
        ----------
        code : str
            The cell's text.
        number : int
            Its execution count, as tracebacks show it.

        Returns
        -------
        dict
            ``status`` ("ok" or "error"), ``outputs``, and after an error ``raised``: its type, text and where it
            passed through cells, as ``[execution count, line number, function, source line]``.
        """
        self.execution_count = number
        self._shown = None
        with self.capturing(number) as outputs:
            try:
                result = self.run_cell(code, store_history=True)
                # One that was shown and not raised comes from a cell within, as that of `%%capture`.
                error = result.error_before_exec or result.error_in_exec or self._shown
            except BaseException as escaped:  # what IPython does not catch: a student's own BaseException
                error = escaped
                outputs.add_error(type(escaped).__name__, text_of(escaped), [])
        reply: dict[str, Any] = {"status": "error" if error else "ok", "outputs": outputs.take()}
        if error:
            reply["raised"] = self._describe(error)
        return reply

    def _describe(self, error: BaseException) -> dict[str, Any]:
        """Where an exception passed through cells; a check's own exception tells of the one that it was raised from."""
        frames: list[list[Any]] = []
        try:
            cause = error
            while cause.__cause__ is not None:
                cause = cause.__cause__
            frames = self.frames_of(cause)
        except Exception:
            cause = error  # a student's exception class can break any of this; its name is enough
        return {"type": type(cause).__name__, "text": text_of(cause)[:4000], "frames": frames}

    def frames_of(self, error: BaseException) -> list[list[Any]]:
        """Give where an exception passed through cells, innermost last: ``[cell number, line, function, text]``."""
        numbers = self.compile._filename_map
        frames: list[list[Any]] = []
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename in numbers:
                frames.append([numbers[frame.filename], frame.lineno, frame.name, frame.line or ""])
        if isinstance(error, SyntaxError) and error.filename in numbers:
            frames.append([numbers[error.filename], error.lineno, "", (error.text or "").strip()])
        return frames[-MAX_FRAMES:]

    def _get_exc_info(self, exc_tuple: Any = None) -> tuple[type[BaseException], BaseException, TracebackType | None]:
        """Leave the engine's own frames out of what is shown, in the whole chain of exceptions."""
        kind, value, frames = super()._get_exc_info(exc_tuple)
        cause: BaseException | None = value
        for _ in range(MAX_FRAMES):
            if cause is None:
                break
            cause.__traceback__ = _without_own_frames(cause.__traceback__)
            cause = cause.__cause__ or cause.__context__
        return kind, value, _without_own_frames(frames)


def _without_own_frames(frames: TracebackType | None) -> TracebackType | None:
    """The traceback without frames of this package."""
    kept = []
    while frames is not None:
        if not str(frames.tb_frame.f_globals.get("__name__", "")).startswith("autograder."):
            kept.append(frames)
        frames = frames.tb_next
    for frame, inner in itertools.zip_longest(kept, kept[1:]):
        frame.tb_next = inner
    return kept[0] if kept else None


def text_of(error: BaseException) -> str:
    """Text of an exception; "" where its class cannot say it."""
    try:
        return str(error.msg if isinstance(error, SyntaxError) else error)
    except Exception:
        return ""


def _refuse_input(*args: object, **kwargs: object) -> NoReturn:
    raise EOFError("input() waits for a person, and there is none while a notebook is checked")


_shell: Shell | None = None


def make_shell(draws: bool = True) -> Shell:
    """Give this process's shell, made and warmed at the first call.

    Parameters
    ----------
    draws : bool
        Whether cells that draw are what it is made for: otherwise the first of them waits for Matplotlib.
    """
    global _shell
    if _shell is None:
        _shell = _create_shell(draws)
    return _shell


def _create_shell(draws: bool) -> Shell:
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    config.InteractiveShell.colors = "nocolor"
    config.InteractiveShell.autoindent = False
    matplotlib.use(INLINE_BACKEND)
    with tempfile.TemporaryDirectory() as folder:  # it insists on a profile folder; the user's is none of our business
        classes = {"display_pub_class": _Publisher, "displayhook_class": _ResultHook}
        shell = Shell.instance(config=config, ipython_dir=folder, **classes)
    shell.connect(Outputs())
    builtins.input = _refuse_input
    # One figure and one traceback make Matplotlib and IPython import and cache what they need.
    if draws:
        _enable_inline_figures(shell)
        shell.run(
            "import matplotlib.pyplot as plt\nplt.bar([1], [2]); plt.xlabel('x'); plt.title('$x$'); plt.show()", 1
        )
    shell.run("display({'text/plain': ''}, raw=True); object()", 1)
    shell.run("1/0", 1)
    gc.freeze()  # all this stays: IPython's reset need not look for garbage in it
    shell.reset(new_session=False)
    assert shell.history_manager is not None
    shell.history_manager.reset(new_session=False)
    return shell


def _enable_inline_figures(shell: Shell) -> None:
    from IPython.core.pylabtools import select_figure_formats
    from matplotlib.figure import Figure
    from matplotlib_inline.backend_inline import configure_inline_support

    from autograder.figures import draw_png

    configure_inline_support(shell, INLINE_BACKEND)
    select_figure_formats(shell, {"png"})
    assert shell.display_formatter is not None
    shell.display_formatter.formatters["image/png"].for_type(Figure, draw_png)
