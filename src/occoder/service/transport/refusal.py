"""The answer to what never became a call: broken HTTP, or a header without an end."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from occoder.service.answer_headers import Header, lines
from occoder.service.problems import Kind, Problem

_HEADERS: Final = (
    (b"content-type", b"application/json"),
    (b"connection", b"close"),
)


def refusal(kind: Kind, request_id: str, headers: Sequence[Header] = ()) -> bytes:
    r"""Return a whole HTTP answer in the one shape of every error.

    Parameters
    ----------
    kind : Kind
        What went wrong.
    request_id : str
        Names the answer, since there is no call to name.
    headers : sequence of (bytes, bytes)
        Those that every answer has.

    Examples
    --------
    >>> from occoder.service.problems import BROKEN_HTTP
    >>> refusal(BROKEN_HTTP, "1f").splitlines()[0]
    b'HTTP/1.1 400 Bad Request'
    """
    body = Problem(kind).body(request_id)
    own = (
        (b"content-length", b"%d" % len(body)),
        (b"request-id", request_id.encode("ascii")),
        (b"x-amzn-errortype", kind.error_type.encode("ascii")),
    )
    phrase = HTTPStatus(kind.status).phrase.encode("ascii")
    first = b"HTTP/1.1 %d %b\r\n" % (kind.status, phrase)
    return first + lines((*headers, *_HEADERS, *own)) + b"\r\n" + body
