"""What a coder must beat: looking the text up in the training texts.

Any other baseline, such as a flat SVM, is given to an evaluation in the same form: the
position of the category it answers, -1 for none.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


def majority_index(keys: Sequence[str], positions: Sequence[int]) -> dict[str, int]:
    """Return the category that most training texts of each normal form have.

    Parameters
    ----------
    keys : sequence of str, length n_texts
        Normal forms of the training texts.
    positions : sequence of int, length n_texts
        Their categories, of any level.

    Returns
    -------
    dict of str to int
        Of equally frequent categories, the one that stands first.

    Examples
    --------
    >>> majority_index(["nurse", "nurse", "nurse"], [7, 3, 7])
    {'nurse': 7}
    """
    counts: dict[str, Counter[int]] = defaultdict(Counter)
    for key, position in zip(keys, positions, strict=True):
        counts[key][position] += 1
    return {
        key: min(counted, key=lambda position: (-counted[position], position))
        for key, counted in counts.items()
    }


def look_up(index: Mapping[str, int], *tries: Sequence[str]) -> NDArray[np.int32]:
    """Return the category of each record by exact match.

    Parameters
    ----------
    index : mapping of str to int
        As `majority_index` gives it.
    *tries : sequences of str, each of length n_records
        Normal forms to look up, the most specific first: of title and tasks, then of
        the title alone.

    Returns
    -------
    int32 array, shape (n_records,)
        The category of the first normal form that is found, -1 where none is.

    Examples
    --------
    >>> look_up({"nurse": 7}, ["nurse|wards", "chef|cooks"], ["nurse", "chef"]).tolist()
    [7, -1]
    """
    found = (
        next((index[key] for key in keys if key in index), -1)
        for keys in zip(*tries, strict=True)
    )
    return np.fromiter(found, dtype=np.int32)
