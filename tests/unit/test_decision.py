"""The decision: the deepest level that is sure enough, or no code and a reason."""

import numpy as np
import pytest

from occoder.coder.coded import CodedBatch
from occoder.coder.decision import decide
from occoder.coder.reason import REASONS, REFUSALS
from occoder.coder.search import Ranking

THRESHOLDS = (0.5, 0.6, 0.75)


def answer(
    *confidences: float,
    known: bool = True,
    refusal: float = 0.0,
    reason: int = 0,
    thresholds: tuple[float, ...] = THRESHOLDS,
) -> CodedBatch:
    """Return the answer for a record whose best categories are 10, 11 and 12."""
    category = np.array([[[10, 20], [11, 21], [12, 22]]], np.int32) if known else None
    ranking = Ranking(
        np.full((1, 3, 2), -1, np.int32) if category is None else category,
        np.zeros((1, 3, 2), np.float32),
        np.array([refusal], np.float32),
        np.array([reason], np.int32),
    )
    shown = np.array([[[one, one / 2] for one in confidences]], np.float32)
    return decide(ranking, shown, thresholds, refusal_threshold=0.5)


@pytest.mark.parametrize(
    ("confidences", "category", "confidence"),
    [
        ((0.9, 0.8, 0.75), 12, 0.75),
        ((0.9, 0.8, 0.74), 11, 0.8),
        ((0.9, 0.5, 0.5), 10, 0.9),
        ((0.6, 0.59, 0.1), 10, 0.6),
    ],
    ids=["all pass", "finest fails", "broadest alone", "just below"],
)
def test_deepest_that_passes_is_given(
    confidences: tuple[float, ...], category: int, confidence: float
) -> None:
    """The answer is the best category of the deepest level that reaches its threshold."""
    coded = answer(*confidences)

    assert category == coded.category[0]
    assert confidence == pytest.approx(coded.confidence[0])
    assert "" == REASONS[coded.reason[0]]


def test_deeper_level_may_pass_alone() -> None:
    """A level is judged by its own threshold, whatever the levels above it need."""
    assert 12 == answer(0.8, 0.8, 0.8, thresholds=(0.9, 0.9, 0.7)).category[0]


def test_too_little_confidence_gives_no_code() -> None:
    """When no level passes there is no code, no confidence, and that is the reason."""
    coded = answer(0.4, 0.4, 0.4)

    assert (-1, 0.0) == (coded.category[0], coded.confidence[0])
    assert "low confidence" == REASONS[coded.reason[0]]


@pytest.mark.parametrize("reason", range(len(REFUSALS)), ids=REFUSALS)
def test_refused_text_gets_its_reason(reason: int) -> None:
    """A text that names no occupation gets no code, however confident one would be."""
    coded = answer(0.9, 0.9, 0.9, refusal=0.51, reason=reason)

    assert -1 == coded.category[0]
    assert REFUSALS[reason] == REASONS[coded.reason[0]]


def test_refusal_must_exceed_its_threshold() -> None:
    """A share of refusals at the threshold refuses nothing."""
    assert 12 == answer(0.9, 0.9, 0.9, refusal=0.5).category[0]


def test_unknown_text_is_gibberish() -> None:
    """A text of which the model knows nothing gets no code, even at a threshold of 0."""
    coded = answer(0.0, 0.0, 0.0, known=False, thresholds=(0, 0, 0))

    assert -1 == coded.category[0]
    assert "gibberish" == REASONS[coded.reason[0]]


def test_ranking_comes_back() -> None:
    """What was ranked is shown with its confidences, coded or not."""
    coded = answer(0.4, 0.4, 0.4)

    assert [[10, 20], [11, 21], [12, 22]] == coded.ranked[0].tolist()
    assert [0.4, 0.2] == pytest.approx(coded.ranked_confidence[0, 2].tolist())
