"""How fast a class is graded beside stock nbgrader, where the time goes, and what ten times as many submissions cost.

    .venv/bin/python -m benchmarks.grading [--rounds N] [--size N] [--course NAME] [--write]

Every figure is of whole commands in new processes on fresh folders. In each round all are run, in one and in the other
order by turns, so that a busy moment of the machine meets all alike. Both graders' gradebooks are compared cell by
cell: where one score differs there is no report. About an hour on two cores with the defaults. Linux only.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tqdm import tqdm

from autograder.course import Course
from autograder.results import load_results
from benchmarks import cells, classes, launch
from benchmarks.classes import Material
from benchmarks.grading_report import Measured, Plan, write_report
from benchmarks.launch import Cost
from benchmarks.tables import publish

COURSES: dict[str, Callable[[], Material]] = {
    "05_dropout": partial(classes.load_dropout, classes.ELEMENT_BY_ELEMENT),
    "05_dropout_loops": classes.load_dropout,
    "plain": classes.make_plain,
}
ABOUT = (
    "Two classes of 05_dropout hand in mixtures of the lesson's own answers and the right variants of its tests. In "
    "the one named 05_dropout nobody goes through arrays element by element in Python; in 05_dropout_loops such "
    "answers are as frequent as all others, so that one network in four takes ten times as long as the others. plain "
    "is a course of four exercises with NumPy and one plot."
)
LATENCY_RUNS = 5

Scores = dict[tuple[str, str, str], tuple[float | None, float]]  # (student, notebook, cell): (score, of how many)


class ScoresDiffer(Exception):
    """The two graders disagree, so that their times say nothing; one sentence a cell."""


class Bench:
    """One course, ready to be graded by both.

    Parameters
    ----------
    folder : Path
        Empty; everything is done there.
    material : Material
        The course.
    name : str
        What the report calls it.
    plan : Plan
        What is measured.
    """

    def __init__(self, folder: Path, material: Material, name: str, plan: Plan) -> None:
        self.material = material
        self.plan = plan
        self.measured = Measured(name)
        self._folder = folder
        self._env = make_environment(folder)
        self._scores: Scores = {}  # stock's, of its largest class: the measure for all
        self._prepare()

    def _prepare(self) -> None:
        """Make both course folders. Stock nbgrader needs a gradebook before; ours is made in the time measured."""
        stock, own = self._folder / "stock", self._folder / "own"
        classes.write_course(stock, self.material, stock=True)
        self._launch([find_script("nbgrader"), "generate_assignment", self.material.assignment, "--force"], stock)
        classes.write_course(own, self.material)
        shutil.copytree(stock / "release", own / "release")

    def _launch(self, command: list[str], folder: Path) -> Cost:
        return launch.run(command, folder, self._env, self._folder / "output.txt")

    @contextmanager
    def _class(self, template: str, size: int) -> Iterator[Path]:
        folder = self._folder / "class"
        classes.copy_course(self._folder / template, folder, self.material, size)
        try:
            yield folder
        finally:
            shutil.rmtree(folder)

    def grade_own(self, size: int) -> Cost:
        """Grade a class with `autograder grade`, all workers at a time.

        Raises
        ------
        ScoresDiffer
            A score is not the one that stock nbgrader gave a student; that class is graded before.
        """
        cost, times = self._grade(size, self.plan.workers)
        self.measured.verdicts.setdefault(size, []).append(times)
        return cost

    def grade_single(self, size: int) -> Cost:
        """Grade a class with one worker; as `grade_own`."""
        return self._grade(size, 1)[0]

    def _grade(self, size: int, workers: int) -> tuple[Cost, list[float]]:
        """Grade and compare; gives the cost, and when each verdict was there."""
        assignment = self.material.assignment
        command = [find_script("autograder"), "grade", assignment, "--workers", str(workers)]
        with self._class("own", size) as folder:
            cost = self._launch(command, folder)
            scores = read_scores(folder, assignment)
            self.measured.isolation |= {result.isolation for result in load_results(Course(folder), assignment)}
            times = sorted(path.stat().st_mtime for path in folder.glob(f".autograder/{assignment}/*.json"))
        refuse_differences(scores, self._scores, min(size, self.plan.stock_size))
        if size == max(self.plan.own_sizes):
            self.measured.lost = sum(score != most for score, most in scores.values())
        return cost, times

    def grade_stock(self, size: int) -> Cost:
        """Grade a class with stock `nbgrader autograde`. The scores of the first call, the largest class, are kept."""
        assignment = self.material.assignment
        with self._class("stock", size) as folder:
            cost = self._launch([find_script("nbgrader"), "autograde", assignment], folder)
            scores = read_scores(folder, assignment)
        if not self._scores:
            self._scores = scores
            self.measured.compared = len(scores)
        refuse_differences(scores, self._scores, size)
        return cost

    def run_round(self, number: int, advance: Callable[[], object]) -> None:
        """Run everything once; every second round the other way round."""
        measured = self.measured
        stock = [(self.grade_stock, measured.stock, size) for size in reversed(self.plan.stock_sizes)]
        own = [(self.grade_own, measured.own, size) for size in reversed(self.plan.own_sizes)]
        own.sort(key=lambda job: job[2] != self.plan.size)
        # The two that make the ratio are neighbours in time; stock's scores are there before ours in the first round.
        single = [(self.grade_single, measured.single, size) for size in reversed(self.plan.single_sizes)]
        jobs = [stock[0], own[0], *stock[1:], *own[1:], *single]
        for run, costs, size in jobs if number % 2 == 0 else reversed(jobs):
            costs.setdefault(size, []).append(run(size))
            advance()
        with self._class("own", self.plan.size) as folder:
            measured.cells.append(cells.measure(folder, self.material.assignment, self._env))
        advance()

    def measure_check(self) -> None:
        """Check one right notebook from a cold start, several times."""
        with self._class("own", 1) as folder:
            path = next(folder.glob("submitted/*/*/*.ipynb"))
            command = [find_script("autograder"), "check", str(path), "--course", str(folder)]
            self.measured.check = [self._launch(command, folder) for _ in range(LATENCY_RUNS)]


def measure_help(folder: Path) -> list[Cost]:
    """Start `autograder --help` several times."""
    env = make_environment(folder)
    command = [find_script("autograder"), "--help"]
    return [launch.run(command, folder, env, folder / "help.txt") for _ in range(LATENCY_RUNS)]


def find_script(name: str) -> str:
    """Where the command of this environment is."""
    return str(Path(sys.executable).with_name(name))


def make_environment(folder: Path) -> dict[str, str]:
    """Give the environment of both graders: without the user's own settings of Jupyter and IPython."""
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR", "TMPDIR")  # kernels leave files in the last
    own = {name: str(folder / "home" / name.lower()) for name in names}
    Path(own["TMPDIR"]).mkdir(parents=True, exist_ok=True)
    # nbgrader starts `alembic` by name.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return {**os.environ, **own, "PATH": path}


