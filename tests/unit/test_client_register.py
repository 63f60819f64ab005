"""The register of clients, on real databases: registrations, states, limits and use."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from register_place import NOW, RegisterPlace, empty_register
from service_database import KINDS

from occoder.database import CLIENTS
from occoder.errors import UnknownClient, UnusableClient
from occoder.service.clients.client import Client, Override, State
from occoder.service.clients.client_register import ClientRegister
from occoder.settings.tier import Tier

DAY_S = 86_400.0


def short(text: str) -> str:
    """Name a test case by the beginning of its text."""
    return ascii(text[:10])


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RegisterPlace]:
    """An empty register, which two processes have open."""
    with empty_register(request.param, tmp_path) as place:
        yield place


def test_r11_registration_is_a_record(place: RegisterPlace) -> None:
    """A client is kept with who it is and who accepted which terms when."""
    client, _ = place.add(override=Override(per_hour=7))
    now = datetime.fromtimestamp(NOW, UTC)

    assert client == place.elsewhere.find(client.client_id)
    assert client == Client(
        client_id=client.client_id,
        organisation="Dept of Examples",
        contact="api@example.gov.au",
        tier=Tier.PARTNER,
        state=State.ACTIVE,
        terms_version="2025-06",
        terms_accepted_by="A. Person",
        terms_accepted_at=now,
        created_at=now,
        last_used_at=None,
        tokens_from=datetime.fromtimestamp(NOW // 1, UTC),
        override=Override(per_hour=7),
    )


def test_id_is_given_out_once(place: RegisterPlace) -> None:
    """An id can't be registered again, not even when its client is removed."""
    client, _ = place.add(client_id="client1", secret="secret123")
    removed = place.register.remove("client1")
    with pytest.raises(UnusableClient, match="never given out"):
        place.add(client_id="client1", secret="secret456")

    assert [removed] == place.register.clients()
    assert client.created_at == removed.created_at


@pytest.mark.parametrize(
    "values",
    [
        {"organisation": " "},
        {"contact": "a\nb"},
        {"terms_version": ""},
        {"terms_accepted_by": "\0"},
        {"override": Override(per_day=-1)},
        {"client_id": "a:b"},
        {"secret": "x" * 50},
    ],
    ids=repr,
)
def test_unusable_registration_leaves_nothing(
    place: RegisterPlace, values: dict[str, object]
) -> None:
    """What can't be used is refused before anything is written."""
    with pytest.raises(UnusableClient):
        place.add(**values)

    assert [] == place.register.clients()


def test_texts_are_kept_trimmed(place: RegisterPlace) -> None:
    """Spaces around a text are not kept, neither here nor there."""
    client, _ = place.add(organisation="  Māori Trust ")

    assert "Māori Trust" == client.organisation
    assert [client] == place.elsewhere.clients()


def test_clients_in_order_of_registration(place: RegisterPlace) -> None:
    """All clients are listed, the oldest first, removed ones too."""
    first, _ = place.add(client_id="z")
    place.now += 1
    second, _ = place.add(client_id="a")
    removed = place.register.remove("z")

    assert [removed, second] == place.elsewhere.clients()
    assert first.client_id == removed.client_id


def test_suspended_one_gets_nothing(place: RegisterPlace) -> None:
    """A suspended client is refused everywhere at once, and welcome when resumed."""
    client, secret = place.add()
    suspended = place.register.suspend(client.client_id)

    assert (State.SUSPENDED, False) == (suspended.state, suspended.may_call)
    assert suspended == place.elsewhere.find(client.client_id)
    assert place.elsewhere.check(client.client_id, secret) is None
    assert client == place.register.resume(client.client_id)
    assert client == place.elsewhere.check(client.client_id, secret)


def test_r13_reviewed_one_may_call(place: RegisterPlace) -> None:
    """A client under review gets tokens until something is decided."""
    client, secret = place.add()
    reviewed = place.register.review(client.client_id)

    assert State.UNDER_REVIEW == reviewed.state
    assert reviewed == place.elsewhere.check(client.client_id, secret)
    assert client == place.register.resume(client.client_id)


def test_review_frees_nobody(place: RegisterPlace) -> None:
    """A suspended client can't be put under review, which would let it call."""
    client, _ = place.add()
    suspended = place.register.suspend(client.client_id)
    with pytest.raises(UnusableClient, match="active or under_review, not suspended"):
        place.register.review(client.client_id)

    assert suspended == place.register.find(client.client_id)


def test_removed_one_stays_removed(place: RegisterPlace) -> None:
    """A removed client keeps its entry, has no secret, and nothing brings it back."""
    client, secret = place.add()
    place.now += 60
    removed = place.register.remove(client.client_id)
    for attempt in (
        place.register.resume,
        place.register.suspend,
        place.register.review,
        lambda one: place.register.rotate(one, revoke_tokens=False),
        lambda one: place.register.override(one, Override()),
    ):
        with pytest.raises(UnusableClient, match="not removed"):
            attempt(client.client_id)

    assert (State.REMOVED, "") == (removed.state, place.hash_of(client))
    assert datetime.fromtimestamp(NOW + 60, UTC) == removed.tokens_from
    assert removed == place.register.find(client.client_id)
    assert place.register.check(client.client_id, secret) is None
    assert place.register.check(client.client_id, "") is None
    assert removed.state == place.register.remove(client.client_id).state


