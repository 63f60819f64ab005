"""Which category belongs to which: parents and levels of the rows of a table."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from occoder.classification.row import Row
from occoder.errors import Fault


def code_lengths(codes: Collection[str]) -> tuple[int, ...]:
    """Return the code lengths that are levels, shortest first.

    They are found from the most common length: up, from each length to the one at
    which most of its codes have their nearest category above; down, to each longer
    length that hangs on the last one. A length off this path is no level: a mistyped
    code does not make one.

    Examples
    --------
    >>> code_lengths(["1", "11", "1111", "1112", "12", "1211"])
    (1, 2, 4)
    >>> code_lengths(["1", "11", "1111", "1112", "12", "121"])
    (1, 2, 4)
    """
    if not codes:
        return ()
    counts = Counter(map(len, codes))
    above: dict[int, Counter[int]] = {length: Counter() for length in counts}
    for code in sorted(codes):
        above[len(code)][_length_above(code, codes)] += 1
    usual = {length: found.most_common(1)[0][0] for length, found in above.items()}
    lengths = [max(counts, key=lambda length: (counts[length], length))]
    while usual[lengths[0]]:
        lengths.insert(0, usual[lengths[0]])
    for longer in sorted(length for length in counts if length > lengths[-1]):
        if usual[longer] == lengths[-1]:
            lengths.append(longer)
    return tuple(lengths)


def parents_by_code(
    rows: Sequence[Row],
) -> tuple[dict[str, str | None], list[Fault]]:
    """Return the parent of each code by its beginning, and the faults of doing so."""
    codes = {row.code for row in rows}
    lengths = code_lengths(codes)
    above = dict(zip(lengths, (0, *lengths), strict=False))
    faults = [fault for row in rows if (fault := _fault_of_beginning(row, codes, above))]
    return {code: code[: above.get(len(code), 0)] or None for code in codes}, faults


def parents_by_column(
    rows: Sequence[Row],
) -> tuple[dict[str, str | None], list[Fault]]:
    """Return the parent of each code as the table states it, and the faults in that."""
    parents = {row.code: row.parent or None for row in rows}
    missing = [
        _missing(row, row.parent)
        for row in rows
        if row.parent and row.parent not in parents
    ]
    loops = [
        Fault(row.line, "parent-loop", f"category {row.code} is above itself")
        for row in rows
        if row.code in _above(row.code, parents)
    ]
    return parents, missing + loops


def level_numbers(parents: Mapping[str, str | None]) -> dict[str, int]:
    """Return the level of each code, 1 for one without a parent.

    ``parents`` holds every parent as a code, and no loop.
    """
    numbers: dict[str | None, int] = {None: 0}
    for code in parents:
        unnumbered: list[str] = []
        above: str | None = code
        while above is not None and above not in numbers:
            unnumbered.append(above)
            above = parents[above]
        for one in reversed(unnumbered):
            numbers[one] = numbers[parents[one]] + 1
    return {code: numbers[code] for code in parents}


def _above(code: str, parents: Mapping[str, str | None]) -> list[str]:
    """The codes above one, nearest first; it stops where a loop closes."""
    above: list[str] = []
    parent = parents.get(code)
    while parent is not None and parent not in above:
        above.append(parent)
        parent = parents.get(parent)
    return above


def _length_above(code: str, codes: Collection[str]) -> int:
    """Length of the nearest category above by its beginning, 0 for none."""
    shorter = range(len(code) - 1, 0, -1)
    return next((length for length in shorter if code[:length] in codes), 0)


def _fault_of_beginning(
    row: Row, codes: Collection[str], above: Mapping[int, int]
) -> Fault | None:
    length = len(row.code)
    if length not in above:
        expected = ", ".join(map(str, above))
        message = f"code {row.code} has {length} characters; the levels have {expected}"
        if length + 1 in above:
            message += " (a spreadsheet may have dropped a leading zero)"
        return Fault(row.line, "code-length", message)
    parent = row.code[: above[length]]
    return _missing(row, parent) if parent and parent not in codes else None


def _missing(row: Row, parent: str | None) -> Fault:
    message = f"category {row.code} has no parent: {parent} is not in the table"
    return Fault(row.line, "missing-parent", message)
