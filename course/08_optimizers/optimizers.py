# %% [markdown]
# # Optimizers
#
# Two crescents of points, a network of 30 parameters, and a published table: after 10 000 passes over the data gradient descent classifies about 79.7 % of
# the training points correctly, gradient descent with momentum about 79.7 %, Adam about 94 %. The same network, the same data, the same learning rate; only the rule that
# turns a gradient into a step is another. **What does Adam do with a gradient that gradient descent does not?** And is it a fair race?
#
# You will write all of these rules, each in a few lines, and at the end run the race yourself.
#
# **You will**
#
# - cut data into mini-batches, and say what a batch size costs in noise and in time;
# - write momentum, AdaGrad, RMSprop and Adam from one idea, an average that fades, and explain each division in them;
# - choose a learning rate and a schedule from a cost curve, and translate settings from PyTorch into these formulas.
#
# **Time:** 90 minutes. **Before:** you know what a gradient is, and that `params` is a dict `{"W1", "b1", ..., "WL", "bL"}` of a network's weights and biases.
#
# **How it works.** Each exercise is a cell to fill in: run it, then run the check below it. When a check fails, read its first line: it says what came and what was
# expected. If your own cell ends in a red error, mend that first; the check would still see your previous version. Hints are folded away below the checks.
# The *hidden* checks run when your notebook is graded. If you study alone, save it (Ctrl+S) and call `autograder check` on it, as the README shows.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import time
from functools import partial

import numpy as np

from helpers import datasets, network, plots
from helpers.check import check, expect
from helpers.initialization import init_he

(X_train, y_train), (X_dev, y_dev), _ = datasets.digits(np.random.default_rng(0))

# %% [markdown]
# ## 1 · A step before you have seen everything: mini-batches
#
# Gradient descent on a million examples computes a million gradients and takes their mean. Then it moves, once. Yet the first few dozen examples
# already knew roughly which way is down. So do not wait: shuffle the data, cut them into **mini-batches**, and take a step after each of them. One pass over
# all batches is an **epoch**.
#
# | name | `batch_size` | steps an epoch |
# |---|---|---|
# | batch gradient descent | m, all examples | 1 |
# | mini-batch gradient descent | usually 64 to 512 | m / `batch_size`, rounded up |
# | stochastic gradient descent | 1 | m |
#
# Shuffle anew in every epoch. Data often lie in some order (all zeros first, then all ones), and a batch of zeros teaches the network to answer zero.
#
# **By hand.** 7 examples and `batch_size = 3`: batches of 3, 3 and 1. With 6 examples: 3 and 3, and no empty third one. With `batch_size = 10`: one batch of 7.
#
# All randomness comes from the argument `rng`, a `numpy.random.Generator`. Then whoever calls you decides whether two runs are equal.

# %% nbgrader={"grade": false, "grade_id": "mini_batches", "locked": false, "schema_version": 3, "solution": true, "task": false}
def mini_batches(X, y, batch_size, rng):
    """Shuffle the examples and cut them into batches: one epoch.

    Parameters
    ----------
    X : array of shape (m, n)
        Examples, one a row.
    y : array of shape (m,)
        Their labels.
    batch_size : int
        Rows in a batch, at least 1; may be larger than m.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    list of pairs (X of shape (batch_size, n), y of shape (batch_size,))
        Every row once, beside its label. Only the last batch may be smaller; none is empty.

    Examples
    --------
    >>> batches = mini_batches(np.zeros((7, 2)), np.arange(7), 3, np.random.default_rng(0))
    >>> [X_batch.shape for X_batch, y_batch in batches]
    [(3, 2), (3, 2), (1, 2)]
    """
    ### BEGIN SOLUTION
    order = rng.permutation(len(X))
    starts = range(0, len(X), batch_size)
    return [(X[order[i : i + batch_size]], y[order[i : i + batch_size]]) for i in starts]
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_mini_batches", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def make_rows(m):
    """Rows that tell their number, in X and in y."""
    return np.arange(m).reshape(m, 1) * [1.0, 10.0], np.arange(m)


@check
def cuts_seven_rows_into_three_and_three_and_one(mini_batches):
    batches = mini_batches(*make_rows(7), 3, np.random.default_rng(0))
    batches = expect.sequence(batches, 3, "the batches of 7 rows with batch_size = 3")
    for (X_batch, y_batch), size in zip(batches, (3, 3, 1)):
        expect.array(X_batch, (size, 2), "X of a batch, 7 rows, batch_size = 3")
        expect.array(y_batch, (size,), "y of a batch, 7 rows, batch_size = 3")


@check
def keeps_each_row_with_its_label(mini_batches):
    batches = mini_batches(*make_rows(40), 16, np.random.default_rng(1))
    apart = any(np.any(X_batch[:, 0] != y_batch) for X_batch, y_batch in batches)
    expect.that(not apart, "40 rows that have their label as first number", "some have another label")


@check
def uses_every_row_once(mini_batches):
    batches = mini_batches(*make_rows(7), 3, np.random.default_rng(2))
    rows = sorted(int(label) for _, y_batch in batches for label in y_batch)
    expect.equal(rows, [0, 1, 2, 3, 4, 5, 6], "the labels of all batches, sorted")


@check
def shuffles(mini_batches):
    batches = mini_batches(*make_rows(40), 16, np.random.default_rng(3))
    rows = [int(row[0]) for X_batch, _ in batches for row in X_batch]
    labels = [int(label) for _, y_batch in batches for label in y_batch]
    expect.that(rows != [*range(40)], "40 rows of X", "they are in their old order")
    expect.that(labels != [*range(40)], "40 labels", "they are in their old order")


check.run("mini_batches")

# %% [markdown]
# <details><summary>Hint 1: one order for both</summary>
# Draw an order of the row numbers once, and use it for <code>X</code> and for <code>y</code>: <code>X[order]</code> is an array with the rows in that order.
# </details>
# <details><summary>Hint 2: where batches start</summary>
# At 0, <code>batch_size</code>, 2 · <code>batch_size</code>, ... as long as there is a row left: that is a <code>range</code> with a step. A slice that reaches beyond
# the end simply stops there.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_mini_batches", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `mini_batches`, 2 points: other numbers of rows and batch sizes, rows and labels
# together, every order equally likely, all randomness from rng, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
from itertools import permutations

SIZES = ((7, 3), (6, 3), (12, 4), (9, 4), (5, 1), (5, 5), (5, 8), (1, 1), (1, 4), (23, 10), (64, 32))


