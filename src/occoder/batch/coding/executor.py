"""What codes the chunks: processes of this machine, or a cluster."""

from concurrent.futures import Future
from typing import Protocol

from occoder.batch.coding.chunk import ChunkTask
from occoder.batch.coding.own_processes import OwnProcesses
from occoder.batch.operation import ChunkDone
from occoder.errors import ExecutorUnreachable
from occoder.settings.settings import Settings


class ChunkExecutor(Protocol):
    """Codes chunks, several at a time. Its methods may be called from any thread."""

    @property
    def n_slots(self) -> int:
        """How many chunks can be coded at the same time."""

    def submit(self, task: ChunkTask) -> "Future[ChunkDone]":
        """Have a chunk coded; cancelled before it was begun, it is not.

        The future raises `WorkerDied` where a process was ended from outside: then the
        chunk may be submitted again. It raises the errors of `code_chunk` as they are,
        and `ChunkNotCoded` for all that was not foreseen.

        Raises
        ------
        ExecutorUnreachable
            If a cluster does not answer.
        """

    def warm(self, topic: str, model_id: str) -> None:
        """Have a model loaded, so that the first chunk need not wait; returns at once."""

    def close(self) -> None:
        """End all that was started here, when the chunks under way are coded."""


def open_executor(settings: Settings) -> ChunkExecutor:
    """Open what the settings name.

    Raises
    ------
    ExecutorUnreachable
        If a cluster is named that does not answer, or the library for it is missing.
    """
    if not settings.executor:
        return OwnProcesses.from_settings(settings)
    try:
        # Needs a library that only installations with a cluster have.
        from occoder.batch.coding.dask_cluster import DaskCluster
    except ImportError as error:
        raise ExecutorUnreachable(
            address=settings.executor, problem='install "occoder[dask]"'
        ) from error
    return DaskCluster(settings.executor)
