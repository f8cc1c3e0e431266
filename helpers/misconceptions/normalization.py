"""Known mistakes of topic 06, normalization. See the package's first lines for what an entry is."""

import numpy as np

from helpers.misconceptions import misconception

# ------------------------------------------------------------------------------------------------------ fit_standardizer


@misconception(
    "fit_standardizer",
    "the squares are divided by m - 1; the population deviation divides by m (in NumPy ddof=0, the default)",
)
def sample_deviation(X):
    return X.mean(axis=0), X.std(axis=0, ddof=1)


@misconception("fit_standardizer", "mean and deviation are taken along each row; a feature is a column, axis 0")
def along_rows(X):
    return X.mean(axis=1), X.std(axis=1)


@misconception("fit_standardizer", "one mean and one deviation are taken over the whole table; each column has its own")
def whole_table(X):
    return np.full(X.shape[1:], X.mean(), X.dtype), np.full(X.shape[1:], X.std(), X.dtype)


@misconception("fit_standardizer", "sigma holds the variance; the deviation is its square root")
def variance_as_deviation(X):
    return X.mean(axis=0), X.var(axis=0)


@misconception(
    "fit_standardizer",
    "the variance is computed as the mean of squares minus the squared mean, which loses its digits far from zero",
)
def mean_of_squares(X):
    variance = (X * X).mean(axis=0) - X.mean(axis=0) ** 2
    return X.mean(axis=0), np.sqrt(np.maximum(variance, 0))


@misconception(
    "fit_standardizer", "the sigma of a constant column is replaced by 1; it is 0, what to do about it comes later"
)
def constant_column_as_one(X):
    sigma = X.std(axis=0)
    return X.mean(axis=0), np.where(sigma == 0, 1, sigma)


@misconception("fit_standardizer", "an epsilon is added to sigma; it is the deviation and nothing else")
def epsilon_in_sigma(X):
    return X.mean(axis=0), X.std(axis=0) + np.array(1e-8, X.dtype if X.dtype.kind == "f" else float)


@misconception("fit_standardizer", "mu and sigma are returned in the other order")
def exchanged_results(X):
    return X.std(axis=0), X.mean(axis=0)


@misconception("fit_standardizer", "mu is the median; the mean is the sum over the number of rows")
def median_as_mean(X):
    return np.median(X, axis=0).astype(X.dtype if X.dtype.kind == "f" else float), X.std(axis=0)


@misconception(
    "fit_standardizer", "sigma is the mean distance from mu; the deviation is the root of the mean squared distance"
)
def mean_distance(X):
    return X.mean(axis=0), np.abs(X - X.mean(axis=0)).mean(axis=0)


@misconception("fit_standardizer", "sigma is the root mean square of the column; the mean has to be subtracted first")
def root_mean_square(X):
    return X.mean(axis=0), np.sqrt((X * X).mean(axis=0))


@misconception("fit_standardizer", "the results have shape (1, n); without keepdims they are (n,)")
def kept_dimensions(X):
    return X.mean(axis=0, keepdims=True), X.std(axis=0, keepdims=True)


@misconception("fit_standardizer", "float32 goes in and float64 comes out; the results keep the precision of X")
def always_double_statistics(X):
    X = X.astype(np.float64)
    return X.mean(axis=0), X.std(axis=0)


@misconception("fit_standardizer", "X itself is centred on the way; work on a new array")
def centred_in_place(X):
    mu = X.mean(axis=0)
    if X.dtype.kind != "f":
        return mu, X.std(axis=0)
    X -= mu
    return mu, np.sqrt((X * X).mean(axis=0))


# ----------------------------------------------------------------------------------------------------------- standardize


def _safe(sigma):
    """The divisor of a right answer."""
    return np.where(sigma == 0, 1, sigma)


@misconception("standardize", "the columns are divided by the variance; a value in deviations is (X - mu) / sigma")
def divided_by_variance(X, mu, sigma):
    return (X - mu) / _safe(sigma) ** 2


@misconception("standardize", "the columns are divided by the square root of sigma, which is a deviation already")
def divided_by_root(X, mu, sigma):
    return (X - mu) / np.sqrt(_safe(sigma))


@misconception(
    "standardize", "an epsilon is added to sigma; small columns are then scaled by the epsilon, not by sigma"
)
def epsilon_added(X, mu, sigma):
    return (X - mu) / (sigma + np.array(1e-8, sigma.dtype if sigma.dtype.kind == "f" else float))


@misconception(
    "standardize", "columns with a small sigma are taken for constant; only a sigma of exactly 0 is left out"
)
def small_sigma_as_zero(X, mu, sigma):
    return (X - mu) / np.where(sigma < 1e-6, 1, sigma)


