"""The references of topic 08 against exact fractions, loops over scalars, SciPy's filter and scikit-learn's optimizers."""

from __future__ import annotations

import copy
import inspect
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

from helpers import optimizers as module

optimizers: Any = module  # for what its types forbid: lists, other numbers, nonsense
Params = dict[str, Any]

SHAPES: dict[str, tuple[int, ...]] = {"W1": (3, 2), "b1": (3,), "W2": (1, 3), "b2": (1,)}
fractions = st.fractions(-5, 5, max_denominator=64)


def draw(seed: int, dtype: type = np.float64, low: float = -2.0) -> Params:
    rng = np.random.default_rng(seed)
    return {key: rng.uniform(low, 2, shape).astype(dtype) for key, shape in SHAPES.items()}


def zeros() -> Params:
    return {key: np.zeros(shape) for key, shape in SHAPES.items()}


# Each step, and what it takes between grads and lr.
STEPS: dict[str, Any] = {
    "sgd": (optimizers.sgd_step, lambda dtype: ()),
    "momentum": (optimizers.momentum_step, lambda dtype: (draw(5, dtype),)),
    "adagrad": (optimizers.adagrad_step, lambda dtype: (draw(5, dtype, low=0),)),
    "rmsprop": (optimizers.rmsprop_step, lambda dtype: (draw(5, dtype, low=0),)),
    "adam": (optimizers.adam_step, lambda dtype: ({"t": 4, "v": draw(6, dtype), "s": draw(7, dtype, low=0)},)),
}
every_step = pytest.mark.parametrize("name", STEPS)


def list_arrays(result: Any) -> list[np.ndarray]:
    """All arrays of nested dicts and tuples."""
    if isinstance(result, (dict, tuple)):
        parts = result.values() if isinstance(result, dict) else result
        return [array for part in parts for array in list_arrays(part)]
    return [result] if isinstance(result, np.ndarray) else []


