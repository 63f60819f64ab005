"""Erasing what is stored of a client, by throwing away the keys to it."""

from collections.abc import Callable

from occoder.batch.operation_store import OperationStore
from occoder.batch.vault.client_keys import ClientKeys
from occoder.batch.vault.storage_keys import StorageKeys
from occoder.database import open_database
from occoder.settings.settings import Settings


def erase_client(settings: Settings, client_id: str, clock: Callable[[], float]) -> None:
    """End a client's operations and delete its keys: nothing of it can be opened again.

    The sealed bytes themselves go with the next sweep. An S3 store that encrypts by
    itself deletes them then, and has keys of its own.

    Parameters
    ----------
    settings : Settings
        As the operator set them.
    client_id : str
        Whose.
    clock : callable
        Seconds since 1970.
    """
    engine = open_database(settings)
    try:
        OperationStore(engine, clock).end_all_of(client_id)
        ClientKeys(engine, StorageKeys(settings.keys_that_seal, ())).erase(client_id)
    finally:
        engine.dispose()
