"""Known mistakes of topic 10, softmax. See the package's first lines for what an entry is."""

import numpy as np

from helpers.misconceptions import misconception


def _shift(Z):
    return Z - Z.max(axis=1, keepdims=True)


def _softmax(Z):
    E = np.exp(_shift(Z))
    return E / E.sum(axis=1, keepdims=True)


def _log_softmax(Z):
    return _shift(Z) - np.log(np.exp(_shift(Z)).sum(axis=1, keepdims=True))


def _minus_truth(P, y):
    P = P.copy()
    P[np.arange(len(y)), y] -= 1
    return P


def _zeros(X, n_classes):
    kind = np.float32 if X.dtype == np.float32 else np.float64
    return np.zeros((n_classes, X.shape[1]), kind), np.zeros(n_classes, kind)


# --------------------------------------------------------------------------------------------------------------- one_hot


@misconception("one_hot", "rows and columns are exchanged: a row belongs to an example, a column to a class")
def transposed(y, n_classes):
    Y = np.zeros((n_classes, len(y)))
    Y[y, np.arange(len(y))] = 1
    return Y


@misconception("one_hot", "classes are counted from 1, so each 1 stands one column too far to the left")
def counted_from_one(y, n_classes):
    Y = np.zeros((len(y), n_classes))
    Y[np.arange(len(y)), y.astype(int) - 1] = 1
    return Y


@misconception("one_hot", "the number of columns is taken from the largest label in y; n_classes is not used")
def columns_from_the_largest_label(y, n_classes):
    return np.eye(int(y.max()) + 1)[y]


@misconception("one_hot", "only classes that occur in y get a column; the column of a class is its number")
def columns_for_what_occurs(y, n_classes):
    return (y[:, None] == np.unique(y)).astype(float)


@misconception(
    "one_hot", "Y[:, y] = 1 sets the columns of all labels in every row; each row needs the one of its own label"
)
def whole_columns(y, n_classes):
    Y = np.zeros((len(y), n_classes))
    Y[:, y] = 1
    return Y


@misconception("one_hot", "the label itself is written into its column; it should be a 1")
def writes_the_label(y, n_classes):
    Y = np.zeros((len(y), n_classes))
    Y[np.arange(len(y)), y] = y
    return Y


@misconception("one_hot", "all columns up to the label are 1, as if the classes were steps on a scale")
def steps_of_a_scale(y, n_classes):
    return (np.arange(n_classes) <= y[:, None]).astype(float)


@misconception("one_hot", "0 and 1 are exchanged: the 1 belongs to the column of the label")
def inverted(y, n_classes):
    return 1 - np.eye(n_classes)[y]


@misconception("one_hot", "a place is computed in the labels' own small integer type, where it overflows")
def place_overflows(y, n_classes):
    Y = np.zeros(len(y) * n_classes)
    row_starts = (np.arange(len(y)) * n_classes).astype(y.dtype)
    Y[(row_starts + y) % len(Y)] = 1
    return Y.reshape(len(y), n_classes)


@misconception("one_hot", "the labels are cast to bytes, where 299 becomes 43")
def labels_in_a_byte(y, n_classes):
    return np.eye(n_classes)[y.astype(np.uint8)]


@misconception("one_hot", "the labels that were given are changed")
def changes_the_labels(y, n_classes):
    Y = np.eye(n_classes)[y]
    y[:] = 0
    return Y


# --------------------------------------------------------------------------------------------------------------- softmax


@misconception("softmax", "the exponentials overflow for large scores: take each row's highest score away first")
def not_shifted(Z):
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


@misconception(
    "softmax",
    "one number is taken from all rows; rows that lie far below it have nothing but zeros then: shift each row by its own maximum",
)
def one_shift_for_all_rows(Z):
    E = np.exp(Z - Z.max())
    return E / E.sum(axis=1, keepdims=True)


@misconception("softmax", "the maximum is taken over the columns (axis=0); each row needs its own")
def shifted_by_columns(Z):
    E = np.exp(Z - Z.max(axis=0))
    return E / E.sum(axis=1, keepdims=True)


@misconception("softmax", "the sum runs down the columns (axis=0); the probabilities of a row should sum to 1")
def normalized_by_columns(Z):
    E = np.exp(_shift(Z))
    return E / E.sum(axis=0)


