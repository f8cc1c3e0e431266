"""The comparisons of `expect` for what was drawn at random: right answers of any law and any order of drawing pass."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from helpers.check.statistics import (
    FALSE_ALARM,
    LARGEST_SQUARE,
    covariance_tolerance,
    equal_lines_chance,
    equal_sums_chance,
    is_likely,
    mean_tolerance,
    noise_mean_tolerance,
    noise_square_bounds,
    rate_bounds,
)
from helpers.check.trace import Expectation, remember
from helpers.check.verdict import fail, some_numbers, that
from helpers.check.words import number_text, told_apart

MANY = 30  # rows and columns from which on sums that are all equal are no chance


def binary(got: Any, what: str) -> None:
    """Expect an array that holds nothing but 0 and 1 (or False and True)."""
    came = some_numbers(got, what, "only 0 and 1")
    if np.all((came == 0) | (came == 1)):
        remember(Expectation(what, True))
    else:
        values = np.unique(came)
        shown = told_apart(0.0, 1.0, *values[:4])[2:]
        fail(what, "only 0 and 1", ", ".join(shown) + (", ..." if len(values) > 4 else ""), values[[0, -1]], 1e-6)


def rate(outcomes: ArrayLike, want: float, what: str) -> None:
    """Expect independent outcomes of 0 and 1 to be 1 with this probability.

    A right answer fails less than once in 10^12 times, whatever it draws.
    """
    came = some_numbers(outcomes, what, f"about {number_text(want)}")
    share = float(came.mean())
    if is_likely(share, want, came.size):
        remember(Expectation(what, True))
    else:
        low, high = rate_bounds(want, came.size)
        spread = 2 * max(high - want, want - low, mean_tolerance(0, 1, came.size) / 2)
        fail(what, f"about {number_text(want)}", f"{share:.3g}", np.array([share]), spread)


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
    _expect_all_likely(flat.mean(axis=0), want, r, what, "one place is kept too often or too seldom")
    again = flat[0 : r // 2 * 2 : 2] == flat[1 : r // 2 * 2 : 2]
    rate(again, agreement, f"{what}: how often a place is the same in two draws")
    together = (flat.T @ flat + (1 - flat).T @ (1 - flat)) / r
    pairs = together[np.triu_indices(flat.shape[1], k=1)]
    _expect_all_likely(pairs, agreement, r, what, "two places go together too often or too seldom")


def _expect_all_likely(shares: np.ndarray, want: float, n: int, what: str, otherwise: str) -> None:
    """Expect many shares to be likely, of which the two at the ends are the least so."""
    ends = (float(shares.min()), float(shares.max())) if shares.size else ()
    that(all(is_likely(share, want, n, shares.size) for share in ends), what, otherwise)


def mean(values: ArrayLike, want: float, what: str, *, low: float, high: float) -> None:
    """Expect independent values within [low, high] to have this mean; the tolerance follows from their number."""
    came = some_numbers(values, what, f"about {number_text(want)}")
    tolerance = mean_tolerance(low, high, came.size)
    average = float(came.mean())
    if abs(average - want) <= tolerance:
        remember(Expectation(what, True))
    else:
        want_text, came_text = told_apart(float(want), average)
        fail(what, f"about {want_text}", came_text, np.array([average]), 2 * tolerance)


def varies(values: ArrayLike, what: str) -> None:
    """Expect more than one value among those that came."""
    came = np.asarray(values)
    first = came.ravel()[:1]
    are_undefined = (came != came) & (first != first)  # which NumPy says to be different from each other
    if np.any((came != first) & ~are_undefined):
        remember(Expectation(what, True))
    else:
        fail(what, None, "it is always the same", seen=None)


def noise(values: ArrayLike, std: float, what: str) -> None:
    """Expect an (m, n) array of independent numbers of mean 0 and this standard deviation, whatever their law.

    Whatever their law, but with tails no heavier than Laplace's: see `statistics.noise_mean_tolerance`. A right answer
    fails less than once in 10^10 times. What it might show by chance is left out, so small arrays pass whatever they
    hold: from about 2 000 numbers on a variance is told from its double, from 120 on two rows are told apart.

    Exact sharing is looked for first (all alike, all rows, all columns), because a mean that is taken over shared
    numbers depends on the draw and could prove no diagnosis. The variance is remembered as a logarithm, as equal
    mistakes are equal factors. Two of them count as equal within five or six standard errors of normal draws: narrower
    than the bounds for a right answer, because a diagnosis that is missed does no harm.
    """
    some_numbers(values, what, f"numbers with a standard deviation of about {number_text(std)}")
    came = np.asarray(values, dtype=float) / std
    m, n = came.shape
    if equal_lines_chance(m * n - 1, 2) < FALSE_ALARM:
        that(bool(np.any(came != came[0, 0])), what, "every number is the same")
    if equal_lines_chance(n, 2) ** (m - 1) < FALSE_ALARM:
        that(bool(np.any(came != came[:1])), what, "every row is the same")
    if equal_lines_chance(m, 2) ** (n - 1) < FALSE_ALARM:
        that(bool(np.any(came != came[:, :1])), what, "every column is the same")
    _expect_mean_and_variance(came, std, what)
    for lines, name in ((came, "row"), (came.T, "column")):
        if equal_lines_chance(lines.shape[1], len(lines)) < FALSE_ALARM:
            turned = lines * np.sign(lines[:, :1] + (lines[:, :1] == 0))
            different = {line.tobytes() for line in np.ascontiguousarray(turned + 0.0)}
            that(len(different) == len(lines), what, f"two of its {name}s are the same, or opposite")
        if min(lines.shape) >= MANY:
            varies(lines.sum(axis=1).round(6), f"{what}: the sum of a {name}")
            if np.ptp(np.abs(came)) > 1e-6:
                varies(np.square(lines).sum(axis=1).round(6), f"{what}: the sum of squares of a {name}")
    for lines, name in ((came, "column"), (came.T, "row")):
        pairs = len(lines) // 2 * 2
        if pairs:
            for kind, sizes in (("sign", np.sign(lines)), ("size", np.where(np.abs(lines) > 0.7, 1.0, -1.0))):
                a, b = sizes[0:pairs:2], sizes[1:pairs:2]
                strayed = np.mean(a * b) - a.mean() * b.mean()
                unrelated = abs(strayed) <= covariance_tolerance(a.mean(), b.mean(), a.size)
                that(bool(unrelated), what, f"neighbours in a {name} go together in their {kind}")


def _expect_mean_and_variance(came: np.ndarray, std: float, what: str) -> None:
    """Expect mean 0 and variance 1 of independent values; say it of the values times std."""
    squares = np.square(came)
    average, variance = float(came.mean()), float(squares.mean())
    # Where the spread is too large the mean strays further; then it is the variance that is wrong.
    tolerance = noise_mean_tolerance(came.size) * max(1.0, math.sqrt(variance))
    if not abs(average) <= tolerance:
        agreement = 8 * max(1.0, math.sqrt(variance)) / math.sqrt(came.size)
        fail(f"{what}: the mean", "about 0", number_text(average * std, 3), np.array([average]), agreement)
    remember(Expectation(f"{what}: the mean", True))
    low, high = noise_square_bounds(came.size)
    if not low <= np.minimum(squares, LARGEST_SQUARE).mean() <= high:
        seen = np.array([math.log(variance)]) if variance > 0 else "no variance"
        want, got = number_text(std**2, 3), number_text(variance * std**2, 3)
        fail(f"{what}: the variance", f"about {want}", got, seen, 10 / math.sqrt(came.size))
    remember(Expectation(f"{what}: the variance", True))
