"""How far a right random answer may stray: bounds that hold for every sample size, not only for large ones.

One comparison gives a false alarm with a probability below `FALSE_ALARM`. Knows of no exercise.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

FALSE_ALARM = 1e-12
FOURTH_MOMENT = 6.0  # of Laplace's law with variance 1; the normal law has 3, the uniform 1.8
LARGEST_SQUARE = 64.0  # for which a square counts when noise is judged: eight standard deviations


@cache
def rate_bounds(probability: float, n: int, comparisons: int = 1) -> tuple[float, float]:
    """Return the range that the share of successes in `n` independent trials hardly ever leaves.

    "Hardly ever" is a probability below `FALSE_ALARM`.

    Chernoff's bound: P(share >= a) <= exp(-n KL(a || p)), and likewise below.

    Parameters
    ----------
    probability : float
        Probability of one success, in [0, 1].
    n : int
        Number of independent trials, at least 1.
    comparisons : int
        How many shares are compared with these bounds; together they leave them with probability below `FALSE_ALARM`.

    Returns
    -------
    low, high : float
        Bounds of the share, within [0, 1].

    Examples
    --------
    >>> [round(bound, 3) for bound in rate_bounds(0.5, 10_000)]
    [0.462, 0.538]
    """
    limit = _limit(n, comparisons)
    low = _bisect(lambda share: _divergence(share, probability) > limit, 0.0, probability)
    high = _bisect(lambda share: _divergence(share, probability) > limit, 1.0, probability)
    return low, high


def is_likely(share: float, probability: float, n: int, comparisons: int = 1) -> bool:
    """Tell whether a share lies within `rate_bounds`, without looking for these.

    Parameters
    ----------
    share : float
        Share of successes that came; what is no share is not likely.
    probability, n, comparisons : float, int, int
        As for `rate_bounds`.

    Examples
    --------
    >>> is_likely(0.53, 0.5, 10_000), is_likely(0.54, 0.5, 10_000)
    (True, False)
    """
    return 0 <= share <= 1 and _divergence(share, probability) <= _limit(n, comparisons)


def mean_tolerance(low: float, high: float, n: int) -> float:
    """Return how far the mean of `n` independent values in [low, high] strays with probability above `FALSE_ALARM`.

    Hoeffding's bound: P(|mean - expectation| >= t) <= 2 exp(-2 n t^2 / (high - low)^2).

    Parameters
    ----------
    low, high : float
        Bounds of one value.
    n : int
        Number of independent values.

    Returns
    -------
    float
        The distance, in the values' unit.

    Examples
    --------
    >>> round(mean_tolerance(0.0, 1.0, 10_000), 3)
    0.038
    """
    return (high - low) * math.sqrt(math.log(2 / FALSE_ALARM) / (2 * n))


def equal_sums_chance(probability: float, n: int, sums: int) -> float:
    """Return a bound of the probability that several numbers of successes are all the same.

    Whatever the first one is, each other equals it with at most the probability of the likeliest number:
    P <= max_k P(k successes in n trials)^(sums - 1).

    Parameters
    ----------
    probability : float
        Probability of one success, in [0, 1].
    n : int
        Number of independent trials behind each number.
    sums : int
        How many independent numbers are compared, at least 1.

    Returns
    -------
    float
        The bound, within [0, 1].

    Examples
    --------
    >>> round(equal_sums_chance(0.5, 2, 4), 3)
    0.125
    """
    likeliest = min(int((n + 1) * probability), n)
    if likeliest in (0, n):
        return max(probability, 1 - probability) ** (n * (sums - 1))
    ways = math.lgamma(n + 1) - math.lgamma(likeliest + 1) - math.lgamma(n - likeliest + 1)
    log_chance = ways + likeliest * math.log(probability) + (n - likeliest) * math.log(1 - probability)
    return math.exp(log_chance * (sums - 1))


def noise_mean_tolerance(n: int) -> float:
    """Return how far the mean of `n` independent values of mean 0 and variance 1 strays, whatever their law.

    Nearly whatever: |x| has no larger moments than under Laplace's law, E|x|^k <= k! / 2^(k/2) for k >= 3. That holds
    for normal and truncated normal, uniform, triangular and logistic laws and for ±1. Bernstein's bound then reads
    P(|mean| >= t) <= 2 exp(-n t^2 / (2 + sqrt(2) t)).

    Parameters
    ----------
    n : int
        Number of independent values.

    Returns
    -------
    float
        The distance that is exceeded with a probability below `FALSE_ALARM`.

    Examples
    --------
    >>> round(noise_mean_tolerance(10_000), 3)
    0.077
    """
    limit = math.log(2 / FALSE_ALARM) / n
    return limit / math.sqrt(2) + math.sqrt(limit**2 / 2 + 2 * limit)


def noise_square_bounds(n: int) -> tuple[float, float]:
    """Return the range that the mean square of `n` independent values of mean 0 and variance 1 hardly ever leaves.

    The laws are those of `noise_mean_tolerance`; a square counts for at most `LARGEST_SQUARE` = B. For v = min(x^2, B)
    E v <= 1 and Var v <= E v^2 <= FOURTH_MOMENT = s. Bennett's bound holds above: with h(u) = (1 + u) log(1 + u) - u,
    P(mean >= 1 + t) <= exp(-n s h(B t / s) / B^2). Below, E v >= 1 - E x^10 / B^4 and, as v >= 0,
    P(mean <= E v - t) <= exp(-n t^2 / (2 s)).

    Parameters
    ----------
    n : int
        Number of independent values.

    Returns
    -------
    low, high : float
        Bounds of the mean square; outside with a probability below `FALSE_ALARM`. low is below 0 for few values.

    Examples
    --------
    >>> [round(bound, 2) for bound in noise_square_bounds(10_000)]
    [0.81, 1.24]
    """
    limit = math.log(2 / FALSE_ALARM) / n
    counted = 1 - math.factorial(10) / 2**5 / LARGEST_SQUARE**4
    unit = FOURTH_MOMENT / LARGEST_SQUARE

    def is_outside(t: float) -> bool:
        u = t / unit
        return unit / LARGEST_SQUARE * ((1 + u) * math.log1p(u) - u) > limit

    return counted - math.sqrt(2 * FOURTH_MOMENT * limit), 1 + _bisect(is_outside, LARGEST_SQUARE, 0.0)


def covariance_tolerance(mean_a: float, mean_b: float, n: int) -> float:
    """Return how far mean(ab) - mean(a) mean(b) strays from 0 for `n` independent pairs of independent a, b in [-1, 1].

    Each of the three means stays within t, `mean_tolerance` of its expectation; the product of two expectations then is
    within t (|mean(a)| + |mean(b)| + t) of the product of the means.

    Parameters
    ----------
    mean_a, mean_b : float
        The means that came.
    n : int
        Number of pairs.

    Returns
    -------
    float
        The distance; exceeded with a probability below 3 `FALSE_ALARM`.

    Examples
    --------
    >>> round(covariance_tolerance(0.0, 0.0, 10_000), 3)
    0.081
    """
    t = mean_tolerance(-1, 1, n)
    return t * (1 + abs(mean_a) + abs(mean_b) + t)


def equal_lines_chance(length: int, lines: int) -> float:
    """Return a bound of the probability that two of several lines of independent noise are equal or opposite.

    A variance of 1 and a fourth moment of at most `FOURTH_MOMENT` leave a value at 0 with a probability of at most
    1 - 1 / FOURTH_MOMENT (Cauchy and Schwarz), so that two of them are equal with at most (5/6)^2 + (1/6)^2 = 13/18.

    Parameters
    ----------
    length : int
        Number of values in a line.
    lines : int
        Number of lines.

    Returns
    -------
    float
        The bound; 1 for short lines, of which nothing can be said.

    Examples
    --------
    >>> equal_lines_chance(120, 100) < 1e-12 < equal_lines_chance(60, 100)
    True
    """
    at_zero = 1 - 1 / FOURTH_MOMENT
    return min(1.0, lines * (lines - 1) * (at_zero**2 + (1 - at_zero) ** 2) ** length)


def _limit(n: int, comparisons: int) -> float:
    """The divergence that a share of n trials exceeds with a probability below `FALSE_ALARM`."""
    return math.log(2 * comparisons / FALSE_ALARM) / n


def _divergence(share: float, probability: float) -> float:
    """Kullback-Leibler divergence of two Bernoulli laws, in nats."""
    total = 0.0
    for a, b in ((share, probability), (1 - share, 1 - probability)):
        if a > 0:
            total += a * math.log(a / b) if b > 0 else math.inf
    return total


def _bisect(is_outside: Callable[[float], bool], outside: float, inside: float) -> float:
    """Return the border between `outside` and `inside`, or `outside` itself when it is not outside at all."""
    if not is_outside(outside):
        return outside
    for _ in range(40):  # to the twelfth decimal place
        middle = (outside + inside) / 2
        if is_outside(middle):
            outside = middle
        else:
            inside = middle
    return outside
