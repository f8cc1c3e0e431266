"""Stands in the place of `server` when only the jail itself is tried: says what a confined process can see and do.

Must not know what the answers should be.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import struct
from pathlib import Path
from typing import NoReturn

_CAPABILITY_VERSION_3 = 0x20080522
_NEWUSER = 0x10000000


def serve(fd: int, shell: object) -> NoReturn:
    """Write one line of JSON on the socket, and end."""
    findings = {
        "uid": os.getuid(),
        "pid": os.getpid(),
        "capabilities": read_capabilities(),
        "unfiltered": ctypes.CDLL(None).unshare(_NEWUSER) == 0,
        "users": can_read(Path("/etc/passwd")),
        "processes": can_list(Path("/proc")),
    }
    with contextlib.suppress(OSError):
        os.write(fd, json.dumps(findings).encode() + b"\n")
    os._exit(0)


def read_capabilities() -> int:
    """All capabilities that this process has or could take, as bits."""
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    sets = ctypes.create_string_buffer(24)
    if ctypes.CDLL(None).capget(header, sets) != 0:
        return -1
    effective, permitted, inherited, *upper = struct.unpack("=6I", sets.raw)
    return effective | permitted | inherited | (upper[0] | upper[1] | upper[2]) << 32


def can_read(file: Path) -> bool:
    """Whether the file can be opened."""
    try:
        file.read_bytes()
        return True
    except OSError:
        return False


def can_list(folder: Path) -> bool:
    """Whether the folder can be read and anything is in it."""
    try:
        return any(folder.iterdir())
    except OSError:
        return False
