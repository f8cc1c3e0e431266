"""Grades the corpus with stock nbgrader, one submission and a classmate at a time: `python -m tests.hostile.stock`.

Says how many gain points for nothing, lose points for right work, harm the classmate graded after them, or leave
processes behind. Each run is in a bubblewrap of its own that can write to its scratch folder only; what would hold up
the machine is left out all the same.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograder.verdict import exercise_of
from tests.autograder.plain_course import write_notebook
from tests.hostile import course, reap
from tests.hostile.case import Case, Places, submit
from tests.hostile.corpus import CORPUS
from tests.hostile.grading import listen, make_environment, student_of

LEFT_OUT = {
    "disk-bomb",
    "fork-bomb",
    "kills-its-parent",
    "kills-the-grading",
    "memory-bomb",
    "memory-bomb-in-a-call",
    "memory-outside-the-heap",
    "one-large-file",
    "open-files",
    "thread-bomb",
    "too-many-cells",  # harmless, but only this engine has a limit: there is nothing to compare
    "writes-into-the-installation",
}
TIME_LIMIT = 100  # seconds a run
CELL_SECONDS = 6  # a kernel's first import of Matplotlib takes its time
CLASSMATE = "zzz-classmate"


def main(arguments: Sequence[str] | None = None) -> None:
    """Grade and count; the outcomes go to a JSON file as they come."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("outcomes", type=Path, help="JSON file for the outcomes, one line a case; those in it are kept")
    parser.add_argument("--minutes", type=float, default=60, help="no further case is begun after this time")
    options = parser.parse_args(arguments)
    known = (
        [json.loads(line) for line in options.outcomes.read_text().splitlines()] if options.outcomes.exists() else []
    )
    cases = [case for case in CORPUS if case.name not in LEFT_OUT | {outcome["case"] for outcome in known}]
    random.Random(0).shuffle(cases)  # so that a part of them speaks for all
    end = time.monotonic() + 60 * options.minutes
    with tempfile.TemporaryDirectory(prefix="stock-", ignore_cleanup_errors=True) as folder:
        template = make_template(Path(folder))
        for case in cases:
            if time.monotonic() > end:
                break
            known.append(try_twice(case, template, Path(folder)))
            with options.outcomes.open("a") as file:
                file.write(json.dumps(known[-1]) + "\n")
    print(summarize(known))


def make_template(folder: Path) -> Path:
    """Make the course with its release and gradebook, as stock nbgrader wants them."""
    template = course.make_course(folder / "template")
    config = template / "nbgrader_config.py"
    lines = [line for line in config.read_text().splitlines() if "JailedExecute" not in line and "timeout" not in line]
    config.write_text("\n".join([*lines, f"c.Execute.timeout = {CELL_SECONDS}", ""]))
    shutil.rmtree(template / "release")
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ["PATH"]])
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", course.ASSIGNMENT]
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(template)}
    subprocess.run(command, cwd=template, env=environment, check=True, capture_output=True)
    return template


def try_twice(case: Case, template: Path, folder: Path) -> dict[str, Any]:
    """Grade a case, and once more where something was lost: on a busy machine a kernel may just have been too slow."""
    outcome = try_case(case, template, folder)
    if not outcome["harmed"] and (outcome["excused"] or not outcome["lost"]):
        return outcome
    return min(outcome, try_case(case, template, folder), key=lambda o: (o["harmed"], o["lost"]))


def try_case(case: Case, template: Path, folder: Path) -> dict[str, Any]:
    """Grade a case and a classmate after it; give what came of both."""
    own = folder / "run"
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir()
    with listen(own) as (places, _):
        shutil.copytree(template, places.course)
        for name in ("home", "canary", "scratch"):
            (own / name).mkdir()
        (places.home / "secret.txt").write_text(course.SECRETS["home"])
        for name in ("000-classmate", CLASSMATE):
            classmates = places.course / "submitted" / name / course.ASSIGNMENT
            classmates.mkdir(parents=True)
            write_notebook(classmates / course.NOTEBOOK, course.make_classmate())
        submit(case, places.course / "submitted" / student_of(case) / course.ASSIGNMENT, places)
        shutil.rmtree(places.course / "submitted" / "000-classmate")
        left = run_nbgrader(places)
    base = places.course / "gradebook.db"
    scores, others = (read_scores(base, student) for student in (student_of(case), CLASSMATE))
    return {
        "case": case.name,
        "family": case.family,
        "honest": case.honest,
        **judge(case, scores, others),
        "left": left,
    }


