"""The service connects to nothing, looks up nothing and starts nothing (R91, R92).

A real process runs while Python and the kernel write down every connection, every look-up
of a name and every program: see `tests/watched_start`. The kernel does not carry them out,
so a service that works here needs none.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from running_service import basic
from served_process import PATIENCE_S, ServedProcess, call, listening

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="the kernel's filter and /proc are Linux's"
)

WATCHED_START = Path(__file__).parents[1] / "watched_start"
KINDS = {
    "plain": {"OCCODER_PAGE": "true"},
    "tls": {"OCCODER_PAGE": "true", "OCCODER_TLS": "self-signed"},
}
# Where a client would go: nobody listens there, and nobody has to.
ELSEWHERE = {
    "connection": "socket.create_connection(('127.0.0.1', 9), 1)",
    "connection of a library": "uvloop.run(loop_connects())",
    "connection to a database": "psycopg.connect('postgresql://127.0.0.1:9/none')",
    "look-up": "socket.getaddrinfo('example.invalid', 80)",
    "look-up of an address": "socket.gethostbyaddr('192.0.2.1')",
    "look-up by a library": "uvloop.run(loop_looks_up())",
    "datagram": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 9))",
    "program": "subprocess.run(['true'])",
    "shell": "os.system('true')",
}
PROGRAM = """
import asyncio, contextlib, os, psycopg, socket, subprocess, uvloop

async def loop_connects():
    loop = asyncio.get_running_loop()
    await loop.create_connection(asyncio.Protocol, "127.0.0.1", 9)

async def loop_looks_up():
    await asyncio.get_running_loop().getaddrinfo("example.invalid", 80)

with contextlib.suppress(OSError, psycopg.Error):
    {asked}
"""


def watched(file: Path) -> dict[str, str]:
    """Return what lets a Python process write down what it asks the system for."""
    return {"PYTHONPATH": str(WATCHED_START), "WATCHED_FILE": str(file)}


def tokens_and_answers(running: ServedProcess) -> list[bytes]:
    """Use the service as clients, visitors, proxies and strangers do."""
    credentials = basic(*running.add_client())
    form = b"grant_type=client_credentials"
    answer = running.send(
        call("POST", "/oauth2/token", [("Authorization", credentials)], form)
    )
    token = json.loads(answer.partition(b"\r\n\r\n")[2])["access_token"]
    record = b'{"record": {"occp_text": "welder"}, "explain": true, "levels": true}'
    batch = b'{"records": [{"occp_text": "welder"}, {"tasks_text": "joins steel"}]}'
    host = ("Host", "example.invalid")
    calls = [
        call("POST", "/oauth2/token", [("Authorization", basic("nobody", "secret"))], form),
        call("POST", "/v1/topics/osca/code", [("Authorization", token), host], record),
        call("POST", "/v1/topics/osca/code", [("Authorization", token)], batch),
        call("POST", "/v1/topics/osca/code", [("Authorization", token)], b"{"),
        call("POST", "/v1/topics/osca/code", [("Authorization", "none")], record),
        call("POST", "/page/osca/code", [], record),
        b"nonsense\r\n\r\n",
        *(
            call("GET", path, [("Authorization", token)])
            for path in ("/", "/page/page.js", "/page/topics", "/v1/topics", "/nothing")
        ),
        *(
            call("GET", path, [("X-Forwarded-For", "example.invalid")])
            for path in ("/health/ready", "/openapi.json", "/.well-known/jwks.json")
        ),
        call("GET", "/v1/topics/anzsco/models/latest", [("Authorization", token)]),
        call("GET", "/v1/security.txt"),
    ]
    return [running.send(one) for one in calls]


@pytest.fixture(scope="module", params=KINDS)
def life(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, list[bytes]]]:
    """Return what a service asked the system for in its life, and what it answered."""
    folder = tmp_path_factory.mktemp("watched")
    environ = {**KINDS[request.param], **watched(folder / "asked")}
    with ServedProcess(folder, environ) as running:
        answers = tokens_and_answers(running)
        answers.append(running.metrics())
        assert 0 == running.run("keys", "rotate").returncode
        assert 0 == running.run("client", "list").returncode
        assert 0 == running.stop()
    yield folder / "asked", answers
    shutil.rmtree(folder)


def test_r92_no_connection_in_a_whole_life(life: tuple[Path, list[bytes]]) -> None:
    """From its start to its end it asks for no connection, no look-up and no program."""
    asked, _ = life

    assert "" == asked.read_text(encoding="utf-8")


def test_r92_works_where_it_cannot_connect(life: tuple[Path, list[bytes]]) -> None:
    """Where the kernel carries out none of that, it gives every answer that it should."""
    _, answers = life

    statuses = [int(answer[9:12]) for answer in answers]
    assert [400, 200, 200, 400, 403, 200, 400] == statuses[:7]
    assert [200, 200, 200, 200, 404] == statuses[7:12]
    assert {200} == set(statuses[12:])


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_watch_sees(tmp_path: Path, kind: str) -> None:
    """The watch can fail: it writes down what asks for a connection, name or program."""
    file = tmp_path / "asked"
    program = PROGRAM.format(asked=ELSEWHERE[kind])
    environ = {"PATH": os.environ["PATH"], **watched(file)}
    subprocess.run([sys.executable, "-c", program], env=environ, timeout=PATIENCE_S)

    assert file.read_text(encoding="utf-8")


def test_watch_lets_listening_pass(tmp_path: Path) -> None:
    """Listening and answering are nothing that is written down."""
    file = tmp_path / "asked"
    program = (
        "import socket, uvloop; a, b = socket.socketpair(); a.send(b'x'); b.recv(1);"
        "socket.create_server(('127.0.0.1', 0)).close()"
    )
    environ = {"PATH": os.environ["PATH"], **watched(file)}
    subprocess.run([sys.executable, "-c", program], env=environ, check=True)

    assert "" == file.read_text(encoding="utf-8")


def test_listens_where_told_only(tmp_path: Path) -> None:
    """It listens at the port that was named and at that of the metrics, on loopback."""
    with ServedProcess(tmp_path, {"OCCODER_WORKERS": "2"}) as running:
        found = listening(running.process.pid)

    assert {("127.0.0.1", running.port), ("127.0.0.1", running.metrics_port)} == found
