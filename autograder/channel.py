"""Frames of messages over one socket: whole, and within limits.

The layout: length of the header and number of buffers (32 bits each), length of each buffer (64 bits), header, buffers,
all little-endian. Used on both sides. Must not know what is in a frame.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder import limits
from autograder.plaindata import WireError

Frame = tuple["bytes | bytearray", "list[Any]"]
"""Header, and the buffers: each bytes or an array of bytes."""

_MAX_PIECES = 1024  # that the system writes or reads at once


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
        self._incoming: list[_Transfer] = []

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
        header, buffers = frame
        lengths = [len(buffer) for buffer in buffers]
        check_lengths(len(header), lengths)
        self._flush()
        prefix = struct.pack(f"<II{len(lengths)}Q", len(header), len(lengths), *lengths)
        self._outgoing = _Transfer([prefix, header, *buffers])
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
        prefix = self._read(0, lambda: [bytearray(8)])
        size, count = struct.unpack("<II", prefix[0])
        check_lengths(size, [0] * min(count, limits.MESSAGE_BUFFERS + 1))
        [table] = self._read(1, lambda: [bytearray(8 * count)])
        lengths = struct.unpack(f"<{count}Q", table)
        check_lengths(size, lengths)
        header, *buffers = self._read(2, lambda: [bytearray(size), *(np.empty(length, np.uint8) for length in lengths)])
        self._incoming = []
        return header, buffers

    def close(self) -> None:
        """Close the socket; harmless when it is closed."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def _flush(self) -> None:
        if self._outgoing is not None:
            self._move(self._outgoing, os.writev)
            self._outgoing = None

    def _read(self, stage: int, make: Callable[[], list[Any]]) -> list[Any]:
        if len(self._incoming) == stage:
            self._incoming.append(_Transfer(make()))
        self._move(self._incoming[stage], os.readv)
        return self._incoming[stage].pieces

    def _move(self, transfer: _Transfer, move: Callable[..., int]) -> None:
        while rest := transfer.rest():
            try:
                # Within one call into C, so that no signal's exception comes between the bytes and their count.
                transfer.counts.extend(map(move, (self._fd,), (rest,)))
            except OSError as error:
                raise EOFError(f"the other end is gone ({error.strerror})") from None
            if transfer.counts[-1] == 0:
                raise EOFError("the other end is gone")


class _Transfer:
    """Pieces of memory that are being sent or received."""

    def __init__(self, pieces: list[Any]) -> None:
        self.pieces = pieces
        self.counts: list[int] = []
        """How many bytes were moved; each call adds a number."""

    def rest(self) -> list[memoryview]:
        """Give what is to be moved next, at most as many pieces as the system takes; none when all is done."""
        done = sum(self.counts)
        self.counts = [done]
        rest: list[memoryview] = []
        for piece in self.pieces:
            if len(piece) > done:
                rest.append(memoryview(piece)[done:])
                if len(rest) == _MAX_PIECES:
                    break
            done = max(done - len(piece), 0)
        return rest


def check_lengths(header: int, buffers: Sequence[int]) -> None:
    """Refuse a frame that is too large.

    Parameters
    ----------
    header : int
        Length of the header in bytes.
    buffers : sequence of int
        Length of each buffer in bytes.

    Raises
    ------
    WireError
        Beyond a limit.
    """
    if header > limits.MESSAGE_HEADER_BYTES:
        raise WireError(f"a message with more than {limits.format_bytes(limits.MESSAGE_HEADER_BYTES)} beside arrays")
    if len(buffers) > limits.MESSAGE_BUFFERS:
        raise WireError(f"a message with more than {limits.MESSAGE_BUFFERS} arrays")
    if sum(buffers) > limits.MESSAGE_BUFFER_BYTES:
        raise WireError(f"a message with arrays of more than {limits.format_bytes(limits.MESSAGE_BUFFER_BYTES)}")
