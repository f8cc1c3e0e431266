# %% [markdown]
# # Initialization
#
# Three hundred points on two circles, a small network, fifteen thousand steps of gradient descent. Start it from weights that are all zero, and it ends
# where it began: right for 50 % of the points, as a coin would be. Start the same network from random weights with a standard deviation of 10, and it
# ends at 69 %. Draw the weights by the rule that you write in section 3, and it ends at 97 %. The data, the steps and the learning rate were the same
# each time. **What is it about the first weights that decides what can be learned?**
#
# **You will**
#
# - write five ways to start a network, and say from the layer sizes alone which spread its weights should have;
# - measure how a signal grows or fades from layer to layer, and tell from it whether a deep network can learn;
# - show that equal units stay equal however long you train, and why random weights, but not random biases, are needed.
#
# **Time:** 75 minutes. **Before:** you know how a layer computes `Z = X @ W.T + b` and passes it through ReLU, tanh or a sigmoid, and that gradient
# descent moves each weight against its gradient.
#
# **How it works.** Each exercise is a cell to fill in: run it, then run the check below it. When a check fails, read its first line: it says what came
# and what was expected. If your own cell ends in a red error, mend that first; the check would still see your previous version. Hints are folded away
# below the checks. The *hidden* checks run when your notebook is graded. If you study alone, save it (Ctrl+S) and call `autograder check` on it, as the
# README shows.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
from functools import partial

import numpy as np

from helpers import datasets, network, plots
from helpers.check import check, expect

X, y = datasets.circles(np.random.default_rng(0), m=300)

# %% [markdown]
# ## 1 · All zeros: the fair start that goes nowhere
#
# A network is a list of layer sizes, `layer_dims` $= [n_0, n_1, \dots, n_L]$: $n_0$ inputs, then $L$ layers of units. Layer $l$ has a matrix with a row
# for each of its units, and one bias a unit:
#
# $$W_l\ (n_l,\ n_{l-1}), \qquad b_l\ (n_l,)$$
#
# All of them live in one dict, `{"W1": ..., "b1": ..., "W2": ..., "b2": ...}`. The plainest thing to put into it is zeros. It is wrong for weights, and
# this notebook will show you why; it is the usual choice for biases. The dict that you build here is the frame of every initializer that follows.
#
# **By hand.** `layer_dims = [3, 4, 2]` has two layers, not three: `W1` is $(4, 3)$, `b1` $(4,)$, `W2` $(2, 4)$ and `b2` $(2,)$.
#
# **Predict first.** A network with a sigmoid output starts with all its weights and biases at zero. What does it answer for a point on the inner
# circle? And on the outer one? Say it aloud, then go on.

# %% nbgrader={"grade": false, "grade_id": "init_zeros", "locked": false, "schema_version": 3, "solution": true, "task": false}
def init_zeros(layer_dims):
    """Start with all weights and biases at zero.

    Parameters
    ----------
    layer_dims : list of int
        Sizes of the layers, [n_0, n_1, ..., n_L], each at least 1.

    Returns
    -------
    dict
        "W1" of shape (n_1, n_0), "b1" of shape (n_1,), ..., "WL", "bL": arrays of float64.

    Examples
    --------
    >>> init_zeros([3, 1])
    {'W1': array([[0., 0., 0.]]), 'b1': array([0.])}
    """
    ### BEGIN SOLUTION
    params = {}
    for layer in range(1, len(layer_dims)):
        params[f"W{layer}"] = np.zeros((layer_dims[layer], layer_dims[layer - 1]))
        params[f"b{layer}"] = np.zeros(layer_dims[layer])
    return params
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_init_zeros", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def makes_a_matrix_and_a_bias_for_every_layer(init_zeros):
    expect.params(init_zeros([3, 4, 2]), [3, 4, 2], "the parameters of a 3-4-2 network")


@check
def holds_nothing_but_zeros(init_zeros):
    for name, value in init_zeros([2, 3]).items():
        expect.every(value, 0.0, f"the entries of {name}")


check.run("init_zeros")

# %% [markdown]
# <details><summary>Hint 1: how many layers</summary>
# The first size is the input's; it has no weights of its own. So there is one layer fewer than there are sizes.
# </details>
# <details><summary>Hint 2: which sizes meet in a matrix</summary>
# A row of <code>W</code> is a unit of this layer, a column is what it reads from the layer before: <code>layer_dims[layer]</code> rows,
# <code>layer_dims[layer - 1]</code> columns. The key is <code>f"W{layer}"</code>.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_init_zeros", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `init_zeros`, 2 points: one layer and many, layers of one unit, zeros in every
# array, float64, layer_dims left as it was.
### BEGIN HIDDEN TESTS
SIZES = [[1, 1], [5, 1], [1, 6], [2, 7, 3], [4, 1, 1, 9], [3] * 13]


@check
def has_the_right_shapes_for_any_network(init_zeros):
    for layer_dims in SIZES:
        name = "-".join(map(str, layer_dims))
        expect.params(init_zeros(layer_dims), layer_dims, f"the parameters of a {name} network")


@check
def fills_every_array_with_zeros(init_zeros):
    for layer_dims in SIZES:
        for name, value in init_zeros(layer_dims).items():
            expect.every(value, 0.0, f"the entries of {name}, sizes {layer_dims}")


@check
def gives_zeros_that_are_floats(init_zeros):
    for layer_dims in ([2, 3], [1, 1, 1]):
        for name, value in init_zeros(layer_dims).items():
            expect.dtype(value, np.float64, f"{name}, sizes {layer_dims}")


@check
def leaves_layer_dims_as_it_was(init_zeros):
    expect.unchanged(init_zeros, [3, 4, 2], what="layer_dims after the call")


@check
def gives_the_same_again_in_the_next_call(init_zeros):
    init_zeros([5, 2])
    expect.params(init_zeros([3, 4]), [3, 4], "the parameters of a second network")
    expect.params(init_zeros([5, 2]), [5, 2], "the parameters of the first network, once more")


