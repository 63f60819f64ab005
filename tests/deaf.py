"""Ports where connecting neither succeeds nor fails."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

_N_TRIED = 64


@contextmanager
def deaf_port(host: str = "127.0.0.1", port: int = 0) -> Iterator[int]:
    """Give a port whose queue of connections is full, so that the system drops new ones."""
    with ExitStack() as sockets:
        listener = sockets.enter_context(socket.socket())
        listener.bind((host, port))
        listener.listen(0)
        for _ in range(_N_TRIED):
            one = sockets.enter_context(socket.socket())
            one.settimeout(0.2)
            try:
                one.connect(listener.getsockname())
            except TimeoutError:
                break
        else:
            raise AssertionError("the queue of the listener doesn't fill up")
        yield listener.getsockname()[1]
