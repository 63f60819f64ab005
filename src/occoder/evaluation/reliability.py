"""Reliability: whether answers given with confidence c are right c of the time.

Bins and errors follow Naeini et al. 2015 (expected calibration error) and Brier 1950.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from occoder.evaluation.binomial import interval

N_BINS: Final = 10
_N_SIMULATED: Final = 200
_SEED: Final = 20241206


@dataclass(frozen=True, slots=True)
class Bin:
    """The records whose confidence lies in one tenth of [0, 1].

    Parameters
    ----------
    n : int
        Number of records.
    confidence : float
        Their mean confidence.
    agreement : float
        Share of them that are right.
    low, high : float
        Exact 95 % interval of that share (Clopper and Pearson).
    """

    n: int
    confidence: float
    agreement: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """Calibration of the confidences at one level.

    Parameters
    ----------
    n : int
        Number of records.
    ece : float
        Expected calibration error over 10 bins of equal width: the figure to quote.
    ece_if_calibrated : float
        The mean ECE of as many records with these confidences if they were perfectly
        calibrated: the noise floor, below which the ECE says nothing.
    ece_15 : float
        The same over 15 bins of equal width.
    ece_equal_mass : float
        The same over 10 bins of about equally many records.
    brier : float
        Mean squared difference between confidence and right (1) or wrong (0).
    overconfidence : float
        Mean confidence minus agreement rate; below 0 the coder is too modest.
    bins : tuple of Bin
        Those of equal width that hold records, lowest confidence first.
    """

    n: int
    ece: float
    ece_if_calibrated: float
    ece_15: float
    ece_equal_mass: float
    brier: float
    overconfidence: float
    bins: tuple[Bin, ...]


def reliability(
    confidences: NDArray[np.float64], right: NDArray[np.bool_]
) -> Reliability | None:
    """Return how well the confidences at one level are calibrated.

    Parameters
    ----------
    confidences : float64 array, shape (n_records,)
        Confidence of the best category, in [0, 1].
    right : bool array, shape (n_records,)
        Whether it is the true one.

    Returns
    -------
    Reliability or None
        None without any record.
    """
    if not len(right):
        return None
    tenths = equal_width_bins(confidences, N_BINS)
    return Reliability(
        n=len(right),
        ece=calibration_error(confidences, right, tenths),
        ece_if_calibrated=_noise_floor(confidences, tenths),
        ece_15=calibration_error(confidences, right, equal_width_bins(confidences, 15)),
        ece_equal_mass=calibration_error(
            confidences, right, equal_mass_bins(confidences, N_BINS)
        ),
        brier=float(np.mean((confidences - right) ** 2)),
        overconfidence=float(confidences.mean() - right.mean()),
        bins=tuple(
            _bin(confidences[tenths == b], right[tenths == b]) for b in np.unique(tenths)
        ),
    )


def equal_width_bins(confidences: NDArray[np.float64], n_bins: int) -> NDArray[np.intp]:
    """Return the bin of each confidence, shape (n_records,); 1 is in the last bin."""
    return np.minimum((confidences * n_bins).astype(np.intp), n_bins - 1)


def equal_mass_bins(confidences: NDArray[np.float64], n_bins: int) -> NDArray[np.intp]:
    """Return the bin of each confidence, shape (n_records,).

    The edges are quantiles; equal confidences are never parted.
    """
    edges = np.quantile(confidences, np.arange(1, n_bins) / n_bins)
    return np.searchsorted(edges, confidences, side="right")


def calibration_error(
    confidences: NDArray[np.float64],
    right: NDArray[np.bool_],
    bins: NDArray[np.intp],
) -> float:
    """Return the expected calibration error over given bins.

    Parameters
    ----------
    confidences : float64 array, shape (n_records,)
        Confidences in [0, 1].
    right : bool array, shape (n_records,)
        Whether each answer is right.
    bins : int array, shape (n_records,)
        Bin of each record.

    Returns
    -------
    float
        Mean over the records of the distance between mean confidence and agreement
        rate in their bin, in [0, 1].

    Examples
    --------
    >>> confidences, right = np.array([0.9, 0.9]), np.array([True, False])
    >>> round(calibration_error(confidences, right, np.array([9, 9])), 3)
    0.4
    """
    gaps = np.bincount(bins, weights=confidences - right)
    return float(np.abs(gaps).sum() / len(right))


def _noise_floor(confidences: NDArray[np.float64], bins: NDArray[np.intp]) -> float:
    rng = np.random.default_rng(_SEED)
    simulated = (
        calibration_error(confidences, rng.random(len(bins)) < confidences, bins)
        for _ in range(_N_SIMULATED)
    )
    return sum(simulated) / _N_SIMULATED


def _bin(confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> Bin:
    n, k = len(right), int(right.sum())
    return Bin(n, float(confidences.mean()), k / n, *interval(k, n))
