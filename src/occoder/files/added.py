"""Answers as the columns that a table gets added."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from occoder.files.answers import STEPS, Answers, TextCoder, written_categories
from occoder.files.columns import AddedColumns
from occoder.files.outcome import OUTCOMES


class AddedTable:
    """Makes one topic's added columns.

    Parameters
    ----------
    coder : TextCoder
        Whose answers are to be written.
    names : AddedColumns
        Names of the columns.
    nfd : bool
        Whether groups are written with their supplementary codes.
    """

    def __init__(self, coder: TextCoder, names: AddedColumns, *, nfd: bool) -> None:
        self._names = names
        codes, titles, levels = zip(
            *written_categories(coder.classification, nfd=nfd), strict=True
        )
        # The last one is for -1, "none".
        self._codes = pl.Series([*codes, None], dtype=pl.String)
        self._titles = pl.Series([*titles, None], dtype=pl.String)
        self._levels = pl.Series([*levels, None], dtype=pl.Int8)
        statuses, reasons = zip(*OUTCOMES, strict=True)
        self._statuses = pl.Series(statuses, dtype=pl.String)
        self._reasons = pl.Series(reasons, dtype=pl.String)
        self._model_id = coder.model_id
        self._classification = str(coder.classification)

    def columns(self, answers: Answers) -> list[pl.Series]:
        """Return the added columns of some rows, in the order of the output."""
        names = self._names
        columns = [
            _gathered(names.code, self._codes, answers.category),
            _gathered(names.title, self._titles, answers.category),
            _gathered(names.level, self._levels, answers.category),
            _confidences(names.confidence, answers.confidence),
            _gathered(names.status, self._statuses, answers.outcome),
            _gathered(names.reason, self._reasons, answers.outcome),
        ]
        for rank, (code, title, confidence) in enumerate(names.suggestions):
            suggested = answers.suggested[:, rank]
            columns.append(_gathered(code, self._codes, suggested))
            columns.append(_gathered(title, self._titles, suggested))
            columns.append(_confidences(confidence, answers.suggested_confidence[:, rank]))
        n = len(answers.category)
        columns.append(pl.Series(names.model_id, [self._model_id] * n, dtype=pl.String))
        columns.append(
            pl.Series(names.classification, [self._classification] * n, dtype=pl.String)
        )
        if names.explanation is not None:
            columns.append(
                pl.Series(names.explanation, answers.explanations, dtype=pl.String)
            )
        return columns


def _gathered(
    name: str, table: pl.Series, positions: NDArray[np.int32] | NDArray[np.uint8]
) -> pl.Series:
    return table.gather(positions.astype(np.int64) % len(table)).alias(name)


def _confidences(name: str, steps: NDArray[np.int32]) -> pl.Series:
    return pl.Series(name, np.where(steps < 0, np.nan, steps / STEPS), nan_to_null=True)
