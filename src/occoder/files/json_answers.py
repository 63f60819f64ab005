"""Answers as pieces of JSON, made once for each category and joined for each row."""

from collections.abc import Sequence
from typing import Final

import msgspec

from occoder.files.answers import STEPS, Answers, TextCoder, written_categories
from occoder.files.columns import AddedColumns
from occoder.files.outcome import OUTCOMES

# The last one is for -1, "none", by Python's own rule for negative indices.
_CONFIDENCES: Final = [*(repr(step / STEPS).encode() for step in range(STEPS + 1)), b"null"]


class JsonAnswers:
    """The columns of one topic as pieces of JSON objects.

    Everything but the confidences is the same for all rows with the same category, so
    a row's answer is a few look-ups: no encoder runs.

    Parameters
    ----------
    coder : TextCoder
        Whose answers are to be written.
    names : AddedColumns
        Names of the fields.
    nfd : bool
        Whether groups are written with their supplementary codes.
    """

    def __init__(self, coder: TextCoder, names: AddedColumns, *, nfd: bool) -> None:
        self._names = names
        written = written_categories(coder.classification, nfd=nfd)
        codes = [*((code, title) for code, title, _ in written), (None, None)]
        levels = [*(level for _, _, level in written), None]
        self._answers = [
            _fields({names.code: code, names.title: title, names.level: level})
            + _key(names.confidence)
            for (code, title), level in zip(codes, levels, strict=True)
        ]
        self._outcomes = [
            _fields({names.status: status, names.reason: reason})
            for status, reason in OUTCOMES
        ]
        self._suggestions = [
            [
                _fields({code: one, title: its_title}) + _key(confidence)
                for one, its_title in codes
            ]
            for code, title, confidence in names.suggestions
        ]
        classification = str(coder.classification)
        self._origin = _fields(
            {names.model_id: coder.model_id, names.classification: classification}
        )

    def pieces(self, answers: Answers) -> list[Sequence[bytes]]:
        """Return the pieces of all rows, column by column; each begins with a comma.

        Joined across for one row they give its fields, without the braces.
        """
        columns: list[Sequence[bytes]] = [
            _looked_up(self._answers, answers.category.tolist()),
            _looked_up(_CONFIDENCES, answers.confidence.tolist()),
            _looked_up(self._outcomes, answers.outcome.tolist()),
        ]
        for rank, suggestions in enumerate(self._suggestions):
            columns.append(_looked_up(suggestions, answers.suggested[:, rank].tolist()))
            confidences = answers.suggested_confidence[:, rank].tolist()
            columns.append(_looked_up(_CONFIDENCES, confidences))
        columns.append([self._origin] * len(answers.category))
        if answers.explanations is not None and self._names.explanation is not None:
            name = self._names.explanation
            columns.append([_fields({name: text}) for text in answers.explanations])
        return columns


def _looked_up(table: list[bytes], positions: list[int]) -> list[bytes]:
    return [table[position] for position in positions]


def _fields(values: dict[str, str | int | None]) -> bytes:
    return b"," + msgspec.json.encode(values)[1:-1]


def _key(name: str) -> bytes:
    return b"," + msgspec.json.encode(name) + b":"
