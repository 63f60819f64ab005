"""The two ways through: lines that get fields appended, and tables that get columns."""

from collections.abc import Generator, Sequence
from contextlib import AbstractContextManager, ExitStack
from itertools import chain
from typing import Any, Final, Protocol

import polars as pl

from occoder.errors import InputError
from occoder.files.added import AddedTable
from occoder.files.answers import CodeRows, Counts, Plan, Rows, TextCoder
from occoder.files.columns import AddedColumns, TextColumns, text_columns
from occoder.files.delimited import read_delimited
from occoder.files.excel import read_excel
from occoder.files.format import Format, Place
from occoder.files.json_lines import CodeLines, field_names
from occoder.files.json_table import read_json_lines
from occoder.files.parquet import read_parquet
from occoder.files.sink import line_sink, table_sink
from occoder.files.source import ByteSource, blocks_of, checked_input, open_source
from occoder.files.spread import spread
from occoder.files.table import Batch, Piece, Table, Writer

_DELIMITERS: Final = {",": "comma", ";": "semicolon", "\t": "tab"}


class Route(Protocol[Piece]):
    """An open input, and how its rows get to an output."""

    @property
    def understood(self) -> str:
        """How the input was understood, in words."""
        ...

    @property
    def columns(self) -> Sequence[str]:
        """Names of the input's columns."""
        ...

    @property
    def size(self) -> int | None:
        """Bytes or rows of the input, or None."""
        ...

    def position(self) -> int:
        """Tell how far reading is, in the unit of the size."""
        ...

    def texts(self, *, title: str | None, tasks: str | None) -> TextColumns:
        """Return the columns that hold the texts; see `text_columns`."""
        ...

    def pieces(
        self,
        plan: Plan,
        coders: Sequence[TextCoder],
        texts: TextColumns,
        added: tuple[AddedColumns, ...],
        *,
        n_workers: int,
    ) -> Generator[tuple[Piece, Counts], None, None]:
        """Yield the rows with their answers, in order, and what happened to them."""
        ...

    def sink(
        self, target: Place, *, keep_formulas: bool
    ) -> AbstractContextManager[Writer[Piece]]:
        """Open the output."""
        ...

    def close(self) -> None:
        """Let the input go, read to its end or not."""
        ...


class LineRoute:
    """JSON Lines to JSON Lines: the lines stay as they are.

    Parameters
    ----------
    source : ByteSource
        The input.

    Raises
    ------
    UnreadableFile
        If it is not JSON Lines.
    """

    def __init__(self, source: ByteSource) -> None:
        blocks = blocks_of(source.stream, name=source.name)
        first = next(blocks)
        self.understood = f"JSON Lines in {source.encoding}"
        self.columns: Sequence[str] = field_names(first, name=source.name)
        self.size = source.size
        self.position = source.position
        self.close = source.close
        self._blocks = chain([first], blocks)

    def texts(self, *, title: str | None, tasks: str | None) -> TextColumns:
        """Return the fields that hold the texts; each line is checked when it is read."""
        return text_columns(self.columns, title=title, tasks=tasks)

    def pieces(
        self,
        plan: Plan,
        coders: Sequence[TextCoder],
        texts: TextColumns,
        added: tuple[AddedColumns, ...],
        *,
        n_workers: int,
    ) -> Generator[tuple[bytes, Counts], None, None]:
        """Yield the lines with their answers, in order, and what happened to them."""
        work = CodeLines(plan, texts, added)
        batches = ((None, block) for block in self._blocks)
        for _, coded in spread(work, coders, batches, n_workers=n_workers):
            yield coded

    def sink(
        self, target: Place, *, keep_formulas: bool
    ) -> AbstractContextManager[Writer[bytes]]:
        """Open the output; JSON holds no formulas."""
        return line_sink(target)


