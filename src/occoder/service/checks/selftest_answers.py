"""Whether an answer of a service is as the user guide documents it.

What the guide does not have is passed by: the service may be this one or the one of the
ABS. Each check says what is wrong, in words that hold nothing of a text or a secret.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from occoder import wire
from occoder.service.checks.sample_requests import SampleRequest

Check = Callable[[bytes], str]

_CONTACT: Final = re.compile(
    rb"contact:\s*\S+\s+expires:\s*\d{4}-\d\d-\d\dT", re.IGNORECASE
)
_TOKEN_CHARACTERS: Final = re.compile(r"[A-Za-z0-9._~-]+")


class AnyToken(msgspec.Struct, frozen=True):
    """All that the guide promises of an answer with a token (section 3.1.3)."""

    access_token: str


class AnyError(msgspec.Struct, frozen=True, kw_only=True):
    """The message of an error; some gateways write it with a capital."""

    message: str = ""
    capital_message: str = msgspec.field(name="Message", default="")


def fits(kind: Any) -> Check:
    """Return a check that a body is JSON of a type, whatever fields it has beside.

    Examples
    --------
    >>> fits(wire.Topic)(b'{"uriName": "osca"}')
    'Object missing required field `fullName`'
    """
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(kind)

    def check(body: bytes) -> str:
        try:
            decoder.decode(body)
        except msgspec.DecodeError as error:
            return str(error)
        return ""

    return check


def is_token(body: bytes) -> str:
    """Return what is wrong with an answer that should hold a token."""
    if fault := fits(AnyToken)(body):
        return fault
    token = msgspec.json.decode(body, type=AnyToken).access_token
    if _TOKEN_CHARACTERS.fullmatch(token):
        return ""
    return "the token has characters that some clients can't send as Authorization"


def lists_topic(topic: str) -> Check:
    """Return a check that a list of topics has a topic."""

    def check(body: bytes) -> str:
        if fault := fits(list[wire.Topic])(body):
            return fault
        topics = msgspec.json.decode(body, type=list[wire.Topic])
        names = {one.uri_name.lower() for one in topics}
        return "" if topic.lower() in names else f"{topic} is not among the topics"

    return check


def lists_models(body: bytes) -> str:
    """Return what is wrong with a list of models."""
    if fault := fits(list[wire.Model])(body):
        return fault
    return "" if msgspec.json.decode(body) else "the list of models is empty"


def tells_contact(body: bytes) -> str:
    """Return what is wrong with a security.txt."""
    return "" if _CONTACT.search(body) else "it has no contact with a date of expiry"


def says(*messages: str) -> Check:
    """Return a check that an error has one of some messages; spaces may differ."""
    expected = {" ".join(message.split()) for message in messages}

    def check(body: bytes) -> str:
        found = " ".join(message_of(body).split())
        return "" if found in expected else "it is another message"

    return check


def message_of(body: bytes) -> str:
    """Return the message of an error, "" if there is none."""
    try:
        error = msgspec.json.decode(body, type=AnyError)
    except msgspec.DecodeError:
        return ""
    return error.message or error.capital_message


def codes(sample: SampleRequest) -> Check:
    """Return a check that an answer to a sample request has the shape of the guide's."""
    kind: Any = wire.SynchronousCodeResponse
    kind = list[kind] if sample.is_batch else kind
    has_shape = fits(kind)

    def check(body: bytes) -> str:
        if fault := has_shape(body):
            return fault
        found = msgspec.json.decode(body, type=kind)
        return _code_fault(sample, found if sample.is_batch else [found])

    return check


def _code_fault(sample: SampleRequest, found: list[wire.SynchronousCodeResponse]) -> str:
    records = sample.body["records"] if sample.is_batch else [sample.body["record"]]
    if len(found) != len(records):
        return f"there are {len(found)} answers for {len(records)} records"
    for i, (record, answer) in enumerate(zip(records, found, strict=True)):
        if fault := _answer_fault(record, answer, sample.body["numberOfSuggestions"]):
            return f"answer {i}: {fault}"
    return ""


def _answer_fault(
    record: Mapping[str, str], answer: wire.SynchronousCodeResponse, n: int
) -> str:
    texts = {name: text for name, text in record.items() if name != "recordId"}
    n_results = len(answer.result)
    is_successful = answer.code_status == wire.SUCCESSFUL
    faults = {
        "recordId is not as submitted": answer.record_id
        != record.get("recordId", msgspec.UNSET),
        "input is not as submitted": msgspec.to_builtins(answer.input) != texts,
        "codeStatus is neither successful nor unsuccessful": not is_successful
        and answer.code_status != wire.UNSUCCESSFUL,
        "it is successful without a result": is_successful and not n_results,
        f"it has {n_results} results where {n} were asked for": n_results > n,
    }
    return next((fault for fault, is_so in faults.items() if is_so), "")
