"""Known mistakes of topic 04, regularization. See the package's first lines for what an entry is."""

import numpy as np

from helpers.misconceptions import misconception

# ---------------------------------------------------------------------------------------------------------- vector_norms


def _norms(x, **wrong):
    """The right four numbers, with those that an entry gets wrong handed in."""
    size = np.abs(np.asarray(x, dtype=float))
    right = {
        "l0": int(np.count_nonzero(size)),
        "l1": float(size.sum()),
        "l2": float(np.sqrt(np.sum(size**2))),
        "linf": float(size.max()),
    }
    return {**right, **wrong}


@misconception("vector_norms", "l1 adds the entries with their signs; a norm adds their absolute values")
def l1_with_signs(x):
    return _norms(x, l1=float(np.sum(x)))


@misconception("vector_norms", "l1 takes the absolute value of the sum; the absolute values come first, then the sum")
def l1_of_the_sum(x):
    return _norms(x, l1=float(abs(np.sum(x))))


@misconception("vector_norms", "l1 is the mean of the absolute values; a norm is their sum")
def l1_as_mean(x):
    return _norms(x, l1=float(np.mean(np.abs(x))))


@misconception("vector_norms", "l2 lacks the square root: it is the norm squared")
def l2_without_root(x):
    return _norms(x, l2=float(np.sum(np.asarray(x, dtype=float) ** 2)))


@misconception("vector_norms", "l2 is the root of the mean square; a norm takes the root of the sum")
def l2_of_the_mean(x):
    return _norms(x, l2=float(np.sqrt(np.mean(np.asarray(x, dtype=float) ** 2))))


@misconception("vector_norms", "l2 squares the sum; the entries are squared first, then added")
def l2_of_the_sum(x):
    return _norms(x, l2=float(np.sqrt(np.sum(x) ** 2)))


@misconception("vector_norms", "linf is the largest entry; a large negative entry counts by its absolute value")
def linf_with_signs(x):
    return _norms(x, linf=float(np.max(x)))


@misconception("vector_norms", "linf is minus the lowest entry; a large positive entry counts as well")
def linf_of_the_lowest(x):
    return _norms(x, linf=float(-np.min(x)))


@misconception("vector_norms", "linf is the place of the largest entry, not its size")
def linf_as_place(x):
    return _norms(x, linf=int(np.argmax(np.abs(x))))


@misconception("vector_norms", "linf is the smallest absolute value; it should be the largest")
def linf_as_smallest(x):
    return _norms(x, linf=float(np.min(np.abs(x))))


@misconception("vector_norms", "l0 counts the zeros; it should count the entries that are not 0")
def l0_counts_zeros(x):
    return _norms(x, l0=int(np.sum(np.asarray(x) == 0)))


@misconception("vector_norms", "l0 is the length of the vector; entries that are 0 do not count")
def l0_as_length(x):
    return _norms(x, l0=len(x))


@misconception("vector_norms", "l0 counts the positive entries only")
def l0_counts_positive(x):
    return _norms(x, l0=int(np.sum(np.asarray(x) > 0)))


@misconception("vector_norms", "l0 takes small entries for 0; an entry that is not exactly 0 counts, however small")
def l0_with_tolerance(x):
    return _norms(x, l0=int(np.sum(np.abs(x) > 1e-6)))


@misconception("vector_norms", "l0 adds up the entries that are not 0; it should count them")
def l0_as_sum(x):
    return _norms(x, l0=float(np.sum(np.asarray(x)[np.asarray(x) != 0])))


@misconception("vector_norms", "x is turned into whole numbers first, so fractions are lost")
def fractions_lost(x):
    return _norms(np.asarray(x).astype(int))


# ------------------------------------------------------------------------------------------------------------ l2_penalty


def _squares(weights):
    return sum(float(np.sum(np.asarray(W, dtype=float) ** 2)) for W in weights)


@misconception("l2_penalty", "the factor is lambd / m; the one half is missing")
def l2_penalty_without_half(weights, lambd, m):
    return lambd / m * _squares(weights)


@misconception("l2_penalty", "m is not used: the penalty is not divided by the number of examples")
def l2_penalty_without_m(weights, lambd, m):
    return lambd / 2 * _squares(weights)


@misconception("l2_penalty", "lambd / 2 * m multiplies by m; the division needs brackets, lambd / (2 * m)")
def l2_penalty_times_m(weights, lambd, m):
    return lambd / 2 * m * _squares(weights)


@misconception("l2_penalty", "lambd is not used")
def l2_penalty_without_lambd(weights, lambd, m):
    return _squares(weights) / (2 * m)


@misconception("l2_penalty", "the norms of the matrices are added without being squared")
def l2_penalty_of_norms(weights, lambd, m):
    return lambd / (2 * m) * sum(float(np.sqrt(_squares([W]))) for W in weights)


@misconception("l2_penalty", "the root of all squared weights is taken; the penalty is the norm squared")
def l2_penalty_with_root(weights, lambd, m):
    return lambd / (2 * m) * float(np.sqrt(_squares(weights)))


@misconception("l2_penalty", "the sum of the weights is squared; square each weight first, then add")
def l2_penalty_of_the_sum(weights, lambd, m):
    return lambd / (2 * m) * sum(float(np.sum(W)) ** 2 for W in weights)


