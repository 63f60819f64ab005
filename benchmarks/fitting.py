"""One fit of all SVMs, with the exact weights at hand: pruned and in 8 bits, or as fitted.

Training does the same in two steps and keeps only the packed weights.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from occoder.classification import Category, Classification
from occoder.coder.features import N_BLOCKS, extract_all
from occoder.coder.hsvm import HSVM
from occoder.coder.packed import PackedTexts, pack
from occoder.coder.reason import REFUSALS
from occoder.coder.text import prepare_all
from occoder.coder.tree import grow
from occoder.evaluation.truth import paths
from occoder.training.corpus import refusals
from occoder.training.fit import Parent, fit, hierarchical_order, prepare
from occoder.training.matrix import FeatureMatrix, feature_matrix
from occoder.training.packing import pack_hsvm
from occoder.training.records import CodedRecords
from occoder.training.split import normal_form


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts to train on.

    ``category`` (int64, shape (n_texts,)) is a position in the classification or, from
    one after its end, a reason to refuse the text.
    """

    titles: list[str]
    tasks: list[str]
    category: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.titles)

    def keys(self) -> list[str]:
        """Return the normal form of each."""
        return [normal_form(*pair) for pair in zip(self.titles, self.tasks, strict=True)]

    def some(self, which: NDArray[np.bool_]) -> "Texts":
        """Return some of the texts."""
        at = np.flatnonzero(which)
        return Texts(
            [self.titles[i] for i in at], [self.tasks[i] for i in at], self.category[at]
        )


def all_texts(records: CodedRecords, classification: Classification) -> Texts:
    """Return all that a model is trained on: records, texts to refuse, official titles."""
    n = len(classification.categories)
    titles, tasks, reasons = refusals()
    codes = [classification.position(code) for code in records.codes]
    return Texts(
        [*records.titles, *titles, *(one.title for one in classification.categories)],
        [*records.tasks, *tasks, *[""] * n],
        np.array([*codes, *[n + 1 + reason for reason in reasons], *range(n)]),
    )


@dataclass(frozen=True)
class Fitted:
    """Fitted SVMs.

    Parameters
    ----------
    classification : Classification
        The hierarchy.
    matrix : FeatureMatrix
        What they were fitted on.
    parents : list of Parent
        The SVMs.
    """

    classification: Classification
    matrix: FeatureMatrix
    parents: list[Parent]

    def packed(self) -> HSVM:
        """Return the weights as a model holds them."""
        tree = grow(self.classification, len(REFUSALS))
        return pack_hsvm(tree, self.parents, self.matrix)

    def best(self, titles: Sequence[str], tasks: Sequence[str]) -> NDArray[np.int32]:
        """Return the best category of each text at each level, by the exact weights.

        All categories are compared with the text, in double precision.

        Returns
        -------
        int32 array, shape (n_records, n_levels)
            Positions in the classification.
        """
        along = paths(self.classification)[:-1]
        finest = np.array([not self.classification.children(one.code) for one in self._all])
        shares = np.exp(2 * self._log_supports(self._values(pack(titles, tasks))))[
            :, finest
        ]
        found = np.empty((len(titles), along.shape[1]), np.int32)
        for level in range(along.shape[1]):
            above, group = np.unique(along[finest, level], return_inverse=True)
            ones = (np.ones(len(group)), (np.arange(len(group)), group))
            found[:, level] = above[(shares @ csr_array(ones)).argmax(axis=1)]
        return found

    def _log_supports(self, values: csr_array) -> NDArray[np.float64]:
        """Return the logarithms of all supports, shape (n_records, n_categories)."""
        whole = self.classification
        supports = np.zeros((values.shape[0], len(whole.categories)))
        by_parent = {parent.children[0]: parent for parent in self.parents}
        for code in (None, *(one.code for one in self._all)):
            children = [whole.position(child.code) for child in whole.children(code)]
            above = supports[:, whole.position(code)] if code is not None else 0.0
            parent = by_parent.get(children[0]) if children else None
            if parent is None:
                supports[:, children] = np.reshape(above, (-1, 1))
                continue
            weights = parent.weights.astype(np.float64)
            found = values[:, parent.features] @ weights[:, :-1].T + weights[:, -1]
            own = -np.logaddexp(0, -2 * found[:, : len(children)])
            supports[:, children] = np.reshape(above, (-1, 1)) + own
        return supports

    def _values(self, texts: PackedTexts) -> csr_array:
        """Return the weighted features of texts, shape (n_records, n_features)."""
        room = 4 * len(texts.data)
        keys, counts = np.empty(room, np.uint64), np.empty(room, np.uint8)
        ends = np.empty((len(texts), N_BLOCKS), np.int64)
        n = extract_all(texts.data, texts.starts, keys, counts, ends)
        block = np.repeat(np.arange(ends.size), np.diff(ends.ravel(), prepend=0))
        sorted_keys, order = self._sorted_keys
        at = np.minimum(np.searchsorted(sorted_keys, keys[:n]), len(sorted_keys) - 1)
        known = sorted_keys[at] == keys[:n]
        feature, block = order[at[known]], block[known]
        raw = (1 + np.log(counts[:n][known])) * self.matrix.idf[feature].astype(np.float64)
        norms = np.sqrt(np.bincount(block, raw**2, minlength=ends.size))
        shape = (len(texts), len(self.matrix.keys))
        return csr_array((raw / norms[block], (block // N_BLOCKS, feature)), shape=shape)

    @cached_property
    def _sorted_keys(self) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
        order = np.argsort(self.matrix.keys)
        return self.matrix.keys[order], order

    @property
    def _all(self) -> Sequence[Category]:
        return self.classification.categories


def fitted(
    texts: Texts, classification: Classification, used: NDArray[np.bool_] | None = None
) -> Fitted:
    """Fit all SVMs once.

    Parameters
    ----------
    texts : Texts
        What to train on.
    classification : Classification
        The hierarchy.
    used : bool array, shape (n_texts,), optional
        Those of the texts to fit on; the others only count for the idf, as held-out texts
        do in training.
    """
    rank = hierarchical_order(classification, len(REFUSALS)).rank[texts.category]
    order = np.argsort(rank, kind="stable")
    prepared = prepare_all(
        [texts.titles[i] for i in order], [texts.tasks[i] for i in order], limit=1000
    )
    matrix = feature_matrix(pack(prepared.titles, prepared.tasks))
    parents = prepare(classification, len(REFUSALS), matrix, rank[order])
    used = np.ones(len(texts), bool) if used is None else used
    fit(parents, matrix, used[order], n_threads=os.cpu_count() or 1)
    return Fitted(classification, matrix, parents)
