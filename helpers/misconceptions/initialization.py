"""Known mistakes of topic 03, initialization. See the package's first lines for what an entry is."""

import numpy as np

from helpers.misconceptions import misconception


def _build(layer_dims, draw, *, bias=np.zeros, first_key=1, skip=()):
    """Make a network's parameters; draw(n_in, n_out, layer) gives a weight matrix."""
    params = {}
    for layer in range(1, len(layer_dims)):
        if layer not in skip:
            n_in, n_out = layer_dims[layer - 1], layer_dims[layer]
            params[f"W{layer - 1 + first_key}"] = draw(n_in, n_out, layer)
            params[f"b{layer - 1 + first_key}"] = bias(n_out)
    return params


def _build_exactly(layer_dims, rng, std):
    """Make parameters whose draws have exactly the standard deviation std(n_in, n_out)."""

    def draw(n_in, n_out, layer):
        W = rng.standard_normal((n_out, n_in))
        return W * (std(n_in, n_out) / (W.std() or 1.0))

    return _build(layer_dims, draw)


# ---------------------------------------------------------------------------------------------------------- init_zeros


@misconception("init_zeros", "W has a row for each input; a row belongs to a unit, so its shape is (n_out, n_in)")
def zeros_transposed(layer_dims):
    return _build(layer_dims, lambda n_in, n_out, layer: np.zeros((n_in, n_out)))


@misconception("init_zeros", "the biases are columns of shape (n_out, 1); in this course they are (n_out,)")
def zeros_with_column_biases(layer_dims):
    return _build(layer_dims, lambda n_in, n_out, layer: np.zeros((n_out, n_in)), bias=lambda n: np.zeros((n, 1)))


@misconception("init_zeros", "the layers are counted from 0; the first one has the keys W1 and b1")
def zeros_counted_from_zero(layer_dims):
    return _build(layer_dims, lambda n_in, n_out, layer: np.zeros((n_out, n_in)), first_key=0)


@misconception("init_zeros", "the loop ends one layer too early: the output layer is missing")
def zeros_without_the_last_layer(layer_dims):
    return _build(layer_dims, lambda n_in, n_out, layer: np.zeros((n_out, n_in)), skip=(len(layer_dims) - 1,))


@misconception("init_zeros", "the biases are missing")
def zeros_without_biases(layer_dims):
    return {f"W{layer}": np.zeros((layer_dims[layer], layer_dims[layer - 1])) for layer in range(1, len(layer_dims))}


@misconception("init_zeros", "the arrays hold integers, so no small step can ever be added to them")
def zeros_as_integers(layer_dims):
    return _build(layer_dims, lambda n_in, n_out, layer: np.zeros((n_out, n_in), int), bias=lambda n: np.zeros(n, int))


@misconception(
    "init_zeros",
    "the arrays are float32; without any array that asks for it, the course computes in float64",
)
def zeros_in_single_precision(layer_dims):
    return _build(
        layer_dims,
        lambda n_in, n_out, layer: np.zeros((n_out, n_in), np.float32),
        bias=lambda n: np.zeros(n, np.float32),
    )


@misconception("init_zeros", "the weights are small, but not zero")
def zeros_that_are_small_numbers(layer_dims):
    return _build(layer_dims, lambda n_in, n_out, layer: np.full((n_out, n_in), 0.01))


@misconception("init_zeros", "the biases are 1; they start at 0 like the weights")
def zeros_with_biases_of_one(layer_dims):
    return _build(layer_dims, lambda n_in, n_out, layer: np.zeros((n_out, n_in)), bias=np.ones)


@misconception("init_zeros", "every matrix has n_0 columns; a layer reads the layer before it, not the input")
def zeros_that_read_the_input(layer_dims):
    return _build(layer_dims, lambda n_in, n_out, layer: np.zeros((n_out, layer_dims[0])))


@misconception("init_zeros", "layer_dims itself is changed; the caller still needs it")
def zeros_that_empty_the_list(layer_dims):
    params, n_in, layer = {}, layer_dims.pop(0), 1
    while layer_dims:
        n_out = layer_dims.pop(0)
        params[f"W{layer}"], params[f"b{layer}"] = np.zeros((n_out, n_in)), np.zeros(n_out)
        n_in, layer = n_out, layer + 1
    return params


