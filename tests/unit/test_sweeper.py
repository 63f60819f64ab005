"""Sweeping up: ends, deletions, and what is forgotten, with short limits."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from batch_place import BatchPlace, batch_place

from occoder.batch.dispatch.sweeper import Sweeper
from occoder.batch.operation import INPUT, OperationState, Step, Store

HOUR_S = 3600
DAY_S = 24 * HOUR_S


@pytest.fixture
def place(tmp_path: Path) -> Iterator[BatchPlace]:
    """Yield a place for batches."""
    with batch_place(tmp_path) as place:
        yield place


@pytest.fixture
def sweeper(place: BatchPlace) -> Sweeper:
    """Return a sweeper without grace."""
    return Sweeper(batches=place.batches, engine=place.engine, grace_s=0)


def test_an_upload_that_never_came_times_out(place: BatchPlace, sweeper: Sweeper) -> None:
    """R62: after the time of the upload link, and not before."""
    operation = place.create()
    sweeper.sweep()
    assert place.now(operation).state is OperationState.AWAITING_INPUT
    place.clock.ahead_s = HOUR_S
    sweeper.sweep()
    assert place.now(operation).state is OperationState.TIMED_OUT


def test_output_is_deleted_with_its_keys_when_its_time_has_come(
    place: BatchPlace, sweeper: Sweeper
) -> None:
    """R64: within 24 hours; then the sealed bytes and the keys to them are gone."""
    operation = place.complete()
    place.clock.ahead_s = DAY_S - 60
    sweeper.delete_expired()
    assert len(place.stored(Store.EGRESS)) == 1
    place.clock.ahead_s = DAY_S
    sweeper.delete_expired()
    swept = place.now(operation)
    assert place.stored(Store.EGRESS) == set()
    assert (swept.step, swept.egress_key, swept.ingress_key) == (Step.NONE, b"", b"")


def test_what_became_of_an_operation_is_forgotten_later(
    place: BatchPlace, sweeper: Sweeper
) -> None:
    """B50: the row is kept for a time after its output, then its id leads nowhere."""
    operation = place.complete()
    place.clock.ahead_s = 2 * DAY_S - 60
    sweeper.sweep()
    assert place.now(operation).state is OperationState.COMPLETE
    place.clock.ahead_s = 2 * DAY_S
    sweeper.sweep()
    assert place.batches.operations.listed() == []


def test_input_is_not_kept_longer_than_its_limit(
    place: BatchPlace, sweeper: Sweeper
) -> None:
    """Whatever holds up an operation, its input goes when its time has come."""
    operation = place.upload(b"{}\n")
    place.clock.ahead_s = DAY_S
    sweeper.sweep()
    failed = place.now(operation)
    assert (failed.state, failed.error) == ("failed", "Error performing request")
    assert place.stored(Store.INGRESS) == set()


def test_objects_that_no_operation_needs_are_deleted(
    place: BatchPlace, sweeper: Sweeper
) -> None:
    """What a killed process left goes; what is needed stays."""
    needed = place.upload(b"{}\n")
    place.clock.ahead_s = 60
    stray = "12345678-1234-1234-1234-123456789012"
    for objects in place.batches.objects.values():
        with objects.writer(f"{stray}/{INPUT}") as writer:
            writer.write(b"left over")
        with objects.writer(f"{needed.operation_id}/{INPUT}") as writer:
            writer.write(b"of the wrong store, but for one")
    sweeper.delete_strays()
    assert place.stored(Store.INGRESS) == {f"{needed.operation_id}/{INPUT}"}
    assert place.stored(Store.VALIDATED) == {f"{needed.operation_id}/{INPUT}"}
    assert place.stored(Store.EGRESS) == set()


def test_what_is_young_is_left_alone(place: BatchPlace) -> None:
    """An object may be there a moment before its operation says so."""
    stray = "12345678-1234-1234-1234-123456789012"
    with place.batches.ingress.writer(f"{stray}/{INPUT}") as writer:
        writer.write(b"young")
    Sweeper(batches=place.batches, engine=place.engine, grace_s=60).sweep()
    assert place.stored(Store.INGRESS) == {f"{stray}/{INPUT}"}
