"""The upload of an input file: what is taken, what is refused before it is sent."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from batch_calls import (
    HEADER,
    KEY,
    Made,
    chunk,
    code_of,
    connection,
    files,
    head,
    lines_of,
    made,
    until_closed,
)
from running_service import RunningService
from toy_served import toy_model_folder

from occoder.service.batches.storage_faults import StorageFault

FIVE_GB = 5 * 1024**3
PATIENCE_S = 60


def started(folder: Path, **environ: str) -> RunningService:
    """Return a service with the toy topic."""
    named = {f"OCCODER_{name}": value for name, value in environ.items()}
    return RunningService(folder / "home", [toy_model_folder(folder)], named)


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Return a service with small sizes, where none of it matters."""
    with started(tmp_path_factory.mktemp("toy"), DISK_RESERVE_BYTES="0") as running:
        yield running


def wait_for(operation: Made, state: str) -> None:
    """Wait until an operation is so far."""
    stop = time.monotonic() + PATIENCE_S
    while operation.status()["operationStatus"] != state and time.monotonic() < stop:
        time.sleep(0.02)
    assert state == operation.status()["operationStatus"]


def wait_until_nothing(service: RunningService, operation: Made) -> None:
    """Wait until nothing of an operation is stored."""
    stop = time.monotonic() + PATIENCE_S
    while any(operation.id in str(one) for one in files(service)):
        assert time.monotonic() < stop
        time.sleep(0.02)


@pytest.mark.parametrize("n_bytes", [0, 1, 1024**2 - 1, 1024**2, 3 * 1024**2 + 7])
@pytest.mark.parametrize("way", ["length", "chunks"])
def test_r56_b48_upload(toy: RunningService, n_bytes: int, way: str) -> None:
    """A file of any size arrives as it is, with its length said or in chunks."""
    operation = made(toy)
    content = lines_of(n_bytes)
    pieces = (content[i : i + 70_000] for i in range(0, n_bytes, 70_000))
    answer = operation.put(content if way == "length" else pieces)

    assert (200, b"") == (answer.status_code, answer.content)
    assert "content-type" not in answer.headers
    assert "aws:kms" == answer.headers[HEADER]
    assert operation.key == answer.headers[KEY]
    assert answer.headers["etag"].strip('"').isalnum()
    assert "in_progress" == operation.status()["operationStatus"]
    assert content == operation.stored()
    assert n_bytes == operation.row().n_input_bytes


def test_r84_nothing_is_stored_in_the_clear(toy: RunningService) -> None:
    """What was uploaded is nowhere on the disk as it was sent."""
    operation = made(toy)
    operation.put(b"canary-4711 " * 100_000)

    assert [] == [
        one
        for one in toy.home.rglob("*")
        if one.is_file() and b"canary-4711" in one.read_bytes()
    ]


def test_r56_any_content_type(toy: RunningService) -> None:
    """Whatever the type is said to be, and a token and headers beside, it is taken."""
    for content_type in ("application/json", "text/plain", "x", ""):
        operation = made(toy)
        answer = operation.put(
            b"{}", **{"Content-Type": content_type, "x-amz-acl": "private"}
        )
        assert 200 == answer.status_code


def test_r57_key_must_be_named(toy: RunningService) -> None:
    """Without the two headers, or with the key of another client, nothing is taken."""
    operation = made(toy)
    other, secret = toy.add_client(toy.partner.tier)
    token = {"Authorization": toy.token(other, secret)}
    answer = toy.http.post("/v1/topics/toy/batch-code", headers=token)
    wrong: list[dict[str, str]] = [
        {},
        {HEADER: "aws:kms"},
        {KEY: operation.key},
        {HEADER: "AES256", KEY: operation.key},
        {HEADER: "aws:kms", KEY: operation.key[:-1]},
        {HEADER: "aws:kms", KEY: operation.key.upper()},
        {HEADER: "aws:kms", KEY: answer.json()["bucketKmsKeyArn"]},
    ]
    for headers in wrong:
        refused = toy.http.put(operation.path, content=b"{}", headers=headers)
        assert (403, "SignatureDoesNotMatch") == (refused.status_code, code_of(refused))
        assert "close" == refused.headers["connection"]

    assert {"operationStatus": "awaiting_input"} == operation.status()
    assert 200 == operation.put(b"{}").status_code


def test_refusals_are_written_down(toy: RunningService) -> None:
    """A refused upload stands in the audit log; its link stands nowhere."""
    operation = made(toy)
    refused = toy.http.put(operation.path, content=b"{}")
    operation.put(b"{}")
    audit = (toy.settings.folder / "audit.jsonl").read_text(encoding="utf-8")
    events = [json.loads(line) for line in audit.splitlines()]
    found = [one for one in events if one.get("operation") == operation.id]

    assert ["operation.created", "operation.denied", "operation.uploaded"] == [
        one["event"] for one in found
    ]
    assert refused.headers["request-id"] == found[1]["request_id"]
    assert (toy.partner.client_id, 2) == (found[2]["client_id"], found[2]["n_bytes"])
    assert operation.path.partition("link=")[2] not in audit


def test_b47_second_upload(toy: RunningService) -> None:
    """Once its input is there, an operation takes no other."""
    operation = made(toy)
    operation.put(b"first")
    refused = operation.put(b"second")

    assert (403, "AccessDenied") == (refused.status_code, code_of(refused))
    assert "Access Denied" in refused.text
    assert b"first" == operation.stored()


