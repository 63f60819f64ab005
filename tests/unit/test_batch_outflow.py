"""Reading ahead of what is sent, and stopping when nobody takes it."""

import asyncio
from collections.abc import Iterator

import pytest

from occoder.service.batches.outflow import SENT_BYTES, outflow


def collected(pieces: list[bytes]) -> list[bytes]:
    """Return what flows out of pieces."""

    async def collect() -> list[bytes]:
        stream = await outflow(lambda: iter(pieces), sum(map(len, pieces)))
        return [piece async for piece in stream]

    return asyncio.run(collect())


def test_content_flows_in_small_pieces() -> None:
    """All that is read flows out in order, in pieces that a slow caller can take."""
    pieces = [bytes([i]) * (SENT_BYTES * i + i) for i in range(1, 5)]
    sent = collected(pieces)

    assert b"".join(pieces) == b"".join(sent)
    assert max(map(len, sent)) == SENT_BYTES


def test_nothing_flows_of_nothing() -> None:
    """With nothing to read, nothing is begun."""
    assert [] == collected([])


def test_first_failure_comes_before_the_stream() -> None:
    """What the first piece fails with is raised before anything can be sent."""

    def read() -> Iterator[bytes]:
        raise FileNotFoundError
        yield b""

    with pytest.raises(FileNotFoundError):
        asyncio.run(outflow(read, 1))


def test_later_failure_comes_in_the_stream() -> None:
    """What a later piece fails with is raised after the pieces before it."""

    def read() -> Iterator[bytes]:
        yield b"one"
        raise ValueError("later")

    async def collect(got: list[bytes]) -> None:
        async for piece in await outflow(read, 6):
            got.append(piece)

    got: list[bytes] = []
    with pytest.raises(ValueError, match="later"):
        asyncio.run(collect(got))
    assert [b"one"] == got


def test_reading_ends_with_the_stream() -> None:
    """When the stream is closed in the middle, one piece was read ahead, and no more."""
    n_read, is_closed = 0, False

    def read() -> Iterator[bytes]:
        nonlocal n_read, is_closed
        try:
            for _ in range(1000):
                n_read += 1
                yield b"x"
        finally:
            is_closed = True

    async def leave() -> None:
        stream = await outflow(read, 1000)
        await anext(stream)
        await stream.aclose()

    asyncio.run(leave())

    assert 2 == n_read
    assert is_closed
