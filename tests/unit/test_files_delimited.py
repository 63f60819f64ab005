"""CSV and TSV, in and out."""

import io
from pathlib import Path

import polars as pl
import pytest

from occoder.errors import UnreadableFile
from occoder.files.columns import TextColumns
from occoder.files.delimited import (
    DelimitedWriter,
    column_names,
    delimiter_of,
    read_delimited,
)
from occoder.files.format import place_of
from occoder.files.outcome import OUTCOMES
from occoder.files.source import open_source
from occoder.files.table import BATCH_ROWS, Batch, Table


def table_of(tmp_path: Path, content: str | bytes, name: str = "in.csv") -> Table:
    """Return a table with this content."""
    content = content if isinstance(content, bytes) else content.encode()
    (tmp_path / name).write_bytes(content)
    place = place_of(str(tmp_path / name))
    return read_delimited(open_source(place), place.format)


def batches_of(tmp_path: Path, content: str | bytes, name: str = "in.csv") -> list[Batch]:
    """Return the batches of a table with this content."""
    return list(table_of(tmp_path, content, name).batches(TextColumns("job", None)))


def rows_of(
    tmp_path: Path, content: str | bytes, name: str = "in.csv"
) -> list[tuple[str, ...]]:
    """Return the rows of a table with this content."""
    return [
        row for batch in batches_of(tmp_path, content, name) for row in batch.frame.rows()
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("a,b\n007,x\n", [("007", "x")], id="leading zeros"),
        pytest.param('a,b\r\n"x ""y""",z\r\n', [('x "y"', "z")], id="quotes"),
        pytest.param('a,b\n"x\r\ny, z",\n', [("x\r\ny, z", "")], id="line break in a cell"),
        pytest.param("a,b\n x ,1e5", [(" x ", "1e5")], id="no last line break"),
        pytest.param('a,b\n5" pipe,x\n', [('5" pipe', "x")], id="quote inside"),
        pytest.param("a,b\r1,2\r3,4\r", [("1", "2"), ("3", "4")], id="old Mac"),
        pytest.param("\n\na,b\n\n1,2\n\n", [("1", "2")], id="blank lines"),
        pytest.param("a\nx\n\ny\n", [("x",), ("",), ("y",)], id="one column"),
        pytest.param("a,b\n", [], id="header only"),
        pytest.param("a;b\n1,5;x\n", [("1,5", "x")], id="semicolon"),
        pytest.param("a\tb\n1,5\tx\n", [("1,5", "x")], id="tab"),
    ],
)
def test_cells_stay_as_typed(
    tmp_path: Path, content: str, expected: list[tuple[str, ...]]
) -> None:
    """Every cell is text, exactly as it was typed."""
    assert expected == rows_of(tmp_path, content)


def test_rows_of_other_lengths_are_faults(tmp_path: Path) -> None:
    """A row with too few or too many cells keeps what it has and is told."""
    (batch,) = batches_of(tmp_path, "a,b\n1,2\n3\n4,5,6,7\n")

    assert [("1", "2"), ("3", ""), ("4", "5,6,7")] == batch.frame.rows()
    assert {1: "too few cells", 2: "too many cells"} == {
        row: OUTCOMES[outcome][1] for row, outcome in batch.faults.items()
    }


def test_many_rows_come_in_batches(tmp_path: Path) -> None:
    """Batches are of one size, and faults stay with their rows."""
    content = "a,b\n" + "1,2\n" * BATCH_ROWS + "3\n"
    first, second = batches_of(tmp_path, content)

    assert (BATCH_ROWS, 1) == (first.frame.height, second.frame.height)
    assert ({}, [0]) == (first.faults, list(second.faults))


def test_other_encoding_is_counted(tmp_path: Path) -> None:
    """Lines in Windows-1252 are read as such and counted."""
    content = "a\ncafé\n".encode() + "naïve\nmüde\n".encode("cp1252")
    (batch,) = batches_of(tmp_path, content)

    assert (["café", "naïve", "müde"], 2) == (batch.frame["a"].to_list(), batch.n_foreign)


