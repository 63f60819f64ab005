"""Training: coded texts in, a calibrated model with promises out."""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from occoder.classification import Classification
from occoder.coder.hsvm import HSVM
from occoder.coder.manifest import TrainingFacts
from occoder.coder.model import Model
from occoder.coder.packed import PackedTexts, pack
from occoder.coder.reason import REFUSALS
from occoder.coder.text import prepare_all
from occoder.coder.tree import grow
from occoder.training.calibrating import DEFAULT_MAX_ERROR, Calibrated, Sample, calibrate
from occoder.training.corpus import refusals
from occoder.training.fit import fit, hierarchical_order, prepare
from occoder.training.matrix import feature_matrix
from occoder.training.packing import pack_hsvm
from occoder.training.records import CodedRecords
from occoder.training.split import normal_form, split_by_text

# One text in ten is held out to fit the confidences and the thresholds, then used too.
N_FOLDS: Final = 10
# The confidence that an answer needs when the held-out texts support no promise.
UNPROMISED: Final = 0.95

Progress: TypeAlias = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class _Texts:
    """All training texts, sorted so that those of every group are one run.

    ``category`` is a position in the classification or, beyond its end, a reason to
    refuse. The texts of ``fold`` 0 are held out from the first fit; those of fold 1
    stand for the texts that were trained on; official titles, and texts that equal one,
    are in fold -1.
    """

    packed: PackedTexts
    titles: list[str]
    tasks: list[str]
    category: NDArray[np.int64]
    rank: NDArray[np.int64]
    fold: NDArray[np.int64]

    def sample(self, fold: int) -> Sample:
        at = np.flatnonzero(self.fold == fold)
        titles, tasks = [self.titles[i] for i in at], [self.tasks[i] for i in at]
        return Sample(titles, tasks, self.category[at])


@dataclass(frozen=True, slots=True)
class Trained:
    """A trained model, and what the held-out texts showed.

    ``seen_share`` is the part of the answers to come that is taken to be trained on.
    """

    model: Model
    calibrated: Calibrated
    seen_share: float


def train(
    records: CodedRecords,
    classification: Classification,
    *,
    topic: str,
    source: str,
    seen_share: float | None = None,
    n_threads: int | None = None,
    progress: Progress = lambda stage, done: None,
) -> Trained:
    """Train a model: fit, calibrate on held-out texts, fit again with all texts.

    Parameters
    ----------
    records : CodedRecords
        Coded texts; one coded to a group trains the levels down to that group.
    classification : Classification
        What the codes belong to.
    topic : str
        Short name of the topic.
    source : str
        What the records are, for the manifest.
    seen_share : float, optional
        Part of the answers to come whose text is among the records, in [0, 1]; by
        default what repeats in the records say of it.
    n_threads : int, optional
        Threads to use, by default one a core; the model does not depend on it.
    progress : callable
        Called with a stage and the part of it that is done, in [0, 1].

    Returns
    -------
    Trained
        The model. Its promises are those that the held-out texts support; the one for
        `DEFAULT_MAX_ERROR`, or the next larger, is in force. Without any, each answer
        needs a confidence of `UNPROMISED`.
    """
    progress("reading texts", 0.0)
    if seen_share is None:
        seen_share = 1 - unseen_share(records)
    texts = _texts(records, classification)
    matrix = feature_matrix(texts.packed)
    tree = grow(classification, len(REFUSALS))
    parents = prepare(classification, len(REFUSALS), matrix, texts.rank)

    def fitted(stage: str, used: NDArray[np.bool_]) -> HSVM:
        n = n_threads or os.cpu_count() or 1
        fit(parents, matrix, used, n_threads=n, progress=lambda done: progress(stage, done))
        return pack_hsvm(tree, parents, matrix)

    first = fitted("fitting", texts.fold != 0)
    held_out, seen = texts.sample(0), texts.sample(1)
    calibrated = calibrate(first, held_out, seen, classification, seen_share=seen_share)
    hsvm = fitted("fitting with the held-out texts", np.ones(len(texts.fold), bool))
    max_error, thresholds = _in_force(calibrated, len(classification.levels))
    model = Model(
        topic=topic,
        classification=classification,
        hsvm=hsvm,
        calibration=calibrated.calibration,
        refusal_threshold=calibrated.refusal_threshold,
        promises=calibrated.promises,
        max_error=max_error,
        thresholds=thresholds,
        training=_facts(records, len(held_out.titles), source),
    )
    return Trained(model, calibrated, seen_share)


def _in_force(calibrated: Calibrated, n_levels: int) -> tuple[float, tuple[float, ...]]:
    for promise in calibrated.promises:
        if promise.max_error >= DEFAULT_MAX_ERROR:
            return promise.max_error, promise.thresholds
    return 0.0, (UNPROMISED,) * n_levels


def unseen_share(records: CodedRecords) -> float:
    """Return the part of records to come whose text is new, estimated from these.

    It is the part of the records whose text stands there once (Good 1953). Texts that
    were written so that each stands once tell nothing of this.
    """
    counts = Counter(records.keys())
    return sum(count == 1 for count in counts.values()) / len(records)


def _texts(records: CodedRecords, classification: Classification) -> _Texts:
    n = len(classification.categories)
    refused_titles, refused_tasks, reasons = refusals()
    official = [category.title for category in classification.categories]
    titles = [*records.titles, *refused_titles, *official]
    tasks = [*records.tasks, *refused_tasks, *[""] * n]
    codes = [classification.position(code) for code in records.codes]
    category = np.array([*codes, *[n + 1 + reason for reason in reasons], *range(n)])
    keys = [normal_form(*pair) for pair in zip(titles, tasks, strict=True)]
    fold = split_by_text(keys, N_FOLDS, seed=0)
    official_keys = set(keys[-n:])
    fold[[key in official_keys for key in keys]] = -1
    rank = hierarchical_order(classification, len(REFUSALS)).rank[category]
    order = np.argsort(rank, kind="stable")
    prepared = prepare_all(
        [titles[i] for i in order], [tasks[i] for i in order], limit=1000
    )
    return _Texts(
        pack(prepared.titles, prepared.tasks),
        prepared.titles,
        prepared.tasks,
        category[order],
        rank[order],
        fold[order],
    )


def _facts(records: CodedRecords, n_held_out: int, source: str) -> TrainingFacts:
    digest = sha256()
    for record in zip(records.titles, records.tasks, records.codes, strict=True):
        digest.update("\x1f".join(record).encode() + b"\n")
    return TrainingFacts(
        records=source,
        n_records=len(records),
        n_refusals=len(refusals()[0]),
        n_held_out=n_held_out,
        fingerprint=digest.hexdigest(),
    )
