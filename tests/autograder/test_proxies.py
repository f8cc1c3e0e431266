"""Stand-ins of functions and classes, as far as they need no process behind them."""

from __future__ import annotations

import inspect

import pytest

from autograder import proxies
from autograder.wire import Handle


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param([("", 1, False)], id="no name"),
        pytest.param([("a b", 1, False)], id="no identifier"),
        pytest.param([("x", 7, False)], id="no kind"),
        pytest.param([("x", -(10**5000), False)], id="a number of many digits"),
        pytest.param([("x", 2, True)], id="a default where there is none"),
        pytest.param([("x", 3, False), ("y", 1, False)], id="no order"),
        pytest.param([("x", 1, False)] * 2, id="a name twice"),
    ],
)
def test_what_no_function_has_is_no_signature(parameters: list[tuple[str, int, bool]]) -> None:
    assert proxies.make_signature(parameters) is None


def test_a_signature_says_names_kinds_and_where_a_default_is() -> None:
    made = proxies.make_signature([("a", 0, False), ("b", 1, True), ("c", 2, False), ("d", 3, True), ("e", 4, False)])
    assert str(made) == "(a, /, b=Ellipsis, *c, d=Ellipsis, **e)"


def test_who_looks_into_a_stand_in_sees_no_file_of_the_engine() -> None:
    class Session:
        generation = 0

        def forget(self, number: int) -> None: ...

    handle = Handle(1, "callable", "function", "f", "", 0, ())
    function = proxies.make_function(proxies.Lease(Session(), handle))  # type: ignore[arg-type]
    for look in (inspect.getsource, inspect.getsourcelines):
        with pytest.raises(OSError, match="source"):
            look(function)
    assert inspect.getfile(function) == "<submission>"
    assert "proxies" not in repr(function.__code__)
