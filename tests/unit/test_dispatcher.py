"""What a dispatcher does with operations: whose turn it is, and how they end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from batch_place import BatchPlace, batch_place
from dispatching import output, wait_for_end, wait_until
from running_service import link_model
from thread_executor import InThread
from toy_served import toy_model_folder

from occoder.batch.dispatch.dispatcher import Dispatcher
from occoder.batch.dispatch.work import MAX_CLAIMS, Work
from occoder.batch.operation import Operation, OperationState, Step, Store
from occoder.catalogue import Catalogue
from occoder.database import OPERATIONS

RECORD = b'{"recordId": "1", "occp_text": "baker"}\n'
THREE_CHUNKS = RECORD * 520_000


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BatchPlace]:
    """Yield a place for batches with a model."""
    link_model(toy_model_folder(tmp_path / "models", topic="osca"), tmp_path / "home")
    monkeypatch.setenv("OCCODER_HOME", str(tmp_path / "home"))
    with batch_place(tmp_path, {"OCCODER_LEASE_S": "5"}) as place:
        yield place


@contextmanager
def dispatching(
    place: BatchPlace, executor: InThread, *, n_at_once: int = 1, turn_s: float = 30
) -> Iterator[None]:
    """Let a dispatcher run in a thread."""
    leases, stop = place.leases(), threading.Event()
    work = Work(batches=place.batches, leases=leases, executor=executor)
    dispatcher = Dispatcher(work, leases, n_at_once=n_at_once, turn_s=turn_s)
    thread = threading.Thread(target=dispatcher.run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        executor.close()


def uploaded(
    place: BatchPlace, content: bytes = RECORD, client: str = "client"
) -> Operation:
    """Return a new operation whose input is there."""
    latest = Catalogue(place.settings.home).latest("osca")
    assert latest is not None
    model_id = latest.manifest.model_id
    return place.upload(content, model_id=model_id, client_id=client)


def test_an_operation_is_scanned_coded_and_finished(place: BatchPlace) -> None:
    """R62: in the end only output and metadata are stored."""
    operation = uploaded(place)
    with dispatching(place, InThread()):
        done = wait_for_end(place, operation)
        wait_until(lambda: not place.stored(Store.VALIDATED))
    assert (done.state, done.step, done.n_records) == ("complete", "sweep", 1)
    assert done.expires_at == pytest.approx(done.finished_at + 86400, abs=1)
    assert output(place, operation).startswith(b'{"recordId":"1","codeStatus":')
    assert place.stored(Store.INGRESS) == set()
    names = {name.partition("/")[2] for name in place.stored(Store.EGRESS)}
    assert names == {"part-00000000", "metadata"}


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "Input file contained no records"),
        (b'{"surname": "x", "occp_text": "baker"}\n', "not accepted by the model: surname"),
        (b'[{"occp_text": "baker"}]', "Input file is not JSON Lines: "),
    ],
)
def test_a_file_that_cannot_be_coded_fails_with_its_reason(
    place: BatchPlace, content: bytes, error: str
) -> None:
    """R74: the client is told what is wrong with the file, and nothing of it is kept."""
    operation = uploaded(place, content)
    with dispatching(place, InThread()):
        done = wait_for_end(place, operation)
    assert done.state is OperationState.FAILED
    assert error in done.error
    assert (done.step, done.expires_at) == (Step.SWEEP, done.finished_at)


def test_many_operations_of_one_client_hold_up_nobody(place: BatchPlace) -> None:
    """The one operation of another client is the second to be coded, not the last."""
    for _ in range(30):
        uploaded(place, client="many")
    one = uploaded(place, client="one")
    executor = InThread(slow_s=0.05)
    with dispatching(place, executor, n_at_once=2):
        wait_for_end(place, one)
        n_before = [operation_id for operation_id, _ in executor.coded]
    assert n_before.index(one.operation_id) <= 2


def test_a_long_operation_makes_room_for_another_client(place: BatchPlace) -> None:
    """It stops between two chunks when its turn is over, and is ended later."""
    long = uploaded(place, THREE_CHUNKS, client="long")
    executor = InThread(slow_s=1.0)
    with dispatching(place, executor, turn_s=1):
        wait_until(lambda: place.now(long).step is Step.CODE)
        short = uploaded(place, client="short")
        done = wait_for_end(place, short)
        assert done.state is OperationState.COMPLETE
        assert place.now(long).state is OperationState.IN_PROGRESS
        done = wait_for_end(place, long)
    assert (done.state, done.n_coded) == (OperationState.COMPLETE, 520_000)
    assert len(executor.coded) == len(set(executor.coded))


def test_a_chunk_is_coded_again_when_its_process_died(place: BatchPlace) -> None:
    """Twice is no harm."""
    operation = uploaded(place)
    with dispatching(place, InThread(n_deaths=2)):
        assert wait_for_end(place, operation).state is OperationState.COMPLETE


def test_a_chunk_that_ends_every_process_fails_its_operation(place: BatchPlace) -> None:
    """After the third time it is not the machine's fault: others are not held up."""
    operation = uploaded(place)
    with dispatching(place, InThread(n_deaths=3)):
        done = wait_for_end(place, operation)
    assert (done.state, done.error) == ("failed", "Error performing request")


def test_an_operation_that_ends_every_dispatcher_is_given_up(place: BatchPlace) -> None:
    """One that was claimed again and again, and never put off, holds up nobody."""
    operation = uploaded(place)
    with place.engine.begin() as connection:
        connection.execute(sa.update(OPERATIONS).values(n_attempts=MAX_CLAIMS - 1))
    with dispatching(place, InThread()):
        done = wait_for_end(place, operation)
    assert (done.state, done.error) == ("failed", "Error performing request")


def test_an_operation_whose_input_is_gone_fails_at_once(place: BatchPlace) -> None:
    """Waiting would bring nothing back."""
    operation = uploaded(place)
    place.batches.ingress.delete(f"{operation.operation_id}/")
    with dispatching(place, InThread()):
        done = wait_for_end(place, operation)
    assert (done.state, done.error) == ("failed", "Error performing request")


def test_a_cancelled_operation_stops(place: BatchPlace) -> None:
    """The operator's word ends it, also while it is coded."""
    operation = uploaded(place, THREE_CHUNKS)
    executor = InThread(slow_s=1.0)
    with dispatching(place, executor):
        wait_until(lambda: place.now(operation).n_coded > 0)
        place.batches.operations.cancel(operation.operation_id)
    done = place.now(operation)
    assert (done.state, done.error) == ("failed", "Cancelled by the operator")
    assert len(executor.coded) < done.n_chunks


def test_nothing_is_coded_while_the_scanner_is_away(tmp_path: Path) -> None:
    """Failing closed: the operation waits, and is not failed for it."""
    link_model(toy_model_folder(tmp_path / "models", topic="osca"), tmp_path / "home")
    nowhere = {"OCCODER_CLAMD": str(tmp_path / "no-socket")}
    with batch_place(tmp_path, nowhere) as place:
        operation = uploaded(place)
        with dispatching(place, InThread()):
            wait_until(lambda: place.now(operation).not_before > place.clock())
        left = place.now(operation)
        assert (left.state, left.step) == (OperationState.IN_PROGRESS, Step.SCAN)
        assert place.stored(Store.VALIDATED) == set()
        assert len(place.stored(Store.INGRESS)) == 1
