"""Sweeping up: what has had its time is ended, deleted and forgotten.

All of it is found in the database and the stores, nothing is remembered: a sweeper that
was killed begins again, and several may sweep at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from occoder.batch.batches import Batches
from occoder.batch.lease_store import forget_chunks
from occoder.batch.operation import Operation, OperationState, Step, Store
from occoder.batch.operation_store import ended, forget, from_row
from occoder.database import OPERATIONS
from occoder.telemetry.logs import log

_ROW: Final = OPERATIONS.c
_ID_LENGTH: Final = 36

# Objects so young may belong to an operation that is just being made or moved on.
GRACE_S: Final = 300

EXPIRED: Final = "Error performing request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweeper:
    """Ends, deletes and forgets.

    Parameters
    ----------
    batches : Batches
        As the dispatcher opens them.
    engine : Engine
        The database.
    grace_s : float
        How old what belongs to no operation must be to be deleted.
    """

    batches: Batches
    engine: sa.Engine
    grace_s: float = GRACE_S

    def sweep(self) -> None:
        """Do all of it once."""
        self.time_out()
        self.fail_overdue()
        self.delete_expired()
        self.delete_strays()
        self.forget_old()

    def time_out(self) -> None:
        """End the operations whose upload never came."""
        now = self.batches.clock()
        is_over = (
            (_ROW.state == str(OperationState.AWAITING_INPUT))
            & (_ROW.upload_until <= now)
            & (_ROW.uploading_until <= now)
        )
        self._end(is_over, ended(OperationState.TIMED_OUT, now))

    def fail_overdue(self) -> None:
        """End the operations whose input has been kept for as long as it may be."""
        now = self.batches.clock()
        is_overdue = (_ROW.state == str(OperationState.IN_PROGRESS)) & (
            _ROW.uploaded_at <= now - self.batches.settings.input_ttl_s
        )
        self._end(is_overdue, ended(OperationState.FAILED, now, error=EXPIRED))

    def delete_expired(self) -> None:
        """Delete what is stored of ended operations whose time has come."""
        is_due = (_ROW.step == str(Step.SWEEP)) & (_ROW.expires_at <= self.batches.clock())
        for operation in self._operations(is_due):
            for objects in self.batches.objects.values():
                objects.delete(f"{operation.operation_id}/")
            self._swept(operation)
            log.info("operation_swept", operation=operation.operation_id)

    def delete_strays(self) -> None:
        """Delete objects that no operation needs, such as those of a killed upload."""
        before = self.batches.clock() - self.grace_s
        for store, objects in self.batches.objects.items():
            old: dict[str, bool] = {}
            for found in objects.found():
                operation_id = found.name[:_ID_LENGTH]
                is_old = found.modified_at < before
                old[operation_id] = old.get(operation_id, True) and is_old
            for operation_id in [one for one, is_old in old.items() if is_old]:
                operation = self.batches.operations.get(operation_id)
                if not _needs(operation, store):
                    objects.delete(f"{operation_id}/")
                    log.info("stray_deleted", operation=operation_id, store=str(store))
            objects.delete_remnants(self.grace_s)

    def forget_old(self) -> None:
        """Forget operations that ended long ago, so that their ids lead nowhere."""
        settings = self.batches.settings
        kept_since = self.batches.clock() - settings.status_ttl_s
        is_old = (
            (_ROW.finished_at > 0)
            & (_ROW.step == str(Step.NONE))
            & (_ROW.expires_at <= kept_since)
        )
        for operation in self._operations(is_old):
            with self.engine.begin() as connection:
                forget(connection, operation.operation_id)

    def _end(self, condition: sa.ColumnElement[bool], changes: dict[str, Any]) -> None:
        with self.engine.begin() as connection:
            connection.execute(sa.update(OPERATIONS).where(condition).values(changes))

    def _operations(self, condition: sa.ColumnElement[bool]) -> Iterator[Operation]:
        with self.engine.connect() as connection:
            rows = connection.execute(sa.select(OPERATIONS).where(condition)).mappings()
            found = [from_row(row) for row in rows]
        yield from found

    def _swept(self, operation: Operation) -> None:
        """Write down that nothing is stored any more, and throw the keys away."""
        no_keys = dict.fromkeys(("ingress_key", "validated_key", "egress_key"), b"")
        with self.engine.begin() as connection:
            connection.execute(
                sa.update(OPERATIONS)
                .where(_ROW.operation_id == operation.operation_id)
                .values(step=str(Step.NONE), upload_id="", **no_keys)
            )
            forget_chunks(connection, operation.operation_id)


def _needs(operation: Operation | None, store: Store) -> bool:
    """Tell whether an operation still needs what is in a store."""
    if operation is None:
        return False
    match store:
        case Store.INGRESS:
            is_expected = operation.state is OperationState.AWAITING_INPUT
            return is_expected or operation.step is Step.SCAN
        case Store.VALIDATED:
            return operation.step in {Step.SCAN, Step.CODE}
        case Store.EGRESS:
            return operation.step in {Step.CODE, Step.SWEEP}
