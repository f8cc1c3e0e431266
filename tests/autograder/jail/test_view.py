"""What exists in the jail: nothing of the machine's but what Python and the course's packages need."""

from __future__ import annotations

import os
import sys
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import pytest

from autograder.jail import installed, mounts
from autograder.jail.sandbox import JailError, Premises
from tests.autograder.jail.conftest import CHECKOUT, Jail, MakeJail, Refused


def list_folder(folder: str) -> Any:
    from pathlib import Path

    return sorted(path.name for path in Path(folder).iterdir())


def find_text(marker: str, roots: list[str]) -> Any:
    """Files whose name or content has the marker."""
    from pathlib import Path

    found = []
    for path in (path for root in roots for path in Path(root).rglob("*")):
        try:
            if marker in path.name or (path.is_file() and marker.encode() in path.read_bytes()):
                found.append(str(path))
        except OSError:
            pass
    return sorted(found)


def test_the_checkout_and_home_and_the_systems_files_are_not_there(jail: Jail) -> None:
    def look(paths: list[str]) -> Any:
        from pathlib import Path

        return [path for path in paths if Path(path).exists()]

    paths = [
        "/etc/passwd",
        "/etc/shadow",
        "/etc/hosts",
        "/home",
        "/sys",
        "/run",
        "/var",
        "/srv",
        "/mnt",
        "/opt/nothing",
    ]
    paths += [
        str(CHECKOUT / name) for name in (".git", "autograder", "course", "source", "tests", "nbgrader_config.py")
    ]
    paths += [str(path) for path in Path.home().iterdir()]
    assert jail.run(look, [path for path in paths if Path(path).exists() and not _holds_python(path)]) == []


def _holds_python(path: str) -> bool:
    places = [*installed.find_python_places(), *installed.find_sites()]
    return any(place.is_relative_to(Path(path).resolve()) for place in places)


def test_only_these_folders_are_there(jail: Jail) -> None:
    top = set(jail.run(list_folder, "/"))
    needed = {"dev", "etc", "jail", "lib", "lib64", "lib32", "libx32", "proc", "tmp", "usr", "nix"}
    ours = {place.parts[1] for place in (*installed.find_python_places(), *installed.find_sites())}
    assert top <= needed | ours
    assert set(jail.run(list_folder, "/etc")) <= {"alternatives", "ld.so.cache", "localtime"}
    assert set(jail.run(list_folder, "/usr")) <= {"lib", "lib32", "lib64", "libx32", "local", "share", "bin"}
    assert jail.run(list_folder, "/dev") == ["full", "null", "random", "shm", "urandom", "zero"]


def test_no_process_is_visible(jail: Jail) -> None:
    def signal_others() -> Any:
        import os

        reached = []
        for pid in range(2, 3000):
            try:
                os.kill(pid, 0)
                reached.append(pid)
            except ProcessLookupError:
                pass
        return reached

    assert jail.run(list_folder, "/proc") == []
    assert jail.run(signal_others) == []


def test_the_environment_is_the_jails_own(make_jail: MakeJail, monkeypatch: pytest.MonkeyPatch) -> None:
    def read() -> Any:
        import os
        import sys

        return [dict(os.environ), sys.argv, sys.orig_argv, sys.flags.utf8_mode, os.uname().nodename]

    monkeypatch.setenv("SECRET_OF_THE_GRADER", "4711")
    environment, arguments, original, utf8, name = make_jail().run(read)
    assert environment["HOME"] == environment["TMPDIR"] == "/tmp"
    assert environment["OPENBLAS_NUM_THREADS"] == "1"
    assert "4711" not in str(environment)
    assert str(CHECKOUT) not in str(environment) + str(arguments)
    assert len(arguments) == 1 and len(original) == 1
    assert utf8 == 1
    assert name == "jail"


def test_nothing_but_its_own_folders_can_be_written(jail: Jail) -> None:
    def write(folders: list[str]) -> Any:
        from pathlib import Path

        written = []
        for folder in map(Path, folders):
            for attempt in ((folder / "file").touch, (folder / "folder").mkdir, lambda: folder.chmod(0o777)):  # noqa: B023
                try:
                    attempt()
                    written.append(str(folder))
                except OSError:
                    pass
        return written

    folders = [
        "/",
        "/dev",
        "/jail",
        "/jail/engine",
        "/jail/modules",
        "/jail/data",
        "/jail/scratch",
        "/usr/lib",
        "/proc",
    ]
    folders += [str(path) for path in installed.find_sites()] + [str(path) for path in installed.find_python_places()]
    assert jail.run(write, folders) == []


