"""The weights of the branches, laid out so that a search finds them near each other."""

from typing import Final

import numpy as np
from numba import njit

# Columns of the row headers.
IDF, TRUNK_SCALE, BRANCH_SCALE, FIRST, BITS = 0, 1, 2, 3, 4

# Marks, at the end of a run, that it has a weight for every column of its branch.
DENSE: Final = np.uint32(0x4000)
# A run of at least this part of the columns is laid out so: it is read faster.
_DENSE_PART: Final = 0.2


@njit(cache=True, nogil=True)
def n_ones(x):
    """Return how many bits of a 64-bit number are set."""
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    low = np.uint64(0x3333333333333333)
    x = (x & low) + ((x >> np.uint64(2)) & low)
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (x * np.uint64(0x0101010101010101)) >> np.uint64(56)


@njit(cache=True, nogil=True)
def _write_run(columns, weights, first, last, place, is_dense, per_entry, entries, dense):
    """Write the weights ``first`` to ``last`` at a place, sparse or dense."""
    for k in range(first, last):
        if is_dense:
            dense[place * per_entry + columns[k]] = weights[k]
        else:
            low = np.uint32(weights[k]) & np.uint32(0xFF)
            entries[place + k - first] = np.uint32(columns[k]) << 8 | low


@njit(cache=True, nogil=True)
def lay_out(bits, sizes, run_lengths, columns, weights, per_entry, firsts, entries, dense):
    """Write the runs of every feature together: where each ends, then its weights.

    The numbers before the weights count from their own place to the end of their run.
    A sparse run holds ``column << 8 | weight`` for each weight; a dense one holds
    ``per_entry`` weights in an entry. Returns how many entries there are; with an
    empty ``entries`` nothing is written.
    """
    at, run, weight = np.int64(0), 0, np.int64(0)
    writes = len(entries) > 0
    for row in range(len(bits)):
        n_runs = np.int64(0)
        for word in bits[row]:
            n_runs += np.int64(n_ones(word))
        place = at + n_runs + 1
        if writes:
            firsts[row] = at
            entries[at] = n_runs + 1
        for branch in range(len(sizes)):
            bit = np.uint64(1) << np.uint64(branch % 64)
            if bits[row, branch // 64] & bit == np.uint64(0):
                continue
            last = weight + np.int64(run_lengths[run])
            is_dense = last - weight >= _DENSE_PART * sizes[branch]
            end = place + (-(-sizes[branch] // per_entry) if is_dense else last - weight)
            at += 1
            if writes:
                entries[at] = np.uint32(end - at) | (DENSE if is_dense else np.uint32(0))
                _write_run(
                    columns,
                    weights,
                    weight,
                    last,
                    place,
                    is_dense,
                    per_entry,
                    entries,
                    dense,
                )
            run, weight, place = run + 1, last, end
        at = place
    return at
