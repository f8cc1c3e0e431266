"""Known mistakes of topic 05, dropout. See the package's first lines for what an entry is."""

import itertools

import numpy as np

from helpers.misconceptions import misconception

# ---------------------------------------------------------------------------------------------------------- dropout_mask


@misconception(
    "dropout_mask", "the comparison is the wrong way round, so entries are kept with probability 1 - keep_prob"
)
def reversed_comparison(shape, keep_prob, rng):
    return rng.random(shape) > keep_prob


@misconception("dropout_mask", "the mask already carries the factor 1/keep_prob; it should only say who stays")
def scaled_mask(shape, keep_prob, rng):
    return (rng.random(shape) < keep_prob) / keep_prob


@misconception("dropout_mask", "one row is drawn and used for every example")
def one_row_for_all(shape, keep_prob, rng):
    return np.tile(rng.random(shape[1]) < keep_prob, (shape[0], 1))


@misconception("dropout_mask", "one number is drawn for each example, so whole rows are kept or dropped")
def whole_rows(shape, keep_prob, rng):
    return np.tile(rng.random((shape[0], 1)) < keep_prob, (1, shape[1]))


@misconception("dropout_mask", "the draw does not come from rng, so equal generators do not give equal masks")
def global_generator(shape, keep_prob, rng):
    return np.random.rand(*shape) < keep_prob


@misconception(
    "dropout_mask", "the mask does not depend on rng: a seed is fixed inside, or an earlier mask is used again"
)
def fixed_seed(shape, keep_prob, rng):
    return np.random.default_rng(0).random(shape) < keep_prob


@misconception("dropout_mask", "exactly the share keep_prob of all entries is kept, instead of each entry on its own")
def exact_share(shape, keep_prob, rng):
    size = int(np.prod(shape))
    mask = np.arange(size) < round(keep_prob * size)
    return rng.permutation(mask).reshape(shape)


@misconception("dropout_mask", "the draw is normal; a threshold at keep_prob needs numbers that are uniform on [0, 1)")
def normal_draw(shape, keep_prob, rng):
    return rng.standard_normal(shape) < keep_prob


@misconception("dropout_mask", "keep_prob is not used: half of the entries are kept, whatever it is")
def always_one_half(shape, keep_prob, rng):
    return rng.integers(0, 2, shape)


@misconception("dropout_mask", "the random numbers themselves are returned; compare them with keep_prob to get 0 and 1")
def no_threshold(shape, keep_prob, rng):
    return rng.random(shape)


@misconception("dropout_mask", "whole numbers below 100 are drawn, so keep_prob counts in whole percents only")
def whole_percents(shape, keep_prob, rng):
    return rng.integers(0, 100, shape) < 100 * keep_prob


# ------------------------------------------------------------------------------------------------------- dropout_forward


@misconception("dropout_forward", "the kept units are not divided by keep_prob")
def no_inverse_scale(A, keep_prob, rng, training=True):
    if not training:
        return A, np.ones(A.shape)
    mask = rng.random(A.shape) < keep_prob
    return A * mask, mask


@misconception(
    "dropout_forward", "the kept units are not divided by keep_prob, and units are dropped outside training too"
)
def mask_alone(A, keep_prob, rng, training=True):
    mask = rng.random(A.shape) < keep_prob
    return A * mask, mask


@misconception(
    "dropout_forward", "the mask is an array of integers, and float32 times integers is float64: a float32 A is widened"
)
def mask_of_integers(A, keep_prob, rng, training=True):
    if not training:
        return A, np.ones(A.shape)
    mask = (rng.random(A.shape) < keep_prob).astype(int)
    return A * mask / keep_prob, mask


@misconception("dropout_forward", "the kept units are multiplied by keep_prob; inverted dropout divides")
def multiplied_by_keep_prob(A, keep_prob, rng, training=True):
    if not training:
        return A, np.ones(A.shape)
    mask = rng.random(A.shape) < keep_prob
    return A * mask * keep_prob, mask


@misconception("dropout_forward", "the kept units are divided by 1 - keep_prob, the probability of being dropped")
def divided_by_drop_prob(A, keep_prob, rng, training=True):
    if not training:
        return A, np.ones(A.shape)
    mask = rng.random(A.shape) < keep_prob
    return A * mask / (1 - keep_prob), mask


