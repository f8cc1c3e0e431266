"""The references of topic 01 against sets, counts over all outcomes, scikit-learn's splitters and their contracts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare
from sklearn.model_selection import GroupShuffleSplit, KFold, StratifiedShuffleSplit

from helpers import data_splits

seeds = st.integers(0, 2**32)
shares = st.integers(0, 64).map(lambda part: part / 64)
repeatable = settings(deadline=None, derandomize=True, max_examples=60)


def make_rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def lock(values: Any) -> np.ndarray:
    array = np.array(values)
    array.flags.writeable = False
    return array


def assert_partition(parts: Sequence[np.ndarray], m: int) -> None:
    for part in parts:
        assert part.dtype == np.int64 and part.ndim == 1
    assert sorted(np.concatenate(parts).tolist()) == list(range(m))


def assert_uniform(draw: Callable[[np.random.Generator], Hashable], n_outcomes: int) -> None:
    """Every outcome comes, each about 300 times; a right answer fails once in 10^9 seeds, and the seed is fixed."""
    rng = make_rng(7)
    counts = Counter(draw(rng) for _ in range(300 * n_outcomes))
    assert len(counts) == n_outcomes
    assert chisquare(list(counts.values())).pvalue > 1e-9


# split_sizes


def test_small_data_is_split_60_20_20_and_a_million_rows_98_1_1() -> None:
    assert data_splits.split_sizes(10) == (6, 2, 2)
    assert data_splits.split_sizes(1000) == (600, 200, 200)
    assert data_splits.split_sizes(1_000_000) == (980_000, 10_000, 10_000)
    assert data_splits.split_sizes(50_000) == (30_000, 10_000, 10_000)
    assert data_splits.split_sizes(49_990) == (29_994, 9_998, 9_998)
    assert data_splits.split_sizes(1000, 0.125, 100) == (800, 100, 100)


@repeatable
@given(st.integers(0, 10**6), st.integers(0, 25).map(lambda part: Fraction(part, 64)), st.integers(0, 20_000))
def test_sizes_are_the_formula_in_exact_fractions(m: int, holdout: Fraction, most: int) -> None:
    expected = min(round(holdout * m), most)
    sizes = data_splits.split_sizes(m, float(holdout), most)
    assert sizes == (m - 2 * expected, expected, expected)
    assert [type(size) for size in sizes] == [int, int, int]
    assert min(sizes) >= 0 and sum(sizes) == m


def test_every_holdout_up_to_two_fifths_fits_whatever_the_rounding() -> None:
    for m in range(60):
        assert sum(data_splits.split_sizes(m, 0.4)) == m


def test_halves_round_to_the_even_number_and_nothing_need_train() -> None:
    assert data_splits.split_sizes(5, 0.5) == (1, 2, 2)
    assert data_splits.split_sizes(1, 0.5) == (1, 0, 0)
    assert data_splits.split_sizes(4, 0.5) == (0, 2, 2)
    assert data_splits.split_sizes(4, 0, 0) == (4, 0, 0)
    with pytest.raises(ValueError, match=r"holdout must leave dev and test at most m = 7 rows together, got 0\.5"):
        data_splits.split_sizes(7, 0.5)
    assert data_splits.split_sizes(7, 0.5, 3) == (1, 3, 3)


def test_numpy_numbers_give_python_ints() -> None:
    sizes = data_splits.split_sizes(np.int64(10), np.float64(0.25), np.int32(1))  # type: ignore[arg-type]
    assert sizes == (8, 1, 1)
    assert [type(size) for size in sizes] == [int, int, int]


# shuffle_together and train_dev_test_split


def test_every_order_of_three_rows_is_equally_likely() -> None:
    assert_uniform(lambda rng: tuple(data_splits.shuffle_together(np.zeros(3), np.arange(3), rng)[1].tolist()), 6)


@repeatable
@given(st.integers(1, 20), seeds)
def test_a_shuffle_keeps_rows_labels_and_arguments(m: int, seed: int) -> None:
    X, y = lock(np.arange(m * 6).reshape(m, 2, 3)), lock(np.arange(m) * 6)
    new_X, new_y = data_splits.shuffle_together(X, y, make_rng(seed))
    assert new_X.shape == X.shape
    np.testing.assert_array_equal(new_X[:, 0, 0], new_y)
    assert sorted(new_y.tolist()) == y.tolist()


@repeatable
@given(st.lists(st.integers(0, 8), min_size=3, max_size=3).filter(any), seeds)
def test_each_row_goes_to_one_part_with_its_label(sizes: list[int], seed: int) -> None:
    m = sum(sizes)
    X, y = lock(np.arange(m * 2).reshape(m, 2)), lock(np.arange(m) * 2)
    parts = data_splits.train_dev_test_split(X, y, sizes, make_rng(seed))
    assert [(len(part_X), len(part_y)) for part_X, part_y in parts] == [(size, size) for size in sizes]
    for part_X, part_y in parts:
        assert part_X.shape[1:] == (2,)
        np.testing.assert_array_equal(part_X[:, 0], part_y)
    assert sorted(np.concatenate([part_y for _, part_y in parts]).tolist()) == y.tolist()


def test_every_division_into_three_parts_is_equally_likely() -> None:
    def draw(rng: np.random.Generator) -> Hashable:
        parts = data_splits.train_dev_test_split(np.zeros(4), np.arange(4), [2, 1, 1], rng)
        return tuple(frozenset(part_y.tolist()) for _, part_y in parts)

    assert_uniform(draw, 12)


def test_rows_keep_their_dtype_and_lists_will_do() -> None:
    for kind in (np.float32, np.float64, np.uint8):
        X, y = np.ones((4, 2), dtype=kind), np.ones(4, dtype=np.int8)
        new_X, new_y = data_splits.shuffle_together(X, y, make_rng())
        assert new_X.dtype == kind and new_y.dtype == np.int8
        for part_X, part_y in data_splits.train_dev_test_split(X, y, (2, 2, 0), make_rng()):
            assert part_X.dtype == kind and part_y.dtype == np.int8
    X, y = data_splits.shuffle_together([[1], [2]], [1, 2], make_rng())
    assert X[:, 0].tolist() == y.tolist()
    (X, y), *_ = data_splits.train_dev_test_split([[1], [2]], [1, 2], np.array([2, 0, 0]), make_rng())  # type: ignore[arg-type]
    assert X[:, 0].tolist() == y.tolist()


# stratified_split


@repeatable
@given(st.lists(st.sampled_from([-7, -1, 0, 3, 10**12]), min_size=1, max_size=60), shares, seeds)
def test_every_class_gives_its_share_and_keeps_one_row_in_train(labels: list[int], holdout: float, seed: int) -> None:
    y = lock(labels)
    train, test = data_splits.stratified_split(y, holdout, make_rng(seed))
    assert_partition([train, test], len(y))
    in_test = Counter(y[test].tolist())
    for label, count in Counter(labels).items():
        assert in_test[label] == min(round(Fraction(holdout) * count), count - 1)


def test_a_stratified_split_agrees_with_scikit_learn_where_nothing_is_rounded() -> None:
    y = make_rng(1).permutation(np.repeat([5, -2, 9], [40, 8, 16]))
    ((_, expected),) = StratifiedShuffleSplit(1, test_size=0.25, random_state=0).split(y, y)
    _, test = data_splits.stratified_split(y, 0.25, make_rng())
    assert Counter(y[test].tolist()) == Counter(y[expected].tolist()) == {5: 10, -2: 2, 9: 4}


def test_the_rows_of_a_class_are_equally_likely_to_be_held_out() -> None:
    y = [0, 1, 0, 1, 0, 1, 0]
    assert_uniform(lambda rng: tuple(data_splits.stratified_split(y, 0.5, rng)[1].tolist()), comb(4, 2) * 3)


def test_a_class_of_one_row_trains_at_every_share() -> None:
    for holdout in (0, 0.25, 0.5, 0.75, 1):
        train, test = data_splits.stratified_split([4, 8, 8], holdout, make_rng())
        assert 0 in train and 8 in np.array([4, 8, 8])[train]
        assert len(test) == min(round(2 * holdout), 1)


# group_split


@repeatable
@given(
    st.lists(st.integers(-3, 9), min_size=1, max_size=40)
    | st.lists(st.sampled_from(["a", "Bo", "b", "long name", ""]), min_size=1, max_size=40),
    shares,
    seeds,
)
def test_groups_stay_whole_and_their_number_is_the_rounded_share(groups: list, holdout: float, seed: int) -> None:
    array = lock(groups)
    train, test = data_splits.group_split(array, holdout, make_rng(seed))
    assert_partition([train, test], len(groups))
    in_train, in_test = set(array[train].tolist()), set(array[test].tolist())
    assert not in_train & in_test
    assert len(in_test) == max(1, round(Fraction(holdout) * len(set(groups))))


def test_a_group_split_agrees_with_scikit_learn_where_nothing_is_rounded() -> None:
    groups = make_rng(2).integers(0, 8, 100)
    ((_, expected),) = GroupShuffleSplit(1, test_size=0.25, random_state=0).split(groups, groups=groups)
    _, test = data_splits.group_split(groups, 0.25, make_rng())
    assert len(set(groups[test])) == len(set(groups[expected])) == 2


def test_large_and_small_groups_are_equally_likely_to_be_held_out() -> None:
    groups = np.array(["b", "a", "b", "d", "b", "c", "b"])
    assert_uniform(lambda rng: tuple(sorted(set(groups[data_splits.group_split(groups, 0.5, rng)[1]]))), comb(4, 2))


def test_a_single_group_is_held_out_and_no_share_still_holds_one() -> None:
    train, test = data_splits.group_split(["a", "a"], 0.25, make_rng())
    assert_partition([train, test], 2)
    assert len(test) == 2
    assert len(data_splits.group_split([1, 2, 3], 0, make_rng())[1]) == 1
    assert len(data_splits.group_split([1, 2, 3], 1, make_rng())[1]) == 3


# target_split


@repeatable
@given(st.lists(st.booleans(), min_size=1, max_size=30), seeds, st.data())
def test_dev_and_test_come_from_the_target_and_the_rest_trains(targets: list[bool], seed: int, data: Any) -> None:
    n_dev = data.draw(st.integers(0, sum(targets)))
    n_test = data.draw(st.integers(0, sum(targets) - n_dev))
    is_target = lock(targets)
    train, dev, test = data_splits.target_split(is_target, n_dev, n_test, make_rng(seed))
    assert_partition([train, dev, test], len(targets))
    assert (len(dev), len(test)) == (n_dev, n_test)
    assert is_target[dev].all() and is_target[test].all()


def test_every_choice_of_target_rows_is_equally_likely() -> None:
    def draw(rng: np.random.Generator) -> Hashable:
        _, dev, test = data_splits.target_split([True, False, True, True, False, True], 1, 2, rng)
        return frozenset(dev.tolist()), frozenset(test.tolist())

    assert_uniform(draw, 4 * comb(3, 2))


def test_one_row_more_than_the_target_has_is_refused() -> None:
    is_target = [False, True, True, True]
    assert [len(part) for part in data_splits.target_split(is_target, 2, 1, make_rng())] == [1, 2, 1]
    with pytest.raises(ValueError, match=r"n_dev \+ n_test must be at most the 3 target rows, got 2 \+ 2"):
        data_splits.target_split(is_target, 2, 2, make_rng())
    assert len(data_splits.target_split([False, False], 0, 0, make_rng())[0]) == 2


# k_fold


@repeatable
@given(st.integers(2, 40), st.data(), seeds)
def test_every_row_validates_once_and_trains_otherwise(m: int, data: Any, seed: int) -> None:
    k = data.draw(st.integers(2, m))
    pairs = data_splits.k_fold(m, k, make_rng(seed))
    assert type(pairs) is list and [type(pair) for pair in pairs] == [tuple] * k
    for pair in pairs:
        assert_partition(pair, m)
    assert_partition([val for _, val in pairs], m)
    expected = [len(val) for _, val in KFold(k).split(np.zeros(m))]
    assert [len(val) for _, val in pairs] == expected


def test_every_division_into_folds_is_equally_likely() -> None:
    assert_uniform(lambda rng: tuple(tuple(val.tolist()) for _, val in data_splits.k_fold(5, 2, rng)), comb(5, 2))


# all


RANDOM: dict[str, Callable[[np.random.Generator], Any]] = {
    "shuffle_together": lambda rng: data_splits.shuffle_together(np.arange(50), np.arange(50), rng),
    "train_dev_test_split": lambda rng: data_splits.train_dev_test_split(range(50), range(50), (30, 10, 10), rng),
    "stratified_split": lambda rng: data_splits.stratified_split(np.arange(50) % 2, 0.5, rng),
    "group_split": lambda rng: data_splits.group_split(np.arange(50), 0.5, rng),
    "target_split": lambda rng: data_splits.target_split(np.ones(50, bool), 10, 10, rng),
    "k_fold": lambda rng: data_splits.k_fold(50, 5, rng),
}


@pytest.mark.parametrize("name", RANDOM)
def test_equal_generators_draw_the_same_and_different_ones_do_not(name: str) -> None:
    first, again, other = (repr(RANDOM[name](make_rng(seed))) for seed in (3, 3, 4))
    assert first == again != other
    np.random.seed(0)  # noqa: NPY002
    rng = make_rng(3)
    assert repr(RANDOM[name](rng)) == first
    assert repr(RANDOM[name](rng)) != first


@pytest.mark.parametrize("name", RANDOM)
@pytest.mark.parametrize("rng", [0, None, np.random], ids=str)
def test_what_is_no_generator_is_refused_by_name(name: str, rng: Any) -> None:
    with pytest.raises(ValueError, match=r"^rng must be a numpy\.random\.Generator, got"):
        RANDOM[name](rng)


ROWS = np.zeros((4, 2))
REFUSED: list[tuple[str, Callable[[], Any]]] = [
    (r"m must be a whole number >= 0, got -1", lambda: data_splits.split_sizes(-1)),
    (r"m must be a whole number >= 0, got 9\.5", lambda: data_splits.split_sizes(9.5)),  # type: ignore[arg-type]
    (r"holdout must be a number >= 0 and <= 0\.5, got 0\.6", lambda: data_splits.split_sizes(9, 0.6)),
    (r"holdout must be a number >= 0 and <= 0\.5, got -0\.1", lambda: data_splits.split_sizes(9, -0.1)),
    (r"max_holdout must be a whole number >= 0, got -1", lambda: data_splits.split_sizes(9, 0.2, -1)),
    (r"X and y must have the same number", lambda: data_splits.shuffle_together(ROWS, np.zeros(3), make_rng())),
    (r"X and y must have at least one row", lambda: data_splits.shuffle_together([], [], make_rng())),
    (
        r"X and y must have the same number of rows, got 4 and 5",
        lambda: data_splits.train_dev_test_split(ROWS, np.zeros(5), (2, 1, 1), make_rng()),
    ),
    (r"y must have shape \(m,\), got \(4, 2\)", lambda: data_splits.stratified_split(ROWS, 0.2, make_rng())),
    (r"y must have at least one row", lambda: data_splits.stratified_split([], 0.2, make_rng())),
    (r"groups must have shape \(m,\), got \(4, 2\)", lambda: data_splits.group_split(ROWS, 0.2, make_rng())),
    (r"groups must have at least one row", lambda: data_splits.group_split([], 0.2, make_rng())),
    (r"is_target must have shape \(m,\)", lambda: data_splits.target_split(ROWS, 1, 1, make_rng())),
    (r"is_target must hold labels 0 .. 1", lambda: data_splits.target_split([0, 3, 5], 1, 1, make_rng())),
    (r"n_dev must be a whole number >= 0, got -1", lambda: data_splits.target_split([True], -1, 1, make_rng())),
    (r"n_test must be a whole number >= 0, got -1", lambda: data_splits.target_split([True], 1, -1, make_rng())),
    (r"m must be a whole number >= 1, got 0", lambda: data_splits.k_fold(0, 2, make_rng())),
    (r"k must be a whole number >= 2, got 1", lambda: data_splits.k_fold(5, 1, make_rng())),
    (r"k must be at most m = 5, got 6", lambda: data_splits.k_fold(5, 6, make_rng())),
]


@pytest.mark.parametrize(("message", "call"), REFUSED)
def test_bad_input_is_refused_by_name(message: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        call()


@pytest.mark.parametrize("sizes", [(2, 1), (2, 1, 1, 0), (2, 1, 2), (2, 1, 0), ()])
def test_sizes_that_are_not_three_or_do_not_sum_to_m_are_refused(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"^sizes must be three numbers that sum to m = 4, got \("):
        data_splits.train_dev_test_split(ROWS, np.zeros(4), sizes, make_rng())


@pytest.mark.parametrize("size", [-1, 1.0, None])
def test_a_size_that_is_no_number_of_rows_is_refused(size: Any) -> None:
    with pytest.raises(ValueError, match=r"^each size in sizes must be a whole number >= 0, got"):
        data_splits.train_dev_test_split(ROWS, np.zeros(4), (4 - (size or 0), size, 0), make_rng())


@pytest.mark.parametrize("sizes", [3, None])
def test_sizes_that_are_no_sequence_are_refused(sizes: Any) -> None:
    with pytest.raises(ValueError, match=f"^sizes must be a sequence, got {sizes}"):
        data_splits.train_dev_test_split(ROWS, np.zeros(4), sizes, make_rng())


@pytest.mark.parametrize("y", [[0.25, 0.75, 1.5], [0, 1, 0.5], [0, float("nan")], [1, 1.5j]])
def test_classes_that_are_no_whole_numbers_are_refused(y: list) -> None:
    with pytest.raises(ValueError, match=r"^y must hold labels, which are whole numbers, got (float64|complex128) arr"):
        data_splits.stratified_split(y, 0.5, make_rng())


@pytest.mark.parametrize("kind", [np.int8, np.uint64, np.float32, np.float64, bool, str, object])
def test_classes_may_be_whole_numbers_of_any_kind_or_strings(kind: type) -> None:
    train_idx, test_idx = data_splits.stratified_split(np.array([0, 1, 1, 0, 1, 1]).astype(kind), 0.5, make_rng())
    assert (len(train_idx), len(test_idx)) == (3, 3)


@pytest.mark.parametrize("holdout", [-0.01, 1.01, float("nan"), "half"])
def test_a_share_outside_0_and_1_is_refused(holdout: Any) -> None:
    for split in (data_splits.stratified_split, data_splits.group_split):
        with pytest.raises(ValueError, match=r"^holdout must be a number >= 0 and <= 1, got"):
            split([0, 0, 1, 1], holdout, make_rng())
