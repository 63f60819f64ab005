"""What only the asynchronous driver has to get right: tasks, cancelling and its end."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress

import pytest
from slow_service import CODED, SlowService, is_silent, says, waits

from occoder.client import AsyncClient
from occoder.client.async_driver import AsyncDriver
from occoder.client.breakdown import LATE
from occoder.client.credentials import Secret
from occoder.client.exchange import Flow, HeldToken, Outcome, Pause, alone
from occoder.client.route import Route, trusted

CODE = "/v1/topics/osca/code"
TOKEN = "/oauth2/token"
HELD = HeldToken(Secret("t"), 0.0)
NOWHERE = Route(trusted(True), {})


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


def test_turn_is_waited_for_in_time() -> None:
    """Who doesn't get their turn by the moment that they name goes without it."""

    async def run() -> None:
        is_in, is_over = asyncio.Event(), asyncio.Event()

        async def waits_long(_: float) -> None:
            is_in.set()
            await is_over.wait()

        def turn(*pauses: Pause) -> Flow[HeldToken | Outcome]:
            yield from pauses
            return HELD

        driver = AsyncDriver(NOWHERE, sleep=waits_long)
        moment = time.monotonic() + 60
        other = asyncio.create_task(driver.run(alone(turn(Pause(1.0)), moment)))
        await is_in.wait()
        reply = await driver.run(alone(turn(), time.monotonic() + 0.1))
        is_over.set()

        assert LATE == reply
        assert HELD == await other
        assert HELD == await driver.run(alone(turn(), moment))

    asyncio.run(run())


def test_pauses_are_slept() -> None:
    """A pause of a flow is slept, and what the flow comes to is returned."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    def flow() -> Flow[str]:
        yield Pause(0.25)
        yield Pause(3.0)
        return "done"

    driver = AsyncDriver(NOWHERE, sleep=sleep)

    assert "done" == asyncio.run(driver.run(flow()))
    assert [0.25, 3.0] == slept
