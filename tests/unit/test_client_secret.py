"""Ids and secrets of clients."""

import base64
import re
import subprocess
import time

import pytest
from argon2 import PasswordHasher, Type, extract_parameters

from occoder.service.clients.client_secret import (
    MAX_CREDENTIALS_BYTES,
    are_credentials,
    hash_secret,
    is_client_id,
    is_secret,
    needs_rehash,
    new_client_id,
    new_secret,
)

ODD_TEXTS = ["", "\0", "a\0", "\ud800", "é", "a b", "-a", "a:b", "a\n", "x" * 100_000]


def short(text: str) -> str:
    """Name a test case by the beginning of its text."""
    return ascii(text[:10])


def test_r15_credentials_are_plain() -> None:
    """New ids and secrets are lower-case letters and digits only."""
    assert all(re.fullmatch("[a-z0-9]{20}", new_client_id()) for _ in range(200))
    assert all(re.fullmatch("[a-z0-9]{36}", new_secret()) for _ in range(200))


def test_r15_base64_command_gives_one_line() -> None:
    """The command of the guide writes a new id and secret on one line."""
    pair = f"{new_client_id()}:{new_secret()}"
    printed = subprocess.run(
        ["bash", "-c", 'echo -n "$0" | base64', pair], capture_output=True, check=True
    ).stdout

    assert MAX_CREDENTIALS_BYTES == len(pair)
    assert [base64.b64encode(pair.encode())] == printed.splitlines()


def test_credentials_differ() -> None:
    """No id and no secret is given out twice."""
    assert 1000 == len({new_client_id() for _ in range(1000)})
    assert 1000 == len({new_secret() for _ in range(1000)})


def test_every_character_is_used() -> None:
    """Each letter and digit turns up in secrets, at about the same rate."""
    text = "".join(new_secret() for _ in range(2000))
    rates = [text.count(character) / len(text) for character in set(text)]

    assert 36 == len(rates)
    assert max(rates) < 1.3 * min(rates)


def test_r18_example_can_be_credentials() -> None:
    """The id and secret of the example in the guide can be those of a client."""
    assert are_credentials("client1", "secret123")


@pytest.mark.parametrize("n_more", [0, 1])
def test_r15_length_ends_at_57(n_more: int) -> None:
    """Id, colon and secret are at most 57 bytes together."""
    secret = "s" * (57 - len("client1:") + n_more)

    assert (n_more == 0) == are_credentials("client1", secret)


@pytest.mark.parametrize("text", ODD_TEXTS, ids=short)
def test_odd_text_is_no_credential(text: str) -> None:
    """What can't be sent by every client is neither an id nor a secret."""
    assert not is_client_id(text)
    assert not are_credentials(text, "secret123")
    assert not are_credentials("client1", text)


def test_longest_id_leaves_room() -> None:
    """An id is at most so long that a colon and one character fit beside it."""
    assert is_client_id("i" * 55)
    assert not is_client_id("i" * 56)


def test_secret_fits_its_hash_only() -> None:
    """A secret fits its own hash, and no other does."""
    secret_hash = hash_secret("secret123")

    assert is_secret("secret123", secret_hash)
    assert not is_secret("secret124", secret_hash)
    assert not is_secret("", secret_hash)
    assert not is_secret(secret_hash, secret_hash)


def test_r12_hash_hides_the_secret() -> None:
    """A hash is salted Argon2id as OWASP recommends, and does not hold the secret."""
    first, second = hash_secret("secret123"), hash_secret("secret123")
    found = extract_parameters(first)

    assert first != second
    assert "secret123" not in first
    assert (Type.ID, 19_456, 2, 1, 16, 32) == (
        found.type,
        found.memory_cost,
        found.time_cost,
        found.parallelism,
        found.salt_len,
        found.hash_len,
    )


@pytest.mark.parametrize("secret", ODD_TEXTS, ids=short)
@pytest.mark.parametrize(
    "secret_hash",
    ["", "damaged", hash_secret("secret123")],
    ids=["none", "damaged", "good"],
)
def test_odd_secret_is_refused(secret: str, secret_hash: str) -> None:
    """Any text can be checked, against any hash and none, and does not fit."""
    assert not is_secret(secret, secret_hash)


def test_unknown_client_costs_as_much() -> None:
    """A check without a hash takes about as much work as one with a hash."""
    known = least_work_s(hash_secret("secret123"))

    assert known / 2 < least_work_s("") < known * 2


def least_work_s(secret_hash: str) -> float:
    """Return the processor time of a check, the least of several."""
    times = []
    for _ in range(7):
        start = time.thread_time()
        is_secret("wrong", secret_hash)
        times.append(time.thread_time() - start)
    return min(times)


def test_rehash_for_other_parameters() -> None:
    """A hash of today is kept; one with other parameters is to be renewed."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("secret123")

    assert not needs_rehash(hash_secret("secret123"))
    assert needs_rehash(cheap)
    assert is_secret("secret123", cheap)
