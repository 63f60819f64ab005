"""Nothing is lost and nothing differs, whatever is killed (DESIGN 6, issue section 3)."""

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from batch_place import BatchPlace, batch_place
from dispatching import Dispatching, output, wait_for_end, wait_until
from running_service import link_model
from service_database import KINDS
from toy_served import toy_model_folder

from occoder.batch.operation import Operation, OperationState, Step, Store
from occoder.catalogue import Catalogue
from occoder.database import OPERATIONS

N_RECORDS = 170_000
SHORT = {"OCCODER_LEASE_S": "2", "OCCODER_BATCH_WORKERS": "2", "OCCODER_METRICS_PORT": "0"}


def lines() -> bytes:
    """Return an input of three chunks, with bad lines in it."""
    made = []
    for i in range(N_RECORDS):
        text = f"baker of bread number {i} in a bakery with an oven and a long shop counter"
        made.append(f'{{"recordId": "{i}", "occp_text": "{text}", "tasks_text": "bake"}}')
    made[7] = "this is not json"
    made[100_000] = '{"occp_text": 5}'
    return "\n".join(made).encode()


INPUT = lines()


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BatchPlace]:
    """Yield a place for batches, on both databases."""
    with prepared(tmp_path, request.param) as place:
        yield place


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the output of a run in which nothing happens."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with prepared(folder, "sqlite") as place, Dispatching(place.settings, folder / "one"):
        operation = uploaded(place)
        done = wait_for_end(place, operation)
        assert (done.state, done.n_chunks) == (OperationState.COMPLETE, 3)
        return output(place, operation)


@contextmanager
def prepared(folder: Path, kind: str) -> Iterator[BatchPlace]:
    """Yield a place with a model."""
    link_model(toy_model_folder(folder / "models", topic="osca"), folder / "home")
    with batch_place(folder, SHORT, kind=kind) as place:
        yield place


def uploaded(place: BatchPlace) -> Operation:
    """Return a new operation whose input is there."""
    latest = Catalogue(place.settings.home).latest("osca")
    assert latest is not None
    return place.upload(INPUT, model_id=latest.manifest.model_id)


def check(place: BatchPlace, operation: Operation, undisturbed: bytes) -> None:
    """Check that an operation ended as if nothing had happened."""
    done = wait_for_end(place, operation)
    assert (done.state, done.error) == (OperationState.COMPLETE, "")
    assert (done.n_records, done.n_coded) == (N_RECORDS, N_RECORDS)
    assert output(place, operation) == undisturbed
    wait_until(lambda: not place.stored(Store.VALIDATED))
    assert place.stored(Store.INGRESS) == set()


def test_a_killed_dispatchers_work_is_taken_over(
    place: BatchPlace, tmp_path: Path, undisturbed: bytes
) -> None:
    """Killed in the scan, and again while coding: another one ends it, byte for byte."""
    operation = uploaded(place)
    with Dispatching(place.settings, tmp_path / "first") as first:
        wait_until(lambda: bool(place.stored(Store.VALIDATED)))
        assert place.now(operation).step is Step.SCAN
        first.kill()
    with Dispatching(place.settings, tmp_path / "second") as second:
        wait_until(lambda: place.now(operation).n_coded > 0)
        second.kill()
    with Dispatching(place.settings, tmp_path / "third"):
        check(place, operation, undisturbed)


def test_a_dispatcher_killed_before_the_last_word_is_taken_over(
    place: BatchPlace, tmp_path: Path, undisturbed: bytes
) -> None:
    """Everything is written but the end: the next one finishes, and changes nothing."""
    operation = uploaded(place)
    with Dispatching(place.settings, tmp_path / "first"):
        wait_for_end(place, operation)
    with place.engine.begin() as connection:
        connection.execute(
            sa.update(OPERATIONS)
            .where(OPERATIONS.c.operation_id == operation.operation_id)
            .values(state="in_progress", step="code", finished_at=0, expires_at=0)
        )
    with Dispatching(place.settings, tmp_path / "second"):
        check(place, operation, undisturbed)


def test_any_process_of_a_dispatcher_may_be_killed(
    place: BatchPlace, tmp_path: Path, undisturbed: bytes
) -> None:
    """Processes that code are killed while they do; the dispatcher itself goes on."""
    operation = uploaded(place)
    with Dispatching(place.settings, tmp_path / "one") as one:
        wait_until(lambda: place.now(operation).step is Step.CODE)
        for _ in range(2):
            wait_until(lambda: len(one.others()) > 2)
            os.kill(one.others()[-1], signal.SIGKILL)
            time.sleep(0.3)
        check(place, operation, undisturbed)
        assert one.process.poll() is None


def test_two_dispatchers_killed_at_any_time_lose_nothing(
    place: BatchPlace, tmp_path: Path, undisturbed: bytes
) -> None:
    """Two at once are killed again and again at random times, then left alone."""
    chance = random.Random(4)
    operations = [uploaded(place), uploaded(place)]
    for round_ in range(4):
        with (
            Dispatching(place.settings, tmp_path / f"a{round_}") as one,
            Dispatching(place.settings, tmp_path / f"b{round_}") as other,
        ):
            time.sleep(1 + 2 * chance.random())
            one.kill()
            time.sleep(chance.random())
            other.kill()
    with (
        Dispatching(place.settings, tmp_path / "a-last"),
        Dispatching(place.settings, tmp_path / "b-last"),
    ):
        for operation in operations:
            check(place, operation, undisturbed)


def test_nothing_outlives_a_killed_dispatcher(place: BatchPlace, tmp_path: Path) -> None:
    """The processes that it started end by themselves."""
    operation = uploaded(place)
    with Dispatching(place.settings, tmp_path / "one") as one:
        wait_until(lambda: place.now(operation).step is Step.CODE)
        others = one.others()
        one.kill()
        wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in others))


def test_a_stopped_dispatcher_gives_its_work_back_at_once(
    place: BatchPlace, tmp_path: Path, undisturbed: bytes
) -> None:
    """SIGTERM ends it well, and nobody has to wait for its lease."""
    operation = uploaded(place)
    with Dispatching(place.settings, tmp_path / "first") as first:
        wait_until(lambda: place.now(operation).step is Step.CODE)
        assert first.stop() == 0
    left = place.now(operation)
    assert (left.state, left.lease_owner) == (OperationState.IN_PROGRESS, "")
    with Dispatching(place.settings, tmp_path / "second"):
        check(place, operation, undisturbed)
