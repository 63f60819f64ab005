"""What it means that a connection brings no answer, in words that hold nothing secret.

Texts of protocol errors are not repeated: they quote headers, and a header is a secret.
"""

import os
import re
import socket
import ssl
from collections.abc import Iterator
from typing import Final

import httpcore

from occoder.client.exchange import Failing, NoAnswer

# Whatever a connection can raise.
BREAKDOWNS: Final = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    OSError,
)

LATE: Final = NoAnswer(Failing.LATE, "the time was over")
TOO_LONG: Final = NoAnswer(Failing.HOPELESS, "the answer is too long to be one")

_BROKEN: Final = NoAnswer(
    Failing.BROKEN, "the connection broke before the answer was complete"
)
_UNSENDABLE: Final = NoAnswer(Failing.HOPELESS, "the request can't be sent as HTTP")
_NO_SUCH_NAME: Final = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", None)}


def no_answer(error: Exception) -> NoAnswer:
    """Return what one of the `BREAKDOWNS` means.

    Examples
    --------
    >>> refused = httpcore.ConnectError(ConnectionRefusedError(111, "Connection refused"))
    >>> no_answer(refused).problem
    'Connection refused'
    """
    if isinstance(error, httpcore.TimeoutException | TimeoutError):
        return LATE
    if isinstance(error, httpcore.ProxyError):
        status = re.match(r"\d{3}\b", str(error))
        shown = f"with {status[0]}" if status else "without a reason"
        return NoAnswer(Failing.HOPELESS, f"the proxy refuses to connect, {shown}")
    if isinstance(error, httpcore.LocalProtocolError | httpcore.UnsupportedProtocol):
        return _UNSENDABLE
    if isinstance(error, httpcore.ConnectError):
        return _unconnected(error)
    return _BROKEN


def _unconnected(error: httpcore.ConnectError) -> NoAnswer:
    """Return why a connection was not made, by the error of the operating system."""
    told = [cause for cause in _causes(error) if isinstance(cause, OSError)]
    cause = told[-1] if told else None
    if isinstance(cause, socket.gaierror):
        if cause.errno in _NO_SUCH_NAME:
            return NoAnswer(Failing.HOPELESS, "there is no host of this name")
        return NoAnswer(Failing.ABSENT, "the name of the host can't be looked up now")
    if isinstance(cause, ssl.SSLCertVerificationError):
        problem = f"its certificate is not trusted ({cause.verify_message})"
        return NoAnswer(Failing.HOPELESS, problem)
    if isinstance(cause, ssl.SSLEOFError):
        return NoAnswer(Failing.ABSENT, "the connection broke in the handshake of TLS")
    if isinstance(cause, ssl.SSLError):
        return NoAnswer(Failing.HOPELESS, f"TLS fails ({cause.reason})")
    # Not what the error says of itself: event loops word it their own way.
    problem = os.strerror(cause.errno) if cause and cause.errno else "no connection"
    return NoAnswer(Failing.ABSENT, problem)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield what an error of httpcore was made of and what that came from."""
    one = error.args[0] if error.args else None
    while isinstance(one, BaseException):
        yield one
        one = one.__cause__