def cut(mini_batches, m, batch_size, seed):
    """The batches as pairs, when there are as many as there must be."""
    batches = mini_batches(*make_rows(m), batch_size, np.random.default_rng(seed))
    batches = expect.sequence(batches, -(-m // batch_size), f"{m} rows, batch_size = {batch_size}")
    return [expect.sequence(batch, 2, "a batch (X, y)") for batch in batches]


def draw_orders(mini_batches, times, m, batch_size, seed):
    """The orders of the labels in many epochs with one generator."""
    rng = np.random.default_rng(seed)
    epochs = expect.repeat(mini_batches, times, *make_rows(m), batch_size, rng)
    orders = [[label for _, y_batch in epoch for label in np.asarray(y_batch).tolist()] for epoch in epochs]
    complete = all(sorted(order) == [*range(m)] for order in orders)
    expect.that(complete, f"{m} rows in each of {times} epochs", "some are missing or come twice")
    return np.array(orders, dtype=int)


@check
def makes_full_batches_and_only_the_last_may_be_smaller(mini_batches):
    for m, batch_size in SIZES:
        batches = cut(mini_batches, m, batch_size, 10)
        for number, (X_batch, y_batch) in enumerate(batches):
            size, what = min(batch_size, m - number * batch_size), f"{m} rows, batch_size = {batch_size}"
            expect.array(X_batch, (size, 2), f"X of batch {number}, {what}")
            expect.array(y_batch, (size,), f"y of batch {number}, {what}")


@check
def uses_every_row_once_whatever_the_sizes(mini_batches):
    for m, batch_size in SIZES:
        batches = mini_batches(*make_rows(m), batch_size, np.random.default_rng(11))
        first_numbers = np.concatenate([X_batch[:, 0] for X_batch, _ in batches])
        labels = np.concatenate([y_batch for _, y_batch in batches])
        for name, rows in (("X", first_numbers), ("y", labels)):
            what = f"{name}, {m} rows, batch_size = {batch_size}"
            expect.equal(len(rows), m, f"rows in all batches together, {what}")
            expect.equal(len(set(rows.tolist())), m, f"different rows, {what}")


@check
def keeps_rows_whole_and_with_their_labels(mini_batches):
    X, y = np.random.default_rng(12).normal(size=(25, 3)), np.arange(25)
    for batch_size in (1, 4, 25):
        for X_batch, y_batch in mini_batches(X, y, batch_size, np.random.default_rng(13)):
            mixed = np.any(X_batch != X[np.asarray(y_batch, dtype=int)])
            expect.that(not mixed, "the label of each row", "rows and labels are no longer paired")


@check
def keeps_the_pairs_where_labels_repeat(mini_batches):
    X, _ = make_rows(30)
    y = np.array([4, 0, 4] * 10)
    batches = mini_batches(X, y, 8, np.random.default_rng(14))
    mixed = any(np.any(y_batch != y[X_batch[:, 0].astype(int)]) for X_batch, y_batch in batches)
    expect.that(not mixed, "the label of each row", "rows and labels are no longer paired")


@check
def makes_every_order_of_a_few_rows_equally_likely(mini_batches):
    orders = draw_orders(mini_batches, 400, 4, 3, 15)
    for order in permutations(range(4)):
        expect.rate(np.all(orders == order, axis=1), 1 / 24, f"how often 0 .. 3 become {order}")


@check
def sends_every_row_to_every_batch(mini_batches):
    orders = draw_orders(mini_batches, 120, 24, 12, 16)
    expect.places(np.argsort(orders, axis=1) < 12, 0.5, "which rows land in the first batch")


@check
def parts_rows_from_their_neighbours(mini_batches):
    # One row in a shuffle keeps its successor, on average; in 60 shuffles more than 130 do so less than
    # once in 10^12 times: all binomial moments lie below those of a Poisson number.
    orders = draw_orders(mini_batches, 60, 40, 8, 17)
    for step, name in ((1, "successor"), (-1, "predecessor")):
        kept = int(np.sum(np.diff(orders, axis=1) == step))
        expect.that(kept <= 130, f"rows that keep their {name}", "there are too many of them")


@check
def shuffles_also_when_one_batch_holds_all_rows(mini_batches):
    for batch_size in (40, 41, 1000):
        ((_, y_batch),) = cut(mini_batches, 40, batch_size, 18)
        in_order = np.array_equal(y_batch, np.arange(40))
        expect.that(not in_order, "the only batch", "its rows are in their old order")


@check
def draws_from_rng_alone(mini_batches):
    for part, name in ((0, "X"), (1, "y")):
        first, again, other = (
            np.concatenate([batch[part] for batch in cut(mini_batches, 40, 7, seed)]) for seed in (19, 19, 20)
        )
        expect.that(np.array_equal(first, again), f"{name}, equal generators", "it has different orders")
        expect.that(not np.array_equal(first, other), f"{name}, different generators", "one order")


@check
def fills_the_first_batch_anew_in_every_epoch(mini_batches):
    epochs = expect.repeat(mini_batches, 20, *make_rows(40), 8, np.random.default_rng(25))
    different = {frozenset(np.asarray(epoch[0][1]).tolist()) for epoch in epochs}
    expect.that(len(different) > 1, "the first batch in 20 epochs", "it always holds the same rows")


@check
def shuffles_anew_in_every_epoch(mini_batches):
    rng = np.random.default_rng(21)
    epochs = expect.repeat(mini_batches, 20, *make_rows(40), 40, rng)
    orders = {tuple(np.concatenate([y_batch for _, y_batch in epoch]).tolist()) for epoch in epochs}
    expect.that(len(orders) == 20, "20 epochs with one generator", "two have the same order")


@check
def leaves_its_arguments_as_they_were(mini_batches):
    rng = np.random.default_rng(22)
    expect.unchanged(mini_batches, *make_rows(40), 7, rng, what="X and y after the call")


@check
def keeps_the_precision_of_X(mini_batches):
    X, y = make_rows(12)
    for kind in (np.float32, np.float64):
        for X_batch, _ in mini_batches(X.astype(kind), y, 5, np.random.default_rng(23)):
            expect.dtype(X_batch, kind, f"X of a batch for an X of {kind.__name__}")


@check
def keeps_labels_whole_numbers(mini_batches):
    X, y = make_rows(12)
    for kind in (np.int64, np.int32, np.uint8):
        for _, y_batch in mini_batches(X, y.astype(kind), 5, np.random.default_rng(24)):
            is_whole = np.asarray(y_batch).dtype.kind in "iu"
            expect.that(is_whole, "the labels of a batch", "they are no longer whole numbers")


check.run("mini_batches", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# In PyTorch this is `DataLoader(dataset, batch_size, shuffle=True)`; its `drop_last=True` leaves the smaller last batch out.
#
# ## 2 · A memory that fades: the exponentially weighted average
#
# All the optimizers below stand on one small idea, so first the idea alone. You measure a temperature every day. Today's value jumps about; you want the trend,
# and you want it **without keeping the history**. So you keep a single number, and every day you move it a little towards what you see:
#
# $$v_t = \beta\, v_{t-1} + (1-\beta)\,\theta_t, \qquad v_0 = 0$$
#
# With $\beta = 0.9$ a value counts for 10 % on its own day, for 9 % a day later, for 8.1 % the day after. It never quite
# disappears, but it fades: $1/(1-\beta) = 10$ days are called the window that you average over.
#
# **By hand.** $\theta = (10, 20)$ and $\beta = 0.5$: $v_1 = 0.5\cdot 0 + 0.5\cdot 10 = 5$, then $v_2 = 0.5\cdot 5 + 0.5\cdot 20 = 12.5$.
#
# The first day is off by half: you saw 10 and the average says 5, because $v_0 = 0$ was averaged in. The weights that real
# values got so far add up to $1-\beta^t$, not to 1. Divide by that, and the average is honest from the first day on:
# $v_1/(1-0.5) = 10$, $v_2/(1-0.25) = 16.\overline{6}$.
#
# With $\beta = 0.98$ the second day is $v_2 = 0.0196\,\theta_1 + 0.02\,\theta_2$, about 4 % of what it should be; divided by $1 - 0.98^2 = 0.0396$ it is a true average of two days.
#
# **Predict first.** A constant series $\theta_t = 7$, $\beta = 0.98$. What is $v_1$ without correction? With it? Say it aloud, then go on.

# %% nbgrader={"grade": false, "grade_id": "ewma", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ewma(values, beta, bias_correction):
    """Average a series with exponentially fading weights.

    Parameters
    ----------
    values : array or list of T numbers
        The series, oldest first.
    beta : float
        Share of the old average that is kept, 0 <= beta < 1.
    bias_correction : bool
        Divide the t-th average by 1 - beta**t (t = 1 for the first value).

    Returns
    -------
    array of shape (T,), float
        The average after each value.

    Examples
    --------
    >>> ewma([10.0, 20.0], beta=0.5, bias_correction=False)
    array([ 5. , 12.5])
    """
    ### BEGIN SOLUTION
    averages, average = [], 0.0
    for t, value in enumerate(values, start=1):
        average = beta * average + (1 - beta) * value
        averages.append(average / (1 - beta**t) if bias_correction else average)
    return np.array(averages)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_ewma", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def moves_halfway_with_beta_one_half(ewma):
    averages = ewma([10.0, 20.0, 0.0], 0.5, False)
    expect.array(averages, (3,), "the two days worked by hand and a third with 0")
    expect.close(averages, [5.0, 12.5, 6.25], "the two days worked by hand and a third with 0")


@check
def is_honest_about_two_days_when_corrected(ewma):
    expect.close(ewma([10.0, 20.0], 0.5, True), [10.0, 50 / 3], "the two days worked by hand, corrected")


@check
def is_honest_from_the_first_day_when_corrected(ewma):
    constant = [7.0, 7.0, 7.0]
    expect.close(ewma(constant, 0.98, True), constant, "a constant series stays that constant")


check.run("ewma")

# %% [markdown]
# <details><summary>Hint 1: where to keep the average</summary>
# One variable that starts at 0 and is updated once per value. The result needs its value after every update.
# </details>
# <details><summary>Hint 2: which power</summary>
# The first value is day 1, although its index is 0.
# </details>
# <details><summary>Hint 3: what goes on to the next day</summary>
# The uncorrected average. The correction is for the reader; the memory itself stays as it is.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_ewma", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `ewma`, 2 points: other lengths and betas, the weights of old values, lists and
# whole numbers, the series left unchanged.
### BEGIN HIDDEN TESTS
@check
def weighs_a_value_less_each_day(ewma):
    for beta in (0.9, 0.25):
        averages = ewma(np.array([1.0, 0.0, 0.0, 0.0, 0.0]), beta, False)
        expect.array(averages, (5,), "the averages of five days")
        what = f"one value's weight on the following days, beta = {beta}"
        expect.close(averages, (1 - beta) * beta ** np.arange(5), what)


@check
def divides_each_day_by_its_own_power(ewma):
    series = np.array([3.0, -1.0, 4.0, 1.0, 5.0])
    for beta in (0.7, 0.98):
        plain, corrected = ewma(series, beta, False), ewma(series, beta, True)
        expect.array(plain, (5,), "the averages")
        expect.array(corrected, (5,), "the corrected averages")
        ratio = plain / corrected
        expect.close(ratio, 1 - beta ** np.arange(1, 6), f"uncorrected / corrected, beta = {beta}")


@check
def follows_a_long_series(ewma):
    series = np.random.default_rng(30).normal(size=30) * 5 - 2
    for beta in (0.9, 0.999, 0.375):
        weights = (1 - beta) * beta ** (np.arange(30)[:, None] - np.arange(30)) * np.tri(30)
        averages = ewma(series, beta, False)
        expect.close(averages, weights @ series, f"30 days, beta = {beta}")
        right = weights @ series / weights.sum(axis=1)
        expect.close(ewma(series, beta, True), right, f"30 days, beta = {beta}, corrected")


@check
def follows_hundreds_of_days_with_a_small_beta(ewma):
    series = np.random.default_rng(31).uniform(-2.0, 8.0, 300)
    average, averages = 0.0, []
    for value in series:
        average = 0.0625 * average + 0.9375 * value
        averages.append(average)
    expect.close(ewma(series, 0.0625, False), averages, "300 days, beta = 1/16")


@check
def starts_from_nothing(ewma):
    averages = ewma(np.array([100.0, 1.0, 1.0]), 0.8, False)
    expect.close(averages, [20.0, 16.2, 13.16], "a first value that is large")


@check
def averages_a_single_value(ewma):
    expect.close(ewma(np.array([-3.0]), 0.75, False), [-0.75], "a series of one value")
    expect.close(ewma(np.array([-3.0]), 0.75, True), [-3.0], "a series of one value, corrected")


@check
def remembers_nothing_when_beta_is_zero(ewma):
    for bias_correction in (False, True):
        averages = ewma(np.array([3.0, -1.0, 4.0]), 0.0, bias_correction)
        expect.close(averages, [3.0, -1.0, 4.0], "the averages with beta = 0")


@check
def takes_whole_numbers_and_lists(ewma):
    right = ewma(np.array([3.0, -1.0, 4.0, 1.0]), 0.7, True)
    for series in ([3, -1, 4, 1], np.array([3, -1, 4, 1]), [3.0, -1, 4.0, 1]):
        averages = ewma(series, 0.7, True)
        expect.array(averages, (4,), "the averages of whole numbers")
        expect.dtype(averages, np.float64, "the averages of whole numbers")
        expect.close(averages, right, "whole numbers and the same numbers as floats")


@check
def leaves_the_series_alone(ewma):
    for bias_correction in (False, True):
        for series in (np.arange(5.0), [3.0, 1.0, 2.0]):
            expect.unchanged(ewma, series, 0.9, bias_correction, what="the series after the call")


@check
def takes_single_precision(ewma):
    averages = ewma(np.array([3.0, -1.0, 4.0], dtype=np.float32), 0.5, True)
    expect.close(averages, [3.0, 1 / 3, 17 / 7], "a float32 series", rtol=1e-5)
    expect.that(averages.dtype in (np.float32, np.float64), "the dtype for float32", "it is another one")


check.run("ewma", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** The grey dots are a year of daily temperatures from 1 July on (made up: a yearly wave, and weather that jumps about it); the lines are your function. Look at
# two things: how far the line of β = 0.98 lags behind in autumn and in spring, and the first weeks, where the uncorrected line starts far too low.

# %% tags=["skip-execution"]
days = np.arange(1, 366)
trend = 11 + 9 * np.cos(2 * np.pi * (days - 25) / 365)  # °C, warmest on 25 July
temperature = trend + np.random.default_rng(5).normal(0, 3, len(days))
averages = {f"β = {beta}": ewma(temperature, beta, True) for beta in (0.5, 0.9, 0.98)}
averages["β = 0.98, uncorrected"] = ewma(temperature, 0.98, False)
plots.lines(days, averages, "day", "temperature (°C)", dots={"one day (made up)": temperature})

moves = {label: np.abs(np.diff(average)[100:]).mean() for label, average in averages.items()}
strays = {label: np.abs(average - trend)[100:].mean() for label, average in averages.items()}
for label in averages:
    moved, strayed = f"moves {moves[label]:.2f} °C a day", f"{strays[label]:.1f} °C off the wave"
    print(f"{label}: {moved}, {strayed} (after day 100)")

# %% [markdown]
# β is a trade. At 0.5 the line follows every whim of the weather, by 1.3 °C a day; at 0.98 it moves 0.09 °C a day, but comes so late that it is 4 °C off the wave. 0.9 lies between,
# and strays the least. And all of it in a single number of memory, where a true mean of the last fifty days would have to keep fifty.
#
# "Window" is a way of speaking: after ten days at β = 0.9 a value still has 35 % of the weight it began with. And the prediction: the constant 7 begins
# with $0.02\cdot 7 = 0.14$ when it is not corrected, and with 7 when it is.
#
# **Elsewhere.** pandas has it as `series.ewm(alpha=1 - beta).mean()`, which corrects by default. With `adjust=False` it does not, but starts from the first value instead of 0.
#
# ## 3 · Straight down: gradient descent
#
# Here is the step that all others start from. Every parameter $\theta$ (no longer a temperature) moves against its gradient $g$; the learning rate $\alpha$ scales the step:
#
# $$\theta \leftarrow \theta - \alpha\, g$$
#
# With a gradient from all data this is batch gradient descent, from a mini-batch it is called stochastic gradient descent, SGD: the step is the same. A step is a function that **takes dicts and
# returns a new dict**. It changes nothing that it was given: whoever calls you may still need the old parameters, for instance to go back to the best ones.
#
# **Shapes.** `params["W1"] (n_1, n_0)`, `params["b1"] (n_1,)` and so on; `grads` has the same keys and shapes. Its keys may come in another order, since a
# backward pass fills them in from the last layer to the first. So pair them **by key**.
#
# **By hand.** $\alpha = 0.5$, $W_1 = (1, 2)$ with gradient $(4, -2)$: the new one is $(1 - 2,\ 2 + 1) = (-1, 3)$.

# %% nbgrader={"grade": false, "grade_id": "sgd_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def sgd_step(params, grads, lr):
    """Take one step of gradient descent.

    Parameters
    ----------
    params : dict of arrays
        "W1", "b1", ..., "WL", "bL".
    grads : dict of arrays
        The gradient of each parameter, under the same key.
    lr : float
        Learning rate.

    Returns
    -------
    dict of arrays
        The moved parameters; float32 where parameter and gradient are float32, else float64.

    Examples
    --------
    >>> params = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([0.5])}
    >>> grads = {"W1": np.array([[4.0, -2.0]]), "b1": np.array([0.75])}
    >>> sgd_step(params, grads, lr=0.5)
    {'W1': array([[-1.,  3.]]), 'b1': array([0.125])}
    """
    ### BEGIN SOLUTION
    return {key: params[key] - lr * grads[key] for key in params}
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_sgd_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def returns_every_parameter_under_its_key(sgd_step):
    params = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([0.5])}
    moved = sgd_step(params, {"W1": np.array([[4.0, -2.0]]), "b1": np.array([0.75])}, 0.5)
    expect.params(moved, [2, 1], "the new parameters")


@check
def moves_down_the_slope_as_worked_by_hand(sgd_step):
    params = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([0.5])}
    moved = sgd_step(params, {"W1": np.array([[4.0, -2.0]]), "b1": np.array([0.75])}, 0.5)
    expect.close(moved["W1"], [[-1.0, 3.0]], "W1 worked by hand")
    expect.close(moved["b1"], [0.125], "b1 from 0.5 with gradient 0.75")


@check
def changes_nothing_that_it_was_given(sgd_step):
    params = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([0.5])}
    grads = {"W1": np.array([[4.0, -2.0]]), "b1": np.array([0.75])}
    expect.unchanged(sgd_step, params, grads, 0.5, what="params and grads after the call")


check.run("sgd_step")

# %% [markdown]
# <details><summary>Hint 1: a new dict</summary>
# Go through the keys of <code>params</code> and put the moved array under the same key of a dict that is new.
# </details>
# <details><summary>Hint 2: when an argument was changed</summary>
# <code>a -= b</code> writes into the array that the caller gave you; <code>a - b</code> makes a new one. And <code>new = params</code> is a second name, not a second dict.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_sgd_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `sgd_step`, 2 points: deeper networks, other learning rates, gradients in another
# order, several steps, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def draw(layer_dims, seed, low=-2.0, kind=float):
    """Random arrays in the shapes of a network's parameters."""
    rng, arrays = np.random.default_rng(seed), {}
    for layer, (n_in, n_out) in enumerate(zip(layer_dims, layer_dims[1:]), start=1):
        arrays[f"W{layer}"] = rng.uniform(low, 2.0, (n_out, n_in)).astype(kind)
        arrays[f"b{layer}"] = rng.uniform(low, 2.0, n_out).astype(kind)
    return arrays


def in_a_row(arrays, like):
    """All numbers of a dict, in the order of another one's keys."""
    return np.concatenate([np.ravel(arrays[key]) for key in like])


@check
def keeps_keys_and_shapes(sgd_step):
    for layer_dims in ([3, 1], [1, 1], [2, 3, 1], [4, 2, 3, 5], [2] * 12):
        moved = sgd_step(draw(layer_dims, 40), draw(layer_dims, 41), 0.3)
        expect.params(moved, layer_dims, "the new parameters")


@check
def moves_every_parameter_of_deeper_networks(sgd_step):
    for layer_dims, lr in (([4, 2, 3, 5], 0.3), ([2] * 12, 1.7), ([5, 1], 0.01)):
        params, grads = draw(layer_dims, 42), draw(layer_dims, 43)
        moved = in_a_row(sgd_step(params, grads, lr), params)
        what = f"layers {layer_dims}, lr = {lr}"
        expect.close(moved, in_a_row(params, params) - lr * in_a_row(grads, params), what)


@check
def takes_several_steps_one_after_the_other(sgd_step):
    params = draw([2, 3, 1], 44)
    right = in_a_row(params, params)
    for number, size in enumerate((1, 1, 0, 20, 1)):
        grads = {key: size * g for key, g in draw([2, 3, 1], 45 + number).items()}
        params = sgd_step(params, grads, 0.25)
        right = right - 0.25 * in_a_row(grads, grads)
        expect.close(in_a_row(params, grads), right, f"the parameters after step {number + 1}")


@check
def pairs_parameters_and_gradients_by_key(sgd_step):
    params, grads = draw([2, 2, 2], 50), draw([2, 2, 2], 51)
    right = sgd_step(params, grads, 0.3)
    moved = sgd_step(params, dict(reversed(grads.items())), 0.3)
    expect.close(in_a_row(moved, params), in_a_row(right, params), "gradients from the last to the first")


@check
def stays_where_the_gradient_is_zero(sgd_step):
    params = draw([2, 3, 1], 52)
    zeros = {key: np.zeros_like(value) for key, value in params.items()}
    moved = sgd_step(params, zeros, 0.3)
    expect.close(in_a_row(moved, params), in_a_row(params, params), "the parameters, gradient zero")


@check
def leaves_its_arguments_as_they_were(sgd_step):
    params, grads = draw([2, 3, 1], 53), draw([2, 3, 1], 54)
    expect.unchanged(sgd_step, params, grads, 0.3, what="params and grads after the call")


@check
def keeps_its_results_apart(sgd_step):
    params, grads = draw([2, 3, 1], 55), draw([2, 3, 1], 56)
    first = sgd_step(params, grads, 0.3)
    right = in_a_row(first, params).copy()
    sgd_step(draw([2, 3, 1], 57), grads, 0.9)
    expect.close(in_a_row(first, params), right, "an earlier result after another call")
    for value in first.values():
        value[...] = 99.0
    again = sgd_step(params, grads, 0.3)
    expect.close(in_a_row(again, params), right, "the same call once more, an earlier result overwritten")


@check
def keeps_the_precision(sgd_step):
    single, double = np.float32, np.float64
    for kinds in ((single, single), (single, double), (double, single)):
        moved = sgd_step(*(draw([2, 3, 1], seed, kind=kind) for seed, kind in zip((58, 59), kinds)), 0.3)
        for key, value in moved.items():
            expect.dtype(value, double if double in kinds else single, f"{key}, params and grads {[kind.__name__ for kind in kinds]}")


@check
def treats_whole_numbers_like_others(sgd_step):
    params = {"W1": np.array([[3, -1]]), "b1": np.array([2])}
    grads = {"W1": np.array([[1, 2]]), "b1": np.array([-5])}
    moved = sgd_step(params, grads, 0.25)
    expect.close(in_a_row(moved, params), [2.75, -1.5, 3.25], "whole parameters and gradients")
    for value in moved.values():
        expect.dtype(value, np.float64, "whole parameters and gradients")


check.run("sgd_step", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 4 · Remember where you were going: momentum
#
# A ravine: steep walls left and right, and a gentle slope along its floor. Gradient descent jumps from wall to wall, since the walls have the large gradients, and hardly moves along the floor.
# A smaller learning rate calms the jumps and makes the rest slower still.
#
# Now average the last gradients, as in section 2. Those of the walls point left, right, left, right: their average is nearly 0. Those of the floor all point one way: their average is
# what they are. So step along the **average** $v$, and call it velocity:
#
# $$v \leftarrow \beta\, v + (1-\beta)\, g, \qquad \theta \leftarrow \theta - \alpha\, v$$
#
# First the new $v$, then the step with it. Each parameter has its own velocity: a dict with the same keys, of zeros before the first step. The usual $\beta$ is 0.9, an average over about ten
# gradients. It is not corrected for its start here: the first dozen steps are shorter than they should be, which does little harm.
#
# **By hand.** $\beta = 0.5$, $\alpha = 0.5$, $W_1 = (1, 2)$, gradient $(4, -2)$, velocity so far $(2, 0)$: the new velocity is $(3, -1)$, the new weights are $(1 - 1.5,\ 2 + 0.5) = (-0.5, 2.5)$.
#
# **Elsewhere.** PyTorch's `SGD(momentum=0.9)` and Stanford's course CS231n leave out the factor $1-\beta$: $v \leftarrow \mu\, v + g$. Their $v$ is $1/(1-\beta)$ times ours, so their steps are ours with
# **our learning rate $= $ theirs $/(1-\beta)$**: their 0.01 at $\mu = 0.9$ is our 0.1. With our form, $\beta$ can be changed without touching the learning rate.

# %% nbgrader={"grade": false, "grade_id": "momentum_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def momentum_step(params, grads, velocity, lr, beta=0.9):
    """Step along the exponentially weighted average of the gradients.

    Parameters
    ----------
    params : dict of arrays
        "W1", "b1", ..., "WL", "bL".
    grads : dict of arrays
        The gradient of each parameter, under the same key.
    velocity : dict of arrays
        The average of each parameter's gradients so far; zeros before the first step.
    lr : float
        Learning rate.
    beta : float
        Share of the old average that is kept, 0 <= beta < 1.

    Returns
    -------
    params : dict of arrays
        The moved parameters.
    velocity : dict of arrays
        The new averages. Both are float32 where all that comes in is float32, else float64.

    Examples
    --------
    >>> params = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([0.5])}
    >>> grads = {"W1": np.array([[4.0, -2.0]]), "b1": np.array([1.0])}
    >>> velocity = {"W1": np.array([[2.0, 0.0]]), "b1": np.array([0.0])}
    >>> params, velocity = momentum_step(params, grads, velocity, lr=0.5, beta=0.5)
    >>> params["W1"], velocity["W1"]
    (array([[-0.5,  2.5]]), array([[ 3., -1.]]))
    """
    ### BEGIN SOLUTION
    velocity = {key: beta * velocity[key] + (1 - beta) * grads[key] for key in params}
    return {key: params[key] - lr * velocity[key] for key in params}, velocity
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_momentum_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def worked_by_hand():
    """Parameters, gradients and velocity of the example."""
    params = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([0.5])}
    grads = {"W1": np.array([[4.0, -2.0]]), "b1": np.array([1.0])}
    return params, grads, {"W1": np.array([[2.0, 0.0]]), "b1": np.array([0.0])}


@check
def returns_parameters_and_velocity(momentum_step):
    pair = momentum_step(*worked_by_hand(), 0.5, beta=0.5)
    params, velocity = expect.sequence(pair, 2, "the pair (params, velocity)")
    expect.params(params, [2, 1], "the new parameters")
    expect.params(velocity, [2, 1], "the new velocity")


@check
def averages_the_gradients_as_worked_by_hand(momentum_step):
    _, velocity = momentum_step(*worked_by_hand(), 0.5, beta=0.5)
    expect.close(velocity["W1"], [[3.0, -1.0]], "the velocity of W1 worked by hand")
    expect.close(velocity["b1"], [0.5], "the velocity of b1, gradient 1, before it 0")


@check
def steps_along_the_new_average(momentum_step):
    params, _ = momentum_step(*worked_by_hand(), 0.5, beta=0.5)
    expect.close(params["W1"], [[-0.5, 2.5]], "W1 worked by hand")
    expect.close(params["b1"], [0.25], "b1 from 0.5, with lr = 0.5 and the new velocity 0.5")


@check
def changes_nothing_that_it_was_given(momentum_step):
    what = "params, grads and velocity after the call"
    expect.unchanged(momentum_step, *worked_by_hand(), 0.5, what=what)


check.run("momentum_step")

# %% [markdown]
# <details><summary>Hint 1: it is <code>ewma</code> again</summary>
# One day of it, for each key: the old average times β, and today's gradient times the rest.
# </details>
# <details><summary>Hint 2: two dicts</summary>
# Build the new velocity first, then the new parameters from it. Neither the old velocity nor the plain gradient stands in the step.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_momentum_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `momentum_step`, 2 points: five steps with changing gradients, other betas, the
# default beta, keys in another order, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def draw(layer_dims, seed, low=-2.0, kind=float):
    """Random arrays in the shapes of a network's parameters."""
    rng, arrays = np.random.default_rng(seed), {}
    for layer, (n_in, n_out) in enumerate(zip(layer_dims, layer_dims[1:]), start=1):
        arrays[f"W{layer}"] = rng.uniform(low, 2.0, (n_out, n_in)).astype(kind)
        arrays[f"b{layer}"] = rng.uniform(low, 2.0, n_out).astype(kind)
    return arrays


def in_a_row(arrays, like):
    """All numbers of a dict, in the order of another one's keys."""
    return np.concatenate([np.ravel(arrays[key]) for key in like])


def compare_steps(momentum_step, layer_dims, seed, lr, **settings):
    """Five steps with changing gradients, the third of them zero, from a velocity that is not zero."""
    beta = settings.get("beta", 0.9)
    params, velocity = draw(layer_dims, seed), draw(layer_dims, seed + 1)
    right, v = in_a_row(params, params), in_a_row(velocity, params)
    for number, size in enumerate((1, 1, 0, 20, 1), start=1):
        grads = {key: size * g for key, g in draw(layer_dims, seed + 1 + number).items()}
        params, velocity = momentum_step(params, grads, velocity, lr, **settings)
        v = beta * v + (1 - beta) * in_a_row(grads, grads)
        right = right - lr * v
        expect.close(in_a_row(velocity, grads), v, f"the velocity after step {number}, beta = {beta}")
        expect.close(in_a_row(params, grads), right, f"the parameters after step {number}, beta = {beta}")


@check
def keeps_keys_and_shapes(momentum_step):
    for layer_dims in ([3, 1], [1, 1], [2, 3, 1], [4, 2, 3, 5], [2] * 12):
        arrays = (draw(layer_dims, seed) for seed in (60, 61, 62))
        params, velocity = momentum_step(*arrays, 0.3)
        expect.params(params, layer_dims, "the new parameters")
        expect.params(velocity, layer_dims, "the new velocity")


@check
def takes_five_steps_with_changing_gradients(momentum_step):
    for lr, beta in ((0.3, 0.625), (1.5, 0.98)):
        compare_steps(momentum_step, [2, 3, 1], 63, lr, beta=beta)


@check
def steps_in_networks_of_any_depth(momentum_step):
    for layer_dims in ([5, 1], [4, 2, 3, 5], [2] * 12):
        compare_steps(momentum_step, layer_dims, 70, 0.3, beta=0.75)


@check
def keeps_nine_tenths_when_no_beta_is_given(momentum_step):
    compare_steps(momentum_step, [2, 3, 1], 77, 0.3)


@check
def is_gradient_descent_when_beta_is_zero(momentum_step):
    compare_steps(momentum_step, [2, 3, 1], 84, 0.3, beta=0.0)


@check
def starts_from_a_velocity_of_zeros(momentum_step):
    params, grads = draw([2, 3, 1], 91), draw([2, 3, 1], 92)
    zeros = {key: np.zeros_like(value) for key, value in params.items()}
    moved, velocity = momentum_step(params, grads, zeros, 0.5, beta=0.75)
    g = in_a_row(grads, params)
    expect.close(in_a_row(velocity, params), 0.25 * g, "the first velocity")
    expect.close(in_a_row(moved, params), in_a_row(params, params) - 0.125 * g, "the first step")


@check
def rolls_on_when_the_gradient_is_zero(momentum_step):
    params, velocity = draw([2, 3, 1], 93), draw([2, 3, 1], 94)
    zeros = {key: np.zeros_like(value) for key, value in params.items()}
    moved, slower = momentum_step(params, zeros, velocity, 0.5, beta=0.75)
    v = 0.75 * in_a_row(velocity, params)
    expect.close(in_a_row(slower, params), v, "the velocity, gradient zero")
    expect.close(in_a_row(moved, params), in_a_row(params, params) - 0.5 * v, "the step, gradient zero")


@check
def pairs_everything_by_key(momentum_step):
    arrays = [draw([2, 2, 2], seed) for seed in (95, 96, 97)]
    right = momentum_step(*arrays, 0.3, beta=0.75)
    for turned in (1, 2):
        mixed = [dict(reversed(a.items())) if i == turned else a for i, a in enumerate(arrays)]
        for got, want in zip(momentum_step(*mixed, 0.3, beta=0.75), right):
            what = "gradients or velocity from the last to the first"
            expect.close(in_a_row(got, arrays[0]), in_a_row(want, arrays[0]), what)


@check
def takes_its_settings_in_their_order(momentum_step):
    arrays = [draw([2, 3, 1], seed) for seed in (111, 112, 113)]
    right = momentum_step(*arrays, lr=0.3, beta=0.75)
    for got, want in zip(momentum_step(*arrays, 0.3, 0.75), right):
        what = "lr, beta without their names"
        expect.close(in_a_row(got, arrays[0]), in_a_row(want, arrays[0]), what)


@check
def leaves_its_arguments_as_they_were(momentum_step):
    arrays = [draw([2, 3, 1], seed) for seed in (98, 99, 100)]
    expect.unchanged(momentum_step, *arrays, 0.3, what="params, grads and velocity after the call")


@check
def remembers_nothing_but_what_it_is_given(momentum_step):
    arrays = [draw([2, 3, 1], seed) for seed in (101, 102, 103)]
    first = momentum_step(*arrays, 0.3)
    right = [in_a_row(part, arrays[0]).copy() for part in first]
    other = momentum_step(*reversed(arrays), 0.9)
    for part, want in zip(first, right):
        expect.close(in_a_row(part, arrays[0]), want, "an earlier result after another call")
    for part in (*first, *other):
        for value in part.values():
            value[...] = 99.0
    for part, want in zip(momentum_step(*arrays, 0.3), right):
        expect.close(in_a_row(part, arrays[0]), want, "the same call once more")


@check
def keeps_the_precision(momentum_step):
    for kind, others in ((np.float32, np.float32), (np.float32, np.float64)):
        arrays = (draw([2, 3, 1], seed, kind=others) for seed in (105, 106))
        for part in momentum_step(draw([2, 3, 1], 104, kind=kind), *arrays, 0.3):
            for key, value in part.items():
                expect.dtype(value, others, f"{key}, params {kind.__name__} and the others {others.__name__}")


@check
def takes_parameters_that_are_whole_numbers(momentum_step):
    params = {"W1": np.array([[3, -1]]), "b1": np.array([2])}
    grads, velocity = draw([2, 1], 107), draw([2, 1], 108)
    moved, _ = momentum_step(params, grads, velocity, 0.25)
    floats = {key: value.astype(float) for key, value in params.items()}
    right, _ = momentum_step(floats, grads, velocity, 0.25)
    expect.close(in_a_row(moved, params), in_a_row(right, params), "whole parameters")


@check
def takes_a_velocity_of_whole_numbers(momentum_step):
    whole = {"W1": np.array([[3, -1]]), "b1": np.array([2])}
    params, grads = draw([2, 1], 109), draw([2, 1], 110)
    _, velocity = momentum_step(params, grads, whole, 0.25)
    right = 0.9 * in_a_row(whole, params) + 0.1 * in_a_row(grads, params)
    expect.close(in_a_row(velocity, params), right, "a velocity of whole numbers")


check.run("momentum_step", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 5 · A learning rate for each parameter: AdaGrad
#
# Momentum still has one learning rate for all. But a parameter on a steep wall wants small steps, one on the floor large ones; and a weight that reads a rare word gets a gradient once in a thousand examples and
# should make the most of it. AdaGrad gives every parameter a learning rate of its own: it adds up the parameter's squared gradients and divides by the root of the sum.
#
# $$s \leftarrow s + g^2, \qquad \theta \leftarrow \theta - \alpha\,\frac{g}{\sqrt{s} + \varepsilon}$$
#
# All of it entry by entry, with the new $s$. What had large gradients now takes small steps, and the other way round: multiply a parameter's gradients by 100 and (apart from $\varepsilon$) its steps stay the same.
#
# $\varepsilon$ keeps the division safe where every gradient was 0. Here it stands **outside the root**. With the usual $10^{-8}$ nobody would notice it inside, so the checks use larger ones.
#
# **By hand.** $\alpha = 0.6$, $\varepsilon = 1$, $W_1 = (1, 2)$, gradient $(4, -3)$, sum so far $(9, 16)$. The new sum is $(25, 25)$, so each entry is divided by $5 + 1$: the steps are $(0.4, -0.3)$ and the
# new weights $(0.6,\ 2.3)$.
#
# **Predict first.** The gradient is always 1. How long is the first step, how long the hundredth?

# %% nbgrader={"grade": false, "grade_id": "adagrad_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def adagrad_step(params, grads, s, lr, eps=1e-8):
    """Divide each parameter's step by the root of the sum of its squared gradients.

    Parameters
    ----------
    params : dict of arrays
        "W1", "b1", ..., "WL", "bL".
    grads : dict of arrays
        The gradient of each parameter, under the same key.
    s : dict of arrays
        The sum of each parameter's squared gradients so far; zeros before the first step.
    lr : float
        Learning rate.
    eps : float
        Added to the root, outside of it.

    Returns
    -------
    params : dict of arrays
        The moved parameters.
    s : dict of arrays
        The new sums. Both are float32 where all that comes in is float32, else float64.

    Examples
    --------
    >>> params = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([0.5])}
    >>> grads = {"W1": np.array([[4.0, -3.0]]), "b1": np.array([3.0])}
    >>> s = {"W1": np.array([[9.0, 16.0]]), "b1": np.array([0.0])}
    >>> params, s = adagrad_step(params, grads, s, lr=0.6, eps=1.0)
    >>> params["W1"], s["W1"]
    (array([[0.6, 2.3]]), array([[25., 25.]]))
    """
    ### BEGIN SOLUTION
    s = {key: s[key] + grads[key] ** 2 for key in params}
    moved = {key: params[key] - lr * grads[key] / (np.sqrt(s[key]) + eps) for key in params}
    return moved, s
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_adagrad_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def worked_by_hand():
    """Parameters, gradients and sums of the example."""
    params = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([0.5])}
    grads = {"W1": np.array([[4.0, -3.0]]), "b1": np.array([3.0])}
    return params, grads, {"W1": np.array([[9.0, 16.0]]), "b1": np.array([0.0])}


@check
def returns_parameters_and_sums(adagrad_step):
    pair = adagrad_step(*worked_by_hand(), 0.6, eps=1.0)
    params, s = expect.sequence(pair, 2, "the pair (params, s)")
    expect.params(params, [2, 1], "the new parameters")
    expect.params(s, [2, 1], "the new s")


@check
def adds_up_squares_as_worked_by_hand(adagrad_step):
    _, s = adagrad_step(*worked_by_hand(), 0.6, eps=1.0)
    expect.close(s["W1"], [[25.0, 25.0]], "s of W1 worked by hand")
    expect.close(s["b1"], [9.0], "s of b1, gradient 3, before it 0")


@check
def divides_by_the_root_and_eps(adagrad_step):
    params, _ = adagrad_step(*worked_by_hand(), 0.6, eps=1.0)
    expect.close(params["W1"], [[0.6, 2.3]], "W1 worked by hand, eps = 1 outside the root")
    expect.close(params["b1"], [0.05], "b1 from 0.5: the step is 0.6 * 3 / (3 + 1)")


@check
def changes_nothing_that_it_was_given(adagrad_step):
    expect.unchanged(adagrad_step, *worked_by_hand(), 0.6, what="params, grads and s after the call")


check.run("adagrad_step")

# %% [markdown]
# <details><summary>Hint 1: the order of things</summary>
# First the new <code>s</code>, for every key. Then the step, which uses it.
# </details>
# <details><summary>Hint 2: where the parts stand</summary>
# Numerator: the learning rate times the gradient, with its sign. Denominator: the root of the new <code>s</code>, plus <code>eps</code>.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_adagrad_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `adagrad_step`, 2 points: five steps with changing gradients, eps outside the root,
# no gradient at all, keys in another order, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def draw(layer_dims, seed, low=-2.0, kind=float):
    """Random arrays in the shapes of a network's parameters."""
    rng, arrays = np.random.default_rng(seed), {}
    for layer, (n_in, n_out) in enumerate(zip(layer_dims, layer_dims[1:]), start=1):
        arrays[f"W{layer}"] = rng.uniform(low, 2.0, (n_out, n_in)).astype(kind)
        arrays[f"b{layer}"] = rng.uniform(low, 2.0, n_out).astype(kind)
    return arrays


def in_a_row(arrays, like):
    """All numbers of a dict, in the order of another one's keys."""
    return np.concatenate([np.ravel(arrays[key]) for key in like])

def compare_steps(adagrad_step, layer_dims, seed, lr, eps):
    """Five steps with changing gradients, the third of them zero, from a sum that is not zero."""
    params, s = draw(layer_dims, seed), draw(layer_dims, seed + 1, low=0.0)
    right, right_s = in_a_row(params, params), in_a_row(s, params)
    for number, size in enumerate((1, 1, 0, 20, 1), start=1):
        grads = {key: size * g for key, g in draw(layer_dims, seed + 1 + number).items()}
        params, s = adagrad_step(params, grads, s, lr, eps=eps)
        g = in_a_row(grads, grads)
        right_s = right_s + g**2
        right = right - lr * g / (np.sqrt(right_s) + eps)
        expect.close(in_a_row(s, grads), right_s, f"s after step {number}, eps = {eps}")
        expect.close(in_a_row(params, grads), right, f"the parameters after step {number}, eps = {eps}")


@check
def keeps_keys_and_shapes(adagrad_step):
    for layer_dims in ([3, 1], [1, 1], [2, 3, 1], [4, 2, 3, 5], [2] * 12):
        arrays = (draw(layer_dims, seed, low=0.0) for seed in (120, 121, 122))
        params, s = adagrad_step(*arrays, 0.3)
        expect.params(params, layer_dims, "the new parameters")
        expect.params(s, layer_dims, "the new s")


@check
def takes_five_steps_with_changing_gradients(adagrad_step):
    for lr, eps in ((0.3, 0.01), (1.5, 0.25)):
        compare_steps(adagrad_step, [2, 3, 1], 123, lr, eps)


@check
def steps_in_networks_of_any_depth(adagrad_step):
    for layer_dims in ([5, 1], [4, 2, 3, 5], [2] * 12):
        compare_steps(adagrad_step, layer_dims, 130, 0.3, 0.01)


@check
def has_a_tiny_eps_when_none_is_given(adagrad_step):
    params, small = draw([2, 3, 1], 137), draw([2, 3, 1], 138)
    small = {key: 1e-8 * np.sign(value) for key, value in small.items()}
    zeros = {key: np.zeros_like(value) for key, value in params.items()}
    moved, _ = adagrad_step(params, small, zeros, 0.5)
    right = in_a_row(params, params) - 0.25 * np.sign(in_a_row(small, params))
    expect.close(in_a_row(moved, params), right, "the first step, gradients as small as eps")


@check
def makes_first_steps_of_one_length_whatever_the_gradient(adagrad_step):
    params, grads = draw([2, 3, 1], 139), draw([2, 3, 1], 140)
    zeros = {key: np.zeros_like(value) for key, value in params.items()}
    right = in_a_row(params, params) - 0.5 * np.sign(in_a_row(grads, params))
    for factor in (1.0, 1000.0):
        large = {key: factor * value for key, value in grads.items()}
        moved, _ = adagrad_step(params, large, zeros, 0.5, eps=0.0)
        expect.close(in_a_row(moved, params), right, f"the first step, gradients {factor:g} times as large")


@check
def stays_where_there_never_was_a_gradient(adagrad_step):
    params = draw([2, 3, 1], 141)
    zeros = {key: np.zeros_like(value) for key, value in params.items()}
    moved, s = adagrad_step(params, zeros, zeros, 0.5)
    expect.close(in_a_row(moved, params), in_a_row(params, params), "the parameters, gradient and s zero")
    expect.close(in_a_row(s, params), in_a_row(zeros, params), "s, gradient and s zero")


@check
def pairs_everything_by_key(adagrad_step):
    arrays = [draw([2, 2, 2], seed, low=0.0) for seed in (142, 143, 144)]
    right = adagrad_step(*arrays, 0.3, eps=0.01)
    for turned in (1, 2):
        mixed = [dict(reversed(a.items())) if i == turned else a for i, a in enumerate(arrays)]
        for got, want in zip(adagrad_step(*mixed, 0.3, eps=0.01), right):
            what = "gradients or s from the last to the first"
            expect.close(in_a_row(got, arrays[0]), in_a_row(want, arrays[0]), what)


@check
def takes_its_settings_in_their_order(adagrad_step):
    arrays = [draw([2, 3, 1], seed, low=0.0) for seed in (158, 159, 115)]
    right = adagrad_step(*arrays, lr=0.3, eps=0.25)
    for got, want in zip(adagrad_step(*arrays, 0.3, 0.25), right):
        what = "lr, eps without their names"
        expect.close(in_a_row(got, arrays[0]), in_a_row(want, arrays[0]), what)


@check
def leaves_its_arguments_as_they_were(adagrad_step):
    arrays = [draw([2, 3, 1], seed, low=0.0) for seed in (145, 146, 147)]
    expect.unchanged(adagrad_step, *arrays, 0.3, what="params, grads and s after the call")


@check
def remembers_nothing_but_what_it_is_given(adagrad_step):
    arrays = [draw([2, 3, 1], seed, low=0.0) for seed in (148, 149, 150)]
    first = adagrad_step(*arrays, 0.3)
    right = [in_a_row(part, arrays[0]).copy() for part in first]
    other = adagrad_step(*reversed(arrays), 0.9)
    for part, want in zip(first, right):
        expect.close(in_a_row(part, arrays[0]), want, "an earlier result after another call")
    for part in (*first, *other):
        for value in part.values():
            value[...] = 99.0
    for part, want in zip(adagrad_step(*arrays, 0.3), right):
        expect.close(in_a_row(part, arrays[0]), want, "the same call once more")


@check
def keeps_the_precision(adagrad_step):
    for kind, others in ((np.float32, np.float32), (np.float32, np.float64)):
        arrays = (draw([2, 3, 1], seed, low=0.0, kind=others) for seed in (152, 153))
        for part in adagrad_step(draw([2, 3, 1], 151, kind=kind), *arrays, 0.3):
            for key, value in part.items():
                expect.dtype(value, others, f"{key}, params {kind.__name__} and the others {others.__name__}")


@check
def takes_parameters_that_are_whole_numbers(adagrad_step):
    params = {"W1": np.array([[3, -1]]), "b1": np.array([2])}
    grads, s = draw([2, 1], 154), draw([2, 1], 155, low=0.0)
    moved, _ = adagrad_step(params, grads, s, 0.25)
    floats = {key: value.astype(float) for key, value in params.items()}
    right, _ = adagrad_step(floats, grads, s, 0.25)
    expect.close(in_a_row(moved, params), in_a_row(right, params), "whole parameters")


@check
def takes_an_s_of_whole_numbers(adagrad_step):
    whole = {"W1": np.array([[3, 1]]), "b1": np.array([2])}
    params, grads = draw([2, 1], 156), draw([2, 1], 157)
    _, s = adagrad_step(params, grads, whole, 0.25)
    right = in_a_row(whole, params) + in_a_row(grads, params) ** 2
    expect.close(in_a_row(s, params), right, "an s of whole numbers")


check.run("adagrad_step", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **Elsewhere.** PyTorch's `Adagrad` has its ε outside the root as well ($10^{-10}$ by default); Keras adds it inside and starts the sum at 0.1.
#
# ## 6 · Forget the distant past: RMSprop
#
# The answer to the prediction above: 1 times the learning rate, and a tenth of it, $1/\sqrt{100}$. AdaGrad's sum only grows, so its steps only shrink, and they shrink whether the valley floor has been reached or not.
#
# RMSprop replaces the sum by an average that fades, section 2 once more, this time of the **squared** gradients:
#
# $$s \leftarrow \beta\, s + (1-\beta)\, g^2, \qquad \theta \leftarrow \theta - \alpha\,\frac{g}{\sqrt{s} + \varepsilon}$$
#
# The root of a mean of squares is a "root mean square": hence the name. A parameter whose gradients are usually about 10 takes steps of about $\alpha\,g/10$, one whose gradients are about 0.1 steps of about $\alpha\,g/0.1$: both move by roughly the
# learning rate. There is no correction for the start at zero.
#
# **By hand.** $\alpha = 0.6$, $\beta = 0.5$, $\varepsilon = 1$, $W_1 = (1, 2)$, gradient $(7, -1)$, average so far $(1, 49)$. The new average is $(25, 25)$, each entry is divided by $5 + 1$: the steps are $(0.7, -0.1)$, the new
# weights $(0.3,\ 2.1)$.

# %% nbgrader={"grade": false, "grade_id": "rmsprop_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def rmsprop_step(params, grads, s, lr, beta=0.9, eps=1e-8):
    """Divide each parameter's step by the root of the average of its squared gradients.

    Parameters
    ----------
    params : dict of arrays
        "W1", "b1", ..., "WL", "bL".
    grads : dict of arrays
        The gradient of each parameter, under the same key.
    s : dict of arrays
        The average of each parameter's squared gradients so far; zeros before the first step.
    lr : float
        Learning rate.
    beta : float
        Share of the old average that is kept, 0 <= beta < 1.
    eps : float
        Added to the root, outside of it.

    Returns
    -------
    params : dict of arrays
        The moved parameters.
    s : dict of arrays
        The new averages. Both are float32 where all that comes in is float32, else float64.

    Examples
    --------
    >>> params = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([0.5])}
    >>> grads = {"W1": np.array([[7.0, -1.0]]), "b1": np.array([3.0])}
    >>> s = {"W1": np.array([[1.0, 49.0]]), "b1": np.array([9.0])}
    >>> params, s = rmsprop_step(params, grads, s, lr=0.6, beta=0.5, eps=1.0)
    >>> params["W1"], s["W1"]
    (array([[0.3, 2.1]]), array([[25., 25.]]))
    """
    ### BEGIN SOLUTION
    s = {key: beta * s[key] + (1 - beta) * grads[key] ** 2 for key in params}
    moved = {key: params[key] - lr * grads[key] / (np.sqrt(s[key]) + eps) for key in params}
    return moved, s
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_rmsprop_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def worked_by_hand():
    """Parameters, gradients and averages of the example."""
    params = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([0.5])}
    grads = {"W1": np.array([[7.0, -1.0]]), "b1": np.array([3.0])}
    return params, grads, {"W1": np.array([[1.0, 49.0]]), "b1": np.array([9.0])}


@check
def returns_parameters_and_averages(rmsprop_step):
    pair = rmsprop_step(*worked_by_hand(), 0.6, beta=0.5, eps=1.0)
    params, s = expect.sequence(pair, 2, "the pair (params, s)")
    expect.params(params, [2, 1], "the new parameters")
    expect.params(s, [2, 1], "the new s")


@check
def averages_the_squares_as_worked_by_hand(rmsprop_step):
    _, s = rmsprop_step(*worked_by_hand(), 0.6, beta=0.5, eps=1.0)
    expect.close(s["W1"], [[25.0, 25.0]], "s of W1 worked by hand")
    expect.close(s["b1"], [9.0], "s of b1, gradient 3, before it 9")


@check
def weighs_the_old_average_with_beta(rmsprop_step):
    _, s = rmsprop_step(*worked_by_hand(), 0.6, beta=0.75, eps=1.0)
    expect.close(s["W1"], [[13.0, 37.0]], "s of W1 with beta = 0.75: 0.75 of the old one")


@check
def divides_by_the_root_and_eps(rmsprop_step):
    params, _ = rmsprop_step(*worked_by_hand(), 0.6, beta=0.5, eps=1.0)
    expect.close(params["b1"], [0.05], "b1 from 0.5: the step is 0.6 * 3 / (3 + 1)")
    expect.close(params["W1"], [[0.3, 2.1]], "W1 worked by hand, eps = 1 outside the root")


@check
def changes_nothing_that_it_was_given(rmsprop_step):
    expect.unchanged(rmsprop_step, *worked_by_hand(), 0.6, what="params, grads and s after the call")


check.run("rmsprop_step")

# %% [markdown]
# <details><summary>Hint 1: what is new</summary>
# Only the line that makes <code>s</code>: a sum in AdaGrad, an average that fades here.
# </details>
# <details><summary>Hint 2: what is averaged</summary>
# The squares. Squaring the average of the gradients would be something else: where they alternate in sign, it is nearly 0.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_rmsprop_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `rmsprop_step`, 2 points: five steps with changing gradients, other betas, eps outside
# the root, no gradient at all, the defaults, keys in another order, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def draw(layer_dims, seed, low=-2.0, kind=float):
    """Random arrays in the shapes of a network's parameters."""
    rng, arrays = np.random.default_rng(seed), {}
    for layer, (n_in, n_out) in enumerate(zip(layer_dims, layer_dims[1:]), start=1):
        arrays[f"W{layer}"] = rng.uniform(low, 2.0, (n_out, n_in)).astype(kind)
        arrays[f"b{layer}"] = rng.uniform(low, 2.0, n_out).astype(kind)
    return arrays


def in_a_row(arrays, like):
    """All numbers of a dict, in the order of another one's keys."""
    return np.concatenate([np.ravel(arrays[key]) for key in like])

def compare_steps(rmsprop_step, layer_dims, seed, lr, eps, **settings):
    """Five steps with changing gradients, the third of them zero, from an average that is not zero."""
    beta = settings.get("beta", 0.9)
    params, s = draw(layer_dims, seed), draw(layer_dims, seed + 1, low=0.0)
    right, right_s = in_a_row(params, params), in_a_row(s, params)
    for number, size in enumerate((1, 1, 0, 20, 1), start=1):
        grads = {key: size * g for key, g in draw(layer_dims, seed + 1 + number).items()}
        params, s = rmsprop_step(params, grads, s, lr, eps=eps, **settings)
        g = in_a_row(grads, grads)
        right_s = beta * right_s + (1 - beta) * g**2
        right = right - lr * g / (np.sqrt(right_s) + eps)
        what = f"after step {number}, beta = {beta}, eps = {eps}"
        expect.close(in_a_row(s, grads), right_s, f"s {what}")
        expect.close(in_a_row(params, grads), right, f"the parameters {what}")


@check
def keeps_keys_and_shapes(rmsprop_step):
    for layer_dims in ([3, 1], [1, 1], [2, 3, 1], [4, 2, 3, 5], [2] * 12):
        arrays = (draw(layer_dims, seed, low=0.0) for seed in (160, 161, 162))
        params, s = rmsprop_step(*arrays, 0.3)
        expect.params(params, layer_dims, "the new parameters")
        expect.params(s, layer_dims, "the new s")


@check
def takes_five_steps_with_changing_gradients(rmsprop_step):
    for lr, beta, eps in ((0.3, 0.625, 0.01), (1.5, 0.98, 0.25)):
        compare_steps(rmsprop_step, [2, 3, 1], 163, lr, eps, beta=beta)


@check
def steps_in_networks_of_any_depth(rmsprop_step):
    for layer_dims in ([5, 1], [4, 2, 3, 5], [2] * 12):
        compare_steps(rmsprop_step, layer_dims, 170, 0.3, 0.01, beta=0.75)


@check
def keeps_nine_tenths_when_no_beta_is_given(rmsprop_step):
    compare_steps(rmsprop_step, [2, 3, 1], 177, 0.3, 0.01)


@check
def has_a_tiny_eps_when_none_is_given(rmsprop_step):
    params, small = draw([2, 3, 1], 184), draw([2, 3, 1], 185)
    small = {key: 2e-8 * np.sign(value) for key, value in small.items()}
    zeros = {key: np.zeros_like(value) for key, value in params.items()}
    moved, _ = rmsprop_step(params, small, zeros, 0.5, beta=0.75)
    right = in_a_row(params, params) - 0.5 * np.sign(in_a_row(small, params))
    expect.close(in_a_row(moved, params), right, "the first step, gradients twice as large as eps")


@check
def does_not_correct_the_start_at_zero(rmsprop_step):
    params, grads = draw([2, 3, 1], 186), draw([2, 3, 1], 187)
    zeros = {key: np.zeros_like(value) for key, value in params.items()}
    right = in_a_row(params, params) - 0.5 * np.sign(in_a_row(grads, params)) / np.sqrt(0.0625)
    for factor in (1.0, 1000.0):
        large = {key: factor * value for key, value in grads.items()}
        moved, _ = rmsprop_step(params, large, zeros, 0.5, beta=0.9375, eps=0.0)
        expect.close(in_a_row(moved, params), right, f"the first step, gradients {factor:g} times as large")


@check
def divides_by_the_size_of_the_gradient_when_beta_is_zero(rmsprop_step):
    compare_steps(rmsprop_step, [2, 3, 1], 188, 0.3, 0.01, beta=0.0)


@check
def stays_where_there_never_was_a_gradient(rmsprop_step):
    params = draw([2, 3, 1], 195)
    zeros = {key: np.zeros_like(value) for key, value in params.items()}
    moved, s = rmsprop_step(params, zeros, zeros, 0.5)
    expect.close(in_a_row(moved, params), in_a_row(params, params), "the parameters, gradient and s zero")
    expect.close(in_a_row(s, params), in_a_row(zeros, params), "s, gradient and s zero")


@check
def pairs_everything_by_key(rmsprop_step):
    arrays = [draw([2, 2, 2], seed, low=0.0) for seed in (196, 197, 198)]
    right = rmsprop_step(*arrays, 0.3, beta=0.75, eps=0.01)
    for turned in (1, 2):
        mixed = [dict(reversed(a.items())) if i == turned else a for i, a in enumerate(arrays)]
        for got, want in zip(rmsprop_step(*mixed, 0.3, beta=0.75, eps=0.01), right):
            what = "gradients or s from the last to the first"
            expect.close(in_a_row(got, arrays[0]), in_a_row(want, arrays[0]), what)


@check
def takes_its_settings_in_their_order(rmsprop_step):
    arrays = [draw([2, 3, 1], seed, low=0.0) for seed in (212, 213, 214)]
    right = rmsprop_step(*arrays, lr=0.3, beta=0.75, eps=0.25)
    for got, want in zip(rmsprop_step(*arrays, 0.3, 0.75, 0.25), right):
        what = "lr, beta, eps without their names"
        expect.close(in_a_row(got, arrays[0]), in_a_row(want, arrays[0]), what)


@check
def leaves_its_arguments_as_they_were(rmsprop_step):
    arrays = [draw([2, 3, 1], seed, low=0.0) for seed in (199, 200, 201)]
    expect.unchanged(rmsprop_step, *arrays, 0.3, what="params, grads and s after the call")


@check
def remembers_nothing_but_what_it_is_given(rmsprop_step):
    arrays = [draw([2, 3, 1], seed, low=0.0) for seed in (202, 203, 204)]
    first = rmsprop_step(*arrays, 0.3)
    right = [in_a_row(part, arrays[0]).copy() for part in first]
    other = rmsprop_step(*reversed(arrays), 0.9)
    for part, want in zip(first, right):
        expect.close(in_a_row(part, arrays[0]), want, "an earlier result after another call")
    for part in (*first, *other):
        for value in part.values():
            value[...] = 99.0
    for part, want in zip(rmsprop_step(*arrays, 0.3), right):
        expect.close(in_a_row(part, arrays[0]), want, "the same call once more")


@check
def keeps_the_precision(rmsprop_step):
    for kind, others in ((np.float32, np.float32), (np.float32, np.float64)):
        arrays = (draw([2, 3, 1], seed, low=0.0, kind=others) for seed in (206, 207))
        for part in rmsprop_step(draw([2, 3, 1], 205, kind=kind), *arrays, 0.3):
            for key, value in part.items():
                expect.dtype(value, others, f"{key}, params {kind.__name__} and the others {others.__name__}")


@check
def takes_parameters_that_are_whole_numbers(rmsprop_step):
    params = {"W1": np.array([[3, -1]]), "b1": np.array([2])}
    grads, s = draw([2, 1], 208), draw([2, 1], 209, low=0.0)
    moved, _ = rmsprop_step(params, grads, s, 0.25)
    floats = {key: value.astype(float) for key, value in params.items()}
    right, _ = rmsprop_step(floats, grads, s, 0.25)
    expect.close(in_a_row(moved, params), in_a_row(right, params), "whole parameters")


@check
def takes_an_s_of_whole_numbers(rmsprop_step):
    whole = {"W1": np.array([[3, 1]]), "b1": np.array([2])}
    params, grads = draw([2, 1], 210), draw([2, 1], 211)
    _, s = rmsprop_step(params, grads, whole, 0.25)
    right = 0.9 * in_a_row(whole, params) + 0.1 * in_a_row(grads, params) ** 2
    expect.close(in_a_row(s, params), right, "an s of whole numbers")


check.run("rmsprop_step", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **Elsewhere.** PyTorch's `RMSprop` calls β `alpha` and has 0.99 by default; Keras calls it `rho` and puts ε inside the root.
#
# ## 7 · Both at once, and an honest start: Adam
#
# Adam takes momentum's average for the direction and RMSprop's for the length, and corrects both for their start at zero. With $t$ counting the steps, this one included:
#
# $$v \leftarrow \beta_1 v + (1-\beta_1)\, g, \qquad s \leftarrow \beta_2\, s + (1-\beta_2)\, g^2$$
#
# $$\hat v = \frac{v}{1-\beta_1^t}, \qquad \hat s = \frac{s}{1-\beta_2^t}, \qquad \theta \leftarrow \theta - \alpha\,\frac{\hat v}{\sqrt{\hat s} + \varepsilon}$$
#
# The usual numbers are $\beta_1 = 0.9$, $\beta_2 = 0.999$ and $\varepsilon = 10^{-8}$, and they are hardly ever tuned: it is the learning rate that you choose.
#
# Why correct? In the first step $v = 0.1\,g$ and $\sqrt{s} = \sqrt{0.001}\,|g| \approx 0.032\,|g|$. Uncorrected, the very first step would be $0.1/0.032 \approx 3.2$ times too long, just when the averages know least.
# Corrected, $\hat v = g$ and $\sqrt{\hat s} = |g|$: the first step is the learning rate, whatever the gradient.
#
# **The state** is a dict `{"t": int, "v": dict, "s": dict}`: `t` counts the *finished* steps, so it comes in as 0 and goes out as 1; `v` and `s` are the averages **without** the correction,
# which is only used for the step. As everywhere, return new dicts and leave the old ones alone.
#
# **By hand.** $\alpha = 0.5$, $\beta_1 = 0.5$, $\beta_2 = 0.75$, $\varepsilon = 1$, first step, $W_1 = (1, 2)$, gradient $(4, -1)$. Then $v = (2, -0.5)$ and $s = (4, 0.25)$. Corrected: $\hat v = v/0.5 = (4, -1)$,
# $\hat s = s/0.25 = (16, 1)$. The steps are $0.5\cdot 4/(4+1) = 0.4$ and $0.5\cdot(-1)/(1+1) = -0.25$; the new weights are $(0.6,\ 2.25)$.

# %% nbgrader={"grade": false, "grade_id": "adam_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def adam_step(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """Step along the average gradient, divided by the root of the average square, both corrected.

    Parameters
    ----------
    params : dict of arrays
        "W1", "b1", ..., "WL", "bL".
    grads : dict of arrays
        The gradient of each parameter, under the same key.
    state : dict
        "t": number of finished steps, an int; "v", "s": dicts of arrays, each parameter's average
        gradient and average squared gradient, not corrected. 0 and zeros before the first step.
    lr : float
        Learning rate.
    beta1, beta2 : float
        Shares of the old averages that are kept, of v and of s; in [0, 1).
    eps : float
        Added to the root, outside of it.

    Returns
    -------
    params : dict of arrays
        The moved parameters.
    state : dict
        "t", "v" and "s" after this step. Arrays are float32 where all that comes in is float32,
        else float64.

    Examples
    --------
    >>> params = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([0.5])}
    >>> grads = {"W1": np.array([[4.0, -1.0]]), "b1": np.array([0.0])}
    >>> v, s = ({"W1": np.zeros((1, 2)), "b1": np.zeros(1)} for _ in range(2))
    >>> state = {"t": 0, "v": v, "s": s}
    >>> params, state = adam_step(params, grads, state, lr=0.5, beta1=0.5, beta2=0.75, eps=1.0)
    >>> params["W1"], state["t"], state["v"]["W1"]
    (array([[0.6 , 2.25]]), 1, array([[ 2. , -0.5]]))
    """
    ### BEGIN SOLUTION
    t, v, s, moved = state["t"] + 1, {}, {}, {}
    for key, g in grads.items():
        v[key] = beta1 * state["v"][key] + (1 - beta1) * g
        s[key] = beta2 * state["s"][key] + (1 - beta2) * g**2
        v_hat, s_hat = v[key] / (1 - beta1**t), s[key] / (1 - beta2**t)
        moved[key] = params[key] - lr * v_hat / (np.sqrt(s_hat) + eps)
    return moved, {"t": t, "v": v, "s": s}
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_adam_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def first_step(adam_step):
    """The example worked by hand."""
    params = {"W1": np.array([[1.0, 2.0]]), "b1": np.array([0.5])}
    grads = {"W1": np.array([[4.0, -1.0]]), "b1": np.array([0.0])}
    v, s = ({"W1": np.zeros((1, 2)), "b1": np.zeros(1)} for _ in range(2))
    pair = adam_step(params, grads, {"t": 0, "v": v, "s": s}, 0.5, beta1=0.5, beta2=0.75, eps=1.0)
    return expect.sequence(pair, 2, "the pair (params, state)")


@check
def returns_parameters_and_state(adam_step):
    params, state = first_step(adam_step)
    expect.params(params, [2, 1], "the new parameters")
    is_state = isinstance(state, dict) and {*state} == {"t", "v", "s"}
    expect.that(is_state, "the new state", 'it is no dict with the keys "t", "v" and "s"')
    expect.params(state["v"], [2, 1], 'state["v"]')
    expect.params(state["s"], [2, 1], 'state["s"]')


@check
def counts_the_finished_steps(adam_step):
    shapes = {"W1": (1, 1), "b1": (1,), "W2": (1, 1), "b2": (1,)}
    params, grads, v, s = ({key: np.ones(shape) for key, shape in shapes.items()} for _ in range(4))
    _, state = adam_step(params, grads, {"t": 5, "v": v, "s": s}, 0.5)
    expect.equal(state["t"], 6, 'state["t"] after a step of two layers, before it 5')
    _, state = first_step(adam_step)
    expect.equal(state["t"], 1, 'state["t"] after the first step')


@check
def averages_gradients_and_squares_as_worked_by_hand(adam_step):
    _, state = first_step(adam_step)
    expect.close(state["v"]["W1"], [[2.0, -0.5]], "v of W1 worked by hand")
    expect.close(state["s"]["W1"], [[4.0, 0.25]], "s of W1 worked by hand")


@check
def takes_the_first_step_worked_by_hand(adam_step):
    params, _ = first_step(adam_step)
    expect.close(params["W1"], [[0.6, 2.25]], "W1 worked by hand, eps = 1 outside the root")
    expect.close(params["b1"], [0.5], "b1, whose gradient is 0")


@check
def corrects_the_second_step_by_second_powers(adam_step):
    # v = 1.5, corrected 1.5 / 0.75 = 2; s = 1.75, corrected 1.75 / 0.4375 = 4; 0.75 * 2 / (2 + 1) = 0.5
    params, g = ({"W1": np.array([[1.0]]), "b1": np.array([0.0])} for _ in range(2))
    v, s = ({"W1": np.array([[2.0]]), "b1": np.array([0.0])} for _ in range(2))
    params, _ = adam_step(params, g, {"t": 1, "v": v, "s": s}, 0.75, beta1=0.5, beta2=0.75, eps=1.0)
    expect.close(params["W1"], [[0.5]], "W1 from 1, with g = 1, v = s = 2 and t = 1 before the step")


@check
def changes_nothing_that_it_was_given(adam_step):
    params, grads, v, s = ({"W1": np.ones((1, 2)), "b1": np.ones(1)} for _ in range(4))
    what = "params, grads and state after the call"
    expect.unchanged(adam_step, params, grads, {"t": 3, "v": v, "s": s}, 0.5, what=what)


check.run("adam_step")

# %% [markdown]
# <details><summary>Hint 1: the plan</summary>
# Count the step once, before the loop over the keys. For each key: new <code>v</code>, new <code>s</code>, the two corrected copies, the step.
# </details>
# <details><summary>Hint 2: what goes where</summary>
# <code>v</code> and <code>s</code> go into the new state as they are; their corrected copies are used for the step and forgotten.
# </details>
# <details><summary>Hint 3: no arithmetic on the old state</summary>
# <code>state["t"] += 1</code> changes the caller's dict. Take the number out, add 1, and put it into a new dict.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_adam_step", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `adam_step`, 3 points: five steps with changing gradients, other betas and eps, the
# count, the correction at any t, the defaults, keys in another order, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def draw(layer_dims, seed, low=-2.0, kind=float):
    """Random arrays in the shapes of a network's parameters."""
    rng, arrays = np.random.default_rng(seed), {}
    for layer, (n_in, n_out) in enumerate(zip(layer_dims, layer_dims[1:]), start=1):
        arrays[f"W{layer}"] = rng.uniform(low, 2.0, (n_out, n_in)).astype(kind)
        arrays[f"b{layer}"] = rng.uniform(low, 2.0, n_out).astype(kind)
    return arrays


def in_a_row(arrays, like):
    """All numbers of a dict, in the order of another one's keys."""
    return np.concatenate([np.ravel(arrays[key]) for key in like])

def draw_state(layer_dims, seed, t, kind=float):
    """A state that is not zero."""
    return {"t": t, "v": draw(layer_dims, seed, kind=kind), "s": draw(layer_dims, seed + 1, low=0.0, kind=kind)}


def make_zeros(layer_dims):
    """The state before the first step."""
    v, s = ({key: np.zeros_like(value) for key, value in draw(layer_dims, 0).items()} for _ in range(2))
    return {"t": 0, "v": v, "s": s}


def compare_steps(adam_step, layer_dims, seed, state, lr, eps, **settings):
    """Five steps with changing gradients, the third of them zero."""
    beta1, beta2 = settings.get("beta1", 0.9), settings.get("beta2", 0.999)
    params = draw(layer_dims, seed)
    right, v, s = (in_a_row(part, params) for part in (params, state["v"], state["s"]))
    first = state["t"]
    for number, size in enumerate((1, 1, 0, 20, 1), start=1):
        grads = {key: size * g for key, g in draw(layer_dims, seed + number).items()}
        params, state = adam_step(params, grads, state, lr, eps=eps, **settings)
        t, g = first + number, in_a_row(grads, grads)
        v, s = beta1 * v + (1 - beta1) * g, beta2 * s + (1 - beta2) * g**2
        right = right - lr * v / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps)
        what = f"after step {t}, betas {beta1} and {beta2}, eps = {eps}"
        expect.close(in_a_row(state["v"], grads), v, f"v {what}")
        expect.close(in_a_row(state["s"], grads), s, f"s {what}")
        expect.close(in_a_row(params, grads), right, f"the parameters {what}")
        expect.equal(state["t"], t, f"t {what}")


