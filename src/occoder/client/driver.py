"""Runs flows with blocking sockets."""

import os
import time
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

import httpcore

from occoder.client.address import origin
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
from occoder.client.network import TimedBackend
from occoder.client.route import MAX_ANSWER_BYTES, Route, headers_of, plain_headers

T = TypeVar("T")


class _Process:
    """What belongs to one process: connections, look-ups and the turn of `Alone`."""

    def __init__(self, route: Route, clock: Callable[[], float]) -> None:
        backend = TimedBackend(Lookups(), clock)
        self.pid = os.getpid()
        self.turn = Lock()
        self.pools = {
            one: httpcore.ConnectionPool(network_backend=backend, **route.pool_options(one))
            for one in route.proxies
        }


class Driver:
    """Runs flows; threads may share it.

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
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._route = route
        self._clock = clock
        self._sleep = sleep
        self._process = _Process(route, clock)
        self._is_closed = False

    def run(self, flow: Flow[T]) -> T:
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
            reply = self._do(step)

    def close(self) -> None:
        """Close all connections."""
        self._is_closed = True
        for pool in self._process.pools.values():
            pool.close()

    def _do(self, step: Step) -> Reply:
        match step:
            case Pause():
                self._sleep(step.seconds)
                return None
            case Alone():
                return self._alone(step)
            case Request():
                return self._sent(step)

    def _alone(self, step: Alone) -> Reply:
        turn = self._here().turn
        if not turn.acquire(timeout=max(step.until - self._clock(), 0.0)):
            return LATE
        try:
            return self.run(step.flow)
        finally:
            turn.release()

    def _sent(self, request: Request) -> Outcome:
        pool = self._here().pools[origin(request.url)]
        moments = dict.fromkeys(("connect", "read", "write"), request.until)
        try:
            with pool.stream(
                request.method,
                request.url,
                headers=headers_of(request),
                content=request.body or None,
                extensions={"timeout": moments},
            ) as response:
                body = bytearray()
                for part in response.iter_stream():
                    body += part
                    if len(body) > MAX_ANSWER_BYTES:
                        return TOO_LONG
                return Answer(response.status, plain_headers(response.headers), bytes(body))
        except BREAKDOWNS as error:
            return no_answer(error)

    def _here(self) -> _Process:
        """Return what belongs to this process, anew after a fork.

        Two processes that write to one connection would get each other's answers.
        """
        if self._process.pid != os.getpid():
            self._process = _Process(self._route, self._clock)
        return self._process