def run_nbgrader(places: Places) -> list[str]:
    """Run `nbgrader autograde` where it can write to the scratch folder only; give the processes left behind."""
    scratch = str(places.course.parent)
    report = places.course.parent / "report.json"
    jail = [
        "bwrap",
        "--ro-bind",
        "/",
        "/",
        "--dev",
        "/dev",
        "--proc",
        "/proc",
        "--tmpfs",
        "/tmp",
        "--tmpfs",
        "/var/tmp",
    ]
    jail += ["--bind", scratch, scratch, "--unshare-pid", "--unshare-ipc", "--die-with-parent", "--new-session"]
    reaper = [sys.executable, reap.__file__, places.marker, str(report)]
    command = [sys.executable, "-m", "nbgrader", "autograde", course.ASSIGNMENT]
    environment = make_environment(places)
    environment["PATH"] = os.pathsep.join([sysconfig.get_path("scripts"), environment["PATH"]])
    try:
        subprocess.run(
            [*jail, "--chdir", str(places.course), *reaper, *command], env=environment, timeout=TIME_LIMIT,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        found: list[str] = json.loads(report.read_text())["left"]
        return found
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return [type(error).__name__]


def read_scores(base: Path, student: str) -> dict[str, float] | None:
    """Give exercise → points; None where nothing was recorded."""
    from nbgrader.api import Gradebook, MissingEntry

    scores = dict.fromkeys(course.FULL, 0.0)
    try:
        with Gradebook(f"sqlite:///{base}", "hostile") as api:
            (notebook,) = api.find_submission(course.ASSIGNMENT, student).notebooks
            grades = [(grade.name, grade.auto_score, grade.manual_score) for grade in notebook.grades]
    except (MissingEntry, ValueError, OSError):
        return None
    except Exception as error:  # a damaged database has many
        print(f"{student}: {type(error).__name__}: {error}", file=sys.stderr)
        return None
    if all(auto is None for _, auto, _ in grades):
        return None
    for name, auto, manual in grades:
        scores[exercise_of(name)] += (auto or 0.0) + (manual or 0.0)
    return scores


def judge(case: Case, scores: dict[str, float] | None, others: dict[str, float] | None) -> dict[str, Any]:
    """Say what was unfair."""
    fair = case.fair if not isinstance(case.fair, (int, float)) else dict.fromkeys(course.FULL, 0.0)
    own = scores or {}
    return {
        "scored": scores is not None,
        "gained": sum(max(0.0, points - fair.get(name, 0.0)) for name, points in own.items()),
        "lost": sum(max(0.0, points - own.get(name, 0.0)) for name, points in fair.items()),
        "harmed": others != course.FULL,
        "excused": case.breaks_itself,
    }


def summarize(outcomes: list[dict[str, Any]]) -> str:
    """Count in words."""
    lost = [outcome for outcome in outcomes if outcome["lost"] > 0 and not outcome["excused"]]
    gained, harmed, left = ([o for o in outcomes if o[key]] for key in ("gained", "harmed", "left"))
    unfair = {outcome["case"] for group in (gained, lost, harmed, left) for outcome in group}
    parts = [
        f"{len(outcomes)} submissions under stock nbgrader, {sum(o['honest'] for o in outcomes)} of them honest:",
        f"{len(gained)} gained points for nothing",
        f"{len(lost)} lost points for right work ({sum(o['honest'] for o in lost)} of them honest)",
        f"{len(harmed)} harmed the classmate after them",
        f"{len(left)} left processes behind or did not come to an end",
        f"{sum(not o['scored'] for o in outcomes)} have no score at all",
        f"{len(unfair)} are unfair in one of these ways",
    ]
    return "\n  ".join(parts)


if __name__ == "__main__":
    main()
