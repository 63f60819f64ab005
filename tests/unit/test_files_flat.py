"""Values that a format has no form for."""

import io
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import polars as pl
import pytest

from occoder.files.delimited import DelimitedWriter
from occoder.files.flat import flattened, without_odd_values
from occoder.files.json_table import JsonLinesWriter

FRAME = pl.DataFrame(
    {
        "list": [[1, 2], None],
        "struct": [{"x": "é"}, {"x": None}],
        "bytes": [b"a", None],
        "duration": [timedelta(hours=5), None],
        "deep": [[b"a"], None],
        "text": ["x", None],
    }
)


def test_flat_values_are_text() -> None:
    """Lists, structs, bytes and durations become text; none stays none."""
    assert [
        ("[1,2]", '{"x":"é"}', "YQ==", "PT18000S", '["YQ=="]', "x"),
        (None, '{"x":null}', None, None, None, None),
    ] == flattened(FRAME).rows()


def test_json_keeps_its_nesting() -> None:
    """For JSON only what it has no form for becomes text."""
    found = without_odd_values(FRAME)

    assert FRAME.select("list", "struct", "text").equals(
        found.select("list", "struct", "text")
    )
    assert ("YQ==", "PT18000S", '["YQ=="]') == found.select(
        "bytes", "duration", "deep"
    ).row(0)


@pytest.mark.parametrize(
    ("value", "csv", "json"),
    [
        (Decimal("1.50"), "1.50", '"1.50"'),
        (time(5), "05:00:00.000000000", '"05:00:00"'),
        (date(2026, 8, 11), "2026-08-11", '"2026-08-11"'),
        (datetime(2026, 8, 11), "2026-08-11T00:00:00.000000", '"2026-08-11 00:00:00"'),
        (
            datetime(2026, 8, 11, tzinfo=UTC),
            "2026-08-11T00:00:00.000000+0000",
            '"2026-08-11T00:00:00+00:00"',
        ),
        (True, "true", "true"),
        (2**64 - 1, str(2**64 - 1), str(2**64 - 1)),
        (float("nan"), "NaN", "null"),
    ],
)
def test_other_values_are_written(value: object, csv: str, json: str) -> None:
    """Every other type has a form in CSV and JSON."""
    frame = pl.DataFrame({"a": [value]}, strict=False)
    as_csv, as_json = io.BytesIO(), io.BytesIO()
    DelimitedWriter(as_csv, delimiter=",", has_mark=False, keep_formulas=False).write(frame)
    JsonLinesWriter(as_json).write(frame)

    assert f"a\n{csv}\n" == as_csv.getvalue().decode()
    assert f'{{"a":{json}}}\n' == as_json.getvalue().decode()
