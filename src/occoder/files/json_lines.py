"""JSON Lines in, JSON Lines out: every line is kept as it is and gets fields added.

Only the text fields are decoded. A line that can't be coded never stops the file: it
comes out at its place with the status "error".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, TypeAlias

import msgspec

from occoder.errors import UnreadableFile
from occoder.files.answers import Counts, Plan, Rows, TextCoder, code_rows
from occoder.files.columns import AddedColumns, TextColumns
from occoder.files.json_answers import JsonAnswers
from occoder.files.outcome import outcome_of
from occoder.files.source import decoded

Fields: TypeAlias = dict[str, msgspec.Raw]  # each value as it is written

# No number is both: a field of this type makes its line leave the fast way.
_Never = Annotated[int, msgspec.Meta(gt=0, lt=0)]
_as_object: Final = msgspec.json.Decoder(Fields).decode
_UNDECODABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


@dataclass(frozen=True, slots=True)
class CodeLines:
    """What is to be done with blocks of lines; can be sent to another process.

    Parameters
    ----------
    plan : Plan
        How to code.
    texts : TextColumns
        Names of the fields that hold the texts.
    added : tuple of AddedColumns
        Names of the fields that each topic adds.
    """

    plan: Plan
    texts: TextColumns
    added: tuple[AddedColumns, ...]

    def bind(self, coders: Sequence[TextCoder]) -> Callable[[bytes], tuple[bytes, Counts]]:
        """Return the function that codes one block of whole lines with these coders."""
        return LineCoder(self, coders).code


class LineCoder:
    """Codes blocks of JSON Lines in one process.

    Parameters
    ----------
    work : CodeLines
        What is to be done.
    coders : sequence of TextCoder
        In the order of the models.
    """

    def __init__(self, work: CodeLines, coders: Sequence[TextCoder]) -> None:
        self._plan = work.plan
        self._coders = coders
        self._has_tasks = work.texts.tasks is not None
        self._added = frozenset(name for topic in work.added for name in topic.names())
        texts = _texts_type(work.texts, self._added)
        self._decode = msgspec.json.Decoder(texts).decode
        self._no_texts = texts()
        pairs = zip(coders, work.added, strict=True)
        self._json = [JsonAnswers(one, names, nfd=work.plan.nfd) for one, names in pairs]

    def code(self, block: bytes) -> tuple[bytes, Counts]:
        """Return one line of output for each line of a block, and what happened.

        Parameters
        ----------
        block : bytes
            Whole lines; the last may lack its line break.
        """
        lines = block.removesuffix(b"\n").split(b"\n")
        starts = [line.rstrip(b" \t\r")[:-1] for line in lines]
        faults: dict[int, int] = {}
        n_foreign = 0
        try:
            if not block.isascii():
                block.decode()
            records: list[Any] = list(map(self._decode, lines))
        except _UNDECODABLE:
            records, faults, n_foreign = self._one_by_one(lines, starts)
        titles = [record.title for record in records]
        tasks = [record.tasks for record in records] if self._has_tasks else None
        coded = code_rows(self._plan, self._coders, Rows(titles, tasks, faults))
        columns: list[Sequence[bytes]] = [starts]
        for json, answers in zip(self._json, coded.answers, strict=True):
            columns += json.pieces(answers)
        coded.counts[("line in Windows-1252",)] = n_foreign
        return _joined(columns, starts, coded.empty), coded.counts

    def _one_by_one(
        self, lines: list[bytes], starts: list[bytes]
    ) -> tuple[list[Any], dict[int, int], int]:
        """Decode line after line; put right the starts of those that are at fault."""
        records: list[Any] = []
        faults: dict[int, int] = {}
        n_foreign = 0
        for i, line in enumerate(lines):
            text, is_foreign = decoded(line)
            n_foreign += is_foreign
            line = text.encode() if is_foreign else line
            starts[i] = line.rstrip(b" \t\r")[:-1]
            try:
                records.append(self._decode(line))
            except _UNDECODABLE:
                records.append(self._no_texts)
                fault = self._fault(line)
                faults[i] = outcome_of(fault)
                if fault != "text is not a string":
                    starts[i] = b'{"input":' + msgspec.json.encode(text.rstrip("\r"))
        return records, faults, n_foreign

    def _fault(self, line: bytes) -> str:
        found = object_of(line)
        if isinstance(found, str):
            return found
        is_taken = not self._added.isdisjoint(found)
        return "field name is taken" if is_taken else "text is not a string"


def field_names(block: bytes, *, name: str) -> tuple[str, ...]:
    """Return the fields of a block's lines, in order of appearance.

    Raises
    ------
    UnreadableFile
        If no line is a JSON object, or all is one JSON array.
    """
    if block.lstrip().startswith(b"["):
        raise UnreadableFile(
            source=name, problem="it is a JSON array; give one object a line"
        )
    objects = [
        one for line in block.split(b"\n") if isinstance(one := object_of(line), dict)
    ]
    if not objects:
        raise UnreadableFile(source=name, problem="it has no line that is a JSON object")
    return tuple({field: None for one in objects for field in one})


def object_of(line: bytes) -> Fields | str:
    """Return the fields of a line as they are written, or the fault of the line.

    Examples
    --------
    >>> object_of(b"[1]")
    'not a JSON object'
    """
    if not line.strip():
        return "blank line"
    try:
        return _as_object(decoded(line)[0])
    except msgspec.ValidationError:
        return "not a JSON object"
    except (msgspec.DecodeError, RecursionError):
        return "invalid JSON"


def _texts_type(texts: TextColumns, added: frozenset[str]) -> type[msgspec.Struct]:
    kinds: list[tuple[str, Any, Any]] = [("title", str | None, None)]
    names = {"title": texts.title}
    if texts.tasks is not None:
        kinds.append(("tasks", str | None, None))
        names["tasks"] = texts.tasks
    for i, name in enumerate(sorted(added)):
        kinds.append((f"added_{i}", _Never, 0))
        names[f"added_{i}"] = name
    return msgspec.defstruct("Texts", kinds, rename=names, gc=False)


def _joined(columns: list[Sequence[bytes]], starts: list[bytes], empty: list[int]) -> bytes:
    """Lay the columns' pieces side by side and return them as lines."""
    columns.append([b"}\n"] * len(starts))
    width = len(columns)
    pieces = [b""] * (width * len(starts))
    for i, column in enumerate(columns):
        pieces[i::width] = column
    for row in empty:
        if starts[row].strip() == b"{":  # the first added field of an object without any
            pieces[row * width + 1] = pieces[row * width + 1][1:]
    return b"".join(pieces)
