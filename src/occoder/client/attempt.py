"""One attempt: all that it takes to get one answer, within one time-out.

A token is fetched first where there is none. When it is refused, one more is fetched and
the call repeated. When a connection breaks, as one does that a restarted service had kept
open, the call is repeated at once, one time.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from occoder.client.address import Address
from occoder.client.answers import read_token
from occoder.client.credentials import Secret
from occoder.client.exchange import (
    Answer,
    Failing,
    Flow,
    HeldToken,
    NoAnswer,
    Outcome,
    Request,
    alone,
    sent,
)
from occoder.client.failure import Failure, refused, token_refused, unanswered
from occoder.client.held_tokens import HeldTokens

_GRANT: Final = b"grant_type=client_credentials"
_FORM: Final = "application/x-www-form-urlencoded"
_DENIED: Final = {401, 403}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, whom, and with how much patience.

    Parameters
    ----------
    address : Address
        Of the service.
    credentials : Secret
        Header that gets a token.
    tokens : HeldTokens
        Where the token is kept.
    topic : str
        What is coded to.
    timeout_s : float
        How long one attempt may take.
    max_wait_s : float
        How long after its beginning a call may be tried again.
    clock : callable
        Gives seconds that never go back.
    chance : callable
        Gives a number in [0, 1), by which pauses differ between callers.
    """

    address: Address
    credentials: Secret
    tokens: HeldTokens
    topic: str
    timeout_s: float
    max_wait_s: float
    clock: Callable[[], float]
    chance: Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of the API.

    Parameters
    ----------
    method, path : str
        Such as "GET" and "/topics".
    body : bytes
        As `records.body_of` makes it.
    first : int
        Position of the first record in it among those of the caller.
    """

    method: str = "GET"
    path: str
    body: bytes = field(default=b"", repr=False)
    first: int = 0


def attempt(caller: Caller, call: Call) -> Flow[Answer | Failure]:
    """Return the answer to a call, or what came of trying once."""
    until = caller.clock() + caller.timeout_s
    url = caller.address.api + call.path
    old = caller.tokens.good(caller.clock())
    token = old or (yield from _token(caller, None, until))
    if isinstance(token, Failure):
        return token
    outcome = yield from _asked(caller, call, token, until)
    if old and _is_denied(outcome) and caller.tokens.may_help(caller.clock()):
        token = yield from _token(caller, old, until)
        if isinstance(token, Failure):
            return token
        outcome = yield from _asked(caller, call, token, until)
        if _is_denied(outcome):
            caller.tokens.helped_not(caller.clock())
    if isinstance(outcome, NoAnswer):
        return unanswered(outcome, url=url, timeout_s=caller.timeout_s)
    if outcome.status != 200:
        return refused(outcome, url=url, token=token.token, first=call.first)
    return outcome


def _asked(caller: Caller, call: Call, token: HeldToken, until: float) -> Flow[Outcome]:
    request = Request(
        method=call.method,
        url=caller.address.api + call.path,
        authorization=token.token,
        body=call.body,
        until=until,
    )
    return (yield from _sent_through(request))


def _token(
    caller: Caller, refused: HeldToken | None, until: float
) -> Flow[HeldToken | Failure]:
    """Return a token other than one that was refused, or why there is none."""
    got = yield from alone(_fetched(caller, refused, until), until)
    url = caller.address.token
    if isinstance(got, HeldToken):
        return got
    if isinstance(got, NoAnswer):
        return unanswered(got, url=url, timeout_s=caller.timeout_s)
    return token_refused(got, url=url, secret=caller.credentials)


def _fetched(
    caller: Caller, refused: HeldToken | None, until: float
) -> Flow[HeldToken | Outcome]:
    """Return a new token, or the one that another call got while this one waited."""
    asked_at = caller.clock()
    if held := caller.tokens.good(asked_at, other_than=refused):
        return held
    request = Request(
        method="POST",
        url=caller.address.token,
        authorization=caller.credentials,
        content_type=_FORM,
        body=_GRANT,
        until=until,
    )
    outcome = yield from _sent_through(request)
    if isinstance(outcome, NoAnswer):
        return outcome
    if (token := read_token(outcome, asked_at)) is None:
        return outcome
    caller.tokens.keep(token)
    return token


def _sent_through(request: Request) -> Flow[Outcome]:
    """Send a request, and once more if a connection breaks under it."""
    outcome = yield from sent(request)
    if isinstance(outcome, NoAnswer) and outcome.failing is Failing.BROKEN:
        outcome = yield from sent(request)
    return outcome


def _is_denied(outcome: Outcome) -> bool:
    return isinstance(outcome, Answer) and outcome.status in _DENIED
