"""The output of an operation, put together from parts by a real store."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from uuid import uuid4

import pytest
from ceph_gateway import KEY, KEY_OF_CLIENT, CephGateway

from occoder.batch.objects.address import Address
from occoder.batch.objects.open_objects import open_address
from occoder.batch.objects.s3_client import s3_client
from occoder.batch.objects.s3_output import (
    begin_output,
    finish_output,
    output_name,
    put_part,
)
from occoder.errors import ObjectsUnreachable

PARTS = [bytes([65 + number]) * (5 * 1024**2 + number) for number in range(3)]
PARTS += [b"the last may be short\n"]


@pytest.fixture
def address(gateway: CephGateway) -> Address:
    """A store of output without objects."""
    bucket = f"test-{uuid4()}"
    s3_client(gateway.url, "").create_bucket(Bucket=bucket)
    return Address(url=f"s3://{bucket}", endpoint=gateway.url, kms_key=KEY)


@pytest.fixture
def operation_id() -> str:
    """An operation without output."""
    return str(uuid4())


def output(address: Address, operation_id: str) -> bytes:
    """Return the output of an operation."""
    return b"".join(open_address(address).read(output_name(operation_id)))


def put_all(address: Address, operation_id: str, upload_id: str) -> list[str]:
    """Upload all parts and return their tags."""
    return [
        put_part(address, operation_id, upload_id, number, content)
        for number, content in enumerate(PARTS)
    ]


def test_parts_become_one_object(address: Address, operation_id: str) -> None:
    """Parts that are uploaded in any order are one object in the order of numbers."""
    upload_id = begin_output(address, operation_id)
    tags = {
        number: put_part(address, operation_id, upload_id, number, PARTS[number])
        for number in (3, 1, 0, 2)
    }

    assert open_address(address).n_bytes(output_name(operation_id)) is None

    in_order = [tags[number] for number in range(4)]
    n_bytes = finish_output(address, operation_id, upload_id, in_order)

    assert sum(map(len, PARTS)) == n_bytes
    assert b"".join(PARTS) == output(address, operation_id)


def test_ranges_cross_parts(address: Address, operation_id: str) -> None:
    """A range of the output may begin in one part and end in another."""
    upload_id = begin_output(address, operation_id)
    finish_output(
        address, operation_id, upload_id, put_all(address, operation_id, upload_id)
    )
    objects, content = open_address(address), b"".join(PARTS)
    at = len(PARTS[0])
    for start, end in ((at - 3, at + 3), (at, 2 * at + 2), (len(content) - 9, None)):
        ranged = objects.read(output_name(operation_id), start, end)

        assert content[start:end] == b"".join(ranged)


def test_processes_upload_together(address: Address, operation_id: str) -> None:
    """Parts come from several processes; one that comes twice is the same part."""
    upload_id = begin_output(address, operation_id)
    calls = [(number, PARTS[number]) for number in (0, 1, 2, 3, 1, 0)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        futures = [
            pool.submit(put_part, address, operation_id, upload_id, *call) for call in calls
        ]
        tags = [future.result() for future in futures[:4]]
        for future in futures[4:]:
            future.result()
    finish_output(address, operation_id, upload_id, tags)

    assert b"".join(PARTS) == output(address, operation_id)


def test_finishing_again_changes_nothing(address: Address, operation_id: str) -> None:
    """Who finishes once more, after a crash, gets the same size and leaves the output."""
    upload_id = begin_output(address, operation_id)
    tags = put_all(address, operation_id, upload_id)
    first = finish_output(address, operation_id, upload_id, tags)

    assert first == finish_output(address, operation_id, upload_id, tags)
    assert b"".join(PARTS) == output(address, operation_id)


def test_tag_that_changed_is_looked_up(address: Address, operation_id: str) -> None:
    """A part that was uploaded again has its new tag, whatever was written down."""
    upload_id = begin_output(address, operation_id)
    tags = put_all(address, operation_id, upload_id)
    former = put_part(address, operation_id, upload_id, 3, b"another last part")
    put_part(address, operation_id, upload_id, 3, PARTS[3])
    finish_output(address, operation_id, upload_id, [*tags[:3], former])

    assert b"".join(PARTS) == output(address, operation_id)


def test_missing_part_is_told(address: Address, operation_id: str) -> None:
    """An output without one of its parts is not put together."""
    upload_id = begin_output(address, operation_id)
    tags = [
        put_part(address, operation_id, upload_id, number, PARTS[number])
        for number in (0, 2)
    ]
    with pytest.raises(ObjectsUnreachable) as caught:
        finish_output(address, operation_id, upload_id, [tags[0], "none", tags[1]])

    assert "InvalidPart" == caught.value.problem
    assert open_address(address).n_bytes(output_name(operation_id)) is None


def test_aborted_output_is_gone(
    gateway: CephGateway, address: Address, operation_id: str
) -> None:
    """After its operation was deleted there are no parts; once more is passed by."""
    upload_id = begin_output(address, operation_id)
    put_part(address, operation_id, upload_id, 0, PARTS[0])
    open_address(address).delete(f"{operation_id}/")
    open_address(address).delete(f"{operation_id}/")
    listed = s3_client(gateway.url, "").list_multipart_uploads(Bucket=address.bucket)

    assert "Uploads" not in listed
    with pytest.raises(ObjectsUnreachable) as caught:
        finish_output(address, operation_id, upload_id, ["tag"])
    # Ceph says the second, since it finds the upload neither open nor finished.
    assert caught.value.problem in {"NoSuchUpload", "InternalError"}


def test_output_is_encrypted_with_its_key(
    gateway: CephGateway, address: Address, operation_id: str
) -> None:
    """The output is encrypted with the key of the address."""
    of_client = replace(address, kms_key="key-of-two")
    upload_id = begin_output(of_client, operation_id)
    tag = put_part(of_client, operation_id, upload_id, 0, b"output\n")
    finish_output(of_client, operation_id, upload_id, [tag])
    found = s3_client(gateway.url, "").head_object(
        Bucket=address.bucket, Key=output_name(operation_id)
    )

    assert "key-of-two" == found["SSEKMSKeyId"]


def test_output_of_no_client_is_not_begun(address: Address, operation_id: str) -> None:
    """Where each client has a key, no output is begun without saying whose."""
    with pytest.raises(ValueError, match="no client"):
        begin_output(replace(address, kms_key=KEY_OF_CLIENT), operation_id)


def test_missing_bucket_is_told(gateway: CephGateway, operation_id: str) -> None:
    """Without its bucket nothing is begun."""
    nowhere = Address(url="s3://test-none", endpoint=gateway.url, kms_key=KEY)
    with pytest.raises(ObjectsUnreachable) as caught:
        begin_output(nowhere, operation_id)

    assert "NoSuchBucket" == caught.value.problem


def test_address_says_the_bucket() -> None:
    """The bucket of an address is what follows its scheme."""
    assert "batches-egress" == Address(url="s3://batches-egress").bucket
