"""How long connections are held, how many, and whose, with real sockets."""

import asyncio
import select
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import uvicorn
from stand_in_app import LARGE_BYTES, shown
from stand_in_server import (
    PATIENCE_S,
    StandInServer,
    forget_calls,
    one_answer,
    request,
    running,
    status_of,
    until_closed,
    wait_until,
)
from uvicorn.server import ServerState

from occoder.service.transport.connection import connection_class
from occoder.service.transport.open_files import allow
from occoder.service.transport.turned_away import Reason, TurnedAway
from occoder.settings.settings import Settings

THREE_SECONDS = {"idle_timeout_s": "3", "body_timeout_s": "3"}


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandInServer]:
    """A server that waits a second for a header, and three for a call or a body."""
    home = tmp_path_factory.mktemp("hasty")
    yield from running(home, header_timeout_s="1", **THREE_SECONDS)


def test_slow_header_is_cut_off(hasty: StandInServer) -> None:
    """A header that trickles in is not waited for, however steadily it comes."""
    started = time.monotonic()
    with hasty.connect() as connection, pytest.raises(OSError, match=r"reset|pipe"):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nA: ")
        for _ in range(5000):
            connection.sendall(b"x")
            time.sleep(0.02)

    assert time.monotonic() - started > 0.9


def test_silent_connection_is_closed(hasty: StandInServer) -> None:
    """A connection without a call is closed after the idle time, before and after one."""
    for sent in (b"", request("GET", "/")):
        started = time.monotonic()
        answer = hasty.ask(sent)

        assert time.monotonic() - started > 2.9
        assert bool(sent) == answer.startswith(b"HTTP/1.1 200")


def test_long_call_is_not_cut_off(hasty: StandInServer) -> None:
    """However long an answer takes, its caller may wait for it."""
    forget_calls(hasty)
    with hasty.connect() as connection:
        connection.sendall(request("GET", "/slow"))
        time.sleep(4)
        (hasty.home / "go").touch()

        assert 200 == status_of(one_answer(connection))


def test_slow_body_is_refused(hasty: StandInServer) -> None:
    """A body that trickles in is answered with 408, however steadily it comes."""
    whole = request("POST", "/echo", b"x" * 100_000)
    with hasty.connect() as connection:
        connection.sendall(whole[:-99_000])
        connection.setblocking(False)
        answer = b""
        stop = time.monotonic() + PATIENCE_S
        while not answer and time.monotonic() < stop:
            with suppress(BlockingIOError):
                answer = connection.recv(65536)
            with suppress(OSError):
                connection.send(b"x")
            time.sleep(0.02)

    assert 408 == status_of(answer)
    assert "SlowBody" == shown(answer)["errors"][0]["code"]


def test_upload_may_take_its_time(hasty: StandInServer) -> None:
    """The body of a PUT is taken as long as it goes on, however long it takes."""
    whole = request("PUT", "/echo", b"x" * 100)
    with hasty.connect() as connection:
        connection.sendall(whole[:-100])
        for _ in range(50):
            connection.sendall(b"xx")
            time.sleep(0.1)

        assert 200 == status_of(one_answer(connection))


def test_upload_that_stands_still_is_refused(hasty: StandInServer) -> None:
    """A PUT whose body does not go on is answered with 408."""
    with hasty.connect() as connection:
        connection.sendall(request("PUT", "/echo", b"x" * 100)[:-50])
        started = time.monotonic()

        assert 408 == status_of(until_closed(connection))
        assert time.monotonic() - started > 2.5


def test_body_behind_a_slow_call_may_wait(hasty: StandInServer) -> None:
    """A call that waits for those before it is not blamed for that."""
    forget_calls(hasty)
    with hasty.connect() as connection:
        connection.sendall(request("GET", "/slow"))
        wait_until((hasty.home / "begun").exists)
        connection.sendall(request("POST", "/echo", b"hello")[:-3])
        time.sleep(4)
        (hasty.home / "go").touch()
        assert 200 == status_of(one_answer(connection))
        connection.sendall(b"llo")

        assert "hello" == shown(one_answer(connection))["body"]


