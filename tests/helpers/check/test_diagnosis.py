"""A cause is named when exactly one known mistake gives the same passes, failures and numbers; else nothing is said."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from helpers.check import expect
from helpers.check.diagnosis import diagnose
from helpers.check.trace import Property, run_property
from helpers.misconceptions import Misconception


def doubles_a_number(double: Any) -> None:
    expect.close(double(3.0), 6.0, "twice three")


def doubles_an_array(double: Any) -> None:
    expect.close(double(np.array([1.0, -2.0])), [2.0, -4.0], "twice an array")


def keeps_single_precision(double: Any) -> None:
    expect.dtype(double(np.ones(2, np.float32)), np.float32, "twice a float32 array")


PROPERTIES: tuple[Property, ...] = (doubles_a_number, doubles_an_array, keeps_single_precision)


def squares(x):
    return x * x


def negates(x):
    return -2 * x


def adds_two(x):
    return x + 2


def adds_one_twice(x):
    return 1 + x + 1


def widens(x):
    return 2 * np.asarray(x, dtype=np.float64)


def refuses(x):
    raise ValueError("never")


def refuses_arrays(x):
    if np.ndim(x):
        raise ValueError("no arrays")
    return x + 1


def refuses_numbers(x):
    if np.ndim(x) == 0:
        raise ValueError("no numbers")
    return 2 * x


def enter(definition: Callable[..., Any], is_value: bool = False) -> Misconception:
    return Misconception("double", f"toy.{definition.__name__}", "a cause", definition, is_value)


def name_of(answer: Any, *definitions: Callable[..., Any], properties: tuple[Property, ...] = PROPERTIES) -> str | None:
    seen = [(body, run_property(body, answer, "double")) for body in properties]
    entry = diagnose("double", seen, [enter(definition) for definition in definitions])
    return None if entry is None else entry.name


@pytest.mark.parametrize("entry", [squares, negates, adds_two, widens, refuses_arrays, refuses_numbers])
def test_the_same_mistake_written_otherwise_is_named(entry: Callable[..., Any]) -> None:
    others = [squares, negates, adds_two, widens, refuses, refuses_arrays, refuses_numbers]
    assert name_of(lambda x: entry(x), *others) == f"toy.{entry.__name__}"


def test_the_place_of_an_entry_in_the_bank_does_not_matter() -> None:
    assert name_of(squares, squares, negates, widens) == name_of(squares, negates, widens, squares) == "toy.squares"


def test_a_right_answer_has_no_cause() -> None:
    assert name_of(lambda x: 2 * x, squares, lambda x: 2 * x) is None


def test_a_mistake_that_no_entry_makes_has_no_cause() -> None:
    assert name_of(lambda x: 5 * x, squares, negates, adds_two, refuses) is None
    assert name_of(squares) is None


def test_two_entries_with_the_same_numbers_are_a_tie() -> None:
    assert name_of(adds_two, squares, adds_two) == "toy.adds_two"
    assert name_of(adds_two, squares, adds_two, adds_one_twice) is None


def test_a_tie_is_broken_by_a_property_that_tells_the_two_apart() -> None:
    assert name_of(squares, squares, lambda x: 9.0, properties=(doubles_a_number,)) is None
    assert name_of(squares, squares, lambda x: 9.0, properties=(doubles_a_number, doubles_an_array)) == "toy.squares"


def test_the_same_failure_with_other_numbers_is_another_mistake() -> None:
    """The number that is expected is 6 and may come off by 6e-7; ten times that is how far two equal mistakes may lie apart."""
    for answer, name in ((9.0 + 5e-6, "toy.squares"), (9.0 + 7e-6, None), (9.1, None)):
        assert name_of(lambda x, answer=answer: answer, squares, properties=(doubles_a_number,)) == name, answer


def test_an_entry_must_fail_where_the_answer_fails_and_pass_where_it_passes() -> None:
    assert name_of(lambda x: x * x if np.ndim(x) == 0 else 2 * x, squares) is None
    assert name_of(lambda x: x * x, lambda x: x * x if np.ndim(x) == 0 else 2 * x) is None


def test_an_answer_that_only_raises_is_no_known_mistake() -> None:
    assert name_of(refuses, refuses) is None
    assert name_of(lambda x: x.nothing, refuses) is None


def test_where_errors_are_all_that_fails_they_must_be_of_one_kind() -> None:
    def refuses_numbers_otherwise(x):
        return {1: 2 * x}[np.ndim(x)]

    assert name_of(lambda x: refuses_numbers(x), refuses_numbers) == "toy.refuses_numbers"
    assert name_of(refuses_numbers_otherwise, refuses_numbers) is None


def test_where_numbers_agree_an_error_may_be_of_another_kind_but_not_missing() -> None:
    def knows_no_arrays(x):
        return float(x) + 1

    def adds_one(x):
        return x + 1

    assert name_of(knows_no_arrays, refuses_arrays) == "toy.refuses_arrays"
    assert name_of(knows_no_arrays, adds_one) is None
    assert name_of(adds_one, refuses_arrays) is None


def test_statements_without_numbers_can_agree_only_in_pass_and_fail() -> None:
    def is_positive(double: Any) -> None:
        expect.that(double(3.0) > 0, "the double of three", "it is not positive")

    assert name_of(lambda x: -7, negates, properties=(is_positive,)) == "toy.negates"


def test_a_quiz_is_compared_by_the_letters() -> None:
    def first_letter(double: Any) -> None:
        expect.choice(double, "q", "b")

    def says_a() -> dict[str, str]:
        return {"q": "a"}

    def says_c() -> dict[str, str]:
        return {"q": "c"}

    seen = [(first_letter, run_property(first_letter, {"q": "c"}, "double"))]
    entry = diagnose("double", seen, [enter(says_a, is_value=True), enter(says_c, is_value=True)])
    assert entry is not None and entry.name == "toy.says_c"


def test_warnings_of_an_entry_are_kept_from_the_learner() -> None:
    def overflows(x):
        warnings.warn("the entry's own", stacklevel=1)
        return np.exp(np.float64(1000)) * x

    assert name_of(lambda x: np.inf, overflows, properties=(doubles_a_number,)) == "toy.overflows"


def test_an_entry_that_cannot_be_the_one_is_left_at_the_first_difference() -> None:
    calls: list[Any] = []

    def counts(x):
        calls.append(x)
        return 2 * x

    assert name_of(lambda x: x * x if np.ndim(x) else 2 * x, counts) is None
    assert len(calls) == 1, "failed properties are replayed first"


@pytest.mark.parametrize(
    ("want", "learner", "entry"),
    [
        ((60, 20, 20), (1, 2, 97), (80, 10, 10)),
        ((60, 20, 20), tuple(map(np.int64, (1, 2, 97))), tuple(map(np.int64, (80, 10, 10)))),
        (1234567, 1234568, 1234569),
        (2.0, 1.0, 1.0 + 1e-9),
        ([0] * 20, [1] * 20, [2] * 20),
        ("right", "x" * 60 + "a", "x" * 60 + "b"),
        ({"a"}, set(range(20)), set(range(30))),
        ({"l0": 1}, {"l0": 2}, {"l0": 3}),
        (1, np.zeros(20), np.ones(20)),
        (1, len, lambda: 0),
    ],
)
def test_different_wrong_values_are_different_mistakes(want: Any, learner: Any, entry: Any) -> None:
    def is_right(double: Any) -> None:
        expect.equal(double(), want, "the value")

    assert name_of(lambda: learner, lambda: entry, properties=(is_right,)) is None
    assert name_of(lambda: learner, lambda: copy.deepcopy(learner), properties=(is_right,)) is not None


def test_a_wrong_value_is_one_mistake_in_every_container_and_as_a_scalar_of_python_or_numpy() -> None:
    def is_right(double: Any) -> None:
        expect.equal(double(), (60, 20, 20), "the sizes")

    assert name_of(lambda: [80, np.int64(10), 10], lambda: (80, 10, 10), properties=(is_right,)) is not None
    assert name_of(lambda: (80.0, 10.0, 10.0), lambda: (80, 10, 10), properties=(is_right,)) is None
