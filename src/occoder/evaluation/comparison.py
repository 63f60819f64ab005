"""A paired test of two coders on the same records."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from occoder.evaluation.binomial import at_most
from occoder.evaluation.bootstrap import Estimate, ratios


@dataclass(frozen=True, slots=True)
class LevelComparison:
    """Two coders at one level, answers forced.

    Parameters
    ----------
    n : int
        Number of records whose truth reaches the level.
    first, second : float
        Agreement rates.
    only_first, only_second : int
        Records that only the one of them gets right.
    difference : Estimate
        ``first - second`` with its paired bootstrap interval.
    p_value : float
        Exact two-sided McNemar test: how likely so unequal a split of the records that
        only one gets right would be, were both equally good. It takes the records as
        independent; the interval doesn't.
    """

    n: int
    first: float
    second: float
    only_first: int
    only_second: int
    difference: Estimate
    p_value: float


def compare(
    first: NDArray[np.bool_],
    second: NDArray[np.bool_],
    checkable: NDArray[np.bool_],
    groups: Sequence[str] | None = None,
) -> tuple[LevelComparison | None, ...]:
    """Compare two coders level by level on the same records.

    Parameters
    ----------
    first, second : bool array, shape (n_records, n_levels)
        Whether the answer of each coder is right.
    checkable : bool array, shape (n_records, n_levels)
        Whether the truth reaches the level.
    groups : sequence of str, length n_records, optional
        As in `occoder.evaluation.bootstrap.shares`.

    Returns
    -------
    tuple of LevelComparison or None, length n_levels
        None where no truth reaches the level.
    """
    first, second = first & checkable, second & checkable
    differences = ratios(first.astype(int) - second.astype(int), checkable, groups)
    return tuple(
        _level(first[:, level], second[:, level], difference) if difference else None
        for level, difference in enumerate(differences)
    )


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the exact two-sided p-value of McNemar's test (McNemar 1947).

    Parameters
    ----------
    only_first, only_second : int
        Records that only the one coder gets right.

    Returns
    -------
    float
        In (0, 1]; 1 when there are no such records.

    Examples
    --------
    >>> round(mcnemar(1, 9), 4), mcnemar(0, 0)
    (0.0215, 1.0)
    """
    fewer, both = min(only_first, only_second), only_first + only_second
    return min(1.0, 2.0 * at_most(fewer, both, 0.5))


def _level(
    first: NDArray[np.bool_], second: NDArray[np.bool_], difference: Estimate
) -> LevelComparison:
    only_first = int((first & ~second).sum())
    only_second = int((second & ~first).sum())
    return LevelComparison(
        n=difference.n,
        first=int(first.sum()) / difference.n,
        second=int(second.sum()) / difference.n,
        only_first=only_first,
        only_second=only_second,
        difference=difference,
        p_value=mcnemar(only_first, only_second),
    )
