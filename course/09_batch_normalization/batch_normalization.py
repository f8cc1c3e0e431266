# %% [markdown]
# # Batch normalization
#
# You train a network with eight hidden layers on handwritten digits. With a learning rate of 0.1 it learns, if not every time. So you try 0.5, and after ten epochs it misreads nine digits in ten:
# guessing does as well. Then somebody puts one more layer behind each of the eight. It has no weights, only two numbers for each unit. With the same rate the network now misreads one
# digit in twenty. **What does that layer do?**
#
# You know the idea already: inputs that are standardized are easier to learn from. A hidden layer has inputs, too. They are the outputs of the layer before, and they move with every step.
#
# **You will**
#
# - write batch norm forward and backward, and prove the backward pass with numerical gradients;
# - say why inference needs running averages, and find out from numbers whether they are used;
# - fold a trained batch norm into the layer before it, and explain why that layer needs no bias.
#
# **Time:** 90 minutes. **Before:** you can standardize a table (topic 06) and know how a layer computes `Z = X @ W.T + b`. You have seen the chain rule at work in a backward pass.
#
# **How it works.** Each exercise is a cell to fill in: run it, then run the check below it. When a check fails, read its first line: it says what came and what was
# expected. If your own cell ends in a red error, mend that first; the check would still see your previous version. Hints are folded away below the checks.
# The *hidden* checks run when your notebook is graded. If you study alone, save it (Ctrl+S) and call `autograder check` on it, as the README shows.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

from helpers import datasets, network, plots
from helpers.check import check, expect

(X_train, y_train), (X_dev, y_dev), _ = datasets.digits(np.random.default_rng(0))

# %% [markdown]
# ## 1 · The batch is the ruler
#
# `Z (m, n)` are the scores of a hidden layer for one mini-batch: a row is an example, a column is a unit. Standardize each *column*, with the mean and the population variance of this very batch:
#
# $$\mu_j = \frac1m\sum_i z_{ij}, \qquad \sigma_j^2 = \frac1m\sum_i (z_{ij}-\mu_j)^2, \qquad \hat x_{ij} = \frac{z_{ij}-\mu_j}{\sqrt{\sigma_j^2+\varepsilon}}$$
#
# The $\varepsilon$ keeps the division safe where a unit says the same for every example. It stands *inside* the root.
#
# Now every unit has mean 0 and deviation 1 whatever the weights before it are. That may be the wrong scale: a sigmoid would only ever see its nearly straight middle. So the
# layer gets two numbers for each unit that it may choose itself, and learns them as it learns its weights, with whichever optimizer you use:
#
# $$\text{out}_{ij} = \gamma_j\,\hat x_{ij} + \beta_j$$
#
# **Shapes.** `Z` and `out` are `(m, n)`; `gamma`, `beta`, the mean and the variance are `(n,)`.
#
# **By hand.** The column $(1, 3)$ has $\mu = 2$, $\sigma^2 = 1$. With $\varepsilon = 3$ (far too large, but easy to compute with) the root is 2, so $\hat x = (-0.5, 0.5)$. With $\gamma = 2$, $\beta = 10$ the output is $(9, 11)$.
#
# **The cache.** Also return a dict with what you will need later: `"mean"` and `"var"`, the batch's plain mean and population variance (no epsilon in it, no root), for section 3; and whatever *your* backward pass of section 2 needs.
# It gets this dict and nothing else. `"x_hat"` and `"scale"`, which is $\gamma/\sqrt{\sigma^2+\varepsilon}$, are good names for two of the things that help there; choose others if you like.
#
# **Predict first.** A batch of one row. What is the output?

# %% nbgrader={"grade": false, "grade_id": "batchnorm_forward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batchnorm_forward(Z, gamma, beta, eps=1e-5):
    """Standardize each column of a training batch, then scale and shift it.

    Parameters
    ----------
    Z : array of shape (m, n)
        Scores of one layer: m >= 1 examples, n units.
    gamma, beta : arrays of shape (n,)
        Scale and shift of each unit.
    eps : float
        Added to the variance, inside the root.

    Returns
    -------
    out : array of shape (m, n)
        float32 when Z, gamma and beta are float32, else float64.
    cache : dict
        "mean" (n,) and "var" (n,): mean and population variance of the batch. And
        whatever your batchnorm_backward needs.

    Examples
    --------
    >>> Z = np.array([[1.0], [3.0]])
    >>> out, cache = batchnorm_forward(Z, np.array([2.0]), np.array([10.0]), eps=3.0)
    >>> out
    array([[ 9.],
           [11.]])
    >>> cache["mean"], cache["var"]
    (array([2.]), array([1.]))
    """
    ### BEGIN SOLUTION
    mean, var = Z.mean(axis=0), Z.var(axis=0)
    std = np.sqrt(var + eps)
    x_hat = (Z - mean) / std
    cache = {"mean": mean, "var": var, "x_hat": x_hat, "scale": gamma / std}
    return gamma * x_hat + beta, cache
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_batchnorm_forward", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def returns_the_output_and_a_dict(batchnorm_forward):
    Z = np.array([[1.0, 0.0], [3.0, 4.0], [5.0, 2.0]])
    pair = batchnorm_forward(Z, np.array([2.0, 3.0]), np.array([10.0, 20.0]), 0.5)
    out, cache = expect.sequence(pair, 2, "the pair (out, cache)")
    expect.array(out, (3, 2), "out for 3 examples and 2 units")
    is_dict = isinstance(cache, dict) and {"mean", "var"} <= set(cache)
    expect.that(is_dict, "the cache", 'it is no dict with "mean" and "var"')


@check
def gives_the_numbers_worked_by_hand(batchnorm_forward):
    Z = np.array([[1.0], [3.0]])
    out, _ = batchnorm_forward(Z, np.array([2.0]), np.array([10.0]), 3.0)
    expect.close(out, [[9.0], [11.0]], "the column (1, 3), gamma = 2, beta = 10, eps = 3")


@check
def keeps_the_plain_mean_and_variance_of_the_batch(batchnorm_forward):
    Z = np.array([[1.0, 10.0], [3.0, 20.0]])
    _, cache = batchnorm_forward(Z, np.array([2.0, 3.0]), np.array([10.0, 20.0]), 3.0)
    expect.close(cache["mean"], [2.0, 15.0], 'cache["mean"] of the columns (1, 3) and (10, 20)')
    expect.close(cache["var"], [1.0, 25.0], 'cache["var"] of the columns (1, 3) and (10, 20)')


@check
def measures_each_column_by_itself(batchnorm_forward):
    Z = np.array([[1.0, 300.0], [3.0, 100.0], [2.0, 200.0]])
    out, _ = batchnorm_forward(Z, np.ones(2), np.zeros(2))
    expect.close(out.mean(axis=0), [0.0, 0.0], "the means of both columns, gamma = 1, beta = 0")
    what = "the standard deviations of both columns, gamma = 1, beta = 0"
    expect.close(out.std(axis=0), [1.0, 1.0], what, rtol=1e-4)


check.run("batchnorm_forward")

# %% [markdown]
# <details><summary>Hint 1: which way</summary>
# A unit is a column. What NumPy's <code>mean</code> calls <code>axis</code> is the one that disappears: of (m, n) you want (n,).
# </details>
# <details><summary>Hint 2: the order of things</summary>
# Mean and variance, the root, x̂, then scale and shift. NumPy lines up (n,) with the columns of (m, n) by itself.
# </details>
# <details><summary>Hint 3: what the cache needs</summary>
# Go on to section 2 and see what its formula is made of: everything that you cannot compute from the gradient alone goes into the dict.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_batchnorm_forward", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `batchnorm_forward`, 2 points: other shapes, the place of eps and its default,
# one row, constant columns, columns far from zero, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def make_batch(m, n, seed):
    """Scores, a scale and a shift; none of the latter is what a layer begins with."""
    rng = np.random.default_rng(seed)
    Z = rng.exponential(2.0, (m, n)) + np.arange(m)[:, None] + 3 * rng.normal(size=n)
    gamma = rng.uniform(1.5, 3.0, n) * (-1) ** np.arange(n)
    return Z, gamma, rng.uniform(0.5, 1.5, n)


@check
def returns_an_output_and_a_dict_for_any_shape(batchnorm_forward):
    for m, n in ((2, 5), (3, 3), (7, 1), (1, 4)):
        pair = batchnorm_forward(*make_batch(m, n, 1), 0.5)
        out, cache = expect.sequence(pair, 2, "the pair (out, cache)")
        expect.array(out, (m, n), f"out of {m} rows")
        is_dict = isinstance(cache, dict) and {"mean", "var"} <= set(cache)
        expect.that(is_dict, "the cache", 'it is no dict with "mean" and "var"')
        expect.array(cache["mean"], (n,), f"the mean of {m} rows")
        expect.array(cache["var"], (n,), f"the variance of {m} rows")


@check
def normalizes_scales_and_shifts_every_column(batchnorm_forward):
    for m, n in ((2, 5), (3, 3), (4, 1), (4, 2)):
        for eps in (0.5, 2.0):
            Z, gamma, beta = make_batch(m, n, 2)
            out, _ = batchnorm_forward(Z, gamma, beta, eps)
            c = Z - Z.mean(axis=0)
            want = gamma * c / np.sqrt((c * c).mean(axis=0) + eps) + beta
            expect.close(out, want, f"{m} rows, eps = {eps}")


@check
def keeps_the_plain_mean_of_the_batch(batchnorm_forward):
    for m, n in ((2, 5), (3, 3), (7, 1)):
        Z, gamma, beta = make_batch(m, n, 3)
        _, cache = batchnorm_forward(Z, gamma, beta, 0.5)
        expect.close(cache["mean"], Z.sum(axis=0) / m, f"the mean of {m} rows")


@check
def keeps_the_plain_population_variance_of_the_batch(batchnorm_forward):
    for m, n in ((2, 5), (3, 3), (7, 1)):
        Z, gamma, beta = make_batch(m, n, 4)
        _, cache = batchnorm_forward(Z, gamma, beta, 0.5)
        want = np.square(Z - Z.mean(axis=0)).sum(axis=0) / m
        expect.close(cache["var"], want, f"the variance of {m} rows")


@check
def has_a_small_eps_unless_told_otherwise(batchnorm_forward):
    Z = np.array([[0.0, 0.0], [0.002, 0.02]])
    out, _ = batchnorm_forward(Z, np.ones(2), np.zeros(2))
    want = [1e-3 / 1.1e-5**0.5, 1e-2 / 1.1e-4**0.5]
    expect.close(out[1], want, "columns of variance 1e-6 and 1e-4, no eps given")


@check
def turns_a_constant_column_into_beta(batchnorm_forward):
    _, gamma, beta = make_batch(4, 3, 5)
    for value in (0.0, -2.5, 254.75):
        Z = np.array([[value, 0.0, 7.0], [value, 4.0, 7.0], [value, 2.0, 7.0]])
        out, cache = batchnorm_forward(Z, gamma, beta)
        expect.close(out[:, [0, 2]], [beta[[0, 2]]] * 3, "the output of constant columns")
        expect.close(cache["mean"], [value, 2.0, 7.0], "the mean of constant columns")
        expect.close(cache["var"], [0.0, 8 / 3, 0.0], "the variance of constant columns")


@check
def turns_a_single_row_into_beta(batchnorm_forward):
    Z, gamma, beta = make_batch(1, 4, 6)
    out, cache = batchnorm_forward(Z, gamma, beta, 0.5)
    expect.close(out, [beta], "the output of a single row")
    expect.close(cache["mean"], Z[0], "the mean of a single row")
    expect.close(cache["var"], np.zeros(4), "the variance of a single row")


@check
def loses_no_digits_far_from_zero(batchnorm_forward):
    steps = np.array([[0.25, 1.0], [-0.75, 4.0], [1.75, -2.0], [0.0, 0.5]])
    out, cache = batchnorm_forward(steps + 1e8, np.ones(2), np.zeros(2), 0.0625)
    what = "the variance, mean a hundred million"
    expect.close(cache["var"], steps.var(axis=0), what, rtol=1e-6)
    want = (steps - steps.mean(axis=0)) / np.sqrt(steps.var(axis=0) + 0.0625)
    expect.close(out, want, "the output, mean a hundred million", rtol=1e-6, atol=1e-6)


