"""What is wrong with the folder of the signing keys, at the start and later."""

from pathlib import Path

import pytest
from token_parts import Clock, names, opened

from occoder.errors import UnusableKeys
from occoder.service.tokens.key_states import NOTICE_S
from occoder.service.tokens.signing_key import file_name
from occoder.service.tokens.signing_keys import SigningKeys


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that is not there yet."""
    return tmp_path / "service" / "keys"


@pytest.fixture
def keys(folder: Path, clock: Clock) -> SigningKeys:
    """Keys of an empty folder."""
    return opened(folder, clock)


def test_damage_stops_the_start(keys: SigningKeys, folder: Path, clock: Clock) -> None:
    """A service does not start with a damaged key, nor is a key made beside it."""
    keys.signing()
    (folder / file_name(1)).write_bytes(b"damaged")

    with pytest.raises(UnusableKeys, match=f"{file_name(1)} is damaged"):
        opened(folder, clock)


def test_damage_does_not_stop_a_service(
    keys: SigningKeys, folder: Path, clock: Clock
) -> None:
    """A key that is damaged meanwhile is left out and told; the others do their work."""
    former = keys.signing()
    keys.rotate()
    (folder / file_name(2)).write_bytes(b"damaged")
    clock.now += 2 * NOTICE_S

    assert former.kid == keys.signing().kid
    assert file_name(2) in str(keys.fault)
    with pytest.raises(UnusableKeys, match=file_name(2)):
        keys.rotate()


def test_missing_folder_does_not_stop_a_service(
    keys: SigningKeys, folder: Path, clock: Clock
) -> None:
    """While the folder can't be read, the keys that were read stay in use."""
    key = keys.signing()
    away = folder.rename(folder.with_name("away"))
    folder.write_bytes(b"")
    clock.now += 1

    assert key.kid == keys.signing().kid
    assert "Not a directory" in str(keys.fault)

    folder.unlink()
    away.rename(folder)
    clock.now += 1

    assert key.kid == keys.signing().kid
    assert keys.fault is None


def test_no_key_beside_damage(folder: Path, clock: Clock) -> None:
    """A running service whose only key is damaged says so rather than make another."""
    keys = opened(folder, clock)
    folder.mkdir(parents=True)
    (folder / file_name(2)).write_bytes(b"damaged")

    with pytest.raises(UnusableKeys, match=file_name(2)):
        keys.signing()
    assert [file_name(2)] == names(folder)


@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_folder_that_others_write_is_refused(folder: Path, clock: Clock, mode: int) -> None:
    """Where others could put a key of theirs, no key is trusted."""
    folder.mkdir(parents=True)
    folder.chmod(mode)

    with pytest.raises(UnusableKeys, match="chmod 700"):
        opened(folder, clock)


@pytest.mark.parametrize("name", ["mine.pem", "1.pem", "0000001.pem", "000000.pem"])
def test_other_names_are_refused(folder: Path, clock: Clock, name: str) -> None:
    """A key under a name of its own would never be used, so it is refused."""
    folder.mkdir(parents=True)
    (folder / name).touch(mode=0o600)

    with pytest.raises(UnusableKeys, match=f"{name} has no name of a key"):
        opened(folder, clock)


def test_folder_that_cannot_be_made_is_told(tmp_path: Path, clock: Clock) -> None:
    """When no folder can be made, the first signature says why."""
    (tmp_path / "file").touch()
    with pytest.raises(UnusableKeys, match="Not a directory"):
        opened(tmp_path / "file" / "keys", clock).signing()
