"""Thresholds that keep a maximum error."""

import numpy as np
import pytest
from numpy.typing import NDArray

from occoder.errors import ClaimNotReached, TooFewRecords
from occoder.evaluation.binomial import upper_bound
from occoder.evaluation.guarantee import Guarantee, find_thresholds, first_tested


def records(n: int, n_right: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return n falling confidences at one level; the first n_right answers are right."""
    return np.linspace(0.99, 0.5, n)[:, None], (np.arange(n) < n_right)[:, None]


def test_threshold_is_the_last_that_passes() -> None:
    """With the errors at the end, the walk goes as far as the bound allows, not further."""
    found = find_thresholds(*records(400, 300), max_error=0.05)

    assert upper_bound(found.n_wrong, found.n_answered) <= 0.05
    assert upper_bound(found.n_wrong + 1, found.n_answered + 1) > 0.05
    assert found.n_answered == 300 + found.n_wrong


def test_facts_describe_the_thresholds() -> None:
    """What is reported is what the thresholds do on the records."""
    confidences, right = records(400, 300)
    found = find_thresholds(confidences, right, max_error=0.05)
    answered = confidences[:, 0] >= found.thresholds[0]

    assert (answered.sum(), (answered & ~right[:, 0]).sum()) == (
        found.n_answered,
        found.n_wrong,
    )
    assert answered.mean() == pytest.approx(found.production_rate)
    assert [found.production_rate] == pytest.approx(list(found.production_by_level))
    assert upper_bound(found.n_wrong, found.n_answered) == found.upper_bound


def test_perfect_answers_are_all_given() -> None:
    """When nothing is wrong, every record is answered at its deepest level."""
    confidences = np.repeat(np.linspace(0.99, 0.5, 80)[:, None], 3, axis=1)
    found = find_thresholds(confidences, np.ones((80, 3), dtype=bool), max_error=0.05)

    assert (0.0, 0.0, 1.0) == found.production_by_level
    assert (0.5, 0.5, 0.5) == found.thresholds


def test_deepest_level_is_judged() -> None:
    """Right groups do not excuse wrong occupations, so thresholds stay above them."""
    confidences = np.column_stack([np.full(400, 0.9), np.linspace(0.8, 0.1, 400)])
    right = np.column_stack([np.ones(400, dtype=bool), np.arange(400) < 200])
    found = find_thresholds(confidences, right, max_error=0.05)

    assert 400 == found.n_answered
    assert 200 <= found.production_by_level[1] * 400 <= 220


def test_first_failure_ends_the_walk() -> None:
    """A lenient threshold that would pass again is not reached past one that fails."""
    confidences, right = records(2000, 2000)
    right[600:700] = False
    found = find_thresholds(confidences, right, max_error=0.06)

    assert 600 < found.n_answered < 700
    assert upper_bound(100, 2000) < 0.06


def test_refused_records_are_never_answered() -> None:
    """Records without confidence count for the production rate and for nothing else."""
    confidences, right = records(200, 200)
    more = np.vstack([confidences, np.zeros((200, 1))])
    found = find_thresholds(more, np.vstack([right, ~right]), max_error=0.05)

    assert (200, 0, 0.5) == (found.n_answered, found.n_wrong, found.production_rate)


def test_fewer_than_59_are_refused() -> None:
    """58 right answers can't show 5 %, 59 can; the error says how many are needed."""
    with pytest.raises(TooFewRecords) as refusal:
        find_thresholds(*records(58, 58), max_error=0.05)

    assert (58, 59) == (refusal.value.n_records, refusal.value.n_needed)
    assert 59 == find_thresholds(*records(59, 59), max_error=0.05).n_answered


def test_low_production_needs_more_records() -> None:
    """When half of the records can't be answered, twice as many are needed."""
    confidences, right = records(40, 40)
    with pytest.raises(TooFewRecords) as refusal:
        find_thresholds(
            np.vstack([confidences, np.zeros((40, 1))]),
            np.vstack([right] * 2),
            max_error=0.05,
        )

    assert 118 == refusal.value.n_needed


def test_some_errors_need_more_records() -> None:
    """With 3 % errors among the most confident, more records would show 5 %."""
    confidences, right = records(200, 200)
    right[::33] = False
    with pytest.raises(TooFewRecords) as refusal:
        find_thresholds(confidences, right, max_error=0.05)
    n = refusal.value.n_needed
    right = (np.arange(n) % 33 > 0)[:, None]

    assert n > 200
    assert (
        n
        == find_thresholds(
            np.linspace(0.99, 0.5, n)[:, None], right, max_error=0.05
        ).n_records
    )


def test_too_many_errors_are_not_a_matter_of_number() -> None:
    """With 10 % errors everywhere no number helps; what could be promised is told."""
    confidences, right = records(1000, 1000)
    right[::10] = False
    with pytest.raises(ClaimNotReached) as refusal:
        find_thresholds(confidences, right, max_error=0.05)

    assert (250, 25) == (refusal.value.n_answered, refusal.value.n_wrong)
    assert upper_bound(25, 250) == refusal.value.possible_error


def test_only_first_of_a_group_counts() -> None:
    """With groups, repeats of a text neither help nor harm."""
    confidences, right = records(100, 100)
    groups = [f"text {i:03}" for i in range(100)]
    once = find_thresholds(confidences, right, max_error=0.05)
    more = find_thresholds(
        np.vstack([confidences, confidences]),
        np.vstack([right, ~right]),
        max_error=0.05,
        groups=groups * 2,
    )

    assert once == more


def test_path_of_others_is_walked() -> None:
    """A path learned elsewhere gives thresholds of its own for each level."""
    confidences = np.column_stack([np.linspace(0.99, 0.5, 200), np.linspace(0.9, 0.1, 200)])
    right = np.column_stack([np.ones(200, dtype=bool), confidences[:, 1] > 0.5])
    path = np.array([[0.8, 0.8], [0.5, 0.5], [0.5, 0.4], [0.5, 0.1]])
    found = find_thresholds(confidences, right, max_error=0.05, path=path)

    assert (0.5, 0.5) == found.thresholds


def test_tied_confidences_enter_together() -> None:
    """Records of one confidence are answered all or none."""
    confidences = np.repeat([0.9, 0.8], 100)[:, None]
    found = find_thresholds(confidences, (np.arange(200) < 104)[:, None], max_error=0.05)

    assert (100, 0) == (found.n_answered, found.n_wrong)


@pytest.mark.parametrize("max_error", [0.0, 1.0])
def test_impossible_claims_are_refused(max_error: float) -> None:
    """A maximum error is a share between 0 and 1."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        find_thresholds(*records(100, 100), max_error=max_error)


def test_start_depends_on_numbers_alone() -> None:
    """The first threshold tested answers a number of records known before any is read."""
    assert [59, 75, 208, 1000] == [first_tested(n, 0.05) for n in (100, 150, 500, 4000)]


def test_statement_names_all_facts() -> None:
    """The promise in words holds error, confidence, numbers and bound."""
    found = Guarantee(0.05, 0.95, (0.9,), 400, 300, 8, 0.0477, 0.75, (0.75,))

    assert (
        "With 95 % confidence, at most 5 % of the codes given are wrong. "
        "Shown on 400 coded records: 300 get a code (75.0 %), 8 of them a wrong one; "
        "exact upper bound 4.77 %."
    ) == found.statement()
