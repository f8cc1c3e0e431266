"""Right answers to topic 07, written differently: loops, copies and in-place moves, other formulas, other containers."""

import math

import numpy as np

from tests.answers import answer


@answer("one_sided")
def one_by_three_statements(f, x, eps):
    here = f(x)
    there = f(x + eps)
    return np.float64(there - here) / eps


@answer("one_sided")
def one_by_the_inverse(f, x, eps):
    rise = -f(x)
    rise += f(eps + x)
    return rise * (1 / eps)


@answer("one_sided")
def one_by_numpy(f, x, eps):
    values = np.array([f(float(place)) for place in np.array([x, x + eps])])
    return np.diff(values)[0] / np.float64(eps)


@answer("two_sided")
def two_by_averaging(f, x, eps):
    right = (f(x + eps) - f(x)) / eps
    left = (f(x) - f(x - eps)) / eps
    return (left + right) / 2


@answer("two_sided")
def two_by_the_distance(f, x, eps):
    left, right = x - eps, x + eps
    return (f(right) - f(left)) / eps / 2


@answer("two_sided")
def two_by_numpy(f, x, eps):
    signs = np.array([1.0, -1.0])
    return np.sum(signs * [f(x + sign * eps) for sign in signs]) / (eps + eps)


@answer("params_to_vector")
def vector_by_loops(params):
    kinds = {np.asarray(values).dtype for values in params.values()}
    numbers = []
    for values in params.values():
        for index in np.ndindex(*values.shape):
            numbers.append(values[index])
    return np.array(numbers, dtype=np.float32 if kinds == {np.dtype("float32")} else np.float64)


@answer("params_to_vector")
def vector_by_filling(params):
    size = sum(values.size for values in params.values())
    kind = np.result_type(*params.values())
    theta = np.zeros(size, kind if kind == np.float32 else np.float64)
    start = 0
    for key in params:
        stop = start + params[key].size
        theta[start:stop] = params[key].flatten()
        start = stop
    return theta


@answer("params_to_vector")
def vector_by_nested_lists(params):
    numbers = []
    for key, values in params.items():
        for row in values.tolist():
            numbers.extend(row if key[0] == "W" else [row])
    single = all(values.dtype == np.float32 for values in params.values())
    return np.array(numbers, dtype="float32" if single else "float64")


@answer("params_to_vector")
def vector_by_hstack(params):
    theta = np.hstack([np.reshape(values, -1) for values in params.values()])
    return np.repeat(theta, 2)[::2]  # not contiguous


@answer("params_to_vector")
def vector_by_appending(params):
    theta = None
    for values in params.values():
        theta = values.flatten() if theta is None else np.append(theta, values)
    return theta


@answer("vector_to_params")
def params_in_the_dtype_of_theta(theta, like):
    def cut(keys, rest):
        if not keys:
            return {}
        size = like[keys[0]].size
        return {keys[0]: rest[:size].reshape(like[keys[0]].shape), **cut(keys[1:], rest[size:])}

    return cut(list(like), theta)


@answer("vector_to_params")
def params_by_split(theta, like):
    ends = np.cumsum([values.size for values in like.values()])[:-1]
    pieces = np.split(theta, ends)
    return {
        key: np.asfortranarray(piece.reshape(values.shape), dtype=values.dtype)
        for (key, values), piece in zip(like.items(), pieces, strict=True)
    }


@answer("vector_to_params")
def params_by_loops(theta, like):
    numbers = iter(theta.tolist())
    back = {}
    for key in like:
        back[key] = np.empty(like[key].shape, like[key].dtype)
        for index in np.ndindex(*like[key].shape):
            back[key][index] = next(numbers)
    return back


@answer("vector_to_params")
def params_by_copying(theta, like):
    back = {key: values.copy() for key, values in like.items()}
    start = 0
    for values in back.values():
        values[...] = theta[start : start + values.size].reshape(values.shape)
        start = start + values.size
    return back


