"""The fast optimizers, and how a step of topic 08 is plugged in, against scikit-learn and the references."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer

from helpers import optimizers, steps

Params = dict[str, NDArray]
START = {"W1": np.array([[1.0, -2.0, 3.0], [0.5, 0.0, -1.5]]), "b1": np.array([0.25, -0.75])}


def run_steps(optimizer: str | Callable, n_steps: int = 5, lr: float = 0.1) -> Params:
    """Take steps down a bowl whose gradient changes with every step."""
    theta, params = steps.flatten(START, np.dtype(float))
    gradient, grads = steps.flatten(START, np.dtype(float))
    step = steps.make_step(optimizer, theta, params, gradient, grads)
    for number in range(n_steps):
        gradient[:] = np.cos(theta + number)
        step(lr)
    return params


def run_reference(optimizer: Callable, *kept: object, n_steps: int = 5, lr: float = 0.1) -> Params:
    """The same steps with a reference called as a reader would."""
    params = {name: value.copy() for name, value in START.items()}
    for number in range(n_steps):
        grads = {name: np.cos(value + number) for name, value in params.items()}
        result = optimizer(params, grads, *kept, lr)
        params, kept = (result[0], result[1:]) if kept else (result, ())
    return params


def zeros() -> Params:
    return {name: np.zeros_like(value) for name, value in START.items()}


@pytest.mark.parametrize(
    ("plugged", "reference", "kept"),
    [
        ("sgd", optimizers.sgd_step, ()),
        ("adam", optimizers.adam_step, ({"t": 0, "v": zeros(), "s": zeros()},)),
        (optimizers.sgd_step, optimizers.sgd_step, ()),
        (optimizers.momentum_step, optimizers.momentum_step, (zeros(),)),
        (partial(optimizers.momentum_step, beta=0.5), partial(optimizers.momentum_step, beta=0.5), (zeros(),)),
        (optimizers.adagrad_step, optimizers.adagrad_step, (zeros(),)),
        (optimizers.rmsprop_step, optimizers.rmsprop_step, (zeros(),)),
        (optimizers.adam_step, optimizers.adam_step, ({"t": 0, "v": zeros(), "s": zeros()},)),
    ],
)
def test_a_step_that_is_plugged_in_is_the_step_itself(
    plugged: str | Callable, reference: Callable, kept: tuple
) -> None:
    moved, expected = run_steps(plugged), run_reference(reference, *kept)
    for name in START:
        assert not np.allclose(moved[name], START[name])
        np.testing.assert_allclose(moved[name], expected[name], rtol=1e-12)


@pytest.mark.parametrize("name", ["sgd_step", "momentum_step", "adagrad_step", "rmsprop_step", "adam_step"])
def test_a_learning_rate_of_zero_moves_nothing(name: str) -> None:
    moved = run_steps(getattr(optimizers, name), lr=0)
    for key, value in START.items():
        np.testing.assert_array_equal(moved[key], value)


def test_adam_takes_the_steps_of_scikit_learn() -> None:
    theta, gradient = np.array([1.0, -2.0, 3.0]), np.empty(3)
    theirs = theta.copy()
    # Its epsilon stands beside the uncorrected root, unlike the paper's: kept out of the comparison.
    oracle = AdamOptimizer([theirs], learning_rate_init=0.1, epsilon=0.0)
    step = steps.make_adam_step(theta, gradient, eps=0.0)
    for _ in range(20):
        gradient[:] = np.cos(theta)
        oracle.update_params([theirs], [np.cos(theirs)])
        step(0.1)
        np.testing.assert_allclose(theta, theirs, rtol=1e-12)


@pytest.mark.parametrize(("beta1", "beta2", "eps"), [(0.5, 0.9, 1e-2), (0.0, 0.5, 1.0), (0.9, 0.999, 1e-8)])
def test_adam_is_the_reference_for_other_betas_and_a_large_eps(beta1: float, beta2: float, eps: float) -> None:
    theta, gradient = np.array([1.0, -2.0, 3.0]), np.empty(3)
    params = {"W1": theta.copy()}
    state = {"t": 0, "v": {"W1": np.zeros(3)}, "s": {"W1": np.zeros(3)}}
    step = steps.make_adam_step(theta, gradient, beta1, beta2, eps)
    for number in range(5):
        gradient[:] = np.cos(params["W1"] + number)
        params, state = optimizers.adam_step(params, {"W1": gradient}, state, 0.1, beta1, beta2, eps)
        step(0.1)
        np.testing.assert_allclose(theta, params["W1"], rtol=1e-12)


def test_adam_in_blocks_equals_adam_in_one_piece() -> None:
    results = []
    for block in (3, 100):
        theta, gradient = np.arange(10.0), np.empty(10)
        step = steps.make_adam_step(theta, gradient, block=block)
        for _ in range(4):
            gradient[:] = np.sin(theta)
            step(0.1)
        results.append(theta)
    np.testing.assert_array_equal(results[0], results[1])


def test_a_parameter_without_a_gradient_stays_where_it_is() -> None:
    theta, gradient = np.array([1.0, 2.0], np.float32), np.zeros(2, np.float32)
    step = steps.make_adam_step(theta, gradient)
    for _ in range(3):
        step(0.1)
    np.testing.assert_array_equal(theta, [1, 2])


def test_the_named_arrays_are_views_of_one_vector() -> None:
    theta, params = steps.flatten(START, np.dtype(np.float32))
    assert theta.dtype == np.float32
    assert theta.shape == (8,)
    theta += 1
    for name, value in START.items():
        np.testing.assert_array_equal(params[name], value + 1)
    np.testing.assert_array_equal(START["b1"], [0.25, -0.75])
