"""A mixed load for some minutes: good, bad, oversized, slow and cut-off calls."""

import asyncio
import itertools
import json
import random
import time
from collections import Counter
from typing import Any, Final

from served import Server
from texts import answers

KINDS: Final = ("good", "batch", "bad", "oversized", "slow", "cut off", "no token", "list")
_WEIGHTS: Final = (60, 10, 10, 1, 2, 5, 6, 6)
N_WORKERS: Final = 16
_SEED: Final = 20241206


def soak(server: Server, token: str, seconds: float) -> dict[str, Any]:
    """Drive a server and return the statuses it gave, and its memory along the way.

    Memory is noted after a tenth of the time, when caches are full, and at the end.
    """
    return asyncio.run(_soak(server, token, seconds))


async def _soak(server: Server, token: str, seconds: float) -> dict[str, Any]:
    stop = time.monotonic() + seconds
    statuses: Counter[str] = Counter()
    workers = [
        asyncio.create_task(
            _work(server.port, token, stop, statuses, random.Random(_SEED + i))
        )
        for i in range(N_WORKERS)
    ]
    await asyncio.sleep(seconds / 10)
    early = server.memory_mb()
    await asyncio.gather(*workers)
    late = server.memory_mb()
    return {
        "seconds": seconds,
        "calls": sum(statuses.values()),
        "statuses": dict(sorted(statuses.items())),
        "n_5xx": sum(n for status, n in statuses.items() if " 5" in status),
        "early_memory_mb": early,
        "late_memory_mb": late,
    }


async def _work(
    port: int, token: str, stop: float, statuses: "Counter[str]", rng: random.Random
) -> None:
    found = answers(1000)
    records = [
        {"occp_text": title[:50], "tasks_text": tasks[:50]}
        for title, tasks in zip(found.titles, found.tasks, strict=True)
        if len(title) >= 3
    ]
    for i in itertools.count():
        if time.monotonic() > stop:
            return
        kind = rng.choices(KINDS, _WEIGHTS)[0]
        body = _body(kind, records[i % len(records)], records)
        statuses[f"{kind} {await _call(port, token, kind, body)}"] += 1


def _body(kind: str, record: dict[str, str], records: list[dict[str, str]]) -> bytes:
    if kind == "batch":
        return json.dumps({"records": records[:300]}).encode()
    if kind == "bad":
        return b'{"record": {"occp_text": "caf\xc3\xa9"}, "numberOfSuggestions": -1}'
    if kind == "oversized":
        return b"x" * (2 * 1024 * 1024)
    return json.dumps({"record": record}).encode()


async def _call(port: int, token: str, kind: str, body: bytes) -> str:
    """Send one call and return its status, or how it ended."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    method, path = (
        ("GET", "/v1/topics") if kind == "list" else ("POST", "/v1/topics/osca/code")
    )
    head = f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    head += "" if kind == "no token" else f"Authorization: {token}\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    try:
        if kind == "cut off":
            writer.write((head.encode() + body)[: len(head) + len(body) // 2])
            await writer.drain()
            return "closed by us"
        for part in _parts(kind, head.encode() + body):
            writer.write(part)
            await writer.drain()
            if kind == "slow":
                await asyncio.sleep(0.2)
        line = await reader.readline()
        return line[9:12].decode() or "closed"
    except OSError:
        return "closed"
    finally:
        writer.close()


def _parts(kind: str, sent: bytes) -> list[bytes]:
    """Return what is sent, in pieces for a slow call."""
    size = len(sent) // 8 + 1 if kind == "slow" else len(sent)
    return [sent[i : i + size] for i in range(0, len(sent), size)]
