"""The references of topic 07 with costs that a reader may write: odd answers, and memory that is used again."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from helpers import gradient_checking as module

gc: Any = module  # for what its types forbid
THETA = np.array([2.0, 3.0])

# Each way to call a cost, with the slope (or the component's) that it finds for 3 * x at x = 2.
SLOPES: dict[str, Callable[[Callable[..., Any]], float]] = {
    "one_sided": lambda f: gc.one_sided(f, 2.0, 0.5),
    "two_sided": lambda f: gc.two_sided(f, 2.0, 0.5),
    "numerical_gradient": lambda f: gc.numerical_gradient(f, THETA[:1], 0.5)[0],
    "check_gradient": lambda f: 3 - gc.check_gradient(f, lambda theta: np.array([3.0]), THETA[:1], 0.5)[0],
}
each_slope = pytest.mark.parametrize("slope", SLOPES.values(), ids=SLOPES)


@each_slope
@pytest.mark.parametrize("wrap", [float, np.float32, np.array, lambda x: np.array([x]), lambda x: np.array([[x]]), int])
def test_a_cost_may_be_one_number_in_an_array(slope: Callable[..., float], wrap: Callable[[float], Any]) -> None:
    found = slope(lambda x: wrap(6 * np.ravel(x)[0]))
    assert found == 6 if slope is not SLOPES["check_gradient"] else found == 3 - 3 / 9


@each_slope
@pytest.mark.parametrize("answer", [None, 1j, "1", [1.0, 2.0], np.ones(2), np.ones(0), np.array([None])])
def test_a_cost_that_is_no_number_is_refused(slope: Callable[..., float], answer: Any) -> None:
    with pytest.raises(ValueError, match=f"^f must return one number, got {re.escape(repr(answer))}$"):
        slope(lambda x: answer)


def test_a_cost_that_is_nan_makes_a_slope_that_is_nan() -> None:
    assert np.isnan(gc.one_sided(lambda x: float("nan"), 1.0, 0.5))


def test_costs_may_come_in_the_same_memory_at_each_call() -> None:
    costs = np.empty(2)

    def f(thetas: np.ndarray) -> np.ndarray:
        return np.multiply(thetas[:, 0], thetas[:, 1], out=costs)

    np.testing.assert_allclose(gc.numerical_gradient_batched(f, THETA), [3, 2])


@pytest.mark.parametrize("answer", [None, np.array([1j, 1j]), ["1", "2"]])
def test_costs_of_a_batch_that_are_no_numbers_are_refused(answer: Any) -> None:
    with pytest.raises(ValueError, match="real numbers, got"):
        gc.numerical_gradient_batched(lambda thetas: answer, THETA)


def test_the_gradient_is_read_before_the_cost_can_write_into_it() -> None:
    shared = np.empty(2)

    def grad(theta: np.ndarray) -> np.ndarray:
        shared[:] = 2 * theta
        return shared

    def f(theta: np.ndarray) -> float:
        shared[:] = theta**2
        return float(shared.sum())

    assert gc.check_gradient(f, grad, THETA)[0] < 1e-9


def test_only_what_the_backward_pass_reads_decides_its_precision() -> None:
    shapes = {"W1": (1, 1), "b1": (1,), "W2": (1, 1), "b2": (1,), "W3": (1, 1), "b3": (1,)}
    params = {key: np.ones(shape, np.float32) for key, shape in shapes.items()}
    cache: dict[str, Any] = {key: np.ones((2, 1), np.float32) for key in ("A0", "Z1", "A1", "Z2", "A2", "A3")}
    unread = {"Z3": np.ones((2, 1)), "m": 2, "note": "made by forward"}
    grads = gc.backward_fixed(cache["A0"], [0, 1], params, cache | unread)
    assert {values.dtype.name for values in grads.values()} == {"float32"}
    for key in cache:
        grads = gc.backward_fixed(cache["A0"], [0, 1], params, cache | {key: np.ones((2, 1))})
        assert {values.dtype.name for values in grads.values()} == {"float64"}, key


REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: gc.params_to_vector([1]), "params must be a dict of at least one array, got [1]"),
    (lambda: gc.params_to_vector(None), "params must be a dict of at least one array, got None"),
    (lambda: gc.vector_to_params(THETA, [1, 2]), "like must be a dict of at least one array, got [1, 2]"),
]


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_what_is_no_dict_is_refused_by_name(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