@misconception("l2_penalty", "absolute values are added instead of squares: that is the L1 penalty's sum")
def l2_penalty_of_sizes(weights, lambd, m):
    return lambd / (2 * m) * sum(float(np.sum(np.abs(W))) for W in weights)


@misconception("l2_penalty", "the mean of the squares is taken; the penalty adds them up")
def l2_penalty_of_means(weights, lambd, m):
    return lambd / (2 * m) * sum(_squares([W]) / np.size(W) for W in weights)


@misconception("l2_penalty", "only the first matrix counts")
def l2_penalty_of_the_first(weights, lambd, m):
    return lambd / (2 * m) * _squares(weights[:1])


@misconception("l2_penalty", "only the last matrix counts: the sum starts again with each one")
def l2_penalty_of_the_last(weights, lambd, m):
    return lambd / (2 * m) * _squares(weights[-1:])


@misconception(
    "l2_penalty", "np.linalg.norm(W, 2) is the spectral norm of a matrix; the Frobenius norm adds all squares"
)
def l2_penalty_of_spectral_norms(weights, lambd, m):
    return lambd / (2 * m) * sum(float(np.linalg.norm(W, 2)) ** 2 for W in weights)


@misconception("l2_penalty", "W @ W.T multiplies every row with every other; the penalty squares entry by entry")
def l2_penalty_of_matrix_products(weights, lambd, m):
    return lambd / (2 * m) * sum(float(np.sum(W @ W.T)) for W in weights)


@misconception("l2_penalty", "it divides by the number of weights; m is the number of training examples, the argument")
def l2_penalty_by_number_of_weights(weights, lambd, m):
    return lambd / (2 * sum(np.size(W) for W in weights)) * _squares(weights)


@misconception("l2_penalty", "it divides by the first matrix's number of rows; m is the argument")
def l2_penalty_by_rows(weights, lambd, m):
    return lambd / (2 * len(weights[0])) * _squares(weights)


@misconception("l2_penalty", "the penalty is divided by the number of matrices; it is their sum")
def l2_penalty_averaged_over_layers(weights, lambd, m):
    return lambd / (2 * m) * _squares(weights) / len(weights)


@misconception("l2_penalty", "a matrix of weights is overwritten; work on a new array")
def l2_penalty_overwrites(weights, lambd, m):
    total = 0.0
    for W in weights:
        W *= W
        total += float(np.sum(W))
    return lambd / (2 * m) * total


# ----------------------------------------------------------------------------------------------------------- l2_gradient


@misconception("l2_gradient", "the factor is lambd / (2m); the derivative of a square brings a 2 that cancels the half")
def l2_gradient_with_half(W, lambd, m):
    return lambd / (2 * m) * W


@misconception("l2_gradient", "the factor is 2 lambd / m; the penalty's one half is forgotten")
def l2_gradient_without_half(W, lambd, m):
    return 2 * lambd / m * W


@misconception("l2_gradient", "m is not used")
def l2_gradient_without_m(W, lambd, m):
    return lambd * W


@misconception("l2_gradient", "it multiplies by m; the penalty is divided by it")
def l2_gradient_times_m(W, lambd, m):
    return lambd * m * W


@misconception("l2_gradient", "lambd is not used")
def l2_gradient_without_lambd(W, lambd, m):
    return W / m


@misconception("l2_gradient", "the sign is turned over; the step subtracts the gradient later, not here")
def l2_gradient_turned_over(W, lambd, m):
    return -lambd / m * W


@misconception("l2_gradient", "these are new weights, W minus the gradient; return the gradient alone")
def l2_gradient_subtracted(W, lambd, m):
    return W - lambd / m * W


@misconception("l2_gradient", "this is L1's gradient: the sign of the weight instead of the weight")
def l2_gradient_of_l1(W, lambd, m):
    return lambd / m * np.sign(W) * 1.0


@misconception("l2_gradient", "the square is not differentiated: it is w squared instead of w")
def l2_gradient_of_squares(W, lambd, m):
    return lambd / m * W**2


@misconception("l2_gradient", "the sign of the weight is lost: a negative weight is pushed further away from 0")
def l2_gradient_without_sign(W, lambd, m):
    return lambd / m * np.abs(W)


@misconception("l2_gradient", "it divides by the norm of W, which is the gradient of the norm, not of its square")
def l2_gradient_of_the_norm(W, lambd, m):
    return lambd / m * W / np.linalg.norm(W)


@misconception(
    "l2_gradient", "it divides by the number of rows of W; m is the number of training examples, the argument"
)
def l2_gradient_by_rows(W, lambd, m):
    return lambd / len(W) * W


@misconception("l2_gradient", "W itself is overwritten; work on a new array")
def l2_gradient_overwrites(W, lambd, m):
    W *= lambd / m
    return W


# ------------------------------------------------------------------------------------------------------------ l1_penalty


def _sizes(weights):
    return sum(float(np.sum(np.abs(np.asarray(W, dtype=float)))) for W in weights)


@misconception("l1_penalty", "the factor is lambd / (2m); L1 has no square whose derivative would cancel a half")
def l1_penalty_with_half(weights, lambd, m):
    return lambd / (2 * m) * _sizes(weights)