@misconception("softmax", "the sum runs over all rows at once, so that the whole matrix sums to 1 and not each row")
def normalized_over_everything(Z):
    E = np.exp(_shift(Z))
    return E / E.sum()


@misconception("softmax", "the scores are divided by their sum without the exponential")
def without_the_exponential(Z):
    return Z / Z.sum(axis=1, keepdims=True)


@misconception("softmax", "each score goes through a sigmoid of its own; nothing makes a row sum to 1")
def sigmoid_of_each(Z):
    return 0.5 * (1 + np.tanh(0.5 * Z))


@misconception("softmax", "the exponentials are not divided by their sum")
def not_normalized(Z):
    return np.exp(_shift(Z))


@misconception("softmax", "large scores are cut off, which makes different scores equal; a shift changes nothing")
def clipped_scores(Z):
    E = np.exp(np.clip(Z, -500, 500))
    return E / E.sum(axis=1, keepdims=True)


@misconception(
    "softmax", "a small number is added to the sum, so that a row no longer sums to 1; after the shift it cannot be 0"
)
def small_number_in_the_sum(Z):
    E = np.exp(_shift(Z))
    return E / (E.sum(axis=1, keepdims=True) + 1e-8)


@misconception("softmax", "the row's lowest score is taken away, so that the highest ones still overflow")
def shifted_by_the_minimum(Z):
    E = np.exp(Z - Z.min(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


@misconception("softmax", "the row's mean is taken away; a score far above the mean still overflows")
def shifted_by_the_mean(Z):
    E = np.exp(Z - Z.mean(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True)


@misconception(
    "softmax", "numbers overflow on the way to a right result, and numpy warns: shift each row before the exponential"
)
def one_over_a_sum(Z):
    kind = np.float32 if Z.dtype == np.float32 else np.float64
    return (1 / np.exp(Z[:, None, :] - Z[:, :, None]).sum(axis=2)).astype(kind)


@misconception("softmax", "the highest score gets the probability 1; softmax only leans towards it")
def hard_maximum(Z):
    return np.eye(Z.shape[1], dtype=np.float32 if Z.dtype == np.float32 else float)[Z.argmax(axis=1)]


@misconception("softmax", "the powers are those of 2; softmax takes those of e")
def powers_of_two(Z):
    E = 2.0 ** _shift(Z)
    return (E / E.sum(axis=1, keepdims=True)).astype(np.float32 if Z.dtype == np.float32 else float)


@misconception("softmax", "the scores that were given are shifted in place")
def shifts_in_place(Z):
    Z -= Z.max(axis=1, keepdims=True)
    E = np.exp(Z)
    return E / E.sum(axis=1, keepdims=True)


@misconception("softmax", "scores of float32 come back as float64")
def always_double(Z):
    return _softmax(Z.astype(np.float64))


# ----------------------------------------------------------------------------------------------------------- log_softmax


@misconception("log_softmax", "the logarithm is taken of the probability, which is 0 for a score far below the highest")
def log_of_the_softmax(Z):
    return np.log(_softmax(Z))


@misconception(
    "log_softmax", "a small number is added to the probabilities, which hides -inf and makes small ones wrong"
)
def log_of_a_bit_more(Z):
    return np.log(_softmax(Z) + 1e-12).astype(np.float32 if Z.dtype == np.float32 else float)


@misconception("log_softmax", "the probabilities are cut off from below, so that all small ones get one logarithm")
def log_of_clipped_probabilities(Z):
    return np.log(np.maximum(_softmax(Z), 1e-30)).astype(np.float32 if Z.dtype == np.float32 else float)


@misconception("log_softmax", "the exponentials in the sum overflow: take each row's highest score away first")
def sum_not_shifted(Z):
    return Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))


@misconception("log_softmax", "one number is taken from all rows; each row needs its own maximum")
def log_with_one_shift(Z):
    shifted = Z - Z.max()
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


@misconception("log_softmax", "the score is shifted but the sum is not: both belong to the same formula")
def shifted_in_one_place(Z):
    return _shift(Z) - np.log(np.exp(Z).sum(axis=1, keepdims=True))


@misconception("log_softmax", "the sum itself is subtracted; it should be its logarithm")
def sum_without_logarithm(Z):
    return _shift(Z) - np.exp(_shift(Z)).sum(axis=1, keepdims=True)


@misconception("log_softmax", "the scores are only shifted; the logarithm of the sum is missing")
def only_shifted(Z):
    return _shift(Z) * 1.0


@misconception("log_softmax", "the sign is turned: these are the costs, the logarithms of probabilities are negative")
def sign_turned(Z):
    return -_log_softmax(Z)


@misconception("log_softmax", "the sum runs down the columns (axis=0); it should run along each row")
def summed_by_columns(Z):
    return _shift(Z) - np.log(np.exp(_shift(Z)).sum(axis=0))


@misconception("log_softmax", "the logarithm is that of base 2; nats need the natural one")
def base_two(Z):
    return (_log_softmax(Z) / np.log(2)).astype(np.float32 if Z.dtype == np.float32 else float)


@misconception("log_softmax", "these are the probabilities; their logarithm is asked for")
def no_logarithm(Z):
    return _softmax(Z)


@misconception("log_softmax", "the scores that were given are shifted in place")
def log_shifts_in_place(Z):
    Z -= Z.max(axis=1, keepdims=True)
    return Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))


