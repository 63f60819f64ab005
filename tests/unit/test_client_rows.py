"""The statements about clients, on real databases."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from service_database import KINDS, database_url, opened

from occoder.database import CLIENTS, METADATA
from occoder.errors import DatabaseUnreachable
from occoder.service.clients.client import State
from occoder.service.clients.client_rows import ClientRows, Row, client_of


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An empty database."""
    with database_url(request.param) as url, opened(url, tmp_path) as engine:
        yield engine


@pytest.fixture
def rows(engine: sa.Engine) -> ClientRows:
    """The rows of an empty database."""
    return ClientRows(engine)


def row(client_id: str, **values: object) -> Row:
    """Return a row as it is written."""
    return {
        "client_id": client_id,
        "secret_hash": "hash",
        "organisation": "Māori Trust",
        "contact": "api@example.org",
        "tier": "public",
        "state": "active",
        "terms_version": "1",
        "terms_accepted_by": "A. Person",
        "terms_accepted_at": 1_700_000_000.125,
        "created_at": 1_700_000_000.125,
        "last_used_at": None,
        "tokens_from": 1_700_000_000.0,
        "per_second": 0.5,
        "per_hour": None,
        "per_day": 1_000_000_000,
        **values,
    }


def test_row_comes_back_whole(rows: ClientRows) -> None:
    """What is written is read again, to the last bit, and nothing for another id."""
    written = row("a", last_used_at=1_700_000_000.123456)
    rows.insert(written)

    assert written == rows.one("a")
    assert rows.one("b") is None
    assert rows.one("A") is None


def test_second_row_of_id_is_refused(rows: ClientRows) -> None:
    """Only one row of an id can be written; the first stays."""
    assert rows.insert(row("a"))
    assert not rows.insert(row("a", organisation="Other"))
    assert [row("a")] == rows.all()


def test_change_asks_for_the_state(rows: ClientRows) -> None:
    """A row is changed only in one of the states; how it stands comes back either way."""
    rows.insert(row("a"))
    values = {"state": State.SUSPENDED.value}

    assert (row("a", **values), True) == rows.change("a", [State.ACTIVE], values)
    assert (row("a", **values), False) == rows.change("a", [State.ACTIVE], {"tier": "x"})
    assert (None, False) == rows.change("b", list(State), values)


def test_change_leaves_others(rows: ClientRows) -> None:
    """A change concerns one client alone."""
    rows.insert(row("a"))
    rows.insert(row("b"))
    rows.change("a", [State.ACTIVE], {"state": "removed"})

    assert row("b") == rows.one("b")


def test_hash_is_renewed_if_unchanged(rows: ClientRows) -> None:
    """A renewed hash never takes the place of one that was rotated in between."""
    rows.insert(row("a", secret_hash="old"))
    rows.insert(row("b", secret_hash="rotated"))
    rows.insert(row("c", secret_hash=""))
    for client_id in ("a", "b", "c"):
        rows.renew_hash(client_id, former="old", renewed="new")

    assert ["new", "rotated", ""] == [one["secret_hash"] for one in rows.all()]


def test_calls_in_any_order_give_the_last(rows: ClientRows) -> None:
    """The time of the last call never goes back; unknown ids are passed by."""
    rows.insert(row("a"))
    rows.insert(row("b"))
    for calls in ({"a": 20.0, "x": 9.0}, {}, {"a": 10.0, "b": 30.0}, {"a": 20.0}):
        rows.record_calls(calls)

    assert [20.0, 30.0] == [one["last_used_at"] for one in rows.all()]


def test_quiet_ones_by_length(rows: ClientRows) -> None:
    """Those that may call and did not since come with the longest first."""
    rows.insert(row("never", created_at=20.0))
    rows.insert(row("once", created_at=1.0, last_used_at=30.0))
    rows.insert(row("long", created_at=1.0, last_used_at=10.0, state="under_review"))
    rows.insert(row("lately", created_at=1.0, last_used_at=30.5))
    rows.insert(row("gone", created_at=1.0, state="removed"))
    rows.insert(row("stopped", created_at=1.0, state="suspended"))

    assert ["long", "never", "once"] == [one["client_id"] for one in rows.quiet(30.0)]


def test_all_in_order_of_registration(rows: ClientRows) -> None:
    """All rows come in the order of registration, of one moment by id."""
    for client_id, created_at in {"b": 2.0, "c": 1.0, "a": 2.0}.items():
        rows.insert(row(client_id, created_at=created_at))

    assert ["c", "a", "b"] == [one["client_id"] for one in rows.all()]


def test_client_has_no_hash(rows: ClientRows) -> None:
    """The client of a row does not hold the hash, under any name."""
    assert "hash-of-it" not in repr(client_of(row("a", secret_hash="hash-of-it")))


def test_failing_database_is_told(engine: sa.Engine, rows: ClientRows) -> None:
    """A database that fails is named, without anything that was to be written."""
    METADATA.drop_all(engine, tables=[CLIENTS])
    errors = [
        failure(lambda: rows.insert(row("a", secret_hash="canary"))),
        failure(lambda: rows.one("canary")),
        failure(lambda: rows.change("canary", [State.ACTIVE], {"tier": "canary"})),
        failure(lambda: rows.record_calls({"canary": 1.0})),
        failure(rows.all),
        failure(lambda: rows.quiet(1.0)),
        failure(lambda: rows.renew_hash("a", former="canary", renewed="canary")),
    ]

    assert all("occoder_clients" in error.problem for error in errors)
    assert all("canary" not in f"{error} {error.__cause__}" for error in errors)


def failure(attempt: Callable[[], object]) -> DatabaseUnreachable:
    """Return the error that an attempt ends with."""
    with pytest.raises(DatabaseUnreachable) as caught:
        attempt()
    return caught.value
