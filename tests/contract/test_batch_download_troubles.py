"""Downloads that are damaged, or that their callers leave lying."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from batch_calls import Made, code_of, connection, lines_of, made, started
from running_service import RunningService

from occoder.batch.operation import Store

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Return a service."""
    with started(tmp_path_factory.mktemp("toy")) as running:
        yield running


def damage(operation: Made, number: int) -> None:
    """Change a byte of a part near its end."""
    folder = operation.service.settings.folder / "objects" / "egress" / operation.id
    file = folder / f"part-{number:08}"
    content = bytearray(file.read_bytes())
    content[-3] ^= 1
    file.write_bytes(content)


def test_damaged_output_is_never_taken_for_whole(toy: RunningService) -> None:
    """When a later part turns out to be changed, the answer ends short of its length."""
    operation = made(toy)
    operation.complete([lines_of(2 * MIB), lines_of(2 * MIB)])
    damage(operation, 1)
    link = operation.links()[0]

    with pytest.raises(httpx.RemoteProtocolError):
        toy.http.get(link)
    part = toy.http.get(link, headers={"Range": "bytes=0-99"})
    assert 206 == part.status_code


def test_damaged_at_the_beginning(toy: RunningService) -> None:
    """When the first piece can't be opened, that is an error of S3, not an answer."""
    operation = made(toy)
    operation.complete([b"one\n"])
    damage(operation, 0)
    answer = toy.http.get(operation.links()[0])

    assert (500, "InternalError") == (answer.status_code, code_of(answer))


def test_part_of_another_size_ends_the_answer(toy: RunningService) -> None:
    """A part that is shorter than was written down is never passed over."""
    operation = made(toy)
    operation.complete([b"one\n", b"two\n"])
    sealed = toy.parts.batches.sealed(operation.row(), Store.EGRESS)
    with sealed.writer(f"{operation.id}/part-00000001") as writer:
        writer.write(b"two")

    with pytest.raises(httpx.RemoteProtocolError):
        toy.http.get(operation.links()[0])


def test_reader_who_leaves_ends_the_reading(toy: RunningService) -> None:
    """When a caller leaves in the middle, nothing is read any more, and no file is open."""
    operation = made(toy)
    operation.complete([bytes(20 * MIB)])
    link = operation.links()[0]
    for _ in range(5):
        with connection(toy) as opened:
            opened.sendall(f"GET {link} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            opened.recv(100_000)
    stop = time.monotonic() + 60
    while opened_parts(operation) and time.monotonic() < stop:
        time.sleep(0.05)

    assert [] == opened_parts(operation)
    assert 200 == toy.http.get(link).status_code


def opened_parts(operation: Made) -> list[str]:
    """Return which objects of an operation this process has open."""
    targets = [
        str(one.readlink()) for one in Path("/proc/self/fd").iterdir() if one.is_symlink()
    ]
    return [target for target in targets if operation.id in target]


def test_reader_who_sleeps_is_cut_off(tmp_path: Path) -> None:
    """Who does not take its download loses it."""
    with started(tmp_path, IDLE_TIMEOUT_S="1") as toy:
        operation = made(toy)
        operation.complete([bytes(30 * MIB)])
        link = operation.links()[0]
        with connection(toy) as opened:
            opened.sendall(f"GET {link} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            time.sleep(3)
            n_got = 0
            try:
                while piece := opened.recv(65536):
                    n_got += len(piece)
            except ConnectionResetError:
                pass

        assert n_got < 30 * MIB
