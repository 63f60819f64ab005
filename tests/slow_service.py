"""A server of sockets that does, byte by byte, what a test wants of a bad day."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeAlias

# How long it goes on with being slow when nobody ends it: far more than any time-out.
ENDURES_S = 60.0

CODED = {
    "codeStatus": "successful",
    "input": {"occp_text": "nurse"},
    "result": [
        {"codeCategory": "2654", "codeLabel": "Registered Nurses", "codeConfidence": 0.9}
    ],
}


@dataclass(frozen=True)
class Seen:
    """A request as it came."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Connection:
    """One connection, for an act to do something with.

    Parameters
    ----------
    sock : socket
        Of the connection.
    is_over : Event
        Set when the test ends.
    seen : Seen, optional
        What is to be answered.
    """

    def __init__(
        self, sock: socket.socket, is_over: threading.Event, seen: Seen | None = None
    ) -> None:
        self._sock = sock
        self._is_over = is_over
        self.seen = seen

    def send(self, data: bytes) -> bool:
        """Send something, and tell whether the other side still listens."""
        try:
            self._sock.sendall(data)
        except OSError:
            return False
        return True

    def take(self, n_bytes: int) -> bytes:
        """Return what has come, at most so many bytes; nothing at the end."""
        with suppress(OSError):
            return self._sock.recv(n_bytes)
        return b""

    def wait(self, seconds: float = ENDURES_S) -> bool:
        """Wait, but not beyond the end of the test; tell whether that has come."""
        return self._is_over.wait(seconds)

    def close(self) -> None:
        """Close it, as a server that is ended does."""
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)
        self._sock.close()


Act: TypeAlias = Callable[[Connection], object]


def head(body: bytes, status: int = 200, **headers: str) -> bytes:
    """Return the head of an answer."""
    named = {"content-type": "application/json", "content-length": str(len(body))}
    named.update({name.replace("_", "-"): value for name, value in headers.items()})
    lines = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status} Status\r\n{lines}\r\n".encode()


def says(body: object, status: int = 200, **headers: str) -> Act:
    """Answer properly."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda connection: connection.send(head(content, status, **headers) + content)


def is_silent(connection: Connection) -> None:
    """Say nothing."""
    connection.wait()


def sips(connection: Connection) -> None:
    """Take what comes in small parts, with breaks."""
    while not connection.wait(0.01) and connection.take(65536):
        pass


def cuts(connection: Connection) -> None:
    """Close without an answer."""
    connection.close()


def trickles(data: bytes, *, at_once: int = 0) -> Act:
    """Send the first bytes at once and then one after the other, ten a second."""

    def act(connection: Connection) -> None:
        connection.send(data[:at_once])
        for position in range(at_once, len(data)):
            connection.send(data[position : position + 1])
            if connection.wait(0.1):
                return

    return act


def floods(data: bytes) -> Act:
    """Send the same again and again, as fast as it is taken."""

    def act(connection: Connection) -> None:
        while not connection.wait(0) and connection.send(data):
            pass

    return act


def waits(seconds: float, then: Act) -> Act:
    """Let some time pass first."""

    def act(connection: Connection) -> None:
        connection.wait(seconds)
        then(connection)

    return act


TOKEN = says({"access_token": "token-1", "expires_in": 3600})


class SlowService:
    """Listens at a free port and answers by script.

    Parameters
    ----------
    acts : mapping
        For each path one act or a list of them, the last of which goes on for ever. A
        path that is not there is answered with 404; a token is given to everybody.
    certificate : Path, optional
        File with certificate and key, to speak TLS.
    on_connect : callable, optional
        What to do with a connection instead of reading from it.
    """

    def __init__(
        self,
        acts: Mapping[str, Act | Sequence[Act]] | None = None,
        *,
        certificate: Path | None = None,
        on_connect: Act | None = None,
    ) -> None:
        given = {"/oauth2/token": TOKEN, **(acts or {})}
        self._acts = {
            path: list(some) if isinstance(some, Sequence) else [some]
            for path, some in given.items()
        }
        self._tls = _tls(certificate) if certificate else None
        self._on_connect = on_connect
        self._is_over = threading.Event()
        self._lock = threading.Lock()
        self._connections: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.seen: list[Seen] = []
        self.n_connections = self.n_left = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.address = f"http{'s' if certificate else ''}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        """End everything, however slow it is."""
        self._is_over.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            connections = list(self._connections)
        for sock in connections:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(ENDURES_S)

    @property
    def paths(self) -> list[str]:
        """Return the paths that were asked for, in order."""
        return [one.path for one in self.seen]

    def waits_for(self, is_so: Callable[[], bool]) -> bool:
        """Wait until something is so, and tell whether it came to that."""
        stop = time.monotonic() + ENDURES_S
        while not is_so() and time.monotonic() < stop:
            time.sleep(0.005)
        return is_so()

    def _start(self, target: Callable[..., None], *given: object) -> None:
        thread = threading.Thread(target=target, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                with self._lock:
                    self._connections.append(sock)
                self.n_connections += 1
                self._start(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        with suppress(OSError, ValueError):
            if self._on_connect:
                self._on_connect(Connection(sock, self._is_over))
                return
            if self._tls:
                sock = self._tls.wrap_socket(sock, server_side=True)
                with self._lock:
                    self._connections.append(sock)
            with sock, sock.makefile("rb") as stream:
                while line := stream.readline():
                    method, path, _ = line.decode().split()
                    headers = dict(iter(lambda: _header(stream.readline()), ("", "")))
                    body = stream.read(int(headers.get("content-length", 0)))
                    seen = Seen(method, path, headers, body)
                    self._note(seen)(Connection(sock, self._is_over, seen))
                self.n_left += 1

    def _note(self, seen: Seen) -> Act:
        with self._lock:
            self.seen.append(seen)
            acts = self._acts.get(seen.path, [says({"message": "Not Found"}, 404)])
            return acts.pop(0) if len(acts) > 1 else acts[0]


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def _header(line: bytes) -> tuple[str, str]:
    name, _, value = line.decode().strip().partition(":")
    return name.lower(), value.strip()
