"""The references of topic 09 at their edges: outliers, negative scales, and what is refused."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from helpers import batch_normalization as module

bn: Any = module  # for what its types forbid
ONE = np.ones(1)


@pytest.mark.parametrize("row", [0, 500])
def test_an_outlier_costs_a_float32_batch_no_digits(row: int) -> None:
    Z = np.random.default_rng(0).normal(size=(1000, 1)).astype(np.float32)
    Z[row] = 1000
    exact = Z.astype(np.float64)
    out, cache = bn.batchnorm_forward(Z, ONE.astype(np.float32), 0 * ONE.astype(np.float32))
    assert {array.dtype.name for array in (out, *cache.values())} == {"float32"}
    np.testing.assert_array_equal(cache["mean"], exact.mean(axis=0).astype(np.float32))
    np.testing.assert_allclose(cache["var"], exact.var(axis=0), rtol=1e-7)
    np.testing.assert_allclose(out, (exact - exact.mean()) / np.sqrt(exact.var() + 1e-5), rtol=1e-6, atol=1e-9)


def test_a_negative_scale_turns_the_gradient_round() -> None:
    # mean 3, variance 6, eps 3: the root is 3, x_hat is -1, 0, 1 and scale is -2.
    _, cache = bn.batchnorm_forward(np.array([[0.0], [3.0], [6.0]]), np.array([-6.0]), np.zeros(1), eps=3.0)
    dZ, dgamma, dbeta = bn.batchnorm_backward(np.array([[0.0], [3.0], [9.0]]), cache)
    assert (dgamma.tolist(), dbeta.tolist()) == ([9.0], [12.0])
    assert dZ.tolist() == [[2.0], [2.0], [-4.0]]


@pytest.mark.parametrize("cache", [{}, None, {"x_hat": ONE}, {"scale": ONE}, [1]])
def test_a_cache_that_is_none_is_refused(cache: Any) -> None:
    message = f"cache must be the dict that batchnorm_forward returned, got {cache!r}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        bn.batchnorm_backward(np.ones((2, 1)), cache)


@pytest.mark.parametrize("low", [-0.5, -1e-9])
def test_a_variance_just_below_zero_is_refused(low: float) -> None:
    var = np.array([1.0, low])
    Z, two = np.ones((3, 2)), np.ones(2)
    calls = {
        "running_var": lambda: bn.batchnorm_inference(Z, two, two, two, var, 1.0),
        "var": lambda: bn.identity_parameters(two, var, 1.0),
        "var ": lambda: bn.fold_batchnorm(Z.T, two, two, two, two, var, 1.0),
    }
    for name, call in calls.items():
        with pytest.raises(ValueError, match=f"^{name.strip()} must be >= 0, got {low}$"):
            call()


@pytest.mark.parametrize("name", ["running_mean", "running_var"])
@pytest.mark.parametrize("training", [True, False])
def test_running_statistics_of_another_shape_are_refused_and_nothing_moves(name: str, training: bool) -> None:
    layer = bn.BatchNorm(2)
    setattr(layer, name, np.ones(3))
    with pytest.raises(ValueError, match=rf"^{name} must have shape \(2,\), got \(3,\)$"):
        layer.forward(np.arange(4.0).reshape(2, 2), training)
    other = "running_var" if name == "running_mean" else "running_mean"
    assert getattr(layer, other).tolist() == getattr(bn.BatchNorm(2), other).tolist()
    with pytest.raises(RuntimeError):
        layer.backward(np.ones((2, 2)))


def test_running_statistics_may_be_lists() -> None:
    layer = bn.BatchNorm(2, momentum=0.5)
    layer.running_mean, layer.running_var = [2.0, 4.0], [1.0, 1.0]
    layer.forward(np.zeros((2, 2)), training=True)
    assert layer.running_mean.tolist() == [1, 2] and layer.running_var.tolist() == [0.5, 0.5]
