"""What it means when a connection brings no answer."""

import errno
import socket
import ssl

import httpcore
import pytest

from occoder.client.breakdown import BREAKDOWNS, no_answer
from occoder.client.exchange import Failing

REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "Connect call failed ('::1', 1)")
SECRET = "Illegal header value b'Basic c2VjcmV0'"


def wrapped(inner: Exception, cause: Exception) -> Exception:
    """Return an error with a cause."""
    inner.__cause__ = cause
    return inner


def untrusted() -> ssl.SSLCertVerificationError:
    """Return the error of a certificate that nobody vouches for."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    return error


CASES = {
    "late": (httpcore.ReadTimeout("x"), Failing.LATE, "the time was over"),
    "late to connect": (httpcore.ConnectTimeout("x"), Failing.LATE, "the time was over"),
    "timed out": (TimeoutError(), Failing.LATE, "the time was over"),
    "refused": (httpcore.ConnectError(REFUSED), Failing.ABSENT, "Connection refused"),
    "refused in a loop": (
        httpcore.ConnectError(wrapped(OSError("All connection attempts failed"), REFUSED)),
        Failing.ABSENT,
        "Connection refused",
    ),
    "no reason": (httpcore.ConnectError("x"), Failing.ABSENT, "no connection"),
    "no such name": (
        httpcore.ConnectError(socket.gaierror(socket.EAI_NONAME, "x")),
        Failing.HOPELESS,
        "there is no host of this name",
    ),
    "no name server": (
        httpcore.ConnectError(socket.gaierror(socket.EAI_AGAIN, "x")),
        Failing.ABSENT,
        "the name of the host can't be looked up now",
    ),
    "untrusted": (
        httpcore.ConnectError(untrusted()),
        Failing.HOPELESS,
        "its certificate is not trusted (self-signed certificate)",
    ),
    "cut off in TLS": (
        httpcore.ConnectError(ssl.SSLEOFError(8, "EOF occurred")),
        Failing.ABSENT,
        "the connection broke in the handshake of TLS",
    ),
    "proxy": (
        httpcore.ProxyError("407 Proxy Authentication Required for s3cret"),
        Failing.HOPELESS,
        "the proxy refuses to connect, with 407",
    ),
    "odd proxy": (
        httpcore.ProxyError("s3cret"),
        Failing.HOPELESS,
        "the proxy refuses to connect, without a reason",
    ),
    "our fault": (
        httpcore.LocalProtocolError(SECRET),
        Failing.HOPELESS,
        "the request can't be sent as HTTP",
    ),
    **{
        kind.__name__: (
            kind("illegal status line: s3cret"),
            Failing.BROKEN,
            "the connection broke before the answer was complete",
        )
        for kind in (
            httpcore.ReadError,
            httpcore.WriteError,
            httpcore.RemoteProtocolError,
            ConnectionResetError,
        )
    },
}


@pytest.mark.parametrize(("error", "failing", "problem"), CASES.values(), ids=list(CASES))
def test_breakdowns_are_told(error: Exception, failing: Failing, problem: str) -> None:
    """Each breakdown is told in fixed words, with whether to try again."""
    told = no_answer(error)

    assert (failing, problem) == (told.failing, told.problem)
    assert isinstance(error, BREAKDOWNS)


def test_every_error_of_httpcore_is_a_breakdown() -> None:
    """Nothing that httpcore raises about a connection escapes as it is."""
    named = {name for name in httpcore.__all__ if name.endswith(("Error", "Timeout"))}
    known = {getattr(httpcore, name) for name in named}

    assert [] == [kind for kind in known if not issubclass(kind, BREAKDOWNS)]
