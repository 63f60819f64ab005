"""The compiled search for the best categories: one quick pass over many records.

A record is compared with the whole trunk, then branches are opened, the most likely
first. The support of a category is the product of ``1 / (1 + exp(-2 z))`` down its
path, z the decision value of each step; an only child takes its parent's.
The share of a category is the part of the sum of squared supports of all finest
categories that lies below it; a branch that was not opened counts as `UNOPENED` times
the squared support of its tip.

The functions here are typed by what they are called with, when they are compiled.
"""

from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from occoder.coder.features import N_BLOCKS, extract, new_scratch
from occoder.coder.layout import BRANCH_SCALE, DENSE, FIRST, IDF, TRUNK_SCALE, n_ones
from occoder.coder.prefetch import prefetch
from occoder.coder.vocabulary import find, slot_of

# A branch is opened while its support is at least this part of the best found; the
# likeliest that holds categories always is.
OPENING: Final = np.float32(0.3)
UNOPENED: Final = np.float32(0.5)


class _Room(NamedTuple):
    """Arrays to work in: for the trunk, and (3, widest) for a branch."""

    trunk_sums: NDArray[np.float32]
    supports: NDArray[np.float32]
    trunk_shares: NDArray[np.float32]
    closed: NDArray[np.bool_]
    branch: NDArray[np.float32]


_REACH, _STEPS = 8, 256
_SUPPORTS = 1 / (1 + np.exp(-2 * np.linspace(-_REACH, _REACH, 2 * _REACH * _STEPS + 1)))
_SUPPORTS = _SUPPORTS.astype(np.float32)


@njit(cache=True, nogil=True)
def _support(decision_value):
    """Return 1 / (1 + exp(-2 z)), from a table, to within 1e-6."""
    at = (decision_value + np.float32(_REACH)) * np.float32(_STEPS)
    at = min(max(at, np.float32(0)), np.float32(2 * _REACH * _STEPS - 1))
    low = np.uint64(at)
    part = at - np.float32(low)
    return _SUPPORTS[low] + part * (_SUPPORTS[low + np.uint64(1)] - _SUPPORTS[low])


@njit(cache=True, nogil=True)
def _find_all(keys, counts, ends, table, weights, rows, values, row_ends):
    """Write rows and term frequencies of the known features, block by block."""
    for k in range(ends[N_BLOCKS - 1]):
        prefetch(table, slot_of(table, keys[k]))
    n = 0
    first = 0
    for block in range(N_BLOCKS):
        for k in range(first, ends[block]):
            row = find(table, keys[k])
            if row >= 0:
                prefetch(weights.head, row)
                prefetch(weights.trunk, row)
                rows[n] = row
                values[n] = counts[k]
                n += 1
        row_ends[block] = n
        first = ends[block]
    return n


@njit(cache=True, nogil=True)
def _weigh(rows, values, row_ends, weights):
    """Turn term frequencies into TF-IDF, each block with norm 1."""
    first = 0
    for block in range(N_BLOCKS):
        total = np.float32(0.0)
        for j in range(first, row_ends[block]):
            prefetch(weights.entries, weights.firsts[rows[j], FIRST])
            value = weights.head[rows[j], IDF]
            if values[j] > 1:
                value *= np.float32(1.0) + np.log(values[j])
            values[j] = value
            total += value * value
        if total > 0:
            scale = np.float32(1.0) / np.sqrt(total)
            for j in range(first, row_ends[block]):
                values[j] *= scale
        first = row_ends[block]


@njit(cache=True, nogil=True)
def _compare_trunk(rows, values, n, weights, sums):
    """Write the decision values of the trunk."""
    sums[:] = weights.trunk_bias
    for j in range(n):
        row = np.uint64(rows[j])
        value = values[j] * weights.head[row, TRUNK_SCALE]
        for c in range(np.uint64(len(sums))):
            sums[c] += value * np.float32(weights.trunk[row, c])


