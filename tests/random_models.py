"""Classifications, models and texts at random, for the laws of the coder."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from occoder.classification import Category, Classification, Level
from occoder.coder.calibration import Calibration
from occoder.coder.features import features_of
from occoder.coder.hsvm import HSVM
from occoder.coder.manifest import TrainingFacts
from occoder.coder.model import Model
from occoder.coder.packed import pack
from occoder.coder.reason import REFUSALS
from occoder.coder.tree import Tree, grow

# Categories below one: each a list of those below it.
Nested: TypeAlias = list["Nested"]

WORDS = (
    "nurse",
    "aged",
    "care",
    "a",
    "o'brien's",
    "C++",
    "4WD",
    "and",
    "TRUCK",
    "aaaaaa",
    "é",
)

_CHILDREN: st.SearchStrategy[Nested] = st.recursive(
    st.just([]), lambda below: st.lists(below, min_size=1, max_size=4), max_leaves=12
)
NESTED = st.lists(_CHILDREN, min_size=1, max_size=5)

_PHRASE = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
_FIELD = st.one_of(_PHRASE, _PHRASE, st.text(max_size=30))
TEXTS = st.lists(st.tuples(_FIELD, _FIELD), min_size=1, max_size=6)


def classification_of(nested: Nested) -> Classification:
    """Return the classification in which the categories nest like the lists."""
    found: list[Category] = []

    def visit(below: Nested, parent: str | None, level: int) -> None:
        for number, children in enumerate(below):
            code = f"{parent or ''}{number:03}"
            found.append(Category(code, f"Title {code}", level, parent, "", False))
            visit(children, code, level + 1)

    visit(nested, None, 1)
    depth = max(one.level for one in found)
    sizes = [sum(one.level == number for one in found) for number in range(1, depth + 1)]
    levels = (Level(i, f"level {i}", size) for i, size in enumerate(sizes, start=1))
    categories = tuple(sorted(found, key=lambda one: one.code))
    return Classification("RANDOM", "Random", "1", tuple(levels), categories)


def keys_of(titles: Sequence[str], tasks: Sequence[str]) -> NDArray[np.uint64]:
    """Return the different features of some texts."""
    found = [
        features_of(pack([one], [other]))[0]
        for one, other in zip(titles, tasks, strict=True)
    ]
    return np.unique(np.concatenate(found))


def random_hsvm(classification: Classification, seed: int) -> HSVM:
    """Return a model of random weights that knows most of the features of `WORDS`."""
    rng = np.random.default_rng(seed)
    tree = grow(classification, len(REFUSALS))
    pairs = [f"{a} {b}" for a, b in pairwise([*WORDS, *WORDS[::2]])]
    keys = keys_of([*pairs, *WORDS], [*WORDS, *pairs[: len(WORDS)], *pairs[len(WORDS) :]])
    keys = rng.permutation(keys)[: len(keys) * 4 // 5]
    n = len(keys)
    has_run = rng.random((n, len(tree.tips))) < 0.5
    has_run &= np.diff(tree.starts) > 0
    runs = _runs(tree, has_run, rng)
    words = -(-len(tree.tips) // 64) * 64
    bits = np.zeros((n, words), np.uint8)
    bits[:, : len(tree.tips)] = has_run
    return HSVM(
        tree,
        keys,
        rng.uniform(1, 10, n).astype(np.float32),
        rng.integers(30, 60, n).astype(np.uint8),
        rng.integers(30, 60, n).astype(np.uint8),
        _weights((n, len(tree.trunk)), rng),
        np.packbits(bits, axis=1, bitorder="little").view("<u8").astype(np.uint64),
        np.array([len(run) for run in runs], np.uint16),
        np.concatenate([np.zeros(0, np.uint16), *runs]).astype(np.uint16),
        _weights((sum(map(len, runs)),), rng),
        rng.normal(-0.3, 0.5, len(tree.trunk)).astype(np.float32),
        rng.normal(-0.3, 0.5, len(tree.branches)).astype(np.float32),
    )


def _runs(
    tree: Tree, has_run: NDArray[np.bool_], rng: np.random.Generator
) -> list[NDArray[np.int64]]:
    """Return the columns of every run, by feature, then by branch."""
    sizes = np.diff(tree.starts)[np.nonzero(has_run)[1]]
    return [
        np.sort(rng.permutation(size)[: rng.integers(1, min(size, 9) + 1)])
        for size in sizes
    ]


def _weights(shape: tuple[int, ...], rng: np.random.Generator) -> NDArray[np.int8]:
    return (rng.integers(-60, 61, shape) * (rng.random(shape) < 0.7)).astype(np.int8)


def random_model(classification: Classification, seed: int) -> Model:
    """Return a model of random weights, calibration and thresholds."""
    rng = np.random.default_rng(seed)
    n_levels = len(classification.levels)
    coefficients = np.column_stack(
        [rng.normal(size=n_levels), rng.uniform(0.2, 3, n_levels)]
    )
    return Model(
        topic="random",
        classification=classification,
        hsvm=random_hsvm(classification, seed),
        calibration=Calibration(coefficients),
        refusal_threshold=float(rng.uniform(0.1, 0.9)),
        promises=(),
        max_error=0.0,
        thresholds=tuple(rng.uniform(0, 1, n_levels).tolist()),
        training=TrainingFacts(
            records="nothing", n_records=0, n_refusals=0, n_held_out=0, fingerprint=""
        ),
    )


@st.composite
def models(draw: st.DrawFn) -> Model:
    """Draw a model of a classification of any depth, with only children or without."""
    return random_model(classification_of(draw(NESTED)), draw(st.integers(0, 2**32 - 1)))
