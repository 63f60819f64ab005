"""All that is known about how good a coder is on one set of coded records."""

from collections.abc import Mapping
from dataclasses import dataclass

from occoder.evaluation.agreement import GroupAgreement
from occoder.evaluation.bootstrap import Estimate
from occoder.evaluation.comparison import LevelComparison
from occoder.evaluation.confusion import ConfusedPair
from occoder.evaluation.guarantee import Guarantee
from occoder.evaluation.hierarchical import Hierarchical
from occoder.evaluation.production import ProductionCurve
from occoder.evaluation.reliability import Reliability


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """Which model was evaluated.

    Parameters
    ----------
    topic, model_id : str
        Its names.
    classification : str
        Name and version.
    thresholds : tuple of float, length n_levels
        Lowest confidence accepted at each level, broadest first.
    """

    topic: str
    model_id: str
    classification: str
    thresholds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class GoldFacts:
    """Which coded records it was evaluated on.

    Parameters
    ----------
    name, sha256 : str
        Of the file.
    n_records : int
        Number of records used.
    n_texts : int
        Number of distinct texts among them.
    faults : mapping of str to int
        How many faults of each kind the file had; their lines are the reader's matter.
    """

    name: str
    sha256: str
    n_records: int
    n_texts: int
    faults: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LevelEvaluation:
    """One level: agreement of forced answers, calibration, and its own curve.

    Parameters
    ----------
    name : str
        Such as "unit group".
    agreement, within_3, within_5 : Estimate or None
        Share of the records whose truth is the answer, or among the first suggestions;
        None when no truth reaches the level.
    seen, unseen : Estimate or None
        The agreement of the records whose title stands in the training texts, and of
        the others; None as well when that is not known.
    reliability : Reliability or None
        Calibration of the confidences.
    curve : ProductionCurve
        Production against agreement for this level alone.
    """

    name: str
    agreement: Estimate | None
    within_3: Estimate | None
    within_5: Estimate | None
    seen: Estimate | None
    unseen: Estimate | None
    reliability: Reliability | None
    curve: ProductionCurve


@dataclass(frozen=True, slots=True)
class LevelGiven:
    """The codes of one level that are given under the thresholds of the model.

    Parameters
    ----------
    name : str
        Such as "unit group".
    share : float
        Share of all records that get a code of this level.
    agreement : Estimate or None
        Share of these codes that are right; None when there are none.
    """

    name: str
    share: float
    agreement: Estimate | None


@dataclass(frozen=True, slots=True)
class GivenCodes:
    """What the model does under its own thresholds.

    Parameters
    ----------
    production : Estimate or None
        Share of the records that get a code of any level.
    agreement : Estimate or None
        Share of the codes given that are right.
    levels : tuple of LevelGiven
        The same by level of the code.
    hierarchical : Hierarchical
        Precision, recall and F over the codes given, partly right ones in part.
    not_coded : mapping of str to int
        Number of records not coded, by reason.
    """

    production: Estimate | None
    agreement: Estimate | None
    levels: tuple[LevelGiven, ...]
    hierarchical: Hierarchical
    not_coded: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A simpler way to code, on the same records.

    Parameters
    ----------
    name : str
        Such as "exact match".
    coverage : Estimate or None
        Share of the records for which it has an answer.
    levels : tuple of Estimate or None, length n_levels
        Its agreement rate over all records; no answer is a wrong answer.
    when_covered, model_when_covered : Estimate or None
        Its agreement rate at the finest level where it has an answer, and that of the
        model on the same records.
    """

    name: str
    coverage: Estimate | None
    levels: tuple[Estimate | None, ...]
    when_covered: Estimate | None
    model_when_covered: Estimate | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The model against another one.

    Parameters
    ----------
    other : ModelFacts
        The second of the two.
    levels : tuple of LevelComparison or None, length n_levels
        The paired tests, the model evaluated being the first.
    """

    other: ModelFacts
    levels: tuple[LevelComparison | None, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """Whether a maximum error could be promised from these records.

    Parameters
    ----------
    max_error : float
        What was asked for.
    guarantee : Guarantee or None
        Thresholds that keep it; None when it can't be shown.
    refusal : str
        Why not; "" with a guarantee.
    """

    max_error: float
    guarantee: Guarantee | None
    refusal: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All figures about one model on one set of coded records.

    Parameters
    ----------
    software : str
        Name and version of the program.
    made_on : str
        Date, as YYYY-MM-DD.
    model : ModelFacts
        What was evaluated.
    gold : GoldFacts
        On what.
    levels : tuple of LevelEvaluation
        Broadest first.
    given : GivenCodes
        Under the thresholds of the model.
    hierarchical : Hierarchical
        Of the answers forced to the finest level.
    curve : ProductionCurve
        Over one threshold for all levels, the deepest that passes being the answer.
    groups : tuple of GroupAgreement
        By category of the first level.
    confused : tuple of ConfusedPair
        At the finest level.
    baselines : tuple of Baseline
        On the same records.
    comparison : Comparison or None
        With another model, when asked for.
    promise : Promise or None
        When a maximum error was asked for.
    """

    software: str
    made_on: str
    model: ModelFacts
    gold: GoldFacts
    levels: tuple[LevelEvaluation, ...]
    given: GivenCodes
    hierarchical: Hierarchical
    curve: ProductionCurve
    groups: tuple[GroupAgreement, ...]
    confused: tuple[ConfusedPair, ...]
    baselines: tuple[Baseline, ...]
    comparison: Comparison | None
    promise: Promise | None
