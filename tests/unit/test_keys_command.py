"""`occoder keys`, on a data folder of its own."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from occoder.cli.keys import app
from occoder.errors import UnusableKeys
from occoder.home import HOME_VARIABLE
from occoder.service.tokens.signing_key import file_name
from occoder.service.tokens.signing_keys import SigningKeys
from occoder.settings.settings import Settings


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SigningKeys:
    """The keys of a data folder that has none yet, which the command works on too."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return SigningKeys.from_settings(Settings(home=tmp_path))


def run(*words: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, words)


def lines(*words: str) -> list[str]:
    """Return the lines that a successful command prints."""
    result = run(*words)

    assert 0 == result.exit_code
    return result.stdout.splitlines()


def test_no_keys_says_so(keys: SigningKeys) -> None:
    """Without keys it says where it looked, and makes none."""
    (line,) = lines("list")

    assert line.startswith(f"no keys in {keys.folder};")
    assert [] == json.loads(run("list", "--json").stdout)
    assert not keys.folder.exists()


def test_keys_are_listed(keys: SigningKeys) -> None:
    """Each key has a line with number, id, time and what it does, the newest first."""
    former = keys.signing()
    new = keys.rotate()
    first, second = (line.split() for line in lines("list"))

    assert ["2", new.kid, "is", "new"] == [*first[:2], *first[3:]]
    assert ["1", former.kid, "signs"] == [*second[:2], *second[3:]]
    assert first[2].endswith("Z")


def test_replaced_key_tells_its_end(keys: SigningKeys) -> None:
    """A key that no longer signs says until when it verifies."""
    keys.signing()
    keys.rotate()
    # As if both had been there for a while: the time stands in the file.
    for number, hour in ((1, 0), (2, 1)):
        file = keys.folder / file_name(number)
        _, _, rest = file.read_text(encoding="ascii").partition("\n")
        file.write_text(f"Created: 2026-01-01T0{hour}:00:00+00:00\n{rest}")
    facts = json.loads(run("list", "--json").stdout)

    assert ["signs", "verifies until 2026-01-01T02:00:10Z"] == [
        one["does"] for one in facts
    ]
    assert {"number", "kid", "created", "does"} == set(facts[0])
    assert "2026-01-01T01:00:00Z" == facts[0]["created"]


def test_list_shows_no_private_key(keys: SigningKeys) -> None:
    """Nothing of a private key is printed."""
    private = keys.signing().pair.as_dict(private=True)["d"]

    assert isinstance(private, str)
    assert private not in run("list").output + run("list", "--json").output


def test_rotation_makes_a_key(keys: SigningKeys) -> None:
    """A rotation makes a key beside the former, tells its id and when it signs."""
    former = keys.signing()
    first, second = lines("rotate")
    new, kept = SigningKeys(keys.folder).states()

    assert f"{new.key.kid} is the new key, in {keys.folder}" == first
    assert "It signs in 5 seconds; tokens in use stay good." == second
    assert former.kid == kept.key.kid
    assert kept.signs


def test_first_key_signs_at_once(keys: SigningKeys) -> None:
    """A rotation where there is no key yet says that the new one signs already."""
    assert "It signs from now on." == lines("rotate")[1]


def test_rotation_may_revoke(keys: SigningKeys) -> None:
    """With --revoke-tokens the new key is the only one left, and says what follows."""
    former = keys.signing()
    _, second = lines("rotate", "--revoke-tokens")
    (left,) = SigningKeys(keys.folder).states()

    assert left.signs
    assert former.kid != left.key.kid
    assert "every client has to get a new token" in second


@pytest.mark.parametrize(("words", "revoked"), [((), 0), (("--revoke-tokens",), 1)])
def test_rotation_is_audited(
    keys: SigningKeys, tmp_path: Path, words: tuple[str, ...], revoked: int
) -> None:
    """The audit log tells that keys were rotated, which is new, and if tokens ended."""
    lines("rotate", *words)
    (event,) = (tmp_path / "service" / "audit.jsonl").read_text().splitlines()
    told = json.loads(event)

    assert "key.rotated" == told["event"]
    assert keys.signing().kid == told["kid"]
    assert revoked == told["revoked_tokens"]


def test_damage_is_told(keys: SigningKeys) -> None:
    """A damaged key stops both commands with the sentence that says what to do."""
    keys.signing()
    (keys.folder / file_name(1)).write_text("damaged")

    assert [UnusableKeys] * 2 == [type(run(one).exception) for one in ("list", "rotate")]
