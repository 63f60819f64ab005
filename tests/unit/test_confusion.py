"""The most confused pairs."""

import numpy as np
from numpy.typing import NDArray
from toy_coder import TOY

from occoder.evaluation.confusion import ConfusedPair, most_confused


def at(*codes: str) -> NDArray[np.int32]:
    """Return positions of codes, -1 for an empty one."""
    return np.array([TOY.position(code) if code else -1 for code in codes], dtype=np.int32)


TRUTH = at("111", "111", "112", "121", "111", "", "221")
ANSWERS = at("112", "112", "111", "121", "112", "111", "")
TEXTS = ["a", "a", "b", "c", "d", "e", "f"]


def test_most_frequent_pair_is_first() -> None:
    """Pairs stand by their number, with each example text once."""
    first, second = most_confused(TRUTH, ANSWERS, TEXTS, TOY)

    assert ConfusedPair("111", "Grocer", "112", "Florist", 3, ("a", "d")) == first
    assert ("112", "111", 1, ("b",)) == (
        second.truth,
        second.answer,
        second.count,
        second.examples,
    )


def test_numbers_are_limited() -> None:
    """No more pairs and examples than asked for."""
    (only,) = most_confused(TRUTH, ANSWERS, TEXTS, TOY, n_pairs=1, n_examples=1)

    assert (3, ("a",)) == (only.count, only.examples)
