"""Fitting the confidences by logistic regression."""

from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from occoder.coder.calibration import Calibration, logistic, logit
from occoder.coder.search import Ranking

_RIDGE: Final = 1e-3
_ROUNDS: Final = 50
_LEAST_SLOPE: Final = 1e-3

# Ranking, whether the best category of each level is right, and weight of all together.
Weighted: TypeAlias = tuple[Ranking, NDArray[np.bool_], float]


def fit_calibration(*samples: Weighted) -> Calibration:
    """Fit the confidences of every level on several samples.

    Parameters
    ----------
    *samples : tuple of Ranking, bool array of shape (n_records, n_levels), float
        A sample as the search ranks it, whether the best category of each level is the
        true one, and the weight of the sample among the others.

    Returns
    -------
    Calibration
        The fitted numbers.
    """
    n_levels = samples[0][1].shape[1]
    return Calibration(np.array([_fit_level(samples, level) for level in range(n_levels)]))


def _fit_level(samples: tuple[Weighted, ...], level: int) -> NDArray[np.float64]:
    shares, rights, weights = [], [], []
    n_all = sum(len(right) for _, right, _ in samples)
    for ranking, right, weight in samples:
        found = ranking.category[:, level, 0] >= 0
        n = int(found.sum())
        shares.append(ranking.share[found, level, 0])
        rights.append(right[found, level])
        weights.append(np.full(n, weight * n_all / max(n, 1)))
    return _platt(
        logit(np.concatenate(shares)), np.concatenate(rights), np.concatenate(weights)
    )


def _platt(
    value: NDArray[np.float64], right: NDArray[np.bool_], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return intercept and slope, by Newton's method with a slight ridge.

    The slope stays above 0: a larger share never means less confidence.
    """
    inputs = np.column_stack([np.ones_like(value), value])
    start = np.array([0.0, 1.0])
    found = start
    for _ in range(_ROUNDS):
        probability = logistic(inputs @ found)
        gradient = inputs.T @ (weights * (probability - right)) + _RIDGE * (found - start)
        spread = (weights * probability * (1 - probability))[:, None]
        curvature = (inputs * spread).T @ inputs + _RIDGE * np.eye(2)
        step = np.clip(np.linalg.solve(curvature, gradient), -2, 2)
        found = found - step
        if np.abs(step).max() < 1e-8:
            break
    if found[1] >= _LEAST_SLOPE:
        return found
    # Larger shares were not right more often: only the part that is right says something.
    rate = np.average(right, weights=weights, keepdims=True)
    return np.array([*logit(rate), _LEAST_SLOPE])