@njit(cache=True, nogil=True)
def _compare_branch(branch, rows, values, n, weights, sums):
    """Add the decision values of one branch to its biases in ``sums``."""
    bits, entries = weights.bits, weights.entries
    word = branch // 64
    one = np.uint64(1) << np.uint64(branch % 64)
    for j in range(n):
        row = np.uint64(rows[j])
        if bits[row, word] & one == np.uint64(0):
            continue
        run = n_ones(bits[row, word] & (one - np.uint64(1)))
        for w in range(word):
            run += n_ones(bits[row, w])
        at = np.uint64(weights.firsts[row, FIRST]) + run
        start = at + np.uint64(entries[at] & ~DENSE)
        stop = at + np.uint64(1) + np.uint64(entries[at + np.uint64(1)] & ~DENSE)
        value = values[j] * weights.head[row, BRANCH_SCALE]
        if entries[at + np.uint64(1)] & DENSE:
            start *= np.uint64(entries.itemsize)
            for c in range(np.uint64(len(sums))):
                sums[c] += value * np.float32(weights.dense[start + c])
        else:
            for k in range(start, stop):
                weight = np.int8(entries[k] & np.uint32(0xFF))
                sums[entries[k] >> np.uint32(8)] += value * np.float32(weight)


@njit(cache=True, nogil=True)
def _descend(sums, columns, start, root, supports):
    """Turn decision values into supports, from ``root`` down the columns."""
    parents = columns.parents
    for c in range(len(supports)):
        parent = parents[start + c]
        above = supports[parent] if parent >= 0 else root
        supports[c] = above if columns.only[start + c] else above * _support(sums[c])


@njit(cache=True, nogil=True)
def _add_up(shares, columns, start):
    """Add the shares of the columns to their parents; returns that of all together."""
    parents = columns.parents
    total = np.float32(0.0)
    for c in range(len(shares) - 1, -1, -1):
        parent = parents[start + c]
        if parent >= 0:
            shares[parent] += shares[c]
        else:
            total += shares[c]
    return total


@njit(cache=True, nogil=True)
def _insert(position, share, level, best, shares):
    """Put a category that belongs there into the list of a level, before lesser ones."""
    k = best.shape[1] - 1
    while k > 0 and share > shares[level, k - 1]:
        best[level, k] = best[level, k - 1]
        shares[level, k] = shares[level, k - 1]
        k -= 1
    best[level, k] = position
    shares[level, k] = share


@njit(cache=True, nogil=True)
def _enter(shares, columns, start, n_categories, best, best_shares):
    """Enter the columns in the lists of their levels; finest ones in deeper ones too."""
    positions = columns.positions
    last = best.shape[1] - 1
    for c in range(len(shares)):
        at = start + c
        level = columns.levels[at]
        # Of equals, the earlier stays ahead. Most columns end here.
        if shares[c] > best_shares[level, last] and positions[at] < n_categories:
            _insert(positions[at], shares[c], level, best, best_shares)
        if columns.finest[at]:
            for deeper in range(level + 1, len(best)):
                if shares[c] > best_shares[deeper, last] and positions[at] < n_categories:
                    _insert(positions[at], shares[c], deeper, best, best_shares)


@njit(cache=True, nogil=True)
def _open(branch, rows, values, n, weights, tree, root, room, best, shares):
    """Search one branch; returns its share and its best support."""
    columns, start = tree.branches, tree.starts[branch]
    size = tree.starts[branch + 1] - start
    sums, supports, branch_shares = room[0, :size], room[1, :size], room[2, :size]
    sums[:] = weights.branch_bias[start : start + size]
    _compare_branch(branch, rows, values, n, weights, sums)
    _descend(sums, columns, start, root, supports)
    top = np.float32(0.0)
    for c in range(size):
        branch_shares[c] = 0
        if columns.finest[start + c]:
            branch_shares[c] = supports[c] * supports[c]
            top = max(top, supports[c])
    total = _add_up(branch_shares, columns, start)
    _enter(branch_shares, columns, start, tree.n_categories, best, shares)
    return total, top


