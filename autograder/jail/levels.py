"""Which isolation this machine offers, found by trying it; what is missing, and how to get it.

Must not know what is graded, nor choose less than what was asked for.
"""

from __future__ import annotations

import json
import platform
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.jail import landlock, syscalls
from autograder.jail.confine import CAP_DAC_READ_SEARCH
from autograder.jail.errors import JailError
from autograder.jail.sandbox import FULL, REDUCED, Premises, Sandbox

NONE = "none"
DESCRIPTIONS = {
    FULL: "full (bubblewrap, namespaces, seccomp, limits of the kernel)",
    REDUCED: "reduced (Landlock, seccomp, limits of the kernel)",
    NONE: "none",
}
_INSTALLERS = {
    "apt-get": "sudo apt-get install bubblewrap libseccomp2",
    "dnf": "sudo dnf install bubblewrap libseccomp",
    "pacman": "sudo pacman -S bubblewrap libseccomp",
    "apk": "sudo apk add bubblewrap libseccomp",
    "zypper": "sudo zypper install bubblewrap libseccomp2",
}
_ANSWER_SECONDS = 20.0

APPARMOR_PROFILE = """abi <abi/4.0>,
include <tunables/global>

profile bwrap /usr/bin/bwrap flags=(unconfined) {
  userns,
  include if exists <local/bwrap>
}
"""
_APPARMOR_REMEDY = f"""This system lets only programs with an AppArmor profile make user namespaces (Ubuntu 24.04
and newer). Write this as /etc/apparmor.d/bwrap, then run: sudo apparmor_parser -r /etc/apparmor.d/bwrap

{APPARMOR_PROFILE}"""
_CONTAINER_REMEDY = (
    "This is a container that may not make namespaces. Start it with\n"
    "  --cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
    "--security-opt systempaths=unconfined\n"
    "(docker, podman), or grade outside of it."
)
_OTHER_SYSTEM_REMEDY = (
    "Grading needs Linux. On Windows use WSL2 (wsl --install), on macOS a Linux container or virtual machine, and run\n"
    "the same commands there. `autograder check` works here, for notebooks of your own."
)
ASK_FOR_REDUCED = (
    'Without it there is the level "reduced", which hides less and is used only when nbgrader_config.py says\n'
    '  c.JailedExecute.isolation = "reduced"'
)


@dataclass(frozen=True)
class Part:
    """One thing that was tried; `remedy` is how to get it."""

    name: str
    present: bool
    detail: str
    remedy: str = ""


@dataclass(frozen=True)
class Level:
    """The best isolation that this machine offers.

    Attributes
    ----------
    name : "full", "reduced" or "none"
    parts : tuple of Part
        What it was found by.
    """

    name: str
    parts: tuple[Part, ...]

    @property
    def description(self) -> str:
        return DESCRIPTIONS[self.name]

    @property
    def remedies(self) -> list[str]:
        """How to get what is missing."""
        return [part.remedy for part in self.parts if not part.present and part.remedy]


def find_level() -> Level:
    """Try what there is, from the strongest on: the smallest possible sandbox is started and says what it sees."""
    if sys.platform != "linux":
        return Level(NONE, (Part("Linux", False, platform.system(), _OTHER_SYSTEM_REMEDY),))
    parts = [Part("Linux", True, platform.release()), _look_at_bubblewrap(), _look_at_seccomp()]
    full = _try(FULL, "namespaces") if all(part.present for part in parts) else None
    if full is not None:
        parts.append(full)
        if full.present:
            return Level(FULL, (*parts, _look_at_landlock(needed=False)))
    parts.append(_look_at_landlock(needed=True))
    if parts[2].present and parts[-1].present:
        parts.append(_try(REDUCED, "reduced isolation"))
        if parts[-1].present:
            return Level(REDUCED, tuple(parts))
    return Level(NONE, tuple(parts))


