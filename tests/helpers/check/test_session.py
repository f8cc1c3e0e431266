"""What a learner reads: messages, diagnoses, tracebacks, records; in a plain process and in IPython's shell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from helpers import misconceptions
from helpers.check import check, expect
from helpers.check.failure import CheckFailed, NotAttempted
from helpers.check.record import MIME, Record

CELL = """
@check
def doubles_a_number(double):
    expect.close(double(3.0), 6.0, "twice three")

@check
def doubles_an_array(double):
    expect.close(double(np.array([1.0, -2.0])), [2.0, -4.0], "twice an array")

check.run("double"{options})
"""


def squares(x):
    return x * x


def adds_two(x):
    return x + 2


def also_adds_two(x):
    return 2 + x


def only_knows_arrays(x):
    if np.ndim(x) == 0:
        raise ValueError("no array")
    return 2 * x


def never_works(x):
    raise ValueError("never")


@pytest.fixture(autouse=True)
def bank(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    entries = [
        misconceptions.Misconception("double", "toy.squares", "it squares", squares, False),
        misconceptions.Misconception("double", "toy.adds_two", "it adds two", adds_two, False),
        misconceptions.Misconception("double", "toy.also_adds_two", "it adds two", also_adds_two, False),
        misconceptions.Misconception("double", "toy.only_arrays", "it wants an array", only_knows_arrays, False),
        misconceptions.Misconception("double", "toy.never", "it never works", never_works, False),
    ]
    monkeypatch.setattr("helpers.check.session.known_for", lambda name: entries if name == "double" else [])
    check.forget()
    yield
    check.forget()


def run(answer: Any, options: str = "", cell: str = "<cell>") -> None:
    namespace = {"check": check, "expect": expect, "np": np, "double": answer}
    if answer is None:
        del namespace["double"]
    exec(compile(CELL.replace("{options}", options), cell, "exec"), namespace)


def test_success_is_one_line_that_says_what_was_checked(records: list[tuple[Record, str]]) -> None:
    run(lambda x: 2 * x)
    ((record, text),) = records
    assert text == "✓ double: 2 visible checks passed: doubles a number; doubles an array."
    assert (record.status, record.share, record.message) == ("passed", 1.0, "")


def test_failure_is_what_came_and_the_likely_cause(records: list[tuple[Record, str]]) -> None:
    with pytest.raises(CheckFailed) as raised:
        run(squares)
    assert str(raised.value) == (
        "double: twice three: expected 6, got 9, in double(3).\n  Likely cause: it squares.  [toy.squares]"
    )
    assert raised.value._render_traceback_() == [str(raised.value)]
    assert records[0][0].misconception == "toy.squares"


def test_an_unknown_mistake_still_gets_its_first_line(records: list[tuple[Record, str]]) -> None:
    with pytest.raises(CheckFailed, match=r"^double: twice three: expected 6, got 10, in double\(3\).$"):
        run(lambda x: 3 * x + 1)
    assert records[0][0].cause == ""


def test_two_entries_that_look_alike_are_no_diagnosis(records: list[tuple[Record, str]]) -> None:
    with pytest.raises(CheckFailed):
        run(adds_two)
    assert records[0][0].misconception == ""


def test_an_entry_that_agrees_at_one_property_only_is_no_diagnosis(records: list[tuple[Record, str]]) -> None:
    with pytest.raises(CheckFailed):
        run(lambda x: x * x if np.ndim(x) == 0 else 2 * x)
    assert records[0][0].misconception == ""


@pytest.mark.parametrize(("error", "name"), [(ValueError, "toy.only_arrays"), (KeyError, "")])
def test_where_errors_are_all_there_is_they_must_be_of_one_kind(
    error: type[Exception], name: str, records: list[tuple[Record, str]]
) -> None:
    def refuses_numbers(x):
        if np.ndim(x) == 0:
            raise error("some other text")
        return x + x

    with pytest.raises(CheckFailed):
        run(refuses_numbers)
    assert records[0][0].misconception == name


def test_an_answer_that_only_raises_gets_no_diagnosis(records: list[tuple[Record, str]]) -> None:
    def broken(x):
        raise ValueError("for a reason of its own")

    with pytest.raises(CheckFailed):
        run(broken)
    assert records[0][0].misconception == ""


def test_a_hidden_check_names_the_property_but_no_value(records: list[tuple[Record, str]]) -> None:
    with pytest.raises(CheckFailed) as raised:
        run(squares, ", hidden=True")
    assert str(raised.value) == (
        "double: a hidden check failed: it doubles a number.\n  Likely cause: it squares.  [toy.squares]"
    )


def test_hidden_checks_overrule_what_the_visible_ones_suggested(records: list[tuple[Record, str]]) -> None:
    calls = iter(range(10))

    def squares_at_first(x):
        return x * x if next(calls) < 2 else 2 * x + 1

    with pytest.raises(CheckFailed):
        run(squares_at_first)
    with pytest.raises(CheckFailed):
        run(squares_at_first, ", hidden=True", cell="<another cell>")
    assert [record.misconception for record, _ in records] == ["toy.squares", ""]


def test_an_error_in_the_answer_is_told_with_its_line_and_own_traceback(records: list[tuple[Record, str]]) -> None:
    namespace: dict[str, Any] = {}
    exec(compile("def broken(x):\n    y = x\n    return y.nothing", "<learner's cell>", "exec"), namespace)
    with pytest.raises(CheckFailed) as raised:
        run(namespace["broken"])
    assert str(raised.value) == (
        "double: double(3) raised AttributeError: 'float' object has no attribute 'nothing', line 3 of its cell."
    )
    rendered = "\n".join(raised.value._render_traceback_())
    assert "learner's cell" in rendered and "helpers/check" not in rendered
    with pytest.raises(CheckFailed) as raised:
        run(namespace["broken"], ", hidden=True")
    assert str(raised.value) == (
        "double: a hidden check failed: it doubles a number (your code raised AttributeError, line 3 of its cell)."
    )
    assert raised.value._render_traceback_() == [str(raised.value)]


def test_a_hidden_check_does_not_repeat_the_name_of_a_made_up_error(records: list[tuple[Record, str]]) -> None:
    def tells(x):
        raise type(f"Got{x}", (Exception,), {})

    with pytest.raises(CheckFailed, match=r"\(your code raised an error\)\.$"):
        run(tells, ", hidden=True")


def test_leaving_the_interpreter_is_an_error_like_others(records: list[tuple[Record, str]]) -> None:
    with pytest.raises(CheckFailed, match="raised SystemExit"):
        run(lambda x: exit())


def test_a_result_that_cannot_be_used_is_said_so(records: list[tuple[Record, str]]) -> None:
    namespace = {"check": check, "expect": expect, "double": lambda x: None}
    source = '@check\ndef adds_up(double):\n    expect.close(double(1) + 1, 3, "x")\ncheck.run("double")'
    with pytest.raises(CheckFailed, match=r"what came back cannot be used \(TypeError: .*\); it adds up\.$"):
        exec(compile(source, "<cell>", "exec"), namespace)


@pytest.mark.parametrize("blank", ["stub", None])
def test_a_blank_is_not_attempted_and_has_no_traceback(blank: str | None, records: list[tuple[Record, str]]) -> None:
    def stub(x):
        raise NotImplementedError

    with pytest.raises(NotAttempted, match="^double: not attempted yet"):
        run(stub if blank else None)
    assert records[0][0].status == "not attempted"


def test_points_turn_properties_into_partial_credit(records: list[tuple[Record, str]]) -> None:
    namespace = {"check": check, "expect": expect, "np": np, "double": lambda x: 2 * x if np.ndim(x) else 0}
    exec(
        compile(CELL.replace("check.run", "earned = check.run").replace("{options}", ", points=4"), "<c>", "exec"),
        namespace,
    )
    assert namespace["earned"] == 2.0
    assert (records[0][0].status, records[0][0].share) == ("failed", 0.5)


def test_properties_of_a_cell_that_broke_off_do_not_leak_into_the_next(records: list[tuple[Record, str]]) -> None:
    namespace = {"check": check, "expect": expect, "np": np, "double": lambda x: 2 * x}
    with pytest.raises(ZeroDivisionError):
        exec(
            compile("@check\ndef never(double):\n    expect.that(False, 'x', 'y')\n1 / 0", "<broken>", "exec"),
            namespace,
        )
    run(lambda x: 2 * x)
    assert [item["name"] for item in records[0][0].properties] == ["doubles a number", "doubles an array"]


def test_a_lesson_that_runs_as_one_script_keeps_its_cells_apart(records: list[tuple[Record, str]]) -> None:
    namespace = {"check": check, "expect": expect, "np": np, "double": lambda x: 2 * x, "triple": lambda x: 3 * x}
    triple = "\n@check\ndef triples(triple):\n    expect.close(triple(1), 3, 'x')\n\ncheck.run('triple')\n"
    exec(compile(CELL.replace("{options}", "") + triple, "<script>", "exec"), namespace)
    assert [item["name"] for item in records[1][0].properties] == ["triples"]


def test_a_cell_without_properties_is_an_error_of_the_author() -> None:
    with pytest.raises(RuntimeError, match="^the cell that checks double defines no property with @check$"):
        check.run("double")


def test_in_ipython_the_record_travels_with_the_text_and_the_traceback_is_the_message() -> None:
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance()
    try:
        shell.run_cell("import numpy as np\nfrom helpers.check import check, expect\ndef double(x): return x * x")
        with capture_output() as captured:
            shell.run_cell(CELL.replace("{options}", ""))
        (output,) = captured.outputs
        assert output.data[MIME]["misconception"] == "toy.squares"
        assert "Likely cause: it squares.  [toy.squares]" in captured.stdout
        assert "Traceback" not in captured.stdout and "helpers" not in captured.stdout
    finally:
        InteractiveShell.clear_instance()
