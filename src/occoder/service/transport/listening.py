"""The addresses that the service listens at, taken before anything is loaded."""

import errno
import socket
from collections.abc import Sequence
from typing import Any, Final

from occoder.errors import AddressUnusable
from occoder.settings.settings import Settings

# Callers that the system lets wait while the service takes up others.
BACKLOG: Final = 1024

# Bytes that the system takes for a caller before it can send them. Without this limit it
# takes megabytes at a time, and a slow caller would seem to take nothing for long.
UNSENT_BYTES: Final = 128 * 1024
_UNSENT: Final[int | None] = getattr(socket, "TCP_NOTSENT_LOWAT", None)

# A machine may have a name for an address of a kind that it has no network for.
_NOT_HERE: Final = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}

_Address = tuple[Any, ...]


def take_address(settings: Settings) -> list[socket.socket]:
    """Return a socket for each address of the host, bound to it but not yet listening.

    A host name may have several, as "localhost" does; all get the same port.

    Parameters
    ----------
    settings : Settings
        With host and port; port 0 takes a free one.

    Raises
    ------
    AddressUnusable
        If the name is not known, the port is taken, or may not be used.
    """
    sockets: list[socket.socket] = []
    failure: OSError | None = None
    port = settings.port
    try:
        for family, address in _addresses(settings.host, port):
            try:
                sockets.append(_bound(family, address, port))
            except OSError as error:
                if error.errno not in _NOT_HERE:
                    raise
                failure = error
            else:
                port = port_of(sockets)
        if not sockets and failure:
            raise failure
    except OSError as error:
        close_all(sockets)
        raise _unusable(settings, error) from error
    return sockets


def listen(sockets: Sequence[socket.socket], settings: Settings) -> None:
    """Let callers wait to be taken up; before, they are refused.

    Raises
    ------
    AddressUnusable
        If another program took the same port meanwhile.
    """
    try:
        for one in sockets:
            one.listen(BACKLOG)
    except OSError as error:
        raise _unusable(settings, error) from error


def port_of(sockets: Sequence[socket.socket]) -> int:
    """Return the port that sockets are bound to."""
    port: int = sockets[0].getsockname()[1]
    return port


def close_all(sockets: Sequence[socket.socket]) -> None:
    """Give the addresses back."""
    for one in sockets:
        one.close()


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, _Address]]:
    flags = socket.AI_PASSIVE
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=flags)
    return list(dict.fromkeys((family, address) for family, *_, address in found))


def _bound(family: socket.AddressFamily, address: _Address, port: int) -> socket.socket:
    one = socket.socket(family, socket.SOCK_STREAM)
    try:
        # A port that was in use a moment ago may be taken again, one in use may not.
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if _UNSENT is not None:  # connections have it from here
            one.setsockopt(socket.IPPROTO_TCP, _UNSENT, UNSENT_BYTES)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        one.bind((address[0], port, *address[2:]))
        one.setblocking(False)
        one.set_inheritable(True)
    except OSError:
        one.close()
        raise
    return one


def _unusable(settings: Settings, error: OSError) -> AddressUnusable:
    problem = (error.strerror or str(error)).lower()
    return AddressUnusable(host=settings.host, port=settings.port, problem=problem)
