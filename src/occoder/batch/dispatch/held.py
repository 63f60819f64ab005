"""An operation that a dispatcher holds, and what may tell its work to stop."""

import threading
from collections.abc import Iterable, Iterator
from typing import Final

from occoder.batch.lease_store import LeaseLost
from occoder.batch.operation import Operation


class Stopping(Exception):
    """The work on an operation is to be left to others."""


class Held:
    """An operation under way; other threads may tell its work to stop.

    Parameters
    ----------
    operation : Operation
        As it was claimed.
    since : float
        When, by the clock that never goes back.
    """

    def __init__(self, operation: Operation, since: float) -> None:
        self.operation: Final = operation
        self.since: Final = since
        self._is_lost = threading.Event()
        self._is_stopping = threading.Event()
        self._is_yielding = threading.Event()

    def lose(self) -> None:
        """Tell the work that the operation is no longer held."""
        self._is_lost.set()

    def stop(self) -> None:
        """Tell the work to stop as soon as it can."""
        self._is_stopping.set()

    def yield_turn(self) -> None:
        """Tell the work to stop where nothing is lost by it, for another client's turn."""
        self._is_yielding.set()

    @property
    def is_yielding(self) -> bool:
        """Tell whether no more should be begun."""
        return self._is_yielding.is_set()

    def check(self) -> None:
        """Raise when the work has to stop.

        Raises
        ------
        LeaseLost
            If the operation is no longer held.
        Stopping
            If the dispatcher stops.
        """
        if self._is_lost.is_set():
            raise LeaseLost(self.operation.operation_id)
        if self._is_stopping.is_set():
            raise Stopping

    def checked(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield pieces as long as the work may go on."""
        for piece in pieces:
            self.check()
            yield piece