def read_scores(folder: Path, assignment: str) -> Scores:
    """Read every cell's score from a gradebook, with nbgrader's own API."""
    from nbgrader.api import Gradebook

    course_id = Course(folder).setting("CourseDirectory.course_id", "default_course")
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", course_id) as gradebook:
        return {
            (submission.student.id, notebook.name, grade.cell.name): (grade.auto_score, grade.max_score)
            for submission in gradebook.assignment_submissions(assignment)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def refuse_differences(scores: Scores, wanted: Scores, size: int) -> None:
    """Compare two gradebooks.

    Parameters
    ----------
    scores, wanted : dict
        What one and the other have.
    size : int
        How many students, from the first on, are compared.

    Raises
    ------
    ScoresDiffer
        A cell has another score or another maximum, or only one of them has it.
    """
    students = {classes.name_student(number) for number in range(size)}
    keys = sorted({key for key in (*scores, *wanted) if key[0] in students})
    missing = students - {student for student, *_ in keys}
    differences = [f"{student}: in neither gradebook" for student in sorted(missing)]
    for key in keys:
        if scores.get(key) != wanted.get(key):
            differences.append(f"{' '.join(key)}: {_say(scores.get(key))}, nbgrader says {_say(wanted.get(key))}")
    if differences:
        raise ScoresDiffer("\n".join(differences))


def _say(score: tuple[float | None, float] | None) -> str:
    return "no entry" if score is None else f"{score[0]} of {score[1]:g}"


def measure(names: Sequence[str], plan: Plan, folder: Path) -> str:
    """Measure everything and write the report."""
    benches = []
    for name in names:
        (folder / name).mkdir()
        benches.append(Bench(folder / name, COURSES[name](), name, plan))
    commands = [*plan.own_sizes, *plan.single_sizes, *plan.stock_sizes]
    total = len(benches) * plan.rounds * (len(commands) + 1)
    with tqdm(total=total, desc="commands", leave=False) as progress:
        for number in range(plan.rounds):
            for bench in benches:
                bench.run_round(number, progress.update)
    for bench in benches:
        bench.measure_check()
    return write_report([bench.measured for bench in benches], plan, measure_help(folder), ABOUT)


def main() -> int:
    """Read the command line; 1 when the graders disagree."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=Plan.rounds, help="how often (default: %(default)s)")
    parser.add_argument("--size", type=int, default=Plan.size, help="submissions of a class (default: %(default)s)")
    parser.add_argument("--stock-size", type=int, help="let stock nbgrader grade fewer, for a quick look")
    parser.add_argument(
        "--workers", type=int, default=Plan.workers, help="submissions at a time (default: %(default)s)"
    )
    parser.add_argument("--growth", type=int, nargs="*", default=Plan.growth, help="class sizes (default: 10 100 1000)")
    parser.add_argument("--course", choices=COURSES, nargs="+", default=list(COURSES), help="default: all")
    parser.add_argument("--write", action="store_true", help="keep the report in benchmarks/grading.md")
    args = parser.parse_args()
    stock_size = min(args.stock_size or args.size, args.size)
    if stock_size < 2:
        parser.error("a class has at least 2 submissions: the cost of a further one comes from two class sizes")
    if args.write and stock_size < args.size:
        parser.error("--write keeps only what was measured on one class: leave --stock-size out")
    plan = Plan(args.size, stock_size, tuple(args.growth), args.rounds, args.workers)
    try:
        with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
            publish(measure(args.course, plan, Path(folder)), __file__, args.write)
    except ScoresDiffer as difference:
        print(f"The graders disagree, so no times are given:\n{difference}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