@misconception("standardize", "sigma is kept from going below a small number; only a sigma of exactly 0 needs care")
def sigma_kept_up(X, mu, sigma):
    return (X - mu) / np.maximum(sigma, np.array(1e-7, sigma.dtype if sigma.dtype.kind == "f" else float))


@misconception("standardize", "X is measured with its own mean and deviation; mu and sigma are not used")
def own_statistics(X, mu, sigma):
    return (X - X.mean(axis=0)) / _safe(X.std(axis=0))


@misconception("standardize", "a column with sigma 0 is divided by 0 and becomes nan")
def divided_by_zero(X, mu, sigma):
    return (X - mu) / sigma


@misconception(
    "standardize",
    "a column with sigma 0 is divided first and mended afterwards; the numbers are right, but the division warns",
)
def mended_after_division(X, mu, sigma):
    return np.where(sigma == 0, 0, (X - mu) / sigma)


@misconception(
    "standardize",
    "only nan is mended, so that values beside mu in a column with sigma 0 become infinite",
)
def only_nan_mended(X, mu, sigma):
    with np.errstate(divide="ignore", invalid="ignore"):
        Z = (X - mu) / sigma
    Z[np.isnan(Z)] = 0
    return Z


@misconception("standardize", "a column with sigma 0 is passed on as it is; it has to be centred")
def constant_column_untouched(X, mu, sigma):
    return np.where(sigma == 0, X, (X - mu) / _safe(sigma))


@misconception("standardize", "the mean is not subtracted")
def not_centred(X, mu, sigma):
    return X / _safe(sigma)


@misconception("standardize", "X is only centred, not divided by sigma")
def only_centred(X, mu, sigma):
    return (X - mu) * 1.0


@misconception("standardize", "mu is added; it has to be subtracted")
def mean_added(X, mu, sigma):
    return (X + mu) / _safe(sigma)


@misconception("standardize", "only X is divided by sigma, not mu: the brackets are missing")
def brackets_missing(X, mu, sigma):
    return X / _safe(sigma) - mu


@misconception("standardize", "values many deviations away are cut off; outliers stay what they are")
def outliers_cut(X, mu, sigma):
    return np.clip((X - mu) / _safe(sigma), -10, 10)


@misconception("standardize", "X itself is overwritten; work on a new array")
def overwritten(X, mu, sigma):
    if X.dtype.kind != "f":
        return (X - mu) / _safe(sigma)
    X -= mu
    X /= _safe(sigma)
    return X


@misconception("standardize", "the zeros in the caller's sigma are overwritten; choose the divisors in a new array")
def sigma_overwritten(X, mu, sigma):
    sigma[sigma == 0] = 1
    return (X - mu) / sigma


@misconception("standardize", "the result is written into an array of whole numbers, which cuts off the fractions")
def cut_to_whole_numbers(X, mu, sigma):
    Z = np.empty_like(X)
    Z[:] = (X - mu) / _safe(sigma)
    return Z


@misconception("standardize", "float32 goes in and float64 comes out")
def always_double(X, mu, sigma):
    return (X.astype(np.float64) - mu) / _safe(sigma)


@misconception("standardize", "the precision is that of X alone; where one argument is float64, so is the result")
def precision_of_the_table_alone(X, mu, sigma):
    Z = (X - mu) / _safe(sigma)
    return Z.astype(X.dtype if X.dtype.kind == "f" else float)


# --------------------------------------------------------------------------------------------------------- destandardize


@misconception("destandardize", "mu is subtracted; going back it has to be added")
def mean_subtracted(Z, mu, sigma):
    return Z * sigma - mu


@misconception("destandardize", "mu is added before the multiplication; what was done last is undone first")
def added_first(Z, mu, sigma):
    return (Z + mu) * sigma


@misconception("destandardize", "Z is divided by sigma; going back it has to be multiplied")
def divided_again(Z, mu, sigma):
    return Z / sigma + mu


@misconception("destandardize", "Z is standardized once more instead of being taken back")
def standardized_again(Z, mu, sigma):
    return (Z - mu) / sigma


@misconception("destandardize", "the mean is not added")
def mean_left_out(Z, mu, sigma):
    return Z * sigma


@misconception("destandardize", "Z is not multiplied by sigma")
def sigma_left_out(Z, mu, sigma):
    return Z + mu


@misconception("destandardize", "Z is multiplied by the variance; it counts deviations")
def multiplied_by_variance(Z, mu, sigma):
    return Z * sigma**2 + mu


@misconception("destandardize", "an epsilon is added to sigma; the inverse of (X - mu) / sigma has none")
def epsilon_multiplied(Z, mu, sigma):
    return Z * (sigma + np.array(1e-8, sigma.dtype if sigma.dtype.kind == "f" else float)) + mu


@misconception(
    "destandardize", "Z is divided by its own deviation before it is taken back; Z counts deviations already"
)
def own_deviation(Z, mu, sigma):
    return (Z - Z.mean(axis=0)) / _safe(Z.std(axis=0)) * sigma + mu


