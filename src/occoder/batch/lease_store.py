"""The operations in the database, as the dispatcher that works on them sees them.

A dispatcher holds an operation by a lease that it renews. Whatever it writes is written
only while the lease is its own, so one that was given up for dead can change nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from occoder.batch.chunk_rows import add_chunk, numbers_of
from occoder.batch.operation import OPEN_STATES, ChunkDone, Operation, OperationState, Step
from occoder.batch.operation_store import ended, from_row, is_one_of, read
from occoder.database import CHUNKS, OPERATIONS, SWITCHES

_ROW: Final = OPERATIONS.c
_DRAINING: Final = "draining"
MAX_COUNTED: Final = 6


class LeaseLost(Exception):
    """An operation is another dispatcher's by now, or was ended by the operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseStore:
    """Claims operations and writes down how far they are.

    Parameters
    ----------
    engine : Engine
        The database.
    owner : str
        Names this dispatcher; no other ever has the same name.
    lease_s : float
        How long a lease holds.
    clock : callable
        Seconds since 1970.
    """

    engine: sa.Engine
    owner: str
    lease_s: float
    clock: Callable[[], float]

    def claim(self) -> Operation | None:
        """Take on the operation whose turn it is, None when there is none.

        The client of whom the fewest are under way comes first, then who has waited
        longest: a thousand operations of one hold up nobody else.
        """
        now = self.clock()
        with self.engine.begin() as connection:
            if _is_draining(connection):
                return None
            waiting = _next(now).with_for_update(skip_locked=True, of=OPERATIONS)
            row = connection.execute(waiting).mappings().first()
            if row is None:
                return None
            operation_id = row["operation_id"]
            connection.execute(
                sa.update(OPERATIONS)
                .where(_ROW.operation_id == operation_id)
                .values(
                    lease_owner=self.owner,
                    lease_until=now + self.lease_s,
                    n_attempts=_ROW.n_attempts + 1,
                    started_at=sa.case((_ROW.started_at == 0, now), else_=_ROW.started_at),
                )
            )
            return read(connection, operation_id)

    def next_waiting(self) -> Operation | None:
        """Return the operation whose turn it is, without taking it on."""
        with self.engine.connect() as connection:
            if _is_draining(connection):
                return None
            row = connection.execute(_next(self.clock())).mappings().first()
        return from_row(row) if row else None

    def models_wanted(self) -> set[tuple[str, str]]:
        """Return topic and model of the operations that have not ended."""
        query = sa.select(_ROW.topic, _ROW.model_id).distinct()
        query = query.where(is_one_of(OPEN_STATES))
        with self.engine.connect() as connection:
            return {(topic, model_id) for topic, model_id in connection.execute(query)}

    def renew(self) -> set[str]:
        """Renew all leases and return the ids of the operations that are held."""
        is_mine = _ROW.lease_owner == self.owner
        with self.engine.begin() as connection:
            until = self.clock() + self.lease_s
            connection.execute(
                sa.update(OPERATIONS).where(is_mine).values(lease_until=until)
            )
            held = connection.execute(sa.select(_ROW.operation_id).where(is_mine))
            return set(held.scalars())

    def begin_chunks(self, operation_id: str, **changes: Any) -> None:
        """Write down what the scan found: the chunks can be coded.

        Parameters
        ----------
        operation_id : str
            Of the operation.
        changes
            Fields of `Operation`: ``n_records``, ``n_chunks``, keys and ``upload_id``.

        Raises
        ------
        LeaseLost
            If it is no longer this dispatcher's; so do the methods below.
        """
        self._write(operation_id, step=str(Step.CODE), n_attempts=0, **changes)

    def write(self, operation_id: str, **changes: Any) -> None:
        """Write down other fields of an operation."""
        self._write(operation_id, **changes)

    def coded(self, operation_id: str) -> set[int]:
        """Return which chunks of an operation are coded."""
        with self.engine.connect() as connection:
            return numbers_of(connection, operation_id)

    def chunk_done(self, operation_id: str, done: ChunkDone) -> None:
        """Write down that a chunk is coded."""
        with self.engine.begin() as connection:
            is_new = done.number not in numbers_of(connection, operation_id)
            n_more = done.n_records if is_new else 0
            changes = {"n_coded": _ROW.n_coded + n_more, "n_attempts": 0}
            self._update(connection, operation_id, changes)
            if is_new:
                add_chunk(connection, operation_id, done)

    def complete(self, operation_id: str, *, n_output_bytes: int, ttl_s: float) -> None:
        """End an operation well; its output is kept for a while."""
        now = self.clock()
        changes = ended(OperationState.COMPLETE, now, expires_at=now + ttl_s)
        self._write(operation_id, n_output_bytes=n_output_bytes, **changes)

    def fail(self, operation_id: str, error: str) -> None:
        """End an operation with what its client is told."""
        changes = ended(OperationState.FAILED, self.clock(), error=error)
        self._write(operation_id, **changes)

    def release(self, operation_id: str, *, wait_s: float = 0.0) -> None:
        """Give an operation back, for any dispatcher to go on with.

        Parameters
        ----------
        operation_id : str
            Of the operation.
        wait_s : float
            How long nobody should try; 0 is no failed attempt. However often it is put
            off, that counts as a few attempts only.
        """
        changes: dict[str, Any] = {"lease_owner": "", "lease_until": 0.0}
        changes["not_before"] = self.clock() + wait_s
        few = sa.case((_ROW.n_attempts > MAX_COUNTED, MAX_COUNTED), else_=_ROW.n_attempts)
        changes["n_attempts"] = few if wait_s else 0
        self._write(operation_id, **changes)

    def _write(self, operation_id: str, **changes: Any) -> None:
        with self.engine.begin() as connection:
            self._update(connection, operation_id, changes)

    def _update(
        self, connection: sa.Connection, operation_id: str, changes: dict[str, Any]
    ) -> None:
        is_mine = (_ROW.operation_id == operation_id) & (_ROW.lease_owner == self.owner)
        update = sa.update(OPERATIONS).where(is_mine).values(changes)
        if not connection.execute(update).rowcount:
            raise LeaseLost(operation_id)


