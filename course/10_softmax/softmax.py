# %% [markdown]
# # Softmax
#
# A network looks at a handwritten digit and says ten numbers: 1.2 for "0", −3.4 for "1", 7.9 for "2" and so on. The largest one wins, that much is clear. But
# **how sure is the network, what does it cost to be sure and wrong, and how do ten numbers learn from one label?**
#
# The answers are three short formulas that end nearly every classifier there is, from this notebook's 650 parameters to the largest language models. Typed in
# as they stand, two of them break on numbers that a network produces every day. You will write them so that they do not.
#
# **You will**
#
# - turn scores into probabilities and into a cost, exactly, whatever the size of the scores;
# - compute the gradient of that cost, `P - Y`, and train a classifier of real digits with it;
# - read a confusion matrix and the weights of a linear classifier, and say what a cost in nats means.
#
# **Time:** 90 minutes. **Before:** you know that a linear layer computes `Z = X @ W.T + b`, and what a step of gradient descent is.
#
# **How it works.** Each exercise is a cell to fill in: run it, then run the check below it. When a check fails, read its first line: it says what came and what
# was expected. If your own cell ends in a red error, mend that first; the check would still see your previous version. Hints are folded away below the checks.
# The *hidden* checks run when your notebook is graded. If you study alone, save it (Ctrl+S) and call `autograder check` on it, as the README shows.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

from helpers import datasets, network, plots
from helpers.check import check, expect

(X_train, y_train), (X_dev, y_dev), _ = datasets.digits(np.random.default_rng(0))

# %% [markdown]
# ## 1 · A label as a row: one-hot
#
# The label 7 is a name, not a quantity: a 7 that is taken for a 1 is no further off than one that is taken for an 8. So for computing, a label becomes a row of
# zeros with a single 1, in the column of its class. Later in this notebook that row is the answer that the network should have given: all its belief in the
# right class.
#
# $$Y_{ij} = \begin{cases}1 & \text{if } j = y_i\\ 0 & \text{otherwise}\end{cases}$$
#
# **Shapes.** `y (m,)`, integers from 0 to C − 1; `Y (m, C)`.
#
# **By hand.** $y = (2, 0)$ and $C = 3$ classes: the rows are $(0, 0, 1)$ and $(1, 0, 0)$.
#
# Nothing says that every class occurs in `y`. A batch of eight digits cannot hold ten classes, and its `Y` still has ten columns: that is what `n_classes` is
# for.

# %% nbgrader={"grade": false, "grade_id": "one_hot", "locked": false, "schema_version": 3, "solution": true, "task": false}
def one_hot(y, n_classes):
    """Write each label as a row of zeros with a 1 in the column of its class.

    Parameters
    ----------
    y : array of int, shape (m,)
        Labels 0 .. n_classes - 1, integers of any width.
    n_classes : int
        Number of classes C; a class may be missing from `y`.

    Returns
    -------
    array of shape (m, C)
        1 where the column is the row's label, else 0.

    Examples
    --------
    >>> one_hot(np.array([2, 0]), 3)
    array([[0., 0., 1.],
           [1., 0., 0.]])
    """
    ### BEGIN SOLUTION
    Y = np.zeros((len(y), n_classes))
    Y[np.arange(len(y)), y] = 1
    return Y
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_one_hot", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def writes_the_two_rows_worked_by_hand(one_hot):
    Y = one_hot(np.array([2, 0]), 3)
    expect.array(Y, (2, 3), "the rows of the labels 2 and 0, three classes")
    expect.close(Y, [[0, 0, 1], [1, 0, 0]], "the rows of the labels 2 and 0, three classes")


@check
def has_a_column_for_a_class_that_does_not_occur(one_hot):
    Y = one_hot(np.array([1, 1]), 4)
    expect.array(Y, (2, 4), "the rows of the labels 1 and 1, four classes")
    expect.close(Y, [[0, 1, 0, 0], [0, 1, 0, 0]], "the rows of the labels 1 and 1, four classes")


check.run("one_hot")

# %% [markdown]
# <details><summary>Hint 1: where to begin</summary>
# With an array of zeros in the right shape. Then one entry in each row has to become 1.
# </details>
# <details><summary>Hint 2: one entry of each row at once</summary>
# NumPy takes two lists of indices: <code>Y[rows, columns] = 1</code> sets the entries (rows[0], columns[0]), (rows[1], columns[1]), ... Which rows, and which columns?
# A colon in the place of the rows would set whole columns.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_one_hot", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `one_hot`, 2 points: more rows than classes and fewer, classes that do not occur,
# labels of any integer type.
### BEGIN HIDDEN TESTS
@check
def puts_a_one_where_the_label_says(one_hot):
    for y, n_classes in (([0, 3, 1, 3, 2, 3, 0], 4), ([4, 1], 6), ([1, 2, 0], 3), ([2, 2, 2], 3)):
        Y = one_hot(np.array(y), n_classes)
        expect.array(Y, (len(y), n_classes), f"the rows of {len(y)} labels")
        expect.close(Y, np.eye(n_classes)[y], f"the rows of the labels {y}, {n_classes} classes")


@check
def fits_the_number_of_classes_and_not_the_batch(one_hot):
    for y, n_classes in (([0, 0, 0], 3), ([1, 3], 5), ([2], 3), ([5, 0, 5, 2], 9)):
        Y = one_hot(np.array(y), n_classes)
        expect.array(Y, (len(y), n_classes), "the rows when classes are missing")
        expect.close(Y, np.eye(n_classes)[y], f"the rows of {y}, {n_classes} classes")


@check
def works_for_one_row_and_for_one_class(one_hot):
    for y, n_classes in (([0], 1), ([0, 0, 0], 1), ([1], 2)):
        Y = one_hot(np.array(y), n_classes)
        expect.close(Y, np.eye(n_classes)[y], f"the rows of {y}, {n_classes} classes")


@check
def takes_labels_of_any_width(one_hot):
    labels = np.random.default_rng(0).integers(0, 120, 30)
    for kind in (np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64):
        Y = one_hot(labels.astype(kind), 120)
        expect.array(Y, (30, 120), f"the rows of labels of {kind.__name__}")
        right = np.array_equal(Y, np.eye(120)[labels])
        expect.that(right, f"the rows of labels of {kind.__name__}", "a 1 is in another place")


@check
def takes_more_classes_than_a_byte_can_count(one_hot):
    for kind, largest in ((np.uint8, 255), (np.uint16, 299), (np.int64, 299)):
        Y = one_hot(np.array([largest, 0, 130], dtype=kind), 300)
        expect.array(Y, (3, 300), "the rows of three labels, many classes")
        expect.close(np.argwhere(Y), [[0, largest], [1, 0], [2, 130]], "where the rows are not 0")


@check
def leaves_the_labels_as_they_were(one_hot):
    expect.unchanged(one_hot, np.array([2, 0, 1]), 3, what="y after the call")


@check
def keeps_its_results_apart(one_hot):
    first = one_hot(np.array([2, 0]), 3)
    right = first.copy()
    one_hot(np.array([0, 1]), 3)
    expect.close(first, right, "an earlier result after another call")


check.run("one_hot", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 2 · From scores to probabilities
#
# The last layer gives each class a **score** $z$, any real number. (Elsewhere scores are called *logits*.) We want probabilities: positive, and 1 in all. Two
# steps do it. The exponential makes everything positive and keeps the order; dividing by the sum makes the total 1:
#
# $$P_{ij} = \frac{e^{Z_{ij}}}{\sum_k e^{Z_{ik}}}$$
#
# Each row is an example and is treated on its own. What counts are *differences* of scores: one that is higher by 1 makes its class $e \approx 2.7$ times as
# probable as the other, wherever on the scale the two lie.
#
# **By hand.** Scores $(0, \ln 3)$: the exponentials are 1 and 3, their sum is 4, so $P = (0.25, 0.75)$.
#
# **When it breaks.** $e^{710}$ is larger than the largest float64, and $e^{89}$ than the largest float32. Then NumPy says `inf`, `inf / inf` is `nan`, and a
# single `nan` in the cost ruins all weights in one step. On the other side $e^{-750}$ is 0, and a row of very low scores becomes 0 / 0. But only differences
# count: add any number $c$ to all scores of a row, and numerator and denominator both grow by the factor $e^c$. So you are free to move a row up or down before
# you begin. Where would you move it, so that no exponential can overflow and the sum can never be 0?
#
# `scipy.special.softmax` normalizes all entries at once unless it is given an axis, and `torch.softmax` wants one (`dim=1`). Here a row is an example, always.
#
# **Predict first.** Two rows of scores: $(1000, 999)$ and $(-1000, -1001)$. What are their probabilities? You need no computer.
#
# <details><summary>Answer</summary>The same in both rows, since only the difference counts, and it is 1: e / (e + 1) = 0.731 and 1 / (e + 1) = 0.269.</details>

# %% nbgrader={"grade": false, "grade_id": "softmax", "locked": false, "schema_version": 3, "solution": true, "task": false}
def softmax(Z):
    """Turn each row of scores into probabilities.

    Parameters
    ----------
    Z : array of shape (m, C)
        Scores, any finite numbers up to 1e300 in size; C is 1 or more.

    Returns
    -------
    array of shape (m, C)
        Probabilities, finite and computed without a warning; each row sums to 1.
        float32 when `Z` is float32, else float64.

    Examples
    --------
    >>> softmax(np.array([[0.0, np.log(3.0)]]))
    array([[0.25, 0.75]])
    """
    ### BEGIN SOLUTION
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_softmax", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_the_probabilities_worked_by_hand(softmax):
    P = softmax(np.array([[0.0, np.log(3.0)]]))
    expect.array(P, (1, 2), "the probabilities of the scores (0, ln 3)")
    expect.close(P, [[0.25, 0.75]], "the probabilities of the scores (0, ln 3)")


@check
def treats_each_row_on_its_own(softmax):
    P = softmax(np.log(np.array([[1.0, 2.0, 5.0], [8.0, 1.0, 1.0]])))
    expect.close(P, [[0.125, 0.25, 0.625], [0.8, 0.1, 0.1]], "two rows of scores, each by itself")


@check
def survives_large_scores(softmax):
    P = softmax(np.array([[1000.0, 1000.0 + np.log(3.0)]]))
    expect.close(P, [[0.25, 0.75]], "the probabilities of the scores (1000, 1000 + ln 3)")
    P = softmax(np.array([[-1000.0, -1000.0]]))
    expect.close(P, [[0.5, 0.5]], "the probabilities of the scores (-1000, -1000)")


check.run("softmax")

# %% [markdown]
# <details><summary>Hint 1: sums that stay in their rows</summary>
# <code>E.sum(axis=1, keepdims=True)</code> has shape (m, 1), so that dividing an (m, C) array by it divides each row by its own sum.
# </details>
# <details><summary>Hint 2: where to move a row</summary>
# Move it so that its highest score becomes 0. Then every exponent is 0 or negative, and one of the exponentials is exactly 1.
# </details>
# <details><summary>Hint 3: each row by its own amount</summary>
# One number for all rows is not enough: a row of scores around −1000 beside one around +1000 would be moved to −2000, and all of its exponentials would be 0.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_softmax", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `softmax`, 2 points: other shapes, rows that lie far apart, scores of any size and
# no warnings, two classes and one, Z itself, dtypes.
### BEGIN HIDDEN TESTS
def expected_probabilities(Z):
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


@check
def gives_the_probabilities_of_any_moderate_scores(softmax):
    rng = np.random.default_rng(20)
    for shape in ((2, 3), (3, 2), (3, 3), (5, 4), (4, 7)):
        Z = 2 * rng.normal(size=shape)
        expect.array(softmax(Z), shape, f"the probabilities of scores of shape {shape}")
        expect.close(softmax(Z), expected_probabilities(Z), f"the probabilities, shape {shape}")


@check
def gives_small_probabilities_exactly(softmax):
    P = softmax(np.array([[0.0, -20.0, -40.0], [30.0, -30.0, 0.0]]))
    ratios = [P[0, 1] / P[0, 0], P[0, 2] / P[0, 0], P[1, 1] / P[1, 0], P[1, 2] / P[1, 0]]
    expect.close(np.log(ratios), [-20, -40, -60, -30], "the logarithms of ratios in a row")


@check
def lets_each_row_sum_to_one(softmax):
    P = softmax(np.array([[0.0, -30.0, -40.0], [5.0, 1.0, 700.0]]))
    expect.close(P.sum(axis=1), [1.0, 1.0], "the sums of two rows", rtol=1e-10, atol=0.0)


@check
def shares_equally_between_equal_scores(softmax):
    for C in (1, 2, 5):
        for score in (0.0, 3.0, -800.0, 1e6):
            P = softmax(np.full((2, C), score))
            expect.close(P, np.full((2, C), 1 / C), f"{C} scores of {score:g} in each row")


@check
def shifts_every_row_by_its_own_amount(softmax):
    Z = np.array([[1000.0, 999.0], [-1000.0, -1001.0], [0.0, -1.0]])
    high, low = 1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1))
    expect.close(softmax(Z), [[high, low]] * 3, "three rows that lie far apart")
    Z = np.array([[-1e6, -1e6 - 2], [1e6, 1e6 - 2]])
    high, low = 1 / (1 + np.exp(-2)), 1 / (1 + np.exp(2))
    expect.close(softmax(Z), [[high, low]] * 2, "two rows that lie very far apart")


