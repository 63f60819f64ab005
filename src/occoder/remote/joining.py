"""The last pass over an input: every row gets the answer to its text."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import polars as pl

from occoder import wire
from occoder.classification import Classification
from occoder.coder.coded import CodedBatch
from occoder.coder.reason import REASONS
from occoder.errors import UnreadableFile
from occoder.files.answers import Counts
from occoder.files.code_file import FileRun
from occoder.files.columns import AddedColumns
from occoder.files.summary import Summary, summary_of
from occoder.remote.answers import CODED, Answers, Outcome
from occoder.remote.asked_coder import (
    LOW_CONFIDENCE,
    AskedCoder,
    is_to_be_coded,
    nothing_coded,
)
from occoder.remote.categories import classification_of
from occoder.remote.notes import Notes
from occoder.remote.options import Options
from occoder.remote.reading import opened_run
from occoder.remote.side_folder import SideFolder
from occoder.remote.texts import TextTable, key_of

_STAND_IN: Final[Outcome] = ("not coded", REASONS[LOW_CONFIDENCE])


class AnswerFinder:
    """Finds the answers to texts.

    Parameters
    ----------
    texts : TextTable
        Numbers of the texts.
    answers : Answers
        By number.
    classification : Classification
        Has all the categories that were answered.
    source : str
        The input, for messages.
    """

    def __init__(
        self,
        texts: TextTable,
        answers: Answers,
        classification: Classification,
        source: str,
    ) -> None:
        self._texts = texts
        self._answers = answers
        self._n_levels = len(classification.levels)
        self._source = source
        positions = [classification.position(code) for code, _ in answers.categories]
        self._positions = np.array([*positions, -1], np.int32)  # the last is for -1, none
        self._reasons = np.array([_reason(one) for one in answers.outcomes], np.uint8)
        self.others: dict[int, Outcome] = {}

    def answer(
        self, titles: Sequence[str], tasks: Sequence[str], n_ranked: int
    ) -> CodedBatch:
        """Return the answers for the texts of some rows.

        What a service says beside what a coder here could say is in ``others`` then, by
        row, until the next call.

        Raises
        ------
        UnreadableFile
            If a text is not one of those that were sent.
        """
        asked = [
            (row, key_of(*pair))
            for row, pair in enumerate(zip(titles, tasks, strict=True))
            if is_to_be_coded(*pair)
        ]
        numbers = self._texts.numbers([key for _, key in asked])
        try:
            found = self._answers.rows[[numbers[key] for _, key in asked]]
        except KeyError:
            problem = "it was changed while it was being coded"
            raise UnreadableFile(source=self._source, problem=problem) from None
        rows = np.array([row for row, _ in asked], np.int64)
        coded = nothing_coded(len(titles), self._n_levels, n_ranked)
        coded.category[rows] = self._positions[found["category"]]
        coded.confidence[rows] = found["confidence"]
        coded.reason[rows] = self._reasons[found["outcome"]]
        coded.ranked[rows, -1] = self._positions[found["suggested"][:, :n_ranked]]
        confidences = found["suggested_confidence"][:, :n_ranked]
        coded.ranked_confidence[rows, -1] = confidences
        self.others = self._others(rows.tolist(), found["outcome"].tolist())
        return coded

    def _others(self, rows: list[int], numbers: list[int]) -> dict[int, Outcome]:
        pairs = zip(rows, map(self._answers.outcomes.__getitem__, numbers), strict=True)
        return {row: one for row, one in pairs if not _is_usual(one)}


def join(
    source: str,
    target: Path,
    options: Options,
    *,
    model: wire.Model,
    answers: Answers,
    folder: SideFolder,
    notes: Notes,
    started: float,
) -> Summary:
    """Write the output, whole or not at all, and return what happened to the rows.

    The run counts from when it ``started``, by the performance counter.

    Raises
    ------
    UnreadableFile
        If the input is not what it was when its texts were read.
    UnwritableFile
        If the system refuses to write.
    """
    classification = classification_of(options.topic, model, answers.categories)
    folder.prepare_joined()
    with TextTable(folder.texts) as texts:
        finder = AnswerFinder(texts, answers, classification, source)
        coder = AskedCoder(options.topic, model.model_id, classification, finder.answer)
        run = opened_run(source, folder.joined, options, coder)
        counts = _written(run, finder, notes)
    folder.finish()
    return summary_of(
        counts,
        [coder],
        source=source,
        target=str(target),
        seconds=time.perf_counter() - started,
    )


def _written(run: FileRun, finder: AnswerFinder, notes: Notes) -> Counts:
    counts: Counts = Counter()
    pieces = run.route.pieces(run.plan, run.coders, run.texts, run.added, n_workers=1)
    sink = run.route.sink(run.target, keep_formulas=run.keep_formulas)
    with closing(run.route), closing(pieces), sink as writer:
        for piece, counted in pieces:
            writer.write(with_others(piece, finder.others, run.added[0]))
            counts.update(counted)
            _count_others(counts, finder.others, run.coders[0].topic)
            notes.progress("joining", run.route.position(), run.route.size)
        counts.update(writer.counts)
    return counts


def with_others(piece: Any, others: Mapping[int, Outcome], names: AddedColumns) -> Any:
    """Return some rows with status and reason as the service has them.

    Parameters
    ----------
    piece : DataFrame or bytes
        The rows, as they would be written.
    others : mapping from row to (status, reason)
        Rows that have a stand-in for these.
    names : AddedColumns
        What the columns are called.
    """
    if not others:
        return piece
    if isinstance(piece, bytes):
        return _changed_lines(piece, others, names)
    columns = []
    for position, name in enumerate((names.status, names.reason)):
        cells = piece[name].to_list()
        for row, outcome in others.items():
            cells[row] = outcome[position]
        columns.append(pl.Series(name, cells, dtype=pl.String))
    return piece.with_columns(columns)


def _changed_lines(
    piece: bytes, others: Mapping[int, Outcome], names: AddedColumns
) -> bytes:
    lines = piece.split(b"\n")
    for row, outcome in others.items():
        # The added fields are the last, and no text can hold this: its quotes would be
        # escaped there.
        before, _, after = lines[row].rpartition(_fields(names, _STAND_IN))
        lines[row] = before + _fields(names, outcome) + after
    return b"\n".join(lines)


def _fields(names: AddedColumns, outcome: Outcome) -> bytes:
    status, reason = outcome
    return msgspec.json.encode({names.status: status, names.reason: reason})[1:-1]


def _count_others(counts: Counts, others: Mapping[int, Outcome], topic: str) -> None:
    for status, reason in others.values():
        counts[("not coded", topic, _STAND_IN[1])] -= 1
        counts[("error", reason) if status == "error" else (status, topic, reason)] += 1


def _is_usual(outcome: Outcome) -> bool:
    """Tell whether a coder here could say the same."""
    return outcome == CODED or (outcome[0] == "not coded" and outcome[1] in REASONS)


def _reason(outcome: Outcome) -> int:
    return REASONS.index(outcome[1]) if _is_usual(outcome) else LOW_CONFIDENCE
