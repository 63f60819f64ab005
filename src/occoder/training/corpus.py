"""The texts that come with occoder: coded ones, and ones to refuse."""

import csv
from collections.abc import Iterator
from importlib.resources import files
from typing import Final

from occoder.coder.reason import REFUSALS
from occoder.errors import Fault, FaultyRecords

REFUSAL_FILE: Final = "not_codable.csv"


def corpus_rows() -> Iterator[tuple[str, int, dict[str, str]]]:
    """Yield the file name, line and columns of every coded text of the corpus."""
    folder = files("occoder") / "data" / "corpus"
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".csv"))
    for name in names:
        if name != REFUSAL_FILE:
            with (folder / name).open(encoding="utf-8") as file:
                reader = csv.DictReader(file)
                for row in reader:
                    yield name, reader.line_num, row


def refusals() -> tuple[list[str], list[str], list[int]]:
    """Return titles, tasks and reasons of the texts that name no occupation.

    Returns
    -------
    titles, tasks : list of str
        The texts.
    reasons : list of int
        Position of each reason in ``REFUSALS``.

    Raises
    ------
    FaultyRecords
        If a reason is unknown; all faults are listed.
    """
    path = files("occoder") / "data" / "corpus" / REFUSAL_FILE
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    faults = [
        Fault(line, "unknown-reason", f"the reason {row['reason']!r} is not known")
        for line, row in enumerate(rows, start=2)
        if row["reason"] not in REFUSALS
    ]
    if faults:
        raise FaultyRecords(source=REFUSAL_FILE, faults=faults)
    return (
        [row["occp_text"] for row in rows],
        [row["tasks_text"] for row in rows],
        [REFUSALS.index(row["reason"]) for row in rows],
    )
