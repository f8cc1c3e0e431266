"""The grading host, the trusted process of an executor: `python -P -m autograder.host`.

A warm host starts a sandbox and runs the instructor's first cells once there and here. It has one clone for each
executor: a fork with a fork of the sandbox's zygote. A clone forks one child of its own for each submission, which runs
the checks. Requests come on a control socket, stdin; a clone has its own::

    {"op": "open", "folder": str, "premises": {...}, "level": str, "leading": [str], "imports": str, "checks": [str],
     "paths": [str]}
    {"op": "clone"} and a socket  ->  a pidfd of the clone
    {"op": "run", "folder": str, "rules": {...}, "cells": [{...}]}

An answer is ``{"status": "ok", ...}``, or ``{"status": "fault", "reason": str}`` for a fault of the engine's own. A
clone ends when the other end of its socket is gone; the warm host when its own is, and all its clones have ended.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import itertools
import json
import os
import resource
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from autograder import limits
from autograder.errors import EngineFault
from autograder.execute import set_unfinished
from autograder.jail.control import Control, Message
from autograder.jail.sandbox import JailError, Premises, Sandbox
from autograder.worker import die_with_parent, silence_standard_streams

_GRACE_SECONDS = 10.0  # beyond the time after which the child stops itself
_TRUSTED_ADDRESS_SPACE = 6 * limits.GIB


def main() -> None:
    """Serve requests on the socket that is stdin; never returns."""
    gc.disable()  # until what is warm is there: little of it is garbage
    connection = socket.socket(fileno=os.dup(0))
    silence_standard_streams()
    host = _Host(Control(connection))
    try:
        host.serve()
        host.wait_for_clones()
    finally:
        host.close()
        os._exit(0)  # what is warm need not be taken down


class _Host:
    """One assignment's sandbox, and a shell in which its first cells have run."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._sandbox: Sandbox | None = None
        self._clones: list[int] = []

    def serve(self) -> None:
        """Answer requests until the control socket is closed."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                request, descriptors = self._control.receive()
                try:
                    reply, descriptors = self._answer(request, descriptors)
                except (EngineFault, JailError, OSError) as error:
                    reply, descriptors = {"status": "fault", "reason": str(error)}, []
                self._control.send({"status": "ok", **reply}, descriptors)
                for descriptor in descriptors:
                    os.close(descriptor)

    def _answer(self, request: Message, descriptors: list[int]) -> tuple[Message, list[int]]:
        if request["op"] == "open" and self._sandbox is None:
            try:
                self._open(request)
            except BaseException:
                self.close()
                raise
            return {}, []
        if self._sandbox is None:
            raise EngineFault("nothing was opened")
        if threading.active_count() > 1:
            raise EngineFault("a cell of the instructor's has started a thread; nothing can be forked beside it")
        if request["op"] == "clone":
            return {}, [self._clone(self._sandbox, descriptors[0])]
        return self._run(self._sandbox, request), []

    def _open(self, request: Message) -> None:
        self._sandbox = Sandbox(_read_premises(request["premises"]), level=request["level"])
        self._sandbox.begin_prepare(request["leading"])
        # While the sandbox starts.
        from autograder.definitions import find_mentions
        from autograder.runner import words_of
        from autograder.shell import make_shell

        os.chdir(request["folder"])
        sys.path[:0] = [""]  # a notebook may import modules that lie next to it
        sys.path += [path for path in request["paths"] if path not in sys.path]
        self._shell = make_shell(draws=False)  # checks seldom do
        sys.modules["__main__"] = self._shell.user_module
        for number, code in enumerate([*request["leading"], request["imports"]], start=1):
            self._shell.run(code, number)
        self._shell.remember(request["checks"])
        for text in request["checks"]:  # kept for the children
            find_mentions(text)
            words_of(text)
        # Without replies the cells could not be run beforehand: they run in every child.
        self._prepared = list(zip(request["leading"], self._sandbox.end_prepare(), strict=False))
        self._module_count = len(sys.modules)
        self._beside = {path.name.partition(".")[0] for path in Path.cwd().iterdir()}
        os.chdir("/")  # that folder was for the first cells; each child has its own
        _leave_to_children()

    def close(self) -> None:
        """End the jail, of a clone its own part of it."""
        if self._sandbox is not None:
            self._sandbox.close()
            self._sandbox = None

    def wait_for_clones(self) -> None:
        """Stay for as long as one of them works: without this process, and its jail, all end."""
        for clone in self._clones:
            with contextlib.suppress(ChildProcessError):  # it has ended
                os.waitpid(clone, 0)

    def _clone(self, sandbox: Sandbox, connection: int) -> int:
        """Fork a host that serves on this socket; gives a pidfd."""
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a clone has ended
        with sandbox.clone() as its_sandbox:
            clone = os.fork()
            if clone == 0:
                try:
                    die_with_parent()
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    sandbox.close()
                    self._control.close()
                    self._control, self._sandbox = Control(socket.socket(fileno=connection)), its_sandbox
                    self.serve()
                finally:
                    os._exit(0)
        os.close(connection)
        self._clones.append(clone)
        return os.pidfd_open(clone)

    def _run(self, sandbox: Sandbox, request: Message) -> Message:
        """Run one submission in a child of its own, and end everything that it has left."""
        diary = _Diary()
        child = os.fork()
        if child == 0:
            _be_the_child(diary, request, self)
        try:
            # When the other end of the control socket is gone, nobody waits for this one any more.
            reply = _follow(diary.begin_to_read(), self._control.fileno(), len(request["cells"]))
        finally:
            diary.close()
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            sandbox.end()
        self._import_what_it_needed(reply.pop("modules", []))
        return reply

    def run_in_child(self, request: Message, tell: Callable[[Message], None]) -> None:
        """Run a submission in the forked child, and tell what becomes of it."""
        from autograder.runner import Cell, Rules, Runner

        assert self._sandbox is not None
        os.chdir(request["folder"])
        rules = Rules(**request["rules"], prepared=self._prepared)
        cells = [Cell(**cell) for cell in request["cells"]]
        results: list[Message] = []

        def announce(seconds: float) -> None:
            tell({"seconds": seconds, "cells": results})
            results.clear()

        for result in Runner(self._shell, self._sandbox, rules, cells).run(announce):
            results.append(result)
        # The latest are the last. To look at all names would copy all pages that they lie on.
        modules = list(itertools.islice(reversed(sys.modules), max(0, len(sys.modules) - self._module_count)))
        tell({"status": "ok", "modules": modules[::-1], "cells": results})

    def _import_what_it_needed(self, names: list[str]) -> None:
        """Import by name what checks have imported late, so that every later child is born with it."""
        for name in names:
            if name not in sys.modules and name.partition(".")[0] not in {*self._beside, "__main__", "__mp_main__"}:
                with contextlib.suppress(Exception):
                    importlib.import_module(name)
        if names:
            self._module_count = len(sys.modules)
            _leave_to_children()


def _leave_to_children() -> None:
    """Take what is in memory now out of garbage collection, which in a child would copy every page that it looks at.

    Little of it is garbage, and to look for that takes longer than all that it would free is worth.
    """
    gc.freeze()
    gc.enable()


def _read_premises(fields: Message) -> Premises:
    return Premises(
        packages=None if fields["packages"] is None else tuple(fields["packages"]),
        modules=tuple(fields["modules"]),
        withheld=tuple(fields["withheld"]),
        data=Path(fields["data"]) if fields["data"] else None,
        hidden=tuple(map(Path, fields["hidden"])),
    )


class _Diary:
    """What a child writes down and its parent reads when the child has ended or is late: only the end wakes it up.

    Made before the fork.
    """

    def __init__(self) -> None:
        self._file = os.memfd_create("diary")
        self._ended, self._end = os.pipe()  # the second is the child's, and closed when it dies

    def write(self, message: Message) -> None:
        """Add a message; its "seconds", if it has some, count from now. One with a "status" is the last."""
        rest = json.dumps({**message, "at": time.monotonic()}, default=str).encode() + b"\n"
        while rest:
            rest = rest[os.write(self._file, rest) :]
        if "status" in message:
            os.write(self._end, b".")  # a process that a check has left may keep it open

    def begin_to_read(self) -> _Diary:
        """Leave writing to the child."""
        os.close(self._end)
        return self

    def read(self) -> list[Message]:
        """Give the messages that are whole."""
        content = os.pread(self._file, os.fstat(self._file).st_size, 0)
        return [json.loads(line) for line in content.split(b"\n")[:-1]]

    def wait(self, requests: int, seconds: float) -> bool:
        """Wait until the child has ended; gives whether it has. An EngineFault when nobody waits for it any more."""
        ready, _, _ = select.select([self._ended, requests], [], [], max(0.0, seconds))
        if ready and self._ended not in ready:
            raise EngineFault("the command that asked has ended")
        return bool(ready)

    def close(self) -> None:
        """Forget all."""
        os.close(self._ended)
        os.close(self._file)


def _be_the_child(diary: _Diary, request: Message, host: _Host) -> None:
    """Run the submission, write down what becomes of it, and end; never returns."""
    try:
        die_with_parent()
        resource.setrlimit(resource.RLIMIT_AS, (_TRUSTED_ADDRESS_SPACE, _TRUSTED_ADDRESS_SPACE))
        try:
            host.run_in_child(request, diary.write)
        except BaseException as error:
            signal.setitimer(signal.ITIMER_REAL, 0)
            diary.write({"status": "fault", "reason": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(0)


def _follow(diary: _Diary, requests: int, count: int) -> Message:
    """Wait until the child has ended, as long as it keeps its limits, and give the answer on all cells."""
    latest: Message = {"at": time.monotonic(), "seconds": 0.0}
    until = 0.0
    while not (has_ended := diary.wait(requests, until - time.monotonic())):
        latest = (diary.read() or [latest])[-1]
        until = latest["at"] + latest.get("seconds", 0.0) + _GRACE_SECONDS
        if until <= time.monotonic():
            break
    messages = diary.read()
    results = [result for message in messages for result in message.get("cells", ())]
    if not has_ended:
        return {"status": "ok", "cells": _give_up(results, count, latest.get("seconds", 0.0))}
    if not messages or "status" not in messages[-1]:
        raise EngineFault("the process that ran the checks of a submission has died")
    return {**messages[-1], "cells": results}


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


if __name__ == "__main__":
    main()
