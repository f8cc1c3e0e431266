"""How parameters move in training: all of them views of one flat vector, and optimizers that step it in place.

The fast path of `network.train`; the references of the optimizers, written for reading, belong to their topic.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]  # of float32 or float64
Params = dict[str, Array]
# adam_step(params, grads, state, lr) -> (params, state)
Optimizer = Callable[[Params, Params, dict, float], tuple[Params, dict]]


def flatten(params: Params, dtype: np.dtype) -> tuple[Array, Params]:
    """Copy all parameters into one new vector; return it and its views with the names and shapes of `params`."""
    vector = np.concatenate([np.ravel(value) for value in params.values()]).astype(dtype)
    ends = np.cumsum([np.size(value) for value in params.values()])
    parts = np.split(vector, ends[:-1])
    return vector, {name: part.reshape(np.shape(params[name])) for name, part in zip(params, parts, strict=True)}


def make_step(
    optimizer: str | Optimizer, theta: Array, params: Params, gradient: Array, grads: Params
) -> Callable[[float], None]:
    """Return a function of lr that moves `theta` in place, and with it `params`, by the present `gradient`."""
    if callable(optimizer):
        return _make_functional_step(optimizer, params, grads)
    if optimizer == "sgd":
        return _make_sgd_step(theta, gradient)
    if optimizer == "adam":
        return make_adam_step(theta, gradient)
    raise ValueError(f'optimizer: expected "adam", "sgd" or a function, got {optimizer!r}')


def _make_functional_step(optimizer: Optimizer, params: Params, grads: Params) -> Callable[[float], None]:
    v, s = ({name: np.zeros_like(value) for name, value in params.items()} for _ in "vs")
    state = {"t": 0, "v": v, "s": s}

    def step(lr: float) -> None:
        nonlocal state
        moved, state = optimizer(params, grads, state, lr)
        for name, value in params.items():
            value[...] = moved[name]

    return step


def _make_sgd_step(theta: Array, gradient: Array) -> Callable[[float], None]:
    def step(lr: float) -> None:
        theta[...] -= lr * gradient

    return step


def make_adam_step(
    theta: Array, gradient: Array, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8, block: int = 16_384
) -> Callable[[float], None]:
    """Adam (Kingma and Ba 2015, algorithm 1) in place, block by block so that the numbers stay in the cache."""
    v, s, scratch = np.zeros_like(theta), np.zeros_like(theta), np.empty_like(theta[:block])
    t = 0

    def step(lr: float) -> None:
        nonlocal t
        t += 1
        # lr · (v / (1 − β₁ᵗ)) / (√(s / (1 − β₂ᵗ)) + ε), with the two corrections taken out of the arrays
        root = math.sqrt(1 - beta2**t)
        rate = lr * root / (1 - beta1**t)
        for first in range(0, len(theta), block):
            part = slice(first, first + block)
            g, v_part, s_part, change = gradient[part], v[part], s[part], scratch[: len(theta[part])]
            v_part *= beta1
            v_part += np.multiply(g, 1 - beta1, out=change)
            s_part *= beta2
            np.multiply(g, g, out=change)
            change *= 1 - beta2
            s_part += change
            np.sqrt(s_part, out=change)
            change += eps * root
            np.divide(v_part, change, out=change)
            change *= rate
            theta[part] -= change

    return step
