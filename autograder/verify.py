"""`autograder verify`: tests a course's checks with answers whose verdict is known.

The solution gets full marks, the blank none; each known mistake is rejected with its own name and costs no other
exercise; each right variant gets full marks. Must not know what the exercises are about. Writes nothing.
"""

from __future__ import annotations

import argparse
import copy
import os
import queue
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from autograder.answers import Answer, cell_text, load
from autograder.build import find_stale_sources
from autograder.checkcells import find_faults
from autograder.course import Course
from autograder.errors import CourseError, UnreadableNotebook
from autograder.evaluate import evaluate, read_release, read_source
from autograder.notebook import Notebook, solution_cells
from autograder.own import OwnExecutor
from autograder.verdict import NOT_ATTEMPTED, ExerciseVerdict, Verdict

MIN_MISCONCEPTIONS = 6
MIN_ANSWERS = 2

Judge = Callable[[Verdict], list[str]]


@dataclass
class Tally:
    """What was counted for one exercise."""

    solution: str = "–"
    blank: str = "–"
    mistakes: int = 0
    rejected: int = 0
    variants: int = 0
    accepted: int = 0


@dataclass
class Report:
    """The result for one notebook: counts per exercise, and a sentence for each miss."""

    title: str
    tallies: dict[str, Tally] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Trial:
    """One answer to run, and what must come of it."""

    report: Report
    assignment: str
    source_path: Path
    submission: Notebook
    judge: Judge
    name: str


def main(args: argparse.Namespace) -> int:
    """Verify assignments; 0 when all holds, else 1."""
    course = Course.find(args.course)
    _refuse_stale_sources(course, args.assignments)
    reports, trials = [], []
    for assignment in args.assignments or course.assignments():
        for path in course.source_notebooks(assignment):
            report = Report(f"{assignment}/{path.name}")
            reports.append(report)
            trials += _plan(course, assignment, path, report)
    _run_trials(course, trials, args.workers or os.cpu_count() or 1)
    _print_reports(reports)
    return 1 if not reports or any(report.misses for report in reports) else 0


def _refuse_stale_sources(course: Course, assignments: Sequence[str]) -> None:
    """What is verified is what is in source/; a lesson that says something else by now must be built first."""
    stale = find_stale_sources(course, assignments)
    if stale:
        names = ", ".join(str(path.relative_to(course.root)) for path in stale)
        raise CourseError(f"source/ does not say what {names} says; run `autograder build` first.")


def _plan(course: Course, assignment: str, path: Path, report: Report) -> list[_Trial]:
    """All answers to try on one notebook; what needs no run is judged at once."""
    source = read_source(path)
    report.misses += [f"{cell}: {fault}" for cell, fault in find_faults(source)]
    trials = [_Trial(report, assignment, path, source, _judge_solution(report), "the solution")]
    release = read_release(course, assignment, path)
    if release is None:
        report.misses.append("the blank: there is no release notebook; run `autograder build`")
    else:
        trials.append(_Trial(report, assignment, path, release, _judge_blank(report), "the blank"))
    mistakes = _load_answers(course, "Verify.misconceptions", "helpers/misconceptions", path)
    variants = _load_answers(course, "Verify.answers", "tests/answers", path)
    for answers, judge in ((mistakes, _judge_mistake), (variants, _judge_variant)):
        for answer in answers or []:
            submission = _put_in(source, answer)
            if submission is None:
                report.misses.append(f"{answer.name}: the notebook has no exercise {answer.exercise}")
            else:
                trials.append(_Trial(report, assignment, path, submission, judge(report, answer), answer.name))
    _count_answers(course, report, source, mistakes, variants)
    return trials


def _load_answers(course: Course, setting: str, default: str, path: Path) -> list[Answer] | None:
    """Answers to a notebook's exercises; None when the course keeps none (there is no folder), as most courses do."""
    folder = course.setting(setting) or default
    is_configured = bool(course.setting(setting))
    if not (course.root / folder).is_dir():
        if is_configured:
            raise CourseError(f"{setting} in nbgrader_config.py names {folder}, and there is no such folder.")
        return None
    return load(course.root / folder / f"{path.stem}.py")


def _put_in(source: Notebook, answer: Answer) -> Notebook | None:
    submission = copy.deepcopy(source)
    cell = solution_cells(submission).get(answer.exercise)
    if cell is None:
        return None
    cell["source"] = cell_text(answer, cell["source"])
    return submission


def _count_answers(
    course: Course, report: Report, source: Notebook, mistakes: list[Answer] | None, variants: list[Answer] | None
) -> None:
    """An exercise with too few answers to try is a miss, where the course keeps such answers at all."""
    for exercise, cell in solution_cells(source).items():
        if cell["cell_type"] != "code":
            continue
        needs = [("known mistakes", mistakes, course.setting("Verify.min_misconceptions", MIN_MISCONCEPTIONS))]
        if not exercise.startswith("quiz_"):  # a quiz has one right answer
            needs.append(("right variants", variants, course.setting("Verify.min_answers", MIN_ANSWERS)))
        for what, answers, least in needs:
            if answers is not None:
                count = sum(answer.exercise == exercise for answer in answers)
                if count < least:
                    report.misses.append(f"{exercise}: {count} {what}, at least {least} are needed")


