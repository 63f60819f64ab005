"""A batch whose objects are in a real S3 store, as its client sees it."""

import time
from dataclasses import dataclass
from typing import Self
from uuid import uuid4

import httpx

from occoder import wire
from occoder.batch.links.links import OUTPUT
from occoder.batch.objects.objects import Objects
from occoder.batch.objects.open_objects import open_objects
from occoder.batch.objects.s3_links import S3Links
from occoder.batch.operation import Operation, Store
from occoder.settings.settings import Settings

LINES = b'{"recordId": "1", "occp_text": "bus driver"}\n' * 50
TTL_S = 3600


@dataclass(frozen=True)
class S3Batch:
    """An operation of the client "one", as a client sees it."""

    settings: Settings
    operation: Operation

    @classmethod
    def new(cls, settings: Settings) -> Self:
        """Return a new one."""
        now = time.time()
        operation = Operation(
            operation_id=str(uuid4()),
            client_id="one",
            topic="osca",
            model_id="m",
            created_at=now,
            upload_until=now + TTL_S,
        )
        return cls(settings, operation)

    @property
    def links(self) -> S3Links:
        """Return what gives out its links."""
        return S3Links(self.settings)

    @property
    def upload_url(self) -> str:
        """Return its upload link."""
        return self.links.upload(self.operation, "", time.time())

    @property
    def headers(self) -> dict[str, str]:
        """Return the two headers that go with it."""
        return {
            wire.ENCRYPTION_HEADER: wire.ENCRYPTION_VALUE,
            wire.KEY_HEADER: self.links.key_arn(self.operation),
        }

    def download_url(self, name: str = OUTPUT) -> str:
        """Return a download link."""
        return self.links.download(self.operation, name, "", time.time())

    def objects(self, store: Store) -> Objects:
        """Return a store as the service opens it for this client."""
        return open_objects(self.settings, store, client_id=self.operation.client_id)

    def stored(self, store: Store, name: str) -> bytes:
        """Return an object of the operation."""
        return b"".join(self.objects(store).read(f"{self.operation.operation_id}/{name}"))

    def write_output(self, content: bytes, name: str = OUTPUT) -> None:
        """Put something to download in its place."""
        full_name = f"{self.operation.operation_id}/{name}"
        with self.objects(Store.EGRESS).writer(full_name) as writer:
            writer.write(content)


def code(answer: httpx.Response) -> str:
    """Return the code of an error of S3."""
    return answer.text.partition("<Code>")[2].partition("</Code>")[0]
