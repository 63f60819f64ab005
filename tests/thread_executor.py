"""Codes chunks in a thread of the test: the same function, without other processes."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

from occoder.batch.coding.chunk import ChunkTask, code_chunk
from occoder.batch.operation import ChunkDone
from occoder.errors import WorkerDied


class InThread:
    """One thread that codes.

    Parameters
    ----------
    slow_s : float
        How long it waits before each chunk.
    n_deaths : int
        How often it dies, at first.
    """

    n_slots = 1

    def __init__(self, *, slow_s: float = 0.0, n_deaths: int = 0) -> None:
        self._slow_s = slow_s
        self._n_deaths = n_deaths
        self._thread = ThreadPoolExecutor(1)
        self.coded: list[tuple[str, int]] = []

    def submit(self, task: ChunkTask) -> "Future[ChunkDone]":
        """Have a chunk coded."""
        return self._thread.submit(self._code, task)

    def warm(self, topic: str, model_id: str) -> None:
        """Do nothing: the model is loaded when it is needed."""

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown()

    def _code(self, task: ChunkTask) -> ChunkDone:
        time.sleep(self._slow_s)
        if self._n_deaths:
            self._n_deaths -= 1
            raise WorkerDied(n_workers=1)
        self.coded.append((task.operation_id, task.number))
        return code_chunk(task)
