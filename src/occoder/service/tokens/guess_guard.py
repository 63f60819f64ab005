"""Stops guessing: too many failures in a minute, and nothing more is tried."""

import math
from typing import Final

from occoder.service.throttle.network import network_of

MAX_FAILURES: Final = 10
WINDOW_S: Final = 60.0

_Key = tuple[str, str]


class GuessGuard:
    """Counts failed attempts by client id and address, in this process.

    Parameters
    ----------
    max_keys : int
        How many pairs are remembered at most; the oldest is forgotten first.
    """

    def __init__(self, max_keys: int = 10_000) -> None:
        self._max_keys = max_keys
        self._failures: dict[_Key, tuple[float, ...]] = {}

    def wait_s(self, client_id: str, address: str, now: float) -> int:
        """Return after how many seconds an attempt may be made, 0 for now.

        Parameters
        ----------
        client_id, address : str
            Who it claims to be, and from where.
        now : float
            Seconds since 1970.
        """
        failures = self._recent(_key(client_id, address), now)
        if len(failures) < MAX_FAILURES:
            return 0
        return math.ceil(failures[-MAX_FAILURES] + WINDOW_S - now)

    def begin(self, client_id: str, address: str, now: float) -> None:
        """Count an attempt as failed until it is known to have succeeded.

        So those that are made at the same time are counted too.
        """
        key = _key(client_id, address)
        failures = (*self._recent(key, now), now)
        self._failures.pop(key, None)
        if len(self._failures) >= self._max_keys:
            self._make_room(now)
        self._failures[key] = failures

    def forgive(self, client_id: str, address: str, at: float) -> None:
        """Take an attempt back that began at this time and did not fail."""
        key = _key(client_id, address)
        failures = list(self._failures.pop(key, ()))
        if at in failures:
            failures.remove(at)
        if failures:
            self._failures[key] = tuple(failures)

    def _recent(self, key: _Key, now: float) -> tuple[float, ...]:
        # A clock that was set back ends the window rather than making it longer.
        return tuple(at for at in self._failures.get(key, ()) if 0 <= now - at < WINDOW_S)

    def _make_room(self, now: float) -> None:
        recent = ((key, self._recent(key, now)) for key in self._failures)
        kept = [one for one in recent if one[1]]
        self._failures = dict(kept[max(0, len(kept) - self._max_keys // 2) :])


def _key(client_id: str, address: str) -> _Key:
    return client_id, network_of(address)
