"""`autograder grade --dask`: a real scheduler and real workers on this machine, their deaths, and misfits."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import distributed
import pytest

from autograder import station
from autograder.cluster import Cluster
from autograder.course import Course
from autograder.errors import CourseError, EngineFault
from autograder.execute import Origin
from autograder.results import load_results
from autograder.station import look_around
from tests.autograder import plain_course as plain
from tests.autograder.test_grade import HOSTILE, hand_in

RunCommand = Callable[..., "subprocess.CompletedProcess[str]"]
PATIENCE_SECONDS = 240  # for a busy machine; less than a station waits
CLASS = {
    "ada": (plain.solved(), 12.0),
    "blank": (plain.make_release(), 0.0),
    "cleo": (plain.solved(double="def double(x):\n    return x * x"), 10.0),
    "endless": (plain.solved(average="def average(values):\n    while True: pass"), 9.0),
    "hostile": (plain.solved(average=HOSTILE), 12.0),
}
SCORES = {student: score for student, (_, score) in CLASS.items()}


@contextmanager
def start_dask(folder: Path, role: str, *options: str) -> Iterator[None]:
    """Run `dask scheduler` or `dask worker`, which find each other by a file in the folder."""
    command = [sys.executable, "-m", "dask", role, "--scheduler-file", str(folder / "scheduler.json")]
    command += ["--host", "127.0.0.1", "--no-dashboard", *options]
    with (folder / f"{role}.log").open("w") as log, subprocess.Popen(command, cwd=folder, stderr=log) as process:
        try:
            yield
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("dask")
    with start_dask(folder, "scheduler", "--port", "0"):
        wait_until((folder / "scheduler.json").exists)
        yield json.loads((folder / "scheduler.json").read_text())["address"]


@pytest.fixture(scope="module")
def client(scheduler: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[distributed.Client]:
    """A connection of the test's own, when there are two workers."""
    folder = next(tmp_path_factory.getbasetemp().glob("dask*"))
    with (
        start_dask(folder, "worker", "--nworkers", "2", "--nthreads", "1", "--local-directory", str(folder)),
        distributed.Client(scheduler, set_as_default=False) as client,
    ):
        client.wait_for_workers(2, timeout=PATIENCE_SECONDS)
        yield client


@pytest.fixture
def course(tmp_path: Path) -> Path:
    course = plain.make_plain_course(tmp_path / "course")
    for student, (notebook, _) in CLASS.items():
        hand_in(course, student, notebook)
    return course


def wait_until(condition: Callable[[], object]) -> None:
    for _ in range(PATIENCE_SECONDS * 10):
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def read_scores(course: Path) -> dict[str, float]:
    return {result.student: result.score for result in load_results(Course(course), plain.ASSIGNMENT)}