@njit(cache=True, nogil=True)
def _close(tips, supports, closed, trunk_shares):
    """Start with every branch closed, at the share that an unopened one has."""
    trunk_shares[:] = 0
    closed[:] = True
    for branch in range(len(tips)):
        support = supports[tips[branch]]
        trunk_shares[tips[branch]] = UNOPENED * support * support


@njit(cache=True, nogil=True)
def _rank_record(rows, values, n, weights, tree, room, best, shares):
    """Rank the categories; returns the share of refusals and the likeliest reason."""
    trunk, tips, starts, n_categories = (
        tree.trunk,
        tree.tips,
        tree.starts,
        tree.n_categories,
    )
    supports, trunk_shares, closed = room.supports, room.trunk_shares, room.closed
    _compare_trunk(rows, values, n, weights, room.trunk_sums)
    _descend(room.trunk_sums, trunk, 0, np.float32(1.0), supports)
    _close(tips, supports, closed, trunk_shares)
    highest = np.float32(0.0)
    reason = np.int64(0)
    has_category = False
    for _ in range(len(tips)):
        branch = _likeliest(closed, tips, supports)
        tip = tips[branch]
        if has_category and supports[tip] < OPENING * highest:
            break
        closed[branch] = False
        has_category |= trunk.positions[tip] < n_categories
        if starts[branch] == starts[branch + 1]:
            trunk_shares[tip] = supports[tip] * supports[tip]
            highest = max(highest, supports[tip])
            continue
        trunk_shares[tip], top = _open(
            branch, rows, values, n, weights, tree, supports[tip], room.branch, best, shares
        )
        highest = max(highest, top)
        if trunk.positions[tip] >= n_categories:
            reason = np.argmax(room.branch[1, : starts[branch + 1] - starts[branch]])
    total = _add_up(trunk_shares, trunk, 0)
    _enter(trunk_shares, trunk, 0, n_categories, best, shares)
    for level in range(shares.shape[0]):
        for k in range(shares.shape[1]):
            shares[level, k] /= total
    refusal = np.float32(0.0)
    if trunk.positions[len(supports) - 1] >= n_categories:
        refusal = trunk_shares[len(supports) - 1] / total
    return refusal, reason


@njit(cache=True, nogil=True)
def _likeliest(closed, tips, supports):
    """Return the branch with the best tip among those still closed."""
    found = -1
    for branch in range(len(tips)):
        if closed[branch] and (found < 0 or supports[tips[branch]] > supports[tips[found]]):
            found = branch
    return found


@njit(cache=True, nogil=True)
def rank_all(data, text_starts, table, weights, tree, out):
    """Rank the categories for all packed records; writes into the arrays of ``out``."""
    category, share, refusal, reason = out
    n_trunk = len(tree.trunk.positions)
    scratch = new_scratch(np.max(np.diff(text_starts)))
    _, keys, counts, ends, _, _ = scratch
    rows = np.empty(len(keys), np.int64)
    values = np.empty(len(keys), np.float32)
    row_ends = np.empty(N_BLOCKS, np.int64)
    room = _Room(
        np.empty(len(weights.trunk_bias), np.float32),
        np.empty(n_trunk, np.float32),
        np.empty(n_trunk, np.float32),
        np.empty(len(tree.tips), np.bool_),
        np.empty((3, np.max(np.diff(tree.starts))), np.float32),
    )
    category[:] = -1
    share[:] = 0
    for i in range(len(text_starts) - 1):
        extract(data, text_starts[i], text_starts[i + 1], scratch)
        n = _find_all(keys, counts, ends, table, weights, rows, values, row_ends)
        _weigh(rows, values, row_ends, weights)
        refusal[i], reason[i] = 0, 0
        if n > 0:
            refusal[i], reason[i] = _rank_record(
                rows, values, n, weights, tree, room, category[i], share[i]
            )
