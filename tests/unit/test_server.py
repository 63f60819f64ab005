"""Running the service: starts that fail, and stops in good order."""

import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from certificates import DAY, write_certificate
from stand_in_app import shown
from stand_in_server import StandInServer, one_answer, request, wait_until

from occoder.errors import AddressUnusable, SettingsFaults, UnusableCertificate
from occoder.service.transport.server import run
from occoder.settings.settings import Settings

Start = Callable[..., StandInServer]
WORKERS = pytest.mark.parametrize("workers", ["1", "2"])


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a server in the folder of the test; none outlives it."""
    started: list[StandInServer] = []

    def start(**settings: str) -> StandInServer:
        started.append(StandInServer(tmp_path, **settings))
        return started[-1]

    yield start
    for server in started:
        server.kill()


def begun(server: StandInServer) -> socket.socket:
    """Return a connection with a call under way."""
    connection = server.connect()
    connection.sendall(request("GET", "/slow"))
    wait_until((server.home / "begun").exists)
    return connection


def is_refused(server: StandInServer) -> bool:
    """Tell whether nobody listens any more."""
    try:
        server.connect().close()
    except ConnectionRefusedError:
        return True
    return False


@WORKERS
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_call_under_way_is_finished(
    tmp_path: Path, start: Start, workers: str, sent: signal.Signals
) -> None:
    """Told to stop, it takes no new calls, answers those under way, and ends with 0."""
    server = start(workers=workers, stop_timeout_s="600")
    with begun(server) as connection:
        server.process.send_signal(sent)
        wait_until(lambda: is_refused(server))
        (tmp_path / "go").touch()
        answer = one_answer(connection)

        assert b"" == connection.recv(1)
    assert 0 == server.stop()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nconnection: close\r\n" in answer
    assert server.pids("began") == server.pids("ended")
    assert "Traceback" not in server.said


@WORKERS
def test_endless_call_is_given_up(start: Start, workers: str) -> None:
    """A call that outlasts the time to stop does not keep it from stopping."""
    server = start(workers=workers, stop_timeout_s="1")
    with begun(server):
        assert 0 == server.stop()
    assert server.pids("began") == server.pids("ended")


@WORKERS
def test_idle_connection_does_not_delay_the_stop(start: Start, workers: str) -> None:
    """A connection without a call is closed when it stops."""
    patience = {"idle_timeout_s": "600", "header_timeout_s": "600"}
    server = start(workers=workers, stop_timeout_s="600", **patience)
    with server.connect() as idle, server.connect() as half:
        idle.sendall(request("GET", "/"))
        one_answer(idle)
        half.sendall(b"GET / HTTP/1.1\r\n")

        assert 0 == server.stop()
        assert b"" == idle.recv(1)


@WORKERS
def test_app_knows_the_settings(tmp_path: Path, workers: str) -> None:
    """The app reads the settings from its environment, with the port that was taken."""
    with StandInServer(tmp_path, workers=workers, page="true") as server:
        settings = shown(server.get())["settings"]

        assert str(server.port) == settings["OCCODER_PORT"]
        assert ("true", workers) == (settings["OCCODER_PAGE"], settings["OCCODER_WORKERS"])


def test_answers_name_no_software(tmp_path: Path) -> None:
    """No header tells what answers."""
    with StandInServer(tmp_path) as server:
        assert b"server:" not in server.get().lower()


@pytest.mark.parametrize(
    ("proxies", "expected"),
    [
        ("", ("127.0.0.1", "http")),
        ("127.0.0.1", ("192.0.2.7", "https")),
        ("127.0.0.0/8,192.0.2.0/24", ("198.51.100.9", "https")),
        ("10.0.0.1", ("127.0.0.1", "http")),
    ],
    ids=["none", "address", "networks", "other"],
)
def test_named_proxy_tells_who_calls(
    tmp_path: Path, proxies: str, expected: tuple[str, str]
) -> None:
    """Only a proxy that is named is believed whom it calls for."""
    told = "X-Forwarded-For: 198.51.100.9, 192.0.2.7", "X-Forwarded-Proto: https"
    with StandInServer(tmp_path, proxies=proxies) as server:
        facts = shown(server.ask(request("GET", "/", b"", "Connection: close", *told)))

        assert expected == (facts["client"], facts["scheme"])


@pytest.mark.parametrize("proxy", ["proxy.example.org", "*", "10.0.0.1/8"])
def test_proxy_must_be_an_address(tmp_path: Path, proxy: str) -> None:
    """A proxy is named by address or network: nobody else can then take its place."""
    with pytest.raises(SettingsFaults) as caught:
        run(Settings(home=tmp_path, port=0, proxies=(proxy,)), app="none:none")

    assert proxy in caught.value.faults[0]


def test_taken_port_is_told_first(tmp_path: Path) -> None:
    """A port in use stops it before anything else is looked at."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        settings = Settings(home=tmp_path, port=port, tls=str(tmp_path / "none"))
        with pytest.raises(AddressUnusable) as caught:
            run(settings, app="none:none")

    assert ("127.0.0.1", port) == (caught.value.host, caught.value.port)
    assert "address already in use" == caught.value.problem
    assert not list(tmp_path.iterdir())


def test_bad_certificate_stops_the_start(tmp_path: Path) -> None:
    """A certificate that can't be used stops it before it listens."""
    chain, key = write_certificate(tmp_path, begins=-9 * DAY, ends=-DAY)
    settings = Settings(home=tmp_path, port=0, tls=str(chain), tls_key=str(key))
    listened: list[Settings] = []
    with pytest.raises(UnusableCertificate):
        run(settings, app="none:none", on_listening=listened.append)

    assert not listened


@WORKERS
@pytest.mark.parametrize("broken", ["database", "lifespan"])
def test_failed_start_ends_it(
    tmp_path: Path, start: Start, workers: str, broken: str
) -> None:
    """When the app can't start, it ends with 1 and does not try for ever."""
    (tmp_path / f"broken {broken}").touch()
    server = start(workers=workers)

    assert 1 == server.stop_by_itself()
    if broken == "database":
        assert "sqlite can't be used: disk I/O error" in server.said


def test_callers_may_wait_while_it_starts(tmp_path: Path) -> None:
    """Who connects as soon as it listens is answered when it has started."""
    answers: list[bytes] = []
    with StandInServer(tmp_path, workers="2") as server:
        threads = [
            threading.Thread(target=lambda: answers.append(server.get())) for _ in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert 20 == sum(answer.startswith(b"HTTP/1.1 200 OK") for answer in answers)
