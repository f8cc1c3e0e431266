"""The trusted side of the jail: starts a warm zygote in bubblewrap and has it make one confined child a submission.

The object may be used by the process that made it and then, after a fork, by that process' child, never by both at
once. Must not know what the child is asked to do: it gives the socket at whose other end `jail.server` answers.
"""

from __future__ import annotations

import copy
import json
import os
import secrets
import shutil
import socket
import subprocess
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import limits
from autograder.jail import installed, landlock, mounts, staging, syscalls
from autograder.jail.confine import CAP_DAC_READ_SEARCH, count_tasks_elsewhere
from autograder.jail.control import Control, Message, make_pair
from autograder.jail.errors import JailError
from autograder.jail.zygote import Plan

__all__ = ["FULL", "REDUCED", "JailError", "Premises", "Sandbox"]

FULL, REDUCED = "full", "reduced"
NOBODY = 65534
START_SECONDS = 120.0
PREPARE_SECONDS = 600.0
_BOOT = "import sys; sys.path.append({engine!r}); from autograder.jail.zygote import load; load(sys.argv[1])"


@dataclass(frozen=True)
class Premises:
    """What is there in the jail; made from the course's settings.

    Attributes
    ----------
    packages : tuple of str or None
        Installed distributions that exist, with what they require; None for all.
    modules : tuple of str
        Importable modules and packages of the course, copied into the jail.
    withheld : tuple of str
        Modules that do not exist by any path; ``"pkg.*"`` for all in a package.
    data : Path or None
        The folder whose files a submission finds in its working directory; no notebooks, no dotfiles.
    hidden : tuple of Path
        Folders that must not be visible even if they lie in something that is: the course, the checkout. The course's
        modules are looked for here first.
    """

    packages: tuple[str, ...] | None = None
    modules: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
    data: Path | None = None
    hidden: tuple[Path, ...] = ()


