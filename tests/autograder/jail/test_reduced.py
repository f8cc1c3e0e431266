"""The level "reduced": what Landlock, the filter of system calls and limits hold without bubblewrap."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from autograder.jail import landlock
from autograder.jail.sandbox import JailError, Premises, Sandbox
from tests.autograder.jail.conftest import CHECKOUT, Jail, MakeJail, Refused


@pytest.fixture
def jail(make_jail: MakeJail) -> Jail:
    return make_jail(level="reduced")


def read(path: str) -> Any:
    from pathlib import Path

    return len(Path(path).read_bytes())


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/proc/self/environ", "/proc/1/cmdline", CHECKOUT / "nbgrader_config.py"]
)
def test_files_outside_cannot_be_read(jail: Jail, path: str | Path) -> None:
    with pytest.raises(Refused, match="PermissionError"):
        jail.run(read, str(path))


def test_only_its_own_folder_can_be_written(jail: Jail, tmp_path: Path) -> None:
    def write(folders: list[str]) -> Any:
        import tempfile
        from pathlib import Path

        written = []
        for folder in map(Path, folders):
            try:
                (folder / "written").touch()
                written.append(str(folder))
            except OSError:
                pass
        with tempfile.NamedTemporaryFile() as file:
            Path(file.name).with_suffix(".own").touch()
        Path("own").touch()
        return written

    tmp_path.chmod(0o777)
    assert jail.run(write, [str(tmp_path), "/tmp", "/var/tmp", "/dev/shm", "/", str(CHECKOUT)]) == []


def test_files_of_its_user_outside_cannot_be_changed(jail: Jail, tmp_path: Path) -> None:
    def change(path: str) -> Any:
        import contextlib
        import os
        import shutil
        from pathlib import Path

        Path("first").touch()
        shutil.copy("first", "second")  # ends with a chmod
        for attempt in (
            lambda: Path(path).chmod(0o600),
            lambda: os.utime(path, (0, 0)),
            lambda: os.truncate(path, 0),
            lambda: Path(path).rename("mine"),
            lambda: os.link(path, "mine"),
            Path(path).unlink,
        ):
            with contextlib.suppress(OSError):
                attempt()
        return Path("second").exists()

    file = tmp_path / "file"
    file.write_text("content")
    for path in (tmp_path, file):
        path.chmod(0o777)
        if os.getuid() == 0:
            os.chown(path, 65534, 65534)
    before = file.stat()
    assert jail.run(change, str(file))
    after = file.stat()
    assert (after.st_mode, after.st_mtime_ns, after.st_size, after.st_nlink) == (
        before.st_mode,
        before.st_mtime_ns,
        7,
        1,
    )


def test_what_a_child_wrote_is_removed_with_it(jail: Jail) -> None:
    def write() -> Any:
        from pathlib import Path

        Path("trace").write_text("here")
        return str(Path("trace").resolve())

    trace = Path(jail.run(write))
    assert trace.exists()
    jail.sandbox.end()
    assert not trace.exists()
    jail.start()
    assert Path(jail.run(write)) == trace


def test_other_processes_get_no_signal(jail: Jail) -> None:
    def send(pids: list[int]) -> Any:
        import os

        reached = []
        for pid in [*pids, 0, -1, os.getppid()]:
            try:
                os.kill(pid, 0)
                reached.append(pid)
            except OSError:
                pass
        os.kill(os.getpid(), 0)
        return reached

    zygote = jail.sandbox._process
    assert zygote is not None
    assert jail.run(send, [os.getpid(), os.getppid(), zygote.pid]) == []


def test_it_is_another_user_without_rights_to_change_anything(jail: Jail) -> None:
    def look() -> Any:
        import os

        from autograder.jail.probe import read_capabilities

        return [os.getuid(), read_capabilities()]

    uid, capabilities = jail.run(look)
    assert uid != 0
    assert capabilities & ~(1 << 2) == 0  # CAP_DAC_READ_SEARCH, for a Python in root's home; Landlock decides


def test_programs_and_network_are_refused_with_a_sentence(jail: Jail) -> None:
    def run() -> Any:
        import subprocess

        subprocess.run(["true"], check=True)

    def connect() -> Any:
        import socket

        socket.socket()

    with pytest.raises(Refused, match="cannot start other programs"):
        jail.run(run)
    with pytest.raises(Refused, match="cannot use the network"):
        jail.run(connect)


def test_a_child_that_loops_is_gone_after_end(jail: Jail) -> None:
    def loop() -> Any:
        while True:
            pass

    jail.start()
    jail.send(loop)
    jail.sandbox.end()
    with pytest.raises((EOFError, ConnectionError)):
        jail.receive()


def test_it_works_like_the_full_level_for_an_honest_submission(make_jail: MakeJail, tmp_path: Path) -> None:
    def work() -> Any:
        from pathlib import Path

        import numpy as np

        return [float(np.loadtxt("numbers.txt").sum()), sorted(path.name for path in Path().iterdir())]

    (tmp_path / "numbers.txt").write_text("1 2 3")
    jail = make_jail(Premises(packages=("numpy",), data=tmp_path), level="reduced", warm=True)
    assert jail.run(work) == [6.0, ["numbers.txt"]]


def test_without_landlock_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "find_version", lambda: 0)
    with pytest.raises(JailError, match="needs Landlock"):
        Sandbox(Premises(), level="reduced")
