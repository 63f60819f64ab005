"""Thresholds under which at most a stated share of the codes given is wrong.

The method is Learn then Test (Angelopoulos et al. 2021, arXiv:2110.01052) with
fixed-sequence testing: thresholds are tried from strict to lenient, each one is tested
by an exact binomial test, and the first that fails ends the walk.

Why the promise holds
---------------------
What is needed: the records are a random sample of those to be coded later, and neither
the model, nor its calibration, nor the path of thresholds was made from them.

One threshold. Of the m records that a fixed threshold answers, the number of wrong
answers is Binomial(m, r), where r is the share of wrong answers in the population. If r
is above ``max_error``, then "at most k wrong", with k so small that Binomial(m,
max_error) gives it a probability of at most ``1 - confidence``, has no larger one.

All thresholds. The path holds every value at which any answer changes, so walking down
it is the same as walking down all thresholds from 1 to 0. The first of these that breaks
the promise is a fixed number, not known to us. A threshold that breaks the promise can
be accepted only if this first one is accepted, and that has a probability of at most
``1 - confidence``. Nothing is paid for the number of thresholds tried.

The start. The walk begins where `first_tested` records are answered: a number that
depends on the number of records alone, never on which answers are right. Given the
confidence of the next record below, the records above it are again a random sample of
all that lie above it, so the test at the start is exact as well. Should the first
threshold that breaks the promise lie even above the start, then the argument also uses
that error grows towards lenient thresholds, as it does for any useful confidence.

Equal confidences enter together. The confidences need not be calibrated: bad ones cost
production, not the promise.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from occoder.errors import ClaimNotReached, TooFewRecords
from occoder.evaluation.binomial import at_most, smallest_n, tolerated, upper_bound
from occoder.evaluation.walk import Walk, single_threshold_path, walk

METHOD: Final = (
    "Learn then Test, fixed sequence from strict to lenient, exact binomial test"
)
_WRONG_AT_THE_START: Final = 5
_MOST_TIMES_AS_MANY: Final = 100
_GOOD_CHANCE: Final = 0.84  # standard deviations: four samples of five have no more errors


@dataclass(frozen=True, slots=True)
class Guarantee:
    """At most ``max_error`` of the codes given under these thresholds is wrong.

    Parameters
    ----------
    max_error : float
        The largest share of wrong codes among those given, in (0, 1).
    confidence : float
        Probability, over the choice of the records, that the promise is true.
    thresholds : tuple of float, length n_levels
        Lowest confidence accepted at each level, broadest first.
    n_records : int
        Number of records that were used.
    n_answered, n_wrong : int
        How many of them get a code under the thresholds, and how many a wrong one.
    upper_bound : float
        Exact one-sided bound of the error at these thresholds; at most ``max_error``.
    production_rate : float
        Share of the records that get a code.
    production_by_level : tuple of float, length n_levels
        Share of the records that get a code of each level.
    """

    max_error: float
    confidence: float
    thresholds: tuple[float, ...]
    n_records: int
    n_answered: int
    n_wrong: int
    upper_bound: float
    production_rate: float
    production_by_level: tuple[float, ...]

    def statement(self) -> str:
        """Return the promise and what it rests on, in two sentences."""
        return (
            f"With {100 * self.confidence:g} % confidence, at most "
            f"{100 * self.max_error:g} % of the codes given are wrong. "
            f"Shown on {self.n_records} coded records: {self.n_answered} get a code "
            f"({100 * self.production_rate:.1f} %), {self.n_wrong} of them a wrong one; "
            f"exact upper bound {100 * self.upper_bound:.2f} %."
        )


def find_thresholds(
    confidences: NDArray[np.floating],
    right: NDArray[np.bool_],
    *,
    max_error: float,
    confidence: float = 0.95,
    groups: Sequence[str] | None = None,
    path: NDArray[np.float64] | None = None,
) -> Guarantee:
    """Find the most lenient thresholds that keep a maximum error.

    Parameters
    ----------
    confidences : float array, shape (n_records, n_levels)
        Confidence of the best category at each level, broadest first; 0 for records
        that are never answered.
    right : bool array, shape (n_records, n_levels)
        Whether that category is the true one. Where the truth is coarser than the
        level, False: an answer finer than a person could give from the same text
        counts as wrong, so the error is never understated.
    max_error : float
        Largest share of wrong codes among those given, in (0, 1).
    confidence : float
        Confidence of the promise, in (0, 1).
    groups : sequence of str, length n_records, optional
        Only the first record of each group is used. Give the normalised texts when
        the records are not a plain random sample (texts repeated by design, several
        answers of one person); the promise is then about distinct texts. None: the
        records are a random sample, in which repeats are independent as they are.
    path : float64 array, shape (n_steps, n_levels), optional
        Thresholds to try, strict to lenient, learned from other records than these.
        None: one threshold for all levels, every value that matters.

    Returns
    -------
    Guarantee
        The thresholds, the promise and the production rate that it buys.

    Raises
    ------
    ValueError
        If ``max_error`` or ``confidence`` is not between 0 and 1.
    TooFewRecords
        If even fewer errors than observed would not be enough: more records are.
    ClaimNotReached
        If too many of the most confident answers are wrong already.

    Examples
    --------
    >>> confidences = np.linspace(1, 0.5, 100)[:, None]
    >>> found = find_thresholds(confidences, confidences > 0.6, max_error=0.1)
    >>> found.n_answered, found.n_wrong
    (83, 3)
    """
    if not (0 < max_error < 1 and 0 < confidence < 1):
        raise ValueError("max_error and confidence must lie between 0 and 1")
    if groups is not None:
        _, first = np.unique(np.asarray(groups), return_index=True)
        confidences, right = confidences[first], right[first]
    if path is None:
        path = single_threshold_path(confidences)
    claim = _Claim(max_error, confidence, len(confidences))
    n_answerable = int((confidences > 0).any(axis=1).sum())
    if n_answerable < smallest_n(max_error, confidence):
        raise claim.too_few(smallest_n(max_error, confidence), n_answerable)
    steps = walk(confidences, right, path)
    start = _start(steps.n_answered, first_tested(n_answerable, max_error, confidence))
    kept = steps.n_wrong <= claim.tolerated()[steps.n_answered]
    if not kept[start]:
        raise claim.refusal(int(steps.n_wrong[start]), int(steps.n_answered[start]))
    failed = np.flatnonzero(~kept[start:])
    return claim.met(steps, start + int(failed[0]) - 1 if len(failed) else len(kept) - 1)


def first_tested(n_answerable: int, max_error: float, confidence: float = 0.95) -> int:
    """Return how many records the strictest threshold that is tested answers.

    A stricter start would stop at the first wrong answer, a more lenient one passes by
    coders that are only good on few records. So: as many as make five wrong answers
    tolerable, but at most half of the records, and at least a quarter of them; and
    never fewer than `occoder.evaluation.binomial.smallest_n`.

    Parameters
    ----------
    n_answerable : int
        Number of records with any confidence above 0.
    max_error, confidence : float
        As in `find_thresholds`.

    Returns
    -------
    int
        A number of records; whether their answers are right plays no part in it.

    Examples
    --------
    >>> [first_tested(n, 0.05) for n in (60, 200, 400, 800, 4000)]
    [59, 100, 200, 208, 1000]
    """
    allowed = tolerated(n_answerable, max_error, confidence)
    five_wrong = int(np.searchsorted(allowed, _WRONG_AT_THE_START))
    return max(
        smallest_n(max_error, confidence),
        min(five_wrong, n_answerable // 2),
        n_answerable // 4,
    )


def _start(n_answered: NDArray[np.int64], n_first: int) -> int:
    """Return the last step with n_first answers; the next one where a tie skips it."""
    start = max(int(np.searchsorted(n_answered, n_first, side="right")) - 1, 0)
    return start + (n_answered[start] < n_first and start + 1 < len(n_answered))


@dataclass(frozen=True, slots=True)
class _Claim:
    """What is to be shown, and on how many records."""

    max_error: float
    confidence: float
    n_records: int

    def tolerated(self) -> NDArray[np.int64]:
        return tolerated(self.n_records, self.max_error, self.confidence)

    def met(self, steps: Walk, step: int) -> Guarantee:
        n_answered, n_wrong = int(steps.n_answered[step]), int(steps.n_wrong[step])
        return Guarantee(
            max_error=self.max_error,
            confidence=self.confidence,
            thresholds=tuple(steps.thresholds[step].tolist()),
            n_records=self.n_records,
            n_answered=n_answered,
            n_wrong=n_wrong,
            upper_bound=upper_bound(n_wrong, n_answered, self.confidence),
            production_rate=n_answered / self.n_records,
            production_by_level=tuple((steps.answered[step] / self.n_records).tolist()),
        )

    def refusal(self, n_wrong: int, n_answered: int) -> TooFewRecords | ClaimNotReached:
        """Say whether more records would help, by what the start of the walk shows."""
        rate, n = n_wrong / n_answered, n_answered
        while n <= _MOST_TIMES_AS_MANY * n_answered:
            n = n * 21 // 20 + 1
            luck = _GOOD_CHANCE * math.sqrt(n * rate * (1.0 - rate))
            if (
                at_most(math.ceil(n * rate + luck), n, self.max_error)
                <= 1.0 - self.confidence
            ):
                return self.too_few(n, n_answered)
        return ClaimNotReached(
            max_error=self.max_error,
            confidence=self.confidence,
            n_answered=n_answered,
            n_wrong=n_wrong,
            possible_error=upper_bound(n_wrong, n_answered, self.confidence),
        )

    def too_few(self, answers_needed: int, n_answered: int) -> TooFewRecords:
        return TooFewRecords(
            n_records=self.n_records,
            n_needed=math.ceil(answers_needed * self.n_records / max(n_answered, 1)),
            max_error=self.max_error,
            confidence=self.confidence,
        )
