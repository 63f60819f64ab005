"""The event loop of a server process: uvloop, with a limit on what comes before a call."""

import asyncio
from typing import Any

import uvloop


class ServiceLoop(uvloop.Loop):
    """An event loop that gives TLS as long as a header to begin and to end, not a minute.

    Parameters
    ----------
    handshake_timeout_s : float
        Seconds in which the encryption must be agreed on.
    """

    def __init__(self, handshake_timeout_s: float) -> None:
        super().__init__()
        self._handshake_timeout_s = handshake_timeout_s

    async def create_server(  # type: ignore[override]
        self, *args: Any, **options: Any
    ) -> asyncio.AbstractServer:
        """Return a server, as any event loop does."""
        if options.get("ssl") is not None:
            options["ssl_handshake_timeout"] = self._handshake_timeout_s
            options["ssl_shutdown_timeout"] = self._handshake_timeout_s
        return await super().create_server(*args, **options)
