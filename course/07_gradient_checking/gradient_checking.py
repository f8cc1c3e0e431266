# %% [markdown]
# # Gradient checking
#
# You are handed the backward pass of a small network. It runs, the cost falls, and after 400 steps it judges nine tumours in ten correctly.
# Three of its lines are wrong. Mended, it errs almost four times less often. **How do you find a bug that does not crash, in code that learns all the same?**
#
# You ask the cost. Move one parameter a little, see how much the cost changes, and you know what its gradient should be, without any calculus. It is slow, it takes
# a dozen lines of NumPy, and it convicts the line that is wrong.
#
# **You will**
#
# - approximate any gradient by two evaluations of the cost a parameter, and say which step is right and why a smaller one is worse;
# - read a relative difference: which one means good, which one means look again, which one means bug;
# - find three planted bugs in the backward pass of a three-layer network, and mend them.
#
# **Time:** 80 minutes. **Before:** you know what a derivative is, how a ReLU layer computes `Z = X @ W.T + b`, and that backpropagation sends gradients back through the layers.
#
# **How it works.** Each exercise is a cell to fill in: run it, then run the check below it. When a check fails, read its first line: it says what came and what was
# expected. If your own cell ends in a red error, mend that first; the check would still see your previous version. Hints are folded away below the checks.
# The *hidden* checks run when your notebook is graded. If you study alone, save it (Ctrl+S) and call `autograder check` on it, as the README shows.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import math

import numpy as np

from helpers import datasets, network, plots
from helpers.check import check, expect

cells, labels, _ = datasets.breast_cancer()
order = np.random.default_rng(0).permutation(len(labels))
train, dev = order[:400], order[400:]
mu, sigma = cells[train].mean(axis=0, dtype=float), cells[train].std(axis=0, dtype=float)
X_train, y_train = (cells[train] - mu) / sigma, labels[train]
X_dev, y_dev = (cells[dev] - mu) / sigma, labels[dev]

# %% [markdown]
# The data: 569 tumours, each with thirty measures of its cells under the microscope, and whether it was malignant (0) or benign (1). 400 of them are there to learn from.
#
# ## 1 · A slope from one side
#
# The derivative is a limit: how fast does $f$ change when $x$ moves by next to nothing? A computer cannot move by next to nothing, but it can move by a
# small step $\varepsilon$ and look:
#
# $$f'(x) \approx \frac{f(x+\varepsilon) - f(x)}{\varepsilon}$$
#
# That is the slope of the straight line through two points of the curve, one at $x$ and one to its right. Where the curve bends, the line misses: the error is
# about $\tfrac12 f''(x)\,\varepsilon$. It shrinks as fast as $\varepsilon$ does, no faster; one writes $O(\varepsilon)$.
#
# **By hand.** $f(\theta) = \theta^3$ at $\theta = 1$ has slope 3. With $\varepsilon = 0.01$: $1.01^3 = 1.030301$, so the quotient is
# $0.030301 / 0.01 = 3.0301$. It is off by 0.0301, and $\tfrac12 \cdot 6 \cdot 0.01 = 0.03$ was announced.

# %% nbgrader={"grade": false, "grade_id": "one_sided", "locked": false, "schema_version": 3, "solution": true, "task": false}
def one_sided(f, x, eps):
    """Approximate the derivative of f at x from one side.

    Parameters
    ----------
    f : function
        Takes one number and returns one number.
    x : float
        Where.
    eps : float
        The step, eps > 0.

    Returns
    -------
    float
        The slope between x and x + eps.

    Examples
    --------
    >>> round(one_sided(lambda x: x**3, 1.0, 0.01), 4)
    3.0301
    """
    ### BEGIN SOLUTION
    return (f(x + eps) - f(x)) / eps
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_one_sided", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def cube(x):
    return x**3


def square(x):
    return x**2


@check
def gives_the_slope_worked_by_hand(one_sided):
    expect.close(one_sided(cube, 1.0, 0.01), 3.0301, "the slope of the cube worked by hand")


@check
def looks_to_the_right_by_the_step_it_is_given(one_sided):
    # (3.5**2 - 3**2) / 0.5 = 3.25 / 0.5
    expect.close(one_sided(square, 3.0, 0.5), 6.5, "the slope of the square between 3 and 3.5")


check.run("one_sided")

# %% [markdown]
# <details><summary>Hint 1: what to compute</summary>
# Two values of f: where you stand, and one step to the right. Their difference is how far the curve has climbed.
# </details>
# <details><summary>Hint 2: if the number is far off</summary>
# Division binds more tightly than subtraction. Which parts of the formula need parentheses?
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_one_sided", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `one_sided`, 2 points: curves that bend, other places and steps, what f is called with.
### BEGIN HIDDEN TESTS
def bent(x):
    """Bends everywhere, and differently on either side."""
    return math.exp(x) - 2.0 * math.sin(3.0 * x) + 5.0


@check
def is_the_quotient_for_any_place_and_step(one_sided):
    for x, eps in ((0.0, 0.5), (-1.25, 0.25), (2.0, 0.125), (0.75, 1e-3), (-0.5, 2.0)):
        slope = one_sided(bent, x, eps)
        expect.number(slope, "the slope")
        expect.close(slope, (bent(x + eps) - bent(x)) / eps, f"a curve at {x} with eps = {eps}")


@check
def sees_the_right_side_only(one_sided):
    expect.close(one_sided(abs, 0.0, 0.25), 1.0, "the absolute value at 0")
    expect.close(one_sided(lambda x: max(x, 0.0), 0.0, 0.5), 1.0, "a ReLU at 0")
    expect.close(one_sided(lambda x: max(-x, 0.0), 0.0, 0.5), 0.0, "a ReLU turned round at 0")


@check
def is_exact_for_straight_lines(one_sided):
    expect.close(one_sided(lambda x: 4.0 - 3.0 * x, 10.0, 0.25), -3.0, "a falling line")
    expect.close(one_sided(lambda x: 7.0, 1.0, 0.5), 0.0, "a level line")


@check
def gives_f_one_number_at_a_time(one_sided):
    seen = []

    def f(x):
        seen.append(np.shape(x))
        return x * x

    one_sided(f, 1.5, 0.25)
    expect.that(set(seen) == {()}, "what f is called with", "something that is not a single number")