def forget_chunks(connection: sa.Connection, operation_id: str) -> None:
    """Delete what is known of the coded chunks of an operation."""
    connection.execute(sa.delete(CHUNKS).where(CHUNKS.c.operation_id == operation_id))


def drain(engine: sa.Engine, *, on: bool) -> None:
    """Let no dispatcher take on another operation, or let them again."""
    with engine.begin() as connection:
        connection.execute(sa.delete(SWITCHES).where(SWITCHES.c.name == _DRAINING))
        if on:
            connection.execute(sa.insert(SWITCHES).values(name=_DRAINING))


def is_draining(engine: sa.Engine) -> bool:
    """Tell whether dispatchers take on nothing."""
    with engine.connect() as connection:
        return _is_draining(connection)


def _is_draining(connection: sa.Connection) -> bool:
    query = sa.select(SWITCHES.c.name).where(SWITCHES.c.name == _DRAINING)
    return connection.execute(query).first() is not None


def _next(now: float) -> sa.Select[Any]:
    other = OPERATIONS.alias()
    n_under_way = (
        sa.select(sa.func.count())
        .where((other.c.client_id == _ROW.client_id) & (other.c.lease_until > now))
        .scalar_subquery()
    )
    is_waiting = (
        (_ROW.state == str(OperationState.IN_PROGRESS))
        & (_ROW.lease_until <= now)
        & (_ROW.not_before <= now)
    )
    # One that gave up its turn goes behind those that waited for it.
    since = sa.case(
        (_ROW.not_before > _ROW.uploaded_at, _ROW.not_before), else_=_ROW.uploaded_at
    )
    query = sa.select(OPERATIONS).where(is_waiting)
    return query.order_by(n_under_way, since, _ROW.operation_id).limit(1)
