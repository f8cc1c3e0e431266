"""Landlock: a process gives up all files but those beneath named folders, for itself and its children, for good.

The kernel's own interface, through ctypes; used where there is no bubblewrap. Must not know what the folders are for.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every processor
_CREATE_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _IOCTL_DEVICE = 1 << 14, 1 << 15
_FIRST_RIGHTS = (1 << 13) - 1  # of the first version: without moving files between folders
_RIGHTS_ADDED = {2: 1 << 13, 3: _TRUNCATE, 5: _IOCTL_DEVICE}
_ALL_TCP = 0b11
_ALL_SCOPES = 0b11  # signals to, and abstract sockets of, processes outside
_MAY_READ = _READ_FILE | _READ_DIR
_MAY_DO_WITH_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEVICE

_libc = ctypes.CDLL(None, use_errno=True)


def find_version() -> int:
    """Give the version of Landlock that this kernel has; 0 when it has none."""
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, 0, _CREATE_RULESET_VERSION)))


def restrict(readable: Iterable[str], writable: Iterable[str]) -> None:
    """Give up every other file; `no_new_privs` must be set.

    Parameters
    ----------
    readable, writable : iterable of str
        Folders and files; a folder stands for all beneath it. Those that do not exist are left out.

    Raises
    ------
    OSError
        When the kernel refuses. The process is then as it was.
    """
    version = find_version()
    files = _FIRST_RIGHTS
    for since, right in _RIGHTS_ADDED.items():
        files |= right if version >= since else 0
    attributes = [files]
    if version >= 4:
        attributes.append(_ALL_TCP)
    if version >= 6:
        attributes.append(_ALL_SCOPES)
    packed = struct.pack(f"={len(attributes)}Q", *attributes)
    ruleset = _call(_CREATE_RULESET, packed, len(packed), 0)
    try:
        for path in readable:
            _allow(ruleset, path, _MAY_READ & files)
        for path in writable:
            _allow(ruleset, path, files & ~_EXECUTE)
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= _MAY_DO_WITH_A_FILE
        _call(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, struct.pack("=Qi", rights, place), 0)
    finally:
        os.close(place)


def _call(number: int, *arguments: bytes | int) -> int:
    converted = [ctypes.c_long(item) if isinstance(item, int) else item for item in arguments]
    result = int(_libc.syscall(ctypes.c_long(number), *converted))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return result
