"""The grading host, the trusted process of an executor: `python -P -m autograder.host`.

A warm host starts a sandbox and runs the instructor's first cells once there and here. It has one clone for each
executor: a fork with a fork of the sandbox's zygote. A clone forks one child of its own for each submission, which runs
the checks. Requests come on a control socket, stdin; a clone has its own::

    {"op": "open", "folder": str, "premises": {...}, "level": str, "leading": [str], "imports": str, "checks": [str],
     "paths": [str]}
    {"op": "clone"} and a socket  ->  a pidfd of the clone
    {"op": "run", "folder": str, "rules": {...}, "cells": [{...}]}, and when the turn has come {"op": "go"}
      ->  the results of the cells: "cells" in the answer, or a file for `diary.read_cells`

Before "go" all is made ready, and no cell runs. An answer is ``{"status": "ok", ...}``, or
``{"status": "fault", "reason": str}`` for a fault of the engine's own. A clone ends when the other end of its socket is
gone; the warm host when its own is, and all its clones have ended.
"""

from __future__ import annotations

import contextlib
import gc
import itertools
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from autograder import limits
from autograder.diary import Diary, read_cells
from autograder.errors import EngineFault
from autograder.execute import set_unfinished
from autograder.jail.control import Control, Message
from autograder.jail.sandbox import START_SECONDS, JailError, Premises, Sandbox
from autograder.late import LateModules
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
        self._child = 0  # runs the latest submission
        self._needed: list[str] = []  # modules that it has imported late

    def serve(self) -> None:
        """Answer requests until the control socket is closed."""
        with contextlib.suppress(EOFError, OSError):
            while True:
                request, descriptors = self._control.receive()
                try:
                    self._serve_one(request, descriptors)
                finally:
                    self._tidy_up()

    def _serve_one(self, request: Message, descriptors: list[int]) -> None:
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
        if request["op"] == "run":
            return self._run(request)
        raise EngineFault(f"there is nothing to {request['op']}")

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
        self._late = LateModules()
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

    def _run(self, request: Message) -> tuple[Message, list[int]]:
        """Run one submission in a child of its own."""
        diary, turn = Diary(), os.eventfd(0)
        self._child = os.fork()
        if self._child == 0:
            _be_the_child(diary, request, self, lambda: os.eventfd_read(turn))
        diary.begin_to_read()
        try:
            self._control.receive()
            os.eventfd_write(turn, 1)
            # When the other end of the control socket is gone, nobody waits for this one any more.
            reply = _follow(diary, self._control.fileno(), len(request["cells"]))
            self._needed = reply.pop("modules", [])
            return reply, [] if "cells" in reply else [diary.copy_file()]
        finally:
            diary.close()
            os.close(turn)

    def _tidy_up(self) -> None:
        """End everything that a run has left; nobody waits for that."""
        if self._child:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._child, signal.SIGKILL)
            os.waitpid(self._child, 0)
            self._child = 0
            if self._sandbox is not None:
                with contextlib.suppress(JailError):  # met again by the next run
                    self._sandbox.end()
        names, self._needed = self._needed, []
        if names and self._late.take(names):
            _leave_to_children()

    def run_in_child(self, request: Message, tell: Callable[[Message], None], wait: Callable[[], object]) -> None:
        """Run a submission in the forked child once `wait` returns, and tell what becomes of it."""
        from autograder.runner import Cell, Rules, Runner

        assert self._sandbox is not None
        os.chdir(request["folder"])
        rules = Rules(**request["rules"], prepared=self._prepared)
        cells = [Cell(**cell) for cell in request["cells"]]
        results: list[Message] = []

        def announce(seconds: float | None) -> None:
            tell({"seconds": seconds, "cells": results})
            results.clear()

        running = Runner(self._shell, self._sandbox, rules, cells).run(announce, wait)
        for result in itertools.islice(running, len(cells)):  # to end the jailed process can wait, as it takes a while
            results.append(result)
        tell({"status": "ok", "modules": self._late.find(), "cells": results})


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


def _be_the_child(diary: Diary, request: Message, host: _Host, wait: Callable[[], object]) -> None:
    """Run the submission, write down what becomes of it, and end; never returns."""
    try:
        die_with_parent()
        resource.setrlimit(resource.RLIMIT_AS, (_TRUSTED_ADDRESS_SPACE, _TRUSTED_ADDRESS_SPACE))
        try:
            host.run_in_child(request, diary.write, wait)
        except BaseException as error:
            signal.setitimer(signal.ITIMER_REAL, 0)
            diary.write({"status": "fault", "reason": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(0)


def _follow(diary: Diary, requests: int, count: int) -> Message:
    """Wait until the child has ended, as long as it keeps its limits, and give the answer.

    "cells" are in it where a cell did not keep them. While it starts a jail, "seconds" is None, as before all messages.
    """
    latest: Message = {"at": time.monotonic()}
    seconds: float | None = None
    until = 0.0
    while not (has_ended := diary.wait(requests, until - time.monotonic())):
        if told := diary.find_latest():
            latest, seconds = told, told.get("seconds", 0.0)
        until = latest["at"] + (START_SECONDS if seconds is None else seconds) + _GRACE_SECONDS
        if until <= time.monotonic():
            break
    if not has_ended:
        if seconds is None:
            raise EngineFault("a jailed process was not started in time")
        return {"cells": _give_up(read_cells(diary.copy_file()), count, seconds)}
    latest = diary.find_latest() or {}
    if "status" not in latest:
        raise EngineFault("the process that ran the checks of a submission has died")
    if latest["status"] != "ok":
        raise EngineFault(latest["reason"])
    return {"modules": latest["modules"]}


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
