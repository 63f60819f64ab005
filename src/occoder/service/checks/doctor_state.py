"""The doctor looks at database, signing keys and clock."""

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from occoder.database import FORMAT, USAGE, open_database, problem, sqlite_file
from occoder.errors import ServiceError
from occoder.service.checks.check import Check
from occoder.service.clients.client_register import ClientRegister
from occoder.service.tokens.signing_keys import SigningKeys
from occoder.settings.settings import Settings

Clock = Callable[[], float]

# Machines further apart disagree on whether a token is still good.
MAX_SECONDS_APART: Final = 5.0

_YEARS: Final = range(2026, 2100)
_NOT_YET: Final = "not there yet: the first start makes it"
_TIME: Final = sa.text("SELECT EXTRACT(EPOCH FROM CLOCK_TIMESTAMP())")


def database(settings: Settings) -> Check:
    """Tell whether the database answers, has our format, and can be written."""
    name = "database"
    if _has_no_file(settings):
        return Check.ok(name, f"{sqlite_file(settings)}: {_NOT_YET}")
    try:
        engine = open_database(settings)
    except ServiceError as error:
        return Check.failed(name, "it can't be used", str(error))
    try:
        _write_and_undo(engine)
        n_clients = sum(client.may_call for client in ClientRegister(engine).clients())
    except SQLAlchemyError as error:
        remedy = "Give the account of the service the right to write it."
        return Check.failed(name, f"it can't be written: {problem(error)}", remedy)
    finally:
        engine.dispose()
    kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(engine.dialect.name)
    return Check.ok(
        name, f"{kind or engine.dialect.name}, format {FORMAT}, clients: {n_clients}"
    )


def signing_keys(settings: Settings, clock: Clock) -> Check:
    """Tell whether the keys that sign tokens can be read, by their owner only."""
    name = "signing keys"
    try:
        keys = SigningKeys.from_settings(settings, clock)
        states = keys.states()
    except ServiceError as error:
        return Check.failed(name, "they can't be used", str(error))
    if keys.fault:
        return Check.failed(name, "not all can be used", str(keys.fault))
    if not states:
        return Check.ok(name, f"{keys.folder}: {_NOT_YET}")
    signing = next((state.key.kid for state in states if state.signs), "none")
    return Check.ok(name, f"{len(states)} in {keys.folder}, {signing} signs")


def clocks(settings: Settings, clock: Clock) -> Check:
    """Tell whether the clock agrees with the database's and with that of the disk."""
    now = clock()
    year = datetime.fromtimestamp(now, UTC).year
    finding = f"{datetime.fromtimestamp(now, UTC):%Y-%m-%d %H:%M:%S} UTC"
    if year not in _YEARS:
        remedy = "Set the clock: tokens and certificates go by it."
        return Check.failed("clock", f"{finding} can't be", remedy)
    for where, ahead_s in _other_clocks(settings, clock):
        if abs(ahead_s) > MAX_SECONDS_APART:
            remedy = "Let all machines take their time from the same server (NTP)."
            return Check.failed("clock", f"{finding}, {ahead_s:+.0f} s {where}", remedy)
    return Check.ok("clock", finding)


def _has_no_file(settings: Settings) -> bool:
    return not (settings.database_url or sqlite_file(settings).exists())


def _write_and_undo(engine: sa.Engine) -> None:
    row = {"key": f"doctor {secrets.token_hex(8)}", "next_at": 0.0, "calls": b""}
    with engine.connect() as connection, connection.begin() as transaction:
        connection.execute(sa.insert(USAGE).values(row))
        transaction.rollback()


def _other_clocks(settings: Settings, clock: Clock) -> Iterator[tuple[str, float]]:
    """Yield by how many seconds other clocks are ahead of ours."""
    if settings.folder.is_dir() and os.access(settings.folder, os.W_OK | os.X_OK):
        yield "on the disk", _ahead(lambda: _disk_time(settings.folder), clock)
    if settings.database_url.startswith(("postgres://", "postgresql://")):
        # That it can't be opened is told by another check.
        with suppress(ServiceError, SQLAlchemyError):
            engine = open_database(settings)
            try:
                yield "in the database", _ahead(lambda: _database_time(engine), clock)
            finally:
                engine.dispose()


def _ahead(other: Clock, clock: Clock) -> float:
    """Return the seconds that another clock is ahead, 0 if within the time it took."""
    began = clock()
    told = other()
    ended = clock()
    return told - min(max(told, began), ended)


def _disk_time(folder: Path) -> float:
    with tempfile.TemporaryFile(dir=folder) as file:
        return os.fstat(file.fileno()).st_mtime


def _database_time(engine: sa.Engine) -> float:
    with engine.connect() as connection:
        return float(connection.execute(_TIME).scalar_one())
