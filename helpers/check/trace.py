"""Runs properties on an answer and keeps what was seen: which expectations held, which numbers came.

The same code runs the learner's answer and each known misconception, so that the two can be compared number by number.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from helpers.check.words import call_text


@dataclass(frozen=True)
class Expectation:
    """One comparison that was made.

    `seen` is what came, as float64 numbers (or a string) that do not depend on the draw; None when only pass and fail
    count. `tolerance` is how far two equal mistakes may lie apart in those numbers.
    """

    what: str
    passed: bool
    seen: np.ndarray | str | None = None
    tolerance: float = 0.0

    def agrees_with(self, other: Expectation) -> bool:
        """Tell whether both saw the same thing: the same verdict and, where it failed, the same numbers."""
        if (self.what, self.passed) != (other.what, other.passed):
            return False
        if self.passed:
            return True
        if isinstance(self.seen, np.ndarray) and isinstance(other.seen, np.ndarray):
            return self.seen.shape == other.seen.shape and bool(
                np.all(
                    np.isclose(self.seen, other.seen, rtol=0, atol=self.tolerance, equal_nan=True)
                    | (self.seen == other.seen)
                )
            )
        return type(self.seen) is type(other.seen) and self.seen == other.seen


class Unmet(Exception):
    """An expectation that does not hold; its text says what came and what was expected."""


class AnswerRaised(Exception):
    """The answer's own code raised `error` in the call that `call` spells out."""

    def __init__(self, call: str, error: BaseException) -> None:
        super().__init__(f"{call} raised {type(error).__name__}" + (f": {error}" if str(error) else ""))
        self.call, self.error = call, error


@dataclass
class PropertyRun:
    """What one property saw of one answer."""

    name: str
    note: str = ""
    expectations: list[Expectation] = field(default_factory=list)
    describe_last_call: Callable[[], str] = str
    """Spells the latest call out; only asked when something did not hold, as that takes longer than most calls."""
    answered: set[str] = field(default_factory=set)
    """What gave a result when it was called: the exercise itself, or a method, for example `BatchNorm.forward`."""
    failure: Exception | None = None
    """`Unmet`, `AnswerRaised`, or what the property itself raised on something that it could not use."""

    @property
    def last_call(self) -> str:
        """The latest call, spelt out, or "" when it is too long to redo by hand."""
        return self.describe_last_call()

    @property
    def passed(self) -> bool:
        """Whether every expectation held."""
        return self.failure is None

    @property
    def raised(self) -> str:
        """The name of the exception that the answer raised, or that its result caused; "" when it was a plain miss."""
        if self.failure is None or isinstance(self.failure, Unmet):
            return ""
        return type(getattr(self.failure, "error", self.failure)).__name__

    def agrees_with(self, other: PropertyRun) -> bool:
        """Tell whether two answers look the same to this property; which error was raised is left to the caller."""
        return (
            bool(self.raised) == bool(other.raised)
            and len(self.expectations) == len(other.expectations)
            and all(mine.agrees_with(its) for mine, its in zip(self.expectations, other.expectations, strict=True))
        )


Property = Callable[[Any], None]

_current: contextvars.ContextVar[PropertyRun | None] = contextvars.ContextVar("current property", default=None)


def remember(expectation: Expectation) -> None:
    """Add an expectation to the property that is running, if one is."""
    run = _current.get()
    if run is not None:
        run.expectations.append(expectation)


def last_call() -> str:
    """Return the answer's latest call, spelt out, or "" when it is too long to redo by hand."""
    run = _current.get()
    return run.last_call if run is not None else ""


def withhold_note() -> None:
    """Leave out the property's note: it explains an answer, and there is none."""
    run = _current.get()
    if run is not None:
        run.note = ""


