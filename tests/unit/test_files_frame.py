"""Coding frames of polars and pandas."""

import pandas as pd
import polars as pl
import pytest
from toy_model import toy_coder

from occoder.errors import UnknownColumn
from occoder.files.frame import code_frame

JOBS = ["senior grocer", "welder", None, "retired"]
TASKS = ["sells food", None, None, ""]


def test_polars_frame_gets_the_answers() -> None:
    """Each row keeps its columns and gets what the coder answers to its texts."""
    coder = toy_coder()
    frame = pl.DataFrame({"id": [1, 2, 3, 4], "job": JOBS, "duties": TASKS})
    coded = code_frame(frame, coder, suggestions=1)
    records = coder.code(
        [(job or "", task or "") for job, task in zip(JOBS, TASKS, strict=True)]
    )

    assert [1, 2, 3, 4] == coded["id"].to_list()
    assert [one.code or None for one in records] == coded["code"].to_list()
    assert [one.reason or None for one in records] == coded["reason"].to_list()
    assert [one.level or None for one in records] == coded["level"].to_list()
    assert ["id", "job", "duties"] == frame.columns


def test_pandas_frame_gets_the_same() -> None:
    """A frame of pandas gets the same answers, and keeps its index."""
    coder = toy_coder()
    columns = {"job": JOBS, "duties": TASKS}
    of_polars = code_frame(pl.DataFrame(columns), coder)
    of_pandas = code_frame(pd.DataFrame(columns, index=[7, 5, 3, 1]), coder)

    assert of_polars.columns == list(of_pandas.columns)
    assert [7, 5, 3, 1] == list(of_pandas.index)
    for name in ("code", "title", "suggestion_1_code"):
        values = of_pandas[name].astype(object)
        assert of_polars[name].to_list() == values.where(values.notna(), None).tolist()


def test_taken_names_are_passed_by() -> None:
    """A column that the frame already has is not written over."""
    frame = pl.DataFrame({"job": ["welder"], "code": ["mine"]})
    coded = code_frame(frame, toy_coder())

    assert ["mine"] == coded["code"].to_list()
    assert "occoder_code" in coded.columns


def test_missing_column_is_named() -> None:
    """A frame without job titles is refused, and what it has is said."""
    with pytest.raises(UnknownColumn, match="age"):
        code_frame(pl.DataFrame({"age": [1]}), toy_coder())


def test_other_objects_are_refused() -> None:
    """What is no frame is a mistake of the program."""
    with pytest.raises(TypeError, match="dict"):
        code_frame({"job": ["welder"]}, toy_coder())
