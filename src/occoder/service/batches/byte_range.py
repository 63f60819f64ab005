"""The part of a file that a download asks for (RFC 9110, section 14)."""

import re
from dataclasses import dataclass
from typing import Final

# Longer numbers than any file has bytes need not be read.
_ONE_RANGE: Final = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*")


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A part of a file.

    Parameters
    ----------
    start, end : int
        From which byte to before which.
    """

    start: int
    end: int

    @property
    def n_bytes(self) -> int:
        """Return its size."""
        return self.end - self.start

    def content_range(self, n_bytes: int) -> str:
        """Return the header that names it, of a file of so many bytes.

        Examples
        --------
        >>> ByteRange(0, 10).content_range(100)
        'bytes 0-9/100'
        """
        return f"bytes {self.start}-{self.end - 1}/{n_bytes}"


class RangeNotSatisfiable(ValueError):
    """The part is beyond the end of the file."""


def byte_range(header: str, n_bytes: int) -> ByteRange | None:
    """Return the part that a header asks for, None for the whole file.

    What is not one range of bytes is passed by, several ranges included.

    Parameters
    ----------
    header : str
        "bytes=0-9", "bytes=10-", "bytes=-10", or anything else.
    n_bytes : int
        Size of the file.

    Raises
    ------
    RangeNotSatisfiable
        If no byte of the file is in the range.

    Examples
    --------
    >>> byte_range("bytes=90-", 100), byte_range("bytes=-5", 100), byte_range("", 100)
    (ByteRange(start=90, end=100), ByteRange(start=95, end=100), None)
    """
    found = _ONE_RANGE.fullmatch(header)
    if not found or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(n_bytes - int(last), 0), n_bytes
    else:
        start = int(first)
        if last and int(last) < start:
            return None
        end = min(int(last) + 1, n_bytes) if last else n_bytes
    if start >= end:
        raise RangeNotSatisfiable
    return ByteRange(start, end)
