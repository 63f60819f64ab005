"""Hierarchical precision, recall and F: partly right answers count in part.

Kiritchenko et al. 2005, as HiClass computes them: sums over the records of the
categories on the path of the answer, on that of the truth, and on both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from occoder.evaluation.bootstrap import Estimate, ratios
from occoder.evaluation.truth import category_sets


@dataclass(frozen=True, slots=True)
class Hierarchical:
    """Hierarchical precision, recall and F; None where they would divide by 0.

    Parameters
    ----------
    precision : Estimate or None
        Share of the categories on the paths of the answers that are true.
    recall : Estimate or None
        Share of the categories on the paths of the truth that were answered.
    f : Estimate or None
        Their harmonic mean.
    """

    precision: Estimate | None
    recall: Estimate | None
    f: Estimate | None


def hierarchical(
    answered: NDArray[np.int32],
    truth: NDArray[np.int32],
    groups: Sequence[str] | None = None,
) -> Hierarchical:
    """Return hierarchical precision, recall and F with bootstrap intervals.

    Parameters
    ----------
    answered : int32 array, shape (n_records, n_levels)
        Path of each answer, as `occoder.evaluation.truth.paths` gives it; -1
        throughout for a record without an answer, which lowers only the recall.
    truth : int32 array, shape (n_records, n_levels)
        Path of each true category.
    groups : sequence of str, length n_records, optional
        As in `occoder.evaluation.bootstrap.shares`.

    Returns
    -------
    Hierarchical
        The three with their intervals.

    Examples
    --------
    >>> half_way = hierarchical(np.array([[0, 1]]), np.array([[0, 2]]))
    >>> half_way.precision.value, half_way.recall.value, half_way.f.value
    (0.5, 0.5, 0.5)
    """
    given, true = category_sets(answered), category_sets(truth)
    n_both = ((given == true) & (true >= 0)).sum(axis=1)
    n_given, n_true = (given >= 0).sum(axis=1), (true >= 0).sum(axis=1)
    precision, recall, f = ratios(
        np.stack([n_both, n_both, 2 * n_both], axis=1),
        np.stack([n_given, n_true, n_given + n_true], axis=1),
        groups,
    )
    return Hierarchical(precision, recall, f)
