"""Right answers to topic 04, regularization, each in a way of its own."""

import math

import numpy as np

from tests.answers import answer


@answer("vector_norms")
def norms_by_linalg(x):
    orders = {"l0": 0, "l1": 1, "l2": 2, "linf": np.inf}
    return {name: np.linalg.norm(x, order) for name, order in orders.items()}


@answer("vector_norms")
def norms_by_loops(x):
    count, total, squares, largest = 0, 0.0, 0.0, 0.0
    for entry in x.tolist():
        count += entry != 0
        total += abs(entry)
        squares += entry * entry
        largest = max(largest, abs(entry))
    return {"linf": largest, "l2": math.sqrt(squares), "l1": total, "l0": count}


@answer("vector_norms")
def norms_by_dot(x):
    x = np.asarray(x, dtype=float)
    return {
        "l0": float(np.sum(x != 0.0)),
        "l1": x @ np.sign(x),
        "l2": np.sqrt(np.dot(x, x)),
        "linf": max(x.max(), -x.min()),
    }


@answer("vector_norms")
def norms_by_halves(x):
    def measure(part):
        if len(part) == 1:
            size = abs(float(part[0]))
            return int(size > 0), size, size, size
        left, right = measure(part[::2]), measure(part[1::2])
        return left[0] + right[0], left[1] + right[1], math.hypot(left[2], right[2]), max(left[3], right[3])

    return dict(zip(("l0", "l1", "l2", "linf"), measure(x), strict=True))


@answer("l2_penalty")
def l2_by_loops(weights, lambd, m):
    total = 0.0
    for W in weights:
        for row in W:
            for w in row:
                total += lambd * float(w) ** 2
    return total / (2 * m)


@answer("l2_penalty")
def l2_by_frobenius_norm(weights, lambd, m):
    return float(0.5 * lambd / m * sum(np.linalg.norm(W) ** 2 for W in weights))


@answer("l2_penalty")
def l2_by_dot(weights, lambd, m):
    flat = np.concatenate([W.ravel() for W in weights])
    return np.float64(lambd * np.dot(flat, flat) / m / 2)


@answer("l2_penalty")
def l2_by_traces(weights, lambd, m):
    return np.sum([np.trace(W.T @ W) * lambd / (2 * m) for W in weights])


@answer("l2_penalty")
def l2_by_singular_values(weights, lambd, m):
    values = (np.linalg.svd(np.asarray(W, dtype=float), compute_uv=False) for W in weights)
    return lambd / m / 2 * float(sum((s**2).sum() for s in values))


@answer("l2_gradient")
def l2_slope_by_loops(W, lambd, m):
    out = np.empty(W.shape, dtype=W.dtype if W.dtype == np.float32 else float)
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            out[i, j] = lambd * W[i, j] / m
    return out


@answer("l2_gradient")
def l2_slope_in_columns(W, lambd, m):
    return np.asfortranarray(W * lambd / m)


@answer("l2_gradient")
def l2_slope_of_the_transpose(W, lambd, m):
    return (W.T / (m / lambd)).T if lambd else 0.0 * W


@answer("l1_penalty")
def l1_by_loops(weights, lambd, m):
    total = 0
    for W in weights:
        for w in W.flat:
            total += abs(float(w))
    return lambd * total / m


@answer("l1_penalty")
def l1_by_vector_norms(weights, lambd, m):
    return lambd / m * sum(np.linalg.norm(np.ravel(W), 1) for W in weights)


@answer("l1_penalty")
def l1_by_signs(weights, lambd, m):
    return np.float64(sum(np.vdot(W, np.sign(W)) / m for W in weights) * lambd)


@answer("l1_gradient")
def l1_slope_by_cases(W, lambd, m):
    return np.where(W > 0, lambd / m, np.where(W < 0, -lambd / m, 0.0)).astype(
        np.float32 if W.dtype == np.float32 else float
    )


@answer("l1_gradient")
def l1_slope_by_comparisons(W, lambd, m):
    kind = np.float32 if W.dtype == np.float32 else np.float64
    return lambd / m * ((W > 0).astype(kind) - (W < 0).astype(kind))


