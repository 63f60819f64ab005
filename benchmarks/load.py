"""A load generator: some connections, each with one request at a time, as fast as they go.

It is a process of its own, on a core of its own: `python benchmarks/load.py` reads what to
send as JSON from stdin and prints what it measured.
"""

import asyncio
import json
import os
import sys
import time
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import uvloop

_END: Final = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to send.

    Parameters
    ----------
    port : int
        Where to, on this machine.
    path : str
        What to post to.
    token : str
        Sent as ``Authorization``; "" for none.
    bodies : list of str
        JSON bodies, sent in turn.
    n_connections : int
        How many are open at the same time.
    seconds, warm_up_s : float
        How long it measures, and how long before that it only sends.
    core : int or None
        Which core it runs on.
    """

    port: int
    path: str
    token: str
    bodies: list[str]
    n_connections: int
    seconds: float
    warm_up_s: float
    core: int | None


class Connection(asyncio.Protocol):
    """Sends the next request when the answer to the last one is complete."""

    def __init__(self, requests: list[bytes], first: int) -> None:
        self.latencies: list[float] = []
        self.statuses: dict[str, int] = {}
        self._requests = requests
        self._next = first
        self._received = bytearray()

    def connection_made(self, transport: Any) -> None:
        """Send the first request."""
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        """Note an answer once it is complete, and send the next request."""
        self._received += data
        head = self._received.find(_END)
        if head < 0:
            return
        headers = bytes(self._received[:head]).lower()
        length = int(headers.split(b"content-length: ")[1].split(b"\r\n")[0])
        if len(self._received) < head + len(_END) + length:
            return
        self.latencies.append(time.perf_counter() - self._sent_at)
        status = headers[9:12].decode()
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self._received.clear()
        self._send()

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(self._requests[self._next])
        self._next = (self._next + 1) % len(self._requests)


def request(plan: Plan, body: str) -> bytes:
    """Return a request as bytes."""
    lines = [
        f"POST {plan.path} HTTP/1.1",
        f"Host: 127.0.0.1:{plan.port}",
        "Content-Type: application/json",
        *([f"Authorization: {plan.token}"] if plan.token else []),
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join(lines).encode() + _END + body.encode()


async def run(plan: Plan) -> dict[str, Any]:
    """Send as planned and return requests a second and latencies in milliseconds."""
    loop = asyncio.get_running_loop()
    requests = [request(plan, body) for body in plan.bodies]
    connections = [
        (
            await loop.create_connection(
                lambda i=i: Connection(requests, i * 7 % len(requests)),
                "127.0.0.1",
                plan.port,
            )
        )[1]
        for i in range(plan.n_connections)
    ]
    await asyncio.sleep(plan.warm_up_s)
    for one in connections:
        one.latencies.clear()
        one.statuses.clear()
    began = time.perf_counter()
    await asyncio.sleep(plan.seconds)
    seconds = time.perf_counter() - began
    latencies = np.concatenate([one.latencies for one in connections]) * 1000
    statuses: dict[str, int] = {}
    for one in connections:
        for status, n in one.statuses.items():
            statuses[status] = statuses.get(status, 0) + n
    return {
        "requests_per_s": len(latencies) / seconds,
        "p50_ms": float(np.percentile(latencies, 50)),
        "p99_ms": float(np.percentile(latencies, 99)),
        "max_ms": float(latencies.max()),
        "statuses": statuses,
    }


if __name__ == "__main__":
    PLAN = Plan(**json.load(sys.stdin))
    if PLAN.core is not None:
        os.sched_setaffinity(0, {PLAN.core})
    print(json.dumps(uvloop.run(run(PLAN))))
