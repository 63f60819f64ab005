"""Features of a text: word and character n-grams of its two fields, hashed to 40 bits.

A record has four blocks of features, each with a weighting and a norm of its own:

0. words and word pairs of both fields,
1. words and word pairs of the title,
2. character 4-grams inside the words of both fields,
3. character 4-grams inside the words of the title.

A word is a run of letters, digits, ``+`` and ``#``; an apostrophe inside it is passed
over ("driver's" is "drivers"), and case does not count. The pairs never reach across
the border between the fields. A 4-gram sees the blank on either side of its word.
"""

from typing import Final

import numpy as np
from numba import njit
from numpy.typing import NDArray

from occoder.coder.packed import FIELD_END, PackedTexts

N_BLOCKS: Final = 4

_APOSTROPHE = 0x27
_BLANK = 0x20
_WORD_BYTE = np.zeros(256, np.uint8)
for _byte in range(256):
    _character = chr(_byte)
    if _byte < 128 and (_character.isalnum() or _character in "+#"):
        _WORD_BYTE[_byte] = ord(_character.lower())

_PRIME = np.uint64(0x100000001B3)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_OFFSET = np.uint64(0xCBF29CE484222325)
_PAIR = np.uint64(0x9E3779B97F4A7C15)
_FRAGMENT = np.uint64(0x5851F42D4C957F2D)
_TITLE = np.uint64(0x14057B7EF767814F)
_FOUR_BYTES = np.uint64(0xFFFFFFFF)

# Hashed features have 40 bits: a table of half a million then holds a false match for
# one unknown feature in a million, and takes 5 bytes a feature on disk.
KEY_BITS: Final = np.uint64(0xFFFFFFFFFF)


@njit(cache=True, nogil=True)
def _mix(key):
    key = (key ^ (key >> np.uint64(30))) * _MIX_1
    key = (key ^ (key >> np.uint64(27))) * _MIX_2
    return key ^ (key >> np.uint64(31))


@njit(cache=True, nogil=True)
def _add(key, keys, counts, n, table):
    """Count one feature of the record; returns the number of different ones so far."""
    key &= KEY_BITS
    mask = np.uint64(len(table) - 1)
    slot = key & mask
    while table[slot] != 0:
        seen = np.uint64(table[slot] - 1)
        if keys[seen] == key:
            counts[seen] += 1
            return n
        slot = (slot + np.uint64(1)) & mask
    table[slot] = n + 1
    keys[n] = key
    counts[n] = 1
    return n + 1


@njit(cache=True, nogil=True)
def _normalise(data, start, stop, words):
    """Write the words of a field, each between two blanks; returns the end."""
    n = 0
    inside = False
    for i in range(start, stop):
        byte = data[i]
        if byte == _APOSTROPHE and inside:
            continue
        letter = _WORD_BYTE[byte]
        if letter != 0:
            if not inside:
                words[n] = _BLANK
                n += 1
            words[n] = letter
            n += 1
        inside = letter != 0
    words[n] = _BLANK
    return n + 1


@njit(cache=True, nogil=True)
def _add_words(words, end, keys, counts, n, table):
    """Add the words and word pairs of one field."""
    previous = np.uint64(0)
    key = _OFFSET
    for i in range(1, end):
        if words[i] != _BLANK:
            key = (key ^ np.uint64(words[i])) * _PRIME
            continue
        word = _mix(key)
        n = _add(word, keys, counts, n, table)
        if previous != np.uint64(0):
            n = _add(_mix(previous * _PAIR + word), keys, counts, n, table)
        previous = word
        key = _OFFSET
    return n


@njit(cache=True, nogil=True)
def _add_fragments(words, end, keys, counts, n, table):
    """Add the character 4-grams of one field; a word of one letter is a 3-gram."""
    last_four = np.uint64(0)
    length = 0
    for i in range(end):
        last_four = (last_four << np.uint64(8) | np.uint64(words[i])) & _FOUR_BYTES
        length += 1
        at_end = words[i] == _BLANK and length > 1
        if length >= 4 or (at_end and length == 3):
            n = _add(_mix(last_four ^ _FRAGMENT), keys, counts, n, table)
        if at_end:
            last_four = np.uint64(_BLANK)
            length = 1
    return n


