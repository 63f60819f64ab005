"""The ways from an input to an output."""

from pathlib import Path

import polars as pl
import pytest

from occoder.errors import InputError, UnwritableFile
from occoder.files.columns import TextColumns
from occoder.files.excel import MAX_ROWS
from occoder.files.format import place_of
from occoder.files.route import LineRoute, Route, TableRoute, open_route

FRAME = pl.DataFrame(
    {"job": ["nurse"], "n": [5], "none": [None], "kind": ["a"]}
).with_columns(pl.col("kind").cast(pl.Categorical))


def route_of(folder: Path, name: str, target: str = "out.csv") -> Route[pl.DataFrame]:
    """Return the route of the frame, written under this name."""
    path = folder / name
    if path.suffix == ".parquet":
        FRAME.write_parquet(path)
    elif path.suffix == ".xlsx":
        FRAME.write_excel(path)
    elif path.suffix == ".jsonl":
        FRAME.write_ndjson(path)
    else:
        FRAME.write_csv(path)
    return open_route(place_of(str(path)), place_of(target))


@pytest.mark.parametrize(
    ("name", "target", "kind", "understood"),
    [
        ("a.jsonl", "b.jsonl", LineRoute, "JSON Lines in utf-8"),
        ("a.jsonl", "b.csv", TableRoute, "JSON Lines in utf-8"),
        ("a.csv", "b.jsonl", TableRoute, "CSV in utf-8, separated by commas"),
        ("a.parquet", "b.csv", TableRoute, "Parquet"),
        ("a.xlsx", "b.csv", TableRoute, "XLSX, first sheet"),
    ],
)
def test_formats_choose_the_way(
    tmp_path: Path, name: str, target: str, kind: type, understood: str
) -> None:
    """JSON Lines to JSON Lines keeps its lines; all else is a table."""
    route = route_of(tmp_path, name, target)

    assert (kind, understood) == (type(route), route.understood)
    assert ["job", "n", "none", "kind"] == list(route.columns)


@pytest.mark.parametrize("name", ["job", "none", "kind"])
def test_texts_may_be_of_these_types(tmp_path: Path, name: str) -> None:
    """Text, categories and columns without any value can be read as texts."""
    route = route_of(tmp_path, "a.parquet")

    assert TextColumns(name, None) == route.texts(title=name, tasks=None)


@pytest.mark.parametrize("name", ["a.parquet", "a.xlsx"])
def test_numbers_are_no_texts(tmp_path: Path, name: str) -> None:
    """A column of numbers is most likely the wrong one."""
    with pytest.raises(InputError, match='"n" holds Int64'):
        route_of(tmp_path, name).texts(title="n", tasks=None)


def test_too_many_rows_are_refused_at_once(tmp_path: Path) -> None:
    """More rows than a sheet has are refused before any is coded."""
    rows = pl.DataFrame({"job": pl.repeat("x", MAX_ROWS, eager=True)})
    rows.write_parquet(tmp_path / "a.parquet")

    with pytest.raises(UnwritableFile, match="1,048,576 rows"):
        open_route(place_of(str(tmp_path / "a.parquet")), place_of("out.xlsx"))
