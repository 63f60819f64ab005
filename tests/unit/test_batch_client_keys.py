"""The keys of clients, on real databases: made once, bound to their client, erased."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from service_database import KINDS, database_url, opened

from occoder.batch.operation import Store
from occoder.batch.vault.client_keys import ClientKeys
from occoder.batch.vault.storage_keys import StorageKeys, key_file
from occoder.database import CLIENT_KEYS, connect
from occoder.errors import DamagedObject, DatabaseUnreachable, UnusableStorageKeys

CLIENT = "client1"
INGRESS = Store.INGRESS


@dataclass(frozen=True)
class Place:
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

    def put(self, values: dict[str, object], **where: str) -> None:
        """Change rows as somebody might who can write to the database."""
        change = sa.update(CLIENT_KEYS).values(values).filter_by(**where)
        with self.engine.begin() as connection:
            connection.execute(change)


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """A database and a folder of keys, which two processes use."""
    folder = tmp_path / "keys"
    storage = StorageKeys(folder, Store)
    with (
        database_url(request.param) as url,
        opened(url, tmp_path) as engine,
        opened(url, tmp_path) as another,
    ):
        elsewhere = ClientKeys(another, StorageKeys(folder, Store))
        yield Place(engine, folder, storage, ClientKeys(engine, storage), elsewhere)


def test_key_is_made_once(place: Place) -> None:
    """A client has one key of each store, with an id that stays and is a GUID."""
    first = place.keys.key_id(CLIENT, INGRESS)

    assert first == place.keys.key_id(CLIENT, INGRESS)
    assert first == place.elsewhere.key_id(CLIENT, INGRESS)
    assert first == str(UUID(first))
    others = {
        place.keys.key_id("client2", INGRESS),
        place.keys.key_id(CLIENT, Store.EGRESS),
    }
    assert 3 == len(others | {first}) == len(place.rows())


def test_first_uses_at_once_agree(place: Place) -> None:
    """Many first uses at the same time make one key, and every data key can be opened."""
    barrier = threading.Barrier(8)
    made: list[tuple[bytes, bytes]] = []

    def use(keys: ClientKeys) -> None:
        barrier.wait(60)
        made.append(keys.new_data_key(CLIENT, INGRESS))

    many = [
        threading.Thread(target=use, args=(keys,))
        for keys in [place.keys, place.elsewhere] * 4
    ]
    for one in many:
        one.start()
    for one in many:
        one.join()

    assert 8 == len(made)
    assert 1 == len(place.rows())
    for plain, wrapped in made:
        assert plain == place.keys.open_data_key(CLIENT, INGRESS, wrapped)


def test_data_keys_come_back(place: Place) -> None:
    """A data key is new each time, and what is kept of it opens to it elsewhere."""
    plain, wrapped = place.keys.new_data_key(CLIENT, INGRESS)
    other, _ = place.keys.new_data_key(CLIENT, INGRESS)

    assert 32 == len(plain)
    assert plain != other
    assert plain not in wrapped
    assert plain == place.elsewhere.open_data_key(CLIENT, INGRESS, wrapped)


def test_no_key_stands_in_the_database(place: Place) -> None:
    """A wrapped key is longer than a key and is another one for each client."""
    for client in (CLIENT, "client2"):
        place.keys.key_id(client, INGRESS)
    wrapped = [bytes(row[3]) for row in place.rows()]  # type: ignore[call-overload]

    assert [60, 60] == [len(one) for one in wrapped]
    assert wrapped[0] != wrapped[1]


def test_data_key_belongs_to_client_and_store(place: Place) -> None:
    """A data key can't be opened as that of another client or store, or when changed."""
    _, wrapped = place.keys.new_data_key(CLIENT, INGRESS)
    place.keys.key_id("client2", INGRESS)
    place.keys.key_id(CLIENT, Store.EGRESS)
    changed = wrapped[:-1] + bytes([wrapped[-1] ^ 1])

    for client, store, kept in (
        ("client2", INGRESS, wrapped),
        (CLIENT, Store.EGRESS, wrapped),
        (CLIENT, INGRESS, changed),
        (CLIENT, INGRESS, b""),
        ("client3", INGRESS, wrapped),
    ):
        with pytest.raises(DamagedObject):
            place.keys.open_data_key(client, store, kept)


def test_swapped_rows_open_nothing(place: Place) -> None:
    """Who writes one client's key into the row of another gains nothing."""
    place.keys.key_id(CLIENT, INGRESS)
    _, wrapped = place.keys.new_data_key("client2", INGRESS)
    stolen = {
        "wrapped": next(row[3] for row in place.rows() if row[0] == "client2"),
        "key_id": place.keys.key_id("client2", INGRESS),
    }
    place.put(stolen, client_id=CLIENT)

    with pytest.raises(DamagedObject):
        place.keys.open_data_key(CLIENT, INGRESS, wrapped)


def test_erased_is_gone(place: Place) -> None:
    """When a client's keys are erased, its data keys open nothing any more."""
    _, wrapped = place.keys.new_data_key(CLIENT, INGRESS)
    plain, kept = place.keys.new_data_key("client2", INGRESS)
    former = place.keys.key_id(CLIENT, INGRESS)
    place.keys.key_id(CLIENT, Store.EGRESS)
    place.elsewhere.erase(CLIENT)

    assert ["client2"] == [row[0] for row in place.rows()]
    with pytest.raises(DamagedObject):
        place.keys.open_data_key(CLIENT, INGRESS, wrapped)
    assert former != place.keys.key_id(CLIENT, INGRESS)
    with pytest.raises(DamagedObject, match="its key was deleted"):
        place.keys.open_data_key(CLIENT, INGRESS, wrapped)
    assert plain == place.keys.open_data_key("client2", INGRESS, kept)


