"""The command line as a process: help, errors, exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder import check, cli
from tests.autograder.conftest import RunCommand


@pytest.mark.parametrize("command", ["build", "verify", "grade", "check", "report", "doctor"])
def test_every_command_explains_itself(tmp_path: Path, run_autograder: RunCommand, command: str) -> None:
    done = run_autograder(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "--course" in done.stdout


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from autograder.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'IPython', 'nbformat', 'nbgrader', 'numpy', 'rich', 'traitlets'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["verify"], "no course here"),
        (["verify", "--course", "nowhere"], "there is no course folder nowhere"),
        (["check", "x.ipynb"], "no course here"),
        (["grade", "05_dropout"], "no course here"),
        (["verify", "--workers", "0"], "expected a number from 1 on"),
        (["dance"], "invalid choice"),
    ],
)
def test_a_wrong_call_is_a_sentence_and_exit_code_2(
    tmp_path: Path, run_autograder: RunCommand, arguments: list[str], reason: str
) -> None:
    done = run_autograder(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_assignment_lists_the_known_ones(course_folder: Path, run_autograder: RunCommand) -> None:
    done = run_autograder("verify", "week9", cwd=course_folder)
    assert done.returncode == 2
    assert "there is no assignment 'week9' in this course; it has week1 (plain.ipynb)." in done.stderr


def test_prints_its_version(tmp_path: Path, run_autograder: RunCommand) -> None:
    done = run_autograder("--version", cwd=tmp_path)
    assert (done.returncode, done.stdout.split()[0]) == (0, "autograder")


def break_check(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(args: object) -> int:
        raise error

    monkeypatch.setattr(check, "main", fail)


def test_a_fault_of_the_program_is_short_unless_debugged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    break_check(monkeypatch, ZeroDivisionError("by zero"))
    assert cli.main(["check", "x.ipynb"]) == 1
    assert "fault of the program (ZeroDivisionError: by zero)" in capsys.readouterr().err
    with pytest.raises(ZeroDivisionError):
        cli.main(["check", "x.ipynb", "--debug"])


def test_ctrl_c_is_no_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    break_check(monkeypatch, KeyboardInterrupt())
    assert cli.main(["check", "x.ipynb"]) == 130
    assert capsys.readouterr().err == "autograder: stopped.\n"


def test_a_package_that_is_not_installed_is_named_with_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    break_check(monkeypatch, ModuleNotFoundError("No module named 'rich'", name="rich"))
    assert cli.main(["check", "x.ipynb"]) == 2
    assert "the package rich is not installed here" in capsys.readouterr().err
