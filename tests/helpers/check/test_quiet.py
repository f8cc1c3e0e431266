"""`expect.quiet`: warnings of what is called inside, and of nothing else."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from helpers.check import expect
from helpers.check.trace import PropertyRun, Unmet, run_property


def look(answer: Any) -> PropertyRun:
    def warns_of_nothing(f: Any) -> None:
        with expect.quiet("scores of 1000"):
            f(np.array([1000.0]))

    return run_property(warns_of_nothing, answer, "f")


def test_quiet_accepts_what_warns_of_nothing() -> None:
    run = look(np.negative)
    assert run.passed and [each.what for each in run.expectations] == ["scores of 1000"]


def test_quiet_names_each_kind_of_warning_once() -> None:
    def warn(x: Any) -> None:
        for _ in range(2):
            np.exp(x)
            warnings.warn("mind this", UserWarning, stacklevel=1)

    run = look(warn)
    assert isinstance(run.failure, Unmet)
    assert str(run.failure).startswith("scores of 1000: expected no warning, got RuntimeWarning, UserWarning")


def test_quiet_hears_a_warning_that_was_given_before() -> None:
    assert not look(np.exp).passed and not look(np.exp).passed


def test_two_answers_that_warn_alike_agree() -> None:
    assert look(np.exp).agrees_with(look(lambda x: np.exp(2 * x)))
    assert not look(np.exp).agrees_with(look(lambda x: warnings.warn("mind this", UserWarning, stacklevel=1)))


def test_quiet_leaves_an_error_as_it_is() -> None:
    def fail(x: Any) -> None:
        raise KeyError("W3")

    assert look(fail).raised == "KeyError"


def test_quiet_leaves_the_filters_as_they_were() -> None:
    before = list(warnings.filters)
    look(np.exp)
    assert warnings.filters == before


@pytest.mark.parametrize("error", [ValueError, Unmet])
def test_quiet_does_not_hide_an_unmet_expectation_inside(error: type[Exception]) -> None:
    def look_inside(f: Any) -> None:
        with expect.quiet("nothing"):
            raise error

    assert isinstance(run_property(look_inside, np.exp, "f").failure, error)
