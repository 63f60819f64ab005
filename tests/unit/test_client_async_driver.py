"""What only the asynchronous driver has to get right: tasks, cancelling and its end."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress

import pytest
from slow_service import CODED, SlowService, is_silent, says, waits

from occoder.client import AsyncClient
from occoder.client.async_driver import AsyncDriver
from occoder.client.exchange import Flow, Pause
from occoder.client.route import Route, trusted

CODE = "/v1/topics/osca/code"
TOKEN = "/oauth2/token"


def with_client(
    service: SlowService, work: Callable[[AsyncClient], Coroutine[None, None, None]]
) -> None:
    """Run something with a client of a service, in an event loop of its own."""

    async def run() -> None:
        async with AsyncClient(service.address, "an-id", "a-secret") as client:
            await work(client)

    asyncio.run(run())


def test_tasks_fetch_one_token() -> None:
    """Tasks that need a token at the same time fetch it once."""

    async def work(client: AsyncClient) -> None:
        await asyncio.gather(*(client.code_one("nurse") for _ in range(24)))

    token = waits(0.2, says({"access_token": "token-1", "expires_in": 3600}))
    with SlowService({TOKEN: token, CODE: says(CODED)}) as service:
        with_client(service, work)

    assert 1 == service.paths.count(TOKEN)
    assert 24 == service.paths.count(CODE)


@pytest.mark.parametrize("path", [TOKEN, CODE])
def test_cancelled_call_ends_at_once(path: str) -> None:
    """A call that is cancelled lets its connection and its turn go."""

    async def work(client: AsyncClient) -> None:
        call = asyncio.create_task(client.code_one("nurse"))
        while path not in service.paths:
            await asyncio.sleep(0.005)
        call.cancel()
        with suppress(asyncio.CancelledError):
            await call
        assert call.cancelled()
        answer = await client.code_one("nurse")
        assert "2654" == answer.result[0].code_category

    acts = {TOKEN: says({"access_token": "t"}), CODE: says(CODED)}
    with SlowService({**acts, path: [is_silent, acts[path]]}) as service:
        with_client(service, work)


def test_closed_client_is_told() -> None:
    """After its end a client says that it is closed, and has no connections."""

    async def work(client: AsyncClient) -> None:
        await client.code_one("nurse")
        await client.close()
        with pytest.raises(RuntimeError, match="closed"):
            await client.code_one("nurse")

    with SlowService({CODE: says(CODED)}) as service:
        with_client(service, work)

        assert service.waits_for(lambda: service.n_left == 1)
    assert [TOKEN, CODE] == service.paths


def test_pauses_are_slept() -> None:
    """A pause of a flow is slept, and what the flow comes to is returned."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    def flow() -> Flow[str]:
        yield Pause(0.25)
        yield Pause(3.0)
        return "done"

    driver = AsyncDriver(Route(trusted(True), {}), sleep=sleep)

    assert "done" == asyncio.run(driver.run(flow()))
    assert [0.25, 3.0] == slept
