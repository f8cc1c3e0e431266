"""Data splits: the references of topic 01.

A row of `X (m, n)` is an example, `y (m,)` holds its label; an index array says which rows belong to a part. Sources:
Stone, "Cross-validatory choice and assessment of statistical predictions", Journal of the Royal Statistical Society B
36 (1974); Kohavi, "A study of cross-validation and bootstrap for accuracy estimation and model selection", IJCAI 14
(1995); Roberts et al., "Cross-validation strategies for data with temporal, spatial, hierarchical, or phylogenetic
structure", Ecography 40 (2017); course notes 000, 1.1, and 004, 1.1; course note 002, "model selection".
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helpers.validate import (
    require_count,
    require_labels,
    require_list,
    require_number,
    require_rng,
    require_rows,
    require_shape,
)

Indices = NDArray[np.int64]
Part = tuple[NDArray, NDArray]


def split_sizes(m: int, holdout: float = 0.2, max_holdout: int = 10_000) -> tuple[int, int, int]:
    """Say how many rows train, and how many are held out for dev and for test.

    `n_dev = n_test = min(round(holdout * m), max_holdout)` and the rest trains: 60/20/20 % of a small data set, but
    98/1/1 % of a million rows, because 10 000 rows measure an error well enough. `round` is Python's (halves go to the
    even number); scikit-learn rounds the test set up.

    Parameters
    ----------
    m : int
        Number of rows, at least 0.
    holdout : float
        Share of the rows for dev, and as large a share for test, in [0, 0.5].
    max_holdout : int
        The most rows that dev, or test, may take, at least 0.

    Returns
    -------
    n_train, n_dev, n_test : int
        Their sum is `m`.

    Raises
    ------
    ValueError
        When an argument is out of range, or dev and test together would have more than `m` rows.

    Examples
    --------
    >>> split_sizes(1000)
    (600, 200, 200)
    """
    m = require_count("m", m, at_least=0)
    holdout = require_number("holdout", holdout, at_least=0, at_most=0.5)
    n_held_out = min(round(holdout * m), require_count("max_holdout", max_holdout, at_least=0))
    if 2 * n_held_out > m:
        raise ValueError(f"holdout must leave dev and test at most m = {m} rows together, got {holdout}")
    return m - 2 * n_held_out, n_held_out, n_held_out


def shuffle_together(X: ArrayLike, y: ArrayLike, rng: np.random.Generator) -> Part:
    """Put the rows of `X` and of `y` into one random order, so that every row keeps its label.

    Parameters
    ----------
    X : array_like of shape (m, ...)
        Examples.
    y : array_like of shape (m, ...)
        Their labels.
    rng : numpy.random.Generator
        The only source of randomness; every order is equally likely.

    Returns
    -------
    X, y : ndarray
        The same rows in the new order; shapes and dtypes as they came.

    Raises
    ------
    ValueError
        When `X` and `y` do not have the same number of rows, at least one, or `rng` is no generator.

    Examples
    --------
    >>> X, y = shuffle_together([[1], [2], [3]], [10, 20, 30], np.random.default_rng(0))
    >>> y - 10 * X[:, 0]
    array([0, 0, 0])
    """
    X, y = np.asarray(X), np.asarray(y)
    order = require_rng(rng).permutation(require_rows(X=X, y=y))
    return X[order], y[order]


def train_dev_test_split(
    X: ArrayLike, y: ArrayLike, sizes: Sequence[int], rng: np.random.Generator
) -> tuple[Part, Part, Part]:
    """Deal the rows at random to train, dev and test: each row goes to one part.

    Parameters
    ----------
    X : array_like of shape (m, ...)
        Examples.
    y : array_like of shape (m, ...)
        Their labels.
    sizes : sequence of three int
        Rows in train, dev and test; each at least 0, `m` together.
    rng : numpy.random.Generator
        The only source of randomness; every division is equally likely.

    Returns
    -------
    (X_train, y_train), (X_dev, y_dev), (X_test, y_test) : pairs of ndarray
        Dtypes as they came; a part of size 0 has no rows.

    Raises
    ------
    ValueError
        When `X` and `y` do not have the same number of rows, at least one, or `sizes` are not three whole numbers that
        sum to it.

    Examples
    --------
    >>> X, y = np.arange(10.0).reshape(5, 2), np.array([0, 1, 0, 1, 0])
    >>> [len(part_y) for part_X, part_y in train_dev_test_split(X, y, (3, 1, 1), np.random.default_rng(0))]
    [3, 1, 1]
    """
    X, y = np.asarray(X), np.asarray(y)
    m = require_rows(X=X, y=y)
    counts = [require_count("each size in sizes", size, at_least=0) for size in require_list("sizes", sizes)]
    if len(counts) != 3 or sum(counts) != m:
        raise ValueError(f"sizes must be three numbers that sum to m = {m}, got {sizes}")
    n_train, n_dev, _ = counts
    train, dev, test = np.split(require_rng(rng).permutation(m), [n_train, n_train + n_dev])
    return (X[train], y[train]), (X[dev], y[dev]), (X[test], y[test])


def stratified_split(y: ArrayLike, holdout: float, rng: np.random.Generator) -> tuple[Indices, Indices]:
    """Hold out the same share of every class, so that a rare class is in train and in test as often as it should be.

    Of a class with `count` rows `min(round(holdout * count), count - 1)` are drawn for the test set; one row always
    trains, because a class that was never seen cannot be recognized. scikit-learn's `StratifiedShuffleSplit` refuses a
    class with a single row and fixes the size of the whole test set instead of each class's.

    Parameters
    ----------
    y : array_like of shape (m,)
        Labels: any integers (or strings).
    holdout : float
        Share of each class for the test set, in [0, 1].
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    train_idx, test_idx : ndarray of int64
        Rows of each part, ascending; together 0 .. m - 1, each once.

    Raises
    ------
    ValueError
        When `y` is not a vector of at least one label, or holds fractions, `holdout` is not in [0, 1], or `rng` is no
        generator.

    Examples
    --------
    >>> y = np.array([0, 0, 0, 0, 0, 0, 1, 1])
    >>> train_idx, test_idx = stratified_split(y, 0.5, np.random.default_rng(0))
    >>> np.bincount(y[test_idx])
    array([3, 1])
    """
    y = np.asarray(y)
    require_shape("y", y, ("m",))
    in_test = np.zeros(require_rows(y=y), dtype=bool)
    if y.dtype.kind in "fc" and np.any(y != np.rint(y)):
        raise ValueError(f"y must hold labels, which are whole numbers, got {y.dtype} {y!r}")
    holdout = require_number("holdout", holdout, at_least=0, at_most=1)
    rng = require_rng(rng)
    classes, label = np.unique(y, return_inverse=True)
    for number in range(len(classes)):
        rows = np.flatnonzero(label == number)
        n_test = min(round(holdout * len(rows)), len(rows) - 1)
        in_test[rng.choice(rows, n_test, replace=False)] = True
    return _divide(in_test)


def group_split(groups: ArrayLike, holdout: float, rng: np.random.Generator) -> tuple[Indices, Indices]:
    """Hold out whole groups (all rows of a patient, a speaker, a writer), so that the test set holds only strangers.

    `max(1, round(holdout * n_groups))` groups are drawn for the test set, each equally likely whatever its size.
    scikit-learn's `GroupShuffleSplit` rounds their number up.

    Parameters
    ----------
    groups : array_like of shape (m,)
        For each row the group that it belongs to: integers or strings, in any order.
    holdout : float
        Share of the groups, not of the rows, for the test set, in [0, 1].
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    train_idx, test_idx : ndarray of int64
        Rows of each part, ascending; together 0 .. m - 1, each once. Nothing trains when there is a single group.

    Raises
    ------
    ValueError
        When `groups` is not a vector of at least one row, `holdout` not in [0, 1], or `rng` no generator.

    Examples
    --------
    >>> groups = np.array(["ann", "bob", "ann", "bob"])
    >>> train_idx, test_idx = group_split(groups, 0.5, np.random.default_rng(0))
    >>> len(set(groups[train_idx])), len(set(groups[test_idx]))
    (1, 1)
    """
    groups = np.asarray(groups)
    require_shape("groups", groups, ("m",))
    require_rows(groups=groups)
    holdout = require_number("holdout", holdout, at_least=0, at_most=1)
    names, group = np.unique(groups, return_inverse=True)
    n_test = max(1, round(holdout * len(names)))
    return _divide(np.isin(group, require_rng(rng).choice(len(names), n_test, replace=False)))


def target_split(
    is_target: ArrayLike, n_dev: int, n_test: int, rng: np.random.Generator
) -> tuple[Indices, Indices, Indices]:
    """Draw dev and test from the data that the product will meet; everything else trains, wherever it comes from.

    Dev and test then aim at the same target (users' photos); train may also hold other data (photos from the web).

    Parameters
    ----------
    is_target : array_like of bool, shape (m,)
        Which rows come from the target distribution.
    n_dev, n_test : int
        Rows in dev and in test, at least 0; together no more than the target rows.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    train_idx, dev_idx, test_idx : ndarray of int64
        Rows of each part; together 0 .. m - 1, each once.

    Raises
    ------
    ValueError
        When `is_target` is not a vector of True and False, a size is negative, or `n_dev + n_test` exceeds the target
        rows.

    Examples
    --------
    >>> train_idx, dev_idx, test_idx = target_split([False, False, True, True], 1, 1, np.random.default_rng(0))
    >>> train_idx
    array([0, 1])
    """
    is_target = require_labels("is_target", is_target, 2).astype(bool)
    n_dev, n_test = require_count("n_dev", n_dev, at_least=0), require_count("n_test", n_test, at_least=0)
    target = require_rng(rng).permutation(np.flatnonzero(is_target))
    if n_dev + n_test > len(target):
        raise ValueError(f"n_dev + n_test must be at most the {len(target)} target rows, got {n_dev} + {n_test}")
    dev_idx, test_idx = target[:n_dev], target[n_dev : n_dev + n_test]
    in_train = np.ones(len(is_target), dtype=bool)
    in_train[dev_idx] = in_train[test_idx] = False
    return np.flatnonzero(in_train), dev_idx, test_idx


def k_fold(m: int, k: int, rng: np.random.Generator) -> list[tuple[Indices, Indices]]:
    """Cut the shuffled rows into k folds; each fold validates once, while the other k - 1 train.

    The first `m % k` folds have one row more than the others. scikit-learn's `KFold` shuffles only when asked to.

    Parameters
    ----------
    m : int
        Number of rows.
    k : int
        Number of folds, 2 .. m; with k = m every row is left out once.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    list of k pairs (train_idx, val_idx) of ndarray of int64
        Rows of each part, ascending; a pair together 0 .. m - 1, each once.

    Raises
    ------
    ValueError
        When `k` is not in 2 .. m, or `rng` is no generator.

    Examples
    --------
    >>> [(len(train_idx), len(val_idx)) for train_idx, val_idx in k_fold(7, 3, np.random.default_rng(0))]
    [(4, 3), (5, 2), (5, 2)]
    """
    m, k = require_count("m", m), require_count("k", k, at_least=2)
    if k > m:
        raise ValueError(f"k must be at most m = {m}, got {k}")
    fold = require_rng(rng).permutation(np.arange(m) % k)  # the fold in which each row validates, dealt out like cards
    return [_divide(fold == number) for number in range(k)]


def _divide(held_out: NDArray[np.bool_]) -> tuple[Indices, Indices]:
    """Return the rows where the mask is False and those where it is True: no row is lost, none is in both."""
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)
