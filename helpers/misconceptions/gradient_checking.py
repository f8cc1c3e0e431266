"""Known mistakes of topic 07, gradient checking. See the package's first lines for what an entry is."""

import numpy as np

from helpers.misconceptions import misconception

# ------------------------------------------------------------------------------------------------------------- one_sided


@misconception("one_sided", "it looks to both sides; that is `two_sided`")
def one_from_both_sides(f, x, eps):
    return (f(x + eps) - f(x - eps)) / (2 * eps)


@misconception("one_sided", "it looks to the left, from x - eps to x, instead of to the right")
def one_to_the_left(f, x, eps):
    return (f(x) - f(x - eps)) / eps


@misconception("one_sided", "it divides by 2 eps, although the two points are only one eps apart")
def one_halved(f, x, eps):
    return (f(x + eps) - f(x)) / (2 * eps)


@misconception("one_sided", "the difference of the two values is not divided by eps")
def one_undivided(f, x, eps):
    return f(x + eps) - f(x)


@misconception("one_sided", "parentheses are missing: only f(x) is divided by eps, not the difference")
def one_without_parentheses(f, x, eps):
    return f(x + eps) - f(x) / eps


@misconception("one_sided", "the argument eps is not used; the step is a small one that is fixed inside")
def one_with_a_fixed_step(f, x, eps):
    return (f(x + 1e-5) - f(x)) / 1e-5


@misconception("one_sided", "the two values are subtracted the wrong way round, so the sign is wrong")
def one_with_the_wrong_sign(f, x, eps):
    return (f(x) - f(x + eps)) / eps


@misconception("one_sided", "x is multiplied by 1 + eps; the step is eps itself, wherever x is")
def one_with_a_share_of_x(f, x, eps):
    return (f(x * (1 + eps)) - f(x)) / eps


@misconception("one_sided", "the difference is multiplied by eps instead of divided")
def one_multiplied(f, x, eps):
    return (f(x + eps) - f(x)) * eps


# ------------------------------------------------------------------------------------------------------------- two_sided


@misconception("two_sided", "it looks to the right only; that is `one_sided`")
def two_from_one_side(f, x, eps):
    return (f(x + eps) - f(x)) / eps


@misconception("two_sided", "it looks to the left only, from x - eps to x")
def two_to_the_left(f, x, eps):
    return (f(x) - f(x - eps)) / eps


@misconception("two_sided", "it divides by eps, although the two points are 2 eps apart")
def two_doubled(f, x, eps):
    return (f(x + eps) - f(x - eps)) / eps


@misconception("two_sided", "`/ 2 * eps` divides by 2 and multiplies by eps; the product 2 eps needs parentheses")
def two_without_parentheses(f, x, eps):
    return (f(x + eps) - f(x - eps)) / 2 * eps


@misconception("two_sided", "it moves by half of eps to either side; the step is eps to either side")
def two_half_steps(f, x, eps):
    return (f(x + eps / 2) - f(x - eps / 2)) / eps


@misconception("two_sided", "the difference of the two values is not divided by 2 eps")
def two_undivided(f, x, eps):
    return f(x + eps) - f(x - eps)


@misconception("two_sided", "the argument eps is not used; the step is a small one that is fixed inside")
def two_with_a_fixed_step(f, x, eps):
    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5


@misconception("two_sided", "the two values are subtracted the wrong way round, so the sign is wrong")
def two_with_the_wrong_sign(f, x, eps):
    return (f(x - eps) - f(x + eps)) / (2 * eps)


@misconception("two_sided", "the two values are added instead of subtracted")
def two_added(f, x, eps):
    return (f(x + eps) + f(x - eps)) / (2 * eps)


@misconception("two_sided", "f(x) is subtracted once instead of f(x - eps), and yet it divides by 2 eps")
def two_half_of_one_side(f, x, eps):
    return (f(x + eps) - f(x)) / (2 * eps)


# ------------------------------------------------------------------------------------------------------ params_to_vector


def _joined(arrays, order="C"):
    """The arrays end to end, each read in one order."""
    theta = np.concatenate([np.ravel(values, order=order) for values in arrays])
    return theta if theta.dtype == np.float32 else theta.astype(np.float64)


@misconception("params_to_vector", "the keys are sorted; the vector has the order of the dict")
def vector_of_sorted_keys(params):
    return _joined([params[key] for key in sorted(params)])


