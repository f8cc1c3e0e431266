"""The comparisons of a check. Each is remembered with what came, and raises `Unmet` when it does not hold.

Every function takes `what`: a few words that say what is compared and on which input; they begin the learner's
message. Where the answer draws at random, compare quantities that do not depend on the draw (the ratio of kept values
to their inputs, not the values), so that a learner who draws in another way gets the same diagnosis. The comparisons of
draws themselves are in `chance`.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from helpers.check.chance import binary, coins, mean, noise, places, rate, varies
from helpers.check.failure import NotAttempted
from helpers.check.trace import Expectation, call_repeatedly, copy_arguments, remember, withhold_note
from helpers.check.verdict import as_numbers, fail, some_numbers, that
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
    "noise",
    "number",
    "params",
    "places",
    "quiet",
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
    came = as_numbers(got)
    if came is None:
        fail(what, value_text(wanted if wanted.ndim else wanted.item()), value_text(got), seen=type(got).__name__)
    if came.shape != wanted.shape:
        fail(what, _with_shape(wanted), _with_shape(came), seen=str(came.shape))
    single = came.dtype in (np.float32, np.float16, np.complex64)
    rtol = (1e-4 if single else 1e-7) if rtol is None else rtol
    atol = (1e-5 if single else 1e-9) if atol is None else atol
    same = _are_close(came, wanted, rtol, atol)
    if np.all(same):
        remember(Expectation(what, True))
        return
    scale = float(np.max(np.abs(wanted), initial=0.0, where=np.isfinite(wanted)))
    seen = np.asarray(came, dtype=complex if came.dtype.kind == "c" else float)
    place = ""
    if wanted.size > MOST_NUMBERS:
        where = tuple(int(i) for i in np.argwhere(~same)[0])
        place = f" at [{', '.join(map(str, where))}] of shape {wanted.shape}"
        wanted, came = wanted[where], came[where]
    want_text, came_text = told_apart(wanted, came)
    fail(what, want_text + place, came_text, seen, 10 * (atol + rtol * scale))


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
    fail(what, want_text + place, came_text, seen=came)


def array(got: Any, shape: tuple[int, ...], what: str) -> None:
    """Expect a NumPy array of numbers (or booleans) of this shape."""
    if not isinstance(got, np.ndarray) or got.dtype.kind not in "biuf":
        kind = f" of dtype {got.dtype}" if isinstance(got, np.ndarray) else ""
        fail(what, f"an array of numbers of shape {shape}", value_text(got) + kind, seen=type(got).__name__)
    if got.shape != shape:
        fail(what, f"shape {shape}", f"shape {got.shape}", seen=str(got.shape))
    remember(Expectation(what, True))


def dtype(got: Any, want: DTypeLike, what: str) -> None:
    """Expect an array of this dtype."""
    came = getattr(got, "dtype", None)
    if came == np.dtype(want):
        remember(Expectation(what, True))
    else:
        fail(what, str(np.dtype(want)), value_text(got) if came is None else str(came), seen=str(came))


def number(got: Any, what: str) -> None:
    """Expect a single number, a Python or a NumPy one."""
    came = as_numbers(got)
    if came is not None and came.shape == () and came.dtype.kind in "iuf":
        remember(Expectation(what, True))
    else:
        fail(what, "one number", value_text(got), seen=type(got).__name__)


def sequence(got: Any, length: int, what: str) -> tuple[Any, ...]:
    """Expect a tuple or list of this length, and return its items.

    An array is not taken for one: `np.array([out, mask])` unpacks like a pair without being one.
    """
    if isinstance(got, tuple | list) and len(got) == length:
        remember(Expectation(what, True))
        return tuple(got)
    in_one = " in one array" if isinstance(got, np.ndarray) else ""
    fail(what, f"{length} results", value_text(got) + in_one, seen=value_text(got))


def params(got: Any, layer_dims: Sequence[int], what: str) -> None:
    """Expect the parameters of a network: a dict of W1 (n_1, n_0), b1 (n_1,), ..., in any order, arrays of numbers."""
    layers = range(1, len(layer_dims))
    wanted = [f"{kind}{layer}" for layer in layers for kind in "Wb"]
    if not isinstance(got, dict):
        fail(what, f"a dict with keys {', '.join(wanted)}", value_text(got), seen=type(got).__name__)
    if set(got) != set(wanted):
        fail(what, f"the keys {', '.join(wanted)}", value_text(got), seen=exact_text({*map(str, got)}))
    for layer in layers:
        n_in, n_out = layer_dims[layer - 1], layer_dims[layer]
        array(got[f"W{layer}"], (n_out, n_in), f"{what}: W{layer}")
        array(got[f"b{layer}"], (n_out,), f"{what}: b{layer}")


def every(values: ArrayLike, want: float, what: str, *, rtol: float = 1e-4) -> None:
    """Expect every value to equal one number; the smallest and the largest are remembered: no draw changes them."""
    came = some_numbers(values, what, number_text(want))
    tolerance = rtol * max(abs(want), 1e-6)
    ends = np.array([came.min(), came.max()])
    if np.all(np.abs(ends - want) <= tolerance):
        remember(Expectation(what, True))
        return
    want_text, low, high = told_apart(float(want), *ends)
    fail(what, want_text, low if low == high else f"values from {low} to {high}", ends, 10 * tolerance)


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
    pairs = [*zip(args, before[0], strict=True), *((kwargs[name], before[1][name]) for name in kwargs)]
    names = [*(f"argument {number}" for number in range(1, len(args) + 1)), *kwargs]
    for name, (now, earlier) in zip(names, pairs, strict=True):
        if not _same(now, earlier):
            fail(what, None, f"{name} was changed in place", seen=name)
    remember(Expectation(what, True))
    return result


@contextmanager
def quiet(what: str) -> Iterator[None]:
    """Expect whatever is called inside to warn of nothing, as NumPy warns of numbers that overflow or are undefined."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    kinds = ", ".join(sorted({warning.category.__name__ for warning in caught}))
    if kinds:
        fail(what, "no warning", kinds, seen=kinds)
    remember(Expectation(what, True))


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
        if not letter:
            withhold_note()
        fail(
            f'the answer to "{question}"',
            " or ".join(f'"{one}"' for one in right),
            value_text(letter),
            seen=exact_text(letter),
        )


def _are_close(came: np.ndarray, wanted: np.ndarray, rtol: float, atol: float) -> np.ndarray:
    """Do what `np.isclose` does with `equal_nan`; finite floats, as nearly all are, take a third of the time."""
    kinds = came.dtype.kind + wanted.dtype.kind
    with np.errstate(over="ignore"):
        if kinds in ("ff", "fi", "if") and np.isfinite(came).all() and np.isfinite(wanted).all():
            return np.asarray(np.abs(came - wanted) <= atol + rtol * np.abs(wanted))
        return np.isclose(came, wanted, rtol=rtol, atol=atol, equal_nan=True)


def _with_shape(values: np.ndarray) -> str:
    """Write values together with their shape, for a message about shapes."""
    text = value_text(values if values.shape else values.item())
    return text if "shape" in text else f"{text} of shape {values.shape}"


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
