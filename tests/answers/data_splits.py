"""Right answers to topic 01, written differently: other draws, loops, other containers, other dtypes, other orders."""

import math

import numpy as np

from tests.answers import answer


@answer("split_sizes")
def sizes_by_comparison(m, holdout=0.2, max_holdout=10_000):
    n = round(m * holdout)
    if n > max_holdout:
        n = max_holdout
    return [m - n - n, n, n]


@answer("split_sizes")
def sizes_as_numpy_numbers(m, holdout=0.2, max_holdout=10_000):
    n = np.minimum(np.rint(np.float64(holdout) * m), max_holdout).astype(np.int32)
    return np.int64(m) - 2 * n, n, np.int64(n)


@answer("split_sizes")
def sizes_by_halves_up(m, holdout=0.2, max_holdout=10_000):
    n_dev = min(math.floor(holdout * m + 0.5), max_holdout)
    n_test = n_dev
    n_train = m
    for part in (n_dev, n_test):
        n_train -= part
    return n_train, n_dev, n_test


@answer("shuffle_together")
def shuffle_by_keys(X, y, rng):
    order = np.argsort(rng.random(len(y)))
    return [np.asfortranarray(np.take(X, order, axis=0)), np.take(y, order)]


@answer("shuffle_together")
def shuffle_by_choice(X, y, rng):
    rows = rng.choice(len(X), size=len(X), replace=False)
    return X[rows, :][::1], y[rows].astype(np.int32)


@answer("shuffle_together")
def shuffle_by_swaps(X, y, rng):
    order = list(range(len(X)))
    for i in range(len(X) - 1, 0, -1):
        j = rng.integers(0, i + 1)
        order[i], order[j] = order[j], order[i]
    return X[order], y[order]


@answer("shuffle_together")
def shuffle_by_a_list_of_pairs(X, y, rng):
    pairs = list(zip(X.tolist(), y.tolist(), strict=True))
    rng.shuffle(pairs)
    rows, labels = zip(*pairs, strict=True)
    return np.array(rows, dtype=X.dtype), np.array(labels)


@answer("shuffle_together")
def shuffle_with_a_child_generator(X, y, rng):
    seed = int(rng.integers(2**63))
    X, y = X.copy(), y.copy()
    np.random.default_rng(seed).shuffle(X)
    np.random.default_rng(seed).shuffle(y)
    return X[::-1], y[::-1]


@answer("train_dev_test_split")
def deal_through_shuffle_together(X, y, sizes, rng):
    X, y = shuffle_together(X, y, rng)  # noqa: F821
    parts, start = [], 0
    for size in sizes:
        parts.append([X[start : start + size], y[start : start + size]])
        start += size
    return parts


@answer("train_dev_test_split")
def deal_part_numbers(X, y, sizes, rng):
    part_of_row = rng.permutation(np.repeat([0, 1, 2], sizes))
    return tuple((X[part_of_row == part], y[part_of_row == part]) for part in range(3))


@answer("train_dev_test_split")
def deal_test_first(X, y, sizes, rng):
    left = np.arange(len(X))
    parts = []
    for size in list(sizes)[::-1]:
        rows = rng.choice(left, size, replace=False, shuffle=False)
        parts.append((np.asfortranarray(X[rows]), y[rows]))
        left = np.setdiff1d(left, rows)
    return tuple(parts[::-1])


@answer("train_dev_test_split")
def deal_row_by_row(X, y, sizes, rng):
    rows = list(range(len(X)))
    parts = []
    for size in sizes:
        chosen = [rows.pop(rng.integers(len(rows))) for _ in range(size)]
        parts.append((np.array([X[row] for row in chosen], dtype=X.dtype), np.array([int(y[row]) for row in chosen])))
    return parts


@answer("stratified_split")
def stratify_by_lists(y, holdout, rng):
    rows_of = {}
    for row, label in enumerate(y.tolist()):
        rows_of.setdefault(label, []).append(row)
    train, test = [], []
    for rows in rows_of.values():
        rng.shuffle(rows)
        n_test = min(round(holdout * len(rows)), len(rows) - 1)
        test += rows[:n_test]
        train += rows[n_test:]
    return np.array(train), np.array(test)


@answer("stratified_split")
def stratify_rounding_down(y, holdout, rng):
    allowed = {label: int(holdout * np.sum(y == label)) for label in y.tolist()}
    in_test = np.zeros(len(y), dtype=bool)
    for row in rng.permutation(len(y)):
        label = int(y[row])
        if allowed[label] > 0:
            in_test[row] = True
            allowed[label] -= 1
    rows = np.arange(len(y), dtype=np.int32)
    return [rows[~in_test], rows[in_test][::-1]]


@answer("stratified_split")
def stratify_rounding_up(y, holdout, rng):
    order = rng.permutation(len(y))
    test = []
    for label in set(y.tolist()):
        rows = [row for row in order if y[row] == label]
        test += rows[: max(0, min(math.ceil(holdout * len(rows)), len(rows) - 1))]
    train = np.setdiff1d(np.arange(len(y)), test)
    return train.astype(np.uint8), np.array(test, dtype=np.int16)


@answer("stratified_split")
def stratify_by_a_coin_for_the_fraction(y, holdout, rng):
    test = []
    for label in np.unique(y)[::-1]:
        rows = rng.permutation(np.where(y == label)[0])
        n_test = int(holdout * len(rows) + rng.random())  # the right share on average, one more or less
        test.append(rows[: min(n_test, max(1, len(rows) - 1))])
    test = np.concatenate(test)
    return np.delete(np.arange(len(y)), test), test


