"""Whose turn it is to speak with the trusted process, among the threads of the jailed one.

Must not know what is said.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Turns:
    """One thread speaks at a time: from a call-back until its answer, from a request's reply until the next request.

    The thread that makes this speaks first. While a thread answers a request, any other may have a turn, and the reply
    waits for its end. A request that comes within a turn is answered alike, with turns of its own: these end before
    its reply, and the turn that it came in after it.
    """

    def __init__(self) -> None:
        self._innermost = _FairLock()  # of the latest request, held by who speaks

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn, and speak inside."""
        own = self._wait()
        try:
            yield
        finally:
            own.release()

    @contextmanager
    def within(self) -> Iterator[None]:
        """Inside, a request is answered that has come within the turn of this thread."""
        outer = self._innermost
        inner = self._innermost = _FairLock()
        try:
            yield
        finally:
            self._innermost = outer
            inner.release()  # who waits for it waits for `outer` then

    @contextmanager
    def left_to_others(self) -> Iterator[None]:
        """Let others have turns inside; only for the thread that speaks."""
        own = self._innermost
        own.release()
        try:
            yield
        finally:
            own.acquire()

    def _wait(self) -> _FairLock:
        while True:
            lock = self._innermost
            lock.acquire()
            if lock is self._innermost:
                return lock
            lock.release()


class _FairLock:
    """Held when it is made, and then by whoever has waited longest.

    With an ordinary lock, a thread that calls back again and again keeps all others from ever having a turn.
    """

    def __init__(self) -> None:
        self._waiting: deque[Lock] = deque()
        self._is_held = True
        self._mutex = Lock()

    def acquire(self) -> None:
        with self._mutex:
            if not self._is_held:
                self._is_held = True
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()

    def release(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_held = False
