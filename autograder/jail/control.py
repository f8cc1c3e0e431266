"""Requests to the host or the zygote and their replies: JSON over one SEQPACKET socket, with file descriptors.

Both ends are the engine's own; a submission never holds this socket. Must not know what is asked.
"""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Sequence
from typing import Any

Message = dict[str, Any]

_PACKET_BYTES = 60_000  # well under the smallest default of a socket's send buffer
_MAX_DESCRIPTORS = 4
_MORE, _LAST = b"+", b"."


class Control:
    """One end of the connection.

    Parameters
    ----------
    connection : socket
        Of type SEQPACKET, connected.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, message: Message, descriptors: Sequence[int] = (), seconds: float | None = None) -> None:
        """Send a message, and with it copies of file descriptors.

        Parameters
        ----------
        message : dict
            What JSON can hold.
        descriptors : sequence of int, optional
            They stay open here.
        seconds : float, optional
            Longest wait for each packet of it; forever when left out.

        Raises
        ------
        OSError
            When the other end is gone.
        TimeoutError
            When the other end did not read in time.
        """
        self._socket.settimeout(seconds)
        content = json.dumps(message).encode()
        while len(content) > _PACKET_BYTES:
            self._socket.sendall(_MORE + content[:_PACKET_BYTES])
            content = content[_PACKET_BYTES:]
        socket.send_fds(self._socket, [_LAST + content], list(descriptors))

    def receive(self, seconds: float | None = None) -> tuple[Message, list[int]]:
        """Wait for a message.

        Parameters
        ----------
        seconds : float, optional
            Longest wait for each packet of it; forever when left out.

        Returns
        -------
        (dict, list of int)
            The message, and the file descriptors that came with it.

        Raises
        ------
        EOFError
            When the other end is gone.
        TimeoutError
            When nothing came in time.
        """
        self._socket.settimeout(seconds)
        content: list[bytes] = []
        while True:
            packet, descriptors, _, _ = socket.recv_fds(self._socket, _PACKET_BYTES + 1, _MAX_DESCRIPTORS)
            if not packet:
                raise EOFError("the other end of the control socket is gone")
            content.append(packet[1:])
            if packet[:1] == _LAST:
                return json.loads(b"".join(content)), list(descriptors)

    def hang_up(self) -> None:
        """End the connection for all who have it open, also for a thread that waits for a message now."""
        with contextlib.suppress(OSError):  # it has ended already
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Let go of this end; the other one is gone when nobody else has it open."""
        self._socket.close()


def make_pair() -> tuple[socket.socket, socket.socket]:
    """Two connected sockets for two `Control`."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
