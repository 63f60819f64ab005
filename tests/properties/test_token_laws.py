"""Laws of tokens, of requests for them and of the keys, for whatever is sent."""

import base64
import json
import string
import tempfile
from collections import deque
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey
from token_parts import START, Clock, client

from occoder import wire
from occoder.errors import UnusableKeys
from occoder.service.tokens.guess_guard import MAX_FAILURES, WINDOW_S, GuessGuard
from occoder.service.tokens.key_states import KeyState, key_states
from occoder.service.tokens.signing_key import SigningKey, file_name, read_key, write_key
from occoder.service.tokens.signing_keys import SigningKeys
from occoder.service.tokens.token_request import TokenRequest, credentials_and_grant
from occoder.service.tokens.tokens import Tokens
from occoder.settings.tier import Tier

TOKEN_CHARACTERS = string.ascii_letters + string.digits + "-_."
USABLE = st.text(string.ascii_letters + string.digits + "._~-", min_size=1, max_size=28)
PAIR = ECKey.generate_key("P-256")


@pytest.fixture(scope="module")
def tokens() -> Iterator[Tokens]:
    """Tokens whose clock stands."""
    with tempfile.TemporaryDirectory() as folder:
        clock = Clock()
        yield Tokens(SigningKeys(Path(folder) / "keys", clock), ttl_s=3600, clock=clock)


@given(client_id=USABLE, tier=st.sampled_from(Tier))
def test_issued_verifies(tokens: Tokens, client_id: str, tier: Tier) -> None:
    """Every token that is issued verifies, as that of its client and tier."""
    claims = tokens.verify(tokens.issue(client(client_id, tier)))

    assert claims is not None
    assert (client_id, tier) == (claims.client_id, claims.tier)


@given(data=st.data())
def test_changed_token_is_refused(tokens: Tokens, data: st.DataObject) -> None:
    """A token with any character changed, added or left out is refused."""
    token = tokens.issue(client())
    at = data.draw(st.integers(0, len(token) - 1))
    n_out = data.draw(st.integers(0, 3))
    put_in = data.draw(st.text(TOKEN_CHARACTERS, max_size=3))
    changed = token[:at] + put_in + token[at + n_out :]

    assert (changed == token) == (tokens.verify(changed) is not None)


@given(sent=st.text() | st.text(TOKEN_CHARACTERS))
def test_any_text_is_refused(tokens: Tokens, sent: str) -> None:
    """Whatever is sent as a token is refused, never an error."""
    assert tokens.verify(sent) is None


@given(parts=st.lists(st.binary(max_size=80), min_size=3, max_size=3))
def test_any_shape_is_refused(tokens: Tokens, parts: list[bytes]) -> None:
    """Whatever stands in the three parts of a token is refused, never an error."""
    encoded = [base64.urlsafe_b64encode(one).decode().rstrip("=") for one in parts]

    assert tokens.verify(".".join([*encoded[:2], "A" * 86])) is None
    assert tokens.verify(".".join(encoded)) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["alg", "kid", "typ", "sub"]), inner, max_size=3)
    ),
)
HEADERS = st.dictionaries(
    st.sampled_from(["authorization", "authorisation", "content-type"]),
    st.text(max_size=60) | st.text(max_size=60).map(lambda one: f"Basic {one}"),
)


@given(header=st.dictionaries(st.sampled_from(["alg", "kid", "typ", "jwk"]), JSON))
def test_any_header_is_refused(tokens: Tokens, header: dict[str, object]) -> None:
    """Whatever header is put before a payload and signature is refused."""
    _, payload, signature = tokens.issue(client()).split(".")
    encoded = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")

    assert tokens.verify(f"{encoded}.{payload}.{signature}") is None


@given(
    headers=HEADERS,
    body=st.binary(max_size=200)
    | st.text(max_size=100).map(str.encode)
    | JSON.map(lambda one: json.dumps(one).encode()),
)
def test_any_request_is_answered(headers: dict[str, str], body: bytes) -> None:
    """Any headers and bytes give credentials or one of three errors, never a failure."""
    found = credentials_and_grant(headers, body)

    assert isinstance(found, TokenRequest) or found.error in {
        "invalid_request",
        "invalid_client",
        "unsupported_grant_type",
    }