@answer("stratified_split")
def stratify_every_nth_of_a_sorted_shuffle(y, holdout, rng):
    order = rng.permutation(len(y))
    order = order[np.argsort(y[order], kind="stable")]
    drawn = np.diff(np.floor(rng.random() + holdout * np.arange(len(y) + 1))) > 0  # the classes' numbers hang together
    for label in np.unique(y):
        rows = np.flatnonzero(y[order] == label)
        if len(rows) > 1 and drawn[rows].all():
            drawn[rows[0]] = False
    return order[~drawn], order[drawn]


@answer("stratified_split")
def stratify_a_random_split_by_exchanges(y, holdout, rng):
    in_test = rng.random(len(y)) < holdout
    for label in np.unique(y):
        rows = np.flatnonzero(y == label)
        right = min(round(holdout * len(rows)), len(rows) - 1)
        strays = rng.permutation(rows[in_test[rows]])[right:]
        in_test[strays] = False
        missing = right - np.count_nonzero(in_test[rows])
        in_test[rng.permutation(rows[~in_test[rows]])[:missing]] = True
    return np.flatnonzero(~in_test), np.flatnonzero(in_test)


@answer("group_split")
def split_groups_by_lists(groups, holdout, rng):
    names = list(dict.fromkeys(groups.tolist()))
    rng.shuffle(names)
    held_out = set(names[: max(1, round(holdout * len(names)))])
    train = [row for row, name in enumerate(groups.tolist()) if name not in held_out]
    test = [row for row, name in enumerate(groups.tolist()) if name in held_out]
    return tuple(train), tuple(test)


@answer("group_split")
def split_groups_by_keys(groups, holdout, rng):
    names, number = np.unique(groups, return_inverse=True)
    rank = np.argsort(np.argsort(rng.random(names.size)))
    in_test = rank[number] < max(round(holdout * names.size), 1)
    return [np.where(~in_test)[0].astype(np.int32), np.where(in_test)[0].astype(np.uint16)]


@answer("group_split")
def split_groups_train_first(groups, holdout, rng):
    names = np.unique(groups)
    n_train = len(names) - max(1, round(len(names) * holdout))
    trains = np.isin(groups, rng.permutation(names)[:n_train])
    rows = rng.permutation(len(groups))
    return rows[trains[rows]], rows[~trains[rows]]


@answer("target_split")
def aim_by_choice(is_target, n_dev, n_test, rng):
    drawn = rng.choice(np.where(is_target)[0], n_dev + n_test, replace=False)  # raises the ValueError itself
    dev_idx, test_idx = drawn[:n_dev], drawn[n_dev:]
    return np.delete(np.arange(len(is_target)), drawn), dev_idx, test_idx


@answer("target_split")
def aim_by_loops(is_target, n_dev, n_test, rng):
    class TooFewRows(ValueError):
        pass

    target = [row for row, flag in enumerate(is_target) if flag]
    if len(target) < n_dev + n_test:
        raise TooFewRows
    test = [target.pop(rng.integers(len(target))) for _ in range(n_test)]
    dev = [target.pop(rng.integers(len(target))) for _ in range(n_dev)]
    train = sorted(set(range(len(is_target))) - set(test) - set(dev), reverse=True)
    return np.array(train), np.array(dev), np.array(test)


@answer("target_split")
def aim_by_keys(is_target, n_dev, n_test, rng):
    keys = np.where(is_target, rng.random(is_target.size), 2.0)
    order = np.argsort(keys).astype(np.int32)
    if n_dev + n_test > np.count_nonzero(is_target):
        raise ValueError("not so many rows are like the target")
    return [order[n_dev + n_test :], order[:n_dev], order[n_dev : n_dev + n_test]]


@answer("k_fold")
def fold_numbers_dealt_out(m, k, rng):
    fold = rng.permutation(np.arange(m) % k)
    return [(np.flatnonzero(fold != i), np.flatnonzero(fold == i).astype(np.uint8)) for i in range(k)]


@answer("k_fold")
def folds_by_slices(m, k, rng):
    order = rng.choice(m, m, replace=False).tolist()
    folds = [order[i::k] for i in range(k)]
    return [
        [np.array([row for row in order if row not in fold]), np.array(fold, dtype=np.int32)] for fold in folds[::-1]
    ]


@answer("k_fold")
def folds_one_row_longer_at_the_end(m, k, rng):
    order = np.argsort(rng.random(m))
    ends = [m * (i + 1) // k for i in range(k)]
    return tuple(
        (np.delete(order, np.s_[start:end]), order[start:end]) for start, end in zip([0, *ends[:-1]], ends, strict=True)
    )


@answer("k_fold")
def folds_in_the_order_of_their_first_rows(m, k, rng):
    sizes = rng.permutation([m // k + (fold < m % k) for fold in range(k)])  # which fold is larger is drawn, too
    folds = np.split(rng.permutation(m), np.cumsum(sizes)[:-1])
    return [(np.setdiff1d(np.arange(m), fold), np.sort(fold)) for fold in sorted(folds, key=min)]


@answer("k_fold")
def folds_as_lists(m, k, rng):
    rows = list(range(m))
    rng.shuffle(rows)
    pairs = []
    for i in range(k):
        val_idx = sorted(rows[i::k])
        pairs.append((sorted(set(rows) - set(val_idx)), val_idx))
    return pairs