def test_the_working_directory_holds_the_data_and_no_notebook(make_jail: MakeJail, tmp_path: Path) -> None:
    def look() -> Any:
        from pathlib import Path

        Path("table.csv").write_text("changed")
        return sorted(str(path) for path in Path().rglob("*"))

    for name in ("table.csv", "week.ipynb", ".hidden", "deep/more.txt", "__pycache__/x.pyc", "solution.py", "tool.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "deep" / "loop").symlink_to(tmp_path)
    jail = make_jail(Premises(data=tmp_path, withheld=("solution",)))
    expected = ["deep", "deep/more.txt", "table.csv", "tool.py"]
    assert jail.run(look) == expected
    assert jail.run(find_text, "week.ipynb", ["/tmp", "/jail"]) == []
    assert (tmp_path / "table.csv").read_text() == "table.csv"


def test_data_do_not_use_up_the_room_for_files(make_jail: MakeJail, tmp_path: Path) -> None:
    def write(size: int) -> Any:
        from pathlib import Path

        return [Path(f"part{number}").write_bytes(bytes(size)) for number in range(3)] == [size] * 3

    with (tmp_path / "large.bin").open("wb") as file:
        file.write(b"x" * 60 * 2**20)
    assert make_jail(Premises(data=tmp_path)).run(write, 15 * 2**20)


def test_only_listed_packages_and_what_they_require_exist(make_jail: MakeJail) -> None:
    def try_imports(names: list[str]) -> Any:
        import importlib

        found = []
        for name in names:
            try:
                importlib.import_module(name)
                found.append(name)
            except ModuleNotFoundError:
                pass
        return found

    jail = make_jail(Premises(packages=("scikit-learn",)))
    there = ["sklearn.linear_model", "scipy.linalg", "numpy", "matplotlib.pyplot", "IPython", "autograder.shell"]
    assert jail.run(try_imports, [*there, "nbgrader", "sqlalchemy", "pytest", "helpers", "autograder.verdict"]) == there
    (site,) = installed.find_sites()[:1]
    assert "nbgrader" not in jail.run(list_folder, str(site))


def test_all_packages_exist_when_none_are_listed(jail: Jail) -> None:
    def try_import() -> Any:
        import sqlalchemy

        return sqlalchemy.__name__

    assert jail.run(try_import) == "sqlalchemy"


def test_an_installed_copy_of_the_courses_module_does_not_exist(
    make_jail: MakeJail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / "somewhere" / "site-packages"
    for name in (
        "lessons/__init__.py",
        "lessons/reference.py",
        "single.py",
        "__pycache__/single.cpython-311.pyc",
        "other.py",
    ):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("MARKER_OF_REFERENCE = 1")
    monkeypatch.syspath_prepend(site)
    premises = Premises(modules=("lessons",), withheld=("lessons.reference", "single"))
    found = make_jail(premises).run(find_text, "MARKER_OF_REFERENCE", ["/jail", "/tmp"])
    own = "/jail/modules/lessons/__init__.py"
    assert found == [own, cache_from_source(own), str(site / "other.py")]


def test_an_environment_inside_of_a_hidden_checkout_is_there_without_the_checkout(
    make_jail: MakeJail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # /…/outer/site-packages (bound) / checkout (hidden) / .venv/site-packages (bound)
    outer = tmp_path / "outer" / "site-packages"
    inner = outer / "checkout" / ".venv" / "site-packages"
    inner.mkdir(parents=True)
    (outer / "visible.py").write_text("")
    (outer / "checkout" / "secret.py").write_text("")
    (inner / "useful.py").write_text("name = 'useful'")
    monkeypatch.syspath_prepend(outer)
    monkeypatch.syspath_prepend(inner)

    def look(outer: str) -> Any:
        from pathlib import Path

        import useful  # type: ignore[import-not-found]

        return [useful.name, *(sorted(p.name for p in Path(outer, name).iterdir()) for name in (".", "checkout"))]

    jail = make_jail(Premises(hidden=(outer / "checkout",)))
    assert jail.run(look, str(outer)) == ["useful", ["checkout", "visible.py"], [".venv"]]


def test_deeper_mounts_come_later() -> None:
    bound = ((Path("/opt/a/b/c"), Path("/opt/a/b/c")), (Path("/opt"), Path("/opt")))
    arguments = mounts.make_arguments(mounts.View(bound, (Path("/opt/a"),), ()))
    places = [arguments.index(path, arguments.index("--ro-bind")) for path in ("/opt", "/opt/a/b/c")]
    assert places == sorted(places)


def test_a_folder_that_is_not_in_anything_bound_needs_no_mask(tmp_path: Path) -> None:
    view = mounts.make_view(None, (), [tmp_path, Path("/")], None)
    assert tmp_path.resolve() not in view.masked
    assert Path("/") not in view.masked


def test_a_package_brings_its_files_and_no_paths_of_others() -> None:
    names = {path.name for path in installed.find_files(["tqdm"], without=["matplotlib"])}
    assert {"tqdm", "numpy", "IPython", "msgpack"} <= names
    assert not names & {"matplotlib", "pytest", "nbgrader"}
    assert not [name for name in names if name.endswith(".pth")]


def test_a_package_that_is_not_installed_is_an_error_with_the_remedy() -> None:
    with pytest.raises(JailError, match="pip install nobody-has-this"):
        installed.find_files(["nobody-has-this"], without=())


def test_no_editable_installs_lead_into_the_jail(jail: Jail) -> None:
    def look() -> Any:
        import sys

        return sys.path

    assert str(CHECKOUT) not in jail.run(look)
    assert any(str(CHECKOUT) == path for path in sys.path)


def test_the_course_cannot_be_imported_unless_it_is_listed(jail: Jail) -> None:
    def try_import() -> Any:
        import helpers

        return helpers.__name__

    with pytest.raises(Refused, match="ModuleNotFoundError"):
        jail.run(try_import)
