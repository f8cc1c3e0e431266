"""Frames of messages over one socket: whole, and within limits.

The layout: length of the header (32 bits) and of the data (64 bits), both little-endian, then these two. Used on both
sides. Must not know what is in a frame.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder import limits
from autograder.plaindata import WireError

Frame = tuple["bytes | bytearray", Any]
"""Header, and the data: bytes, or an array of bytes."""

_PREFIX = struct.Struct("<IQ")
_EARLY = 2**14  # bytes that are read at once: most frames need no second call of the system


class Channel:
    """Frames over one connected stream socket.

    A call waits until all is moved; only a signal's exception ends it before. That may come at any place: what was not
    sent yet is sent first by the next call, what was received is kept for it. So no half frame is ever taken for a
    whole one.

    Parameters
    ----------
    fd : int
        The socket; it is made blocking, and stays the caller's to close otherwise than by `close`.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        os.set_blocking(fd, True)
        self._outgoing: _Transfer | None = None
        self._early = _Transfer(bytearray(_EARLY))  # a frame's first bytes, and maybe more than the frame
        self._late: tuple[_Transfer, int] | None = None  # what follows the prefix of a larger one; length of its header

    def send(self, frame: Frame) -> None:
        """Send a frame.

        Parameters
        ----------
        frame : tuple
            From `Codec.encode`.

        Raises
        ------
        EOFError
            When the other end is gone.
        WireError
            When the frame is beyond a limit; nothing of it is sent.
        """
        header, data = frame
        check_lengths(len(header), len(data))
        self._flush()
        self._outgoing = _Transfer(b"".join((_PREFIX.pack(len(header), len(data)), header, data)))
        self._flush()

    def receive(self) -> Frame:
        """Wait for a frame.

        Raises
        ------
        EOFError
            When the other end is gone.
        WireError
            When the frame is beyond a limit; nothing can be received after it.
        """
        self._flush()
        if self._late is not None:
            return self._receive_late(*self._late)
        early = self._early
        while early.done < _PREFIX.size:
            self._move(early, os.readv)
        size, length = _PREFIX.unpack_from(early.memory)
        check_lengths(size, length)
        middle, end = _PREFIX.size + size, _PREFIX.size + size + length
        if early.done < end:
            late = _Transfer(np.empty(size + length, np.uint8), early.memory[_PREFIX.size : early.done])
            self._late = late, size
            return self._receive_late(late, size)
        header, data = early.memory[_PREFIX.size : middle], early.memory[middle:end]
        if early.done == end:
            early.counts = [0]
        else:
            self._early = _Transfer(bytearray(_EARLY), early.memory[end : early.done])
        return header, data

    def _receive_late(self, late: _Transfer, size: int) -> Frame:
        while late.done < len(late.memory):
            self._move(late, os.readv)
        self._early.counts = [0]
        self._late = None  # the last step: an exception before it leaves the whole frame to the next call
        return late.memory[:size].tobytes(), late.memory[size:]

    def close(self) -> None:
        """Close the socket; harmless when it is closed."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def _flush(self) -> None:
        if self._outgoing is not None:
            while self._outgoing.done < len(self._outgoing.memory):
                self._move(self._outgoing, os.writev)
            self._outgoing = None

    def _move(self, transfer: _Transfer, move: Callable[..., int]) -> None:
        rest = memoryview(transfer.memory)[transfer.done :]
        try:
            # Within one call into C, so that no signal's exception comes between the bytes and their count.
            transfer.counts.extend(map(move, (self._fd,), ((rest,),)))
        except OSError as error:
            raise EOFError(f"the other end is gone ({error.strerror})") from None
        if transfer.counts[-1] == 0:
            raise EOFError("the other end is gone")


class _Transfer:
    """Memory that is being sent, or filled with what is received.

    Parameters
    ----------
    memory : bytes, bytearray or array of bytes
        All of it.
    begin : bytes
        What was received already.
    """

    def __init__(self, memory: Any, begin: bytes | bytearray = b"") -> None:
        if begin:
            memoryview(memory)[: len(begin)] = begin
        self.memory = memory
        self.counts = [len(begin)]
        """How many bytes were moved; each call adds a number."""

    @property
    def done(self) -> int:
        """How many bytes were moved in all."""
        if len(self.counts) > 1:
            self.counts = [sum(self.counts)]
        return self.counts[0]


def check_lengths(header: int, data: int) -> None:
    """Refuse a frame that is too large.

    Parameters
    ----------
    header, data : int
        How many bytes they have.

    Raises
    ------
    WireError
        Beyond a limit.
    """
    if header > limits.MESSAGE_HEADER_BYTES:
        raise WireError(f"a message with more than {limits.format_bytes(limits.MESSAGE_HEADER_BYTES)} beside arrays")
    if data > limits.MESSAGE_BUFFER_BYTES:
        raise WireError(f"a message with arrays of more than {limits.format_bytes(limits.MESSAGE_BUFFER_BYTES)}")
