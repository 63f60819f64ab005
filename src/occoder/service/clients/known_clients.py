"""The clients that call, as they stood a moment ago, and when they called last."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final

from occoder.errors import ServiceError
from occoder.service.clients.client import Client
from occoder.service.clients.client_register import ClientRegister

_MAX_KNOWN: Final = 10_000


class KnownClients:
    """Remembers clients for a moment, so that not every call asks the database.

    Parameters
    ----------
    register : ClientRegister
        Where they are registered.
    executor : Executor
        Where the database is asked.
    refresh_s : float
        A change in the register is noticed after so many seconds, at most.
    clock : callable
        Gives the time in seconds.
    """

    def __init__(
        self,
        register: ClientRegister,
        executor: Executor,
        *,
        refresh_s: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._register = register
        self._executor = executor
        self._refresh_s = refresh_s
        self._clock = clock
        self._known: dict[str, tuple[float, Client | None]] = {}
        self._uses: dict[str, float] = {}

    async def find(self, client_id: str) -> Client | None:
        """Return a client, or None when there is none of this id."""
        now = self._clock()
        seen_at, client = self._known.get(client_id, (0.0, None))
        if not now - self._refresh_s < seen_at <= now:
            loop = asyncio.get_running_loop()
            client = await loop.run_in_executor(
                self._executor, self._register.find, client_id
            )
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            self._known[client_id] = now, client
        return client

    def used(self, client_id: str) -> None:
        """Note that a client called."""
        self._uses[client_id] = self._clock()

    def write_uses(self) -> None:
        """Write down who called since the last time; blocks.

        Raises
        ------
        DatabaseUnreachable
            If it can't be written now; it is kept for the next time.
        """
        uses, self._uses = self._uses, {}
        if not uses:
            return
        try:
            self._register.record_use(uses)
        except ServiceError:
            self._uses = {**uses, **self._uses}  # for the next time
            raise
