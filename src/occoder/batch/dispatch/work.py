"""The work on one operation, from its input to its output."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from occoder.batch.batches import Batches
from occoder.batch.coding.chunk import ChunkTask
from occoder.batch.coding.executor import ChunkExecutor
from occoder.batch.dispatch.coding_step import ChunksUnderWay
from occoder.batch.dispatch.finishing import metadata
from occoder.batch.dispatch.held import Held, Stopping
from occoder.batch.dispatch.output import Output
from occoder.batch.dispatch.scanning import scan
from occoder.batch.lease_store import MAX_COUNTED, LeaseLost, LeaseStore
from occoder.batch.operation import METADATA, ChunkDone, Operation, Step, Store
from occoder.batch.scan.scan import InputRefused
from occoder.catalogue import Catalogue
from occoder.coder.manifest import Manifest
from occoder.errors import (
    DatabaseUnreachable,
    ExecutorUnreachable,
    ObjectsUnreachable,
    OccoderError,
    ScannerUnreachable,
    UnusableStorageKeys,
)
from occoder.telemetry.logs import log

# What a client is told when it is not the file's fault.
UNEXPECTED: Final = "Error performing request"

# What may pass by itself: the operation waits and is tried again.
_PASSING: Final = (
    *(DatabaseUnreachable, ExecutorUnreachable, ObjectsUnreachable, ScannerUnreachable),
    *(UnusableStorageKeys, SQLAlchemyError, OSError),
)
_WAIT_S: Final = 5.0
_LONGEST_WAIT_S: Final = 300.0
MAX_ATTEMPTS: Final = 5

# Work that was put off counts as a few attempts at most: with so many, dispatchers were
# ended in the midst of it again and again.
MAX_CLAIMS: Final = MAX_COUNTED + 10


class EndlessTrying(Exception):
    """Every dispatcher that worked on an operation was ended by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Takes operations that are held as far as it can.

    Parameters
    ----------
    batches : Batches
        As the dispatcher opens them.
    leases : LeaseStore
        Where it is written down how far they are.
    executor : ChunkExecutor
        What codes.
    """

    batches: Batches
    leases: LeaseStore
    executor: ChunkExecutor

    def do(self, held: Held) -> None:
        """Scan, code and finish an operation, or fail it, or give it back.

        Parameters
        ----------
        held : Held
            The operation.
        """
        operation_id = held.operation.operation_id
        try:
            self._do(held)
        except LeaseLost:
            log.warning("lease_lost", operation=operation_id)
        except Stopping:
            self._release(operation_id)
        except InputRefused as refusal:
            self._fail(held, str(refusal), why="input_refused")
        except Exception as error:  # one bad operation must not end the dispatcher
            self._go_on_after(held, error)

    def _go_on_after(self, held: Held, error: Exception) -> None:
        """Put an operation off, or fail it where another attempt would end no better."""
        is_passing = isinstance(error, _PASSING) and not _is_final(error)
        if not is_passing:
            operation_id = held.operation.operation_id
            log.error("operation_not_done", operation=operation_id, exc_info=error)
        if is_passing or not (_is_final(error) or _has_tried(held, MAX_ATTEMPTS)):
            self._put_off(held, error)
        else:
            self._fail(held, UNEXPECTED, why=type(error).__name__)

    def _do(self, held: Held) -> None:
        operation = held.operation
        if _has_tried(held, MAX_CLAIMS):
            raise EndlessTrying
        manifest = (
            Catalogue(self.batches.settings.home)
            .find(operation.topic, operation.model_id)
            .manifest
        )
        log.info(
            "operation_begun", operation=operation.operation_id, step=str(operation.step)
        )
        if operation.step is Step.SCAN:
            operation = self._scan(held, manifest)
        if self._code(held, operation):
            self._finish(operation, manifest)

    def _scan(self, held: Held, manifest: Manifest) -> Operation:
        operation = held.operation
        batches, client_id = self.batches, operation.client_id
        key, wrapped = batches.keys.new_data_key(client_id, Store.VALIDATED)
        scanned = scan(batches, held, key, manifest.input_format)
        changes: dict[str, Any] = {
            "n_records": scanned.n_records,
            "n_chunks": scanned.n_chunks,
            "validated_key": wrapped,
            "egress_key": batches.new_data_key(client_id, Store.EGRESS),
            "upload_id": Output(batches, operation).begin(),
        }
        self.leases.begin_chunks(operation.operation_id, **changes)
        batches.ingress.delete(f"{operation.operation_id}/")
        log.info(
            "operation_scanned",
            operation=operation.operation_id,
            n_records=scanned.n_records,
        )
        return replace(operation, **changes)

    def _code(self, held: Held, operation: Operation) -> bool:
        coded = self.leases.coded(operation.operation_id)
        missing = set(range(operation.n_chunks)) - coded
        tasks = _Tasks(self.batches, operation)

        def write_down(done: ChunkDone) -> None:
            self.leases.chunk_done(operation.operation_id, done)

        if ChunksUnderWay(self.executor, tasks.task, write_down).run(held, missing):
            return True
        self._release(operation.operation_id)
        return False

    def _finish(self, operation: Operation, manifest: Manifest) -> None:
        batches, operation_id = self.batches, operation.operation_id
        chunks = batches.operations.chunks(operation_id)
        Output(batches, operation).finish(chunks)
        facts = metadata(operation, manifest, chunks, batches.clock())
        with batches.sealed(operation, Store.EGRESS).writer(
            f"{operation_id}/{METADATA}"
        ) as writer:
            writer.write(facts)
        self.leases.complete(
            operation_id,
            n_output_bytes=sum(chunk.n_bytes for chunk in chunks),
            ttl_s=batches.settings.output_ttl_s,
        )
        batches.objects[Store.VALIDATED].delete(f"{operation_id}/")
        log.info("operation_complete", operation=operation_id, n_records=_total(chunks))

    def _fail(self, held: Held, error: str, *, why: str) -> None:
        operation_id = held.operation.operation_id
        try:
            self.leases.fail(operation_id, error)
        except (LeaseLost, SQLAlchemyError) as failure:
            log.warning("operation_not_ended", operation=operation_id, exc_info=failure)
        else:
            log.warning("operation_failed", operation=operation_id, why=why)
            self._delete(operation_id)

    def _delete(self, operation_id: str) -> None:
        """Delete all that is stored of an operation; what fails is left to the sweep."""
        for store, objects in self.batches.objects.items():
            try:
                objects.delete(f"{operation_id}/")
            except ObjectsUnreachable as error:
                log.warning("not_deleted", store=str(store), exc_info=error)

    def _put_off(self, held: Held, error: Exception) -> None:
        operation = held.operation
        wait_s = min(_WAIT_S * 2.0**operation.n_attempts, _LONGEST_WAIT_S)
        log.warning("operation_put_off", operation=operation.operation_id, exc_info=error)
        self._release(operation.operation_id, wait_s=wait_s)

    def _release(self, operation_id: str, *, wait_s: float = 0.0) -> None:
        try:
            self.leases.release(operation_id, wait_s=wait_s)
        except (LeaseLost, SQLAlchemyError) as error:  # then the lease ends by itself
            log.warning("lease_not_released", operation=operation_id, exc_info=error)


class _Tasks:
    """Words the tasks of the chunks of an operation, with the keys that each needs."""

    def __init__(self, batches: Batches, operation: Operation) -> None:
        self._settings = batches.settings
        self._operation = operation
        self._validated = batches.address(operation, Store.VALIDATED)
        self._validated_key = batches.data_key(operation, Store.VALIDATED)
        self._egress = batches.address(operation, Store.EGRESS)
        self._egress_key = batches.data_key(operation, Store.EGRESS)

    def task(self, number: int) -> ChunkTask:
        """Return the task of a chunk."""
        return ChunkTask(
            operation_id=self._operation.operation_id,
            number=number,
            topic=self._operation.topic,
            model_id=self._operation.model_id,
            validated=self._validated,
            validated_key=self._validated_key,
            egress=self._egress,
            egress_key=self._egress_key,
            upload_id=self._operation.upload_id,
            null_record_id=self._settings.async_null_record_id,
            has_reason=self._settings.async_reason,
        )


def _total(chunks: Sequence[ChunkDone]) -> int:
    return sum(chunk.n_records for chunk in chunks)


def _is_final(error: Exception) -> bool:
    """Tell whether another attempt would end the same way."""
    if isinstance(error, FileNotFoundError | EndlessTrying):
        return True
    return isinstance(error, OccoderError) and not isinstance(error, _PASSING)


def _has_tried(held: Held, n_times: int) -> bool:
    return held.operation.n_attempts >= n_times
