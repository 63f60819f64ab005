"""What is written beside a model for people: the model card, and the report in JSON."""

from importlib.resources import files
from string import Template
from typing import Final

import msgspec

from occoder.coder.manifest import Promise
from occoder.training.train import Trained

REPORT, CARD = "report.json", "MODEL_CARD.md"

_PROMISE: Final = Template(
    "- At most $error % of the codes given are wrong, with $confidence % confidence, "
    "when each needs a confidence of $thresholds; "
    "$production % of $n texts got a code$in_force."
)


def documents(trained: Trained) -> dict[str, str]:
    """Return the report and the model card of a trained model, by file name.

    Parameters
    ----------
    trained : Trained
        From training.
    """
    return {REPORT: _report(trained), CARD: _card(trained)}


def _report(trained: Trained) -> str:
    held_out = trained.calibrated
    levels = trained.model.classification.levels
    facts = {
        "heldOut": {
            "records": trained.model.training.n_held_out,
            "agreement": {
                level.name: round(share, 4)
                for level, share in zip(levels, held_out.agreement, strict=True)
            },
            "refusedOfThoseToRefuse": round(held_out.refused[0], 4),
            "refusedOfTheOthers": round(held_out.refused[1], 4),
        },
        "seenShare": round(trained.seen_share, 4),
        "promises": msgspec.to_builtins(trained.model.promises),
    }
    return msgspec.json.format(msgspec.json.encode(facts), indent=2).decode() + "\n"


def _card(trained: Trained) -> str:
    model, held_out = trained.model, trained.calibrated
    classification, training = model.classification, model.training
    agreement = zip(classification.levels, held_out.agreement, strict=True)
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
        n_held_out=training.n_held_out,
        agreement="\n".join(
            f"| {level.name} | {_percent(share)} |" for level, share in agreement
        ),
        refused=_percent(held_out.refused[0]),
        wrongly=_percent(held_out.refused[1]),
        promises=promises_text(model.promises, model.max_error),
        seen=_percent(trained.seen_share),
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
            in_force=" (in force)" if one.max_error == in_force else "",
        )
        for one in promises
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
