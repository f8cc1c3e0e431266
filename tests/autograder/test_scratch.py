"""Folders for a while: in use as long as somebody holds them, gone afterwards, removed by others after a kill."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.execute import PlainExecutor
from autograder.scratch import RUN_PREFIX, hold_folder, remove_stale_folders

HOLDS_AND_DIES = (
    "import os\nfrom autograder.scratch import hold_folder\nwith hold_folder() as folder:\n"
    "    (folder / 'work').mkdir()\n    os.utime(folder, (0, 0))\n    os.kill(os.getpid(), 9)"
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for temporary files."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def be_killed_holding_one() -> None:
    subprocess.run([sys.executable, "-c", HOLDS_AND_DIES], timeout=60, check=False)


def test_a_folder_goes_with_its_context(place: Path) -> None:
    with hold_folder() as folder:
        (folder / "work").mkdir()
        assert folder.parent == place
    assert list(place.iterdir()) == []


def test_what_is_held_is_not_removed_however_old(place: Path) -> None:
    with hold_folder() as folder:
        os.utime(folder, (0, 0))
        remove_stale_folders(RUN_PREFIX)
        assert folder.is_dir()


def test_what_a_killed_program_left_is_removed(place: Path) -> None:
    be_killed_holding_one()
    [left] = place.iterdir()
    remove_stale_folders("autograder-jail-")
    assert left.is_dir()
    remove_stale_folders(RUN_PREFIX)
    assert not left.exists()


def test_what_is_new_or_only_a_link_is_not_removed(place: Path) -> None:
    (place / "elsewhere").mkdir()
    (place / f"{RUN_PREFIX}link").symlink_to(place / "elsewhere")
    (place / f"{RUN_PREFIX}new").mkdir()
    os.utime(place / "elsewhere", (0, 0))
    os.utime(place / f"{RUN_PREFIX}link", (0, 0), follow_symlinks=False)
    remove_stale_folders(RUN_PREFIX)
    assert len(list(place.iterdir())) == 3


def test_an_executor_removes_what_one_that_was_killed_left(place: Path) -> None:
    be_killed_holding_one()
    with PlainExecutor():
        assert list(place.iterdir()) == []
