"""Tells when a connection is read no further, and when it is read on."""

import asyncio
from collections.abc import Callable

from uvicorn.protocols.http.flow_control import FlowControl


class ReadFlow(FlowControl):
    """uvicorn's flow of a connection, with a word on each turn of reading.

    Parameters
    ----------
    transport : asyncio.Transport
        Of the connection.
    on_turn : callable
        Called when it is read no further, and when it is read on.
    """

    def __init__(self, transport: asyncio.Transport, on_turn: Callable[[], None]) -> None:
        super().__init__(transport)
        self._on_turn = on_turn

    def pause_reading(self) -> None:
        """Read no further, unless that is so already."""
        if not self.read_paused:
            super().pause_reading()
            self._on_turn()

    def resume_reading(self) -> None:
        """Read on."""
        if self.read_paused:
            super().resume_reading()
            self._on_turn()