# --------------------------------------------------------------------------------------------------------- init_normal


@misconception("init_normal", "scale is not used: the weights have standard deviation 1")
def normal_without_scale(layer_dims, scale, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)))


@misconception("init_normal", "scale is not used: the weights always have standard deviation 0.01")
def normal_with_a_fixed_scale(layer_dims, scale, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: 0.01 * rng.standard_normal((n_out, n_in)))


@misconception("init_normal", "scale is taken for the variance; it is the standard deviation")
def normal_with_scale_as_variance(layer_dims, scale, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.normal(0, np.sqrt(scale), (n_out, n_in)))


@misconception(
    "init_normal",
    "the weights are multiplied by scale squared; then their variance is the fourth power of scale",
)
def normal_with_scale_squared(layer_dims, scale, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.normal(0, scale**2, (n_out, n_in)))


@misconception("init_normal", "the draws are divided by scale; they have to be multiplied by it")
def normal_divided_by_scale(layer_dims, scale, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) / scale)


@misconception("init_normal", "scale is given to rng.normal as the mean; its second argument is the standard deviation")
def normal_about_scale(layer_dims, scale, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.normal(scale, 1, (n_out, n_in)))


@misconception(
    "init_normal",
    "the weights are uniform between -scale and scale, with a smaller variance and without tails",
)
def normal_that_is_uniform(layer_dims, scale, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.uniform(-scale, scale, (n_out, n_in)))


@misconception("init_normal", "the draw is rng.random, uniform from 0 to 1; its mean is not 0")
def normal_that_is_positive(layer_dims, scale, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: scale * rng.random((n_out, n_in)))


@misconception("init_normal", "the weights have the right mean and variance, but a uniform law; here the law is normal")
def normal_only_in_its_variance(layer_dims, scale, rng):
    return _build(
        layer_dims, lambda n_in, n_out, layer: rng.uniform(-np.sqrt(3) * scale, np.sqrt(3) * scale, (n_out, n_in))
    )


@misconception("init_normal", "the scale is divided by the root of n_in; here it is the same in every layer")
def normal_divided_by_the_layer_size(layer_dims, scale, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: scale * rng.standard_normal((n_out, n_in)) / np.sqrt(n_in))


@misconception("init_normal", "the biases are drawn too; they start at 0")
def normal_with_random_biases(layer_dims, scale, rng):
    return _build(
        layer_dims,
        lambda n_in, n_out, layer: scale * rng.standard_normal((n_out, n_in)),
        bias=lambda n: scale * rng.standard_normal(n),
    )


@misconception("init_normal", "W has a row for each input; a row belongs to a unit, so its shape is (n_out, n_in)")
def normal_transposed(layer_dims, scale, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: scale * rng.standard_normal((n_in, n_out)))


@misconception("init_normal", "the biases are columns of shape (n_out, 1); in this course they are (n_out,)")
def normal_with_column_biases(layer_dims, scale, rng):
    return _build(
        layer_dims,
        lambda n_in, n_out, layer: scale * rng.standard_normal((n_out, n_in)),
        bias=lambda n: np.zeros((n, 1)),
    )


@misconception("init_normal", "the draw does not come from rng, so equal generators do not give equal weights")
def normal_from_the_global_generator(layer_dims, scale, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: scale * np.random.standard_normal((n_out, n_in)))


@misconception(
    "init_normal",
    "the weights do not depend on rng: a seed is fixed inside, or earlier weights are used again",
)
def normal_from_a_fixed_seed(layer_dims, scale, rng):
    rng = np.random.default_rng(0)
    return _build(layer_dims, lambda n_in, n_out, layer: scale * rng.standard_normal((n_out, n_in)))


@misconception("init_normal", "every layer gets the same numbers: the generator is made anew for each of them")
def normal_with_the_same_numbers_in_every_layer(layer_dims, scale, rng):
    seed = int(rng.integers(2**31))

    def draw(n_in, n_out, layer):
        return scale * np.random.default_rng(seed).standard_normal((n_out, n_in))

    return _build(layer_dims, draw)


