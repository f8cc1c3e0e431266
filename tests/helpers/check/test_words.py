"""How values and calls are written: short, in as few digits as will do, and so that a call can be typed again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from helpers.check.words import (
    LONGEST_CALL,
    MOST_NUMBERS,
    call_text,
    exact_text,
    number_text,
    told_apart,
    value_text,
)


def identity(x: Any) -> Any:
    return x


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.0, "2"),
        (1 / 3, "0.333333"),
        (-0.5, "-0.5"),
        (1e-9, "1e-09"),
        (123456, "123456"),
        (1_000_001, "1000001"),
        (np.longlong(-(10**16) + 1), "-9999999999999999"),
        (np.uint64(10**16), "1.00000e+16"),
        (10**400, "1.00000e+400"),
        (1234567.0, "1.23457e+06"),
        (np.float32(0.1), "0.1"),
        (np.int8(-7), "-7"),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (True, "True"),
        (np.False_, "False"),
        (1 + 2j, "1+2j"),
        (np.complex128(1j), "0+1j"),
    ],
)
def test_a_number_is_written_in_six_digits_and_a_whole_one_in_full(value: Any, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        # arrays: in full up to a dozen numbers on two axes, else by shape
        (np.array([1.0, 1 / 3]), "[1, 0.333333]"),
        (np.array([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]"),
        (np.array([True, False]), "[True, False]"),
        (np.array(2.5), "2.5"),
        (np.zeros((0, 3)), "[]"),
        (np.zeros(MOST_NUMBERS), "[" + ", ".join(["0"] * MOST_NUMBERS) + "]"),
        (np.zeros(MOST_NUMBERS + 1), f"an array of shape ({MOST_NUMBERS + 1},)"),
        (np.zeros((1, 2, 1)), "an array of shape (1, 2, 1)"),
        (np.array([2j, 1.5]), "[0+2j, 1.5+0j]"),
        (np.array(2j), "0+2j"),
        (np.array(["a", "b"]), "['a', 'b']"),
        (np.array([1, None]), "an array of shape (2,) of objects"),
        # numbers
        (3, "3"),
        (np.float64(0.25), "0.25"),
        (np.int64(9), "9"),
        (True, "True"),
        (np.True_, "True"),
        # None and text
        (None, "None"),
        ("high bias", "'high bias'"),
        ("x" * 58, repr("x" * 58)),
        ("x" * 59, repr("x" * 59)[:57] + "..."),
        # lists and tuples
        ([1, 2.5, "a", False], "[1, 2.5, 'a', False]"),
        ((1, 2), "(1, 2)"),
        ((1,), "(1,)"),
        ((), "()"),
        ([], "[]"),
        ([0] * MOST_NUMBERS, "[" + ", ".join(["0"] * MOST_NUMBERS) + "]"),
        ([0] * (MOST_NUMBERS + 1), f"a list of length {MOST_NUMBERS + 1}"),
        ((np.int64(60), np.float32(0.5), np.True_, np.str_("a"), None, 1j), "(60, 0.5, True, 'a', None, 0+1j)"),
        ((np.zeros(2), None), "a tuple of length 2"),
        ([[1, 2]], "a list of length 1"),
        # sets and dicts
        ({"b", "a"}, "{'a', 'b'}"),
        ({np.str_("b"), np.int64(1)}, "{'b', 1}"),
        (frozenset({1}), "{1}"),
        (set(), "an empty set"),
        (set("abcdefghijkl"), "{'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'}"),
        (set(range(MOST_NUMBERS + 1)), "an object of type set"),
        ({"W1": 0, "b1": 1}, "a dict with keys W1, b1"),
        (dict.fromkeys("abcdefghij"), "a dict with keys a, b, c, d, e, f, g, h"),
        ({}, "an empty dict"),
        # all the rest
        (identity, "an object of type function"),
        (range(3), "an object of type range"),
    ],
)
def test_a_value_is_written_in_full_when_it_is_small_and_by_its_kind_when_not(value: Any, text: str) -> None:
    assert value_text(value) == text


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ((1, 2), ["1", "2"]),
        ((1 / 3, 2 / 3), ["0.333333", "0.666667"]),
        ((1.0, 1 + 1e-6), ["1", "1.000001"]),
        ((1.0, 1 + 1e-9), ["1", "1.000000001"]),
        ((1.0, 1 + 2**-52), ["1", "1.0000000000000002"]),
        ((1e6, 1e6 + 1), ["1000000", "1000001"]),
        (([1.0, 2.0], [1.0, 2.0000001]), ["[1, 2]", "[1, 2.0000001]"]),
        ((np.ones(2), np.array([1, 1.00000004])), ["[1, 1]", "[1, 1.00000004]"]),
        ((1 + 1j, 1 + 1.0000001j), ["1+1j", "1+1.0000001j"]),
        ((2.0, 2.0, 2.001), ["2", "2", "2.001"]),
        ((2.0, 2.0000001, 3.0), ["2", "2.0000001", "3"]),
        ((1, 1.0), ["1 (int)", "1 (float)"]),
        (([1, 2], np.array([1, 2])), ["[1, 2] (list)", "[1, 2] (ndarray)"]),
        (("x" * 99, "x" * 98), [f"'{'x' * 56}... (str)"] * 2),
    ],
)
def test_different_values_are_written_apart_in_as_few_digits_as_that_takes(values: Any, texts: list[str]) -> None:
    assert told_apart(*values) == texts


ALIKE = [
    (3, np.int8(3), np.uint64(3), np.longlong(3)),
    (True, np.True_),
    (0.5, np.float32(0.5), np.longdouble(0.5)),
    (0.0, -0.0),
    (float("nan"), np.float64("nan")),
    (1j, np.complex64(1j)),
    ("W1", np.str_("W1")),
    (None,),
    ([1, "a"], (1, "a"), [np.int64(1), np.str_("a")]),
    ([True, "a"],),
    ([1.0, "a"],),
    ([[1], "a"], ((1,), "a")),
    ("[1, 'a']",),
    ({1, "a"}, frozenset({"a", np.int32(1)})),
    ({0, 8}, {8, 0}),  # whose order is that in which they were put in
    ({"a": 1, "b": [2]}, {"b": (2,), "a": np.int64(1)}),
    (np.array([1, 2]), np.array([1, 2], np.uint8)),
    (np.array([1.0, 2.0]),),
    (np.array([[1, 2]]),),
    (np.zeros((0, 3)), np.zeros((0, 3), int)),
    (np.zeros(0),),
    (np.array(["1", "2"]),),
    (np.arange(3000),),
    (np.arange(3000) + (np.arange(3000) == 1500),),
    ("None",),
    ("3",),
    (b"3",),
    (range(3),),
    (range(4),),
]


def test_an_exact_text_is_the_same_for_equal_values_of_one_kind_and_for_no_others() -> None:
    texts = [{exact_text(value) for value in group} for group in ALIKE]
    assert [len(group) for group in texts] == [1] * len(ALIKE)
    assert len(set.union(*texts)) == len(ALIKE)


def test_an_object_cannot_pretend_to_be_a_number() -> None:
    class Pretends:
        def __repr__(self) -> str:
            return "3"

        def __eq__(self, other: object) -> bool:
            return True

    assert exact_text(Pretends()) != exact_text(3)


@pytest.mark.parametrize(
    ("args", "kwargs", "text"),
    [
        ((), {}, "f()"),
        ((1, 0.5), {}, "f(1, 0.5)"),
        ((np.array([1.0, 2.0]),), {"training": False}, "f([1, 2], training=False)"),
        ((), {"x": None, "name": "linear"}, "f(x=None, name='linear')"),
        ((np.random.default_rng(0),), {}, "f(rng)"),
        (({"W1": np.ones((1, 2)), "b1": np.zeros(1)},), {}, 'f({"W1": [[1, 1]], "b1": [0]})'),
        (([np.ones(1), np.zeros(2)],), {}, "f([[1], [0, 0]])"),
        (([np.int64(1), (2, 3)],), {}, "f([1, (2, 3)])"),
        (((4, 5),), {}, "f((4, 5))"),
        ((identity, abs), {}, "f(identity, abs)"),
        ((np.zeros(12),), {}, "f([" + ", ".join(["0"] * 12) + "])"),
        ((np.array(["a", "b"]),), {}, "f(['a', 'b'])"),
        ((1_000_001, np.str_("a"), "x" * 80), {}, f"f(1000001, 'a', '{'x' * 80}')"),
        (([1] * 12, ("a",), (), []), {}, f"f([{', '.join('1' * 12)}], ('a',), (), [])"),
        ((np.zeros(13),), {}, ""),
        (([1.0] * 13,), {}, ""),
        (((1, [2] * 13),), {}, ""),
        ((np.array([1, None]),), {}, ""),
        ((range(3),), {}, ""),
        ((set(),), {}, ""),
        ((lambda x: x,), {}, ""),
        ((1, {"W1": np.zeros(13)}), {}, ""),
        (([np.zeros(13)],), {}, ""),
        ((np.zeros((1, 1, 1)),), {}, ""),
        ((), {"A": np.zeros(13)}, ""),
    ],
)
def test_a_call_is_written_as_one_would_type_it_or_not_at_all(
    args: tuple[Any, ...], kwargs: dict[str, Any], text: str
) -> None:
    assert call_text("f", args, kwargs) == text


def test_a_function_without_a_name_leaves_the_call_unwritten() -> None:
    class Callable:
        def __call__(self) -> None: ...

    assert call_text("f", (Callable(),), {}) == ""


def test_the_longest_call_that_is_written_has_120_characters() -> None:
    assert LONGEST_CALL == 120
    name = "f" * (LONGEST_CALL - len("(1)"))
    assert call_text(name, (1,), {}) == f"{name}(1)"
    assert call_text(name + "f", (1,), {}) == ""
