"""Fitting every SVM of the hierarchy: one for each child of each parent category."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from occoder.classification import Classification
from occoder.training.matrix import FeatureMatrix, squares
from occoder.training.svm import fit_child, localise

COST: Final = 0.5
TOLERANCE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Parent:
    """The SVMs of the children of one category, before and after fitting.

    Parameters
    ----------
    children : tuple of int
        Position of each child; a reason to refuse a text follows the categories.
    first, last : int
        Its records in the sorted matrix.
    features : int32 array, shape (n_local,)
        The features that occur in its records.
    local : int32 array
        Feature of every value of its records, as a position in ``features``.
    child : int32 array, shape (n_records,)
        Which child each record belongs to.
    alpha : float32 array, shape (n_children, n_records)
        Dual variables, changed by fitting.
    weights : float32 array, shape (n_children, n_local + 1)
        Weights, the bias last, changed by fitting.
    """

    children: tuple[int, ...]
    first: int
    last: int
    features: NDArray[np.int32]
    local: NDArray[np.int32]
    child: NDArray[np.int32]
    alpha: NDArray[np.float32]
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Order:
    """The order in which the records of every category stand together.

    Parameters
    ----------
    rank : int64 array, shape (n_categories + 1 + n_reasons,)
        A category comes right before those below it; texts to refuse come last.
    end : int64 array, shape (n_categories + 1,)
        Rank after the last category below.
    """

    rank: NDArray[np.int64]
    end: NDArray[np.int64]


def hierarchical_order(classification: Classification, n_reasons: int) -> Order:
    """Return the order of the categories in which every group is one run."""
    n = len(classification.categories)
    rank, end = np.arange(n + 1 + n_reasons), np.full(n + 1, n + 1 + n_reasons)
    seen = 0

    def visit(code: str | None) -> None:
        nonlocal seen
        for child in classification.children(code):
            position = classification.position(child.code)
            rank[position] = seen
            seen += 1
            visit(child.code)
            end[position] = seen

    visit(None)
    return Order(rank, end)


def _families(
    classification: Classification, n_reasons: int
) -> Iterator[tuple[int, list[int]]]:
    """Yield every parent (-1: the root) with the positions of its children, if several."""
    n = len(classification.categories)
    for code in (None, *(category.code for category in classification.categories)):
        children = [classification.position(c.code) for c in classification.children(code)]
        if code is None:
            children.append(n)
        if len(children) > 1:
            yield (-1 if code is None else classification.position(code)), children
    yield n, list(range(n + 1, n + 1 + n_reasons))


def prepare(
    classification: Classification,
    n_reasons: int,
    matrix: FeatureMatrix,
    ranks: NDArray[np.int64],
) -> list[Parent]:
    """Return the unfitted SVMs of all parents that have something to decide.

    Parameters
    ----------
    classification : Classification
        The hierarchy.
    n_reasons : int
        How many reasons to refuse a text there are.
    matrix : FeatureMatrix
        The records, sorted by ``ranks``.
    ranks : int64 array, shape (n_records,)
        Rank of the category of each record, ascending.
    """
    order = hierarchical_order(classification, n_reasons)
    seen = np.full(len(matrix.keys), -1, np.int32)
    features = np.empty(len(matrix.keys), np.int32)
    parents = []
    for parent, children in _families(classification, n_reasons):
        above = order.rank[parent] if parent >= 0 else -1
        end = order.end[parent] if parent >= 0 else len(order.rank)
        first, last = (int(at) for at in np.searchsorted(ranks, [above + 1, end]))
        local, n_local = localise(matrix.indptr, matrix.ids, first, last, seen, features)
        starts = order.rank[children]
        by_rank = np.argsort(starts)
        child = by_rank[np.searchsorted(starts[by_rank], ranks[first:last], "right") - 1]
        parents.append(
            Parent(
                tuple(children),
                first,
                last,
                features[:n_local].copy(),
                local,
                child.astype(np.int32),
                np.zeros((len(children), last - first), np.float32),
                np.zeros((len(children), n_local + 1), np.float32),
            )
        )
    return parents


def fit(
    parents: Sequence[Parent],
    matrix: FeatureMatrix,
    used: NDArray[np.bool_],
    *,
    cost: float = COST,
    tolerance: float = TOLERANCE,
    n_threads: int = 2,
    progress: Callable[[float], None] = lambda done: None,
) -> None:
    """Fit all SVMs in place, from where they stand.

    Parameters
    ----------
    parents : sequence of Parent
        From `prepare`; fitted ones are taken as a start.
    matrix : FeatureMatrix
        The records.
    used : bool array, shape (n_records,)
        The records to train on.
    cost : float
        C of every record, above 0.
    tolerance : float
        Largest difference of projected gradients at the end, above 0.
    n_threads : int
        Threads to use; the result doesn't depend on it.
    progress : callable
        Called with the part that is done, in [0, 1].
    """
    norms = squares(matrix) + np.float32(1)
    costs = np.full(len(norms), cost, np.float32)
    tasks = [(parent, child) for parent in parents for child in range(len(parent.children))]
    tasks.sort(key=lambda task: task[0].first - task[0].last)

    def run(task: tuple[Parent, int]) -> int:
        parent, child = task
        first, last = parent.first, parent.last
        start, stop = matrix.indptr[first], matrix.indptr[last]
        fit_child(
            matrix.indptr[first : last + 1] - start,
            parent.local,
            matrix.values[start:stop],
            norms[first:last],
            parent.child,
            child,
            costs[first:last],
            np.flatnonzero(used[first:last]),
            parent.alpha[child],
            parent.weights[child],
            tolerance,
        )
        return last - first

    total = sum(parent.last - parent.first for parent, _ in tasks)
    done = 0
    with ThreadPoolExecutor(n_threads) as threads:
        for n_records in threads.map(run, tasks):
            done += n_records
            progress(done / total)
