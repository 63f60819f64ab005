"""The folder of the signing keys, shared by processes."""

import multiprocessing
from collections import Counter
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from token_parts import START, TTL_S, Clock, names, opened

from occoder.service.tokens.key_states import NOTICE_S
from occoder.service.tokens.signing_key import file_name
from occoder.service.tokens.signing_keys import SigningKeys
from occoder.settings.settings import Settings

N_STARTS = 30
PATIENCE_S = 60


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


def test_looking_makes_nothing(keys: SigningKeys, folder: Path) -> None:
    """To open, to list and to look for a key makes neither a key nor the folder."""
    assert [] == keys.states()
    assert frozenset() == keys.kids()
    assert keys.verifying("none") is None
    assert not folder.parent.exists()


def test_first_key_is_made_when_needed(keys: SigningKeys, folder: Path) -> None:
    """The first signature makes a key in a folder for the owner alone; it stays."""
    key = keys.signing()

    assert key.kid == keys.signing().kid
    assert [file_name(1)] == names(folder)
    assert [0o700, 0o700] == [one.stat().st_mode & 0o777 for one in (folder, folder.parent)]


def test_keys_outlive_the_process(keys: SigningKeys, folder: Path, clock: Clock) -> None:
    """Another process finds the key, signs with it and verifies with it."""
    key = keys.signing()
    other = opened(folder, clock)

    assert key.kid == other.signing().kid
    assert other.verifying(key.kid) is not None


def test_jwks_makes_first_key(keys: SigningKeys) -> None:
    """The public keys are never an empty list, which others might remember."""
    (public,) = keys.jwks()["keys"]

    assert keys.signing().kid == public["kid"]
    assert "d" not in public


def test_rotation_takes_notice(keys: SigningKeys, clock: Clock) -> None:
    """After a rotation the former key signs for five seconds more; both are published."""
    former = keys.signing()
    new = keys.rotate()
    clock.now = START + NOTICE_S - 0.1
    before = keys.signing()
    clock.now = START + NOTICE_S + 0.1

    assert new.kid != former.kid
    assert former.kid == before.kid
    assert new.kid == keys.signing().kid
    assert [new.kid, former.kid] == [one["kid"] for one in keys.jwks()["keys"]]


def test_other_process_knows_key_in_time(
    keys: SigningKeys, folder: Path, clock: Clock
) -> None:
    """However lately it looked, a process verifies the first signature of a new key."""
    keys.signing()
    other = opened(folder, clock)
    clock.now += 0.1
    new = keys.rotate()
    for step in range(100):
        clock.now += 0.1
        other.verifying(f"unknown {step}")
        if keys.signing().kid == new.kid:
            break

    assert new.kid == keys.signing().kid
    assert other.verifying(new.kid) is not None


def test_first_key_is_known_at_once(keys: SigningKeys, folder: Path, clock: Clock) -> None:
    """A process that knows no key yet looks again for each token, at whatever time."""
    other = opened(folder, clock)
    kid = keys.signing().kid

    assert other.verifying(kid) is not None


def test_unknown_ids_do_not_wear_out_the_disk(
    keys: SigningKeys, folder: Path, clock: Clock
) -> None:
    """A flood of unknown ids makes the folder be read once in a while, not each time."""
    known = keys.signing()
    other = opened(folder, clock)
    former = (folder / file_name(1)).rename(folder / "away")
    at_once = other.verifying("unknown"), other.kids()
    clock.now += 1
    later = other.verifying("unknown"), other.kids()
    former.rename(folder / file_name(1))

    assert (None, frozenset({known.kid})) == at_once
    assert (None, frozenset()) == later


def test_replaced_key_ends(keys: SigningKeys, folder: Path, clock: Clock) -> None:
    """A replaced key verifies for the life of a token, then it is removed."""
    former = keys.signing()
    keys.rotate()
    clock.now = START + TTL_S + 2 * NOTICE_S - 1
    at_last = keys.verifying(former.kid)
    clock.now += 2
    too_late = keys.verifying(former.kid)
    kids, published = keys.kids(), keys.jwks()["keys"]
    keys.signing()

    assert at_last is not None
    assert kids == frozenset(one["kid"] for one in published)
    assert former.kid not in kids
    assert too_late is None
    assert [file_name(2)] == names(folder)


