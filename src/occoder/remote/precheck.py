"""What is known of an input before anything of it is sent."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
import polars as pl

from occoder.coder.text import MAX_CHARACTERS, may_name_several_jobs, prepare
from occoder.errors import UncleanTexts
from occoder.files.answers import Counts
from occoder.files.columns import TextColumns

ROWS_NAMED: Final = 5

# What may be noticed of a row, in the words of the report, by what is counted.
_KINDS: Final[Mapping[str, str]] = {
    "empty": "empty",
    "too short": "too short",
    "cut": f"cut to {MAX_CHARACTERS} characters",
    "transliterated": "characters beyond ASCII",
    "several jobs": "several jobs suspected",
    "error": "no record",
}

# Only what is looked at is decoded: the rest of a line may be anything.
_fields_of: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_NULL: Final = msgspec.Raw(b"null")


@dataclass(frozen=True, slots=True)
class Precheck:
    """What was noticed of an input.

    Parameters
    ----------
    source : str
        The input.
    n_rows, n_texts : int
        All its rows, and the different texts among them that can be coded.
    counts : mapping from kind to number of rows
        Only of what occurred.
    rows : mapping from kind to row numbers
        The first of each; the first row below the names of the columns is 1.
    """

    source: str
    n_rows: int
    n_texts: int
    counts: Mapping[str, int]
    rows: Mapping[str, tuple[int, ...]]

    def lines(self) -> list[str]:
        """Return it in words."""
        n_left = self.n_rows - sum(
            self.counts.get(_KINDS[kind], 0) for kind in ("empty", "too short", "error")
        )
        first = f"{self.source}: {self.n_rows:,} rows with {self.n_texts:,} different texts"
        twice = f"; {n_left - self.n_texts:,} more have one of these"
        noticed = [
            f"  {kind}: {n:,}, row {', '.join(map(str, self.rows.get(kind, ())))}"
            + (" ..." if n > len(self.rows.get(kind, ())) else "")
            for kind, n in self.counts.items()
        ]
        return [first + (twice if n_left > self.n_texts else ""), *noticed]

    def refusal(self) -> UncleanTexts:
        """Return the error for an input of which nothing should be noticed."""
        return UncleanTexts(source=self.source, counts=self.counts, rows=self.rows)


class Noticing:
    """Notices what there is to say of rows, batch after batch.

    Parameters
    ----------
    texts : TextColumns
        The columns that are read.
    status : str
        The added column that tells a row that is no record.
    """

    def __init__(self, texts: TextColumns, status: str) -> None:
        self._texts = texts
        self._status = status
        self._counts: dict[str, int] = dict.fromkeys(_KINDS, 0)
        self._rows: dict[str, list[int]] = {kind: [] for kind in _KINDS}
        self._n_rows = 0

    def look(self, piece: pl.DataFrame | bytes, counted: Counts) -> None:
        """Take note of a batch, as it would be written, and of what was counted in it."""
        found = {kind: counted[(kind,)] for kind in _KINDS}
        found["error"] = sum(n for what, n in counted.items() if what[0] == "error")
        wanted = {
            kind for kind, n in found.items() if n and len(self._rows[kind]) < ROWS_NAMED
        }
        if wanted:
            self._name_rows(piece, wanted)
        for kind, n in found.items():
            self._counts[kind] += n
        self._n_rows += counted[("rows",)]

    def result(self, source: str, *, n_texts: int) -> Precheck:
        """Return what was noticed of all the batches."""
        return Precheck(
            source=source,
            n_rows=self._n_rows,
            n_texts=n_texts,
            counts={_KINDS[kind]: n for kind, n in self._counts.items() if n},
            rows={_KINDS[kind]: tuple(rows) for kind, rows in self._rows.items() if rows},
        )

    def _name_rows(self, piece: pl.DataFrame | bytes, wanted: set[str]) -> None:
        if isinstance(piece, bytes):
            rows = _of_lines(piece, self._texts, self._status)
        else:
            rows = _of_frame(piece, self._texts, self._status)
        for number, (title, tasks, status) in enumerate(rows, start=self._n_rows + 1):
            for kind in kinds_of(title, tasks, is_error=status == "error") & wanted:
                if len(self._rows[kind]) < ROWS_NAMED:
                    self._rows[kind].append(number)


def kinds_of(title: str | None, tasks: str | None, *, is_error: bool) -> set[str]:
    """Return what there is to say of one row.

    >>> sorted(kinds_of("Façade cleaner / painter", "", is_error=False))
    ['several jobs', 'transliterated']
    """
    if is_error:
        return {"error"}
    text = prepare(title, tasks)
    facts = {
        "cut": text.cut,
        "transliterated": text.transliterated,
        "several jobs": may_name_several_jobs(text.title),
    }
    return {text.reason} - {""} | {kind for kind, is_so in facts.items() if is_so}


def _of_frame(
    frame: pl.DataFrame, texts: TextColumns, status: str
) -> Iterator[tuple[str | None, str | None, str]]:
    titles = frame[texts.title].cast(pl.String).to_list()
    none = [None] * frame.height
    tasks = frame[texts.tasks].cast(pl.String).to_list() if texts.tasks else none
    return zip(titles, tasks, frame[status].to_list(), strict=True)


def _of_lines(
    lines: bytes, texts: TextColumns, status: str
) -> Iterator[tuple[str | None, str | None, str]]:
    for line in lines.removesuffix(b"\n").split(b"\n"):
        fields = _fields_of(line)
        wanted = (fields.get(name, _NULL) for name in (texts.title, texts.tasks or ""))
        title, tasks = map(_text_of, wanted)
        yield title, tasks, _text_of(fields[status]) or ""


def _text_of(raw: msgspec.Raw) -> str | None:
    found = msgspec.json.decode(raw)
    return found if isinstance(found, str) else None