@misconception("l1_penalty", "the sum of the absolute values is squared; L1 takes it as it is")
def l1_penalty_squared(weights, lambd, m):
    return lambd / m * _sizes(weights) ** 2


@misconception("l1_penalty", "the L1 norm of each matrix is squared; L1 takes it as it is")
def l1_penalty_squared_by_layer(weights, lambd, m):
    return lambd / m * sum(_sizes([W]) ** 2 for W in weights)


@misconception("l1_penalty", "the weights are added with their signs, so they cancel; add absolute values")
def l1_penalty_with_signs(weights, lambd, m):
    return lambd / m * sum(float(np.sum(W)) for W in weights)


@misconception("l1_penalty", "the absolute value of the sum is taken; the absolute values come first, then the sum")
def l1_penalty_of_the_sum(weights, lambd, m):
    return lambd / m * sum(abs(float(np.sum(W))) for W in weights)


@misconception("l1_penalty", "squares are added instead of absolute values: that is the L2 penalty's sum")
def l1_penalty_of_squares(weights, lambd, m):
    return lambd / m * _squares(weights)


@misconception("l1_penalty", "np.linalg.norm(W, 1) is the largest column sum of a matrix; add all absolute values")
def l1_penalty_of_column_sums(weights, lambd, m):
    return lambd / m * sum(float(np.linalg.norm(W, 1)) for W in weights)


@misconception("l1_penalty", "the mean of the absolute values is taken; the penalty adds them up")
def l1_penalty_of_means(weights, lambd, m):
    return lambd / m * sum(_sizes([W]) / np.size(W) for W in weights)


@misconception("l1_penalty", "the weights that are not 0 are counted: that is L0")
def l1_penalty_counts(weights, lambd, m):
    return lambd / m * sum(int(np.count_nonzero(W)) for W in weights)


@misconception("l1_penalty", "m is not used: the penalty is not divided by the number of examples")
def l1_penalty_without_m(weights, lambd, m):
    return lambd * _sizes(weights)


@misconception("l1_penalty", "lambd is not used")
def l1_penalty_without_lambd(weights, lambd, m):
    return _sizes(weights) / m


@misconception("l1_penalty", "only the first matrix counts")
def l1_penalty_of_the_first(weights, lambd, m):
    return lambd / m * _sizes(weights[:1])


@misconception("l1_penalty", "only the last matrix counts: the sum starts again with each one")
def l1_penalty_of_the_last(weights, lambd, m):
    return lambd / m * _sizes(weights[-1:])


@misconception("l1_penalty", "a matrix of weights is overwritten; work on a new array")
def l1_penalty_overwrites(weights, lambd, m):
    total = 0.0
    for W in weights:
        W[W < 0] *= -1
        total += float(np.sum(W))
    return lambd / m * total


# ----------------------------------------------------------------------------------------------------------- l1_gradient


@misconception("l1_gradient", "a weight of 0 counts as positive; there the gradient is 0")
def l1_gradient_positive_at_zero(W, lambd, m):
    return lambd / m * np.where(W >= 0, 1.0, -1.0)


@misconception("l1_gradient", "a weight of 0 counts as negative; there the gradient is 0")
def l1_gradient_negative_at_zero(W, lambd, m):
    return lambd / m * np.where(W > 0, 1.0, -1.0)


@misconception("l1_gradient", "W / |W| is 0 / 0 for a weight of 0, which gives NaN; there the gradient is 0")
def l1_gradient_nan_at_zero(W, lambd, m):
    return lambd / m * W / np.abs(W)


@misconception("l1_gradient", "a small weight is taken for 0; it is pushed as hard as a large one")
def l1_gradient_spares_small_weights(W, lambd, m):
    return lambd / m * np.where(np.abs(W) < 1e-4, 0.0, np.sign(W))


@misconception("l1_gradient", "a small constant is added to |W|, so small weights are pushed less")
def l1_gradient_smoothed(W, lambd, m):
    return lambd / m * W / (np.abs(W) + 1e-3)


@misconception("l1_gradient", "the factor is lambd / (2m); the L1 penalty has no one half")
def l1_gradient_with_half(W, lambd, m):
    return lambd / (2 * m) * np.sign(W)


@misconception("l1_gradient", "m is not used")
def l1_gradient_without_m(W, lambd, m):
    return lambd * np.sign(W)


@misconception("l1_gradient", "lambd is not used")
def l1_gradient_without_lambd(W, lambd, m):
    return np.sign(W) / m


@misconception("l1_gradient", "this is L2's gradient: the weight itself instead of its sign")
def l1_gradient_of_l2(W, lambd, m):
    return lambd / m * W


@misconception("l1_gradient", "the penalty is not differentiated: it is |w| instead of its slope")
def l1_gradient_of_sizes(W, lambd, m):
    return lambd / m * np.abs(W)


@misconception("l1_gradient", "every weight gets the same sign; a negative weight's slope is negative")
def l1_gradient_without_sign(W, lambd, m):
    return np.full(W.shape, lambd / m)


@misconception("l1_gradient", "the sign is turned over; the step subtracts the gradient later, not here")
def l1_gradient_turned_over(W, lambd, m):
    return -lambd / m * np.sign(W)


@misconception("l1_gradient", "these are new weights, W minus the gradient; return the gradient alone")
def l1_gradient_subtracted(W, lambd, m):
    return W - lambd / m * np.sign(W)


