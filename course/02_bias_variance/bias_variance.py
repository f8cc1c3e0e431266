# %% [markdown]
# # Bias and variance
#
# Your network gets 1 % of its training images wrong and 11 % of the dev images. Your neighbour's gets 15 % and 16 %. There is money for one thing only: a month of
# collecting more images, or a month on a bigger machine. **Who of you should buy what?**
#
# Both networks fail, but they fail in different ways, and what helps one of them is thrown away on the other. Two or three numbers tell you which is which.
# You will write the functions that read them, then see with your own refits where the two kinds of error come from.
#
# **You will**
#
# - say from the training, dev and Bayes error whether a model has high bias, high variance, both or neither, and what to do first;
# - measure bias and variance of polynomial fits by fitting them again and again, and show that the two add up to the error;
# - read a learning curve, and tell a deep network that overfits from one that was never trained well.
#
# **Time:** 90 minutes. **Before:** you know what the training, the dev and the test set are for (topic 01), and what a mean and a variance are.
#
# **How it works.** Each exercise is a cell to fill in: run it, then run the check below it. When a check fails, read its first line: it says what came and what was
# expected. If your own cell ends in a red error, mend that first; the check would still see your previous version. Hints are folded away below the checks.
# The *hidden* checks run when your notebook is graded. If you study alone, save it (Ctrl+S) and call `autograder check` on it, as the README shows.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

from helpers import datasets, network, plots
from helpers.check import check, expect

(X_train, y_train), (X_dev, y_dev), (X_test, y_test) = datasets.digits(np.random.default_rng(0))

# %% [markdown]
# ## 1 · One number for a model: the error rate
#
# Every verdict in this lesson rests on one number: the share of examples whose prediction is not the label.
#
# $$\text{error} = \frac{1}{m}\sum_{i=1}^{m} \big[\hat y_i \ne y_i\big]$$
#
# The bracket is 1 where the two differ and 0 where they agree. Labels are names, not quantities: a 3 that is taken for an 8 is one mistake, and so is a 3 that is taken for a 4.
#
# **Shapes.** `y_true (m,)` and `y_pred (m,)`, whole numbers; the result is one float from 0 to 1.
#
# **By hand.** Labels $(3, 5, 8, 8)$, predictions $(3, 5, 8, 3)$: one mistake in four, so the error is 0.25.
#
# scikit-learn calls it `zero_one_loss`; its `accuracy_score` is 1 minus this.

# %% nbgrader={"grade": false, "grade_id": "error_rate", "locked": false, "schema_version": 3, "solution": true, "task": false}
def error_rate(y_true, y_pred):
    """Return the share of examples whose prediction is not the label.

    Parameters
    ----------
    y_true : array of int, shape (m,)
        Labels.
    y_pred : array of int, shape (m,)
        Predicted labels.

    Returns
    -------
    float
        From 0.0 (all right) to 1.0 (all wrong).

    Examples
    --------
    >>> float(error_rate(np.array([3, 5, 8, 8]), np.array([3, 5, 8, 3])))
    0.25
    """
    ### BEGIN SOLUTION
    return np.mean(y_true != y_pred)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_error_rate", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_the_share_worked_by_hand(error_rate):
    error = error_rate(np.array([3, 5, 8, 8]), np.array([3, 5, 8, 3]))
    expect.close(error, 0.25, "one mistake in four")


@check
def is_0_when_all_are_right_and_1_when_all_are_wrong(error_rate):
    labels = np.array([2, 0, 1, 2])
    expect.equal(error_rate(labels, labels), 0.0, "four right predictions")
    expect.equal(error_rate(labels, np.array([0, 1, 2, 0])), 1.0, "four wrong predictions")


@check
def counts_a_mistake_once_however_far_it_is_off(error_rate):
    error = error_rate(np.array([0, 0, 0, 0]), np.array([0, 9, 1, 9]))
    expect.close(error, 0.75, "three mistakes in four")


check.run("error_rate")

# %% [markdown]
# <details><summary>Hint 1: compare first</summary>
# Comparing two arrays gives an array of <code>True</code> and <code>False</code>. Which comparison is true where there is a mistake?
# </details>
# <details><summary>Hint 2: from mistakes to a share</summary>
# <code>True</code> counts as 1 and <code>False</code> as 0. What is the mean of such an array?
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_error_rate", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `error_rate`, 2 points: many classes, labels of any integer width, a single
# example, a float every time, the labels left as they were.
### BEGIN HIDDEN TESTS
@check
def counts_the_mistakes_among_many_classes(error_rate):
    rng = np.random.default_rng(10)
    for m, copied in ((50, 0.9), (64, 0.6), (999, 0.2)):
        y_true = rng.integers(0, 10, m)
        y_pred = np.where(rng.random(m) < copied, y_true, rng.integers(0, 10, m))
        share = sum(int(a != b) for a, b in zip(y_true, y_pred)) / m
        expect.close(error_rate(y_true, y_pred), share, f"the error of {m} predictions")


@check
def counts_every_kind_of_mistake(error_rate):
    y_true, y_pred = np.array([0] * 8 + [1] * 8), np.array([0] * 5 + [1] * 3 + [1] * 7 + [0])
    expect.close(error_rate(y_true, y_pred), 0.25, "four mistakes in sixteen, three of one kind")
    expect.close(error_rate(y_pred, y_true), 0.25, "the same with labels and predictions exchanged")
    y_true, y_pred = np.array([1, 1, 2, 3, 3]), np.array([3, 1, 2, 1, 3])
    expect.close(error_rate(y_true, y_pred), 0.4, "two mistakes whose differences cancel")


@check
def compares_example_with_example(error_rate):
    y_true = np.array([0, 1, 2, 3, 4])
    expect.close(error_rate(y_true, y_true[::-1].copy()), 0.8, "the same labels in another order")
    expect.close(error_rate(y_true, np.roll(y_true, 1)), 1.0, "the same labels moved by one place")


@check
def takes_labels_of_any_integer_width(error_rate):
    y_true, y_pred = np.array([0, 200, 3, 7, 7, 1, 0, 2]), np.array([1, 200, 3, 0, 7, 0, 0, 2])
    for kind, other in ((np.uint8, np.uint8), (np.uint8, np.int64), (np.int32, np.int16)):
        error = error_rate(y_true.astype(kind), y_pred.astype(other))
        expect.close(error, 0.375, f"labels of {kind.__name__}, predictions of {other.__name__}")


@check
def tells_large_labels_apart(error_rate):
    error = error_rate(np.array([1, 300, 2, 5, 2**24]), np.array([257, 44, 2, 15, 2**24 + 1]))
    expect.close(error, 0.8, "labels that agree in their last or first digits")


@check
def gives_a_float_every_time(error_rate):
    one, two = np.array([1]), np.array([2])
    expect.equal(error_rate(one, one), 0.0, "a single right prediction")
    expect.equal(error_rate(one, two), 1.0, "a single wrong prediction")
    expect.equal(error_rate(np.array([1, 0]), np.array([1, 1])), 0.5, "one of two")


@check
def leaves_the_labels_as_they_were(error_rate):
    y_true, y_pred = np.array([2, 0, 1, 1]), np.array([2, 1, 1, 0])
    expect.unchanged(error_rate, y_true, y_pred, what="labels and predictions after the call")