def list_defaults(step: Any) -> dict[str, float]:
    return {p.name: p.default for p in inspect.signature(step).parameters.values() if p.default is not p.empty}


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.integers(1, 30), st.integers(1, 40), st.integers(0, 2**32))
def test_every_row_comes_once_beside_its_label_in_full_batches(m: int, batch_size: int, seed: int) -> None:
    X, y = np.arange(2 * m).reshape(m, 2), np.arange(m) * 10
    batches = optimizers.mini_batches(X, y, batch_size, np.random.default_rng(seed))
    assert len(batches) == math.ceil(m / batch_size)
    assert all(len(X_batch) == len(y_batch) == batch_size for X_batch, y_batch in batches[:-1])
    assert 1 <= len(batches[-1][1]) <= batch_size
    for X_batch, y_batch in batches:
        np.testing.assert_array_equal(X_batch, X[y_batch // 10])
    assert sorted(np.concatenate([y_batch for _, y_batch in batches])) == list(y)


def test_the_order_of_the_rows_is_uniformly_random() -> None:
    X, y, rng = np.zeros((3, 1)), np.arange(3), np.random.default_rng(0)
    epochs = [optimizers.mini_batches(X, y, 2, rng) for _ in range(6000)]
    orders = [np.concatenate([labels for _, labels in batches]) for batches in epochs]
    seen, counts = np.unique(orders, axis=0, return_counts=True)
    assert len(seen) == 6
    assert abs(counts - 1000).max() < 6.5 * 29  # 1000 of each are expected, with a standard deviation of 29


def test_equal_generators_draw_equal_batches_and_the_next_epoch_is_another() -> None:
    X, y, rng = np.arange(40.0).reshape(20, 2), np.arange(20), np.random.default_rng(3)
    first, second, third = (optimizers.mini_batches(X, y, 6, g) for g in (rng, rng, np.random.default_rng(3)))
    np.testing.assert_equal(first, third)
    assert any((a != b).any() for (_, a), (_, b) in zip(first, second, strict=True))


@pytest.mark.parametrize("shape", [(5,), (5, 1), (5, 2, 3), (5, 0)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.uint8, np.int16])
def test_batches_keep_dtypes_and_axes_and_share_nothing_and_lists_will_do(shape: tuple, dtype: type) -> None:
    X: Any = np.zeros(shape, dtype)
    y = np.arange(5, dtype=np.uint8)
    X.flags.writeable = y.flags.writeable = False
    for batch_size in (1, 5, 50):
        for X_batch, y_batch in optimizers.mini_batches(X, y, batch_size, np.random.default_rng(0)):
            assert X_batch.dtype == dtype and y_batch.dtype == np.uint8
            assert X_batch.shape[1:] == shape[1:]
            assert not np.shares_memory(X_batch, X) and not np.shares_memory(y_batch, y)
    (batch,) = optimizers.mini_batches([[1.0], [2.0]], [1, 2], np.int64(2), np.random.default_rng(0))
    np.testing.assert_array_equal(batch[0][:, 0], batch[1])


@pytest.mark.parametrize(
    ("m_X", "m_y", "batch_size", "message"),
    [
        (4, 4, 0, "batch_size must be a whole number >= 1, got 0"),
        (4, 4, 2.0, "batch_size must be a whole number >= 1, got 2.0"),
        (4, 3, 2, "X and y must have the same number of rows, got 4 and 3"),
        (0, 0, 2, "X and y must have at least one row, got 0 and 0"),
    ],
)
def test_batches_that_cannot_be_are_refused(m_X: int, m_y: int, batch_size: int, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}"):
        optimizers.mini_batches(np.zeros((m_X, 2)), np.zeros(m_y), batch_size, np.random.default_rng(0))


@settings(deadline=None, max_examples=60, derandomize=True)
@given(st.lists(fractions, max_size=12), st.sampled_from([0.0, 0.25, 0.5, 0.9, 0.98, 0.999]), st.booleans())
def test_the_average_is_that_of_exact_fractions(values: list, beta: float, bias_correction: bool) -> None:
    expected, average = [], Fraction(0)
    for t, value in enumerate(values, start=1):
        average = Fraction(beta) * average + (1 - Fraction(beta)) * value
        expected.append(float(average / (1 - Fraction(beta) ** t) if bias_correction else average))
    averages = optimizers.ewma(values, beta, bias_correction)
    assert averages.shape == (len(values),) and averages.dtype == np.float64
    np.testing.assert_allclose(averages, expected, rtol=1e-11, atol=1e-13)


def test_the_average_is_a_first_order_filter() -> None:
    values = np.random.default_rng(0).normal(20, 5, 400)
    for beta in (0.0, 0.5, 0.9, 0.98):
        np.testing.assert_allclose(optimizers.ewma(values, beta, False), lfilter([1 - beta], [1, -beta], values))


def test_the_corrected_average_is_a_weighted_mean_of_what_came_so_far() -> None:
    values = np.random.default_rng(1).normal(size=30)
    corrected = optimizers.ewma(values, 0.9, True)
    for t in range(1, 31):
        weights = 0.9 ** np.arange(t)[::-1]
        assert corrected[t - 1] == pytest.approx(np.average(values[:t], weights=weights), abs=1e-13)
    np.testing.assert_allclose(optimizers.ewma(np.full(2000, 7.0), 0.98, True), 7, rtol=1e-13)
    # the second day of the syllabus
    assert optimizers.ewma([40, 49], 0.98, True)[1] == pytest.approx((0.0196 * 40 + 0.02 * 49) / 0.0396, rel=1e-13)


@pytest.mark.parametrize("bias_correction", [False, True])
def test_a_float32_series_is_averaged_without_loss(bias_correction: bool) -> None:
    values = np.random.default_rng(2).normal(1000, 1, 5000).astype(np.float32)
    values.flags.writeable = False
    averages = optimizers.ewma(values, np.float64(0.999), bias_correction)
    exact = optimizers.ewma(values.astype(np.float64), 0.999, bias_correction)
    assert averages.dtype == np.float32
    np.testing.assert_array_equal(averages, exact.astype(np.float32))


@pytest.mark.parametrize("values", [[], np.array([], np.float32), [True, False], np.array([200, 100], np.uint8), (3,)])
def test_values_may_be_any_numbers_and_none(values: Any) -> None:
    averages = optimizers.ewma(values, 0.0, True)
    np.testing.assert_array_equal(averages, values)
    assert averages.dtype == (np.float32 if getattr(values, "dtype", None) == np.float32 else np.float64)


def test_averages_of_other_things_are_refused() -> None:
    for beta in (1.0, -0.01, float("nan"), "0.5"):
        with pytest.raises(ValueError, match="^beta must be a number >= 0 and < 1, got"):
            optimizers.ewma([1.0], beta, True)
    with pytest.raises(ValueError, match=r"^values must have shape \(T,\), got \(2, 1\)"):
        optimizers.ewma(np.ones((2, 1)), 0.5, True)


def walk(name, theta, slopes, beta=0.9, beta1=0.9, beta2=0.999, eps=1e-8):
    """The papers' formulas with Python floats for one parameter: lr 0.3, from the state t = 3, v = -0.5, s = 2."""
    v, s, path = -0.5, 2.0, []
    for t, g in enumerate(slopes, start=4):
        if name == "sgd":
            theta -= 0.3 * g
        elif name == "momentum":
            v = beta * v + (1 - beta) * g
            theta -= 0.3 * v
        elif name == "adagrad":
            s += g * g
            theta -= 0.3 * g / (math.sqrt(s) + eps)
        elif name == "rmsprop":
            s = beta * s + (1 - beta) * g * g
            theta -= 0.3 * g / (math.sqrt(s) + eps)
        else:
            v, s = beta1 * v + (1 - beta1) * g, beta2 * s + (1 - beta2) * g * g
            theta -= 0.3 * (v / (1 - beta1**t)) / (math.sqrt(s / (1 - beta2**t)) + eps)
        path.append(theta)
    return path


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        *((name, {}) for name in STEPS),
        *(("momentum", {"beta": beta}) for beta in (0.0, 0.5)),
        *(("adagrad", {"eps": eps}) for eps in (0.0, 0.5)),
        *(("rmsprop", {"beta": beta, "eps": eps}) for beta, eps in ((0.25, 0.5), (0.0, 0.0))),
        ("adam", {"beta1": 0.25, "beta2": 0.5, "eps": 0.5}),
        ("adam", {"beta1": 0.0, "beta2": 0.0, "eps": 0.0}),
    ],
)
def test_five_steps_from_a_state_that_is_not_zero_are_those_of_the_papers(name: str, numbers: dict) -> None:
    slopes = [[2.0, -1.5, 0.25, 3.0, -0.75], [-4.0, 0.5, 1.25, -0.125, 1.0]]
    expected = np.transpose([walk(name, 1.0, slopes[0], **numbers), walk(name, -2.0, slopes[1], **numbers)])
    params: Params = {"W1": np.array([[1.0]]), "b1": np.array([-2.0])}
    v, s = ({key: np.full_like(value, start) for key, value in params.items()} for start in (-0.5, 2.0))
    memory: tuple = {"sgd": (), "momentum": (v,), "adam": ({"t": 3, "v": v, "s": s},)}.get(name, (s,))
    for step in range(5):
        grads = {"W1": np.array([[slopes[0][step]]]), "b1": np.array([slopes[1][step]])}
        result = STEPS[name][0](params, grads, *memory, 0.3, **numbers)
        params, *rest = (result,) if name == "sgd" else result
        memory = tuple(rest)
        np.testing.assert_allclose([params["W1"][0, 0], params["b1"][0]], expected[step], rtol=1e-13)
    if name == "adam":
        assert memory[0]["t"] == 8 and type(memory[0]["t"]) is int


