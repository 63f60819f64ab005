"""What each of the keys does at a moment: signs tokens, verifies them, or neither."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from occoder.service.tokens.signing_key import SigningKey

# A new key waits so long before it signs: by then every process has noticed it.
NOTICE_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyState:
    """A key and what it does.

    Parameters
    ----------
    key : SigningKey
        The key.
    signs : bool
        Whether new tokens are signed with it.
    verifies : bool
        Whether tokens that were signed with it are good.
    signs_from : float
        Seconds since 1970; a key without any older one signs at once.
    verifies_until : float
        Seconds since 1970; infinity when no newer key has replaced it.
    """

    key: SigningKey
    signs: bool
    verifies: bool
    signs_from: float
    verifies_until: float


def key_states(
    keys: Iterable[SigningKey], *, now: float, token_ttl_s: float
) -> list[KeyState]:
    """Return what each key does, the newest first.

    The newest key that has been there for five seconds signs, or the oldest when there is
    none such. A key that was replaced verifies until the last token that it signed has
    expired.

    Parameters
    ----------
    keys : iterable of SigningKey
        All keys, in any order.
    now : float
        Seconds since 1970.
    token_ttl_s : float
        Seconds that a token is good for.
    """
    newest_first = sorted(keys, key=lambda key: -key.number)
    noticed = [key for key in newest_first if key.created_at + NOTICE_S <= now]
    signing = next(iter(noticed or newest_first[-1:]), None)
    # Twice: with another clock, a process may use the former key a little longer.
    margin = 2 * NOTICE_S + token_ttl_s
    ends = [math.inf, *(key.created_at + margin for key in newest_first[:-1])]
    return [
        KeyState(
            key=key,
            signs=key is signing,
            verifies=key is signing or now < end,
            signs_from=key.created_at + NOTICE_S,
            verifies_until=end,
        )
        for key, end in zip(newest_first, ends, strict=False)
    ]