@check
def is_finite_for_scores_of_any_size(softmax):
    for row, want in (
        ([2000.0, 0.0, 1999.0], [1 / (1 + np.exp(-1)), 0, 1 / (1 + np.e)]),
        ([-5000.0, -5000.0, 0.0], [0, 0, 1]),
        ([1e300, -1e300, 0.0], [1, 0, 0]),
        ([-1e300, -1e300, 1e300], [0, 0, 1]),
    ):
        expect.close(softmax(np.array([row])), [want], f"the scores {row}")
        expect.close(softmax(np.array([row, [0.0, 0.0, 0.0]]))[:1], [want], f"{row} above zeros")
    finite = np.isfinite(softmax(np.array([[1e300] * 3, [-1e300] * 3]))).all()
    expect.that(bool(finite), "rows of the largest equal scores", "some are not finite")


@check
def gives_no_warning_whatever_the_scores(softmax):
    for row in ([3.0, 1.0, 2.0], [2000.0, 0.0, -2000.0], [1e300, -1e300, 0.0], [-1e300] * 3):
        with expect.quiet(f"the scores {row}"):
            softmax(np.array([row, [0.0, 1.0, 2.0]]))


@check
def is_the_sigmoid_of_the_difference_for_two_classes(softmax):
    Z = 3 * np.random.default_rng(21).normal(size=(8, 2))
    sigmoid = 1 / (1 + np.exp(Z[:, 0] - Z[:, 1]))
    expect.close(softmax(Z)[:, 1], sigmoid, "the second class's probability")


@check
def works_for_one_row_and_for_one_class(softmax):
    Z = np.array([[0.5, -1.0, 2.0, 0.25, 1.5]])
    expect.close(softmax(Z), expected_probabilities(Z), "one row of five scores")
    expect.close(softmax(np.array([[5.0], [-900.0], [1e5]])), [[1.0]] * 3, "one class")


@check
def leaves_the_scores_as_they_were(softmax):
    expect.unchanged(softmax, np.array([[0.5, 2.0], [3.0, -1.0]]), what="Z after the call")


@check
def keeps_the_precision_of_the_scores(softmax):
    for kind in (np.float32, np.float64):
        P = softmax(np.array([[1, 2, 4], [0, 0, 3]], dtype=kind))
        expect.dtype(P, kind, f"the probabilities of scores of {kind.__name__}")


@check
def is_as_robust_in_single_precision(softmax):
    for row, want in (([100.0, 100.0, -100.0], [0.5, 0.5, 0]), ([1e38, -1e38, 0.0], [1, 0, 0])):
        P = softmax(np.array([row, [-90.0, -90.0, -90.0]], dtype=np.float32))
        expect.close(P, [want, [1 / 3] * 3], f"single precision, the scores {row}", rtol=1e-4)


@check
def treats_whole_numbers_like_others(softmax):
    for kind in (np.int32, np.int64):
        P = softmax(np.array([[1, 3, -2], [1000, 0, 999]], dtype=kind))
        want = softmax(np.array([[1.0, 3.0, -2.0], [1000.0, 0.0, 999.0]]))
        expect.close(P, want, f"the probabilities of scores of {kind.__name__} and of floats")
        expect.dtype(P, np.float64, f"the probabilities of scores of {kind.__name__}")


@check
def keeps_its_results_apart(softmax):
    first = softmax(np.array([[0.5, 2.0]]))
    right = first.copy()
    softmax(np.array([[3.0, -1.0]]))
    expect.close(first, right, "an earlier result after another call")


check.run("softmax", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** One row of scores, $(2, 1, 0, -1)$, before and after your function; then the same row 100 higher, and the same row times 3. Look at two things:
# moving the row changes nothing, stretching it does.

# %% tags=["skip-execution"]
scores = np.array([[2.0, 1.0, 0.0, -1.0]])
plots.class_probabilities(
    {
        "Z = (2, 1, 0, −1)": softmax(scores)[0],
        "Z + 100": softmax(scores + 100)[0],
        "3 Z": softmax(3 * scores)[0],
    }
)

# %% [markdown]
# ## 3 · Log-probabilities, straight from the scores
#
# Soon the cost will ask for $\log P$. Take `np.log(softmax(Z))` and you meet the next trap: a class whose score lies 1000 below the best has $P = e^{-1000}$,
# which a float rounds to 0, and $\log 0 = -\infty$. Yet the answer, $-1000$, is an ordinary number. So do not go through $P$. Take the logarithm of the formula
# on paper:
#
# $$\log P_{ij} = Z_{ij} - \log \sum_k e^{Z_{ik}}$$
#
# The exponential of the numerator is gone. The sum still overflows as it stands, but the shift of section 2 is as free here as it was there.
#
# **By hand.** Scores $(0, \ln 3)$: the sum is 4, so the row is $(-\ln 4,\ \ln 3 - \ln 4) = (-1.386, -0.288)$. And $(0, 1000)$ gives $(-1000, 0)$.
#
# **Predict first.** Somebody writes `np.log(softmax(Z) + 1e-12)`, and it never says `-inf` again. What does it say for a score that lies 1000 below the best?
#
# <details><summary>Answer</summary>ln 10<sup>−12</sup> = −27.6, whatever the gap: everything that is very improbable looks equally improbable.</details>

# %% nbgrader={"grade": false, "grade_id": "log_softmax", "locked": false, "schema_version": 3, "solution": true, "task": false}
def log_softmax(Z):
    """Return the logarithms of each row's probabilities.

    Parameters
    ----------
    Z : array of shape (m, C)
        Scores, any finite numbers up to 1e300 in size; C is 1 or more.

    Returns
    -------
    array of shape (m, C)
        Natural logarithms, exact and finite also where the probability itself is too small for a float;
        computed without a warning. float32 when `Z` is float32, else float64.

    Examples
    --------
    >>> log_softmax(np.array([[0.0, 1000.0]]))
    array([[-1000.,     0.]])
    """
    ### BEGIN SOLUTION
    shifted = Z - Z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_log_softmax", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_the_logarithms_worked_by_hand(log_softmax):
    log_P = log_softmax(np.array([[0.0, np.log(3.0)]]))
    expect.array(log_P, (1, 2), "the logarithms for the scores (0, ln 3)")
    expect.close(log_P, [[-np.log(4), np.log(0.75)]], "the logarithms for the scores (0, ln 3)")


@check
def is_exact_where_the_probability_is_too_small_for_a_float(log_softmax):
    log_P = log_softmax(np.array([[0.0, 1000.0]]))
    expect.close(log_P, [[-1000.0, 0.0]], "the logarithms for the scores (0, 1000)")


@check
def treats_each_row_on_its_own(log_softmax):
    log_P = log_softmax(np.array([[0.0, 0.0], [5.0, 5.0], [-2000.0, -2000.0]]))
    expect.close(log_P, np.full((3, 2), -np.log(2)), "three rows of two equal scores")


check.run("log_softmax")

# %% [markdown]
# <details><summary>Hint 1: shift first</summary>
# Call the row minus its highest score <code>shifted</code>. Replace Z by it in the formula, in both places.
# </details>
# <details><summary>Hint 2: what can happen to the sum now</summary>
# One of its terms is e<sup>0</sup> = 1 and the others are at most 1, so the sum lies between 1 and C. Its logarithm is harmless.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_log_softmax", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `log_softmax`, 2 points: other shapes, rows that lie far apart, the far tail, scores
# of any size and no warnings, two classes and one, Z itself, dtypes.
### BEGIN HIDDEN TESTS
def expected_logarithms(Z):
    return Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))


@check
def gives_the_logarithms_for_any_moderate_scores(log_softmax):
    rng = np.random.default_rng(30)
    for shape in ((2, 3), (3, 2), (3, 3), (5, 4), (4, 7)):
        Z = 2 * rng.normal(size=shape)
        expect.array(log_softmax(Z), shape, f"the logarithms for scores of shape {shape}")
        expect.close(log_softmax(Z), expected_logarithms(Z), f"the logarithms, shape {shape}")


@check
def is_exact_in_the_tail(log_softmax):
    for gap in (25.0, 40.0, 100.0, 720.0, 800.0, 1e5):
        log_P = log_softmax(np.array([[0.0, -gap], [gap, 0.0]]))
        want = -gap - np.log1p(np.exp(-gap))
        expect.close(log_P[:, 1], [want, want], f"a score {gap:g} below the highest")


@check
def shifts_every_row_by_its_own_amount(log_softmax):
    Z = np.array([[1000.0, 999.0], [-1000.0, -1001.0], [0.0, -1.0]])
    want = [-np.log1p(np.exp(-1)), -np.log1p(np.e)]
    expect.close(log_softmax(Z), [want] * 3, "three rows that lie far apart")
    Z = np.array([[-1e6, -1e6 - 2], [1e6, 1e6 - 2]])
    want = [-np.log1p(np.exp(-2)), -np.log1p(np.exp(2))]
    expect.close(log_softmax(Z), [want] * 2, "two rows that lie very far apart")


@check
def is_finite_for_scores_of_any_size(log_softmax):
    for row, want in (
        ([2000.0, 0.0, 2000.0], [-np.log(2), -2000 - np.log(2), -np.log(2)]),
        ([-5000.0, -5000.0, 0.0], [-5000, -5000, 0]),
        ([1e300, -1e300, 0.0], [0, -2e300, -1e300]),
    ):
        for number, right in enumerate(want):
            what = f"the scores {row}: logarithm {number}"
            expect.close(log_softmax(np.array([row]))[0, number], right, what)
    finite = np.isfinite(log_softmax(np.array([[1e300] * 3, [-1e300] * 3]))).all()
    expect.that(bool(finite), "rows of the largest equal scores", "some are not finite")


@check
def gives_no_warning_whatever_the_scores(log_softmax):
    for row in ([3.0, 1.0, 2.0], [2000.0, 0.0, -2000.0], [1e300, -1e300, 0.0], [-1e300] * 3):
        with expect.quiet(f"the scores {row}"):
            log_softmax(np.array([row, [0.0, 1.0, 2.0]]))


