"""Right answers to topic 02, written differently: loops, other containers, other dtypes, equivalent formulas."""

import math

import numpy as np

from tests.answers import answer


@answer("error_rate")
def error_by_loop(y_true, y_pred):
    wrong = 0
    for a, b in zip(y_true, y_pred, strict=True):
        if a != b:
            wrong += 1
    return wrong / len(y_true)


@answer("error_rate")
def error_from_accuracy(y_true, y_pred):
    return 1 - np.mean(np.equal(y_true, y_pred))


@answer("error_rate")
def error_by_nonzero(y_true, y_pred):
    return np.count_nonzero(np.asarray(y_true, dtype=np.int64) - np.asarray(y_pred, dtype=np.int64)) / y_true.size


@answer("error_rate")
def error_in_single_precision(y_true, y_pred):
    return np.float32((y_true != y_pred).sum()) / np.float32(len(y_true))


@answer("error_rate")
def error_by_halves(y_true, y_pred):
    def mistakes(start, stop):
        if stop - start == 1:
            return int(y_true[start] != y_pred[start])
        middle = (start + stop) // 2
        return mistakes(start, middle) + mistakes(middle, stop)

    return mistakes(0, len(y_true)) / len(y_true)


@answer("error_gaps")
def gaps_as_a_list(train_error, dev_error, bayes_error=0.0):
    return [train_error - bayes_error, dev_error - train_error]


@answer("error_gaps")
def gaps_as_numpy_numbers(train_error, dev_error, bayes_error=0.0):
    return tuple(np.diff([bayes_error, train_error, dev_error]))


@answer("error_gaps")
def gaps_from_the_whole(train_error, dev_error, bayes_error=0.0):
    variance = dev_error - train_error
    return (dev_error - bayes_error) - variance, variance


