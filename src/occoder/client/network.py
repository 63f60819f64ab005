"""Connections that end by a moment.

The time-outs of sockets are for each single act: a server that sends a byte a second is
never late, and a host with four addresses has four times as long to answer. Here a
"timeout" is the *moment* by which everything must be over, and each act gets what is left
until then. httpcore hands such numbers through without looking at them.
"""

from collections.abc import Callable, Iterable
from ssl import SSLContext
from typing import Any

import httpcore

from occoder.client.lookup import Addresses, Lookups


class TimedStream(httpcore.NetworkStream):
    """A connection whose every act is over by a moment.

    Parameters
    ----------
    stream : NetworkStream
        The connection.
    clock : callable
        Gives the seconds in which the moments are.
    """

    def __init__(self, stream: httpcore.NetworkStream, clock: Callable[[], float]) -> None:
        self._stream = stream
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what comes next."""
        left = _left(timeout, self._clock, httpcore.ReadTimeout)
        return self._stream.read(max_bytes, left)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of this."""
        # Not the stream's own write: it would begin its time anew with every packet.
        sock = self._stream.get_extra_info("socket")
        rest = memoryview(buffer)
        try:
            while rest:
                sock.settimeout(_left(timeout, self._clock, httpcore.WriteTimeout))
                rest = rest[sock.send(rest) :]
        except TimeoutError as error:
            raise httpcore.WriteTimeout(error) from error
        except OSError as error:
            raise httpcore.WriteError(error) from error

    def close(self) -> None:
        """Let the connection go."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Return the connection with TLS over it."""
        left = _left(timeout, self._clock, httpcore.ConnectTimeout)
        stream = self._stream.start_tls(ssl_context, server_hostname, left)
        return TimedStream(stream, self._clock)

    def get_extra_info(self, info: str) -> Any:
        """Return a fact of the connection."""
        return self._stream.get_extra_info(info)


class TimedBackend(httpcore.NetworkBackend):
    """Connects by a moment, whatever look-up and addresses do.

    Parameters
    ----------
    lookups : Lookups
        Looks names up.
    clock : callable
        Gives the seconds in which the moments are.
    """

    def __init__(self, lookups: Lookups, clock: Callable[[], float]) -> None:
        self._lookups = lookups
        self._clock = clock
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to the first address of a host that answers.

        Each gets a fair part of the time that is left: a dead first address leaves time
        for the second.
        """
        addresses = self._addresses(host, port, timeout)
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for n_left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            left = _left(timeout, self._clock, httpcore.ConnectTimeout)
            try:
                stream = self._plain.connect_tcp(address, port, timeout=left / n_left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return TimedStream(stream, self._clock)
        raise failure

    def _addresses(self, host: str, port: int, end: float | None) -> Addresses:
        left = _left(end, self._clock, httpcore.ConnectTimeout)
        try:
            return self._lookups.start(host, port).result(left)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(error) from error
        except OSError as error:
            raise httpcore.ConnectError(error) from error


def _left(
    end: float | None, clock: Callable[[], float], late: Callable[[str], Exception]
) -> float:
    """Return the seconds until a moment; without a moment there is no time."""
    left = (end or 0.0) - clock()
    if left <= 0:
        raise late("the time is over")
    return left
