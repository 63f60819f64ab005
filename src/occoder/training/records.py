"""Coded records of a user: checked against the classification, every fault counted.

The rules. A code that is no category of the classification (nor the nfd code of a group)
and a row that can't be read are refused, all of them at once, or left out when that is
asked for. A record without any text, or without a code, is left out. Records of the same
normal form under several codes move to the smallest group that holds all these codes;
where there is none, they are left out. Nothing of this happens without a fault that
names the line.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from occoder.classification.classification import Classification
from occoder.errors import Fault, FaultyRecords, UnreadableFile
from occoder.training.record_file import RecordColumns, RecordRow, read_rows
from occoder.training.split import normal_form


@dataclass(frozen=True, slots=True)
class CodedRecords:
    """Texts with a code each, in the order of the file.

    Parameters
    ----------
    titles, tasks : tuple of str, length n_records
        The texts as written; one of a pair may be empty.
    codes : tuple of str, length n_records
        Codes of the classification, of any level.
    lines : tuple of int, length n_records
        Where each record stands in its file.
    faults : tuple of Fault
        What was left out, moved or noticed, in the order of the lines.
    """

    titles: tuple[str, ...]
    tasks: tuple[str, ...]
    codes: tuple[str, ...]
    lines: tuple[int, ...]
    faults: tuple[Fault, ...]

    def __len__(self) -> int:
        """Return the number of records."""
        return len(self.titles)

    def keys(self) -> list[str]:
        """Return the normal form of each record."""
        return [normal_form(*pair) for pair in zip(self.titles, self.tasks, strict=True)]

    def fault_counts(self) -> dict[str, int]:
        """Return how many faults there are of each kind, the most frequent first."""
        return dict(Counter(fault.slug for fault in self.faults).most_common())


def read_records(
    path: Path,
    classification: Classification,
    columns: RecordColumns | None = None,
    *,
    skip_faulty: bool = False,
    keep_contradictions: bool = False,
) -> CodedRecords:
    """Read coded records from a file and check them.

    Parameters
    ----------
    path : Path
        CSV, TSV, JSON Lines or Parquet, told by the ending of its name.
    classification : Classification
        What the codes belong to.
    columns : RecordColumns, optional
        Names of the columns.
    skip_faulty, keep_contradictions : bool
        As in `check_records`.

    Returns
    -------
    CodedRecords
        What can be used, and the faults.

    Raises
    ------
    NoSuchFile, UnreadableFile, UnknownColumn
        If the file can't be read.
    FaultyRecords
        As in `check_records`.
    """
    return check_records(
        read_rows(path, columns or RecordColumns()),
        classification,
        source=str(path),
        skip_faulty=skip_faulty,
        keep_contradictions=keep_contradictions,
    )


def check_records(
    rows: Iterable[RecordRow],
    classification: Classification,
    *,
    source: str,
    skip_faulty: bool = False,
    keep_contradictions: bool = False,
) -> CodedRecords:
    """Check coded records by the rules of this module.

    Parameters
    ----------
    rows : iterable of RecordRow
        The records as they stand in a file.
    classification : Classification
        What the codes belong to. An nfd code is read as its group.
    source : str
        Where they come from, for messages.
    skip_faulty : bool
        Leave out records with unknown codes and unreadable rows instead of refusing all.
    keep_contradictions : bool
        Leave the codes of contradictions as they are: for records to evaluate on, each
        of which has its own truth.

    Returns
    -------
    CodedRecords
        What can be used, and the faults.

    Raises
    ------
    FaultyRecords
        If codes are unknown or rows unreadable, and ``skip_faulty`` is false.
    UnreadableFile
        If no record is left.
    """
    kept: list[RecordRow] = []
    faults: list[Fault] = []
    for row in rows:
        fault = _fault(row, classification)
        if fault is None:
            kept.append(row)
        else:
            faults.append(fault)
    refused = [
        fault for fault in faults if fault.slug in ("unknown-code", "unreadable-row")
    ]
    if refused and not skip_faulty:
        raise FaultyRecords(source=source, faults=refused)
    settled = list(_settled(kept, classification, keep=keep_contradictions))
    faults += [one.fault for one in settled if one.fault]
    coded = [one for one in settled if one.code]
    if not coded:
        raise UnreadableFile(source=source, problem="it holds no coded record")
    return _records(coded, faults)


class _Settled(NamedTuple):
    """A record with the code it gets: "" leaves it out."""

    row: RecordRow
    code: str
    fault: Fault | None


def _fault(row: RecordRow, classification: Classification) -> Fault | None:
    """Return what keeps a record from being used."""
    if row.fault:
        return Fault(row.line, "unreadable-row", row.fault)
    code = row.code.strip()
    if not code:
        return Fault(row.line, "no-code", "has no code")
    if not (row.title.strip() or row.tasks.strip()):
        return Fault(row.line, "empty-text", "has neither title nor tasks")
    if classification.find(code) is None:
        return Fault(row.line, "unknown-code", _unknown(code, classification))
    return None


def _unknown(code: str, classification: Classification) -> str:
    lengths = sorted({len(category.code) for category in classification.categories})
    # A long one may be no code at all but a respondent's words in the wrong column.
    shown = f"code {code}" if len(code) <= lengths[-1] + 2 else "a code"
    if len(code) not in lengths:
        expected = ", ".join(map(str, lengths))
        return f"{shown} has {len(code)} characters; the levels have {expected}"
    return f"{shown} is not in {classification}"


def _settled(
    rows: Sequence[RecordRow], classification: Classification, *, keep: bool
) -> Iterator[_Settled]:
    """Give each record its code, contradictions by the rule of this module."""
    codes_of_text: dict[str, set[str]] = defaultdict(set)
    read = [
        (row, _code(row, classification), normal_form(row.title, row.tasks)) for row in rows
    ]
    for _, code, key in read:
        codes_of_text[key].add(code)
    for row, code, key in read:
        if len(codes_of_text[key]) == 1:
            yield _Settled(row, code, None)
            continue
        to = code if keep else _smallest_group(codes_of_text[key], classification)
        yield _Settled(row, to, _contradiction(row.line, codes_of_text[key], code, to))


def _code(row: RecordRow, classification: Classification) -> str:
    found = classification.find(row.code.strip())
    return found.code if found else ""


def _contradiction(line: int, codes: set[str], code: str, to: str) -> Fault:
    outcome = "kept" if to == code else f"moved to {to}" if to else "left out"
    message = f"the same text stands under {', '.join(sorted(codes))}: {outcome}"
    return Fault(line, "contradiction", message)


def _smallest_group(codes: set[str], classification: Classification) -> str:
    """Return the deepest category that is, or is above, all of these; "" for none."""
    lines = [
        [*(one.code for one in classification.ancestors(code)), code]
        for code in sorted(codes)
    ]
    shared = [level[0] for level in zip(*lines, strict=False) if len(set(level)) == 1]
    return shared[-1] if shared else ""


def _records(settled: Sequence[_Settled], faults: Sequence[Fault]) -> CodedRecords:
    return CodedRecords(
        titles=tuple(one.row.title for one in settled),
        tasks=tuple(one.row.tasks for one in settled),
        codes=tuple(one.code for one in settled),
        lines=tuple(one.row.line for one in settled),
        faults=tuple(sorted(faults, key=lambda fault: fault.line)),
    )