@misconception("l1_gradient", "W itself is overwritten; work on a new array")
def l1_gradient_overwrites(W, lambd, m):
    W[W > 0] = lambd / m
    W[W < 0] = -lambd / m
    return W


# ------------------------------------------------------------------------------------------------------ regularized_cost


def _weights(params):
    return [value for name, value in params.items() if name.startswith("W")]


@misconception("regularized_cost", "the biases are penalized too")
def cost_with_biases(data_cost, params, lambd, m):
    return data_cost + lambd / (2 * m) * _squares(params.values())


@misconception("regularized_cost", "the biases are penalized and the weights are not: the keys are mixed up")
def cost_of_biases_only(data_cost, params, lambd, m):
    return data_cost + lambd / (2 * m) * _squares(value for name, value in params.items() if name.startswith("b"))


@misconception("regularized_cost", "the factor is lambd / m; the one half is missing")
def cost_without_half(data_cost, params, lambd, m):
    return data_cost + lambd / m * _squares(_weights(params))


@misconception("regularized_cost", "the penalty is not divided by m")
def cost_without_m(data_cost, params, lambd, m):
    return data_cost + lambd / 2 * _squares(_weights(params))


@misconception("regularized_cost", "lambd / 2 * m multiplies by m; the division needs brackets, lambd / (2 * m)")
def cost_times_m(data_cost, params, lambd, m):
    return data_cost + lambd / 2 * m * _squares(_weights(params))


@misconception("regularized_cost", "the data's cost is divided by m; it is a mean already")
def cost_divided_by_m(data_cost, params, lambd, m):
    return (data_cost + lambd / 2 * _squares(_weights(params))) / m


@misconception("regularized_cost", "the penalty is subtracted: large weights would be rewarded")
def cost_minus_penalty(data_cost, params, lambd, m):
    return data_cost - lambd / (2 * m) * _squares(_weights(params))


@misconception("regularized_cost", "the data's cost is missing: this is the penalty alone")
def cost_is_penalty(data_cost, params, lambd, m):
    return lambd / (2 * m) * _squares(_weights(params))


@misconception("regularized_cost", "the penalty is missing: this is the data's cost alone")
def cost_is_data_cost(data_cost, params, lambd, m):
    return float(data_cost)


@misconception("regularized_cost", "absolute values are added instead of squares: that is an L1 penalty")
def cost_with_sizes(data_cost, params, lambd, m):
    return data_cost + lambd / (2 * m) * _sizes(_weights(params))


@misconception("regularized_cost", "the norms are added without being squared")
def cost_with_norms(data_cost, params, lambd, m):
    return data_cost + lambd / (2 * m) * sum(float(np.sqrt(_squares([W]))) for W in _weights(params))


@misconception("regularized_cost", "only the first layer's weights count")
def cost_of_first_layer(data_cost, params, lambd, m):
    return data_cost + lambd / (2 * m) * _squares([params["W1"]])


@misconception("regularized_cost", "the last layer's weights are left out: range(1, L) ends before L")
def cost_without_last_layer(data_cost, params, lambd, m):
    n_layers = len(params) // 2
    return data_cost + lambd / (2 * m) * _squares(params[f"W{layer}"] for layer in range(1, n_layers))


@misconception(
    "regularized_cost", "every second value of the dict is taken for a weight; go by the key, not by its place"
)
def cost_by_place(data_cost, params, lambd, m):
    return data_cost + lambd / (2 * m) * _squares(list(params.values())[::2])


@misconception("regularized_cost", "layers from the tenth on are left out: their keys have two digits")
def cost_of_nine_layers(data_cost, params, lambd, m):
    return data_cost + lambd / (2 * m) * _squares(
        value for name, value in params.items() if name.startswith("W") and len(name) == 2
    )


@misconception("regularized_cost", "a weight matrix is overwritten; work on a new array")
def cost_overwrites(data_cost, params, lambd, m):
    total = 0.0
    for W in _weights(params):
        W *= W
        total += float(np.sum(W))
    return data_cost + lambd / (2 * m) * total


# ----------------------------------------------------------------------------------------------------- weight_decay_step


@misconception("weight_decay_step", "the decay factor is 1 - lambd/m; the learning rate is missing from it")
def decay_without_lr(W, dW, lr, lambd, m):
    return (1 - lambd / m) * W - lr * dW


@misconception("weight_decay_step", "the decay factor is 1 - lr * lambd; it is not divided by m")
def decay_without_m(W, dW, lr, lambd, m):
    return (1 - lr * lambd) * W - lr * dW


@misconception(
    "weight_decay_step", "the decay factor is 1 - lr * lambd / (2m); the gradient of the penalty has no half"
)
def decay_with_half(W, dW, lr, lambd, m):
    return (1 - lr * lambd / (2 * m)) * W - lr * dW


@misconception("weight_decay_step", "the decay factor is larger than 1: the weights grow instead of shrinking")
def decay_grows(W, dW, lr, lambd, m):
    return (1 + lr * lambd / m) * W - lr * dW


@misconception("weight_decay_step", "the decay factor is multiplied by lr * lambd / m instead of being 1 minus it")
def decay_without_one(W, dW, lr, lambd, m):
    return lr * lambd / m * W - lr * dW


