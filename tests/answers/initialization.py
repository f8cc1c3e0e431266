"""Right answers to topic 03, written differently: other laws and orders of drawing, loops, other dtypes and layouts."""

import itertools
import math
import statistics

import numpy as np

from tests.answers import answer


@answer("init_zeros")
def zeros_by_pairs(layer_dims):
    params = {}
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layer_dims), start=1):
        params.update({f"W{layer}": np.zeros((n_out, n_in)), f"b{layer}": np.zeros((n_out,))})
    return params


@answer("init_zeros")
def zeros_last_layer_first(layer_dims):
    params = {}
    for layer in reversed(range(1, len(layer_dims))):
        params["b" + str(layer)] = np.array([0.0] * layer_dims[layer])
        params["W" + str(layer)] = np.array([[0.0] * layer_dims[layer - 1] for _ in range(layer_dims[layer])])
    return params


@answer("init_zeros")
def zeros_in_fortran_order(layer_dims):
    weights = {f"W{n}": np.zeros((layer_dims[n - 1], layer_dims[n])).T for n in range(1, len(layer_dims))}
    biases = {f"b{n}": -np.zeros(2 * layer_dims[n])[::2] for n in range(1, len(layer_dims))}
    return biases | weights


@answer("init_zeros")
def zeros_in_one_block(layer_dims):
    """All arrays are views of one."""
    block = np.zeros(sum(n_out * (n_in + 1) for n_in, n_out in itertools.pairwise(layer_dims)))
    params = {}
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layer_dims), start=1):
        params[f"W{layer}"], params[f"b{layer}"], block = np.split(block, [n_out * n_in, n_out * (n_in + 1)])
        params[f"W{layer}"] = params[f"W{layer}"].reshape(n_out, n_in)
    return params


@answer("init_normal")
def normal_by_loops(layer_dims, scale, rng):
    params = {}
    for layer in range(1, len(layer_dims)):
        rows = [[rng.normal(0, scale) for _ in range(layer_dims[layer - 1])] for _ in range(layer_dims[layer])]
        params[f"W{layer}"], params[f"b{layer}"] = np.array(rows), np.zeros(layer_dims[layer])
    return params


@answer("init_normal")
def normal_by_box_and_muller(layer_dims, scale, rng):
    params = {}
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layer_dims), start=1):
        radius = np.sqrt(-2 * np.log1p(-rng.random((n_out, n_in))))
        params[f"W{layer}"] = scale * radius * np.cos(2 * np.pi * rng.random((n_out, n_in)))
        params[f"b{layer}"] = np.zeros(n_out)
    return params


@answer("init_normal")
def normal_from_one_long_draw(layer_dims, scale, rng):
    """All weights at once, handed out from the last layer to the first, in Fortran order."""
    sizes = [n_in * n_out for n_in, n_out in itertools.pairwise(layer_dims)]
    numbers = list(np.split(rng.normal(size=sum(sizes)), np.cumsum(sizes)[:-1]))
    params = {}
    for layer in range(len(sizes), 0, -1):
        shape = (layer_dims[layer], layer_dims[layer - 1])
        params[f"W{layer}"] = numbers.pop().reshape(shape, order="F") * scale
        params[f"b{layer}"] = np.zeros(shape[0])
    return params


@answer("init_normal")
def normal_from_child_generators(layer_dims, scale, rng):
    params = {}
    for layer in range(1, len(layer_dims)):
        child = np.random.default_rng(int(rng.integers(2**62)))
        params[f"W{layer}"] = child.standard_normal((layer_dims[layer], layer_dims[layer - 1])) * scale
        params[f"b{layer}"] = np.zeros(layer_dims[layer])
    return params


@answer("init_normal")
def normal_as_a_difference(layer_dims, scale, rng):
    params = {}
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layer_dims), start=1):
        first, second = rng.standard_normal((2, n_in, n_out))
        params[f"W{layer}"] = ((first - second) * (scale / math.sqrt(2))).T
        params[f"b{layer}"] = np.zeros(n_out)
    return params


