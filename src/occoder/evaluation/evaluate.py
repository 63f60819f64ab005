"""Evaluating a coder on coded records: runs it once and takes every figure from that."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from occoder.classification.classification import Classification
from occoder.coder.coded import CodedBatch
from occoder.coder.reason import REASONS
from occoder.errors import ClaimNotReached, TooFewRecords
from occoder.evaluation.agreement import agreement, agreement_by_group
from occoder.evaluation.bootstrap import shares
from occoder.evaluation.checked import Checked, check
from occoder.evaluation.comparison import compare
from occoder.evaluation.confusion import most_confused
from occoder.evaluation.evaluation import (
    Baseline,
    Comparison,
    Evaluation,
    GivenCodes,
    GoldFacts,
    LevelEvaluation,
    LevelGiven,
    ModelFacts,
    Promise,
)
from occoder.evaluation.guarantee import find_thresholds
from occoder.evaluation.hierarchical import hierarchical
from occoder.evaluation.production import ProductionCurve, production_curve
from occoder.evaluation.reliability import Reliability, reliability
from occoder.evaluation.truth import paths, truth_by_level


class CodesTexts(Protocol):
    """What is evaluated: a trained coder."""

    @property
    def topic(self) -> str:
        """What it codes to."""

    @property
    def model_id(self) -> str:
        """Which model it has."""

    @property
    def classification(self) -> Classification:
        """The categories it may answer."""

    @property
    def thresholds(self) -> tuple[float, ...]:
        """Lowest confidence accepted at each level, broadest first."""

    def code_texts(
        self,
        titles: Sequence[str],
        tasks: Sequence[str] | None = None,
        *,
        n_ranked: int = 3,
    ) -> CodedBatch:
        """Return the answers for n records."""


@dataclass(frozen=True, slots=True)
class Gold:
    """Coded records to evaluate on; none of them may have been trained on.

    Parameters
    ----------
    name, sha256 : str
        Of the file they come from.
    titles, tasks : sequence of str, length n_records
        The texts.
    codes : sequence of str, length n_records
        The true codes, of any level.
    keys : sequence of str, length n_records
        The same for records that say the same; such records are drawn together in every
        bootstrap.
    seen : bool array, shape (n_records,), optional
        Whether the title of a record stands in the training texts.
    faults : mapping of str to int
        How many faults of each kind the file had.
    """

    name: str
    sha256: str
    titles: Sequence[str]
    tasks: Sequence[str]
    codes: Sequence[str]
    keys: Sequence[str]
    seen: NDArray[np.bool_] | None = None
    faults: Mapping[str, int] = field(default_factory=dict)


def evaluate(
    coder: CodesTexts,
    gold: Gold,
    *,
    made_on: str,
    baselines: Mapping[str, NDArray[np.int32]] | None = None,
    compared_with: CodesTexts | None = None,
    max_error: float | None = None,
) -> Evaluation:
    """Evaluate a coder on coded records.

    Parameters
    ----------
    coder : CodesTexts
        What is evaluated.
    gold : Gold
        On what.
    made_on : str
        The date to put on the evaluation, as YYYY-MM-DD.
    baselines : mapping of str to int32 array, shape (n_records,), optional
        Name of each baseline and the positions of the categories it answers, -1 for no
        answer. See `occoder.evaluation.baselines`.
    compared_with : CodesTexts, optional
        Another coder for the same classification.
    max_error : float, optional
        A maximum error to look for thresholds for, in (0, 1).

    Returns
    -------
    Evaluation
        The same input gives the same figures.

    Raises
    ------
    UnknownCategory
        If a code is not in the classification of the coder.
    """
    truth = truth_by_level(gold.codes, coder.classification)
    coded = coder.code_texts(gold.titles, gold.tasks, n_ranked=5)
    checked = check(coded, truth)
    finest = checked.ranked[:, -1, 0]
    forced = paths(coder.classification)[finest]
    return Evaluation(
        software=f"occoder {version('occoder')}",
        made_on=made_on,
        model=_facts(coder),
        gold=_gold_facts(gold),
        levels=_levels(
            checked, gold, [level.name for level in coder.classification.levels]
        ),
        given=_given(coded, truth, gold.keys, coder.classification),
        hierarchical=hierarchical(forced, truth, gold.keys),
        curve=production_curve(checked.confidences, checked.right),
        groups=agreement_by_group(checked, coder.classification),
        confused=most_confused(truth[:, -1], finest, _texts(gold), coder.classification),
        baselines=tuple(
            _baseline(name, paths(coder.classification)[answers], checked, gold.keys)
            for name, answers in (baselines or {}).items()
        ),
        comparison=_comparison(checked, compared_with, gold) if compared_with else None,
        promise=_promise(checked, max_error) if max_error else None,
    )


def _facts(coder: CodesTexts) -> ModelFacts:
    return ModelFacts(
        coder.topic, coder.model_id, str(coder.classification), tuple(coder.thresholds)
    )


def _gold_facts(gold: Gold) -> GoldFacts:
    n_texts = len(set(gold.keys))
    return GoldFacts(gold.name, gold.sha256, len(gold.titles), n_texts, dict(gold.faults))


def _texts(gold: Gold) -> list[str]:
    """Return the fields of each record as one text for a reader."""
    pairs = zip(gold.titles, gold.tasks, strict=True)
    return [" | ".join(filter(None, pair)) for pair in pairs]


def _levels(
    checked: Checked, gold: Gold, names: Sequence[str]
) -> tuple[LevelEvaluation, ...]:
    within = {n: agreement(checked, n_first=n, groups=gold.keys) for n in (1, 3, 5)}
    nothing = np.zeros(len(gold.titles), dtype=bool)
    seen, unseen = (nothing, nothing) if gold.seen is None else (gold.seen, ~gold.seen)
    of_seen = agreement(checked, chosen=seen, groups=gold.keys)
    of_unseen = agreement(checked, chosen=unseen, groups=gold.keys)
    return tuple(
        LevelEvaluation(
            name=name,
            agreement=within[1][level],
            within_3=within[3][level],
            within_5=within[5][level],
            seen=of_seen[level],
            unseen=of_unseen[level],
            reliability=_reliability(checked, level),
            curve=_curve(checked, level),
        )
        for level, name in enumerate(names)
    )


def _reliability(checked: Checked, level: int) -> Reliability | None:
    """Judge the confidences of the records that the coder doesn't refuse outright."""
    at = checked.checkable[:, level] & (checked.confidences[:, level] > 0)
    return reliability(checked.confidences[at, level], checked.right[at, level])


