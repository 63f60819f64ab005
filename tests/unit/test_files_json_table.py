"""JSON Lines as a table."""

import io
from pathlib import Path

import polars as pl
import pytest

from occoder.errors import UnreadableFile
from occoder.files.columns import TextColumns
from occoder.files.format import place_of
from occoder.files.json_table import JsonLinesWriter, read_json_lines
from occoder.files.outcome import OUTCOMES
from occoder.files.source import open_source
from occoder.files.table import Batch, Table


def table_of(tmp_path: Path, content: bytes) -> Table:
    """Return a table with this content."""
    (tmp_path / "in.jsonl").write_bytes(content)
    return read_json_lines(open_source(place_of(str(tmp_path / "in.jsonl"))))


def batches_of(table: Table) -> list[Batch]:
    """Return the batches of a table whose titles are jobs."""
    return list(table.batches(TextColumns("job", None)))


def test_values_become_text(tmp_path: Path) -> None:
    """Strings are decoded; all else stays as it was written, null is none."""
    table = table_of(
        tmp_path, b'{"id":"01","n":1.50}\n{"job":"a\\n\\u00e9","n":{"x": 1},"id":null}'
    )
    (batch,) = batches_of(table)

    assert ["id", "n", "job"] == table.schema.names()
    assert [("01", "1.50", None), (None, '{"x": 1}', "a\né")] == batch.frame.rows()
    assert {} == batch.faults


def test_bad_lines_are_faults(tmp_path: Path) -> None:
    """A bad line is a row without values, at its place."""
    (batch,) = batches_of(table_of(tmp_path, b'{"job":"a"}\nbad\n\n[]\n{"job":1}\n'))
    faults = {row: OUTCOMES[outcome][1] for row, outcome in batch.faults.items()}

    assert {
        1: "invalid JSON",
        2: "blank line",
        3: "not a JSON object",
        4: "text is not a string",
    } == faults
    assert ["a", None, None, None, "1"] == batch.frame["job"].to_list()


def test_other_encoding_is_counted(tmp_path: Path) -> None:
    """Lines in Windows-1252 are read as such and counted."""
    (batch,) = batches_of(table_of(tmp_path, '{"job":"café"}\n'.encode("cp1252")))

    assert (["café"], 1) == (batch.frame["job"].to_list(), batch.n_foreign)


def test_new_field_is_refused(tmp_path: Path) -> None:
    """A field that comes up after the first block can't get a column any more."""
    first = b'{"job":"nurse"}\n' * 70_000
    table = table_of(tmp_path, first + b'{"job":"cook","late":1}\n')

    with pytest.raises(UnreadableFile, match="line 70001 has a field"):
        batches_of(table)


def test_frames_are_written_as_objects() -> None:
    """Every row is one object with its types."""
    stream = io.BytesIO()
    with JsonLinesWriter(stream) as writer:
        writer.write(pl.DataFrame({"a": ["x", None], "n": [1, 2]}))
        writer.write(pl.DataFrame({"a": ["é"], "n": [3]}))

    assert (
        '{"a":"x","n":1}\n{"a":null,"n":2}\n{"a":"é","n":3}\n' == stream.getvalue().decode()
    )