@pytest.mark.parametrize("n_before", [0, 1, BATCH_ROWS - 1, BATCH_ROWS])
def test_open_quote_is_refused(tmp_path: Path, n_before: int) -> None:
    """A quote that is never closed would swallow the rest: the file is refused."""
    with pytest.raises(UnreadableFile, match="quote"):
        batches_of(tmp_path, "a,b\n" + "1,2\n" * n_before + '3,"4\n5,6\n')


def test_huge_cell_is_refused(tmp_path: Path) -> None:
    """A cell of over 131,072 characters is the sign of an open quote."""
    with pytest.raises(UnreadableFile, match="131,072 characters at line"):
        batches_of(tmp_path, 'a,b\n1,"2\n' + "3,4\n" * 70_000)


@pytest.mark.parametrize(
    "content", ['{"job":"nurse"}\n', '[{"job":"nurse"}]', ' {"a": 1}\n']
)
def test_json_is_no_table(tmp_path: Path, content: str) -> None:
    """JSON under the name of a table is told, not read as a header."""
    with pytest.raises(UnreadableFile, match="looks like JSON"):
        table_of(tmp_path, content)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("a,b", ","),
        ("a;b", ";"),
        ("a\tb", "\t"),
        ("a", ","),
        ("a,b;c", ","),
        ('"a,b";c', ";"),
    ],
)
def test_header_tells_delimiter(header: str, expected: str) -> None:
    """The only candidate outside quotes is it; in doubt the comma."""
    assert expected == delimiter_of(f"{header}\nx;y;z\n")


def test_tab_separates_tsv(tmp_path: Path) -> None:
    """TSV has tabs, whatever else stands in the header."""
    assert [("1;2", "3")] == rows_of(tmp_path, "a;x\tb\n1;2\t3\n", "in.tsv")


def test_columns_get_names() -> None:
    """A column without a name is called by its place."""
    assert ("a", "column_2", "b") == column_names(["a", "", "b"], source="x")


@pytest.mark.parametrize("header", [["a", "b", "a"], ["", "column_1"], []])
def test_columns_need_distinct_names(header: list[str]) -> None:
    """Two columns of one name, or none at all, are refused."""
    with pytest.raises(UnreadableFile, match=r"called|no row"):
        column_names(header, source="x")


def written(frame: pl.DataFrame, **options: object) -> tuple[str, int]:
    """Return a frame as CSV, and how many formulas were neutralised."""
    stream = io.BytesIO()
    defaults = {"delimiter": ",", "has_mark": False, "keep_formulas": False}
    with DelimitedWriter(stream, **(defaults | options)) as writer:  # type: ignore[arg-type]
        writer.write(frame)
        writer.write(frame)
    return stream.getvalue().decode(), writer.counts[("formula",)]


def test_header_comes_once() -> None:
    """Names are written before the first rows; empty cells as nothing."""
    frame = pl.DataFrame({"a": ["x", None, ""], "b": [1.0, 0.0001, None]})

    assert ("a,b\nx,1.0\n,0.0001\n,\nx,1.0\n,0.0001\n,\n", 0) == written(frame)


def test_special_cells_are_quoted() -> None:
    """Quotes, delimiters and line breaks survive."""
    cells = ['"', ",", "\n", "\r", ";"]
    expected = '"""",""""\n",",","\n"\n","\n"\n"\r","\r"\n;,;\n'
    frame = pl.DataFrame({"a": cells, "b": cells})

    assert ("a,b\n" + expected + expected, 0) == written(frame, keep_formulas=True)


def test_formulas_are_neutralised_and_counted() -> None:
    """Cells and names that a spreadsheet would run get an apostrophe, unless kept."""
    frame = pl.DataFrame({"=a": ["=1", "x"]})

    assert ("'=a\n'=1\nx\n'=1\nx\n", 3) == written(frame)
    assert ("=a\n=1\nx\n=1\nx\n", 0) == written(frame, keep_formulas=True)


def test_mark_and_delimiter_as_asked() -> None:
    """A byte order mark and another delimiter are written on request."""
    frame = pl.DataFrame({"a": ["x"], "b": ["y"]})

    assert ("\ufeffa;b\nx;y\nx;y\n", 0) == written(frame, delimiter=";", has_mark=True)
