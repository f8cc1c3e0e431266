"""What the engine's tests share: a plain course on disk, one warm executor, and the command line as a process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder import verdict as verdicts
from autograder.execute import Origin, PlainExecutor
from autograder.notebook import Notebook, rebuild
from autograder.verdict import Verdict
from tests.autograder.plain_course import NOTEBOOK, make_plain_course, make_release, make_source

RunCommand = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def course_folder(tmp_path: Path) -> Path:
    return make_plain_course(tmp_path / "course")


@pytest.fixture(scope="session")
def executor() -> Iterator[PlainExecutor]:
    with PlainExecutor(cell_seconds=2) as shared:
        yield shared


@pytest.fixture
def judge(executor: PlainExecutor, course_folder: Path) -> Callable[[Notebook], Verdict]:
    """Run and judge a submission to the plain course, as read from a file."""

    def run(submitted: Notebook, **changes: Any) -> Verdict:
        source = {**make_source(), **changes}
        origin = Origin(course_folder / "source" / "week1" / NOTEBOOK, source)
        executed = executor.run(rebuild(source, submitted), origin)
        return verdicts.judge(source, executed, notebook="plain.ipynb", assignment="week1", release=make_release())

    return run


@pytest.fixture(scope="session")
def run_autograder() -> RunCommand:
    def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-P", "-m", "autograder.cli", *map(str, arguments)]
        return subprocess.run(command, cwd=cwd, capture_output=True, encoding="utf-8", timeout=120, check=False)

    return run