@misconception("log_softmax", "scores of float32 come back as float64")
def log_always_double(Z):
    return _log_softmax(Z.astype(np.float64))


# --------------------------------------------------------------------------------------------------------- cross_entropy


@misconception("cross_entropy", "the costs of the rows are summed; the cross-entropy is their mean")
def sum_of_rows(Z, y):
    return float(-_log_softmax(Z)[np.arange(len(y)), y].sum())


@misconception(
    "cross_entropy", "the mean runs over all entries of the one-hot product, so that it is too small by the factor C"
)
def mean_over_all_entries(Z, y):
    return float(-np.mean(np.eye(Z.shape[1])[y] * _log_softmax(Z)))


@misconception("cross_entropy", "the softmax is applied twice: Z holds scores, and one softmax is enough")
def softmax_twice(Z, y):
    return float(-np.mean(_log_softmax(_softmax(Z))[np.arange(len(y)), y]))


@misconception("cross_entropy", "the logarithm is taken of the scores, as if they were probabilities already")
def scores_for_probabilities(Z, y):
    return float(-np.mean(np.log(Z[np.arange(len(y)), y])))


@misconception(
    "cross_entropy",
    "the logarithm is taken of a probability that is 0 for a very wrong belief, so that the cost is infinite",
)
def through_the_probability(Z, y):
    return float(-np.mean(np.log(_softmax(Z)[np.arange(len(y)), y])))


@misconception(
    "cross_entropy", "a small number is added to the probability, so that no mistake can cost more than its logarithm"
)
def cost_with_an_epsilon(Z, y):
    return float(-np.mean(np.log(_softmax(Z)[np.arange(len(y)), y] + 1e-12)))


@misconception("cross_entropy", "the minus sign is missing")
def no_minus(Z, y):
    return float(np.mean(_log_softmax(Z)[np.arange(len(y)), y]))


@misconception("cross_entropy", "what the probability lacks to 1 is averaged; the logarithm is missing")
def one_minus_probability(Z, y):
    return float(np.mean(1 - _softmax(Z)[np.arange(len(y)), y]))


@misconception("cross_entropy", "the logarithm is that of base 2, which gives bits; nats need the natural one")
def bits(Z, y):
    return float(-np.mean(_log_softmax(Z)[np.arange(len(y)), y]) / np.log(2))


@misconception(
    "cross_entropy", "log_P[:, y] takes the columns of all labels in every row; each row has only its own label"
)
def all_labels_in_each_row(Z, y):
    return float(-np.mean(_log_softmax(Z)[:, y]))


@misconception("cross_entropy", "the exponentials in the sum overflow: take each row's highest score away first")
def cost_not_shifted(Z, y):
    return float(np.mean(np.log(np.exp(Z).sum(axis=1)) - Z[np.arange(len(y)), y]))


@misconception("cross_entropy", "one number is taken from all rows; each row needs its own maximum")
def cost_with_one_shift(Z, y):
    shifted = Z - Z.max()
    return float(np.mean(np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(y)), y]))


