"""What the doctor finds of the certificate and the address."""

import socket
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from certificates import write_certificate
from prometheus_client import CollectorRegistry, Counter
from stand_in_server import StandInServer

from occoder.service.checks.doctor_network import address, certificate, metrics
from occoder.service.startup import prepare
from occoder.settings.settings import SELF_SIGNED, Settings
from occoder.telemetry.metrics import start_metrics_server

TLS = pytest.mark.parametrize("tls", ["", SELF_SIGNED], ids=["plain", "TLS"])


def settings_of(folder: Path, **given: object) -> Settings:
    """Return settings with a certificate of their own, unless others are given."""
    chain, key = write_certificate(folder)
    chosen = {"tls": str(chain), "tls_key": str(key), **given}
    return Settings(home=folder, **chosen)  # type: ignore[arg-type]


def test_no_certificate_is_well(tmp_path: Path) -> None:
    """Plain HTTP needs none, and it is told who can speak it."""
    here = certificate(Settings(home=tmp_path), time.time())
    behind = certificate(Settings(home=tmp_path, proxies=("10.0.0.5",)), time.time())

    assert (True, "none: plain HTTP, on this machine only") == (here.is_ok, here.finding)
    assert "none: plain HTTP, behind named proxies" == behind.finding


def test_own_certificate_is_told(tmp_path: Path) -> None:
    """A self-signed one is not made by the doctor; later its days are told."""
    settings = Settings(home=tmp_path, tls=SELF_SIGNED)
    before = certificate(settings, time.time())
    assert not list(tmp_path.iterdir())
    prepare(settings)
    after = certificate(settings, time.time())

    assert (True, True) == (before.is_ok, after.is_ok)
    assert after.finding.endswith("364 days left, then it renews itself")


def test_given_certificate_is_well(tmp_path: Path) -> None:
    """A given one that lasts is well, and covers the host names."""
    settings = settings_of(tmp_path, public_api_host="localhost")

    assert certificate(settings, time.time()).is_ok


def test_end_is_found(tmp_path: Path) -> None:
    """A given certificate that ends within 30 days is found."""
    settings = settings_of(tmp_path)
    write_certificate(tmp_path, ends=timedelta(days=29))

    assert not certificate(settings, time.time()).is_ok


def test_missing_name_is_found(tmp_path: Path) -> None:
    """A host name of the settings that the certificate lacks is found."""
    settings = settings_of(tmp_path, public_api_host="coder.example.org")

    assert (
        "it is not good for coder.example.org" == certificate(settings, time.time()).finding
    )


def test_open_key_is_found(tmp_path: Path) -> None:
    """A key that anyone can read is found."""
    settings = settings_of(tmp_path)
    Path(settings.tls_key).chmod(0o644)
    open_to_all = certificate(settings, time.time())
    Path(settings.tls_key).chmod(0o640)

    assert f"{settings.tls_key}: anyone can read it" == open_to_all.finding
    assert certificate(settings, time.time()).is_ok


def test_unusable_certificate_is_found(tmp_path: Path) -> None:
    """A certificate that can't be used is found with the reason."""
    check = certificate(settings_of(tmp_path, tls=str(tmp_path / "none")), time.time())

    assert f"{tmp_path / 'none'}: there is no such file" == check.finding


def test_free_address_is_well(tmp_path: Path) -> None:
    """An address that nobody listens at is free."""
    check = address(Settings(home=tmp_path, port=0), time.time())

    assert (True, "127.0.0.1 port 0: free") == (check.is_ok, check.finding)


def test_foreign_address_is_found(tmp_path: Path) -> None:
    """An address that can't be had is found with the reason."""
    check = address(Settings(home=tmp_path, host="192.0.2.1"), time.time())

    assert not check.is_ok
    assert "cannot assign requested address" in check.finding


@TLS
def test_running_service_is_well(tmp_path: Path, tls: str) -> None:
    """An address at which the service itself answers is well."""
    given = {"tls": tls} if tls else {}
    with StandInServer(tmp_path, **given) as server:
        check = address(Settings(home=tmp_path, port=server.port, tls=tls), time.time())

    assert check.is_ok, check
    assert check.finding.endswith("the service answers")


def test_other_certificate_is_found(tmp_path: Path) -> None:
    """A running service that shows another certificate than that of the file is found."""
    with StandInServer(tmp_path, tls=SELF_SIGNED) as server:
        settings = settings_of(tmp_path / "other", port=server.port)
        check = address(settings, time.time())

    assert not check.is_ok
    assert check.finding.endswith("another certificate")


@TLS
@pytest.mark.parametrize(
    "answer", [b"", b"SSH-2.0-OpenSSH_9.2p1\r\n", b"HTTP/1.1 200 OK\r\n\r\n{}"], ids=str
)
def test_other_program_is_found(tmp_path: Path, answer: bytes, tls: str) -> None:
    """An address that another program has is found, whatever that answers."""
    settings = Settings(home=tmp_path, tls=tls)
    if tls:
        prepare(settings)
    with socket.create_server(("127.0.0.1", 0)) as other:
        thread = threading.Thread(target=answer_one, args=(other, answer))
        thread.start()
        taken = Settings(home=tmp_path, tls=tls, port=other.getsockname()[1])
        check = address(taken, time.time())
        thread.join()

    assert not check.is_ok
    assert check.finding.endswith("another program has it")


def answer_one(server: socket.socket, answer: bytes) -> None:
    """Answer one caller with some bytes."""
    connection, _ = server.accept()
    with connection:
        connection.sendall(answer)
        connection.recv(65536)


def test_metrics_need_no_address(tmp_path: Path) -> None:
    """Without a port there are no metrics, and nothing is wrong."""
    check = metrics(Settings(home=tmp_path, metrics_port=0))

    assert (True, "none") == (check.is_ok, check.finding)


def test_metrics_of_the_service_are_well(tmp_path: Path) -> None:
    """A port is well when it is free, and when the service tells its numbers there."""
    registry = CollectorRegistry()
    Counter("occoder_calls", "Calls.", registry=registry)
    server = start_metrics_server(0, 1, registry)
    settings = Settings(home=tmp_path, metrics_port=server.port)
    running = metrics(settings)
    server.stop()
    stopped = metrics(settings)

    assert (True, True) == (running.is_ok, stopped.is_ok)
    assert running.finding.endswith("the service answers")
    assert stopped.finding.endswith("free")


def test_other_program_at_metrics_is_found(tmp_path: Path) -> None:
    """A port of the metrics that another program has is found."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        thread = threading.Thread(target=answer_one, args=(other, b"SSH-2.0\r\n"))
        thread.start()
        port = other.getsockname()[1]
        check = metrics(Settings(home=tmp_path, metrics_port=port))
        thread.join()

    assert not check.is_ok
    assert check.finding.endswith("address already in use")
