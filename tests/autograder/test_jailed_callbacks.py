"""Functions of a check that a submission calls from several threads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.jailed import JailedExecutor
from tests.autograder.jailed_notebooks import run, start_executor, states, text_of


@pytest.fixture(scope="module")
def executor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JailedExecutor]:
    with start_executor(tmp_path_factory.mktemp("callbacks"), cell_seconds=10) as shared:
        yield shared


POOL = "from concurrent.futures import ThreadPoolExecutor\n"
MAP = f"{POOL}def each(f, values, threads):\n    with ThreadPoolExecutor(threads) as pool:\n        return list(pool.map(f, values))"


@pytest.mark.parametrize("threads", [2, 8])
def test_threads_get_the_answers_to_their_own_calls(executor: JailedExecutor, threads: int) -> None:
    check = f"for _ in range(5):\n    assert each(lambda x: x + 1, list(range(40)), {threads}) == list(range(1, 41))"
    cells = run(executor, ("solution", MAP), ("check", check))
    assert states(cells) == ["ok", "ok"], text_of(cells[1])


def test_a_function_that_is_called_from_a_thread_may_have_threads_that_call_too(executor: JailedExecutor) -> None:
    """Three deep: each call of the check's function lets the submission call the next one from a pool again."""
    check = (
        "def sum_below(depth):\n    return 1 if depth == 0 else sum(each(sum_below, [depth - 1] * 3, 3))\n"
        "assert sum_below(3) == 27"
    )
    cells = run(executor, ("solution", MAP), ("check", check))
    assert states(cells) == ["ok", "ok"], text_of(cells[1])


def test_replies_come_in_the_order_that_is_asked_for(executor: JailedExecutor) -> None:
    """The thread that was asked first waits for the other, which called while it was at work and is asked too."""
    solution = (
        f"{MAP}\nimport threading\nimport time\nfirst, second = threading.Event(), threading.Event()\n"
        "def work(x):\n    if x == 1:\n        first.set()\n        return second.wait(5)\n"
        "    second.set()\n    time.sleep(0.3)\n    return True\n"
        "def both(f):\n    return each(lambda x: (x == 1 or first.wait(5)) and f(x), [1, 2], 2)"
    )
    cells = run(executor, ("solution", solution), ("check", "assert both(lambda x: work(x)) == [True, True]"))
    assert states(cells) == ["ok", "ok"], text_of(cells[1])


def test_a_thread_that_goes_on_after_its_call_harms_nothing(executor: JailedExecutor) -> None:
    solution = (
        "import threading\nends = []\ndef f(g):\n"
        "    def work():\n        try:\n            while True:\n                g(1)\n"
        "        except RuntimeError as error:\n            ends.append(str(error))\n"
        "    threading.Thread(target=work).start()\n    return g(2)\n"
        "def last():\n    import time\n    while not ends:\n        time.sleep(0.01)\n    return ends"
    )
    cells = run(
        executor,
        ("solution", solution),
        ("check", "assert [f(lambda x: x + 1), f(lambda x: x)] == [3, 2]"),
        ("solution", "def h(x):\n    return x"),
        ("check", "assert [h(x) for x in range(100)] == list(range(100))"),
        ("check", "assert 'cannot be called any more' in last()[0]"),
    )
    assert states(cells) == ["ok"] * 5, [text_of(cell) for cell in cells]


@pytest.mark.parametrize("error", ["WireError", "ZeroDivisionError"])
def test_a_call_that_fails_leaves_the_others_their_turn(executor: JailedExecutor, error: str) -> None:
    """One that cannot be made, as its argument is too deep, and one that the check answers with an exception."""
    solution = (
        f"{POOL}def f(g):\n    deep = []\n    for _ in range(100):\n        deep = [deep]\n    def call(x):\n"
        "        try:\n            return g(deep if x == 'deep' else x)\n"
        "        except Exception as error:\n            return type(error).__name__\n"
        "    with ThreadPoolExecutor(3) as pool:\n        return list(pool.map(call, ['deep', 0, 1] * 5))"
    )
    cells = run(executor, ("solution", solution), ("check", f"assert f(lambda x: 1 / x).count({error!r}) == 5"))
    assert states(cells) == ["ok", "ok"], text_of(cells[1])
