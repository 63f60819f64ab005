"""The keys of clients in a real database, as two processes use them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from service_database import database_url, opened

from occoder.batch.operation import Store
from occoder.batch.vault.client_keys import ClientKeys
from occoder.batch.vault.storage_keys import StorageKeys
from occoder.database import CLIENT_KEYS

CLIENT = "client1"
INGRESS = Store.INGRESS


@dataclass(frozen=True)
class KeyPlace:
    """The keys as two processes use them, their database and their folder."""

    engine: sa.Engine
    folder: Path
    storage: StorageKeys
    keys: ClientKeys
    elsewhere: ClientKeys

    def rows(self) -> list[tuple[object, ...]]:
        """Return all that the database holds of keys."""
        with self.engine.begin() as connection:
            return [tuple(row) for row in connection.execute(sa.select(CLIENT_KEYS))]

    def put(self, values: dict[str, object], client_id: str) -> None:
        """Change rows as somebody might who can write to the database."""
        is_of = CLIENT_KEYS.c.client_id == client_id
        change = sa.update(CLIENT_KEYS).values(values).where(is_of)
        with self.engine.begin() as connection:
            connection.execute(change)


@contextmanager
def key_place(kind: str, tmp_path: Path) -> Iterator[KeyPlace]:
    """Yield a database of a kind without keys, with the master keys of all stores."""
    folder = tmp_path / "keys"
    storage = StorageKeys(folder, Store)
    with (
        database_url(kind) as url,
        opened(url, tmp_path) as engine,
        opened(url, tmp_path) as another,
    ):
        elsewhere = ClientKeys(another, StorageKeys(folder, Store))
        yield KeyPlace(engine, folder, storage, ClientKeys(engine, storage), elsewhere)
