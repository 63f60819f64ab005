"""The output of an operation in an S3 store: one object, whose parts are the chunks.

Whoever codes a chunk uploads it as a part; the dispatcher begins and finishes.
"""

from collections.abc import Sequence

from occoder.batch.links.links import OUTPUT
from occoder.batch.objects.address import Address
from occoder.batch.objects.open_objects import open_address
from occoder.batch.objects.s3_client import s3_client, sealed_with, told_as_unreachable
from occoder.batch.objects.s3_multipart import Multipart


def begin_output(address: Address, operation_id: str) -> str:
    """Begin the output of an operation and return the id of its upload.

    Raises
    ------
    ObjectsUnreachable
        If the store can't be used; so do the others here.
    """
    bucket = address.bucket
    with told_as_unreachable(bucket):
        client = s3_client(address.endpoint, address.region)
    sealed = sealed_with(address.kms_key)
    name = output_name(operation_id)
    return Multipart.begin(client, bucket, name, sealed=sealed).upload_id


def put_part(
    address: Address, operation_id: str, upload_id: str, number: int, content: bytes
) -> str:
    """Upload a part and return its tag, which `finish_output` needs.

    Parameters
    ----------
    address : Address
        The store of output.
    operation_id : str
        Whose output it is.
    upload_id : str
        From `begin_output`.
    number : int
        From 0, below 10,000. One of the same number is replaced.
    content : bytes
        Of the last part any number; of the others at least 5 MiB.
    """
    return _multipart(address, operation_id, upload_id).put(number, content)


def finish_output(
    address: Address, operation_id: str, upload_id: str, tags: Sequence[str]
) -> int:
    """Put the parts together and return the size of the output.

    It may be done again: an output that is there stays as it is.

    Parameters
    ----------
    address : Address
        The store of output.
    operation_id : str
        Whose output it is.
    upload_id : str
        From `begin_output`.
    tags : sequence of str
        Of all parts, in order; at least one.
    """
    _multipart(address, operation_id, upload_id).finish(tags)
    return open_address(address).n_bytes(output_name(operation_id)) or 0


def output_name(operation_id: str) -> str:
    """Return the name of the output of an operation.

    >>> output_name("0b5c")
    '0b5c/output'
    """
    return f"{operation_id}/{OUTPUT}"


def _multipart(address: Address, operation_id: str, upload_id: str) -> Multipart:
    bucket = address.bucket
    with told_as_unreachable(bucket):
        client = s3_client(address.endpoint, address.region)
    return Multipart(client, bucket, output_name(operation_id), upload_id)
