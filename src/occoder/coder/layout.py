"""The arrays of a search, laid out so that what is used together stands together."""

from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

# Columns of the row headers.
IDF, TRUNK_SCALE, BRANCH_SCALE, FIRST, BITS = 0, 1, 2, 3, 4

# Marks, at the end of a run, that it has a weight for every column of its branch.
DENSE: Final = np.uint32(0x4000)
# A run of at least this part of the columns is laid out so: it is read faster.
_DENSE_PART: Final = 0.2


class Weights(NamedTuple):
    """The arrays of an HSVM as they are searched, laid out by `occoder.coder.search`.

    ``head`` and ``firsts`` are one array of row headers, as float32 and as uint32;
    ``entries`` and ``dense`` are one array of runs, as entries and as int8.
    """

    head: NDArray[np.float32]
    firsts: NDArray[np.uint32]
    bits: NDArray[np.uint64]
    trunk: NDArray[np.int8]
    trunk_bias: NDArray[np.float32]
    entries: NDArray[np.uint16] | NDArray[np.uint32]
    dense: NDArray[np.int8]
    branch_bias: NDArray[np.float32]


class ColumnArrays(NamedTuple):
    """The arrays of `occoder.coder.tree.Columns`."""

    positions: NDArray[np.int32]
    parents: NDArray[np.int32]
    levels: NDArray[np.int32]
    only: NDArray[np.bool_]
    finest: NDArray[np.bool_]


class TreeArrays(NamedTuple):
    """The arrays of `occoder.coder.tree.Tree`."""

    trunk: ColumnArrays
    branches: ColumnArrays
    tips: NDArray[np.int32]
    starts: NDArray[np.int32]
    n_categories: int


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
