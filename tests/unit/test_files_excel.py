"""XLSX workbooks, in and out."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from occoder.errors import UnreadableFile, UnwritableFile
from occoder.files.columns import TextColumns
from occoder.files.excel import MAX_CELL_CHARACTERS, MAX_ROWS, ExcelWriter, read_excel


def workbook(path: Path, *rows: list[Any]) -> Path:
    """Write a workbook with these rows and return its path."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.create_sheet("other").append(["x"])
    book.save(path)
    return path


def rows_of(path: Path) -> list[tuple[Any, ...]]:
    """Return the rows that are read from a workbook."""
    batches = read_excel(path).batches(TextColumns("job", None))
    return [row for batch in batches for row in batch.frame.rows()]


def written(path: Path, frame: pl.DataFrame) -> list[list[Any]]:
    """Return the cells of a workbook with this frame, as another program sees them."""
    with ExcelWriter(path, target="out.xlsx") as writer:
        writer.write(frame)
    sheet = openpyxl.load_workbook(path).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_cells_keep_their_types(tmp_path: Path) -> None:
    """Text stays text, whole numbers stay whole, rows without cells stay."""
    path = workbook(
        tmp_path / "a.xlsx",
        ["id", "job", "n", "when", "mixed"],
        ["007", "nurse", 5, date(2026, 8, 11), 5],
        [],
        ["008", "=1", 6, date(2026, 8, 12), "x"],
    )
    (first, blank, last) = rows_of(path)

    assert ("007", "nurse", 5, "5") == (*first[:3], first[4])
    assert (None,) * 5 == blank
    assert ("008", 6, "x") == (last[0], last[2], last[4])
    assert date(2026, 8, 11) == first[3]


def test_first_sheet_and_row_count(tmp_path: Path) -> None:
    """The first sheet is read; its first row names the columns."""
    table = read_excel(
        workbook(tmp_path / "a.xlsx", ["job", None, "job2"], ["nurse", "x", "y"])
    )

    assert (["job", "column_2", "job2"], 1) == (table.schema.names(), table.size)


def test_header_alone_is_a_table(tmp_path: Path) -> None:
    """A sheet with names only has no rows."""
    assert [] == rows_of(workbook(tmp_path / "a.xlsx", ["job", "duties"]))


@pytest.mark.parametrize("rows", [[], [["job", "job"], ["a", "b"]]])
def test_unusable_header_is_refused(tmp_path: Path, rows: list[list[str]]) -> None:
    """An empty sheet, or two columns of one name, are refused."""
    with pytest.raises(UnreadableFile, match=r"no row|called job"):
        read_excel(workbook(tmp_path / "a.xlsx", *rows))


@pytest.mark.parametrize("content", [b"", b"job\nnurse\n", b"PK\x03\x04 nothing"])
def test_other_contents_are_refused(tmp_path: Path, content: bytes) -> None:
    """What is no workbook is refused."""
    (tmp_path / "a.xlsx").write_bytes(content)

    with pytest.raises(UnreadableFile, match="not an XLSX workbook"):
        read_excel(tmp_path / "a.xlsx")


def test_texts_are_never_formulas(tmp_path: Path) -> None:
    """Formulas and links in texts are written as texts."""
    cells = ["=1+1", "https://example.org", "{=1}", "-5", "é\n"]
    path = tmp_path / "a.xlsx"
    found = written(path, pl.DataFrame({"=name": cells}))
    sheet = openpyxl.load_workbook(path).active

    assert [["=name"], *([cell] for cell in cells)] == found
    assert {"s"} == {cell.data_type for (cell,) in sheet.iter_rows()}
    assert [] == [cell.hyperlink for (cell,) in sheet.iter_rows() if cell.hyperlink]


def test_values_keep_their_types(tmp_path: Path) -> None:
    """Numbers, truth values and dates are written as such; what has no form, as text."""
    row = {
        "int": 5,
        "float": 0.25,
        "bool": True,
        "date": date(2026, 8, 11),
        "datetime": datetime(2026, 8, 11, 7, 30),
        "time": time(7, 30),
        "none": None,
        "empty": "",
        "big": 2**60,
        "old": date(1850, 1, 1),
        "nan": float("nan"),
        "list": [1, 2],
        "zone": datetime(2026, 8, 11, tzinfo=UTC),
        "decimal": Decimal("1.50"),
    }
    _, found = written(tmp_path / "a.xlsx", pl.DataFrame([row]))

    assert [5, 0.25, True, datetime(2026, 8, 11), datetime(2026, 8, 11, 7, 30)] == found[:5]
    assert [time(7, 30), None, None, str(2**60), "1850-01-01", "nan", "[1,2]"] == found[
        5:12
    ]
    assert ["2026-08-11 00:00:00+00:00", 1.5] == found[12:]


def test_long_cells_are_shortened_and_counted(tmp_path: Path) -> None:
    """A text over what a cell holds is cut, and told."""
    with ExcelWriter(tmp_path / "a.xlsx", target="a.xlsx") as writer:
        writer.write(pl.DataFrame({"a": ["x" * (MAX_CELL_CHARACTERS + 1), "y"]}))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active

    assert 1 == writer.counts[("cell shortened",)]
    assert MAX_CELL_CHARACTERS == len(sheet["A2"].value)


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    """More rows than a sheet has are refused; nothing is left."""
    too_many = pl.DataFrame({"a": pl.repeat("", MAX_ROWS, eager=True)})

    with (
        pytest.raises(UnwritableFile, match="1,048,576 rows"),
        ExcelWriter(tmp_path / "a.xlsx", target="a.xlsx") as writer,
    ):
        writer.write(too_many)
    assert [] == list(tmp_path.iterdir())


def test_same_rows_same_bytes(tmp_path: Path) -> None:
    """Writing the same rows in other batches gives the same file."""
    frame = pl.DataFrame({"a": ["x", "y"], "n": [1, 2]})
    with ExcelWriter(tmp_path / "a.xlsx", target="a") as writer:
        writer.write(frame)
    with ExcelWriter(tmp_path / "b.xlsx", target="b") as writer:
        writer.write(frame[:1])
        writer.write(frame[1:])

    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
