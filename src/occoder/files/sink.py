"""Opening an output: a file that appears whole or not at all, or a pipe."""

import gzip
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, cast

import polars as pl

from occoder.files.delimited import DelimitedWriter
from occoder.files.excel import ExcelWriter
from occoder.files.format import Format, Place
from occoder.files.json_table import JsonLinesWriter
from occoder.files.parquet import ParquetWriter
from occoder.files.replacement import replacing, written_to
from occoder.files.table import Writer

_GZIP_LEVEL: Final = 5  # half the time of Python's 9 for 2 % more bytes


@contextmanager
def byte_sink(place: Place) -> Iterator[BinaryIO]:
    """Open an output for bytes; a file takes its name only when all went well.

    Raises
    ------
    UnwritableFile
        If the system refuses to write there.
    """
    if place.path is None:
        with written_to(Path("standard output")):
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
    elif place.path.exists() and not (place.path.is_file() or place.path.is_dir()):
        # A device or a named pipe, such as /dev/null, is written to, never replaced.
        with written_to(place.path), place.path.open("wb") as stream:
            yield stream
    else:
        with replacing(place.path) as temporary, temporary.open("wb") as stream:
            if place.is_gzip:
                with gzip.GzipFile("", "wb", _GZIP_LEVEL, stream, mtime=0) as compressed:
                    yield cast(BinaryIO, compressed)
            else:
                yield stream


class BytesWriter(Writer[bytes]):
    """Writes finished lines.

    Parameters
    ----------
    stream : binary file
        Where to; stays open.
    """

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream

    def write(self, lines: bytes, /) -> None:
        """Write some lines."""
        self._stream.write(lines)


@contextmanager
def line_sink(place: Place) -> Iterator[Writer[bytes]]:
    """Open an output for finished lines, as `byte_sink` does."""
    with byte_sink(place) as stream:
        yield BytesWriter(stream)


@contextmanager
def table_sink(
    place: Place, *, delimiter: str | None, has_mark: bool, keep_formulas: bool
) -> Iterator[Writer[pl.DataFrame]]:
    """Open an output for frames; a file takes its name only when all went well.

    Parameters
    ----------
    place : Place
        Where to write, and in which format.
    delimiter : str or None
        What separated the cells of the input. CSV keeps a semicolon; else it has commas.
    has_mark : bool
        Whether CSV and TSV begin with a byte order mark.
    keep_formulas : bool
        Whether cells of CSV and TSV that a spreadsheet would run are left as they are.

    Raises
    ------
    UnwritableFile
        If the system refuses to write there.
    """
    if place.path is not None and place.format is Format.PARQUET:
        with replacing(place.path) as path, ParquetWriter(path) as parquet:
            yield parquet
    elif place.path is not None and place.format is Format.XLSX:
        with replacing(place.path) as path, ExcelWriter(path, target=str(place)) as excel:
            yield excel
    elif place.format is Format.JSON_LINES:
        with byte_sink(place) as stream:
            yield JsonLinesWriter(stream)
    else:
        kept = ";" if delimiter == ";" else ","
        comma = "\t" if place.format is Format.TSV else kept
        with byte_sink(place) as stream:
            yield DelimitedWriter(
                stream, delimiter=comma, has_mark=has_mark, keep_formulas=keep_formulas
            )
