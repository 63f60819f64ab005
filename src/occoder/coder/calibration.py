"""Confidence: the probability that a category is right, from its share.

For each level, the confidence of a category with share s is
``1 / (1 + exp(-(a + b logit(s))))`` (Platt 2000); a and b are fitted on texts whose
category is known.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from occoder.coder.search import Ranking

_LEAST: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Calibration:
    """The numbers that turn shares into confidences.

    Parameters
    ----------
    coefficients : float64 array, shape (n_levels, 2)
        Intercept a and slope b of each level, broadest first; b is above 0.
    """

    coefficients: NDArray[np.float64]

    def confidences(self, ranking: Ranking) -> NDArray[np.float32]:
        """Return the confidence of every ranked category.

        Parameters
        ----------
        ranking : Ranking
            From the search.

        Returns
        -------
        float32 array, shape (n_records, n_levels, n_ranked)
            In [0, 1], 0 where there is no category. No confidence is above that of
            the best category one level up.
        """
        intercept, slope = self.coefficients.T[:, None, :, None]
        value = intercept + slope * logit(ranking.share)
        confidences: NDArray[np.float32] = logistic(value).astype(np.float32)
        confidences[ranking.category < 0] = 0
        highest = np.minimum.accumulate(confidences[:, :, 0], axis=1)
        np.minimum(confidences, highest[:, :, None], out=confidences)
        return confidences


def logit(share: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the log odds of shares, kept within about 14 of zero."""
    kept = np.clip(share.astype(np.float64), _LEAST, 1 - _LEAST)
    odds: NDArray[np.float64] = np.log(kept / (1 - kept))
    return odds


def logistic(odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``1 / (1 + exp(-x))`` of log odds, the inverse of `logit`; never overflows."""
    share: NDArray[np.float64] = (1 + np.tanh(odds / 2)) / 2
    return share
