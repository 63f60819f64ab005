"""Uploads that take long, break off, meet each other or find the disk full."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from batch_calls import (
    chunk,
    code_of,
    connection,
    files,
    head,
    made,
    started,
    until_closed,
    wait_until_nothing,
)
from running_service import RunningService

FIVE_GB = 5 * 1024**3


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Return a service on a disk that has space."""
    with started(tmp_path_factory.mktemp("toy"), DISK_RESERVE_BYTES="0") as running:
        yield running


def test_disk_without_space(tmp_path: Path) -> None:
    """What the disk can't hold, with all that is made of it, is refused before it is sent.

    The answer is the one that clients of S3 try again after.
    """
    free = shutil.disk_usage(tmp_path).free
    reserve = str(free - 10_000_000)
    with started(tmp_path, DISK_RESERVE_BYTES=reserve) as toy:
        operation = made(toy)
        with connection(toy) as opened:
            opened.sendall(head(operation, f"Content-Length: {FIVE_GB}"))
            answer = until_closed(opened)

        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"<Code>SlowDown</Code>" in answer
        assert {"operationStatus": "awaiting_input"} == operation.status()


def test_disk_that_gets_full(tmp_path: Path) -> None:
    """A file whose length is not said is given up when the disk gets full under it."""
    free = shutil.disk_usage(tmp_path).free
    with started(tmp_path, DISK_RESERVE_BYTES=str(free - 100_000_000)) as toy:
        operation = made(toy)
        refused = operation.put(bytes(1_000_000) for _ in range(100))
        wait_until_nothing(toy, operation)

        assert (503, "SlowDown") == (refused.status_code, code_of(refused))
        assert {"operationStatus": "awaiting_input"} == operation.status()


def test_disk_that_refuses_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk is full all the same, nothing of the file stays."""

    def fail(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with started(tmp_path, DISK_RESERVE_BYTES="0") as toy:
        operation = made(toy)
        with monkeypatch.context() as patched, connection(toy) as opened:
            opened.sendall(head(operation, "Transfer-Encoding: chunked") + chunk(b"{}"))
            time.sleep(0.5)
            patched.setattr(os, "write", fail)
            opened.sendall(chunk(bytes(3_000_000)) + chunk(b""))
            answer = until_closed(opened)
        wait_until_nothing(toy, operation)

        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"<Code>SlowDown</Code>" in answer
        assert {"operationStatus": "awaiting_input"} == operation.status()


def test_b47_broken_off_and_tried_again(toy: RunningService) -> None:
    """Of an upload that breaks off nothing stays, and the next one is taken."""
    operation = made(toy)
    with connection(toy) as opened:
        opened.sendall(head(operation, "Content-Length: 9000000") + bytes(5_000_000))
        while not any(operation.id in str(one) for one in files(toy)):
            time.sleep(0.02)
    wait_until_nothing(toy, operation)

    assert {"operationStatus": "awaiting_input"} == operation.status()
    assert 200 == operation.put(b"again").status_code
    assert b"again" == operation.stored()


def test_f7_first_to_arrive_wins(toy: RunningService) -> None:
    """Of two uploads at once the first that has arrived is taken, not the other."""
    operation = made(toy)
    with connection(toy) as slow, connection(toy) as fast:
        slow.sendall(head(operation, "Content-Length: 8") + b"slow")
        fast.sendall(head(operation, "Content-Length: 8") + b"fast")
        time.sleep(0.5)
        fast.sendall(b"fast")
        first = fast.recv(65536)
        slow.sendall(b"slow")
        second = until_closed(slow)

    assert first.startswith(b"HTTP/1.1 200 ")
    assert second.startswith(b"HTTP/1.1 403 ")
    assert b"<Code>AccessDenied</Code>" in second
    assert b"fastfast" == operation.stored()
    assert 1 == sum(operation.id in str(one) for one in files(toy))


def test_f7_all_at_once(toy: RunningService) -> None:
    """Of ten uploads that end at the same time one is taken, and it is that one's file."""
    operation = made(toy)
    with ExitStack() as stack:
        uploads = [stack.enter_context(connection(toy)) for _ in range(10)]
        for i, one in enumerate(uploads):
            one.sendall(head(operation, "Content-Length: 10") + b"%d" % i * 9)
        time.sleep(0.5)
        for i, one in enumerate(uploads):
            one.sendall(b"%d" % i)
        taken = [one.recv(65536).startswith(b"HTTP/1.1 200 ") for one in uploads]

    assert 1 == sum(taken)
    assert b"%d" % taken.index(True) * 10 == operation.stored()


