"""Right answers to topic 05, written differently: other draws, loops, other dtypes, other orders."""

import itertools
import math

import numpy as np

from tests.answers import answer


@answer("dropout_mask")
def mask_by_binomial(shape, keep_prob, rng):
    return rng.binomial(1, keep_prob, size=shape)


@answer("dropout_mask")
def mask_by_choice_as_float(shape, keep_prob, rng):
    return rng.choice([0.0, 1.0], size=shape, p=[1 - keep_prob, keep_prob])


@answer("dropout_mask")
def mask_by_loops(shape, keep_prob, rng):
    mask = np.zeros(shape, dtype=np.uint8)
    for i in range(shape[0]):
        for j in range(shape[1]):
            if rng.uniform() >= 1 - keep_prob:
                mask[i, j] = 1
    return mask


@answer("dropout_mask")
def mask_column_by_column(shape, keep_prob, rng):
    return np.array([[rng.random() <= keep_prob for _ in range(shape[0])] for _ in range(shape[1])]).T


@answer("dropout_mask")
def mask_from_a_child_generator(shape, keep_prob, rng):
    child = np.random.default_rng(int(rng.integers(2**62)))
    return (child.random(shape) < keep_prob).astype(np.float32)


@answer("dropout_forward")
def forward_by_where(A, keep_prob, rng, training=True):
    if not training:
        return A.copy(), np.ones(A.shape, dtype=int)
    mask = rng.binomial(1, keep_prob, size=A.shape).astype(bool)
    scaled = A / np.float32(keep_prob) if A.dtype == np.float32 else A / keep_prob
    return np.where(mask, scaled, 0), mask


@answer("dropout_forward")
def forward_by_loops(A, keep_prob, rng, training=True):
    kind = np.float32 if A.dtype == np.float32 else np.float64
    out, mask = np.zeros(A.shape, kind), np.zeros(A.shape, kind)
    for index in np.ndindex(*A.shape):
        if not training or rng.random() < keep_prob:
            mask[index] = 1
            out[index] = A[index] / (keep_prob if training else 1)
    return out, mask


@answer("dropout_forward")
def forward_as_a_list(A, keep_prob, rng, training=True):
    keep_prob = keep_prob if training else 1.0
    mask = np.ones(A.shape) if not training else (1 - keep_prob < rng.random(A.shape[::-1]).T).astype(float)
    out = (np.asarray(A, dtype=float) * mask) * (1 / keep_prob)
    return out.astype(A.dtype) if A.dtype == np.float32 else out, mask


@answer("dropout_backward")
def backward_by_where(dA_out, mask, keep_prob):
    result = np.zeros(dA_out.shape, dtype=np.float32 if dA_out.dtype == np.float32 else float)
    kept = np.asarray(mask) != 0
    result[kept] = dA_out[kept] / keep_prob
    return result


@answer("dropout_backward")
def backward_by_loops(dA_out, mask, keep_prob):
    rows = [
        [g / keep_prob if k else 0.0 for g, k in zip(*pair, strict=True)] for pair in zip(dA_out, mask, strict=True)
    ]
    return np.array(rows, dtype=np.float32 if dA_out.dtype == np.float32 else np.float64)


@answer("dropout_backward")
def backward_by_inverse_scale(dA_out, mask, keep_prob):
    scale = np.asarray(mask).astype(dA_out.dtype if dA_out.dtype.kind == "f" else float) * (1.0 / keep_prob)
    return np.asfortranarray(np.multiply(scale, dA_out))


@answer("forward_with_dropout")
def network_through_dropout_forward(X, params, keep_probs, rng, training=True):
    A, last = X, len(params) // 2
    for layer in range(1, last):
        A = np.maximum(A @ params[f"W{layer}"].T + params[f"b{layer}"], 0)
        A = dropout_forward(A, keep_probs[layer - 1], rng, training=training)[0]  # noqa: F821
    Z = A @ params[f"W{last}"].T + params[f"b{last}"]
    A_L = 1 / (1 + np.exp(-Z))
    return A_L.ravel() if Z.shape[1] == 1 else A_L


@answer("forward_with_dropout")
def network_by_einsum_and_tanh(X, params, keep_probs, rng, training=True):
    A = X
    sizes = [params[f"b{layer}"].size for layer in range(1, len(params) // 2 + 1)]
    for layer, _ in enumerate(sizes, start=1):
        Z = np.einsum("mi,oi->mo", A, params[f"W{layer}"]) + params[f"b{layer}"]
        if layer == len(sizes):
            out = 0.5 * (1 + np.tanh(Z / 2))
            return out.reshape(len(X)) if sizes[-1] == 1 else out
        A = Z * (Z > 0)
        if training:
            A = A * (rng.binomial(1, keep_probs[layer - 1], A.shape) == 1) / keep_probs[layer - 1]


@answer("forward_with_dropout")
def network_row_by_row(X, params, keep_probs, rng, training=True):
    n_layers = len(params) // 2
    rows = []
    for x in X:
        a = x
        for layer in range(1, n_layers + 1):
            z = (
                np.array([sum(w * v for w, v in zip(row, a, strict=True)) for row in params[f"W{layer}"]])
                + params[f"b{layer}"]
            )
            if layer == n_layers:
                rows.append([1 / (1 + math.exp(-value)) for value in z])
            else:
                a = np.array([max(value, 0.0) for value in z])
                if training:
                    a = np.array(
                        [v / keep_probs[layer - 1] if rng.random() < keep_probs[layer - 1] else 0.0 for v in a]
                    )
    out = np.array(rows, dtype=np.float32 if X.dtype == np.float32 else float)
    return out[:, 0] if out.shape[1] == 1 else out


@answer("scale_weights")
def weights_by_multiply(W, keep_prob):
    return np.multiply(keep_prob, W)


@answer("scale_weights")
def weights_by_division(W, keep_prob):
    return np.asfortranarray(W / (1 / keep_prob))


@answer("scale_weights")
def weights_by_loops(W, keep_prob):
    out = np.empty(W.shape, dtype=W.dtype if W.dtype == np.float32 else float)
    for index in np.ndindex(*W.shape):
        out[index] = W[index] - (1 - keep_prob) * W[index]
    return out


@answer("ensemble_average")
def average_by_product(x, w, keep_prob):
    total = 0.0
    for mask in itertools.product([0, 1], repeat=len(x)):
        kept = sum(mask)
        total += (
            keep_prob**kept
            * (1 - keep_prob) ** (len(x) - kept)
            * sum(a * b * k for a, b, k in zip(w, x, mask, strict=True))
        )
    return total


@answer("ensemble_average")
def average_by_bits(x, w, keep_prob):
    n = len(x)
    masks = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    probabilities = np.prod(np.where(masks == 1, keep_prob, 1 - keep_prob), axis=1)
    return probabilities @ (masks * x @ w)


@answer("ensemble_average")
def average_by_linearity(x, w, keep_prob):
    return np.dot(w, x) * keep_prob


@answer("ensemble_average")
def average_recursively(x, w, keep_prob):
    if len(x) == 0:
        return 0.0
    rest = ensemble_average(x[1:], w[1:], keep_prob)  # noqa: F821
    return float(keep_prob * (w[0] * x[0] + rest) + (1 - keep_prob) * rest)
