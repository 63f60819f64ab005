"""An object of an S3 store that is uploaded in parts (S3 calls it a multipart upload).

The parts may come from anywhere, in any order and repeatedly; only when all are put
together there is an object.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from botocore.exceptions import ClientError

from occoder.batch.objects.s3_client import code_of, told_as_unreachable

_GONE = frozenset({"NoSuchUpload", "404"})


@dataclass(frozen=True, slots=True)
class Multipart:
    """An upload in parts that was begun.

    Parameters
    ----------
    client : client of boto3
        What speaks with the store.
    bucket, name : str
        The object.
    upload_id : str
        What the store calls the upload.
    """

    client: Any
    bucket: str
    name: str
    upload_id: str

    @classmethod
    def begin(
        cls, client: Any, bucket: str, name: str, *, sealed: Mapping[str, str]
    ) -> Self:
        """Begin an upload; ``sealed`` asks the store to encrypt."""
        with told_as_unreachable(bucket):
            begun = client.create_multipart_upload(Bucket=bucket, Key=name, **sealed)
        return cls(client, bucket, name, begun["UploadId"])

    def put(self, number: int, content: bytes) -> str:
        """Upload a part, numbered from 0, and return its tag."""
        with told_as_unreachable(self.bucket):
            answer = self.client.upload_part(
                **self._names, PartNumber=number + 1, Body=content
            )
        return str(answer["ETag"])

    def finish(self, tags: Sequence[str]) -> None:
        """Put the parts together; nothing happens when they have been before.

        A part that was uploaded once more may have another tag than the one that was
        written down; then the store is asked for the tags.
        """
        with told_as_unreachable(self.bucket):
            try:
                self._finish(tags)
            except ClientError as error:
                if code_of(error) in _GONE and self._is_there(len(tags)):
                    return
                if code_of(error) != "InvalidPart":
                    raise
                found = self._tags()
                if set(found) != set(range(1, len(tags) + 1)):
                    raise
                self._finish([found[number] for number in sorted(found)])

    def abort(self) -> None:
        """End the upload and delete its parts; one that is over is passed by."""
        with told_as_unreachable(self.bucket):
            try:
                self.client.abort_multipart_upload(**self._names)
            except ClientError as error:
                if code_of(error) not in _GONE:
                    raise

    def _finish(self, tags: Sequence[str]) -> None:
        parts = [{"PartNumber": at, "ETag": tag} for at, tag in enumerate(tags, start=1)]
        self.client.complete_multipart_upload(
            **self._names, MultipartUpload={"Parts": parts}
        )

    def _tags(self) -> dict[int, str]:
        """Return the tags that the store has for the parts, by S3's numbers from 1."""
        pages = self.client.get_paginator("list_parts").paginate(**self._names)
        parts = (one for page in pages for one in page.get("Parts", []))
        return {one["PartNumber"]: one["ETag"] for one in parts}

    def _is_there(self, n_parts: int) -> bool:
        """Tell whether there is an object that was put together of so many parts."""
        try:
            found = self.client.head_object(Bucket=self.bucket, Key=self.name)
        except ClientError as error:
            if code_of(error) == "404":
                return False
            raise
        return str(found["ETag"]).strip('"').endswith(f"-{n_parts}")

    @property
    def _names(self) -> dict[str, str]:
        return {"Bucket": self.bucket, "Key": self.name, "UploadId": self.upload_id}
