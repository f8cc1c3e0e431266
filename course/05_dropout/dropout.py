# %% [markdown]
# # Dropout
#
# Five hundred handwritten digits to learn from, and whoever labelled them was careless: one label in five is wrong. Your network learns
# them all, the wrong ones by heart, and then misreads one in seven of the digits that it has never seen. **What if you switched off a random
# half of the network in every step of its training?**
#
# It sounds like vandalism. It is one of the most used regularizers in deep learning, it takes three lines of NumPy, and at least
# four things can go wrong in those three lines. You will write them, break them and see what they do.
#
# **You will**
#
# - write inverted dropout, forward and backward, and explain the division in it;
# - say what happens to dropout at test time, and prove that the average output stays what it was;
# - choose a `keep_prob` for each layer from training and dev errors, and read a cost curve that jumps.
#
# **Time:** 75 minutes. **Before:** you know how a ReLU layer computes `Z = X @ W.T + b`, and that a network which is much better on the digits it learned from
# (training error) than on others (dev error) *overfits*: it has variance, not bias.
#
# **How it works.** Each exercise is a cell to fill in: run it, then run the check below it. When a check fails, read its first line: it says what came and what was
# expected. If your own cell ends in a red error, mend that first; the check would still see your previous version. Hints are folded away below the checks.
# The *hidden* checks run when your notebook is graded. If you study alone, save it (Ctrl+S) and call `autograder check` on it, as the README shows.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

from helpers import datasets, network, plots
from helpers.check import check, expect

(X_train, y_train), (X_dev, y_dev), _ = datasets.digits(
    np.random.default_rng(0), m_train=500, wrong_labels=0.2
)

# %% [markdown]
# **See it.** Ten of your training digits, each under its label. Three labels are wrong: which ones? A network has to believe them all.

# %% tags=["skip-execution"]
plots.digit_images(X_train[:10], [f'"{label}"' for label in y_train[:10]])

# %% [markdown]
# ## 1 · Who stays? Drawing the mask
#
# A network that learns wrong labels by heart does it with units that specialise: one unit fires for the odd hook in training image 17,
# and the next layer comes to rely on it. Dropout takes that away. In every training step each unit tosses its own coin: with
# probability `keep_prob` it stays, otherwise it is silent for this step. Nobody can count on anybody.
#
# The coins of a layer form its **mask**: an array of 0 and 1 in the shape of the layer's activations, `(m, n)`. A row is an example,
# a column is a unit, and *each entry is drawn on its own*: two examples in one batch lose different units.
#
# A generator gives numbers that are uniform on $[0, 1)$. Such a number $u$ is below 0.8 with probability 0.8, so
#
# $$\text{mask}_{ij} = \begin{cases}1 & \text{if } u_{ij} < \text{keep\_prob}\\ 0 & \text{otherwise}\end{cases}$$
#
# **By hand.** `keep_prob = 0.8` and the draws $(0.31,\ 0.97,\ 0.79,\ 0.80)$ give the mask $(1, 0, 1, 0)$.
#
# All randomness comes from the argument `rng`, a `numpy.random.Generator`. Then whoever calls you decides whether two runs are equal.

# %% nbgrader={"grade": false, "grade_id": "dropout_mask", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dropout_mask(shape, keep_prob, rng):
    """Draw which units stay.

    Parameters
    ----------
    shape : tuple of int
        Shape of the mask, (m, n).
    keep_prob : float
        Probability that an entry is kept, 0 < keep_prob <= 1.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    array of 0 and 1 (or of bool), of the given shape
        1 where the unit is kept.

    Examples
    --------
    >>> dropout_mask((1, 3), 1.0, np.random.default_rng(0))
    array([[ True,  True,  True]])
    """
    ### BEGIN SOLUTION
    return rng.random(shape) < keep_prob
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_dropout_mask", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def has_the_shape_that_was_asked_for(dropout_mask):
    expect.array(
        dropout_mask((3, 4), 0.5, np.random.default_rng(0)),
        (3, 4),
        "a mask for 3 examples and 4 units",
    )


@check
def holds_only_zeros_and_ones(dropout_mask):
    expect.binary(dropout_mask((50, 40), 0.7, np.random.default_rng(1)), "the entries of a mask")


@check
def tosses_a_coin_for_every_entry(dropout_mask):
    mask = dropout_mask((60, 50), 0.8, np.random.default_rng(2))
    expect.coins(mask, 0.8, "a mask of 60 examples and 50 units with keep_prob = 0.8")


@check
def keeps_everything_when_the_probability_is_one(dropout_mask):
    mask = dropout_mask((20, 20), 1.0, np.random.default_rng(3))
    expect.rate(mask, 1.0, "the share of ones with keep_prob = 1")


check.run("dropout_mask")

# %% [markdown]
# <details><summary>Hint 1: many numbers at once</summary>
# A generator fills an array of any shape in one call: look at <code>rng.random</code>.
# </details>
# <details><summary>Hint 2: from numbers to a mask</summary>
# Comparing an array with a number gives an array of <code>True</code> and <code>False</code>, and those count as 1 and 0. Which way round must the
# comparison be, so that <code>keep_prob = 1</code> keeps everything?
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_dropout_mask", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `dropout_mask`, 2 points: other probabilities, each entry drawn on its own, all
# randomness from rng.
### BEGIN HIDDEN TESTS
@check
def draws_from_rng_alone(dropout_mask):
    first, again, other = (
        dropout_mask((20, 20), 0.5, np.random.default_rng(n)) for n in (10, 10, 11)
    )
    expect.that(np.array_equal(first, again), "equal generators", "they give different masks")
    expect.that(not np.array_equal(first, other), "different generators", "they give the same mask")


@check
def draws_a_fresh_mask_in_every_call(dropout_mask):
    rng = np.random.default_rng(12)
    first, second = dropout_mask((20, 20), 0.5, rng), dropout_mask((20, 20), 0.5, rng)
    expect.that(not np.array_equal(first, second), "one generator", "two calls give the same mask")


@check
def tosses_a_coin_for_every_entry_whatever_the_probability(dropout_mask):
    for keep_prob in (0.25, 0.5, 0.9375):
        mask = dropout_mask((60, 50), keep_prob, np.random.default_rng(13))
        expect.array(mask, (60, 50), "the mask")
        expect.coins(mask, keep_prob, f"the mask with keep_prob = {keep_prob}")


@check
def treats_every_place_alike_and_on_its_own(dropout_mask):
    rng = np.random.default_rng(14)
    masks = np.array(expect.repeat(dropout_mask, 80, (6, 5), 0.5, rng), dtype=float)
    expect.places(masks, 0.5, "80 masks of 6 examples and 5 units")
    expect.varies(masks.sum(axis=(1, 2)), "the number kept in each of these masks")


@check
def is_exact_for_very_small_and_for_full_probabilities(dropout_mask):
    rare = dropout_mask((300, 100), 1 / 256, np.random.default_rng(15))
    expect.rate(rare, 1 / 256, "the share of ones with keep_prob = 1/256")
    expect.every(dropout_mask((60, 60), 1.0, np.random.default_rng(16)), 1.0, "keep_prob = 1")


@check
def works_for_one_row_and_for_one_column(dropout_mask):
    for shape in ((1, 500), (500, 1), (1, 1)):
        mask = dropout_mask(shape, 0.25, np.random.default_rng(17))
        expect.array(mask, shape, "a mask with a single row or column")
        expect.binary(mask, "its entries")
        expect.rate(mask, 0.25, "the share of ones in it")


