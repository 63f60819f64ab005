"""Processes that open storage keys at the same moment, for their tests."""

from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from occoder.batch.operation import Store
from occoder.batch.vault.storage_keys import StorageKeys

N_STARTS = 30
PATIENCE_S = 60


def start(folder: Path, barrier: Barrier, found: "Queue[str]") -> None:
    """Open the keys of many folders, each when all are there, and tell their ids."""
    for n in range(N_STARTS):
        barrier.wait(PATIENCE_S)
        keys = StorageKeys(folder / str(n), Store)
        for store in Store:
            for key in keys.generations(store):
                found.put(key.id)