@misconception(
    "cross_entropy",
    "the other classes are charged as well, each as a yes-or-no question of its own; only the true class counts",
)
def binary_for_each_class(Z, y):
    P, Y = _softmax(Z).astype(float), np.eye(Z.shape[1])[y]
    right = np.where(Y == 1, P, 1 - P)
    return float(-np.mean(np.sum(np.log(np.maximum(right, 1e-300)), axis=1)))


@misconception("cross_entropy", "the cost of each row is returned; it should be one number, their mean")
def one_cost_a_row(Z, y):
    return -_log_softmax(Z)[np.arange(len(y)), y]


@misconception("cross_entropy", "the most probable class is charged; it should be the true one")
def charges_the_prediction(Z, y):
    return float(-np.mean(_log_softmax(Z).max(axis=1)))


# ------------------------------------------------------------------------------------------------------ softmax_gradient


@misconception(
    "softmax_gradient", "the rows are not divided by m, so this is the gradient of a sum and not of the mean"
)
def gradient_of_the_sum(Z, y):
    return _minus_truth(_softmax(Z), y)


@misconception("softmax_gradient", "the sign is turned: it should be P - Y, so that a step against it lowers the cost")
def truth_minus_belief(Z, y):
    return -_minus_truth(_softmax(Z), y) / len(y)


@misconception("softmax_gradient", "the mean is taken over all m * C entries; it should be over the m rows")
def divided_by_all_entries(Z, y):
    return _minus_truth(_softmax(Z), y) / Z.size


@misconception("softmax_gradient", "the division is by the number of classes; it should be by the number of rows")
def divided_by_classes(Z, y):
    return _minus_truth(_softmax(Z), y) / Z.shape[1]


@misconception(
    "softmax_gradient",
    "P[:, y] -= 1 subtracts in the columns of all labels in every row; each row has only its own label",
)
def subtracts_in_all_rows(Z, y):
    P = _softmax(Z)
    P[:, y] -= 1
    return P / len(y)


@misconception(
    "softmax_gradient",
    "the softmax's own derivative P(1 - P) is multiplied in once more; in P - Y it has cancelled already",
)
def times_the_derivative_again(Z, y):
    P = _softmax(Z)
    return _minus_truth(P, y) * P * (1 - P) / len(y)


@misconception("softmax_gradient", "the truth is not subtracted: this is P / m")
def belief_alone(Z, y):
    return _softmax(Z) / len(y)


@misconception(
    "softmax_gradient", "only the true class's score gets a gradient; the others wrongly have some probability, too"
)
def true_class_alone(Z, y):
    dZ = np.zeros_like(_softmax(Z))
    rows = np.arange(len(y))
    dZ[rows, y] = (_softmax(Z)[rows, y] - 1) / len(y)
    return dZ


@misconception("softmax_gradient", "the truth is subtracted from the scores; it should be from the probabilities")
def scores_minus_truth(Z, y):
    return _minus_truth(Z * np.ones_like(_softmax(Z)), y) / len(y)


@misconception("softmax_gradient", "the labels are subtracted as numbers; write them as one-hot rows first")
def label_as_a_number(Z, y):
    P = _softmax(Z)
    return ((P - y[:, None].astype(P.dtype)) / len(y)).astype(P.dtype)


@misconception(
    "softmax_gradient", "the exponentials overflow for large scores: take each row's highest score away first"
)
def gradient_not_shifted(Z, y):
    E = np.exp(Z)
    return _minus_truth(E / E.sum(axis=1, keepdims=True), y) / len(y)


@misconception("softmax_gradient", "one number is taken from all rows; each row needs its own maximum")
def gradient_with_one_shift(Z, y):
    E = np.exp(Z - Z.max())
    return _minus_truth(E / E.sum(axis=1, keepdims=True), y) / len(y)


@misconception("softmax_gradient", "an argument is changed in place: work on a copy")
def gradient_in_place(Z, y):
    Z -= Z.max(axis=1, keepdims=True)
    return _minus_truth(_softmax(Z), y) / len(y)


@misconception("softmax_gradient", "scores of float32 come back as a gradient of float64")
def gradient_always_double(Z, y):
    return (_softmax(Z).astype(np.float64) - np.eye(Z.shape[1])[y]) / len(y)


