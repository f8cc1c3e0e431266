"""Right answers to topic 10, written differently: loops, other formulas, other dtypes, other memory layouts."""

import math

import numpy as np

from tests.answers import answer


@answer("one_hot")
def rows_by_comparing(y, n_classes):
    return (np.asarray(y)[:, None] == np.arange(n_classes)).astype(np.uint8)


@answer("one_hot")
def rows_of_the_identity(y, n_classes):
    return np.eye(n_classes, dtype=np.float32)[y]


@answer("one_hot")
def rows_by_loops(y, n_classes):
    return np.array([[1 if label == j else 0 for j in range(n_classes)] for label in y.tolist()])


@answer("one_hot")
def rows_as_fortran_order(y, n_classes):
    Y = np.zeros((n_classes, len(y)), dtype=np.int8)
    for i, label in enumerate(y):
        Y[int(label), i] = 1
    return Y.T


@answer("one_hot")
def rows_by_flat_places(y, n_classes):
    Y = np.zeros(len(y) * n_classes)
    Y[np.arange(len(y)) * n_classes + y.astype(np.int64)] = 1.0
    return Y.reshape(-1, n_classes)


@answer("softmax")
def softmax_through_its_logarithm(Z):
    shifted = Z - np.max(Z, axis=1)[:, None]
    return np.exp(shifted - np.log(np.sum(np.exp(shifted), axis=1))[:, None])


@answer("softmax")
def softmax_by_loops(Z):
    rows = []
    for row in Z.tolist():
        highest = max(row)
        exponentials = [math.exp(z - highest) for z in row]
        total = sum(exponentials)
        rows.append([e / total for e in exponentials])
    return np.array(rows, dtype=np.float32 if Z.dtype == np.float32 else np.float64)


@answer("softmax")
def softmax_with_a_zero_column(Z):
    highest = Z.max(axis=1, keepdims=True)
    terms = np.exp(np.maximum(Z - highest, -745 if Z.dtype != np.float32 else -103))
    return np.asfortranarray(terms / terms.sum(axis=1, keepdims=True))


@answer("softmax")
def softmax_in_place_of_a_copy(Z):
    P = Z.astype(np.float32 if Z.dtype == np.float32 else np.float64)
    P -= P.max(axis=1, keepdims=True)
    np.exp(P, out=P)
    P /= np.add.reduce(P, axis=1, keepdims=True)
    return P


@answer("softmax")
def softmax_column_by_column(Z):
    Zt = np.asarray(Z).T
    E = np.exp(Zt - Zt.max(axis=0))
    return (E / E.sum(axis=0)).T


@answer("log_softmax")
def logarithms_by_logaddexp(Z):
    return Z - np.logaddexp.reduce(Z, axis=1, keepdims=True)


@answer("log_softmax")
def logarithms_by_loops(Z):
    rows = []
    for row in Z.tolist():
        highest = max(row)
        rest = math.log(math.fsum(math.exp(z - highest) for z in row))
        rows.append([(z - highest) - rest for z in row])
    return np.array(rows, dtype=np.float32 if Z.dtype == np.float32 else np.float64)


@answer("log_softmax")
def logarithms_by_the_sum_in_full(Z):
    highest = np.amax(Z, axis=-1, keepdims=True)
    log_sum = highest + np.log(np.exp(Z - highest).sum(axis=-1, keepdims=True))
    return np.asfortranarray(Z - log_sum)


@answer("log_softmax")
def logarithms_row_by_row(Z):
    out = np.empty(Z.shape, dtype=Z.dtype if Z.dtype == np.float32 else float)
    for i, z in enumerate(Z):
        z = z - z.max()
        out[i] = z - np.log(np.exp(z).sum())
    return out


@answer("log_softmax")
def logarithms_in_extended_precision(Z):
    wide = Z.astype(np.longdouble)
    wide -= np.logaddexp.reduce(wide, axis=1, keepdims=True)
    return wide.astype(np.float32 if Z.dtype == np.float32 else np.float64)


@answer("cross_entropy")
def cost_through_log_softmax(Z, y):
    return -log_softmax(Z)[np.arange(len(y)), y].mean()  # noqa: F821


