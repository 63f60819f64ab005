"""The token endpoint: an id and a secret come in, a token goes out."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import msgspec

from occoder import wire
from occoder.errors import DatabaseUnreachable
from occoder.service.answer import Answer
from occoder.service.clients.client import Client
from occoder.service.clients.client_register import ClientRegister
from occoder.service.clients.client_secret import are_credentials
from occoder.service.throttle.network import network_of
from occoder.service.tokens.guess_guard import GuessGuard
from occoder.service.tokens.token_request import (
    Headers,
    TokenRequest,
    credentials_and_grant,
)
from occoder.service.tokens.tokens import Tokens
from occoder.settings.tier import Tier
from occoder.telemetry.audit import Audit, SecurityEvent

_NO_STORE: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_CHALLENGE: Final = {"WWW-Authenticate": 'Basic realm="occoder"'}

# One text for all reasons: it must not tell which ids there are, or how they stand.
_INVALID_CLIENT: Final = wire.TokenError(
    "invalid_client",
    "There is no active client with this id and secret here. Check both, and the address.",
)
_BUSY_WAIT_S: Final = 2
# One address may hold so many of the places that others find some.
_SHARE: Final = 2


@dataclass(frozen=True, slots=True)
class _Refusal:
    """Why there is no token: what the audit log is told, and what the client is."""

    reason: str
    error: wire.TokenError = _INVALID_CLIENT
    client_id: str = ""
    wait_s: int = 0


class TokenEndpoint:
    """Answers requests for tokens.

    Secrets are hashed in threads of its own, a few at a time, so that neither a flood of
    requests nor an honest crowd keeps the service from coding.

    Parameters
    ----------
    register : ClientRegister
        Knows clients and their secrets.
    tokens : Tokens
        Issues them.
    audit : Audit
        Is told of each token, given or refused.
    clock : callable
        Gives the time in seconds since 1970.
    n_threads : int
        How many secrets are hashed at the same time.
    max_waiting : int
        How many requests wait for that at most, half of them from one address;
        further ones are told to come back.
    """

    def __init__(
        self,
        register: ClientRegister,
        tokens: Tokens,
        audit: Audit,
        clock: Callable[[], float] = time.time,
        *,
        n_threads: int = 2,
        max_waiting: int = 200,
    ) -> None:
        self._register = register
        self._tokens = tokens
        self._audit = audit
        self._clock = clock
        self._guard = GuessGuard()
        self._threads = ThreadPoolExecutor(n_threads, "secrets")
        self._turn = asyncio.Semaphore(n_threads)
        self._waiting: Counter[str] = Counter()
        self._max_waiting = max_waiting

    async def answer(
        self,
        headers: Headers,
        body: bytes,
        *,
        address: str,
        tier: Tier | None = None,
        request_id: str,
    ) -> Answer:
        """Return the answer to a request for a token.

        Parameters
        ----------
        headers : mapping
            By lower-case name.
        body : bytes
            As sent.
        address : str
            Of who asks.
        tier : Tier or None
            The only one that gets tokens here; None for both.
        request_id : str
            Goes to the audit log.
        """
        asked = credentials_and_grant(headers, body)
        if isinstance(asked, wire.TokenError):
            found: Client | _Refusal = _Refusal(asked.error, asked)
        elif not are_credentials(asked.client_id, asked.secret):
            found = _Refusal("impossible_credentials")
        else:
            found = await self._wait_and_check(asked, address)
        if isinstance(found, Client) and tier not in {None, found.tier}:
            found = _Refusal("other_tier", client_id=found.client_id)
        if isinstance(found, _Refusal):
            return self._refused(found, address, request_id)
        return self._issued(found, address, request_id)

    def close(self) -> None:
        """Wait for the secrets that are being hashed, and end the threads."""
        self._threads.shutdown()

    async def _wait_and_check(self, asked: TokenRequest, address: str) -> Client | _Refusal:
        if refusal := self._too_many(asked, address):
            return refusal
        caller = network_of(address)
        if (
            self._waiting.total() >= self._max_waiting
            or self._waiting[caller] >= self._max_waiting // _SHARE
        ):
            return _slow_down(
                "busy", "There are too many requests for tokens.", _BUSY_WAIT_S
            )
        self._waiting[caller] += 1
        try:
            await self._turn.acquire()
        finally:
            self._waiting[caller] -= 1
            self._waiting += Counter()  # drops those at zero
        try:
            # Once more: others may have failed while this one waited.
            return self._too_many(asked, address) or await self._check(asked, address)
        finally:
            self._turn.release()

    def _too_many(self, asked: TokenRequest, address: str) -> _Refusal | None:
        wait_s = self._guard.wait_s(asked.client_id, address, self._clock())
        if not wait_s:
            return None
        text = "There were too many failed requests for this client."
        return _slow_down("too_many_failures", text, wait_s)

    async def _check(self, asked: TokenRequest, address: str) -> Client | _Refusal:
        attempt = asked.client_id, address, self._clock()
        self._guard.begin(*attempt)
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(self._threads, self._look_up, asked)
        except DatabaseUnreachable:
            self._guard.forgive(*attempt)
            raise
        if isinstance(found, Client):
            self._guard.forgive(*attempt)
        return found

    def _look_up(self, asked: TokenRequest) -> Client | _Refusal:
        """Return the client, or why it gets no token; blocks."""
        client = self._register.check(asked.client_id, asked.secret)
        if client:
            return client
        known = self._register.find(asked.client_id)
        # An unknown id is not written down: it could be a secret in the wrong place.
        if known is None:
            return _Refusal("unknown_client")
        reason = "wrong_secret" if known.may_call else "not_active"
        return _Refusal(reason, client_id=known.client_id)

    def _issued(self, client: Client, address: str, request_id: str) -> Answer:
        token = wire.Token(
            access_token=self._tokens.issue(client), expires_in=round(self._tokens.ttl_s)
        )
        self._audit.record(
            SecurityEvent.TOKEN_ISSUED,
            client_id=client.client_id,
            address=address,
            request_id=request_id,
        )
        return Answer(msgspec.json.encode(token), headers=_NO_STORE)

    def _refused(self, refusal: _Refusal, address: str, request_id: str) -> Answer:
        self._audit.record(
            SecurityEvent.TOKEN_REFUSED,
            client_id=refusal.client_id,
            address=address,
            request_id=request_id,
            reason=refusal.reason,
        )
        body = msgspec.json.encode(refusal.error)
        if refusal.wait_s:
            headers = {**_NO_STORE, "Retry-After": str(refusal.wait_s)}
            return Answer(body, 429, headers=headers)
        return Answer(body, 400, headers={**_NO_STORE, **_CHALLENGE})


def _slow_down(reason: str, text: str, wait_s: int) -> _Refusal:
    error = wire.TokenError("slow_down", f"{text} Try again in {wait_s} seconds.")
    return _Refusal(reason, error, wait_s=wait_s)
