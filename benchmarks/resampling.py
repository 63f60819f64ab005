"""Figures with a 95 % interval where no closed form is at hand, by drawing texts anew."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from occoder.evaluation.bootstrap import Estimate

N_RESAMPLES: Final = 500
_SEED: Final = 20241206


def resampled(
    figures: Callable[[NDArray[np.intp]], Sequence[float]], keys: Sequence[str]
) -> list[Estimate]:
    """Return figures of the records with percentile bootstrap intervals.

    Parameters
    ----------
    figures : callable
        From positions of records (some repeated, some missing) to one or more figures.
    keys : sequence of str, length n_records
        Records of equal keys are drawn together.

    Returns
    -------
    list of Estimate
        In the order of the figures.
    """
    _, group = np.unique(np.asarray(keys), return_inverse=True)
    members = np.split(np.argsort(group, kind="stable"), np.cumsum(np.bincount(group))[:-1])
    rng = np.random.default_rng(_SEED)
    drawn = np.array(
        [
            figures(np.concatenate([members[i] for i in chosen]))
            for chosen in rng.integers(len(members), size=(N_RESAMPLES, len(members)))
        ]
    )
    found = figures(np.arange(len(keys)))
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    return [
        Estimate(float(value), float(start), float(end), len(keys))
        for value, start, end in zip(found, low, high, strict=True)
    ]