@misconception(
    "params_to_vector", "the layers are gone through by number, W1, b1, W2, ..., whatever the dict's order is"
)
def vector_by_layer(params):
    return _joined([params[f"{kind}{layer}"] for layer in range(1, len(params) // 2 + 1) for kind in "Wb"])


@misconception("params_to_vector", "all weights come first and then all biases; the vector has the order of the dict")
def vector_of_weights_then_biases(params):
    return _joined([params[key] for kind in "Wb" for key in params if key[0] == kind])


@misconception("params_to_vector", "the arrays are read column by column; C order is row by row")
def vector_by_columns(params):
    return _joined(params.values(), order="F")


@misconception(
    "params_to_vector", "each array is read as it happens to be stored (order K or A), not always row by row"
)
def vector_as_stored(params):
    return _joined(params.values(), order="K")


@misconception("params_to_vector", "the biases are left out")
def vector_without_biases(params):
    return _joined([params[key] for key in params if key[0] == "W"])


@misconception("params_to_vector", "the result is a column (N, 1); it should be a vector (N,)")
def vector_as_a_column(params):
    return _joined(params.values())[:, np.newaxis]


@misconception("params_to_vector", "the result is always float64, although all arrays are float32")
def vector_in_double_precision(params):
    return _joined(params.values()).astype(np.float64)


@misconception("params_to_vector", "the result is always float32, which cuts off half of the digits of float64 arrays")
def vector_in_single_precision(params):
    with np.errstate(over="ignore", under="ignore"):
        return _joined(params.values()).astype(np.float32)


@misconception("params_to_vector", "the result has the dtype of the first array, whatever the others are")
def vector_in_the_first_dtype(params):
    first = next(iter(params.values())).dtype
    return _joined(params.values()).astype(first if first == np.float32 else np.float64)


@misconception("params_to_vector", "the dict itself is changed on the way; read it and leave it as it is")
def vector_changes_the_dict(params):
    keys = list(params)
    return _joined([params.pop(key) for key in keys])


# ------------------------------------------------------------------------------------------------------ vector_to_params


def _cut(theta, like, keys, order="C"):
    """The right way, along given keys."""
    back, start = {}, 0
    for key in keys:
        size = like[key].size
        back[key] = theta[start : start + size].reshape(like[key].shape, order=order).astype(like[key].dtype)
        start += size
    return back


@misconception("vector_to_params", "the arrays are filled column by column; C order is row by row")
def params_by_columns(theta, like):
    return _cut(theta, like, like, order="F")


@misconception("vector_to_params", "the keys are sorted before cutting; theta has the order of `like`")
def params_of_sorted_keys(theta, like):
    back = _cut(theta, like, sorted(like))
    return {key: back[key] for key in like}


@misconception("vector_to_params", "theta is cut in the order W1, b1, W2, ..., whatever the order of `like` is")
def params_by_layer(theta, like):
    back = _cut(theta, like, [f"{kind}{layer}" for layer in range(1, len(like) // 2 + 1) for kind in "Wb"])
    return {key: back[key] for key in like}


@misconception(
    "vector_to_params", "the numbers are right, but the result has its keys sorted instead of in the order of `like`"
)
def params_come_back_sorted(theta, like):
    back = _cut(theta, like, like)
    return {key: back[key] for key in sorted(back)}


@misconception("vector_to_params", "the start does not move on: every array begins at the first number of theta")
def params_all_from_the_start(theta, like):
    return {key: theta[: v.size].reshape(v.shape).astype(v.dtype) for key, v in like.items()}


@misconception("vector_to_params", "all arrays are float64, also where `like` has float32")
def params_in_double_precision(theta, like):
    return {key: values.astype(np.float64) for key, values in _cut(theta, like, like).items()}


@misconception(
    "vector_to_params",
    "theta or `like` is overwritten on the way, `like` for instance by filling its arrays; make new ones",
)
def params_overwrite_like(theta, like):
    start = 0
    for key, values in like.items():
        like[key][...] = theta[start : start + values.size].reshape(values.shape)
        start += values.size
    return like


@misconception("vector_to_params", "the numbers of `like` come back; they should be those of theta")
def params_of_like(theta, like):
    return {key: values.copy() for key, values in like.items()}


@misconception("vector_to_params", "the weights come back transposed, (n_in, n_out) instead of (n_out, n_in)")
def params_transposed(theta, like):
    return {key: values.T for key, values in _cut(theta, like, like).items()}


@misconception("vector_to_params", "the pieces are not given the shapes of `like`; they stay vectors")
def params_left_flat(theta, like):
    return {key: values.ravel() for key, values in _cut(theta, like, like).items()}


@misconception("vector_to_params", "all arrays come back as float32, which cuts a step of 1e-5 off a number like 2")
def params_in_single_precision(theta, like):
    with np.errstate(over="ignore", under="ignore"):
        return {key: values.astype(np.float32) for key, values in _cut(theta, like, like).items()}


# ---------------------------------------------------------------------------------------------------- numerical_gradient


def _slopes(f, theta, eps):
    """The right gradient, for entries that spoil something else."""
    gradient = np.empty(len(theta))
    for i in range(len(theta)):
        above, below = theta.copy(), theta.copy()
        above[i] += eps
        below[i] -= eps
        gradient[i] = (f(above) - f(below)) / (2 * eps)
    return gradient


@misconception("numerical_gradient", "it looks to one side only, from theta to theta + eps")
def gradient_from_one_side(f, theta, eps=1e-5):
    gradient, here = np.empty(len(theta)), f(theta.copy())
    for i in range(len(theta)):
        above = theta.copy()
        above[i] += eps
        gradient[i] = (f(above) - here) / eps
    return gradient


@misconception("numerical_gradient", "it divides by eps, although the two points are 2 eps apart")
def gradient_doubled(f, theta, eps=1e-5):
    return 2 * _slopes(f, theta, eps)


@misconception(
    "numerical_gradient", "`/ 2 * eps` divides by 2 and multiplies by eps; the product 2 eps needs parentheses"
)
def gradient_without_parentheses(f, theta, eps=1e-5):
    return _slopes(f, theta, eps) * eps**2


@misconception("numerical_gradient", "all components are moved at once, which gives one slope in a slanted direction")
def gradient_all_at_once(f, theta, eps=1e-5):
    slope = (f(theta + eps) - f(theta - eps)) / (2 * eps)
    return np.full(len(theta), slope)


@misconception(
    "numerical_gradient", "the slope in the direction in which all components grow is returned as one number"
)
def gradient_as_one_number(f, theta, eps=1e-5):
    return (f(theta + eps) - f(theta - eps)) / (2 * eps)


@misconception("numerical_gradient", "a component that was moved is not put back before the next one's turn")
def gradient_never_puts_back(f, theta, eps=1e-5):
    gradient = np.empty(len(theta))
    for i in range(len(theta)):
        theta[i] += eps
        above = f(theta)
        theta[i] -= 2 * eps
        gradient[i] = (above - f(theta)) / (2 * eps)
    return gradient


@misconception(
    "numerical_gradient", "two copies of theta are moved, but a component stays moved when the next one's turn comes"
)
def gradient_copies_once(f, theta, eps=1e-5):
    gradient, above, below = np.empty(len(theta)), theta.copy(), theta.copy()
    for i in range(len(theta)):
        above[i] += eps
        below[i] -= eps
        gradient[i] = (f(above) - f(below)) / (2 * eps)
    return gradient


@misconception(
    "numerical_gradient",
    "adding and subtracting eps does not lead back to the same bits; keep the old value and write it back",
)
def gradient_loses_bits(f, theta, eps=1e-5):
    gradient = np.empty(len(theta))
    for i in range(len(theta)):
        theta[i] += eps
        above = f(theta)
        theta[i] -= 2 * eps
        gradient[i] = (above - f(theta)) / (2 * eps)
        theta[i] += eps
    return gradient


@misconception("numerical_gradient", "the step is a small one that is fixed inside, whatever eps is")
def gradient_with_a_fixed_step(f, theta, eps=1e-5):
    return _slopes(f, theta, 1e-5)


@misconception(
    "numerical_gradient", "the step when none is given is 1e-7; it should be 1e-5, which is far more accurate"
)
def gradient_with_a_tiny_default(f, theta, eps=1e-7):
    return _slopes(f, theta, eps)


@misconception("numerical_gradient", "the step grows with the component's size; it is eps for every component")
def gradient_with_a_share_of_theta(f, theta, eps=1e-5):
    gradient = np.empty(len(theta))
    for i in range(len(theta)):
        step = eps * max(1.0, abs(theta[i]))
        above, below = theta.copy(), theta.copy()
        above[i] += step
        below[i] -= step
        gradient[i] = (f(above) - f(below)) / (2 * step)
    return gradient


@misconception("numerical_gradient", "the two costs are subtracted the wrong way round, so all signs are wrong")
def gradient_with_the_wrong_sign(f, theta, eps=1e-5):
    return -_slopes(f, theta, eps)


@misconception("numerical_gradient", "the last component is left out of the loop")
def gradient_without_the_last(f, theta, eps=1e-5):
    gradient = _slopes(f, theta, eps)
    gradient[-1] = 0
    return gradient


@misconception("numerical_gradient", "f gets only the component that moved; it needs the whole vector")
def gradient_of_single_components(f, theta, eps=1e-5):
    values = [(f(theta[i : i + 1] + eps) - f(theta[i : i + 1] - eps)) / (2 * eps) for i in range(len(theta))]
    return np.array(values)


@misconception("numerical_gradient", "the moved vectors hold whole numbers, so theta and the step are cut off")
def gradient_of_whole_numbers(f, theta, eps=1e-5):
    gradient = np.empty(len(theta))
    for i in range(len(theta)):
        above, below = theta.astype(int), theta.astype(int)
        above[i] += int(eps)
        below[i] -= int(eps)
        gradient[i] = (f(above) - f(below)) / (2 * eps)
    return gradient


# --------------------------------------------------------------------------------------------------- relative_difference


def _length(values):
    return float(np.sqrt(np.sum(np.square(values, dtype=float))))


def _divided(gap, by):
    return 0.0 if by == 0 else gap / by


@misconception(
    "relative_difference", "the gap is not divided by the lengths: a distance depends on the unit of the cost"
)
def absolute_difference(g, g_approx):
    return _length(g - g_approx)


@misconception("relative_difference", "it divides by the length of g alone instead of by the sum of both lengths")
def divided_by_the_first(g, g_approx):
    return _divided(_length(g - g_approx), _length(g))


@misconception(
    "relative_difference", "it divides by the length of g_approx alone instead of by the sum of both lengths"
)
def divided_by_the_second(g, g_approx):
    return _divided(_length(g - g_approx), _length(g_approx))


@misconception("relative_difference", "it divides by the longer of the two instead of by the sum of both lengths")
def divided_by_the_longer(g, g_approx):
    return _divided(_length(g - g_approx), max(_length(g), _length(g_approx)))


@misconception("relative_difference", "it divides by the length of the sum g + g_approx, not by the sum of the lengths")
def divided_by_the_length_of_the_sum(g, g_approx):
    return _divided(_length(g - g_approx), _length(g + g_approx))


@misconception("relative_difference", "the largest entry is taken for the length; it is the root of the sum of squares")
def lengths_by_the_largest_entry(g, g_approx):
    return _divided(float(np.max(np.abs(g - g_approx))), float(np.max(np.abs(g)) + np.max(np.abs(g_approx))))


@misconception("relative_difference", "absolute values are added up; the length is the root of the sum of squares")
def lengths_by_absolute_values(g, g_approx):
    return _divided(float(np.sum(np.abs(g - g_approx))), float(np.sum(np.abs(g)) + np.sum(np.abs(g_approx))))


@misconception("relative_difference", "the roots are missing: these are squares of lengths")
def lengths_without_the_root(g, g_approx):
    return _divided(_length(g - g_approx) ** 2, _length(g) ** 2 + _length(g_approx) ** 2)


@misconception("relative_difference", "the components are compared one by one and the worst is returned")
def worst_of_the_components(g, g_approx):
    gaps, sums = np.abs(g - g_approx), np.abs(g) + np.abs(g_approx)
    return float(np.max(np.divide(gaps, sums, out=np.zeros(len(gaps)), where=sums > 0)))


@misconception(
    "relative_difference", "a small number is added to the denominator, so a tiny gradient always looks right"
)
def denominator_with_a_safety(g, g_approx):
    return _length(g - g_approx) / (_length(g) + _length(g_approx) + 1e-8)


@misconception("relative_difference", "two zero gradients are divided 0/0, which gives nan; they agree, so it is 0.0")
def zero_by_zero(g, g_approx):
    return np.float64(_length(g - g_approx)) / np.float64(_length(g) + _length(g_approx))


@misconception(
    "relative_difference", "np.allclose is asked; its absolute tolerance of 1e-8 takes any tiny gradient for right"
)
def allclose_instead(g, g_approx):
    return 0.0 if np.allclose(g, g_approx) else 1.0


@misconception(
    "relative_difference", "the difference of the two lengths is taken; it should be the length of the difference"
)
def gap_of_the_lengths(g, g_approx):
    return _divided(abs(_length(g) - _length(g_approx)), _length(g) + _length(g_approx))


@misconception("relative_difference", "0 is returned as soon as one of the gradients is zero; both must be")
def zero_when_one_is_zero(g, g_approx):
    if _length(g) == 0 or _length(g_approx) == 0:
        return 0.0
    return _length(g - g_approx) / (_length(g) + _length(g_approx))


# -------------------------------------------------------------------------------------------------------- check_gradient


def _relative(g, g_approx):
    return _divided(_length(g - g_approx), _length(g) + _length(g_approx))


@misconception("check_gradient", "the worst index is that of the largest relative gap; the absolute gap is asked for")
def worst_by_relative_gap(f, grad, theta, eps=1e-5):
    g, g_approx = grad(theta), _slopes(f, theta, eps)
    sums = np.abs(g) + np.abs(g_approx)
    relative = np.divide(np.abs(g - g_approx), sums, out=np.zeros(len(g)), where=sums > 0)
    return _relative(g, g_approx), int(np.argmax(relative))


@misconception("check_gradient", "the gaps are compared with their signs, so a large negative gap counts as small")
def worst_with_signs(f, grad, theta, eps=1e-5):
    g, g_approx = grad(theta), _slopes(f, theta, eps)
    return _relative(g, g_approx), int(np.argmax(g - g_approx))


@misconception("check_gradient", "the gaps are compared as g_approx - g with their signs; take absolute values")
def worst_with_opposite_signs(f, grad, theta, eps=1e-5):
    g, g_approx = grad(theta), _slopes(f, theta, eps)
    return _relative(g, g_approx), int(np.argmax(g_approx - g))


@misconception("check_gradient", "the index of the smallest gap is returned")
def best_instead_of_worst(f, grad, theta, eps=1e-5):
    g, g_approx = grad(theta), _slopes(f, theta, eps)
    return _relative(g, g_approx), int(np.argmin(np.abs(g - g_approx)))


@misconception("check_gradient", "the worst index is that of the largest gradient, not of the largest gap")
def worst_by_gradient(f, grad, theta, eps=1e-5):
    g, g_approx = grad(theta), _slopes(f, theta, eps)
    return _relative(g, g_approx), int(np.argmax(np.abs(g)))


@misconception("check_gradient", "the largest gap itself is returned in the place of its index")
def gap_instead_of_index(f, grad, theta, eps=1e-5):
    g, g_approx = grad(theta), _slopes(f, theta, eps)
    return _relative(g, g_approx), float(np.max(np.abs(g - g_approx)))


@misconception("check_gradient", "the difference is the length of the gap, not divided by the lengths of the gradients")
def check_with_the_absolute_difference(f, grad, theta, eps=1e-5):
    g, g_approx = grad(theta), _slopes(f, theta, eps)
    return _length(g - g_approx), int(np.argmax(np.abs(g - g_approx)))


@misconception("check_gradient", "eps is not handed on to the numerical gradient, which takes its own step")
def check_without_eps(f, grad, theta, eps=1e-5):
    g, g_approx = grad(theta), _slopes(f, theta, 1e-5)
    return _relative(g, g_approx), int(np.argmax(np.abs(g - g_approx)))


@misconception("check_gradient", "the step when none is given is 1e-7; it should be 1e-5, which is far more accurate")
def check_with_a_tiny_default(f, grad, theta, eps=1e-7):
    g, g_approx = grad(theta), _slopes(f, theta, eps)
    return _relative(g, g_approx), int(np.argmax(np.abs(g - g_approx)))


@misconception("check_gradient", "the numerical gradient looks to one side only")
def check_from_one_side(f, grad, theta, eps=1e-5):
    here = f(theta)
    g_approx = np.array([(f(theta + eps * unit) - here) / eps for unit in np.eye(len(theta))])
    g = grad(theta)
    return _relative(g, g_approx), int(np.argmax(np.abs(g - g_approx)))


@misconception("check_gradient", "the numerical gradient is compared with itself: grad is never asked")
def check_never_asks_grad(f, grad, theta, eps=1e-5):
    g = g_approx = _slopes(f, theta, eps)
    return _relative(g, g_approx), int(np.argmax(np.abs(g - g_approx)))


@misconception(
    "check_gradient", "a right gradient gets no index; some gap is the largest there, too, however small it is"
)
def no_index_for_a_right_gradient(f, grad, theta, eps=1e-5):
    g, g_approx = grad(theta), _slopes(f, theta, eps)
    worst, largest = None, 0.0
    for index, gap in enumerate(np.abs(g - g_approx)):
        if gap > largest:
            worst, largest = index, gap
    return _relative(g, g_approx), worst


@misconception("check_gradient", "the two results are exchanged; the difference comes first, then the index")
def results_exchanged(f, grad, theta, eps=1e-5):
    g, g_approx = grad(theta), _slopes(f, theta, eps)
    return int(np.argmax(np.abs(g - g_approx))), _relative(g, g_approx)


@misconception("check_gradient", "the gradient is asked for beside theta, where one component has been moved by eps")
def asks_beside_theta(f, grad, theta, eps=1e-5):
    g_approx = _slopes(f, theta, eps)
    moved = theta.copy()
    moved[-1] += eps
    g = grad(moved)
    return _relative(g, g_approx), int(np.argmax(np.abs(g - g_approx)))


# ------------------------------------------------------------------------------------------------------- worst_parameter


def _largest(numbers):
    return max(numbers, key=lambda key: numbers[key])


@misconception("worst_parameter", "gaps are compared by their length; a small gradient's gap counts in relation to it")
def worst_by_absolute_gap(grads, approx):
    return _largest({key: _length(grads[key] - approx[key]) for key in grads})


@misconception("worst_parameter", "the gradients are paired by their place in the dicts; pair them by key")
def paired_by_place(grads, approx):
    pairs = zip(grads.items(), approx.values(), strict=True)
    sides = {key: (np.ravel(g), np.resize(np.ravel(other), np.size(g))) for (key, g), other in pairs}
    return _largest({key: _relative(g, other) for key, (g, other) in sides.items()})


@misconception("worst_parameter", "the key of the smallest difference is returned")
def best_parameter(grads, approx):
    return _largest({key: -_relative(grads[key], approx[key]) for key in grads})


@misconception("worst_parameter", "two zero gradients count as entirely wrong; they agree, so they count 0")
def two_zeros_count_one(grads, approx):
    def difference(g, other):
        return 1.1 if not g.any() and not other.any() else _relative(g, other)

    return _largest({key: difference(grads[key], approx[key]) for key in grads})


@misconception("worst_parameter", "one zero gradient counts 0, as if it were right; only two of them do")
def one_zero_counts_nothing(grads, approx):
    def difference(g, other):
        return 0.0 if not g.any() or not other.any() else _relative(g, other)

    return _largest({key: difference(grads[key], approx[key]) for key in grads})


@misconception(
    "worst_parameter", "single components are compared and the worst of them decides; compare whole gradients"
)
def worst_single_component(grads, approx):
    def difference(g, other):
        sums = np.abs(g) + np.abs(other)
        return float(np.max(np.divide(np.abs(g - other), sums, out=np.zeros(np.shape(g)), where=sums > 0)))

    return _largest({key: difference(grads[key], approx[key]) for key in grads})


@misconception(
    "worst_parameter", "the largest entry is taken for a gradient's length; it is the root of the sum of squares"
)
def worst_by_largest_entries(grads, approx):
    def difference(g, other):
        return _divided(np.max(np.abs(g - other)), np.max(np.abs(g)) + np.max(np.abs(other)))

    return _largest({key: difference(grads[key], approx[key]) for key in grads})


@misconception("worst_parameter", "the gap is divided by the length of the numerical gradient alone")
def worst_by_the_numerical_length(grads, approx):
    def difference(g, other):
        return np.inf if not other.any() and g.any() else _divided(_length(g - other), _length(other))

    return _largest({key: difference(grads[key], approx[key]) for key in grads})


@misconception("worst_parameter", "the gap is divided by the length of backpropagation's gradient alone")
def worst_by_the_first_length(grads, approx):
    def difference(g, other):
        return np.inf if not g.any() and other.any() else _divided(_length(g - other), _length(g))

    return _largest({key: difference(grads[key], approx[key]) for key in grads})


@misconception("worst_parameter", "the difference is returned; the key of the largest one is asked for")
def difference_instead_of_key(grads, approx):
    return max(_relative(grads[key], approx[key]) for key in grads)


@misconception("worst_parameter", "the place of the key is returned; the key itself is asked for")
def place_instead_of_key(grads, approx):
    return int(np.argmax([_relative(grads[key], approx[key]) for key in grads]))


@misconception("worst_parameter", "the keys are a list of six, W1 to b3, whatever the dicts hold; go through the dict")
def worst_of_six_keys(grads, approx):
    keys = [key for key in ("W1", "b1", "W2", "b2", "W3", "b3") if key in grads]
    return _largest({key: _relative(grads[key], approx[key]) for key in keys})


@misconception("worst_parameter", "only weights are looked at; a bias can be wrong, too")
def weights_only(grads, approx):
    return _largest({key: _relative(grads[key], approx[key]) for key in grads if key[0] == "W"} or {"W1": 0.0})


@misconception(
    "worst_parameter",
    "tiny gradients never count: np.allclose, or a small number added to the denominator, takes their gaps for none",
)
def tiny_gaps_are_ignored(grads, approx):
    def difference(g, other):
        return 0.0 if np.allclose(g, other, rtol=0, atol=1e-8) else _relative(g, other)

    return _largest({key: difference(grads[key], approx[key]) for key in grads})


# -------------------------------------------------------------------------------------------------------- backward_fixed


def _backward(y, params, cache, left=(), dZ3=None):
    """The backward pass, with those of the planted bugs that are left."""
    m = len(y)
    dZ3 = (cache["A3"] - np.reshape(y, (-1, 1))) / m if dZ3 is None else dZ3
    dZ2 = (dZ3 @ params["W3"]) * (cache["Z2"] > 0)
    back = dZ2 @ params["W2"]
    dZ1 = np.maximum(back, 0) if "dZ1" in left else back * (cache["Z1"] > 0)
    return {
        "W1": dZ1.T @ cache["A0"],
        "b1": dZ1.sum(axis=0),
        "W2": dZ2.T @ cache["A1"],
        "b2": dZ2.mean(axis=0) if "b2" in left else dZ2.sum(axis=0),
        "W3": dZ3.T @ (cache["Z2"] if "W3" in left else cache["A2"]),
        "b3": dZ3.sum(axis=0),
    }


# Where to look, not what to write: finding the bugs is the exercise.
_W3 = "W3 is off while b3 is right, so the bug is in the line of dW3"
_B2 = "b2 is off while W2 is right, so the bug is in the line of db2"
_DZ1 = "W1 and b1 are both off while layer 2 hands on what it should, so the bug is in the line of dZ1"


@misconception("backward_fixed", f"the three bugs are still there: {_W3}; {_B2}; {_DZ1}")
def as_handed_out(X, y, params, cache):
    return _backward(y, params, cache, ("W3", "b2", "dZ1"))


@misconception("backward_fixed", f"one bug is left: {_W3}")
def one_left_in_w3(X, y, params, cache):
    return _backward(y, params, cache, ("W3",))


@misconception("backward_fixed", f"one bug is left: {_B2}")
def one_left_in_b2(X, y, params, cache):
    return _backward(y, params, cache, ("b2",))


@misconception("backward_fixed", f"one bug is left: {_DZ1}")
def one_left_in_dz1(X, y, params, cache):
    return _backward(y, params, cache, ("dZ1",))


@misconception("backward_fixed", f"two bugs are left: {_W3}; {_B2}")
def two_left_in_w3_and_b2(X, y, params, cache):
    return _backward(y, params, cache, ("W3", "b2"))


@misconception("backward_fixed", f"two bugs are left: {_W3}; {_DZ1}")
def two_left_in_w3_and_dz1(X, y, params, cache):
    return _backward(y, params, cache, ("W3", "dZ1"))


@misconception("backward_fixed", f"two bugs are left: {_B2}; {_DZ1}")
def two_left_in_b2_and_dz1(X, y, params, cache):
    return _backward(y, params, cache, ("b2", "dZ1"))


@misconception("backward_fixed", "ReLU's slope is missing in dZ1: units that were not active get a gradient")
def dz1_without_relu(X, y, params, cache):
    return _backward(y, params, cache | {"Z1": np.ones_like(cache["Z1"])})


@misconception("backward_fixed", "ReLU's slope is missing in dZ2: units that were not active get a gradient")
def dz2_without_relu(X, y, params, cache):
    return _backward(y, params, cache | {"Z2": np.ones_like(cache["Z2"])})


@misconception("backward_fixed", "the factor 1/m is missing: the cost is a mean over the rows")
def without_the_mean(X, y, params, cache):
    return {key: len(y) * values for key, values in _backward(y, params, cache).items()}


@misconception(
    "backward_fixed", "the factor 1/m is applied twice: it is in dZ3 and comes again with the sums over the rows"
)
def the_mean_twice(X, y, params, cache):
    return {key: values / len(y) for key, values in _backward(y, params, cache).items()}


@misconception(
    "backward_fixed", "all biases' gradients are means over the rows, but 1/m is in dZ3 already: they are sums"
)
def biases_by_the_mean(X, y, params, cache):
    return {key: v / len(y) if key[0] == "b" else v for key, v in _backward(y, params, cache).items()}


@misconception("backward_fixed", "the sign is wrong: dZ3 is A3 - y, not y - A3")
def with_the_wrong_sign(X, y, params, cache):
    return {key: -values for key, values in _backward(y, params, cache).items()}


@misconception(
    "backward_fixed", "dZ3 has the sigmoid's slope A3 (1 - A3) once too often; the cross-entropy has cancelled it"
)
def sigmoid_slope_too_often(X, y, params, cache):
    dZ3 = (cache["A3"] - np.reshape(y, (-1, 1))) * cache["A3"] * (1 - cache["A3"]) / len(y)
    return _backward(y, params, cache, dZ3=dZ3)


@misconception("backward_fixed", "the gradients have keys that begin with d; they should be those of params")
def keys_with_a_d(X, y, params, cache):
    return {f"d{key}": values for key, values in _backward(y, params, cache).items()}


# ------------------------------------------------------------------------------------------------------------------ quiz

_RIGHT = {"step": "b", "precision": "b", "pattern": "c", "dropout": "a", "when": "c"}


@misconception(
    "quiz_gradient_checking",
    "the formula's own error falls with the step; what grows is the share of rounding",
    is_value=True,
)
def quiz_blames_the_formula():
    return {**_RIGHT, "step": "a"}


@misconception(
    "quiz_gradient_checking", "a bug does not depend on the step: its difference stays, whatever eps is", is_value=True
)
def quiz_suspects_a_small_bug():
    return {**_RIGHT, "step": "c"}


@misconception(
    "quiz_gradient_checking",
    "the threshold 1e-3 holds for float64; in float32 a right gradient exceeds it",
    is_value=True,
)
def quiz_convicts_float32():
    return {**_RIGHT, "precision": "a"}


@misconception(
    "quiz_gradient_checking",
    "a difference that float32 explains may still hide a bug; only float64 tells",
    is_value=True,
)
def quiz_acquits_float32():
    return {**_RIGHT, "precision": "c"}


@misconception(
    "quiz_gradient_checking",
    "layer 1 inherits what layer 2 hands on; the first wrong layer on the way back is layer 2",
    is_value=True,
)
def quiz_reads_the_last_victim():
    return {**_RIGHT, "pattern": "a"}


@misconception(
    "quiz_gradient_checking", "dZ1 cannot spoil W2 and b2, which are wrong as well; dZ2 spoils all four", is_value=True
)
def quiz_reads_the_first_layer():
    return {**_RIGHT, "pattern": "b"}


@misconception(
    "quiz_gradient_checking",
    "with fresh masks the two costs belong to two networks; no threshold mends that",
    is_value=True,
)
def quiz_raises_the_threshold():
    return {**_RIGHT, "dropout": "b"}


@misconception(
    "quiz_gradient_checking", "a smaller step makes it worse: the gap of two networks is divided by it", is_value=True
)
def quiz_shrinks_the_step():
    return {**_RIGHT, "dropout": "c"}


@misconception(
    "quiz_gradient_checking", "two passes a parameter in every step is more than any training can afford", is_value=True
)
def quiz_checks_in_every_step():
    return {**_RIGHT, "when": "a"}


@misconception(
    "quiz_gradient_checking",
    "where all parameters are 0, most gradients are 0, right or wrong, and bugs hide",
    is_value=True,
)
def quiz_checks_at_zero():
    return {**_RIGHT, "when": "b"}
