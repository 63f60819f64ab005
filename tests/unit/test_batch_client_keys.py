"""The keys of clients, on real databases: made once, bound to their client, erased."""

import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from key_place import CLIENT, INGRESS, KeyPlace, key_place
from service_database import KINDS

from occoder.batch.operation import Store
from occoder.batch.vault.client_keys import ClientKeys
from occoder.batch.vault.storage_keys import StorageKeys, key_file
from occoder.database import CLIENT_KEYS, connect
from occoder.errors import DamagedObject, DatabaseUnreachable, UnusableStorageKeys


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeyPlace]:
    """A database and a folder of keys, which two processes use."""
    with key_place(request.param, tmp_path) as place:
        yield place


def test_key_is_made_once(place: KeyPlace) -> None:
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


def test_first_uses_at_once_agree(place: KeyPlace) -> None:
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


def test_data_keys_come_back(place: KeyPlace) -> None:
    """A data key is new each time, and what is kept of it opens to it elsewhere."""
    plain, wrapped = place.keys.new_data_key(CLIENT, INGRESS)
    other, _ = place.keys.new_data_key(CLIENT, INGRESS)

    assert 32 == len(plain)
    assert plain != other
    assert plain not in wrapped
    assert plain == place.elsewhere.open_data_key(CLIENT, INGRESS, wrapped)


def test_no_key_stands_in_the_database(place: KeyPlace) -> None:
    """A wrapped key is longer than a key and is another one for each client."""
    for client in (CLIENT, "client2"):
        place.keys.key_id(client, INGRESS)
    wrapped = [bytes(row[3]) for row in place.rows()]  # type: ignore[call-overload]

    assert [60, 60] == [len(one) for one in wrapped]
    assert wrapped[0] != wrapped[1]


def test_data_key_belongs_to_client_and_store(place: KeyPlace) -> None:
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


def test_swapped_rows_open_nothing(place: KeyPlace) -> None:
    """Who writes the key of one client into the row of another gains nothing."""
    plain, wrapped = place.keys.new_data_key(CLIENT, INGRESS)
    _, other = place.keys.new_data_key("client2", INGRESS)
    rows = {row[0]: row for row in place.rows()}
    mine = {"wrapped": rows[CLIENT][3], "key_id": rows[CLIENT][2]}
    place.put({"wrapped": rows["client2"][3], "key_id": rows["client2"][2]}, CLIENT)

    for kept in (wrapped, other):
        with pytest.raises(DamagedObject):
            place.keys.open_data_key(CLIENT, INGRESS, kept)
    with pytest.raises(DamagedObject):
        place.keys.new_data_key(CLIENT, INGRESS)
    place.storage.rotate(INGRESS)
    assert 1 == place.keys.rewrap()
    place.put(mine, CLIENT)
    assert plain == place.keys.open_data_key(CLIENT, INGRESS, wrapped)


def test_erased_is_gone(place: KeyPlace) -> None:
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


def test_other_stores_are_left_alone(place: KeyPlace) -> None:
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


def test_missing_master_key_is_told(place: KeyPlace) -> None:
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
