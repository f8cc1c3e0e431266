"""`autograder grade`: every new or changed submission of an assignment, a table at the end.

The threads of a pool read, run and judge; this module's main thread alone writes: first the gradebook, then the
notebooks and pages, last the result that says "done". What stops in between is graded again.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder import notebook as notebooks
from autograder import report
from autograder.autograded import make_autograded
from autograder.course import Course
from autograder.errors import CourseError
from autograder.evaluate import make_executor, read_source
from autograder.feedback import render_page
from autograder.files import explain_failed_writes, remove_leftovers, write_atomically
from autograder.gradebook import CourseGradebook
from autograder.lock import hold_course
from autograder.notebook import Notebook
from autograder.pool import MakeExecutor, Outcome, Pool, describe_fault
from autograder.progress import Progress, printable
from autograder.results import FOLDER, Result, iterate_results, load_result, result_path, save_result, write_csv
from autograder.submissions import TIMESTAMP, Submission, find_submissions

logger = logging.getLogger(__name__)

_ISOLATION = {
    "full": "full (bubblewrap, namespaces, seccomp)",
    "reduced": "reduced (Landlock, seccomp), as the course asks for it",
    "none": "none, submissions run with your rights (see `autograder doctor`)",
}


@dataclass
class Graded:
    """What has become of a class: short results, and student → what went wrong in the engine."""

    results: dict[str, Result] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def main(args: argparse.Namespace) -> int:
    """Grade; 0 when every submission has a verdict, 1 when the engine failed on any."""
    if args.debug:
        logging.basicConfig()
        logging.getLogger("autograder").setLevel(logging.DEBUG)
    course = Course.find(args.course)
    submissions = find_submissions(course, args.assignment, args.student)
    _refuse_read_only(course)
    with hold_course(course, args.assignment):
        graded, unchanged = _grade(course, args, submissions)
        # Others of the class may have been graded before, or are not asked for now.
        others = (r for r in iterate_results(course, args.assignment) if r.student not in graded.results)
        whole = {**graded.results, **{r.student: r.shorten() for r in others}}
        results = [whole[student] for student in sorted(whole) if student not in graded.faults]
        with explain_failed_writes():
            write_csv(course, args.assignment, results)
    if args.student:
        results = [result for result in results if result.student in args.student]
    report.show(course, args.assignment, results, unchanged=unchanged, faults=graded.faults, as_json=args.json)
    return 1 if graded.faults else 0


def _grade(course: Course, args: argparse.Namespace, submissions: Sequence[Submission]) -> tuple[Graded, set[str]]:
    """Grade what needs it; gives everybody's results, and who was left as they were."""
    assignment: str = args.assignment
    for folder in (course.root / FOLDER, result_path(course, assignment, "").parent):
        remove_leftovers(folder)
    with (
        _find_workers(course, args) as (make, most),
        Progress(len(submissions)) as progress,
        Pool(course, assignment, max(1, min(args.workers or most, len(submissions))), make) as pool,
    ):
        progress.tell(f"Isolation: {_ISOLATION[pool.isolation]}.")
        done = {} if args.force else dict(_find_done(course, assignment, submissions, pool.isolation))
        # The first submissions run while nbgrader is imported and the gradebook is opened.
        pool.submit(s for s in submissions if s.student not in done)
        with CourseGradebook(course, tell=progress.tell) as gradebook:
            gradebook.register(assignment)
            lost = done.keys() - gradebook.find_students(assignment)
            pool.submit(s for s in submissions if s.student in lost)
            unchanged = done.keys() - lost
            progress.begin(len(unchanged))
            graded = grade_submissions(course, assignment, pool, gradebook, progress)
    graded.results |= {student: done[student] for student in unchanged}
    return graded, unchanged


@contextlib.contextmanager
def _find_workers(course: Course, args: argparse.Namespace) -> Iterator[tuple[MakeExecutor, int]]:
    """What makes executors, and how many submissions can run at a time: here, or in a Dask cluster."""
    if not args.dask:
        yield make_executor, os.cpu_count() or 1
        return
    from autograder.cluster import Cluster  # imports Dask

    with Cluster(args.dask, course, args.assignment) as cluster:
        yield cluster.make_executor, cluster.size


