"""How a grading host follows the child that runs a submission's checks."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from autograder import host
from autograder.diary import Diary, read_cells
from autograder.errors import EngineFault
from autograder.host import _follow

FIRST = {"outputs": [], "metadata": {"autograder": {"status": "ok"}}}
OK = {"status": "ok", "modules": ["json"], "cells": [FIRST]}


@pytest.fixture
def requests() -> Iterator[int]:
    """A connection on which nothing comes."""
    reading, writing = os.pipe()
    yield reading
    os.close(reading)
    os.close(writing)


@contextmanager
def child_that(behaves: Callable[[Diary], Any], awaits_word: bool = False) -> Iterator[Diary]:
    diary = Diary()
    child = os.fork()
    if child == 0:
        try:
            behaves(diary)
        finally:
            os._exit(0)
    try:
        diary.begin_to_read()
        while awaits_word and diary.find_latest() is None:
            time.sleep(0.01)
        yield diary
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        diary.close()


def tell_and_hang(diary: Diary, *messages: dict[str, Any]) -> None:
    for message in messages:
        diary.write(message)
    signal.pause()


def test_results_come_in_order_when_the_child_says_that_it_is_done(requests: int) -> None:
    started = {"seconds": 60.0, "cells": []}, {"seconds": 60.0, "cells": [FIRST]}
    with child_that(lambda diary: tell_and_hang(diary, *started, OK)) as diary:
        reply = _follow(diary, requests, 2)
        assert reply == {"modules": ["json"]}
        assert read_cells(diary.copy_file()) == [FIRST, FIRST]


def test_what_was_kept_of_a_message_that_was_cut_off_is_not_read() -> None:
    diary = Diary()
    diary.write({"cells": [FIRST]})
    os.write(diary._file, b'{"cells": [')
    assert read_cells(diary.copy_file()) == [FIRST]
    diary.begin_to_read()
    diary.close()


def test_a_fault_that_the_child_tells_is_the_hosts(requests: int) -> None:
    told = {"status": "fault", "reason": "KeyError: 'cells'"}
    with child_that(lambda diary: tell_and_hang(diary, told)) as diary, pytest.raises(EngineFault, match="KeyError"):
        _follow(diary, requests, 2)


def test_a_child_that_is_late_keeps_what_it_has_done(requests: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "_GRACE_SECONDS", 0.0)
    started = {"seconds": 0.1, "cells": [FIRST]}
    with child_that(lambda diary: tell_and_hang(diary, started), awaits_word=True) as diary:
        cells = _follow(diary, requests, 3)["cells"]
    assert [cell["metadata"]["autograder"]["status"] for cell in cells] == ["ok", "timeout", "not run"]
    assert "was stopped after 0.1 s" in cells[1]["metadata"]["autograder"]["reason"]


def test_a_child_is_waited_for_as_long_as_its_latest_message_says(
    requests: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "_GRACE_SECONDS", 0.0)

    def goes_on(diary: Diary) -> None:
        diary.write({"seconds": 600.0, "cells": [FIRST]})
        time.sleep(0.3)
        diary.write(OK)

    with child_that(goes_on, awaits_word=True) as diary:
        assert "cells" not in _follow(diary, requests, 2)
        assert read_cells(diary.copy_file()) == [FIRST, FIRST]


STARTS_AGAIN = {"seconds": None, "cells": [FIRST]}


@pytest.mark.parametrize("messages", [(), (STARTS_AGAIN,)])
def test_a_jail_may_take_longer_to_start_than_a_cell_to_stop(
    requests: int, monkeypatch: pytest.MonkeyPatch, messages: tuple[dict[str, Any], ...]
) -> None:
    monkeypatch.setattr(host, "_GRACE_SECONDS", 0.0)

    def starts(diary: Diary) -> None:
        for message in messages:
            diary.write(message)
        time.sleep(0.3)
        diary.write(OK)

    with child_that(starts, awaits_word=bool(messages)) as diary:
        assert "cells" not in _follow(diary, requests, 2)


@pytest.mark.parametrize("messages", [(), (STARTS_AGAIN,)])
def test_a_jail_that_does_not_start_is_a_fault(
    requests: int, monkeypatch: pytest.MonkeyPatch, messages: tuple[dict[str, Any], ...]
) -> None:
    monkeypatch.setattr(host, "_GRACE_SECONDS", 0.0)
    monkeypatch.setattr(host, "START_SECONDS", 0.2)
    with (
        child_that(lambda diary: tell_and_hang(diary, *messages), awaits_word=bool(messages)) as diary,
        pytest.raises(EngineFault, match="not started in time"),
    ):
        _follow(diary, requests, 2)


@pytest.mark.parametrize("messages", [(), ({"seconds": 1.0, "cells": [FIRST]},)])
def test_a_child_that_dies_without_a_word_is_a_fault(requests: int, messages: tuple[dict[str, Any], ...]) -> None:
    def dies(diary: Diary) -> None:
        for message in messages:
            diary.write(message)

    with child_that(dies) as diary, pytest.raises(EngineFault, match="has died"):
        _follow(diary, requests, 1)


def test_nobody_is_followed_for_a_command_that_has_ended() -> None:
    reading, writing = os.pipe()
    os.close(writing)
    with child_that(tell_and_hang) as diary, pytest.raises(EngineFault, match="the command that asked has ended"):
        _follow(diary, reading, 1)
    os.close(reading)
