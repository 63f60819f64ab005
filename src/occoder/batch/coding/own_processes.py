"""Processes of this machine that code, started when there is something to code."""

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from multiprocessing import forkserver, get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from typing import Any, Final, Self

from occoder.batch.coding.chunk import ChunkTask
from occoder.batch.coding.confinement import forget_secrets
from occoder.batch.coding.outcome import Failure, attempt, pass_on, warm_up
from occoder.batch.coding.reach import Reach
from occoder.batch.coding.worker import PRELOADED, begin
from occoder.batch.operation import ChunkDone
from occoder.errors import WorkerDied
from occoder.processes import interrupts_held, n_cores
from occoder.settings.settings import Settings

IDLE_S: Final = 600.0
_MAX_SOCKET_NAME: Final = 104  # of BSD; Linux has 108


class OwnProcesses:
    """Codes chunks in processes that end with this one, whatever ends it.

    They are started at the first chunk, and ended when there was none for a time. When
    one of them is ended from outside, those beside it end too, and the next chunk starts
    new ones.

    Parameters
    ----------
    reach : Reach
        What they can reach.
    n_workers : int
        How many there are.
    idle_s : float
        Seconds without work after which they end.
    """

    def __init__(self, reach: Reach, *, n_workers: int, idle_s: float = IDLE_S) -> None:
        self.n_slots = n_workers
        self._reach = reach
        self._idle_s = idle_s
        self._lock = threading.RLock()
        self._pool: ProcessPoolExecutor | None = None
        self._warm: set[tuple[str, str]] = set()
        self._under_way: set[Future[Any]] = set()
        self._used_at = time.monotonic()
        self._is_closed = threading.Event()
        self._context = _context(reach)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Return as many processes as the settings say."""
        n_workers = settings.batch_workers or n_cores()
        return cls(Reach.from_settings(settings), n_workers=n_workers)

    def submit(self, task: ChunkTask) -> "Future[ChunkDone]":
        """Have a chunk coded, as `ChunkExecutor` says."""
        done: Future[ChunkDone] = Future()
        with self._lock:
            sent = self._send((task.topic, task.model_id), attempt, task)
            self._under_way.add(sent)
        done.add_done_callback(lambda one: one.cancelled() and sent.cancel())
        sent.add_done_callback(partial(self._end, done))
        return done

    def warm(self, topic: str, model_id: str) -> None:
        """Have a model loaded, and keep the processes for a time."""
        with self._lock:
            self._used_at = time.monotonic()
            if self._pool is not None and (topic, model_id) in self._warm:
                return
            for _ in range(self.n_slots):
                self._send((topic, model_id), warm_up, topic, model_id)

    def close(self) -> None:
        """Wait for the chunks that are being coded and end all processes."""
        self._is_closed.set()
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)

    def _send(
        self, model: tuple[str, str], work: Callable[..., Any], *arguments: Any
    ) -> "Future[Any]":
        if self._is_closed.is_set():
            raise RuntimeError("the processes that code are closed")
        self._used_at = time.monotonic()
        pool = self._pool or self._open(model)
        try:
            sent = pool.submit(work, *arguments)
        except BrokenProcessPool:
            sent = self._open(model).submit(work, *arguments)
        self._warm.add(model)
        return sent

    def _open(self, model: tuple[str, str]) -> ProcessPoolExecutor:
        pool = ProcessPoolExecutor(
            self.n_slots,
            self._context,
            initializer=begin,
            initargs=(self._reach, (model,)),
        )
        self._pool = pool
        self._warm.clear()
        threading.Thread(target=self._end_idle, args=(pool,), daemon=True).start()
        return pool

    def _end(self, done: "Future[ChunkDone]", sent: "Future[ChunkDone | Failure]") -> None:
        # Without the lock: the pool that calls this may hold a lock of its own, which
        # whoever submits gets after this one.
        self._used_at = time.monotonic()
        self._under_way.discard(sent)
        pass_on(sent, done, self._told)

    def _told(self, error: BaseException) -> BaseException:
        if isinstance(error, BrokenProcessPool):
            return WorkerDied(n_workers=self.n_slots)
        return error

    def _end_idle(self, pool: ProcessPoolExecutor) -> None:
        """Wait until a pool had nothing to do for a time, and end it."""
        left = self._idle_s
        while not self._is_closed.wait(left):
            with self._lock:
                if self._pool is not pool:
                    return
                idle_s = 0.0 if self._under_way else time.monotonic() - self._used_at
                left = self._idle_s - idle_s
                if left <= 0:
                    self._pool = None
                    pool.shutdown(wait=False)
                    return


def _is_far(folder: str) -> bool:
    """Tell whether a socket in a temporary folder there would have too long a name."""
    n_more = len("/pymp-12345678/listener-12345678")
    return len(os.fsencode(folder)) + n_more > _MAX_SOCKET_NAME


def _context(reach: Reach) -> BaseContext:
    """Return how processes start: sharing the memory of what all import, where possible.

    They are children of a server that starts here, with an environment of its own.
    """
    if "forkserver" not in get_all_start_methods() or _is_far(tempfile.gettempdir()):
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    with _own_environment(may_connect=reach.may_connect), interrupts_held():
        forkserver.ensure_running()
    return context


@contextmanager
def _own_environment(*, may_connect: bool) -> Iterator[None]:
    """Give what is started meanwhile no secrets: what it starts with can be read for ever.

    It is told to calculate in one thread, since threads that are there before a process
    is confined are not confined with it.
    """
    before = dict(os.environ)
    forget_secrets(os.environ, may_connect=may_connect)
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    try:
        yield
    finally:
        os.environ.pop("OPENBLAS_NUM_THREADS")
        os.environ.update(before)
