"""`autograder grade`: every new or changed submission of an assignment, a table at the end.

Threads read, run and judge, each with an executor of its own; this module's main thread alone writes: first the
gradebook, then the notebooks and pages, last the result that says "done". What stops in between is graded again.
"""

from __future__ import annotations

import argparse
import logging
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder import notebook as notebooks
from autograder import report
from autograder.autograded import make_autograded
from autograder.course import Course
from autograder.errors import CourseError, UnreadableNotebook
from autograder.evaluate import cell_seconds, evaluate, read_source
from autograder.execute import Executor, PlainExecutor
from autograder.feedback import render_page
from autograder.files import explain_failed_writes, write_atomically
from autograder.gradebook import CourseGradebook
from autograder.notebook import Notebook
from autograder.progress import Progress
from autograder.results import FOLDER, Result, load_result, load_results, save_result, write_csv
from autograder.submissions import TIMESTAMP, Submission, find_submissions
from autograder.verdict import Verdict, reject

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """What a worker hands to the writer: verdicts and executed notebooks, or the engine's own fault."""

    submission: Submission
    verdicts: tuple[Verdict, ...] = ()
    executed: tuple[Notebook | None, ...] = ()
    fault: str = ""


def main(args: argparse.Namespace) -> int:
    """Grade; 0 when every submission has a verdict, 1 when the engine failed on any."""
    if args.dask:
        raise CourseError(
            "--dask is not available yet; leave it out, and --workers N grades N submissions at a time here."
        )
    if args.debug:
        logging.basicConfig()
        logger.setLevel(logging.DEBUG)
    course = Course.find(args.course)
    submissions = find_submissions(course, args.assignment, args.student)
    _refuse_read_only(course)
    print("Isolation: none, submissions run with your rights (see `autograder doctor`).", file=sys.stderr)
    with Progress(len(submissions)) as progress, CourseGradebook(course, tell=progress.tell) as gradebook:
        gradebook.register(args.assignment)
        pending = [s for s in submissions if args.force or not _is_done(course, args.assignment, s, gradebook)]
        unchanged = {s.student for s in submissions} - {s.student for s in pending}
        progress.skip(len(unchanged))
        faults = grade_submissions(course, args.assignment, pending, gradebook, args.workers, progress)
    results = [r for r in load_results(course, args.assignment) if r.student not in faults]
    with explain_failed_writes():
        write_csv(course, args.assignment, results)
    if args.student:
        results = [result for result in results if result.student in args.student]
    report.show(course, args.assignment, results, unchanged=unchanged, faults=faults, as_json=args.json)
    return 1 if faults else 0


def grade_submissions(
    course: Course,
    assignment: str,
    submissions: Sequence[Submission],
    gradebook: CourseGradebook,
    workers: int | None,
    progress: Progress,
    *,
    make_executor: Callable[[Course], Executor] | None = None,
) -> dict[str, str]:
    """Grade submissions and write everything about them.

    Parameters
    ----------
    course, assignment : Course, str
        The assignment is registered in the gradebook.
    submissions : sequence of Submission
        What to grade.
    gradebook : CourseGradebook
        Written by the calling thread only.
    workers : int or None
        Submissions at a time; None: the number of CPUs.
    progress : Progress
        Told of each submission.
    make_executor : callable, optional
        Makes what runs notebooks, one a worker. Default: plain processes with the course's time limit.

    Returns
    -------
    dict
        Student → what went wrong in the engine; such a submission has no score. Nothing stops the others.
    """
    count = max(1, min(workers or os.cpu_count() or 1, len(submissions)))
    faults: dict[str, str] = {}
    for outcome in _evaluate_all(course, assignment, submissions, count, make_executor or _make_plain_executor):
        student = outcome.submission.student
        fault = outcome.fault
        if not fault:
            try:
                result = _write(course, assignment, outcome, gradebook)
                progress.advance(student, f"{result.score:g} / {result.max_score:g}", result.note)
                continue
            except Exception as error:  # the others still want their grades
                fault = _describe(error)
        faults[student] = fault
        progress.advance(student, "no score", fault)
    return faults


def _make_plain_executor(course: Course) -> Executor:
    return PlainExecutor(cell_seconds=cell_seconds(course))


