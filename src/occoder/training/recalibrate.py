"""New thresholds for a model from coded records of one's own, without training."""

from dataclasses import asdict, replace

from occoder.coder.coder import Coder
from occoder.coder.manifest import Promise
from occoder.coder.model import Model
from occoder.evaluation.checked import check
from occoder.evaluation.guarantee import METHOD, find_thresholds
from occoder.evaluation.truth import truth_by_level
from occoder.training.records import CodedRecords


def recalibrate(
    model: Model,
    records: CodedRecords,
    *,
    max_error: float,
    confidence: float,
    source: str,
) -> Model:
    """Return the model with the most lenient thresholds that keep a maximum error.

    Weights and confidences stay as they are. The promise replaces an earlier one for the
    same maximum error and is in force.

    Parameters
    ----------
    model : Model
        What to recalibrate.
    records : CodedRecords
        A random sample of the answers to come, coded by people; not trained on.
    max_error : float
        Largest share of wrong codes among those given, in (0, 1).
    confidence : float
        Confidence of the promise, in (0, 1).
    source : str
        What the records are, for the manifest.

    Raises
    ------
    TooFewRecords
        If more records are needed to support the promise; says how many.
    ClaimNotReached
        If too many of the most confident answers are wrong already.
    """
    coded = Coder(model).code_texts(records.titles, records.tasks, n_ranked=1)
    checked = check(coded, truth_by_level(records.codes, model.classification))
    found = find_thresholds(
        checked.confidences, checked.right, max_error=max_error, confidence=confidence
    )
    promise = Promise(**asdict(found), records=source, method=METHOD)
    others = [one for one in model.promises if one.max_error != max_error]
    return replace(
        model,
        promises=tuple(sorted([*others, promise], key=lambda one: one.max_error)),
        max_error=max_error,
        thresholds=promise.thresholds,
    )


def statement(model: Model) -> str:
    """Return the promise in force in words, and what it costs."""
    promise = next(one for one in model.promises if one.max_error == model.max_error)
    levels = ", ".join(
        f"{level.name} {100 * share:.1f} %"
        for level, share in zip(
            model.classification.levels, promise.production_by_level, strict=True
        )
    )
    thresholds = " / ".join(f"{one:.4f}" for one in dict.fromkeys(promise.thresholds))
    return (
        f"With {100 * promise.confidence:g} % confidence, at most "
        f"{100 * promise.max_error:g} % of the codes given are wrong.\n"
        f"Shown on {promise.n_records} records of {promise.records}: "
        f"{promise.n_answered} get a code, {promise.n_wrong} of them a wrong one, "
        f"exact upper bound {100 * promise.upper_bound:.2f} %.\n"
        f"Production rate {100 * promise.production_rate:.1f} %: {levels}.\n"
        f"Confidence that an answer needs: {thresholds}. Method: {promise.method}."
    )