@pytest.mark.parametrize("client_id", ["nobody", "", "a\0", "\ud800"], ids=short)
def test_unknown_id_is_told(place: RegisterPlace, client_id: str) -> None:
    """Whatever is done to a client that there is not, says so."""
    for attempt in (
        place.register.resume,
        place.register.suspend,
        place.register.review,
        place.register.remove,
        lambda one: place.register.rotate(one, revoke_tokens=False),
        lambda one: place.register.override(one, Override()),
    ):
        with pytest.raises(UnknownClient) as caught:
            attempt(client_id)

        assert client_id == caught.value.client_id


def test_override_replaces_all_limits(place: RegisterPlace) -> None:
    """New limits of its own take the place of all former ones; none is possible."""
    client, _ = place.add(override=Override(per_hour=7))
    changed = place.register.override(client.client_id, Override(per_second=0.5, per_day=0))

    assert Override(per_second=0.5, per_day=0) == changed.override
    assert changed == place.elsewhere.find(client.client_id)
    assert Override() == place.register.override(client.client_id, Override()).override


def test_r11_new_terms_are_accepted(place: RegisterPlace) -> None:
    """New terms take the place of the former ones, with who accepted them and when."""
    client, _ = place.add()
    place.now += 60
    changed = place.register.accept_terms(
        client.client_id, terms_version=" 2027 ", terms_accepted_by="B. Person"
    )

    assert ("2027", "B. Person") == (changed.terms_version, changed.terms_accepted_by)
    assert 60 == (changed.terms_accepted_at - client.terms_accepted_at).total_seconds()
    assert changed == place.elsewhere.find(client.client_id)


def test_r11_terms_need_a_person(place: RegisterPlace) -> None:
    """Terms that nobody accepted change nothing."""
    client, _ = place.add()
    with pytest.raises(UnusableClient):
        place.register.accept_terms(
            client.client_id, terms_version="2027", terms_accepted_by=" "
        )

    assert client == place.register.find(client.client_id)


def test_impossible_override_changes_nothing(place: RegisterPlace) -> None:
    """Limits that no client can have are refused before anything is written."""
    client, _ = place.add()
    with pytest.raises(UnusableClient):
        place.register.override(client.client_id, Override(per_hour=2**40))

    assert client == place.register.find(client.client_id)


def test_r13_use_is_recorded(place: RegisterPlace) -> None:
    """The time of the last call is kept, and an earlier one does not move it back."""
    client, _ = place.add()
    place.register.record_use({client.client_id: NOW + 5, "nobody": NOW})
    place.elsewhere.record_use({client.client_id: NOW + 4})
    found = place.register.find(client.client_id)

    assert found is not None
    assert datetime.fromtimestamp(NOW + 5, UTC) == found.last_used_at


def test_r13_inactive_ones_are_found(place: RegisterPlace) -> None:
    """A client is inactive after so many days without a call, or without the first."""
    never, _ = place.add(client_id="never")
    place.add(client_id="once")
    place.register.record_use({"once": NOW + DAY_S})
    place.now = NOW + 90 * DAY_S - 1
    before = place.register.inactive(90)
    place.now = NOW + 90 * DAY_S
    exactly = place.register.inactive(90)
    place.now = NOW + 91 * DAY_S
    after = place.elsewhere.inactive(90)

    assert ([], [never]) == (before, exactly)
    assert ["never", "once"] == [client.client_id for client in after]


def test_r13_inactive_ones_may_call(place: RegisterPlace) -> None:
    """Clients under review count as inactive, suspended and removed ones do not."""
    for client_id in ("reviewed", "suspended", "removed"):
        place.add(client_id=client_id)
    reviewed = place.register.review("reviewed")
    place.register.suspend("suspended")
    place.register.remove("removed")
    place.now += 100 * DAY_S

    assert [reviewed] == place.register.inactive(90)


def test_use_is_recorded_crosswise(place: RegisterPlace) -> None:
    """Processes that write the same clients in different orders don't block each other."""
    ids = [place.add(client_id=client_id)[0].client_id for client_id in "abc"]
    errors: list[BaseException] = []

    def write(register: ClientRegister, order: list[str], at: float) -> None:
        try:
            register.record_use(dict.fromkeys(order, at))
        except BaseException as error:
            errors.append(error)

    threads = [
        threading.Thread(target=write, args=(place.register, ids, NOW + 1)),
        threading.Thread(target=write, args=(place.elsewhere, ids[::-1], NOW + 2)),
    ]
    # While the row in the middle is locked, both get as far as they can.
    with place.engine.begin() as connection:
        connection.execute(
            sa.update(CLIENTS).where(CLIENTS.c.client_id == "b").values(tier="public")
        )
        for thread in threads:
            thread.start()
        time.sleep(0.3)
    for thread in threads:
        thread.join()
    last = datetime.fromtimestamp(NOW + 2, UTC)

    assert [] == errors
    assert [last] * 3 == [client.last_used_at for client in place.register.clients()]
