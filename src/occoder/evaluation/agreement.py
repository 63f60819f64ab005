"""Agreement rates: the share of records whose answer is the true category.

All answers are forced: at each level the best category counts, whatever its confidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from occoder.classification.classification import Classification
from occoder.evaluation.bootstrap import Estimate, exact_share, shares
from occoder.evaluation.checked import Checked


@dataclass(frozen=True, slots=True)
class GroupAgreement:
    """Agreement of the records whose truth lies in one category of the first level.

    Parameters
    ----------
    code, title : str
        The category.
    levels : tuple of Estimate or None, length n_levels
        Agreement at each level with exact intervals; None where no truth reaches.
    """

    code: str
    title: str
    levels: tuple[Estimate | None, ...]


def agreement(
    checked: Checked,
    *,
    n_first: int = 1,
    chosen: NDArray[np.bool_] | None = None,
    groups: Sequence[str] | None = None,
) -> tuple[Estimate | None, ...]:
    """Return the agreement rate at each level, answers forced.

    Parameters
    ----------
    checked : Checked
        Answers and truth of n records.
    n_first : int
        How many suggestions count: 1 for the answer itself, 3 for "among the first
        three".
    chosen : bool array, shape (n_records,), optional
        The records to look at, such as those seen in training. None: all.
    groups : sequence of str, length n_records, optional
        As in `occoder.evaluation.bootstrap.shares`.

    Returns
    -------
    tuple of Estimate or None, length n_levels
        Of the records whose truth reaches the level; None where there are none.
    """
    counted = checked.checkable
    if chosen is not None:
        counted = counted & chosen[:, None]
    return shares(checked.right_within(n_first), counted, groups)


def agreement_by_group(
    checked: Checked, classification: Classification
) -> tuple[GroupAgreement, ...]:
    """Return the agreement of each category of the first level, in code order.

    Parameters
    ----------
    checked : Checked
        Answers and truth of n records.
    classification : Classification
        What the positions refer to.

    Returns
    -------
    tuple of GroupAgreement
        One for each category of the first level, also where no record lies in it.
    """
    return tuple(
        GroupAgreement(
            category.code,
            category.title,
            _levels(checked, checked.truth[:, 0] == classification.position(category.code)),
        )
        for category in classification.at_level(1)
    )


def _levels(checked: Checked, chosen: NDArray[np.bool_]) -> tuple[Estimate | None, ...]:
    right, counted = checked.right, checked.checkable & chosen[:, None]
    return tuple(
        exact_share(right[:, level], counted[:, level]) for level in range(right.shape[1])
    )
