"""Whatever an upload is encoded in, as blocks of UTF-8 text; what is no text is refused."""

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from occoder.batch.scan.input_refused import InputRefused

BLOCK_BYTES: Final = 64 * 1024

_UTF_16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_LONGEST_BOM: Final = len(codecs.BOM_UTF8)

# How compressed files begin. An Excel workbook is a zip file, too.
_COMPRESSED: Final = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip, as workbooks are too",
    b"PK\x05\x06": "zip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf\x27\x1c": "7z",
}


def utf8_blocks(frames: Iterable[bytes]) -> Iterator[bytes]:
    r"""Yield an upload as UTF-8 without a byte order mark, in blocks of one size.

    How it was cut before makes no difference. Bytes that are no UTF-8 stay as they are;
    what can't be read in UTF-16 becomes U+FFFD.

    Parameters
    ----------
    frames : iterable of bytes
        The upload, in pieces of any size: UTF-8, or UTF-16 with a byte order mark.

    Yields
    ------
    bytes
        `BLOCK_BYTES` of it, the last block perhaps less.

    Raises
    ------
    InputRefused
        If it is compressed, or its first block has a NUL byte, as no text has.

    Examples
    --------
    >>> list(utf8_blocks([b"\xff", b"\xfe{", b"\x00}\x00"]))
    [b'{}']
    """
    blocks = _blocks(_utf8(frames))
    first = next(blocks, b"")
    _refuse_unless_text(first)
    yield from chain([first] if first else [], blocks)


def _utf8(frames: Iterable[bytes]) -> Iterator[bytes]:
    pieces = iter(frames)
    beginning = b""
    for piece in pieces:
        beginning += piece
        if len(beginning) >= _LONGEST_BOM:
            break
    encoding = _UTF_16.get(beginning[:2])
    if encoding:
        yield from _transcoded(chain([beginning[2:]], pieces), encoding)
    else:
        yield from chain([beginning.removeprefix(codecs.BOM_UTF8)], pieces)


def _transcoded(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    for piece in pieces:
        yield decoder.decode(piece).encode()
    yield decoder.decode(b"", final=True).encode()


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= BLOCK_BYTES:
            yield bytes(waiting[:BLOCK_BYTES])
            del waiting[:BLOCK_BYTES]
    if waiting:
        yield bytes(waiting)


def _refuse_unless_text(beginning: bytes) -> None:
    for magic, name in _COMPRESSED.items():
        if beginning.startswith(magic):
            why = f"it is compressed ({name}); send the text itself"
            raise InputRefused.not_json_lines(why)
    if b"\0" in beginning:
        why = "it has NUL bytes, as no text has; save it as text in UTF-8"
        raise InputRefused.not_json_lines(why)
