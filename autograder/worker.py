"""The process that runs notebooks for `execute.PlainExecutor`: `python -m autograder.worker`.

It warms IPython, NumPy and Matplotlib once, forks a child per notebook (where there is no fork, starts a fresh
process), and passes cells on to it one by one, with a time limit each. All messages are JSON, never pickle, as the
child is the student's. No isolation: the child runs with the rights of whoever started it.

Requests are lines on stdin, each answered by one line on stdout::

    {"op": "start", "folder": str}
    {"op": "cell", "code": str, "number": int, "seconds": float}
    {"op": "warm up", "folder": str, "cells": [str], "seconds": float}
    {"op": "stop"}
"""

from __future__ import annotations

import contextlib
import importlib
import json
import multiprocessing
import os
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TextIO

Message = dict[str, Any]


def main() -> None:
    """Serve requests until stdin ends."""
    requests, replies = take_standard_streams()
    can_fork = hasattr(os, "fork")
    if can_fork:
        from autograder.shell import make_shell

        make_shell()  # warm: every child has it from the moment of its birth
    context = multiprocessing.get_context("fork" if can_fork else "spawn")
    child: _Child | None = None
    try:
        for line in requests:
            request = json.loads(line)
            reply: Message = {}
            if request["op"] == "cell":
                reply = child.run(request) if child is not None else {"status": "died"}
            elif child is not None:
                child.kill()
                child = None
            if request["op"] == "start":
                child = _Child(context, request["folder"])
            elif request["op"] == "warm up" and can_fork:
                _warm_up(context, request)
            replies.write(json.dumps(reply) + "\n")
            replies.flush()
    finally:
        if child is not None:
            child.kill()


def _warm_up(context: Any, request: Message) -> None:
    """Import what the instructor's cells import, so that every later child is born with it.

    The cells run in a child that no student's code ever enters; the worker imports by name what that child has then.
    """
    child = _Child(context, request["folder"])
    for code in request["cells"]:
        child.run({"op": "cell", "code": code, "number": 1, "seconds": request["seconds"]})
    names = child.run({"op": "modules", "seconds": request["seconds"]}).get("modules", [])
    child.kill()
    beside = {path.name.partition(".")[0] for path in Path(request["folder"]).iterdir()}
    for name in names:
        # A module that lies next to the notebook is for the child to find there, whatever else has its name.
        if name not in sys.modules and name.partition(".")[0] not in beside:
            with contextlib.suppress(BaseException):
                importlib.import_module(name)


def take_standard_streams() -> tuple[TextIO, TextIO]:
    """Keep the two pipes for messages; whatever prints to the standard ones later prints to nowhere."""
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n")
    silence_standard_streams()
    return requests, replies


def silence_standard_streams() -> None:
    """Let them lead nowhere from now on."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)


class _Child:
    """One notebook's process."""

    def __init__(self, context: Any, folder: str) -> None:
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, self._connection, folder))
        self._process.start()
        theirs.close()
        self._is_dead = False

    def run(self, request: Message) -> Message:
        try:
            self._connection.send_bytes(json.dumps(request).encode())
            if not self._connection.poll(request["seconds"]):
                self.kill()
                return {"status": "timeout"}
            reply = json.loads(self._connection.recv_bytes(64 * 2**20))
            if isinstance(reply, dict) and reply.get("status") in ("ok", "error"):
                return reply
        except (OSError, EOFError, ValueError):
            pass
        self.kill()
        return {"status": "died"}

    def kill(self) -> None:
        """End the process and, on POSIX, all that it has started in its session."""
        if self._is_dead:
            return  # its number may be another process's by now
        self._is_dead = True
        if hasattr(os, "killpg") and self._process.pid is not None:
            # It may have ended already, or not yet have come to its own session.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()
        self._connection.close()


def _serve(connection: Connection, other_end: Connection, folder: str) -> None:
    """Run cells in the child until the worker closes the connection."""
    if hasattr(os, "setsid"):
        os.setsid()
        other_end.close()
        die_with_parent()
        close_descriptors(keep=connection.fileno())
    import numpy

    os.chdir(folder)
    sys.path[:0] = [""]  # a notebook may import modules that lie next to it
    from autograder.shell import make_shell

    shell = make_shell()
    sys.modules["__main__"] = shell.user_module  # pickle and dataclasses look up a cell's classes there
    numpy.random.seed()  # noqa: NPY002 - every child was born with the same state
    own_id = os.getpid()
    while True:
        try:
            request = json.loads(connection.recv_bytes())
        except (EOFError, OSError):
            os._exit(0)
        if request["op"] == "modules":
            reply: Message = {"status": "ok", "modules": list(sys.modules)}
        else:
            reply = shell.run(request["code"], request["number"])
        if os.getpid() != own_id:
            os._exit(0)  # a cell has forked, and this is the copy: it must not answer too
        connection.send_bytes(json.dumps(reply, default=str).encode())


def die_with_parent() -> None:
    """A worker that is killed takes a looping child with it (Linux; elsewhere the child stays until its cell ends)."""
    if sys.platform == "linux":
        import ctypes

        PR_SET_PDEATHSIG = 1
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def close_descriptors(keep: int) -> None:
    """Close the worker's own pipes in the child, so that nothing there can write to them."""
    os.closerange(3, keep)
    os.closerange(keep + 1, 4096)


if __name__ == "__main__":
    main()
