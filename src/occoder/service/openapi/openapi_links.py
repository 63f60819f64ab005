"""What is said in the OpenAPI document of uploads and downloads by a link."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from occoder import wire
from occoder.batch.links.signed_links import PARAMETER
from occoder.service.batches.storage_faults import XML, StorageFault, StorageKind
from occoder.service.openapi.openapi_examples import REQUEST_ID
from occoder.service.openapi.openapi_headers import response
from occoder.service.openapi.openapi_schemas import Schema
from occoder.service.operation import Operation

FILE: Final = "application/octet-stream"

_ERROR: Final = {"type": "string", "description": "An error of S3, in XML."}
_LINES: Final = """\
{"recordId": "1", "occp_text": "software developer", "tasks_text": "writing code"}
{"recordId": "2", "occp_text": "Paramedic", "tasks_text": "responding to emergencies"}
"""

LINK_PARAMETERS: Final[Mapping[str, Schema]] = {
    PARAMETER: {
        "in": "query",
        "required": True,
        "description": "As it stands in the link that the service gave.",
        "schema": {"type": "string", "pattern": "^[0-9A-Za-z_-]+[.][0-9A-Za-z_-]+$"},
    },
    wire.ENCRYPTION_HEADER: {
        "in": "header",
        "required": True,
        "description": "Always the same.",
        "schema": {"type": "string", "const": wire.ENCRYPTION_VALUE},
    },
    wire.KEY_HEADER: {
        "in": "header",
        "required": True,
        "description": "`bucketKmsKeyArn`, as it came with the link.",
        "schema": {"type": "string", "pattern": "^[ -~]+$"},
    },
    "Range": {
        "in": "header",
        "required": False,
        "description": "The part to download, such as `bytes=1000000-`.",
        "schema": {"type": "string", "pattern": "^bytes=[0-9]*-[0-9]*$"},
    },
}


def parameters_of(operation: Operation) -> Sequence[str]:
    """Return the names of the parameters of an operation with a link, none for others."""
    if not operation.takes_link:
        return ()
    if operation.method == "PUT":
        return PARAMETER, wire.ENCRYPTION_HEADER, wire.KEY_HEADER
    return PARAMETER, "Range"


def upload_body() -> Schema:
    """Return what is uploaded."""
    schema = {"type": "string", "description": "JSON Lines: a record on each line."}
    return {
        "required": True,
        "content": {FILE: {"schema": schema, "example": _LINES}},
    }


def link_responses(
    operation: Operation, failures: Mapping[int, Schema]
) -> dict[int, Schema]:
    """Return the answers of an operation with a link, by status.

    Parameters
    ----------
    operation : Operation
        The operation.
    failures : mapping
        Its answers in the shape of all other errors: of what is no proper call at all.
    """
    found = {**failures, **_successes(operation)}
    for status in {kind.status for kind in operation.faults}:
        kinds = [kind for kind in operation.faults if kind.status == status]
        fault = _fault(kinds)
        if status in failures:
            fault["content"].update(failures[status]["content"])
            fault["description"] += f"\n\n{failures[status]['description']}"
        found[status] = fault
    return found


def _successes(operation: Operation) -> dict[int, Schema]:
    if operation.method == "PUT":
        sent = "ETag", wire.ENCRYPTION_HEADER, wire.KEY_HEADER
        return {200: response("It has arrived; the operation is in progress.", {}, sent)}
    names = "ETag", "Last-Modified", "Accept-Ranges", "Content-Disposition"
    content: dict[str, Any] = {FILE: {"schema": {"type": "string"}}}
    return {
        200: response("The file.", content, names),
        206: response("A part of the file.", content, (*names, "Content-Range")),
    }


def _fault(kinds: Sequence[StorageKind]) -> Schema:
    told = "".join(f"- `{kind.code}`: {kind.message}\n" for kind in kinds)
    examples = {
        kind.name: {"value": StorageFault(kind).body(REQUEST_ID).decode("ascii")}
        for kind in kinds
    }
    names = ["Content-Range", "Accept-Ranges"] if kinds[0].status == 416 else []
    return response(told, {XML: {"schema": _ERROR, "examples": examples}}, names)
