"""What a client may be registered with."""

import pytest

from occoder.errors import UnusableClient
from occoder.service.clients.client import Override
from occoder.service.clients.registration import (
    MAX_QUOTA,
    MAX_RATE,
    check_credentials,
    check_override,
    checked_texts,
)

TEXTS = {
    "organisation": "Dept of Māori Affairs",
    "contact": "api@example.gov.au",
    "terms_version": "2025-06",
    "terms_accepted_by": "A. Person",
}


def test_texts_lose_outer_spaces() -> None:
    """Spaces around a text are not kept, those within are."""
    padded = {name: f"  {text} " for name, text in TEXTS.items()}

    assert TEXTS == checked_texts(**padded)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("organisation", "The organisation of a client"),
        ("contact", "The contact of a client"),
        ("terms_version", "The version of the terms of a client"),
        ("terms_accepted_by", "The person who accepted the terms on behalf of a client"),
    ],
)
@pytest.mark.parametrize(
    "text", ["", " ", "x" * 201, "a\nb", "a\0b", "a\x1b[2Jb", "a\u202eb", "a\ud800b"]
)
def test_unusable_text_is_named(name: str, words: str, text: str) -> None:
    """A text that is empty, too long or can't be shown is refused, not repeated."""
    with pytest.raises(UnusableClient) as caught:
        checked_texts(**{**TEXTS, name: text})

    assert str(caught.value).startswith(f"{words} must be 1 to 200 characters")
    assert "\x1b" not in str(caught.value)


def test_longest_text_is_taken() -> None:
    """A text may have 200 characters."""
    longest = {**TEXTS, "organisation": "x" * 200}

    assert longest == checked_texts(**longest)


@pytest.mark.parametrize(
    "override",
    [
        Override(),
        Override(per_second=0.0, per_hour=0, per_day=0),
        Override(per_second=0.5, per_hour=1, per_day=1),
        Override(per_second=MAX_RATE, per_hour=MAX_QUOTA, per_day=MAX_QUOTA),
    ],
)
def test_limits_in_range_are_taken(override: Override) -> None:
    """Limits may be none, 0, fractions of a call a second, and very large."""
    check_override(override)


@pytest.mark.parametrize(
    ("override", "field"),
    [
        (Override(per_second=-0.1), "limit per second"),
        (Override(per_second=MAX_RATE + 1), "limit per second"),
        (Override(per_second=float("nan")), "limit per second"),
        (Override(per_second=float("inf")), "limit per second"),
        (Override(per_hour=-1), "limit per hour"),
        (Override(per_hour=MAX_QUOTA + 1), "limit per hour"),
        (Override(per_day=-1), "limit per day"),
        (Override(per_day=2**31), "limit per day"),
    ],
    ids=repr,
)
def test_impossible_limit_is_named(override: Override, field: str) -> None:
    """A limit below 0, or that the database can't hold, is refused by its name."""
    with pytest.raises(UnusableClient) as caught:
        check_override(override)

    assert field == caught.value.field


@pytest.mark.parametrize(
    ("client_id", "secret"), [("a:b", "c"), ("", "c"), ("a", ""), ("a" * 30, "c" * 30)]
)
def test_r15_unusable_credentials_are_refused(client_id: str, secret: str) -> None:
    """An id or secret that some client can't send is refused; the secret is not shown."""
    with pytest.raises(UnusableClient, match="at most 57 characters") as caught:
        check_credentials(client_id, secret)

    assert "id and secret" == caught.value.field
    assert "cccc" not in str(caught.value)