@misconception("init_normal", "one row is drawn and used for all units of a layer, so they stay equal for ever")
def normal_with_equal_units(layer_dims, scale, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: np.tile(scale * rng.standard_normal(n_in), (n_out, 1)))


@misconception(
    "init_normal",
    "the draws are standardized to have exactly the mean and the standard deviation; then they are not independent",
)
def normal_made_exact(layer_dims, scale, rng):
    def draw(n_in, n_out, layer):
        W = rng.standard_normal((n_out, n_in))
        return scale * (W - W.mean()) / max(W.std(), 1e-12)

    return _build(layer_dims, draw)


# ------------------------------------------------------------------------------------------------------------- init_he


@misconception("init_he", "the variance is 1 / n_in; ReLU sets half of the scores to 0, and the 2 makes up for it")
def he_with_one_over_n_in(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(1 / n_in))


@misconception("init_he", "the variance is 2 / n_out; what counts is how many values a unit reads, n_in")
def he_with_n_out(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(2 / n_out))


@misconception("init_he", "the variance is 2 / (n_in + n_out), which is Glorot's rule")
def he_with_both_sizes(layer_dims, rng):
    return _build(
        layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(2 / (n_in + n_out))
    )


@misconception("init_he", "2 / n_in is the variance; the draws have to be multiplied by its square root")
def he_without_the_root(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * (2 / n_in))


@misconception("init_he", "the root covers only the 2: the weights have standard deviation sqrt(2) / n_in")
def he_with_the_root_of_two_only(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * (np.sqrt(2) / n_in))


@misconception("init_he", "the scale is 0.01 whatever the size of the layer")
def he_with_a_fixed_scale(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * 0.01)


@misconception("init_he", "every layer uses the sizes of the first one; each has its own")
def he_for_every_layer_by_the_first(layer_dims, rng):
    std = np.sqrt(2 / layer_dims[0])
    return _build(layer_dims, lambda n_in, n_out, layer: std * rng.standard_normal((n_out, n_in)))


@misconception(
    "init_he",
    "the variance is a third of what it should be, as that of a uniform law on one standard deviation either side",
)
def he_uniform_on_one_std(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.uniform(-1, 1, (n_out, n_in)) * np.sqrt(2 / n_in))


@misconception("init_he", "the draw is rng.random, uniform from 0 to 1; its mean is not 0")
def he_that_is_positive(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.random((n_out, n_in)) * np.sqrt(2 / n_in))


@misconception("init_he", "the biases are drawn too; they start at 0")
def he_with_random_biases(layer_dims, rng):
    return _build(
        layer_dims,
        lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in),
        bias=lambda n: 0.1 * rng.standard_normal(n),
    )


@misconception("init_he", "W has a row for each input; a row belongs to a unit, so its shape is (n_out, n_in)")
def he_transposed(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_in, n_out)) * np.sqrt(2 / n_in))


@misconception("init_he", "the draw does not come from rng, so equal generators do not give equal weights")
def he_from_the_global_generator(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: np.random.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in))


@misconception("init_he", "the weights do not depend on rng: a seed is fixed inside, or earlier weights are used again")
def he_from_a_fixed_seed(layer_dims, rng):
    rng = np.random.default_rng(3)
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in))


@misconception("init_he", "every layer gets the same numbers: the generator is made anew for each of them")
def he_with_the_same_numbers_in_every_layer(layer_dims, rng):
    seed = int(rng.integers(2**31))

    def draw(n_in, n_out, layer):
        return np.random.default_rng(seed).standard_normal((n_out, n_in)) * np.sqrt(2 / n_in)

    return _build(layer_dims, draw)


@misconception("init_he", "one row is drawn and used for all units of a layer, so they stay equal for ever")
def he_with_equal_units(layer_dims, rng):
    return _build(
        layer_dims, lambda n_in, n_out, layer: np.tile(rng.standard_normal(n_in) * np.sqrt(2 / n_in), (n_out, 1))
    )


@misconception("init_he", "n_in is replaced by the mean of n_in and n_out; only what a unit reads counts")
def he_with_the_mean_size(layer_dims, rng):
    return _build(
        layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(4 / (n_in + n_out))
    )


