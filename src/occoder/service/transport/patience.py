"""A clock that runs while something is waited for."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

_T = TypeVar("_T")


class Patience:
    """Waits for so long, and then does something about it.

    Parameters
    ----------
    loop : asyncio.AbstractEventLoop
        Where it waits.
    seconds : float
        How long.
    on_over : callable
        Called with ``what`` when it is over.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        seconds: float,
        on_over: Callable[[_T], None],
        what: _T,
    ) -> None:
        self._begun = partial(loop.call_later, seconds, on_over, what)
        self._timer: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Begin to wait, unless that has begun."""
        if self._timer is None:
            self._timer = self._begun()

    def end(self) -> None:
        """Wait no longer."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
