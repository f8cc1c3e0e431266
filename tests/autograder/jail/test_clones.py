"""Clones of a sandbox: nothing of one can be reached from another, and each ends alone."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from autograder.jail.errors import JailError
from autograder.jail.sandbox import Premises
from tests.autograder.jail.conftest import Jail, MakeJail, Refused
from tests.autograder.jail.processes import Watched, find_children, find_descendants
from tests.autograder.jail.test_sandbox import add_one, loop_for_ever, pid_of_zygote


@pytest.fixture(params=["full", "reduced"])
def origin(request: pytest.FixtureRequest, make_jail: MakeJail) -> Jail:
    return make_jail(level=request.param)


@pytest.fixture
def two(origin: Jail) -> Iterator[tuple[Jail, Jail]]:
    with ExitStack() as stack:
        one, other = (stack.enter_context(closing(origin.clone())) for _ in range(2))
        for jail in (one, other):
            jail.start()
        yield one, other


def zygote_of(origin: Jail) -> int:
    """What was started in the sandbox: in bubblewrap, the child of the namespace's first process."""
    found = pid_of_zygote(origin.sandbox)
    if origin.sandbox.level == "full":
        for _ in range(2):
            [found] = find_children(found)
    return found


def leave_traces() -> Any:
    import os
    import tempfile
    from pathlib import Path

    os.umask(0)
    places = []
    for folder in (str(Path.cwd()), tempfile.gettempdir(), "/dev/shm"):
        try:
            Path(folder, "trace").write_text("here")
        except OSError:
            continue
        places.append(folder)
    return places


def test_files_of_one_are_not_there_for_another(two: tuple[Jail, Jail]) -> None:
    def find(places: list[str]) -> Any:
        from contextlib import suppress
        from pathlib import Path

        found: list[object] = []
        for folder in places:
            with suppress(OSError):
                found += [str(path) for path in Path(folder).iterdir() if path.name == "trace"]
            with suppress(OSError):
                found.append(Path(folder, "trace").read_text())
        return found

    one, other = two
    places = one.run(leave_traces)
    assert len(places) == (3 if one.sandbox.level == "full" else 2)
    assert len(one.run(find, places)) == 2 * len(places)
    assert other.run(find, places) == []


def test_the_first_lines_of_a_submission_have_one_socket_and_no_other_file(two: tuple[Jail, Jail]) -> None:
    def find_open() -> Any:
        import os
        import stat

        found = []
        for number in range(os.sysconf("SC_OPEN_MAX")):
            try:
                mode = os.fstat(number).st_mode
            except OSError:
                continue
            found.append([number, stat.S_ISSOCK(mode)])
        return found

    for jail in two:
        # The server's own stream of requests is a copy of its socket.
        assert jail.run(find_open) == [[0, False], [1, False], [2, False], [3, True], [4, True]]


def test_processes_of_another_can_neither_be_seen_nor_ended(origin: Jail, two: tuple[Jail, Jail]) -> None:
    def reach(pids: list[int]) -> Any:
        import os
        from collections.abc import Callable
        from contextlib import suppress
        from pathlib import Path

        attempts: list[Callable[[int], object]] = [
            lambda pid: os.kill(pid, 0),
            lambda pid: os.kill(pid, 9),
            lambda pid: Path(f"/proc/{pid}/cmdline").read_bytes(),
            lambda pid: list(Path(f"/proc/{pid}/fd").iterdir()),
            lambda pid: os.pidfd_open(pid),
        ]
        reached = []
        for pid in (pid for pid in pids if pid != os.getpid()):
            for attempt in attempts:
                with suppress(OSError):
                    attempt(pid)
                    reached.append(pid)
        return reached

    one, other = two
    processes = [os.getpid(), *find_descendants(pid_of_zygote(origin.sandbox))]
    assert one.run(reach, [*processes, *range(1, 100)]) == []
    assert other.run(add_one) == 2


def test_each_has_a_child_of_its_own_and_ends_alone(origin: Jail, two: tuple[Jail, Jail]) -> None:
    one, other = two
    zygote = zygote_of(origin)
    assert len(find_children(zygote)) == 2
    clone = find_children(zygote)[0]
    its_processes = Watched([clone, *find_descendants(clone)])
    one.send(loop_for_ever)
    other.start()
    assert other.run(add_one) == 2
    one.close()
    assert its_processes.are_gone()
    assert other.run(add_one) == 2
    with closing(origin.clone()) as third:
        assert third.run(add_one) == 2
    assert clone not in find_children(zygote), "it was not waited for"
    origin.start()
    assert origin.run(add_one) == 2


def test_what_a_killed_clone_leaves_ends_when_it_is_replaced(origin: Jail, two: tuple[Jail, Jail]) -> None:
    one, other = two
    one.send(loop_for_ever)
    zygote = zygote_of(origin)
    clone = find_children(zygote)[0]
    processes, itself = Watched([clone, *find_descendants(clone)]), Watched([clone])
    os.kill(clone, signal.SIGKILL)
    with pytest.raises(JailError, match="has ended"):
        one.sandbox.end()
    assert itself.are_gone()  # its socket is gone a moment before it has left its children to another
    with closing(origin.clone()) as third:
        assert third.run(add_one) == 2
    assert processes.are_gone()
    assert other.run(add_one) == 2


def test_clones_end_with_their_origin(origin: Jail, two: tuple[Jail, Jail]) -> None:
    started = pid_of_zygote(origin.sandbox)
    for jail in two:
        jail.send(loop_for_ever)
    processes = Watched([started, *find_descendants(started)])
    origin.close()
    assert processes.are_gone()
    for jail in two:
        with pytest.raises(JailError):
            jail.sandbox.spawn()
        with pytest.raises((EOFError, ConnectionError, Refused)):
            jail.receive()


def test_children_of_a_clone_begin_in_the_prepared_state(make_jail: MakeJail) -> None:
    def change() -> Any:
        space = shell.user_ns  # type: ignore[name-defined]  # noqa: F821
        space["values"].append(1)
        return space["values"]

    origin = make_jail(Premises(), warm=True)
    origin.sandbox.prepare(["values = []"])
    for _ in range(2):
        with closing(origin.clone()) as clone:
            for _ in range(2):
                clone.start()
                assert clone.run(change) == [1]
