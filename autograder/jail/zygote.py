"""The process that every jailed child is forked from: warm, inside bubblewrap, and never touched by a submission.

A clone is a fork of it that answers on a control socket of its own, and has a child of its own.

Started by `sandbox` with a plan (JSON) as its argument, it answers one request at a time on a control socket::

    {"op": "prepare", "cells": [str]}  ->  {"replies": [dict], "obstacle": str}
    {"op": "spawn"} and a socket       ->  {}
    {"op": "end"}                      ->  {"killed": bool}
    {"op": "clone"} and a socket       ->  {}, and on that socket {"ready": int} as at a start

or ``{"error": str}``; a request's "mark" comes back with its answer. It ends when the other end of the socket is gone,
and all in the jail with it; a clone then ends alone. Must not know what a submission is asked to do.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from base64 import b64decode
from pathlib import Path
from typing import Any, NoReturn, TypedDict

from autograder.jail import confine, withheld
from autograder.jail.control import Control, Message
from autograder.jail.forking import fork_into_namespaces

_PR_SET_CHILD_SUBREAPER = 36
_READY = "ready"


class Plan(TypedDict):
    """What `sandbox` decides for the zygote and its children."""

    control: int  # descriptor of the control socket
    host: int  # process number of the host, where it can be seen; else 0
    uid: int  # whom to become; -1: stay
    keep: list[int]  # capabilities that stay
    namespaces: bool  # whether each child enters its own
    tmp: str  # the folder for temporary files; the working directory is made in it
    kept: list[str]  # names in it that every child's own must have too
    scratch: str  # an empty folder where a child makes its own ready
    data: str  # what a submission finds in its working directory
    fonts: str  # what Matplotlib knows of fonts
    path: list[str]  # where Python finds the jail's modules, then the course's
    sites: list[str]  # folders of installed packages
    readable: list[str]  # without namespaces: all that a child may read
    withheld: list[str]  # names of the stubs
    filter: str  # seccomp's, base64
    cpu_seconds: int
    tasks_elsewhere: int
    server: str  # module whose serve(fd, shell) runs in the child
    warm: bool  # whether there is to be a shell


def main(plan: Plan) -> None:
    """Become what the plan says, make a shell, and serve until the control socket is closed."""
    gc.disable()  # until what is warm is there: little of it is garbage
    _become(plan)
    _set_up_python(plan)
    control = Control(socket.socket(fileno=plan["control"]))
    _Zygote(plan, control).serve()


def _become(plan: Plan) -> None:
    """Change the user before anything else happens."""
    if plan["uid"] >= 0:
        if plan["namespaces"]:
            Path(plan["tmp"]).chmod(0o1777)  # bubblewrap made it for root
        confine.change_user(plan["uid"], plan["keep"])
    if plan["host"]:
        confine.die_with(plan["host"])
    _adopt_orphans()


def _adopt_orphans() -> None:
    """Let what children of this process leave behind become its own children."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _set_up_python(plan: Plan) -> None:
    """Do what Python's own `site` does at a start, for our folders; the course's modules come before installed ones."""
    import site

    site.setquit()
    site.setcopyright()
    site.sethelper()
    sys.path += [folder for folder in plan["path"] if folder not in sys.path]
    known = list(sys.path)
    for folder in plan["sites"]:
        site.addsitedir(folder)
    # What an editable install points to is not here, even where its folder is.
    sys.path[:] = [path for path in sys.path if path in known or path.startswith(tuple(plan["sites"]))]


class _Zygote:
    def __init__(self, plan: Plan, control: Control) -> None:
        self._plan = plan
        self._control = control
        self._child = 0
        self._clones: list[int] = []
        self._count = 0  # of all clones ever
        work = _place_work(plan)
        shutil.copytree(plan["data"], work, dirs_exist_ok=True)
        os.chdir(work)
        shutil.copytree(plan["fonts"], os.environ["MPLCONFIGDIR"], dirs_exist_ok=True)
        self._filter = b64decode(plan["filter"])
        self._server = importlib.import_module(plan["server"])
        self._shell = self._make_shell() if plan["warm"] else None
        gc.freeze()
        gc.enable()

    def _make_shell(self) -> Any:
        from autograder.shell import make_shell

        return make_shell()

    def serve(self) -> None:
        """Answer requests until the control socket is closed."""
        self._control.send({"ready": os.getpid()})
        try:
            while True:
                request, descriptors = self._control.receive()
                try:
                    reply = self._answer(request, descriptors)
                except Exception as error:
                    reply = {"error": f"{type(error).__name__}: {error}"}
                self._control.send({**reply, "mark": request["mark"]})
        except (EOFError, OSError):
            pass
        finally:
            self.end()

    def _answer(self, request: Message, descriptors: list[int]) -> Message:
        if request["op"] == "prepare":
            return self._prepare(request["cells"])
        if request["op"] == "spawn":
            return self._spawn(descriptors[0])
        if request["op"] == "end":
            return {"killed": self.end()}
        if request["op"] == "clone":
            return self._clone(descriptors[0])
        raise ValueError(f"unknown request {request['op']!r}")

    def _prepare(self, cells: list[str]) -> Message:
        assert self._shell is not None
        before = _shared_state()
        sys.path[:0] = [""]
        sys.modules["__main__"] = self._shell.user_module
        replies = [self._shell.run(code, number) for number, code in enumerate(cells, start=1)]
        with contextlib.suppress(ValueError):  # a cell may have changed it
            sys.path.remove("")
        gc.freeze()
        left = sorted(_shared_state() - before)
        return {"replies": replies, "obstacle": left[0] if left else ""}

    def end(self) -> bool:
        """Kill the child and all in it; its number cannot be another's, as it is waited for here alone.

        Gives whether the kernel had killed it before, as it does beyond a limit that has no other consequence.
        """
        killed = False
        if self._child:
            ended, status = os.waitpid(self._child, os.WNOHANG)
            if ended:
                killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGKILL, signal.SIGXCPU)
            else:
                os.kill(self._child, signal.SIGKILL)
                os.waitpid(self._child, 0)
            self._child = 0
            if not self._plan["namespaces"]:
                shutil.rmtree(self._plan["scratch"], ignore_errors=True)
        return killed

    def _clone(self, connection: int) -> Message:
        self._wait_for_clones()
        self._count += 1
        origin = os.getpid()
        clone = os.fork()
        if clone == 0:
            try:
                confine.die_with(origin)
                _adopt_orphans()
                self._be_the_clone(connection)
            finally:
                os._exit(0)
        os.close(connection)
        self._clones.append(clone)
        return {}

    def _be_the_clone(self, connection: int) -> None:
        self._control.close()
        self._control = Control(socket.socket(fileno=connection))
        self._child = 0
        self._clones.clear()
        # Where each child has a mount of its own there, the place can be the same.
        if not self._plan["namespaces"]:
            self._plan["scratch"] += f"-{self._count}"
        self.serve()

    def _wait_for_clones(self) -> None:
        """Wait for the clones that have ended; what a killed one has left is this process' child now, and ends too."""
        with contextlib.suppress(OSError):  # a kernel that does not list children
            for pid in map(int, Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()):
                if pid in self._clones:
                    if os.waitpid(pid, os.WNOHANG)[0]:
                        self._clones.remove(pid)
                elif pid != self._child:
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)

    def _spawn(self, connection: int) -> Message:
        self.end()
        user = os.getuid(), os.getgid()
        reports, report = os.pipe()
        with os.fdopen(reports, "rb") as pipe:
            try:
                self._child = fork_into_namespaces() if self._plan["namespaces"] else os.fork()
                if self._child == 0:
                    _Child(self._plan, self._shell, self._filter, report, user).run(self._server.serve, connection)
            finally:
                os.close(report)
                os.close(connection)
            told = pipe.read().decode()
        if told != _READY:
            self.end()
            raise RuntimeError(told or "the child ended before it was confined")
        return {}


