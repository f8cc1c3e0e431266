"""Known mistakes of topic 02, bias and variance. See the package's first lines for what an entry is."""

import numpy as np

from helpers.misconceptions import misconception

# ------------------------------------------------------------------------------------------------------------ error_rate


@misconception("error_rate", "this is the accuracy, the share of right predictions; the error is 1 minus that")
def accuracy(y_true, y_pred):
    return float(np.mean(y_true == y_pred))


@misconception("error_rate", "the mistakes are counted but not divided by the number of examples")
def count_of_mistakes(y_true, y_pred):
    return float(np.sum(y_true != y_pred))


@misconception(
    "error_rate", "labels are subtracted as if they were quantities; a mistake counts once, however far it is off"
)
def mean_distance(y_true, y_pred):
    return float(np.mean(np.abs(y_true.astype(float) - y_pred.astype(float))))


@misconception("error_rate", "differences of labels are squared; a mistake counts once, however far it is off")
def mean_squared_distance(y_true, y_pred):
    return float(np.mean((y_true.astype(float) - y_pred.astype(float)) ** 2))


@misconception("error_rate", "the result is in percent; it should be a share from 0 to 1")
def in_percent(y_true, y_pred):
    return float(100 * np.mean(y_true != y_pred))


@misconception(
    "error_rate", "only predictions above their label are counted, so mistakes in the other direction are missed"
)
def one_direction_only(y_true, y_pred):
    return float(np.mean(y_pred > y_true))


@misconception("error_rate", "differences of labels are added with their signs, so that mistakes cancel")
def signed_differences(y_true, y_pred):
    return float(abs(np.mean(y_true.astype(float) - y_pred.astype(float))))


@misconception(
    "error_rate", "the numbers of each label are compared; compare example with example, in the order they have"
)
def compares_counts(y_true, y_pred):
    labels = np.union1d(y_true, y_pred)
    surplus = sum(max(np.sum(y_pred == label) - np.sum(y_true == label), 0) for label in labels)
    return float(surplus / len(y_true))


@misconception("error_rate", "one mistake anywhere makes the whole error 1; count the examples that are wrong")
def all_or_nothing(y_true, y_pred):
    return float(not np.array_equal(y_true, y_pred))


@misconception("error_rate", "the error is an average over classes, so a rare class counts as much as a frequent one")
def average_over_classes(y_true, y_pred):
    return float(np.mean([np.mean(y_pred[y_true == label] != label) for label in np.unique(y_true)]))


# ------------------------------------------------------------------------------------------------------------ error_gaps


@misconception("error_gaps", "the Bayes error is not subtracted: bias counts only from what is possible")
def bias_from_zero(train_error, dev_error, bayes_error=0.0):
    return train_error, dev_error - train_error


@misconception("error_gaps", "the second gap is dev - bayes; variance begins at the training error")
def variance_from_bayes(train_error, dev_error, bayes_error=0.0):
    return train_error - bayes_error, dev_error - bayes_error


@misconception("error_gaps", "the two gaps are in the wrong order: avoidable bias first, then variance")
def gaps_exchanged(train_error, dev_error, bayes_error=0.0):
    return dev_error - train_error, train_error - bayes_error


@misconception("error_gaps", "the first gap is dev - bayes; avoidable bias is what is wrong on training data")
def bias_from_dev(train_error, dev_error, bayes_error=0.0):
    return dev_error - bayes_error, dev_error - train_error


@misconception(
    "error_gaps", "the gaps have no sign; a dev set that is easier than the training set gives a negative one"
)
def absolute_gaps(train_error, dev_error, bayes_error=0.0):
    return abs(train_error - bayes_error), abs(dev_error - train_error)


@misconception("error_gaps", "a negative gap is set to 0; it should come back as it is")
def gaps_cut_at_zero(train_error, dev_error, bayes_error=0.0):
    return max(train_error - bayes_error, 0.0), max(dev_error - train_error, 0.0)


@misconception("error_gaps", "both subtractions are the wrong way round")
def gaps_negated(train_error, dev_error, bayes_error=0.0):
    return bayes_error - train_error, train_error - dev_error


