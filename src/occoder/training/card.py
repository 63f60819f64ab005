"""What is written beside a model for people: the model card, and the report in JSON."""

from collections.abc import Mapping
from importlib.resources import files
from string import Template
from typing import Final

import msgspec

from occoder.coder.manifest import Promise
from occoder.coder.model import Model
from occoder.training.train import Trained

REPORT, CARD = "report.json", "MODEL_CARD.md"

_PROMISE: Final = Template(
    "- At most $error % of the codes given are wrong, with $confidence % confidence, "
    "when each needs a confidence of $thresholds; "
    "$production % of $n records got a code ($records)$in_force."
)


class HeldOutReport(msgspec.Struct, frozen=True, rename="camel"):
    """What a model showed on texts held out from its training, as ``report.json`` has it.

    Attributes
    ----------
    n_held_out : int
        The held-out texts.
    agreement : tuple of float
        Part of the codable ones whose best category is the true one, at each level.
    refused_to_refuse, refused_codable : float
        Part of the texts that name no occupation, and of the others, that are refused.
    seen_share : float
        Part of the answers to come that is taken to be trained on.
    """

    n_held_out: int
    agreement: tuple[float, ...]
    refused_to_refuse: float
    refused_codable: float
    seen_share: float


def held_out_report(trained: Trained) -> HeldOutReport:
    """Return what the held-out texts of a training showed."""
    found = trained.calibrated
    return HeldOutReport(
        n_held_out=trained.model.training.n_held_out,
        agreement=tuple(round(share, 4) for share in found.agreement),
        refused_to_refuse=round(found.refused[0], 4),
        refused_codable=round(found.refused[1], 4),
        seen_share=round(trained.seen_share, 4),
    )


def read_report(documents: Mapping[str, str]) -> HeldOutReport:
    """Return the report among the documents of a model folder."""
    return msgspec.json.decode(documents[REPORT], type=HeldOutReport)


def documents(model: Model, report: HeldOutReport) -> dict[str, str]:
    """Return the report and the model card of a model, by file name.

    Parameters
    ----------
    model : Model
        As it will be saved.
    report : HeldOutReport
        What the held-out texts of its training showed.
    """
    written = msgspec.json.format(msgspec.json.encode(report), indent=2).decode()
    return {REPORT: written + "\n", CARD: _card(model, report)}


def _card(model: Model, report: HeldOutReport) -> str:
    classification, training = model.classification, model.training
    agreement = zip(classification.levels, report.agreement, strict=True)
    card = files("occoder") / "data" / "model_card.md"
    return Template(card.read_text(encoding="utf-8")).substitute(
        model_id=model.model_id,
        full_name=classification.full_name,
        version=classification.version,
        topic=model.topic,
        n_records=training.n_records,
        source=training.records,
        n_refusals=training.n_refusals,
        fingerprint=training.fingerprint,
        n_held_out=report.n_held_out,
        agreement="\n".join(
            f"| {level.name} | {_percent(share)} |" for level, share in agreement
        ),
        refused=_percent(report.refused_to_refuse),
        wrongly=_percent(report.refused_codable),
        promises=promises_text(model.promises, model.max_error),
        seen=_percent(report.seen_share),
    )


def promises_text(promises: tuple[Promise, ...], in_force: float) -> str:
    """Return the promises as a list in Markdown."""
    if not promises:
        return "None: the held-out texts are too few, or too often wrong, to support one."
    return "\n".join(
        _PROMISE.substitute(
            error=f"{100 * one.max_error:g}",
            confidence=f"{100 * one.confidence:g}",
            thresholds=" / ".join(
                f"{threshold:.3f}" for threshold in dict.fromkeys(one.thresholds)
            ),
            production=f"{100 * one.production_rate:.1f}",
            n=one.n_records,
            records=one.records,
            in_force="; in force" if one.max_error == in_force else "",
        )
        for one in promises
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
