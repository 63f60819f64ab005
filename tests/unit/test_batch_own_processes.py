"""Processes of this machine that code chunks."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import coding_process
import pytest
from batch_chunks import OPERATION, ChunkPlace, record
from process_tree import children, eventually, grandchildren, runs

from occoder.batch.coding.chunk import chunk_name
from occoder.batch.coding.own_processes import OwnProcesses
from occoder.batch.objects.address import Address
from occoder.batch.operation import Store
from occoder.errors import ObjectsUnreachable, UnknownModel, WorkerDied

LONG = [record(str(n), f"florist {n % 100}", "ties flowers") for n in range(60_000)]


@pytest.fixture
def place(tmp_path: Path) -> ChunkPlace:
    """Return the stores of an operation with a short chunk."""
    place = ChunkPlace(tmp_path / "home")
    place.write([record("1", "florist"), record("2", "welder")])
    return place


@contextmanager
def processes(
    place: ChunkPlace, n_workers: int = 2, idle_s: float = 60
) -> Iterator[OwnProcesses]:
    """Yield processes that code, and end them."""
    running = OwnProcesses(place.reach, n_workers=n_workers, idle_s=idle_s)
    try:
        yield running
    finally:
        running.close()


def workers() -> list[int]:
    """Return the processes that code for this one."""
    return grandchildren(os.getpid())


@pytest.fixture(autouse=True)
def _none_are_left() -> Iterator[None]:
    yield
    assert eventually(lambda: workers() == [])


def test_chunks_are_coded(place: ChunkPlace) -> None:
    """Chunks come out coded, whatever process coded them."""
    for number in range(1, 6):
        place.write([record(str(number), "florist")], number)

    with processes(place) as running:
        assert 2 == running.n_slots
        futures = [running.submit(place.task(number)) for number in range(6)]
        assert list(range(6)) == [future.result().number for future in futures]

    ids = [place.answers(number)[0]["recordId"] for number in range(1, 6)]
    assert ["1", "2", "3", "4", "5"] == ids


def test_errors_come_as_they_are(place: ChunkPlace) -> None:
    """What is wrong with a chunk is raised here, and the processes go on."""
    with processes(place, 1) as running:
        with pytest.raises(FileNotFoundError):
            running.submit(place.task(7)).result()
        with pytest.raises(UnknownModel):
            running.submit(replace(place.task(), model_id="f" * 8)).result()
        before = workers()

        assert 2 == running.submit(place.task()).result().n_records
        assert before == workers()


def test_killed_process_is_told_and_replaced(place: ChunkPlace) -> None:
    """A process that is killed is told of, and the next chunk starts new ones."""
    place.write(LONG, 1)
    with processes(place) as running:
        futures = [running.submit(place.task(1)) for _ in range(4)]
        futures[0].result()
        os.kill(workers()[0], signal.SIGKILL)

        died = [future.exception() for future in futures]

        assert any(isinstance(one, WorkerDied) for one in died)
        assert all(one is None or isinstance(one, WorkerDied) for one in died)
        assert len(LONG) == running.submit(place.task(1)).result().n_records
        assert len(LONG) == len(place.answers(1))


def test_processes_start_when_needed_and_end_when_idle(place: ChunkPlace) -> None:
    """There are none before the first chunk, none after a pause, and new ones after."""
    with processes(place, idle_s=0.5) as running:
        assert [] == workers()
        running.submit(place.task()).result()
        assert [] != workers()
        assert eventually(lambda: workers() == [])

        assert 2 == running.submit(place.task()).result().n_records


def test_busy_processes_are_not_ended(place: ChunkPlace) -> None:
    """Work that takes longer than the pause is finished."""
    place.write(LONG, 1)
    with processes(place, 1, idle_s=0.01) as running:
        futures = [running.submit(place.task(1)) for _ in range(2)]

        assert [len(LONG)] * 2 == [future.result().n_records for future in futures]


def test_warm_processes_wait(place: ChunkPlace) -> None:
    """Warmed up, processes are there before the first chunk, and stay while wanted."""
    with processes(place, 1, idle_s=2) as running:
        running.warm(place.topic, place.model_id)
        assert eventually(lambda: len(workers()) == 1)
        first = workers()
        stop = time.monotonic() + 3
        while time.monotonic() < stop:
            running.warm(place.topic, place.model_id)
            time.sleep(0.1)

        assert first == workers()
        assert 2 == running.submit(place.task()).result().n_records


def test_unknown_model_warms_nothing(place: ChunkPlace) -> None:
    """A model that is gone spoils nothing when it is to be loaded ahead."""
    with processes(place, 1) as running:
        running.warm("toy", "f" * 8)

        assert 2 == running.submit(place.task()).result().n_records


def test_waiting_chunk_can_be_cancelled(place: ChunkPlace) -> None:
    """A chunk that was cancelled before it was begun is not coded."""
    place.write(LONG, 1)
    with processes(place, 1) as running:
        first = [running.submit(place.task(1)) for _ in range(4)]
        last = running.submit(place.task(0))
        last.cancel()
        assert len(LONG) == first[-1].result().n_records

    assert last.cancelled()
    assert not (place.egress / OPERATION / "part-00000000").exists()


def test_closed_processes_take_nothing(place: ChunkPlace) -> None:
    """After they were closed, nothing can be submitted."""
    with processes(place, 1) as running:
        pass

    with pytest.raises(RuntimeError):
        running.submit(place.task())


def test_r88_ingress_cannot_be_coded(place: ChunkPlace) -> None:
    """A process that is told to read ingress, or to write there, can't."""
    ingress = place.validated.with_name(str(Store.INGRESS))
    copy = ingress / chunk_name(OPERATION, 0)
    copy.parent.mkdir(parents=True)
    copy.write_bytes((place.validated / chunk_name(OPERATION, 0)).read_bytes())
    address = Address(url=str(ingress))

    with processes(place, 1) as running:
        for task in (
            replace(place.task(), validated=address),
            replace(place.task(), egress=address),
        ):
            with pytest.raises(ObjectsUnreachable, match="Permission denied"):
                running.submit(task).result()