def list_children(pid: int) -> str:
    return "".join(path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children"))


def test_without_workers_it_says_so(scheduler: str, course: Path, run_autograder: RunCommand) -> None:
    done = run_autograder("grade", plain.ASSIGNMENT, "--dask", scheduler, cwd=course)
    assert (done.returncode, done.stdout) == (2, "")
    assert "has no workers" in done.stderr


def test_a_cluster_gives_the_same_scores_and_keeps_nothing(
    client: distributed.Client, scheduler: str, course: Path, run_autograder: RunCommand
) -> None:
    before = {pid: list_children(pid) for pid in client.run(os.getpid).values()}
    done = run_autograder("grade", plain.ASSIGNMENT, "--dask", scheduler, cwd=course)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("Isolation: full (bubblewrap, namespaces, seccomp).\n")
    assert read_scores(course) == SCORES
    wait_until(lambda: {pid: list_children(pid) for pid in before} == before)


def test_a_worker_that_dies_costs_nobody_a_verdict(client: distributed.Client, scheduler: str, course: Path) -> None:
    slow = "import time\n\ndef average(values):\n    time.sleep(0.5)\n    return sum(values) / len(values)"
    for number in range(4):
        hand_in(course, f"slow{number}", plain.solved(average=slow))
    command = [sys.executable, "-P", "-m", "autograder.cli", "grade", plain.ASSIGNMENT, "--dask", scheduler]
    with subprocess.Popen(command, cwd=course) as grading:
        wait_until((course / ".autograder").exists)
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
        assert grading.wait(PATIENCE_SECONDS) == 0
    assert read_scores(course) == SCORES | {f"slow{number}": 12.0 for number in range(4)}


class Misfits:
    """A client of workers that see something."""

    def __init__(self, **seen: Any) -> None:
        self._seen = seen
        self.closed = False

    def nthreads(self) -> dict[str, int]:
        return dict.fromkeys(self._seen, 1)

    def run(self, *arguments: Any, on_error: str) -> dict[str, Any]:
        return self._seen

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (lambda here: ModuleNotFoundError("No module named 'autograder'"), "cannot run the autograder"),
        (lambda here: ("0.0.1", here[1]), "has version 0.0.1 of the autograder; here it is "),
        (lambda here: (here[0], ""), "does not see "),
        (lambda here: (here[0], "another"), "sees other notebooks or settings"),
    ],
)
def test_a_worker_that_is_not_fit_is_named(
    course: Path, monkeypatch: pytest.MonkeyPatch, seen: Callable[[tuple[str, str]], Any], said: str
) -> None:
    here = look_around(str(course), plain.ASSIGNMENT)
    client = Misfits(good=here, other=seen(here))
    monkeypatch.setattr(distributed, "Client", lambda *args, **options: client)
    with pytest.raises(CourseError, match=f"^The Dask worker other {said}"):
        Cluster("tcp://there", Course(course), plain.ASSIGNMENT)
    assert client.closed


def test_what_a_worker_sees_changes_with_the_course(course: Path, tmp_path: Path) -> None:
    seen = look_around(str(course), plain.ASSIGNMENT)
    with (course / "nbgrader_config.py").open("a") as file:
        file.write("c.Execute.timeout = 3\n")
    assert look_around(str(course), plain.ASSIGNMENT) not in (seen, look_around(str(tmp_path), plain.ASSIGNMENT))


class Executor:
    """Says who runs; fails when it is told to."""

    isolation = "full"

    def __init__(self, alive: list[Executor]) -> None:
        self._alive = alive
        alive.append(self)

    def run(self, notebook: Any, origin: Any) -> Any:
        if notebook == "fail":
            raise EngineFault("as it was told")
        return self

    def another(self) -> Executor:
        return Executor(self._alive)

    def take_turns(self, count: int) -> None:
        pass

    def close(self) -> None:
        self._alive.remove(self)


@pytest.fixture
def alive(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Executor]]:
    """The executors of this process' stations that were not closed."""
    alive: list[Executor] = []
    monkeypatch.setattr(station, "make_executor", lambda course: Executor(alive))
    yield alive
    for command in list(station._stations):
        station.end_station(command)


def run_there(command: str, course: Path, notebook: Any = "run") -> Any:
    return station.run_notebook(command, str(course), notebook, Origin(course / "source", {}))


def test_a_station_keeps_its_executor_for_the_command(course: Path, alive: list[Executor]) -> None:
    first = run_there("one", course)
    assert run_there("one", course) is first
    assert run_there("two", course) is not first
    station.end_station("one")
    assert first not in alive
    assert len(alive) == 1


def test_a_station_replaces_an_executor_that_failed(course: Path, alive: list[Executor]) -> None:
    first = run_there("one", course)
    with pytest.raises(EngineFault, match="as it was told"):
        run_there("one", course, "fail")
    assert first not in alive
    assert [run_there("one", course)] == alive


def test_a_station_ends_when_nobody_asks(course: Path, alive: list[Executor], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(station, "_IDLE_SECONDS", 0.05)
    run_there("one", course)
    wait_until(lambda: not alive and not station._stations)
