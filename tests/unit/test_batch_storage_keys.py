"""The master keys of the stores, shared by processes that may open some of them."""

import multiprocessing
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from storage_key_starts import N_STARTS, PATIENCE_S, start

from occoder.batch.operation import Store
from occoder.batch.vault.storage_keys import StorageKeys, key_file
from occoder.errors import UnusableStorageKeys
from occoder.settings.settings import Settings

GATEWAY = [Store.INGRESS, Store.EGRESS]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that is not there yet."""
    return tmp_path / "keys"


@pytest.fixture
def keys(folder: Path) -> StorageKeys:
    """The keys of all stores."""
    return StorageKeys(folder, Store)


def ids(keys: StorageKeys, store: Store = Store.INGRESS) -> list[str]:
    """Return the ids of the generations of a store."""
    return [key.id for key in keys.generations(store)]


def test_settings_name_the_folder(tmp_path: Path) -> None:
    """The keys are beside the data folder, not in it, or where the settings say."""
    home, named = tmp_path / "home", tmp_path / "named"
    beside = StorageKeys.from_settings(Settings(home=home), [Store.INGRESS])
    other = Settings(home=home, storage_keys_folder=str(named))

    assert tmp_path / "home-keys" == beside.folder
    assert named == StorageKeys.from_settings(other, [Store.EGRESS]).folder
    assert ["ingress.json"] == [one.name for one in beside.folder.iterdir()]
    assert ["egress.json"] == [one.name for one in named.iterdir()]


def test_stores_have_keys_of_their_own(keys: StorageKeys) -> None:
    """Each store has one key at first, and no two have the same."""
    held = [keys.generations(store) for store in Store]

    assert [1, 1, 1] == [len(one) for one in held]
    assert 3 == len({key.key for (key,) in held})


def test_keys_outlive_the_process(keys: StorageKeys, folder: Path) -> None:
    """Another process finds the same keys."""
    again = StorageKeys(folder, Store)

    assert [keys.generations(one) for one in Store] == [
        again.generations(one) for one in Store
    ]


def test_only_given_stores_are_opened(keys: StorageKeys, folder: Path) -> None:
    """A process that is given two stores needs the file of the third in no way."""
    key_file(folder, Store.VALIDATED).unlink()
    gateway = StorageKeys(folder, GATEWAY)

    assert ids(keys, Store.EGRESS) == ids(gateway, Store.EGRESS)
    assert not key_file(folder, Store.VALIDATED).exists()
    assert frozenset(GATEWAY) == gateway.stores


def test_other_stores_are_out_of_reach(keys: StorageKeys, folder: Path) -> None:
    """No method gives a key of a store that the process was not given."""
    gateway = StorageKeys(folder, GATEWAY)
    (key,) = keys.generations(Store.VALIDATED)
    ways = [
        lambda: gateway.generations(Store.VALIDATED),
        lambda: gateway.find(Store.VALIDATED, key.id),
        lambda: gateway.link_keys(Store.VALIDATED),
        lambda: gateway.held(Store.VALIDATED),
        lambda: gateway.rotate(Store.VALIDATED),
        lambda: gateway.forget_old(Store.VALIDATED, list),
    ]

    for way in ways:
        with pytest.raises(ValueError, match="not given the keys of validated"):
            way()
    assert [key] == list(keys.generations(Store.VALIDATED))


def test_starts_at_once_agree(folder: Path) -> None:
    """Two processes that start at the same moment end up with the same keys."""
    context = multiprocessing.get_context("spawn")
    barrier, found = context.Barrier(2), context.Queue()
    both = [context.Process(target=start, args=(folder, barrier, found)) for _ in "ab"]
    for one in both:
        one.start()
    seen = Counter(found.get(timeout=PATIENCE_S) for _ in range(2 * 3 * N_STARTS))
    for one in both:
        one.join(PATIENCE_S)

    assert {2: 3 * N_STARTS} == Counter(seen.values())
    assert [0, 0] == [one.exitcode for one in both]


def test_rotation_adds_a_generation(keys: StorageKeys, folder: Path) -> None:
    """A rotation adds the newest generation of one store, and others notice it at once."""
    running = StorageKeys(folder, Store)
    (first,) = ids(running)
    second = keys.rotate(Store.INGRESS)

    assert [first, second.id] == ids(running) == ids(keys)
    assert second == running.find(Store.INGRESS, second.id)
    assert running.find(Store.INGRESS, "none") is None
    assert [1, 1] == [len(ids(running, one)) for one in (Store.VALIDATED, Store.EGRESS)]


def test_rotations_at_once_all_stay(keys: StorageKeys, folder: Path) -> None:
    """When many rotate at the same time, none loses the key of another."""
    (first,) = ids(keys)
    made: list[str] = []
    many = [
        threading.Thread(
            target=lambda: made.append(
                StorageKeys(folder, GATEWAY).rotate(Store.INGRESS).id
            )
        )
        for _ in range(12)
    ]
    for one in many:
        one.start()
    for one in many:
        one.join()

    assert {first, *made} == set(ids(keys))
    assert 13 == len(ids(keys))


def test_old_generations_are_forgotten(keys: StorageKeys, folder: Path) -> None:
    """Of the old generations those stay that are in use; the newest stays in any case."""
    running = StorageKeys(folder, Store)
    old, used = ids(keys)[0], keys.rotate(Store.INGRESS).id
    newest = keys.rotate(Store.INGRESS).id

    assert 1 == keys.forget_old(Store.INGRESS, lambda: {used, "unknown"})
    assert [used, newest] == ids(running)
    assert running.find(Store.INGRESS, old) is None
    assert 1 == keys.forget_old(Store.INGRESS, list)
    assert 0 == keys.forget_old(Store.INGRESS, list)
    assert [newest] == ids(running)


def test_what_is_held_is_not_forgotten(keys: StorageKeys, folder: Path) -> None:
    """Nobody looks for old generations while another wraps something by the newest."""
    (first,) = ids(keys)
    keys.rotate(Store.INGRESS)
    in_use: set[str] = set()
    other = threading.Thread(
        target=lambda: StorageKeys(folder, Store).forget_old(Store.INGRESS, lambda: in_use)
    )
    with keys.held(Store.INGRESS):
        other.start()
        time.sleep(0.1)
        in_use.add(first)
    other.join(PATIENCE_S)

    assert first in ids(keys)


def test_link_keys_belong_to_generations(keys: StorageKeys) -> None:
    """Links are signed by keys of their own, the newest last, as rotations go on."""
    first = keys.link_keys(Store.EGRESS)
    keys.rotate(Store.EGRESS)
    both = keys.link_keys(Store.EGRESS)

    assert first == both[:1]
    assert [32, 32] == [len(key) for key in both]
    masters = {key.key for key in keys.generations(Store.EGRESS)}
    assert 4 == len(masters | set(both))


def test_lost_file_is_told(keys: StorageKeys, folder: Path) -> None:
    """A file that vanishes under a process is told, and none is made in its place."""
    key_file(folder, Store.INGRESS).unlink()

    with pytest.raises(UnusableStorageKeys, match="OCCODER_STORAGE_KEYS_FOLDER"):
        keys.link_keys(Store.INGRESS)
    with pytest.raises(UnusableStorageKeys):
        keys.rotate(Store.INGRESS)
    assert not key_file(folder, Store.INGRESS).exists()


def test_damaged_file_stops_the_start(keys: StorageKeys, folder: Path) -> None:
    """With a damaged file a process does not start, nor is the file replaced."""
    key_file(folder, Store.EGRESS).write_bytes(b"damaged")

    with pytest.raises(UnusableStorageKeys, match=r"egress.json is damaged"):
        StorageKeys(folder, Store)
    with pytest.raises(UnusableStorageKeys, match=r"egress.json is damaged"):
        keys.rotate(Store.EGRESS)
    assert b"damaged" == key_file(folder, Store.EGRESS).read_bytes()
