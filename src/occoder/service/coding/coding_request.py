"""The body of a coding call: read, and everything that can be wrong with it.

The order of the checks is that of the contract: the body as a whole comes before topic
and model, the records come after them. So `read_request` raises what is wrong with the
body at once and keeps what is wrong with the records for `ReadRequest.checked`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
from msgspec import UNSET

from occoder import wire
from occoder.coder.text import is_printable_ascii
from occoder.service.coding.request_faults import body_faults, record_problem
from occoder.service.problems import (
    INVALID_BODY,
    TEXT_LENGTH,
    Fault,
    Problem,
)

_DECODER: Final = msgspec.json.Decoder(wire.CodeRequest)


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """A coding call whose body is right; its records may yet be wrong.

    Parameters
    ----------
    request : CodeRequest or None
        The call, where it has the shape of the contract.
    problem : Problem or None
        What is wrong with its records, where it has not.
    """

    request: wire.CodeRequest | None
    problem: Problem | None = None

    def checked(self) -> wire.CodeRequest:
        """Return the call when every record can be coded.

        Raises
        ------
        Problem
            If there are no records or too many, or any is malformed, too short or too
            long.
        """
        if self.request is None:
            raise self.problem or Problem(INVALID_BODY)
        _check_lengths(records_of(self.request))
        return self.request


def read_request(body: bytes) -> ReadRequest:
    """Read the body of a coding call.

    Parameters
    ----------
    body : bytes
        As it was sent.

    Raises
    ------
    Problem
        If it is not JSON, or not what section 7.1.3 of the user guide describes, or
        holds anything but printable ASCII in a text.
    """
    try:
        request = _DECODER.decode(body)
    except msgspec.ValidationError:
        return _read_with_faults(body)
    except msgspec.DecodeError as error:
        raise Problem(
            INVALID_BODY, [Fault(f"The body is not JSON: {_why(error)}.")]
        ) from error
    if (request.record is UNSET) == (request.records is UNSET):
        return _read_with_faults(body)
    records = records_of(request)
    for record in records:
        if not (_is_plain(record.occp_text) and _is_plain(record.tasks_text)):
            return _read_with_faults(body)
        if record.occp_text is UNSET and record.tasks_text is UNSET:
            return _read_with_faults(body)
    if request.explain and len(records) > wire.MAX_EXPLAINED:
        detail = f"explain is for at most {wire.MAX_EXPLAINED} records in a call."
        raise Problem(INVALID_BODY, [Fault(detail, "/explain")])
    return ReadRequest(request)


def records_of(request: wire.CodeRequest) -> Sequence[wire.Record]:
    """Return the records of a call, be it one or many."""
    if isinstance(request.record, wire.Record):
        return (request.record,)
    return request.records or ()


def _read_with_faults(body: bytes) -> ReadRequest:
    """Read a body that has not the shape of the contract, to tell what is wrong."""
    try:
        raw = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Problem(
            INVALID_BODY, [Fault("The body is not JSON of this shape.")]
        ) from error
    if faults := body_faults(raw):
        raise Problem(INVALID_BODY, faults)
    if problem := record_problem(raw):
        return ReadRequest(None, problem)
    # What is left is a whole number that was written as a fraction: 3.0.
    number = raw.get("numberOfSuggestions", wire.DEFAULT_SUGGESTIONS)
    raw["numberOfSuggestions"] = int(number)
    return ReadRequest(msgspec.convert(raw, wire.CodeRequest))


def _is_plain(text: object) -> bool:
    """Tell whether a text is absent, null, or printable ASCII only."""
    return not isinstance(text, str) or is_printable_ascii(text)


def _check_lengths(records: Sequence[wire.Record]) -> None:
    lines, faults = [], []
    for index, record in enumerate(records):
        length = len(record.occp_text or "") + len(record.tasks_text or "")
        if length < wire.MIN_CHARACTERS:
            limit = f"under {wire.MIN_CHARACTERS} min"
        elif length > wire.MAX_CHARACTERS:
            limit = f"over {wire.MAX_CHARACTERS} max"
        else:
            continue
        line = f"Record with index {index} has a total text length {limit}"
        lines.append(line)
        faults.append(Fault(f"{line}.", f"/records/{index}"))
    if lines:
        raise Problem(TEXT_LENGTH, faults, message="\n".join([TEXT_LENGTH.message, *lines]))


def _why(error: msgspec.DecodeError) -> str:
    """Return what a decoder says, which names places and never what stands there."""
    return str(error).removeprefix("JSON is malformed: ")
