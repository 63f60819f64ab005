"""Secrets, and the header that gets a token."""

import copy
from collections.abc import Callable

import pytest

from occoder.client.credentials import Secret, basic


def test_r18_example_verifies() -> None:
    """The example of the user guide gives the header that it shows."""
    assert "Basic Y2xpZW50MTpzZWNyZXQxMjM=" == basic("client1", "secret123").reveal()


@pytest.mark.parametrize(
    "show", [repr, str, "{}".format, "{0!r}".format, lambda x: f"{[x]}"]
)
def test_secret_never_shows(show: Callable[[object], str]) -> None:
    """No way of making text of a secret shows it."""
    assert "s3cret" not in show(Secret("s3cret"))


def test_copies_keep_it() -> None:
    """A copy of a secret is as good as the secret, and shows as little."""
    copied = copy.deepcopy(Secret("s3cret"))

    assert "s3cret" == copied.reveal()
    assert "Secret(***)" == repr(copied)


@pytest.mark.parametrize(
    ("client_id", "secret", "fault"),
    [
        ("", "s3cret", "both are needed"),
        ("an-id", "", "both are needed"),
        ("an-id:s3cret", "s3cret", "colon"),
    ],
)
def test_unusable_credentials_are_told(client_id: str, secret: str, fault: str) -> None:
    """An empty id or secret and an id with a colon are refused, and not repeated."""
    with pytest.raises(ValueError, match=fault) as caught:
        basic(client_id, secret)

    assert "s3cret" not in str(caught.value)