@check
def gives_logarithms_of_numbers_that_sum_to_one(log_softmax):
    Z = 4 * np.random.default_rng(31).normal(size=(6, 5)) + np.array([[0], [9], [-9], [50], [-50], [3]])
    sums = np.exp(log_softmax(Z)).sum(axis=1)
    expect.close(sums, np.ones(6), "the sum of the exponentials of each row")


@check
def works_for_one_row_and_for_one_class(log_softmax):
    Z = np.array([[0.5, -1.0, 2.0, 0.25, 1.5]])
    expect.close(log_softmax(Z), expected_logarithms(Z), "one row of five scores")
    expect.close(log_softmax(np.array([[5.0], [-900.0], [1e5]])), [[0.0]] * 3, "one class")


@check
def leaves_the_scores_as_they_were(log_softmax):
    expect.unchanged(log_softmax, np.array([[0.5, 2.0], [3.0, -1.0]]), what="Z after the call")


@check
def keeps_the_precision_of_the_scores(log_softmax):
    for kind in (np.float32, np.float64):
        log_P = log_softmax(np.array([[1, 2, 4], [0, 0, 3]], dtype=kind))
        expect.dtype(log_P, kind, f"the logarithms for scores of {kind.__name__}")


@check
def is_as_robust_in_single_precision(log_softmax):
    Z = np.array([[100.0, 0.0], [-90.0, -90.0], [1e38, -1e38]], dtype=np.float32)
    log_P = log_softmax(Z)
    want = [[0, -100], [-np.log(2), -np.log(2)], [0, -2e38]]
    for number in range(3):
        what = f"single precision, row {number}"
        expect.close(log_P[number], want[number], what, rtol=1e-4, atol=1e-5)


@check
def treats_whole_numbers_like_others(log_softmax):
    for kind in (np.int32, np.int64):
        log_P = log_softmax(np.array([[1, 3, -2], [1000, 0, 999]], dtype=kind))
        want = log_softmax(np.array([[1.0, 3.0, -2.0], [1000.0, 0.0, 999.0]]))
        expect.close(log_P, want, f"the logarithms for scores of {kind.__name__} and of floats")
        expect.dtype(log_P, np.float64, f"the logarithms for scores of {kind.__name__}")


@check
def keeps_its_results_apart(log_softmax):
    first = log_softmax(np.array([[0.5, 2.0]]))
    right = first.copy()
    log_softmax(np.array([[3.0, -1.0]]))
    expect.close(first, right, "an earlier result after another call")


check.run("log_softmax", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 4 · What a wrong belief costs: cross-entropy
#
# Now compare belief and truth. For each example look up the probability that was given to the *true* class, and charge minus its logarithm:
#
# $$J = -\frac1m \sum_{i=1}^m \log P_{i,\,y_i}, \qquad P = \text{softmax}(Z)$$
#
# Believed with probability 1, the truth costs nothing; with 1/2 it costs $\ln 2 = 0.69$; with 1/1000, 6.9. There is no upper limit: the closer to 0 the truth
# was believed, the more it costs. (With the `+ 1e-12` of section 3 no mistake would cost more than 27.6, and from there on the network would not hear how
# wrong it is.) The unit is the *nat*, because the logarithm is the natural one.
#
# **Why this price?** Take the model at its word: it gave the labels $y_1, \dots, y_m$ together the probability $P_{1,y_1}\cdot P_{2,y_2}\cdots P_{m,y_m}$. This
# product is the *likelihood* of the parameters. Good parameters make what really happened as probable as possible (*maximum likelihood*). The logarithm
# turns the product into a sum: $mJ$ is minus its logarithm. **The parameters of the lowest cross-entropy are those of the highest likelihood.** Read
# backwards, $e^{-J}$ is the probability that the true class got in a typical case (the geometric mean over the rows).
#
# The name: between a truth $Y$ and a belief $P$ the cross-entropy is $-\sum_j Y_j \log P_j$. With a one-hot row for $Y$ one term is left, and that is the one
# you look up.
#
# **By hand.** Scores $(0, \ln 3)$ in both of two rows, with the labels 1 and 0. The true classes have the probabilities 0.75 and 0.25, which cost 0.288 and
# 1.386; their mean is $J = 0.837$.
#
# The argument is `Z`, the scores, not the probabilities: only from scores can it be exact. It is the same in PyTorch, whose `CrossEntropyLoss` takes scores.
# Give it probabilities and it applies a second softmax without a word. scikit-learn's `log_loss` takes probabilities.
#
# **Predict first.** Ten classes, and all ten scores of every row are equal. What is $J$?
#
# <details><summary>Answer</summary>Every class has 1/10, so J = ln 10 = 2.30, whatever the labels are.</details>

# %% nbgrader={"grade": false, "grade_id": "cross_entropy", "locked": false, "schema_version": 3, "solution": true, "task": false}
def cross_entropy(Z, y):
    """Average what the probability of the true class costs.

    Parameters
    ----------
    Z : array of shape (m, C)
        Scores (not probabilities), any finite numbers up to 1e300 in size.
    y : array of int, shape (m,)
        True labels 0 .. C - 1, integers of any width.

    Returns
    -------
    float
        The mean over the rows, in nats; as exact and as free of warnings as `log_softmax`.

    Examples
    --------
    >>> cross_entropy(np.array([[0.0, 1000.0], [1000.0, 0.0]]), np.array([0, 0]))
    500.0
    """
    ### BEGIN SOLUTION
    shifted = Z - Z.max(axis=1, keepdims=True)
    of_true_class = shifted[np.arange(len(y)), y]
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - of_true_class))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_cross_entropy", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def charges_what_was_worked_by_hand(cross_entropy):
    cost = cross_entropy(np.array([[0.0, np.log(3.0)]]), np.array([1]))
    expect.number(cost, "the cost of the scores (0, ln 3) with label 1")
    expect.close(cost, -np.log(0.75), "the cost of the scores (0, ln 3) with label 1")


@check
def averages_over_the_rows(cross_entropy):
    cost = cross_entropy(np.array([[0.0, np.log(3.0)], [0.0, np.log(3.0)]]), np.array([1, 0]))
    expect.close(cost, -np.log(0.75 * 0.25) / 2, "the cost of the two rows worked by hand")


@check
def charges_the_same_for_four_such_rows_as_for_one(cross_entropy):
    Z = np.array([[0.0, np.log(3.0)], [np.log(3.0), 0.0], [0.0, np.log(3.0)], [0.0, np.log(3.0)]])
    cost = cross_entropy(Z, np.array([1, 0, 1, 1]))
    expect.close(cost, -np.log(0.75), "the cost of four rows that give the true class 0.75 each")


@check
def charges_a_confident_mistake_in_full(cross_entropy):
    cost = cross_entropy(np.array([[0.0, 1000.0]]), np.array([0]))
    expect.close(cost, 1000.0, "the cost of the scores (0, 1000) with label 0")


check.run("cross_entropy")

# %% [markdown]
# <details><summary>Hint 1: look up, then average</summary>
# From an (m, C) array of log-probabilities you need one entry a row: that of column y[i]. It is the same lookup as in section 1.
# </details>
# <details><summary>Hint 2: not through P</summary>
# Section 3 gives the logarithms straight from the scores. You may call your <code>log_softmax</code>.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_cross_entropy", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `cross_entropy`, 2 points: other shapes and labels, a mean and not a sum, scores of
# any size and no warnings, labels of any integer type, Z and y themselves.
### BEGIN HIDDEN TESTS
def expected_costs(Z, y):
    return np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(y)), y]


@check
def charges_the_mean_over_any_rows(cross_entropy):
    rng = np.random.default_rng(40)
    for m, C in ((2, 3), (3, 2), (3, 3), (6, 4), (4, 7)):
        Z, y = 2 * rng.normal(size=(m, C)), rng.integers(0, C, m)
        cost = cross_entropy(Z, y)
        expect.number(cost, "the cost")
        expect.close(cost, expected_costs(Z, y).mean(), f"the cost of {m} rows and {C} classes")


@check
def does_not_depend_on_how_often_the_rows_are_repeated(cross_entropy):
    Z, y = np.array([[1.0, -0.5, 0.25], [0.0, 2.0, 1.0]]), np.array([2, 1])
    for times in (1, 2, 5):
        cost = cross_entropy(np.tile(Z, (times, 1)), np.tile(y, times))
        expect.close(cost, expected_costs(Z, y).mean(), f"the cost of two rows, repeated {times} times")


@check
def looks_up_the_true_class_of_each_row(cross_entropy):
    Z = np.array([[0.0, 1.0, 3.0]])
    for label in range(3):
        cost = cross_entropy(Z, np.array([label]))
        expect.close(cost, expected_costs(Z, np.array([label]))[0], f"one row with label {label}")
    Z = np.array([[2.0, 0.0, 1.0, -1.0], [0.0, 0.5, 0.0, 3.0], [1.0, -2.0, 0.0, 0.5]])
    for y in ([3, 1, 3], [0, 0, 0], [2, 3, 1]):
        cost = cross_entropy(Z, np.array(y))
        expect.close(cost, expected_costs(Z, y).mean(), f"three rows with the labels {y}")


