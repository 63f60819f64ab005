"""Agreement by level, with and without parts of the records."""

import numpy as np
from toy_coder import TOY, ToyCoder

from occoder.evaluation.agreement import agreement, agreement_by_group
from occoder.evaluation.bootstrap import Estimate
from occoder.evaluation.checked import Checked, check
from occoder.evaluation.truth import truth_by_level

ANSWERS = {
    "right": (["111", "112"], (0.9, 0.8, 0.7)),
    "second": (["122", "121"], (0.9, 0.8, 0.7)),
    "vague": (["221", "21"], (0.9, 0.8, 0.7)),
    "wrong": (["221", "111"], (0.9, 0.8, 0.7)),
}
CODES = ["111", "121", "2", "21"]


def checked() -> Checked:
    """Return the answers checked against the codes."""
    coded = ToyCoder(ANSWERS).code_texts(list(ANSWERS))
    return check(coded, truth_by_level(CODES, TOY))


def values(found: tuple[Estimate | None, ...]) -> list[tuple[float, int]]:
    """Return share and number at each level."""
    return [(one.value, one.n) for one in found if one]


def test_agreement_counts_what_is_checkable() -> None:
    """At each level only the records whose truth reaches it are counted."""
    assert [(1.0, 4), (2 / 3, 3), (1 / 3, 3)] == values(agreement(checked()))


def test_among_first_two_is_more() -> None:
    """With two suggestions the second one counts."""
    assert [(1.0, 4), (2 / 3, 3), (2 / 3, 3)] == values(agreement(checked(), n_first=2))


def test_chosen_records_only() -> None:
    """A part of the records has its own rate, or none where it has no truth."""
    chosen = np.array([False, False, True, False])

    assert [(1.0, 1)] == values(agreement(checked(), chosen=chosen))


def test_groups_are_by_the_truth() -> None:
    """Each category of the first level has the rates of the records that lie in it."""
    managers, trades = agreement_by_group(checked(), TOY)

    assert ("1", "Managers") == (managers.code, managers.title)
    assert [(1.0, 2), (1.0, 2), (0.5, 2)] == values(managers.levels)
    assert [(1.0, 2), (0.0, 1), (0.0, 1)] == values(trades.levels)
