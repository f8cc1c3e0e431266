# %% [markdown]
# # Normalization
#
# A chemist hands you 178 wines, thirteen measures of each, and asks which of three growers made them. One measure is about 750, another about 1. A small
# network that learns from the table as it stands still gets more than one new wine in three wrong after 40 epochs. The same network, started from the same weights, gets one in
# twenty wrong when two lines of NumPy come first. **What do the two lines do?**
#
# They lose no information: every number can be had back. They change the shape of the valley that training walks down, and that decides how long the walk is. The lines are short,
# but they are a place where test data easily leaks into training.
#
# **You will**
#
# - standardize training, dev and test data with one ruler, and say what happens to the predictions with two;
# - merge means and variances of data that does not fit into memory, without losing digits;
# - compute a table's condition number, and tell from it how long a step may be and how many steps it takes.
#
# **Time:** 75 minutes. **Before:** you know what a mean and a standard deviation are, why data is split into training, dev and test set, and that gradient descent moves weights a small step,
# `lr` times the gradient, downhill.
#
# **How it works.** Each exercise is a cell to fill in: run it, then run the check below it. When a check fails, read its first line: it says what came and what was
# expected. If your own cell ends in a red error, mend that first; the check would still see your previous version. Hints are folded away below the checks.
# The *hidden* checks run when your notebook is graded. If you study alone, save it (Ctrl+S) and call `autograder check` on it, as the README shows.

# %% nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false, "task": false}
import numpy as np

from helpers import datasets, network, plots
from helpers.check import check, expect

X_wine, y_wine, wine_names = datasets.wine()
order = np.random.default_rng(1).permutation(len(X_wine))
(X_train, X_dev, X_test), (y_train, y_dev, y_test) = (
    np.split(values[order], [106, 142]) for values in (X_wine, y_wine)
)

# %% [markdown]
# ## 1 · Two numbers for each column
#
# `X (m, n)` is a table: a row is an example, a column is a feature. Columns have units of their own: per cent, milligrams, millimetres. To a network a number is a number, and one that is
# 700 times as large pulls 700 times as hard on its weight.
#
# So measure each column first: where it lies, and how far it spreads.
#
# $$\mu_j = \frac{1}{m}\sum_{i=1}^m x_{ij}, \qquad \sigma_j = \sqrt{\frac{1}{m}\sum_{i=1}^m (x_{ij}-\mu_j)^2}$$
#
# Both have shape `(n,)`, a number for each column. The sum of squares is divided by $m$: this is the *population* standard deviation, as in NumPy's `std` and scikit-learn's `StandardScaler`. pandas' `std` and
# PyTorch's `std` divide by $m-1$ by default, which makes no difference for a thousand rows and all the difference for two.
#
# **By hand.** The column $(1, 3)$ has $\mu = 2$; both values are 1 away from it, so $\sigma = 1$. (Divided by $m-1$ it would be $\sqrt{2} \approx 1.41$.) A column that never changes has $\sigma = 0$.
#
# **Precision.** Throughout this course float32 in gives float32 out; everything else, integers too, is computed in float64.

# %% nbgrader={"grade": false, "grade_id": "fit_standardizer", "locked": false, "schema_version": 3, "solution": true, "task": false}
def fit_standardizer(X):
    """Measure where each column lies and how far it spreads.

    Parameters
    ----------
    X : array of shape (m, n)
        The training set, m >= 1 rows.

    Returns
    -------
    mu : array of shape (n,)
        Mean of each column.
    sigma : array of shape (n,)
        Population standard deviation of each column: the mean square is over m, not m - 1.
        Both are float32 when X is float32, else float64.

    Examples
    --------
    >>> fit_standardizer(np.array([[1.0, 10.0], [3.0, 20.0]]))
    (array([ 2., 15.]), array([1., 5.]))
    """
    ### BEGIN SOLUTION
    return X.mean(axis=0), X.std(axis=0)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_fit_standardizer", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_two_numbers_for_each_column(fit_standardizer):
    pair = fit_standardizer(np.array([[1.0, 10.0, 0.0], [3.0, 20.0, 8.0]]))
    mu, sigma = expect.sequence(pair, 2, "the pair (mu, sigma)")
    expect.array(mu, (3,), "mu of three columns")
    expect.array(sigma, (3,), "sigma of three columns")


@check
def finds_the_means_worked_by_hand(fit_standardizer):
    mu, _ = fit_standardizer(np.array([[1.0, 10.0, 0.0], [3.0, 20.0, 8.0]]))
    expect.close(mu, [2.0, 15.0, 4.0], "mu of the columns (1, 3), (10, 20) and (0, 8)")


@check
def finds_the_deviations_worked_by_hand(fit_standardizer):
    _, sigma = fit_standardizer(np.array([[1.0, 10.0, 0.0], [3.0, 20.0, 8.0]]))
    expect.close(sigma, [1.0, 5.0, 4.0], "sigma of the columns (1, 3), (10, 20) and (0, 8)")


@check
def says_that_a_constant_column_does_not_spread(fit_standardizer):
    mu, sigma = fit_standardizer(np.array([[7.0, 0.0], [7.0, 6.0], [7.0, 0.0]]))
    expect.close(mu, [7.0, 2.0], "mu of the columns (7, 7, 7) and (0, 6, 0)")
    expect.close(sigma, [0.0, 8**0.5], "sigma of the columns (7, 7, 7) and (0, 6, 0)")


check.run("fit_standardizer")

# %% [markdown]
# <details><summary>Hint 1: which way</summary>
# A column is a feature. NumPy's means and deviations take an <code>axis</code>, the one that disappears: of a (m, n) array you want (n,).
# </details>
# <details><summary>Hint 2: m or m − 1</summary>
# NumPy's <code>std</code> divides by m unless you tell it otherwise; pandas' divides by m − 1.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_fit_standardizer", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `fit_standardizer`, 2 points: other shapes, a single row, columns that are tiny,
# huge, constant or far from zero, X itself, dtypes.
### BEGIN HIDDEN TESTS
def make_columns(m, n, seed):
    """Columns of several sizes, none of them symmetric about its mean."""
    rng = np.random.default_rng(seed)
    return rng.exponential(size=(m, n)) * 2.0 ** (np.arange(n) % 5 - 2) + rng.normal(size=n)


@check
def gives_the_mean_of_every_column(fit_standardizer):
    for m, n in ((2, 5), (3, 3), (7, 1), (120, 2)):
        X = make_columns(m, n, 1)
        mu, _ = expect.sequence(fit_standardizer(X), 2, "the pair (mu, sigma)")
        expect.array(mu, (n,), f"mu of {m} rows")
        expect.close(mu, X.sum(axis=0) / m, f"mu of {m} rows")


@check
def gives_the_deviation_of_every_column(fit_standardizer):
    for m, n in ((2, 5), (3, 3), (7, 1), (120, 2)):
        X = make_columns(m, n, 2)
        _, sigma = fit_standardizer(X)
        expect.array(sigma, (n,), f"sigma of {m} rows")
        expect.close(sigma, np.sqrt(np.square(X - X.mean(axis=0)).mean(axis=0)), f"sigma of {m} rows")


@check
def takes_a_single_row_for_its_own_mean(fit_standardizer):
    mu, sigma = fit_standardizer(np.array([[3.0, -8.0, 0.5, 0.0]]))
    expect.close(mu, [3.0, -8.0, 0.5, 0.0], "mu of one row")
    expect.close(sigma, np.zeros(4), "sigma of one row", atol=1e-14)


@check
def finds_no_spread_where_nothing_changes(fit_standardizer):
    X = np.array([[5.0, 0.0, -2.5]] * 8)
    mu, sigma = fit_standardizer(X)
    expect.close(mu, [5.0, 0.0, -2.5], "mu of constant columns")
    expect.close(sigma, np.zeros(3), "sigma of constant columns", atol=1e-14)


@check
def measures_tiny_and_huge_columns_alike(fit_standardizer):
    column = np.array([[-2.0], [1.0], [-2.0], [7.0]])
    for factor in (2.0**-40, 2.0**40):
        mu, sigma = fit_standardizer(factor * column)
        expect.close(mu, [factor], f"mu of a column times {factor:g}", atol=0.0)
        expect.close(sigma, [factor * 13.5**0.5], f"sigma, column times {factor:g}", atol=0.0)


@check
def loses_no_digits_far_from_zero(fit_standardizer):
    steps = np.array([[1.0], [-2.0], [0.0], [3.0], [-1.0], [0.0], [-2.0], [1.0]]) / 2
    for kind, mean, rtol in ((np.float64, 2.0**27, 1e-6), (np.float32, 2048.0, 1e-2)):
        _, sigma = fit_standardizer((mean + steps).astype(kind))
        what = f"sigma of a column whose mean is {mean:g}, {kind.__name__}"
        expect.close(np.asarray(sigma, dtype=float), [0.625**0.5], what, rtol=rtol)


@check
def leaves_X_as_it_was(fit_standardizer):
    expect.unchanged(fit_standardizer, make_columns(6, 3, 3), what="X after the call")


@check
def keeps_the_precision_of_the_means(fit_standardizer):
    for kind in (np.float32, np.float64):
        mu, _ = fit_standardizer(make_columns(6, 3, 4).astype(kind))
        expect.dtype(mu, kind, f"mu of an X of {kind.__name__}")


@check
def keeps_the_precision_of_the_deviations(fit_standardizer):
    for kind in (np.float32, np.float64):
        _, sigma = fit_standardizer(make_columns(6, 3, 5).astype(kind))
        expect.dtype(sigma, kind, f"sigma of an X of {kind.__name__}")


@check
def treats_whole_numbers_like_others(fit_standardizer):
    X = np.array([[1, 7], [2, 7], [4, 9], [6, 0]])
    mu, sigma = fit_standardizer(X)
    expect.close(mu, [3.25, 5.75], "mu of an integer array")
    expect.close(sigma, X.astype(float).std(axis=0), "sigma of an integer array")
    expect.dtype(mu, np.float64, "mu of an integer array")
    expect.dtype(sigma, np.float64, "sigma of an integer array")


