"""Bodies that the parser leaves out, and answers that outlive their call."""

import asyncio
from functools import partial

import httptools
import pytest

from occoder.service.transport.rest_of_call import AnswerTransport, body_parser, has_body


class Heard:
    """What a parser told of a body."""

    def __init__(self) -> None:
        self.body = b""
        self.n_complete = 0

    def on_body(self, body: bytes) -> None:
        """Take a part."""
        self.body += body

    def on_message_complete(self) -> None:
        """Note the end."""
        self.n_complete += 1


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([(b"host", b"x")], False),
        ([(b"content-length", b"0")], False),
        ([(b"content-length", b"5")], True),
        ([(b"transfer-encoding", b"chunked")], True),
    ],
)
def test_header_announces_a_body(
    headers: list[tuple[bytes, bytes]], expected: bool
) -> None:
    """A length above 0, or chunks, announce a body."""
    assert expected == has_body(headers)


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ([(b"host", b"x"), (b"content-length", b"5")], b"hello"),
        ([(b"transfer-encoding", b"chunked")], b"2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"),
    ],
)
def test_body_is_heard_in_any_pieces(
    headers: list[tuple[bytes, bytes]], sent: bytes
) -> None:
    """What follows is taken for the body, byte by byte if need be."""
    heard = Heard()
    parser = body_parser(heard, headers)
    for i in range(len(sent)):
        parser.feed_data(sent[i : i + 1])

    assert (b"hello", 1) == (heard.body, heard.n_complete)


def test_nothing_may_follow() -> None:
    """What comes after the body can't be taken for more of it."""
    heard = Heard()
    parser = body_parser(heard, [(b"content-length", b"5")])
    with pytest.raises(httptools.HttpParserError):
        parser.feed_data(b"hello" + b"GET / HTTP/1.1\r\n\r\n")

    assert b"hello" == heard.body


class Written(asyncio.Transport):
    """A transport that keeps what is written, each write by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []

    def write(self, data: bytes) -> None:  # type: ignore[override]
        """Keep it."""
        self.writes.append(data)


HEADER = b"HTTP/1.1 200 OK\r\na: 1\r\n\r\n"
ALWAYS = b"b: 2\r\n"
WHOLE = b"HTTP/1.1 200 OK\r\na: 1\r\nb: 2\r\n\r\n"


def test_header_and_body_go_in_one_write() -> None:
    """The header of each answer, with what each has, goes with the first of its body."""
    written = Written()
    answers = AnswerTransport(written, lambda: None, ALWAYS)
    for i in (b"1", b"2"):
        for part in (HEADER, b"body" + i, b"more" + i):
            answers.write(part)
        answers.end_answer()

    assert [WHOLE + b"body1", b"more1", WHOLE + b"body2", b"more2"] == written.writes


def test_answer_without_a_body_is_written() -> None:
    """Where no body comes, the header is written when the answer ends, or is cut off."""
    for end in (AnswerTransport.end_answer, AnswerTransport.close):
        written, closed = Written(), list[str]()
        answers = AnswerTransport(written, partial(closed.append, "closed"), ALWAYS)
        answers.write(HEADER)
        end(answers)

        assert [WHOLE] == written.writes
        assert bool(closed) == (end is AnswerTransport.close)


def test_go_on_does_not_wait() -> None:
    """Who asked whether to send a body is told at once."""
    go_on = b"HTTP/1.1 100 Continue\r\n\r\n"
    written = Written()
    answers = AnswerTransport(written, lambda: None, ALWAYS)
    for part in (go_on, HEADER, b"body"):
        answers.write(part)

    assert [go_on, WHOLE + b"body"] == written.writes
