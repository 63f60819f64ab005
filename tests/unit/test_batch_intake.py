"""Taking an object in: whole or not at all, and never much of it in memory."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from occoder.batch.objects.local_objects import LocalObjects
from occoder.batch.objects.objects import ObjectWriter
from occoder.service.batches.intake import PIECE_BYTES, Intake

NAME = "00000000-0000-0000-0000-000000000000/input"


class Gate:
    """Writes to nowhere, when it is let."""

    def __init__(self) -> None:
        self.may_write = threading.Event()
        self.n_bytes = 0
        self.ended_with: BaseException | None = None
        self.is_over = False

    @contextmanager
    def writer(self) -> Iterator[ObjectWriter]:
        """Return where it writes to."""
        try:
            yield self
        except BaseException as error:
            self.ended_with = error
            raise
        finally:
            self.is_over = True

    def write(self, content: bytes) -> None:
        """Write, once that may go on."""
        assert self.may_write.wait(60)
        self.n_bytes += len(content)


@pytest.mark.parametrize("size", [1, 1000, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1])
def test_content_is_kept_as_it_came(tmp_path: Path, size: int) -> None:
    """Whatever the size of what arrives, the object is what arrived."""
    objects = LocalObjects(tmp_path)
    pieces = [bytes([i]) * size for i in range(5)]

    async def take() -> int:
        async with Intake(objects.writer(NAME)) as intake:
            for piece in pieces:
                await intake.take(piece)
            await intake.end()
            assert objects.n_bytes(NAME) is None
        return intake.n_bytes

    n_bytes = asyncio.run(take())

    assert b"".join(pieces) == b"".join(objects.read(NAME))
    assert 5 * size == n_bytes


def test_failure_leaves_nothing(tmp_path: Path) -> None:
    """Where the caller fails, nothing stays."""
    objects = LocalObjects(tmp_path)

    async def take() -> None:
        async with Intake(objects.writer(NAME)) as intake:
            await intake.take(bytes(3 * PIECE_BYTES))
            raise LookupError

    with pytest.raises(LookupError):
        asyncio.run(take())
    assert [] == [one for one in tmp_path.rglob("*") if one.is_file()]


def test_little_is_in_memory() -> None:
    """While one piece can't be written, the next one waits, and no more are taken."""
    gate = Gate()

    async def take() -> int:
        n_taken = 0
        async with Intake(gate.writer()) as intake:
            while True:
                try:
                    async with asyncio.timeout(0.5):
                        await intake.take(bytes(PIECE_BYTES))
                except TimeoutError:
                    break
                n_taken += 1
            gate.may_write.set()
        return n_taken

    assert 1 == asyncio.run(take())


def test_failed_write_is_told(tmp_path: Path) -> None:
    """What writing fails with is raised where the next piece is taken, or at the end."""

    class Full(Gate):
        def write(self, content: bytes) -> None:
            raise OSError(28, "No space left on device")

    gate = Full()

    async def take() -> None:
        async with Intake(gate.writer()) as intake:
            await intake.take(bytes(PIECE_BYTES))
            await intake.end()

    with pytest.raises(OSError, match="No space"):
        asyncio.run(take())
    assert isinstance(gate.ended_with, OSError)


def test_cancelled_intake_is_ended() -> None:
    """When its call is ended in the middle of a write, the object is given up."""
    gate = Gate()

    async def take() -> None:
        async with Intake(gate.writer()) as intake:
            await intake.take(bytes(PIECE_BYTES))
            await intake.end()

    async def cancel() -> None:
        task = asyncio.ensure_future(take())
        await asyncio.sleep(0.2)
        task.cancel()
        await asyncio.sleep(0.2)
        gate.may_write.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())

    assert gate.is_over
    assert isinstance(gate.ended_with, asyncio.CancelledError)
