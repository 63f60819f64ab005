"""Access tokens: JSON Web Tokens, signed with ES256 and with nothing else."""

import base64
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError

from occoder.service.clients.client import Client
from occoder.service.tokens.signing_key import ALGORITHM
from occoder.service.tokens.signing_keys import SigningKeys
from occoder.settings.tier import Tier

# An ES256 signature takes 86 characters; ours are some 330 in all.
_SHAPE: Final = re.compile(r"([\w-]{1,256})\.[\w-]{1,512}\.[\w-]{86}", re.ASCII)
_LOOK_S: Final = 1.0
_MICROSECONDS: Final = 6


@dataclass(frozen=True, slots=True)
class Claims:
    """What a token says that was verified.

    Parameters
    ----------
    client_id : str
        Whose it is.
    tier : Tier
        Of the client when the token was issued.
    issued_at, expires_at : float
        Seconds since 1970, to the microsecond.
    """

    client_id: str
    tier: Tier
    issued_at: float
    expires_at: float


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The only header that is taken: nothing in it can point to another key."""

    alg: Literal["ES256"]
    kid: str
    typ: Literal["JWT"]


class _Payload(msgspec.Struct, frozen=True):
    sub: str
    tier: Tier
    iat: float
    exp: float


class Tokens:
    """Issues tokens and verifies them.

    A token is bound to no address and no session: an organisation may share it (user
    guide, section 3.2). Verifying costs a tenth of a millisecond, so it is remembered of
    which tokens it succeeded; other tokens are not remembered at all.

    Parameters
    ----------
    keys : SigningKeys
        Sign and verify.
    ttl_s : float
        Seconds that a token is good for.
    clock : callable
        Gives the time in seconds since 1970.
    cache_size : int
        How many verified tokens are remembered at most; some 1 kB each.
    """

    def __init__(
        self,
        keys: SigningKeys,
        *,
        ttl_s: float,
        clock: Callable[[], float] = time.time,
        cache_size: int = 10_000,
    ) -> None:
        self.ttl_s = ttl_s
        self._keys = keys
        self._clock = clock
        self._cache_size = cache_size
        self._verified: dict[str, Claims] = {}
        self._kids: frozenset[str] = frozenset()
        self._looked_at = -math.inf

    @property
    def n_remembered(self) -> int:
        """Return how many verified tokens are remembered."""
        return len(self._verified)

    def issue(self, client: Client) -> str:
        """Return a new token for a client.

        Returns
        -------
        str
            Letters, digits, ``-``, ``_`` and two full stops: what every HTTP client sends
            unharmed.

        Raises
        ------
        UnusableKeys
            If no key can be had.
        """
        key = self._keys.signing()
        now = round(self._clock(), _MICROSECONDS)
        claims = {
            "sub": client.client_id,
            "tier": client.tier.value,
            "iat": now,
            "exp": round(now + self.ttl_s, _MICROSECONDS),
        }
        header = {"alg": ALGORITHM, "kid": key.kid}
        return jwt.encode(header, claims, key.pair, algorithms=[ALGORITHM])

    def verify(self, token: str) -> Claims | None:
        """Return what a token says, or None when it is not good, whatever the reason.

        Parameters
        ----------
        token : str
            What was sent, any text.
        """
        now = self._clock()
        # A clock that was set back doesn't keep the keys from being looked at.
        if not 0 <= now - self._looked_at < _LOOK_S:
            self._look_at_keys(now)
        claims = self._verified.get(token)
        if claims is None:
            claims = self._verify_signature(token)
            if claims is not None and now < claims.expires_at:
                self._remember(token, claims, now)
        return claims if claims is not None and now < claims.expires_at else None

    def _verify_signature(self, token: str) -> Claims | None:
        try:
            key = self._keys.verifying(_kid(token))
            if key is None:
                return None
            claims = jwt.decode(token, key.pair, algorithms=[ALGORITHM]).claims
            payload = msgspec.convert(claims, _Payload)
        except (JoseError, ValueError):  # msgspec's errors are ValueErrors too
            return None
        return Claims(payload.sub, payload.tier, payload.iat, payload.exp)

    def _look_at_keys(self, now: float) -> None:
        """Forget what was verified when a key is gone that it was verified with."""
        self._looked_at = now
        kids = self._keys.kids()
        if not self._kids <= kids:
            self._verified.clear()
        self._kids = kids

    def _remember(self, token: str, claims: Claims, now: float) -> None:
        if len(self._verified) >= self._cache_size:
            good = [one for one in self._verified.items() if now < one[1].expires_at]
            # Half of them at once, the oldest: so this is paid for seldom.
            self._verified = dict(good[max(0, len(good) - self._cache_size // 2) :])
        self._verified[token] = claims


def _kid(token: str) -> str:
    """Return the id of the key that a token names, "" when it is not shaped as ours."""
    shape = _SHAPE.fullmatch(token)
    if shape is None:
        return ""
    header = base64.urlsafe_b64decode(shape[1] + "==")
    return msgspec.json.decode(header, type=_Header).kid