def run_property(body: Property, answer: Any, exercise: str) -> PropertyRun:
    """Run one property on one answer.

    Parameters
    ----------
    body : callable
        The property: takes the answer, raises `Unmet` through `expect`.
    answer : object
        What the learner or a misconception defines: a function, a class or a value.
    exercise : str
        The name under which calls are spelt out.

    Returns
    -------
    PropertyRun
        With `failure` set when something did not hold.
    """
    run = PropertyRun(body.__name__.replace("_", " ").strip(), " ".join((body.__doc__ or "").split()))
    token = _current.set(run)
    try:
        body(_watched(answer, exercise, run))
    except Exception as error:
        run.failure = error
    finally:
        _current.reset(token)
    return run


def _watched(answer: Any, name: str, run: PropertyRun) -> Any:
    """Wrap a function or class so that its calls are remembered and its errors told from those of the check.

    It gets copies of its arguments: what an answer does to them must not depend on where it runs, so only
    `expect.unchanged`, through `in_place`, ever looks at that.
    """
    if not callable(answer):
        return answer

    def called(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        result = _call(lambda: run.last_call or f"{name}(...)", function, *args, **kwargs)
        run.answered.add(name)
        is_instance = isinstance(answer, type) and isinstance(result, answer)
        return _WatchedInstance(result, name, run) if is_instance else result

    def watched(*args: Any, **kwargs: Any) -> Any:
        run.describe_last_call = partial(call_text, name, args, kwargs)
        return called(answer, copy_arguments(args), copy_arguments(kwargs))

    def repeat(times: int, *args: Any, **kwargs: Any) -> Any:
        run.describe_last_call = partial(call_text, name, args, kwargs)
        several = getattr(answer, "call_repeatedly", partial(call_repeatedly, answer))
        return called(partial(several, times), args, kwargs)

    def in_place(*args: Any, **kwargs: Any) -> Any:
        # Of copies: the call may change what it would say.
        run.describe_last_call = partial(call_text, name, copy_arguments(args), copy_arguments(kwargs))
        return called(getattr(answer, "call_with_copy_back", answer), args, kwargs)

    watched.repeat = repeat  # type: ignore[attr-defined]
    watched.in_place = in_place  # type: ignore[attr-defined]
    return watched


def call_repeatedly(answer: Callable[..., Any], times: int, *args: Any, **kwargs: Any) -> list[Any]:
    """Call a function many times with copies of these arguments; a random generator among them goes on."""
    return [answer(*copy_arguments(args), **copy_arguments(kwargs)) for _ in range(times)]


class _WatchedInstance:
    """Stands for an instance of the learner's class as if that lived in another process, where only data crosses.

    Its methods are watched functions, attributes are read and set by copies, and no protocol of the language
    (comparison, truth, array) reaches it.
    """

    def __init__(self, own: Any, name: str, run: PropertyRun) -> None:
        vars(self).update(_own=own, _name=name, _run=run)

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        name = f"{self._name}.{attribute}"
        value = _call(lambda: name, getattr, self._own, attribute)
        return _watched(value, name, self._run) if callable(value) else copy_arguments(value)

    def __setattr__(self, attribute: str, value: Any) -> None:
        _call(lambda: f"setting {self._name}.{attribute}", setattr, self._own, attribute, copy_arguments(value))


def _call(describe: Callable[[], str], function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call what the learner wrote; an error in it is theirs, and `describe` says where it came from."""
    try:
        return function(*args, **kwargs)
    except (Exception, SystemExit) as error:
        raise AnswerRaised(describe(), error) from error


def copy_arguments(value: Any) -> Any:
    """Copy arrays in nested lists, tuples and dicts; generators, functions and numbers stay themselves."""
    if isinstance(value, np.ndarray):
        return value.copy(order="K")
    if isinstance(value, list | tuple):
        copies = map(copy_arguments, value)
        return list(copies) if isinstance(value, list) else tuple(copies)
    if isinstance(value, dict):
        return {key: copy_arguments(item) for key, item in value.items()}
    return value
