"""The examples are the guide's, and those of errors are made by the code that answers."""

import json

import msgspec
import pytest

from occoder import wire
from occoder.service.openapi.openapi_examples import (
    REQUEST_ID,
    answer_examples,
    error_example,
    example_name,
    request_examples,
    token_error_examples,
)
from occoder.service.operation import Operation
from occoder.service.problems import (
    KINDS,
    NO_MODELS,
    NOT_AUTHORIZED,
    TEXT_LENGTH,
    TOO_MANY_RECORDS,
    Kind,
)
from occoder.service.routes import OPERATIONS, PAGE_OPERATIONS

ANSWERING_JSON = [
    one
    for one in (*OPERATIONS, *PAGE_OPERATIONS)
    if one.content_type == "application/json" and one.name != "openapi"
]


@pytest.mark.parametrize("operation", ANSWERING_JSON, ids=lambda one: one.name)
def test_every_json_answer_has_an_example(operation: Operation) -> None:
    """Each operation shows what it answers, of the type that it says."""
    examples = answer_examples(operation)

    assert examples
    for one in examples.values():
        msgspec.convert(one["value"], operation.response)


def test_requests_can_be_coded() -> None:
    """The examples of requests are coding calls as the service reads them."""
    for one in request_examples().values():
        msgspec.convert(one["value"], wire.CodeRequest)


def test_each_request_is_shown_once() -> None:
    """The guide sends one request twice; the document shows it once, and both answers."""
    bodies = [json.dumps(one["value"]) for one in request_examples().values()]

    assert ["oneField", "allFields", "batch"] == list(request_examples())
    assert len(set(bodies)) == len(bodies)
    code = next(one for one in OPERATIONS if one.name == "code")
    assert {"oneField", "allFields", "unsuccessful", "batch"} == answer_examples(
        code
    ).keys()


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.message[:30])
def test_b15_errors_are_in_the_envelope(kind: Kind) -> None:
    """The example of an error is the one body of every failure, with its code."""
    error = msgspec.convert(error_example(kind)["value"], wire.Error)

    assert {(REQUEST_ID, kind.code)} == {(one.id, one.code) for one in error.errors}


def test_r48_lengths_are_told_line_by_line() -> None:
    """The example of texts that are too short or too long has a line for each."""
    message = error_example(TEXT_LENGTH)["value"]["message"]

    assert [
        "There are record(s) outside the min or max char limit:",
        "Record with index 0 has a total text length under 3 min",
        "Record with index 2 has a total text length over 100 max",
    ] == message.split("\n")


def test_b17_too_many_records_have_both_names() -> None:
    """The example of too many records has both names that the guide has for it."""
    body = error_example(TOO_MANY_RECORDS)["value"]

    assert "Batch records exceeds length limit of 300" == body["message"]
    assert "Invalid request body" == body["errors"][0]["title"]


def test_b15_denial_has_both_spellings() -> None:
    """The example of a denial has its message in both cases."""
    body = error_example(NOT_AUTHORIZED)["value"]

    assert body["message"] == body["Message"]


def test_r29_no_models_names_the_topic() -> None:
    """The example of a topic without models names one, not the place for it."""
    assert "No models found for topic osca" == error_example(NO_MODELS)["value"]["message"]


def test_names_of_errors_differ() -> None:
    """Each kind of error has its name, those that share a code too."""
    names = [example_name(kind) for kind in KINDS]

    assert len(set(names)) == len(names)
    assert all(name.isalnum() for name in names)


@pytest.mark.parametrize("status", [400, 429])
def test_b6_token_errors(status: int) -> None:
    """The examples of the token endpoint are errors of RFC 6749 under their own names."""
    examples = token_error_examples(status)

    assert examples
    for name, one in examples.items():
        assert name == msgspec.convert(one["value"], wire.TokenError).error
