"""The headers of answers, and an answer with some of them, for the OpenAPI document."""

from collections.abc import Iterable, Mapping
from typing import Final

from occoder import wire
from occoder.service.openapi.openapi_schemas import Schema


def _header(description: str, *, is_sure: bool = False, kind: str = "string") -> Schema:
    return {"description": description, "required": is_sure, "schema": {"type": kind}}


HEADERS: Final[Mapping[str, Schema]] = {
    "Request-Id": _header("Names the call in logs and errors.", is_sure=True),
    "Model-Id": _header("GUID of the model that coded.", is_sure=True),
    "Model-Version": _header("Its version.", is_sure=True, kind="integer"),
    "X-Rate-Limit-Limit": _header(
        "Calls that the tightest limit allows; absent where there is none.", kind="integer"
    ),
    "X-Rate-Limit-Remaining": _header("How many of them are left.", kind="integer"),
    "X-Rate-Limit-Reset": _header(
        "When more are left, in seconds since 1970.", kind="integer"
    ),
    "Retry-After": _header("Seconds to wait.", is_sure=True, kind="integer"),
    "Allow": _header("Methods of the path.", is_sure=True),
    "x-amzn-ErrorType": _header("Kind of the error, as AWS names it.", is_sure=True),
    "WWW-Authenticate": _header("How to prove who calls."),
    "ETag": _header("Names the content.", is_sure=True),
    "Last-Modified": _header("When the operation was complete.", is_sure=True),
    "Accept-Ranges": _header("`bytes`: a part can be asked for.", is_sure=True),
    "Content-Disposition": _header("What to call the file.", is_sure=True),
    "Content-Range": _header("Which part it is, of how many bytes.", is_sure=True),
    wire.ENCRYPTION_HEADER: _header("As it was sent.", is_sure=True),
    wire.KEY_HEADER: _header("As it was sent.", is_sure=True),
}


def response(told: str, content: Schema, names: Iterable[str] = ()) -> Schema:
    """Return an answer of an operation.

    Parameters
    ----------
    told : str
        What it says.
    content : dict
        Its body by media type; empty for none.
    names : iterable of str
        Headers that it has, beside that of every answer.
    """
    headers = {
        name: {"$ref": f"#/components/headers/{name}"} for name in ("Request-Id", *names)
    }
    body = {"content": content} if content else {}
    return {"description": told, "headers": headers, **body}


def by_status(found: Mapping[int, Schema]) -> Schema:
    """Return answers in the order of their statuses."""
    return {str(status): found[status] for status in sorted(found)}
