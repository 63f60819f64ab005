"""The upload of an input file: what is taken, what is refused before it is sent."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from batch_calls import (
    HEADER,
    KEY,
    code_of,
    connection,
    head,
    lines_of,
    made,
    started,
    until_closed,
    wait_until_nothing,
)
from running_service import RunningService

FIVE_GB = 5 * 1024**3


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Return a service with small sizes, where none of it matters."""
    with started(tmp_path_factory.mktemp("toy"), DISK_RESERVE_BYTES="0") as running:
        yield running


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


def test_client_of_other_methods(toy: RunningService) -> None:
    """The link of an upload is good for nothing but the PUT."""
    operation = made(toy)
    for method in ("GET", "HEAD", "POST", "DELETE", "PATCH"):
        answer: httpx.Response = toy.http.request(
            method, operation.path, headers=operation.headers
        )
        assert 403 == answer.status_code
