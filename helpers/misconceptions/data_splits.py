"""Known mistakes of topic 01, data splits. See the package's first lines for what an entry is."""

import math

import numpy as np

from helpers.misconceptions import misconception

# ----------------------------------------------------------------------------------------------------------- split_sizes


@misconception("split_sizes", "holdout * m is cut off by int(); it has to be rounded to the nearest whole number")
def sizes_cut_off(m, holdout=0.2, max_holdout=10_000):
    held_out = min(int(holdout * m), max_holdout)
    return m - 2 * held_out, held_out, held_out


@misconception("split_sizes", "holdout * m is always rounded up; it has to be rounded to the nearest whole number")
def sizes_rounded_up(m, holdout=0.2, max_holdout=10_000):
    held_out = min(math.ceil(holdout * m), max_holdout)
    return m - 2 * held_out, held_out, held_out


@misconception("split_sizes", "the sizes are not rounded; nobody can take a fraction of a row")
def sizes_not_whole(m, holdout=0.2, max_holdout=10_000):
    held_out = min(holdout * m, max_holdout)
    return m - 2 * held_out, held_out, held_out


@misconception("split_sizes", "max_holdout is not used, so dev and test grow with the data without end")
def sizes_without_limit(m, holdout=0.2, max_holdout=10_000):
    held_out = round(holdout * m)
    return m - 2 * held_out, held_out, held_out


@misconception("split_sizes", "the limit is always 10 000; the argument max_holdout is not used")
def sizes_with_fixed_limit(m, holdout=0.2, max_holdout=10_000):
    held_out = min(round(holdout * m), 10_000)
    return m - 2 * held_out, held_out, held_out


@misconception("split_sizes", "the share is always 0.2; the argument holdout is not used")
def sizes_with_fixed_share(m, holdout=0.2, max_holdout=10_000):
    held_out = min(round(0.2 * m), max_holdout)
    return m - 2 * held_out, held_out, held_out


@misconception("split_sizes", "the larger of holdout * m and max_holdout is taken; it should be the smaller one")
def sizes_at_least_the_limit(m, holdout=0.2, max_holdout=10_000):
    held_out = max(round(holdout * m), max_holdout)
    return m - 2 * held_out, held_out, held_out


@misconception("split_sizes", "dev and test share what is held out; each of them gets holdout * m rows of its own")
def sizes_share_the_holdout(m, holdout=0.2, max_holdout=10_000):
    held_out = min(round(holdout * m), max_holdout)
    n_dev = held_out // 2
    return m - held_out, n_dev, held_out - n_dev


