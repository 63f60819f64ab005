"""Packing fitted SVMs: pruned, in 8 bits, and otherwise what was fitted."""

import numpy as np
import pytest
from numpy.typing import NDArray
from random_models import classification_of
from reference import Reference
from toy_coder import TOY
from toy_model import small_matrix, small_model, small_parents

from occoder.classification import Classification
from occoder.coder.hsvm import HSVM
from occoder.coder.packed import pack
from occoder.coder.reason import REFUSALS
from occoder.coder.tree import grow
from occoder.training.fit import Parent, fit, hierarchical_order, prepare
from occoder.training.matrix import FeatureMatrix, feature_matrix
from occoder.training.packing import PRUNE_BRANCHES, PRUNE_TRUNK, pack_hsvm

# Its broadest level holds all that fits in the trunk; three words of bits.
WIDE = classification_of([[[], [], []] for _ in range(130)])


def wide_parents() -> tuple[list[Parent], FeatureMatrix]:
    """Return fitted SVMs of the wide classification, one text for each category."""
    n = len(WIDE.categories)
    order = hierarchical_order(WIDE, len(REFUSALS))
    titles = [*(f"job {one.code} {one.code[::-1]}" for one in WIDE.categories), *REFUSALS]
    ranks = np.append(order.rank[:n], order.rank[n + 1 :])
    by_rank = np.argsort(ranks)
    matrix = feature_matrix(pack([titles[i] for i in by_rank]))
    parents = prepare(WIDE, len(REFUSALS), matrix, ranks[by_rank])
    fit(parents, matrix, np.ones(len(ranks), bool))
    return parents, matrix


def fitted_weights(
    parents: list[Parent], matrix: FeatureMatrix, n_positions: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weights (n_features, n_positions) and biases as they were fitted."""
    weights = np.zeros((len(matrix.keys), n_positions))
    bias = np.zeros(n_positions)
    for parent in parents:
        for child, fitted in zip(parent.children, parent.weights, strict=True):
            weights[parent.features, child], bias[child] = fitted[:-1], fitted[-1]
    return weights, bias


Case = tuple[Classification, list[Parent], FeatureMatrix]
CASES: list[Case] = [(TOY, small_parents(), small_matrix()), (WIDE, *wide_parents())]


@pytest.fixture(params=CASES, ids=["toy", "wide"])
def case(request: pytest.FixtureRequest) -> Case:
    """A classification, its fitted SVMs, and the features they were fitted on."""
    found: Case = request.param
    return found


def packed(case: Case) -> HSVM:
    """Return the packed weights of a case."""
    classification, parents, matrix = case
    return pack_hsvm(grow(classification, len(REFUSALS)), parents, matrix)


def test_weights_are_those_fitted(case: Case) -> None:
    """A packed weight is the fitted one to within half a step; a small one is 0."""
    classification, parents, matrix = case
    found = Reference(packed(case), classification)
    n_positions = found.weights.shape[1]
    fitted, bias = fitted_weights(parents, matrix, n_positions)
    least = np.full(n_positions, PRUNE_BRANCHES)
    least[found.hsvm.tree.trunk.position] = PRUNE_TRUNK
    fitted[np.abs(fitted) * matrix.idf[:, None] <= least] = 0
    rows = [found.rows.get(int(key), -1) for key in matrix.keys]
    unpacked = np.vstack([found.weights, np.zeros(n_positions)])[rows]
    # Both kinds of weights of a feature have a scale of their own: at most 1/116 of the
    # largest, since 127 steps reach it and scales are eighths of an octave apart.
    step = np.abs(fitted).max(axis=1, keepdims=True) / 116

    assert bias == pytest.approx(found.bias, abs=1e-6)
    assert (np.abs(unpacked - fitted) <= step / 2 + 1e-6).all()
    assert (unpacked[fitted == 0] == 0).all()


def test_features_are_ordered_by_frequency(case: Case) -> None:
    """The most frequent features come first, those without any weight not at all."""
    hsvm, (classification, _, matrix) = packed(case), case
    frequency = dict(zip(matrix.keys.tolist(), matrix.frequency.tolist(), strict=True))
    order = [frequency[key] for key in hsvm.keys.tolist()]

    assert sorted(order, reverse=True) == order
    assert Reference(hsvm, classification).weights.any(axis=1).all()


def test_idf_belongs_to_its_feature(case: Case) -> None:
    """Each feature keeps the inverse document frequency that it was fitted with."""
    hsvm, (_, _, matrix) = packed(case), case
    idf = dict(zip(matrix.keys.tolist(), matrix.idf.tolist(), strict=True))

    assert [idf[key] for key in hsvm.keys.tolist()] == hsvm.idf.tolist()


def test_runs_are_counted(case: Case) -> None:
    """There is one run for each bit, none of them empty, with all weights in them."""
    hsvm = packed(case)

    assert int(np.bitwise_count(hsvm.bits).sum()) == len(hsvm.run_lengths)
    assert int(hsvm.run_lengths.sum(dtype=np.int64)) == len(hsvm.weights)
    assert (hsvm.run_lengths > 0).all()


def test_packing_is_repeatable() -> None:
    """Packing twice gives the same numbers."""
    first, again = (packed(CASES[0]) for _ in range(2))

    assert small_model().hsvm.weights.tolist() == first.weights.tolist()
    assert first.trunk.tolist() == again.trunk.tolist()