class Sandbox:
    """A zygote, and at most one jailed child at a time.

    Parameters
    ----------
    premises : Premises
        What is there in the jail.
    level : "full" or "reduced"
        Which isolation; there is never silently less.
    cpu_seconds : float
        Processor time of each child.
    server : str
        The module in the jail whose ``serve(fd, shell)`` answers on the child's socket.
    warm : bool
        Whether to make a shell; without one ``serve`` gets None.

    Raises
    ------
    JailError
        When the jail cannot be made here; says why, and the remedy. What the zygote itself meets at its start is raised
        by the first call that waits for it.
    """

    def __init__(
        self,
        premises: Premises,
        *,
        level: str = FULL,
        cpu_seconds: float = limits.CPU_SECONDS,
        server: str = "autograder.jail.server",
        warm: bool = True,
    ) -> None:
        if level not in (FULL, REDUCED):
            raise ValueError(f"level must be {FULL!r} or {REDUCED!r}, got {level!r}")
        if not cpu_seconds >= 1:
            raise ValueError(f"cpu_seconds must be at least 1, got {cpu_seconds}")
        self.level = level
        self._premises = premises
        self._cpu_seconds = int(cpu_seconds)
        self._server = server
        self._warm = warm
        self._owner = os.getpid()
        self._is_ready = False
        self._control: Control | None = None
        self._process: subprocess.Popen[bytes] | None = None
        staging.remove_stale_folders()
        self._folder, self._lock = staging.make_folder()
        try:
            self._course = tuple(name.partition(".")[0] for name in (*premises.modules, *premises.withheld))
            self._staged = staging.stage(
                self._make_subfolder("staged"), premises.modules, premises.withheld, premises.data, premises.hidden
            )
            self._start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def prepare(self, cells: list[str]) -> list[dict[str, Any]]:
        """Run an instructor's cells once, so that every later child begins in the state after them.

        Call it before the first `spawn`, with the cells that come before all of the student's.

        Parameters
        ----------
        cells : list of str
            Their texts, numbered from 1.

        Returns
        -------
        list of dict
            A reply for each as `shell.Shell.run` gives it; empty when these cells leave something that processes would
            share instead of having a copy each (an open file, shared memory, a thread). The zygote is then as before,
            and the cells must be run in every child.

        Raises
        ------
        JailError
            When the zygote does not answer; it may be that a cell has ended it.
        """
        self.begin_prepare(cells)
        return self.end_prepare()

    def begin_prepare(self, cells: list[str]) -> None:
        """Ask for `prepare` without waiting for it, nor for the zygote's start; `end_prepare` must follow."""
        self._prepare_mark = self._send({"op": "prepare", "cells": cells})

    def end_prepare(self) -> list[dict[str, Any]]:
        """Wait for what `begin_prepare` has asked for, and give the replies as `prepare` does."""
        reply = self._receive(self._prepare_mark, PREPARE_SECONDS)
        if not reply["obstacle"]:
            return list(reply["replies"])
        self._stop()
        self._start()
        return []

    def clone(self) -> Sandbox:
        """Make another sandbox, whose zygote is a fork of this one's, without its child.

        Returns
        -------
        Sandbox
            Closing it ends its zygote, and nothing else; it ends with this one at the latest.

        Raises
        ------
        JailError
            When this one's zygote does not answer. What the new one meets is raised by the first call that waits for
            it.
        """
        ours = self._connect("clone", *make_pair())
        made = copy.copy(self)
        made._control, made._is_ready = Control(ours), False
        made._owner, made._process, made._lock = 0, None, -1  # process and folder stay this one's
        return made

    def spawn(self) -> socket.socket:
        """Make a new jailed child; the one before it ends.

        Returns
        -------
        socket
            A stream socket; at its other end the child answers.

        Raises
        ------
        JailError
            When the child could not be confined completely. There is then none.
        """
        return self._connect("spawn", *socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM))

    def end(self) -> bool:
        """Kill the jailed child and all in it; returns when it is gone. Harmless when there is none.

        Returns
        -------
        bool
            Whether the kernel had killed it before: it was beyond a limit that has no other consequence.
        """
        return self._control is not None and bool(self._ask({"op": "end"})["killed"])

    def close(self) -> None:
        """End the zygote and all in the jail, and remove what was copied for it.

        In a fork of the process that made the sandbox, only this process' hold on it ends; of a clone, its own zygote.
        """
        if os.getpid() == self._owner:
            self._stop()
            shutil.rmtree(self._folder, ignore_errors=True)
        elif self._control is not None:
            self._control.close()
            self._control = None
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1

    def _connect(self, operation: str, ours: socket.socket, theirs: socket.socket) -> socket.socket:
        """Hand one end of a connection over with a request, and give the other."""
        with theirs:
            try:
                self._ask({"op": operation}, theirs)
            except BaseException:
                ours.close()
                raise
        return ours

    def _ask(self, request: Message, passed: socket.socket | None = None) -> Message:
        return self._receive(self._send(request, passed), limits.SPAWN_SECONDS)

    def _send(self, request: Message, passed: socket.socket | None = None) -> str:
        if self._control is None:
            raise JailError("this sandbox was closed; make a new one.")
        mark = secrets.token_hex(8)
        try:
            self._control.send({**request, "mark": mark}, [passed.fileno()] if passed else [])
        except OSError as error:
            raise self._explain_silence(error) from error
        return mark

    def _receive(self, mark: str, seconds: float) -> Message:
        assert self._control is not None
        reply: Message = {}
        try:
            # Others are the zygote's first message, and answers to a fork of this process that was killed meanwhile.
            while reply.get("mark") != mark:
                reply, _ = self._control.receive(seconds if self._is_ready else START_SECONDS)
                self._is_ready = True
        except (EOFError, OSError) as error:
            raise self._explain_silence(error) from error
        if "error" in reply:
            raise JailError(f"a jailed process could not be made: {reply['error']}. Run `autograder doctor`.")
        return reply

    def _explain_silence(self, error: Exception) -> JailError:
        if not self._is_ready:
            return JailError(f"the jail could not be started{self._last_words()}. Run `autograder doctor`.")
        reason = "did not answer in time" if isinstance(error, TimeoutError) else "has ended"
        return JailError(f"the jail's zygote {reason}{self._last_words()}.")

    def _start(self) -> None:
        ours, theirs = make_pair()
        with theirs, (self._folder / "log").open("wb") as log:
            plan, view = self._make_plan(theirs.fileno())
            command = [*self._wrap(view), *self._make_command(plan)]
            try:
                self._process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=[theirs.fileno()],
                    env=_make_environment(plan["tmp"]),
                    cwd="/",
                    start_new_session=True,  # Ctrl-C is for the command, which then closes the sandbox
                )
            except OSError as error:
                ours.close()
                raise JailError(f"{command[0]} cannot be started ({error}). Run `autograder doctor`.") from error
        self._control = Control(ours)
        self._is_ready = False

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _make_plan(self, control: int) -> tuple[Plan, mounts.View]:
        full = self.level == FULL
        try:
            program = syscalls.build_filter(own_files=full)
        except syscalls.SeccompMissing as error:
            raise JailError(f"system calls cannot be filtered: {error}. Run `autograder doctor`.") from error
        premises = self._premises
        view = mounts.make_view(premises.packages, self._course, premises.hidden, self._staged if full else None)
        root = os.geteuid() == 0
        if not full and not landlock.find_version():
            raise JailError(
                'the level "reduced" needs Landlock, which this kernel does not offer. Run `autograder doctor`.'
            )
        staged = self._staged
        engine, modules, data = (
            str(mounts.JAIL / path.name if full else path) for path in (staged.engine, staged.modules, staged.data)
        )
        own = [] if full else [str(path) for path in (staged.engine, staged.modules)]
        plan: Plan = {
            "control": control,
            "host": 0 if full else os.getpid(),
            "uid": NOBODY if root else -1,
            "keep": [CAP_DAC_READ_SEARCH] if root and not full and _is_for_root_only(view) else [],
            "namespaces": full,
            "tmp": str(mounts.TMP) if full else str(self._make_subfolder("tmp", for_all=True)),
            "kept": mounts.find_kept(view) if full else [],
            "scratch": str(mounts.SCRATCH) if full else str(self._folder / "tmp" / "scratch"),
            "data": data,
            "fonts": str(Path(engine, staging.FONTS)),
            "path": [engine, modules],
            "sites": [str(path) for path in view.sites],
            "readable": [*own, *(str(source) for source, _ in view.bound), "/dev/zero", "/dev/random", "/dev/urandom"],
            "withheld": list(staged.stubs),
            "filter": b64encode(program).decode(),
            "cpu_seconds": self._cpu_seconds,
            "tasks_elsewhere": count_tasks_elsewhere(NOBODY if root else os.getuid(), full),
            "server": self._server,
            "warm": self._warm,
        }
        return plan, view

    def _wrap(self, view: mounts.View) -> list[str]:
        if self.level == REDUCED:
            return []
        program = shutil.which("bwrap")
        if program is None:
            raise JailError("bubblewrap is not installed. Run `autograder doctor`.")
        command = [program, "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
        command += ["--die-with-parent", "--new-session", "--hostname", "jail", "--cap-drop", "ALL"]
        if os.geteuid() == 0:
            # Mounted by root, so that a Python in root's home can be; the zygote changes its user first of all.
            command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        else:
            command += ["--unshare-user", "--uid", str(NOBODY), "--gid", str(NOBODY)]
        return [*command, *mounts.make_arguments(view), "--chdir", "/", "--"]

    def _make_command(self, plan: Plan) -> list[str]:
        boot = _BOOT.format(engine=plan["path"][0])
        return [str(installed.find_interpreter()), "-P", "-s", "-S", "-B", "-X", "utf8", "-c", boot, json.dumps(plan)]

    def _make_subfolder(self, name: str, for_all: bool = False) -> Path:
        path = self._folder / name
        path.mkdir(exist_ok=True)
        if for_all:
            path.chmod(0o777)
        return path

    def _last_words(self) -> str:
        """What the zygote, or bubblewrap, said last."""
        try:
            lines = (self._folder / "log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        except OSError:
            return ""
        return f" ({lines[-1]})" if lines else ""


def _make_environment(tmp: str) -> dict[str, str]:
    """The whole environment of the jail."""
    return {
        **dict.fromkeys(limits.THREAD_VARIABLES, "1"),
        "HOME": tmp,
        "LANG": "C.UTF-8",
        "LOGNAME": "student",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": f"{tmp}/mpl",
        "PATH": "/usr/bin:/bin",
        "PYTHONHASHSEED": "0",
        "TMPDIR": tmp,
        "USER": "student",
    }


def _is_for_root_only(view: mounts.View) -> bool:
    """Whether another user could not come to all that Python needs."""
    folders = {folder for source, _ in view.bound for folder in source.parents}
    return any(not folder.stat().st_mode & 0o001 for folder in folders)
