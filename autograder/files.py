"""Writing files so that nothing is ever half there.

Knows nothing of courses or notebooks. Every file that the engine leaves behind goes through here.
"""

import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autograder.errors import CourseError

# A file that is being written; its name ends in eight random characters.
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
    if _holds(path, content):
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}.part")
    try:
        with temporary.open("xb") as file:  # nobody's link is followed
            file.write(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return True


def _holds(path: Path, content: bytes) -> bool:
    """Whether there is a file, not a link, with this content."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size == len(content) and path.read_bytes() == content


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
