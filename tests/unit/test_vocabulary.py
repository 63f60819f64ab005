"""The table from features to rows."""

import numpy as np
import pytest

from occoder.coder.vocabulary import find, lookup_table, number

KEYS = np.unique(np.random.default_rng(1).integers(0, 2**40, 20_000, np.uint64))


@pytest.mark.parametrize("n", [0, 1, 2, 3, 1000, len(KEYS) // 2])
def test_known_features_have_their_row(n: int) -> None:
    """Every key of the table is found in its row, and no other key is found."""
    table = lookup_table(KEYS[:n])
    found = [find(table, key) for key in KEYS]

    assert [*range(n), *[-1] * (len(KEYS) - n)] == found


def test_table_is_at_most_half_full() -> None:
    """A search for an unknown key ends soon, at an empty place."""
    table = lookup_table(KEYS[:1000])

    assert 1000 == np.count_nonzero(table) <= len(table) / 2


def test_keys_are_numbered_as_they_appear() -> None:
    """Equal keys get the same number and new ones the next, also where slots collide."""
    keys = np.array([8, 0, 16, 8, 0, 24, 2**40 - 1, 16], np.uint64)
    ids = np.empty(len(keys), np.int32)
    n = number(keys, np.zeros(8, np.uint64), np.full(8, -1, np.int32), ids)

    assert 5 == n
    assert [0, 1, 2, 0, 1, 3, 4, 2] == ids.tolist()