@check
def keeps_keys_and_shapes(adam_step):
    for layer_dims in ([3, 1], [1, 1], [2, 3, 1], [4, 2, 3, 5], [2] * 12):
        state = draw_state(layer_dims, 220, 2)
        params, state = adam_step(draw(layer_dims, 222), draw(layer_dims, 223), state, 0.3)
        for part, what in ((params, "the new parameters"), (state["v"], "v"), (state["s"], "s")):
            expect.params(part, layer_dims, what)


@check
def counts_one_step_whatever_the_number_of_parameters(adam_step):
    for layer_dims in ([3, 1], [4, 2, 3, 5]):
        for t in (0, 1, 41):
            params, grads = draw(layer_dims, 224), draw(layer_dims, 225)
            _, state = adam_step(params, grads, draw_state(layer_dims, 226, t), 0.3)
            expect.equal(state["t"], t + 1, f"t after a step, before it {t}")


@check
def takes_the_first_five_steps(adam_step):
    for lr, beta1, beta2, eps in ((0.3, 0.625, 0.75, 0.01), (0.1, 0.98, 0.9, 0.25)):
        state = make_zeros([2, 3, 1])
        compare_steps(adam_step, [2, 3, 1], 230, state, lr, eps, beta1=beta1, beta2=beta2)


