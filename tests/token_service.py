"""A token endpoint for tests, with the real register on SQLite and the real audit log."""

import asyncio
import base64
import json
import threading
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from token_parts import Clock

from occoder.database import connect
from occoder.service.answer import Answer
from occoder.service.clients.client import Client
from occoder.service.clients.client_register import ClientRegister
from occoder.service.tokens.signing_keys import SigningKeys
from occoder.service.tokens.token_endpoint import TokenEndpoint
from occoder.service.tokens.tokens import Tokens
from occoder.settings.tier import Tier
from occoder.telemetry.audit import Audit

FORM = b"grant_type=client_credentials"
HERE = "192.0.2.1"
PATIENCE_S = 60


class WatchedRegister(ClientRegister):
    """The register, which tells how often and how many at a time it checks secrets."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        super().__init__(engine, clock)
        self.lock = threading.Lock()
        self.n_checked = self.n_now = self.n_at_most = 0
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def check(self, client_id: str, secret: str) -> Client | None:
        """Check as the register does, once this may go on."""
        with self.lock:
            self.n_checked += 1
            self.n_now += 1
            self.n_at_most = max(self.n_at_most, self.n_now)
        assert self.may_go_on.wait(PATIENCE_S)
        try:
            return super().check(client_id, secret)
        finally:
            with self.lock:
                self.n_now -= 1


class Parts:
    """An endpoint with all that it works with, and two clients."""

    def __init__(self, folder: Path, **limits: int) -> None:
        self.clock = Clock()
        self.engine = connect("", folder / "service.sqlite")
        self.register = WatchedRegister(self.engine, self.clock)
        self.audit = Audit(folder / "audit.jsonl", self.clock)
        keys = SigningKeys(folder / "keys", self.clock)
        self.tokens = Tokens(keys, ttl_s=3600, clock=self.clock)
        self.endpoint = TokenEndpoint(
            self.register, self.tokens, self.audit, self.clock, **limits
        )
        self.add("client1", "secret123", Tier.PUBLIC)
        self.add("client2", "secret456", Tier.PARTNER)

    def close(self) -> None:
        """End threads and connections."""
        self.endpoint.close()
        self.engine.dispose()

    def add(self, client_id: str, secret: str, tier: Tier) -> None:
        """Register a client."""
        self.register.add(
            organisation="Dept of Examples",
            contact="api@example.org",
            tier=tier,
            terms_version="1",
            terms_accepted_by="A. Person",
            client_id=client_id,
            secret=secret,
        )

    def ask(
        self,
        credentials: str = "client1:secret123",
        body: bytes = FORM,
        *,
        address: str = HERE,
        tier: Tier | None = None,
    ) -> Awaitable[Answer]:
        """Ask for a token."""
        headers = {
            "authorization": f"Basic {base64.b64encode(credentials.encode()).decode()}"
        }
        return self.endpoint.answer(
            headers, body, address=address, tier=tier, request_id="request-7"
        )

    def answer(self, *arguments: Any, **options: Any) -> Answer:
        """Return the answer to a request for a token."""
        return self.answers((arguments, options))[0]

    def answers(self, *requests: tuple[tuple[Any, ...], dict[str, Any]]) -> list[Answer]:
        """Return the answers to requests that are made at the same time."""

        async def ask_all() -> list[Answer]:
            return await asyncio.gather(*(self.ask(*a, **o) for a, o in requests))

        return asyncio.run(ask_all())

    def fail(self, n: int, credentials: str = "client1:wrong") -> None:
        """Ask with a wrong secret, one after the other."""
        for _ in range(n):
            self.answer(credentials)

    def events(self) -> list[dict[str, Any]]:
        """Return what the audit log holds."""
        lines = self.audit.file.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]


def body(answer: Answer) -> dict[str, Any]:
    """Return the body of an answer."""
    found: dict[str, Any] = json.loads(answer.body)
    return found
