"""The bounds against exact binomial tails: never too narrow, and narrow enough to be of use."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from helpers.check.statistics import FALSE_ALARM, mean_tolerance, rate_bounds


@pytest.mark.parametrize("probability", [0.0, 0.004, 0.25, 0.5, 0.8, 0.9375, 1.0])
@pytest.mark.parametrize("n", [1, 10, 400, 20_000])
def test_a_right_answer_leaves_the_bounds_almost_never(probability: float, n: int) -> None:
    low, high = rate_bounds(probability, n)
    outside = binom.cdf(np.ceil(low * n - 1e-9) - 1, n, probability) + binom.sf(
        np.floor(high * n + 1e-9), n, probability
    )
    assert outside <= FALSE_ALARM
    assert 0 <= low <= probability <= high <= 1


def test_the_bounds_tell_a_wrong_probability_from_a_right_one() -> None:
    low, high = rate_bounds(0.8, 20_000)
    assert 0.775 < low < high < 0.825


def test_the_mean_tolerance_shrinks_with_the_root_of_the_sample() -> None:
    assert mean_tolerance(0, 1, 400) == pytest.approx(2 * mean_tolerance(0, 1, 1600))
    assert mean_tolerance(-3, 3, 100) == pytest.approx(6 * mean_tolerance(0, 1, 100))