@answer("l1_gradient")
def l1_slope_by_division(W, lambd, m):
    size = np.abs(W)
    size[size == 0] = 1
    return np.asfortranarray(lambd * (W / size) / m)


@answer("l1_gradient")
def l1_slope_by_loops(W, lambd, m):
    out = np.zeros_like(W, dtype=None if W.dtype == np.float32 else float)
    for index, w in np.ndenumerate(W):
        if w != 0:
            out[index] = math.copysign(lambd / m, w)
    return out


@answer("regularized_cost")
def cost_by_layers(data_cost, params, lambd, m):
    total, layer = 0.0, 1
    while f"W{layer}" in params:
        total += np.linalg.norm(params[f"W{layer}"]) ** 2
        layer += 1
    return data_cost + lambd * total / (2 * m)


@answer("regularized_cost")
def cost_by_l2_penalty(data_cost, params, lambd, m):
    return l2_penalty([params[key] for key in sorted(params) if "W" in key], lambd, m) + data_cost  # noqa: F821


@answer("regularized_cost")
def cost_by_dimensions(data_cost, params, lambd, m):
    cost = float(data_cost)
    for value in params.values():
        if value.ndim == 2:
            cost += 0.5 * lambd / m * float((value * value).sum())
    return np.float64(cost)


@answer("weight_decay_step")
def step_with_penalty_gradient(W, dW, lr, lambd, m):
    return W - lr * (dW + lambd / m * W)


@answer("weight_decay_step")
def step_by_step(W, dW, lr, lambd, m):
    new = W * 1.0
    new = new - lr * lambd / m * new
    return np.asfortranarray(new - dW * lr)


@answer("weight_decay_step")
def step_by_loops(W, dW, lr, lambd, m):
    single = W.dtype == np.float32 and dW.dtype == np.float32
    out = np.empty(W.shape, dtype=np.float32 if single else np.float64)
    for index in np.ndindex(*W.shape):
        out[index] = float(W[index]) * (1 - lr * lambd / m) - lr * float(dW[index])
    return out


@answer("weight_decay_step")
def step_over_one_denominator(W, dW, lr, lambd, m):
    return ((m - lr * lambd) * W - lr * m * dW) / m


@answer("weight_decay_step")
def step_with_l2_gradient(W, dW, lr, lambd, m):
    return W - lr * (dW + l2_gradient(W, lambd, m))  # noqa: F821


@answer("soft_threshold")
def threshold_by_clipping(W, t):
    return W - np.clip(W, -t, t)


@answer("soft_threshold")
def threshold_by_two_ramps(W, t):
    return np.maximum(W - t, 0.0) + np.minimum(W + t, 0.0)


@answer("soft_threshold")
def threshold_by_loops(W, t):
    out = np.zeros(W.shape, dtype=W.dtype if W.dtype == np.float32 else float)
    for index, w in np.ndenumerate(W):
        if w > t:
            out[index] = w - t
        elif w < -t:
            out[index] = w + t
    return out


@answer("soft_threshold")
def threshold_by_share(W, t):
    size = np.abs(W)
    share = np.maximum(1 - t / np.where(size > 0, size, 1), 0)
    return np.asfortranarray(W * share)


@answer("soft_threshold")
def threshold_by_halves(W, t):
    beyond = np.abs(W) - t
    return np.sign(W) * ((beyond + np.abs(beyond)) / 2)


@answer("early_stopping")
def stop_by_waiting(dev_errors, patience):
    best, best_epoch, waited = float("inf"), 0, 0
    for epoch in range(len(dev_errors)):
        if dev_errors[epoch] < best:
            best, best_epoch, waited = dev_errors[epoch], epoch, 0
        else:
            waited += 1
        if waited == patience:
            break
    return [best_epoch, epoch]


@answer("early_stopping")
def stop_by_slices(dev_errors, patience):
    errors = np.asarray(dev_errors)
    last = len(errors) - 1
    for stop_epoch in range(patience, len(errors)):
        if errors[stop_epoch - patience + 1 : stop_epoch + 1].min() >= errors[: stop_epoch - patience + 1].min():
            last = stop_epoch
            break
    return np.argmin(errors[: last + 1]), np.int32(last)


