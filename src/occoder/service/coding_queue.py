"""Codes off the event loop, and together what waits at the same time.

While a thread codes, what arrives is gathered, and coded in one call as soon as the
thread is free. Nothing waits for company: a request that finds the thread free is coded
alone. A record's answer does not depend on its neighbours, so no one can tell.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final

from occoder.coder.coded import CodedBatch
from occoder.coder.coder import Coder

MAX_TOGETHER: Final = 600


@dataclass(frozen=True, slots=True)
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
        Where it does so.
    """

    def __init__(self, coder: Coder, executor: Executor) -> None:
        self._coder = coder
        self._executor = executor
        self._waiting: deque[_Waiting] = deque()
        self._is_coding = False

    async def code(
        self, titles: Sequence[str], tasks: Sequence[str], *, n_ranked: int
    ) -> CodedBatch:
        """Return the answers for some records, in order.

        Parameters
        ----------
        titles, tasks : sequence of str, same length
            The texts; "" where there is none.
        n_ranked : int
            How many categories to rank at each level, at least 1.
        """
        loop = asyncio.get_running_loop()
        coded: asyncio.Future[CodedBatch] = loop.create_future()
        self._waiting.append(_Waiting(titles, tasks, n_ranked, coded))
        if not self._is_coding:
            self._start(loop)
        return await coded

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        together = self._take()
        self._is_coding = bool(together)
        if together:
            work = loop.run_in_executor(self._executor, self._code, together)
            work.add_done_callback(lambda done: self._finish(loop, together, done))

    def _take(self) -> list[_Waiting]:
        together: list[_Waiting] = []
        n_records = 0
        while self._waiting and n_records < MAX_TOGETHER:
            one = self._waiting.popleft()
            if not one.coded.cancelled():
                together.append(one)
                n_records += len(one.titles)
        return together

    def _code(self, together: list[_Waiting]) -> list[CodedBatch]:
        titles = [title for one in together for title in one.titles]
        tasks = [text for one in together for text in one.tasks]
        n_ranked = max(one.n_ranked for one in together)
        coded = self._coder.code_texts(titles, tasks, n_ranked=n_ranked)
        parts, start = [], 0
        for one in together:
            stop = start + len(one.titles)
            parts.append(_part(coded, start, stop))
            start = stop
        return parts

    def _finish(
        self,
        loop: asyncio.AbstractEventLoop,
        together: list[_Waiting],
        done: "asyncio.Future[list[CodedBatch]]",
    ) -> None:
        self._start(loop)
        error = done.exception()
        parts = done.result() if error is None else []
        for i, one in enumerate(together):
            if one.coded.cancelled():
                continue
            if error is None:
                one.coded.set_result(parts[i])
            else:
                one.coded.set_exception(error)


def _part(coded: CodedBatch, start: int, stop: int) -> CodedBatch:
    return CodedBatch(
        coded.category[start:stop],
        coded.confidence[start:stop],
        coded.reason[start:stop],
        coded.ranked[start:stop],
        coded.ranked_confidence[start:stop],
    )
