"""The keys of the clients: one a client and store, which wraps its data keys.

Each is wrapped by the master key of its store and kept in the database. A key is wrapped
with AES-256-GCM rather than as RFC 3394 does: GCM binds what it wraps to words that it
does not hide, here the client, the store and the id of the key. So whoever can write to
the database, but has no master key, can't give one client the key of another.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from occoder.batch.operation import Store
from occoder.batch.vault.master_keys import KEY_BYTES, MasterKey
from occoder.batch.vault.storage_keys import StorageKeys
from occoder.database import CLIENT_KEYS, name, problem
from occoder.errors import DamagedObject, DatabaseUnreachable, UnusableStorageKeys

_Row = Mapping[str, Any]

_NONCE_BYTES: Final = 12
_CLIENT_KEYS: Final = b"occoder client keys"
_DATA_KEY: Final = b"data key"
_OF_STORE: Final = CLIENT_KEYS.c.store == sa.bindparam("of_store")
_OF_CLIENT: Final = CLIENT_KEYS.c.client_id == sa.bindparam("of_client")
_ONE: Final = sa.select(CLIENT_KEYS).where(_OF_CLIENT, _OF_STORE)
_OTHERS: Final = (
    sa.select(CLIENT_KEYS)
    .where(_OF_STORE, CLIENT_KEYS.c.master_id != sa.bindparam("newest"))
    .order_by(CLIENT_KEYS.c.client_id)
)
_REWRAP: Final = (
    sa.update(CLIENT_KEYS)
    .where(_OF_CLIENT, _OF_STORE)
    .where(CLIENT_KEYS.c.key_id == sa.bindparam("of_key"))
    .where(CLIENT_KEYS.c.master_id == sa.bindparam("former"))
)
_NUMBERS: Final = (
    sa.select(CLIENT_KEYS.c.master_id, sa.func.count())
    .where(_OF_STORE)
    .group_by(CLIENT_KEYS.c.master_id)
)


class ClientKeys:
    """Keeps the keys of the clients; threads, processes and machines may use it at once.

    Every method raises `DatabaseUnreachable` when the database fails, and those that are
    given a store `ValueError` when ``keys`` are not of that store.

    Parameters
    ----------
    engine : sqlalchemy.Engine
        The database, as `occoder.database.connect` opens it.
    keys : StorageKeys
        The master keys of the stores that this process may open.
    """

    def __init__(self, engine: sa.Engine, keys: StorageKeys) -> None:
        self._engine = engine
        self._keys = keys

    def key_id(self, client_id: str, store: Store) -> str:
        """Return the id of a client's key of a store, a GUID; it is made at first use."""
        return str(self._row(client_id, store)["key_id"])

    def new_data_key(self, client_id: str, store: Store) -> tuple[bytes, bytes]:
        """Make a data key.

        Returns
        -------
        bytes
            The key, to seal with and never to be kept.
        bytes
            It as it is kept, wrapped by the client's key.

        Raises
        ------
        DamagedObject
            If the client's key was changed, or erased meanwhile.
        UnusableStorageKeys
            If the master key of the client's key is missing.
        """
        client_key = self._opened(self._row(client_id, store), client_id, store)
        data_key = os.urandom(KEY_BYTES)
        return data_key, _wrap(client_key, data_key, _DATA_KEY)

    def open_data_key(self, client_id: str, store: Store, wrapped: bytes) -> bytes:
        """Return a data key that `new_data_key` made.

        Raises
        ------
        DamagedObject
            If the client's key was erased, or any of the two was changed or is that of
            another client or store.
        UnusableStorageKeys
            If the master key of the client's key is missing.
        """
        client_key = self._opened(self._find(client_id, store), client_id, store)
        try:
            return _unwrap(client_key, wrapped, _DATA_KEY)
        except InvalidTag:
            raise _damaged(client_id, store) from None

    def erase(self, client_id: str) -> None:
        """Delete a client's keys of all stores: what they seal can't be opened again."""
        with self._transaction() as connection:
            connection.execute(
                sa.delete(CLIENT_KEYS).where(CLIENT_KEYS.c.client_id == client_id)
            )

    def rewrap(self) -> int:
        """Wrap the clients' keys by the newest master key, after a rotation.

        Those that can't be opened stay as they are.

        Returns
        -------
        int
            How many were wrapped anew.
        """
        return sum(self._rewrap(store) for store in sorted(self._keys.stores))

    def n_by_master(self, store: Store) -> dict[str, int]:
        """Return how many clients' keys of a store each master key wraps, by its id."""
        with self._transaction() as connection:
            found = connection.execute(_NUMBERS, {"of_store": store.value})
            return {master_id: n for master_id, n in found}

    def forget_old(self, store: Store) -> int:
        """Drop the old master keys that wrap nothing, and return how many they were.

        Raises
        ------
        UnusableStorageKeys
            If their file can't be written.
        """
        return self._keys.forget_old(store, lambda: self.n_by_master(store).keys())

    def n_lost(self, store: Store) -> int:
        """Return how many clients' keys of a store have a master key that is missing."""
        known = {key.id for key in self._keys.generations(store)}
        return sum(
            n for key_id, n in self.n_by_master(store).items() if key_id not in known
        )

    def forget_lost(self, store: Store) -> int:
        """Delete clients' keys whose master key is missing, and return their number.

        What they seal can't be opened without it; these clients get new ones.
        """
        with self._keys.held(store), self._transaction() as connection:
            known = [key.id for key in self._keys.generations(store)]
            done = connection.execute(
                sa.delete(CLIENT_KEYS)
                .where(CLIENT_KEYS.c.store == store.value)
                .where(CLIENT_KEYS.c.master_id.not_in(known))
            )
            return done.rowcount

    def _rewrap(self, store: Store) -> int:
        newest = self._keys.generations(store)[-1]
        n_done = 0
        with self._transaction() as connection:
            wanted = {"of_store": store.value, "newest": newest.id}
            rows = [dict(row) for row in connection.execute(_OTHERS, wanted).mappings()]
            for row in rows:
                former = self._keys.find(store, row["master_id"])
                if former is not None:
                    n_done += _rewrap(connection, row, former, newest)
        return n_done

    def _row(self, client_id: str, store: Store) -> _Row:
        """Return the row of a client's key, making it where there is none."""
        while (row := self._find(client_id, store)) is None:
            self._make(client_id, store)
        return row

    def _find(self, client_id: str, store: Store) -> _Row | None:
        which = {"of_client": client_id, "of_store": store.value}
        with self._transaction() as connection:
            row = connection.execute(_ONE, which).mappings().one_or_none()
        return None if row is None else dict(row)

    def _make(self, client_id: str, store: Store) -> None:
        """Write a new key, unless another process just did."""
        row = {"client_id": client_id, "store": store.value, "key_id": str(uuid4())}
        with self._keys.held(store):
            newest = self._keys.generations(store)[-1]
            values = row | _wrapped_by(newest, row, os.urandom(KEY_BYTES))
            with self._transaction() as connection:
                try:
                    connection.execute(sa.insert(CLIENT_KEYS).values(values))
                except IntegrityError:
                    connection.rollback()

    def _opened(self, row: _Row | None, client_id: str, store: Store) -> bytes:
        """Return the key of a row, read again where it was wrapped anew meanwhile."""
        missing = None
        while row is not None:
            master = self._keys.find(store, row["master_id"])
            if master is not None:
                return _client_key(master, row)
            if row["master_id"] == missing:
                problem = f"{store}.json lacks the key {missing}"
                raise UnusableStorageKeys(folder=self._keys.folder, problem=problem)
            missing = row["master_id"]
            row = self._find(client_id, store)
        raise _damaged(client_id, store)

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        try:
            with self._engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise DatabaseUnreachable(
                database=name(self._engine), problem=problem(error)
            ) from error


