"""The weights of a hierarchical SVM, as they are stored and searched."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from occoder.coder.tree import Tree


@dataclass(frozen=True, slots=True)
class HSVM:
    """A hierarchical SVM: one linear SVM for each child of each parent category.

    Every weight is an 8-bit number times a scale of its feature.
    The weights of one feature in one branch are a run.

    Parameters
    ----------
    tree : Tree
        The categories.
    keys : uint64 array, shape (n_features,)
        Hashed features, the most frequent first.
    idf : float32 array, shape (n_features,)
        Inverse document frequency of each feature.
    trunk_scale, branch_scale : uint8 array, shape (n_features,)
        Scales of the weights: q stands for ``2 ** (-q / 8)``.
    trunk : int8 array, shape (n_features, n_trunk)
        Weights of the trunk.
    bits : uint64 array, shape (n_features, ceil(n_branches / 64))
        The branches in which each feature has a run.
    run_lengths : uint16 array, shape (n_runs,)
        Weights in each run, by feature, then by branch.
    columns : uint16 array, shape (n_weights,)
        Column of each weight, from the start of its branch.
    weights : int8 array, shape (n_weights,)
        The weights.
    trunk_bias : float32 array, shape (n_trunk,)
        Added to the decision values of the trunk.
    branch_bias : float32 array, shape (n_branch_columns,)
        Added to the decision values of the branches.
    """

    tree: Tree
    keys: NDArray[np.uint64]
    idf: NDArray[np.float32]
    trunk_scale: NDArray[np.uint8]
    branch_scale: NDArray[np.uint8]
    trunk: NDArray[np.int8]
    bits: NDArray[np.uint64]
    run_lengths: NDArray[np.uint16]
    columns: NDArray[np.uint16]
    weights: NDArray[np.int8]
    trunk_bias: NDArray[np.float32]
    branch_bias: NDArray[np.float32]


def scale(eighths: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return ``2 ** (-q / 8)`` for scales as they are stored."""
    scales: NDArray[np.float32] = np.exp2(eighths.astype(np.float32) / np.float32(-8))
    return scales
