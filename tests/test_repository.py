"""What holds for the repository as a whole: its lists of packages agree, its folders and modules keep the house rules."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from traitlets.config.loader import PyFileConfigLoader

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS: dict[str, list[str]] = PROJECT["project"]["optional-dependencies"]

FOLDERS = {".ci", "autograder", "benchmarks", "course", "helpers", "release", "source", "tests"}
FILES = {
    ".gitattributes",
    ".gitignore",
    "LICENSE",
    "Makefile",
    "README.md",
    "environment.yml",
    "jupytext.toml",
    "nbgrader_config.py",
    "pyproject.toml",
    "requirements.lock",
}
# Lists of many short answers, one file a topic by their format: long without being hard to read.
COLLECTIONS = {Path("helpers/misconceptions"), Path("tests/answers")}
MAX_LINES = 400


def list_files() -> list[Path]:
    """Every file that is committed or would be, relative to the root."""
    # Whose the checkout is does not matter for a list; git refuses other people's without this setting.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"not a git checkout: {error}")
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()]


def list_modules() -> list[Path]:
    return sorted(
        p.relative_to(ROOT) for folder in ("autograder", "helpers", "tests") for p in (ROOT / folder).rglob("*.py")
    )


def parse(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def read_requirements(lines: list[str]) -> dict[str, Requirement]:
    return {canonicalize_name(r.name): r for r in map(Requirement, lines)}


def test_environment_yml_is_what_an_instructor_needs_of_pyproject() -> None:
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    named = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    conda = {name: r.specifier for name, r in read_requirements(named).items()}
    assert str(conda.pop("python")) == PROJECT["project"]["requires-python"]
    conda.pop("pip")
    wanted = [*PROJECT["project"]["dependencies"], *EXTRAS["lab"], *EXTRAS["grade"]]
    by_pip = {"msgpack", "pyseccomp"}
    assert conda == {name: r.specifier for name, r in read_requirements(wanted).items() if name not in by_pip}
    assert environment["name"] == PROJECT["project"]["name"]
    assert {"pip": ["--editable .[grade]"]} in environment["dependencies"]


def test_lock_satisfies_every_requirement_with_hashes() -> None:
    entries = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    pins: dict[str, list[Version]] = {}
    for entry in (e for e in entries if e and not e.lstrip().startswith("#")):
        requirement, *hashes = re.split(r"\s+--hash=", entry)
        assert hashes, f"no hash: {requirement}"
        pin = Requirement(requirement)
        (version,) = pin.specifier
        assert version.operator == "==", requirement
        pins.setdefault(canonicalize_name(pin.name), []).append(Version(version.version))
    wanted = [
        *PROJECT["project"]["dependencies"],
        *chain.from_iterable(EXTRAS.values()),
        *PROJECT["build-system"]["requires"],
    ]
    for line in wanted:
        requirement = Requirement(line)
        versions = pins.get(canonicalize_name(requirement.name), [])
        assert versions, f"{line} is not in requirements.lock; make lock writes it again"
        assert all(requirement.specifier.contains(v) for v in versions), f"{line}, but the lock has {versions}"


def test_an_extra_asks_for_the_same_version_everywhere() -> None:
    seen: dict[str, Requirement] = {}
    for line in [*PROJECT["project"]["dependencies"], *chain.from_iterable(EXTRAS.values())]:
        requirement = Requirement(line)
        assert seen.setdefault(requirement.name, requirement) == requirement


def test_root_holds_only_what_belongs_there() -> None:
    files = list_files()
    assert {p.name for p in files if len(p.parts) == 1} <= FILES
    assert {p.parts[0] for p in files if len(p.parts) > 1} <= FOLDERS


def test_no_file_names_a_place_on_one_machine() -> None:
    place = re.compile(r"(?<![\w.:/])/(?:home|root|Users|work)/\w|[A-Z]:\\Users\\")
    for path in list_files():
        if path == Path(__file__).relative_to(ROOT):
            continue
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or another binary file
        for number, line in enumerate(text.splitlines(), 1):
            assert not place.search(line), f"{path}:{number}: {line.strip()[:120]}"


@pytest.mark.parametrize("path", list_modules(), ids=str)
def test_module_says_what_it_is_for_and_is_short(path: Path) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    if text.strip():
        assert ast.get_docstring(parse(path)), f"{path} has no docstring"
    if path.parent not in COLLECTIONS:
        n_lines = len(text.splitlines())
        assert n_lines < MAX_LINES, f"{path} has {n_lines} lines"


def list_imports(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize(("package", "other"), [("helpers", "autograder"), ("autograder", "helpers")])
def test_packages_meet_only_in_a_notebook(package: str, other: str) -> None:
    for path in list_modules():
        if path.parts[0] == package:
            names = {name.split(".")[0] for name in list_imports(parse(path))}
            assert not names & {other, "tests"}, f"{path} imports {names & {other, 'tests'}}"


def test_notebooks_need_only_what_a_student_has() -> None:
    """A student needs neither nbgrader nor the grader's packages: `helpers` imports the base dependencies only."""
    allowed = {"IPython", "helpers", "matplotlib", "numpy", "sklearn", "threadpoolctl", "tqdm"}
    for path in list_modules():
        if path.parts[0] == "helpers":
            names = {name.split(".")[0] for name in list_imports(parse(path))}
            foreign = names - allowed - sys.stdlib_module_names
            assert not foreign, f"{path} imports {foreign}"


