"""XLSX workbooks, in and out: the first sheet, in memory when read.

A sheet has at most 1,048,576 rows, the names of the columns included.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import fastexcel
import polars as pl
import xlsxwriter

from occoder.errors import UnreadableFile, UnwritableFile
from occoder.files.delimited import column_names
from occoder.files.flat import flattened
from occoder.files.table import Table, Writer, batches_of

MAX_ROWS: Final = 1_048_576
MAX_CELL_CHARACTERS: Final = 32_767
MAX_EXACT: Final = 2**53  # a cell's number is a float
_FORMATS: Final = {datetime: "yyyy-mm-dd hh:mm:ss", date: "yyyy-mm-dd", time: "hh:mm:ss"}

# It warns through logging of each column without a value; nobody needs to act on that.
logging.getLogger("fastexcel").addHandler(logging.NullHandler())


def read_excel(path: Path) -> Table:
    """Open the first sheet of a workbook as a table; cells keep their types.

    The first row names the columns; one without a name is called ``column_<number>``.
    A column of numbers and texts mixed is read as text.

    Raises
    ------
    UnreadableFile
        If it is no XLSX workbook, damaged or protected, its first sheet is empty, or
        columns share a name.
    """
    try:
        workbook = fastexcel.read_excel(path)
        header = workbook.load_sheet(
            0, header_row=None, n_rows=1, dtypes="string"
        ).to_polars()
        frame = pl.read_excel(
            path,
            infer_schema_length=None,
            drop_empty_rows=False,
            drop_empty_cols=False,
            raise_if_empty=False,
        )
    except (fastexcel.FastExcelError, pl.exceptions.PolarsError, OSError) as error:
        problem = "it is damaged, protected, or not an XLSX workbook"
        raise UnreadableFile(source=str(path), problem=problem) from error
    first_row = header.row(0) if header.height else ()
    frame.columns = list(column_names([cell or "" for cell in first_row], source=str(path)))
    size = frame.height
    return Table(
        frame.schema, lambda _: batches_of(frame), position=lambda: size, size=size
    )


def too_many_rows(target: str) -> UnwritableFile:
    """Return the error for more rows than a sheet has."""
    problem = f"a sheet has at most {MAX_ROWS:,} rows; choose another format"
    return UnwritableFile(target=target, problem=problem)


class ExcelWriter(Writer[pl.DataFrame]):
    """Writes frames as the one sheet of a new workbook, row by row.

    Texts are written as texts, so nothing in them is ever a formula or a link.

    Parameters
    ----------
    path : Path
        The file to write; it appears when the context is left.
    target : str
        What to call it in messages.
    """

    def __init__(self, path: Path, *, target: str) -> None:
        super().__init__()
        self._target = target
        self._folder = TemporaryDirectory(dir=path.parent, prefix=f"{path.name}.")
        options = {"constant_memory": True, "tmpdir": self._folder.name}
        self._workbook = xlsxwriter.Workbook(str(path), options)
        self._workbook.use_zip64()
        # Nothing that differs from one run to the next.
        self._workbook.set_properties({"created": datetime(2000, 1, 1)})
        self._sheet = self._workbook.add_worksheet("coded")
        self._formats = {
            kind: self._workbook.add_format({"num_format": form})
            for kind, form in _FORMATS.items()
        }
        self._n_rows = 0

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write the file, or let it go."""
        try:
            if kind is None:
                self._workbook.close()
            else:
                self._sheet.row_data_fh.close()
        except xlsxwriter.exceptions.FileCreateError as error:
            raise OSError(str(error)) from error
        finally:
            self._folder.cleanup()

    def write(self, frame: pl.DataFrame, /) -> None:
        """Write some rows; the names of the columns before the first.

        Raises
        ------
        UnwritableFile
            If they are more rows than a sheet has.
        """
        if self._n_rows == 0:
            self._write_row(frame.columns)
        if self._n_rows + frame.height > MAX_ROWS:
            raise too_many_rows(self._target)
        for row in flattened(frame).iter_rows():
            self._write_row(row)

    def _write_row(self, cells: Sequence[Any]) -> None:
        for column, cell in enumerate(cells):
            if cell is not None and cell != "":
                self._write_cell(column, cell)
        self._n_rows += 1

    def _write_cell(self, column: int, cell: Any) -> None:
        place = (self._n_rows, column)
        match cell:
            case bool():
                self._sheet.write_boolean(*place, cell)
            case int() | float() | Decimal() if abs(float(cell)) <= MAX_EXACT:
                self._sheet.write_number(*place, cell)
            case date() | time() if _is_in_calendar(cell):
                self._sheet.write_datetime(*place, cell, self._formats[type(cell)])
            case _:  # text, and whatever a sheet has no exact form for
                text = str(cell)
                self.counts[("cell shortened",)] += len(text) > MAX_CELL_CHARACTERS
                self._sheet.write_string(*place, text[:MAX_CELL_CHARACTERS])


def _is_in_calendar(cell: date | time) -> bool:
    """Whether a sheet can hold it: no time zone, not before 1900."""
    is_local = getattr(cell, "tzinfo", None) is None
    return is_local and (isinstance(cell, time) or cell.year >= 1900)
