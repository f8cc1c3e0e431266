"""Folders for a while, in the system's place for such: each is locked while it is in use.

So the next program can tell, and remove, what one that was killed has left. Knows nothing of what lies in them.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

RUN_PREFIX = "autograder-run-"  # of what `hold_folder` makes
_STALE_SECONDS = 60.0  # far more than the moment between making a folder and locking it


@contextmanager
def hold_folder() -> Iterator[Path]:
    """Have a new folder; it goes when the context or, in good order, the program ends."""
    with tempfile.TemporaryDirectory(prefix=RUN_PREFIX, ignore_cleanup_errors=True) as name:
        lock = -1
        with contextlib.suppress(ModuleNotFoundError, OSError):  # a system, or a file system, without such locks
            lock = lock_folder(Path(name))
        try:
            yield Path(name)
        finally:
            if lock >= 0:
                os.close(lock)


def lock_folder(folder: Path) -> int:
    """Give a descriptor by which a folder is in use for as long as this process or a fork of it has it open.

    Raises
    ------
    ModuleNotFoundError, OSError
        There are no such locks here.
    """
    import fcntl

    lock = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH)
    except BaseException:
        os.close(lock)
        raise
    return lock


def remove_stale_folders(prefix: str) -> None:
    """Remove what processes of this user that were killed have left under names that begin so."""
    try:
        import fcntl
    except ModuleNotFoundError:  # not POSIX
        return
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        try:
            status = folder.lstat()
            if status.st_uid != os.getuid() or time.time() - status.st_mtime < _STALE_SECONDS or folder.is_symlink():
                continue
            lock = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            pass  # in use
        finally:
            os.close(lock)
