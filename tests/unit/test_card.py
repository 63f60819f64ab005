"""The report and the model card."""

from dataclasses import replace

import pytest
from toy_coder import TOY
from toy_model import toy_trained

from occoder.training.card import (
    CARD,
    documents,
    held_out_report,
    promises_text,
    read_report,
)

TRAINED = toy_trained()
TEXTS = documents(TRAINED.model, held_out_report(TRAINED))


def test_report_holds_what_was_measured() -> None:
    """The report has agreement by level and refusals, and reads back as it was."""
    report = held_out_report(TRAINED)

    assert TRAINED.model.training.n_held_out == report.n_held_out
    assert TRAINED.calibrated.agreement == pytest.approx(report.agreement, abs=1e-4)
    assert TRAINED.calibrated.refused == pytest.approx(
        (report.refused_to_refuse, report.refused_codable), abs=1e-4
    )
    assert report == read_report(TEXTS)


def test_card_names_model_and_texts() -> None:
    """The card says which model it is of, for what, and what it was trained on."""
    card, model = TEXTS[CARD], TRAINED.model

    assert card.startswith(f"# Model {model.model_id}\n")
    for fact in (
        f"{TOY.full_name}, {TOY.version}",
        f"{model.training.n_records} coded texts (toy texts)",
        model.training.fingerprint,
    ):
        assert fact in card


def test_card_has_agreement_by_level() -> None:
    """Each level has its row."""
    card = TEXTS[CARD]
    for level, share in zip(TOY.levels, TRAINED.calibrated.agreement, strict=True):
        assert f"| {level.name} | {100 * share:.1f} % |" in card


def test_card_has_no_gaps() -> None:
    """Every place of the card is filled in."""
    assert "$" not in TEXTS[CARD]


def test_promises_are_listed() -> None:
    """Each promise has a line, and one of them is in force."""
    model = TRAINED.model
    lines = promises_text(model.promises, model.max_error).splitlines()

    assert len(model.promises) == len(lines)
    assert 1 == sum(line.endswith("; in force.") for line in lines)
    for line, promise in zip(lines, model.promises, strict=True):
        assert f"At most {100 * promise.max_error:g} %" in line


def test_no_promise_is_said() -> None:
    """Where there is none, the card says so."""
    none = documents(replace(TRAINED.model, promises=()), held_out_report(TRAINED))

    assert promises_text((), 0.0) in none[CARD]
    assert promises_text((), 0.0).startswith("None: ")
