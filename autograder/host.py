"""The grading host, the trusted process of an executor: `python -P -m autograder.host`.

It starts a sandbox, runs the instructor's first cells once there and here, and then forks one child of its own for
each submission, which runs the checks. Requests are lines of JSON on stdin, each answered by one line on stdout::

    {"op": "open", "folder": str, "premises": {...}, "level": str, "leading": [str], "imports": str, "checks": [str],
     "paths": [str]}
    {"op": "run", "folder": str, "rules": {...}, "cells": [{...}]}

An answer is ``{"status": "ok", ...}``, or ``{"status": "fault", "reason": str}`` for a fault of the engine's own.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import resource
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder import limits
from autograder.errors import EngineFault
from autograder.execute import set_unfinished
from autograder.jail.sandbox import JailError, Premises, Sandbox
from autograder.worker import die_with_parent, take_standard_streams

Message = dict[str, Any]

_GRACE_SECONDS = 10.0  # beyond the time after which the child stops itself
_TRUSTED_ADDRESS_SPACE = 6 * limits.GIB


def main() -> None:
    """Serve requests until stdin ends."""
    requests, replies = take_standard_streams()
    host: _Host | None = None
    try:
        for line in requests:
            request = json.loads(line)
            try:
                if request["op"] == "open":
                    if host is not None:
                        host.close()
                    host = _Host(request)
                    reply: Message = {"status": "ok", "isolation": request["level"]}
                elif host is None:
                    raise EngineFault("nothing was opened")
                else:
                    reply = host.run(request, requests.fileno())
            except (EngineFault, JailError, OSError) as error:
                reply = {"status": "fault", "reason": str(error)}
            replies.write(json.dumps(reply) + "\n")
            replies.flush()
    finally:
        if host is not None:
            host.close()


class _Host:
    """One assignment's sandbox, and a shell in which its first cells have run."""

    def __init__(self, request: Message) -> None:
        self._sandbox = Sandbox(_read_premises(request["premises"]), level=request["level"])
        try:
            self._sandbox.begin_prepare(request["leading"])
            # While the sandbox starts.
            import autograder.runner  # noqa: F401
            from autograder.definitions import find_mentions
            from autograder.shell import make_shell

            os.chdir(request["folder"])
            sys.path[:0] = [""]  # a notebook may import modules that lie next to it
            sys.path += [path for path in request["paths"] if path not in sys.path]
            self._shell = make_shell(draws=False)  # checks seldom do
            sys.modules["__main__"] = self._shell.user_module
            for number, code in enumerate([*request["leading"], request["imports"]], start=1):
                self._shell.run(code, number)
            self._shell.remember(request["checks"])
            for text in request["checks"]:
                find_mentions(text)  # kept for the children
            # Without replies the cells could not be run beforehand: they run in every child.
            self._prepared = list(zip(request["leading"], self._sandbox.end_prepare(), strict=False))
        except BaseException:
            self._sandbox.close()
            raise
        self._modules = set(sys.modules)
        self._beside = {path.name.partition(".")[0] for path in Path.cwd().iterdir()}
        os.chdir("/")  # that folder was for the first cells; each child has its own
        _leave_to_children()

    def close(self) -> None:
        self._sandbox.close()

    def run(self, request: Message, requests: int) -> Message:
        """Run one submission in a child of its own, and end everything that it has left.

        `requests` is where the next request would come from: when it ends, nobody waits for this one any more.
        """
        if threading.active_count() > 1:
            raise EngineFault("a cell of the instructor's has started a thread; nothing can be forked beside it")
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _be_the_child(writing, request, self)
        os.close(writing)
        try:
            reply = _follow(reading, requests, request["cells"])
        finally:
            os.close(reading)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            self._sandbox.end()
        self._import_what_it_needed(reply.pop("modules", []))
        return reply

    def run_in_child(self, request: Message, tell: Callable[[Message], None]) -> None:
        """Run a submission in the forked child, and tell what becomes of it."""
        from autograder.runner import Cell, Rules, Runner

        os.chdir(request["folder"])
        rules = Rules(**request["rules"], prepared=self._prepared)
        cells = [Cell(**cell) for cell in request["cells"]]
        for result in Runner(self._shell, self._sandbox, rules, cells).run(lambda seconds: tell({"seconds": seconds})):
            tell({"cell": result})
        tell({"status": "ok", "modules": [name for name in sys.modules if name not in self._modules]})

    def _import_what_it_needed(self, names: list[str]) -> None:
        """Import by name what checks have imported late, so that every later child is born with it."""
        for name in names:
            self._modules.add(name)
            if name not in sys.modules and name.partition(".")[0] not in {*self._beside, "__main__", "__mp_main__"}:
                with contextlib.suppress(Exception):
                    importlib.import_module(name)
        if names:
            _leave_to_children()


