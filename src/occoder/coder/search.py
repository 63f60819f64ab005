"""The search for the best categories of texts, over weights laid out for it."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from occoder.coder.hsvm import HSVM, scale
from occoder.coder.kernel import rank_all
from occoder.coder.layout import (
    BITS,
    BRANCH_SCALE,
    DENSE,
    FIRST,
    IDF,
    TRUNK_SCALE,
    ColumnArrays,
    TreeArrays,
    Weights,
    lay_out,
)
from occoder.coder.packed import PackedTexts
from occoder.coder.tree import Columns
from occoder.coder.vocabulary import lookup_table

# Rows in memory have a multiple of this many columns, to be worked on side by side.
LANES: Final = 8


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best categories of n records at every level, before calibration.

    Parameters
    ----------
    category : int32 array, shape (n_records, n_levels, n_ranked)
        Positions in the classification, best first; -1 where there are fewer, which is
        everywhere when the model knows no feature of the text.
    share : float32 array, shape (n_records, n_levels, n_ranked)
        Their shares, in [0, 1].
    refusal : float32 array, shape (n_records,)
        Share of the texts that name no occupation, in [0, 1].
    reason : int32 array, shape (n_records,)
        The likeliest of the reasons to refuse the text, from 0.
    """

    category: NDArray[np.int32]
    share: NDArray[np.float32]
    refusal: NDArray[np.float32]
    reason: NDArray[np.int32]


def _entries(hsvm: HSVM, firsts: NDArray[np.uint32]) -> NDArray[Any]:
    """Return the weights of the branches; fills in where those of each feature are."""
    sizes = np.diff(hsvm.tree.starts).astype(np.int64)
    # Columns and distances fit in 16 bits for classifications like OSCA.
    is_small = sizes.max() <= 256 and 2 * len(hsvm.tree.branches) + 2 * len(sizes) < DENSE
    dtype = np.uint16 if is_small else np.uint32
    runs = hsvm.bits, sizes, hsvm.run_lengths, hsvm.columns, hsvm.weights
    per_entry = np.dtype(dtype).itemsize
    nothing = np.zeros(0, dtype)
    size = lay_out(*runs, per_entry, firsts, nothing, nothing.view(np.int8))
    entries = np.zeros(size + 1, dtype)
    lay_out(*runs, per_entry, firsts, entries, entries.view(np.int8))
    return entries


def _lined_up(columns: NDArray[Any]) -> NDArray[Any]:
    """Return the array with zero columns added, up to a multiple of `LANES`.

    Rows start where a line of the processor's cache does.
    """
    width = -(-columns.shape[-1] // LANES) * LANES
    shape = (*columns.shape[:-1], width)
    room = np.zeros(int(np.prod(shape)) * columns.itemsize + 64, np.uint8)
    offset = -room.ctypes.data % 64
    padded = room[offset : offset + room.size - 64].view(columns.dtype).reshape(shape)
    padded[..., : columns.shape[-1]] = columns
    return padded


def _arrays(columns: Columns) -> ColumnArrays:
    return ColumnArrays(
        columns.position,
        columns.parent,
        columns.level,
        columns.is_only_child,
        columns.is_finest,
    )


class Search:
    """Searches a hierarchical SVM for the best categories of texts.

    Parameters
    ----------
    hsvm : HSVM
        The weights.
    """

    def __init__(self, hsvm: HSVM) -> None:
        n_words = hsvm.bits.shape[1]
        head = _lined_up(np.zeros((len(hsvm.keys), 4 + 2 * n_words), np.uint32))
        floats = head.view(np.float32)
        floats[:, IDF] = hsvm.idf
        floats[:, TRUNK_SCALE] = scale(hsvm.trunk_scale)
        floats[:, BRANCH_SCALE] = scale(hsvm.branch_scale)
        bits = head.view(np.uint64)[:, BITS // 2 : BITS // 2 + n_words]
        bits[:] = hsvm.bits
        entries = _entries(hsvm, head[:, FIRST])
        tree = hsvm.tree
        self._n_levels = tree.n_levels
        self._table = lookup_table(hsvm.keys)
        self._weights = Weights(
            floats,
            head,
            bits,
            _lined_up(hsvm.trunk),
            _lined_up(hsvm.trunk_bias),
            entries,
            entries.view(np.int8),
            hsvm.branch_bias,
        )
        self._tree = TreeArrays(
            _arrays(tree.trunk),
            _arrays(tree.branches),
            tree.tips,
            tree.starts,
            tree.n_categories,
        )

    def rank(self, texts: PackedTexts, n_ranked: int) -> Ranking:
        """Return the best categories of each text at every level.

        Parameters
        ----------
        texts : PackedTexts
            The records.
        n_ranked : int
            How many categories to rank at each level, at least 1.

        Raises
        ------
        ValueError
            If ``n_ranked`` is below 1.
        """
        if n_ranked < 1:
            raise ValueError(f"n_ranked is {n_ranked}; rank at least 1 category")
        n = len(texts)
        out = (
            np.empty((n, self._n_levels, n_ranked), np.int32),
            np.empty((n, self._n_levels, n_ranked), np.float32),
            np.empty(n, np.float32),
            np.empty(n, np.int32),
        )
        if n > 0:
            rank_all(texts.data, texts.starts, self._table, self._weights, self._tree, out)
        return Ranking(*out)
