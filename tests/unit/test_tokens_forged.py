"""Tokens that this service did not issue: all are refused."""

import base64
import hmac
import json
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey
from token_parts import START, Clock, client

from occoder.service.tokens.signing_keys import SigningKeys
from occoder.service.tokens.tokens import Tokens

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
    return Tokens(keys, ttl_s=TTL_S, clock=clock)


@pytest.fixture
def token(tokens: Tokens) -> str:
    """A token of client1."""
    return tokens.issue(client())


def encoded(part: bytes) -> str:
    """Return bytes as they stand in a token."""
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def segment(facts: dict[str, Any]) -> str:
    """Return a header or payload as it stands in a token."""
    return encoded(json.dumps(facts).encode())


def facts(token: str, which: int) -> dict[str, Any]:
    """Return the header, 0, or the payload, 1, of a token."""
    part = token.split(".")[which]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=="))
    return found


def forged(token: str, key: Any, alg: str, **header: Any) -> str:
    """Return the payload of a token under another header, signed with another key."""
    given = {"alg": alg, "kid": facts(token, 0)["kid"], **header}
    return jwt.encode(given, facts(token, 1), key, algorithms=[alg])


@pytest.mark.parametrize(
    "sent", ["", ".", "..", "a.b.c", "x" * 400, "x" * 1_000_000, "é.é.é", "\ud800", "\0"]
)
def test_other_text_is_refused(tokens: Tokens, token: str, sent: str) -> None:
    """What is no token is refused."""
    assert tokens.verify(sent) is None


@pytest.mark.parametrize(
    "change", ["{} ", " {}", "{}\n", "{}=", "{}.", "Bearer {}", "{0}{0}"]
)
def test_token_is_taken_to_the_letter(tokens: Tokens, token: str, change: str) -> None:
    """A token with anything before, after or twice is refused."""
    assert tokens.verify(change.format(token)) is None


def test_unsigned_token_is_refused(tokens: Tokens, token: str) -> None:
    """The algorithm "none" is refused, with and without a signature behind it."""
    header, payload, signature = token.split(".")
    kid = facts(token, 0)["kid"]
    none = segment({"alg": "none", "kid": kid, "typ": "JWT"})

    assert tokens.verify(f"{none}.{payload}.") is None
    assert tokens.verify(f"{none}.{payload}.{signature}") is None
    assert tokens.verify(f"{header}.{payload}.") is None


@pytest.mark.parametrize("alg", ["HS256", "HS512"])
def test_public_key_is_no_password(
    tokens: Tokens, keys: SigningKeys, token: str, alg: str
) -> None:
    """A token signed with a hash and the public key, in any form of it, is refused."""
    key = keys.signing()
    header = segment({"alg": alg, "kid": key.kid, "typ": "JWT"})
    signed = f"{header}.{token.split('.')[1]}"
    forms = [
        key.pair.as_pem(private=False),
        key.pair.as_pem(private=False).strip(),
        key.pair.as_der(private=False),
        json.dumps(key.public()).encode(),
    ]
    digest = f"sha{alg[2:]}"
    signatures = [hmac.digest(form, signed.encode(), digest) for form in forms]
    sent = [f"{signed}.{encoded(one)}" for one in signatures]

    assert [None] * 4 == [tokens.verify(one) for one in sent]


@pytest.mark.parametrize("alg", ["ES256", "ES384"])
def test_foreign_key_is_refused(tokens: Tokens, token: str, alg: str) -> None:
    """A token that another key signed is refused, under the id of ours or its own."""
    foreign = ECKey.generate_key({"ES256": "P-256", "ES384": "P-384"}[alg])

    assert tokens.verify(forged(token, foreign, alg)) is None
    assert tokens.verify(forged(token, foreign, alg, kid=foreign.thumbprint())) is None


def test_key_in_header_is_refused(tokens: Tokens, token: str) -> None:
    """A token that brings its own key along is refused."""
    foreign = ECKey.generate_key("P-256")
    public = foreign.as_dict(private=False)
    header = segment({**facts(token, 0), "jwk": public})
    sent = f"{header}.{token.split('.', 1)[1]}"

    assert tokens.verify(forged(token, foreign, "ES256", jwk=public)) is None
    assert tokens.verify(sent) is None


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "es256"},
        {"alg": ["ES256"]},
        {"kid": None},
        {"kid": 1},
        {"kid": "../../etc/passwd"},
        {"typ": "at+jwt"},
        {"crit": ["exp"]},
        {"b64": False},
    ],
    ids=lambda header: "-".join(map(str, header)),
)
def test_other_header_is_refused(
    tokens: Tokens, token: str, header: dict[str, Any]
) -> None:
    """Only the header that this service writes is taken."""
    changed = segment({**facts(token, 0), **header})

    assert tokens.verify(f"{changed}.{token.split('.', 1)[1]}") is None


def test_signed_header_says_no_more(tokens: Tokens, keys: SigningKeys, token: str) -> None:
    """A header with anything that ours has not is refused, even when our key signed it."""
    pair = keys.signing().pair

    assert tokens.verify(forged(token, pair, "ES256")) is not None
    assert tokens.verify(forged(token, pair, "ES256", jku="https://example.org")) is None
    assert tokens.verify(forged(token, pair, "ES256", typ="at+jwt")) is None


@pytest.mark.parametrize(
    "payload",
    [
        {"sub": "client1", "tier": "public", "iat": START},
        {"tier": "public", "iat": START, "exp": START + 60},
        {"sub": "client1", "tier": "admin", "iat": START, "exp": START + 60},
        {"sub": 1, "tier": "public", "iat": START, "exp": START + 60},
        {"sub": "client1", "tier": "public", "iat": START, "exp": "never"},
    ],
    ids=["no end", "nobody", "no such tier", "number", "no time"],
)
def test_signed_but_incomplete_is_refused(
    tokens: Tokens, keys: SigningKeys, payload: dict[str, Any]
) -> None:
    """A token that our key signed but that does not say everything is refused."""
    key = keys.signing()
    sent = jwt.encode({"alg": "ES256", "kid": key.kid}, payload, key.pair)

    assert tokens.verify(sent) is None


def test_same_token_has_one_spelling(tokens: Tokens, token: str) -> None:
    """Bits of the signature that base64 leaves over can't be used to write it anew."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    good = [one for one in alphabet if tokens.verify(token[:-1] + one)]

    assert [token[-1]] == good
