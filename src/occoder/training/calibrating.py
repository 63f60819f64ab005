"""Confidences and thresholds from texts that the model was not trained on.

People often answer with a text that is in the training texts word for word, and then the
answer is right more often than on a new text. So the confidences are fitted on both: texts
held out from training, and texts that were trained on, in the proportion that answers
show (`SEEN_SHARE`). The promises rest on held-out texts alone.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from occoder.classification import Classification
from occoder.coder.calibration import Calibration
from occoder.coder.hsvm import HSVM
from occoder.coder.manifest import Promise
from occoder.coder.packed import pack
from occoder.coder.search import Ranking, Search
from occoder.errors import ClaimNotReached, TooFewRecords
from occoder.evaluation.guarantee import METHOD, find_thresholds
from occoder.evaluation.truth import paths
from occoder.training.logistic import fit_calibration
from occoder.training.split import normal_form, split_by_text

MAX_ERRORS: Final = (0.01, 0.02, 0.03, 0.05, 0.1)
# On texts that are new to the model, which are harder than answers as they come.
DEFAULT_MAX_ERROR: Final = 0.1
CONFIDENCE: Final = 0.95
# The part of answers that a list of titles holds word for word: 57 % were coded so in
# the Australian Census of 2001 (Census Paper 03/06).
SEEN_SHARE: Final = 0.57
# This part of the codable held-out texts may be refused wrongly.
WRONGLY_REFUSED: Final = 0.005


@dataclass(frozen=True, slots=True)
class Sample:
    """Texts with what they are coded to.

    ``category`` (int64, shape (n_records,)) is a position in the classification or,
    beyond its end, a reason to refuse the text.
    """

    titles: Sequence[str]
    tasks: Sequence[str]
    category: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What held-out texts say of a model.

    Parameters
    ----------
    calibration : Calibration
        From shares to confidences.
    refusal_threshold : float
        A text whose share of refusals is above this gets no code.
    promises : tuple of Promise
        Those of `MAX_ERRORS` that can be kept, the strictest first; may be empty.
    agreement : tuple of float, length n_levels
        Part of the codable held-out texts whose best category is the true one.
    refused : tuple of float
        Part of the held-out texts that are refused: of those to refuse, and of the rest.
    """

    calibration: Calibration
    refusal_threshold: float
    promises: tuple[Promise, ...]
    agreement: tuple[float, ...]
    refused: tuple[float, float]


def calibrate(
    hsvm: HSVM,
    held_out: Sample,
    seen: Sample,
    classification: Classification,
    *,
    seen_share: float = SEEN_SHARE,
) -> Calibrated:
    """Fit confidences on half of the held-out texts, find thresholds on the other half.

    Parameters
    ----------
    hsvm : HSVM
        Fitted without the held-out texts.
    held_out, seen : Sample
        Texts that it was not and that it was fitted on.
    classification : Classification
        What their categories are.
    seen_share : float
        Part of the answers to come whose text was trained on, in [0, 1].
    """
    search = Search(hsvm)
    pairs = zip(held_out.titles, held_out.tasks, strict=True)
    keys = np.array([normal_form(*pair) for pair in pairs])
    half = split_by_text(keys.tolist(), 2, seed=1) == 0
    ranking, right, is_codable = _ranked(search, held_out, classification)
    ranking_seen, right_seen, _ = _ranked(search, seen, classification)
    calibration = fit_calibration(
        (part(ranking, half), right[half], 1 - seen_share),
        (ranking_seen, right_seen, seen_share),
    )
    refusal_threshold = _quantile(ranking.refusal[half & is_codable], 1 - WRONGLY_REFUSED)
    is_refused = ranking.refusal > refusal_threshold
    confidences = calibration.confidences(ranking)[:, :, 0]
    confidences[is_refused] = 0
    return Calibrated(
        calibration,
        refusal_threshold,
        find_promises(confidences[~half], right[~half], keys[~half]),
        tuple(_mean(at_level) for at_level in right[is_codable].T),
        (_mean(is_refused[~half & ~is_codable]), _mean(is_refused[~half & is_codable])),
    )


def find_promises(
    confidences: NDArray[np.float32], right: NDArray[np.bool_], keys: NDArray[np.str_]
) -> tuple[Promise, ...]:
    """Return thresholds for every maximum error that these records support.

    Parameters
    ----------
    confidences : float32 array, shape (n_records, n_levels)
        Of the best categories.
    right : bool array, shape (n_records, n_levels)
        Whether they are the true ones.
    keys : str array, shape (n_records,)
        Normal forms of the texts; of equal ones, one record is used.
    """
    promises = []
    for max_error in MAX_ERRORS:
        try:
            found = find_thresholds(
                confidences,
                right,
                max_error=max_error,
                confidence=CONFIDENCE,
                groups=keys.tolist(),
            )
        except (ClaimNotReached, TooFewRecords):
            continue
        promises.append(
            Promise(**asdict(found), records="held-out training texts", method=METHOD)
        )
    return tuple(promises)


def part(ranking: Ranking, which: NDArray[np.bool_]) -> Ranking:
    """Return the ranking of some of the records."""
    return Ranking(*(getattr(ranking, name)[which] for name in Ranking.__slots__))


def _ranked(
    search: Search, sample: Sample, classification: Classification
) -> tuple[Ranking, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the ranking, whether each best category is right, and what is codable."""
    ranking = search.rank(pack(sample.titles, sample.tasks), 1)
    is_codable = sample.category < len(classification.categories)
    truth = paths(classification)[np.where(is_codable, sample.category, -1)]
    return ranking, (ranking.category[:, :, 0] == truth) & (truth >= 0), is_codable


def _quantile(values: NDArray[np.float32], part: float) -> float:
    return float(np.quantile(values, part, method="higher")) if len(values) else 1.0


def _mean(which: NDArray[np.bool_]) -> float:
    return float(which.mean()) if len(which) else 0.0
