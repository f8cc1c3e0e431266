"""`expect.noise`: right draws of any law pass, wrong spreads and shared numbers do not; its bounds against exact tails."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom, chi2, gamma, norm

from helpers.check import expect
from helpers.check.statistics import (
    FALSE_ALARM,
    FOURTH_MOMENT,
    LARGEST_SQUARE,
    covariance_tolerance,
    equal_lines_chance,
    noise_mean_tolerance,
    noise_square_bounds,
)
from helpers.check.trace import Expectation, Unmet, run_property

Law = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


def _truncated(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    draws = rng.standard_normal(shape)
    while np.any(far := np.abs(draws) > 2):
        draws[far] = rng.standard_normal(far.sum())
    return draws


LAWS: dict[str, Law] = {  # mean 0, variance 1
    "normal": lambda rng, shape: rng.standard_normal(shape),
    "single": lambda rng, shape: rng.standard_normal(shape, dtype=np.float32),
    "truncated": lambda rng, shape: _truncated(rng, shape) / 0.87962566103423978,
    "uniform": lambda rng, shape: rng.uniform(-math.sqrt(3), math.sqrt(3), shape),
    "two values": lambda rng, shape: rng.choice([-1.0, 1.0], shape),
    "three values": lambda rng, shape: rng.choice([-math.sqrt(3), 0.0, math.sqrt(3)], shape, p=[1 / 6, 2 / 3, 1 / 6]),
    "logistic": lambda rng, shape: rng.logistic(0, math.sqrt(3) / math.pi, shape),
    "laplace": lambda rng, shape: rng.laplace(0, math.sqrt(0.5), shape),
}
each_law = pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)


def draw(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape)


def accepts(values: Any, std: float = 1.0) -> bool:
    try:
        expect.noise(values, std, "x")
    except Unmet:
        return False
    return True


@each_law
def test_right_draws_pass_whatever_the_seed_the_shape_and_the_scale(law: Law) -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        for shape in ((120, 150), (31, 400), (3000, 2), (2, 3000), (1, 500), (500, 1), (2, 2), (1, 1)):
            for std in (1.0, 0.02):
                expect.noise(std * law(rng, shape), std, "x")


@each_law
@pytest.mark.parametrize("factor", [0.5, 0.7, 1.4, 2.0, 10.0, 1000.0])
def test_a_wrong_spread_is_refused_whatever_the_law(law: Law, factor: float) -> None:
    for seed in range(5):
        assert not accepts(factor * law(np.random.default_rng(seed), (60, 100)))


def test_draws_cut_off_at_two_sigma_are_told_from_those_that_are_made_up_for() -> None:
    for seed in range(20):
        assert not accepts(_truncated(np.random.default_rng(seed), (125, 150)))


def _mirrored(lines: np.ndarray) -> np.ndarray:
    return np.concatenate([lines, -lines])


def _standardized(lines: np.ndarray) -> np.ndarray:
    return (lines - lines.mean(axis=1, keepdims=True)) / lines.std(axis=1, keepdims=True)


REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: np.zeros((20, 20)), "every number is the same"),
    (lambda: np.tile(draw(1, 200), (50, 1)), "every row is the same"),
    (lambda: np.tile(draw(1, 200), (50, 1)).T, "every column is the same"),
    (lambda: draw(50, 40) + 1, "the mean: expected about 0, got "),
    (lambda: 0.5 * draw(50, 40), "the variance: expected about 1, got 0.2"),
    (lambda: np.repeat(draw(75, 150), 2, axis=0), "two of its rows are the same, or opposite"),
    (lambda: _mirrored(draw(75, 150)), "two of its rows are the same, or opposite"),
    (lambda: np.repeat(draw(150, 75), 2, axis=1), "two of its columns are the same, or opposite"),
    (
        lambda: np.random.default_rng(1).permuted(np.tile(_standardized(draw(1, 150)), (120, 1)), axis=1),
        "the sum of a row: it is",
    ),
    (lambda: draw(40, 60) - draw(40, 60).mean(axis=1, keepdims=True), "the sum of a row: it is always the same"),
    (lambda: (_standardized(draw(40, 60)) + 0).T, "the sum of a column: it is always the same"),
    (
        lambda: draw(40, 60) / np.sqrt(np.mean(draw(40, 60) ** 2, axis=1, keepdims=True)),
        "the sum of squares of a row: it is always the same",
    ),
    (lambda: np.repeat(draw(1500, 2), 2, axis=0), "neighbours in a column go together in their sign"),
    (lambda: np.repeat(draw(1500, 2), 2, axis=0).T, "neighbours in a row go together in their sign"),
    (
        lambda: np.repeat(np.abs(draw(1500, 2)), 2, axis=0) * np.sign(draw(3000, 2, seed=1)),
        "neighbours in a column go together in their size",
    ),
    (lambda: np.full((3, 3), np.nan), "the mean: expected about 0, got nan"),
    (lambda: np.zeros((0, 3)), "expected numbers with a standard deviation of about 1, got nothing to compare"),
]


@pytest.mark.parametrize(("values", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_refused_in_words(values: Callable[[], Any], message: str) -> None:
    with pytest.raises(Unmet) as raised:
        expect.noise(values(), 1.0, "x")
    assert str(raised.value).startswith("x") and message in str(raised.value)


def test_a_message_speaks_of_the_variance_in_its_own_unit() -> None:
    with pytest.raises(Unmet, match=r"^x: the variance: expected about 0\.04, got 0\.0[12]"):
        expect.noise(np.random.default_rng(0).normal(0, math.sqrt(0.02), (100, 100)), 0.2, "x")


@each_law
@pytest.mark.parametrize("factor", [0.5, 3.0])
def test_equal_factors_are_remembered_as_equal_whatever_the_law_and_the_size(law: Law, factor: float) -> None:
    """Two draws with one wrong factor agree, and draws with another factor do not."""
    values = [factor * law(np.random.default_rng(0), (60, 100)), factor * draw(60, 100), 2 * factor * draw(60, 100)]

    def last(values: np.ndarray) -> Expectation:
        return run_property(lambda _: expect.noise(values, 1.0, "x"), None, "f").expectations[-1]

    one, same, other = map(last, values)
    assert one.what == "x: the variance" and one.agrees_with(same) and not one.agrees_with(other)


def test_too_large_a_spread_is_no_wrong_mean() -> None:
    for seed in range(50):
        with pytest.raises(Unmet, match="the variance"):
            expect.noise(100 * draw(40, 50, seed=seed), 1.0, "x")


# --- the bounds ------------------------------------------------------------------------------------------------------

SIZES = [50, 400, 6000, 30_000]


@pytest.mark.parametrize("n", SIZES)
def test_means_of_known_laws_leave_their_tolerance_almost_never(n: int) -> None:
    tolerance = noise_mean_tolerance(n)
    assert 2 * norm.sf(tolerance * math.sqrt(n)) <= FALSE_ALARM
    ones = np.floor((1 - tolerance) / 2 * n)  # of ±1: this many or fewer 1 are further from 0
    assert 2 * binom.cdf(ones, n, 0.5) <= FALSE_ALARM


@pytest.mark.parametrize("n", [50, 400, 6000])
def test_means_under_laplaces_law_leave_their_tolerance_almost_never(n: int) -> None:
    """The sum of n Laplace numbers is the difference of two gamma numbers."""
    x = noise_mean_tolerance(n) * n * math.sqrt(2)
    g = np.linspace(0, n + 60 * math.sqrt(n), 400_001)
    tail = np.trapezoid(gamma.pdf(g, n) * gamma.sf(g + x, n), g)
    assert 0 < 2 * tail <= FALSE_ALARM


@pytest.mark.parametrize("n", SIZES)
def test_mean_squares_of_known_laws_leave_their_bounds_almost_never(n: int) -> None:
    low, high = noise_square_bounds(n)
    assert chi2.cdf(n * low, n) + chi2.sf(n * high, n) <= FALSE_ALARM
    # 0 with probability 5/6, else ±sqrt(6): the fourth moment is the largest that is allowed.
    assert FOURTH_MOMENT == 6 < LARGEST_SQUARE
    outside = binom.cdf(math.ceil(n * low / 6) - 1, n, 1 / 6) + binom.sf(math.floor(n * high / 6), n, 1 / 6)
    assert outside <= FALSE_ALARM


def test_the_bounds_are_narrow_enough_to_be_of_use() -> None:
    for n, lowest, highest in ((2000, 0.55, 1.7), (6000, 0.75, 1.35), (20_000, 0.85, 1.2)):
        low, high = noise_square_bounds(n)
        assert lowest < low < 1 < high < highest
    assert noise_square_bounds(10)[0] < 0, "few numbers prove nothing"
    assert noise_mean_tolerance(20_000) < 0.06


def test_a_covariance_strays_no_further_than_its_tolerance_whatever_the_means() -> None:
    for seed in range(200):
        rng = np.random.default_rng(seed)
        for share in (0.5, 0.9):
            a, b = np.where(rng.random((2, 400)) < share, 1.0, -1.0)
            strayed = abs(np.mean(a * b) - a.mean() * b.mean())
            assert strayed < covariance_tolerance(a.mean(), b.mean(), 400) / 2
    assert covariance_tolerance(0, 0, 400) < 0.6, "and equal signs, whose covariance is 1, are seen"


@pytest.mark.parametrize("length", [1, 5, 40, 120])
@pytest.mark.parametrize("lines", [2, 3, 30])
def test_equal_lines_are_no_likelier_than_their_bound(length: int, lines: int) -> None:
    """For the likeliest laws: ±1, and 0 with probability 5/6 or else ±sqrt(6)."""
    for equal in (0.5, (5 / 6) ** 2 + 2 * (1 / 12) ** 2):
        pairs = lines * (lines - 1) / 2
        assert min(1.0, pairs * 2 * equal**length) <= equal_lines_chance(length, lines) <= 1