@misconception("weight_decay_step", "nothing decays: this is the plain gradient step")
def decay_missing(W, dW, lr, lambd, m):
    return W - lr * dW


@misconception("weight_decay_step", "the gradient of the data is missing: the weights only shrink")
def decay_alone(W, dW, lr, lambd, m):
    return (1 - lr * lambd / m) * W


@misconception("weight_decay_step", "the gradient is added; a step goes down, against the gradient")
def decay_climbs(W, dW, lr, lambd, m):
    return (1 - lr * lambd / m) * W + lr * dW


@misconception("weight_decay_step", "the gradient is not multiplied by the learning rate")
def decay_with_full_gradient(W, dW, lr, lambd, m):
    return (1 - lr * lambd / m) * W - dW


@misconception("weight_decay_step", "the gradient shrinks too: the step comes first and then all of it decays")
def decay_after_the_step(W, dW, lr, lambd, m):
    return (1 - lr * lambd / m) * (W - lr * dW)


@misconception("weight_decay_step", "the gradient is divided by m; it is the gradient of a mean already")
def decay_divides_gradient(W, dW, lr, lambd, m):
    return (1 - lr * lambd / m) * W - lr * dW / m


@misconception("weight_decay_step", "the gradient decays instead of the weights")
def decay_of_the_gradient(W, dW, lr, lambd, m):
    return W - lr * (1 - lr * lambd / m) * dW


@misconception(
    "weight_decay_step",
    "the weights decay twice: the factor and the penalty's gradient are two ways to write one thing",
)
def decay_twice(W, dW, lr, lambd, m):
    return (1 - lr * lambd / m) * W - lr * (dW + lambd / m * W)


@misconception("weight_decay_step", "every weight shrinks by the same amount: that is L1's step")
def decay_by_sign(W, dW, lr, lambd, m):
    return W - lr * lambd / m * np.sign(W) - lr * dW


@misconception("weight_decay_step", "W or dW is overwritten; work on a new array")
def decay_overwrites(W, dW, lr, lambd, m):
    W *= 1 - lr * lambd / m
    W -= lr * dW
    return W


# -------------------------------------------------------------------------------------------------------- soft_threshold


@misconception(
    "soft_threshold", "this is the hard threshold: small weights become 0, but the others are not shrunk by t"
)
def threshold_is_hard(W, t):
    return np.where(np.abs(W) > t, W, W * 0.0)


@misconception("soft_threshold", "weights smaller than t cross 0 and come out on the other side; they should become 0")
def threshold_overshoots(W, t):
    return W - t * np.sign(W)


@misconception(
    "soft_threshold", "the weights are clipped to the range from -t to t: the large ones shrink, not the small ones"
)
def threshold_clips(W, t):
    return np.clip(W, -t, t) * 1.0


@misconception("soft_threshold", "the sign is lost: a large negative weight comes out positive")
def threshold_without_sign(W, t):
    return np.maximum(np.abs(W) - t, 0) * 1.0


@misconception(
    "soft_threshold", "t is subtracted from negative weights too; they become 0 or grow instead of shrinking"
)
def threshold_one_sided(W, t):
    return np.maximum(W - t, 0) * 1.0


@misconception("soft_threshold", "negative weights are left as they are; they shrink towards 0 too")
def threshold_for_positive_only(W, t):
    return np.where(W > 0, np.maximum(W - t, 0), W)


@misconception("soft_threshold", "the weights move away from 0 by t")
def threshold_grows(W, t):
    return np.where(np.abs(W) <= t, W * 0.0, W + t * np.sign(W))


@misconception(
    "soft_threshold", "the weights are multiplied by 1 - t, as in L2's decay; L1 takes the same amount from each"
)
def threshold_scales(W, t):
    return W * (1 - t)


@misconception(
    "soft_threshold", "the large weights shrink, but those within t of 0 are left as they are; they become 0"
)
def threshold_keeps_small(W, t):
    return np.where(np.abs(W) > t, W - t * np.sign(W), W)


@misconception("soft_threshold", "the small weights become tiny instead of exactly 0")
def threshold_almost_zero(W, t):
    return np.where(np.abs(W) > t, W - t * np.sign(W), W * 1e-9)


@misconception("soft_threshold", "W / |W| is 0 / 0 for a weight of 0, which gives NaN")
def threshold_nan_at_zero(W, t):
    return W / np.abs(W) * np.maximum(np.abs(W) - t, 0)


@misconception("soft_threshold", "t is not used: the threshold is always 1")
def threshold_is_one(W, t):
    return np.sign(W) * np.maximum(np.abs(W) - 1, 0)


@misconception("soft_threshold", "weights of exactly t keep a value; what is not larger than t becomes 0")
def threshold_keeps_border(W, t):
    return np.where(np.abs(W) > t, W - t * np.sign(W), np.where(np.abs(W) == t, W, W * 0.0))


@misconception("soft_threshold", "W itself is overwritten; work on a new array")
def threshold_overwrites(W, t):
    W -= np.clip(W, -t, t)
    return W


@misconception("soft_threshold", "the small weights become 0 in W itself; do it in a new array")
def threshold_empties_its_argument(W, t):
    W[np.abs(W) <= t] = 0
    return W - t * np.sign(W)


# -------------------------------------------------------------------------------------------------------- early_stopping