@check
def takes_five_later_steps(adam_step):
    for t, beta1, beta2, eps in ((2, 0.75, 0.5, 0.01), (7, 0.5, 0.96875, 0.5), (1200, 0.5, 0.999, 0.01)):
        state = draw_state([2, 3, 1], 240, t)
        compare_steps(adam_step, [2, 3, 1], 242, state, 0.3, eps, beta1=beta1, beta2=beta2)


@check
def steps_in_networks_of_any_depth(adam_step):
    for layer_dims in ([5, 1], [4, 2, 3, 5], [2] * 12):
        state = draw_state(layer_dims, 250, 3)
        compare_steps(adam_step, layer_dims, 252, state, 0.3, 0.01, beta1=0.75, beta2=0.875)


@check
def has_the_usual_betas_when_none_are_given(adam_step):
    state = draw_state([2, 3, 1], 260, 4)
    compare_steps(adam_step, [2, 3, 1], 262, state, 0.3, 0.01)


@check
def has_a_tiny_eps_when_none_is_given(adam_step):
    params, small = draw([2, 3, 1], 268), draw([2, 3, 1], 269)
    small = {key: 1e-8 * np.sign(value) for key, value in small.items()}
    moved, _ = adam_step(params, small, make_zeros([2, 3, 1]), 0.5)
    right = in_a_row(params, params) - 0.25 * np.sign(in_a_row(small, params))
    expect.close(in_a_row(moved, params), right, "the first step, gradients as small as eps")


