"""The client for programs that run in an event loop of asyncio."""

from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from occoder import wire
from occoder.client import calls
from occoder.client.address import Address
from occoder.client.async_driver import AsyncDriver
from occoder.client.records import Record, Wanted
from occoder.client.route import Route


class AsyncClient:
    """`Client` for asynchronous programs: the same arguments, calls and errors.

    Operations, which code a whole file, only `Client` has.

    The tasks of one event loop may share it. Cancelling a call ends it at once.

    Parameters
    ----------
    url, client_id, client_secret
        As for `Client`.
    auth_url, topic, timeout_s, max_wait_s, verify, proxy
        As for `Client`.

    Raises
    ------
    ValueError
        If an argument can't be used.

    Examples
    --------
    >>> AsyncClient("https://coder.example", "an-id", "a-secret", topic="anzsco")
    AsyncClient('https://coder.example', topic='anzsco')
    """

    def __init__(
        self,
        url: str,
        client_id: str,
        client_secret: str,
        *,
        auth_url: str | None = None,
        topic: str = "osca",
        timeout_s: float = 1.5,
        max_wait_s: float = 60,
        verify: Literal[True] | str | Path = True,
        proxy: str | None = None,
    ) -> None:
        address = Address.of(url, auth_url)
        self._caller = calls.caller_of(
            address,
            client_id,
            client_secret,
            topic=topic,
            timeout_s=timeout_s,
            max_wait_s=max_wait_s,
        )
        self._driver = AsyncDriver(Route.to(address, verify=verify, proxy=proxy))

    async def topics(self) -> list[wire.Topic]:
        """Return the topics that the service codes to; see `Client.topics`."""
        return await self._driver.run(calls.topics(self._caller))

    async def models(self, topic: str | None = None) -> list[wire.Model]:
        """Return the models of a topic that are in use; see `Client.models`."""
        return await self._driver.run(calls.models(self._caller, topic))

    async def latest_model(self, topic: str | None = None) -> wire.Model:
        """Return the model that codes when none is named; see `Client.latest_model`."""
        return await self._driver.run(calls.latest_model(self._caller, topic))

    async def code_one(
        self,
        title: str,
        tasks: str = "",
        *,
        suggestions: int = wire.DEFAULT_SUGGESTIONS,
        levels: bool = False,
        explain: bool = False,
        model: str | None = None,
    ) -> wire.SynchronousCodeResponse:
        """Return the answer for one record; see `Client.code_one`."""
        wanted = Wanted(
            suggestions=suggestions, levels=levels, explain=explain, model=model
        )
        return await self._driver.run(calls.code_one(self._caller, title, tasks, wanted))

    async def code(
        self,
        records: Iterable[Record],
        *,
        suggestions: int = wire.DEFAULT_SUGGESTIONS,
        levels: bool = False,
        explain: bool = False,
        model: str | None = None,
    ) -> list[wire.SynchronousCodeResponse]:
        """Return the answers for any number of records; see `Client.code`."""
        wanted = Wanted(
            suggestions=suggestions, levels=levels, explain=explain, model=model
        )
        return await self._driver.run(calls.code(self._caller, records, wanted))

    async def close(self) -> None:
        """Close all connections; the client can't be used any more."""
        await self._driver.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        api, topic = self._caller.address.api, self._caller.topic
        return f"AsyncClient({api.removesuffix('/v1')!r}, topic={topic!r})"
