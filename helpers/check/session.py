"""`check`: collects the properties of a cell, runs them on the learner's answer, says what came of it."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from helpers.check.diagnosis import diagnose
from helpers.check.failure import CheckFailed, NotAttempted, own_frames
from helpers.check.record import Record
from helpers.check.trace import AnswerRaised, Property, PropertyRun, Unmet, run_property
from helpers.misconceptions import Misconception, earlier_references, known_for

_MISSING = object()
PAGE_WIDTH = 96  # characters; Jupyter does not wrap what a cell shows


class Check:
    """Decorator and runner in one: `@check` collects a property, `check.run(...)` ends the cell."""

    def __init__(self) -> None:
        self._collected: dict[str, Property] = {}
        self._seen: dict[tuple[str, bool], list[tuple[Property, PropertyRun]]] = {}
        self._answers: dict[str, Any] = {}

    def __call__(self, body: Property) -> Property:
        """Collect one property; it runs when the cell ends with `check.run`."""
        self._collected[body.__name__] = body
        return body

    def forget(self) -> None:
        """Forget what earlier cells saw, as a new kernel would."""
        self._collected.clear()
        self._seen.clear()

    def run(self, exercise: str, *, hidden: bool = False, points: float | None = None) -> float | None:
        """Run the properties of this cell on the learner's answer.

        An answer may call the topic's earlier exercises. While the checks run, the references stand in for those that
        have not passed visible and hidden checks, so that a mistake there costs nothing here. A forward pass and its
        backward pass are lent together: what the one hands to the other is the learner's own affair.

        An engine that runs answers elsewhere binds stand-ins: a function for a function, a class for a class, and the
        same object as long as the answer is the same.

        Parameters
        ----------
        exercise : str
            Its name; the answer is looked up under it where the properties were defined.
        hidden : bool
            Messages name the property and the likely cause, never an input or a value.
        points : float, optional
            The cell's points, when each property earns an equal share. The share that was earned is returned, which
            nbgrader takes for partial credit.

        Returns
        -------
        float or None
            None when everything passed, unless `points` were given.

        Raises
        ------
        NotAttempted
            When the answer is missing, or still a stub.
        CheckFailed
            When a property does not hold (with `points`: when none does).
        """
        cell = sys._getframe(1).f_code.co_filename
        bodies = [body for body in self._collected.values() if body.__code__.co_filename == cell]
        self._collected.clear()
        if not bodies:
            raise RuntimeError(f"the cell that checks {exercise} defines no property with @check")
        namespace = bodies[0].__globals__
        answer = namespace.get(exercise, _MISSING)
        if answer is _MISSING:
            advice = f"nothing has the name {exercise}; keep that name, and run its cell before this one"
            self._end_unattempted(exercise, bodies, advice)
        earlier = earlier_references(exercise)
        missing = {name for name in earlier if not self._has_passed(name, namespace)}
        references = {n: r for n, r in earlier.items() if n in missing or _other_way(n) in missing}
        with _in_place(references, namespace):
            runs = [run_property(body, answer, exercise) for body in bodies]
        if _is_blank(exercise, runs):
            is_quiz = isinstance(answer, dict)
            advice = (
                "answer a question" if is_quiz else "replace `raise NotImplementedError` in its cell with your code"
            )
            self._end_unattempted(exercise, bodies, advice)
        if self._answers.get(exercise) is not answer:  # mended since: what the other cell saw is of the past
            self._seen.pop((exercise, not hidden), None)
        self._answers[exercise] = answer
        self._seen[exercise, hidden] = list(zip(bodies, runs, strict=True))
        return self._end(exercise, runs, self._diagnose(exercise), hidden, points)

    def _has_passed(self, exercise: str, namespace: dict[str, Any]) -> bool:
        """Tell whether the learner's present answer passed all visible and hidden checks."""
        if self._answers.get(exercise, _MISSING) is not namespace.get(exercise, self):
            return False
        seen = [self._seen.get((exercise, hidden)) for hidden in (False, True)]
        return all(pairs and all(run.passed for _, run in pairs) for pairs in seen)

    def _diagnose(self, exercise: str) -> Misconception | None:
        """Name the mistake that explains everything seen so far, in visible and hidden checks."""
        seen = [pair for hidden in (False, True) for pair in self._seen.get((exercise, hidden), [])]
        if all(run.passed for _, run in seen):
            return None
        return diagnose(exercise, seen, known_for(exercise))

    def _end(
        self,
        exercise: str,
        runs: list[PropertyRun],
        diagnosis: Misconception | None,
        hidden: bool,
        points: float | None,
    ) -> float | None:
        failed = [run for run in runs if not run.passed]
        share = 1.0 if not failed else 0.0 if points is None else 1 - len(failed) / len(runs)
        message = _message(exercise, failed[0], hidden) if failed else ""
        record = Record(
            exercise,
            "failed" if failed else "passed",
            share,
            message,
            diagnosis.cause if diagnosis else "",
            diagnosis.name if diagnosis else "",
            [{"name": run.name, "passed": run.passed, "note": run.note} for run in runs],
        )
        text = message + (f"\n  Likely cause: {diagnosis.cause}.  [{diagnosis.name}]" if diagnosis else "")
        if not failed:
            number = _count(len(runs), "hidden check" if hidden else "visible check")
            line = f"✓ {exercise}: {number} passed: {'; '.join(run.name for run in runs)}."
            record.publish(textwrap.fill(line, PAGE_WIDTH, subsequent_indent="  "))
            return points
        if share:
            record.publish(text)
            return None if points is None else points * share
        record.publish("")
        failure = CheckFailed(text)
        failure.own_error = None if hidden else _own_error(failed[0])
        raise failure from _own_error(failed[0])

    def _end_unattempted(self, exercise: str, bodies: list[Property], advice: str) -> NoReturn:
        message = f"{exercise}: not attempted yet ({advice})."
        names = [run_name.__name__.replace("_", " ") for run_name in bodies]
        properties = [{"name": name, "passed": False, "note": ""} for name in names]
        Record(exercise, "not attempted", 0.0, message, properties=properties).publish("")
        raise NotAttempted(message) from None


