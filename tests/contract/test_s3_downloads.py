"""The contract of downloads and of what is kept, with a real S3 store."""

import time
from dataclasses import replace
from typing import Any

import httpx
import pytest
from ceph_gateway import KEY_OF_CLIENT, CephGateway
from s3_batch import LINES, S3Batch, code

from occoder.batch.objects.s3_client import s3_client
from occoder.batch.objects.s3_objects import PART_BYTES
from occoder.batch.objects.s3_setup import prepare_buckets
from occoder.batch.operation import INPUT, METADATA, Store
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


def test_download_needs_nothing_but_the_link(batch: S3Batch) -> None:
    """R63, R65, B68: a GET without headers gives the output, as a file to keep."""
    batch.write_output(LINES)
    answer = httpx.get(batch.download_url())
    name = f"{batch.operation.operation_id}.jsonl"

    assert (200, LINES) == (answer.status_code, answer.content)
    assert "application/octet-stream" == answer.headers["Content-Type"]
    assert str(len(LINES)) == answer.headers["Content-Length"]
    assert "bytes" == answer.headers["Accept-Ranges"]
    assert f'attachment; filename="{name}"' == answer.headers["Content-Disposition"]
    assert {"date", "last-modified", "etag"} <= set(answer.headers)


def test_metadata_can_be_downloaded(batch: S3Batch) -> None:
    """B49: the metadata has a link of its own."""
    batch.write_output(b"{}", METADATA)
    answer = httpx.get(batch.download_url(METADATA))

    assert (200, b"{}") == (answer.status_code, answer.content)
    assert "application/json" == answer.headers["Content-Type"]


def test_download_can_be_taken_up(batch: S3Batch) -> None:
    """B68: any range of the output can be asked for, across its parts."""
    content = b"a" * PART_BYTES + b"b" * 1000
    batch.write_output(content)
    start, end = PART_BYTES - 5, PART_BYTES + 5
    headers = {"Range": f"bytes={start}-{end - 1}"}
    answer = httpx.get(batch.download_url(), headers=headers)

    assert (206, content[start:end]) == (answer.status_code, answer.content)
    assert f"bytes {start}-{end - 1}/{len(content)}" == answer.headers["Content-Range"]


def test_bad_range_is_refused(batch: S3Batch) -> None:
    """A range that begins after the end gives 416."""
    batch.write_output(LINES)
    headers = {"Range": f"bytes={len(LINES)}-"}
    answer = httpx.get(batch.download_url(), headers=headers)

    assert (416, "InvalidRange") == (answer.status_code, code(answer))


def test_download_link_ends(batch: S3Batch) -> None:
    """R63: after its time a download link gives nothing, and a new one does."""
    batch.write_output(LINES)
    soon = replace(batch.operation, expires_at=time.time() + 1.5)
    url = replace(batch, operation=soon).download_url()
    time.sleep(2.5)
    late = httpx.get(url)

    assert (403, "AccessDenied") == (late.status_code, code(late))
    assert 200 == httpx.get(batch.download_url()).status_code


def test_deleted_output_is_missing(batch: S3Batch) -> None:
    """R64: a link that still holds leads to nothing when the output was deleted."""
    batch.write_output(LINES)
    url = batch.download_url()
    batch.objects(Store.EGRESS).delete(batch.operation.operation_id)
    answer = httpx.get(url)

    assert (404, "NoSuchKey") == (answer.status_code, code(answer))


def test_nothing_lies_in_plain_text(batch: S3Batch, gateway: CephGateway) -> None:
    """R85: neither input nor output can be read from the disks of the store."""
    httpx.put(batch.upload_url, headers=batch.headers, content=LINES)
    batch.write_output(LINES)
    stored = gateway.stored()

    assert len(stored) >= 2 * len(LINES)
    assert b"bus driver" not in stored


def test_each_client_has_its_key(batch: S3Batch, gateway: CephGateway) -> None:
    """R57, R85: what belongs to a client is encrypted with that client's key."""
    of_two = replace(batch, operation=replace(batch.operation, client_id="two"))
    httpx.put(of_two.upload_url, headers=of_two.headers, content=LINES)
    bucket = f"{batch.settings.objects.removeprefix('s3://')}-ingress"
    name = f"{batch.operation.operation_id}/{INPUT}"
    found = s3_client(gateway.url, "").head_object(Bucket=bucket, Key=name)

    assert "key-of-two" == found["SSEKMSKeyId"]


def test_store_deletes_what_is_left_over(
    batch: S3Batch, gateway: CephGateway, settings: Settings
) -> None:
    """R64: after a day the store deletes objects, and parts of uploads, by itself."""
    client, prefix = s3_client(gateway.url, ""), settings.objects.removeprefix("s3://")
    name = f"{batch.operation.operation_id}/object"
    for store in Store:
        with batch.objects(store).writer(name) as writer:
            writer.write(LINES)
        client.create_multipart_upload(Bucket=f"{prefix}-{store}", Key=name)
    time.sleep(2)
    left = {f"{prefix}-{store}" for store in Store}
    stop = time.monotonic() + 60
    while left:
        assert time.monotonic() < stop, "something is still there"
        gateway.pass_days()
        for bucket in [one for one in left if not _left(client, one)]:
            left.remove(bucket)
            client.delete_bucket_lifecycle(Bucket=bucket)  # others can have their turn


def _left(client: Any, bucket: str) -> bool:
    """Tell whether anything is in a bucket."""
    objects = client.list_objects_v2(Bucket=bucket)
    uploads = client.list_multipart_uploads(Bucket=bucket)
    return "Contents" in objects or "Uploads" in uploads
