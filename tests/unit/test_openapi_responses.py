"""Every answer that an operation can give is described, with its headers and examples."""

from pathlib import Path
from typing import Any

import pytest

from occoder.service.openapi.openapi_headers import HEADERS
from occoder.service.openapi.openapi_responses import (
    ALWAYS,
    BEFORE,
    problems,
    responses,
    shared_responses,
)
from occoder.service.operation import Operation
from occoder.service.problems import (
    KINDS,
    NOT_AUTHORIZED,
    QUERY_REFUSED,
    THROTTLED,
    Kind,
)
from occoder.service.routes import OPERATIONS, PAGE_OPERATIONS
from occoder.settings.settings import Settings

SETTINGS = Settings(home=Path("data"))
STRICT = Settings(home=Path("data"), strict_queries=True)
ALL = (*OPERATIONS, *PAGE_OPERATIONS)
BY_NAME = {one.name: one for one in ALL}
SHARED = shared_responses(ALL, SETTINGS)
JSON = "application/json"


def told(operation: Operation) -> dict[str, Any]:
    """Return the responses of an operation, with those in common in their places."""
    found = responses(operation, {"type": "object"}, SETTINGS)
    return {
        status: SHARED[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        for status, one in found.items()
    }


def messages(response: dict[str, Any]) -> set[str]:
    """Return the first line of the message of each example of an error."""
    examples = response["content"].get(JSON, {}).get("examples", {}).values()
    return {
        one["value"]["message"].split("\n")[0]
        for one in examples
        if "message" in one["value"]
    }


def message_of(kind: Kind) -> str:
    """Return the message of a kind of error as an example shows it."""
    unknown = "00000000-0000-0000-0000-000000000000"
    return kind.message.format(topic="osca", operation_id=unknown)


@pytest.mark.parametrize("operation", ALL, ids=lambda one: one.name)
def test_a7_every_problem_with_its_message(operation: Operation) -> None:
    """Each problem of an operation is an example of its status, with its exact message."""
    found = told(operation)
    kinds = [*operation.problems, *(BEFORE if operation.takes_link else ALWAYS)]
    kinds += [NOT_AUTHORIZED, THROTTLED] if operation.needs_token else []

    for kind in kinds:
        assert message_of(kind) in messages(found[str(kind.status)])


@pytest.mark.parametrize("operation", ALL, ids=lambda one: one.name)
def test_every_answer_names_the_call(operation: Operation) -> None:
    """Every answer has a Request-Id, and only headers that are described."""
    for response in told(operation).values():
        assert "Request-Id" in response["headers"]
        assert response["headers"].keys() <= HEADERS.keys()


def test_no_token_no_denial() -> None:
    """Where neither token nor link is needed, nobody is denied access."""
    open_ones = [one for one in ALL if not one.needs_token and not one.takes_link]

    assert open_ones
    assert set() == {one.name for one in open_ones if "403" in told(one)}


def test_b18_throttled_with_retry_after() -> None:
    """Calls that are counted may be refused, and told when to come again."""
    counted = [one.name for one in ALL if "429" in told(one)]

    assert {"token", "pageCode", *(one.name for one in ALL if one.needs_token)} == set(
        counted
    )
    for name in counted:
        assert "Retry-After" in told(BY_NAME[name])["429"]["headers"]


def test_b19_rate_headers_where_calls_are_counted() -> None:
    """Answers to coding calls tell what is left of the limits."""
    for name in ("code", "codeWithModel", "pageCode"):
        for status in ("200", "429"):
            assert "X-Rate-Limit-Remaining" in told(BY_NAME[name])[status]["headers"]


def test_coding_names_its_model() -> None:
    """Answers to coding calls name the model."""
    assert {"Model-Id", "Model-Version"} <= told(BY_NAME["code"])["200"]["headers"].keys()
    assert "Model-Id" not in told(BY_NAME["topics"])["200"]["headers"]


def test_b63_wrong_method_tells_the_right_ones() -> None:
    """The answer to a wrong method has the header Allow."""
    assert "Allow" in told(BY_NAME["topics"])["405"]["headers"]


def test_b6_token_errors_are_of_rfc_6749() -> None:
    """The token endpoint says why there is no token in the form of RFC 6749."""
    refused = told(BY_NAME["token"])["400"]
    examples = refused["content"][JSON]["examples"]

    assert {
        "invalid_client",
        "invalid_request",
        "unsupported_grant_type",
    } <= examples.keys()
    assert "invalid_client" == examples["invalid_client"]["value"]["error"]
    assert "WWW-Authenticate" in refused["headers"]
    assert HEADERS["WWW-Authenticate"]["required"] is False


def test_not_ready_is_an_answer() -> None:
    """Not being ready is an answer of its own, not an error."""
    found = told(BY_NAME["ready"])["503"]

    assert "not ready" == found["content"][JSON]["example"]["status"]


def test_b55_security_txt_in_both_forms() -> None:
    """The guide's place of security.txt gives HTML, and text to those who ask for it."""
    types = told(BY_NAME["securityTxt"])["200"]["content"].keys()

    assert {"text/html", "text/plain; charset=utf-8"} == types


def test_b42_strict_queries_are_told() -> None:
    """That a query string is refused is told where it is so."""
    assert QUERY_REFUSED not in problems(BY_NAME["topics"], SETTINGS)[400]
    assert QUERY_REFUSED in problems(BY_NAME["topics"], STRICT)[400]


def test_statuses_ascend() -> None:
    """The answers of an operation are in the order of their statuses."""
    statuses = list(told(BY_NAME["code"]))

    assert sorted(statuses) == statuses
    assert "200" == statuses[0]


def test_kinds_have_names_of_their_own() -> None:
    """No two kinds of errors share a response."""
    alone = {
        kinds[0]
        for one in ALL
        if not one.takes_link
        for kinds in problems(one, SETTINGS).values()
        if len(kinds) == 1
    }

    assert len(alone) == len(SHARED)
    assert alone <= set(KINDS)