# ----------------------------------------------------------------------------------------------------------- fit_softmax


@misconception("fit_softmax", "the bias never moves: it has a gradient, too, the column sums of dZ")
def bias_stays_zero(X, y, n_classes, lr, epochs):
    W, b = _zeros(X, n_classes)
    for _ in range(epochs):
        W = W - lr * (_minus_truth(_softmax(X @ W.T), y) / len(y)).T @ X
    return W, b


@misconception("fit_softmax", "the steps go up the gradient: lr times it has to be subtracted")
def climbs(X, y, n_classes, lr, epochs):
    W, b = _zeros(X, n_classes)
    for _ in range(epochs):
        dZ = _minus_truth(_softmax(X @ W.T + b), y) / len(y)
        W, b = W + lr * dZ.T @ X, b + lr * dZ.sum(axis=0)
    return W, b


@misconception("fit_softmax", "one step too many is taken")
def one_step_more(X, y, n_classes, lr, epochs):
    W, b = _zeros(X, n_classes)
    for _ in range(epochs + 1):
        dZ = _minus_truth(_softmax(X @ W.T + b), y) / len(y)
        W, b = W - lr * dZ.T @ X, b - lr * dZ.sum(axis=0)
    return W, b


@misconception("fit_softmax", "one step too few is taken")
def one_step_less(X, y, n_classes, lr, epochs):
    W, b = _zeros(X, n_classes)
    for _ in range(1, epochs):
        dZ = _minus_truth(_softmax(X @ W.T + b), y) / len(y)
        W, b = W - lr * dZ.T @ X, b - lr * dZ.sum(axis=0)
    return W, b


@misconception("fit_softmax", "the weights start from random numbers; here they start from zeros")
def random_start(X, y, n_classes, lr, epochs):
    W, b = _zeros(X, n_classes)
    W = W + 0.01 * np.random.default_rng(0).normal(size=W.shape).astype(W.dtype)
    for _ in range(epochs):
        dZ = _minus_truth(_softmax(X @ W.T + b), y) / len(y)
        W, b = W - lr * dZ.T @ X, b - lr * dZ.sum(axis=0)
    return W, b


@misconception("fit_softmax", "lr is not used: every step has the size of the gradient")
def no_learning_rate(X, y, n_classes, lr, epochs):
    W, b = _zeros(X, n_classes)
    for _ in range(epochs):
        dZ = _minus_truth(_softmax(X @ W.T + b), y) / len(y)
        W, b = W - dZ.T @ X, b - dZ.sum(axis=0)
    return W, b


@misconception("fit_softmax", "the gradient of the summed cost is used, so that each step is m times as long")
def steps_of_the_sum(X, y, n_classes, lr, epochs):
    W, b = _zeros(X, n_classes)
    for _ in range(epochs):
        dZ = _minus_truth(_softmax(X @ W.T + b), y)
        W, b = W - lr * dZ.T @ X, b - lr * dZ.sum(axis=0)
    return W, b


@misconception(
    "fit_softmax", "dZ is averaged once more for the bias: it holds the 1/m already, the bias needs its column sums"
)
def bias_averaged_twice(X, y, n_classes, lr, epochs):
    W, b = _zeros(X, n_classes)
    for _ in range(epochs):
        dZ = _minus_truth(_softmax(X @ W.T + b), y) / len(y)
        W, b = W - lr * dZ.T @ X, b - lr * dZ.mean(axis=0)
    return W, b


@misconception("fit_softmax", "W comes back transposed: a row should be a class")
def weights_transposed(X, y, n_classes, lr, epochs):
    W, b = _zeros(X, n_classes)
    for _ in range(epochs):
        dZ = _minus_truth(_softmax(X @ W.T + b), y) / len(y)
        W, b = W - lr * dZ.T @ X, b - lr * dZ.sum(axis=0)
    return W.T, b


@misconception("fit_softmax", "a step is taken for each row; full-batch descent takes one for all rows together")
def a_step_for_each_row(X, y, n_classes, lr, epochs):
    W, b = _zeros(X, n_classes)
    for _ in range(epochs):
        for x, label in zip(X, y, strict=True):
            dZ = _minus_truth(_softmax(x[None] @ W.T + b), np.array([label]))
            W, b = W - lr * dZ.T @ x[None], b - lr * dZ[0]
    return W, b


