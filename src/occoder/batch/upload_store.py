"""The operations in the database, as the uploads that are under way see them.

Several uploads to one operation may be under way, in any process: the first that has
arrived whole wins. It claims the operation before it puts the input in place, so that no
other can put its own there after it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from occoder.batch.operation import OperationState
from occoder.database import OPERATIONS

_ROW: Final = OPERATIONS.c


@dataclass(frozen=True, slots=True)
class UploadStore:
    """Writes down uploads, beside what `OperationStore` does.

    Parameters
    ----------
    engine : Engine
        The database.
    clock : callable
        Seconds since 1970.
    """

    engine: sa.Engine
    clock: Callable[[], float]

    def announce(self, operation_id: str, n_bytes: int) -> None:
        """Note how large an input will be that has begun to arrive."""
        is_meant = _is_awaiting(operation_id)
        self._change(is_meant, n_input_bytes=n_bytes)

    def n_bytes_due(self, *, besides: str) -> int:
        """Return the size of all inputs that arrive now or are worked on.

        Parameters
        ----------
        besides : str
            Id of an operation that is not counted.
        """
        arrives = _ROW.state == str(OperationState.AWAITING_INPUT)
        arrives &= _ROW.uploading_until > self.clock()
        is_worked_on = _ROW.state == str(OperationState.IN_PROGRESS)
        total = sa.func.coalesce(sa.func.sum(_ROW.n_input_bytes), 0)
        query = sa.select(total).where(arrives | is_worked_on)
        query = query.where(_ROW.operation_id != besides)
        with self.engine.connect() as connection:
            return int(connection.execute(query).scalar_one())

    def claim(self, operation_id: str, owner: str, until: float) -> bool:
        """Claim an operation for an input that has arrived; False if another has.

        Parameters
        ----------
        operation_id : str
            Of the operation.
        owner : str
            Names the upload; no other ever has the same name.
        until : float
            When the claim ends, unless it is made again.
        """
        is_free = (_ROW.lease_until <= self.clock()) | (_ROW.lease_owner == owner)
        is_meant = _is_awaiting(operation_id) & is_free
        return self._change(is_meant, lease_owner=owner, lease_until=until)

    def release(self, operation_id: str, owner: str) -> None:
        """Let go of an operation, where it is claimed by this upload."""
        is_meant = (_ROW.operation_id == operation_id) & (_ROW.lease_owner == owner)
        self._change(is_meant, lease_owner="", lease_until=0.0)

    def _change(self, condition: sa.ColumnElement[bool], **changes: Any) -> bool:
        with self.engine.begin() as connection:
            update = sa.update(OPERATIONS).where(condition).values(changes)
            return connection.execute(update).rowcount > 0


def _is_awaiting(operation_id: str) -> sa.ColumnElement[bool]:
    is_awaiting = _ROW.state == str(OperationState.AWAITING_INPUT)
    return (_ROW.operation_id == operation_id) & is_awaiting
