"""The operations in the database, as the gateway and the operator see them."""

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any, Final

import sqlalchemy as sa

from occoder.batch.chunk_rows import chunks_of
from occoder.batch.operation import (
    ChunkDone,
    Operation,
    OperationState,
    Step,
    states_before,
)
from occoder.database import CHUNKS, OPERATIONS

_FIELDS: Final = tuple(one.name for one in dataclasses.fields(Operation))
_ROW: Final = OPERATIONS.c

CANCELLED: Final = "Cancelled by the operator"


class OperationStore:
    """Reads and changes operations; every change is one transaction.

    Parameters
    ----------
    engine : Engine
        The database.
    clock : callable
        Seconds since 1970.
    """

    def __init__(self, engine: sa.Engine, clock: Callable[[], float]) -> None:
        self._engine = engine
        self._clock = clock

    def create(self, operation: Operation) -> None:
        """Keep a new operation."""
        with self._engine.begin() as connection:
            connection.execute(sa.insert(OPERATIONS).values(to_row(operation)))

    def get(self, operation_id: str) -> Operation | None:
        """Return an operation, None when there is none of this id."""
        with self._engine.connect() as connection:
            return read(connection, operation_id)

    def listed(
        self,
        *,
        states: Iterable[OperationState] = tuple(OperationState),
        client_id: str = "",
        n_most: int = 1000,
    ) -> list[Operation]:
        """Return operations, the newest first.

        Parameters
        ----------
        states : iterable of OperationState
            Those to return.
        client_id : str
            Whose; "" for all clients.
        n_most : int
            At most so many.
        """
        wanted = is_one_of(states)
        if client_id:
            wanted &= _ROW.client_id == client_id
        query = sa.select(OPERATIONS).where(wanted)
        query = query.order_by(_ROW.created_at.desc(), _ROW.operation_id).limit(n_most)
        with self._engine.connect() as connection:
            return [from_row(row) for row in connection.execute(query).mappings()]

    def awaiting(self) -> set[str]:
        """Return the ids of the operations that await their input."""
        query = sa.select(_ROW.operation_id)
        query = query.where(_ROW.state == str(OperationState.AWAITING_INPUT))
        with self._engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def n_by_state(self) -> dict[str, int]:
        """Return how many operations there are of each state."""
        query = sa.select(_ROW.state, sa.func.count()).group_by(_ROW.state)
        with self._engine.connect() as connection:
            found = {state: n for state, n in connection.execute(query)}
        return {str(state): found.get(str(state), 0) for state in OperationState}

    def n_under_way(self) -> int:
        """Return how many operations dispatchers work on."""
        is_held = _ROW.lease_until > self._clock()
        is_held &= _ROW.state == str(OperationState.IN_PROGRESS)
        query = sa.select(sa.func.count()).select_from(OPERATIONS).where(is_held)
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def longest_wait_s(self) -> float:
        """Return how long the operation has waited that has waited the longest."""
        is_waiting = _ROW.state == str(OperationState.IN_PROGRESS)
        is_waiting &= _ROW.lease_until <= self._clock()
        query = sa.select(sa.func.min(_ROW.uploaded_at)).where(is_waiting)
        with self._engine.connect() as connection:
            since = connection.execute(query).scalar()
        return max(self._clock() - since, 0.0) if since else 0.0

    def chunks(self, operation_id: str) -> list[ChunkDone]:
        """Return the chunks of an operation that are coded, in order."""
        with self._engine.connect() as connection:
            return chunks_of(connection, operation_id)

    def begin_upload(self, operation_id: str, until: float) -> bool:
        """Note that an upload is under way; False when none may begin any more.

        Parameters
        ----------
        operation_id : str
            Of the operation.
        until : float
            When it counts as given up, unless `keep_uploading` is called before.
        """
        begins = _ROW.upload_until > self._clock()
        return self._while_awaiting(operation_id, begins, uploading_until=until)

    def keep_uploading(self, operation_id: str, until: float) -> None:
        """Note that an upload is still under way."""
        self._while_awaiting(operation_id, sa.true(), uploading_until=until)

    def uploaded(self, operation_id: str, n_bytes: int) -> bool:
        """Note that the input is there whole; False when it is no longer awaited."""
        return self._while_awaiting(
            operation_id,
            sa.true(),
            state=str(OperationState.IN_PROGRESS),
            step=str(Step.SCAN),
            uploaded_at=self._clock(),
            n_input_bytes=n_bytes,
        )

    def cancel(self, operation_id: str) -> bool:
        """End an operation that has not ended; False when it has."""
        is_open = is_one_of(states_before(OperationState.FAILED))
        changes = ended(OperationState.FAILED, self._clock(), error=CANCELLED)
        return self._change((_ROW.operation_id == operation_id) & is_open, changes)

    def end_all_of(self, client_id: str) -> None:
        """End what a removed client has, and let all that is stored of it be deleted."""
        now = self._clock()
        of_client = _ROW.client_id == client_id
        is_open = is_one_of(states_before(OperationState.FAILED))
        changes = ended(OperationState.FAILED, now, error=CANCELLED)
        self._change(of_client & is_open, changes)
        self._change(of_client & (_ROW.step == str(Step.SWEEP)), {"expires_at": now})

    def _while_awaiting(
        self, operation_id: str, condition: sa.ColumnElement[bool], **changes: Any
    ) -> bool:
        is_awaiting = _ROW.state == str(OperationState.AWAITING_INPUT)
        of_it = _ROW.operation_id == operation_id
        return self._change(of_it & is_awaiting & condition, changes)

    def _change(self, condition: sa.ColumnElement[bool], changes: dict[str, Any]) -> bool:
        with self._engine.begin() as connection:
            update = sa.update(OPERATIONS).where(condition).values(changes)
            return connection.execute(update).rowcount > 0


def is_one_of(states: Iterable[OperationState]) -> sa.ColumnElement[bool]:
    """Return the condition that an operation is in one of some states."""
    return _ROW.state.in_([str(state) for state in states])


def read(connection: sa.Connection, operation_id: str) -> Operation | None:
    """Return an operation, None when there is none of this id."""
    query = sa.select(OPERATIONS).where(_ROW.operation_id == operation_id)
    row = connection.execute(query).mappings().first()
    return from_row(row) if row else None


def ended(
    state: OperationState, now: float, *, error: str = "", expires_at: float | None = None
) -> dict[str, Any]:
    """Return what changes in the row of an operation that ends.

    Parameters
    ----------
    state : OperationState
        What it becomes.
    now : float
        Seconds since 1970.
    error : str
        Why it failed.
    expires_at : float, optional
        When what is stored of it is deleted; by default at once.
    """
    return {
        "state": str(state),
        "step": str(Step.SWEEP),
        "finished_at": now,
        "expires_at": now if expires_at is None else expires_at,
        "error": error,
        "lease_owner": "",
        "lease_until": 0.0,
    }


def to_row(operation: Operation) -> dict[str, Any]:
    """Return an operation as a row."""
    row = {name: getattr(operation, name) for name in _FIELDS}
    return {**row, "state": str(operation.state), "step": str(operation.step)}


def from_row(row: sa.RowMapping) -> Operation:
    """Return the operation in a row."""
    values = {name: row[name] for name in _FIELDS}
    values["state"] = OperationState(values["state"])
    values["step"] = Step(values["step"])
    return Operation(**values)


def forget(connection: sa.Connection, operation_id: str) -> None:
    """Delete the row of an operation and those of its chunks."""
    for table in (CHUNKS, OPERATIONS):
        connection.execute(sa.delete(table).where(table.c.operation_id == operation_id))
