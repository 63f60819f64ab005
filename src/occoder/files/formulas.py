"""Keeping a spreadsheet from running what a respondent typed.

A spreadsheet takes a cell of a CSV file that begins with = + - @, or a control
character before one, as a formula, whatever quotes surround it. An apostrophe in front
makes it text. A plain number (-5, +61 2 5550 0000, -1.5e3, -20%) and a run of dashes
compute nothing and stay as they are.
"""

from typing import Final

import polars as pl

# The full-width forms are formulas too where such a keyboard is usual.
_BEGINS_LIKE_FORMULA: Final = "^[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_IS_HARMLESS: Final = r"^(?:[+-]?[0-9][0-9., ]*(?:[eE][+-]?[0-9]+)?%?|-+)$"


def neutralised(frame: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Return the frame with an apostrophe before each formula, and how many there are.

    Examples
    --------
    >>> neutralised(pl.DataFrame({"job": ["=1+1", "nurse", "-5"]}))[0]["job"].to_list()
    ["'=1+1", 'nurse', '-5']
    """
    begins = frame.select(pl.col(pl.String).str.contains(_BEGINS_LIKE_FORMULA).any())
    n_formulas = 0
    for name in [one.name for one in begins if one.item()]:
        text = pl.col(name)
        is_formula = text.str.contains(_BEGINS_LIKE_FORMULA) & ~text.str.contains(
            _IS_HARMLESS
        )
        n_formulas += int(frame.select(is_formula.sum()).item())
        frame = frame.with_columns(
            pl.when(is_formula).then("'" + text).otherwise(text).alias(name)
        )
    return frame, n_formulas