def _stop(dev_errors, patience, *, better=None, offset=0, reset=True, first=None):
    """The right search, with the parts that an entry gets wrong handed in."""
    better = better or (lambda error, best, previous: error < best)
    best_epoch, waited = 0, 0
    best = dev_errors[0] if first is None else first
    for epoch in range(0 if first is not None else 1, len(dev_errors)):
        if better(dev_errors[epoch], best, dev_errors[epoch - 1]):
            best_epoch, best = epoch, dev_errors[epoch]
            waited = 0 if reset else waited
        else:
            waited += 1
            if waited >= patience + offset:
                return best_epoch, epoch
    return best_epoch, len(dev_errors) - 1


@misconception(
    "early_stopping", "the best epoch is looked for in the whole run; what comes after the stop is never seen"
)
def stop_knows_the_future(dev_errors, patience):
    return int(np.argmin(dev_errors)), _stop(dev_errors, patience)[1]


@misconception("early_stopping", "an error equal to the best counts as better; it must be strictly lower")
def stop_takes_ties(dev_errors, patience):
    return _stop(dev_errors, patience, better=lambda error, best, previous: error <= best)


@misconception("early_stopping", "of equal errors the last is taken as the best epoch; take the first")
def stop_takes_last_of_ties(dev_errors, patience):
    _, stop_epoch = _stop(dev_errors, patience)
    seen = list(dev_errors[: stop_epoch + 1])
    return stop_epoch - int(np.argmin(seen[::-1])), stop_epoch


@misconception(
    "early_stopping", "each error is compared with the epoch before; it must be compared with the best so far"
)
def stop_compares_with_previous(dev_errors, patience):
    _, stop_epoch = _stop(dev_errors, patience, better=lambda error, best, previous: error < previous)
    return int(np.argmin(dev_errors[: stop_epoch + 1])), stop_epoch


@misconception("early_stopping", "it stops one epoch late: after patience + 1 epochs that are no better")
def stop_one_late(dev_errors, patience):
    return _stop(dev_errors, patience, offset=1)


@misconception("early_stopping", "it stops one epoch early: after patience - 1 epochs that are no better")
def stop_one_early(dev_errors, patience):
    return _stop(dev_errors, max(patience - 1, 1))


@misconception("early_stopping", "patience is not used: it stops at the first epoch that is no better")
def stop_without_patience(dev_errors, patience):
    return _stop(dev_errors, 1)


@misconception(
    "early_stopping", "epochs without progress are counted over the whole run; a better one starts the count again"
)
def stop_never_resets(dev_errors, patience):
    return _stop(dev_errors, patience, reset=False)


@misconception("early_stopping", "epochs are counted from 1; the first one is epoch 0")
def stop_counts_from_one(dev_errors, patience):
    best_epoch, stop_epoch = _stop(dev_errors, patience)
    return best_epoch + 1, stop_epoch + 1


@misconception(
    "early_stopping", "stop_epoch is the number of epochs that were run, one more than the last epoch's index"
)
def stop_as_count(dev_errors, patience):
    best_epoch, stop_epoch = _stop(dev_errors, patience)
    return best_epoch, stop_epoch + 1


@misconception("early_stopping", "the two results are exchanged: the best epoch comes first")
def stop_exchanged(dev_errors, patience):
    return _stop(dev_errors, patience)[::-1]


@misconception("early_stopping", "the lowest error is returned instead of its epoch")
def stop_returns_error(dev_errors, patience):
    best_epoch, stop_epoch = _stop(dev_errors, patience)
    return float(dev_errors[best_epoch]), stop_epoch


@misconception("early_stopping", "it never stops: stop_epoch is always the last epoch")
def stop_never(dev_errors, patience):
    return int(np.argmin(dev_errors)), len(dev_errors) - 1


@misconception("early_stopping", "best_epoch is stop_epoch - patience, also when the run ends before the patience does")
def stop_minus_patience(dev_errors, patience):
    _, stop_epoch = _stop(dev_errors, patience)
    return max(stop_epoch - patience, 0), stop_epoch


@misconception(
    "early_stopping", "only epochs that are worse than the best count; one that equals it is no progress either"
)
def stop_ignores_ties(dev_errors, patience):
    best_epoch, waited = 0, 0
    for epoch in range(1, len(dev_errors)):
        if dev_errors[epoch] < dev_errors[best_epoch]:
            best_epoch, waited = epoch, 0
        elif dev_errors[epoch] > dev_errors[best_epoch]:
            waited += 1
            if waited >= patience:
                return best_epoch, epoch
    return best_epoch, len(dev_errors) - 1


@misconception("early_stopping", "a small improvement does not count; anything strictly lower than the best does")
def stop_wants_more(dev_errors, patience):
    return _stop(dev_errors, patience, better=lambda error, best, previous: error < best - 1e-3)


@misconception("early_stopping", "the best error starts at 1, so a first epoch with 100 % error counts as no progress")
def stop_starts_at_one(dev_errors, patience):
    return _stop(dev_errors, patience, first=1.0)


@misconception(
    "early_stopping", "the best error starts at a large number, and an error may be larger; take the first one"
)
def stop_starts_at_a_large_number(dev_errors, patience):
    return _stop(dev_errors, patience, first=1e6)


# --------------------------------------------------------------------------------------------------------- augment_shift


