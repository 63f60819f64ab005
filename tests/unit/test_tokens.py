"""Access tokens: what is issued, what is taken, and what that costs."""

import base64
import json
import re
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from token_parts import START, Clock, client

from occoder.service.tokens.key_states import NOTICE_S
from occoder.service.tokens.signing_keys import SigningKeys
from occoder.service.tokens.tokens import Claims, Tokens
from occoder.settings.tier import Tier

TTL_S = 3600


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture
def keys(tmp_path: Path, clock: Clock) -> SigningKeys:
    """Keys of an empty folder."""
    return SigningKeys(tmp_path / "keys", clock, token_ttl_s=TTL_S)


@pytest.fixture
def tokens(keys: SigningKeys, clock: Clock) -> Tokens:
    """Tokens of one hour."""
    return Tokens(keys, ttl_s=TTL_S, clock=clock, cache_size=8)


@pytest.fixture
def token(tokens: Tokens) -> str:
    """A token of client1."""
    return tokens.issue(client())


def facts(token: str, which: int) -> dict[str, Any]:
    """Return the header, 0, or the payload, 1, of a token."""
    part = token.split(".")[which]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=="))
    return found


@pytest.mark.parametrize("tier", Tier)
def test_r19_claims_come_back(tokens: Tokens, tier: Tier) -> None:
    """A token says whose it is, of which tier, and that it is good for an hour."""
    claims = tokens.verify(tokens.issue(client("client7", tier)))

    assert Claims("client7", tier, START, START + 3600) == claims


def test_issued_at_tells_the_microsecond(tokens: Tokens, clock: Clock) -> None:
    """A token of the moment after a revocation isn't taken for one of before it."""
    clock.now = START + 0.000002
    claims = tokens.verify(tokens.issue(client()))

    assert claims is not None
    assert START < claims.issued_at


def test_r19_token_lasts_one_hour(tokens: Tokens, token: str, clock: Clock) -> None:
    """A token is good until the end of its hour and no longer, remembered or not."""
    clock.now = START + 3599.999
    at_last = tokens.verify(token)
    clock.now = START + 3600

    assert at_last is not None
    assert tokens.verify(token) is None
    assert tokens.verify(tokens.issue(client())) is not None


def test_f13_expired_token_is_refused_at_first_sight(
    keys: SigningKeys, token: str, clock: Clock
) -> None:
    """A process that sees a token for the first time knows too that it has expired."""
    clock.now = START + 3600
    other = Tokens(keys, ttl_s=TTL_S, clock=clock)

    assert other.verify(token) is None
    assert 0 == other.n_remembered


def test_r20_token_may_be_shared(tokens: Tokens, keys: SigningKeys, clock: Clock) -> None:
    """Every process takes a token, any number of times, whoever brings it."""
    token = tokens.issue(client())
    other = Tokens(keys, ttl_s=TTL_S, clock=clock)

    assert 1 == len({tokens.verify(token), tokens.verify(token), other.verify(token)})
    assert tokens.verify(token) is not None


def test_r22_each_request_gets_its_own_token(tokens: Tokens) -> None:
    """Two tokens of a client differ and say the same of whose they are."""
    first, second = tokens.issue(client()), tokens.issue(client())

    assert first != second
    assert tokens.verify(first) == tokens.verify(second)


