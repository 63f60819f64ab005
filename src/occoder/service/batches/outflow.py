"""Reads in threads what the event loop sends, one piece ahead of it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import suppress
from typing import Final

# Who takes no such piece within the idle time leaves its answer lying.
SENT_BYTES: Final = 64 * 1024


async def outflow(
    read: Callable[[], Iterator[bytes]], n_bytes: int
) -> AsyncGenerator[bytes, None]:
    """Return what is read as a stream, once its first piece is there.

    Parameters
    ----------
    read : callable
        Begins to read; what it raises at the first piece is raised here.
    n_bytes : int
        How much there is; with nothing to read, nothing is begun.
    """
    pieces = read() if n_bytes else iter(())
    first = await _in_thread(pieces)
    return _flowing(pieces, first)


async def _flowing(
    pieces: Iterator[bytes], piece: bytes | None
) -> AsyncGenerator[bytes, None]:
    ahead: asyncio.Future[bytes | None] | None = None
    try:
        while piece is not None:
            ahead = _in_thread(pieces)
            for start in range(0, len(piece), SENT_BYTES):
                yield piece[start : start + SENT_BYTES]
            piece = await ahead
            ahead = None
    finally:
        if ahead is not None:  # its file is closed when nobody reads it any more
            with suppress(Exception):
                await ahead


def _in_thread(pieces: Iterator[bytes]) -> "asyncio.Future[bytes | None]":
    return asyncio.get_running_loop().run_in_executor(None, next, pieces, None)
