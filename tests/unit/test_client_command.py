"""`occoder client`, on real databases."""

import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from client_command import CommandPlace, empty_place, run
from service_database import KINDS

from occoder.errors import UnknownClient, UnusableClient
from occoder.service.clients.client import Override, State
from occoder.settings.tier import Tier

ADD = [
    *("add", "Dept of Examples", "--contact", "api@example.gov.au"),
    *("--terms-version", "2025-06", "--accepted-by", "A. Person"),
]


@pytest.fixture(params=KINDS)
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CommandPlace]:
    """An empty register, in the database that the environment names."""
    with empty_place(request.param, tmp_path, monkeypatch) as place:
        yield place


def test_r12_secret_is_printed_once(place: CommandPlace) -> None:
    """A new client can log in with what is printed, which is said to be shown only now."""
    result = run(*ADD, "--tier", "partner")
    printed = dict(line.split(": ") for line in result.stdout.splitlines())
    client_id, secret = (text.strip() for text in printed.values())
    client = place.register.check(client_id, secret)

    assert ["client id", "client secret"] == list(printed)
    assert client is not None
    assert ("Dept of Examples", Tier.PARTNER) == (client.organisation, client.tier)
    assert "shown only now" in result.stderr
    assert secret not in run("show", client_id, "--json").output


def test_added_client_as_json(place: CommandPlace) -> None:
    """With --json all facts and the secret are one object, and nothing else is printed."""
    own = ("--per-second", "0.5", "--per-hour", "0", "--per-day", "9")
    result = run(*ADD, "--tier", "public", *own, "--json")
    facts = json.loads(result.stdout)
    secret = facts.pop("client_secret")

    assert place.register.check(facts["client_id"], secret) is not None
    assert facts == json.loads(run("show", facts["client_id"], "--json").stdout)
    assert {"per_second": 0.5, "per_hour": 0, "per_day": 9} == facts["own_limits"]
    assert abs(time.time() - datetime.fromisoformat(facts["created_at"]).timestamp()) < 600


def test_adding_is_an_event(place: CommandPlace) -> None:
    """The audit log tells that a client was added, and never its secret."""
    facts = json.loads(run(*ADD, "--tier", "public", "--json").stdout)
    log = (place.home / "service" / "audit.jsonl").read_text(encoding="utf-8")

    assert facts["client_secret"] not in log
    assert [
        {"event": "client.added", "client_id": facts["client_id"], "tier": "public"}
    ] == place.events()


@pytest.mark.parametrize(
    "left_out", ["--contact", "--terms-version", "--accepted-by", "--tier"]
)
def test_r11_registration_needs_all(place: CommandPlace, left_out: str) -> None:
    """Without contact, tier, or who accepted which terms, nobody is registered."""
    arguments = [*ADD, "--tier", "public"]
    at = arguments.index(left_out)
    result = run(*arguments[:at], *arguments[at + 2 :])

    assert 2 == result.exit_code
    assert left_out in result.stderr
    assert [] == place.register.clients()


def test_unusable_registration_is_no_event(place: CommandPlace) -> None:
    """What can't be registered leaves no trace in the audit log."""
    result = run(*ADD, "--tier", "public", "--per-day", str(2**40))

    assert isinstance(result.exception, UnusableClient)
    assert [] == place.events()


def test_list_shows_all(place: CommandPlace) -> None:
    """Every client has a line, in the order of registration, or an object."""
    place.add("b-client")
    place.add("a-client", organisation="Māori Trust")
    place.register.remove("b-client")
    lines = run("list").stdout.splitlines()
    facts = json.loads(run("list", "--json").stdout)

    assert ["client", "a-client", "b-client"] == [line.split()[0] for line in lines]
    assert ["never", "Māori", "Trust"] == lines[1].split()[3:]
    assert ["active", "removed"] == [one["state"] for one in facts]
    assert "Māori Trust" == facts[0]["organisation"]


def test_empty_list_says_so(place: CommandPlace) -> None:
    """Without clients the list says how to register one, in JSON it is empty."""
    assert "no clients; `occoder client add` registers one\n" == run("list").stdout
    assert [] == json.loads(run("list", "--json").stdout)