def _leave_to_children() -> None:
    """Take what is in memory now out of garbage collection, which in a child would copy every page that it looks at."""
    gc.collect()
    gc.freeze()


def _read_premises(fields: Message) -> Premises:
    return Premises(
        packages=None if fields["packages"] is None else tuple(fields["packages"]),
        modules=tuple(fields["modules"]),
        withheld=tuple(fields["withheld"]),
        data=Path(fields["data"]) if fields["data"] else None,
        hidden=tuple(map(Path, fields["hidden"])),
    )


def _be_the_child(writing: int, request: Message, host: _Host) -> None:
    """Run the submission, tell the host by lines of JSON, and end; never returns."""
    try:
        die_with_parent()
        resource.setrlimit(resource.RLIMIT_AS, (_TRUSTED_ADDRESS_SPACE, _TRUSTED_ADDRESS_SPACE))
        with os.fdopen(writing, "wb", buffering=0) as pipe:

            def tell(message: Message) -> None:
                rest = json.dumps(message, default=str).encode() + b"\n"
                while rest:
                    rest = rest[pipe.write(rest) or 0 :]

            try:
                host.run_in_child(request, tell)
            except BaseException as error:
                signal.setitimer(signal.ITIMER_REAL, 0)
                tell({"status": "fault", "reason": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(0)


def _follow(reading: int, requests: int, cells: list[Message]) -> Message:
    """Read what the child tells until it has ended, and give the answer on all cells."""
    lines = _Lines(reading, requests)
    results: list[Message] = []
    seconds = 0.0
    while True:
        try:
            message = json.loads(lines.read(seconds + _GRACE_SECONDS))
        except TimeoutError:
            return {"status": "ok", "cells": _give_up(results, len(cells), seconds)}
        except EOFError:
            raise EngineFault("the process that ran the checks of a submission has died") from None
        if "status" in message:
            return {**message, "cells": results}
        if "cell" in message:
            results.append(message["cell"])
        seconds = message.get("seconds", 0.0)


def _give_up(results: list[Message], count: int, seconds: float) -> list[Message]:
    """Results of all cells where the running one could not be stopped, as it was inside of code in C."""
    late = set_unfinished(
        {"outputs": [], "metadata": {}}, "timeout", "TimeoutError", f"was stopped after {seconds:.3g} s"
    )
    results = [*results, late][:count]
    for _ in range(count - len(results)):
        reason = "was not run: a check above it could not be stopped in time"
        results.append(set_unfinished({"outputs": [], "metadata": {}}, "not run", "NotRun", reason))
    return results


class _Lines:
    """Lines from a pipe, as long as somebody waits for them."""

    def __init__(self, reading: int, requests: int) -> None:
        self._reading, self._requests = reading, requests
        self._content = b""

    def read(self, seconds: float) -> bytes:
        """Give the next line; a TimeoutError when there is none in time, an EOFError when there is none any more."""
        deadline = time.monotonic() + seconds
        while b"\n" not in self._content:
            left = max(0.0, deadline - time.monotonic())
            ready, _, _ = select.select([self._reading, self._requests], [], [], left)
            if not ready:
                raise TimeoutError
            if self._reading not in ready:
                raise EngineFault("the command that asked has ended")
            part = os.read(self._reading, 2**20)
            if not part:
                raise EOFError
            self._content += part
        line, self._content = self._content.split(b"\n", 1)
        return line


if __name__ == "__main__":
    main()
