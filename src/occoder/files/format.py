"""The file formats that can be coded, told by the ending of a file's name."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Final

from occoder.errors import UnknownFormat


class Format(Enum):
    """A way to write a table down. The value is its name on the command line."""

    CSV = "csv"
    TSV = "tsv"
    JSON_LINES = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"

    @property
    def is_text(self) -> bool:
        """Whether it is written line by line, so that a pipe or gzip can carry it."""
        return self not in (Format.PARQUET, Format.XLSX)


ENDINGS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        ".csv": Format.CSV,
        ".tsv": Format.TSV,
        ".jsonl": Format.JSON_LINES,
        ".ndjson": Format.JSON_LINES,
        ".parquet": Format.PARQUET,
        ".xlsx": Format.XLSX,
    }
)
PIPE: Final = "-"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table is read from or written to, and in which format.

    Parameters
    ----------
    path : Path or None
        None is a pipe: standard input or output.
    format : Format
        How the table is written down there.
    is_gzip : bool
        Whether its bytes are compressed; only of a text format.
    """

    path: Path | None
    format: Format
    is_gzip: bool

    def __str__(self) -> str:
        """Return the path as given, or "-"."""
        return PIPE if self.path is None else str(self.path)


def place_of(name: str, *, stated: Format | None = None) -> Place:
    """Return the place that a name on the command line means.

    Parameters
    ----------
    name : str
        A path, or ``-`` for a pipe.
    stated : Format, optional
        Overrules the ending. A pipe without it is CSV.

    Raises
    ------
    UnknownFormat
        If the ending is none of the known ones, or a pipe or gzip would have to carry
        Parquet or XLSX.

    Examples
    --------
    >>> place_of("survey.csv.gz")
    Place(path=PosixPath('survey.csv.gz'), format=<Format.CSV: 'csv'>, is_gzip=True)
    """
    path = None if name == PIPE else Path(name)
    endings = [ending.lower() for ending in path.suffixes] if path else [".csv"]
    is_gzip = endings[-1:] == [".gz"]
    ending = "".join(endings[-2:-1] if is_gzip else endings[-1:])
    found = stated or ENDINGS.get(ending)
    if found is None or not (found.is_text or (path and not is_gzip)):
        raise UnknownFormat(name=name, known=tuple(ENDINGS))
    return Place(path, found, is_gzip)
