"""An upload that is under way: says so again and again, and claims its operation."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from occoder.batch.operation import Operation
from occoder.batch.upload_store import UploadStore
from occoder.service.batches.in_database import in_database
from occoder.service.service import Service
from occoder.telemetry.logs import log

# An upload whose process says nothing for so long counts as given up. Nothing shortens
# that: another one to the same operation may be under way.
VALID_S: Final = 30.0
BEAT_S: Final = 10.0


@dataclass(slots=True)
class UnderWay:
    """An upload.

    Parameters
    ----------
    service : Service
        Where it arrives.
    operation : Operation
        Whose input it is.
    """

    service: Service
    operation: Operation
    _owner: str = field(default_factory=lambda: f"upload {uuid4()}", init=False)
    _has_claim: bool = field(default=False, init=False)

    async def claim(self) -> bool:
        """Claim the operation, now that all has arrived; False if another upload has."""
        self._has_claim = await in_database(self.service, self._claim)
        return self._has_claim

    async def say_so(self) -> None:
        """Say every few seconds that it is still under way."""
        while True:
            await asyncio.sleep(BEAT_S)
            try:
                await in_database(self.service, self._keep)
            except Exception as error:  # the next time may go well
                log.error("upload_not_noted", exc_info=error)

    async def release(self) -> None:
        """Let go of the operation."""
        if self._has_claim:
            identity = self.operation.operation_id, self._owner
            await in_database(self.service, self._uploads.release, *identity)

    @property
    def _uploads(self) -> UploadStore:
        return UploadStore(self.service.engine, self.service.batches.clock)

    def _until(self) -> float:
        return self.service.batches.clock() + VALID_S

    def _claim(self) -> bool:
        operation_id = self.operation.operation_id
        return self._uploads.claim(operation_id, self._owner, self._until())

    def _keep(self) -> None:
        operations = self.service.batches.operations
        operations.keep_uploading(self.operation.operation_id, self._until())
        if self._has_claim:
            self._claim()


@asynccontextmanager
async def under_way(
    service: Service, operation: Operation, n_announced: int
) -> AsyncGenerator[UnderWay | None, None]:
    """Note that an upload is under way, for as long as the context lasts.

    Parameters
    ----------
    service : Service
        Where it arrives.
    operation : Operation
        Whose input it is.
    n_announced : int
        Its size, as far as it is known.

    Returns
    -------
    UnderWay or None
        None when no upload may begin any more.
    """
    upload = UnderWay(service, operation)
    if not await in_database(service, _begun, service, operation, n_announced):
        yield None
        return
    beat = asyncio.ensure_future(upload.say_so())
    try:
        yield upload
    finally:
        beat.cancel()
        with suppress(asyncio.CancelledError):
            await beat
        await upload.release()


def _begun(service: Service, operation: Operation, n_announced: int) -> bool:
    batches = service.batches
    operation_id = operation.operation_id
    if not batches.operations.begin_upload(operation_id, batches.clock() + VALID_S):
        return False
    UploadStore(service.engine, batches.clock).announce(operation_id, n_announced)
    return True
