"""Makes an empty gradebook in one step.

nbgrader makes one table by table and asks another program for the version in between: when that is stopped half-way,
what is left looks whole but has no version, and no later nbgrader can upgrade it. Must not touch a gradebook that is
there.
"""

from __future__ import annotations

import os
from pathlib import Path


def make_gradebook(url: str) -> None:
    """Make an SQLite gradebook where there is none; any other database is left to nbgrader.

    Parameters
    ----------
    url : str
        As in `CourseDirectory.db_url`.

    Raises
    ------
    sqlalchemy.exc.SQLAlchemyError, OSError
        The folder cannot be written.
    """
    from sqlalchemy.engine import make_url

    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database or address.database == ":memory:":
        return
    path = Path(address.database)
    if path.exists():
        return
    temporary = path.with_name(f".{path.name}.part")
    temporary.unlink(missing_ok=True)
    try:
        _fill(temporary)
        _put_in_place(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _fill(path: Path) -> None:
    """Make the tables, and the mark by which its database tool knows their version."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from nbgrader.api import Base
    from nbgrader.dbutil import ALEMBIC_DIR
    from sqlalchemy import create_engine, text

    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.begin() as connection:
            # Nobody else sees this file, and a half one is thrown away: no journal beside it.
            connection.execute(text("PRAGMA journal_mode = MEMORY"))
            Base.metadata.create_all(connection)
            MigrationContext.configure(connection).stamp(ScriptDirectory(ALEMBIC_DIR), "head")
    finally:
        engine.dispose()


def _put_in_place(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path)
    except FileExistsError:  # another program was faster
        return
    except OSError:  # a file system without links
        temporary.replace(path)
