"""The bounds against exact binomial tails: never too narrow, and narrow enough to be of use."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from helpers.check import expect
from helpers.check.statistics import FALSE_ALARM, equal_sums_chance, is_likely, mean_tolerance, rate_bounds
from helpers.check.trace import Unmet

PROBABILITIES = [0.0, 0.004, 0.25, 0.5, 0.8, 0.9375, 1.0]


def share_outside(low: float, high: float, n: int, probability: float) -> float:
    """Return the exact probability that the share of successes in n trials is outside [low, high]."""
    below = binom.cdf(np.ceil(low * n - 1e-9) - 1, n, probability)
    return float(below + binom.sf(np.floor(high * n + 1e-9), n, probability))


def accepts(comparison: Any, *args: Any, **options: Any) -> bool:
    try:
        comparison(*args, "x", **options)
    except Unmet:
        return False
    return True


@pytest.mark.parametrize("probability", PROBABILITIES)
@pytest.mark.parametrize("n", [1, 10, 400, 20_000])
def test_a_right_answer_leaves_the_bounds_almost_never(probability: float, n: int) -> None:
    low, high = rate_bounds(probability, n)
    assert share_outside(low, high, n, probability) <= FALSE_ALARM
    assert 0 <= low <= probability <= high <= 1


@pytest.mark.parametrize("probability", PROBABILITIES)
@pytest.mark.parametrize("comparisons", [1, 30, 435, 10**6])
def test_many_comparisons_share_one_false_alarm(probability: float, comparisons: int) -> None:
    low, high = rate_bounds(probability, 500, comparisons)
    assert comparisons * share_outside(low, high, 500, probability) <= FALSE_ALARM
    narrow = rate_bounds(probability, 500)
    assert low <= narrow[0] and narrow[1] <= high


@pytest.mark.parametrize("probability", [0.004, 0.25, 0.5, 0.8, 0.9375])
def test_the_bounds_are_chernoffs_and_no_wider(probability: float) -> None:
    """Where Chernoff's exponent is reached, the exact tail is smaller by a factor of about the standard deviation."""
    low, high = rate_bounds(probability, 20_000)
    for share in (low, high):
        exponent = share * np.log(share / probability) + (1 - share) * np.log((1 - share) / (1 - probability))
        assert 2 * np.exp(-20_000 * exponent) == pytest.approx(FALSE_ALARM, rel=1e-6)
    assert share_outside(low, high, 20_000, probability) > FALSE_ALARM / 100


@pytest.mark.parametrize("probability", PROBABILITIES)
@pytest.mark.parametrize("n", [1, 40, 41, 400, 20_000])
@pytest.mark.parametrize("comparisons", [1, 435])
def test_a_share_is_likely_where_it_is_within_the_bounds(probability: float, n: int, comparisons: int) -> None:
    low, high = rate_bounds(probability, n, comparisons)
    for share in np.linspace(0, 1, 1001):
        if min(abs(share - low), abs(share - high)) > 1e-9:
            assert is_likely(float(share), probability, n, comparisons) == (low <= share <= high), share


@pytest.mark.parametrize("share", [-0.01, 1.01, np.nan, np.inf])
def test_what_is_no_share_is_not_likely(share: float) -> None:
    assert not is_likely(share, 0.5, 1)


def test_a_certain_outcome_is_allowed_no_exception() -> None:
    for n in (1, 400, 20_000):
        assert 1 - 1e-12 < rate_bounds(1.0, n)[0] <= rate_bounds(1.0, n)[1] == 1
        assert rate_bounds(0.0, n)[0] == 0 <= rate_bounds(0.0, n)[1] < 1e-12


def test_few_trials_prove_nothing() -> None:
    assert rate_bounds(0.5, 1) == (0, 1)
    assert rate_bounds(0.5, 40) == (0, 1), "2^-40 is not yet below the half of 10^-12"
    low, high = rate_bounds(0.5, 41)
    assert 0 < low < 1 / 41 and 40 / 41 < high < 1


def test_the_bounds_tell_a_wrong_probability_from_a_right_one() -> None:
    low, high = rate_bounds(0.8, 20_000)
    assert 0.775 < low < high < 0.825


def test_the_mean_tolerance_shrinks_with_the_root_of_the_sample() -> None:
    assert mean_tolerance(0, 1, 400) == pytest.approx(2 * mean_tolerance(0, 1, 1600))
    assert mean_tolerance(-3, 3, 100) == pytest.approx(6 * mean_tolerance(0, 1, 100))


@pytest.mark.parametrize("probability", [0.01, 0.25, 0.5, 0.8, 0.99])
@pytest.mark.parametrize("n", [10, 400, 20_000])
def test_the_mean_tolerance_holds_for_the_values_that_spread_most(probability: float, n: int) -> None:
    """Of all values in [0, 1] with one mean, zeros and ones spread most."""
    tolerance = mean_tolerance(0, 1, n)
    assert share_outside(probability - tolerance, probability + tolerance, n, probability) <= FALSE_ALARM


def test_the_mean_tolerance_is_hoeffdings_and_no_wider() -> None:
    tolerance = mean_tolerance(-1, 4, 300)
    assert 2 * np.exp(-2 * 300 * (tolerance / 5) ** 2) == pytest.approx(FALSE_ALARM)
    tolerance = mean_tolerance(0, 1, 20_000)
    assert share_outside(0.5 - tolerance, 0.5 + tolerance, 20_000, 0.5) > FALSE_ALARM / 100


