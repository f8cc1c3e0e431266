"""Requests to the zygote and its replies: JSON over one SEQPACKET socket, with file descriptors.

Both ends are the engine's own; a submission never holds this socket. Must not know what is asked.
"""

from __future__ import annotations

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

    def send(self, message: Message, descriptors: Sequence[int] = ()) -> None:
        """Send a message, and with it copies of file descriptors.

        Raises
        ------
        OSError
            When the other end is gone.
        """
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
        content = b""
        while True:
            packet, descriptors, _, _ = socket.recv_fds(self._socket, _PACKET_BYTES + 1, _MAX_DESCRIPTORS)
            if not packet:
                raise EOFError("the other end of the control socket is gone")
            content += packet[1:]
            if packet[:1] == _LAST:
                return json.loads(content), list(descriptors)

    def close(self) -> None:
        self._socket.close()
