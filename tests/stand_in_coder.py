"""A coder for tests of everything around the coder: fast, simple, always the same.

Its answer depends on nothing but the texts, the number of ranks and the thresholds: a
checksum of the texts picks an occupation, and the occupations after it are the next
best. So any mix-up of rows, batches, topics or columns shows.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from occoder.classification import Classification, bundled
from occoder.coder.coded import CodedBatch
from occoder.coder.reason import REASONS
from occoder.errors import InputError

RETIRED = REASONS.index("retired")
LOW = REASONS.index("low confidence")


@dataclass(frozen=True)
class StandInCoder:
    """Codes by checksum; "retired" is refused, "doubt <level>" is coded to that level."""

    topic: str
    model_id: str
    classification: Classification
    thresholds: tuple[float, ...] = (0.5, 0.5, 0.5, 0.5, 0.5)

    @cached_property
    def paths(self) -> list[list[int]]:
        """Positions from the major group down to each occupation."""
        whole = self.classification
        return [
            [*(whole.position(up.code) for up in whole.ancestors(one.code)), i]
            for i, one in enumerate(whole.categories)
            if one.level == len(whole.levels)
        ]

    def code_texts(
        self,
        titles: Sequence[str],
        tasks: Sequence[str] | None = None,
        *,
        n_ranked: int = 3,
        thresholds: Sequence[float] | None = None,
    ) -> CodedBatch:
        """Return the answers for these texts, in order."""
        both = list(zip(titles, tasks or [""] * len(titles), strict=True))
        paths = np.array(self.paths, np.int32)
        first = np.array([zlib.crc32("|".join(one).encode()) for one in both], np.int64)
        rows = (first[:, None] + np.arange(n_ranked)) % len(paths)
        ranked = paths[rows].transpose(0, 2, 1)
        confidence = np.array([self._confidence(title) for title, _ in both], np.float32)
        confidence = confidence.reshape(len(both), paths.shape[1], 1) / (
            1 + np.arange(n_ranked, dtype=np.float32)
        )
        accepted = confidence[:, :, 0] >= np.array(thresholds or self.thresholds)
        depth = accepted.cumprod(axis=1).sum(axis=1)
        is_retired = np.array(["retired" in title for title, _ in both], bool)
        depth[is_retired] = 0
        at = (np.arange(len(both)), np.maximum(depth, 1) - 1, 0)
        reason = np.where(is_retired, RETIRED, np.where(depth == 0, LOW, 0))
        return CodedBatch(
            category=np.where(depth > 0, ranked[at], -1).astype(np.int32),
            confidence=np.where(depth > 0, confidence[at], 0).astype(np.float32),
            reason=reason.astype(np.uint8),
            ranked=ranked.astype(np.int32),
            ranked_confidence=confidence.astype(np.float32),
        )

    def _confidence(self, title: str) -> list[float]:
        n_sure = int(title[6]) if title.startswith("doubt ") else 5
        return [0.9 - level / 100 if level < n_sure else 0.2 for level in range(5)]

    def thresholds_for(self, max_error: float) -> tuple[float, ...]:
        """Return the thresholds for an error of 5 %, the only one on record."""
        if max_error != 0.05:
            raise InputError("The model has thresholds for a maximum error of 0.05 only.")
        return (0.895, 0.8, 0.8, 0.8, 0.8)

    def explain(self, title: str, tasks: str) -> str:
        """Return the words of the texts, in order."""
        return " + ".join(f"{title} {tasks}".split())


def load_stand_in(topic: str, *, model_id: str | None = None) -> StandInCoder:
    """Return the stand-in for a bundled topic."""
    return StandInCoder(topic, model_id or f"stand-in-{topic}", bundled(topic))
