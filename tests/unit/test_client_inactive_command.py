"""`occoder client inactive`, on real databases and with real programs."""

import json
import shlex
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from client_command import CommandPlace, empty_place, run
from service_database import KINDS

from occoder.service.clients.client import State

DAY_S = 86_400
READS = "import json, sys; print(json.load(sys.stdin)['client_id'])"


@pytest.fixture(params=KINDS)
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CommandPlace]:
    """An empty register, in the database that the environment names."""
    with empty_place(request.param, tmp_path, monkeypatch) as place:
        yield place


def python(source: str) -> str:
    """Return a command that runs Python."""
    return shlex.join([sys.executable, "-c", source])


def test_r13_inactive_ones_are_listed(place: CommandPlace) -> None:
    """Those without a call for the days of the option, or of the settings, are listed."""
    place.add("long")
    place.add("lately")
    place.register.record_use({"lately": time.time() - 10 * DAY_S})
    by_settings = json.loads(run("inactive", "--json").stdout)
    by_option = run("inactive", "--days", "9").stdout.splitlines()
    none = run("inactive", "--days", "36500").stdout

    assert ["long"] == [one["client_id"] for one in by_settings]
    assert ["client", "long", "lately"] == [line.split()[0] for line in by_option]
    assert "no client is without a call for 36500 days\n" == none
    assert [] == place.events()


def test_r13_notified_ones_are_under_review(place: CommandPlace, tmp_path: Path) -> None:
    """The program runs once for each, with its facts; then the client is under review."""
    place.add("one")
    place.add("two", organisation="Māori Trust")
    file = tmp_path / "got"
    append = f"import sys; print(sys.stdin.read(), file=open({str(file)!r}, 'a'))"
    earliest = days_since_1970()
    first = run("inactive", "--json", "--notify", python(append))
    second = run("inactive", "--json", "--notify", python(append))
    got = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    days = [one.pop("inactive_days") for one in got]
    listed = json.loads(first.stdout)

    assert (0, 0) == (first.exit_code, second.exit_code)
    assert [{**one, "state": "active"} for one in listed] == got
    assert all(earliest <= n <= days_since_1970() for n in days)
    assert ["under_review"] * 2 == [one["state"] for one in listed]
    assert listed == json.loads(second.stdout)
    assert [
        {"event": "client.under_review", "client_id": one} for one in ("one", "two")
    ] == place.events()


def days_since_1970() -> int:
    """Return the whole days since the clients were registered."""
    return int(time.time() - 1_000) // DAY_S


def test_failed_notice_changes_nothing(place: CommandPlace) -> None:
    """Where the program fails the client stays active; the others are notified still."""
    for client_id in ("one", "two", "three"):
        place.add(client_id)
    refuses = "import json, sys; sys.exit(3 * (json.load(sys.stdin)['client_id'] == 'two'))"
    result = run("inactive", "--notify", python(refuses))
    states = {one.client_id: one.state for one in place.register.clients()}

    assert 1 == result.exit_code
    assert "two was not notified: the program ended with 3\n" == result.stderr
    assert State.ACTIVE == states.pop("two")
    assert {State.UNDER_REVIEW} == set(states.values())


def test_output_of_the_program_is_apart(
    place: CommandPlace, capfd: pytest.CaptureFixture[str]
) -> None:
    """What the program prints goes to stderr, so that stdout is JSON."""
    place.add("one")
    result = run("inactive", "--json", "--notify", python(READS))

    assert ["one"] == [one["client_id"] for one in json.loads(result.stdout)]
    assert ("", "one\n") == capfd.readouterr()


@pytest.mark.parametrize("command", ["no-such-program", "'", ""])
def test_missing_program_is_misuse(place: CommandPlace, command: str) -> None:
    """A program that is not there is told before anything is done."""
    place.add("one")
    result = run("inactive", "--notify", command)

    assert 2 == result.exit_code
    assert "--notify" in result.stderr
    assert [] == place.events()
