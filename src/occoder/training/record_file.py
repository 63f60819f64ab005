"""Reading coded records as they stand in a file: CSV, TSV, JSON Lines or Parquet."""

import csv
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec
import polars as pl

from occoder.errors import NoSuchFile, UnknownColumn, UnreadableFile


class RecordRow(NamedTuple):
    """One coded record as it stands in a file.

    ``line`` is the line in a text file, with the headings in line 1, and the number of
    the row, from 1, in a Parquet file. ``fault`` is "" or says why the row can't be read.
    """

    line: int
    title: str
    tasks: str
    code: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class RecordColumns:
    """The columns, or JSON fields, that hold a coded record.

    Each is one name that must be there, or several usual names of which the first that is
    there counts. Only of the tasks may all usual names be missing.

    Parameters
    ----------
    title, tasks, code : str or tuple of str
        Names of the columns.
    """

    title: str | tuple[str, ...] = ("occp_text", "job_title", "title")
    tasks: str | tuple[str, ...] = ("tasks_text", "tasks", "duties")
    code: str | tuple[str, ...] = ("code",)


def read_rows(path: Path, columns: RecordColumns) -> Iterator[RecordRow]:
    """Yield the coded records of a file, nothing checked yet.

    Parameters
    ----------
    path : Path
        A file whose name ends in .csv, .tsv, .jsonl, .ndjson or .parquet. Text is UTF-8.
    columns : RecordColumns
        Where the fields are. Others are ignored.

    Yields
    ------
    RecordRow
        In the order of the file.

    Raises
    ------
    NoSuchFile, UnreadableFile
        If the file is not there, of another format, or damaged.
    UnknownColumn
        If a column is missing.
    """
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise _unreadable(path, f"its name must end in {', '.join(_READERS)}")
    try:
        yield from read(path, columns)
    except FileNotFoundError as error:
        raise NoSuchFile(source=str(path)) from error
    except UnicodeDecodeError as error:
        raise _unreadable(path, "it is not UTF-8") from error
    except (csv.Error, pl.exceptions.PolarsError) as error:
        raise _unreadable(
            path, "it is damaged, or not of the format its name says"
        ) from error


def _read_csv(
    path: Path, columns: RecordColumns, delimiter: str = ","
) -> Iterator[RecordRow]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        headings = next(reader, [])
        at = [headings.index(name) if name else None for name in _found(columns, headings)]
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) == len(headings):
                yield RecordRow(line, *("" if i is None else cells[i] for i in at))
            elif cells:
                fault = f"has {len(cells)} cells where there are {len(headings)} headings"
                yield RecordRow(line, "", "", "", fault)
            line = reader.line_num + 1


def _read_tsv(path: Path, columns: RecordColumns) -> Iterator[RecordRow]:
    yield from _read_csv(path, columns, "\t")


def _read_json_lines(path: Path, columns: RecordColumns) -> Iterator[RecordRow]:
    decode = msgspec.json.Decoder(dict[str, object]).decode
    fields = columns.title, columns.tasks, columns.code
    with path.open("rb") as file:
        for number, content in enumerate(file, start=1):
            if not content.strip():
                continue
            try:
                record = decode(content)
            except msgspec.MsgspecError:
                yield RecordRow(number, "", "", "", "is not one JSON object")
                continue
            names = (_first(names, record) for names in fields)
            yield RecordRow(
                number, *(_text(record[name]) if name else "" for name in names)
            )


def _read_parquet(path: Path, columns: RecordColumns) -> Iterator[RecordRow]:
    names = _found(columns, pl.read_parquet_schema(path))
    table = pl.read_parquet(path, columns=[name for name in names if name])
    for number, row in enumerate(table.iter_rows(named=True), start=1):
        yield RecordRow(number, *(_text(row[name]) if name else "" for name in names))


_READERS: Final[Mapping[str, Callable[[Path, RecordColumns], Iterator[RecordRow]]]] = (
    MappingProxyType(
        {
            ".csv": _read_csv,
            ".tsv": _read_tsv,
            ".jsonl": _read_json_lines,
            ".ndjson": _read_json_lines,
            ".parquet": _read_parquet,
        }
    )
)


def _found(columns: RecordColumns, headings: Collection[str]) -> tuple[str | None, ...]:
    """Return the columns to read: title, tasks (None where there are none) and code."""
    fields = {"title": columns.title, "tasks": columns.tasks, "code": columns.code}
    for option, names in fields.items():
        may_be_missing = option == "tasks" and isinstance(names, tuple)
        if _first(names, headings) is None and not may_be_missing:
            wanted = names if isinstance(names, str) else None
            raise UnknownColumn(option=option, wanted=wanted, columns=tuple(headings))
    return tuple(_first(names, headings) for names in fields.values())


def _first(names: str | tuple[str, ...], present: Collection[str]) -> str | None:
    tries = (names,) if isinstance(names, str) else names
    return next((name for name in tries if name in present), None)


def _text(value: object) -> str:
    """Return a cell as text; a code that was stored as a number without its ".0"."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _unreadable(path: Path, problem: str) -> UnreadableFile:
    return UnreadableFile(source=str(path), problem=problem)