check.run("error_rate", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 2 · Three numbers, two gaps
#
# A dev error of 16 % says that something is wrong. It does not say what. Put two more numbers beside it:
#
# - the **training error**, on the examples that the model learned from;
# - the **Bayes error**, the lowest error that *any* model could reach. Some images are so blurred that nobody can read them. It is usually unknown; for what people are good at, the
#   error of the best people is a fair estimate.
#
# The three cut the dev error into pieces:
#
# $$\text{dev} = \underbrace{\text{bayes}}_{\text{nobody's fault}} + \underbrace{(\text{train} - \text{bayes})}_{\text{avoidable bias}} + \underbrace{(\text{dev} - \text{train})}_{\text{variance}}$$
#
# *Avoidable bias* is what the model gets wrong even on examples it has seen. *Variance* is what it loses on the way to examples it has not seen. Nobody can remove the Bayes error,
# so it is the zero line from which bias is counted.
#
# **By hand.** Training 25 %, dev 50 %, Bayes 12.5 %: avoidable bias $0.25 - 0.125 = 0.125$, variance $0.5 - 0.25 = 0.25$.
#
# A gap can be negative: a dev set that happens to be easier than the training set, or a training error below the Bayes error, where the model has learned by heart what nobody can
# know. Return it as it is.

# %% nbgrader={"grade": false, "grade_id": "error_gaps", "locked": false, "schema_version": 3, "solution": true, "task": false}
def error_gaps(train_error, dev_error, bayes_error=0.0):
    """Split the dev error: bayes_error + avoidable bias + variance.

    Parameters
    ----------
    train_error, dev_error : float
        Errors on the training and the dev set, as shares (0.15 is 15 %).
    bayes_error : float
        The lowest error that any model could reach, as a share.

    Returns
    -------
    avoidable_bias, variance : float
        The two gaps, in this order; either may be negative.

    Examples
    --------
    >>> error_gaps(0.25, 0.5, bayes_error=0.125)
    (0.125, 0.25)
    """
    ### BEGIN SOLUTION
    return train_error - bayes_error, dev_error - train_error
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_error_gaps", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_the_gaps_worked_by_hand(error_gaps):
    gaps = error_gaps(0.25, 0.5, 0.125)
    bias, variance = expect.sequence(gaps, 2, "the pair (avoidable_bias, variance)")
    expect.close([bias, variance], [0.125, 0.25], "avoidable bias and variance")


@check
def takes_a_bayes_error_of_0_unless_told_otherwise(error_gaps):
    gaps = error_gaps(0.25, 0.375)
    bias, variance = expect.sequence(gaps, 2, "the pair (avoidable_bias, variance)")
    expect.close([bias, variance], [0.25, 0.125], "avoidable bias and variance")


check.run("error_gaps")

# %% [markdown]
# <details><summary>Hint 1: where each gap begins</summary>
# Draw a vertical line and mark Bayes, training and dev error on it. One gap lies between the first two marks, the other between the last two.
# </details>
# <details><summary>Hint 2: check your signs</summary>
# Bayes error plus both gaps must give the dev error.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_error_gaps", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `error_gaps`, 2 points: which gap begins where, negative gaps, the sum.
### BEGIN HIDDEN TESTS
def gaps_of(error_gaps, *errors, **more):
    bias, variance = expect.sequence(error_gaps(*errors, **more), 2, "the two gaps")
    expect.number(bias, "the first gap")
    expect.number(variance, "the second gap")
    return [bias, variance]


@check
def measures_bias_from_the_bayes_error_and_variance_from_the_training_error(error_gaps):
    gaps = gaps_of(error_gaps, 11 / 64, 19 / 64, 7 / 64)
    expect.close(gaps, [4 / 64, 8 / 64], "the gaps of 11/64, 19/64 over 7/64")
    gaps = gaps_of(error_gaps, 40 / 64, 43 / 64, bayes_error=9 / 64)
    expect.close(gaps, [31 / 64, 3 / 64], "the gaps of 40/64, 43/64 over 9/64")


@check
def needs_no_bayes_error(error_gaps):
    expect.close(gaps_of(error_gaps, 13 / 64, 18 / 64), [13 / 64, 5 / 64], "13/64 and 18/64")
    expect.close(gaps_of(error_gaps, 0.0, 5 / 64), [0.0, 5 / 64], "0 and 5/64")


@check
def keeps_the_sign_of_a_dev_set_that_is_easier(error_gaps):
    expect.close(gaps_of(error_gaps, 0.5, 29 / 64), [0.5, -3 / 64], "dev below train")


@check
def keeps_the_sign_of_a_training_error_below_bayes(error_gaps):
    gaps = gaps_of(error_gaps, 1 / 64, 12 / 64, 10 / 64)
    expect.close(gaps, [-9 / 64, 11 / 64], "train below bayes")


@check
def is_0_where_there_is_no_gap(error_gaps):
    expect.close(gaps_of(error_gaps, 0.25, 0.25, 0.25), [0.0, 0.0], "three equal errors")


@check
def splits_the_dev_error_exactly(error_gaps):
    for train, dev, bayes in ((1 / 7, 2 / 7, 1 / 30), (0.02, 0.019, 0.0), (0.9, 1.0, 0.33)):
        total = bayes + sum(gaps_of(error_gaps, train, dev, bayes))
        expect.close(total, dev, "bayes error and both gaps added up")


check.run("error_gaps", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 3 · The verdict
#
# Which gaps are too large? You set a **tolerance**, say 2 %, and call a gap high when it is *greater than* the tolerance. Here are four networks that read images which people
# read almost without mistakes, so take a Bayes error of 0:
#
# | | training error | dev error | verdict |
# |---|---|---|---|
# | A | 1 % | 11 % | high variance: it knows its training images and little else (*overfitting*) |
# | B | 15 % | 16 % | high bias: it fails on what it has seen (*underfitting*) |
# | C | 15 % | 30 % | both at once |
# | D | 0.5 % | 1 % | neither |
#
# High bias and high variance are no opposites: C bends itself round some examples and misses the rest.
#
# **Predict first.** The images are so blurred that even the best people misread 14 %. Which rows of the table get another verdict? (A and D cannot exist then: on new images no model gets below the Bayes error.)
#
# Return a `set` of the names that apply, from `"high bias"` and `"high variance"`; an empty set when neither does.

# %% nbgrader={"grade": false, "grade_id": "diagnose", "locked": false, "schema_version": 3, "solution": true, "task": false}
def diagnose(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    """Name what a model suffers from.

    Parameters
    ----------
    train_error, dev_error : float
        Errors on the training and the dev set, as shares.
    bayes_error : float
        The lowest error that any model could reach, as a share.
    tolerance : float
        The largest gap that is still all right; only a greater one counts.

    Returns
    -------
    set of str
        Any of "high bias" and "high variance"; empty when both gaps are small.

    Examples
    --------
    >>> diagnose(0.01, 0.11)
    {'high variance'}
    """
    ### BEGIN SOLUTION
    avoidable_bias, variance = train_error - bayes_error, dev_error - train_error
    names = set()
    if avoidable_bias > tolerance:
        names.add("high bias")
    if variance > tolerance:
        names.add("high variance")
    return names
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_diagnose", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def names_the_four_cases_of_the_table(diagnose):
    expect.equal(diagnose(0.01, 0.11), {"high variance"}, "case A")
    expect.equal(diagnose(0.15, 0.16), {"high bias"}, "case B")
    expect.equal(diagnose(0.15, 0.30), {"high bias", "high variance"}, "case C")
    expect.equal(diagnose(0.005, 0.01), set(), "case D")


@check
def counts_bias_from_the_bayes_error(diagnose):
    expect.equal(diagnose(0.15, 0.16, bayes_error=0.14), set(), "case B where people have 14 %")
    got = diagnose(0.15, 0.30, bayes_error=0.14)
    expect.equal(got, {"high variance"}, "case C where people have 14 %")


@check
def lets_a_gap_as_large_as_the_tolerance_pass(diagnose):
    expect.equal(diagnose(0.25, 0.5, tolerance=0.375), set(), "two gaps below the tolerance")
    expect.equal(diagnose(0.25, 0.5, tolerance=0.25), set(), "two gaps of exactly the tolerance")


check.run("diagnose")

# %% [markdown]
# <details><summary>Hint 1: two questions</summary>
# There are two gaps and they have nothing to do with each other: two questions, each with its own answer. You have computed both gaps in section 2, and may call your <code>error_gaps</code>.
# </details>
# <details><summary>Hint 2: an empty set</summary>
# <code>{}</code> is an empty dict. An empty set is written <code>set()</code>, and <code>.add</code> puts a name into it.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_diagnose", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `diagnose`, 2 points: other errors and tolerances, gaps of exactly the tolerance,
# the Bayes error, negative gaps, a set every time.
### BEGIN HIDDEN TESTS
def names_of(diagnose, cases, **more):
    """Diagnose many cases, whose errors are in 64ths."""
    return [diagnose(*(error / 64 for error in case), **more) for case in cases]


BIAS, VARIANCE = {"high bias"}, {"high variance"}


@check
def names_both_where_both_are_high(diagnose):
    got = names_of(diagnose, [(4, 40), (20, 40), (30, 33)])
    expect.equal(got, [BIAS | VARIANCE] * 3, "both gaps high")


@check
def measures_bias_from_the_bayes_error(diagnose):
    cases = [(20, 21, bayes) for bayes in (0, 10, 16, 19, 20)]
    got = names_of(diagnose, cases, tolerance=2 / 64)
    expect.equal(got, [BIAS, BIAS, BIAS, set(), set()], "a Bayes error that comes nearer")


@check
def measures_variance_from_the_training_error(diagnose):
    cases = [(20, dev, bayes) for dev in (21, 30) for bayes in (0, 19)]
    got = names_of(diagnose, cases, tolerance=2 / 64)
    expect.equal(got, [BIAS, set(), BIAS | VARIANCE, VARIANCE], "two dev errors, two Bayes errors")


@check
def says_nothing_of_a_negative_gap(diagnose):
    got = names_of(diagnose, [(8, 2), (2, 3, 20), (20, 3, 19)], tolerance=2 / 64)
    expect.equal(got, [BIAS, set(), set()], "dev below train, train below bayes, dev far below train")
    got = names_of(diagnose, [(2, 12, 20), (10, 3, 1)], tolerance=2 / 64)
    expect.equal(got, [VARIANCE, BIAS], "one gap high, the other negative")


@check
def uses_the_tolerance_that_it_is_given(diagnose):
    cases = [(4, 5), (9, 11), (20, 25), (2, 40), (5, 12), (5, 17)]
    wanted = [set(), BIAS, BIAS, VARIANCE, set(), VARIANCE]
    expect.equal(names_of(diagnose, cases, tolerance=8 / 64), wanted, "a tolerance of 8/64")
    expect.equal(names_of(diagnose, cases, tolerance=1.0), [set()] * 6, "a tolerance of 1")


@check
def uses_a_tolerance_below_the_default(diagnose):
    got = names_of(diagnose, [(0, 0), (1, 1), (0, 1), (1, 2)], tolerance=1 / 128)
    expect.equal(got, [set(), BIAS, VARIANCE, BIAS | VARIANCE], "a tolerance of 1/128")
    got = names_of(diagnose, [(1, 1), (0, 1), (1, 2, 1)], tolerance=0.0)
    expect.equal(got, [BIAS, VARIANCE, VARIANCE], "a tolerance of 0")


@check
def has_a_tolerance_of_two_percent_unless_told_otherwise(diagnose):
    cases = [(0.019, 0.019), (0.021, 0.021), (0.0, 0.019), (0.0, 0.021), (0.0195, 0.0385)]
    wanted = [set(), BIAS, set(), VARIANCE, set()]
    expect.equal([diagnose(*case) for case in cases], wanted, "gaps of about the default tolerance")


@check
def lets_a_bias_as_large_as_the_tolerance_pass(diagnose):
    cases = [(5, 5), (6, 6), (12, 12, 7), (13, 13, 7)]
    got = names_of(diagnose, cases, tolerance=5 / 64)
    expect.equal(got, [set(), BIAS] * 2, "a bias of the tolerance and of 1/64 more")
    expect.equal(diagnose(0.0, 0.0, 0.0, 0.0), set(), "no errors, no tolerance")


@check
def lets_a_variance_as_large_as_the_tolerance_pass(diagnose):
    cases = [(2, 7), (2, 8), (3, 8, 1), (3, 9, 1)]
    got = names_of(diagnose, cases, tolerance=5 / 64)
    expect.equal(got, [set(), VARIANCE] * 2, "a variance of the tolerance and of 1/64 more")


@check
def judges_every_combination(diagnose):
    cases = [(train, dev, bayes) for train in (0, 3, 9, 40) for dev in (1, 6, 14, 44) for bayes in (0, 3, 7, 38)]
    wanted = []
    for train, dev, bayes in cases:
        wanted.append((BIAS if train - bayes > 3 else set()) | (VARIANCE if dev - train > 3 else set()))
    expect.equal(names_of(diagnose, cases, tolerance=3 / 64), wanted, "many combinations of errors")


check.run("diagnose", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Your `error_gaps` cuts each case into its pieces, your `diagnose` writes the verdict. Look at B: with a Bayes error of 0 nearly the whole bar is avoidable bias; with 14 % the
# same two numbers say that there is nothing left to win. Look at C: the same change leaves only its variance.

# %% tags=["skip-execution"]
cases = {"A": (0.01, 0.11), "B": (0.15, 0.16), "C": (0.15, 0.30), "D": (0.005, 0.01)}
split = {f"{name}, Bayes 0 %": (0.0, *error_gaps(*errors)) for name, errors in cases.items()}
verdicts = {f"{name}, Bayes 0 %": diagnose(*errors) for name, errors in cases.items()}
for name in ("B", "C"):
    split[f"{name}, Bayes 14 %"] = (0.14, *error_gaps(*cases[name], bayes_error=0.14))
    verdicts[f"{name}, Bayes 14 %"] = diagnose(*cases[name], bayes_error=0.14)
plots.error_pieces(split, {case: " and ".join(sorted(v)) or "neither" for case, v in verdicts.items()})

# %% [markdown]
# ## 4 · What to do first: the basic recipe
#
# The verdict decides what to spend your month on:
#
# 1. **Is bias high?** Look at the *training* error: a bigger network, longer training or a better optimizer, another architecture. Repeat until the network learns its training set as well as it can be learned.
# 2. **Is variance high?** Look at the *dev* error: more data, regularization (topics 04 and 05), another architecture. Then go back to step 1: regularization may have brought bias back.
# 3. **Neither?** Then, and only then, measure on the test set.
#
# Bias comes first, because its remedies change the model, and with it how much data the model needs. More data does nothing for a network that cannot learn the data it has; sections 8 and 9
# show that with your own curves.
#
# You will also read: against bias add features, against variance take features away. That is advice for linear models, where the features are all there is to turn, and where lowering
# one of the two mostly raises the other. With a deep network you have separate handles: **a bigger network takes bias away and, well regularized, adds little variance; more data takes variance away and
# adds next to no bias.** As long as you can afford more of both, there is no trade-off. (You will find this printed the other way round. Section 9 has the measurements.)

# %% nbgrader={"grade": false, "grade_id": "next_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def next_step(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    """Say what to work on next: first bias, then variance, then the test set.

    Parameters
    ----------
    train_error, dev_error : float
        Errors on the training and the dev set, as shares.
    bayes_error : float
        The lowest error that any model could reach, as a share.
    tolerance : float
        The largest gap that is still all right; only a greater one counts.

    Returns
    -------
    str
        "reduce bias", "reduce variance" or "evaluate on test".

    Examples
    --------
    >>> next_step(0.01, 0.11)
    'reduce variance'
    """
    ### BEGIN SOLUTION
    if train_error - bayes_error > tolerance:
        return "reduce bias"
    if dev_error - train_error > tolerance:
        return "reduce variance"
    return "evaluate on test"
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_next_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def advises_in_the_four_cases_of_the_table(next_step):
    expect.equal(next_step(0.01, 0.11), "reduce variance", "case A")
    expect.equal(next_step(0.15, 0.16), "reduce bias", "case B")
    expect.equal(next_step(0.15, 0.30), "reduce bias", "case C, where both are high")
    expect.equal(next_step(0.005, 0.01), "evaluate on test", "case D")


@check
def counts_bias_from_the_bayes_error(next_step):
    got = next_step(0.15, 0.16, bayes_error=0.14)
    expect.equal(got, "evaluate on test", "case B where people have 14 %")
    got = next_step(0.15, 0.30, bayes_error=0.14)
    expect.equal(got, "reduce variance", "case C where people have 14 %")


@check
def lets_a_gap_as_large_as_the_tolerance_pass(next_step):
    got = next_step(0.25, 0.5, tolerance=0.375)
    expect.equal(got, "evaluate on test", "two gaps below the tolerance")
    got = next_step(0.25, 0.5, tolerance=0.25)
    expect.equal(got, "evaluate on test", "two gaps of exactly the tolerance")


check.run("next_step")

# %% [markdown]
# <details><summary>Hint 1: the order of the questions</summary>
# The recipe asks one question after the other and stops at the first "yes". A <code>return</code> inside an <code>if</code> does just that.
# </details>
# <details><summary>Hint 2: the same gaps</summary>
# The gaps and the tolerance are those of <code>diagnose</code>; a gap of exactly the tolerance still passes.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_next_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `next_step`, 2 points: bias before variance whatever their sizes, other
# tolerances, gaps of exactly the tolerance, the Bayes error, negative gaps.
### BEGIN HIDDEN TESTS
FIRST, SECOND, LAST = "reduce bias", "reduce variance", "evaluate on test"


def steps_of(next_step, cases, **more):
    """Ask for many cases, whose errors are in 64ths."""
    return [next_step(*(error / 64 for error in case), **more) for case in cases]


@check
def puts_bias_before_variance_whatever_their_sizes(next_step):
    cases = [(4, 40), (4, 8), (30, 33), (20, 40), (2, 64)]
    expect.equal(steps_of(next_step, cases), [FIRST] * 5, "both gaps high")


@check
def measures_bias_from_the_bayes_error(next_step):
    cases = [(20, 21, bayes) for bayes in (0, 10, 16, 19, 20)]
    got = steps_of(next_step, cases, tolerance=2 / 64)
    expect.equal(got, [FIRST] * 3 + [LAST] * 2, "a Bayes error that comes nearer")


@check
def measures_variance_from_the_training_error(next_step):
    cases = [(20, dev, bayes) for dev in (21, 30) for bayes in (0, 19)]
    got = steps_of(next_step, cases, tolerance=2 / 64)
    expect.equal(got, [FIRST, LAST, FIRST, SECOND], "two dev errors, two Bayes errors")


@check
def is_content_with_a_negative_gap(next_step):
    got = steps_of(next_step, [(8, 2), (2, 3, 20), (20, 3, 19), (2, 12, 20)], tolerance=2 / 64)
    wanted = [FIRST, LAST, LAST, SECOND]
    expect.equal(got, wanted, "dev below train, train below bayes, dev far below train, both")


@check
def uses_the_tolerance_that_it_is_given(next_step):
    cases = [(4, 5), (9, 11), (20, 25), (2, 40), (5, 12), (5, 17)]
    wanted = [LAST, FIRST, FIRST, SECOND, LAST, SECOND]
    expect.equal(steps_of(next_step, cases, tolerance=8 / 64), wanted, "a tolerance of 8/64")
    expect.equal(steps_of(next_step, cases, tolerance=1.0), [LAST] * 6, "a tolerance of 1")


@check
def uses_a_tolerance_below_the_default(next_step):
    got = steps_of(next_step, [(0, 0), (1, 1), (0, 1), (1, 2)], tolerance=1 / 128)
    expect.equal(got, [LAST, FIRST, SECOND, FIRST], "a tolerance of 1/128")
    got = steps_of(next_step, [(1, 1), (0, 1), (1, 2, 1)], tolerance=0.0)
    expect.equal(got, [FIRST, SECOND, SECOND], "a tolerance of 0")


@check
def has_a_tolerance_of_two_percent_unless_told_otherwise(next_step):
    cases = [(0.019, 0.019), (0.021, 0.021), (0.0, 0.019), (0.0, 0.021), (0.0195, 0.0385)]
    wanted = [LAST, FIRST, LAST, SECOND, LAST]
    expect.equal([next_step(*case) for case in cases], wanted, "gaps of about the default tolerance")


@check
def lets_a_bias_as_large_as_the_tolerance_pass(next_step):
    cases = [(5, 5), (6, 6), (12, 12, 7), (13, 13, 7)]
    got = steps_of(next_step, cases, tolerance=5 / 64)
    expect.equal(got, [LAST, FIRST] * 2, "a bias of the tolerance and of 1/64 more")
    expect.equal(next_step(0.0, 0.0, 0.0, 0.0), LAST, "no errors, no tolerance")


@check
def lets_a_variance_as_large_as_the_tolerance_pass(next_step):
    cases = [(2, 7), (2, 8), (3, 8, 1), (3, 9, 1)]
    got = steps_of(next_step, cases, tolerance=5 / 64)
    expect.equal(got, [LAST, SECOND] * 2, "a variance of the tolerance and of 1/64 more")


@check
def advises_in_every_combination(next_step):
    cases = [(train, dev, bayes) for train in (0, 3, 9, 40) for dev in (1, 6, 14, 44) for bayes in (0, 3, 7, 38)]
    wanted = []
    for train, dev, bayes in cases:
        wanted.append(FIRST if train - bayes > 3 else SECOND if dev - train > 3 else LAST)
    expect.equal(steps_of(next_step, cases, tolerance=3 / 64), wanted, "many combinations of errors")


check.run("next_step", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 5 · A model with one dial: polynomials
#
# Where do bias and variance come from? For a network that is hard to see. Take the smallest model that shows it: a curve through points, with a single dial for how complicated it may be.
#
# $$\hat y = w_0 + w_1 x + w_2 x^2 + \dots + w_d x^d$$
#
# It looks curved, but it is *linear in its weights*: compute the powers of $x$ once, call them features, and what is left is a linear model $\hat y = Xw$. The degree $d$ is the dial.
#
# **Shapes.** `x (m,)` becomes `X (m, degree + 1)`: row $i$ is $(1,\ x_i,\ x_i^2,\ \dots,\ x_i^d)$. The column of ones, $x^0$, carries the bias term $w_0$; it is 1 for $x = 0$ too.
# (That bias term, a number in the model, has nothing to do with the bias of this lesson, an error. Two things, one word.)
#
# **By hand.** $x = (2, -3)$, degree 2: the rows are $(1, 2, 4)$ and $(1, -3, 9)$.
#
# The powers grow from left to right. `numpy.polyfit` and `numpy.vander` start with the highest power unless told otherwise; scikit-learn's `PolynomialFeatures` has our order.
# The book *Dive into Deep Learning* divides each power by a factorial to keep it small; here the powers are plain.

# %% nbgrader={"grade": false, "grade_id": "polynomial_features", "locked": false, "schema_version": 3, "solution": true, "task": false}
def polynomial_features(x, degree):
    """Return the powers of x from 0 to the degree, one a column.

    Parameters
    ----------
    x : array of shape (m,)
        Inputs.
    degree : int
        The highest power, at least 0.

    Returns
    -------
    array of float, shape (m, degree + 1)
        Columns x^0, x^1, ..., x^degree; float32 when x is float32, else float64.

    Examples
    --------
    >>> polynomial_features(np.array([2.0, -3.0]), 2)
    array([[ 1.,  2.,  4.],
           [ 1., -3.,  9.]])
    """
    ### BEGIN SOLUTION
    if x.dtype != np.float32:
        x = x.astype(float)
    return np.stack([x**power for power in range(degree + 1)], axis=1)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_polynomial_features", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_the_rows_worked_by_hand(polynomial_features):
    X = polynomial_features(np.array([2.0, -3.0]), 2)
    expect.array(X, (2, 3), "the features of 2 inputs, degree 2")
    expect.close(X, [[1, 2, 4], [1, -3, 9]], "the features of 2 and -3, degree 2")


@check
def has_one_column_more_than_the_degree(polynomial_features):
    X = polynomial_features(np.array([0.5, 1.0, 2.0, 4.0]), 1)
    expect.array(X, (4, 2), "the features of 4 inputs, degree 1")
    expect.close(X, [[1, 0.5], [1, 1], [1, 2], [1, 4]], "the features of 4 inputs, degree 1")


@check
def gives_floats_for_whole_numbers(polynomial_features):
    X = polynomial_features(np.array([1, 2, 3]), 2)
    expect.array(X, (3, 3), "the features of an integer array")
    expect.dtype(X, np.float64, "the features of an integer array")


check.run("polynomial_features")

# %% [markdown]
# <details><summary>Hint 1: one column</summary>
# <code>x ** k</code> is the column of power k. How many of them are there, from power 0 on?
# </details>
# <details><summary>Hint 2: side by side</summary>
# <code>np.stack(columns, axis=1)</code> puts vectors beside each other. Or let NumPy do it at once: a column of shape (m, 1) to the power of a row of exponents.
# </details>
# <details><summary>Hint 3: which kind of number</summary>
# A float32 stays float32, everything else is computed in float64. Make whole numbers floats before you take powers: 7<sup>25</sup> does not fit into an int64.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_polynomial_features", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `polynomial_features`, 2 points: other degrees and inputs, degree 0, a single
# input, zero, whole numbers, dtypes, two calls in a row, x itself.
### BEGIN HIDDEN TESTS
def powers(x, degree):
    return np.array([[float(value) ** power for power in range(degree + 1)] for value in x])


@check
def gives_every_power_in_rising_order(polynomial_features):
    x = np.random.default_rng(20).uniform(-2, 2, 5)
    for degree in (1, 3, 4, 9):
        X = polynomial_features(x, degree)
        expect.array(X, (5, degree + 1), f"the features, degree {degree}")
        expect.close(X, powers(x, degree), f"the features, degree {degree}")


@check
def begins_with_a_column_of_ones(polynomial_features):
    X = polynomial_features(np.array([0.5, 3.0, -2.0, 4.0]), 3)
    expect.close(X[:, 0], np.ones(4), "the first column")


@check
def ends_with_the_highest_power(polynomial_features):
    X = polynomial_features(np.array([0.5, 3.0, -2.0, 4.0]), 3)
    expect.close(X[:, -1], [0.125, 27, -8, 64], "the last column, degree 3")


@check
def reaches_high_powers(polynomial_features):
    x = np.array([-1.5, 0.75, 1.25])
    ratio = polynomial_features(x, 20) / powers(x, 20)
    expect.close(ratio, np.ones((3, 21)), "each feature divided by its right value, degree 20")


@check
def is_a_column_of_ones_for_degree_zero(polynomial_features):
    X = polynomial_features(np.array([3.0, 0.0, -2.0]), 0)
    expect.array(X, (3, 1), "the features, degree 0")
    expect.close(X, np.ones((3, 1)), "the features, degree 0")


@check
def works_for_a_single_input(polynomial_features):
    X = polynomial_features(np.array([3.0]), 3)
    expect.array(X, (1, 4), "the features of one input")
    expect.close(X, [[1, 3, 9, 27]], "the features of one input")


@check
def takes_zero_to_the_power_of_zero_as_one(polynomial_features):
    X = polynomial_features(np.array([0.0, 2.0]), 3)
    expect.close(X, [[1, 0, 0, 0], [1, 2, 4, 8]], "the features of 0 and 2")


@check
def treats_whole_numbers_like_others(polynomial_features):
    for kind in (np.int64, np.int32, np.uint8):
        x = np.array([7, 3, 0], dtype=kind)
        X = polynomial_features(x, 25)
        right = powers(x, 25)
        expect.array(X, (3, 26), f"the features of {kind.__name__}")
        expect.close(X / np.maximum(right, 1), right / np.maximum(right, 1), f"of {kind.__name__}")
        expect.dtype(X, np.float64, f"the features of {kind.__name__}")


@check
def takes_negative_whole_numbers(polynomial_features):
    X = polynomial_features(np.array([-3, -1, 2]), 3)
    expect.close(X, [[1, -3, 9, -27], [1, -1, 1, -1], [1, 2, 4, 8]], "the features of -3, -1, 2")


@check
def keeps_the_precision_of_its_input(polynomial_features):
    for kind in (np.float32, np.float64):
        for degree in (0, 1, 4):
            X = polynomial_features(np.array([0.5, -2.0], dtype=kind), degree)
            expect.dtype(X, kind, f"the features of {kind.__name__}, degree {degree}")


@check
def computes_single_precision_too(polynomial_features):
    x = np.array([0.5, -2.0, 1.5], dtype=np.float32)
    expect.close(polynomial_features(x, 6), powers(x, 6), "the features of a float32 array", rtol=1e-5)


@check
def begins_afresh_in_every_call(polynomial_features):
    first = polynomial_features(np.array([0.5, 3.0]), 2)
    second = polynomial_features(np.array([-1.0, 2.0]), 2)
    expect.close(second, [[1, -1, 1], [1, 2, 4]], "a second call")
    expect.close(first, [[1, 0.5, 0.25], [1, 3, 9]], "an earlier result after another call")


@check
def leaves_its_argument_as_it_was(polynomial_features):
    x = np.array([0.5, -2.0, 3.0])
    expect.unchanged(polynomial_features, x, 4, what="x after the call")


check.run("polynomial_features", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 6 · The best weights in one line
#
# A curve misses a point by $\hat y_i - y_i$. Square the misses, so that they do not cancel and large ones count more, and look for the weights that make the sum smallest:
#
# $$J(w) = \lVert Xw - y\rVert^2 = \sum_{i=1}^{m} (x_i\cdot w - y_i)^2$$
#
# At the lowest point the gradient $2X^\top(Xw - y)$ is 0, so $w$ solves $X^\top X\,w = X^\top y$. When the columns of $X$ are independent, there is exactly one solution,
# $w = (X^\top X)^{-1}X^\top y$. Such a formula is called the **analytical solution**. Few models have one; a network has none, and is trained by many small steps instead. Section 9 lets both find the same $w$.
#
# **By hand.** Points $(0, 0), (1, 1), (2, 5)$ and a line. The mean point $(1, 2)$ lies on it; its slope is $\frac{(-1)(-2) + 0\cdot(-1) + 1\cdot 3}{1 + 0 + 1} = 2.5$. So $\hat y = -0.5 + 2.5x$ and $w = (-0.5,\ 2.5)$.
#
# **When columns repeat**, or can be added up from others, $X^\top X$ has no inverse, and there are many best weights: with twice the same column, $w = (2, 0)$, $(0, 2)$ and $(1, 1)$ predict the same. That happens: two
# sensors that measure the same thing, more columns than rows, a degree as high as the number of different $x$. Return *any* of the best weights, as long as they are finite; the checks then compare predictions.
#
# The result is float32 when `X` and `y` both are, else float64. scikit-learn's `LinearRegression` solves the same problem, but adds the column of ones itself and keeps its weight apart as `intercept_`.

# %% nbgrader={"grade": false, "grade_id": "fit_linear_regression", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fit_linear_regression(X, y):
    """Return weights that minimize the sum of squares ||X w - y||^2.

    Parameters
    ----------
    X : array of shape (m, n)
        Examples; a column of ones, where there is one, is a feature like the others.
    y : array of shape (m,)
        Targets.

    Returns
    -------
    array of float, shape (n,)
        Any weights with the smallest sum of squares, finite also when columns repeat;
        float32 when X and y are float32, else float64.

    Examples
    --------
    >>> w = fit_linear_regression(np.array([[1, 0], [1, 1], [1, 2]]), np.array([0, 1, 5]))
    >>> np.round(w, 6)
    array([-0.5,  2.5])
    """
    ### BEGIN SOLUTION
    w, *_ = np.linalg.lstsq(X, y, rcond=None)
    return w
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_fit_linear_regression", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def finds_the_line_worked_by_hand(fit_linear_regression):
    X, y = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]]), np.array([0.0, 1.0, 5.0])
    w = fit_linear_regression(X, y)
    expect.array(w, (2,), "the weights of a line")
    expect.close(w, [-0.5, 2.5], "the line through (0, 0), (1, 1), (2, 5)")


@check
def meets_every_point_where_it_can(fit_linear_regression):
    X, y = np.array([[1.0, 1.0], [1.0, -1.0], [2.0, 1.0]]), np.array([5.0, 1.0, 8.0])
    expect.close(fit_linear_regression(X, y), [3.0, 2.0], "three points of a plane")


@check
def predicts_as_well_when_a_column_repeats(fit_linear_regression):
    X, y = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]]), np.array([1.0, 2.0, 6.0])
    w = fit_linear_regression(X, y)
    expect.array(w, (2,), "the weights of two equal columns")
    expect.close(X @ w, [3.0, 3.0, 3.0], "X @ w where both columns are ones and the mean of y is 3")


check.run("fit_linear_regression")

# %% [markdown]
# <details><summary>Hint 1: no inverse</summary>
# <code>np.linalg.inv</code> and <code>np.linalg.solve</code> need an inverse that does not exist when columns repeat. NumPy has two tools for just this case: search its documentation for "least squares" and for "pseudo-inverse".
# </details>
# <details><summary>Hint 2: what comes back</summary>
# <code>np.linalg.lstsq</code> returns four things; the weights are the first. <code>np.linalg.pinv(X)</code> returns a matrix of shape (n, m), still to be multiplied by y.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_fit_linear_regression", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `fit_linear_regression`, 3 points: more columns, no hidden intercept, other units,
# columns that depend on others, fewer rows than columns, dtypes, two calls in a row, the arguments.
### BEGIN HIDDEN TESTS
def best_predictions(X, y):
    """The point nearest to y that X can reach, from a basis of X's columns."""
    U, sizes, _ = np.linalg.svd(X, full_matrices=False)
    basis = U[:, sizes > 1e-10 * sizes.max(initial=1e-300)]
    return basis @ (basis.T @ y)


@check
def finds_the_only_best_weights(fit_linear_regression):
    rng = np.random.default_rng(30)
    for m, n in ((8, 3), (20, 5), (4, 4), (5, 1)):
        X, y = rng.normal(size=(m, n)) + np.eye(m, n), rng.normal(size=m)
        w = fit_linear_regression(X, y)
        expect.array(w, (n,), "the weights")
        expect.close(X.T @ (X @ w - y), np.zeros(n), "the gradient at the weights", atol=1e-6)
        expect.close(X @ w, best_predictions(X, y), "the predictions", atol=1e-7)


@check
def adds_no_intercept_of_its_own(fit_linear_regression):
    x, y = np.array([1.0, 2.0, 3.0]), np.array([4.0, 4.0, 4.0])
    w = fit_linear_regression(x[:, None], y)
    expect.array(w, (1,), "the weight of a single column")
    expect.close(w, [24 / 14], "the line through the origin")


@check
def fits_a_cubic_exactly(fit_linear_regression):
    x = np.linspace(-1.0, 1.0, 9)
    X = x[:, None] ** np.arange(4.0)
    expect.close(fit_linear_regression(X, X @ [1, -2, 0, 3]), [1, -2, 0, 3], "a cubic", atol=1e-7)


@check
def does_not_depend_on_the_unit_of_the_features(fit_linear_regression):
    rng = np.random.default_rng(31)
    X, y = rng.normal(size=(9, 3)), rng.normal(size=9)
    for unit in (2.0**-20, 2.0**20):
        w = fit_linear_regression(unit * X, y)
        expect.close(unit * X @ w, best_predictions(X, y), "X in another unit", atol=1e-7)


@check
def counts_small_columns_like_large_ones(fit_linear_regression):
    rng = np.random.default_rng(34)
    X, y = rng.normal(size=(9, 3)) * [2.0**-6, 1.0, 2.0**5], rng.normal(size=9)
    w = fit_linear_regression(X, y)
    expect.close(X @ w, best_predictions(X, y), "columns in three units", atol=1e-6)


@check
def begins_afresh_in_every_call(fit_linear_regression):
    X, y = np.array([[1.0, 1.0], [1.0, -1.0], [2.0, 1.0]]), np.array([5.0, 1.0, 8.0])
    first = fit_linear_regression(X, y)
    expect.close(fit_linear_regression(X, -y), [-3.0, -2.0], "a second call")
    expect.close(first, [3.0, 2.0], "an earlier result after another call")


@check
def grows_with_the_targets(fit_linear_regression):
    rng = np.random.default_rng(32)
    X, y = rng.normal(size=(7, 2)), rng.normal(size=7) + 5
    for factor in (-1000.0, 0.0):
        w = fit_linear_regression(X, factor * y)
        expect.close(X @ w, factor * best_predictions(X, y), "the targets times a number", atol=1e-6)


@check
def stays_finite_when_columns_repeat(fit_linear_regression):
    t = np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    ones, zeros = np.ones(5), np.zeros(5)
    y = np.array([1.0, 0.0, 2.0, 4.0, 3.0])
    celsius = np.array([12.3, 17.9, 21.4, 8.8, 30.1])  # rounding makes X.T @ X seem to have an inverse
    groups = (ones, t, t), (t, t, t), (ones, ones), (ones, t, 2 * t + 1), (t, zeros), (zeros,)
    for columns in (*groups, (ones, celsius, 1.8 * celsius + 32)):
        for m in (5, len(columns)):  # with as many rows as columns, too
            X = np.stack(columns, axis=1)[:m]
            w = fit_linear_regression(X, y[:m])
            expect.array(w, (len(columns),), "the weights of dependent columns")
            finite = bool(np.all(np.isfinite(w)))
            expect.that(finite, "the weights of dependent columns", "they are not all finite")
            expect.close(X @ w, best_predictions(X, y[:m]), "the predictions", rtol=1e-6, atol=1e-6)


@check
def works_with_fewer_rows_than_columns(fit_linear_regression):
    X, y = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 1.0]]), np.array([3.0, -1.0])
    w = fit_linear_regression(X, y)
    expect.array(w, (3,), "three weights from two rows")
    expect.close(X @ w, y, "the predictions, which can be exact", atol=1e-7)
    expect.close(fit_linear_regression(np.array([[4.0]]), np.array([2.0])), [0.5], "one row")


@check
def keeps_the_precision_of_its_inputs(fit_linear_regression):
    X, y = np.array([[1, 0], [1, 1], [1, 2]]), np.array([0, 1, 5])
    single, double = np.float32, np.float64
    for kind, other, wanted in (
        (single, single, single),
        (double, double, double),
        (single, double, double),
        (double, single, double),
    ):
        w = fit_linear_regression(X.astype(kind), y.astype(other))
        what = f"the weights for X of {kind.__name__} and y of {other.__name__}"
        expect.dtype(w, wanted, what)


@check
def computes_single_precision_too(fit_linear_regression):
    X = np.array([[1, 0], [1, 1], [1, 2]], dtype=np.float32)
    w = fit_linear_regression(X, np.array([0, 1, 5], dtype=np.float32))
    expect.close(w, [-0.5, 2.5], "the line worked by hand, in float32", rtol=1e-4, atol=1e-4)


@check
def treats_whole_numbers_like_others(fit_linear_regression):
    X, y = np.array([[1, 3], [1, -1], [2, 2], [0, 1]]), np.array([2, 1, 0, 5])
    w = fit_linear_regression(X, y)
    expect.close(w, fit_linear_regression(X.astype(float), y.astype(float)), "integers and floats")
    expect.dtype(w, np.float64, "the weights for integers")


@check
def leaves_its_arguments_as_they_were(fit_linear_regression):
    X, y = np.random.default_rng(33).normal(size=(6, 3)), np.arange(6.0)
    expect.unchanged(fit_linear_regression, X, y, what="X and y after the call")


check.run("fit_linear_regression", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Twenty noisy points of a wave, and your best polynomials of degree 1, 3 and 15. Degree 1 cannot bend: it is wrong everywhere in the same way, whatever the points. Degree 15 runs through
# nearly all of the points, and between them it goes where nobody sent it. Which of the two does the caption of the picture call better *on the points*? And which against the truth?

# %% tags=["skip-execution"]
NOISE = 0.3


def truth(x):
    """The wave behind the points."""
    return np.sin(np.pi * x)


def draw_points(m, rng):
    """Draw m noisy points of the wave, x evenly spaced from -1 to 1."""
    x = np.linspace(-1, 1, m)
    return x, truth(x) + rng.normal(0, NOISE, m)


def fit_polynomial(x, y, degree):
    """Fit a polynomial with your functions; return it as a function of x."""
    w = fit_linear_regression(polynomial_features(x, degree), y)
    return lambda new_x: polynomial_features(new_x, degree) @ w


x, y = draw_points(20, np.random.default_rng(2))
three_fits = {f"degree {degree}": fit_polynomial(x, y, degree) for degree in (1, 3, 15)}
plots.fitted_curves(x, y, three_fits, truth=truth)

# %% [markdown]
# ## 7 · Bias and variance, measured
#
# Your training set is one of many that you might have got. Imagine drawing it again, and again, and fitting the same kind of model each time: $r$ refits. Let refit $k$ predict $\hat y_{kj}$ at point $j$, and
# let $\bar y_j$ be the mean of the refits there. Then at each point two things can be wrong:
#
# - the refits are off *together*: $\bar y_j$ is not the true value $t_j$. That is **bias**;
# - the refits *disagree*: each depends on the points that it happened to get. That is **variance**.
#
# $$\text{bias}^2 = \frac1q\sum_{j=1}^q (\bar y_j - t_j)^2 \qquad \text{variance} = \frac1q\sum_{j=1}^q \frac1r\sum_{k=1}^r (\hat y_{kj} - \bar y_j)^2$$
#
# Square the bias at each point *before* you average over points: otherwise a curve that is too high on the left and too low on the right would count as unbiased. The variance is the plain one, divided by $r$.
# Defined so, the two add up exactly to the mean squared error against the truth:
#
# $$\frac1{rq}\sum_{k,j} (\hat y_{kj} - t_j)^2 = \text{bias}^2 + \text{variance}$$
#
# **By hand.** Two refits at two points predict $(1, 5)$ and $(3, 5)$; the truth is $(1, 2)$. The means are $(2, 5)$, off by $1$ and $3$: $\text{bias}^2 = (1 + 9)/2 = 5$. The variances are $1$ and $0$: their mean is $0.5$. And the
# mean squared error: $(0 + 9 + 4 + 9)/4 = 5.5$.
#
# This variance is the statistician's. Section 2 used the same word for the gap between dev and training error; a model that depends too much on its training set shows both.

# %% nbgrader={"grade": false, "grade_id": "bias_variance", "locked": false, "schema_version": 3, "solution": true, "task": false}
def bias_variance(predictions, y_true):
    """Split the mean squared error of refits into squared bias and variance.

    Parameters
    ----------
    predictions : array of shape (r, q)
        Row k has the predictions of refit k at the same q points.
    y_true : array of shape (q,)
        The true values at these points, without noise.

    Returns
    -------
    bias2, variance : float
        Both averaged over the points; their sum is the mean squared error.

    Examples
    --------
    >>> bias2, variance = bias_variance(np.array([[1.0, 5.0], [3.0, 5.0]]), np.array([1.0, 2.0]))
    >>> float(bias2), float(variance)
    (5.0, 0.5)
    """
    ### BEGIN SOLUTION
    mean_prediction = predictions.mean(axis=0)
    bias2 = np.mean((mean_prediction - y_true) ** 2)
    variance = np.mean((predictions - mean_prediction) ** 2)
    return bias2, variance
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_bias_variance", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_the_parts_worked_by_hand(bias_variance):
    pair = bias_variance(np.array([[1.0, 5.0], [3.0, 5.0]]), np.array([1.0, 2.0]))
    bias2, variance = expect.sequence(pair, 2, "the pair (bias2, variance)")
    expect.close([bias2, variance], [5.0, 0.5], "squared bias and variance")


@check
def has_no_variance_when_all_refits_agree(bias_variance):
    pair = bias_variance(np.array([[2.0, 0.0, 4.0], [2.0, 0.0, 4.0]]), np.array([1.0, 1.0, 1.0]))
    bias2, variance = expect.sequence(pair, 2, "the pair (bias2, variance)")
    expect.close([bias2, variance], [11 / 3, 0.0], "squared bias and variance of two equal refits")


@check
def has_no_bias_when_the_refits_are_right_on_average(bias_variance):
    pair = bias_variance(np.array([[0.0, 4.0], [2.0, 4.0], [4.0, 7.0]]), np.array([2.0, 5.0]))
    bias2, variance = expect.sequence(pair, 2, "the pair (bias2, variance)")
    expect.close([bias2, variance], [0.0, 7 / 3], "squared bias and variance of refits about the truth")


check.run("bias_variance")

# %% [markdown]
# <details><summary>Hint 1: along which axis</summary>
# The mean over refits is one number for each point: shape (q,). Refits are the rows, so you average down the columns.
# </details>
# <details><summary>Hint 2: in which order</summary>
# Bias: average over refits, subtract the truth, square, average over points. Variance: subtract the same mean from the predictions, square, average over everything.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_bias_variance", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `bias_variance`, 2 points: other numbers of refits and points, the sum, a single
# refit, a single point, whole numbers, the arguments themselves.
### BEGIN HIDDEN TESTS
def parts_of(bias_variance, predictions, y_true):
    bias2, variance = expect.sequence(bias_variance(predictions, y_true), 2, "the two parts")
    expect.number(bias2, "the squared bias")
    expect.number(variance, "the variance")
    return [bias2, variance]


@check
def squares_the_bias_at_each_point(bias_variance):
    predictions = np.array([[1.0, -1.0, 2.0], [1.0, -1.0, 2.0]])
    parts = parts_of(bias_variance, predictions, np.zeros(3))
    expect.close(parts, [2.0, 0.0], "biases that cancel")


@check
def takes_the_variance_over_refits(bias_variance):
    predictions = np.array([[0.0, 10.0, 20.0], [2.0, 10.0, 23.0], [1.0, 10.0, 17.0], [1.0, 10.0, 20.0]])
    parts = parts_of(bias_variance, predictions, np.array([1.0, 10.0, 20.0]))
    expect.close(parts, [0.0, (0.5 + 0 + 4.5) / 3], "four refits at three points")


@check
def agrees_with_the_formulas(bias_variance):
    rng = np.random.default_rng(40)
    for r, q in ((3, 7), (7, 3), (4, 4), (2, 9)):
        predictions, y_true = rng.normal(size=(r, q)) * 2, rng.normal(size=q)
        columns = [[float(predictions[k, j]) for k in range(r)] for j in range(q)]
        means = [sum(column) / r for column in columns]
        bias2 = sum((mean - t) ** 2 for mean, t in zip(means, y_true)) / q
        spreads = [sum((p - mean) ** 2 for p in column) / r for column, mean in zip(columns, means)]
        parts = parts_of(bias_variance, predictions, y_true)
        expect.close(parts, [bias2, sum(spreads) / q], f"{r} refits at {q} points")


@check
def adds_up_to_the_mean_squared_error(bias_variance):
    rng = np.random.default_rng(41)
    for r, q in ((6, 5), (2, 2), (9, 1)):
        predictions, y_true = rng.normal(size=(r, q)), 3 * rng.normal(size=q)
        error = np.mean((predictions - y_true) ** 2)
        total = sum(parts_of(bias_variance, predictions, y_true))
        expect.close(total, error, "the sum of both", rtol=1e-10, atol=1e-12)


@check
def finds_no_variance_in_a_single_refit(bias_variance):
    parts = parts_of(bias_variance, np.array([[1.0, 4.0]]), np.array([0.0, 2.0]))
    expect.close(parts, [2.5, 0.0], "one refit")


@check
def works_at_a_single_point(bias_variance):
    parts = parts_of(bias_variance, np.array([[1.0], [3.0], [5.0], [3.0]]), np.array([1.0]))
    expect.close(parts, [4.0, 2.0], "one point")
    parts = parts_of(bias_variance, np.array([[3.0]]), np.array([1.0]))
    expect.close(parts, [4.0, 0.0], "one refit at one point")


@check
def treats_whole_numbers_like_others(bias_variance):
    predictions, y_true = np.array([[1, 2, 2], [2, 5, 3]]), np.array([1, 3, 1])
    parts = parts_of(bias_variance, predictions, y_true)
    expect.close(parts, [(0.25 + 0.25 + 2.25) / 3, (0.25 + 2.25 + 0.25) / 3], "integer arrays")


@check
def leaves_its_arguments_as_they_were(bias_variance):
    predictions, y_true = np.random.default_rng(42).normal(size=(4, 3)), np.arange(3.0)
    expect.unchanged(bias_variance, predictions, y_true, what="the arguments after the call")


check.run("bias_variance", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Thirty times new noise, thirty refits: thin lines, their mean dashed. With degree 1 the refits agree, and are wrong together: bias. With degree 15 their mean is nearly the truth,
# and hardly one of them is near it: variance.

# %% tags=["skip-execution"]
def refit(degree, m, rng, refits):
    """Fit new points again and again; return the fits as functions, and their mean training error."""
    fits, errors = [], []
    for _ in range(refits):
        x, y = draw_points(m, rng)
        fits.append(fit_polynomial(x, y, degree))
        errors.append(np.mean((fits[-1](x) - y) ** 2))
    return fits, np.mean(errors)


rng = np.random.default_rng(3)
crowds = {f"degree {degree}": refit(degree, 20, rng, refits=30)[0] for degree in (1, 3, 15)}
plots.fitted_curves(
    x,
    y,
    {title: lambda x, fits=fits: np.array([fit(x) for fit in fits]) for title, fits in crowds.items()},
    truth=truth,
)

# %% [markdown]
# Now turn the dial through all degrees, with 200 refits each. What should their *test error* be, on new noisy points? Bias and variance are measured against the truth. The noise of a new point,
# with variance $0.3^2 = 0.09$, comes on top, and no model can foresee it: for squared errors, that is the Bayes error.
#
# $$\text{test error} = \text{noise}^2 + \text{bias}^2 + \text{variance}$$
#
# The picture has the right side, from your function, and the left side, measured on new points. They must be one line.

# %% tags=["skip-execution"]
degrees = np.arange(1, 16)
grid = np.linspace(-1, 1, 101)
curves = {}
for m in (20, 100):
    rows = []
    for degree in degrees:
        rng = np.random.default_rng(4)  # the same training sets for every degree
        fits, train_error = refit(degree, m, rng, refits=200)
        predictions = np.array([fit(grid) for fit in fits])
        new_y = truth(grid) + rng.normal(0, NOISE, predictions.shape)
        test_error = np.mean((predictions - new_y) ** 2)
        rows.append([*bias_variance(predictions, truth(grid)), train_error, test_error])
    curves[m] = dict(zip(("bias²", "variance", "training error", "test error"), np.transpose(rows)))
few, many = curves[20], curves[100]
plots.lines(
    degrees,
    {
        "bias²": few["bias²"],
        "variance": few["variance"],
        "noise² + bias² + variance": NOISE**2 + few["bias²"] + few["variance"],
        "test error, measured": few["test error"],
    },
    "degree of the polynomial",
    "squared error",
    log="y",
)

# %% [markdown]
# From left to right bias falls and variance rises; their sum has its lowest point at degree 3. This is the famous **trade-off**: one dial, and it turns both. (Where bias² is below a hundredth of the variance, most of it is the chance of 200 refits.)
#
# Below is what you see without knowing the truth: training and test error, for 20 points and for 100. The training error only ever falls. With 20 points it sinks far below the Bayes error of 0.09:
# from there on the polynomial learns noise by heart. With 100 points the same degrees do hardly any harm. **How complicated a model may be depends on how much data it has.**

# %% tags=["skip-execution"]
plots.lines(
    degrees,
    {
        f"{part}, {m} points": curves[m][part]
        for m in (20, 100)
        for part in ("training error", "test error")
    },
    "degree of the polynomial",
    "mean squared error",
    log="y",
)

# %% [markdown]
# ## 8 · Would more data help? The learning curve
#
# You cannot draw a new training set a hundred times, and you do not know the truth. But you can use *less* of what you have: train on the first 50 examples, the first 100, the first 200, and watch both errors. That is a **learning curve**.
#
# For each size $s$: fit a model on the first $s$ rows; measure its error on **those $s$ rows**, because that is what it has learned from; measure its error on **the whole dev set**, always the same one.
#
# - The two curves are far apart and dev is still falling: variance. More data will help.
# - The two curves have met, too high: bias (or Bayes error). More data will change nothing.
#
# Two functions are handed in, so that your code serves any model: `fit(X, y)` returns a model, whatever that is, and `error(model, X, y)` returns a number.
#
# **By hand.** The model is one slope, $\hat y = wx$ with $w = \sum y / \sum x$, and the error is the mean of $|y - wx|$. Training points $(1, 6), (3, 6), (4, 16), (2, 8), (5, 40)$, a single dev point $(2, 10)$. With $s = 1$: $w = 6$, training error 0, dev error
# $|10 - 12| = 2$. With $s = 2$: $w = 12/4 = 3$, training error $(3 + 3)/2 = 3$, dev error $|10 - 6| = 4$. With $s = 4$: $w = 36/10 = 3.6$, training error $(2.4 + 4.8 + 1.6 + 0.8)/4 = 2.4$, dev error $2.8$.
#
# The rows must have been shuffled before (topic 01); the first rows of a sorted file are all of one kind. `sizes` may come in any order; the errors come back in the same one. scikit-learn's `learning_curve` returns
# scores (higher is better) of several folds instead.

# %% nbgrader={"grade": false, "grade_id": "learning_curve", "locked": false, "schema_version": 3, "solution": true, "task": false}
def learning_curve(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    """Measure the training and the dev error as the training set grows.

    Parameters
    ----------
    fit : function (X, y) -> model
        Trains a model.
    error : function (model, X, y) -> float
        Measures a model on a set.
    X_train, y_train : arrays of shape (m, n) and (m,)
        The training set, already shuffled.
    X_dev, y_dev : arrays of shape (m_dev, n) and (m_dev,)
        The dev set.
    sizes : list of int
        How many of the first training rows to use, each 1 to m, in any order.

    Returns
    -------
    train_errors, dev_errors : two sequences of len(sizes) floats
        The errors in the order of sizes; each training error on the rows that were used.

    Examples
    --------
    >>> train_errors, dev_errors = learning_curve(
    ...     fit=lambda X, y: y.mean(),
    ...     error=lambda model, X, y: abs(y - model).mean(),
    ...     X_train=np.zeros((2, 1)), y_train=np.array([1.0, 5.0]),
    ...     X_dev=np.zeros((1, 1)), y_dev=np.array([4.0]), sizes=[1, 2],
    ... )
    >>> [float(e) for e in train_errors], [float(e) for e in dev_errors]
    ([0.0, 2.0], [3.0, 1.0])
    """
    ### BEGIN SOLUTION
    train_errors, dev_errors = [], []
    for s in sizes:
        model = fit(X_train[:s], y_train[:s])
        train_errors.append(error(model, X_train[:s], y_train[:s]))
        dev_errors.append(error(model, X_dev, y_dev))
    return train_errors, dev_errors
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_learning_curve", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def fit_slope(X, y):
    return float(np.sum(y) / np.sum(X))


def mean_distance(slope, X, y):
    return float(np.mean(np.abs(np.asarray(y) - slope * np.asarray(X)[:, 0])))


@check
def gives_the_errors_worked_by_hand(learning_curve):
    X_train = np.array([[1.0], [3.0], [4.0], [2.0], [5.0]])
    y_train = np.array([6.0, 6.0, 16.0, 8.0, 40.0])
    X_dev, y_dev = np.array([[2.0]]), np.array([10.0])
    curves = learning_curve(fit_slope, mean_distance, X_train, y_train, X_dev, y_dev, [1, 2, 4])
    train_errors, dev_errors = expect.sequence(curves, 2, "the pair (train_errors, dev_errors)")
    expect.close(train_errors, [0.0, 3.0, 2.4], "the training errors for sizes [1, 2, 4]")
    expect.close(dev_errors, [2.0, 4.0, 2.8], "the dev errors for sizes [1, 2, 4]")


@check
def keeps_the_order_of_the_sizes(learning_curve):
    X_train = np.array([[1.0], [3.0], [4.0], [2.0], [5.0]])
    y_train = np.array([6.0, 6.0, 16.0, 8.0, 40.0])
    X_dev, y_dev = np.array([[2.0]]), np.array([10.0])
    curves = learning_curve(fit_slope, mean_distance, X_train, y_train, X_dev, y_dev, [4, 1, 2])
    train_errors, dev_errors = expect.sequence(curves, 2, "the pair (train_errors, dev_errors)")
    expect.close(dev_errors, [2.8, 2.0, 4.0], "the dev errors for sizes [4, 1, 2]")
    expect.close(train_errors, [2.4, 0.0, 3.0], "the training errors for sizes [4, 1, 2]")


check.run("learning_curve")

# %% [markdown]
# <details><summary>Hint 1: one size</summary>
# Write it for a single <code>s</code> first: one model, two errors. The first s rows of an array are <code>X_train[:s]</code>.
# </details>
# <details><summary>Hint 2: which rows are judged</summary>
# There are three places where you choose rows: fitting, the training error, the dev error. Only one of them uses all rows of its set.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_learning_curve", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `learning_curve`, 3 points: which rows train and which are judged, models of any
# kind, sizes in any order, a single row, every digit of the errors, the arguments themselves.
### BEGIN HIDDEN TESTS
def fit_sums(X, y):
    """A model that remembers what it was fitted on."""
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    return {"rows": len(X), "X": X.sum(axis=0), "y": float(y.sum())}


def mix(model, X, y):
    """A number that changes with everything the error was given."""
    X, y = np.asarray(X, dtype=float), np.asarray(y, dtype=float)
    own = model["rows"] + model["X"] @ np.arange(1.0, 1 + len(model["X"])) + model["y"] / 3
    return float(np.sin(own) + X.sum() / 7 + y.sum() / 11 + len(y))


def sets(seed, m=12, m_dev=5, n=2):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(m, n)), rng.normal(size=m), rng.normal(size=(m_dev, n)), rng.normal(size=m_dev)


def wanted(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    models = [fit(X_train[:s], y_train[:s]) for s in sizes]
    train = [error(model, X_train[:s], y_train[:s]) for model, s in zip(models, sizes)]
    return train, [error(model, X_dev, y_dev) for model in models]


def compare(learning_curve, fit, error, data, sizes, what):
    curves = expect.sequence(learning_curve(fit, error, *data, sizes), 2, "the two curves")
    train, dev = wanted(fit, error, *data, sizes)
    expect.close(curves[0], train, f"the training errors, {what}", rtol=1e-10, atol=1e-12)
    expect.close(curves[1], dev, f"the dev errors, {what}", rtol=1e-10, atol=1e-12)


def fit_mean(X, y):
    return float(np.mean(y))


@check
def judges_on_the_whole_dev_set(learning_curve):
    def count_rows(model, X, y):
        return 1000.0 * len(X) + len(y)

    for m_dev in (2, 7):
        data = sets(51, m=6, m_dev=m_dev)
        compare(learning_curve, fit_mean, count_rows, data, [1, 4, 6], "that count rows")


@check
def trains_on_the_first_rows_and_judges_on_the_same(learning_curve):
    compare(learning_curve, fit_sums, mix, sets(50), [3, 5, 12], "sizes in rising order")


@check
def fits_anew_for_every_size(learning_curve):
    def show_model(model, X, y):
        return model

    compare(learning_curve, fit_mean, show_model, sets(52), [2, 4, 9], "that are the model itself")


@check
def takes_the_error_as_it_is(learning_curve):
    def score(model, X, y):
        return -2.5 - model if len(y) == 3 else 7.25 + model

    compare(learning_curve, fit_mean, score, sets(53, m=8, m_dev=4), [3, 6], "below 0 and above 1")


@check
def works_for_sizes_in_any_order(learning_curve):
    compare(learning_curve, fit_sums, mix, sets(54), [7, 2, 12, 2, 10], "sizes in no order")
    compare(learning_curve, fit_sums, mix, sets(54), [9, 4, 1], "sizes in falling order")


@check
def works_for_a_single_size_and_a_single_row(learning_curve):
    compare(learning_curve, fit_sums, mix, sets(55), [5], "one size")
    compare(learning_curve, fit_sums, mix, sets(56, m=1, m_dev=1, n=1), [1], "one row")


@check
def hands_the_model_on_whatever_it_is(learning_curve):
    def fit_words(X, y):
        return ["rows", len(X), {"last": float(y[-1])}]

    def read_words(model, X, y):
        word, rows, rest = model
        return float(rows + 10 * rest["last"] + 100 * len(word) + np.sum(X))

    compare(learning_curve, fit_words, read_words, sets(57), [4, 8], "a model in words")


@check
def measures_a_real_model_with_labels(learning_curve):
    def fit_centres(X, y):
        X, y = np.asarray(X), np.asarray(y)
        return np.array([X[y == label].mean(axis=0) for label in (0, 1)])

    def share_wrong(centres, X, y):
        distances = np.array([((np.asarray(X) - centre) ** 2).sum(axis=1) for centre in centres])
        return float(np.mean(distances.argmin(axis=0) != np.asarray(y)))

    rng = np.random.default_rng(58)
    y = np.arange(60) % 2
    X = rng.normal(size=(60, 3)) + y[:, None]
    data = (X[:40], y[:40], X[40:], y[40:])
    compare(learning_curve, fit_centres, share_wrong, data, [4, 10, 39, 40], "of nearest centres")


@check
def leaves_the_sets_as_they_were(learning_curve):
    data = sets(59)
    expect.unchanged(learning_curve, fit_sums, mix, *data, [5, 3], what="the sets after the call")


check.run("learning_curve", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Real data: ten measures of 442 diabetes patients, and a number for how far the disease had gone a year later. *Your* `fit_linear_regression` fits two models: one of the ten measures, one with their squares and products as well,
# 66 features with the column of ones. The error is the root of the mean squared error, in the unit of that number; guessing the mean for everybody would give 77.

# %% tags=["skip-execution"]
X_raw, progression, _ = datasets.diabetes()
order = np.random.default_rng(0).permutation(442)
measures, progression = X_raw[order].astype(float), progression[order].astype(float)
measures = (measures - measures[:300].mean(axis=0)) / measures[:300].std(axis=0)
linear = np.column_stack([np.ones(442), measures])
first, second = np.triu_indices(10)
with_products = np.column_stack([linear, measures[:, first] * measures[:, second]])


def root_mean_square(w, X, y):
    return np.sqrt(np.mean((X @ w - y) ** 2))


sizes = [100, 125, 150, 200, 250, 300]
patients = {}
for name, X in {"10 measures": linear, "66 features": with_products}.items():
    train_errors, dev_errors = learning_curve(
        fit_linear_regression,
        root_mean_square,
        X[:300],
        progression[:300],
        X[300:],
        progression[300:],
        sizes,
    )
    patients |= {f"{name}, training": train_errors, f"{name}, dev": dev_errors}
plots.lines(sizes, patients, "patients to learn from", "root mean squared error")

# %% [markdown]
# With ten measures the curves have nearly met, at 53 and 56.5, and lie flat from 100 patients on: more patients will change next to nothing. Whether 53 is bias or Bayes error the curves cannot tell; for that you need a better model,
# or somebody who knows how well the disease can be foretold at all.
#
# With 66 features the gap is huge and still closing: this model does ask for more patients. But with the 300 there are, the small model is better.

# %% [markdown]
# ## 9 · Experiments
#
# ### The same weights in small steps
#
# A network has no analytical solution. It is trained by **mini-batch gradient descent**: take a few examples, move the weights a little down the gradient of *their* squared error, take the next few. For a linear model you can check where that leads,
# because you know the best weights.

# %% tags=["skip-execution"]
X_two = measures[:, [2, 8]]  # body mass index, log of the serum triglycerides
target = progression - progression.mean()
w_best = fit_linear_regression(X_two, target)


def descend(batch_size, learning_rates, rng):
    """Descend from w = 0, a learning rate for each epoch; return the distances from the best weights."""
    w, distances = np.zeros(2), []
    for lr in learning_rates:
        order = rng.permutation(len(X_two))
        for start in range(0, len(X_two), batch_size):
            rows = order[start : start + batch_size]
            w = w - lr * X_two[rows].T @ (X_two[rows] @ w - target[rows]) / len(rows)
        distances.append(np.linalg.norm(w - w_best))
    return distances


epochs = np.arange(1, 61)
rng = np.random.default_rng(5)
steps_away = {
    "all 442 rows, lr 0.5": descend(442, np.full(60, 0.5), rng),
    "batches of 16, lr 0.05": descend(16, np.full(60, 0.05), rng),
    "batches of 16, lr falling": descend(16, 0.05 / (1 + epochs / 2), rng),
}
plots.lines(epochs, steps_away, "epoch", "distance from your analytical w", log="y")
print(f"your w: {np.round(w_best, 2)}, its length {np.linalg.norm(w_best):.0f}")

# %% [markdown]
# All three go to *your* weights. With all rows in each step the distance soon shrinks by the same factor every time. With mini-batches every step has a gradient of its own, so with a constant learning rate the weights never come
# to rest: they stay about 1 away, of a length of 44. Let the learning rate fall, and they come ten times nearer (topic 08). For a network nobody needs the last digits.
#
# ### Two networks, two learning curves
#
# Digits now, and your `error_rate`. Two networks with one hidden layer of tanh units, 3 of them or 128, learn from the first 50 to 997 images. The lines are means over three seeds, the bands their spread.

# %% tags=["skip-execution"]
def train_digits(X, y, n_hidden, seed=0, activation="relu", **more):
    """Train a 64-n_hidden-10 network, for about 960 steps whatever the number of images."""
    settings = {"epochs": 960 // -(-len(X) // 64), "lr": 0.003, "activation": activation}
    rng = np.random.default_rng(seed)
    return network.train(X, y, [64, n_hidden, 10], rng, **(settings | more))[0]


def digits_error(params, X, y, activation="relu"):
    return error_rate(y, network.predict(X, params, activation=activation))


def draw_curves(n_hidden, seed):
    """Your learning curve of one network."""

    def fit(X, y):
        return train_digits(X, y, n_hidden, seed, activation="tanh")

    def error(params, X, y):
        return digits_error(params, X, y, activation="tanh")

    return learning_curve(fit, error, X_train, y_train, X_dev, y_dev, sizes)


sizes = [50, 100, 200, 400, 700, 997]
by_size = {}
for n_hidden in network.show_progress([3, 128], "hidden units"):
    runs = [draw_curves(n_hidden, seed) for seed in range(3)]
    for part, name in enumerate(("training", "dev")):
        by_size[f"{n_hidden} units, {name}"] = np.transpose([run[part] for run in runs])
plots.error_by_setting(sizes, by_size, "training images")

# %% [markdown]
# With 3 units the curves run towards each other and meet too high: 21 % and 25 % with all images. The training error *rises* with the data, because three units cannot hold so much; ten times the images could close the last
# four points at most. With 128 units the training error is 0 % everywhere, and the dev error falls from 14 % to 3 % as images are added. Here are you and your neighbour from the first lines: the small network needs the bigger
# machine, the large one needs the images.
#
# ### Not every bad result is overfitting
#
# In a famous experiment a plain network of 56 layers had a higher test error than one of 20 layers. Overfitting? Its *training* error was higher too (He et al. 2016, figure 1). You can have the same in seconds: networks with 2 to 10 hidden layers
# of 32 sigmoid units, three seeds each. **Predict first:** which of the two lines rises, training, dev, or both?

# %% tags=["skip-execution"]
depths = [2, 4, 6, 8, 10]
by_depth = {"training": [], "dev": []}
for n_layers in network.show_progress(depths, "hidden layers"):
    histories = [
        network.train(
            X_train,
            y_train,
            [64, *[32] * n_layers, 10],
            np.random.default_rng(seed),
            epochs=60,
            lr=0.003,
            activation="sigmoid",
            X_dev=X_dev,
            y_dev=y_dev,
        )[1]
        for seed in range(3)
    ]
    for part in by_depth:
        name = f"{part}_error".replace("training", "train")
        by_depth[part].append([history[name][-1] for history in histories])
plots.error_by_setting(depths, by_depth, "hidden layers")
for n_layers, train_error, dev_error in zip(depths, *np.mean(list(by_depth.values()), axis=2)):
    step = next_step(train_error, dev_error)
    print(f"{n_layers} hidden layers: training {train_error:.1%}, dev {dev_error:.1%}, next: {step}")

# %% [markdown]
# Both, and together. The training error climbs from 1 % to 75 %; the gap between dev and training stays below 7 points all the way. A network that overfits has a *low* training error, so this is bias, and from 6 layers on your `next_step` says so: neither more data nor
# dropout would help. The ten layers have room for far better weights, but training did not find them: their gradient fades on its way back through the sigmoids. What helps is a better activation (put `"relu"` in the place of
# `"sigmoid"`), a better start (topic 03) or batch norm (topic 09).
#
# In the published experiment the networks had ReLUs and batch norm already, and its authors think a fading gradient unlikely; shortcuts around the layers cured it. The lesson is the same: **look at the training error before you say "overfitting".**
#
# ### Bigger, and more: no trade-off
#
# The polynomial had one dial for both. Turn a network's two dials: hidden units from 2 to 256, and 100 or 997 images (two seeds each). Draw the four curves on paper first.

# %% tags=["skip-execution"]
widths = [2, 4, 8, 16, 32, 64, 128, 256]
by_width = {}
for m in network.show_progress([100, 997], "training images"):
    used = X_train[:m], y_train[:m]
    trained = [[train_digits(*used, width, seed) for seed in range(2)] for width in widths]
    for name, data in (("training", used), ("dev", (X_dev, y_dev))):
        errors = [[digits_error(params, *data) for params in row] for row in trained]
        by_width[f"{m} images, {name}"] = errors
plots.error_by_setting(widths, by_width, "hidden units", log=True)

# %% [markdown]
# No curve turns up again by more than one image in 400. From 8 to 256 units the dev error falls from 17 % to 10 % with 100 images and from 7 % to 2 % with 997: more than thirty times the weights, and no more variance. And from 100 to 997 images the 256 units lose
# nothing on training data. One dial for bias, one for variance: that is why the recipe works. It is a measurement, not a law; section 7 had a model where it fails, and the papers below have more networks.
#
# ### The recipe at work
#
# One project from start to end, led by your `next_step`. People read these digits almost without mistakes, so the Bayes error is taken as 0. Each line is one decision.

# %% tags=["skip-execution"]
plan = {
    "3 units, 100 images": {"n_hidden": 3, "m": 100, "activation": "tanh"},
    "64 units, 100 images": {"n_hidden": 64, "m": 100, "activation": "tanh"},
    "64 units, 997 images": {"n_hidden": 64, "m": 997, "activation": "tanh"},
    "128 ReLU, dropout": {
        "n_hidden": 128,
        "m": 997,
        "activation": "relu",
        "keep_probs": [0.5],
        "epochs": 120,
    },
}
pieces, advice = {}, {}
for name, settings in plan.items():
    used = X_train[: settings["m"]], y_train[: settings.pop("m")]
    params, activation = train_digits(*used, **settings), settings["activation"]
    errors = [digits_error(params, *data, activation) for data in (used, (X_dev, y_dev))]
    pieces[name], advice[name] = (0.0, *error_gaps(*errors)), next_step(*errors)
plots.error_pieces(pieces, advice)
print(f"test error, measured once: {digits_error(params, X_test, y_test, activation):.2%}")

# %% [markdown]
# A bigger network, because of the bias; then ten times the images, because of the variance. What is left, 2.5 %, is just above the tolerance: another activation and dropout (topic 05) bring it to 1.8 %, and only now the test set is opened. It says
# 2.75 %. A dev set tends to be kind once it has been used to choose (topic 01); and with 400 images a single one counts a quarter of a percent, so these are four images more.
#
# **Turn the dials.** Set `NOISE` to 0.05 and run section 7 again: which degree is best now, and why? Draw the learning curve of 10 units. Set the tolerance of the recipe to 1 %: what would it say last, and would you trust it on 400 images?

# %% [markdown]
# ## 10 · Quiz
#
# Put a letter in quotes in the place of each `None`, for example `"bayes": "a"`, and delete the last line of the cell.
#
# **bayes.** Recordings of a noisy street: people misunderstand 14 % of them. Your network gets 15 % wrong on training data and 16 % on dev. Where is the most to be won?
#
# - (a) in its bias: 15 % of training errors are far too many
# - (b) in its variance: dev is worse than training
# - (c) almost nowhere: both gaps are small, what is left is mostly noise
#
# **deeper.** On the same data a plain network of 56 layers has a higher dev error than one of 20 layers, and a higher *training* error too. What is wrong with the deeper one?
#
# - (a) it overfits: it has too many parameters for the data
# - (b) it underfits: its training did not find weights as good as those the shallow one has
# - (c) its Bayes error is higher
#
# **more_data.** A model's learning curve: training and dev error have met at 12 % and lie flat; people make 1 %. You are offered ten times the data. What will it change?
#
# - (a) next to nothing: the model is at its limit, make it bigger
# - (b) the dev error will fall towards 1 %
# - (c) the training error will fall, because there is more to learn from
#
# **order.** Training error 12 %, dev error 25 %, Bayes error about 1 %. What does the recipe do first?
#
# - (a) collect more data: the variance is the larger gap
# - (b) reduce the bias, for example by a bigger network
# - (c) measure on the test set, to see which of the two matters
#
# **handles.** Which handle mainly takes away what?
#
# - (a) a bigger network takes away variance, more data takes away bias
# - (b) each takes away the one and adds as much of the other
# - (c) a bigger network takes away bias, more data takes away variance

# %% nbgrader={"grade": false, "grade_id": "quiz_bias_variance", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_bias_variance = {
    "bayes": None,
    "deeper": None,
    "more_data": None,
    "order": None,
    "handles": None,
}
### BEGIN SOLUTION
quiz_bias_variance = {"bayes": "c", "deeper": "b", "more_data": "a", "order": "b", "handles": "c"}
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_bias_variance", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
@check
def answers_every_question_with_one_of_its_letters(quiz_bias_variance):
    questions = ("bayes", "deeper", "more_data", "order", "handles")
    expect.choices(quiz_bias_variance, dict.fromkeys(questions, "abc"))


check.run("quiz_bias_variance")

# %% nbgrader={"grade": true, "grade_id": "hidden_quiz_bias_variance", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `quiz_bias_variance`, 5 points: one for each right answer. The explanations come
# with your result.
### BEGIN HIDDEN TESTS
@check
def tells_what_is_left_above_the_bayes_error(quiz_bias_variance):
    """Bias is counted from what is possible, here 14 %: one point of avoidable bias, one of
    variance. The 15 % look bad and are nearly as good as anybody can be."""
    expect.choice(quiz_bias_variance, "bayes", "c")


@check
def tells_a_network_that_is_hard_to_train_from_one_that_overfits(quiz_bias_variance):
    """Overfitting means a low training error. A deep network could copy the shallow one and add
    layers that do nothing, so better weights exist: training did not find them."""
    expect.choice(quiz_bias_variance, "deeper", "b")


@check
def tells_when_more_data_is_thrown_away(quiz_bias_variance):
    """The gap that more data closes is closed already. Both errors are far above the Bayes error:
    that is bias."""
    expect.choice(quiz_bias_variance, "more_data", "a")


@check
def tells_what_comes_first(quiz_bias_variance):
    """Both gaps are high, and bias comes first even where it is the smaller one: its remedies
    change the model, and with it the variance that is left to fight."""
    expect.choice(quiz_bias_variance, "order", "b")


@check
def tells_which_handle_is_which(quiz_bias_variance):
    """A bigger network can fit more: less bias. More data leaves less room for chance: less
    variance. Neither has to cost the other, and so there need be no trade-off."""
    expect.choice(quiz_bias_variance, "handles", "c")


check.run("quiz_bias_variance", hidden=True, points=5)
### END HIDDEN TESTS

# %% [markdown]
# ## What to remember
#
# 1. dev error = Bayes error + avoidable bias (train − Bayes) + variance (dev − train). Bias counts from what is possible, not from 0.
# 2. First bias: a bigger network, longer or better training, another architecture. Then variance: more data, regularization, another architecture. Then the test set.
# 3. Over refits, squared error against the truth = bias² + variance, exactly. A single dial, like a degree, trades one for the other.
# 4. A network has two dials: its size takes away bias, data takes away variance. There need be no trade-off.
# 5. A learning curve tells what more data would do. A high *training* error is never overfitting.
#
# ## Where it goes wrong
#
# | what you see | what it may be |
# |---|---|
# | training and dev error both high and close together | bias, or a Bayes error that nobody measured: ask what people reach |
# | training error near 0, dev error far above | variance: the remedies are data and regularization |
# | more data brought nothing | the learning curve was flat already: bias, or Bayes error |
# | a deeper network is worse on dev | look at its training error; if that is worse too, it is training that failed |
# | training error below the Bayes error | it learns noise by heart |
# | dev error below training error | an easy or small dev set, or dropout and augmentation still on while the training error was measured |
# | weights in the billions, or `LinAlgError: Singular matrix` | columns that (nearly) repeat, and an inverse of `X.T @ X` |
# | bias² and variance do not add up to the error | divided by r − 1; bias averaged before it was squared; or noisy targets, whose noise counts as bias |
# | a learning curve that jumps at its end | rows in the order of a sorted file: shuffle first |
#
# ## Further
#
# - S. Geman, E. Bienenstock, R. Doursat: *Neural networks and the bias/variance dilemma*, Neural Computation 4 (1992). The decomposition, for networks.
# - K. He, X. Zhang, S. Ren, J. Sun: *Deep residual learning for image recognition*, CVPR 2016. Figure 1 has the 20 and the 56 layers; the rest is the cure.
# - B. Neal and others: *A modern take on the bias-variance tradeoff in neural networks*, arXiv:1810.08591 (2018). Wider networks whose variance falls.
# - M. Belkin, D. Hsu, S. Ma, S. Mandal: *Reconciling modern machine-learning practice and the classical bias–variance trade-off*, PNAS 116 (2019). What lies to the right of the valley.
# - C. Cortes, L. D. Jackel, S. A. Solla, V. Vapnik, J. S. Denker: *Learning curves: asymptotic values and rate of convergence*, NIPS 6 (1993).
# - In scikit-learn: `zero_one_loss`, `PolynomialFeatures`, `LinearRegression`, `learning_curve` and, for a dial instead of a size, `validation_curve`.
