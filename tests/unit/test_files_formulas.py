"""Cells that a spreadsheet would run."""

import polars as pl
import pytest

from occoder.files.formulas import neutralised


@pytest.mark.parametrize(
    "cell",
    [
        *("=1+1", "=cmd|' /C calc'!A0", "+1+cmd|'x'!A0", "-2+3", "@SUM(A1)", "\t=1"),
        *("\r=1", "\n=1", "+", "=", "-nurse", "--1", "\uff1d1", "+61 x", "-1\n=2"),
    ],
)
def test_formula_gets_an_apostrophe(cell: str) -> None:
    """Whatever begins like a formula and computes gets an apostrophe in front."""
    frame, n = neutralised(pl.DataFrame({"job": [cell]}))

    assert ("'" + cell, 1) == (frame.item(), n)


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "",
            "nurse",
            "-5",
            "+61 2 5550 0000",
            "-1.5e-3",
            "+1,000.50",
            "-20%",
            "---",
            "'=1",
            "a=1",
        ),
        *(" =1", "1-2"),
    ],
)
def test_plain_cell_stays(cell: str) -> None:
    """Numbers, dashes and texts that begin otherwise stay as they are."""
    frame, n = neutralised(pl.DataFrame({"job": [cell]}))

    assert (cell, 0) == (frame.item(), n)


def test_only_texts_are_changed() -> None:
    """Columns of other types, empty cells and other rows are left alone."""
    before = pl.DataFrame({"n": [-1, None], "a": ["=1", None], "b": ["x", "@y"]})
    after, n = neutralised(before)

    assert [(-1, "'=1", "x"), (None, None, "'@y")] == after.rows()
    assert (before.schema, 2) == (after.schema, n)
