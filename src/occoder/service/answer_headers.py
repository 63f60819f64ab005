"""The headers that every answer has, whatever it answers."""

from typing import Final

from occoder.settings.settings import Settings

Header = tuple[bytes, bytes]

# What a browser has to be told of an API, and an assessor looks for.
_ALWAYS: Final = (
    (b"cache-control", b"no-store"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"interest-cohort=()"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)
_TLS_ONLY: Final = (b"strict-transport-security", b"max-age=31536000")


def answer_headers(settings: Settings) -> tuple[Header, ...]:
    """Return the headers of every answer.

    Parameters
    ----------
    settings : Settings
        Whether callers come over TLS, and which protective marking there is.
    """
    headers = [*_ALWAYS]
    if settings.tls or settings.proxies:
        headers.append(_TLS_ONLY)
    if marking := settings.protective_marking:
        headers.append((b"x-protective-marking", marking.encode("latin-1")))
    return tuple(headers)


def lines(headers: tuple[Header, ...]) -> bytes:
    r"""Return headers as they are sent.

    >>> lines(((b"a", b"1"), (b"b", b"2")))
    b'a: 1\r\nb: 2\r\n'
    """
    return b"".join(b"%b: %b\r\n" % header for header in headers)
