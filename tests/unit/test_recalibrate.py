"""New thresholds from coded records of one's own."""

import pytest
from toy_coder import TOY
from toy_model import rows, toy_records, toy_trained

from occoder.coder.coder import Coder
from occoder.coder.model import Model
from occoder.errors import ClaimNotReached, TooFewRecords
from occoder.training.recalibrate import recalibrate, statement
from occoder.training.records import CodedRecords, check_records

MODEL = toy_trained().model


def changed(
    records: CodedRecords, max_error: float = 0.05, confidence: float = 0.95
) -> Model:
    """Return the toy model recalibrated on some records."""
    return recalibrate(
        MODEL, records, max_error=max_error, confidence=confidence, source="gold.csv"
    )


def wrongly_coded(n: int) -> CodedRecords:
    """Return records of which all are coded to something else than they say."""
    return check_records(
        rows(*((f"senior florist {i}", "", "221") for i in range(n))),
        TOY,
        source="gold.csv",
    )


def test_new_thresholds_are_in_force() -> None:
    """The thresholds found are those of the model from then on, with their promise."""
    model = changed(toy_records())
    (promise,) = [one for one in model.promises if one.max_error == 0.05]

    assert (0.05, promise.thresholds) == (model.max_error, model.thresholds)
    assert (len(toy_records()), "gold.csv") == (promise.n_records, promise.records)
    assert promise.upper_bound <= 0.05


def test_promise_counts_the_answers_it_gives() -> None:
    """Under the new thresholds the records get as many codes as the promise says."""
    model, records = changed(toy_records()), toy_records()
    coded = Coder(model).code_texts(records.titles, records.tasks)
    (promise,) = [one for one in model.promises if one.max_error == 0.05]

    assert promise.n_answered == int((coded.category >= 0).sum())


def test_nothing_else_changes() -> None:
    """Weights, confidences, refusals and training are those of the model before."""
    model = changed(toy_records())

    assert MODEL.hsvm is model.hsvm
    assert MODEL.calibration is model.calibration
    assert (MODEL.refusal_threshold, MODEL.training) == (
        model.refusal_threshold,
        model.training,
    )


def test_earlier_promise_is_replaced() -> None:
    """There is one promise for a maximum error, the newest, the strictest first."""
    model = changed(toy_records(), max_error=0.1, confidence=0.9)
    errors = [one.max_error for one in model.promises]

    assert sorted({*errors}) == errors
    assert 0.9 == next(one for one in model.promises if one.max_error == 0.1).confidence


def test_other_promise_is_another_model() -> None:
    """A promise of another confidence is another model, be its thresholds the same."""
    one, other = changed(toy_records()), changed(toy_records(), confidence=0.96)

    assert one.model_id != other.model_id


def test_too_few_records_are_refused() -> None:
    """A handful of records supports no promise; it says how many would."""
    few = check_records(rows(("florist", "", "112"), ("welder", "", "21")), TOY, source="")
    with pytest.raises(TooFewRecords) as raised:
        changed(few)

    assert 2 == raised.value.n_records < raised.value.n_needed


def test_wrong_answers_are_refused() -> None:
    """Where the surest answers are wrong no threshold helps."""
    with pytest.raises(ClaimNotReached):
        changed(wrongly_coded(300))


def test_statement_says_what_was_promised() -> None:
    """The promise in words has its numbers: error, confidence, records and rates."""
    model = changed(toy_records())
    promise = next(one for one in model.promises if one.max_error == model.max_error)
    said = statement(model)

    assert "With 95 % confidence, at most 5 % of the codes given are wrong." in said
    assert f"Shown on {promise.n_records} records of gold.csv" in said
    assert f"{promise.n_answered} get a code, {promise.n_wrong} of them a wrong one" in said
    assert all(f"{level.name} " in said for level in TOY.levels)
    assert f"{promise.thresholds[0]:.4f}" in said
