"""Telling texts apart, so that no text is in training and test at once."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from occoder.coder.text import plain

# Letters in lower case and digits; every other ASCII character becomes a blank.
_WORD_CHARACTERS = {
    code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)
}


def normal_form(title: str, tasks: str = "") -> str:
    """Return what two records share when they say the same.

    Parameters
    ----------
    title, tasks : str
        As the respondent wrote them.

    Returns
    -------
    str
        The words of each field in lower-case ASCII letters and digits, joined by single
        blanks; the fields are parted by a bar.

    Examples
    --------
    >>> normal_form("  Café-Owner ", "Buys/sells")
    'cafe owner|buys sells'
    """
    return f"{_words(title)}|{_words(tasks)}"


def split_by_text(keys: Sequence[str], n_folds: int, seed: int) -> NDArray[np.int64]:
    """Deal records into folds so that equal keys are always in the same one.

    Parameters
    ----------
    keys : sequence of str, length n_records
        Normal forms of the records.
    n_folds : int
        Number of folds, at least 1.
    seed : int
        Another seed deals another way.

    Returns
    -------
    int64 array, shape (n_records,)
        Fold of each record, from 0. The numbers of distinct keys in the folds differ by
        at most one. The order of the records plays no part.

    Examples
    --------
    >>> split_by_text(["a", "b", "a", "c"], n_folds=3, seed=0).tolist()
    [1, 0, 1, 2]
    """
    dealt = sorted(set(keys), key=lambda key: (_rank(key, seed), key))
    folds = {key: i % n_folds for i, key in enumerate(dealt)}
    return np.array([folds[key] for key in keys], dtype=np.int64)


def _words(text: str) -> str:
    ascii_text = text if text.isascii() else plain(text)
    return " ".join(ascii_text.translate(_WORD_CHARACTERS).split())


def _rank(key: str, seed: int) -> bytes:
    """Return a rank that looks random but is the same on every machine."""
    return blake2b(f"{seed} {key}".encode(), digest_size=8).digest()
