"""The examples in the OpenAPI document.

Requests and answers are those of the user guide. The bodies of errors are made by the code
that answers, so that an example can't say anything else than the service does.
"""

import re
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

import msgspec

from occoder import wire
from occoder.service.checks.faulty_requests import FAULTY
from occoder.service.checks.sample_requests import (
    CODING,
    CREATED,
    LATEST_MODEL,
    MODELS,
    STATUSES,
    TOKEN,
    TOPICS,
    UNSUCCESSFUL,
)
from occoder.service.coding.coding_request import read_request
from occoder.service.operation import Operation
from occoder.service.problems import KINDS, Kind, Problem
from occoder.service.tokens.token_request import NO_CREDENTIALS, NO_GRANT, OTHER_GRANT

Examples = dict[str, dict[str, Any]]

REQUEST_ID: Final = "5f0c61d2b7a94e38"
CONTACT: Final = "mailto:security@example.org"
EXPIRES: Final = "2027-06-27T05:45:00.000Z"

# The public key of RFC 7517, appendix A.1.
_KEY: Final = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    "use": "sig",
    "alg": "ES256",
    "kid": "1",
}

_ANSWERS: Final[Mapping[str, object]] = {
    "token": TOKEN,
    "keys": {"keys": [_KEY]},
    "topics": TOPICS,
    "pageTopics": TOPICS,
    "topic": wire.TopicDescription(
        **msgspec.structs.asdict(LATEST_MODEL), **msgspec.structs.asdict(TOPICS[0])
    ),
    "models": MODELS,
    "latestModel": LATEST_MODEL,
    "model": LATEST_MODEL,
    "createOperation": CREATED,
    "createOperationWithModel": CREATED,
    "securityTxt": f"<p>contact: {CONTACT}\nexpires: {EXPIRES}</p>",
    "wellKnownSecurityTxt": f"Contact: {CONTACT}\nExpires: {EXPIRES}\n",
    "live": wire.Health("live"),
    "ready": wire.Health("ready", {"database": "ok", "models": "ok"}),
    "about": wire.Api("occoder", version("occoder"), "active", "/openapi.json"),
}
NOT_READY: Final = wire.Health(
    "not ready", {"database": "ok", "models": "no model is in use"}
)

_TOKEN_ERRORS: Final = (NO_CREDENTIALS, NO_GRANT, OTHER_GRANT)
_SLOW_DOWN: Final = wire.TokenError("slow_down", "Try again in 60 seconds.")


def request_examples() -> Examples:
    """Return the guide's bodies of coding calls, by name."""
    return {
        one.name: {"summary": _sentence(one.title), "value": one.body}
        for one in CODING
        if one is not UNSUCCESSFUL  # its request is that of another
    }


def answer_examples(operation: Operation) -> Examples:
    """Return what an operation answers, by name; empty for what has no short example."""
    if operation.request is wire.CodeRequest:
        return {
            one.name: {
                "summary": _sentence(one.title),
                "value": msgspec.to_builtins(one.answer_body),
            }
            for one in CODING
        }
    if operation.response is wire.OperationStatus:
        return {
            one.operation_status: {"value": msgspec.to_builtins(one)} for one in STATUSES
        }
    if operation.name not in _ANSWERS:
        return {}
    return {operation.name: {"value": msgspec.to_builtins(_ANSWERS[operation.name])}}


def error_example(kind: Kind) -> dict[str, Any]:
    """Return a kind of error with a body that the service answers with."""
    body = msgspec.json.decode(_problem(kind).body(REQUEST_ID))
    return {"summary": kind.message.partition("\n")[0], "value": body}


def token_error_examples(status: int) -> Examples:
    """Return why there is no token, by name."""
    errors = (_SLOW_DOWN,) if status == 429 else _TOKEN_ERRORS
    return {one.error: {"value": msgspec.to_builtins(one)} for one in errors}


def example_name(kind: Kind) -> str:
    """Return the name of an example of an error: its code, or the words of its message.

    Two rows of the table of problems share a code, because the guide has two texts for
    the same error.
    """
    n_same = sum(one.code == kind.code for one in KINDS)
    words = re.findall(r"[A-Za-z]+", kind.message)
    return kind.code if n_same == 1 else "".join(map(str.title, words))


def _problem(kind: Kind) -> Problem:
    """Return an error as it comes up: from a faulty body, where that is the cause."""
    for faulty in FAULTY[::-1]:
        if faulty.kind is kind:
            try:
                read_request(faulty.body).checked()
            except Problem as problem:
                return problem
    facts = {"topic": TOPICS[0].uri_name, "operation_id": CREATED.operation_id}
    return Problem(kind, message=kind.message.format(**facts))


def _sentence(title: str) -> str:
    return f"{title[0].upper()}{title[1:]}."
