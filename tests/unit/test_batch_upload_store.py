"""Uploads in the database: what is due, and who may put an input in place."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from batch_rows import NOW, FixedClock, operation, uploaded
from service_database import KINDS, database_url, opened

from occoder.batch.operation_store import OperationStore
from occoder.batch.upload_store import UploadStore


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A database of each kind."""
    with database_url(request.param) as url, opened(url, tmp_path) as opened_engine:
        yield opened_engine


def stores(
    engine: sa.Engine, clock: FixedClock | None = None
) -> tuple[OperationStore, UploadStore]:
    """Return both views of the operations."""
    given = clock or FixedClock()
    return OperationStore(engine, given), UploadStore(engine, given)


def test_what_arrives_or_is_worked_on_is_due(engine: sa.Engine) -> None:
    """Inputs that arrive count as announced, those in progress as they are."""
    operations, uploads = stores(engine)
    own, other, idle = operation(), operation(), operation()
    for one in (own, other, idle, uploaded(n_input_bytes=7)):
        operations.create(one)
    for one in (own, other):
        operations.begin_upload(one.operation_id, NOW + 30)
    uploads.announce(own.operation_id, 1_000_000)
    uploads.announce(other.operation_id, 5 * 1024**3)
    uploads.announce(idle.operation_id, 10)

    assert 5 * 1024**3 + 7 == uploads.n_bytes_due(besides=own.operation_id)


def test_given_up_uploads_are_not_due(engine: sa.Engine) -> None:
    """An upload that says nothing any more is not due."""
    clock = FixedClock()
    operations, uploads = stores(engine, clock)
    one = operation()
    operations.create(one)
    operations.begin_upload(one.operation_id, NOW + 30)
    uploads.announce(one.operation_id, 10)
    clock.now += 31

    assert 0 == uploads.n_bytes_due(besides="")


def test_one_claims(engine: sa.Engine) -> None:
    """Of many that claim an operation at once one may, and may again."""
    operations, uploads = stores(engine)
    one = operation()
    operations.create(one)

    def claim(i: int) -> bool:
        return uploads.claim(one.operation_id, f"upload {i}", NOW + 30)

    with ThreadPoolExecutor(8) as threads:
        claimed = list(threads.map(claim, range(8)))

    assert 1 == sum(claimed)
    assert claimed == list(map(claim, range(8)))


def test_claim_ends(engine: sa.Engine) -> None:
    """A claim ends when it is released by who has it, or when its time is over."""
    clock = FixedClock()
    operations, uploads = stores(engine, clock)
    one = operation()
    operations.create(one)

    assert uploads.claim(one.operation_id, "first", NOW + 30)
    uploads.release(one.operation_id, "second")
    assert not uploads.claim(one.operation_id, "second", NOW + 30)
    uploads.release(one.operation_id, "first")
    assert uploads.claim(one.operation_id, "second", NOW + 30)
    clock.now += 30
    assert uploads.claim(one.operation_id, "third", NOW + 60)


def test_nothing_to_claim_once_it_is_there(engine: sa.Engine) -> None:
    """An operation that has its input can't be claimed, and can be released."""
    operations, uploads = stores(engine)
    one = operation()
    operations.create(one)
    uploads.claim(one.operation_id, "first", NOW + 30)
    operations.uploaded(one.operation_id, 5)
    uploads.announce(one.operation_id, 99)
    claimed = uploads.claim(one.operation_id, "first", NOW + 60)
    uploads.release(one.operation_id, "first")
    found = operations.get(one.operation_id)

    assert not claimed
    assert found
    assert (5, "", 0.0) == (found.n_input_bytes, found.lease_owner, found.lease_until)
