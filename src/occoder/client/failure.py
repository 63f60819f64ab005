"""What an answer means that is not the one hoped for: the error, and whether to try again.

No error repeats a secret: of a token endpoint's answer only its word for the error is
taken, and only if it is one of those that RFC 6749 has; and where a service repeats the
token that it was sent, it is struck out.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Final

import msgspec

from occoder import wire
from occoder.client.credentials import Secret
from occoder.client.exchange import Answer, Failing, NoAnswer
from occoder.errors import (
    AnswerNotUnderstood,
    CredentialsRefused,
    RemoteError,
    RequestRefused,
    ServiceUnreachable,
    Throttled,
)

# What is known to be said where no Retry-After comes with it: a quota of the day.
QUOTA_IS_USED_UP: Final = b"Limit Exceeded"
QUOTA_WAIT_S: Final = 24 * 3600.0

_TOKEN_ERRORS: Final = {
    *("invalid_request", "invalid_client", "invalid_grant", "invalid_scope"),
    *("unauthorized_client", "unsupported_grant_type", "slow_down", "access_denied"),
}
_INDEX: Final = re.compile(r"(?<=Record with index )\d+|(?<=^/records/)\d+")


class Again(Enum):
    """Whether the same call may do better later."""

    NEVER = "it is refused for what it is"
    SOON = "the service or the way to it is out of order"
    WHEN_ALLOWED = "the limit of the service is reached"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One attempt that brought no answer to a call.

    Parameters
    ----------
    error : RemoteError
        What is raised if it stays so.
    again : Again
        Whether to try again.
    wait_s : float or None
        How long the service asks to wait, where it says so.
    """

    error: RemoteError
    again: Again = Again.NEVER
    wait_s: float | None = None


def unanswered(outcome: NoAnswer, *, url: str, timeout_s: float) -> Failure:
    """Return what it means that nothing came back."""
    problem = outcome.problem
    if outcome.failing is Failing.LATE:
        problem = f"not within the {timeout_s:g} s that timeout_s allows"
    again = Again.NEVER if outcome.failing is Failing.HOPELESS else Again.SOON
    return Failure(error=ServiceUnreachable(url=url, problem=problem), again=again)


def refused(answer: Answer, *, url: str, token: Secret, first: int = 0) -> Failure:
    """Return what an answer other than 200 means.

    Parameters
    ----------
    answer : Answer
        With another status than 200.
    url : str
        What was called.
    token : Secret
        What was sent, to be struck out.
    first : int
        Position of the first record that was sent among those of the caller: places
        are told by the caller's positions.
    """
    if answer.status == 429:
        return throttled(answer)
    error = _refusal(answer, url=url, token=token, first=first)
    return Failure(error=error, again=_again(answer), wait_s=retry_after(answer))


def token_refused(answer: Answer, *, url: str, secret: Secret) -> Failure:
    """Return what an answer of the token endpoint means that brings no token."""
    if answer.status == 429:
        return throttled(answer)
    if _again(answer) is Again.SOON:
        return refused(answer, url=url, token=secret)
    word = _object(answer.body).get("error") if answer.status != 200 else None
    if not isinstance(word, str):
        return Failure(error=AnswerNotUnderstood(url=url, status=answer.status))
    known = word if word in _TOKEN_ERRORS else "for a reason that has no standard name"
    return Failure(error=CredentialsRefused(url=url, error=known))


def throttled(answer: Answer) -> Failure:
    """Return what it means that a limit is reached."""
    wait_s = retry_after(answer)
    if wait_s is None and QUOTA_IS_USED_UP in answer.body:
        wait_s = QUOTA_WAIT_S
    error = Throttled(retry_after_s=wait_s or 0.0)
    return Failure(error=error, again=Again.WHEN_ALLOWED, wait_s=wait_s)


def retry_after(answer: Answer) -> float | None:
    """Return for how many seconds an answer asks to wait, if it does.

    A date is held against that of the answer: the clock of this machine may be wrong.

    >>> retry_after(Answer(429, {"retry-after": "3"}, b""))
    3.0
    """
    stated = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", stated):
        return float(stated)
    try:
        at = parsedate_to_datetime(stated)
        wait = at - parsedate_to_datetime(answer.headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return max(wait.total_seconds(), 0.0)


def _again(answer: Answer) -> Again:
    return Again.SOON if answer.status == 408 or answer.status >= 500 else Again.NEVER


def _refusal(answer: Answer, *, url: str, token: Secret, first: int) -> RemoteError:
    """Return the error that a body in the one envelope, or the like, tells."""
    raw = _object(answer.body)
    message = raw.get("message", raw.get("Message"))  # an API gateway writes it so
    if not isinstance(message, str):
        return AnswerNotUnderstood(url=url, status=answer.status)

    def told(text: str) -> str:
        own = _INDEX.sub(lambda found: str(int(found[0]) + first), text)
        return own.replace(token.reveal(), "***")

    errors = _details(raw)
    request_id = errors[0].id if errors else answer.headers.get("request-id", "")
    return RequestRefused(
        status=answer.status,
        message=told(message),
        details=[told(one.detail) + _place(told, one) for one in errors],
        request_id=told(request_id),
    )


def _details(raw: Mapping[str, object]) -> tuple[wire.ErrorDetail, ...]:
    """Return the faults that an envelope lists; others than ours may list none."""
    try:
        return msgspec.convert(raw.get("errors", ()), tuple[wire.ErrorDetail, ...])
    except msgspec.ValidationError:
        return ()


def _place(told: Callable[[str], str], detail: wire.ErrorDetail) -> str:
    source = detail.source
    return f" ({told(source.pointer)})" if isinstance(source, wire.Source) else ""


def _object(body: bytes) -> dict[str, object]:
    """Return a body as the JSON object that it is, or else an empty one."""
    try:
        return msgspec.json.decode(body, type=dict[str, object])
    except (msgspec.DecodeError, RecursionError):
        return {}
