"""The token that calls share."""

from occoder.client.credentials import Secret
from occoder.client.exchange import HeldToken
from occoder.client.held_tokens import HeldTokens


def held(good_until: float) -> HeldToken:
    """Return a token that is good until then."""
    return HeldToken(Secret("t"), good_until)


def test_token_is_good_until_its_time() -> None:
    """A token is there from when it is kept until it is too old."""
    tokens, one = HeldTokens(), held(10.0)
    before = tokens.good(0.0)
    tokens.keep(one)

    assert before is None
    assert one is tokens.good(9.9)
    assert tokens.good(10.0) is None


def test_refused_token_is_not_good() -> None:
    """The token that was refused isn't given again; one that came in its place is."""
    tokens, old, new = HeldTokens(), held(10.0), held(10.0)
    tokens.keep(old)
    after_refusal = tokens.good(0.0, other_than=old)
    tokens.keep(new)

    assert after_refusal is None
    assert new is tokens.good(0.0, other_than=old)


def test_vain_renewal_is_remembered() -> None:
    """After a renewal that didn't help, none is worth trying for a minute."""
    tokens = HeldTokens()
    before = tokens.may_help(0.0)
    tokens.helped_not(0.0)

    assert before
    assert not tokens.may_help(59.9)
    assert tokens.may_help(60.0)
