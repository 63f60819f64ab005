"""Confidences and promises from texts that were held out."""

import numpy as np
import pytest
from numpy.typing import NDArray
from toy_coder import TOY
from toy_model import NOUNS, QUALIFIERS, small_model

from occoder.coder.packed import pack
from occoder.coder.reason import REFUSALS
from occoder.coder.search import Search
from occoder.evaluation.truth import truth_by_level
from occoder.training.calibrating import (
    CONFIDENCE,
    MAX_ERRORS,
    Calibrated,
    Sample,
    calibrate,
    find_promises,
    part,
)

HSVM = small_model().hsvm
CODES = [code for code, nouns in NOUNS.items() for _ in nouns for _ in QUALIFIERS]
TITLES = [
    f"{qualifier} {noun}".strip()
    for nouns in NOUNS.values()
    for noun in nouns
    for qualifier in QUALIFIERS
]
N = len(TITLES)


def sample(titles: list[str], codes: list[str], refused: int = 0) -> Sample:
    """Return texts with their codes, and some that name no occupation."""
    reasons = [i % len(REFUSALS) for i in range(refused)]
    words = [f"{REFUSALS[reason]} {i}" for i, reason in enumerate(reasons)]
    positions = [TOY.position(code) for code in codes]
    first = len(TOY.categories) + 1
    category = np.array([*positions, *(first + reason for reason in reasons)], np.int64)
    return Sample([*titles, *words], [""] * len(category), category)


def calibrated(held_out: Sample, seen_share: float = 0.0) -> Calibrated:
    """Calibrate on texts, with the first of them as those that were trained on."""
    seen = sample(TITLES[:20], CODES[:20])
    return calibrate(HSVM, held_out, seen, TOY, seen_share=seen_share)


def test_agreement_is_that_of_codable_texts() -> None:
    """The stated agreement is the share of right best categories, refusals apart."""
    found = calibrated(sample(TITLES, CODES, refused=50))
    best = Search(HSVM).rank(pack(TITLES), 1).category[:, :, 0]
    expected = (best == truth_by_level(CODES, TOY)).mean(axis=0)

    assert expected.tolist() == pytest.approx(found.agreement)


def test_few_codable_texts_are_refused() -> None:
    """The threshold for refusals is so high that few codable texts pass it."""
    to_refuse, codable = calibrated(sample(TITLES, CODES, refused=200)).refused

    assert codable <= 0.02
    assert 0.8 < to_refuse


def test_promises_are_kept_on_their_records() -> None:
    """Each promise has a bound within its maximum error, the strictest promise first."""
    promises = calibrated(sample(TITLES, CODES)).promises
    errors = [one.max_error for one in promises]

    assert errors
    assert sorted(set(errors) & set(MAX_ERRORS)) == errors
    for one in promises:
        assert one.n_wrong / one.n_answered <= one.upper_bound <= one.max_error
        assert CONFIDENCE == one.confidence
        assert len(TOY.levels) == len(one.thresholds)


def test_promises_rest_on_the_other_half() -> None:
    """Texts that the confidences were fitted on show nothing of the promises."""
    promises = calibrated(sample(TITLES, CODES)).promises

    assert {len(set(TITLES)) // 2} == {one.n_records for one in promises}


def test_seen_share_sets_the_mixture() -> None:
    """The more answers are taken to be trained on, the surer the confidences."""
    wrong = ["221" if code != "221" else "111" for code in CODES]
    held_out = sample(TITLES, wrong)
    ranking = Search(HSVM).rank(pack(TITLES[:20]), 1)
    sure = [
        calibrated(held_out, share).calibration.confidences(ranking)[:, -1].mean()
        for share in (0.0, 0.5, 1.0)
    ]

    assert sorted(sure) == sure
    assert sure[0] < 0.1 < 0.9 < sure[2]


@pytest.mark.parametrize("n", [0, 1, 3])
def test_few_texts_promise_nothing(n: int) -> None:
    """From hardly any texts there is no promise, and no number that is not one."""
    found = calibrated(sample(TITLES[:n], CODES[:n]))

    assert () == found.promises
    assert all(0 <= share <= 1 for share in (*found.agreement, *found.refused))
    assert np.isfinite(found.calibration.coefficients).all()


def shown(n: int, n_wrong: int) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return confidences of n answers of one level, the last of which are wrong."""
    right = np.arange(n) < n - n_wrong
    return np.linspace(1, 0.5, n, dtype=np.float32)[:, None], right[:, None]


def test_unsupported_errors_are_left_out() -> None:
    """A maximum error that the records can't support is not promised."""
    keys = np.arange(100).astype(str)

    assert [0.03, 0.05, 0.1] == [
        one.max_error for one in find_promises(*shown(100, 0), keys)
    ]
    assert () == find_promises(*shown(100, 100), keys)


def test_equal_texts_count_once() -> None:
    """Of records with the same text one is used: a promise is about texts."""
    keys = np.array(["same"] * 60 + [str(i) for i in range(40)])
    promises = find_promises(*shown(100, 0), keys)

    assert {41} == {one.n_records for one in promises}


def test_part_of_a_ranking_is_a_ranking() -> None:
    """Some of the records of a ranking stay as they are."""
    whole = Search(HSVM).rank(pack(TITLES[:6]), 2)
    which = np.array([True, False, False, True, False, True])
    some = part(whole, which)

    assert whole.category[[0, 3, 5]].tolist() == some.category.tolist()
    assert whole.refusal[[0, 3, 5]].tolist() == some.refusal.tolist()
