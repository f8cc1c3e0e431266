"""`expect.params`: the dict of a network's parameters, its keys and shapes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from helpers.check import expect
from helpers.check.trace import Unmet

RIGHT = {"W1": np.zeros((4, 3)), "b1": np.zeros(4), "W2": np.zeros((2, 4)), "b2": np.zeros(2)}


@pytest.mark.parametrize(
    "params",
    [
        RIGHT,
        {name: RIGHT[name] for name in ("b2", "W1", "b1", "W2")},
        {name: np.asfortranarray(value) for name, value in RIGHT.items()},
        {name: value.astype(np.float32) for name, value in RIGHT.items()},
    ],
)
def test_accepted(params: Any) -> None:
    expect.params(params, [3, 4, 2], "x")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (None, "x: expected a dict with keys W1, b1, W2, b2, got None"),
        (list(RIGHT.values()), "x: expected a dict with keys W1, b1, W2, b2, got a list of length 4"),
        ({}, "x: expected the keys W1, b1, W2, b2, got an empty dict"),
        (
            {name: RIGHT[name] for name in ("W1", "b1", "W2")},
            "x: expected the keys W1, b1, W2, b2, got a dict with keys W1, b1, W2",
        ),
        (RIGHT | {"W3": 0}, "x: expected the keys W1, b1, W2, b2, got a dict with keys W1, b1, W2, b2, W3"),
        (RIGHT | {1: 0}, "x: expected the keys W1, b1, W2, b2, got a dict with keys W1, b1, W2, b2, 1"),
        (RIGHT | {"W1": np.zeros((3, 4))}, "x: W1: expected shape (4, 3), got shape (3, 4)"),
        (RIGHT | {"b2": np.zeros((2, 1))}, "x: b2: expected shape (2,), got shape (2, 1)"),
        (RIGHT | {"b2": [0.0, 0.0]}, "x: b2: expected an array of numbers of shape (2,), got [0, 0]"),
    ],
)
def test_refused_in_words(params: Any, message: str) -> None:
    with pytest.raises(Unmet) as raised:
        expect.params(params, [3, 4, 2], "x")
    assert str(raised.value) == message
