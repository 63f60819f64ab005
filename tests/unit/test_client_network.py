"""Connections that end by a moment; test_client_deadlines.py shows them in use."""

import socket
import time

import httpcore
import pytest
from slow_service import CODED, SlowService, cuts, head, says, sips

from occoder.client.lookup import Lookups
from occoder.client.network import TimedBackend

REQUEST = b"GET /v1/topics HTTP/1.1\r\nhost: x\r\n\r\n"


def in_seconds(seconds: float) -> float:
    """Return the moment in so many seconds."""
    return time.monotonic() + seconds


def connected(port: int, end: float | None = None) -> httpcore.NetworkStream:
    """Return a connection to a port of this machine."""
    backend = TimedBackend(Lookups(), time.monotonic)
    return backend.connect_tcp("127.0.0.1", port, in_seconds(9) if end is None else end)


def test_bytes_go_both_ways() -> None:
    """What is written arrives, and what comes is read."""
    with SlowService({"/v1/topics": says(b"{}")}) as service:
        stream = connected(service.port)
        stream.write(REQUEST, in_seconds(9))
        came = stream.read(4096, in_seconds(9))
        stream.close()

    assert came.startswith(head(b"{}")[:15])
    assert ["/v1/topics"] == service.paths


def test_idle_connection_is_known() -> None:
    """A connection that the other side has closed is known before it is used."""
    with SlowService({"/v1/topics": cuts}) as service:
        stream = connected(service.port)
        is_readable_before = stream.get_extra_info("is_readable")
        stream.write(REQUEST, in_seconds(9))
        closing = stream.read(1, in_seconds(9))
        is_readable_after = stream.get_extra_info("is_readable")
        stream.close()

    assert not is_readable_before
    assert b"" == closing
    assert is_readable_after


@pytest.mark.parametrize("end", [0.0, None], ids=["past", "no moment"])
def test_no_time_is_no_act(end: float | None) -> None:
    """After the moment, and without one, nothing is done at all."""
    with SlowService({"/v1/topics": says(CODED)}) as service:
        stream = connected(service.port)
        with pytest.raises(httpcore.WriteTimeout):
            stream.write(REQUEST, end)
        with pytest.raises(httpcore.ReadTimeout):
            stream.read(1, end)
        with pytest.raises(httpcore.ConnectTimeout):
            stream.start_tls(httpcore.default_ssl_context(), "x", end)
        with pytest.raises(httpcore.ConnectTimeout):
            TimedBackend(Lookups(), time.monotonic).connect_tcp("127.0.0.1", 1, end)
        stream.close()

    assert [] == service.seen


def test_slow_reader_gets_its_time_once() -> None:
    """A peer that takes the data in small sips doesn't prolong the time for it."""
    with SlowService(on_connect=sips) as service:
        stream = connected(service.port)
        stream.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_SNDBUF, 4096
        )
        start = time.monotonic()
        with pytest.raises(httpcore.WriteTimeout):
            stream.write(b"x" * 100_000_000, in_seconds(0.3))
        took_s = time.monotonic() - start
        stream.close()

    assert took_s < 8


def test_broken_connection_is_told() -> None:
    """Writing to a connection that is gone is an error of writing."""
    with SlowService() as service:
        stream = connected(service.port)
        stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        with pytest.raises(httpcore.WriteError):
            stream.write(REQUEST, in_seconds(9))
        stream.close()


def test_unknown_name_is_told() -> None:
    """A name that can't be one is an error of connecting."""
    backend = TimedBackend(Lookups(), time.monotonic)
    with pytest.raises(httpcore.ConnectError) as caught:
        backend.connect_tcp("a" * 64 + ".example", 443, in_seconds(9))

    assert isinstance(caught.value.args[0], socket.gaierror)


def test_last_failure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """When no address of a host answers, the last one's failure is told."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(httpcore.ConnectError) as caught:
            connected(port)

    assert isinstance(caught.value.args[0], ConnectionRefusedError)
