"""A sandbox's life: children one after another, prepared state, ends of all kinds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.jail.sandbox import JailError, Premises, Sandbox
from autograder.jail.staging import PREFIX
from tests.autograder.jail.conftest import CHECKOUT, Jail, MakeJail, Refused
from tests.autograder.jail.processes import Watched, find_descendants


def loop_for_ever() -> Any:
    import signal

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
        signal.signal(number, signal.SIG_IGN)
    while True:
        pass


def add_one() -> Any:
    return 1 + 1


def pid_of_zygote(sandbox: Sandbox) -> int:
    assert sandbox._process is not None
    return sandbox._process.pid


def test_each_child_has_files_of_its_own(jail: Jail) -> None:
    def leave_traces() -> Any:
        from pathlib import Path

        for folder in (".", "/tmp", "/dev/shm"):
            Path(folder, "trace").write_text("here")
        return str(Path.cwd())

    def find_traces() -> Any:
        from pathlib import Path

        return [str(path) for folder in ("/tmp", "/dev/shm") for path in Path(folder).rglob("trace")]

    assert jail.run(leave_traces) == "/tmp/work"
    assert len(jail.run(find_traces)) == 3
    jail.start()
    assert jail.run(find_traces) == []


def test_a_child_that_loops_is_gone_after_end(make_jail: MakeJail) -> None:
    jail = make_jail()
    zygote = pid_of_zygote(jail.sandbox)
    jail.sandbox.end()
    before = set(find_descendants(zygote))
    jail.start()
    jail.send(loop_for_ever)
    child = Watched([pid for pid in find_descendants(zygote) if pid not in before])
    jail.sandbox.end()
    assert child.are_gone(seconds=0)
    jail.start()
    assert jail.run(add_one) == 2


def test_end_is_harmless_when_there_is_no_child(make_jail: MakeJail) -> None:
    sandbox = make_jail().sandbox
    sandbox.end()
    sandbox.spawn().close()
    sandbox.end()
    sandbox.end()


def test_spawning_ends_the_child_before(make_jail: MakeJail) -> None:
    jail = make_jail()
    jail.start()
    jail.send(loop_for_ever)
    other = jail.sandbox.spawn()
    with pytest.raises((EOFError, ConnectionError)):
        jail.receive()
    other.close()


def test_closing_ends_everything_and_removes_its_folder(make_jail: MakeJail) -> None:
    jail = make_jail()
    folder = jail.sandbox._folder
    jail.start()
    jail.send(loop_for_ever)
    zygote = pid_of_zygote(jail.sandbox)
    processes = Watched([zygote, *find_descendants(zygote)])
    jail.close()
    assert processes.are_gone()
    assert not folder.exists()
    with pytest.raises(JailError, match="closed"):
        jail.sandbox.spawn()


@pytest.mark.parametrize("level", ["full", "reduced"])
def test_the_hosts_death_ends_everything(level: str) -> None:
    host = subprocess.Popen(
        [sys.executable, "-P", "-m", "tests.autograder.jail.test_sandbox", level],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with host:
        assert host.stdout is not None
        assert host.stdout.readline() == "looping\n"
        processes = Watched(find_descendants(host.pid))
        host.kill()
    assert processes.are_gone()


def test_a_fork_of_the_host_can_use_the_sandbox(make_jail: MakeJail) -> None:
    jail = make_jail()
    jail.sandbox.end()
    fork = os.fork()
    if fork == 0:
        status = 1
        try:
            jail.start()
            status = 0 if jail.run(add_one) == 2 else 2
            jail.close()
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(fork, 0)[1]) == 0
    jail.start()
    assert jail.run(add_one) == 2


def test_an_answer_that_a_killed_fork_left_behind_is_not_taken_for_another(make_jail: MakeJail) -> None:
    jail = make_jail()
    jail.sandbox.end()
    fork = os.fork()
    if fork == 0:
        jail.sandbox._send({"op": "no such request"})  # answered with an error, which nobody reads
        os._exit(0)
    os.waitpid(fork, 0)
    jail.sandbox.end()
    jail.start()
    assert jail.run(add_one) == 2


def test_a_child_that_ended_itself_leaves_the_sandbox_usable(jail: Jail) -> None:
    def leave() -> Any:
        import os

        os._exit(7)

    with pytest.raises((EOFError, ConnectionError)):
        jail.run(leave)
    jail.start()
    assert jail.run(add_one) == 2


def test_children_begin_in_the_prepared_state(make_jail: MakeJail, tmp_path: Path) -> None:
    def look() -> Any:
        space = shell.user_ns  # type: ignore[name-defined]  # noqa: F821
        found = [space["total"], space["text"]]
        space["total"] = -1
        return found

    (tmp_path / "numbers.txt").write_text("1 2 3")
    jail = make_jail(Premises(data=tmp_path), warm=True)
    cells = ["text = open('numbers.txt').read()\nimport numpy as np", "total = int(np.arange(4).sum())\nprint(total)"]
    replies = jail.sandbox.prepare(cells)
    assert [reply["status"] for reply in replies] == ["ok", "ok"]
    assert replies[1]["outputs"][0]["text"] == "6\n"
    assert jail.run(look) == [6, "1 2 3"]
    jail.start()
    assert jail.run(look) == [6, "1 2 3"]


def test_files_that_prepared_cells_write_are_there_for_every_child(make_jail: MakeJail) -> None:
    def change() -> Any:
        from pathlib import Path

        before = Path("made.txt").read_text()
        Path("made.txt").write_text("changed")
        return before

    jail = make_jail(warm=True)
    jail.sandbox.prepare(["with open('made.txt', 'w') as file: file.write('as made')"])
    assert jail.run(change) == "as made"
    jail.start()
    assert jail.run(change) == "as made"


@pytest.mark.parametrize(
    "cell",
    [
        "file = open('shared', 'w')",
        "import mmap; memory = mmap.mmap(-1, 4096)",
        "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()",
    ],
)
def test_cells_that_leave_something_shared_are_not_prepared(make_jail: MakeJail, cell: str) -> None:
    def look() -> Any:
        return "first" in shell.user_ns  # type: ignore[name-defined]  # noqa: F821

    jail = make_jail(warm=True)
    assert jail.sandbox.prepare(["first = 1", cell]) == []
    assert jail.run(look) is False


def test_a_prepared_cell_that_ends_the_zygote_is_said(make_jail: MakeJail) -> None:
    with pytest.raises(JailError, match="zygote has ended"):
        make_jail(warm=True).sandbox.prepare(["import os; os._exit(1)"])


@pytest.mark.parametrize(
    ("premises", "sentence"),
    [
        (Premises(packages=("no-such-package",)), "c.JailedExecute.packages names 'no-such-package'"),
        (Premises(modules=("no_such_module",)), "c.JailedExecute.modules names 'no_such_module'"),
    ],
)
def test_a_wrong_setting_is_named(premises: Premises, sentence: str) -> None:
    with pytest.raises(JailError, match=sentence):
        Sandbox(premises)


@pytest.mark.parametrize("options", [{"level": "none"}, {"cpu_seconds": 0}])
def test_a_wrong_argument_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(options))):
        Sandbox(Premises(), **options)


def test_without_bubblewrap_there_is_a_sentence_and_nothing_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(JailError, match="bubblewrap is not installed"):
        Sandbox(Premises())
    assert list(tmp_path.iterdir()) == []


def test_what_killed_hosts_left_is_removed_and_what_is_in_use_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, make_jail: MakeJail
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    used = make_jail().sandbox._folder
    left, other = tmp_path / f"{PREFIX}left", tmp_path / "other"
    for folder in (used, left, other):
        folder.mkdir(exist_ok=True)
        os.utime(folder, (0, 0))
    make_jail()
    assert used.exists() and other.exists()
    assert not left.exists()


def test_a_step_that_fails_in_the_child_gives_no_child(make_jail: MakeJail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.jail.syscalls.build_filter", lambda **options: b"\xff" * 16)
    jail = make_jail()
    with pytest.raises(JailError, match="seccomp"):
        jail.start()
    jail.sandbox.end()


def test_the_engines_own_server_answers_in_a_new_child() -> None:
    from autograder.session import Session  # noqa: F401  (its other end)

    with Sandbox(Premises(packages=())) as sandbox, sandbox.spawn() as connection:
        connection.settimeout(60)
        connection.shutdown(1)  # the end of requests is its end
        assert connection.recv(1) == b""


def test_a_function_that_fails_is_told(jail: Jail) -> None:
    def fail() -> Any:
        raise LookupError("as meant")

    with pytest.raises(Refused, match="LookupError: as meant"):
        jail.run(fail)


if __name__ == "__main__":
    started = Jail(Premises(), level=sys.argv[1])
    started.start()
    started.send(loop_for_ever)
    print("looping", flush=True)
    signal.pause()
