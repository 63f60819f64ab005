"""Fitting every SVM of the hierarchy."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC
from toy_coder import TOY
from toy_model import small_matrix, small_parents, small_texts

from occoder.coder.packed import pack
from occoder.coder.reason import REFUSALS
from occoder.training.fit import COST, Parent, fit, hierarchical_order, prepare
from occoder.training.matrix import FeatureMatrix, feature_matrix

TIGHT = 1e-3
N_REASONS = len(REFUSALS)
N = len(TOY.categories)


def codes(parent: Parent) -> list[str]:
    """Return the codes of the children of a parent; a reason by its position."""
    return [TOY.categories[i].code if i < N else str(i) for i in parent.children]


def reference(
    parent: Parent, child: int, matrix: FeatureMatrix, used: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the weights of one child by scikit-learn, the bias last."""
    shape = len(matrix.indptr) - 1, len(matrix.keys)
    records = csr_matrix((matrix.values, matrix.ids, matrix.indptr), shape=shape)
    rows = parent.first + np.flatnonzero(used[parent.first : parent.last])
    svm = LinearSVC(C=COST, intercept_scaling=1, tol=1e-8, max_iter=100_000)
    svm.fit(records[rows][:, parent.features], parent.child[rows - parent.first] == child)
    return np.append(svm.coef_[0], svm.intercept_)


def test_order_keeps_groups_together() -> None:
    """A category is followed by all that is below it; the texts to refuse come last."""
    order = hierarchical_order(TOY, N_REASONS)
    for position, category in enumerate(TOY.categories):
        below = {TOY.position(one.code) for one in TOY.finest(category.code)} | {position}
        ranks = sorted(int(order.rank[one]) for one in below)

        assert order.rank[position] == ranks[0]
        assert order.end[position] == ranks[-1] + 1
    assert list(range(N, N + 1 + N_REASONS)) == order.rank[N:].tolist()
    assert sorted(order.rank) == list(range(N + 1 + N_REASONS))


def test_parents_are_those_with_a_choice() -> None:
    """Parents are the root, each group of several children, and the refusals."""
    parents = small_parents()

    assert [
        ["1", "2", "11"],
        ["11", "12"],
        ["111", "112"],
        ["121", "122"],
        ["21", "22"],
        [str(N + 1 + reason) for reason in range(N_REASONS)],
    ] == [codes(parent) for parent in parents]


def test_records_train_the_levels_down_to_their_code() -> None:
    """A record coded to a group trains the choice of the group and none below it."""
    _, _, ranks = small_texts()
    order = hierarchical_order(TOY, N_REASONS)
    managers = next(one for one in small_parents() if codes(one) == ["11", "12"])
    shops = next(one for one in small_parents() if codes(one) == ["111", "112"])
    at_group = np.flatnonzero(ranks == order.rank[TOY.position("11")])

    assert managers.first <= at_group.min() <= at_group.max() < managers.last
    assert at_group.max() < shops.first
    assert {0} == set(managers.child[at_group - managers.first].tolist())


def test_records_know_their_child() -> None:
    """Each record of a parent belongs to the child that its code lies under."""
    _, _, ranks = small_texts()
    order = hierarchical_order(TOY, N_REASONS)
    for parent in small_parents()[1:5]:
        of_child = np.array(parent.children)[parent.child]
        rank = ranks[parent.first : parent.last]

        assert (order.rank[of_child] <= rank).all()
        assert (rank < order.end[of_child]).all()


def test_every_svm_is_that_of_the_reference() -> None:
    """Under a tight tolerance each weight of each parent is that of LinearSVC."""
    matrix = small_matrix()
    everything = np.ones(len(matrix.indptr) - 1, bool)
    for parent in small_parents(TIGHT):
        for child in range(len(parent.children)):
            expected = reference(parent, child, matrix, everything)

            assert expected == pytest.approx(parent.weights[child], abs=2e-3)


def test_fit_again_equals_fit_at_once() -> None:
    """Fitting with more records, from where it stands, ends where fitting them all does."""
    matrix, (titles, _, ranks) = small_matrix(), small_texts()
    parents = prepare(TOY, N_REASONS, matrix, ranks)
    fit(parents, matrix, np.arange(len(titles)) % 5 != 0, tolerance=TIGHT)
    fit(parents, matrix, np.ones(len(titles), bool), tolerance=TIGHT)

    for warm, cold in zip(parents, small_parents(TIGHT), strict=True):
        assert cold.weights == pytest.approx(warm.weights, abs=2e-3)


def test_unused_records_play_no_part() -> None:
    """What is fitted without some records is what the reference makes of the others."""
    matrix, (titles, _, ranks) = small_matrix(), small_texts()
    used = np.arange(len(titles)) % 3 != 0
    parents = prepare(TOY, N_REASONS, matrix, ranks)
    fit(parents, matrix, used, tolerance=TIGHT)
    root = parents[0]

    for child in range(len(root.children)):
        expected = reference(root, child, matrix, used)
        assert expected == pytest.approx(root.weights[child], abs=2e-3)


@pytest.mark.parametrize("empty", [[3], [0, 1], [-1]], ids=["one", "the first", "the last"])
def test_records_without_words_count(empty: list[int]) -> None:
    """A record without any feature has its part in the bias, wherever it stands."""
    titles, tasks, ranks = small_texts()
    for at in empty:
        titles[at] = tasks[at] = "?"
    matrix = feature_matrix(pack(titles, tasks))
    everything = np.ones(len(titles), bool)
    parents = prepare(TOY, N_REASONS, matrix, ranks)
    fit(parents, matrix, everything, tolerance=TIGHT)

    for parent in (parents[0], parents[-1]):
        for child in range(len(parent.children)):
            expected = reference(parent, child, matrix, everything)
            assert expected == pytest.approx(parent.weights[child], abs=2e-3)


def test_threads_change_nothing() -> None:
    """The weights are the same to the last bit on any number of threads."""
    matrix, (titles, _, ranks) = small_matrix(), small_texts()
    fitted = []
    for n_threads in (1, 7):
        parents = prepare(TOY, N_REASONS, matrix, ranks)
        fit(parents, matrix, np.ones(len(titles), bool), n_threads=n_threads)
        fitted.append([parent.weights.tolist() for parent in parents])

    assert fitted[0] == fitted[1]


def test_progress_goes_from_nothing_to_all() -> None:
    """The part that is done only grows, and ends at 1."""
    matrix, (titles, _, ranks) = small_matrix(), small_texts()
    shown: list[float] = []
    parents = prepare(TOY, N_REASONS, matrix, ranks)
    fit(parents, matrix, np.ones(len(titles), bool), progress=shown.append)

    assert sorted(shown) == shown
    assert 1.0 == shown[-1]
