"""What takes the place of a coder while a file is read, and while answers are joined."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from occoder.classification import Classification
from occoder.coder.coded import CodedBatch
from occoder.coder.reason import REASONS
from occoder.coder.text import MIN_CHARACTERS
from occoder.errors import NoPromise

# Given titles, tasks and how many suggestions, returns the answers.
Answering: TypeAlias = Callable[[Sequence[str], Sequence[str], int], CodedBatch]

LOW_CONFIDENCE = REASONS.index("low confidence")


@dataclass(frozen=True, slots=True)
class AskedCoder:
    """A coder whose answers come from elsewhere, as `occoder.files` asks for one.

    Parameters
    ----------
    topic, model_id : str
        What the answers come from.
    classification : Classification
        What the positions in them mean.
    answer : callable
        Gives them.
    """

    topic: str
    model_id: str
    classification: Classification
    answer: Answering

    @property
    def thresholds(self) -> tuple[float, ...]:
        """The service applies its own."""
        return (0.0,) * len(self.classification.levels)

    def code_texts(
        self,
        titles: Sequence[str],
        tasks: Sequence[str] | None = None,
        *,
        n_ranked: int = 3,
        thresholds: Sequence[float] | None = None,
    ) -> CodedBatch:
        """Return the answers for these texts, in order."""
        return self.answer(titles, tasks or [""] * len(titles), n_ranked)

    def thresholds_for(self, max_error: float) -> tuple[float, ...]:
        """Raise an error: what a service promises is not known here."""
        raise NoPromise(max_error=max_error, known=())

    def explain(self, title: str, tasks: str) -> str:
        """Return nothing: a file gets no explanations from a service."""
        return ""


def is_to_be_coded(title: str, tasks: str) -> bool:
    """Tell whether a prepared text is long enough to be sent.

    >>> is_to_be_coded("nurse", ""), is_to_be_coded("x", "y")
    (True, False)
    """
    return len(title) + len(tasks) >= MIN_CHARACTERS


def nothing_coded(n_records: int, n_levels: int, n_ranked: int) -> CodedBatch:
    """Return answers that give no code to any record."""
    shape = n_records, n_levels, n_ranked
    return CodedBatch(
        category=np.full(n_records, -1, np.int32),
        confidence=np.zeros(n_records, np.float32),
        reason=np.full(n_records, LOW_CONFIDENCE, np.uint8),
        ranked=np.full(shape, -1, np.int32),
        ranked_confidence=np.zeros(shape, np.float32),
    )
