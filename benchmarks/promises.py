"""Whether a promised maximum error is kept by records that played no part in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from sets import Measured, some

from occoder.coder.coder import Coder
from occoder.errors import ClaimNotReached, TooFewRecords
from occoder.evaluation.binomial import interval, upper_bound
from occoder.evaluation.bootstrap import Estimate, exact_share
from occoder.evaluation.checked import Checked
from occoder.evaluation.guarantee import Guarantee, find_thresholds
from occoder.evaluation.walk import walk
from occoder.training.split import split_by_text

MAX_ERROR: Final = 0.05
CONFIDENCE: Final = 0.95
N_RESAMPLES: Final = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """What thresholds set on one half of some records did on another half.

    Parameters
    ----------
    n_resamples, n_promised : int
        How often the records were halved, and how often the first half supported a
        promise at all.
    kept : Estimate or None
        Part of the promises for which the error observed on the other half was at most
        the promised one, with the exact interval for as many independent resamples. The
        observed error has noise of its own: a true error a little below the promised one
        is often observed above it.
    kept_by_all : Estimate or None
        The same for the error over all records of the set, both halves. They are the
        population that the first half was drawn from, so this is what is promised.
    within_bound : Estimate or None
        The same with the upper bound that the first half showed.
    contradicted : Estimate or None
        Part of the promises that the other half refutes: the exact 95 % lower bound of
        its error is above the promised one.
    mean_error, mean_production : float
        On the other half.
    """

    n_resamples: int
    n_promised: int
    kept: Estimate | None
    kept_by_all: Estimate | None
    within_bound: Estimate | None
    contradicted: Estimate | None
    mean_error: float
    mean_production: float


@dataclass(frozen=True, slots=True)
class _Outcome:
    n_records: int
    n_answered: int
    n_finest: int
    n_wrong: int

    @property
    def error(self) -> float:
        return self.n_wrong / max(self.n_answered, 1)

    @property
    def least_error(self) -> float:
        right = self.n_answered - self.n_wrong
        return 1 - upper_bound(right, self.n_answered, CONFIDENCE)


@dataclass(frozen=True, slots=True)
class _Trial:
    half: _Outcome
    all: _Outcome
    upper_bound: float


def promise_kept(
    set_on: Measured, tested_on: Measured, *, n_resamples: int = N_RESAMPLES
) -> Kept:
    """Set thresholds on a random half of some records, test them on another half.

    Parameters
    ----------
    set_on, tested_on : Measured
        The two halves are disjoint; of the same set, no text is in both.
    n_resamples : int
        How often.
    """
    trials = [_trial(set_on, tested_on, seed) for seed in range(n_resamples)]
    done = [trial for trial in trials if trial is not None]
    return Kept(
        n_resamples=n_resamples,
        n_promised=len(done),
        kept=_share([one.half.error <= MAX_ERROR for one in done]),
        kept_by_all=_share([one.all.error <= MAX_ERROR for one in done]),
        within_bound=_share([one.half.error <= one.upper_bound for one in done]),
        contradicted=_share([one.half.least_error > MAX_ERROR for one in done]),
        mean_error=_mean([one.half.error for one in done]),
        mean_production=_mean([one.half.n_answered / one.half.n_records for one in done]),
    )


def promises_of(coder: Coder, checked: Checked) -> list[dict[str, Any]]:
    """Return what each promise of a model does on a set that it does not rest on."""
    return [
        {
            "max_error": promise.max_error,
            "threshold": promise.thresholds[-1],
            "held_out_production": promise.production_rate,
            **_facts(_under(checked, promise.thresholds)),
        }
        for promise in coder.promises
    ]


def _facts(found: _Outcome) -> dict[str, Any]:
    ends = interval(found.n_wrong, found.n_answered)
    return {
        "production": found.n_answered / found.n_records,
        "finest": found.n_finest / found.n_records,
        "error": Estimate(found.error, *ends, found.n_answered),
    }


def _under(checked: Checked, thresholds: Sequence[float]) -> _Outcome:
    done = walk(checked.confidences, checked.right, np.array([thresholds]))
    return _Outcome(
        len(checked.truth),
        int(done.n_answered[0]),
        int(done.answered[0, -1]),
        int(done.n_wrong[0]),
    )


def _trial(set_on: Measured, tested_on: Measured, seed: int) -> _Trial | None:
    try:
        promise = _promise(set_on, seed)
    except (TooFewRecords, ClaimNotReached):
        return None
    half = some(tested_on.checked, split_by_text(tested_on.keys, 2, seed) == 1)
    return _Trial(
        _under(half, promise.thresholds),
        _under(tested_on.checked, promise.thresholds),
        promise.upper_bound,
    )


def _promise(measured: Measured, seed: int) -> Guarantee:
    half = some(measured.checked, split_by_text(measured.keys, 2, seed) == 0)
    return find_thresholds(
        half.confidences, half.right, max_error=MAX_ERROR, confidence=CONFIDENCE
    )


def _share(which: list[bool]) -> Estimate | None:
    return exact_share(np.array(which, bool), np.ones(len(which), bool))


def _mean(values: list[float]) -> float:
    return sum(values) / max(len(values), 1)