@check
def charges_the_logarithm_of_their_number_for_equal_scores(cross_entropy):
    for C in (1, 2, 10):
        for score in (0.0, 40.0, -1000.0):
            cost = cross_entropy(np.full((3, C), score), np.array([0, C - 1, C // 2]))
            expect.close(cost, np.log(C), f"{C} equal scores of {score:g}")


@check
def shifts_every_row_by_its_own_amount(cross_entropy):
    Z = np.array([[1000.0, 999.0], [-1000.0, -1001.0], [0.0, -1.0]])
    right, wrong = np.log1p(np.exp(-1)), np.log1p(np.e)
    cost = cross_entropy(Z, np.array([0, 1, 0]))
    expect.close(cost, (2 * right + wrong) / 3, "three rows that lie far apart")


@check
def charges_any_mistake_in_full(cross_entropy):
    for gap in (25.0, 40.0, 100.0, 720.0, 800.0, 1e5, 1e300):
        Z = np.array([[gap, 0.0], [0.0, -gap]])
        cost = cross_entropy(Z, np.array([1, 1]))
        expect.close(cost, gap, f"a true class whose score is {gap:g} too low")
        cost = cross_entropy(Z, np.array([0, 1]))
        expect.close(cost, gap / 2, f"the same, for one of two rows, {gap:g}")
    cost = cross_entropy(np.array([[1e300, -1e300]]), np.array([1]))
    expect.close(cost, 2e300, "the largest gap")
    cost = cross_entropy(np.array([[1e300] * 3, [-1e300] * 3]), np.array([0, 2]))
    expect.that(bool(np.isfinite(cost)), "rows of the largest equal scores", "it is not finite")


@check
def charges_nothing_for_a_certain_truth(cross_entropy):
    Z = np.array([[1e300, -1e300, 0.0], [-5000.0, 0.0, -800.0]])
    expect.close(cross_entropy(Z, np.array([0, 1])), 0.0, "two rows that are sure and right")


@check
def gives_no_warning_whatever_the_scores(cross_entropy):
    for row in ([3.0, 1.0, 2.0], [2000.0, 0.0, -2000.0], [1e300, -1e300, 0.0], [-1e300] * 3):
        Z = np.array([row, [0.0, 1.0, 2.0]])
        with expect.quiet(f"the scores {row}"):
            cross_entropy(Z, np.array([2, 1]))


@check
def takes_labels_of_any_width(cross_entropy):
    rng = np.random.default_rng(41)
    Z, y = rng.normal(size=(4, 120)), rng.integers(90, 120, 4)
    for kind in (np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64):
        cost = cross_entropy(Z, y.astype(kind))
        expect.close(cost, expected_costs(Z, y).mean(), f"labels of {kind.__name__}")


@check
def leaves_scores_and_labels_as_they_were(cross_entropy):
    Z, y = np.array([[0.5, 2.0], [3.0, -1.0]]), np.array([1, 0])
    expect.unchanged(cross_entropy, Z, y, what="Z and y after the call")


@check
def is_as_robust_in_single_precision(cross_entropy):
    for Z, y, want in (
        ([[100.0, 0.0], [-90.0, -90.0]], [1, 0], (100 + np.log(2)) / 2),
        ([[1e38, -1e38], [-90.0, -90.0]], [0, 1], np.log(2) / 2),
        ([[0.5, 1.0], [1.0, -1.0]], [0, 1], (np.log1p(np.exp(0.5)) + np.log1p(np.exp(2))) / 2),
    ):
        cost = cross_entropy(np.array(Z, dtype=np.float32), np.array(y))
        expect.close(float(cost), want, f"scores of single precision, {Z}", rtol=1e-4, atol=1e-5)


@check
def treats_whole_numbers_like_others(cross_entropy):
    for kind in (np.int32, np.int64):
        cost = cross_entropy(np.array([[1, 3, -2], [1000, 0, 999]], dtype=kind), np.array([0, 2]))
        want = cross_entropy(np.array([[1.0, 3.0, -2.0], [1000.0, 0.0, 999.0]]), np.array([0, 2]))
        expect.close(cost, float(want), f"scores of {kind.__name__} and of floats")


check.run("cross_entropy", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Two classes; the true one's score lies below the other, by 0 to 900. Your cost, and two that go through the probability: `-log(softmax(Z))` in
# float64 and in float32. The highest score is 0 already, so no shift can help them. Look at the slope of your line: a nat for each unit of score, without end.
# And look where the other two end: from there on they are infinite.

# %% tags=["skip-execution"]
gaps = np.arange(0.0, 901.0, 10.0)


def cost_through_probabilities(gap, kind):
    """Minus the logarithm of what softmax gives the true class."""
    with np.errstate(all="ignore"):
        E = np.exp(np.array([0.0, -gap], dtype=kind))
        return -np.log(E[1] / E.sum())


plots.lines(
    gaps,
    {
        "your cross_entropy": [cross_entropy(np.array([[gap, 0.0]]), np.array([1])) for gap in gaps],
        "−log softmax, float64": [cost_through_probabilities(gap, np.float64) for gap in gaps],
        "−log softmax, float32": [cost_through_probabilities(gap, np.float32) for gap in gaps],
    },
    "how far the true class's score lies below the other",
    "cost (nats)",
)

# %% [markdown]
# ## 5 · The gradient: belief minus truth
#
# How should each score change to lower the cost? Write one row's cost as $J_i = \log\sum_k e^{Z_{ik}} - Z_{i y_i}$ and differentiate by $Z_{ij}$. The first
# term gives $e^{Z_{ij}} / \sum_k e^{Z_{ik}}$, which is $P_{ij}$ itself; the second gives $-1$ in the true class's column and 0 elsewhere. That is minus the
# one-hot row. With the mean over $m$ rows:
#
# $$\frac{\partial J}{\partial Z} = \frac{P - Y}{m}$$
#
# All that is left is a subtraction. The true class's score is pushed up by what its probability lacks to 1; every other score is pushed down by the
# probability that it wrongly has. An example that is already believed hardly pushes at all.
#
# **By hand.** $Z = (0, \ln 3)$ with label 0, one row: $P - Y = (0.25 - 1,\ 0.75 - 0) = (-0.75, 0.75)$. As one of $m = 2$ rows it would be half of that.

# %% nbgrader={"grade": false, "grade_id": "softmax_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def softmax_gradient(Z, y):
    """Differentiate the mean cross-entropy by the scores.

    Parameters
    ----------
    Z : array of shape (m, C)
        Scores, any finite numbers up to 1e300 in size.
    y : array of int, shape (m,)
        True labels 0 .. C - 1, integers of any width.

    Returns
    -------
    array of shape (m, C)
        How the mean over all m rows changes with each score; as free of warnings as `softmax`.
        float32 when `Z` is float32, else float64.

    Examples
    --------
    >>> softmax_gradient(np.array([[0.0, np.log(3.0)]]), np.array([0]))
    array([[-0.75,  0.75]])
    """
    ### BEGIN SOLUTION
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    dZ = E / E.sum(axis=1, keepdims=True)
    dZ[np.arange(len(y)), y] -= 1
    return dZ / len(y)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_softmax_gradient", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def subtracts_truth_from_belief(softmax_gradient):
    dZ = softmax_gradient(np.array([[0.0, np.log(3.0)]]), np.array([0]))
    expect.array(dZ, (1, 2), "the gradient for the scores (0, ln 3) with label 0")
    expect.close(dZ, [[-0.75, 0.75]], "the gradient for the scores (0, ln 3) with label 0")


@check
def is_the_gradient_of_a_mean(softmax_gradient):
    dZ = softmax_gradient(np.zeros((4, 2)), np.array([0, 0, 1, 0]))
    want = [[-0.125, 0.125], [-0.125, 0.125], [0.125, -0.125], [-0.125, 0.125]]
    expect.close(dZ, want, "the gradient for four rows of two equal scores, labels (0, 0, 1, 0)")
    dZ = softmax_gradient(np.zeros((3, 4)), np.array([1, 0, 1]))
    up, down = -0.75 / 3, 0.25 / 3
    want = [[down, up, down, down], [up, down, down, down], [down, up, down, down]]
    expect.close(dZ, want, "the gradient for three rows of four equal scores, labels (1, 0, 1)")


@check
def survives_large_scores(softmax_gradient):
    dZ = softmax_gradient(np.array([[1000.0, 0.0]]), np.array([1]))
    expect.close(dZ, [[1.0, -1.0]], "the gradient for the scores (1000, 0) with label 1")


check.run("softmax_gradient")

# %% [markdown]
# <details><summary>Hint 1: two pieces that you have</summary>
# You may call your <code>softmax</code> and your <code>one_hot</code>. The number of classes is the number of columns of Z.
# </details>
# <details><summary>Hint 2: the division</summary>
# The cost is a mean over rows, so each row's share of its gradient is 1 / m. The number of classes does not come into it.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_softmax_gradient", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `softmax_gradient`, 2 points: a numerical gradient, scores of any size and no
# warnings, labels of any integer type, Z and y themselves, dtypes.
### BEGIN HIDDEN TESTS
def expected_mean_cost(Z, y):
    return np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(y)), y])


def expected_gradient(Z, y):
    E = np.exp(Z)
    return (E / E.sum(axis=1, keepdims=True) - np.eye(Z.shape[1])[y]) / len(y)


@check
def is_the_slope_of_the_mean_cross_entropy(softmax_gradient):
    rng = np.random.default_rng(50)
    for m, C in ((2, 3), (4, 3), (3, 5)):
        Z, y, step = 2 * rng.normal(size=(m, C)), rng.integers(0, C, m), 1e-5
        slope = np.empty_like(Z)
        for index in np.ndindex(m, C):
            moved = np.zeros_like(Z)
            moved[index] = step
            slope[index] = (expected_mean_cost(Z + moved, y) - expected_mean_cost(Z - moved, y)) / (2 * step)
        what = f"the gradient against a numerical one, {m} rows and {C} classes"
        expect.close(softmax_gradient(Z, y), slope, what, rtol=1e-5, atol=1e-7)


@check
def subtracts_truth_from_belief_in_any_rows(softmax_gradient):
    rng = np.random.default_rng(51)
    for m, C in ((3, 2), (3, 3), (6, 4), (4, 7), (1, 5)):
        Z, y = 2 * rng.normal(size=(m, C)), rng.integers(0, C, m)
        dZ = softmax_gradient(Z, y)
        expect.array(dZ, (m, C), "the gradient")
        expect.close(dZ, expected_gradient(Z, y), f"the gradient for {m} rows and {C} classes")


@check
def pushes_only_the_true_class_up(softmax_gradient):
    Z = np.zeros((4, 4))
    for y in ([0, 1, 2, 3], [1, 1, 1, 1], [3, 0, 3, 0]):
        dZ = softmax_gradient(Z, np.array(y))
        expect.close(dZ, (0.25 - np.eye(4)[y]) / 4, f"equal scores, labels {y}")


@check
def shifts_every_row_by_its_own_amount(softmax_gradient):
    Z, y = np.array([[1000.0, 999.0], [-1000.0, -1001.0], [0.0, -1.0]]), np.array([0, 1, 0])
    want = expected_gradient(np.array([[0.0, -1.0]] * 3), y)
    expect.close(softmax_gradient(Z, y), want, "three rows that lie far apart")


@check
def is_finite_for_scores_of_any_size(softmax_gradient):
    for row, P in (
        ([2000.0, 0.0, 2000.0], [0.5, 0, 0.5]),
        ([1e300, -1e300, 0.0], [1, 0, 0]),
    ):
        for label in range(3):
            dZ = softmax_gradient(np.array([row]), np.array([label]))
            expect.close(dZ, [P - np.eye(3)[label]], f"the scores {row}, label {label}")
    dZ = softmax_gradient(np.array([[1e300] * 3, [-1e300] * 3]), np.array([0, 2]))
    expect.that(bool(np.isfinite(dZ).all()), "the largest equal scores", "some are not finite")


@check
def gives_no_warning_whatever_the_scores(softmax_gradient):
    for row in ([3.0, 1.0, 2.0], [2000.0, 0.0, -2000.0], [1e300, -1e300, 0.0], [-1e300] * 3):
        Z = np.array([row, [0.0, 1.0, 2.0]])
        with expect.quiet(f"the scores {row}"):
            softmax_gradient(Z, np.array([2, 1]))


@check
def is_zero_for_one_class(softmax_gradient):
    dZ = softmax_gradient(np.array([[5.0], [-900.0], [1e5]]), np.array([0, 0, 0]))
    expect.close(dZ, [[0.0]] * 3, "one class")


@check
def takes_labels_of_any_width(softmax_gradient):
    rng = np.random.default_rng(52)
    Z, y = rng.normal(size=(4, 120)), rng.integers(90, 120, 4)
    for kind in (np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64):
        expect.close(softmax_gradient(Z, y.astype(kind)), expected_gradient(Z, y), f"{kind.__name__} labels")


@check
def leaves_scores_and_labels_as_they_were(softmax_gradient):
    Z, y = np.array([[0.5, 2.0], [3.0, -1.0]]), np.array([1, 0])
    expect.unchanged(softmax_gradient, Z, y, what="Z and y after the call")


@check
def keeps_the_precision_of_the_scores(softmax_gradient):
    for kind in (np.float32, np.float64):
        dZ = softmax_gradient(np.array([[1, 2, 4], [0, 0, 3]], dtype=kind), np.array([2, 0]))
        expect.dtype(dZ, kind, f"the gradient for scores of {kind.__name__}")


@check
def is_as_robust_in_single_precision(softmax_gradient):
    Z = np.array([[100.0, 100.0], [-90.0, -90.0], [1e38, -1e38]], dtype=np.float32)
    dZ = softmax_gradient(Z, np.array([0, 1, 1]))
    want = np.array([[-0.5, 0.5], [0.5, -0.5], [1, -1]]) / 3
    expect.close(dZ, want, "the gradient for large scores in single precision", rtol=1e-4)


@check
def treats_whole_numbers_like_others(softmax_gradient):
    for kind in (np.int32, np.int64):
        Z, y = np.array([[1, 3, -2], [1000, 0, 999]]), np.array([0, 2])
        dZ = softmax_gradient(Z.astype(kind), y)
        want = softmax_gradient(Z.astype(float), y)
        expect.close(dZ, want, f"the gradient for scores of {kind.__name__} and of floats")
        expect.dtype(dZ, np.float64, f"the gradient for scores of {kind.__name__}")


@check
def keeps_its_results_apart(softmax_gradient):
    first = softmax_gradient(np.array([[0.5, 2.0]]), np.array([1]))
    right = first.copy()
    softmax_gradient(np.array([[3.0, -1.0]]), np.array([0]))
    expect.close(first, right, "an earlier result after another call")


check.run("softmax_gradient", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Why charge a logarithm and not simply the squared distance $\tfrac12(1 - P)^2$ from certainty? Two classes again; the lines are the gradients for
# the true class's score. Look at the left end, where the answer is most wrong: the cross-entropy pushes there with all its force, the squared distance has
# stopped learning.

# %% tags=["skip-execution"]
gaps = np.linspace(-10, 10, 81)
of_cross_entropy = [softmax_gradient(np.array([[0.0, gap]]), np.array([1]))[0, 1] for gap in gaps]
P_true = np.array([softmax(np.array([[0.0, gap]]))[0, 1] for gap in gaps])
plots.lines(
    gaps,
    {
        "cross-entropy: P − 1": of_cross_entropy,
        "squared distance: (P − 1) · P (1 − P)": (P_true - 1) * P_true * (1 - P_true),
    },
    "score of the true class minus score of the other",
    "gradient for the true class's score",
)

# %% [markdown]
# ## 6 · Softmax regression: a network of one layer
#
# Put a linear layer in front, and you have a complete classifier: $Z = XW^\top + b$. Row $j$ of $W$ holds what class $j$ looks for, $b_j$ how much it is
# expected before anything is seen. The gradient has come as far as $dZ$; the chain rule carries it one step further, and gradient descent does the rest, once
# per epoch with all rows:
#
# $$dZ = \frac{P - Y}{m},\qquad W \leftarrow W - \text{lr}\cdot dZ^\top X,\qquad b \leftarrow b - \text{lr}\cdot \sum_i dZ_i$$
#
# ($dZ_i$ is row $i$ of $dZ$; both gradients belong to the *old* $W$ and $b$, and $dZ$ holds the $1/m$ already.) Start from zeros. In a deep network that would
# be a blunder, because equal units stay equal for ever; here each class has its own labels from the first step on.
#
# **Shapes.** `X (m, n)`, `y (m,)`, `W (C, n)`, `b (C,)`: $dZ^\top X$ is (C, m) times (m, n). scikit-learn's `coef_` has the same shape as `W`; CS231n's `W` is
# the transpose.
#
# **By hand.** Two rows $x = 2$ and $x = 0$, both of class 1, two classes, lr = 0.5, one epoch. All scores are 0, so both rows have $P = (0.5, 0.5)$ and $dZ =
# (0.5, -0.5)/2 = (0.25, -0.25)$. $dZ^\top X = (0.5, -0.5)$ and the column sums are $(0.5, -0.5)$, so $W = (-0.25, 0.25)$ and $b = (-0.25, 0.25)$.
#
# There is no penalty. scikit-learn's `LogisticRegression` adds an L2 penalty unless it is told not to, so it ends at other weights, however long you train.

# %% nbgrader={"grade": false, "grade_id": "fit_softmax", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fit_softmax(X, y, n_classes, lr, epochs):
    """Fit softmax regression by full-batch gradient descent from zeros.

    Parameters
    ----------
    X : array of shape (m, n)
        One example a row.
    y : array of int, shape (m,)
        Labels 0 .. n_classes - 1, integers of any width; a class may be missing.
    n_classes : int
        Number of classes C.
    lr : float
        Learning rate.
    epochs : int
        Number of steps, each with all rows; 0 or more.

    Returns
    -------
    W : array of shape (C, n)
        Weights, float32 when `X` is float32, else float64.
    b : array of shape (C,)
        Biases, of the same dtype.

    Examples
    --------
    >>> W, b = fit_softmax(np.array([[2.0], [0.0]]), np.array([1, 1]), 2, lr=0.5, epochs=1)
    >>> W, b
    (array([[-0.25],
           [ 0.25]]), array([-0.25,  0.25]))
    """
    ### BEGIN SOLUTION
    kind = np.float32 if X.dtype == np.float32 else np.float64
    W, b = np.zeros((n_classes, X.shape[1]), kind), np.zeros(n_classes, kind)
    for _ in range(epochs):
        Z = X @ W.T + b
        E = np.exp(Z - Z.max(axis=1, keepdims=True))
        dZ = E / E.sum(axis=1, keepdims=True)
        dZ[np.arange(len(y)), y] -= 1
        dZ /= len(y)
        W, b = W - lr * (dZ.T @ X), b - lr * dZ.sum(axis=0)
    return W, b
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_fit_softmax", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def takes_the_step_worked_by_hand(fit_softmax):
    fitted = fit_softmax(np.array([[2.0], [0.0]]), np.array([1, 1]), 2, 0.5, 1)
    W, b = expect.sequence(fitted, 2, "the pair (W, b)")
    expect.close(W, [[-0.25], [0.25]], "W after the step worked by hand")
    expect.close(b, [-0.25, 0.25], "b after the step worked by hand")


@check
def starts_from_zeros(fit_softmax):
    fitted = fit_softmax(np.array([[2.0, 1.0]]), np.array([1]), 3, 0.5, 0)
    W, b = expect.sequence(fitted, 2, "the pair (W, b) after 0 epochs")
    expect.close(W, np.zeros((3, 2)), "W after 0 epochs, 3 classes and 2 features")
    expect.close(b, np.zeros(3), "b after 0 epochs, 3 classes")


@check
def takes_the_second_step_from_the_first(fit_softmax):
    # after one epoch Z is (1, -1) and (-1, 1): both rows then have P = sigmoid(2) for their class
    X, y = np.array([[1.0], [-1.0]]), np.array([0, 1])
    W, b = expect.sequence(fit_softmax(X, y, 2, 2.0, 2), 2, "the pair (W, b)")
    step = 2 * (1 - 1 / (1 + np.exp(-2)))
    expect.close(W, [[1 + step], [-1 - step]], "W after 2 epochs, x = (1, -1), y = (0, 1), lr = 2")
    expect.close(b, [0.0, 0.0], "b after 2 epochs, x = (1, -1), y = (0, 1), lr = 2")


check.run("fit_softmax")

# %% [markdown]
# <details><summary>Hint 1: the shape of the loop</summary>
# Zeros for W and b, then as many times as there are epochs: scores, gradient, step. You may call your <code>softmax_gradient</code>.
# </details>
# <details><summary>Hint 2: the order in a step</summary>
# Compute dZ once, from the old W and b, and use it for both.
# </details>
# <details><summary>Hint 3: single precision</summary>
# <code>np.zeros(shape, dtype)</code>: the digits are float32, and so should W and b be; for other numbers they are float64. If X is whole numbers, its dtype cannot hold weights.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_fit_softmax", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `fit_softmax`, 3 points: more classes, features and epochs, other learning rates,
# the bias, missing classes, large inputs, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def expected_fit(X, y, n_classes, lr, epochs):
    W, b = np.zeros((n_classes, X.shape[1])), np.zeros(n_classes)
    for _ in range(epochs):
        Z = X @ W.T + b
        E = np.exp(Z - Z.max(axis=1, keepdims=True))
        dZ = (E / E.sum(axis=1, keepdims=True) - np.eye(n_classes)[y]) / len(y)
        W, b = W - lr * dZ.T @ X, b - lr * dZ.sum(axis=0)
    return W, b


def compare_fits(fit_softmax, X, y, n_classes, lr, epochs, what):
    fitted = fit_softmax(X, y, n_classes, lr, epochs)
    W, b = expect.sequence(fitted, 2, f"{what}: the pair (W, b)")
    right = expected_fit(X, y, n_classes, lr, epochs)
    expect.array(W, (n_classes, X.shape[1]), f"{what}: W")
    expect.array(b, (n_classes,), f"{what}: b")
    expect.close(W, right[0], f"{what}: W")
    expect.close(b, right[1], f"{what}: b")


@check
def takes_one_step_with_all_rows(fit_softmax):
    rng = np.random.default_rng(60)
    for m, n, C in ((5, 2, 3), (4, 3, 2), (6, 3, 3), (3, 4, 5)):
        X, y = rng.normal(size=(m, n)), rng.integers(0, C, m)
        compare_fits(fit_softmax, X, y, C, 0.3, 1, f"{m} rows, {n} features, {C} classes, one epoch")


@check
def takes_as_many_steps_as_there_are_epochs(fit_softmax):
    rng = np.random.default_rng(61)
    X, y = rng.normal(size=(7, 2)) + np.array([1.0, 0.0]), np.array([0, 1, 2, 2, 1, 0, 2])
    for epochs in (0, 2, 3, 10):
        compare_fits(fit_softmax, X, y, 3, 0.5, epochs, f"{epochs} epochs")


@check
def steps_as_far_as_the_learning_rate_says(fit_softmax):
    X, y = np.array([[1.0, 2.0], [-1.0, 0.5], [0.0, 1.0]]), np.array([0, 1, 1])
    for lr in (0.0, 0.01, 0.125, 3.0):
        compare_fits(fit_softmax, X, y, 2, lr, 4, f"four epochs with lr = {lr}")


@check
def goes_on_where_a_large_learning_rate_makes_the_cost_rise(fit_softmax):
    X, y = np.array([[1.0], [2.0], [3.0]]), np.array([0, 1, 0])
    for epochs in (2, 3, 6):
        compare_fits(fit_softmax, X, y, 2, 4.0, epochs, f"lr = 4, {epochs} epochs")


@check
def learns_the_shares_of_the_classes_when_there_is_nothing_to_see(fit_softmax):
    X, y = np.zeros((8, 1)), np.array([0, 0, 0, 0, 0, 1, 1, 2])
    fitted = fit_softmax(X, y, 3, 2.0, 120)
    W, b = expect.sequence(fitted, 2, "the pair (W, b)")
    expect.close(W, np.zeros((3, 1)), "W for inputs that are all 0")
    shares = np.exp(b) / np.exp(b).sum()
    expect.close(shares, [5 / 8, 2 / 8, 1 / 8], "the probabilities that b stands for", rtol=1e-4)


@check
def keeps_a_row_for_a_class_that_does_not_occur(fit_softmax):
    X = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    for y, n_classes in (([0, 2, 2], 4), ([1, 1, 1], 3), ([0, 1, 0], 3)):
        what = f"the labels {y}, {n_classes} classes"
        compare_fits(fit_softmax, X, np.array(y), n_classes, 0.5, 5, what)


@check
def works_for_one_row_and_for_one_class(fit_softmax):
    compare_fits(fit_softmax, np.array([[1.0, -2.0, 0.5]]), np.array([1]), 3, 0.5, 4, "one row")
    compare_fits(fit_softmax, np.array([[3.0], [1.0]]), np.array([0, 0]), 1, 0.5, 4, "one class")
    compare_fits(fit_softmax, np.array([[2.0]]), np.array([1]), 2, 0.25, 3, "one row and feature")


@check
def takes_the_same_steps_every_time(fit_softmax):
    X, y = np.array([[1.0, 2.0], [-1.0, 0.5], [0.0, 1.0]]), np.array([0, 1, 1])
    first, b = fit_softmax(X, y, 2, 0.5, 3)
    right = first.copy(), b.copy()
    fit_softmax(2 * X, 1 - y, 2, 0.5, 3)
    again, _ = fit_softmax(X, y, 2, 0.5, 3)
    expect.that(np.array_equal(again, right[0]), "two fits of the same rows", "W differs")
    expect.close(first, right[0], "the W of an earlier fit after another one")
    expect.close(b, right[1], "the b of an earlier fit after another one")


@check
def stays_finite_when_the_scores_grow_large(fit_softmax):
    X, y = np.array([[200.0, 16.0], [0.0, 255.0], [64.0, 64.0]]), np.array([0, 1, 2])
    for epochs in (1, 3):
        compare_fits(fit_softmax, X, y, 3, 1.0, epochs, f"inputs up to 255, {epochs} epochs")


@check
def takes_labels_of_any_width(fit_softmax):
    X, y = np.array([[1.0, 2.0], [-1.0, 0.5], [0.0, 1.0]]), np.array([0, 125, 3])
    for kind in (np.int8, np.uint8, np.int16, np.uint32, np.int64):
        compare_fits(fit_softmax, X, y.astype(kind), 126, 0.5, 2, f"labels of {kind.__name__}")


@check
def leaves_inputs_and_labels_as_they_were(fit_softmax):
    X, y = np.array([[1.0, 2.0], [-1.0, 0.5]]), np.array([0, 1])
    expect.unchanged(fit_softmax, X, y, 2, 0.5, 3, what="X and y after the call")


@check
def keeps_the_precision_of_the_inputs(fit_softmax):
    X, y = np.array([[1, 2], [3, 1], [0, 2]]), np.array([0, 1, 1])
    for kind in (np.float32, np.float64):
        for epochs in (0, 3):
            compare_fits(fit_softmax, X.astype(kind), y, 2, 0.125, epochs, f"an X of {kind.__name__}")
            fitted = fit_softmax(X.astype(kind), y, 2, 0.125, epochs)
            for array, name in zip(expect.sequence(fitted, 2, "the pair (W, b)"), "Wb"):
                expect.dtype(array, kind, f"{name} for an X of {kind.__name__}")


@check
def treats_whole_numbers_like_others(fit_softmax):
    X, y = np.array([[1, 2], [3, 1], [0, 2]]), np.array([0, 1, 1])
    for kind in (np.int32, np.int64):
        compare_fits(fit_softmax, X.astype(kind), y, 2, 0.125, 3, f"an X of {kind.__name__}")
        W, b = fit_softmax(X.astype(kind), y, 2, 0.125, 3)
        expect.dtype(W, np.float64, f"W for an X of {kind.__name__}")
        expect.dtype(b, np.float64, f"b for an X of {kind.__name__}")


check.run("fit_softmax", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 7 · Making up one's mind
#
# Training needed probabilities. A decision does not: the exponential keeps the order of the scores, and dividing a row by its sum does too. The most probable
# class is the one with the highest score.
#
# $$\hat y_i = \arg\max_j Z_{ij},\qquad Z = XW^\top + b$$
#
# **By hand.** Two classes with $W = (1, -1)$ and $b = (0, 4)$. For $x = 3$ the scores are $(3, 1)$: class 0. For $x = 1$ they are $(1, 3)$ and for $x = -1$
# they are $(-1, 5)$: class 1.
#
# When two classes tie for the highest score, either answer is right.

# %% nbgrader={"grade": false, "grade_id": "predict", "locked": false, "schema_version": 3, "solution": true, "task": false}
def predict(X, W, b):
    """Label each example with the class of its highest score.

    Parameters
    ----------
    X : array of shape (m, n)
        One example a row.
    W : array of shape (C, n)
        Weights.
    b : array of shape (C,)
        Biases.

    Returns
    -------
    array of int, shape (m,)
        Labels 0 .. C - 1; on a tie any of the highest.

    Examples
    --------
    >>> W, b = np.array([[1.0], [-1.0]]), np.array([0.0, 4.0])
    >>> predict(np.array([[3.0], [1.0]]), W, b)
    array([0, 1])
    """
    ### BEGIN SOLUTION
    return np.argmax(X @ W.T + b, axis=1)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_predict", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def decides_as_worked_by_hand(predict):
    W, b = np.array([[1.0], [-1.0]]), np.array([0.0, 4.0])
    labels = predict(np.array([[3.0], [1.0], [-1.0]]), W, b)
    expect.array(labels, (3,), "the labels of x = 3, x = 1 and x = -1")
    expect.close(labels, [0, 1, 1], "the labels of x = 3, x = 1 and x = -1")


@check
def takes_the_highest_score_of_each_row(predict):
    X, W = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([[1.0, -9.0], [0.0, -2.0], [2.0, -3.0]])
    labels = predict(X, W, np.zeros(3))
    expect.close(labels, [2, 1], "the labels of the scores (1, 0, 2) and (-9, -2, -3)")


check.run("predict")

# %% [markdown]
# <details><summary>Hint 1: the place of the highest</summary>
# <code>max</code> gives the highest score, <code>argmax</code> the place where it stands.
# </details>
# <details><summary>Hint 2: along which axis</summary>
# A row is an example, and the classes stand side by side in it. The result has one label a row.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_predict", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `predict`, 2 points: other shapes, the bias, ties, one row and one class, close and
# large scores, the arguments themselves.
### BEGIN HIDDEN TESTS
def compare_labels(labels, Z, what):
    expect.array(labels, (len(Z),), what)
    kind = labels.dtype.kind
    expect.that(kind in "iu", f"{what}: their type", f"it is {labels.dtype}, not one of whole numbers")
    expect.close(labels, Z.argmax(axis=1), what)


@check
def takes_the_highest_score_in_any_shape(predict):
    rng = np.random.default_rng(70)
    for m, n, C in ((3, 2, 4), (6, 3, 3), (5, 5, 5), (4, 6, 2), (9, 2, 7)):
        X, W, b = rng.normal(size=(m, n)), rng.normal(size=(C, n)), rng.normal(size=C)
        labels = predict(X, W, b)
        compare_labels(labels, X @ W.T + b, f"{m} rows, {n} features, {C} classes")


@check
def counts_the_bias(predict):
    X, W = np.zeros((4, 3)), np.random.default_rng(71).normal(size=(3, 3))
    for b in ([0.0, 0.0, 1.0], [-3.0, -1.0, -2.0], [5.0, 4.0, 4.5]):
        labels = predict(X, W, np.array(b))
        compare_labels(labels, np.array([b] * 4), f"four rows of zeros and the bias {b}")


@check
def compares_scores_and_not_their_sizes(predict):
    X, b = np.eye(3), np.zeros(4)
    Z = np.array([[-5.0, -1.0, -3.0, -4.0], [2.0, -7.0, 1.0, 0.0], [-0.5, 0.25, -9.0, 0.0]])
    compare_labels(predict(X, Z.T.copy(), b), Z, "scores of both signs")


@check
def takes_one_of_the_highest_on_a_tie(predict):
    Z = np.array([[1.0, 3.0, 3.0, 2.0], [0.0, 0.0, 0.0, 0.0], [-2.0, -5.0, -2.0, -5.0]])
    labels = predict(np.eye(3), Z.T.copy(), np.zeros(4))
    expect.array(labels, (3,), "the labels of rows with a tie")
    inside = [float(label) in (0.0, 1.0, 2.0, 3.0) for label in labels]
    expect.that(all(inside), "labels on a tie", "one is no class")
    chosen = Z[np.arange(3), labels.astype(int)]
    expect.close(chosen, Z.max(axis=1), "the scores of the classes that were chosen")


@check
def works_for_one_row_and_for_one_class(predict):
    W = np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 1.0]])
    X, b = np.array([[1.0, 1.0]]), np.array([0.0, 0.5, -2.5])
    compare_labels(predict(X, W, b), X @ W.T + b, "one row")
    labels = predict(np.array([[1.0], [-2.0], [0.0]]), np.array([[2.0]]), np.array([-1.0]))
    expect.close(labels, [0, 0, 0], "one class")