@misconception("split_sizes", "the limit holds for dev and test together; it should hold for each of them")
def sizes_limited_together(m, holdout=0.2, max_holdout=10_000):
    held_out = min(round(holdout * m), max_holdout // 2)
    return m - 2 * held_out, held_out, held_out


@misconception(
    "split_sizes", "train is a share of its own, so rows get lost: train is all that dev and test leave over"
)
def sizes_that_lose_rows(m, holdout=0.2, max_holdout=10_000):
    held_out = min(round(holdout * m), max_holdout)
    return round((1 - 2 * holdout) * m), held_out, held_out


@misconception("split_sizes", "only dev is limited by max_holdout; test is, too")
def sizes_with_unlimited_test(m, holdout=0.2, max_holdout=10_000):
    n_dev, n_test = min(round(holdout * m), max_holdout), round(holdout * m)
    return m - n_dev - n_test, n_dev, n_test


@misconception("split_sizes", "the sizes come in another order; first train, then dev, then test")
def sizes_with_train_last(m, holdout=0.2, max_holdout=10_000):
    held_out = min(round(holdout * m), max_holdout)
    return held_out, held_out, m - 2 * held_out


@misconception("split_sizes", "98/1/1 is taken as a share; what stays the same for large data is the number of rows")
def sizes_as_one_percent(m, holdout=0.2, max_holdout=10_000):
    held_out = round((holdout if holdout * m <= max_holdout else 0.01) * m)
    return m - 2 * held_out, held_out, held_out


# ------------------------------------------------------------------------------------------------------ shuffle_together


@misconception("shuffle_together", "only X is shuffled; y stays as it was, so the labels belong to other rows now")
def shuffles_rows_alone(X, y, rng):
    return X[rng.permutation(len(X))], y


@misconception("shuffle_together", "only y is shuffled; X stays as it was, so the labels belong to other rows now")
def shuffles_labels_alone(X, y, rng):
    return X, y[rng.permutation(len(y))]


@misconception("shuffle_together", "X and y are shuffled with two permutations; one has to serve for both")
def shuffles_apart(X, y, rng):
    return X[rng.permutation(len(X))], y[rng.permutation(len(y))]


@misconception("shuffle_together", "nothing is shuffled: rows and labels come back in their old order")
def shuffles_nothing(X, y, rng):
    return X.copy(), y.copy()


@misconception("shuffle_together", "the order does not come from rng, so equal generators do not give equal orders")
def shuffles_by_global_generator(X, y, rng):
    order = np.random.permutation(len(X))
    return X[order], y[order]


@misconception(
    "shuffle_together", "the order does not depend on rng: a seed is fixed inside, or an earlier order is used again"
)
def shuffles_by_fixed_seed(X, y, rng):
    order = np.random.default_rng(0).permutation(len(X))
    return X[order], y[order]


@misconception("shuffle_together", "rows are drawn with replacement: some come twice and others are lost")
def shuffles_with_replacement(X, y, rng):
    order = rng.integers(0, len(X), len(X))
    return X[order], y[order]


@misconception("shuffle_together", "the rows are only rotated by a random number; every order should be possible")
def shuffles_by_rotation(X, y, rng):
    shift = rng.integers(len(X))
    return np.roll(X, shift, axis=0), np.roll(y, shift)


@misconception("shuffle_together", "the numbers inside the rows are shuffled, too; a row has to stay whole")
def shuffles_inside_rows(X, y, rng):
    order = rng.permutation(len(X))
    return rng.permuted(X[order], axis=1), y[order]


@misconception("shuffle_together", "X and y themselves are shuffled; work on new arrays")
def shuffles_in_place(X, y, rng):
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    return X, y


@misconception("shuffle_together", "X and y come back in the wrong order: first X, then y")
def shuffles_and_exchanges(X, y, rng):
    order = rng.permutation(len(X))
    return y[order], X[order]


@misconception("shuffle_together", "X and y were put into one array, in which labels and numbers share one dtype")
def shuffles_one_array(X, y, rng):
    both = np.column_stack([X, y])
    rng.shuffle(both)
    return both[:, :-1], both[:, -1]


@misconception("shuffle_together", "a seed is drawn from so few that the same orders come again and again")
def shuffles_by_few_seeds(X, y, rng):
    seed = int(rng.integers(100))
    X_new, y_new = X.copy(), y.copy()
    np.random.default_rng(seed).shuffle(X_new)
    np.random.default_rng(seed).shuffle(y_new)
    return X_new, y_new


@misconception(
    "shuffle_together", "each row changes places with any other, which makes some orders more likely than others"
)
def shuffles_by_any_swaps(X, y, rng):
    order = np.arange(len(X))
    for i in range(len(X)):
        j = rng.integers(len(X))
        order[i], order[j] = order[j], order[i]
    return X[order], y[order]


@misconception("shuffle_together", "no row may stay in its place; in a random order one row does so on average")
def shuffles_in_one_cycle(X, y, rng):
    order = np.arange(len(X))
    for i in range(len(X) - 1, 0, -1):
        j = rng.integers(i)
        order[i], order[j] = order[j], order[i]
    return X[order], y[order]


@misconception(
    "shuffle_together",
    "rows are sorted by random whole numbers; some of these are equal, and such rows keep their order",
)
def shuffles_by_whole_numbers(X, y, rng):
    order = np.argsort(rng.integers(0, len(X), len(X)), kind="stable")
    return X[order], y[order]


@misconception("shuffle_together", "blocks of rows are shuffled; the rows inside a block stay together")
def shuffles_blocks(X, y, rng):
    blocks = np.array_split(np.arange(len(X)), max(1, len(X) // 8 if len(X) > 8 else len(X)))
    order = np.concatenate([blocks[i] for i in rng.permutation(len(blocks))])
    return X[order], y[order]


# -------------------------------------------------------------------------------------------------- train_dev_test_split


def _deal(X, y, train, dev, test):
    """The three pairs, from the row numbers of each part."""
    return (X[train], y[train]), (X[dev], y[dev]), (X[test], y[test])


def _cut(order, sizes):
    """An order of rows, cut into three parts."""
    return np.split(order, [sizes[0], sizes[0] + sizes[1]])


@misconception(
    "train_dev_test_split", "the rows are cut in the order in which they came; they have to be drawn at random"
)
def deals_in_order(X, y, sizes, rng):
    return _deal(X, y, *_cut(np.arange(len(X)), sizes))


@misconception("train_dev_test_split", "X and y are shuffled with two permutations; one has to serve for both")
def deals_apart(X, y, sizes, rng):
    parts_X = _cut(rng.permutation(len(X)), sizes)
    parts_y = _cut(rng.permutation(len(X)), sizes)
    return tuple((X[a], y[b]) for a, b in zip(parts_X, parts_y, strict=True))


@misconception("train_dev_test_split", "the labels are not taken in the order of the rows: y was not shuffled")
def deals_labels_unshuffled(X, y, sizes, rng):
    parts_X, parts_y = _cut(rng.permutation(len(X)), sizes), _cut(np.arange(len(X)), sizes)
    return tuple((X[a], y[b]) for a, b in zip(parts_X, parts_y, strict=True))


@misconception("train_dev_test_split", "each part is drawn on its own from all rows, so a row may be in two parts")
def deals_each_part_from_all(X, y, sizes, rng):
    return _deal(X, y, *(rng.choice(len(X), size, replace=False) for size in sizes))


@misconception("train_dev_test_split", "rows are drawn with replacement: a row may come twice in the same part")
def deals_with_replacement(X, y, sizes, rng):
    return _deal(X, y, *_cut(rng.integers(0, len(X), len(X)), sizes))


@misconception("train_dev_test_split", "the draw does not come from rng, so equal generators do not give equal parts")
def deals_by_global_generator(X, y, sizes, rng):
    return _deal(X, y, *_cut(np.random.permutation(len(X)), sizes))


@misconception(
    "train_dev_test_split",
    "the parts do not depend on rng: a seed is fixed inside, or they are the same for another reason",
)
def deals_by_fixed_seed(X, y, sizes, rng):
    return _deal(X, y, *_cut(np.random.default_rng(1).permutation(len(X)), sizes))


@misconception("train_dev_test_split", "dev and test are exchanged; first train, then dev, then test")
def deals_test_before_dev(X, y, sizes, rng):
    train, dev, test = _cut(rng.permutation(len(X)), sizes)
    return _deal(X, y, train, test, dev)


@misconception("train_dev_test_split", "the test set is always the last rows; only train and dev are drawn at random")
def deals_last_rows_to_test(X, y, sizes, rng):
    order = rng.permutation(sizes[0] + sizes[1])
    return _deal(X, y, order[: sizes[0]], order[sizes[0] :], np.arange(len(order), len(X)))


@misconception("train_dev_test_split", "test begins where dev begins, so the rows of dev are in test, too")
def deals_dev_to_test_too(X, y, sizes, rng):
    order = rng.permutation(len(X))
    n_train, n_dev, _ = sizes
    return _deal(X, y, order[:n_train], order[n_train : n_train + n_dev], order[n_train:])


@misconception("train_dev_test_split", "dev ends at sizes[1]; it has sizes[1] rows and ends at sizes[0] + sizes[1]")
def deals_to_the_wrong_end(X, y, sizes, rng):
    order = rng.permutation(len(X))
    n_train, n_dev, _ = sizes
    return _deal(X, y, order[:n_train], order[n_train:n_dev], order[n_dev:])


@misconception("train_dev_test_split", "a row is lost at every cut: a part begins where the one before it ends")
def deals_and_skips_rows(X, y, sizes, rng):
    order = rng.permutation(len(X))
    n_train, n_dev, _ = sizes
    return _deal(X, y, order[:n_train], order[n_train + 1 : n_train + n_dev + 1], order[n_train + n_dev + 2 :])


@misconception("train_dev_test_split", "sizes is not used: the parts are always 60, 20 and 20 % of the rows")
def deals_fixed_shares(X, y, sizes, rng):
    m = len(X)
    return _deal(X, y, *np.split(rng.permutation(m), [round(0.6 * m), round(0.8 * m)]))


@misconception("train_dev_test_split", "six arrays come back in a row; each part is a pair (X, y)")
def deals_six_arrays(X, y, sizes, rng):
    return tuple(array for pair in _deal(X, y, *_cut(rng.permutation(len(X)), sizes)) for array in pair)


@misconception("train_dev_test_split", "X and y themselves are shuffled; work on new arrays")
def deals_in_place(X, y, sizes, rng):
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    return _deal(X, y, *_cut(np.arange(len(X)), sizes))


@misconception(
    "train_dev_test_split", "the rows are only rotated before they are cut; every way to deal should be possible"
)
def deals_after_rotation(X, y, sizes, rng):
    return _deal(X, y, *_cut(np.roll(np.arange(len(X)), rng.integers(len(X))), sizes))


@misconception(
    "train_dev_test_split", "test is cut off at the end by order[-n_test:], which is the whole order when n_test is 0"
)
def deals_test_from_the_end(X, y, sizes, rng):
    order = rng.permutation(len(X))
    n_train, n_dev, n_test = sizes
    return _deal(X, y, order[:n_train], order[n_train : n_train + n_dev], order[-n_test:])


# ------------------------------------------------------------------------------------------------------ stratified_split


def _stratify(y, holdout, rng, count=None, draw=None, labels=None):
    """The right split, with the parts that an entry gets wrong handed in."""
    count = count or (lambda n: min(round(holdout * n), n - 1))
    draw = draw or (lambda rows, n: rng.choice(rows, n, replace=False))
    in_test = np.zeros(len(y), dtype=bool)
    for label in np.unique(y) if labels is None else labels:
        rows = np.flatnonzero(y == label)
        in_test[draw(rows, count(len(rows)))] = True
    return np.flatnonzero(~in_test), np.flatnonzero(in_test)


@misconception(
    "stratified_split", "rows are drawn from all classes together, so the share of a class is left to chance"
)
def ignores_the_classes(y, holdout, rng):
    order = rng.permutation(len(y))
    n_test = min(round(holdout * len(y)), len(y) - 1)
    return order[n_test:], order[:n_test]


@misconception("stratified_split", "the first rows of each class are held out; they have to be drawn at random")
def holds_out_first_of_class(y, holdout, rng):
    return _stratify(y, holdout, rng, draw=lambda rows, n: rows[:n])


@misconception("stratified_split", "train and test are exchanged: the share holdout is for the test set")
def exchanges_train_and_test(y, holdout, rng):
    train_idx, test_idx = _stratify(y, holdout, rng)
    return test_idx, train_idx


@misconception("stratified_split", "every class gives the same number of rows; it should be the same share")
def holds_out_equal_numbers(y, holdout, rng):
    n_each = round(holdout * len(y) / len(np.unique(y)))
    return _stratify(y, holdout, rng, count=lambda n: min(n_each, n - 1))


@misconception("stratified_split", "a small class goes into the test set whole; one of its rows has to stay in train")
def leaves_no_row_to_train(y, holdout, rng):
    return _stratify(y, holdout, rng, count=lambda n: round(holdout * n))


@misconception(
    "stratified_split", "positions inside a class are taken for row numbers: they have to be looked up in its rows"
)
def returns_positions_in_class(y, holdout, rng):
    train, test = [], []
    for label in np.unique(y):
        count = int(np.sum(y == label))
        order = rng.permutation(count)
        n_test = min(round(holdout * count), count - 1)
        test.append(order[:n_test])
        train.append(order[n_test:])
    return np.concatenate(train), np.concatenate(test)


@misconception("stratified_split", "only the rows of the last class come back: each class overwrites the one before")
def keeps_the_last_class_only(y, holdout, rng):
    for label in np.unique(y):
        rows = rng.permutation(np.flatnonzero(y == label))
        n_test = min(round(holdout * len(rows)), len(rows) - 1)
        train_idx, test_idx = rows[n_test:], rows[:n_test]
    return train_idx, test_idx


@misconception(
    "stratified_split", "masks of True and False come back; return the row numbers, as np.flatnonzero gives them"
)
def returns_masks(y, holdout, rng):
    _, test_idx = _stratify(y, holdout, rng)
    in_test = np.isin(np.arange(len(y)), test_idx)
    return ~in_test, in_test


@misconception("stratified_split", "the labels of the rows come back; return the row numbers")
def returns_labels(y, holdout, rng):
    train_idx, test_idx = _stratify(y, holdout, rng)
    return y[train_idx], y[test_idx]


@misconception(
    "stratified_split", "rows are drawn with replacement, so fewer different ones than holdout asks for are held out"
)
def stratifies_with_replacement(y, holdout, rng):
    return _stratify(y, holdout, rng, draw=lambda rows, n: rng.choice(rows, n, replace=True))


@misconception("stratified_split", "the draw does not come from rng, so equal generators do not give equal parts")
def stratifies_by_global_generator(y, holdout, rng):
    return _stratify(y, holdout, rng, draw=lambda rows, n: np.random.choice(rows, n, replace=False))


@misconception(
    "stratified_split",
    "the parts do not depend on rng: a seed is fixed inside, or they are the same for another reason",
)
def stratifies_by_fixed_seed(y, holdout, rng):
    return _stratify(y, holdout, np.random.default_rng(0))


@misconception(
    "stratified_split", "every class draws with the same seed, so classes of one size hold out the same places"
)
def stratifies_with_one_seed(y, holdout, rng):
    seed = int(rng.integers(2**62))
    return _stratify(y, holdout, rng, draw=lambda rows, n: np.random.default_rng(seed).choice(rows, n, replace=False))


@misconception("stratified_split", "the share is always 0.2; the argument holdout is not used")
def stratifies_a_fixed_share(y, holdout, rng):
    return _stratify(y, 0.2, rng)


@misconception(
    "stratified_split", "the classes are taken to be 0, 1, 2, ... without a gap; np.unique finds those there are"
)
def takes_labels_for_granted(y, holdout, rng):
    return _stratify(y, holdout, rng, lambda n: max(0, min(round(holdout * n), n - 1)), labels=range(len(np.unique(y))))


@misconception(
    "stratified_split", "a run of neighbours in each class is held out; every choice of rows should be possible"
)
def holds_out_a_run(y, holdout, rng):
    return _stratify(y, holdout, rng, draw=lambda rows, n: np.roll(rows, rng.integers(len(rows)))[:n])


@misconception("stratified_split", "rows[-n:] is taken for n rows of a class, but rows[-0:] is the whole class")
def stratifies_from_the_end(y, holdout, rng):
    return _stratify(y, holdout, rng, draw=lambda rows, n: rng.permutation(rows)[-n:])


@misconception("stratified_split", "a class that rounding would empty gives no row at all; it gives all but one")
def spares_classes_that_it_could_empty(y, holdout, rng):
    return _stratify(y, holdout, rng, count=lambda n: round(holdout * n) if round(holdout * n) < n else 0)


# ----------------------------------------------------------------------------------------------------------- group_split


def _split_off(groups, held_out):
    """Row numbers of both parts, from the groups that are held out."""
    in_test = np.isin(groups, held_out)
    return np.flatnonzero(~in_test), np.flatnonzero(in_test)


@misconception("group_split", "rows are drawn, not groups: a group may have rows in train and in test")
def splits_rows(groups, holdout, rng):
    order = rng.permutation(len(groups))
    n_test = max(1, round(holdout * len(groups)))
    return order[n_test:], order[:n_test]


@misconception("group_split", "holdout is taken as a share of the rows; it is a share of the groups")
def holds_out_share_of_rows(groups, holdout, rng):
    held_out: list = []
    n_rows = 0
    for name in rng.permutation(np.unique(groups)):
        if held_out and n_rows >= round(holdout * len(groups)):
            break
        held_out.append(name)
        n_rows += np.sum(groups == name)
    return _split_off(groups, held_out)


@misconception("group_split", "groups are drawn by way of their rows, so large groups are held out more often")
def draws_large_groups_more_often(groups, holdout, rng):
    n_test = max(1, round(holdout * len(np.unique(groups))))
    first = dict.fromkeys(rng.permutation(groups).tolist())
    return _split_off(groups, list(first)[:n_test])


@misconception("group_split", "the same groups are held out every time, the first ones; draw them at random")
def holds_out_first_groups(groups, holdout, rng):
    names = np.unique(groups)
    return _split_off(groups, names[: max(1, round(holdout * len(names)))])


@misconception("group_split", "with few groups or a small share no group is held out; it should be one at least")
def may_hold_out_no_group(groups, holdout, rng):
    names = np.unique(groups)
    return _split_off(groups, rng.choice(names, round(holdout * len(names)), replace=False))


@misconception("group_split", "holdout times the number of groups is cut off by int(); it has to be rounded")
def cuts_off_number_of_groups(groups, holdout, rng):
    names = np.unique(groups)
    return _split_off(groups, rng.choice(names, max(1, int(holdout * len(names))), replace=False))


@misconception("group_split", "the number of groups is always rounded up; it has to be rounded to the nearest")
def rounds_up_number_of_groups(groups, holdout, rng):
    names = np.unique(groups)
    return _split_off(groups, rng.choice(names, max(1, math.ceil(holdout * len(names))), replace=False))


@misconception("group_split", "a group is taken to be a run of equal neighbours; its rows may be anywhere")
def takes_runs_for_groups(groups, holdout, rng):
    run = np.concatenate([[0], np.cumsum(groups[1:] != groups[:-1])])
    n_runs = int(run[-1]) + 1
    return _split_off(run, rng.choice(n_runs, max(1, round(holdout * n_runs)), replace=False))


@misconception(
    "group_split",
    "the rows are numbered after groups was sorted; the numbers have to be those of the rows as they came",
)
def numbers_sorted_rows(groups, holdout, rng):
    names = np.unique(groups)
    return _split_off(np.sort(groups), rng.choice(names, max(1, round(holdout * len(names))), replace=False))


@misconception("group_split", "train and test are exchanged: the groups that are drawn are the test set")
def exchanges_groups(groups, holdout, rng):
    names = np.unique(groups)
    train_idx, test_idx = _split_off(groups, rng.choice(names, max(1, round(holdout * len(names))), replace=False))
    return test_idx, train_idx


@misconception("group_split", "the groups' names come back; return the numbers of their rows")
def returns_groups(groups, holdout, rng):
    names = rng.permutation(np.unique(groups))
    n_test = max(1, round(holdout * len(names)))
    return names[n_test:], names[:n_test]


@misconception("group_split", "groups are taken to be the numbers 0, 1, 2, ...; they may be any numbers or names")
def takes_groups_for_granted(groups, holdout, rng):
    n_groups = len(np.unique(groups))
    return _split_off(groups, rng.choice(n_groups, max(1, round(holdout * n_groups)), replace=False))


@misconception(
    "group_split", "groups are drawn with replacement, so there are fewer different ones than holdout asks for"
)
def draws_groups_with_replacement(groups, holdout, rng):
    names = np.unique(groups)
    return _split_off(groups, rng.choice(names, max(1, round(holdout * len(names)))))


@misconception("group_split", "the share is always 0.2; the argument holdout is not used")
def holds_out_fixed_share_of_groups(groups, holdout, rng):
    names = np.unique(groups)
    return _split_off(groups, rng.choice(names, max(1, round(0.2 * len(names))), replace=False))


@misconception("group_split", "the draw does not come from rng, so equal generators do not give equal parts")
def splits_groups_by_global_generator(groups, holdout, rng):
    names = np.unique(groups)
    return _split_off(groups, np.random.permutation(names)[: max(1, round(holdout * len(names)))])


@misconception(
    "group_split", "the parts do not depend on rng: a seed is fixed inside, or they are the same for another reason"
)
def splits_groups_by_fixed_seed(groups, holdout, rng):
    names = np.unique(groups)
    n_test = max(1, round(holdout * len(names)))
    return _split_off(groups, np.random.default_rng(0).choice(names, n_test, replace=False))


@misconception("group_split", "groups that follow each other are held out together; every choice should be possible")
def holds_out_run_of_groups(groups, holdout, rng):
    names = np.unique(groups)
    n_test = max(1, round(holdout * len(names)))
    return _split_off(groups, np.roll(names, rng.integers(len(names)))[:n_test])


# ---------------------------------------------------------------------------------------------------------- target_split


def _aim(is_target, n_dev, n_test, order):
    """The right split for this order of the target rows."""
    if n_dev + n_test > len(order):
        raise ValueError("too few target rows")
    dev_idx, test_idx = order[:n_dev], order[n_dev : n_dev + n_test]
    return np.setdiff1d(np.arange(len(is_target)), order[: n_dev + n_test]), dev_idx, test_idx


@misconception("target_split", "dev and test are drawn from all rows; they have to come from the target alone")
def draws_from_all_rows(is_target, n_dev, n_test, rng):
    if n_dev + n_test > np.sum(is_target):
        raise ValueError("too few target rows")
    return _aim(is_target, n_dev, n_test, rng.permutation(len(is_target)))


@misconception("target_split", "dev is drawn from the other rows; like test, it has to come from the target")
def draws_dev_from_the_others(is_target, n_dev, n_test, rng):
    target, others = rng.permutation(np.flatnonzero(is_target)), rng.permutation(np.flatnonzero(~is_target))
    if n_dev + n_test > len(target):
        raise ValueError("too few target rows")
    return np.concatenate([others[n_dev:], target[n_test:]]), others[:n_dev], target[:n_test]


@misconception(
    "target_split", "the target rows that are left over are lost; everything that is not in dev or test trains"
)
def loses_target_rows(is_target, n_dev, n_test, rng):
    _, dev_idx, test_idx = _aim(is_target, n_dev, n_test, rng.permutation(np.flatnonzero(is_target)))
    return np.flatnonzero(~is_target), dev_idx, test_idx


@misconception("target_split", "train holds every row, also those of dev and test")
def trains_on_everything(is_target, n_dev, n_test, rng):
    _, dev_idx, test_idx = _aim(is_target, n_dev, n_test, rng.permutation(np.flatnonzero(is_target)))
    return np.arange(len(is_target)), dev_idx, test_idx


@misconception("target_split", "dev and test are drawn apart, so a row may be in both")
def draws_dev_and_test_apart(is_target, n_dev, n_test, rng):
    target = np.flatnonzero(is_target)
    if n_dev + n_test > len(target):
        raise ValueError("too few target rows")
    dev_idx, test_idx = (rng.choice(target, n, replace=False) for n in (n_dev, n_test))
    return np.setdiff1d(np.arange(len(is_target)), [*dev_idx, *test_idx]), dev_idx, test_idx


@misconception("target_split", "the first target rows are taken; they have to be drawn at random")
def takes_first_target_rows(is_target, n_dev, n_test, rng):
    return _aim(is_target, n_dev, n_test, np.flatnonzero(is_target))


@misconception("target_split", "only dev is drawn at random; test is the first of the target rows that are left")
def draws_dev_only(is_target, n_dev, n_test, rng):
    order = rng.permutation(np.flatnonzero(is_target))
    return _aim(is_target, n_dev, n_test, np.concatenate([order[:n_dev], np.sort(order[n_dev:])]))


@misconception("target_split", "positions among the target rows are taken for row numbers; look them up in those rows")
def returns_positions_in_target(is_target, n_dev, n_test, rng):
    return _aim(is_target, n_dev, n_test, rng.permutation(int(np.sum(is_target))))


@misconception("target_split", "more rows than the target has are not refused; that takes a ValueError")
def refuses_nothing(is_target, n_dev, n_test, rng):
    order = rng.permutation(np.flatnonzero(is_target))
    train_idx = np.setdiff1d(np.arange(len(is_target)), order[: n_dev + n_test])
    return train_idx, order[:n_dev], order[n_dev : n_dev + n_test]


@misconception("target_split", "using up all target rows is refused; only more than there are is an error")
def refuses_the_last_row(is_target, n_dev, n_test, rng):
    if n_dev + n_test >= np.sum(is_target):
        raise ValueError("too few target rows")
    return _aim(is_target, n_dev, n_test, rng.permutation(np.flatnonzero(is_target)))


@misconception(
    "target_split", "dev and test are compared with the target rows one by one; together they must not exceed them"
)
def refuses_each_alone(is_target, n_dev, n_test, rng):
    if n_dev > np.sum(is_target) or n_test > np.sum(is_target):
        raise ValueError("too few target rows")
    order = rng.permutation(np.flatnonzero(is_target))
    train_idx = np.setdiff1d(np.arange(len(is_target)), order[: n_dev + n_test])
    return train_idx, order[:n_dev], order[n_dev : n_dev + n_test]


@misconception("target_split", "too few target rows end in an AssertionError; raise a ValueError")
def asserts_instead(is_target, n_dev, n_test, rng):
    order = rng.permutation(np.flatnonzero(is_target))
    assert n_dev + n_test <= len(order), "too few target rows"
    return _aim(is_target, n_dev, n_test, order)


@misconception("target_split", "the parts come in another order; first train, then dev, then test")
def returns_train_last(is_target, n_dev, n_test, rng):
    train_idx, dev_idx, test_idx = _aim(is_target, n_dev, n_test, rng.permutation(np.flatnonzero(is_target)))
    return dev_idx, test_idx, train_idx


@misconception("target_split", "n_dev and n_test are exchanged")
def exchanges_dev_and_test(is_target, n_dev, n_test, rng):
    return _aim(is_target, n_test, n_dev, rng.permutation(np.flatnonzero(is_target)))


@misconception(
    "target_split", "masks of True and False come back; return the row numbers, as np.flatnonzero gives them"
)
def returns_target_masks(is_target, n_dev, n_test, rng):
    parts = _aim(is_target, n_dev, n_test, rng.permutation(np.flatnonzero(is_target)))
    return tuple(np.isin(np.arange(len(is_target)), rows) for rows in parts)


@misconception("target_split", "the draw does not come from rng, so equal generators do not give equal parts")
def aims_by_global_generator(is_target, n_dev, n_test, rng):
    return _aim(is_target, n_dev, n_test, np.random.permutation(np.flatnonzero(is_target)))


@misconception(
    "target_split", "the parts do not depend on rng: a seed is fixed inside, or they are the same for another reason"
)
def aims_by_fixed_seed(is_target, n_dev, n_test, rng):
    return _aim(is_target, n_dev, n_test, np.random.default_rng(0).permutation(np.flatnonzero(is_target)))


# ---------------------------------------------------------------------------------------------------------------- k_fold


def _pairs(m, folds):
    """The right pairs for these folds."""
    return [(np.setdiff1d(np.arange(m), fold), fold) for fold in folds]


@misconception("k_fold", "the rows are not shuffled before they are cut into folds")
def cuts_unshuffled(m, k, rng):
    return _pairs(m, np.array_split(np.arange(m), k))


@misconception("k_fold", "every k-th row makes a fold, without any shuffling")
def cuts_every_kth(m, k, rng):
    return _pairs(m, [np.arange(first, m, k) for first in range(k)])


@misconception("k_fold", "the folds are always the same: only their order, or the rows inside them, is shuffled")
def shuffles_inside_folds(m, k, rng):
    return _pairs(m, [rng.permutation(fold) for fold in np.array_split(np.arange(m), k)])


@misconception("k_fold", "the rows that are left over when k does not divide m never validate")
def drops_the_remainder(m, k, rng):
    order = rng.permutation(m)
    return _pairs(m, [order[i * (m // k) : (i + 1) * (m // k)] for i in range(k)])


@misconception("k_fold", "the last fold takes all rows that are left over; the sizes may differ by one only")
def gives_the_rest_to_the_last(m, k, rng):
    cuts = [i * (m // k) for i in range(1, k)]
    return _pairs(m, np.split(rng.permutation(m), cuts))


@misconception("k_fold", "m / k is rounded up, so the last folds are too small or empty")
def makes_last_folds_too_small(m, k, rng):
    size = math.ceil(m / k)
    order = rng.permutation(m)
    return _pairs(m, [order[i * size : (i + 1) * size] for i in range(k)])


@misconception("k_fold", "a pair is (val_idx, train_idx); train comes first")
def puts_val_first(m, k, rng):
    return [(val_idx, train_idx) for train_idx, val_idx in _pairs(m, np.array_split(rng.permutation(m), k))]


@misconception("k_fold", "each fold is drawn anew from all rows, so some rows validate twice and others never")
def draws_each_fold_anew(m, k, rng):
    return _pairs(m, [rng.permutation(m)[: m // k + (i < m % k)] for i in range(k)])


@misconception("k_fold", "train holds every row, also those that validate")
def trains_on_the_fold_too(m, k, rng):
    return [(np.arange(m), fold) for fold in np.array_split(rng.permutation(m), k)]


@misconception("k_fold", "only the next fold trains; all rows that do not validate should")
def trains_on_the_next_fold(m, k, rng):
    folds = np.array_split(rng.permutation(m), k)
    return [(folds[(i + 1) % k], folds[i]) for i in range(k)]


@misconception("k_fold", "only the folds before it train; all rows that do not validate should")
def trains_on_earlier_folds(m, k, rng):
    order = rng.permutation(m)
    return [(order[: fold[0]], order[fold]) for fold in np.array_split(np.arange(m), k)]


@misconception("k_fold", "positions in the shuffled order are taken for row numbers when the training rows are chosen")
def mixes_positions_and_rows(m, k, rng):
    order = rng.permutation(m)
    return [(np.setdiff1d(np.arange(m), positions), order[positions]) for positions in np.array_split(np.arange(m), k)]


@misconception("k_fold", "only the validation rows come back; each fold is a pair (train_idx, val_idx)")
def returns_folds_alone(m, k, rng):
    return np.array_split(rng.permutation(m), k)


@misconception("k_fold", "the last fold is missing: there have to be k pairs")
def stops_one_fold_early(m, k, rng):
    return _pairs(m, np.array_split(rng.permutation(m), k))[:-1]


@misconception("k_fold", "the draw does not come from rng, so equal generators do not give equal folds")
def cuts_by_global_generator(m, k, rng):
    return _pairs(m, np.array_split(np.random.permutation(m), k))


@misconception(
    "k_fold", "the folds do not depend on rng: a seed is fixed inside, or they are the same for another reason"
)
def cuts_by_fixed_seed(m, k, rng):
    return _pairs(m, np.array_split(np.random.default_rng(0).permutation(m), k))


@misconception("k_fold", "the rows are only rotated before they are cut; rows that follow each other stay together")
def cuts_after_rotation(m, k, rng):
    return _pairs(m, np.array_split(np.roll(np.arange(m), rng.integers(m)), k))


# ------------------------------------------------------------------------------------------------------------------ quiz

_RIGHT = {"winner": "b", "no_test": "a", "xrays": "c", "photos": "b", "selection": "c"}


@misconception(
    "quiz_data_splits", "rows that chose the winner flatter it, although nothing was trained on them", is_value=True
)
def quiz_trusts_the_winner():
    return {**_RIGHT, "winner": "a"}


@misconception(
    "quiz_data_splits",
    "the best of sixty was also the luckiest of them: new data will be worse, not better",
    is_value=True,
)
def quiz_expects_more_luck():
    return {**_RIGHT, "winner": "c"}


@misconception(
    "quiz_data_splits", "a test set gives a number that nobody asked for here; the choice is made on dev", is_value=True
)
def quiz_always_wants_a_test_set():
    return {**_RIGHT, "no_test": "b"}


@misconception(
    "quiz_data_splits",
    "the training error chooses the network that learns by heart; a choice needs rows of its own",
    is_value=True,
)
def quiz_chooses_on_train():
    return {**_RIGHT, "no_test": "c"}


@misconception(
    "quiz_data_splits",
    "X-rays at random put the same patients on both sides; later they will be new ones",
    is_value=True,
)
def quiz_draws_xrays_at_random():
    return {**_RIGHT, "xrays": "a"}


@misconception(
    "quiz_data_splits",
    "a share of each patient makes sure that test knows every patient; it should know none",
    is_value=True,
)
def quiz_stratifies_by_patient():
    return {**_RIGHT, "xrays": "b"}


@misconception(
    "quiz_data_splits",
    "dev and test need not be like train; they have to be like what the product will meet",
    is_value=True,
)
def quiz_shuffles_all_photos():
    return {**_RIGHT, "photos": "a"}


@misconception(
    "quiz_data_splits",
    "with dev from the web and test from users you aim at one target and are judged by another",
    is_value=True,
)
def quiz_takes_dev_from_the_web():
    return {**_RIGHT, "photos": "c"}


@misconception(
    "quiz_data_splits",
    "more rows do choose better genes, but with test rows among them the score is flattered",
    is_value=True,
)
def quiz_selects_before_the_split():
    return {**_RIGHT, "selection": "a"}


@misconception(
    "quiz_data_splits",
    "a selection that saw the labels of the test rows is training on them, whatever it is called",
    is_value=True,
)
def quiz_does_not_count_selection():
    return {**_RIGHT, "selection": "b"}