check.run("fit_standardizer", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** The thirteen measures of the training wines, mean ± deviation. Look at the largest and the smallest deviation: proline spreads more than two thousand times as far as the nonflavanoid phenols.

# %% tags=["skip-execution"]
mu, sigma = fit_standardizer(X_train)
for name, mean, deviation in zip(wine_names, mu, sigma):
    print(f"{name:30} {mean:7.2f} ± {deviation:.2f}")

# %% [markdown]
# ## 2 · On one scale: standardize
#
# Now say of each value not how large it is but how many deviations it lies from the mean of its column:
#
# $$z_{ij} = \frac{x_{ij} - \mu_j}{\sigma_j}$$
#
# Each column of the training set then has mean 0 and deviation 1, whatever its unit was. Check the units: a mean, a deviation and a value of one column are all in mg/l, say, so $z$ has none. Had you divided by $\sigma^2$, the
# variance, $z$ would still have a unit, and changing milligrams to grams would still change what the network sees.
#
# **By hand.** $x = 10$ with $\mu = 4$ and $\sigma = 2$ is $(10-4)/2 = 3$: three deviations above the mean.
#
# **A column that never changes** has $\sigma = 0$. You cannot divide by it, and there is nothing to scale either. Two rules:
#
# - a value that equals $\mu$ becomes 0; any other value (a later one, that the training set did not have) becomes some finite number, it is yours which;
# - no warning. A warning that always comes is one that nobody reads.
#
# You will see code that adds an epsilon instead, $(x - \mu)/(\sigma + 10^{-8})$. Here there is none: a column whose true deviation is $10^{-9}$ would come out eleven times too small.
#
# **Predict first.** Four of the 64 pixels are blank in all 500 digits that a network learned from. A later digit has a speck there, of brightness 0.125. What does it become with an epsilon of $10^{-8}$? Say it aloud, then go on.

# %% nbgrader={"grade": false, "grade_id": "standardize", "locked": false, "schema_version": 3, "solution": true, "task": false}
def standardize(X, mu, sigma):
    """Measure each column in deviations from its mean.

    Parameters
    ----------
    X : array of shape (m, n)
        Examples of any part: training, dev or test.
    mu : array of shape (n,)
        Means of the training set's columns.
    sigma : array of shape (n,)
        Their standard deviations, some of which may be 0.

    Returns
    -------
    array of shape (m, n)
        Exactly (X - mu) / sigma, with no epsilon. Where sigma is 0 the column is 0 for values equal to
        mu and any finite number for others, without a warning. float32 when all three arguments are
        float32, else float64.

    Examples
    --------
    >>> standardize(np.array([[1.0, 7.0], [5.0, 7.0]]), np.array([2.0, 7.0]), np.array([2.0, 0.0]))
    array([[-0.5,  0. ],
           [ 1.5,  0. ]])
    """
    ### BEGIN SOLUTION
    return (X - mu) / np.where(sigma == 0, 1, sigma)
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_standardize", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_the_numbers_worked_by_hand(standardize):
    X = np.array([[1.0, 10.0], [4.0, 30.0], [10.0, 20.0]])
    Z = standardize(X, np.array([4.0, 20.0]), np.array([2.0, 5.0]))
    expect.array(Z, (3, 2), "three rows of two columns")
    expect.close(Z, [[-1.5, -2.0], [0.0, 2.0], [3.0, 0.0]], "mu = (4, 20), sigma = (2, 5)")


@check
def measures_a_single_row_with_the_numbers_it_is_given(standardize):
    Z = standardize(np.array([[10.0, 0.0]]), np.array([4.0, 20.0]), np.array([2.0, 5.0]))
    expect.close(Z, [[3.0, -4.0]], "the row (10, 0) with mu = (4, 20), sigma = (2, 5)")


@check
def makes_a_constant_column_zero(standardize):
    Z = standardize(np.array([[7.0, 1.0], [7.0, 5.0]]), np.array([7.0, 3.0]), np.array([0.0, 2.0]))
    expect.close(Z, [[0.0, -1.0], [0.0, 1.0]], "mu = (7, 3), sigma = (0, 2)")


check.run("standardize")

# %% [markdown]
# <details><summary>Hint 1: shapes</summary>
# <code>X</code> is (m, n), <code>mu</code> and <code>sigma</code> are (n,). NumPy lines up the last dimensions by itself: no loop is needed.
# </details>
# <details><summary>Hint 2: the constant column</summary>
# After X − mu a constant column is 0 already. Whatever number you divide it by, except 0, leaves it there.
# </details>
# <details><summary>Hint 3: without a warning</summary>
# A division by zero warns even if you throw its result away afterwards. Choose the divisor before you divide: look at <code>np.where</code>.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_standardize", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `standardize`, 2 points: other shapes, tiny deviations, columns with sigma 0 and
# values beside mu, no warning, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def make_table(m, n, seed):
    """Rows, and a mean and a deviation for each column that are not the rows' own."""
    rng = np.random.default_rng(seed)
    return rng.normal(1, 3, size=(m, n)), rng.normal(size=n), rng.uniform(1.5, 4.0, size=n)


@check
def is_exactly_the_quotient(standardize):
    for m, n in ((5, 2), (2, 5), (3, 3), (1, 4), (4, 1), (1, 1)):
        X, mu, sigma = make_table(m, n, 10)
        Z = standardize(X, mu, sigma)
        expect.array(Z, (m, n), f"{m} rows of {n} columns")
        want = [[(X[i, j] - mu[j]) / sigma[j] for j in range(n)] for i in range(m)]
        expect.close(Z, want, f"{m} rows of {n} columns")


@check
def adds_no_epsilon(standardize):
    for sigma in (2.0**-10, 2.0**-30, 2.0**-50, 2.0**-300):
        X = np.array([[2 * sigma], [-sigma], [0.0]])
        Z = standardize(X, np.zeros(1), np.array([sigma]))
        expect.close(Z, [[2.0], [-1.0], [0.0]], f"a column with sigma = {sigma:g}")


@check
def keeps_outliers(standardize):
    Z = standardize(np.array([[1000.0], [-1000.0], [0.0]]), np.array([2.0]), np.array([0.5]))
    expect.close(Z, [[1996.0], [-2004.0], [-4.0]], "values far from the mean")


@check
def makes_the_mean_of_a_constant_column_zero(standardize):
    X, mu, sigma = make_table(4, 3, 11)
    X[:, 1], sigma[1], mu[1] = 0.1, 0.0, 0.1
    Z = standardize(X, mu, sigma)
    expect.array(Z, (4, 3), "a table with a constant column")
    expect.close(Z[:, 1], np.zeros(4), "the constant column")
    others = [0, 2]
    expect.close(Z[:, others], (X - mu)[:, others] / sigma[others], "the other columns")


@check
def stays_finite_beside_the_mean_of_a_constant_column(standardize):
    X = np.array([[7.0, 1.0], [5.0, 3.0], [-3.0, 5.0]])
    Z = standardize(X, np.array([5.0, 3.0]), np.array([0.0, 2.0]))
    expect.array(Z, (3, 2), "a column with sigma 0 and values beside mu")
    expect.close(Z[1, 0], 0.0, "the value that equals mu, sigma 0")
    expect.that(bool(np.isfinite(Z).all()), "values beside mu, sigma 0", "not all of them are finite")
    expect.close(Z[:, 1], [-1.0, 0.0, 1.0], "the column beside it")


@check
def works_where_every_column_is_constant(standardize):
    X = np.array([[2.0, 0.0, -4.0], [2.0, 0.0, -4.0]])
    expect.close(standardize(X, X[0], np.zeros(3)), np.zeros((2, 3)), "three constant columns")
    expect.close(standardize(X[:1], X[0], np.zeros(3)), np.zeros((1, 3)), "a single row, as mu")
    for beside in (X + 1, X[:1] - 1):
        Z = standardize(beside, X[0], np.zeros(3))
        expect.array(Z, beside.shape, "values beside mu in constant columns")
        finite = bool(np.isfinite(Z).all())
        expect.that(finite, "values beside mu in constant columns", "not all of them are finite")


@check
def gives_no_warning(standardize):
    X, mu, sigma = make_table(3, 2, 12)
    X[0, 0], mu[0], sigma[0] = 2.0, 2.0, 0.0
    with expect.quiet("a column with sigma 0"):
        standardize(X, mu, sigma)


@check
def leaves_its_arguments_as_they_were(standardize):
    expect.unchanged(standardize, *make_table(5, 3, 13), what="X, mu and sigma after the call")


@check
def leaves_sigma_as_it_was(standardize):
    X, mu, sigma = np.zeros((3, 2)), np.zeros(2), np.array([0.0, 2.0])  # zeros stay zeros, also in place
    expect.unchanged(standardize, X, mu, sigma, what="sigma after the call")


@check
def keeps_single_precision(standardize):
    arguments = [values.astype(np.float32) for values in make_table(4, 3, 15)]
    expect.dtype(standardize(*arguments), np.float32, "three arguments of float32")
    arguments[2][1] = 0
    expect.dtype(standardize(*arguments), np.float32, "three arguments of float32, a sigma of 0")


@check
def stays_finite_in_single_precision_as_well(standardize):
    X, mu, sigma = (values.astype(np.float32) for values in make_table(4, 3, 18))
    sigma[1] = 0
    finite = bool(np.isfinite(standardize(X, mu, sigma)).all())
    expect.that(finite, "three arguments of float32, a sigma of 0", "not all of it is finite")


@check
def keeps_double_precision(standardize):
    expect.dtype(standardize(*make_table(4, 3, 16)), np.float64, "three arguments of float64")


@check
def computes_in_double_precision_when_one_argument_is(standardize):
    for i, name in enumerate(("X", "mu", "sigma")):
        arguments = [values.astype(np.float32) for values in make_table(4, 3, 17)]
        arguments[i] = arguments[i].astype(np.float64)
        expect.dtype(standardize(*arguments), np.float64, f"arguments of float32, but {name} of float64")


@check
def treats_whole_numbers_like_others(standardize):
    X = np.array([[1, 7], [4, 7], [6, 2]])
    Z = standardize(X, np.array([3.5, 4.0]), np.array([2.0, 8.0]))
    expect.close(Z, [[-1.25, 0.375], [0.25, 0.375], [1.25, -0.25]], "an integer X")
    expect.dtype(Z, np.float64, "an integer X")


check.run("standardize", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Four measures of the training wines, before and after your function. All panels of a row have one axis. In the first row alcohol and hue are a single bar, magnesium is two, and only proline has a shape; in the second row all four have. The shapes
# are the same as before: standardizing moves and stretches, it makes nothing normal in the sense of a bell.
#
# Below the figure stands what becomes of the speck on the digit: with your function it is 0.125, or whatever you chose; with the epsilon it is twelve and a half million.

# %% tags=["skip-execution"]
shown = ["alcohol", "magnesium", "hue", "proline"]
columns = [wine_names.index(name) for name in shown]
Z_train = standardize(X_train, *fit_standardizer(X_train))
plots.activation_histograms(
    {
        "as measured": [X_train[:, column] for column in columns],
        "standardized": [Z_train[:, column] for column in columns],
    },
    "value",
    titles=shown,
)

(digits, _), (more_digits, _), _ = datasets.digits(np.random.default_rng(0), m_train=500)
mu, sigma = fit_standardizer(digits)
blank = sigma == 0
speck = more_digits[:, blank].max()
print(f"{blank.sum()} pixels are blank in all training digits; the darkest speck there later: {speck}")
print(f"with an epsilon it becomes {((more_digits - mu) / (sigma + 1e-8))[:, blank].max():,.0f}")
print(f"with yours it becomes {standardize(more_digits, mu, sigma)[:, blank].max()}")

# %% [markdown]
# ## 3 · And back again
#
# A network that was trained on standardized targets predicts standardized numbers, and a doctor does not want to hear "0.7 deviations". To go back, undo what was
# done, the last step first.
#
# **By hand.** $z = 3$ with $\mu = 4$, $\sigma = 2$ is three deviations of 2 above 4: $x = 10$.
#
# (A constant column lost nothing: all of its values were $\mu$. What becomes of it here is left open.)

# %% nbgrader={"grade": false, "grade_id": "destandardize", "locked": false, "schema_version": 3, "solution": true, "task": false}
def destandardize(Z, mu, sigma):
    """Return standardized numbers to their units.

    Parameters
    ----------
    Z : array of shape (m, n)
        Standardized examples.
    mu, sigma : array of shape (n,)
        The statistics that they were standardized with.

    Returns
    -------
    array of shape (m, n)
        What `standardize` would turn into Z. float32 when all three arguments are float32, else float64.

    Examples
    --------
    >>> destandardize(np.array([[-0.5, 0.0], [1.5, 2.0]]), np.array([2.0, 7.0]), np.array([2.0, 4.0]))
    array([[ 1.,  7.],
           [ 5., 15.]])
    """
    ### BEGIN SOLUTION
    return Z * sigma + mu
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_destandardize", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def undoes_what_was_worked_by_hand(destandardize):
    Z = np.array([[-1.5, -2.0], [0.0, 2.0], [3.0, 0.0]])
    X = destandardize(Z, np.array([4.0, 20.0]), np.array([2.0, 5.0]))
    expect.array(X, (3, 2), "three rows of two columns")
    expect.close(X, [[1.0, 10.0], [4.0, 30.0], [10.0, 20.0]], "mu = (4, 20), sigma = (2, 5)")


check.run("destandardize")

# %% [markdown]
# <details><summary>Hint: undress in reverse</summary>
# Socks, then shoes; shoes off, then socks off. <code>standardize</code> subtracts first and divides second: what must be undone first?
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_destandardize", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `destandardize`, 2 points: other shapes, a round trip, tiny and huge deviations,
# the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def make_table(m, n, seed):
    """Rows, and a mean and a deviation for each column that are not the rows' own."""
    rng = np.random.default_rng(seed)
    return rng.normal(1, 3, size=(m, n)), rng.normal(size=n), rng.uniform(1.5, 4.0, size=n)


@check
def brings_back_what_was_standardized(destandardize):
    for m, n in ((5, 2), (2, 5), (3, 3), (1, 4), (4, 1), (1, 1)):
        X, mu, sigma = make_table(m, n, 20)
        back = destandardize((X - mu) / sigma, mu, sigma)
        expect.array(back, (m, n), f"{m} rows of {n} columns")
        expect.close(back, X, f"{m} rows of {n} columns, there and back")


@check
def turns_zero_into_the_mean(destandardize):
    _, mu, sigma = make_table(1, 3, 21)
    expect.close(destandardize(np.zeros((1, 3)), mu, sigma), [mu], "a row of zeros")


@check
def turns_one_into_a_deviation_from_zero(destandardize):
    _, _, sigma = make_table(1, 3, 22)
    expect.close(destandardize(np.ones((1, 3)), np.zeros(3), sigma), [sigma], "ones, mu = 0")


@check
def works_for_tiny_and_for_huge_deviations(destandardize):
    for sigma in (2.0**-40, 2.0**40):
        X = destandardize(np.array([[1.5], [-3.0]]), np.array([sigma]), np.array([sigma]))
        want = np.array([[2.5], [-2.0]]) * sigma
        expect.close(X, want, f"mu = sigma = {sigma:g}", atol=0.0)


@check
def keeps_outliers(destandardize):
    X = destandardize(np.array([[100.0], [-50.0]]), np.array([1.0]), np.array([8.0]))
    expect.close(X, [[801.0], [-399.0]], "values many deviations from the mean")


@check
def leaves_sigma_as_it_was(destandardize):
    Z, mu, sigma = np.zeros((3, 2)), np.zeros(2), np.array([0.0, 2.0])  # zeros stay zeros, also in place
    expect.unchanged(destandardize, Z, mu, sigma, what="sigma after the call")


@check
def leaves_its_arguments_as_they_were(destandardize):
    expect.unchanged(destandardize, *make_table(5, 3, 23), what="Z, mu and sigma after the call")


@check
def keeps_single_precision(destandardize):
    arguments = [values.astype(np.float32) for values in make_table(4, 3, 24)]
    expect.dtype(destandardize(*arguments), np.float32, "three arguments of float32")


@check
def keeps_double_precision(destandardize):
    expect.dtype(destandardize(*make_table(4, 3, 25)), np.float64, "three arguments of float64")


@check
def computes_in_double_precision_when_one_argument_is(destandardize):
    for i, name in enumerate(("Z", "mu", "sigma")):
        arguments = [values.astype(np.float32) for values in make_table(4, 3, 26)]
        arguments[i] = arguments[i].astype(np.float64)
        expect.dtype(destandardize(*arguments), np.float64, f"arguments of float32, but {name} of float64")


@check
def treats_whole_numbers_like_others(destandardize):
    Z, mu, sigma = np.array([[1, -2], [0, 3]]), np.array([0.5, 4.0]), np.array([2.0, 0.25])
    X = destandardize(Z, mu, sigma)
    expect.close(X, [[2.5, 3.5], [0.5, 4.75]], "an integer Z")
    expect.dtype(X, np.float64, "an integer Z")


check.run("destandardize", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 4 · The same ruler for everyone
#
# A network learns what 1.5 means. It has to mean the same when the network is used: a wine with 14 % alcohol must arrive as the same number whether it came with the training set, the dev set, the test set, or alone on a
# Tuesday. So **$\mu$ and $\sigma$ come from the training set, once, and go with the network wherever it goes**. They are parameters like its weights.
#
# Two other ways look reasonable and are wrong:
#
# - *Each part with its own statistics.* Then equal wines get different numbers in different parts. And a single wine has no statistics at all: its mean is itself, so it becomes a row of zeros, as every other wine would.
# - *One set of statistics for all rows, before splitting.* Now the test set takes part in the preparation: it is no longer data that nobody has seen. The test error it gives may be too low, and nobody can tell by how much.
#
# **By hand.** Training column $(1, 3)$: $\mu = 2, \sigma = 1$. The dev value 3 becomes 1, as in the training set. The test value 6 becomes 4. The mean of the test column is not 0, and should not be.
#
# **Predict first.** New wines come in, all from one grower, and you standardize them with their own mean. What have you removed? Section 9 shows what it costs.
#
# (In scikit-learn this is the difference between `fit_transform`, for the training set, and `transform`, for all others.)

# %% nbgrader={"grade": false, "grade_id": "standardize_splits", "locked": false, "schema_version": 3, "solution": true, "task": false}
def standardize_splits(X_train, X_dev, X_test):
    """Standardize three parts with the statistics of the training set.

    Parameters
    ----------
    X_train : array of shape (m_train, n)
        At least one row.
    X_dev : array of shape (m_dev, n)
    X_test : array of shape (m_test, n)

    Returns
    -------
    three arrays of the shapes given
        Constant columns of the training set are treated as in `standardize`. float32 when all three
        arguments are float32, else float64.

    Examples
    --------
    >>> standardize_splits(np.array([[1.0], [3.0]]), np.array([[3.0]]), np.array([[6.0]]))[2]
    array([[4.]])
    """
    ### BEGIN SOLUTION
    mu, sigma = fit_standardizer(X_train)
    return tuple(standardize(X, mu, sigma) for X in (X_train, X_dev, X_test))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_standardize_splits", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
def split_by_hand(standardize_splits):
    """Training columns (1, 3) and (10, 30): mu = (2, 20), sigma = (1, 10)."""
    X_train = np.array([[1.0, 10.0], [3.0, 30.0]])
    X_dev = np.array([[3.0, 10.0]])
    X_test = np.array([[6.0, 20.0], [2.0, 60.0], [2.0, 70.0]])
    return expect.sequence(standardize_splits(X_train, X_dev, X_test), 3, "three arrays")


@check
def returns_three_parts_in_their_order(standardize_splits):
    for part, name, m in zip(split_by_hand(standardize_splits), ("training", "dev", "test"), (2, 1, 3)):
        expect.array(part, (m, 2), f"the {name} part")


@check
def standardizes_the_training_part(standardize_splits):
    Z_train, _, _ = split_by_hand(standardize_splits)
    expect.close(Z_train, [[-1.0, -1.0], [1.0, 1.0]], "training rows (1, 10) and (3, 30)")


@check
def measures_the_dev_part_with_the_same_ruler(standardize_splits):
    _, Z_dev, _ = split_by_hand(standardize_splits)
    expect.close(Z_dev, [[1.0, -1.0]], "the dev row (3, 10), training mu = (2, 20), sigma = (1, 10)")


@check
def measures_the_test_part_with_the_same_ruler(standardize_splits):
    _, _, Z_test = split_by_hand(standardize_splits)
    want = [[4.0, 0.0], [0.0, 4.0], [0.0, 5.0]]
    expect.close(Z_test, want, "the test rows (6, 20), (2, 60), (2, 70), same mu and sigma")


check.run("standardize_splits")

# %% [markdown]
# <details><summary>Hint 1: who is measured</summary>
# Of three parts, one is measured. The other two only use the result.
# </details>
# <details><summary>Hint 2: what you have</summary>
# Your <code>fit_standardizer</code> and <code>standardize</code> do the work: one is called once, the other three times.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_standardize_splits", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `standardize_splits`, 2 points: parts that lie elsewhere, equal rows, constant
# columns, single rows, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def make_parts(seed, sizes=(9, 4, 6), n=3):
    """Three parts that lie in different places and spread differently."""
    rng = np.random.default_rng(seed)
    places = ((2.0, 1.0), (-3.0, 2.5), (8.0, 0.5))
    return [rng.normal(at, spread, size=(m, n)) for m, (at, spread) in zip(sizes, places)]


def measured_with(X_train, X):
    return (X - X_train.mean(axis=0)) / X_train.std(axis=0)


@check
def gives_the_training_part_mean_zero_and_deviation_one(standardize_splits):
    for n in (1, 3, 9):
        X_train, X_dev, X_test = make_parts(30, n=n)
        Z_train = expect.sequence(standardize_splits(X_train, X_dev, X_test), 3, "three arrays")[0]
        expect.array(Z_train, (9, n), f"the training part, {n} columns")
        expect.close(Z_train.mean(axis=0), np.zeros(n), f"the training means, {n} columns")
        expect.close(Z_train.std(axis=0), np.ones(n), f"the training deviations, {n} columns")
        expect.close(Z_train, measured_with(X_train, X_train), f"the training part, {n} columns")


@check
def measures_the_dev_part_with_the_training_statistics(standardize_splits):
    for sizes in ((9, 4, 6), (4, 4, 4), (5, 8, 2)):
        X_train, X_dev, X_test = make_parts(31, sizes)
        _, Z_dev, _ = standardize_splits(X_train, X_dev, X_test)
        expect.close(Z_dev, measured_with(X_train, X_dev), f"the dev part, sizes {sizes}")


@check
def measures_the_test_part_with_the_training_statistics(standardize_splits):
    for sizes in ((9, 4, 6), (4, 4, 4), (5, 8, 2)):
        X_train, X_dev, X_test = make_parts(32, sizes)
        _, _, Z_test = standardize_splits(X_train, X_dev, X_test)
        expect.close(Z_test, measured_with(X_train, X_test), f"the test part, sizes {sizes}")


@check
def maps_equal_rows_to_equal_numbers(standardize_splits):
    X_train, X_dev, X_test = make_parts(33)
    X_dev[1] = X_test[2] = X_train[3]
    Z_train, Z_dev, Z_test = standardize_splits(X_train, X_dev, X_test)
    expect.close(Z_dev[1] - Z_train[3], np.zeros(3), "a row of train and of dev: their difference")
    expect.close(Z_test[2] - Z_train[3], np.zeros(3), "a row of train and of test: their difference")


@check
def works_for_parts_of_a_single_row(standardize_splits):
    X_train, X_dev, X_test = make_parts(34, (5, 1, 1))
    _, Z_dev, Z_test = standardize_splits(X_train, X_dev, X_test)
    expect.close(Z_dev, measured_with(X_train, X_dev), "a dev part of one row")
    expect.close(Z_test, measured_with(X_train, X_test), "a test part of one row")


@check
def makes_a_constant_column_zero_in_every_part(standardize_splits):
    parts = make_parts(35)
    for X in parts:
        X[:, 1] = 4.0
    for Z, X, name in zip(standardize_splits(*parts), parts, ("training", "dev", "test")):
        expect.array(Z, X.shape, f"the {name} part")
        expect.close(Z[:, 1], np.zeros(len(X)), f"a constant column in the {name} part")


@check
def stays_finite_where_only_the_training_column_is_constant(standardize_splits):
    X_train, X_dev, X_test = make_parts(36)
    X_train[:, 1] = 4.0
    parts = standardize_splits(X_train, X_dev, X_test)
    for Z, name in zip(parts, ("training", "dev", "test")):
        finite = bool(np.isfinite(Z).all())
        expect.that(finite, f"the {name} part, a constant training column", "it is not finite")
    expect.close(parts[1][:, 2], measured_with(X_train[:, 2], X_dev[:, 2]), "another dev column")


@check
def is_finite_for_a_single_training_row(standardize_splits):
    X_train, X_dev, X_test = make_parts(37, (1, 3, 2))
    X_dev[0] = X_train[0]
    Z_train, Z_dev, Z_test = standardize_splits(X_train, X_dev, X_test)
    expect.close(Z_train, np.zeros((1, 3)), "a training part of one row")
    expect.close(Z_dev[0], np.zeros(3), "a dev row that equals the only training row")
    finite = bool(np.isfinite(Z_dev).all() and np.isfinite(Z_test).all())
    expect.that(finite, "dev and test beside the only training row", "they are not finite")


@check
def gives_no_warning(standardize_splits):
    X_train, X_dev, X_test = make_parts(38)
    X_train[:, 1] = X_dev[:, 1] = X_test[:, 1] = 4.0
    with expect.quiet("a constant column"):
        standardize_splits(X_train, X_dev, X_test)


@check
def adds_no_epsilon(standardize_splits):
    X_train = np.array([[1.0], [3.0]]) * 2.0**-40
    _, Z_dev, Z_test = standardize_splits(X_train, 2 * X_train, 4 * X_train)
    expect.close(Z_dev, [[0.0], [4.0]], "dev, a column that spreads very little")
    expect.close(Z_test, [[2.0], [10.0]], "test, a column that spreads very little")


@check
def leaves_its_arguments_as_they_were(standardize_splits):
    expect.unchanged(standardize_splits, *make_parts(39), what="the parts after the call")


@check
def keeps_the_precision_of_its_arguments(standardize_splits):
    for kind in (np.float32, np.float64):
        parts = standardize_splits(*(X.astype(kind) for X in make_parts(40)))
        for part, name in zip(parts, ("training", "dev", "test")):
            expect.dtype(part, kind, f"the {name} part, arguments of {kind.__name__}")


@check
def computes_in_double_precision_with_a_training_part_of_float64(standardize_splits):
    X_train, *others = make_parts(41)
    parts = standardize_splits(X_train, *(X.astype(np.float32) for X in others))
    for part, name in zip(parts, ("training", "dev", "test")):
        expect.dtype(part, np.float64, f"the {name} part, the training part alone of float64")


@check
def computes_in_double_precision_for_a_part_of_float64(standardize_splits):
    X_train, X_dev, X_test = make_parts(42)
    _, Z_dev, _ = standardize_splits(X_train.astype(np.float32), X_dev, X_test.astype(np.float32))
    expect.dtype(Z_dev, np.float64, "the dev part, which alone is of float64")


@check
def treats_whole_numbers_like_others(standardize_splits):
    X_train, X_dev, X_test = np.array([[1], [5]]), np.array([[4]]), np.array([[10], [2]])
    parts = standardize_splits(X_train, X_dev, X_test)
    wanted = ([[-1.0], [1.0]], [[0.5]], [[3.5], [-0.5]])
    for part, want, name in zip(parts, wanted, ("training", "dev", "test")):
        expect.close(part, want, f"the {name} part of integer arrays")
        expect.dtype(part, np.float64, f"the {name} part of integer arrays")


check.run("standardize_splits", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 5 · Another ruler: from 0 to 1
#
# Sometimes a range is what counts: a pixel goes from 0 to 255, a share from 0 to 1. Then map the lower end to 0 and the upper end to 1:
#
# $$x' = \frac{x - \text{low}}{\text{high} - \text{low}}$$
#
# The ends are given, `(n,)` numbers each: known in advance (0 and 255), or the smallest and largest value of the *training set*. Dev and test values may lie outside of them, and then they come out below 0 or above 1. **Leave them there**: a
# value that was clipped is a wrong value that looks right. (scikit-learn's `MinMaxScaler` does not clip either, unless you say `clip=True`.)
#
# Where `high` equals `low` the whole column becomes 0, whatever its values are; this is stricter than in section 2.
#
# **By hand.** low 2, high 6: the value 5 becomes $3/4$, the value 7 becomes $5/4$.
#
# The ends are the two most extreme values of a column, so one typing error moves everything. Mean and deviation are moved by it too, but by less.

# %% nbgrader={"grade": false, "grade_id": "minmax_scale", "locked": false, "schema_version": 3, "solution": true, "task": false}
def minmax_scale(X, low, high):
    """Map low to 0 and high to 1, column by column.

    Parameters
    ----------
    X : array of shape (m, n)
        Examples of any part.
    low : array of shape (n,)
        What becomes 0, for instance the training set's smallest values.
    high : array of shape (n,)
        What becomes 1, for instance its largest; high >= low.

    Returns
    -------
    array of shape (m, n)
        Nothing is clipped: values outside low .. high land outside 0 .. 1. Where high equals low the
        whole column is 0. float32 when all three arguments are float32, else float64.

    Examples
    --------
    >>> minmax_scale(np.array([[2.0, 5.0], [7.0, 6.0]]), np.array([2.0, 5.0]), np.array([6.0, 5.0]))
    array([[0.  , 0.  ],
           [1.25, 0.  ]])
    """
    ### BEGIN SOLUTION
    is_flat = high == low
    return np.where(is_flat, 0, (X - low) / np.where(is_flat, 1, high - low))
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_minmax_scale", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_the_numbers_worked_by_hand(minmax_scale):
    X = np.array([[2.0, 10.0], [5.0, 30.0], [6.0, 20.0]])
    scaled = minmax_scale(X, np.array([2.0, 10.0]), np.array([6.0, 30.0]))
    expect.array(scaled, (3, 2), "three rows of two columns")
    expect.close(scaled, [[0.0, 0.0], [0.75, 1.0], [1.0, 0.5]], "low = (2, 10), high = (6, 30)")


@check
def goes_below_zero_and_above_one(minmax_scale):
    scaled = minmax_scale(np.array([[7.0, 0.0]]), np.array([2.0, 10.0]), np.array([6.0, 30.0]))
    expect.close(scaled, [[1.25, -0.5]], "the row (7, 0) with low = (2, 10), high = (6, 30)")


@check
def makes_a_flat_column_zero(minmax_scale):
    scaled = minmax_scale(np.array([[5.0, 1.0], [6.0, 3.0]]), np.array([5.0, 1.0]), np.array([5.0, 3.0]))
    expect.close(scaled, [[0.0, 0.0], [0.0, 1.0]], "low = (5, 1), high = (5, 3)")


check.run("minmax_scale")

# %% [markdown]
# <details><summary>Hint 1: two steps</summary>
# What must be subtracted so that low becomes 0? After that, what has high become, and what must you divide by to make it 1?
# </details>
# <details><summary>Hint 2: the flat column</summary>
# Here a flat column is 0 for every value, also for one that is not low. Decide it last, for the whole column.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_minmax_scale", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `minmax_scale`, 2 points: other shapes, values outside of the range, narrow and
# flat columns, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def make_range(m, n, seed):
    """Rows and a range for each column that is not the rows' own."""
    rng = np.random.default_rng(seed)
    low = rng.uniform(1, 3, size=n) * (-1) ** np.arange(n)
    return rng.normal(0, 4, size=(m, n)), low, low + rng.uniform(1.5, 6, size=n)


@check
def maps_every_column_from_its_own_range(minmax_scale):
    for m, n in ((5, 2), (2, 5), (3, 3), (1, 4), (4, 1), (1, 1)):
        X, low, high = make_range(m, n, 50)
        scaled = minmax_scale(X, low, high)
        expect.array(scaled, (m, n), f"{m} rows of {n} columns")
        want = [[(X[i, j] - low[j]) / (high[j] - low[j]) for j in range(n)] for i in range(m)]
        expect.close(scaled, want, f"{m} rows of {n} columns")


@check
def maps_low_to_zero_and_high_to_one(minmax_scale):
    _, low, high = make_range(1, 4, 51)
    expect.close(minmax_scale(np.array([low, high]), low, high), [[0.0] * 4, [1.0] * 4], "low, high")
    low, high = np.array([-4.0, 0.0, -1.0]), np.array([0.0, 2.0, 1.0])
    scaled = minmax_scale(np.array([low, high]), low, high)
    expect.close(scaled, [[0.0] * 3, [1.0] * 3], "low, high, one of them 0 or both opposite")


@check
def clips_nothing(minmax_scale):
    scaled = minmax_scale(np.array([[40.0], [-20.0], [2.0]]), np.array([0.0]), np.array([4.0]))
    expect.close(scaled, [[10.0], [-5.0], [0.5]], "values far outside of the range")


@check
def measures_narrow_and_wide_ranges_alike(minmax_scale):
    for width in (2.0**-40, 2.0**40):
        X = np.array([[0.25], [3.0], [-1.0]]) * width
        scaled = minmax_scale(X, np.zeros(1), np.array([width]))
        expect.close(scaled, [[0.25], [3.0], [-1.0]], f"a range of width {width:g}")


@check
def makes_the_whole_of_a_flat_column_zero(minmax_scale):
    X, low, high = make_range(5, 3, 52)
    X[0, 1] = high[1] = low[1]
    scaled = minmax_scale(X, low, high)
    expect.array(scaled, (5, 3), "a table with a flat column")
    expect.close(scaled[0, 1], 0.0, "the value low of a flat column")
    expect.close(scaled[:, 1], np.zeros(5), "a flat column")
    others = [0, 2]
    want = (X - low)[:, others] / (high - low)[others]
    expect.close(scaled[:, others], want, "the columns beside a flat one")


@check
def works_where_every_column_is_flat(minmax_scale):
    low = np.array([0.0, 3.0])
    expect.close(minmax_scale(np.array([[0.0, 3.0]]), low, low), [[0.0, 0.0]], "one row, as low")
    expect.close(minmax_scale(np.array([[8.0, -3.0]]), low, low), [[0.0, 0.0]], "one row, not as low")


@check
def leaves_low_and_high_as_they_were(minmax_scale):
    X, low, high = np.array([[1.0, 0.0]] * 3), np.array([-1.0, 5.0]), np.array([1.0, 5.0])
    expect.unchanged(minmax_scale, X, low, high, what="low and high after the call")  # X maps to itself


@check
def leaves_its_arguments_as_they_were(minmax_scale):
    expect.unchanged(minmax_scale, *make_range(4, 3, 53), what="X, low and high after the call")


@check
def keeps_single_precision(minmax_scale):
    X, low, high = (values.astype(np.float32) for values in make_range(4, 3, 54))
    expect.dtype(minmax_scale(X, low, high), np.float32, "three arguments of float32")
    high[1] = low[1]
    expect.dtype(minmax_scale(X, low, high), np.float32, "three of float32, a flat column")


@check
def keeps_double_precision(minmax_scale):
    expect.dtype(minmax_scale(*make_range(4, 3, 55)), np.float64, "three arguments of float64")


@check
def computes_in_double_precision_when_one_argument_is(minmax_scale):
    for i, name in enumerate(("X", "low", "high")):
        arguments = [values.astype(np.float32) for values in make_range(4, 3, 56)]
        arguments[i] = arguments[i].astype(np.float64)
        expect.dtype(minmax_scale(*arguments), np.float64, f"arguments of float32, but {name} of float64")


@check
def treats_whole_numbers_like_others(minmax_scale):
    X = np.array([[1, 7, 2], [4, 7, 3], [-3, 2, 9]])
    scaled = minmax_scale(X, np.array([0, 2, 5]), np.array([8, 12, 5]))
    want = [[0.125, 0.5, 0.0], [0.5, 0.5, 0.0], [-0.375, 0.0, 0.0]]
    expect.close(scaled, want, "integer arguments")
    expect.dtype(scaled, np.float64, "integer arguments")


check.run("minmax_scale", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Proline in the training wines, mapped by your function; then once more after somebody typed one zero too many into one of its 106 values. Look at where the other 105 went: the range is twelve times as wide now (the deviation, five times).

# %% tags=["skip-execution"]
proline = X_train[:, [wine_names.index("proline")]]
mistyped = proline.copy()
mistyped[proline.argmax()] *= 10
plots.histogram_by_label(
    {
        "as measured": minmax_scale(proline, proline.min(axis=0), proline.max(axis=0)),
        "one value mistyped": minmax_scale(mistyped, mistyped.min(axis=0), mistyped.max(axis=0)),
    },
    "proline, mapped to 0 .. 1",
)

# %% [markdown]
# ## 6 · More rows than memory
#
# A hundred million rows do not fit into memory. They come in chunks, each is seen once, and at the end you want $\mu$ and $\sigma$ of them all. So you keep three things: how many rows there were, their mean, and
# their variance, and merge them with those of the next chunk. (This is `partial_fit` in scikit-learn, and how several machines agree on one $\mu$ and $\sigma$.)
#
# The mean is easy: each chunk counts with its rows. The variance is *not* the average of the two variances. Two chunks that do not vary at all, but lie far from each other, vary a lot together: the way between the chunks is part of the spread.
#
# **By hand.** Chunk a is the rows 1, 3: $n=2$, mean 2, variance 1. Chunk b is 6, 6: $n=2$, mean 6, variance 0. Together 1, 3, 6, 6 have mean 4 and squared distances 9, 1, 4, 4: variance $18/4 = 4.5$. The average of the variances is 0.5; the other 4
# come from the means, each of which lies 2 from the common one.
#
# **The trap.** You may remember that the variance is the mean of the squares minus the square of the mean, $\overline{x^2} - \mu^2$, and sums of squares are so easy to merge. On paper it is right. Now let the mean be $10^8$: its square is $10^{16}$, and up there float64 numbers
# are 2 apart. A variance of 1 cannot survive as the difference of two such numbers. Your result has to be as good as if computed on the joined rows, also then.

# %% nbgrader={"grade": false, "grade_id": "combine_moments", "locked": false, "schema_version": 3, "solution": true, "task": false}
def combine_moments(n_a, mu_a, var_a, n_b, mu_b, var_b):
    """Merge the moments of two chunks into those of all their rows.

    Parameters
    ----------
    n_a : int
        Rows of chunk a, at least 1.
    mu_a, var_a : array of shape (n,)
        Mean and population variance of its columns.
    n_b, mu_b, var_b
        The same of chunk b.

    Returns
    -------
    n : int
        Rows of both.
    mu, var : array of shape (n,)
        Mean and population variance of the columns of all rows, as accurate as if computed on the
        joined rows, also when the means are huge. float32 when all four arrays are float32, else float64.

    Examples
    --------
    >>> combine_moments(2, np.array([2.0]), np.array([1.0]), 2, np.array([6.0]), np.array([0.0]))
    (4, array([4.]), array([4.5]))
    """
    ### BEGIN SOLUTION
    n = n_a + n_b
    share_a, share_b = n_a / n, n_b / n
    delta = mu_b - mu_a
    mu = mu_a + share_b * delta
    var = share_a * var_a + share_b * var_b + share_a * share_b * delta**2
    return n, mu, var
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_combine_moments", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def merges_the_chunks_worked_by_hand(combine_moments):
    merged = combine_moments(2, np.array([2.0]), np.array([1.0]), 2, np.array([6.0]), np.array([0.0]))
    n, mu, var = expect.sequence(merged, 3, "the three results (n, mu, var)")
    expect.equal(n, 4, "n of the rows 1, 3 and 6, 6")
    expect.close(mu, [4.0], "mu of the rows 1, 3 and 6, 6")
    expect.close(var, [4.5], "var of the rows 1, 3 and 6, 6")


@check
def weighs_the_mean_of_a_chunk_by_its_rows(combine_moments):
    a, b = (np.array([0.0, 5.0]), np.array([0.0, 0.0])), (np.array([4.0, 5.0]), np.array([8.0, 4.0]))
    n, mu, _ = combine_moments(1, *a, 3, *b)
    expect.equal(n, 4, "n of 1 row and 3 rows")
    expect.close(mu, [3.0, 5.0], "mu of 1 row at (0, 5) and 3 rows about (4, 5)")


@check
def weighs_the_variance_of_a_chunk_by_its_rows(combine_moments):
    a, b = (np.array([0.0, 5.0]), np.array([0.0, 0.0])), (np.array([4.0, 5.0]), np.array([8.0, 4.0]))
    _, _, var = combine_moments(1, *a, 3, *b)
    expect.close(var, [9.0, 3.0], "var of 1 row at (0, 5) and 3 rows about (4, 5)")


check.run("combine_moments")

# %% [markdown]
# <details><summary>Hint 1: the mean</summary>
# The mean of all rows is a weighted mean of the two means. What does each one weigh?
# </details>
# <details><summary>Hint 2: the variance about another place</summary>
# A row of chunk a is, in the mean of squares, <code>var_a</code> away from <code>mu_a</code>. Seen from mu it is (<code>mu_a</code> − mu)² further: <code>var_a</code> + (<code>mu_a</code> − mu)². The
# same goes for b, and the variance of all is the weighted mean of the two.
# </details>
# <details><summary>Hint 3: digits</summary>
# Every square that you take should be of a difference, of two means for instance, never of a mean itself.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_combine_moments", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `combine_moments`, 3 points: chunks of any size, also of one row, three chunks in
# either order, huge means, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def make_chunk(m, seed, at=0.0, n=3):
    return np.random.default_rng(seed).exponential(size=(m, n)) * [1.0, 3.0, 0.5][:n] + at


def moments(X):
    return len(X), X.mean(axis=0), X.var(axis=0)


@check
def counts_the_rows_of_both(combine_moments):
    for m_a, m_b in ((4, 6), (1, 1), (9, 2)):
        a, b = make_chunk(m_a, 60), make_chunk(m_b, 61, at=2.0)
        n, _, _ = expect.sequence(combine_moments(*moments(a), *moments(b)), 3, "three results")
        expect.equal(n, m_a + m_b, f"n of {m_a} and {m_b} rows")


@check
def has_the_mean_of_the_joined_rows(combine_moments):
    for m_a, m_b in ((4, 6), (3, 3), (1, 8), (7, 1), (1, 1)):
        a, b = make_chunk(m_a, 62), make_chunk(m_b, 63, at=2.0)
        _, mu, _ = combine_moments(*moments(a), *moments(b))
        expect.array(mu, (3,), f"mu of {m_a} and {m_b} rows")
        expect.close(mu, np.concatenate([a, b]).mean(axis=0), f"mu of {m_a} and {m_b} rows")


@check
def has_the_variance_of_the_joined_rows(combine_moments):
    for m_a, m_b in ((4, 6), (3, 3), (1, 8), (7, 1), (1, 1)):
        a, b = make_chunk(m_a, 64), make_chunk(m_b, 65, at=2.0)
        _, _, var = combine_moments(*moments(a), *moments(b))
        expect.array(var, (3,), f"var of {m_a} and {m_b} rows")
        expect.close(var, np.concatenate([a, b]).var(axis=0), f"var of {m_a} and {m_b} rows")


@check
def counts_the_way_between_the_chunks(combine_moments):
    for m_a, m_b in ((5, 5), (1, 3), (12, 4)):
        still, a, b = np.zeros(2), np.array([1.0, -8.0]), np.array([5.0, 8.0])
        _, _, var = combine_moments(m_a, a, still, m_b, b, still)
        want = m_a * m_b / (m_a + m_b) ** 2 * np.array([16.0, 256.0])
        expect.close(var, want, f"var of {m_a} and {m_b} rows, each chunk constant")


@check
def keeps_equal_chunks_as_they_are(combine_moments):
    mu, var = np.array([3.0, -1.0]), np.array([4.0, 0.25])
    n, merged_mu, merged_var = combine_moments(6, mu, var, 6, mu, var)
    expect.close(merged_mu, mu, "mu of two equal chunks")
    expect.close(merged_var, var, "var of two equal chunks")


@check
def merges_three_chunks_in_either_order(combine_moments):
    chunks = [make_chunk(m, 66 + m, at=m) for m in (1, 4, 9)]
    a, b, c = map(moments, chunks)
    joined = np.concatenate(chunks)
    for name, both, third in (("(a, b), c", (a, b), c), ("a, (b, c)", (b, c), a), ("(c, a), b", (c, a), b)):
        n, mu, var = combine_moments(*combine_moments(*both[0], *both[1]), *third)
        expect.equal(n, 14, f"n of {name}")
        expect.close(mu, joined.mean(axis=0), f"mu of {name}")
        expect.close(var, joined.var(axis=0), f"var of {name}")


@check
def takes_a_small_chunk_beside_a_large_one(combine_moments):
    for m_a, m_b in ((999_999, 1), (1, 999_999)):
        _, mu, var = combine_moments(m_a, np.zeros(1), np.ones(1), m_b, np.array([1000.0]), np.ones(1))
        expect.close(mu, [m_b / 1000], f"mu of {m_a} and {m_b} rows")
        expect.close(var, [1 + m_a * m_b / 1_000_000], f"var of {m_a} and {m_b} rows")


@check
def loses_no_digits_when_the_means_are_huge(combine_moments):
    steps_a = np.array([[1.0, 0.0], [-3.0, 2.0], [2.0, -1.0], [0.0, -1.0]])
    steps_b = np.array([[2.0, 1.0], [3.0, -1.0]])
    joined = np.concatenate([steps_a, steps_b])
    for mean in (1e8, -1e8, 2.0**29):
        _, mu, var = combine_moments(*moments(mean + steps_a), *moments(mean + steps_b))
        expect.close(mu - mean, joined.mean(axis=0), f"mu − {mean:g}", atol=1e-6)
        expect.close(var, joined.var(axis=0), f"var where the means are about {mean:g}", rtol=1e-5)


@check
def leaves_its_arguments_as_they_were(combine_moments):
    a, b = moments(make_chunk(3, 70)), moments(make_chunk(5, 71, at=1.0))
    expect.unchanged(combine_moments, *a, *b, what="the means and variances after the call")


@check
def keeps_the_precision_of_the_means(combine_moments):
    for kind in (np.float32, np.float64):
        (n_a, *a), (n_b, *b) = (moments(make_chunk(m, 72).astype(kind)) for m in (3, 5))
        _, mu, _ = combine_moments(n_a, *a, n_b, *b)
        expect.dtype(mu, kind, f"mu, arguments of {kind.__name__}")


@check
def keeps_the_precision_of_the_variances(combine_moments):
    for kind in (np.float32, np.float64):
        (n_a, *a), (n_b, *b) = (moments(make_chunk(m, 73).astype(kind)) for m in (3, 5))
        _, _, var = combine_moments(n_a, *a, n_b, *b)
        expect.dtype(var, kind, f"var, arguments of {kind.__name__}")


@check
def computes_in_double_precision_when_one_mean_is(combine_moments):
    for chosen, name in ((0, "mu_a"), (2, "mu_b")):
        (n_a, *a), (n_b, *b) = (moments(make_chunk(m, 74).astype(np.float32)) for m in (3, 5))
        four = [*a, *b]
        four[chosen] = four[chosen].astype(np.float64)
        _, mu, var = combine_moments(n_a, *four[:2], n_b, *four[2:])
        expect.dtype(mu, np.float64, f"mu, arguments of float32, but {name} of float64")
        expect.dtype(var, np.float64, f"var, arguments of float32, but {name} of float64")


@check
def treats_whole_numbers_like_others(combine_moments):
    a, b = (np.array([0, 10]), np.array([3, 1])), (np.array([2, 15]), np.array([2, 0]))
    n, mu, var = combine_moments(2, *a, 3, *b)
    expect.close(mu, [1.2, 13.0], "mu of integer arrays")
    expect.close(var, [3.36, 6.4], "var of integer arrays")
    expect.dtype(mu, np.float64, "mu of integer arrays")
    expect.dtype(var, np.float64, "var of integer arrays")


check.run("combine_moments", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** The same 2 000 numbers of deviation 1, moved further and further from zero, in chunks of 100: the error of the variance that your function has merged, beside that of $\overline{x^2} - \mu^2$. A value of 0 is drawn hollow, on the lower edge. Time stamps in seconds are about $1.7\cdot 10^9$: they are near the right edge.

# %% tags=["skip-execution"]
from functools import reduce

means = 10.0 ** np.arange(0, 10)
deviations = np.random.default_rng(0).normal(size=(2000, 1))
merged_error, squares_error = [], []
for mean in means:
    X = mean + deviations
    true_variance = np.var(X - mean)
    chunks = [(len(chunk), chunk.mean(axis=0), chunk.var(axis=0)) for chunk in np.split(X, 20)]
    _, _, variance = reduce(lambda a, b: combine_moments(*a, *b), chunks)
    merged_error.append(abs(variance[0] - true_variance))
    squares_error.append(abs(np.mean(X**2) - np.mean(X) ** 2 - true_variance))
plots.lines(
    means,
    {"your combine_moments": merged_error, "mean of squares − squared mean": squares_error},
    "mean of the numbers",
    "error of their variance (true value 1.00)",
    log="xy",
)

# %% [markdown]
# ## 7 · How long is the valley?
#
# Now to the question why any of this makes training faster. Take the smallest model there is, a linear one, $\hat y = Xw$, with the cost
#
# $$J(w) = \frac{1}{2m}\sum_i \big((Xw)_i - y_i\big)^2$$
#
# Over two weights this is a bowl. Cut it through, and each cut is a parabola; how steep depends on the direction. All of this is in one matrix, $X^\top X / m$, of shape `(n, n)`: its eigenvectors, the directions that it only stretches, are the axes of the bowl, and its eigenvalues $\lambda$, the
# factors by which it does, are the curvatures along them. The **condition number** compares the steepest with the flattest:
#
# $$\kappa = \frac{\lambda_\text{max}}{\lambda_\text{min}}$$
#
# At $\kappa = 1$ the bowl is round, and downhill points at its lowest point from everywhere. At $\kappa = 10\,000$ it is a gorge, a hundred times as long as wide, and downhill points at the opposite wall.
#
# Three things make a bowl long, and you can see each in $X^\top X/m$: columns of different **scale** (the diagonal differs, and with the *square* of the scale), columns whose **mean** is far from 0, and columns that **go together** (off the diagonal). Standardizing removes the
# first two.
#
# **By hand.** $X = \begin{pmatrix}3&0\\0&1\end{pmatrix}$: $X^\top X/2$ has 4.5 and 0.5 on its diagonal and zeros beside it, so $\kappa = 9$. One column is three times as large as the other, and the bowl curves nine times as much along it.
#
# **At the edge.** When a column is a multiple of another, or zero, or when there are fewer rows than columns, the bowl has a direction in which it is flat: $\lambda_\text{min} = 0$. Return `inf`, or whatever large number rounding gives, as long as it is above $10^{12}$. Rounding may well
# turn 0 into $-10^{-17}$; a condition number is never negative.
#
# (`np.linalg.cond(X)` is the ratio of *singular* values of X, the square root of this $\kappa$. Both are called condition number; ask which one is meant.)

# %% nbgrader={"grade": false, "grade_id": "condition_number", "locked": false, "schema_version": 3, "solution": true, "task": false}
def condition_number(X):
    """Say how elongated the bowl of a linear model's squared error is.

    Parameters
    ----------
    X : array of shape (m, n)
        Inputs, m, n >= 1. Computed in float64, also when X is float32.

    Returns
    -------
    float
        The largest eigenvalue of X^T X / m over the smallest, at least 1. inf, or any number above
        1e12, when columns are dependent: one is a multiple of another, or zero, or there are fewer
        rows than columns.

    Examples
    --------
    >>> condition_number(np.array([[3.0, 0.0], [0.0, 1.0]]))
    9.0
    """
    ### BEGIN SOLUTION
    X = X.astype(np.float64)
    curvatures = np.linalg.eigvalsh(X.T @ X / len(X))  # in ascending order
    if curvatures[0] <= 0:  # 0, but for rounding
        return float("inf")
    return float(curvatures[-1] / curvatures[0])
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_condition_number", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def gives_the_number_worked_by_hand(condition_number):
    number = condition_number(np.array([[3.0, 0.0], [0.0, 1.0]]))
    expect.number(number, "the condition number of [[3, 0], [0, 1]]")
    expect.close(number, 9.0, "the condition number of [[3, 0], [0, 1]]")


@check
def is_one_for_a_round_bowl(condition_number):
    number = condition_number(np.array([[2.0, -2.0], [2.0, 2.0], [-2.0, -2.0], [-2.0, 2.0]]))
    expect.close(number, 1.0, "four corners of a square")


@check
def sees_columns_that_go_together(condition_number):
    # X^T X = [[6, 2], [2, 3]]: eigenvalues 7 and 2
    number = condition_number(np.array([[1.0, 1.0], [1.0, -1.0], [2.0, 1.0]]))
    expect.close(number, 3.5, "two columns that go together, [[1, 1], [1, −1], [2, 1]]")


@check
def is_endless_for_a_repeated_column(condition_number):
    number = condition_number(np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]))
    expect.number(number, "the condition number of two equal columns")
    what = "two equal columns: the condition number, or 1e12 where it is larger"
    expect.close(min(number, 1e12), 1e12, what, rtol=1e-14)


check.run("condition_number")

# %% [markdown]
# <details><summary>Hint 1: eigenvalues of a symmetric matrix</summary>
# <code>np.linalg.eigvalsh</code> gives them in ascending order.
# </details>
# <details><summary>Hint 2: dependent columns</summary>
# The smallest eigenvalue is then 0, but rounding turns it into something like 1e-17, or −1e-17. Compare it with the largest one before you
# divide.
# </details>
# <details><summary>Hint 3: precision</summary>
# float32 has 7 digits, and squaring costs half of them. Convert X before you multiply.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_condition_number", "locked": true, "points": 2, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `condition_number`, 2 points: other shapes, long valleys, columns that go together,
# dependent and zero columns, fewer rows than columns, float32 and integer arrays.
### BEGIN HIDDEN TESTS
def make_valley(m, n, ratio, seed):
    """A table whose condition number is ratio, in a random direction."""
    rng = np.random.default_rng(seed)
    rows, _ = np.linalg.qr(rng.normal(size=(m, n)))
    columns, _ = np.linalg.qr(rng.normal(size=(n, n)))
    return rows * np.sqrt(np.geomspace(1.0, ratio, n)) @ columns * 3.0


def compare_with_endless(condition_number, X, what):
    number = condition_number(X)
    expect.number(number, what)
    expect.that(number > 1e12, what, "the condition number is neither inf nor above 1e12")


@check
def is_the_ratio_of_the_curvatures(condition_number):
    for m, n, ratio in ((8, 3, 25.0), (5, 2, 6.0), (4, 4, 1000.0), (40, 3, 1.5), (9, 6, 1e5)):
        number = condition_number(make_valley(m, n, ratio, 80))
        expect.number(number, f"the condition number of {m} rows and {n} columns")
        expect.close(number, ratio, f"{m} rows and {n} columns", rtol=1e-6)


@check
def is_not_moved_by_the_units_of_all_columns_together(condition_number):
    X = make_valley(6, 3, 12.0, 81)
    for factor in (2.0**-30, 2.0**30):
        expect.close(condition_number(factor * X), 12.0, f"a table times {factor:g}", rtol=1e-6)


@check
def squares_the_ratio_of_the_scales(condition_number):
    corners = np.array([[1.0, -1.0], [1.0, 1.0], [-1.0, -1.0], [-1.0, 1.0]])
    for scale in (1.0, 5.0, 0.01, 1000.0):
        want = max(scale, 1 / scale) ** 2
        number = condition_number(corners * [1.0, scale])
        expect.close(number, want, f"one of two columns times {scale:g}", rtol=1e-6)


@check
def tells_a_very_long_valley_from_an_endless_one(condition_number):
    corners = np.array([[1.0, -1.0], [1.0, 1.0], [-1.0, -1.0], [-1.0, 1.0]])
    number = condition_number(corners * [1.0, 2.0**18])
    expect.close(number, 2.0**36, "one of two columns times 2^18", rtol=1e-6)


@check
def sees_a_mean_that_is_far_from_zero(condition_number):
    corners = np.array([[1.0, -1.0], [1.0, 1.0], [-1.0, -1.0], [-1.0, 1.0]])
    # X^T X / 4 = [[1 + 9, 0], [0, 1]]
    expect.close(condition_number(corners + [3.0, 0.0]), 10.0, "one mean of 3", rtol=1e-6)
    expect.close(condition_number(corners + [2.0, 2.0]), 9.0, "two means of 2", rtol=1e-6)


@check
def is_one_for_a_single_column(condition_number):
    for X in (np.array([[2.0], [-1.0], [4.0]]), np.array([[5.0]]), np.array([[1e-6]])):
        expect.close(condition_number(X), 1.0, f"one column of {len(X)} rows")


@check
def is_endless_for_dependent_columns(condition_number):
    for seed in range(6):
        X = np.random.default_rng(82 + seed).integers(-9, 10, size=(12, 3)).astype(float)
        X[0] = [1.0, 2.0, 3.0]
        compare_with_endless(condition_number, X[:, [0, 1, 0]], "a repeated column")
        X[:, 2] = X[:, 0] - 2 * X[:, 1]
        compare_with_endless(condition_number, X, "a column that two others make")


@check
def is_endless_for_a_column_of_zeros(condition_number):
    X = np.random.default_rng(90).normal(size=(6, 3))
    X[:, 1] = 0
    compare_with_endless(condition_number, X, "a column of zeros")
    compare_with_endless(condition_number, np.zeros((4, 1)), "nothing but zeros")


@check
def is_endless_for_fewer_rows_than_columns(condition_number):
    for m, n in ((1, 2), (2, 3), (3, 7), (4, 5)):
        for seed in (91, 92, 93):
            X = np.random.default_rng(seed).normal(size=(m, n))
            compare_with_endless(condition_number, X, f"{m} rows, {n} columns")


@check
def computes_in_double_precision(condition_number):
    step = 2.0**-11
    X = np.array([[1.0, 1.0], [1.0, 1.0 + step], [1.0, 1.0 - step]])
    want = np.linalg.cond(X) ** 2
    expect.close(float(condition_number(X)), want, "an X of float64", rtol=1e-5)
    expect.close(float(condition_number(X.astype(np.float32))), want, "an X of float32", rtol=1e-5)


@check
def treats_whole_numbers_like_others(condition_number):
    X = np.array([[30, 0], [0, 40], [0, 0]])
    expect.close(condition_number(X), 16 / 9, "an integer X")
    expect.close(condition_number(X.astype(np.int8)), 16 / 9, "an X of int8")


@check
def leaves_X_as_it_was(condition_number):
    X = make_valley(6, 3, 12.0, 94)
    expect.unchanged(condition_number, X, what="X after the call")


check.run("condition_number", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# **See it.** Your function on two real tables: as measured, only centred, and standardized. For diabetes, centring takes away a factor of thirteen; scaling brings the wines from twelve million to 46. What is left, 46 and 470, is
# columns that go together. No scaling of single columns can remove that.

# %% tags=["skip-execution"]
X_diabetes, y_diabetes, diabetes_names = datasets.diabetes()
for name, X in (("wine", X_wine), ("diabetes", X_diabetes)):
    mu, sigma = fit_standardizer(X.astype(float))
    for how, table in (
        ("as measured", X),
        ("centred", X - mu),
        ("standardized", standardize(X, mu, sigma)),
    ):
        print(f"{name:10} {how:13} condition number {condition_number(table):14,.0f}")

# %% [markdown]
# ## 8 · Down the valley
#
# Last, the walk itself. Start at $w = 0$ and take `steps` steps downhill:
#
# $$w \leftarrow w - \text{lr}\cdot\frac{1}{m}X^\top(Xw - y)$$
#
# What follows lr is the gradient of $J$: the ½ of the cost met the 2 of the square. Write down the cost **before** each step, so that `costs[0]` is the cost of knowing nothing.
#
# **By hand.** $x = (1, 3)$, $y = (2, 4)$, lr 0.1. At $w = 0$ the residuals are $(-2, -4)$: cost $\tfrac12\cdot\tfrac{4+16}{2} = 5$, gradient $\tfrac12(1\cdot(-2) + 3\cdot(-4)) = -7$, so $w = 0.7$. There the residuals are $(-1.3, -1.9)$, and the next cost is
# 1.325.
#
# **How long may a step be?** Along an axis of the bowl with curvature $\lambda$, a step multiplies the distance to the lowest point by $1 - \text{lr}\,\lambda$. That shrinks it as long as $\text{lr} < 2/\lambda$, in *every* direction, so the steepest one decides:
#
# $$\text{lr} < \frac{2}{\lambda_\text{max}}$$
#
# Take half of that, $1/\lambda_\text{max}$: the steepest direction arrives in a single step, and the flattest still has the share $1 - 1/\kappa$ of its way before it. So **the number of steps grows with $\kappa$**. That is this
# lesson in one line.

# %% nbgrader={"grade": false, "grade_id": "gradient_descent", "locked": false, "schema_version": 3, "solution": true, "task": false}
def gradient_descent(X, y, lr, steps):
    """Fit a linear model without intercept by full-batch gradient descent from w = 0.

    Parameters
    ----------
    X : array of shape (m, n)
        Inputs.
    y : array of shape (m,)
        Targets.
    lr : float
        Learning rate.
    steps : int
        How many steps to take, 0 or more.

    Returns
    -------
    w : array of shape (n,)
        Weights after the last step.
    costs : array of shape (steps,)
        costs[t] is half the mean squared error before step t, so costs[0] belongs to w = 0.
        Both are float32 when X and y are float32, else float64.

    Examples
    --------
    >>> gradient_descent(np.array([[1.0]]), np.array([4.0]), lr=0.5, steps=2)
    (array([3.]), array([8., 2.]))
    """
    ### BEGIN SOLUTION
    kind = np.float32 if X.dtype == y.dtype == np.float32 else np.float64
    w, costs = np.zeros(X.shape[1], dtype=kind), np.empty(steps, dtype=kind)
    for t in range(steps):
        residual = X @ w - y
        costs[t] = np.mean(residual**2) / 2
        w = w - lr * (X.T @ residual) / len(X)
    return w, costs
    ### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_gradient_descent", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
@check
def returns_the_weights_and_the_costs(gradient_descent):
    pair = gradient_descent(np.array([[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]]), np.ones(3), 0.1, 4)
    w, costs = expect.sequence(pair, 2, "the pair (w, costs)")
    expect.array(w, (2,), "w for an X of two columns")
    expect.array(costs, (4,), "costs of four steps")


@check
def takes_the_first_step_worked_by_hand(gradient_descent):
    w, costs = gradient_descent(np.array([[1.0], [3.0]]), np.array([2.0, 4.0]), 0.1, 1)
    expect.close(costs, [5.0], "the cost before the first step")
    expect.close(w, [0.7], "w after one step")


@check
def takes_means_over_the_rows(gradient_descent):
    X, y = np.array([[3.0, 0.0], [0.0, 3.0], [0.0, 0.0]]), np.array([3.0, 0.0, 0.0])
    w, costs = gradient_descent(X, y, 0.5, 1)
    expect.close(costs, [1.5], "three rows: the cost at w = 0 is (9 + 0 + 0) / 6")
    expect.close(w, [1.5, 0.0], "three rows: the gradient at w = 0 is (−9, 0) / 3")


@check
def goes_on_with_the_second_step(gradient_descent):
    w, costs = gradient_descent(np.array([[1.0], [3.0]]), np.array([2.0, 4.0]), 0.1, 2)
    expect.close(costs, [5.0, 1.325], "the costs before each of two steps")
    expect.close(w, [1.05], "w after two steps")


check.run("gradient_descent")

# %% [markdown]
# <details><summary>Hint 1: one step</summary>
# The residuals Xw − y serve twice: their squares give the cost, and X turned on its side times them, over m, gives the gradient.
# </details>
# <details><summary>Hint 2: before or after</summary>
# Write the cost down first, then move w.
# </details>
# <details><summary>Hint 3: precision</summary>
# <code>np.zeros</code> and <code>np.empty</code> make float64 unless you name a <code>dtype</code>.
# </details>

# %% nbgrader={"grade": true, "grade_id": "hidden_gradient_descent", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `gradient_descent`, 3 points: other shapes, rates and numbers of steps, where it
# ends, no step at all, steps that are too long, the arguments themselves, dtypes.
### BEGIN HIDDEN TESTS
def make_problem(m, n, seed):
    rng = np.random.default_rng(seed)
    return rng.normal(0.5, 1.0, size=(m, n)), rng.normal(2.0, 1.0, size=m)


def descend(X, y, lr, steps):
    w, costs = np.zeros(X.shape[1]), []
    for _ in range(steps):
        error = X.dot(w) - y
        costs.append(0.5 * float(error.dot(error)) / len(y))
        w = w - lr / len(y) * error.dot(X)
    return w, np.array(costs)


SHAPES = ((6, 2, 0.1, 3), (2, 5, 0.05, 4), (4, 4, 0.02, 2), (1, 3, 0.1, 3), (5, 1, 0.25, 6), (1, 1, 0.5, 2))


@check
def follows_the_gradient(gradient_descent):
    for m, n, lr, steps in SHAPES:
        X, y = make_problem(m, n, 100)
        w, _ = expect.sequence(gradient_descent(X, y, lr, steps), 2, "the pair (w, costs)")
        expect.array(w, (n,), f"w, {m} rows and {n} columns")
        expect.close(w, descend(X, y, lr, steps)[0], f"w, {m} rows, {n} columns, {steps} steps")


@check
def writes_down_the_cost_before_every_step(gradient_descent):
    for m, n, lr, steps in SHAPES:
        X, y = make_problem(m, n, 101)
        _, costs = gradient_descent(X, y, lr, steps)
        expect.array(costs, (steps,), f"costs of {steps} steps")
        expect.close(costs, descend(X, y, lr, steps)[1], f"costs, {m} rows, {n} columns")


@check
def starts_at_zero(gradient_descent):
    X, y = make_problem(5, 3, 102)
    w, costs = gradient_descent(X, y, 0.1, 1)
    expect.close(costs[0], float(np.mean(y**2)) / 2, "the first cost")
    expect.close(w, 0.1 * (y @ X) / 5, "w after one step")


@check
def takes_all_of_its_steps_and_ends_at_least_squares(gradient_descent):
    X = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [2.0, 0.0]])
    y = np.array([3.0, -1.0, 0.5, 2.0])
    w, costs = gradient_descent(X, y, 0.5, 200)
    expect.close(w, np.linalg.lstsq(X, y, rcond=None)[0], "w after very many steps")
    expect.array(costs, (200,), "costs of very many steps")
    expect.close(costs[-1], float(np.mean((X @ w - y) ** 2)) / 2, "the last cost")


@check
def stays_at_zero_without_a_step(gradient_descent):
    X, y = make_problem(4, 3, 103)
    w, costs = gradient_descent(X, y, 0.1, 0)
    expect.close(w, np.zeros(3), "w after no step")
    expect.array(costs, (0,), "the costs of no step")


@check
def takes_steps_that_are_too_long_as_well(gradient_descent):
    X, y = make_problem(5, 2, 104)
    for lr in (3.0, 40.0):
        want_w, want_costs = descend(X, y, lr, 4)
        w, costs = gradient_descent(X, y, lr, 4)
        expect.close(w, want_w, f"w after four steps that are too long, lr = {lr}")
        expect.close(costs, want_costs, f"the costs of steps that are too long, lr = {lr}")


@check
def scales_its_first_step_with_the_learning_rate(gradient_descent):
    X, y = make_problem(5, 3, 105)
    for lr in (1e-4, 0.03, 0.5):
        w, _ = gradient_descent(X, y, lr, 1)
        expect.close(w / lr, (y @ X) / 5, f"w after one step, over lr = {lr}")


@check
def repeats_itself(gradient_descent):
    X, y = make_problem(5, 3, 106)
    w, costs = gradient_descent(X, y, 0.1, 3)
    before = w.tolist(), costs.tolist()
    gradient_descent(X[::-1] + 1, y, 0.1, 3)  # must not move what the first call returned
    same = before == (w.tolist(), costs.tolist())
    expect.that(same, "the results of a call, after another call", "they have changed")
    w_again, costs_again = gradient_descent(X, y, 0.1, 3)
    same = before == (w_again.tolist(), costs_again.tolist())
    expect.that(same, "two equal calls", "they give different results")


@check
def leaves_X_as_it_was(gradient_descent):
    X, y = make_problem(5, 3, 107)
    expect.unchanged(gradient_descent, X, np.zeros_like(y), 0.1, 3, what="X after the call, targets of 0")


@check
def leaves_y_as_it_was(gradient_descent):
    expect.unchanged(gradient_descent, *make_problem(5, 3, 111), 0.1, 3, what="X and y after the call")


@check
def keeps_the_precision_of_the_weights(gradient_descent):
    for kind in (np.float32, np.float64):
        X, y = (values.astype(kind) for values in make_problem(5, 3, 108))
        w, _ = gradient_descent(X, y, 0.1, 3)
        expect.dtype(w, kind, f"w for arguments of {kind.__name__}")


@check
def keeps_the_precision_of_the_costs(gradient_descent):
    for kind in (np.float32, np.float64):
        X, y = (values.astype(kind) for values in make_problem(5, 3, 109))
        _, costs = gradient_descent(X, y, 0.1, 3)
        expect.dtype(costs, kind, f"costs for arguments of {kind.__name__}")


@check
def computes_in_double_precision_when_one_argument_is(gradient_descent):
    X, y = make_problem(5, 3, 110)
    for arguments in ((X.astype(np.float32), y), (X, y.astype(np.float32))):
        w, costs = gradient_descent(*arguments, 0.1, 3)
        expect.dtype(w, np.float64, "w where one of X and y is float64")
        expect.dtype(costs, np.float64, "costs where one of X and y is float64")


@check
def treats_whole_numbers_like_others(gradient_descent):
    X, y = np.array([[1, 2], [0, -1], [3, 1]]), np.array([4, 0, -2])
    want_w, want_costs = descend(X, y, 0.125, 3)
    w, costs = gradient_descent(X, y, 0.125, 3)
    expect.close(w, want_w, "w for integer arrays")
    expect.close(costs, want_costs, "costs for integer arrays")
    expect.dtype(w, np.float64, "w for integer arrays")
    expect.dtype(costs, np.float64, "costs for integer arrays")


check.run("gradient_descent", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## 9 · Experiments: two valleys, one network
#
# Two measures of 442 diabetes patients, the body mass index (26 ± 4 kg/m²) and the blood pressure (95 ± 14 mmHg), are to predict how far the disease has gone a year later. The model is linear, with a weight for
# each, so its cost can be drawn as a map. Below are the contours of the cost and the path that **your** `gradient_descent` takes from $w = 0$ with two learning rates, half of the limit $2/\lambda_\text{max}$ and just below it. First everything as measured.

# %% tags=["skip-execution"]
measures = X_diabetes[:, [diabetes_names.index(n) for n in ("body mass index", "blood pressure")]]
measures = measures.astype(float)
progress = y_diabetes.astype(float)


def walk(X, y, lr, steps):
    """The weights before the first step and after each one."""
    return np.array([gradient_descent(X, y, lr, t)[0] for t in range(steps + 1)])


def largest_curvature(X):
    return np.linalg.eigvalsh(X.T @ X / len(X))[-1]


def draw_valley(X, y, steps, limits=None):
    limit = 2 / largest_curvature(X)
    print(f"condition number {condition_number(X):.1f}, learning rates up to {limit:.2g}")
    plots.cost_contours(
        lambda w: np.mean((X @ w - y) ** 2) / 2,
        {
            "95 % of the limit": walk(X, y, 0.95 * limit, steps),
            "half of the limit": walk(X, y, limit / 2, steps),
        },
        "weight of the body mass index",
        "weight of the blood pressure",
        limits,
    )


draw_valley(measures, progress, 40, limits=((-0.8, 6.6), (-0.8, 3.4)))

# %% [markdown]
# A gorge that runs off the map on both sides. Its lowest point lies far down on the right, at (5.6, 0.1). Half of the limit steps to the floor of the gorge at once and then creeps along it; just below the limit the path jumps from wall to wall. After 40 steps neither has done a
# quarter of the way: across the gorge a step is as long as it may be, and along it the ground hardly falls.
#
# Now the same patients, standardized by your functions. The target is centred as well: where every column has mean 0, so have all predictions, as there is no intercept.

# %% tags=["skip-execution"]
Z = standardize(measures, *fit_standardizer(measures))
centred_progress = progress - progress.mean()
draw_valley(Z, centred_progress, 10)

# %% [markdown]
# The contours are only half as long again as wide, $\sqrt{2.3} \approx 1.5$, and with half of the limit ten steps are plenty. What scaling cannot make round is that heavier patients tend to have a higher blood pressure.
#
# ### How many steps?
#
# Take the standardized patients and change the unit of the blood pressure, so that its numbers become `stretch` times as large. Nothing else changes. Count the steps until the cost has come 99 % of the way down, always with the rate
# $1/\lambda_\text{max}$.
#
# **Predict first.** Numbers ten times as large: how many times as many steps?

# %% tags=["skip-execution"]
stretches = np.array([1, 2, 5, 10, 20, 50])
best_fit = Z @ np.linalg.lstsq(Z, centred_progress)[0]
lowest = np.mean((best_fit - centred_progress) ** 2) / 2
numbers, needed = [], []
for stretch in network.show_progress(stretches, "stretch"):
    X = Z * [1, stretch]
    number = condition_number(X)
    rate, enough = 1 / largest_curvature(X), int(3 * number) + 50
    _, costs = gradient_descent(X, centred_progress, rate, enough)
    needed.append(int(np.argmax(costs - lowest < 0.01 * (costs[0] - lowest))))
    numbers.append(number)
plots.lines(numbers, {"gradient descent": needed}, "condition number", "steps", log="xy")
print("\n".join(f"stretch {stretch}: {n} steps" for stretch, n in zip(stretches, needed)))

# %% [markdown]
# A straight line of slope 1, once the valley is long: about twice as many steps as the condition number says. And that goes with the *square* of the stretch: numbers 5 times as large take 58 steps, numbers 50 times as large take 5819. On this line
# the ten diabetes measures as they are, with a condition number of a million, would need two million steps.
#
# ### How long may a step be?
#
# The cost after 100 steps, for learning rates from a millionth to 2. The marks are at $2/\lambda_\text{max}$, as section 8 has it. Values above a million are left out.

# %% tags=["skip-execution"]
rates = np.geomspace(1e-6, 2, 80)
after, marks = {}, {}
for label, X in (("as measured", measures), ("standardized", Z)):
    with np.errstate(over="ignore", invalid="ignore"):  # above its limit a cost has no bounds
        costs = np.array([gradient_descent(X, centred_progress, lr, 101)[1][-1] for lr in rates])
    after[label] = np.where(costs < 1e6, costs, np.nan)
    marks[f"limit, {label}"] = 2 / largest_curvature(X)
plots.lines(rates, after, "learning rate", "cost after 100 steps", log="x", marks=marks)

# %% [markdown]
# Each line ends at its mark, as the formula says, a factor of 7 000 apart; beyond it the cost leaves the picture. Look at what lies to the left of each. For the measures as they are there is hardly anything to choose: the best rate of all has come half of the way down to 2835, the lowest cost there is for them (without an intercept, columns that are not centred fit a centred target badly). For the standardized ones every rate from 0.05 to the
# limit ends at the bottom. Where curvatures are near 1, a good learning rate is a number of ordinary size, so that a default has a chance.
#
# ### A real network
#
# Back to the wines. The network has 13 inputs, 16 hidden ReLU units and 3 outputs, and trains with Adam, which chooses a step length for every weight by itself. One might hope that this makes up for the units. Four versions of the same data, ten
# sets of first weights each.

# %% tags=["skip-execution"]
mu, sigma = fit_standardizer(X_train)
low, high = X_train.min(axis=0), X_train.max(axis=0)
Z_train, Z_dev, Z_test = standardize_splits(X_train, X_dev, X_test)
versions = {
    "as measured": (X_train, X_dev),
    "centred": (X_train - mu, X_dev - mu),
    "from 0 to 1": (minmax_scale(X_train, low, high), minmax_scale(X_dev, low, high)),
    "standardized": (Z_train, Z_dev),
}


def train_wines(X, X_dev, seed, epochs=60):
    rng = np.random.default_rng(seed)
    settings = {"epochs": epochs, "batch_size": 32, "lr": 0.003}
    return network.train(X, y_train, [13, 16, 3], rng, X_dev=X_dev, y_dev=y_dev, **settings)


dev_errors = {
    label: np.transpose([train_wines(*parts, seed)[1]["dev_error"] for seed in range(10)])
    for label, parts in versions.items()
}
plots.error_by_setting(np.arange(1, 61), dev_errors, "epoch")

# %% [markdown]
# Start at the top. As measured, the network gets 27 % wrong after 60 epochs, and how many it is depends on the luck of its first weights: that is the wide band. Centring brings it to 9 %, a range from 0 to 1 to 5 %, standardizing to 4 %. After 40 epochs
# it was 37 against 5 %: the numbers of the first paragraph. Adam does not make up for units.
#
# The last two lines are close in the end. Here it matters little which ruler is used, as long as every column is measured with one; standardizing is ahead in the first 15 epochs.
#
# ### Another ruler for the test set
#
# What if the test set is scaled by its own statistics? With many wines of all three growers it matters little, because their mean is close to that of the training set; so the mistake may stay unseen until the network is used. In use, wines come one at a time, or in a
# delivery from one grower. Here are dev and test wines together, in batches of several sizes, each batch standardized by its own `fit_standardizer`.
#
# **Predict first.** A batch of one wine: what does the network see?

# %% tags=["skip-execution"]
params, _ = train_wines(Z_train, Z_dev, seed=0, epochs=100)
X_new, y_new = np.concatenate([X_dev, X_test]), np.concatenate([y_dev, y_test])
Z_new = np.concatenate([Z_dev, Z_test])


def predict_alone(X):
    """Predict a batch after scaling it by its own statistics."""
    return network.predict(standardize(X, *fit_standardizer(X)), params)


batches = [1, 2, 4, 9, 18, 36, 72]
own_ruler = []
for size in batches:
    errors = []
    for seed in range(10):
        order = np.random.default_rng(seed).permutation(72).reshape(-1, size)
        errors.append(np.mean([predict_alone(X_new[rows]) != y_new[rows] for rows in order]))
    own_ruler.append(errors)
right_ruler = network.measure_error(Z_new, y_new, params)
plots.error_by_setting(
    batches,
    {"own statistics": own_ruler, "the training set's": [right_ruler] * len(batches)},
    "wines that are scaled together",
    log=True,
)

# %% tags=["skip-execution"]
by_grower = {"own statistics": {}, "the training set's": {}}
for grower in range(3):
    rows = y_new == grower
    column = f"a delivery of grower {grower}"
    by_grower["own statistics"][column] = np.mean(predict_alone(X_new[rows]) != grower)
    by_grower["the training set's"][column] = network.measure_error(Z_new[rows], y_new[rows], params)
plots.error_table(by_grower)

# %% [markdown]
# A single wine is its own mean, so it becomes thirteen zeros, whichever wine it is. The network gives them all to one grower: 65 % wrong. Even of pairs 30 % are wrong. Yet all 72 together are nearly as good as with the right ruler, 5.6 against 4.2 %: on a large mixed
# test set this mistake can hardly be seen.
#
# Deliveries are the worst. Wines of one grower, scaled by themselves, are misread in 55, 56 and 84 % of the cases, against 4 or 5 %. What told the network who made them was where they lie among the others, and that is just what was subtracted.
#
# **Turn the dials.** How do the four versions compare with `optimizer="sgd"` and `lr=0.1` in `train_wines`? (As measured, the first steps are so long that the hidden units die, and the network answers the same for every wine.) Which two columns of the diabetes table give the longest valley, and which
# the roundest one? And what does `fit_standardizer` say about `np.full((3, 1), 0.1)`? Written with NumPy's `mean` and `std` it says 1.4e-17, not 0: three times 0.1 is not quite 0.3. The table at the end says what to do about it.

# %% [markdown]
# ## 10 · Quiz
#
# Put a letter in quotes in the place of each `None`, for example `"units": "a"`, and delete the last line of the cell.
#
# **test_statistics.** A network was trained on standardized wines. A single new wine comes in. How is it standardized?
#
# - (a) with its own mean and deviation
# - (b) with the mean and deviation of the training set
# - (c) with those of all wines so far, the new one included
#
# **units.** Two columns have mean 0, deviation 1, and nothing to do with each other. Then somebody writes the second one in centimetres instead of metres. What becomes of the condition number?
#
# - (a) it stays 1: a linear model makes up for units in its weights
# - (b) it becomes 100
# - (c) it becomes 10 000
#
# **learning_rate.** The curvatures of a cost, the eigenvalues of $X^\top X/m$, are 50, 8 and 0.5. Of these learning rates, which is the largest with which gradient descent converges?
#
# - (a) 0.03
# - (b) 0.05
# - (c) 3
#
# **correlated.** You have standardized ten columns, and the condition number is still 470. What does that say?
#
# - (a) there is a mistake: standardized columns have condition number 1
# - (b) some columns go together
# - (c) there are too few rows
#
# **constant_pixel.** A pixel is 0 in all training images, so its sigma is 0. What do you divide it by?
#
# - (a) by 1e-8, in the training set and everywhere else
# - (b) by the deviation that it has in the test set
# - (c) by 1, or any other number of ordinary size: it has no scale

# %% nbgrader={"grade": false, "grade_id": "quiz_normalization", "locked": false, "schema_version": 3, "solution": true, "task": false}
quiz_normalization = {
    "test_statistics": None,
    "units": None,
    "learning_rate": None,
    "correlated": None,
    "constant_pixel": None,
}
### BEGIN SOLUTION
quiz_normalization = {
    "test_statistics": "b",
    "units": "c",
    "learning_rate": "a",
    "correlated": "b",
    "constant_pixel": "c",
}
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz_normalization", "locked": true, "points": 0, "schema_version": 3, "solution": false, "task": false}
@check
def answers_every_question_with_one_of_its_letters(quiz_normalization):
    questions = ("test_statistics", "units", "learning_rate", "correlated", "constant_pixel")
    expect.choices(quiz_normalization, dict.fromkeys(questions, "abc"))


check.run("quiz_normalization")

# %% nbgrader={"grade": true, "grade_id": "hidden_quiz_normalization", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
# Hidden checks of `quiz_normalization`, 5 points: one for each right answer. The explanations come
# with your result.
### BEGIN HIDDEN TESTS
@check
def tells_whose_statistics_the_test_set_gets(quiz_normalization):
    """A network learned what a number means on the training set's scale. Any other scale gives the
    same wine other numbers, and one wine alone has no scale at all."""
    expect.choice(quiz_normalization, "test_statistics", "b")


@check
def tells_what_units_do_to_the_valley(quiz_normalization):
    """The curvature along a weight is the mean square of its column: a factor of 100 in the column is
    a factor of 10 000 in the condition number."""
    expect.choice(quiz_normalization, "units", "c")


@check
def tells_the_longest_step_that_converges(quiz_normalization):
    """The steepest direction decides: lr must stay below 2 / 50 = 0.04, however flat the others are."""
    expect.choice(quiz_normalization, "learning_rate", "a")


@check
def tells_what_standardizing_leaves(quiz_normalization):
    """Each column is centred and scaled by itself; columns that go together still do, and the valley
    along their difference stays flat."""
    expect.choice(quiz_normalization, "correlated", "b")


@check
def tells_what_to_do_with_a_pixel_that_never_changes(quiz_normalization):
    """The training set says nothing about its scale, so leave it unscaled. With an epsilon of 1e-8 one
    grey pixel of the test set would arrive as 50 million; with the test set's own sigma the parts would
    have two scales."""
    expect.choice(quiz_normalization, "constant_pixel", "c")


check.run("quiz_normalization", hidden=True, points=5)
### END HIDDEN TESTS

# %% [markdown]
# ## What to remember
#
# 1. Standardizing measures each value in deviations from the mean of its column: $(x-\mu)/\sigma$, the population deviation, no epsilon.
# 2. $\mu$ and $\sigma$ come from the training set alone and go with the network: the same two for dev, test and every later row.
# 3. Variances are merged through the *difference* of the means. $\overline{x^2}-\mu^2$ loses its digits when the mean is large.
# 4. The condition number says how long the valley is. It grows with the square of a column's scale, and the number of steps grows with it.
# 5. Steps must be shorter than $2/\lambda_\text{max}$. Standardizing makes that a number of ordinary size, and leaves only what columns have in common.
#
# ## Where it goes wrong
#
# | what you see | what it may be |
# |---|---|
# | good on the test set, wrong in use | the test set was scaled by its own statistics; in use a batch has others |
# | the same prediction for every single row | each row is standardized by itself, and becomes zeros |
# | a test error that is a little too good | $\mu$ and $\sigma$ were taken before the split |
# | nan after standardizing | a constant column, divided by 0 |
# | one value of several millions | a column that was constant in training, divided by an epsilon |
# | a constant column that becomes −1 everywhere | its mean was rounded, so that σ is 1e-17 instead of 0. Take mean and deviation of `X - X[0]`, which is 0 exactly, and add `X[0]` to the mean |
# | a variance that is 0, negative or nan | it is the difference of two huge squares |
# | the cost falls fast, then hardly at all | a long valley: look at the condition number |
# | the cost explodes in the first steps | the learning rate is above $2/\lambda_\text{max}$ |
#
# If all columns are of one kind and one size already, as the pixels of an image are, there is little to gain, and something to lose: pixels at the edge, which are hardly ever inked, have tiny deviations. Among the later digits of section 2 there is one with a half-grey pixel that becomes a value of 60.
#
# ## Further
#
# - Y. LeCun, L. Bottou, G. Orr, K.-R. Müller: *Efficient BackProp*, in Neural Networks: Tricks of the Trade, Springer (1998). Section 4.3 is about normalizing inputs, section 5 about eigenvalues and learning rates.
# - T. Chan, G. Golub, R. LeVeque: *Algorithms for computing the sample variance: analysis and recommendations*, The American Statistician 37 (1983). How to merge moments, and what other ways cost.
# - S. Ioffe, C. Szegedy: *Batch normalization: accelerating deep network training by reducing internal covariate shift*, ICML 2015. The same idea between the layers; topic 09.
# - scikit-learn calls it `StandardScaler` (`mean_`, `scale_`; a constant column has `scale_` 1) and `MinMaxScaler`; both have `fit` for the training set, `transform` for all parts, `inverse_transform` for the way back. pandas' `std` divides by m − 1. "Normalizing" is
#   used for all of this, and in scikit-learn's `Normalizer` for something else: it scales each *row* to length 1.
