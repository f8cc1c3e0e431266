# %% [markdown]
# # Regularization
#
# A hundred points of two kinds that overlap a little. Your network gets every one of them right and draws a border like a coastline, with a bay round each odd point. Of the next two thousand points
# it gets one in six wrong. **How do you make it draw a smoother border without taking away the units that it may need?**
#
# You charge it for large weights, in one of two ways; you stop its training in time; you show it each image in more than one position. Whatever makes a network follow its training set
# less closely, for the sake of data that it has not seen, is called *regularization*. These are four kinds of it, each a few lines of NumPy.
#
# **You will**
#
# - write the L2 and the L1 penalty with their gradients, and say which of them makes weights exactly 0 and why;
# - choose the strength λ from training and dev errors, and tell too little from too much;
# - stop a training run at the right epoch and double a set of images without breaking its labels.
#
# **Time:** 90 minutes. **Before:** you know what `Z = X @ W.T + b` computes, what a gradient step `W - lr * dW` does, and that a network which is much better on
# the examples it learned from (training error) than on others (dev error) *overfits*: it has variance, not bias.
#
# **How it works.** Each exercise is a cell to fill in: run it, then run the check below it. When a check fails, read its first line: it says what came and what was
# expected. If your own cell ends in a red error, mend that first; the check would still see your previous version. Hints are folded away below the checks.
# The *hidden* checks run when your notebook is graded. If you study alone, save it (Ctrl+S) and call `autograder check` on it, as the README shows.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
from functools import partial

import numpy as np

from helpers import datasets, dropout, network, plots
from helpers.check import check, expect

X_moons, y_moons = datasets.moons(np.random.default_rng(3), m=100, noise=0.3)
X_new, y_new = datasets.moons(np.random.default_rng(4), m=2000, noise=0.3)
(X_train, y_train), (X_dev, y_dev), _ = datasets.digits(
    np.random.default_rng(0), m_train=500, wrong_labels=0.2
)

# %% [markdown]
# **See it.** The hundred points and what the network makes of them. It has 2-40-20-1 units and no regularization.

# %% tags=["skip-execution"]
first_net, _ = network.train(
    X_moons, y_moons, [2, 40, 20, 1], np.random.default_rng(0), epochs=1500, batch_size=100, lr=0.01
)
plots.decision_boundaries({"coastline": partial(network.predict, params=first_net)}, X_moons, y_moons)

# %% [markdown]
# ## 1 · How large is a vector?
#
# "Keep the weights small" is the oldest advice against overfitting. Before you can charge for size, you have to measure it, and there are several ways:
#
# $$\|x\|_0 = \#\{i : x_i \ne 0\},\qquad \|x\|_1 = \sum_i |x_i|,\qquad \|x\|_2 = \sqrt{\sum_i x_i^2},\qquad \|x\|_\infty = \max_i |x_i|$$
#
# **By hand.** $x = (3, 0, -4)$: two entries are not 0, so $\|x\|_0 = 2$; then $\|x\|_1 = 7$, $\|x\|_2 = \sqrt{9 + 16} = 5$, $\|x\|_\infty = 4$.
#
# They disagree about what is small. $(4, 0, 0, 0)$ and $(1, 1, 1, 1)$ have the same $\|x\|_1 = 4$, but $\|x\|_2$ is 4 for the first and 2 for the second: whoever charges for
# $\|x\|_2$ prefers weights that are spread out. $\|x\|_0$ prefers the first, with its single entry. It is the direct way to ask for few weights (and no norm in the strict sense: doubling
# $x$ does not double it). But finding the best few of many is NP-hard: no method is known that is fast in all cases. The usual stand-in is $\|x\|_1$.
#
# Use NumPy as you like, `np.linalg.norm` included. But mind what that one does with a *matrix*; sections 2 and 4 come back to it.

# %% nbgrader={"grade": false, "grade_id": "vector_norms", "locked": false, "schema_version": 3, "solution": true, "task": false}
def vector_norms(x):
    """Measure a vector in four ways.

    Parameters
    ----------
    x : array of shape (n,)
        The vector, n at least 1.

    Returns
    -------
    dict
        "l0", how many entries are not 0; "l1", the sum of the absolute values; "l2", the root of
        the sum of squares; "linf", the largest absolute value.

    Examples
    --------
    >>> norms = vector_norms(np.array([3.0, 0.0, -4.0]))
    >>> [float(norms[name]) for name in ("l0", "l1", "l2", "linf")]
    [2.0, 7.0, 5.0, 4.0]
    """
    ### BEGIN SOLUTION
    size = np.abs(x)
    return {
        "l0": np.count_nonzero(size),
        "l1": size.sum(),
        "l2": np.sqrt(np.sum(size**2)),
        "linf": size.max(),
    }
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_vector_norms", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def expect_norms(norms, want, what):
    """Expect a dict with exactly these keys, each a number."""
    expect.that(isinstance(norms, dict), what, "this is no dict")
    expect.equal(set(norms), set(want), f"the keys for {what}")
    for name, value in want.items():
        expect.number(norms[name], f"{name} of {what}")
        expect.close(norms[name], value, f"{name} of {what}")


@check
def measures_the_vector_worked_by_hand(vector_norms):
    norms = vector_norms(np.array([3.0, 0.0, -4.0]))
    expect_norms(norms, {"l2": 5.0, "l1": 7.0, "l0": 2, "linf": 4.0}, "(3, 0, -4)")


@check
def measures_a_vector_of_equal_entries(vector_norms):
    norms = vector_norms(np.array([-0.5, -0.5, -0.5, -0.5]))
    expect_norms(norms, {"l2": 1.0, "l1": 2.0, "l0": 4, "linf": 0.5}, "(-1/2, -1/2, -1/2, -1/2)")


check.run("vector_norms")

# %% [markdown]
# <details><summary>Hint 1: one thing in common</summary>
# None of the four cares about signs. Take the absolute values once and work with them.
# </details>
# <details><summary>Hint 2: counting</summary>
# A comparison gives an array of <code>True</code> and <code>False</code>, and these count as 1 and 0 in a sum. <code>np.count_nonzero</code> does it in one call.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_vector_norms", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `vector_norms`, 2 points: each of the four on other vectors, small entries, zeros,
# a single entry, whole numbers, x itself.
### BEGIN HIDDEN TESTS
def vectors_to_measure():
    rng = np.random.default_rng(10)
    yield "a vector of both signs", rng.normal(size=9) - 0.4
    yield "a vector with zeros", rng.normal(size=12) * (np.arange(12) % 3 > 0)
    yield "a vector of negative entries", -rng.uniform(0.5, 3.0, 5)
    yield "a vector of positive entries", rng.uniform(0.5, 3.0, 4)
    yield "a vector of whole numbers", np.array([-7, 0, 2, 2, 0, 5])


@check
def returns_the_four_numbers_under_their_names(vector_norms):
    for _, x in vectors_to_measure():
        norms = vector_norms(x)
        expect.that(isinstance(norms, dict), "the result", "this is no dict")
        expect.equal(set(norms), {"l0", "l1", "l2", "linf"}, "its keys")
        for name in ("l0", "l1", "l2", "linf"):
            expect.number(norms[name], name)


@check
def counts_the_entries_that_are_not_zero(vector_norms):
    for what, x in vectors_to_measure():
        expect.close(vector_norms(x)["l0"], sum(float(entry) != 0 for entry in x), f"l0 of {what}")


@check
def counts_an_entry_however_small(vector_norms):
    norms = vector_norms(np.array([1.0, 0.0, 2.0**-30, -(2.0**-40), 0.0]))
    expect.close(norms["l0"], 3, "l0 of a vector with two tiny entries")


@check
def adds_the_absolute_values(vector_norms):
    for what, x in vectors_to_measure():
        expect.close(vector_norms(x)["l1"], float(sum(abs(x))), f"l1 of {what}")


@check
def takes_the_root_of_the_sum_of_squares(vector_norms):
    for what, x in vectors_to_measure():
        expect.close(vector_norms(x)["l2"], float(sum(x * x)) ** 0.5, f"l2 of {what}")


@check
def finds_the_largest_absolute_value(vector_norms):
    for what, x in vectors_to_measure():
        expect.close(vector_norms(x)["linf"], float(max(abs(x))), f"linf of {what}")


@check
def measures_a_single_entry_and_nothing_but_zeros(vector_norms):
    for x, want in (([-2.5], (1, 2.5, 2.5, 2.5)), ([0.0], (0, 0, 0, 0)), ([0.0] * 4, (0, 0, 0, 0))):
        norms = vector_norms(np.array(x))
        for name, value in zip(("l0", "l1", "l2", "linf"), want):
            expect.close(norms[name], value, f"{name} of a vector of length {len(x)}")


@check
def leaves_the_vector_as_it_was(vector_norms):
    expect.unchanged(vector_norms, np.array([2.0, -1.0, 0.0, -3.0]), what="x after the call")