check.run("one_sided", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 2 · A slope from both sides
#
# Stand in the middle instead, and look as far to the left as to the right:
#
# $$f'(x) \approx \frac{f(x+\varepsilon) - f(x-\varepsilon)}{2\varepsilon}$$
#
# The bend now pulls both ends the same way and cancels in the difference. What is left is about $\tfrac16 f'''(x)\,\varepsilon^2$, or $O(\varepsilon^2)$: a step ten times
# smaller makes the error a hundred times smaller. The price is the same, two values of $f$.
#
# **By hand.** The cube at 1 with $\varepsilon = 0.01$ once more: $1.01^3 = 1.030301$ and $0.99^3 = 0.970299$. The difference is $0.060002$, and divided by $0.02$ it is
# **3.0001**. One side was off by 0.0301, both sides are off by 0.0001.
#
# **Predict first.** The parabola $f(x) = x^2$ at $x = 3$ with a huge step, $\varepsilon = 2$. How far off are both sides?

# %% nbgrader={"grade": false, "grade_id": "two_sided", "locked": false, "schema_version": 3, "solution": true, "task": false}
def two_sided(f, x, eps):
    """Approximate the derivative of f at x from both sides.

    Parameters
    ----------
    f : function
        Takes one number and returns one number.
    x : float
        Where.
    eps : float
        The step to either side, eps > 0.

    Returns
    -------
    float
        The slope between x - eps and x + eps.

    Examples
    --------
    >>> round(two_sided(lambda x: x**3, 1.0, 0.01), 4)
    3.0001
    """
    ### BEGIN SOLUTION
    return (f(x + eps) - f(x - eps)) / (2 * eps)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_two_sided", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def cube(x):
    return x**3


def square(x):
    return x**2


def fifth_power(x):
    return x**5


@check
def gives_the_slope_worked_by_hand(two_sided):
    expect.close(two_sided(cube, 1.0, 0.01), 3.0001, "the slope of the cube worked by hand")


@check
def is_exact_for_a_parabola_whatever_the_step(two_sided):
    # (5**2 - 1**2) / 4 = 24 / 4
    expect.close(two_sided(square, 3.0, 2.0), 6.0, "the slope of the square between 1 and 5")


@check
def takes_a_large_step_as_it_is(two_sided):
    # (0**5 - (-2)**5) / 2 = 32 / 2, although the curve's own slope at -1 is 5
    slope = two_sided(fifth_power, -1.0, 1.0)
    expect.close(slope, 16.0, "the slope of the fifth power between -2 and 0")


check.run("two_sided")

# %% [markdown]
# <details><summary>Hint 1: how far apart</summary>
# How far is it from the left point to the right one?
# </details>
# <details><summary>Hint 2: if the result is far too small</summary>
# Python reads <code>a / 2 * eps</code> from left to right: it divides by 2 and then multiplies by <code>eps</code>.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_two_sided", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `two_sided`, 2 points: curves that bend, other places and steps, what f is called with.
### BEGIN HIDDEN TESTS
def bent(x):
    """Bends everywhere, and differently on either side."""
    return math.exp(x) - 2.0 * math.sin(3.0 * x) + 5.0


@check
def is_the_quotient_for_any_place_and_step(two_sided):
    for x, eps in ((0.0, 0.5), (-1.25, 0.25), (2.0, 0.125), (0.75, 1e-3), (-0.5, 2.0)):
        slope = two_sided(bent, x, eps)
        expect.number(slope, "the slope")
        want = (bent(x + eps) - bent(x - eps)) / (2 * eps)
        expect.close(slope, want, f"a curve at {x} with eps = {eps}")


@check
def looks_as_far_to_the_left_as_to_the_right(two_sided):
    expect.close(two_sided(abs, 0.0, 0.25), 0.0, "the absolute value at 0")
    expect.close(two_sided(lambda x: max(x, 0.0), 0.0, 0.5), 0.5, "a ReLU at 0")
    expect.close(two_sided(lambda x: max(x, 0.0), 0.25, 0.5), 0.75, "a ReLU at 0.25")


@check
def has_a_quarter_of_the_error_with_half_the_step(two_sided):
    # the cube's error at any place is eps**2 exactly
    for eps in (0.5, 0.25, 0.125):
        error = two_sided(lambda x: x**3, -1.0, eps) - 3.0
        expect.close(error, eps**2, f"the error for the cube with eps = {eps}")


@check
def is_exact_for_straight_lines(two_sided):
    expect.close(two_sided(lambda x: 4.0 - 3.0 * x, 10.0, 0.25), -3.0, "a falling line")
    expect.close(two_sided(lambda x: 7.0, 1.0, 0.5), 0.0, "a level line")


@check
def gives_f_one_number_at_a_time(two_sided):
    seen = []

    def f(x):
        seen.append(np.shape(x))
        return x * x

    two_sided(f, 1.5, 0.25)
    expect.that(set(seen) == {()}, "what f is called with", "something that is not a single number")


check.run("two_sided", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ### Which step is the best?
#
# For the parabola of the question both sides are exact, whatever the step: its third derivative is 0. Other curves are not so kind. If errors shrink with $\varepsilon$, why not take $10^{-12}$? **Predict first:** sketch the error of both quotients against $\varepsilon$ from 0.1 down to $10^{-12}$, on logarithmic axes,
# for $f = \exp$, whose slope is known to all digits. Then run the cell; it averages over 41 places, so that luck with the last digit does not count.

# %% tags=["skip-execution"]
steps = 10.0 ** -np.arange(1, 12.5, 0.5)
places = np.linspace(0.0, 2.0, 41)


def mean_error(quotient, eps):
    return np.mean([abs(quotient(math.exp, x, eps) - math.exp(x)) for x in places])


quotient_errors = {
    "one side": [mean_error(one_sided, eps) for eps in steps],
    "both sides": [mean_error(two_sided, eps) for eps in steps],
}
plots.step_errors(steps, quotient_errors, slopes={"one side": 1, "both sides": 2})

# %% [markdown]
# Read it from the right. The lines fall with slopes 1 and 2, as announced: a hundredfold smaller step makes one error a hundred times smaller, the other ten thousand times.
# Then both turn and climb again. A float64 has 16 digits. With $\varepsilon = 10^{-12}$ the two values of $f$ agree in the first twelve of them; the
# subtraction cancels those, a few digits of noise are left, and they are divided by a tiny number. Rounding costs about $10^{-16}/\varepsilon$.
#
# So there is a valley, and the best step is where the two errors balance: near $10^{-5}$ for both sides, near $10^{-8}$ for one. At the bottom both sides have ten correct digits, one side has
# about eight. Many courses tell you $\varepsilon = 10^{-7}$. Here that costs a factor of 20, on the network of section 10 a factor of 100. **Our step is $10^{-5}$.**
#
# **Turn the dial.** Try `math.sin` and its slope `math.cos`, or the cube and $3x^2$: the valley moves a little and stays a valley.
#
# Libraries differ here. SciPy's `check_grad` uses one side with a step of $1.5\cdot10^{-8}$; PyTorch's `gradcheck` uses both sides with $10^{-6}$.
#
# ## 3 · All parameters in one vector
#
# A network's parameters live in a dict of arrays: `W1 (n_1, n_0)`, `b1 (n_1,)` and so on. To move them one by one, it is easier to have them all in a row, in one vector
# $\theta$ of length $N$. Lay the arrays end to end: in the order in which the dict has them, and each array row by row (*C order*, which is NumPy's own).
#
# **By hand.** `{"W1": [[1, 2], [3, 4]], "b1": [5, 6]}` becomes $\theta = (1, 2, 3, 4, 5, 6)$.
#
# The order of the dict matters more than it seems. Gradients will be laid out in the same way, and a component of one vector is compared with the same component of the other.
# A function that sorts the keys, or looks for `W1` by name, breaks as soon as somebody stores the bias first. And nothing may be lost: float32 arrays give a float32
# vector, and where float64 is among them, the vector is float64.

# %% nbgrader={"grade": false, "grade_id": "params_to_vector", "locked": false, "schema_version": 3, "solution": true, "task": false}
def params_to_vector(params):
    """Lay all arrays of a dict end to end in one vector.

    Parameters
    ----------
    params : dict
        Weights of shape (n_out, n_in) and biases of shape (n_out,), in any order.

    Returns
    -------
    array of shape (N,)
        All numbers, in the order of the dict, each array row by row; float32 when all arrays are
        float32, float64 when one is float64.

    Examples
    --------
    >>> params_to_vector({"W1": np.array([[1.0, 2.0], [3.0, 4.0]]), "b1": np.array([5.0, 6.0])})
    array([1., 2., 3., 4., 5., 6.])
    """
    ### BEGIN SOLUTION
    return np.concatenate([values.ravel() for values in params.values()])
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_params_to_vector", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def lays_out_the_arrays_worked_by_hand(params_to_vector):
    theta = params_to_vector({"W1": np.array([[1.0, 2.0], [3.0, 4.0]]), "b1": np.array([5.0, 6.0])})
    expect.array(theta, (6,), "theta")
    expect.close(theta, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], "the arrays worked by hand")


@check
def follows_the_order_of_the_dict(params_to_vector):
    theta = params_to_vector({"b1": np.array([5.0]), "W1": np.array([[1.0, 2.0, 3.0]])})
    expect.close(theta, [5.0, 1.0, 2.0, 3.0], "a dict with the bias first")


check.run("params_to_vector")

# %% [markdown]
# <details><summary>Hint 1: one array</summary>
# <code>ravel()</code> or <code>reshape(-1)</code> reads an array row by row into one dimension.
# </details>
# <details><summary>Hint 2: all of them</summary>
# <code>params.values()</code> goes through a dict in its own order, and <code>np.concatenate</code> joins a list of vectors.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_params_to_vector", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `params_to_vector`, 2 points: other orders and shapes, arrays stored by columns,
# dtypes, exact numbers, the arguments themselves.
### BEGIN HIDDEN TESTS
def expected_vector(params):
    return np.array([v for values in params.values() for v in np.nditer(values, order="C")], float)


@check
def lays_out_a_network_whatever_the_order(params_to_vector):
    rng = np.random.default_rng(30)
    shapes = {"W1": (3, 2), "b1": (3,), "W2": (2, 3), "b2": (2,)}
    for keys in (["W1", "b1", "W2", "b2"], ["b2", "W1", "b1", "W2"], ["W2", "b2", "b1", "W1"]):
        params = {key: rng.normal(size=shapes[key]) for key in keys}
        theta = params_to_vector(params)
        expect.array(theta, (17,), "theta")
        expect.close(theta, expected_vector(params), f"the order {', '.join(keys)}")


@check
def reads_every_array_row_by_row(params_to_vector):
    W = np.arange(12.0).reshape(3, 4)
    params = {"b1": np.array([-1.0, -2.0, -3.0]), "W1": np.asfortranarray(W)}
    wanted = [-1.0, -2.0, -3.0, *range(12)]
    expect.close(params_to_vector(params), wanted, "weights that are stored column by column")
    params = {"W1": W.T, "b1": np.zeros(4)}
    wanted = [*W.T.tolist()[0], *W.T.tolist()[1], *W.T.tolist()[2], *W.T.tolist()[3], 0, 0, 0, 0]
    expect.close(params_to_vector(params), wanted, "weights that are a transposed array")


@check
def keeps_the_number_of_a_layer_apart_from_its_place(params_to_vector):
    params = {}
    for layer in range(1, 12):
        params |= {f"W{layer}": np.array([[layer]]) + 0.0, f"b{layer}": np.array([layer + 0.5])}
    expect.close(params_to_vector(params), np.arange(1, 12, 0.5), "a network of eleven layers")


@check
def works_for_single_numbers_and_for_thin_arrays(params_to_vector):
    params = {"W1": np.array([[2.0]]), "b1": np.array([-3.0])}
    expect.close(params_to_vector(params), [2.0, -3.0], "a network of one weight and one bias")
    params = {"W1": np.array([[1.0], [2.0]]), "b1": np.array([3.0, 4.0]), "W2": np.ones((1, 2))}
    params["b2"] = np.array([5.0])
    expect.close(params_to_vector(params), [1.0, 2.0, 3.0, 4.0, 1.0, 1.0, 5.0], "thin weights")


@check
def loses_not_a_bit(params_to_vector):
    params = {"b1": np.array([0.1, 1e-300]), "W1": np.array([[1 / 3, 1e17 + 16], [-2e-9, 1e300]])}
    theta = params_to_vector(params)
    expect.array(theta, (6,), "theta")
    what = "numbers of all sizes"
    expect.close(theta, expected_vector(params), what, rtol=0.0, atol=0.0)


@check
def keeps_the_precision_of_the_arrays(params_to_vector):
    for kind in (np.float32, np.float64):
        params = {"W1": np.ones((2, 3), kind), "b1": np.ones(2, kind)}
        expect.dtype(params_to_vector(params), kind, f"theta of {kind.__name__} arrays")


@check
def is_in_double_precision_when_the_biases_are(params_to_vector):
    params = {"W1": np.ones((2, 3), np.float32), "b1": np.ones(2)}
    expect.dtype(params_to_vector(params), np.float64, "theta of float32 weights, float64 biases")


@check
def is_in_double_precision_when_the_weights_are(params_to_vector):
    params = {"W1": np.ones((2, 3)), "b1": np.ones(2, np.float32)}
    expect.dtype(params_to_vector(params), np.float64, "theta of float64 weights, float32 biases")


@check
def makes_a_vector_of_its_own_in_every_call(params_to_vector):
    first = params_to_vector({"b1": np.array([1.0]), "W1": np.array([[2.0, 3.0]])})
    params_to_vector({"b1": np.array([4.0]), "W1": np.array([[5.0, 6.0]])})
    expect.close(first, [1.0, 2.0, 3.0], "theta after a second call, with other numbers")


@check
def leaves_the_parameters_as_they_were(params_to_vector):
    params = {"b1": np.array([5.0, 6.0]), "W1": np.arange(6.0).reshape(2, 3)}
    expect.unchanged(params_to_vector, params, what="params after the call")


check.run("params_to_vector", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 4 · And back again
#
# The cost of a network wants a dict, so the moved vector has to be cut up again. A vector does not know where one array ends and the next begins; a dict with the right shapes tells, and any will
# do: the argument `like`. Its keys, its order and its shapes count. Its numbers do not.
#
# **By hand.** $\theta = (1, 2, 3, 4, 5, 6)$ and a `like` with `W1 (2, 2)`, `b1 (2,)`: the first four numbers fill `W1` row by row, so it is `[[1, 2], [3, 4]]`, and the next two are `b1`, `[5, 6]`.
#
# The test of such a pair is the **round trip**: there and back must give the same dict to the last bit, in the same order, and float32 must still be float32.
#
# **Predict first.** A vector of 16 numbers, `W1 (3, 4)` first, then `b1 (3,)` and `b2 (1,)`. At which index does `b2` begin?

# %% nbgrader={"grade": false, "grade_id": "vector_to_params", "locked": false, "schema_version": 3, "solution": true, "task": false}
def vector_to_params(theta, like):
    """Cut a vector into the arrays of a dict: the inverse of `params_to_vector`.

    Parameters
    ----------
    theta : array of shape (N,)
        As many numbers as the arrays of `like` have together.
    like : dict
        Gives keys, order and shapes; its numbers do not matter.

    Returns
    -------
    dict
        The numbers of theta in arrays with the shapes of `like`; a round trip
        vector_to_params(params_to_vector(params), params) gives params back exactly, dtype included.

    Examples
    --------
    >>> vector_to_params(np.array([1.0, 2.0, 3.0]), {"W1": np.zeros((1, 2)), "b1": np.zeros(1)})
    {'W1': array([[1., 2.]]), 'b1': array([3.])}
    """
    ### BEGIN SOLUTION
    params, start = {}, 0
    for key, values in like.items():
        piece = theta[start : start + values.size]
        params[key] = piece.reshape(values.shape).astype(values.dtype)
        start += values.size
    return params
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_vector_to_params", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def cuts_the_vector_worked_by_hand(vector_to_params):
    like = {"W1": np.zeros((2, 2)), "b1": np.zeros(2)}
    params = vector_to_params(np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), like)
    expect.params(params, [2, 2], "the result")
    expect.close(params["W1"], [[1.0, 2.0], [3.0, 4.0]], "W1 of the vector worked by hand")
    expect.close(params["b1"], [5.0, 6.0], "b1 of the vector worked by hand")


@check
def follows_the_order_of_like(vector_to_params):
    like = {"b1": np.zeros(1), "W1": np.zeros((1, 3))}
    params = vector_to_params(np.array([5.0, 1.0, 2.0, 3.0]), like)
    expect.params(params, [3, 1], "the result")
    expect.close(params["b1"], [5.0], "b1, the first key of like")
    expect.close(params["W1"], [[1.0, 2.0, 3.0]], "W1, the second key of like")


check.run("vector_to_params")

# %% [markdown]
# <details><summary>Hint 1: where a piece ends</summary>
# Keep a number that says where the next piece starts. An array of <code>like</code> has <code>size</code> numbers: that is how far the start moves on.
# In the question above <code>b2</code> begins at 12 + 3 = 15.
# </details>
# <details><summary>Hint 2: from a piece to an array</summary>
# <code>theta[start:stop]</code> is a piece, and <code>reshape</code> fills a shape with it row by row.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_vector_to_params", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `vector_to_params`, 2 points: other orders and shapes, the round trip to the last
# bit with its dtypes, theta and like themselves.
### BEGIN HIDDEN TESTS
def draw_params(rng, keys, kind=np.float64):
    shapes = {"W1": (3, 2), "b1": (3,), "W2": (2, 3), "b2": (2,), "W3": (1, 2), "b3": (1,)}
    return {key: rng.normal(size=shapes[key]).astype(kind) for key in keys}


def laid_out(params):
    """The vector of a dict, in the widest dtype of its arrays."""
    return np.concatenate([values.reshape(-1) for values in params.values()])


@check
def gives_back_what_was_laid_out_whatever_the_order(vector_to_params):
    rng = np.random.default_rng(40)
    for keys in (["W1", "b1", "W2", "b2", "W3", "b3"], ["b2", "W3", "W1", "b3", "b1", "W2"]):
        params = draw_params(rng, keys)
        like = {key: np.full(values.shape, 7.0) for key, values in params.items()}
        back = vector_to_params(laid_out(params), like)
        expect.params(back, [2, 3, 2, 1], "the result")
        for key in keys:
            expect.close(back[key], params[key], f"{key} of a dict in the order {', '.join(keys)}")


@check
def has_the_keys_in_the_order_of_like(vector_to_params):
    for keys in (["b2", "W1", "b1", "W2"], ["W2", "W1", "b2", "b1"]):
        params = draw_params(np.random.default_rng(41), keys)
        back = vector_to_params(laid_out(params), params)
        expect.params(back, [2, 3, 2], "the result")
        expect.equal(list(back), keys, "the order of the keys")


@check
def fills_every_array_row_by_row(vector_to_params):
    like = {"W1": np.zeros((3, 4), order="F"), "b1": np.zeros(3)}
    back = vector_to_params(np.arange(15.0), like)
    expect.params(back, [4, 3], "the result")
    expect.close(back["W1"], np.arange(12.0).reshape(3, 4), "W1, stored by columns in like")
    expect.close(back["b1"], [12.0, 13.0, 14.0], "b1 after it")


@check
def keeps_the_numbers_of_a_moved_vector(vector_to_params):
    like = {"b1": np.array([1.0, 2.0]), "W1": np.array([[3.0], [4.0]])}
    back = vector_to_params(np.array([1.0, 2.0 + 1e-5, 3.0, 4.0]), like)
    expect.params(back, [1, 2], "the result")
    expect.close(back["b1"], [1.0, 2.0 + 1e-5], "a component moved by 1e-5", rtol=0.0, atol=0.0)
    expect.close(back["W1"], [[3.0], [4.0]], "the others", rtol=0.0, atol=0.0)


@check
def makes_the_round_trip_to_the_last_bit(vector_to_params):
    params = {"W1": np.array([[1 / 3, 1e17 + 16], [-2e-9, 1e300]]), "b1": np.array([0.1, 1e-300])}
    back = vector_to_params(laid_out(params), params)
    expect.params(back, [2, 2], "the result")
    for key in params:
        expect.close(back[key], params[key], f"{key} after a round trip", rtol=0.0, atol=0.0)


@check
def makes_the_round_trip_in_the_same_precision(vector_to_params):
    for kind in (np.float64, np.float32):
        params = {"W1": np.ones((2, 3), kind) / 3, "b1": np.ones(2, kind) / 3}
        back = vector_to_params(laid_out(params), params)
        expect.params(back, [3, 2], "the result")
        for key in params:
            expect.dtype(back[key], kind, f"{key} of a dict of {kind.__name__} arrays")


@check
def loses_nothing_where_two_precisions_meet(vector_to_params):
    for kinds in ((np.float32, np.float64), (np.float64, np.float32)):
        params = {"W1": (np.ones((2, 3)) / 3).astype(kinds[0]), "b1": (np.ones(2) / 3).astype(kinds[1])}
        back = vector_to_params(laid_out(params), params)
        expect.params(back, [3, 2], "the result")
        for key in params:
            what = f"{key} of a dict of float32 and float64 arrays"
            expect.close(back[key], params[key], what, rtol=0.0, atol=0.0)


@check
def makes_arrays_of_their_own_in_every_call(vector_to_params):
    like = {"b1": np.zeros(1), "W1": np.zeros((1, 2))}
    first = vector_to_params(np.array([1.0, 2.0, 3.0]), like)
    vector_to_params(np.array([4.0, 5.0, 6.0]), like)
    expect.params(first, [2, 1], "the result")
    expect.close(first["W1"], [[2.0, 3.0]], "W1 after a second call, with another theta")
    expect.close(first["b1"], [1.0], "b1 after a second call, with another theta")


@check
def ignores_the_numbers_of_like(vector_to_params):
    like = {"W1": np.array([[np.nan, np.inf]]), "b1": np.array([1e300])}
    back = vector_to_params(np.array([1.0, 2.0, 3.0]), like)
    expect.params(back, [2, 1], "the result")
    expect.close(back["W1"], [[1.0, 2.0]], "W1")
    expect.close(back["b1"], [3.0], "b1")


@check
def leaves_its_arguments_as_they_were(vector_to_params):
    like = draw_params(np.random.default_rng(42), ["b1", "W1"])
    expect.unchanged(vector_to_params, np.arange(9.0), like, what="theta and like after the call")


check.run("vector_to_params", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 5 · The gradient, one component after the other
#
# Now $f$ is a function of a whole vector, for example the cost of a network as a function of all its parameters. Its gradient has a component for each parameter: the slope in that
# direction, with all the others held still. So take both sides, one component at a time:
#
# $$g_i = \frac{f(\theta + \varepsilon e_i) - f(\theta - \varepsilon e_i)}{2\varepsilon},\qquad e_i = (0,\dots,0,\underset{i}{1},0,\dots,0)$$
#
# **By hand.** $f(\theta) = \theta_0^3 + \theta_1^3$ at $(1, -2)$ with $\varepsilon = 0.5$. Component 0: $(1.5^3 - 0.5^3)/1 = 3.25$; the other cube stays $-8$ and cancels. Component 1:
# $((-1.5)^3 - (-2.5)^3)/1 = 12.25$.
#
# Two traps lie here. Moving all components at once gives a single slope in a slanted direction, not a gradient. And whoever moves `theta` in place has to put it back: adding
# $\varepsilon$, subtracting $2\varepsilon$ and adding $\varepsilon$ again looks like a way home, but each step rounds. Keep the old value and write it back, or move a copy.

# %% nbgrader={"grade": false, "grade_id": "numerical_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def numerical_gradient(f, theta, eps=1e-5):
    """Approximate the gradient of f at theta from both sides, component by component.

    Parameters
    ----------
    f : function
        Takes a float64 array of shape (n,) and returns one number.
    theta : float64 array of shape (n,)
        Where. It may be moved meanwhile, but is restored bit for bit.
    eps : float
        The step to either side, eps > 0.

    Returns
    -------
    float64 array of shape (n,)
        The slope of f in the direction of each component.

    Examples
    --------
    >>> numerical_gradient(lambda theta: theta[0] * theta[1], np.array([2.0, 3.0])).round(6)
    array([3., 2.])
    """
    ### BEGIN SOLUTION
    gradient = np.empty(len(theta))
    for i in range(len(theta)):
        above, below = theta.copy(), theta.copy()
        above[i] += eps
        below[i] -= eps
        gradient[i] = (f(above) - f(below)) / (2 * eps)
    return gradient
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_numerical_gradient", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def sum_of_cubes(theta):
    return np.sum(theta**3)


def square_of_the_product(theta):
    return np.prod(theta) ** 2


def fifth_power(theta):
    return theta[0] ** 5


@check
def gives_the_gradient_worked_by_hand(numerical_gradient):
    gradient = numerical_gradient(sum_of_cubes, np.array([1.0, -2.0]), 0.5)
    expect.array(gradient, (2,), "the gradient")
    expect.close(gradient, [3.25, 12.25], "the cubes worked by hand")


@check
def holds_the_other_components_still(numerical_gradient):
    # 2 * 3 * 2**2 = 24 and 3**2 * 2 * 2 = 36
    gradient = numerical_gradient(square_of_the_product, np.array([3.0, 2.0]))
    expect.close(gradient, [24.0, 36.0], "the gradient of x²y² at x = 3, y = 2")


@check
def takes_a_large_step_as_it_is(numerical_gradient):
    # (0**5 - (-2)**5) / 2 = 32 / 2
    gradient = numerical_gradient(fifth_power, np.array([-1.0]), 1.0)
    expect.close(gradient, [16.0], "the fifth power at -1 with eps = 1")


check.run("numerical_gradient")

# %% [markdown]
# <details><summary>Hint 1: one component</summary>
# Make two copies of <code>theta</code>. In one of them component i is larger by <code>eps</code>, in the other it is smaller; all else stays. Then it is section 2.
# </details>
# <details><summary>Hint 2: all of them</summary>
# A loop over the components fills an array of n slopes. <code>theta.copy()</code> makes a vector of its own; <code>above = theta</code> only gives
# the same vector another name.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_numerical_gradient", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `numerical_gradient`, 3 points: costs that bend, other steps and lengths, the step when
# none is given, what f is called with, theta after the call.
### BEGIN HIDDEN TESTS
def wavy(theta):
    """Every component bends, and its slope depends on the others."""
    return np.exp(0.5 * theta).sum() + np.sin(theta).prod() + theta[0] * theta[-1] ** 2


def quotients(f, theta, eps):
    return np.array([(f(theta + eps * e) - f(theta - eps * e)) / (2 * eps) for e in np.eye(theta.size)])


@check
def takes_the_quotient_of_every_component(numerical_gradient):
    for theta, eps in (([0.5, -1.25, 2.0], 0.5), ([1.0, 0.25, -0.75, -1.5, 0.5], 0.25)):
        theta = np.array(theta)
        gradient = numerical_gradient(wavy, theta, eps)
        expect.array(gradient, theta.shape, "the gradient")
        what = f"the gradient with {theta.size} components and eps = {eps}"
        expect.close(gradient, quotients(wavy, theta, eps), what)


@check
def moves_equal_components_one_at_a_time(numerical_gradient):
    theta = np.array([0.5, 0.5, 0.0])
    gradient = numerical_gradient(wavy, theta, 0.125)
    expect.close(gradient, quotients(wavy, theta, 0.125), "a theta with two equal components")


@check
def works_for_a_single_component(numerical_gradient):
    gradient = numerical_gradient(lambda theta: theta[0] ** 3, np.array([2.0]), 0.5)
    expect.array(gradient, (1,), "the gradient of one component")
    expect.close(gradient, [12.25], "the cube at 2 with eps = 0.5")


@check
def takes_its_own_step_when_none_is_given(numerical_gradient):
    # at 0 the quotient of a cube is eps**2 to the last digit
    gradient = numerical_gradient(lambda theta: np.sum(theta**3), np.zeros(2))
    what = "the cubes at 0, without eps"
    expect.close(gradient, [1e-10, 1e-10], what, rtol=1e-6, atol=0.0)


@check
def has_nine_digits_when_no_step_is_given(numerical_gradient):
    theta = np.array([0.3, -1.2])
    slope = np.exp(0.5 * theta) / 2 + np.cos(theta) * np.sin(theta[::-1])
    slope += [theta[1] ** 2, 2 * theta[0] * theta[1]]
    expect.close(numerical_gradient(wavy, theta), slope, "without eps", rtol=1e-8, atol=1e-9)


@check
def gives_f_a_vector_in_double_precision(numerical_gradient):
    shapes, kinds = set(), set()

    def f(theta):
        shapes.add(np.shape(theta))
        kinds.add(np.asarray(theta).dtype)
        return 0.0

    gradient = numerical_gradient(f, np.array([1.5, 2.5, -0.5]), 0.25)
    expect.close(gradient, np.zeros(3), "the gradient of a constant")
    expect.that(shapes == {(3,)}, "what f is called with", "an array of another shape than theta")
    expect.that(kinds == {np.dtype(float)}, "what f is called with", "numbers that are not float64")


@check
def is_in_double_precision(numerical_gradient):
    gradient = numerical_gradient(wavy, np.array([1.0, 2.0]), 0.25)
    expect.dtype(gradient, np.float64, "the gradient")


@check
def makes_a_vector_of_its_own_in_every_call(numerical_gradient):
    first = numerical_gradient(wavy, np.array([0.5, -1.25]), 0.5)
    numerical_gradient(wavy, np.array([1.0, 2.0]), 0.5)
    want = quotients(wavy, np.array([0.5, -1.25]), 0.5)
    expect.close(first, want, "the gradient after a second call, at another place")


@check
def leaves_theta_where_it_was(numerical_gradient):
    theta = np.array([0.5, -1.25, 3.0])  # these numbers and this step do not round
    expect.unchanged(numerical_gradient, wavy, theta, 0.25, what="theta after the call")


@check
def restores_theta_to_the_last_bit(numerical_gradient):
    theta = np.array([0.1, -0.7, 1 / 3, 1e-9])
    expect.unchanged(numerical_gradient, wavy, theta, what="theta after the call")


check.run("numerical_gradient", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 6 · How different is too different?
#
# Two gradients, one from backpropagation, one from differences. They never agree to the last digit. Is a distance of 0.001 much? If the gradient is as long as 100,
# it is nothing; if it is as long as 0.002, half of it is wrong. So divide by the lengths:
#
# $$\text{difference} = \frac{\lVert g - g'\rVert}{\lVert g\rVert + \lVert g'\rVert},\qquad \lVert v\rVert = \sqrt{v_1^2 + \dots + v_n^2}$$
#
# It lies between 0 and 1, and it does not change when the cost is measured in other units. With $\varepsilon = 10^{-5}$ and in float64, read it so:
#
# | difference | it says |
# |---|---|
# | $10^{-7}$ or less | good |
# | around $10^{-5}$ | look again, component by component |
# | $10^{-3}$ or more | a bug |
#
# **By hand.** $g = (3, 4)$ and $g' = (3, 0)$: the gap $(0, 4)$ is 4 long, the two are 5 and 3 long: $4/8 = 0.5$.
#
# Where both gradients are zero, for instance those of a unit that is never active, the quotient is 0/0. They agree, so the answer is 0.0.

# %% nbgrader={"grade": false, "grade_id": "relative_difference", "locked": false, "schema_version": 3, "solution": true, "task": false}
def relative_difference(g, g_approx):
    """Compare two gradients whatever their size.

    Parameters
    ----------
    g, g_approx : arrays of shape (n,)
        The gradient of backpropagation and the numerical one.

    Returns
    -------
    float
        Length of their gap, divided by the sum of their lengths: from 0 to 1; 0.0 when both are
        zero.

    Examples
    --------
    >>> float(relative_difference(np.array([3.0, 4.0]), np.array([3.0, 0.0])))
    0.5
    """
    ### BEGIN SOLUTION
    lengths = np.linalg.norm(g) + np.linalg.norm(g_approx)
    return 0.0 if lengths == 0 else np.linalg.norm(g - g_approx) / lengths
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_relative_difference", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_the_quotient_worked_by_hand(relative_difference):
    difference = relative_difference(np.array([3.0, 4.0]), np.array([3.0, 0.0]))
    expect.close(difference, 0.5, "the two gradients worked by hand")


@check
def is_zero_for_two_zero_gradients(relative_difference):
    expect.close(relative_difference(np.zeros(2), np.zeros(2)), 0.0, "two gradients of zeros")


check.run("relative_difference")

# %% [markdown]
# <details><summary>Hint 1: the length of a vector</summary>
# <code>np.linalg.norm(v)</code>, or the root of the sum of squares.
# </details>
# <details><summary>Hint 2: zero by zero</summary>
# Look at the denominator before you divide by it. Adding a small number to it instead would hide the bugs of a small gradient.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_relative_difference", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `relative_difference`, 2 points: other lengths, very small and very large gradients,
# one of them zero, the arguments themselves.
### BEGIN HIDDEN TESTS
def quotient(g, g_approx):
    length = [math.sqrt(sum(v * v for v in values)) for values in (g - g_approx, g, g_approx)]
    return length[0] / (length[1] + length[2])


@check
def is_the_quotient_of_lengths(relative_difference):
    rng = np.random.default_rng(50)
    for n in (1, 2, 7):
        g, g_approx = rng.normal(size=(2, n)) + np.array([[1.5], [0.5]])
        difference = relative_difference(g, g_approx)
        expect.number(difference, "the difference")
        expect.close(difference, quotient(g, g_approx), f"two gradients of {n} components")


@check
def counts_every_component_and_both_gradients(relative_difference):
    g, g_approx = np.array([2.0, -6.0, 9.0]), np.array([2.0, 0.0, 1.0])  # the gap is 10 long
    want = 10 / (11 + math.sqrt(5))
    expect.close(relative_difference(g, g_approx), want, "a long gradient and a short one")


@check
def does_not_care_which_gradient_comes_first(relative_difference):
    short, long = np.array([2.0, 0.0, 1.0]), np.array([2.0, -6.0, 9.0])
    want = 10 / (11 + math.sqrt(5))
    expect.close(relative_difference(short, long), want, "a short gradient and a long one")


@check
def is_one_when_they_have_nothing_in_common(relative_difference):
    g = np.array([0.5, -2.0, 1.0])
    expect.close(relative_difference(g, -g), 1.0, "a gradient and its opposite")
    expect.close(relative_difference(g, np.zeros(3)), 1.0, "a gradient and zeros")
    expect.close(relative_difference(np.zeros(3), g), 1.0, "zeros and a gradient")


@check
def sees_a_gap_in_the_tenth_digit(relative_difference):
    g = np.array([4.0, -3.0])
    for gap in (1e-6, 1e-9):
        difference = relative_difference(g, g + np.array([3.0, 4.0]) * gap)
        expect.close(difference, gap / 2, f"a gap of {gap:g}", rtol=1e-5, atol=0.0)


@check
def is_zero_only_when_they_are_equal(relative_difference):
    g = np.array([1.0, -2.0, 0.25])
    expect.close(relative_difference(g, g), 0.0, "a gradient and itself", atol=0.0)
    expect.close(relative_difference(np.zeros(1), np.zeros(1)), 0.0, "one zero and one zero")


@check
def does_not_depend_on_the_unit(relative_difference):
    g, g_approx = np.array([1.0, 2.0, -2.0]), np.array([1.0, 2.0, 2.0])
    for factor in (1e-6, 1e-12, 1e-20, 1e6, 1e20):
        difference = relative_difference(factor * g, factor * g_approx)
        expect.close(difference, 2 / 3, f"gradients {factor:g} times as long", atol=0.0)


@check
def treats_whole_numbers_like_others(relative_difference):
    expect.close(relative_difference(np.array([3, 4]), np.array([3, 0])), 0.5, "integer arrays")


@check
def leaves_its_arguments_as_they_were(relative_difference):
    g, g_approx = np.array([3.0, 4.0]), np.array([3.0, 0.0])
    expect.unchanged(relative_difference, g, g_approx, what="g and g_approx after the call")


check.run("relative_difference", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 7 · The check itself
#
# Now put it together. There is a cost $f$, there is a function `grad` that claims to be its gradient, and there is a place $\theta$. Return two things: the relative difference between
# `grad(theta)` and the numerical gradient there, and the index of the component with the largest **absolute** gap $|g_i - g'_i|$. The first says whether something is wrong, the second where to look.
# You may call your functions of sections 5 and 6.
#
# **By hand.** $f(\theta) = \theta_0^2 + \theta_1^2 + \theta_2^2$ at $(3, 0, 4)$ has the gradient $(6, 0, 8)$. Somebody's `grad` has a sign wrong and returns $(6, 0, -8)$: the gap $(0, 0, 16)$ is 16
# long, both gradients are 10 long, so the difference is $16/20 = 0.8$, and component 2 is the worst.
#
# From the directions of $\theta_0$ and $\theta_1$ alone that sign would never be seen; so all components are checked.
#
# **Predict first.** `grad` is right, and you check with $\varepsilon = 10^{-5}$. Will the difference be 0?

# %% nbgrader={"grade": false, "grade_id": "check_gradient", "locked": false, "schema_version": 3, "solution": true, "task": false}
def check_gradient(f, grad, theta, eps=1e-5):
    """Compare a gradient function with the numerical gradient of its cost at one place.

    Parameters
    ----------
    f : function
        The cost: takes a float64 array of shape (n,) and returns one number.
    grad : function
        The gradient under test: takes the same array and returns an array of shape (n,).
    theta : float64 array of shape (n,)
        Where.
    eps : float
        The step of the numerical gradient, eps > 0.

    Returns
    -------
    difference : float
        relative_difference(grad(theta), numerical_gradient(f, theta, eps)).
    worst_index : int
        The component with the largest absolute gap; any of them on a tie.

    Examples
    --------
    >>> f, grad = lambda t: t[0] ** 2 + t[1] ** 2, lambda t: np.array([2 * t[0], -2 * t[1]])
    >>> difference, worst_index = check_gradient(f, grad, np.array([3.0, 4.0]))
    >>> round(float(difference), 6), int(worst_index)
    (0.8, 1)
    """
    ### BEGIN SOLUTION
    g, g_approx = grad(theta), numerical_gradient(f, theta, eps)
    return relative_difference(g, g_approx), int(np.argmax(np.abs(g - g_approx)))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_check_gradient", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def sum_of_squares(theta):
    return np.sum(theta**2)


def right_gradient(theta):
    return 2 * theta


def too_long(theta):
    return 6 * theta


def wrong_sign(theta):
    return np.array([2 * theta[0], 2 * theta[1], -2 * theta[2]])


@check
def convicts_the_wrong_sign_worked_by_hand(check_gradient):
    pair = check_gradient(sum_of_squares, wrong_sign, np.array([3.0, 0.0, 4.0]))
    difference, worst_index = expect.sequence(pair, 2, "the pair (difference, worst_index)")
    expect.close(difference, 0.8, "the difference worked by hand")
    expect.equal(worst_index, 2, "the worst component worked by hand")


@check
def convicts_a_gradient_three_times_too_long(check_gradient):
    # 6 theta beside 2 theta: the gap is 4 theta, and 4 / (6 + 2) = 0.5
    pair = check_gradient(sum_of_squares, too_long, np.array([3.0, 0.0, 4.0]))
    difference, worst_index = expect.sequence(pair, 2, "the pair (difference, worst_index)")
    expect.close(difference, 0.5, "the difference of 6 theta instead of 2 theta")
    expect.equal(worst_index, 2, "the worst component of 6 theta instead of 2 theta")


@check
def acquits_a_right_gradient(check_gradient):
    pair = check_gradient(sum_of_squares, right_gradient, np.array([3.0, 0.0, 4.0]))
    difference, _ = expect.sequence(pair, 2, "the pair (difference, worst_index)")
    expect.close(difference, 0.0, "the difference of a right gradient", atol=1e-8)


check.run("check_gradient")

# %% [markdown]
# <details><summary>Hint 1: two vectors</summary>
# One comes from <code>grad(theta)</code>, the other from <code>numerical_gradient(f, theta, eps)</code>. Everything else compares these two.
# </details>
# <details><summary>Hint 2: the worst</summary>
# A gap may be negative, and a large negative gap is as bad as a large positive one. <code>np.argmax</code> gives the index of the largest entry.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_check_gradient", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `check_gradient`, 2 points: bugs in any component and of either sign, other steps, the
# step when none is given, right and zero gradients, what grad is called with, theta after the call.
### BEGIN HIDDEN TESTS
def steep(theta):
    """The first component has a slope hundreds of times that of the others."""
    return 300.0 * np.exp(theta[0]) + np.sin(theta[1:]).sum() + theta[-1] ** 3


def slope_of_steep(theta):
    slope = np.concatenate([300.0 * np.exp(theta[:1]), np.cos(theta[1:])])
    slope[-1] += 3 * theta[-1] ** 2
    return slope


def quotients(f, theta, eps):
    return np.array([(f(theta + eps * e) - f(theta - eps * e)) / (2 * eps) for e in np.eye(theta.size)])


def difference_of(g, g_approx):
    return np.linalg.norm(g - g_approx) / (np.linalg.norm(g) + np.linalg.norm(g_approx))


@check
def finds_a_bug_in_every_component(check_gradient):
    theta = np.array([-0.5, 1.25, 0.75])
    for index, gap in ((0, 8.0), (1, -8.0), (2, 8.0), (0, -8.0)):
        moved = slope_of_steep(theta) + gap * np.eye(3)[index]
        pair = check_gradient(steep, lambda theta: moved, theta)
        difference, worst = expect.sequence(pair, 2, "the pair (difference, worst_index)")
        want = difference_of(moved, slope_of_steep(theta))
        expect.number(difference, "the difference")
        expect.close(difference, want, f"a gap of {gap} in component {index}", rtol=1e-5)
        expect.equal(worst, index, f"the worst index, a gap of {gap} in component {index}")


@check
def looks_for_the_largest_absolute_gap(check_gradient):
    theta = np.array([0.0, 0.5, 0.25])
    for gaps in ([5.0, 0.9, -0.5], [-5.0, 0.9, 3.0], [0.1, -0.6, 0.5], [0.5, -1.75, 0.25]):
        moved = slope_of_steep(theta) + np.array(gaps)
        pair = check_gradient(steep, lambda theta: moved, theta)
        _, worst = expect.sequence(pair, 2, "the pair (difference, worst_index)")
        largest = int(np.argmax(np.abs(gaps)))
        expect.equal(worst, largest, f"the worst index, gaps of {gaps} in a steep cost")


@check
def hands_its_step_on(check_gradient):
    theta = np.array([0.25, -1.0, 0.5])
    for eps in (0.5, 0.125):
        approx = quotients(steep, theta, eps)
        pair = check_gradient(steep, slope_of_steep, theta, eps)
        difference, worst = expect.sequence(pair, 2, "the pair (difference, worst_index)")
        want = difference_of(slope_of_steep(theta), approx)
        expect.close(difference, want, f"the difference of a right gradient, eps = {eps}")
        expect.equal(worst, 0, f"the worst index of a right gradient, eps = {eps}")


@check
def takes_the_step_of_section_five_when_none_is_given(check_gradient):
    # at 0 the quotient of a cube is eps**2 to the last digit: beside 3 eps**2, half of the sum
    pair = check_gradient(
        lambda theta: np.sum(theta**3), lambda theta: np.full(1, 3e-10), np.zeros(1)
    )
    difference, worst = expect.sequence(pair, 2, "the pair (difference, worst_index)")
    expect.close(difference, 0.5, "a cube at 0, without eps", rtol=1e-5)
    expect.equal(worst, 0, "the worst of one component")


@check
def acquits_small_large_and_zero_gradients(check_gradient):
    theta = np.array([0.5, -0.25])
    for factor in (0.0, 1e-9, 1e9):
        pair = check_gradient(
            lambda theta: factor * np.sum(theta**2), lambda theta: 2 * factor * theta, theta
        )
        difference, _ = expect.sequence(pair, 2, "the pair (difference, worst_index)")
        expect.close(difference, 0.0, f"a cost {factor:g} times as large", atol=1e-8)


@check
def names_a_component_also_where_nothing_is_wrong(check_gradient):
    theta = np.array([0.5, -0.25])  # with a step of 1/4 the quotients of a sum are exact
    for f, grad, what in (
        (lambda theta: 0.0, np.zeros_like, "zero"),
        (np.sum, np.ones_like, "exact"),
        (steep, slope_of_steep, "right"),
    ):
        pair = check_gradient(f, grad, theta, 0.25 if what == "exact" else 1e-5)
        _, worst = expect.sequence(pair, 2, "the pair (difference, worst_index)")
        is_index = isinstance(worst, (int, np.integer)) and 0 <= worst < 2
        expect.that(is_index, f"the worst index of a gradient that is {what}", "it is none of 0 and 1")


@check
def convicts_a_small_gradient_too(check_gradient):
    pair = check_gradient(
        lambda theta: 1e-9 * np.sum(theta**2), lambda theta: 6e-9 * theta, np.array([0.5, -0.25])
    )
    difference, worst = expect.sequence(pair, 2, "the pair (difference, worst_index)")
    expect.close(difference, 0.5, "a tiny gradient, three times too long", rtol=1e-5)
    expect.equal(worst, 0, "its worst component")


@check
def asks_for_the_gradient_at_theta(check_gradient):
    theta, asked = np.array([0.1, 0.7]), []

    def grad(theta):
        asked.append(np.array(theta))
        return np.array([2.0, 2.0])

    check_gradient(lambda theta: 2.0 * np.sum(theta), grad, theta, 0.25)
    expect.that(len(asked) > 0, "the gradient under test", "it was not called")
    for place in asked:
        expect.close(place, theta, "where the gradient is asked for", rtol=0.0, atol=0.0)


@check
def leaves_theta_as_it_was(check_gradient):
    theta = np.array([0.1, -0.7, 1 / 3])
    expect.unchanged(check_gradient, steep, slope_of_steep, theta, what="theta after the call")


check.run("check_gradient", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Your check at work on $f(\theta) = e^{\theta_0} + \dots + e^{\theta_5}$, whose gradient is `np.exp`: once right, once with a factor 1.001 on a single component.

# %% tags=["skip-execution"]
def sum_of_exponentials(theta):
    return np.sum(np.exp(theta))


def slightly_wrong(theta):
    return np.exp(theta) * np.array([1, 1, 1, 1.001, 1, 1])


theta = np.linspace(-1.0, 1.0, 6)
right_verdict = check_gradient(sum_of_exponentials, np.exp, theta)
wrong_verdict = check_gradient(sum_of_exponentials, slightly_wrong, theta)
for title, (difference, worst_index) in {"right": right_verdict, "wrong": wrong_verdict}.items():
    print(f"{title}: difference {difference:.0e}, worst component {worst_index}")

# %% [markdown]
# The right one is not 0: the formula's own error and the rounding of $f$ leave about $2\cdot10^{-11}$. The wrong one is about ten million times that, and the index is 3. But its $2\cdot10^{-4}$ lies between the
# thresholds: one component that is off by a thousandth, among six. That is why the middle row of the table says *look again*.
#
# ## 8 · Which parameter is it?
#
# An index into a vector of thousands is an awkward witness. A network's gradients have names, so compare them name by name: one relative difference for `W1`, one for `b1`, and so on. The
# largest of them is where you start to read.
#
# Here the comparison is *relative*, unlike in section 7. A bias gradient may be a thousand times smaller than its neighbour's, and it is no less wrong for that.
#
# **By hand.** `W1` is $(100, 0)$ and should be $(110, 0)$: $10/210 = 0.048$. `b1` is $(1)$ and should be $(3)$: $2/4 = 0.5$. The gap of `W1` is five times larger, and `b1` is ten times more wrong.
#
# Two dicts are compared **by key**: the numerical gradient need not store them in the same order. Two gradients that are both zero count 0. The arrays may have any shape; the length of a
# matrix is the root of the sum of all its squares.

# %% nbgrader={"grade": false, "grade_id": "worst_parameter", "locked": false, "schema_version": 3, "solution": true, "task": false}
def worst_parameter(grads, approx):
    """Name the parameter whose gradient is relatively furthest off.

    Parameters
    ----------
    grads, approx : dicts of arrays
        Gradients of backpropagation and numerical ones: the same keys, in any order, and the same
        shapes.

    Returns
    -------
    str
        The key with the largest relative difference; two zero gradients count 0.

    Examples
    --------
    >>> grads = {"W1": np.array([[100.0, 0.0]]), "b1": np.array([1.0])}
    >>> worst_parameter(grads, {"b1": np.array([3.0]), "W1": np.array([[110.0, 0.0]])})
    'b1'
    """
    ### BEGIN SOLUTION
    differences = {key: relative_difference(grads[key].ravel(), approx[key].ravel()) for key in grads}
    return max(differences, key=differences.get)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_worst_parameter", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def names_the_bias_worked_by_hand(worst_parameter):
    grads = {"W2": np.array([[4.0]]), "W1": np.array([[100.0, 0.0]]), "b1": np.array([1.0])}
    approx = {"W2": np.array([[4.1]]), "W1": np.array([[110.0, 0.0]]), "b1": np.array([3.0])}
    grads["b2"] = approx["b2"] = np.array([5.0])
    what = "the two worked by hand, between one nearly right and one right"
    expect.equal(worst_parameter(grads, approx), "b1", what)


@check
def pairs_the_gradients_by_key(worst_parameter):
    grads = {"b1": np.array([1.0]), "b2": np.array([50.0]), "b3": np.array([2.0])}
    approx = {"b3": np.array([2.0]), "b1": np.array([0.5]), "b2": np.array([50.0])}
    expect.equal(worst_parameter(grads, approx), "b1", "three biases in another order")


check.run("worst_parameter")

# %% [markdown]
# <details><summary>Hint 1: what to compare</summary>
# For each key of <code>grads</code>, one number: your <code>relative_difference</code> of the two arrays under that key.
# </details>
# <details><summary>Hint 2: the key of the largest</summary>
# Keep the numbers in a dict. <code>max</code> takes a <code>key</code>, a function by which the entries are compared.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_worst_parameter", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `worst_parameter`, 2 points: weights and biases of all sizes, other orders, zero
# gradients, a single parameter, the arguments themselves.
### BEGIN HIDDEN TESTS
def expect_worst(worst_parameter, pairs, key, what):
    """`pairs` are key: (gradient, numerical gradient); the second dict has the reverse order."""
    grads = {name: np.array(pair[0], dtype=float) for name, pair in pairs.items()}
    approx = {name: np.array(pair[1], dtype=float) for name, pair in reversed(pairs.items())}
    expect.equal(worst_parameter(grads, approx), key, what)


@check
def finds_the_worst_wherever_it_stands(worst_parameter):
    rng = np.random.default_rng(60)
    shapes = {"W1": (3, 2), "b1": (3,), "W2": (2, 3), "b2": (2,)}
    right = {key: rng.normal(size=shape) + 2.0 for key, shape in shapes.items()}
    for bad in shapes:
        grads = {key: g * (1.5 if key == bad else 1 + 1e-3) for key, g in right.items()}
        backwards = {key: right[key] for key in reversed(right)}
        expect.equal(worst_parameter(grads, right), bad, f"half too long: {bad}")
        expect.equal(worst_parameter(grads, backwards), bad, f"the same in another order: {bad}")


@check
def compares_gaps_with_the_size_of_their_gradients(worst_parameter):
    pairs = {"W1": ([[200.0, 100.0]], [[201.0, 102.0]]), "b1": ([1e-6], [3e-6]), "b2": ([2.0], [1.0])}
    expect_worst(worst_parameter, pairs, "b1", "a tiny gradient that is half wrong")
    pairs = {"b1": ([1e-12], [1.1e-12]), "b2": ([1e-12], [2e-12]), "W1": ([[1.0]], [[1.2]])}
    expect_worst(worst_parameter, pairs, "b2", "two tiny gradients and a large one")


@check
def measures_the_length_of_all_components(worst_parameter):
    pairs = {"W1": ([[1, 1], [1, 1]], [[2, 2], [2, 2]]), "b1": ([6.0, 6.0, 6.0], [6.0, 6.0, 18.0])}
    expect_worst(worst_parameter, pairs, "b1", "many gaps of one, or one large gap")
    pairs = {"W1": ([[10.0, 2, 2, 2, 2]], [[10.0, -2, -2, -2, -2]]), "b1": ([3.0], [5.0])}
    expect_worst(worst_parameter, pairs, "W1", "small components that are all wrong")
    pairs = {"W1": ([[4.0] * 5] * 2, [[1.0] * 5] * 2), "b1": ([9.0, 0.5], [1.5, 0.5])}
    expect_worst(worst_parameter, pairs, "b1", "ten components, or two")
    pairs = {"W1": ([[5.0, 0.01]], [[5.0, 0.09]]), "b1": ([3.0, 3.0], [4.0, 4.0])}
    expect_worst(worst_parameter, pairs, "b1", "a component that hardly counts")


@check
def divides_by_both_lengths(worst_parameter):
    pairs = {"W1": ([[10.0]], [[1.0]]), "b1": ([1.0], [20.0])}
    expect_worst(worst_parameter, pairs, "b1", "one ten times too long, one twenty times too short")
    pairs = {"W1": ([[20.0]], [[1.0]]), "b1": ([1.0], [10.0])}
    expect_worst(worst_parameter, pairs, "W1", "one twenty times too long, one ten times too short")
    pairs = {"W1": ([[3.0]], [[-3.0]]), "b1": ([4.0, 1.0], [-1.0, 4.0])}
    expect_worst(worst_parameter, pairs, "W1", "an opposite gradient and one at a right angle")


@check
def divides_by_the_sum_of_the_lengths(worst_parameter):
    pairs = {"W1": ([[3.0, 1.0]], [[3.0, -3.0]]), "b1": ([6.0, 2.0], [1.0, 2.0])}
    expect_worst(worst_parameter, pairs, "b1", "differences of 0.54 and 0.58")
    pairs = {"W1": ([[6.0, 6.0]], [[3.0, -2.0]]), "b1": ([4.0, -2.0], [-2.0, -3.0])}
    expect_worst(worst_parameter, pairs, "b1", "differences of 0.71 and 0.75")
    pairs = {"W1": ([[2.0, 1], [2, 4]], [[-1.0, -3], [6, 1]]), "b1": ([6.0], [2.0])}
    expect_worst(worst_parameter, pairs, "W1", "differences of 0.60 and 0.50")


@check
def counts_two_zero_gradients_as_right(worst_parameter):
    zero = ([[0.0, 0.0]], [[0.0, 0.0]])
    for pairs in ({"W1": zero, "b1": ([2.0], [2.001])}, {"b1": ([2.0], [2.001]), "W1": zero}):
        expect_worst(worst_parameter, pairs, "b1", "zeros twice, and a gap of a thousandth")


@check
def counts_one_zero_gradient_as_wrong(worst_parameter):
    pairs = {"b1": ([5.0], [1.0]), "W1": ([[0.0, 0.0]], [[0.0, 1e-3]]), "b2": ([7.0], [1.0])}
    expect_worst(worst_parameter, pairs, "W1", "zeros where there should be a small gradient")
    pairs = {"b1": ([5.0], [1.0]), "W1": ([[0.0, 1e-3]], [[0.0, 0.0]]), "b2": ([7.0], [1.0])}
    expect_worst(worst_parameter, pairs, "W1", "a small gradient where there should be zeros")


@check
def knows_networks_of_any_depth(worst_parameter):
    right = {f"{kind}{layer}": ([2.0], [2.0]) for layer in range(1, 13) for kind in "Wb"}
    for bad in ("W4", "b12"):
        what = f"twelve layers, and {bad} is wrong"
        expect_worst(worst_parameter, right | {bad: ([2.0], [3.0])}, bad, what)


@check
def names_a_single_parameter_whatever_its_difference(worst_parameter):
    for pair in (([[1.0]], [[2.0]]), ([[1.0]], [[1.0]]), ([[0.0]], [[0.0]])):
        expect_worst(worst_parameter, {"W1": pair}, "W1", "a single parameter")


@check
def leaves_its_arguments_as_they_were(worst_parameter):
    grads = {"b1": np.array([1.0]), "W1": np.array([[2.0, 3.0]])}
    approx = {"W1": np.array([[2.0, 4.0]]), "b1": np.array([1.0])}
    expect.unchanged(worst_parameter, grads, approx, what="the gradients after the call")


check.run("worst_parameter", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 9 · Three bugs
#
# Here is the code from the first paragraph. The network has three layers, ReLU, ReLU and a sigmoid, and the cost is the mean binary cross-entropy over the $m$ rows:
#
# $$Z_l = A_{l-1}W_l^\top + b_l,\qquad A_1 = \max(0, Z_1),\qquad A_2 = \max(0, Z_2),\qquad A_3 = \frac{1}{1+e^{-Z_3}}$$
#
# $$J = -\frac1m\sum_i \big[y_i\log a_i + (1-y_i)\log(1-a_i)\big]$$
#
# where $A_0 = X$ and $a_i$ is row $i$ of $A_3$. Here are its forward pass, which keeps everything in a cache, and its cost. They are right.

# %% nbgrader={"grade": false, "grade_id": "forward_pass", "locked": true, "schema_version": 3, "solution": false, "task": false}
def forward(X, params):
    """Return the cache: "A0", "Z1", "A1", "Z2", "A2", "Z3", "A3", arrays of shape (m, n_l)."""
    cache = {"A0": X}
    for layer in (1, 2, 3):
        Z = cache[f"A{layer - 1}"] @ params[f"W{layer}"].T + params[f"b{layer}"]
        cache[f"Z{layer}"] = Z
        cache[f"A{layer}"] = np.maximum(Z, 0) if layer < 3 else 0.5 * (1 + np.tanh(Z / 2))
    return cache


def cost(y, cache):
    """Mean binary cross-entropy, from the scores: no logarithm of 0."""
    scores = cache["Z3"][:, 0]
    return np.mean(np.logaddexp(0, scores) - y * scores)


def draw_params(layer_dims, rng):
    """He's weights and zero biases."""
    params = {}
    for layer, (n_in, n_out) in enumerate(zip(layer_dims, layer_dims[1:]), start=1):
        params[f"W{layer}"] = rng.normal(size=(n_out, n_in)) * np.sqrt(2 / n_in)
        params[f"b{layer}"] = np.zeros(n_out)
    return params


params = draw_params([30, 8, 5, 1], np.random.default_rng(1))
runs = []  # the costs of the training runs to come

# %% [markdown]
# The backward pass starts at the output. Write $dZ$ for the gradient of $J$ with respect to $Z$. Sigmoid and cross-entropy together leave a plain difference, and the mean brings $1/m$,
# once:
#
# $$dZ_3 = \frac{A_3 - y}{m},\qquad dZ_l = (dZ_{l+1} W_{l+1}) \odot [Z_l > 0]\ \text{ for } l = 2, 1$$
#
# $[Z_l > 0]$ is 1 where the unit was active and 0 elsewhere. In every layer the weights and the biases then get
#
# $$dW_l = dZ_l^\top A_{l-1},\qquad db_l = \text{the sum of } dZ_l \text{ over its rows}$$
#
# **By hand.** A single row, all layers one unit wide: $x = 3$, $W_1 = 1$, $W_2 = 2$, $W_3 = 1$, $b_3 = -6$, other biases 0, $y = 0$. Then $A_1 = 3$, $A_2 = 6$, $Z_3 = 0$, $A_3 = 0.5$. Backwards:
# $dZ_3 = 0.5$, $dW_3 = 0.5 \cdot 6 = 3$; $dZ_2 = 0.5$, $dW_2 = 0.5\cdot3 = 1.5$; $dZ_1 = 0.5 \cdot 2 = 1$, $dW_1 = 3$. With a single row each $db_l$ is $dZ_l$ itself: 0.5, 0.5 and 1.
#
# **Your turn.** The cell holds code in which three lines are wrong. Delete its line `raise NotImplementedError` and run it: now you have the code that was handed to you. You could compare it with
# the formulas letter by letter. Better, first watch it learn, then use what you have built.

# %% nbgrader={"grade": false, "grade_id": "backward_fixed", "locked": false, "schema_version": 3, "solution": true, "task": false}
def backward_fixed(X, y, params, cache):
    """Backward pass of the network: the gradient of the mean cross-entropy.

    Parameters
    ----------
    X : array of shape (m, n_0)
        Inputs.
    y : array of shape (m,)
        Targets, 0 or 1.
    params : dict
        W1 (n_1, n_0), b1 (n_1,), W2 (n_2, n_1), b2 (n_2,), W3 (1, n_2), b3 (1,).
    cache : dict
        A0 (m, n_0), Z1 and A1 (m, n_1), Z2 and A2 (m, n_2), Z3 and A3 (m, 1) of the forward pass.

    Returns
    -------
    dict
        The gradients, with the keys and shapes of params.

    Examples
    --------
    >>> one = np.array([[1.0]])
    >>> params = {"W1": one, "b1": np.zeros(1), "W2": 2 * one, "b2": np.zeros(1)}
    >>> params |= {"W3": one, "b3": np.array([-6.0])}
    >>> cache = {"A0": 3 * one, "Z1": 3 * one, "A1": 3 * one, "Z2": 6 * one, "A2": 6 * one}
    >>> cache |= {"Z3": 0 * one, "A3": one / 2}
    >>> grads = backward_fixed(3 * one, np.array([0]), params, cache)
    >>> [float(grads[key][0, 0]) for key in ("W1", "W2", "W3")]
    [3.0, 1.5, 3.0]
    """
    ### BEGIN SOLUTION
    dZ3 = (cache["A3"] - y[:, np.newaxis]) / len(y)
    dZ2 = (dZ3 @ params["W3"]) * (cache["Z2"] > 0)
    dZ1 = (dZ2 @ params["W2"]) * (cache["Z1"] > 0)
    grads = {}
    for layer, dZ in enumerate((dZ1, dZ2, dZ3), start=1):
        grads[f"W{layer}"] = dZ.T @ cache[f"A{layer - 1}"]
        grads[f"b{layer}"] = dZ.sum(axis=0)
    return grads
    ### END SOLUTION
    # Delete the line above. What follows is what you were handed: it runs, and three lines are wrong.
    m = len(y)
    dZ3 = (cache["A3"] - y[:, np.newaxis]) / m
    dW3 = dZ3.T @ cache["Z2"]
    db3 = dZ3.sum(axis=0)
    dZ2 = (dZ3 @ params["W3"]) * (cache["Z2"] > 0)
    dW2 = dZ2.T @ cache["A1"]
    db2 = dZ2.mean(axis=0)
    dZ1 = np.maximum(dZ2 @ params["W2"], 0)
    dW1 = dZ1.T @ cache["A0"]
    db1 = dZ1.sum(axis=0)
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2, "W3": dW3, "b3": db3}

# %% [markdown]
# **See it learn.** 400 steps of gradient descent on all 400 tumours; an epoch is one step here. Run this cell with the code as it was handed out, and again when you have mended it: the picture has your first run and your last.

# %% tags=["skip-execution"]
def train_with(backward, steps=400, lr=0.1):
    """Full-batch gradient descent from `params`; return the parameters and the cost before each step."""
    now, costs = params, []
    for _ in range(steps):
        cache = forward(X_train, now)
        costs.append(cost(y_train, cache))
        grads = backward(X_train, y_train, now, cache)
        now = {key: now[key] - lr * grads[key] for key in now}
    return now, np.array(costs)


def dev_error(params):
    return np.mean((forward(X_dev, params)["A3"][:, 0] > 0.5) != y_dev)


trained, costs = train_with(backward_fixed)
runs.append(costs)
first_and_last = sorted({1, len(runs)})
plots.cost_curves({f"run {number}": {"cost": runs[number - 1]} for number in first_and_last})
print(f"dev error of run {len(runs)}: {100 * dev_error(trained):.1f} %")

# %% [markdown]
# With the three bugs the cost falls: from 0.68 to 0.23 in some 60 steps. Then it creeps up again, ends at 0.265, and the network misjudges 8.9 % of the dev tumours. Mended, the cost ends at 0.03 and the dev error at 2.4 %.
# Whoever has seen only the first run may tune the learning rate for a week. **A cost that falls does not prove a gradient.**
#
# **Your instrument.** One bar a parameter, on a logarithmic scale: below the lower line all is well, above the upper one there is a bug. All the tools in it are yours. Mend a line, run its cell and this one, look again.

# %% tags=["skip-execution"]
def compare_gradients(cost_of, grads, params, eps=1e-5):
    """Relative difference of every parameter, and the name of the worst."""

    def f(theta):
        return cost_of(vector_to_params(theta, params))

    approx = vector_to_params(numerical_gradient(f, params_to_vector(params), eps), params)
    differences = {
        key: float(relative_difference(grads[key].ravel(), approx[key].ravel())) for key in params
    }
    return differences, worst_parameter(grads, approx)


X, y = X_train[:40], y_train[:40]
differences, worst = compare_gradients(
    lambda params: cost(y, forward(X, params)),
    backward_fixed(X, y, params, forward(X, params)),
    params,
)
plots.relative_differences({"your backward_fixed": differences})
print("the worst:", worst)

# %% [markdown]
# Mended, all six bars stand near $10^{-11}$. Before that, look at the *pattern*, from the last layer to the first, the way the gradient flows:
#
# - one gradient of a layer is wrong and the other is right: the bug is in the line of that gradient;
# - both are wrong, and in the layer behind it (the next higher number) at least one is right: the bug is in this layer's $dZ$;
# - both are wrong in several layers: begin with the highest.

# %% nbgrader={"grade": true, "grade_id": "check_backward_fixed", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_the_gradients_worked_by_hand(backward_fixed):
    X, y = np.array([[3.0]]), np.array([0])
    params = {"W1": np.array([[1.0]]), "W2": np.array([[2.0]]), "W3": np.array([[1.0]])}
    params |= {"b1": np.array([0.0]), "b2": np.array([0.0]), "b3": np.array([-6.0])}
    numbers = {"A0": 3.0, "Z1": 3.0, "A1": 3.0, "Z2": 6.0, "A2": 6.0, "Z3": 0.0, "A3": 0.5}
    cache = {key: np.array([[number]]) for key, number in numbers.items()}
    grads = backward_fixed(X, y, params, cache)
    expect.params(grads, [1, 1, 1, 1], "the gradients of the row worked by hand")
    want = {"b3": [0.5], "W3": [[3.0]], "b2": [0.5], "W2": [[1.5]], "b1": [1.0], "W1": [[3.0]]}
    for key, gradient in want.items():
        expect.close(grads[key], gradient, f"the gradient of {key} for the row worked by hand")


@check
def gives_the_gradients_of_two_rows(backward_fixed):
    X, y = np.array([[2.0, 1.0], [1.0, -1.5]]), np.array([1, 1])
    params = {
        "W1": np.array([[1.0, 1.0], [1.0, 0.0]]),
        "b1": np.array([0.0, 0.0]),
        "W2": np.array([[1.0, -1.0], [-1.0, -1.0]]),
        "b2": np.array([0.0, 1.5]),
        "W3": np.array([[1.0, 2.0]]),
        "b3": np.array([-1.0]),
    }
    cache = {
        "A0": X,
        "Z1": np.array([[3.0, 2.0], [-0.5, 1.0]]),
        "A1": np.array([[3.0, 2.0], [0.0, 1.0]]),
        "Z2": np.array([[1.0, -3.5], [-1.0, 0.5]]),
        "A2": np.array([[1.0, 0.0], [0.0, 0.5]]),
        "Z3": np.array([[0.0], [0.0]]),
        "A3": np.array([[0.5], [0.5]]),
    }
    grads = backward_fixed(X, y, params, cache)
    expect.params(grads, [2, 2, 2, 1], "the gradients")
    # dZ3 = [-0.25, -0.25], dZ2 = [[-0.25, 0], [0, -0.5]], dZ1 = [[-0.25, 0.25], [0, 0.5]]
    want = {
        "b3": [-0.5],
        "W3": [[-0.25, -0.125]],
        "b2": [-0.25, -0.5],
        "W2": [[-0.75, -0.5], [0.0, -0.5]],
        "b1": [-0.25, 0.75],
        "W1": [[-0.5, -0.25], [1.0, -0.5]],
    }
    for key, gradient in want.items():
        expect.close(grads[key], gradient, f"the gradient of {key} for two rows")


check.run("backward_fixed")

# %% [markdown]
# <details><summary>Hint 1: where to begin</summary>
# At the output, with <code>W3</code> and <code>b3</code>: nothing behind them can have spoiled them. One of the two is right, so <code>dZ3</code> is right.
# </details>
# <details><summary>Hint 2: three lines of one kind</summary>
# Put the three lines of the weights under each other, then the three lines of the biases. Lines of one kind should look alike, up to the number of the layer.
# </details>
# <details><summary>Hint 3: both gradients of a layer</summary>
# When <code>W</code> and <code>b</code> of one layer are both wrong, look at its <code>dZ</code>. The slope of a ReLU depends on whether the unit was active in the <i>forward</i> pass. What does the sign of a gradient have to do
# with that?
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_backward_fixed", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `backward_fixed`, 3 points: each gradient of networks of other sizes against a numerical
# one, a single row, layers one unit wide, dtypes, the arguments themselves.
### BEGIN HIDDEN TESTS
def run_forward(X, params):
    """The cache, for complex parameters too."""
    cache = {"A0": X}
    for layer in (1, 2, 3):
        Z = cache[f"A{layer - 1}"] @ params[f"W{layer}"].T + params[f"b{layer}"]
        A = Z * (Z.real > 0) if layer < 3 else 1 / (1 + np.exp(-Z))
        cache |= {f"Z{layer}": Z, f"A{layer}": A}
    return cache


def make_case(m, layer_dims, seed):
    rng, params = np.random.default_rng(seed), {}
    for layer, (n_in, n_out) in enumerate(zip(layer_dims, layer_dims[1:]), start=1):
        params[f"W{layer}"] = rng.normal(size=(n_out, n_in))
        params[f"b{layer}"] = rng.normal(size=n_out) / 2
    X, y = rng.normal(size=(m, layer_dims[0])), rng.integers(0, 2, m)
    return X, y, params, run_forward(X, params)


def slopes(X, y, params, key):
    """A step into the complex plane gives a slope without any rounding."""
    found = np.empty(params[key].shape)
    for index in np.ndindex(*found.shape):
        moved = params[key].astype(complex)
        moved[index] += 1e-30j
        scores = run_forward(X, params | {key: moved})["Z3"][:, 0]
        found[index] = np.mean(np.log(1 + np.exp(scores)) - y * scores).imag / 1e-30
    return found


CASES = {(5, (3, 4, 2, 1)): 70, (3, (2, 3, 4, 1)): 71, (8, (2, 3, 3, 1)): 72}


def compare(backward_fixed, key):
    for (m, layer_dims), seed in CASES.items():
        X, y, params, cache = make_case(m, layer_dims, seed)
        grads = backward_fixed(X, y, params, cache)
        name = "-".join(map(str, layer_dims))
        expect.params(grads, layer_dims, f"the gradients of a {name} network")
        what = f"the gradient of {key}, {name} network, {m} rows"
        expect.close(grads[key], slopes(X, y, params, key), what)


@check
def gets_the_biases_of_the_last_layer_right(backward_fixed):
    compare(backward_fixed, "b3")


@check
def gets_the_weights_of_the_last_layer_right(backward_fixed):
    compare(backward_fixed, "W3")


@check
def gets_the_biases_of_the_second_layer_right(backward_fixed):
    compare(backward_fixed, "b2")


@check
def gets_the_weights_of_the_second_layer_right(backward_fixed):
    compare(backward_fixed, "W2")


@check
def gets_the_biases_of_the_first_layer_right(backward_fixed):
    compare(backward_fixed, "b1")


@check
def gets_the_weights_of_the_first_layer_right(backward_fixed):
    compare(backward_fixed, "W1")


@check
def works_for_one_row_and_for_layers_of_one_unit(backward_fixed):
    for m, layer_dims, seed in ((1, (3, 2, 4, 1), 73), (4, (1, 1, 1, 1), 74), (1, (1, 1, 1, 1), 75)):
        X, y, params, cache = make_case(m, layer_dims, seed)
        grads = backward_fixed(X, y, params, cache)
        expect.params(grads, layer_dims, "the gradients")
        for key in params:
            what = f"the gradient of {key}, layers {layer_dims}, {m} rows"
            expect.close(grads[key], slopes(X, y, params, key), what)


@check
def gives_the_same_when_every_row_comes_twice(backward_fixed):
    X, y, params, cache = make_case(4, (3, 4, 2, 1), 76)
    once = backward_fixed(X, y, params, cache)
    twice = {key: np.concatenate([values, values]) for key, values in cache.items()}
    grads = backward_fixed(twice["A0"], np.concatenate([y, y]), params, twice)
    for key in ("W3", "b3", "W2", "b2", "W1", "b1"):
        expect.close(grads[key], once[key], f"the gradient of {key} for rows that come twice")


@check
def takes_parameters_in_any_order(backward_fixed):
    X, y, params, cache = make_case(4, (3, 4, 2, 1), 77)
    once = backward_fixed(X, y, params, cache)
    turned = {key: params[key] for key in ("b3", "W2", "b1", "W3", "b2", "W1")}
    grads = backward_fixed(X, y, turned, cache)
    for key in turned:
        expect.close(grads[key], once[key], f"the gradient of {key}, the dict in another order")


@check
def takes_targets_of_any_number_type(backward_fixed):
    X, y, params, cache = make_case(6, (2, 3, 2, 1), 78)
    whole = backward_fixed(X, y, params, cache)
    for kind in (np.int32, np.float64):
        grads = backward_fixed(X, y.astype(kind), params, cache)
        for key in params:
            expect.close(grads[key], whole[key], f"the gradient of {key}, targets of {kind.__name__}")


@check
def keeps_the_precision_of_its_inputs(backward_fixed):
    for kind in (np.float32, np.float64):
        X, y, params, cache = make_case(4, (3, 4, 2, 1), 79)
        params = {key: values.astype(kind) for key, values in params.items()}
        cache = {key: values.astype(kind) for key, values in cache.items()}
        grads = backward_fixed(X.astype(kind), y.astype(kind), params, cache)
        for key in params:
            expect.dtype(grads[key], kind, f"the gradient of {key} for inputs of {kind.__name__}")


@check
def leaves_its_arguments_as_they_were(backward_fixed):
    X, y, params, cache = make_case(5, (3, 4, 2, 1), 80)
    expect.unchanged(backward_fixed, X, y, params, cache, what="the arguments after the call")


check.run("backward_fixed", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 10 · Experiments: what the check sees, and what it does not
#
# ### Every bug has its pattern
#
# Three more bugs, put into your mended function from outside: the factor $1/m$ is missing; layer 2 forgets its ReLU on the way back (its units are all declared active); the sign of `W1`'s
# gradient is wrong. **Predict first:** which bars rise in which panel?

# %% tags=["skip-execution"]
def without_mean(X, y, params, cache):
    grads = backward_fixed(X, y, params, cache)
    return {key: len(y) * gradient for key, gradient in grads.items()}


def without_relu(X, y, params, cache):
    all_active = cache | {"Z2": np.ones_like(cache["Z2"])}
    return backward_fixed(X, y, params, all_active)


def with_wrong_sign(X, y, params, cache):
    grads = backward_fixed(X, y, params, cache)
    return grads | {"W1": -grads["W1"]}


bugs = {
    "1/m is missing": without_mean,
    "layer 2 without ReLU": without_relu,
    "W1 with the wrong sign": with_wrong_sign,
}
patterns = {}
for title, backward in bugs.items():
    patterns[title], _ = compare_gradients(
        lambda params: cost(y, forward(X, params)),
        backward(X, y, params, forward(X, params)),
        params,
    )
plots.relative_differences(patterns)

# %% [markdown]
# Look at the second panel: layer 3 is innocent, layers 2 and 1 are wrong, so the error entered at $dZ_2$ and travelled on. In the first everything is wrong by the same factor: all six bars are 0.95, which is
# $(40-1)/(40+1)$, as the check used 40 rows. A gradient that is right up to its sign has a difference of exactly 1.
#
# And how do these learn? Train with the forgotten ReLU:

# %% tags=["skip-execution"]
forgetful, forgetful_costs = train_with(without_relu)
plots.cost_curves(
    {"right gradient": {"cost": costs}, "layer 2 without ReLU": {"cost": forgetful_costs}}
)
right_error, forgetful_error = 100 * dev_error(trained), 100 * dev_error(forgetful)
print(f"dev error: {right_error:.1f} % with the right gradient, {forgetful_error:.1f} % without the ReLU")

# %% [markdown]
# It even falls faster at first. Nothing in this picture would have made you look; four of the check's six bars are above the upper line.
#
# ### What belongs into the check, and what does not
#
# The check compares a cost with a gradient, so both must be of **the same** function. Two ways to break that:
#
# - **Dropout.** With a fresh mask in each call, $f(\theta+\varepsilon)$ and $f(\theta-\varepsilon)$ are costs of two different networks. Their difference has nothing to do with $\varepsilon$, and it is
#   divided by $2\varepsilon$. Switch dropout off (`keep_prob = 1`), or let one mask, drawn once, serve all calls.
# - **A penalty.** If the cost has the L2 penalty $\frac{\lambda}{2m}\sum\lVert W\rVert^2$, the gradient must have $\frac{\lambda}{m}W$.
#
# Below, dropout acts on the inputs with `keep_prob = 0.8`, and $\lambda = 1$.

# %% tags=["skip-execution"]
rng = np.random.default_rng(4)
keep_prob, lambd, m = 0.8, 1.0, len(y)


def drop(X):
    return X * (rng.random(X.shape) < keep_prob) / keep_prob


def penalty(params):
    return lambd / (2 * m) * sum(np.sum(params[key] ** 2) for key in params if key[0] == "W")


def add_penalty(grads, params, kinds="W"):
    return {key: g + lambd / m * params[key] * (key[0] in kinds) for key, g in grads.items()}


def plain_grads(params, X=X):
    return backward_fixed(X, y, params, forward(X, params))


X_once = drop(X)
situations = {
    "fresh dropout masks": compare_gradients(
        lambda params: cost(y, forward(drop(X), params)), plain_grads(params, drop(X)), params
    ),
    "one mask for all calls": compare_gradients(
        lambda params: cost(y, forward(X_once, params)), plain_grads(params, X_once), params
    ),
    "penalty in the cost only": compare_gradients(
        lambda params: cost(y, forward(X, params)) + penalty(params), plain_grads(params), params
    ),
    "penalty in both": compare_gradients(
        lambda params: cost(y, forward(X, params)) + penalty(params),
        add_penalty(plain_grads(params), params),
        params,
    ),
}
plots.relative_differences({title: differences for title, (differences, _) in situations.items()})

# %% [markdown]
# Fresh masks: a right gradient looks wrong everywhere, with differences of about 1. The forgotten penalty shows on the weights alone, as biases are not penalised. Beside each stands the
# same thing done right.
#
# ### At the start, and again after training
#
# Some bugs sleep. Here somebody adds $\frac{\lambda}{m}b$ to the biases' gradients as well, although the cost penalises the weights alone.

# %% tags=["skip-execution"]
stages = {}
for title, place in {"at the start": params, "after 400 steps": trained}.items():
    stages[title], _ = compare_gradients(
        lambda params: cost(y, forward(X, params)) + penalty(params),
        add_penalty(plain_grads(place), place, kinds="Wb"),
        place,
    )
plots.relative_differences(stages)

# %% [markdown]
# At the start all six are good: the biases are 0, and λ/m times 0 is 0. After training the same code is convicted three times. So check at random parameters at the start, **and once more after
# some training**. In between, switch it off: the check is for finding bugs, not for training.
#
# ### The step and the precision
#
# The whole network's difference against $\varepsilon$: your mended gradient, at the start and after training, and once with all numbers in float32.

# %% tags=["skip-execution"]
def difference_at(eps, place, kind=np.float64):
    """The check of the mended gradient at some parameters, with the cost computed in one precision."""
    inputs, targets = X.astype(kind), y.astype(kind)

    def cut(theta):
        return {key: values.astype(kind) for key, values in vector_to_params(theta, place).items()}

    def f(theta):
        return cost(targets, forward(inputs, cut(theta)))

    def grad(theta):
        now = cut(theta)
        return params_to_vector(backward_fixed(inputs, targets, now, forward(inputs, now)))

    return check_gradient(f, grad, params_to_vector(place), eps)[0]


steps = 10.0 ** -np.arange(1, 11.5, 0.5)
by_step = {
    "float64, at the start": [difference_at(eps, params) for eps in steps],
    "float64, after training": [difference_at(eps, trained) for eps in steps],
    "float32, at the start": [difference_at(eps, params, np.float32) for eps in steps],
}
plots.step_errors(
    steps,
    by_step,
    ylabel="relative difference of a right gradient",
    marks={"good below": 1e-7, "a bug above": 1e-3},
)
for eps in (1e-5, 1e-7):
    print(f"eps = {eps:g}: {difference_at(eps, params):.1e} at the start")

# %% [markdown]
# Three things to see.
#
# - **In float64** the valley is there again: $4\cdot10^{-11}$ at $\varepsilon = 10^{-5}$, and a hundred times as much at $10^{-7}$.
# - **The cliff on the right** is made of kinks. With a large step some unit's $Z$ crosses 0 between $\theta-\varepsilon$ and $\theta+\varepsilon$, and a ReLU has no slope there that both sides could agree on. So a single bad
#   component in a ReLU network need not be a bug: make the step smaller and look whether it goes away.
# - **In float32** a right gradient never gets below $10^{-4}$, and at $\varepsilon = 10^{-5}$ it looks like a bug. The thresholds are for float64. Check in float64, train in float32.
#
# ### What it costs
#
# Two forward passes for each parameter. A backward pass costs about as much as one or two forward passes and gives all the components at once.

# %% tags=["skip-execution"]
import time

sizes, passes, seconds = [], [], {"gradient check": [], "one backward pass": []}
for width in network.show_progress([2, 4, 8, 16, 32], "width"):
    wide, calls = draw_params([30, width, width, 1], np.random.default_rng(3)), []

    def f(theta):
        calls.append(1)
        return cost(y, forward(X, vector_to_params(theta, wide)))

    begin = time.perf_counter()
    numerical_gradient(f, params_to_vector(wide))
    seconds["gradient check"].append(time.perf_counter() - begin)
    repeats = []
    for _ in range(50):
        cache, begin = forward(X, wide), time.perf_counter()
        backward_fixed(X, y, wide, cache)
        repeats.append(time.perf_counter() - begin)
    seconds["one backward pass"].append(min(repeats))
    sizes.append(params_to_vector(wide).size)
    passes.append(len(calls))
plots.lines(sizes, seconds, "number of parameters", "time (s)", log="xy")
print("parameters:", sizes, "forward passes:", passes)

# %% [markdown]
# The upper line climbs with the number of parameters, the lower one hardly does. The largest of these nets has 2081 parameters and needs 4162 passes. One with two hidden layers of 128 units on the digits has 26 122 and would need 52 244 for a single check. So check a **small** network, on a few rows, with the same code;
# layers do not know how wide they are.
#
# **Turn the dials.**
#
# - Check a random direction instead of every component: draw `v = rng.normal(size=theta.size)` and compare `(f(theta + eps * v) - f(theta - eps * v)) / (2 * eps)` with `grad(theta) @ v`. Two passes, whatever the size. It says that there is a bug, not where.
# - Use all 400 rows instead of 40. There are ten times as many places where a unit can cross its kink: does the cliff move?
# - Plant a bug of your own in a copy of `backward_fixed`, let somebody else look at the bars only, and ask where it is.

# %% [markdown]
# ## 11 · Quiz
#
# Put a letter in quotes in the place of each `None`, for example `"step": "a"`, and delete the last line of the cell.
#
# **step.** In float64, from both sides, you lower $\varepsilon$ from $10^{-5}$ to $10^{-9}$, and the relative difference of a gradient grows from $10^{-10}$ to $10^{-6}$. Why?
#
# - (a) the formula's own error grows when the step shrinks
# - (b) the rounding of the two costs is divided by a smaller number
# - (c) the gradient has a bug that only small steps can see
#
# **precision.** A network computes in float32. With $\varepsilon = 10^{-5}$ its difference is $2\cdot10^{-2}$. What do you conclude?
#
# - (a) there is a bug: it is above $10^{-3}$
# - (b) nothing yet: compute in float64 and check again
# - (c) it is good: float32 has only seven digits
#
# **pattern.** In a 3-layer network `W3` and `b3` are good; `W2`, `b2`, `W1` and `b1` are all far off. Where do you read first?
#
# - (a) the line of $dW_1$
# - (b) the line of $dZ_1$
# - (c) the line of $dZ_2$
#
# **dropout.** The network is trained with dropout. How do you check its gradient?
#
# - (a) with every `keep_prob` at 1
# - (b) with fresh masks, and a larger threshold
# - (c) with fresh masks, and a smaller step
#
# **when.** When do you run the check?
#
# - (a) in every step of training, instead of backpropagation
# - (b) once, at parameters that are all 0, where the numbers are simple
# - (c) at random parameters before training, and again after some of it

# %% nbgrader={"grade": false, "grade_id": "quiz_gradient_checking", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_gradient_checking = {
    "step": None,
    "precision": None,
    "pattern": None,
    "dropout": None,
    "when": None,
}
### BEGIN SOLUTION
quiz_gradient_checking = {
    "step": "b",
    "precision": "b",
    "pattern": "c",
    "dropout": "a",
    "when": "c",
}
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_gradient_checking", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
@check
def answers_every_question_with_one_of_its_letters(quiz_gradient_checking):
    questions = ("step", "precision", "pattern", "dropout", "when")
    expect.choices(quiz_gradient_checking, dict.fromkeys(questions, "abc"))


check.run("quiz_gradient_checking")

# %% nbgrader={"grade": true, "grade_id": "hidden_quiz_gradient_checking", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `quiz_gradient_checking`, 5 points: one for each right answer. The explanations come
# with your result.
### BEGIN HIDDEN TESTS
@check
def tells_why_a_smaller_step_is_worse(quiz_gradient_checking):
    """The formula's error falls with the step, but each cost is rounded in its sixteenth digit, and that
    rounding is divided by two steps. Near 1e-5 the two balance; below it rounding rules."""
    expect.choice(quiz_gradient_checking, "step", "b")


@check
def tells_what_single_precision_can_prove(quiz_gradient_checking):
    """A cost in float32 is rounded in its eighth digit, so even a right gradient misses the thresholds by
    far, and a wrong one may hide there. Both questions are open until the check runs in float64."""
    expect.choice(quiz_gradient_checking, "precision", "b")


@check
def tells_where_a_pattern_begins(quiz_gradient_checking):
    """The gradient flows from the last layer to the first. Layer 3 is right, both gradients of layer 2 are
    wrong: the error enters at dZ of layer 2, and layer 1 only inherits it."""
    expect.choice(quiz_gradient_checking, "pattern", "c")


@check
def tells_how_to_check_with_dropout(quiz_gradient_checking):
    """With fresh masks the two costs belong to two different networks, and no step or threshold mends that.
    Switched off, there is one cost again. Dropout's own code is checked with one fixed mask."""
    expect.choice(quiz_gradient_checking, "dropout", "a")


@check
def tells_when_to_check(quiz_gradient_checking):
    """It costs two passes a parameter, far too much for training. At zero, many gradients vanish and bugs hide;
    random parameters show most of them, and trained ones show those that sleep while the biases are 0."""
    expect.choice(quiz_gradient_checking, "when", "c")


check.run("quiz_gradient_checking", hidden=True, points=5)
### END HIDDEN TESTS

# %% [markdown]
# ## What to remember
#
# 1. Both sides: $(f(\theta+\varepsilon e_i) - f(\theta-\varepsilon e_i))/2\varepsilon$, an error of $O(\varepsilon^2)$; one side has $O(\varepsilon)$.
# 2. Take $\varepsilon = 10^{-5}$ in float64. A smaller step is not a better one.
# 3. Compare relatively: $10^{-7}$ is good, around $10^{-5}$ look again, $10^{-3}$ is a bug. In float32 these numbers say nothing.
# 4. Go through the parameters from the last layer to the first: where the first wrong one stands, the bug entered.
# 5. Only to debug: on a small network, with the penalty, without dropout, at the start and again after some training.
#
# ## Where it goes wrong
#
# | what you see | what it may be |
# |---|---|
# | all differences are near $10^{-6}$, and nothing is wrong | the numerical gradient looks to one side only; a step of $10^{-10}$ |
# | all differences are exactly 1/3 | it divides by `eps` instead of `2 * eps` |
# | each check of the same place gives another number | `theta` is not put back, or dropout draws fresh masks |
# | the difference is above $10^{-3}$ for code that you trust | float32 somewhere; a `theta` of whole numbers, which cuts the step off |
# | one component is off, and good again with a smaller step | a ReLU's kink between the two points |
# | at the start one bias is off, with random biases it is good | a row for which no unit of the layer below is active: there $Z = b = 0$, on the kink itself |
# | the weights are off by a little, the biases are good | the penalty is in the cost and not in the gradient |
# | right for square weights only, or only for some dicts | the vector is filled column by column, or its keys are sorted |
# | `nan` | two zero gradients were divided: a unit that is never active |
#
# ## Further
#
# - C. M. Bishop: *Pattern Recognition and Machine Learning*, Springer (2006), section 5.3.3. Differences from both sides as a test of backpropagation, and what they cost.
# - J. Nocedal, S. J. Wright: *Numerical Optimization*, 2nd edition, Springer (2006), section 8.1. Why the best step is near the cube root of the rounding unit.
# - L. Bottou: *Stochastic gradient descent tricks*, in: Neural Networks: Tricks of the Trade, 2nd edition, LNCS 7700, Springer (2012). A gradient that is slightly wrong still learns, slowly and erratically; so check it.
# - W. Squire, G. Trapp: *Using complex variables to estimate derivatives of real functions*, SIAM Review 40 (1998). A step into the complex plane has no cancellation at all.
# - In PyTorch, `torch.autograd.gradcheck` uses both sides with `eps=1e-6` and compares each component with `rtol=1e-3, atol=1e-5`; it asks for float64 inputs. SciPy's `scipy.optimize.check_grad` uses one side and returns the
#   length of the gap, not divided by anything. CS231n divides each component's gap by the larger, or the sum, of the two and takes the maximum.
