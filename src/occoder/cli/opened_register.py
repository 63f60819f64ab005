"""The register of clients as a command opens it, with what belongs beside it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from occoder.batch.erasing import erase_client
from occoder.cli.client_text import facts, sheet
from occoder.database import open_database
from occoder.service.clients.client import Client
from occoder.service.clients.client_register import ClientRegister
from occoder.settings.settings import Settings
from occoder.telemetry.audit import Audit, SecurityEvent


@dataclass(frozen=True, slots=True)
class OpenedRegister:
    """The register, and what its commands need beside it.

    Parameters
    ----------
    settings : Settings
        Those of the environment.
    clients : ClientRegister
        The register.
    audit : Audit
        Where changes are written down.
    """

    settings: Settings
    clients: ClientRegister
    audit: Audit

    def erase(self, client_id: str) -> None:
        """Let nothing that is stored of a client's batches be opened again."""
        erase_client(self.settings, client_id, time.time)

    def record(self, event: SecurityEvent, client_id: str, **facts: str) -> None:
        """Write down what was done to a client, and by whom."""
        self.audit.record(event, client_id=client_id, operator=_operator(), **facts)

    def facts(self, client: Client) -> dict[str, object]:
        """Return what is known of a client, ready for JSON."""
        return facts(client, self.settings.tier_limits(client.tier))

    def sheet(self, client: Client) -> Iterator[str]:
        """Yield the lines that show a client."""
        return sheet(client, self.settings.tier_limits(client.tier))


@contextmanager
def open_register() -> Iterator[OpenedRegister]:
    """Open the register that the environment names, and close it in the end.

    Raises
    ------
    SettingsFaults
        If settings of the environment have faults.
    DatabaseUnreachable, DatabaseOfOtherVersion
        If the database can't be used.
    """
    settings = Settings.from_environ(os.environ)
    engine = open_database(settings)
    try:
        yield OpenedRegister(
            settings, ClientRegister(engine), Audit.from_settings(settings)
        )
    finally:
        engine.dispose()


def _operator() -> str:
    """Return the account that runs this, by its number: its environment may say others."""
    import pwd  # not there on Windows, where other commands run

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # an account without a name, in containers
        return str(os.getuid())
