"""The rows of the clients in the database: every statement about them, each once."""

import math
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from occoder.database import CLIENTS, name, problem
from occoder.errors import DatabaseUnreachable
from occoder.service.clients.client import Client, Override, State
from occoder.settings.tier import Tier

Row = Mapping[str, Any]

_WITH_ID: Final = CLIENTS.c.client_id == sa.bindparam("id")
_LAST_CALL: Final = CLIENTS.c.last_used_at

ONE: Final = sa.select(CLIENTS).where(_WITH_ID)

ALL: Final = sa.select(CLIENTS).order_by(CLIENTS.c.created_at, CLIENTS.c.client_id)

# Counted from the registration where there was no call.
_QUIET_SINCE: Final = sa.func.coalesce(_LAST_CALL, CLIENTS.c.created_at)

QUIET: Final = (
    sa.select(CLIENTS)
    .where(_QUIET_SINCE <= sa.bindparam("until"))
    .where(CLIENTS.c.state.in_([State.ACTIVE.value, State.UNDER_REVIEW.value]))
    .order_by(_QUIET_SINCE, CLIENTS.c.client_id)
)

CHANGE: Final = (
    sa.update(CLIENTS)
    .where(_WITH_ID)
    .where(CLIENTS.c.state.in_(sa.bindparam("states", expanding=True)))
)

RENEW_HASH: Final = (
    sa.update(CLIENTS)
    .where(_WITH_ID)
    .where(CLIENTS.c.secret_hash == sa.bindparam("former"))
    .values(secret_hash=sa.bindparam("renewed"))
)

LATER_CALL: Final = (
    sa.update(CLIENTS)
    .where(_WITH_ID)
    .where(_LAST_CALL.is_(None) | (_LAST_CALL < sa.bindparam("at")))
    .values(last_used_at=sa.bindparam("at"))
)


class ClientRows:
    """Reads and writes the rows; knows no rules.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def one(self, client_id: str) -> Row | None:
        """Return the row of a client, or None."""
        with self._transaction() as connection:
            row = connection.execute(ONE, {"id": client_id}).mappings().one_or_none()
        return None if row is None else dict(row)

    def all(self) -> list[Row]:
        """Return all rows, in the order of registration."""
        with self._transaction() as connection:
            return [dict(row) for row in connection.execute(ALL).mappings()]

    def quiet(self, until: float) -> list[Row]:
        """Return the rows of clients that may call but did not since, the longest first."""
        with self._transaction() as connection:
            found = connection.execute(QUIET, {"until": until})
            return [dict(row) for row in found.mappings()]

    def insert(self, row: Row) -> bool:
        """Write a new row; return False when there is one of this id."""
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.insert(CLIENTS).values(row))
        except IntegrityError:
            return False
        except SQLAlchemyError as error:
            raise self._unreachable(error) from error
        return True

    def change(
        self, client_id: str, states: Collection[State], values: Row
    ) -> tuple[Row | None, bool]:
        """Change a row that is in one of some states.

        Returns
        -------
        mapping or None
            The row as it stands now; None when there is none.
        bool
            Whether it was changed.
        """
        who = {"id": client_id, "states": [state.value for state in states]}
        with self._transaction() as connection:
            done = connection.execute(CHANGE.values(values), who)
            row = connection.execute(ONE, {"id": client_id}).mappings().one_or_none()
        return None if row is None else dict(row), done.rowcount == 1

    def renew_hash(self, client_id: str, *, former: str, renewed: str) -> None:
        """Put a hash in place of a former one, if that is still there."""
        names = {"id": client_id, "former": former, "renewed": renewed}
        with self._transaction() as connection:
            connection.execute(RENEW_HASH, names)

    def record_calls(self, calls: Mapping[str, float]) -> None:
        """Write down when clients called last; an earlier time changes nothing."""
        # In one order everywhere: two that lock rows crosswise would wait for each other.
        rows = [{"id": client_id, "at": at} for client_id, at in sorted(calls.items())]
        if rows:
            with self._transaction() as connection:
                connection.execute(LATER_CALL, rows)

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self._unreachable(error) from error

    def _unreachable(self, error: SQLAlchemyError) -> DatabaseUnreachable:
        return DatabaseUnreachable(database=name(self._engine), problem=problem(error))


def first_state(now: float) -> Row:
    """Return how a client stands that is registered now, in seconds since 1970."""
    return {
        "state": State.ACTIVE.value,
        "terms_accepted_at": now,
        "created_at": now,
        "last_used_at": None,
        # No token is older, not even one that tells its time in whole seconds.
        "tokens_from": float(math.floor(now)),
    }


def client_of(row: Row) -> Client:
    """Return the client of a row, without the hash of its secret."""
    last_used_at = row["last_used_at"]
    return Client(
        client_id=row["client_id"],
        organisation=row["organisation"],
        contact=row["contact"],
        tier=Tier(row["tier"]),
        state=State(row["state"]),
        terms_version=row["terms_version"],
        terms_accepted_by=row["terms_accepted_by"],
        terms_accepted_at=_time(row["terms_accepted_at"]),
        created_at=_time(row["created_at"]),
        last_used_at=None if last_used_at is None else _time(last_used_at),
        tokens_from=_time(row["tokens_from"]),
        override=Override(
            per_second=row["per_second"],
            per_hour=row["per_hour"],
            per_day=row["per_day"],
        ),
    )


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
