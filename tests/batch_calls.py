"""Calls about batches, and operations whose stores are filled by hand."""

import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa
from running_service import PATIENCE_S, RunningService
from toy_served import toy_model_folder

from occoder.batch.chunk_rows import add_chunk
from occoder.batch.coding.chunk import part_name
from occoder.batch.operation import ChunkDone, Operation, OperationState, Store
from occoder.database import OPERATIONS

HEADER = "x-amz-server-side-encryption"
KEY = f"{HEADER}-aws-kms-key-id"


class Made:
    """An operation that was made through the API.

    Parameters
    ----------
    service : RunningService
        Where.
    answer : dict
        As it was answered.
    """

    def __init__(self, service: RunningService, answer: dict[str, str]) -> None:
        self.service = service
        self.url = answer["requestUploadUrl"]
        self.id = answer["operationId"]
        self.key = answer["bucketKmsKeyArn"]

    @property
    def headers(self) -> dict[str, str]:
        """Return the headers of its upload."""
        return {HEADER: "aws:kms", KEY: self.key}

    @property
    def path(self) -> str:
        """Return the path of its upload, with the link."""
        return self.url.partition(self.service.address)[2]

    def put(self, body: Any, **headers: str) -> httpx.Response:
        """Upload something."""
        return self.service.http.put(
            self.path, content=body, headers={**self.headers, **headers}
        )

    def status(self) -> dict[str, Any]:
        """Return its status."""
        found: dict[str, Any] = self.service.get(
            f"/v1/topics/toy/batch-code/operations/{self.id}"
        ).json()
        return found

    def row(self) -> Operation:
        """Return it as the database has it."""
        found = self.service.parts.batches.operations.get(self.id)
        assert found
        return found

    def change(self, **values: Any) -> None:
        """Change it in the database."""
        with self.service.parts.engine.begin() as connection:
            is_it = OPERATIONS.c.operation_id == self.id
            connection.execute(sa.update(OPERATIONS).where(is_it).values(values))

    def stored(self) -> bytes:
        """Return its input, as the store has it."""
        sealed = self.service.parts.batches.sealed(self.row(), Store.INGRESS)
        return b"".join(sealed.read(f"{self.id}/input"))

    def complete(self, parts: list[bytes], metadata: bytes = b"{}") -> None:
        """Let it be complete, with an output."""
        batches = self.service.parts.batches
        key = batches.new_data_key(self.row().client_id, Store.EGRESS)
        self.change(egress_key=key)
        sealed = batches.sealed(self.row(), Store.EGRESS)
        contents = {f"{self.id}/metadata": metadata}
        for number, part in enumerate(parts):
            contents[part_name(self.id, number)] = part
            done = ChunkDone(number=number, n_records=1, n_bytes=len(part), sha256="")
            with self.service.parts.engine.begin() as connection:
                add_chunk(connection, self.id, done)
        for name, content in contents.items():
            with sealed.writer(name) as writer:
                writer.write(content)
        now = self.service.clock()
        self.change(
            state=str(OperationState.COMPLETE),
            finished_at=now,
            expires_at=now + self.service.settings.output_ttl_s,
            n_records=len(parts),
            n_coded=len(parts),
            n_output_bytes=sum(map(len, parts)),
        )

    def links(self) -> tuple[str, str]:
        """Return the paths of its output and of its metadata, with their links."""
        told = self.status()
        output, metadata = told["responseDownloadUrl"], told["metadataDownloadUrl"]
        address = self.service.address
        return output.partition(address)[2], metadata.partition(address)[2]


def made(service: RunningService) -> Made:
    """Make an operation of the partner."""
    answer = service.post("/v1/topics/toy/batch-code", {})
    assert answer.status_code == 200, answer.text
    return Made(service, answer.json())


def code_of(answer: httpx.Response) -> str:
    """Return the code of an error in XML."""
    assert answer.headers["content-type"] == "application/xml"
    return answer.text.partition("<Code>")[2].partition("</Code>")[0]


def files(service: RunningService) -> list[Path]:
    """Return all files in the stores of objects."""
    folder = service.settings.folder / "objects"
    return [one for one in folder.rglob("*") if one.is_file()]


@contextmanager
def connection(service: RunningService) -> Iterator[socket.socket]:
    """Return a connection to the service."""
    host, port = service.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as opened:
        yield opened


def head(operation: Made, *lines: str) -> bytes:
    """Return the header of an upload."""
    own = [f"{name}: {value}" for name, value in operation.headers.items()]
    first = f"PUT {operation.path} HTTP/1.1"
    return "\r\n".join([first, "Host: x", *own, *lines, "", ""]).encode()


def chunk(content: bytes) -> bytes:
    """Return a part of a body whose length is not said before."""
    return b"%x\r\n%b\r\n" % (len(content), content)


def until_closed(opened: socket.socket) -> bytes:
    """Return all that is sent until the connection ends."""
    return b"".join(iter(lambda: opened.recv(65536), b""))


def lines_of(n_bytes: int) -> bytes:
    """Return bytes that nothing else has."""
    return secrets.token_bytes(n_bytes)


def started(folder: Path, **environ: str) -> RunningService:
    """Return a service with the toy topic, and settings by their names."""
    named = {f"OCCODER_{name}": value for name, value in environ.items()}
    return RunningService(folder / "home", [toy_model_folder(folder)], named)


def wait_until_nothing(service: RunningService, operation: Made) -> None:
    """Wait until nothing of an operation is stored."""
    stop = time.monotonic() + PATIENCE_S
    while any(operation.id in str(one) for one in files(service)):
        assert time.monotonic() < stop
        time.sleep(0.02)
