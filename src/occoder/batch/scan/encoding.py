"""An upload as blocks of UTF-8, whatever text it is encoded as."""

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

BLOCK_BYTES: Final = 64 * 1024

_UTF_16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_LONGEST_BOM: Final = len(codecs.BOM_UTF8)


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

    Examples
    --------
    >>> list(utf8_blocks([b"\xff", b"\xfe{", b"\x00}\x00"]))
    [b'{}']
    """
    waiting = bytearray()
    for piece in _utf8(frames):
        waiting += piece
        while len(waiting) >= BLOCK_BYTES:
            yield bytes(waiting[:BLOCK_BYTES])
            del waiting[:BLOCK_BYTES]
    if waiting:
        yield bytes(waiting)


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
