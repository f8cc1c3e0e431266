"""Forks into new namespaces: the child is the first process of its own.

`unshare` leaves its caller among its old processes, so that it takes two forks. The system call `clone` takes one;
Python does not offer it, so it is made here as Python and the C library make theirs. Where that cannot be there are two
forks. Must not know what the namespaces are for.
"""

from __future__ import annotations

import ctypes
import os
import signal

# mount cgroup uts ipc user pid
NEW_NAMESPACES = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000
_CLONE_CHILD_CLEARTID, _CLONE_CHILD_SETTID = 0x00200000, 0x01000000
_PR_GET_TID_ADDRESS = 40
# By machine: the number of `clone`, and where among its arguments the place of the child's thread number is.
_CLONE = {"x86_64": (56, 3), "aarch64": (220, 4)}

_libc = ctypes.PyDLL(None, use_errno=True)  # the kind that keeps Python's lock, as a fork must


def fork_into_namespaces() -> int:
    """Fork as `os.fork` does, into new namespaces for mounts, processes, users, IPC, host name and cgroups.

    Returns
    -------
    int
        0 in the child, which has all rights there and is nobody yet: `confine.map_user` comes next. Here its number.

    Raises
    ------
    OSError
        Only here, never in a child: the kernel refuses.
    """
    known, place = _CLONE.get(os.uname().machine), _find_thread_number()
    return _fork_once(*known, place) if known and place else _fork_twice()


def _find_thread_number() -> int | None:
    """Where the C library keeps this thread's number; None where the kernel does not tell."""
    place = ctypes.c_void_p()
    refused = _libc.prctl(_PR_GET_TID_ADDRESS, ctypes.byref(place), 0, 0, 0)
    return None if refused else place.value


def _fork_once(number: int, position: int, place: int) -> int:
    # The C library's own fork has these flags too: with its parent's number, a thread of the child's could be taken
    # for the child itself wherever numbers tell who holds a lock.
    flags = NEW_NAMESPACES | _CLONE_CHILD_CLEARTID | _CLONE_CHILD_SETTID | signal.SIGCHLD
    arguments = [flags, 0, 0, 0, 0]
    arguments[position] = place
    python = ctypes.pythonapi
    python.PyOS_BeforeFork()
    child: int = _libc.syscall(number, *map(ctypes.c_ulong, arguments))
    if child == 0:
        python.PyOS_AfterFork_Child()
        return 0
    python.PyOS_AfterFork_Parent()
    if child < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"clone: {os.strerror(code)}")
    return child


def _fork_twice() -> int:
    reading, writing = os.pipe()
    first = os.fork()
    if first == 0:
        try:
            os.close(reading)
            if _libc.unshare(NEW_NAMESPACES):
                os.write(writing, f"unshare: {os.strerror(ctypes.get_errno())}".encode())
            elif child := os.fork():
                os.write(writing, str(child).encode())
            else:
                os.close(writing)
                return 0
        except BaseException:
            os._exit(1)
        os._exit(0)  # the child is left to whoever adopts orphans here
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read().decode()
    os.waitpid(first, 0)
    if not told.isdigit():
        raise OSError(told or "the first of two forks has ended")
    return int(told)
