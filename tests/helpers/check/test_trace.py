"""A property on an answer: what is remembered, what counts as the answer's own error, when two runs look the same."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

from helpers.check import expect
from helpers.check.trace import (
    AnswerRaised,
    Expectation,
    PropertyRun,
    Unmet,
    copy_arguments,
    last_call,
    remember,
    run_property,
)


def doubles_three_and_four(double: Any) -> None:
    """Two numbers,

    one after the other.
    """
    expect.close(double(3.0), 6.0, "twice three")
    expect.close(double(4.0), 8.0, "twice four")


def failed(seen: np.ndarray | str | None, tolerance: float = 0.0) -> Expectation:
    return Expectation("x", False, seen, tolerance)


def test_a_right_answer_passes_every_expectation() -> None:
    run = run_property(doubles_three_and_four, lambda x: 2 * x, "double")
    assert run.passed and run.failure is None and run.raised == ""
    assert [(e.what, e.passed) for e in run.expectations] == [("twice three", True), ("twice four", True)]
    assert run.last_call == "double(4)"


def test_a_property_is_named_by_its_function_and_noted_by_its_docstring() -> None:
    run = run_property(doubles_three_and_four, lambda x: 2 * x, "double")
    assert (run.name, run.note) == ("doubles three and four", "Two numbers, one after the other.")

    def _without_a_docstring_(double: Any) -> None: ...

    run = run_property(_without_a_docstring_, None, "double")
    assert (run.name, run.note) == ("without a docstring", "")


def test_a_wrong_answer_stops_at_the_first_expectation_that_fails() -> None:
    run = run_property(doubles_three_and_four, lambda x: x + 3, "double")
    assert [e.passed for e in run.expectations] == [True, False]
    assert isinstance(run.failure, Unmet)
    assert str(run.failure) == "twice four: expected 8, got 7, in double(4)"
    assert not run.passed and run.raised == ""


def test_an_error_of_the_answer_is_told_from_one_of_the_check() -> None:
    def divide(x: float) -> float:
        return x / 0

    run = run_property(doubles_three_and_four, divide, "double")
    assert isinstance(run.failure, AnswerRaised)
    assert str(run.failure) == "double(3) raised ZeroDivisionError: float division by zero"
    assert (run.failure.call, type(run.failure.error)) == ("double(3)", ZeroDivisionError)
    assert run.failure.__cause__ is run.failure.error
    assert run.raised == "ZeroDivisionError" and run.expectations == []

    def adds_one_to_the_result(double: Any) -> None:
        double(3) + 1

    run = run_property(adds_one_to_the_result, lambda x: "six", "double")
    assert isinstance(run.failure, TypeError) and run.raised == "TypeError" and not run.passed


def test_a_call_that_is_too_long_to_redo_is_not_spelt_out() -> None:
    def takes_many(double: Any) -> None:
        double(np.zeros(200))

    def refuse(x: Any) -> None:
        raise ValueError("no")

    assert str(run_property(takes_many, refuse, "double").failure) == "double(...) raised ValueError: no"
    assert run_property(takes_many, abs, "double").last_call == ""


def test_leaving_is_an_error_of_the_answer_and_an_interrupt_is_not() -> None:
    def leave(x: float) -> None:
        raise SystemExit(1)

    def interrupt(x: float) -> None:
        raise KeyboardInterrupt

    assert run_property(doubles_three_and_four, leave, "double").raised == "SystemExit"
    with pytest.raises(KeyboardInterrupt):
        run_property(doubles_three_and_four, interrupt, "double")
    assert last_call() == ""


def test_outside_a_property_nothing_is_remembered_and_no_call_is_known() -> None:
    remember(Expectation("x", True))
    assert last_call() == ""
    run = run_property(doubles_three_and_four, lambda x: 2 * x, "double")
    remember(Expectation("later", True))
    assert len(run.expectations) == 2 and last_call() == ""


def test_a_property_inside_a_property_keeps_its_own_notes() -> None:
    def outer(double: Any) -> None:
        expect.close(double(1.0), 2.0, "before")
        assert not run_property(doubles_three_and_four, lambda x: x, "other").passed
        expect.close(double(2.0), 4.0, "after")

    run = run_property(outer, lambda x: 2 * x, "double")
    assert run.passed and [e.what for e in run.expectations] == ["before", "after"]


@pytest.mark.parametrize("answer", [3, {"q": "a"}], ids=["number", "dict"])
def test_values_reach_the_property_as_they_are(answer: Any) -> None:
    seen: list[Any] = []
    run_property(lambda it: seen.append(it), answer, "it")
    assert seen[0] is answer


def test_an_answer_gets_copies_by_position_and_by_name() -> None:
    A, B = np.zeros(2), [np.ones(2)]

    def overwrite(A: np.ndarray, *, B: list[np.ndarray]) -> None:
        A[:], B[0][:] = 5, 5
        B.append(A)

    run = run_property(lambda it: it(A, B=B), overwrite, "it")
    assert run.passed and A.tolist() == [0, 0] and len(B) == 1 and B[0].tolist() == [1, 1]
    assert run.last_call == "it([0, 0], B=[[1, 1]])"


def test_in_place_hands_over_the_objects_themselves_or_asks_the_stand_in_to() -> None:
    A = np.zeros(2)
    run = run_property(lambda it: it.in_place(A), lambda A: A.fill(5), "it")
    assert run.passed and A.tolist() == [5, 5]

    def elsewhere(A: np.ndarray) -> None:
        raise AssertionError("the stand-in writes the arguments back")

    elsewhere.call_with_copy_back = lambda A: A.fill(7)  # type: ignore[attr-defined]
    run = run_property(lambda it: it.in_place(A), elsewhere, "it")
    assert run.passed and A.tolist() == [7, 7] and run.last_call == "it([5, 5])"


def test_a_named_tuple_is_copied_as_a_tuple() -> None:
    class Pair(NamedTuple):
        A: np.ndarray
        b: int

    pair = Pair(np.zeros(1), 2)
    copied = copy_arguments((pair, [pair]))
    copied[0][0][:] = 5
    assert type(copied[0]) is tuple and pair.A.tolist() == copied[1][0][0].tolist() == [0]


def test_copies_are_deep_keep_the_layout_and_leave_generators_alone() -> None:
    rng = np.random.default_rng(0)
    column_first = np.asfortranarray(np.arange(6.0).reshape(2, 3))
    nested = {"W": [column_first, (column_first[0], 3)], "rng": rng, "f": abs}
    copied = copy_arguments(nested)
    assert list(copied) == list(nested) and copied["rng"] is rng and copied["f"] is abs
    assert copied["W"] is not nested["W"] and isinstance(copied["W"][1], tuple)
    assert copied["W"][0].flags.f_contiguous and not np.shares_memory(copied["W"][0], column_first)
    assert not np.shares_memory(copied["W"][1][0], column_first)
    np.testing.assert_array_equal(copied["W"][0], column_first)


@pytest.mark.parametrize(
    ("mine", "its", "agree"),
    [
        (Expectation("x", True), Expectation("x", True), True),
        (Expectation("x", True, "a"), Expectation("x", True, "b"), True),
        (Expectation("x", True), Expectation("y", True), False),
        (Expectation("x", True), Expectation("x", False), False),
        (failed(None), failed(None), True),
        (failed("a"), failed("a"), True),
        (failed("a"), failed("b"), False),
        (failed("a"), failed(None), False),
        (failed("1"), failed(np.array([1.0])), False),
        (failed(np.array([1.0])), failed("1"), False),
        (failed(np.array([1.0])), failed(None), False),
        (Expectation("x", False, np.array([1.0])), failed(np.array([1.5])), False),
        (failed(np.array([1.0]), 0.1), failed(np.array([1.09])), True),
        (failed(np.array([1.0]), 0.1), failed(np.array([1.11])), False),
        (failed(np.array([1e9])), failed(np.array([1e9 + 1])), False),
        (failed(np.array([1.0, 2.0]), 0.1), failed(np.array([1.0, 3.0])), False),
        (failed(np.array([1.0])), failed(np.array([[1.0]])), False),
        (failed(np.array([1.0])), failed(np.array([1.0, 1.0])), False),
        (failed(np.array([np.nan, np.inf])), failed(np.array([np.nan, np.inf])), True),
        (failed(np.array([np.inf])), failed(np.array([-np.inf])), False),
        (failed(np.array([np.nan])), failed(np.array([0.0])), False),
    ],
)
def test_expectations_agree_when_verdict_and_numbers_do(mine: Expectation, its: Expectation, agree: bool) -> None:
    assert mine.agrees_with(its) is agree


def test_the_tolerance_that_counts_is_the_one_of_the_expectation_that_is_asked() -> None:
    wide, narrow = failed(np.array([1.0]), 0.5), failed(np.array([1.4]))
    assert wide.agrees_with(narrow) and not narrow.agrees_with(wide)


def test_runs_agree_when_all_their_expectations_do() -> None:
    def run(*expectations: Expectation, failure: Exception | None = None) -> PropertyRun:
        return PropertyRun("x", expectations=list(expectations), failure=failure)

    assert (run().note, run().last_call, run().expectations) == ("", "", [])
    passed, other = Expectation("x", True), Expectation("y", True)
    error = AnswerRaised("f()", ValueError())
    assert run(passed).agrees_with(run(passed))
    assert not run(passed).agrees_with(run(other))
    assert not run(passed).agrees_with(run(passed, other))
    assert not run(passed, other).agrees_with(run(passed))
    assert not run(passed).agrees_with(run(passed, failure=error))
    assert not run(passed, failure=error).agrees_with(run(passed, failure=Unmet()))
    assert run(passed, failure=error).agrees_with(run(passed, failure=KeyError())), "the kind is left to the caller"
    assert run(failed("a"), failure=Unmet("one text")).agrees_with(run(failed("a"), failure=Unmet("another")))


def test_repeated_calls_get_copies_and_one_generator_that_goes_on() -> None:
    def draw(rng: np.random.Generator, into: np.ndarray) -> float:
        into += 1
        return float(rng.random() + into[0])

    seen: list[list[float]] = []

    def repeats(it: Any) -> None:
        seen.append(expect.repeat(it, 3, np.random.default_rng(0), np.zeros(1)))

    run = run_property(repeats, draw, "draw")
    assert run.passed
    assert seen == [(1 + np.random.default_rng(0).random(3)).tolist()]
    assert run.last_call == "" or run.last_call.startswith("draw(")
    assert expect.repeat(draw, 2, np.random.default_rng(0), np.zeros(1)) == seen[0][:2]


def test_an_error_in_a_repeated_call_is_the_answers() -> None:
    def repeats(it: Any) -> None:
        expect.repeat(it, 2, 0)

    run = run_property(repeats, lambda x: 1 / x, "invert")
    assert (run.raised, str(run.failure)) == (
        "ZeroDivisionError",
        "invert(0) raised ZeroDivisionError: division by zero",
    )


def test_repeated_calls_are_one_where_the_engine_can() -> None:
    def answer(x: int) -> int:
        raise AssertionError("called one by one")

    answer.call_repeatedly = lambda times, x: [x] * times  # type: ignore[attr-defined]
    seen: list[Any] = []
    assert run_property(lambda it: seen.append(expect.repeat(it, 2, 7)), answer, "answer").passed
    assert seen == [[7, 7]]
