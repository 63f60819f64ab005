"""`occoder client` on a database of its own, which the environment names."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from service_database import database_url, opened
from typer.testing import CliRunner, Result

from occoder.cli.client import app
from occoder.service.clients.client_register import ClientRegister
from occoder.settings.tier import Tier

SOMEBODY: dict[str, Any] = {
    "organisation": "Dept of Examples",
    "contact": "api@example.gov.au",
    "tier": Tier.PUBLIC,
    "terms_version": "2025-06",
    "terms_accepted_by": "A. Person",
}


class CommandPlace:
    """The database of the commands, and their data folder."""

    def __init__(self, register: ClientRegister, home: Path) -> None:
        self.register = register
        self.home = home

    def add(self, client_id: str, **values: Any) -> str:
        """Register a client as of 1970, and return its secret."""
        return self.register.add(**{**SOMEBODY, "client_id": client_id, **values})[1]

    def events(self) -> list[dict[str, object]]:
        """Return the security events, without time and operator."""
        file = self.home / "service" / "audit.jsonl"
        lines = file.read_bytes().splitlines() if file.exists() else []
        kept = [json.loads(line) for line in lines]
        assert all(entry.pop("at") and entry.pop("operator") for entry in kept)
        return kept


@contextmanager
def empty_place(
    kind: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CommandPlace]:
    """Yield an empty register in the database that the environment names from now on."""
    with database_url(kind) as url, opened(url, home / "service") as engine:
        for name in [name for name in os.environ if name.startswith("OCCODER_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("OCCODER_HOME", str(home))
        monkeypatch.setenv("OCCODER_DATABASE_URL", url)
        yield CommandPlace(ClientRegister(engine, lambda: 1_000.0), home)


def run(*arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, list(arguments))