def test_b46_expired_link(tmp_path: Path) -> None:
    """A link that has run out says when it did; the operation is over."""
    with started(tmp_path) as toy:
        operation = made(toy)
        toy.clock.ahead_s = toy.settings.upload_url_ttl_s + 1
        refused = operation.put(b"{}")

    assert (403, "AccessDenied") == (refused.status_code, code_of(refused))
    assert "<Message>Request has expired</Message>" in refused.text
    assert "<X-Amz-Expires>3600</X-Amz-Expires>" in refused.text
    assert "<Expires>20" in refused.text
    assert "<ServerTime>20" in refused.text


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


@pytest.mark.parametrize("encoding", ["gzip", "br", "aws-chunked"])
def test_b48_encoded_body_is_refused(toy: RunningService, encoding: str) -> None:
    """A compressed file is refused; `identity` is none."""
    operation = made(toy)
    refused = operation.put(b"{}", **{"Content-Encoding": encoding})

    assert (400, "InvalidRequest") == (refused.status_code, code_of(refused))
    assert 200 == operation.put(b"{}", **{"Content-Encoding": "identity"}).status_code


def test_b45_too_large_by_its_length(toy: RunningService) -> None:
    """A file over 5 GB is refused before it is sent, also where leave is asked for."""
    for lines in ([], ["Expect: 100-continue"]):
        operation = made(toy)
        with connection(toy) as opened:
            length = f"Content-Length: {FIVE_GB + 1}"
            opened.sendall(head(operation, length, *lines))
            answer = until_closed(opened)

        assert answer.startswith(b"HTTP/1.1 400 ")
        assert b"<Code>EntityTooLarge</Code>" in answer
        assert f"<ProposedSize>{FIVE_GB + 1}</ProposedSize>".encode() in answer
        assert f"<MaxSizeAllowed>{FIVE_GB}</MaxSizeAllowed>".encode() in answer
        assert {"operationStatus": "awaiting_input"} == operation.status()


def test_b45_too_large_in_chunks(tmp_path: Path) -> None:
    """A file whose length is not said is refused as soon as it is too large."""
    with started(tmp_path, UPLOAD_MAX_BYTES="1000000") as toy:
        fits, too_large = made(toy), made(toy)
        taken = fits.put(iter([bytes(1000), bytes(999_000)]))
        refused = too_large.put(iter([bytes(1000), bytes(999_001)]))
        wait_until_nothing(toy, too_large)

        assert 200 == taken.status_code
        assert (400, "EntityTooLarge") == (refused.status_code, code_of(refused))
        assert {"operationStatus": "awaiting_input"} == too_large.status()


def test_no_length_and_no_chunks(toy: RunningService) -> None:
    """A PUT that says nothing of a body is asked for its length, and does no harm."""
    operation = made(toy)
    with connection(toy) as opened:
        opened.sendall(head(operation))
        answer = until_closed(opened)

    assert answer.startswith(b"HTTP/1.1 411 ")
    assert b"<Code>MissingContentLength</Code>" in answer
    assert {"operationStatus": "awaiting_input"} == operation.status()


def test_b48_leave_to_send_is_given(toy: RunningService) -> None:
    """Who asks for leave to send the body gets it, and then its answer."""
    operation = made(toy)
    with connection(toy) as opened:
        opened.sendall(head(operation, "Content-Length: 5", "Expect: 100-continue"))
        assert b"HTTP/1.1 100 Continue\r\n\r\n" == opened.recv(65536)
        opened.sendall(b"hello")
        assert opened.recv(65536).startswith(b"HTTP/1.1 200 ")

    assert b"hello" == operation.stored()


def test_b48_no_leave_for_what_is_refused(toy: RunningService) -> None:
    """Who asks for leave and is refused is not told to send first."""
    operation = made(toy)
    operation.put(b"{}")
    with connection(toy) as opened:
        opened.sendall(head(operation, "Content-Length: 5", "Expect: 100-continue"))

        assert until_closed(opened).startswith(b"HTTP/1.1 403 ")


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
        token = toy.partner_token
        with monkeypatch.context() as patched, connection(toy) as opened:
            opened.sendall(head(operation, "Transfer-Encoding: chunked") + chunk(b"{}"))
            time.sleep(0.5)
            patched.setattr(os, "write", fail)
            opened.sendall(chunk(bytes(3_000_000)) + chunk(b""))
            answer = until_closed(opened)
        wait_until_nothing(toy, operation)

        assert token
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
    with connection(toy) as watch:
        opened = [connection(toy) for _ in range(10)]
        sockets = [one.__enter__() for one in opened]
        for i, one in enumerate(sockets):
            one.sendall(head(operation, "Content-Length: 10") + b"%d" % i * 9)
        time.sleep(0.5)
        for i, one in enumerate(sockets):
            one.sendall(b"%d" % i)
        taken = [one.recv(65536).startswith(b"HTTP/1.1 200 ") for one in sockets]
        for one in sockets:
            one.close()
        assert watch

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


def test_fault_is_one_of_s3() -> None:
    """An error is XML as S3 writes it, whatever stands in it."""
    from occoder.service.batches.storage_faults import DENIED

    body = StorageFault(DENIED, {"Key": "<a&b>\u00e9"}).body("1f")

    assert (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code>'
        b"<Message>Access Denied</Message><Key>&lt;a&amp;b&gt;&#233;</Key>"
        b"<RequestId>1f</RequestId><HostId>occoder</HostId></Error>"
    ) == body


def test_client_of_other_methods(toy: RunningService) -> None:
    """The link of an upload is good for nothing but the PUT."""
    operation = made(toy)
    for method in ("GET", "HEAD", "POST", "DELETE", "PATCH"):
        answer: httpx.Response = toy.http.request(
            method, operation.path, headers=operation.headers
        )
        assert 403 == answer.status_code
