"""The keys of clients while master keys rotate, on real databases: none is lost."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from key_place import CLIENT, INGRESS, KeyPlace, key_place
from service_database import KINDS

from occoder.batch.vault.client_keys import ClientKeys
from occoder.batch.vault.storage_keys import StorageKeys


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeyPlace]:
    """A database and a folder of keys, which two processes use."""
    with key_place(request.param, tmp_path) as place:
        yield place


def test_rotation_keeps_what_is_sealed(place: KeyPlace) -> None:
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


def test_rotation_under_load_loses_nothing(place: KeyPlace) -> None:
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


@contextmanager
def before(engine: sa.Engine, statement: str, act: Callable[[], None]) -> Iterator[None]:
    """Do something once, just before a statement runs."""
    waiting = [act]

    def look(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        if text.startswith(statement) and waiting:
            waiting.pop()()

    sa.event.listen(engine, "before_cursor_execute", look)
    yield
    sa.event.remove(engine, "before_cursor_execute", look)

    assert not waiting


def test_rotation_waits_for_new_keys(place: KeyPlace) -> None:
    """A key that is made while the master keys rotate is wrapped anew with the others."""
    rotation = threading.Thread(target=lambda: place.storage.rotate(INGRESS))

    def rotate() -> None:
        rotation.start()
        rotation.join(0.2)
        assert rotation.is_alive()

    with before(place.engine, "INSERT", rotate):
        plain, wrapped = place.keys.new_data_key(CLIENT, INGRESS)
    rotation.join(60)

    assert 1 == place.keys.rewrap()
    assert 1 == place.keys.forget_old(INGRESS)
    assert plain == place.elsewhere.open_data_key(CLIENT, INGRESS, wrapped)


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_late_rewrapping_changes_nothing(place: KeyPlace) -> None:
    """Who wraps keys anew, but later than another, leaves those of the other alone."""
    plain, wrapped = place.keys.new_data_key(CLIENT, INGRESS)
    place.storage.rotate(INGRESS)

    def rotate() -> None:
        place.storage.rotate(INGRESS)
        assert 1 == place.elsewhere.rewrap()
        assert 2 == place.elsewhere.forget_old(INGRESS)

    with before(place.engine, "UPDATE", rotate):
        assert 0 == place.keys.rewrap()

    assert plain == place.keys.open_data_key(CLIENT, INGRESS, wrapped)


@pytest.mark.parametrize("place", ["postgresql"], indirect=True)
def test_key_wrapped_anew_is_read_again(place: KeyPlace) -> None:
    """A key that is wrapped anew just after it was read is no missing one."""
    plain, wrapped = place.keys.new_data_key(CLIENT, INGRESS)
    looks: list[str] = []

    def rotate(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
        looks.append(text)
        if len(looks) == 1:
            place.storage.rotate(INGRESS)
            place.elsewhere.rewrap()
            place.elsewhere.forget_old(INGRESS)

    sa.event.listen(place.engine, "after_cursor_execute", rotate)
    assert plain == place.keys.open_data_key(CLIENT, INGRESS, wrapped)
    sa.event.remove(place.engine, "after_cursor_execute", rotate)

    assert 2 == len(looks)
