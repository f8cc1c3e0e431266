"""Where this Python and its installed packages are, and which files belong to a list of packages.

Must not know how they get into the jail.
"""

from __future__ import annotations

import csv
import os
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from autograder.jail.errors import JailError

# What the jail's own side imports; the course need not name it.
_NEEDED = ("ipython", "matplotlib", "matplotlib-inline", "msgpack", "numpy")
_USED_IF_INSTALLED = ("tblib",)
_SITE_NAMES = ("site-packages", "dist-packages")


def find_interpreter() -> Path:
    """The program of this Python itself, not a virtual environment's link to it."""
    return Path(getattr(sys, "_base_executable", "") or sys.executable).resolve()


def find_python_places() -> list[Path]:
    """Files and folders that this Python needs beside the system's: program, library and standard library."""
    base = Path(sys.base_prefix).resolve()
    places = {find_interpreter(), Path(sysconfig.get_path("stdlib")), Path(sysconfig.get_path("platstdlib"))}
    # A virtual environment's own platstdlib is only the folder around its packages.
    places = {path.resolve() for path in places if not path.is_relative_to(sys.prefix) or sys.prefix == sys.base_prefix}
    places |= {base / name for name in ("lib", "lib64") if (base / name).is_dir()}
    return sorted(path for path in places if places.isdisjoint(path.parents))


def find_sites() -> list[Path]:
    """Folders of installed packages that this process imports from, in its order."""
    named = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    found = [Path(path).resolve() for path in (*sys.path, *named) if Path(path).name in _SITE_NAMES]
    return [path for path in dict.fromkeys(found) if path.is_dir()]


def find_other_sites(places: Iterable[Path]) -> list[Path]:
    """Folders of installed packages within other places, of this Python or another."""
    found: set[Path] = set()
    for place in places:
        for name in _SITE_NAMES:
            found |= {path.resolve() for path in place.glob(f"python3*/{name}")} | {
                path.resolve() for path in place.glob(name)
            }
    return sorted(path for path in found if path.is_dir())


def find_files(packages: Iterable[str], without: Iterable[str]) -> list[Path]:
    """The top-level files and folders of packages and of all that they require.

    Parameters
    ----------
    packages : iterable of str
        Names of installed distributions.
    without : iterable of str
        Top-level modules that are left out.

    Raises
    ------
    JailError
        When one of the packages is not installed.
    """
    left_out = frozenset(without)
    found: set[Path] = set()
    for each in _with_requirements(packages):
        found.update(path for path in _top_level(each) if path.name.partition(".")[0] not in left_out)
    return sorted(found)


def _with_requirements(packages: Iterable[str]) -> list[Distribution]:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    found: dict[str, Distribution] = {}
    named = [Requirement(name) for name in packages]
    waiting = [*named, *map(Requirement, (*_NEEDED, *_USED_IF_INSTALLED))]
    seen: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        requirement = waiting.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        try:
            each = distribution(requirement.name)
        except PackageNotFoundError:
            if requirement in named:
                raise JailError(
                    f"c.JailedExecute.packages names {requirement.name!r}, which is not installed here: "
                    f"install it (pip install {requirement.name}) or take it off the list in nbgrader_config.py."
                ) from None
            continue  # an optional one; if it is needed, the import in the jail says so
        found[key[0]] = each
        extras = requirement.extras or {""}
        for text in _list_requirements(each):
            if not requirement.extras and "extra ==" in text and " or " not in text:
                continue  # most are of this kind, and to take them apart is most of the work
            needed = Requirement(text)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(needed)
    return list(found.values())


def _list_files(package: Distribution) -> Iterable[str]:
    """Paths of a package's files, from its site; read here, as `importlib.metadata` makes an object of each."""
    record = package.read_text("RECORD")
    if record is None:  # of another installer
        return map(str, package.files or ())
    return (row[0] for row in csv.reader(record.splitlines()) if row)


def _list_requirements(package: Distribution) -> Iterable[str]:
    """What a package says that it requires; read here, as `importlib.metadata` takes the whole description apart."""
    text = package.read_text("METADATA")
    if text is None:
        return package.requires or ()
    mark, header = "Requires-Dist: ", text.partition("\n\n")[0]
    return [line.removeprefix(mark) for line in header.splitlines() if line.startswith(mark)]


@cache
def _library_folder() -> Path:
    return Path(sys.prefix).resolve() / "lib"


def _top_level(package: Distribution) -> Iterator[Path]:
    site = Path(str(package.locate_file(""))).resolve()
    tops: set[str] = set()
    for file in _list_files(package):
        first = file.partition("/")[0]
        if first == "..":  # scripts, and libraries that lie in the environment's lib/
            path = Path(os.path.normpath(site / file))
            if path.parent == _library_folder() and ".so" in path.name and path.is_file():
                yield path
        elif first == "__pycache__":
            tops.add(file)
        else:
            tops.add(first)
    if not tops:
        names = package.read_text("top_level.txt") or package.metadata["Name"].replace("-", "_")
        tops = {name + ending for name in names.split() for ending in ("", ".py")}
    for top in tops:
        path = site / top
        if path.exists() and path.suffix != ".pth":
            yield path