def test_rotation_keeps_what_is_sealed(place: Place) -> None:
    """After rotation, rewrapping and forgetting, every data key still opens everywhere."""
    clients = [f"client{n}" for n in range(5)]
    made = {one: place.keys.new_data_key(one, INGRESS) for one in clients}
    ids = [place.keys.key_id(one, INGRESS) for one in clients]
    (old,) = place.storage.generations(INGRESS)
    new = place.storage.rotate(INGRESS)

    assert {old.id: 5} == place.keys.n_by_master(INGRESS)
    assert 0 == place.keys.forget_old(INGRESS)
    assert 5 == place.keys.rewrap()
    assert {new.id: 5} == place.keys.n_by_master(INGRESS)
    assert 1 == place.keys.forget_old(INGRESS)
    assert 0 == place.keys.rewrap()
    assert [new] == list(place.storage.generations(INGRESS))
    for one, (plain, wrapped) in made.items():
        assert plain == place.elsewhere.open_data_key(one, INGRESS, wrapped)
    assert ids == [place.elsewhere.key_id(one, INGRESS) for one in clients]


def test_rotation_under_load_loses_nothing(place: Place) -> None:
    """While keys rotate again and again, clients come and none of their keys is lost."""
    made: dict[str, tuple[bytes, bytes]] = {}
    stop = threading.Event()

    def come(keys: ClientKeys, name: str) -> None:
        n = 0
        while not stop.is_set():
            n += 1
            made[f"{name}{n}"] = keys.new_data_key(f"{name}{n}", INGRESS)

    both = [
        threading.Thread(target=come, args=(keys, name))
        for keys, name in ((place.keys, "a"), (place.elsewhere, "b"))
    ]
    for one in both:
        one.start()
    rotating = ClientKeys(place.engine, StorageKeys(place.folder, [INGRESS]))
    for _ in range(10):
        place.storage.rotate(INGRESS)
        rotating.rewrap()
        rotating.forget_old(INGRESS)
    stop.set()
    for one in both:
        one.join()

    assert {"a1", "b1"} <= made.keys()
    assert 0 == rotating.n_lost(INGRESS)
    for client, (plain, wrapped) in made.items():
        assert plain == place.keys.open_data_key(client, INGRESS, wrapped)


def test_other_stores_are_left_alone(place: Place) -> None:
    """A process with the keys of one store neither uses nor rewraps those of another."""
    narrow = ClientKeys(place.engine, StorageKeys(place.folder, [INGRESS]))
    _, wrapped = place.keys.new_data_key(CLIENT, Store.VALIDATED)
    place.storage.rotate(Store.VALIDATED)

    assert 0 == narrow.rewrap()
    for way in (
        lambda: narrow.new_data_key(CLIENT, Store.VALIDATED),
        lambda: narrow.open_data_key(CLIENT, Store.VALIDATED, wrapped),
        lambda: narrow.key_id("client2", Store.VALIDATED),
    ):
        with pytest.raises(ValueError, match="not given the keys of validated"):
            way()


def test_missing_master_key_is_told(place: Place) -> None:
    """With a new file in place of the lost one, the operator is told which key is missing.

    The clients' keys stay, for the day when the file is found; or they are deleted on
    purpose, and the clients go on with new ones.
    """
    plain, wrapped = place.keys.new_data_key(CLIENT, INGRESS)
    (old,) = place.storage.generations(INGRESS)
    file = key_file(place.folder, INGRESS)
    found = file.rename(place.folder / "found.json")
    keys = ClientKeys(place.engine, StorageKeys(place.folder, Store))

    with pytest.raises(UnusableStorageKeys, match=f"ingress.json lacks the key {old.id}"):
        keys.new_data_key(CLIENT, INGRESS)
    with pytest.raises(UnusableStorageKeys, match=old.id):
        keys.open_data_key(CLIENT, INGRESS, wrapped)
    assert 0 == keys.rewrap()
    assert 1 == keys.n_lost(INGRESS)
    lost = file.read_bytes()
    found.replace(file)
    assert plain == keys.open_data_key(CLIENT, INGRESS, wrapped)
    assert 0 == keys.forget_lost(INGRESS)
    file.write_bytes(lost)
    assert 1 == keys.forget_lost(INGRESS)
    assert keys.new_data_key(CLIENT, INGRESS)
    with pytest.raises(DamagedObject):
        keys.open_data_key(CLIENT, INGRESS, wrapped)


def test_failing_database_is_told(tmp_path: Path) -> None:
    """A database that can't be used is told as such."""
    engine = connect("", tmp_path / "service.sqlite")
    with engine.begin() as connection:
        CLIENT_KEYS.drop(connection)
    keys = ClientKeys(engine, StorageKeys(tmp_path / "keys", Store))

    for way in (
        lambda: keys.key_id(CLIENT, INGRESS),
        lambda: keys.erase(CLIENT),
        lambda: keys.rewrap(),
        lambda: keys.n_by_master(INGRESS),
    ):
        with pytest.raises(DatabaseUnreachable):
            way()
    engine.dispose()
