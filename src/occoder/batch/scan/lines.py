"""The lines of a text, found without ever holding one that is too long."""

from collections.abc import Iterable, Iterator
from typing import Final

MAX_LINE_BYTES: Final = 64 * 1024
BLANK: Final = b" \t\r"

# No JSON has a NUL byte: what is left of a line that was cut is read by nobody by chance.
_CUT: Final = b"\0"
_N_BLANK_AT_ONCE: Final = 1024


def is_overlong(line: bytes) -> bool:
    """Tell whether a line is only what `lines_of` kept of a longer one."""
    return len(line) > MAX_LINE_BYTES


def lines_of(blocks: Iterable[bytes]) -> Iterator[list[bytes]]:
    r"""Yield the lines of a text without their ends, many at once.

    Blank lines at the end are no lines; before the last that is not blank they are. Of
    a line longer than `MAX_LINE_BYTES` the beginning is given, as one that `is_overlong`.

    Parameters
    ----------
    blocks : iterable of bytes
        The text, cut anywhere, none longer than `MAX_LINE_BYTES`.

    Examples
    --------
    >>> list(lines_of([b"1\n \n2", b"\n\n \n"]))
    [[b'1'], [b''], [b'2']]
    """
    n_blank = 0
    for lines in _all_lines(blocks):
        n_kept = _n_up_to_last(lines)
        if not n_kept:
            n_blank += len(lines)
            continue
        while n_blank:
            n = min(n_blank, _N_BLANK_AT_ONCE)
            yield [b""] * n
            n_blank -= n
        n_blank = len(lines) - n_kept
        yield lines[:n_kept]


def _all_lines(blocks: Iterable[bytes]) -> Iterator[list[bytes]]:
    rest = b""
    for block in blocks:
        *lines, rest = _cut_first((rest + block).split(b"\n"))
        yield lines
    yield [rest]


def _cut_first(lines: list[bytes]) -> list[bytes]:
    """Cut the first line where it is too long; the others are within one block."""
    if is_overlong(lines[0]):
        lines[0] = lines[0][:MAX_LINE_BYTES] + _CUT
    return lines


def _n_up_to_last(lines: list[bytes]) -> int:
    """Return the number of lines up to the last that is not blank."""
    for n in range(len(lines), 0, -1):
        if lines[n - 1].strip(BLANK):
            return n
    return 0
