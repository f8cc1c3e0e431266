"""Right answers to topic 08, written differently: other draws, loops, copies that are changed, equivalent formulas."""

import copy
import math

import numpy as np

from tests.answers import answer

# ---------------------------------------------------------------------------------------------------------- mini_batches


@answer("mini_batches")
def batches_by_random_keys(X, y, batch_size, rng):
    order = np.argsort(rng.random(len(y))).astype(np.uint32)
    X, y = X[order], y[order]
    return tuple([X[i : i + batch_size], y[i : i + batch_size]] for i in range(0, len(y), batch_size))


@answer("mini_batches")
def batches_by_shuffling_a_list(X, y, batch_size, rng):
    rows = list(range(X.shape[0]))
    rng.shuffle(rows)
    batches = []
    while rows:
        batch, rows = rows[:batch_size], rows[batch_size:]
        batches.append((np.array([X[i] for i in batch]), np.array([y[i] for i in batch])))
    return batches


@answer("mini_batches")
def batches_drawn_one_by_one(X, y, batch_size, rng):
    left, batches = np.arange(len(X)), []
    while len(left) > 0:
        taken = rng.choice(len(left), min(batch_size, len(left)), replace=False)
        rows = left[taken]
        batches.append((np.asfortranarray(X[rows]), np.take(y, rows)))
        left = np.delete(left, taken)
    return batches


@answer("mini_batches")
def batches_split_after_full_ones(X, y, batch_size, rng):
    m = X.shape[0]
    child = np.random.default_rng(int(rng.integers(2**62)))
    order = child.choice(m, size=m, replace=False)
    cuts = np.arange(batch_size, m, batch_size)
    return list(zip(np.split(X[order], cuts), np.split(y[order], cuts), strict=True))


@answer("mini_batches")
def batches_by_insertion(X, y, batch_size, rng):
    order = []
    for row in range(len(X)):
        order.insert(int(rng.integers(len(order) + 1)), row)
    rows = np.array(order)
    full = [rows[i : i + batch_size] for i in range(0, len(rows) - batch_size + 1, batch_size)]
    rest = rows[len(full) * batch_size :]
    full = [full[i] for i in rng.permutation(len(full))] + ([rest] if len(rest) else [])
    return [(X[part][::-1], y[part][::-1]) for part in full]


# ------------------------------------------------------------------------------------------------------------------ ewma


@answer("ewma")
def ewma_in_an_array(values, beta, bias_correction):
    averages = np.zeros(len(values))
    v = 0
    for t in range(len(values)):
        v = beta * v + (1 - beta) * values[t]
        averages[t] = v
    if bias_correction:
        averages /= 1 - beta ** np.arange(1, len(values) + 1)
    return averages


@answer("ewma")
def ewma_by_weights(values, beta, bias_correction):
    values = np.asarray(values, dtype=float)
    days = np.arange(len(values))
    age = days[:, None] - days
    weights = np.where(age >= 0, (1 - beta) * np.power(float(beta), np.maximum(age, 0)), 0.0)
    if bias_correction:
        weights = weights / weights.sum(axis=1, keepdims=True)
    return weights @ values


@answer("ewma")
def ewma_that_moves_towards_the_value(values, beta, bias_correction):
    history, left = [0.0], 1.0
    result = []
    for value in values:
        history.append(history[-1] + (1 - beta) * (float(value) - history[-1]))
        left *= beta
        result.append(history[-1] / (1 - left) if bias_correction else history[-1])
    return np.asfortranarray(np.array(result))


@answer("ewma")
def ewma_recursive(values, beta, bias_correction):
    if len(values) == 0:
        return np.zeros(0)
    before = ewma(values[:-1], beta, False)  # noqa: F821
    last = (beta * before[-1] if len(before) else 0.0) + (1 - beta) * values[-1]
    averages = np.append(before, last)
    return averages / np.array([1 - beta**t for t in range(1, len(values) + 1)]) if bias_correction else averages


@answer("ewma")
def ewma_by_convolution(values, beta, bias_correction):
    values = np.asarray(values, dtype=np.longdouble)
    weights = (1 - beta) * np.longdouble(beta) ** np.arange(len(values))
    averages = np.array([weights[: t + 1][::-1] @ values[: t + 1] for t in range(len(values))])
    return (averages / np.cumsum(weights) if bias_correction else averages).astype(np.float64)


# -------------------------------------------------------------------------------------------------------------- sgd_step