@misconception("destandardize", "Z itself is overwritten; work on a new array")
def taken_back_in_place(Z, mu, sigma):
    if Z.dtype.kind != "f":
        return Z * sigma + mu
    Z *= sigma
    Z += mu
    return Z


@misconception("destandardize", "the zeros in the caller's sigma are overwritten; no division needs them changed")
def zeros_of_sigma_overwritten(Z, mu, sigma):
    sigma[sigma == 0] = 1
    return Z * sigma + mu


@misconception("destandardize", "the result is written into an array of whole numbers, which cuts off the fractions")
def taken_back_to_whole_numbers(Z, mu, sigma):
    X = np.empty_like(Z)
    X[:] = Z * sigma + mu
    return X


@misconception("destandardize", "float32 goes in and float64 comes out")
def taken_back_in_double(Z, mu, sigma):
    return Z.astype(np.float64) * sigma + mu


# ---------------------------------------------------------------------------------------------------- standardize_splits


def _fitted(X):
    """Mean and divisor of a right answer."""
    return X.mean(axis=0), _safe(X.std(axis=0))


def _scaled(X, fitted):
    """What a right answer makes of one part."""
    return (X - fitted[0]) / fitted[1]


@misconception(
    "standardize_splits",
    "each part is standardized with its own statistics; dev and test need those of the training set",
)
def each_with_its_own(X_train, X_dev, X_test):
    return tuple(_scaled(X, _fitted(X)) for X in (X_train, X_dev, X_test))


@misconception(
    "standardize_splits",
    "the statistics are those of all three parts together; dev and test must not take part in the preparation",
)
def all_together(X_train, X_dev, X_test):
    fitted = _fitted(np.concatenate([X_train, X_dev, X_test]))
    return tuple(_scaled(X, fitted) for X in (X_train, X_dev, X_test))


@misconception(
    "standardize_splits", "the statistics are those of training and dev set together; the dev set must not take part"
)
def train_and_dev_together(X_train, X_dev, X_test):
    fitted = _fitted(np.concatenate([X_train, X_dev]))
    return tuple(_scaled(X, fitted) for X in (X_train, X_dev, X_test))


@misconception("standardize_splits", "only the training set is standardized; dev and test go on as they are")
def only_the_training_set(X_train, X_dev, X_test):
    return _scaled(X_train, _fitted(X_train)), X_dev * 1.0, X_test * 1.0


@misconception("standardize_splits", "dev and test are only divided by the training set's sigma, not centred")
def others_not_centred(X_train, X_dev, X_test):
    mu, sigma = _fitted(X_train)
    return (X_train - mu) / sigma, X_dev / sigma, X_test / sigma


@misconception(
    "standardize_splits", "dev and test have the training set's mu but their own sigma; both come from the training set"
)
def own_sigma(X_train, X_dev, X_test):
    mu, _ = _fitted(X_train)
    return tuple((X - mu) / _safe(X.std(axis=0)) for X in (X_train, X_dev, X_test))


@misconception("standardize_splits", "the test set is measured with the dev set's statistics")
def test_with_dev_statistics(X_train, X_dev, X_test):
    return _scaled(X_train, _fitted(X_train)), _scaled(X_dev, _fitted(X_train)), _scaled(X_test, _fitted(X_dev))


@misconception("standardize_splits", "the test set is measured with its own statistics; it needs the training set's")
def test_with_its_own(X_train, X_dev, X_test):
    return *(_scaled(X, _fitted(X_train)) for X in (X_train, X_dev)), _scaled(X_test, _fitted(X_test))


@misconception("standardize_splits", "dev and test are returned in the other order")
def dev_and_test_exchanged(X_train, X_dev, X_test):
    fitted = _fitted(X_train)
    return _scaled(X_train, fitted), _scaled(X_test, fitted), _scaled(X_dev, fitted)


@misconception("standardize_splits", "one mean and one deviation are used for all columns; each column has its own")
def one_scale_for_all_columns(X_train, X_dev, X_test):
    mu, sigma = X_train.mean(), X_train.std()
    return tuple((X - mu) / (sigma or 1) for X in (X_train, X_dev, X_test))


@misconception(
    "standardize_splits", "the training set's squares are divided by m - 1; the population deviation divides by m"
)
def splits_with_sample_deviation(X_train, X_dev, X_test):
    sigma = X_train.std(axis=0, ddof=1) if len(X_train) > 1 else np.zeros_like(X_train.mean(axis=0))
    return tuple((X - X_train.mean(axis=0)) / _safe(sigma) for X in (X_train, X_dev, X_test))


@misconception("standardize_splits", "a column that is constant in the training set is divided by 0")
def splits_divided_by_zero(X_train, X_dev, X_test):
    mu, sigma = X_train.mean(axis=0), X_train.std(axis=0)
    return tuple((X - mu) / sigma for X in (X_train, X_dev, X_test))


