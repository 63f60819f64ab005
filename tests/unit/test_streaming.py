"""Answers that are sent as their callers take them."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from occoder.service.call import Call
from occoder.service.streaming import send_stream

SCOPE: dict[str, Any] = {
    "type": "http",
    "method": "GET",
    "path": "/",
    "headers": [],
    "query_string": b"",
    "client": None,
}


class Caller:
    """Takes an answer, and leaves after some pieces."""

    def __init__(self, n_taken: int = 1000) -> None:
        self.sent: list[dict[str, Any]] = []
        self.left = asyncio.Event()
        self.n_taken = n_taken

    async def receive(self) -> dict[str, Any]:
        """Say that the caller left, once it has."""
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        """Take a piece."""
        self.sent.append(message)
        if len(self.sent) == self.n_taken:
            self.left.set()
        await asyncio.sleep(0)


class Source:
    """Gives pieces, and knows whether it was closed."""

    def __init__(self, n_good: int) -> None:
        self.n_good = n_good
        self.n_given = 0
        self.is_closed = False

    async def stream(self) -> AsyncGenerator[bytes, None]:
        """Yield pieces, and fail in the end if there are too many."""
        try:
            for _ in range(self.n_good):
                self.n_given += 1
                yield b"x"
            if self.n_good == 3:
                raise ValueError("canary-7391")
        finally:
            self.is_closed = True


def sent(caller: Caller, source: Source) -> list[bytes]:
    """Return what a caller gets."""
    call = Call.of(SCOPE, caller.receive, "1f")
    asyncio.run(send_stream(call, source.stream(), caller.send))
    return [message["body"] for message in caller.sent]


def test_all_pieces_and_then_the_end() -> None:
    """All is sent, and the last message says that nothing more comes."""
    caller = Caller()

    assert [b"x"] * 5 + [b""] == sent(caller, Source(5))
    assert not caller.sent[-1].get("more_body", False)
    assert all(message["more_body"] for message in caller.sent[:-1])


def test_failure_leaves_the_answer_incomplete() -> None:
    """Where the stream fails, the end is never said, so the connection is closed."""
    caller, source = Caller(), Source(3)

    assert [b"x"] * 3 == sent(caller, source)
    assert caller.sent[-1]["more_body"]
    assert source.is_closed


def test_nothing_is_read_for_who_left() -> None:
    """When the caller has left, the stream is closed after a piece or two."""
    caller, source = Caller(n_taken=2), Source(1000)
    sent(caller, source)

    assert source.n_given < 10
    assert source.is_closed
