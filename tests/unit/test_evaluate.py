"""An evaluation from a coder and coded records."""

from dataclasses import replace

import numpy as np
import pytest
from toy_coder import TOY, ToyCoder

from occoder.errors import UnknownCategory
from occoder.evaluation.evaluate import Gold, evaluate
from occoder.evaluation.evaluation import Evaluation
from occoder.evaluation.guarantee import find_thresholds

ANSWERS = {
    "grocer": (["111", "112"], (0.95, 0.9, 0.8)),
    "flowers": (["111", "112"], (0.9, 0.8, 0.6)),
    "farm": (["121", "122"], (0.9, 0.7, 0.3)),
    "welder": (["21", "221"], (0.8, 0.7, 0.7)),
    "something": (["221", "21"], (0.4, 0.3, 0.2)),
    "retired": ([], (0.0, 0.0, 0.0)),
}
GOLD = Gold(
    name="gold.csv",
    sha256="00",
    titles=list(ANSWERS),
    tasks=["", "roses", "", "", "", ""],
    codes=["111", "112", "12", "21", "2", "221"],
    keys=list(ANSWERS),
    seen=np.array([True, False, False, False, False, False]),
    faults={"empty-text": 2},
)
CODER = ToyCoder(ANSWERS)


def evaluated(gold: Gold = GOLD) -> Evaluation:
    """Return the evaluation of the toy coder."""
    return evaluate(CODER, gold, made_on="2026-12-01")


def test_identification_is_complete() -> None:
    """Model, thresholds, classification, file, numbers and date are on record."""
    found = evaluated()

    assert ("toy", "toy-1", "TOY 1", (0.5, 0.5, 0.5)) == (
        found.model.topic,
        found.model.model_id,
        found.model.classification,
        found.model.thresholds,
    )
    assert (6, 6, {"empty-text": 2}) == (
        found.gold.n_records,
        found.gold.n_texts,
        found.gold.faults,
    )
    assert "2026-12-01" == found.made_on


def test_levels_have_agreement_and_suggestions() -> None:
    """At the finest level two of four checkable answers are right, three among three."""
    finest = evaluated().levels[-1]

    assert finest.agreement is not None
    assert finest.within_3 is not None
    assert (0.5, 4) == (finest.agreement.value, finest.agreement.n)
    assert 0.75 == finest.within_3.value


def test_seen_and_unseen_are_apart() -> None:
    """The only seen record is right at every level; without the fact there is neither."""
    level = evaluated().levels[-1]
    unknown = evaluated(replace(GOLD, seen=None)).levels[-1]

    assert level.seen is not None
    assert level.unseen is not None
    assert (1.0, 1, 3) == (level.seen.value, level.seen.n, level.unseen.n)
    assert (None, None) == (unknown.seen, unknown.unseen)


def test_given_codes_are_judged_at_their_level() -> None:
    """A unit code is right when the truth lies in it, or is the unit itself."""
    given = evaluated().given

    assert given.production is not None
    assert given.agreement is not None
    assert (4 / 6, 3 / 4) == (given.production.value, given.agreement.value)
    assert [("group", 0.0), ("unit", 2 / 6), ("occupation", 2 / 6)] == [
        (level.name, level.share) for level in given.levels
    ]
    assert {"low confidence": 1, "retired": 1} == given.not_coded


def test_finer_than_the_truth_is_wrong() -> None:
    """An occupation given where a person saw only the group counts as wrong."""
    given = evaluated(replace(GOLD, codes=["11", *GOLD.codes[1:]])).given

    assert given.agreement is not None
    assert 2 / 4 == given.agreement.value


def test_refused_records_are_not_in_the_calibration() -> None:
    """A record refused for what it says had no confidence to be judged."""
    found = evaluated().levels[0].reliability

    assert found is not None
    assert 5 == found.n


def test_baseline_is_set_beside_the_model() -> None:
    """A baseline has its coverage, its rates, and the model's on what it covers."""
    answers = np.array([TOY.position("111"), TOY.position("112"), -1, -1, -1, -1], np.int32)
    found = evaluate(CODER, GOLD, made_on="", baselines={"look up": answers})
    (baseline,) = found.baselines

    assert baseline.coverage is not None
    assert baseline.when_covered is not None
    assert baseline.model_when_covered is not None
    assert baseline.levels[-1] is not None
    assert (2 / 6, 1.0, 0.5, 0.5) == (
        baseline.coverage.value,
        baseline.when_covered.value,
        baseline.model_when_covered.value,
        baseline.levels[-1].value,
    )


def test_other_model_is_compared() -> None:
    """Another coder is set beside this one, on the same records."""
    better = ToyCoder({**ANSWERS, "flowers": (["112"], (0.9, 0.8, 0.6))}, model_id="toy-2")
    comparison = evaluate(CODER, GOLD, made_on="", compared_with=better).comparison

    assert comparison is not None
    assert comparison.levels[-1] is not None
    assert ("toy-2", 0, 1) == (
        comparison.other.model_id,
        comparison.levels[-1].only_first,
        comparison.levels[-1].only_second,
    )


def test_promise_is_that_of_the_calibration() -> None:
    """A maximum error gives the thresholds that a calibration would find."""
    gold = Gold("", "", ["grocer"] * 80, [""] * 80, ["111"] * 80, ["grocer"] * 80)
    promise = evaluate(CODER, gold, made_on="", max_error=0.05).promise
    confidences = np.tile(np.float32([0.95, 0.9, 0.8]), (80, 1))
    right = np.ones((80, 3), dtype=bool)

    assert promise is not None
    assert find_thresholds(confidences, right, max_error=0.05) == promise.guarantee


def test_refused_promise_says_why() -> None:
    """When the records can't show the claim, the reason stands in its place."""
    promise = evaluate(CODER, GOLD, made_on="", max_error=0.05).promise

    assert promise is not None
    assert promise.guarantee is None
    assert "6 coded records can't show" in promise.refusal


def test_unknown_code_is_refused() -> None:
    """A code of another classification raises."""
    with pytest.raises(UnknownCategory):
        evaluated(replace(GOLD, codes=["9"] * 6))
