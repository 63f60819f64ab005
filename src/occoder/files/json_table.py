"""JSON Lines from or to another format, as a table."""

import io
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import BinaryIO

import msgspec
import polars as pl

from occoder.errors import UnreadableFile
from occoder.files.columns import TextColumns
from occoder.files.flat import without_odd_values
from occoder.files.json_lines import Fields, field_names, object_of
from occoder.files.outcome import outcome_of
from occoder.files.source import ByteSource, blocks_of, decoded
from occoder.files.table import Batch, Table, Writer

_string_of = msgspec.json.Decoder(str).decode


def read_json_lines(source: ByteSource) -> Table:
    """Open JSON Lines as a table of text, with the fields of the first MiB as columns.

    A value that is not a string is kept as the JSON text that it was. A line that is no
    object becomes a row without values that can't be coded.

    Raises
    ------
    UnreadableFile
        If it is not JSON Lines, or (while reading) a later line has a new field.
    """
    blocks = blocks_of(source.stream, name=source.name)
    first = next(blocks)
    columns = field_names(first, name=source.name)
    return Table(
        schema=pl.Schema(dict.fromkeys(columns, pl.String)),
        batches=lambda texts: _batches(chain([first], blocks), columns, texts, source.name),
        position=source.position,
        size=source.size,
        close=source.close,
    )


class JsonLinesWriter(Writer[pl.DataFrame]):
    """Writes frames as JSON Lines.

    Parameters
    ----------
    stream : binary file
        Where to; stays open.
    """

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream

    def write(self, frame: pl.DataFrame, /) -> None:
        """Write some rows, one object a line."""
        buffer = io.BytesIO()
        without_odd_values(frame).write_ndjson(buffer)
        self._stream.write(buffer.getbuffer())


def _batches(
    blocks: Iterator[bytes], columns: Sequence[str], texts: TextColumns, name: str
) -> Iterator[Batch]:
    n_lines = 0
    for block in blocks:
        lines = block.removesuffix(b"\n").split(b"\n")
        n_foreign = sum(decoded(line)[1] for line in lines)
        found = [object_of(line) for line in lines]
        faults = {i: outcome_of(one) for i, one in enumerate(found) if isinstance(one, str)}
        rows = [{} if isinstance(one, str) else one for one in found]
        _check_no_new_field(rows, columns, name, n_lines)
        no_string = outcome_of("text is not a string")
        faults |= {
            i: no_string for i, row in enumerate(rows) if not _has_strings(row, texts)
        }
        n_lines += len(rows)
        cells = {column: [_text(row.get(column)) for row in rows] for column in columns}
        frame = pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String))
        yield Batch(frame, faults, n_foreign)


def _check_no_new_field(
    rows: Sequence[Fields], columns: Sequence[str], name: str, n_before: int
) -> None:
    known = frozenset(columns)
    for i, row in enumerate(rows, start=n_before + 1):
        if not known.issuperset(row):
            problem = f"line {i} has a field that the first lines lack"
            raise UnreadableFile(source=name, problem=f"{problem}; code it to JSON Lines")


def _has_strings(row: Fields, texts: TextColumns) -> bool:
    values = [bytes(row[name]) for name in (texts.title, texts.tasks) if name in row]
    return all(value == b"null" or value.startswith(b'"') for value in values)


def _text(raw: msgspec.Raw | None) -> str | None:
    text = "null" if raw is None else bytes(raw).decode()
    if text == "null":
        return None
    return _string_of(text) if text.startswith('"') else text