@settings(deadline=None, max_examples=40, derandomize=True)
@given(st.lists(fractions, min_size=1, max_size=8), st.sampled_from([0.0, 0.5, 0.9]))
def test_momentum_is_that_of_exact_fractions_and_torch_has_it_with_another_lr(slopes: list, beta: float) -> None:
    exact = torch = Fraction(1)
    v = u = Fraction(0)
    share, lr = Fraction(beta), Fraction(1, 4)
    params, velocity = {"b1": np.array([1.0])}, {"b1": np.zeros(1)}
    for g in slopes:
        v, u = share * v + (1 - share) * g, share * u + g
        exact, torch = exact - lr * v, torch - lr * (1 - share) * u
        params, velocity = optimizers.momentum_step(params, {"b1": np.array([float(g)])}, velocity, 0.25, beta)
    assert torch == exact
    assert params["b1"][0] == pytest.approx(float(exact), abs=1e-12)
    assert velocity["b1"][0] == pytest.approx(float(v), abs=1e-12)


def test_scikit_learns_momentum_and_adam_walk_the_same_path() -> None:
    start, keys = draw(0), list(SHAPES)
    sgd, adam = ([start[key].copy() for key in keys] for _ in range(2))
    # its velocity is −lr·v / (1 − β) with our v; its eps stands elsewhere, so it is 0 here
    sgd_optimizer = SGDOptimizer(sgd, learning_rate_init=0.1 * (1 - 0.8), momentum=0.8, nesterov=False)
    adam_optimizer = AdamOptimizer(adam, learning_rate_init=0.1, beta_1=0.8, beta_2=0.95, epsilon=0.0)
    ours_sgd, velocity = start, zeros()
    ours_adam, state = start, {"t": 0, "v": zeros(), "s": zeros()}
    for seed in range(1, 7):
        grads = draw(seed)
        sgd_optimizer.update_params(sgd, [grads[key] for key in keys])
        adam_optimizer.update_params(adam, [grads[key] for key in keys])
        ours_sgd, velocity = optimizers.momentum_step(ours_sgd, grads, velocity, 0.1, 0.8)
        ours_adam, state = optimizers.adam_step(ours_adam, grads, state, 0.1, 0.8, 0.95, 0.0)
        for i, key in enumerate(keys):
            np.testing.assert_allclose(ours_sgd[key], sgd[i], rtol=1e-12)
            np.testing.assert_allclose(ours_adam[key], adam[i], rtol=1e-12)