@pytest.mark.parametrize("probability", [0.03125, 0.5, 0.8])
def test_rate_accepts_every_likely_number_of_ones_and_no_other(probability: float) -> None:
    """The numbers of ones that `expect.rate` refuses have, all together, the probability of a false alarm."""
    n = 400
    accepted = np.array(
        [accepts(expect.rate, np.repeat([1, 0], [ones, n - ones]), probability) for ones in range(n + 1)]
    )
    tails = binom.pmf(np.arange(n + 1), n, probability)
    assert tails[~accepted].sum() <= FALSE_ALARM
    first, last = np.flatnonzero(accepted)[[0, -1]]
    assert accepted[first : last + 1].all()
    assert tails[accepted].min() > FALSE_ALARM / 1000, "nothing that is less likely by far is let through"


def test_mean_accepts_what_hoeffding_allows_and_no_more() -> None:
    n = 10_000
    tolerance = mean_tolerance(-2, 2, n)
    inside, outside = 0.5 + 0.99 * tolerance, 0.5 + 1.01 * tolerance
    for sign in (1, -1):
        assert accepts(expect.mean, sign * np.full(n, inside), sign * 0.5, low=-2, high=2)
        assert not accepts(expect.mean, sign * np.full(n, outside), sign * 0.5, low=-2, high=2)


@pytest.mark.parametrize("want", [0.05, 0.2, 0.5, 0.9375])
def test_right_coins_pass_whatever_the_seed(want: float) -> None:
    for seed in range(50):
        expect.coins(np.random.default_rng(seed).random((200, 100)) < want, want, "x")
        expect.coins(np.random.default_rng(seed).random((101, 81)) < want, want, "x")


def test_coins_are_judged_by_the_rate_that_they_are_asked_for() -> None:
    """The share of 20 000 coins may stray by 0.027; half of the neighbours agree, whatever becomes of the share."""
    for probability, passes in ((0.5, True), (0.48, True), (0.46, False), (0.54, False)):
        coins = np.random.default_rng(0).random((200, 100)) < probability
        assert accepts(expect.coins, coins, 0.5) is passes


@pytest.mark.parametrize("want", [0.2, 0.5])
def test_right_places_pass_whatever_the_seed(want: float) -> None:
    for seed in range(50):
        expect.places(np.random.default_rng(seed).random((500, 6, 5)) < want, want, "x")
        expect.places(np.random.default_rng(seed).random((301, 2, 2)) < want, want, "x")


def test_places_allow_for_the_number_of_their_comparisons() -> None:
    """30 places are 30 shares and 435 pairs: one of them may stray a little further than if it were the only one."""
    draws = np.random.default_rng(0).random((500, 6, 5)) < 0.5
    for comparisons in (30, 435):
        allowed = int(500 * rate_bounds(0.5, 500, comparisons)[1])
        assert allowed > 500 * rate_bounds(0.5, 500)[1], "this number separates the two bounds"
        for n_ones, passes in ((allowed, True), (allowed + 1, False)):
            strayed = draws.copy()
            ones = np.random.default_rng(1).permutation(500) < n_ones
            strayed[:, 0, 0] = ones if comparisons == 30 else strayed[:, 5, 4] == ones
            assert accepts(expect.places, strayed, 0.5) is passes, (comparisons, n_ones)


@pytest.mark.parametrize("probability", [0.0, 1 / 128, 0.25, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("n", [1, 2, 3, 60, 2000])
@pytest.mark.parametrize("sums", [1, 2, 5])
def test_equal_sums_are_no_likelier_than_their_bound(probability: float, n: int, sums: int) -> None:
    likely = binom.pmf(np.arange(n + 1), n, probability)
    bound = equal_sums_chance(probability, n, sums)
    assert np.sum(likely**sums) <= bound * (1 + 1e-9)
    assert bound == pytest.approx(likely.max() ** (sums - 1), rel=1e-9), "and the bound is the likeliest number's"


@pytest.mark.parametrize("want", [0.25, 0.5, 1.0])
@pytest.mark.parametrize("shape", [(2, 2), (2, 5), (5, 2), (3, 3)])
def test_no_mask_of_few_coins_is_refused(shape: tuple[int, int], want: float) -> None:
    """Each mask of so few coins is likelier than a false alarm may be; with probability 1 there is but one."""
    for tosses in itertools.product((0, 1), repeat=shape[0] * shape[1]):
        if want < 1 or all(tosses):
            assert accepts(expect.coins, np.reshape(tosses, shape), want), tosses


def test_few_columns_may_have_as_many_ones_each() -> None:
    """Three numbers of ones among 500 are equal with probability 7e-4, which this seed shows; ten hardly ever are."""
    equal = np.random.default_rng(4979).random((500, 3)) < 0.5
    assert len(set(equal.sum(axis=0))) == 1
    assert accepts(expect.coins, equal, 0.5) and accepts(expect.coins, equal.T, 0.5)
    rng = np.random.default_rng(0)
    exact = np.array([rng.permutation(500) < 250 for _ in range(10)])
    assert not accepts(expect.coins, exact, 0.5) and not accepts(expect.coins, exact.T, 0.5)


@pytest.mark.parametrize(
    ("too_few", "enough", "says"),
    [
        (np.ones((2, 20)), np.ones((2, 21)), "every entry is the same"),
        (np.tile([1, 0], (20, 1)), np.tile([1, 0], (21, 1)), "every row is the same"),
        (np.tile([1, 0], (20, 1)).T, np.tile([1, 0], (21, 1)).T, "every column is the same"),
    ],
)
def test_coins_are_called_alike_from_the_number_on_that_proves_it(too_few: Any, enough: Any, says: str) -> None:
    """2^-39 and (2^-19)^2 are above 10^-12, 2^-41 and (2^-20)^2 are below."""
    expect.coins(too_few, 0.5, "x")
    with pytest.raises(Unmet, match=says):
        expect.coins(enough, 0.5, "x")
