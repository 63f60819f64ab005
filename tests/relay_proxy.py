"""A proxy that connects everything to one port of this machine."""

import socket
import threading
from contextlib import suppress
from typing import Self


class RelayProxy:
    """Answers CONNECT and passes bytes on, whatever host is asked for.

    Parameters
    ----------
    port : int
        Where all connections lead.
    status : str
        What CONNECT is answered with.
    """

    def __init__(self, port: int, status: str = "200 OK") -> None:
        self._port = port
        self._status = status
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.heads: list[str] = []

    def __enter__(self) -> Self:
        """Begin to listen."""
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection."""
        for one in [self._listener, *self._sockets]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                self._sockets.append(near)
                threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near: socket.socket) -> None:
        head = b""
        with suppress(OSError):
            while not head.endswith(b"\r\n\r\n"):
                head += near.recv(1)
            self.heads.append(head.decode())
            near.sendall(f"HTTP/1.1 {self._status}\r\n\r\n".encode())
            if self._status.startswith("200"):
                far = socket.create_connection(("127.0.0.1", self._port))
                self._sockets.append(far)
                threading.Thread(target=_pass_on, args=(far, near), daemon=True).start()
                _pass_on(near, far)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
        other.shutdown(socket.SHUT_WR)