@misconception("standardize_splits", "an epsilon is added to sigma; there is none in (X - mu) / sigma")
def splits_with_epsilon(X_train, X_dev, X_test):
    mu, sigma = X_train.mean(axis=0), X_train.std(axis=0)
    return tuple((X - mu) / (sigma + sigma.dtype.type(1e-8)) for X in (X_train, X_dev, X_test))


@misconception("standardize_splits", "the columns are divided by the variance; the formula divides by sigma")
def splits_divided_by_variance(X_train, X_dev, X_test):
    mu, sigma = _fitted(X_train)
    return tuple((X - mu) / sigma**2 for X in (X_train, X_dev, X_test))


@misconception("standardize_splits", "the parts themselves are overwritten; work on new arrays")
def parts_overwritten(X_train, X_dev, X_test):
    mu, sigma = _fitted(X_train)
    parts = []
    for X in (X_train, X_dev, X_test):
        if X.dtype.kind == "f":
            X -= mu
            X /= sigma
        else:
            X = (X - mu) / sigma
        parts.append(X)
    return tuple(parts)


# ---------------------------------------------------------------------------------------------------------- minmax_scale


def _mapped(X, low, high):
    """A right answer."""
    flat = high == low
    return np.where(flat, 0, (X - low) / np.where(flat, 1, high - low))


@misconception("minmax_scale", "values outside low .. high are cut off; nothing is clipped")
def clipped(X, low, high):
    return np.clip(_mapped(X, low, high), 0, 1)


@misconception("minmax_scale", "X is mapped from its own smallest and largest values; low and high are not used")
def own_range(X, low, high):
    return _mapped(X, X.min(axis=0), X.max(axis=0))


@misconception("minmax_scale", "one low and one high are used for all columns; each column has its own")
def one_range_for_all(X, low, high):
    return _mapped(X, low.min(), high.max())


@misconception("minmax_scale", "X - low is divided by high; the range is high - low")
def divided_by_high(X, low, high):
    return np.where(high == low, 0, (X - low) / np.where(high == 0, 1, high))


@misconception("minmax_scale", "a flat column is divided by 0")
def flat_divided_by_zero(X, low, high):
    return (X - low) / (high - low)


@misconception("minmax_scale", "a flat column is only shifted by low; the whole column has to be 0")
def flat_only_shifted(X, low, high):
    return (X - low) / np.where(high == low, 1, high - low)


@misconception("minmax_scale", "a flat column is passed on as it is; the whole column has to be 0")
def flat_untouched(X, low, high):
    return np.where(high == low, X, _mapped(X, low, high))


@misconception("minmax_scale", "a column whose high is 0 is taken for flat; it is flat where high equals low")
def high_of_zero_as_flat(X, low, high):
    return np.where(high == 0, 0, _mapped(X, low, high))


@misconception("minmax_scale", "only nan is mended, so that values beside low in a flat column become infinite")
def flat_only_nan_mended(X, low, high):
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = (X - low) / (high - low)
    scaled[np.isnan(scaled)] = 0
    return scaled


@misconception("minmax_scale", "an epsilon is added to the range; high then does not become exactly 1")
def epsilon_in_range(X, low, high):
    return np.where(
        high == low, 0, (X - low) / (high - low + np.array(1e-8, high.dtype if high.dtype.kind == "f" else float))
    )


@misconception("minmax_scale", "X is mapped to -1 .. 1; low becomes 0 here")
def from_minus_one(X, low, high):
    return np.where(high == low, 0, 2 * _mapped(X, low, high) - 1)


@misconception("minmax_scale", "the map is turned round: high becomes 0 and low becomes 1")
def turned_round(X, low, high):
    return np.where(high == low, 0, 1 - _mapped(X, low, high))


@misconception("minmax_scale", "low is not subtracted")
def low_left_out(X, low, high):
    return np.where(high == low, 0, X / np.where(high == low, 1, high - low))


@misconception("minmax_scale", "X itself is overwritten; work on a new array")
def range_mapped_in_place(X, low, high):
    if X.dtype.kind != "f":
        return _mapped(X, low, high)
    X[...] = _mapped(X, low, high)
    return X


@misconception(
    "minmax_scale", "the caller's high is changed where a column is flat; choose the divisors in a new array"
)
def high_overwritten(X, low, high):
    flat = high == low
    high[flat] += 1
    return np.where(flat, 0, (X - low) / (high - low))


@misconception("minmax_scale", "the result is written into an array of whole numbers, which cuts off the fractions")
def range_mapped_to_whole_numbers(X, low, high):
    scaled = np.empty_like(X)
    scaled[:] = _mapped(X, low, high)
    return scaled


