"""Copies into a folder what a submission may see of the engine, of the course and of the notebook's data.

What is withheld is not copied; a stub that says so stands in its place. Must not know how the folder gets into the
jail.
"""

from __future__ import annotations

import importlib.util
import json
import marshal
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType

from autograder import scratch
from autograder.jail.errors import JailError

# What runs in the jail; what these import of the engine comes along.
_INSIDE = ("jail.server", "jail.zygote", "jail.withheld", "jail.probe")
PREFIX = "autograder-jail-"
FONTS = "fonts"  # beside the engine's package
_FONT_FOLDERS = ("/usr/share/fonts/", "/usr/local/share/fonts/")  # of those that exist in the jail
_CODE_ENDINGS = (".py", ".so", ".c", ".ipynb")

_STUB = '''"""Stands in the place of a module that does not exist while a submission is graded."""
from autograder.jail.withheld import stand_in
__getattr__ = stand_in(__name__, {course!r})
'''


@dataclass(frozen=True)
class Staged:
    """The folders, and the names of the modules that are stubs."""

    engine: Path
    modules: Path
    data: Path
    stubs: tuple[str, ...]


def stage(
    folder: Path, modules: Sequence[str], withheld: Sequence[str], data: Path | None, search: Sequence[Path]
) -> Staged:
    """Fill a folder.

    Parameters
    ----------
    folder : Path
        Empty.
    modules : sequence of str
        Top-level modules and packages of the course.
    withheld : sequence of str
        Names of modules; ``"pkg.*"`` for all in a package.
    data : Path or None
        The folder of the source notebook.
    search : sequence of Path
        Where the course's modules are looked for before `sys.path`.

    Raises
    ------
    JailError
        When a module of the course is not found.
    """
    staged = Staged(folder / "engine", folder / "modules", folder / "data", ())
    for place in (staged.engine, staged.modules, staged.data):
        place.mkdir()
    _copy_engine(staged.engine)
    _copy_font_lists(staged.engine / FONTS)
    copier = _Copier(withheld, tuple(dict.fromkeys(name.partition(".")[0] for name in (*modules, *withheld))))
    for name in modules:
        copier.copy_module(name, staged.modules, search)
    for name in withheld:
        if name.isidentifier() and name not in modules:
            copier.write_stub(name, staged.modules / f"{name}.py")
    if data is not None:
        copier.copy_folder(data, staged.data, "")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)  # whatever the user's umask: the jail may be another user's
    return Staged(staged.engine, staged.modules, staged.data, tuple(copier.stubs))


def make_folder() -> tuple[Path, int]:
    """A folder of this process' own, locked for as long as the process or a fork of it has it open."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o711)
    return folder, scratch.lock_folder(folder)


def remove_stale_folders() -> None:
    """Remove what processes that were killed have left."""
    scratch.remove_stale_folders(PREFIX)


def find_module(name: str, search: Sequence[Path]) -> Path:
    """Find the folder of a package or the file of a module, without importing it.

    Raises
    ------
    JailError
        When there is none that consists of Python's source.
    """
    spec = PathFinder.find_spec(name, [*map(str, search), *sys.path])
    if spec is not None and spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    if spec is not None and spec.origin and spec.origin.endswith(".py"):
        return Path(spec.origin)
    raise JailError(
        f"c.JailedExecute.modules names {name!r}, and there is no such package or module in the course's folder or "
        "among what is installed. Correct the name in nbgrader_config.py."
    )


class _Copier:
    def __init__(self, withheld: Sequence[str], course: tuple[str, ...]) -> None:
        self._names = {name for name in withheld if not name.endswith(".*")}
        self._packages = tuple(name[:-1] for name in withheld if name.endswith(".*"))
        self._course = course
        self.stubs: list[str] = []

    def copy_module(self, name: str, target: Path, search: Sequence[Path]) -> None:
        found = find_module(name, search)
        if self._is_withheld(name):
            self.write_stub(name, target / f"{name}.py")
        elif found.is_dir():
            (target / name).mkdir()
            self.copy_folder(found, target / name, f"{name}.")
        else:
            _copy_with_bytecode(found, target / found.name)

    def copy_folder(self, source: Path, target: Path, prefix: str) -> None:
        """Copy plain files, recursively; `prefix` is what a module here has before its name, with the dot."""
        for path in sorted(source.iterdir()):
            module = prefix + path.name.partition(".")[0]
            if path.name.startswith(".") or path.name == "__pycache__" or path.suffix == ".ipynb":
                continue
            if self._is_withheld(module) and _may_be_code(path):
                if prefix:
                    self.write_stub(module, target / f"{module.rpartition('.')[2]}.py")
            elif path.is_dir():
                if source.resolve().is_relative_to(path.resolve()):
                    continue  # a link to a folder above it
                (target / path.name).mkdir(exist_ok=True)
                self.copy_folder(path, target / path.name, f"{module}.")
            elif path.is_file() and prefix:
                _copy_with_bytecode(path, target / path.name)
            elif path.is_file():
                shutil.copyfile(path, target / path.name)

    def write_stub(self, name: str, path: Path) -> None:
        if name not in self.stubs:
            self.stubs.append(name)
            path.write_text(_STUB.format(course=self._course), encoding="utf-8")

    def _is_withheld(self, name: str) -> bool:
        return name in self._names or (name.startswith(self._packages) and not name.endswith(".__init__"))


def _may_be_code(path: Path) -> bool:
    """Whether a file named like a withheld module can hold its text; copies that editors leave are among them."""
    rest = path.name[len(path.name.partition(".")[0]) :]
    return path.is_dir() or any(ending in rest for ending in _CODE_ENDINGS)


def find_engine_modules() -> list[Path]:
    """The engine's own files that the jail needs: what runs there, and what that imports, read from the source."""
    root = Path(__file__).parent.parent
    found = {root / "__init__.py", root / "jail" / "__init__.py"}
    waiting = [f"{root.name}.{name}" for name in _INSIDE]
    while waiting:
        name = waiting.pop()
        path = root.parent / (name.replace(".", "/") + ".py")
        if path.is_file() and path not in found:
            found.add(path)
            waiting += _find_imports(path, root.name)
    return sorted(found)


