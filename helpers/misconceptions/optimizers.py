"""Known mistakes of topic 08, optimizers. See the package's first lines for what an entry is."""

import numpy as np

from helpers.misconceptions import misconception

# ---------------------------------------------------------------------------------------------------------- mini_batches


def _cut(X, y, batch_size, order):
    """Cut rows into batches in a given order."""
    return [(X[order[i : i + batch_size]], y[order[i : i + batch_size]]) for i in range(0, len(order), batch_size)]


@misconception("mini_batches", "the rows are not shuffled: the batches hold them in their old order")
def batches_in_old_order(X, y, batch_size, rng):
    return _cut(X, y, batch_size, np.arange(len(X)))


@misconception("mini_batches", "X and y are shuffled by two different orders, so rows lose their labels")
def shuffled_apart(X, y, batch_size, rng):
    return _cut(X[rng.permutation(len(X))], y[rng.permutation(len(y))], batch_size, np.arange(len(X)))


@misconception("mini_batches", "only X is shuffled; y keeps its old order, so rows lose their labels")
def labels_left_behind(X, y, batch_size, rng):
    return _cut(X[rng.permutation(len(X))], y, batch_size, np.arange(len(X)))


@misconception("mini_batches", "only y is shuffled; X keeps its old order, so rows lose their labels")
def rows_left_behind(X, y, batch_size, rng):
    return _cut(X, y[rng.permutation(len(y))], batch_size, np.arange(len(X)))


@misconception("mini_batches", "the smaller last batch is left out, and its rows with it")
def last_batch_dropped(X, y, batch_size, rng):
    batches = _cut(X, y, batch_size, rng.permutation(len(X)))
    return [batch for batch in batches if len(batch[1]) == batch_size]