@misconception(
    "error_gaps", "the gaps are relative, divided by the error that they begin at; they are plain differences"
)
def relative_gaps(train_error, dev_error, bayes_error=0.0):
    bias, variance = train_error - bayes_error, dev_error - train_error
    return bias / (bayes_error or 1.0), variance / (train_error or 1.0)


@misconception("error_gaps", "the Bayes error is subtracted from the variance too; it cancels in dev - train")
def bayes_taken_twice(train_error, dev_error, bayes_error=0.0):
    return train_error - bayes_error, dev_error - train_error - bayes_error


@misconception("error_gaps", "the gaps are in percent; the errors are shares, and so are their differences")
def gaps_in_percent(train_error, dev_error, bayes_error=0.0):
    return 100 * (train_error - bayes_error), 100 * (dev_error - train_error)


@misconception("error_gaps", "the gaps are rounded to whole percent")
def gaps_rounded(train_error, dev_error, bayes_error=0.0):
    return round(train_error - bayes_error, 2), round(dev_error - train_error, 2)


# -------------------------------------------------------------------------------------------------------------- diagnose


def _names(bias, variance):
    """The right set for two questions that are answered already."""
    return {name for name, is_high in (("high bias", bias), ("high variance", variance)) if is_high}


@misconception("diagnose", "a gap of exactly the tolerance is called high; it must be greater")
def boundary_included(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _names(train_error - bayes_error >= tolerance, dev_error - train_error >= tolerance)


@misconception("diagnose", "the Bayes error is not subtracted from the training error")
def bayes_ignored(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _names(train_error > tolerance, dev_error - train_error > tolerance)


@misconception("diagnose", "variance is measured from the Bayes error; it begins at the training error")
def high_variance_from_bayes(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _names(train_error - bayes_error > tolerance, dev_error - bayes_error > tolerance)


@misconception(
    "diagnose", "the dev error itself is compared with the tolerance; variance is the gap between dev and train"
)
def high_variance_from_dev(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _names(train_error - bayes_error > tolerance, dev_error > tolerance)


@misconception("diagnose", "bias is read off the dev error; what counts is the training error")
def high_bias_from_dev(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _names(dev_error - bayes_error > tolerance, dev_error - train_error > tolerance)


@misconception("diagnose", "after high bias nothing else is looked at (elif); a model can have both")
def one_name_at_most(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    bias = train_error - bayes_error > tolerance
    return _names(bias, not bias and dev_error - train_error > tolerance)


@misconception("diagnose", "only the larger of the two gaps is named; a model can have both")
def larger_gap_only(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    bias, variance = train_error - bayes_error, dev_error - train_error
    return _names(bias > tolerance and bias >= variance, variance > tolerance and variance > bias)


@misconception("diagnose", "the tolerance is fixed at 0.02 in the code; use the argument")
def tolerance_fixed(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _names(train_error - bayes_error > 0.02, dev_error - train_error > 0.02)


@misconception("diagnose", "the two names are exchanged")
def names_exchanged(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _names(dev_error - train_error > tolerance, train_error - bayes_error > tolerance)


@misconception("diagnose", "the gaps have lost their sign; a negative gap is never high")
def size_of_the_gap(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _names(abs(train_error - bayes_error) > tolerance, abs(dev_error - train_error) > tolerance)


@misconception("diagnose", "the names come as a list or tuple; return a set")
def names_in_a_list(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return sorted(_names(train_error - bayes_error > tolerance, dev_error - train_error > tolerance))


@misconception("diagnose", "where nothing is high an empty dict comes back: {} is a dict, an empty set is set()")
def empty_dict(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _names(train_error - bayes_error > tolerance, dev_error - train_error > tolerance) or {}


@misconception(
    "diagnose", "the tolerance is added to the Bayes error for the variance too; variance begins at the training error"
)
def dev_over_bayes_and_tolerance_twice(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _names(train_error > bayes_error + tolerance, dev_error > bayes_error + 2 * tolerance)


# ------------------------------------------------------------------------------------------------------------- next_step


def _step(bias, variance):
    """The right advice for two questions that are answered already."""
    return "reduce bias" if bias else "reduce variance" if variance else "evaluate on test"


@misconception("next_step", "variance is looked at before bias; bias comes first")
def variance_first(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    if dev_error - train_error > tolerance:
        return "reduce variance"
    return "reduce bias" if train_error - bayes_error > tolerance else "evaluate on test"


@misconception("next_step", "the larger gap comes first; the recipe begins with bias, whatever the sizes")
def larger_gap_first(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    bias, variance = train_error - bayes_error, dev_error - train_error
    if max(bias, variance) <= tolerance:
        return "evaluate on test"
    return "reduce bias" if bias >= variance else "reduce variance"


@misconception("next_step", "a gap of exactly the tolerance is called high; it must be greater")
def step_boundary_included(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _step(train_error - bayes_error >= tolerance, dev_error - train_error >= tolerance)


@misconception("next_step", "the Bayes error is not subtracted from the training error")
def step_without_bayes(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _step(train_error > tolerance, dev_error - train_error > tolerance)


@misconception("next_step", "variance is measured from the Bayes error; it begins at the training error")
def step_variance_from_bayes(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _step(train_error - bayes_error > tolerance, dev_error - bayes_error > tolerance)


@misconception(
    "next_step", "the dev error itself is compared with the tolerance; variance is the gap between dev and train"
)
def step_variance_from_dev(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _step(train_error - bayes_error > tolerance, dev_error > tolerance)


@misconception(
    "next_step", "bias is read off the dev error, which holds the variance too; what counts is the training error"
)
def step_bias_from_dev(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _step(dev_error - bayes_error > tolerance, dev_error - train_error > tolerance)


@misconception("next_step", "the tolerance is fixed at 0.02 in the code; use the argument")
def step_tolerance_fixed(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _step(train_error - bayes_error > 0.02, dev_error - train_error > 0.02)


@misconception("next_step", "the advice is exchanged: bias is reduced where variance is high")
def step_exchanged(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    step = _step(train_error - bayes_error > tolerance, dev_error - train_error > tolerance)
    return {"reduce bias": "reduce variance", "reduce variance": "reduce bias"}.get(step, step)


@misconception("next_step", "the gaps have lost their sign; a negative gap needs no step")
def step_by_size_of_the_gap(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    return _step(abs(train_error - bayes_error) > tolerance, abs(dev_error - train_error) > tolerance)


@misconception("next_step", "where both are high both are named; the recipe takes one step at a time, bias first")
def step_names_both(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    bias, variance = train_error - bayes_error > tolerance, dev_error - train_error > tolerance
    return "reduce bias and variance" if bias and variance else _step(bias, variance)


@misconception("next_step", "the name of the trouble comes back instead of the advice")
def step_is_a_name(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    if train_error - bayes_error > tolerance:
        return "high bias"
    return "high variance" if dev_error - train_error > tolerance else "evaluate on test"


# --------------------------------------------------------------------------------------------------- polynomial_features


def _power_columns(x, first, last):
    """The right columns of these powers, in the right precision."""
    x = x if x.dtype == np.float32 else x.astype(float)
    return np.stack([x**power for power in range(first, last + 1)], axis=1)


@misconception("polynomial_features", "the highest power comes first; the columns begin with x^0")
def highest_power_first(x, degree):
    return _power_columns(x, 0, degree)[:, ::-1].copy()


@misconception("polynomial_features", "the column of ones, x^0, is missing")
def no_column_of_ones(x, degree):
    if degree == 0:
        return np.empty((len(x), 0), x.dtype if x.dtype == np.float32 else float)
    return _power_columns(x, 1, degree)


@misconception("polynomial_features", "the highest power is missing: range(degree) ends one before the degree")
def no_highest_power(x, degree):
    return _power_columns(x, 0, degree)[:, :degree]


@misconception("polynomial_features", "there is one column too many: the powers end at the degree")
def one_power_too_many(x, degree):
    return _power_columns(x, 0, degree + 1)


@misconception("polynomial_features", "the powers are in rows; a row is an example, so they belong in columns")
def powers_in_rows(x, degree):
    return _power_columns(x, 0, degree).T.copy()


@misconception("polynomial_features", "the columns are multiples of x, not powers")
def multiples(x, degree):
    X = _power_columns(x, 0, degree)
    for k in range(1, degree + 1):
        X[:, k] = k * x
    return X


@misconception("polynomial_features", "column k is k to the power of x; it is x to the power of k")
def base_and_exponent_exchanged(x, degree):
    with np.errstate(all="ignore"):
        X = np.arange(degree + 1.0) ** x[:, np.newaxis].astype(float)
    return X.astype(x.dtype if x.dtype == np.float32 else float)


@misconception(
    "polynomial_features", "each power is divided by a factorial, as in some books; the columns are plain powers"
)
def divided_by_factorials(x, degree):
    X = _power_columns(x, 0, degree)
    for k in range(2, degree + 1):
        X[:, k:] /= k
    return X


@misconception(
    "polynomial_features", "whole numbers stay whole numbers: the result has an integer dtype, and high powers overflow"
)
def integer_powers(x, degree):
    return np.stack([x**power for power in range(degree + 1)], axis=1)


@misconception("polynomial_features", "a float32 input gives float64 features")
def always_double(x, degree):
    return x[:, np.newaxis].astype(float) ** np.arange(degree + 1)


@misconception("polynomial_features", "the features are float32 whatever x is")
def always_single(x, degree):
    return (x[:, np.newaxis].astype(float) ** np.arange(degree + 1)).astype(np.float32)


@misconception(
    "polynomial_features", "0 to the power of 0 is not 1 here: the first column must be ones, also where x is 0"
)
def zero_to_the_zero(x, degree):
    X = _power_columns(x, 0, degree)
    X[x == 0, 0] = 0
    return X


@misconception("polynomial_features", "the powers lose their sign: negative inputs have negative odd powers")
def sign_lost(x, degree):
    return np.abs(_power_columns(x, 0, degree))


# ------------------------------------------------------------------------------------------------- fit_linear_regression


def _least_squares(X, y):
    """The right weights, in the right precision."""
    return np.linalg.lstsq(X, y, rcond=None)[0]


@misconception(
    "fit_linear_regression", "X.T @ X is inverted (by inv or solve), which is impossible when columns repeat"
)
def normal_equations(X, y):
    return np.linalg.inv(X.T @ X) @ X.T @ y


@misconception("fit_linear_regression", "a square X is handed to np.linalg.solve, but its columns may repeat too")
def square_taken_to_be_solvable(X, y):
    if X.shape[0] == X.shape[1]:
        return np.linalg.solve(X, y)
    return np.linalg.lstsq(X, y, rcond=None)[0]


@misconception(
    "fit_linear_regression",
    "a small number is added to the diagonal of X.T @ X: that is ridge regression, with other weights",
)
def little_ridge(X, y):
    n = X.shape[1]
    return np.linalg.solve(
        X.T @ X + np.asarray(1e-8, X.dtype if X.dtype.kind == "f" else float) * np.eye(n, dtype=X.dtype), X.T @ y
    )


@misconception(
    "fit_linear_regression",
    "X.T @ X is inverted unless NumPy refuses; rounding often lets it pass though columns depend on each other",
)
def inverse_unless_refused(X, y):
    try:
        w = np.linalg.inv(X.T @ X) @ X.T @ y
    except np.linalg.LinAlgError:
        w = _least_squares(X, y)
    return w


@misconception(
    "fit_linear_regression", "columns in a small unit are taken for rounding noise and dropped (rcond is too large)"
)
def small_columns_dropped(X, y):
    return np.linalg.lstsq(X, y, rcond=0.01)[0]


@misconception("fit_linear_regression", "the predictions X @ w come back instead of the weights w")
def returns_predictions(X, y):
    return X @ _least_squares(X, y)


@misconception(
    "fit_linear_regression", "the sum of squares comes back; the weights that make it smallest are asked for"
)
def returns_sum_of_squares(X, y):
    return np.sum((X @ _least_squares(X, y) - y) ** 2)


@misconception("fit_linear_regression", "the weights have shape (n, 1); they should be a vector (n,)")
def weights_in_a_column(X, y):
    return _least_squares(X, y[:, np.newaxis])


@misconception("fit_linear_regression", "a column of ones is added; X has its own where one is wanted")
def adds_a_column_of_ones(X, y):
    return _least_squares(np.column_stack([np.ones(len(X), X.dtype), X]), y)


@misconception("fit_linear_regression", "X and y are centred first, which fits an intercept and then leaves it out")
def centres_the_data(X, y):
    return _least_squares(X - X.mean(axis=0, dtype=None), y - y.mean())


@misconception("fit_linear_regression", "the factor (X.T @ X)^-1 is missing: X.T @ y alone are no weights")
def only_x_transposed_y(X, y):
    w = X.T @ y
    return w if w.dtype.kind == "f" else w.astype(float)


@misconception("fit_linear_regression", "each column is fitted alone, as if the others were not there")
def columns_one_by_one(X, y):
    squares = np.sum(X * X, axis=0)
    w = (X.T @ y) / np.where(squares > 0, squares, 1)
    return w if w.dtype.kind == "f" else w.astype(float)


@misconception("fit_linear_regression", "a float32 fit gives float64 weights")
def weights_always_double(X, y):
    return _least_squares(X.astype(float), y.astype(float))


@misconception(
    "fit_linear_regression", "everything that np.linalg.lstsq returns comes back; the weights are its first item"
)
def returns_all_of_lstsq(X, y):
    return tuple(np.linalg.lstsq(X, y, rcond=None))


@misconception(
    "fit_linear_regression",
    "these are a few hundred small steps of gradient descent; they end near the best weights, not at them",
)
def gradient_descent(X, y):
    w = np.zeros(X.shape[1], np.result_type(X, y, np.float32))
    for _ in range(300):
        w = w - (X.T @ (X @ w - y) * 0.01).astype(w.dtype)
    return w


# --------------------------------------------------------------------------------------------------------- bias_variance


@misconception(
    "bias_variance", "the variance is divided by r - 1 instead of r, so bias and variance do not add up to the error"
)
def sample_variance(predictions, y_true):
    r = len(predictions)
    bias2 = np.mean((predictions.mean(axis=0) - y_true) ** 2)
    return bias2, np.mean(predictions.var(axis=0)) * (r / (r - 1) if r > 1 else 1.0)


@misconception("bias_variance", "the bias is averaged over points before it is squared, so that its signs cancel")
def bias_averaged_first(predictions, y_true):
    return np.mean(predictions.mean(axis=0) - y_true) ** 2, np.mean(predictions.var(axis=0))


@misconception("bias_variance", "the bias is not squared")
def bias_not_squared(predictions, y_true):
    return np.mean(np.abs(predictions.mean(axis=0) - y_true)), np.mean(predictions.var(axis=0))


@misconception(
    "bias_variance", "the variance is taken along a curve, over points; it is the disagreement of refits at a point"
)
def variance_over_points(predictions, y_true):
    return np.mean((predictions.mean(axis=0) - y_true) ** 2), np.mean(predictions.var(axis=1))


@misconception(
    "bias_variance",
    "the variance is that of all predictions about their one common mean; each point has a mean of its own",
)
def variance_of_everything(predictions, y_true):
    return np.mean((predictions.mean(axis=0) - y_true) ** 2), np.var(predictions)


@misconception(
    "bias_variance", "the squared error of each refit is averaged: that is bias and variance together, not the bias"
)
def error_for_bias(predictions, y_true):
    return np.mean((predictions - y_true) ** 2), np.mean(predictions.var(axis=0))


@misconception(
    "bias_variance",
    "the second number is the whole mean squared error; the variance is measured from the mean of the refits",
)
def error_for_variance(predictions, y_true):
    return np.mean((predictions.mean(axis=0) - y_true) ** 2), np.mean((predictions - y_true) ** 2)


@misconception("bias_variance", "the two parts are in the wrong order: squared bias first")
def parts_exchanged(predictions, y_true):
    return np.mean(predictions.var(axis=0)), np.mean((predictions.mean(axis=0) - y_true) ** 2)


@misconception("bias_variance", "the standard deviation is averaged; it is not squared")
def standard_deviation(predictions, y_true):
    return np.mean((predictions.mean(axis=0) - y_true) ** 2), np.mean(predictions.std(axis=0))


@misconception("bias_variance", "the parts are summed over the points instead of averaged")
def summed_over_points(predictions, y_true):
    return np.sum((predictions.mean(axis=0) - y_true) ** 2), np.sum(predictions.var(axis=0))


@misconception("bias_variance", "the median of the refits is used; bias and variance are measured from their mean")
def median_of_the_refits(predictions, y_true):
    middle = np.median(predictions, axis=0)
    return np.mean((middle - y_true) ** 2), np.mean((predictions - middle) ** 2)


@misconception("bias_variance", "one number for each point comes back; average over the points")
def parts_of_each_point(predictions, y_true):
    return (predictions.mean(axis=0) - y_true) ** 2, predictions.var(axis=0)


# -------------------------------------------------------------------------------------------------------- learning_curve


@misconception(
    "learning_curve", "the training error is measured on all training rows; measure it on the rows that were used"
)
def judged_on_all_training_rows(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    models = [fit(X_train[:s], y_train[:s]) for s in sizes]
    return [error(model, X_train, y_train) for model in models], [error(model, X_dev, y_dev) for model in models]


@misconception("learning_curve", "every model is trained on all rows; train on the first s")
def trained_on_all_rows(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    models = [fit(X_train, y_train) for _ in sizes]
    train_errors = [error(model, X_train[:s], y_train[:s]) for model, s in zip(models, sizes, strict=True)]
    return train_errors, [error(model, X_dev, y_dev) for model in models]


@misconception("learning_curve", "the last s rows are used; use the first")
def last_rows(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    models = [fit(X_train[-s:], y_train[-s:]) for s in sizes]
    train_errors = [error(model, X_train[-s:], y_train[-s:]) for model, s in zip(models, sizes, strict=True)]
    return train_errors, [error(model, X_dev, y_dev) for model in models]


@misconception("learning_curve", "the sizes are sorted; the errors must come in the order in which the sizes came")
def sizes_sorted(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    models = [fit(X_train[:s], y_train[:s]) for s in sorted(sizes)]
    train_errors = [error(model, X_train[:s], y_train[:s]) for model, s in zip(models, sorted(sizes), strict=True)]
    return train_errors, [error(model, X_dev, y_dev) for model in models]


@misconception(
    "learning_curve", "only the first s rows of the dev set are judged; the dev set is the same for every size"
)
def dev_set_cut(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    models = [fit(X_train[:s], y_train[:s]) for s in sizes]
    train_errors = [error(model, X_train[:s], y_train[:s]) for model, s in zip(models, sizes, strict=True)]
    return train_errors, [error(m, X_dev[:s], y_dev[:s]) for m, s in zip(models, sizes, strict=True)]


@misconception("learning_curve", "the two curves are exchanged: training errors come first")
def curves_exchanged(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    models = [fit(X_train[:s], y_train[:s]) for s in sizes]
    train_errors = [error(model, X_train[:s], y_train[:s]) for model, s in zip(models, sizes, strict=True)]
    return [error(model, X_dev, y_dev) for model in models], train_errors


@misconception(
    "learning_curve",
    "for the dev error another model is fitted, on the dev set; a model is judged where it did not learn",
)
def fitted_on_dev(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    models = [fit(X_train[:s], y_train[:s]) for s in sizes]
    train_errors = [error(model, X_train[:s], y_train[:s]) for model, s in zip(models, sizes, strict=True)]
    return train_errors, [error(fit(X_dev, y_dev), X_dev, y_dev) for _ in sizes]


@misconception("learning_curve", "row number s is left out: the first s rows are [:s]")
def one_row_too_few(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    rows = [max(s - 1, 1) for s in sizes]
    models = [fit(X_train[:s], y_train[:s]) for s in rows]
    train_errors = [error(model, X_train[:s], y_train[:s]) for model, s in zip(models, rows, strict=True)]
    return train_errors, [error(model, X_dev, y_dev) for model in models]


@misconception(
    "learning_curve", "a pair for each size comes back; return the training errors together, then the dev errors"
)
def pairs_for_each_size(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    models = [fit(X_train[:s], y_train[:s]) for s in sizes]
    return [
        (error(model, X_train[:s], y_train[:s]), error(model, X_dev, y_dev))
        for model, s in zip(models, sizes, strict=True)
    ]


@misconception(
    "learning_curve", "a model is trained only once, on the first of the sizes, and then judged for all of them"
)
def fitted_once(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    model = fit(X_train[: sizes[0]], y_train[: sizes[0]])
    return [error(model, X_train[:s], y_train[:s]) for s in sizes], [error(model, X_dev, y_dev) for _ in sizes]


@misconception("learning_curve", "the errors are subtracted from 1, as if they were accuracies")
def errors_from_one(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    models = [fit(X_train[:s], y_train[:s]) for s in sizes]
    train_errors = [1 - error(model, X_train[:s], y_train[:s]) for model, s in zip(models, sizes, strict=True)]
    return train_errors, [1 - error(model, X_dev, y_dev) for model in models]


@misconception("learning_curve", "the errors go into an array of whole numbers, which cuts off their decimals")
def errors_cut_to_whole_numbers(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    models = [fit(X_train[:s], y_train[:s]) for s in sizes]
    train_errors = [int(error(model, X_train[:s], y_train[:s])) for model, s in zip(models, sizes, strict=True)]
    return train_errors, [int(error(model, X_dev, y_dev)) for model in models]


@misconception(
    "learning_curve", "each model gets only the rows that are new since the size before; it should get the first s"
)
def new_rows_only(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    train_errors, dev_errors, start = [], [], 0
    for s in sizes:
        rows = slice(start if start < s else 0, s)
        model = fit(X_train[rows], y_train[rows])
        train_errors.append(error(model, X_train[rows], y_train[rows]))
        dev_errors.append(error(model, X_dev, y_dev))
        start = s
    return train_errors, dev_errors


# ------------------------------------------------------------------------------------------------------------------ quiz

_RIGHT = {"bayes": "c", "deeper": "b", "more_data": "a", "order": "b", "handles": "c"}


@misconception(
    "quiz_bias_variance",
    "bias counts from the Bayes error, not from 0: of the 15 % only 1 % is avoidable",
    is_value=True,
)
def quiz_counts_bias_from_zero():
    return {**_RIGHT, "bayes": "a"}


@misconception("quiz_bias_variance", "a gap of one percent between dev and training is small", is_value=True)
def quiz_sees_variance():
    return {**_RIGHT, "bayes": "b"}


@misconception(
    "quiz_bias_variance", "a network that overfits has a low training error; this one has a high one", is_value=True
)
def quiz_blames_overfitting():
    return {**_RIGHT, "deeper": "a"}


@misconception(
    "quiz_bias_variance",
    "the Bayes error belongs to the data, not to the model: both networks have the same",
    is_value=True,
)
def quiz_blames_the_bayes_error():
    return {**_RIGHT, "deeper": "c"}


@misconception(
    "quiz_bias_variance",
    "more data closes the gap between dev and training, and here there is none left",
    is_value=True,
)
def quiz_buys_data():
    return {**_RIGHT, "more_data": "b"}


@misconception(
    "quiz_bias_variance", "with more data the training error rises, if anything: there is more to fit", is_value=True
)
def quiz_expects_better_training():
    return {**_RIGHT, "more_data": "c"}


@misconception(
    "quiz_bias_variance", "the recipe begins with bias, also where variance is the larger gap", is_value=True
)
def quiz_takes_the_larger_gap():
    return {**_RIGHT, "order": "a"}


@misconception(
    "quiz_bias_variance",
    "the test set comes last and chooses nothing; training and dev error tell the two apart",
    is_value=True,
)
def quiz_looks_at_the_test_set():
    return {**_RIGHT, "order": "c"}


@misconception(
    "quiz_bias_variance", "it is the other way round: size takes away bias, data takes away variance", is_value=True
)
def quiz_exchanges_the_handles():
    return {**_RIGHT, "handles": "a"}


@misconception(
    "quiz_bias_variance", "a trade-off binds models with a single dial; size and data are two dials", is_value=True
)
def quiz_believes_in_the_trade_off():
    return {**_RIGHT, "handles": "b"}
