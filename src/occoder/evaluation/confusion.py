"""The pairs of true category and answer that are most often confused."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from occoder.classification.classification import Classification


@dataclass(frozen=True, slots=True)
class ConfusedPair:
    """A true category that was answered by another one.

    Parameters
    ----------
    truth, truth_title : str
        Code and title of the true category.
    answer, answer_title : str
        Code and title of the answer.
    count : int
        Number of records.
    examples : tuple of str
        Some of their texts, each once, in the order of the records. They are
        respondents' words: for the report only, never for a log.
    """

    truth: str
    truth_title: str
    answer: str
    answer_title: str
    count: int
    examples: tuple[str, ...]


def most_confused(
    truth: NDArray[np.int32],
    answered: NDArray[np.int32],
    texts: Sequence[str],
    classification: Classification,
    *,
    n_pairs: int = 20,
    n_examples: int = 3,
) -> tuple[ConfusedPair, ...]:
    """Return the most confused pairs at one level, most frequent first.

    Parameters
    ----------
    truth, answered : int32 array, shape (n_records,)
        Positions of the true category and of the answer at the level; records with a
        -1 on either side are left out.
    texts : sequence of str, length n_records
        What the respondents wrote.
    classification : Classification
        What the positions refer to.
    n_pairs, n_examples : int
        How many pairs, and texts of each, to return at most.

    Returns
    -------
    tuple of ConfusedPair
        Pairs of equal count stand in code order.
    """
    rows: dict[tuple[int, int], list[int]] = defaultdict(list)
    confused = (truth != answered) & (truth >= 0) & (answered >= 0)
    for row in np.flatnonzero(confused).tolist():
        rows[int(truth[row]), int(answered[row])].append(row)
    ordered = sorted(rows.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple(
        _pair(key, [texts[row] for row in members], classification, n_examples)
        for key, members in ordered[:n_pairs]
    )


def _pair(
    key: tuple[int, int],
    texts: Sequence[str],
    classification: Classification,
    n_examples: int,
) -> ConfusedPair:
    truth, answer = (classification.categories[position] for position in key)
    examples = tuple(dict.fromkeys(texts))[:n_examples]
    return ConfusedPair(
        truth.code, truth.title, answer.code, answer.title, len(texts), examples
    )
