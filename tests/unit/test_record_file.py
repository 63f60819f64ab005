"""Coded records as they stand in a file."""

from pathlib import Path

import polars as pl
import pytest

from occoder.errors import NoSuchFile, UnknownColumn, UnreadableFile
from occoder.training.record_file import RecordColumns, RecordRow, read_rows

NAMED = RecordColumns(title="job", tasks="duties", code="anzsco")
EXPECTED = [
    RecordRow(2, "chef", "cooks, and cleans", "351311"),
    RecordRow(3, "two\nlines", "", "11"),
    RecordRow(5, "last", "", ""),
]
CSV = """\
id,job,duties,anzsco
1,chef,"cooks, and cleans",351311
2,"two
lines",,11
3,last,,
"""


def written(folder: Path, name: str, content: str | bytes) -> Path:
    """Return a file with this content."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", CSV),
        ("a.CSV", "\ufeff" + CSV.replace("\n1,", "\r\n1,")),
        (
            "a.tsv",
            CSV.replace("cooks, and", "cooks; and").replace(",", "\t").replace(";", ","),
        ),
    ],
    ids=["csv", "csv with byte order mark", "tsv"],
)
def test_table_gives_rows_with_lines(tmp_path: Path, name: str, content: str) -> None:
    """A row has the number of the line that it begins in."""
    assert EXPECTED == list(read_rows(written(tmp_path, name, content), NAMED))


def test_json_lines_give_rows_with_lines(tmp_path: Path) -> None:
    """Blank lines are passed over, missing fields are empty, numbers are codes."""
    content = (
        '{"job": "chef", "anzsco": 351311, "x": [1]}\n\n{"duties": "cooks", "job": null}\n'
    )
    rows = list(read_rows(written(tmp_path, "a.jsonl", content), NAMED))

    assert [RecordRow(1, "chef", "", "351311"), RecordRow(3, "", "cooks", "")] == rows


@pytest.mark.parametrize("line", ["{broken", "[1]", '"text"'])
def test_bad_json_line_is_a_fault(tmp_path: Path, line: str) -> None:
    """A line that is no JSON object doesn't stop the reading."""
    path = written(tmp_path, "a.ndjson", f'{line}\n{{"job": "chef", "anzsco": "1"}}\n')
    bad, good = read_rows(path, NAMED)

    assert (1, "is not one JSON object") == (bad.line, bad.fault)
    assert RecordRow(2, "chef", "", "1") == good


@pytest.mark.parametrize("codes", [["351311", None], [351311, None], [351311.0, None]])
def test_parquet_gives_numbered_rows(tmp_path: Path, codes: list[object]) -> None:
    """Rows are counted from 1; a code stored as a number loses nothing but its point."""
    path = tmp_path / "a.parquet"
    table = {"job": ["chef", "x"], "duties": [None, "y"], "anzsco": codes}
    pl.DataFrame(table, strict=False).write_parquet(path)

    assert [RecordRow(1, "chef", "", "351311"), RecordRow(2, "x", "y", "")] == list(
        read_rows(path, NAMED)
    )


def test_row_of_another_length_is_a_fault(tmp_path: Path) -> None:
    """A row with a cell too many may have its columns shifted, so it isn't read."""
    path = written(tmp_path, "a.csv", 'job,duties,anzsco\n"chef, cook",,1\nchef, cook,,1\n')
    first, second = read_rows(path, NAMED)

    assert "" == first.fault
    assert (3, "has 4 cells where there are 3 headings") == (second.line, second.fault)


def test_first_usual_name_counts(tmp_path: Path) -> None:
    """Of several usual names the first that is there is read; tasks may be missing."""
    path = written(tmp_path, "a.csv", "title,osca,code\nchef,1,2\n")
    columns = RecordColumns(code=("code", "osca"))

    assert [RecordRow(2, "chef", "", "2")] == list(read_rows(path, columns))


@pytest.mark.parametrize("option", ["title", "tasks", "code"])
def test_named_column_must_be_there(tmp_path: Path, option: str) -> None:
    """A column that was named and is missing raises, with the option to correct."""
    path = written(tmp_path, "a.csv", "title,tasks,code\nchef,,2\n")
    with pytest.raises(UnknownColumn) as error:
        list(read_rows(path, RecordColumns(**{option: "other"})))

    assert (option, "other") == (error.value.option, error.value.wanted)


def test_some_code_column_must_be_there(tmp_path: Path) -> None:
    """A file without any usual name for the codes raises."""
    with pytest.raises(UnknownColumn):
        list(read_rows(written(tmp_path, "a.csv", "title\nchef\n"), RecordColumns()))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", b""),
        ("a.csv", b"title,code\ncaf\xe9,1\n"),
        ("a.parquet", b"title,code\n"),
    ],
    ids=["format", "encoding", "damage"],
)
def test_unreadable_file_says_why(tmp_path: Path, name: str, content: bytes) -> None:
    """Another format, another encoding and damage are one clear error."""
    with pytest.raises(UnreadableFile):
        list(read_rows(written(tmp_path, name, content), RecordColumns()))


def test_missing_file_is_not_found(tmp_path: Path) -> None:
    """A file that is not there raises NoSuchFile."""
    with pytest.raises(NoSuchFile):
        list(read_rows(tmp_path / "a.csv", RecordColumns()))
