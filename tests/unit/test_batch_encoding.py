"""Uploads in whatever encoding, as blocks of UTF-8."""

import codecs

import pytest

from occoder.batch.scan.encoding import BLOCK_BYTES, utf8_blocks

TEXT = '{"recordId":"é😀"}\r\n'


def read(content: bytes, n: int = 1) -> bytes:
    """Return what becomes of an upload in frames of n bytes."""
    frames = [content[i : i + n] for i in range(0, len(content), n)]
    return b"".join(utf8_blocks(frames))


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_encodings_come_out_as_utf8(mark: bytes, encoding: str) -> None:
    """UTF-8 and UTF-16 come out as UTF-8 without a mark, however they are cut."""
    content = mark + TEXT.encode(encoding)

    assert TEXT.encode() == read(content) == read(content, 3) == read(content, 100)


@pytest.mark.parametrize("content", [b"", b"\xef", b"\xef\xbb", b"{", b"\xff"])
def test_shorter_than_a_mark(content: bytes) -> None:
    """A file that is shorter than a mark, or the beginning of one, stays as it is."""
    assert content == read(content)


@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"])
def test_mark_alone_is_nothing(mark: bytes) -> None:
    """A file of a mark alone is empty."""
    assert b"" == read(mark)


def test_broken_utf16_is_replaced() -> None:
    """What is no UTF-16, half a character or half a unit, becomes U+FFFD."""
    content = codecs.BOM_UTF16_LE + b"a\x00\x00\xd8b\x00c"

    assert "a\ufffdb\ufffd".encode() == read(content)


def test_broken_utf8_stays() -> None:
    """What is no UTF-8 stays as it is, for its line to be told of."""
    assert b"caf\xe9" == read(b"caf\xe9")


def test_blocks_have_one_size() -> None:
    """Blocks are of one size but for the last, however the upload was cut."""
    content = b"x" * (2 * BLOCK_BYTES + 5)

    assert [BLOCK_BYTES, BLOCK_BYTES, 5] == [len(b) for b in utf8_blocks([content])]
    assert [BLOCK_BYTES, BLOCK_BYTES, 5] == [
        len(b) for b in utf8_blocks([content[:7], b"", content[7:]])
    ]
