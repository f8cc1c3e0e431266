"""Threads that take submissions to their verdicts, each with an executor of its own; what is warm they share.

What comes out is handed over one by one and in no order, and not before the course's own solutions have shown which
checks may decide. A fault of the engine costs one submission its verdict and the executor its place, nothing more. Must
not write anything.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Literal

from autograder import notebook as notebooks
from autograder.course import Course
from autograder.errors import CourseError, EngineFault, UnreadableNotebook
from autograder.evaluate import evaluate, read_source
from autograder.execute import Executor, SharingExecutor
from autograder.notebook import Notebook
from autograder.proving import Proof, Unfit, demote, prove
from autograder.submissions import Submission
from autograder.verdict import Verdict, reject

logger = logging.getLogger(__name__)

MakeExecutor = Callable[[Course], Executor]
Task = Submission | Literal["prove"]

_PROVING_ATTEMPTS = 2  # an executor may fail by chance, and then nobody would know about the checks


@dataclass(frozen=True)
class Outcome:
    """What became of a submission: verdicts and executed notebooks, or the engine's own fault.

    `unfit` are the checks of the assignment that decided nothing.
    """

    submission: Submission
    verdicts: tuple[Verdict, ...] = ()
    executed: tuple[Notebook | None, ...] = ()
    fault: str = ""
    isolation: str = "none"
    unfit: tuple[Unfit, ...] = ()


class Pool:
    """The threads; use as a context manager.

    Parameters
    ----------
    course, assignment : Course, str
        What is graded.
    workers : int
        Submissions at a time.
    make_executor : callable
        Makes what runs notebooks; called in this thread for the first worker. The others' are made from that one where
        it is a `SharingExecutor`, and so is what takes the place of one that failed. Then there is a thread more than
        workers: what it has made ready runs as soon as one of those before it has ended.
    """

    def __init__(self, course: Course, assignment: str, workers: int, make_executor: MakeExecutor) -> None:
        self._course, self._assignment, self._make = course, assignment, make_executor
        self._lock = threading.Lock()
        self._closed = False
        self._expected = 0
        self._waiting: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._is_proving = False
        self._proof: Future[Proof] = Future()
        # Bounded: while somebody else holds the gradebook, verdicts with their pictures must not fill the memory.
        self._done: queue.Queue[Outcome] = queue.Queue(maxsize=2 * workers)
        self._executors: list[Executor] = []
        try:
            first = make_executor(course)
            self._executors.append(first)
            threads = workers
            if isinstance(first, SharingExecutor):
                first.take_turns(workers)
                threads += 1
            for _ in range(1, threads):
                self._executors.append(self._make_another(first))
        except BaseException:
            self.close()
            raise
        self.isolation = self._executors[0].isolation
        for number in range(threads):
            # Daemons: Ctrl-C ends the command without waiting for a student's loop.
            threading.Thread(target=self._work, args=(number,), daemon=True).start()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def submit(self, submissions: Iterable[Submission]) -> None:
        """Let the threads have these submissions; before the first one they prove the course's checks."""
        for submission in submissions:
            if not self._is_proving:
                self._is_proving = True
                self._waiting.put("prove")
            self._expected += 1
            self._waiting.put(submission)

    def await_proof(self) -> Proof:
        """Wait until it is known which checks may decide; an empty proof where nothing was submitted."""
        return self._proof.result() if self._is_proving else Proof()

    def iterate_outcomes(self) -> Iterator[Outcome]:
        """Wait for the outcomes of all that was submitted and not yet handed over."""
        while self._expected:
            outcome = self._done.get()
            self._expected -= 1
            yield outcome

    def close(self) -> None:
        """End all executors, also those in the middle of a submission."""
        with self._lock:
            self._closed = True
            executors = list(self._executors)
        for _ in executors:
            self._waiting.put(None)
        closing = [threading.Thread(target=_close, args=(executor,)) for executor in executors]
        for thread in closing:
            thread.start()
        for thread in closing:
            thread.join()

    def _work(self, number: int) -> None:
        while (task := self._waiting.get()) is not None:
            if task == "prove":
                self._proof.set_result(self._prove(number))
                continue
            try:
                outcome = self._judge(task, self._executors[number])
            except BaseException as error:  # whatever an executor does, the class goes on
                logger.debug("a fault of the engine", exc_info=error)  # seen with --debug
                outcome = Outcome(task, fault=describe_fault(error))
                self._replace(number)
            self._done.put(outcome)

    def _prove(self, number: int) -> Proof:
        fault = ""
        for _ in range(_PROVING_ATTEMPTS):
            try:
                sources = self._course.source_notebooks(self._assignment)
                return prove(self._course, self._assignment, sources, self._executors[number])
            except BaseException as error:  # nobody's verdict comes before this one ends
                logger.debug("a fault of the engine", exc_info=error)
                fault = describe_fault(error)
                self._replace(number)
        return Proof(fault=fault)

    def _replace(self, number: int) -> None:
        """Give a worker another executor; where none can be made the old one fails again, and says so."""
        failed = self._executors[number]
        with self._lock, contextlib.suppress(Exception):
            if not self._closed:
                self._executors[number] = self._make_another(failed)
        _close(failed)

    def _make_another(self, executor: Executor) -> Executor:
        return executor.another() if isinstance(executor, SharingExecutor) else self._make(self._course)

    def _judge(self, submission: Submission, executor: Executor) -> Outcome:
        """Run at once, but say nothing before the checks are proved; they seldom ask for another run."""
        copy_back = self._proof.result().copy_back if self._proof.done() else {}
        outcome = self._evaluate(submission, executor, copy_back)
        proof = self._proof.result()
        if proof.copy_back != copy_back:
            outcome = self._evaluate(submission, executor, proof.copy_back)
        verdicts = tuple(demote(verdict, proof.unfit) for verdict in outcome.verdicts)
        return replace(outcome, verdicts=verdicts, unfit=proof.unfit)

    def _evaluate(self, submission: Submission, executor: Executor, copy_back: Mapping[str, frozenset[str]]) -> Outcome:
        verdicts: list[Verdict] = []
        executed: list[Notebook | None] = []
        for source_path, found in submission.notebooks.items():
            name = source_path.stem
            try:
                if isinstance(found, str):
                    raise UnreadableNotebook(found)
                submitted = notebooks.read(found)
                ran, verdict = evaluate(
                    self._course,
                    self._assignment,
                    source_path,
                    submitted,
                    executor,
                    name=name,
                    copy_back=copy_back.get(name, frozenset()),
                )
                executed.append(ran)
            except UnreadableNotebook as error:
                source = read_source(source_path)
                verdict = reject(str(error), notebook=name, assignment=self._assignment, source=source)
                executed.append(None)
            verdicts.append(verdict)
        return Outcome(submission, tuple(verdicts), tuple(executed), isolation=executor.isolation)


def describe_fault(error: BaseException) -> str:
    """One line for the instructor."""
    has_sentence = isinstance(error, CourseError | EngineFault)
    text = str(error) if has_sentence else f"{type(error).__name__}: {error}"
    return next(iter(text.splitlines()), type(error).__name__)


def _close(executor: Executor) -> None:
    with contextlib.suppress(Exception):
        executor.close()
