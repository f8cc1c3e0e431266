"""Writing files so that nothing is ever half there.

Knows nothing of courses or notebooks. Every file that the engine leaves behind goes through here.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from autograder.errors import CourseError

# What mkstemp makes of our prefix and suffix.
_LEFTOVER = re.compile(r"\..+\.[a-z0-9_]{8}\.part", re.DOTALL)


def write_atomically(path: Path, content: bytes) -> bool:
    """Put a file in its place in one step, and only when its content is new.

    Parameters
    ----------
    path : Path
        Where the file goes; missing folders are made. A link in its place is replaced, never followed.
    content : bytes
        The whole file.

    Returns
    -------
    bool
        Whether anything was written. A file that had this content keeps its modification time.

    Raises
    ------
    OSError
        The folder cannot be written. The old file is then still there, whole.
    """
    if path.is_file() and not path.is_symlink() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:80]}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        # mkstemp's files are private; these are for everyone whom the user's umask lets in.
        Path(temporary).chmod(0o666 & ~_read_umask())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return True


def remove_leftovers(folder: Path) -> None:
    """Remove what a program that was killed while it wrote has left in a folder; harmless where there is none."""
    if folder.is_dir():
        for path in folder.iterdir():
            if _LEFTOVER.fullmatch(path.name):
                path.unlink(missing_ok=True)


@contextmanager
def explain_failed_writes() -> Iterator[None]:
    """Turn a failed write into one sentence for the user.

    Raises
    ------
    CourseError
        Instead of any OSError raised inside.
    """
    try:
        yield
    except OSError as error:
        place = f" {error.filename}" if error.filename else ""
        raise CourseError(f"Cannot write{place}: {error.strerror or error}. Is the course folder read-only?") from error


@cache  # reading it means to set it for a moment, for all threads
def _read_umask() -> int:
    umask = os.umask(0)
    os.umask(umask)
    return umask