@misconception(
    "init_he",
    "the draws are divided by their own standard deviation, so a layer's spread is exact and its weights hang together",
)
def he_made_exact(layer_dims, rng):
    return _build_exactly(layer_dims, rng, lambda n_in, n_out: np.sqrt(2 / n_in))


# --------------------------------------------------------------------------------------------------------- init_xavier


@misconception("init_xavier", "the variance is 2 / n_in, which is He's rule for ReLU; tanh sets nothing to 0")
def xavier_with_two_over_n_in(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in))


@misconception("init_xavier", "the variance is 1 / n_out; what counts is how many values a unit reads, n_in")
def xavier_with_n_out(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(1 / n_out))


@misconception("init_xavier", "the variance is 2 / (n_in + n_out): that is xavier_normal_ of torch, here init_glorot")
def xavier_as_in_torch(layer_dims, rng):
    return _build(
        layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(2 / (n_in + n_out))
    )


@misconception("init_xavier", "1 / n_in is the variance; the draws have to be multiplied by its square root")
def xavier_without_the_root(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * (1 / n_in))


@misconception("init_xavier", "the draws are multiplied by the root of n_in; they have to be divided by it")
def xavier_multiplied_by_the_root(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(n_in))


@misconception("init_xavier", "the scale is 0.01 whatever the size of the layer")
def xavier_with_a_fixed_scale(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * 0.01)


@misconception("init_xavier", "every layer uses the sizes of the first one; each has its own")
def xavier_for_every_layer_by_the_first(layer_dims, rng):
    std = np.sqrt(1 / layer_dims[0])
    return _build(layer_dims, lambda n_in, n_out, layer: std * rng.standard_normal((n_out, n_in)))


@misconception(
    "init_xavier",
    "the variance is a third of what it should be, as that of a uniform law on one standard deviation either side",
)
def xavier_uniform_on_one_std(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.uniform(-1, 1, (n_out, n_in)) * np.sqrt(1 / n_in))


@misconception("init_xavier", "the draw is rng.random, uniform from 0 to 1; its mean is not 0")
def xavier_that_is_positive(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.random((n_out, n_in)) * np.sqrt(1 / n_in))


@misconception("init_xavier", "the biases are drawn too; they start at 0")
def xavier_with_random_biases(layer_dims, rng):
    return _build(
        layer_dims,
        lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(1 / n_in),
        bias=lambda n: 0.1 * rng.standard_normal(n),
    )


@misconception("init_xavier", "W has a row for each input; a row belongs to a unit, so its shape is (n_out, n_in)")
def xavier_transposed(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_in, n_out)) * np.sqrt(1 / n_in))


@misconception("init_xavier", "the draw does not come from rng, so equal generators do not give equal weights")
def xavier_from_the_global_generator(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: np.random.standard_normal((n_out, n_in)) * np.sqrt(1 / n_in))


@misconception(
    "init_xavier",
    "the weights do not depend on rng: a seed is fixed inside, or earlier weights are used again",
)
def xavier_from_a_fixed_seed(layer_dims, rng):
    rng = np.random.default_rng(3)
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(1 / n_in))


@misconception("init_xavier", "every layer gets the same numbers: the generator is made anew for each of them")
def xavier_with_the_same_numbers_in_every_layer(layer_dims, rng):
    seed = int(rng.integers(2**31))

    def draw(n_in, n_out, layer):
        return np.random.default_rng(seed).standard_normal((n_out, n_in)) * np.sqrt(1 / n_in)

    return _build(layer_dims, draw)


@misconception("init_xavier", "one row is drawn and used for all units of a layer, so they stay equal for ever")
def xavier_with_equal_units(layer_dims, rng):
    return _build(
        layer_dims, lambda n_in, n_out, layer: np.tile(rng.standard_normal(n_in) * np.sqrt(1 / n_in), (n_out, 1))
    )


@misconception(
    "init_xavier",
    "the draws are divided by their own standard deviation, so a layer's spread is exact and its weights hang together",
)
def xavier_made_exact(layer_dims, rng):
    return _build_exactly(layer_dims, rng, lambda n_in, n_out: np.sqrt(1 / n_in))