class _Child:
    """The way from a fork of the zygote to a confined process."""

    def __init__(self, plan: Plan, shell: Any, program: bytes, report: int, user: tuple[int, int]) -> None:
        self._plan = plan
        self._shell = shell
        self._filter = program
        self._report = report
        self._user = user

    def run(self, serve: Any, connection: int) -> NoReturn:
        try:
            if self._plan["namespaces"]:
                confine.map_user(*self._user)
                confine.prefer_as_victim()
            else:
                confine.die_with(os.getppid())
            connection = self._confine(connection)
        except BaseException as error:
            self._tell(f"{type(error).__name__}: {error}")
            os._exit(1)
        try:
            serve(connection, self._shell)
        finally:
            os._exit(0)

    def _confine(self, connection: int) -> int:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self._take_places()
        connection, self._report = confine.keep_only(connection, self._report)
        confine.set_limits(self._plan["cpu_seconds"], self._plan["tasks_elsewhere"])
        withheld.forget(self._plan["withheld"])
        sys.path[:0] = [""]  # a notebook may import modules that lie next to it
        confine.drop_rights(self._plan["keep"])
        confine.explain_refusals()
        if self._shell is not None:
            self._shell.system = self._shell.getoutput = confine.refuse_program  # !command
        if not self._plan["namespaces"]:
            confine.filter_calls(confine.signals_to_itself_only())
        confine.filter_calls(self._filter)
        self._tell(_READY)
        os.close(self._report)
        return connection

    def _take_places(self) -> None:
        """Get a working directory and temporary files of its own."""
        plan = self._plan
        work = _place_work(plan)
        if plan["namespaces"]:
            confine.make_private_places(plan["scratch"], work, plan["kept"])
            os.chdir(work)
            return
        from autograder.jail import landlock

        scratch = Path(plan["scratch"])
        scratch.mkdir(mode=0o700)
        confine.copy_work(work, scratch / work.name)
        os.chdir(scratch / work.name)
        os.environ.update(HOME=str(scratch), TMPDIR=str(scratch))
        tempfile.tempdir = None
        confine.forbid_new_rights()
        landlock.restrict(plan["readable"], [str(scratch), os.devnull])

    def _tell(self, text: str) -> None:
        with contextlib.suppress(OSError):
            os.write(self._report, text.encode())


def _place_work(plan: Plan) -> Path:
    """The working directory, under a name that nothing else has."""
    return Path(plan["tmp"], "work" if "work" not in plan["kept"] else "submission")


def _shared_state() -> set[str]:
    """What a fork would share with its siblings instead of copying: open files, shared memory, threads (lost)."""
    found = {f"an open file: {link}" for link in map(_read_link, Path("/proc/self/fd").iterdir()) if link}
    for line in Path("/proc/self/maps").read_text().splitlines():
        _, rights, *rest = line.split(maxsplit=5)
        if rights.startswith("rw") and rights.endswith("s"):
            found.add(f"shared memory: {rest[-1]}")
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        found.add("threads")
    return found


def _read_link(path: Path) -> str:
    """Where a descriptor leads; empty for the one that lists the folder itself."""
    try:
        link = str(path.readlink())
    except OSError:
        return ""
    return "" if link.startswith("/proc/") else f"{path.name} {link}"


def load(text: str) -> NoReturn:
    """Start with a plan as `sandbox` writes it; never returns."""
    sys.argv[1:] = sys.orig_argv[1:] = []  # the plan is no business of a submission
    main(json.loads(text))
    os._exit(0)
