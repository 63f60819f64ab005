"""Who may call, and how often."""

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Final, NoReturn

from occoder.service.call import Call
from occoder.service.clients.client import Client
from occoder.service.clients.known_clients import KnownClients
from occoder.service.problems import NOT_AUTHORIZED, THROTTLED, Fault, Problem
from occoder.service.throttle.network import network_of
from occoder.service.throttle.throttle import Verdict
from occoder.service.throttle.usage_store import DatabaseUsage, MemoryUsage
from occoder.service.tokens.tokens import Tokens
from occoder.settings.limits import Limits
from occoder.settings.tier import Tier
from occoder.telemetry.audit import Audit, SecurityEvent
from occoder.telemetry.metrics import Metrics

_BEARER: Final = "bearer "


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Lets calls in, or raises why not.

    Parameters
    ----------
    limits : mapping of Tier to Limits
        How often each tier may code.
    other_calls_per_minute : int
        How often a client may call for anything else.
    tokens : Tokens
        Verifies them.
    clients : KnownClients
        Whose they are.
    usage : DatabaseUsage
        Counts coding calls, for all processes.
    other_usage : MemoryUsage
        Counts the other calls, for this process.
    executor : Executor
        Where the database is asked.
    audit, metrics
        Where refusals are written down.
    clock : callable
        Gives the time in seconds.
    """

    limits: Mapping[Tier, Limits]
    other_calls_per_minute: int
    tokens: Tokens
    clients: KnownClients
    usage: DatabaseUsage
    other_usage: MemoryUsage
    executor: Executor
    audit: Audit
    metrics: Metrics
    clock: Callable[[], float] = time.time

    async def authorize(self, call: Call, tier: Tier | None = None) -> Client:
        """Return whose call it is.

        Parameters
        ----------
        call : Call
            With the token as ``Authorization`` or ``Authorisation``, with or without
            "Bearer".
        tier : Tier, optional
            The only one whose clients may call.

        Raises
        ------
        Problem
            If there is no token, or it is not good, or its client may not call.
        """
        claims = self.tokens.verify(token_of(call))
        client = await self.clients.find(claims.client_id) if claims else None
        if (
            claims is None
            or client is None
            or not client.may_call
            or claims.issued_at < client.tokens_from.timestamp()
            or not {call.tier, tier} <= {None, client.tier}
        ):
            self.audit.record(
                SecurityEvent.ACCESS_DENIED,
                client_id=claims.client_id if claims else "",
                address=call.address,
                request_id=call.request_id,
                route=call.route,
            )
            raise Problem(NOT_AUTHORIZED)
        self.clients.used(client.client_id)
        return client

    async def throttle_coding(self, call: Call, client: Client) -> None:
        """Count a coding call of a client; raise when it is one too many.

        Raises
        ------
        Problem
            With ``Retry-After``.
        """
        limits = client.limits(self.limits[client.tier])
        if not limits.are_none:
            await self._take(call, client.client_id, limits, client.tier)

    async def throttle_page(self, call: Call) -> None:
        """Count a coding call from the page, which is throttled like a public client.

        Raises
        ------
        Problem
            With ``Retry-After``.
        """
        key = f"page:{network_of(call.address)}"
        await self._take(call, key, self.limits[Tier.PUBLIC], Tier.PUBLIC)

    def throttle_other(self, call: Call, client: Client) -> None:
        """Count a call that does not code; raise when it is one too many.

        Raises
        ------
        Problem
            With ``Retry-After``.
        """
        n = self.other_calls_per_minute
        verdict = self.other_usage.take(
            client.client_id, Limits(per_second=n / 60), self.clock(), burst=n
        )
        if not verdict.admitted:
            self._refuse(call, verdict, client.tier)

    async def _take(self, call: Call, key: str, limits: Limits, tier: Tier) -> None:
        now = self.clock()
        verdict = self.usage.refusal(key, limits, now)
        if verdict is None:
            loop = asyncio.get_running_loop()
            verdict = await loop.run_in_executor(
                self.executor, self.usage.take, key, limits, now
            )
        if not verdict.admitted:
            self._refuse(call, verdict, tier)
        call.answer_headers.update(verdict.headers())

    def _refuse(self, call: Call, verdict: Verdict, tier: Tier) -> NoReturn:
        self.metrics.throttled(tier)
        self.audit.record(
            SecurityEvent.THROTTLED,
            client_id=call.client.client_id if call.client else "",
            address=call.address,
            request_id=call.request_id,
        )
        fault = Fault(f"{verdict.detail}. {THROTTLED.remedy}")
        raise Problem(THROTTLED, [fault], headers=verdict.headers())


def token_of(call: Call) -> str:
    """Return the token of a call: of both spellings of the header, with "Bearer" or not."""
    sent = call.header(b"authorization") or call.header(b"authorisation")
    if sent[: len(_BEARER)].lower() == _BEARER:
        return sent[len(_BEARER) :].strip()
    return sent
