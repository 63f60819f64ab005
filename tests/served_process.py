"""The service as operators run it: `occoder serve` in a process of its own."""

import ipaddress
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

from running_service import link_model
from short_link import short_link
from toy_served import toy_model_folder

from occoder.database import connect
from occoder.service.clients.client import Override
from occoder.service.clients.client_register import ClientRegister
from occoder.settings.tier import Tier

PATIENCE_S = 60
_LISTEN = "0A"
_OCCODER = [sys.executable, "-c", "from occoder.cli.main import main; main()"]


class ServedProcess:
    """A service on loopback, with toy models in place of the bundled ones.

    Parameters
    ----------
    folder : Path
        Empty; gets the data folder, what is said, and all that else is written.
    environ : mapping, optional
        Settings and other variables; nothing of the test's own environment but PATH.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str] | None = None) -> None:
        self.folder, self.home = folder, folder / "home"
        for name in ("home", "user", "temporary", "models"):
            (folder / name).mkdir()
        for number, topic in enumerate(("osca", "anzsco"), start=1):
            model = toy_model_folder(folder / "models", number=number, topic=topic)
            link_model(model, self.home)
        self._stack = ExitStack()
        self.port, self.metrics_port = free_ports()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._tls.check_hostname, self._tls.verify_mode = False, ssl.CERT_NONE
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "user"),
            "TMPDIR": str(self._stack.enter_context(short_link(folder / "temporary"))),
            "OCCODER_HOME": str(self.home),
            "OCCODER_PORT": str(self.port),
            "OCCODER_METRICS_PORT": str(self.metrics_port),
            **(environ or {}),
        }
        self._engine = connect(
            self.environ.get("OCCODER_DATABASE_URL", ""),
            self.home / "service" / "service.sqlite",
        )
        self.register = ClientRegister(self._engine)

    def __enter__(self) -> Self:
        """Start it, and wait until it is ready."""
        self.start()
        return self

    def start(self) -> None:
        """Start it, also once more after it ended, and wait until it is ready."""
        with (
            (self.folder / "stdout").open("ab") as out,
            (self.folder / "stderr").open("ab") as err,
        ):
            self.process = subprocess.Popen(
                [*_OCCODER, "serve"],
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=self.folder / "user",
                umask=0,  # what is kept private must not depend on it
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def kill(self) -> None:
        """End it at once, as a machine that loses its power does."""
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def __exit__(self, *_: object) -> None:
        """Stop it, if it still runs."""
        self.stop()
        self._engine.dispose()
        self._stack.close()

    def stop(self) -> int:
        """Stop it in good order and return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    def run(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        """Run another command of occoder with the same settings."""
        return subprocess.run(
            [*_OCCODER, *words],
            env=self.environ,
            capture_output=True,
            cwd=self.folder / "user",
            umask=0,
            timeout=PATIENCE_S,
        )

    def add_client(
        self,
        secret: str | None = None,
        *,
        override: Override | None = None,
        tier: Tier = Tier.PUBLIC,
    ) -> tuple[str, str]:
        """Register a client and return its id and secret."""
        client, secret = self.register.add(
            organisation="Dept of Examples",
            contact="someone@example.org",
            tier=tier,
            terms_version="1",
            terms_accepted_by="A. Person",
            override=override or Override(per_second=0, per_hour=0),
            secret=secret,
        )
        return client.client_id, secret

    def send(self, content: bytes, *, port: int | None = None) -> bytes:
        """Send bytes over a connection of their own and return all that comes back."""
        with (
            socket.create_connection(("127.0.0.1", port or self.port), PATIENCE_S) as plain,
            self._secured(plain, is_plain=port is not None) as connection,
        ):
            try:
                connection.sendall(content)
                return _all_from(connection)
            except ConnectionError:  # closed while more was being sent
                return b""

    def metrics(self) -> bytes:
        """Return what is told to the collector of metrics."""
        call = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        return self.send(call, port=self.metrics_port)

    def said(self) -> dict[str, bytes]:
        """Return what it wrote to its output and its error output."""
        return {name: (self.folder / name).read_bytes() for name in ("stdout", "stderr")}

    def _wait(self) -> None:
        stop = time.monotonic() + PATIENCE_S
        while b" 200 " not in self._answer_to(b"GET /health/ready HTTP/1.1\r\n")[:16]:
            assert self.process.poll() is None, (self.folder / "stderr").read_text()
            assert time.monotonic() < stop, "the service does not become ready"
            time.sleep(0.05)

    def _secured(self, plain: socket.socket, *, is_plain: bool) -> socket.socket:
        if is_plain or "OCCODER_TLS" not in self.environ:
            return plain
        return self._tls.wrap_socket(plain, server_hostname="localhost")

    def _answer_to(self, first_line: bytes) -> bytes:
        try:
            return self.send(first_line + b"Host: localhost\r\nConnection: close\r\n\r\n")
        except OSError:  # it does not listen yet
            return b""


def free_ports() -> tuple[int, int]:
    """Return two ports of loopback that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as one:
        with socket.create_server(("127.0.0.1", 0)) as other:
            return one.getsockname()[1], other.getsockname()[1]


def _all_from(connection: socket.socket) -> bytes:
    """Return what arrives until the end, or until an answer that says it is the last."""
    arrived = b""
    while not _is_last_whole(arrived) and (part := connection.recv(65536)):
        arrived += part
    return arrived


def _is_last_whole(arrived: bytes) -> bool:
    head, _, body = arrived.rpartition(b"HTTP/1.1 ")[2].lower().partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    is_last = b"connection: close" in head and length is not None
    return is_last and len(body) >= int(length[1] if length else 0)


def call(
    method: str,
    target: str,
    headers: Sequence[tuple[str, str]] = (),
    body: bytes = b"",
) -> bytes:
    """Return a call as bytes, after whose answer the connection ends."""
    given = {"host": "localhost", "connection": "close", "content-length": str(len(body))}
    for name, _ in headers:
        given.pop(name.lower(), None)
    lines = [f"{method} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in [*given.items(), *headers]]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def listening(process: int) -> set[tuple[str, int]]:
    """Return the addresses that a process or those it started listen at (Linux)."""
    sockets = {link for one in processes_of(process) for link in _open_files(one)}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{process}/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if state == _LISTEN and f"socket:[{inode}]" in sockets:
                address, port = local.split(":")
                packed = b"".join(
                    bytes.fromhex(address)[i : i + 4][::-1]
                    for i in range(0, len(address) // 2, 4)
                )
                found.add((str(ipaddress.ip_address(packed)), int(port, 16)))
    return found


def processes_of(process: int) -> list[int]:
    """Return a process and all that it started, by their numbers (Linux)."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *(one for child in children for one in processes_of(int(child)))]


def _open_files(process: int) -> Iterator[str]:
    for file in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            yield str(file.readlink())