@answer("early_stopping")
def stop_by_running_minimum(dev_errors, patience):
    lowest = np.minimum.accumulate(dev_errors)
    since = [int(np.argmax(lowest == value)) for value in lowest]
    stops = [epoch for epoch, best in enumerate(since) if epoch - best >= patience]
    stop_epoch = min(stops, default=len(since) - 1)
    return since[stop_epoch], stop_epoch


@answer("early_stopping")
def stop_by_recursion(dev_errors, patience):
    def go_on(best_epoch, epoch):
        if epoch == len(dev_errors) or epoch > best_epoch + patience:
            return best_epoch, epoch - 1
        return go_on(epoch if dev_errors[epoch] < dev_errors[best_epoch] else best_epoch, epoch + 1)

    return go_on(0, 1)


@answer("augment_shift")
def shift_by_slices(images, y, max_shift, rng):
    images = images if images.dtype == np.float32 else images.astype(np.float64)
    m, h, w = images.shape
    out = np.zeros((2 * m, h, w), dtype=images.dtype)
    out[:m] = images
    for i in range(m):
        down = int(rng.integers(-max_shift, max_shift, endpoint=True))
        right = int(rng.integers(-max_shift, max_shift, endpoint=True))
        out[m + i, max(down, 0) : h + min(down, 0), max(right, 0) : w + min(right, 0)] = images[
            i, max(-down, 0) : h + min(-down, 0), max(-right, 0) : w + min(-right, 0)
        ]
    return out, np.tile(y, 2)


@answer("augment_shift")
def shift_pixel_by_pixel(images, y, max_shift, rng):
    rows, columns = [rng.choice(np.arange(-max_shift, max_shift + 1), size=len(images)) for _ in range(2)]
    copies = []
    for image, down, right in zip(images, rows, columns, strict=True):
        h, w = image.shape
        copy = [
            [image[r - down, c - right] if 0 <= r - down < h and 0 <= c - right < w else 0 for c in range(w)]
            for r in range(h)
        ]
        copies.append(copy)
    kind = np.float32 if images.dtype == np.float32 else np.float64
    return np.array([*images.tolist(), *copies], dtype=kind), np.array([*y, *y])


@answer("augment_shift")
def shift_by_rolling_and_blanking(images, y, max_shift, rng):
    out = np.concatenate([images, images]) * 1.0
    m, (h, w) = len(images), images.shape[1:]
    for copy, child in zip(out[m:], rng.spawn(1) * m, strict=True):
        down, right = (math.floor(number * (2 * max_shift + 1)) - max_shift for number in child.random(2))
        copy[:] = np.roll(np.roll(copy, down, axis=0), right, axis=1)
        copy[: max(down, 0)] = copy[h + min(down, 0) :] = 0
        copy[:, : max(right, 0)] = copy[:, w + min(right, 0) :] = 0
    return np.asfortranarray(out), np.hstack([y, y]).astype(np.int32)


@answer("augment_shift")
def shift_by_gathering(images, y, max_shift, rng):
    images = images * 1.0
    m, h, w = images.shape
    every = [(a, b) for a in range(-max_shift, max_shift + 1) for b in range(-max_shift, max_shift + 1)]
    down, right = np.array(every)[rng.integers(len(every), size=m)].T
    r, c = np.arange(h) - down[:, None], np.arange(w) - right[:, None]
    inside = ((r >= 0) & (r < h))[:, :, None] & ((c >= 0) & (c < w))[:, None, :]
    copies = images[np.arange(m)[:, None, None], r.clip(0, h - 1)[:, :, None], c.clip(0, w - 1)[:, None, :]]
    return [np.concatenate([images, np.where(inside, copies, images.dtype.type(0))]), np.r_[y, y]]


@answer("augment_shift")
def shift_by_matrices(images, y, max_shift, rng):
    images = images * 1.0
    (m, h, w), kind = images.shape, images.dtype
    moves = np.array([rng.permutation(2 * max_shift + 1)[0] - max_shift for _ in range(2 * m)]).reshape(2, m)
    rows = np.array([np.eye(h, k=-down, dtype=kind) for down in moves[0].tolist()])
    columns = np.array([np.eye(w, k=right, dtype=kind) for right in moves[1].tolist()])
    return np.concatenate([images, rows @ images @ columns]), np.append(y, y)
