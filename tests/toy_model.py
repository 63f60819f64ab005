"""Models of the toy classification: one trained in a moment, one of a few kilobytes."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from toy_coder import TOY

from occoder.coder.calibration import Calibration
from occoder.coder.coder import Coder
from occoder.coder.manifest import TrainingFacts
from occoder.coder.model import Model
from occoder.coder.packed import pack
from occoder.coder.reason import REFUSALS
from occoder.coder.tree import grow
from occoder.training.fit import Parent, fit, hierarchical_order, prepare
from occoder.training.matrix import FeatureMatrix, feature_matrix
from occoder.training.packing import pack_hsvm
from occoder.training.record_file import RecordRow
from occoder.training.records import CodedRecords, check_records
from occoder.training.train import Trained, train

NOUNS = {
    "111": ("grocer", "greengrocer", "corner shop owner", "deli keeper"),
    "112": ("florist", "flower seller", "bouquet maker", "rose vendor"),
    "121": ("grain farmer", "wheat grower", "cropper", "barley farmer"),
    "122": ("sheep farmer", "wool grower", "grazier", "lamb breeder"),
    "21": ("welder", "steel fabricator", "boilermaker", "pipe welder"),
    "221": ("carpenter", "joiner", "stair builder", "cabinet fitter"),
    "11": ("shop manager", "store manager"),
    "2": ("tradesman", "tradie"),
}
TASKS = {
    "111": "sells food",
    "112": "ties flowers",
    "121": "sows and harvests",
    "122": "shears and breeds",
    "21": "joins steel",
    "221": "cuts and joins timber",
    "11": "runs a shop",
    "2": "works on site",
}
QUALIFIERS = (
    *("", "senior", "junior", "assistant", "casual", "trainee", "night", "chief", "head"),
    *("deputy", "local", "regional", "self-employed", "part-time", "acting", "temporary"),
    *("lead", "relief", "apprentice", "weekend", "freelance", "former", "qualified"),
)


def rows(*records: tuple[str, str, str]) -> list[RecordRow]:
    """Return (title, tasks, code) as rows of a file."""
    return [RecordRow(line, *record) for line, record in enumerate(records, start=2)]


def toy_rows() -> list[RecordRow]:
    """Return the coded texts that the toy model is trained on."""
    titles = [
        (f"{qualifier} {noun}".strip(), code)
        for code, nouns in NOUNS.items()
        for noun in nouns
        for qualifier in QUALIFIERS
    ]
    bare = [(title, "", code) for title, code in titles]
    return rows(*bare, *((title, TASKS[code], code) for title, code in titles))


@cache
def toy_records() -> CodedRecords:
    """Return these texts as checked records."""
    return check_records(toy_rows(), TOY, source="toy texts")


@cache
def toy_trained() -> Trained:
    """Return the trained toy model."""
    return train(toy_records(), TOY, topic="toy", source="toy texts")


@cache
def toy_coder() -> Coder:
    """Return a coder of the trained toy model."""
    return Coder(toy_trained().model)


def small_texts() -> tuple[list[str], list[str], NDArray[np.int64]]:
    """Return titles, tasks and ranks of few texts, in the order of the ranks."""
    order = hierarchical_order(TOY, len(REFUSALS))
    texts = [
        (int(order.rank[TOY.position(code)]), f"{qualifier} {noun}".strip(), tasks)
        for code, nouns in NOUNS.items()
        for noun in nouns
        for qualifier, tasks in (("", ""), ("head", TASKS[code]))
    ]
    first = len(TOY.categories) + 1
    texts += [(first + reason, f"{text} now", "") for reason, text in enumerate(REFUSALS)]
    texts.sort()
    ranks, titles, tasks = zip(*texts, strict=True)
    return list(titles), list(tasks), np.array(ranks)


def small_matrix() -> FeatureMatrix:
    """Return the features of the few texts."""
    titles, tasks, _ = small_texts()
    return feature_matrix(pack(titles, tasks))


def small_parents(tolerance: float = 0.1) -> list[Parent]:
    """Return the SVMs of the toy classification, fitted on the few texts."""
    matrix, (titles, _, ranks) = small_matrix(), small_texts()
    parents = prepare(TOY, len(REFUSALS), matrix, ranks)
    fit(parents, matrix, np.ones(len(titles), bool), tolerance=tolerance)
    return parents


@cache
def small_model() -> Model:
    """Return a model that was fitted on the few texts, with invented thresholds."""
    return Model(
        topic="toy",
        classification=TOY,
        hsvm=pack_hsvm(grow(TOY, len(REFUSALS)), small_parents(), small_matrix()),
        calibration=Calibration(np.array([[0.5, 1.0], [0.25, 1.25], [0.0, 1.5]])),
        refusal_threshold=0.5,
        promises=(),
        max_error=0.0,
        thresholds=(0.5, 0.625, 0.75),
        training=TrainingFacts(
            records="few texts", n_records=60, n_refusals=9, n_held_out=0, fingerprint="f"
        ),
    )