@given(client_id=USABLE, secret=USABLE, spelling=st.sampled_from(["s", "z"]))
def test_credentials_come_through(client_id: str, secret: str, spelling: str) -> None:
    """Every usable id and secret arrives unharmed in each way of sending it."""
    encoded = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    header = {f"authori{spelling}ation": f"Basic {encoded}"}
    fields = {
        "grant_type": "client_credentials",
        "client_id": client_id,
        "client_secret": secret,
    }
    braces = ", ".join(f'{name}: "{value}"' for name, value in fields.items())
    found = [
        credentials_and_grant(header, b"{ grant_type: client_credentials }"),
        credentials_and_grant({}, urlencode(fields).encode()),
        credentials_and_grant({}, json.dumps(fields).encode()),
        credentials_and_grant({}, f"{{ {braces} }}".encode()),
    ]

    assert [TokenRequest(client_id, secret)] * 4 == found


@given(client_id=USABLE, secret=USABLE, body=st.binary(max_size=40))
def test_no_error_repeats_what_was_sent(client_id: str, secret: str, body: bytes) -> None:
    """The errors are a few fixed texts, whatever was sent."""
    found = credentials_and_grant({"authorization": f"Basic {client_id}:{secret}"}, body)

    assert isinstance(found, wire.TokenError)
    assert found in {
        credentials_and_grant({}, one)
        for one in (b"", b"grant_type=x", b"grant_type=client_credentials")
    }


@given(
    waits_s=st.lists(st.floats(0, 5000), max_size=6),
    issued_s=st.floats(0, 20_000),
    later=st.floats(0, 1, exclude_max=True),
)
def test_rotation_breaks_no_token(
    waits_s: list[float], issued_s: float, later: float
) -> None:
    """Whenever keys are rotated, a token verifies from its issue to its end."""
    created = list(accumulate([START, *waits_s]))
    keys = [
        SigningKey(number=i, created_at=at, pair=PAIR, kid=str(i))
        for i, at in enumerate(created, 1)
    ]

    def states(now: float) -> list[KeyState]:
        """Return what each of the keys that there are by then does."""
        there = [key for key in keys if key.created_at <= now]
        return key_states(there, now=now, token_ttl_s=3600)

    (signing,) = (one.key for one in states(START + issued_s) if one.signs)
    (then,) = (one for one in states(START + issued_s + later * 3600) if one.key is signing)

    assert then.verifies


@given(position=st.integers(0, 400), value=st.integers(0, 255))
def test_damage_is_found(position: int, value: int) -> None:
    """A key file with any byte changed is refused, or still holds a key for ES256."""
    with tempfile.TemporaryDirectory() as folder:
        write_key(Path(folder), number=1, created_at=START)
        file = Path(folder) / file_name(1)
        content = bytearray(file.read_bytes())
        content[position % len(content)] = value
        file.write_bytes(content)
        try:
            key = read_key(file)
        except UnusableKeys:
            return

    assert ("P-256", True) == (key.pair.curve_name, key.pair.is_private)


@given(steps=st.lists(st.tuples(st.floats(0, 30), st.booleans()), min_size=1, max_size=60))
def test_no_more_failures_than_allowed(steps: list[tuple[float, bool]]) -> None:
    """In any minute there are at most ten failed attempts, and never a wait for nothing."""
    guard, now, failed = GuessGuard(), START, deque[float]()
    for step_s, succeeds in steps:
        now += step_s
        wait_s = guard.wait_s("client1", "here", now)
        recent = [at for at in failed if now - at < WINDOW_S]
        assert (len(recent) >= MAX_FAILURES) == (wait_s > 0)
        if wait_s:
            assert 0 == guard.wait_s("client1", "here", now + wait_s)
            continue
        guard.begin("client1", "here", now)
        if succeeds:
            guard.forgive("client1", "here", now)
        else:
            failed.append(now)

    assert all(
        sum(0 <= at - one < WINDOW_S for at in failed) <= MAX_FAILURES for one in failed
    )
