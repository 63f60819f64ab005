"""What each client has used: in memory, or in the database for all processes together."""

import struct
import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Protocol

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from occoder.database import USAGE, name, problem
from occoder.errors import DatabaseUnreachable
from occoder.service.throttle.throttle import UNLIMITED, Usage, Verdict, admit
from occoder.settings.limits import Limits

# A key with 100 calls takes 4 KB in memory, one with 10,000 takes 320 KB.
MAX_KEYS: Final = 10_000

_NOTHING: Final = Usage()
_KEY: Final = sa.bindparam("of_key", type_=sa.Text)

# SQLite locks the whole database when a transaction begins, and knows no row locks.
_FIND: Final = (
    sa.select(USAGE.c.next_at, USAGE.c.calls).where(USAGE.c.key == _KEY).with_for_update()
)
_BEGIN: Final = sa.text(
    f"INSERT INTO {USAGE.name} (key, next_at, calls) VALUES (:of_key, 0, :no_calls) "
    "ON CONFLICT (key) DO NOTHING"
)
_SET: Final = (
    sa.update(USAGE)
    .where(USAGE.c.key == _KEY)
    .values(next_at=sa.bindparam("new_next_at"), calls=sa.bindparam("new_calls"))
)
_FORGET: Final = sa.delete(USAGE).where(USAGE.c.next_at < sa.bindparam("before"))


class UsageStore(Protocol):
    """Counts calls by key."""

    def take(self, key: str, limits: Limits, now: float, *, burst: int = 1) -> Verdict:
        """Count a call if it may come, and return whether it may."""

    def forget(self, before: float) -> int:
        """Forget the keys without a call since then, and return how many they were."""


class MemoryUsage:
    """Counts for one process, until it ends; threads may share it.

    Parameters
    ----------
    max_keys : int
        How many keys it knows at a time; the one that was asked for longest ago goes.
    """

    def __init__(self, max_keys: int = MAX_KEYS) -> None:
        self._used = _Recent(max_keys)
        self._lock = threading.Lock()

    def take(self, key: str, limits: Limits, now: float, *, burst: int = 1) -> Verdict:
        """Count a call if it may come, and return whether it may.

        Parameters
        ----------
        key : str
            Whose call it is.
        limits : Limits
            What holds for it.
        now : float
            Seconds since 1970.
        burst : int
            How many calls may come at once before the rate holds them.
        """
        with self._lock:
            usage, verdict = admit(self._used.get(key), limits, now, burst=burst)
            if usage is not _NOTHING:
                self._used.put(key, usage)
        return verdict

    def forget(self, before: float) -> int:
        """Forget the keys without a call since then, and return how many they were."""
        with self._lock:
            return self._used.forget(before)

    def __len__(self) -> int:
        """Return how many keys it knows."""
        return len(self._used)


class DatabaseUsage:
    """Counts exactly for all processes that share a database.

    A call that is admitted is a transaction that locks the row of its key. One that is
    refused mostly costs nothing: what this process saw last is enough to refuse, since
    usage only grows until it is free again.

    Parameters
    ----------
    engine : Engine
        As `database.connect` returns it.
    max_keys : int
        For how many keys it remembers what it saw last.
    """

    def __init__(self, engine: sa.Engine, max_keys: int = MAX_KEYS) -> None:
        self._engine = engine
        self._seen = _Recent(max_keys)
        self._lock = threading.Lock()

    def take(self, key: str, limits: Limits, now: float, *, burst: int = 1) -> Verdict:
        """Count a call if it may come, and return whether it may; this can block.

        Parameters
        ----------
        key, limits, now, burst
            As those of `MemoryUsage.take`.

        Raises
        ------
        DatabaseUnreachable
            If the database can't be asked; then nothing is counted.
        """
        known = self.refusal(key, limits, now, burst=burst)
        if known or limits.are_none:
            return known or UNLIMITED
        try:
            with self._engine.begin() as connection:
                usage, verdict = admit(_locked(connection, key), limits, now, burst=burst)
                if verdict.admitted:
                    _write(connection, key, usage)
        except SQLAlchemyError as error:
            raise DatabaseUnreachable(
                database=name(self._engine), problem=problem(error)
            ) from error
        with self._lock:
            self._seen.put(key, usage)
        return verdict

    def refusal(
        self, key: str, limits: Limits, now: float, *, burst: int = 1
    ) -> Verdict | None:
        """Return the refusal of a call when it is certain without the database.

        It never blocks; an event loop may ask it before it takes a thread for `take`.

        Parameters
        ----------
        key, limits, now, burst
            As those of `MemoryUsage.take`.
        """
        with self._lock:
            seen = self._seen.get(key)
        _, verdict = admit(seen, limits, now, burst=burst)
        return None if verdict.admitted else verdict

    def forget(self, before: float) -> int:
        """Delete the keys without a call since then, and return how many they were.

        Raises
        ------
        DatabaseUnreachable
            If the database can't be asked.
        """
        with self._lock:
            self._seen.forget(before)
        try:
            with self._engine.begin() as connection:
                return connection.execute(_FORGET, {"before": before}).rowcount
        except SQLAlchemyError as error:
            raise DatabaseUnreachable(
                database=name(self._engine), problem=problem(error)
            ) from error


class _Recent:
    """The usage of the keys that were asked for last; not for several threads."""

    def __init__(self, max_keys: int) -> None:
        self._max_keys = max_keys
        self._by_key: OrderedDict[str, Usage] = OrderedDict()

    def get(self, key: str) -> Usage:
        usage = self._by_key.get(key)
        if usage is None:
            return _NOTHING
        # Also when the call is then refused: nobody is to be forgotten by asking more.
        self._by_key.move_to_end(key)
        return usage

    def put(self, key: str, usage: Usage) -> None:
        self._by_key[key] = usage
        if len(self._by_key) > self._max_keys:
            self._by_key.popitem(last=False)

    def forget(self, before: float) -> int:
        old = [key for key, usage in self._by_key.items() if usage.next_at < before]
        for key in old:
            del self._by_key[key]
        return len(old)

    def __len__(self) -> int:
        return len(self._by_key)


def _locked(connection: sa.Connection, key: str) -> Usage:
    """Return the usage of a key, which others can't change before the transaction ends."""
    while (row := connection.execute(_FIND, {"of_key": key}).first()) is None:
        connection.execute(_BEGIN, {"of_key": key, "no_calls": b""})
    return Usage(row.next_at, _unpacked(row.calls))


def _write(connection: sa.Connection, key: str, usage: Usage) -> None:
    connection.execute(
        _SET,
        {"of_key": key, "new_next_at": usage.next_at, "new_calls": _packed(usage.calls)},
    )


def _packed(calls: Sequence[float]) -> bytes:
    return struct.pack(f"<{len(calls)}d", *calls)


def _unpacked(calls: bytes) -> tuple[float, ...]:
    return struct.unpack(f"<{len(calls) // 8}d", calls)