@misconception("fit_softmax", "a penalty shrinks the weights; none was asked for")
def with_a_penalty(X, y, n_classes, lr, epochs):
    W, b = _zeros(X, n_classes)
    for _ in range(epochs):
        dZ = _minus_truth(_softmax(X @ W.T + b), y) / len(y)
        W, b = W - lr * (dZ.T @ X + 0.1 * W), b - lr * dZ.sum(axis=0)
    return W, b


@misconception("fit_softmax", "the bias's gradient is computed after W has moved; both belong to the old parameters")
def bias_after_the_weights(X, y, n_classes, lr, epochs):
    W, b = _zeros(X, n_classes)
    for _ in range(epochs):
        W = W - lr * (_minus_truth(_softmax(X @ W.T + b), y) / len(y)).T @ X
        b = b - lr * (_minus_truth(_softmax(X @ W.T + b), y) / len(y)).sum(axis=0)
    return W, b


@misconception("fit_softmax", "the number of classes is taken from the largest label in y; n_classes is not used")
def classes_from_the_labels(X, y, n_classes, lr, epochs):
    W, b = _zeros(X, int(y.max()) + 1)
    for _ in range(epochs):
        dZ = _minus_truth(_softmax(X @ W.T + b), y) / len(y)
        W, b = W - lr * dZ.T @ X, b - lr * dZ.sum(axis=0)
    return W, b


@misconception("fit_softmax", "the exponentials overflow once the scores are large: shift each row by its maximum")
def fit_not_shifted(X, y, n_classes, lr, epochs):
    W, b = _zeros(X, n_classes)
    for _ in range(epochs):
        E = np.exp(X @ W.T + b)
        dZ = _minus_truth(E / E.sum(axis=1, keepdims=True), y) / len(y)
        W, b = W - lr * dZ.T @ X, b - lr * dZ.sum(axis=0)
    return W, b


@misconception("fit_softmax", "the descent stops as soon as the cost rises; all epochs were asked for")
def stops_when_the_cost_rises(X, y, n_classes, lr, epochs):
    W, b = _zeros(X, n_classes)
    lowest = np.inf
    for _ in range(epochs):
        Z = X @ W.T + b
        cost = -_log_softmax(Z)[np.arange(len(y)), y].mean()
        if cost > lowest:
            break
        lowest = cost
        dZ = _minus_truth(_softmax(Z), y) / len(y)
        W, b = W - lr * dZ.T @ X, b - lr * dZ.sum(axis=0)
    return W, b


@misconception("fit_softmax", "a sigmoid takes the place of the softmax, so that each class is learned by itself")
def one_against_the_rest(X, y, n_classes, lr, epochs):
    W, b = _zeros(X, n_classes)
    for _ in range(epochs):
        P = 0.5 * (1 + np.tanh(0.5 * (X @ W.T + b)))
        dZ = _minus_truth(P, y) / len(y)
        W, b = W - lr * dZ.T @ X, b - lr * dZ.sum(axis=0)
    return W, b


@misconception("fit_softmax", "an X of float32 gives weights of float64")
def fit_always_double(X, y, n_classes, lr, epochs):
    W, b = _zeros(X.astype(np.float64), n_classes)
    for _ in range(epochs):
        dZ = _minus_truth(_softmax(X @ W.T + b), y) / len(y)
        W, b = W - lr * dZ.T @ X, b - lr * dZ.sum(axis=0)
    return W, b


# --------------------------------------------------------------------------------------------------------------- predict


@misconception("predict", "the highest score is looked for in each column (axis=0); each row has a label")
def best_row_of_each_class(X, W, b):
    return np.argmax(X @ W.T + b, axis=0)


@misconception("predict", "the bias is left out of the scores")
def without_bias(X, W, b):
    return np.argmax(X @ W.T, axis=1)


@misconception("predict", "the lowest score is chosen; it should be the highest")
def lowest_score(X, W, b):
    return np.argmin(X @ W.T + b, axis=1)