@answer("diagnose")
def names_by_comprehension(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    gaps = {"high bias": train_error - bayes_error, "high variance": dev_error - train_error}
    return {name for name, gap in gaps.items() if gap > tolerance}


@answer("diagnose")
def names_through_error_gaps(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    bias, variance = error_gaps(train_error, dev_error, bayes_error)  # noqa: F821
    if bias > tolerance and variance > tolerance:
        return {"high variance", "high bias"}
    if bias > tolerance:
        return {"high bias"}
    return {"high variance"} if variance > tolerance else set()


@answer("diagnose")
def names_by_removing(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    names = {"high bias", "high variance"}
    if not train_error > bayes_error + tolerance:
        names.discard("high bias")
    if dev_error <= train_error + tolerance:
        names.discard("high variance")
    return names


@answer("diagnose")
def names_of_numpy(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    gaps = np.diff([bayes_error, train_error, dev_error])
    return set(np.array(["high bias", "high variance"])[gaps > tolerance])


@answer("diagnose")
def names_in_fractions(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    from fractions import Fraction

    train, dev, bayes, most = map(Fraction, (train_error, dev_error, bayes_error, tolerance))
    return set(["high bias"] * (train - bayes > most) + ["high variance"] * (dev - train > most))


@answer("next_step")
def step_through_diagnose(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    names = diagnose(train_error, dev_error, bayes_error, tolerance)  # noqa: F821
    if "high bias" in names:
        return "reduce bias"
    return "reduce variance" if "high variance" in names else "evaluate on test"


@answer("next_step")
def step_backwards(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    step = "evaluate on test"
    if dev_error > train_error + tolerance:
        step = "reduce variance"
    if train_error > bayes_error + tolerance:
        step = "reduce bias"
    return step


@answer("next_step")
def step_by_the_first_high_gap(train_error, dev_error, bayes_error=0.0, tolerance=0.02):
    is_high = [train_error - bayes_error > tolerance, dev_error - train_error > tolerance, True]
    return np.array(["reduce bias", "reduce variance", "evaluate on test"])[int(np.argmax(is_high))]


@answer("polynomial_features")
def features_by_vander(x, degree):
    X = np.vander(x.astype(float), degree + 1, increasing=True)
    return X.astype(np.float32) if x.dtype == np.float32 else X


@answer("polynomial_features")
def features_by_cumulative_products(x, degree):
    kind = np.float32 if x.dtype == np.float32 else np.float64
    columns = np.ones((degree + 1, len(x)), dtype=kind)
    columns[1:] = x
    return np.cumprod(columns, axis=0).T


@answer("polynomial_features")
def features_by_loops(x, degree):
    rows = [[float(value) ** power for power in range(degree + 1)] for value in x]
    return np.array(rows, dtype=np.float32 if x.dtype == np.float32 else np.float64)


@answer("polynomial_features")
def features_by_broadcasting_fortran(x, degree):
    x = np.asarray(x, dtype=np.float32 if x.dtype == np.float32 else float)
    return np.asfortranarray(x.reshape(-1, 1) ** np.arange(degree + 1, dtype=x.dtype))


@answer("polynomial_features")
def features_by_recursion_on_a_strided_view(x, degree):
    def columns(highest):
        if highest == 0:
            return [np.ones(len(x), dtype=np.float32 if x.dtype == np.float32 else np.float64)]
        lower = columns(highest - 1)
        return [*lower, lower[-1] * x.astype(lower[-1].dtype)]

    wide = np.repeat(np.column_stack(columns(degree)), 2, axis=1)
    return wide[:, ::2]


@answer("fit_linear_regression")
def weights_by_pseudo_inverse(X, y):
    return np.linalg.pinv(X) @ y


@answer("fit_linear_regression")
def weights_by_normal_equations_and_pseudo_inverse(X, y):
    w = np.linalg.pinv(X.T @ X) @ (X.T @ y)
    return w.astype(np.float32 if X.dtype == y.dtype == np.float32 else float)


@answer("fit_linear_regression")
def weights_by_singular_values(X, y):
    kind = np.float32 if X.dtype == np.float32 and y.dtype == np.float32 else np.float64
    U, sizes, Vt = np.linalg.svd(np.asarray(X, dtype=float), full_matrices=False)
    kept = sizes > 1e-12 * max(sizes.max(), 1e-300)
    return (Vt[kept].T @ ((U[:, kept].T @ y) / sizes[kept])).astype(kind)


@answer("fit_linear_regression")
def weights_by_elimination(X, y):
    """Gram-Schmidt: a column that the earlier ones make up already gets the weight 0."""
    columns, kept, basis = np.asarray(X, dtype=float).T, [], []
    for j, column in enumerate(columns):
        rest = column.copy()
        for _ in range(2):
            for direction in basis:
                rest -= (direction @ rest) * direction
        if np.linalg.norm(rest) > 1e-10 * max(np.linalg.norm(column), 1e-300):
            basis.append(rest / np.linalg.norm(rest))
            kept.append(j)
    w = np.zeros(X.shape[1], dtype=np.float32 if X.dtype == np.float32 and y.dtype == np.float32 else float)
    if kept:
        w[kept] = np.linalg.solve(np.array(basis) @ columns[kept].T, np.array(basis) @ y)
    return w


@answer("fit_linear_regression")
def weights_that_are_not_the_shortest(X, y):
    """Adds a direction that changes no prediction, where there is one."""
    kind = np.float32 if X.dtype == np.float32 and y.dtype == np.float32 else np.float64
    _, sizes, Vt = np.linalg.svd(X.astype(float))
    rank = int(np.sum(sizes > 1e-12 * max(sizes.max(), 1e-300)))
    return (np.linalg.lstsq(X.astype(float), y.astype(float), rcond=None)[0] + 3 * Vt[rank:].sum(axis=0)).astype(kind)


@answer("fit_linear_regression")
def weights_by_eigenvectors(X, y):
    kind = np.float32 if X.dtype == np.float32 and y.dtype == np.float32 else np.float64
    X = X.astype(float)
    sizes, Q = np.linalg.eigh(X.T @ X)
    kept = sizes > 1e-12 * max(sizes.max(), 1e-300)
    return (Q[:, kept] @ ((Q[:, kept].T @ (X.T @ y)) / sizes[kept])).astype(kind)


@answer("bias_variance")
def parts_by_var(predictions, y_true):
    return [np.mean((np.mean(predictions, axis=0) - y_true) ** 2), np.mean(np.var(predictions, axis=0))]


@answer("bias_variance")
def parts_by_loops(predictions, y_true):
    r, q = len(predictions), len(y_true)
    bias2 = variance = 0.0
    for j in range(q):
        mean = sum(float(row[j]) for row in predictions) / r
        bias2 += (mean - float(y_true[j])) ** 2 / q
        variance += sum((float(row[j]) - mean) ** 2 for row in predictions) / (r * q)
    return bias2, variance


@answer("bias_variance")
def parts_by_difference(predictions, y_true):
    off = predictions - y_true
    bias2 = float(np.mean(off.mean(axis=0) ** 2))
    return bias2, float(np.mean(off**2)) - bias2


@answer("bias_variance")
def parts_by_pairs_of_refits(predictions, y_true):
    gaps = predictions[:, None, :] - predictions[None, :, :]
    variance = math.fsum((gaps**2).ravel()) / (2 * len(predictions) ** 2 * len(y_true))
    return np.linalg.norm(predictions.mean(axis=0) - y_true) ** 2 / len(y_true), variance


@answer("bias_variance")
def parts_by_a_running_mean(predictions, y_true):
    mean, spread = np.zeros(len(y_true)), np.zeros(len(y_true))
    for k, row in enumerate(predictions, start=1):
        off = row - mean
        mean = mean + off / k
        spread = spread + off * (row - mean)
    return np.mean((mean - y_true) ** 2), np.mean(spread) / len(predictions)


@answer("learning_curve")
def curves_as_arrays(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    train_errors, dev_errors = np.zeros(len(sizes)), np.zeros(len(sizes))
    for i, s in enumerate(sizes):
        model = fit(X_train[:s], y_train[:s])
        dev_errors[i] = error(model, X_dev, y_dev)
        train_errors[i] = error(model, X_train[:s], y_train[:s])
    return train_errors, dev_errors


@answer("learning_curve")
def curves_by_zip(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    pairs = []
    for s in sizes:
        X, y = X_train[np.arange(s)], y_train[np.arange(s)]
        model = fit(X, y)
        pairs.append((error(model, X, y), error(model, X_dev, y_dev)))
    return tuple(zip(*pairs, strict=True))


@answer("learning_curve")
def curves_from_small_to_large(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    found = {}
    for s in sorted(set(sizes)):
        model = fit(X_train[:s].copy(), y_train[:s].copy())
        found[s] = [error(model, X_train[:s], y_train[:s]), error(model, X_dev, y_dev)]
    return [[found[s][0] for s in sizes], [found[s][1] for s in sizes]]


@answer("learning_curve")
def curves_in_two_passes(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    models = [fit(X_train[:s], y_train[:s]) for s in sizes]
    on_train = np.array([error(model, X_train[:s], y_train[:s]) for model, s in zip(models, sizes, strict=True)])
    return on_train, [error(model, X_dev, y_dev) for model in models]


@answer("learning_curve")
def curves_by_a_class(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    class Point:
        def __init__(self, size):
            rows = np.arange(len(X_train)) < size
            self.X, self.y = X_train[rows], y_train[rows]
            self.model = fit(self.X, self.y)

        def on_train(self):
            return np.float64(error(self.model, self.X, self.y))

    points = [Point(size) for size in sizes]
    return tuple(point.on_train() for point in points), [error(point.model, X_dev, y_dev) for point in points]


@answer("learning_curve")
def curves_by_a_list_that_empties(fit, error, X_train, y_train, X_dev, y_dev, sizes):
    train_errors, dev_errors, rest = [], [], sizes.copy()
    while rest:
        s = rest.pop(0)
        model = fit(X_train[:s], y_train[:s])
        train_errors.append(error(model, X_train[:s], y_train[:s]))
        dev_errors.append(error(model, X_dev, y_dev))
    return train_errors, dev_errors
