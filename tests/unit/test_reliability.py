"""Reliability of confidences."""

import numpy as np
import pytest

from occoder.evaluation.reliability import (
    calibration_error,
    equal_mass_bins,
    equal_width_bins,
    reliability,
)

CONFIDENCES = np.array([0.15, 0.15, 0.15, 0.15, 0.95, 0.95, 0.95, 0.95])
RIGHT = np.array([1, 0, 0, 0, 1, 1, 1, 0], dtype=bool)


def test_ece_is_the_mean_distance() -> None:
    """Two bins of equal size, 0.10 and 0.20 off, have an ECE of 0.15."""
    found = reliability(CONFIDENCES, RIGHT)

    assert found is not None
    assert 0.15 == pytest.approx(found.ece)
    assert (0.15 + 0.95) / 2 - 0.5 == pytest.approx(found.overconfidence)


def test_brier_is_the_mean_square() -> None:
    """The Brier score is the mean squared distance from right or wrong."""
    expected = (0.85**2 + 3 * 0.15**2 + 3 * 0.05**2 + 0.95**2) / 8
    found = reliability(CONFIDENCES, RIGHT)

    assert found is not None
    assert expected == pytest.approx(found.brier)


def test_bins_hold_their_records() -> None:
    """Each bin has its number, mean confidence, agreement and exact interval."""
    found = reliability(CONFIDENCES, RIGHT)

    assert found is not None
    assert [(4, 0.15, 0.25), (4, 0.95, 0.75)] == [
        (one.n, round(one.confidence, 6), one.agreement) for one in found.bins
    ]
    assert all(one.low < one.agreement < one.high for one in found.bins)


def test_certainty_is_in_the_last_bin() -> None:
    """A confidence of 1 falls into the last of ten bins, 0 into the first."""
    assert [0, 5, 9, 9] == equal_width_bins(np.array([0.0, 0.5, 0.99, 1.0]), 10).tolist()


def test_equal_mass_spreads_records() -> None:
    """Bins of equal mass hold equally many of distinct confidences."""
    bins = equal_mass_bins(np.random.default_rng(1).random(100), 10)

    assert [10] * 10 == np.bincount(bins).tolist()


def test_noise_floor_is_what_perfection_shows() -> None:
    """Perfectly calibrated confidences have an ECE about as large as the noise floor."""
    rng = np.random.default_rng(7)
    confidences = rng.random(500)
    simulated = [
        calibration_error(
            confidences, rng.random(500) < confidences, equal_width_bins(confidences, 10)
        )
        for _ in range(100)
    ]
    found = reliability(confidences, rng.random(500) < confidences)

    assert found is not None
    assert np.mean(simulated) == pytest.approx(found.ece_if_calibrated, rel=0.1)


def test_no_records_have_no_reliability() -> None:
    """Without records there is nothing to judge."""
    assert reliability(np.array([]), np.array([], dtype=bool)) is None
