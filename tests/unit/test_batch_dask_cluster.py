"""A Dask cluster that codes chunks."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import dask
import pytest
from batch_chunks import ChunkPlace, record
from certificates import write_certificate
from dask_processes import DaskProcesses
from process_tree import eventually

from occoder.batch.coding.dask_cluster import DaskCluster
from occoder.errors import ExecutorUnreachable, UnknownModel

N_CHUNKS = 6


@pytest.fixture
def place(tmp_path: Path) -> ChunkPlace:
    """Return the stores of an operation with some chunks."""
    place = ChunkPlace(tmp_path / "home")
    for number in range(N_CHUNKS):
        lines = [record(f"{number}-{i}", f"florist {i % 99}") for i in range(30_000)]
        place.write(lines, number)
    return place


@pytest.fixture
def processes(place: ChunkPlace, tmp_path: Path) -> Iterator[DaskProcesses]:
    """Return a scheduler without workers, whose workers will find the models."""
    with DaskProcesses(tmp_path, {"OCCODER_HOME": str(place.home)}) as running:
        yield running


@contextmanager
def cluster(processes: DaskProcesses, n_workers: int = 1) -> Iterator[DaskCluster]:
    """Yield a cluster with so many workers."""
    for _ in range(n_workers):
        processes.add_worker()
    opened = DaskCluster(processes.address, timeout_s=60, look_every_s=0)
    assert eventually(lambda: opened.n_slots == n_workers)
    try:
        yield opened
    finally:
        opened.close()


def test_killed_worker_changes_nothing(place: ChunkPlace, processes: DaskProcesses) -> None:
    """Two workers code; when one is killed midway, the output is as undisturbed."""
    tasks = [place.task(number) for number in range(N_CHUNKS)]
    with cluster(processes, n_workers=2) as running:
        undisturbed = [one.result() for one in list(map(running.submit, tasks))]
        outputs = [place.output(number) for number in range(N_CHUNKS)]

        futures = list(map(running.submit, tasks))
        futures[0].result()
        processes.workers[0].kill()

        assert undisturbed == [one.result() for one in futures]
        assert outputs == [place.output(number) for number in range(N_CHUNKS)]
        assert eventually(lambda: running.n_slots == 1)
    assert f'"{N_CHUNKS - 1}-29999"'.encode() in outputs[-1].splitlines()[-1]


def test_errors_come_as_they_are(place: ChunkPlace, processes: DaskProcesses) -> None:
    """What is wrong with a chunk is raised here, and nothing of it is in their logs."""
    with cluster(processes) as running:
        with pytest.raises(FileNotFoundError):
            running.submit(place.task(99)).result()
        with pytest.raises(UnknownModel):
            running.submit(replace(place.task(), model_id="f" * 8)).result()

        running.warm("toy", "f" * 8)
        running.warm(place.topic, place.model_id)
        assert 30_000 == running.submit(place.task()).result().n_records


def test_chunk_waits_for_workers(place: ChunkPlace, processes: DaskProcesses) -> None:
    """A cluster whose workers come later codes later; one given up, it forgets."""
    running = DaskCluster(processes.address, look_every_s=0)
    future, given_up = running.submit(place.task(0)), running.submit(place.task(1))
    assert 0 == running.n_slots
    given_up.cancel()

    processes.add_worker()

    assert 30_000 == future.result().n_records
    running.close()
    assert given_up.cancelled()


def test_lost_scheduler_is_told(place: ChunkPlace, processes: DaskProcesses) -> None:
    """When the scheduler is gone, what is under way and what comes then is told so."""
    running = DaskCluster(processes.address, timeout_s=1, look_every_s=0)
    waiting = running.submit(place.task())

    processes.scheduler.kill()

    assert isinstance(waiting.exception(), ExecutorUnreachable)
    assert eventually(lambda: _is_refused(running, place))
    running.close()


def _is_refused(running: DaskCluster, place: ChunkPlace) -> bool:
    try:
        return isinstance(running.submit(place.task()).exception(), ExecutorUnreachable)
    except ExecutorUnreachable:
        return True


@pytest.mark.parametrize("address", ["", "nonsense", "ftp://127.0.0.1:1"])
def test_unusable_address_is_told(address: str) -> None:
    """An address that can't be a scheduler's is told at once."""
    with pytest.raises(ExecutorUnreachable):
        DaskCluster(address or _closed_port(), timeout_s=1)


def test_silent_scheduler_is_told() -> None:
    """A scheduler that does not answer in time is told of."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        began = time.monotonic()

        with pytest.raises(ExecutorUnreachable) as caught:
            DaskCluster(address, timeout_s=1)

    assert address == caught.value.address
    assert time.monotonic() - began < 10


def _closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"tcp://127.0.0.1:{server.getsockname()[1]}"


def test_connections_are_encrypted(place: ChunkPlace, tmp_path: Path) -> None:
    """With tls://, certificates are those that Dask is set up with, on both sides."""
    chain, key = map(str, write_certificate(tmp_path / "certificate"))
    options = ("--tls-ca-file", chain, "--tls-cert", chain, "--tls-key", key)
    tls = {"ca-file": chain, "client.cert": chain, "client.key": key}
    config = {f"distributed.comm.tls.{name}": value for name, value in tls.items()}
    environ = {"OCCODER_HOME": str(place.home)}
    with DaskProcesses(tmp_path, environ, options) as processes:
        assert processes.address.startswith("tls://")
        with pytest.raises(ExecutorUnreachable):
            DaskCluster(processes.address, timeout_s=2)
        with dask.config.set(config), cluster(processes) as running:
            assert 30_000 == running.submit(place.task()).result().n_records
