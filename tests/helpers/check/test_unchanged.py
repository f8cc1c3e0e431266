"""`expect.unchanged`: every kind of write into an argument is seen, and which argument it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from helpers.check import expect
from helpers.check.trace import run_property


def see(answer: Callable[..., object], *arguments: object) -> Exception | None:
    """Run `expect.unchanged` on an answer the way a check does."""
    return run_property(lambda f: expect.unchanged(f, *arguments, what="x"), answer, "f").failure


def test_unchanged_sees_writes_into_nested_arguments() -> None:
    def write(params, rng):
        rng.random()
        params["W"][0][0] = 5

    def add_key(params, rng):
        params["V"] = 1

    for answer in (write, add_key):
        failure = see(answer, {"W": [np.zeros(2)]}, np.random.default_rng(0))
        assert str(failure).startswith("x: argument 1 was changed in place")
    assert see(lambda params, rng: rng.random(), {"W": [np.array([np.nan])]}, np.random.default_rng(0)) is None


def test_other_comparisons_never_see_what_an_answer_does_to_its_arguments() -> None:
    A = np.zeros(2)

    def overwrite(A):
        A += 1
        return A

    run = run_property(lambda f: expect.close(f(A), [1, 1], "x"), overwrite, "f")
    assert run.passed and A.tolist() == [0, 0]


@pytest.mark.parametrize(
    ("before", "write"),
    [
        ([1.0, 2.0], lambda x: x.append(3.0)),
        ([[1, 2]], lambda x: x[0].__setitem__(1, 3)),
        ({"a": 1}, lambda x: x.update(a=2)),
        ({"a": 1}, lambda x: x.update(a=1.0)),
        ({"a": 1, "b": 2}, lambda x: x.update(a=x.pop("a"))),
        ({"a": None}, lambda x: x.update(a="a")),
        ({"a": np.zeros(2)}, lambda x: x.update(a=np.zeros(2, np.float32))),
        ({"a": np.zeros(2)}, lambda x: x.update(a=np.zeros((2, 1)))),
        ({"a": np.zeros(2)}, lambda x: x.update(a=[5, 5])),
        ({"a": np.zeros(2)}, lambda x: x.update(a=None)),
        ({"a": [1, 2]}, lambda x: x.update(a=np.array([1, 2]))),
        ({"a": {}}, lambda x: x.update(a=[])),
        ([abs], lambda x: x.__setitem__(0, 1)),
        (np.zeros((2, 2)), lambda x: x.__setitem__((1, 1), np.nan)),
        (np.array(["a"]), lambda x: x.__setitem__(0, "b")),
    ],
)
def test_unchanged_sees_every_kind_of_write(before: Any, write: Callable[[Any], None]) -> None:
    assert str(see(write, before)).startswith("x: argument 1 was changed in place")


def test_unchanged_says_which_argument_was_changed() -> None:
    def write_second(a, b, c=None):
        b += 1

    def write_named(a, b, c):
        c += 1

    x, y, z = (np.zeros(2) for _ in range(3))
    assert str(see(write_second, x, y)).startswith("x: argument 2 was changed in place")
    body = run_property(lambda f: expect.unchanged(f, x, y, c=z, what="x"), write_named, "f")
    assert str(body.failure).startswith("x: c was changed in place")
    assert not body.agrees_with(run_property(lambda f: expect.unchanged(f, x, y, c=z, what="x"), write_second, "f"))


@pytest.mark.parametrize(
    "argument",
    [[1.0, "a", None, True], {"a": float("nan")}, np.array([1j, np.nan]), np.array(["a"]), abs, np.float32("nan")],
)
def test_unchanged_is_content_with_what_stays(argument: Any) -> None:
    assert see(lambda x: x, argument) is None


def test_unchanged_hands_back_the_result_and_passes_names_on() -> None:
    def body(f):
        assert expect.unchanged(f, 2, what="x", power=3) == 8

    run = run_property(body, lambda base, power: base**power, "f")
    assert run.failure is None and [e.what for e in run.expectations] == ["x"]
    assert run.last_call == "f(2, power=3)"
