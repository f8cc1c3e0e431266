"""Each comparison: what it accepts, what it refuses, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from helpers.check import expect
from helpers.check.failure import NotAttempted
from helpers.check.statistics import mean_tolerance, rate_bounds
from helpers.check.trace import Expectation, Unmet, run_property


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


def _alternating() -> np.ndarray:
    """Columns in pairs, the second of which is the opposite of the first."""
    first = _draws(200, 50)
    return np.stack([first, ~first], axis=2).reshape(200, 100)


def _exact_columns() -> np.ndarray:
    rng = np.random.default_rng(3)
    return np.array([rng.permutation(200) < 100 for _ in range(100)]).T


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
    lambda: expect.varies([np.nan, 1.0], "x"),
    lambda: expect.varies(np.array([[1], [np.nan]]), "x"),
    lambda: expect.coins(np.random.default_rng(0).random((200, 100)) < 0.3, 0.3, "x"),
    lambda: expect.choice({"q": "B "}, "q", "b"),
    lambda: expect.places(np.random.default_rng(1).random((500, 4, 3)) < 0.25, 0.25, "x"),
    lambda: expect.close(np.array([1.0, 2.0 + 1.9e-7]), [1, 2], "x"),
    lambda: expect.close(0.9e-9, 0.0, "x"),
    lambda: expect.close(np.float32(1.00009), 1.0, "x"),
    lambda: expect.close(np.float32(0.9e-5), 0.0, "x"),
    lambda: expect.close(np.float16(1.0), 1.0, "x"),
    lambda: expect.close(1.4, 1.0, "x", atol=0.5),
    lambda: expect.close(1.4, 1.0, "x", rtol=0.5),
    lambda: expect.close(np.ones((3, 0)), np.ones((3, 0)), "x"),
    lambda: expect.equal(np.bool_(True), True, "x"),
    lambda: expect.equal([1, 2], (1, 2), "x"),
    lambda: expect.equal(None, None, "x"),
    lambda: expect.array(np.ones((1, 1), dtype=bool), (1, 1), "x"),
    lambda: expect.dtype(np.float32(1), "float32", "x"),
    lambda: expect.number(np.array(3), "x"),
    lambda: expect.every(np.array([[1 + 0.9e-4, 1 - 0.9e-4]]), 1.0, "x"),
    lambda: expect.every([1.4, 0.6], 1.0, "x", rtol=0.5),
    lambda: expect.every([0.9e-10], 0.0, "x"),
    lambda: expect.every(-3.0, -3.0, "x"),
    lambda: expect.that(True, "x", "it is not so"),
    lambda: expect.choice({"q": "c", "p": None}, "q", "bc"),
    lambda: expect.choices({"q": "a", "p": "B"}, {"q": "a", "p": "ab"}),
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
    (lambda: expect.equal(1.0, 1, "x"), "x: expected 1 (int), got 1 (float)"),
    (lambda: expect.equal({"a"}, {"a", "b"}, "x"), "x: expected {'a', 'b'}, got {'a'}"),
    (
        lambda: expect.array([[1]], (1, 1), "x"),
        "x: expected an array of numbers of shape (1, 1), got a list of length 1",
    ),
    (lambda: expect.array(np.zeros(3), (3, 1), "x"), "x: expected shape (3, 1), got shape (3,)"),
    (lambda: expect.dtype(np.zeros(2), np.float32, "x"), "x: expected float32, got float64"),
    (lambda: expect.number(np.zeros(1), "x"), "x: expected one number, got [0]"),
    (lambda: expect.sequence(np.zeros((2, 2)), 2, "x"), "x: expected 2 results, got [[0, 0], [0, 0]] in one array"),
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
        "x: expected an array of numbers of shape (1, 1), got [['1']] of dtype <U1",
    ),
    (lambda: expect.close(None, [1.0], "x"), "x: expected [1], got None"),
    (lambda: expect.that(False, "x", "it is not so"), "x: it is not so"),
    (lambda: expect.choice({"q": "a", "p": "b"}, "q", "b"), 'the answer to "q": expected "b", got \'a\''),
    (lambda: expect.choice({"q": "a"}, "q", "bc"), 'the answer to "q": expected "b" or "c", got \'a\''),
    (lambda: expect.choice({"q": "bc"}, "q", "bc"), 'the answer to "q": expected "b" or "c", got \'bc\''),
    (lambda: expect.choice({"p": "b"}, "q", "b"), 'the answer to "q": expected "b", got None'),
    (lambda: expect.choice({"q": 2}, "q", "b"), 'the answer to "q": expected "b", got 2'),
    (lambda: expect.choices({"q": "a", "p": "b"}, {"q": "a", "p": "a"}), 'the answer to "p": expected "a", got \'b\''),
    (lambda: expect.close([1.0, [2.0]], [1.0, 2.0], "x"), "x: expected [1, 2], got a list of length 2"),
    (lambda: expect.close({"W1": 1}, 1.0, "x"), "x: expected 1, got a dict with keys W1"),
    (lambda: expect.close({1.0}, 1.0, "x"), "x: expected 1, got {1.0}"),
    (lambda: expect.close(np.array(["1"]), [1.0], "x"), "x: expected [1], got ['1']"),
    (
        lambda: expect.close(np.zeros(20), np.zeros((20, 1)), "x"),
        "x: expected an array of shape (20, 1), got an array of shape (20,)",
    ),
    (
        lambda: expect.close(np.where(np.arange(20) == 7, np.nan, 0.0).reshape(4, 5), np.zeros((4, 5)), "x"),
        "x: expected 0 at [1, 2] of shape (4, 5), got nan",
    ),
    (lambda: expect.close(np.zeros(13), np.ones(13), "x"), "x: expected 1 at [0] of shape (13,), got 0"),
    (
        lambda: expect.close(np.zeros(12), np.ones(12), "x"),
        f"x: expected [{', '.join('1' * 12)}], got [{', '.join('0' * 12)}]",
    ),
    (lambda: expect.close(1.1e-9, 0.0, "x"), "x: expected 0, got 1.1e-09"),
    (lambda: expect.close(np.float32(1.1e-5), 0.0, "x"), "x: expected 0, got 1.1e-05"),
    (lambda: expect.close(np.float32(1.00011), 1.0, "x"), "x: expected 1, got 1.00011"),
    (lambda: expect.close(1.6, 1.0, "x", atol=0.5), "x: expected 1, got 1.6"),
    (lambda: expect.close(1.6, 1.0, "x", rtol=0.5), "x: expected 1, got 1.6"),
    (lambda: expect.close(np.inf, -np.inf, "x"), "x: expected -inf, got inf"),
    (lambda: expect.equal([1, 3], [1, 2], "x"), "x: expected [1, 2], got [1, 3]"),
    (lambda: expect.equal("ab", ["a", "b"], "x"), "x: expected ['a', 'b'], got 'ab'"),
    (lambda: expect.equal(1, True, "x"), "x: expected True, got 1"),
    (lambda: expect.equal(["a"], {"a"}, "x"), "x: expected {'a'}, got ['a']"),
    (
        lambda: expect.array(np.zeros(1, dtype=complex), (1,), "x"),
        "x: expected an array of numbers of shape (1,), got [0+0j] of dtype complex128",
    ),
    (lambda: expect.dtype([1.0], np.float32, "x"), "x: expected float32, got [1]"),
    (lambda: expect.number("1", "x"), "x: expected one number, got '1'"),
    (lambda: expect.number([1.0], "x"), "x: expected one number, got [1]"),
    (lambda: expect.sequence((1, 2, 3), 2, "x"), "x: expected 2 results, got (1, 2, 3)"),
    (lambda: expect.sequence("ab", 2, "x"), "x: expected 2 results, got 'ab'"),
    (lambda: expect.binary([0.0, 2.0, 3.0, 4.0], "x"), "x: expected only 0 and 1, got 0, 2, 3, 4"),
    (lambda: expect.binary(np.arange(5.0), "x"), "x: expected only 0 and 1, got 0, 1, 2, 3, ..."),
    (lambda: expect.every([2.0, 2.001], 2.0, "x"), "x: expected 2, got values from 2 to 2.001"),
    (lambda: expect.every([-1.9], -2.0, "x"), "x: expected -2, got -1.9"),
    (lambda: expect.every([1.1e-10], 0.0, "x"), "x: expected 0, got 1.1e-10"),
    (lambda: expect.every([1.6], 1.0, "x", rtol=0.5), "x: expected 1, got 1.6"),
    (lambda: expect.close(1 + 1e-6, 1.0, "x"), "x: expected 1, got 1.000001"),
    (lambda: expect.close(np.arange(13) + 1e-5, range(13), "x"), "x: expected 0 at [0] of shape (13,), got 1e-05"),
    (lambda: expect.close(2j, 1.0, "x"), "x: expected 1, got 0+2j"),
    (lambda: expect.close(10**400, 1.0, "x"), "x: expected 1, got 1.00000e+400"),
    (lambda: expect.every([2 + 1e-7] * 3, 2, "x", rtol=1e-9), "x: expected 2, got 2.0000001"),
    (lambda: expect.every([2.0, 2 + 1e-7], 2, "x", rtol=1e-9), "x: expected 2, got values from 2 to 2.0000001"),
    (
        lambda: expect.mean(np.full(10**4, 1e6 + 1), 1e6, "x", low=1e6, high=1e6 + 9),
        "x: expected about 1000000, got 1000001",
    ),
    (lambda: expect.binary([0.0, 1 + 1e-7], "x"), "x: expected only 0 and 1, got 0, 1.0000001"),
    (lambda: expect.binary([], "x"), "x: expected only 0 and 1, got nothing to compare"),
    (lambda: expect.rate([], 0.5, "x"), "x: expected about 0.5, got nothing to compare"),
    (lambda: expect.mean([], 0.5, "x", low=0, high=1), "x: expected about 0.5, got nothing to compare"),
    (lambda: expect.rate([np.nan] * 9, 0.5, "x"), "x: expected about 0.5, got nan"),
    (lambda: expect.varies([], "x"), "x: it is always the same"),
    (lambda: expect.varies([np.nan, np.nan], "x"), "x: it is always the same"),
    (lambda: expect.binary([np.nan, 1], "x"), "x: expected only 0 and 1, got 1, nan"),
    (lambda: expect.rate([1.2] * 30, 0.95, "x"), "x: expected about 0.95, got 1.2"),
    (lambda: expect.coins(np.full((9, 9), 0.5), 0.5, "x"), "x: expected only 0 and 1, got 0.5"),
    (lambda: expect.coins(_draws(200, 100), 0.75, "x"), "x: the share of ones: expected about 0.75, got 0.501"),
    (
        lambda: expect.coins(_alternating().T, 0.5, "x"),
        "x: how often neighbours in a column are equal: expected about 0.5, got 0",
    ),
    (
        lambda: expect.coins(_alternating(), 0.5, "x"),
        "x: how often neighbours in a row are equal: expected about 0.5, got 0",
    ),
    (
        lambda: expect.coins(_exact_columns(), 0.5, "x"),
        "x: the number of ones in a column: it is always the same",
    ),
    (lambda: expect.coins(_exact_columns().T, 0.5, "x"), "x: the number of ones in a row: it is always the same"),
    (lambda: expect.coins(_same_half_twice().T, 0.5, "x"), "x: two of its columns are the same"),
    (
        lambda: expect.places(np.repeat(_draws(250, 4, 3), 2, axis=0), 0.5, "x"),
        "x: how often a place is the same in two draws: expected about 0.5, got 1",
    ),
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
    for blank in ({}, {"q": None}, {"q": "", "p": None}, None, "b"):
        with pytest.raises(NotAttempted, match="no question is answered"):
            expect.choices(blank, {"q": "abc"})


def test_a_message_ends_with_the_latest_call_where_it_can_be_redone() -> None:
    def body(f):
        f(1)
        expect.equal(f(2, rate=0.5), 3, "the second")

    assert (
        str(run_property(body, lambda x, rate=1: 4, "f").failure) == "the second: expected 3, got 4, in f(2, rate=0.5)"
    )
    with pytest.raises(Unmet, match=r"^x: expected 3, got 4$"):
        expect.equal(4, 3, "x")


def remembered(comparison: Callable[[], object]) -> list[Expectation]:
    return run_property(lambda _: comparison(), None, "f").expectations  # type: ignore[arg-type]


@pytest.mark.parametrize("comparison", ACCEPTED)
def test_what_holds_is_remembered(comparison: Callable[[], object]) -> None:
    expectations = remembered(comparison)
    assert expectations and all(e.passed for e in expectations)


@pytest.mark.parametrize(
    ("comparison", "seen", "tolerance"),
    [
        (lambda: expect.close([1, 9], [1.0, 2.0], "x"), [1, 9], 10 * (1e-9 + 1e-7 * 2)),
        (lambda: expect.close(np.array([1, 9], np.float32), [1, -5], "x"), [1, 9], 10 * (1e-5 + 1e-4 * 5)),
        (lambda: expect.close([7.0, 0.0], [np.inf, 3.0], "x", rtol=0.5, atol=0.25), [7, 0], 10 * (0.25 + 0.5 * 3)),
        (lambda: expect.close(np.arange(13.0), np.ones(13), "x", atol=0), np.arange(13), 10 * 1e-7),
        (lambda: expect.close(2j, 1.0, "x"), 2j, 10 * (1e-9 + 1e-7)),
        (lambda: expect.close([True, False], [1.0, 1.0], "x"), [1, 0], 10 * (1e-9 + 1e-7)),
        (lambda: expect.every([5.0, -3.0, 4.0], 2.0, "x"), [-3, 5], 10 * 1e-4 * 2),
        (lambda: expect.binary([3.0, 0.5, -2.0], "x"), [-2, 3], 1e-6),
        (lambda: expect.mean(np.zeros(1000), 0.5, "x", low=0, high=1), [0], 2 * mean_tolerance(0, 1, 1000)),
        (lambda: expect.rate(np.ones(400), 0.5, "x"), [1], 2 * (rate_bounds(0.5, 400)[1] - 0.5)),
        (lambda: expect.rate(np.ones(400), 0.75, "x"), [1], 2 * (0.75 - rate_bounds(0.75, 400)[0])),
        (lambda: expect.rate(np.zeros(400), 1.0, "x"), [0], mean_tolerance(0, 1, 400)),
    ],
)
def test_numbers_are_remembered_with_the_distance_of_equal_mistakes(
    comparison: Callable[[], object], seen: Any, tolerance: float
) -> None:
    (last,) = remembered(comparison)
    assert not last.passed and isinstance(last.seen, np.ndarray)
    np.testing.assert_array_equal(last.seen, seen)
    assert last.seen.dtype in (np.float64, np.complex128), "booleans and whole numbers could not be subtracted"
    assert last.tolerance == pytest.approx(tolerance)


@pytest.mark.parametrize(
    ("comparison", "seen"),
    [
        (lambda: expect.close("6", 6.0, "x"), "str"),
        (lambda: expect.close([6.0], 6.0, "x"), "(1,)"),
        (lambda: expect.equal(5, 6, "x"), "5"),
        (lambda: expect.that(False, "x", "it is not so"), None),
        (lambda: expect.array([1.0], (1,), "x"), "list"),
        (lambda: expect.array(np.zeros(3), (1,), "x"), "(3,)"),
        (lambda: expect.dtype(np.zeros(3), np.float32, "x"), "float64"),
        (lambda: expect.dtype(3, np.float32, "x"), "None"),
        (lambda: expect.number("6", "x"), "str"),
        (lambda: expect.sequence([1], 2, "x"), "[1]"),
        (lambda: expect.every([], 2.0, "x"), "empty"),
        (lambda: expect.varies([1, 1], "x"), None),
        (lambda: expect.choice({"q": " A"}, "q", "b"), "'a'"),
    ],
)
def test_what_is_not_a_number_is_remembered_in_words(comparison: Callable[[], object], seen: str | None) -> None:
    (last,) = remembered(comparison)
    assert (last.passed, last.seen, last.tolerance) == (False, seen, 0.0)


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.int64, np.uint8, np.bool_, np.complex128])
def test_close_is_numpys_isclose(kind: type) -> None:
    rng = np.random.default_rng(0)
    wanted: np.ndarray = (10 * rng.random((4, 5))).astype(kind)
    near = wanted * (1 + rng.choice([0, 1e-10, 1e-6, 0.1], size=wanted.shape))
    odd = np.array([np.nan, np.inf, -np.inf, 1e308, -1e308])
    for came, want in ((near, wanted), (wanted, near), (odd, odd), (odd, -odd), (near, np.asarray(3))):
        ours = expect._are_close(np.asarray(came), np.asarray(want), 1e-7, 1e-9)
        with np.errstate(all="ignore"):
            assert np.array_equal(ours, np.isclose(came, want, rtol=1e-7, atol=1e-9, equal_nan=True))
