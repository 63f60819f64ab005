"""Takes an object into a store while it arrives, without holding up anything else.

Sealing and writing are done in threads. While one piece is written the next is collected;
before the first is written, no more than that is read from the connection.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Final, Self, TypeVar

from occoder.batch.objects.objects import ObjectWriter

PIECE_BYTES: Final = 1024 * 1024

_T = TypeVar("_T")


class Intake:
    """An asynchronous context: the object is there when it ends well, else nothing is.

    Parameters
    ----------
    writing : context manager of ObjectWriter
        Of the object.

    Attributes
    ----------
    n_bytes : int
        How many bytes were taken.
    """

    def __init__(self, writing: AbstractContextManager[ObjectWriter]) -> None:
        self.n_bytes = 0
        self._writing = writing
        self._pieces: list[bytes] = []
        self._n_collected = 0
        self._under_way: asyncio.Future[None] | None = None

    async def __aenter__(self) -> Self:
        """Open the object."""
        self._writer = await asyncio.shield(_in_thread(self._writing.__enter__))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Keep the object, or drop what there is of it."""
        if self._under_way is not None:
            await asyncio.wait([self._under_way])
        end = _in_thread(lambda: self._writing.__exit__(kind, error, trace))
        await asyncio.shield(end)

    async def take(self, content: bytes) -> None:
        """Take what arrived; what writing fails with is raised here or later."""
        self.n_bytes += len(content)
        self._pieces.append(content)
        self._n_collected += len(content)
        if self._n_collected >= PIECE_BYTES:
            await self._write_collected()

    async def end(self) -> None:
        """Return when all that was taken is written."""
        await self._write_collected()
        await self._written()

    async def _write_collected(self) -> None:
        await self._written()
        piece = b"".join(self._pieces)
        self._pieces.clear()
        self._n_collected = 0
        if piece:
            self._under_way = _in_thread(lambda: self._writer.write(piece))

    async def _written(self) -> None:
        if self._under_way is not None:
            # Where the call is cancelled, the write goes on, and the end waits for it.
            await asyncio.shield(self._under_way)
            self._under_way = None


def _in_thread(work: Callable[[], _T]) -> "asyncio.Future[_T]":
    return asyncio.get_running_loop().run_in_executor(None, work)
