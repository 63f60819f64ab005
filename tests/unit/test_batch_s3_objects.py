"""Objects in a bucket, of a real store."""

import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import pytest
from bucket_objects import opened, put, whole
from ceph_gateway import KEY, OTHER_KEY, CephGateway

from occoder.batch.objects.open_objects import open_objects
from occoder.batch.objects.s3_client import s3_client
from occoder.batch.objects.s3_objects import PART_BYTES, S3Objects
from occoder.batch.objects.s3_setup import prepare_buckets
from occoder.batch.operation import Store
from occoder.errors import ObjectsUnreachable

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def bucket(gateway: CephGateway) -> str:
    """A bucket without objects."""
    name = f"test-{uuid4()}"
    s3_client(gateway.url, "").create_bucket(Bucket=name)
    return name


@pytest.fixture
def objects(gateway: CephGateway, bucket: str) -> S3Objects:
    """The objects in it."""
    return opened(bucket, gateway.url)


@pytest.fixture
def name() -> str:
    """A name that no object has yet."""
    return f"{uuid4()}/input"


def unfinished(gateway: CephGateway, bucket: str) -> list[str]:
    """Return the names of what is being uploaded in parts."""
    listed = s3_client(gateway.url, "").list_multipart_uploads(Bucket=bucket)
    return [one["Key"] for one in listed.get("Uploads", [])]


@pytest.mark.parametrize(
    "n_bytes", [0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES]
)
def test_bytes_come_back(objects: S3Objects, name: str, n_bytes: int) -> None:
    """What was written is read, and its size is told, around the size of a part."""
    content = (CONTENT * (n_bytes // len(CONTENT) + 1))[:n_bytes]
    put(objects, name, content[:7], content[7:])

    assert content == whole(objects, name)
    assert n_bytes == objects.n_bytes(name)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        *((0, 10), (5, 10), (0, len(CONTENT)), (len(CONTENT) - 1, None), (7, None)),
        *((0, 0), (9, 9), (9, 5), (5, len(CONTENT) + 9)),
        *((len(CONTENT), None), (len(CONTENT) + 5, None), (len(CONTENT) + 5, 99999)),
    ],
)
def test_range_is_a_slice(
    objects: S3Objects, name: str, start: int, end: int | None
) -> None:
    """Any range of an object is that slice of its bytes."""
    put(objects, name, CONTENT)

    assert CONTENT[start:end] == b"".join(objects.read(name, start, end))


def test_range_across_parts(objects: S3Objects, name: str) -> None:
    """A range may begin in one part and end in another."""
    content = b"a" * PART_BYTES + b"b" * PART_BYTES + b"c"
    put(objects, name, content)

    for at in (PART_BYTES, 2 * PART_BYTES):
        assert content[at - 2 : at + 1] == b"".join(objects.read(name, at - 2, at + 1))


def test_empty_object_has_no_bytes(objects: S3Objects, name: str) -> None:
    """An object without bytes is there, and gives none."""
    put(objects, name)

    assert 0 == objects.n_bytes(name)
    assert [] == list(objects.read(name, 0, 10))


def test_missing_object_is_told(objects: S3Objects, name: str) -> None:
    """An object that is not there has no size and can't be read, not even none of it."""
    assert objects.n_bytes(name) is None
    for end in (None, 0, 5):
        with pytest.raises(FileNotFoundError):
            list(objects.read(name, 0, end))


def test_object_is_replaced(objects: S3Objects, name: str) -> None:
    """The later of two objects of a name stays."""
    put(objects, name, b"former")
    put(objects, name, b"new")

    assert b"new" == whole(objects, name)


@pytest.mark.parametrize("n_bytes", [10, PART_BYTES + 10])
def test_exception_leaves_nothing(
    gateway: CephGateway, bucket: str, objects: S3Objects, name: str, n_bytes: int
) -> None:
    """If the context ends with an exception, the former object stays, and no part."""
    put(objects, name, b"former")
    with pytest.raises(KeyboardInterrupt), objects.writer(name) as writer:
        writer.write(b"x" * n_bytes)
        raise KeyboardInterrupt

    assert b"former" == whole(objects, name)
    assert [] == unfinished(gateway, bucket)


def test_unfinished_object_is_not_there(objects: S3Objects, name: str) -> None:
    """Before its context ends there is no object, whatever was sent of it."""
    with objects.writer(name) as writer:
        writer.write(b"x" * PART_BYTES * 2)

        assert objects.n_bytes(name) is None
        assert [] == list(objects.found())


