"""The second step: the chunks are coded, each once, wherever an executor has room."""

from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait

from occoder.batch.coding.chunk import ChunkTask
from occoder.batch.coding.executor import ChunkExecutor
from occoder.batch.dispatch.held import Held
from occoder.batch.operation import ChunkDone
from occoder.errors import WorkerDied

MAX_ATTEMPTS = 3
_LOOK_EVERY_S = 0.5


class ChunksUnderWay:
    """Codes the chunks of one operation that are not coded yet.

    Parameters
    ----------
    executor : ChunkExecutor
        What codes; shared with other operations.
    task_of : callable
        Returns the task of a chunk.
    on_done : callable
        Writes down a chunk that is coded.
    """

    def __init__(
        self,
        executor: ChunkExecutor,
        task_of: Callable[[int], ChunkTask],
        on_done: Callable[[ChunkDone], None],
    ) -> None:
        self._executor = executor
        self._task_of = task_of
        self._on_done = on_done
        self._under_way: dict[Future[ChunkDone], int] = {}
        self._attempts: Counter[int] = Counter()

    def run(self, held: Held, numbers: set[int]) -> bool:
        """Code chunks; return whether all are coded, False when the turn was given up.

        Parameters
        ----------
        held : Held
            The operation.
        numbers : set of int
            The chunks that are not coded yet.

        Raises
        ------
        WorkerDied
            If a chunk ended the process that coded it three times.
        LeaseLost, Stopping
            If the work has to stop; chunks that wait are not begun.
        """
        waiting = deque(sorted(numbers))
        try:
            while waiting or self._under_way:
                if not held.is_yielding:
                    self._begin(waiting)
                elif not self._under_way:
                    return False
                held.check()
                self._take(waiting)
            return True
        finally:
            for future in self._under_way:
                future.cancel()

    def _begin(self, waiting: deque[int]) -> None:
        # One more than there are places: no process waits for the next to be sent.
        while waiting and len(self._under_way) <= self._executor.n_slots:
            number = waiting.popleft()
            self._attempts[number] += 1
            self._under_way[self._executor.submit(self._task_of(number))] = number

    def _take(self, waiting: deque[int]) -> None:
        ended, _ = wait(self._under_way, _LOOK_EVERY_S, FIRST_COMPLETED)
        for future in ended:
            number = self._under_way.pop(future)
            try:
                done = future.result()
            except (WorkerDied, CancelledError):
                if self._attempts[number] >= MAX_ATTEMPTS:
                    raise
                waiting.appendleft(number)
            else:
                self._on_done(done)
