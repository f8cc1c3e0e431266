# %% [markdown]
# # Data splits
#
# Two hundred handwritten digits were scanned five times each. You hold out a fifth of the thousand scans, train a network on the others, and it misreads one test scan in
# five hundred. Then it gets digits that were never scanned before, and misreads one in twelve. It is the same scanner, the same code, and no test scan was ever trained on. **What went wrong?**
#
# Not the network: the split. A test score is a forecast of how the model will do on data to come, and one harmless-looking line spoils it. You will write the
# splits that keep it honest, then spoil it in five ways and measure what each of them does to the score.
#
# **You will**
#
# - split data so that no row is lost, doubled or parted from its label, and choose the split that rare classes, groups of rows or mixed sources need;
# - say how far a test score strays by chance, and so how many rows dev and test need;
# - find the leak when a score is too good, and show that choosing on the test set is one.
#
# **Time:** 80 minutes. **Before:** you pick rows of a NumPy array with an array of row numbers, `X[rows]`, and you know that a classifier learns from the rows of `X` and
# their labels `y`. Its *error* is the share of rows that it labels wrongly.
#
# **How it works.** Each exercise is a cell to fill in: run it, then run the check below it. When a check fails, read its first line: it says what came and what was
# expected. If your own cell ends in a red error, mend that first; the check would still see your previous version. Hints are folded away below the checks.
# The *hidden* checks run when your notebook is graded. If you study alone, save it (Ctrl+S) and call `autograder check` on it, as the README shows.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

from helpers import datasets, network, plots
from helpers.check import check, expect

X_wine, y_wine, _ = datasets.wine()
X_digits, y_digits = (
    np.concatenate(parts) for parts in zip(*datasets.digits(np.random.default_rng(0)))
)

# %% [markdown]
# ## 1 · Three sets, and how large they are
#
# Nobody gets a network right at the first try. You have an **idea**, put it into **code**, run the **experiment**, and what you see gives you the next idea. Round and
# round it goes, and three sets of rows serve this loop:
#
# - **train**: the weights are fitted to these rows;
# - **dev** (elsewhere *validation*): says which of two ideas is better. It is asked in every round;
# - **test**: says how good the chosen network is. It is asked once, after the last round.
#
# Dev cannot do the work of test: whatever was chosen because it did well on some rows does better on those rows than elsewhere. Section 8 measures by how much. But do you need that last
# number at all? If all you want is the better of two networks, and nobody has to know how good it is, train and dev are enough.
#
# How large? Small data is split 60/20/20. For more, ask what the rows of dev and test are for: to measure an error. The share of wrong answers among $n$ rows strays
# from the true error $p$ by about $\sqrt{p(1-p)/n}$. With $p = 5\,\%$ that is 1.5 percentage points for 200 rows and 0.2 for 10 000. Few decisions hang on a smaller difference, so
# ten thousand rows are enough; more of them would only be missing in train. Of a million rows 98/1/1 % go to train, dev and test:
#
# $$n_\text{dev} = n_\text{test} = \min\big(\text{round}(\text{holdout}\cdot m),\ \text{max\_holdout}\big),\qquad n_\text{train} = m - n_\text{dev} - n_\text{test}$$
#
# `round` is Python's, which takes the nearest whole number. (scikit-learn's `train_test_split` rounds the test set up.)
#
# **By hand.** $m = 7$ and `holdout = 0.25`: $0.25\cdot 7 = 1.75$, so dev and test have 2 rows each and train has 3.
#
# **Predict first.** Up to how many rows does 60/20/20 hold? Say it aloud, then look.
# <details><summary>Answer</summary>Up to 50 000: a fifth of that is 10 000.</details>

# %% nbgrader={"grade": false, "grade_id": "split_sizes", "locked": false, "schema_version": 3, "solution": true, "task": false}
def split_sizes(m, holdout=0.2, max_holdout=10_000):
    """Say how many rows train, and how many are held out for dev and for test.

    Parameters
    ----------
    m : int
        Number of rows, at least 1.
    holdout : float
        Share of the rows for dev, and as large a share for test, 0 <= holdout <= 0.4.
    max_holdout : int
        The most rows that dev, or test, may take.

    Returns
    -------
    n_train, n_dev, n_test : int
        Whole numbers that add up to m.

    Examples
    --------
    >>> split_sizes(1000)
    (600, 200, 200)
    """
    ### BEGIN SOLUTION
    n_held_out = min(round(holdout * m), max_holdout)
    return m - 2 * n_held_out, n_held_out, n_held_out
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_split_sizes", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def holds_out_a_fifth_twice(split_sizes):
    sizes = expect.sequence(split_sizes(1000), 3, "n_train, n_dev and n_test for 1000 rows")
    expect.equal(sizes, (600, 200, 200), "the sizes for 1000 rows")


@check
def holds_out_the_share_that_is_asked_for(split_sizes):
    sizes = split_sizes(80, holdout=0.125)
    expect.equal(sizes, (60, 10, 10), "the sizes for 80 rows with holdout = 1/8")


@check
def rounds_to_the_nearest_whole_number(split_sizes):
    expect.equal(split_sizes(7, holdout=0.25), (3, 2, 2), "the sizes for 7 rows: 0.25 * 7 = 1.75")
    expect.equal(split_sizes(9, holdout=0.25), (5, 2, 2), "the sizes for 9 rows: 0.25 * 9 = 2.25")


@check
def never_holds_out_more_than_the_most(split_sizes):
    expect.equal(split_sizes(1_000_000), (980_000, 10_000, 10_000), "the sizes for a million rows")
    sizes = split_sizes(2_000_000, max_holdout=500)
    expect.equal(sizes, (1_999_000, 500, 500), "the sizes for 2 million rows with max_holdout = 500")


check.run("split_sizes")

# %% [markdown]
# <details><summary>Hint 1: one number is enough</summary>
# Dev and test have the same size. Compute it first; what train gets then needs no rounding of its own.
# </details>
# <details><summary>Hint 2: a share with a limit</summary>
# "Twenty percent, but never more than ten thousand" is the smaller of two numbers.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_split_sizes", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `split_sizes`, 2 points: other shares and other limits, rounding, very small data.
### BEGIN HIDDEN TESTS
def compare_sizes(split_sizes, cases):
    for arguments, sizes in cases.items():
        expect.equal(split_sizes(*arguments), sizes, f"the sizes for {arguments}")


@check
def holds_out_any_share_twice(split_sizes):
    cases = {(1000, 0.1): (800, 100, 100), (640, 0.25): (320, 160, 160)}
    cases |= {(500, 0.4): (100, 200, 200), (96, 0.0): (96, 0, 0), (48, 0.0625): (42, 3, 3)}
    compare_sizes(split_sizes, cases)


@check
def rounds_up_and_down_to_the_nearest_whole_number(split_sizes):
    cases = {(29, 0.125): (21, 4, 4), (33, 0.125): (25, 4, 4), (13,): (7, 3, 3), (12,): (8, 2, 2)}
    cases |= {(11, 0.25): (5, 3, 3), (13, 0.25): (7, 3, 3), (21, 0.4): (5, 8, 8), (19, 0.4): (3, 8, 8)}
    compare_sizes(split_sizes, cases)


@check
def keeps_to_the_limit_of_ten_thousand(split_sizes):
    cases = {(49_990,): (29_994, 9_998, 9_998), (50_000,): (30_000, 10_000, 10_000)}
    cases |= {(50_010,): (30_010, 10_000, 10_000), (100_000,): (80_000, 10_000, 10_000)}
    cases |= {(3_000_000,): (2_980_000, 10_000, 10_000)}
    compare_sizes(split_sizes, cases)


@check
def keeps_to_any_other_limit(split_sizes):
    cases = {(600, 0.25, 100): (400, 100, 100), (400, 0.25, 100): (200, 100, 100)}
    cases |= {(396, 0.25, 100): (198, 99, 99), (404, 0.25, 100): (204, 100, 100)}
    cases |= {(80, 0.25, 0): (80, 0, 0), (9, 0.4, 1): (7, 1, 1)}
    cases |= {(5_000_000, 0.2, 250_000): (4_500_000, 250_000, 250_000)}
    cases |= {(100_000, 0.2, 30_000): (60_000, 20_000, 20_000)}
    compare_sizes(split_sizes, cases)


@check
def loses_no_row_of_very_small_data(split_sizes):
    cases = {(1,): (1, 0, 0), (2,): (2, 0, 0), (3,): (1, 1, 1), (4,): (2, 1, 1), (6,): (4, 1, 1)}
    cases |= {(4, 0.4): (0, 2, 2), (2, 0.4): (0, 1, 1), (1, 0.4): (1, 0, 0)}
    compare_sizes(split_sizes, cases)


