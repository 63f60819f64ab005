"""What the tests of tokens have in common: a clock that stands, a client, keys."""

from datetime import UTC, datetime
from pathlib import Path

from occoder.service.clients.client import Client, State
from occoder.service.tokens.signing_keys import SigningKeys
from occoder.settings.tier import Tier

START = 1_800_000_000.123456
TTL_S = 3600.0


class Clock:
    """Stands still until it is set."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def client(client_id: str = "client1", tier: Tier = Tier.PUBLIC) -> Client:
    """Return an active client."""
    then = datetime.fromtimestamp(START, UTC)
    return Client(
        client_id=client_id,
        organisation="Dept of Examples",
        contact="api@example.org",
        tier=tier,
        state=State.ACTIVE,
        terms_version="1",
        terms_accepted_by="A. Person",
        terms_accepted_at=then,
        created_at=then,
        last_used_at=None,
        tokens_from=then,
    )


def opened(folder: Path, clock: Clock) -> SigningKeys:
    """Return the keys as another process would see them."""
    return SigningKeys(folder, clock, token_ttl_s=TTL_S)


def names(folder: Path) -> list[str]:
    """Return the files in a folder."""
    return sorted(file.name for file in folder.iterdir())