@answer("vector_to_params")
def params_as_views(theta, like):
    back, rest = {}, theta
    for key, values in like.items():
        piece, rest = rest[: np.prod(values.shape)], rest[np.prod(values.shape) :]
        back[key] = piece.reshape(values.shape).astype(values.dtype, copy=False)
    return back


@answer("numerical_gradient")
def gradient_in_place(f, theta, eps=1e-5):
    gradient = np.zeros_like(theta)
    for i in range(theta.size):
        kept = theta[i]
        theta[i] = kept + eps
        above = f(theta)
        theta[i] = kept - eps
        below = f(theta)
        theta[i] = kept
        gradient[i] = (above - below) / (2 * eps)
    return gradient


@answer("numerical_gradient")
def gradient_by_unit_vectors(f, theta, eps=1e-5):
    steps = eps * np.eye(len(theta))
    return np.array([(f(theta + step) - f(theta - step)) / (2 * eps) for step in steps])


@answer("numerical_gradient")
def gradient_through_two_sided(f, theta, eps=1e-5):
    def along(i):
        def g(value):
            moved = theta.copy()
            moved[i] = value
            return f(moved)

        return g

    return np.array([two_sided(along(i), theta[i], eps) for i in range(len(theta))])  # noqa: F821


@answer("numerical_gradient")
def gradient_from_the_last(f, theta, eps=1e-5):
    slopes = []
    for i in reversed(range(len(theta))):
        above, below = np.array(theta), np.array(theta)
        above[i], below[i] = theta[i] + eps, theta[i] - eps
        slopes.append(f(above) / (2 * eps) - f(below) / (2 * eps))
    return np.array(slopes)[::-1]


@answer("relative_difference")
def difference_by_hypot(g, g_approx):
    gap, first, second = (math.hypot(*(float(v) for v in values)) for values in (g - g_approx, g, g_approx))
    return gap / (first + second) if first + second > 0 else 0.0


@answer("relative_difference")
def difference_by_dot_products(g, g_approx):
    gap = g - g_approx
    lengths = np.sqrt(g @ g) + np.sqrt(g_approx @ g_approx)
    if lengths == 0:
        return 0
    return np.sqrt(gap @ gap) / lengths


@answer("relative_difference")
def difference_by_loops(g, g_approx):
    if not np.any(g) and not np.any(g_approx):
        return 0.0
    sums = [0.0, 0.0, 0.0]
    for a, b in zip(g, g_approx, strict=True):
        sums[0] += (a - b) ** 2
        sums[1] += a**2
        sums[2] += b**2
    return sums[0] ** 0.5 / (sums[1] ** 0.5 + sums[2] ** 0.5)


@answer("check_gradient")
def check_with_everything_inside(f, grad, theta, eps=1e-5):
    g = np.array(grad(theta.copy()), dtype=float)
    approx = np.zeros(len(theta))
    for i in range(len(theta)):
        kept = theta[i]
        theta[i] = kept + eps
        approx[i] = f(theta)
        theta[i] = kept - eps
        approx[i] = (approx[i] - f(theta)) / (2 * eps)
        theta[i] = kept
    gap = np.abs(g - approx)
    lengths = np.linalg.norm(g) + np.linalg.norm(approx)
    return [np.linalg.norm(gap) / lengths if lengths else 0.0, gap.argmax()]


@answer("check_gradient")
def check_by_lists(f, grad, theta, eps=1e-5):
    approx = numerical_gradient(f, theta, eps=eps)  # noqa: F821
    g = grad(theta)
    gaps = [abs(float(a) - float(b)) for a, b in zip(g, approx, strict=True)]
    return relative_difference(g, approx), gaps.index(max(gaps))  # noqa: F821


@answer("check_gradient")
def check_by_sorting(f, grad, theta, eps=1e-5):
    approx = numerical_gradient(f, theta, eps)  # noqa: F821
    g = grad(theta)
    return float(relative_difference(approx, g)), np.int32(np.argsort((g - approx) ** 2)[-1])  # noqa: F821


