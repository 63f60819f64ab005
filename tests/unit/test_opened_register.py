"""The register as a command opens it."""

import json
import os
import pwd
import stat
from pathlib import Path

import pytest

from occoder.cli.opened_register import open_register
from occoder.errors import DatabaseUnreachable, SettingsFaults
from occoder.telemetry.audit import SecurityEvent


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder, and no other settings."""
    for name in [name for name in os.environ if name.startswith("OCCODER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OCCODER_HOME", str(tmp_path))
    return tmp_path


def test_database_is_made_for_its_owner(home: Path) -> None:
    """The first use makes a database in the data folder that nobody else can read."""
    with open_register() as register:
        found = register.clients.clients()

    assert [] == found
    assert 0o600 == stat.S_IMODE((home / "service" / "service.sqlite").stat().st_mode)


def test_event_names_the_operator(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change is written down with who did it, whatever the environment says."""
    monkeypatch.setenv("LOGNAME", "someone else")
    with open_register() as register:
        register.record(SecurityEvent.CLIENT_ROTATED, "client1", tokens="kept")
    event = json.loads((home / "service" / "audit.jsonl").read_bytes())
    del event["at"]

    assert event == {
        "event": "client.rotated",
        "client_id": "client1",
        "operator": pwd.getpwuid(os.getuid()).pw_name,
        "tokens": "kept",
    }


def test_faulty_settings_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that does not exist stops the command before anything is made."""
    monkeypatch.setenv("OCCODER_DATABSE_URL", "typo")
    with pytest.raises(SettingsFaults), open_register():
        pass


def test_unreachable_database_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that does not answer is named without its password."""
    url = "postgresql://someone:pa55word@127.0.0.1:1/none"
    monkeypatch.setenv("OCCODER_DATABASE_URL", url)
    with pytest.raises(DatabaseUnreachable) as caught, open_register():
        pass

    assert "pa55word" not in str(caught.value)
    assert "127.0.0.1:1" in str(caught.value)
