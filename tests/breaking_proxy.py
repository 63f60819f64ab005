"""A way to a server that breaks off answers, as bad networks do."""

import socket
import threading
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

_PIECE = 65536


class BreakingProxy:
    """Passes bytes on, and ends the first connections in the middle of their answers.

    Parameters
    ----------
    url : str
        Where the server is.
    n_breaks : int
        How many connections are ended.
    after_bytes : int
        How many bytes of their answers are passed on.
    """

    def __init__(self, url: str, *, n_breaks: int, after_bytes: int) -> None:
        parts = urlsplit(url)
        self._server = (parts.hostname or "", parts.port or 0)
        self._left, self._after_bytes = n_breaks, after_bytes
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    @property
    def is_used_up(self) -> bool:
        """Tell whether all the breaks have happened."""
        return self._left == 0

    def __enter__(self) -> Self:
        """Begin to listen."""
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no more."""
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(self._server)
            for way in ((caller, server, False), (server, caller, True)):
                threading.Thread(target=self._pass_on, args=way, daemon=True).start()

    def _pass_on(self, start: socket.socket, end: socket.socket, is_answer: bool) -> None:
        n_bytes = 0
        with suppress(OSError):
            while piece := start.recv(_PIECE):
                end.sendall(piece)
                n_bytes += len(piece)
                if is_answer and n_bytes > self._after_bytes and self._take_break():
                    break
        for one in (start, end):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _take_break(self) -> bool:
        with self._lock:
            breaks = self._left > 0
            self._left -= breaks
        return breaks
