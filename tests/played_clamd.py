"""What takes streams as clamd does, and gives the answers that a test chose."""

import socket
import threading
from contextlib import suppress
from typing import BinaryIO, Final, Self

PATIENCE_S: Final = 60


class PlayedClamd:
    """Listens at a free port of loopback.

    Parameters
    ----------
    answers : sequence of bytes or None
        One for each connection, the last one for all after it; None gives none, and
        leaves the connection open.
    is_hasty : bool
        Whether it answers and closes without reading.
    """

    def __init__(self, *answers: bytes | None, is_hasty: bool = False) -> None:
        self.streams: list[bytes] = []
        self._answers = list(answers)
        self._is_hasty = is_hasty
        self._held: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE_S)
        for one in (self._listener, *self._held):
            one.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # it has stopped
                return
            answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
            with suppress(ConnectionError):
                if not self._is_hasty:
                    self.streams.append(_stream_from(connection))
                connection.sendall(answer or b"")
            if answer is None:
                self._held.append(connection)
            else:
                connection.close()


def _stream_from(connection: socket.socket) -> bytes:
    """Return what a connection sends as a stream, b"" for another command."""
    with connection.makefile("rb") as file:
        if _command(file) != b"zINSTREAM":
            return b""
        stream = bytearray()
        while n_bytes := int.from_bytes(file.read(4), "big"):
            stream += file.read(n_bytes)
        return bytes(stream)


def _command(file: BinaryIO) -> bytes:
    command = b""
    while (one := file.read(1)) not in {b"", b"\0"}:
        command += one
    return command