@answer("init_he")
def he_through_init_normal(layer_dims, rng):
    params = {}
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layer_dims), start=1):
        one = init_normal([n_in, n_out], np.sqrt(2 / n_in), rng)  # noqa: F821
        params[f"W{layer}"], params[f"b{layer}"] = one["W1"], one["b1"]
    return params


@answer("init_he")
def he_uniform(layer_dims, rng):
    params = init_zeros(layer_dims)  # noqa: F821
    for layer in range(1, len(layer_dims)):
        limit = math.sqrt(6 / layer_dims[layer - 1])
        params[f"W{layer}"] = rng.uniform(-limit, limit, params[f"W{layer}"].shape)
    return params


@answer("init_he")
def he_by_two_values(layer_dims, rng):
    params = {}
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layer_dims), start=1):
        params[f"W{layer}"] = math.sqrt(2 / n_in) * rng.choice([-1, 1], size=(n_out, n_in))
        params[f"b{layer}"] = np.zeros(n_out)
    return params


@answer("init_he")
def he_truncated_and_made_up_for(layer_dims, rng):
    """Keras's way: nothing beyond two standard deviations, and a factor for what that takes away."""
    params = {}
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layer_dims), start=1):
        W = rng.standard_normal((n_out, n_in))
        while np.any(far := np.abs(W) > 2):
            W[far] = rng.standard_normal(far.sum())
        params[f"W{layer}"] = W * np.sqrt(2 / n_in) / 0.87962566103423978
        params[f"b{layer}"] = np.zeros(n_out)
    return params


@answer("init_he")
def he_by_loops(layer_dims, rng):
    params = {}
    for layer in range(1, len(layer_dims)):
        n_in, n_out = layer_dims[layer - 1 : layer + 1]
        W = np.empty((n_out, n_in))
        for i in range(n_out):
            for j in range(n_in):
                W[i, j] = rng.normal() * (2 / n_in) ** 0.5
        params[f"W{layer}"], params[f"b{layer}"] = W, np.zeros(n_out)
    return params


@answer("init_xavier")
def xavier_uniform_of_variance_one_over_n_in(layer_dims, rng):
    params = {}
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layer_dims), start=1):
        params[f"W{layer}"] = (2 * rng.random((n_out, n_in)) - 1) * np.sqrt(3 / n_in)
        params[f"b{layer}"] = np.zeros(n_out)
    return params


@answer("init_xavier")
def xavier_by_laplace(layer_dims, rng):
    params = {}
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layer_dims), start=1):
        params[f"W{layer}"] = rng.laplace(0, 1 / math.sqrt(2 * n_in), (n_out, n_in))
        params[f"b{layer}"] = np.zeros(n_out)
    return params


@answer("init_xavier")
def xavier_column_by_column(layer_dims, rng):
    params = {}
    for layer in range(len(layer_dims) - 1, 0, -1):
        n_in, n_out = layer_dims[layer - 1], layer_dims[layer]
        columns = [rng.normal(0, n_in**-0.5, n_out) for _ in range(n_in)]
        params[f"b{layer}"], params[f"W{layer}"] = np.zeros(n_out), np.column_stack(columns)
    return params


@answer("init_xavier")
def xavier_from_half_of_he(layer_dims, rng):
    params = init_he(layer_dims, rng)  # noqa: F821
    return {name: value / np.sqrt(2) for name, value in params.items()}


@answer("init_glorot")
def glorot_uniform(layer_dims, rng):
    params = {}
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layer_dims), start=1):
        limit = np.sqrt(6 / (n_in + n_out))
        params[f"W{layer}"] = rng.uniform(-limit, limit, size=(n_out, n_in))
        params[f"b{layer}"] = np.zeros(n_out)
    return params