@check
def makes_first_steps_of_one_length_whatever_the_gradient(adam_step):
    params, grads = draw([2, 3, 1], 270), draw([2, 3, 1], 271)
    right = in_a_row(params, params) - 0.5 * np.sign(in_a_row(grads, params))
    for factor in (1.0, 1000.0):
        large = {key: factor * value for key, value in grads.items()}
        moved, _ = adam_step(params, large, make_zeros([2, 3, 1]), 0.5, eps=0.0)
        expect.close(in_a_row(moved, params), right, f"the first step, gradients {factor:g} times as large")


@check
def hardly_corrects_after_many_steps(adam_step):
    params, grads, state = draw([2, 3, 1], 272), draw([2, 3, 1], 273), draw_state([2, 3, 1], 274, 100_000)
    moved, new = adam_step(params, grads, state, 0.3, eps=0.01)
    v, s = in_a_row(new["v"], params), in_a_row(new["s"], params)
    right = in_a_row(params, params) - 0.3 * v / (np.sqrt(s) + 0.01)
    expect.close(in_a_row(moved, params), right, "a step after very many others")


@check
def works_with_betas_of_zero(adam_step):
    for beta1, beta2 in ((0.0, 0.75), (0.75, 0.0), (0.0, 0.0)):
        state = make_zeros([2, 1])
        compare_steps(adam_step, [2, 1], 280, state, 0.3, 0.01, beta1=beta1, beta2=beta2)


