"""Bodies of coding calls that provoke the errors of section 10 of the user guide."""

import json
from dataclasses import dataclass
from typing import Final

from occoder import wire
from occoder.service.problems import (
    INVALID_BODY,
    MALFORMED_RECORD,
    NO_RECORDS,
    TEXT_LENGTH,
    TOO_MANY_RECORDS,
    Kind,
)

_RECORD: Final = {"occp_text": "Sales assistant"}


@dataclass(frozen=True, slots=True)
class FaultyRequest:
    """A body that can't be coded.

    Parameters
    ----------
    kind : Kind
        What is wrong with it.
    title : str
        The same, in a few words.
    body : bytes
        As it is sent.
    message : str
        What the guide says of it, to the letter.
    """

    kind: Kind
    title: str
    body: bytes
    message: str


def _faulty(kind: Kind, title: str, body: object) -> FaultyRequest:
    return FaultyRequest(kind, title, json.dumps(body).encode(), kind.message)


def _text_length() -> FaultyRequest:
    short, long = "ab", "x" * (wire.MAX_CHARACTERS + 1)
    body = {"records": [{"occp_text": short}, _RECORD, {"occp_text": long}]}
    lines = (
        TEXT_LENGTH.message,
        f"Record with index 0 has a total text length under {wire.MIN_CHARACTERS} min",
        f"Record with index 2 has a total text length over {wire.MAX_CHARACTERS} max",
    )
    title = "texts that are too short and too long"
    return FaultyRequest(TEXT_LENGTH, title, json.dumps(body).encode(), "\n".join(lines))


FAULTY: Final = (
    FaultyRequest(
        INVALID_BODY,
        "a body that is not JSON",
        b'{"record": {"occp_text": "Sales assistant"},}',
        INVALID_BODY.message,
    ),
    _faulty(
        INVALID_BODY,
        "a special character in a text",
        {"record": {"occp_text": "Caf\u00e9 manager"}},
    ),
    _faulty(MALFORMED_RECORD, "a text that is a number", {"record": {"occp_text": 7}}),
    _faulty(NO_RECORDS, "a batch without records", {"records": []}),
    _faulty(
        TOO_MANY_RECORDS,
        f"a batch of {wire.MAX_RECORDS + 1} records",
        {"records": [_RECORD] * (wire.MAX_RECORDS + 1)},
    ),
    _text_length(),
)
