"""One grading of a course at a time: two would write the same files.

The system takes the lock away when its holder ends, however that ends, so there are no stale ones. It does not keep
nbgrader's own commands out; the gradebook's own lock is between them and us. Knows nothing of what is graded.
"""

from __future__ import annotations

import getpass
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from autograder.course import Course
from autograder.errors import CourseError
from autograder.results import FOLDER

NAME = "lock"


@contextmanager
def hold_course(course: Course, assignment: str) -> Iterator[None]:
    """Keep other gradings of the course out.

    Parameters
    ----------
    assignment : str
        What is graded, for the other program's message.

    Raises
    ------
    CourseError
        Another program grades the course; it says which.
    OSError
        The course cannot be written.
    """
    path = course.root / FOLDER / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        if not _take(file.fileno()):
            file.seek(0)
            holder = file.read().strip() or "another program"
            raise CourseError(
                f"{course.root} is being graded already: {holder}. Wait for it, or stop it, then try again."
            )
        file.truncate(0)
        file.write(f"{assignment}, by {_describe_user()}, process {os.getpid()}, since {datetime.now():%Y-%m-%d %H:%M}")
        file.flush()
        yield


def _take(descriptor: int) -> bool:
    """Whether nobody else holds the lock; also true where the file system knows no locks."""
    try:
        import fcntl
    except ModuleNotFoundError:  # not POSIX
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _describe_user() -> str:
    try:
        return f"{getpass.getuser()} on {platform.node()}"
    except (KeyError, OSError):  # a container's user without a name
        return f"a user of {platform.node()}"
