"""Right answers to topic 06, written differently: loops, other formulas, other orders in memory, the references' tricks."""

import math
import statistics
from fractions import Fraction

import numpy as np

from tests.answers import answer


@answer("fit_standardizer")
def fitted_by_loops(X):
    m, n = X.shape
    mu, sigma = [], []
    for j in range(n):
        total = 0.0
        for i in range(m):
            total += float(X[i, j])
        mean = total / m
        mu.append(mean)
        sigma.append(math.sqrt(sum((float(X[i, j]) - mean) ** 2 for i in range(m)) / m))
    kind = np.float32 if X.dtype == np.float32 else np.float64
    return np.array(mu, kind), np.array(sigma, kind)


@answer("fit_standardizer")
def fitted_from_the_first_row(X):
    kind = np.float32 if X.dtype == np.float32 else float
    shifted = X.astype(float) - X[0].astype(float)
    mu = shifted.mean(axis=0)
    return [(mu + X[0]).astype(kind), np.sqrt(((shifted - mu) ** 2).mean(axis=0)).astype(kind)]


@answer("fit_standardizer")
def fitted_by_welford(X):
    X = np.asarray(X, dtype=np.float32 if X.dtype == np.float32 else np.float64)
    mean, squares = np.zeros_like(X[0]), np.zeros_like(X[0])
    for count, row in enumerate(X, start=1):
        step = row - mean
        mean = mean + step / count
        squares = squares + step * (row - mean)
    return mean, np.sqrt(squares / len(X))


@answer("fit_standardizer")
def fitted_by_the_standard_library(X):
    columns = [[float(value) for value in column] for column in X.T]
    kind = np.float32 if X.dtype == np.float32 else np.float64
    return tuple(np.array([f(c) for c in columns], kind) for f in (statistics.fmean, statistics.pstdev))


@answer("standardize")
def standardized_by_loops(X, mu, sigma):
    single = X.dtype == mu.dtype == sigma.dtype == np.float32
    Z = np.zeros(X.shape, np.float32 if single else np.float64)
    for i, j in np.ndindex(*X.shape):
        if sigma[j] != 0:
            Z[i, j] = (float(X[i, j]) - float(mu[j])) / float(sigma[j])
    return Z


@answer("standardize")
def standardized_column_by_column(X, mu, sigma):
    columns = [(X[:, j] - mu[j]) / (sigma[j] if sigma[j] > 0 else sigma.dtype.type(1)) for j in range(X.shape[1])]
    return np.array(columns).T


@answer("standardize")
def standardized_where_possible(X, mu, sigma):
    centred = np.subtract(X, mu, dtype=np.float32 if X.dtype == mu.dtype == sigma.dtype == np.float32 else float)
    return np.divide(centred, sigma, out=np.zeros_like(centred), where=sigma != 0)


@answer("standardize")
def standardized_in_silence(X, mu, sigma):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num((X - mu) * (1 / sigma), nan=0.0, posinf=3.0, neginf=-3.0)


@answer("standardize")
def standardized_with_zeros_counted(X, mu, sigma):
    safe = sigma.copy()
    safe[safe == 0] = 1
    return np.asfortranarray(X / safe - mu / safe)


@answer("destandardize")
def taken_back_by_loops(Z, mu, sigma):
    kind = np.float32 if Z.dtype == mu.dtype == sigma.dtype == np.float32 else np.float64
    return np.array(
        [[float(z) * float(s) + float(u) for z, u, s in zip(row, mu, sigma, strict=True)] for row in Z], kind
    )


@answer("destandardize")
def taken_back_by_einsum(Z, mu, sigma):
    return np.asfortranarray(np.einsum("ij,j->ij", Z, sigma) + mu)


@answer("destandardize")
def taken_back_by_division(Z, mu, sigma):
    return (Z + mu / sigma) / (1 / sigma)


@answer("standardize_splits")
def splits_by_hand(X_train, X_dev, X_test):
    mu = X_train.sum(axis=0) / np.array(len(X_train), X_train.dtype)
    sigma = np.sqrt(np.square(X_train - mu).mean(axis=0))
    sigma[sigma == 0] = 1
    return [(X_train - mu) / sigma, (X_dev - mu) / sigma, (X_test - mu) / sigma]


@answer("standardize_splits")
def splits_joined_and_parted(X_train, X_dev, X_test):
    mu, sigma = fit_standardizer(X_train)  # noqa: F821
    Z = standardize(np.concatenate([X_train, X_dev, X_test]), mu, sigma)  # noqa: F821
    return tuple(np.split(Z, [len(X_train), len(X_train) + len(X_dev)]))


