"""The file of a store's master keys: what it may hold, and who may open it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from occoder.batch.vault.master_keys import (
    MasterKey,
    locked,
    new_master_key,
    read_master_keys,
    replace_master_keys,
    stamp_of,
    write_first,
)
from occoder.errors import UnusableStorageKeys


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file with a first key."""
    file = tmp_path / "keys" / "ingress.json"
    write_first(file)
    return file


def changed(file: Path, **values: Any) -> None:
    """Change what stands in a file."""
    held = json.loads(file.read_bytes())
    for name in values.keys() & held["keys"][0].keys():
        held["keys"][0][name] = values[name]
    held.update({name: values[name] for name in values.keys() & {"format", "keys"}})
    file.write_text(json.dumps(held))


def test_first_key_is_for_its_owner(file: Path) -> None:
    """File and folder are for their owner alone; nothing else is left there."""
    (key,) = read_master_keys(file)

    assert 32 == len(key.key)
    assert abs((datetime.now(UTC) - key.created).total_seconds()) < 60
    assert [0o600, 0o700] == [one.stat().st_mode & 0o777 for one in (file, file.parent)]
    assert [file] == list(file.parent.iterdir())


def test_first_key_is_never_overwritten(file: Path) -> None:
    """A file that is there stays as it is, even one that is damaged."""
    before = stamp_of(file)
    write_first(file)
    file.write_bytes(b"damaged")
    write_first(file)

    assert b"damaged" == file.read_bytes()
    assert before[0] == stamp_of(file)[0]


def test_file_is_as_stated(file: Path) -> None:
    """The file is JSON that another program can read: id, time and key in base64."""
    held = json.loads(file.read_bytes())

    assert {"format", "keys"} == held.keys()
    assert 1 == held["format"]
    assert [{"id", "created", "key"}] == [one.keys() for one in held["keys"]]


def test_replaced_keys_are_read(file: Path) -> None:
    """Keys that are put in place are read in their order, and change the stamp."""
    (first,), before = read_master_keys(file), stamp_of(file)
    second = new_master_key()
    replace_master_keys(file, [first, second])

    assert (first, second) == read_master_keys(file)
    assert before != stamp_of(file)
    assert 0o600 == file.stat().st_mode & 0o777


@pytest.mark.parametrize(
    "values",
    [
        {"format": 2},
        {"keys": []},
        {"key": "AAAA"},
        {"key": "*" * 44},
        {"id": 5},
        {"created": "yesterday"},
        {"created": "2026-01-01T00:00:00"},
    ],
    ids=str,
)
def test_damaged_file_is_refused(file: Path, values: dict[str, Any]) -> None:
    """A file that can't hold such keys is refused, without a word of what it holds."""
    key = json.loads(file.read_bytes())["keys"][0]["key"]
    changed(file, **values)

    with pytest.raises(UnusableStorageKeys, match=r"ingress.json is damaged") as caught:
        read_master_keys(file)
    assert key not in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_json_is_refused(file: Path) -> None:
    """A file that is no JSON, or was cut short, is refused."""
    for content in (b"", file.read_bytes()[:50], b"\xff"):
        file.write_bytes(content)
        with pytest.raises(UnusableStorageKeys, match="damaged"):
            read_master_keys(file)


def test_same_id_twice_is_refused(file: Path) -> None:
    """Two generations can't have one id: nobody could tell which wraps what."""
    (key,) = read_master_keys(file)
    replace_master_keys(file, [key, MasterKey(key.id, key.created, bytes(32))])

    with pytest.raises(UnusableStorageKeys, match="damaged"):
        read_master_keys(file)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_file_open_to_others_is_refused(file: Path, mode: int) -> None:
    """A file that others can open is refused, with what to do."""
    file.chmod(mode)

    with pytest.raises(UnusableStorageKeys, match="run chmod 600 on it"):
        read_master_keys(file)


def test_folder_open_to_others_is_refused(file: Path) -> None:
    """In a folder where others can write, they could put their own file in place."""
    file.parent.chmod(0o770)

    with pytest.raises(UnusableStorageKeys, match="run chmod 700 on it"):
        read_master_keys(file)


def test_missing_file_is_told(tmp_path: Path) -> None:
    """A file that is not there, or is none, is told with its name."""
    (tmp_path / "egress.json").mkdir()

    with pytest.raises(UnusableStorageKeys, match=r"ingress.json can't be read: No such"):
        stamp_of(tmp_path / "ingress.json")
    with pytest.raises(UnusableStorageKeys, match=r"egress.json can't be read: Is a dir"):
        read_master_keys(tmp_path / "egress.json")


def test_unwritable_folder_is_told(tmp_path: Path) -> None:
    """Where no file can be made, changed or locked, the system's reason is told."""
    (tmp_path / "keys").touch()
    file = tmp_path / "keys" / "ingress.json"

    with pytest.raises(UnusableStorageKeys, match="can't be made: File exists"):
        write_first(file)
    with pytest.raises(UnusableStorageKeys, match="can't be written: Not a directory"):
        replace_master_keys(file, [new_master_key()])
    with (
        pytest.raises(UnusableStorageKeys, match="can't be locked: Not a directory"),
        locked(file, to_change=True),
    ):
        pass


def test_reader_needs_no_lock(tmp_path: Path) -> None:
    """A process that can't write to the folder goes on without a lock."""
    (tmp_path / "keys").touch()

    with locked(tmp_path / "keys" / "ingress.json", to_change=False):
        pass


def test_failed_change_leaves_nothing(file: Path) -> None:
    """When keys can't be put in place, no copy of them is left."""
    folder = file.with_name("egress.json")
    folder.mkdir()

    with pytest.raises(UnusableStorageKeys, match=r"egress.json can't be written"):
        replace_master_keys(folder, [new_master_key()])
    assert [] == list(file.parent.glob(".new-*"))


def test_key_is_not_shown(file: Path) -> None:
    """A key doesn't show its bytes, and derives other ones for each purpose."""
    (key,) = read_master_keys(file)

    assert str(key.key) not in repr(key)
    assert 3 == len({key.key, key.derived(b"links"), key.derived(b"client keys")})


def test_credential_of_a_unit_may_be_read_by_its_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As systemd hands it over; anywhere else, and to anybody else, it is a fault."""
    file = tmp_path / "keys" / "ingress.json"
    write_first(file)
    file.chmod(0o440)
    with pytest.raises(UnusableStorageKeys):
        read_master_keys(file)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(file.parent))
    assert 1 == len(read_master_keys(file))
    file.chmod(0o444)
    with pytest.raises(UnusableStorageKeys):
        read_master_keys(file)
