"""Executors that share warm hosts: one start for all, faults that stay with one, and nothing left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from autograder import hosts
from autograder.course import Course
from autograder.errors import EngineFault
from autograder.jailed import JailedExecutor
from tests.autograder import plain_course as plain
from tests.autograder.jail.conftest import CHECKOUT
from tests.autograder.jail.processes import Watched, find_children, find_descendants
from tests.autograder.jailed_notebooks import run, states

SOLUTION = ("solution", "def f():\n    return 1")
CHECK = ("check", "assert f() == 1")
SECONDS = 60.0


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return Course(plain.make_plain_course(tmp_path / "course"))


@pytest.fixture
def two(course: Course) -> Iterator[tuple[JailedExecutor, JailedExecutor]]:
    with JailedExecutor(course) as one, one.another() as other:
        yield one, other


def find_hosts() -> list[int]:
    """The warm hosts of this process."""
    return [
        pid for pid in find_children(os.getpid()) if b"autograder.host" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


class Waiting:
    """A run whose check waits for this test, after the submission has run; in a thread of its own."""

    def __init__(self, executor: JailedExecutor, fifo: Path) -> None:
        os.mkfifo(fifo)
        self._fifo = fifo
        self._end: Future[list[dict[str, Any]]] = Future()
        threading.Thread(target=self._run, args=(executor,), daemon=True).start()
        self._writing = fifo.open("w", encoding="utf-8")  # waits until the check is there

    def _run(self, executor: JailedExecutor) -> None:
        check = f"assert f() == 1 and open({str(self._fifo)!r}).read() == 'go on'"
        try:
            self._end.set_result(run(executor, SOLUTION, ("check", check)))
        except BaseException as error:
            self._end.set_exception(error)

    def go_on(self) -> list[str]:
        """Let the check end; gives how its cells ended."""
        self._writing.write("go on")
        self._writing.close()
        return self.wait()

    def wait(self) -> list[str]:
        """Wait for the end of the run alone."""
        try:
            return states(self._end.result(SECONDS))
        finally:
            self._forget()

    def _forget(self) -> None:
        with contextlib.suppress(BrokenPipeError):  # the check was killed
            self._writing.close()


def test_a_host_that_nobody_has_asked_ends_with_its_executors(course: Course) -> None:
    with JailedExecutor(course) as first, first.another():
        while not (found := find_hosts()):  # it has only just been started
            time.sleep(0.01)
        processes = Watched(found)
    assert processes.are_gone()


def test_executors_that_ask_at_once_wait_for_one_start(course: Course) -> None:
    with JailedExecutor(course) as first, first.another() as second, second.another() as third:
        with ThreadPoolExecutor() as threads:
            done = threads.map(lambda executor: states(run(executor, SOLUTION, CHECK)), (first, second, third))
        assert list(done) == [["ok", "ok"]] * 3
        [warm] = find_hosts()
        processes = Watched([warm, *find_descendants(warm)])
        for executor in (first, second):
            executor.close()
        assert states(run(third, SOLUTION, CHECK)) == ["ok", "ok"]
    assert processes.are_gone()


def test_runs_of_two_executors_do_not_wait_for_each_other(
    two: tuple[JailedExecutor, JailedExecutor], tmp_path: Path
) -> None:
    waiting = Waiting(two[0], tmp_path / "fifo")
    assert states(run(two[1], SOLUTION, CHECK)) == ["ok", "ok"]
    assert waiting.go_on() == ["ok", "ok"]


def test_a_killed_clone_is_replaced_and_another_does_not_notice(
    two: tuple[JailedExecutor, JailedExecutor], tmp_path: Path
) -> None:
    run(two[0], SOLUTION, CHECK)
    [warm] = find_hosts()
    before = set(find_children(warm))
    other = Waiting(two[1], tmp_path / "other")
    [its_clone] = set(find_children(warm)) - before
    [jail] = [pid for pid in before if b"bwrap" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    [clone] = before - {jail}
    waiting = Waiting(two[0], tmp_path / "fifo")
    processes = Watched([clone, *find_descendants(clone)])
    os.kill(clone, signal.SIGKILL)
    with pytest.raises(EngineFault, match="host has died"):
        waiting.wait()
    assert processes.are_gone()
    assert states(run(two[0], SOLUTION, CHECK)) == ["ok", "ok"]
    assert find_hosts() == [warm]
    assert clone not in find_children(warm), "it was not waited for"
    assert its_clone in find_children(warm)
    assert other.go_on() == ["ok", "ok"]


def test_a_killed_warm_host_is_started_anew(two: tuple[JailedExecutor, JailedExecutor]) -> None:
    for executor in two:
        run(executor, SOLUTION, CHECK)
    [warm] = find_hosts()
    processes = Watched([warm, *find_descendants(warm)])
    os.kill(warm, signal.SIGKILL)
    assert processes.are_gone()
    for executor in two:
        with pytest.raises(EngineFault, match="host has died"):
            run(executor, SOLUTION, CHECK)
        assert states(run(executor, SOLUTION, CHECK)) == ["ok", "ok"]
    assert len(set(find_hosts()) - {warm}) == 1


def test_a_host_gives_way_when_its_clones_have_ended(
    two: tuple[JailedExecutor, JailedExecutor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "MOST_HOSTS", 1)
    waiting = Waiting(two[0], tmp_path / "fifo")
    [retired] = find_hosts()
    processes = Watched([retired, *find_descendants(retired)])
    assert states(run(two[1], ("shared", "x = 1"), SOLUTION, CHECK)) == ["ok"] * 3
    assert waiting.go_on() == ["ok", "ok"]
    two[0].close()
    assert processes.are_gone()


@pytest.mark.parametrize("stop", [JailedExecutor.close, lambda executor: os.kill(find_hosts()[0], signal.SIGSTOP)])
def test_closing_ends_a_run_at_once_and_leaves_nothing(
    two: tuple[JailedExecutor, JailedExecutor], tmp_path: Path, stop: Callable[[JailedExecutor], None]
) -> None:
    waiting = [Waiting(executor, tmp_path / f"fifo{number}") for number, executor in enumerate(two)]
    [warm] = find_hosts()
    processes = Watched([warm, *find_descendants(warm)])
    stop(two[0])
    for executor in two:
        executor.close()
    for each in waiting:
        with pytest.raises(EngineFault):
            each.wait()
    assert processes.are_gone()
    with pytest.raises(RuntimeError, match="closed"):
        run(two[0], SOLUTION, CHECK)


def test_a_clone_keeps_nothing_of_a_run_but_what_its_checks_have_imported(course: Course) -> None:
    def find_own_children() -> list[int]:
        [clone] = [
            pid for pid in find_children(warm) if b"autograder.host" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]
        return find_children(clone)

    late = ("check", "import sys\nassert f() == 1\nprint('wave' in sys.modules)\nimport wave")
    with JailedExecutor(course) as executor:
        shown = []
        for _ in range(2):
            executed = run(executor, SOLUTION, late)
            assert states(executed) == ["ok", "ok"]
            shown.append(executed[1]["outputs"][0]["text"])
            [warm] = find_hosts()
            for _ in range(1000):  # it goes after the answer
                if not (left := find_own_children()):
                    break
                time.sleep(0.01)
            assert not left
    assert shown == ["False\n", "True\n"]


@contextmanager
def run_that_waits_for_its_turn(
    executor: JailedExecutor, *cells: tuple[str, str]
) -> Iterator[tuple[Future[list[dict[str, Any]]], Watched]]:
    """A run in a thread of its own, when all is ready for it; with the processes that are."""
    [warm] = find_hosts()
    before = find_descendants(warm)
    with ThreadPoolExecutor() as threads:
        done = threads.submit(run, executor, *cells)
        # A host, a zygote, and for the submission a child of each.
        while len(made := set(find_descendants(warm)) - set(before)) < 4:
            time.sleep(0.01)
        yield done, Watched(list(made))


@pytest.fixture
def the_first(two: tuple[JailedExecutor, JailedExecutor], tmp_path: Path) -> Waiting:
    """The run of one of two executors that take turns: it has its own."""
    two[0].take_turns(1)
    return Waiting(two[0], tmp_path / "fifo")


def test_a_run_is_made_ready_and_waits_for_its_turn(
    two: tuple[JailedExecutor, JailedExecutor], the_first: Waiting, tmp_path: Path
) -> None:
    trace = tmp_path / "trace"
    check = ("check", f"assert f() == 1; open({str(trace)!r}, 'w').close()")
    with run_that_waits_for_its_turn(two[1], SOLUTION, check) as (done, _):
        time.sleep(0.2)  # it would have run long ago
        assert not trace.exists()
        assert the_first.go_on() == ["ok", "ok"]
        assert states(done.result(SECONDS)) == ["ok", "ok"]
    assert trace.exists()


def test_a_run_that_fails_gives_its_turn_back(two: tuple[JailedExecutor, JailedExecutor], the_first: Waiting) -> None:
    with run_that_waits_for_its_turn(two[1], SOLUTION, CHECK) as (done, _):
        two[0].close()
        with pytest.raises(EngineFault):
            the_first.wait()
        assert states(done.result(SECONDS)) == ["ok", "ok"]


def test_closing_ends_a_run_that_waits_for_its_turn(
    two: tuple[JailedExecutor, JailedExecutor], the_first: Waiting
) -> None:
    with run_that_waits_for_its_turn(two[1], SOLUTION, CHECK) as (done, processes):
        two[1].close()
        assert processes.are_gone()
        assert the_first.go_on() == ["ok", "ok"]
        with pytest.raises(EngineFault):
            done.result(SECONDS)


def test_the_time_before_its_turn_is_not_a_runs_own(course: Course) -> None:
    with JailedExecutor(course, submission_seconds=3) as one, one.another() as other:
        run(one, SOLUTION, CHECK)
        turns = threading.Semaphore(0)
        one._hosts.turns = turns
        with run_that_waits_for_its_turn(other, SOLUTION, CHECK) as (done, _):
            time.sleep(3.5)
            turns.release()
            assert states(done.result(SECONDS)) == ["ok", "ok"]


def test_closing_ends_a_host_that_is_being_opened(course: Course, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    executor = JailedExecutor(course)
    opening = f"open({str(tmp_path / 'fifo')!r}).read()"
    with ThreadPoolExecutor() as threads:
        done = threads.submit(run, executor, ("shared", opening), SOLUTION, CHECK)
        with (tmp_path / "fifo").open("w"):  # waits until the host is there
            [warm] = find_hosts()
            processes = Watched([warm, *find_descendants(warm)])
            executor.close()
            assert processes.are_gone()
        with pytest.raises(EngineFault):
            done.result(SECONDS)


def test_a_commands_death_ends_everything(tmp_path: Path) -> None:
    module = [sys.executable, "-P", "-m", __name__, str(tmp_path)]
    with subprocess.Popen(module, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as command:
        assert command.stdout is not None
        assert command.stdout.readline() == "waiting\n"
        processes = Watched(find_descendants(command.pid))
        command.kill()
    assert processes.are_gone()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    made = JailedExecutor(Course(plain.make_plain_course(folder / "course")))
    kept = [Waiting(made, folder / "fifo0"), Waiting(made.another(), folder / "fifo1")]
    idle = made.another()
    run(idle, SOLUTION, CHECK)
    print("waiting", flush=True)
    signal.pause()