@answer("standardize_splits")
def splits_by_loops(X_train, X_dev, X_test):
    single = X_train.dtype == X_dev.dtype == X_test.dtype == np.float32
    columns = [[float(value) for value in column] for column in X_train.T]
    mu = [sum(column) / len(column) for column in columns]
    sigma = [
        math.sqrt(sum((value - mean) ** 2 for value in column) / len(column))
        for column, mean in zip(columns, mu, strict=True)
    ]
    parts = []
    for X in (X_train, X_dev, X_test):
        rows = [[(float(x) - u) / s if s else 0.0 for x, u, s in zip(row, mu, sigma, strict=True)] for row in X]
        parts.append(np.array(rows, np.float32 if single else np.float64))
    return parts


@answer("standardize_splits")
def splits_in_extended_precision(X_train, X_dev, X_test):
    single = X_train.dtype == X_dev.dtype == X_test.dtype == np.float32
    parts = [X.astype(np.longdouble) for X in (X_train, X_dev, X_test)]
    mu, sigma = parts[0].mean(axis=0), parts[0].std(axis=0)
    scaled = [np.nan_to_num((X - mu) / np.where(sigma > 0, sigma, np.inf)) for X in parts]
    return tuple(np.asfortranarray(Z.astype(np.float32 if single else np.float64)) for Z in scaled)


@answer("minmax_scale")
def mapped_by_loops(X, low, high):
    single = X.dtype == low.dtype == high.dtype == np.float32
    scaled = np.zeros(X.shape, np.float32 if single else np.float64)
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            if high[j] != low[j]:
                scaled[i, j] = (float(X[i, j]) - float(low[j])) / (float(high[j]) - float(low[j]))
    return scaled


@answer("minmax_scale")
def mapped_where_possible(X, low, high):
    single = X.dtype == low.dtype == high.dtype == np.float32
    shifted = (X - low).astype(np.float32 if single else np.float64)
    return np.divide(shifted, high - low, out=np.zeros_like(shifted), where=high != low)


@answer("minmax_scale")
def mapped_and_mended(X, low, high):
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = (X - low) / (high - low)
    scaled[:, high == low] = 0
    return np.asfortranarray(scaled)


@answer("minmax_scale")
def mapped_through_numbers_of_columns(X, low, high):
    columns = []
    for x, bottom, top in zip(X.T, low, high, strict=True):
        width = top - bottom
        columns.append((x - bottom) / width if width else np.zeros_like(x / 1))
    return np.stack(columns, axis=1)


@answer("minmax_scale")
def mapped_with_endless_widths(X, low, high):
    width = high - low
    return (X - low) / np.where(width == 0, np.array(np.inf, width.dtype if width.dtype.kind == "f" else float), width)


@answer("combine_moments")
def merged_about_the_new_mean(n_a, mu_a, var_a, n_b, mu_b, var_b):
    n = n_a + n_b
    mu = (n_a * mu_a + n_b * mu_b) / n
    return n, mu, (n_a * (var_a + (mu_a - mu) ** 2) + n_b * (var_b + (mu_b - mu) ** 2)) / n


@answer("combine_moments")
def merged_sums_of_squares(n_a, mu_a, var_a, n_b, mu_b, var_b):
    n = np.int64(n_a + n_b)
    delta = mu_b - mu_a
    squares = n_a * var_a + n_b * var_b + delta * delta * (n_a * n_b / int(n))
    return [n, mu_b - delta * (n_a / int(n)), squares / int(n)]


@answer("combine_moments")
def merged_column_by_column(n_a, mu_a, var_a, n_b, mu_b, var_b):
    kind = np.float32 if all(a.dtype == np.float32 for a in (mu_a, var_a, mu_b, var_b)) else np.float64
    mu, var = [], []
    for ma, va, mb, vb in zip(*(a.tolist() for a in (mu_a, var_a, mu_b, var_b)), strict=True):
        weight = n_b / (n_a + n_b)
        mu.append(ma + weight * (mb - ma))
        var.append((1 - weight) * va + weight * vb + weight * (1 - weight) * (mb - ma) ** 2)
    return n_a + n_b, np.array(mu, kind), np.array(var, kind)


@answer("combine_moments")
def merged_in_fractions(n_a, mu_a, var_a, n_b, mu_b, var_b):
    arrays = (mu_a, var_a, mu_b, var_b)
    kind = np.float32 if all(a.dtype == np.float32 for a in arrays) else np.float64
    n, mu, var = n_a + n_b, [], []
    for column in zip(*(a.tolist() for a in arrays), strict=True):
        ma, va, mb, vb = map(Fraction, column)
        mean = (n_a * ma + n_b * mb) / n
        mu.append(float(mean))
        var.append(float((n_a * (va + ma**2) + n_b * (vb + mb**2)) / n - mean**2))  # exact, so that no digit is lost
    return n, np.array(mu, kind), np.array(var, kind)


