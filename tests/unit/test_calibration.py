"""From shares to confidences."""

from math import exp, log

import numpy as np
import pytest
from numpy.typing import NDArray

from occoder.coder.calibration import Calibration, logistic, logit
from occoder.coder.search import Ranking

PLAIN = Calibration(np.array([[0.0, 1.0], [0.0, 1.0]]))


def ranking(*shares: list[float]) -> Ranking:
    """Return the ranking of one record with these shares, level by level."""
    share = np.array([shares], np.float32)
    category = np.where(share > 0, np.arange(share.shape[2]), -1).astype(np.int32)
    return Ranking(category, share, np.zeros(1, np.float32), np.zeros(1, np.int32))


def confidences(calibration: Calibration, *shares: list[float]) -> NDArray[np.float32]:
    """Return the confidences of one record, level by level."""
    return calibration.confidences(ranking(*shares))[0]


def test_confidence_follows_its_formula() -> None:
    """Intercept and slope act on the log odds of the share, level by level."""
    calibration = Calibration(np.array([[0.5, 2.0], [-0.3, 0.7]]))
    found = confidences(calibration, [0.8, 0.2], [0.6, 0.3])
    expected = [
        [1 / (1 + exp(-(a + b * log(share / (1 - share))))) for share in shares]
        for a, b, shares in ((0.5, 2.0, (0.8, 0.2)), (-0.3, 0.7, (0.6, 0.3)))
    ]

    assert expected == [pytest.approx(level, abs=1e-6) for level in found.tolist()]


def test_plain_calibration_changes_nothing() -> None:
    """With intercept 0 and slope 1 the confidence is the share."""
    assert [[0.75, 0.25], [0.5, 0.25]] == [
        pytest.approx(level, abs=1e-6)
        for level in confidences(PLAIN, [0.75, 0.25], [0.5, 0.25]).tolist()
    ]


def test_no_category_has_no_confidence() -> None:
    """Where there is no category the confidence is 0, whatever the intercept."""
    found = confidences(
        Calibration(np.array([[9.0, 1.0], [9.0, 1.0]])), [0.9, 0.0], [0.0, 0.0]
    )

    assert [0.0, 0.0, 0.0] == [found[0, 1], *found[1]]


def test_confidence_never_grows_downwards() -> None:
    """No category has more confidence than the best one a level up."""
    found = confidences(PLAIN, [0.3, 0.2], [0.9, 0.25])

    assert [0.3, 0.25] == pytest.approx(found[1].tolist(), abs=1e-6)


def test_certain_shares_stay_finite() -> None:
    """Shares of 0 and 1 have log odds within 14 of zero."""
    odds = logit(np.array([0.0, 1.0], np.float32))

    assert (np.abs(odds) < 14).all()
    assert odds[0] == pytest.approx(-odds[1])


def test_steep_calibration_stays_in_bounds() -> None:
    """However steep a calibration is, a confidence is a number from 0 to 1."""
    steep = Calibration(np.array([[0.0, 1e3], [0.0, 1e3]]))

    assert [[1.0, 0.0], [0.5, 0.0]] == confidences(steep, [1.0, 1e-7], [0.5, 1e-7]).tolist()


def test_logistic_undoes_logit() -> None:
    """Log odds go back to their share."""
    shares = np.linspace(0.001, 0.999, 50)

    assert shares.tolist() == pytest.approx(logistic(logit(shares)).tolist())
