"""The features that a model knows: their hashed keys, their weights, and a quick table."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def slot_of(table, key):
    """Return where the search for a feature starts in the table."""
    return np.int64(key & np.uint64(len(table) - 1))


@njit(cache=True, nogil=True)
def find(table, key):
    """Return the row of a feature, or -1 when the model doesn't know it."""
    mask = len(table) - 1
    slot = slot_of(table, key)
    print_ = key >> np.uint64(8)
    while table[slot] != np.uint64(0):
        if table[slot] >> np.uint64(32) == print_:
            return np.int64(table[slot] & np.uint64(0xFFFFFFFF)) - 1
        slot = (slot + 1) & mask
    return -1


@njit(cache=True, nogil=True)
def _fill(table, keys):
    mask = len(table) - 1
    for row in range(len(keys)):
        slot = slot_of(table, keys[row])
        while table[slot] != np.uint64(0):
            slot = (slot + 1) & mask
        high = (keys[row] >> np.uint64(8)) << np.uint64(32)
        table[slot] = high | np.uint64(row + 1)


def lookup_table(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return an open-addressing table from key to row, at most half full.

    An entry holds the upper 32 of the 40 bits of the key, then the row plus 1; 0 is empty.

    Parameters
    ----------
    keys : uint64 array, shape (n_features,)
        Hashed features, each once.
    """
    size = 2
    while size < 2 * len(keys):
        size *= 2
    table = np.zeros(size, np.uint64)
    _fill(table, keys)
    return table


@njit(cache=True, nogil=True)
def number(keys, table_keys, table_ids, ids):
    """Number the different keys in order of appearance; returns how many there are.

    ``table_keys`` (uint64) and ``table_ids`` (int32, all -1) are room for the table.
    """
    mask = len(table_keys) - 1
    n = 0
    for i in range(len(keys)):
        slot = np.int64(keys[i] & np.uint64(mask))
        while table_ids[slot] >= 0 and table_keys[slot] != keys[i]:
            slot = (slot + 1) & mask
        if table_ids[slot] < 0:
            table_keys[slot] = keys[i]
            table_ids[slot] = n
            n += 1
        ids[i] = table_ids[slot]
    return n
