"""The summary of a run."""

import json
from pathlib import Path

import pytest
from stand_in_coder import load_stand_in

from occoder.errors import UnwritableFile
from occoder.files.answers import Counts
from occoder.files.summary import Summary, summary_of

COUNTS = Counts(
    {
        ("rows",): 200,
        ("empty",): 6,
        ("cut",): 2,
        ("error", "invalid JSON"): 1,
        ("error", "blank line"): 3,
        ("formula",): 1,
        ("coded", "osca", "5"): 150,
        ("coded", "osca", "1"): 10,
        ("not coded", "osca", "empty"): 6,
        ("not coded", "osca", "retired"): 30,
        ("not coded", "osca", "student"): 0,
    }
)


def summary() -> Summary:
    """Return the summary of these counts."""
    coders = [load_stand_in("osca")]
    return summary_of(COUNTS, coders, source="a.csv", target="b.csv", seconds=2.0)


def test_words_tell_what_happened() -> None:
    """Each kind of fact has a line; what didn't happen is left out."""
    assert [
        "a.csv -> b.csv: 200 rows in 2.0 s (100 rows a second)",
        "texts: empty 6, cut to 100 characters 2",
        "rows in error: blank line 3, invalid JSON 1",
        "changed: formulas neutralised 1",
        "OSCA 2024: 80.0 % coded (level 5 75.0 %, level 1 5.0 %)",
        "OSCA 2024, not coded: retired 30, empty 6",
    ] == summary().lines()


def test_machines_get_the_same_facts(tmp_path: Path) -> None:
    """The JSON file has every fact."""
    summary().write(tmp_path / "s.json")
    found = json.loads((tmp_path / "s.json").read_text())
    (topic,) = found.pop("topics")

    assert (200, 2.0, 6, 0) == tuple(
        found[n] for n in ("rows", "seconds", "empty", "too_short")
    )
    assert {"invalid JSON": 1, "blank line": 3} == found["errors"]
    assert {"1": 10, "2": 0, "3": 0, "4": 0, "5": 150} == topic["coded"]
    assert {"retired": 30, "empty": 6} == topic["not_coded"]
    assert ("osca", "stand-in-osca", "OSCA 2024") == tuple(
        topic[name] for name in ("topic", "model_id", "classification")
    )


def test_no_rows_are_no_shares() -> None:
    """An empty table has a summary too."""
    lines = summary_of(
        Counts(), [load_stand_in("osca")], source="-", target="-", seconds=0
    ).lines()

    assert ["- -> -: 0 rows in 0.0 s (0 rows a second)", "OSCA 2024: 0.0 % coded"] == lines


def test_unwritable_summary_is_named(tmp_path: Path) -> None:
    """A summary that can't be written names its file."""
    with pytest.raises(UnwritableFile) as caught:
        summary().write(tmp_path / "none" / "s.json")

    assert str(tmp_path / "none" / "s.json") == caught.value.target
