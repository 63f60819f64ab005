"""Partly right answers count in part."""

import pytest
from toy_coder import TOY

from occoder.evaluation.hierarchical import Hierarchical, hierarchical
from occoder.evaluation.truth import paths, truth_by_level


def measured(answers: list[str | None], truth: list[str]) -> list[float | None]:
    """Return precision, recall and F of answers, None for no answer."""
    positions = [-1 if code is None else TOY.position(code) for code in answers]
    found: Hierarchical = hierarchical(paths(TOY)[positions], truth_by_level(truth, TOY))
    return [one and one.value for one in (found.precision, found.recall, found.f)]


def test_sibling_is_right_in_part() -> None:
    """Another occupation of the same unit shares two of three categories."""
    assert [2 / 3, 2 / 3, 2 / 3] == pytest.approx(measured(["112"], ["111"]))


def test_group_is_precise_but_short() -> None:
    """The group above the truth is all true, but not all of the truth."""
    assert [1.0, 1 / 3, 0.5] == pytest.approx(measured(["1"], ["111"]))


def test_no_answer_lowers_recall_only() -> None:
    """A record without an answer has nothing wrong, and nothing found."""
    assert [1.0, 0.5, 2 / 3] == pytest.approx(measured(["111", None], ["111", "112"]))


def test_standing_for_itself_counts_once() -> None:
    """A category without children has two categories on its path, not three."""
    assert [0.5, 0.5, 0.5] == pytest.approx(measured(["21"], ["22"]))


def test_no_answer_at_all_has_no_precision() -> None:
    """Without any answer precision would divide by 0."""
    assert [None, 0.0, 0.0] == measured([None], ["111"])
