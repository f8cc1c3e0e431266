"""How parameters move in training: all of them views of one flat vector, and optimizers that step it in place.

The fast path of `network.train`; the references of the optimizers, written for reading, belong to their topic.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.pieces import Array, Optimizer, Params, name_of, require_arrays, require_pair


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
    if optimizer == "sgd":
        return _make_sgd_step(theta, gradient)
    if optimizer == "adam":
        return make_adam_step(theta, gradient)
    if callable(optimizer):
        third = (list(inspect.signature(optimizer).parameters) + [""] * 3)[2]
        if third in ("lr", "velocity", "s", "state"):
            return _make_functional_step(optimizer, params, grads, third)
        optimizer = f"{name_of(optimizer)}{inspect.signature(optimizer)}"
    raise ValueError(
        'optimizer must be "adam", "sgd" or a step such as momentum_step, whose third argument is named lr, velocity, '
        f"s or state after what it keeps, got {optimizer}"
    )


def _make_functional_step(optimizer: Optimizer, params: Params, grads: Params, keeps: str) -> Callable[[float], None]:
    v, s = ({name: np.zeros_like(value) for name, value in params.items()} for _ in range(2))
    kept: Any = {"t": 0, "v": v, "s": s} if keeps == "state" else v
    shapes = {name: value.shape for name, value in params.items()}

    def step(lr: float) -> None:
        nonlocal kept
        # Copies, as what a step keeps may share memory with its arguments, and ours are overwritten by the next batch.
        now, slope = ({name: value.copy() for name, value in arrays.items()} for arrays in (params, grads))
        if keeps == "lr":
            moved = optimizer(now, slope, lr)
        else:
            answer = optimizer(now, slope, kept, lr)
            moved, kept = require_pair("optimizer", optimizer, answer, f"(params, {keeps})")
        require_arrays("optimizer", optimizer, moved, shapes)
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
        # v and s are kept without the factors 1 − β₁ and 1 − β₂, so that all factors come together in two numbers:
        # lr · (v (1 − β₁) / (1 − β₁ᵗ)) / (√(s (1 − β₂) / (1 − β₂ᵗ)) + ε) = rate · v / (√s + eps_now)
        root = math.sqrt((1 - beta2) / (1 - beta2**t))
        rate, eps_now = lr * (1 - beta1) / (1 - beta1**t) / root, eps / root
        for first in range(0, len(theta), block):
            part = slice(first, first + block)
            g, v_part, s_part, change = gradient[part], v[part], s[part], scratch[: len(theta[part])]
            v_part *= beta1
            v_part += g
            s_part *= beta2
            s_part += np.multiply(g, g, out=change)
            np.sqrt(s_part, out=change)
            change += eps_now
            np.divide(v_part, change, out=change)
            change *= rate
            theta[part] -= change

    return step