@answer("sgd_step")
def sgd_layer_by_layer(params, grads, lr):
    new = {}
    for layer in range(1, len(params) // 2 + 1):
        new["W" + str(layer)] = params["W" + str(layer)] - lr * grads["W" + str(layer)]
        new["b" + str(layer)] = params["b" + str(layer)] - lr * grads["b" + str(layer)]
    return new


@answer("sgd_step")
def sgd_on_a_copy(params, grads, lr):
    new = copy.deepcopy(params)
    for key, g in grads.items():
        new[key] = np.subtract(new[key], np.multiply(lr, g))
    return new


@answer("sgd_step")
def sgd_entry_by_entry(params, grads, lr):
    new = {}
    for key in sorted(params, reverse=True):
        kind = np.float32 if params[key].dtype == grads[key].dtype == np.float32 else np.float64
        array = np.empty(params[key].shape, dtype=kind, order="F")
        for index in np.ndindex(*array.shape):
            array[index] = params[key][index] - lr * grads[key][index]
        new[key] = array
    return new


@answer("sgd_step")
def sgd_from_the_negative(params, grads, lr):
    return {key: -lr * grads[key] + value for key, value in params.items()}


# --------------------------------------------------------------------------------------------------------- momentum_step


@answer("momentum_step")
def momentum_layer_by_layer(params, grads, velocity, lr, beta=0.9):
    params, velocity = dict(params), dict(velocity)
    for layer in range(len(params) // 2):
        for kind in ("W", "b"):
            key = f"{kind}{layer + 1}"
            velocity[key] = beta * velocity[key] + (1 - beta) * grads[key]
            params[key] = params[key] - lr * velocity[key]
    return [params, velocity]


@answer("momentum_step")
def momentum_towards_the_gradient(params, grads, velocity, lr, beta=0.9):
    new_params, new_velocity = {}, {}
    for key, v in velocity.items():
        new_velocity[key] = v + (1 - beta) * (grads[key] - v)
        new_params[key] = params[key] - new_velocity[key] * lr
    return new_params, new_velocity


@answer("momentum_step")
def momentum_with_memory_of_steps(params, grads, velocity, lr, beta=0.9):
    v = {key: np.add(np.multiply(velocity[key], beta), np.multiply(grads[key], 1.0 - beta)) for key in sorted(grads)}
    return {key: np.asfortranarray(params[key] - (lr * v[key])) for key in params}, v


@answer("momentum_step")
def momentum_entry_by_entry(params, grads, velocity, lr, beta=0.9):
    moved, average = {}, {}
    for key in params:
        single = all(a[key].dtype == np.float32 for a in (params, grads, velocity))
        moved[key], average[key] = (np.zeros(params[key].shape, np.float32 if single else float) for _ in range(2))
        for index in np.ndindex(*params[key].shape):
            average[key][index] = beta * float(velocity[key][index]) + (1 - beta) * float(grads[key][index])
            moved[key][index] = float(params[key][index]) - lr * float(average[key][index])
    return moved, average


# ---------------------------------------------------------------------------------------------------------- adagrad_step


@answer("adagrad_step")
def adagrad_layer_by_layer(params, grads, s, lr, eps=1e-8):
    params, s = params.copy(), s.copy()
    for layer in range(1, 1 + len(params) // 2):
        for key in (f"b{layer}", f"W{layer}"):
            s[key] = s[key] + np.square(grads[key])
            params[key] = params[key] - lr / (s[key] ** 0.5 + eps) * grads[key]
    return params, s


@answer("adagrad_step")
def adagrad_by_hypot(params, grads, s, lr, eps=1e-8):
    roots = {key: np.hypot(np.sqrt(s[key]), np.abs(grads[key])) for key in grads}
    sums = {key: s[key] + grads[key] * grads[key] for key in grads}
    return [{key: params[key] - lr * (grads[key] / (roots[key] + eps)) for key in params}, sums]


@answer("adagrad_step")
def adagrad_on_copies(params, grads, s, lr, eps=1e-8):
    given = [*params.values(), *grads.values(), *s.values()]
    kind = np.float32 if all(a.dtype == np.float32 for a in given) else np.float64
    params, s = ({key: a.astype(kind) for key, a in arrays.items()} for arrays in (params, s))
    for key, g in grads.items():
        s[key] += g**2
        params[key] -= lr * g / (np.sqrt(s[key]) + eps)
    return params, s


@answer("adagrad_step")
def adagrad_entry_by_entry(params, grads, s, lr, eps=1e-8):
    moved, sums = {}, {}
    for key in params:
        single = all(a[key].dtype == np.float32 for a in (params, grads, s))
        moved[key], sums[key] = (np.zeros(params[key].shape, np.float32 if single else float) for _ in range(2))
        for index in np.ndindex(*params[key].shape):
            g = float(grads[key][index])
            sums[key][index] = float(s[key][index]) + g * g
            moved[key][index] = float(params[key][index]) - lr * g / (math.sqrt(float(s[key][index]) + g * g) + eps)
    return moved, sums


# ---------------------------------------------------------------------------------------------------------- rmsprop_step


@answer("rmsprop_step")
def rmsprop_layer_by_layer(params, grads, s, lr, beta=0.9, eps=1e-8):
    new_params, new_s = {}, {}
    for layer in range(1, 1 + len(params) // 2):
        for key in (f"W{layer}", f"b{layer}"):
            new_s[key] = beta * s[key] + (1 - beta) * grads[key] * grads[key]
            new_params[key] = params[key] - lr * grads[key] / (np.sqrt(new_s[key]) + eps)
    return new_params, new_s


@answer("rmsprop_step")
def rmsprop_towards_the_square(params, grads, s, lr, beta=0.9, eps=1e-8):
    s = {key: s[key] + (1.0 - beta) * (np.square(grads[key]) - s[key]) for key in s}
    roots = {key: np.power(s[key], 0.5) for key in s}
    return [{key: params[key] - (lr / (roots[key] + eps)) * grads[key] for key in sorted(params)}, s]


@answer("rmsprop_step")
def rmsprop_on_copies(params, grads, s, lr, beta=0.9, eps=1e-8):
    given = [*params.values(), *grads.values(), *s.values()]
    kind = np.float32 if all(a.dtype == np.float32 for a in given) else np.float64
    params, s = ({key: a.astype(kind, order="F") for key, a in arrays.items()} for arrays in (params, s))
    for key, g in grads.items():
        s[key] *= beta
        s[key] += (1 - beta) * np.abs(g) ** 2
        params[key] -= lr * g / (np.sqrt(s[key]) + eps)
    return params, s


@answer("rmsprop_step")
def rmsprop_entry_by_entry(params, grads, s, lr, beta=0.9, eps=1e-8):
    moved, averages = {}, {}
    for key in params:
        single = all(a[key].dtype == np.float32 for a in (params, grads, s))
        moved[key], averages[key] = (np.zeros(params[key].shape, np.float32 if single else float) for _ in range(2))
        for index in np.ndindex(*params[key].shape):
            g = float(grads[key][index])
            average = beta * float(s[key][index]) + (1 - beta) * g**2
            averages[key][index] = average
            moved[key][index] = float(params[key][index]) - lr * g / (math.sqrt(average) + eps)
    return moved, averages


# ------------------------------------------------------------------------------------------------------------- adam_step


@answer("adam_step")
def adam_with_everything_in_the_learning_rate(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    t = state["t"] + 1
    root = math.sqrt(1 - beta2**t)
    rate = lr * root / (1 - beta1**t)
    v = {key: beta1 * state["v"][key] + (1 - beta1) * grads[key] for key in grads}
    s = {key: beta2 * state["s"][key] + (1 - beta2) * np.square(grads[key]) for key in grads}
    return {key: params[key] - rate * v[key] / (np.sqrt(s[key]) + eps * root) for key in params}, {
        "s": s,
        "v": v,
        "t": np.int64(t),
    }


@answer("adam_step")
def adam_layer_by_layer(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    new = {"t": state["t"] + 1, "v": dict(state["v"]), "s": dict(state["s"])}
    moved = dict(params)
    for layer in range(1, len(params) // 2 + 1):
        for key in (f"W{layer}", f"b{layer}"):
            new["v"][key] = beta1 * new["v"][key] + (1 - beta1) * grads[key]
            new["s"][key] = beta2 * new["s"][key] + (1 - beta2) * grads[key] * grads[key]
            v_hat = new["v"][key] / (1 - beta1 ** new["t"])
            s_hat = new["s"][key] / (1 - beta2 ** new["t"])
            moved[key] = moved[key] - lr * v_hat / (s_hat**0.5 + eps)
    return [moved, new]


@answer("adam_step")
def adam_on_a_deep_copy(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    params, state = copy.deepcopy(params), copy.deepcopy(state)
    state["t"] += 1
    for key in params:
        state["v"][key] = state["v"][key] + (1 - beta1) * (grads[key] - state["v"][key])
        state["s"][key] = state["s"][key] + (1 - beta2) * (grads[key] ** 2 - state["s"][key])
        m_hat = state["v"][key] / (1 - pow(beta1, state["t"]))
        s_hat = state["s"][key] / (1 - pow(beta2, state["t"]))
        params[key] = np.asfortranarray(params[key] - np.divide(lr * m_hat, np.sqrt(s_hat) + eps))
    return params, state


@answer("adam_step")
def adam_entry_by_entry(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    t, moved, new_v, new_s = int(state["t"]) + 1, {}, {}, {}
    for key in params:
        inputs = (params[key], grads[key], state["v"][key], state["s"][key])
        kind = np.float32 if all(a.dtype == np.float32 for a in inputs) else np.float64
        moved[key], new_v[key], new_s[key] = (np.zeros(params[key].shape, kind) for _ in range(3))
        for index in np.ndindex(*params[key].shape):
            p, g, v, s = (float(a[index]) for a in inputs)
            v, s = beta1 * v + (1 - beta1) * g, beta2 * s + (1 - beta2) * g * g
            new_v[key][index], new_s[key][index] = v, s
            moved[key][index] = p - lr * (v / (1 - beta1**t)) / (math.sqrt(s / (1 - beta2**t)) + eps)
    return moved, {"t": t, "v": new_v, "s": new_s}


@answer("adam_step")
def adam_in_extended_precision(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    given = [a for arrays in (params, grads, state["v"], state["s"]) for a in arrays.values()]
    kind = np.float32 if all(a.dtype == np.float32 for a in given) else np.float64
    t, wide = 1 + state["t"], np.longdouble

    def average(old, new, beta):
        return {key: wide(beta) * old[key] + (1 - wide(beta)) * new[key] for key in old}

    v = average(state["v"], grads, beta1)
    s = average(state["s"], {key: grads[key].astype(wide) ** 2 for key in grads}, beta2)
    steps = {key: v[key] / (1 - wide(beta1) ** t) / (np.sqrt(s[key] / (1 - wide(beta2) ** t)) + eps) for key in v}
    moved = {key: (params[key] - lr * step).astype(kind) for key, step in steps.items()}
    return moved, {"t": t, **{n: {k: a.astype(kind) for k, a in part.items()} for n, part in (("v", v), ("s", s))}}


# ----------------------------------------------------------------------------------------------------------------- decay


@answer("inverse_decay")
def inverse_by_power(lr0, rate, epoch):
    return np.float64(lr0) * (1 + rate * epoch) ** -1


@answer("inverse_decay")
def inverse_by_a_loop(lr0, rate, epoch):
    denominator = 1.0
    for _ in range(min(epoch, 1000)):
        denominator += rate
    return lr0 / (denominator if epoch <= 1000 else 1 + epoch * rate)


@answer("inverse_decay")
def inverse_by_reciprocals(lr0, rate, epoch):
    return np.divide(1.0, 1 / lr0 + rate / lr0 * epoch)


@answer("exponential_decay")
def exponential_by_a_loop(lr0, base, epoch):
    lr = lr0
    for _ in range(epoch):
        lr *= base
    return lr


@answer("exponential_decay")
def exponential_by_logarithms(lr0, base, epoch):
    return math.exp(math.log(lr0) + epoch * math.log(base))


@answer("exponential_decay")
def exponential_recursive(lr0, base, epoch):
    return np.float64(lr0) if epoch == 0 else base * exponential_decay(lr0, base, epoch - 1)  # noqa: F821


@answer("step_decay")
def step_by_a_loop(lr0, factor, every, epoch):
    lr = lr0
    for past in range(1, epoch + 1):
        if past % every == 0:
            lr = lr * factor
    return lr


@answer("step_decay")
def step_by_floor(lr0, factor, every, epoch):
    return lr0 * factor ** math.floor(epoch / every)


@answer("step_decay")
def step_by_divmod_and_numpy(lr0, factor, every, epoch):
    drops, _ = divmod(epoch, every)
    return np.power(float(factor), drops) * lr0


@answer("step_decay")
def step_by_subtraction(lr0, factor, every, epoch):
    while epoch >= every:
        lr0, epoch = lr0 * factor, epoch - every
    return lr0