@every_step
def test_a_zero_gradient_from_zero_moves_nothing(name: str) -> None:
    memory = {"sgd": (), "adam": ({"t": 0, "v": zeros(), "s": zeros()},)}.get(name, (zeros(),))
    result = STEPS[name][0](draw(0), zeros(), *memory, 0.1)
    np.testing.assert_equal(result if name == "sgd" else result[0], draw(0))


def test_defaults_are_those_of_the_contract() -> None:
    betas = {"momentum": {"beta": 0.9}, "rmsprop": {"beta": 0.9}, "adam": {"beta1": 0.9, "beta2": 0.999}}
    eps = {name: {"eps": 1e-8} for name in ("adagrad", "rmsprop", "adam")}
    for name, (step, _) in STEPS.items():
        assert list(list_defaults(step).items()) == [*betas.get(name, {}).items(), *eps.get(name, {}).items()]


@every_step
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_step_changes_none_of_its_arguments_and_shares_nothing(name: str, dtype: type) -> None:
    step, remember = STEPS[name]
    arguments = (draw(1, dtype), draw(2, dtype), *remember(dtype))
    for array in list_arrays(arguments):
        array.flags.writeable = False
    before = copy.deepcopy(arguments)
    first, second = step(*arguments, 0.1), step(*arguments, 0.1)
    np.testing.assert_equal(arguments, before)
    np.testing.assert_equal(first, second)
    params, *memory = (second,) if name == "sgd" else second
    third = step(params, draw(3, dtype), *memory, 0.1)
    np.testing.assert_equal(first, second)
    arrays = list_arrays((arguments, first, second, third))
    assert len(arrays) == len(SHAPES) * {"sgd": 5, "adam": 13}.get(name, 9)
    assert not any(np.may_share_memory(a, b) for i, a in enumerate(arrays) for b in arrays[:i])


@every_step
def test_arrays_are_paired_by_key_and_come_back_in_the_order_of_params(name: str) -> None:
    def turn(value: Any) -> Any:
        return {key: turn(value[key]) for key in reversed(value)} if isinstance(value, dict) else value

    step, remember = STEPS[name]
    expected = step(draw(1), draw(2), *remember(np.float64), 0.1)
    result = step(draw(1), turn(draw(2)), *map(turn, remember(np.float64)), 0.1)
    np.testing.assert_equal(result, expected)
    assert list(result if name == "sgd" else result[0]) == list(SHAPES)


@every_step
def test_single_precision_stays_only_where_all_is_single(name: str) -> None:
    step, remember = STEPS[name]
    numbers = {key: np.float64(value) for key, value in list_defaults(step).items()}
    single, double = np.float32, np.float64
    for kinds in [(single,) * 3, (double, single, single), (single, double, single), (single, single, np.int64)]:
        arguments = (draw(1, kinds[0]), draw(2, kinds[1]), *remember(kinds[2]))
        stays = all(kind == single for kind in kinds[: 2 if name == "sgd" else 3])
        arrays = list_arrays(step(*arguments, np.float64(0.1), **numbers))
        assert {array.dtype.type for array in arrays} == {single if stays else double}
    mixed = step({**draw(1, single), "b2": np.zeros(1)}, draw(2, single), *remember(single), 0.1)
    assert {array.dtype.type for array in list_arrays(mixed)} == {double}


@every_step
def test_lists_and_whole_numbers_are_taken_and_nothing_gives_nothing(name: str) -> None:
    for values, count in (({"b1": [1, 2]}, 1), ({}, 0)):
        memory = {"sgd": (), "adam": ({"t": np.int64(0), "v": values, "s": values},)}.get(name, (values,))
        arrays = list_arrays(STEPS[name][0](values, values, *memory, 1))
        assert len(arrays) == count * {"sgd": 1, "adam": 3}.get(name, 2)
        assert all(array.dtype == np.float64 and array.shape == (2,) for array in arrays)


