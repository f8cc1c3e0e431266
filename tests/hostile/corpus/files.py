"""Files that are no notebooks, damaged ones, and things in the file system that are no files."""

from __future__ import annotations

import json
import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.autograder.plain_course import write_notebook
from tests.hostile.case import KEPT, Case, attack, damaged, points_for
from tests.hostile.course import NOTEBOOK, make_release, solved


def in_place(make: Callable[[Path], object]) -> Callable[[Path], None]:
    """What makes something else than a file in the notebook's place."""

    def build(folder: Path) -> None:
        make(folder / NOTEBOOK)

    return build


def link_to(*parts: str) -> Callable[[Path], None]:
    """A link to something in the course."""
    return in_place(lambda path: path.symlink_to(path.parents[3].joinpath(*parts)))


def make_socket(path: Path) -> None:
    # A name relative to the folder: absolute ones may be too long for a socket.
    with socket.socket(socket.AF_UNIX) as link:
        folder = os.open(path.parent, os.O_PATH)
        link.bind(f"/proc/self/fd/{folder}/{path.name}")
        os.close(folder)


def make_device(path: Path) -> None:
    """The device that never ends; a link to it where only root may make devices."""
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 5))
    except OSError:
        path.symlink_to("/dev/zero")


def make_sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(50 * 2**30)


def with_timestamp(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def build(folder: Path) -> None:
        write_notebook(folder / NOTEBOOK, attack())
        make(folder / "timestamp.txt")

    return build


def replace_folder(folder: Path) -> None:
    """The whole submission is a link to a classmate's."""
    folder.rmdir()
    submitted = folder.parents[1]
    folder.symlink_to(next(submitted.glob("*classmate*")) / folder.name)


def hand_in_two(folder: Path) -> None:
    for name in ("first.ipynb", "second.ipynb"):
        write_notebook(folder / name, solved())


def change(**changes: Any) -> dict[str, Any]:
    return {**solved(), **changes}


def spoil_cells(**changes: Any) -> dict[str, Any]:
    return {**solved(), "cells": [{**cell, **changes} for cell in solved()["cells"]]}


TEXT = json.dumps(solved())
HOSTILE = points_for(KEPT)

CASES = [
    damaged("link-to-the-source", "a link to the source notebook", link_to("source", "week1", NOTEBOOK)),
    damaged(
        "link-to-a-classmate",
        "a link to a classmate's notebook",
        link_to("submitted", "000-classmate", "week1", NOTEBOOK),
    ),
    damaged("link-to-itself", "a link to itself", in_place(lambda path: path.symlink_to(path.name))),
    damaged("link-to-an-endless-device", "a link to /dev/zero", in_place(lambda path: path.symlink_to("/dev/zero"))),
    damaged("linked-folder", "the whole folder is a link to a classmate's", replace_folder),
    damaged("pipe", "a FIFO in the notebook's place, on which a reader waits for ever", in_place(os.mkfifo)),
    damaged("socket-file", "a socket in the notebook's place", in_place(make_socket)),
    damaged("device", "an endless device in the notebook's place", in_place(make_device)),
    damaged("folder-as-notebook", "a folder in the notebook's place", in_place(Path.mkdir)),
    damaged("sparse-file", "a file of 50 GB that takes no room", in_place(make_sparse)),
    damaged("file-too-large", "a notebook of 12 MB", json.dumps(change(metadata={"x": "x" * 12 * 2**20})).encode()),
    damaged("deep-json", "JSON 200 000 levels deep", b"[" * 200_000),
    damaged(
        "deep-json-in-a-notebook",
        "a notebook with metadata 100 000 levels deep",
        TEXT.replace('"metadata": {}', '"metadata": ' + '{"x":' * 100_000 + "1" + "}" * 100_000, 1).encode(),
    ),
    damaged("huge-number", "a number with 100 000 digits", b'{"nbformat": ' + b"9" * 100_000 + b', "cells": []}'),
    damaged("cells-as-a-dict", "cells that are no list", json.dumps(change(cells={"0": "x"})).encode()),
    damaged("format-as-a-list", "a format version that is a list", json.dumps(change(nbformat=[4])).encode()),
    damaged("future-format", "notebook format 99", json.dumps(change(nbformat=99)).encode()),
    damaged("no-exercise-cells", "a notebook without one exercise cell", json.dumps(change(cells=[])).encode()),
    damaged(
        "cells-of-wrong-types",
        "cells that are numbers, texts and lists",
        json.dumps(change(cells=[1, "x", None, [], {}])).encode(),
    ),
    damaged(
        "sources-of-wrong-types",
        "texts that are numbers, and metadata that are lists",
        spoil_cells(source=5, metadata=[]),
    ),
    damaged(
        "two-notebooks",
        "two notebooks of other names, of which nobody knows which one counts",
        hand_in_two,
    ),
    damaged("empty-file", "an empty file", b"", is_honest=True),
    damaged("blank-file", "a file of blanks", b" \n\t\n", is_honest=True),
    damaged("no-file", "an empty folder", lambda folder: None, is_honest=True),
    damaged(
        "cut-off-file",
        "a file cut off in the middle, as by a full disk",
        TEXT[: len(TEXT) // 2].encode(),
        is_honest=True,
    ),
    damaged("word-file", "a file of another program", b"PK\x03\x04" + bytes(range(256)) * 20, is_honest=True),
    damaged(
        "python-file", "the notebook saved as Python", b"# %%\ndef clamp(x, low, high):\n    return x\n", is_honest=True
    ),
    damaged("utf-16", "a file in UTF-16", TEXT.encode("utf-16"), is_honest=True),
    damaged(
        "merge-conflict",
        "a file with the marks of a merge conflict",
        ("<<<<<<< HEAD\n" + TEXT + "\n=======\n" + TEXT).encode(),
        is_honest=True,
    ),
    damaged(
        "other-assignment",
        "a notebook of another course",
        {**make_release(), "cells": make_release()["cells"][:1]},
        is_honest=True,
    ),
    Case("pipe-as-timestamp", "files", False, with_timestamp(os.mkfifo), HOSTILE, "a FIFO as timestamp.txt"),
    Case(
        "odd-timestamp",
        "files",
        False,
        with_timestamp(lambda path: path.write_bytes(b"\xff9999999-99-99 <script>")),
        HOSTILE,
        "a timestamp that is no time",
    ),
    Case("huge-timestamp", "files", False, with_timestamp(make_sparse), HOSTILE, "a timestamp of 50 GB"),
    Case(
        "linked-timestamp",
        "files",
        False,
        with_timestamp(lambda path: path.symlink_to("/etc/passwd")),
        HOSTILE,
        "a timestamp that is a link",
    ),
    Case(
        "markup-in-the-name",
        "files",
        False,
        attack(),
        HOSTILE,
        "a student whose id is markup",
        student="<b onclick='x'>bold<",
    ),
    Case(
        "sql-in-the-name",
        "files",
        False,
        attack(),
        HOSTILE,
        "a student whose id is SQL",
        student="Robert'); DROP TABLE student;--",
    ),
    Case(
        "formula-in-the-name",
        "files",
        False,
        attack(),
        HOSTILE,
        "a student whose id is a formula",
        student="=HYPERLINK(1)",
    ),
]
