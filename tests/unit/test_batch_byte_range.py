"""The part of a file that a header asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from occoder.service.batches.byte_range import (
    ByteRange,
    RangeNotSatisfiable,
    byte_range,
)

SIZES = st.integers(1, 50)
PLACES = st.integers(0, 60)


@given(n=SIZES, first=PLACES, last=PLACES)
def test_first_to_last(n: int, first: int, last: int) -> None:
    """A range has the bytes from its first to its last, as far as they are there."""
    file = bytes(range(n))
    header = f"bytes={first}-{last}"
    if last < first:
        assert byte_range(header, n) is None
    elif first >= n:
        with pytest.raises(RangeNotSatisfiable):
            byte_range(header, n)
    else:
        part = byte_range(header, n)
        assert part
        assert file[first : last + 1] == file[part.start : part.end]
        assert part.n_bytes == part.end - part.start


@given(n=SIZES, last=PLACES)
def test_last_bytes(n: int, last: int) -> None:
    """A range without a beginning has the last bytes, all where there are fewer."""
    if last == 0:
        with pytest.raises(RangeNotSatisfiable):
            byte_range("bytes=-0", n)
    else:
        assert ByteRange(max(n - last, 0), n) == byte_range(f"bytes=-{last}", n)


@given(text=st.text(max_size=30), n=st.integers(0, 50))
def test_any_header_is_read(text: str, n: int) -> None:
    """Whatever a header says, it is a part of the file, none, or not satisfiable."""
    for header in (text, f"bytes={text}"):
        try:
            part = byte_range(header, n)
        except RangeNotSatisfiable:
            continue
        assert part is None or 0 <= part.start < part.end <= n


def test_huge_numbers_are_no_range() -> None:
    """A number that no file has as many bytes as is not read."""
    assert byte_range("bytes=0-" + "9" * 5000, 10) is None
    assert byte_range("bytes=" + "9" * 5000 + "-", 10) is None
    assert byte_range("bytes=\u0661-", 10) is None


def test_nothing_of_an_empty_file() -> None:
    """An empty file has no part."""
    for header in ("bytes=0-", "bytes=-1", "bytes=0-0"):
        with pytest.raises(RangeNotSatisfiable):
            byte_range(header, 0)
