"""What a confined process may do, asked from inside: rights, system calls, limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from autograder import limits
from autograder.jail import syscalls
from tests.autograder.jail.conftest import Jail, MakeJail, Refused


def test_is_nobody_without_a_single_capability(jail: Jail) -> None:
    def look() -> Any:
        import os

        from autograder.jail.probe import read_capabilities

        return [os.getuid(), os.geteuid(), os.getgid(), os.getgroups(), read_capabilities(), os.getpid()]

    uid, effective, gid, groups, capabilities, pid = jail.run(look)
    assert 0 not in (uid, effective, gid) and 0 not in groups
    assert capabilities == 0
    assert pid == 1


def test_has_no_open_file_but_its_socket(jail: Jail) -> None:
    def look() -> Any:
        import os
        import stat

        found = {}
        for number in range(200):
            try:
                mode = os.fstat(number).st_mode
            except OSError:
                continue
            found[number] = [stat.S_ISSOCK(mode), stat.S_ISCHR(mode)]
        return found

    # 3 is the socket, 4 the copy of it that the tests' server reads.
    standard, connection = [False, True], [True, False]
    assert jail.run(look) == {"0": standard, "1": standard, "2": standard, "3": connection, "4": connection}


def test_every_system_call_outside_the_list_is_refused(jail: Jail) -> None:
    def try_all(allowed: list[int], last: int) -> Any:
        import ctypes
        import errno

        libc = ctypes.CDLL(None, use_errno=True)
        let_through = []
        for number in range(last):
            if number not in allowed:
                result = libc.syscall(number, -1, -1, -1, -1, -1, -1)
                if result != -1 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
                    let_through.append([number, result, ctypes.get_errno()])
        return let_through

    import pyseccomp

    # These two end the caller, filtered or not: they are for the kernel's own breakpoints.
    breakpoints = [335, 336]
    conditional = ["clone", "fcntl", "ioctl", "prctl", "prlimit64", "sendto", "socketpair"]
    numbers = [pyseccomp.resolve_syscall(pyseccomp.system_arch(), name) for name in [*syscalls.ALLOWED, *conditional]]
    assert jail.run(try_all, numbers + breakpoints, 480) == []


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("clone", (0x11, 0, 0, 0, 0)),  # SIGCHLD: a process
        ("clone", (0x10000000 | 0x10000, 0, 0, 0, 0)),  # CLONE_NEWUSER
        ("fcntl", (0, 8, 1)),  # F_SETOWN
        ("fcntl", (0, 10, 9)),  # F_SETSIG
        ("ioctl", (0, 0x5412, 0)),  # TIOCSTI
        ("prctl", (4, 1, 0, 0, 0)),  # PR_SET_DUMPABLE
        ("prctl", (22, 2, 0, 0, 0)),  # PR_SET_SECCOMP
        ("socketpair", (2, 1, 0, 0)),  # AF_INET
        ("sendto", (3, 0, 0, 0, 1, 16)),  # to an address
        ("prlimit64", (0, 9, 1, 0)),  # set
        ("socket", (1, 1, 0)),
        ("execve", (0, 0, 0)),
        ("fork", ()),
        ("vfork", ()),
        ("ptrace", (0, 0, 0, 0)),
        ("process_vm_readv", (1, 0, 0, 0, 0, 0)),
        ("pidfd_open", (1, 0)),
        ("mount", (0, 0, 0, 0, 0)),
        ("umount2", (0, 0)),
        ("unshare", (0x10000000,)),
        ("setns", (0, 0)),
        ("bpf", (0, 0, 0)),
        ("keyctl", (0, 0, 0, 0, 0)),
        ("io_uring_setup", (1, 0)),
        ("userfaultfd", (0,)),
        ("memfd_create", (0, 0)),
        ("shmget", (0, 4096, 0o1600)),
        ("mq_open", (0, 0, 0, 0)),
        ("sendmsg", (3, 0, 0)),
        ("setrlimit", (0, 0)),
        ("open_by_handle_at", (0, 0, 0)),
        ("chroot", (0,)),
        ("perf_event_open", (0, 0, 0, 0, 0)),
    ],
)
def test_a_dangerous_call_gives_eperm(jail: Jail, name: str, arguments: tuple[int, ...]) -> None:
    def call(number: int, *arguments: int) -> Any:
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        converted = [ctypes.c_long(argument) for argument in arguments]
        return [libc.syscall(ctypes.c_long(number), *converted), ctypes.get_errno()]

    import pyseccomp

    number = pyseccomp.resolve_syscall(pyseccomp.system_arch(), name)
    if number < 0:
        pytest.skip(f"this processor has no call {name}")
    assert jail.run(call, number, *arguments) == [-1, 1]


def run_program() -> Any:
    import subprocess

    subprocess.run(["true"], check=True)


def run_shell() -> Any:
    import os

    os.system("true")


def fork() -> Any:
    import os

    os.fork()


def execute() -> Any:
    import os

    os.execv("/bin/true", ["true"])


def start_process() -> Any:
    import multiprocessing

    multiprocessing.get_context("fork").Process(target=print).start()


@pytest.mark.parametrize("start", [run_program, run_shell, fork, execute, start_process])
def test_starting_a_program_is_refused_with_a_sentence(jail: Jail, start: Callable[[], Any]) -> None:
    with pytest.raises(Refused, match="PermissionError: a submission cannot start other programs while it is graded"):
        jail.run(start)


def make_socket() -> Any:
    import socket

    socket.socket()


def open_page() -> Any:
    import urllib.request

    urllib.request.urlopen("http://127.0.0.1:1/")


def find_host() -> Any:
    import socket

    socket.gethostbyname("localhost")


@pytest.mark.parametrize("use", [make_socket, open_page, find_host])
def test_using_the_network_is_refused_with_a_sentence(jail: Jail, use: Callable[[], Any]) -> None:
    with pytest.raises(Refused, match="a submission cannot use the network while it is graded"):
        jail.run(use)


def test_refusals_hold_without_pythons_own(jail: Jail) -> None:
    def bypass() -> Any:
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        return [libc.socket(2, 1, 0), libc.fork(), libc.system(b"true") == 0, libc.execl(b"/bin/true", b"true", None)]

    assert jail.run(bypass) == [-1, -1, False, -1]


def test_what_an_honest_submission_needs_works(jail: Jail) -> None:
    def work() -> Any:
        import asyncio
        import shutil
        import tempfile
        import threading
        from concurrent.futures import ThreadPoolExecutor
        from pathlib import Path

        with tempfile.TemporaryDirectory() as folder:
            first = Path(folder, "first")
            first.write_text("text")
            shutil.copy2(first, Path(folder, "second"))
            Path(folder, "second").rename(Path(folder, "third"))
            found = sorted(path.name for path in Path(folder).iterdir())
        with ThreadPoolExecutor(4) as pool:
            squares = list(pool.map(lambda n: n * n, range(5)))
        threading.Timer(0, lambda: None).start()
        return [found, squares, asyncio.run(asyncio.sleep(0, "awaited"))]

    assert jail.run(work) == [["first", "third"], [0, 1, 4, 9, 16], "awaited"]


def test_numpy_and_figures_work(make_jail: MakeJail) -> None:
    def work() -> Any:
        import io

        import matplotlib.pyplot as plt
        import numpy as np

        solved = np.linalg.solve(np.eye(50) * 2, np.ones(50))
        figure, axes = plt.subplots()
        axes.plot(solved)
        picture = io.BytesIO()
        figure.savefig(picture, format="png")
        return [float(solved.sum()), picture.getvalue()[1:4].decode()]

    assert make_jail(warm=True).run(work) == [25.0, "PNG"]


def test_memory_is_limited(jail: Jail) -> None:
    def fill(size: int) -> Any:
        return len(bytearray(size))

    assert jail.run(fill, limits.ADDRESS_SPACE_BYTES // 2) == limits.ADDRESS_SPACE_BYTES // 2
    with pytest.raises(Refused, match="MemoryError"):
        jail.run(fill, limits.ADDRESS_SPACE_BYTES)


def test_threads_are_limited(jail: Jail) -> None:
    def start(count: int) -> Any:
        import threading

        end = threading.Event()
        started = 0
        try:
            for _ in range(count):
                threading.Thread(target=end.wait).start()
                started += 1
        except RuntimeError:
            pass
        end.set()
        return started

    assert 8 <= jail.run(start, 2 * limits.TASKS) <= limits.TASKS


def test_one_file_is_limited(jail: Jail) -> None:
    def write(size: int) -> Any:
        from pathlib import Path

        return Path("large").write_bytes(bytes(size))

    jail.run(write, limits.FILE_BYTES)
    with pytest.raises(Refused, match="OSError"):
        jail.run(write, limits.FILE_BYTES + 1)


def test_all_files_together_are_limited(jail: Jail) -> None:
    def write(size: int) -> Any:
        from pathlib import Path

        for number in range(1000):
            try:
                Path(f"part{number}").write_bytes(bytes(size))
            except OSError:
                return number * size
        return None

    assert jail.run(write, 2**20) <= limits.SCRATCH_BYTES


def test_the_number_of_files_is_limited(jail: Jail) -> None:
    def make(count: int) -> Any:
        from pathlib import Path

        for number in range(count):
            try:
                Path(f"empty{number}").touch()
            except OSError:
                return number
        return None

    assert 1000 < jail.run(make, 2 * limits.SCRATCH_FILES) <= limits.SCRATCH_FILES


def test_open_files_are_limited(jail: Jail) -> None:
    def open_many(count: int) -> Any:
        import os

        files = []
        try:
            for _ in range(count):
                files.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            pass
        return len(files)

    assert 64 <= jail.run(open_many, 2 * limits.OPEN_FILES) < limits.OPEN_FILES


def test_processor_time_is_limited(make_jail: MakeJail) -> None:
    def loop() -> Any:
        import signal

        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        while True:
            pass

    jail = make_jail(cpu_seconds=1)
    with pytest.raises((EOFError, ConnectionError)):
        jail.run(loop)


def test_the_list_of_calls_names_no_call_twice_or_as_missing() -> None:
    assert len(set(syscalls.ALLOWED)) == len(syscalls.ALLOWED)
    assert not set(syscalls.ALLOWED) & set(syscalls.MISSING)
    assert all(re.fullmatch(r"[a-z_0-9]+", name) for name in syscalls.ALLOWED)
