"""Runs flows in an event loop of asyncio."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpcore

from occoder.client.address import origin
from occoder.client.async_network import AsyncBackend
from occoder.client.breakdown import BREAKDOWNS, LATE, TOO_LONG, no_answer
from occoder.client.exchange import (
    Alone,
    Answer,
    Flow,
    Outcome,
    Pause,
    Reply,
    Request,
    Step,
)
from occoder.client.lookup import Lookups
from occoder.client.route import MAX_ANSWER_BYTES, Route, headers_of, plain_headers

T = TypeVar("T")


class AsyncDriver:
    """Runs flows; the tasks of one event loop may share it.

    Parameters
    ----------
    route : Route
        How the service is reached.
    clock : callable
        The clock of the flows.
    sleep : callable
        Waits for some seconds.
    """

    def __init__(
        self,
        route: Route,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        backend = AsyncBackend(Lookups())
        self._clock = clock
        self._sleep = sleep
        self._turn = asyncio.Lock()
        self._pools = {
            one: httpcore.AsyncConnectionPool(
                network_backend=backend, **route.pool_options(one)
            )
            for one in route.proxies
        }
        self._is_closed = False

    async def run(self, flow: Flow[T]) -> T:
        """Return what a flow comes to.

        Raises
        ------
        RuntimeError
            If the driver is closed.
        """
        if self._is_closed:
            raise RuntimeError("this client is closed")
        reply: Reply = None
        while True:
            try:
                step = flow.send(reply)
            except StopIteration as end:
                result: T = end.value
                return result
            reply = await self._do(step)

    async def close(self) -> None:
        """Close all connections."""
        self._is_closed = True
        for pool in self._pools.values():
            await pool.aclose()

    async def _do(self, step: Step) -> Reply:
        match step:
            case Pause():
                await self._sleep(step.seconds)
                return None
            case Alone():
                return await self._alone(step)
            case Request():
                return await self._sent(step)

    async def _alone(self, step: Alone) -> Reply:
        try:
            async with asyncio.timeout(self._left_s(step.until)):
                await self._turn.acquire()
        except TimeoutError:
            return LATE
        try:
            return await self.run(step.flow)
        finally:
            self._turn.release()

    async def _sent(self, request: Request) -> Outcome:
        left_s = self._left_s(request.until)
        try:
            async with asyncio.timeout(left_s):
                return await self._received(request, left_s)
        except BREAKDOWNS as error:  # TimeoutError among them
            return no_answer(error)

    async def _received(self, request: Request, left_s: float) -> Outcome:
        pool = self._pools[origin(request.url)]
        async with pool.stream(
            request.method,
            request.url,
            headers=headers_of(request),
            content=request.body or None,
            extensions={"timeout": {"connect": left_s}},
        ) as response:
            body = bytearray()
            async for part in response.aiter_stream():
                body += part
                if len(body) > MAX_ANSWER_BYTES:
                    return TOO_LONG
            return Answer(response.status, plain_headers(response.headers), bytes(body))

    def _left_s(self, until: float) -> float:
        return max(until - self._clock(), 0.0)