@misconception("predict", "the highest score itself is returned; its place is asked for")
def score_instead_of_class(X, W, b):
    return np.max(X @ W.T + b, axis=1)


@misconception("predict", "a row of numbers comes back for each example, one a class; it should be one label")
def probabilities_instead_of_classes(X, W, b):
    return _softmax(X @ W.T + b)


@misconception("predict", "classes are counted from 1; the first one is 0")
def labels_from_one(X, W, b):
    return np.argmax(X @ W.T + b, axis=1) + 1


@misconception("predict", "argmax without an axis gives one place in the whole matrix; each row has a label")
def one_place_for_all(X, W, b):
    return np.argmax(X @ W.T + b)


@misconception("predict", "the sizes of the scores are compared; a large negative score speaks against its class")
def largest_size(X, W, b):
    return np.argmax(np.abs(X @ W.T + b), axis=1)


@misconception("predict", "negative scores are set to 0 first, as in a hidden layer, so that they tie")
def scores_through_relu(X, W, b):
    return np.argmax(np.maximum(X @ W.T + b, 0), axis=1)


@misconception("predict", "the scores are rounded first, so that close ones tie")
def rounded_scores(X, W, b):
    return np.argmax(np.round(X @ W.T + b, 2), axis=1)


@misconception("predict", "the label of a single row is a bare number: np.squeeze takes its axis away, too")
def single_label_without_axis(X, W, b):
    return np.squeeze(np.argmax(X @ W.T + b, axis=1))


@misconception("predict", "W is read in another order; it has a row for each class, so the scores are X @ W.T + b")
def weights_reshaped(X, W, b):
    return np.argmax(X @ W.reshape(X.shape[1], -1) + b, axis=1)


@misconception(
    "predict", "the probabilities overflow for large scores, and they are not needed: the scores have the same order"
)
def through_overflowing_probabilities(X, W, b):
    E = np.exp(X @ W.T + b)
    return np.argmax(E / E.sum(axis=1, keepdims=True), axis=1)


@misconception("predict", "the last class is never chosen")
def last_class_left_out(X, W, b):
    return np.argmax((X @ W.T + b)[:, : max(len(b) - 1, 1)], axis=1)


@misconception("predict", "the second score is compared with the first, as if there were two classes only")
def two_classes_only(X, W, b):
    Z = X @ W.T + b
    return (Z[:, -1] > Z[:, 0]).astype(int)


@misconception("predict", "the labels are floating-point numbers; a label is a whole number, good for an index")
def labels_as_floats(X, W, b):
    return np.argmax(X @ W.T + b, axis=1).astype(float)


# ------------------------------------------------------------------------------------------------------ confusion_matrix


def _count(y_true, y_pred, n_classes):
    counts = np.zeros((n_classes, n_classes), dtype=int)
    np.add.at(counts, (y_true, y_pred), 1)
    return counts


@misconception("confusion_matrix", "rows and columns are exchanged: rows are true classes, columns predicted ones")
def predictions_in_rows(y_true, y_pred, n_classes):
    return _count(y_pred, y_true, n_classes)


@misconception(
    "confusion_matrix",
    "counts[y_true, y_pred] += 1 counts a pair that occurs several times only once; np.add.at counts all",
)
def repeated_pairs_once(y_true, y_pred, n_classes):
    counts = np.zeros((n_classes, n_classes), dtype=int)
    counts[y_true, y_pred] += 1
    return counts


@misconception("confusion_matrix", "each row is divided by its sum; counts are asked for, not shares")
def shares_of_rows(y_true, y_pred, n_classes):
    counts = _count(y_true, y_pred, n_classes)
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)


@misconception("confusion_matrix", "everything is divided by m; counts are asked for, not shares")
def shares_of_all(y_true, y_pred, n_classes):
    return _count(y_true, y_pred, n_classes) / len(y_true)


@misconception("confusion_matrix", "the number of classes is taken from the largest label; n_classes is not used")
def size_from_the_labels(y_true, y_pred, n_classes):
    return _count(y_true, y_pred, int(max(y_true.max(), y_pred.max())) + 1)


@misconception("confusion_matrix", "only classes that occur get a row; a class's row is its number")
def rows_for_what_occurs(y_true, y_pred, n_classes):
    names = np.unique(np.concatenate([y_true, y_pred]))
    return _count(np.searchsorted(names, y_true), np.searchsorted(names, y_pred), len(names))


