"""Exact values: which kinds of container and scalar are equal, and what is said of those that are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from helpers.check import expect
from helpers.check.trace import Unmet


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (np.str_("W1"), "W1"),
        (np.longlong(3), 3),
        (np.uint8(3), 3),
        (3, np.int64(3)),
        (np.True_, True),
        (np.float32(0.5), 0.5),
        ((np.int64(60), 20, np.int32(20)), (60, 20, 20)),
        ([np.str_("W1"), "b1"], ("W1", "b1")),
        ({np.str_("high bias")}, {"high bias"}),
        (frozenset(), set()),
        ({"l0": np.int64(2), "l1": 3.5}, {"l1": 3.5, "l0": 2}),
        (np.array([1, 2]), np.array([1, 2])),
    ],
    ids=str,
)
def test_scalars_and_containers_of_one_kind_are_equal(got: Any, want: Any) -> None:
    expect.equal(got, want, "x")


@pytest.mark.parametrize(
    ("got", "want", "message"),
    [
        (1234568, 1234567, "expected 1234567, got 1234568"),
        ((np.int64(60), np.int64(40)), (80, 20), "expected (80, 20), got (60, 40)"),
        (2.0, 2, "expected 2 (int), got 2 (float)"),
        ((60.0, 40.0), (60, 40), "expected 60 (int) at [0], got 60 (float)"),
        ([True], [1], "expected [1], got [True]"),
        (np.array(3), 3, "expected 3 (int), got 3 (ndarray)"),
        (np.array([1, 2]), [1, 2], "expected [1, 2] (list), got [1, 2] (ndarray)"),
        ("3", 3, "expected 3, got '3'"),
        ({"b"}, {"a"}, "expected {'a'}, got {'b'}"),
        ({"l0": 1, "l1": 3}, {"l1": 4, "l0": 1}, "expected 4 at ['l1'], got 3"),
        ({"l0": 1}, {"l1": 1}, "expected a dict with keys l1, got a dict with keys l0"),
        ([1.0, 1.0000001], [1.0, 1.0], "expected 1 at [1], got 1.0000001"),
        ([0] * 20, [0] * 7 + [5] + [0] * 12, "expected 5 at [7], got 0"),
        ((0,) * 12 + (0.5,), [0] * 13, "expected 0 at [12], got 0.5"),
        ([0] * 13, [0] * 14, "expected a list of length 14, got a list of length 13"),
        ([0] * 14, [0] * 5, "expected [0, 0, 0, 0, 0], got a list of length 14"),
    ],
    ids=str,
)
def test_a_difference_is_told_so_that_it_can_be_seen(got: Any, want: Any, message: str) -> None:
    with pytest.raises(Unmet) as raised:
        expect.equal(got, want, "x")
    assert str(raised.value) == f"x: {message}"