@pytest.fixture
def coding(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Return a process that has chunks coded, with secrets in its environment."""
    environ = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "OCCODER_DATABASE_URL": "postgresql://somebody:canary@127.0.0.1/x",
    }
    started = subprocess.Popen(
        [sys.executable, coding_process.__file__, str(tmp_path / "coding")],
        stdout=subprocess.PIPE,
        text=True,
        env=environ,
    )
    with started:
        yield started
        started.kill()


def told_workers(coding: subprocess.Popen[str]) -> list[int]:
    """Wait until a process tells the processes that code for it."""
    assert coding.stdout is not None
    return [int(one) for one in coding.stdout.readline().split()]


def test_killed_parent_leaves_nothing_running(coding: subprocess.Popen[str]) -> None:
    """When the dispatcher is killed, the processes that code end, and their server."""
    below = [*told_workers(coding), *children(coding.pid)]
    assert coding_process.N_WORKERS + 1 <= len(below)

    coding.kill()

    assert eventually(lambda: not any(map(runs, below)))


def test_interrupt_is_for_the_parent(coding: subprocess.Popen[str]) -> None:
    """Ctrl-C, which all processes of a terminal get, does not end those that code."""
    below = told_workers(coding)

    for pid in below:
        os.kill(pid, signal.SIGINT)

    time.sleep(0.5)
    assert all(map(runs, below))


def test_processes_know_no_secrets(coding: subprocess.Popen[str]) -> None:
    """They have not been given, with their environment, the address of the database."""
    for pid in told_workers(coding):
        assert b"canary" not in Path(f"/proc/{pid}/environ").read_bytes()


def test_no_thread_is_left_unconfined(coding: subprocess.Popen[str]) -> None:
    """Beside the main thread there is the one that waits for the parent's end."""
    for pid in told_workers(coding):
        assert 2 == len(list(Path(f"/proc/{pid}/task").iterdir()))
