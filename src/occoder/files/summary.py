"""What happened to a file: the facts that are printed, and written for machines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from occoder.coder.text import MAX_CHARACTERS
from occoder.files.answers import Counts, TextCoder
from occoder.files.replacement import written_to


@dataclass(frozen=True, slots=True)
class TopicSummary:
    """What one topic's coder answered.

    Parameters
    ----------
    topic, model_id, classification : str
        Where the answers come from.
    coded : mapping from level number to number of rows
        By the level of the code given, "1" for the broadest.
    not_coded : mapping from reason to number of rows
        Only the reasons that occurred.
    """

    topic: str
    model_id: str
    classification: str
    coded: Mapping[str, int]
    not_coded: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Summary:
    """What happened to a file.

    Parameters
    ----------
    input, output : str
        As given; "-" for a pipe.
    rows : int
        Rows of the input, each of which is a row of the output.
    seconds : float
        From the first row read to the last one written.
    empty, too_short : int
        Rows without a text to code, and with fewer than 3 characters of it.
    cut, transliterated : int
        Rows whose text was shortened to 100 characters, or had characters replaced.
    several_jobs_suspected : int
        Rows whose title looks like two jobs; they get one code all the same.
    errors : mapping from reason to number of rows
        Rows that could not be read as a record.
    formulas_neutralised, cells_shortened, lines_in_windows_1252 : int
        What reading and writing had to change.
    topics : sequence of TopicSummary
        One for each topic.
    """

    input: str
    output: str
    rows: int
    seconds: float
    empty: int
    too_short: int
    cut: int
    transliterated: int
    several_jobs_suspected: int
    errors: Mapping[str, int]
    formulas_neutralised: int
    cells_shortened: int
    lines_in_windows_1252: int
    topics: Sequence[TopicSummary]

    @property
    def rows_per_second(self) -> float:
        """How fast the rows went through."""
        return self.rows / max(self.seconds, 1e-9)

    def to_json(self) -> str:
        """Return the summary as one JSON object, on one line."""
        return msgspec.json.encode(self).decode()

    def write(self, path: Path) -> None:
        """Write the summary as JSON.

        Raises
        ------
        UnwritableFile
            If the system refuses to write there.
        """
        with written_to(path):
            path.write_text(self.to_json() + "\n", encoding="utf-8")

    def lines(self) -> list[str]:
        """Return the summary in words, a line for each kind of fact."""
        speed = f"{self.seconds:.1f} s ({self.rows_per_second:,.0f} rows a second)"
        texts = {
            "empty": self.empty,
            "too short": self.too_short,
            f"cut to {MAX_CHARACTERS} characters": self.cut,
            "transliterated": self.transliterated,
            "several jobs suspected": self.several_jobs_suspected,
        }
        changes = {
            "formulas neutralised": self.formulas_neutralised,
            "cells shortened": self.cells_shortened,
            "lines read as Windows-1252": self.lines_in_windows_1252,
        }
        return [
            f"{self.input} -> {self.output}: {self.rows:,} rows in {speed}",
            *_listed("texts", texts),
            *_listed("rows in error", self.errors),
            *_listed("changed", changes),
            *(line for topic in self.topics for line in _topic_lines(topic, self.rows)),
        ]


def summary_of(
    counts: Counts,
    coders: Sequence[TextCoder],
    *,
    source: str,
    target: str,
    seconds: float,
) -> Summary:
    """Return the summary of a run from what was counted.

    Examples
    --------
    >>> counts = Counts({("rows",): 2, ("empty",): 1})
    >>> summary_of(counts, [], source="a.csv", target="b.csv", seconds=0.5).rows_per_second
    4.0
    """
    return Summary(
        input=source,
        output=target,
        rows=counts[("rows",)],
        seconds=round(seconds, 3),
        empty=counts[("empty",)],
        too_short=counts[("too short",)],
        cut=counts[("cut",)],
        transliterated=counts[("transliterated",)],
        several_jobs_suspected=counts[("several jobs",)],
        errors=_counted(counts, "error"),
        formulas_neutralised=counts[("formula",)],
        cells_shortened=counts[("cell shortened",)],
        lines_in_windows_1252=counts[("line in Windows-1252",)],
        topics=[_topic_summary(counts, coder) for coder in coders],
    )


def _topic_summary(counts: Counts, coder: TextCoder) -> TopicSummary:
    levels = [str(level.number) for level in coder.classification.levels]
    return TopicSummary(
        topic=coder.topic,
        model_id=coder.model_id,
        classification=str(coder.classification),
        coded={level: counts[("coded", coder.topic, level)] for level in levels},
        not_coded=_counted(counts, "not coded", coder.topic),
    )


def _counted(counts: Counts, *start: str) -> dict[str, int]:
    found = {key[-1]: n for key, n in counts.items() if key[:-1] == start and n}
    return dict(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])))


def _listed(what: str, numbers: Mapping[str, int]) -> list[str]:
    parts = [f"{name} {n:,}" for name, n in numbers.items() if n]
    return [f"{what}: {', '.join(parts)}"] if parts else []


def _topic_lines(topic: TopicSummary, n_rows: int) -> list[str]:
    n_coded = sum(topic.coded.values())
    levels = [f"level {level} {_share(n, n_rows)}" for level, n in topic.coded.items() if n]
    coded = f"{topic.classification}: {_share(n_coded, n_rows)} coded"
    first = f"{coded} ({', '.join(reversed(levels))})" if levels else coded
    return [first, *_listed(f"{topic.classification}, not coded", topic.not_coded)]


def _share(n: int, n_rows: int) -> str:
    return f"{100 * n / max(n_rows, 1):.1f} %"
