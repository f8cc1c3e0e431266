"""Which part of the file system exists in the jail, as arguments of bubblewrap.

Mounts are made from the top down, so that what is masked inside of something bound and what is bound inside of
something masked both come out right. Must not know what runs in the jail.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.jail import installed
from autograder.jail.staging import Staged

JAIL = Path("/jail")
SCRATCH = JAIL / "scratch"
TMP = Path("/tmp")
# Not all of /usr: below /usr/share and /usr/local, courses and nbgrader's exchange are found.
_SYSTEM = (
    "/usr/lib",
    "/usr/lib32",
    "/usr/lib64",
    "/usr/libx32",
    "/usr/local/lib",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/locale",
    "/usr/share/zoneinfo",
    "/etc/alternatives",  # Debian's links to its linear algebra
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/lib",
    "/lib64",
    "/nix/store",
)
_DEVICES = ("null", "zero", "full", "random", "urandom")


@dataclass(frozen=True)
class View:
    """What is there, with the sites of installed packages that Python is to look in."""

    bound: tuple[tuple[Path, Path], ...]  # where it is, where it appears
    masked: tuple[Path, ...]
    sites: tuple[Path, ...]


def make_view(
    packages: Sequence[str] | None, course: Sequence[str], hidden: Iterable[Path], staged: Staged | None
) -> View:
    """Decide what is there.

    Parameters
    ----------
    packages : sequence of str or None
        Installed distributions that exist, with what they require; None for all.
    course : sequence of str
        Top-level modules of the course: installed copies of them do not exist.
    hidden : iterable of Path
        Folders that do not exist even if they lie in something that does.
    staged : Staged or None
        What was copied for the jail; None to leave it out.

    Raises
    ------
    JailError
        When one of the packages is not installed.
    """
    sites = installed.find_sites()
    system = [Path(name) for name in _SYSTEM if Path(name).exists()]
    places = [*system, *installed.find_python_places()]
    bound = {path: path.resolve() for path in places}
    libraries = {path.resolve() for path in places if path.is_dir()}
    masked = set(installed.find_other_sites(libraries))
    masked |= {path.resolve() for path in hidden}
    if packages is None:
        masked -= set(sites)
        bound |= {path: path for path in sites}
        masked |= {path for site in sites for name in course for path in _find_copies(site, name)}
    else:
        masked |= set(sites)
        bound |= {path: path for path in installed.find_files(packages, course)}
    if staged is not None:
        bound |= {JAIL / path.name: path for path in (staged.engine, staged.modules, staged.data)}
    tops = {_follow_links(target) for target in bound}
    inside = {path for path in masked if any(path != top and path.is_relative_to(top) for top in tops) or path in tops}
    return View(tuple((source, target) for target, source in bound.items()), tuple(inside), tuple(sites))


def make_arguments(view: View) -> list[str]:
    """Write a view as bubblewrap's arguments."""
    steps = [(2, ["--tmpfs", "/dev"]), (2, ["--proc", "/proc"]), (2, ["--tmpfs", str(TMP)])]
    for source, target in view.bound:
        if target.is_symlink() and not target.is_relative_to("/etc"):
            steps.append((len(target.parts), ["--symlink", str(target.readlink()), str(target)]))
        else:
            steps.append((len(target.parts), ["--ro-bind", str(source), str(target)]))
    for path in view.masked:
        mask = ["--tmpfs", str(path)] if path.is_dir() else ["--ro-bind", os.devnull, str(path)]
        steps.append((len(path.parts), mask))
    # bubblewrap makes the folders above a mount by itself, but for its own user only.
    above = {folder for _, target in view.bound for folder in (*target.parents, SCRATCH)}
    folders = [(len(path.parts), ["--dir", str(path)]) for path in sorted(above) if path != Path("/")]
    arguments = [item for _, step in sorted(folders + steps, key=lambda step: step[0]) for item in step]
    arguments += ["--dir", "/dev/shm"]
    for name in _DEVICES:
        arguments += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    for path in (*(path for path in view.masked if path.is_dir()), Path("/dev"), Path("/")):
        arguments += ["--remount-ro", str(path)]
    return arguments


def find_kept(view: View) -> list[str]:
    """Names directly in /tmp that hold something bound: a child's own /tmp must have them too."""
    return sorted({target.relative_to(TMP).parts[0] for _, target in view.bound if target.is_relative_to(TMP)})


def _follow_links(path: Path) -> Path:
    return path if path.is_relative_to(JAIL) else path.resolve()


def _find_copies(site: Path, name: str) -> list[Path]:
    """All files and folders in a folder of installed packages from which a module could be imported."""
    found = [site / name, *site.glob(f"{name}.*"), *site.glob(f"__pycache__/{name}.*")]
    return [path for path in found if path.exists()]