# --------------------------------------------------------------------------------------------------------- init_glorot


@misconception("init_glorot", "the variance is 1 / (n_in + n_out); one over the mean of two sizes is 2 over their sum")
def glorot_with_one_over_the_sum(layer_dims, rng):
    return _build(
        layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(1 / (n_in + n_out))
    )


@misconception("init_glorot", "sqrt(6 / (n_in + n_out)) is the end of a uniform law, not a standard deviation")
def glorot_with_six_over_the_sum(layer_dims, rng):
    return _build(
        layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(6 / (n_in + n_out))
    )


@misconception("init_glorot", "the variance is 1 / n_in, which keeps the signal but not the gradient")
def glorot_with_n_in_only(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(1 / n_in))


@misconception("init_glorot", "the variance is 1 / n_out, which keeps the gradient but not the signal")
def glorot_with_n_out_only(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(1 / n_out))


@misconception("init_glorot", "the variance is 2 / n_in, which is He's rule")
def glorot_as_he(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(2 / n_in))


@misconception("init_glorot", "2 / (n_in + n_out) is the variance; the draws have to be multiplied by its square root")
def glorot_without_the_root(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * (2 / (n_in + n_out)))


@misconception("init_glorot", "the scale is 0.01 whatever the size of the layer")
def glorot_with_a_fixed_scale(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * 0.01)


@misconception("init_glorot", "the variances 1 / n_in and 1 / n_out are averaged; Glorot averages the sizes")
def glorot_with_the_mean_of_two_variances(layer_dims, rng):
    return _build(
        layer_dims,
        lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * (np.sqrt((1 / n_in + 1 / n_out) / 2)),
    )


@misconception("init_glorot", "the sizes are multiplied; Glorot adds them")
def glorot_with_the_product(layer_dims, rng):
    return _build(
        layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(2 / (n_in * n_out))
    )


@misconception("init_glorot", "every layer uses the sizes of the first one; each has its own")
def glorot_for_every_layer_by_the_first(layer_dims, rng):
    std = np.sqrt(2 / (layer_dims[0] + layer_dims[1]))
    return _build(layer_dims, lambda n_in, n_out, layer: std * rng.standard_normal((n_out, n_in)))


@misconception(
    "init_glorot",
    "the variance is a third of what it should be, as that of a uniform law on one standard deviation either side",
)
def glorot_uniform_on_one_std(layer_dims, rng):
    return _build(
        layer_dims, lambda n_in, n_out, layer: rng.uniform(-1, 1, (n_out, n_in)) * np.sqrt(2 / (n_in + n_out))
    )


@misconception("init_glorot", "the draw is rng.random, uniform from 0 to 1; its mean is not 0")
def glorot_that_is_positive(layer_dims, rng):
    return _build(layer_dims, lambda n_in, n_out, layer: rng.random((n_out, n_in)) * np.sqrt(2 / (n_in + n_out)))


@misconception("init_glorot", "the biases are drawn too; they start at 0")
def glorot_with_random_biases(layer_dims, rng):
    return _build(
        layer_dims,
        lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(2 / (n_in + n_out)),
        bias=lambda n: 0.1 * rng.standard_normal(n),
    )


@misconception("init_glorot", "W has a row for each input; a row belongs to a unit, so its shape is (n_out, n_in)")
def glorot_transposed(layer_dims, rng):
    return _build(
        layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_in, n_out)) * np.sqrt(2 / (n_in + n_out))
    )


@misconception("init_glorot", "the draw does not come from rng, so equal generators do not give equal weights")
def glorot_from_the_global_generator(layer_dims, rng):
    return _build(
        layer_dims, lambda n_in, n_out, layer: np.random.standard_normal((n_out, n_in)) * np.sqrt(2 / (n_in + n_out))
    )


@misconception(
    "init_glorot",
    "the weights do not depend on rng: a seed is fixed inside, or earlier weights are used again",
)
def glorot_from_a_fixed_seed(layer_dims, rng):
    rng = np.random.default_rng(3)
    return _build(
        layer_dims, lambda n_in, n_out, layer: rng.standard_normal((n_out, n_in)) * np.sqrt(2 / (n_in + n_out))
    )