@check
def tells_close_scores_apart(predict):
    Z = np.array([[1.0, 1.0009765625, 1.00048828125], [-3.0, -3.0009765625, -2.9990234375]])
    compare_labels(predict(np.eye(2), Z.T.copy(), np.zeros(3)), Z, "scores that differ by a thousandth")


@check
def is_not_confused_by_large_scores(predict):
    Z = np.array([[2000.0, 1000.0, 3000.0], [-5000.0, -4000.0, -4500.0], [0.0, 800.0, 900.0]])
    for row in ([150.0, 300.0, 20.0], [702.0, 708.0, 0.0], [0.0, 800.0, 900.0], [1e299, 1e300, 0.0]):
        labels = predict(np.ones((1, 1)), np.array([row]).T, np.zeros(3))
        compare_labels(labels, np.array([row]), f"one row with the scores {row}")
    compare_labels(predict(np.eye(3), Z.T.copy(), np.zeros(3)), Z, "rows of large scores")


@check
def leaves_its_arguments_as_they_were(predict):
    rng = np.random.default_rng(72)
    X, W, b = rng.normal(size=(4, 3)), rng.normal(size=(2, 3)), rng.normal(size=2)
    expect.unchanged(predict, X, W, b, what="X, W and b after the call")


@check
def treats_whole_numbers_and_single_precision_like_others(predict):
    X, W, b = np.array([[1, 2], [3, 0], [0, 5]]), np.array([[2, 0], [0, 1], [1, 1]]), np.array([0, 2, 0])
    Z = X @ W.T + b + np.array([0.25, 0.0, 0.5])
    for kind in (np.int64, np.int32, np.float32):
        labels = predict(X.astype(kind), W.astype(kind), b + np.array([0.25, 0.0, 0.5]))
        compare_labels(labels, Z, f"inputs of {kind.__name__}")


