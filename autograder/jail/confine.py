"""What a jailed process does to itself, step by step, before the first line of a submission runs.

Every step either holds or raises OSError: there is no partly confined process. Must not know what will run.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import os
import resource
import shutil
import struct
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import NoReturn

from autograder import limits

_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_REMOUNT, _MS_BIND, _MS_MOVE, _MS_REC, _MS_PRIVATE = 32, 4096, 8192, 16384, 1 << 18
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_KEEPCAPS, _PR_SET_SECCOMP = 1, 4, 8, 22
_PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _AMBIENT_CLEAR_ALL = 24, 38, 47, 4
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_READ_SEARCH = 2
_MAX_CAPABILITIES = 64
_FIRST_KERNEL_TO_COUNT_TASKS_BY_NAMESPACE = (5, 14)

NO_PROGRAMS = "a submission cannot start other programs while it is graded"
NO_NETWORK = "a submission cannot use the network while it is graded"

_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def map_user(uid: int, gid: int) -> None:
    """Be this user in the new namespaces, who must be the one outside of them too."""
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{uid} {uid} 1")
    _write("/proc/self/gid_map", f"{gid} {gid} 1")


def make_private_places(scratch: str, work: Path, kept: Sequence[str]) -> None:
    """Put fresh file systems over /tmp, /dev/shm and /proc; `work` comes along into the new /tmp.

    Parameters
    ----------
    scratch : str
        An empty folder outside /tmp, where the new /tmp is made ready.
    work : Path
        A folder directly in /tmp whose content the process is to find in its own copy.
    kept : sequence of str
        Names of folders directly in /tmp that stay, to be read only: parts of the system are mounted in them.
    """
    size, count = _measure(work)
    options = f"mode=1777,size={limits.SCRATCH_BYTES + size},nr_inodes={limits.SCRATCH_FILES + count}"
    _mount("none", "/", "", _MS_REC | _MS_PRIVATE, "")
    _mount("tmpfs", scratch, "tmpfs", _MS_NOSUID | _MS_NODEV, options)
    copy_work(work, Path(scratch, work.name))
    for name in kept:
        place = Path(scratch, name)
        place.mkdir()
        _mount(str(work.parent / name), str(place), "", _MS_BIND | _MS_REC, "")
        _mount("none", str(place), "", _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NODEV, "")
    _mount(scratch, str(work.parent), "", _MS_MOVE, "")
    _mount("tmpfs", "/dev/shm", "tmpfs", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, "mode=1777,size=1m,nr_inodes=64")
    _mount("tmpfs", "/proc", "tmpfs", _MS_RDONLY | _MS_NOSUID | _MS_NODEV | _MS_NOEXEC, "size=4k")


def copy_work(source: Path, target: Path) -> None:
    """Copy the working directory for one submission."""
    shutil.copytree(source, target, symlinks=True)


def prefer_as_victim() -> None:
    """When the machine runs out of memory, the kernel is to end this process before any other."""
    with contextlib.suppress(OSError):
        _write("/proc/self/oom_score_adj", "1000")


def keep_only(*descriptors: int) -> list[int]:
    """Close every file but some; standard streams lead nowhere.

    Returns
    -------
    list of int
        The new numbers of those that are kept, from 3 on.
    """
    null = os.open(os.devnull, os.O_RDWR)
    above = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, 100) for descriptor in descriptors]
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    kept = [os.dup2(descriptor, number) for number, descriptor in enumerate(above, start=3)]
    os.closerange(kept[-1] + 1, max(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 4096))
    return kept


def count_tasks_elsewhere(uid: int, namespaces: bool) -> int:
    """How many tasks the kernel counts against the limit of threads although they are outside of the jail.

    Parameters
    ----------
    uid : int
        The jailed processes' user.
    namespaces : bool
        Whether each of them enters its own.
    """
    release = tuple(int(part) for part in os.uname().release.split("-")[0].split(".")[:2])
    if namespaces and release >= _FIRST_KERNEL_TO_COUNT_TASKS_BY_NAMESPACE:
        return 0
    count = 0
    for process in Path("/proc").iterdir():
        try:
            if process.name.isdigit() and process.stat().st_uid == uid:
                count += len(list((process / "task").iterdir()))
        except OSError:
            continue
    return count


def set_limits(cpu_seconds: int, tasks_elsewhere: int) -> None:
    """Set the limits of the kernel on this process, as `limits` has them.

    Parameters
    ----------
    cpu_seconds : int
        Processor time.
    tasks_elsewhere : int
        How many tasks outside of the jail an older kernel counts as this user's.
    """
    wanted = {
        resource.RLIMIT_AS: limits.ADDRESS_SPACE_BYTES,
        resource.RLIMIT_CPU: cpu_seconds,
        resource.RLIMIT_NPROC: limits.TASKS + tasks_elsewhere,
        resource.RLIMIT_FSIZE: limits.FILE_BYTES,
        resource.RLIMIT_NOFILE: limits.OPEN_FILES,
        resource.RLIMIT_CORE: limits.CORE_BYTES,
        resource.RLIMIT_STACK: limits.STACK_BYTES,
        resource.RLIMIT_MEMLOCK: limits.LOCKED_BYTES,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for kind, value in wanted.items():
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))


def drop_rights(keep: Collection[int] = ()) -> None:
    """Give up all capabilities but `keep`, and every way to get one back."""
    for capability in range(_MAX_CAPABILITIES):
        # EPERM: there is nothing to drop and no right to do so. EINVAL: the kernel knows no such capability.
        _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
    _libc.prctl(_PR_CAP_AMBIENT, _AMBIENT_CLEAR_ALL, 0, 0, 0)
    kept = sum(1 << capability for capability in keep)
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(header, struct.pack("=6I", kept, kept, 0, 0, 0, 0)), "capset")
    forbid_new_rights()
    _check(_libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0), "dumpable")


def forbid_new_rights() -> None:
    """Set no_new_privs: no program that this process starts has more rights than it."""
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def change_user(uid: int, keep: Collection[int] = ()) -> None:
    """Become an unprivileged user for good.

    Parameters
    ----------
    uid : int
        Also used as the group's number.
    keep : collection of int
        Capabilities that stay.
    """
    _check(_libc.prctl(_PR_SET_KEEPCAPS, 1 if keep else 0, 0, 0, 0), "keepcaps")
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    if keep:
        kept = sum(1 << capability for capability in keep)
        header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
        _check(_libc.capset(header, struct.pack("=6I", kept, kept, 0, 0, 0, 0)), "capset")
    _check(_libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0), "dumpable")  # or /proc/self would be root's


def die_with(parent: int) -> None:
    """Let the kernel end this process when its parent ends."""
    _check(_libc.prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0), "pdeathsig")
    if os.getppid() != parent:
        os._exit(1)  # it ended before that was set


def filter_calls(program: bytes) -> None:
    """Load a seccomp filter, from `syscalls.build_filter`; from here on nothing else can be set up."""
    loaded = _Program(len(program) // 8, program)
    address = ctypes.cast(ctypes.byref(loaded), ctypes.c_void_p)
    _check(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, address, 0, 0), "seccomp")


def signals_to_itself_only() -> bytes:
    """Make a filter under which this process can send signals to none but itself.

    For where it shares its process numbers with others.
    """
    kill, tgkill = _signal_calls()
    load, equal, give = 0x20, 0x15, 0x06  # BPF_LD|W|ABS, BPF_JMP|JEQ|K, BPF_RET|K
    number, first_argument = 0, 16  # offsets in struct seccomp_data
    allow, refuse = 0x7FFF0000, 0x00050000 | errno.EPERM
    steps = (
        (load, 0, 0, number),
        (equal, 1, 0, kill),
        (equal, 0, 2, tgkill),
        (load, 0, 0, first_argument),
        (equal, 0, 1, os.getpid()),
        (give, 0, 0, allow),
        (give, 0, 0, refuse),
    )
    # The jump of the third step for every other call leads to "allow": one step before the comparison's refusal.
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _signal_calls() -> tuple[int, int]:
    return (62, 234) if os.uname().machine == "x86_64" else (129, 131)


def explain_refusals() -> None:
    """Let Python say in a sentence what the kernel will refuse anyhow.

    The kernel's filter is what holds; this is only so that a student reads more than "Operation not permitted".
    """
    refused = dict.fromkeys(
        (
            "subprocess.Popen",
            "os.system",
            "os.exec",
            "os.fork",
            "os.forkpty",
            "os.posix_spawn",
            "os.spawn",
            "pty.spawn",
        ),
        NO_PROGRAMS,
    )
    network = ("connect", "bind", "getaddrinfo", "gethostbyname", "gethostbyaddr", "getnameinfo", "sendto", "sendmsg")
    refused |= dict.fromkeys((f"socket.{name}" for name in network), NO_NETWORK)
    sys.addaudithook(_make_hook(refused, PermissionError))


def refuse_program(*args: object, **kwargs: object) -> NoReturn:
    """Say that no program can be started; stands in the place of what would start one."""
    raise PermissionError(NO_PROGRAMS)


def _make_hook(refused: dict[str, str], error: type[Exception]) -> Callable[[str, Sequence[object]], None]:
    find = refused.get
    own_pair = (1, -1)  # AF_UNIX, or a socket made of an open descriptor

    def hook(event: str, arguments: Sequence[object]) -> None:
        sentence = find(event)
        if sentence is not None:
            raise error(sentence)
        if event == "socket.__new__" and arguments[1] not in own_pair:
            raise error(NO_NETWORK)

    return hook


def _measure(folder: Path) -> tuple[int, int]:
    size = count = 0
    for place, folders, files in os.walk(folder):
        count += len(folders) + len(files)
        size += sum(Path(place, name).lstat().st_size + 4096 for name in files)
    return size, count


def _mount(source: str, target: str, kind: str, flags: int, options: str) -> None:
    parts = (os.fsencode(source), os.fsencode(target), kind.encode(), ctypes.c_ulong(flags), options.encode())
    _check(_libc.mount(*parts), f"mount {target}")


def _write(path: str, text: str) -> None:
    Path(path).write_text(text, encoding="ascii")


def _check(result: int, what: str) -> None:
    if result != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")
