"""Answers as columns."""

import numpy as np
import polars as pl
from stand_in_coder import load_stand_in

from occoder.files.added import AddedTable
from occoder.files.answers import Answers
from occoder.files.columns import added_columns

OSCA = load_stand_in("osca")
LAST = len(OSCA.classification.categories) - 1


def test_columns_are_the_answers() -> None:
    """Codes, titles, levels and confidences are looked up; none is empty."""
    (names,) = added_columns([], ["osca"], n_suggestions=1, explain=True)
    answers = Answers(
        category=np.array([0, -1, LAST], np.int32),
        confidence=np.array([9999, -1, 1], np.int32),
        outcome=np.array([0, 1, 0], np.uint8),
        suggested=np.array([[LAST], [-1], [0]], np.int32),
        suggested_confidence=np.array([[1], [-1], [10_000]], np.int32),
        explanations=["a", None, "b"],
    )
    first, last = OSCA.classification.categories[0], OSCA.classification.categories[LAST]
    expected = {
        "code": [first.code, None, last.code],
        "title": [first.title, None, last.title],
        "level": [1, None, 5],
        "confidence": [0.9999, None, 0.0001],
        "status": ["coded", "not coded", "coded"],
        "reason": [None, "empty", None],
        "suggestion_1_code": [last.code, None, first.code],
        "suggestion_1_title": [last.title, None, first.title],
        "suggestion_1_confidence": [0.0001, None, 1.0],
        "model_id": ["stand-in-osca"] * 3,
        "classification": ["OSCA 2024"] * 3,
        "explanation": ["a", None, "b"],
    }
    frame = pl.DataFrame(AddedTable(OSCA, names, nfd=False).columns(answers))

    assert expected == frame.to_dict(as_series=False)
    assert list(expected) == frame.columns


def test_types_hold_without_rows() -> None:
    """The columns of no rows have the same types, so an empty table has its schema."""
    (names,) = added_columns([], ["osca"], n_suggestions=1, explain=True)
    table = AddedTable(OSCA, names, nfd=False)
    frames = [
        pl.DataFrame(
            table.columns(
                Answers(
                    category=np.zeros(n, np.int32),
                    confidence=np.zeros(n, np.int32),
                    outcome=np.zeros(n, np.uint8),
                    suggested=np.zeros((n, 1), np.int32),
                    suggested_confidence=np.zeros((n, 1), np.int32),
                    explanations=["x"] * n,
                )
            )
        )
        for n in (0, 1)
    ]

    assert frames[0].schema == frames[1].schema
