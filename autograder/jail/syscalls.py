"""Which system calls a submission's process may make: an allow-list, compiled for seccomp on the trusted side.

Everything that is not named here fails with EPERM (with ENOSYS where the C library then does it in another way). Must
not know where the filter is loaded.
"""

from __future__ import annotations

import errno
import platform
import tempfile

_CLONE_THREAD = 0x00010000
_CLONE_NEW = 0x7E020080  # all CLONE_NEW* flags
_AF_UNIX = 1

_FILES = """
    access chdir chmod close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64 fallocate
    fchdir fchmod fchmodat fdatasync fgetxattr flistxattr flock fstat fstatfs fsync ftruncate futimesat getcwd getdents
    getdents64 getxattr lgetxattr link linkat listxattr llistxattr lseek lstat mkdir mkdirat newfstatat open openat
    pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readlink readlinkat readv rename
    renameat renameat2 rmdir sendfile stat statfs statx symlink symlinkat truncate umask unlink unlinkat
    utime utimensat utimes write writev
"""
_WAITING = """
    epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd2 poll ppoll pselect6 select
    timerfd_create timerfd_gettime timerfd_settime
"""
# The two ends of a pair that the process made itself; a name for an address is never accepted.
_PAIRS = "getpeername getsockname getsockopt recvfrom shutdown"
_MEMORY = "brk get_mempolicy madvise membarrier mmap mprotect mremap msync munmap"
_THREADS = """
    futex get_robust_list gettid rseq sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getparam
    sched_getscheduler sched_rr_get_interval sched_yield set_robust_list set_tid_address
"""
_SIGNALS = """
    alarm getitimer kill pause restart_syscall rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend
    rt_sigtimedwait setitimer sigaltstack tgkill
"""
_ABOUT_ITSELF = """
    arch_prctl capget clock_getres clock_gettime clock_nanosleep exit exit_group getcpu getegid geteuid getgid
    getgroups getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid getrlimit getrusage getsid
    gettimeofday getuid nanosleep sysinfo time times uname wait4 waitid
"""
ALLOWED = " ".join((_FILES, _WAITING, _PAIRS, _MEMORY, _THREADS, _SIGNALS, _ABOUT_ITSELF)).split()

# The C library takes an older call when these seem not to exist.
MISSING = ("clone3", "fchmodat2", "openat2")

# Landlock does not see these: without a file system of its own, a process could change its user's files with them. The
# first do nothing then and seem to succeed, as `shutil.copy` ends with one; the others are refused.
_WITHOUT_EFFECT = ("chmod", "fchmod", "fchmodat")
_NEED_OWN_FILES = ("futimesat", "truncate", "utime", "utimensat", "utimes")

# What a terminal is asked, and what a descriptor does on exec and while it waits.
_IOCTLS = {
    "TCGETS": 0x5401,
    "TIOCGWINSZ": 0x5413,
    "FIONREAD": 0x541B,
    "FIONBIO": 0x5421,
    "FIONCLEX": 0x5450,
    "FIOCLEX": 0x5451,
}
# Not F_SETOWN, F_SETSIG and F_SETLEASE, which send signals.
_FCNTLS = {
    "F_DUPFD": 0,
    "F_GETFD": 1,
    "F_SETFD": 2,
    "F_GETFL": 3,
    "F_SETFL": 4,
    "F_GETLK": 5,
    "F_SETLK": 6,
    "F_SETLKW": 7,
    "F_OFD_GETLK": 36,
    "F_OFD_SETLK": 37,
    "F_OFD_SETLKW": 38,
    "F_DUPFD_CLOEXEC": 1030,
    "F_GETPIPE_SZ": 1032,
}
_PRCTLS = {"PR_SET_NAME": 15, "PR_GET_NAME": 16}


class SeccompMissing(Exception):
    """The library that compiles the filter cannot be loaded, or not for this kind of machine; one sentence."""


def build_filter(*, own_files: bool = True) -> bytes:
    """Compile the allow-list for this machine.

    Parameters
    ----------
    own_files : bool
        Whether the process has a file system of its own, in which it may change all that belongs to its user.

    Returns
    -------
    bytes
        Instructions of classic BPF, as `prctl(PR_SET_SECCOMP)` takes them.

    Raises
    ------
    SeccompMissing
        When pyseccomp or libseccomp is not there, or does not know this processor.
    """
    if platform.machine() not in ("x86_64", "aarch64"):
        raise SeccompMissing(f"there is no list of system calls for {platform.machine()} processors")
    try:
        import pyseccomp
    except (ImportError, OSError, RuntimeError) as error:
        raise SeccompMissing(f"pyseccomp cannot be imported ({error})") from error
    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    argument, equal, masked = pyseccomp.Arg, pyseccomp.EQ, pyseccomp.MASKED_EQ

    def allow(name: str, *conditions: object) -> None:
        if _exists(pyseccomp, name):
            rules.add_rule(pyseccomp.ALLOW, name, *conditions)

    pretended = () if own_files else _WITHOUT_EFFECT
    refused = () if own_files else _NEED_OWN_FILES
    for name in ALLOWED:
        if name not in pretended + refused:
            allow(name)
    for code, names in ((errno.ENOSYS, MISSING), (0, pretended)):
        for name in names:
            if _exists(pyseccomp, name):
                rules.add_rule(pyseccomp.ERRNO(code), name)
    allow("clone", argument(0, masked, _CLONE_THREAD | _CLONE_NEW, _CLONE_THREAD))
    allow("socketpair", argument(0, equal, _AF_UNIX))
    allow("sendto", argument(4, equal, 0))
    allow("prlimit64", argument(2, equal, 0))
    for name, number, values in (("ioctl", 1, _IOCTLS), ("fcntl", 1, _FCNTLS), ("prctl", 0, _PRCTLS)):
        for value in values.values():
            allow(name, argument(number, equal, value))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _exists(pyseccomp: object, name: str) -> bool:
    """Whether this processor has a call of that name: `open` and `fork`, for one, are x86's."""
    try:
        return bool(pyseccomp.resolve_syscall(pyseccomp.system_arch(), name) >= 0)  # type: ignore[attr-defined]
    except (ValueError, OSError):
        return False