def _evaluate_all(
    course: Course, assignment: str, submissions: Sequence[Submission], count: int, make: Callable[[Course], Executor]
) -> Iterator[Outcome]:
    """Outcomes as they come. The threads are daemons: Ctrl-C ends the command without waiting for a student's loop."""
    waiting: queue.SimpleQueue[Submission] = queue.SimpleQueue()
    done: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    for submission in submissions:
        waiting.put(submission)
    executors = [make(course) for _ in range(count)]

    def work(executor: Executor) -> None:
        while True:
            try:
                submission = waiting.get_nowait()
            except queue.Empty:
                return
            done.put(_evaluate(course, assignment, submission, executor))

    try:
        for executor in executors:
            threading.Thread(target=work, args=(executor,), daemon=True).start()
        for _ in submissions:
            yield done.get()
    finally:
        for executor in executors:
            executor.close()


def _evaluate(course: Course, assignment: str, submission: Submission, executor: Executor) -> Outcome:
    """One submission to its verdicts; whatever happens, an outcome."""
    verdicts: list[Verdict] = []
    executed: list[Notebook | None] = []
    try:
        for source_path, found in submission.notebooks.items():
            name = source_path.stem
            try:
                if isinstance(found, str):
                    raise UnreadableNotebook(found)
                submitted = notebooks.read(found)
                ran, verdict = evaluate(course, assignment, source_path, submitted, executor, name=name)
                executed.append(ran)
            except UnreadableNotebook as error:
                source = read_source(source_path)
                verdict = reject(str(error), notebook=name, assignment=assignment, source=source)
                executed.append(None)
            verdicts.append(verdict)
    except Exception as error:
        return Outcome(submission, fault=_describe(error))
    return Outcome(submission, tuple(verdicts), tuple(executed))


def _write(course: Course, assignment: str, outcome: Outcome, gradebook: CourseGradebook) -> Result:
    submission = outcome.submission
    student = submission.student
    files: dict[Path, bytes] = {}
    autograded, feedback = (step / student / assignment for step in (course.autograded, course.feedback))
    for source_path, verdict, executed in zip(submission.notebooks, outcome.verdicts, outcome.executed, strict=True):
        files[autograded / source_path.name] = make_autograded(read_source(source_path), executed, verdict)
        page = render_page(verdict, student, submission.timestamp)
        files[feedback / f"{source_path.stem}.html"] = page.encode("utf-8", "replace")
    if submission.timestamp:
        content = (submission.folder / TIMESTAMP).read_bytes()
        files |= {autograded / TIMESTAMP: content, feedback / TIMESTAMP: content}
    gradebook.record(student, assignment, outcome.verdicts, submission.timestamp)
    for path, content in files.items():
        write_atomically(path, content)
    notes = (*submission.notes, *_note_missing_cells(outcome.executed), *_note_stopped_cells(outcome.executed))
    result = Result(student, assignment, submission.digest, outcome.verdicts, notes)
    save_result(course, result)
    return result


def _note_missing_cells(executed: Sequence[Notebook | None]) -> list[str]:
    """Exercises without a cell: deleted by the student, or newer than the version that the student got."""
    cells = [cell for notebook in executed if notebook for cell in notebooks.solution_cells(notebook).items()]
    missing = [name for name, cell in cells if not cell["source"].strip()]
    return [f"without a cell: {', '.join(missing)}"] if missing else []


def _note_stopped_cells(executed: Sequence[Notebook | None]) -> list[str]:
    """Cells that hung or ended their process: a person may want to see whether the machine or the student was slow."""
    cells = [cell for notebook in executed if notebook for cell in notebook["cells"]]
    stopped = [
        notebooks.grade_id(cell) or "a cell of the student's own"
        for cell in cells
        if cell["metadata"].get("autograder", {}).get("status") in ("timeout", "died", "not run")
    ]
    return [f"did not finish: {', '.join(stopped)}"] if stopped else []


def _is_done(course: Course, assignment: str, submission: Submission, gradebook: CourseGradebook) -> bool:
    result = load_result(course, assignment, submission.student)
    if result is None or result.digest != submission.digest:
        return False
    autograded = course.autograded / submission.student / assignment
    written = all((autograded / source.name).is_file() for source in submission.notebooks)
    return written and gradebook.has_submission(submission.student, assignment)


def _refuse_read_only(course: Course) -> None:
    """Find out before anything is written."""
    with explain_failed_writes():
        for folder in (course.autograded, course.feedback, course.root / FOLDER):
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK):
                raise PermissionError(13, "Permission denied", str(folder))
    if not os.access(course.root, os.W_OK):
        raise CourseError(f"cannot write {course.root}. Is the course folder read-only?")


def _describe(error: Exception) -> str:
    logger.debug("a fault of the engine", exc_info=error)  # seen with --debug
    return f"{type(error).__name__}: {error}".splitlines()[0]
