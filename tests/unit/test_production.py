"""Production against agreement."""

import numpy as np

from occoder.evaluation.production import TargetPoint, production_curve

# The four most confident of ten records are right, then every second one.
CONFIDENCES = np.linspace(0.95, 0.05, 10)[:, None]
RIGHT = np.array([1, 1, 1, 1, 0, 1, 0, 1, 0, 1], dtype=bool)[:, None]


def test_curve_runs_from_strict_to_lenient() -> None:
    """Each threshold has its production and its agreement."""
    curve = production_curve(CONFIDENCES, RIGHT)

    assert [i / 10 for i in range(1, 11)] == [one.production_rate for one in curve.points]
    assert [1.0, 0.8, 0.7] == [round(curve.points[i].agreement_rate, 2) for i in (3, 4, 9)]
    assert 0.65 == round(curve.points[3].threshold, 2)


def test_target_is_the_largest_production() -> None:
    """A target is read off where most records are coded and it still holds."""
    curve = production_curve(CONFIDENCES, RIGHT, targets=(0.95, 0.8))
    found = [target.point.n_answered if target.point else 0 for target in curve.targets]

    assert [4, 6] == found


def test_missed_target_has_no_point() -> None:
    """Where no threshold reaches the target, there is no point."""
    curve = production_curve(CONFIDENCES, np.zeros_like(RIGHT), targets=(0.5,))

    assert (TargetPoint(0.5, None),) == curve.targets


def test_never_answered_counts_as_not_produced() -> None:
    """Records with confidence 0 stay in the number of records."""
    confidences = np.vstack([CONFIDENCES, np.zeros((10, 1))])
    curve = production_curve(confidences, np.vstack([RIGHT, RIGHT]))

    assert (20, 0.5) == (curve.n_records, curve.points[-1].production_rate)


def test_nothing_to_answer_has_no_points() -> None:
    """Without any confidence there is no curve."""
    curve = production_curve(np.zeros((3, 2)), np.zeros((3, 2), dtype=bool))

    assert () == curve.points


def test_points_are_thinned_evenly() -> None:
    """Many thresholds are thinned to two hundred points, ends included."""
    rng = np.random.default_rng(1)
    curve = production_curve(rng.random((3000, 2)), rng.random((3000, 2)) < 0.5)
    steps = np.diff([one.production_rate for one in curve.points])

    assert 200 == len(curve.points)
    assert 1.0 == curve.points[-1].production_rate
    assert steps.max() < 0.02