def grade_submissions(
    course: Course, assignment: str, pool: Pool, gradebook: CourseGradebook, progress: Progress
) -> Graded:
    """Write everything about the submissions that a pool was given, as they come out of it.

    Parameters
    ----------
    course, assignment : Course, str
        The assignment is registered in the gradebook.
    pool : Pool
        Runs and judges.
    gradebook : CourseGradebook
        Written by the calling thread only.
    progress : Progress
        Told of each submission.

    Returns
    -------
    Graded
        A submission with a fault has no score. Nothing stops the others.

    Raises
    ------
    CourseError
        This machine does not offer the isolation that the course asks for.
    """
    graded = Graded()
    _tell_proof(pool, progress)
    for outcome in pool.iterate_outcomes():
        student = outcome.submission.student
        fault = outcome.fault
        if fault and not graded.results and not graded.faults:
            _refuse_without_isolation(pool.isolation)
        if not fault:
            try:
                result = _write(course, assignment, outcome, gradebook)
                graded.results[student] = result.shorten()
                progress.advance(student, f"{result.score:g} / {result.max_score:g}", result.note)
                continue
            except Exception as error:  # the others still want their grades
                logger.debug("a fault of the engine", exc_info=error)  # seen with --debug
                fault = describe_fault(error)
        graded.faults[student] = fault
        progress.advance(student, "no score", fault)
    return graded


def _tell_proof(pool: Pool, progress: Progress) -> None:
    """Say at once which checks decide nothing."""
    proof = pool.await_proof()
    if proof.fault:
        _refuse_without_isolation(pool.isolation)
        progress.tell(
            printable(f"The course's own solutions could not be run, so its checks are unproved: {proof.fault}")
        )
    if proof.unfit:
        cells = ", ".join(f"{each.notebook}/{each.cell} ({each.reason})" for each in proof.unfit)
        progress.tell(printable(f"CHECKS THAT CANNOT BE TRUSTED HERE, so they are left to a person: {cells}."))


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
    stand = gradebook.record(student, assignment, outcome.verdicts, submission.timestamp)
    for folder in (autograded, feedback):
        remove_leftovers(folder)
    for path, content in files.items():
        write_atomically(path, content)
    notes = (*submission.notes, *_note_missing_cells(outcome.executed), *_note_stopped_cells(outcome.executed))
    if stand:
        notes += (f"a person's score stands, to look at again: {', '.join(stand)}",)
    result = Result(student, assignment, submission.digest, outcome.verdicts, notes, outcome.isolation, outcome.unfit)
    save_result(course, result)
    return result


def _note_missing_cells(executed: Sequence[Notebook | None]) -> list[str]:
    """Exercises without a cell: deleted by the student, or newer than the version that the student got."""
    cells = [cell for notebook in executed if notebook for cell in notebooks.solution_cells(notebook).items()]
    missing = [name for name, cell in cells if not cell["source"].strip()]
    return [f"without a cell: {', '.join(missing)}"] if missing else []


def _note_stopped_cells(executed: Sequence[Notebook | None]) -> list[str]:
    """Cells that hung or ended their process: a person may want to see whether the machine or the student was slow."""
    stopped: dict[str, list[str]] = {}
    for cell in (cell for notebook in executed if notebook for cell in notebook["cells"]):
        end = cell["metadata"].get("autograder", {})
        if end.get("status") in ("timeout", "died", "not run"):
            name = notebooks.grade_id(cell) or "a cell of the student's own"
            stopped.setdefault(str(end.get("reason", end["status"])), []).append(name)
    return [f"did not finish: {', '.join(names)} ({reason})" for reason, names in stopped.items()]


def _find_done(
    course: Course, assignment: str, submissions: Sequence[Submission], isolation: str
) -> Iterator[tuple[str, Result]]:
    """Students whose kept result still holds, as far as files can tell, with that result."""
    for submission in submissions:
        result = load_result(course, assignment, submission.student)
        if result is None or (result.digest, result.isolation) != (submission.digest, isolation):
            continue
        autograded = course.autograded / submission.student / assignment
        if all((autograded / source.name).is_file() for source in submission.notebooks):
            yield submission.student, result.shorten()


def _refuse_read_only(course: Course) -> None:
    """Find out before anything is written."""
    with explain_failed_writes():
        for folder in (course.autograded, course.feedback, course.root / FOLDER):
            folder.mkdir(parents=True, exist_ok=True)
            if not os.access(folder, os.W_OK):
                raise PermissionError(13, "Permission denied", str(folder))
    if not os.access(course.root, os.W_OK):
        raise CourseError(f"cannot write {course.root}. Is the course folder read-only?")


def _refuse_without_isolation(isolation: str) -> None:
    """After a first fault, find out whether the machine is its reason: then all the others would have it too."""
    if isolation == "none":
        return
    from autograder.jail.errors import JailError
    from autograder.jail.levels import require_level

    try:
        require_level(isolation)
    except JailError as error:
        raise CourseError(str(error)) from None
