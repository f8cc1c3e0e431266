"""Frames over a socket: whole and within limits, also when a call is interrupted."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from autograder import limits
from autograder.wire import Channel, Codec, WireError

CODEC = Codec(lambda value: None, lambda reference: reference)


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    pair = socket.socketpair()
    yield pair
    for end in pair:
        end.close()


@pytest.fixture
def channels(ends: tuple[socket.socket, socket.socket]) -> tuple[Channel, Channel]:
    return Channel(ends[0].fileno()), Channel(ends[1].fileno())


def in_thread(work: Any, *args: Any) -> threading.Thread:
    thread = threading.Thread(target=work, args=args, daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize(
    "value",
    [None, [np.ones(2)], np.arange(1_000_000), [np.ones(1), np.empty(0)] * 2000],
    ids=["", "1", "large", "many"],
)
def test_a_frame_arrives_whole(channels: tuple[Channel, Channel], value: Any) -> None:
    here, there = channels
    sender = in_thread(here.send, CODEC.encode(value))
    assert CODEC.encode(CODEC.decode(there.receive())) == CODEC.encode(value)
    sender.join()


def test_frames_that_wait_behind_each_other_arrive_one_by_one(channels: tuple[Channel, Channel]) -> None:
    here, there = channels
    texts = [letter * size for letter, size in zip("abcdefg", [9, 0, 15_000, 15_000, 20_000, 1, 16_353], strict=True)]
    for text in texts:
        here.send(CODEC.encode(text))
    assert [CODEC.decode(there.receive()) for _ in texts] == texts


def test_an_end_that_is_gone_is_an_end_of_file(ends: tuple[socket.socket, socket.socket]) -> None:
    here = Channel(ends[0].fileno())
    ends[1].send(b"\1\0\0")
    ends[1].close()
    with pytest.raises(EOFError):
        here.receive()
    with pytest.raises(EOFError):
        here.send(CODEC.encode(1))


def test_a_closed_channel_is_an_end_of_file() -> None:
    here, there = socket.socketpair()
    channel = Channel(here.detach())
    channel.close()
    channel.close()
    with pytest.raises(EOFError):
        channel.receive()
    assert there.recv(1) == b""
    there.close()


@pytest.mark.parametrize(
    "prefix",
    [
        struct.pack("<IQ", limits.MESSAGE_HEADER_BYTES + 1, 0),
        struct.pack("<IQ", 2**32 - 1, 0),
        struct.pack("<IQ", 1, limits.MESSAGE_BUFFER_BYTES + 1),
        struct.pack("<IQ", 1, 2**64 - 1),
    ],
    ids=["header", "largest header", "data", "largest data"],
)
def test_a_frame_that_says_it_is_too_large_is_refused_before_it_is_there(
    ends: tuple[socket.socket, socket.socket], prefix: bytes
) -> None:
    channel = Channel(ends[0].fileno())
    ends[1].send(prefix)
    with pytest.raises(WireError):
        channel.receive()


def test_a_frame_beyond_a_limit_is_not_sent(channels: tuple[Channel, Channel]) -> None:
    here, there = channels
    with pytest.raises(WireError):
        here.send((b"a" * (limits.MESSAGE_HEADER_BYTES + 1), b""))
    here.send(CODEC.encode("small"))
    assert CODEC.decode(there.receive()) == "small"


class Alarm(BaseException):
    """As a signal's handler raises it."""


@contextmanager
def alarm_when_waiting() -> Iterator[None]:
    """Let a signal end whatever waits in here, as the runner's alarm does: again and again."""

    def ring(number: int, frame: Any) -> None:
        raise Alarm

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
    try:
        with pytest.raises(Alarm):
            yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_after_an_interruption_no_frame_is_torn(channels: tuple[Channel, Channel]) -> None:
    here, there = channels
    large = np.arange(500_000)
    with alarm_when_waiting():
        here.send(CODEC.encode(large))  # the socket is full
    with alarm_when_waiting():
        there.receive()  # and now empty
    sender = in_thread(here.send, CODEC.encode("next"))
    received: list[Any] = []
    receiver = in_thread(lambda: received.extend(CODEC.decode(there.receive()) for _ in range(2)))
    receiver.join(60)  # a torn frame would be waited for
    np.testing.assert_array_equal(received[0], large)
    assert received[1] == "next"
    sender.join()


def test_what_was_not_sent_is_sent_before_an_answer_is_waited_for(channels: tuple[Channel, Channel]) -> None:
    here, there = channels
    large = np.arange(500_000)
    with alarm_when_waiting():
        here.send(CODEC.encode(large))
    in_thread(lambda: there.send(there.receive()))
    received: list[Any] = []
    in_thread(lambda: received.append(CODEC.decode(here.receive()))).join(60)  # for ever, if both wait
    np.testing.assert_array_equal(received, [large])


@pytest.mark.parametrize(
    ("value", "more_sizes"),
    [([*range(9)], [[], [1], [1, 1]]), ("a" * 20_000, [[], [1], [1, 1], [15_000], [], [1, 1]])],
    ids=["small", "large"],
)
def test_what_an_interrupted_call_has_moved_is_counted(
    channels: tuple[Channel, Channel], monkeypatch: pytest.MonkeyPatch, value: Any, more_sizes: list[list[int]]
) -> None:
    here, there = channels
    here.send(CODEC.encode(value))
    here.send(CODEC.encode("next"))
    read, sizes = os.readv, [3, 2, 5, 1, 2]

    def read_little_and_then_raise(fd: int, pieces: list[memoryview]) -> int:
        if not sizes:
            raise Alarm
        return read(fd, [pieces[0][: sizes.pop()]])

    with monkeypatch.context() as patch:
        patch.setattr(os, "readv", read_little_and_then_raise)
        for more in more_sizes:
            sizes += more
            with pytest.raises(Alarm):
                there.receive()
    assert CODEC.decode(there.receive()) == value
    assert CODEC.decode(there.receive()) == "next"