def test_show_names_the_limits(
    place: CommandPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client is shown with the limits that hold: its own, else those in the settings."""
    monkeypatch.setenv("OCCODER_PUBLIC_PER_HOUR", "77")
    place.add("client1", override=Override(per_second=5))
    shown = run("show", "client1").stdout

    assert "calls per second  5 (of its own)\n" in shown
    assert "calls per hour    77 (of its tier)\n" in shown
    assert "contact           api@example.gov.au\n" in shown


def test_r11_terms_are_written_down(place: CommandPlace) -> None:
    """New terms are kept with who accepted them, and the change is in the audit log."""
    place.add("client1")
    run("terms", "client1", "--terms-version", "2027", "--accepted-by", "B. Person")
    client = place.register.find("client1")

    assert client is not None
    assert ("2027", "B. Person") == (client.terms_version, client.terms_accepted_by)
    assert "2027" == place.events()[-1]["terms_version"]


def test_limits_are_replaced(place: CommandPlace) -> None:
    """Limits of its own are set, and all that are not named are the tier's again."""
    place.add("client1")
    result = run(
        *("limits", "client1", "--per-second", "0.5"),
        *("--per-hour", "7", "--per-day", "0"),
    )
    all_three = place.register.find("client1")
    run("limits", "client1", "--per-day", "9")
    only_one = place.register.find("client1")
    event = {"event": "client.changed", "client_id": "client1"}
    tiers = {"per_second": "of its tier", "per_hour": "of its tier"}

    assert all_three is not None
    assert only_one is not None
    assert Override(per_second=0.5, per_hour=7, per_day=0) == all_three.override
    assert Override(per_day=9) == only_one.override
    assert "calls per day     no limit (of its own)\n" in result.stdout
    assert [
        {**event, "per_second": "0.5", "per_hour": "7", "per_day": "0"},
        {**event, **tiers, "per_day": "9"},
    ] == place.events()


@pytest.mark.parametrize(
    ("option", "fate"), [([], "kept"), (["--revoke-tokens"], "revoked")]
)
def test_rotation_prints_the_new_secret(
    place: CommandPlace, option: list[str], fate: str
) -> None:
    """The secret that is printed is the only one that is good from then on."""
    former = place.add("client1")
    result = run("rotate", "client1", *option)
    secret = result.stdout.splitlines()[1].removeprefix("client secret: ")
    client = place.register.check("client1", secret)

    assert client is not None
    assert (fate == "revoked") == (client.tokens_from.timestamp() > 1_000.0)
    assert place.register.check("client1", former) is None
    assert "shown only now" in result.stderr
    assert [
        {"event": "client.rotated", "client_id": "client1", "tokens": fate}
    ] == place.events()


@pytest.mark.parametrize(
    ("command", "state", "said"),
    [
        ("suspend", State.SUSPENDED, "client1 is suspended, and refused within 2 s\n"),
        ("resume", State.ACTIVE, "client1 is active\n"),
        ("remove", State.REMOVED, "client1 is removed, and refused within 2 s\n"),
    ],
)
def test_state_is_changed_and_told(
    place: CommandPlace, command: str, state: State, said: str
) -> None:
    """A command changes the state, says so, and is an event."""
    place.add("client1")
    place.register.review("client1")
    result = run(command, "client1")
    client = place.register.find("client1")
    event = {"suspend": "suspended", "resume": "resumed", "remove": "removed"}[command]

    assert said == result.stdout
    assert client is not None
    assert state == client.state
    assert [{"event": f"client.{event}", "client_id": "client1"}] == place.events()


@pytest.mark.parametrize(
    "command", ["show", "limits", "rotate", "suspend", "resume", "remove"]
)
def test_unknown_client_is_an_error(place: CommandPlace, command: str) -> None:
    """An id that nobody has is an error of each command, and no event."""
    assert isinstance(run(command, "nobody").exception, UnknownClient)
    assert [] == place.events()


def test_removed_client_is_not_resumed(place: CommandPlace) -> None:
    """Removing is for good."""
    place.add("client1")
    run("remove", "client1")

    assert isinstance(run("resume", "client1").exception, UnusableClient)