def test_objects_are_found(objects: S3Objects) -> None:
    """Objects are found by the beginning of their names, with size and time."""
    operation_id = str(uuid4())
    names = {f"{operation_id}/{number:08}" for number in range(3)}
    for name in names:
        put(objects, name, b"12345")
    put(objects, f"{uuid4()}/input", b"")
    found = list(objects.found(operation_id))

    assert names == {one.name for one in found}
    assert {5} == {one.n_bytes for one in found}
    assert all(one.modified_at > 1.7e9 for one in found)
    assert 4 == len(list(objects.found()))


def test_thousands_are_found_and_deleted(objects: S3Objects) -> None:
    """More objects than the store lists at once are found, and deleted, all of them."""
    operation_id, other = str(uuid4()), f"{uuid4()}/input"
    names = [f"{operation_id}/{number:08}" for number in range(1001)]
    with ThreadPoolExecutor(8) as threads:  # which may share the objects of a bucket
        list(threads.map(lambda name: put(objects, name), names))
    put(objects, other, CONTENT)

    assert 1002 == len(list(objects.found()))

    objects.delete(f"{operation_id}/")

    assert [other] == [one.name for one in objects.found()]
    assert CONTENT == whole(objects, other)


def test_delete_ends_uploads(gateway: CephGateway, bucket: str, objects: S3Objects) -> None:
    """What is half uploaded of an operation is deleted with it, of others not."""
    mine, other = f"{uuid4()}/output", f"{uuid4()}/output"
    for name in (mine, other):
        s3_client(gateway.url, "").create_multipart_upload(Bucket=bucket, Key=name)
    objects.delete(mine.partition("/")[0])

    assert [other] == unfinished(gateway, bucket)


def test_remnants_are_deleted(
    gateway: CephGateway, bucket: str, objects: S3Objects
) -> None:
    """What killed writers left is deleted when it is old, an output under way is not."""
    operation_id, client = uuid4(), s3_client(gateway.url, "")
    chunk, output = f"{operation_id}/00000000", f"{operation_id}/output"
    for name in (chunk, output):
        client.create_multipart_upload(Bucket=bucket, Key=name)
    objects.delete_remnants(older_than_s=60)

    assert [chunk, output] == unfinished(gateway, bucket)

    objects.delete_remnants(older_than_s=0)

    assert [output] == unfinished(gateway, bucket)


def test_nothing_to_delete_is_fine(objects: S3Objects) -> None:
    """An operation without objects can be deleted."""
    objects.delete(f"{uuid4()}/")

    assert [] == list(objects.found())


@pytest.mark.parametrize("prefix", ["", "0", "0123456789abcdef"])
def test_operations_are_deleted_one_by_one(objects: S3Objects, prefix: str) -> None:
    """No prefix that several operations share is deleted."""
    with pytest.raises(ValueError, match="more than one operation"):
        objects.delete(prefix)


def test_writing_and_reading_need_little_memory(objects: S3Objects, name: str) -> None:
    """However large an object is, a few parts of it at most are in memory."""
    piece = bytes(1024**2)
    tracemalloc.start()
    try:
        put(objects, name, *[piece] * 96)
        n_read = sum(map(len, objects.read(name)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert 96 * 1024**2 == n_read
    assert peak < 4 * PART_BYTES


def test_store_encrypts_with_the_key(
    gateway: CephGateway, bucket: str, objects: S3Objects, name: str
) -> None:
    """Small and large objects are encrypted by the store with the key that is named."""
    large = f"{uuid4()}/output"
    put(objects, name, b"some")
    put(opened(bucket, gateway.url, kms_key=OTHER_KEY), large, b"x" * 2 * PART_BYTES)
    keys = [
        s3_client(gateway.url, "").head_object(Bucket=bucket, Key=one)["SSEKMSKeyId"]
        for one in (name, large)
    ]

    assert [KEY, OTHER_KEY] == keys


def test_unknown_key_is_told(gateway: CephGateway, bucket: str, name: str) -> None:
    """Where the store does not know the key, nothing is written and a code is told."""
    with pytest.raises(ObjectsUnreachable) as caught:
        put(opened(bucket, gateway.url, kms_key="unknown"), name, CONTENT)

    assert bucket == caught.value.store
    assert opened(bucket, gateway.url).n_bytes(name) is None


def test_key_of_no_client_is_refused(gateway: CephGateway, bucket: str) -> None:
    """Where each client has a key, nothing is written without saying whose."""
    objects = opened(bucket, gateway.url, kms_key="key-of-{client}")
    with pytest.raises(ValueError, match="no client"):
        put(objects, f"{uuid4()}/input")


def test_settings_open_it(gateway: CephGateway, tmp_path: Path, name: str) -> None:
    """Settings that name an S3 store lead to its three buckets."""
    settings = gateway.settings(tmp_path)
    list(prepare_buckets(settings))
    for store in Store:
        put(open_objects(settings, store), name, store.encode())

    for store in Store:
        assert store.encode() == whole(open_objects(settings, store), name)