@misconception("init_glorot", "every layer gets the same numbers: the generator is made anew for each of them")
def glorot_with_the_same_numbers_in_every_layer(layer_dims, rng):
    seed = int(rng.integers(2**31))

    def draw(n_in, n_out, layer):
        return np.random.default_rng(seed).standard_normal((n_out, n_in)) * np.sqrt(2 / (n_in + n_out))

    return _build(layer_dims, draw)


@misconception("init_glorot", "one row is drawn and used for all units of a layer, so they stay equal for ever")
def glorot_with_equal_units(layer_dims, rng):
    return _build(
        layer_dims,
        lambda n_in, n_out, layer: np.tile(rng.standard_normal(n_in) * np.sqrt(2 / (n_in + n_out)), (n_out, 1)),
    )


@misconception(
    "init_glorot",
    "the draws are divided by their own standard deviation, so a layer's spread is exact and its weights hang together",
)
def glorot_made_exact(layer_dims, rng):
    return _build_exactly(layer_dims, rng, lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)))


# ----------------------------------------------------------------------------------------------------- activation_stds


def _spreads(X, params, activation, spread, *, skip_last=False, with_input=False):
    """Run all layers; spread(A, Z) is what is noted of each."""
    A, noted = X, [spread(X, X)] if with_input else []
    n_layers = len(params) // 2
    for layer in range(1, n_layers + 1):
        Z = A @ params[f"W{layer}"].T + params[f"b{layer}"]
        A = Z if skip_last and layer == n_layers else activation(Z)
        noted.append(spread(A, Z))
    return np.array(noted)


@misconception(
    "activation_stds",
    "the sum of squares is divided by one less than the number of activations; population std divides by their number",
)
def stds_of_a_sample(X, params, activation):
    def spread(A, Z):
        return A.std(ddof=1) if A.size > 1 else A.std()

    return _spreads(X, params, activation, spread)


@misconception(
    "activation_stds",
    "each unit's own std is taken and then averaged; all activations of a layer belong together",
)
def stds_of_each_unit_averaged(X, params, activation):
    return _spreads(X, params, activation, lambda A, Z: A.std(axis=0).mean())


@misconception(
    "activation_stds",
    "each example's own std is taken and then averaged; all activations of a layer belong together",
)
def stds_of_each_example_averaged(X, params, activation):
    return _spreads(X, params, activation, lambda A, Z: A.std(axis=1).mean())


@misconception("activation_stds", "the spread is that of the scores Z; take it after the activation")
def stds_before_the_activation(X, params, activation):
    return _spreads(X, params, activation, lambda A, Z: Z.std())


@misconception("activation_stds", "the input's own spread is listed first; the result has one number for each layer")
def stds_with_the_input(X, params, activation):
    return _spreads(X, params, activation, lambda A, Z: A.std(), with_input=True)


@misconception("activation_stds", "the last layer is left without the activation; here it is applied at every layer")
def stds_without_the_last_activation(X, params, activation):
    return _spreads(X, params, activation, lambda A, Z: A.std(), skip_last=True)


@misconception("activation_stds", "the next layer is given the scores; it reads the activations")
def stds_of_scores_handed_on(X, params, activation):
    return _spreads(X, params, lambda Z: Z, lambda A, Z: activation(Z).std())


@misconception("activation_stds", "the variance is given; its square root is the standard deviation")
def stds_that_are_variances(X, params, activation):
    return _spreads(X, params, activation, lambda A, Z: A.var())


@misconception("activation_stds", "the mean is not subtracted before squaring: this is the root of the mean square")
def stds_about_zero(X, params, activation):
    return _spreads(X, params, activation, lambda A, Z: np.sqrt(np.mean(np.square(A))))


@misconception("activation_stds", "the biases are not added")
def stds_without_biases(X, params, activation):
    return _spreads(X, {n: v if n[0] == "W" else 0 * v for n, v in params.items()}, activation, lambda A, Z: A.std())


