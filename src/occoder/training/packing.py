"""Packing fitted SVMs into the arrays that are searched: pruned, and in 8 bits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from occoder.coder.hsvm import HSVM, scale
from occoder.coder.tree import Tree
from occoder.training.fit import Parent
from occoder.training.matrix import FeatureMatrix

# A weight is dropped when its size times the idf of its feature is not above this.
PRUNE_TRUNK: Final = 0.1
PRUNE_BRANCHES: Final = 0.2


@njit(cache=True, nogil=True)
def _scatter(features, weights, idf, least, out):
    for j in range(len(features)):
        if abs(weights[j]) * idf[features[j]] > least:
            out[features[j]] = weights[j]


@njit(cache=True, nogil=True)
def _count(features, weights, idf, least, counts):
    """Count the weights to keep of one SVM, feature by feature."""
    for j in range(len(features)):
        if abs(weights[j]) * idf[features[j]] > least:
            counts[features[j]] += 1


@njit(cache=True, nogil=True)
def _place(features, weights, idf, least, column, row, cursor, columns, values):
    for j in range(len(features)):
        if abs(weights[j]) * idf[features[j]] > least:
            at = cursor[row[features[j]]]
            columns[at] = column
            values[at] = weights[j]
            cursor[row[features[j]]] += 1


@njit(cache=True, nogil=True)
def _largest(values, ends):
    """Return the largest size of a value in every row."""
    largest = np.zeros(len(ends), np.float32)
    first = 0
    for row in range(len(ends)):
        for k in range(first, ends[row]):
            largest[row] = max(largest[row], abs(values[k]))
        first = ends[row]
    return largest


@njit(cache=True, nogil=True)
def _round(values, ends, scales, out):
    first = 0
    for row in range(len(ends)):
        for k in range(first, ends[row]):
            out[k] = np.int8(np.round(values[k] / scales[row]))
        first = ends[row]


def _eight_bits(
    values: NDArray[np.float32], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int8], NDArray[np.uint8]]:
    """Return the values as 8-bit numbers, and the scale of every row of them."""
    largest = np.maximum(_largest(values, ends), np.float32(1e-6))
    eighths = np.clip(np.floor(-8 * np.log2(largest / 127)), 0, 255).astype(np.uint8)
    rounded = np.empty(len(values), np.int8)
    _round(values, ends, scale(eighths), rounded)
    return rounded, eighths


@dataclass(frozen=True, slots=True)
class _Svm:
    """One fitted SVM: the features it saw, their weights, and its bias."""

    features: NDArray[np.int32]
    weights: NDArray[np.float32]
    bias: np.float32


def _svms(parents: Sequence[Parent]) -> dict[int, _Svm]:
    return {
        child: _Svm(parent.features, weights[:-1], weights[-1])
        for parent in parents
        for child, weights in zip(parent.children, parent.weights, strict=True)
    }


def _trunk_weights(
    categories: NDArray[np.int32], svms: dict[int, _Svm], idf: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the weights (n_categories, n_features) and biases of the trunk."""
    weights = np.zeros((len(categories), len(idf)), np.float32)
    bias = np.zeros(len(categories), np.float32)
    for column, category in enumerate(categories):
        if (svm := svms.get(int(category))) is not None:
            _scatter(svm.features, svm.weights, idf, PRUNE_TRUNK, weights[column])
            bias[column] = svm.bias
    return weights, bias


def _branch_counts(
    tree: Tree, svms: dict[int, _Svm], idf: NDArray[np.float32]
) -> NDArray[np.uint16]:
    """Return how many weights each branch has of each feature (n_branches, n_features)."""
    counts = np.zeros((len(tree.tips), len(idf)), np.uint16)
    for branch in range(len(tree.tips)):
        for column in range(tree.starts[branch], tree.starts[branch + 1]):
            if (svm := svms.get(int(tree.branches.position[column]))) is not None:
                _count(svm.features, svm.weights, idf, PRUNE_BRANCHES, counts[branch])
    return counts


def _branch_weights(
    tree: Tree,
    svms: dict[int, _Svm],
    idf: NDArray[np.float32],
    row: NDArray[np.int64],
    row_ends: NDArray[np.int64],
) -> tuple[NDArray[np.uint16], NDArray[np.float32], NDArray[np.float32]]:
    """Return column and value of every weight, by feature and branch, and the biases."""
    cursor = np.concatenate(([0], row_ends[:-1]))
    columns = np.empty(row_ends[-1], np.uint16)
    values = np.empty(row_ends[-1], np.float32)
    bias = np.zeros(len(tree.branches), np.float32)
    for branch in range(len(tree.tips)):
        start = int(tree.starts[branch])
        for at in range(start, tree.starts[branch + 1]):
            if (svm := svms.get(int(tree.branches.position[at]))) is not None:
                bias[at] = svm.bias
                least, column = PRUNE_BRANCHES, at - start
                _place(
                    svm.features,
                    svm.weights,
                    idf,
                    least,
                    column,
                    row,
                    cursor,
                    columns,
                    values,
                )
    return columns, values, bias


def _bits(has_weights: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Return one bit for each branch, shape (n_features, ceil(n_branches / 64))."""
    n_branches, n_features = has_weights.shape
    bits = np.zeros((n_features, -(-n_branches // 64)), np.uint64)
    for branch in range(n_branches):
        bits[:, branch // 64] |= has_weights[branch].astype(np.uint64) << np.uint64(
            branch % 64
        )
    return bits


def pack_hsvm(tree: Tree, parents: Sequence[Parent], matrix: FeatureMatrix) -> HSVM:
    """Return the weights of fitted SVMs, pruned and in 8 bits, ready to search.

    Features that keep no weight are dropped; the rest are ordered by frequency.

    Parameters
    ----------
    tree : Tree
        The categories.
    parents : sequence of Parent
        Fitted SVMs.
    matrix : FeatureMatrix
        The records they were fitted on.
    """
    svms = _svms(parents)
    trunk, trunk_bias = _trunk_weights(tree.trunk.position, svms, matrix.idf)
    counts = _branch_counts(tree, svms, matrix.idf)
    kept = np.flatnonzero(trunk.any(axis=0) | counts.any(axis=0))
    kept = kept[np.argsort(-matrix.frequency[kept], kind="stable")]
    row = np.full(len(matrix.keys), -1)
    row[kept] = np.arange(len(kept))
    counts = counts[:, kept]
    row_ends = np.cumsum(counts.sum(axis=0, dtype=np.int64))
    columns, values, branch_bias = _branch_weights(tree, svms, matrix.idf, row, row_ends)
    weights, branch_scale = _eight_bits(values, row_ends)
    dense = np.ascontiguousarray(trunk.T[kept])
    trunk_ends = np.arange(1, len(kept) + 1) * dense.shape[1]
    small, trunk_scale = _eight_bits(dense.ravel(), trunk_ends)
    by_feature = counts.T
    return HSVM(
        tree,
        matrix.keys[kept],
        matrix.idf[kept],
        trunk_scale,
        branch_scale,
        small.reshape(dense.shape),
        _bits(counts > 0),
        by_feature[by_feature > 0],
        columns,
        weights,
        trunk_bias,
        branch_bias,
    )