@misconception("dropout_forward", "units are dropped outside training too; the argument training is not used")
def drops_at_test_time(A, keep_prob, rng, training=True):
    mask = rng.random(A.shape) < keep_prob
    return A * mask / keep_prob, mask


@misconception(
    "dropout_forward",
    "this is plain dropout: nothing is scaled in training and everything is multiplied by keep_prob at test time",
)
def plain_dropout(A, keep_prob, rng, training=True):
    if not training:
        return A * keep_prob, np.ones(A.shape)
    mask = rng.random(A.shape) < keep_prob
    return A * mask, mask


@misconception(
    "dropout_forward", "outside training the output is still divided by keep_prob; there it must be A itself"
)
def divides_at_test_time(A, keep_prob, rng, training=True):
    mask = rng.random(A.shape) < keep_prob if training else np.ones(A.shape)
    return A * mask / keep_prob, mask


@misconception("dropout_forward", "training runs without dropout and test time with it: the two cases are exchanged")
def training_exchanged(A, keep_prob, rng, training=True):
    if training:
        return A * 1.0, np.ones(A.shape)
    mask = rng.random(A.shape) < keep_prob
    return A * mask / keep_prob, mask


@misconception("dropout_forward", "the returned mask carries the factor 1/keep_prob; return it as 0 and 1")
def returns_scaled_mask(A, keep_prob, rng, training=True):
    if not training:
        return A, np.ones(A.shape)
    mask = (rng.random(A.shape) < keep_prob) / keep_prob
    return A * mask, mask


@misconception("dropout_forward", "it divides by the share that happened to be kept instead of by keep_prob")
def divided_by_kept_share(A, keep_prob, rng, training=True):
    if not training:
        return A, np.ones(A.shape)
    mask = rng.random(A.shape) < keep_prob
    return A * mask / max(mask.mean(), 1e-12), mask


@misconception("dropout_forward", "the entries where the mask is 1 are dropped; 1 means kept")
def drops_the_kept(A, keep_prob, rng, training=True):
    if not training:
        return A, np.ones(A.shape)
    mask = rng.random(A.shape) < keep_prob
    return A * (1 - mask) / keep_prob, mask


@misconception(
    "dropout_forward", "entries are kept with probability 1 - keep_prob: the comparison is the wrong way round"
)
def keeps_the_complement(A, keep_prob, rng, training=True):
    if not training:
        return A, np.ones(A.shape)
    mask = rng.random(A.shape) > keep_prob
    return A * mask / keep_prob, mask


@misconception("dropout_forward", "the mask is read off the output, so a unit that was 0 anyway counts as dropped")
def mask_from_output(A, keep_prob, rng, training=True):
    if not training:
        return A, np.ones(A.shape)
    A_out = A * (rng.random(A.shape) < keep_prob) / keep_prob
    return A_out, A_out != 0


@misconception("dropout_forward", "A itself is overwritten; work on a new array")
def overwrites_input(A, keep_prob, rng, training=True):
    if not training:
        return A, np.ones(A.shape)
    mask = rng.random(A.shape) < keep_prob
    A *= mask
    A /= keep_prob
    return A, mask


@misconception("dropout_forward", "one row of the mask is drawn and used for every example")
def same_units_for_every_example(A, keep_prob, rng, training=True):
    if not training:
        return A, np.ones(A.shape)
    mask = np.tile(rng.random(A.shape[1]) < keep_prob, (A.shape[0], 1))
    return A * mask / keep_prob, mask


@misconception(
    "dropout_forward", "the mask does not depend on rng: a seed is fixed inside, or an earlier mask is used again"
)
def same_mask_every_pass(A, keep_prob, rng, training=True):
    if not training:
        return A, np.ones(A.shape)
    mask = np.random.default_rng(1).random(A.shape) < keep_prob
    return A * mask / keep_prob, mask


# ------------------------------------------------------------------------------------------------------ dropout_backward