check.run("vector_norms", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 2 · A price on weights: the L2 penalty
#
# A network that bends itself round a single wrong label needs large weights to do it: only with them can its output change so much over so short a distance. So make large weights
# expensive. To the mean loss over the $m$ training examples add
#
# $$\frac{\lambda}{2m}\sum_{l=1}^{L}\|W_l\|_F^2,\qquad \|W\|_F^2 = \sum_{i,j} W_{ij}^2$$
#
# The strength $\lambda \ge 0$ is a hyperparameter. In code it is `lambd`, because `lambda` is a word of Python. $\|W\|_F$ is the *Frobenius norm*: the $\|\cdot\|_2$ of all entries of
# the matrix in one long row. It is **not** what `np.linalg.norm(W, 2)` computes; that is the spectral norm, how far $W$ can stretch a vector.
#
# Why these constants? The 2 cancels against the square's derivative. The $m$ has a better reason: the more examples speak, the less the penalty should have to say.
# Both are conventions. CS231n has $\frac{1}{2}\lambda$ without $m$, Keras' `regularizers.L2(c)` adds $c\sum w^2$, scikit-learn's `Ridge(alpha)` is λ when the data's cost is
# $\frac{1}{2m}\sum(\ldots)^2$, and the `C` of its classifiers is $1/\lambda$. A λ from one place is not a λ in another.
#
# **By hand.** $W_1 = (1, -2)$, $W_2 = (3)$, $\lambda = 0.5$, $m = 2$: $\frac{0.5}{4}(1 + 4 + 9) = 1.75$.

# %% nbgrader={"grade": false, "grade_id": "l2_penalty", "locked": false, "schema_version": 3, "solution": true, "task": false}
def l2_penalty(weights, lambd, m):
    """Add up the L2 penalty of all layers.

    Parameters
    ----------
    weights : list of arrays of shape (n_out, n_in)
        The weight matrices, one a layer, in any shapes; no biases.
    lambd : float
        Strength of the penalty, at least 0.
    m : int
        Number of training examples, at least 1.

    Returns
    -------
    float
        lambd / (2 m) times the sum of all squared weights.

    Examples
    --------
    >>> float(l2_penalty([np.array([[1.0, -2.0]]), np.array([[3.0]])], lambd=0.5, m=2))
    1.75
    """
    ### BEGIN SOLUTION
    return lambd / (2 * m) * sum(np.sum(W**2) for W in weights)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_l2_penalty", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def costs_what_was_worked_out_by_hand(l2_penalty):
    penalty = l2_penalty([np.array([[1.0, -2.0]]), np.array([[3.0]])], 0.5, 2)
    expect.number(penalty, "the penalty worked by hand")
    expect.close(penalty, 1.75, "the penalty worked by hand")


@check
def squares_entry_by_entry(l2_penalty):
    weights = [np.array([[1.0, 1.0], [2.0, -1.0], [0.0, 1.0]]), np.array([[3.0, -4.0, 0.5]])]
    penalty = l2_penalty([*weights, np.array([[2.0]])], 2.0, 5)
    expect.close(penalty, 7.45, "sums of squares 8, 25.25 and 4, lambd = 2, m = 5")


check.run("l2_penalty")

# %% [markdown]
# <details><summary>Hint 1: one matrix</summary>
# Square each entry, add them all up. Which call adds over both axes at once?
# </details>
# <details><summary>Hint 2: several matrices</summary>
# They have different shapes, so they do not fit into one array. Go through the list, keep a running total, multiply by the factor once at the end.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_l2_penalty", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `l2_penalty`, 2 points: several shapes, other strengths and numbers of examples, how
# the penalty grows, whole numbers, the matrices themselves.
### BEGIN HIDDEN TESTS
def some_weights(seed):
    """Four matrices, two of one shape; no side is a number of examples that is used below."""
    rng = np.random.default_rng(seed)
    return [rng.normal(0.3, 1.0, shape) for shape in ((5, 3), (5, 5), (5, 5), (4, 5))]


@check
def adds_the_squares_of_all_layers(l2_penalty):
    for lambd, m in ((0.75, 10), (3.0, 7), (0.1, 250)):
        weights = some_weights(20)
        squares = sum(float(w) ** 2 for W in weights for w in W.ravel())
        penalty = l2_penalty(weights, lambd, m)
        expect.number(penalty, "the penalty of four layers")
        expect.close(penalty, lambd * squares / (2 * m), f"four layers, lambd = {lambd}, m = {m}")


@check
def treats_every_layer_alike(l2_penalty):
    weights = some_weights(21)
    alone = sum(float(l2_penalty([W], 0.5, 9)) for W in weights)
    for order in (weights, weights[::-1], weights[2:] + weights[:2]):
        expect.close(l2_penalty(order, 0.5, 9), alone, "four layers and the same ones alone")


@check
def grows_with_the_square_of_the_weights(l2_penalty):
    weights = some_weights(22)
    once = float(l2_penalty(weights, 0.5, 9))
    for factor in (2.0, -3.0, 0.125):
        scaled = l2_penalty([factor * W for W in weights], 0.5, 9)
        expect.close(scaled, factor**2 * once, f"weights times {factor}")


@check
def is_in_proportion_to_the_strength_and_divided_by_the_number_of_examples(l2_penalty):
    weights = some_weights(23)
    once = float(l2_penalty(weights, 1.0, 1))
    expect.close(l2_penalty(weights, 6.0, 1), 6 * once, "a strength of 6")
    expect.close(l2_penalty(weights, 1.0, 6), once / 6, "6 examples")
    expect.close(l2_penalty(weights, 0.0, 6), 0.0, "no strength at all")


@check
def costs_nothing_for_zeros_and_works_for_a_single_weight(l2_penalty):
    expect.close(l2_penalty([np.zeros((3, 2)), np.zeros((1, 3))], 2.0, 5), 0.0, "zeros")
    expect.close(l2_penalty([np.array([[-3.0]])], 2.0, 6), 1.5, "one weight")


@check
def treats_whole_numbers_like_others(l2_penalty):
    whole = [np.array([[1, -2, 3], [0, 4, 1]]), np.array([[2, -5]])]
    other = float(l2_penalty([W.astype(float) for W in whole], 0.5, 7))
    expect.close(l2_penalty(whole, 0.5, 7), other, "integer and float matrices")


@check
def leaves_the_weights_as_they_were(l2_penalty):
    expect.unchanged(l2_penalty, some_weights(24), 0.5, 7, what="the weights after the call")


check.run("l2_penalty", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 3 · Its slope
#
# Gradient descent does not need the penalty, it needs its gradient. For a single weight, $\frac{\lambda}{2m}w^2$ has the slope $\frac{\lambda}{m}w$, and no weight's slope depends on another's:
#
# $$\frac{\partial}{\partial W}\,\frac{\lambda}{2m}\|W\|_F^2 = \frac{\lambda}{m}\,W$$
#
# It has the shape of $W$ and is added to the gradient that backpropagation finds: $dW \leftarrow dW + \frac{\lambda}{m}W$.
#
# **By hand.** $W = (4, -2)$, $\lambda = 0.5$, $m = 2$: $0.25\cdot(4, -2) = (1, -0.5)$. A weight twice as large is pulled twice as hard; a tiny one is hardly pulled at all.

# %% nbgrader={"grade": false, "grade_id": "l2_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def l2_gradient(W, lambd, m):
    """Return the gradient of the L2 penalty with respect to one layer's weights.

    Parameters
    ----------
    W : array of shape (n_out, n_in)
        Weights of a layer.
    lambd : float
        Strength of the penalty, at least 0.
    m : int
        Number of training examples, at least 1.

    Returns
    -------
    array of shape (n_out, n_in)
        The penalty's slope for each weight.

    Examples
    --------
    >>> l2_gradient(np.array([[4.0, -2.0]]), lambd=0.5, m=2)
    array([[ 1. , -0.5]])
    """
    ### BEGIN SOLUTION
    return lambd / m * W
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_l2_gradient", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def has_the_slope_worked_out_by_hand(l2_gradient):
    slope = l2_gradient(np.array([[4.0, -2.0]]), 0.5, 2)
    expect.array(slope, (1, 2), "the gradient worked by hand")
    expect.close(slope, [[1.0, -0.5]], "the gradient worked by hand")


@check
def pulls_each_weight_in_proportion_to_its_size(l2_gradient):
    slope = l2_gradient(np.array([[8.0, 0.0], [-1.0, 4.0], [2.0, -3.0]]), 2.0, 8)
    expect.close(slope, [[2.0, 0.0], [-0.25, 1.0], [0.5, -0.75]], "lambd = 2, m = 8")


check.run("l2_gradient")

# %% [markdown]
# <details><summary>Hint 1: one weight</summary>
# Differentiate c·w² with respect to w, with c = λ / (2m). What becomes of the 2?
# </details>
# <details><summary>Hint 2: the shape</summary>
# Nothing is added up here: every weight has a slope of its own, in the place where the weight is.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_l2_gradient", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `l2_gradient`, 2 points: a numerical gradient, other shapes, strengths and numbers of
# examples, W itself, dtypes.
### BEGIN HIDDEN TESTS
@check
def is_the_slope_of_the_penalty(l2_gradient):
    W, step = np.random.default_rng(30).normal(0.5, 1.0, (4, 3)), 1e-5
    for lambd, m in ((0.75, 10), (6.0, 25)):
        slope = np.empty_like(W)
        for index in np.ndindex(*W.shape):
            ahead, behind = (W.copy() for _ in range(2))
            ahead[index] += step
            behind[index] -= step
            slope[index] = lambd / (2 * m) * (np.sum(ahead**2) - np.sum(behind**2)) / (2 * step)
        gradient = l2_gradient(W, lambd, m)
        what = f"the gradient against a numerical one, lambd = {lambd}, m = {m}"
        expect.close(gradient, slope, what, rtol=1e-6, atol=1e-8)


@check
def is_in_proportion_to_weight_and_strength(l2_gradient):
    W = np.random.default_rng(31).normal(size=(2, 5))
    for lambd, m in ((0.25, 64), (8.0, 1), (3, 12), (0.0, 7)):
        gradient = l2_gradient(W, lambd, m)
        expect.array(gradient, (2, 5), "the gradient")
        expect.close(gradient, W * (lambd / m), f"lambd = {lambd}, m = {m}")


@check
def does_not_look_at_other_weights(l2_gradient):
    for others in (0.0, 1.0, -50.0):
        W = np.full((3, 2), others)
        W[1, 0] = 1.5
        expect.close(l2_gradient(W, 2.0, 8)[1, 0], 0.375, f"a weight among others of {others}")


@check
def works_for_one_weight_one_row_and_one_column(l2_gradient):
    for shape in ((1, 1), (1, 6), (6, 1)):
        W = np.random.default_rng(32).normal(size=shape)
        gradient = l2_gradient(W, 0.5, 16)
        expect.array(gradient, shape, "the gradient of a narrow layer")
        expect.close(gradient, W / 32, "the gradient of a narrow layer")


@check
def keeps_an_earlier_result(l2_gradient):
    first = l2_gradient(np.array([[4.0, -2.0]]), 0.5, 2)
    l2_gradient(np.array([[-8.0, 3.0]]), 5.0, 2)
    expect.close(first, [[1.0, -0.5]], "an earlier result after another call")


@check
def leaves_the_weights_as_they_were(l2_gradient):
    W = np.random.default_rng(33).normal(size=(3, 2))
    expect.unchanged(l2_gradient, W, 0.5, 4, what="W after the call")


@check
def keeps_the_precision_of_the_weights(l2_gradient):
    for kind in (np.float32, np.float64):
        gradient = l2_gradient(np.array([[1, -2], [3, 0]], dtype=kind), 0.3, 10)
        expect.dtype(gradient, kind, f"the gradient for a W of {kind.__name__}")


@check
def treats_whole_numbers_like_others(l2_gradient):
    W = np.array([[1, -2, 0], [3, 5, -4]])
    whole, other = l2_gradient(W, 0.25, 8), l2_gradient(W.astype(float), 0.25, 8)
    expect.close(whole, other, "the gradient for an integer array and for a float array")
    expect.dtype(whole, np.float64, "the gradient for an integer array")


check.run("l2_gradient", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 4 · Another price: the L1 penalty
#
# Charge for the absolute values instead of the squares:
#
# $$\frac{\lambda}{m}\sum_{l=1}^{L}\sum_{i,j}|W_{l,ij}|$$
#
# It is the sum itself, $\|w\|_1$, not its square, and there is no ½ as there is no square to cancel. Some write $\frac{\lambda}{2m}$: a constant again, but your λ doubles.
#
# With the data's cost $\frac{1}{2m}\sum(\ldots)^2$ of linear regression, L2 makes *ridge regression*, L1 the *lasso*, scikit-learn's `Lasso(alpha)` with alpha $= \lambda/m$.
#
# Over a matrix `np.linalg.norm(W, 1)` is something else again: the largest of its columns' sums of absolute values.
#
# **By hand.** $W_1 = (1, -2)$, $W_2 = (3)$, $\lambda = 0.5$, $m = 2$: $\frac{0.5}{2}(1 + 2 + 3) = 1.5$.

# %% nbgrader={"grade": false, "grade_id": "l1_penalty", "locked": false, "schema_version": 3, "solution": true, "task": false}
def l1_penalty(weights, lambd, m):
    """Add up the L1 penalty of all layers.

    Parameters
    ----------
    weights : list of arrays of shape (n_out, n_in)
        The weight matrices, one a layer, in any shapes; no biases.
    lambd : float
        Strength of the penalty, at least 0.
    m : int
        Number of training examples, at least 1.

    Returns
    -------
    float
        lambd / m times the sum of all absolute values.

    Examples
    --------
    >>> float(l1_penalty([np.array([[1.0, -2.0]]), np.array([[3.0]])], lambd=0.5, m=2))
    1.5
    """
    ### BEGIN SOLUTION
    return lambd / m * sum(np.sum(np.abs(W)) for W in weights)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_l1_penalty", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def costs_what_was_worked_out_by_hand(l1_penalty):
    penalty = l1_penalty([np.array([[1.0, -2.0]]), np.array([[3.0]])], 0.5, 2)
    expect.number(penalty, "the penalty worked by hand")
    expect.close(penalty, 1.5, "the penalty worked by hand")


@check
def adds_all_entries_of_a_matrix(l1_penalty):
    weights = [np.array([[1.0, -1.0], [2.0, 2.0], [0.0, -1.0]]), np.array([[3.0, -4.0, 0.5]])]
    penalty = l1_penalty([*weights, np.array([[2.0]])], 2.0, 5)
    expect.close(penalty, 6.6, "sums of absolute values 7, 7.5 and 2, lambd = 2, m = 5")


check.run("l1_penalty")

# %% [markdown]
# <details><summary>Hint 1: signs</summary>
# Take the absolute value before you add, or the weights cancel.
# </details>
# <details><summary>Hint 2: compare with section 2</summary>
# Two things differ from the L2 penalty: what is added up, and the constant in front.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_l1_penalty", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `l1_penalty`, 2 points: several shapes, other strengths and numbers of examples, how
# the penalty grows, whole numbers, the matrices themselves.
### BEGIN HIDDEN TESTS
def more_weights(seed):
    """Four matrices, two of one shape; no side is a number of examples that is used below."""
    rng = np.random.default_rng(seed)
    return [rng.normal(-0.2, 1.0, shape) for shape in ((5, 3), (5, 5), (5, 5), (4, 5))]


@check
def adds_the_absolute_values_of_all_layers(l1_penalty):
    for lambd, m in ((0.75, 10), (3.0, 7), (0.1, 250)):
        weights = more_weights(40)
        sizes = sum(abs(float(w)) for W in weights for w in W.ravel())
        penalty = l1_penalty(weights, lambd, m)
        expect.number(penalty, "the penalty of four layers")
        expect.close(penalty, lambd * sizes / m, f"four layers, lambd = {lambd}, m = {m}")


@check
def treats_every_layer_alike(l1_penalty):
    weights = more_weights(41)
    alone = sum(float(l1_penalty([W], 0.5, 9)) for W in weights)
    for order in (weights, weights[::-1], weights[2:] + weights[:2]):
        expect.close(l1_penalty(order, 0.5, 9), alone, "four layers and the same ones alone")


@check
def grows_as_the_weights_do(l1_penalty):
    weights = more_weights(42)
    once = float(l1_penalty(weights, 0.5, 9))
    for factor in (2.0, -3.0, 0.125):
        scaled = l1_penalty([factor * W for W in weights], 0.5, 9)
        expect.close(scaled, abs(factor) * once, f"weights times {factor}")


@check
def is_in_proportion_to_the_strength_and_divided_by_the_number_of_examples(l1_penalty):
    weights = more_weights(43)
    once = float(l1_penalty(weights, 1.0, 1))
    expect.close(l1_penalty(weights, 6.0, 1), 6 * once, "a strength of 6")
    expect.close(l1_penalty(weights, 1.0, 6), once / 6, "6 examples")
    expect.close(l1_penalty(weights, 0.0, 6), 0.0, "no strength at all")


@check
def costs_nothing_for_zeros_and_works_for_a_single_weight(l1_penalty):
    expect.close(l1_penalty([np.zeros((3, 2)), np.zeros((1, 3))], 2.0, 5), 0.0, "zeros")
    expect.close(l1_penalty([np.array([[-3.0]])], 2.0, 4), 1.5, "one weight")


@check
def treats_whole_numbers_like_others(l1_penalty):
    whole = [np.array([[1, -2, 3], [0, 4, 1]]), np.array([[2, -5]])]
    other = float(l1_penalty([W.astype(float) for W in whole], 0.5, 7))
    expect.close(l1_penalty(whole, 0.5, 7), other, "integer and float matrices")


@check
def leaves_the_weights_as_they_were(l1_penalty):
    expect.unchanged(l1_penalty, more_weights(44), 0.5, 7, what="the weights after the call")


check.run("l1_penalty", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 5 · A slope that does not fade
#
# The slope of $|w|$ is 1 on the right of 0 and −1 on the left. At 0 there is a corner and no slope; we take 0, so that a weight that is 0 is left in peace:
#
# $$\frac{\partial}{\partial W}\,\frac{\lambda}{m}\sum|W_{ij}| = \frac{\lambda}{m}\,\text{sign}(W),\qquad \text{sign}(0) = 0$$
#
# **By hand.** $W = (4, 0, -2)$, $\lambda = 0.5$, $m = 2$: $(0.25, 0, -0.25)$. The 4 is pulled no harder than the −2.
#
# **Predict first.** $\lambda/m = 0.1$ and two weights, 5 and 0.01. How hard does L2 pull at each, how hard L1? Which penalty spares a large weight, and which does not let go of a small one?
# <details><summary>Answer</summary>L2 pulls at them with 0.5 and 0.001, L1 with 0.1 at both. So L1 spares the large weight and does not let go of the small one.</details>

# %% nbgrader={"grade": false, "grade_id": "l1_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def l1_gradient(W, lambd, m):
    """Return the gradient of the L1 penalty with respect to one layer's weights.

    Parameters
    ----------
    W : array of shape (n_out, n_in)
        Weights of a layer.
    lambd : float
        Strength of the penalty, at least 0.
    m : int
        Number of training examples, at least 1.

    Returns
    -------
    array of shape (n_out, n_in)
        The penalty's slope for each weight; 0 where the weight is 0.

    Examples
    --------
    >>> l1_gradient(np.array([[4.0, 0.0, -2.0]]), lambd=0.5, m=2)
    array([[ 0.25,  0.  , -0.25]])
    """
    ### BEGIN SOLUTION
    return lambd / m * np.sign(W)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_l1_gradient", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def has_the_slope_worked_out_by_hand(l1_gradient):
    slope = l1_gradient(np.array([[4.0, 0.0, -2.0]]), 0.5, 2)
    expect.array(slope, (1, 3), "the gradient worked by hand")
    expect.close(slope, [[0.25, 0.0, -0.25]], "the gradient worked by hand")


@check
def pulls_small_weights_as_hard_as_large_ones(l1_gradient):
    slope = l1_gradient(np.array([[100.0, 0.01], [-0.01, -100.0], [0.0, 1.0]]), 3.0, 4)
    want = [[0.75, 0.75], [-0.75, -0.75], [0.0, 0.75]]
    expect.close(slope, want, "lambd = 3, m = 4")


check.run("l1_gradient")

# %% [markdown]
# <details><summary>Hint 1: three cases</summary>
# Above 0, below 0, exactly 0. NumPy has a function that gives 1, −1 and 0 for them.
# </details>
# <details><summary>Hint 2: a trap</summary>
# w / |w| looks like the sign, but what does it give for w = 0?
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_l1_gradient", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `l1_gradient`, 2 points: a numerical gradient, zeros, tiny weights, other shapes,
# strengths and numbers of examples, W itself, dtypes.
### BEGIN HIDDEN TESTS
@check
def is_the_slope_of_the_penalty(l1_gradient):
    rng, step = np.random.default_rng(50), 1e-5
    W = rng.uniform(0.25, 2.0, (4, 3)) * rng.choice([-1, 1], (4, 3))
    W[0] = 0.5, -0.75, 1.5
    for lambd, m in ((0.75, 10), (6.0, 25)):
        slope = np.empty_like(W)
        for index in np.ndindex(*W.shape):
            ahead, behind = (W.copy() for _ in range(2))
            ahead[index] += step
            behind[index] -= step
            slope[index] = lambd / m * (np.sum(abs(ahead)) - np.sum(abs(behind))) / (2 * step)
        gradient = l1_gradient(W, lambd, m)
        what = f"the gradient against a numerical one, lambd = {lambd}, m = {m}"
        expect.close(gradient, slope, what, rtol=1e-6, atol=1e-8)


@check
def is_zero_for_weights_of_zero(l1_gradient):
    W = np.array([[0.0, 1.0, 0.0], [-2.0, -0.0, 3.0]])
    expect.close(l1_gradient(W, 2.0, 8), [[0, 0.25, 0], [-0.25, 0, 0.25]], "zeros among others")
    expect.close(l1_gradient(np.zeros((2, 4)), 2.0, 8), np.zeros((2, 4)), "nothing but zeros")


@check
def pulls_tiny_weights_with_full_strength(l1_gradient):
    W = np.array([[2.0**-20, -(2.0**-20)], [-(2.0**-40), 2.0**-40], [1e6, -1e6]])
    expect.close(l1_gradient(W, 2.0, 8), 0.25 * np.sign(W), "tiny and huge weights")


@check
def depends_on_strength_and_number_of_examples(l1_gradient):
    W = np.array([[0.5, -1.5, 0.0, 2.0, -3.0], [-0.125, 4.0, 1.0, -1.0, 0.0]])
    for lambd, m in ((0.25, 64), (8.0, 1), (3, 12), (0.0, 7)):
        gradient = l1_gradient(W, lambd, m)
        expect.array(gradient, (2, 5), "the gradient")
        expect.close(gradient, np.sign(W) * (lambd / m), f"lambd = {lambd}, m = {m}")


@check
def works_for_one_weight_one_row_and_one_column(l1_gradient):
    for shape in ((1, 1), (1, 6), (6, 1)):
        W = -np.random.default_rng(51).uniform(1, 2, size=shape)
        gradient = l1_gradient(W, 0.5, 16)
        expect.array(gradient, shape, "the gradient of a narrow layer")
        expect.close(gradient, np.full(shape, -1 / 32), "the gradient of a narrow layer")


@check
def keeps_an_earlier_result(l1_gradient):
    first = l1_gradient(np.array([[4.0, -2.0]]), 0.5, 2)
    l1_gradient(np.array([[-8.0, 3.0]]), 5.0, 2)
    expect.close(first, [[0.25, -0.25]], "an earlier result after another call")


@check
def leaves_the_weights_as_they_were(l1_gradient):
    W = np.random.default_rng(52).normal(size=(3, 2))
    expect.unchanged(l1_gradient, W, 0.5, 4, what="W after the call")


@check
def keeps_the_precision_of_the_weights(l1_gradient):
    for kind in (np.float32, np.float64):
        gradient = l1_gradient(np.array([[1, -2], [3, 4]], dtype=kind), 0.3, 10)
        expect.dtype(gradient, kind, f"the gradient for a W of {kind.__name__}")


@check
def treats_whole_numbers_like_others(l1_gradient):
    W = np.array([[1, -2, 6], [3, 5, -4]])
    whole, other = l1_gradient(W, 0.25, 8), l1_gradient(W.astype(float), 0.25, 8)
    expect.close(whole, other, "the gradient for an integer array and for a float array")
    expect.dtype(whole, np.float64, "the gradient for an integer array")


check.run("l1_gradient", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 6 · The whole cost, and who does not pay
#
# What training makes small is the sum of both prices:
#
# $$J_\text{regularized} = J_\text{data} + \frac{\lambda}{2m}\sum_{l=1}^{L}\|W_l\|_F^2$$
#
# **The biases are left out.** A unit has one bias and as many weights as it has inputs, so hardly any of the overfitting can sit in the biases. And a bias only says *where* a unit switches,
# not how sharply: a large one makes nothing rougher. Charging for it would pull the function towards 0 for no gain. PyTorch's `weight_decay` does charge for all parameters that it is given, biases
# included, unless you put them in a group of their own.
#
# The parameters come as a dict, `{"W1", "b1", …, "WL", "bL"}`, in any order. A key of a weight matrix starts with `W`, that of a bias vector with `b`.
#
# **By hand.** Data cost 0.75, $W_1 = (1, -3)$, $b_1 = 100$, $\lambda = 0.5$, $m = 2$: $0.75 + \frac{0.5}{4}(1 + 9) = 2$.

# %% nbgrader={"grade": false, "grade_id": "regularized_cost", "locked": false, "schema_version": 3, "solution": true, "task": false}
def regularized_cost(data_cost, params, lambd, m):
    """Add the L2 penalty of the weights to the data's cost.

    Parameters
    ----------
    data_cost : float
        Mean loss over the m examples.
    params : dict
        "W1" of shape (n_1, n_0), "b1" of shape (n_1,), ..., "WL", "bL", in any order.
    lambd : float
        Strength of the penalty, at least 0.
    m : int
        Number of training examples, at least 1.

    Returns
    -------
    float
        The cost that training makes small.

    Examples
    --------
    >>> params = {"W1": np.array([[1.0, -3.0]]), "b1": np.array([100.0])}
    >>> float(regularized_cost(0.75, params, lambd=0.5, m=2))
    2.0
    """
    ### BEGIN SOLUTION
    squares = sum(np.sum(value**2) for name, value in params.items() if name.startswith("W"))
    return data_cost + lambd / (2 * m) * squares
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_regularized_cost", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def adds_the_penalty_worked_out_by_hand(regularized_cost):
    params = {"W1": np.array([[1.0, -3.0]]), "b1": np.array([100.0])}
    cost = regularized_cost(0.75, params, 0.5, 2)
    expect.number(cost, "the cost worked by hand")
    expect.close(cost, 2.0, "the cost worked by hand")


@check
def charges_for_the_weights_of_every_layer(regularized_cost):
    params = {"W1": np.array([[2.0], [-1.0]]), "b1": np.array([5.0, 6.0])}
    params |= {"W2": np.array([[1.0, 2.0]]), "b2": np.array([7.0])}
    params |= {"W3": np.array([[3.0]]), "b3": np.array([-1.0])}
    cost = regularized_cost(1.25, params, 3.0, 5)
    expect.close(cost, 6.95, "sums of squares 5, 5 and 9, lambd = 3, m = 5")


check.run("regularized_cost")

# %% [markdown]
# <details><summary>Hint 1: which entries of the dict</summary>
# <code>params.items()</code> gives pairs of a key and an array. What is the first letter of the key?
# </details>
# <details><summary>Hint 2: what it is built from</summary>
# A list of the weight matrices alone is what section 2 needs. You may call your <code>l2_penalty</code>.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_regularized_cost", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `regularized_cost`, 2 points: deep networks, keys in any order, other strengths and
# numbers of examples, the biases, the parameters themselves.
### BEGIN HIDDEN TESTS
def network_params(layer_dims, seed):
    rng, params = np.random.default_rng(seed), {}
    for layer, (n_in, n_out) in enumerate(zip(layer_dims, layer_dims[1:]), start=1):
        params[f"W{layer}"] = rng.normal(0.3, 1.0, (n_out, n_in))
        params[f"b{layer}"] = rng.normal(0.5, 1.0, n_out)
    return params


def penalty_of(params, lambd, m):
    squares = [float(w) ** 2 for key in params if key[0] == "W" for w in params[key].ravel()]
    return lambd * sum(squares) / (2 * m)


@check
def adds_the_penalty_of_all_weights(regularized_cost):
    for lambd, m, data_cost in ((0.75, 10, 0.5), (3.0, 7, 2.25), (0.1, 250, 0.0)):
        params = network_params([3, 6, 5, 2], 60)
        cost = regularized_cost(data_cost, params, lambd, m)
        expect.number(cost, "the cost")
        want = data_cost + penalty_of(params, lambd, m)
        expect.close(cost, want, f"a net of three layers, lambd = {lambd}, m = {m}")


@check
def never_charges_for_the_biases(regularized_cost):
    params = network_params([4, 3, 1], 61)
    want = 1.5 + penalty_of(params, 2.0, 9)
    for bias in (0.0, 1.0, -1000.0):
        moved = {key: value if key[0] == "W" else value * 0 + bias for key, value in params.items()}
        expect.close(regularized_cost(1.5, moved, 2.0, 9), want, f"all biases {bias}")


@check
def goes_by_the_keys_in_any_order(regularized_cost):
    params = network_params([4, 3, 5, 1], 62)
    want = 0.5 + penalty_of(params, 2.0, 9)
    for order in (sorted(params, reverse=True), list(params)[::-1], sorted(params, key=len)[1::2]):
        keys = [*order, *(key for key in params if key not in order)]
        cost = regularized_cost(0.5, {key: params[key] for key in keys}, 2.0, 9)
        expect.close(cost, want, "the same parameters in another order")


@check
def counts_layers_of_two_digits_too(regularized_cost):
    params = network_params([3, 2, 4, 2, 3, 2, 4, 3, 2, 3, 2, 4, 1], 63)
    want = 0.5 + penalty_of(params, 2.0, 9)
    expect.close(regularized_cost(0.5, params, 2.0, 9), want, "a net of twelve layers")


@check
def works_for_a_single_layer(regularized_cost):
    params = {"W1": np.array([[2.0, -4.0, 1.0]]), "b1": np.array([3.0])}
    expect.close(regularized_cost(0.25, params, 2.0, 6), 3.75, "a single layer")


@check
def is_the_cost_of_the_data_without_strength(regularized_cost):
    params = network_params([3, 4, 1], 64)
    for data_cost in (0.0, 0.6875, 12.5):
        expect.close(regularized_cost(data_cost, params, 0.0, 8), data_cost, "lambd = 0")


@check
def counts_the_cost_of_the_data_once(regularized_cost):
    params = network_params([3, 4, 1], 65)
    low, high = (float(regularized_cost(data_cost, params, 3, 8)) for data_cost in (1.0, 4.5))
    expect.close(high - low, 3.5, "the difference of two costs")


@check
def leaves_the_parameters_as_they_were(regularized_cost):
    params = network_params([3, 4, 1], 66)
    expect.unchanged(regularized_cost, 0.5, params, 2.0, 8, what="params after the call")


check.run("regularized_cost", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 7 · Why it is called weight decay
#
# Take a gradient step on the whole cost. $dW$ is the gradient of the data's cost alone; the penalty adds $\frac{\lambda}{m}W$:
#
# $$W \leftarrow W - \alpha\Big(dW + \frac{\lambda}{m}W\Big) = \Big(1 - \frac{\alpha\lambda}{m}\Big)W - \alpha\, dW$$
#
# ($\alpha$ is the learning rate, `lr`.) The right-hand side says it in another way: first every weight loses the same *share* of itself, then comes the usual step. Where the data have no opinion
# ($dW = 0$), the weight decays step by step like something radioactive.
#
# The factor lies between 0 and 1 as long as $0 < \alpha\lambda/m < 1$. At 1 the old weights are forgotten in a single step, above 1 their sign flips, above 2 they explode.
#
# **By hand.** $W = 4$, $dW = 1$, `lr = 0.5`, $\lambda = 1$, $m = 2$: $(1 - 0.25)\cdot 4 - 0.5\cdot 1 = 2.5$.
#
# For plain gradient descent a penalty and a decay are one and the same. For Adam they are not: it divides each gradient, the penalty's share included, by the typical size of those before. Optimizers that decay the weights
# apart from the gradient have a W in their name, as PyTorch's `AdamW`; there `weight_decay` is λ/m.

# %% nbgrader={"grade": false, "grade_id": "weight_decay_step", "locked": false, "schema_version": 3, "solution": true, "task": false}
def weight_decay_step(W, dW, lr, lambd, m):
    """Take a gradient step on the cost with the L2 penalty.

    Parameters
    ----------
    W : array of shape (n_out, n_in)
        Weights of a layer.
    dW : array of shape (n_out, n_in)
        Gradient of the data's cost alone, a mean over the examples already.
    lr : float
        Learning rate, at least 0.
    lambd : float
        Strength of the penalty, at least 0.
    m : int
        Number of training examples, at least 1.

    Returns
    -------
    array of shape (n_out, n_in)
        The new weights.

    Examples
    --------
    >>> weight_decay_step(np.array([[4.0]]), np.array([[1.0]]), lr=0.5, lambd=1.0, m=2)
    array([[2.5]])
    """
    ### BEGIN SOLUTION
    return (1 - lr * lambd / m) * W - lr * dW
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_weight_decay_step", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def takes_the_step_worked_out_by_hand(weight_decay_step):
    W = weight_decay_step(np.array([[4.0]]), np.array([[1.0]]), 0.5, 1.0, 2)
    expect.array(W, (1, 1), "the step worked by hand")
    expect.close(W, [[2.5]], "the step worked by hand")


@check
def shrinks_weights_that_the_data_leave_alone(weight_decay_step):
    W = weight_decay_step(np.array([[8.0, -4.0, 1.0]]), np.array([[0.0, 0.0, 2.0]]), 0.25, 2.0, 4)
    expect.close(W, [[7.0, -3.5, 0.375]], "lr = 0.25, lambd = 2, m = 4")


check.run("weight_decay_step")

# %% [markdown]
# <details><summary>Hint 1: two ways</summary>
# Either add the penalty's gradient to <code>dW</code> and take a plain step, or shrink first and then subtract lr·dW. They are equal.
# </details>
# <details><summary>Hint 2: what multiplies what</summary>
# The learning rate multiplies both gradients, the data's and the penalty's. λ and m belong to the penalty alone.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_weight_decay_step", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `weight_decay_step`, 2 points: the step on the whole cost, no gradient, no penalty, no
# learning rate, strong decay, several steps, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
@check
def is_a_gradient_step_on_the_cost_with_the_penalty(weight_decay_step):
    rng = np.random.default_rng(70)
    W, dW = rng.normal(0.5, 1.0, (2, 4, 3))
    for lr, lambd, m in ((0.3, 0.75, 10), (0.05, 8.0, 25), (2, 1, 7)):
        step = weight_decay_step(W, dW, lr, lambd, m)
        expect.array(step, (4, 3), "the new weights")
        what = f"a step with lr = {lr}, lambd = {lambd}, m = {m}"
        expect.close(step, W - lr * (dW + lambd * W / m), what)


@check
def shrinks_by_the_factor_where_the_gradient_is_zero(weight_decay_step):
    W = np.array([[2.0, -1.0, 0.0, 4.0]])
    for lr, lambd, m in ((0.5, 1.0, 4), (0.25, 8.0, 5), (0.125, 3.0, 1)):
        ratio = weight_decay_step(W, np.zeros((1, 4)), lr, lambd, m)[0, [0, 1, 3]] / W[0, [0, 1, 3]]
        expect.every(ratio, 1 - lr * lambd / m, f"new / old, lr = {lr}, lambd = {lambd}, m = {m}")


@check
def is_a_plain_step_without_strength(weight_decay_step):
    W, dW = np.random.default_rng(71).normal(size=(2, 3, 5))
    expect.close(weight_decay_step(W, dW, 0.375, 0.0, 8), W - 0.375 * dW, "lambd = 0")


@check
def moves_weights_of_zero_by_the_gradient_alone(weight_decay_step):
    dW = np.random.default_rng(72).normal(size=(3, 2))
    expect.close(weight_decay_step(np.zeros((3, 2)), dW, 0.5, 6.0, 4), -0.5 * dW, "weights of 0")


@check
def stays_where_it_is_without_a_learning_rate(weight_decay_step):
    W, dW = np.random.default_rng(73).normal(size=(2, 3, 2))
    expect.close(weight_decay_step(W, dW, 0.0, 6.0, 4), W, "lr = 0")


@check
def holds_for_decay_beyond_one(weight_decay_step):
    W, dW = np.array([[4.0, -2.0]]), np.array([[1.0, 3.0]])
    expect.close(weight_decay_step(W, dW, 1.0, 4.0, 4), [[-1.0, -3.0]], "all of it forgotten")
    expect.close(weight_decay_step(W, dW, 1.0, 6.0, 4), [[-3.0, -2.0]], "a factor below 0")


@check
def halves_again_and_again(weight_decay_step):
    W = np.array([[16.0], [-8.0]])
    for _ in range(5):
        W = weight_decay_step(W, np.zeros((2, 1)), 0.5, 3.0, 3)
    expect.close(W, [[0.5], [-0.25]], "five steps that halve")


@check
def keeps_an_earlier_result(weight_decay_step):
    first = weight_decay_step(np.array([[4.0]]), np.array([[1.0]]), 0.5, 1.0, 2)
    weight_decay_step(np.array([[-8.0]]), np.array([[3.0]]), 0.5, 1.0, 2)
    expect.close(first, [[2.5]], "an earlier result after another call")


@check
def leaves_weights_and_gradient_as_they_were(weight_decay_step):
    W, dW = np.array([[1.0, -2.0]]), np.array([[0.5, 0.25]])
    expect.unchanged(weight_decay_step, W, dW, 0.5, 2.0, 3, what="W and dW after the call")


@check
def keeps_single_precision_where_all_is_single(weight_decay_step):
    kinds = (np.float32, np.float64)
    for first, second in ((a, b) for a in kinds for b in kinds):
        W, dW = np.array([[1, -2]], dtype=first), np.array([[3, 4]], dtype=second)
        what = f"the new weights for W of {first.__name__} and dW of {second.__name__}"
        expect.dtype(weight_decay_step(W, dW, 0.3, 0.7, 9), np.result_type(first, second), what)


@check
def treats_whole_numbers_like_others(weight_decay_step):
    W, dW = np.array([[1, -2, 3]]), np.array([[2, 0, -5]])
    whole = weight_decay_step(W, dW, 0.25, 2.0, 8)
    other = weight_decay_step(W.astype(float), dW.astype(float), 0.25, 2.0, 8)
    expect.close(whole, other, "the new weights for integer arrays and for float arrays")
    expect.dtype(whole, np.float64, "the new weights for integer arrays")


check.run("weight_decay_step", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 8 · Exact zeros: the soft threshold
#
# The lasso is famous for weights that are *exactly* 0: it chooses which inputs to use. Steps along `l1_gradient` never get there. Each step moves a weight by the same amount $t = \alpha\lambda/m$
# towards 0; a weight of $t/3$ jumps to $-2t/3$, then back, for ever.
#
# The remedy is to stop at 0 on the way. Move every weight towards 0 by $t$, and let the small ones stay there:
#
# $$S_t(w) = \text{sign}(w)\,\max(|w| - t,\ 0)$$
#
# A training step is then: a plain gradient step on the data's cost, followed by $S_t$ with $t = \alpha\lambda/m$. (It is called a *proximal* step: of all $v$ it finds the one for which
# $\frac{1}{2}(v - w)^2 + t|v|$ is smallest.)
#
# **By hand.** $w = (3, -0.5, -2, 1)$ and $t = 1$: $(2, 0, -1, 0)$. Here $|w| = t$ becomes 0.

# %% nbgrader={"grade": false, "grade_id": "soft_threshold", "locked": false, "schema_version": 3, "solution": true, "task": false}
def soft_threshold(W, t):
    """Shrink every weight towards 0 by t, and to exactly 0 where it is not larger than t.

    Parameters
    ----------
    W : array of any shape
        Weights.
    t : float
        By how much, at least 0.

    Returns
    -------
    array of the shape of W
        sign(w) max(|w| - t, 0) for each weight w.

    Examples
    --------
    >>> np.abs(soft_threshold(np.array([[3.0, -0.5, -2.0, 1.0]]), 1.0))
    array([[2., 0., 1., 0.]])
    """
    ### BEGIN SOLUTION
    return np.sign(W) * np.maximum(np.abs(W) - t, 0)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_soft_threshold", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def shrinks_the_weights_worked_out_by_hand(soft_threshold):
    W = soft_threshold(np.array([[3.0, -0.5, -2.0, 1.0]]), 1.0)
    expect.array(W, (1, 4), "the weights worked by hand")
    expect.close(W, [[2.0, 0.0, -1.0, 0.0]], "the weights worked by hand")


@check
def lets_nothing_cross_zero(soft_threshold):
    W = soft_threshold(np.array([[0.25, -0.25], [0.75, -1.75], [0.0, 0.125]]), 0.5)
    expect.close(W, [[0.0, 0.0], [0.25, -1.25], [0.0, 0.0]], "t = 0.5")


check.run("soft_threshold")

# %% [markdown]
# <details><summary>Hint 1: size and sign</summary>
# Shrink the absolute value, then give it its sign back. What must become of an absolute value that would fall below 0?
# </details>
# <details><summary>Hint 2: entry by entry</summary>
# <code>np.maximum(a, 0)</code> compares each entry with 0; <code>np.max(a)</code> would give one number.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_soft_threshold", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `soft_threshold`, 2 points: both signs, exact zeros, the border, no threshold, other
# shapes, what it minimizes, W itself, dtypes.
### BEGIN HIDDEN TESTS
@check
def moves_large_weights_by_the_threshold(soft_threshold):
    W = np.array([[4.0, -3.0, 1.25], [-1.125, 8.0, -64.0]])
    for t in (0.25, 0.75, 1.0):
        moved = soft_threshold(W, t)
        expect.array(moved, (2, 3), "the weights")
        expect.close(moved, W - t * np.sign(W), f"weights that are all larger than t = {t}")


@check
def makes_small_weights_exactly_zero(soft_threshold):
    for t in (0.5, 2.0, 3.25):
        W = t * np.array([[0.5, -0.5, 0.25], [0.0, 0.75, -0.125]])
        moved = soft_threshold(W, t)
        expect.close(moved, np.zeros((2, 3)), f"weights that are all smaller than t = {t}")
        expect.equal(int(np.sum(np.asarray(moved) == 0)), 6, f"exact zeros among six, t = {t}")
    small = np.random.default_rng(83).uniform(-0.3, 0.3, (5, 8))
    zeros = int(np.sum(np.asarray(soft_threshold(small, 0.3)) == 0))
    expect.equal(zeros, 40, "exact zeros among forty random weights below t")


@check
def makes_weights_on_the_border_exactly_zero(soft_threshold):
    for t in (0.25, 1.0, 2.5):
        moved = np.asarray(soft_threshold(np.array([t, -t, t + 0.015625, -t - 0.015625]), t))
        expect.close(moved, [0.0, 0.0, 0.015625, -0.015625], f"weights at and beside t = {t}")
        expect.equal(int(np.sum(moved == 0)), 2, f"exact zeros at t = {t}")


@check
def shrinks_a_mixture_of_large_and_small(soft_threshold):
    W = np.random.default_rng(80).normal(size=(7, 5))
    for t in (0.1, 0.6, 1.7):
        want = [[max(w - t, 0.0) if w > 0 else min(w + t, 0.0) for w in row] for row in W]
        expect.close(soft_threshold(W, t), want, f"random weights, t = {t}")


@check
def changes_nothing_without_a_threshold(soft_threshold):
    W = np.array([[1.5, -0.25, 0.0], [0.015625, -7.0, 2.0]])
    expect.close(soft_threshold(W, 0), W, "t = 0")
    expect.close(soft_threshold(W, 0.0), W, "t = 0")


@check
def leaves_weights_of_zero_at_zero(soft_threshold):
    for t in (0.0, 0.5):
        expect.close(soft_threshold(np.zeros((2, 3)), t), np.zeros((2, 3)), f"zeros, t = {t}")


@check
def finds_the_smallest_cost(soft_threshold):
    for w in (2.0, 0.375, -0.5, -3.0):
        v = float(np.asarray(soft_threshold(np.array([w]), 0.75))[0])
        others = np.linspace(-4, 4, 1025)
        lowest = float(np.min((others - w) ** 2 / 2 + 0.75 * abs(others)))
        expect.close((v - w) ** 2 / 2 + 0.75 * abs(v), lowest, f"the cost of what {w} becomes")


@check
def takes_any_shape(soft_threshold):
    for shape in ((1, 1), (5,), (4, 1), (2, 3, 2)):
        W = np.random.default_rng(81).normal(size=shape)
        moved = soft_threshold(W, 0.5)
        expect.array(moved, shape, "the weights")
        expect.close(moved, W - np.clip(W, -0.5, 0.5), "weights of another shape")


@check
def keeps_an_earlier_result(soft_threshold):
    first = soft_threshold(np.array([[3.0, -0.5]]), 1.0)
    soft_threshold(np.array([[-8.0, 3.0]]), 1.0)
    expect.close(first, [[2.0, 0.0]], "an earlier result after another call")


@check
def leaves_the_weights_as_they_were(soft_threshold):
    W = np.array([[2.0, -0.25], [0.0, -1.5], [0.125, 0.5]])
    expect.unchanged(soft_threshold, W, 0.5, what="W after the call")


@check
def keeps_the_precision_of_the_weights(soft_threshold):
    for kind in (np.float32, np.float64):
        moved = soft_threshold(np.array([[1, -2], [3, 0]], dtype=kind), 0.3)
        expect.dtype(moved, kind, f"the weights for a W of {kind.__name__}")


@check
def treats_whole_numbers_like_others(soft_threshold):
    W = np.array([[1, -2, 6], [0, 5, -1]])
    whole, other = soft_threshold(W, 1.25), soft_threshold(W.astype(float), 1.25)
    expect.close(whole, other, "the weights for an integer array and for a float array")
    expect.dtype(whole, np.float64, "the weights for an integer array")


check.run("soft_threshold", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** No data, only penalties: a large weight (2) and a small one (0.1) under your three functions, $\alpha\lambda/m = 0.03$. Look at four things: at first L2 takes most from the large weight, then less
# and less, and never reaches 0; L1 takes the same from both; the small weight under `l1_gradient` ends in a zigzag about 0; under `soft_threshold` it lies on 0 from the fourth step on.

# %% tags=["skip-execution"]
n_steps = 60
small_steps = {
    "L2, weight_decay_step": lambda w: weight_decay_step(w, 0 * w, lr=0.03, lambd=1.0, m=1),
    "L1, l1_gradient": lambda w: w - 0.03 * l1_gradient(w, lambd=1.0, m=1),
    "L1, soft_threshold": lambda w: soft_threshold(w, 0.03),
}
shrinking = {}
for label, step in small_steps.items():
    w = np.array([2.0, 0.1])
    track = [w]
    for _ in range(n_steps):
        w = step(w)
        track.append(w)
    shrinking[label] = np.array(track)
for place, start in enumerate(("2", "0.1")):
    plots.lines(
        np.arange(n_steps + 1) if place == 0 else np.arange(16),
        {label: track[: 61 if place == 0 else 16, place] for label, track in shrinking.items()},
        "step",
        f"the weight that starts at {start}",
    )

# %% [markdown]
# ## 9 · Stop in time
#
# Weights grow while a network trains. A run therefore passes through networks with small, middle and large weights, one after the other, and the dev error
# tells which of them was best: it falls, and then, when the network begins to learn its training set by heart, it climbs. So stop there. One run tries out what would take a run for each λ.
#
# Real curves tremble, so a single bad epoch proves nothing. You wait a while, the *patience*. **Training stops at the first epoch that completes `patience` epochs in a row none of which is strictly better than the best
# so far.** If that never happens, it stops at the last epoch. What you keep are the weights of the *best* epoch, the first one with the lowest error *up to the stop*: what would have come later, nobody will ever
# know.
#
# **By hand.** Dev errors 0.5, 0.3, 0.4, 0.3, 0.1 and patience 2, epochs counted from 0. Epoch 1 is the best so far. Epoch 2 is not better, epoch 3 only equals it: that makes two in a row, stop. The answer is `(1, 3)`. The 0.1 of
# epoch 4 was never reached.
#
# **Predict first.** The same errors with patience 3. What comes out?
# <details><summary>Answer</summary><code>(4, 4)</code>: epochs 2 and 3 are only two in a row, and epoch 4 is the best so far. There the run ends.</details>

# %% nbgrader={"grade": false, "grade_id": "early_stopping", "locked": false, "schema_version": 3, "solution": true, "task": false}
def early_stopping(dev_errors, patience):
    """Find the epoch whose weights to keep, and the one where training stops.

    Parameters
    ----------
    dev_errors : list of float
        Error on the dev set after each epoch, at least one.
    patience : int
        How many epochs in a row without a better error to wait, at least 1.

    Returns
    -------
    best_epoch : int
        The first epoch with the lowest error up to stop_epoch; epochs are counted from 0.
    stop_epoch : int
        The last epoch that is run.

    Examples
    --------
    >>> early_stopping([0.5, 0.3, 0.4, 0.3, 0.1], patience=2)
    (1, 3)
    """
    ### BEGIN SOLUTION
    best_epoch = 0
    for epoch, error in enumerate(dev_errors):
        if error < dev_errors[best_epoch]:
            best_epoch = epoch
        if epoch - best_epoch == patience:
            return best_epoch, epoch
    return best_epoch, len(dev_errors) - 1
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_early_stopping", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def stops_the_run_worked_out_by_hand(early_stopping):
    pair = early_stopping([0.5, 0.3, 0.4, 0.3, 0.1], 2)
    best_epoch, stop_epoch = expect.sequence(pair, 2, "the pair (best_epoch, stop_epoch)")
    expect.equal(best_epoch, 1, "the best epoch")
    expect.equal(stop_epoch, 3, "the epoch where it stops")


@check
def runs_on_with_more_patience(early_stopping):
    for patience in (4, 3):
        pair = tuple(early_stopping([0.5, 0.3, 0.4, 0.3, 0.1], patience))
        expect.equal(pair, (4, 4), f"the best epoch and the stop with patience {patience}")


@check
def starts_to_count_again_after_a_better_epoch(early_stopping):
    best_epoch, stop_epoch = early_stopping([0.5, 0.6, 0.4, 0.5, 0.3, 0.4, 0.4], 2)
    expect.equal((best_epoch, stop_epoch), (4, 6), "the best epoch and the epoch where it stops")


check.run("early_stopping")

# %% [markdown]
# <details><summary>Hint 1: what to remember on the way</summary>
# Go through the errors in order, as if they came one by one. One variable is enough: the best epoch so far.
# </details>
# <details><summary>Hint 2: how long is it ago?</summary>
# The current epoch minus the best epoch is the number of epochs in a row that were no better.
# </details>
# <details><summary>Hint 3: the two ends</summary>
# Return as soon as the patience is used up, so that nothing later can count. What is returned when the loop comes to its end?
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_early_stopping", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `early_stopping`, 2 points: ties, what comes after the stop, patience longer than the
# run, a single epoch, small improvements, and many runs against the rule word by word.
### BEGIN HIDDEN TESTS
def stop_by_the_rule(errors, patience):
    """The rule word by word, without a running best."""
    better = [all(errors[e] < earlier for earlier in errors[:e]) for e in range(len(errors))]
    stops = [
        e for e in range(patience, len(errors)) if not any(better[e - patience + 1 : e + 1])
    ]
    stop_epoch = stops[0] if stops else len(errors) - 1
    return errors.index(min(errors[: stop_epoch + 1])), stop_epoch


@check
def returns_two_whole_numbers(early_stopping):
    for errors, patience in (([0.5, 0.25, 0.5], 1), ([0.75, 0.5], 4)):
        pair = expect.sequence(early_stopping(errors, patience), 2, "the pair")
        expect.equal(tuple(pair), stop_by_the_rule(errors, patience), "the two epochs")


@check
def counts_an_equal_error_as_no_better(early_stopping):
    for errors in ([0.5, 0.5, 0.5, 0.5, 0.25], [0.5, 0.25, 0.25, 0.25, 0.25, 0.125]):
        for patience in (1, 2, 3):
            want = stop_by_the_rule(errors, patience)
            expect.equal(tuple(early_stopping(errors, patience)), want, "a run with equal errors")


@check
def keeps_the_first_of_equal_errors(early_stopping):
    best_epoch, _ = early_stopping([0.5, 0.25, 0.375, 0.25, 0.25], 5)
    expect.equal(best_epoch, 1, "the best epoch of equal ones")


@check
def never_looks_behind_the_stop(early_stopping):
    errors = [0.5, 0.375, 0.5, 0.5, 0.0625, 0.03125]
    expect.equal(tuple(early_stopping(errors, 1)), (1, 2), "a run with better errors after it")
    expect.equal(tuple(early_stopping(errors, 2)), (1, 3), "a run with better errors after it")


@check
def ends_with_the_run_when_patience_lasts_longer(early_stopping):
    errors = [0.75, 0.5, 0.625, 0.5625]
    for patience in (3, 4, 100):
        expect.equal(tuple(early_stopping(errors, patience)), (1, 3), "a patience that lasts")
    expect.equal(tuple(early_stopping([0.5, 0.375, 0.25], 1)), (2, 2), "a run that only improves")


@check
def stops_in_the_last_epoch_or_just_not(early_stopping):
    errors = [0.25, 0.5, 0.375, 0.5]
    for patience in (2, 3, 4):
        want = stop_by_the_rule(errors, patience)
        expect.equal(tuple(early_stopping(errors, patience)), want, "a run without improvement")


@check
def works_for_a_single_epoch(early_stopping):
    for error in (0.5, 0.0, 1.0):
        for patience in (1, 3):
            expect.equal(tuple(early_stopping([error], patience)), (0, 0), "a run of one epoch")


@check
def compares_with_the_best_and_not_with_the_epoch_before(early_stopping):
    errors = [0.25, 0.75, 0.625, 0.5, 0.375, 0.3125]
    for patience in (2, 3, 4):
        want = (0, patience)
        expect.equal(tuple(early_stopping(errors, patience)), want, "errors that fall from a peak")


@check
def counts_an_improvement_however_small(early_stopping):
    errors = [0.5, 0.5 - 2.0**-40, 0.5, 0.5 - 2.0**-39, 0.5, 0.5]
    expect.equal(tuple(early_stopping(errors, 2)), (3, 5), "tiny improvements")


@check
def takes_errors_from_zero_to_one_and_beyond(early_stopping):
    expect.equal(tuple(early_stopping([1.0, 1.0, 0.5, 0.5], 2)), (2, 3), "errors that start at 1")
    expect.equal(tuple(early_stopping([1.0, 1.0, 1.0, 0.5], 2)), (0, 2), "errors that stay at 1")
    expect.equal(tuple(early_stopping([0.5, 0.0, 0.25, 0.0], 2)), (1, 3), "errors that reach 0")
    expect.equal(tuple(early_stopping([30.0, 20.0, 25.0], 1)), (1, 2), "errors in percent")
    expect.equal(tuple(early_stopping([2.0**60, 2.0**58, 2.0**59], 1)), (1, 2), "huge errors")


@check
def follows_the_rule_in_many_runs(early_stopping):
    rng = np.random.default_rng(90)
    for _ in range(60):
        errors = (rng.integers(0, 7, int(rng.integers(1, 14))) / 8).tolist()
        patience = int(rng.integers(1, 5))
        pair = tuple(early_stopping(errors, patience))
        expect.equal(pair, stop_by_the_rule(errors, patience), "a random run")


@check
def leaves_the_errors_as_they_were(early_stopping):
    errors = [0.5, 0.25, 0.5, 0.5, 0.125, 0.25]
    expect.unchanged(early_stopping, errors, 2, what="dev_errors after the call")


check.run("early_stopping", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 10 · More data without collecting any
#
# The best remedy for overfitting is more data. Sometimes you can make some: a digit that stands one pixel further to the left is still the same digit, but to a network that reads pixel by pixel it
# is news. Images can be shifted, turned, cropped, stretched, mirrored. The one condition: **the label must survive.** Whether it does is knowledge about the world and no matter of code. A mirrored cat is a cat; a
# mirrored 2 is no digit at all, and a 6 turned by half a circle is a 9.
#
# Here you shift. Return the originals and then, in the same order, one copy of each. Every copy has its own shift, `down` and `right`, each drawn from all whole numbers from
# `-max_shift` to `max_shift`, *both ends included*, equally likely. A negative number moves up or left. Where the image has moved away, zeros come in (paper); what leaves on one side is lost and does not come back on the other:
#
# $$\text{copy}_{r,c} = \text{image}_{\,r-\text{down},\ c-\text{right}},\ \text{or } 0 \text{ where that lies outside}$$
#
# **By hand.** The image $\begin{pmatrix}1 & 2\\ 3 & 4\end{pmatrix}$ with `down = 0`, `right = 1` becomes $\begin{pmatrix}0 & 1\\ 0 & 3\end{pmatrix}$; with `down = -1`, `right = 0` it becomes
# $\begin{pmatrix}3 & 4\\ 0 & 0\end{pmatrix}$.
#
# As everywhere in this course, float32 images come back as float32, all others, whole numbers too, as float64.

# %% nbgrader={"grade": false, "grade_id": "augment_shift", "locked": false, "schema_version": 3, "solution": true, "task": false}
def augment_shift(images, y, max_shift, rng):
    """Double a set of images: the originals, then each of them moved by a few pixels.

    Parameters
    ----------
    images : array of shape (m, h, w)
        Images of one channel.
    y : array of shape (m,)
        Their labels.
    max_shift : int
        Largest shift in pixels, at least 0, less than h and less than w.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    images : array of shape (2m, h, w)
        The m originals, then the m shifted copies in the same order; float32 for float32 images,
        else float64.
    y : array of shape (2m,)
        The label of each.

    Examples
    --------
    >>> images, y = augment_shift(np.ones((2, 8, 8)), np.array([7, 1]), 2, np.random.default_rng(0))
    >>> images.shape, y
    ((4, 8, 8), array([7, 1, 7, 1]))
    """
    ### BEGIN SOLUTION
    images = images * 1.0  # whole numbers become float64
    m, h, w = images.shape
    padded = np.pad(images, ((0, 0), (max_shift, max_shift), (max_shift, max_shift)))
    shifts = rng.integers(-max_shift, max_shift + 1, size=(m, 2))
    copies = np.empty_like(images)
    for i, (down, right) in enumerate(max_shift - shifts):  # the window moves the other way
        copies[i] = padded[i, down : down + h, right : right + w]
    return np.concatenate([images, copies]), np.concatenate([y, y])
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_augment_shift", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def returns_the_originals_and_a_copy_of_each(augment_shift):
    images = np.arange(1.0, 25.0).reshape(2, 3, 4)
    pair = augment_shift(images, np.array([7, 1]), 1, np.random.default_rng(0))
    out, labels = expect.sequence(pair, 2, "the pair (images, y)")
    expect.array(out, (4, 3, 4), "the images, from two of 3 by 4 pixels")
    expect.close(out[:2], images, "the first two images")
    expect.array(labels, (4,), "the labels")
    expect.close(labels, [7, 1, 7, 1], "the labels, from 7 and 1")


@check
def moves_each_image_by_whole_pixels_and_lets_zeros_in(augment_shift):
    images = np.tile([[1.0, 2.0], [3.0, 4.0]], (60, 1, 1))
    copies = augment_shift(images, np.arange(60), 1, np.random.default_rng(1))[0][60:]
    right = [[[1, 2], [3, 4]], [[0, 1], [0, 3]], [[2, 0], [4, 0]], [[0, 0], [1, 2]], [[3, 4], [0, 0]]]
    right += [[[0, 0], [0, 1]], [[0, 0], [2, 0]], [[0, 3], [0, 0]], [[4, 0], [0, 0]]]
    wrong = [copy for copy in np.asarray(copies).tolist() if copy not in right]
    what = "[[1, 2], [3, 4]] with max_shift = 1"
    expect.that(not wrong, what, f"no shift makes {wrong[0] if wrong else ''} of it")


@check
def moves_up_and_down_left_and_right(augment_shift):
    images = np.zeros((200, 5, 5))
    images[:, 2, 2] = 1.0
    copies = augment_shift(images, np.zeros(200, int), 1, np.random.default_rng(2))[0][200:]
    expect.every(np.sum(np.asarray(copies) != 0, axis=(1, 2)), 1, "the lit pixels of a copy")
    rows, columns = (np.flatnonzero(np.sum(copies, axis=(0, axis))).tolist() for axis in (2, 1))
    what = "the rows and the columns where the pixel [2, 2] is found, max_shift = 1"
    expect.equal([rows, columns], [[1, 2, 3], [1, 2, 3]], what)


check.run("augment_shift")

# %% [markdown]
# <details><summary>Hint 1: numbers with both ends</summary>
# <code>rng.integers(low, high)</code> leaves <code>high</code> out. Draw two numbers for each image.
# </details>
# <details><summary>Hint 2: a frame of zeros</summary>
# Put zeros round the images, <code>max_shift</code> wide on each side (<code>np.pad</code>). A shifted image is then a window of h by w pixels in the larger one. Which way does the window move when the image moves right?
# </details>
# <details><summary>Hint 3: not np.roll</summary>
# <code>np.roll</code> brings what leaves on the left back in on the right. With a frame that is wide enough, nothing has to wrap.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_augment_shift", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `augment_shift`, 3 points: the law of the shifts, each image and axis on its own, what
# comes in and what is lost, oblong and single images, labels of other kinds, rng, the arguments, dtypes.
### BEGIN HIDDEN TESTS
def all_shifts(images, max_shift):
    """Every shift of every image: {(down, right): array like images}."""
    m, h, w = images.shape
    frame = np.zeros((m, h + 2 * max_shift, w + 2 * max_shift))
    frame[:, max_shift : max_shift + h, max_shift : max_shift + w] = images
    span = range(-max_shift, max_shift + 1)
    top_left = {(d, r): (max_shift - d, max_shift - r) for d in span for r in span}
    return {move: frame[:, i : i + h, j : j + w] for move, (i, j) in top_left.items()}


def lit_pixels(m, h, w, kind=float):
    images = np.zeros((m, h, w), dtype=kind)
    images[:, h // 2, w // 2] = 1
    return images


def read_shifts(copies, what):
    """How far the one lit pixel of each copy is from the middle: (m,) and (m,)."""
    m, h, w = np.shape(copies)
    lit = np.asarray(copies).reshape(m, -1)
    expect.every(np.sum(lit != 0, axis=1), 1, f"{what}: the number of lit pixels")
    expect.every(np.sum(lit, axis=1), 1, f"{what}: their brightness")
    down, right = np.divmod(np.argmax(lit, axis=1), w)
    return down - h // 2, right - w // 2


def uneven_images(m, h, w, seed):
    """Images in which every pixel is different and none is 0."""
    values = np.random.default_rng(seed).permutation(m * h * w) + 1.0
    return np.where(values % 2 == 0, values, -values).reshape(m, h, w) / 8


@check
def returns_the_originals_then_the_copies(augment_shift):
    images, y = uneven_images(7, 4, 6, 100), np.array([3, 1, 4, 1, 5, 9, 2])
    pair = augment_shift(images, y, 2, np.random.default_rng(101))
    out, labels = expect.sequence(pair, 2, "the pair (images, y)")
    expect.array(out, (14, 4, 6), "the images")
    expect.close(out[:7], images, "the first half of the images")
    expect.array(labels, (14,), "the labels")
    expect.close(labels, [*y, *y], "the labels")


@check
def makes_each_copy_from_its_own_image_with_zeros_coming_in(augment_shift):
    for m, h, w, max_shift in ((40, 4, 7, 3), (40, 6, 3, 2), (30, 5, 5, 1)):
        images = uneven_images(m, h, w, 102)
        out, _ = augment_shift(images, np.arange(m), max_shift, np.random.default_rng(103))
        expect.array(out, (2 * m, h, w), "the images")
        shifted = all_shifts(images, max_shift).values()
        right = np.any([np.all(copies == out[m:], axis=(1, 2)) for copies in shifted], axis=0)
        expect.that(bool(right.all()), "a copy", "it is no shift of its image")


@check
def takes_each_copy_from_its_own_image(augment_shift):
    images = np.tile(np.arange(1.0, 41.0)[:, None, None], (1, 3, 4))
    out, _ = augment_shift(images, np.arange(40), 2, np.random.default_rng(121))
    own = np.max(out[40:], axis=(1, 2)) == np.arange(1.0, 41.0)
    expect.that(bool(own.all()), "the copy of an image", "it is made from another image")


@check
def lets_nothing_but_zeros_in(augment_shift):
    images = np.ones((151, 3, 4))
    images[150] = -2.0
    out, _ = augment_shift(images, np.zeros(151, int), 1, np.random.default_rng(122))
    values = sorted(set(np.ravel(out[151:301]).round(6).tolist()))
    expect.equal(values, [0.0, 1.0], "the values in copies of an image of ones")


@check
def loses_what_leaves_the_image(augment_shift):
    images = np.zeros((150, 3, 4))
    images[:, 0, 0] = 1.0
    out, _ = augment_shift(images, np.zeros(150, int), 1, np.random.default_rng(104))
    sums = sorted(set(np.sum(out[150:], axis=(1, 2)).round(6).tolist()))
    expect.equal(sums, [0.0, 1.0], "what is left of a lit corner")


@check
def draws_every_shift_with_equal_probability(augment_shift):
    m, y = 700, np.zeros(700, int)
    out, _ = augment_shift(lit_pixels(m, 5, 5), y, 2, np.random.default_rng(105))
    down, right = read_shifts(out[m:], "a lit pixel")
    both = np.concatenate([down, right])
    expect.rate(abs(both) == 2, 0.4, "how often an image moves by max_shift along an axis")
    for shift in range(-2, 3):
        expect.rate(both == shift, 0.2, f"how often an image moves by {shift} along an axis")
        expect.rate(down == shift, 0.2, f"how often an image moves down by {shift}")
        expect.rate(right == shift, 0.2, f"how often an image moves right by {shift}")


@check
def draws_both_axes_apart(augment_shift):
    m, y = 500, np.zeros(500, int)
    out, _ = augment_shift(lit_pixels(m, 3, 3), y, 1, np.random.default_rng(106))
    down, right = read_shifts(out[m:], "a lit pixel")
    expect.rate(down == right, 1 / 3, "how often both axes have the same shift")
    expect.rate(down == -right, 1 / 3, "how often both axes have opposite shifts")
    for first in (-1, 0, 1):
        for second in (-1, 0, 1):
            pair = (down == first) & (right == second)
            expect.rate(pair, 1 / 9, f"how often an image moves by {first} and {second}")


@check
def draws_a_shift_for_each_image(augment_shift):
    m, y = 480, np.zeros(480, int)
    out, _ = augment_shift(lit_pixels(m, 3, 3), y, 1, np.random.default_rng(107))
    for shifts, name in zip(read_shifts(out[m:], "a lit pixel"), ("down", "right")):
        for step in (1, 2, 3):
            ahead, behind = (shifts[i::8] for i in (0, step))
            more, others = (shifts[i::8] for i in (4, 4 + step))
            same = np.concatenate([ahead == behind, more == others])
            expect.rate(same, 1 / 3, f"how often images {step} apart move {name} alike")
            opposite = np.concatenate([ahead == -behind, more == -others])
            expect.rate(opposite, 1 / 3, f"how often images {step} apart move {name} oppositely")
        for sign, how in ((1, "alike"), (-1, "oppositely")):
            pairs = shifts[: m // 2] == sign * shifts[m // 2 :]
            expect.rate(pairs, 1 / 3, f"how often both halves of the set move {name} {how}")


@check
def moves_oblong_images_as_far_both_ways(augment_shift):
    for m, h, w, max_shift in ((80, 3, 9, 1), (220, 9, 11, 4)):
        images, rng = lit_pixels(m, h, w), np.random.default_rng(108)
        out, _ = augment_shift(images, np.zeros(m, int), max_shift, rng)
        for shifts in read_shifts(out[m:], "a lit pixel"):
            ends = [int(shifts.min()), int(shifts.max())]
            expect.equal(ends, [-max_shift, max_shift], "the least and the largest shift")


@check
def moves_a_single_image_both_ways(augment_shift):
    rng, image = np.random.default_rng(109), lit_pixels(1, 3, 3)
    results = expect.repeat(augment_shift, 150, image, np.array([4]), 1, rng)
    copies = np.array([out[1] for out, _ in results])
    down, right = read_shifts(copies, "the copy of a single image")
    expect.rate(down == right, 1 / 3, "how often both axes have the same shift")
    for shift in (-1, 0, 1):
        expect.rate(down == shift, 1 / 3, f"how often a single image moves down by {shift}")
        expect.rate(right == shift, 1 / 3, f"how often a single image moves right by {shift}")


@check
def copies_without_moving_when_the_shift_is_zero(augment_shift):
    for m, h, w in ((3, 2, 4), (1, 1, 1)):
        images = uneven_images(m, h, w, 110)
        out, labels = augment_shift(images, np.arange(m), 0, np.random.default_rng(111))
        expect.close(out, np.concatenate([images, images]), "the images with max_shift = 0")
        expect.close(labels, [*range(m), *range(m)], "the labels with max_shift = 0")


@check
def hands_labels_of_any_width_on(augment_shift):
    y = np.array([200, 7, 7, 100, 0])
    for kind in (np.int32, np.int64, np.uint8):
        images, rng = uneven_images(5, 3, 3, 112), np.random.default_rng(113)
        labels = augment_shift(images, y.astype(kind), 1, rng)[1]
        expect.array(labels, (10,), "the labels")
        expect.close(labels, [*y, *y], f"labels of {kind.__name__}")
        expect.that(labels.dtype.kind in "iu", "the labels", "they are no whole numbers any more")


@check
def draws_from_rng_alone(augment_shift):
    images, y = lit_pixels(60, 7, 7), np.arange(60)
    first, again, other = (
        augment_shift(images, y, 3, np.random.default_rng(seed))[0] for seed in (114, 114, 115)
    )
    expect.that(np.array_equal(first, again), "equal generators", "they give different results")
    expect.that(not np.array_equal(first, other), "different generators", "they give the same")


@check
def draws_other_shifts_in_every_call(augment_shift):
    images, y, rng = lit_pixels(60, 7, 7), np.arange(60), np.random.default_rng(116)
    (first, _), (second, _) = expect.repeat(augment_shift, 2, images, y, 3, rng)
    expect.that(not np.array_equal(first, second), "one generator", "two calls give the same")


@check
def leaves_images_and_labels_as_they_were(augment_shift):
    images, y = uneven_images(20, 4, 4, 117), np.arange(20)
    rng = np.random.default_rng(118)
    expect.unchanged(augment_shift, images, y, 1, rng, what="images and y after the call")


@check
def keeps_the_precision_of_the_images(augment_shift):
    for kind in (np.float32, np.float64):
        images = lit_pixels(3, 3, 3, kind)
        out, _ = augment_shift(images, np.arange(3), 1, np.random.default_rng(119))
        expect.dtype(out, kind, f"the result for images of {kind.__name__}")


@check
def treats_whole_numbers_like_others(augment_shift):
    images = np.arange(1, 49).reshape(4, 3, 4)
    for kind in (np.int64, np.uint8):
        y, rng = np.arange(4), np.random.default_rng(120)
        out, _ = augment_shift(images.astype(kind), y, 1, rng)
        expect.close(out[:4], images, "the first images of an integer array")
        expect.dtype(out, np.float64, "the result for an integer array")


check.run("augment_shift", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 11 · Experiments: what the prices buy
#
# From here on your functions work on data. If one of them is wrong, the pictures are.
#
# ### Back to the coastline
#
# The network of the first picture again, trained with your `l2_penalty` and `l2_gradient` and six values of λ. **Predict first:** what will the border look like when λ is far too large?

# %% tags=["skip-execution"]
L2 = (l2_penalty, l2_gradient)


def train_moons(lambd, activation="relu"):
    """Train on the hundred points of the moons with your L2 penalty."""
    return network.train(
        X_moons,
        y_moons,
        [2, 40, 20, 1],
        np.random.default_rng(0),
        epochs=1500,
        batch_size=100,
        lr=0.01,
        lambd=lambd,
        penalty=L2,
        activation=activation,
    )[0]


moon_nets = {lambd: train_moons(lambd) for lambd in (0, 0.1, 0.3, 1, 3, 30)}
plots.decision_boundaries(
    {f"λ = {lambd}": partial(network.predict, params=p) for lambd, p in moon_nets.items()},
    X_moons,
    y_moons,
)
print("λ      error on its 100 points   on 2000 new ones   data cost   whole cost")
for lambd, params in moon_nets.items():
    data_cost = network.compute_cost(X_moons, y_moons, params)
    errors = [network.measure_error(*part, params) for part in ((X_moons, y_moons), (X_new, y_new))]
    whole_cost = regularized_cost(data_cost, params, lambd, m=100)
    print(f"{lambd:<4g} {errors[0]:19.0%} {errors[1]:20.1%} {data_cost:14.3f} {whole_cost:11.3f}")

# %% [markdown]
# The islands and bays shrink, then vanish. At λ = 1 the network gives up on 12 of its hundred points, and errs on 8.7 % of the new ones instead of 16.2 %: less variance. At λ = 3 the border is a straight line, and both errors are high. At
# λ = 30 there is no border any more: the cost is $\ln 2 = 0.693$, that of a network that says "one half" to everything. **Too much penalty is bias.**
#
# ### Why it works: units fade, and what is left is nearly linear
#
# What has happened inside? The first picture has the length $\|\cdot\|_2$ of each hidden unit's incoming weights, largest first, in the networks that you have just trained. The second is about two networks with `tanh` instead of ReLU: the sums $z$ that go into it. Between
# about −0.5 and 0.5, tanh is nearly a straight line, and layers of straight lines are one straight line.

# %% tags=["skip-execution"]
lengths = {
    f"λ = {lambd}": sorted((vector_norms(w)["l2"] for w in moon_nets[lambd]["W1"]), reverse=True)
    for lambd in (0, 0.1, 1, 3)
}
plots.lines(np.arange(1, 41), lengths, "hidden unit, by rank", "length of its incoming weights")

tanh_nets = {lambd: train_moons(lambd, "tanh") for lambd in (0, 1)}
sums = {f"λ = {lambd}": X_moons @ p["W1"].T + p["b1"] for lambd, p in tanh_nets.items()}
plots.histogram_by_label(sums, "z, what goes into the first layer's tanh", n_bins=100)
linear_share = {label: np.mean(np.abs(z) < 0.5) for label, z in sums.items()}
for label, share in linear_share.items():
    print(f"{label}: {share:.0%} of the sums in the linear part")

# %% [markdown]
# Without a penalty all 40 units are at work, and five in six of the sums lie where tanh bends or is flat. With λ = 1 the incoming weights of two in three ReLU units are shorter than 0.1: these units have faded. Nearly all sums, 98 %, stay where tanh is a line. No unit was removed: the network has become smaller *in effect*, by as much as λ
# says.
#
# ### Choosing λ
#
# The network now reads 8 × 8 digits, 500 of them, and every fifth training label is wrong. Two hidden layers of 128 units are enough to learn the wrong labels by heart. λ is chosen on the dev digits, whose labels are right: train with each λ, take the one with the lowest dev
# error. Three seeds each; the band is their spread.

# %% tags=["skip-execution"]
def train_digits(seed, lambd=0.0, epochs=60, **settings):
    """Train on the digits with wrong labels; return the parameters and the history."""
    rng = np.random.default_rng(seed)
    settings = {"lr": 0.002, "penalty": L2, **settings}
    layer_dims = [64, 128, 128, 10]
    return network.train(X_train, y_train, layer_dims, rng, epochs=epochs, lambd=lambd, **settings)


strengths = [0, 0.3, 1, 3, 5, 10, 20, 50]
swept = {"training": [], "dev": []}
length = {"W1": [], "W2": [], "W3": []}
for lambd in network.show_progress(strengths, "λ"):
    nets = [train_digits(seed, lambd)[0] for seed in range(3)]
    swept["training"].append([network.measure_error(X_train, y_train, params) for params in nets])
    swept["dev"].append([network.measure_error(X_dev, y_dev, params) for params in nets])
    for name in length:
        length[name].append([vector_norms(params[name].ravel())["l2"] for params in nets])
plots.error_by_setting(strengths, swept, "λ", log=True)
plots.lines(strengths[1:], {n: v[1:] for n, v in length.items()}, "λ", "Frobenius norm", log="x")

# %% [markdown]
# On the left there is variance: almost no error on training, 14 % on dev. The valley lies at λ = 3 and 5, with a dev error of 6 %. At λ = 5 the training error is 20 %, just the share of wrong labels: the network no longer believes them. On the right there is bias: at λ = 50 both errors are above 50 %.
# The second picture is the reason: all three matrices shrink as λ grows.
#
# Both pictures have λ on a logarithmic axis, and a sensible search goes the same way: whether λ is 3 or 5 hardly matters, whether it is 0.3 or 30 matters a lot. Try 0.1, 0.3, 1, 3, 10, …
#
# ### Ridge and lasso on patients
#
# Ten measures of 442 diabetes patients are to predict how far their disease had gone a year later. A linear model, trained by gradient descent in two ways: with your `weight_decay_step` (ridge regression) and with plain steps followed by your `soft_threshold` (the lasso).
# Each column has mean 0 and standard deviation 1, and so has the target, so that weights can be compared and no bias is needed.

# %% tags=["skip-execution"]
X_patients, progression, measures = datasets.diabetes()
X_patients, progression = (
    (part - part.mean(axis=0)) / part.std(axis=0)
    for part in (X_patients.astype(float), progression.astype(float))
)
m_patients, step_size = len(X_patients), 0.4


def descend(step, lambd, w, n_steps=2500):
    """Take so many steps from w (1, 10); the data's cost is half the mean squared error."""
    for _ in range(n_steps):
        dw = (w @ X_patients.T - progression) @ X_patients / m_patients
        w = step(w, dw, lambd)
    return w


def ridge_step(w, dw, lambd):
    return weight_decay_step(w, dw, step_size, lambd, m_patients)


def lasso_step(w, dw, lambd):
    return soft_threshold(w - step_size * dw, step_size * lambd / m_patients)


def sign_step(w, dw, lambd):
    return w - step_size * (dw + l1_gradient(w, lambd, m_patients))


patient_strengths = 2.0 ** np.arange(0, 9, 0.5)
paths = {}
for title, step in (("L1 (lasso)", lasso_step), ("L2 (ridge)", ridge_step)):
    w, paths[title] = np.zeros((1, 10)), []
    for lambd in network.show_progress(patient_strengths, title):
        w = descend(step, lambd, w)
        paths[title].append(w[0])
plots.weight_paths(patient_strengths, paths, measures)

print("λ = 16, exact zeros among 10 weights:")
for title, step in (("soft_threshold", lasso_step), ("l1_gradient", sign_step), ("L2", ridge_step)):
    w = descend(step, 16.0, np.zeros((1, 10)))
    print(f"  {title}: {10 - vector_norms(w[0])['l0']}")

# %% [markdown]
# A cross marks where a weight becomes exactly 0. Under L1 one measure after the other leaves the model: three of ten are out at λ = 16, all of them in the end. Under L2 the vector of weights grows shorter as a whole; single weights may grow meanwhile or change their sign, but none stays at 0. Along `l1_gradient` they hop about 0 and none is 0 either. So the lasso tells you which measures it can do
# without; the last to go are the body mass index and the log of the triglycerides.
#
# Look at total cholesterol and low-density lipoproteins. They measure nearly the same thing (correlation 0.90), so at small λ each gets a large weight against the other. L1 drops one of the two soon; L2 shrinks both until, near λ = 90, they have about the same small weight.
#
# In deep networks L1 is the rarer of the two: zeros that are scattered over a matrix save little memory and no time, unless your hardware knows how to skip them.
#
# ### Stopping early
#
# The digits with wrong labels again, without any penalty. Your `early_stopping` reads the dev errors of a full run of 100 epochs, with patience 10 (the picture counts epochs from 1). The second run has a quarter of the learning rate.

# %% tags=["skip-execution"]
same = {"seed": 1, "epochs": 100, "X_dev": X_dev, "y_dev": y_dev}
growing = []
_, fast = train_digits(
    **same,
    callback=lambda _, params: growing.append(vector_norms(params["W2"].ravel())["l2"]),
)
_, slow = train_digits(**same, lr=0.0005)
ends = {
    name: early_stopping(history["dev_error"].tolist(), patience=10)
    for name, history in (("fast", fast), ("slow", slow))
}
plots.learning_curves(
    {"fast (lr = 0.002)": fast, "slow (lr = 0.0005)": slow},
    highest=0.3,
    marks={
        f"{what}, {name}": 1 + epoch
        for name, pair in ends.items()
        for what, epoch in zip(("best", "stop"), pair)
    },
)
stopped_params, stopped = train_digits(**same, patience=10, early_stopping=early_stopping)
stopped_error = network.measure_error(X_dev, y_dev, stopped_params)
print(f"stopped after {len(stopped['cost'])} epochs, dev error of what is kept: {stopped_error:.1%}")
print(f"Frobenius norm of W2 in the full run: {growing[0]:.1f} after the first epoch,")
print(f"{growing[ends['fast'][0]]:.1f} after the best, {growing[-1]:.1f} after the last")

# %% [markdown]
# The first run is best in epoch 10, with a dev error of 5.8 %, and is stopped in epoch 20; had it gone on, it would have ended at 14 %. What the best λ did above, a single run of 20 epochs does here, without any search. The weights tell that it is the same medicine: they grow from epoch to epoch, and stopping keeps them
# smaller.
#
# Now the drawback. The slower run is best in epoch 32 and stops in epoch 42. Nothing about the regularization was changed, only the optimizer's step; and yet the number of epochs must be found anew. **One dial does two jobs**: it says how far the cost is minimized and how much the network may overfit. With a penalty you
# work on one at a time: first an optimizer that makes the cost small, then a λ. You pay with a run for each λ. Both ways are in use, often together.
#
# And the small print: the dev error of the best epoch is the lowest of many, so it comes out a little too low. For an honest number there is the test set.
#
# ### Copies that help and copies that lie
#
# Now 300 digits with right labels. Three training sets: as they are, with a shifted copy of each (yours), with a mirrored copy of each under the old label. Ten seeds draw the digits, the shifts and the first weights. The nets are asked to read three things: dev
# digits, those of them that are a 2 or a 5, and dev digits that your function has moved by up to a pixel each way.

# %% tags=["skip-execution"]
def compare_copies(seed):
    """Dev errors of three training sets: {name: {column: error}}."""
    rng = np.random.default_rng(seed)
    (X, y), (X_ask, y_ask), _ = datasets.digits(rng, m_train=300)
    images, rows = X.reshape(-1, 8, 8), (-1, 64)
    shifted, y_twice = augment_shift(images, y, 1, rng)
    mirrored = np.concatenate([images, images[:, :, ::-1]])
    moved = augment_shift(X_ask.reshape(-1, 8, 8), y_ask, 1, rng)[0][len(X_ask) :]
    is_2_or_5 = np.isin(y_ask, [2, 5])
    results = {}
    for name, copies, labels in (
        ("300 digits", images, y),
        ("and shifted copies", shifted, y_twice),
        ("and mirrored copies", mirrored, y_twice),
    ):
        net_rng = np.random.default_rng(seed)
        X_all, layer_dims = copies.reshape(rows), [64, 128, 128, 10]
        params, _ = network.train(X_all, labels, layer_dims, net_rng, epochs=40, lr=0.002)
        results[name] = {
            "dev": network.measure_error(X_ask, y_ask, params),
            "dev, 2 and 5": network.measure_error(X_ask[is_2_or_5], y_ask[is_2_or_5], params),
            "dev, moved": network.measure_error(moved.reshape(rows), y_ask, params),
        }
    return results


by_seed = [compare_copies(seed) for seed in network.show_progress(range(10), "seed")]
copies_table = {
    name: {column: [run[name][column] for run in by_seed] for column in by_seed[0][name]}
    for name in by_seed[0]
}
plots.error_table(copies_table)

# %% tags=["skip-execution"]
examples = [X_dev[np.flatnonzero(y_dev == label)[5]].reshape(8, 8) for label in (2, 5)]
pictures = [version.ravel() for image in examples for version in (image, image[:, ::-1])]
plots.digit_images(pictures, ["2", "2 mirrored", "5", "5 mirrored"])

# %% [markdown]
# Read the last column first. These digits were cut out and centred before they came to you, and a network that has seen nothing else misreads 62 % of them when they are moved by a pixel at most. With one shifted copy of each it is 26 %. On the centred dev digits of the first column the copies
# neither help nor hurt: 4.4 % against 4.7 % is less than the spread of the seeds. **Copies teach what they show.** They are worth their time when what they show will be met in use.
#
# The mirrored copies teach a lie. The mirrored 2 is no digit at all, and the mirrored 5 looks like a 2, whatever their labels say. The network makes room for them, and its error on real 2s and 5s more than doubles, from 3.3 % to 8.0 %. On photographs of cats the same line of code might have been a good idea.
#
# ### The famous table, with its footnote
#
# A much-copied table compares three trainings of a small network on noisy points in the plane, each a single run (training / test accuracy): no regularization 94.8 / 91.5 %, L2 93.8 / 93.0 %, dropout 92.9 / 95.0 %. Dropout wins? The data behind it cannot be had, so here is a set made to be
# overfitted: 100 points on either side of a line, 15 of them with the wrong label, and 2000 clean test points. Twelve seeds, each with its own points and first weights.

# %% tags=["skip-execution"]
def drop_the_same_units(A, keep_prob, rng):
    """Dropout with a slip: the generator starts anew in every pass, so one mask serves all steps."""
    return dropout.dropout_forward(A, keep_prob, np.random.default_rng(1))


methods = {
    "no regularization": {},
    "L2, λ = 0.3": {"lambd": 0.3, "penalty": L2},
    "dropout, keep_prob 0.4": {"keep_probs": [0.4, 0.4]},
    "dropout, one mask for all steps": {
        "keep_probs": [0.4, 0.4],
        "dropout": (drop_the_same_units, dropout.dropout_backward),
    },
}
accuracy = {name: {"training": [], "test": []} for name in methods}
for seed in network.show_progress(range(12), "seed"):
    points, clean = datasets.noisy_line(np.random.default_rng([seed, 0]))
    for name, settings in methods.items():
        params, _ = network.train(
            *points,
            [2, 40, 20, 1],
            np.random.default_rng([seed, 1]),
            epochs=500,
            batch_size=100,
            lr=0.01,
            **settings,
        )
        accuracy[name]["training"].append(1 - network.measure_error(*points, params))
        accuracy[name]["test"].append(1 - network.measure_error(*clean, params))
plots.error_table(accuracy, "accuracy", best="highest")

# %% [markdown]
# On test data the order is the published one, none < L2 < dropout, and in training it is the other way round. Now the footnotes.
#
# - The published dropout set its seed anew in every forward pass, so all its steps used **one mask**: it trained a single smaller network and never did what dropout is for. Your last row repeats the slip. It costs 3 points of test accuracy against fresh masks. On the original points fresh masks gave
#   94.7 / 93.1 % (mean of eight runs), as good as L2. The 95 % are no evidence for dropout.
# - One run proves nothing. Here the seeds of a single row spread by 3 to 6 points, and the last three rows lie within about 3 points of each other. An order is a statement about a mean over many seeds, ten at least.
# - Our trainings are short, 500 steps of Adam, and λ and `keep_prob` were set by hand. The long way, 10 000 steps of plain gradient descent with λ = 0.12 over 24 seeds, is in the repository: `python -m benchmarks.headlines` measured test accuracies of 83.7 % without regularization, 88.8 % with L2, 93.6 % with dropout and 90.2 % with one mask. The same order.
#
# **Turn the dials.** In the first experiment, can L1 do what L2 did (`penalty=(l1_penalty, l1_gradient)`)? With `wrong_labels=0.0` in a copy of the set-up line, what is left for λ to gain? In `compare_copies`, ask for `augment_shift(images, y, 2, rng)`: what happens to digits moved by one pixel?

# %% [markdown]
# ## 12 · Quiz
#
# Put a letter in quotes in the place of each `None`, for example `"choose": "a"`, and delete the last line of the cell.
#
# **choose.** You have trained the same network with seven values of λ. Which one do you take?
#
# - (a) the one with the lowest training error
# - (b) the one with the lowest dev error
# - (c) the one with the lowest test error
#
# **errors.** With λ = 30 the training error is 14 %, the dev error 14.5 %; people make 1 % errors. What do you try first?
#
# - (a) a smaller λ
# - (b) a larger λ
# - (c) more training data
#
# **zeros.** You want most weights of a linear model to be *exactly* 0. How do you train it?
#
# - (a) with `weight_decay_step` and a large λ
# - (b) with small steps along the data's gradient plus `l1_gradient`
# - (c) with steps along the data's gradient, each followed by `soft_threshold`
#
# **copies.** You have images of the letters b, d, p and q and want more. Which copies keep their labels?
#
# - (a) mirror images
# - (b) copies shifted by a pixel
# - (c) copies turned by half a circle
#
# **stop.** What speaks against early stopping?
#
# - (a) it takes many training runs, one for each number of epochs
# - (b) it works only together with an L2 penalty
# - (c) one dial then does two jobs, making the cost small and keeping it from overfitting, and you cannot work on one without the other

# %% nbgrader={"grade": false, "grade_id": "quiz_regularization", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_regularization = {
    "choose": None,
    "errors": None,
    "zeros": None,
    "copies": None,
    "stop": None,
}
### BEGIN SOLUTION
quiz_regularization = {"choose": "b", "errors": "a", "zeros": "c", "copies": "b", "stop": "c"}
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_regularization", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
@check
def answers_every_question_with_one_of_its_letters(quiz_regularization):
    questions = ("choose", "errors", "zeros", "copies", "stop")
    expect.choices(quiz_regularization, dict.fromkeys(questions, "abc"))


check.run("quiz_regularization")

# %% nbgrader={"grade": true, "grade_id": "hidden_quiz_regularization", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `quiz_regularization`, 5 points: one for each right answer. The explanations come with
# your result.
### BEGIN HIDDEN TESTS
@check
def tells_which_strength_to_take(quiz_regularization):
    """The training error is lowest without any penalty, and the test set must not take part in any
    choice, or its error says nothing any more: dev is there to choose with."""
    expect.choice(quiz_regularization, "choose", "b")


@check
def tells_a_penalty_that_is_too_large(quiz_regularization):
    """Both errors are high and close together: this is bias, and a large penalty causes it. More
    data would only close a gap that is not there."""
    expect.choice(quiz_regularization, "errors", "a")


@check
def tells_what_makes_exact_zeros(quiz_regularization):
    """L2 takes a share of what is left, so something is always left. A step along L1's gradient
    has one size and jumps over 0. Only the soft threshold stops there."""
    expect.choice(quiz_regularization, "zeros", "c")


@check
def tells_which_copies_keep_their_labels(quiz_regularization):
    """Mirrored, a b is a d; turned by half a circle it is a q. A b that stands a pixel further to
    the left is a b."""
    expect.choice(quiz_regularization, "copies", "b")


@check
def tells_what_speaks_against_stopping_early(quiz_regularization):
    """One run is enough and any cost will do. But the number of epochs now decides about
    optimizing and about overfitting at once."""
    expect.choice(quiz_regularization, "stop", "c")


check.run("quiz_regularization", hidden=True, points=5)
### END HIDDEN TESTS

# %% [markdown]
# ## What to remember
#
# 1. L2 adds $\frac{\lambda}{2m}\sum\|W\|_F^2$ to the cost and $\frac{\lambda}{m}W$ to the gradient: each step shrinks the weights by the factor $1 - \alpha\lambda/m$. Biases go free.
# 2. L1 pulls all weights with the same force. Together with the soft threshold it makes exact zeros; L2 never does.
# 3. λ is chosen on dev, each candidate about three times the last. Too small leaves variance, too large makes bias.
# 4. Early stopping keeps the best epoch up to the stop. It costs a single run, but ties optimizing to regularizing.
# 5. Copies help when the label survives the change and the change will be met in use.
#
# ## Where it goes wrong
#
# | what you see | what it may be |
# |---|---|
# | a gradient check fails by a factor of 2, in the weights alone | λ/(2m) in the gradient, or λ/m in the L2 penalty |
# | a gradient check fails in the biases alone | the cost charges for biases, or the gradient does |
# | the penalty is far too large, the more so with more data | `lambd / 2 * m` multiplies by m; it should be `lambd / (2 * m)` |
# | a λ from another library does nothing, or flattens everything | another constant: ½λ without m, C = 1/λ, `weight_decay` = λ/m |
# | L1 training gives no exact zeros | steps along the sign hop over 0; use the soft threshold |
# | weights explode, faster with larger λ | αλ/m is above 2 |
# | training error and dev error are high and close together | λ is too large: bias, not variance |
# | the best epoch comes after the stop | the whole curve was searched, or patience counts from the epoch before, not from the best |
# | copies help on dev but not in use | dev was augmented too, or the change is not one that is met in use |
# | copies hurt a few classes | their labels do not survive the change |
#
# ## Further
#
# - A. E. Hoerl, R. W. Kennard: *Ridge regression: biased estimation for nonorthogonal problems*, Technometrics 12 (1970). L2 for linear models.
# - R. Tibshirani: *Regression shrinkage and selection via the lasso*, Journal of the Royal Statistical Society, Series B 58 (1996). L1, and why it selects.
# - A. Krogh, J. A. Hertz: *A simple weight decay can improve generalization*, NIPS 1991. L2 for networks.
# - D. L. Donoho: *De-noising by soft-thresholding*, IEEE Transactions on Information Theory 41 (1995).
# - L. Prechelt: *Early stopping – but when?*, in *Neural Networks: Tricks of the Trade* (1998). Rules for stopping, compared.
# - P. Y. Simard, D. Steinkraus, J. C. Platt: *Best practices for convolutional neural networks applied to visual document analysis*, ICDAR 2003. Shifted and distorted digits.
# - I. Loshchilov, F. Hutter: *Decoupled weight decay regularization*, ICLR 2019. Why decay and an L2 penalty differ under Adam.
# - In PyTorch, `weight_decay` of `torch.optim.SGD` is λ/m and counts biases too; in Keras, early stopping is the callback `EarlyStopping(patience, restore_best_weights=True)`, which without its second argument set keeps the *last* weights, not the best.
