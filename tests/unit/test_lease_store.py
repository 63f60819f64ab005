"""Leases on operations, on SQLite and on PostgreSQL."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from batch_rows import NOW, FixedClock, operation, uploaded
from service_database import KINDS, database_url, opened

from occoder.batch.lease_store import LeaseLost, LeaseStore, drain, is_draining
from occoder.batch.operation import ChunkDone, Operation, OperationState, Step
from occoder.batch.operation_store import OperationStore

CHUNK = ChunkDone(
    number=3, n_records=5, n_bytes=70, sha256="ab", by_level=(1, 0, 0, 0, 2), n_errors=1
)


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
def operations(engine: sa.Engine, clock: FixedClock) -> OperationStore:
    """Return the operations of the database."""
    return OperationStore(engine, clock)


@pytest.fixture
def leases(engine: sa.Engine, clock: FixedClock) -> Callable[[str], LeaseStore]:
    """Return the leases of a dispatcher of some name."""

    def of(owner: str) -> LeaseStore:
        return LeaseStore(engine=engine, owner=owner, lease_s=30, clock=clock)

    return of


def test_an_operation_is_held_by_one(
    operations: OperationStore, leases: Callable[[str], LeaseStore]
) -> None:
    """What one dispatcher has claimed no other can, and what awaits input nobody can."""
    waiting = uploaded()
    operations.create(waiting)
    operations.create(operation())
    claimed = leases("a").claim()
    assert claimed is not None
    assert claimed.operation_id == waiting.operation_id
    assert (claimed.started_at, claimed.n_attempts) == (NOW, 1)
    assert leases("b").claim() is None


def test_many_claim_at_once_and_each_gets_another(
    operations: OperationStore, leases: Callable[[str], LeaseStore]
) -> None:
    """However many claim at the same time, no operation is claimed twice."""
    for number in range(20):
        operations.create(uploaded(client_id=f"client{number % 3}"))
    with ThreadPoolExecutor(8) as threads:
        claimed = list(threads.map(lambda n: leases(f"d{n}").claim(), range(20)))
    ids = [one.operation_id for one in claimed if one is not None]
    assert len(ids) == len(set(ids))
    assert len(ids) >= 8


def test_a_dead_dispatchers_work_is_taken_over(
    operations: OperationStore,
    leases: Callable[[str], LeaseStore],
    clock: FixedClock,
) -> None:
    """After the lease another goes on, and the first can write nothing any more."""
    operations.create(uploaded())
    first, second = leases("a"), leases("b")
    held = _claimed(first)
    clock.now += 29
    assert first.renew() == {held.operation_id}
    clock.now += 29
    assert second.claim() is None
    clock.now += 1
    again = _claimed(second)
    assert (again.operation_id, again.n_attempts) == (held.operation_id, 2)
    assert first.renew() == set()
    for write in (
        lambda: first.chunk_done(held.operation_id, CHUNK),
        lambda: first.begin_chunks(held.operation_id, n_chunks=1),
        lambda: first.complete(held.operation_id, n_output_bytes=1, ttl_s=1),
        lambda: first.fail(held.operation_id, "why"),
        lambda: first.release(held.operation_id),
    ):
        with pytest.raises(LeaseLost):
            write()
    assert operations.chunks(held.operation_id) == []


def test_a_chunk_is_written_down_once(
    operations: OperationStore, leases: Callable[[str], LeaseStore]
) -> None:
    """All that is known of a chunk comes back, and counts towards the progress."""
    operations.create(uploaded(n_records=10, n_chunks=4, n_attempts=2))
    mine = leases("a")
    held = _claimed(mine)
    mine.chunk_done(held.operation_id, CHUNK)
    assert operations.chunks(held.operation_id) == [CHUNK]
    assert mine.coded(held.operation_id) == {3}
    now = operations.get(held.operation_id)
    assert now is not None
    assert (now.n_coded, now.n_attempts) == (5, 0)


def test_the_client_with_the_fewest_under_way_comes_first(
    operations: OperationStore, leases: Callable[[str], LeaseStore]
) -> None:
    """A thousand operations of one client hold up nobody else's one."""
    for number in range(5):
        operations.create(uploaded(client_id="many", uploaded_at=NOW - 100 + number))
    operations.create(uploaded(client_id="one", uploaded_at=NOW))
    mine = leases("a")
    order = [_claimed(mine).client_id for _ in range(3)]
    assert order == ["many", "one", "many"]