@answer("condition_number")
def number_by_singular_values(X):
    m, n = X.shape
    values = np.linalg.svd(np.asarray(X, dtype=np.float64), compute_uv=False)
    if m < n or values[-1] == 0:
        return math.inf
    return np.square(values[0] / values[-1])


@answer("condition_number")
def number_of_the_gram_matrix(X):
    X = X.astype(float)
    return np.linalg.cond(X.T @ X / X.shape[0])


@answer("condition_number")
def number_by_general_eigenvalues(X):
    X = X.astype(np.float64)
    values = np.linalg.eigvals(np.einsum("ij,ik->jk", X, X) / len(X)).real
    largest, smallest = max(values), min(values)
    if smallest <= 1e-14 * largest:
        return float("inf")
    return largest / smallest


@answer("condition_number")
def number_by_rank_and_qr(X):
    X = X.astype(np.float64)
    if np.linalg.matrix_rank(X) < X.shape[1]:
        return np.inf
    triangle = np.linalg.qr(X, mode="r")
    return float(np.linalg.cond(triangle) ** 2)


@answer("condition_number")
def number_in_python_numbers(X):
    columns = [[float(value) for value in column] for column in X.T]
    G = np.array([[math.fsum(x * y for x, y in zip(a, b, strict=True)) for b in columns] for a in columns])
    curvatures = sorted(np.linalg.eigh(G)[0].tolist())
    return curvatures[-1] / curvatures[0] if curvatures[0] > 1e-13 * curvatures[-1] else 3e15


@answer("gradient_descent")
def descent_with_the_gram_matrix(X, y, lr, steps):
    m = len(X)
    kind = np.float32 if X.dtype == y.dtype == np.float32 else float
    G, r, yy = X.T @ X / m, X.T @ y / m, np.dot(y, y) / m
    w, costs = np.zeros(X.shape[1], kind), []
    for _ in range(steps):
        costs.append((w @ G @ w - 2 * (w @ r) + yy) / 2)
        w = w - lr * (G @ w - r)
    return w.astype(kind), np.array(costs, dtype=kind)


@answer("gradient_descent")
def descent_by_loops(X, y, lr, steps):
    rows, targets = X.astype(float).tolist(), y.astype(float).tolist()
    m, n = X.shape
    w, costs = [0.0] * n, []
    for _ in range(steps):
        errors = [
            sum(x * v for x, v in zip(row, w, strict=True)) - target for row, target in zip(rows, targets, strict=True)
        ]
        costs.append(sum(error * error for error in errors) / (2 * m))
        w = [v - lr * sum(error * row[j] for error, row in zip(errors, rows, strict=True)) / m for j, v in enumerate(w)]
    kind = np.float32 if X.dtype == y.dtype == np.float32 else np.float64
    return np.array(w, dtype=kind), np.array(costs, dtype=kind)


@answer("gradient_descent")
def descent_in_place_of_its_own(X, y, lr, steps):
    dtype = np.result_type(X, y)
    dtype = dtype if dtype.kind == "f" else np.float64
    w = np.zeros((X.shape[1], 1), dtype=dtype)
    column = y.reshape(-1, 1)
    costs = np.zeros(steps, dtype=dtype)
    for t in range(steps):
        error = X.dot(w) - column
        costs[t] = 0.5 * (error**2).mean()
        w -= lr * X.T.dot(error) / X.shape[0]
    return [w.ravel(), costs]


@answer("gradient_descent")
def descent_as_a_recursion(X, y, lr, steps):
    if steps == 0:
        kind = np.float32 if X.dtype == y.dtype == np.float32 else np.float64
        return np.zeros(X.shape[1], kind), np.zeros(0, kind)
    w, costs = gradient_descent(X, y, lr, steps - 1)  # noqa: F821
    residual = y - X @ w
    cost = (residual @ residual) / (2 * len(y))
    return w + (lr / len(y)) * (residual @ X), np.append(costs, np.array(cost, costs.dtype))


@answer("gradient_descent")
def descent_along_the_axes_of_the_bowl(X, y, lr, steps):
    kind = np.float32 if X.dtype == y.dtype == np.float32 else np.float64
    X, y = X.astype(float), y.astype(float)
    curvatures, axes = np.linalg.eigh(X.T @ X / len(y))
    target, place, costs = axes.T @ (X.T @ y) / len(y), np.zeros(X.shape[1]), []
    for _ in range(steps):
        residual = X @ (axes @ place) - y
        costs.append((residual.var() + residual.mean() ** 2) / 2)
        place = (1 - lr * curvatures) * place + lr * target
    return (axes @ place).astype(kind), np.array(costs, kind)
