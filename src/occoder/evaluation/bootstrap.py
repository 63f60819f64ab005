"""Shares with their 95 % intervals, by bootstrap.

Records of one group (the same text) are drawn together: they are not independent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from occoder.evaluation.binomial import interval

N_RESAMPLES: Final = 2000
_SEED: Final = 20241206
_BLOCK: Final = 4_000_000


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share with its 95 % interval.

    Parameters
    ----------
    value : float
        The share in the records at hand.
    low, high : float
        Ends of the interval.
    n : int
        Number of records that the share is of.
    """

    value: float
    low: float
    high: float
    n: int


def shares(
    right: NDArray[np.bool_],
    counted: NDArray[np.bool_],
    groups: Sequence[str] | None = None,
) -> tuple[Estimate | None, ...]:
    """Return, column by column, the share of the counted records that are right.

    Parameters
    ----------
    right : bool array, shape (n_records, n_columns)
        What is counted as a success; only where ``counted`` is true.
    counted : bool array, shape (n_records, n_columns)
        The records that the share is of.
    groups : sequence of str, length n_records, optional
        Records of the same group are drawn together. None: each is drawn by itself.

    Returns
    -------
    tuple of Estimate or None, length n_columns
        None for a column in which nothing is counted. Where all or none are right, so
        that no resample differs, the exact interval of Clopper and Pearson for the
        number of groups.
    """
    by_bootstrap = ratios(right & counted, counted, groups)
    n_groups = _sums(counted, groups).astype(bool).sum(axis=0)
    return tuple(
        _exact_if_degenerate(estimate, int(n))
        for estimate, n in zip(by_bootstrap, n_groups, strict=True)
    )


def exact_share(right: NDArray[np.bool_], counted: NDArray[np.bool_]) -> Estimate | None:
    """Return one share with the exact interval of Clopper and Pearson.

    For small parts of the records, where a bootstrap would promise too much.

    Parameters
    ----------
    right, counted : bool array, shape (n_records,)
        As in `shares`.

    Returns
    -------
    Estimate or None
        None when nothing is counted.
    """
    n, k = int(counted.sum()), int((right & counted).sum())
    return Estimate(k / n, *interval(k, n), n) if n else None


def ratios(
    numerators: NDArray[np.number | np.bool_],
    denominators: NDArray[np.number | np.bool_],
    groups: Sequence[str] | None = None,
) -> tuple[Estimate | None, ...]:
    """Return ratios of sums with percentile bootstrap intervals (Efron 1979).

    Parameters
    ----------
    numerators, denominators : array, shape (n_records, n_columns)
        What is summed over the records above and below the line.
    groups : sequence of str, length n_records, optional
        Records of the same group are drawn together. None: each is drawn by itself.

    Returns
    -------
    tuple of Estimate or None, length n_columns
        The same seed is always used, so the same input gives the same intervals. None
        for a column whose denominators sum to 0.
    """
    above, below = _sums(numerators, groups), _sums(denominators, groups)
    n_counted = np.count_nonzero(denominators, axis=0)
    below[:, n_counted == 0] = 1.0  # any ratio will do: such a column becomes None
    low, high = np.nanpercentile(_resampled(above, below), [2.5, 97.5], axis=0)
    values = above.sum(axis=0) / below.sum(axis=0)
    columns = zip(values, low, high, n_counted, strict=True)
    return tuple(
        Estimate(float(value), float(start), float(end), int(n)) if n else None
        for value, start, end, n in columns
    )


def _sums(
    values: NDArray[np.number | np.bool_], groups: Sequence[str] | None
) -> NDArray[np.float64]:
    """Add up the rows of each group."""
    if groups is None:
        return values.astype(np.float64)
    _, group = np.unique(np.asarray(groups), return_inverse=True)
    sums = np.zeros((int(group.max(initial=-1)) + 1, values.shape[1]))
    np.add.at(sums, group, values)
    return sums


def _resampled(
    above: NDArray[np.float64], below: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return resampled ratios, shape (n_resamples, n_columns).

    Equal rows are drawn as one pattern: a multinomial count of patterns has the same
    distribution as drawing the rows one by one, at a fraction of the work.
    """
    n_columns = above.shape[1]
    patterns, counts = np.unique(np.hstack([above, below]), axis=0, return_counts=True)
    rng = np.random.default_rng(_SEED)
    sizes = _block_sizes(max(1, _BLOCK // len(patterns)))
    blocks = (rng.multinomial(len(above), counts / len(above), size=n) for n in sizes)
    totals = np.concatenate([block @ patterns for block in blocks])
    with np.errstate(invalid="ignore"):  # a resample without any counted record
        resampled: NDArray[np.float64] = totals[:, :n_columns] / totals[:, n_columns:]
    return resampled


def _block_sizes(largest: int) -> list[int]:
    """Part the resamples into blocks that fit into memory."""
    starts = range(0, N_RESAMPLES, largest)
    return [min(largest, N_RESAMPLES - start) for start in starts]


def _exact_if_degenerate(estimate: Estimate | None, n_groups: int) -> Estimate | None:
    if estimate is None or 0.0 < estimate.value < 1.0:
        return estimate
    low, high = interval(round(estimate.value) * n_groups, n_groups)
    return Estimate(estimate.value, low, high, estimate.n)
