"""A server process with the stand-in app, and what tests do to it from outside."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

from occoder.service.transport.server import run
from occoder.settings.settings import Settings

# Long enough for any machine; nothing waits as long as this unless it fails.
PATIENCE_S = 120


class StandInServer:
    """`occoder.service.transport.server.run` in a process of its own, at a free port.

    Parameters
    ----------
    home : Path
        Its data folder.
    settings
        Further settings by their field, as text.
    """

    def __init__(self, home: Path, **settings: str) -> None:
        self.home = home
        self.has_tls = "tls" in settings
        self.trusted = home / "service" / "tls" / "certificate.pem"
        given = {"home": str(home), "port": "0", "metrics_port": "0", **settings}
        environ = {f"OCCODER_{name.upper()}": text for name, text in given.items()}
        others = {k: v for k, v in os.environ.items() if not k.startswith("OCCODER_")}
        self.process = subprocess.Popen(
            [sys.executable, __file__],
            env={**others, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline() or 0)

    def __enter__(self) -> Self:
        """Return it; its first answer comes when it has started."""
        assert self.port, self.process.communicate()[1]
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it in good order, or else the test fails."""
        try:
            assert 0 == self.stop()
        finally:
            self.kill()

    def kill(self) -> None:
        """End it at once; its processes end by themselves then."""
        self.process.kill()
        self.process.communicate(timeout=PATIENCE_S)

    def stop(self, sent: signal.Signals = signal.SIGTERM) -> int:
        """Stop it, and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(sent)
        return self.stop_by_itself()

    def stop_by_itself(self) -> int:
        """Wait until it stops, and return its exit code."""
        self.said = self.process.communicate(timeout=PATIENCE_S)[1]
        return self.process.returncode

    def connect(self) -> socket.socket:
        """Return a new connection, encrypted if the server has a certificate."""
        plain = self.connect_plain()
        if not self.has_tls:
            return plain
        context = ssl.create_default_context(cafile=self.trusted)
        try:
            return context.wrap_socket(plain, server_hostname="localhost")
        except OSError:
            plain.close()
            raise

    def connect_plain(self) -> socket.socket:
        """Return a new connection without encryption."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)

    def ask(self, *sent: bytes) -> bytes:
        """Return all that comes back on a new connection until it is closed."""
        with self.connect() as connection:
            for part in sent:
                connection.sendall(part)
            return until_closed(connection)

    def get(self, path: str = "/") -> bytes:
        """Return the answer to a call."""
        return self.ask(request("GET", path, b"", "Connection: close"))

    def pids(self, state: str) -> set[int]:
        """Return the processes that "began" to serve, or "ended" in good order."""
        file = self.home / "processes"
        lines = file.read_text().splitlines() if file.exists() else []
        words = [line.split() for line in lines]
        return {int(pid) for pid, one in words if one == state}


def running(home: Path, *, secret: str = "", **settings: str) -> Iterator[StandInServer]:
    """Give a server that must end without having failed, or told a secret."""
    with StandInServer(home, **settings) as server:
        yield server
    assert '"level":"error"' not in server.said
    assert "Traceback" not in server.said
    assert not secret or secret not in server.said


def request(method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
    """Return a call as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def forget_calls(server: StandInServer) -> None:
    """Take away the signs that former calls to "/slow" left."""
    for name in ("begun", "go", "answered"):
        (server.home / name).unlink(missing_ok=True)


def status_of(answer: bytes) -> int:
    """Return the status of an answer."""
    return int(answer.split(b" ", 2)[1])


def until_closed(connection: socket.socket) -> bytes:
    """Return what arrives until the other side closes or resets."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def one_answer(connection: socket.socket) -> bytes:
    """Return one answer with a length from a connection that stays open."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(connection)
    header = data.partition(b"\r\n\r\n")[0].lower()
    length = int(header.partition(b"content-length: ")[2].partition(b"\r\n")[0])
    while len(data) < len(header) + 4 + length:
        data += _some(connection)
    return data


def wait_until(condition: Callable[[], Any]) -> None:
    """Wait for something that happens sooner or later, or fail."""
    stop = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > stop:
            raise TimeoutError
        time.sleep(0.02)


def _some(connection: socket.socket) -> bytes:
    part = connection.recv(65536)
    if not part:
        raise ConnectionError("closed before the answer was whole")
    return part


if __name__ == "__main__":
    run(
        Settings.from_environ(os.environ),
        app="stand_in_app:app",
        on_listening=lambda settings: print(settings.port, flush=True),
    )