def _moved(image, down, right, fill=0.0):
    """Move one image; zeros, or another value, come in."""
    h, w = image.shape
    out = np.full(image.shape, fill, dtype=image.dtype)
    rows, columns = h - abs(down), w - abs(right)
    if rows > 0 and columns > 0:
        out[max(down, 0) : max(down, 0) + rows, max(right, 0) : max(right, 0) + columns] = image[
            max(-down, 0) : max(-down, 0) + rows, max(-right, 0) : max(-right, 0) + columns
        ]
    return out


def _augmented(images, y, shifts, move=_moved):
    """The right result for these shifts, one pair an image."""
    images = images if images.dtype == np.float32 else images.astype(float)
    copies = [move(image, int(down), int(right)) for image, (down, right) in zip(images, shifts, strict=True)]
    return np.concatenate([images, np.array(copies)]), np.concatenate([y, y])


def _shifts(images, max_shift, rng):
    return rng.integers(-max_shift, max_shift + 1, size=(len(images), 2))


@misconception(
    "augment_shift", "np.roll wraps round: what leaves on one side comes in on the other; zeros should come in"
)
def shift_wraps(images, y, max_shift, rng):
    return _augmented(
        images, y, _shifts(images, max_shift, rng), lambda image, down, right: np.roll(image, (down, right), (0, 1))
    )


@misconception("augment_shift", "the border pixels are repeated where the image has moved away; zeros should come in")
def shift_repeats_the_edge(images, y, max_shift, rng):
    def move(image, down, right):
        h, w = image.shape
        return image[np.clip(np.arange(h) - down, 0, h - 1)[:, None], np.clip(np.arange(w) - right, 0, w - 1)]

    return _augmented(images, y, _shifts(images, max_shift, rng), move)


@misconception("augment_shift", "the smallest value of the images comes in; it should be 0")
def shift_fills_with_the_smallest(images, y, max_shift, rng):
    fill = images.min()
    return _augmented(
        images, y, _shifts(images, max_shift, rng), lambda image, down, right: _moved(image, down, right, fill)
    )


@misconception("augment_shift", "one shift is drawn for the whole set; each image has its own")
def shift_once_for_all(images, y, max_shift, rng):
    return _augmented(images, y, [rng.integers(-max_shift, max_shift + 1, size=2)] * len(images))


@misconception("augment_shift", "one number is drawn for both axes, so images move along a diagonal only")
def shift_along_the_diagonal(images, y, max_shift, rng):
    shifts = rng.integers(-max_shift, max_shift + 1, size=len(images))
    return _augmented(images, y, np.column_stack([shifts, shifts]))


@misconception("augment_shift", "the largest shift never occurs: the upper end of rng.integers is left out")
def shift_without_upper_end(images, y, max_shift, rng):
    return _augmented(images, y, rng.integers(-max_shift, max(max_shift, 1 - max_shift), size=(len(images), 2)))


@misconception("augment_shift", "images move down and right only; the shifts go from -max_shift to max_shift")
def shift_forward_only(images, y, max_shift, rng):
    return _augmented(images, y, rng.integers(0, max_shift + 1, size=(len(images), 2)))


@misconception("augment_shift", "images move along one axis only; both axes have a shift of their own")
def shift_columns_only(images, y, max_shift, rng):
    shifts = _shifts(images, max_shift, rng)
    return _augmented(images, y, np.column_stack([np.zeros(len(images), int), shifts[:, 1]]))


@misconception("augment_shift", "images move up and down only; both axes have a shift of their own")
def shift_rows_only(images, y, max_shift, rng):
    shifts = _shifts(images, max_shift, rng)
    return _augmented(images, y, np.column_stack([shifts[:, 0], np.zeros(len(images), int)]))


@misconception("augment_shift", "uniform numbers are rounded, so both ends come half as often; draw whole numbers")
def shift_rounded(images, y, max_shift, rng):
    return _augmented(images, y, np.round(rng.uniform(-max_shift, max_shift, size=(len(images), 2))))


@misconception(
    "augment_shift", "uniform numbers are cut off towards 0, so no shift comes too often; draw whole numbers"
)
def shift_truncated(images, y, max_shift, rng):
    return _augmented(images, y, np.trunc(rng.uniform(-max_shift - 1, max_shift + 1, size=(len(images), 2))))


@misconception("augment_shift", "only the two ends occur; every whole number between them is as likely")
def shift_ends_only(images, y, max_shift, rng):
    return _augmented(images, y, rng.choice([-max_shift, max_shift], size=(len(images), 2)))


@misconception("augment_shift", "an image that stays where it is never occurs; 0 is as likely as any other shift")
def shift_never_zero(images, y, max_shift, rng):
    choices = [shift for shift in range(-max_shift, max_shift + 1) if shift] or [0]
    return _augmented(images, y, rng.choice(choices, size=(len(images), 2)))


@misconception("augment_shift", "images move by up to max_shift + 1 pixels")
def shift_too_far(images, y, max_shift, rng):
    return _augmented(images, y, rng.integers(-max_shift - 1, max_shift + 2, size=(len(images), 2)))


@misconception("augment_shift", "max_shift is not used: images move by one pixel at most")
def shift_by_one(images, y, max_shift, rng):
    return _augmented(images, y, rng.integers(-1, 2, size=(len(images), 2)))


