"""How long the header of a call is, and may be."""

from collections.abc import Iterable
from typing import Final

# What stands around the address in the first line, at most.
FIRST_LINE: Final = 64

_COLON_SPACE_CRLF: Final = 4


class HeaderTooLong(Exception):
    """The header of a call is over the limit."""


def check_header_size(
    url: bytes, headers: Iterable[tuple[bytes, bytes]], max_bytes: int
) -> None:
    """Pass a header that is within the limit.

    Parameters
    ----------
    url : bytes
        The address in the first line; method and version do not count.
    headers : iterable of (bytes, bytes)
        Names and values, each counted with the four characters around them.
    max_bytes : int
        The limit.

    Raises
    ------
    HeaderTooLong
        If it is longer.

    Examples
    --------
    >>> check_header_size(b"/", [(b"host", b"x")], 10)
    >>> check_header_size(b"/", [(b"host", b"x")], 9)
    Traceback (most recent call last):
        ...
    occoder.service.transport.header_size.HeaderTooLong
    """
    lengths = [len(name) + len(value) + _COLON_SPACE_CRLF for name, value in headers]
    if len(url) + sum(lengths) > max_bytes:
        raise HeaderTooLong
