"""The command's side of the grading hosts: starts warm ones, has them make clones, and asks those.

All executors of a command can have one `Hosts`: the first that needs a notebook's warm host starts it, the others wait
for that. A warm host runs no submission; an executor's runs happen in a clone of its own. Must not import what runs
code, nor know what is asked.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import threading
from collections.abc import Hashable, Iterator, Sequence
from contextlib import AbstractContextManager

from autograder.errors import EngineFault
from autograder.execute import start_process
from autograder.jail.control import Control, Message, make_pair

MOST_HOSTS = 4
"""How many notebooks of an assignment can be open at once."""

_GUARD_SECONDS = 30.0  # a host keeps the limits itself; beyond them it is one that was stopped or hangs
_CLONE_SECONDS = 60.0
_CLOSE_SECONDS = 2.0


class Host:
    """A process that answers requests, one at a time.

    Parameters
    ----------
    control : Control
        The connection with it.
    process : int
        Its pidfd; this object closes it.
    """

    def __init__(self, control: Control, process: int) -> None:
        self._control, self._process = control, process
        self._asking, self._closing = threading.Lock(), threading.RLock()
        self._is_closed = False

    def tell(self, request: Message) -> None:
        """Send a request that has no reply, or not yet; it can fail as `ask` can."""
        with self._connection() as control:
            control.send(request, seconds=_GUARD_SECONDS)

    def ask(self, request: Message, seconds: float, passed: Sequence[int] = ()) -> tuple[Message, list[int]]:
        """Send a request and wait for its reply.

        Parameters
        ----------
        request : dict
            See `autograder.host`.
        seconds : float
            After these, and some more, the process is ended.
        passed : sequence of int, optional
            Descriptors that go with it; they stay open here.

        Returns
        -------
        (dict, list of int)
            The reply, and the descriptors that came with it.

        Raises
        ------
        EngineFault
            The host says so, or it has died, or was closed meanwhile.
        """
        with self._connection() as control:
            control.send(request, passed, seconds=_GUARD_SECONDS)
            reply, descriptors = control.receive(seconds + _GUARD_SECONDS)
        if reply.get("status") != "ok":
            raise EngineFault(str(reply.get("reason")))
        return reply, descriptors

    @contextlib.contextmanager
    def _connection(self) -> Iterator[Control]:
        """Have the connection alone; an EngineFault when there is nobody at its other end any more."""
        try:
            with self._asking:
                yield self._control
        except (EOFError, OSError, ValueError):
            self._kill()
            raise EngineFault("the grading host has died") from None

    def close(self) -> None:
        """End the process, also while another thread waits for its reply."""
        with self._closing:
            if self._is_closed:
                return
            self._control.hang_up()
            if not select.select([self._process], [], [], _CLOSE_SECONDS)[0]:
                self._kill()
            self._is_closed = True
            with self._asking:  # whoever waited for a reply knows now that there is none
                self._control.close()
            os.close(self._process)

    def hang_up(self) -> None:
        """Let the process end when it has nothing more to do."""
        self._control.hang_up()

    def _kill(self) -> None:
        with self._closing, contextlib.suppress(ProcessLookupError):
            if not self._is_closed:
                signal.pidfd_send_signal(self._process, signal.SIGKILL)


class _WarmHost(Host):
    """A host that has opened a notebook, or is about to, and makes clones."""

    def __init__(self) -> None:
        ours, theirs = make_pair()
        with theirs:
            self._started = start_process("autograder.host", stdin=theirs)
        super().__init__(Control(ours), os.pidfd_open(self._started.pid))

    def clone(self) -> Host:
        """Have it make a clone; an EngineFault when it cannot."""
        ours, theirs = make_pair()
        control = Control(ours)
        with theirs:
            try:
                _, [process] = self.ask({"op": "clone"}, _CLONE_SECONDS, [theirs.fileno()])
            except BaseException:
                control.close()
                raise
        return Host(control, process)

    def close(self) -> None:
        super().close()
        self._started.wait()


class Hosts:
    """The warm hosts of executors that share them; ends when the last of those leaves."""

    def __init__(self) -> None:
        self._warm: dict[Hashable, _WarmHost] = {}  # the latest last
        self._retired: list[_WarmHost] = []  # end when their last clone does
        self._first: _WarmHost | None = None  # started before anybody asks: the command has yet to read much
        self._opening = threading.Lock()
        self._counting = threading.Lock()
        self._users = 0
        self.turns: AbstractContextManager[object] = contextlib.nullcontext()
        """Entered while a submission runs: it limits how many do so at a time."""

    def enter(self) -> None:
        """Begin to use these; `leave` must follow."""
        with self._counting:
            self._users += 1
            if self._users == 1 and sys.platform == "linux":
                with contextlib.suppress(OSError):  # then whoever asks is told
                    self._first = _WarmHost()

    def leave(self) -> None:
        """End all hosts if nobody else uses them, also one that is being opened."""
        with self._counting:
            self._users -= 1
        if not self._users:
            for host in [*filter(None, [self._first]), *list(self._warm.values()), *self._retired]:
                host.close()

    def make_clone(self, key: Hashable, request: Message, seconds: float) -> Host:
        """Give a clone of a warm host, which is started when there is none or it has died.

        Parameters
        ----------
        key : hashable
            What the host is for; while one thread starts it the others wait.
        request : dict
            Opens it.
        seconds : float
            How long that takes at most.

        Raises
        ------
        EngineFault
            It cannot be started.
        """
        if sys.platform != "linux":
            raise EngineFault("submissions can be jailed on Linux only. Run `autograder doctor`.")
        with self._opening:
            if key in self._warm:
                try:
                    clone = self._warm[key].clone()
                except EngineFault:
                    self._warm.pop(key).close()
                else:
                    self._warm[key] = self._warm.pop(key)
                    return clone
            return self._start(key, request, seconds).clone()

    def _start(self, key: Hashable, request: Message, seconds: float) -> _WarmHost:
        while len(self._warm) >= MOST_HOSTS:
            oldest = self._warm.pop(next(iter(self._warm)))
            oldest.hang_up()
            self._retired.append(oldest)
        host = self._warm[key] = self._first or _WarmHost()
        self._first = None
        try:
            if not self._users:  # asked after the host can be found by who closes them
                raise EngineFault("the command that asked has ended")
            host.ask(request, seconds)
        except BaseException:
            host.close()
            self._warm.pop(key, None)
            raise
        return host
