"""`occoder storage-keys`, on a data folder of its own."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from occoder.batch.operation import Store
from occoder.batch.vault.client_keys import ClientKeys
from occoder.batch.vault.storage_keys import StorageKeys, key_file
from occoder.cli.storage_keys import app
from occoder.database import open_database
from occoder.errors import UnusableStorageKeys
from occoder.home import HOME_VARIABLE
from occoder.settings.settings import Settings


@dataclass(frozen=True)
class Running:
    """The keys as a running service has them open."""

    settings: Settings
    storage: StorageKeys
    keys: ClientKeys

    def ids(self, store: Store = Store.INGRESS) -> list[str]:
        """Return the ids of the keys of a store, the newest first."""
        return [key.id for key in reversed(self.storage.generations(store))]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return settings of a data folder without keys, which the command works on too."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    return Settings(home=tmp_path / "home")


@pytest.fixture
def running(settings: Settings) -> Iterator[Running]:
    """A service that runs."""
    storage = StorageKeys.from_settings(settings, Store)
    engine = open_database(settings)
    yield Running(settings, storage, ClientKeys(engine, storage))
    engine.dispose()


def run(*words: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, words)


def lines(*words: str) -> list[str]:
    """Return the lines that a successful command prints."""
    result = run(*words)

    assert 0 == result.exit_code
    return result.stdout.splitlines()


def test_no_keys_says_so(settings: Settings) -> None:
    """Without keys it says where it looked, and makes none."""
    (line,) = lines("list")

    assert line.startswith(f"no storage keys in {settings.keys_that_seal};")
    assert [] == json.loads(run("list", "--json").stdout)
    assert not settings.keys_that_seal.exists()


def test_keys_are_listed(running: Running) -> None:
    """Each key has a line with store, id, time and how many clients' keys it wraps."""
    running.keys.key_id("client1", Store.INGRESS)
    running.storage.rotate(Store.INGRESS)
    running.keys.key_id("client2", Store.INGRESS)
    running.keys.key_id("client3", Store.INGRESS)
    facts = json.loads(run("list", "--json").stdout)
    ingress = [one for one in facts if one["store"] == "ingress"]

    assert running.ids() == [one["id"] for one in ingress]
    assert [2, 1] == [one["clientKeys"] for one in ingress]
    assert ["ingress", "ingress", "validated", "egress"] == [
        line.split()[0] for line in lines("list")
    ]
    assert (
        f"ingress    {running.ids()[0]}  {ingress[0]['created']}  wraps 2 client keys"
        == (lines("list")[0])
    )


def test_list_shows_no_key(running: Running) -> None:
    """Nothing of a key itself is printed."""
    (line,) = [
        line
        for line in key_file(running.storage.folder, Store.INGRESS).read_text().splitlines()
        if '"key"' in line
    ]
    key = line.split('"')[3]

    assert 44 == len(key)
    assert key not in run("list").output + run("list", "--json").output


def test_rotation_goes_on_by_itself(running: Running) -> None:
    """After a rotation there is one new key of each store, and what is sealed opens."""
    former = {store: running.ids(store) for store in Store}
    plain, wrapped = running.keys.new_data_key("client1", Store.EGRESS)
    told = lines("rotate", "--drop-old")
    new = [running.ids(store) for store in Store]

    assert [1, 1, 1] == [len(one) for one in new]
    assert not {one for (one,) in new} & {one for (one,) in former.values()}
    assert [
        f"{key} is the new key of {store}, in {running.storage.folder}"
        for (key,), store in zip(new, Store, strict=True)
    ] == told[:3]
    assert ["Clients' keys wrapped anew: 1.", "Former keys dropped: 3."] == told[3:5]
    assert "Running services notice it by themselves." == told[-1]
    assert plain == running.keys.open_data_key("client1", Store.EGRESS, wrapped)


def test_one_store_is_rotated(running: Running) -> None:
    """With --store, the keys of the others stay as they are, and need not be there."""
    key_file(running.storage.folder, Store.VALIDATED).unlink()
    ingress, egress = running.ids(), running.ids(Store.EGRESS)
    told = lines("rotate", "--store", "egress", "--drop-old")

    assert ingress == running.ids()
    assert egress != running.ids(Store.EGRESS)
    assert "Former keys dropped: 1." in told
    assert not key_file(running.storage.folder, Store.VALIDATED).exists()


def test_former_keys_may_stay(running: Running) -> None:
    """Links stay good, until `forget` drops the former keys."""
    running.keys.key_id("client1", Store.INGRESS)
    links = running.storage.link_keys(Store.INGRESS)
    told = lines("rotate")

    assert "Former keys are kept; `occoder storage-keys forget` drops them." in told
    assert links == running.storage.link_keys(Store.INGRESS)[:1]
    assert ["Former keys dropped: 1."] == lines("forget", "--store", "ingress")
    assert 1 == len(running.ids())
    assert 2 == len(running.ids(Store.EGRESS))
    assert ["Former keys dropped: 2."] == lines("forget")


def test_rotation_is_audited(running: Running) -> None:
    """The audit log tells of each store which key is new."""
    lines("rotate", "--store", "validated")
    log = running.settings.folder / "audit.jsonl"
    (told,) = [json.loads(line) for line in log.read_text().splitlines()]

    assert ["key.rotated", "validated", running.ids(Store.VALIDATED)[0]] == [
        told[name] for name in ("event", "store", "kid")
    ]


def test_lost_key_is_told(running: Running) -> None:
    """When a key file was lost, a rotation says so and what to do about it."""
    running.keys.key_id("client1", Store.INGRESS)
    key_file(running.storage.folder, Store.INGRESS).unlink()
    told = lines("rotate", "--drop-old")

    assert told[-1].startswith("Clients' keys whose storage key is missing: 1. Restore")
    assert ["Former keys dropped: 0."] == lines("forget")
    assert "Clients' keys deleted whose storage key is missing: 1." in (
        lines("forget", "--lost")
    )
    assert "missing" not in run("rotate").stdout


def test_damaged_keys_stop_the_command(running: Running) -> None:
    """A damaged file is told, and left as it is."""
    file = key_file(running.storage.folder, Store.EGRESS)
    file.write_bytes(b"damaged")
    result = run("rotate")

    assert isinstance(result.exception, UnusableStorageKeys)
    assert b"damaged" == file.read_bytes()
