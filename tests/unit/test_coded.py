"""Answers one by one, from answers in columns."""

import numpy as np
from toy_coder import TOY

from occoder.coder.coded import CodedBatch, CodedRecord, Suggestion, coded_records
from occoder.coder.reason import REASONS

AT = TOY.position
BATCH = CodedBatch(
    category=np.array([AT("11"), -1], np.int32),
    confidence=np.array([0.75, 0], np.float32),
    reason=np.array([0, REASONS.index("gibberish")], np.uint8),
    ranked=np.array(
        [
            [[AT("1"), AT("2")], [AT("11"), AT("21")], [AT("112"), AT("21")]],
            [[-1, -1], [-1, -1], [-1, -1]],
        ],
        np.int32,
    ),
    ranked_confidence=np.array(
        [[[0.875, 0.125], [0.75, 0.125], [0.5, 0.125]], [[0, 0], [0, 0], [0, 0]]],
        np.float32,
    ),
)


def test_columns_become_records() -> None:
    """A record has its answer, the suggestions of the finest level, the best of each."""
    first, second = coded_records(BATCH, TOY, 2)
    levels = (
        Suggestion("1", "Managers", 0.875),
        Suggestion("11", "Shop Managers", 0.75),
        Suggestion("112", "Florist", 0.5),
    )
    suggestions = (Suggestion("112", "Florist", 0.5), Suggestion("21", "Welders", 0.125))

    assert CodedRecord("11", "Shop Managers", 2, 0.75, "", suggestions, levels) == first
    assert CodedRecord("", "", 0, 0.0, "gibberish", (), ()) == second
    assert (True, False) == (first.is_coded, second.is_coded)
    assert 2 == len(BATCH)


def test_fewer_suggestions_can_be_wanted() -> None:
    """No more suggestions are given than wanted; the levels stay."""
    first, _ = coded_records(BATCH, TOY, 0)

    assert (0, 3) == (len(first.suggestions), len(first.levels))
