"""Linear SVMs by dual coordinate descent, one per child of a category.

Each solves, for the records x_i of a parent category and one of its children
(y_i = 1 for the records of that child, -1 for those of its siblings),

    min  1/2 |w|^2 + 1/2 b^2 + sum_i C_i max(0, 1 - y_i (w x_i + b))^2

which is the problem of ``sklearn.svm.LinearSVC`` (squared hinge, dual, a bias feature
of 1), by the method of Hsieh et al. (2008), algorithms 1 and 3, with shrinking.
"""

from typing import Final

import numpy as np
from numba import njit

MAX_PASSES: Final = 60


@njit(cache=True, nogil=True)
def _shuffle(order, n, state):
    for i in range(n - 1, 0, -1):
        state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
        j = np.int64((state >> np.uint64(33)) % np.uint64(i + 1))
        order[i], order[j] = order[j], order[i]
    return state


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc"})
def _margin(ids, values, start, stop, weights):
    total = np.float32(0.0)
    for k in range(start, stop):
        total += weights[ids[k]] * values[k]
    return total


@njit(cache=True, nogil=True)
def _add(ids, values, start, stop, step, weights):
    for k in range(start, stop):
        weights[ids[k]] += step * values[k]
    weights[len(weights) - 1] += step


@njit(cache=True, nogil=True)
def fit_child(
    indptr, ids, values, squares, child, wanted, costs, rows, alpha, weights, tol
):
    """Fit the SVM of one child in place; returns the number of passes made.

    Parameters
    ----------
    indptr, ids, values
        Records in compressed rows; ``ids`` number the features of this parent only.
    squares : float32 array, shape (n_records,)
        Squared norm of each record, the bias feature included.
    child : int32 array, shape (n_records,)
        Which child each record belongs to.
    wanted : int
        The child to fit.
    costs : float32 array, shape (n_records,)
        C of each record.
    rows : int64 array
        The records to train on.
    alpha : float32 array, shape (n_records,)
        Dual variables, a start on entry (zeros, or those of an earlier fit).
    weights : float32 array, shape (n_features + 1,)
        The weights that belong to ``alpha``; the bias comes last.
    tol : float
        Stop when the projected gradients lie within this range of each other.
    """
    order = rows.copy()
    active = len(order)
    bias = len(weights) - 1
    state = np.uint64(wanted * 2 + 1)
    upper = np.inf
    passes = 0
    while passes < MAX_PASSES:
        largest, smallest = -np.inf, np.inf
        state = _shuffle(order, active, state)
        s = 0
        while s < active:
            i = order[s]
            y = np.float32(1.0) if child[i] == wanted else np.float32(-1.0)
            diagonal = np.float32(0.5) / costs[i]
            start, stop = indptr[i], indptr[i + 1]
            margin = _margin(ids, values, start, stop, weights) + weights[bias]
            gradient = y * margin - np.float32(1.0) + alpha[i] * diagonal
            projected = gradient
            if alpha[i] == 0:
                if gradient > upper:
                    active -= 1
                    order[s], order[active] = order[active], order[s]
                    continue
                projected = min(gradient, np.float32(0.0))
            largest = max(largest, projected)
            smallest = min(smallest, projected)
            if abs(projected) > 1e-12:
                old = alpha[i]
                alpha[i] = max(old - gradient / (squares[i] + diagonal), np.float32(0.0))
                step = (alpha[i] - old) * y
                _add(ids, values, start, stop, step, weights)
            s += 1
        passes += 1
        if largest - smallest <= tol:
            if active == len(order):
                break
            active = len(order)
            upper = np.inf
        else:
            upper = largest if largest > 0 else np.inf
    return passes


@njit(cache=True, nogil=True)
def localise(indptr, ids, first, last, seen, features):
    """Number the features of records ``first`` to ``last`` from 0.

    ``seen`` (int32, all -1, one per feature of the model) is left as it came.
    Returns the local ids, and how many there are; ``features`` gets the feature
    of each.
    """
    local = np.empty(indptr[last] - indptr[first], np.int32)
    n = 0
    for k in range(indptr[first], indptr[last]):
        feature = ids[k]
        if seen[feature] < 0:
            seen[feature] = n
            features[n] = feature
            n += 1
        local[k - indptr[first]] = seen[feature]
    for j in range(n):
        seen[features[j]] = -1
    return local, n