@misconception("dropout_backward", "the gradient is not divided by keep_prob, although the forward pass divided by it")
def backward_without_scale(dA_out, mask, keep_prob):
    return dA_out * mask


@misconception("dropout_backward", "the mask is missing: units that were dropped get a gradient")
def backward_without_mask(dA_out, mask, keep_prob):
    return dA_out / keep_prob


@misconception(
    "dropout_backward", "the gradient is passed on untouched; the backward pass needs the same mask and the same scale"
)
def backward_untouched(dA_out, mask, keep_prob):
    return dA_out * 1.0


@misconception(
    "dropout_backward",
    "the gradient is multiplied by keep_prob; the forward pass divided, so the backward pass divides",
)
def backward_multiplied(dA_out, mask, keep_prob):
    return dA_out * mask * keep_prob


@misconception("dropout_backward", "the gradient is divided by 1 - keep_prob, the probability of being dropped")
def backward_by_drop_prob(dA_out, mask, keep_prob):
    return dA_out * mask / (1 - keep_prob)


@misconception("dropout_backward", "the gradient goes to the dropped units; where the mask is 0 it must be 0")
def backward_to_the_dropped(dA_out, mask, keep_prob):
    return dA_out * (1 - mask) / keep_prob


@misconception("dropout_backward", "it divides by the share of ones in the mask instead of by keep_prob")
def backward_by_kept_share(dA_out, mask, keep_prob):
    return dA_out * mask / max(np.mean(mask), 1e-12)


@misconception("dropout_backward", "the scale is applied twice")
def backward_scaled_twice(dA_out, mask, keep_prob):
    return dA_out * mask / keep_prob**2


@misconception("dropout_backward", "dA_out itself is overwritten; work on a new array")
def backward_overwrites(dA_out, mask, keep_prob):
    dA_out *= mask
    dA_out /= keep_prob
    return dA_out


# -------------------------------------------------------------------------------------------------- forward_with_dropout


def _network(X, params, keep_probs, rng, training, *, hidden=None, drop=None):
    """The right forward pass, with the parts that an entry gets wrong handed in."""
    hidden = hidden or (lambda Z: np.maximum(Z, 0))
    drop = drop or (lambda A, keep_prob: A * (rng.random(A.shape) < keep_prob) / keep_prob)
    n_layers, A = len(params) // 2, X
    for layer in range(1, n_layers):
        A = hidden(A @ params[f"W{layer}"].T + params[f"b{layer}"])
        if training:
            A = drop(A, keep_probs[layer - 1])
    return A @ params[f"W{n_layers}"].T + params[f"b{n_layers}"]


def _output(Z):
    A = 1 / (1 + np.exp(-Z))
    return A[:, 0] if A.shape[1] == 1 else A


@misconception("forward_with_dropout", "the kept hidden units are not divided by their keep_prob")
def forward_without_scale(X, params, keep_probs, rng, training=True):
    return _output(
        _network(X, params, keep_probs, rng, training, drop=lambda A, keep_prob: A * (rng.random(A.shape) < keep_prob))
    )


@misconception("forward_with_dropout", "units are dropped outside training too; training is not passed on")
def forward_drops_at_test_time(X, params, keep_probs, rng, training=True):
    return _output(_network(X, params, keep_probs, rng, True))


@misconception("forward_with_dropout", "nothing is dropped: the dropout step is missing from the hidden layers")
def forward_without_dropout(X, params, keep_probs, rng, training=True):
    return _output(_network(X, params, keep_probs, rng, False))


@misconception(
    "forward_with_dropout", "the input is dropped with the first keep_prob; dropout starts after the first hidden layer"
)
def forward_drops_input(X, params, keep_probs, rng, training=True):
    if training and len(keep_probs):
        X = X * (rng.random(X.shape) < keep_probs[0]) / keep_probs[0]
    return _output(_network(X, params, keep_probs, rng, training))


@misconception("forward_with_dropout", "the output layer is dropped too")
def forward_drops_output(X, params, keep_probs, rng, training=True):
    A_L = _output(_network(X, params, keep_probs, rng, training))
    if training and len(keep_probs):
        A_L = A_L * (rng.random(A_L.shape) < keep_probs[-1]) / keep_probs[-1]
    return A_L


