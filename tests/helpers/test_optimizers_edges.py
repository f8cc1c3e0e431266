"""The references of topic 08 at their edges: mixed precision, one batch, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from helpers import optimizers as module

optimizers: Any = module  # for what its types forbid: lists, nothing, nonsense
DIVIDING = ["adagrad", "rmsprop", "adam"]


def dict_of(*values: Any, dtype: type = np.float64) -> list[dict[str, np.ndarray]]:
    return [{"W": np.array(value, dtype)} for value in values]


def call(name: str, params: Any, grads: Any, s: Any, **numbers: Any) -> Any:
    """Take a step; `s` is what the optimizer remembers, both of Adam's averages."""
    memory = {"sgd": (), "adam": ({"t": 0, "v": s, "s": s},)}.get(name, (s,))
    result = getattr(optimizers, f"{name}_step")(params, grads, *memory, 0.1, **numbers)
    if name == "sgd":
        return [result]
    return [result[0], *([result[1]["v"], result[1]["s"]] if name == "adam" else [result[1]])]


@pytest.mark.parametrize("name", ["momentum", *DIVIDING])
def test_what_is_remembered_in_double_precision_widens_the_step(name: str) -> None:
    (params, grads), (s,) = dict_of([1], [2], dtype=np.float32), dict_of([3])
    assert {values["W"].dtype.name for values in call(name, params, grads, s)} == {"float64"}
    if name == "adam":
        single = {"W": np.ones(1, np.float32)}
        for state in ({"t": 0, "v": s, "s": single}, {"t": 0, "v": single, "s": s}):
            params_, state_ = optimizers.adam_step(params, grads, state, 0.1)
            assert {array["W"].dtype.name for array in (params_, state_["v"], state_["s"])} == {"float64"}


def test_an_average_of_gradients_may_be_negative() -> None:
    params, grads, v, s = dict_of([1], [-9], [-4], [0])
    assert optimizers.momentum_step(params, grads, v, 0.1)[1]["W"] == pytest.approx(-4.5)
    assert optimizers.adam_step(params, grads, {"t": 0, "v": v, "s": s}, 0.1)[1]["v"]["W"] == pytest.approx(-4.5)


@pytest.mark.parametrize("batch_size", [20, 21, 50])
def test_one_batch_of_all_rows_is_shuffled_too(batch_size: int) -> None:
    X, y = np.arange(40).reshape(20, 2), np.arange(20)
    ((X_batch, y_batch),) = optimizers.mini_batches(X, y, batch_size, np.random.default_rng(0))
    assert list(y_batch) != list(y) and sorted(y_batch) == list(y)
    np.testing.assert_array_equal(X_batch, X[y_batch])


ARRAYS = {"W": np.ones(1)}
REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: optimizers.mini_batches(np.ones((2, 1)), [0, 1], 2, 0), "rng must be a numpy.random.Generator, got 0"),
    (lambda: optimizers.sgd_step([1.0], [1.0], 0.1), "params must be a dict of arrays, got [1.0]"),
    (lambda: optimizers.sgd_step(ARRAYS, [1.0], 0.1), "grads must be a dict of arrays, got [1.0]"),
    (lambda: optimizers.momentum_step(ARRAYS, ARRAYS, None, 0.1), "velocity must be a dict of arrays, got None"),
    (lambda: optimizers.adagrad_step(ARRAYS, ARRAYS, None, 0.1), "s must be a dict of arrays, got None"),
    (lambda: optimizers.rmsprop_step(None, ARRAYS, ARRAYS, 0.1), "params must be a dict of arrays, got None"),
    (lambda: optimizers.adam_step(ARRAYS, ARRAYS, None, 0.1), "state must be a dict with the keys t, v and s, got None"),
    (lambda: optimizers.adam_step(ARRAYS, ARRAYS, {"t": 0, "v": ARRAYS}, 0.1),
     "state must be a dict with the keys t, v and s, got ['t', 'v']"),
    (lambda: optimizers.adam_step(ARRAYS, ARRAYS, {"t": 0, "v": 1, "s": ARRAYS}, 0.1),
     "state['v'] must be a dict of arrays, got 1"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "message"), REFUSED)
def test_what_is_no_dict_and_no_generator_is_refused_by_name(call: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        call()