@misconception("minmax_scale", "float32 goes in and float64 comes out")
def range_mapped_in_double(X, low, high):
    return _mapped(X.astype(np.float64), low, high)


# ------------------------------------------------------------------------------------------------------- combine_moments


def _merged(n_a, mu_a, var_a, n_b, mu_b, var_b):
    """A right answer."""
    n = n_a + n_b
    delta = mu_b - mu_a
    mu = mu_a + (n_b / n) * delta
    return n, mu, (n_a / n) * var_a + (n_b / n) * var_b + (n_a / n) * (n_b / n) * delta**2


@misconception("combine_moments", "the means are averaged as if both chunks had as many rows")
def chunks_count_the_same(n_a, mu_a, var_a, n_b, mu_b, var_b):
    mu = (mu_a + mu_b) / 2
    return n_a + n_b, mu, (var_a + (mu_a - mu) ** 2 + var_b + (mu_b - mu) ** 2) / 2


@misconception("combine_moments", "mu is the plain average of the two means; each one counts with its rows")
def plain_average_of_means(n_a, mu_a, var_a, n_b, mu_b, var_b):
    n, _, var = _merged(n_a, mu_a, var_a, n_b, mu_b, var_b)
    return n, (mu_a + mu_b) / 2, var


@misconception(
    "combine_moments", "the way between the two means is left out of the variance, which is more than an average"
)
def way_between_left_out(n_a, mu_a, var_a, n_b, mu_b, var_b):
    n, mu, _ = _merged(n_a, mu_a, var_a, n_b, mu_b, var_b)
    return n, mu, (n_a / n) * var_a + (n_b / n) * var_b


@misconception(
    "combine_moments",
    "the variance goes through the mean of squares, E[x²] - mu², which loses its digits for huge means",
)
def through_squares(n_a, mu_a, var_a, n_b, mu_b, var_b):
    n = n_a + n_b
    mu = (n_a / n) * mu_a + (n_b / n) * mu_b
    return n, mu, (n_a / n) * (var_a + mu_a**2) + (n_b / n) * (var_b + mu_b**2) - mu**2


@misconception("combine_moments", "the variance is divided by n - 1; population variances are merged here")
def merged_sample_variance(n_a, mu_a, var_a, n_b, mu_b, var_b):
    n, mu, var = _merged(n_a, mu_a, var_a, n_b, mu_b, var_b)
    return n, mu, var * (n / (n - 1))


@misconception(
    "combine_moments", "the chunks' variances are taken for sample variances: they are multiplied by n - 1 instead of n"
)
def taken_for_sample_variances(n_a, mu_a, var_a, n_b, mu_b, var_b):
    n, mu, _ = _merged(n_a, mu_a, var_a, n_b, mu_b, var_b)
    inside = (n_a - 1) / n * var_a + (n_b - 1) / n * var_b
    return n, mu, inside + (n_a / n) * (n_b / n) * (mu_b - mu_a) ** 2


@misconception("combine_moments", "the squared way between the means has the factor n_a n_b / n; it has to be over n²")
def way_between_too_large(n_a, mu_a, var_a, n_b, mu_b, var_b):
    n, mu, _ = _merged(n_a, mu_a, var_a, n_b, mu_b, var_b)
    return n, mu, (n_a / n) * var_a + (n_b / n) * var_b + n_a * (n_b / n) * (mu_b - mu_a) ** 2


@misconception("combine_moments", "the way between the means is not squared")
def way_between_not_squared(n_a, mu_a, var_a, n_b, mu_b, var_b):
    n, mu, _ = _merged(n_a, mu_a, var_a, n_b, mu_b, var_b)
    return n, mu, (n_a / n) * var_a + (n_b / n) * var_b + (n_a / n) * (n_b / n) * np.abs(mu_b - mu_a)


@misconception("combine_moments", "the weights are exchanged: the mean of a counts with the rows of b")
def weights_exchanged(n_a, mu_a, var_a, n_b, mu_b, var_b):
    n, mu, var = _merged(n_b, mu_a, var_a, n_a, mu_b, var_b)
    return n, mu, var


@misconception("combine_moments", "the two variances are averaged as if both chunks had as many rows")
def plain_average_of_variances(n_a, mu_a, var_a, n_b, mu_b, var_b):
    n, mu, _ = _merged(n_a, mu_a, var_a, n_b, mu_b, var_b)
    return n, mu, (var_a + var_b) / 2 + (n_a / n) * (n_b / n) * (mu_b - mu_a) ** 2


@misconception("combine_moments", "the two variances are added up; they are averaged by the number of rows")
def variances_added(n_a, mu_a, var_a, n_b, mu_b, var_b):
    n, mu, _ = _merged(n_a, mu_a, var_a, n_b, mu_b, var_b)
    return n, mu, var_a + var_b + (n_a / n) * (n_b / n) * (mu_b - mu_a) ** 2


