"""The queue of operations, as an operator looks at it and holds it up."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from occoder.batch import lease_store
from occoder.batch.operation import Operation
from occoder.batch.operation_store import OperationStore
from occoder.database import open_database
from occoder.errors import UnknownOperation
from occoder.settings.settings import Settings


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue.

    Parameters
    ----------
    engine : Engine
        The database.
    operations : OperationStore
        All operations.
    """

    engine: sa.Engine
    operations: OperationStore

    def find(self, operation_id: str) -> Operation:
        """Return an operation by its id, in whatever case.

        Raises
        ------
        UnknownOperation
            If there is none.
        """
        operation = self.operations.get(operation_id.lower())
        if operation is None:
            raise UnknownOperation(operation_id=operation_id)
        return operation

    def drain(self, *, on: bool) -> None:
        """Let no dispatcher take on another operation, or let them again."""
        lease_store.drain(self.engine, on=on)

    def is_draining(self) -> bool:
        """Tell whether dispatchers take on nothing."""
        return lease_store.is_draining(self.engine)

    def n_under_way(self) -> int:
        """Return how many operations dispatchers work on."""
        return self.operations.n_under_way()


@contextmanager
def open_queue(
    settings: Settings, clock: Callable[[], float] = time.time
) -> Iterator[Queue]:
    """Open the queue, and close its database in the end.

    Parameters
    ----------
    settings : Settings
        As the operator set them.
    clock : callable
        Seconds since 1970.

    Raises
    ------
    DatabaseUnreachable, DatabaseOfOtherVersion
        If the database can't be used.
    """
    engine = open_database(settings)
    try:
        yield Queue(engine, OperationStore(engine, clock))
    finally:
        engine.dispose()
