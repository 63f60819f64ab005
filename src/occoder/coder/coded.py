"""The answers of the coder: columns for many records, and one record at a time."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from occoder.classification import Classification
from occoder.coder.reason import REASONS


@dataclass(frozen=True, slots=True)
class CodedBatch:
    """Answers for n records, column by column, in input order.

    A category is named by its position in ``classification.categories``; -1 is none.

    Parameters
    ----------
    category : int32 array, shape (n_records,)
        The category given as the answer, or -1 when the record is not coded.
    confidence : float32 array, shape (n_records,)
        Calibrated probability that the answer is right, in [0, 1]; 0 when not coded.
    reason : uint8 array, shape (n_records,)
        Position in ``occoder.coder.reason.REASONS``; 0 when the record is coded.
    ranked : int32 array, shape (n_records, n_levels, n_ranked)
        Best categories at each level, best first, broadest level first; padded with -1.
        A category without children stands for itself at the deeper levels.
    ranked_confidence : float32 array, shape (n_records, n_levels, n_ranked)
        Their confidences; ``ranked_confidence[:, :, 0]`` never grows downwards.
    """

    category: NDArray[np.int32]
    confidence: NDArray[np.float32]
    reason: NDArray[np.uint8]
    ranked: NDArray[np.int32]
    ranked_confidence: NDArray[np.float32]

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.category)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A category that may be the right one.

    Parameters
    ----------
    code, title : str
        Of the category.
    confidence : float
        Calibrated probability that it is right, in [0, 1].
    """

    code: str
    title: str
    confidence: float


@dataclass(frozen=True, slots=True)
class CodedRecord:
    """The answer for one record.

    Parameters
    ----------
    code, title : str
        Of the category given; "" when the record is not coded.
    level : int
        Level of the category, 1 for the broadest; 0 when not coded.
    confidence : float
        Calibrated probability that the answer is right, in [0, 1]; 0 when not coded.
    reason : str
        Why the record is not coded, one of ``occoder.coder.reason.REASONS``.
    suggestions : tuple of Suggestion
        The best categories of the deepest level, best first.
    levels : tuple of Suggestion
        The best category of every level, broadest first.
    """

    code: str
    title: str
    level: int
    confidence: float
    reason: str
    suggestions: tuple[Suggestion, ...]
    levels: tuple[Suggestion, ...]

    @property
    def is_coded(self) -> bool:
        """Tell whether a code was given."""
        return bool(self.code)


def coded_records(
    coded: CodedBatch, classification: Classification, n_suggestions: int
) -> list[CodedRecord]:
    """Return the answers one by one.

    Parameters
    ----------
    coded : CodedBatch
        The answers, column by column.
    classification : Classification
        What the positions mean.
    n_suggestions : int
        How many suggestions to give, at most as many as were ranked.
    """
    return [_record(coded, i, classification, n_suggestions) for i in range(len(coded))]


def _record(
    coded: CodedBatch, i: int, classification: Classification, n_suggestions: int
) -> CodedRecord:
    ranked, confidences = coded.ranked[i], coded.ranked_confidence[i]
    suggestions = _suggestions(ranked[-1], confidences[-1], classification)
    levels = _suggestions(ranked[:, 0], confidences[:, 0], classification)
    position = int(coded.category[i])
    given = classification.categories[position] if position >= 0 else None
    return CodedRecord(
        code=given.code if given else "",
        title=given.title if given else "",
        level=given.level if given else 0,
        confidence=round(float(coded.confidence[i]), 6),
        reason=REASONS[coded.reason[i]],
        suggestions=suggestions[:n_suggestions],
        levels=levels,
    )


def _suggestions(
    positions: NDArray[np.int32],
    confidences: NDArray[np.float32],
    classification: Classification,
) -> tuple[Suggestion, ...]:
    return tuple(
        Suggestion(
            classification.categories[position].code,
            classification.categories[position].title,
            round(float(confidence), 6),
        )
        for position, confidence in zip(positions, confidences, strict=True)
        if position >= 0
    )
