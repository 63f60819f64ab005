"""What is wrong with tables and records, line by line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from occoder.errors.branches import InputError


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with one line of a table.

    Parameters
    ----------
    line : int
        Number of the line in the file; the line of headings is 1.
    slug : str
        Permanent name of the kind of fault, such as "duplicate-code".
    message : str
        What is wrong there and what was expected.
    """

    line: int
    slug: str
    message: str

    def __str__(self) -> str:
        """Return the line and the message."""
        return f"line {self.line}: {self.message}"


class ClassificationFaults(InputError):
    """A table of a classification, or of a correspondence, has faults."""

    slug = "classification-faults"

    def __init__(self, *, source: str, faults: Sequence[Fault]) -> None:
        self.source = source
        self.faults = tuple(faults)
        counted = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        super().__init__(
            f"{source} has {counted}. First, {faults[0]}. Correct the file; "
            f"`occoder classification check` lists every fault of a classification."
        )


class FaultyRecords(InputError):
    """Coded records hold faults that would change what they say, all listed."""

    slug = "faulty-records"

    def __init__(self, *, source: str, faults: Sequence[Fault]) -> None:
        self.source = source
        self.faults = tuple(faults)
        lines: dict[str, list[str]] = {}
        for fault in faults:
            lines.setdefault(fault.message, []).append(str(fault.line))
        listed = "; ".join(
            f"{message} (line {', '.join(where[:5])}"
            f"{f' and {len(where) - 5} more' if len(where) > 5 else ''})"
            for message, where in lines.items()
        )
        counted = "1 record" if len(faults) == 1 else f"{len(faults)} records"
        super().__init__(
            f"{source} has {counted} that can't be used: {listed}. "
            f"Correct the file, or leave such records out with --skip-faulty."
        )


class WorkbookLayout(InputError):
    """A workbook doesn't have the one sheet with the headings that an import needs."""

    slug = "workbook-layout"

    def __init__(
        self, *, source: str, wanted: str, n_found: int, sheets: Mapping[str, Sequence[str]]
    ) -> None:
        self.source = source
        self.wanted = wanted
        self.n_found = n_found
        self.sheets = {name: tuple(headings) for name, headings in sheets.items()}
        found = "; ".join(
            f'"{name}" ({", ".join(headings)})' if headings else f'"{name}"'
            for name, headings in self.sheets.items()
        )
        super().__init__(
            f"{source} has {n_found or 'no'} sheets with {wanted}; one is needed. "
            f"Its sheets and their headings: {found}. "
            f"Name the sheet, or choose another kind of import."
        )