check = Check()


def _other_way(exercise: str) -> str:
    """The name of the backward pass that belongs to a forward pass, and the other way round; others are their own."""
    ways = ("forward", "backward") if "forward" in exercise else ("backward", "forward")
    return exercise.replace(*ways)


@contextmanager
def _in_place(references: dict[str, Any], namespace: dict[str, Any]) -> Iterator[None]:
    """Put references in the learner's namespace for a while."""
    own = {name: namespace.get(name, _MISSING) for name in references}
    namespace.update(references)
    try:
        yield
    finally:
        for name, value in own.items():
            if value is _MISSING:
                del namespace[name]
            else:
                namespace[name] = value


def _message(exercise: str, run: PropertyRun, hidden: bool) -> str:
    """Say in one line what came and what was expected; of a hidden check only the property."""
    failure = run.failure
    if hidden:
        place = f" ({_place(failure)})" if isinstance(failure, AnswerRaised) else ""
        return f"{exercise}: a hidden check failed: it {run.name}{place}."
    if isinstance(failure, AnswerRaised):
        text = f"{failure}{_line_of(failure.error)}"
    elif isinstance(failure, Unmet):
        text = str(failure)
    else:
        text = f"what came back cannot be used ({type(failure).__name__}: {failure}); it {run.name}"
    return f"{exercise}: {' '.join(text.splitlines())}."


def _place(failure: AnswerRaised) -> str:
    """Say which error the learner's code raised; its text, or a name of its own making, may quote a hidden input."""
    error = failure.error
    is_known = type(error).__module__.partition(".")[0] in ("builtins", "numpy")
    return f"your code raised {type(error).__name__ if is_known else 'an error'}{_line_of(error)}"


def _line_of(error: BaseException) -> str:
    """Say where in the learner's cell an error came from, where that is known."""
    frames = own_frames(error)
    return f", line {frames.tb_lineno} of its cell" if frames is not None else ""


def _own_error(run: PropertyRun) -> BaseException | None:
    return run.failure.error if isinstance(run.failure, AnswerRaised) else None


def _is_blank(exercise: str, runs: list[PropertyRun]) -> bool:
    """Tell whether the answer still is the stub: it raises NotImplementedError, or a quiz has no answers.

    A class of which a method works is not: what it lacks fails, and what it does counts.
    """
    met_a_stub = any(
        isinstance(_own_error(run), NotImplementedError) or isinstance(run.failure, NotAttempted) for run in runs
    )
    return met_a_stub and not any(run.answered - {exercise} for run in runs)


def _count(n: int, what: str) -> str:
    return f"{n} {what}" + ("s" if n != 1 else "")