@misconception("augment_shift", "the copies come first; the originals should")
def shift_copies_first(images, y, max_shift, rng):
    out, labels = _augmented(images, y, _shifts(images, max_shift, rng))
    return np.concatenate([out[len(images) :], out[: len(images)]]), labels


@misconception("augment_shift", "original and copy alternate; all originals come first, then all copies")
def shift_alternates(images, y, max_shift, rng):
    out, _ = _augmented(images, y, _shifts(images, max_shift, rng))
    order = np.arange(2 * len(images)).reshape(2, -1).T.ravel()
    return out[order], np.repeat(y, 2)


@misconception(
    "augment_shift", "np.repeat puts equal labels side by side; the labels follow twice in the images' order"
)
def shift_repeats_labels(images, y, max_shift, rng):
    return _augmented(images, y, _shifts(images, max_shift, rng))[0], np.repeat(y, 2)


@misconception("augment_shift", "the labels of the copies are missing")
def shift_without_new_labels(images, y, max_shift, rng):
    return _augmented(images, y, _shifts(images, max_shift, rng))[0], y


@misconception("augment_shift", "the originals are missing: only the shifted copies come back")
def shift_without_originals(images, y, max_shift, rng):
    return _augmented(images, y, _shifts(images, max_shift, rng))[0][len(images) :], y


@misconception("augment_shift", "the copies of all images are shuffled, away from their labels")
def shift_shuffles_copies(images, y, max_shift, rng):
    out, labels = _augmented(images, y, _shifts(images, max_shift, rng))
    m = len(images)
    return np.concatenate([out[:m], out[m:][rng.permutation(m)]]), labels


@misconception("augment_shift", "the draw does not come from rng, so equal generators do not give equal results")
def shift_by_global_generator(images, y, max_shift, rng):
    return _augmented(images, y, np.random.randint(-max_shift, max_shift + 1, size=(len(images), 2)))


@misconception("augment_shift", "the shifts do not depend on rng: a seed is fixed inside")
def shift_by_fixed_seed(images, y, max_shift, rng):
    return _augmented(images, y, _shifts(images, max_shift, np.random.default_rng(0)))


@misconception(
    "augment_shift", "an argument is overwritten, most likely the images by their shifted copies; work on a new array"
)
def shift_overwrites(images, y, max_shift, rng):
    out, labels = _augmented(images, y, _shifts(images, max_shift, rng))
    images[:] = out[len(images) :]
    return out, labels


@misconception("augment_shift", "the result has the images' integer type; integer images count as float64")
def shift_keeps_integers(images, y, max_shift, rng):
    out, labels = _augmented(images, y, _shifts(images, max_shift, rng))
    return out.astype(images.dtype), labels


@misconception(
    "augment_shift", "the copies are made in double precision, so float32 images do not come back as float32"
)
def shift_widens(images, y, max_shift, rng):
    out, labels = _augmented(images, y, _shifts(images, max_shift, rng))
    return out.astype(float), labels


# ------------------------------------------------------------------------------------------------------------------ quiz

_RIGHT = {"choose": "b", "errors": "a", "zeros": "c", "copies": "b", "stop": "c"}


@misconception("quiz_regularization", "on training data the lowest error belongs to no penalty at all", is_value=True)
def quiz_chooses_on_training():
    return {**_RIGHT, "choose": "a"}


@misconception(
    "quiz_regularization",
    "a test set that has helped to choose is no test set any more: its error comes out too low",
    is_value=True,
)
def quiz_chooses_on_test():
    return {**_RIGHT, "choose": "c"}


@misconception(
    "quiz_regularization",
    "with training and dev error both high there is no variance to remove: more penalty adds bias",
    is_value=True,
)
def quiz_adds_penalty_to_bias():
    return {**_RIGHT, "errors": "b"}


@misconception(
    "quiz_regularization",
    "the two errors are almost equal, and more data only closes a gap between them",
    is_value=True,
)
def quiz_adds_data_to_bias():
    return {**_RIGHT, "errors": "c"}


@misconception(
    "quiz_regularization",
    "L2's pull fades with the weight: the weight halves and halves and never arrives",
    is_value=True,
)
def quiz_expects_zeros_of_l2():
    return {**_RIGHT, "zeros": "a"}


@misconception(
    "quiz_regularization",
    "steps along L1's gradient have one size, so a weight hops from one side of 0 to the other",
    is_value=True,
)
def quiz_expects_zeros_of_signs():
    return {**_RIGHT, "zeros": "b"}


@misconception(
    "quiz_regularization", "a mirror image of a b is a d: its label does not survive the flip", is_value=True
)
def quiz_flips():
    return {**_RIGHT, "copies": "a"}


@misconception(
    "quiz_regularization", "a b turned by half a circle is a q: its label does not survive the turn", is_value=True
)
def quiz_turns():
    return {**_RIGHT, "copies": "c"}


@misconception(
    "quiz_regularization", "early stopping is cheap: one run tries small, middle and large weights", is_value=True
)
def quiz_calls_stopping_dear():
    return {**_RIGHT, "stop": "a"}


@misconception(
    "quiz_regularization", "early stopping looks at dev errors only; any cost and any network will do", is_value=True
)
def quiz_ties_stopping_to_l2():
    return {**_RIGHT, "stop": "b"}
