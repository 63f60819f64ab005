"""Operations in the database, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from batch_rows import NOW, FixedClock, operation, uploaded
from service_database import KINDS, database_url, opened

from occoder.batch.operation import OperationState, Step
from occoder.batch.operation_store import CANCELLED, OperationStore


@pytest.fixture(params=KINDS)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """Yield a database with its tables."""
    with database_url(request.param) as url, opened(url, tmp_path) as engine:
        yield engine


@pytest.fixture
def clock() -> FixedClock:
    """Return a clock that stands still."""
    return FixedClock()


@pytest.fixture
def store(engine: sa.Engine, clock: FixedClock) -> OperationStore:
    """Return the operations of the database."""
    return OperationStore(engine, clock)


def test_an_operation_comes_back_as_it_was_kept(store: OperationStore) -> None:
    """All fields survive, large numbers and keys included."""
    kept = uploaded(n_input_bytes=5 * 1024**3, ingress_key=b"\0key", n_records=10**10)
    store.create(kept)
    assert store.get(kept.operation_id) == kept
    assert store.get("another") is None


def test_an_upload_begins_until_the_link_ends(
    store: OperationStore, clock: FixedClock
) -> None:
    """B46: the time is checked when an upload begins."""
    kept = operation()
    store.create(kept)
    assert store.begin_upload(kept.operation_id, NOW + 60)
    clock.now = NOW + 3600
    assert not store.begin_upload(kept.operation_id, NOW + 3700)


def test_the_first_upload_to_end_wins(store: OperationStore) -> None:
    """B47: after a complete upload no other counts."""
    kept = operation()
    store.create(kept)
    assert store.uploaded(kept.operation_id, 7)
    assert not store.uploaded(kept.operation_id, 8)
    now = store.get(kept.operation_id)
    assert now is not None
    assert (now.state, now.step) == (OperationState.IN_PROGRESS, Step.SCAN)
    assert (now.n_input_bytes, now.uploaded_at) == (7, NOW)


def test_an_upload_that_came_to_nothing_can_be_tried_again(store: OperationStore) -> None:
    """B47: a failed upload leaves the operation awaiting input."""
    kept = operation()
    store.create(kept)
    assert store.begin_upload(kept.operation_id, NOW + 60)
    assert store.begin_upload(kept.operation_id, NOW + 90)
    assert store.uploaded(kept.operation_id, 5)


def test_cancelling_ends_what_has_not_ended(store: OperationStore) -> None:
    """A cancelled operation has failed with a reason, and is swept at once."""
    kept = uploaded(lease_owner="a", lease_until=NOW + 30)
    store.create(kept)
    assert store.cancel(kept.operation_id)
    assert not store.cancel(kept.operation_id)
    now = store.get(kept.operation_id)
    assert now is not None
    assert (now.state, now.error) == (OperationState.FAILED, CANCELLED)
    assert (now.step, now.expires_at, now.lease_owner) == (Step.SWEEP, NOW, "")


def test_all_of_a_removed_client_ends(store: OperationStore) -> None:
    """Open operations fail, finished ones expire, those of others stay."""
    finished = operation(
        state=OperationState.COMPLETE, step=Step.SWEEP, expires_at=NOW + 99
    )
    under_way, other = uploaded(), uploaded(client_id="other")
    for one in (finished, under_way, other):
        store.create(one)
    store.end_all_of("client")
    found = {one.operation_id: one for one in store.listed()}
    assert found[finished.operation_id].expires_at == NOW
    assert found[under_way.operation_id].state is OperationState.FAILED
    assert found[other.operation_id] == other


def test_operations_are_listed_the_newest_first(store: OperationStore) -> None:
    """The list can be narrowed to states and to a client."""
    old = operation(created_at=NOW - 10)
    new = uploaded(client_id="other")
    for one in (old, new):
        store.create(one)
    assert store.listed() == [new, old]
    assert store.listed(states=[OperationState.AWAITING_INPUT]) == [old]
    assert store.listed(client_id="other") == [new]
    assert store.listed(n_most=1) == [new]