def _wrapped_by(master: MasterKey, row: _Row, client_key: bytes) -> dict[str, Any]:
    """Return the columns of a row whose key a master key wraps."""
    wrapped = _wrap(master.derived(_CLIENT_KEYS), client_key, _client_words(row))
    return {"wrapped": wrapped, "master_id": master.id}


def _rewrap(
    connection: sa.Connection, row: _Row, former: MasterKey, newest: MasterKey
) -> int:
    """Wrap the key of a row anew; return how many rows that were, 0 or 1."""
    try:
        client_key = _client_key(former, row)
    except DamagedObject:
        return 0
    which = {
        "of_client": row["client_id"],
        "of_store": row["store"],
        "of_key": row["key_id"],
        "former": former.id,
    }
    change = _REWRAP.values(_wrapped_by(newest, row, client_key))
    return connection.execute(change, which).rowcount


def _client_key(master: MasterKey, row: _Row) -> bytes:
    try:
        return _unwrap(master.derived(_CLIENT_KEYS), row["wrapped"], _client_words(row))
    except InvalidTag:
        raise _damaged(row["client_id"], row["store"]) from None


def _client_words(row: _Row) -> bytes:
    words = ("client key", row["client_id"], row["store"], row["key_id"])
    return "\0".join(words).encode()


def _damaged(client_id: str, store: str) -> DamagedObject:
    return DamagedObject(name=f"in {store} of client {client_id}")


def _wrap(by: bytes, key: bytes, words: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(by).encrypt(nonce, key, words)


def _unwrap(by: bytes, wrapped: bytes, words: bytes) -> bytes:
    nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
    if len(nonce) < _NONCE_BYTES:
        raise InvalidTag
    return AESGCM(by).decrypt(nonce, sealed, words)
