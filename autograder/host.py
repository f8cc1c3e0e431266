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
from pathlib import Path
from typing import Any

from autograder import limits
from autograder.errors import EngineFault
from autograder.jail.sandbox import JailError, Premises, Sandbox
from autograder.worker import die_with_parent, take_standard_streams

Message = dict[str, Any]

_GRACE_SECONDS = 30.0
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
            from autograder.shell import make_shell

            os.chdir(request["folder"])
            sys.path[:0] = [""]  # a notebook may import modules that lie next to it
            sys.path += [path for path in request["paths"] if path not in sys.path]
            self._shell = make_shell()
            sys.modules["__main__"] = self._shell.user_module
            for number, code in enumerate([*request["leading"], request["imports"]], start=1):
                self._shell.run(code, number)
            self._shell.remember(request["checks"])
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
            reply = _await_reply(reading, requests, request["rules"]["submission_seconds"] + _GRACE_SECONDS)
        finally:
            os.close(reading)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            self._sandbox.end()
        self._import_what_it_needed(reply.pop("modules", []))
        return reply

    def run_in_child(self, request: Message) -> Message:
        """Run a submission; in the forked child."""
        from autograder.runner import Cell, Rules, Runner

        os.chdir(request["folder"])
        rules = Rules(**request["rules"], prepared=self._prepared)
        cells = [Cell(**cell) for cell in request["cells"]]
        results = Runner(self._shell, self._sandbox, rules, cells).run()
        modules = [name for name in sys.modules if name not in self._modules]
        return {"status": "ok", "cells": results, "modules": modules}

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
    """Run the submission, write the answer, and end; never returns."""
    try:
        die_with_parent()
        resource.setrlimit(resource.RLIMIT_AS, (_TRUSTED_ADDRESS_SPACE, _TRUSTED_ADDRESS_SPACE))
        try:
            reply = host.run_in_child(request)
        except BaseException as error:
            signal.setitimer(signal.ITIMER_REAL, 0)
            reply = {"status": "fault", "reason": f"{type(error).__name__}: {error}"}
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(reply, default=str).encode())
    finally:
        os._exit(0)


def _await_reply(reading: int, requests: int, seconds: float) -> Message:
    """The child's answer; a fault when there is none in time, as that is no verdict on the student."""
    deadline = time.monotonic() + seconds
    content = bytearray()
    while True:
        ready, _, _ = select.select([reading, requests], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise EngineFault(f"the checks of a submission did not end after {seconds:g} s")
        if reading not in ready:
            raise EngineFault("the command that asked has ended")
        part = os.read(reading, 2**20)
        if not part:
            break
        content += part
    try:
        reply = json.loads(content)
    except ValueError:
        raise EngineFault("the process that ran the checks of a submission has died") from None
    assert isinstance(reply, dict)
    return reply


if __name__ == "__main__":
    main()
