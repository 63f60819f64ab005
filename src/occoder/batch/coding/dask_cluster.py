"""A Dask cluster that codes: processes of any number of machines.

Each of them needs this package, the models in its own data folder, and a way to the
stores. The keys of an operation travel with its chunks, so the way to the scheduler
should be ``tls://``; certificates are set up as Dask's own configuration says.
"""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, wait
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import distributed

from occoder.batch.coding.chunk import ChunkTask
from occoder.batch.coding.outcome import attempt, pass_on, warm_up
from occoder.batch.operation import ChunkDone
from occoder.errors import ExecutorUnreachable, WorkerDied

TIMEOUT_S: Final = 10.0
LOOK_EVERY_S: Final = 5.0
_GRACE_S: Final = 0.5
_dask: Final[Any] = distributed  # most of it has no types


class DaskCluster:
    """Codes chunks on a Dask cluster.

    A chunk whose process was ended from outside is given to another by the scheduler.

    Parameters
    ----------
    address : str
        Of the scheduler, "tls://host:port" or "tcp://host:port".
    timeout_s : float
        Seconds in which it must answer.
    look_every_s : float
        Seconds for which the number of its workers is taken to be the same.

    Raises
    ------
    ExecutorUnreachable
        If it does not.
    """

    def __init__(
        self,
        address: str,
        *,
        timeout_s: float = TIMEOUT_S,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._address = address
        self._timeout_s = timeout_s
        self._lock = threading.RLock()
        self._warm: set[tuple[str, str, str]] = set()
        self._n_threads: dict[str, int] = {}
        self._look_every_s = look_every_s
        self._looked_at = -look_every_s
        self._connecting: Future[Any] | None = None
        self._client = self._connect()

    @property
    def n_slots(self) -> int:
        """How many chunks its workers can code at the same time, a moment ago."""
        return sum(self._workers().values())

    def submit(self, task: ChunkTask) -> "Future[ChunkDone]":
        """Have a chunk coded, as `ChunkExecutor` says."""
        done: Future[ChunkDone] = Future()
        with self._lock, self._telling():
            executor = self._connected().get_executor(pure=False)
            sent = executor.submit(attempt, task)
        done.add_done_callback(lambda one: one.cancelled() and sent.cancel())
        sent.add_done_callback(partial(pass_on, target=done, told=self._told))
        return done

    def warm(self, topic: str, model_id: str) -> None:
        """Have a model loaded by all workers that there are."""
        for worker in self._workers():
            key = (worker, topic, model_id)
            with self._lock, self._telling():
                if key not in self._warm:
                    self._warm.add(key)
                    _dask.fire_and_forget(
                        self._connected().submit(
                            warm_up, topic, model_id, workers=[worker], pure=False
                        )
                    )

    def close(self) -> None:
        """Leave the cluster; chunks under way are given up."""
        self._client.close()

    def _workers(self) -> dict[str, int]:
        """Return the number of threads of each worker."""
        with self._lock:
            if time.monotonic() - self._looked_at >= self._look_every_s:
                with self._telling():
                    client = self._connected()
                    found = client.sync(
                        client.scheduler.ncores,
                        workers=None,
                        callback_timeout=self._timeout_s,
                    )
                self._n_threads = dict(found)
                self._looked_at = time.monotonic()
            return self._n_threads

    def _connected(self) -> Any:
        if self._client.status in {"closing", "closed"}:
            self._client = self._connect()
            self._warm.clear()
        return self._client

    def _connect(self) -> Any:
        """Return a new client, from a thread: a scheduler may hang and be waited for."""
        with self._telling():
            if self._connecting is None:
                self._connecting = Future()
                wanted = (self._connecting, self._address, self._timeout_s)
                threading.Thread(target=_open_client, args=wanted, daemon=True).start()
            wait([self._connecting], self._timeout_s + _GRACE_S)
            if not self._connecting.done():
                raise self._unreachable("no answer in time")
            opened, self._connecting = self._connecting, None
            return opened.result()

    def _told(self, error: BaseException) -> BaseException:
        if isinstance(error, distributed.KilledWorker):
            return WorkerDied(n_workers=len(self._n_threads))
        if isinstance(error, CancelledError):
            return self._unreachable("the connection was lost")
        return error

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except ExecutorUnreachable:
            raise
        except Exception as error:  # its library has no one kind for all of them
            raise self._unreachable(type(error).__name__) from error

    def _unreachable(self, problem: str) -> ExecutorUnreachable:
        return ExecutorUnreachable(address=self._address, problem=problem)


def _open_client(opened: "Future[Any]", address: str, timeout_s: float) -> None:
    try:
        client = _dask.Client(
            address, timeout=timeout_s, set_as_default=False, name="occoder"
        )
    except Exception as error:
        opened.set_exception(error)
    else:
        opened.set_result(client)