check.run("init_zeros", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Hand your zeros to the network and ask it for every point.

# %% tags=["skip-execution"]
zeros = init_zeros([2, 10, 5, 1])
answers = network.predict_probabilities(X, zeros)
print(f"probability of the inner circle: from {answers.min():.2f} to {answers.max():.2f}")
print(f"cost: {network.compute_cost(X, y, zeros):.4f}, and ln 2 = {np.log(2):.4f}")

# %% [markdown]
# Probability one half everywhere, and so a cost of $-\ln\tfrac12 = \ln 2 \approx 0.6931$ a point. Remember that number: a binary classifier whose cost
# stands at 0.6931 knows nothing. Does it learn from here? Section 8 trains it.
#
# ## 2 · Random weights, and how large they may be
#
# Units that start equal get equal gradients and stay equal. So let each weight be drawn on its own, from a normal law with mean 0 and standard
# deviation `scale`, the same for all layers:
#
# $$W_l \sim \mathcal N(0,\ \text{scale}^2), \qquad b_l = 0$$
#
# The biases may stay at zero: units whose weights differ already compute different things.
#
# **By hand.** Three draws from a standard normal law, $(0.5,\ -1.2,\ 0.3)$, with `scale = 10` become the weights $(5,\ -12,\ 3)$. The *variance* of
# their law is $\text{scale}^2 = 100$.
#
# All randomness comes from the argument `rng`, a `numpy.random.Generator`. Equal generators, equal networks: that is how you repeat a run. Use it for
# every layer in turn; a generator made anew for each layer would give all layers the same numbers.
#
# **Predict first.** The circles network 2-10-5-1 with `scale = 10`. A point of radius 1 is multiplied by such weights three times. How large will its
# score be: about 1, about 30, or in the thousands? And what does the sigmoid make of that?

# %% nbgrader={"grade": false, "grade_id": "init_normal", "locked": false, "schema_version": 3, "solution": true, "task": false}
def init_normal(layer_dims, scale, rng):
    """Draw all weights from one normal law; biases are 0.

    Parameters
    ----------
    layer_dims : list of int
        Sizes of the layers, [n_0, n_1, ..., n_L], each at least 1.
    scale : float
        Standard deviation of the weights.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    dict
        "W1" of shape (n_1, n_0), "b1" of shape (n_1,), ..., "WL", "bL": arrays of float64.

    Examples
    --------
    >>> params = init_normal([200, 500], 10, np.random.default_rng(0))
    >>> round(float(params["W1"].std()))
    10
    """
    ### BEGIN SOLUTION
    params = {}
    for layer in range(1, len(layer_dims)):
        n_in, n_out = layer_dims[layer - 1], layer_dims[layer]
        params[f"W{layer}"] = scale * rng.standard_normal((n_out, n_in))
        params[f"b{layer}"] = np.zeros(n_out)
    return params
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_init_normal", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def makes_a_matrix_and_a_bias_for_every_layer(init_normal):
    params = init_normal([3, 4, 2], 0.5, np.random.default_rng(0))
    expect.params(params, [3, 4, 2], "the parameters of a 3-4-2 network")


@check
def draws_weights_with_a_standard_deviation_of_ten(init_normal):
    W = init_normal([50, 200], 10, np.random.default_rng(1))["W1"]
    expect.noise(W, 10.0, "the weights from 50 inputs to 200 units, scale = 10")


@check
def draws_weights_with_a_standard_deviation_of_one_half(init_normal):
    W = init_normal([50, 100], 0.5, np.random.default_rng(3))["W1"]
    expect.noise(W, 0.5, "the weights from 50 inputs to 100 units, scale = 0.5")


@check
def starts_every_bias_at_zero(init_normal):
    params = init_normal([3, 4, 2], 10, np.random.default_rng(2))
    for name in ("b1", "b2"):
        expect.every(params[name], 0.0, f"the entries of {name}")


check.run("init_normal")

# %% [markdown]
# <details><summary>Hint 1: the frame</summary>
# Copy the loop of <code>init_zeros</code>. Only the line that makes <code>W</code> changes.
# </details>
# <details><summary>Hint 2: many normal numbers at once</summary>
# Look at <code>rng.standard_normal</code> and <code>rng.normal</code>. What is the second argument of <code>rng.normal</code>: a standard deviation or
# a variance?
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_init_normal", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `init_normal`, 2 points: other scales and sizes, the normal law, every weight
# drawn on its own, all randomness from rng, biases, float64.
### BEGIN HIDDEN TESTS
SIZES = [[1, 1], [5, 1], [1, 6], [2, 7, 3], [4, 1, 1, 9], [3] * 13]


@check
def has_the_right_shapes_for_any_network(init_normal):
    for layer_dims in SIZES:
        params = init_normal(layer_dims, 0.25, np.random.default_rng(20))
        name = "-".join(map(str, layer_dims))
        expect.params(params, layer_dims, f"the parameters of a {name} network")


@check
def starts_every_bias_at_zero_in_any_network(init_normal):
    for layer_dims in SIZES:
        params = init_normal(layer_dims, 4.0, np.random.default_rng(21))
        for name in params:
            if name[0] == "b":
                expect.every(params[name], 0.0, f"the entries of {name}, sizes {layer_dims}")


@check
def uses_the_same_scale_in_every_layer(init_normal):
    for scale, layer_dims in ((1 / 16, [2, 2000, 1, 2000]), (3.0, [3, 1000, 3])):
        params = init_normal(layer_dims, scale, np.random.default_rng(22))
        for layer in range(1, len(layer_dims)):
            expect.noise(params[f"W{layer}"], scale, f"W{layer} of {layer_dims}, scale {scale}")


@check
def draws_from_a_normal_law(init_normal):
    W = init_normal([100, 120], 0.5, np.random.default_rng(23))["W1"]
    expect.rate(W > 0, 0.5, "the share of positive weights")
    shares = {0.5: 0.3829249225, 1: 0.6826894921, 2: 0.9544997361, 3: 0.9973002039}
    for sigmas, share in shares.items():
        expect.rate(np.abs(W) <= 0.5 * sigmas, share, f"the share within {sigmas} scales of 0")


@check
def draws_every_weight_on_its_own(init_normal):
    W = init_normal([125, 125], 2.0, np.random.default_rng(24))["W1"]
    expect.noise(W, 2.0, "the weights of 125 units")


@check
def draws_every_layer_on_its_own(init_normal):
    params = init_normal([40, 40, 40, 40], 2.0, np.random.default_rng(25))
    layers = [params[f"W{layer}"] for layer in (1, 2, 3)]
    expect.noise([W.ravel() for W in layers], 2.0, "the weights of three layers side by side")
    crossed = [layers[0].ravel(), layers[1].T.ravel()]
    expect.noise(crossed, 2.0, "the weights of one layer and, turned, of the next")
    above = np.triu_indices(40, k=1)
    mirrored = [layers[0][above], layers[0].T[above]]
    expect.noise(mirrored, 2.0, "the weights above the diagonal and, mirrored, below it")


@check
def lets_the_spread_of_a_layer_stray_by_chance(init_normal):
    calls = expect.repeat(init_normal, 20, [12, 10], 0.25, np.random.default_rng(110))
    spreads = [float(np.std(params["W1"])) / 0.25 for params in calls]
    expect.varies(np.round(spreads, 6), "the standard deviation of W1 in 20 networks")


@check
def draws_anew_in_every_call(init_normal):
    rng = np.random.default_rng(26)
    calls = expect.repeat(init_normal, 60, [12, 10, 2], 0.25, rng)
    for name in ("W1", "W2"):
        weights = np.array([params[name].ravel() for params in calls])
        expect.noise(weights, 0.25, f"{name} of 60 networks, a row each")
        fixed = np.ptp(weights, axis=0) == 0
        expect.that(not fixed.any(), f"{name} of 60 networks", "a weight is always the same")


@check
def draws_from_rng_alone(init_normal):
    first, again, other = (
        init_normal([12, 8, 6], 1.0, np.random.default_rng(seed)) for seed in (27, 27, 28)
    )
    for name in ("W1", "W2"):
        equal = np.array_equal(first[name], again[name])
        expect.that(equal, f"{name}, equal generators", "they give different weights")
        equal = np.array_equal(first[name], other[name])
        expect.that(not equal, f"{name}, different generators", "they give the same weights")


@check
def gives_floats_in_double_precision(init_normal):
    for name, value in init_normal([3, 4, 2], 1, np.random.default_rng(29)).items():
        expect.dtype(value, np.float64, name)


@check
def leaves_layer_dims_as_it_was(init_normal):
    rng = np.random.default_rng(30)
    expect.unchanged(init_normal, [3, 4, 2], 1.0, rng, what="layer_dims after the call")


check.run("init_normal", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** The cost *before the first step* of the circles network, for seven scales and ten seeds each (line: mean, band: one standard deviation
# either side; where that would reach 0, the band ends at a tenth of the mean). Where does it leave $\ln 2$, and how steep does it get?

# %% tags=["skip-execution"]
scales = [0.01, 0.1, 0.3, 1, 3, 10, 30]
first_costs = [
    [
        network.compute_cost(X, y, init_normal([2, 10, 5, 1], scale, np.random.default_rng(seed)))
        for seed in range(10)
    ]
    for scale in scales
]
plots.lines(
    scales,
    {"2-10-5-1": first_costs},
    "scale of the weights",
    "cost before the first step (nats)",
    log="xy",
)

# %% [markdown]
# Up to a scale of 0.3 the cost is $\ln 2$ to within 1 %: the network says one half everywhere, as with zeros. Then it climbs, from 27 at scale 3 to
# 27 thousand at scale 30: ten times larger weights, a *thousand* times the cost, as three layers each pass the factor on. The scores of such a network
# run into thousands and its sigmoid is saturated, at 0 or at 1. It is sure of every answer, and where the answer is wrong it pays about as much as the
# score.
#
# ## 3 · As large as ReLU needs them: He
#
# So the weights must not be too large, and with tiny ones nothing arrives at the output. How large is right? Follow one unit. Its score is a sum of
# $n_\text{in}$ terms, $z = w_1 a_1 + \dots + w_n a_n$. The weights are independent with mean 0, so the variances of the terms add up:
#
# $$\operatorname{Var}(z) = n_\text{in}\cdot\operatorname{Var}(w)\cdot \overline{a^2}$$
#
# where $\overline{a^2}$ is the mean square of what the unit reads. ReLU then sets half of the scores to 0, and with them goes half of the mean square.
# For the signal to leave the layer as large as it came, $n_\text{in}\cdot\operatorname{Var}(w)\cdot\tfrac12$ must be 1:
#
# $$\operatorname{Var}(w) = \frac{2}{n_\text{in}}, \qquad \text{std}(w) = \sqrt{\frac{2}{n_\text{in}}}$$
#
# Each layer has its own $n_\text{in}$, and so its own spread: the more a unit reads, the smaller its weights.
#
# **By hand.** A layer that reads 50 values: $\operatorname{Var}(w) = 2/50 = 0.04$, so the standard deviation is 0.2. How many units the layer *has*
# plays no part.
#
# Any law with mean 0 and this variance will do, normal or uniform; what counts is the variance. In PyTorch this is `torch.nn.init.kaiming_normal_`, in
# Keras `he_normal`, which redraws what lies beyond two standard deviations and makes up for it. (A plain `torch.nn.Linear` starts differently: uniform
# on $\pm 1/\sqrt{n_\text{in}}$, a variance of $\tfrac13/n_\text{in}$, biases too.)

# %% nbgrader={"grade": false, "grade_id": "init_he", "locked": false, "schema_version": 3, "solution": true, "task": false}
def init_he(layer_dims, rng):
    """Draw weights with mean 0 and variance 2 / n_in, for ReLU layers; biases are 0.

    Parameters
    ----------
    layer_dims : list of int
        Sizes of the layers, [n_0, n_1, ..., n_L], each at least 1.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    dict
        "W1" of shape (n_1, n_0), "b1" of shape (n_1,), ..., "WL", "bL": arrays of float64.

    Examples
    --------
    >>> params = init_he([50, 2000], np.random.default_rng(0))
    >>> round(float(params["W1"].std()), 2)
    0.2
    """
    ### BEGIN SOLUTION
    params = {}
    for layer in range(1, len(layer_dims)):
        n_in, n_out = layer_dims[layer - 1], layer_dims[layer]
        params[f"W{layer}"] = rng.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in)
        params[f"b{layer}"] = np.zeros(n_out)
    return params
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_init_he", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def makes_a_matrix_and_a_bias_for_every_layer(init_he):
    params = init_he([3, 4, 2], np.random.default_rng(0))
    expect.params(params, [3, 4, 2], "the parameters of a 3-4-2 network")


@check
def draws_weights_with_the_variance_worked_by_hand(init_he):
    W = init_he([50, 200], np.random.default_rng(1))["W1"]
    expect.noise(W, 0.2, "the weights from 50 inputs to 200 units")


@check
def starts_every_bias_at_zero(init_he):
    params = init_he([3, 4, 2], np.random.default_rng(2))
    for name in ("b1", "b2"):
        expect.every(params[name], 0.0, f"the entries of {name}")


check.run("init_he")

# %% [markdown]
# <details><summary>Hint 1: from section 2 to here</summary>
# The loop is that of <code>init_normal</code>. What was <code>scale</code> there is now worked out for each layer.
# </details>
# <details><summary>Hint 2: variance or standard deviation</summary>
# Multiplying a draw by s multiplies its variance by s². Which of the two does the formula give, and which do you multiply with?
# </details>
# <details><summary>Hint 3: which size is n_in</summary>
# What a unit of layer l reads comes from layer l − 1. In the shape of <code>W</code>, is that the number of rows or of columns?
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_init_he", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `init_he`, 2 points: the variance of every layer, other sizes, every weight drawn
# on its own, all randomness from rng, biases, float64.
### BEGIN HIDDEN TESTS
SIZES = [[1, 1], [5, 1], [1, 6], [2, 7, 3], [4, 1, 1, 9], [3] * 13]


def he_std(n_in, n_out):
    return np.sqrt(2 / n_in)


@check
def has_the_right_shapes_for_any_network(init_he):
    for layer_dims in SIZES:
        params = init_he(layer_dims, np.random.default_rng(40))
        name = "-".join(map(str, layer_dims))
        expect.params(params, layer_dims, f"the parameters of a {name} network")


@check
def starts_every_bias_at_zero_in_any_network(init_he):
    for layer_dims in SIZES:
        params = init_he(layer_dims, np.random.default_rng(41))
        for name in params:
            if name[0] == "b":
                expect.every(params[name], 0.0, f"the entries of {name}, sizes {layer_dims}")


@check
def gives_every_layer_the_variance_of_its_own_size(init_he):
    layer_dims = [2, 2500, 1, 2400, 3]
    params = init_he(layer_dims, np.random.default_rng(42))
    for layer in (4, 3, 2, 1):
        std = he_std(layer_dims[layer - 1], layer_dims[layer])
        expect.noise(params[f"W{layer}"], std, f"W{layer} of {layer_dims}")


@check
def draws_every_weight_on_its_own(init_he):
    W = init_he([125, 125], np.random.default_rng(43))["W1"]
    expect.noise(W, he_std(125, 125), "the weights of 125 units")


@check
def draws_every_layer_on_its_own(init_he):
    params = init_he([40, 40, 40, 40], np.random.default_rng(44))
    layers = [params[f"W{layer}"] for layer in (1, 2, 3)]
    std = he_std(40, 40)
    expect.noise([W.ravel() for W in layers], std, "the weights of three layers side by side")
    crossed = [layers[0].ravel(), layers[1].T.ravel()]
    expect.noise(crossed, std, "the weights of one layer and, turned, of the next")
    above = np.triu_indices(40, k=1)
    mirrored = [layers[0][above], layers[0].T[above]]
    expect.noise(mirrored, std, "the weights above the diagonal and, mirrored, below it")


@check
def lets_the_spread_of_a_layer_stray_by_chance(init_he):
    calls = expect.repeat(init_he, 20, [12, 10], np.random.default_rng(111))
    spreads = [float(np.std(params["W1"])) / he_std(12, 10) for params in calls]
    expect.varies(np.round(spreads, 6), "the standard deviation of W1 in 20 networks")


@check
def draws_anew_in_every_call(init_he):
    rng = np.random.default_rng(45)
    calls = expect.repeat(init_he, 60, [12, 10, 2], rng)
    for name, std in (("W1", he_std(12, 10)), ("W2", he_std(10, 2))):
        weights = np.array([params[name].ravel() for params in calls])
        expect.noise(weights, std, f"{name} of 60 networks, a row each")
        fixed = np.ptp(weights, axis=0) == 0
        expect.that(not fixed.any(), f"{name} of 60 networks", "a weight is always the same")


@check
def draws_from_rng_alone(init_he):
    first, again, other = (init_he([12, 8, 6], np.random.default_rng(n)) for n in (46, 46, 47))
    for name in ("W1", "W2"):
        equal = np.array_equal(first[name], again[name])
        expect.that(equal, f"{name}, equal generators", "they give different weights")
        equal = np.array_equal(first[name], other[name])
        expect.that(not equal, f"{name}, different generators", "they give the same weights")


@check
def gives_floats_in_double_precision(init_he):
    for name, value in init_he([3, 4, 2], np.random.default_rng(48)).items():
        expect.dtype(value, np.float64, name)


@check
def leaves_layer_dims_as_it_was(init_he):
    rng = np.random.default_rng(49)
    expect.unchanged(init_he, [3, 4, 2], rng, what="layer_dims after the call")


check.run("init_he", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 4 · For tanh: Xavier
#
# tanh sets nothing to 0. Near the origin it is almost the identity, $\tanh z \approx z$, and what a unit reads from a layer of tanh units has
# $\overline{a^2} = \operatorname{Var}(a)$, as they are positive as often as negative. So nothing has to be made up for, and the signal keeps its size
# when $n_\text{in}\cdot\operatorname{Var}(w) = 1$:
#
# $$\operatorname{Var}(w) = \frac{1}{n_\text{in}}$$
#
# **By hand.** A layer that reads 100 values: $\operatorname{Var}(w) = 0.01$, standard deviation 0.1.
#
# **A name with two meanings.** Here, and in many course notes, "Xavier" means $1/n_\text{in}$; it is older than its name, LeCun and others gave it in
# 1998, and Keras calls it `lecun_normal`. In PyTorch `xavier_normal_` is the rule of the next section, Xavier Glorot's own. Whenever you read "Xavier
# initialization", look for the formula.

# %% nbgrader={"grade": false, "grade_id": "init_xavier", "locked": false, "schema_version": 3, "solution": true, "task": false}
def init_xavier(layer_dims, rng):
    """Draw weights with mean 0 and variance 1 / n_in, for tanh layers; biases are 0.

    Parameters
    ----------
    layer_dims : list of int
        Sizes of the layers, [n_0, n_1, ..., n_L], each at least 1.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    dict
        "W1" of shape (n_1, n_0), "b1" of shape (n_1,), ..., "WL", "bL": arrays of float64.

    Examples
    --------
    >>> params = init_xavier([100, 2000], np.random.default_rng(0))
    >>> round(float(params["W1"].std()), 2)
    0.1
    """
    ### BEGIN SOLUTION
    params = {}
    for layer in range(1, len(layer_dims)):
        n_in, n_out = layer_dims[layer - 1], layer_dims[layer]
        params[f"W{layer}"] = rng.standard_normal((n_out, n_in)) * np.sqrt(1 / n_in)
        params[f"b{layer}"] = np.zeros(n_out)
    return params
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_init_xavier", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def makes_a_matrix_and_a_bias_for_every_layer(init_xavier):
    params = init_xavier([3, 4, 2], np.random.default_rng(0))
    expect.params(params, [3, 4, 2], "the parameters of a 3-4-2 network")


@check
def draws_weights_with_the_variance_worked_by_hand(init_xavier):
    W = init_xavier([100, 400], np.random.default_rng(1))["W1"]
    expect.noise(W, 0.1, "the weights from 100 inputs to 400 units")


@check
def draws_larger_weights_for_fewer_inputs(init_xavier):
    W = init_xavier([25, 100], np.random.default_rng(3))["W1"]
    expect.noise(W, 0.2, "the weights from 25 inputs to 100 units")


@check
def starts_every_bias_at_zero(init_xavier):
    params = init_xavier([3, 4, 2], np.random.default_rng(2))
    for name in ("b1", "b2"):
        expect.every(params[name], 0.0, f"the entries of {name}")


check.run("init_xavier")

# %% [markdown]
# <details><summary>Hint 1: what is new</summary>
# One number, compared with section 3.
# </details>
# <details><summary>Hint 2: a test of your own</summary>
# Draw a layer from 100 inputs to 50 units and look at <code>params["W1"].var()</code>. It should be near 1/100, and stay there when you make it 500 units.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_init_xavier", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `init_xavier`, 2 points: the variance of every layer, other sizes, every weight
# drawn on its own, all randomness from rng, biases, float64.
### BEGIN HIDDEN TESTS
SIZES = [[1, 1], [5, 1], [1, 6], [2, 7, 3], [4, 1, 1, 9], [3] * 13]


def xavier_std(n_in, n_out):
    return np.sqrt(1 / n_in)


@check
def has_the_right_shapes_for_any_network(init_xavier):
    for layer_dims in SIZES:
        params = init_xavier(layer_dims, np.random.default_rng(60))
        name = "-".join(map(str, layer_dims))
        expect.params(params, layer_dims, f"the parameters of a {name} network")


@check
def starts_every_bias_at_zero_in_any_network(init_xavier):
    for layer_dims in SIZES:
        params = init_xavier(layer_dims, np.random.default_rng(61))
        for name in params:
            if name[0] == "b":
                expect.every(params[name], 0.0, f"the entries of {name}, sizes {layer_dims}")


@check
def gives_every_layer_the_variance_of_its_own_size(init_xavier):
    layer_dims = [2, 2500, 1, 2400, 3]
    params = init_xavier(layer_dims, np.random.default_rng(62))
    for layer in (4, 3, 2, 1):
        std = xavier_std(layer_dims[layer - 1], layer_dims[layer])
        expect.noise(params[f"W{layer}"], std, f"W{layer} of {layer_dims}")


@check
def draws_every_weight_on_its_own(init_xavier):
    W = init_xavier([125, 125], np.random.default_rng(63))["W1"]
    expect.noise(W, xavier_std(125, 125), "the weights of 125 units")


@check
def draws_every_layer_on_its_own(init_xavier):
    params = init_xavier([40, 40, 40, 40], np.random.default_rng(64))
    layers = [params[f"W{layer}"] for layer in (1, 2, 3)]
    std = xavier_std(40, 40)
    expect.noise([W.ravel() for W in layers], std, "the weights of three layers side by side")
    crossed = [layers[0].ravel(), layers[1].T.ravel()]
    expect.noise(crossed, std, "the weights of one layer and, turned, of the next")
    above = np.triu_indices(40, k=1)
    mirrored = [layers[0][above], layers[0].T[above]]
    expect.noise(mirrored, std, "the weights above the diagonal and, mirrored, below it")


@check
def lets_the_spread_of_a_layer_stray_by_chance(init_xavier):
    calls = expect.repeat(init_xavier, 20, [12, 10], np.random.default_rng(112))
    spreads = [float(np.std(params["W1"])) / xavier_std(12, 10) for params in calls]
    expect.varies(np.round(spreads, 6), "the standard deviation of W1 in 20 networks")


@check
def draws_anew_in_every_call(init_xavier):
    rng = np.random.default_rng(65)
    calls = expect.repeat(init_xavier, 60, [12, 10, 2], rng)
    for name, std in (("W1", xavier_std(12, 10)), ("W2", xavier_std(10, 2))):
        weights = np.array([params[name].ravel() for params in calls])
        expect.noise(weights, std, f"{name} of 60 networks, a row each")
        fixed = np.ptp(weights, axis=0) == 0
        expect.that(not fixed.any(), f"{name} of 60 networks", "a weight is always the same")


@check
def draws_from_rng_alone(init_xavier):
    first, again, other = (init_xavier([12, 8, 6], np.random.default_rng(n)) for n in (66, 66, 67))
    for name in ("W1", "W2"):
        equal = np.array_equal(first[name], again[name])
        expect.that(equal, f"{name}, equal generators", "they give different weights")
        equal = np.array_equal(first[name], other[name])
        expect.that(not equal, f"{name}, different generators", "they give the same weights")


@check
def gives_floats_in_double_precision(init_xavier):
    for name, value in init_xavier([3, 4, 2], np.random.default_rng(68)).items():
        expect.dtype(value, np.float64, name)


@check
def leaves_layer_dims_as_it_was(init_xavier):
    rng = np.random.default_rng(69)
    expect.unchanged(init_xavier, [3, 4, 2], rng, what="layer_dims after the call")


check.run("init_xavier", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 5 · A fair share for the way back: Glorot
#
# So far we watched the signal on its way forward. The gradient runs backward through the same weights: a unit collects it from the $n_\text{out}$ units
# that read it, so *its* size is kept when $n_\text{out}\cdot\operatorname{Var}(w) = 1$. Both wishes come true only where $n_\text{in} = n_\text{out}$.
# Glorot and Bengio's compromise is one over the mean of the two sizes:
#
# $$\operatorname{Var}(w) = \frac{2}{n_\text{in} + n_\text{out}}$$
#
# **By hand.** From 50 inputs to 150 units: $\operatorname{Var}(w) = 2/200 = 0.01$, standard deviation 0.1.
#
# **Predict first.** A layer with $n_\text{in} = n_\text{out}$: by which factor does Glorot's variance differ from that of section 4?
#
# This is `torch.nn.init.xavier_normal_`, or, as a uniform law on $\pm\sqrt{6/(n_\text{in}+n_\text{out})}$, `xavier_uniform_`, and Keras's default,
# `glorot_uniform`.

# %% nbgrader={"grade": false, "grade_id": "init_glorot", "locked": false, "schema_version": 3, "solution": true, "task": false}
def init_glorot(layer_dims, rng):
    """Draw weights with mean 0 and variance 2 / (n_in + n_out); biases are 0.

    Parameters
    ----------
    layer_dims : list of int
        Sizes of the layers, [n_0, n_1, ..., n_L], each at least 1.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    dict
        "W1" of shape (n_1, n_0), "b1" of shape (n_1,), ..., "WL", "bL": arrays of float64.

    Examples
    --------
    >>> params = init_glorot([50, 150], np.random.default_rng(0))
    >>> round(float(params["W1"].std()), 2)
    0.1
    """
    ### BEGIN SOLUTION
    params = {}
    for layer in range(1, len(layer_dims)):
        n_in, n_out = layer_dims[layer - 1], layer_dims[layer]
        params[f"W{layer}"] = rng.standard_normal((n_out, n_in)) * np.sqrt(2 / (n_in + n_out))
        params[f"b{layer}"] = np.zeros(n_out)
    return params
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_init_glorot", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def makes_a_matrix_and_a_bias_for_every_layer(init_glorot):
    params = init_glorot([3, 4, 2], np.random.default_rng(0))
    expect.params(params, [3, 4, 2], "the parameters of a 3-4-2 network")


@check
def draws_weights_with_the_variance_worked_by_hand(init_glorot):
    W = init_glorot([50, 150], np.random.default_rng(1))["W1"]
    expect.noise(W, 0.1, "the weights from 50 inputs to 150 units")


@check
def draws_larger_weights_for_a_smaller_layer(init_glorot):
    W = init_glorot([40, 60], np.random.default_rng(3))["W1"]
    expect.noise(W, np.sqrt(0.02), "the weights from 40 inputs to 60 units")


@check
def starts_every_bias_at_zero(init_glorot):
    params = init_glorot([3, 4, 2], np.random.default_rng(2))
    for name in ("b1", "b2"):
        expect.every(params[name], 0.0, f"the entries of {name}")


check.run("init_glorot")

# %% [markdown]
# <details><summary>Hint 1: two sizes</summary>
# The variance needs both sizes of the layer: how many values a unit reads, and how many units there are.
# </details>
# <details><summary>Hint 2: a test of your own</summary>
# Exchange the two sizes: a layer from 50 to 150 and one from 150 to 50 have the same spread.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_init_glorot", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `init_glorot`, 2 points: the variance of every layer, other sizes, every weight
# drawn on its own, all randomness from rng, biases, float64.
### BEGIN HIDDEN TESTS
SIZES = [[1, 1], [5, 1], [1, 6], [2, 7, 3], [4, 1, 1, 9], [3] * 13]


def glorot_std(n_in, n_out):
    return np.sqrt(2 / (n_in + n_out))


@check
def has_the_right_shapes_for_any_network(init_glorot):
    for layer_dims in SIZES:
        params = init_glorot(layer_dims, np.random.default_rng(80))
        name = "-".join(map(str, layer_dims))
        expect.params(params, layer_dims, f"the parameters of a {name} network")


@check
def starts_every_bias_at_zero_in_any_network(init_glorot):
    for layer_dims in SIZES:
        params = init_glorot(layer_dims, np.random.default_rng(81))
        for name in params:
            if name[0] == "b":
                expect.every(params[name], 0.0, f"the entries of {name}, sizes {layer_dims}")


@check
def gives_every_layer_the_variance_of_its_own_size(init_glorot):
    layer_dims = [20, 300, 3, 2500, 1]
    params = init_glorot(layer_dims, np.random.default_rng(82))
    for layer in (4, 3, 2, 1):
        std = glorot_std(layer_dims[layer - 1], layer_dims[layer])
        expect.noise(params[f"W{layer}"], std, f"W{layer} of {layer_dims}")


@check
def counts_the_two_sizes_and_nothing_else(init_glorot):
    # As many weights from equal generators: where they are the same draws, only the factor differs.
    shapes = ((1, 60), (3, 20), (6, 10))
    networks = [init_glorot(list(shape), np.random.default_rng(90)) for shape in shapes]
    first, *others = (np.sort(np.abs(params["W1"]), axis=None) for params in networks)
    for (n_in, n_out), sizes in zip(shapes[1:], others):
        factor = np.linalg.norm(sizes) / (np.linalg.norm(first) or 1)
        if np.allclose(sizes, factor * first):
            what = f"the spread from {n_in} to {n_out} units, divided by that from 1 to 60"
            expect.close(factor, glorot_std(n_in, n_out) / glorot_std(1, 60), what, rtol=1e-5)


@check
def draws_every_weight_on_its_own(init_glorot):
    W = init_glorot([125, 125], np.random.default_rng(83))["W1"]
    expect.noise(W, glorot_std(125, 125), "the weights of 125 units")


@check
def draws_every_layer_on_its_own(init_glorot):
    params = init_glorot([40, 40, 40, 40], np.random.default_rng(84))
    layers = [params[f"W{layer}"] for layer in (1, 2, 3)]
    std = glorot_std(40, 40)
    expect.noise([W.ravel() for W in layers], std, "the weights of three layers side by side")
    crossed = [layers[0].ravel(), layers[1].T.ravel()]
    expect.noise(crossed, std, "the weights of one layer and, turned, of the next")
    above = np.triu_indices(40, k=1)
    mirrored = [layers[0][above], layers[0].T[above]]
    expect.noise(mirrored, std, "the weights above the diagonal and, mirrored, below it")


@check
def lets_the_spread_of_a_layer_stray_by_chance(init_glorot):
    calls = expect.repeat(init_glorot, 20, [12, 10], np.random.default_rng(113))
    spreads = [float(np.std(params["W1"])) / glorot_std(12, 10) for params in calls]
    expect.varies(np.round(spreads, 6), "the standard deviation of W1 in 20 networks")


@check
def draws_anew_in_every_call(init_glorot):
    rng = np.random.default_rng(85)
    calls = expect.repeat(init_glorot, 60, [12, 10, 2], rng)
    for name, std in (("W1", glorot_std(12, 10)), ("W2", glorot_std(10, 2))):
        weights = np.array([params[name].ravel() for params in calls])
        expect.noise(weights, std, f"{name} of 60 networks, a row each")
        fixed = np.ptp(weights, axis=0) == 0
        expect.that(not fixed.any(), f"{name} of 60 networks", "a weight is always the same")


@check
def draws_from_rng_alone(init_glorot):
    first, again, other = (init_glorot([12, 8, 6], np.random.default_rng(n)) for n in (86, 86, 87))
    for name in ("W1", "W2"):
        equal = np.array_equal(first[name], again[name])
        expect.that(equal, f"{name}, equal generators", "they give different weights")
        equal = np.array_equal(first[name], other[name])
        expect.that(not equal, f"{name}, different generators", "they give the same weights")


@check
def gives_floats_in_double_precision(init_glorot):
    for name, value in init_glorot([3, 4, 2], np.random.default_rng(88)).items():
        expect.dtype(value, np.float64, name)


@check
def leaves_layer_dims_as_it_was(init_glorot):
    rng = np.random.default_rng(89)
    expect.unchanged(init_glorot, [3, 4, 2], rng, what="layer_dims after the call")


check.run("init_glorot", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 6 · Measure it: the spread of every layer
#
# Formulas are promises. What really arrives at layer 20? Send the data through, with an activation $g$ at *every* layer,
#
# $$A_0 = X, \qquad A_l = g\big(A_{l-1} W_l^\top + b_l\big),$$
#
# and note for each layer one number: the standard deviation of *all* its $m \cdot n_l$ activations, all examples and all units together, about their
# common mean $\overline{A_l}$ and divided by their number (not by their number minus 1):
#
# $$\text{std}_l = \sqrt{\frac{1}{m\,n_l}\sum_{i,j}\big(A_{l,ij} - \overline{A_l}\big)^2}$$
#
# **Shapes.** `X (m, n_0)`; the result is an array $(L,)$, first layer first. The dict may hold its keys in any order, and `W10` comes after `W9`.
#
# **By hand.** $X = (1, -1)^\top$, one unit a layer, no activation ($g(z) = z$). $W_1 = 6$ gives the activations $6$ and $-6$: mean 0, standard
# deviation 6. $W_2 = 0.5$ and $b_2 = -1$ make $2$ and $-4$ of them: mean −1, standard deviation 3. The result is $(6, 3)$.

# %% nbgrader={"grade": false, "grade_id": "activation_stds", "locked": false, "schema_version": 3, "solution": true, "task": false}
def activation_stds(X, params, activation):
    """Measure the standard deviation of every layer's activations.

    Parameters
    ----------
    X : array of shape (m, n_0)
        Inputs.
    params : dict
        "W1" of shape (n_1, n_0), "b1" of shape (n_1,), ..., "WL", "bL", in any order.
    activation : function
        Takes the scores of a layer, an array of shape (m, n_l), and returns its activations;
        applied at every layer.

    Returns
    -------
    array of shape (L,)
        Standard deviation of all activations of a layer, first layer first;
        float32 when X and all of params are float32, else float64.

    Examples
    --------
    >>> params = {"W1": np.array([[6.0]]), "b1": np.zeros(1), "W2": np.array([[0.5]]), "b2": -np.ones(1)}
    >>> activation_stds(np.array([[1.0], [-1.0]]), params, lambda Z: Z)
    array([6., 3.])
    """
    ### BEGIN SOLUTION
    A, stds = X, []
    for layer in range(1, len(params) // 2 + 1):
        A = activation(A @ params[f"W{layer}"].T + params[f"b{layer}"])
        stds.append(A.std())
    return np.array(stds)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_activation_stds", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def identity(Z):
    return Z


def relu(Z):
    return np.maximum(Z, 0)


@check
def gives_the_two_numbers_worked_by_hand(activation_stds):
    params = {
        "W1": np.array([[6.0]]),
        "b1": np.zeros(1),
        "W2": np.array([[0.5]]),
        "b2": -np.ones(1),
    }
    stds = activation_stds(np.array([[1.0], [-1.0]]), params, identity)
    expect.array(stds, (2,), "the standard deviations worked by hand")
    expect.close(stds, [6.0, 3.0], "the standard deviations worked by hand")


@check
def takes_all_units_of_a_layer_together(activation_stds):
    # activations [[1, 17], [-1, 31]]: mean 12, squared deviations 121, 25, 169, 361, mean 169
    params = {"W1": np.array([[1.0], [-7.0]]), "b1": np.array([0.0, 24.0])}
    stds = activation_stds(np.array([[1.0], [-1.0]]), params, identity)
    expect.close(stds, [13.0], "two units with the activations [[1, 17], [-1, 31]]")


@check
def applies_the_activation_at_every_layer(activation_stds):
    # relu leaves 2 and 0 in layer 1; layer 2 makes -1 and 1 of them, and relu leaves 0 and 1
    params = {"W1": np.array([[2.0]]), "b1": np.zeros(1), "W2": np.array([[-1.0]]), "b2": np.ones(1)}
    stds = activation_stds(np.array([[1.0], [-1.0]]), params, relu)
    expect.close(stds, [1.0, 0.5], "W1 = 2, W2 = -1, b2 = 1, inputs 1 and -1, with ReLU")


check.run("activation_stds")

# %% [markdown]
# <details><summary>Hint 1: what the loop carries</summary>
# One array, <code>A</code>. It starts as <code>X</code>; every layer replaces it by its own activations and notes one number.
# </details>
# <details><summary>Hint 2: one number for a whole array</summary>
# <code>A.std()</code> without an axis takes all entries together. With <code>axis=0</code> it would give one number a unit.
# </details>
# <details><summary>Hint 3: first layer first</summary>
# Count from 1 to the number of layers, <code>len(params) // 2</code>, and build each key, <code>f"W{layer}"</code>. Sorting the keys puts W10 before W2.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_activation_stds", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `activation_stds`, 2 points: deeper networks, any order of the dict, biases, other
# activations, one example, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def make_network(layer_dims, seed):
    """Random weights and biases, large enough that the activation matters."""
    rng, params = np.random.default_rng(seed), {}
    for layer, (n_in, n_out) in enumerate(zip(layer_dims, layer_dims[1:]), start=1):
        params[f"W{layer}"] = 1.5 * rng.normal(size=(n_out, n_in)) / np.sqrt(n_in)
        params[f"b{layer}"] = rng.normal(size=n_out) / 2
    return params


def measure(X, params, activation):
    """The spread of all activations about their common mean, layer by layer."""
    A, stds = X, []
    for layer in range(1, len(params) // 2 + 1):
        A = activation(A @ params[f"W{layer}"].T + params[f"b{layer}"])
        stds.append(np.sqrt(np.mean((A - np.mean(A)) ** 2)))
    return np.array(stds)


def identity(Z):
    return Z


def relu(Z):
    return np.maximum(Z, 0)


def above_zero(Z):
    return 1.0 * (np.asarray(Z) > 0)


@check
def measures_every_layer_of_any_network(activation_stds):
    for layer_dims in ([4, 6, 5, 3], [3, 8, 1], [5, 5, 5, 5], [2, 3]):
        X, params = np.random.default_rng(100).normal(size=(30, layer_dims[0])), make_network(layer_dims, 101)
        stds = activation_stds(X, params, np.tanh)
        expect.array(stds, (len(layer_dims) - 1,), f"the standard deviations, sizes {layer_dims}")
        expect.close(stds, measure(X, params, np.tanh), f"sizes {layer_dims}, tanh")


@check
def uses_the_activation_that_it_is_given(activation_stds):
    X, params = np.random.default_rng(102).normal(size=(9, 3)), make_network([3, 6, 4, 5], 103)
    for activation in (identity, relu, above_zero):
        stds = activation_stds(X, params, activation)
        expect.close(stds, measure(X, params, activation), f"the activation {activation.__name__}")


@check
def counts_the_layers_in_their_order(activation_stds):
    # layer l multiplies by l: the standard deviations are the factorials
    params = {}
    for layer in range(1, 13):
        params |= {f"W{layer}": np.array([[float(layer)]]), f"b{layer}": np.zeros(1)}
    factorials = np.cumprod(np.arange(1.0, 13.0))
    for order in (list(params), sorted(params), sorted(params, reverse=True)):
        shuffled = {name: params[name] for name in order}
        stds = activation_stds(np.array([[1.0], [-1.0]]), shuffled, identity)
        expect.close(stds, factorials, f"12 layers, the first keys are {order[:3]}")


@check
def adds_the_bias_of_every_unit(activation_stds):
    params = {"W1": np.zeros((3, 2)), "b1": np.array([0.0, 3.0, 6.0])}
    stds = activation_stds(np.ones((4, 2)), params, identity)
    expect.close(stds, [np.sqrt(6)], "weights of 0 and biases 0, 3, 6")


@check
def works_for_one_example_and_for_one_unit(activation_stds):
    X, params = np.random.default_rng(104).normal(size=(1, 4)), make_network([4, 5, 1, 3], 105)
    expect.close(activation_stds(X, params, np.tanh), measure(X, params, np.tanh), "one example")
    params = {"W1": np.array([[2.0]]), "b1": np.array([1.0])}
    expect.close(activation_stds(np.array([[3.0]]), params, identity), [0.0], "one example, one unit")


@check
def leaves_inputs_and_weights_as_they_were(activation_stds):
    X, params = np.random.default_rng(106).normal(size=(5, 3)), make_network([3, 6, 2], 107)
    expect.unchanged(activation_stds, X, params, relu, what="X and params after the call")


@check
def keeps_the_precision_of_its_inputs(activation_stds):
    X, double = np.random.default_rng(108).normal(size=(6, 3)), make_network([3, 5, 2], 109)
    single = {name: value.astype(np.float32) for name, value in double.items()}
    mixed = {**single, "b2": double["b2"]}
    cases = {
        "X and params of float32": (X.astype(np.float32), single, np.float32),
        "X of float64, params of float32": (X, single, np.float64),
        "X of float32, params of float64": (X.astype(np.float32), double, np.float64),
        "everything of float32 but b2": (X.astype(np.float32), mixed, np.float64),
        "X and params of float64": (X, double, np.float64),
    }
    for what, (inputs, params, kind) in cases.items():
        expect.dtype(activation_stds(inputs, params, relu), kind, what)


@check
def is_as_exact_as_single_precision_allows(activation_stds):
    X, double = np.random.default_rng(110).normal(size=(6, 3)), make_network([3, 5, 2], 111)
    single = {name: value.astype(np.float32) for name, value in double.items()}
    stds = activation_stds(X.astype(np.float32), single, np.tanh)
    expect.close(stds, measure(X, double, np.tanh), "the same network in float32", rtol=1e-4)


@check
def treats_whole_numbers_like_others(activation_stds):
    X, params = np.arange(12).reshape(4, 3) % 5, make_network([3, 5, 2], 112)
    whole = activation_stds(X, params, np.tanh)
    expect.close(whole, measure(X.astype(float), params, np.tanh), "an X of whole numbers")
    expect.dtype(whole, np.float64, "an X of whole numbers")


check.run("activation_stds", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Twenty ReLU layers of 100 units, fed with numbers from a standard normal law, and five ways to start. The axis is
# logarithmic: from one grid line to the next it is a factor of 100 000. (Glorot's line would be Xavier's. With
# $n_\text{in} = n_\text{out} = n$ its variance is $2/(n + n) = 1/n$: the factor asked for in section 5 is 1.)

# %% tags=["skip-execution"]
def relu(Z):
    return np.maximum(Z, 0)


starts = {
    "He": init_he,
    "Xavier": init_xavier,
    "scale 0.01": partial(init_normal, scale=0.01),
    "scale 1": partial(init_normal, scale=1.0),
    "zeros": lambda layer_dims, rng: init_zeros(layer_dims),
}
deep = [100] * 21
noise = np.random.default_rng(1).normal(size=(300, 100))
spreads = {
    name: activation_stds(noise, start(deep, rng=np.random.default_rng(2)), relu)
    for name, start in starts.items()
}
plots.lines(range(1, 21), spreads, "layer", "standard deviation of the activations", log="y")

# %% [markdown]
# He's line is level: 0.83 in the first layer, 0.61 in the twentieth. Xavier's falls to 0.0006, as ReLU halves the mean square at each layer and nothing
# makes up for it. A fixed scale of 0.01 looks harmless, and arrives as $6\cdot10^{-24}$; a fixed scale of 1 arrives as $6\cdot 10^{16}$. Zeros have no
# place on a logarithmic axis: they are drawn hollow, on its lower edge.
#
# ## 7 · Are two units the same?
#
# Zeros were said to fail because equal units stay equal. To see whether they do, you need a test for equality that works on weights that were computed:
# up to a tolerance. A layer is **symmetric** when *no two* of its rows differ by more than the tolerance in any entry. Then all of its units compute
# the same, and it might as well have a single one.
#
# **By hand.** With a tolerance of 0.25, the one-column weights $(0,\ 0.25)$ are symmetric: the difference is the tolerance, not more. $(0,\ 0.25,\
# 0.5)$ are not: neighbours are close, but the first and the last differ by 0.5.
#
# A layer of one unit has no two rows; it is symmetric.

# %% nbgrader={"grade": false, "grade_id": "is_symmetric", "locked": false, "schema_version": 3, "solution": true, "task": false}
def is_symmetric(W, tolerance=1e-8):
    """Tell whether all units of a layer are equal.

    Parameters
    ----------
    W : array of shape (n_out, n_in)
        Weights of a layer, a unit a row, at least one row.
    tolerance : float
        Largest difference between two entries that still counts as equal, at least 0.

    Returns
    -------
    bool
        True when no two rows differ by more than the tolerance in any entry.

    Examples
    --------
    >>> is_symmetric(np.array([[0.5, 2.0], [0.5, 2.0]])), is_symmetric(np.array([[0.5, 2.0], [0.5, 3.0]]))
    (True, False)
    """
    ### BEGIN SOLUTION
    return bool(np.all(W.max(axis=0) - W.min(axis=0) <= tolerance))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_is_symmetric", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def sees_whether_units_are_equal(is_symmetric):
    expect.equal(is_symmetric(np.array([[0.5, 2.0], [0.5, 2.0]])), True, "two equal units")
    what = "two units, unequal in one weight"
    expect.equal(is_symmetric(np.array([[0.5, 2.0], [0.75, 2.0]])), False, what)
    expect.equal(is_symmetric(np.array([[0.5, 2.0], [0.5, 3.0]])), False, what)


@check
def compares_rows_not_columns(is_symmetric):
    expect.equal(is_symmetric(np.array([[1.0, 1.0], [2.0, 2.0]])), False, "units (1, 1) and (2, 2)")


@check
def counts_a_difference_as_large_as_the_tolerance_as_equal(is_symmetric):
    W = np.array([[0.0], [0.25]])
    expect.equal(is_symmetric(W, 0.25), True, "0 and 0.25 with a tolerance of 0.25")


@check
def looks_at_the_last_unit_too(is_symmetric):
    W = np.array([[1.0], [1.0], [3.0]])
    expect.equal(is_symmetric(W), False, "units 1, 1 and 3")


@check
def compares_any_two_units(is_symmetric):
    W = np.array([[0.0], [0.25], [0.5], [0.75]])
    expect.equal(is_symmetric(W, 0.25), False, "0, 0.25, 0.5 and 0.75 with a tolerance of 0.25")


check.run("is_symmetric")

# %% [markdown]
# <details><summary>Hint 1: which two rows</summary>
# All pairs, by two loops. Or think of one column: which two of its entries differ most?
# </details>
# <details><summary>Hint 2: without loops</summary>
# <code>W.max(axis=0)</code> and <code>W.min(axis=0)</code> hold the largest and the smallest entry of each column.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_is_symmetric", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `is_symmetric`, 2 points: differences of either sign in any row and column, large
# and small weights, the tolerance and its default, one unit, one input.
### BEGIN HIDDEN TESTS
def equal_rows(n_out, n_in, seed):
    """n_out copies of a unit whose weights floats hold exactly."""
    row = np.random.default_rng(seed).integers(-64, 64, n_in) / 64
    return np.tile(row, (n_out, 1))


@check
def finds_a_difference_in_any_place_and_of_either_sign(is_symmetric):
    for n_out, n_in in ((2, 3), (4, 4), (5, 2)):
        for row, column in np.ndindex(n_out, n_in):
            for difference in (-0.5, 0.5):
                W = equal_rows(n_out, n_in, 120)
                expect.equal(is_symmetric(W), True, f"{n_out} equal units, {n_in} inputs")
                W[row, column] += difference
                what = f"the same, {difference} added at [{row}, {column}]"
                expect.equal(is_symmetric(W), False, what)


@check
def allows_a_difference_up_to_the_tolerance(is_symmetric):
    for tolerance in (1 / 64, 0.25, 3.0):
        for sign in (1, -1):
            W = equal_rows(3, 4, 121)
            W[1] += sign * tolerance
            expect.equal(is_symmetric(W, tolerance), True, f"one unit off by the tolerance {tolerance}")
            W[1, 2] += sign / 64
            what = f"one weight off by more than the tolerance {tolerance}"
            expect.equal(is_symmetric(W, tolerance), False, what)


@check
def compares_all_pairs_of_units(is_symmetric):
    for order in ([-0.25, 0.0, 0.25], [0.0, -0.25, 0.25], [0.25, -0.25, 0.0], [0.25, 0.0, -0.25]):
        W = np.column_stack([np.zeros(3), order])
        expect.equal(is_symmetric(W, tolerance=0.375), False, f"rows off by {order}, tolerance 0.375")
        expect.equal(is_symmetric(W, tolerance=0.5), True, f"rows off by {order}, tolerance 0.5")
    drift = np.arange(20.0)[:, None] / 64
    expect.equal(is_symmetric(drift, 2 / 64), False, "20 units, each a little above the one before")
    wave = np.array([0.0, 1, 2, 3, 4, 3, 2, 1])[:, None] / 64
    expect.equal(is_symmetric(wave, 1 / 64), False, "8 units that drift away and come back")


@check
def looks_at_each_entry_by_itself(is_symmetric):
    off = np.array([[0.0, 0.0], [3 / 64, 4 / 64]])
    expect.equal(is_symmetric(off, 5 / 64), True, "two entries, each off by less than the tolerance")
    W = np.array([[1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [2.0, 1.0, 3.0]])
    expect.equal(is_symmetric(W), False, "units with the same sum, mean and norm")
    spread = np.array([[0.0, 0.0, 0.0], [0.25, 0.25, -0.25]])
    expect.equal(is_symmetric(spread, 0.25), True, "every entry off by the tolerance")


@check
def sees_that_multiples_are_not_equal(is_symmetric):
    W = np.outer([1.0, 2.0, -1.0], [1.0, 3.0])
    expect.equal(is_symmetric(W), False, "units that are multiples of one")


@check
def does_not_mistake_it_for_a_symmetric_matrix(is_symmetric):
    expect.equal(is_symmetric(np.array([[1.0, 2.0], [2.0, 1.0]])), False, "a matrix equal to its transpose")
    expect.equal(is_symmetric(np.array([[1.0, 2.0], [1.0, 2.0]])), True, "a matrix unlike its transpose")


@check
def has_a_tolerance_that_does_not_grow_with_the_weights(is_symmetric):
    for size in (2.0**10, 2.0**14, 2.0**20):
        W = np.array([[size, -size], [size, -size + 1 / 64]])
        expect.equal(is_symmetric(W), False, f"weights of {size}, a difference of 1/64")
        expect.equal(is_symmetric(W, 1 / 64), True, f"weights of {size}, tolerance 1/64")


@check
def has_a_default_of_ten_to_the_minus_eight(is_symmetric):
    for difference, equal in ((0.5e-8, True), (2e-8, False), (0.9e-7, False), (0.0, True)):
        for sign in (1, -1):
            W = np.array([[0.0, 1.0], [sign * difference, 1.0], [0.0, 1.0]])
            expect.equal(is_symmetric(W), equal, f"a difference of {sign * difference}")


@check
def is_exact_when_the_tolerance_is_zero(is_symmetric):
    expect.equal(is_symmetric(np.full((3, 2), 0.7), 0), True, "equal units, tolerance 0")
    W = np.array([[0.5, 1.0], [0.5 + 2.0**-50, 1.0]])
    expect.equal(is_symmetric(W, 0.0), False, "a difference of 2^-50, tolerance 0")


@check
def calls_a_single_unit_symmetric(is_symmetric):
    for W in ([[3.0, -1.0, 2.0]], [[0.5]], [[0.0, 0.0]]):
        expect.equal(is_symmetric(np.array(W)), True, "one unit")


@check
def takes_weights_of_any_precision(is_symmetric):
    for kind in (np.float32, np.int64):
        expect.equal(is_symmetric(np.array([[1, 2], [1, 2]], kind)), True, f"equal, {kind.__name__}")
        expect.equal(is_symmetric(np.array([[1, 2], [1, 3]], kind)), False, f"unequal, {kind.__name__}")


@check
def leaves_the_weights_as_they_were(is_symmetric):
    W = np.random.default_rng(122).normal(size=(4, 3))
    expect.unchanged(is_symmetric, W, 0.5, what="W after the call")


check.run("is_symmetric", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 8 · Experiments: where you start decides what you learn
#
# The networks train with **your** initializers; if they are wrong, the pictures are wrong. `helpers.network` does the rest.
#
# ### Symmetry never breaks
#
# Two circles, the network 2-10-5-1, full-batch gradient descent with a learning rate of 0.01, 15 000 steps: a classic of this topic. Four starts:
# zeros; every weight 0.5; your normal weights with `scale = 10`; He.
#
# **Predict first.** Which of the four can draw a border that is not straight?

# %% tags=["skip-execution"]
def init_equal(layer_dims):
    """Every weight 0.5, every bias 0."""
    return {
        name: value + 0.5 if name[0] == "W" else value
        for name, value in init_zeros(layer_dims).items()
    }


def train_circles(seed, initializer, epochs=15_000):
    """Train the 2-10-5-1 network by plain gradient descent."""
    return network.train(
        X,
        y,
        [2, 10, 5, 1],
        np.random.default_rng(seed),
        epochs=epochs,
        batch_size=300,
        lr=0.01,
        optimizer="sgd",
        initializer=initializer,
    )


circle_starts = {
    "zeros": init_zeros,
    "every weight 0.5": init_equal,
    "scale 10": partial(init_normal, scale=10),
    "He": init_he,
}
trained = {name: train_circles(1, start) for name, start in circle_starts.items()}
plots.decision_boundaries(
    {name: partial(network.predict, params=params) for name, (params, _) in trained.items()}, X, y
)
for name, (params, history) in trained.items():
    first, last = history["cost"][[0, -1]]
    equal = [is_symmetric(params[f"W{layer}"]) for layer in (1, 2)]
    accuracy = 1 - network.measure_error(X, y, params)
    print(f"{name:16} right {accuracy:.1%}, cost {first:.2f} to {last:.2f}, symmetric layers: {equal}")

# %% [markdown]
# **Zeros.** Not a single weight has moved. What comes back to a hidden layer was multiplied by weights that are 0, and the output's own weights read
# activations that are 0. Only the output's bias could learn, and with as many points inside as outside it has nothing to learn. The cost is still 0.69.
#
# **Every weight 0.5.** Here the weights did move, but `is_symmetric` says that after 15 000 steps the ten units of the first layer are still one unit,
# ten times over. Equal units get equal gradients, so a step keeps them equal. A network with one unit a layer can only cut the plane along a straight
# line: for all its weights it is a linear classifier, and no straight line parts two circles. It is right for 58 %.
#
# **Scale 10.** Symmetry is broken, but the first cost is 109, and the border that the steps make of it follows the circle only in part: 69 %. **He**
# starts at 0.69, like zeros, and ends right for 97 %.
#
# ### How much does one run say?
#
# This experiment is often printed as a table with one number a row: 50 % for zeros, 83 % for scale 10, 99 % for He. Train the two random rows from two
# more seeds, all 15 000 steps (this takes some seconds). The bars show the mean and the standard deviation of three runs.

# %% tags=["skip-execution"]
repeated = {}
for name in ("scale 10", "He"):
    runs = [trained[name][0]] + [train_circles(seed, circle_starts[name])[0] for seed in (2, 3)]
    repeated[name] = [100 * (1 - network.measure_error(X, y, params)) for params in runs]
percent = np.array(list(repeated.values()))
plots.bars(
    list(repeated), percent.mean(axis=1), "training accuracy (%)", spread=percent.std(axis=1)
)
for name, values in repeated.items():
    print(f"{name:8}", ", ".join(f"{value:.1f} %" for value in values))

# %% [markdown]
# He is ahead in all of these runs, and yet the printed 83 and 99 % are nothing that you should expect to see again. We ran the same experiment with 24
# seeds, each with points of its own: zeros $50.0 \pm 0.0$ %, scale 10 $76.6 \pm 10.7$ % (from 61 to 100), He $97.2 \pm 5.0$ % (from 74 to 100). The
# order holds on average, but a single run of large weights may end anywhere, and He now and then gets stuck, once at 74 %.
# When somebody shows you one run, ask for the other seeds.
#
# ### Through twenty layers
#
# Now a deep network on real data: 64 pixels of a handwritten digit, 19 hidden layers of 100 units, 10 classes. Before any training: what do the layers
# say, and which gradients come back?

# %% tags=["skip-execution"]
(X_train, y_train), (X_dev, y_dev), _ = datasets.digits(np.random.default_rng(0), m_train=500)
center, spread = X_train.mean(), X_train.std()
X_train, X_dev = (X_train - center) / spread, (X_dev - center) / spread

deep_dims = [64] + [100] * 19 + [10]
deep_params = {
    name: start(deep_dims, rng=np.random.default_rng(1)) for name, start in starts.items()
}
plots.activation_histograms(
    {
        name: network.hidden_activations(X_train, params)
        for name, params in deep_params.items()
        if name != "zeros"
    },
    "activation (ReLU)",
)

# %% [markdown]
# Each row is a start, each panel a layer, and a row has one axis for all of its panels. (About half of the activations are exactly 0, as ReLU makes
# them; the bars leave these out, and the last bar also counts what lies further right.) In He's row one axis fits all: layer 19 is half as wide as layer 1. In Xavier's row the histogram shrinks to a spike, a
# thousand times narrower at the end. In the other two the standard deviations in the corners run through powers of ten, down to $10^{-23}$ and up to $10^{15}$. A
# row of zeros would be empty.
#
# The same for the way back: the norm of the gradient of each layer's weights.

# %% tags=["skip-execution"]
norms = {}
for name, params in deep_params.items():
    grads = network.compute_gradients(X_train, y_train, params)
    norms[name] = [np.linalg.norm(grads[f"W{layer}"]) for layer in range(1, 21)]
plots.gradient_norms(norms)

# %% [markdown]
# With He the norms are about 1. With Xavier under ReLU they are more than 1000 times smaller, with scale 0.01 below $10^{-22}$, with scale 1 above
# $10^{16}$, and with zeros there is nothing. The lines are level, and that may surprise you. The gradient of $W_l$ is the product of the signal that
# came forward to layer $l$ and of the gradient that came back to it. An early layer has lost little on the way forward and much on the way back, a late
# layer the other way round, and the product is the same. Which of these networks can learn?

# %% tags=["skip-execution"]
deep_runs = {}
for name in ("He", "Xavier", "scale 0.01", "scale 1"):
    try:
        _, deep_runs[name] = network.train(
            X_train,
            y_train,
            deep_dims,
            np.random.default_rng(2),
            epochs=60,
            lr=0.005,
            optimizer="sgd",
            initializer=starts[name],
            X_dev=X_dev,
            y_dev=y_dev,
        )
    except network.Diverged as stopped:
        print(f"{name}: {stopped}")
plots.learning_curves(deep_runs)

# %% [markdown]
# Scale 1 is not in the picture: its first steps are so large that the numbers overflow. Scale 0.01 and Xavier stay at a dev error of 89 % for all 60
# epochs, which is guessing; their two lines are one. He falls, with jumps, to 12 %. Between He and Xavier stands nothing but a factor of 2 under a root,
# twenty times over.
#
# ### Each rule with its activation
#
# He was made for ReLU, Xavier for tanh. Cross them, and measure with your `activation_stds`, forty layers deep.

# %% tags=["skip-execution"]
deeper = [100] * 41
rules = {"He": init_he, "Xavier": init_xavier}
activations = {"ReLU": relu, "tanh": np.tanh}
crossed = {
    f"{activation_name}, {rule_name}": activation_stds(
        noise, rule(deeper, np.random.default_rng(3)), activation
    )
    for activation_name, activation in activations.items()
    for rule_name, rule in rules.items()
}
plots.lines(range(1, 41), crossed, "layer", "standard deviation of the activations", log="y")

# %% [markdown]
# With ReLU the rule decides: He stays within one power of ten, Xavier falls to $5\cdot10^{-7}$. With tanh both arrive. Xavier fades slowly, to 0.11 in
# layer 40, because $\tanh z$ lies a little nearer to 0 than $z$; He settles at 0.55, as tanh holds back what grows too large. A bounded activation
# forgives much; it is ReLU that needs its rule. (For tanh PyTorch recommends 5/3 times the standard deviation, which is 2.8 times Xavier's variance and
# more than He's 2.)
#
# ### Powers of a number
#
# Why so many powers of ten? Take away everything but the product: thirty linear layers of one unit each, all weights $w$. Then the signal is multiplied
# by $w^{30}$.

# %% tags=["skip-execution"]
def chain(w):
    """Thirty linear layers of one unit, all weights w."""
    return {
        name: value + w if name[0] == "W" else value
        for name, value in init_zeros([1] * 31).items()
    }


signs = np.array([[1.0], [-1.0]])
powers = {f"w = {w:g}": activation_stds(signs, chain(w), lambda Z: Z) for w in (0.2, 1.0, 5.0)}
plots.lines(range(1, 31), powers, "layer", "standard deviation of the signal", log="y")
print(", ".join(f"{name}: {stds[-1]:.1e}" for name, stds in powers.items()))

# %% [markdown]
# $0.2^{30} \approx 10^{-21}$ and $5^{30} \approx 9\cdot 10^{20}$. A layer's factor need not be far from 1 to be fatal; it is raised to the power of the
# depth. The gradient of the first weight is a product of the 29 others, so it vanishes or explodes likewise. An initializer's whole task is to keep the
# factor near 1.
#
# ### Layers that learn at different speeds
#
# Does the right variance help every network? Six hidden layers of 50 units on the digits, 60 epochs of plain gradient descent with a learning rate of
# 0.1. How far has each layer's matrix moved from where it started, as a share of its length, $\lVert W_l^\text{end} - W_l^\text{start}\rVert / \lVert
# W_l^\text{start}\rVert$?

# %% tags=["skip-execution"]
def train_and_measure(activation, initializer):
    """Train on the digits; return how far each layer moved, and the history."""
    layer_dims = [64] + [50] * 6 + [10]
    start = initializer(layer_dims, np.random.default_rng(1))
    params, history = network.train(
        X_train,
        y_train,
        layer_dims,
        np.random.default_rng(2),
        epochs=60,
        lr=0.1,
        optimizer="sgd",
        activation=activation,
        initializer=lambda layer_dims: start,
        X_dev=X_dev,
        y_dev=y_dev,
    )
    moved = [
        np.linalg.norm(params[name] - start[name]) / np.linalg.norm(start[name])
        for name in start
        if name[0] == "W"
    ]
    return moved, history


speeds, errors = {}, {}
for activation in ("tanh", "sigmoid"):
    label = f"{activation}, Xavier"
    speeds[label], history = train_and_measure(activation, init_xavier)
    errors[label] = history["dev_error"][-1]
plots.lines(range(1, 8), speeds, "layer", "relative distance moved", log="y")
print(", ".join(f"dev error with {name}: {error:.0%}" for name, error in errors.items()))

# %% [markdown]
# With tanh every layer has moved by 18 % or more, and the dev error is 6 %. With sigmoids the last layer moved by 9 %, the one before by 2 %, and the
# first three by a *thousandth*: after 60 epochs they are the random matrices that they were at the start, and the network still guesses. Both started
# by the same rule. Xavier's weights alone would keep the size of the gradient, but the slope of the sigmoid is at most $\tfrac14$, so each layer takes
# three quarters of it away, or more. And nothing balances that on the way forward, where sigmoids say about one half whatever they read. A rule is
# made for an activation.
#
# **Turn the dials.** In the picture of the learning curves, one of the two flat lines comes alive with `optimizer="adam"` and `lr=0.001`: which one,
# and why not the other? Which fixed scale draws He's line in section 6's picture, and what becomes of it with layers of 400 units? Think
# before you run it.

# %% [markdown]
# ## 9 · Quiz
#
# Put a letter in quotes in the place of each `None`, for example `"biases": "a"`, and delete the last line of the cell.
#
# **equal_weights.** Somebody starts every weight of a network at 0.5 and every bias at 0, and trains for an hour. How many different units does its
# first hidden layer have then?
#
# - (a) as many as it has units, as each gets its own gradient
# - (b) one, again and again
# - (c) as many as it has units, as only weights of exactly zero stay equal
#
# **biases.** The weights are drawn at random. May all biases start at 0?
#
# - (a) yes, in every layer
# - (b) no, equal biases make the units equal
# - (c) only in the output layer
#
# **relu.** A ReLU network has the layers 784-512-128-10. What is the standard deviation of `W2` by He's rule?
#
# - (a) √(2/512) = 0.0625
# - (b) √(2/128) = 0.125
# - (c) 2/512 ≈ 0.004
#
# **first_cost.** A classifier of two equally frequent classes has a cost of 500 before its first step. What is the likeliest cause?
#
# - (a) the learning rate is too high
# - (b) the weights are too large
# - (c) none: a network that has not learned anything always starts like that
#
# **depth.** The 30 layers of a tanh network have 100 units each, and their weights half the standard deviation that Xavier's rule gives. What are the
# activations of layer 30 like, compared with those of layer 1, before the first step?
#
# - (a) about as wide: tanh keeps them between −1 and 1
# - (b) nearly all close to −1 or 1
# - (c) hundreds of millions of times narrower

# %% nbgrader={"grade": false, "grade_id": "quiz_initialization", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_initialization = {
    "equal_weights": None,
    "biases": None,
    "relu": None,
    "first_cost": None,
    "depth": None,
}
### BEGIN SOLUTION
quiz_initialization = {
    "equal_weights": "b",
    "biases": "a",
    "relu": "a",
    "first_cost": "b",
    "depth": "c",
}
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_initialization", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
@check
def answers_every_question_with_one_of_its_letters(quiz_initialization):
    questions = ("equal_weights", "biases", "relu", "first_cost", "depth")
    expect.choices(quiz_initialization, dict.fromkeys(questions, "abc"))


check.run("quiz_initialization")

# %% nbgrader={"grade": true, "grade_id": "hidden_quiz_initialization", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `quiz_initialization`, 5 points: one for each right answer. The explanations come
# with your result.
### BEGIN HIDDEN TESTS
@check
def tells_what_becomes_of_equal_weights(quiz_initialization):
    """Units that are equal and read by equal weights compute the same and get the same gradient,
    zero or not. After every step they are equal again: a layer of any width works like one unit."""
    expect.choice(quiz_initialization, "equal_weights", "b")


@check
def tells_whether_biases_may_be_zero(quiz_initialization):
    """It is enough that the units differ in something, and random weights see to that."""
    expect.choice(quiz_initialization, "biases", "a")


@check
def tells_which_size_counts_for_relu(quiz_initialization):
    """W2 leads from 512 units to 128: each unit reads n_in = 512 values. The variance is 2/512, the
    standard deviation its root."""
    expect.choice(quiz_initialization, "relu", "a")


@check
def tells_what_a_huge_first_cost_means(quiz_initialization):
    """Knowing nothing costs ln 2, about 0.69. A cost of 500 means scores of hundreds: sure of
    everything, and wrong half of the time. No step was made yet, so no learning rate was used."""
    expect.choice(quiz_initialization, "first_cost", "b")


@check
def tells_what_small_weights_do_to_a_deep_network(quiz_initialization):
    """Half the standard deviation halves the signal at each layer, 29 times from layer 1 to layer 30,
    and two to the power of 29 is 537 million. tanh bounds what is large; it does not lift what is small."""
    expect.choice(quiz_initialization, "depth", "c")


check.run("quiz_initialization", hidden=True, points=5)
### END HIDDEN TESTS

# %% [markdown]
# ## What to remember
#
# 1. Units that start equal stay equal: draw the weights at random. The biases may be 0.
# 2. ReLU: variance $2/n_\text{in}$ (He). tanh: $1/n_\text{in}$ (here: Xavier), or $2/(n_\text{in}+n_\text{out})$ (Glorot). Multiply the draws by the *root*.
# 3. A layer multiplies the signal by a factor, and depth raises it to a power. Initialization keeps the factor near 1, forward and backward.
# 4. Look before you train: the first cost of a classifier of C equally frequent classes should be near $\ln C$, and the layers' spreads should agree
#    to within one power of ten.
# 5. One run says little. Compare starts over several seeds.
#
# ## Where it goes wrong
#
# | what you see | what it may be |
# |---|---|
# | the cost stays at 0.6931 (or $\ln C$) from the first step on | all weights are zero, or so small that no gradient comes back |
# | a wide network is no better than one unit a layer | the units started equal: constants, or one row for all of them |
# | the first cost is in the hundreds | the weights are too large; the outputs are sure of everything |
# | `nan` in the first epoch of a deep network | the same: the signal grows by a factor at each layer |
# | a deep ReLU network learns slowly, a shallow one well | variance $1/n_\text{in}$ where $2/n_\text{in}$ was needed |
# | good with square layers, bad with others | $n_\text{in}$ and $n_\text{out}$ exchanged |
# | weights of one layer turn up again in another | a generator with the same seed was made for each layer |
# | the last layers learn, the first ones keep their random weights | the gradient fades on its way back, for instance through sigmoids |
# | no layer of a deep network learns | the signal fades: the weights are too small for the depth |
#
# ## Further
#
# - Y. LeCun, L. Bottou, G. B. Orr, K.-R. Müller: *Efficient BackProp*, in Neural Networks: Tricks of the Trade, Springer 1998. Variance $1/n_\text{in}$, and why inputs should have mean 0.
# - X. Glorot, Y. Bengio: *Understanding the difficulty of training deep feedforward neural networks*, AISTATS 2010. Activations and gradients layer by layer, and their rule.
# - K. He, X. Zhang, S. Ren, J. Sun: *Delving deep into rectifiers: surpassing human-level performance on ImageNet classification*, ICCV 2015. The factor 2 for ReLU.
# - A. M. Saxe, J. L. McClelland, S. Ganguli: *Exact solutions to the nonlinear dynamics of learning in deep linear neural networks*, ICLR 2014. What depth alone does.