def test_listing_removes_nothing(keys: SigningKeys, folder: Path, clock: Clock) -> None:
    """Only who signs removes: a command may be run with another life of tokens."""
    keys.signing()
    keys.rotate()
    clock.now += 10 * TTL_S
    opened(folder, clock).states()

    assert [file_name(1), file_name(2)] == names(folder)


def test_numbers_are_not_used_again(keys: SigningKeys, folder: Path, clock: Clock) -> None:
    """A new key has a higher number than all that are there."""
    keys.signing()
    keys.rotate()
    clock.now += 10 * TTL_S
    keys.signing()

    assert [3, 2] == [keys.rotate().number, keys.states()[1].key.number]


def test_rotation_of_empty_folder(keys: SigningKeys) -> None:
    """A rotation before the first signature makes the first key."""
    new = keys.rotate()

    assert (1, new.kid) == (new.number, keys.signing().kid)


def test_revoking_ends_former_keys(keys: SigningKeys, folder: Path, clock: Clock) -> None:
    """A rotation that revokes leaves the new key alone, for other processes too."""
    former = keys.signing()
    other = opened(folder, clock)
    new = keys.rotate(revoke_tokens=True)
    clock.now += 1

    assert new.kid == keys.signing().kid
    assert [file_name(2)] == names(folder)
    assert frozenset({new.kid}) == other.kids()
    assert other.verifying(former.kid) is None


def test_clock_set_back_does_not_blind(
    keys: SigningKeys, folder: Path, clock: Clock
) -> None:
    """A process whose clock is set back still notices new keys."""
    keys.signing()
    other = opened(folder, clock)
    keys.rotate()
    clock.now -= 1e6

    assert 2 == len(other.states())


@pytest.mark.parametrize("in_place", [True, False], ids=["in place", "new file"])
def test_replaced_file_is_read_again(
    keys: SigningKeys, folder: Path, clock: Clock, in_place: bool
) -> None:
    """A file under a known name that holds another key is noticed."""
    former = keys.signing()
    other = opened(folder, clock)
    file = folder / file_name(1)
    new = keys.rotate()
    content = (folder / file_name(2)).rename(folder / "away").read_bytes()
    if not in_place:
        file.unlink()
        file.touch(mode=0o600)
    file.write_bytes(content)
    clock.now += 1

    assert frozenset({new.kid}) == other.kids()
    assert new.kid != former.kid


def test_settings_name_folder_and_life(tmp_path: Path, clock: Clock) -> None:
    """The folder and the life of tokens are those of the settings."""
    usual = SigningKeys.from_settings(Settings(home=tmp_path), clock)
    named = SigningKeys.from_settings(
        Settings(home=tmp_path, keys_folder=str(tmp_path / "k"), token_ttl_s=60), clock
    )
    named.signing()
    named.rotate()

    assert tmp_path / "service" / "keys" == usual.folder
    assert tmp_path / "k" == named.folder
    assert clock.now + 60 + 2 * NOTICE_S == pytest.approx(named.states()[1].verifies_until)


def sign_together(
    folder: Path, barrier: Barrier, kids: "multiprocessing.Queue[str]"
) -> None:
    """Need the first key of many folders, each at the same moment as the other process."""
    for i in range(N_STARTS):
        keys = SigningKeys(folder / str(i))
        barrier.wait(PATIENCE_S)
        kids.put(keys.signing().kid)


def test_processes_start_at_once(folder: Path) -> None:
    """Two processes that need the first key at the same moment sign with the same."""
    context = multiprocessing.get_context("spawn")
    barrier, kids = context.Barrier(2), context.Queue()
    processes = [
        context.Process(target=sign_together, args=(folder, barrier, kids))
        for _ in range(2)
    ]
    for one in processes:
        one.start()
    found = Counter(kids.get(timeout=PATIENCE_S) for _ in range(2 * N_STARTS))
    for one in processes:
        one.join()

    assert [2] * N_STARTS == list(found.values())
    assert [[file_name(1)]] * N_STARTS == [names(one) for one in folder.iterdir()]
