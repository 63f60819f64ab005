"""A small classification of unequal depth, and a coder whose answers are written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from occoder.classification.classification import Category, Classification, Level
from occoder.coder.coded import CodedBatch
from occoder.coder.reason import REASONS
from occoder.evaluation.truth import paths

_TITLES = {
    "1": "Managers",
    "11": "Shop Managers",
    "111": "Grocer",
    "112": "Florist",
    "12": "Farm Managers",
    "121": "Grain Farmer",
    "122": "Sheep Farmer",
    "2": "Trades",
    "21": "Welders",
    "22": "Joiners",
    "221": "Carpenter",
}

# "21 Welders" has no category below it and stands for itself at the third level.
TOY = Classification(
    name="TOY",
    full_name="Toy Occupations for Yards",
    version="1",
    levels=(Level(1, "group", 2), Level(2, "unit", 4), Level(3, "occupation", 5)),
    categories=tuple(
        Category(code, title, len(code), code[:-1] or None, "", False)
        for code, title in _TITLES.items()
    ),
)


@dataclass(frozen=True)
class ToyCoder:
    """Answers by title: codes without children, best first, and a confidence a level.

    An answer without codes is a refusal for what the text says.
    """

    answers: Mapping[str, tuple[Sequence[str], Sequence[float]]]
    model_id: str = "toy-1"
    topic: str = "toy"
    classification: Classification = TOY
    thresholds: tuple[float, ...] = field(default=(0.5, 0.5, 0.5))

    def code_texts(
        self,
        titles: Sequence[str],
        tasks: Sequence[str] | None = None,
        *,
        n_ranked: int = 3,
    ) -> CodedBatch:
        """Return the answers that are written down for these titles."""
        along = paths(self.classification)
        n_levels = len(self.classification.levels)
        ranked = np.full((len(titles), n_levels, n_ranked), -1, dtype=np.int32)
        confidence = np.zeros((len(titles), n_levels, n_ranked), dtype=np.float32)
        for row, title in enumerate(titles):
            codes, by_level = self.answers[title]
            for level in range(n_levels):
                best = [along[self.classification.position(code), level] for code in codes]
                unique = list(dict.fromkeys(best))[:n_ranked]
                ranked[row, level, : len(unique)] = unique
                confidence[row, level, : len(unique)] = by_level[level]
        best = confidence[:, :, 0]
        depth = (best >= self.thresholds).cumprod(axis=1).sum(axis=1)
        at = np.arange(len(titles)), np.maximum(depth, 1) - 1
        refused = ranked[:, 0, 0] < 0
        low = np.where(depth == 0, REASONS.index("low confidence"), 0)
        return CodedBatch(
            category=np.where(depth > 0, ranked[(*at, 0)], -1).astype(np.int32),
            confidence=np.where(depth > 0, best[at], 0).astype(np.float32),
            reason=np.where(refused, REASONS.index("retired"), low).astype(np.uint8),
            ranked=ranked,
            ranked_confidence=confidence,
        )