@check
def stays_where_there_never_was_a_gradient(adam_step):
    params, state = draw([2, 3, 1], 286), make_zeros([2, 3, 1])
    for _ in range(3):
        moved, state = adam_step(params, make_zeros([2, 3, 1])["v"], state, 0.5)
        expect.close(in_a_row(moved, params), in_a_row(params, params), "the parameters, all gradients zero")


@check
def pairs_everything_by_key(adam_step):
    params, grads, state = draw([2, 2, 2], 287), draw([2, 2, 2], 288), draw_state([2, 2, 2], 289, 2)
    right, right_state = adam_step(params, grads, state, 0.3, eps=0.01)

    def turn(arrays):
        return dict(reversed(arrays.items()))

    cases = ((turn(grads), state), (grads, state | {"v": turn(state["v"])}), (grads, state | {"s": turn(state["s"])}))
    for grads_now, state_now in cases:
        moved, new = adam_step(params, grads_now, state_now, 0.3, eps=0.01)
        for got, want in ((moved, right), (new["v"], right_state["v"]), (new["s"], right_state["s"])):
            expect.close(in_a_row(got, params), in_a_row(want, params), "a dict from the last to the first")


@check
def takes_its_settings_in_their_order(adam_step):
    arrays = draw([2, 3, 1], 311), draw([2, 3, 1], 312), draw_state([2, 3, 1], 313, 2)
    right, _ = adam_step(*arrays, lr=0.3, beta1=0.5, beta2=0.75, eps=0.25)
    moved, _ = adam_step(*arrays, 0.3, 0.5, 0.75, 0.25)
    what = "lr, beta1, beta2, eps without their names"
    expect.close(in_a_row(moved, arrays[0]), in_a_row(right, arrays[0]), what)


@check
def leaves_its_arguments_as_they_were(adam_step):
    params, grads, state = draw([2, 3, 1], 291), draw([2, 3, 1], 292), draw_state([2, 3, 1], 293, 2)
    expect.unchanged(adam_step, params, grads, state, 0.3, what="params, grads and state after the call")


@check
def remembers_nothing_but_what_it_is_given(adam_step):
    params, grads = draw([2, 3, 1], 295), draw([2, 3, 1], 296)
    state, other_state = draw_state([2, 3, 1], 297, 2), draw_state([2, 3, 1], 299, 5)

    def list_parts(moved, new):
        return [moved, new["v"], new["s"]]

    first = list_parts(*adam_step(params, grads, state, 0.3))
    right = [in_a_row(part, params).copy() for part in first]
    other = list_parts(*adam_step(grads, params, other_state, 0.9))
    for part, want in zip(first, right):
        expect.close(in_a_row(part, params), want, "an earlier result after another call")
    for part in (*first, *other):
        for value in part.values():
            value[...] = 99.0
    for part, want in zip(list_parts(*adam_step(params, grads, state, 0.3)), right):
        expect.close(in_a_row(part, params), want, "the same call once more")


@check
def keeps_the_precision(adam_step):
    for kind, others in ((np.float32, np.float32), (np.float32, np.float64)):
        state = draw_state([2, 3, 1], 301, 2, others)
        moved, new = adam_step(draw([2, 3, 1], 303, kind=kind), draw([2, 3, 1], 304, kind=others), state, 0.3)
        for part, name in ((moved, "params"), (new["v"], "v"), (new["s"], "s")):
            for key, value in part.items():
                what = f"{key} of {name}, params {kind.__name__} and the others {others.__name__}"
                expect.dtype(value, others, what)


@check
def takes_parameters_that_are_whole_numbers(adam_step):
    params = {"W1": np.array([[3, -1]]), "b1": np.array([2])}
    grads, state = draw([2, 1], 305), draw_state([2, 1], 306, 2)
    moved, _ = adam_step(params, grads, state, 0.25)
    floats = {key: value.astype(float) for key, value in params.items()}
    right, _ = adam_step(floats, grads, state, 0.25)
    expect.close(in_a_row(moved, params), in_a_row(right, params), "whole parameters")


@check
def takes_averages_of_whole_numbers(adam_step):
    params, grads, state = draw([2, 1], 308), draw([2, 1], 309), draw_state([2, 1], 310, 2)
    whole = {"W1": np.array([[3, 1]]), "b1": np.array([2])}
    for name in ("v", "s"):
        _, new = adam_step(params, grads, state | {name: whole}, 0.25, beta1=0.75, beta2=0.75)
        g = in_a_row(grads, params)
        right = 0.75 * in_a_row(whole, params) + 0.25 * (g if name == "v" else g**2)
        expect.close(in_a_row(new[name], params), right, f"{name} of whole numbers")


