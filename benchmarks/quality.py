"""Measure how good the bundled models are: `python benchmarks/quality.py --validation DIR`.

Trains the models if there are none yet, and one more for each topic that has not seen a
fifth of the texts to refuse. Takes about five minutes.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from fitting import all_texts, fitted
from numpy.typing import NDArray
from promises import promise_kept, promises_of
from record import Recorder
from resampling import resampled
from sets import FILES, Measured, measure, paths_of, read_sets

from occoder.coder.artifact import load
from occoder.coder.coded import CodedBatch
from occoder.coder.coder import Coder
from occoder.coder.model import Model
from occoder.coder.reason import REASONS, REFUSALS
from occoder.evaluation.bootstrap import Estimate, shares
from occoder.evaluation.checked import Checked
from occoder.evaluation.evaluate import Gold, evaluate
from occoder.evaluation.evaluation import Evaluation, LevelEvaluation
from occoder.evaluation.production import ProductionCurve, production_curve
from occoder.evaluation.reliability import N_BINS, calibration_error, equal_width_bins
from occoder.evaluation.walk import walk
from occoder.loading import locate
from occoder.training.gold import corpus_records
from occoder.training.split import split_by_text

_REFUSED: Final = [REASONS.index(reason) for reason in REFUSALS]
_TARGET: Final = 0.95
_N_POINTS: Final = 25


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--validation", type=Path, required=True, help="folder of the sets")
    parser.add_argument("--topics", nargs="+", choices=FILES, default=list(FILES))
    options = parser.parse_args()
    recorder = Recorder("quality", vars(options))
    figures = {topic: topic_figures(topic, options.validation) for topic in options.topics}
    print(recorder.write(figures, paths_of(options.validation, options.topics)))


def topic_figures(topic: str, folder: Path) -> dict[str, Any]:
    """Return all figures about the model of a topic."""
    entry = locate(topic)
    model = load(entry.folder)
    coder = Coder(model)
    sets = read_sets(folder, topic, coder.classification)
    measured = {name: measure(coder, gold) for name, gold in sets.items()}
    by_set = {}
    for name, gold in sets.items():
        by_set[name] = set_figures(coder, gold, measured[name])
        _tell(topic, name, by_set[name])
    return {
        "model_id": coder.model_id,
        "classification": str(coder.classification),
        "n_training_texts": model.training.n_records,
        "n_texts_to_refuse": model.training.n_refusals,
        "max_error_in_force": model.max_error,
        "sets": by_set,
        "promise_kept": dict(_promises(measured)),
        "not_codable": not_codable(model),
    }


def set_figures(coder: Coder, gold: Gold, measured: Measured) -> dict[str, Any]:
    """Return all figures about a coder on one set."""
    evaluation = evaluate(coder, gold, made_on="")
    checked = measured.checked
    errors = resampled(lambda at: _calibration_errors(checked, at), measured.keys)
    produced = resampled(lambda at: _at_target(checked, at), measured.keys)
    return {
        "n_records": evaluation.gold.n_records,
        "n_texts": evaluation.gold.n_texts,
        "levels": [
            _level(level, error)
            for level, error in zip(evaluation.levels, errors, strict=True)
        ],
        "at_95": dict(zip(("production", "finest", "threshold"), produced, strict=True)),
        "finest_at_95": _target(evaluation.levels[-1].curve),
        "given": _given(evaluation),
        "promises": promises_of(coder, checked),
        "refused": _share(np.isin(measured.coded.reason, _REFUSED), measured.keys),
        "curve": _points(evaluation.curve),
    }


def not_codable(model: Model) -> dict[str, Any]:
    """Return what happens to texts that name no occupation and were not trained on.

    A fifth of the bundled ones is held out from one more fit; confidences and thresholds
    are those of the model. Texts of equal words are on the same side.
    """
    classification = model.classification
    texts = all_texts(corpus_records(model.topic, classification), classification)
    is_refusal = texts.category >= len(classification.categories)
    held_out = is_refusal & (split_by_text(texts.keys(), 5, seed=2) == 0)
    partly = fitted(texts, classification, used=~held_out)
    sample = texts.some(held_out)
    coded = Coder(replace(model, hsvm=partly.packed())).code_texts(
        sample.titles, sample.tasks
    )
    return {
        "refused": _share(np.isin(coded.reason, _REFUSED), sample.keys()),
        "not_coded": _share(coded.category < 0, sample.keys()),
        "reasons": _reasons(coded),
    }


def _reasons(coded: CodedBatch) -> dict[str, int]:
    reasons, counts = np.unique(coded.reason[coded.category < 0], return_counts=True)
    return {REASONS[r]: int(n) for r, n in zip(reasons, counts, strict=True)}


def _promises(measured: Mapping[str, Measured]) -> Iterator[tuple[str, Any]]:
    """Set thresholds on half of one set, and test them on a half of every set."""
    for set_on in measured:
        for tested_on in measured:
            yield (
                f"{set_on} -> {tested_on}",
                promise_kept(measured[set_on], measured[tested_on]),
            )


def _calibration_errors(checked: Checked, at: NDArray[np.intp]) -> list[float]:
    """Return the calibration error at each level, as evaluations do."""
    found = []
    for level in range(checked.truth.shape[1]):
        confidences, right = checked.confidences[at, level], checked.right[at, level]
        judged = checked.checkable[at, level] & (confidences > 0)
        bins = equal_width_bins(confidences[judged], N_BINS)
        found.append(calibration_error(confidences[judged], right[judged], bins))
    return found


def _at_target(checked: Checked, at: NDArray[np.intp]) -> list[float]:
    """Return production, that of the finest level, and the threshold at the target."""
    confidences, right = checked.confidences[at], checked.right[at]
    (target,) = production_curve(confidences, right, [_TARGET]).targets
    if target.point is None:
        return [0.0, 0.0, 1.0]
    threshold = target.point.threshold
    path = np.full((1, confidences.shape[1]), threshold)
    finest = int(walk(confidences, right, path).answered[0, -1]) / len(at)
    return [target.point.production_rate, finest, threshold]


def _level(level: LevelEvaluation, error: Estimate) -> dict[str, Any]:
    reliability = level.reliability
    return {
        "name": level.name,
        "agreement": level.agreement,
        "within_3": level.within_3,
        "within_5": level.within_5,
        "seen": level.seen,
        "unseen": level.unseen,
        "ece": error,
        "ece_if_calibrated": reliability and reliability.ece_if_calibrated,
        "brier": reliability and reliability.brier,
        "overconfidence": reliability and reliability.overconfidence,
    }


def _given(evaluation: Evaluation) -> dict[str, Any]:
    given = evaluation.given
    return {
        "thresholds": evaluation.model.thresholds,
        "production": given.production,
        "agreement": given.agreement,
        "levels": [
            {"name": one.name, "share": one.share, "agreement": one.agreement}
            for one in given.levels
        ],
        "not_coded": given.not_coded,
    }


def _target(curve: ProductionCurve) -> float | None:
    points = [one.point for one in curve.targets if one.target == _TARGET]
    return points[0].production_rate if points[0] else None


def _points(curve: ProductionCurve) -> list[list[float]]:
    """Return threshold, production and agreement of some points of a curve."""
    chosen = np.unique(np.linspace(0, len(curve.points) - 1, _N_POINTS).round().astype(int))
    return [
        [point.threshold, point.production_rate, point.agreement_rate]
        for point in (curve.points[i] for i in chosen)
    ]


def _share(which: NDArray[np.bool_], keys: Iterable[str]) -> Estimate | None:
    (found,) = shares(which[:, None], np.ones((len(which), 1), bool), list(keys))
    return found


def _tell(topic: str, name: str, figures: Mapping[str, Any]) -> None:
    finest, at_95 = figures["levels"][-1], figures["at_95"]
    print(
        f"{topic}, {name}: {finest['agreement'].value:.1%} agreement at the finest level, "
        f"{at_95['production'].value:.1%} coded at 95 % agreement",
        flush=True,
    )


if __name__ == "__main__":
    main()