def test_who_gave_up_a_turn_goes_behind_those_that_waited(
    operations: OperationStore,
    leases: Callable[[str], LeaseStore],
    clock: FixedClock,
) -> None:
    """And before those that came later: nobody waits for ever."""
    mine = leases("a")
    for client, uploaded_at in (("long", NOW), ("before", NOW + 5), ("after", NOW + 20)):
        operations.create(uploaded(client_id=client, uploaded_at=uploaded_at))
    clock.now += 10
    held = _claimed(mine)
    mine.release(held.operation_id)
    clock.now += 20
    order = [_claimed(mine).client_id for _ in range(3)]
    assert order == ["before", "long", "after"]


def test_what_was_put_off_waits(
    operations: OperationStore,
    leases: Callable[[str], LeaseStore],
    clock: FixedClock,
) -> None:
    """A released operation is free at once, one that was put off later."""
    operations.create(uploaded())
    mine = leases("a")
    held = _claimed(mine)
    mine.release(held.operation_id)
    held = _claimed(mine)
    assert held.n_attempts == 1
    mine.release(held.operation_id, wait_s=60)
    assert mine.claim() is None
    clock.now += 60
    assert _claimed(mine).n_attempts == 2


def test_an_operation_ends_well_or_not(
    operations: OperationStore, leases: Callable[[str], LeaseStore]
) -> None:
    """The output of a complete one is kept for a while, a failed one is swept at once."""
    mine = leases("a")
    for _ in range(2):
        operations.create(uploaded())
    good, bad = _claimed(mine), _claimed(mine)
    mine.complete(good.operation_id, n_output_bytes=9, ttl_s=100)
    mine.fail(bad.operation_id, "why")
    ended = {one.operation_id: one for one in operations.listed()}
    one, other = ended[good.operation_id], ended[bad.operation_id]
    assert (one.state, one.step, one.expires_at) == ("complete", "sweep", NOW + 100)
    assert (one.n_output_bytes, one.finished_at, one.lease_owner) == (9, NOW, "")
    assert (other.state, other.error, other.expires_at) == ("failed", "why", NOW)


def test_a_cancelled_operation_is_lost_to_its_dispatcher(
    operations: OperationStore, leases: Callable[[str], LeaseStore]
) -> None:
    """The operator's word ends the lease."""
    operations.create(uploaded())
    mine = leases("a")
    held = _claimed(mine)
    operations.cancel(held.operation_id)
    assert mine.renew() == set()
    with pytest.raises(LeaseLost):
        mine.complete(held.operation_id, n_output_bytes=1, ttl_s=1)


def test_nothing_is_claimed_while_the_queue_is_drained(
    engine: sa.Engine, operations: OperationStore, leases: Callable[[str], LeaseStore]
) -> None:
    """Draining holds for all dispatchers, and can be ended."""
    operations.create(uploaded())
    drain(engine, on=True)
    drain(engine, on=True)
    assert is_draining(engine)
    assert leases("a").claim() is None
    assert leases("a").next_waiting() is None
    drain(engine, on=False)
    assert leases("a").claim() is not None


def test_the_models_of_open_operations_are_known(
    operations: OperationStore, leases: Callable[[str], LeaseStore]
) -> None:
    """They can be loaded while the client still uploads."""
    operations.create(operation())
    operations.create(uploaded(topic="anzsco"))
    operations.create(
        operation(model_id="old", state=OperationState.COMPLETE, step=Step.SWEEP)
    )
    assert leases("a").models_wanted() == {("osca", "model"), ("anzsco", "model")}


def _claimed(leases: LeaseStore) -> Operation:
    claimed = leases.claim()
    assert claimed is not None
    return claimed