@misconception("mini_batches", "there is a last batch without rows where batch_size divides their number")
def empty_batch_at_the_end(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    return [
        (X[order[i * batch_size : (i + 1) * batch_size]], y[order[i * batch_size : (i + 1) * batch_size]])
        for i in range(len(X) // batch_size + 1)
    ]


@misconception(
    "mini_batches", "the batches are made nearly equal in size; all but the last should have exactly batch_size rows"
)
def nearly_equal_batches(X, y, batch_size, rng):
    parts = np.array_split(rng.permutation(len(X)), -(-len(X) // batch_size))
    return [(X[rows], y[rows]) for rows in parts]


@misconception("mini_batches", "what is left over is added to the last full batch instead of being a batch of its own")
def rest_joins_the_last_batch(X, y, batch_size, rng):
    order, n = rng.permutation(len(X)), max(len(X) // batch_size, 1)
    parts = np.split(order, [i * batch_size for i in range(1, n)])
    return [(X[rows], y[rows]) for rows in parts]


@misconception("mini_batches", "the smaller batch comes first; only the last may be smaller")
def smaller_batch_first(X, y, batch_size, rng):
    order, rest = rng.permutation(len(X)), len(X) % batch_size
    first = [(X[order[:rest]], y[order[:rest]])] if rest else []
    return first + _cut(X, y, batch_size, order[rest:])


@misconception("mini_batches", "the last batch is filled up with rows that were used already")
def last_batch_filled_up(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    n = -(-len(X) // batch_size) * batch_size
    return _cut(X, y, batch_size, np.resize(order, n))


@misconception("mini_batches", "where one batch holds all rows they are not shuffled; every epoch has a new order")
def single_batch_in_old_order(X, y, batch_size, rng):
    return _cut(X, y, batch_size, rng.permutation(len(X)) if batch_size < len(X) else np.arange(len(X)))


@misconception("mini_batches", "rows are drawn with replacement: some come twice, others never")
def drawn_with_replacement(X, y, batch_size, rng):
    return _cut(X, y, batch_size, rng.integers(0, len(X), len(X)))


@misconception("mini_batches", "rows are only shuffled within their batch, so each batch always holds the same rows")
def shuffled_within_batches(X, y, batch_size, rng):
    batches = _cut(X, y, batch_size, np.arange(len(X)))
    orders = [rng.permutation(len(labels)) for _, labels in batches]
    return [(rows[order], labels[order]) for (rows, labels), order in zip(batches, orders, strict=True)]


@misconception(
    "mini_batches", "only the order of the batches is random, so rows that were neighbours stay in one batch"
)
def only_batches_shuffled(X, y, batch_size, rng):
    batches = _cut(X, y, batch_size, np.arange(len(X)))
    last = [batches.pop()] if len(batches[-1][1]) < batch_size else []
    return [batches[i] for i in rng.permutation(len(batches))] + last


@misconception("mini_batches", "the rows are only rotated by a random distance; neighbours stay neighbours")
def rows_rotated(X, y, batch_size, rng):
    return _cut(X, y, batch_size, np.roll(np.arange(len(X)), rng.integers(len(X))))


@misconception("mini_batches", "the order does not depend on rng: a seed is fixed inside, so every epoch is the same")
def same_order_every_epoch(X, y, batch_size, rng):
    return _cut(X, y, batch_size, np.random.default_rng(0).permutation(len(X)))


@misconception("mini_batches", "the order does not come from rng, so equal generators do not give equal batches")
def order_from_the_global_generator(X, y, batch_size, rng):
    return _cut(X, y, batch_size, np.random.permutation(len(X)))


@misconception("mini_batches", "X and y themselves are shuffled in place; work on new arrays")
def shuffled_in_place(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    X[:], y[:] = X[order], y[order]
    return _cut(X, y, batch_size, np.arange(len(X)))


@misconception(
    "mini_batches", "X and y are joined into one array on the way, so the labels are no whole numbers any more"
)
def labels_become_floats(X, y, batch_size, rng):
    table = np.column_stack([X, y])[rng.permutation(len(X))]
    return [(table[i : i + batch_size, :-1], table[i : i + batch_size, -1]) for i in range(0, len(table), batch_size)]


# ------------------------------------------------------------------------------------------------------------------ ewma


def _averages(values, beta):
    """The uncorrected averages, as floats."""
    averages, average = [], 0.0
    for value in values:
        average = beta * average + (1 - beta) * float(value)
        averages.append(average)
    return np.array(averages)


@misconception("ewma", "β and 1 − β are exchanged: β weighs the old average, 1 − β the new value")
def betas_exchanged(values, beta, bias_correction):
    averages = _averages(values, 1 - beta)
    return averages / (1 - beta ** np.arange(1, len(values) + 1)) if bias_correction else averages


@misconception("ewma", "the average starts from the first value; it starts from 0")
def starts_from_the_first_value(values, beta, bias_correction):
    averages, average = [], float(values[0])
    for t, value in enumerate(values):
        average = beta * average + (1 - beta) * value if t else average
        averages.append(average)
    return np.array(averages)


@misconception("ewma", "there is no bias correction; the argument bias_correction is not used")
def never_corrected(values, beta, bias_correction):
    return _averages(values, beta)


@misconception("ewma", "the correction is always made; the argument bias_correction is not used")
def always_corrected(values, beta, bias_correction):
    return _averages(values, beta) / (1 - beta ** np.arange(1, len(values) + 1))


@misconception("ewma", "bias_correction is used the wrong way round")
def corrected_when_not_asked(values, beta, bias_correction):
    return _averages(values, beta) / (1.0 if bias_correction else 1 - beta ** np.arange(1, len(values) + 1))


@misconception("ewma", "every day is divided by 1 − β; the divisor of day t is 1 − β^t")
def corrected_without_power(values, beta, bias_correction):
    return _averages(values, beta) / (1 - beta if bias_correction else 1.0)


@misconception("ewma", "the days are counted from 0, so the first divisor is 0; the first value is day 1")
def days_counted_from_zero(values, beta, bias_correction):
    averages = _averages(values, beta)
    with np.errstate(divide="ignore", invalid="ignore"):
        return averages / (1 - beta ** np.arange(len(values))) if bias_correction else averages


@misconception("ewma", "the days are counted from 2; the first value is day 1")
def days_counted_from_two(values, beta, bias_correction):
    averages = _averages(values, beta)
    return averages / (1 - beta ** np.arange(2, len(values) + 2)) if bias_correction else averages


@misconception("ewma", "every day is divided by 1 − β^T with the power of the last day; each day has its own")
def corrected_by_the_last_power(values, beta, bias_correction):
    averages = _averages(values, beta)
    return averages / (1 - beta ** len(values)) if bias_correction else averages


@misconception("ewma", "the corrected average goes on into the next day; the memory itself must stay uncorrected")
def correction_goes_on(values, beta, bias_correction):
    averages, average = [], 0.0
    for t, value in enumerate(values, start=1):
        average = beta * average + (1 - beta) * float(value)
        average = average / (1 - beta**t) if bias_correction else average
        averages.append(average)
    return np.array(averages)


@misconception("ewma", "the new value is added in full; its weight is 1 − β")
def new_value_in_full(values, beta, bias_correction):
    averages = _averages(values, beta) / (1 - beta)
    return averages / (1 - beta ** np.arange(1, len(values) + 1)) if bias_correction else averages


@misconception("ewma", "only the last average is returned; the result has one for every value")
def last_average_only(values, beta, bias_correction):
    averages = _averages(values, beta)
    return averages[-1] / (1 - beta ** len(values)) if bias_correction else averages[-1]


@misconception("ewma", "the result starts with v_0 = 0 and so is one too long, or lacks the last value")
def shifted_by_a_day(values, beta, bias_correction):
    averages = _averages(values, beta)
    averages = averages / (1 - beta ** np.arange(1, len(values) + 1)) if bias_correction else averages
    return np.concatenate([[0.0], averages])[: len(values)]


@misconception("ewma", "β is not used: the averages are those of β = 0.9, whatever it is")
def beta_fixed(values, beta, bias_correction):
    averages = _averages(values, 0.9)
    return averages / (1 - 0.9 ** np.arange(1, len(values) + 1)) if bias_correction else averages


@misconception(
    "ewma", "the values are divided by powers of β, which reach 0 after a few hundred days; go from day to day"
)
def through_powers_of_beta(values, beta, bias_correction):
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        powers = beta ** np.arange(1.0, len(values) + 1)
        averages = (1 - beta) * powers * np.cumsum(values / powers) if beta > 0 else np.array(values, dtype=float)
        return averages / (1 - powers) if bias_correction else averages


@misconception("ewma", "the averages are stored in an array of whole numbers and lose what stands behind the point")
def stored_as_whole_numbers(values, beta, bias_correction):
    averages = np.zeros_like(values)
    averages[:] = _averages(values, beta) / (1 - beta ** np.arange(1, len(values) + 1) if bias_correction else 1.0)
    return averages


@misconception("ewma", "the series itself is overwritten; work on a new array")
def series_overwritten(values, beta, bias_correction):
    average = 0.0
    for t in range(len(values)):
        average = beta * average + (1 - beta) * values[t]
        values[t] = average / (1 - beta ** (t + 1)) if bias_correction else average
    return np.array(values, dtype=float)


# -------------------------------------------------------------------------------------------------------------- sgd_step


@misconception("sgd_step", "the step goes up the slope; the gradient is subtracted")
def climbs(params, grads, lr):
    return {key: params[key] + lr * grads[key] for key in params}


@misconception("sgd_step", "the learning rate is not used: the whole gradient is subtracted")
def sgd_without_lr(params, grads, lr):
    return {key: params[key] - grads[key] for key in params}


@misconception("sgd_step", "the steps are returned instead of the moved parameters")
def returns_the_step(params, grads, lr):
    return {key: -lr * grads[key] for key in params}


@misconception("sgd_step", "only the weights move; biases have gradients, too")
def sgd_forgets_biases(params, grads, lr):
    return {key: params[key] - lr * grads[key] if key[0] == "W" else params[key] for key in params}


@misconception("sgd_step", "only the sign of the gradient is used, so every step has the same length")
def sgd_by_sign(params, grads, lr):
    return {key: params[key] - lr * np.sign(grads[key]) for key in params}


@misconception("sgd_step", "the gradient is divided by its length; its length belongs to the step")
def sgd_normalized(params, grads, lr):
    return {key: params[key] - lr * grads[key] / (np.linalg.norm(grads[key]) + 1e-12) for key in params}


@misconception("sgd_step", "gradients are clipped to ±1; a steep slope makes a long step")
def sgd_clipped(params, grads, lr):
    return {key: params[key] - lr * np.clip(grads[key], -1, 1) for key in params}


@misconception("sgd_step", "an array moves by the mean of its gradient; every entry has a gradient of its own")
def sgd_by_mean_gradient(params, grads, lr):
    return {key: params[key] - lr * np.mean(grads[key]) for key in params}


@misconception("sgd_step", "the learning rate multiplies the parameters as well: lr * (params − g)")
def sgd_scales_parameters(params, grads, lr):
    return {key: lr * (params[key] - grads[key]) for key in params}


@misconception(
    "sgd_step", "parameters and gradients are paired by their place in the dict; the keys may come in another order"
)
def sgd_paired_by_place(params, grads, lr):
    return {key: value - lr * g for (key, value), g in zip(params.items(), grads.values(), strict=True)}


@misconception("sgd_step", "the arrays of params are changed in place, as `-=` does; make new arrays")
def sgd_in_place(params, grads, lr):
    for key in params:
        params[key] -= lr * grads[key]
    return params


@misconception("sgd_step", "the dict params itself is filled with the moved arrays; make a new dict")
def sgd_fills_params(params, grads, lr):
    for key in params:
        params[key] = params[key] - lr * grads[key]
    return params


# --------------------------------------------------------------------------------------------------------- momentum_step


def _momentum(params, grads, velocity, lr, beta, weight):
    """A step with the new gradient weighed by `weight`."""
    v = {key: beta * velocity[key] + weight * grads[key] for key in params}
    return {key: params[key] - lr * v[key] for key in params}, v


@misconception(
    "momentum_step", "the new gradient is added in full, as PyTorch does; here its weight is 1 − β, as in an average"
)
def momentum_without_weight(params, grads, velocity, lr, beta=0.9):
    return _momentum(params, grads, velocity, lr, beta, 1.0)


@misconception("momentum_step", "β and 1 − β are exchanged: β weighs the old velocity, 1 − β the new gradient")
def momentum_betas_exchanged(params, grads, velocity, lr, beta=0.9):
    return _momentum(params, grads, velocity, lr, 1 - beta, beta)


@misconception("momentum_step", "the step uses the old velocity; first the new velocity, then the step with it")
def momentum_old_velocity(params, grads, velocity, lr, beta=0.9):
    _, v = _momentum(params, grads, velocity, lr, beta, 1 - beta)
    return {key: params[key] - lr * velocity[key] for key in params}, v


@misconception("momentum_step", "the step uses the plain gradient; the velocity is computed, but not used")
def momentum_plain_gradient(params, grads, velocity, lr, beta=0.9):
    _, v = _momentum(params, grads, velocity, lr, beta, 1 - beta)
    return {key: params[key] - lr * grads[key] for key in params}, v


@misconception("momentum_step", "the old velocity is returned; the new one must be there in the next step")
def momentum_returns_old_velocity(params, grads, velocity, lr, beta=0.9):
    params, _ = _momentum(params, grads, velocity, lr, beta, 1 - beta)
    return params, velocity


@misconception("momentum_step", "the velocity that came in is not used: every step starts from zero")
def momentum_without_memory(params, grads, velocity, lr, beta=0.9):
    zeros = {key: 0 * velocity[key] for key in velocity}
    return _momentum(params, grads, zeros, lr, beta, 1 - beta)


@misconception("momentum_step", "the first velocity is the first gradient; it is averaged with the zeros that come in")
def momentum_starts_from_the_gradient(params, grads, velocity, lr, beta=0.9):
    starts = not any(np.any(v) for v in velocity.values())
    return _momentum(params, grads, velocity, lr, beta, 1.0 if starts else 1 - beta)


@misconception("momentum_step", "the step goes up the slope; the velocity is subtracted")
def momentum_climbs(params, grads, velocity, lr, beta=0.9):
    _, v = _momentum(params, grads, velocity, lr, beta, 1 - beta)
    return {key: params[key] + lr * v[key] for key in params}, v


@misconception(
    "momentum_step", "the learning rate is already in the velocity; here the velocity averages gradients, not steps"
)
def momentum_of_steps(params, grads, velocity, lr, beta=0.9):
    v = {key: beta * velocity[key] - lr * grads[key] for key in params}
    return {key: params[key] + v[key] for key in params}, v


@misconception("momentum_step", "β is not used: it is 0.9, whatever was asked for")
def momentum_beta_fixed(params, grads, velocity, lr, beta=0.9):
    return _momentum(params, grads, velocity, lr, 0.9, 1 - 0.9)


@misconception("momentum_step", "the velocity averages squared gradients; that is RMSprop's s")
def momentum_of_squares(params, grads, velocity, lr, beta=0.9):
    squares = {key: grads[key] ** 2 for key in grads}
    return _momentum(params, squares, velocity, lr, beta, 1 - beta)


@misconception("momentum_step", "the new velocity is divided by 1 − β; this average is not corrected for its start")
def momentum_corrected(params, grads, velocity, lr, beta=0.9):
    _, v = _momentum(params, grads, velocity, lr, beta, 1 - beta)
    return {key: params[key] - lr * v[key] / (1 - beta) for key in params}, v


@misconception("momentum_step", "this is Nesterov's momentum: it steps along one more average of velocity and gradient")
def momentum_of_nesterov(params, grads, velocity, lr, beta=0.9):
    _, v = _momentum(params, grads, velocity, lr, beta, 1 - beta)
    return {key: params[key] - lr * (beta * v[key] + (1 - beta) * grads[key]) for key in params}, v


@misconception("momentum_step", "the two results are exchanged: first the parameters, then the velocity")
def momentum_results_exchanged(params, grads, velocity, lr, beta=0.9):
    params, v = _momentum(params, grads, velocity, lr, beta, 1 - beta)
    return v, params


@misconception(
    "momentum_step", "the dicts are paired by the place of their entries; the keys may come in another order"
)
def momentum_paired_by_place(params, grads, velocity, lr, beta=0.9):
    places = zip(params.items(), grads.values(), velocity.values(), strict=True)
    v = {key: beta * old + (1 - beta) * g for (key, _), g, old in places}
    return {key: params[key] - lr * v[key] for key in params}, v


@misconception("momentum_step", "the arrays of params are changed in place, as `-=` does; make new arrays")
def momentum_params_in_place(params, grads, velocity, lr, beta=0.9):
    _, v = _momentum(params, grads, velocity, lr, beta, 1 - beta)
    for key in params:
        params[key] -= lr * v[key]
    return params, v


@misconception("momentum_step", "the arrays of velocity are changed in place, as `*=` does; make new arrays")
def momentum_velocity_in_place(params, grads, velocity, lr, beta=0.9):
    for key in params:
        velocity[key] *= beta
        velocity[key] += (1 - beta) * grads[key]
    return {key: params[key] - lr * velocity[key] for key in params}, velocity


@misconception("momentum_step", "the dicts that came in are filled with the new arrays; make new dicts")
def momentum_fills_dicts(params, grads, velocity, lr, beta=0.9):
    for key in params:
        velocity[key] = beta * velocity[key] + (1 - beta) * grads[key]
        params[key] = params[key] - lr * velocity[key]
    return params, velocity


# ---------------------------------------------------------------------------------------------------------- adagrad_step


def _adagrad(params, grads, s, lr, divisor):
    """A step with the right sum and the divisor handed in."""
    s = {key: s[key] + grads[key] ** 2 for key in params}
    return {key: params[key] - lr * grads[key] / divisor(s[key]) for key in params}, s


@misconception("adagrad_step", "ε stands inside the root; add it to the root")
def adagrad_eps_inside(params, grads, s, lr, eps=1e-8):
    return _adagrad(params, grads, s, lr, lambda sums: np.sqrt(sums + eps))


@misconception("adagrad_step", "the root is missing: the step is divided by s itself")
def adagrad_without_root(params, grads, s, lr, eps=1e-8):
    return _adagrad(params, grads, s, lr, lambda sums: sums + eps)


@misconception("adagrad_step", "ε is not used")
def adagrad_without_eps(params, grads, s, lr, eps=1e-8):
    with np.errstate(divide="ignore", invalid="ignore"):
        return _adagrad(params, grads, s, lr, np.sqrt)


@misconception("adagrad_step", "the ε that was asked for is not added to the root")
def adagrad_eps_fixed(params, grads, s, lr, eps=1e-8):
    return _adagrad(params, grads, s, lr, lambda sums: np.sqrt(sums) + 1e-8)


@misconception("adagrad_step", "the step is divided by the root of the old s; first the new s, then the step with it")
def adagrad_old_sum(params, grads, s, lr, eps=1e-8):
    _, new = _adagrad(params, grads, s, lr, np.sqrt)
    return {key: params[key] - lr * grads[key] / (np.sqrt(s[key]) + eps) for key in params}, new


@misconception("adagrad_step", "the old s is returned; the new one must be there in the next step")
def adagrad_returns_old_sum(params, grads, s, lr, eps=1e-8):
    return _adagrad(params, grads, s, lr, lambda sums: np.sqrt(sums) + eps)[0], s


@misconception("adagrad_step", "the s that came in is not used: only the newest gradient is squared")
def adagrad_without_memory(params, grads, s, lr, eps=1e-8):
    zeros = {key: 0 * s[key] for key in s}
    return _adagrad(params, grads, zeros, lr, lambda sums: np.sqrt(sums) + eps)


@misconception("adagrad_step", "s is an average that fades, as RMSprop's; AdaGrad adds the squares up")
def adagrad_fades(params, grads, s, lr, eps=1e-8):
    s = {key: 0.9 * s[key] + 0.1 * grads[key] ** 2 for key in params}
    return {key: params[key] - lr * grads[key] / (np.sqrt(s[key]) + eps) for key in params}, s


@misconception("adagrad_step", "the gradients are added up without being squared")
def adagrad_of_gradients(params, grads, s, lr, eps=1e-8):
    s = {key: s[key] + np.abs(grads[key]) for key in params}
    return {key: params[key] - lr * grads[key] / (np.sqrt(s[key]) + eps) for key in params}, s


@misconception("adagrad_step", "one sum is shared by a whole array; every entry has its own")
def adagrad_one_sum_an_array(params, grads, s, lr, eps=1e-8):
    s = {key: s[key] + np.sum(grads[key] ** 2) for key in params}
    return {key: params[key] - lr * grads[key] / (np.sqrt(s[key]) + eps) for key in params}, s


@misconception("adagrad_step", "the step goes up the slope; it is subtracted")
def adagrad_climbs(params, grads, s, lr, eps=1e-8):
    return _adagrad(params, grads, s, -lr, lambda sums: np.sqrt(sums) + eps)


@misconception("adagrad_step", "the dicts are paired by the place of their entries; the keys may come in another order")
def adagrad_paired_by_place(params, grads, s, lr, eps=1e-8):
    grads, s = (dict(zip(params, arrays.values(), strict=True)) for arrays in (grads, s))
    return _adagrad(params, grads, s, lr, lambda sums: np.sqrt(sums) + eps)


@misconception("adagrad_step", "the arrays of params are changed in place, as `-=` does; make new arrays")
def adagrad_params_in_place(params, grads, s, lr, eps=1e-8):
    s = {key: s[key] + grads[key] ** 2 for key in params}
    for key in params:
        params[key] -= lr * grads[key] / (np.sqrt(s[key]) + eps)
    return params, s


@misconception("adagrad_step", "the arrays of s are changed in place, as `+=` does; make new arrays")
def adagrad_sum_in_place(params, grads, s, lr, eps=1e-8):
    for key in params:
        s[key] += grads[key] ** 2
    return {key: params[key] - lr * grads[key] / (np.sqrt(s[key]) + eps) for key in params}, s


@misconception("adagrad_step", "the dicts that came in are filled with the new arrays; make new dicts")
def adagrad_fills_dicts(params, grads, s, lr, eps=1e-8):
    for key in params:
        s[key] = s[key] + grads[key] ** 2
        params[key] = params[key] - lr * grads[key] / (np.sqrt(s[key]) + eps)
    return params, s


# ---------------------------------------------------------------------------------------------------------- rmsprop_step


def _rmsprop(params, grads, s, lr, beta, divisor):
    """A step with the right average and the divisor handed in."""
    s = {key: beta * s[key] + (1 - beta) * grads[key] ** 2 for key in params}
    return {key: params[key] - lr * grads[key] / divisor(s[key]) for key in params}, s


@misconception("rmsprop_step", "ε stands inside the root; add it to the root")
def rmsprop_eps_inside(params, grads, s, lr, beta=0.9, eps=1e-8):
    return _rmsprop(params, grads, s, lr, beta, lambda mean: np.sqrt(mean + eps))


@misconception("rmsprop_step", "the root is missing: the step is divided by s itself")
def rmsprop_without_root(params, grads, s, lr, beta=0.9, eps=1e-8):
    return _rmsprop(params, grads, s, lr, beta, lambda mean: mean + eps)


@misconception("rmsprop_step", "the ε that was asked for is not added to the root")
def rmsprop_eps_fixed(params, grads, s, lr, beta=0.9, eps=1e-8):
    return _rmsprop(params, grads, s, lr, beta, lambda mean: np.sqrt(mean) + 1e-8)


@misconception("rmsprop_step", "β is not used: it is 0.9, whatever was asked for")
def rmsprop_beta_fixed(params, grads, s, lr, beta=0.9, eps=1e-8):
    return _rmsprop(params, grads, s, lr, 0.9, lambda mean: np.sqrt(mean) + eps)


@misconception("rmsprop_step", "β and 1 − β are exchanged: β weighs the old average, 1 − β the new square")
def rmsprop_betas_exchanged(params, grads, s, lr, beta=0.9, eps=1e-8):
    return _rmsprop(params, grads, s, lr, 1 - beta, lambda mean: np.sqrt(mean) + eps)


@misconception("rmsprop_step", "the squares are added up, as AdaGrad does; RMSprop averages them")
def rmsprop_adds_up(params, grads, s, lr, beta=0.9, eps=1e-8):
    s = {key: s[key] + grads[key] ** 2 for key in params}
    return {key: params[key] - lr * grads[key] / (np.sqrt(s[key]) + eps) for key in params}, s


@misconception("rmsprop_step", "the new square is added in full; its weight is 1 − β")
def rmsprop_without_weight(params, grads, s, lr, beta=0.9, eps=1e-8):
    s = {key: beta * s[key] + grads[key] ** 2 for key in params}
    return {key: params[key] - lr * grads[key] / (np.sqrt(s[key]) + eps) for key in params}, s


@misconception("rmsprop_step", "the gradients are averaged without being squared")
def rmsprop_of_gradients(params, grads, s, lr, beta=0.9, eps=1e-8):
    s = {key: beta * s[key] + (1 - beta) * np.abs(grads[key]) for key in params}
    return {key: params[key] - lr * grads[key] / (np.sqrt(s[key]) + eps) for key in params}, s


@misconception("rmsprop_step", "the average is corrected for its start at 0; only Adam does that")
def rmsprop_corrected(params, grads, s, lr, beta=0.9, eps=1e-8):
    return _rmsprop(params, grads, s, lr, beta, lambda mean: np.sqrt(mean / (1 - beta)) + eps)


@misconception("rmsprop_step", "the step is divided by the root of the old s; first the new s, then the step with it")
def rmsprop_old_average(params, grads, s, lr, beta=0.9, eps=1e-8):
    _, new = _rmsprop(params, grads, s, lr, beta, lambda mean: 1.0)
    return {key: params[key] - lr * grads[key] / (np.sqrt(s[key]) + eps) for key in params}, new


@misconception("rmsprop_step", "the old s is returned; the new one must be there in the next step")
def rmsprop_returns_old_average(params, grads, s, lr, beta=0.9, eps=1e-8):
    return _rmsprop(params, grads, s, lr, beta, lambda mean: np.sqrt(mean) + eps)[0], s


@misconception("rmsprop_step", "one average is shared by a whole array; every entry has its own")
def rmsprop_one_average_an_array(params, grads, s, lr, beta=0.9, eps=1e-8):
    s = {key: beta * s[key] + (1 - beta) * np.mean(grads[key] ** 2) for key in params}
    return {key: params[key] - lr * grads[key] / (np.sqrt(s[key]) + eps) for key in params}, s


@misconception("rmsprop_step", "the dicts are paired by the place of their entries; the keys may come in another order")
def rmsprop_paired_by_place(params, grads, s, lr, beta=0.9, eps=1e-8):
    grads, s = (dict(zip(params, arrays.values(), strict=True)) for arrays in (grads, s))
    return _rmsprop(params, grads, s, lr, beta, lambda mean: np.sqrt(mean) + eps)


@misconception("rmsprop_step", "the arrays of params are changed in place, as `-=` does; make new arrays")
def rmsprop_params_in_place(params, grads, s, lr, beta=0.9, eps=1e-8):
    _, s = _rmsprop(params, grads, s, lr, beta, lambda mean: 1.0)
    for key in params:
        params[key] -= lr * grads[key] / (np.sqrt(s[key]) + eps)
    return params, s


@misconception("rmsprop_step", "the arrays of s are changed in place, as `*=` does; make new arrays")
def rmsprop_average_in_place(params, grads, s, lr, beta=0.9, eps=1e-8):
    for key in params:
        s[key] *= beta
        s[key] += (1 - beta) * grads[key] ** 2
    return {key: params[key] - lr * grads[key] / (np.sqrt(s[key]) + eps) for key in params}, s


@misconception("rmsprop_step", "the dicts that came in are filled with the new arrays; make new dicts")
def rmsprop_fills_dicts(params, grads, s, lr, beta=0.9, eps=1e-8):
    for key in params:
        s[key] = beta * s[key] + (1 - beta) * grads[key] ** 2
        params[key] = params[key] - lr * grads[key] / (np.sqrt(s[key]) + eps)
    return params, s


# ------------------------------------------------------------------------------------------------------------- adam_step


def _average(old, new, beta, power=1):
    """An average that fades, key by key."""
    return {key: beta * old[key] + (1 - beta) * new[key] ** power for key in old}


def _adam(params, grads, state, lr, beta1, beta2, step):
    """The right state, and a step that is handed in: step(v, s, t)."""
    t, v, s = state["t"] + 1, _average(state["v"], grads, beta1), _average(state["s"], grads, beta2, 2)
    return {key: params[key] - lr * step(v[key], s[key], t) for key in params}, {"t": t, "v": v, "s": s}


def _right_step(beta1, beta2, eps):
    return lambda v, s, t: v / (1 - beta1**t) / (np.sqrt(s / (1 - beta2**t)) + eps)


@misconception("adam_step", "neither average is corrected for its start at 0")
def adam_uncorrected(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(params, grads, state, lr, beta1, beta2, lambda v, s, t: v / (np.sqrt(s) + eps))


@misconception("adam_step", "only v is corrected for its start at 0; s needs it even more")
def adam_corrects_v_only(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(params, grads, state, lr, beta1, beta2, lambda v, s, t: v / (1 - beta1**t) / (np.sqrt(s) + eps))


@misconception("adam_step", "only s is corrected for its start at 0; v needs it too")
def adam_corrects_s_only(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(params, grads, state, lr, beta1, beta2, lambda v, s, t: v / (np.sqrt(s / (1 - beta2**t)) + eps))


@misconception("adam_step", "the correction ends after some steps; with β₂ = 0.999 it counts for thousands of them")
def adam_corrects_at_first_only(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    step = _right_step(beta1, beta2, eps)
    return _adam(
        params, grads, state, lr, beta1, beta2, lambda v, s, t: step(v, s, t) if t <= 100 else v / (np.sqrt(s) + eps)
    )


@misconception("adam_step", "ε stands inside the root; add it to the root")
def adam_eps_inside(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(
        params, grads, state, lr, beta1, beta2, lambda v, s, t: v / (1 - beta1**t) / np.sqrt(s / (1 - beta2**t) + eps)
    )


@misconception("adam_step", "ε is added to the root before s is corrected, as scikit-learn does; correct s first")
def adam_eps_before_correction(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(
        params,
        grads,
        state,
        lr,
        beta1,
        beta2,
        lambda v, s, t: float((1 - beta2**t) ** 0.5 / (1 - beta1**t)) * v / (np.sqrt(s) + eps),
    )


@misconception("adam_step", "the ε that was asked for is not added to the root")
def adam_eps_fixed(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(params, grads, state, lr, beta1, beta2, _right_step(beta1, beta2, 1e-8))


@misconception("adam_step", "the correction counts one step too few; t is the number of this step, 1 for the first")
def adam_counts_too_late(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    step = _right_step(beta1, beta2, eps)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _adam(params, grads, state, lr, beta1, beta2, lambda v, s, t: step(v, s, t - 1))


@misconception("adam_step", "the correction counts one step too many; t is the number of this step, 1 for the first")
def adam_counts_too_early(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    step = _right_step(beta1, beta2, eps)
    return _adam(params, grads, state, lr, beta1, beta2, lambda v, s, t: step(v, s, t + 1))


@misconception("adam_step", "t is counted once for each parameter; one step counts once")
def adam_counts_parameters(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    t, v, s, moved = state["t"], {}, {}, {}
    for key in params:
        t += 1
        v[key] = beta1 * state["v"][key] + (1 - beta1) * grads[key]
        s[key] = beta2 * state["s"][key] + (1 - beta2) * grads[key] ** 2
        moved[key] = params[key] - lr * _right_step(beta1, beta2, eps)(v[key], s[key], t)
    return moved, {"t": t, "v": v, "s": s}


@misconception("adam_step", "the count in the new state is still the old one")
def adam_returns_old_count(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    moved, new = _adam(params, grads, state, lr, beta1, beta2, _right_step(beta1, beta2, eps))
    return moved, {**new, "t": state["t"]}


@misconception("adam_step", "the corrected averages are stored in the state; they are only for this step")
def adam_stores_the_corrected(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    moved, new = _adam(params, grads, state, lr, beta1, beta2, _right_step(beta1, beta2, eps))
    t = new["t"]
    v = {key: value / (1 - beta1**t) for key, value in new["v"].items()}
    return moved, {"t": t, "v": v, "s": {key: value / (1 - beta2**t) for key, value in new["s"].items()}}


@misconception("adam_step", "the correction divides by 1 − β instead of 1 − β^t")
def adam_corrects_without_power(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    step = _right_step(beta1, beta2, eps)
    return _adam(params, grads, state, lr, beta1, beta2, lambda v, s, t: step(v, s, 1))


@misconception("adam_step", "beta1 and beta2 are exchanged: beta1 is for v, beta2 for s")
def adam_betas_exchanged(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(params, grads, state, lr, beta2, beta1, _right_step(beta2, beta1, eps))


@misconception("adam_step", "beta1 and beta2 are not used: they are 0.9 and 0.999, whatever was asked for")
def adam_betas_fixed(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(params, grads, state, lr, 0.9, 0.999, _right_step(0.9, 0.999, eps))


@misconception("adam_step", "the root is missing: the step is divided by ŝ itself")
def adam_without_root(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(
        params, grads, state, lr, beta1, beta2, lambda v, s, t: v / (1 - beta1**t) / (s / (1 - beta2**t) + eps)
    )


@misconception("adam_step", "s averages the gradients; it should average their squares")
def adam_without_squares(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    t, v = state["t"] + 1, _average(state["v"], grads, beta1)
    s = _average(state["s"], {key: np.abs(g) for key, g in grads.items()}, beta2)
    step = _right_step(beta1, beta2, eps)
    return {key: params[key] - lr * step(v[key], s[key], t) for key in params}, {"t": t, "v": v, "s": s}


@misconception("adam_step", "the step uses the plain gradient; its direction is the corrected average v")
def adam_plain_gradient(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    _, new = _adam(params, grads, state, lr, beta1, beta2, lambda v, s, t: 0 * v)
    t, s = new["t"], new["s"]
    return {key: params[key] - lr * grads[key] / (np.sqrt(s[key] / (1 - beta2**t)) + eps) for key in params}, new


@misconception("adam_step", "where the gradient is 0 nothing moves; the average v still carries the parameter on")
def adam_rests_without_a_gradient(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    moved, new = _adam(params, grads, state, lr, beta1, beta2, _right_step(beta1, beta2, eps))
    return {key: np.where(grads[key] == 0, params[key], moved[key]) for key in params}, new


@misconception("adam_step", "the step goes up the slope; it is subtracted")
def adam_climbs(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return _adam(params, grads, state, -lr, beta1, beta2, _right_step(beta1, beta2, eps))


@misconception("adam_step", "the dicts are paired by the place of their entries; the keys may come in another order")
def adam_paired_by_place(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    grads, v, s = (dict(zip(params, arrays.values(), strict=True)) for arrays in (grads, state["v"], state["s"]))
    state = {"t": state["t"], "v": v, "s": s}
    return _adam(params, grads, state, lr, beta1, beta2, _right_step(beta1, beta2, eps))


@misconception("adam_step", "the dict state itself is changed; put the new t, v and s into a new dict")
def adam_fills_state(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    moved, new = _adam(params, grads, state, lr, beta1, beta2, _right_step(beta1, beta2, eps))
    state["t"] = new["t"]
    state["v"].update(new["v"])
    state["s"].update(new["s"])
    return moved, state


@misconception("adam_step", "the arrays of params are changed in place, as `-=` does; make new arrays")
def adam_params_in_place(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    _, new = _adam(params, grads, state, lr, beta1, beta2, lambda v, s, t: 0 * v)
    for key in params:
        params[key] -= lr * _right_step(beta1, beta2, eps)(new["v"][key], new["s"][key], new["t"])
    return params, new


@misconception("adam_step", "the arrays of v and s are changed in place, as `*=` does; make new arrays")
def adam_averages_in_place(params, grads, state, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    t, v, s = state["t"] + 1, state["v"], state["s"]
    for key in params:
        v[key] *= beta1
        v[key] += (1 - beta1) * grads[key]
        s[key] *= beta2
        s[key] += (1 - beta2) * grads[key] ** 2
    step = _right_step(beta1, beta2, eps)
    return {key: params[key] - lr * step(v[key], s[key], t) for key in params}, {"t": t, "v": v, "s": s}


# --------------------------------------------------------------------------------------------------------- inverse_decay


@misconception("inverse_decay", "the brackets are missing: lr0 / 1 + rate * epoch grows")
def inverse_without_brackets(lr0, rate, epoch):
    return lr0 / 1 + rate * epoch


@misconception("inverse_decay", "the epoch is a power: lr0 / (1 + rate)^epoch; it should multiply the rate")
def inverse_of_a_power(lr0, rate, epoch):
    return lr0 / (1 + rate) ** epoch


@misconception("inverse_decay", "the rate multiplies the denominator after epoch was added: lr0 / (rate * (1 + epoch))")
def inverse_rate_outside(lr0, rate, epoch):
    return lr0 / (rate * (1 + epoch)) if rate else float("inf")


@misconception("inverse_decay", "epochs are counted from 1: epoch 0 must give lr0")
def inverse_from_one(lr0, rate, epoch):
    return lr0 / (1 + rate * (epoch + 1))


@misconception("inverse_decay", "the learning rate falls along a straight line, and below 0 in the end")
def inverse_as_a_line(lr0, rate, epoch):
    return lr0 * (1 - rate * epoch)


@misconception("inverse_decay", "the decay is exponential: lr0 * exp(−rate * epoch)")
def inverse_as_an_exponential(lr0, rate, epoch):
    return lr0 * float(np.exp(-rate * epoch))


@misconception("inverse_decay", "lr0 is missing: the factor is returned alone")
def inverse_without_lr0(lr0, rate, epoch):
    return 1 / (1 + rate * epoch)


@misconception("inverse_decay", "the rate is not used: it is 1, whatever was asked for")
def inverse_rate_fixed(lr0, rate, epoch):
    return lr0 / (1 + epoch)


@misconception("inverse_decay", "the result is multiplied by the denominator instead of divided, so it grows")
def inverse_grows(lr0, rate, epoch):
    return lr0 * (1 + rate * epoch)


# ----------------------------------------------------------------------------------------------------- exponential_decay


@misconception("exponential_decay", "base is multiplied by the epoch instead of raised to its power")
def exponential_times_epoch(lr0, base, epoch):
    return lr0 * base * epoch


@misconception("exponential_decay", "lr0 is raised to the power as well: (lr0 * base)^epoch")
def exponential_of_both(lr0, base, epoch):
    return (lr0 * base) ** epoch


@misconception("exponential_decay", "epochs are counted from 1: epoch 0 must give lr0")
def exponential_from_one(lr0, base, epoch):
    return lr0 * base ** (epoch + 1)


@misconception("exponential_decay", "base and epoch are exchanged: epoch^base")
def exponential_turned_round(lr0, base, epoch):
    return lr0 * float(epoch) ** base


@misconception("exponential_decay", "lr0 is divided by base^epoch, so the learning rate grows")
def exponential_grows(lr0, base, epoch):
    return lr0 / base**epoch


@misconception("exponential_decay", "base is used as a rate: lr0 * exp(−base * epoch)")
def exponential_of_e(lr0, base, epoch):
    return lr0 * float(np.exp(-base * epoch))


@misconception("exponential_decay", "base is not used: it is 0.95, whatever was asked for")
def exponential_base_fixed(lr0, base, epoch):
    return lr0 * 0.95**epoch


@misconception("exponential_decay", "what was lost is kept: (1 − base)^epoch instead of base^epoch")
def exponential_of_the_loss(lr0, base, epoch):
    return lr0 * (1 - base) ** epoch


@misconception(
    "exponential_decay", "the learning rate is held above a smallest value; it falls as long as epochs go on"
)
def exponential_with_a_floor(lr0, base, epoch):
    return max(lr0 * base**epoch, 1e-6)


@misconception("exponential_decay", "lr0 is missing: the factor is returned alone")
def exponential_without_lr0(lr0, base, epoch):
    return base**epoch


# ------------------------------------------------------------------------------------------------------------ step_decay


@misconception("step_decay", "epoch / every is not rounded down, so the learning rate falls in every epoch")
def step_without_rounding(lr0, factor, every, epoch):
    return lr0 * factor ** (epoch / every)


@misconception("step_decay", "the drop comes one epoch too late: after epoch `every` instead of at it")
def step_too_late(lr0, factor, every, epoch):
    return lr0 * factor ** (max(epoch - 1, 0) // every)


@misconception("step_decay", "the drop comes one epoch too early: epochs are counted from 1")
def step_too_early(lr0, factor, every, epoch):
    return lr0 * factor ** ((epoch + 1) // every)


@misconception("step_decay", "epoch / every is rounded to the nearest number; it is rounded down")
def step_rounded(lr0, factor, every, epoch):
    return lr0 * factor ** round(epoch / every)


@misconception("step_decay", "epoch / every is rounded up; it is rounded down")
def step_rounded_up(lr0, factor, every, epoch):
    return lr0 * factor ** (-(-epoch // every))


@misconception("step_decay", "there is a single drop; every further `every` epochs bring another one")
def step_drops_once(lr0, factor, every, epoch):
    return lr0 * factor if epoch >= every else lr0


@misconception("step_decay", "the remainder of epoch / every is the power; it is the number of whole times")
def step_by_remainder(lr0, factor, every, epoch):
    return lr0 * factor ** (epoch % every)


@misconception("step_decay", "the factor is multiplied by the number of drops instead of raised to its power")
def step_times_drops(lr0, factor, every, epoch):
    return lr0 * factor * (epoch // every) if epoch >= every else lr0


@misconception("step_decay", "lr0 is divided by the factor at each drop, so it grows")
def step_grows(lr0, factor, every, epoch):
    return lr0 / factor ** (epoch // every)


@misconception("step_decay", "only the epochs that are multiples of `every` are lowered; a drop stays")
def step_only_at_multiples(lr0, factor, every, epoch):
    return lr0 * factor ** (epoch // every) if epoch % every == 0 else lr0


@misconception("step_decay", "factor is not used: it is 0.5, whatever was asked for")
def step_factor_fixed(lr0, factor, every, epoch):
    return lr0 * 0.5 ** (epoch // every)


@misconception("step_decay", "`every` is not used: it is 10, whatever was asked for")
def step_every_fixed(lr0, factor, every, epoch):
    return lr0 * factor ** (epoch // 10)


# ------------------------------------------------------------------------------------------------------------------ quiz

_RIGHT = {"noise": "c", "average": "b", "convention": "c", "scale": "a", "adagrad": "b"}


@misconception(
    "quiz_optimizers",
    "a step goes down the slope of its own batch; the cost is measured on the next one",
    is_value=True,
)
def quiz_suspects_a_bug():
    return {**_RIGHT, "noise": "a"}


@misconception(
    "quiz_optimizers",
    "no learning rate makes the costs of different batches equal; look at their average",
    is_value=True,
)
def quiz_lowers_the_learning_rate():
    return {**_RIGHT, "noise": "b"}


@misconception(
    "quiz_optimizers",
    "a value does not vanish at the end of the window; there it still has about a third of its weight",
    is_value=True,
)
def quiz_trusts_the_window():
    return {**_RIGHT, "average": "a"}


@misconception(
    "quiz_optimizers", "β is the share kept in one day; after t days the weights add up to 1 − β^t", is_value=True
)
def quiz_takes_beta_for_the_sum():
    return {**_RIGHT, "average": "c"}


@misconception(
    "quiz_optimizers",
    "their velocity is larger than ours, so our learning rate is larger than theirs, not smaller",
    is_value=True,
)
def quiz_divides_the_wrong_way():
    return {**_RIGHT, "convention": "a"}


@misconception(
    "quiz_optimizers",
    "PyTorch leaves out the factor 1 − β; with equal learning rates its steps are longer",
    is_value=True,
)
def quiz_sees_no_difference():
    return {**_RIGHT, "convention": "b"}


@misconception(
    "quiz_optimizers", "gradient descent's step is as long as the gradient says: 100 times too long", is_value=True
)
def quiz_thinks_descent_is_free_of_scale():
    return {**_RIGHT, "scale": "b"}


@misconception(
    "quiz_optimizers", "an average of gradients that are 100 times too large is 100 times too large", is_value=True
)
def quiz_thinks_momentum_is_free_of_scale():
    return {**_RIGHT, "scale": "c"}


@misconception("quiz_optimizers", "AdaGrad has no average of gradients; it has a sum of their squares", is_value=True)
def quiz_takes_adagrad_for_momentum():
    return {**_RIGHT, "adagrad": "a"}


@misconception("quiz_optimizers", "a small ε makes steps longer, if anything; it stands below the line", is_value=True)
def quiz_blames_eps():
    return {**_RIGHT, "adagrad": "c"}
