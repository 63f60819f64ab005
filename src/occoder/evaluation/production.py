"""Production rate against agreement rate: what a threshold costs and what it buys."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from occoder.evaluation.walk import single_threshold_path, walk

TARGETS: Final = (0.95, 0.97)
_N_POINTS: Final = 200


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What one threshold gives.

    Parameters
    ----------
    threshold : float
        Lowest confidence that is accepted, in (0, 1].
    n_answered : int
        Number of records answered.
    production_rate : float
        Their share of all records.
    agreement_rate : float
        Share of the answers that are right.
    """

    threshold: float
    n_answered: int
    production_rate: float
    agreement_rate: float


@dataclass(frozen=True, slots=True)
class TargetPoint:
    """The largest production at which a target agreement is still observed.

    Parameters
    ----------
    target : float
        The agreement rate asked for.
    point : CurvePoint or None
        None when no threshold reaches the target.
    """

    target: float
    point: CurvePoint | None


@dataclass(frozen=True, slots=True)
class ProductionCurve:
    """Production and agreement from the strictest threshold to the most lenient.

    Parameters
    ----------
    n_records : int
        Number of records that the production rate is a share of.
    points : tuple of CurvePoint
        At most 200, evenly spread over the production rate.
    targets : tuple of TargetPoint
        Where an agreement of 95 % and of 97 % is observed. They are read off the very
        records they describe, so they flatter a little; a promise needs
        `occoder.evaluation.guarantee.find_thresholds`.
    """

    n_records: int
    points: tuple[CurvePoint, ...]
    targets: tuple[TargetPoint, ...]


def production_curve(
    confidences: NDArray[np.floating],
    right: NDArray[np.bool_],
    targets: Sequence[float] = TARGETS,
) -> ProductionCurve:
    """Return production and agreement over one threshold for all levels.

    The answer is the deepest level that reaches the threshold. For the curve of one
    level alone, give only the column of that level.

    Parameters
    ----------
    confidences : float array, shape (n_records, n_levels)
        Confidence of the best category at each level; 0 for records never answered.
    right : bool array, shape (n_records, n_levels)
        Whether that category is the true one; False where that can't be checked.
    targets : sequence of float
        Agreement rates to look up.

    Returns
    -------
    ProductionCurve
        Without points when there is nothing to answer.
    """
    steps = walk(confidences, right, single_threshold_path(confidences))
    n_answered, n_wrong = steps.n_answered, steps.n_wrong

    def point(step: int) -> CurvePoint:
        n = int(n_answered[step])
        return CurvePoint(
            threshold=float(steps.thresholds[step, 0]),
            n_answered=n,
            production_rate=n / len(confidences),
            agreement_rate=1.0 - int(n_wrong[step]) / n,
        )

    def reaching(target: float) -> CurvePoint | None:
        reached = np.flatnonzero(n_wrong <= (1.0 - target) * n_answered)
        return point(int(reached[-1])) if len(reached) else None

    return ProductionCurve(
        n_records=len(confidences),
        points=tuple(point(step) for step in _spread(n_answered)),
        targets=tuple(TargetPoint(target, reaching(target)) for target in targets),
    )


def _spread(n_answered: NDArray[np.int64]) -> list[int]:
    """Choose steps at about even distances in the number of answers."""
    if not len(n_answered):
        return []
    wanted = np.linspace(n_answered[0], n_answered[-1], _N_POINTS)
    # Of the steps with equally many answers the last: there they are deepest.
    chosen = np.searchsorted(n_answered, wanted, side="right") - 1
    return [int(step) for step in np.unique(chosen)]
