"""What is noticed of an input before anything is sent."""

from collections import Counter
from typing import Any

import polars as pl
import pytest

from occoder.errors import UncleanTexts
from occoder.files.columns import TextColumns
from occoder.remote.precheck import Noticing, Precheck, kinds_of

TEXTS = TextColumns("job", "duties")


def noticed(*batches: tuple[pl.DataFrame | bytes, dict[tuple[str, ...], int]]) -> Precheck:
    """Return what is noticed of batches, each with what was counted in it."""
    noticing = Noticing(TEXTS, "status")
    for piece, counted in batches:
        noticing.look(piece, Counter(counted))
    return noticing.result("survey.csv", n_texts=2)


def frame(*rows: tuple[Any, Any, str]) -> pl.DataFrame:
    """Return some rows as they would be written."""
    return pl.DataFrame(list(rows), schema=["job", "duties", "status"], orient="row")


@pytest.mark.parametrize(
    ("title", "tasks", "kinds"),
    [
        ("nurse", "on a ward", set()),
        ("nurse", None, set()),
        (None, " ", {"empty"}),
        ("x", "", {"too short"}),
        ("é", "", {"too short", "transliterated"}),
        ("nurse\n", "on  a ward", set()),
        ("cleaner and painter", "", {"several jobs"}),
        ("a" * 60, "b" * 60, {"cut"}),
    ],
)
def test_kinds_of_a_row(title: str | None, tasks: str | None, kinds: set[str]) -> None:
    """Each kind is noticed where it is, and white space is none."""
    assert kinds == kinds_of(title, tasks, is_error=False)


def test_row_in_error_is_nothing_else() -> None:
    """A row that is no record is not looked at further."""
    assert {"error"} == kinds_of("", "", is_error=True)


def test_rows_are_numbered_over_batches() -> None:
    """The first rows of each kind are named by their place in the whole file."""
    fine = frame(*[("nurse", "", "not coded")] * 10)
    bad = frame(("nurse", "", ""), (None, None, ""), ("x", "", ""), ("?", "?", "error"))
    counted = {
        ("rows",): 4,
        ("empty",): 1,
        ("too short",): 1,
        ("error", "too few cells"): 1,
    }
    found = noticed((fine, {("rows",): 10}), (bad, counted), (bad, counted))

    assert {"empty": 2, "too short": 2, "no record": 2} == found.counts
    assert {"empty": (12, 16), "too short": (13, 17), "no record": (14, 18)} == found.rows
    assert 18 == found.n_rows


def test_only_the_first_rows_are_named() -> None:
    """Five rows of a kind are named, and the rest is counted."""
    batch = frame(*[("", "", "not coded")] * 9)
    found = noticed((batch, {("rows",): 9, ("empty",): 9}))

    assert {"empty": (1, 2, 3, 4, 5)} == found.rows
    assert "  empty: 9, row 1, 2, 3, 4, 5 ..." in found.lines()


def test_lines_of_json_are_read() -> None:
    """Rows of JSON Lines are named too, whatever else is in them."""
    lines = (
        b'{"job":"nurse",\r"status":"not coded"}\n'
        b'{"job":"x","duties":null,"status":"not coded"}\n'
        b'{"input":"[1]","status":"error"}\n'
    )
    counted = {("rows",): 3, ("too short",): 1, ("error", "not a JSON object"): 1}

    assert {"too short": (2,), "no record": (3,)} == noticed((lines, counted)).rows


def test_report_has_no_text() -> None:
    """The report and the error have numbers, never what somebody wrote."""
    rows = frame(("zebra whisperer é", "", ""), ("nurse", "", ""), ("nurse", "", ""))
    found = noticed((rows, {("rows",): 3, ("transliterated",): 1}))
    error = found.refusal()

    assert [
        "survey.csv: 3 rows with 2 different texts; 1 more have one of these",
        "  characters beyond ASCII: 1, row 1",
    ] == found.lines()
    assert isinstance(error, UncleanTexts)
    assert "characters beyond ASCII 1 (row 1)" in str(error)
    assert "zebra" not in str(error)


def test_clean_input_has_nothing_to_say() -> None:
    """An input of which nothing is noticed has one line."""
    found = noticed((frame(("nurse", "", ""), ("cook", "", "")), {("rows",): 2}))

    assert ["survey.csv: 2 rows with 2 different texts"] == found.lines()
    assert {} == found.counts
