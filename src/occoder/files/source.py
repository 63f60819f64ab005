"""Opening an input as UTF-8 bytes, whatever way a text format was encoded."""

import codecs
import gzip
import io
import os
import sys
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, Final

from occoder.errors import NoSuchFile, UnreadableFile
from occoder.files.format import Place

HEAD_BYTES: Final = 64 * 1024
CHUNK_BYTES: Final = 1024 * 1024
MAX_LINE_BYTES: Final = 64 * CHUNK_BYTES
_UTF_16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_FOREIGN: Final = {
    b"PK\x03\x04": "it looks like a ZIP or XLSX file",
    b"PAR1": "it looks like a Parquet file",
    b"\x1f\x8b": "it looks like a gzip file; end its name in .gz",
    b"\xd0\xcf\x11\xe0": "it looks like an old Excel file; save it as XLSX or CSV",
    b"%PDF": "it looks like a PDF file",
}


@dataclass(frozen=True, slots=True)
class ByteSource:
    """A text input, open for reading once from start to end.

    Parameters
    ----------
    name : str
        For messages.
    stream : buffered binary reader
        UTF-8 without a byte order mark. Bytes that are not UTF-8 pass as they are.
    head : bytes
        How the stream begins: 64 KiB of it or more, or all of it.
    encoding : str
        What the byte order mark said: ``"utf-8"`` (also without one), ``"utf-8-sig"``,
        ``"utf-16-le"`` or ``"utf-16-be"``.
    raw : binary file
        What was opened: its position tells how far reading is.
    size : int or None
        Bytes of the file; None for a pipe.
    """

    name: str
    stream: BinaryIO
    head: bytes
    encoding: str
    raw: BinaryIO
    size: int | None

    def position(self) -> int:
        """Return how many bytes of the file were read; 0 for a pipe."""
        if self.size is None:
            return 0
        return self.size if self.raw.closed else self.raw.tell()

    def close(self) -> None:
        """Close the file, which reading to the end does too; a pipe stays open."""
        if self.raw is not sys.stdin.buffer:
            self.raw.close()


def checked_input(place: Place) -> Path:
    """Return the path of an input that is a file.

    Raises
    ------
    NoSuchFile
        If nothing is there.
    UnreadableFile
        If it is a folder, may not be read, or is empty.
    """
    path = place.path or Path(os.devnull)
    if not path.exists():
        raise NoSuchFile(source=str(path))
    if path.is_dir():
        raise UnreadableFile(source=str(path), problem="it is a folder")
    if not os.access(path, os.R_OK):
        raise UnreadableFile(source=str(path), problem="permission denied")
    if path.is_file() and path.stat().st_size == 0:
        raise UnreadableFile(source=str(path), problem="it is empty")
    return path


def open_source(place: Place) -> ByteSource:
    """Open a text input; whoever calls reads it to its end or closes it.

    Raises
    ------
    NoSuchFile, UnreadableFile
        If nothing is there, or it is a folder, empty, binary, or damaged gzip.
    """
    if place.path is None:
        raw: BinaryIO = sys.stdin.buffer
        size = None
    else:
        raw = checked_input(place).open("rb")
        size = place.path.stat().st_size if place.path.is_file() else None
    name = str(place)
    chunks = _chunks(raw, name, is_gzip=place.is_gzip)
    head = _gathered(chunks)
    encoding = _encoding_of(head)
    stream = io.BufferedReader(
        _ChunkReader(_without_mark(chain([head], chunks), encoding)), CHUNK_BYTES
    )
    source = ByteSource(name, stream, stream.peek(), encoding, raw, size)
    if (problem := _problem_of(head, encoding)) is not None:
        source.close()
        raise UnreadableFile(source=name, problem=problem)
    return source


def blocks_of(stream: BinaryIO, *, name: str) -> Iterator[bytes]:
    """Yield the lines of a stream in blocks of about 1 MiB that end at a line break.

    Raises
    ------
    UnreadableFile
        If a line is longer than 64 MiB.
    """
    rest = b""
    chunk = stream.read(CHUNK_BYTES)
    while chunk:
        following = stream.read(CHUNK_BYTES)
        end = chunk.rfind(b"\n") + 1 if following else len(chunk)
        if end:
            yield rest + chunk[:end]
            rest = chunk[end:]
        else:
            rest += chunk
        if len(rest) > MAX_LINE_BYTES:
            raise UnreadableFile(source=name, problem="a line is longer than 64 MiB")
        chunk = following


def decoded(line: bytes) -> tuple[str, bool]:
    r"""Return a line as text, and whether it was not UTF-8.

    Such a line is read as Windows-1252, the usual encoding of older exports; a byte
    without a meaning there becomes U+FFFD.

    Examples
    --------
    >>> decoded(b"caf\xe9 owner")
    ('café owner', True)
    """
    try:
        return line.decode(), False
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace"), True


def _chunks(raw: BinaryIO, name: str, *, is_gzip: bool) -> Iterator[bytes]:
    stream = gzip.open(raw) if is_gzip else raw
    try:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UnreadableFile(source=name, problem="it is damaged gzip") from error
    except OSError as error:
        problem = (error.strerror or str(error)).lower()
        raise UnreadableFile(source=name, problem=problem) from error
    finally:
        if raw is not sys.stdin.buffer:
            raw.close()


def _gathered(chunks: Iterator[bytes]) -> bytes:
    head = b""
    while len(head) < HEAD_BYTES and (chunk := next(chunks, b"")):
        head += chunk
    return head


def _problem_of(head: bytes, encoding: str) -> str | None:
    """Return why it is no text, if it isn't."""
    if not head:
        return "it is empty"
    for magic, problem in _FOREIGN.items():
        if head.startswith(magic):
            return problem
    is_binary = b"\0" in head[:HEAD_BYTES] and encoding not in _UTF_16.values()
    return "it is binary, not text" if is_binary else None


def _encoding_of(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    return _UTF_16.get(head[:2], "utf-8")


def _without_mark(chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    if encoding == "utf-8":
        yield from chunks
    elif encoding == "utf-8-sig":
        chunks = iter(chunks)
        yield next(chunks, b"").removeprefix(codecs.BOM_UTF8)
        yield from chunks
    else:
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        text = chain(
            (decoder.decode(chunk) for chunk in chunks), [decoder.decode(b"", True)]
        )
        yield next(text).removeprefix("\ufeff").encode()
        yield from (piece.encode("utf-8", "replace") for piece in text)


class _ChunkReader(io.RawIOBase):
    """A raw file over an iterator of bytes."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        n = min(len(buffer), len(self._rest))
        buffer[:n] = self._rest[:n]
        self._rest = self._rest[n:]
        return n