@answer("worst_parameter")
def worst_by_a_loop(grads, approx):
    worst, largest = None, -1.0
    for key in grads:
        g, other = grads[key].ravel(), approx[key].ravel()
        lengths = np.sqrt(np.sum(g**2)) + np.sqrt(np.sum(other**2))
        difference = np.sqrt(np.sum((g - other) ** 2)) / lengths if lengths > 0 else 0.0
        if difference > largest:
            worst, largest = key, difference
    return worst


@answer("worst_parameter")
def worst_by_sorting(grads, approx):
    rows = sorted((relative_difference(grads[key].flatten(), approx[key].flatten()), key) for key in approx)  # noqa: F821
    return rows[-1][1]


@answer("worst_parameter")
def worst_as_a_numpy_string(grads, approx):
    keys = np.array(list(grads))
    with np.errstate(invalid="ignore"):
        differences = [
            np.linalg.norm(grads[key] - approx[key]) / (np.linalg.norm(grads[key]) + np.linalg.norm(approx[key]))
            for key in keys
        ]
    return keys[np.argmax(np.nan_to_num(differences))]


@answer("backward_fixed")
def backward_by_layers(X, y, params, cache):
    grads, dZ = {}, (cache["A3"].ravel() - y)[:, None] / len(X)
    for layer in (3, 2, 1):
        grads[f"W{layer}"] = np.einsum("mo,mi->oi", dZ, cache[f"A{layer - 1}"])
        grads[f"b{layer}"] = np.einsum("mo->o", dZ)
        if layer > 1:
            dZ = np.where(cache[f"A{layer - 1}"] > 0, dZ @ params[f"W{layer}"], 0)
    return grads


@answer("backward_fixed")
def backward_divides_at_the_end(X, y, params, cache):
    m = X.shape[0]
    dZ3 = cache["A3"] - y.reshape(m, 1)
    dZ2 = dZ3.dot(params["W3"]) * np.sign(cache["A2"])
    dZ1 = dZ2.dot(params["W2"])
    dZ1[cache["Z1"] <= 0] = 0
    return {
        "b1": np.sum(dZ1, axis=0) / m,
        "b2": np.sum(dZ2, axis=0) / m,
        "b3": np.sum(dZ3, axis=0) / m,
        "W1": np.dot(X.T, dZ1).T / m,
        "W2": np.dot(cache["A1"].T, dZ2).T / m,
        "W3": np.dot(cache["A2"].T, dZ3).T / m,
    }


@answer("backward_fixed")
def backward_through_the_sigmoid(X, y, params, cache):
    A3, target = cache["A3"], np.reshape(y, (-1, 1))
    dA3 = (-(target / A3) + (1 - target) / (1 - A3)) / len(y)
    dZ3 = dA3 * A3 * (1 - A3)
    dZ2 = (dZ3 @ params["W3"]) * (cache["Z2"] >= 0)
    dZ1 = (dZ2 @ params["W2"]) * (cache["Z1"] >= 0)
    ones = np.ones(len(y), dtype=dZ3.dtype)
    return {
        "W1": np.asfortranarray(dZ1.T @ X),
        "b1": ones @ dZ1,
        "W2": dZ2.T @ cache["A1"],
        "b2": ones @ dZ2,
        "W3": dZ3.T @ cache["A2"],
        "b3": ones @ dZ3,
    }


@answer("backward_fixed")
def backward_row_by_row(X, y, params, cache):
    grads = {key: np.zeros(values.shape, values.dtype) for key, values in params.items()}
    m = len(y)
    for i in range(m):
        dz = [(cache["A3"][i, 0] - y[i]) / m]
        for layer in (3, 2, 1):
            below = cache[f"A{layer - 1}"][i]
            for o, slope in enumerate(dz):
                grads[f"b{layer}"][o] += slope
                for k, value in enumerate(below):
                    grads[f"W{layer}"][o, k] += slope * value
            if layer > 1:
                W, Z = params[f"W{layer}"], cache[f"Z{layer - 1}"][i]
                dz = [sum(dz[o] * W[o, k] for o in range(len(dz))) if Z[k] > 0 else 0.0 for k in range(len(Z))]
    return grads