def _curve(checked: Checked, level: int) -> ProductionCurve:
    at = checked.checkable[:, level]
    return production_curve(
        checked.confidences[at, level, None], checked.right[at, level, None]
    )


def _given(
    coded: CodedBatch,
    truth: NDArray[np.int32],
    keys: Sequence[str],
    classification: Classification,
) -> GivenCodes:
    """Judge the codes that the coder gives; one finer than the truth counts as wrong."""
    is_given = coded.category >= 0
    right = is_given & (truth == coded.category[:, None]).any(axis=1)
    numbers = np.array([category.level for category in classification.categories])
    level_of = np.where(is_given, numbers[coded.category], 0)
    at = np.stack([level_of == level.number for level in classification.levels], axis=1)
    production, overall = shares(
        np.stack([is_given, right], axis=1),
        np.stack([np.ones_like(is_given), is_given], axis=1),
        keys,
    )
    by_level = shares(np.repeat(right[:, None], at.shape[1], axis=1), at, keys)
    reasons = Counter(REASONS[reason] for reason in coded.reason[~is_given].tolist())
    return GivenCodes(
        production=production,
        agreement=overall,
        levels=tuple(
            LevelGiven(level.name, float(at[:, i].mean()), by_level[i])
            for i, level in enumerate(classification.levels)
        ),
        hierarchical=hierarchical(paths(classification)[coded.category], truth, keys),
        not_coded=dict(reasons.most_common()),
    )


def _baseline(
    name: str, answered: NDArray[np.int32], checked: Checked, keys: Sequence[str]
) -> Baseline:
    right = (answered == checked.truth) & checked.checkable
    covered = (answered[:, 0] >= 0)[:, None]
    (coverage,) = shares(covered, np.ones_like(covered), keys)
    both = np.stack([right[:, -1], checked.right[:, -1]], axis=1)
    when_covered, model_when_covered = shares(
        both, np.repeat(covered & checked.checkable[:, -1:], 2, axis=1), keys
    )
    levels = shares(right, checked.checkable, keys)
    return Baseline(name, coverage, levels, when_covered, model_when_covered)


def _comparison(checked: Checked, other: CodesTexts, gold: Gold) -> Comparison:
    truth = truth_by_level(gold.codes, other.classification)
    theirs = check(other.code_texts(gold.titles, gold.tasks, n_ranked=1), truth)
    tests = compare(checked.right, theirs.right, checked.checkable, gold.keys)
    return Comparison(_facts(other), tests)


def _promise(checked: Checked, max_error: float) -> Promise:
    try:
        found = find_thresholds(checked.confidences, checked.right, max_error=max_error)
    except (TooFewRecords, ClaimNotReached) as refusal:
        return Promise(max_error, None, str(refusal))
    return Promise(max_error, found, "")
