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
from occoder.service.coding.coding_queue import MAX_ON_LOOP, CodingQueue

TITLES = ["head grocer", "florist", "welder", "wool grower", "joiner", "tradie", "???"]


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    """Return one thread."""
    with ThreadPoolExecutor(1, "coding") as executor:
        yield executor


class Watched:
    """A coder that notes in which thread it is asked for how much."""

    def __init__(self, coder: Coder) -> None:
        self.calls: list[tuple[str, int]] = []
        self._coder = coder

    def code_texts(
        self, titles: Sequence[str], tasks: Sequence[str], *, n_ranked: int
    ) -> CodedBatch:
        """Note the call, then code."""
        self.calls.append((threading.current_thread().name, len(titles)))
        if "fail" in titles:
            raise ValueError("failed on purpose")
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


@pytest.fixture
def watched() -> Watched:
    """Return a coder that notes what it is asked."""
    return Watched(toy_coder())


async def coded_by(queue: CodingQueue, *sizes: int) -> list[CodedBatch]:
    """Return the answers to requests of these sizes that arrive together."""
    return await asyncio.gather(
        *(queue.code(["florist"] * n, [""] * n, n_ranked=1) for n in sizes)
    )


def run(watched: Watched, executor: ThreadPoolExecutor, *sizes: int) -> list[CodedBatch]:
    """Return the answers to requests of these sizes, in an event loop of their own."""

    async def all_of_them() -> list[CodedBatch]:
        return await coded_by(CodingQueue(watched, executor), *sizes)  # type: ignore[arg-type]

    return asyncio.run(all_of_them())


def test_what_comes_together_is_coded_together(
    watched: Watched, executor: ThreadPoolExecutor
) -> None:
    """Small requests of one turn of the loop go in one call."""
    assert [1, 2, 3] == [len(one) for one in run(watched, executor, 1, 2, 3)]
    assert [6] == [n for _, n in watched.calls]


def test_loop_is_not_held_up(watched: Watched, executor: ThreadPoolExecutor) -> None:
    """The loop codes a few records at a time, and many go to a thread."""
    run(watched, executor, *[8] * 9, MAX_ON_LOOP + 1, 300)

    on_loop = [n for name, n in watched.calls if not name.startswith("coding")]
    in_thread = [n for name, n in watched.calls if name.startswith("coding")]
    assert [32, 32, 8] == on_loop
    assert [MAX_ON_LOOP + 1, 300] == sorted(in_thread)


def test_failure_reaches_who_waits(watched: Watched, executor: ThreadPoolExecutor) -> None:
    """A failure of the coder is raised where it was waited for, and the next call works."""

    async def fail_then_code() -> int:
        queue = CodingQueue(watched, executor)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="on purpose"):
            await queue.code(["fail"], [""], n_ranked=1)
        return len(await queue.code(["florist"], [""], n_ranked=1))

    assert 1 == asyncio.run(fail_then_code())


def test_who_left_is_not_coded_for(watched: Watched, executor: ThreadPoolExecutor) -> None:
    """A request that was given up while it waited is left out, and harms nobody."""

    async def leave() -> int:
        queue = CodingQueue(watched, executor)  # type: ignore[arg-type]
        left = asyncio.create_task(queue.code(["welder"] * 9, [""] * 9, n_ranked=1))
        last = asyncio.create_task(queue.code(["joiner"], [""], n_ranked=1))
        asyncio.get_running_loop().call_soon(left.cancel)
        return len(await last)

    assert 1 == asyncio.run(leave())
    assert sum(n for _, n in watched.calls) in {1, 10}
