"""What each key does at a moment."""

import math

import pytest
from joserfc.jwk import ECKey

from occoder.service.tokens.key_states import NOTICE_S, KeyState, key_states
from occoder.service.tokens.signing_key import SigningKey

PAIR = ECKey.generate_key("P-256")
TTL_S = 3600.0


def states(*created: float, now: float) -> list[KeyState]:
    """Return the states of keys that were created one after the other."""
    keys = [
        SigningKey(number=i, created_at=at, pair=PAIR, kid=f"key{i}")
        for i, at in enumerate(created, 1)
    ]
    return key_states(keys, now=now, token_ttl_s=TTL_S)


def signing(*created: float, now: float) -> list[int]:
    """Return the number of the key that signs, in a list."""
    return [one.key.number for one in states(*created, now=now) if one.signs]


def test_no_key_does_nothing() -> None:
    """Without keys there is no state."""
    assert [] == states(now=0.0)


@pytest.mark.parametrize(
    ("age_s", "number"), [(0.0, 1), (NOTICE_S - 0.1, 1), (NOTICE_S, 2), (1e6, 2)]
)
def test_new_key_signs_after_notice(age_s: float, number: int) -> None:
    """A new key signs when it has been there for five seconds, the former until then."""
    assert [number] == signing(0.0, 1000.0, now=1000.0 + age_s)


def test_only_key_signs_at_once() -> None:
    """A key without any older one signs from its first moment."""
    assert [1] == signing(1000.0, now=1000.0)


def test_oldest_signs_when_all_are_new() -> None:
    """Of several keys that are all new, the first one signs: all processes know it."""
    assert [1] == signing(1000.0, 1001.0, 1002.0, now=1003.0)


def test_clock_set_back_leaves_a_key() -> None:
    """When all keys seem to be of the future, one of them signs all the same."""
    assert [1] == signing(1000.0, 2000.0, now=500.0)


def test_newest_comes_first() -> None:
    """The keys are in order of their numbers, the highest first."""
    assert [3, 2, 1] == [one.key.number for one in states(0, 10, 20, now=100)]


def test_last_key_has_no_end() -> None:
    """A key that no other has replaced verifies without end."""
    (state,) = states(0.0, now=1e9)

    assert math.inf == state.verifies_until
    assert state.verifies


@pytest.mark.parametrize(
    ("past_s", "verifies"), [(0.0, True), (2 * NOTICE_S - 0.1, True), (2 * NOTICE_S, False)]
)
def test_replaced_key_verifies_for_a_token(past_s: float, verifies: bool) -> None:
    """A replaced key verifies until its last token has expired, and a moment longer."""
    _, former = states(0.0, 1000.0, now=1000.0 + TTL_S + past_s)

    assert verifies == former.verifies
    assert 1000.0 + TTL_S + 2 * NOTICE_S == former.verifies_until
