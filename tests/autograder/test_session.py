"""What the trusted process makes of replies that the jailed one's side of the engine never sends."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.session import Session, Stopped
from autograder.wire import Channel, Codec

CODEC = Codec(lambda value: None, lambda reference: reference)


class FakeJail:
    """Answers one request as it is told to."""

    def __init__(self, answer: Callable[[dict[str, Any]], Any]) -> None:
        self._answer = answer
        self._ends = socket.socketpair()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def spawn(self) -> socket.socket:
        self._thread.start()
        return self._ends[0]

    def end(self) -> bool:
        self._thread.join()
        self._ends[1].close()
        return False

    def _serve(self) -> None:
        channel = Channel(self._ends[1].fileno())
        channel.send(CODEC.encode(self._answer(CODEC.decode(channel.receive()))))


def ask(answer: Callable[[dict[str, Any]], Any], callback: Callable[..., Any] | None = None) -> None:
    session = Session(FakeJail(answer), lambda output: None, lambda value: False, {})
    session.start()
    if callback is not None:
        session._callbacks[1] = callback
    try:
        session.tell({})
    finally:
        session.end()


class Unspeakable(Exception):
    def __str__(self) -> str:
        raise KeyError("asked")


def fail() -> None:
    raise Unspeakable


def test_a_reply_has_the_number_of_its_request() -> None:
    ask(lambda request: {"seq": request["seq"]})


@pytest.mark.parametrize("make", [np.zeros, np.array, np.int64, str], ids=["many", "an array", "a scalar", "a text"])
def test_a_reply_with_anything_else_as_its_number_ends_the_process(make: Callable[[Any], Any]) -> None:
    with pytest.raises(Stopped, match="never sends"):
        ask(lambda request: {"seq": make(3) if make is np.zeros else make(request["seq"])})


def test_nothing_but_the_end_of_the_process_comes_of_a_call_back_that_cannot_be_answered() -> None:
    with pytest.raises(Stopped, match="never sends"):
        ask(lambda request: {"callback": 1, "args": [], "kwargs": {}}, fail)
