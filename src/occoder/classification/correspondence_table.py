"""Correspondences in CSV files: read and checked as a whole, and written."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from occoder.classification.classification import Classification
from occoder.classification.correspondence import Correspondence, Map
from occoder.classification.lines import Line, read_lines, wrong_lengths
from occoder.errors import ClassificationFaults, Fault


def read_correspondence(
    path: Path,
    *,
    source_name: str = "",
    target_name: str = "",
    source: Classification | None = None,
    target: Classification | None = None,
) -> Correspondence:
    """Return the correspondence that a CSV file holds, checked as a whole.

    The first column has the source codes, the second the target codes, both between
    the finest categories. A third one has "p" where the source holds only a part of the
    target, and is empty elsewhere; a file without it has no partial rows.

    Parameters
    ----------
    path : Path
        The CSV file, in UTF-8, with a line of headings.
    source_name, target_name : str
        By default the headings of the first two columns.
    source, target : Classification, optional
        Where given, every code must be one of its categories without children.

    Raises
    ------
    ClassificationFaults
        With every fault of the file and its line.
    """
    lines = read_lines(path.read_bytes(), source=path.name)
    n_columns = len(lines[0].cells)
    if n_columns < 2:
        message = "there must be at least two columns: source codes and target codes"
        faults = [Fault(lines[0].number, "missing-column", message)]
        raise ClassificationFaults(source=path.name, faults=faults)
    rows = [line for line in lines[1:] if len(line.cells) == n_columns]
    faults = [*wrong_lengths(lines), *_faults(rows, source, target)]
    if faults:
        faults.sort(key=lambda fault: fault.line)
        raise ClassificationFaults(source=path.name, faults=faults)
    return Correspondence(
        source_name=source_name or lines[0].cells[0],
        target_name=target_name or lines[0].cells[1],
        maps=tuple(sorted(map(_map, rows), key=lambda m: (m.source, m.target))),
        source=source,
        target=target,
    )


def write_correspondence(correspondence: Correspondence, path: Path) -> None:
    """Write a correspondence as a CSV file that `read_correspondence` reads back."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([correspondence.source_name, correspondence.target_name, "partial"])
        for one in correspondence.maps:
            writer.writerow([one.source, one.target, "p" if one.partial else ""])


def _map(line: Line) -> Map:
    source, target, *partial = (cell.strip() for cell in line.cells)
    return Map(source, target, partial[:1] == ["p"])


def _faults(
    rows: Sequence[Line],
    source: Classification | None,
    target: Classification | None,
) -> Iterator[Fault]:
    first: dict[tuple[str, str], int] = {}
    for line in rows:
        one = _map(line)
        yield from _faults_of_code(one.source, line.number, source)
        yield from _faults_of_code(one.target, line.number, target)
        if len(line.cells) > 2 and line.cells[2].strip() not in ("", "p"):
            message = f'partial is "{line.cells[2]}"; expected "p" or nothing'
            yield Fault(line.number, "unknown-flag", message)
        earlier = first.setdefault((one.source, one.target), line.number)
        if earlier != line.number:
            message = f"{one.source} to {one.target} stands on line {earlier} already"
            yield Fault(line.number, "duplicate-row", message)


def _faults_of_code(
    code: str, line: int, classification: Classification | None
) -> Iterator[Fault]:
    if not code:
        yield Fault(line, "empty-code", "a code is empty")
    elif classification is None:
        return
    elif code not in classification:
        yield Fault(line, "unknown-code", f"{classification} has no category {code}")
    elif classification.children(code):
        message = f"{code} is a group of {classification}; expected its finest categories"
        yield Fault(line, "group-code", message)
