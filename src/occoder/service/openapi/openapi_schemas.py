"""The schemas of the OpenAPI document, made from the structs of `occoder.wire`.

The structs say which fields there are and of which type; their docstrings say what each
is for; what a type can't say is added here.
"""

import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from occoder import wire
from occoder.batch.operation import OperationState
from occoder.coder.reason import REASONS
from occoder.service.problems import KINDS

Schema = dict[str, Any]

REF: Final = "#/components/schemas/{name}"

_TEXT: Final = {
    "type": ["string", "null"],
    "pattern": "^[ -~]*$",
    "maxLength": wire.MAX_CHARACTERS,
}
_SOME_TEXT: Final = [{"required": [name]} for name in wire.Texts.__struct_fields__]

# What holds for a schema as a whole.
_RULES: Final[Mapping[str, Schema]] = {
    "CodeRequest": {"oneOf": [{"required": ["record"]}, {"required": ["records"]}]},
    "Texts": {"anyOf": _SOME_TEXT},
    "Record": {"anyOf": _SOME_TEXT},
    "Token": {"required": ["access_token", "token_type", "expires_in"]},
}

# What holds for a property, beside its type.
_PROPERTIES: Final[Mapping[str, Mapping[str, Schema]]] = {
    "Topic": {"uriName": {"examples": ["osca", "anzsco"]}},
    "TopicDescription": {"uriName": {"examples": ["osca", "anzsco"]}},
    "Model": {
        "modelId": {"format": "uuid"},
        "modelVersion": {"minimum": 1},
        "modelReleaseDate": {"format": "date-time"},
        "modelType": {"examples": ["hsvm2"]},
        "inputFormat": {"examples": [["occp_text", "tasks_text"]]},
        "topicVersion": {"examples": ["2024"]},
    },
    "Texts": {"occp_text": _TEXT, "tasks_text": _TEXT},
    "Record": {"occp_text": _TEXT, "tasks_text": _TEXT},
    "CodeRequest": {
        "explain": {
            "description": "Extension: give what spoke for each step to the best "
            f"category; for at most {wire.MAX_EXPLAINED} records in a call."
        }
    },
    "SynchronousCodeResponse": {
        "codeStatus": {"enum": [wire.SUCCESSFUL, wire.UNSUCCESSFUL]},
        "result": {"maxItems": wire.MAX_SUGGESTIONS},
        "suggestions": {"maxItems": wire.MAX_SUGGESTIONS},
        "reason": {"examples": [reason for reason in REASONS if reason]},
    },
    "CodedRecord": {"codeCategory": {"examples": ["261313", "2613"]}},
    "CreatedOperation": {
        "requestUploadUrl": {"format": "uri"},
        "operationId": {"format": "uuid"},
    },
    "OperationStatus": {
        "operationStatus": {"enum": [state.value for state in OperationState]},
        "responseDownloadUrl": {"format": "uri"},
        "metadataDownloadUrl": {"format": "uri"},
        "recordsTotal": {"minimum": 0},
        "recordsCoded": {"minimum": 0},
    },
    "Token": {"token_type": {"const": "Bearer"}, "expires_in": {"minimum": 1}},
    "TokenError": {
        "error": {
            "enum": [
                *("invalid_request", "invalid_client", "unsupported_grant_type"),
                "slow_down",
            ]
        }
    },
    "Error": {"errors": {"minItems": 1}},
    "ErrorDetail": {"code": {"enum": sorted({kind.code for kind in KINDS})}},
    "Source": {
        "pointer": {
            "format": "json-pointer",
            "description": "JSON pointer (RFC 6901) into the body.",
            "examples": ["/records/4"],
        }
    },
    "Health": {"status": {"enum": ["live", "ready", "not ready"]}},
}

_SECTION: Final = re.compile(r"\nAttributes\n-+\n(?P<fields>.*)", re.DOTALL)
_FIELD: Final = re.compile(r"^(\w+(?:, \w+)*) : .*\n((?:    .*(?:\n|$))+)", re.MULTILINE)


def schemas(types: Iterable[Any]) -> tuple[list[Schema], dict[str, Schema]]:
    """Return the schema of each type, and of every struct that they are made of.

    Parameters
    ----------
    types : iterable of type
        Structs of `occoder.wire`, or what is made of them.

    Returns
    -------
    tuple of list and dict
        The schemas in order, and the named ones that they refer to.
    """
    found, named = msgspec.json.schema_components(
        list(types), ref_template=REF, schema_hook=_any_value
    )
    return list(found), {name: _complete(name, named[name]) for name in sorted(named)}


def _any_value(kind: type) -> Schema:
    if kind is object:
        return {"description": "Any value."}
    raise NotImplementedError


def _complete(name: str, schema: Schema) -> Schema:
    """Return the schema of a struct with all that is known of it."""
    struct = getattr(wire, name)
    told = _descriptions(struct)
    rules = {
        **(_PROPERTIES["Model"] if issubclass(struct, wire.Model) else {}),
        **_PROPERTIES.get(name, {}),
    }
    properties = {
        field: _property(found, told.get(field, ""), rules.get(field, {}))
        for field, found in schema["properties"].items()
    }
    summary = inspect.cleandoc(struct.__doc__ or "").partition("\n\n")[0]
    facts = {**schema, "description": _plain(summary), "properties": properties}
    if not facts["required"]:
        del facts["required"]
    return {**facts, **_RULES.get(name, {})}


def _property(schema: Schema, told: str, rules: Schema) -> Schema:
    """Return the schema of a property with its description and its rules."""
    if "type" in rules:  # "a string or null" in one word
        schema = {key: one for key, one in schema.items() if key != "anyOf"}
    described = {"description": told} if told else {}
    return {**schema, **described, **rules}


def _descriptions(struct: type[msgspec.Struct]) -> dict[str, str]:
    """Return what the docstrings say of each property, by its name in JSON."""
    is_of_topic = issubclass(struct, wire.TopicDescription)
    told: dict[str, str] = _descriptions(wire.Topic) if is_of_topic else {}
    for one in reversed(struct.__mro__):
        section = _SECTION.search(inspect.cleandoc(one.__doc__ or ""))
        for names, text in _FIELD.findall(section["fields"]) if section else ():
            told.update(dict.fromkeys(names.split(", "), _plain(text)))
    encoded = zip(struct.__struct_fields__, struct.__struct_encode_fields__, strict=True)
    renamed = {name: told[field] for field, name in encoded if field in told}
    return {**told, **renamed}


def _plain(text: str) -> str:
    """Return a text of a docstring on one line, in Markdown."""
    return " ".join(text.replace("``", "`").split())