def test_reader_that_sleeps_is_cut_off(hasty: StandInServer) -> None:
    """Who does not take its answer loses it, so that it fills no memory for long."""
    with hasty.connect() as connection:
        connection.sendall(request("GET", "/large"))
        wait_until((hasty.home / "sent").exists)

        assert len(until_closed(connection)) < LARGE_BYTES


def test_slow_reader_is_not_cut_off(tmp_path: Path) -> None:
    """Who takes a little all the time keeps its answer, however long that takes."""
    with StandInServer(tmp_path, idle_timeout_s="1") as server, server.connect() as caller:
        caller.sendall(request("GET", "/large"))
        stop = time.monotonic() + 12
        while time.monotonic() < stop:
            assert caller.recv(50_000)
            time.sleep(0.1)


def test_reader_that_reads_gets_all(tmp_path: Path) -> None:
    """Who takes its answer gets it, however large it is."""
    with StandInServer(tmp_path, idle_timeout_s="600") as server:
        assert len(server.get("/large")) > LARGE_BYTES


def test_full_process_closes_new_connections(tmp_path: Path) -> None:
    """Of 2,000 connections 1,000 are held; they are answered, and make room in the end."""
    patience = {"idle_timeout_s": "600", "header_timeout_s": "600"}
    assert allow(4_000)
    with StandInServer(tmp_path, max_connections="1000", **patience) as server:
        assert 200 == status_of(server.get())
        connections = [server.connect() for _ in range(2_000)]
        wait_until(lambda: len(closed_among(connections)) >= 1_000)
        held = [one for one in connections if one not in closed_among(connections)]
        for one in held:
            one.sendall(request("GET", "/"))
        statuses = {status_of(one_answer(one)) for one in held}
        n_closed = len(closed_among(connections))
        for one in connections:
            one.close()
        wait_until(lambda: b"200 OK" in server.get())

    assert (1_000, 1_000, {200}) == (len(held), n_closed, statuses)


def closed_among(connections: list[socket.socket]) -> set[socket.socket]:
    """Return those on which there is something to read, which can only be their end."""
    poll = select.poll()
    by_number = {one.fileno(): one for one in connections}
    for number in by_number:
        poll.register(number, select.POLLIN)
    return {by_number[number] for number, _ in poll.poll(0)}


class Elsewhere(asyncio.Transport):
    """A transport of a caller at some address, as an event loop makes it."""

    def __init__(self, caller: str, here: str) -> None:
        super().__init__({"peername": (caller, 40000), "sockname": (here, 8080)})
        self.is_aborted = False

    def abort(self) -> None:
        """Note that the caller is not let in."""
        self.is_aborted = True


@pytest.mark.parametrize(
    ("caller", "is_let_in"),
    [
        ("10.0.0.5", True),
        ("10.0.0.6", False),
        ("127.0.0.1", True),
        ("192.0.2.1", True),
        ("192.0.2.2", False),
    ],
    ids=["proxy", "neighbour", "loopback", "this machine", "anybody"],
)
def test_r4_plain_http_is_for_named_proxies(
    tmp_path: Path, caller: str, is_let_in: bool
) -> None:
    """Plain HTTP that could come from anywhere is taken from named proxies only."""
    settings = Settings(home=tmp_path, host="0.0.0.0", proxies=("10.0.0.5",))
    counted: list[Reason] = []
    kind = connection_class(settings, TurnedAway(lambda reason, n: counted.append(reason)))

    async def connect() -> bool:
        transport = Elsewhere(caller, "192.0.2.1")
        config = uvicorn.Config("stand_in_app:app", factory=True, log_config=None)
        config.load()
        connection = kind(config, ServerState(), {})
        connection.connection_made(transport)
        connection.data_received(b"no HTTP" if transport.is_aborted else b"")
        return not transport.is_aborted

    assert is_let_in == asyncio.run(connect())
    assert ([] if is_let_in else [Reason.NOT_A_PROXY]) == counted


def test_tls_is_for_everybody(tmp_path: Path) -> None:
    """With TLS it does not matter whether a caller is a proxy."""
    settings = Settings(home=tmp_path, tls="chain.pem", proxies=("10.0.0.5",))

    assert connection_class(settings, TurnedAway(lambda *_: None)).proxies is None