@every_step
def test_dicts_that_do_not_match_are_refused_by_name(name: str) -> None:
    names = {"sgd": ["grads"], "momentum": ["grads", "velocity"], "adam": ["grads", "v", "s"]}.get(name, ["grads", "s"])
    given = {key: zeros() for key in names}

    def call(**changed: Params) -> None:
        values = given | changed
        if name == "adam":
            values["state"] = {"t": 0, "v": values.pop("v"), "s": values.pop("s")}
        STEPS[name][0](params=zeros(), **values, lr=0.1)

    for other in names:
        written = rf"state\['{other}'\]" if (name, other) in {("adam", "v"), ("adam", "s")} else other
        fewer = {key: value for key, value in zeros().items() if key != "b2"}
        for key, values in (("b2", fewer), ("b9", zeros() | {"b9": np.zeros(1)})):
            with pytest.raises(ValueError, match=rf"^{written} must have the keys of params, got .* in \['{key}'\]"):
                call(**{other: values})
        with pytest.raises(ValueError, match=rf"^{written}\['W2'\] must have shape \(1, 3\), got \(3,\)"):
            call(**{other: zeros() | {"W2": np.zeros(3)}})


@every_step
def test_numbers_out_of_range_are_refused_by_name(name: str) -> None:
    step, remember = STEPS[name]
    arguments = draw(1), draw(2), *remember(np.float64)
    wrong = [("lr", value, ">= 0") for value in (-0.1, float("nan"), None)]
    for key in list_defaults(step):
        wrong += [("eps", -1e-8, ">= 0")] if key == "eps" else [(key, value, ">= 0 and < 1") for value in (-0.001, 1.0)]
    for key, value, wanted in wrong:
        with pytest.raises(ValueError, match=f"^{key} must be a number {wanted}, got {value}"):
            step(*arguments, **({"lr": 0.1} | {key: value}))


@pytest.mark.parametrize("changed", [{"t": -1}, {"t": 2.0}, {"t": None}, {"extra": 1}])
def test_a_state_that_is_none_is_refused(changed: dict) -> None:
    state = {"t": 0, "v": zeros(), "s": zeros()} | changed
    wanted = (
        "^state must be a dict with the keys t, v and s"
        if "extra" in changed
        else r"^state\['t'\] must be a whole number >= 0, got"
    )
    with pytest.raises(ValueError, match=wanted):
        optimizers.adam_step(draw(1), draw(2), state, 0.1)
    with pytest.raises(ValueError, match=r"^state must be a dict with the keys t, v and s, got \['t', 'v'\]"):
        optimizers.adam_step(draw(1), draw(2), {"t": 0, "v": zeros()}, 0.1)


@pytest.mark.parametrize("epoch", [0, 1, 9, 10, 11, np.int64(25), 5000])
def test_decays_follow_their_formulas_and_are_plain_floats(epoch: int) -> None:
    power = Fraction(1, 4) * Fraction(7, 8) ** int(epoch)
    for rate, exact in [
        (optimizers.inverse_decay(0.25, 0.5, epoch), Fraction(1, 4) / (1 + int(epoch) * Fraction(1, 2))),
        (optimizers.inverse_decay(2, 0, epoch), Fraction(2)),
        (optimizers.exponential_decay(np.float32(0.25), 0.875, epoch), power),
        (optimizers.step_decay(0.25, np.float64(0.875), np.int64(1), epoch), power),
        (optimizers.step_decay(2, 0.5, 10, epoch), 2 * Fraction(1, 2) ** (int(epoch) // 10)),
    ]:
        assert type(rate) is float and rate == pytest.approx(float(exact), rel=1e-12)


@pytest.mark.parametrize(
    ("decay", "wrong", "wanted"),
    [
        *((decay, {"lr0": 0}, "a number > 0") for decay in ("inverse", "exponential", "step")),
        *((decay, {"epoch": -1}, "a whole number >= 0") for decay in ("inverse", "exponential", "step")),
        *((decay, {"epoch": 1.5}, "a whole number >= 0") for decay in ("inverse", "exponential", "step")),
        ("inverse", {"rate": -0.5}, "a number >= 0"),
        ("exponential", {"base": 0}, "a number > 0"),
        ("step", {"factor": 0}, "a number > 0"),
        ("step", {"every": 0}, "a whole number >= 1"),
    ],
)
def test_decays_of_other_things_are_refused(decay: str, wrong: dict, wanted: str) -> None:
    right = {"inverse": {"rate": 1}, "exponential": {"base": 1}, "step": {"factor": 1, "every": 1}}[decay]
    ((name, value),) = wrong.items()
    with pytest.raises(ValueError, match=f"^{name} must be {wanted}, got {value}"):
        getattr(optimizers, f"{decay}_decay")(**({"lr0": 1, "epoch": 1} | right | wrong))