def test_r24_token_has_safe_characters(tokens: Tokens) -> None:
    """A token consists of letters, digits, "-", "_" and full stops, and is short."""
    token = tokens.issue(client("a" * 55, Tier.PARTNER))

    assert re.fullmatch(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+", token)
    assert len(token) < 500
    assert tokens.verify(token) is not None


def test_token_holds_no_more_than_needed(token: str) -> None:
    """A token says nothing of the organisation, only id, tier and times."""
    assert {"alg", "kid", "typ"} == set(facts(token, 0))
    assert {"sub", "tier", "iat", "exp"} == set(facts(token, 1))


def test_published_keys_verify_tokens(keys: SigningKeys, token: str) -> None:
    """Whoever has the public keys can verify a token without the service."""
    (public,) = keys.jwks()["keys"]
    decoded = jwt.decode(token, ECKey.import_key(public), algorithms=["ES256"])

    assert "client1" == decoded.claims["sub"]


def test_rotation_keeps_tokens(
    tokens: Tokens, keys: SigningKeys, token: str, clock: Clock
) -> None:
    """A token of a former key is good to its end, and new tokens have the new key."""
    new = keys.rotate()
    clock.now = START + NOTICE_S
    later = tokens.issue(client())
    clock.now = START + 3599

    assert new.kid == facts(later, 0)["kid"]
    assert new.kid != facts(token, 0)["kid"]
    assert Tokens(keys, ttl_s=TTL_S, clock=clock).verify(token) is not None
    assert tokens.verify(later) is not None


def test_rotation_keeps_the_last_token(
    tokens: Tokens, keys: SigningKeys, clock: Clock
) -> None:
    """The very last token of a former key is good for its whole hour too."""
    keys.signing()
    new = keys.rotate()
    clock.now = START + NOTICE_S - 0.001
    last = tokens.issue(client())
    clock.now += 3599.999

    assert new.kid != facts(last, 0)["kid"]
    assert Tokens(keys, ttl_s=TTL_S, clock=clock).verify(last) is not None


def test_revoked_keys_end_remembered_tokens(
    tokens: Tokens, keys: SigningKeys, token: str, clock: Clock
) -> None:
    """Within a second of a rotation that revokes, no former token is good any more."""
    before = tokens.verify(token)
    keys.rotate(revoke_tokens=True)
    clock.now += 1

    assert before is not None
    assert tokens.verify(token) is None
    assert tokens.verify(tokens.issue(client())) is not None


def test_clock_set_back_ends_revoked_tokens(
    tokens: Tokens, keys: SigningKeys, token: str, clock: Clock
) -> None:
    """A process whose clock is set back still notices that a key is gone."""
    before = tokens.verify(token)
    keys.rotate(revoke_tokens=True)
    clock.now -= 1e6

    assert before is not None
    assert tokens.verify(token) is None


def calls_of(tokens: Tokens, token: str) -> list[str]:
    """Return the names of the Python functions that a verification calls."""
    names = []

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            names.append(frame.f_code.co_name)

    sys.setprofile(note)
    try:
        tokens.verify(token)
    finally:
        sys.setprofile(None)
    return names


def test_verified_token_is_remembered(tokens: Tokens, token: str) -> None:
    """A token that was verified is verified again by looking it up and at the clock."""
    first = calls_of(tokens, token)
    again = calls_of(tokens, token)

    assert "decode" in first
    assert ["verify", "__call__"] == again


def test_bad_tokens_are_not_remembered(tokens: Tokens, token: str) -> None:
    """A flood of different bad tokens takes no memory and pushes no good one out."""
    tokens.verify(token)
    head = token[: token.rindex(".") + 1]
    for i in range(50):
        tokens.verify(f"{head}{i:085}A")

    assert 1 == tokens.n_remembered
    assert ["verify", "__call__"] == calls_of(tokens, token)


def test_memory_of_tokens_is_bounded(tokens: Tokens, clock: Clock) -> None:
    """However many good tokens there are, only so many are remembered, the latest."""
    issued = [tokens.issue(client(f"client{i}")) for i in range(50)]
    sizes = []
    for token in issued:
        tokens.verify(token)
        sizes.append(tokens.n_remembered)

    assert 8 == max(sizes)
    assert ["verify", "__call__"] == calls_of(tokens, issued[-1])
    assert all(tokens.verify(token) is not None for token in issued)


def test_expired_tokens_are_forgotten_first(tokens: Tokens, clock: Clock) -> None:
    """When there is no more room, tokens that have expired go before good ones."""
    for i in range(5):
        tokens.verify(tokens.issue(client(f"old{i}")))
    clock.now += 3600
    good = [tokens.issue(client(f"new{i}")) for i in range(4)]
    for token in good:
        tokens.verify(token)

    assert 4 == tokens.n_remembered
