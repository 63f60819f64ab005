"""No upload that was accepted is lost, and none that was not is kept (DESIGN 8.6)."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from batch_client import BatchClient
from dispatching import wait_until
from served_process import ServedProcess

from occoder.settings.tier import Tier

LINE = b'{"recordId": "1", "occp_text": "baker of bread"}\n'
MIB = 1024 * 1024


@pytest.fixture
def running(tmp_path: Path) -> Iterator[ServedProcess]:
    """Yield a service."""
    with ServedProcess(tmp_path) as running:
        yield running


@contextmanager
def partner_of(running: ServedProcess, client: tuple[str, str]) -> Iterator[BatchClient]:
    """Yield a partner with a new token."""
    with BatchClient(f"http://127.0.0.1:{running.port}", *client) as partner:
        yield partner


def test_a_gateway_killed_during_an_upload_keeps_nothing_of_it(
    running: ServedProcess,
) -> None:
    """The operation still awaits its input, and a second upload is coded whole."""
    client = running.add_client(tier=Tier.PARTNER)
    with partner_of(running, client) as partner:
        operation = partner.create()
    with half_sent(operation, n_bytes=64 * MIB):
        wait_until(lambda: bool(files(running, "ingress")))
        running.kill()
    running.start()
    with partner_of(running, client) as partner:
        assert partner.status(operation).json() == {"operationStatus": "awaiting_input"}
        assert partner.upload(operation, LINE * 3).status_code == 200
        status = partner.ended(operation)
        assert (status["operationStatus"], status["recordsTotal"]) == ("complete", 3)


def test_a_service_killed_after_an_upload_codes_it_when_it_is_back(
    running: ServedProcess,
) -> None:
    """What was answered with 200 is coded, whatever happens next."""
    client = running.add_client(tier=Tier.PARTNER)
    with partner_of(running, client) as partner:
        operations = [partner.create() for _ in range(3)]
        for operation in operations:
            assert partner.upload(operation, LINE * 1000).status_code == 200
    running.kill()
    running.start()
    with partner_of(running, client) as partner:
        for operation in operations:
            status = partner.ended(operation)
            assert (status["operationStatus"], status["recordsTotal"]) == (
                "complete",
                1000,
            )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_refuses_and_loses_nothing(tmp_path: Path) -> None:
    """503 before or within the upload, nothing half-written, and later it works."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=96m", "tmpfs", disk], check=True)
    try:
        (tmp_path / "served").mkdir()
        environ = {"OCCODER_OBJECTS": str(disk / "objects")}
        environ |= {"OCCODER_DISK_RESERVE_BYTES": "0", "OCCODER_SWEEP_EVERY_S": "1"}
        with ServedProcess(tmp_path / "served", environ) as running:
            client = running.add_client(tier=Tier.PARTNER)
            with partner_of(running, client) as partner:
                operation = partner.create()
                content = LINE * (40 * MIB // len(LINE))
                refused = partner.upload(operation, content)
                assert (refused.status_code, "SlowDown" in refused.text) == (503, True)
                pieces = (content[i : i + MIB] for i in range(0, len(content), MIB))
                refused = partner.upload(operation, pieces)  # its size is not announced
                assert (refused.status_code, "SlowDown" in refused.text) == (503, True)
                kept = [one for one in disk.rglob("*") if one.is_file()]
                assert kept == []
                assert partner.upload(operation, LINE * 5).status_code == 200
                assert partner.ended(operation)["operationStatus"] == "complete"
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


@contextmanager
def half_sent(operation: dict[str, str], *, n_bytes: int) -> Iterator[None]:
    """Begin an upload, send half of it, and leave it open."""
    url = urlsplit(operation["requestUploadUrl"])
    head = (
        f"PUT {url.path}?{url.query} HTTP/1.1\r\nHost: {url.netloc}\r\n"
        f"Content-Length: {n_bytes}\r\nx-amz-server-side-encryption: aws:kms\r\n"
        f"x-amz-server-side-encryption-aws-kms-key-id: {operation['bucketKmsKeyArn']}"
        "\r\n\r\n"
    )
    with socket.create_connection((url.hostname or "", url.port or 0), 60) as connection:
        connection.sendall(head.encode())
        connection.sendall((LINE * (n_bytes // len(LINE)))[: n_bytes // 2])
        yield


def files(running: ServedProcess, store: str) -> list[Path]:
    """Return the files in a store, unfinished ones too."""
    folder = running.home / "service" / "objects" / store
    return [one for one in folder.rglob("*") if one.is_file()]
