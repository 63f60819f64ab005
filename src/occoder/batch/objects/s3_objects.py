"""Objects in a bucket of an S3 store."""

import errno
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from occoder.batch.links.links import OUTPUT
from occoder.batch.objects.objects import Found
from occoder.batch.objects.s3_client import (
    code_of,
    s3_client,
    sealed_with,
    told_as_unreachable,
)
from occoder.batch.objects.s3_multipart import Multipart
from occoder.errors import ObjectsUnreachable

# What is larger goes up in parts of this size, at most 10,000 of them (S3's limit).
PART_BYTES: Final = 16 * 1024**2
_PIECE_BYTES: Final = 1024**2

# How often in a row a transfer may break off without a byte in between.
_MAX_BREAKS: Final = 3

_ID_LENGTH: Final = 36


class S3Objects:
    """A store in a bucket; this is `Objects`.

    Parameters
    ----------
    bucket : str
        Its name.
    endpoint : str
        "https://host"; "" for AWS.
    region : str
        Where it is; "" where the store does not mind.
    kms_key : str
        What the store encrypts with; "" for what the bucket has by default.
    """

    def __init__(self, bucket: str, *, endpoint: str, region: str, kms_key: str) -> None:
        self._bucket = bucket
        self._kms_key = kms_key
        with told_as_unreachable(bucket):
            self._client = s3_client(endpoint, region)

    @contextmanager
    def writer(self, name: str) -> Iterator["_Upload"]:
        """Write an object: it is there, whole and durable, when the context ends well.

        It holds one part in memory, however large the object is.
        """
        sealed = sealed_with(self._kms_key)
        upload = _Upload(self._client, self._bucket, name, sealed)
        try:
            yield upload
            upload.finish()
        except BaseException:
            upload.abort()
            raise

    def read(self, name: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes of an object from ``start`` to before ``end``.

        A transfer that breaks off is taken up where it broke, of the same object.

        Raises
        ------
        FileNotFoundError
            If it is not there.
        """
        tag, n_breaks = "", 0
        while True:
            answer = self._get(name, start, end, tag)
            if answer is None:
                return
            tag = answer["ETag"]
            pieces = _Pieces(answer["Body"])
            yield from pieces
            start += pieces.n_bytes
            if pieces.problem is None:
                return
            n_breaks = n_breaks + 1 if not pieces.n_bytes else 1
            if n_breaks > _MAX_BREAKS:
                problem = type(pieces.problem).__name__
                raise ObjectsUnreachable(store=self._bucket, problem=problem)

    def n_bytes(self, name: str) -> int | None:
        """Return the size of an object, None when it is not there."""
        with told_as_unreachable(self._bucket):
            try:
                found = self._client.head_object(Bucket=self._bucket, Key=name)
            except ClientError as error:
                if code_of(error) != "404":
                    raise
                # The answer has no body that tells whether there is a bucket at all.
                self._client.head_bucket(Bucket=self._bucket)
                return None
        return int(found["ContentLength"])

    def found(self, prefix: str = "") -> Iterator[Found]:
        """Yield the objects whose names begin like this, in any order."""
        for page in self._pages("list_objects_v2", prefix):
            for one in page.get("Contents", []):
                yield Found(one["Key"], one["Size"], one["LastModified"].timestamp())

    def delete(self, prefix: str) -> None:
        """Delete the objects whose names begin like this, and unfinished uploads.

        Raises
        ------
        ValueError
            If objects of several operations begin like this.
        """
        if len(prefix) < _ID_LENGTH:
            raise ValueError(f"{prefix!r} is more than one operation")
        for upload, _ in self._uploads(prefix):
            upload.abort()
        for page in self._pages("list_objects_v2", prefix):  # at most 1000, S3's limit
            if names := [{"Key": one["Key"]} for one in page.get("Contents", [])]:
                self._delete(names)

    def delete_remnants(self, older_than_s: float) -> None:
        """Delete what writers left behind that began so long ago or longer.

        The output of an operation is uploaded for as long as it is coded, so it is left
        to `delete` and to the lifecycle of the bucket.
        """
        before = time.time() - older_than_s
        for upload, begun_at in self._uploads(""):
            if begun_at <= before and not upload.name.endswith(f"/{OUTPUT}"):
                upload.abort()

    def _uploads(self, prefix: str) -> Iterator[tuple[Multipart, float]]:
        """Yield the uploads in parts that are not finished, and when each began."""
        for page in self._pages("list_multipart_uploads", prefix):
            for one in page.get("Uploads", []):
                names = (one["Key"], one["UploadId"])
                upload = Multipart(self._client, self._bucket, *names)
                yield upload, one["Initiated"].timestamp()

    def _delete(self, names: list[dict[str, str]]) -> None:
        wanted = {"Objects": names, "Quiet": True}
        with told_as_unreachable(self._bucket):
            answer = self._client.delete_objects(Bucket=self._bucket, Delete=wanted)
        for fault in answer.get("Errors", []):
            raise ObjectsUnreachable(store=self._bucket, problem=fault["Code"])

    def _pages(self, operation: str, prefix: str) -> Iterator[Any]:
        paginator = self._client.get_paginator(operation)
        pages = iter(paginator.paginate(Bucket=self._bucket, Prefix=prefix))
        while True:
            with told_as_unreachable(self._bucket):
                page = next(pages, None)
            if page is None:
                return
            yield page

    def _get(self, name: str, start: int, end: int | None, tag: str) -> Any:
        """Return the answer with bytes of an object, None where there are none."""
        if end is not None and end <= start:
            if self.n_bytes(name) is None:
                raise _not_found(name)
            return None
        options = {"IfMatch": tag} if tag else {}
        if start or end is not None:
            options["Range"] = f"bytes={start}-{'' if end is None else end - 1}"
        with told_as_unreachable(self._bucket):
            try:
                return self._client.get_object(Bucket=self._bucket, Key=name, **options)
            except ClientError as error:
                if code_of(error) == "NoSuchKey":
                    raise _not_found(name) from error
                if code_of(error) == "InvalidRange":  # it ends before
                    return None
                raise


class _Pieces:
    """The bytes of one answer, up to where it broke off."""

    def __init__(self, body: Any) -> None:
        self._body = body
        self.n_bytes = 0
        self.problem: BotoCoreError | None = None

    def __iter__(self) -> Iterator[bytes]:
        with closing(self._body):
            chunks = self._body.iter_chunks(_PIECE_BYTES)
            while True:
                try:
                    piece = next(chunks, b"")
                except BotoCoreError as error:
                    self.problem = error
                    return
                if not piece:
                    return
                self.n_bytes += len(piece)
                yield piece


class _Upload:
    """An object that is being written: at once if it is small, in parts if it is not."""

    def __init__(
        self, client: Any, bucket: str, name: str, sealed: Mapping[str, str]
    ) -> None:
        self._client, self._bucket, self._name = client, bucket, name
        self._sealed = sealed
        self._waiting = bytearray()
        self._multipart: Multipart | None = None
        self._tags: list[str] = []

    def write(self, content: bytes) -> None:
        """Add bytes."""
        self._waiting += content
        while len(self._waiting) >= PART_BYTES:
            with memoryview(self._waiting) as waiting, waiting[:PART_BYTES] as part:
                self._put_part(bytes(part))
            del self._waiting[:PART_BYTES]

    def finish(self) -> None:
        """Put the object in its place."""
        rest = bytes(self._waiting)
        if self._multipart is None:
            with told_as_unreachable(self._bucket):
                self._client.put_object(
                    Bucket=self._bucket, Key=self._name, Body=rest, **self._sealed
                )
            return
        if rest:
            self._put_part(rest)
        self._multipart.finish(self._tags)

    def abort(self) -> None:
        """Leave nothing behind; what can't be reached now, the lifecycle deletes."""
        if self._multipart is not None:
            with suppress(ObjectsUnreachable):
                self._multipart.abort()

    def _put_part(self, content: bytes) -> None:
        if self._multipart is None:
            self._multipart = Multipart.begin(
                self._client, self._bucket, self._name, sealed=self._sealed
            )
        self._tags.append(self._multipart.put(len(self._tags), content))


def _not_found(name: str) -> FileNotFoundError:
    return FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), name)
