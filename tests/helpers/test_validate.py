"""Each message names the argument, what was expected and what came; what comes back is ready to compute with."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from helpers import validate

PARAMS = {"W1": np.zeros((3, 2)), "b1": np.zeros(3), "W2": np.zeros((1, 3)), "b2": np.zeros(1)}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: validate.require_number("lr", -1, above=0), "lr must be a number > 0, got -1"),
        (lambda: validate.require_number("lr", 0, above=0), "lr must be a number > 0, got 0"),
        (lambda: validate.require_number("t", -0.5, at_least=0), "t must be a number >= 0, got -0.5"),
        (
            lambda: validate.require_number("beta", 1, at_least=0, below=1),
            "beta must be a number >= 0 and < 1, got 1",
        ),
        (lambda: validate.require_number("eps", float("nan")), "eps must be a number, got nan"),
        (lambda: validate.require_number("lr", "fast", above=0), "lr must be a number > 0, got 'fast'"),
        (lambda: validate.require_number("lr", np.ones(2)), "lr must be a number, got array([1., 1.])"),
        (lambda: validate.require_number("lr", 10**400, above=0), "lr must be a number > 0, got 1000"),
        (lambda: validate.require_number("lr", -(10**400)), "lr must be a number, got -1000"),
        (lambda: validate.require_probability("keep_prob", 0), "keep_prob must be a probability in (0, 1], got 0"),
        (lambda: validate.require_probability("keep_prob", 1.5), "keep_prob must be a probability in (0, 1], got 1.5"),
        (
            lambda: validate.require_probability("keep_prob", None),
            "keep_prob must be a probability in (0, 1], got None",
        ),
        (lambda: validate.require_count("k", 1, at_least=2), "k must be a whole number >= 2, got 1"),
        (lambda: validate.require_count("k", 2.0), "k must be a whole number >= 1, got 2.0"),
        (lambda: validate.require_rng(0), "rng must be a numpy.random.Generator, got 0"),
        (lambda: validate.require_rng(None), "rng must be a numpy.random.Generator, got None"),
        (lambda: validate.require_rng(np.random.PCG64()), "rng must be a numpy.random.Generator, got <"),
        (lambda: validate.require_list("sizes", 3), "sizes must be a sequence, got 3"),  # type: ignore[arg-type]
        (lambda: validate.as_float(["a"]), "the values of an array must be real numbers, got <U1 array(['a']"),
        (lambda: validate.as_float(1j), "the values of an array must be real numbers, got complex128 array(0.+1.j)"),
        (lambda: validate.as_float(np.array([1, None])), "the values of an array must be real numbers, got object arr"),
        (lambda: validate.as_floats([1.0], ["a"]), "the values of an array must be real numbers, got <U1 array(['a']"),
        (lambda: validate.require_shape("b", np.zeros(3), (2,)), "b must have shape (2,), got (3,)"),
        (lambda: validate.require_shape("X", np.zeros(3), ("m", 4)), "X must have shape (m, 4), got (3,)"),
        (lambda: validate.require_shape("X", np.zeros((2, 3)), ("m", 4)), "X must have shape (m, 4), got (2, 3)"),
        (
            lambda: validate.require_rows(X=np.zeros((4, 1)), y=np.zeros(3)),
            "X and y must have the same number of rows, got 4 and 3",
        ),
        (lambda: validate.require_rows(X=np.zeros((0, 3))), "X must have at least one row, got 0"),
        (lambda: validate.require_rows(X=np.array(1.0)), "X must be an array with rows, got array(1.)"),
        (lambda: validate.require_rows(X=np.ones(2), y=np.array(3)), "y must be an array with rows, got array(3)"),
        (lambda: validate.require_labels("y", [0, 3], 3), "y must hold labels 0 .. 2, got 0 .. 3"),
        (lambda: validate.require_labels("y", [-1, 2], 3), "y must hold labels 0 .. 2, got -1 .. 2"),
        (lambda: validate.require_labels("y", [0.5], 3), "y must hold whole numbers 0 .. 2, got float64 array([0.5])"),
        (lambda: validate.require_labels("y", ["a"], 3), "y must hold whole numbers 0 .. 2, got <U1 array(['a']"),
        (lambda: validate.require_labels("y", [[0]], 3), "y must have shape (m,), got (1, 1)"),
        (lambda: validate.require_layer_dims([3]), "layer_dims must have at least two sizes, got [3]"),
        (lambda: validate.require_layer_dims([3, 0]), "each size in layer_dims must be a whole number >= 1, got 0"),
        (lambda: validate.require_layer_dims(5), "layer_dims must be a sequence, got 5"),  # type: ignore[arg-type]
        (lambda: validate.require_layer_dims(None), "layer_dims must be a sequence, got None"),  # type: ignore[arg-type]
        (lambda: validate.require_params([0, 1]), "params must be a dict, got [0, 1]"),  # type: ignore[arg-type]
        (lambda: validate.require_params({}), "params must have the keys W1, b1, ..., WL, bL, got []"),
        (lambda: validate.require_params({"W1": 0, "W2": 0}), "params must have the keys W1, b1, ..., WL, bL"),
        (lambda: validate.require_params(PARAMS, 4), "params['W1'] must have shape (n_1, 4), got (3, 2)"),
        (
            lambda: validate.require_params(PARAMS | {"W2": np.zeros((1, 2))}),
            "params['W2'] must have shape (n_2, 3), got (1, 2)",
        ),
        (
            lambda: validate.require_params(PARAMS | {"b2": np.zeros(2)}),
            "params['b2'] must have shape (1,), got (2,)",
        ),
    ],
)
def test_says_what_was_expected_and_what_came(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the message is compared below
        call()
    assert str(caught.value).startswith(message)


def test_numbers_come_back_as_pythons_own() -> None:
    assert type(validate.require_number("lr", np.float64(0.5), above=0)) is float
    assert type(validate.require_probability("keep_prob", np.float32(1))) is float
    assert type(validate.require_count("k", np.int8(3))) is int
    assert validate.require_number("t", float("inf"), above=0) == float("inf")
    assert (np.ones(1, np.float32) * validate.require_number("lr", np.float64(0.5))).dtype == np.float32


def test_bounds_may_be_met_where_they_belong_to_the_range() -> None:
    assert validate.require_number("t", 0, at_least=0) == 0
    assert validate.require_number("beta", 0.0, at_least=0, below=1) == 0
    assert validate.require_number("share", 1, at_most=1) == 1
    assert validate.require_count("n", 0, at_least=0) == 0


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.uint64, np.int64, np.float32, bool])
def test_labels_of_any_width_become_int64(dtype: type) -> None:
    labels = validate.require_labels("y", np.array([0, 1, 1], dtype), 2)
    assert labels.dtype == np.int64
    assert labels.tolist() == [0, 1, 1]


def test_a_generator_and_a_sequence_come_back_as_they_are() -> None:
    for rng in (np.random.default_rng(0), np.random.Generator(np.random.MT19937(0))):
        assert validate.require_rng(rng) is rng
    for values in ([1, 2], (1, 2), np.array([1, 2]), {1: 0, 2: 0}, iter([1, 2])):
        assert validate.require_list("sizes", values) == [1, 2]
    assert validate.require_list("sizes", []) == []


def test_numbers_of_any_real_kind_become_floats() -> None:
    for values in ([Fraction(1, 2), 2**70], [0.5, True], np.array([], object), np.array([0.5], np.longdouble)):
        floats = validate.as_float(values)  # type: ignore[arg-type]
        assert floats.dtype == np.float64
        assert floats.tolist() == [float(value) for value in values]


def test_no_labels_are_no_error() -> None:
    assert validate.require_labels("y", np.array([], int), 2).shape == (0,)


@pytest.mark.parametrize(
    ("given", "expected"), [(np.float32, np.float32), (np.float16, np.float64), (int, np.float64), (bool, np.float64)]
)
def test_float32_stays_and_everything_else_is_float64(given: type, expected: type) -> None:
    assert validate.as_float(np.ones(2, given)).dtype == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [([np.float32, np.float32], np.float32), ([np.float32, np.int8], np.float64), ([np.float32, float], np.float64)],
)
def test_several_arrays_come_back_in_one_precision(given: list[type], expected: type) -> None:
    arrays = validate.as_floats(*(np.ones(2, kind) for kind in given))
    assert [array.dtype for array in arrays] == [expected, expected]


def test_no_copy_is_made_where_none_is_needed() -> None:
    for dtype in (np.float32, np.float64):
        array = np.ones(2, dtype)
        assert validate.as_float(array) is array
        assert validate.as_floats(array, array)[1] is array


def test_params_in_any_order_are_counted() -> None:
    assert validate.require_params(PARAMS, 2) == 2
    assert validate.require_params(dict(reversed(PARAMS.items()))) == 2
