"""The solver of a linear SVM, against the reference of the field."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from occoder.training.svm import MAX_PASSES, fit_child, localise

TIGHT = 1e-3


@dataclass(frozen=True)
class Records:
    """Records at random: sparse features and one of four children each."""

    matrix: csr_matrix
    child: NDArray[np.int32]
    costs: NDArray[np.float32]

    @classmethod
    def draw(cls, seed: int, n: int = 80, n_features: int = 120) -> "Records":
        """Draw records whose child shows, with noise, in their features."""
        rng = np.random.default_rng(seed)
        child = rng.integers(0, 4, n).astype(np.int32)
        values = rng.random((n, n_features)) * (rng.random((n, n_features)) < 0.06)
        values[np.arange(n), child + 4 * rng.integers(0, 5, n)] += 0.7
        costs = rng.uniform(0.1, 2.0, n).astype(np.float32)
        matrix = csr_matrix(values.astype(np.float32))
        return cls(matrix, child, costs)

    def start(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return dual variables and weights to start from: all 0."""
        n, n_features = self.matrix.shape
        return np.zeros(n, np.float32), np.zeros(n_features + 1, np.float32)

    def fit(
        self,
        wanted: int,
        rows: NDArray[np.int64],
        alpha: NDArray[np.float32],
        weights: NDArray[np.float32],
        tolerance: float = TIGHT,
    ) -> int:
        """Fit the SVM of one child in place; return the number of passes."""
        squares = np.asarray(self.matrix.multiply(self.matrix).sum(axis=1)).ravel() + 1
        passes: int = fit_child(
            self.matrix.indptr.astype(np.int64),
            self.matrix.indices.astype(np.int32),
            self.matrix.data,
            squares.astype(np.float32),
            self.child,
            wanted,
            self.costs,
            rows,
            alpha,
            weights,
            tolerance,
        )
        return passes

    def cold(self, wanted: int, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the weights of one child, the bias last, fitted from nothing."""
        alpha, weights = self.start()
        self.fit(wanted, rows, alpha, weights)
        return weights.astype(np.float64)

    def reference(self, wanted: int, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the weights of one child by scikit-learn, the bias last."""
        svm = LinearSVC(
            C=1.0, loss="squared_hinge", intercept_scaling=1, tol=1e-8, max_iter=100_000
        )
        svm.fit(
            self.matrix[rows], self.child[rows] == wanted, sample_weight=self.costs[rows]
        )
        return np.append(svm.coef_[0], svm.intercept_)

    def objective(
        self, wanted: int, rows: NDArray[np.int64], weights: NDArray[np.float64]
    ) -> float:
        """Return what is minimised."""
        sign = np.where(self.child[rows] == wanted, 1.0, -1.0)
        margin = sign * (self.matrix[rows] @ weights[:-1] + weights[-1])
        hinge = np.maximum(0, 1 - margin)
        return float(weights @ weights / 2 + (self.costs[rows] * hinge**2).sum())


ALL = np.arange(80)
SOME = np.flatnonzero(np.random.default_rng(0).random(80) < 0.6)


@pytest.mark.parametrize("rows", [ALL, SOME], ids=["all", "some"])
@pytest.mark.parametrize("wanted", range(4))
@pytest.mark.parametrize("seed", range(3))
def test_solution_is_that_of_the_reference(
    seed: int, wanted: int, rows: NDArray[np.int64]
) -> None:
    """Objective and weights are those of LinearSVC, each record with its own cost."""
    records = Records.draw(seed)
    found, expected = records.cold(wanted, rows), records.reference(wanted, rows)
    best = records.objective(wanted, rows, expected)

    assert best == pytest.approx(records.objective(wanted, rows, found), rel=1e-4)
    assert expected == pytest.approx(found, abs=2e-3)


@pytest.mark.parametrize("wanted", range(4))
def test_warm_start_reaches_the_same_solution(wanted: int) -> None:
    """Fitting some records, then all, ends where fitting all at once does, and sooner."""
    records = Records.draw(seed=5)
    alpha, weights = records.start()
    records.fit(wanted, SOME, alpha, weights)
    n_warm = records.fit(wanted, ALL, alpha, weights)
    cold_alpha, cold_weights = records.start()
    n_cold = records.fit(wanted, ALL, cold_alpha, cold_weights)

    assert cold_weights == pytest.approx(weights, abs=2e-3)
    assert n_warm <= n_cold < MAX_PASSES


def test_solution_stays_where_it_is() -> None:
    """Fitting once more from the solution takes few passes and moves nothing."""
    records = Records.draw(seed=6)
    alpha, weights = records.start()
    n_first = records.fit(1, ALL, alpha, weights)
    before = weights.copy()
    n_again = records.fit(1, ALL, alpha, weights)

    assert n_again < n_first
    assert before == pytest.approx(weights, abs=1e-3)


def test_weights_belong_to_the_duals() -> None:
    """The weights are the sum of the records, each times its dual variable and sign."""
    records = Records.draw(seed=7)
    alpha, weights = records.start()
    records.fit(2, ALL, alpha, weights)
    signed = np.where(records.child == 2, alpha, -alpha)

    assert (alpha >= 0).all()
    assert (records.matrix.T @ signed) == pytest.approx(weights[:-1], abs=1e-4)
    assert signed.sum() == pytest.approx(weights[-1], abs=1e-4)


def test_unused_records_play_no_part() -> None:
    """A record that is not among the rows has no dual variable and no influence."""
    records = Records.draw(seed=8)
    alpha, weights = records.start()
    records.fit(0, SOME, alpha, weights)

    assert 0 == alpha[np.setdiff1d(ALL, SOME)].sum()


@pytest.mark.parametrize("wanted", [0, 9], ids=["all of them", "none of them"])
def test_one_side_alone_is_fitted(wanted: int) -> None:
    """Records of one child only, or of others only, give a bias of that sign."""
    records = Records.draw(seed=9)
    records.child[:] = 0
    bias = records.cold(wanted, ALL)[-1]

    assert 0 < (bias if wanted == 0 else -bias)


def test_no_records_leave_the_weights() -> None:
    """Nothing to train on ends at once, with nothing learned."""
    assert 0 == np.abs(Records.draw(seed=0).cold(0, ALL[:0])).sum()


def test_passes_are_limited() -> None:
    """A tolerance that can't be reached ends after the largest number of passes."""
    records = Records.draw(seed=1)

    assert MAX_PASSES == records.fit(0, ALL, *records.start(), tolerance=0.0)


def test_features_are_numbered_by_parent() -> None:
    """The features of some records are numbered from 0 as they appear."""
    indptr = np.array([0, 2, 4, 7], np.int64)
    ids = np.array([5, 3, 9, 3, 9, 0, 9], np.int32)
    seen, features = np.full(10, -1, np.int32), np.zeros(10, np.int32)
    local, n = localise(indptr, ids, 1, 3, seen, features)

    assert ([0, 1, 0, 2, 0], [9, 3, 0]) == (local.tolist(), features[:n].tolist())
    assert [-1] * 10 == seen.tolist()
