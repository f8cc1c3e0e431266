"""How long the cells of a class take by themselves: all else that a grader needs is the grader's own cost.

    python -m benchmarks.cells COURSE ASSIGNMENT

Runs the rebuilt submissions one after the other in one warm IPython shell, without forking, isolation or files, and
with `PlainExecutor`, a fresh fork each. Prints `Cells` as JSON. Must not know of gradebooks.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from autograder.course import Course
from autograder.execute import Origin, PlainExecutor
from autograder.notebook import Notebook, kind, read, rebuild
from autograder.shell import Shell, make_shell

ROOT = Path(__file__).resolve().parents[1]
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Cells:
    """Seconds a submission, the mean of a class.

    Attributes
    ----------
    wall, cpu : float
        All cells in one warm process.
    answers, checks, shared : float
        Parts of `wall`: what the student wrote; checks, which call it; imports and data.
    forked : float
        The same cells with `PlainExecutor`, one notebook at a time.
    """

    wall: float
    cpu: float
    answers: float
    checks: float
    shared: float
    forked: float


def measure(course: Path, assignment: str, env: dict[str, str]) -> Cells:
    """Measure the cells of a course's submissions in a new process, with one BLAS thread as the engine has."""
    command = [sys.executable, "-m", "benchmarks.cells", str(course), assignment]
    done = subprocess.run(command, cwd=ROOT, env={**env, **ONE_THREAD}, stdout=subprocess.PIPE, check=True)
    return Cells(**json.loads(done.stdout))


def main(folder: str, assignment: str) -> None:
    """Measure, and print the result."""
    course = Course(Path(folder))
    (source_path,) = course.source_notebooks(assignment)
    source = read(source_path)
    files = sorted(course.submitted.glob(f"*/{assignment}/{source_path.name}"))
    notebooks = [rebuild(source, read(path)) for path in files]
    forked = _measure_forked(notebooks, Origin(source_path, source))
    os.chdir(source_path.parent)
    sys.path[:0] = [""]
    print(json.dumps(asdict(_measure_warm(notebooks, forked))))


def _measure_warm(notebooks: list[Notebook], forked: float) -> Cells:
    shell = make_shell()
    sys.modules["__main__"] = shell.user_module
    _run(notebooks[0], shell)  # imports
    parts = dict.fromkeys(("solution", "extra", "check", "shared"), 0.0)
    cpu = 0.0
    for notebook in notebooks:
        shell.reset(new_session=False)
        start = time.process_time()
        for kind_, seconds in _run(notebook, shell):
            parts[kind_] += seconds
        cpu += time.process_time() - start
    parts = {kind_: seconds / len(notebooks) for kind_, seconds in parts.items()}
    answers = parts["solution"] + parts["extra"]
    return Cells(sum(parts.values()), cpu / len(notebooks), answers, parts["check"], parts["shared"], forked)


def _run(notebook: Notebook, shell: Shell) -> list[tuple[str, float]]:
    """Run a notebook's cells; gives the kind and the seconds of each."""
    seconds: list[tuple[str, float]] = []
    for number, cell in enumerate(notebook["cells"]):
        if kind(cell) not in ("text", "skipped"):
            start = time.perf_counter()
            reply = shell.run(cell["source"], number)
            seconds.append((kind(cell), time.perf_counter() - start))
            _refuse_failed(reply["status"], cell["source"])
    return seconds


def _measure_forked(notebooks: list[Notebook], origin: Origin) -> float:
    with PlainExecutor() as executor:
        for _ in range(2):  # at the second run it imports what all need
            executor.run(notebooks[0], origin)
        start = time.perf_counter()
        executed = [executor.run(notebook, origin) for notebook in notebooks]
        seconds = time.perf_counter() - start
    for cell in (cell for notebook in executed for cell in notebook["cells"] if "autograder" in cell["metadata"]):
        _refuse_failed(cell["metadata"]["autograder"]["status"], cell["source"])
    return seconds / len(notebooks)


def _refuse_failed(status: str, text: str) -> None:
    if status != "ok":
        raise RuntimeError(f"a cell of a right submission ended with {status!r}:\n{text}")


if __name__ == "__main__":
    main(*sys.argv[1:])
