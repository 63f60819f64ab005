"""The contract of uploads, with links that a real S3 store serves."""

import http.client
import socket
import time
from dataclasses import replace
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from ceph_gateway import KEY_OF_CLIENT, CephGateway
from s3_batch import LINES, TTL_S, S3Batch, code

from occoder import wire
from occoder.batch.links.links import OUTPUT
from occoder.batch.objects.s3_setup import prepare_buckets
from occoder.batch.operation import INPUT, Store
from occoder.settings.settings import Settings


@pytest.fixture(scope="module")
def settings(gateway: CephGateway, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a service that keeps batches there, with a key for each client."""
    home = tmp_path_factory.mktemp("home")
    made = gateway.settings(home, s3_kms_key=KEY_OF_CLIENT)
    list(prepare_buckets(made))
    return made


@pytest.fixture
def batch(settings: Settings) -> S3Batch:
    """A new operation of the client "one"."""
    return S3Batch.new(settings)


def is_empty(batch: S3Batch) -> bool:
    """Tell whether nothing was uploaded."""
    name = f"{batch.operation.operation_id}/{INPUT}"
    return batch.objects(Store.INGRESS).n_bytes(name) is None


def test_upload_is_taken(batch: S3Batch) -> None:
    """R54, R56: a PUT with both headers and nothing else gives 200 and no body."""
    answer = httpx.put(batch.upload_url, headers=batch.headers, content=LINES)

    assert (200, b"") == (answer.status_code, answer.content)
    assert "ETag" in answer.headers
    assert batch.headers == {name: answer.headers[name] for name in batch.headers}
    assert LINES == batch.stored(Store.INGRESS, INPUT)


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain; charset=utf-8", "x/y"]
)
def test_content_type_does_not_matter(batch: S3Batch, content_type: str) -> None:
    """R56, B48: any Content-Type is taken."""
    headers = {**batch.headers, "Content-Type": content_type}

    assert 200 == httpx.put(batch.upload_url, headers=headers, content=LINES).status_code


@pytest.mark.parametrize(
    "changes",
    [
        {wire.KEY_HEADER: None},
        {wire.ENCRYPTION_HEADER: None},
        {wire.KEY_HEADER: None, wire.ENCRYPTION_HEADER: None},
        {wire.KEY_HEADER: "key-of-two"},
        {wire.KEY_HEADER: ""},
        {wire.ENCRYPTION_HEADER: "AES256"},
    ],
)
def test_wrong_key_is_refused(batch: S3Batch, changes: dict[str, str | None]) -> None:
    """R57: who leaves out a header or names another key is refused."""
    headers = {
        name: value
        for name, value in {**batch.headers, **changes}.items()
        if value is not None
    }
    answer = httpx.put(batch.upload_url, headers=headers, content=LINES)

    assert (403, "SignatureDoesNotMatch") == (answer.status_code, code(answer))
    assert is_empty(batch)


@pytest.mark.parametrize(
    ("former", "new"),
    [
        ("/input", "/output"),
        ("-ingress/", "-egress/"),
        (f"X-Amz-Expires={TTL_S - 1}", "X-Amz-Expires=99999"),
        ("X-Amz-Signature=", "X-Amz-Signature=0"),
        ("%3Bx-amz-server-side-encryption-aws-kms-key-id", ""),
    ],
)
def test_altered_link_is_refused(batch: S3Batch, former: str, new: str) -> None:
    """R89: a link is good as it was given out, and not otherwise."""
    url = batch.upload_url

    assert former in url

    answer = httpx.put(url.replace(former, new), headers=batch.headers, content=LINES)

    assert (403, "SignatureDoesNotMatch") == (answer.status_code, code(answer))


def test_link_of_another_operation_is_refused(batch: S3Batch) -> None:
    """R89: a link does not lead to another operation."""
    url = batch.upload_url.replace(batch.operation.operation_id, str(uuid4()))
    answer = httpx.put(url, headers=batch.headers, content=LINES)

    assert (403, "SignatureDoesNotMatch") == (answer.status_code, code(answer))


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "POST"])
def test_link_is_good_for_one_method(batch: S3Batch, method: str) -> None:
    """R89: an upload link uploads; what is there can't be read or deleted with it."""
    httpx.put(batch.upload_url, headers=batch.headers, content=LINES)
    answer = httpx.request(method, batch.upload_url, headers=batch.headers)

    assert 403 == answer.status_code
    assert LINES == batch.stored(Store.INGRESS, INPUT)


def test_late_upload_is_refused(batch: S3Batch) -> None:
    """B46: an upload that begins after the link has ended is refused."""
    soon = replace(batch.operation, upload_until=time.time() + 1.5)
    url = replace(batch, operation=soon).upload_url
    time.sleep(2.5)
    answer = httpx.put(url, headers=batch.headers, content=LINES)

    assert (403, "AccessDenied") == (answer.status_code, code(answer))
    assert is_empty(batch)


def test_failed_upload_can_be_repeated(batch: S3Batch) -> None:
    """B47: after an upload that broke off, the same link takes another."""
    url, headers = batch.upload_url, batch.headers
    with _begun(url, headers, n_bytes=10_000) as connection:
        connection.sendall(LINES[:100])
    time.sleep(0.2)

    assert is_empty(batch)

    assert 200 == httpx.put(url, headers=headers, content=LINES).status_code
    assert LINES == batch.stored(Store.INGRESS, INPUT)


def test_too_large_upload_is_refused_before_its_body(batch: S3Batch) -> None:
    """B45: more than 5 GiB is refused when it is announced."""
    headers = batch.headers
    with _begun(batch.upload_url, headers, n_bytes=5 * 1024**3 + 1) as connection:
        connection.sendall(LINES)
        answer = connection.makefile("rb").read()

    assert answer.startswith(b"HTTP/1.1 400")
    assert b"<Code>EntityTooLarge</Code>" in answer
    assert is_empty(batch)


def test_expectation_is_honoured(batch: S3Batch) -> None:
    """B48: who asks whether to go on is told so, and then sends the body."""
    headers = {**batch.headers, "Expect": "100-continue"}
    with _begun(batch.upload_url, headers, n_bytes=len(LINES)) as connection:
        assert connection.recv(1000).startswith(b"HTTP/1.1 100")

        connection.sendall(LINES)
        answer = http.client.HTTPResponse(connection)
        answer.begin()

    assert 200 == answer.status


def test_upload_can_not_be_made_public(batch: S3Batch) -> None:
    """R57, R85: a header that asks for a public object has no effect."""
    headers = {**batch.headers, "x-amz-acl": "public-read"}
    httpx.put(batch.upload_url, headers=headers, content=LINES)
    answer = httpx.get(batch.upload_url.partition("?")[0])

    assert 403 == answer.status_code


def test_upload_link_copies_nothing(batch: S3Batch) -> None:
    """R57: a header that asks for a copy of another's output gets none."""
    batch.write_output(b"output of somebody\n")
    bucket = batch.settings.objects.removeprefix("s3://")
    place = f"/{bucket}-egress/{batch.operation.operation_id}/{OUTPUT}"
    headers = {**batch.headers, "x-amz-copy-source": place}
    answer = httpx.put(batch.upload_url, headers=headers)

    assert answer.status_code >= 400
    assert is_empty(batch)


def _begun(url: str, headers: dict[str, str], *, n_bytes: int) -> socket.socket:
    """Return a connection over which a PUT has begun, and the body is awaited."""
    parts = urlsplit(url)
    lines = [
        f"PUT {parts.path}?{parts.query} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Content-Length: {n_bytes}",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    connection = socket.create_connection((parts.hostname or "", parts.port or 0), 20)
    connection.sendall("\r\n".join([*lines, "", ""]).encode())
    return connection
