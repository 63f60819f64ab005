"""Objects in a bucket of the real S3 store, written and read whole."""

from ceph_gateway import KEY

from occoder.batch.objects.objects import Objects
from occoder.batch.objects.s3_objects import S3Objects


def opened(bucket: str, url: str, *, kms_key: str = KEY) -> S3Objects:
    """Open a bucket."""
    return S3Objects(bucket, endpoint=url, region="", kms_key=kms_key)


def put(objects: Objects, name: str, *pieces: bytes) -> None:
    """Write an object."""
    with objects.writer(name) as writer:
        for piece in pieces:
            writer.write(piece)


def whole(objects: Objects, name: str) -> bytes:
    """Return all bytes of an object."""
    return b"".join(objects.read(name))