@misconception(
    "forward_with_dropout", "every hidden layer uses the first keep_prob; layer l has its own, keep_probs[l - 1]"
)
def forward_first_keep_prob_only(X, params, keep_probs, rng, training=True):
    return _output(_network(X, params, [keep_probs[0]] * len(keep_probs) if len(keep_probs) else [], rng, training))


@misconception("forward_with_dropout", "the keep_probs are used from the last hidden layer to the first")
def forward_keep_probs_reversed(X, params, keep_probs, rng, training=True):
    return _output(_network(X, params, list(keep_probs)[::-1], rng, training))


@misconception("forward_with_dropout", "layers of equal width drop the same units; every layer needs draws of its own")
def forward_same_mask_in_every_layer(X, params, keep_probs, rng, training=True):
    seed = None if rng is None else int(rng.integers(2**31))

    def drop(A, keep_prob):
        return A * (np.random.default_rng(seed).random(A.shape) < keep_prob) / keep_prob

    return _output(_network(X, params, keep_probs, rng, training, drop=drop))


@misconception("forward_with_dropout", "one mask is drawn for the whole batch; every example drops its own units")
def forward_one_mask_for_the_batch(X, params, keep_probs, rng, training=True):
    def drop(A, keep_prob):
        return A * (rng.random(A.shape[1]) < keep_prob) / keep_prob

    return _output(_network(X, params, keep_probs, rng, training, drop=drop))


@misconception("forward_with_dropout", "W is used without its transpose; Z = A @ W.T + b")
def forward_without_transpose(X, params, keep_probs, rng, training=True):
    turned = {name: value.T if name[0] == "W" else value for name, value in params.items()}
    return _output(_network(X, turned, keep_probs, rng, training))


@misconception("forward_with_dropout", "the hidden layers have no ReLU")
def forward_linear_hidden(X, params, keep_probs, rng, training=True):
    return _output(_network(X, params, keep_probs, rng, training, hidden=lambda Z: Z))


@misconception("forward_with_dropout", "the hidden layers use the sigmoid; only the output layer does")
def forward_sigmoid_hidden(X, params, keep_probs, rng, training=True):
    return _output(_network(X, params, keep_probs, rng, training, hidden=lambda Z: 1 / (1 + np.exp(-Z))))


@misconception("forward_with_dropout", "the output is not passed through the sigmoid")
def forward_without_sigmoid(X, params, keep_probs, rng, training=True):
    Z = _network(X, params, keep_probs, rng, training)
    return Z[:, 0] if Z.shape[1] == 1 else Z


@misconception("forward_with_dropout", "with a single output unit the result is (m, 1); it should be (m,)")
def forward_keeps_column(X, params, keep_probs, rng, training=True):
    return 1 / (1 + np.exp(-_network(X, params, keep_probs, rng, training)))


# --------------------------------------------------------------------------------------------------------- scale_weights


@misconception("scale_weights", "the weights are divided by keep_prob; they have to shrink, not grow")
def weights_divided(W, keep_prob):
    return W / keep_prob


@misconception("scale_weights", "the weights are multiplied by 1 - keep_prob, the probability of being dropped")
def weights_by_drop_prob(W, keep_prob):
    return W * (1 - keep_prob)


@misconception("scale_weights", "the weights are left as they are; that is right for inverted dropout only")
def weights_unscaled(W, keep_prob):
    return W * 1.0


@misconception(
    "scale_weights",
    "the weights are multiplied by the square root of keep_prob, which would keep a variance, not a mean",
)
def weights_by_root(W, keep_prob):
    return W * np.sqrt(W.dtype.type(keep_prob) if W.dtype.kind == "f" else keep_prob)


@misconception("scale_weights", "keep_prob is applied twice")
def weights_scaled_twice(W, keep_prob):
    return W * keep_prob**2


@misconception("scale_weights", "W itself is overwritten; work on a new array")
def weights_overwritten(W, keep_prob):
    W *= keep_prob
    return W


# ------------------------------------------------------------------------------------------------------ ensemble_average