def require_level(wanted: str) -> Level:
    """Find the level that a course asks for.

    Parameters
    ----------
    wanted : "full" or "reduced"
        The setting JailedExecute.isolation. "reduced" is also met by more.

    Returns
    -------
    Level
        Named as it will be used: "reduced" is not silently raised to "full" nor the other way round.

    Raises
    ------
    JailError
        When this machine does not offer it; with the remedies.
    """
    if wanted not in (FULL, REDUCED):
        raise JailError(f'c.JailedExecute.isolation must be "{FULL}" or "{REDUCED}", not {wanted!r}.')
    level = find_level()
    if level.name == FULL or level.name == wanted:
        return Level(wanted, level.parts)
    lines = [f"Submissions cannot be graded here: isolation is {level.name!r}, and the course asks for {wanted!r}."]
    lines += level.remedies
    if level.name == REDUCED:
        lines.append(ASK_FOR_REDUCED)
    raise JailError("\n".join(lines))


def find_install_command() -> str:
    """The one command that installs bubblewrap on this system."""
    for program, command in _INSTALLERS.items():
        if shutil.which(program):
            return command
    return "install the packages bubblewrap and libseccomp with this system's package manager"


def _look_at_bubblewrap() -> Part:
    program = shutil.which("bwrap")
    return Part("bubblewrap", bool(program), program or "not installed", f"Install it: {find_install_command()}")


def _look_at_seccomp() -> Part:
    actions = Path("/proc/sys/kernel/seccomp/actions_avail")
    try:
        if "errno" not in actions.read_text(encoding="ascii").split():
            return Part("seccomp", False, "not offered by this kernel", "Use a kernel with CONFIG_SECCOMP_FILTER.")
        size = len(syscalls.build_filter()) // 8
    except (OSError, syscalls.SeccompMissing) as error:
        remedy = f"Install it: pip install pyseccomp; {find_install_command()}"
        return Part("seccomp", False, str(error), remedy)
    return Part("seccomp", True, f"allow-list of {len(syscalls.ALLOWED)} system calls, {size} instructions")


def _look_at_landlock(needed: bool) -> Part:
    version = landlock.find_version()
    remedy = "Use a kernel from 5.13 on with Landlock switched on (lsm=landlock,... on its command line)."
    detail = f"version {version}" if version else "not offered by this kernel"
    return Part("Landlock", bool(version), detail, remedy if needed else "")


def _try(level: str, name: str) -> Part:
    """Start a sandbox, let the confined process look around, and compare with what must be so."""
    try:
        premises = Premises(packages=())
        with (
            Sandbox(premises, level=level, server="autograder.jail.probe", warm=False) as sandbox,
            sandbox.spawn() as connection,
        ):
            connection.settimeout(_ANSWER_SECONDS)
            found = json.loads(connection.makefile("r", encoding="utf-8").readline())
    except (JailError, OSError, ValueError) as error:
        return Part(name, False, _without_advice(str(error)), _find_remedy())
    leaks = _find_leaks(found, level)
    return Part(name, not leaks, "; ".join(leaks) or "a trial process was confined", "Report this as a fault.")


def _find_leaks(found: dict[str, Any], level: str) -> list[str]:
    allowed = 0 if level == FULL else 1 << CAP_DAC_READ_SEARCH
    leaks = {
        "it runs as root": found["uid"] == 0,
        "it has capabilities": found["capabilities"] & ~allowed != 0,
        "system calls are not filtered": found["unfiltered"],
        "the system's files can be read": found["users"],
        "other processes are visible": found["processes"],
        "process numbers are not its own": level == FULL and found["pid"] != 1,
    }
    return [leak for leak, is_there in leaks.items() if is_there]


def _find_remedy() -> str:
    """Why this kernel may refuse namespaces, from its settings."""
    if _is_container():
        return _CONTAINER_REMEDY
    if _read_setting("kernel/apparmor_restrict_unprivileged_userns") == "1":
        return _APPARMOR_REMEDY
    if _read_setting("kernel/unprivileged_userns_clone") == "0":
        return "Allow user namespaces: sudo sysctl -w kernel.unprivileged_userns_clone=1"
    if _read_setting("user/max_user_namespaces") == "0":
        return "Allow user namespaces: sudo sysctl -w user.max_user_namespaces=15000"
    return "Grade in a virtual machine or a container of your own whose user may make namespaces."


def _is_container() -> bool:
    return Path("/.dockerenv").exists() or Path("/run/.containerenv").exists()


def _read_setting(name: str) -> str:
    try:
        return Path("/proc/sys", name).read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _without_advice(text: str) -> str:
    return text.replace(" Run `autograder doctor`.", "")