def _find_imports(path: Path, package: str) -> list[str]:
    """Names of a package's modules that a file may import: also those of which it only speaks in such words."""
    names: list[str] = []
    for line in re.finditer(
        r"^ *(?:from|import) +(\S+)(?: +import +(\([^)]*\)|.*))?", path.read_text("utf-8"), re.MULTILINE
    ):
        if line[1].partition(".")[0] == package:
            names += [line[1], *(f"{line[1]}.{name}" for name in re.findall(r"\w+", line[2] or ""))]
    return names


def _copy_with_bytecode(source: Path, target: Path) -> None:
    """Copy a file; one of Python's code with what Python keeps of it, as nothing in the jail may write that."""
    shutil.copyfile(source, target)
    if source.suffix != ".py":
        return
    try:
        code = SourceFileLoader(source.stem, str(source)).get_code(source.stem)
    except (SyntaxError, ValueError):
        return  # whoever imports it is told
    assert code is not None
    cache = Path(importlib.util.cache_from_source(target))
    cache.parent.mkdir(exist_ok=True)
    # The kind that goes by the source's content, and is believed: the time of a copy says nothing.
    header = importlib.util.MAGIC_NUMBER + (1).to_bytes(4, "little") + importlib.util.source_hash(target.read_bytes())
    cache.write_bytes(header + marshal.dumps(_rename(code, source.name)))


def _rename(code: CodeType, file_name: str) -> CodeType:
    """The code under a file name without folders, which are nobody's business; an import puts its own in that place."""
    constants = [_rename(part, file_name) if isinstance(part, CodeType) else part for part in code.co_consts]
    return code.replace(co_filename=file_name, co_consts=tuple(constants))


def _copy_engine(target: Path) -> None:
    root = Path(__file__).parent.parent
    (target / root.name / "jail").mkdir(parents=True)
    for path in find_engine_modules():
        _copy_with_bytecode(path, target / root.name / path.relative_to(root))


def _copy_font_lists(target: Path) -> None:
    """Copy what Matplotlib remembers of the system's fonts, which in the jail it would look for at every start."""
    target.mkdir()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "matplotlib")
    for path in Path(os.environ.get("MPLCONFIGDIR") or cache).glob("fontlist-*.json"):
        try:
            fonts = json.loads(path.read_bytes())
            for kind in ("ttflist", "afmlist"):
                # The folders of the user's own fonts are nobody's business. Matplotlib's own have no folder.
                fonts[kind] = [font for font in fonts[kind] if _is_in_jail(font["fname"])]
            (target / path.name).write_text(json.dumps(fonts), encoding="utf-8")
        except (OSError, ValueError, TypeError, LookupError):
            continue  # then it looks for them


def _is_in_jail(font: str) -> bool:
    return not font.startswith("/") or (font.startswith(_FONT_FOLDERS) and ".." not in font)