@check
def leaves_its_earlier_results_alone(batchnorm_forward):
    Z, gamma, beta = make_batch(4, 3, 11)
    out, cache = batchnorm_forward(Z, gamma, beta, 0.5)
    first = [np.array(values) for values in (out, cache["mean"], cache["var"])]
    batchnorm_forward(Z[::-1] ** 2, gamma, beta, 0.5)
    for name, now, then in zip(("output", "mean", "variance"), (out, cache["mean"], cache["var"]), first):
        expect.close(now, then, f"an earlier {name} after another call")


@check
def leaves_its_arguments_as_they_were(batchnorm_forward):
    Z, _, _ = make_batch(4, 3, 7)
    expect.unchanged(batchnorm_forward, Z, np.ones(3), np.zeros(3), what="the arguments after the call")


@check
def leaves_gamma_and_beta_as_they_were(batchnorm_forward):
    _, gamma, beta = make_batch(4, 3, 8)
    Z = np.array([[-1.0] * 3, [1.0] * 3])
    what = "gamma and beta after the call"
    expect.unchanged(batchnorm_forward, Z, gamma, beta, 0.0, what=what)


@check
def keeps_the_precision_of_its_arguments(batchnorm_forward):
    for kind in (np.float32, np.float64):
        out, _ = batchnorm_forward(*(values.astype(kind) for values in make_batch(4, 3, 9)), 0.5)
        expect.dtype(out, kind, f"out for arguments of {kind.__name__}")
    Z, gamma, beta = make_batch(4, 3, 9)
    out, _ = batchnorm_forward(Z.astype(np.float32), gamma, beta, 0.5)
    expect.dtype(out, np.float64, "out for a float32 Z, gamma and beta float64")


@check
def keeps_the_precision_of_the_statistics(batchnorm_forward):
    for kind in (np.float32, np.float64):
        arguments = [values.astype(kind) for values in make_batch(4, 3, 10)]
        _, cache = batchnorm_forward(*arguments, 0.5)
        expect.dtype(cache["mean"], kind, f"the mean for arguments of {kind.__name__}")
        expect.dtype(cache["var"], kind, f"the variance for arguments of {kind.__name__}")


@check
def treats_whole_numbers_like_others(batchnorm_forward):
    Z = np.array([[1, 7], [2, 7], [6, 1]])
    gamma, beta = np.array([2.5, 0.5]), np.array([0.25, -1.5])
    out, _ = batchnorm_forward(Z, gamma, beta, 0.5)
    want = gamma * (Z - Z.mean(axis=0)) / np.sqrt(Z.var(axis=0) + 0.5) + beta
    expect.close(out, want, "out for an integer Z")
    expect.dtype(out, np.float64, "out for an integer Z")