def _judge_solution(report: Report) -> Judge:
    def judge(verdict: Verdict) -> list[str]:
        for exercise in verdict.exercises:
            report.tallies.setdefault(exercise.name, Tally()).solution = _points(exercise)
        return _lost_points(verdict.exercises)

    return judge


def _judge_blank(report: Report) -> Judge:
    def judge(verdict: Verdict) -> list[str]:
        misses = []
        for exercise in verdict.exercises:
            report.tallies.setdefault(exercise.name, Tally()).blank = _points(exercise)
            if exercise.score > 0:
                misses.append(f"{exercise.name} earns {_points(exercise)}")
            states = {exercise.visible, exercise.hidden} - {None, NOT_ATTEMPTED}
            if states:
                misses.append(f'{exercise.name} is not "not attempted": {_explain(exercise)}')
        return misses

    return judge


def _judge_mistake(report: Report, answer: Answer) -> Judge:
    def judge(verdict: Verdict) -> list[str]:
        tally = report.tallies.setdefault(answer.exercise, Tally())
        tally.mistakes += 1
        misses = _lost_points(e for e in verdict.exercises if e.name != answer.exercise)
        for exercise in verdict.exercises:
            if exercise.name == answer.exercise:
                if exercise.score >= exercise.max_score:
                    misses.append("was accepted")
                elif exercise.misconception != answer.name:
                    said = f"named {exercise.misconception}" if exercise.misconception else "not named"
                    misses.append(f"was rejected but {said}: {_explain(exercise)}")
        tally.rejected += not misses
        return misses

    return judge


def _judge_variant(report: Report, answer: Answer) -> Judge:
    def judge(verdict: Verdict) -> list[str]:
        tally = report.tallies.setdefault(answer.exercise, Tally())
        tally.variants += 1
        misses = _lost_points(verdict.exercises)
        tally.accepted += not misses
        return misses

    return judge


def _lost_points(exercises: Iterator[ExerciseVerdict] | Sequence[ExerciseVerdict]) -> list[str]:
    """Exercises that should have full marks and have not; written answers wait for a person and are left out."""
    return [
        f"{e.name} earns {_points(e)}: {_explain(e)}" for e in exercises if e.score < e.max_score and not e.needs_manual
    ]


def _points(exercise: ExerciseVerdict) -> str:
    return f"{exercise.score:g}/{exercise.max_score:g}"


def _explain(exercise: ExerciseVerdict) -> str:
    return " ".join(exercise.message.split()) or "no message"


def _run_trials(course: Course, trials: list[_Trial], workers: int) -> None:
    """Run trials side by side; they are judged in their order, so that the report is the same every time."""
    executors: queue.SimpleQueue[OwnExecutor] = queue.SimpleQueue()
    said: set[str] = set()

    def tell(sentence: str) -> None:
        if sentence not in said:  # by another executor
            said.add(sentence)
            print(sentence, file=sys.stderr)

    made = [OwnExecutor(course, tell) for _ in range(max(1, min(workers, len(trials))))]
    for executor in made:
        executors.put(executor)

    def run(trial: _Trial) -> Verdict | str:
        executor = executors.get()
        try:
            _, verdict = evaluate(
                course, trial.assignment, trial.source_path, trial.submission, executor, name=trial.source_path.name
            )
            return verdict
        except UnreadableNotebook as error:
            return str(error)
        finally:
            executors.put(executor)

    pool = ThreadPoolExecutor(len(made))
    try:
        with _progress(len(trials)) as advance:
            for trial, outcome in zip(trials, pool.map(run, trials), strict=True):
                misses = [outcome] if isinstance(outcome, str) else trial.judge(outcome)
                trial.report.misses += [f"{trial.name}: {miss}" for miss in misses]
                advance()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for executor in made:
            executor.close()


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    """A bar on a terminal, nothing elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("running answers"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("", total=total)
        yield lambda: bar.advance(task)


def _print_reports(reports: list[Report]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    console = Console()
    for report in reports:
        table = Table(title=report.title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column("exercise", no_wrap=True)
        for heading in ("solution", "blank", "mistakes named", "variants accepted"):
            table.add_column(heading, justify="right")
        for name, tally in report.tallies.items():
            rejected, accepted = f"{tally.rejected} of {tally.mistakes}", f"{tally.accepted} of {tally.variants}"
            table.add_row(name, tally.solution, tally.blank, rejected, accepted)
        console.print(table)
        for miss in report.misses:
            print(f"✗ {miss}")
        mistakes = sum(tally.mistakes for tally in report.tallies.values())
        variants = sum(tally.variants for tally in report.tallies.values())
        tried = f"solution, blank, {mistakes} known mistakes and {variants} right variants"
        print(f"{report.title}: {tried}: {len(report.misses) or 'no'} miss{'es' * (len(report.misses) != 1)}.\n")
    if not reports:
        print("This course has no source notebooks; run `autograder build` first.")
