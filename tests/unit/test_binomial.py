"""Exact binomial probabilities and bounds."""

import pytest
from scipy import stats

from occoder.evaluation.binomial import (
    at_most,
    interval,
    smallest_n,
    tolerated,
    upper_bound,
)

CASES = [(0, 1), (0, 59), (3, 60), (9, 10), (57, 900), (480, 10_000), (9_000, 200_000)]


@pytest.mark.parametrize(("k", "n"), CASES)
@pytest.mark.parametrize("p", [0.001, 0.05, 0.5, 0.97])
def test_tail_equals_scipy(k: int, n: int, p: float) -> None:
    """The probability of at most k successes is that of scipy."""
    assert stats.binom.cdf(k, n, p) == pytest.approx(at_most(k, n, p), rel=1e-7, abs=1e-12)


@pytest.mark.parametrize(("k", "n"), CASES)
def test_upper_bound_equals_scipy(k: int, n: int) -> None:
    """The one-sided bound is the quantile of the beta distribution."""
    expected = stats.beta.ppf(0.95, k + 1, n - k)

    assert expected == pytest.approx(upper_bound(k, n, 0.95), rel=1e-7)


@pytest.mark.parametrize(("k", "n"), [*CASES, (10, 10)])
def test_interval_equals_scipy(k: int, n: int) -> None:
    """The two-sided interval is that of Clopper and Pearson in scipy."""
    expected = stats.binomtest(k, n).proportion_ci(0.9, method="exact")

    assert (expected.low, expected.high) == pytest.approx(interval(k, n, 0.9), abs=1e-9)


def test_certain_events_are_certain() -> None:
    """Outside the possible numbers of successes the probability is 0 or 1."""
    assert [0.0, 1.0, 1.0] == [at_most(-1, 5, 0.5), at_most(5, 5, 0.5), at_most(0, 0, 0.5)]
    assert [1.0, 0.0] == [at_most(2, 5, 0.0), at_most(2, 5, 1.0)]
    assert (0.0, 1.0) == interval(0, 0)


@pytest.mark.parametrize(
    ("max_error", "confidence", "expected"),
    [(0.05, 0.95, 59), (0.03, 0.95, 99), (0.01, 0.95, 299), (0.05, 0.9, 45)],
)
def test_smallest_n_is_known(max_error: float, confidence: float, expected: int) -> None:
    """59 right answers of 59 show 5 % at 95 % confidence, and so on."""
    assert expected == smallest_n(max_error, confidence)


def test_tolerated_is_the_largest_that_passes() -> None:
    """One more wrong answer than tolerated would no longer show the claim."""
    most = tolerated(400, 0.05)

    assert all(at_most(int(k), m, 0.05) <= 0.05 for m, k in enumerate(most) if k >= 0)
    assert all(at_most(int(k) + 1, m, 0.05) > 0.05 for m, k in enumerate(most))
