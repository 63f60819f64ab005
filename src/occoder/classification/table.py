"""Classifications in CSV files: read and checked as a whole, and written.

A table has one line a category, with its code and title. The levels come from a column
of parents where there is one, otherwise from the codes: 2613 belongs to 261.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from occoder.classification.classification import Classification
from occoder.classification.lines import Line, read_lines, wrong_lengths
from occoder.classification.row import Row
from occoder.classification.rows import classification_of, derived_rows
from occoder.errors import ClassificationFaults, Fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The headings of a table. A table may lack ``parent`` and ``skill_level``."""

    code: str = "code"
    title: str = "title"
    parent: str = "parent"
    skill_level: str = "skill_level"


USUAL_COLUMNS: Final = Columns()


def read_table(
    path: Path,
    *,
    name: str = "",
    full_name: str = "",
    version: str = "",
    level_names: Sequence[str] = (),
    columns: Columns = USUAL_COLUMNS,
    derived_lengths: Sequence[int] = (),
) -> Classification:
    r"""Return the classification that a CSV file holds, checked as a whole.

    The file is UTF-8, with or without a byte order mark, and has a line of headings.
    Further columns are ignored, empty lines too. Branches may differ in depth.

    Parameters
    ----------
    path : Path
        The CSV file.
    name, full_name, version : str
        What the file doesn't say. The name is by default that of the file; the full
        name, the name.
    level_names : sequence of str, shape (n_levels,)
        Names of the levels, broadest first; by default "level 1", "level 2", ...
    columns : Columns
        The headings to read.
    derived_lengths : sequence of int
        Code lengths of groups that the file may lack: each code of that length with
        which a longer code begins becomes a category titled "Codes that begin with ...".
        A column of parents is then not read.

    Raises
    ------
    ClassificationFaults
        With every fault of the file and its line.
    ValueError
        If the number of ``level_names`` is not that of the levels.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "boats.csv")
    ...     _ = path.write_text("code,title\nA,Boats\nA1,Canoes\nA2,Sailing boats\n")
    ...     boats = read_table(path)
    >>> [category.title for category in boats.children("A")]
    ['Canoes', 'Sailing boats']
    """
    lines = read_lines(path.read_bytes(), source=path.name)
    at = _cells_at(lines[0], columns, source=path.name)
    if derived_lengths:
        at.pop(columns.parent, None)
    rows = list(_rows(lines, at, columns))
    return classification_of(
        [*rows, *derived_rows(rows, derived_lengths)],
        faults=wrong_lengths(lines),
        source=path.name,
        name=name or path.stem,
        full_name=full_name,
        version=version,
        level_names=level_names,
    )


def write_table(classification: Classification, path: Path) -> None:
    """Write a classification as a CSV file that `read_table` reads back.

    The file has the columns code, title, parent and skill_level, a line a category in
    code order. Names and version are not in it.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "title", "parent", "skill_level"])
        for one in classification.categories:
            writer.writerow([one.code, one.title, one.parent or "", one.skill_level])


def _cells_at(headings: Line, columns: Columns, *, source: str) -> dict[str, int]:
    """Return where each heading stands, or raise when a needed one does not."""
    at = {heading.strip(): i for i, heading in enumerate(headings.cells)}
    missing = [heading for heading in (columns.code, columns.title) if heading not in at]
    if missing:
        found = ", ".join(at)
        message = "no column {} among " + found
        raise ClassificationFaults(
            source=source,
            faults=[
                Fault(headings.number, "missing-column", message.format(heading))
                for heading in missing
            ],
        )
    return at


def _rows(lines: Sequence[Line], at: Mapping[str, int], columns: Columns) -> Iterator[Row]:
    # What a line or the table lacks is read from the empty cells behind the line's own.
    n_headings = len(lines[0].cells)
    code, title = at[columns.code], at[columns.title]
    parent = at.get(columns.parent)
    skill_level = at.get(columns.skill_level, n_headings)
    for line in lines[1:]:
        cells = line.cells[:n_headings] + ("",) * (n_headings + 1)
        yield Row(
            line=line.number,
            code=cells[code],
            title=cells[title].strip(),
            parent=None if parent is None else cells[parent].strip(),
            skill_level=cells[skill_level].strip(),
        )
