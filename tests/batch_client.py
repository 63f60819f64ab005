"""A partner that sends batches to a service, as the guide says (section 8)."""

import time
from collections.abc import Iterable
from typing import Any, Self

import httpx
from running_service import basic

PATIENCE_S = 120


class BatchClient:
    """Calls a service for one client.

    Parameters
    ----------
    address : str
        "http://host:port".
    client_id, secret : str
        Of the client.
    """

    def __init__(self, address: str, client_id: str, secret: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=PATIENCE_S, trust_env=False)
        answer = self.http.post(
            "/oauth2/token",
            data={"grant_type": "client_credentials"},
            headers={"Authorization": basic(client_id, secret)},
        )
        self.token = answer.raise_for_status().json()["access_token"]

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self.http.close()

    def create(self, topic: str = "osca") -> dict[str, str]:
        """Create an operation."""
        answer = self.http.post(
            f"/v1/topics/{topic}/batch-code",
            headers={"Authorization": self.token},
            json={},
        )
        made: dict[str, str] = answer.raise_for_status().json()
        return made

    def upload(
        self, operation: dict[str, str], content: bytes | Iterable[bytes]
    ) -> httpx.Response:
        """Upload a file."""
        headers = {
            "x-amz-server-side-encryption": "aws:kms",
            "x-amz-server-side-encryption-aws-kms-key-id": operation["bucketKmsKeyArn"],
            "Content-Type": "application/json",
        }
        url = operation["requestUploadUrl"]
        return self.http.put(url, content=content, headers=headers)

    def status(self, operation: dict[str, str], topic: str = "osca") -> httpx.Response:
        """Ask how far an operation is."""
        path = f"/v1/topics/{topic}/batch-code/operations/{operation['operationId']}"
        return self.http.get(path, headers={"Authorization": self.token})

    def ended(self, operation: dict[str, str]) -> dict[str, Any]:
        """Wait until an operation has ended and return its last status."""
        stop = time.monotonic() + PATIENCE_S
        while True:
            answer = self.status(operation)
            status: dict[str, Any] = answer.raise_for_status().json()
            if status["operationStatus"] not in {"awaiting_input", "in_progress"}:
                return status
            assert time.monotonic() < stop, "it takes too long"
            time.sleep(0.1)

    def coded(self, content: bytes) -> dict[str, Any]:
        """Create an operation, upload a file, wait for the end, return the status."""
        operation = self.create()
        assert self.upload(operation, content).status_code == 200
        return {**operation, **self.ended(operation)}

    def get(self, url: str, **headers: str) -> httpx.Response:
        """Download from a link, without a token, as a browser does."""
        return self.http.get(url, headers=headers)
