"""The way to a coder: little work at once on the event loop, much of it in a thread.

What arrives in the same turn of the loop is coded in one call, since a call costs as much
as coding ten records. Nothing waits for company: a record that comes alone is coded alone,
and a record's answer does not depend on its neighbours.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Final

from occoder.coder.coded import CodedBatch
from occoder.coder.coder import Coder

# So many records take about half a millisecond, less than the way to a thread and back
# costs a busy process; the loop may stand still for so long.
MAX_ON_LOOP: Final = 32


@dataclass(slots=True)
class _Waiting:
    titles: Sequence[str]
    tasks: Sequence[str]
    n_ranked: int
    coded: "asyncio.Future[CodedBatch]"


class CodingQueue:
    """The way to one coder.

    Parameters
    ----------
    coder : Coder
        Codes the texts.
    executor : Executor
        Where it codes what is too much for the event loop.
    """

    def __init__(self, coder: Coder, executor: Executor) -> None:
        self._coder = coder
        self._executor = executor
        self._waiting: deque[_Waiting] = deque()

    async def code(
        self, titles: Sequence[str], tasks: Sequence[str], *, n_ranked: int
    ) -> CodedBatch:
        """Return the answers for some records, in order.

        Parameters
        ----------
        titles, tasks : sequence of str, same length
            The texts; "" where there is none.
        n_ranked : int
            How many categories to rank at each level, at least 1. There may be more in
            the answer.
        """
        loop = asyncio.get_running_loop()
        if len(titles) > MAX_ON_LOOP:
            work = partial(self._coder.code_texts, titles, tasks, n_ranked=n_ranked)
            return await loop.run_in_executor(self._executor, work)
        if not self._waiting:
            loop.call_soon(self._code_waiting, loop)
        coded: asyncio.Future[CodedBatch] = loop.create_future()
        self._waiting.append(_Waiting(titles, tasks, n_ranked, coded))
        return await coded

    def _code_waiting(self, loop: asyncio.AbstractEventLoop) -> None:
        together = self._take()
        if self._waiting:
            loop.call_soon(self._code_waiting, loop)
        if not together:
            return
        try:
            coded = self._coder.code_texts(
                [title for one in together for title in one.titles],
                [text for one in together for text in one.tasks],
                n_ranked=max(one.n_ranked for one in together),
            )
        except Exception as error:  # each of those who wait has to hear of it
            for one in together:
                one.coded.set_exception(error)
            return
        start = 0
        for one in together:
            stop = start + len(one.titles)
            one.coded.set_result(_part(coded, start, stop))
            start = stop

    def _take(self) -> list[_Waiting]:
        """Return those who wait and were not given up, as many as the loop may code."""
        together: list[_Waiting] = []
        n_records = 0
        while self._waiting and n_records + len(self._waiting[0].titles) <= MAX_ON_LOOP:
            one = self._waiting.popleft()
            if not one.coded.done():
                together.append(one)
                n_records += len(one.titles)
        return together


def _part(coded: CodedBatch, start: int, stop: int) -> CodedBatch:
    return CodedBatch(
        coded.category[start:stop],
        coded.confidence[start:stop],
        coded.reason[start:stop],
        coded.ranked[start:stop],
        coded.ranked_confidence[start:stop],
    )
