"""What is answered, and how much of that is wrong, along a path of thresholds.

The rule is the coder's: a record gets the category of the deepest level whose confidence
reaches the threshold of that level. A path goes from strict to lenient thresholds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Walk:
    """Counts at every step of a path of thresholds.

    Parameters
    ----------
    thresholds : float64 array, shape (n_steps, n_levels)
        Lowest confidence that is accepted at each level, broadest level first.
    answered : int64 array, shape (n_steps, n_levels)
        Number of records answered at each level.
    wrong : int64 array, shape (n_steps, n_levels)
        How many of those answers are not right.
    """

    thresholds: NDArray[np.float64]
    answered: NDArray[np.int64]
    wrong: NDArray[np.int64]

    @property
    def n_answered(self) -> NDArray[np.int64]:
        """Number of records answered at any level, shape (n_steps,)."""
        total: NDArray[np.int64] = self.answered.sum(axis=1)
        return total

    @property
    def n_wrong(self) -> NDArray[np.int64]:
        """Number of wrong answers at any level, shape (n_steps,)."""
        total: NDArray[np.int64] = self.wrong.sum(axis=1)
        return total


def walk(
    confidences: NDArray[np.floating],
    right: NDArray[np.bool_],
    path: NDArray[np.float64],
) -> Walk:
    """Count the answers and the wrong ones at each step of a path.

    Parameters
    ----------
    confidences : float array, shape (n_records, n_levels)
        Confidence of the best category at each level, broadest level first.
    right : bool array, shape (n_records, n_levels)
        Whether that category is the true one. An answer that can't be checked because
        the truth is coarser counts as not right.
    path : float64 array, shape (n_steps, n_levels)
        Thresholds in (0, 1] from strict to lenient: no column ever grows.

    Returns
    -------
    Walk
        The counts, step by step.

    Raises
    ------
    ValueError
        If a threshold is not above 0, or one is stricter than the one before it.

    Examples
    --------
    >>> taken = walk(
    ...     np.array([[0.9, 0.6], [0.7, 0.2]]),
    ...     np.array([[True, False], [True, True]]),
    ...     np.array([[0.8, 0.8], [0.5, 0.5]]),
    ... )
    >>> taken.answered.tolist(), taken.wrong.tolist()
    ([[1, 0], [1, 1]], [[0, 0], [0, 1]])
    """
    if (path <= 0).any() or (np.diff(path, axis=0) > 0).any():
        raise ValueError("a path must go from strict to lenient thresholds above 0")
    enters = _first_steps(confidences, path)
    leaves = _left_for_a_deeper_level(enters, len(path))
    stays = enters < leaves
    return Walk(
        thresholds=path,
        answered=_running_counts(enters, leaves, stays, len(path)),
        wrong=_running_counts(enters, leaves, stays & ~right, len(path)),
    )


def single_threshold_path(confidences: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return every step at which one threshold for all levels changes an answer.

    Parameters
    ----------
    confidences : float array, shape (n_records, n_levels)
        Confidences in [0, 1]; 0 means that the record is never answered.

    Returns
    -------
    float64 array, shape (n_steps, n_levels)
        The distinct confidences above 0, largest first, the same in every column.
    """
    steps = np.unique(confidences[confidences > 0]).astype(np.float64)[::-1]
    return np.repeat(steps[:, None], confidences.shape[1], axis=1)


def _first_steps(
    confidences: NDArray[np.floating], path: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the step at which each level of each record first passes; n_steps: never."""
    columns = [
        np.searchsorted(-path[:, level], -confidences[:, level].astype(np.float64))
        for level in range(path.shape[1])
    ]
    return np.stack(columns, axis=1).astype(np.int64)


def _left_for_a_deeper_level(enters: NDArray[np.int64], n_steps: int) -> NDArray[np.int64]:
    """Return the step from which a deeper level than this one gives the answer."""
    leaves = np.full_like(enters, n_steps)
    for level in range(enters.shape[1] - 2, -1, -1):
        leaves[:, level] = np.minimum(leaves[:, level + 1], enters[:, level + 1])
    return leaves


def _running_counts(
    enters: NDArray[np.int64],
    leaves: NDArray[np.int64],
    counted: NDArray[np.bool_],
    n_steps: int,
) -> NDArray[np.int64]:
    """Count, per step and level, the records that have entered and not yet left."""
    counts = np.empty((n_steps, enters.shape[1]), dtype=np.int64)
    for level in range(enters.shape[1]):
        chosen = counted[:, level]
        came = np.bincount(enters[chosen, level], minlength=n_steps + 1)
        went = np.bincount(leaves[chosen, level], minlength=n_steps + 1)
        counts[:, level] = np.cumsum(came - went)[:n_steps]
    return counts
