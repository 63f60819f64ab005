"""The promise of timeout_s, against real sockets on their worst days.

What is slow here is slow for a minute, and what is promised is a fraction of a second; the
tests allow some seconds, so that a busy machine can't break them.
"""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from both_clients import Caller, both
from deaf import deaf_port
from slow_service import (
    CODED,
    Act,
    SlowService,
    floods,
    head,
    is_silent,
    says,
    trickles,
    waits,
)

from occoder.client import Client
from occoder.errors import ServiceUnreachable
from occoder.service.transport.self_signed import FOR_CLIENTS, WITH_KEY, make_current

TIMEOUT_S = 0.2
# For tests that must get somewhere before the time is over.
LONGER_S = 1.5
# Far above the time-out, far below what the servers here endure.
AT_MOST_S = 8.0

CODE = "/v1/topics/osca/code"
TOKEN = "/oauth2/token"
BODY = b'{"codeStatus": "unsuccessful", "input": {}, "result": []}'
HEAD = head(BODY)
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"

# What the service does, by what is slow about it.
SLOW: dict[str, dict[str, Act]] = {
    "no answer": {CODE: is_silent},
    "header trickles": {CODE: trickles(HEAD + BODY)},
    "header never ends": {CODE: trickles(b"HTTP/1.1 200 OK\r\na:" + b"b" * 900)},
    "goes on with 100": {CODE: trickles(b"HTTP/1.1 100 Continue\r\n\r\n" * 99, at_once=50)},
    "floods with 100": {CODE: floods(b"HTTP/1.1 100 Continue\r\n\r\n" * 200)},
    "body trickles": {CODE: trickles(HEAD + BODY, at_once=len(HEAD) + 5)},
    "chunks trickle": {CODE: trickles(CHUNKED + b"1\r\n \r\n" * 99, at_once=60)},
    "no token": {TOKEN: is_silent},
    "token trickles": {TOKEN: trickles(HEAD + BODY)},
    "token late, then no answer": {
        TOKEN: waits(0.15, says({"access_token": "t"})),
        CODE: is_silent,
    },
}


def is_late(
    client: Caller,
    url: str,
    text: str = "nurse",
    timeout_s: float = TIMEOUT_S,
    **options: Any,
) -> None:
    """Check that a call ends in time, and says that it was the time."""
    start = time.monotonic()
    with pytest.raises(ServiceUnreachable, match=f"not within the {timeout_s} s"):
        client(url, "code_one", text, timeout_s=timeout_s, max_wait_s=0, **options)

    assert time.monotonic() - start < AT_MOST_S


@both
@pytest.mark.parametrize("acts", SLOW.values(), ids=list(SLOW))
def test_slow_service_costs_timeout_only(client: Caller, acts: dict[str, Act]) -> None:
    """However a service is slow, a call without retries ends by timeout_s."""
    with SlowService(acts) as service:
        is_late(client, service.address)


@both
def test_renewing_counts_too(client: Caller) -> None:
    """Renewing a refused token happens within the time-out of the call."""
    acts = {
        TOKEN: [says({"access_token": "t"}), is_silent],
        CODE: [says(CODED), says({"message": "no"}, 403)],
    }
    with SlowService(acts) as service:
        is_late(client, service.address, timeout_s=LONGER_S, times=2)

        assert [TOKEN, CODE, CODE, TOKEN] == service.paths


@both
def test_repeat_counts_too(client: Caller) -> None:
    """The repeat after a broken connection happens within the time-out of the call."""
    acts = {CODE: [lambda connection: connection.close(), is_silent]}
    with SlowService(acts) as service:
        is_late(client, service.address, timeout_s=LONGER_S)

        assert [TOKEN, CODE, CODE] == service.paths


@both
def test_unread_request_costs_timeout_only(client: Caller) -> None:
    """A server that doesn't take the request can't hold the call up."""
    with SlowService() as auth, SlowService(on_connect=is_silent) as service:
        is_late(client, service.address, "n" * 30_000_000, auth_url=auth.address)


@both
def test_hanging_connect_costs_timeout_only(client: Caller) -> None:
    """An address that swallows connections can't hold the call up."""
    with deaf_port() as port:
        is_late(client, f"http://127.0.0.1:{port}")


