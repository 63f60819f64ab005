"""What came back, as arrays on disk: the answer to each text, by its number."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any, Final, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from occoder import wire
from occoder.errors import AnswersDoNotFit
from occoder.remote.notes import Notes

Outcome: TypeAlias = tuple[str, str]  # status and reason

CODED: Final[Outcome] = ("coded", "")
NONE: Final = -1

_N_SUGGESTIONS: Final = wire.MAX_SUGGESTIONS_OF_BATCH
_BLOCK: Final = 8192
_ROW: Final = np.dtype(
    [
        ("category", "<i4"),
        ("confidence", "<f4"),
        ("outcome", "<i4"),
        ("suggested", "<i4", (_N_SUGGESTIONS,)),
        ("suggested_confidence", "<f4", (_N_SUGGESTIONS,)),
    ]
)


class Line(msgspec.Struct, frozen=True, rename="camel"):
    """One answer, as any service of the contract may write it.

    Attributes
    ----------
    record_id : str or None
        Has to be the number of the text.
    code_status : str or None
        "successful" or "unsuccessful".
    result, suggestions, reason, error
        See `wire.AsynchronousCodeResponse`; any may be null or missing.
    """

    record_id: str | None = None
    code_status: str | None = None
    result: wire.CodedRecord | None = None
    suggestions: tuple[wire.CodedRecord, ...] | None = None
    reason: str | None = None
    error: str | None = None

    def outcome(self) -> Outcome:
        """Return status and reason."""
        if self.error is not None:
            return "error", self.error
        if self.result is not None:
            return CODED
        return "not coded", self.reason or "low confidence"


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers, with what their numbers mean.

    Parameters
    ----------
    categories : tuple of tuples (code, title)
        What the numbers of categories mean, in the order of appearance.
    outcomes : tuple of tuples (status, reason)
        What the numbers of outcomes mean; 0 is coded.
    rows : array, shape (n_texts,)
        For each text category, confidence and outcome, and the suggestions; -1 is none.
    """

    categories: tuple[tuple[str, str], ...]
    outcomes: tuple[Outcome, ...]
    rows: NDArray[np.void]


def read_answers(output: Path, place: Path, *, n_texts: int, notes: Notes) -> Answers:
    """Return the answers of a file that has a line for each text, in order.

    Parameters
    ----------
    output : Path
        JSON Lines of the service.
    place : Path
        Where the arrays are put.
    n_texts : int
        How many texts there are.
    notes : Notes
        Told how far it is.

    Raises
    ------
    AnswersDoNotFit
        If the file holds anything else.
    """
    numbering = _Numbering()
    n_read = 0
    # Not written through the map: a full disk would end the process without a word.
    with output.open("rb") as lines, place.open("wb") as file:
        answered = (numbering.row(line) for line in _lines(lines))
        while block := list(islice(answered, _BLOCK)):
            if n_read + len(block) > n_texts:
                raise AnswersDoNotFit(line=n_texts + 1, problem="is one too many")
            file.write(np.array(block, _ROW).tobytes())
            n_read += len(block)
            notes.progress("sorting", n_read, n_texts)
    if n_read < n_texts:
        raise AnswersDoNotFit(line=n_read + 1, problem="is missing")
    return Answers(
        tuple(numbering.categories), tuple(numbering.outcomes), _mapped(place, n_texts)
    )


class _Numbering:
    """Gives a number to every category and outcome that appears."""

    def __init__(self) -> None:
        self.categories: dict[tuple[str, str], int] = {}
        self.outcomes: dict[Outcome, int] = {CODED: 0}

    def row(self, line: Line) -> tuple[Any, ...]:
        """Return an answer in numbers."""
        result = line.result
        # Calls and operations differ in what they suggest beside a code: nothing counts.
        given = line.suggestions if result is None else None
        suggestions = (given or ())[:_N_SUGGESTIONS]
        n_missing = _N_SUGGESTIONS - len(suggestions)
        return (
            NONE if result is None else self._category(result),
            0.0 if result is None else result.code_confidence,
            self.outcomes.setdefault(line.outcome(), len(self.outcomes)),
            [*map(self._category, suggestions), *[NONE] * n_missing],
            [*(one.code_confidence for one in suggestions), *[0.0] * n_missing],
        )

    def _category(self, record: wire.CodedRecord) -> int:
        named = record.code_category, record.code_label
        return self.categories.setdefault(named, len(self.categories))


def _lines(file: Iterable[bytes]) -> Iterator[Line]:
    decode = msgspec.json.Decoder(Line).decode
    for number, raw in zip(count(), file, strict=False):
        try:
            line = decode(raw)
        except (msgspec.DecodeError, RecursionError):
            line = Line()
        if line.record_id != str(number):
            raise AnswersDoNotFit(
                line=number + 1, problem="is not the answer to its record"
            )
        if line.code_status == wire.SUCCESSFUL and line.outcome() != CODED:
            raise AnswersDoNotFit(line=number + 1, problem="is successful without a code")
        yield line


def _mapped(place: Path, n_texts: int) -> NDArray[np.void]:
    if n_texts == 0:  # nothing can't be mapped
        return np.zeros(0, _ROW)
    return np.memmap(place, _ROW, "r", shape=(n_texts,))
