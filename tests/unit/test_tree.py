"""The categories laid out for the search."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pytest
from random_models import classification_of
from toy_coder import TOY

from occoder.coder.tree import grow, trunk_depth
from occoder.evaluation.truth import paths

DEEP = classification_of([[[[]], [[], []]] for _ in range(60)])


def codes(positions: Iterable[int]) -> list[str]:
    """Return the codes of the categories among some positions."""
    return [TOY.categories[i].code for i in positions if i < len(TOY.categories)]


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [((60, 2), 1), ((40, 2), 2), ((1, 127), 2), ((1, 128), 1), ((200, 1), 1), ((200,), 1)],
)
def test_trunk_holds_the_broad_levels(sizes: tuple[int, ...], expected: int) -> None:
    """The trunk is as many levels as have 128 categories between them, at least one."""
    below = [[] for _ in range(sizes[1])] if len(sizes) > 1 else []
    nested = [list(below) for _ in range(sizes[0])]

    assert expected == trunk_depth(classification_of(nested))


def test_small_classification_is_all_trunk() -> None:
    """Where all fits in the trunk, its tips are the finest categories and the refusals."""
    tree = grow(TOY, 3)
    by_level = ["1", "2", "11", "12", "21", "22", "111", "112", "121", "122", "221"]

    assert by_level == codes(tree.trunk.position)
    assert ["21", "111", "112", "121", "122", "221"] == [
        by_level[tip] for tip in tree.tips[:-1]
    ]
    assert [0, 0, 0, 0, 0, 0, 0, 3] == tree.starts.tolist()


def test_refusals_follow_the_categories() -> None:
    """The texts to refuse are the last tip; their branch holds the reasons."""
    tree = grow(TOY, 3)

    assert 11 == tree.trunk.position[tree.tips[-1]] == tree.n_categories
    assert [12, 13, 14] == tree.branches.position.tolist()
    assert [-1, -1, -1] == tree.branches.parent.tolist()
    assert [True, True, True] == tree.branches.is_finest.tolist()


def test_only_and_finest_are_marked() -> None:
    """An only child and a category without children are known as such."""
    tree = grow(TOY, 3)
    position = tree.trunk.position

    assert ["221"] == codes(position[tree.trunk.is_only_child])
    assert ["21", "111", "112", "121", "122", "221"] == codes(
        position[tree.trunk.is_finest]
    )


def test_branches_hold_what_hangs_below() -> None:
    """Trunk and branches hold every category once, parents before children."""
    tree = grow(DEEP, 9)
    above = paths(DEEP)
    found = [*tree.trunk.position, *tree.branches.position]

    assert list(range(len(DEEP.categories) + 10)) == sorted(found)
    assert 60 == len(tree.tips) - 1
    for tip, (start, stop) in zip(tree.tips[:-1], pairwise(tree.starts), strict=False):
        position = tree.branches.position[start:stop]
        parent, level = tree.branches.parent[start:stop], tree.branches.level[start:stop]
        up = np.where(parent < 0, tree.trunk.position[tip], position[parent])

        assert above[position, level].tolist() == position.tolist()
        assert above[position, level - 1].tolist() == up.tolist()
        assert (parent < np.arange(len(parent))).all()
