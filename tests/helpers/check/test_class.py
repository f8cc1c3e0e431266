"""An answer that is a class: its instances get what functions get, wherever they live."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from helpers.check import check, expect
from helpers.check.diagnosis import diagnose
from helpers.check.failure import CheckFailed, NotAttempted
from helpers.check.record import Record
from helpers.check.trace import AnswerRaised, PropertyRun, Unmet, run_property
from helpers.misconceptions import Misconception

RIGHT = """
class Sum:
    def __init__(self, n, start=0.0):
        self.total = np.full(n, start)
        self.seen = []

    def add(self, X):
        self.seen.append(X)
        self.total = self.total + X.sum(axis=0)
        return self.total

    def mean(self, m):
        return self.total / m
"""

CELL = """
@check
def starts_at_zero(Sum):
    expect.close(Sum(2).total, [0, 0], "the total at first")

@check
def adds_columns(Sum):
    expect.close(Sum(2).add(np.array([[1.0, 2.0], [3.0, 4.0]])), [4, 6], "two rows")

@check
def takes_the_mean(Sum):
    layer = Sum(1, start=4.0)
    layer.add(np.array([[2.0]]))
    expect.close(layer.mean(m=2), [3], "the mean of two")

earned = check.run("Sum"{options})
"""


def written(source: str = RIGHT) -> type:
    """Define the class as a cell of its own does."""
    namespace: dict[str, Any] = {"np": np}
    exec(compile(source, "<the learner's cell>", "exec"), namespace)
    return namespace["Sum"]


def see(body: Callable[[Any], None], answer: type | None = None) -> PropertyRun:
    return run_property(body, answer or written(), "Sum")


@pytest.fixture(autouse=True)
def records(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Record]]:
    published: list[Record] = []
    monkeypatch.setattr(Record, "publish", lambda self, text: published.append(self))
    check.forget()
    yield published
    check.forget()


def judge(source: str, options: str = "") -> Any:
    namespace = {"check": check, "expect": expect, "np": np, "Sum": written(source)}
    exec(compile(CELL.replace("{options}", options), "<one cell>", "exec"), namespace)
    return namespace["earned"]


def test_a_right_class_passes(records: list[Record]) -> None:
    assert judge(RIGHT) is None and records[0].status == "passed"


def test_a_message_names_the_method_that_was_called() -> None:
    with pytest.raises(CheckFailed) as raised:
        judge(RIGHT.replace("axis=0", "axis=1"))
    assert str(raised.value) == "Sum: two rows: expected [4, 6], got [3, 7], in Sum.add([[1, 2], [3, 4]])."


@pytest.mark.parametrize("options", ["", ", hidden=True", ", points=3"])
@pytest.mark.parametrize("is_given", [False, True], ids=["every method blank", "__init__ given"])
def test_a_blank_class_is_not_attempted(is_given: bool, options: str, records: list[Record]) -> None:
    blank = "self.total = np.full(n, start)" if is_given else "raise NotImplementedError"
    source = f"class Sum:\n    def __init__(self, n, start=0.0):\n        {blank}\n"
    for method in ("add(self, X)", "mean(self, m)"):
        source += f"    def {method}:\n        raise NotImplementedError\n"
    with pytest.raises(NotAttempted, match="^Sum: not attempted yet"):
        judge(source, options)
    assert (records[0].status, records[0].share) == ("not attempted", 0.0)


def test_a_class_that_is_half_written_earns_what_works_and_hears_what_is_missing(records: list[Record]) -> None:
    source = RIGHT.replace("return self.total / m", "raise NotImplementedError")
    assert judge(source, ", points=3") == pytest.approx(2)
    assert records[0].message == "Sum: Sum.mean(m=2) raised NotImplementedError, line 13 of its cell."
    with pytest.raises(CheckFailed) as raised:
        judge(source)
    assert not isinstance(raised.value, NotAttempted)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("self.seen = []", "1 / 0", "Sum(2) raised ZeroDivisionError: division by zero, line 5 of its cell."),
        ("def mean", "def average", "Sum.mean raised AttributeError: 'Sum' object has no attribute 'mean'."),
        ("self.total = np.full(n, start)", "...", "Sum.total raised AttributeError: 'Sum' object has no attribute 'total'."),
        (
            "return self.total\n",
            "return self.sum\n",
            "Sum.add([[1, 2], [3, 4]]) raised AttributeError: 'Sum' object has no attribute 'sum', line 10 of its cell.",
        ),
    ],
)  # fmt: skip
def test_an_error_in_a_class_is_the_learners_own(right: str, wrong: str, message: str) -> None:
    with pytest.raises(CheckFailed) as raised:
        judge(RIGHT.replace(right, wrong))
    assert str(raised.value) == f"Sum: {message}" and raised.value.own_error is not None
    *lines, last = raised.value._render_traceback_()
    assert last == str(raised.value) and "trace.py" not in "".join(lines)


def test_an_attribute_that_refuses_to_be_set_is_the_learners_own_error() -> None:
    def set_total(Sum: Any) -> None:
        Sum(1).total = 3

    source = RIGHT + "    total = property(lambda self: 0, lambda self, value: 1 / value[0])\n"
    failure = see(set_total, written(source.replace("np.full(n, start)", "[1]"))).failure
    assert isinstance(failure, AnswerRaised) and failure.call == "setting Sum.total"


def test_methods_get_copies_and_unchanged_sees_what_they_write() -> None:
    writes = written(RIGHT.replace("self.seen.append(X)", "X += 1"))
    X = np.zeros((2, 3))
    assert see(lambda Sum: Sum(3).add(X), writes).passed and X.sum() == 0
    assert see(lambda Sum: expect.unchanged(Sum(3).add, X, what="X")).passed
    failure = see(lambda Sum: expect.unchanged(Sum(3).add, X, what="X"), writes).failure
    assert isinstance(failure, Unmet) and str(failure).startswith("X: argument 1 was changed in place, in Sum.add(")


def test_an_instance_keeps_its_state_and_only_data_crosses() -> None:
    def body(Sum: Any) -> None:
        layer, other, start = Sum(2), Sum(2), np.array([1.0, 2.0])
        layer.total = start
        start += 9
        layer.total[0] = 9
        np.testing.assert_array_equal(layer.total, [1, 2])
        layer.total *= 2
        layer.add(np.ones((1, 2)))
        np.testing.assert_array_equal(layer.total, [3, 5])
        layer.seen[0][:] = 7
        assert layer.seen[0].tolist() == [[1, 1]] and len(layer.seen) == 1
        np.testing.assert_array_equal(other.total, [0, 0])

    run = see(body)
    assert run.failure is None and run.answered == {"Sum", "Sum.add"}
    assert run.last_call == "Sum.add([[1, 1]])", "reading an attribute is no call"


def test_protocols_of_an_instance_never_reach_the_learner() -> None:
    source = RIGHT + "".join(
        f"    def {name}(self, *args):\n        raise KeyError\n"
        for name in ("__eq__", "__bool__", "__array__", "__len__", "__float__")
    )

    def body(Sum: Any) -> None:
        layer = Sum(2)
        assert layer and layer != 3 and np.asarray(layer).dtype == object
        expect.close(layer, 3.0, "x")

    assert str(see(body, written(source)).failure).startswith("x: expected 3, got an object of type")


def test_a_cause_is_named_for_a_class_by_the_entry_with_the_same_numbers() -> None:
    def adds_columns(Sum: Any) -> None:
        layer = Sum(2)
        layer.add(np.array([[1.0, 2.0], [3.0, 4.0]]))
        expect.close(layer.total, [4, 6], "the total")

    def entry(name: str, right: str, wrong: str) -> Misconception:
        return Misconception("Sum", name, "a cause", written(RIGHT.replace(right, wrong)), False)

    entries = [
        entry("toy.rows", "axis=0", "axis=1"),
        entry("toy.forgets", "self.total + X", "X"),
        entry("toy.mean", "X.sum", "X.mean"),
    ]
    for answer, name in (("X.T.sum(axis=0)", "toy.rows"), ("X.sum(axis=0) / len(X)", "toy.mean"), ("X[0]", None)):
        run = see(adds_columns, written(RIGHT.replace("X.sum(axis=0)", answer)))
        named = diagnose("Sum", [(adds_columns, run)], entries)
        assert (named and named.name) == name
