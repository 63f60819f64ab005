"""A register of clients in a real database, at a time that is set by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from service_database import database_url, opened

from occoder.database import CLIENTS
from occoder.service.clients.client import Client
from occoder.service.clients.client_register import ClientRegister
from occoder.settings.tier import Tier

NOW = 1_750_000_000.75

REGISTRATION: dict[str, Any] = {
    "organisation": "Dept of Examples",
    "contact": "api@example.gov.au",
    "tier": Tier.PARTNER,
    "terms_version": "2025-06",
    "terms_accepted_by": "A. Person",
}


class RegisterPlace:
    """A register at a time that is set by hand, and its database."""

    def __init__(self, engine: sa.Engine, another: sa.Engine) -> None:
        self.now = NOW
        self.engine = engine
        self.register = ClientRegister(engine, lambda: self.now)
        self.elsewhere = ClientRegister(another, lambda: self.now)

    def add(self, **values: Any) -> tuple[Client, str]:
        """Register a client."""
        return self.register.add(**{**REGISTRATION, **values})

    def hash_of(self, client: Client) -> str:
        """Return what is kept of a secret."""
        wanted = sa.select(CLIENTS.c.secret_hash).where(
            CLIENTS.c.client_id == client.client_id
        )
        with self.engine.begin() as connection:
            return str(connection.execute(wanted).scalar_one())

    def set_hash(self, client: Client, secret_hash: str) -> None:
        """Put a hash there as a former version might have."""
        with self.engine.begin() as connection:
            connection.execute(
                sa.update(CLIENTS)
                .where(CLIENTS.c.client_id == client.client_id)
                .values(secret_hash=secret_hash)
            )


@contextmanager
def empty_register(kind: str, folder: Path) -> Iterator[RegisterPlace]:
    """Yield a register without clients, which two processes have open."""
    with (
        database_url(kind) as url,
        opened(url, folder) as engine,
        opened(url, folder) as another,
    ):
        yield RegisterPlace(engine, another)
