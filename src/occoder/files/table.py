"""A table that is read in batches of rows: the common form of all formats but one."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Generic, Self, TypeVar

import polars as pl

from occoder.files.answers import Counts
from occoder.files.columns import TextColumns

BATCH_ROWS: Final = 8192

Piece = TypeVar("Piece", bytes, pl.DataFrame)


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a table.

    Parameters
    ----------
    frame : DataFrame, shape (n_rows, n_columns)
        The rows, with the table's schema.
    faults : mapping from row to outcome
        Rows that can't be coded.
    n_foreign : int
        How many lines were not UTF-8 and were read as Windows-1252.
    """

    frame: pl.DataFrame
    faults: Mapping[int, int] = field(default_factory=dict)
    n_foreign: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """An input that is open for reading once, from the first row to the last.

    Parameters
    ----------
    schema : Schema
        Names and types of the columns.
    batches : callable
        Given the columns that are read as texts, yields all the rows: at least one
        batch, which may have none.
    position : callable
        Tells how far reading is, in the unit of ``size``.
    size : int or None
        Bytes or rows of the input; None when nobody knows.
    delimiter : str or None
        What separates the cells, in a text format that has such a thing.
    has_mark : bool
        Whether the input began with a byte order mark.
    close : callable
        Lets the input go before its end.
    """

    schema: pl.Schema
    batches: Callable[[TextColumns], Iterator[Batch]]
    position: Callable[[], int]
    size: int | None
    delimiter: str | None = None
    has_mark: bool = False
    close: Callable[[], None] = lambda: None


def batches_of(frame: pl.DataFrame) -> Iterator[Batch]:
    """Yield a frame that is in memory in batches; one without rows as one batch."""
    for start in range(0, max(1, frame.height), BATCH_ROWS):
        yield Batch(frame.slice(start, BATCH_ROWS))


class Writer(Generic[Piece]):
    """Writes pieces to an open output; used as a context, which finishes the output.

    When the context is left by an exception, what was written so far is let go.
    """

    def __init__(self) -> None:
        self.counts: Counts = Counter()

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Finish the output, or let it go."""

    def write(self, piece: Piece, /) -> None:
        """Write some rows; the names of the columns, if any, before the first."""
        raise NotImplementedError
