"""Import the XLSX workbooks in which the ABS publishes a classification.

Three layouts are known: the structure, the index of titles and a correspondence. Sheets
and columns are found by their headings, never by their place in the workbook. Nothing
else in occoder reads workbooks of this kind, so this module is imported when needed.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import fastexcel

from occoder.classification.classification import Classification
from occoder.classification.correspondence import Correspondence, Map
from occoder.classification.row import Row
from occoder.classification.rows import classification_of
from occoder.errors import UnreadableFile, WorkbookLayout

LEVEL_HEADINGS: Final = (
    "Major Group",
    "Sub-Major Group",
    "Minor Group",
    "Unit Group",
    "Occupation",
)
_SKILL_HEADINGS: Final = ("Skill Level", "Predominant Skill Levels")
_NO_CORRESPONDENCE: Final = "xxxxxx"
_CODE: Final = re.compile(rf"\d+|{_NO_CORRESPONDENCE}")


class Sheet(NamedTuple):
    """One sheet: its name, and its cells as stripped text, "" for an empty one."""

    name: str
    rows: tuple[tuple[str, ...], ...]

    def columns(self) -> dict[str, int]:
        """Return the column of each text that stands in a cell, by its lower case."""
        at: dict[str, int] = {}
        for row in self.rows:
            for i, cell in enumerate(row):
                at.setdefault(cell.lower(), i)
        return at


class IndexEntry(NamedTuple):
    """One title of an index, and the code it belongs to."""

    code: str
    title: str


def import_structure(path: Path, *, sheet: str = "") -> Classification:
    """Return the classification in a structure workbook.

    The sheet whose headings go down to "Occupation" has the categories. The other
    tables of the workbook state the skill levels of the groups.

    Parameters
    ----------
    path : Path
        The workbook.
    sheet : str
        Name of the only sheet to read; by default all are.

    Raises
    ------
    UnreadableFile
        If the file is not a workbook.
    WorkbookLayout
        If not exactly one sheet has all five headings.
    ClassificationFaults
        With every fault of the categories; a line is a row of the sheet.
    """
    sheets = _sheets(path, sheet)
    complete = [one for one in sheets if _n_level_headings(one) == len(LEVEL_HEADINGS)]
    if len(complete) != 1:
        raise _layout(
            path, sheets, f"the headings {_quoted(LEVEL_HEADINGS)}", len(complete)
        )
    stated = {
        row.code: row.skill_level
        for one in sheets
        for row in _structure_rows(one)
        if row.skill_level
    }
    return classification_of(
        [
            row._replace(skill_level=stated.get(row.code, ""))
            for row in _structure_rows(complete[0])
        ],
        source=path.name,
        name=path.stem,
        level_names=[heading.lower() for heading in LEVEL_HEADINGS],
    )


def import_index(
    path: Path,
    *,
    sheet: str = "",
    code: str = "Occupation Code",
    title: str = "Description",
) -> tuple[IndexEntry, ...]:
    """Return the titles in an index workbook, in the order of the sheet.

    Of several sheets with these headings the first is read: the ABS gives the same
    titles twice, in order of title and of code.

    Parameters
    ----------
    path : Path
        The workbook.
    sheet : str
        Name of the only sheet to read; by default all are searched.
    code, title : str
        The headings of the two columns.

    Raises
    ------
    UnreadableFile
        If the file is not a workbook.
    WorkbookLayout
        If no sheet has both headings.
    """
    sheets = _sheets(path, sheet)
    for one in sheets:
        at = one.columns()
        if code.lower() in at and title.lower() in at:
            entries = ((row[at[code.lower()]], row[at[title.lower()]]) for row in one.rows)
            return tuple(IndexEntry(c, t) for c, t in entries if _CODE.fullmatch(c) and t)
    raise _layout(path, sheets, f"the headings {_quoted((code, title))}", 0)


def write_index(entries: Sequence[IndexEntry], path: Path) -> None:
    """Write an index as training records: columns code, occp_text and tasks_text."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "occp_text", "tasks_text"])
        writer.writerows([*entry, ""] for entry in entries)