@misconception("combine_moments", "var holds the standard deviation; take no root, variances are what is merged")
def root_of_the_variance(n_a, mu_a, var_a, n_b, mu_b, var_b):
    n, mu, var = _merged(n_a, mu_a, var_a, n_b, mu_b, var_b)
    return n, mu, np.sqrt(var)


@misconception("combine_moments", "the caller's means and variances are overwritten; work on new arrays")
def moments_overwritten(n_a, mu_a, var_a, n_b, mu_b, var_b):
    n, mu, var = _merged(n_a, mu_a, var_a, n_b, mu_b, var_b)
    if mu_a.dtype.kind != "f":
        return n, mu, var
    mu_a[...], var_a[...] = mu, var
    return n, mu_a, var_a


@misconception("combine_moments", "float32 goes in and float64 comes out")
def merged_in_double(n_a, mu_a, var_a, n_b, mu_b, var_b):
    return _merged(n_a, mu_a.astype(np.float64), var_a.astype(np.float64), n_b, mu_b, var_b)


@misconception(
    "combine_moments", "the precision is that of chunk a alone; where one array is float64, so are mu and var"
)
def precision_of_the_first_chunk(n_a, mu_a, var_a, n_b, mu_b, var_b):
    n, mu, var = _merged(n_a, mu_a, var_a, n_b, mu_b, var_b)
    kind = np.float32 if mu_a.dtype == np.float32 else np.float64
    return n, mu.astype(kind), var.astype(kind)


# ------------------------------------------------------------------------------------------------------ condition_number


def _curvatures(X):
    """Eigenvalues of X^T X / m, the smallest first."""
    X = X.astype(np.float64)
    return np.linalg.eigvalsh(X.T @ X / len(X))


def _ratio(curvatures):
    """The largest over the smallest; inf where that is not above 0."""
    return float(curvatures[-1] / curvatures[0]) if curvatures[0] > 0 else float("inf")


@misconception(
    "condition_number", "this is the condition number of X; that of X^T X is its square, and that is the bowl's"
)
def not_squared(X):
    return _ratio(_curvatures(X)) ** 0.5


@misconception("condition_number", "the ratio is turned over: the smallest eigenvalue is divided by the largest")
def ratio_turned_over(X):
    curvatures = _curvatures(X)
    return float(curvatures[0] / curvatures[-1]) if curvatures[-1] > 0 else 0.0


@misconception("condition_number", "X is not converted: float32 has too few digits for X^T X, compute in float64")
def in_single_precision(X):
    X = X if X.dtype == np.float32 else X.astype(np.float64)
    curvatures = np.linalg.eigvalsh(X.T @ X / np.array(len(X), X.dtype))
    return _ratio(curvatures)


@misconception("condition_number", "X is centred first; the bowl of X itself is asked for, with its means")
def centred_before(X):
    X = X.astype(np.float64)
    return _ratio(_curvatures(X - X.mean(axis=0)))


@misconception(
    "condition_number", "the matrix is X X^T, rows against rows; the bowl has an axis for each column, X^T X"
)
def rows_against_rows(X):
    return _ratio(_curvatures(X.T))


@misconception(
    "condition_number",
    "only the mean squares of the columns are compared; columns that go together make the bowl longer",
)
def diagonal_only(X):
    return _ratio(np.sort(np.square(X.astype(np.float64)).mean(axis=0)))


@misconception(
    "condition_number",
    "the smallest eigenvalue is divided by as it comes: for dependent columns rounding leaves a tiny number that may be negative",
)
def negative_smallest(X):
    curvatures = _curvatures(X)
    return float(curvatures[-1] / np.float64(curvatures[0]))


@misconception(
    "condition_number",
    "with fewer rows than columns X has too few singular values: the missing ones are 0, and the answer is inf",
)
def too_few_singular_values(X):
    values = np.linalg.svd(X.astype(np.float64), compute_uv=False)
    return float((values[0] / values[-1]) ** 2) if values[-1] > 0 else float("inf")


@misconception("condition_number", "an epsilon is added to the smallest eigenvalue, which changes the ratio")
def epsilon_below(X):
    curvatures = _curvatures(X)
    return float(curvatures[-1] / (max(curvatures[0], 0) + 1e-8))


@misconception(
    "condition_number",
    "the smallest eigenvalue is kept from going below a small number, so that a flat direction does not show",
)
def smallest_kept_up(X):
    curvatures = _curvatures(X)
    return float(curvatures[-1] / max(curvatures[0], 1e-10))


@misconception(
    "condition_number", "eigenvalues near 0 are left out; they are what makes the number endless for dependent columns"
)
def zeros_left_out(X):
    curvatures = _curvatures(X)
    kept = curvatures[curvatures > 1e-10 * curvatures[-1]]
    return float(kept[-1] / kept[0]) if len(kept) else 1.0


