"""Shares with their intervals."""

import numpy as np
import pytest

from occoder.evaluation.binomial import interval
from occoder.evaluation.bootstrap import exact_share, ratios, shares

RIGHT = np.arange(400)[:, None] % 5 > 0
ALL = np.ones_like(RIGHT)


def test_share_of_the_counted() -> None:
    """Only counted records enter the share, and n is their number."""
    counted = np.arange(400)[:, None] < 100
    (found,) = shares(RIGHT, counted)

    assert found is not None
    assert (0.8, 100) == (found.value, found.n)


def test_interval_is_that_of_a_share() -> None:
    """For independent records the interval is about 1.96 standard errors wide."""
    (found,) = shares(RIGHT, ALL)
    half = 1.96 * np.sqrt(0.8 * 0.2 / 400)

    assert found is not None
    assert (0.8 - half, 0.8 + half) == pytest.approx((found.low, found.high), abs=0.004)


def test_repeats_add_no_certainty() -> None:
    """Every record four times over, as one group, gives the interval of once."""
    once = shares(RIGHT, ALL)
    groups = np.repeat([f"text {i}" for i in range(400)], 4).tolist()
    four_times = shares(np.repeat(RIGHT, 4, axis=0), np.repeat(ALL, 4, axis=0), groups)

    assert once[0] is not None
    assert four_times[0] is not None
    assert (once[0].low, once[0].high) == pytest.approx(
        (four_times[0].low, four_times[0].high)
    )
    assert 1600 == four_times[0].n


def test_nothing_counted_is_none() -> None:
    """A column without any counted record has no share; the others keep theirs."""
    counted = np.hstack([ALL, ~ALL])

    assert [False, True] == [one is None for one in shares(np.hstack([RIGHT] * 2), counted)]


def test_all_right_has_an_exact_interval() -> None:
    """When no resample can differ, the interval is exact, for the number of groups."""
    groups = [str(i // 2) for i in range(40)]
    (found,) = shares(ALL[:40], ALL[:40], groups)

    assert found is not None
    assert interval(20, 20) == (found.low, found.high)


def test_same_input_same_interval() -> None:
    """The bootstrap is seeded."""
    assert shares(RIGHT, ALL) == shares(RIGHT, ALL)


def test_many_patterns_are_drawn_in_blocks() -> None:
    """More distinct rows than fit into a block at once give an interval all the same."""
    values = np.random.default_rng(1).random((5000, 1))
    (found,) = ratios(values, np.ones_like(values))

    assert found is not None
    assert 1.96 * np.sqrt(1 / 12 / 5000) == pytest.approx(
        (found.high - found.low) / 2, rel=0.1
    )


def test_exact_share_of_nothing_is_none() -> None:
    """An exact share needs a record too."""
    assert exact_share(RIGHT[:, 0], ~ALL[:, 0]) is None
