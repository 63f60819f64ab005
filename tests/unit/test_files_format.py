"""Formats told by the endings of names."""

from pathlib import Path

import pytest

from occoder.errors import UnknownFormat
from occoder.files.format import Format, Place, place_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.csv", Format.CSV),
        ("a.b.TSV", Format.TSV),
        ("a.jsonl", Format.JSON_LINES),
        ("a.ndjson", Format.JSON_LINES),
        ("a.parquet", Format.PARQUET),
        ("a.xlsx", Format.XLSX),
    ],
)
def test_ending_tells_format(name: str, expected: Format) -> None:
    """The last ending decides, in any case of letters."""
    assert Place(Path(name), expected, is_gzip=False) == place_of(name)


def test_gzip_is_a_second_ending() -> None:
    """A compressed file has its format before .gz."""
    assert Place(Path("a.jsonl.GZ"), Format.JSON_LINES, is_gzip=True) == place_of(
        "a.jsonl.GZ"
    )


def test_pipe_is_csv() -> None:
    """A pipe is CSV when nothing is stated, and is shown as it was given."""
    assert Place(None, Format.CSV, is_gzip=False) == place_of("-")
    assert "-" == str(place_of("-"))


def test_statement_overrules_ending() -> None:
    """A stated format holds for a pipe and for any name."""
    assert Format.TSV == place_of("-", stated=Format.TSV).format
    assert Place(Path("a.txt.gz"), Format.CSV, is_gzip=True) == place_of(
        "a.txt.gz", stated=Format.CSV
    )


@pytest.mark.parametrize(
    "name", ["a", "a.txt", "a.json", "a.xls", "a.parquet.gz", ".csv", "a.gz"]
)
def test_other_names_are_refused(name: str) -> None:
    """A name without a known ending is refused, naming it."""
    with pytest.raises(UnknownFormat) as caught:
        place_of(name)

    assert name == caught.value.name


@pytest.mark.parametrize("stated", [Format.PARQUET, Format.XLSX])
def test_pipes_carry_text_only(stated: Format) -> None:
    """Parquet and XLSX can't go through a pipe."""
    with pytest.raises(UnknownFormat):
        place_of("-", stated=stated)
