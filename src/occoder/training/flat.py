"""A flat SVM to compare with: one linear SVM for each finest category, against all others.

This is the usual way to code texts with a linear SVM (TF-IDF of words and word pairs, one
against the rest), as ``TfidfVectorizer`` and ``LinearSVC`` of scikit-learn do it, fitted by
the solver of this package.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from occoder.classification import Classification
from occoder.coder.packed import pack
from occoder.training.fit import COST, TOLERANCE
from occoder.training.matrix import FeatureMatrix, feature_matrix, squares
from occoder.training.records import CodedRecords
from occoder.training.svm import fit_child


def flat_svm(
    records: CodedRecords,
    titles: Sequence[str],
    tasks: Sequence[str],
    classification: Classification,
    *,
    progress: Callable[[float], None] = lambda done: None,
) -> NDArray[np.int32]:
    """Return the finest category that a flat SVM gives each text.

    Parameters
    ----------
    records : CodedRecords
        What it is trained on; those coded to a group are left out.
    titles, tasks : sequence of str, length n_texts
        What it codes.
    classification : Classification
        The categories.
    progress : callable
        Called with the part that is done, in [0, 1].

    Returns
    -------
    int32 array, shape (n_texts,)
        Positions in the classification; -1 where no word of the text is known.
    """
    finest = [not classification.children(one.code) for one in classification.categories]
    positions = np.array([classification.position(code) for code in records.codes])
    used = np.flatnonzero(np.array(finest)[positions])
    of_records = [records.titles[i] for i in used], [records.tasks[i] for i in used]
    # Both together, so that they number their features alike.
    together = pack([*of_records[0], *titles], [*of_records[1], *tasks])
    matrix = feature_matrix(together, n_blocks=1)
    first = len(used)
    inner = matrix.indptr[first]
    known, asked = np.unique(matrix.ids[inner:], return_inverse=True)
    categories = np.unique(positions[used])
    child = np.searchsorted(categories, positions[used]).astype(np.int32)
    weights = _fit_all(matrix, child, len(categories), known, progress)
    scores = np.zeros((len(titles), len(categories)), np.float32)
    starts = matrix.indptr[first:] - inner
    for i in range(len(titles)):
        at = slice(starts[i], starts[i + 1])
        scores[i] = matrix.values[inner:][at] @ weights[asked[at]] + weights[-1]
    found = categories[scores.argmax(axis=1)]
    trained = np.isin(matrix.ids[inner:], matrix.ids[:inner])
    has_known = np.array(
        [trained[starts[i] : starts[i + 1]].any() for i in range(len(titles))]
    )
    return np.where(has_known, found, -1).astype(np.int32)


def _fit_all(
    matrix: FeatureMatrix,
    child: NDArray[np.int32],
    n_categories: int,
    known: NDArray[np.int32],
    progress: Callable[[float], None],
) -> NDArray[np.float32]:
    """Return the weights of the asked features and the bias (n_known + 1, n_categories)."""
    n = len(child)
    stop = matrix.indptr[n]
    norms = squares(matrix)[:n] + np.float32(1)
    costs, rows = np.full(n, COST, np.float32), np.arange(n)
    kept = np.empty((len(known) + 1, n_categories), np.float32)

    def run(category: int) -> int:
        alpha = np.zeros(n, np.float32)
        weights = np.zeros(len(matrix.keys) + 1, np.float32)
        fit_child(
            matrix.indptr[: n + 1],
            matrix.ids[:stop],
            matrix.values[:stop],
            norms,
            child,
            category,
            costs,
            rows,
            alpha,
            weights,
            TOLERANCE,
        )
        kept[:-1, category], kept[-1, category] = weights[known], weights[-1]
        return category

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for done, _ in enumerate(threads.map(run, range(n_categories)), start=1):
            progress(done / n_categories)
    return kept
