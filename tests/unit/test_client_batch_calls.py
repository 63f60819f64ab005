"""What the client does with the files of operations, as a program calls it."""

import hashlib
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from relay_proxy import RelayProxy
from slow_service import SlowService, says

from occoder import wire
from occoder.client import Client
from occoder.errors import AnswerNotUnderstood
from occoder.service.transport.self_signed import FOR_CLIENTS, WITH_KEY, make_current

CONTENT = bytes(range(256)) * 1000
PATH = "/file?X-Sig=ab%2Fc&Expires=9"


def test_upload_brings_its_headers(tmp_path: Path) -> None:
    """An upload has its length and the two headers of encryption, and no token."""
    (tmp_path / "input.jsonl").write_bytes(CONTENT)
    told: list[int] = []
    with (
        SlowService({PATH: says(b"")}) as service,
        Client(service.address, "an-id", "a-secret") as client,
    ):
        operation = wire.CreatedOperation(
            request_upload_url=service.address + PATH,
            operation_id="op-1",
            bucket_kms_key_arn="arn:aws:kms:key/1",
        )
        client.upload(operation, tmp_path / "input.jsonl", on_progress=told.append)
        client.upload(operation, [CONTENT], len(CONTENT))
        with pytest.raises(TypeError, match="n_bytes"):
            client.upload(operation, [CONTENT])

    for seen in service.seen:
        assert ("PUT", PATH, CONTENT) == (seen.method, seen.path, seen.body)
        assert "aws:kms" == seen.headers["x-amz-server-side-encryption"]
        key = seen.headers["x-amz-server-side-encryption-aws-kms-key-id"]
        assert "arn:aws:kms:key/1" == key
        assert str(len(CONTENT)) == seen.headers["content-length"]
        assert not {"authorization", "transfer-encoding", "content-type"} & set(
            seen.headers
        )
    assert len(CONTENT) == told[-1]


def test_links_go_through_the_proxy(tmp_path: Path) -> None:
    """A link to another host is reached by the proxy that the client was given."""
    make_current(tmp_path, ["localhost"], datetime.now(UTC))
    with (
        SlowService({PATH: says(CONTENT)}, certificate=tmp_path / WITH_KEY) as service,
        RelayProxy(service.port) as proxy,
        Client(
            "https://coder.example",
            "an-id",
            "a-secret",
            proxy=f"http://127.0.0.1:{proxy.port}",
            verify=tmp_path / FOR_CLIENTS,
        ) as client,
    ):
        sink = BytesIO()
        client.download(f"https://localhost:{service.port}{PATH}", sink)

    assert CONTENT == sink.getvalue()
    assert proxy.heads[0].startswith("CONNECT localhost:")


def test_metadata_is_an_object() -> None:
    """Metadata come as the JSON object that they are, whatever is in it."""
    stated = {"outputParts": [{"nBytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()}]}
    with (
        SlowService({"/m": says(stated), "/n": says([1]), "/o": says(b"{")}) as service,
        Client(service.address, "an-id", "a-secret") as client,
    ):
        assert stated == client.operation_metadata(f"{service.address}/m")
        for path in ("/n", "/o"):
            with pytest.raises(AnswerNotUnderstood):
                client.operation_metadata(service.address + path)
