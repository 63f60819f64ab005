"""The answers of a coder set against the truth: what every metric starts from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from occoder.coder.coded import CodedBatch
from occoder.coder.reason import REASONS

_ANSWERABLE = [REASONS.index(""), REASONS.index("low confidence")]


@dataclass(frozen=True, slots=True)
class Checked:
    """Ranked answers at each level beside the truth, record by record.

    Parameters
    ----------
    truth : int32 array, shape (n_records, n_levels)
        Position of the true category, broadest level first; -1 where the truth is
        coarser than the level.
    ranked : int32 array, shape (n_records, n_levels, n_ranked)
        Positions of the best categories, best first; -1 for none.
    confidences : float64 array, shape (n_records, n_levels)
        Confidence of the best category at each level, in [0, 1]. 0 throughout for a
        record that the coder refuses whatever the thresholds, such as "retired".
    """

    truth: NDArray[np.int32]
    ranked: NDArray[np.int32]
    confidences: NDArray[np.float64]

    @property
    def checkable(self) -> NDArray[np.bool_]:
        """Whether the truth reaches down to the level, shape (n_records, n_levels)."""
        return self.truth >= 0

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether the best category is the true one, shape (n_records, n_levels).

        False where that can't be checked.
        """
        return self.right_within(1)

    def right_within(self, n_first: int) -> NDArray[np.bool_]:
        """Tell whether the true category is among the first n at its level."""
        first = self.ranked[:, :, :n_first] == self.truth[:, :, None]
        found: NDArray[np.bool_] = first.any(axis=2) & self.checkable
        return found


def check(coded: CodedBatch, truth: NDArray[np.int32]) -> Checked:
    """Set the answers of a coder against the truth.

    Parameters
    ----------
    coded : CodedBatch
        Answers for n records.
    truth : int32 array, shape (n_records, n_levels)
        True categories, as `occoder.evaluation.truth.truth_by_level` gives them.

    Returns
    -------
    Checked
        Both, with confidences of 0 for the records that are refused for what they say
        ("retired", "home duties", ...) and not for a low confidence.
    """
    answerable = np.isin(coded.reason, _ANSWERABLE)
    best = coded.ranked_confidence[:, :, 0].astype(np.float64)
    return Checked(
        truth=truth,
        ranked=coded.ranked,
        confidences=np.where(answerable[:, None], best, 0.0),
    )
