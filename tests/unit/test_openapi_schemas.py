"""The schemas say what the structs, their docstrings and the rules say."""

from typing import Any

import pytest

from occoder import wire
from occoder.service.openapi.openapi_schemas import schemas

STRUCTS = [
    *(wire.CodeRequest, wire.SynchronousCodeResponse, wire.TopicDescription),
    *(
        wire.Topic,
        wire.Model,
        wire.Token,
        wire.TokenError,
        wire.Error,
        wire.Health,
        wire.Api,
    ),
]
ALL = schemas(STRUCTS)[1]


def fields(name: str) -> dict[str, Any]:
    """Return the properties of a schema."""
    found: dict[str, Any] = ALL[name]["properties"]
    return found


def test_types_are_told_in_order() -> None:
    """The schema of each type comes back in the order of the types."""
    found, _ = schemas([list[wire.Topic], str, dict[str, object]])

    assert ["array", "string", "object"] == [schema["type"] for schema in found]


@pytest.mark.parametrize("name", ALL)
def test_every_field_is_described(name: str) -> None:
    """Every schema and every property says what it is for, in words without markup."""
    texts = [ALL[name]["description"]]
    texts += [facts.get("description", "") for facts in fields(name).values()]

    assert all(texts), ALL[name]
    assert not [text for text in texts if "\n" in text or "``" in text or "----" in text]


def test_names_are_those_of_the_wire() -> None:
    """A description stands at the name that a field has in JSON, inherited ones too."""
    assert "As submitted." == fields("SynchronousCodeResponse")["recordId"]["description"]
    assert "Given back" in fields("Record")["recordId"]["description"]
    assert "GUID." == fields("TopicDescription")["modelId"]["description"]
    assert "Its title." == fields("TopicDescription")["fullName"]["description"]
    assert fields("Error")["Message"]["description"]


def test_r49_r50_texts_are_printable_and_short() -> None:
    """A text is null or printable ASCII of at most 100 characters."""
    text = fields("Record")["occp_text"]

    assert (["string", "null"], "^[ -~]*$", 100) == (
        text["type"],
        text["pattern"],
        text["maxLength"],
    )
    assert "anyOf" not in text


def test_r39_numbers_of_suggestions() -> None:
    """Up to 16 suggestions can be asked for, 3 by default."""
    number = fields("CodeRequest")["numberOfSuggestions"]

    assert (0, 16, 3) == (number["minimum"], number["maximum"], number["default"])


def test_b21_either_record_or_records() -> None:
    """A coding call has either a record or records."""
    assert [{"required": ["record"]}, {"required": ["records"]}] == ALL["CodeRequest"][
        "oneOf"
    ]


def test_r17_b6_token_answer_is_complete() -> None:
    """All three fields of an answer with a token are always there."""
    assert ["access_token", "token_type", "expires_in"] == ALL["Token"]["required"]


def test_closed_sets_are_told() -> None:
    """Where a field has a few values only, the schema has them."""
    assert ["successful", "unsuccessful"] == (
        fields("SynchronousCodeResponse")["codeStatus"]["enum"]
    )
    assert "AccessDenied" in fields("ErrorDetail")["code"]["enum"]
    assert "invalid_client" in fields("TokenError")["error"]["enum"]


def test_unknown_types_are_refused() -> None:
    """A type that JSON does not have is a mistake, not an empty schema."""
    with pytest.raises(TypeError):
        schemas([complex])
