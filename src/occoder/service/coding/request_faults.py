"""What is wrong with the body of a coding call, looked at as plain JSON values."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from occoder import wire
from occoder.coder.text import is_printable_ascii
from occoder.service.problems import (
    MALFORMED_RECORD,
    NO_RECORDS,
    TOO_MANY_RECORDS,
    Fault,
    Problem,
)

INPUT_FIELDS: Final = wire.Texts.__struct_fields__
_FIELDS: Final = ("record", "records", "numberOfSuggestions", "explain", "levels")


def body_faults(raw: Any) -> list[Fault]:
    """Return what is wrong with a body as a whole.

    Parameters
    ----------
    raw : any JSON value
        The body.
    """
    if not isinstance(raw, dict):
        return [Fault('The body must be an object with "record" or "records".')]
    return [*_envelope_faults(raw), *_option_faults(raw), *_text_faults(raw)]


def record_problem(raw: Mapping[str, Any]) -> Problem | None:
    """Return what is wrong with the records of a body that is right as a whole."""
    records = raw.get("records", [raw.get("record")])
    if not records:
        return Problem(NO_RECORDS)
    if len(records) > wire.MAX_RECORDS:
        detail = f"There are {len(records)} records. {TOO_MANY_RECORDS.remedy}"
        return Problem(TOO_MANY_RECORDS, [Fault(detail, "/records")])
    faults = [
        Fault(detail, pointer)
        for pointer, record in _placed(raw)
        if (detail := _record_fault(record))
    ]
    return Problem(MALFORMED_RECORD, faults) if faults else None


def _envelope_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    if not raw.keys() <= set(_FIELDS):
        yield Fault(f"The body has a field that is none of {', '.join(_FIELDS)}.")
    if ("record" in raw) == ("records" in raw):
        both = "both" if "record" in raw else "neither"
        yield Fault(f'The body has {both} of "record" and "records"; send one of them.')
    if "records" in raw and not isinstance(raw["records"], list):
        yield Fault("records must be an array; wrap in @( ) in PowerShell.", "/records")


def _option_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    number = raw.get("numberOfSuggestions", wire.DEFAULT_SUGGESTIONS)
    is_whole = isinstance(number, int | float) and not isinstance(number, bool)
    if not (is_whole and 0 <= number <= wire.MAX_SUGGESTIONS and number == int(number)):
        yield Fault(
            f"numberOfSuggestions must be a whole number from 0 to {wire.MAX_SUGGESTIONS}.",
            "/numberOfSuggestions",
        )
    for name in ("explain", "levels"):
        if not isinstance(raw.get(name, False), bool):
            yield Fault(f"{name} must be true or false.", f"/{name}")


def _text_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    if isinstance(raw.get("records"), list) and len(raw["records"]) > wire.MAX_RECORDS:
        return  # far too much to tell of each; that there are too many is told later
    for pointer, record in _placed(raw):
        if not isinstance(record, dict):
            continue
        for name in INPUT_FIELDS:
            text = record.get(name)
            if isinstance(text, str) and not is_printable_ascii(text):
                yield Fault(
                    "The text has a character that is not printable ASCII; replace or "
                    "remove accents, curly quotes, tabs and line ends.",
                    f"{pointer}/{name}",
                )


def _record_fault(record: Any) -> str:
    """Return what is wrong with the shape of a record, "" when nothing is."""
    allowed = ", ".join(INPUT_FIELDS)
    if not isinstance(record, dict):
        return f"A record must be an object with {allowed}."
    if not record.keys() <= {"recordId", *INPUT_FIELDS}:
        return f"A record may have recordId, {allowed} and nothing else."
    if not record.keys() & set(INPUT_FIELDS):
        return f"A record must have at least one of {allowed}."
    if not all(isinstance(record.get(name), str | None) for name in INPUT_FIELDS):
        return f"{allowed} must be strings or null."
    record_id = record.get("recordId", "")
    if not isinstance(record_id, str) or len(record_id) > wire.MAX_RECORD_ID_CHARACTERS:
        n = wire.MAX_RECORD_ID_CHARACTERS
        return f"recordId must be a string of at most {n} characters."
    return ""


def _placed(raw: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each record with its place, as a JSON pointer."""
    if "record" in raw:
        yield "/record", raw["record"]
    records = raw.get("records")
    if isinstance(records, list):
        yield from ((f"/records/{i}", record) for i, record in enumerate(records))