def test_licence_holds_both_licences_in_full() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert PROJECT["project"]["license"] == "BSD-3-Clause AND CC-BY-4.0"
    assert "Redistribution and use in source and binary forms" in text
    assert all(f"Section {n} -- " in text for n in range(1, 9))


def test_config_names_folders_that_exist() -> None:
    config = PyFileConfigLoader("nbgrader_config.py", path=str(ROOT)).load_config()
    for folder in (config.Verify.misconceptions, config.Verify.answers):
        assert (ROOT / folder).is_dir()
    assert config.ClearSolutions.code_stub["python"] == "raise NotImplementedError"


class TestMakeSetup:
    """The decisions of `make setup`, in a copy without its packages; that it installs is seen by whoever runs this."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        for name in ("Makefile", "pyproject.toml", "requirements.lock"):
            (tmp_path / name).write_bytes((ROOT / name).read_bytes())
            os.utime(tmp_path / name, (1_000_000_000, 1_000_000_000))
        old = tmp_path / "old python"
        old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        old.chmod(0o755)
        return tmp_path

    @staticmethod
    def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        command = ["make", "setup", *arguments]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)

    @staticmethod
    def leave_stamp(folder: Path, text: str) -> Path:
        stamp = folder / ".venv" / ".set-up"
        stamp.parent.mkdir()
        stamp.write_text(text, encoding="utf-8")
        return stamp

    def test_too_old_a_python_is_refused_in_a_sentence(self, folder: Path) -> None:
        done = self.make(folder, "PYTHON=./old python")
        assert done.returncode != 0
        assert "No Python 3.11 or newer is found as ./old python" in done.stderr
        assert not (folder / ".venv").exists()

    def test_second_run_does_nothing(self, folder: Path) -> None:
        self.leave_stamp(folder, f"folder={folder};python=;")
        done = self.make(folder)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("Ready:")

    @pytest.mark.parametrize("what", ["lock", "folder", "python"])
    def test_environment_is_made_again_when_it_no_longer_fits(self, folder: Path, what: str) -> None:
        python = "./old python"
        stamped_for = {"lock": f"folder={folder};python={python};", "folder": f"folder=elsewhere;python={python};"}
        stamp = self.leave_stamp(folder, stamped_for.get(what, f"folder={folder};python=;"))
        if what == "lock":
            os.utime(stamp, (999_999_999, 999_999_999))
        done = self.make(folder, f"PYTHON={python}")
        assert done.returncode != 0
        assert "No Python 3.11 or newer" in done.stderr
