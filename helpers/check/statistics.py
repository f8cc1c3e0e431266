"""How far a right random answer may stray: bounds that hold for every sample size, not only for large ones.

One comparison gives a false alarm with a probability below `FALSE_ALARM`. Knows of no exercise.
"""

from __future__ import annotations

import math
from collections.abc import Callable

FALSE_ALARM = 1e-12


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
    limit = math.log(2 * comparisons / FALSE_ALARM) / n
    low = _bisect(lambda share: _divergence(share, probability) > limit, 0.0, probability)
    high = _bisect(lambda share: _divergence(share, probability) > limit, 1.0, probability)
    return low, high


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


def _divergence(share: float, probability: float) -> float:
    """Kullback-Leibler divergence of two Bernoulli laws, in nats."""

    def term(a: float, b: float) -> float:
        return 0.0 if a == 0 else math.inf if b == 0 else a * math.log(a / b)

    return term(share, probability) + term(1 - share, 1 - probability)


def _bisect(is_outside: Callable[[float], bool], outside: float, inside: float) -> float:
    """Return the border between `outside` and `inside`, or `outside` itself when it is not outside at all."""
    if not is_outside(outside):
        return outside
    for _ in range(60):
        middle = (outside + inside) / 2
        if is_outside(middle):
            outside = middle
        else:
            inside = middle
    return outside
