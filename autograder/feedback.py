"""Feedback pages: one self-contained HTML page a notebook, for the learner who handed it in.

Shows the learner's own code and what the checks say in words. Must not know the source or the inputs of hidden checks:
it is given a verdict, not a notebook.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING

from autograder.execute import STOPPED
from autograder.verdict import FAILED, NEEDS_PERSON, NOT_ATTEMPTED, PASSED, SIGNS, ExerciseVerdict, Verdict

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from markupsafe import Markup

CLASSES = {PASSED: "passed", FAILED: "failed", NOT_ATTEMPTED: "open", NEEDS_PERSON: "open"}
_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class ExerciseView:
    """What a page says of an exercise beside what is in its verdict."""

    state: str
    points: str
    message: str
    cause: str
    next_step: str
    properties: Markup
    folds: bool
    """Whether there is little to read: all passed, and no property has a note."""


def render_page(verdict: Verdict, student: str, handed_in: datetime | None = None) -> str:
    """Write the page.

    Parameters
    ----------
    verdict : Verdict
        What became of the notebook.
    student : str
        Whose it is.
    handed_in : datetime, optional
        When, UTC.

    Returns
    -------
    str
        HTML without any reference to something outside of it. All texts are escaped.
    """
    views = [_view(exercise) for exercise in verdict.exercises]
    return _load_template("feedback.html").render(
        title=f"Feedback on {verdict.notebook}",
        student=student,
        assignment=verdict.assignment,
        handed_in=f"{handed_in:%Y-%m-%d %H:%M} UTC" if handed_in else "",
        verdict=verdict,
        score=_format_points(verdict.score),
        max_score=_format_points(verdict.max_score),
        exercises=list(zip(verdict.exercises, views, strict=True)),
        summary=_summarize(views),
    )


def _view(exercise: ExerciseVerdict) -> ExerciseView:
    states = {exercise.visible, exercise.hidden} - {None}
    if exercise.needs_manual:
        state = NEEDS_PERSON
    elif FAILED in states:
        state = FAILED
    else:
        state = NOT_ATTEMPTED if NOT_ATTEMPTED in states else PASSED
    points = f"{_format_points(exercise.score)} / {_format_points(exercise.max_score)}"
    # The likely cause has a heading of its own on the page.
    message = exercise.message.partition("\n  Likely cause:")[0].removeprefix(f"{exercise.name}: ")
    first, _, rest = exercise.cause.partition(" ")
    # A sentence begins with a capital, a name of the code does not.
    cause = f"{first.capitalize() if first.isalpha() else first} {rest}".strip()
    listed = tuple(map(itemgetter("name", "passed", "note"), exercise.properties))
    folds = state == PASSED and not any(note for _, _, note in listed)
    return ExerciseView(state, points, message, cause, _advise(exercise, state), _list_properties(listed), folds)


def _format_points(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


@lru_cache(maxsize=1024)  # most of a class has the same list
def _list_properties(properties: tuple[tuple[str, bool, str], ...]) -> Markup:
    """The list as HTML; names and notes are escaped."""
    from markupsafe import Markup

    return Markup(_load_template("properties.html").render(properties=properties))


def _advise(exercise: ExerciseVerdict, state: str) -> str:
    if state == PASSED:
        return ""
    if state == NEEDS_PERSON:
        return "Nothing for now: a person will read this answer."
    if state == NOT_ATTEMPTED:
        return (
            "Write this exercise's cell in your notebook, run it, then run the check cell below it. The hints may help."
        )
    if exercise.traceback:
        return "Find the last line of your own code in the traceback below, and run that line with small numbers."
    if STOPPED in exercise.message:
        return "Your function did not come to an end. Look for a loop whose condition never becomes false."
    if exercise.visible == FAILED and "expected" not in exercise.message:
        return "Read the message with your code beside it, change your code, and run the check cell until it passes."
    if exercise.visible == FAILED:
        return "Redo the numbers of the message by hand, change your code, and run the check cell until it passes."
    if exercise.misconception:
        first = "Your visible checks pass. " if exercise.visible == PASSED else ""
        return f"{first}Look at your code with the likely cause in mind, then try other inputs."
    if exercise.visible != PASSED:
        return "Read the message with your code beside it, change your code, and try it on inputs of your own."
    if exercise.properties:
        return (
            "Your visible checks pass, so look at what the hidden checks looked at, and try your code on inputs like "
            "that."
        )
    return "Your visible checks pass, so try your code on other inputs: small and large ones, empty and odd ones."


def _summarize(views: list[ExerciseView]) -> str:
    count = Counter(view.state for view in views)
    if count[PASSED] == len(views):
        return "Every check passed."
    parts = [f"{count[PASSED]} of {len(views)} exercises passed every check"]
    if count[FAILED]:
        parts.append(f"{count[FAILED]} {'needs' if count[FAILED] == 1 else 'need'} another look")
    if count[NOT_ATTEMPTED]:
        parts.append(f"{count[NOT_ATTEMPTED]} {'is' if count[NOT_ATTEMPTED] == 1 else 'are'} still blank")
    if count[NEEDS_PERSON]:
        parts.append(f"{count[NEEDS_PERSON]} {'waits' if count[NEEDS_PERSON] == 1 else 'wait'} for a person")
    return ", ".join(parts) + "."


@cache
def _load_template(name: str) -> Template:
    return _make_environment().get_template(name)


@cache
def _make_environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(loader=PackageLoader("autograder"), autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"prose": _mark_code, "badge": _show_state}
    return environment


@cache
def _show_state(state: str | None) -> Markup:
    from markupsafe import Markup

    if state is None:
        return Markup('<span class="soft">none</span>')
    shown = Markup('<span class="state {}"><span aria-hidden="true">{}</span> {}</span>')
    return shown.format(CLASSES[state], SIGNS[state], state)


def _mark_code(text: str) -> Markup:
    """The text as HTML, with what stands between backticks as code."""
    from markupsafe import Markup, escape

    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))