@answer("cross_entropy")
def cost_by_loops(Z, y):
    total = 0.0
    for row, label in zip(Z.tolist(), y.tolist(), strict=True):
        highest = max(row)
        total += math.log(sum(math.exp(z - highest) for z in row)) + (highest - row[label])
    return total / len(y)


@answer("cross_entropy")
def cost_by_one_hot(Z, y):
    shifted = Z - Z.max(axis=1, keepdims=True)
    log_P = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -np.sum(one_hot(y, Z.shape[1]) * log_P) / Z.shape[0]  # noqa: F821


@answer("cross_entropy")
def cost_by_gaps_to_the_true_class(Z, y):
    gaps = Z - np.take_along_axis(Z, y[:, None].astype(int), axis=1)
    return float(np.logaddexp.reduce(gaps, axis=1).mean())


@answer("softmax_gradient")
def gradient_through_softmax_and_one_hot(Z, y):
    P = softmax(Z)  # noqa: F821
    return (P - one_hot(y, Z.shape[1]).astype(P.dtype)) / P.dtype.type(len(y))  # noqa: F821


@answer("softmax_gradient")
def gradient_by_loops(Z, y):
    m, C = Z.shape
    dZ = np.zeros((m, C), dtype=np.float32 if Z.dtype == np.float32 else np.float64)
    for i in range(m):
        row = [float(z) for z in Z[i]]
        exponentials = [math.exp(z - max(row)) for z in row]
        for j in range(C):
            dZ[i, j] = (exponentials[j] / sum(exponentials) - (j == y[i])) / m
    return dZ


@answer("softmax_gradient")
def gradient_through_log_softmax(Z, y):
    P = np.exp(log_softmax(Z)) / len(y)  # noqa: F821
    P[range(len(y)), y] -= 1 / len(y)
    return np.asfortranarray(P)


@answer("softmax_gradient")
def gradient_as_a_transposed_view(Z, y):
    log_P = log_softmax(Z).T  # noqa: F821
    dZ, columns = np.exp(log_P), np.arange(len(y))
    dZ[y, columns] = np.expm1(log_P[y, columns])
    return (dZ / len(y)).T


@answer("softmax_gradient")
def gradient_by_where(Z, y):
    E = np.exp(Z - Z.max(1)[:, np.newaxis])
    P = E / E.sum(1)[:, np.newaxis]
    is_true = np.arange(Z.shape[1]) == np.asarray(y).reshape(-1, 1)
    return np.where(is_true, P - 1, P) / len(Z)


@answer("fit_softmax")
def fit_through_softmax_gradient(X, y, n_classes, lr, epochs):
    kind = X.dtype if X.dtype == np.float32 else np.float64
    W, b = np.zeros((n_classes, X.shape[1]), dtype=kind), np.zeros(n_classes, dtype=kind)
    for _ in range(epochs):
        dZ = softmax_gradient(X @ W.T + b, y)  # noqa: F821
        W -= lr * dZ.T @ X
        b -= lr * dZ.sum(axis=0)
    return [W, b]


@answer("fit_softmax")
def fit_with_a_column_of_ones(X, y, n_classes, lr, epochs):
    kind = np.float32 if X.dtype == np.float32 else np.float64
    X1 = np.column_stack([X, np.ones(len(X))]).astype(kind)
    theta, Y = np.zeros((X1.shape[1], n_classes), kind), np.eye(n_classes, dtype=kind)[y]
    for _ in range(epochs):
        Z = X1 @ theta
        E = np.exp(Z - Z.max(axis=1, keepdims=True))
        theta = theta - kind(lr) * X1.T @ ((E / E.sum(axis=1, keepdims=True) - Y) / len(y))
    return theta[:-1].T, theta[-1]


