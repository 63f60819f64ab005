"""Counts the connections that are turned away, and tells of them once a minute."""

import time
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """Why a connection was ended."""

    TOO_MANY = "too_many_connections"
    NOT_A_PROXY = "plain_http_from_elsewhere"
    SLOW_HEADER = "slow_header"
    LONG_HEADER = "long_header"
    BROKEN_HTTP = "broken_http"
    SLOW_BODY = "slow_body"
    SLOW_READER = "slow_reader"


_MINUTE_S: Final = 60.0


class TurnedAway:
    """What a process turned away; even a flood makes one line a minute in the log.

    Parameters
    ----------
    tell : callable
        Called with a reason and the number since the last time.
    clock : callable
        Seconds that never go back.
    """

    def __init__(
        self,
        tell: Callable[[Reason, int], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tell = tell
        self._clock = clock
        self._n_untold: Counter[Reason] = Counter()
        self._told_at: dict[Reason, float] = {}

    def count(self, reason: Reason) -> None:
        """Count one; the first one is told at once."""
        self._n_untold[reason] += 1
        self.tell_due()

    def tell_due(self) -> None:
        """Tell of each reason that was not told of in the last minute."""
        now = self._clock()
        for reason in tuple(self._n_untold):
            if now - self._told_at.get(reason, now - _MINUTE_S) >= _MINUTE_S:
                self._told_at[reason] = now
                self._tell(reason, self._n_untold.pop(reason))