@njit(cache=True, nogil=True)
def _add_title_block(keys, counts, first, title_counts, n):
    """Write the features of the title once more, as a block of their own."""
    for k in range(len(title_counts)):
        keys[n + k] = _mix(keys[first + k] ^ _TITLE) & KEY_BITS
        counts[n + k] = title_counts[k]
    return n + len(title_counts)


@njit(cache=True, nogil=True)
def extract(data, start, stop, scratch):
    """Write the features of one packed record, block by block, each once.

    Parameters
    ----------
    data, start, stop
        The packed texts, and where the record starts and ends in them.
    scratch
        Room to work in, from `new_scratch`. On return ``keys`` and ``counts`` hold
        the hashed features and how often each occurs, ``block_ends`` where each
        block ends.
    """
    words, keys, counts, block_ends, whole_table, title_counts = scratch
    size = 64
    while size < 4 * (stop - start):
        size *= 2
    table = whole_table[:size]
    table[:] = 0
    border = start
    while data[border] != FIELD_END:
        border += 1
    end_title = _normalise(data, start, border, words)
    tasks = words[end_title:]
    end_tasks = _normalise(data, border + 1, stop - 1, tasks)

    n = _add_words(words, end_title, keys, counts, 0, table)
    title = title_counts[:n]
    title[:] = counts[:n]
    n = _add_words(tasks, end_tasks, keys, counts, n, table)
    block_ends[0] = n
    n = _add_title_block(keys, counts, 0, title, n)
    block_ends[1] = n
    first = n
    n = _add_fragments(words, end_title, keys, counts, first, table)
    title = title_counts[: n - first]
    title[:] = counts[first:n]
    n = _add_fragments(tasks, end_tasks, keys, counts, n, table)
    block_ends[2] = n
    block_ends[3] = _add_title_block(keys, counts, first, title, n)


@njit(cache=True, nogil=True)
def new_scratch(longest):
    """Return room for `extract` to work in, for records of at most ``longest`` bytes."""
    size = 64
    while size < 4 * longest:
        size *= 2
    return (
        np.empty(2 * longest + 8, np.uint8),
        np.empty(4 * longest + 8, np.uint64),
        np.empty(4 * longest + 8, np.int32),
        np.zeros(N_BLOCKS, np.int64),
        np.empty(size, np.int32),
        np.empty(2 * longest + 8, np.int32),
    )


@njit(cache=True, nogil=True)
def extract_all(data, starts, keys, counts, block_ends):
    """Write the features of all packed records; returns how many there are.

    ``keys`` and ``counts`` need ``4 * n_bytes`` entries;
    ``block_ends`` has shape (n_records, 4) and gets positions in ``keys``.
    """
    scratch = new_scratch(np.max(np.diff(starts)) if len(starts) > 1 else 0)
    n = 0
    for i in range(len(starts) - 1):
        extract(data, starts[i], starts[i + 1], scratch)
        _, key, count, ends, _, _ = scratch
        for j in range(ends[3]):
            keys[n + j] = key[j]
            counts[n + j] = min(count[j], 255)
        for block in range(4):
            block_ends[i, block] = n + ends[block]
        n += ends[3]
    return n


def features_of(
    texts: PackedTexts,
) -> tuple[NDArray[np.uint64], NDArray[np.uint8], NDArray[np.int64]]:
    """Return the features of one record, in the order of `occoder.coder.pieces`.

    Returns
    -------
    keys : uint64 array, shape (n_features,)
        Hashed features.
    counts : uint8 array, shape (n_features,)
        How often each occurs.
    blocks : int64 array, shape (n_features,)
        Block of each, from 0.
    """
    room = 4 * len(texts.data)
    keys, counts = np.empty(room, np.uint64), np.empty(room, np.uint8)
    ends = np.empty((1, N_BLOCKS), np.int64)
    n = extract_all(texts.data, texts.starts, keys, counts, ends)
    return keys[:n], counts[:n], np.searchsorted(ends[0], np.arange(n), side="right")
