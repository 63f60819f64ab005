"""The hashed features of a text."""

from collections import Counter

import numpy as np
import pytest
from reference import blocks

from occoder.coder.features import N_BLOCKS, extract_all, features_of
from occoder.coder.packed import pack

TEXTS = [
    pytest.param("truck driver", "", id="title"),
    pytest.param("", "drives trucks", id="tasks"),
    pytest.param("driver driver driver", "drives a driver", id="repeats"),
    pytest.param("C++ dev 4WD #1", "a b c", id="signs and single letters"),
    pytest.param("Driver's mate", "'quoted' o'brien''s'", id="apostrophes"),
    pytest.param("Caf\u00e9 owner", "k\u00f6k \u212a", id="not ASCII"),
    pytest.param("", "", id="empty"),
    pytest.param(" - / ? ", "''", id="no words"),
    pytest.param("x" * 5000, "ab " * 3000, id="very long"),
]


def counted(title: str, tasks: str) -> list[Counter[int]]:
    """Return how often the compiled code finds each feature, block by block."""
    found = [Counter[int]() for _ in range(N_BLOCKS)]
    for key, count, block in zip(*features_of(pack([title], [tasks])), strict=True):
        found[block][int(key)] += int(count)
    return found


@pytest.mark.parametrize(("title", "tasks"), TEXTS)
def test_features_equal_the_reference(title: str, tasks: str) -> None:
    """The compiled code finds the features that the plain one finds, as often."""
    expected = [
        Counter({key: min(n, 255) for key, n in block.items()})
        for block in blocks(title, tasks)
    ]

    assert expected == counted(title, tasks)


@pytest.mark.parametrize(("title", "tasks"), TEXTS)
def test_each_feature_stands_once(title: str, tasks: str) -> None:
    """No feature is listed twice: how often it occurs is its count."""
    keys, _, _ = features_of(pack([title], [tasks]))

    assert len(keys) == len(set(keys.tolist()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Truck DRIVER", ""), ("truck driver", "")),
        (("driver's", ""), ("drivers", "")),
        (("truck - driver!", ""), ("truck driver", "")),
        (("caf\u00e9", ""), ("caf", "")),
    ],
    ids=["case", "apostrophe", "marks", "not ASCII"],
)
def test_same_words_have_same_features(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    """Case, apostrophes inside words, marks and foreign characters don't count."""
    assert counted(*other) == counted(*one)


def test_pairs_stay_in_their_field() -> None:
    """The last word of the title and the first of the tasks are no pair."""
    across, within = counted("truck", "driver")[0], counted("truck driver", "")[0]

    assert 2 == across.total()
    assert across < within


def test_title_counts_once_more() -> None:
    """A word of the title is a feature of both fields and of the title alone."""
    in_title, in_tasks = counted("truck", ""), counted("", "truck")

    assert in_title[0] == in_tasks[0]
    assert [1, 1, 4, 4] == [block.total() for block in in_title]
    assert [1, 0, 4, 0] == [block.total() for block in in_tasks]


def test_many_records_equal_each_alone() -> None:
    """The features of many records are those of each, one after another."""
    pairs = [case.values for case in TEXTS]
    texts = pack(*zip(*pairs, strict=True))
    keys = np.empty(4 * len(texts.data), np.uint64)
    counts = np.empty(len(keys), np.uint8)
    ends = np.empty((len(texts), N_BLOCKS), np.int64)
    n = extract_all(texts.data, texts.starts, keys, counts, ends)
    alone = [features_of(pack([title], [tasks])) for title, tasks in pairs]

    assert np.concatenate([one for one, _, _ in alone]).tolist() == keys[:n].tolist()
    assert np.concatenate([one for _, one, _ in alone]).tolist() == counts[:n].tolist()
    assert np.cumsum([len(one) for one, _, _ in alone]).tolist() == ends[:, -1].tolist()