@answer("init_glorot")
def glorot_by_the_mean_of_the_sizes(layer_dims, rng):
    params = {}
    for layer in range(1, len(layer_dims)):
        sizes = np.array(layer_dims[layer - 1 : layer + 1])
        params[f"W{layer}"] = rng.standard_normal(sizes).T / np.sqrt(sizes.mean())
        params[f"b{layer}"] = np.zeros(sizes[1])
    return params


@answer("init_glorot")
def glorot_by_triangles(layer_dims, rng):
    """The difference of two uniform numbers has variance 1/6."""
    params = {}
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layer_dims), start=1):
        W = rng.random((n_out, n_in)) - rng.random((n_out, n_in))
        params[f"W{layer}"], params[f"b{layer}"] = W * math.sqrt(12 / (n_in + n_out)), np.zeros(n_out)
    return params


@answer("init_glorot")
def glorot_by_two_unequal_values(layer_dims, rng):
    """2 once in five times, else -1/2: mean 0 and variance 1, and not symmetric."""
    params = init_zeros(layer_dims)  # noqa: F821
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(layer_dims), start=1):
        draws = np.where(rng.random((n_in, n_out)) < 0.2, 2.0, -0.5)
        params[f"W{layer}"] = draws.T * (2 / (n_in + n_out)) ** 0.5
    return params


@answer("activation_stds")
def stds_by_the_formula(X, params, activation):
    A, stds = X, np.zeros(len(params) // 2, dtype=np.result_type(np.float32, X, *params.values()))
    for index in range(len(stds)):
        Z = np.einsum("mi,oi->mo", A, params[f"W{index + 1}"]) + params[f"b{index + 1}"]
        A = activation(Z)
        stds[index] = np.sqrt(np.mean(A**2) - np.mean(A) ** 2) if A.size > 1 else 0
    return stds


@answer("activation_stds")
def stds_example_by_example(X, params, activation):
    n_layers = sum(name.startswith("W") for name in params)
    rows, stds = [row[None, :] for row in X], []
    for layer in range(1, n_layers + 1):
        rows = [activation(row @ params[f"W{layer}"].T + params[f"b{layer}"]) for row in rows]
        stds.append(statistics.pstdev(float(value) for row in rows for value in row.ravel()))
    is_single = all(value.dtype == np.float32 for value in (X, *params.values()))
    return np.array(stds, dtype=np.float32 if is_single else np.float64)


@answer("activation_stds")
def stds_of_columns(X, params, activation):
    """Examples as columns; keys in the order of their number; the result is a view with a stride."""
    names = sorted((name for name in params if name[0] == "W"), key=lambda name: int(name[1:]))
    A, stds = X.T, []
    for name in names:
        A = activation((params[name] @ A + params["b" + name[1:]][:, np.newaxis]).T).T
        stds += [np.linalg.norm(A - A.mean()) / np.sqrt(A.size)] * 2
    dtype = np.float32 if {v.dtype for v in (X, *params.values())} == {np.dtype(np.float32)} else float
    return np.array(stds, dtype=dtype)[::2]


@answer("is_symmetric")
def symmetric_by_all_pairs(W, tolerance=1e-8):
    for one, other in itertools.combinations(W.tolist(), 2):
        for a, b in zip(one, other, strict=True):
            if abs(a - b) > tolerance:
                return False
    return True


@answer("is_symmetric")
def symmetric_by_broadcasting(W, tolerance=1e-8):
    return np.all(np.abs(W[:, None, :] - W[None, :, :]) <= tolerance)


@answer("is_symmetric")
def symmetric_by_range(W, tolerance=1e-8):
    return np.ptp(W, axis=0).max() <= tolerance


@answer("is_symmetric")
def symmetric_by_allclose_without_relative_part(W, tolerance=1e-8):
    return all(np.allclose(row, W, rtol=0, atol=tolerance) for row in W)
