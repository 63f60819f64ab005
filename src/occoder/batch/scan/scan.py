"""The scan of an upload: every line looked at, and what is accepted written again."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final

from occoder.batch.objects.objects import ObjectWriter
from occoder.batch.scan.beginning import with_checked_beginning
from occoder.batch.scan.encoding import utf8_blocks
from occoder.batch.scan.input_refused import NO_RECORDS, InputRefused
from occoder.batch.scan.lines import lines_of
from occoder.batch.scan.record_check import RECORD_ID, RecordCheck

__all__ = ["CHUNK_BYTES", "InputRefused", "Scanned", "scan_input"]

# The output of a chunk is larger, and above the 5 MiB that a part has to have in S3.
CHUNK_BYTES: Final = 8 * 1024 * 1024

# What is written may outgrow the upload, but not by so much that it fills the disk.
_SPARE_BYTES: Final = 16 * 1024 * 1024
_MAX_GROWTH: Final = 4


@dataclass(frozen=True, slots=True)
class Scanned:
    """What came of a scan.

    Parameters
    ----------
    n_records : int
        Lines of the upload, those that can't be coded too.
    n_chunks : int
        Chunks that they were written in.
    n_bytes : int
        What was written, before it was sealed.
    """

    n_records: int
    n_chunks: int
    n_bytes: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some lines as they are written."""

    n_records: int
    content: bytes


def scan_input(
    frames: Iterable[bytes],
    open_chunk: Callable[[int], AbstractContextManager[ObjectWriter]],
    *,
    input_format: tuple[str, ...],
    max_chars: int,
    inspect: Callable[[bytes], None] | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> Scanned:
    """Check an upload line by line and write it, in chunks of `ValidatedLine`.

    The same upload gives the same chunks, however it is cut into frames. Memory is the
    same for files of any size.

    Parameters
    ----------
    frames : iterable of bytes
        The upload, in pieces of any size.
    open_chunk : callable
        Opens the chunk of a number for writing; the chunk counts when it ends well.
    input_format : tuple of str
        The text fields that the model takes.
    max_chars : int
        Longest text of a record, over all its fields.
    inspect : callable, optional
        Given every frame as it was uploaded.
    on_progress : callable, optional
        Given the number of lines done, now and then.

    Raises
    ------
    InputRefused
        If the file as a whole can't be coded; chunks may have been written before.
    """
    seen = _inspected(frames, inspect) if inspect else frames
    lines = lines_of(utf8_blocks(seen))
    checked = with_checked_beginning(lines, (RECORD_ID, *input_format))
    pieces = _pieces(checked, RecordCheck(input_format, max_chars=max_chars))
    done = Scanned(0, 0, 0)
    for first in pieces:
        with open_chunk(done.n_chunks) as chunk:
            n_records, n_bytes = _write_chunk(chunk, first, pieces)
        done = Scanned(
            done.n_records + n_records, done.n_chunks + 1, done.n_bytes + n_bytes
        )
        if on_progress:
            on_progress(done.n_records)
    if not done.n_chunks:
        raise InputRefused(NO_RECORDS)
    return done


def _inspected(
    frames: Iterable[bytes], inspect: Callable[[bytes], None]
) -> Iterator[bytes]:
    for frame in frames:
        inspect(frame)
        yield frame


def _pieces(line_lists: Iterable[list[bytes]], check: RecordCheck) -> Iterator[_Piece]:
    n_read = n_written = 0
    for lines in line_lists:
        content = check.encoded(lines)
        n_read += len(lines) + sum(map(len, lines))
        n_written += len(content)
        if n_written > _SPARE_BYTES + _MAX_GROWTH * n_read:
            why = "nearly all of its lines are empty or no records"
            raise InputRefused.not_json_lines(why)
        yield _Piece(len(lines), content)


def _write_chunk(
    chunk: ObjectWriter, first: _Piece, others: Iterator[_Piece]
) -> tuple[int, int]:
    """Write a chunk from pieces until it is large enough; return its lines and bytes."""
    chunk.write(first.content)
    n_records, n_bytes = first.n_records, len(first.content)
    while n_bytes < CHUNK_BYTES and (piece := next(others, None)):
        chunk.write(piece.content)
        n_records += piece.n_records
        n_bytes += len(piece.content)
    return n_records, n_bytes
