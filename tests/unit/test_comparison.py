"""The paired test of two coders."""

import numpy as np
import pytest
from scipy import stats

from occoder.evaluation.comparison import compare, mcnemar

FIRST = np.array([[True]] * 70 + [[False]] * 30)
SECOND = np.array([[True]] * 60 + [[False]] * 35 + [[True]] * 5)
ALL = np.ones((100, 1), dtype=bool)


@pytest.mark.parametrize(("b", "c"), [(1, 9), (5, 5), (0, 6), (40, 22)])
def test_mcnemar_equals_sign_test(b: int, c: int) -> None:
    """The exact p-value is that of the sign test in scipy."""
    assert stats.binomtest(b, b + c).pvalue == pytest.approx(mcnemar(b, c))


def test_only_disagreement_decides() -> None:
    """The test counts the records that only one of the two gets right."""
    (found,) = compare(FIRST, SECOND, ALL)

    assert found is not None
    assert (0.7, 0.65, 10, 5) == (
        found.first,
        found.second,
        found.only_first,
        found.only_second,
    )
    assert mcnemar(10, 5) == found.p_value


def test_difference_has_a_paired_interval() -> None:
    """The interval of the difference is that of the pairs, narrower than of two samples."""
    (found,) = compare(FIRST, SECOND, ALL)
    paired = 1.96 * np.sqrt((0.15 - 0.05**2) / 100)

    assert found is not None
    assert 0.05 == pytest.approx(found.difference.value)
    assert paired == pytest.approx(
        (found.difference.high - found.difference.low) / 2, rel=0.1
    )


def test_unchecked_level_has_no_comparison() -> None:
    """Where no truth reaches there is nothing to compare."""
    checkable = np.hstack([ALL, ~ALL])
    found = compare(np.hstack([FIRST] * 2), np.hstack([SECOND] * 2), checkable)

    assert [False, True] == [one is None for one in found]


def test_equal_coders_do_not_differ() -> None:
    """A coder against itself has difference 0 and p-value 1."""
    (found,) = compare(FIRST, FIRST, ALL)

    assert found is not None
    assert (0.0, 1.0) == (found.difference.value, found.p_value)
