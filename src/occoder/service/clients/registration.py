"""What a client may be registered with: checked before anything is written."""

from typing import Final

from occoder.errors import UnusableClient
from occoder.service.clients.client import Override
from occoder.service.clients.client_secret import MAX_CREDENTIALS_BYTES, are_credentials

MAX_TEXT_LENGTH: Final = 200
MAX_RATE: Final = 1_000_000.0
MAX_QUOTA: Final = 1_000_000_000  # fits the four bytes that PostgreSQL has for it

_IN_WORDS: Final = {
    "terms_version": "version of the terms",
    "terms_accepted_by": "person who accepted the terms on behalf",
}


def check_credentials(client_id: str, secret: str) -> None:
    """Refuse an id and a secret that some client could not send.

    Raises
    ------
    UnusableClient
        If they hold other characters than letters, digits and ``. _ ~ -``, or are too
        long together (R15).
    """
    if not are_credentials(client_id, secret):
        raise UnusableClient(
            field="id and secret",
            expected="letters, digits, and . _ ~ - after the first, with the colon "
            f"between them at most {MAX_CREDENTIALS_BYTES} characters",
        )


def checked_texts(
    *, organisation: str, contact: str, terms_version: str, terms_accepted_by: str
) -> dict[str, str]:
    """Return the texts of a registration by name, without spaces around them.

    Raises
    ------
    UnusableClient
        If one is empty, longer than 200 characters, or has characters that can't be
        shown, such as the end of a line.
    """
    return checked(
        organisation=organisation,
        contact=contact,
        terms_version=terms_version,
        terms_accepted_by=terms_accepted_by,
    )


def checked(**texts: str) -> dict[str, str]:
    """Return texts of a registration by name, without spaces around them.

    Raises
    ------
    UnusableClient
        As `checked_texts` does.
    """
    for name, text in texts.items():
        if not text.strip() or len(text) > MAX_TEXT_LENGTH or not text.isprintable():
            raise UnusableClient(
                field=_IN_WORDS.get(name, name),
                expected=f"1 to {MAX_TEXT_LENGTH} characters on one line",
            )
    return {name: text.strip() for name, text in texts.items()}


def check_override(override: Override) -> None:
    """Refuse limits that no client can have.

    Raises
    ------
    UnusableClient
        If one is below 0, not a number, or larger than the database can hold.
    """
    rate = override.per_second
    if rate is not None and not 0 <= rate <= MAX_RATE:
        raise UnusableClient(
            field="limit per second",
            expected=f"a number from 0, for no limit, to {MAX_RATE:,.0f}",
        )
    for period, quota in {"hour": override.per_hour, "day": override.per_day}.items():
        if quota is not None and not 0 <= quota <= MAX_QUOTA:
            raise UnusableClient(
                field=f"limit per {period}",
                expected=f"a whole number from 0, for no limit, to {MAX_QUOTA:,}",
            )