def test_slow_upload_goes_on(tmp_path: Path) -> None:
    """An upload may take longer than a body may, as long as it goes on."""
    with started(tmp_path, BODY_TIMEOUT_S="1") as toy, connection(toy) as opened:
        operation = made(toy)
        opened.sendall(head(operation, "Content-Length: 60"))
        for _ in range(60):
            opened.sendall(b"x")
            time.sleep(0.05)

        assert opened.recv(65536).startswith(b"HTTP/1.1 200 ")
        assert b"x" * 60 == operation.stored()


def test_upload_that_stands_still_is_ended(tmp_path: Path) -> None:
    """An upload of which nothing comes any more is ended, and nothing of it stays."""
    with started(tmp_path, BODY_TIMEOUT_S="1") as toy, connection(toy) as opened:
        operation = made(toy)
        opened.sendall(head(operation, "Content-Length: 60") + b"x" * 30)
        answer = until_closed(opened)
        wait_until_nothing(toy, operation)

        assert answer.startswith(b"HTTP/1.1 408 ")
        assert {"operationStatus": "awaiting_input"} == operation.status()


def test_upload_after_its_operation_was_ended(toy: RunningService) -> None:
    """An upload to an operation that the operator ended meanwhile is refused."""
    operation = made(toy)
    with connection(toy) as opened:
        opened.sendall(head(operation, "Content-Length: 4") + b"ab")
        time.sleep(0.3)
        assert toy.parts.batches.operations.cancel(operation.id)
        opened.sendall(b"cd")
        answer = until_closed(opened)
    wait_until_nothing(toy, operation)

    assert answer.startswith(b"HTTP/1.1 403 ")


def test_other_calls_go_on_meanwhile(toy: RunningService) -> None:
    """While uploads stand still, other calls are answered."""
    with connection(toy) as first, connection(toy) as second:
        for one in (first, second):
            one.sendall(head(made(toy), "Content-Length: 3000000") + bytes(2_000_000))

        assert 200 == toy.get("/v1/topics").status_code
        assert 200 == toy.code({"record": {"occp_text": "welder"}}, "toy").status_code


def test_b46_slow_upload_may_end_late(tmp_path: Path) -> None:
    """An upload that began in time may end after the link has run out."""
    with started(tmp_path) as toy, connection(toy) as opened:
        operation = made(toy)
        opened.sendall(head(operation, "Content-Length: 4") + b"ab")
        time.sleep(0.5)
        toy.clock.ahead_s = toy.settings.upload_url_ttl_s + 1
        opened.sendall(b"cd")
        answer = opened.recv(65536)

        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"abcd" == operation.stored()


def test_f7_first_of_all_servers_wins(tmp_path: Path) -> None:
    """Servers that share database and stores agree which of the uploads was the first."""
    with started(tmp_path) as first, RunningService(tmp_path / "home", []) as second:
        for _ in range(5):
            operation = made(first)
            with ExitStack() as stack:
                places = (first, second) * 4
                uploads = [stack.enter_context(connection(one)) for one in places]
                for i, one in enumerate(uploads):
                    one.sendall(head(operation, "Content-Length: 10") + b"%d" % i * 9)
                time.sleep(0.2)
                for i, one in enumerate(uploads):
                    one.sendall(b"%d" % i)
                taken = [one.recv(65536).startswith(b"HTTP/1.1 200 ") for one in uploads]

            assert 1 == sum(taken)
            assert b"%d" % taken.index(True) * 10 == operation.stored()