@misconception("confusion_matrix", "only mistakes are counted; what was right belongs on the diagonal")
def mistakes_only(y_true, y_pred, n_classes):
    wrong = y_true != y_pred
    return _count(y_true[wrong], y_pred[wrong], n_classes)


@misconception("confusion_matrix", "only what was right is counted; the mistakes belong beside the diagonal")
def right_ones_only(y_true, y_pred, n_classes):
    right = y_true == y_pred
    return _count(y_true[right], y_pred[right], n_classes)


@misconception("confusion_matrix", "each pair is counted in both orders; the true class is the row, once")
def counted_both_ways(y_true, y_pred, n_classes):
    counts = _count(y_true, y_pred, n_classes)
    return counts + counts.T


@misconception(
    "confusion_matrix", "classes are counted from 1, so that every count stands one place too far up and left"
)
def classes_from_one(y_true, y_pred, n_classes):
    return np.roll(_count(y_true, y_pred, n_classes), (-1, -1), axis=(0, 1))


@misconception("confusion_matrix", "the counts are held in bytes, which start over when they are full")
def counts_in_bytes(y_true, y_pred, n_classes):
    return _count(y_true, y_pred, n_classes).astype(np.uint8)


@misconception("confusion_matrix", "a place is computed in the labels' own small integer type, where it overflows")
def pair_number_overflows(y_true, y_pred, n_classes):
    start = (y_true.astype(int) * n_classes).astype(y_true.dtype)
    places = (start + y_pred).astype(int) % n_classes**2
    return np.bincount(places, minlength=n_classes**2).reshape(n_classes, n_classes)


# ------------------------------------------------------------------------------------------------------------------ quiz

_RIGHT = {"shift": "b", "surprise": "a", "likelihood": "c", "two_classes": "b", "library": "c"}


@misconception(
    "quiz_softmax", "every exponential grows by the same factor, and so does the sum that divides them", is_value=True
)
def quiz_a_shift_makes_probabilities_grow():
    return {**_RIGHT, "shift": "a"}


@misconception(
    "quiz_softmax",
    "stretching the scores makes the largest one surer; moving them all leaves their differences",
    is_value=True,
)
def quiz_a_shift_makes_surer():
    return {**_RIGHT, "shift": "c"}


@misconception("quiz_softmax", "the cost is a logarithm: a hundredth of the probability adds 4.6 nats", is_value=True)
def quiz_costs_as_ratios():
    return {**_RIGHT, "surprise": "b"}


@misconception(
    "quiz_softmax", "0.099 is the difference of the probabilities; the cost takes their logarithms", is_value=True
)
def quiz_costs_as_differences():
    return {**_RIGHT, "surprise": "c"}


@misconception(
    "quiz_softmax",
    "a model can have fewer mistakes and a higher cost, when the few it makes are confident",
    is_value=True,
)
def quiz_lower_cost_means_fewer_mistakes():
    return {**_RIGHT, "likelihood": "a"}


@misconception(
    "quiz_softmax", "being sure lowers the cost only where one is right; where one is wrong it raises it", is_value=True
)
def quiz_lower_cost_means_surer():
    return {**_RIGHT, "likelihood": "b"}


@misconception(
    "quiz_softmax", "one score alone says nothing: raise both by 5 and the probabilities are the same", is_value=True
)
def quiz_one_score_decides():
    return {**_RIGHT, "two_classes": "a"}


@misconception(
    "quiz_softmax",
    "scores enter through their difference; a ratio of exponentials is a difference of exponents",
    is_value=True,
)
def quiz_the_ratio_of_scores_decides():
    return {**_RIGHT, "two_classes": "c"}


@misconception(
    "quiz_softmax",
    "probabilities are numbers like any others, so nothing tells the loss that they are no scores",
    is_value=True,
)
def quiz_expects_an_error():
    return {**_RIGHT, "library": "a"}


@misconception(
    "quiz_softmax",
    "a second softmax is not harmless: it makes probabilities between 0 and 1 nearly equal",
    is_value=True,
)
def quiz_softmax_twice_is_once():
    return {**_RIGHT, "library": "b"}
