"""The command line: `autograder build | verify | grade | check | report | doctor`.

Only parses and reports; each command is a module with `main(args) -> int`, imported when called, so that `--help` is
at once.
"""

from __future__ import annotations

import argparse
import atexit
import contextlib
import gc
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

from autograder.errors import CourseError

_EXAMPLES = """\
examples:
  autograder check dropout.ipynb              what my notebook earns, and why
  autograder build && autograder verify       an author's round
  autograder grade 05_dropout --workers 4     a class

Exit codes: 0 all well (`check`: every notebook could be read, whatever it earns), 1 something did not hold or the
engine failed, 2 a wrong call or unusable input.
"""


class Terminated(KeyboardInterrupt):
    """SIGTERM has come: the command ends in the same good order as after Ctrl-C."""


def run() -> NoReturn:
    """Be the program `autograder`. To take down what it has imported would take longer than some submissions."""
    sys.setswitchinterval(0.0005)  # seconds; by default who only hands over waits ten times as long for who writes
    gc.set_threshold(20_000, 50)  # by default it looks at all that was imported many times over
    signal.signal(signal.SIGTERM, _end_in_order)
    code = main()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(code)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    args = make_parser().parse_args(argv)
    _speak_utf8()
    try:
        command = importlib.import_module(f"autograder.{args.command}")
        code: int = command.main(args)
        sys.stdout.flush()
        return code
    except CourseError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as error:
        print("autograder: stopped.", file=sys.stderr)
        return 143 if isinstance(error, Terminated) else 130
    except BrokenPipeError:  # the reader (`| head`) has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except ModuleNotFoundError as error:
        if args.debug:
            raise
        print(
            f"autograder: the package {error.name} is not installed here; the grader's packages come with "
            "`pip install '.[grade]'` in the checkout, or with `make setup`.",
            file=sys.stderr,
        )
        return 2
    except Exception as error:
        if args.debug:
            raise
        print(
            f"autograder: this is a fault of the program ({type(error).__name__}: {error}). "
            "Run the command again with --debug and report what it prints.",
            file=sys.stderr,
        )
        return 1


def _end_in_order(number: int, frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # who ends a whole group of processes often sends it twice
    raise Terminated


def _speak_utf8() -> None:
    """Signs such as ✓ must not end a command on a terminal of another encoding."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="autograder",
        description="Builds, verifies and grades courses of Python notebooks in nbgrader's formats.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (summary, add_arguments) in _COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        add_arguments(command)
        command.add_argument(
            "--course", metavar="DIR", help="course folder (default: the nearest one above with nbgrader_config.py)"
        )
        command.add_argument("--debug", action="store_true", help="show the traceback of a fault of the program")
    return parser


class _Version(argparse.Action):
    """Prints the installed version; looked up only when asked for."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(option_strings, dest, nargs=0, help="print the version")

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"autograder {version('deep-learning-practice')}")
        parser.exit()


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1 on, got {text}")
    return value


def _add_workers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", type=_positive, metavar="N", help="notebooks at a time (default: number of CPUs)")


def _add_build(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and list what is out of date")
    parser.add_argument(
        "--prefer", choices=("course", "source"), help="which side wins where both course/ and source/ were changed"
    )


def _add_verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignments", nargs="*", metavar="ASSIGNMENT", help="default: all")
    _add_workers(parser)


def _add_grade(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment", metavar="ASSIGNMENT")
    parser.add_argument("--student", nargs="+", action="extend", metavar="ID", help="only these students")
    _add_workers(parser)
    parser.add_argument("--dask", metavar="ADDRESS", help="run them on the workers of this Dask scheduler")
    parser.add_argument("--force", action="store_true", help="grade also what has not changed since its last verdict")
    parser.add_argument("--json", action="store_true", help="the results as JSON on stdout")


def _add_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("notebooks", nargs="+", metavar="NOTEBOOK", help="found in the course by the file's name")
    parser.add_argument(
        "--json", action="store_true", help="one record a notebook as JSON on stdout, nothing else there"
    )


def _add_report(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("assignment", metavar="ASSIGNMENT")
    parser.add_argument("--json", action="store_true", help="the results as JSON on stdout")


def _add_doctor(parser: argparse.ArgumentParser) -> None:
    pass  # no arguments of its own


_COMMANDS = {
    "build": ("make source/ and release/ from course/, losing nobody's work", _add_build),
    "verify": ("test the checks: solutions, blanks, known mistakes, right variants", _add_verify),
    "grade": ("grade what a class has submitted and is new or changed", _add_grade),
    "check": ("check learners' notebooks and write nothing", _add_check),
    "report": ("show the results of the last grading again", _add_report),
    "doctor": ("say what this machine offers for grading, and what is missing", _add_doctor),
}

if __name__ == "__main__":
    run()