check.run("adam_step", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **Elsewhere.** The paper and PyTorch put ε where we do. Scikit-learn and Keras add it to the root before that is corrected. An old public table of Adam's numbers was computed with ε inside the root although
# the formula beside it had it outside; with $10^{-8}$ nobody could see it.
#
# ## 8 · Smaller steps towards the end: learning-rate decay
#
# A mini-batch's gradient is noisy, and it stays noisy at the bottom of the valley: there the parameters jump about the minimum, by as much as the learning rate lets them. Large steps are good at
# the beginning, small ones at the end. So let the learning rate fall. Three schedules are common; all count epochs from 0, and in epoch 0 all give the learning rate you began with.
#
# The first falls quickly, then ever more slowly:
#
# $$\alpha = \frac{\alpha_0}{1 + \text{rate}\cdot\text{epoch}}$$
#
# **By hand.** $\alpha_0 = 0.2$ and rate 1 give 0.2, 0.1, 0.0667, 0.05 in the epochs 0 to 3. After $1/\text{rate}$ epochs it has halved.

# %% nbgrader={"grade": false, "grade_id": "inverse_decay", "locked": false, "schema_version": 3, "solution": true, "task": false}
def inverse_decay(lr0, rate, epoch):
    """Let the learning rate fall as 1 / (1 + rate * epoch).

    Parameters
    ----------
    lr0 : float
        Learning rate of epoch 0.
    rate : float
        How fast it falls; after 1 / rate epochs it has halved.
    epoch : int
        Number of finished epochs, 0 or more.

    Returns
    -------
    float
        The learning rate of this epoch.

    Examples
    --------
    >>> inverse_decay(0.5, 0.25, 4)
    0.25
    """
    ### BEGIN SOLUTION
    return lr0 / (1 + rate * epoch)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_inverse_decay", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def starts_at_the_first_learning_rate(inverse_decay):
    expect.close(inverse_decay(0.2, 1.0, 0), 0.2, "epoch 0")


@check
def falls_as_worked_by_hand(inverse_decay):
    expect.close(inverse_decay(0.2, 1.0, 1), 0.1, "epoch 1, rate 1")
    expect.close(inverse_decay(0.2, 1.0, 3), 0.05, "epoch 3, rate 1")
    expect.close(inverse_decay(0.2, 0.25, 4), 0.1, "epoch 4, rate 0.25")


check.run("inverse_decay")

# %% [markdown]
# <details><summary>Hint: what is divided by what</summary>
# The whole of 1 + rate · epoch stands under the line. Python divides before it adds, unless there are brackets.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_inverse_decay", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `inverse_decay`, 2 points: other rates and epochs, the first epoch, a single number.
### BEGIN HIDDEN TESTS
@check
def gives_the_learning_rate_of_any_epoch(inverse_decay):
    for lr0, rate, epoch in ((0.3, 0.1, 7), (0.01, 2.5, 3), (1.5, 0.004, 100), (0.5, 1.0, 1), (2.0, 0.75, 2)):
        lr = inverse_decay(lr0, rate, epoch)
        expect.number(lr, "the learning rate")
        expect.close(lr, lr0 / (1 + rate * epoch), f"lr0 = {lr0}, rate = {rate}, epoch {epoch}")


@check
def begins_with_the_first_learning_rate_whatever_the_rate(inverse_decay):
    for lr0, rate in ((0.3, 0.1), (0.0625, 5.0), (2.0, 1.0)):
        expect.close(inverse_decay(lr0, rate, 0), lr0, f"epoch 0, lr0 = {lr0}, rate = {rate}")


@check
def stays_where_the_rate_is_zero(inverse_decay):
    expect.close(inverse_decay(0.3, 0.0, 12), 0.3, "rate 0, epoch 12")


@check
def becomes_small_without_ending(inverse_decay):
    lr = inverse_decay(0.5, 0.5, 10**6)
    expect.close(lr, 0.5 / 500_001, "a very late epoch", rtol=1e-7, atol=0.0)


check.run("inverse_decay", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# The second keeps the same share in every epoch. In the end that is far less than the first leaves.
#
# $$\alpha = \alpha_0 \cdot \text{base}^{\,\text{epoch}}$$
#
# **By hand.** $\alpha_0 = 0.2$ and base 0.5 give 0.2, 0.1, 0.05, 0.025.
#
# **Predict first.** With base 0.95, when has the learning rate halved: after 5, 14 or 50 epochs?

# %% nbgrader={"grade": false, "grade_id": "exponential_decay", "locked": false, "schema_version": 3, "solution": true, "task": false}
def exponential_decay(lr0, base, epoch):
    """Let every epoch leave the same share of the learning rate.

    Parameters
    ----------
    lr0 : float
        Learning rate of epoch 0.
    base : float
        The share that an epoch leaves, for example 0.95.
    epoch : int
        Number of finished epochs, 0 or more.

    Returns
    -------
    float
        The learning rate of this epoch.

    Examples
    --------
    >>> exponential_decay(0.5, 0.5, 2)
    0.125
    """
    ### BEGIN SOLUTION
    return lr0 * base**epoch
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_exponential_decay", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def starts_at_the_first_learning_rate(exponential_decay):
    expect.close(exponential_decay(0.2, 0.5, 0), 0.2, "epoch 0")


@check
def falls_as_worked_by_hand(exponential_decay):
    expect.close(exponential_decay(0.2, 0.5, 1), 0.1, "epoch 1, base 0.5")
    expect.close(exponential_decay(0.2, 0.5, 3), 0.025, "epoch 3, base 0.5")
    expect.close(exponential_decay(0.5, 0.8, 2), 0.32, "epoch 2, base 0.8")


check.run("exponential_decay")

# %% [markdown]
# <details><summary>Hint: what is raised to a power</summary>
# Only the base. The learning rate of epoch 0 is multiplied once, at the end.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_exponential_decay", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `exponential_decay`, 2 points: other bases and epochs, the first epoch, a single number.
### BEGIN HIDDEN TESTS
@check
def gives_the_learning_rate_of_any_epoch(exponential_decay):
    for lr0, base, epoch in ((0.3, 0.95, 7), (0.01, 0.5, 3), (1.5, 0.99, 100), (0.5, 0.75, 1), (2.0, 0.7, 2)):
        lr = exponential_decay(lr0, base, epoch)
        expect.number(lr, "the learning rate")
        expect.close(lr, lr0 * base**epoch, f"lr0 = {lr0}, base = {base}, epoch {epoch}")


@check
def begins_with_the_first_learning_rate_whatever_the_base(exponential_decay):
    for lr0, base in ((0.3, 0.9), (0.0625, 0.5), (2.0, 0.99)):
        expect.close(exponential_decay(lr0, base, 0), lr0, f"epoch 0, lr0 = {lr0}, base = {base}")


@check
def stays_where_the_base_is_one(exponential_decay):
    expect.close(exponential_decay(0.3, 1.0, 12), 0.3, "base 1, epoch 12")


@check
def becomes_small_without_ending(exponential_decay):
    lr = exponential_decay(0.5, 0.75, 200)
    expect.close(lr, 0.5 * 0.75**200, "a very late epoch", rtol=1e-7, atol=0.0)


@check
def leaves_the_same_share_in_every_epoch(exponential_decay):
    for epoch in range(6):
        share = exponential_decay(0.4, 0.625, epoch + 1) / exponential_decay(0.4, 0.625, epoch)
        expect.close(share, 0.625, f"epoch {epoch + 1} / epoch {epoch}")


check.run("exponential_decay", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# (After 14 epochs: $0.95^{14} = 0.49$.)
#
# The third waits, then drops. Every so many epochs the learning rate is multiplied by a factor, and in between it stays what it is:
#
# $$\alpha = \alpha_0 \cdot \text{factor}^{\,\lfloor \text{epoch} / \text{every} \rfloor}$$
#
# $\lfloor\ \rfloor$ rounds down: how many times `every` epochs have been *completed*.
#
# **By hand.** $\alpha_0 = 0.4$, factor 0.5, every 10: 0.4 in the epochs 0 to 9, 0.2 in the epochs 10 to 19, 0.1 from epoch 20 on.

# %% nbgrader={"grade": false, "grade_id": "step_decay", "locked": false, "schema_version": 3, "solution": true, "task": false}
def step_decay(lr0, factor, every, epoch):
    """Multiply the learning rate by a factor after each `every` epochs.

    Parameters
    ----------
    lr0 : float
        Learning rate of epoch 0.
    factor : float
        The share that a drop leaves, for example 0.5.
    every : int
        Epochs from drop to drop, at least 1.
    epoch : int
        Number of finished epochs, 0 or more.

    Returns
    -------
    float
        The learning rate of this epoch.

    Examples
    --------
    >>> [step_decay(0.5, 0.5, 10, epoch) for epoch in (0, 9, 10)]
    [0.5, 0.5, 0.25]
    """
    ### BEGIN SOLUTION
    return lr0 * factor ** (epoch // every)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_step_decay", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def waits_until_the_epochs_are_complete(step_decay):
    expect.close(step_decay(0.4, 0.5, 10, 0), 0.4, "epoch 0, every 10")
    expect.close(step_decay(0.4, 0.5, 10, 9), 0.4, "epoch 9, every 10")


@check
def drops_when_they_are(step_decay):
    expect.close(step_decay(0.4, 0.5, 10, 10), 0.2, "epoch 10, every 10")
    expect.close(step_decay(0.4, 0.5, 10, 19), 0.2, "epoch 19, every 10")
    expect.close(step_decay(0.4, 0.5, 10, 20), 0.1, "epoch 20, every 10")


check.run("step_decay")

# %% [markdown]
# <details><summary>Hint: how many drops so far</summary>
# <code>//</code> divides and rounds down: <code>19 // 10</code> is 1. That many times the factor was applied.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_step_decay", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `step_decay`, 2 points: other factors and distances, both sides of each drop, a
# single number.
### BEGIN HIDDEN TESTS
@check
def gives_the_learning_rate_of_any_epoch(step_decay):
    for lr0, factor, every in ((0.3, 0.1, 4), (0.01, 0.5, 7), (1.5, 0.75, 30), (0.5, 0.9, 5)):
        for epoch in (0, 3, 17, 45, 100, 700):
            lr, what = step_decay(lr0, factor, every, epoch), f"every {every}, epoch {epoch}"
            expect.number(lr, "the learning rate")
            expect.close(lr, lr0 * factor ** (epoch // every), what, rtol=1e-7, atol=0.0)


@check
def drops_exactly_at_the_boundary(step_decay):
    for every in (3, 8, 25):
        for drops in (1, 2, 3):
            before, after = (step_decay(0.5, 0.25, every, drops * every + shift) for shift in (-1, 0))
            expect.close(before, 0.5 * 0.25 ** (drops - 1), f"the last epoch before drop {drops}, every {every}")
            expect.close(after, 0.5 * 0.25**drops, f"the first epoch after drop {drops}, every {every}")


@check
def drops_in_every_epoch_when_every_is_one(step_decay):
    for epoch in range(5):
        expect.close(step_decay(0.3, 0.75, 1, epoch), 0.3 * 0.75**epoch, f"every 1, epoch {epoch}")


@check
def waits_as_long_as_it_takes(step_decay):
    for epoch in (0, 1, 500, 999):
        expect.close(step_decay(0.3, 0.5, 1000, epoch), 0.3, f"every 1000, epoch {epoch}")


check.run("step_decay", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 9 · Experiments
#
# All of them run with **your** functions; if these are wrong, the pictures are wrong.
#
# ### What a batch size costs
#
# How well does a batch know the slope of the whole data? Compare the gradient from a batch with the one from all 997 digits, at the first weights of a small network.
# The error below is the distance between the two, divided by the length of the true one. At the same time: how long does an epoch take, and how far does it get?
#
# **Predict first.** A batch four times as large: what becomes of the error of its gradient?

# %% tags=["skip-execution"]
def as_vector(grads):
    """All gradients in one vector."""
    return np.concatenate([g.ravel() for g in grads.values()])


rng = np.random.default_rng(2)
params = init_he([64, 32, 10], rng)
whole = as_vector(network.compute_gradients(X_train, y_train, params))
sizes, gradient_errors = [1, 4, 16, 64, 256], []
for size in sizes:
    batches = (mini_batches(X_train, y_train, size, rng)[0] for _ in range(50))
    gradients = [as_vector(network.compute_gradients(X, y, params)) for X, y in batches]
    distances = [np.linalg.norm(gradient - whole) for gradient in gradients]
    gradient_errors.append(np.mean(distances) / np.linalg.norm(whole))
errors = {"mean of 50 batches": gradient_errors}
plots.lines(sizes, errors, "batch size", "error of the gradient (share)", log="xy")

costs, seconds = {}, {}
for size in (1, 16, 64, 256, len(X_train)):
    start = time.process_time()
    params, _ = network.train(
        X_train,
        y_train,
        [64, 32, 10],
        np.random.default_rng(1),
        epochs=3,
        batch_size=size,
        lr=0.1,
        mini_batches=mini_batches,
        optimizer=sgd_step,
    )
    seconds[size] = (time.process_time() - start) / 3
    costs[size] = network.compute_cost(X_train, y_train, params)
    effort = f"{seconds[size]:.3f} s of computing an epoch"
    print(f"batches of {size:3}: {effort}, cost after 3 epochs {costs[size]:.2f}")

# %% [markdown]
# A straight line between logarithms: four times the batch, **half** the error, $1/\sqrt{\text{size}}$. A batch of 256 costs 16 times as much as one of 16 and is only four times as good. That is
# why small batches win per example: after three epochs, that is three looks at each digit, steps on single digits have brought the cost below 0.5, one big step an epoch to 2.33 (all with the same learning rate).
#
# But they lose per second. An epoch of single digits takes more than five times as long as one with batches of 64, because NumPy is called 997 times for one row each. Most people settle
# between the two, at 64 to 512; that it must be a power of 2 is a habit, not a law.
#
# ### The noise, step by step
#
# `descend` is a whole training loop made of your functions. Each dot is the cost of one batch, before the step that it leads to.

# %% tags=["skip-execution"]
def descend(batch_size, epochs, lr=0.1):
    """The cost of each step's batch, before that step."""
    rng = np.random.default_rng(1)
    params, batch_costs = init_he([64, 32, 10], rng), []
    for _ in range(epochs):
        for X_batch, y_batch in mini_batches(X_train, y_train, batch_size, rng):
            batch_costs.append(network.compute_cost(X_batch, y_batch, params))
            grads = network.compute_gradients(X_batch, y_batch, params)
            params = sgd_step(params, grads, lr)
    return np.array(batch_costs)


noisy, smooth = descend(64, epochs=20), descend(len(X_train), epochs=20)
epochs = np.arange(len(noisy)) / 16
plots.lines(
    {"ewma of the dots, β = 0.9": epochs, "all 997 at once": np.arange(20), "one batch of 64": epochs},
    {"ewma of the dots, β = 0.9": ewma(noisy, 0.9, True), "all 997 at once": smooth},
    "epoch",
    "cost",
    dots={"one batch of 64": noisy},
)
rises = [int(np.sum(np.diff(run) > 0)) for run in (noisy, smooth)]
print(f"the cost rose in {rises[0]} of {len(noisy) - 1} steps with batches, in {rises[1]} of 19 without")

# %% [markdown]
# With all 997 digits at once the cost never rose, and hardly fell. With batches of 64 it rose in nearly every second step, and fell by nine tenths. A cost that jumps is no alarm as
# long as its average falls; so draw the average. Your `ewma` does, and lags behind on the steep part, as it did in autumn.
#
# ### Down a ravine
#
# A cost of two weights, 100 times as curved across as along: $J = \tfrac12(0.02\,w_1^2 + 2\,w_2^2)$. All start at the ring and take 40 steps.
#
# **Predict first.** Across, gradient descent multiplies $w_2$ by $1 - 2\alpha$ in each step. Which is the largest learning rate with which it does not blow up?

# %% tags=["skip-execution"]
def cost(w):
    return 0.5 * (0.02 * w[0] ** 2 + 2 * w[1] ** 2)


def walk(step, lr, memory=None, steps=40):
    """The way down the ravine from (-10, 1.5): "W1" is w₁, "b1" is w₂."""
    params = {"W1": np.array([[-10.0]]), "b1": np.array([1.5])}
    zeros = [{"W1": np.zeros((1, 1)), "b1": np.zeros(1)} for _ in range(2)]
    memory = {"t": 0, "v": zeros[0], "s": zeros[1]} if memory == "state" else zeros[0] if memory else None
    path = [[-10.0, 1.5]]
    for _ in range(steps):
        grads = {"W1": 0.02 * params["W1"], "b1": 2 * params["b1"]}
        if memory is None:
            params = step(params, grads, lr)
        else:
            params, memory = step(params, grads, memory, lr)
        path.append([params["W1"].item(), params["b1"].item()])
    return np.array(path)


paths = {
    "gradient descent, lr 0.95": walk(sgd_step, 0.95),
    "momentum, lr 2": walk(momentum_step, 2.0, "velocity"),
    "RMSprop, lr 0.2": walk(rmsprop_step, 0.2, "s"),
    "Adam, lr 0.3": walk(adam_step, 0.3, "state"),
}
plots.cost_contours(cost, paths, limits=((-11, 1), (-1.75, 1.75)))

# %% [markdown]
# Gradient descent can't go above a learning rate of 1: the walls forbid it. So it jumps from wall to wall, and on the floor it creeps; after 40 steps more than four tenths of the way are left.
#
# Momentum averages the jumps away and can afford twice the learning rate. It swings like a ball in a gutter. RMSprop divides each direction by its own size of gradient, so both weights move at the same
# speed: it walks down the wall at an angle, then straight along the floor. Adam does the same with a ball's inertia, and gets the furthest here.
#
# **Turn the dials.** Gradient descent with 1.05. Momentum with `partial(momentum_step, beta=0.5)`. RMSprop with 1.0: at the bottom it can't stand still, since its steps stay as long as the learning rate.
# For that there is section 8.
#
# ### Every optimizer has its own learning rate
#
# A small network on the digits, ten epochs with each of nine learning rates for each of your five optimizers. Low is good.

# %% tags=["skip-execution"]
def train_digits(optimizer, lr, epochs=10, seed=1):
    """The cost of each epoch; a run that diverges ends early, its missing epochs are not finite."""
    try:
        history = network.train(
            X_train,
            y_train,
            [64, 32, 10],
            np.random.default_rng(seed),
            epochs=epochs,
            lr=lr,
            mini_batches=mini_batches,
            optimizer=optimizer,
        )[1]
    except network.Diverged as diverged:
        history = diverged.history
    return np.append(history["cost"], np.full(epochs - len(history["cost"]), np.inf))


optimizers = {
    "gradient descent": sgd_step,
    "momentum": momentum_step,
    "AdaGrad": adagrad_step,
    "RMSprop": rmsprop_step,
    "Adam": adam_step,
}
rates = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0]
last = {
    name: np.array([train_digits(step, lr)[-1] for lr in rates])
    for name, step in network.show_progress(optimizers.items(), "optimizer")
}
plots.lines(rates, last, "learning rate", "cost in epoch 10", log="xy")
best = {name: rates[int(np.argmin(costs))] for name, costs in last.items()}
print("best learning rates:", ", ".join(f"{name} {rate:g}" for name, rate in best.items()))

# %% [markdown]
# Five valleys in four places: only RMSprop and Adam share theirs. Too small a learning rate is slow, too large a one never settles. Adam is at its best here with 0.03, momentum with 3: a factor of 100.
#
# So what is the better optimizer? At 0.01 Adam reaches a cost of 0.09 and gradient descent one of 2.05, hardly better than guessing. At 1 it is the other way round: gradient descent has 0.09, Adam 2.4. **A
# comparison at one learning rate compares nothing but the learning rate.** With its own best one, each of the five learned the digits.
#
# And where do you look first? Adam's and RMSprop's steps are about as long as the learning rate, whatever the cost: 0.001 to 0.01 is a fair guess for most networks. Gradient descent's depend on the gradient, so its
# valley moves with every new cost. That is a good part of what makes Adam so popular.
#
# ### The race from the first page
#
# Two moons, 300 points, a 2-5-2-1 network, batches of 64, learning rate 0.0007, as published; but 1000 epochs, a tenth of the published 10 000, and three runs instead of one.

# %% tags=["skip-execution"]
def race_on_moons(optimizer, lr, seeds=3, epochs=1000):
    """Training accuracy in percent, one for each seed, and the last seed's parameters."""
    accuracies = []
    for seed in range(seeds):
        X, y = datasets.moons(np.random.default_rng([seed, 0]), 300, noise=0.2)
        params, _ = network.train(
            X,
            y,
            [2, 5, 2, 1],
            np.random.default_rng([seed, 1]),
            epochs=epochs,
            batch_size=64,
            lr=lr,
            mini_batches=mini_batches,
            optimizer=optimizer,
        )
        accuracies.append(100 - 100 * network.measure_error(X, y, params))
    return accuracies, params, X, y


entries = {"gradient descent": sgd_step, "momentum": momentum_step, "Adam": adam_step}
published = {name: race_on_moons(step, 0.0007) for name, step in entries.items()}
for name, (accuracies, *_) in published.items():
    print(f"{name}, lr 0.0007: {np.mean(accuracies):.1f} % of the training points right")
predictors = {
    name: partial(network.predict, params=params) for name, (_, params, *_) in published.items()
}
plots.decision_boundaries(predictors, *published["Adam"][2:])

# %% [markdown]
# 78.9 %, 78.9 % and 94.4 %: even with a tenth of the epochs it looks like the table; the pictures show the third of the runs. (With all 10 000, over 24 runs, we measured 85.8 ± 8.4, 85.8 ± 8.4 and 95.0 ± 9.6 %; `benchmarks/headlines.md` has
# the details. A single run, as in print, may end anywhere between.)
#
# Momentum is gradient descent here to the last digit shown. At so small a learning rate ten gradients in a row are alike, and the average of ten equal gradients is one of them.
#
# Now what you know from the valleys: give each its own learning rate. A few were tried for each; these did well. And only 500 epochs.

# %% tags=["skip-execution"]
tuned = {"gradient descent": 0.3, "momentum": 1.0, "Adam": 0.01}
fair = {name: race_on_moons(entries[name], lr, epochs=500) for name, lr in tuned.items()}
table = {f"{name}, lr 0.0007": np.mean(run[0]) for name, run in published.items()}
table |= {f"{name}, lr {tuned[name]}": np.mean(run[0]) for name, run in fair.items()}
plots.bars(list(table), list(table.values()), "training accuracy (%)")

# %% [markdown]
# In half the epochs all three are at 98 %, gradient descent too. The published numbers may well be right, and say little about the optimizers: 0.0007 happens to suit Adam, whose steps are that
# long whatever the gradient. For gradient descent it is a few hundred times too small.
#
# ### Schedules, drawn and used
#
# A task where noise never ends: one digit in five has a wrong label, so no weights please all batches. Softmax regression, batches of 16, a learning rate of 1 to begin with, and your three schedules.

# %% tags=["skip-execution"]
schedules = {
    "constant": lambda lr0, epoch: lr0,
    "inverse": partial(inverse_decay, rate=0.2),
    "exponential": partial(exponential_decay, base=0.9),
    "steps": partial(step_decay, factor=0.3, every=10),
}
falling = {
    name: [schedule(1.0, epoch=epoch) for epoch in range(40)]
    for name, schedule in schedules.items()
}
plots.lines(np.arange(40), falling, "epoch", "learning rate", steps=True)

(X_wrong, y_wrong), *_ = datasets.digits(np.random.default_rng(0), wrong_labels=0.2)
decayed = {}
for name, schedule in schedules.items():
    _, decayed[name] = network.train(
        X_wrong,
        y_wrong,
        [64, 10],
        np.random.default_rng(1),
        epochs=40,
        batch_size=16,
        lr=1.0,
        mini_batches=mini_batches,
        optimizer=sgd_step,
        schedule=schedule,
        X_dev=X_dev,
        y_dev=y_dev,
    )
dev_errors = {name: 100 * history["dev_error"] for name, history in decayed.items()}
plots.lines(np.arange(1, 41), dev_errors, "epoch", "dev error (%)")
for name, history in decayed.items():
    low, high = dev_errors[name][-10:].min(), dev_errors[name][-10:].max()
    last_cost = history["cost"][-1]
    print(f"{name}: cost {last_cost:.2f}, dev error {low:.0f} to {high:.0f} % (last ten epochs)")

# %% [markdown]
# With a constant learning rate the dev error jumps between 13 and 70 % in the last ten epochs: which network you get depends on the step at which you stop. All three schedules end
# quietly, at 7 to 9 %, and at a lower cost. Look at the steps, too: up to epoch 10 their line *is* the constant one, then comes the drop, and the noise is gone.
#
# Which schedule is best? Here they are alike. What matters is that the learning rate is large at first and small at the end.
#
# **Turn the dials.** `rate=5`: the learning rate falls so early that the cost freezes at 1.08. Is the dev error the worst now? No, the best: a network that stops
# early has not yet bent itself to the wrong labels. Then a constant rate of 0.1, and Adam in the place of `sgd_step`, with `lr=0.03`.

# %% [markdown]
# ## 10 · Quiz
#
# Put a letter in quotes in the place of each `None`, for example `"noise": "a"`, and delete the last line of the cell.
#
# **noise.** You train with mini-batches of 32 and plot the cost of every step. It jumps up and down, while its average falls. What does that tell you?
#
# - (a) the gradient has a bug: a step down the slope can't raise the cost
# - (b) the learning rate is too large: lower it until no step raises the cost
# - (c) nothing bad: every step is measured on a batch of its own
#
# **average.** You start an average with β = 0.98 at 0 and don't correct it. How far has it come after a hundred equal values?
#
# - (a) it is exact: 1/(1 − β) is 50 values, and these are twice as many
# - (b) to 87 % of the value
# - (c) to 98 % of the value
#
# **convention.** A paper used PyTorch's `SGD(lr=0.02, momentum=0.95)`. Which learning rate makes your `momentum_step(…, beta=0.95)` take the same steps?
#
# - (a) 0.001
# - (b) 0.02
# - (c) 0.4
#
# **scale.** By mistake you train on the sum of the costs of 100 examples instead of their mean: every gradient is 100 times too large. Which optimizer hardly notices?
#
# - (a) Adam
# - (b) gradient descent
# - (c) momentum
#
# **adagrad.** After a long training with AdaGrad the parameters hardly move, although the gradients are not small. Why?
#
# - (a) the average of the gradients has faded to 0
# - (b) the sum of squared gradients only grows, and every step is divided by its root
# - (c) ε is too small

# %% nbgrader={"grade": false, "grade_id": "quiz_optimizers", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_optimizers = {
    "noise": None,
    "average": None,
    "convention": None,
    "scale": None,
    "adagrad": None,
}
### BEGIN SOLUTION
quiz_optimizers = {"noise": "c", "average": "b", "convention": "c", "scale": "a", "adagrad": "b"}
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_optimizers", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
@check
def answers_every_question_with_one_of_its_letters(quiz_optimizers):
    questions = ("noise", "average", "convention", "scale", "adagrad")
    expect.choices(quiz_optimizers, dict.fromkeys(questions, "abc"))


check.run("quiz_optimizers")

# %% nbgrader={"grade": true, "grade_id": "hidden_quiz_optimizers", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `quiz_optimizers`, 5 points: one for each right answer. The explanations come with
# your result.
### BEGIN HIDDEN TESTS
@check
def tells_what_a_noisy_cost_means(quiz_optimizers):
    """Each batch has its own cost, some harder, some easier. Look at the average over many steps,
    or at the cost of all data: that is what must fall."""
    expect.choice(quiz_optimizers, "noise", "c")


@check
def tells_how_far_an_average_has_come(quiz_optimizers):
    """The weights add up to 1 - 0.98^100 = 0.867. The window 1/(1 - beta) says when a value has
    faded to about a third, not when it is gone: that is why the correction is worth its line."""
    expect.choice(quiz_optimizers, "average", "b")


@check
def translates_a_learning_rate_from_another_convention(quiz_optimizers):
    """Without the factor 1 - beta the velocity is 1/(1 - beta) = 20 times as large, so our learning
    rate must be 20 times theirs: 0.02 / 0.05 = 0.4."""
    expect.choice(quiz_optimizers, "convention", "c")


@check
def tells_whose_steps_do_not_depend_on_the_scale(quiz_optimizers):
    """Adam divides an average gradient by the root of an average square: the factor 100 cancels,
    apart from eps. The other two take steps that are 100 times too long."""
    expect.choice(quiz_optimizers, "scale", "a")


@check
def tells_why_adagrad_comes_to_rest(quiz_optimizers):
    """A sum of squares never falls, so AdaGrad's steps shrink even where the valley goes on. That
    is what RMSprop mended: its average forgets."""
    expect.choice(quiz_optimizers, "adagrad", "b")


check.run("quiz_optimizers", hidden=True, points=5)
### END HIDDEN TESTS

# %% [markdown]
# ## What to remember
#
# 1. Shuffle in every epoch, cut, step after each batch. Four times the batch halves the noise of its gradient.
# 2. An average that fades needs one number of memory and looks back about 1/(1 − β) values; divided by $1 - \beta^t$ it is honest from the start.
# 3. Momentum averages gradients; AdaGrad adds up their squares, RMSprop averages them; Adam does both averages, and corrects them.
# 4. An optimizer without its own learning rate is no optimizer: try a few, each about three times the last, and look at the cost.
# 5. Large steps first, small steps at the end.
#
# ## Where it goes wrong
#
# | what you see | what it may be |
# |---|---|
# | the cost jumps from step to step, its average falls | nothing: every step has a batch of its own |
# | the cost grows beyond all bounds | the learning rate is too large for the steepest direction |
# | the cost falls, then hovers | the learning rate is too large for the end: let it fall |
# | momentum with a paper's numbers is ten times too slow | the paper's velocity has no factor 1 − β: divide its learning rate by that |
# | Adam's first steps are far too long | the averages are not corrected |
# | NaN after Adam's first step | the correction uses `t = 0`: count the step first |
# | Adam's correction fades too early | `t` is counted for each parameter instead of each step |
# | a second run begins where the first one ended | a step changed the caller's dicts in place |
# | the network answers with the class that came last | the data are in the order of their labels and were not shuffled |
#
# ## Further
#
# - B. T. Polyak: *Some methods of speeding up the convergence of iteration methods*, USSR Computational Mathematics and Mathematical Physics 4 (1964). Momentum.
# - J. Duchi, E. Hazan, Y. Singer: *Adaptive subgradient methods for online learning and stochastic optimization*, Journal of Machine Learning Research 12 (2011). AdaGrad.
# - T. Tieleman, G. Hinton: *Neural networks for machine learning*, lecture 6.5, Coursera (2012). RMSprop was published nowhere else.
# - D. P. Kingma, J. Ba: *Adam: a method for stochastic optimization*, ICLR 2015.
# - R. M. Schmidt, F. Schneider, P. Hennig: *Descending through a crowded valley: benchmarking deep learning optimizers*, ICML 2021. Fifteen optimizers, each tuned: none wins everywhere.
# - In PyTorch the steps are in `torch.optim`, the schedules in `torch.optim.lr_scheduler`: `ExponentialLR(gamma)` is our base, `StepLR(step_size, gamma)` our `every` and factor. Keras has
#   the first as `InverseTimeDecay`, counted in steps instead of epochs.
