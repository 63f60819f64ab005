"""The OpenAPI document: made from the operations, the problems and the structs."""

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import version
from typing import Any, Final

from occoder import wire
from occoder.service.answer import JSON
from occoder.service.checks.sample_requests import CREATED, LATEST_MODEL
from occoder.service.openapi.openapi_examples import request_examples
from occoder.service.openapi.openapi_headers import HEADERS
from occoder.service.openapi.openapi_links import (
    LINK_PARAMETERS,
    parameters_of,
    upload_body,
)
from occoder.service.openapi.openapi_responses import responses, shared_responses
from occoder.service.openapi.openapi_schemas import Schema, schemas
from occoder.service.operation import Operation, Side
from occoder.settings.settings import Settings

_FORM: Final = "application/x-www-form-urlencoded"
_VERSIONED: Final = ("/topics", "/security.txt", "/objects")
_GUID: Final = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"

_ABOUT: Final = """\
Codes free text about a person's job to an occupation classification.

This is the API of the ABS occupation coding service (user guide of June 2025), served by \
occoder, which is no product of the ABS. What is marked as an extension is not in the \
guide; it adds fields and changes none.

Get a token from `/oauth2/token` and send it as `Authorization` with every call, as it is \
or after `Bearer`. `Authorisation`, as the guide spells it, is understood as well. A path \
that begins with `/v1` is also served without it. A query string changes nothing.

Clients should pass by fields that they don't know.
"""

_TAGS: Final = {
    "Tokens": "Section 3 of the guide.",
    "Topics and models": "Section 6 of the guide.",
    "Coding": "Section 7 of the guide.",
    "Batches": "Section 8 of the guide. Only partners may call; a link needs no token.",
    "Service": "What the service tells of itself.",
    "Page": "For the page to try the coder at.",
}

_SCHEMES: Final = {
    "token": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "The token as it is, as in the guide.",
    },
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The same token after Bearer.",
    },
    "basic": {
        "type": "http",
        "scheme": "basic",
        "description": "Client id and secret.",
    },
}

_PARAMETERS: Final = {
    "topic": {
        "description": "`uriName` of a topic, in any case.",
        "schema": {"type": "string", "pattern": "^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$"},
        "example": "osca",
    },
    "model": {
        "description": "`modelId` of a model of the topic, or `latest`.",
        "schema": {"type": "string", "pattern": f"^(latest|{_GUID})$"},
        "example": LATEST_MODEL.model_id,
    },
    "operation_id": {
        "description": "`operationId`, as it came with the link to upload to.",
        "schema": {"type": "string", "pattern": f"^{_GUID}$"},
        "example": CREATED.operation_id,
    },
    **LINK_PARAMETERS,
}

_TOKEN_REQUEST: Final = {
    "type": "object",
    "description": "Client id and secret may stand here instead of in the header.",
    "properties": {
        "grant_type": {"type": "string", "const": "client_credentials"},
        "client_id": {"type": "string"},
        "client_secret": {"type": "string", "format": "password"},
    },
    "required": ["grant_type"],
}


@lru_cache(maxsize=8)
def document(settings: Settings, served: tuple[Operation, ...]) -> bytes:
    """Return the OpenAPI document of what is served, as JSON in ASCII.

    Parameters
    ----------
    settings : Settings
        Tell under which host names, and what holds for all operations.
    served : tuple of Operation
        What is served; of several for the same method and path the first counts.
    """
    return json.dumps(description(served, settings)).encode("ascii")


