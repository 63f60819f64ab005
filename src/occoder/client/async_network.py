"""The same look-up of names and order of addresses for asynchronous connections.

Here a "timeout" is a duration, as usual: that everything ends by a moment is the work of
`asyncio.timeout_at`, which can end whatever waits.
"""

import asyncio
from collections.abc import Iterable
from ssl import SSLContext
from typing import Any

import httpcore

from occoder.client.lookup import Lookups


class ClosedStream(httpcore.AsyncNetworkStream):
    """A connection that is closed when its TLS handshake is cancelled.

    Parameters
    ----------
    stream : AsyncNetworkStream
        The connection, which would be left open then.
    """

    def __init__(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._stream = stream

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what comes next."""
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of this."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Let the connection go."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return the connection with TLS over it."""
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._stream.aclose()
            raise

    def get_extra_info(self, info: str) -> Any:
        """Return a fact of the connection."""
        return self._stream.get_extra_info(info)


class AsyncBackend(httpcore.AsyncNetworkBackend):
    """Connects to the first address of a host that answers.

    Parameters
    ----------
    lookups : Lookups
        Looks names up. The event loop's own way would use its thread pool, and a look-up
        that hangs there keeps the program from ending.
    """

    def __init__(self, lookups: Lookups) -> None:
        self._lookups = lookups
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a connection, for which each address gets a fair part of the time."""
        loop = asyncio.get_running_loop()
        end = loop.time() + (timeout or 0.0)
        try:
            addresses = await asyncio.wrap_future(self._lookups.start(host, port))
        except OSError as error:
            raise httpcore.ConnectError(error) from error
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for n_left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            part = max(end - loop.time(), 0.0) / n_left
            try:
                stream = await self._plain.connect_tcp(address, port, timeout=part)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return ClosedStream(stream)
        raise failure
