"""Fitting the confidences."""

import numpy as np
import pytest
from numpy.typing import NDArray

from occoder.coder.calibration import logit
from occoder.coder.search import Ranking
from occoder.training.logistic import Weighted, fit_calibration


def ranking(share: NDArray[np.float64]) -> Ranking:
    """Return a ranking of one level with these shares; none where it is 0."""
    shape = (len(share), 1, 1)
    return Ranking(
        np.where(share > 0, 0, -1).astype(np.int32).reshape(shape),
        share.astype(np.float32).reshape(shape),
        np.zeros(len(share), np.float32),
        np.zeros(len(share), np.int32),
    )


def sample(intercept: float, slope: float, *, seed: int, weight: float = 1.0) -> Weighted:
    """Draw a sample that is right with the probability of a known calibration."""
    rng = np.random.default_rng(seed)
    share = rng.uniform(0.01, 0.99, 20_000)
    probability = 1 / (1 + np.exp(-intercept - slope * logit(share)))
    right = rng.random(len(share)) < probability
    return ranking(share), right[:, None], weight


@pytest.mark.parametrize(("intercept", "slope"), [(0, 1), (-1, 0.5), (0.7, 2.2)])
def test_known_calibration_is_found(intercept: float, slope: float) -> None:
    """From answers whose probability to be right is known, its numbers are found."""
    found = fit_calibration(sample(intercept, slope, seed=1)).coefficients

    assert [intercept, slope] == pytest.approx(found[0].tolist(), abs=0.1)


def test_confidence_is_the_share_of_right_answers() -> None:
    """Over the sample the mean confidence is the part that is right."""
    drawn = sample(-0.5, 1.4, seed=2)
    confidences = fit_calibration(drawn).confidences(drawn[0])

    assert drawn[1].mean() == pytest.approx(confidences.mean(), abs=1e-3)


def test_levels_are_fitted_apart() -> None:
    """Each level has its own numbers."""
    broad, right_broad, _ = sample(1.0, 1.0, seed=3)
    fine, right_fine, _ = sample(-1.0, 2.0, seed=4)
    both = Ranking(
        np.concatenate([broad.category, fine.category], axis=1),
        np.concatenate([broad.share, fine.share], axis=1),
        broad.refusal,
        broad.reason,
    )
    found = fit_calibration((both, np.hstack([right_broad, right_fine]), 1.0))
    alone = [
        fit_calibration((fine, right_fine, 1.0)),
        fit_calibration((broad, right_broad, 1.0)),
    ]

    assert alone[1].coefficients[0] == pytest.approx(found.coefficients[0])
    assert alone[0].coefficients[0] == pytest.approx(found.coefficients[1])


def test_sample_of_no_weight_plays_no_part() -> None:
    """With all the weight on one sample the other might as well not be there."""
    counted, ignored = sample(0.5, 1.0, seed=5), sample(-3.0, 0.2, seed=6, weight=0.0)

    assert fit_calibration(counted).coefficients == pytest.approx(
        fit_calibration(counted, ignored).coefficients, abs=1e-4
    )


def test_weight_is_that_of_the_whole_sample() -> None:
    """A sample counts by its weight, however many records it has."""
    one, other = sample(1.0, 1.0, seed=7, weight=0.5), sample(-1.0, 1.0, seed=8, weight=0.5)
    tenth = ranking(one[0].share[:2000].ravel()), one[1][:2000], 0.5

    assert fit_calibration(one, other).coefficients == pytest.approx(
        fit_calibration(tenth, other).coefficients, abs=0.15
    )


def test_answers_without_category_are_left_out() -> None:
    """A record that the model knows nothing of does not pull the confidences down."""
    drawn = sample(0.0, 1.0, seed=9)
    share = np.append(drawn[0].share.ravel(), np.zeros(5000))
    right = np.append(drawn[1], np.zeros((5000, 1), bool), axis=0)

    assert fit_calibration(drawn).coefficients == pytest.approx(
        fit_calibration((ranking(share), right, 1.0)).coefficients, abs=1e-3
    )


@pytest.mark.parametrize("are_right", ["all", "none", "the least likely"])
def test_slope_stays_above_zero(are_right: str) -> None:
    """Whatever the answers, more share never means less confidence, and all is finite."""
    share = np.linspace(0.01, 0.99, 200)
    right = {"all": share > 0, "none": share < 0, "the least likely": share < 0.5}[
        are_right
    ]
    (found,) = fit_calibration((ranking(share), right[:, None], 1.0)).coefficients

    assert np.isfinite(found).all()
    assert 0 < found[1]


def test_useless_shares_give_the_mean() -> None:
    """Where larger shares are right less often, every confidence is the mean."""
    share = np.linspace(0.01, 0.99, 200)
    useless = ranking(share), (share < 0.25)[:, None], 1.0
    confidences = fit_calibration(useless).confidences(useless[0])

    assert [0.245] * 200 == pytest.approx(confidences.ravel().tolist(), abs=0.01)


def test_nothing_to_fit_leaves_shares_as_they_are() -> None:
    """Without any answer the confidence is the share."""
    nothing = ranking(np.zeros(3)), np.zeros((3, 1), bool), 1.0

    assert [[0.0, 1.0]] == fit_calibration(nothing).coefficients.tolist()
