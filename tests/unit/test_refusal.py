"""The answer to what never became a call."""

import pytest
from stand_in_app import shown

from occoder.service.problems import BROKEN_HTTP, HEADER_TOO_LONG, Kind
from occoder.service.transport.refusal import refusal

BOTH = pytest.mark.parametrize("kind", [BROKEN_HTTP, HEADER_TOO_LONG])


@BOTH
def test_b15_refusal_has_the_one_shape(kind: Kind) -> None:
    """Message, code and remedy are those of the table, and the id is in the answer."""
    answer = shown(refusal(kind, "1f2e"))

    assert {"message", "errors"} == set(answer)
    assert kind.message == answer["message"]
    assert [{"id": "1f2e", "code": kind.code, "detail": kind.remedy}] == answer["errors"]


@BOTH
def test_refusal_is_whole_http(kind: Kind) -> None:
    """Status, length and the end of the connection are in the header."""
    head, _, body = refusal(kind, "1f2e", [(b"date", b"today")]).partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)

    assert first.startswith(f"HTTP/1.1 {kind.status} ")
    assert str(len(body)) == headers["content-length"]
    assert ("close", "today", "1f2e") == (
        headers["connection"],
        headers["date"],
        headers["request-id"],
    )
    assert kind.error_type == headers["x-amzn-errortype"]
