"""Frames over a socket between the examiner and a student's process: a token, a length, the bytes.

Every request carries a token that cannot be foreseen, and its answer has to repeat it. So a frame that a student's
code wrote on its own, before or after, is recognised, and then the student's process has lost the right to be heard.
"""

from __future__ import annotations

import secrets
import select
import socket
import time

_HEAD = 24  # 16 bytes of token, 8 of length
_AHEAD = 1 << 16  # bytes that are read at once, so that a small frame is


class ChannelError(Exception):
    """The other side closed the channel, was silent for too long, or sent what nobody asked for."""


class Closed(ChannelError):
    """The other side closed the channel: its process has ended, most probably."""


class Silent(ChannelError):
    """The other side did not answer, or did not read, in time."""


class Channel:
    """One end of a connection.

    Parameters
    ----------
    connection : socket
        A connected stream socket; the channel owns it.
    largest : int
        Bytes of the largest frame that is read.
    """

    def __init__(self, connection: socket.socket, largest: int) -> None:
        self._connection = connection
        self._largest = largest
        self._timeout: float | None = -1.0  # what the socket was last told
        self._read_ahead = b""

    def request(self, payload: bytes, seconds: float | None) -> bytes:
        """Send a request and wait for its answer, for ever if `seconds` is None.

        Raises
        ------
        ChannelError
            If no answer with this request's token comes in time. The channel is closed then.
        """
        token = secrets.token_bytes(16)
        deadline = _deadline(seconds)
        try:
            if self._pending():
                raise ChannelError("a frame came that nobody asked for")
            self._send(token, payload, deadline)
            answered, answer = self._receive(deadline)
            if not secrets.compare_digest(answered, token):
                raise ChannelError("an answer came to another question")
        except ChannelError:
            self.close()
            raise
        return answer

    def send(self, token: bytes, payload: bytes, seconds: float | None) -> None:
        """Send a frame, for a request that has many answers; they are read with `receive`.

        Raises
        ------
        ChannelError
        """
        self._send(token, payload, _deadline(seconds))

    def receive(self, seconds: float | None) -> tuple[bytes, bytes]:
        """Wait for a frame: its token and payload.

        Raises
        ------
        ChannelError
        """
        return self._receive(_deadline(seconds))

    def next_request(self) -> tuple[bytes, bytes] | None:
        """Wait for a request: its token and payload; None when the other side has closed the channel."""
        try:
            return self._receive(None)
        except ChannelError:
            return None

    def answer(self, token: bytes, payload: bytes) -> None:
        self._send(token, payload, None)

    def close(self) -> None:
        self._connection.close()

    def _pending(self) -> bool:
        if self._read_ahead:
            return True
        try:
            waiting = select.poll()
            waiting.register(self._connection, select.POLLIN)
            if not waiting.poll(0):
                return False
            if not self._connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT):
                raise Closed("the other side closed the connection")
        except (OSError, ValueError) as error:
            raise Closed(f"the connection broke: {error}") from None
        return True

    def _send(self, token: bytes, payload: bytes, deadline: float | None) -> None:
        self._limit(deadline)
        try:
            self._connection.sendall(b"".join([token, len(payload).to_bytes(8, "big"), payload]))
        except TimeoutError:
            raise Silent("nobody reads") from None
        except OSError as error:
            raise Closed(f"nobody reads: {error.strerror}") from None

    def _receive(self, deadline: float | None) -> tuple[bytes, bytes]:
        head = self._read(_HEAD, deadline)
        length = int.from_bytes(head[16:], "big")
        if length > self._largest:
            raise ChannelError(f"a frame of {length:,} bytes; at most {self._largest:,} are read")
        return head[:16], self._read(length, deadline)

    def _read(self, size: int, deadline: float | None) -> bytes:
        parts, missing = [self._read_ahead], size - len(self._read_ahead)
        while missing > 0:
            self._limit(deadline)
            try:
                part = self._connection.recv(max(_AHEAD, min(missing, 1 << 20)))
            except TimeoutError:
                raise Silent("no answer in time") from None
            except OSError as error:
                raise Closed(f"no answer: {error.strerror}") from None
            if not part:
                raise Closed("the other side closed the connection")
            parts.append(part)
            missing -= len(part)
        data = b"".join(parts)
        self._read_ahead = data[size:]
        return data[:size]

    def _limit(self, deadline: float | None) -> None:
        left = None if deadline is None else deadline - time.monotonic()
        if left is not None and left <= 0:
            raise Silent("no time is left")
        if left != self._timeout:
            self._connection.settimeout(left)
            self._timeout = left


def _deadline(seconds: float | None) -> float | None:
    return None if seconds is None else time.monotonic() + seconds