@answer("fit_softmax")
def fit_by_loops(X, y, n_classes, lr, epochs):
    m, n = X.shape
    W = [[0.0] * n for _ in range(n_classes)]
    b = [0.0] * n_classes
    rows = X.tolist()
    for _ in range(epochs):
        dW, db = [[0.0] * n for _ in range(n_classes)], [0.0] * n_classes
        for x, label in zip(rows, y.tolist(), strict=True):
            z = [b[j] + sum(w * v for w, v in zip(W[j], x, strict=True)) for j in range(n_classes)]
            exponentials = [math.exp(value - max(z)) for value in z]
            total = sum(exponentials)
            for j in range(n_classes):
                g = (exponentials[j] / total - (1 if j == label else 0)) / m
                db[j] += g
                dW[j] = [d + g * v for d, v in zip(dW[j], x, strict=True)]
        W = [[w - lr * d for w, d in zip(*pair, strict=True)] for pair in zip(W, dW, strict=True)]
        b = [v - lr * d for v, d in zip(b, db, strict=True)]
    kind = np.float32 if X.dtype == np.float32 else np.float64
    return np.array(W, dtype=kind).reshape(n_classes, n), np.array(b, dtype=kind)


@answer("fit_softmax")
def fit_by_recursion(X, y, n_classes, lr, epochs):
    if epochs == 0:
        both = np.zeros((n_classes, X.shape[1] + 1), np.float32 if X.dtype == np.float32 else np.float64)
        return both[:, :-1], both[:, -1]
    W, b = fit_by_recursion(X[::-1], y[::-1], n_classes, lr, epochs - 1)
    dZ = softmax_gradient(X @ W.T + b, y)  # noqa: F821
    return W - lr * dZ.T @ X, b - lr * dZ.sum(axis=0)


@answer("fit_softmax")
def fit_by_einsum(X, y, n_classes, lr, epochs):
    X = X if X.dtype == np.float32 else X.astype(float)
    W, b = np.zeros((n_classes, X.shape[1]), X.dtype, order="F"), np.zeros_like(X, shape=(n_classes,))
    for _ in range(epochs):
        P = np.exp(log_softmax(np.einsum("mn,cn->mc", X, W) + b))  # noqa: F821
        gap = one_hot(y, n_classes).astype(X.dtype) - P  # noqa: F821
        W, b = W + lr * np.einsum("mc,mn->cn", gap, X) / len(X), b + lr * gap.mean(axis=0)
    return W, b


@answer("predict")
def predict_by_loops(X, W, b):
    labels = []
    for x in X:
        scores = [float(np.dot(w, x)) + float(bias) for w, bias in zip(W, b, strict=True)]
        labels.append(scores.index(max(scores)))
    return np.array(labels)


@answer("predict")
def predict_the_last_on_a_tie(X, W, b):
    Z = (W @ X.T).T + b
    return (Z.shape[1] - 1 - Z[:, ::-1].argmax(axis=1)).astype(np.int32)


@answer("predict")
def predict_any_on_a_tie(X, W, b):
    choose = np.random.default_rng().choice
    return np.array([choose(np.flatnonzero(scores == scores.max())) for scores in X @ W.T + b])


@answer("predict")
def predict_through_softmax(X, W, b):
    Z = X @ W.T + b
    P = softmax(Z)  # noqa: F821
    return P.argmax(1).astype(np.uint8)


@answer("predict")
def predict_by_sorting(X, W, b):
    return np.argsort(np.dot(X, W.T) + b, axis=-1)[:, -1]


@answer("confusion_matrix")
def counts_by_a_loop(y_true, y_pred, n_classes):
    counts = [[0] * n_classes for _ in range(n_classes)]
    for true, predicted in zip(y_true, y_pred, strict=True):
        counts[true][predicted] += 1
    return np.array(counts)


@answer("confusion_matrix")
def counts_by_bincount(y_true, y_pred, n_classes):
    pairs = y_true.astype(np.int64) * n_classes + y_pred
    return np.bincount(pairs, minlength=n_classes * n_classes).reshape(n_classes, n_classes)


@answer("confusion_matrix")
def counts_by_one_hot(y_true, y_pred, n_classes):
    return np.eye(n_classes)[y_true].T @ np.eye(n_classes)[y_pred]


@answer("confusion_matrix")
def counts_by_a_histogram(y_true, y_pred, n_classes):
    edges = np.arange(n_classes + 1) - 0.5
    return np.histogram2d(y_true, y_pred, bins=(edges, edges))[0].astype(np.float32)


@answer("confusion_matrix")
def counts_class_by_class(y_true, y_pred, n_classes):
    counts = np.zeros((n_classes, n_classes), order="F")
    for j in range(n_classes):
        for k in range(n_classes):
            counts[j, k] = np.sum((y_true == j) & (y_pred == k))
    return counts
