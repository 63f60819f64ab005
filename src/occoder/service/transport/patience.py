"""A clock that runs while something is waited for."""

import asyncio
from collections.abc import Callable


class Patience:
    """Waits for so long, and then does something about it.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop
        Where it waits.
    seconds : float
        How long.
    on_over : callable
        Called when it is over.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, seconds: float, on_over: Callable[[], None]
    ) -> None:
        self._loop = loop
        self._seconds = seconds
        self._on_over = on_over
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Begin to wait, unless that has begun."""
        if self._timer is None:
            self._timer = self._loop.call_later(self._seconds, self._on_over)

    def end(self) -> None:
        """Wait no longer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
