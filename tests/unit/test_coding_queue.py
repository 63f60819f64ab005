"""The way to a coder: off the loop, together, each with its own answers."""

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from toy_model import toy_coder

from occoder.coder.coded import CodedBatch
from occoder.coder.coder import Coder
from occoder.service.coding_queue import CodingQueue

TITLES = ["head grocer", "florist", "welder", "wool grower", "joiner", "tradie", "???"]


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    """Return one thread."""
    with ThreadPoolExecutor(1, "coding") as executor:
        yield executor


class Watched:
    """A coder that notes who calls it with how much, and can be held up."""

    def __init__(self, coder: Coder) -> None:
        self.calls: list[tuple[str, int]] = []
        self.go = threading.Event()
        self._coder = coder

    def code_texts(
        self, titles: Sequence[str], tasks: Sequence[str], *, n_ranked: int
    ) -> CodedBatch:
        """Wait to be let go, then code."""
        self.calls.append((threading.current_thread().name, len(titles)))
        assert self.go.wait(60)
        if "fail" in titles:
            raise ValueError
        return self._coder.code_texts(titles, tasks, n_ranked=n_ranked)


def equal(first: CodedBatch, second: CodedBatch, n_ranked: int) -> bool:
    """Tell whether two answers are the same, over the first few of the ranked."""
    return (
        np.array_equal(first.category, second.category)
        and np.array_equal(first.confidence, second.confidence)
        and np.array_equal(first.reason, second.reason)
        and np.array_equal(first.ranked[..., :n_ranked], second.ranked[..., :n_ranked])
        and np.array_equal(
            first.ranked_confidence[..., :n_ranked],
            second.ranked_confidence[..., :n_ranked],
        )
    )


def test_each_gets_its_own(executor: ThreadPoolExecutor) -> None:
    """Requests at the same time each get what the coder answers to them alone."""
    coder = toy_coder()
    wanted = [(TITLES[i : i + n], n) for i in range(7) for n in (1, 2, 3)]

    async def run() -> list[CodedBatch]:
        queue = CodingQueue(coder, executor)
        return await asyncio.gather(
            *(queue.code(t, [""] * len(t), n_ranked=n) for t, n in wanted)
        )

    for (titles, n), coded in zip(wanted, asyncio.run(run()), strict=True):
        assert equal(coder.code_texts(titles, n_ranked=n), coded, n)


def test_what_waits_is_coded_together(executor: ThreadPoolExecutor) -> None:
    """What arrives while the thread codes goes in one call, off the event loop."""
    watched = Watched(toy_coder())

    async def run() -> None:
        queue = CodingQueue(watched, executor)  # type: ignore[arg-type]
        first = asyncio.create_task(queue.code(["florist"], [""], n_ranked=1))
        await asyncio.sleep(0)
        others = [
            asyncio.create_task(queue.code([title], [""], n_ranked=1)) for title in TITLES
        ]
        await asyncio.sleep(0)
        watched.go.set()
        await asyncio.gather(first, *others)

    asyncio.run(run())

    assert [1, len(TITLES)] == [n for _, n in watched.calls]
    assert all(name.startswith("coding") for name, _ in watched.calls)


def test_failure_reaches_who_waits(executor: ThreadPoolExecutor) -> None:
    """A failure of the coder is raised where it was waited for, and the next call works."""
    watched = Watched(toy_coder())
    watched.go.set()

    async def run() -> int:
        queue = CodingQueue(watched, executor)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="^$"):
            await queue.code(["fail"], [""], n_ranked=1)
        return len(await queue.code(["florist"], [""], n_ranked=1))

    assert 1 == asyncio.run(run())


def test_who_left_is_not_coded_for(executor: ThreadPoolExecutor) -> None:
    """A request that was given up while it waited is left out."""
    watched = Watched(toy_coder())

    async def run() -> None:
        queue = CodingQueue(watched, executor)  # type: ignore[arg-type]
        first = asyncio.create_task(queue.code(["florist"], [""], n_ranked=1))
        await asyncio.sleep(0)
        left = asyncio.create_task(queue.code(["welder"] * 9, [""] * 9, n_ranked=1))
        last = asyncio.create_task(queue.code(["joiner"], [""], n_ranked=1))
        await asyncio.sleep(0)
        left.cancel()
        watched.go.set()
        await asyncio.gather(first, last)

    asyncio.run(run())

    assert [1, 1] == [n for _, n in watched.calls]
