"""From the rows of a table to a classification, or to all of their faults."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from occoder.classification.classification import (
    Category,
    Classification,
    Level,
    is_residual_title,
)
from occoder.classification.hierarchy import (
    level_numbers,
    parents_by_code,
    parents_by_column,
)
from occoder.classification.row import Row
from occoder.errors import ClassificationFaults, Fault


def classification_of(
    rows: Sequence[Row],
    *,
    faults: Iterable[Fault] = (),
    source: str,
    name: str,
    full_name: str = "",
    version: str = "",
    level_names: Sequence[str] = (),
) -> Classification:
    """Return the classification that rows describe.

    Parameters
    ----------
    rows : sequence of Row
        In any order; all with a parent, or all without.
    faults : iterable of Fault
        Faults found before, to be reported with those found here.
    source : str
        Where the rows come from, for the message.
    name, full_name, version, level_names
        As in `occoder.classification.read_table`.

    Raises
    ------
    ClassificationFaults
        With all faults, in line order.
    ValueError
        If the number of ``level_names`` is not that of the levels.
    """
    placed = _first_of_each_code(rows)
    has_parents = any(row.parent is not None for row in placed)
    parents, misplaced = (parents_by_column if has_parents else parents_by_code)(placed)
    found = [*faults, *_faults_of_cells(rows), *misplaced]
    if not placed:
        found.append(Fault(1, "empty-file", "there is no code below the headings"))
    if found:
        raise ClassificationFaults(source=source, faults=sorted(found, key=_line))
    categories = _categories(placed, parents)
    return Classification(
        name=name,
        full_name=full_name or name,
        version=version,
        levels=_levels(categories, level_names),
        categories=categories,
    )


def derived_rows(rows: Iterable[Row], lengths: Iterable[int]) -> list[Row]:
    """Return a row for each group of these code lengths that the rows lack."""
    codes = {row.code for row in rows}
    beginnings = {
        code[:length] for length in lengths for code in codes if len(code) > length
    }
    return [
        Row(
            line=0,
            code=code,
            title=f"Codes that begin with {code}",
            parent=None,
            skill_level="",
        )
        for code in sorted(beginnings - codes)
    ]


def _faults_of_cells(rows: Iterable[Row]) -> Iterator[Fault]:
    lines: dict[str, int] = {}
    for row in rows:
        code = _without_spaces(row.code)
        if not code:
            yield Fault(row.line, "empty-code", "the code is empty")
        elif code != row.code:
            yield Fault(row.line, "spaces-in-code", f'code "{row.code}" has spaces in it')
        if not row.title:
            yield Fault(row.line, "empty-title", f"category {code} has no title")
        elif "\n" in row.title:
            message = f"the title of {code} runs over several lines; look for a lone quote"
            yield Fault(row.line, "broken-title", message)
        if code and lines.setdefault(code, row.line) != row.line:
            message = f"code {code} stands on line {lines[code]} already"
            yield Fault(row.line, "duplicate-code", message)


def _first_of_each_code(rows: Iterable[Row]) -> list[Row]:
    first: dict[str, Row] = {}
    for row in rows:
        code = _without_spaces(row.code)
        if code not in first:
            first[code] = row if code == row.code else row._replace(code=code)
    first.pop("", None)
    return list(first.values())


def _without_spaces(code: str) -> str:
    return "".join(code.split())


def _categories(
    rows: Iterable[Row], parents: Mapping[str, str | None]
) -> tuple[Category, ...]:
    numbers = level_numbers(parents)
    with_children = set(parents.values())
    return tuple(
        Category(
            code=row.code,
            title=row.title,
            level=numbers[row.code],
            parent=parents[row.code],
            skill_level=row.skill_level,
            is_residual=is_residual_title(
                row.title, has_children=row.code in with_children
            ),
        )
        for row in sorted(rows, key=lambda row: row.code)
    )


def _levels(categories: Iterable[Category], names: Sequence[str]) -> tuple[Level, ...]:
    counts = Counter(category.level for category in categories)
    named = names or [f"level {number}" for number in sorted(counts)]
    return tuple(
        Level(number, name, counts[number])
        for number, name in zip(sorted(counts), named, strict=True)
    )


def _line(fault: Fault) -> int:
    return fault.line
