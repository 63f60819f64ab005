"""What each operation may be answered with, for the OpenAPI document."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from occoder import wire
from occoder.service.answer import JSON
from occoder.service.openapi.openapi_examples import (
    NOT_READY,
    answer_examples,
    error_example,
    example_name,
    token_error_examples,
)
from occoder.service.openapi.openapi_headers import HEADERS, by_status, response
from occoder.service.openapi.openapi_links import link_responses
from occoder.service.openapi.openapi_schemas import REF, Schema
from occoder.service.operation import Operation
from occoder.service.problems import (
    BROKEN_HTTP,
    HEADER_TOO_LONG,
    KINDS,
    NO_SUCH_ROUTE,
    NOT_AUTHORIZED,
    QUERY_REFUSED,
    THROTTLED,
    UNEXPECTED,
    WRONG_METHOD,
    Kind,
)
from occoder.settings.settings import Settings

_READY: Final = "ready"

# What is found before it is known what is called, and what else can be on every path.
BEFORE: Final = (BROKEN_HTTP, HEADER_TOO_LONG)
ALWAYS: Final = (*BEFORE, NO_SUCH_ROUTE, WRONG_METHOD, UNEXPECTED)
_ERROR: Final = {"$ref": REF.format(name="Error")}
_TOKEN_ERROR: Final = {"$ref": REF.format(name="TokenError")}
# What those get who ask for it with Accept, or do not ask for the usual form.
_OTHER_FORMS: Final[Mapping[str, Schema]] = {
    "securityTxt": {"text/plain; charset=utf-8": {"schema": {"type": "string"}}},
    "page": {JSON: {"schema": {"$ref": REF.format(name="Api")}}},
}
_TOKEN_STATUSES: Final = {
    400: "No token: `error` says why (RFC 6749, section 5.2).",
    429: "Too many requests for tokens failed, or too many wait.",
}


_RATE: Final = tuple(name for name in HEADERS if name.startswith("X-Rate-Limit-"))


def problems(operation: Operation, settings: Settings) -> dict[int, list[Kind]]:
    """Return everything that can go wrong with an operation, by status.

    Parameters
    ----------
    operation : Operation
        Names what is its own.
    settings : Settings
        Tell what holds for all.
    """
    kinds = [*operation.problems, *(BEFORE if operation.takes_link else ALWAYS)]
    if settings.strict_queries and not operation.takes_link:
        kinds.append(QUERY_REFUSED)
    if operation.needs_token:
        kinds.append(NOT_AUTHORIZED)
    if operation.needs_token or operation.request is wire.CodeRequest:
        kinds.append(THROTTLED)
    statuses = sorted({kind.status for kind in kinds})
    return {status: [one for one in kinds if one.status == status] for status in statuses}


def responses(operation: Operation, schema: Schema, settings: Settings) -> Schema:
    """Return the answers of an operation, by status.

    Parameters
    ----------
    operation : Operation
        The operation.
    schema : dict
        Of the body of its answer.
    settings : Settings
        Tell which errors there are.
    """
    found: dict[int, Schema] = {}
    for status, kinds in problems(operation, settings).items():
        is_shared = len(kinds) == 1 and not operation.takes_link
        found[status] = _reference(kinds[0]) if is_shared else _failure(kinds)
    if operation.takes_link:
        return by_status(link_responses(operation, found))
    found[200] = _success(operation, schema)
    if operation.response is wire.Token:
        found[400] = _no_token(400, ("WWW-Authenticate",), _failure([BROKEN_HTTP]))
        found[429] = _no_token(429, ("Retry-After",))
    if operation.name == _READY:
        content = {"schema": schema, "example": msgspec.to_builtins(NOT_READY)}
        found[503] = response("It can't code now.", {JSON: content})
    return by_status(found)


def shared_responses(served: Iterable[Operation], settings: Settings) -> dict[str, Schema]:
    """Return the answers that the operations refer to, by name.

    Parameters
    ----------
    served : iterable of Operation
        All operations.
    settings : Settings
        Tell which errors there are.
    """
    alone = {
        kinds[0]
        for operation in served
        if not operation.takes_link
        for kinds in problems(operation, settings).values()
        if len(kinds) == 1
    }
    return {example_name(kind): _failure([kind]) for kind in KINDS if kind in alone}


def _reference(kind: Kind) -> Schema:
    return {"$ref": f"#/components/responses/{example_name(kind)}"}


def _success(operation: Operation, schema: Schema) -> Schema:
    content: Schema = {"schema": schema}
    if examples := answer_examples(operation):
        content["examples"] = examples
    types = {operation.content_type: content}
    types.update(_OTHER_FORMS.get(operation.name, {}))
    if operation.request is not wire.CodeRequest:
        return response("Done.", types)
    told = "An answer for the record, or a list with one for each of the records, in order."
    return response(told, types, ("Model-Id", "Model-Version", *_RATE))


def _failure(kinds: Sequence[Kind]) -> Schema:
    """Return the response for errors of one status, each with its exact message."""
    status = kinds[0].status
    lines = [f"`{_first_line(kind)}`: {kind.remedy}" for kind in kinds]
    told = lines[0] if len(lines) == 1 else "".join(f"- {line}\n" for line in lines)
    examples = {example_name(kind): error_example(kind) for kind in kinds}
    names = ["x-amzn-ErrorType"]
    names += ["Retry-After", *_RATE] if status == 429 else []
    names += ["Allow"] if status == 405 else []
    names += ["WWW-Authenticate"] if status == 401 else []
    return response(told, {JSON: {"schema": _ERROR, "examples": examples}}, names)


def _no_token(status: int, names: Sequence[str], other: Schema | None = None) -> Schema:
    """Return a response of the token endpoint, in the form of RFC 6749.

    Parameters
    ----------
    status : int
        HTTP status.
    names : sequence of str
        Its headers.
    other : dict, optional
        The response of the same status for what does not get as far as the endpoint.
    """
    told, examples = _TOKEN_STATUSES[status], token_error_examples(status)
    content = {"schema": _TOKEN_ERROR, "examples": examples}
    found = response(told, {JSON: content}, names)
    if other is not None:
        content["schema"] = {"anyOf": [_TOKEN_ERROR, _ERROR]}
        examples.update(other["content"][JSON]["examples"])
        found["description"] = f"- {told}\n- {other['description']}\n"
    return found


def _first_line(kind: Kind) -> str:
    return kind.message.partition("\n")[0]
