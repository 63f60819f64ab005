"""From codes of any level to the true category at each level."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from occoder.classification.classification import Classification


def paths(classification: Classification) -> NDArray[np.int32]:
    """Return the category above each category at each level, itself at its own.

    Parameters
    ----------
    classification : Classification
        Levels may have unequal depths.

    Returns
    -------
    int32 array, shape (n_categories + 1, n_levels)
        Positions in ``classification.categories``, broadest level first. -1 below the
        level of a group; a category without children stands for itself at the levels
        below its own. The last row is -1 throughout, so that indexing with position -1
        (no category) gives no category at any level.
    """
    n_levels = len(classification.levels)
    table = np.full((len(classification.categories) + 1, n_levels), -1, dtype=np.int32)
    for row, category in enumerate(classification.categories):
        above = [*classification.ancestors(category.code), category]
        for one in above:
            table[row, one.level - 1] = classification.position(one.code)
        if not classification.children(category.code):
            table[row, category.level :] = row
    return table


def truth_by_level(
    codes: Sequence[str], classification: Classification
) -> NDArray[np.int32]:
    """Return the position of the true category of each record at each level.

    Parameters
    ----------
    codes : sequence of str, length n_records
        Codes of the classification, of any level.
    classification : Classification
        What the codes belong to.

    Returns
    -------
    int32 array, shape (n_records, n_levels)
        Positions as in `paths`; -1 at the levels finer than the code.

    Raises
    ------
    UnknownCategory
        If a code is not in the classification.
    """
    positions = [classification.position(code) for code in codes]
    return paths(classification)[np.array(positions, dtype=np.intp)]


def category_sets(along: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return paths in which each category stands once, with -1 for the repeats.

    Parameters
    ----------
    along : int32 array, shape (n_records, n_levels)
        Rows of `paths`.

    Returns
    -------
    int32 array, shape (n_records, n_levels)
        The same, without the repeats of a category that stands for itself at the
        levels below its own.

    Examples
    --------
    >>> category_sets(np.array([[0, 1, 1], [0, 1, -1]], dtype=np.int32)).tolist()
    [[0, 1, -1], [0, 1, -1]]
    """
    once = along.copy()
    once[:, 1:][along[:, 1:] == along[:, :-1]] = -1
    return once
