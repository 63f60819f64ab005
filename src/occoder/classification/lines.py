"""The lines of a small CSV file, each with its number, and what is wrong with them."""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from occoder.errors import ClassificationFaults, Fault


class Line(NamedTuple):
    """One line of a table: its number in the file, and its cells as written."""

    number: int
    cells: tuple[str, ...]


def read_lines(content: bytes, *, source: str) -> tuple[Line, ...]:
    """Return the lines of a CSV file that hold anything; the first has the headings.

    Raises
    ------
    ClassificationFaults
        If the content is not UTF-8 or not CSV, or has no line at all.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        message = 'is not UTF-8; save the file as "CSV UTF-8"'
        raise _only_fault(source, Fault(number, "not-utf-8", message)) from error
    try:
        lines = tuple(_numbered(text))
    except csv.Error as error:
        raise _only_fault(source, Fault(1, "not-csv", f"can't be read: {error}")) from error
    if not lines:
        raise _only_fault(source, Fault(1, "empty-file", "the file is empty"))
    return lines


def wrong_lengths(lines: tuple[Line, ...]) -> Iterator[Fault]:
    """Yield a fault for each line with more or fewer cells than there are headings."""
    expected = len(lines[0].cells)
    for line in lines[1:]:
        if len(line.cells) != expected:
            message = f"has {len(line.cells)} cells; there are {expected} headings"
            yield Fault(line.number, "wrong-length", message)


def _numbered(text: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""))
    start = 1
    for cells in reader:
        if any(map(str.strip, cells)):
            yield Line(start, tuple(cells))
        start = reader.line_num + 1


def _only_fault(source: str, fault: Fault) -> ClassificationFaults:
    return ClassificationFaults(source=source, faults=[fault])
