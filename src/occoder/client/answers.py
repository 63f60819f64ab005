"""From the body of an answer to what the caller gets.

The service may know more than this version, or, where it is another one, less: fields
that are unknown here are passed by, and extensions may be missing.
"""

from typing import Any, Final, TypeVar

import msgspec

from occoder import wire
from occoder.client.credentials import Secret
from occoder.client.exchange import Answer, HeldToken
from occoder.errors import AnswerNotUnderstood

T = TypeVar("T")

# The guide shows no expires_in; the text says one hour (section 3.2).
_TOKEN_LIFE_S: Final = 3600
_RENEW_EARLY_S: Final = 60.0
_IN_HEADER: Final = frozenset(map(chr, range(0x21, 0x7F)))
_INPUT_FIELDS: Final = frozenset(wire.Texts.__struct_fields__)


def read(answer: Answer, shape: type[T], *, url: str) -> T:
    """Return a body as what it should be.

    Parameters
    ----------
    answer : Answer
        With status 200.
    shape : type
        Of `occoder.wire`, or a list of such.
    url : str
        What was called.

    Raises
    ------
    AnswerNotUnderstood
        If it is something else.
    """
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except (msgspec.DecodeError, RecursionError):
        raise AnswerNotUnderstood(url=url, status=answer.status) from None


def read_coded(
    answer: Answer, n_records: int, *, url: str
) -> list[wire.SynchronousCodeResponse]:
    """Return the answers to the records of a call, as many as there were.

    Parameters
    ----------
    answer : Answer
        With status 200: an array of answers, or one answer.
    n_records : int
        How many were asked for.
    url : str
        What was called.

    Raises
    ------
    AnswerNotUnderstood
        If it is something else.
    """
    raw = read(answer, object, url=url)
    listed = raw if isinstance(raw, list) else [raw]
    if len(listed) == n_records:
        try:
            known = [_known(one) for one in listed]
            return msgspec.convert(known, list[wire.SynchronousCodeResponse])
        except msgspec.ValidationError:
            pass
    raise AnswerNotUnderstood(url=url, status=answer.status)


def read_token(answer: Answer, asked_at: float) -> HeldToken | None:
    """Return the token that an answer holds, or None if it holds none.

    Parameters
    ----------
    answer : Answer
        Of the token endpoint.
    asked_at : float
        When it was asked for: from then on its life is counted, to be safe. A new one is
        fetched a minute before it ends, or after half of a life that is shorter.

    Examples
    --------
    >>> answer = Answer(200, {}, b'{"access_token": "abc.def", "expires_in": 3600}')
    >>> read_token(answer, 0.0)
    HeldToken(token=Secret(***), good_until=3540.0)
    """
    if answer.status != 200:
        return None
    try:
        raw = msgspec.json.decode(answer.body, type=dict[str, Any])
        token = msgspec.convert({"expires_in": _TOKEN_LIFE_S, **raw}, wire.Token)
    except (msgspec.DecodeError, RecursionError):
        return None
    # It goes into a header: nothing may end the line.
    if not token.access_token or not _IN_HEADER.issuperset(token.access_token):
        return None
    life_s = max(float(token.expires_in), 0.0)
    good_for_s = life_s - min(_RENEW_EARLY_S, life_s / 2)
    return HeldToken(Secret(token.access_token), asked_at + good_for_s)


def _known(raw: object) -> dict[str, Any]:
    """Return an answer without what `wire` would refuse: nulls, and fields of the input."""
    if not isinstance(raw, dict):
        return {}
    kept = {name: value for name, value in raw.items() if value is not None}
    if isinstance(submitted := kept.get("input"), dict):
        kept["input"] = {
            name: text for name, text in submitted.items() if name in _INPUT_FIELDS
        }
    return kept