check.run("dropout_mask", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Four of your masks for a layer of 8 × 8 units. Look at two things: each mask is different, and the share that was kept is
# *near* `keep_prob`, not equal to it. Change `keep_prob` and run the cell again.

# %% tags=["skip-execution"]
keep_prob = 0.7
rng = np.random.default_rng(1)
plots.dropout_masks([dropout_mask((8, 8), keep_prob, rng) for _ in range(4)], keep_prob)

# %% [markdown]
# ## 2 · Dropping without shrinking: inverted dropout
#
# Multiply the activations by the mask, and the dropped ones become 0. But now the layer as a whole is quieter: with `keep_prob = 0.8`
# the next layer receives, on average, only 80 % of what it would receive from the full network. At test time nothing is dropped, and
# the next layer would suddenly hear everything 25 % louder than it ever did in training.
#
# The remedy is a division. Whoever stays speaks up for those who are silent:
#
# $$A_\text{out} = \frac{A \odot \text{mask}}{\text{keep\_prob}}$$
#
# ($\odot$ multiplies entry by entry, as `*` does in NumPy; the mask is drawn as in section 1, and you may call your `dropout_mask`.)
#
# The average over all masks is then exactly $A$: an entry $a$ comes out as $a/p$ with probability $p$ and as 0 otherwise, and
# $p\cdot\frac{a}{p} + (1-p)\cdot 0 = a$. This is called *inverted* dropout, because the correction is made in training, not at test time.
#
# **By hand.** $A = (2, 4)$ and `keep_prob = 0.5`. The four masks are equally likely and give $(0,0)$, $(4,0)$, $(0,8)$ and $(4,8)$.
# Their average is $(2, 4)$: that is $A$.
#
# **Outside training** there is nothing to do: no mask, no division. Return `A` as it is, with a mask of ones, and leave `rng` alone; the
# caller may pass `None`.
#
# **Predict first.** `keep_prob = 0.8`, and a unit with activation 2.0 is kept. What does the next layer receive? Say it aloud, then go on.

# %% nbgrader={"grade": false, "grade_id": "dropout_forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dropout_forward(A, keep_prob, rng, training=True):
    """Apply inverted dropout to one layer.

    Parameters
    ----------
    A : array of shape (m, n)
        Activations: m examples, n units.
    keep_prob : float
        Probability that an entry is kept, 0 < keep_prob <= 1.
    rng : numpy.random.Generator
        The only source of randomness; not used outside training, where it may be None.
    training : bool
        Outside training nothing is dropped and nothing is scaled.

    Returns
    -------
    A_out : array of shape (m, n)
        What the next layer receives; float32 when A is float32, else float64.
    mask : array of 0 and 1 (or of bool), shape (m, n)
        Which entries were kept; all ones outside training.

    Examples
    --------
    >>> A_out, mask = dropout_forward(np.array([[2.0, 4.0]]), 0.5, None, training=False)
    >>> A_out
    array([[2., 4.]])
    """
    ### BEGIN SOLUTION
    if not training:
        return A, np.ones(A.shape, dtype=bool)
    mask = rng.random(A.shape) < keep_prob
    return A * mask / keep_prob, mask
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_dropout_forward", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def returns_the_output_and_the_mask(dropout_forward):
    pair = dropout_forward(np.array([[2.0, 4.0, 6.0]]), 0.5, np.random.default_rng(0))
    A_out, mask = expect.sequence(pair, 2, "the pair (A_out, mask)")
    expect.array(A_out, (1, 3), "A_out")
    expect.array(mask, (1, 3), "the mask")
    expect.binary(mask, "the mask")


@check
def doubles_what_it_keeps_at_one_half(dropout_forward):
    A_out, mask = dropout_forward(np.full((8, 6), 2.0), 0.5, np.random.default_rng(1))
    expect.every(A_out[mask == 1], 4.0, "a kept activation of 2, with keep_prob = 0.5")


@check
def makes_up_for_one_in_five_at_four_fifths(dropout_forward):
    A_out, mask = dropout_forward(np.full((8, 6), 2.0), 0.8, np.random.default_rng(2))
    expect.every(A_out[mask == 1], 2.5, "a kept activation of 2, with keep_prob = 0.8")


@check
def silences_what_it_drops(dropout_forward):
    A_out, mask = dropout_forward(np.full((8, 6), 2.0), 0.5, np.random.default_rng(3))
    expect.every(A_out[mask == 0], 0.0, "an activation whose mask is 0")


@check
def does_nothing_outside_training(dropout_forward):
    pair = dropout_forward(np.full((8, 6), 2.0), 0.5, np.random.default_rng(4), training=False)
    A_out, mask = expect.sequence(pair, 2, "the pair (A_out, mask) with training=False")
    expect.every(A_out, 2.0, "an activation of 2 with training=False")
    expect.every(mask, 1.0, "the mask with training=False")


check.run("dropout_forward")

# %% [markdown]
# <details><summary>Hint 1: the order of things</summary>
# First the case outside training, which needs no mask to be drawn. Then draw, multiply, divide.
# </details>
# <details><summary>Hint 2: what to divide by</summary>
# A unit is there in a share <code>keep_prob</code> of the steps. To contribute the same on average, it has to be louder by the factor
# 1 / <code>keep_prob</code> when it is there. The mask that you return stays 0 and 1.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_dropout_forward", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `dropout_forward`, 2 points: other activations and probabilities, an honest mask,
# rng, A itself, dtypes.
### BEGIN HIDDEN TESTS
@check
def returns_an_output_and_an_honest_mask(dropout_forward):
    pair = dropout_forward(np.full((12, 9), -1.5), 0.5, np.random.default_rng(20))
    A_out, mask = expect.sequence(pair, 2, "the pair (A_out, mask)")
    expect.array(A_out, (12, 9), "A_out")
    expect.array(mask, (12, 9), "the mask")
    expect.binary(mask, "the mask")


@check
def draws_from_rng_alone(dropout_forward):
    A = np.ones((20, 20))
    first, again, other = (
        dropout_forward(A, 0.5, np.random.default_rng(seed))[0] for seed in (21, 21, 22)
    )
    expect.that(np.array_equal(first, again), "equal generators", "they give different results")
    expect.that(not np.array_equal(first, other), "different generators", "they give the same")


@check
def drops_other_units_in_every_pass(dropout_forward):
    A, rng = np.ones((20, 20)), np.random.default_rng(23)
    first, second = dropout_forward(A, 0.5, rng)[0], dropout_forward(A, 0.5, rng)[0]
    expect.that(not np.array_equal(first, second), "one generator", "two passes drop the same")


@check
def divides_by_the_probability_of_being_kept(dropout_forward):
    A = np.random.default_rng(24).uniform(0.5, 3.0, (12, 9)) * np.array([1, -1, 1] * 3)
    for keep_prob in (0.25, 0.625, 0.9):
        A_out, mask = dropout_forward(A, keep_prob, np.random.default_rng(25))
        ratio = A_out / A
        expect.every(ratio[mask == 1], 1 / keep_prob, f"kept / input, keep_prob = {keep_prob}")
        expect.every(A_out[mask == 0], 0.0, f"dropped values, keep_prob = {keep_prob}")


@check
def tosses_a_coin_for_every_example_and_unit(dropout_forward):
    A = np.where(np.arange(3_000).reshape(60, 50) % 3 == 0, 0.0, 1.5)
    for keep_prob in (0.25, 0.75):
        _, mask = dropout_forward(A, keep_prob, np.random.default_rng(26))
        expect.coins(mask, keep_prob, f"the mask, a third of A is 0, keep_prob = {keep_prob}")


@check
def treats_every_place_alike_and_on_its_own(dropout_forward):
    A, rng = np.ones((6, 5)), np.random.default_rng(27)
    passes = expect.repeat(dropout_forward, 80, A, 0.5, rng)
    masks = np.array([mask for _, mask in passes], dtype=float)
    expect.places(masks, 0.5, "the masks of 80 passes, 6 examples and 5 units")
    expect.varies(masks.sum(axis=(1, 2)), "the number kept in each of these passes")


@check
def is_exact_for_very_small_and_for_full_probabilities(dropout_forward):
    A = np.random.default_rng(28).normal(size=(100, 100))
    rare = dropout_forward(A, 1 / 256, np.random.default_rng(29))[1]
    expect.rate(rare, 1 / 256, "the share of ones in the mask with keep_prob = 1/256")
    A_out, mask = dropout_forward(A, 1.0, np.random.default_rng(30))
    expect.close(A_out, A, "A_out with keep_prob = 1")
    expect.every(mask, 1.0, "the mask with keep_prob = 1")


@check
def returns_a_mask_of_ones_outside_training(dropout_forward):
    A = np.array([[0.0, 2.0], [-1.0, 0.0], [3.0, 0.5]])
    pair = dropout_forward(A, 0.3, np.random.default_rng(31), training=False)
    A_out, mask = expect.sequence(pair, 2, "the pair (A_out, mask) with training=False")
    expect.close(A_out, A, "A_out with training=False")
    expect.array(mask, (3, 2), "the mask with training=False")
    expect.every(mask, 1.0, "the mask with training=False")


@check
def leaves_rng_alone_outside_training(dropout_forward):
    rng = np.random.default_rng(32)
    dropout_forward(np.ones((5, 3)), 0.3, rng, training=False)
    untouched = rng.random() == np.random.default_rng(32).random()
    expect.that(untouched, "rng after a pass outside training", "numbers were drawn from it")


@check
def needs_no_rng_outside_training(dropout_forward):
    A = np.random.default_rng(33).normal(size=(5, 3))
    expect.close(dropout_forward(A, 0.3, None, False)[0], A, "A_out with training=False")


@check
def leaves_its_input_as_it_was(dropout_forward):
    A, rng = np.random.default_rng(34).normal(size=(6, 4)), np.random.default_rng(35)
    expect.unchanged(dropout_forward, A, 0.5, rng, what="A after the call")
    expect.unchanged(dropout_forward, A, 0.5, rng, False, what="A after a call outside training")


@check
def keeps_the_precision_of_its_input(dropout_forward):
    for kind in (np.float32, np.float64):
        for training in (True, False):
            A = np.full((6, 4), 1.5, dtype=kind)
            A_out, _ = dropout_forward(A, 0.5, np.random.default_rng(36), training)
            expect.dtype(A_out, kind, f"A_out for an A of {kind.__name__}")


@check
def treats_whole_numbers_like_others(dropout_forward):
    A = np.full((1, 60), 3)
    whole, _ = dropout_forward(A, 0.625, np.random.default_rng(37))
    other, _ = dropout_forward(A.astype(float), 0.625, np.random.default_rng(37))
    expect.close(whole, other, "A_out for whole numbers in an integer array and in a float array")
    expect.dtype(whole, np.float64, "A_out for an integer array")


check.run("dropout_forward", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Ten thousand activations, all 1, go through your function for ten values of `keep_prob`; beside it runs the same thing without the
# division. Yours should lie on the line at 1 whatever `keep_prob` is. The other one sinks: that is the loudness that would be missing
# in training and back at test time.

# %% tags=["skip-execution"]
keep_probs = np.linspace(0.1, 1.0, 10)
rng = np.random.default_rng(2)
A = np.ones((1000, 10))
inverted = [dropout_forward(A, keep_prob, rng)[0].mean() for keep_prob in keep_probs]
undivided = [(A * dropout_mask(A.shape, keep_prob, rng)).mean() for keep_prob in keep_probs]
plots.mean_activation(
    keep_probs, {"your dropout_forward": inverted, "mask only, no division": undivided}
)

# %% [markdown]
# ## 3 · The way back
#
# The forward pass multiplied each entry of $A$ by a number: $1/p$ if it was kept, 0 if it was dropped. The derivative of
# "times a number" is that number. So the gradient goes back through the same door:
#
# $$dA = \frac{dA_\text{out} \odot \text{mask}}{\text{keep\_prob}}$$
#
# Same mask, same scale. A dropped unit had no influence on the cost of this step, so it gets no gradient from it. That is why the
# forward pass returns its mask: a new draw here would send the gradient to units that were not even present.
#
# **By hand.** $dA_\text{out} = (1, 3)$, mask $(1, 0)$, `keep_prob = 0.5`: $dA = (2, 0)$.

# %% nbgrader={"grade": false, "grade_id": "dropout_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def dropout_backward(dA_out, mask, keep_prob):
    """Send a gradient back through inverted dropout.

    Parameters
    ----------
    dA_out : array of shape (m, n)
        Gradient of the cost with respect to the output of `dropout_forward`.
    mask : array of 0 and 1 (or of bool), shape (m, n)
        The mask of that forward pass.
    keep_prob : float
        The keep_prob of that forward pass, 0 < keep_prob <= 1.

    Returns
    -------
    array of shape (m, n)
        Gradient with respect to the input of `dropout_forward`; float32 when dA_out is, else float64.

    Examples
    --------
    >>> dropout_backward(np.array([[1.0, 3.0]]), np.array([[1, 0]]), 0.5)
    array([[2., 0.]])
    """
    ### BEGIN SOLUTION
    return dA_out * mask / keep_prob
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_dropout_backward", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def sends_back_the_gradient_worked_by_hand(dropout_backward):
    dA = dropout_backward(np.array([[1.0, 3.0]]), np.array([[1, 0]]), 0.5)
    expect.array(dA, (1, 2), "the gradient worked by hand")
    expect.close(dA, [[2.0, 0.0]], "the gradient worked by hand")


@check
def uses_the_scale_of_the_forward_pass(dropout_backward):
    dA = dropout_backward(np.array([[4.0, -2.0], [6.0, 8.0]]), np.array([[1, 1], [0, 1]]), 0.8)
    expect.close(dA, [[5.0, -2.5], [0.0, 10.0]], "the gradient with keep_prob = 0.8")


check.run("dropout_backward")

# %% [markdown]
# <details><summary>Hint 1: one entry</summary>
# Take a single kept entry: <code>a_out = a / p</code>. What is the derivative of <code>a_out</code> with respect to <code>a</code>? And for a dropped one, where <code>a_out = 0</code>?
# </details>
# <details><summary>Hint 2: compare with section 2</summary>
# Put the two formulas side by side. What is different, apart from the names?
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_dropout_backward", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `dropout_backward`, 2 points: a numerical derivative, masks of every kind, the
# arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
@check
def is_the_derivative_of_the_forward_pass(dropout_backward):
    rng = np.random.default_rng(40)
    A, weights, step = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), 1e-6
    mask = np.array([[1, 0, 1], [0, 0, 1], [1, 1, 1], [0, 1, 0]])
    for keep_prob in (0.3, 0.85):
        slope = np.empty_like(A)
        for index in np.ndindex(*A.shape):
            moved = np.zeros_like(A)
            moved[index] = step
            ahead, behind = ((A + sign * moved) * mask / keep_prob for sign in (1, -1))
            slope[index] = np.sum(weights * (np.tanh(ahead) - np.tanh(behind))) / (2 * step)
        dA = dropout_backward(weights * (1 - np.tanh(A * mask / keep_prob) ** 2), mask, keep_prob)
        what = f"the gradient against a numerical one, keep_prob = {keep_prob}"
        expect.close(dA, slope, what, rtol=1e-5, atol=1e-7)


@check
def takes_masks_of_any_kind(dropout_backward):
    dA_out = np.random.default_rng(41).normal(size=(5, 4))
    mask = np.random.default_rng(42).random((5, 4)) < 0.5
    for kind in (bool, float, np.int64, np.uint8):
        dA = dropout_backward(dA_out, mask.astype(kind), 0.4)
        expect.close(dA, dA_out * mask / 0.4, f"the gradient, mask of {kind.__name__}")


@check
def does_not_depend_on_how_many_were_kept(dropout_backward):
    dA_out = np.array([[3.0, -1.0, 2.0, 1.0]])
    alone = dropout_backward(dA_out, np.array([[0, 0, 0, 1]]), 0.75)[0, 3]
    for mask in ([1, 1, 1, 1], [1, 0, 0, 1], [0, 1, 1, 1]):
        entry = dropout_backward(dA_out, np.array([mask]), 0.75)[0, 3]
        expect.close(entry, float(alone), f"the last entry, kept alone or with the mask {mask}")


@check
def gives_nothing_to_the_dropped(dropout_backward):
    dA_out = np.array([[3.0, -1.0, 2.0, 1.0]])
    for mask in ([0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 1, 0]):
        dA = dropout_backward(dA_out, np.array([mask]), 0.75)
        dropped = dA[np.array([mask]) == 0]
        expect.every(dropped, 0.0, f"the gradient of a dropped entry, mask {mask}")


@check
def passes_everything_on_when_everything_was_kept(dropout_backward):
    dA_out = np.random.default_rng(43).normal(size=(1, 6))
    expect.close(dropout_backward(dA_out, np.ones((1, 6)), 1.0), dA_out, "keep_prob = 1")


@check
def passes_large_and_small_gradients_alike(dropout_backward):
    mask = np.array([[1, 1, 1]])
    small = dropout_backward(np.array([[1.0, -3.0, 5.0]]), mask, 0.5)
    for factor in (1e8, 1e-8):
        dA = dropout_backward(factor * np.array([[1.0, -3.0, 5.0]]), mask, 0.5)
        expect.close(dA, factor * small, f"a gradient {factor:g} times as large", atol=0.0)


@check
def leaves_the_gradient_it_gets_as_it_was(dropout_backward):
    dA_out, mask = np.array([[1.0, 2.0]]), np.array([[True, False]])
    expect.unchanged(dropout_backward, dA_out, mask, 0.5, what="dA_out after the call")


@check
def leaves_the_mask_as_it_was(dropout_backward):
    dA_out, mask = np.array([[1.0, 2.0]]), np.array([[1.0, 0.0]])
    expect.unchanged(dropout_backward, dA_out, mask, 0.5, what="the mask after the call")


@check
def keeps_the_precision_of_the_gradient(dropout_backward):
    mask = np.array([[True, False, True]])
    for kind in (np.float32, np.float64):
        dA = dropout_backward(np.array([[1, 2, 3]], dtype=kind), mask, 0.5)
        expect.dtype(dA, kind, f"the gradient for a dA_out of {kind.__name__}")


@check
def treats_whole_numbers_like_others(dropout_backward):
    dA_out, mask = np.array([[1, 2, 3]]), np.array([[True, False, True]])
    whole = dropout_backward(dA_out, mask, 0.8)
    other = dropout_backward(dA_out.astype(float), mask, 0.8)
    expect.close(whole, other, "the gradient for an integer array and for a float array")
    expect.dtype(whole, np.float64, "the gradient for an integer array")


check.run("dropout_backward", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 4 · A whole network
#
# Now put the layer to work. The network below has ReLU hidden layers and a sigmoid output; after *each hidden layer* comes dropout with
# that layer's own `keep_prob`:
#
# $$Z_l = A_{l-1} W_l^\top + b_l,\qquad A_l = \text{dropout}\big(\max(0, Z_l)\big),\qquad A_L = \frac{1}{1 + e^{-Z_L}}$$
#
# Why one `keep_prob` a layer? Dropout is a remedy for overfitting, and layers overfit by how many weights they have. A wide layer may
# want 0.5, a narrow one 0.9, a tiny one 1. Two layers are left out:
#
# - the **output**: dropping a prediction makes no sense;
# - the **input**: a dropped pixel is lost for all layers. Some use a high `keep_prob` there, 0.8 or 0.9; here the input stays whole.
#
# **Shapes.** `X (m, n_0)`; $W_l$ is $(n_l, n_{l-1})$ and $b_l$ is $(n_l,)$. With one output unit return `(m,)`, else `(m, n_L)`.
#
# **By hand.** One input, one hidden unit, one output: $W_1 = 1,\ W_2 = 2$, both biases 0, $x = 3$, `keep_prob = 0.5`. Kept: $A_1 = 3/0.5 = 6$,
# so $Z_2 = 12$. Dropped: $A_1 = 0$, $Z_2 = 0$ and the output is $\sigma(0) = 0.5$. Without dropout $Z_2 = 6$: the average of 12 and 0.

# %% nbgrader={"grade": false, "grade_id": "forward_with_dropout", "locked": false, "schema_version": 3, "solution": true, "task": false}
def forward_with_dropout(X, params, keep_probs, rng, training=True):
    """Run a ReLU network with dropout after every hidden layer and a sigmoid output.

    Parameters
    ----------
    X : array of shape (m, n_0)
        Inputs, never dropped.
    params : dict
        "W1" of shape (n_1, n_0), "b1" of shape (n_1,), ..., "WL", "bL".
    keep_probs : list of float
        One for each hidden layer, first layer first; empty when there is no hidden layer.
    rng : numpy.random.Generator
        The only source of randomness; not used outside training, where it may be None.
    training : bool
        Whether to drop.

    Returns
    -------
    array of shape (m,) when the output layer has one unit, else (m, n_L)
        The output layer's probabilities; float32 when X and all params are, else float64.

    Examples
    --------
    >>> one = np.array([[1.0]])
    >>> params = {"W1": one, "b1": np.zeros(1), "W2": 2 * one, "b2": np.zeros(1)}
    >>> forward_with_dropout(np.array([[0.0], [-3.0]]), params, [0.5], None, training=False)
    array([0.5, 0.5])
    """
    ### BEGIN SOLUTION
    n_layers = len(params) // 2
    A = X
    for layer in range(1, n_layers):
        Z = A @ params[f"W{layer}"].T + params[f"b{layer}"]
        A, _ = dropout_forward(np.maximum(Z, 0), keep_probs[layer - 1], rng, training)
    Z = A @ params[f"W{n_layers}"].T + params[f"b{n_layers}"]
    A_L = 1 / (1 + np.exp(-Z))
    return A_L[:, 0] if A_L.shape[1] == 1 else A_L
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_forward_with_dropout", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def computes_the_plain_network_outside_training(forward_with_dropout):
    params = {"W1": np.array([[1.0, 0.0], [0.0, -1.0], [1.0, 1.0]]), "b1": np.zeros(3)}
    params |= {"W2": np.array([[2.0, 2.0, -1.0]]), "b2": np.array([1.0])}
    X, rng = np.array([[1.0, 2.0], [0.0, -1.0]] * 20), np.random.default_rng(2)
    A_L = forward_with_dropout(X, params, [0.5], rng, training=False)
    expect.array(A_L, (40,), "the output of a 2-3-1 network for 40 examples")
    expect.every(A_L[0::2], 0.5, "x = (1, 2) with training=False")
    expect.every(A_L[1::2], 1 / (1 + np.exp(-3)), "x = (0, -1) with training=False")


@check
def drops_a_hidden_unit_in_half_of_the_examples(forward_with_dropout):
    params = {
        "W1": np.array([[1.0]]),
        "b1": np.zeros(1),
        "W2": np.array([[2.0]]),
        "b2": np.zeros(1),
    }
    A_L = forward_with_dropout(np.full((400, 1), 3.0), params, [0.5], np.random.default_rng(0))
    expect.array(A_L, (400,), "the output for 400 examples")
    expect.varies(A_L, "the output for 400 equal examples")
    expect.rate(
        A_L > 0.75, 0.5, "x = 3 and the weights worked by hand: how often the hidden unit is kept"
    )


@check
def scales_what_it_keeps(forward_with_dropout):
    params = {
        "W1": np.array([[1.0]]),
        "b1": np.zeros(1),
        "W2": np.array([[2.0]]),
        "b2": np.zeros(1),
    }
    A_L = forward_with_dropout(np.full((200, 1), 0.5), params, [0.5], np.random.default_rng(1))
    expect.varies(A_L, "the output for 200 equal examples")
    expect.every(
        A_L[A_L > 0.6],
        1 / (1 + np.exp(-2)),
        "x = 0.5 and the weights worked by hand: the output when the unit is kept",
    )


check.run("forward_with_dropout")

# %% [markdown]
# <details><summary>Hint 1: how many layers</summary>
# Two keys a layer: <code>len(params) // 2</code>. Layer l finds its weights under <code>f"W{l}"</code>, and its <code>keep_prob</code> at index l − 1.
# </details>
# <details><summary>Hint 2: you have the hard part already</summary>
# A hidden layer is: linear step, ReLU, then your <code>dropout_forward</code>, whose first result is what the next layer reads. Hand
# <code>training</code> on to it. The output layer is a linear step and the sigmoid, nothing else.
# </details>
# <details><summary>Hint 3: (m, 1) or (m,)</summary>
# The last linear step gives two dimensions in any case. Look at the number of its columns before you return it.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_forward_with_dropout", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `forward_with_dropout`, 3 points: deeper networks, a keep_prob for each layer,
# which layers are dropped, shapes, dtypes.
### BEGIN HIDDEN TESTS
def make_network(layer_dims, seed):
    """Random weights and biases, large enough that ReLU and sigmoid matter."""
    rng, params = np.random.default_rng(seed), {}
    for layer, (n_in, n_out) in enumerate(zip(layer_dims, layer_dims[1:]), start=1):
        params[f"W{layer}"] = rng.normal(size=(n_out, n_in)) / np.sqrt(n_in)
        params[f"b{layer}"] = rng.normal(size=n_out) / 2
    return params


def make_copying_network(n_hidden, n_units):
    """Every layer copies the one before: the scores of the output show which units were kept."""
    params = {}
    for layer in range(1, n_hidden + 2):
        params |= {f"W{layer}": np.eye(n_units), f"b{layer}": np.zeros(n_units)}
    return params


def scores(A_L):
    """The values before the sigmoid."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(A_L / (1 - A_L))


def plain_forward(X, params):
    A, L = X, len(params) // 2
    for layer in range(1, L):
        A = np.maximum(A @ params[f"W{layer}"].T + params[f"b{layer}"], 0)
    A_L = 1 / (1 + np.exp(-(A @ params[f"W{L}"].T + params[f"b{L}"])))
    return A_L[:, 0] if A_L.shape[1] == 1 else A_L


@check
def computes_every_layer_outside_training(forward_with_dropout):
    for layer_dims in ([4, 6, 5, 3], [3, 5, 1], [5, 4, 4, 4, 2], [4] * 13):
        X = np.random.default_rng(50).normal(size=(4, layer_dims[0]))
        params, keep_probs = make_network(layer_dims, 51), [0.5] * (len(layer_dims) - 2)
        copies = np.repeat(X, 8, axis=0)  # with dropout on, equal examples would differ
        A_L = forward_with_dropout(copies, params, keep_probs, np.random.default_rng(52), False)
        expect.array(A_L, plain_forward(copies, params).shape, "the output")
        spread = np.ptp(A_L.reshape(4, 8, -1), axis=1).max() > 1e-9
        expect.that(not spread, "equal examples outside training", "their outputs differ")
        name = "-".join(map(str, layer_dims))
        expect.close(A_L[::8], plain_forward(X, params), f"a {name} network, training=False")


@check
def needs_no_rng_outside_training(forward_with_dropout):
    X, params = np.random.default_rng(53).normal(size=(6, 4)), make_network([4, 6, 3], 54)
    A_L = forward_with_dropout(X, params, [0.5], None, False)
    expect.close(A_L, plain_forward(X, params), "the output with training=False")


@check
def leaves_rng_alone_outside_training(forward_with_dropout):
    rng = np.random.default_rng(55)
    forward_with_dropout(np.ones((5, 3)), make_network([3, 4, 2], 56), [0.5], rng, False)
    untouched = rng.random() == np.random.default_rng(55).random()
    expect.that(untouched, "rng after a pass outside training", "numbers were drawn from it")


@check
def is_the_plain_network_when_everything_is_kept(forward_with_dropout):
    X, params = np.random.default_rng(57).normal(size=(6, 4)), make_network([4, 6, 5, 3], 58)
    A_L = forward_with_dropout(X, params, [1.0, 1.0], np.random.default_rng(59), True)
    expect.close(A_L, plain_forward(X, params), "the output with every keep_prob = 1")


@check
def draws_from_rng_alone(forward_with_dropout):
    X, params = np.ones((20, 3)), make_network([3, 12, 2], 60)
    first, again, other = (
        forward_with_dropout(X, params, [0.5], np.random.default_rng(seed)) for seed in (61, 61, 62)
    )
    expect.that(np.array_equal(first, again), "equal generators", "they give different outputs")
    expect.that(not np.array_equal(first, other), "different generators", "they give the same")
    rng = np.random.default_rng(63)
    first, second = (forward_with_dropout(X, params, [0.5], rng) for _ in range(2))
    expect.that(not np.array_equal(first, second), "one generator", "two passes drop the same")


@check
def drops_other_units_for_every_example(forward_with_dropout):
    rng, params, X = np.random.default_rng(64), make_copying_network(1, 4), np.ones((4, 4))
    Z = scores(np.array(expect.repeat(forward_with_dropout, 80, X, params, [0.5], rng)))
    expect.places(Z > 1e-9, 0.5, "which of 4 units are kept for 4 examples, in 80 passes")


@check
def drops_other_units_in_every_layer(forward_with_dropout):
    rng = np.random.default_rng(65)
    X, params = np.ones((120, 5)), make_copying_network(2, 5)
    Z = scores(forward_with_dropout(X, params, [0.5, 0.5], rng))
    expect.coins(Z > 1e-9, 0.25, "which units survive two layers that each keep one half")
    Z = scores(forward_with_dropout(X, params, [0.8, 0.25], rng))
    expect.coins(Z > 1e-9, 0.2, "which units survive two layers, keep_probs = [0.8, 0.25]")


@check
def gives_every_layer_its_own_probability(forward_with_dropout):
    # biases of 1 tell the layers apart: a score shows which layer was the last to drop its unit
    first, second, third = keep_probs = [0.5, 0.75, 0.25]
    params = make_copying_network(3, 4) | {"b2": np.ones(4), "b3": np.ones(4)}
    rng = np.random.default_rng(66)
    Z = scores(forward_with_dropout(np.full((200, 4), 0.5), params, keep_probs, rng, True))
    outcomes = {
        "layer 3 drops": (0.0, 1 - third),
        "layer 2 drops": (1 / third, third * (1 - second)),
        "layer 1 drops": ((1 / second + 1) / third, third * second * (1 - first)),
        "no layer drops": (((0.5 / first + 1) / second + 1) / third, third * second * first),
    }
    for who, (score, share) in outcomes.items():
        what = f"how often a unit has the score that it has when {who} it"
        expect.rate(np.abs(Z - score) < 1e-6, share, what)


@check
def drops_the_layers_in_their_order(forward_with_dropout):
    params = make_copying_network(3, 6) | {"W2": np.full((6, 6), 1 / 6)}
    rng, X = np.random.default_rng(67), np.ones((100, 6))
    Z = scores(forward_with_dropout(X, params, [1.0, 0.5, 1.0], rng))
    expect.every(Z[Z > 1e-9], 2.0, "the score of a kept unit, keep_probs = [1, 0.5, 1]")
    expect.coins(Z > 1e-9, 0.5, "which units are kept, keep_probs = [1, 0.5, 1]")


@check
def drops_layers_of_any_width(forward_with_dropout):
    widths = [2, 3, 6, 4, 5]
    params = {}
    for layer, (n_in, n_out) in enumerate(zip(widths, widths[1:]), start=1):
        copies = np.eye(n_in)[np.arange(n_out) % n_in]
        params |= {f"W{layer}": copies, f"b{layer}": np.zeros(n_out)}
    rng, X = np.random.default_rng(68), np.ones((70, 2))
    for keep_probs, n_seen in (([0.5, 1, 1], 3), ([1, 0.5, 1], 4), ([1, 1, 0.5], 4)):
        Z = scores(forward_with_dropout(X, params, keep_probs, rng))[:, :n_seen]
        expect.every(Z[Z > 1e-9], 2.0, f"the score of a kept unit, keep_probs = {keep_probs}")
        expect.coins(Z > 1e-9, 0.5, f"which units are kept, keep_probs = {keep_probs}")


@check
def rectifies_before_it_drops(forward_with_dropout):
    params = make_copying_network(2, 3)
    params |= {"b1": np.array([-2.0, 1.0, 1.0]), "b2": np.array([0.5, -9.0, 0.5])}
    Z = scores(
        forward_with_dropout(np.ones((50, 3)), params, [0.5, 1.0], np.random.default_rng(69))
    )
    expect.every(Z[:, 0], 0.5, "the score of a unit that layer 1 rectifies, bias 0.5 in layer 2")
    expect.every(Z[:, 1], 0.0, "the score of a unit that layer 2 rectifies")


@check
def never_drops_the_input(forward_with_dropout):
    for n_hidden in (1, 4):
        params = make_copying_network(n_hidden, 6) | {"W1": np.full((6, 6), 1 / 6)}
        keep_probs = [1.0] * (n_hidden - 1) + [0.5]
        Z = scores(
            forward_with_dropout(np.ones((40, 6)), params, keep_probs, np.random.default_rng(70))
        )
        expect.every(
            Z[Z > 1e-9], 2.0, "the score of a kept unit, where every unit reads every input"
        )


@check
def never_drops_the_output(forward_with_dropout):
    params = make_copying_network(1, 3) | {"b2": np.array([1.0, 2.0, 3.0])}
    Z = scores(forward_with_dropout(np.zeros((60, 3)), params, [0.5], np.random.default_rng(71)))
    for unit in range(3):
        expect.every(Z[:, unit], unit + 1.0, "the score of an output that reads only its bias")


@check
def works_without_a_hidden_layer(forward_with_dropout):
    for m, n_out in ((1, 1), (4, 1), (1, 3), (6, 3)):
        X, params = np.random.default_rng(72).normal(size=(m, 4)), make_network([4, n_out], 73)
        A_L = forward_with_dropout(X, params, [], np.random.default_rng(74))
        expect.close(A_L, plain_forward(X, params), f"a 4-{n_out} network, {m} examples")


@check
def drops_for_a_single_example_too(forward_with_dropout):
    rng, params = np.random.default_rng(75), make_copying_network(1, 3)
    rows = expect.repeat(forward_with_dropout, 60, np.ones((1, 3)), params, [0.5], rng)
    expect.array(rows[0], (1, 3), "the output for one example, three output units")
    expect.coins(scores(np.concatenate(rows)) > 1e-9, 0.5, "which units are kept, one by one")
    one = forward_with_dropout(np.ones((1, 3)), make_network([3, 4, 1], 76), [0.5], rng)
    expect.array(one, (1,), "the output for one example, one output unit")


@check
def leaves_inputs_and_weights_as_they_were(forward_with_dropout):
    X, params = np.random.default_rng(77).normal(size=(5, 3)), make_network([3, 6, 4, 2], 78)
    rng = np.random.default_rng(79)
    expect.unchanged(forward_with_dropout, X, params, [0.5, 0.5], rng, what="X and params")


@check
def keeps_the_precision_of_its_inputs(forward_with_dropout):
    double = make_network([3, 5, 2], 80)
    single = {name: value.astype(np.float32) for name, value in double.items()}
    X = np.ones((4, 3))
    for params, kind in ((single, np.float32), (double, np.float64)):
        for training in (True, False):
            rng, what = np.random.default_rng(81), f"the output for inputs of {kind.__name__}"
            A_L = forward_with_dropout(X.astype(kind), params, [0.5], rng, training)
            expect.dtype(A_L, kind, what)


@check
def treats_whole_numbers_like_others(forward_with_dropout):
    X, params = np.arange(12).reshape(4, 3) % 5, make_network([3, 5, 2], 82)
    whole = forward_with_dropout(X, params, [0.5], np.random.default_rng(83), False)
    other = forward_with_dropout(X.astype(float), params, [0.5], np.random.default_rng(83), False)
    expect.close(whole, other, "the output for an integer X and for a float X")
    expect.dtype(whole, np.float64, "the output for an integer X")


check.run("forward_with_dropout", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 5 · The older form: scale the weights
#
# Dropout was first published without the division. In training the kept units pass as they are; the debt is paid at test time, when
# every unit is there: each weight that reads a dropped layer is multiplied by `keep_prob`.
#
# $$W_\text{test} = \text{keep\_prob}\cdot W$$
#
# The two forms meet in the average. A unit of activation $a$ is there with probability $p$, so through a weight $w$ the next layer heard
# $p\cdot w a$ on average in training; at test time it hears $(p\,w)\,a$. You will meet this form in older code and in papers. Nearly everything
# written today divides in training instead, so that the network you ship needs no afterthought.
#
# **By hand.** $W = (4, -2)$, `keep_prob = 0.75`: at test time $W = (3, -1.5)$.

# %% nbgrader={"grade": false, "grade_id": "scale_weights", "locked": false, "schema_version": 3, "solution": true, "task": false}
def scale_weights(W, keep_prob):
    """Correct weights for test time, after training with plain (not inverted) dropout.

    Parameters
    ----------
    W : array of shape (n_out, n_in)
        Weights that read a layer which was dropped in training, without division.
    keep_prob : float
        Probability with which that layer's units were kept, 0 < keep_prob <= 1.

    Returns
    -------
    array of shape (n_out, n_in)
        The weights to use at test time; float32 when W is float32, else float64.

    Examples
    --------
    >>> scale_weights(np.array([[4.0, -2.0]]), 0.75)
    array([[ 3. , -1.5]])
    """
    ### BEGIN SOLUTION
    return W * keep_prob
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_scale_weights", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_the_weights_worked_by_hand(scale_weights):
    W = scale_weights(np.array([[4.0, -2.0]]), 0.75)
    expect.array(W, (1, 2), "the weights worked by hand")
    expect.close(W, [[3.0, -1.5]], "the weights worked by hand")


@check
def changes_nothing_when_nothing_was_dropped(scale_weights):
    W = scale_weights(np.array([[4.0, -2.0]]), 1.0)
    expect.close(W, [[4.0, -2.0]], "the weights with keep_prob = 1")


check.run("scale_weights")

# %% [markdown]
# <details><summary>Hint 1: louder or quieter?</summary>
# In training only some of the units spoke. At test time all of them do. Must each weight grow or shrink?
# </details>
# <details><summary>Hint 2: by how much</summary>
# By the share of the units that were there in training.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_scale_weights", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `scale_weights`, 2 points: the average over plain masks, other shapes and
# probabilities, W itself, dtypes.
### BEGIN HIDDEN TESTS
@check
def agrees_with_the_average_over_all_plain_masks(scale_weights):
    rng = np.random.default_rng(90)
    W, a = rng.normal(size=(3, 4)), rng.normal(size=4)
    masks = (np.arange(16)[:, None] >> np.arange(4)) & 1
    for keep_prob in (0.5, 0.8):
        probabilities = np.prod(np.where(masks == 1, keep_prob, 1 - keep_prob), axis=1)
        W_test = scale_weights(W, keep_prob)
        expect.array(W_test, (3, 4), "the weights")
        average = probabilities @ ((masks * a) @ W.T)
        expect.close(W_test @ a, average, f"the average over all masks, keep_prob = {keep_prob}")


@check
def multiplies_every_weight(scale_weights):
    for shape, keep_prob in (((2, 5), 0.25), ((5, 1), 0.9), ((1, 1), 0.5)):
        W = 100 * np.random.default_rng(91).normal(size=shape)
        what = f"weights of shape {shape}, keep_prob = {keep_prob}"
        expect.close(scale_weights(W, keep_prob), keep_prob * W, what)


@check
def leaves_its_argument_as_it_was(scale_weights):
    W = np.random.default_rng(92).normal(size=(3, 2))
    expect.unchanged(scale_weights, W, 0.5, what="W after the call")


@check
def keeps_the_precision_of_the_weights(scale_weights):
    for kind in (np.float32, np.float64):
        W_test = scale_weights(np.ones((2, 3), dtype=kind), 0.5)
        expect.dtype(W_test, kind, f"weights of {kind.__name__}")


@check
def treats_whole_numbers_like_others(scale_weights):
    for kind in (np.int64, np.int32):
        W = np.array([[3, -1], [0, 2]], dtype=kind)
        whole = scale_weights(W, 0.5)
        expect.close(whole, scale_weights(W.astype(float), 0.5), "integer and float weights")
        expect.dtype(whole, np.float64, "integer weights")


check.run("scale_weights", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 6 · One network, an average of many
#
# A layer of $n$ units has $2^n$ masks. Each leaves a different, thinner network, and all of them share the same weights. Training with dropout trains
# this whole crowd a little at a time, and averaging many different models is among the surest ways to lower variance.
#
# But who can average $2^n$ networks at test time? Nobody has to. Look at a single linear unit with inputs $x$ and weights $w$. Over all masks, each
# weighted by its probability, its average output is
#
# $$\sum_{\text{mask}} P(\text{mask})\; w\cdot(x\odot\text{mask}),\qquad
# P(\text{mask}) = p^{k}\,(1-p)^{\,n-k}\ \text{ when } k \text{ of the } n \text{ are kept.}$$
#
# **By hand.** $x = (1, 2)$, $w = (3, 4)$, $p = 0.5$. The masks $(0,0), (1,0), (0,1), (1,1)$ give $0, 3, 8, 11$, each with probability $\tfrac14$. The average is 5.5.
#
# You may add up all the masks, or find a shortcut: the sum is linear in each input, so look at one input at a time. Both are right. Try a $p$ other than 0.5 on paper first.

# %% nbgrader={"grade": false, "grade_id": "ensemble_average", "locked": false, "schema_version": 3, "solution": true, "task": false}
def ensemble_average(x, w, keep_prob):
    """Average a linear unit over all 2^n masks of its input.

    Parameters
    ----------
    x : array of shape (n,)
        Inputs of the unit.
    w : array of shape (n,)
        Its weights.
    keep_prob : float
        Probability that an input is kept, 0 < keep_prob <= 1.

    Returns
    -------
    float
        The average of w.(x*mask), each mask weighted by its probability.

    Examples
    --------
    >>> ensemble_average(np.array([1.0, 2.0]), np.array([3.0, 4.0]), 0.5)
    5.5
    """
    ### BEGIN SOLUTION
    return float(keep_prob * (w @ x))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_ensemble_average", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def averages_the_four_masks_worked_by_hand(ensemble_average):
    expect.close(
        ensemble_average(np.array([1.0, 2.0]), np.array([3.0, 4.0]), 0.5),
        5.5,
        "the four masks worked by hand",
    )


@check
def weighs_each_mask_by_its_probability(ensemble_average):
    # probabilities 0.04, 0.16, 0.16, 0.64 of the four masks: 0.16 * 3 + 0.16 * 8 + 0.64 * 11 = 8.8
    expect.close(
        ensemble_average(np.array([1.0, 2.0]), np.array([3.0, 4.0]), 0.8),
        8.8,
        "the same masks with keep_prob = 0.8",
    )


check.run("ensemble_average")

# %% [markdown]
# <details><summary>Hint 1: all masks in a loop</summary>
# <code>itertools.product([0, 1], repeat=n)</code> runs through them. With k ones a mask has probability p<sup>k</sup>(1 − p)<sup>n − k</sup>.
# </details>
# <details><summary>Hint 2: the shortcut</summary>
# The sum is linear: look at one input at a time. In what share of the masks, counted by probability, is it there?
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_ensemble_average", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `ensemble_average`, 2 points: more inputs, other probabilities, a single input,
# the arguments themselves.
### BEGIN HIDDEN TESTS
def average_over_masks(x, w, keep_prob):
    masks = (np.arange(2 ** len(x))[:, None] >> np.arange(len(x))) & 1
    probabilities = np.prod(np.where(masks == 1, keep_prob, 1 - keep_prob), axis=1)
    return probabilities @ (masks * x @ w)


@check
def averages_more_inputs(ensemble_average):
    for n, keep_prob in ((3, 0.25), (6, 0.7), (8, 0.9375)):
        x, w = np.random.default_rng(100).normal(size=(2, n)) + 0.5
        average = ensemble_average(x, w, keep_prob)
        expect.number(average, "the average")
        what = f"the average over the masks of {n} inputs, keep_prob = {keep_prob}"
        expect.close(average, average_over_masks(x, w, keep_prob), what)


@check
def averages_ten_inputs_in_double_precision(ensemble_average):
    x, w = np.random.default_rng(101).normal(size=(2, 10)) + 0.5
    average = ensemble_average(x, w, 0.625)
    right = average_over_masks(x, w, 0.625)
    expect.close(average, right, "the average over the masks of 10 inputs", rtol=1e-11, atol=1e-11)


@check
def averages_to_negative_numbers_and_to_zero(ensemble_average):
    average = ensemble_average(np.array([2.0, 1.0]), np.array([-3.0, 4.0]), 1.0)
    expect.close(average, -2.0, "keep_prob = 1")
    expect.close(ensemble_average(np.zeros(3), np.ones(3), 0.5), 0.0, "inputs that are all 0")


@check
def works_for_a_single_input(ensemble_average):
    expect.close(ensemble_average(np.array([2.0]), np.array([-3.0]), 0.25), -1.5, "one input")


@check
def treats_whole_numbers_like_others(ensemble_average):
    x, w = np.array([1, 2, 3]), np.array([1, 1, -4])
    other = ensemble_average(x.astype(float), w.astype(float), 0.5)
    expect.close(ensemble_average(x, w, 0.5), float(other), "integer and float inputs")


@check
def leaves_its_arguments_as_they_were(ensemble_average):
    x, w = np.random.default_rng(102).normal(size=(2, 4))
    expect.unchanged(ensemble_average, x, w, 0.5, what="x and w after the call")


check.run("ensemble_average", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** A unit with ten inputs, thinned five thousand times with your masks, beside the one number that your function gives. The mean of the
# histogram and your number are printed below it: for a linear unit the two agree. A network has ReLUs between its layers, so there the shortcut is only nearly right; section 7 shows how good it is.

# %% tags=["skip-execution"]
rng = np.random.default_rng(3)
x, w = rng.normal(size=(2, 10)) + 0.5
thinned = (x * dropout_mask((5000, 10), 0.5, rng)) @ w
plots.histogram_by_label({"5000 thinned units": thinned}, "output of the unit")
print(
    f"your ensemble_average: {ensemble_average(x, w, 0.5):.3f}, mean of the thinned: {thinned.mean():.3f}"
)

# %% [markdown]
# ## 7 · Experiments: what dropout does to a real network
#
# The network reads 8 × 8 digits: 64 inputs, two hidden layers of 128 units, 10 classes. It trains with **your** `dropout_forward` and
# `dropout_backward`; if they are wrong, the pictures are wrong. With ten classes its output is a softmax instead of section 4's sigmoid, so `helpers.network` does all
# but the dropout. The dev digits have right labels.
#
# **Predict first.** 100 of the 500 training labels are wrong. A network that learned the *digits* and not the mistakes: what would its training error be?

# %% tags=["skip-execution"]
layer_dims = [64, 128, 128, 10]
dropout = (dropout_forward, dropout_backward)


def train_digits(seed, keep_probs, layer_dims=layer_dims, epochs=100):
    """Train on the digits with your dropout; return the parameters and the history."""
    rng = np.random.default_rng(seed)
    return network.train(
        X_train,
        y_train,
        layer_dims,
        rng,
        epochs=epochs,
        lr=0.002,
        dropout=dropout,
        keep_probs=keep_probs,
        X_dev=X_dev,
        y_dev=y_dev,
    )


plain_params, plain_history = train_digits(seed=1, keep_probs=[1.0, 1.0])
dropout_params, dropout_history = train_digits(seed=1, keep_probs=[0.5, 0.5])
plots.learning_curves(
    {"without dropout": plain_history, "keep_prob 0.5": dropout_history}, highest=0.3
)

# %% [markdown]
# Look at the dashed lines first. Without dropout the training error goes to 0 %: all 100 wrong labels have been learned. And look where the solid line
# turns: the dev error falls to 6 % in the tenth epoch and then climbs to 14 %. A network that has bent itself round wrong labels is wrong about their
# neighbours too.
#
# With dropout the training error ends at 13 %. That is no failure: **a network that ignored every wrong label would have 20 %.** Its dev error
# ends at 6 %, without the climb.
#
# ### How much is right? The dial
#
# Next, seven values of `keep_prob`, each used for both hidden layers, three seeds each (the band is their spread). Before you run it, draw the two curves on paper.

# %% tags=["skip-execution"]
dial = [0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0]
swept = {"training": [], "dev": []}
for keep_prob in network.show_progress(dial, "keep_prob"):
    histories = [train_digits(seed, [keep_prob, keep_prob])[1] for seed in range(3)]
    swept["training"].append([history["train_error"][-1] for history in histories])
    swept["dev"].append([history["dev_error"][-1] for history in histories])
plots.error_by_setting(dial, swept, "keep_prob of both hidden layers")

# %% [markdown]
# On the right the network overfits: training error 0 %, dev error 14 %. That is variance, and dropout is a remedy for it. On the left it cannot even
# learn the digits: both errors are above 60 %. That is bias, and there the remedy *is* the disease. The valley lies between 0.3 and 0.5 here. Usual
# starting points are 0.5 for wide hidden layers and 0.8 or 0.9 for narrow ones; then you choose on dev.
#
# ### Nobody can be relied on
#
# What did the crowd learn that the single network did not? Take both trained networks and remove hidden units *at test time*, the same ones for all digits,
# without any training to get used to it.

# %% tags=["skip-execution"]
def remove_units(A, keep_prob, rng):
    """Silence whole units for all examples."""
    mask = np.tile(rng.random(A.shape[1]) < keep_prob, (len(A), 1))
    return A * mask, mask


removed = np.arange(0.0, 0.9, 0.1)
rng = np.random.default_rng(4)
removal = {"trained without dropout": [], "trained with keep_prob 0.5": []}
for label, params in zip(removal, (plain_params, dropout_params)):
    for share in removed:
        thinned = [
            network.predict_probabilities(
                X_dev, params, dropout_forward=remove_units, keep_probs=[1 - share] * 2, rng=rng
            )
            for _ in range(10)
        ]
        removal[label].append([np.mean(P.argmax(axis=1) != y_dev) for P in thinned])
plots.error_by_setting(removed, removal, "share of the hidden units that was removed")

for name in ("W1", "W2", "W3"):
    plain, thinned = np.sum(plain_params[name] ** 2), np.sum(dropout_params[name] ** 2)
    print(f"sum of squares of {name}: {plain:.0f} without dropout, {thinned:.0f} with it")

# %% [markdown]
# With half of the units gone, the first network misreads six digits in ten, the second one in six. No unit of the second network is indispensable, because in
# training every one of them was missing half of the time.
#
# The weights tell the same story. If any input may be gone in the next step, it is unwise to put a large weight on one of them; better to spread it over many.
# Spread weights have a smaller sum of squares (about 560 became about 400 in the second layer), and small squares are just what an L2 penalty asks for.
#
# ### A crowd and its average
#
# Let thinned networks vote: average the probabilities of K of them, and compare with the full network at test time, which needs one pass.

# %% tags=["skip-execution"]
sizes = [1, 3, 10, 30]
rng = np.random.default_rng(5)
crowd = []
for size in network.show_progress(sizes, "size of the crowd"):
    votes = [
        sum(
            network.predict_probabilities(
                X_dev,
                dropout_params,
                dropout_forward=dropout_forward,
                keep_probs=[0.5, 0.5],
                rng=rng,
            )
            for _ in range(size)
        )
        for _ in range(5)
    ]
    crowd.append([np.mean(P.argmax(axis=1) != y_dev) for P in votes])
full = network.measure_error(X_dev, y_dev, dropout_params)
plots.error_by_setting(
    sizes,
    {"average of K thinned networks": crowd, "full network": [full] * 4},
    "K, the size of the crowd",
    log=True,
)

# %% [markdown]
# A single thinned network misreads one digit in six. Thirty of them together misread 6 %. The full network does as well as the crowd, in a single
# pass: that is the bargain of test time without dropout.
#
# ### A cost that jumps
#
# With dropout there is no single cost function any more. Every step has its own network and so its own cost. A curve that goes up and down may be
# healthy, or it may hide a bug. So look twice: train with every `keep_prob` at 1 until you have seen the cost fall, then switch dropout on.

# %% tags=["skip-execution"]
first_params, off = train_digits(seed=2, keep_probs=[1.0, 1.0], epochs=15)
_, on = network.train(
    X_train,
    y_train,
    layer_dims,
    np.random.default_rng(3),
    epochs=35,
    lr=0.002,
    initializer=lambda layer_dims, rng: first_params,
    dropout=dropout,
    keep_probs=[0.5, 0.5],
)
_, never = train_digits(seed=2, keep_probs=[1.0, 1.0], epochs=50)
switched = {"cost": np.concatenate([off["cost"], on["cost"]])}
plots.cost_curves({"dropout after epoch 15": switched, "never dropout": never}, switch_at=15)

# %% [markdown]
# Up to epoch 15 the two curves are one, and fall smoothly: the forward and the backward pass work. Then dropout comes on. The cost leaps from 0.7 to 2.0, because
# it is now the cost of thinned networks, and goes on falling with a tremor. The leap is no damage: what counts are the *errors*, and they are measured with
# dropout off.
#
# ### A keep_prob for each layer
#
# Hidden layers of 512 and 8 units. The first has 32 768 weights to overfit with, the second must carry ten classes in eight units.

# %% tags=["skip-execution"]
choices = {
    "[1, 1]": [1.0, 1.0],
    "[0.5, 1]": [0.5, 1.0],
    "[1, 0.5]": [1.0, 0.5],
    "[0.5, 0.5]": [0.5, 0.5],
}
by_layer = [
    [
        train_digits(seed, keep_probs, [64, 512, 8, 10], epochs=60)[1]["dev_error"][-1]
        for seed in range(4)
    ]
    for keep_probs in network.show_progress(choices.values(), "keep_probs")
]
percent = 100 * np.array(by_layer)
plots.bars(list(choices), percent.mean(axis=1), "dev error (%)", spread=percent.std(axis=1))

# %% [markdown]
# Dropping from the wide layer halves the dev error. Dropping from the narrow one more than doubles it, and the wide layer's dropout cannot make up for that. So `keep_prob`
# belongs to a layer, not to a network. The price: each one is another hyperparameter to choose on dev. Where that is too much, use one value for the
# wide layers and 1 elsewhere.
#
# **Turn the dials.** Where does the valley move with `epochs=30`? With 32 hidden units? And what does dropout gain when the training labels are all right
# (`wrong_labels=0.0` in a copy of the set-up line)? Next to nothing: a network that does not overfit has no use for it.

# %% [markdown]
# ## 8 · Quiz
#
# Put a letter in quotes in the place of each `None`, for example `"test_time": "a"`, and delete the last line of the cell.
#
# **test_time.** A network was trained with inverted dropout and `keep_prob = 0.5`. How does it predict?
#
# - (a) with half of its units dropped, as in training
# - (b) with all of its units, and its weights as they are
# - (c) with all of its units, and its weights times 0.5
#
# **cost.** With dropout on, the cost jumps up and down from step to step. How do you find out whether your gradient descent works?
#
# - (a) lower the learning rate until the curve is smooth
# - (b) draw one mask and use it in every step
# - (c) set every `keep_prob` to 1, see the cost fall, then switch dropout on again
#
# **fixed_mask.** For each hidden layer of n units somebody draws one mask of shape (1, n) before training, and uses it in every step for every example. What is trained?
#
# - (a) one thinned network: the units that were dropped never learn
# - (b) the same network as with fresh masks, only repeatable
# - (c) the full network, only more slowly
#
# **keep_probs.** A network has hidden layers of 512 and 3 units and overfits. Which `keep_probs` do you try first?
#
# - (a) `[1.0, 0.5]`
# - (b) `[0.5, 0.5]`
# - (c) `[0.5, 1.0]`

# %% nbgrader={"grade": false, "grade_id": "quiz_dropout", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_dropout = {
    "test_time": None,
    "cost": None,
    "fixed_mask": None,
    "keep_probs": None,
}
### BEGIN SOLUTION
quiz_dropout = {"test_time": "b", "cost": "c", "fixed_mask": "a", "keep_probs": "c"}
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_dropout", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
@check
def answers_every_question_with_one_of_its_letters(quiz_dropout):
    expect.choices(
        quiz_dropout, {"test_time": "abc", "cost": "abc", "fixed_mask": "abc", "keep_probs": "abc"}
    )


check.run("quiz_dropout")

# %% nbgrader={"grade": true, "grade_id": "hidden_quiz_dropout", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `quiz_dropout`, 4 points: one for each right answer. The explanations come with
# your result.
### BEGIN HIDDEN TESTS
@check
def tells_how_the_network_predicts(quiz_dropout):
    """Inverted dropout divided in training, so the average was right all along: at test time
    every unit and every weight stays as it is."""
    expect.choice(quiz_dropout, "test_time", "b")


@check
def tells_how_to_read_a_cost_that_jumps(quiz_dropout):
    """With dropout each step has a cost of its own, that of its thinned network. Without it
    there is one cost, and that one must fall."""
    expect.choice(quiz_dropout, "cost", "c")


@check
def tells_what_a_fixed_mask_trains(quiz_dropout):
    """A unit that is dropped in every step gets no gradient in any: no crowd of networks, but a
    single smaller one, and it must do without its dropped units ever having learned."""
    expect.choice(quiz_dropout, "fixed_mask", "a")


@check
def tells_where_to_drop(quiz_dropout):
    """Drop where the many weights are. Three units have nothing to spare: with keep_prob = 0.5,
    one pass in eight would lose all of them."""
    expect.choice(quiz_dropout, "keep_probs", "c")


check.run("quiz_dropout", hidden=True, points=4)
### END HIDDEN TESTS

# %% [markdown]
# ## What to remember
#
# 1. A mask keeps each unit of each example with probability `keep_prob`, drawn anew in every step.
# 2. Inverted dropout divides what it keeps by `keep_prob`; then the average is right, and test time needs neither mask nor factor.
# 3. Backward: the same mask, the same scale.
# 4. One `keep_prob` a layer: low where many weights overfit, 1 where nothing does and at the output.
# 5. With dropout on, the cost of a step is that of a random network. To see whether training works, switch dropout off, look, switch it on.
#
# ## Where it goes wrong
#
# | what you see | what it may be |
# |---|---|
# | the network is far worse at test time than in training | the kept units are not divided by `keep_prob` |
# | predictions change from call to call | dropout is still on outside training |
# | some units never change | the same units are dropped in every step: one mask, drawn once |
# | a gradient check fails by a constant factor | the backward pass forgot the scale |
# | a gradient check fails at random entries | the backward pass drew a new mask; check gradients with dropout off |
# | training error high, dev error just as high | `keep_prob` is too low: this is now bias, not variance |
#
# ## Further
#
# - N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov: *Dropout: a simple way to prevent neural networks from overfitting*,
#   Journal of Machine Learning Research 15 (2014). Plain dropout, the scaling of weights, many experiments.
# - S. Wager, S. Wang, P. Liang: *Dropout training as adaptive regularization*, NeurIPS 2013. Why dropout resembles an L2 penalty.
# - D. Warde-Farley, I. Goodfellow, A. Courville, Y. Bengio: *An empirical analysis of dropout in piecewise linear networks*, ICLR 2014. How good the shortcut
#   for averaging is when the network is not linear.
# - In PyTorch, `torch.nn.Dropout(p)` takes the probability of *dropping*: p = 1 − `keep_prob`. It is inverted dropout, and `model.eval()` switches it off.