@pytest.fixture
def hanging_lookup(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Let look-ups of coder.example hang, and return the names that were looked up."""
    is_over, looked_up, real = threading.Event(), list[str](), socket.getaddrinfo

    def getaddrinfo(host: str, *given: Any, **options: Any) -> Any:
        if host != "coder.example":
            return real(host, *given, **options)
        looked_up.append(host)
        is_over.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield looked_up
    is_over.set()


@both
def test_hanging_lookup_costs_timeout_only(
    client: Caller, hanging_lookup: list[str]
) -> None:
    """Name servers that don't answer can't hold the call up."""
    is_late(client, "https://coder.example")

    assert ["coder.example"] == hanging_lookup


@both
def test_hanging_lookups_share_a_thread(client: Caller, hanging_lookup: list[str]) -> None:
    """Calls that wait for the same look-up don't each take a thread."""
    with pytest.raises(ServiceUnreachable):
        client("https://coder.example", "topics", timeout_s=0.1, max_wait_s=1)

    assert ["coder.example"] == hanging_lookup


@both
def test_hanging_tls_costs_timeout_only(client: Caller) -> None:
    """A server that doesn't answer the hello of TLS can't hold the call up."""
    with SlowService(on_connect=is_silent) as service:
        is_late(client, f"https://127.0.0.1:{service.port}")


@both
def test_trickling_tls_costs_timeout_only(client: Caller) -> None:
    """A handshake that trickles can't hold the call up."""
    record = b"\x16\x03\x03\x40\x00" + b"\x02\x00\x3f\xfc\x03\x03" + b"\x00" * 900
    with SlowService(on_connect=trickles(record)) as service:
        is_late(client, f"https://127.0.0.1:{service.port}")


@both
def test_trickling_over_tls_costs_timeout_only(client: Caller, tmp_path: Path) -> None:
    """A body that trickles through TLS can't hold the call up."""
    make_current(tmp_path, ["127.0.0.1"], datetime.now(UTC))
    acts = {CODE: trickles(HEAD + BODY, at_once=len(HEAD))}
    with SlowService(acts, certificate=tmp_path / WITH_KEY) as service:
        verify = tmp_path / FOR_CLIENTS
        is_late(client, service.address, timeout_s=LONGER_S, verify=verify)

        assert [TOKEN, CODE] == service.paths


@both
@pytest.mark.parametrize(
    "act", [is_silent, trickles(HEAD + BODY)], ids=["silent", "trickles"]
)
def test_hanging_proxy_costs_timeout_only(client: Caller, act: Act) -> None:
    """A proxy that doesn't connect can't hold the call up."""
    with SlowService(on_connect=act) as proxy:
        is_late(client, "https://coder.example", proxy=proxy.address)


@both
def test_dead_address_leaves_time_for_next(
    client: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two addresses of a host, a dead first one leaves time for the second."""
    real = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *given: Any, **options: Any) -> Any:
        hosts = ["127.0.0.2", "127.0.0.1"] if host == "localhost" else [host]
        return [one for each in hosts for one in real(each, port, *given, **options)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with SlowService({CODE: says(CODED)}) as service, deaf_port("127.0.0.2", service.port):
        url = f"http://localhost:{service.port}"
        answer = client(url, "code_one", "nurse", timeout_s=3, max_wait_s=0)

    assert "2654" == answer.result[0].code_category


def test_threads_wait_for_token_in_time() -> None:
    """Threads that wait for each other's token all end by their own time-outs."""
    with SlowService({TOKEN: is_silent}) as service:
        with Client(
            service.address, "an-id", "a-secret", timeout_s=TIMEOUT_S, max_wait_s=0
        ) as client:
            errors = in_threads(client.topics, n=8)

    assert ["service-unreachable"] * 8 == [error.slug for error in errors]


HANGS = """
import asyncio, socket, sys, time
from occoder.client import AsyncClient, Client
from occoder.errors import ServiceUnreachable

socket.getaddrinfo = lambda *_, **__: time.sleep(60)
given = ("https://coder.example", "an-id", "a-secret")

async def run():
    async with AsyncClient(*given, timeout_s=0.2, max_wait_s=0, proxy="") as client:
        await client.topics()

def wait():
    Client(*given, timeout_s=0.2, max_wait_s=0, proxy="").topics()

try:
    asyncio.run(run()) if sys.argv[1] == "asynchronous" else wait()
except ServiceUnreachable:
    print("in time")
"""


@pytest.mark.parametrize("kind", ["blocking", "asynchronous"])
def test_program_ends_before_its_lookups(kind: str) -> None:
    """A look-up that hangs doesn't keep a program from ending."""
    program = [sys.executable, "-c", HANGS, kind]
    done = subprocess.run(program, capture_output=True, text=True, timeout=30)

    assert "in time\n" == done.stdout, done.stderr


def in_threads(call: Callable[[], object], n: int) -> list[ServiceUnreachable]:
    """Return the errors of a call that threads make at the same time, in time."""
    errors: list[ServiceUnreachable] = []

    def run() -> None:
        try:
            call()
        except ServiceUnreachable as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(n)]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - start < AT_MOST_S
    return errors


@both
def test_waits_end_with_their_sum(client: Caller) -> None:
    """With retries, a call ends within max_wait_s and one more timeout_s."""
    start = time.monotonic()
    with SlowService({CODE: is_silent}) as service, pytest.raises(ServiceUnreachable):
        client(service.address, "code_one", "nurse", timeout_s=0.1, max_wait_s=1)

    assert time.monotonic() - start < AT_MOST_S
