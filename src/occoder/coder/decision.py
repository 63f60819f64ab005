"""The decision: the deepest level that is sure enough, or no code and a reason."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from occoder.coder.coded import CodedBatch
from occoder.coder.reason import REASONS, REFUSALS
from occoder.coder.search import Ranking

_FIRST_REFUSAL: Final = REASONS.index(REFUSALS[0])
_GIBBERISH: Final = REASONS.index("gibberish")
_LOW_CONFIDENCE: Final = REASONS.index("low confidence")


def decide(
    ranking: Ranking,
    confidences: NDArray[np.float32],
    thresholds: Sequence[float],
    refusal_threshold: float,
) -> CodedBatch:
    """Give every record the deepest category that passes, or none and the reason.

    Parameters
    ----------
    ranking : Ranking
        From the search.
    confidences : float32 array, shape (n_records, n_levels, n_ranked)
        From the calibration.
    thresholds : sequence of float, length n_levels
        Lowest confidence accepted at each level, broadest first, in [0, 1].
    refusal_threshold : float
        A text whose share of refusals is above this gets no code.

    Returns
    -------
    CodedBatch
        The answers.
    """
    n_records, n_levels, _ = confidences.shape
    passes = confidences[:, :, 0] >= np.asarray(thresholds, np.float32)
    passes &= ranking.category[:, :, 0] >= 0
    passes[ranking.refusal > refusal_threshold] = False
    is_coded = passes.any(axis=1)
    level = n_levels - 1 - passes[:, ::-1].argmax(axis=1)
    at = np.arange(n_records), level, 0
    reason = np.full(n_records, _LOW_CONFIDENCE, np.uint8)
    reason[ranking.category[:, 0, 0] < 0] = _GIBBERISH
    refused = ranking.refusal > refusal_threshold
    reason[refused] = _FIRST_REFUSAL + ranking.reason[refused]
    reason[is_coded] = 0
    return CodedBatch(
        np.where(is_coded, ranking.category[at], -1).astype(np.int32),
        np.where(is_coded, confidences[at], 0).astype(np.float32),
        reason,
        ranking.category,
        confidences,
    )