check.run("batchnorm_forward", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** The training digits go through ten layers of 100 ReLU units. The weights are normal with deviation 0.1, somewhat too small for this width. Drawn are the scores $Z$ of five of the layers; in the second row your function stands before each ReLU.
#
# Look at the numbers in the first row: each layer is quieter than the one before, from a deviation of 0.38 down to 0.014. In the second row no layer can tell that the weights are too small.
#
# And the batch of one row? It is its own mean, so $\hat x$ is 0 and the output is $\beta$, whatever went in.
#
# **Turn the dial:** with `scale = 1.0` the scores of the tenth layer have a deviation of 140 million. What will the second row be?

# %% tags=["skip-execution"]
def scores_by_layer(X, scale, normalize, n_layers=10, width=100):
    """Push X through random ReLU layers; list the scores that each ReLU reads."""
    rng, A, scores = np.random.default_rng(1), X, []
    for _ in range(n_layers):
        Z = A @ rng.normal(0, scale, (width, A.shape[1])).T
        if normalize:
            Z, _ = batchnorm_forward(Z, np.ones(width), np.zeros(width))
        scores.append(Z)
        A = np.maximum(Z, 0)
    return scores


scale = 0.1
plots.activation_histograms(
    {
        "as they come": scores_by_layer(X_train, scale, normalize=False),
        "your batchnorm_forward": scores_by_layer(X_train, scale, normalize=True),
    },
    "score Z",
)

# %% [markdown]
# ## 2 · The way back
#
# Two of the three gradients are quick. `dout` says how the cost moves with each entry of the output. $\beta_j$ is added to every entry of its column, and $\gamma_j$ is multiplied with every $\hat x_{ij}$ of it, so each of the two collects what
# its whole column has to say:
#
# $$d\beta_j = \sum_i d\text{out}_{ij}, \qquad d\gamma_j = \sum_i d\text{out}_{ij}\,\hat x_{ij}$$
#
# $Z$ is harder, and this is where most people slip: one score moves **every** row of its column, because the mean and the variance move with it. Follow all three paths with the chain rule (hint 2 does it step by step), and this is left:
#
# $$dz_{ij} = \frac{\gamma_j}{\sqrt{\sigma_j^2+\varepsilon}}\Big(d\text{out}_{ij} - \frac{d\beta_j}{m} - \hat x_{ij}\,\frac{d\gamma_j}{m}\Big)$$
#
# You can see why without computing anything. Add the same number to a whole column, and the output does not change at all: so the gradient may not have a part that is equal in all rows, and its mean is taken off. Stretch the column
# about its mean, and (but for $\varepsilon$) nothing changes either: so the part along $\hat x$ is taken off, too.
#
# **By hand.** The column $(0, 3, 6)$ has $\mu = 3$, $\sigma^2 = 6$. With $\varepsilon = 3$ the root is 3, so $\hat x = (-1, 0, 1)$; let $\gamma = 6$. For $d\text{out} = (0, 3, 9)$: $d\beta = 12$, $d\gamma = 0\cdot(-1) + 3\cdot 0 + 9\cdot 1 = 9$,
# and $dz = \frac63\big[(0, 3, 9) - 4 - (-1, 0, 1)\cdot 3\big] = (-2, -2, 4)$. The three add up to 0.
#
# No division by $m$ beyond those two: if the cost is a mean over rows, `dout` carries its $1/m$ already.

# %% nbgrader={"grade": false, "grade_id": "batchnorm_backward", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batchnorm_backward(dout, cache):
    """Send a gradient back through batchnorm_forward.

    Parameters
    ----------
    dout : array of shape (m, n)
        Gradient of the cost with respect to the output.
    cache : dict
        What your batchnorm_forward returned for this batch.

    Returns
    -------
    dZ : array of shape (m, n)
        Gradient with respect to the scores.
    dgamma, dbeta : arrays of shape (n,)
        Gradients with respect to scale and shift.

    Examples
    --------
    >>> Z = np.array([[0.0], [3.0], [6.0]])
    >>> _, cache = batchnorm_forward(Z, np.array([6.0]), np.array([0.0]), eps=3.0)
    >>> dZ, dgamma, dbeta = batchnorm_backward(np.array([[0.0], [3.0], [9.0]]), cache)
    >>> dgamma, dbeta
    (array([9.]), array([12.]))
    """
    ### BEGIN SOLUTION
    x_hat, m = cache["x_hat"], len(dout)
    dbeta = dout.sum(axis=0)
    dgamma = (dout * x_hat).sum(axis=0)
    dZ = cache["scale"] * (dout - dbeta / m - x_hat * dgamma / m)
    return dZ, dgamma, dbeta
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_batchnorm_backward", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
own_forward = globals().get("batchnorm_forward")  # yours: only it knows what its cache holds


def mend(name, own, right):
    """Put an entry of a cache right, where its name is known; the root may stand under any name."""
    roots = (right["std"], right["inv_std"])
    is_root = any(np.shape(own) == np.shape(r) and np.allclose(own, r, 1e-7) for r in roots)
    return own if is_root or name not in right else right[name]


def take_cache(Z, gamma, beta, eps):
    """Run your forward pass for its cache; where it is not right, its numbers are put right."""
    std = np.sqrt(Z.var(axis=0) + eps)
    right = {"mean": Z.mean(axis=0), "var": Z.var(axis=0), "x_hat": (Z - Z.mean(axis=0)) / std}
    right |= {"scale": gamma / std, "std": std, "gamma": gamma, "beta": beta, "eps": eps, "Z": Z}
    names = {"xhat": "x_hat", "z_hat": "x_hat", "x_norm": "x_hat", "z_norm": "x_hat", "mu": "mean"}
    right |= {name: right[same] for name, same in names.items()} | {"inv_std": 1 / std}
    try:
        out, cache = own_forward(Z.copy(), gamma.copy(), beta.copy(), eps)
        is_right = np.allclose(out, gamma * right["x_hat"] + beta, rtol=1e-9)
        return cache if is_right else {name: mend(name, own, right) for name, own in cache.items()}
    except Exception:
        return right


@check
def returns_three_gradients(batchnorm_backward):
    Z = np.array([[0.0, 1.0], [3.0, 5.0], [6.0, 0.0]])
    cache = take_cache(Z, np.array([6.0, 2.0]), np.array([1.0, 2.0]), 3.0)
    three = batchnorm_backward(np.array([[0.0, 1.0], [3.0, 1.0], [9.0, 2.0]]), cache)
    dZ, dgamma, dbeta = expect.sequence(three, 3, "the three results (dZ, dgamma, dbeta)")
    expect.array(dZ, (3, 2), "dZ for 3 examples and 2 units")
    expect.array(dgamma, (2,), "dgamma for 2 units")
    expect.array(dbeta, (2,), "dbeta for 2 units")


@check
def gives_the_numbers_worked_by_hand(batchnorm_backward):
    cache = take_cache(np.array([[0.0], [3.0], [6.0]]), np.array([6.0]), np.array([1.0]), 3.0)
    dZ, dgamma, dbeta = batchnorm_backward(np.array([[0.0], [3.0], [9.0]]), cache)
    expect.close(dbeta, [12.0], "dbeta for Z = (0, 3, 6), gamma = 6, eps = 3")
    expect.close(dgamma, [9.0], "dgamma for Z = (0, 3, 6), gamma = 6, eps = 3")
    expect.close(dZ, [[-2.0], [-2.0], [4.0]], "dZ for Z = (0, 3, 6), gamma = 6, eps = 3")


@check
def agrees_with_a_numerical_gradient(batchnorm_backward):
    Z = np.array([[1.0, 0.0], [3.0, 8.0], [2.0, 2.0], [6.0, 2.0]])
    gamma, beta = np.array([2.0, -1.0]), np.array([0.5, 1.0])

    def cost(Z):
        out = gamma * (Z - Z.mean(axis=0)) / np.sqrt(Z.var(axis=0) + 0.5) + beta
        return np.sum(out**3) / 3, out**2

    dZ, _, _ = batchnorm_backward(cost(Z)[1], take_cache(Z, gamma, beta, 0.5))
    for i, j in ((0, 0), (1, 0), (2, 1), (3, 1)):
        step = np.zeros((4, 2))
        step[i, j] = 1e-4
        slope = (cost(Z + step)[0] - cost(Z - step)[0]) / 2e-4
        expect.close(dZ[i, j], slope, f"dZ[{i}, {j}] of a cost of cubes", rtol=1e-5, atol=1e-5)


check.run("batchnorm_backward")

# %% [markdown]
# <details><summary>Hint 1: from the end to the start</summary>
# The two sums over the column come first: you need them again in dZ. Both are divided by m there, and only there.
# </details>
# <details><summary>Hint 2: the three paths</summary>
# Call g = γ·dout the gradient at x̂, s the root, c = Z − μ. Directly, c gets g / s. Through s: ds gets −Σ g x̂ / s over the column, and s moves with c by x̂ / m, so c gets −x̂ · Σ g x̂ / (m s).
# Last, c = Z − μ: subtracting the mean on the way there means subtracting the mean of the gradient on the way back. Written out so, step by step, it is as right as the short formula.
# </details>
# <details><summary>Hint 3: it needs something that is not there</summary>
# Then it belongs into the cache: go back to your <code>batchnorm_forward</code> and put it in. Run both cells again.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_batchnorm_backward", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `batchnorm_backward`, 3 points: all three gradients against derivatives, other
# shapes and eps, a gamma of 0, one row, constant columns, two passes at once, the arguments, dtypes.
### BEGIN HIDDEN TESTS
own_forward = globals().get("batchnorm_forward")


def mend(name, own, right):
    """Put an entry of a cache right, where its name is known; the root may stand under any name."""
    roots = (right["std"], right["inv_std"])
    is_root = any(np.shape(own) == np.shape(r) and np.allclose(own, r, 1e-7) for r in roots)
    return own if is_root or name not in right else right[name]


def take_cache(Z, gamma, beta, eps, kind=np.float64):
    """The learner's own cache; what is wrong in it must not count here, where its names are known."""
    std = np.sqrt(Z.var(axis=0) + eps)
    right = {"mean": Z.mean(axis=0), "var": Z.var(axis=0), "x_hat": (Z - Z.mean(axis=0)) / std}
    right |= {"scale": gamma / std, "std": std, "gamma": gamma, "beta": beta, "eps": eps, "Z": Z}
    names = {"xhat": "x_hat", "z_hat": "x_hat", "x_norm": "x_hat", "z_norm": "x_hat", "mu": "mean"}
    right |= {name: right[same] for name, same in names.items()} | {"inv_std": 1 / std}
    try:
        out, cache = own_forward(Z.copy(), gamma.copy(), beta.copy(), eps)
        is_right = np.allclose(out, gamma * right["x_hat"] + beta, rtol=1e-9 if kind == np.float64 else 1e-3)
        is_right = is_right and out.dtype == kind
        return cache if is_right else {name: mend(name, own, right) for name, own in cache.items()}
    except Exception:
        return right


def make_pass(m, n, seed):
    """Scores, scale, shift, and a weight for each output in a cost that is not linear."""
    rng = np.random.default_rng(seed)
    Z = rng.exponential(2.0, (m, n)) + np.arange(m)[:, None] + 3 * rng.normal(size=n)
    gamma = rng.uniform(1.5, 3.0, n) * (-1) ** np.arange(n)
    return Z, gamma, rng.uniform(0.5, 1.5, n), rng.uniform(0.5, 2.0, (m, n))


def run(Z, gamma, beta, eps):
    c = Z - Z.mean(axis=0)
    return gamma * c / np.sqrt((c * c).mean(axis=0) + eps) + beta


def cost_of(Z, gamma, beta, weights, eps):
    out = run(Z, gamma, beta, eps)
    return (weights * (out**3 / 3 - out)).sum()


def slope_of(Z, gamma, beta, weights, eps=0.5):
    """The derivative of that cost with respect to each output."""
    return weights * (run(Z, gamma, beta, eps) ** 2 - 1)


def differentiate(of, Z, gamma, beta, weights, eps=0.5):
    """Its derivatives with respect to one argument, by a complex step: exact, as nothing is subtracted."""
    numbers = {"Z": Z, "gamma": gamma, "beta": beta, "weights": weights, "eps": eps}
    gradient = np.zeros(numbers[of].shape)
    for place in np.ndindex(*gradient.shape):
        moved = numbers[of].astype(complex)
        moved[place] += 1e-30j
        gradient[place] = cost_of(**numbers | {of: moved}).imag / 1e-30
    return gradient


SHAPES = ((2, 3), (4, 2), (3, 3), (7, 1))


@check
def sends_the_gradient_back_to_every_score(batchnorm_backward):
    for m, n in SHAPES:
        Z, gamma, beta, weights = make_pass(m, n, 21)
        dout = slope_of(Z, gamma, beta, weights)
        three = batchnorm_backward(dout, take_cache(Z, gamma, beta, 0.5))
        dZ, _, _ = expect.sequence(three, 3, "the three results")
        expect.array(dZ, (m, n), f"dZ of {m} rows")
        want = differentiate("Z", Z, gamma, beta, weights)
        expect.close(dZ, want, f"dZ of {m} rows", rtol=1e-6, atol=1e-8)


@check
def finds_the_gradient_of_gamma(batchnorm_backward):
    for m, n in SHAPES:
        Z, gamma, beta, weights = make_pass(m, n, 22)
        dout = slope_of(Z, gamma, beta, weights)
        _, dgamma, _ = batchnorm_backward(dout, take_cache(Z, gamma, beta, 0.5))
        expect.array(dgamma, (n,), f"dgamma of {m} rows")
        want = differentiate("gamma", Z, gamma, beta, weights)
        expect.close(dgamma, want, f"dgamma of {m} rows", rtol=1e-6, atol=1e-8)


@check
def finds_the_gradient_of_beta(batchnorm_backward):
    for m, n in SHAPES:
        Z, gamma, beta, weights = make_pass(m, n, 23)
        dout = slope_of(Z, gamma, beta, weights)
        _, _, dbeta = batchnorm_backward(dout, take_cache(Z, gamma, beta, 0.5))
        expect.array(dbeta, (n,), f"dbeta of {m} rows")
        want = differentiate("beta", Z, gamma, beta, weights)
        expect.close(dbeta, want, f"dbeta of {m} rows", rtol=1e-6, atol=1e-8)


@check
def goes_by_the_eps_of_the_forward_pass(batchnorm_backward):
    Z, gamma, beta, weights = make_pass(4, 2, 24)
    for eps in (1e-5, 2.0, 16.0):
        dout = slope_of(Z, gamma, beta, weights, eps)
        dZ, _, _ = batchnorm_backward(dout, take_cache(Z, gamma, beta, eps))
        want = differentiate("Z", Z, gamma, beta, weights, eps)
        expect.close(dZ, want, f"dZ with eps = {eps:g}", rtol=1e-5, atol=1e-7)


@check
def works_for_a_gamma_of_0(batchnorm_backward):
    Z, gamma, beta, weights = make_pass(4, 3, 25)
    gamma[1] = 0.0
    dout = slope_of(Z, gamma, beta, weights)
    dZ, dgamma, _ = batchnorm_backward(dout, take_cache(Z, gamma, beta, 0.5))
    expect.close(dZ[:, 1], np.zeros(4), "dZ where gamma is 0")
    want = differentiate("gamma", Z, gamma, beta, weights)
    expect.close(dgamma, want, "dgamma, one gamma is 0", rtol=1e-6, atol=1e-8)


@check
def sends_nothing_back_to_a_single_row(batchnorm_backward):
    Z, gamma, beta, weights = make_pass(1, 3, 26)
    dZ, dgamma, dbeta = batchnorm_backward(weights, take_cache(Z, gamma, beta, 0.5))
    expect.close(dZ, np.zeros((1, 3)), "dZ of a single row")
    expect.close(dgamma, np.zeros(3), "dgamma of a single row")
    expect.close(dbeta, weights[0], "dbeta of a single row")


@check
def works_for_a_constant_column(batchnorm_backward):
    Z, gamma, beta, weights = make_pass(3, 2, 27)
    Z[:, 0] = 2.5
    dZ, dgamma, _ = batchnorm_backward(weights, take_cache(Z, gamma, beta, 0.25))
    centred = weights[:, 0] - weights[:, 0].mean()
    expect.close(dZ[:, 0], gamma[0] * centred / 0.5, "dZ of a constant column")
    expect.close(dgamma[0], 0.0, "dgamma of a constant column")


@check
def reads_the_cache_that_it_is_given(batchnorm_backward):
    passes = [make_pass(m, 2, 28 + m) for m in (3, 5)]
    caches = [take_cache(Z, gamma, beta, 0.5) for Z, gamma, beta, _ in passes]
    for (Z, gamma, beta, weights), cache in zip(passes, caches):
        dout = slope_of(Z, gamma, beta, weights)
        dZ, _, _ = batchnorm_backward(dout, cache)
        want = differentiate("Z", Z, gamma, beta, weights)
        expect.close(dZ, want, "dZ after two forward passes", rtol=1e-6, atol=1e-8)


@check
def leaves_its_earlier_results_alone(batchnorm_backward):
    Z, gamma, beta, weights = make_pass(4, 2, 31)
    cache = take_cache(Z, gamma, beta, 0.5)
    three = batchnorm_backward(weights, cache)
    first = [np.array(gradient) for gradient in three]
    batchnorm_backward(weights[::-1] ** 2, cache)
    for name, now, then in zip(("dZ", "dgamma", "dbeta"), three, first):
        expect.close(now, then, f"an earlier {name} after another call")


@check
def leaves_its_arguments_as_they_were(batchnorm_backward):
    Z, gamma, beta, weights = make_pass(4, 3, 29)
    what = "dout and the cache after the call"
    expect.unchanged(batchnorm_backward, weights, take_cache(Z, gamma, beta, 0.5), what=what)


@check
def keeps_the_precision_of_its_arguments(batchnorm_backward):
    for kind in (np.float32, np.float64):
        Z, gamma, beta, weights = (values.astype(kind) for values in make_pass(4, 3, 30))
        cache = take_cache(Z, gamma, beta, 0.5, kind)
        for name, values in dict(cache).items():  # where the forward pass has lost the precision
            if isinstance(values, np.ndarray) and values.dtype.kind == "f":
                cache[name] = values.astype(kind)
        three = batchnorm_backward(weights, cache)
        for name, gradient in zip(("dZ", "dgamma", "dbeta"), three):
            expect.dtype(gradient, kind, f"{name} for arguments of {kind.__name__}")


check.run("batchnorm_backward", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Ten rows of one unit, a random gradient, and your dZ. The formula promises two things: the column sums to 0, and it has no part along $\hat x$. Both numbers should be nearly 0; the second one is not quite, because of $\varepsilon$. The plain
# $\gamma\,d\text{out}/\sqrt{\sigma^2+\varepsilon}$, which forgets that mean and variance move, is printed for comparison.

# %% tags=["skip-execution"]
rng = np.random.default_rng(2)
Z, dout = rng.normal(3, 2, (10, 1)), rng.normal(size=(10, 1))
x_hat, cache = batchnorm_forward(Z, np.ones(1), np.zeros(1))
dZ, _, _ = batchnorm_backward(dout, cache)
for name, gradient in (("your dZ", dZ), ("plain", dout / np.sqrt(cache["var"] + 1e-5))):
    print(f"{name:8} sum: {gradient.sum():9.6f}, along x_hat: {(gradient * x_hat).sum():9.6f}")

# %% [markdown]
# ## 3 · A memory of batches
#
# When the network is used, there may be no batch: rows come one at a time, and a row's result must not depend on who happens to come along. So the layer needs a mean and a variance for later, and it gathers them
# while it trains. After each batch it moves what it has a little towards what it just saw:
#
# $$\text{running} \leftarrow \text{momentum}\cdot\text{running} + (1-\text{momentum})\cdot\text{batch}$$
#
# It is an exponentially weighted average, one for the mean and one for the variance. The weights change during training, and the statistics with them; an average that fades forgets the old ones.
#
# **By hand.** running 1, batch 5, momentum 0.75: $0.75\cdot 1 + 0.25\cdot 5 = 2$.
#
# **Elsewhere.** Here and in Keras momentum weighs the *old* value. In PyTorch it weighs the *new* one: `torch.nn.BatchNorm1d(n, momentum=0.1)` is our 0.9. Whoever carries a 0.9 over as it is gets a memory of little more than the last batch.

# %% nbgrader={"grade": false, "grade_id": "update_running", "locked": false, "schema_version": 3, "solution": true, "task": false}
def update_running(running, batch, momentum=0.9):
    """Move a running statistic towards that of a batch.

    Parameters
    ----------
    running : array of shape (n,)
        The statistic so far.
    batch : array of shape (n,)
        The same statistic of one batch.
    momentum : float
        Share of the old value, from 0 to 1.

    Returns
    -------
    array of shape (n,)
        The new running statistic; float32 when both arrays are float32, else float64.

    Examples
    --------
    >>> update_running(np.array([1.0]), np.array([5.0]), momentum=0.75)
    array([2.])
    """
    ### BEGIN SOLUTION
    return momentum * running + (1 - momentum) * batch
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_update_running", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_the_number_worked_by_hand(update_running):
    new = update_running(np.array([1.0]), np.array([5.0]), 0.75)
    expect.close(new, [2.0], "running 1, batch 5, momentum 0.75")


@check
def keeps_nine_tenths_unless_told_otherwise(update_running):
    new = update_running(np.array([10.0, 0.0]), np.array([20.0, 8.0]))
    expect.close(new, [11.0, 0.8], "running (10, 0), batch (20, 8), no momentum given")


@check
def stays_where_it_is_when_the_batch_says_the_same(update_running):
    new = update_running(np.array([4.0]), np.array([4.0]), 0.5)
    expect.close(new, [4.0], "running 4, batch 4, momentum 0.5")


check.run("update_running")

# %% [markdown]
# <details><summary>Hint: shares</summary>
# The two shares add up to 1. Which one belongs to the old value: the large one or the small one?
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_update_running", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `update_running`, 2 points: other momenta, many batches, the arguments, dtypes.
### BEGIN HIDDEN TESTS
def make_statistics(n, seed):
    rng = np.random.default_rng(seed)
    return rng.uniform(1.0, 3.0, n), rng.uniform(4.0, 9.0, n)


@check
def weighs_the_old_value_by_momentum(update_running):
    for n in (1, 3, 6):
        for momentum in (0.75, 0.375, 0.99):
            running, batch = make_statistics(n, 31)
            new = update_running(running, batch, momentum)
            expect.array(new, (n,), f"the result for {n} units")
            expect.close(new, batch + momentum * (running - batch), f"momentum = {momentum}")


@check
def has_a_momentum_of_nine_tenths_unless_told_otherwise(update_running):
    running, batch = make_statistics(4, 32)
    expect.close(update_running(running, batch), 0.9 * running + 0.1 * batch, "no momentum given")


@check
def works_at_both_ends(update_running):
    running, batch = make_statistics(3, 33)
    expect.close(update_running(running, batch, 1.0), running, "momentum = 1")
    expect.close(update_running(running, batch, 0.0), batch, "momentum = 0")


@check
def works_for_negative_values_and_zeros(update_running):
    running, batch = np.array([-2.0, 0.0, 3.0, 0.0]), np.array([4.0, -1.0, 0.0, 0.0])
    new = update_running(running, batch, 0.25)
    expect.close(new, [2.5, -0.75, 0.75, 0.0], "statistics of either sign, momentum = 0.25")
    new = update_running(np.zeros(2), np.array([4.0, -8.0]), 0.75)
    expect.close(new, [1.0, -2.0], "a running statistic of zeros, momentum = 0.75")


@check
def forgets_batches_step_by_step(update_running):
    running, batch = make_statistics(2, 34)
    now = running
    for _ in range(5):
        now = update_running(now, batch, 0.5)
    expect.close(now, batch + (running - batch) / 32, "five equal batches, momentum = 0.5")


@check
def leaves_its_earlier_results_alone(update_running):
    running, batch = make_statistics(3, 37)
    new = update_running(running, batch, 0.5)
    first = np.array(new)
    update_running(running * 3, batch * 2, 0.5)
    expect.close(new, first, "an earlier result after another call")


@check
def leaves_its_arguments_as_they_were(update_running):
    running, batch = make_statistics(3, 35)
    what = "running and batch after the call"
    expect.unchanged(update_running, running, batch, 0.75, what=what)


@check
def keeps_the_precision_of_its_arguments(update_running):
    for kind in (np.float32, np.float64):
        running, batch = (values.astype(kind) for values in make_statistics(3, 36))
        expect.dtype(update_running(running, batch), kind, f"the result for {kind.__name__}")
    running, batch = make_statistics(3, 36)
    for pair in ((running.astype(np.float32), batch), (running, batch.astype(np.float32))):
        expect.dtype(update_running(*pair), np.float64, "the result for float32 and float64")


@check
def treats_whole_numbers_like_others(update_running):
    new = update_running(np.array([1, 2]), np.array([4, 8]), 0.75)
    expect.close(new, [1.75, 3.5], "integer arrays")
    expect.dtype(new, np.float64, "integer arrays")


check.run("update_running", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 4 · One row at a time: inference
#
# With the running statistics in hand, inference is section 1 with other numbers: nothing is computed from `Z`, and every row is treated as if it were alone.
#
# $$\text{out} = \gamma\,\frac{Z - \mu_\text{running}}{\sqrt{\sigma^2_\text{running}+\varepsilon}} + \beta$$
#
# Where does the $\varepsilon$ stand? Where it stood in training, or the two passes would not fit together.
#
# **By hand.** $z = 6$, $\mu = 2$, $\sigma^2 = 1$, $\varepsilon = 3$, $\gamma = 3$, $\beta = 10$: $3\cdot\frac{6-2}{2} + 10 = 16$.

# %% nbgrader={"grade": false, "grade_id": "batchnorm_inference", "locked": false, "schema_version": 3, "solution": true, "task": false}
def batchnorm_inference(Z, gamma, beta, running_mean, running_var, eps=1e-5):
    """Normalize with running statistics, so that no row depends on the rows beside it.

    Parameters
    ----------
    Z : array of shape (m, n)
        Scores of one layer.
    gamma, beta : arrays of shape (n,)
        Learned scale and shift.
    running_mean, running_var : arrays of shape (n,)
        Mean and population variance gathered in training.
    eps : float
        That of training.

    Returns
    -------
    array of shape (m, n)
        float32 when all arrays are float32, else float64.

    Examples
    --------
    >>> one = np.ones(1)
    >>> batchnorm_inference(np.array([[6.0]]), 3 * one, 10 * one, 2 * one, one, eps=3.0)
    array([[16.]])
    """
    ### BEGIN SOLUTION
    return gamma * (Z - running_mean) / np.sqrt(running_var + eps) + beta
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_batchnorm_inference", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_the_number_worked_by_hand(batchnorm_inference):
    one = np.ones(1)
    out = batchnorm_inference(np.array([[6.0]]), 3 * one, 10 * one, 2 * one, one, 3.0)
    what = "z = 6, gamma = 3, beta = 10, mean 2, variance 1, eps = 3"
    expect.close(out, [[16.0]], what)


@check
def gives_a_row_the_same_result_in_any_company(batchnorm_inference):
    numbers = [np.array(two) for two in ([2.0, 1.0], [0.0, 5.0], [1.0, 3.0], [4.0, 9.0])]
    alone = batchnorm_inference(np.array([[5.0, 0.0]]), *numbers, 0.0)
    expect.close(alone, [[4.0, 4.0]], "the row (5, 0) alone")
    both = batchnorm_inference(np.array([[5.0, 0.0], [1.0, 6.0]]), *numbers, 0.0)
    expect.close(both, [[4.0, 4.0], [0.0, 6.0]], "the row (5, 0) beside (1, 6)")


check.run("batchnorm_inference")

# %% [markdown]
# <details><summary>Hint: what is different</summary>
# In section 1 two lines computed a mean and a variance from <code>Z</code>. Here both are arguments.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_batchnorm_inference", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `batchnorm_inference`, 2 points: other shapes, eps and its default, a single row,
# a variance of 0, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def make_layer(m, n, seed):
    """Scores, scale, shift, mean and variance; the last two are not those of the scores."""
    rng = np.random.default_rng(seed)
    gamma = rng.uniform(1.5, 3.0, n) * (-1) ** np.arange(n)
    mean, var = rng.uniform(1.5, 2.5, n), rng.uniform(2.0, 4.0, n)
    return rng.normal(6, 2, (m, n)), gamma, rng.uniform(0.5, 1.5, n), mean, var


@check
def goes_by_the_running_statistics(batchnorm_inference):
    for m, n in ((2, 5), (3, 3), (7, 1), (1, 4), (1, 1)):
        for eps in (0.5, 2.0):
            Z, gamma, beta, mean, var = make_layer(m, n, 41)
            out = batchnorm_inference(Z, gamma, beta, mean, var, eps)
            expect.array(out, (m, n), f"{m} rows of {n} units")
            want = beta + gamma * (Z - mean) * (var + eps) ** -0.5
            expect.close(out, want, f"{m} rows of {n} units, eps = {eps}")


@check
def has_a_small_eps_unless_told_otherwise(batchnorm_inference):
    Z, two = np.array([[0.004, 0.02]]), np.ones(2)
    out = batchnorm_inference(Z, two, 0 * two, 0 * two, np.array([1e-6, 0.0]))
    expect.close(out, [[0.004 / 1.1e-5**0.5, 0.02 / 1e-5**0.5]], "variances near 0, no eps given")


@check
def works_for_a_variance_of_0(batchnorm_inference):
    Z, gamma, beta, mean, var = make_layer(3, 2, 42)
    var[1] = 0.0
    out = batchnorm_inference(Z, gamma, beta, mean, var, 0.25)
    expect.close(out[:, 1], gamma[1] * (Z[:, 1] - mean[1]) / 0.5 + beta[1], "a variance of 0")


@check
def leaves_its_earlier_results_alone(batchnorm_inference):
    Z, gamma, beta, mean, var = make_layer(3, 2, 46)
    out = batchnorm_inference(Z, gamma, beta, mean, var, 0.5)
    first = np.array(out)
    batchnorm_inference(-Z, gamma, beta, mean, var, 0.5)
    expect.close(out, first, "an earlier result after another call")


@check
def leaves_its_arguments_as_they_were(batchnorm_inference):
    what = "the arguments after the call"
    expect.unchanged(batchnorm_inference, *make_layer(4, 3, 43), 0.5, what=what)


@check
def keeps_the_precision_of_its_arguments(batchnorm_inference):
    for kind in (np.float32, np.float64):
        arguments = [values.astype(kind) for values in make_layer(4, 3, 44)]
        expect.dtype(batchnorm_inference(*arguments), kind, f"arguments of {kind.__name__}")
    Z, *layer = make_layer(4, 3, 44)
    out = batchnorm_inference(Z.astype(np.float32), *layer)
    expect.dtype(out, np.float64, "a float32 Z, the others float64")


@check
def treats_whole_numbers_like_others(batchnorm_inference):
    _, gamma, beta, mean, var = make_layer(1, 2, 45)
    Z = np.array([[1, 7], [6, 0]])
    out = batchnorm_inference(Z, gamma, beta, mean, var, 0.5)
    expect.close(out, gamma * (Z - mean) / np.sqrt(var + 0.5) + beta, "an integer Z")
    expect.dtype(out, np.float64, "an integer Z")


check.run("batchnorm_inference", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 5 · Nothing is lost
#
# Batch norm takes a unit's mean and scale away. Might the network have needed them? Then it can have them back. There is one choice of $\gamma$ and $\beta$ with which batch norm, using a given mean and variance, returns exactly what came in. Find it.
#
# So a network with batch norm can do whatever it could do without. What changes is the way there: how loud a unit is, and where it lies, are now two numbers of its own, which a step can reach directly, instead of something that all weights
# of all layers below decide together.
#
# **By hand.** Mean 7, variance 1, $\varepsilon = 3$. A score of 9 becomes $\hat x = \frac{9-7}{2} = 1$, and a score of 7 becomes 0. To get 9 and 7 back you need $\gamma = 2$ and $\beta = 7$.

# %% nbgrader={"grade": false, "grade_id": "identity_parameters", "locked": false, "schema_version": 3, "solution": true, "task": false}
def identity_parameters(mean, var, eps=1e-5):
    """Find the scale and shift with which batch norm gives back its input.

    Parameters
    ----------
    mean, var : arrays of shape (n,)
        The mean and the variance that batch norm uses.
    eps : float
        The eps that it uses.

    Returns
    -------
    gamma, beta : arrays of shape (n,)
        float32 when mean and var are float32, else float64.

    Examples
    --------
    >>> identity_parameters(np.array([7.0]), np.array([1.0]), eps=3.0)
    (array([2.]), array([7.]))
    """
    ### BEGIN SOLUTION
    return np.sqrt(var + eps), mean
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_identity_parameters", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_the_numbers_worked_by_hand(identity_parameters):
    pair = identity_parameters(np.array([7.0]), np.array([1.0]), 3.0)
    gamma, beta = expect.sequence(pair, 2, "the pair (gamma, beta)")
    expect.close(gamma, [2.0], "gamma for mean 7, variance 1, eps = 3")
    expect.close(beta, [7.0], "beta for mean 7, variance 1, eps = 3")


@check
def gives_back_what_went_in(identity_parameters):
    mean, var = np.array([2.0, -1.0]), np.array([3.0, 8.0])
    gamma, beta = identity_parameters(mean, var, 1.0)
    Z = np.array([[0.0, 5.0], [3.0, -1.0]])
    out = gamma * (Z - mean) / np.sqrt(var + 1.0) + beta
    expect.close(out, Z, "batch norm of ((0, 5), (3, -1)), means 2 and -1, variances 3 and 8, eps = 1")


check.run("identity_parameters")

# %% [markdown]
# <details><summary>Hint: undress in reverse</summary>
# x̂ is the score minus a number, divided by a number. What must you multiply it by, and then add, to be back at the score?
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_identity_parameters", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `identity_parameters`, 2 points: many units, eps and its default, variances of 0,
# the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def make_statistics(n, seed):
    rng = np.random.default_rng(seed)
    return rng.uniform(2.0, 4.0, n) * (-1) ** np.arange(n), rng.uniform(5.0, 9.0, n)


@check
def gives_back_what_went_in_whatever_the_statistics(identity_parameters):
    for n in (1, 2, 5):
        for eps in (0.5, 3.0):
            mean, var = make_statistics(n, 51)
            pair = identity_parameters(mean, var, eps)
            gamma, beta = expect.sequence(pair, 2, "the pair (gamma, beta)")
            expect.array(gamma, (n,), f"gamma of {n} units")
            expect.array(beta, (n,), f"beta of {n} units")
            Z = np.random.default_rng(52).normal(2, 3, (4, n))
            out = gamma * (Z - mean) / np.sqrt(var + eps) + beta
            expect.close(out, Z, f"batch norm of {n} units, eps = {eps}")


@check
def finds_each_of_the_two(identity_parameters):
    mean, var = make_statistics(3, 53)
    gamma, beta = identity_parameters(mean, var, 0.5)
    expect.close(gamma, (var + 0.5) ** 0.5, "gamma")
    expect.close(beta, mean, "beta")


@check
def has_a_small_eps_unless_told_otherwise(identity_parameters):
    gamma, _ = identity_parameters(np.ones(2), np.array([0.0, 3e-5]))
    expect.close(gamma, [1e-5**0.5, 4e-5**0.5], "gamma for variances near 0, no eps given")


@check
def works_for_a_unit_that_never_changed(identity_parameters):
    gamma, beta = identity_parameters(np.array([3.0, 0.0]), np.zeros(2), 0.25)
    expect.close(gamma, [0.5, 0.5], "gamma for a variance of 0")
    expect.close(beta, [3.0, 0.0], "beta for a variance of 0")


@check
def leaves_its_arguments_as_they_were(identity_parameters):
    mean, var = make_statistics(3, 54)
    expect.unchanged(identity_parameters, mean, var, 0.5, what="mean and variance after the call")


@check
def keeps_the_precision_of_its_arguments(identity_parameters):
    for kind in (np.float32, np.float64):
        pair = identity_parameters(*(values.astype(kind) for values in make_statistics(3, 55)))
        for name, values in zip(("gamma", "beta"), pair):
            expect.dtype(values, kind, f"{name} for arguments of {kind.__name__}")


@check
def treats_whole_numbers_like_others(identity_parameters):
    gamma, beta = identity_parameters(np.array([3, -2]), np.array([2, 6]), 0.25)
    expect.close(gamma, [1.5, 2.5], "gamma for integer arrays")
    expect.close(beta, [3.0, -2.0], "beta for integer arrays")


check.run("identity_parameters", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 6 · Gone at inference: the fold
#
# At inference the mean, the variance, $\gamma$ and $\beta$ are fixed numbers. Then batch norm is a straight line for each unit, and the linear layer before it is linear as well:
#
# $$\text{out} = \gamma\,\frac{(XW^\top + b) - \mu}{\sqrt{\sigma^2+\varepsilon}} + \beta = X W'^\top + b'$$
#
# Multiply it out and read off $W'$ and $b'$. A network that is shipped has no batch norm layers any more; they cost nothing.
#
# **Shapes.** `W (n_out, n_in)`; everything else is `(n_out,)`, a number for each unit, and a unit is a *row* of `W`.
#
# **By hand.** One unit with weights $(4, -2)$ and bias 5; mean 3, variance 1, $\varepsilon = 3$, $\gamma = 6$, $\beta = 10$. For $x = (1, 0)$ the score is 9, and batch norm makes it $6\cdot\frac{9-3}{2} + 10 = 28$. The folded unit has the weights $(12, -6)$ and
# the bias 16: $12 + 16 = 28$.

# %% nbgrader={"grade": false, "grade_id": "fold_batchnorm", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fold_batchnorm(W, b, gamma, beta, mean, var, eps=1e-5):
    """Merge a linear layer and the batch norm behind it, at inference, into one linear layer.

    Parameters
    ----------
    W : array of shape (n_out, n_in)
        Weights of the linear layer.
    b : array of shape (n_out,)
        Its biases.
    gamma, beta : arrays of shape (n_out,)
        Scale and shift of batch norm.
    mean, var : arrays of shape (n_out,)
        Its running statistics.
    eps : float
        Its eps.

    Returns
    -------
    W : array of shape (n_out, n_in)
    b : array of shape (n_out,)
        X @ W.T + b is what both layers give together. float32 when all arrays are float32, else
        float64.

    Examples
    --------
    >>> one = np.ones(1)
    >>> W = np.array([[4.0, -2.0]])
    >>> fold_batchnorm(W, 5 * one, 6 * one, 10 * one, mean=3 * one, var=one, eps=3.0)
    (array([[12., -6.]]), array([16.]))
    """
    ### BEGIN SOLUTION
    scale = gamma / np.sqrt(var + eps)
    return scale[:, np.newaxis] * W, scale * (b - mean) + beta
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_fold_batchnorm", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_the_numbers_worked_by_hand(fold_batchnorm):
    one = np.ones(1)
    W = np.array([[4.0, -2.0]])
    pair = fold_batchnorm(W, 5 * one, 6 * one, 10 * one, 3 * one, one, 3.0)
    W, b = expect.sequence(pair, 2, "the pair (W, b)")
    expect.close(W, [[12.0, -6.0]], "W for the unit worked by hand")
    expect.close(b, [16.0], "b for the unit worked by hand")


@check
def scales_each_unit_by_its_own_number(fold_batchnorm):
    zero = np.zeros(2)
    W, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 6.0])
    W, b = fold_batchnorm(W, b, np.array([2.0, 10.0]), zero, zero, np.ones(2), 0.0)
    expect.close(W, [[2.0, 4.0], [30.0, 40.0]], "W for gamma = (2, 10), beta = mean = 0, variance 1")
    expect.close(b, [10.0, 60.0], "b for gamma = (2, 10), beta = mean = 0, variance 1")


check.run("fold_batchnorm")

# %% [markdown]
# <details><summary>Hint 1: multiply it out</summary>
# Call γ / √(σ² + ε) the scale. Which terms have X in them, and which have not?
# </details>
# <details><summary>Hint 2: rows</summary>
# The scale is (n_out,) and must reach the rows of W (n_out, n_in), but NumPy lines up (n_out,) with columns. Make a column of it first.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_fold_batchnorm", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `fold_batchnorm`, 2 points: other shapes, the weights and the biases each, eps and
# its default, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def make_layers(n_out, n_in, seed):
    """Weights, biases, scale, shift, mean and variance."""
    rng = np.random.default_rng(seed)
    gamma = rng.uniform(1.5, 3.0, n_out) * (-1) ** np.arange(n_out)
    W, b = rng.normal(0, 2, (n_out, n_in)), rng.uniform(4.0, 6.0, n_out)
    mean, var = rng.uniform(1.5, 2.5, n_out), rng.uniform(5.0, 9.0, n_out)
    return W, b, gamma, rng.uniform(0.5, 1.0, n_out), mean, var


@check
def gives_what_both_layers_give_together(fold_batchnorm):
    for n_out, n_in in ((2, 5), (5, 2), (3, 3), (1, 4), (4, 1), (1, 1)):
        W, b, gamma, beta, mean, var = make_layers(n_out, n_in, 61)
        pair = fold_batchnorm(W, b, gamma, beta, mean, var, 0.5)
        W_new, b_new = expect.sequence(pair, 2, "the pair (W, b)")
        expect.array(W_new, (n_out, n_in), f"W of {n_out} units and {n_in} inputs")
        expect.array(b_new, (n_out,), f"b of {n_out} units")
        X = np.random.default_rng(62).normal(size=(3, n_in))
        want = gamma * (X @ W.T + b - mean) / np.sqrt(var + 0.5) + beta
        expect.close(X @ W_new.T + b_new, want, f"the output of {n_out} units and {n_in} inputs")


@check
def finds_the_weights(fold_batchnorm):
    for n_out, n_in in ((2, 3), (3, 3), (4, 1)):
        W, b, gamma, beta, mean, var = make_layers(n_out, n_in, 63)
        W_new, _ = fold_batchnorm(W, b, gamma, beta, mean, var, 2.0)
        expect.close(W_new, (W.T * (gamma / (var + 2.0) ** 0.5)).T, f"W of {n_out} units")


@check
def finds_the_biases(fold_batchnorm):
    for n_out, n_in in ((2, 3), (3, 3), (4, 1)):
        W, b, gamma, beta, mean, var = make_layers(n_out, n_in, 64)
        _, b_new = fold_batchnorm(W, b, gamma, beta, mean, var, 2.0)
        expect.close(b_new, beta + (b - mean) * gamma / (var + 2.0) ** 0.5, f"b of {n_out} units")


@check
def has_a_small_eps_unless_told_otherwise(fold_batchnorm):
    two = np.ones(2)
    W, _ = fold_batchnorm(two[:, None], two, two, two, two, np.array([0.0, 3e-5]))
    expect.close(W, [[1e-5**-0.5], [4e-5**-0.5]], "W for variances near 0, no eps given")


@check
def leaves_its_arguments_as_they_were(fold_batchnorm):
    what = "the arguments after the call"
    expect.unchanged(fold_batchnorm, *make_layers(3, 2, 65), 0.5, what=what)


@check
def keeps_the_precision_of_its_arguments(fold_batchnorm):
    for kind in (np.float32, np.float64):
        pair = fold_batchnorm(*(values.astype(kind) for values in make_layers(3, 2, 66)))
        for name, values in zip("Wb", pair):
            expect.dtype(values, kind, f"{name} for arguments of {kind.__name__}")
    W, *others = make_layers(3, 2, 66)
    W, _ = fold_batchnorm(W.astype(np.float32), *others)
    expect.dtype(W, np.float64, "W for float32 weights, the others float64")


@check
def treats_whole_numbers_like_others(fold_batchnorm):
    W, b = np.array([[1, -2], [3, 0]]), np.array([2, 3])
    _, _, gamma, beta, mean, var = make_layers(2, 2, 67)
    W_new, b_new = fold_batchnorm(W, b, gamma, beta, mean, var, 0.5)
    scale = gamma / np.sqrt(var + 0.5)
    expect.close(W_new, W * scale[:, None], "W for integer weights")
    expect.close(b_new, (b - mean) * scale + beta, "b for integer biases")


check.run("fold_batchnorm", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 7 · All of it in one layer
#
# A layer has a memory: what it has learned, what it has seen, and what its backward pass needs. That calls for a class. Yours has two methods:
#
# - `forward(Z, training)` normalizes with the batch's statistics in training, and moves the running ones towards them; outside training it normalizes with the running ones and leaves them alone;
# - `backward(dout)` returns dZ for the last pass in training, and puts the other two gradients into `dgamma` and `dbeta`, in the place of those of the step before.
#
# You may call your functions from above. An optimizer will read `dgamma` and `dbeta`, and set `gamma` and `beta` from outside, so use what stands in the attributes *now*.
#
# A new layer has $\gamma = 1$, $\beta = 0$, running mean 0 and running variance 1: before any training, inference hands its input through almost unchanged.
#
# **By hand.** `BatchNorm(1, momentum=0.5, eps=3.0)` is given the batch $(1, 3)$ in training: $\hat x = (-0.5, 0.5)$. The running mean becomes $0.5\cdot 0 + 0.5\cdot 2 = 1$, the running variance $0.5\cdot 1 + 0.5\cdot 1 = 1$. At inference, a row with score 5 now becomes $\frac{5-1}{2} = 2$.
#
# **Elsewhere.** PyTorch's layer is switched by `layer.train()` and `layer.eval()` instead of an argument. It normalizes with the population variance as we do, but its running variance is divided by $m-1$; for batches of 64 that is a difference of 1.6 %.

# %% nbgrader={"grade": false, "grade_id": "BatchNorm", "locked": false, "schema_version": 3, "solution": true, "task": false}
class BatchNorm:
    """Batch norm as a layer of n units.

    Parameters
    ----------
    n : int
        Units.
    momentum : float
        Share of the old value in the running statistics.
    eps : float
        Added to a variance, inside the root.

    Attributes
    ----------
    gamma, beta : arrays of shape (n,)
        Scale and shift: ones and zeros at first; may be set from outside.
    running_mean, running_var : arrays of shape (n,)
        Zeros and ones at first; the variance is the population variance. They move in training only.
    dgamma, dbeta : arrays of shape (n,)
        The gradients that the last backward found.

    Examples
    --------
    >>> layer = BatchNorm(1, momentum=0.5, eps=3.0)
    >>> layer.forward(np.array([[1.0], [3.0]]), training=True)
    array([[-0.5],
           [ 0.5]])
    >>> layer.running_mean, layer.running_var
    (array([1.]), array([1.]))
    """

    def __init__(self, n, momentum=0.9, eps=1e-5):
        ### BEGIN SOLUTION
        self.momentum, self.eps = momentum, eps
        self.gamma, self.beta = np.ones(n), np.zeros(n)
        self.running_mean, self.running_var = np.zeros(n), np.ones(n)
        self.dgamma, self.dbeta = np.zeros(n), np.zeros(n)
        ### END SOLUTION

    def forward(self, Z, training):
        """Normalize Z (m, n) by the batch in training, by the running statistics otherwise."""
        ### BEGIN SOLUTION
        mean, var = self.running_mean, self.running_var
        if training:
            mean, var = Z.mean(axis=0), Z.var(axis=0)
            keep, move = self.momentum, 1 - self.momentum
            self.running_mean = keep * self.running_mean + move * mean
            self.running_var = keep * self.running_var + move * var
        std = np.sqrt(var + self.eps)
        x_hat = (Z - mean) / std
        if training:
            self.x_hat, self.scale = x_hat, self.gamma / std
        return self.gamma * x_hat + self.beta
        ### END SOLUTION

    def backward(self, dout):
        """Return dZ (m, n) for the last training pass; set dgamma and dbeta."""
        ### BEGIN SOLUTION
        m = len(dout)
        self.dbeta = dout.sum(axis=0)
        self.dgamma = (dout * self.x_hat).sum(axis=0)
        return self.scale * (dout - self.dbeta / m - self.x_hat * self.dgamma / m)
        ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_BatchNorm", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def begins_with_the_numbers_of_a_new_layer(BatchNorm):
    layer = BatchNorm(2)
    expect.close(layer.gamma, [1.0, 1.0], "gamma of a new layer of 2 units")
    expect.close(layer.beta, [0.0, 0.0], "beta of a new layer of 2 units")
    expect.close(layer.running_mean, [0.0, 0.0], "running_mean of a new layer of 2 units")
    expect.close(layer.running_var, [1.0, 1.0], "running_var of a new layer of 2 units")


@check
def normalizes_by_the_batch_in_training(BatchNorm):
    out = BatchNorm(1, 0.5, 3.0).forward(np.array([[1.0], [3.0]]), True)
    expect.close(out, [[-0.5], [0.5]], "the batch (1, 3) in training, eps = 3")


@check
def moves_its_statistics_in_training(BatchNorm):
    layer = BatchNorm(1, 0.5, 3.0)
    layer.forward(np.array([[1.0], [5.0]]), True)
    expect.close(layer.running_var, [2.5], "running_var after the batch (1, 5), momentum 0.5")
    expect.close(layer.running_mean, [1.5], "running_mean after the batch (1, 5), momentum 0.5")


@check
def normalizes_by_its_statistics_outside_training(BatchNorm):
    layer = BatchNorm(1, 0.5, 3.0)
    layer.forward(np.array([[1.0], [3.0]]), True)
    out = layer.forward(np.array([[5.0]]), False)
    expect.close(out, [[2.0]], "the row 5 after the batch (1, 3), momentum 0.5, eps = 3")
    expect.close(layer.running_mean, [1.0], "running_mean after that row")


@check
def goes_back_through_the_last_batch(BatchNorm):
    layer = BatchNorm(1, 0.5, 3.0)
    layer.gamma = np.array([6.0])
    layer.forward(np.array([[0.0], [3.0], [6.0]]), True)
    dZ = layer.backward(np.array([[0.0], [3.0], [9.0]]))
    expect.close(dZ, [[-2.0], [-2.0], [4.0]], "dZ of section 2, gamma = 6, eps = 3")
    expect.close(layer.dgamma, [9.0], "dgamma of section 2")
    expect.close(layer.dbeta, [12.0], "dbeta of section 2")


check.run("BatchNorm")

# %% [markdown]
# <details><summary>Hint 1: what to remember where</summary>
# Whatever must outlive a call gets a <code>self.</code>: the two settings, the four arrays of a new layer, and what the backward pass needs.
# </details>
# <details><summary>Hint 2: four functions</summary>
# In training: section 1, then section 3 twice, with the mean and the variance from the cache. Outside training: section 4, and nothing else. Backward: section 2, whose three results go to three places.
# </details>
# <details><summary>Hint 3: which momentum, which eps</summary>
# The functions have defaults of their own. Pass on those of your layer.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_BatchNorm", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `BatchNorm`, 3 points: other shapes and settings, several batches, attributes that
# are set from outside, inference, gradients of several steps, two layers at once, arguments, dtypes.
### BEGIN HIDDEN TESTS
def make_batch(m, n, seed):
    """Scores, a scale and a shift; none of the latter is what a layer begins with."""
    rng = np.random.default_rng(seed)
    Z = rng.exponential(2.0, (m, n)) + np.arange(m)[:, None] + rng.uniform(2, 4, n)
    gamma = rng.uniform(1.5, 3.0, n) * (-1) ** np.arange(n)
    return Z, gamma, rng.uniform(0.5, 1.5, n)


def run(Z, gamma, beta, eps, mean=None, var=None):
    mean = Z.sum(axis=0) / len(Z) if mean is None else mean
    var = np.square(Z - mean).sum(axis=0) / len(Z) if var is None else var
    return gamma * (Z - mean) / np.sqrt(var + eps) + beta


def go_back(Z, gamma, eps, dout):
    """The gradients, from the derivatives of mean and variance one by one."""
    m, c = len(Z), Z - Z.mean(axis=0)
    root = np.sqrt((c * c).mean(axis=0) + eps)
    d_var = (dout * gamma * c).sum(axis=0) * -0.5 / root**3
    d_mean = -(dout * gamma / root).sum(axis=0)
    dZ = dout * gamma / root + d_var * 2 * c / m + d_mean / m
    return dZ, (dout * c / root).sum(axis=0), dout.sum(axis=0)


@check
def begins_with_the_numbers_of_a_new_layer_of_any_size(BatchNorm):
    for n in (1, 3):
        layer = BatchNorm(n)
        for name, value in (("gamma", 1), ("beta", 0), ("running_mean", 0), ("running_var", 1)):
            expect.close(getattr(layer, name), np.full(n, float(value)), f"{name} of {n} units")


@check
def normalizes_by_the_batch_with_its_own_scale_and_shift(BatchNorm):
    for m, n in ((2, 3), (3, 3), (4, 1), (1, 2)):
        Z, gamma, beta = make_batch(m, n, 71)
        layer = BatchNorm(n, 0.75, 0.5)
        layer.gamma, layer.beta = gamma, beta
        out = layer.forward(Z, True)
        expect.array(out, (m, n), f"the output of {m} rows")
        expect.close(out, run(Z, gamma, beta, 0.5), f"the output of {m} rows in training")


@check
def goes_by_each_batch_in_turn(BatchNorm):
    layer = BatchNorm(2, 0.75, 0.5)
    for m in (3, 2, 5):
        Z, gamma, beta = make_batch(m, 2, 72)
        layer.gamma, layer.beta = gamma, beta
        out = layer.forward(Z, training=True)
        expect.close(out, run(Z, gamma, beta, 0.5), "the output of one of several batches")


@check
def moves_its_mean_with_every_batch(BatchNorm):
    layer, want = BatchNorm(3, 0.75, 0.5), np.zeros(3)
    for m in (2, 4, 3):
        Z, _, _ = make_batch(m, 3, 73 + m)
        layer.forward(Z, True)
        want = 0.75 * want + 0.25 * Z.sum(axis=0) / m
        expect.close(layer.running_mean, want, "running_mean after one of several batches")


@check
def moves_its_population_variance_with_every_batch(BatchNorm):
    layer, want = BatchNorm(3, 0.75, 0.5), np.ones(3)
    for m in (2, 4, 3, 1):
        Z, _, _ = make_batch(m, 3, 83 + m)
        layer.forward(Z, True)
        want = 0.75 * want + 0.25 * np.square(Z - Z.sum(axis=0) / m).sum(axis=0) / m
        expect.close(layer.running_var, want, "running_var after one of several batches")


@check
def starts_from_statistics_that_were_set(BatchNorm):
    Z, _, _ = make_batch(4, 2, 90)
    layer = BatchNorm(2, momentum=0.375)
    layer.forward(Z[::-1] ** 2, True)
    layer.running_mean, layer.running_var = np.array([5.0, -3.0]), np.array([7.0, 2.0])
    layer.forward(Z, True)
    want = 0.375 * np.array([5.0, -3.0]) + 0.625 * Z.mean(axis=0)
    expect.close(layer.running_mean, want, "running_mean, set between two batches")
    want = 0.375 * np.array([7.0, 2.0]) + 0.625 * Z.var(axis=0)
    expect.close(layer.running_var, want, "running_var, set between two batches")


@check
def keeps_nine_tenths_of_its_statistics_unless_told_otherwise(BatchNorm):
    layer = BatchNorm(1)
    layer.forward(np.array([[10.0], [30.0]]), True)
    expect.close(layer.running_mean, [2.0], "running_mean, no momentum given")
    expect.close(layer.running_var, [10.9], "running_var, no momentum given")


@check
def has_a_small_eps_unless_told_otherwise(BatchNorm):
    layer = BatchNorm(1)
    out = layer.forward(np.array([[0.0], [0.002]]), True)
    expect.close(out[1], [1e-3 / 1.1e-5**0.5], "a batch of variance 1e-6, no eps given")
    layer.running_mean, layer.running_var = np.zeros(1), np.array([1e-6])
    out = layer.forward(np.array([[0.002]]), False)
    expect.close(out, [[2e-3 / 1.1e-5**0.5]], "a running variance of 1e-6, no eps given")


@check
def hands_its_input_through_before_any_training(BatchNorm):
    Z, _, _ = make_batch(3, 2, 91)
    out = BatchNorm(2, 0.75, 3.0).forward(Z, False)
    expect.close(out, Z / 2, "inference in a new layer with an eps of 3")


@check
def normalizes_by_the_running_statistics_outside_training(BatchNorm):
    for m, n in ((1, 3), (4, 2)):
        Z, gamma, beta = make_batch(m, n, 92)
        mean, var = np.arange(1.0, n + 1), np.arange(2.0, n + 2)
        layer = BatchNorm(n, 0.75, 0.5)
        layer.gamma, layer.beta, layer.running_mean, layer.running_var = gamma, beta, mean, var
        out = layer.forward(Z, training=False)
        expect.array(out, (m, n), f"the output of {m} rows at inference")
        expect.close(out, run(Z, gamma, beta, 0.5, mean, var), f"{m} rows at inference")


@check
def leaves_its_statistics_alone_outside_training(BatchNorm):
    Z, _, _ = make_batch(4, 2, 93)
    layer = BatchNorm(2, 0.75, 0.5)
    layer.forward(Z, True)
    mean, var = layer.running_mean, layer.running_var
    for _ in range(2):
        layer.forward(Z + 5, False)
    expect.close(layer.running_mean, mean, "running_mean after two passes at inference")
    expect.close(layer.running_var, var, "running_var after two passes at inference")


@check
def sends_the_gradient_back_through_the_last_batch(BatchNorm):
    for m, n in ((2, 3), (4, 2), (3, 1)):
        Z, gamma, beta = make_batch(m, n, 94)
        dout = np.random.default_rng(95).uniform(0.5, 2.0, (m, n))
        layer = BatchNorm(n, 0.75, 0.5)
        layer.gamma, layer.beta = gamma, beta
        layer.forward(Z + np.arange(m)[::-1, None] ** 2, True)
        layer.forward(Z, True)
        dZ = layer.backward(dout)
        expect.array(dZ, (m, n), f"dZ of {m} rows")
        expect.close(dZ, go_back(Z, gamma, 0.5, dout)[0], f"dZ of {m} rows")


@check
def replaces_the_gradients_of_scale_and_shift_in_every_step(BatchNorm):
    layer = BatchNorm(2, 0.75, 0.5)
    for m in (3, 2, 4):
        Z, gamma, beta = make_batch(m, 2, 96 + m)
        dout = np.random.default_rng(97 + m).uniform(0.5, 2.0, (m, 2))
        layer.gamma, layer.beta = gamma, beta
        layer.forward(Z, True)
        layer.backward(dout)
        _, dgamma, dbeta = go_back(Z, gamma, 0.5, dout)
        expect.close(layer.dgamma, dgamma, "dgamma in one of several steps")
        expect.close(layer.dbeta, dbeta, "dbeta in one of several steps")


@check
def learns_nothing_by_going_back(BatchNorm):
    Z, gamma, beta = make_batch(3, 2, 101)
    layer = BatchNorm(2, 0.75, 0.5)
    layer.gamma, layer.beta = gamma, beta
    layer.forward(Z, True)
    mean, var = layer.running_mean, layer.running_var
    layer.backward(np.ones((3, 2)) * [[1.0], [2.0], [4.0]])
    expect.close(layer.gamma, gamma, "gamma after a backward pass")
    expect.close(layer.beta, beta, "beta after a backward pass")
    expect.close(layer.running_mean, mean, "running_mean after a backward pass")
    expect.close(layer.running_var, var, "running_var after a backward pass")


@check
def shares_nothing_with_another_layer(BatchNorm):
    Z, gamma, beta = make_batch(3, 2, 102)
    first, second = BatchNorm(2, 0.75, 0.5), BatchNorm(2, 0.25, 2.0)
    first.gamma, first.beta = gamma, beta
    first.forward(Z, True)
    expect.close(second.gamma, np.ones(2), "gamma of a layer whose neighbour was set")
    expect.close(second.running_mean, np.zeros(2), "running_mean, a neighbour was trained")
    expect.close(second.running_var, np.ones(2), "running_var, a neighbour was trained")
    second.forward(Z[::-1] ** 2, True)
    dout = np.random.default_rng(103).uniform(0.5, 2.0, (3, 2))
    expect.close(first.backward(dout), go_back(Z, gamma, 0.5, dout)[0], "dZ, a neighbour ran since")
    expect.close(first.forward(Z, True), run(Z, gamma, beta, 0.5), "output beside a neighbour")
    expect.close(BatchNorm(2).running_mean, np.zeros(2), "running_mean of a third layer")


@check
def leaves_its_earlier_results_alone(BatchNorm):
    Z, gamma, beta = make_batch(4, 2, 107)
    layer = BatchNorm(2, 0.75, 0.5)
    layer.gamma, layer.beta = gamma, beta
    dout = np.random.default_rng(108).uniform(0.5, 2.0, (4, 2))
    results = [layer.forward(Z, True), layer.backward(dout), layer.forward(Z, False)]
    first = [np.array(values) for values in results]
    layer.forward(Z[::-1] ** 2, True)
    layer.backward(dout[::-1] ** 2)
    layer.forward(-Z, False)
    for name, now, then in zip(("output", "dZ", "output at inference"), results, first):
        expect.close(now, then, f"an earlier {name} after another batch")


@check
def leaves_its_arguments_as_they_were(BatchNorm):
    Z, gamma, _ = make_batch(4, 2, 104)
    layer = BatchNorm(2, 0.75, 0.5)
    layer.gamma = gamma
    expect.unchanged(layer.forward, Z, True, what="Z after a pass in training")
    dout = np.random.default_rng(105).normal(size=(4, 2))
    expect.unchanged(layer.backward, dout, what="dout after a backward pass")
    expect.unchanged(layer.forward, Z, False, what="Z after a pass at inference")


@check
def keeps_single_precision_where_everything_has_it(BatchNorm):
    Z, gamma, beta = (values.astype(np.float32) for values in make_batch(4, 2, 106))
    layer = BatchNorm(2)
    layer.gamma, layer.beta, layer.running_mean, layer.running_var = gamma, beta, beta, beta
    expect.dtype(layer.forward(Z, True), np.float32, "output in training, all of it float32")
    expect.dtype(layer.backward(Z), np.float32, "dZ, all of it float32")
    expect.dtype(layer.forward(Z, False), np.float32, "output at inference, all of it float32")


@check
def treats_whole_numbers_like_others(BatchNorm):
    Z, layer = np.array([[1, 7], [2, 7], [6, 1]]), BatchNorm(2, 0.75, 0.5)
    out = layer.forward(Z, True)
    expect.close(out, run(Z.astype(float), 1.0, 0.0, 0.5), "an integer batch in training")
    expect.dtype(out, np.float64, "an integer batch in training")
    want = run(Z.astype(float), 1.0, 0.0, 0.5, layer.running_mean, layer.running_var)
    expect.close(layer.forward(Z, False), want, "an integer batch at inference")


check.run("BatchNorm", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 8 · Experiments: what it does to a real network
#
# The network reads 8 × 8 digits with eight hidden layers of 32 ReLU units, and trains by plain gradient descent on batches of 64. Where batch norm is on, it is **your** `BatchNorm`, before each ReLU; if it is wrong, the pictures are wrong.
#
# ### A rate that fails without it

# %% tags=["skip-execution"]
layer_dims = [64] + [32] * 8 + [10]


def train_digits(lr, seed, batch_norm=None, **more):
    """Train for ten epochs; a run that diverges keeps the history it had."""
    settings = {"epochs": 10, "lr": lr, "optimizer": "sgd", "batch_norm": batch_norm} | more
    rng = np.random.default_rng(seed)
    try:
        return network.train(
            X_train, y_train, layer_dims, rng, X_dev=X_dev, y_dev=y_dev, **settings
        )
    except network.Diverged as diverged:
        return None, diverged.history


runs = {
    "without, lr 0.1": train_digits(0.1, seed=0)[1],
    "without, lr 0.5": train_digits(0.5, seed=0)[1],
    "batch norm, lr 0.5": train_digits(0.5, seed=0, batch_norm=BatchNorm)[1],
}
plots.learning_curves(runs, highest=1.0)

# %% [markdown]
# Without batch norm the rate of 0.5 leads nowhere: ten digits, nine in ten wrong, that is guessing. A rate of 0.1 works. With batch norm the rate of 0.5 works as well, and better. This network ends at 2.8 %; the mean of five sets of first weights is 5 %.
#
# Now all rates from 0.01 to 3, three sets of first weights each (the band is their spread; a run that diverges counts as guessing). **Predict first:** where will the valleys be, and how wide?

# %% tags=["skip-execution"]
rates = [0.01, 0.03, 0.1, 0.3, 1.0, 3.0]
valleys = {"without": [], "batch norm": []}
for lr in network.show_progress(rates, "learning rate"):
    for label, batch_norm in (("without", None), ("batch norm", BatchNorm)):
        histories = [train_digits(lr, seed, batch_norm)[1] for seed in range(3)]
        errors = [history["dev_error"] for history in histories]
        valleys[label].append([error[-1] if len(error) == 10 else 0.9 for error in errors])
plots.error_by_setting(rates, valleys, "learning rate", log=True)

# %% [markdown]
# Without it there is hardly a valley: the best of the six rates is 0.1, and there the three networks end at 38 % on average, far apart from each other. At 1 and 3 three of the six runs have diverged, the other three are guessing. With batch norm the rates from 0.1 to 1 all end
# below 8 %, the best one, 0.3, at 4.2 %; even a rate of 3 learns something.
#
# Why? Without batch norm, a step that makes one layer louder makes everything behind it louder, and eight layers multiply. With it, each layer hears numbers of an ordinary size whatever the layers below do. Weights that have become ten times as large even get a gradient
# that is ten times as small: but for $\varepsilon$, the scale of $W$ has no effect on the output any more.
#
# ### Why inference needs running averages
#
# Train one network and keep its layers: a function that makes layers for `network.train` may put them into a list. The callback keeps the last raw parameters, batch norm's own among them.

# %% tags=["skip-execution"]
layers, raw = [], {}


def make_layer(n):
    """Make your BatchNorm, and remember it."""
    layers.append(BatchNorm(n))
    return layers[-1]


folded, history = train_digits(0.5, 0, make_layer, callback=lambda epoch, now: raw.update(now))


def predict(X, by_batch):
    """Label rows, each layer normalizing by this batch or by what it gathered in training."""
    A = X
    for number, layer in enumerate(layers, start=1):
        Z = A @ raw[f"W{number}"].T + raw[f"b{number}"]
        if by_batch:
            out, _ = batchnorm_forward(Z, layer.gamma, layer.beta)
        else:
            numbers = layer.gamma, layer.beta, layer.running_mean, layer.running_var
            out = batchnorm_inference(Z, *numbers)
        A = np.maximum(out, 0)
    return (A @ raw["W9"].T + raw["b9"]).argmax(axis=1)


sizes = [1, 2, 4, 10, 40, 200]
by_batch = []
for size in sizes:
    errors = []
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(len(X_dev)).reshape(-1, size)
        wrong = [predict(X_dev[rows], by_batch=True) != y_dev[rows] for rows in order]
        errors.append(np.mean(wrong))
    by_batch.append(errors)
by_running = np.mean(predict(X_dev, by_batch=False) != y_dev)
plots.error_by_setting(
    sizes,
    {"the batch's own statistics": by_batch, "running averages": [by_running] * len(sizes)},
    "digits that are read together",
    log=True,
)
answers = {int(predict(X_dev[[i]], by_batch=True)[0]) for i in range(len(X_dev))}
print("answers to single digits by their own statistics:", *answers)

# %% [markdown]
# A single digit is its own mean, in every layer. What comes out is $\beta$, whatever went in, so all 400 get the same answer, and 90 % of the answers are wrong. Pairs are misread in 80 % of the cases, and with ten digits at a time it is still a quarter. But 200 together do nearly as well as the running averages, 3.4 against 2.8 %. If you
# only ever test on large batches, you will hardly notice that inference is done wrongly.
#
# ### The fold, and the bias that has nothing to do
#
# Your `fold_batchnorm` turns nine linear layers and eight batch norms into nine linear layers. Below: whether a label changes, how far the probabilities are from those of the network that `network.train` returns (it folds in another way), and how far the biases before batch norm have moved in all of training.

# %% tags=["skip-execution"]
mine = {"W9": raw["W9"], "b9": raw["b9"]}
for number, layer in enumerate(layers, start=1):
    W, b = raw[f"W{number}"], raw[f"b{number}"]
    statistics = layer.running_mean, layer.running_var
    mine[f"W{number}"], mine[f"b{number}"] = fold_batchnorm(
        W, b, layer.gamma, layer.beta, *statistics
    )

same = np.mean(network.predict(X_dev, mine) == predict(X_dev, by_batch=False))
P_mine, P_train = (network.predict_probabilities(X_dev, params) for params in (mine, folded))
print(f"digits that get the same label from the folded network: {same:.1%}")
print(f"largest difference to the probabilities of network.train: {np.abs(P_mine - P_train).max():.0e}")
moved = max(np.abs(raw[f"b{i}"]).max() for i in range(1, 9))
print(f"largest bias before a batch norm, first 0: {moved:.0e}")
print("largest bias of the output layer, first 0:", np.abs(raw["b9"]).max().round(2))

# %% [markdown]
# No label changes, and the probabilities agree up to rounding (the digits are float32, so seven figures): from outside nobody can tell that there ever was a batch norm.
#
# The eight biases before batch norm have not moved from 0, but for rounding. A bias adds the same number to a whole column, and the column's mean takes it off again; the cost does not depend on it, and so its gradient, the sum of a column of dZ, is 0. $\beta$ does what it was for. So leave it out in your own networks. (It stays in
# `fold_batchnorm`: if a layer does have a bias, the running mean has it in it, too.)
#
# ### A slight noise
#
# In training, a row's output depends on who else is in the batch. How much? Take one digit and the scores of the first hidden layer, and send it through your `batchnorm_forward` two hundred times, each time in a batch of other digits. Drawn is how much its normalized scores vary.

# %% tags=["skip-execution"]
Z = X_train @ raw["W1"].T
rng = np.random.default_rng(3)
batch_sizes = np.array([4, 8, 16, 32, 64, 128, 256])
shaking = []
for size in batch_sizes:
    outputs = []
    for _ in range(200):
        rows = np.append(0, 1 + rng.permutation(len(Z) - 1)[: size - 1])
        out, _ = batchnorm_forward(Z[rows], np.ones(32), np.zeros(32))
        outputs.append(out[0])
    shaking.append(np.std(outputs, axis=0).mean())
plots.lines(
    batch_sizes, {"one digit's scores": shaking}, "batch size", "standard deviation", log="xy"
)
print(*(f"batch of {size}: {value:.2f}" for size, value in zip(batch_sizes, shaking)), sep="\n")

# %% [markdown]
# In a batch of 4 a score, whose own deviation is about 1, is shaken by 0.59; in one of 64 by 0.13. Sixteen times as many rows leave about a quarter of the noise: means of $m$ numbers vary with $1/\sqrt m$. At inference the noise is gone, as the running averages are the same for all.
#
# Can noise be of use? In topic 05 the noise of dropout kept a network from learning wrong labels by heart. Try it here: 500 digits, one label in five wrong. The batches have 64 rows in all runs, so the number of steps is the same, but the layer below cuts each batch into groups and normalizes every group by itself. Smaller groups, more noise.

# %% tags=["skip-execution"]
class GhostBatchNorm:
    """Your batch norm on groups of a batch ("ghost batches"): the same steps, more noise."""

    def __init__(self, n, size):
        self.size, self.gamma, self.beta = size, np.ones(n), np.zeros(n)
        self.mean, self.var = np.zeros(n), np.ones(n)

    def forward(self, Z, training):
        if not training:
            return batchnorm_inference(Z, self.gamma, self.beta, self.mean, self.var)
        groups = np.array_split(Z, max(1, len(Z) // self.size))
        passes = [batchnorm_forward(group, self.gamma, self.beta) for group in groups]
        self.caches = [cache for _, cache in passes]
        for cache in self.caches:
            self.mean = update_running(self.mean, cache["mean"], 0.98)
            self.var = update_running(self.var, cache["var"], 0.98)
        return np.concatenate([out for out, _ in passes])

    def backward(self, dout):
        parts = np.array_split(dout, len(self.caches))
        back = [batchnorm_backward(part, cache) for part, cache in zip(parts, self.caches)]
        self.dgamma, self.dbeta = (sum(each[k] for each in back) for k in (1, 2))
        return np.concatenate([dZ for dZ, _, _ in back])


(X_few, y_few), (X_new, y_new), _ = datasets.digits(
    np.random.default_rng(0), m_train=500, wrong_labels=0.2
)
group_sizes = [4, 8, 16, 32, 64]
noisy = {"training": [], "dev": []}
for size in network.show_progress(group_sizes, "group size"):
    ends = []
    for seed in range(3):
        _, run = network.train(
            X_few,
            y_few,
            [64, 64, 64, 10],
            np.random.default_rng(seed),
            epochs=40,
            lr=0.1,
            optimizer="sgd",
            batch_norm=lambda n, size=size: GhostBatchNorm(n, size),
            X_dev=X_new,
            y_dev=y_new,
        )
        ends.append((run["train_error"][-1], run["dev_error"][-1]))
    for label, errors in zip(noisy, np.transpose(ends)):
        noisy[label].append(errors)
plots.error_by_setting(group_sizes, noisy, "rows that are normalized together", log=True)

# %% [markdown]
# Start on the right: normalized by 64 rows at a time the network has learned most of the wrong labels (training error 5 %; a network that ignored them all would have 20 %), and it misreads 13 % of the new digits. With groups of 4 the training error is 21 % and the dev error 8 %. Nothing else differs: the number of steps, the rate and the first weights are the same.
#
# Do not count on it, though. How strong this regularizer is depends on the batch size, which you choose for other reasons, and with the usual 64 or more there is little of it left. Dropout and the L2 penalty have a dial of their own.
#
# **Turn the dials.** Train with `batch_norm=lambda n: BatchNorm(n, momentum=0.999)`: half of the digits go wrong, although the network is as good as before. (160 steps are too few to forget where the averages began.) And with 0.1? Where do the valleys lie with two hidden layers instead of eight? And with first weights that are ten times too small?

# %% [markdown]
# ## 9 · Quiz
#
# Put a letter in quotes in the place of each `None`, for example `"one_row": "a"`, and delete the last line of the cell.
#
# **one_row.** Somebody forgot to switch a network with batch norm to inference, so its layers normalize with the statistics of what they are given. A single row goes in. What do the layers put out?
#
# - (a) $\beta$, whatever the row is
# - (b) the row's normalized scores, only with some noise
# - (c) nan, because the variance is 0
#
# **bias.** A linear layer stands before batch norm. In training, what is the gradient of the cost with respect to its bias $b$?
#
# - (a) the same as that with respect to $\beta$
# - (b) 0, in every step
# - (c) 0 only at the end of training
#
# **momentum.** A PyTorch layer was made with `momentum=0.01`. Which `momentum` makes our layer forget as slowly?
#
# - (a) 0.01
# - (b) 0.9
# - (c) 0.99
#
# **company.** You freeze all weights, and send the same image through the network in training mode twice, among other images each time. Its output differs. Why?
#
# - (a) there is a bug: without a change of weights the output must be the same
# - (b) its mean and variance are those of the whole batch, and the rest of the batch was another
# - (c) the running averages have moved in between
#
# **identity.** After training, a unit has $\gamma = \sqrt{\sigma^2 + \varepsilon}$ and $\beta = \mu$. What has the network found out about this unit?
#
# - (a) that it does best without being normalized
# - (b) that it is of no use
# - (c) nothing: this is how every unit begins

# %% nbgrader={"grade": false, "grade_id": "quiz_batch_normalization", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_batch_normalization = {
    "one_row": None,
    "bias": None,
    "momentum": None,
    "company": None,
    "identity": None,
}
### BEGIN SOLUTION
quiz_batch_normalization = {
    "one_row": "a",
    "bias": "b",
    "momentum": "c",
    "company": "b",
    "identity": "a",
}
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_batch_normalization", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
@check
def answers_every_question_with_one_of_its_letters(quiz_batch_normalization):
    questions = ("one_row", "bias", "momentum", "company", "identity")
    expect.choices(quiz_batch_normalization, dict.fromkeys(questions, "abc"))


check.run("quiz_batch_normalization")

# %% nbgrader={"grade": true, "grade_id": "hidden_quiz_batch_normalization", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `quiz_batch_normalization`, 5 points: one for each right answer. The explanations
# come with your result.
### BEGIN HIDDEN TESTS
@check
def tells_what_becomes_of_a_single_row(quiz_batch_normalization):
    """A row that is its own mean becomes 0 in every unit, and gamma times 0 plus beta is beta. The eps
    in the root keeps nan away, and with it the warning that something is wrong."""
    expect.choice(quiz_batch_normalization, "one_row", "a")


@check
def tells_what_the_bias_before_batch_norm_learns(quiz_batch_normalization):
    """A bias adds one number to a whole column, and the column's mean takes it off again. So nothing
    depends on it: the columns of dZ sum to 0. What it was for, beta does."""
    expect.choice(quiz_batch_normalization, "bias", "b")


@check
def tells_the_two_momenta_apart(quiz_batch_normalization):
    """PyTorch gives the new value a share of 0.01, so the old one keeps 0.99."""
    expect.choice(quiz_batch_normalization, "momentum", "c")


@check
def tells_why_company_matters_in_training(quiz_batch_normalization):
    """Mean and variance are the batch's, so every row has a part in every other row's output. That is
    the noise in batch norm; it is gone at inference. The running averages are not used in training."""
    expect.choice(quiz_batch_normalization, "company", "b")


@check
def tells_what_the_identity_means(quiz_batch_normalization):
    """With this pair batch norm gives back what came in: it can be learned, so nothing that the network
    could do without batch norm is lost. A unit begins with gamma 1 and beta 0."""
    expect.choice(quiz_batch_normalization, "identity", "a")


check.run("quiz_batch_normalization", hidden=True, points=5)
### END HIDDEN TESTS

# %% [markdown]
# ## What to remember
#
# 1. In training each unit is standardized by the mean and population variance of the batch, with ε inside the root; then γ and β give it the scale and place that it needs.
# 2. Backward, the mean and the variance move with every row: what is equal in all rows and what goes along $\hat x$ are taken off the gradient.
# 3. For inference the layer keeps running averages. Momentum weighs the old value here, the new one in PyTorch.
# 4. At inference batch norm is a straight line for each unit; fold it into the layer before. That layer's bias has nothing to do.
# 5. The scale of the weights matters much less, so rates work that would not without it; and a row's output depends on its batch, a slight noise.
#
# ## Where it goes wrong
#
# | what you see | what it may be |
# |---|---|
# | good in training, bad at inference from the first epoch to the last | the running statistics do not move, or start from the wrong numbers; or momentum is so close to 1 that they are late |
# | the same prediction for every single row | inference normalizes by its own batch: a row is its own mean |
# | a row's prediction depends on the rows beside it | the network is still in training mode |
# | good at first, then worse with every evaluation | the running statistics move at inference, too |
# | a gradient check fails in dZ, and dγ and dβ are right | mean and variance were treated as constants in the backward pass |
# | a gradient check fails everywhere by the factor m | the sums over rows are not divided by m inside dZ, or the other two are |
# | γ and β run away, faster with every step | `dgamma` and `dbeta` are added up from step to step |
# | training with two or four rows a batch is erratic | the batch is too small to be a ruler; see layer or group normalization |
#
# ## Further
#
# - S. Ioffe, C. Szegedy: *Batch normalization: accelerating deep network training by reducing internal covariate shift*, ICML 2015. Where it comes from; the paper has the moving averages use the unbiased variance, as PyTorch does.
# - S. Santurkar, D. Tsipras, A. Ilyas, A. Madry: *How does batch normalization help optimization?*, NeurIPS 2018. The reason in the first paper's title has little to do with it; batch norm makes the cost smoother to walk on.
# - J. L. Ba, J. R. Kiros, G. E. Hinton: *Layer normalization*, arXiv:1607.06450 (2016). Statistics over the units of one row, so that the batch does not matter.
# - Y. Wu, K. He: *Group normalization*, ECCV 2018. What to do when only few images fit into a batch.
# - E. Hoffer, I. Hubara, D. Soudry: *Train longer, generalize better: closing the generalization gap in large batch training of neural networks*, NeurIPS 2017. Batch norm on groups of a batch, there called ghost batches.
# - PyTorch: `torch.nn.BatchNorm1d(n, eps=1e-05, momentum=0.1)`, with `weight` and `bias` for γ and β. Keras: `BatchNormalization(momentum=0.99, epsilon=0.001)`, whose momentum is ours. Before either, leave the bias out: `Linear(..., bias=False)`, `Dense(..., use_bias=False)`.
