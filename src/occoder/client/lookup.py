"""Looking up names without waiting for it longer than one wants to.

The operating system's look-up of a name can't be ended from outside: with name servers
that don't answer it takes half a minute. So each runs in a thread of its own, and who
asked waits for it as long as they like. Who asks for the same name meanwhile waits for the
same look-up, so there is one thread for a name at most.
"""

import socket
from concurrent.futures import Future
from threading import Lock, Thread
from typing import TypeAlias

Addresses: TypeAlias = tuple[str, ...]


class Lookups:
    """The look-ups of names that are under way; threads and event loops may share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._under_way: dict[tuple[str, int], Future[Addresses]] = {}

    def start(self, host: str, port: int) -> "Future[Addresses]":
        """Return what will be the addresses of a host, in the order to try them.

        The future holds an `OSError` when the name has none.
        """
        with self._lock:
            if found := self._under_way.get((host, port)):
                return found
            future: Future[Addresses] = Future()
            future.set_running_or_notify_cancel()  # who gives up waiting ends it for nobody
            # A daemon: a process may end before its look-ups do.
            thread = Thread(target=self._look_up, args=(host, port, future), daemon=True)
            thread.start()
            self._under_way[host, port] = future
        return future

    def _look_up(self, host: str, port: int, future: "Future[Addresses]") -> None:
        try:
            addresses = addresses_of(host, port)
        except OSError as error:
            self._forget(host, port)
            future.set_exception(error)
        else:
            self._forget(host, port)
            future.set_result(addresses)

    def _forget(self, host: str, port: int) -> None:
        with self._lock:
            del self._under_way[host, port]


def addresses_of(host: str, port: int) -> Addresses:
    """Return the addresses of a host, in the order to try them.

    Raises
    ------
    OSError
        If the name has none, or none can be found out.

    Examples
    --------
    >>> addresses_of("127.0.0.1", 8080)
    ('127.0.0.1',)
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:  # a label of more than 63 characters
        raise socket.gaierror(socket.EAI_NONAME, "not a name") from error
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))