@misconception("activation_stds", "the result is float64 whatever comes in; float32 inputs ask for a float32 result")
def stds_in_double_precision_always(X, params, activation):
    return _spreads(X, params, activation, lambda A, Z: A.std()).astype(np.float64)


@misconception("activation_stds", "the layers are listed from the last to the first")
def stds_last_layer_first(X, params, activation):
    return _spreads(X, params, activation, lambda A, Z: A.std())[::-1]


@misconception("activation_stds", "the activation that is given is not used: this is ReLU in any case")
def stds_of_relu_always(X, params, activation):
    return _spreads(X, params, lambda Z: np.maximum(Z, 0), lambda A, Z: A.std())


@misconception("activation_stds", "the activation that is given is not used: this is tanh in any case")
def stds_of_tanh_always(X, params, activation):
    return _spreads(X, params, np.tanh, lambda A, Z: A.std())


@misconception("activation_stds", "the keys are sorted as text, which puts W10 before W2")
def stds_of_sorted_keys(X, params, activation):
    names = sorted(name for name in params if name[0] == "W")
    renamed = {}
    for layer, name in enumerate(names, start=1):
        renamed[f"W{layer}"], renamed[f"b{layer}"] = params[name], params[f"b{name[1:]}"]
    return _spreads(X, renamed, activation, lambda A, Z: A.std())


@misconception("activation_stds", "the layers are taken in the order in which the dict holds them; count them instead")
def stds_in_the_order_of_the_dict(X, params, activation):
    names = [name for name in params if name[0] == "W"]
    renamed = {}
    for layer, name in enumerate(names, start=1):
        renamed[f"W{layer}"], renamed[f"b{layer}"] = params[name], params[f"b{name[1:]}"]
    return _spreads(X, renamed, activation, lambda A, Z: A.std())


@misconception("activation_stds", "the result is a list; it should be an array of shape (L,)")
def stds_as_a_list(X, params, activation):
    return list(_spreads(X, params, activation, lambda A, Z: A.std()))


# -------------------------------------------------------------------------------------------------------- is_symmetric


@misconception("is_symmetric", "every unit is compared with the first one only; two others may still be too far apart")
def symmetric_to_the_first_unit(W, tolerance=1e-8):
    return bool(np.all(np.abs(W - W[0]) <= tolerance))


@misconception("is_symmetric", "only neighbouring units are compared; small steps add up")
def symmetric_neighbours(W, tolerance=1e-8):
    return bool(np.all(np.abs(np.diff(W, axis=0)) <= tolerance))


@misconception("is_symmetric", "columns are compared; a unit is a row")
def symmetric_columns(W, tolerance=1e-8):
    return bool(np.all(W.max(axis=1) - W.min(axis=1) <= tolerance))


@misconception("is_symmetric", "W is compared with its transpose; here symmetric means that the units are equal")
def symmetric_as_a_matrix(W, tolerance=1e-8):
    return W.shape[0] == W.shape[1] and bool(np.all(np.abs(W - W.T) <= tolerance))


@misconception("is_symmetric", "a difference as large as the tolerance counts as unequal; only a larger one does")
def symmetric_below_the_tolerance(W, tolerance=1e-8):
    return bool(np.all(W.max(axis=0) - W.min(axis=0) < tolerance))


@misconception("is_symmetric", "the tolerance is not used: the units must be equal to the last digit")
def symmetric_without_tolerance(W, tolerance=1e-8):
    return bool(np.all(W - W[0] == 0))


@misconception(
    "is_symmetric",
    "np.allclose adds a relative tolerance of 1e-5, so large weights may differ by far more than the tolerance",
)
def symmetric_by_allclose(W, tolerance=1e-8):
    return bool(np.allclose(W.max(axis=0), W.min(axis=0), atol=tolerance))


@misconception("is_symmetric", "differences are compared without their absolute value, so negative ones always pass")
def symmetric_without_absolute_value(W, tolerance=1e-8):
    return all(bool(np.all(W[i] - W[j] <= tolerance)) for i in range(len(W)) for j in range(i + 1, len(W)))


