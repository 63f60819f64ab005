"""Whether a line can be coded: what is accepted of it, or what is wrong with it."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType
from msgspec.structs import astuple, replace

from occoder.batch.scan.json_line import text_of, value_of
from occoder.batch.scan.lines import MAX_LINE_BYTES, is_overlong
from occoder.batch.scan.validated_line import ValidatedLine
from occoder.coder.text import is_printable_ascii
from occoder.wire.limits import (
    MAX_INPUT_CHARACTERS,
    MAX_RECORD_ID_CHARACTERS,
    MIN_CHARACTERS,
    NOT_A_RECORD,
)

RECORD_ID: Final = "recordId"
INVALID_JSON: Final = "invalid JSON"
MALFORMED: Final = "malformed record"
INVALID_CHARACTERS: Final = "invalid characters"
TOO_SHORT: Final = f"Record has a total text length under {MIN_CHARACTERS} min"
TOO_LONG: Final = "Record has a total text length over {} max"

# Larger integers are looked at closely, where their digits are counted.
_MAX_INTEGER: Final = 2**63 - 1
_RecordId = (
    Annotated[str, Meta(max_length=MAX_RECORD_ID_CHARACTERS)]
    | Annotated[int, Meta(ge=-_MAX_INTEGER, le=_MAX_INTEGER)]
    | UnsetType
    | None
)

_Texts = dict[str, str | None]


class RecordCheck:
    """Looks at lines one by one; what one is found to be depends on no other.

    Nearly every line of a real file is a record that can be coded, so each is first read
    as one; only where that fails it is looked at closely.

    Parameters
    ----------
    input_format : tuple of str
        The text fields that the model takes.
    max_chars : int
        Longest text of a record, over all its fields.

    Examples
    --------
    >>> check = RecordCheck(("occp_text", "tasks_text"), max_chars=100)
    >>> check.encoded([b'{"recordId": 7, "occp_text": "baker"}', b"?"]).splitlines()
    ... # doctest: +NORMALIZE_WHITESPACE
    [b'{"recordId":"7","occp_text":"baker"}',
     b'{"recordId":"unknown","input":"?","error":"invalid JSON"}']
    """

    def __init__(self, input_format: tuple[str, ...], *, max_chars: int) -> None:
        self._text_fields = input_format
        self._max_chars = max_chars
        self._record = _record_type(input_format)
        self._decode = msgspec.json.Decoder(self._record).decode
        self._encode_lines = msgspec.json.Encoder().encode_lines

    def encoded(self, lines: Iterable[bytes]) -> bytes:
        """Return what is written into the validated store for lines: one for each.

        Parameters
        ----------
        lines : iterable of bytes
            Without line ends; whatever they hold, nothing is raised.

        Returns
        -------
        bytes
            JSON Lines, each of which reads as a `ValidatedLine`.
        """
        decode, longest = self._decode, self._max_chars
        results: list[msgspec.Struct] = []
        for line in lines:
            try:
                record = decode(line)
            except msgspec.MsgspecError:
                results.append(self._looked_at(line))
                continue
            record_id, *texts = astuple(record)
            text = "".join(filter(None, texts))
            if not (MIN_CHARACTERS <= len(text) <= longest and is_printable_ascii(text)):
                record = self._looked_at(line)
            elif type(record_id) is int:
                record = replace(record, record_id=str(record_id))
            elif record_id is None:  # as PowerShell and pandas write what is not there
                record = replace(record, record_id=UNSET)
            results.append(record)
        return self._encode_lines(results)

    def _looked_at(self, line: bytes) -> msgspec.Struct:
        """Return what becomes of any line at all."""
        if is_overlong(line):
            return _unreadable(text_of(line[:MAX_LINE_BYTES])[0], MALFORMED)
        text, is_utf8 = text_of(line)
        try:
            value = value_of(text)
        except ValueError:
            return _unreadable(text, INVALID_JSON)
        if not isinstance(value, dict):
            return ValidatedLine(input={}, error=MALFORMED)
        record_id, texts = _record_id_of(value), self._texts_of(value)
        if record_id is None or not texts or value.keys() - texts.keys() - {RECORD_ID}:
            return _faulty(record_id, texts, MALFORMED)
        if not is_utf8 or not _is_writable(record_id):
            return _faulty(record_id, texts, INVALID_CHARACTERS)
        error = self._text_fault("".join(filter(None, texts.values())))
        if error:
            return _faulty(record_id, texts, error)
        return self._record(record_id, *(texts.get(f, UNSET) for f in self._text_fields))

    def _texts_of(self, value: Mapping[str, Any]) -> _Texts:
        """Return the texts of a record, without those that are none."""
        return {
            field: value[field]
            for field in self._text_fields
            if isinstance(value.get(field, UNSET), str | None)
        }

    def _text_fault(self, text: str) -> str:
        """Return what is wrong with the texts of a record, "" when nothing is."""
        if not is_printable_ascii(text):
            return INVALID_CHARACTERS
        if len(text) < MIN_CHARACTERS:
            return TOO_SHORT
        return TOO_LONG.format(self._max_chars) if len(text) > self._max_chars else ""


def _record_type(input_format: tuple[str, ...]) -> type[msgspec.Struct]:
    """Return the type of a record with these text fields, whatever their names."""
    names = {f"text_{i}": field for i, field in enumerate(input_format)}
    return msgspec.defstruct(
        "Record",
        [
            ("record_id", _RecordId, UNSET),
            *((name, str | None | UnsetType, UNSET) for name in names),
        ],
        rename={"record_id": RECORD_ID, **names},
        forbid_unknown_fields=True,
        omit_defaults=True,
        frozen=True,
        gc=False,
    )


def _record_id_of(value: Mapping[str, Any]) -> str | UnsetType | None:
    """Return what names a record, None where it can't be given back."""
    record_id = value.get(RECORD_ID)
    if record_id is None:
        return UNSET
    if type(record_id) is int:
        record_id = str(record_id)
    if isinstance(record_id, str) and len(record_id) > MAX_RECORD_ID_CHARACTERS:
        return None
    return record_id if isinstance(record_id, str) else None


def _unreadable(text: str, error: str) -> ValidatedLine:
    return ValidatedLine(record_id=NOT_A_RECORD, input=_beginning(text), error=error)


def _faulty(record_id: str | UnsetType | None, texts: _Texts, error: str) -> ValidatedLine:
    return ValidatedLine(
        record_id=_beginning(record_id) if isinstance(record_id, str) else UNSET,
        input={field: text and _beginning(text) for field, text in texts.items()},
        error=error,
    )


def _beginning(text: str) -> str:
    """Return what is given back of a text; what can't be written becomes a "?"."""
    return text[:MAX_INPUT_CHARACTERS].encode(errors="replace").decode()


def _is_writable(record_id: str | UnsetType) -> bool:
    """Tell whether a name has no half of a character: those can't be written."""
    return record_id is UNSET or record_id == _beginning(record_id)
