"""Text cut into lines."""

from itertools import chain

import pytest

from occoder.batch.scan.lines import MAX_LINE_BYTES, is_overlong, lines_of


def lines(content: bytes, n: int = MAX_LINE_BYTES) -> list[bytes]:
    """Return the lines of a text that comes in blocks of n bytes."""
    blocks = [content[i : i + n] for i in range(0, len(content), n)]
    return list(chain.from_iterable(lines_of(blocks)))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"a", [b"a"]),
        (b"a\n", [b"a"]),
        (b"a\nb", [b"a", b"b"]),
        (b"a\n\nb\n", [b"a", b"", b"b"]),
        (b"\n\na", [b"", b"", b"a"]),
        (b"a\n\r\n \t\n\n", [b"a"]),
        (b"\n\n\n", []),
    ],
)
@pytest.mark.parametrize("n", [1, 2, 3, 100])
def test_lines_of_a_text(content: bytes, expected: list[bytes], n: int) -> None:
    """Lines end with a line feed, the last needs none, and blank ones at the end go."""
    assert expected == lines(content, n)


def test_many_blank_lines_between() -> None:
    """Any number of blank lines between others is kept."""
    content = b"a\n" + b"\n" * 200_000 + b"b"

    assert [b"a", *[b""] * 200_000, b"b"] == lines(content)


def test_longest_line_is_whole() -> None:
    """A line of exactly the greatest length is given as it is."""
    longest = b"x" * MAX_LINE_BYTES

    assert [longest, b"y"] == lines(longest + b"\ny")
    assert not is_overlong(longest)


@pytest.mark.parametrize("end", [b"", b"\n", b"\ny\n"])
@pytest.mark.parametrize("n_more", [1, 2, 5 * MAX_LINE_BYTES])
@pytest.mark.parametrize("before", [b"", b"a\nbc\n"])
def test_longer_line_is_cut(before: bytes, n_more: int, end: bytes) -> None:
    """Of a longer line the beginning is kept, and lines around it are as they are."""
    overlong = b"x" * (MAX_LINE_BYTES + n_more)
    found = lines(before + overlong + end, 1000)
    position = before.count(b"\n")

    assert [position] == [i for i, line in enumerate(found) if is_overlong(line)]
    assert b"x" * MAX_LINE_BYTES == found[position][:MAX_LINE_BYTES]
    assert before.split() == found[:position]
    assert end.split() == found[position + 1 :]


def test_cut_line_is_no_json() -> None:
    """A record in front of endless blanks is not taken for all of its line."""
    (cut,) = lines(b"{}" + b" " * MAX_LINE_BYTES + b"!")

    assert MAX_LINE_BYTES + 1 == len(cut)
    assert cut.endswith(b"\x00")
