"""The security events of the service, one JSON object a line in one file.

It never holds a text, a secret or a token, and never stops what it tells of.
"""

import json
import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, Self

from occoder.settings.settings import Settings

# Of each kind of denial, in a minute and process: the rest of a flood is only counted.
MAX_DENIALS: Final = 100

# Ids and addresses are shorter; what a stranger sends as one must not fill the disk.
MAX_CHARACTERS: Final = 200

_MINUTE_S: Final = 60

_complaints = logging.getLogger("occoder.audit")


class SecurityEvent(StrEnum):
    """What an assessor may ask about."""

    TOKEN_ISSUED = "token.issued"
    TOKEN_REFUSED = "token.refused"
    ACCESS_DENIED = "access.denied"
    THROTTLED = "call.throttled"
    KEY_ROTATED = "key.rotated"
    CLIENT_ADDED = "client.added"
    CLIENT_ROTATED = "client.rotated"
    CLIENT_SUSPENDED = "client.suspended"
    CLIENT_RESUMED = "client.resumed"
    CLIENT_UNDER_REVIEW = "client.under_review"
    CLIENT_REMOVED = "client.removed"
    CLIENT_CHANGED = "client.changed"
    SERVICE_STARTED = "service.started"
    SERVICE_STOPPED = "service.stopped"
    MODEL_IN_USE = "model.in_use"
    OPERATION_CREATED = "operation.created"
    OPERATION_UPLOADED = "operation.uploaded"
    OPERATION_DOWNLOADED = "operation.downloaded"
    OPERATION_DENIED = "operation.denied"
    OPERATION_CANCELLED = "operation.cancelled"
    UNEXPECTED_ERROR = "error.unexpected"


# Whoever can reach the service can cause these as often as they like.
DENIALS: Final = frozenset(
    {
        SecurityEvent.TOKEN_REFUSED,
        SecurityEvent.ACCESS_DENIED,
        SecurityEvent.OPERATION_DENIED,
        SecurityEvent.THROTTLED,
        SecurityEvent.UNEXPECTED_ERROR,
    }
)


class Audit:
    """The audit log; threads and processes may share its file.

    A line that can't be written, for instance because the disk is full, is lost without
    harm to the caller: the next line that can be says how many were.

    Parameters
    ----------
    file : Path
        Made when first written to, for its owner only. It may be moved away at any time:
        the next line begins a new one.
    clock : callable
        Seconds since 1970.
    """

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        self.file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._minute = 0
        self._denials: Counter[SecurityEvent] = Counter()
        self._n_lost = 0
        self._is_torn = False

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return the audit log that the settings name."""
        named = settings.audit_file
        return cls(Path(named) if named else settings.folder / "audit.jsonl")

    def record(
        self,
        event: str,
        *,
        client_id: str = "",
        address: str = "",
        request_id: str = "",
        **facts: str | int,
    ) -> None:
        """Add one event.

        The first 100 denials of a kind in a minute are lines of their own, the others are
        told by number when the minute is over: with the next event, or by `flush`.

        Parameters
        ----------
        event : SecurityEvent
            What happened, or its value.
        client_id : str
            Of the registered client; "" where nobody is known by the id that was sent,
            since a secret may have been sent in its place.
        address : str
            Where the call came from.
        request_id : str
            Of the call.
        facts
            Anything else worth knowing; never what a respondent wrote.

        Raises
        ------
        ValueError
            If there is no such event.
        """
        known = SecurityEvent(event)
        who = {"client_id": client_id, "address": address, "request_id": request_id}
        told = {name: one for name, one in who.items() if one}
        with self._lock:
            now = self._clock()
            self._begin_minute(now)
            if self._is_one_too_many(known):
                return
            self._append(now, known, {**told, **facts})
            if known is SecurityEvent.SERVICE_STOPPED:
                self._tell_numbers(now)

    def flush(self) -> None:
        """Write the numbers of denials that are still held back."""
        with self._lock:
            self._tell_numbers(self._clock())

    def _begin_minute(self, now: float) -> None:
        minute = int(now // _MINUTE_S)
        if minute != self._minute:
            self._tell_numbers(now)
            self._minute = minute
            self._denials.clear()

    def _is_one_too_many(self, event: SecurityEvent) -> bool:
        if event not in DENIALS:
            return False
        self._denials[event] += 1
        return self._denials[event] > MAX_DENIALS

    def _tell_numbers(self, now: float) -> None:
        """Write how many denials of this minute have no line, and don't tell them again."""
        for event, n in self._denials.items():
            if n > MAX_DENIALS:
                facts: dict[str, str | int] = {
                    "minute": _iso(self._minute * _MINUTE_S),
                    "n_more": n - MAX_DENIALS,
                }
                self._append(now, event, facts)
                self._denials[event] = MAX_DENIALS

    def _append(
        self, now: float, event: SecurityEvent, facts: Mapping[str, str | int]
    ) -> None:
        entry: dict[str, str | int] = {"at": _iso(now), "event": event, **facts}
        if self._n_lost:
            entry["n_lost"] = self._n_lost
        try:
            self._write(_line(entry))
        except OSError:
            if not self._n_lost:
                _complaints.error("The audit log can't be written, so events are lost.")
            self._n_lost += 1
        else:
            self._n_lost = 0

    def _write(self, line: bytes) -> None:
        """Append in one write, which no other process can come between."""
        if self._is_torn:
            line = b"\n" + line
        file = self._open()
        try:
            n_written = os.write(file, line)
        finally:
            os.close(file)
        self._is_torn = n_written < len(line)
        if self._is_torn:
            raise OSError("a part of the line was written")

    def _open(self) -> int:
        # Opened for each line: whoever rotates the file need not tell anyone.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        try:
            return os.open(self.file, flags, 0o600)
        except FileNotFoundError:
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            return os.open(self.file, flags, 0o600)


def _line(entry: dict[str, str | int]) -> bytes:
    """Return JSON in ASCII, so that nothing that was sent can look like a line."""
    cut = {k: v[:MAX_CHARACTERS] if isinstance(v, str) else v for k, v in entry.items()}
    return json.dumps(cut, separators=(",", ":")).encode("ascii") + b"\n"


def _iso(seconds: float) -> str:
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