@check
def keeps_its_results_apart(predict):
    first = predict(np.eye(2), np.eye(2), np.zeros(2))
    right = first.copy()
    predict(-np.eye(2), np.eye(2), np.zeros(2))
    expect.close(first, right, "an earlier result after another call")


check.run("predict", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 8 · Who is taken for whom: the confusion matrix
#
# An error of 4 % says how often the classifier is wrong. It does not say where. Count for every pair of classes how often the first, the true one, was called
# the second:
#
# $$M_{jk} = \text{number of examples with true class } j \text{ and predicted class } k$$
#
# The diagonal holds what was right. Row $j$ tells what became of the true $j$'s, column $k$ what was really there when the answer was $k$.
#
# **By hand.** True labels $(0, 0, 1)$, predictions $(0, 1, 1)$: of the two 0's one was called 0 and one 1; the only 1 was called 1. So $M = \begin{pmatrix}1 &
# 1\\ 0 & 1\end{pmatrix}$.
#
# Rows are true classes here and in scikit-learn; other books have them in the columns. Look twice before you read one.
#
# **Predict first.** What does `M[y_true, y_pred] += 1` do when the same pair occurs five times in one call?
#
# <details><summary>Answer</summary>It adds 1 once: NumPy reads the old count, adds 1 and writes the same sum five times.</details>

# %% nbgrader={"grade": false, "grade_id": "confusion_matrix", "locked": false, "schema_version": 3, "solution": true, "task": false}
def confusion_matrix(y_true, y_pred, n_classes):
    """Count how often each true class was called each class.

    Parameters
    ----------
    y_true, y_pred : arrays of int, shape (m,)
        Labels 0 .. n_classes - 1, integers of any width.
    n_classes : int
        Number of classes C; a class may be missing from either.

    Returns
    -------
    array of shape (C, C)
        Row: the true class; column: the predicted one. The entries sum to m.

    Examples
    --------
    >>> confusion_matrix(np.array([0, 0, 1]), np.array([0, 1, 1]), 2)
    array([[1, 1],
           [0, 1]])
    """
    ### BEGIN SOLUTION
    counts = np.zeros((n_classes, n_classes), dtype=int)
    np.add.at(counts, (y_true, y_pred), 1)
    return counts
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_confusion_matrix", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def counts_what_was_worked_by_hand(confusion_matrix):
    counts = confusion_matrix(np.array([0, 0, 1]), np.array([0, 1, 1]), 2)
    expect.array(counts, (2, 2), "the true labels (0, 0, 1), predicted (0, 1, 1)")
    expect.close(counts, [[1, 1], [0, 1]], "the true labels (0, 0, 1), predicted (0, 1, 1)")


@check
def counts_a_pair_as_often_as_it_occurs(confusion_matrix):
    counts = confusion_matrix(np.array([2, 2, 2, 0]), np.array([0, 0, 0, 0]), 3)
    expect.close(
        counts, [[1, 0, 0], [0, 0, 0], [3, 0, 0]], "the true labels (2, 2, 2, 0), all predicted 0"
    )


check.run("confusion_matrix")

# %% [markdown]
# <details><summary>Hint 1: the plain way</summary>
# Zeros in the shape (C, C), and a loop over the pairs: <code>for true, predicted in zip(y_true, y_pred)</code>. It is right, and fast enough.
# </details>
# <details><summary>Hint 2: without a loop</summary>
# <code>np.add.at</code> counts repeated places as often as they occur. Or: the product of two one-hot matrices, one of them transposed.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_confusion_matrix", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `confusion_matrix`, 2 points: rows and columns, classes that do not occur, many
# examples, labels of any integer type.
### BEGIN HIDDEN TESTS
def expected_counts(y_true, y_pred, n_classes):
    counts = np.zeros((n_classes, n_classes))
    for pair in zip(y_true, y_pred):
        counts[pair] += 1
    return counts


def compare_counts(confusion_matrix, y_true, y_pred, n_classes, what):
    counts = confusion_matrix(y_true, y_pred, n_classes)
    expect.array(counts, (n_classes, n_classes), what)
    expect.close(counts, expected_counts(y_true, y_pred, n_classes), what)


@check
def has_true_classes_in_rows(confusion_matrix):
    for y_true, y_pred in (([0, 1, 2], [1, 2, 2]), ([2, 2, 0, 1], [0, 1, 0, 0]), ([1], [0])):
        what = f"the true labels {y_true}, predicted {y_pred}"
        compare_counts(confusion_matrix, np.array(y_true), np.array(y_pred), 3, what)


@check
def counts_any_labels(confusion_matrix):
    rng = np.random.default_rng(80)
    for m, C in ((9, 2), (20, 3), (40, 5), (7, 6)):
        y_true, y_pred = rng.integers(0, C, (2, m))
        compare_counts(confusion_matrix, y_true, y_pred, C, f"{m} examples of {C} classes")


@check
def keeps_a_place_for_classes_that_do_not_occur(confusion_matrix):
    for y_true, y_pred, C in (([0, 1, 0], [0, 0, 0], 4), ([3, 3], [1, 3], 5), ([2, 2], [2, 2], 3)):
        what = f"the true labels {y_true}, predicted {y_pred}, {C} classes"
        compare_counts(confusion_matrix, np.array(y_true), np.array(y_pred), C, what)


@check
def counts_everything_where_all_is_right_and_where_all_is_wrong(confusion_matrix):
    y = np.array([0, 1, 2, 0, 1, 2, 2])
    compare_counts(confusion_matrix, y, y, 3, "all right")
    compare_counts(confusion_matrix, y, (y + 1) % 3, 3, "all wrong")


@check
def counts_beyond_what_a_byte_can_hold(confusion_matrix):
    y_true, y_pred = np.repeat(np.array([1, 0], dtype=np.uint8), [300, 5]), np.zeros(305, np.uint8)
    compare_counts(confusion_matrix, y_true, y_pred, 2, "the same pair 300 times")


@check
def takes_labels_of_any_width(confusion_matrix):
    rng = np.random.default_rng(81)
    y_true, y_pred = rng.integers(0, 20, (2, 30))
    for kind in (np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32, np.int64):
        labels = y_true.astype(kind), y_pred.astype(kind)
        compare_counts(confusion_matrix, *labels, 20, f"labels of {kind.__name__}")
    mixed = y_true.astype(np.uint8), y_pred
    compare_counts(confusion_matrix, *mixed, 20, "true labels of uint8, predictions of int64")


@check
def works_for_one_example_and_for_one_class(confusion_matrix):
    compare_counts(confusion_matrix, np.array([2]), np.array([1]), 3, "one example")
    compare_counts(confusion_matrix, np.array([0, 0]), np.array([0, 0]), 1, "one class")


@check
def leaves_the_labels_as_they_were(confusion_matrix):
    y_true, y_pred = np.array([2, 0, 1]), np.array([0, 0, 1])
    expect.unchanged(confusion_matrix, y_true, y_pred, 3, what="the labels after the call")


@check
def keeps_its_results_apart(confusion_matrix):
    first = confusion_matrix(np.array([2, 0]), np.array([2, 1]), 3)
    right = first.copy()
    confusion_matrix(np.array([0, 0]), np.array([1, 1]), 3)
    expect.close(first, right, "an earlier result after another call")


check.run("confusion_matrix", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 9 · Experiments: 650 numbers that read digits
#
# A digit is 8 × 8 pixels, so `W` is (10, 64) and `b` is (10,): 650 numbers. From here on everything runs on **your** functions; if they are wrong, the pictures
# are wrong.
#
# **Predict first.** Whoever guesses misreads nine digits in ten. How many does your classifier misread after a *single* step from zeros?

# %% tags=["skip-execution"]
lr, numbers_of_epochs = 1.0, [0, 1, 3, 10, 30, 100, 300]


def error(X, y, W, b):
    """Share of the labels that `predict` gets wrong."""
    return np.mean(predict(X, W, b) != y)


fits = [fit_softmax(X_train, y_train, 10, lr, epochs) for epochs in numbers_of_epochs]
plots.error_by_setting(
    numbers_of_epochs,
    {
        "training": [error(X_train, y_train, W, b) for W, b in fits],
        "dev": [error(X_dev, y_dev, W, b) for W, b in fits],
    },
    "epochs",
    log=True,
)
W, b = fits[-1]
J_dev = cross_entropy(X_dev @ W.T + b, y_dev)
print(f"after {numbers_of_epochs[-1]} epochs the dev cost is {J_dev:.3f} nats: e^-J = {np.exp(-J_dev):.2f}")

# %% [markdown]
# One step takes the dev error from guessing to 28 %. That step knows little: all probabilities were 1/10, so it did no more than add up each class's images
# and take away a tenth of the sum of all. After 300 steps 2.3 % of the training digits and 4.0 % of the dev digits are misread. From 30 steps on the curves
# lie less than 2 points apart: with 650 parameters for 997 digits there is little to overfit with.
#
# The dev cost is 0.188 nats, and $e^{-0.188} = 0.83$: in a typical case the true digit was given 83 %.
#
# ### A network without a hidden layer
#
# The same thing has another name: a neural network of one layer. `helpers.network` trains networks of any depth; without a hidden layer, from zeros and with
# all rows in each batch, it must arrive at your weights.

# %% tags=["skip-execution"]
params, _ = network.train(
    X_train,
    y_train,
    [64, 10],
    np.random.default_rng(0),
    epochs=300,
    batch_size=len(X_train),
    lr=lr,
    optimizer="sgd",
    initializer=lambda layer_dims: {"W1": np.zeros((10, 64)), "b1": np.zeros(10)},
)
furthest = max(np.abs(params["W1"] - W).max(), np.abs(params["b1"] - b).max())
print(f"largest weight: {np.abs(W).max():.2f}, furthest from the network's: {furthest:.1g}")

deep_params, _ = network.train(X_train, y_train, [64, 128, 10], np.random.default_rng(1), lr=0.002)
deep_error = network.measure_error(X_dev, y_dev, deep_params)
print(f"dev error: one layer {error(X_dev, y_dev, W, b):.1%}, with 128 hidden units {deep_error:.1%}")

# %% [markdown]
# All that a deep network adds comes *before* this layer: features that are easier to tell apart. A hidden layer of 128 units brings the dev error from 4.0 % to
# 2.5 %, with 9 610 parameters instead of 650. The last layer, its cost and its gradient stay the three formulas that you wrote.
#
# ### What a class looks for
#
# One layer has the charm that you can look at what it learned. A row of `W` has a number for each pixel: blue says that ink there speaks for the class, orange
# that it speaks against it. Before you run it: what will the middle of the 0 look like?

# %% tags=["skip-execution"]
plots.class_weights(W, [f'"{digit}"' for digit in range(10)])

# %% [markdown]
# The 0 wants an empty middle; its strongest weights are those *against* ink in the centre. Look for the gap in the left side of the 3, and for the upper right
# of the 6, where it wants nothing. The outermost columns are nearly white, for digits seldom reach them. Where no digit has ink, $X$ is 0, so is the gradient,
# and the weight stays at the 0 that it started from. These are not portraits of digits: a weight is large where it *tells a class from the others*.
#
# ### Who is taken for whom

# %% tags=["skip-execution"]
labels = predict(X_dev, W, b)
plots.confusion_matrix(confusion_matrix(y_dev, labels, 10))

# %% [markdown]
# The diagonal is what was right. Read a row to see what became of a digit: of the five 8's that were missed, no more than two went to the same digit. Read a
# column to see what hides behind an answer: five of the digits that were called 1 are something else. With rows and columns exchanged the picture would look
# just as plausible, so check one count against the images below: three 1's were read as 9, in row 1, column 9.
#
# Sixteen are wrong. Here they are, with their costs. Would you have read them all?

# %% tags=["skip-execution"]
wrong = np.flatnonzero(labels != y_dev)
costs = np.array(
    [cross_entropy(X_dev[i : i + 1] @ W.T + b, y_dev[i : i + 1]) for i in range(len(y_dev))]
)
plots.digit_images(
    X_dev[wrong], [f"{y_dev[i]} read as {labels[i]}\n({costs[i]:.1f} nats)" for i in wrong]
)
share = costs[wrong].sum() / costs.sum()
print(f"{len(wrong)} of {len(y_dev)} digits are misread; they carry {share:.0%} of the cost")

# %% [markdown]
# These sixteen are 4 % of the digits and carry 37 % of the cost. The costliest is a 4 that was read as 8: 4.9 nats, since the 4 was given less than 1 %. Ten
# of the others cost less than 1.5 nats: their true digits were given more than 20 %. The error counts all sixteen alike. The cost tells a narrow miss from a
# confident mistake, and that is why one trains on it.
#
# ### Temperature: how sure is too sure?
#
# Section 2 showed it: adding to the scores changes nothing, multiplying them does. Divide all scores by a number $T$, the *temperature*: below 1 the belief
# hardens, above 1 it softens, and the order of the classes never changes. The first of the misread digits at three temperatures:

# %% tags=["skip-execution"]
first = wrong[0]
Z = X_dev[first : first + 1] @ W.T + b
plots.class_probabilities(
    {f"T = {T}": softmax(Z / T)[0] for T in (0.25, 1, 4)}, true_class=y_dev[first]
)

# %% [markdown]
# It is a 9. At $T = 1$ the classifier leans towards 1 and keeps 40 % for the 9; cold, it has nearly made up its mind; hot, it has nearly given up. With $T \to
# 0$ all belief goes to the highest score, with $T \to \infty$ each class gets 1/10.
#
# Which temperature is honest? The one whose probabilities cost least on digits that were not learned from. Two classifiers: yours, and one that learned a
# hundred digits by heart in 3000 epochs.

# %% tags=["skip-execution"]
W_few, b_few = fit_softmax(X_train[:100], y_train[:100], 10, 2.0, 3000)
all_scores = {
    "997 digits, 300 epochs": X_dev @ W.T + b,
    "100 digits, 3000 epochs": X_dev @ W_few.T + b_few,
}
temperatures = 2.0 ** np.arange(-4, 4.5, 0.5)
by_temperature = {
    name: [cross_entropy(Z / T, y_dev) for T in temperatures] for name, Z in all_scores.items()
}
plots.lines(temperatures, by_temperature, "temperature T", "dev cost (nats)", log="x", marks={"T = 1": 1.0})
for name, Z in all_scores.items():
    sure, right = softmax(Z).max(axis=1).mean(), np.mean(Z.argmax(axis=1) == y_dev)
    print(f"{name}: says {sure:.0%} on average, is right in {right:.0%}")

# %% [markdown]
# Your classifier is too modest: it says 89 % on average and is right in 96 %; its lowest cost is at $T = 0.5$, which doubles its scores. It was still growing
# its weights when the 300 epochs were over. The other one is too sure: it says 93 % and is right in 88 %, and its lowest cost is at $T \approx 1.4$. That is
# overfitting as it shows in probabilities: on its hundred digits it was never wrong, and nothing told it to be careful. Choosing $T$ on dev is called
# *temperature scaling*. It repairs the probabilities and cannot change a single label. (Language models are sampled at a temperature of the user's choice; it
# is this $T$.)
#
# ### Likelihood: a classifier that sees nothing
#
# Give all inputs as 0. Then $W$ gets no gradient, and only $b$ can learn, from labels alone. Say 60 of 100 labels are 1 and 40 are 0. What should it believe?
# Draw the cost for every belief $p$ in class 1 first (the scores $\ln(1 - p)$ and $\ln p$ have just these probabilities), then let your `fit_softmax` find its
# own.

# %% tags=["skip-execution"]
blind_labels = np.repeat([1, 0], [60, 40])
beliefs = np.linspace(0.02, 0.98, 97)
cost_of_belief = [
    cross_entropy(np.tile(np.log([1 - p, p]), (100, 1)), blind_labels) for p in beliefs
]
plots.lines(
    beliefs,
    {"your cross_entropy": cost_of_belief},
    "probability given to class 1",
    "cost (nats)",
    marks={"60 of 100": 0.6},
)
W_blind, b_blind = fit_softmax(np.zeros((100, 1)), blind_labels, 2, 1.0, 300)
learned = softmax(b_blind[np.newaxis])[0]
print(f"learned from labels alone: {learned[0]:.3f} for class 0, {learned[1]:.3f} for class 1")

# %% [markdown]
# The lowest cost is at 0.6, the share of the labels, and that is where gradient descent ends. Under a belief $p$ these hundred labels have the probability
# $p^{60}(1-p)^{40}$, which is largest at 0.6: *maximum likelihood* and *least cross-entropy* are one and the same. Look at the ends of the curve, too: to be
# nearly sure of either class is expensive when the other one occurs.
#
# This is also the cost to beat. A classifier whose cross-entropy is not below that of the plain shares (0.673 here; $\ln 10 = 2.30$ for ten equally frequent
# digits) has learned nothing from its inputs.
#
# ### Two classes are logistic regression
#
# Divide numerator and denominator of the second class by $e^{z_1}$ and the sigmoid appears, with the *difference* of the scores in it:
#
# $$\frac{e^{z_1}}{e^{z_0} + e^{z_1}} = \frac{1}{1 + e^{-(z_1 - z_0)}} = \sigma(z_1 - z_0)$$
#
# So one row of weights would do, $w = W_1 - W_0$. Try it on the 1's and the 8's, with logistic regression written out beside your functions. Both rows of `W`
# move, in opposite directions, so their difference moves twice as fast: logistic regression gets twice the learning rate.

# %% tags=["skip-execution"]
pair_train, pair_dev = np.isin(y_train, [1, 8]), np.isin(y_dev, [1, 8])
X_pair, y_pair = X_train[pair_train], (y_train[pair_train] == 8).astype(int)
W_pair, b_pair = fit_softmax(X_pair, y_pair, 2, 0.5, 200)

w, c = np.zeros(64), 0.0
for _ in range(200):
    gap = 1 / (1 + np.exp(-(X_pair @ w + c))) - y_pair
    w, c = w - 2 * 0.5 * gap @ X_pair / len(y_pair), c - 2 * 0.5 * gap.mean()

difference = X_dev[pair_dev] @ w + c
order = np.argsort(difference)
plots.lines(
    difference[order],
    {
        "softmax of two scores": softmax(X_dev[pair_dev] @ W_pair.T + b_pair)[order, 1],
        "sigmoid of one score": 1 / (1 + np.exp(-difference[order])),
    },
    "score of logistic regression, dev digits 1 and 8",
    'probability of "8"',
)
print(f"W_1 - W_0 and w differ by at most {np.abs(W_pair[1] - W_pair[0] - w).max():.1g}")

# %% [markdown]
# One line hides the other. With two classes softmax has one row of weights more than it needs; with $C$ classes it is the same: add any vector to all rows of
# `W`, and no probability changes. From zeros the ten rows of `W` always add up to 0, since $P - Y$ sums to 0 in each row.
#
# **Turn the dials.** What do `lr = 0.01` and `lr = 100.0` do to the first picture? Let 20 % of the training labels be wrong (`wrong_labels=0.2` in a copy of
# the set-up line): what happens to the best temperature? And fit with `X_train + 100`: the shift is free in a row of scores, is it free here?

# %% [markdown]
# ## 10 · Quiz
#
# Put a letter in quotes in the place of each `None`, for example `"shift": "a"`, and delete the last line of the cell.
#
# **shift.** Somebody adds 5 to all scores of a row. What happens to its probabilities?
#
# - (a) all of them grow, by the factor $e^5$
# - (b) nothing
# - (c) the largest one comes closer to 1
#
# **surprise.** One network gives the true class the probability 0.1, another one 0.001. How do their costs for this example compare?
#
# - (a) the second one's is three times as large
# - (b) the second one's is a hundred times as large
# - (c) the second one's is larger by 0.099
#
# **likelihood.** Two models are tested on the same 400 dev digits. Model A's cross-entropy is lower than model B's. What follows?
#
# - (a) A gets more digits right than B
# - (b) A's largest probabilities are closer to 1 than B's
# - (c) by A's probabilities the 400 true labels together are more probable than by B's
#
# **two_classes.** A softmax over two classes with the scores $z_0$ and $z_1$. Which single number decides, as in logistic regression, how probable class 1 is?
#
# - (a) $z_1$, through the sigmoid
# - (b) $z_1 - z_0$, through the sigmoid
# - (c) $z_1 / z_0$
#
# **library.** A network in PyTorch trains with `CrossEntropyLoss`, which takes scores. Its last layer is a softmax. What happens?
#
# - (a) an error: the numbers are not scores
# - (b) nothing changes: a softmax of a softmax is the same softmax
# - (c) it trains, badly: the loss takes the probabilities for scores, and scores between 0 and 1 can hardly differ

# %% nbgrader={"grade": false, "grade_id": "quiz_softmax", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_softmax = {
    "shift": None,
    "surprise": None,
    "likelihood": None,
    "two_classes": None,
    "library": None,
}
### BEGIN SOLUTION
quiz_softmax = {
    "shift": "b",
    "surprise": "a",
    "likelihood": "c",
    "two_classes": "b",
    "library": "c",
}
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_softmax", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
@check
def answers_every_question_with_one_of_its_letters(quiz_softmax):
    questions = ("shift", "surprise", "likelihood", "two_classes", "library")
    expect.choices(quiz_softmax, dict.fromkeys(questions, "abc"))


check.run("quiz_softmax")

# %% nbgrader={"grade": true, "grade_id": "hidden_quiz_softmax", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `quiz_softmax`, 5 points: one for each right answer. The explanations come with
# your result.
### BEGIN HIDDEN TESTS
@check
def tells_what_a_shift_of_a_row_does(quiz_softmax):
    """Numerator and denominator both grow by the same factor, which cancels. Only differences of
    scores count; that is why subtracting the row's maximum is free."""
    expect.choice(quiz_softmax, "shift", "b")


@check
def tells_how_costs_of_rare_events_compare(quiz_softmax):
    """Minus the logarithm: 2.3 nats and 6.9 nats. A probability a hundred times smaller costs
    ln 100 = 4.6 nats more, wherever one starts."""
    expect.choice(quiz_softmax, "surprise", "a")


@check
def tells_what_a_lower_cross_entropy_means(quiz_softmax):
    """The cross-entropy times m is minus the logarithm of the probability of all true labels. It
    says nothing certain about the number of mistakes: a few confident ones can cost more than
    many hesitant ones."""
    expect.choice(quiz_softmax, "likelihood", "c")


@check
def tells_what_two_classes_come_down_to(quiz_softmax):
    """Divide numerator and denominator by the exponential of the second score: what is left is
    the sigmoid of the difference. Logistic regression has one score because the other may be 0."""
    expect.choice(quiz_softmax, "two_classes", "b")


@check
def tells_what_a_second_softmax_does(quiz_softmax):
    """The loss applies its own softmax to whatever it gets. From scores between 0 and 1, with ten
    classes, no class can get more than e / (e + 9) = 23 %, so the cost cannot fall below 1.46."""
    expect.choice(quiz_softmax, "library", "c")


check.run("quiz_softmax", hidden=True, points=5)
### END HIDDEN TESTS

# %% [markdown]
# ## What to remember
#
# 1. Softmax turns differences of scores into probabilities. Moving a row changes nothing, so take its maximum away first; stretching it makes it surer.
# 2. The cost of an example is minus the logarithm of what the true class was given. Compute it from the scores, never through the probability.
# 3. The lowest cross-entropy is the maximum likelihood. $\ln C$ is the cost of knowing nothing about $C$ equally frequent classes; $e^{-J}$ is a typical
#    belief in the truth.
# 4. The gradient by the scores is $(P - Y)/m$: belief minus truth.
# 5. For a decision the scores are enough. Look at who is taken for whom, not only at how many.
#
# ## Where it goes wrong
#
# | what you see | what it may be |
# |---|---|
# | the cost is `nan` after a few steps | scores above 709 (float32: 88) without the row's maximum taken away |
# | the cost is `inf` | a logarithm of a probability that was rounded to 0 |
# | rows of `nan` in a batch where other rows are fine | one maximum for the whole batch |
# | the cost never falls below about 1.46 with ten classes | softmax twice: the loss takes scores and got probabilities |
# | the first cost is far from $\ln C$ | large first weights, a sum in the place of the mean, or another logarithm |
# | it trains, but needs a learning rate that depends on the batch size | the gradient was not divided by m |
# | a class is never predicted | it is missing from the training set, or the labels count from 1 |
# | the error is low and the cost high | a few confident mistakes: the probabilities are too sure, not the labels wrong |
#
# ## Further
#
# - J. S. Bridle: *Probabilistic interpretation of feedforward classification network outputs, with relationships to statistical pattern recognition*, in
#   Neurocomputing, NATO ASI Series F 68 (1990). Where the name softmax comes from.
# - P. Blanchard, D. J. Higham, N. J. Higham: *Accurately computing the log-sum-exp and softmax functions*, IMA Journal of Numerical Analysis 41 (2021). What
#   the shift does to the rounding errors.
# - C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger: *On calibration of modern neural networks*, ICML 2017. Deep networks are too sure, and one temperature
#   repairs most of it.
# - In PyTorch, `torch.nn.CrossEntropyLoss` takes scores (`softmax` must not stand before it) and `torch.nn.NLLLoss` takes log-probabilities. scikit-learn's
#   `LogisticRegression` is softmax regression with an L2 penalty, `log_loss` takes probabilities, `confusion_matrix` has true classes in rows as here. SciPy
#   has `softmax`, `log_softmax` and `logsumexp`, over all entries unless an axis is given.