def _thinned(x, w):
    """Every mask of the inputs with the output of the unit under it."""
    for mask in itertools.product((0, 1), repeat=len(x)):
        yield np.array(mask), float(np.sum(np.asarray(w) * np.asarray(x) * np.array(mask)))


@misconception(
    "ensemble_average",
    "every mask counts the same; a mask with k of n kept has probability keep_prob^k (1 - keep_prob)^(n - k)",
)
def masks_count_the_same(x, w, keep_prob):
    outputs = [output for _, output in _thinned(x, w)]
    return sum(outputs) / len(outputs)


@misconception("ensemble_average", "the outputs are added up without their probabilities")
def masks_added_up(x, w, keep_prob):
    return sum(output for _, output in _thinned(x, w))


@misconception("ensemble_average", "a mask's probability lacks the factor (1 - keep_prob) of each dropped input")
def probability_of_the_kept_only(x, w, keep_prob):
    return sum(keep_prob ** int(mask.sum()) * output for mask, output in _thinned(x, w))


@misconception("ensemble_average", "keep_prob and 1 - keep_prob are exchanged in a mask's probability")
def probabilities_exchanged(x, w, keep_prob):
    n = len(x)
    return sum(
        (1 - keep_prob) ** int(m.sum()) * keep_prob ** (n - int(m.sum())) * output for m, output in _thinned(x, w)
    )


@misconception(
    "ensemble_average",
    "the result is w.x, the output with every input kept; the thinned outputs are smaller on average by the factor keep_prob",
)
def full_network(x, w, keep_prob):
    return float(np.sum(np.asarray(w) * np.asarray(x)))


@misconception(
    "ensemble_average", "the mask that keeps nothing is left out and the other probabilities are made to sum to 1"
)
def empty_mask_left_out(x, w, keep_prob):
    return float(keep_prob * np.sum(np.asarray(w) * np.asarray(x)) / (1 - (1 - keep_prob) ** len(x)))


@misconception(
    "ensemble_average", "the sum over masks is divided by their number although the probabilities already sum to 1"
)
def averaged_twice(x, w, keep_prob):
    return float(keep_prob * np.sum(np.asarray(w) * np.asarray(x)) / 2 ** len(x))


# ------------------------------------------------------------------------------------------------------------------ quiz

_RIGHT = {"test_time": "b", "cost": "c", "fixed_mask": "a", "keep_probs": "c"}


@misconception("quiz_dropout", "at test time nobody wants a random answer: every unit stays", is_value=True)
def quiz_drops_at_test_time():
    return {**_RIGHT, "test_time": "a"}


@misconception(
    "quiz_dropout",
    "multiplying by keep_prob belongs to plain dropout; the inverted form divided in training already",
    is_value=True,
)
def quiz_scales_at_test_time():
    return {**_RIGHT, "test_time": "c"}


@misconception(
    "quiz_dropout",
    "a cost that jumps is no sign of a learning rate that is too large when every step has its own network",
    is_value=True,
)
def quiz_blames_the_learning_rate():
    return {**_RIGHT, "cost": "a"}


@misconception(
    "quiz_dropout", "a fixed mask makes the curve smooth by training one thinned network only", is_value=True
)
def quiz_fixes_the_mask():
    return {**_RIGHT, "cost": "b"}


@misconception(
    "quiz_dropout",
    "one seed for the run makes it repeatable; one mask for the run leaves out the same units in every step",
    is_value=True,
)
def quiz_calls_it_repeatable():
    return {**_RIGHT, "fixed_mask": "b"}


@misconception(
    "quiz_dropout",
    "units that are dropped in every step get no gradient in any step: they learn nothing",
    is_value=True,
)
def quiz_expects_slower_learning():
    return {**_RIGHT, "fixed_mask": "c"}


@misconception(
    "quiz_dropout",
    "a small layer has nothing to spare: dropping half of three units loses what the next layer needs",
    is_value=True,
)
def quiz_drops_the_narrow_layer():
    return {**_RIGHT, "keep_probs": "a"}


@misconception(
    "quiz_dropout", "layers may have different keep_probs: drop where there are weights to overfit with", is_value=True
)
def quiz_one_for_all():
    return {**_RIGHT, "keep_probs": "b"}
