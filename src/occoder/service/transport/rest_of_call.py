"""What httptools and uvicorn leave out at the end of a call.

httptools passes over the body of a call that offers another protocol, as Java's client
does with each of its first calls. uvicorn closes a connection as soon as the answer is
written, though a caller that still sends its body would then find it reset.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Protocol

import httptools

# Who is told to go on has not sent the body yet: it must not wait for any answer.
_GO_ON = b"HTTP/1.1 100 "
_END = b"\r\n"
_FRAMING = {b"content-length", b"transfer-encoding"}


class TakesBody(Protocol):
    """What a parser tells of the body of a call."""

    def on_body(self, body: bytes) -> None:
        """Take a part of it."""

    def on_message_complete(self) -> None:
        """Note that it has arrived whole."""


class AnswerTransport(asyncio.Transport):
    """What the calls of a connection write their answers to, one after the other.

    The header of an answer waits for its body, so that both go in one write.

    Parameters
    ----------
    transport : asyncio.Transport
        Of the connection.
    close : callable
        Called in place of closing it.
    always : bytes
        Lines that every header gets.
    """

    def __init__(
        self, transport: asyncio.Transport, close: Callable[[], None], always: bytes
    ) -> None:
        self.is_closing = transport.is_closing  # type: ignore[method-assign]
        self._write = transport.write
        self._close = close
        self._end = always + _END
        self._header = b""
        self._is_in_body = False

    def write(self, data: bytes) -> None:  # type: ignore[override]
        """Write what is due; the header of an answer when its body begins."""
        if self._header:
            self._write(self._header + data)
            self._header = b""
            self._is_in_body = True
        elif self._is_in_body or data.startswith(_GO_ON):
            self._write(data)
        else:
            self._header = data.removesuffix(_END) + self._end

    def end_answer(self) -> None:
        """Write the header of an answer without a body; another one may begin."""
        if self._header:
            self._write(self._header)
            self._header = b""
        self._is_in_body = False

    def close(self) -> None:
        """End the answer, and then the connection."""
        self.end_answer()
        self._close()


class _BodyOnly:
    """Hears of the body alone: the parser must not begin the call a second time."""

    def __init__(self, connection: TakesBody) -> None:
        self.on_body = connection.on_body
        self.on_message_complete = connection.on_message_complete


def has_body(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Tell whether the header of a call announces a body.

    Examples
    --------
    >>> has_body([(b"host", b"x"), (b"content-length", b"0")])
    False
    """
    return any(name in _FRAMING and value != b"0" for name, value in headers)


def body_parser(
    connection: TakesBody, headers: Iterable[tuple[bytes, bytes]]
) -> httptools.HttpRequestParser:
    """Return a parser that takes what follows a header for the body of that call.

    Parameters
    ----------
    connection : TakesBody
        Hears of the body.
    headers : iterable of (bytes, bytes)
        Header of the call, names in lower case. Nothing may follow the body.
    """
    lines = [b"%b: %b\r\n" % header for header in headers if header[0] in _FRAMING]
    parser = httptools.HttpRequestParser(_BodyOnly(connection))
    parser.feed_data(b"POST / HTTP/1.1\r\nConnection: close\r\n%b\r\n" % b"".join(lines))
    return parser
