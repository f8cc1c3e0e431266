"""Each comparison: what it accepts, what it refuses, and what it says."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from helpers.check import expect
from helpers.check.failure import NotAttempted
from helpers.check.trace import Unmet, run_property


def _draws(*shape: int) -> np.ndarray:
    return np.random.default_rng(2).random(shape) < 0.5


def _same_row_twice() -> np.ndarray:
    return np.repeat(_draws(500, 1, 3), 2, axis=1)


def _first_always() -> np.ndarray:
    draws = _draws(500, 4, 3)
    draws[:, 0, 0] = True
    return draws


def _same_half_twice() -> np.ndarray:
    return np.tile(_draws(100, 100), (2, 1))


ACCEPTED: list[Callable[[], object]] = [
    lambda: expect.close(np.array([1.0, 2.0]), [1, 2], "x"),
    lambda: expect.close([1.0, 2.0], [1.0, 2.0 + 1e-9], "x"),
    lambda: expect.close(np.float32(1 / 3), 1 / 3, "x"),
    lambda: expect.close(np.array(2.5), 2.5, "x"),
    lambda: expect.close(np.array([np.nan, np.inf]), [np.nan, np.inf], "x"),
    lambda: expect.equal("reduce bias", "reduce bias", "x"),
    lambda: expect.equal(np.int32(3), 3, "x"),
    lambda: expect.equal(frozenset({"a"}), {"a"}, "x"),
    lambda: expect.equal((1, 2), [1, 2], "x"),
    lambda: expect.array(np.zeros((2, 3)), (2, 3), "x"),
    lambda: expect.dtype(np.zeros(2, np.float32), np.float32, "x"),
    lambda: expect.number(np.float64(1), "x"),
    lambda: expect.number(3, "x"),
    lambda: expect.sequence([1, 2], 2, "x"),
    lambda: expect.binary(np.array([[True, False]]), "x"),
    lambda: expect.every(np.full(5, 2.0), 2.0, "x"),
    lambda: expect.rate(np.arange(20_000) % 2, 0.5, "x"),
    lambda: expect.mean(np.linspace(0, 1, 1001), 0.5, "x", low=0, high=1),
    lambda: expect.varies([1, 1, 2], "x"),
    lambda: expect.coins(np.random.default_rng(0).random((200, 100)) < 0.3, 0.3, "x"),
    lambda: expect.choice({"q": "B "}, "q", "b"),
    lambda: expect.places(np.random.default_rng(1).random((500, 4, 3)) < 0.25, 0.25, "x"),
]

REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: expect.close(np.array([1.0, 2.1]), [1, 2], "two numbers"), "two numbers: expected [1, 2], got [1, 2.1]"),
    (lambda: expect.close(None, 2.0, "a number"), "a number: expected 2, got None"),
    (lambda: expect.close("2", 2.0, "a number"), "a number: expected 2, got '2'"),
    (
        lambda: expect.close(np.ones((1, 2)), [1.0, 1.0], "x"),
        "x: expected [1, 1] of shape (2,), got [[1, 1]] of shape (1, 2)",
    ),
    (lambda: expect.close(np.ones((1,)), 1.0, "x"), "x: expected 1 of shape (), got [1] of shape (1,)"),
    (
        lambda: expect.close(np.array([[1], [None]], dtype=object), [1], "x"),
        "x: expected [1], got an array of shape (2, 1) of objects",
    ),
    (lambda: expect.close(np.zeros((4, 4)), np.eye(4), "x"), "x: expected 1 at [0, 0] of shape (4, 4), got 0"),
    (lambda: expect.close(np.nan, 1.0, "x"), "x: expected 1, got nan"),
    (lambda: expect.equal(True, 1, "x"), "x: expected 1, got True"),
    (lambda: expect.equal(1.0, 1, "x"), "x: expected 1, got 1"),
    (lambda: expect.equal({"a"}, {"a", "b"}, "x"), "x: expected {'a', 'b'}, got {'a'}"),
    (
        lambda: expect.array([[1]], (1, 1), "x"),
        "x: expected an array of numbers of shape (1, 1), got a list of length 1",
    ),
    (lambda: expect.array(np.zeros(3), (3, 1), "x"), "x: expected shape (3, 1), got shape (3,)"),
    (lambda: expect.dtype(np.zeros(2), np.float32, "x"), "x: expected float32, got float64"),
    (lambda: expect.number(np.zeros(1), "x"), "x: expected one number, got [0]"),
    (lambda: expect.sequence(np.zeros((2, 2)), 2, "x"), "x: expected 2 results, got [[0, 0], [0, 0]]"),
    (lambda: expect.binary(np.array([0, 0.5]), "x"), "x: expected only 0 and 1, got 0, 0.5"),
    (lambda: expect.every([1.0, 3.0], 2.0, "x"), "x: expected 2, got values from 1 to 3"),
    (lambda: expect.every([], 2.0, "x"), "x: expected 2, got nothing to compare"),
    (lambda: expect.every([np.nan], 2.0, "x"), "x: expected 2, got nan"),
    (lambda: expect.rate(np.ones(1000), 0.5, "x"), "x: expected about 0.5, got 1"),
    (lambda: expect.mean(np.zeros(1000), 0.5, "x", low=0, high=1), "x: expected about 0.5, got 0"),
    (lambda: expect.varies([2, 2], "x"), "x: it is always the same"),
    (lambda: expect.coins(np.tile(np.arange(100) % 2, (200, 1)), 0.5, "x"), "x: every row is the same"),
    (lambda: expect.coins(np.tile(np.arange(200) % 2, (100, 1)).T, 0.5, "x"), "x: every column is the same"),
    (lambda: expect.coins(np.ones((200, 100)), 0.5, "x"), "x: every entry is the same"),
    (lambda: expect.places(_same_row_twice(), 0.5, "x"), "x: two places go together too often or too seldom"),
    (lambda: expect.places(_first_always(), 0.5, "x"), "x: one place is kept too often or too seldom"),
    (lambda: expect.coins(_same_half_twice(), 0.5, "x"), "x: two of its rows are the same"),
    (lambda: expect.number(True, "x"), "x: expected one number, got True"),
    (
        lambda: expect.array(np.array([["1"]]), (1, 1), "x"),
        "x: expected an array of numbers of shape (1, 1), got an array of shape (1, 1) of dtype <U1",
    ),
    (lambda: expect.close(None, [1.0], "x"), "x: expected [1], got None"),
    (lambda: expect.that(False, "x", "it is not so"), "x: it is not so"),
    (lambda: expect.choice({"q": "a", "p": "b"}, "q", "b"), 'the answer to "q": expected "b", got \'a\''),
]


@pytest.mark.parametrize("comparison", ACCEPTED)
def test_accepted(comparison: Callable[[], object]) -> None:
    comparison()


@pytest.mark.parametrize(("comparison", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_refused_in_words(comparison: Callable[[], object], message: str) -> None:
    with pytest.raises(Unmet) as raised:
        comparison()
    assert str(raised.value) == message


def test_a_right_coin_is_never_refused_and_a_shared_or_exact_one_always() -> None:
    for seed in range(200):
        rng = np.random.default_rng(seed)
        expect.coins(rng.random((160, 125)) < 0.8, 0.8, "x")
        exact = np.array([rng.permutation(100) < 80 for _ in range(200)])
        with pytest.raises(Unmet, match="the number of ones in a row"):
            expect.coins(exact, 0.8, "x")


def test_an_unanswered_quiz_is_not_attempted() -> None:
    for blank in ({}, {"q": None}, None):
        with pytest.raises(NotAttempted):
            expect.choices(blank, {"q": "abc"})


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
        assert str(failure).startswith("x: an argument was changed in place")
    assert see(lambda params, rng: rng.random(), {"W": [np.array([np.nan])]}, np.random.default_rng(0)) is None


def test_other_comparisons_never_see_what_an_answer_does_to_its_arguments() -> None:
    A = np.zeros(2)

    def overwrite(A):
        A += 1
        return A

    run = run_property(lambda f: expect.close(f(A), [1, 1], "x"), overwrite, "f")
    assert run.passed and A.tolist() == [0, 0]
