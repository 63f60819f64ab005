"""CSV and TSV, in and out."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import BinaryIO, Final

import polars as pl

from occoder.errors import UnreadableFile
from occoder.files.flat import flattened
from occoder.files.format import Format
from occoder.files.formulas import neutralised
from occoder.files.outcome import outcome_of
from occoder.files.source import ByteSource, blocks_of, decoded
from occoder.files.table import BATCH_ROWS, Batch, Table, Writer

_DELIMITERS: Final = (",", ";", "\t")
_QUOTED: Final = re.compile('"[^"]*(?:"|$)')
# Read as one more row; within quotes that are never closed it goes under.
_END: Final = "\0end of file\0"


def read_delimited(source: ByteSource, file_format: Format) -> Table:
    """Open a CSV or TSV file as a table of text: every cell stays as it was typed.

    The first row names the columns; one without a name is called ``column_<number>``.
    A row with too few or too many cells keeps what it has and can't be coded. A blank
    line is a row only in a table of one column.

    Raises
    ------
    UnreadableFile
        If it looks like JSON, columns share a name, or (while reading) a quote is never
        closed or a cell is longer than 131,072 characters.
    """
    text = decoded(source.head)[0]
    if text.lstrip()[:1] in ("{", "["):
        raise UnreadableFile(source=source.name, problem="it looks like JSON, not a table")
    delimiter = "\t" if file_format is Format.TSV else delimiter_of(text)
    rows = _Rows(source.stream, delimiter, source.name)
    header: list[str] = []
    while not header and (first := rows.next_rows(1)):
        header = first[0]
    columns = column_names(header, source=source.name)
    return Table(
        schema=pl.Schema(dict.fromkeys(columns, pl.String)),
        batches=lambda _: _batches(rows, columns, delimiter),
        position=source.position,
        size=source.size,
        close=source.close,
        delimiter=delimiter,
        has_mark=source.encoding != "utf-8",
    )


def delimiter_of(text: str) -> str:
    r"""Return what separates the cells: comma, semicolon or tab.

    The first line decides: the only one of the three that stands in it outside quotes,
    or the comma when several or none do.

    Examples
    --------
    >>> delimiter_of('id;"job, main"\n')
    ';'
    """
    header = _QUOTED.sub("", text).lstrip("\r\n").partition("\n")[0]
    found = [delimiter for delimiter in _DELIMITERS if delimiter in header]
    return found[0] if len(found) == 1 else ","


def column_names(header: Sequence[str], *, source: str) -> tuple[str, ...]:
    """Return the names of the columns, each distinct and none empty.

    Raises
    ------
    UnreadableFile
        If there is none, or two are the same.
    """
    names = tuple(name or f"column_{i}" for i, name in enumerate(header, start=1))
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        shown = ", ".join(name[:40] for name in twice)
        raise UnreadableFile(source=source, problem=f"several columns are called {shown}")
    if not names:
        raise UnreadableFile(source=source, problem="it has no row with column names")
    return names


class DelimitedWriter(Writer[pl.DataFrame]):
    """Writes frames as CSV or TSV.

    Parameters
    ----------
    stream : binary file
        Where to; stays open.
    delimiter : str
        What separates the cells.
    has_mark : bool
        Whether to begin with a byte order mark, which Excel needs to see UTF-8.
    keep_formulas : bool
        Whether cells that a spreadsheet would run are left as they are.
    """

    def __init__(
        self, stream: BinaryIO, *, delimiter: str, has_mark: bool, keep_formulas: bool
    ) -> None:
        super().__init__()
        self._stream = stream
        self._delimiter = delimiter
        self._keep_formulas = keep_formulas
        self._is_first = True
        if has_mark:
            stream.write("\ufeff".encode())

    def write(self, frame: pl.DataFrame, /) -> None:
        """Write some rows; the names of the columns before the first."""
        if self._is_first:
            header = pl.DataFrame([frame.columns], orient="row")
            self._write_cells(header)
            self._is_first = False
        self._write_cells(frame)

    def _write_cells(self, frame: pl.DataFrame) -> None:
        frame = flattened(frame)
        if not self._keep_formulas:
            frame, n = neutralised(frame)
            self.counts[("formula",)] += n
        # An empty cell is written as nothing, not as "".
        texts = pl.col(pl.String)
        frame = frame.with_columns(pl.when(texts != "").then(texts))
        buffer = io.BytesIO()
        frame.write_csv(buffer, include_header=False, separator=self._delimiter)
        self._stream.write(buffer.getbuffer())


class _Rows:
    """The rows of a delimited file.

    Parameters
    ----------
    stream : binary file
        Lines in UTF-8, or else Windows-1252.
    delimiter : str
        What separates the cells.
    name : str
        What to call the file in messages.
    """

    def __init__(self, stream: BinaryIO, delimiter: str, name: str) -> None:
        self._name = name
        self._n_foreign = 0
        self._is_at_end = False
        lines = chain.from_iterable(map(self._lines, blocks_of(stream, name=name)))
        self._reader = csv.reader(chain(lines, [_END]), delimiter=delimiter)

    def next_rows(self, n: int) -> list[list[str]]:
        """Return the next n rows, or those that are left."""
        try:
            rows = list(islice(self._reader, n))
        except csv.Error as error:
            raise self._unclosed("a cell has over 131,072 characters") from error
        if rows and rows[-1] == [_END]:
            self._is_at_end = True
            return rows[:-1]
        if len(rows) < n and not self._is_at_end:
            raise self._unclosed("the file ends within quotes")
        return rows

    def take_n_foreign(self) -> int:
        """Return how many lines were not UTF-8 since the last call."""
        n, self._n_foreign = self._n_foreign, 0
        return n

    def _lines(self, block: bytes) -> Iterable[str]:
        try:
            text = block.decode()
        except UnicodeDecodeError:
            found = [decoded(line) for line in block.splitlines(keepends=True)]
            self._n_foreign += sum(is_foreign for _, is_foreign in found)
            text = "".join(line for line, _ in found)
        return io.StringIO(text, newline="")  # lines end in \n, \r\n or \r, and keep it

    def _unclosed(self, what: str) -> UnreadableFile:
        problem = (
            f"{what} at line {self._reader.line_num}; some quote above is never closed"
        )
        return UnreadableFile(source=self._name, problem=problem)


def _batches(rows: _Rows, columns: Sequence[str], delimiter: str) -> Iterator[Batch]:
    width = len(columns)
    is_first = True
    while (some := rows.next_rows(BATCH_ROWS)) or is_first:
        is_first = False
        # A blank line is an empty answer in a table of one column, and no row in others.
        some = [row or [""] for row in some] if width == 1 else list(filter(None, some))
        faults = _straightened(some, width, delimiter)
        cells = zip(*some, strict=True) if some else [()] * width
        pairs = zip(columns, cells, strict=True)
        frame = pl.DataFrame(
            [pl.Series(name, cell, dtype=pl.String) for name, cell in pairs]
        )
        yield Batch(frame, faults, rows.take_n_foreign())


def _straightened(rows: list[list[str]], width: int, delimiter: str) -> dict[int, int]:
    """Give every row the right number of cells; return those that had another."""
    if set(map(len, rows)) <= {width}:
        return {}
    faults = {}
    for i, row in enumerate(rows):
        if len(row) < width:
            rows[i] = row + [""] * (width - len(row))
            faults[i] = outcome_of("too few cells")
        elif len(row) > width:
            rows[i] = [*row[: width - 1], delimiter.join(row[width - 1 :])]
            faults[i] = outcome_of("too many cells")
    return faults
