"""The page on the HTTP API shows all that the OpenAPI document has."""

import re

import pytest
from openapi_page import http_api_page

from occoder.service.openapi.openapi import public_path
from occoder.service.openapi.openapi_responses import HEADERS
from occoder.service.operation import Operation
from occoder.service.problems import KINDS, QUERY_REFUSED, Kind
from occoder.service.routes import OPERATIONS

PAGE = http_api_page()


def anchor(heading: str) -> str:
    """Return the anchor of a heading, as readers of Markdown make it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_every_operation_has_a_section(operation: Operation) -> None:
    """Each operation has a section that opens with its summary."""
    heading = f"### {operation.method} {public_path(operation)}"

    assert f"{heading}\n\n{operation.summary}\n" in PAGE


def test_links_within_the_page_resolve() -> None:
    """Each link into the page finds its heading, and each heading is the only one."""
    anchors = [anchor(one) for one in re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)]
    links = re.findall(r"\]\(#([^)]*)\)", PAGE)

    assert links
    assert set() == set(links) - set(anchors)
    assert len(set(anchors)) == len(anchors)


@pytest.mark.parametrize(
    "kind",
    [kind for kind in KINDS if kind is not QUERY_REFUSED],
    ids=lambda one: one.message[:30],
)
def test_a7_every_message_is_shown(kind: Kind) -> None:
    """Each error stands in a table with status, exact message and code."""
    shown = {"topic": "osca", "operation_id": "00000000-0000-0000-0000-000000000000"}
    message = re.escape(kind.message.format(**shown))

    assert re.search(rf"^\| {kind.status} \| `{message}`.*\| `{kind.code}` \|$", PAGE, re.M)


def test_every_header_is_explained() -> None:
    """Each header of answers is in the table of headers."""
    assert [] == [name for name in HEADERS if f"| `{name}` |" not in PAGE]


def test_errors_of_every_call_stand_once() -> None:
    """What can go wrong with every call is not told again with each."""
    assert 1 == PAGE.count("| `WrongMethod` |")
    assert 1 == PAGE.count("| `Unexpected` |")