@misconception(
    "condition_number",
    "columns that are nearly dependent are called dependent; only where rounding hides the smallest eigenvalue is it inf",
)
def nearly_dependent_as_dependent(X):
    curvatures = _curvatures(X)
    return _ratio(curvatures) if curvatures[0] > 1e-10 * curvatures[-1] else float("inf")


@misconception("condition_number", "this is the largest eigenvalue alone; it is divided by the smallest")
def largest_alone(X):
    return float(_curvatures(X)[-1])


@misconception("condition_number", "the eigenvalues are subtracted; their ratio is asked for")
def difference(X):
    curvatures = _curvatures(X)
    return float(curvatures[-1] - curvatures[0])


@misconception("condition_number", "the columns are standardized first; the bowl of X itself is asked for")
def standardized_before(X):
    X = X.astype(np.float64)
    spread = X.std(axis=0)
    return _ratio(_curvatures((X - X.mean(axis=0)) / np.where(spread == 0, 1, spread)))


@misconception("condition_number", "X itself is changed; work on a new array")
def table_overwritten(X):
    number = _ratio(_curvatures(X))
    X[...] = 0
    return number


# ------------------------------------------------------------------------------------------------------ gradient_descent


def _run(X, y, lr, steps, *, gradient=1.0, cost=1.0, start=0.0, after=False):
    """A right answer, or one with another factor, start or order."""
    kind = np.float32 if X.dtype == y.dtype == np.float32 else np.float64
    w, costs = np.full(X.shape[1], start, kind), np.empty(steps, kind)
    for t in range(steps):
        residual = X @ w - y
        w_next = w - lr * gradient * (X.T @ residual) / len(X)
        if after:
            residual = X @ w_next - y
        costs[t] = cost * np.mean(residual**2) / 2
        w = w_next
    return w, costs


@misconception("gradient_descent", "the cost lacks its factor ½")
def cost_without_half(X, y, lr, steps):
    return _run(X, y, lr, steps, cost=2.0)


@misconception("gradient_descent", "the cost is a sum; it is half the mean of the squares")
def cost_summed(X, y, lr, steps):
    return _run(X, y, lr, steps, cost=float(len(X)))


@misconception("gradient_descent", "the gradient is not divided by the number of rows")
def gradient_summed(X, y, lr, steps):
    return _run(X, y, lr, steps, gradient=float(len(X)))


@misconception("gradient_descent", "the gradient has a factor 2; the ½ of the cost takes it away")
def gradient_doubled(X, y, lr, steps):
    return _run(X, y, lr, steps, gradient=2.0)


@misconception("gradient_descent", "the gradient is divided by the number of columns; its mean is over the m rows")
def gradient_over_columns(X, y, lr, steps):
    return _run(X, y, lr, steps, gradient=len(X) / X.shape[1])


@misconception("gradient_descent", "costs[t] is the cost after step t; it is written down before w moves")
def cost_after_the_step(X, y, lr, steps):
    return _run(X, y, lr, steps, after=True)


@misconception("gradient_descent", "w starts at ones; it starts at zeros")
def starts_at_ones(X, y, lr, steps):
    return _run(X, y, lr, steps, start=1.0)


@misconception("gradient_descent", "w goes up the gradient; the step is subtracted")
def uphill(X, y, lr, steps):
    return _run(X, y, lr, steps, gradient=-1.0)


@misconception("gradient_descent", "the last cost is written down as well; there is one for each step, before it")
def one_cost_more(X, y, lr, steps):
    w, costs = _run(X, y, lr, steps)
    last = np.mean((X @ w - y) ** 2) / 2
    return w, np.append(costs, np.array(last, costs.dtype))


@misconception("gradient_descent", "w is a column of shape (n, 1); as y it has one dimension, (n,)")
def weights_as_a_column(X, y, lr, steps):
    w, costs = _run(X, y, lr, steps)
    return w[:, None], costs


@misconception("gradient_descent", "costs is a list; make an array of it")
def costs_in_a_list(X, y, lr, steps):
    w, costs = _run(X, y, lr, steps)
    return w, costs.tolist()


@misconception("gradient_descent", "each step looks at one row only; the gradient is the mean over all of them")
def one_row_a_step(X, y, lr, steps):
    w, costs = np.zeros(X.shape[1], _run(X, y, lr, 0)[0].dtype), np.empty(steps, _run(X, y, lr, 0)[0].dtype)
    for t in range(steps):
        residual = X @ w - y
        costs[t] = np.mean(residual**2) / 2
        i = t % len(X)
        w = w - lr * residual[i] * X[i]
    return w, costs