class TableRoute:
    """Any other pair of formats: rows in columns.

    Parameters
    ----------
    table : Table
        The input.
    understood : str
        How the input was understood, in words.
    """

    def __init__(self, table: Table, *, understood: str) -> None:
        self.understood = understood
        self.columns: Sequence[str] = table.schema.names()
        self.size = table.size
        self.position = table.position
        self.close = table.close
        self._table = table

    def texts(self, *, title: str | None, tasks: str | None) -> TextColumns:
        """Return the columns that hold the texts.

        Raises
        ------
        UnknownColumn, AmbiguousColumn
            See `text_columns`.
        InputError
            If one of them holds something else than text.
        """
        texts = text_columns(self.columns, title=title, tasks=tasks)
        for name in filter(None, (texts.title, texts.tasks)):
            kind = self._table.schema[name]
            if kind not in (pl.String, pl.Categorical, pl.Enum, pl.Null):
                raise InputError(f'Column "{name}" holds {kind} values; expected text.')
        return texts

    def pieces(
        self,
        plan: Plan,
        coders: Sequence[TextCoder],
        texts: TextColumns,
        added: tuple[AddedColumns, ...],
        *,
        n_workers: int,
    ) -> Generator[tuple[pl.DataFrame, Counts], None, None]:
        """Yield the rows with their answers, in order, and what happened to them."""
        pairs = zip(coders, added, strict=True)
        tables = [AddedTable(coder, names, nfd=plan.nfd) for coder, names in pairs]
        batches = ((batch, _rows(batch, texts)) for batch in self._table.batches(texts))
        for batch, coded in spread(CodeRows(plan), coders, batches, n_workers=n_workers):
            coded.counts[("line in Windows-1252",)] = batch.n_foreign
            answered = zip(tables, coded.answers, strict=True)
            columns = [column for table, one in answered for column in table.columns(one)]
            yield batch.frame.hstack(columns), coded.counts

    def sink(
        self, target: Place, *, keep_formulas: bool
    ) -> AbstractContextManager[Writer[pl.DataFrame]]:
        """Open the output."""
        return table_sink(
            target,
            delimiter=self._table.delimiter,
            has_mark=self._table.has_mark,
            keep_formulas=keep_formulas,
        )


def open_route(source: Place, target: Place) -> Route[Any]:
    """Open an input and return the way that leads from it to this output.

    Raises
    ------
    NoSuchFile, UnreadableFile
        If the input can't be read as its format.
    UnwritableFile
        If it has more rows than the output can have.
    """
    if source.format is Format.PARQUET:
        table = read_parquet(checked_input(source))
        _check_room(table.size, target)
        return TableRoute(table, understood="Parquet")
    if source.format is Format.XLSX:
        return TableRoute(read_excel(checked_input(source)), understood="XLSX, first sheet")
    with ExitStack() as undo:
        opened = open_source(source)
        undo.callback(opened.close)
        route = _text_route(opened, source, target)
        undo.pop_all()
    return route


def _check_room(n_rows: int | None, target: Place) -> None:
    """Refuse what is known to be too much for a sheet before the work starts."""
    if target.format is Format.XLSX:
        from occoder.files.excel import MAX_ROWS, too_many_rows

        if n_rows is not None and n_rows >= MAX_ROWS:
            raise too_many_rows(str(target))


def _text_route(opened: ByteSource, source: Place, target: Place) -> Route[Any]:
    if source.format is Format.JSON_LINES:
        if target.format is Format.JSON_LINES:
            return LineRoute(opened)
        understood = f"JSON Lines in {opened.encoding}"
        return TableRoute(read_json_lines(opened), understood=understood)
    table = read_delimited(opened, source.format)
    comma = _DELIMITERS[str(table.delimiter)]
    understood = f"{source.format.name} in {opened.encoding}, separated by {comma}s"
    return TableRoute(table, understood=understood)


def _rows(batch: Batch, texts: TextColumns) -> Rows:
    titles = _texts(batch, texts.title)
    tasks = None if texts.tasks is None else _texts(batch, texts.tasks)
    return Rows(titles, tasks, batch.faults)


def _texts(batch: Batch, column: str) -> list[str | None]:
    texts = batch.frame[column].cast(pl.String).to_list()
    for row in batch.faults:
        texts[row] = None
    return texts
