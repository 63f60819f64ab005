"""Laws of the evaluation, for any answers."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import stats

from occoder.errors import ClaimNotReached, TooFewRecords
from occoder.evaluation.bootstrap import shares
from occoder.evaluation.guarantee import find_thresholds
from occoder.evaluation.production import production_curve
from occoder.evaluation.reliability import equal_mass_bins, reliability
from occoder.evaluation.walk import single_threshold_path, walk

Answers = tuple[NDArray[np.float64], NDArray[np.bool_]]

N_POPULATION = 20_000
N_RESAMPLES = 300


@st.composite
def answers(draw: st.DrawFn) -> Answers:
    """Draw confidences, with ties, and whether the answers are right: any shape."""
    shape = draw(st.tuples(st.integers(1, 30), st.integers(1, 4)))
    tenths = st.integers(0, 10).map(lambda tenth: tenth / 10)
    return draw(arrays(np.float64, shape, elements=tenths)), draw(arrays(np.bool_, shape))


@given(answers())
def test_walk_equals_coding_one_by_one(drawn: Answers) -> None:
    """Counting along a path equals giving each record its deepest level that passes."""
    confidences, right = drawn
    steps = walk(confidences, right, single_threshold_path(confidences))
    for step, threshold in enumerate(steps.thresholds[:, 0]):
        answered, wrong = np.zeros_like(steps.answered[0]), np.zeros_like(steps.wrong[0])
        for record in range(len(confidences)):
            passed = np.flatnonzero(confidences[record] >= threshold)
            if len(passed):
                answered[passed[-1]] += 1
                wrong[passed[-1]] += not right[record, passed[-1]]

        assert answered.tolist() == steps.answered[step].tolist()
        assert wrong.tolist() == steps.wrong[step].tolist()


@given(answers())
def test_stricter_never_produces_more(drawn: Answers) -> None:
    """A higher threshold never raises the production rate."""
    points = production_curve(*drawn).points

    assert sorted(points, key=lambda one: -one.threshold) == list(points)
    assert sorted(one.production_rate for one in points) == [
        one.production_rate for one in points
    ]


@given(answers(), st.randoms())
def test_order_of_records_is_no_matter(drawn: Answers, random: object) -> None:
    """Shuffled records have the same shares, intervals, curve and calibration."""
    confidences, right = drawn
    order = np.random.default_rng(len(right)).permutation(len(right))
    counted = np.ones_like(right)

    assert shares(right, counted) == shares(right[order], counted)
    assert production_curve(confidences, right) == production_curve(
        confidences[order], right[order]
    )


@given(answers())
def test_interval_holds_its_share(drawn: Answers) -> None:
    """A share lies within its interval, and both within [0, 1]."""
    _, right = drawn
    for found in shares(right, np.ones_like(right)):
        assert found is not None
        assert 0 <= found.low <= found.value <= found.high <= 1


@given(answers())
def test_calibration_errors_are_shares(drawn: Answers) -> None:
    """Every error lies in [0, 1]; none is below what the means alone show."""
    confidences, right = drawn
    found = reliability(confidences[:, 0], right[:, 0])

    assert found is not None
    assert len(right) == sum(one.n for one in found.bins)
    for error in (found.ece, found.ece_15, found.ece_equal_mass):
        assert abs(found.overconfidence) - 1e-9 <= error <= 1
    assert 0 <= found.brier <= 1


@given(answers())
def test_equal_confidences_share_a_bin(drawn: Answers) -> None:
    """Bins of equal mass never part equal confidences."""
    confidences = drawn[0][:, 0]
    bins = equal_mass_bins(confidences, 10)
    pairs = set(zip(confidences.tolist(), bins.tolist(), strict=True))

    assert len(set(confidences.tolist())) == len(pairs)


def population(
    error: Callable[[NDArray[np.float64]], NDArray[np.float64]], *, distortion: float
) -> Answers:
    """Return a population with two levels whose error is known.

    ``error`` gives the probability of a wrong answer at the finer level by rank, from 0
    for the most confident to 1; the confidences shown are distorted by a power.
    """
    rng = np.random.default_rng(2026)
    rank = rng.permutation(N_POPULATION) / N_POPULATION
    wrong_finer = rng.random(N_POPULATION) < error(rank)
    wrong_broader = wrong_finer & (rng.random(N_POPULATION) < 0.4)
    finer = (1 - 0.8 * rank) ** distortion
    confidences = np.column_stack([np.sqrt(finer), finer])
    return confidences, ~np.column_stack([wrong_broader, wrong_finer])


def error_at(thresholds: tuple[float, ...], whole: Answers) -> float:
    """Return the share of wrong answers that thresholds give in a population."""
    steps = walk(*whole, np.array([thresholds]))
    return float(steps.n_wrong[0] / steps.n_answered[0])


def kept(
    find: Callable[[NDArray[np.float64], NDArray[np.bool_]], tuple[float, ...] | None],
    whole: Answers,
    *,
    n: int,
    max_error: float,
) -> tuple[int, int]:
    """Return how often thresholds were found on samples, and how often they broke it."""
    rng = np.random.default_rng(59)
    samples = (rng.integers(0, N_POPULATION, n) for _ in range(N_RESAMPLES))
    found = [find(whole[0][sample], whole[1][sample]) for sample in samples]
    errors = [error_at(thresholds, whole) for thresholds in found if thresholds]
    return len(errors), sum(one > max_error for one in errors)


def promised(max_error: float) -> Callable[..., tuple[float, ...] | None]:
    """Return the way to thresholds that is tested."""

    def find(
        confidences: NDArray[np.float64], right: NDArray[np.bool_]
    ) -> tuple[float, ...] | None:
        try:
            return find_thresholds(confidences, right, max_error=max_error).thresholds
        except (TooFewRecords, ClaimNotReached):
            return None

    return find


def read_off(max_error: float) -> Callable[..., tuple[float, ...] | None]:
    """Return the tempting way: the most lenient threshold with few observed errors."""

    def find(
        confidences: NDArray[np.float64], right: NDArray[np.bool_]
    ) -> tuple[float, ...] | None:
        (target,) = production_curve(confidences, right, [1 - max_error]).targets
        return target.point and (target.point.threshold,) * confidences.shape[1]

    return find


CASES = [
    pytest.param(lambda rank: 0.2 * rank, 1.0, 300, 0.05, id="calibrated"),
    pytest.param(lambda rank: 0.2 * rank, 0.05, 300, 0.05, id="overconfident"),
    pytest.param(lambda rank: 0.3 * rank**2, 8.0, 600, 0.03, id="too modest"),
    pytest.param(lambda rank: np.full_like(rank, 0.051), 1.0, 300, 0.05, id="useless"),
    pytest.param(lambda rank: 0.11 - 0.05 * rank, 1.0, 400, 0.1, id="upside down"),
    pytest.param(lambda rank: 0.02 + (rank > 0.6) * 0.4, 1.0, 400, 0.05, id="cliff"),
]


@pytest.mark.parametrize(("error", "distortion", "n", "max_error"), CASES)
def test_promise_is_kept(
    error: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    distortion: float,
    n: int,
    max_error: float,
) -> None:
    """Thresholds from a sample break the promise in the population at most 5 % of times."""
    whole = population(error, distortion=distortion)
    _, broken = kept(promised(max_error), whole, n=n, max_error=max_error)

    # Not significantly more than 5 % of the samples: the seed is fixed, chance is not.
    assert stats.binomtest(broken, N_RESAMPLES, 0.05, alternative="greater").pvalue > 0.01


def test_promise_is_not_empty() -> None:
    """On a sample of good answers thresholds are nearly always found."""
    whole = population(lambda rank: 0.2 * rank**3, distortion=1.0)
    found, _ = kept(promised(0.05), whole, n=600, max_error=0.05)

    assert found > 0.9 * N_RESAMPLES


def test_simulation_tells_keeping_from_breaking() -> None:
    """Thresholds read off the observed error break the promise far more often than 5 %."""
    whole = population(lambda rank: 0.2 * rank, distortion=1.0)
    _, broken = kept(read_off(0.05), whole, n=300, max_error=0.05)

    assert broken > 0.3 * N_RESAMPLES
