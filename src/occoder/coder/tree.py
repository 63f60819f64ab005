"""The categories of a classification laid out for the compiled search.

The *trunk* is the broad levels, as many as have `MAX_TRUNK` categories between them
(at least one level): every record is compared with all of it.
Below each tip of the trunk hangs a *branch*: all categories under that tip.
Only the branches that can matter for a record are opened.

The texts that name no occupation are one more tip, whose branch holds the reasons to
refuse a text; their positions follow those of the categories.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from occoder.classification import Category, Classification

MAX_TRUNK: Final = 128


@dataclass(frozen=True, slots=True)
class Columns:
    """A run of categories that are compared with a record together.

    Parameters
    ----------
    position : int32 array, shape (n_columns,)
        Position of each category in the classification; parents before children.
    parent : int32 array, shape (n_columns,)
        Column of the parent, or -1 when it is not among these columns.
    level : int32 array, shape (n_columns,)
        Level from 0 (broadest).
    is_only_child : bool array, shape (n_columns,)
        True where there are no siblings, so nothing to decide.
    is_finest : bool array, shape (n_columns,)
        True where there are no categories below.
    """

    position: NDArray[np.int32]
    parent: NDArray[np.int32]
    level: NDArray[np.int32]
    is_only_child: NDArray[np.bool_]
    is_finest: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self.position)


@dataclass(frozen=True, slots=True)
class Tree:
    """Trunk and branches of a classification.

    Parameters
    ----------
    n_levels, n_categories : int
        Levels and categories of the classification.
    trunk : Columns
        The categories that every record is compared with.
    tips : int32 array, shape (n_branches,)
        Trunk column that each branch hangs from.
    branches : Columns
        The columns of all branches, one branch after another; ``parent`` counts from
        the start of the branch.
    starts : int32 array, shape (n_branches + 1,)
        Where each branch starts in ``branches``.
    """

    n_levels: int
    n_categories: int
    trunk: Columns
    tips: NDArray[np.int32]
    branches: Columns
    starts: NDArray[np.int32]


def _columns(classification: Classification, categories: list[Category]) -> Columns:
    at = {category.code: column for column, category in enumerate(categories)}
    codes = [category.code for category in categories]
    return Columns(
        np.array([classification.position(code) for code in codes], np.int32),
        np.array([at.get(one.parent or "", -1) for one in categories], np.int32),
        np.array([one.level - 1 for one in categories], np.int32),
        np.array([len(classification.children(c.parent)) == 1 for c in categories], bool),
        np.array([not classification.children(code) for code in codes], bool),
    )


def trunk_depth(classification: Classification) -> int:
    """Return how many levels, from the broadest, form the trunk."""
    widths = np.cumsum([level.n_categories for level in classification.levels])
    return max(1, int(np.searchsorted(widths, MAX_TRUNK, side="right")))


def _below(classification: Classification, code: str) -> list[Category]:
    found: list[Category] = []
    wave = list(classification.children(code))
    while wave:
        found += wave
        wave = [child for one in wave for child in classification.children(one.code)]
    return found


def _refusals(n_categories: int, n_reasons: int) -> tuple[Columns, Columns]:
    """Return the tip of the texts to refuse, and its branch of reasons."""
    tip, reasons = np.full(1, n_categories), n_categories + 1 + np.arange(n_reasons)
    above = np.full(n_reasons, -1, np.int32)
    return (
        Columns(tip.astype(np.int32), above[:1], above[:1] + 1, tip < 0, tip < 0),
        Columns(reasons.astype(np.int32), above, above + 2, above > 0, above < 0),
    )


def grow(classification: Classification, n_reasons: int) -> Tree:
    """Return the trunk and branches of a classification.

    Parameters
    ----------
    classification : Classification
        The categories.
    n_reasons : int
        How many reasons to refuse a text there are, at least 2.
    """
    depth = trunk_depth(classification)
    trunk = [c for number in range(1, depth + 1) for c in classification.at_level(number)]
    tips = [
        column
        for column, one in enumerate(trunk)
        if one.level == depth or not classification.children(one.code)
    ]
    branches = [
        _columns(classification, _below(classification, trunk[t].code)) for t in tips
    ]
    refused, reasons = _refusals(len(classification.categories), n_reasons)
    branches.append(reasons)
    return Tree(
        len(classification.levels),
        len(classification.categories),
        _join([_columns(classification, trunk), refused]),
        np.array([*tips, len(trunk)], np.int32),
        _join(branches),
        np.concatenate(([0], np.cumsum([len(b) for b in branches]))).astype(np.int32),
    )


def _join(branches: list[Columns]) -> Columns:
    return Columns(
        np.concatenate([branch.position for branch in branches]),
        np.concatenate([branch.parent for branch in branches]),
        np.concatenate([branch.level for branch in branches]),
        np.concatenate([branch.is_only_child for branch in branches]),
        np.concatenate([branch.is_finest for branch in branches]),
    )
