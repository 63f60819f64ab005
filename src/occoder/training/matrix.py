"""The features of all training texts as one sparse matrix, weighted by TF-IDF."""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from occoder.coder.features import N_BLOCKS, extract_all
from occoder.coder.packed import PackedTexts
from occoder.coder.vocabulary import number


@dataclass(frozen=True, slots=True)
class FeatureMatrix:
    """Records by features, in compressed rows.

    Parameters
    ----------
    indptr : int64 array, shape (n_records + 1,)
        Where each record starts in ``ids`` and ``values``.
    ids : int32 array, shape (n_values,)
        Feature of each value.
    values : float32 array, shape (n_values,)
        ``(1 + log tf) idf``, each of the four blocks of a record with norm 1.
    keys : uint64 array, shape (n_features,)
        Hashed features.
    idf : float32 array, shape (n_features,)
        ``1 + log((1 + n_records) / (1 + df))``, as in scikit-learn.
    frequency : int64 array, shape (n_features,)
        In how many records and blocks each feature occurs.
    """

    indptr: NDArray[np.int64]
    ids: NDArray[np.int32]
    values: NDArray[np.float32]
    keys: NDArray[np.uint64]
    idf: NDArray[np.float32]
    frequency: NDArray[np.int64]


@njit(cache=True, nogil=True)
def _weigh(ids, counts, block_ends, idf, values):
    first = 0
    for i in range(len(block_ends)):
        for block in range(block_ends.shape[1]):
            total = np.float32(0.0)
            for k in range(first, block_ends[i, block]):
                values[k] = (np.float32(1.0) + np.log(np.float32(counts[k]))) * idf[ids[k]]
                total += values[k] * values[k]
            if total > 0:
                scale = np.float32(1.0) / np.sqrt(total)
                for k in range(first, block_ends[i, block]):
                    values[k] *= scale
            first = block_ends[i, block]


def feature_matrix(texts: PackedTexts, *, n_blocks: int = N_BLOCKS) -> FeatureMatrix:
    """Return the weighted features of packed texts.

    Parameters
    ----------
    texts : PackedTexts
        The records.
    n_blocks : int
        How many of the blocks of features to use, from the first.
    """
    room = 4 * len(texts.data)
    keys, counts = np.empty(room, np.uint64), np.empty(room, np.uint8)
    block_ends = np.empty((len(texts), N_BLOCKS), np.int64)
    n = extract_all(texts.data, texts.starts, keys, counts, block_ends)
    keys, counts = keys[:n], counts[:n]
    if n_blocks < N_BLOCKS:
        keys, counts, block_ends = _first_blocks(keys, counts, block_ends, n_blocks)
        n = len(keys)
    size = 1 << max(4, int(2 * n).bit_length())
    size = min(size, 1 << 26)
    ids = np.empty(n, np.int32)
    n_features = number(keys, np.zeros(size, np.uint64), np.full(size, -1, np.int32), ids)
    features = np.empty(n_features, np.uint64)
    features[ids] = keys
    frequency = np.bincount(ids, minlength=n_features)
    idf = (1 + np.log((1 + len(texts)) / (1 + frequency))).astype(np.float32)
    values = np.empty(n, np.float32)
    _weigh(ids, counts, block_ends, idf, values)
    indptr = np.concatenate(([0], block_ends[:, -1])).astype(np.int64)
    return FeatureMatrix(indptr, ids, values, features, idf, frequency)


def _first_blocks(
    keys: NDArray[np.uint64],
    counts: NDArray[np.uint8],
    block_ends: NDArray[np.int64],
    n_blocks: int,
) -> tuple[NDArray[np.uint64], NDArray[np.uint8], NDArray[np.int64]]:
    """Return the features of the first blocks only."""
    firsts = np.concatenate(([0], block_ends[:-1, -1]))
    kept = block_ends[:, n_blocks - 1] - firsts
    ends = np.cumsum(kept)
    at = np.arange(ends[-1]) + np.repeat(firsts - (ends - kept), kept)
    shift = (ends - block_ends[:, n_blocks - 1])[:, None]
    return keys[at], counts[at], block_ends[:, :n_blocks] + shift


def squares(matrix: FeatureMatrix) -> NDArray[np.float32]:
    """Return the squared norm of every record; 0 for one without any feature."""
    ended = np.append(matrix.values**2, np.float32(0))
    squares = np.add.reduceat(ended, matrix.indptr[:-1])
    squares[np.diff(matrix.indptr) == 0] = 0
    return squares