def import_correspondence(path: Path, *, sheet: str = "") -> Correspondence:
    """Return a correspondence in a workbook.

    Its sheet has, from left to right, a source code, its title, a target code, "p" for
    a partial match, and the title of the target; a source with several targets stands
    on the first of its rows. Rows without correspondence are left out.

    Parameters
    ----------
    path : Path
        The workbook.
    sheet : str
        Name of the sheet, needed where the workbook has several correspondences.

    Raises
    ------
    UnreadableFile
        If the file is not a workbook.
    WorkbookLayout
        If not exactly one sheet is a correspondence.
    """
    sheets = _sheets(path, sheet)
    found = [(one, start) for one in sheets if (start := _first_map(one))]
    if len(found) != 1:
        raise _layout(
            path, sheets, "a correspondence (code, title, code, p, title)", len(found)
        )
    ((one, start),) = found
    names = next(row for row in reversed(one.rows[:start]) if row[0] and row[2])
    return Correspondence(names[0], names[2], tuple(_maps(one.rows[start:])))


def _sheets(path: Path, only: str) -> list[Sheet]:
    try:
        workbook = fastexcel.read_excel(path)
        names = workbook.sheet_names
        if only and only not in names:
            raise WorkbookLayout(
                source=path.name,
                wanted=f'the name "{only}"',
                n_found=0,
                sheets=dict.fromkeys(names, ()),
            )
        read = [only] if only else names
        return [Sheet(name, tuple(_rows(workbook, name))) for name in read]
    except fastexcel.FastExcelError as error:
        problem = "it is not an undamaged XLSX workbook without a password"
        raise UnreadableFile(source=path.name, problem=problem) from error


def _rows(workbook: fastexcel.ExcelReader, name: str) -> Iterator[tuple[str, ...]]:
    # skip_rows=0 keeps empty first rows, so that a row here is a row of the sheet.
    sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    for row in sheet.to_polars().iter_rows():
        yield tuple("" if cell is None else str(cell).strip() for cell in row)


def _n_level_headings(sheet: Sheet) -> int:
    at = sheet.columns()
    return sum(heading.lower() in at for heading in LEVEL_HEADINGS)


def _structure_rows(sheet: Sheet) -> Iterator[Row]:
    at = sheet.columns()
    levels = {at.get(heading.lower()) for heading in LEVEL_HEADINGS}
    skill = next((at[one.lower()] for one in _SKILL_HEADINGS if one.lower() in at), None)
    for number, row in enumerate(sheet.rows, start=1):
        code_at = next((i for i, cell in enumerate(row) if cell), None)
        if code_at is None or code_at not in levels or not _CODE.fullmatch(row[code_at]):
            continue
        yield Row(
            line=number,
            code=row[code_at],
            title=next((cell for cell in row[code_at + 1 :] if cell), ""),
            parent=None,
            # A spreadsheet makes the number 3.4 of the skill levels "3,4".
            skill_level=""
            if skill is None
            else re.sub(r"(?<=\d)\.(?=\d)", ",", row[skill]),
        )


def _first_map(sheet: Sheet) -> int | None:
    """Return the index of the first row of a correspondence; None for another sheet."""
    for i, row in enumerate(sheet.rows):
        if len(row) > 4 and _CODE.fullmatch(row[0]) and _CODE.fullmatch(row[2]):
            return i
    return None


def _maps(rows: Sequence[tuple[str, ...]]) -> Iterator[Map]:
    source = ""
    for row in rows:
        source = row[0] or source
        if _CODE.fullmatch(row[2]) and _NO_CORRESPONDENCE not in (source, row[2]):
            yield Map(source, row[2], row[3].lower() == "p")


def _layout(
    path: Path, sheets: Sequence[Sheet], wanted: str, n_found: int
) -> WorkbookLayout:
    headings = {sheet.name: _headings(sheet) for sheet in sheets}
    return WorkbookLayout(source=path.name, wanted=wanted, n_found=n_found, sheets=headings)


def _headings(sheet: Sheet) -> list[str]:
    """Return the cells of the rows directly above the first row with a code."""
    headings: list[str] = []
    for row in sheet.rows:
        filled = [cell for cell in row if cell]
        if filled and _CODE.fullmatch(filled[0]):
            return headings
        headings = [*headings, *filled] if filled else []
    return []


def _quoted(headings: Sequence[str]) -> str:
    return ", ".join(f'"{heading}"' for heading in headings)