@misconception("gradient_descent", "long gradients are cut off; a step is lr times the gradient, however long")
def gradient_cut(X, y, lr, steps):
    kind = np.float32 if X.dtype == y.dtype == np.float32 else np.float64
    w, costs = np.zeros(X.shape[1], kind), np.empty(steps, kind)
    for t in range(steps):
        residual = X @ w - y
        costs[t] = np.mean(residual**2) / 2
        gradient = X.T @ residual / len(X)
        length = float(np.linalg.norm(gradient))
        w = w - lr * gradient * min(1.0, 10.0 / max(length, 1e-12))
    return w, costs


@misconception("gradient_descent", "the descent stops when the cost rises or hardly falls; it takes all of its steps")
def stops_early(X, y, lr, steps):
    kind = np.float32 if X.dtype == y.dtype == np.float32 else np.float64
    w, costs = np.zeros(X.shape[1], kind), []
    for _ in range(steps):
        residual = X @ w - y
        costs.append(np.mean(residual**2) / 2)
        if len(costs) > 1 and costs[-1] > costs[-2] - 1e-12:
            break
        w = w - lr * (X.T @ residual) / len(X)
    return w, np.array(costs, kind)


@misconception("gradient_descent", "float32 goes in and float64 comes out: np.zeros and np.empty make float64")
def descends_in_double(X, y, lr, steps):
    return _run(X.astype(np.float64), y.astype(np.float64), lr, steps)


@misconception("gradient_descent", "costs is float64 although X and y are float32: np.empty and np.zeros make float64")
def costs_in_double(X, y, lr, steps):
    w, costs = _run(X, y, lr, steps)
    return w, costs.astype(np.float64)


@misconception(
    "gradient_descent", "the precision is that of X alone; where one of X and y is float64, w and costs are float64"
)
def precision_of_inputs_alone(X, y, lr, steps):
    w, costs = _run(X, y, lr, steps)
    kind = np.float32 if X.dtype == np.float32 else np.float64
    return w.astype(kind), costs.astype(kind)


@misconception("gradient_descent", "y is overwritten by the residuals; work on a new array")
def targets_overwritten(X, y, lr, steps):
    w, costs = _run(X, y, lr, steps)
    y -= (X @ w).astype(y.dtype)
    return w, costs


@misconception("gradient_descent", "X is overwritten, divided by the number of rows; work on a new array")
def inputs_overwritten(X, y, lr, steps):
    w, costs = _run(X, y, lr, steps)
    if X.dtype.kind == "f":
        X /= len(X)
    return w, costs


# ------------------------------------------------------------------------------------------------------------------ quiz

_RIGHT = {
    "test_statistics": "b",
    "units": "c",
    "learning_rate": "a",
    "correlated": "b",
    "constant_pixel": "c",
}


@misconception(
    "quiz_normalization",
    "with its own statistics a test set gets a scale of its own: equal rows are no longer equal",
    is_value=True,
)
def quiz_test_by_itself():
    return {**_RIGHT, "test_statistics": "a"}


@misconception(
    "quiz_normalization",
    "statistics of all rows together let the test set take part in the preparation, and a new row changes them",
    is_value=True,
)
def quiz_all_rows_together():
    return {**_RIGHT, "test_statistics": "c"}


@misconception(
    "quiz_normalization",
    "a linear model can undo a change of units in its weights, gradient descent cannot",
    is_value=True,
)
def quiz_units_do_nothing():
    return {**_RIGHT, "units": "a"}


@misconception("quiz_normalization", "curvatures go with the square of a column's scale", is_value=True)
def quiz_units_not_squared():
    return {**_RIGHT, "units": "b"}


@misconception(
    "quiz_normalization",
    "0.05 is above 2 / 50: along the steepest direction each step overshoots by more than its distance",
    is_value=True,
)
def quiz_rate_too_large():
    return {**_RIGHT, "learning_rate": "b"}


@misconception(
    "quiz_normalization",
    "the flattest direction says how slow it is; how long a step may be is up to the steepest",
    is_value=True,
)
def quiz_rate_of_the_flattest():
    return {**_RIGHT, "learning_rate": "c"}


@misconception(
    "quiz_normalization",
    "standardizing makes 1 of the condition number only where columns do not go together",
    is_value=True,
)
def quiz_round_in_any_case():
    return {**_RIGHT, "correlated": "a"}


@misconception(
    "quiz_normalization",
    "the condition number does not depend on how many rows there are, if there are enough",
    is_value=True,
)
def quiz_more_rows():
    return {**_RIGHT, "correlated": "c"}


@misconception(
    "quiz_normalization", "divided by an epsilon, the first pixel that is not 0 drowns everything else", is_value=True
)
def quiz_epsilon_for_the_pixel():
    return {**_RIGHT, "constant_pixel": "a"}


@misconception("quiz_normalization", "a test set's sigma is not for scaling, not even for one column", is_value=True)
def quiz_test_sigma_for_the_pixel():
    return {**_RIGHT, "constant_pixel": "b"}