check.run("split_sizes", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 2 · One order for rows and labels
#
# Tables come sorted more often than you think: by class, by date, by the hospital that sent them. The wines in this notebook come from three growers: 59 rows of the first, then 71 of the
# second, then 48 of the third. Cut off the last fifth, and all of it is from one grower.
#
# So the rows are shuffled before they are cut, and their labels with them. Draw **one** order $\pi$ of the row numbers $0 \dots m-1$ and use it twice:
#
# $$X^\text{new}_i = X_{\pi(i)},\qquad y^\text{new}_i = y_{\pi(i)}$$
#
# Each of the $m!$ orders has to be equally likely. A random rotation, or shuffled blocks of rows, look random enough and are not: neighbours stay neighbours.
#
# **By hand.** $X = (10, 20, 30)$, $y = (1, 2, 3)$ and $\pi = (2, 0, 1)$ give $X^\text{new} = (30, 10, 20)$ and $y^\text{new} = (3, 1, 2)$.
#
# All randomness comes from the argument `rng`, a `numpy.random.Generator`. Then whoever calls you decides whether two runs are equal. (scikit-learn has `sklearn.utils.shuffle`, with a `random_state`.)
#
# **Predict first.** A classmate shuffles `X` with one permutation and `y` with another. How many of a thousand rows still have their own label?
# <details><summary>Answer</summary>One on average, of a thousand rows as of a million: each row has it with probability 1/m, and there are m of them. (By chance, a wrong label may be of the right class.)</details>

# %% nbgrader={"grade": false, "grade_id": "shuffle_together", "locked": false, "schema_version": 3, "solution": true, "task": false}
def shuffle_together(X, y, rng):
    """Put the rows of X and of y into one random order.

    Parameters
    ----------
    X : array of shape (m, n)
        Examples.
    y : array of shape (m,)
        Their labels.
    rng : numpy.random.Generator
        The only source of randomness; each of the m! orders is equally likely.

    Returns
    -------
    X : array of shape (m, n)
        The same rows in the new order.
    y : array of shape (m,)
        Their labels in that order. Both are new: the arguments stay as they were.

    Examples
    --------
    >>> X, y = shuffle_together(np.array([[10], [20], [30]]), np.array([1, 2, 3]), np.random.default_rng(0))
    >>> X[:, 0] - 10 * y
    array([0, 0, 0])
    """
    ### BEGIN SOLUTION
    order = rng.permutation(len(X))
    return X[order], y[order]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_shuffle_together", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def keeps_every_row_with_its_label(shuffle_together):
    X, y = np.array([[10, 11], [20, 21], [30, 31], [40, 41], [50, 51.0]]), np.arange(1, 6)
    pair = shuffle_together(X, y, np.random.default_rng(3))
    X_new, y_new = expect.sequence(pair, 2, "the pair (X, y)")
    expect.array(X_new, (5, 2), "the new X of 5 rows and 2 columns")
    expect.array(y_new, (5,), "the new y of 5 labels")
    expect.close(X_new[:, 0], 10 * y_new, "the first column, where every entry was 10 times its label")
    expect.close(X_new[:, 1], X_new[:, 0] + 1, "the second column, which was the first plus 1")


@check
def loses_no_row_and_doubles_none(shuffle_together):
    X, y = np.array([[10, 11], [20, 21], [30, 31], [40, 41], [50, 51.0]]), np.arange(1, 6)
    _, y_new = shuffle_together(X, y, np.random.default_rng(1))
    expect.equal(sorted(y_new.tolist()), [1, 2, 3, 4, 5], "the labels 1 .. 5 after the shuffle, sorted")


@check
def changes_the_order(shuffle_together):
    X, y = np.arange(40.0).reshape(40, 1), np.arange(40)
    X_new, y_new = shuffle_together(X, y, np.random.default_rng(2))
    is_as_before = np.array_equal(X_new, X) and np.array_equal(y_new, y)
    expect.that(not is_as_before, "40 rows after the shuffle", "they are in the order in which they came")


check.run("shuffle_together")

# %% [markdown]
# <details><summary>Hint 1: an order is an array</summary>
# A generator has a method that returns the numbers 0 to m − 1 in random order. Which one? <code>help(np.random.Generator)</code> lists them.
# </details>
# <details><summary>Hint 2: use it twice</summary>
# An array of row numbers in square brackets picks rows in that order and makes a new array. Do this with the same numbers for <code>X</code> and for <code>y</code>.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_shuffle_together", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `shuffle_together`, 2 points: rows stay whole and keep their labels, every order
# is equally likely, all randomness from rng, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
from itertools import permutations


def make_rows(m):
    """Rows that tell their number, in X and in y."""
    return np.arange(float(m)).reshape(m, 1), np.arange(m)


def draw_orders(shuffle_together, times, m, seed):
    """The orders of y in many calls with one generator."""
    X, y = make_rows(m)
    pairs = expect.repeat(shuffle_together, times, X, y, np.random.default_rng(seed))
    return np.array([y_new for _, y_new in pairs]).astype(int)


@check
def keeps_rows_whole_and_with_their_labels(shuffle_together):
    X, y = np.random.default_rng(10).normal(size=(25, 3)), np.arange(25)
    pair = shuffle_together(X, y, np.random.default_rng(11))
    X_new, y_new = expect.sequence(pair, 2, "the pair (X, y)")
    expect.array(X_new, (25, 3), "the new X")
    expect.array(y_new, (25,), "the new y")
    rows = {row.tobytes() for row in X}
    strange = sum(row.tobytes() not in rows for row in np.ascontiguousarray(X_new, dtype=float))
    expect.equal(strange, 0, "rows of the new X that the old one does not have")
    apart = np.any(X_new != X[y_new.astype(int)])
    expect.that(not apart, "the label of each row", "rows and labels are no longer paired")


@check
def keeps_the_pairs_where_labels_repeat(shuffle_together):
    X, _ = make_rows(30)
    y = np.array([4, 0, 4] * 10)
    X_new, y_new = shuffle_together(X, y, np.random.default_rng(12))
    apart = np.any(y_new != y[X_new[:, 0].astype(int)])
    expect.that(not apart, "the label of each row", "rows and labels are no longer paired")
    expect.equal(int(np.sum(y_new == 0)), 10, "labels 0 after the shuffle")


@check
def loses_no_row_and_doubles_none_of_many(shuffle_together):
    X_new, y_new = shuffle_together(*make_rows(50), np.random.default_rng(13))
    expect.equal(len(set(X_new[:, 0].tolist())), 50, "different rows in the new X")
    expect.equal(len(set(y_new.tolist())), 50, "different labels in the new y")


@check
def moves_the_rows_of_X(shuffle_together):
    X, y = make_rows(40)
    X_new, _ = shuffle_together(X, y, np.random.default_rng(14))
    expect.that(not np.array_equal(X_new, X), "the new X", "its rows are where they were")


@check
def moves_the_labels(shuffle_together):
    X, y = make_rows(40)
    _, y_new = shuffle_together(X, y, np.random.default_rng(15))
    expect.that(not np.array_equal(y_new, y), "the new y", "its labels are where they were")


@check
def draws_from_rng_alone(shuffle_together):
    first, again, other = (
        shuffle_together(*make_rows(40), np.random.default_rng(seed)) for seed in (16, 16, 17)
    )
    for old, new in zip(first, again):
        expect.that(np.array_equal(old, new), "equal generators", "they give different orders")
    expect.that(not np.array_equal(first[1], other[1]), "different generators", "same order")


@check
def makes_every_order_of_a_few_rows_equally_likely(shuffle_together):
    orders = draw_orders(shuffle_together, 400, 3, 19)
    expect.varies(orders[:, 0], "the first of three rows in 400 calls")
    is_order = bool(np.all(np.sort(orders, axis=1) == np.arange(3)))
    expect.that(is_order, "three rows in 400 calls", "a row is lost, or it comes twice")
    # First an order that leaves one row in its place: it tells a cycle from other uneven draws.
    for order in permutations((0, 2, 1)):
        expect.rate(np.all(orders == order, axis=1), 1 / 6, f"how often 0, 1, 2 become {order}")


@check
def sends_every_row_everywhere(shuffle_together):
    orders = draw_orders(shuffle_together, 100, 24, 20)
    expect.places(np.argsort(orders, axis=1) < 12, 0.5, "which rows land in the first half")


@check
def draws_a_fresh_order_in_every_call(shuffle_together):
    orders = draw_orders(shuffle_together, 60, 20, 18)
    different = len({order.tobytes() for order in orders})
    expect.that(different == 60, "60 calls with one generator", "two have the same order")


@check
def parts_rows_from_their_neighbours(shuffle_together):
    # One row in a shuffle keeps its successor, on average; in 30 shuffles more than 84 do so less
    # than once in 10^12 times: all binomial moments lie below those of a Poisson number.
    orders = draw_orders(shuffle_together, 30, 20, 21)
    for step, name in ((-1, "predecessor"), (1, "successor")):
        kept = int(np.sum(np.diff(orders, axis=1) == step))
        expect.that(kept <= 84, f"rows that keep their {name}", "there are too many of them")


@check
def favours_no_direction(shuffle_together):
    # How many rows land behind their old place is a sum of independent coins (its Eulerian polynomial
    # has real roots) of mean (m - 1) / 2 and variance (m + 1) / 12: Bernstein's bound holds.
    orders = draw_orders(shuffle_together, 150, 80, 22)
    expect.varies(orders[:, 0], "the first row in 150 calls")
    is_rotated = np.all((orders - np.roll(orders, 1, axis=1)) % 80 == 1)
    expect.that(not is_rotated, "the order", "it is always a rotation")
    expect.that(np.sum(np.diff(orders) == 1) <= 256, "rows that keep their successor", "too many do")
    behind = np.mean(np.argsort(orders, axis=1) > np.arange(80))
    tolerance = np.sqrt(2 * 29 / (12 * 80 * 150))
    what = "the share of rows that land behind their old place"
    expect.close(behind, 79 / 160, what, rtol=0.0, atol=tolerance)


@check
def works_for_one_row_and_for_many_columns(shuffle_together):
    X, y = np.array([[3.0, 1.0, 2.0]]), np.array([7])
    X_new, y_new = shuffle_together(X, y, np.random.default_rng(23))
    expect.close(X_new, X, "the only row of X")
    expect.close(y_new, y, "the only label")


@check
def leaves_its_arguments_as_they_were(shuffle_together):
    X, y = make_rows(40)
    rng = np.random.default_rng(24)
    expect.unchanged(shuffle_together, X, y, rng, what="X and y after the call")


@check
def keeps_the_precision_of_X(shuffle_together):
    for kind in (np.float32, np.float64):
        X, y = make_rows(12)
        X_new, _ = shuffle_together(X.astype(kind), y, np.random.default_rng(25))
        expect.dtype(X_new, kind, f"the new X for an X of {kind.__name__}")


@check
def keeps_labels_whole_numbers(shuffle_together):
    X, y = make_rows(12)
    for kind in (np.int64, np.int32, np.uint8):
        _, y_new = shuffle_together(X, y.astype(kind), np.random.default_rng(26))
        is_whole = y_new.dtype.kind in "iu"
        expect.that(is_whole, "the labels", "they are no longer whole numbers")


check.run("shuffle_together", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 3 · Dealing the rows
#
# Now the split itself: every row goes to exactly one of three parts, like cards that are dealt to three players. Here "at random" means that each way to deal is
# equally likely, and that covers the case that people forget: it is not enough to shuffle *inside* the parts.
#
# One random order is again all that you need. Cut it after `n_train` rows and after `n_train + n_dev` rows. A part may be empty: `sizes = (800, 200, 0)` makes no test set.
#
# **By hand.** The order $(3, 0, 4, 1, 2)$ and `sizes = (2, 2, 1)`: train has the rows 3 and 0, dev has 4 and 1, test has 2.
#
# **Shapes.** `X (m, n)` and `y (m,)` become three pairs: `(n_train, n)` with `(n_train,)`, and so on. The order inside a part is free. Elsewhere you will meet two parts instead of three: scikit-learn's
# `train_test_split(X, y)` returns `X_train, X_test, y_train, y_test`, in this order, and is called twice for three parts; PyTorch has `random_split(dataset, lengths)`.

# %% nbgrader={"grade": false, "grade_id": "train_dev_test_split", "locked": false, "schema_version": 3, "solution": true, "task": false}
def train_dev_test_split(X, y, sizes, rng):
    """Deal the rows at random to train, dev and test.

    Parameters
    ----------
    X : array of shape (m, n)
        Examples.
    y : array of shape (m,)
        Their labels.
    sizes : tuple or list of three int
        Rows in train, dev and test, m together; a size may be 0.
    rng : numpy.random.Generator
        The only source of randomness; each way to deal is equally likely.

    Returns
    -------
    (X_train, y_train), (X_dev, y_dev), (X_test, y_test) : three pairs of arrays
        Each row is in one part, with its label; the order inside a part is free.

    Examples
    --------
    >>> X, y = np.arange(20).reshape(10, 2), np.arange(10)
    >>> train, dev, test = train_dev_test_split(X, y, (6, 3, 1), np.random.default_rng(0))
    >>> [X_part.shape for X_part, y_part in (train, dev, test)]
    [(6, 2), (3, 2), (1, 2)]
    """
    ### BEGIN SOLUTION
    n_train, n_dev, _ = sizes
    order = rng.permutation(len(X))
    train, dev, test = np.split(order, [n_train, n_train + n_dev])
    return (X[train], y[train]), (X[dev], y[dev]), (X[test], y[test])
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_train_dev_test_split", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def makes_three_parts_of_the_sizes_that_were_asked_for(train_dev_test_split):
    X, y = 10.0 * np.arange(1, 9).reshape(8, 1), np.arange(1, 9)
    parts = train_dev_test_split(X, y, (4, 3, 1), np.random.default_rng(0))
    pairs = expect.sequence(parts, 3, "the three pairs of train, dev and test")
    for pair, name, size in zip(pairs, ("train", "dev", "test"), (4, 3, 1)):
        X_part, y_part = expect.sequence(pair, 2, f"the pair (X_{name}, y_{name})")
        expect.array(X_part, (size, 1), f"X_{name}, with sizes = (4, 3, 1)")
        expect.array(y_part, (size,), f"y_{name}, with sizes = (4, 3, 1)")


@check
def keeps_every_row_with_its_label(train_dev_test_split):
    X, y = np.array([[10.0], [20.0], [30.0], [40.0], [50.0], [60.0]]), np.arange(1, 7)
    for X_part, y_part in train_dev_test_split(X, y, (2, 2, 2), np.random.default_rng(3)):
        expect.close(X_part[:, 0], 10 * y_part, "a part's X, where each entry was 10 times its label")


@check
def deals_each_row_to_one_part(train_dev_test_split):
    X, y = np.array([[10.0], [20.0], [30.0], [40.0], [50.0], [60.0]]), np.arange(1, 7)
    parts = train_dev_test_split(X, y, (2, 2, 2), np.random.default_rng(2))
    labels = sorted(label for _, y_part in parts for label in y_part.tolist())
    expect.equal(labels, [1, 2, 3, 4, 5, 6], "the labels 1 .. 6 of all three parts, sorted")


check.run("train_dev_test_split")

# %% [markdown]
# <details><summary>Hint 1: row numbers first</summary>
# Deal the row numbers, not the rows. Once you have three arrays of row numbers, each part is two lookups.
# </details>
# <details><summary>Hint 2: where to cut</summary>
# Slices do it, and so does <code>np.split(order, cuts)</code>, which takes the positions of the cuts. The second cut is not at <code>n_dev</code>.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_train_dev_test_split", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `train_dev_test_split`, 2 points: other sizes, empty parts, no row lost or in two
# parts, every way to deal is equally likely, all randomness from rng, the arguments, dtypes.
### BEGIN HIDDEN TESTS
from itertools import permutations


def make_rows(m):
    """Rows that tell their number, in X and in y."""
    return np.arange(float(m)).reshape(m, 1), np.arange(m)


def draw_labels(train_dev_test_split, times, sizes, seed):
    """For many calls with one generator the row numbers of the three parts, each part ascending."""
    X, y = make_rows(sum(sizes))
    draws = expect.repeat(train_dev_test_split, times, X, y, sizes, np.random.default_rng(seed))
    return [[sorted(map(int, y_part)) for _, y_part in parts] for parts in draws]


@check
def makes_parts_of_any_sizes_in_their_order(train_dev_test_split):
    for sizes in ((11, 6, 8), (2, 9, 14), [16, 3, 1], (5, 5, 5)):
        m = sum(sizes)
        X, y = np.random.default_rng(30).normal(size=(m, 3)), np.arange(m)
        parts = train_dev_test_split(X, y, sizes, np.random.default_rng(31))
        for pair, size in zip(expect.sequence(parts, 3, "the three pairs"), sizes):
            X_part, y_part = expect.sequence(pair, 2, "a pair (X, y)")
            expect.array(X_part, (size, 3), f"a part's X, sizes = {sizes}")
            expect.array(y_part, (size,), f"a part's y, sizes = {sizes}")


@check
def leaves_parts_empty_that_are_to_be_empty(train_dev_test_split):
    for sizes in ((4, 0, 2), (0, 5, 1), (4, 2, 0), (6, 0, 0), (0, 0, 3), (1, 0, 0)):
        X, y = make_rows(sum(sizes))
        parts = train_dev_test_split(X, y, sizes, np.random.default_rng(32))
        lengths = [(len(X_part), len(y_part)) for X_part, y_part in parts]
        expect.equal(lengths, [(size, size) for size in sizes], f"rows in each part, sizes = {sizes}")


@check
def keeps_rows_whole_and_with_their_labels(train_dev_test_split):
    X, y = np.random.default_rng(33).normal(size=(24, 3)), np.arange(24)
    for X_part, y_part in train_dev_test_split(X, y, (12, 8, 4), np.random.default_rng(34)):
        rows = {row.tobytes() for row in X}
        strange = sum(row.tobytes() not in rows for row in np.ascontiguousarray(X_part, dtype=float))
        expect.equal(strange, 0, "rows of a part that X does not have")
        apart = np.any(X_part != X[np.asarray(y_part).astype(int)])
        expect.that(not apart, "the label of each row", "rows and labels are no longer paired")


@check
def keeps_the_pairs_where_labels_repeat(train_dev_test_split):
    X, _ = make_rows(30)
    y = np.array([4, 0, 4] * 10)
    parts = train_dev_test_split(X, y, (15, 5, 10), np.random.default_rng(35))
    for X_part, y_part in parts:
        apart = np.any(y_part != y[X_part[:, 0].astype(int)])
        expect.that(not apart, "the label of each row", "rows and labels are no longer paired")
    zeros = sum(int(np.sum(np.asarray(y_part) == 0)) for _, y_part in parts)
    expect.equal(zeros, 10, "labels 0 in all parts together")


@check
def puts_no_row_into_two_parts(train_dev_test_split):
    for sizes in ((20, 12, 8), (10, 20, 10), (1, 19, 20)):
        parts = train_dev_test_split(*make_rows(40), sizes, np.random.default_rng(36))
        train, dev, test = (set(X_part[:, 0].tolist()) for X_part, _ in parts)
        shared = [bool(one & other) for one, other in ((train, dev), (train, test), (dev, test))]
        expect.equal(shared, [False] * 3, "whether train and dev, train and test, dev and test share rows")


@check
def holds_no_row_twice_in_a_part(train_dev_test_split):
    for sizes in ((20, 12, 8), (10, 20, 10), (1, 19, 20)):
        parts = train_dev_test_split(*make_rows(40), sizes, np.random.default_rng(37))
        twice = [len(set(X_part[:, 0].tolist())) < len(X_part) for X_part, _ in parts]
        expect.equal(twice, [False] * 3, "whether a row is twice in train, in dev, in test")


@check
def draws_from_rng_alone(train_dev_test_split):
    first, again, other = (
        train_dev_test_split(*make_rows(40), (20, 12, 8), np.random.default_rng(seed))
        for seed in (38, 38, 39)
    )
    for old, new in zip(first, again):
        same = np.array_equal(old[0], new[0]) and np.array_equal(old[1], new[1])
        expect.that(same, "equal generators", "they give different parts")
    same = sorted(first[0][1].tolist()) == sorted(other[0][1].tolist())
    expect.that(not same, "different generators", "they give the same train set")


@check
def deals_not_only_the_first_rows_to_train(train_dev_test_split):
    X, y = make_rows(60)
    parts = train_dev_test_split(X, y[::-1], (30, 20, 10), np.random.default_rng(46))
    is_first = set(parts[0][0][:, 0].tolist()) == {*range(30)}
    expect.that(not is_first, "the rows of train", "they are those that came first")


@check
def makes_every_way_to_deal_a_few_rows_equally_likely(train_dev_test_split):
    draws = draw_labels(train_dev_test_split, 200, (1, 1, 1), 41)
    for train, dev, test in permutations(range(3)):
        dealt = [parts == [[train], [dev], [test]] for parts in draws]
        what = f"how often row {train} is in train, {dev} in dev and {test} in test"
        expect.rate(dealt, 1 / 6, what)


@check
def sends_every_row_to_every_part_anew_in_every_call(train_dev_test_split):
    draws = draw_labels(train_dev_test_split, 100, (20, 10, 10), 42)
    different = len({str(parts) for parts in draws})
    expect.that(different == 100, "100 calls with one generator", "two deal alike")
    for place, (name, share) in enumerate((("train", 0.5), ("dev", 0.25), ("test", 0.25))):
        is_in = np.zeros((100, 40), dtype=bool)
        for row, parts in zip(is_in, draws):
            row[parts[place]] = True
        expect.places(is_in, share, f"which of 40 rows are in {name}")


@check
def leaves_X_and_y_as_they_were(train_dev_test_split):
    X, y = make_rows(40)
    rng = np.random.default_rng(43)
    expect.unchanged(train_dev_test_split, X, y, (20, 12, 8), rng, what="X and y after the call")


@check
def leaves_sizes_as_they_were(train_dev_test_split):
    X, y, rng = np.ones((40, 1)), np.ones(40, dtype=int), np.random.default_rng(47)
    expect.unchanged(train_dev_test_split, X, y, [20, 12, 8], rng, what="sizes after the call")


@check
def keeps_the_precision_of_X(train_dev_test_split):
    for kind in (np.float32, np.float64):
        X, y = make_rows(12)
        parts = train_dev_test_split(X.astype(kind), y, (6, 4, 2), np.random.default_rng(44))
        for X_part, _ in parts:
            expect.dtype(X_part, kind, f"a part's X for an X of {kind.__name__}")


@check
def keeps_labels_whole_numbers(train_dev_test_split):
    X, y = make_rows(12)
    for kind in (np.int64, np.int32, np.uint8):
        parts = train_dev_test_split(X, y.astype(kind), (6, 4, 2), np.random.default_rng(45))
        for _, y_part in parts:
            is_whole = y_part.dtype.kind in "iu"
            expect.that(is_whole, "the labels of a part", "they are no longer whole numbers")


check.run("train_dev_test_split", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** The 178 wines, a bar for each: low in train, higher in dev, highest in test. Above, the table is cut as it comes; below, your function deals it. The vertical lines stand where the next grower's
# wines begin. Look at which growers the upper test set knows, and which ones its train set does.
#
# The two errors below the picture are those of the simplest learner there is, which you will use again in section 8: it labels a row as the nearest row of the training set is labelled.

# %% tags=["skip-execution"]
def predict_nearest(X_train, y_train, X):
    """Label each row of X as the nearest row of X_train is labelled."""
    squares = (X_train**2).sum(axis=1)
    labels = []
    for rows in np.array_split(X, 1 + len(X) // 32):  # so few at a time that NumPy starts no threads
        distances = squares - 2 * rows @ X_train.T  # squared, up to a constant for each row
        labels.append(y_train[distances.argmin(axis=1)])
    return np.concatenate(labels)


def wine_error(train, test):
    """Error on test, after every column is scaled to mean 0 and deviation 1 on train."""
    mu, sigma = train[0].mean(axis=0), train[0].std(axis=0)
    labels = predict_nearest((train[0] - mu) / sigma, train[1], (test[0] - mu) / sigma)
    return np.mean(labels != test[1])


sizes = split_sizes(len(y_wine))
rows = np.arange(len(y_wine))
cut = np.split(rows, np.cumsum(sizes)[:2])
dealt = [
    part for _, part in train_dev_test_split(X_wine, rows, sizes, np.random.default_rng(1))
]
growers = {"second grower": np.argmax(y_wine == 1), "third grower": np.argmax(y_wine == 2)}
plots.split_strips({"cut as it comes": cut, "dealt": dealt}, len(rows), marks=growers)

wine_errors = {}
for name, (train, _, test) in {"cut as it comes": cut, "dealt": dealt}.items():
    wine_errors[name] = wine_error((X_wine[train], y_wine[train]), (X_wine[test], y_wine[test]))
    print(f"test error, {name}: {100 * wine_errors[name]:.0f} %")

# %% [markdown]
# Cut as it comes, every test wine is from a grower of whom the model has seen no wine: an error of 100 %. One exception to all this shuffling: when the model will have to predict *tomorrow* from
# *yesterday*, the order is time, and test has to be the latest rows. A shuffle would let it look into the future.

# %% [markdown]
# ## 4 · A fair share of every class
#
# Of 377 tumours 20 are malignant, and you hold out a fifth: 75 rows, of which 4 should be malignant. Draw them at random and it may be 1 or 8: a test set that can hardly say how many
# malignant tumours the model misses. **Stratify**: draw from each class on its own.
#
# $$n_\text{test}(c) = \text{round}\big(\text{holdout}\cdot \text{count}(c)\big)\quad\text{rows of each class } c$$
#
# One row more or less is fine, with one exception: a class of two or more rows keeps at least one in train. What was never seen can't be recognized. (For a class with a single row you decide.)
#
# From here on you return **row numbers**, not rows: whoever gets them can pick from `X`, from `y` and from whatever else there is. Return them as arrays of whole numbers, in any order.
#
# **By hand.** $y = (0, 0, 1, 0, 1, 0)$ and `holdout = 0.5`: two of the rows 0, 1, 3, 5 and one of the rows 2, 4 are held out, for example `test_idx` $= (3, 0, 4)$; then `train_idx` has 1, 2 and 5.
#
# scikit-learn's `StratifiedShuffleSplit` fixes the size of the whole test set instead of each class's, and refuses a class with a single row.

# %% nbgrader={"grade": false, "grade_id": "stratified_split", "locked": false, "schema_version": 3, "solution": true, "task": false}
def stratified_split(y, holdout, rng):
    """Hold out the same share of every class.

    Parameters
    ----------
    y : array of shape (m,)
        Labels: whole numbers, in any order, of any frequency.
    holdout : float
        Share of each class for the test set, 0 <= holdout < 1.
    rng : numpy.random.Generator
        The only source of randomness; inside a class each row is equally likely to be held out.

    Returns
    -------
    train_idx, test_idx : arrays of int
        Row numbers of each part, in any order; together 0 .. m - 1, each once.

    Examples
    --------
    >>> y = np.array([0, 0, 0, 0, 0, 0, 1, 1])
    >>> train_idx, test_idx = stratified_split(y, 0.5, np.random.default_rng(0))
    >>> np.bincount(y[test_idx])
    array([3, 1])
    """
    ### BEGIN SOLUTION
    in_test = np.zeros(len(y), dtype=bool)
    for label in np.unique(y):
        rows = np.flatnonzero(y == label)
        n_test = min(round(holdout * len(rows)), len(rows) - 1)
        in_test[rng.choice(rows, n_test, replace=False)] = True
    return np.flatnonzero(~in_test), np.flatnonzero(in_test)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_stratified_split", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def returns_two_arrays_of_row_numbers(stratified_split):
    y = np.array([0, 1, 0, 0, 1, 0])
    pair = stratified_split(y, 0.5, np.random.default_rng(0))
    train_idx, test_idx = expect.sequence(pair, 2, "the pair (train_idx, test_idx)")
    expect.array(train_idx, (len(train_idx),), "train_idx")
    expect.array(test_idx, (len(test_idx),), "test_idx")
    rows = sorted([*train_idx, *test_idx])
    expect.equal(rows, [0, 1, 2, 3, 4, 5], "the row numbers of both parts, sorted, for 6 labels")


@check
def holds_out_the_same_share_of_every_class(stratified_split):
    y = np.array([7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 2, 2, 2, 2])
    _, test_idx = stratified_split(y, 0.25, np.random.default_rng(1))
    for label, right in ((7, 3), (2, 1)):
        count = int(np.sum(y[test_idx] == label))
        what = f"rows of class {label} in test, of {np.sum(y == label)}, with holdout = 0.25"
        expect.that(abs(count - right) <= 1, what, f"{count}, where {right} (one more or less) is right")


@check
def keeps_a_row_of_a_small_class_in_train(stratified_split):
    y = np.array([5, 5, 0, 0, 0, 0, 0, 0, 0, 0])
    train_idx, _ = stratified_split(y, 0.75, np.random.default_rng(2))
    expect.that(5 in y[train_idx], "class 5 of two rows, with holdout = 0.75", "none of it is in train")


check.run("stratified_split")

# %% [markdown]
# <details><summary>Hint 1: class by class</summary>
# <code>np.unique(y)</code> gives the classes that there are, whatever their numbers, and <code>np.flatnonzero(y == label)</code> the rows of one of them.
# </details>
# <details><summary>Hint 2: drawing some of them</summary>
# <code>rng.choice(rows, n, replace=False)</code> draws n different ones. Without <code>replace=False</code> a row may be drawn twice.
# </details>
# <details><summary>Hint 3: two results from many classes</summary>
# Collect row numbers in lists and join them at the end; or keep one mask <code>in_test</code> of length m, set it to True where a row is drawn, and turn it and its opposite into row numbers.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_stratified_split", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `stratified_split`, 3 points: other shares, labels and class sizes, very small
# data, rows drawn at random inside each class, all randomness from rng, y itself.
### BEGIN HIDDEN TESTS
from itertools import combinations
from math import comb


def split_rows(stratified_split, y, holdout, seed):
    """The row numbers of both parts as whole numbers."""
    parts = stratified_split(y, holdout, np.random.default_rng(seed))
    parts = expect.sequence(parts, 2, "the pair (train_idx, test_idx)")
    for part in parts:
        is_rows = isinstance(part, np.ndarray) and part.ndim == 1 and (part.dtype.kind in "iu" or not part.size)
        expect.that(is_rows, "a part's row numbers", "they are no one-dimensional array of whole numbers")
    return [part.astype(int) for part in parts]


def draw_tests(stratified_split, times, y, holdout, seed):
    """Which rows are held out in many calls with one generator: (times, m), True in test."""
    pairs = expect.repeat(stratified_split, times, y, holdout, np.random.default_rng(seed))
    in_test = np.zeros((times, len(y)), dtype=bool)
    for row, (_, test_idx) in zip(in_test, pairs):
        row[np.asarray(test_idx).astype(int)] = True
    return in_test


MIXED = np.array([3, 0, 8, 0, 3, 0, 0, 0] * 16)  # 80 zeros, 32 threes, 16 eights


@check
def covers_every_row_once(stratified_split):
    for y in (MIXED, np.arange(30) % 7, np.repeat([1, 4, 2], 9), np.zeros(11, dtype=int)):
        for holdout in (0.125, 0.5):
            train, test = split_rows(stratified_split, y, holdout, 50)
            what = f"for {len(y)} rows, holdout = {holdout}"
            expect.equal(len(train) + len(test), len(y), f"row numbers in both parts together {what}")
            missing = len({*range(len(y))} - {*train.tolist(), *test.tolist()})
            expect.equal(missing, 0, f"rows that are in no part {what}")


@check
def covers_every_row_of_very_small_data_once(stratified_split):
    for y in ([4], [0, 0], [1, 0], [2, 2, 2], [3, 1, 0, 2], [0, 0, 5]):
        for holdout in (0.25, 0.75):
            train, test = split_rows(stratified_split, np.array(y), holdout, 51)
            what = f"the row numbers of both parts, sorted, for y = {y}, holdout = {holdout}"
            expect.equal(sorted([*train, *test]), [*range(len(y))], what)


@check
def holds_out_its_share_of_every_class(stratified_split):
    for holdout in (0.125, 0.25, 0.375, 0.625, 0.75):
        _, test = split_rows(stratified_split, MIXED, holdout, 52)
        for label, count in ((0, 80), (3, 32), (8, 16)):
            off = int(np.sum(MIXED[test] == label)) - round(holdout * count)
            what = f"rows of a class of {count} in test beyond holdout * count, holdout = {holdout}"
            expect.equal(off if abs(off) > 1 else 0, 0, what)


@check
def holds_out_its_share_of_every_class_in_every_call(stratified_split):
    y = np.arange(64) % 2
    in_test = draw_tests(stratified_split, 20, y, 0.25, 53)
    counts = np.array([in_test[:, y == label].sum(axis=1) for label in (0, 1)])
    is_share = bool(np.all(abs(counts - 8) <= 1))
    expect.that(is_share, "rows of each of two classes in test", "in some calls it is another share")


@check
def takes_labels_in_any_order(stratified_split):
    blocks = np.repeat([9, 0, 5, 30], [16, 24, 8, 40])
    for order in (np.arange(88), np.arange(88)[::-1], np.arange(88) * 35 % 88):
        _, test = split_rows(stratified_split, blocks[order], 0.25, 54)
        for label, right in ((9, 4), (0, 6), (5, 2), (30, 10)):
            off = int(np.sum(blocks[order][test] == label)) - right
            expect.equal(off if abs(off) > 1 else 0, 0, f"rows of class {label} in test beyond {right}")


@check
def keeps_one_row_of_each_class_in_train(stratified_split):
    y = np.array([6, 1, 1, 6, 2, 2, 2, 0, 0, 0, 0] + [3] * 9)
    for holdout in (0.0, 0.125, 0.625, 0.75, 0.875, 0.96875):
        train, test = split_rows(stratified_split, y, holdout, 55)
        missing = sorted({0, 1, 2, 3, 6} - set(y[train].tolist()))
        expect.equal(missing, [], f"classes of which nothing trains, holdout = {holdout}")


@check
def holds_out_its_share_of_a_class_that_it_could_empty(stratified_split):
    y = np.array([6, 1, 1, 6, 2, 2, 2, 0, 0, 0, 0] + [3] * 9)
    for holdout in (0.75, 0.96875):
        _, test = split_rows(stratified_split, y, holdout, 63)
        for label, count in ((1, 2), (2, 3), (0, 4), (3, 9)):
            off = int(np.sum(y[test] == label)) - round(holdout * count)
            what = f"rows of a class of {count} in test beyond holdout * count, holdout = {holdout}"
            expect.equal(off if abs(off) > 1 else 0, 0, what)


@check
def holds_out_every_row_of_a_class_equally_often(stratified_split):
    y = np.array([2, 0, 2, 0, 0, 0, 2])
    in_test = draw_tests(stratified_split, 180, y, 0.5, 56)
    for label in (0, 2):
        rows = np.flatnonzero(y == label)
        chosen = in_test[:, rows]
        for size in range(1, len(rows)):  # one row more or less may be held out: each number on its own
            draws = chosen[chosen.sum(axis=1) == size]
            for some in combinations(range(len(rows)), size) if len(draws) else ():
                what = f"how often just {size} of class {label}, {some}, are held out"
                expect.rate(draws[:, some].all(axis=1), 1 / comb(len(rows), size), what)


@check
def treats_all_rows_of_a_class_alike_in_every_call(stratified_split):
    y = np.array([1] + [4] * 60)
    in_test = draw_tests(stratified_split, 72, y, 0.5, 57)
    different = len({rows.tobytes() for rows in in_test})
    expect.that(different == 72, "72 calls with one generator", "two hold out the same rows")
    expect.places(in_test[:, 1:], 0.5, "which of 60 rows of one class are held out")


@check
def draws_each_class_on_its_own(stratified_split):
    y = np.array([1, 0] * 20)
    in_test = draw_tests(stratified_split, 30, y, 0.5, 62)
    expect.varies(in_test[:, 0], "whether the first row is held out")
    alike = in_test[:, 0::2] == in_test[:, 1::2]
    expect.rate(alike, 0.5, "how often the same place of two classes is held out in both or in none")


@check
def draws_from_rng_alone(stratified_split):
    first, again, other = (split_rows(stratified_split, MIXED, 0.25, seed) for seed in (58, 58, 59))
    for old, new in zip(first, again):
        expect.that(np.array_equal(old, new), "equal generators", "they give different parts")
    same = np.array_equal(np.sort(first[1]), np.sort(other[1]))
    expect.that(not same, "different generators", "they give the same test set")


@check
def leaves_y_as_it_was(stratified_split):
    rng = np.random.default_rng(61)
    expect.unchanged(stratified_split, MIXED.copy(), 0.25, rng, what="y after the call")


check.run("stratified_split", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Those 377 tumours, split a thousand times in both ways. How many of the 20 malignant ones are in test? Your stratified split has the same number every time; the plain one has whatever comes.

# %% tags=["skip-execution"]
X_tumours, y_tumours, _ = datasets.breast_cancer()
y_rare = np.concatenate([y_tumours[y_tumours == 1], y_tumours[y_tumours == 0][:20]])
no_features = np.zeros((len(y_rare), 1))
rng = np.random.default_rng(2)
malignant = {"plain split": [], "your stratified_split": []}
for _ in range(1000):
    *_, (_, y_test) = train_dev_test_split(no_features, y_rare, (302, 0, 75), rng)
    malignant["plain split"].append(np.sum(y_test == 0))
    _, test_idx = stratified_split(y_rare, 0.2, rng)
    malignant["your stratified_split"].append(np.sum(y_rare[test_idx] == 0))
n_bins = np.ptp(list(malignant.values())) + 1  # one for each number
plots.histogram_by_label(malignant, "malignant tumours in the test set", n_bins)

# %% [markdown]
# ## 5 · Strangers only: splitting by groups
#
# Back to the scans. Each sheet, with one digit on it, was scanned five times, and a random split puts some of its scans into train and others into test. In test the network need not read the digit; it
# is enough to *recognize the sheet*. The same happens with several X-rays of a patient, sentences of a speaker, photos of one burst, rows that were copied by mistake.
#
# What will the model meet later? New patients, new speakers. So test has to hold strangers only: a **group** goes to train as a whole or to test as a whole.
#
# $$n_\text{groups in test} = \max\big(1,\ \text{round}(\text{holdout}\cdot n_\text{groups})\big)$$
#
# `holdout` is a share of the groups, whatever their sizes; each group is equally likely to be held out. `groups (m,)` says for each row to whom it belongs, by numbers or by names, in any order.
#
# **By hand.** `groups = (ann, bob, ann, eva)`, `holdout = 0.25`: three groups, $0.25\cdot 3 = 0.75$, so one of them is held out. If it is ann, `test_idx` $= (0, 2)$.
#
# In scikit-learn this is `GroupShuffleSplit`, which rounds the number of groups in test up.

# %% nbgrader={"grade": false, "grade_id": "group_split", "locked": false, "schema_version": 3, "solution": true, "task": false}
def group_split(groups, holdout, rng):
    """Hold out whole groups, so that the test set holds only strangers.

    Parameters
    ----------
    groups : array of shape (m,)
        For each row the group that it belongs to: whole numbers or strings, in any order.
    holdout : float
        Share of the groups (not of the rows) for the test set, 0 <= holdout < 1.
    rng : numpy.random.Generator
        The only source of randomness; each group is equally likely to be held out, whatever its size.

    Returns
    -------
    train_idx, test_idx : arrays of int
        Row numbers of each part, in any order; together 0 .. m - 1, each once.

    Examples
    --------
    >>> groups = np.array(["ann", "bob", "ann", "bob"])
    >>> train_idx, test_idx = group_split(groups, 0.5, np.random.default_rng(0))
    >>> len(set(groups[train_idx])), len(set(groups[test_idx]))
    (1, 1)
    """
    ### BEGIN SOLUTION
    names = np.unique(groups)
    n_test = max(1, round(holdout * len(names)))
    in_test = np.isin(groups, rng.choice(names, n_test, replace=False))
    return np.flatnonzero(~in_test), np.flatnonzero(in_test)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_group_split", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def covers_every_row_once(group_split):
    groups = np.array(["ann", "bob", "ann", "eva", "bob", "ann"])
    pair = group_split(groups, 0.25, np.random.default_rng(0))
    train_idx, test_idx = expect.sequence(pair, 2, "the pair (train_idx, test_idx)")
    rows = sorted([*train_idx, *test_idx])
    expect.equal(rows, [0, 1, 2, 3, 4, 5], "the row numbers of both parts, sorted, for 6 rows")


@check
def keeps_groups_whole(group_split):
    groups = np.array([1, 2, 3, 4] * 6)
    train_idx, test_idx = group_split(groups, 0.5, np.random.default_rng(1))
    in_both = sorted(set(groups[[*train_idx]]) & set(groups[[*test_idx]]))
    expect.equal(in_both, [], "groups that have rows in train and in test, of the groups 1, 2, 3, 4")


@check
def holds_out_a_share_of_the_groups(group_split):
    groups = np.array(["ann"] * 9 + ["bob", "eva", "joe", "kim", "lea", "max", "zoe"])
    rng = np.random.default_rng(2)
    tests = [group_split(groups, 0.5, rng)[1] for _ in range(5)]
    n_groups = [len(set(groups[[*test_idx]])) for test_idx in tests]
    expect.equal(n_groups, [4] * 5, "the number of groups in test in five calls, of 8 groups, with holdout = 0.5")


check.run("group_split")

# %% [markdown]
# <details><summary>Hint 1: draw names, not rows</summary>
# List every group once, then draw from that list. If you draw from <code>groups</code> itself, a group of twenty rows has twenty lots.
# </details>
# <details><summary>Hint 2: from names to rows</summary>
# <code>np.isin(groups, some_names)</code> says for each row whether its group is among them. It works for numbers and for strings.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_group_split", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `group_split`, 2 points: numbers and names as groups, any order, other shares, a
# single group, groups drawn at random whatever their size, all randomness from rng, groups itself.
### BEGIN HIDDEN TESTS
from itertools import combinations


def split_rows(group_split, groups, holdout, seed):
    """The row numbers of both parts as arrays of whole numbers."""
    parts = group_split(groups, holdout, np.random.default_rng(seed))
    parts = [np.asarray(part) for part in expect.sequence(parts, 2, "the pair (train_idx, test_idx)")]
    for part in parts:
        is_rows = part.ndim == 1 and (part.dtype.kind in "iu" or not part.size)
        expect.that(is_rows, "a part's row numbers", "they are no one-dimensional array of whole numbers")
    return [part.astype(int) for part in parts]


def draw_groups(group_split, times, groups, holdout, seed):
    """The groups that are held out in many calls with one generator."""
    pairs = expect.repeat(group_split, times, groups, holdout, np.random.default_rng(seed))
    return [set(groups[np.asarray(test_idx).astype(int)].tolist()) for _, test_idx in pairs]


NUMBERS = np.array([70, 3, 3, 12, 70, 500, 3, 12, 41, 70] * 3)
NAMES = np.array(["li", "Zoe", "li", "an", "Barbara", "Zoe", "li", "Barbaro", "Barbaro", "an", "li", "b"])


@check
def covers_every_row_once_and_keeps_groups_whole(group_split):
    for groups in (NUMBERS, NAMES, np.repeat(NAMES, 3), np.arange(9)[::-1]):
        for holdout in (0.25, 0.625):
            train, test = split_rows(group_split, groups, holdout, 70)
            rows = [*train.tolist(), *test.tolist()]
            expect.equal(len(rows), len(groups), "row numbers in both parts together")
            expect.equal(len(set(rows) & {*range(len(groups))}), len(groups), "rows that are in a part")
            whole = not set(groups[train].tolist()) & set(groups[test].tolist())
            expect.equal(whole, True, "whether all groups stay whole")


@check
def holds_out_a_rounded_share_of_the_groups(group_split):
    cases = [NUMBERS, NAMES, np.arange(36) % 12, np.arange(40) ** 2 % 11, np.repeat(np.arange(16), 4)]
    came, right = [], []
    for groups in cases:
        n_groups = len(set(groups.tolist()))
        for holdout in (0.1875, 0.3125, 0.375, 0.5625, 0.6875):
            if holdout * n_groups % 1 != 0.5:
                _, test = split_rows(group_split, groups, holdout, 71)
                came.append(len(set(groups[test].tolist())))
                right.append(max(1, round(holdout * n_groups)))
    expect.equal(came, right, "the numbers of groups in test, for groups and shares of many kinds")


@check
def holds_out_at_least_one_group(group_split):
    for groups, holdout in ((np.array([8, 8, 2]), 0.125), (NUMBERS, 0.0625), (NAMES, 0.0)):
        _, test = split_rows(group_split, groups, holdout, 72)
        expect.equal(len(set(groups[test].tolist())), 1, "groups in test with a very small share")


@check
def holds_out_a_single_group(group_split):
    for groups in (np.array([5, 5, 5]), np.array(["x"])):
        train, test = split_rows(group_split, groups, 0.25, 73)
        expect.equal(len(train), 0, "rows in train when there is one group")
        expect.equal(sorted(test), [*range(len(groups))], "rows in test when there is one group")


@check
def counts_groups_and_not_rows(group_split):
    groups = np.repeat([4, 1, 9, 6, 2, 11, 10, 3], [30, 1, 1, 20, 1, 2, 1, 4])
    for seed in range(74, 78):
        _, test = split_rows(group_split, groups, 0.5, seed)
        expect.equal(len(set(groups[test].tolist())), 4, "groups in test, of eight of different sizes")


@check
def holds_out_large_and_small_groups_equally_often(group_split):
    groups = np.array([2, 5, 7] + [9] * 60)
    draws = draw_groups(group_split, 180, groups, 0.5, 78)
    for some in combinations((2, 5, 7, 9), 2):
        held_out = [drawn == {*some} for drawn in draws]
        expect.rate(held_out, 1 / 6, f"how often the groups {some} are held out")


@check
def holds_out_not_only_the_first_groups(group_split):
    groups = np.tile(np.arange(40)[::-1], 2)
    _, test = split_rows(group_split, groups, 0.5, 85)
    is_first = set(groups[test].tolist()) in ({*range(20)}, {*range(20, 40)})
    expect.that(not is_first, "the groups in test", "they are the first ones")


@check
def draws_every_group_on_its_own_in_every_call(group_split):
    draws = draw_groups(group_split, 72, np.arange(60), 0.5, 80)
    different = len({frozenset(drawn) for drawn in draws})
    expect.that(different == 72, "72 calls with one generator", "two hold out the same groups")
    is_out = [[group in drawn for group in range(60)] for drawn in draws]
    expect.places(is_out, 0.5, "which of 60 groups are held out")


@check
def draws_from_rng_alone(group_split):
    groups = np.tile(np.arange(40), 2)
    first, again, other = (split_rows(group_split, groups, 0.5, seed) for seed in (81, 81, 82))
    for old, new in zip(first, again):
        expect.that(np.array_equal(old, new), "equal generators", "they give different parts")
    same = np.array_equal(np.sort(first[1]), np.sort(other[1]))
    expect.that(not same, "different generators", "they give the same test set")


@check
def leaves_groups_as_they_were(group_split):
    for groups in (NUMBERS, NAMES):
        rng = np.random.default_rng(84)
        expect.unchanged(group_split, groups.copy(), 0.25, rng, what="groups after the call")


check.run("group_split", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 6 · Aim dev and test at the target
#
# Your app reads digits that users photograph, and you have 600 of those. From the web you get 200 000 clean ones. Use them all? In **train**: yes. But dev and test say what to aim at, and you are
# not going to be paid for reading clean digits. So both are drawn from the users' photos alone, which makes them **one distribution**; the users' photos that are left over train as well:
#
# - dev: `n_dev` random target rows, test: `n_test` other random target rows;
# - train: everything else, from wherever it comes.
#
# When the target has fewer than `n_dev + n_test` rows, there is no such split. Say so: `raise ValueError("...")` with a sentence that names the numbers. (Using up all of them is allowed.)
#
# **By hand.** `is_target = (F, T, T, F, T)`, `n_dev = 1`, `n_test = 1`. The target rows are 1, 2, 4. If dev gets 4 and test gets 1, then train has 0, 2 and 3.

# %% nbgrader={"grade": false, "grade_id": "target_split", "locked": false, "schema_version": 3, "solution": true, "task": false}
def target_split(is_target, n_dev, n_test, rng):
    """Draw dev and test from the target rows alone; everything else trains.

    Parameters
    ----------
    is_target : array of bool, shape (m,)
        True for the rows that are like those the model will meet.
    n_dev, n_test : int
        Rows in dev and in test, at least 0.
    rng : numpy.random.Generator
        The only source of randomness; each target row is equally likely to go to dev, or to test.

    Returns
    -------
    train_idx, dev_idx, test_idx : arrays of int
        Row numbers of each part, in any order; together 0 .. m - 1, each once.

    Raises
    ------
    ValueError
        When n_dev + n_test exceeds the number of target rows.

    Examples
    --------
    >>> is_target = np.array([False, False, True, True, True])
    >>> train_idx, dev_idx, test_idx = target_split(is_target, 2, 1, np.random.default_rng(0))
    >>> train_idx
    array([0, 1])
    """
    ### BEGIN SOLUTION
    target = rng.permutation(np.flatnonzero(is_target))
    if n_dev + n_test > len(target):
        raise ValueError(f"n_dev + n_test must be at most {len(target)}, got {n_dev} + {n_test}")
    dev_idx, test_idx, left_over = np.split(target, [n_dev, n_dev + n_test])
    return np.concatenate([np.flatnonzero(~is_target), left_over]), dev_idx, test_idx
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_target_split", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def covers_every_row_once(target_split):
    is_target = np.array([False, True, True, False, True, True])
    parts = target_split(is_target, 2, 1, np.random.default_rng(0))
    train_idx, dev_idx, test_idx = expect.sequence(parts, 3, "(train_idx, dev_idx, test_idx)")
    sizes = [len(train_idx), len(dev_idx), len(test_idx)]
    expect.equal(sizes, [3, 2, 1], "rows in train, dev and test, of 6 rows, n_dev = 2, n_test = 1")
    rows = sorted([*train_idx, *dev_idx, *test_idx])
    expect.equal(rows, [0, 1, 2, 3, 4, 5], "the row numbers of all parts, sorted, for 6 rows")


@check
def draws_dev_and_test_from_the_target(target_split):
    is_target = np.array([False] * 20 + [True] * 5)
    _, dev_idx, test_idx = target_split(is_target, 2, 2, np.random.default_rng(1))
    for name, rows in (("dev", dev_idx), ("test", test_idx)):
        strange = int(np.sum(~is_target[[*rows]]))
        expect.equal(strange, 0, f"rows in {name} that are no target, of 20 others and 5 targets")


@check
def refuses_to_draw_more_than_there_is(target_split):
    is_target = np.array([False, True, True, False, True, True])
    try:
        target_split(is_target, 3, 2, np.random.default_rng(2))
        came = "no error"
    except Exception as error:
        error = getattr(error, "error", error)  # what your code raised
        came = "ValueError" if isinstance(error, ValueError) else type(error).__name__
    expect.equal(came, "ValueError", "3 rows for dev and 2 for test, of 4 target rows")


check.run("target_split")

# %% [markdown]
# <details><summary>Hint 1: the rows that may be drawn</summary>
# <code>np.flatnonzero(is_target)</code> gives the target's row numbers. Put them into random order once; dev and test are its first two pieces.
# </details>
# <details><summary>Hint 2: everything else</summary>
# Train is what is left of the target, and all the other rows. Or: all row numbers without those that were drawn, as <code>np.setdiff1d</code> and <code>np.delete</code> make it.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_target_split", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `target_split`, 2 points: other sizes, empty parts, all target rows used up, one
# more than that, rows drawn at random, all randomness from rng, is_target itself.
### BEGIN HIDDEN TESTS
from itertools import permutations


def split_rows(target_split, is_target, n_dev, n_test, seed):
    """The row numbers of the three parts as arrays of whole numbers."""
    parts = target_split(is_target, n_dev, n_test, np.random.default_rng(seed))
    parts = [np.asarray(part) for part in expect.sequence(parts, 3, "(train_idx, dev_idx, test_idx)")]
    for part in parts:
        is_rows = part.ndim == 1 and (part.dtype.kind in "iu" or not part.size)
        expect.that(is_rows, "a part's row numbers", "they are no one-dimensional array of whole numbers")
    return [part.astype(int) for part in parts]


def draw_parts(target_split, times, is_target, n_dev, n_test, seed):
    """Which rows are in dev, and in test, in many calls with one generator: (times, m) each."""
    draws = expect.repeat(target_split, times, is_target, n_dev, n_test, np.random.default_rng(seed))
    in_parts = np.zeros((2, times, len(is_target)), dtype=bool)
    for draw, (_, *parts) in enumerate(draws):
        for in_part, rows in zip(in_parts, parts):
            in_part[draw, np.asarray(rows).astype(int)] = True
    return in_parts


def error_of(target_split, is_target, n_dev, n_test):
    """What the call raised."""
    try:
        target_split(is_target, n_dev, n_test, np.random.default_rng(90))
    except Exception as error:
        error = getattr(error, "error", error)
        return "ValueError" if isinstance(error, ValueError) else type(error).__name__
    return "no error"


MIXED = np.arange(65) % 13 % 2 == 1  # 30 target rows among 65


@check
def makes_parts_of_the_sizes_that_were_asked_for(target_split):
    for n_dev, n_test in ((5, 10), (12, 3), (1, 1), (20, 10)):
        train, dev, test = split_rows(target_split, MIXED, n_dev, n_test, 91)
        sizes = [len(train), len(dev), len(test)]
        what = f"rows in train, dev and test, n_dev = {n_dev}, n_test = {n_test}"
        expect.equal(sizes, [65 - n_dev - n_test, n_dev, n_test], what)


@check
def puts_every_row_into_one_part(target_split):
    for n_dev, n_test in ((5, 10), (12, 3), (20, 10)):
        train, dev, test = (set(part.tolist()) for part in split_rows(target_split, MIXED, n_dev, n_test, 92))
        shared = [bool(one & other) for one, other in ((train, dev), (train, test), (dev, test))]
        expect.equal(shared, [False] * 3, "whether train and dev, train and test, dev and test share rows")
        expect.equal(len(train | dev | test), 65, "different rows in all parts together")
        expect.equal(sorted(train | dev | test), [*range(65)], "the rows of all parts")


@check
def draws_dev_from_the_target_alone(target_split):
    for is_target in (MIXED, ~MIXED, np.arange(40) >= 25, np.arange(40) < 15):
        _, dev, _ = split_rows(target_split, is_target, 8, 6, 93)
        expect.that(bool(is_target[dev].all()), "the rows of dev", "some are no target rows")


@check
def draws_test_from_the_target_alone(target_split):
    for is_target in (MIXED, ~MIXED, np.arange(40) >= 25, np.arange(40) < 15):
        _, _, test = split_rows(target_split, is_target, 6, 8, 94)
        expect.that(bool(is_target[test].all()), "the rows of test", "some are no target rows")


@check
def trains_on_the_target_rows_that_are_left(target_split):
    train, _, _ = split_rows(target_split, MIXED, 7, 5, 95)
    expect.equal(int(MIXED[train].sum()), 18, "target rows in train")
    expect.equal(int((~MIXED[train]).sum()), 35, "other rows in train")


@check
def may_use_up_all_target_rows(target_split):
    for is_target, n_dev, n_test in ((MIXED, 14, 16), (np.array([True, False, True]), 1, 1), (np.ones(5, bool), 2, 3)):
        train, dev, test = split_rows(target_split, is_target, n_dev, n_test, 96)
        expect.equal([len(dev), len(test)], [n_dev, n_test], "rows in dev and test that use up the target")
        expect.equal(sorted(train), np.flatnonzero(~is_target).tolist(), "the rows of train then")


@check
def leaves_parts_empty_that_are_to_be_empty(target_split):
    for n_dev, n_test in ((0, 4), (4, 0), (0, 0), (30, 0), (0, 30)):
        train, dev, test = split_rows(target_split, MIXED, n_dev, n_test, 97)
        what = f"rows in train, dev and test, n_dev = {n_dev}, n_test = {n_test}"
        expect.equal([len(train), len(dev), len(test)], [65 - n_dev - n_test, n_dev, n_test], what)
    train, dev, test = split_rows(target_split, np.zeros(4, bool), 0, 0, 98)
    expect.equal(sorted(train), [0, 1, 2, 3], "the rows of train without any target row")


@check
def raises_a_ValueError_beyond_the_target_rows(target_split):
    for n_dev, n_test in ((15, 16), (16, 15), (25, 25), (30, 1), (1, 30)):
        came = error_of(target_split, MIXED, n_dev, n_test)
        expect.equal(came, "ValueError", f"n_dev = {n_dev} and n_test = {n_test} of 30 target rows")


@check
def raises_a_ValueError_when_one_part_is_too_large_already(target_split):
    for n_dev, n_test in ((31, 0), (0, 31), (40, 40), (60, 1)):
        came = error_of(target_split, MIXED, n_dev, n_test)
        expect.equal(came, "ValueError", f"n_dev = {n_dev} and n_test = {n_test} of 30 target rows")
    expect.equal(error_of(target_split, np.zeros(4, bool), 1, 0), "ValueError", "no target row at all")


@check
def makes_every_choice_of_target_rows_equally_likely(target_split):
    is_target = np.array([True, False, True, False, False, True])
    in_dev, in_test = draw_parts(target_split, 200, is_target, 1, 1, 99)
    for dev, test in permutations((0, 2, 5), 2):
        drawn = in_dev[:, dev] & in_test[:, test]
        expect.rate(drawn, 1 / 6, f"how often dev is row {dev} and test is row {test}")


@check
def sends_every_target_row_to_dev_and_to_test_anew_in_every_call(target_split):
    is_target = np.arange(60) % 3 > 0  # 40 target rows
    in_dev, in_test = draw_parts(target_split, 100, is_target, 20, 10, 100)
    different = len({rows.tobytes() for rows in np.hstack([in_dev, in_test])})
    expect.that(different == 100, "100 calls with one generator", "two draw the same rows")
    expect.places(in_dev[:, is_target], 0.5, "which target rows are in dev")
    expect.places(in_test[:, is_target], 0.25, "which target rows are in test")


@check
def draws_from_rng_alone(target_split):
    first, again, other = (split_rows(target_split, MIXED, 12, 12, seed) for seed in (101, 101, 102))
    for old, new in zip(first, again):
        expect.that(np.array_equal(old, new), "equal generators", "they give different parts")
    for old, new in zip(first[1:], other[1:]):
        same = np.array_equal(np.sort(old), np.sort(new))
        expect.that(not same, "different generators", "they give the same rows")


@check
def takes_not_only_the_first_target_rows(target_split):
    _, dev, test = split_rows(target_split, MIXED, 12, 12, 105)
    is_first = {*dev.tolist(), *test.tolist()} == {*np.flatnonzero(MIXED)[:24].tolist()}
    is_first = is_first and {*dev.tolist()} == {*np.flatnonzero(MIXED)[:12].tolist()}
    expect.that(not is_first, "the rows of dev and test", "they are the first target rows")


@check
def leaves_is_target_as_it_was(target_split):
    rng = np.random.default_rng(104)
    expect.unchanged(target_split, MIXED.copy(), 9, 8, rng, what="is_target after the call")


check.run("target_split", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 7 · Every row validates once: K-fold
#
# With 60 rows, a dev set of 12 says little: one mistake is 8 percentage points. But the choice of those 12 was arbitrary; any other would have done. **K-fold cross-validation** takes all of them in turn: cut the
# shuffled rows into $k$ folds, train $k$ times, each time on all folds but one, and measure on the one that was left out. The mean of the $k$ errors has seen every row as a dev row once.
#
# The price is $k$ trainings for one number, so it is for small data and quick models. Usual are $k = 5$ or 10; with $k = m$ a single row is left out each time.
#
# When $k$ does not divide $m$, the fold sizes differ by one: of 11 rows in 4 folds, three folds have 3 rows and one has 2.
#
# **By hand.** The order $(3, 0, 4, 1, 2)$, $k = 2$: the folds are $(3, 0, 4)$ and $(1, 2)$, so the pairs `(train_idx, val_idx)` are $\big((1, 2), (3, 0, 4)\big)$ and $\big((3, 0, 4), (1, 2)\big)$.
#
# scikit-learn's `KFold` does not shuffle unless you ask for it with `shuffle=True`. On a sorted table, that is the mistake of section 2 again.

# %% nbgrader={"grade": false, "grade_id": "k_fold", "locked": false, "schema_version": 3, "solution": true, "task": false}
def k_fold(m, k, rng):
    """Cut the shuffled rows into k folds, each of which validates once.

    Parameters
    ----------
    m : int
        Number of rows.
    k : int
        Number of folds, 2 <= k <= m.
    rng : numpy.random.Generator
        The only source of randomness; each way to make the folds is equally likely.

    Returns
    -------
    list of k pairs (train_idx, val_idx) of arrays of int
        A fold's row numbers in val_idx, those of all other rows in train_idx, in any order. The sizes
        of the folds differ by at most 1.

    Examples
    --------
    >>> folds = k_fold(6, 3, np.random.default_rng(0))
    >>> [(len(train_idx), len(val_idx)) for train_idx, val_idx in folds]
    [(4, 2), (4, 2), (4, 2)]
    """
    ### BEGIN SOLUTION
    folds = np.array_split(rng.permutation(m), k)
    return [(np.concatenate(folds[:i] + folds[i + 1 :]), folds[i]) for i in range(k)]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_k_fold", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def validates_every_row_once(k_fold):
    pairs = expect.sequence(k_fold(6, 3, np.random.default_rng(0)), 3, "the 3 pairs of k_fold(6, 3)")
    folds = [expect.sequence(pair, 2, "a pair (train_idx, val_idx)")[1] for pair in pairs]
    rows = sorted(row for fold in folds for row in fold)
    expect.equal(rows, [0, 1, 2, 3, 4, 5], "the row numbers of all val_idx, sorted, of 6 rows")


@check
def trains_on_all_other_rows(k_fold):
    for train_idx, val_idx in k_fold(8, 4, np.random.default_rng(1)):
        rows = sorted([*train_idx, *val_idx])
        expect.equal(rows, [*range(8)], "train_idx and val_idx of one pair, sorted, of 8 rows in 4 folds")


@check
def makes_folds_of_nearly_the_same_size(k_fold):
    sizes = sorted(len(val_idx) for _, val_idx in k_fold(11, 4, np.random.default_rng(2)))
    expect.equal(sizes, [2, 3, 3, 3], "the sizes of the 4 folds of 11 rows, sorted")


check.run("k_fold")

# %% [markdown]
# <details><summary>Hint 1: cut first</summary>
# Shuffle the row numbers, cut them into k pieces, keep the pieces in a list. <code>np.array_split</code> cuts into pieces of nearly the same size; <code>order[i::k]</code> does, too.
# </details>
# <details><summary>Hint 2: all but one</summary>
# For fold i, train is all pieces before it and all pieces after it, joined by <code>np.concatenate</code>.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_k_fold", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `k_fold`, 2 points: other numbers of rows and folds, one row a fold, every way to
# make the folds is equally likely, all randomness from rng.
### BEGIN HIDDEN TESTS
from itertools import combinations


def cut_rows(k_fold, m, k, seed):
    """The k pairs of row numbers as arrays of whole numbers."""
    pairs = expect.sequence(k_fold(m, k, np.random.default_rng(seed)), k, f"the pairs, m = {m}, k = {k}")
    pairs = [[*map(np.asarray, expect.sequence(pair, 2, "a pair (train_idx, val_idx)"))] for pair in pairs]
    for part in (part for pair in pairs for part in pair):
        is_rows = part.ndim == 1 and (part.dtype.kind in "iu" or not part.size)
        expect.that(is_rows, "a part's row numbers", "they are no one-dimensional array of whole numbers")
    return [[part.astype(int) for part in pair] for pair in pairs]


def draw_partners(k_fold, times, m, k, seed):
    """In many calls with one generator, which rows share a fold: (times, m, m). The folds' order is free."""
    fold_of = np.full((times, m), -1)
    for row, pairs in zip(fold_of, expect.repeat(k_fold, times, m, k, np.random.default_rng(seed))):
        for number, (_, val_idx) in enumerate(pairs):
            row[np.asarray(val_idx)] = number
    return fold_of[:, :, None] == fold_of[:, None, :]


SIZES = ((10, 5), (11, 4), (7, 3), (23, 6), (30, 2), (14, 8), (19, 10))


@check
def validates_every_row_once_whatever_the_sizes(k_fold):
    for m, k in SIZES:
        rows = [row for _, val in cut_rows(k_fold, m, k, 110) for row in val.tolist()]
        expect.equal(len(rows), m, f"rows in all folds together, m = {m}, k = {k}")
        expect.equal(len(set(rows) & {*range(m)}), m, f"rows that validate, m = {m}, k = {k}")


@check
def trains_on_every_row_that_does_not_validate(k_fold):
    for m, k in SIZES:
        for train, val in cut_rows(k_fold, m, k, 111):
            rows = [*train.tolist(), *val.tolist()]
            expect.equal(len(rows), m, f"rows of a pair, m = {m}, k = {k}")
            expect.equal(len(set(rows) & {*range(m)}), m, f"different rows of a pair, m = {m}, k = {k}")


@check
def makes_folds_that_differ_by_at_most_one_row(k_fold):
    for m, k in SIZES:
        sizes = sorted(len(val) for _, val in cut_rows(k_fold, m, k, 112))
        right = sorted(m // k + (fold < m % k) for fold in range(k))
        expect.equal(sizes, right, f"the sizes of the folds, sorted, m = {m}, k = {k}")


@check
def leaves_one_row_out_when_k_is_m(k_fold):
    for m in (2, 3, 9):
        pairs = cut_rows(k_fold, m, m, 113)
        expect.equal([len(val) for _, val in pairs], [1] * m, f"the sizes of the folds, m = k = {m}")
        expect.equal(sorted(int(val[0]) for _, val in pairs), [*range(m)], "the rows that validate")
        expect.equal([len(train) for train, _ in pairs], [m - 1] * m, "rows that train, m = k")


@check
def makes_all_folds_of_a_few_rows_equally_likely(k_fold):
    partners = draw_partners(k_fold, 300, 5, 2, 114)
    for one, other in combinations(range(5), 2):
        is_fold = partners[:, one, other] & (partners[:, one].sum(axis=1) == 2)
        expect.rate(is_fold, 1 / 10, f"how often rows {one} and {other} make the smaller of two folds")


@check
def makes_folds_of_rows_from_everywhere_anew_in_every_call(k_fold):
    # A row shares its fold with the next one as often as with any other: 9 times in 39.
    partners, rows = draw_partners(k_fold, 80, 40, 4, 115), np.arange(40)
    for step in (1, 2, 4, 10, 20):
        together = partners[:, rows, (rows + step) % 40].mean(axis=1)
        expect.mean(together, 9 / 39, f"how often rows {step} apart are in one fold", low=0, high=1)
    different = len({one.tobytes() for one in partners})
    expect.that(different == 80, "80 calls with one generator", "two make the same folds")


@check
def draws_from_rng_alone(k_fold):
    first, again, other = (cut_rows(k_fold, 40, 4, seed) for seed in (116, 116, 117))
    for old, new in zip(first, again):
        same = np.array_equal(old[0], new[0]) and np.array_equal(old[1], new[1])
        expect.that(same, "equal generators", "they give different folds")
    same = all(np.array_equal(old[1], new[1]) for old, new in zip(first, other))
    expect.that(not same, "different generators", "they give the same arrays")


@check
def puts_other_rows_into_a_fold_for_another_generator(k_fold):
    first, other = (
        {tuple(sorted(val.tolist())) for _, val in cut_rows(k_fold, 40, 4, seed)} for seed in (116, 119)
    )
    expect.that(first != other, "different generators", "they give the same folds")


check.run("k_fold", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Five folds of 60 rows, a strip each: the tall bars validate. Go up any column with your finger: it has one tall bar.

# %% tags=["skip-execution"]
folds = k_fold(60, 5, np.random.default_rng(3))
strips = {f"fold {i}": pair for i, pair in enumerate(folds, start=1)}
plots.split_strips(strips, 60, ("train", "val"))

# %% [markdown]
# ## 8 · Experiments: how a score deceives
#
# ### A score is a measurement
#
# First, without any mistake: how far does an honest score stray? The nearest-row model learns from 200 digits. The other 1597 are its world, and on them its true error is known. Draw test sets of
# different sizes from that world, 200 of each, and look at the spread (the standard deviation) of their errors.

# %% tags=["skip-execution"]
rng = np.random.default_rng(1)
train, world, _ = train_dev_test_split(X_digits, y_digits, (200, 1597, 0), rng)
missed = predict_nearest(*train, world[0]) != world[1]
true_error = missed.mean()

test_sizes = np.array([25, 50, 100, 200, 400])
scores = {}
for n in test_sizes:
    draws = [train_dev_test_split(world[0], missed, (1597 - n, 0, n), rng) for _ in range(200)]
    scores[int(n)] = np.array([wrong.mean() for _, _, (_, wrong) in draws])
spread = 100 * np.array([score.std() for score in scores.values()])

many_sizes = np.array([25, 100, 400, 2000, 10_000, 50_000, 200_000])
formula = 100 * np.sqrt(true_error * (1 - true_error) / many_sizes)
plots.lines(
    {"measured": test_sizes, "formula": many_sizes},
    {"measured": spread, "formula": formula},
    "rows in the test set",
    "spread of the test error (percentage points)",
    log="xy",
    marks={"where dev and test stop": 10_000},
)
print(f"true error: {100 * true_error:.1f} %")
for n in (25, 100, 400):
    print(f"test sets of {n}: from {100 * scores[n].min():.1f} to {100 * scores[n].max():.1f} %")

# %% [markdown]
# One and the same model, and with 100 test rows its error came out as anything from 0 % to 13 %: such a set can't see an improvement of two points. Four times the rows halve the spread. At 10 000 rows it is a
# quarter of a percentage point, and a fifth of a million rows would only bring it down to a twentieth: that is why dev and test stop growing.
#
# (At 400 rows the measured spread lies below the formula: those test sets hold a quarter of the whole world, so they have to resemble it.)
#
# ### Scanned five times
#
# Now the story from the beginning: 200 sheets, five scans each, with a little noise of the scanner. Here are the scans of one sheet.

# %% tags=["skip-execution"]
def scan(X, rng):
    """Scan sheets: a little noise on every pixel."""
    return np.clip(X + rng.normal(0, 0.1, X.shape), 0, 1).astype(np.float32)


plots.digit_images(
    scan(np.repeat(X_digits[:1], 5, axis=0), np.random.default_rng(0)),
    [f"scan {number}" for number in range(1, 6)],
)

# %% tags=["skip-execution"]
def train_digits(X, y, rng):
    """Train a network with one hidden layer of 64 units."""
    return network.train(X, y, [64, 64, 10], rng, epochs=40, lr=0.003)[0]


scan_errors = {
    name: {"on its own test set": [], "on sheets never scanned before": []}
    for name in ("rows at random", "your group_split")
}
for seed in network.show_progress(range(8), "seeds"):
    rng = np.random.default_rng(seed)
    sheets, new, _ = train_dev_test_split(X_digits, y_digits, (200, 1597, 0), rng)
    sheet = np.repeat(np.arange(200), 5)
    X, y, X_new = scan(sheets[0][sheet], rng), sheets[1][sheet], scan(new[0], rng)
    rows = np.arange(1000)
    (_, at_random), _, (_, rest) = train_dev_test_split(X, rows, (800, 0, 200), rng)
    splits = {
        "rows at random": (at_random, rest),
        "your group_split": group_split(sheet, 0.2, rng),
    }
    for name, (train_idx, test_idx) in splits.items():
        params = train_digits(X[train_idx], y[train_idx], rng)
        own, honest = scan_errors[name].values()
        own.append(network.measure_error(X[test_idx], y[test_idx], params))
        honest.append(network.measure_error(X_new, new[1], params))
plots.error_table(scan_errors)

# %% [markdown]
# (★ marks the lowest number of a column. It does not know which number is true.) The networks of both rows are about equally good: the last column says 9 % for each, although the second learned from 160 sheets and the first
# from nearly all 200. What differs is the forecast. The random split promises 0.2 %, because nearly every test scan has sisters in train. Your `group_split` promises 9 %, and that comes true.
#
# If a score looks too good, look for sisters first: for each test row, how far is the nearest training row, and what is it?
#
# ### The wrong target
#
# Users' photos are noisy, web digits are clean. Two networks to choose from: one learned from the web digits as they are, one from web digits with noise added. Which one is better? Ask a dev set from the web, then the dev set of
# your `target_split`.

# %% tags=["skip-execution"]
def photograph(X, rng):
    """What a user's camera makes of a digit."""
    return np.clip(X + rng.normal(0, 0.4, X.shape), 0, 1).astype(np.float32)


columns = ("dev from the web", "dev of your target_split", "test: users")
photo_errors = {
    name: {column: [] for column in columns} for name in ("as they are", "with noise added")
}
is_user = np.arange(1797) < 600
for seed in network.show_progress(range(8), "seeds"):
    rng = np.random.default_rng(seed)
    X, y = shuffle_together(X_digits, y_digits, rng)
    X[is_user] = photograph(X[is_user], rng)
    train_idx, dev_idx, test_idx = target_split(is_user, 250, 250, rng)
    web = train_idx[~is_user[train_idx]]
    web_dev, web_train = web[:300], web[300:]
    versions = (X[web_train], photograph(X[web_train], rng))
    for errors, version in zip(photo_errors.values(), versions):
        params = train_digits(version, y[web_train], rng)
        for column, part in zip(columns, (web_dev, dev_idx, test_idx)):
            errors[column].append(network.measure_error(X[part], y[part], params))
plots.error_table(photo_errors)

# %% [markdown]
# The dev set from the web makes two mistakes at once: it promises 3 % where users see 35 %, and it chooses the wrong network. The dev set of users chooses the right one, and what it promises comes true in test: 25 %.
#
# ### Choosing is learning
#
# You split correctly, have a hundred ideas, and keep the one with the lowest test error. Nothing was *trained* on test. In this experiment an idea is a choice of 12 of the 64 pixels that the nearest-row model may look at. It learns from 300 digits, 50 choose the idea, and 650 have no say: they judge.
#
# **Predict first.** With a single idea there is nothing to choose, and both errors are the same on average. Where will each of them be with a hundred?

# %% tags=["skip-execution"]
n_ideas = [1, 2, 5, 10, 20, 50, 100]
chosen = {"on the 50 rows that chose": [], "on rows that had no say": []}
for seed in network.show_progress(range(12), "seeds"):
    rng = np.random.default_rng(seed)
    (X, y), choosers, judges = train_dev_test_split(
        X_digits[:1000], y_digits[:1000], (300, 50, 650), rng
    )
    X_both, y_both = (np.concatenate(arrays) for arrays in zip(choosers, judges))
    errors = []
    for _ in range(max(n_ideas)):
        pixels = rng.choice(64, 12, replace=False)
        is_wrong = predict_nearest(X[:, pixels], y, X_both[:, pixels]) != y_both
        errors.append([is_wrong[:50].mean(), is_wrong[50:].mean()])
    errors = np.array(errors)
    best = [errors[:n, 0].argmin() for n in n_ideas]
    for line, runs in zip(errors[best].T, chosen.values()):
        runs.append(line)
chosen = {label: np.transpose(runs) for label, runs in chosen.items()}
plots.error_by_setting(n_ideas, chosen, "number of ideas to choose from", log=True)

# %% [markdown]
# (Lines are means of 12 repetitions, the bands reach one standard deviation to each side.) The more ideas, the further the lines part. Among a hundred, the winner has 15 % on the rows that chose it and 24 % elsewhere. Choosing did help, from 34 % to 24 %. But the lower line has stopped measuring: among many
# ideas there is always one that happens to suit these 50 rows. This is how a dev set wears out, and why you want a test set that no choice has touched.
#
# ### Before the split
#
# Take 100 rows of 2000 columns, all of it noise, and toss a coin for each label. There is nothing to learn: the true error of any model is 50 %. Keep the 20 columns in which the classes differ most, either before the split, judged by
# all rows, or after it, judged by the train rows alone. Beside it the same question for something milder: 40 wines are standardized by the mean and the deviation of all rows, or of the train rows.

# %% tags=["skip-execution"]
def best_columns(X, y):
    """The 20 columns whose means differ most between the classes."""
    return np.argsort(-np.abs(X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0)))[:20]


noise, scaling = "columns of noise, chosen", "40 wines, standardized"
leaks = {
    name: {noise: [], scaling: []} for name in ("before the split", "after it, on train alone")
}
for seed in range(100):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(100, 2000)), rng.integers(0, 2, 100)
    (_, train), _, (_, test) = train_dev_test_split(X, np.arange(100), (60, 0, 40), rng)
    few = train_dev_test_split(X_wine, np.arange(178), (32, 8, 138), rng)
    wine_train, wine_test = few[0][1], few[1][1]
    wine_all = np.concatenate([wine_train, wine_test])
    sources = {"before the split": (np.arange(100), wine_all)}
    sources["after it, on train alone"] = (train, wine_train)
    for name, (seen, wine_seen) in sources.items():
        columns = best_columns(X[seen], y[seen])
        labels = predict_nearest(X[train][:, columns], y[train], X[test][:, columns])
        leaks[name][noise].append(np.mean(labels != y[test]))
        Z = (X_wine - X_wine[wine_seen].mean(axis=0)) / X_wine[wine_seen].std(axis=0)
        labels = predict_nearest(Z[wine_train], y_wine[wine_train], Z[wine_test])
        leaks[name][scaling].append(np.mean(labels != y_wine[wine_test]))
plots.error_table(leaks)
before, after = (np.array(runs[scaling]) for runs in leaks.values())
print(
    f"standardized first, the error is lower in {np.sum(before < after)} of 100 splits, "
    f"higher in {np.sum(before > after)}"
)

# %% [markdown]
# Choosing columns before the split makes a model that knows nothing look like one with an error of 27 %. The choice used the labels of the test rows, so their accidents are built into the model. Standardizing before the split flatters nobody here: the error
# is lower in 6 of 100 splits and higher in 8. A mean of 40 rows hardly depends on eight of them, and no label went into it.
#
# So some leaks flood and others only drip, and beforehand you can't be sure which one you have. You need not know: **split first, and fit everything on train**, also what looks harmless. It costs nothing.
#
# ### One split or five folds
#
# At last, small data: 60 digits, and the nearest-row model. Estimate its error by one dev set of 12, and by your `k_fold` with five folds of 12. Repeat that with 300 different sets of 60 digits.

# %% tags=["skip-execution"]
estimates = {"one split": [], "mean of your five folds": []}
true_errors = []
for seed in network.show_progress(range(300), "sets of 60 digits"):
    rng = np.random.default_rng(seed)
    (X, y), others, _ = train_dev_test_split(X_digits, y_digits, (60, 1737, 0), rng)
    errors = [
        np.mean(predict_nearest(X[train_idx], y[train_idx], X[val_idx]) != y[val_idx])
        for train_idx, val_idx in k_fold(60, 5, rng)
    ]
    estimates["one split"].append(100 * errors[0])
    estimates["mean of your five folds"].append(100 * np.mean(errors))
    true_errors.append(100 * np.mean(predict_nearest(X, y, others[0]) != others[1]))
plots.histogram_by_label(estimates, "estimated error (%)", n_bins=7)
print(f"true error, learned from all 60: {np.mean(true_errors):.1f} % on average")

# %% [markdown]
# Both have nearly the same mean, but five folds stray half as far as one split. They see every digit once, instead of one in five. Both are a little above the true error, because they train on 48 digits while you would ship a model that learned from
# all 60: cross-validation errs on the careful side.
#
# And when you choose among many ideas by cross-validation, its winning mean is flattered like any other. For an honest number you still need rows that had no say.
#
# **Turn the dials.** How many scans a sheet does it take until the random split is fooled? (Begin with two: `np.repeat(np.arange(200), 2)`, and sizes that fit.) Does it help with the users' photos to train on the 100 that are left over, too? How large must the
# choosing set be, instead of 50 rows, until a hundred ideas part the two lines by one point only? What do ten folds do to the histogram, and what do they cost?

# %% [markdown]
# ## 9 · Quiz
#
# Put a letter in quotes in the place of each `None`, for example `"winner": "a"`, and delete the last line of the cell.
#
# **winner.** You trained 60 networks and kept the one with the lowest error on the test set: 4.1 %. What do you expect on new data of the same kind?
#
# - (a) about 4.1 %: the test set was never trained on
# - (b) more than 4.1 %
# - (c) less than 4.1 %, as it is the best of sixty
#
# **no_test.** You have 900 rows and want the better of three networks for a tool of your own. Nobody will ever ask how good it is. Which sets do you need?
#
# - (a) train and dev
# - (b) train, dev and test; without a test set the choice is not valid
# - (c) train and test; the better one on train is the better one
#
# **xrays.** 3000 X-rays of 400 patients, several of each. The model is for patients to come. What do you hold out?
#
# - (a) a fifth of the X-rays, drawn at random
# - (b) a fifth of the X-rays of each patient
# - (c) all X-rays of a fifth of the patients
#
# **photos.** 200 000 photos from the web and 10 000 from your users. The product is for your users. Where do dev and test come from?
#
# - (a) both from a shuffle of all 210 000, so that they are like the training set
# - (b) both from the users' photos
# - (c) dev from the web, of which there is plenty, and test from the users' photos
#
# **selection.** 120 patients, 5000 genes, and you want to keep the 30 genes that go with the illness most. When?
#
# - (a) before the split: more rows choose better genes
# - (b) before the split, but without training anything on the test rows
# - (c) after the split, from the train rows alone

# %% nbgrader={"grade": false, "grade_id": "quiz_data_splits", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_data_splits = {
    "winner": None,
    "no_test": None,
    "xrays": None,
    "photos": None,
    "selection": None,
}
### BEGIN SOLUTION
quiz_data_splits = {"winner": "b", "no_test": "a", "xrays": "c", "photos": "b", "selection": "c"}
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_data_splits", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
@check
def answers_every_question_with_one_of_its_letters(quiz_data_splits):
    questions = ("winner", "no_test", "xrays", "photos", "selection")
    expect.choices(quiz_data_splits, dict.fromkeys(questions, "abc"))


check.run("quiz_data_splits")

# %% nbgrader={"grade": true, "grade_id": "hidden_quiz_data_splits", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `quiz_data_splits`, 5 points: one for each right answer. The explanations come
# with your result.
### BEGIN HIDDEN TESTS
@check
def tells_what_the_best_of_sixty_is_worth(quiz_data_splits):
    """The lowest of sixty errors is low partly by luck on these very rows, and luck does not come
    along to new ones. Choosing on the test set has made it a dev set."""
    expect.choice(quiz_data_splits, "winner", "b")


@check
def tells_which_sets_a_choice_needs(quiz_data_splits):
    """A test set serves one purpose, an unbiased number. To choose, dev is enough; the training
    error chooses whoever learns by heart."""
    expect.choice(quiz_data_splits, "no_test", "a")


@check
def tells_how_to_split_the_xrays(quiz_data_splits):
    """What has to be new in test is what will be new later: the patient. With X-rays of the same
    patient on both sides, the model may recognize who it is instead of what they have."""
    expect.choice(quiz_data_splits, "xrays", "c")


@check
def tells_where_dev_and_test_come_from(quiz_data_splits):
    """Dev is what you aim at in every round, and test has to be the same target. The web's photos
    help in train, where they may outnumber the users'."""
    expect.choice(quiz_data_splits, "photos", "b")


@check
def tells_when_to_select_features(quiz_data_splits):
    """Selection looks at labels, so it is training. Among 5000 genes some go with the illness in
    these 120 patients by chance, the test patients included."""
    expect.choice(quiz_data_splits, "selection", "c")


check.run("quiz_data_splits", hidden=True, points=5)
### END HIDDEN TESTS

# %% [markdown]
# ## What to remember
#
# 1. Train fits, dev chooses, test measures, once. Without a test set you can still choose; you only don't know how good the choice is.
# 2. One random order for rows and labels, then cut. A rare class wants its fair share, a group stays whole, time is not shuffled.
# 3. An error on $n$ rows strays by $\sqrt{p(1-p)/n}$: 60/20/20 for small data, 10 000 rows each for dev and test of large data, K-fold for very small data.
# 4. Dev and test come from the same distribution, the one that the model will meet. Train may hold more.
# 5. Whatever looked at the test rows, a choice or a selection of columns, has learned from them. Split first.
#
# ## Where it goes wrong
#
# | what you see | what it may be |
# |---|---|
# | training works, but every prediction is a guess | rows and labels were shuffled with two permutations |
# | the test error is 100 %, or far above dev | the table is sorted and was cut without a shuffle |
# | the score is too good, and new data is a disappointment | duplicates, or rows of one group, on both sides of the split |
# | dev improves from week to week, users notice nothing | dev is not from the users' distribution |
# | the winner of many experiments does worse than its score | it was chosen on that score; measure on rows that had no say |
# | an error near 0 on data in which there can't be much | columns were selected before the split |
# | a rare class is missing in test, or in train | rows were drawn without regard to classes |
# | the last rows never validate | the remainder of $m / k$ was dropped |
#
# ## Further
#
# - M. Stone: *Cross-validatory choice and assessment of statistical predictions*, Journal of the Royal Statistical Society, Series B 36 (1974). Choosing and measuring are two things, said early.
# - R. Kohavi: *A study of cross-validation and bootstrap for accuracy estimation and model selection*, IJCAI 1995. How many folds, and why stratified ones.
# - C. Ambroise, G. J. McLachlan: *Selection bias in gene extraction on the basis of microarray gene-expression data*, PNAS 99 (2002). The experiment with the columns of noise, as it happened in published work.
# - G. C. Cawley, N. L. C. Talbot: *On over-fitting in model selection and subsequent selection bias in performance evaluation*, Journal of Machine Learning Research 11 (2010). Choosing is learning.
# - D. R. Roberts and others: *Cross-validation strategies for data with temporal, spatial, hierarchical, or phylogenetic structure*, Ecography 40 (2017). Groups of every kind.
# - In scikit-learn, `StratifiedKFold` and `GroupKFold` join sections 4 and 5 with section 7, and a `Pipeline` fits every step on train alone.