@misconception("is_symmetric", "one equal weight is enough here; all entries of two units must agree")
def symmetric_when_any_weight_agrees(W, tolerance=1e-8):
    return bool(np.any(W.max(axis=0) - W.min(axis=0) <= tolerance))


@misconception(
    "is_symmetric",
    "the length of the difference of two units is compared with the tolerance; each entry counts by itself",
)
def symmetric_by_the_norm(W, tolerance=1e-8):
    return all(bool(np.linalg.norm(row - other) <= tolerance) for row in W for other in W)


@misconception("is_symmetric", "the mean of each unit's weights is compared; units with equal means can differ")
def symmetric_by_the_mean(W, tolerance=1e-8):
    return bool(np.ptp(W.mean(axis=1)) <= tolerance)


@misconception("is_symmetric", "the answer is the wrong way round: True stands for equal units")
def symmetric_answered_the_wrong_way_round(W, tolerance=1e-8):
    return not np.all(W.max(axis=0) - W.min(axis=0) <= tolerance)


@misconception("is_symmetric", "a rank of at most 1 lets multiples of a unit pass; they are not equal")
def symmetric_by_the_rank(W, tolerance=1e-8):
    return bool(np.linalg.matrix_rank(W) <= 1)


@misconception("is_symmetric", "the default of the tolerance is not 1e-8")
def symmetric_with_another_default(W, tolerance=1e-8):
    return bool(np.all(W.max(axis=0) - W.min(axis=0) <= (1e-6 if tolerance == 1e-8 else tolerance)))


@misconception("is_symmetric", "the tolerance that is given is not used: it is 1e-8 in any case")
def symmetric_by_the_default_always(W, tolerance=1e-8):
    return bool(np.all(W.max(axis=0) - W.min(axis=0) <= 1e-8))


# ---------------------------------------------------------------------------------------------------------------- quiz


_RIGHT = {"equal_weights": "b", "biases": "a", "relu": "a", "first_cost": "b", "depth": "c"}


@misconception(
    "quiz_initialization",
    "equal units get equal gradients in every step; nothing ever parts them",
    is_value=True,
)
def quiz_units_part_by_themselves():
    return {**_RIGHT, "equal_weights": "a"}


@misconception(
    "quiz_initialization",
    "it is not the zero that hurts but that the units are equal; equal gradients are not zero gradients",
    is_value=True,
)
def quiz_only_zeros_are_symmetric():
    return {**_RIGHT, "equal_weights": "c"}


@misconception(
    "quiz_initialization",
    "random weights alone make the units different; the biases may all be 0",
    is_value=True,
)
def quiz_draws_the_biases():
    return {**_RIGHT, "biases": "b"}


@misconception(
    "quiz_initialization",
    "there is no need for random biases in any layer: the weights are different already",
    is_value=True,
)
def quiz_spares_the_output():
    return {**_RIGHT, "biases": "c"}


@misconception(
    "quiz_initialization",
    "n_in is what a unit reads, the size of the layer before, not the size of its own layer",
    is_value=True,
)
def quiz_reads_the_units():
    return {**_RIGHT, "relu": "b"}


@misconception("quiz_initialization", "2 / n_in is the variance; the standard deviation is its root", is_value=True)
def quiz_forgets_the_root():
    return {**_RIGHT, "relu": "c"}


@misconception("quiz_initialization", "before the first step no learning rate has been used yet", is_value=True)
def quiz_blames_the_learning_rate():
    return {**_RIGHT, "first_cost": "a"}


@misconception(
    "quiz_initialization",
    "a network that knows nothing and says so costs ln 2; one that is wrong and sure of it costs far more",
    is_value=True,
)
def quiz_calls_it_chance():
    return {**_RIGHT, "first_cost": "c"}


@misconception(
    "quiz_initialization",
    "tanh bounds a signal that is large; nothing in it lifts one that fades",
    is_value=True,
)
def quiz_trusts_tanh_to_keep_the_signal():
    return {**_RIGHT, "depth": "a"}


@misconception(
    "quiz_initialization",
    "units are driven to -1 and 1 by weights that are too large; these are too small",
    is_value=True,
)
def quiz_expects_saturation():
    return {**_RIGHT, "depth": "b"}
