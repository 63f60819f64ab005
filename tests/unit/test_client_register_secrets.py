"""The register of clients, on real databases: secrets, checked and rotated."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from register_place import NOW, RegisterPlace, empty_register
from service_database import KINDS

from occoder.database import CLIENTS
from occoder.service.clients.client import Client
from occoder.service.clients.client_register import ClientRegister


def short(text: str) -> str:
    """Name a test case by the beginning of its text."""
    return ascii(text[:10])


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RegisterPlace]:
    """An empty register, which two processes have open."""
    with empty_register(request.param, tmp_path) as place:
        yield place


def test_r12_only_a_hash_is_kept(place: RegisterPlace) -> None:
    """Nothing in the database holds the secret, only its Argon2id hash."""
    client, secret = place.add()
    with place.engine.begin() as connection:
        kept = repr(connection.execute(sa.select(CLIENTS)).all())

    assert "$argon2id$" in kept
    assert secret not in kept
    assert place.hash_of(client) not in repr(client)


def test_right_secret_gives_the_client(place: RegisterPlace) -> None:
    """An id with its secret gives its client, at every process."""
    client, secret = place.add()

    assert client == place.register.check(client.client_id, secret)
    assert client == place.elsewhere.check(client.client_id, secret)


def test_r18_example_can_be_registered(place: RegisterPlace) -> None:
    """The client of the guide's example can be registered with its own secret."""
    client, secret = place.add(client_id="client1", secret="secret123")

    assert ("client1", "secret123") == (client.client_id, secret)
    assert client == place.register.check("client1", "secret123")


@pytest.mark.parametrize(
    "odd", ["", "\0", "a\0", "\ud800", "é", ":", "x" * 9999], ids=short
)
def test_other_credentials_give_nobody(place: RegisterPlace, odd: str) -> None:
    """A wrong secret, one of another client and any other text give nobody."""
    client, secret = place.add()
    other, _ = place.add()

    assert place.register.find(odd) is None
    assert place.register.check(odd, secret) is None
    assert place.register.check(client.client_id, odd) is None
    assert place.register.check(other.client_id, secret) is None
    assert place.register.check(client.client_id, place.hash_of(client)) is None


@pytest.mark.parametrize("revoke_tokens", [False, True])
def test_rotation_ends_the_former_secret(
    place: RegisterPlace, *, revoke_tokens: bool
) -> None:
    """After a rotation only the new secret is good; tokens end if that was asked for."""
    client, former = place.add()
    place.now += 60
    secret = place.register.rotate(client.client_id, revoke_tokens=revoke_tokens)
    found = place.elsewhere.check(client.client_id, secret)
    tokens_from = NOW + 60 if revoke_tokens else NOW // 1

    assert found is not None
    assert datetime.fromtimestamp(tokens_from, UTC) == found.tokens_from
    assert place.elsewhere.check(client.client_id, former) is None


def test_tokens_end_after_the_secret(place: RegisterPlace) -> None:
    """Tokens are revoked as of a time when the former secret gets none any more."""
    client, former = place.add()
    found: list[Client | None] = []

    def clock() -> float:
        found.append(place.elsewhere.check(client.client_id, former))
        return NOW + 60

    ClientRegister(place.engine, clock).rotate(client.client_id, revoke_tokens=True)

    assert [None] == found


def test_rotation_keeps_the_state(place: RegisterPlace) -> None:
    """A suspended client can get a new secret and is still suspended."""
    client, _ = place.add()
    suspended = place.register.suspend(client.client_id)
    secret = place.register.rotate(client.client_id, revoke_tokens=False)

    assert suspended == place.register.find(client.client_id)
    assert place.register.check(client.client_id, secret) is None


def after_first_read(place: RegisterPlace, act: Callable[[], object]) -> None:
    """Do something when the register has read the database for the first time."""
    waiting = [act]

    def once(*_: object) -> None:
        if waiting:
            waiting.pop()()

    sa.event.listen(place.engine, "checkin", once)


def test_rotation_while_a_secret_is_checked(place: RegisterPlace) -> None:
    """A secret that is rotated while it is hashed is refused already."""
    client, secret = place.add()
    rotated: list[str] = []
    after_first_read(
        place,
        lambda: rotated.append(
            place.elsewhere.rotate(client.client_id, revoke_tokens=True)
        ),
    )

    assert place.register.check(client.client_id, secret) is None
    assert place.register.check(client.client_id, rotated[0]) is not None


def test_suspension_while_a_secret_is_checked(place: RegisterPlace) -> None:
    """A client that is suspended while its secret is hashed is refused already."""
    client, secret = place.add()
    after_first_read(place, lambda: place.elsewhere.suspend(client.client_id))

    assert place.register.check(client.client_id, secret) is None


def test_renewal_while_a_secret_is_checked(place: RegisterPlace) -> None:
    """A secret that two processes check at once is good at both, whoever renews it."""
    client, secret = place.add()
    place.set_hash(client, cheap_hash(secret))
    after_first_read(place, lambda: place.elsewhere.check(client.client_id, secret))

    assert client == place.register.check(client.client_id, secret)


def test_old_hash_is_renewed_on_login(place: RegisterPlace) -> None:
    """A hash with other parameters is made anew when the right secret comes, only then."""
    client, secret = place.add()
    today, cheap = place.hash_of(client), cheap_hash(secret)
    place.set_hash(client, cheap)
    place.register.check(client.client_id, "wrong")
    after_wrong = place.hash_of(client)
    place.register.check(client.client_id, secret)
    renewed = place.hash_of(client)

    assert cheap == after_wrong
    assert today.split("$")[:4] == renewed.split("$")[:4]
    assert client == place.register.check(client.client_id, secret)
    assert renewed == place.hash_of(client)


def cheap_hash(secret: str) -> str:
    """Return a hash as an early version might have made it."""
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(secret)