def description(served: Sequence[Operation], settings: Settings) -> Schema:
    """Return the OpenAPI document of some operations.

    Parameters
    ----------
    served : sequence of Operation
        Of several for the same method and path the first counts.
    settings : Settings
        Tell what holds for all of them.
    """
    ordered = sorted(served, key=lambda one: list(_TAGS).index(_tag(one)))
    others = wire.CodeRequest, wire.Error, wire.TokenError, wire.Api
    bodies, named = schemas([*(one.response for one in ordered), *others])
    paths: dict[str, Schema] = {}
    for operation, body in zip(ordered, bodies, strict=False):
        item = paths.setdefault(public_path(operation), _servers_of(operation, settings))
        item.setdefault(operation.method.lower(), _operation(operation, body, settings))
    used = {_tag(operation) for operation in ordered}
    shared = shared_responses(served, settings)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Occupation coding service",
            "version": version("occoder"),
            "description": _ABOUT,
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "servers": servers(settings, Side.API),
        "tags": [
            {"name": name, "description": told}
            for name, told in _TAGS.items()
            if name in used
        ],
        "paths": paths,
        "components": {
            "schemas": named,
            "parameters": {
                name: _parameter(name)
                for name in _PARAMETERS
                if any(name in _parameters(one) for one in served)
            },
            "headers": _headers(paths, shared),
            "responses": shared,
            "securitySchemes": _SCHEMES,
        },
    }


def public_path(operation: Operation) -> str:
    """Return the path of an operation as the guide writes it."""
    is_versioned = operation.path.startswith(_VERSIONED)
    return f"/v1{operation.path}" if is_versioned else operation.path


def servers(settings: Settings, side: Side) -> list[dict[str, str]]:
    """Return where a side of the service is, from its host names.

    Parameters
    ----------
    settings : Settings
        Without host names everything is where the document is.
    side : Side
        Tokens or the API.
    """
    found = []
    for tier in ("public", "partner"):
        if host := getattr(settings, f"{tier}_{side}_host"):
            told = f"For {tier} clients."
            found.append({"url": _origin(host, settings), "description": told})
    return found or [{"url": "/", "description": "Where this document is."}]


def _origin(host: str, settings: Settings) -> str:
    """Return scheme, name and port; a proxy listens at the usual port."""
    if settings.proxies:
        return f"https://{host}"
    scheme, usual = ("https", 443) if settings.tls else ("http", 80)
    port = "" if settings.port in {0, usual} else f":{settings.port}"
    return f"{scheme}://{host}{port}"


def _servers_of(operation: Operation, settings: Settings) -> Schema:
    """Return the servers of a path, where they are others than the document's."""
    if operation.side is not Side.AUTH:
        return {}
    own = servers(settings, Side.AUTH)
    return {"servers": own} if own != servers(settings, Side.API) else {}


def _operation(operation: Operation, body: Schema, settings: Settings) -> Schema:
    found: Schema = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [_tag(operation)],
        "security": _security(operation),
    }
    if names := _parameters(operation):
        found["parameters"] = [
            {"$ref": f"#/components/parameters/{name}"} for name in names
        ]
    if request := _request(operation):
        found["requestBody"] = request
    return {**found, "responses": responses(operation, body, settings)}


def _parameters(operation: Operation) -> list[str]:
    return [*re.findall(r"{(\w+)}", operation.path), *parameters_of(operation)]


def _headers(*parts: Schema) -> Schema:
    """Return the headers that answers have; without links there are fewer."""
    said = json.dumps(parts)
    return {name: one for name, one in HEADERS.items() if f'/headers/{name}"' in said}


def _tag(operation: Operation) -> str:
    if operation.path.startswith("/page/") or operation.name == "page":
        return "Page"
    if operation.side is Side.AUTH:
        return "Tokens"
    if operation.codes:
        return "Coding"
    if operation.tier or operation.takes_link:
        return "Batches"
    return "Topics and models" if operation.needs_token else "Service"


def _security(operation: Operation) -> list[dict[str, Any]]:
    if operation.needs_token:
        return [{"token": []}, {"bearer": []}]
    return [{"basic": []}, {}] if operation.response is wire.Token else []


def _request(operation: Operation) -> Schema | None:
    if operation.response is wire.Token:
        example = {"grant_type": "client_credentials"}
        content = {"schema": _TOKEN_REQUEST, "example": example}
        return {"required": True, "content": {_FORM: content, JSON: content}}
    if operation.method == "PUT":
        return upload_body()
    if operation.request is None:
        return None
    schema = schemas([operation.request])[0][0]
    content = {"schema": schema, "examples": request_examples()}
    return {"required": True, "content": {JSON: content}}


def _parameter(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, **_PARAMETERS[name]}
