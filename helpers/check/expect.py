"""The comparisons of a check. Each is remembered with what came, and raises `Unmet` when it does not hold.

Every function takes `what`: a few words that say what is compared and on which input; they begin the learner's
message. Where the answer draws at random, compare quantities that do not depend on the draw (the ratio of kept values
to their inputs, not the values), so that a learner who draws in another way gets the same diagnosis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from helpers.check.failure import NotAttempted
from helpers.check.statistics import FALSE_ALARM, equal_sums_chance, mean_tolerance, rate_bounds
from helpers.check.trace import Expectation, Unmet, call_repeatedly, copy_arguments, last_call, remember
from helpers.check.words import MOST_NUMBERS, exact_text, number_text, told_apart, value_text

__all__ = [
    "array",
    "binary",
    "choice",
    "choices",
    "close",
    "coins",
    "dtype",
    "equal",
    "every",
    "mean",
    "number",
    "places",
    "rate",
    "repeat",
    "sequence",
    "that",
    "unchanged",
    "varies",
]


def close(got: Any, want: ArrayLike, what: str, *, rtol: float | None = None, atol: float | None = None) -> None:
    """Expect numbers of the same shape, equal up to rounding.

    Parameters
    ----------
    got : object
        What the answer returned, of any type.
    want : array_like
        The right numbers; a scalar expects a scalar.
    what : str
        What is compared, on which input.
    rtol, atol : float, optional
        Relative and absolute tolerance; by default 1e-7 and 1e-9, for single precision 1e-4 and 1e-5.
    """
    wanted = np.asarray(want)
    came = _as_numbers(got)
    if came is None:
        _fail(what, value_text(wanted if wanted.ndim else wanted.item()), value_text(got), seen=type(got).__name__)
    if came.shape != wanted.shape:
        _fail(what, _with_shape(wanted), _with_shape(came), seen=str(came.shape))
    single = came.dtype in (np.float32, np.float16, np.complex64)
    rtol = (1e-4 if single else 1e-7) if rtol is None else rtol
    atol = (1e-5 if single else 1e-9) if atol is None else atol
    same = np.isclose(came, wanted, rtol=rtol, atol=atol, equal_nan=True)
    scale = float(np.max(np.abs(wanted), initial=0.0, where=np.isfinite(wanted)))
    if np.all(same):
        remember(Expectation(what, True))
        return
    seen = np.asarray(came, dtype=complex if came.dtype.kind == "c" else float)
    place = ""
    if wanted.size > MOST_NUMBERS:
        where = tuple(int(i) for i in np.argwhere(~same)[0])
        place = f" at [{', '.join(map(str, where))}] of shape {wanted.shape}"
        wanted, came = wanted[where], came[where]
    want_text, came_text = told_apart(wanted, came)
    _fail(what, want_text + place, came_text, seen, 10 * (atol + rtol * scale))


def equal(got: Any, want: Any, what: str) -> None:
    """Expect exactly this value: a string, a whole number, or a list, tuple, set or dict of them.

    A Python and a NumPy scalar of one kind are equal, and so are a list and a tuple; 1, 1.0 and True are not.
    """
    came = exact_text(got)
    if came == exact_text(want):
        remember(Expectation(what, True))
        return
    place, want, got = _first_difference(want, got)
    want_text, came_text = told_apart(want, got)
    _fail(what, want_text + place, came_text, seen=came)


def that(holds: bool, what: str, otherwise: str) -> None:
    """Expect a statement to hold. Prefer a comparison with numbers: only those can prove a diagnosis.

    Parameters
    ----------
    holds : bool
        The statement.
    what : str
        What is stated, as it should be.
    otherwise : str
        What came instead, as the learner reads it.
    """
    if holds:
        remember(Expectation(what, True))
    else:
        _fail(what, None, otherwise, seen=None)


def array(got: Any, shape: tuple[int, ...], what: str) -> None:
    """Expect a NumPy array of numbers (or booleans) of this shape."""
    if not isinstance(got, np.ndarray) or got.dtype.kind not in "biuf":
        kind = f" of dtype {got.dtype}" if isinstance(got, np.ndarray) else ""
        _fail(what, f"an array of numbers of shape {shape}", value_text(got) + kind, seen=type(got).__name__)
    if got.shape != shape:
        _fail(what, f"shape {shape}", f"shape {got.shape}", seen=str(got.shape))
    remember(Expectation(what, True))


def dtype(got: Any, want: DTypeLike, what: str) -> None:
    """Expect an array of this dtype."""
    came = getattr(got, "dtype", None)
    if came == np.dtype(want):
        remember(Expectation(what, True))
    else:
        _fail(what, str(np.dtype(want)), value_text(got) if came is None else str(came), seen=str(came))


def number(got: Any, what: str) -> None:
    """Expect a single number, a Python or a NumPy one."""
    came = _as_numbers(got)
    if came is not None and came.shape == () and came.dtype.kind in "iuf":
        remember(Expectation(what, True))
    else:
        _fail(what, "one number", value_text(got), seen=type(got).__name__)


def sequence(got: Any, length: int, what: str) -> tuple[Any, ...]:
    """Expect a tuple or list of this length, and return its items.

    An array is not taken for one: `np.array([out, mask])` unpacks like a pair without being one.
    """
    if isinstance(got, tuple | list) and len(got) == length:
        remember(Expectation(what, True))
        return tuple(got)
    _fail(what, f"{length} results", value_text(got), seen=value_text(got))


def binary(got: Any, what: str) -> None:
    """Expect an array that holds nothing but 0 and 1 (or False and True)."""
    values = np.unique(_some_numbers(got, what, "only 0 and 1"))
    if np.all(np.isin(values, (0.0, 1.0))):
        remember(Expectation(what, True))
    else:
        shown = told_apart(0.0, 1.0, *values[:4])[2:]
        _fail(what, "only 0 and 1", ", ".join(shown) + (", ..." if len(values) > 4 else ""), values[[0, -1]], 1e-6)


def every(values: ArrayLike, want: float, what: str, *, rtol: float = 1e-4) -> None:
    """Expect every value to equal one number; the smallest and the largest are remembered: no draw changes them."""
    came = _some_numbers(values, what, number_text(want))
    tolerance = rtol * max(abs(want), 1e-6)
    ends = np.array([came.min(), came.max()])
    if np.all(np.abs(ends - want) <= tolerance):
        remember(Expectation(what, True))
        return
    want_text, low, high = told_apart(float(want), *ends)
    _fail(what, want_text, low if low == high else f"values from {low} to {high}", ends, 10 * tolerance)


def rate(outcomes: ArrayLike, want: float, what: str) -> None:
    """Expect independent outcomes of 0 and 1 to be 1 with this probability.

    A right answer fails less than once in 10^12 times, whatever it draws.
    """
    came = _some_numbers(outcomes, what, f"about {number_text(want)}")
    low, high = rate_bounds(want, came.size)
    share = float(came.mean())
    if low <= share <= high:
        remember(Expectation(what, True))
    else:
        spread = 2 * max(high - want, want - low, mean_tolerance(0, 1, came.size) / 2)
        _fail(what, f"about {number_text(want)}", f"{share:.3g}", np.array([share]), spread)


def coins(tosses: ArrayLike, want: float, what: str) -> None:
    """Expect an (m, n) array of independent coins, m and n at least 2: each entry 1 with this probability, on its own.

    Exact sharing is looked for first (all alike, all rows, all columns), because a share of ones that is taken over
    shared coins depends on the draw and could prove no diagnosis. What a right answer might show by chance, as equal
    numbers of ones in a few columns, is left out.
    """
    binary(tosses, what)
    came = np.asarray(tosses, dtype=float)
    m, n = came.shape

    def alike(coins: int) -> float:
        return want**coins + (1 - want) ** coins

    if alike(m * n) < FALSE_ALARM:
        that(bool(np.any(came != came[0, 0])), what, "every entry is the same")
    if alike(m) ** n < FALSE_ALARM:
        that(bool(np.any(came != came[:1])), what, "every row is the same")
    if alike(n) ** m < FALSE_ALARM:
        that(bool(np.any(came != came[:, :1])), what, "every column is the same")
    rate(came, want, f"{what}: the share of ones")
    agreement = want**2 + (1 - want) ** 2
    rows, columns = m // 2 * 2, n // 2 * 2
    rate(came[0:rows:2] == came[1:rows:2], agreement, f"{what}: how often neighbours in a column are equal")
    rate(came[:, 0:columns:2] == came[:, 1:columns:2], agreement, f"{what}: how often neighbours in a row are equal")
    for lines, name in ((came, "row"), (came.T, "column")):
        if equal_sums_chance(want, lines.shape[1], len(lines)) < FALSE_ALARM:
            varies(lines.sum(axis=1), f"{what}: the number of ones in a {name}")
    for lines, name in ((came, "rows"), (came.T, "columns")):
        pairs = len(lines) * (len(lines) - 1) / 2
        if pairs * agreement ** lines.shape[1] < FALSE_ALARM:
            different = {line.tobytes() for line in np.ascontiguousarray(lines)}
            that(len(different) == len(lines), what, f"two of its {name} are the same")


def places(draws: ArrayLike, want: float, what: str) -> None:
    """Expect repeated draws (r, m, n) of (m, n) coins to be independent from place to place and from draw to draw."""
    came = np.asarray(draws, dtype=float)
    r = len(came)
    flat = came.reshape(r, -1)
    agreement = want**2 + (1 - want) ** 2
    low, high = rate_bounds(want, r, flat.shape[1])
    shares = flat.mean(axis=0)
    that(bool(np.all((low <= shares) & (shares <= high))), what, "one place is kept too often or too seldom")
    again = flat[0 : r // 2 * 2 : 2] == flat[1 : r // 2 * 2 : 2]
    rate(again, agreement, f"{what}: how often a place is the same in two draws")
    together = (flat.T @ flat + (1 - flat).T @ (1 - flat)) / r
    pairs = together[np.triu_indices(flat.shape[1], k=1)]
    low, high = rate_bounds(agreement, r, pairs.size)
    that(bool(np.all((low <= pairs) & (pairs <= high))), what, "two places go together too often or too seldom")


def mean(values: ArrayLike, want: float, what: str, *, low: float, high: float) -> None:
    """Expect independent values within [low, high] to have this mean; the tolerance follows from their number."""
    came = _some_numbers(values, what, f"about {number_text(want)}")
    tolerance = mean_tolerance(low, high, came.size)
    average = float(came.mean())
    if abs(average - want) <= tolerance:
        remember(Expectation(what, True))
    else:
        want_text, came_text = told_apart(float(want), average)
        _fail(what, f"about {want_text}", came_text, np.array([average]), 2 * tolerance)


def varies(values: ArrayLike, what: str) -> None:
    """Expect more than one value among those that came."""
    came = np.asarray(values)
    if np.unique(came).size > 1:
        remember(Expectation(what, True))
    else:
        _fail(what, None, "it is always the same", seen=None)


def repeat(answer: Callable[..., Any], times: int, *args: Any, **kwargs: Any) -> list[Any]:
    """Call the answer many times with these arguments, of which a random generator goes on, and return the results.

    Where the answer runs in another process this is one message instead of many.
    """
    results: list[Any] = getattr(answer, "repeat", partial(call_repeatedly, answer))(times, *args, **kwargs)
    return results


def unchanged(function: Callable[..., Any], *args: Any, what: str, **kwargs: Any) -> Any:
    """Call the answer and expect it to leave its array arguments as they were; return its result.

    This is the one place that looks at arguments after a call. An engine that runs the answer in another process gives
    its stand-in for a function the method `call_with_copy_back`, which writes the arguments back into these objects.
    """
    before = copy_arguments((args, kwargs))
    result = function.in_place(*args, **kwargs)  # type: ignore[attr-defined]
    if _same((args, kwargs), before):
        remember(Expectation(what, True))
        return result
    _fail(what, None, "an argument was changed in place", seen=None)


def choices(got: Any, options: dict[str, str]) -> None:
    """Expect a quiz to be answered: each question with one of its letters.

    Parameters
    ----------
    got : object
        The learner's dict.
    options : dict of str to str
        Each question's letters, for example `{"test_time": "abc"}`.

    Raises
    ------
    NotAttempted
        When not one question is answered.
    """
    for question, letters in options.items():
        choice(got, question, letters)


def choice(got: Any, question: str, right: str) -> None:
    """Expect one quiz question to be answered with `right`, or with one of its letters; see `choices`."""
    answers = got if isinstance(got, dict) else {}
    if not any(answers.values()):
        raise NotAttempted("no question is answered")
    letter = answers.get(question)
    letter = letter.strip().lower() if isinstance(letter, str) else letter
    if isinstance(letter, str) and len(letter) == 1 and letter in right:
        remember(Expectation(question, True))
    else:
        _fail(
            f'the answer to "{question}"',
            " or ".join(f'"{one}"' for one in right),
            value_text(letter),
            seen=exact_text(letter),
        )


def _fail(what: str, want: str | None, came: str, seen: Any, tolerance: float = 0.0) -> NoReturn:
    """Remember a failed expectation and raise it in words."""
    remember(Expectation(what, False, seen, tolerance))
    call = last_call()
    message = f"{what}: expected {want}, got {came}" if want is not None else f"{what}: {came}"
    raise Unmet(message + (f", in {call}" if call else ""))


def _as_numbers(value: Any) -> np.ndarray | None:
    """Return the value as an array of numbers, or None when it is not made of numbers."""
    if value is None or isinstance(value, str | bytes | dict | set):
        return None
    try:
        numbers = np.asarray(value)
    except (TypeError, ValueError):
        return None
    return numbers if numbers.dtype.kind in "biufc" else None


def _with_shape(values: np.ndarray) -> str:
    """Write values together with their shape, for a message about shapes."""
    text = value_text(values if values.shape else values.item())
    return text if "shape" in text else f"{text} of shape {values.shape}"


def _some_numbers(values: Any, what: str, want: str) -> np.ndarray:
    """Return the values in one row; where there are none, nothing that is expected of them can hold."""
    numbers = np.asarray(values, dtype=float).ravel()
    if numbers.size == 0:
        _fail(what, want, "nothing to compare", seen="empty")
    return numbers


def _first_difference(want: Any, got: Any) -> tuple[str, Any, Any]:
    """Step into a dict, or into a sequence that reads as the other does, to the first item that differs."""
    keys: Iterable[Any] = ()
    if isinstance(want, dict) and isinstance(got, dict) and set(want) == set(got):
        keys = want
    elif isinstance(want, list | tuple) and isinstance(got, list | tuple) and len(want) == len(got):
        keys = range(len(want)) if value_text(list(want)) == value_text(list(got)) else ()
    for key in keys:
        if exact_text(want[key]) != exact_text(got[key]):
            return f" at [{key!r}]", want[key], got[key]
    return "", want, got


def _same(now: Any, before: Any) -> bool:
    """Tell whether two nested arguments hold the same numbers; generators move and functions are not compared."""
    if isinstance(before, np.ndarray):
        same_kind = isinstance(now, np.ndarray) and now.shape == before.shape and now.dtype == before.dtype
        return same_kind and np.array_equal(now, before, equal_nan=before.dtype.kind in "fc")
    if isinstance(before, dict):
        return isinstance(now, dict) and list(now) == list(before) and all(_same(now[key], before[key]) for key in now)
    if isinstance(before, list | tuple):
        return isinstance(now, list | tuple) and len(now) == len(before) and all(map(_same, now, before))
    if isinstance(before, int | float | complex | str | bool | np.generic | None):
        return type(now) is type(before) and (now == before or now != now)
    return type(now) is type(before)
