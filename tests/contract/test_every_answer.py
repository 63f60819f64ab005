"""What holds for every answer: one shape of errors, headers."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running_service import RunningService
from toy_served import toy_model_folder

from occoder.service import problems
from occoder.service.routes import OPERATIONS

CODE = "/v1/topics/osca/code"


def is_one_shape(answer: httpx.Response) -> bool:
    """Tell whether an answer is an error in the one envelope (B15)."""
    body = answer.json()
    errors = body["errors"]
    return (
        answer.headers["content-type"] == "application/json"
        and bool(answer.headers["x-amzn-errortype"])
        and isinstance(body["message"], str)
        and set(body) <= {"message", "Message", "errors"}
        and bool(errors)
        and all(one["id"] == answer.headers["request-id"] for one in errors)
        and all(one["code"] and one["detail"] for one in errors)
    )


@pytest.mark.parametrize(
    "path", ["/nothing", "/v1/nothing", "/v1/topics/osca/code/x", "/v2"]
)
def test_b63_unknown_route(service: RunningService, path: str) -> None:
    """An unknown route is a 404 in the one shape."""
    answer = service.get(path)

    assert 404 == answer.status_code
    assert "Not Found" == answer.json()["message"]
    assert is_one_shape(answer)


@pytest.mark.parametrize(
    "operation",
    [one for one in OPERATIONS if not one.takes_link],
    ids=lambda one: one.name,
)
def test_b63_wrong_method(service: RunningService, operation: Any) -> None:
    """A method that a route has not is a 405 that names those it has."""
    path = operation.path.format(topic="osca", model="latest", operation_id="1")

    answer = service.http.request("DELETE", path)

    assert 405 == answer.status_code
    assert operation.method in answer.headers["allow"]
    assert is_one_shape(answer)


def test_b70_body_over_a_mebibyte(service: RunningService) -> None:
    """A body of more than 1 MiB is refused, announced or not."""
    body = b'{"record": "' + b"x" * 1024 * 1024 + b'"}'
    announced = service.post(CODE, body)
    chunked = service.http.post(
        CODE, content=iter([body]), headers={"Authorization": service.partner_token}
    )

    for answer in (announced, chunked):
        assert 413 == answer.status_code
        assert "Request Too Long" == answer.json()["message"]
        assert is_one_shape(answer)


def test_r6_b42_query_changes_nothing(service: RunningService) -> None:
    """A query string is passed by."""
    body = {"record": {"occp_text": "nurse"}}

    plain = service.post(CODE, body).json()
    queried = service.post(f"{CODE}?numberOfSuggestions=1&x=%00", body).json()

    assert plain == queried


def test_b42_strict_queries(tmp_path: Path) -> None:
    """With strict queries a query string is refused."""
    model = toy_model_folder(tmp_path)
    with RunningService(
        tmp_path / "home", [model], {"OCCODER_STRICT_QUERIES": "true"}
    ) as strict:
        answer = strict.get("/v1/topics?x=1")

    assert 400 == answer.status_code
    assert is_one_shape(answer)


@settings(max_examples=150)
@given(body=st.binary(max_size=200))
def test_any_bytes_give_4xx(service: RunningService, body: bytes) -> None:
    """Any bytes as a body give a 4xx in the one shape."""
    answer = service.post(CODE, body)

    assert 400 <= answer.status_code < 500
    assert is_one_shape(answer)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["record", "records", "occp_text", "recordId", "explain", "x"])
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=250)
@given(value=JSON_VALUES)
def test_any_json_is_answered(service: RunningService, value: Any) -> None:
    """Any JSON is coded or refused in the one shape, never a failure of the service."""
    answer = service.post(CODE, json.dumps(value).encode())

    assert answer.status_code == 200 or (
        400 <= answer.status_code < 500 and is_one_shape(answer)
    )


@settings(max_examples=100)
@given(
    title=st.text(
        st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=60
    ),
    record_id=st.text(max_size=20),
)
def test_any_text_comes_back(service: RunningService, title: str, record_id: str) -> None:
    """Any printable text and any record id are given back as they were sent."""
    record = {"recordId": record_id, "occp_text": title, "tasks_text": "and so on"}

    coded = service.code({"records": [record]}).json()[0]

    assert record == {"recordId": coded["recordId"], **coded["input"]}


def test_b67_no_server_is_named(service: RunningService) -> None:
    """No answer tells what software gives it, nor claims to be another."""
    assert "server" not in service.get("/v1/topics").headers


def test_security_headers(service: RunningService) -> None:
    """Every answer carries the headers that browsers and assessors look for."""
    for answer in (
        service.get("/v1/topics"),
        service.get("/nothing"),
        service.get("/health/live"),
    ):
        assert "no-store" == answer.headers["cache-control"]
        assert "nosniff" == answer.headers["x-content-type-options"]
        assert "DENY" == answer.headers["x-frame-options"]
        assert "no-referrer" == answer.headers["referrer-policy"]
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["request-id"])


def test_protective_marking(tmp_path: Path) -> None:
    """A protective marking is sent where it is set."""
    marking = "VER=2018.1, NS=gov.au, SEC=OFFICIAL"
    environ = {"OCCODER_PROTECTIVE_MARKING": marking}
    with RunningService(tmp_path / "home", [toy_model_folder(tmp_path)], environ) as marked:
        answer = marked.get("/v1/topics")

    assert marking == answer.headers["x-protective-marking"]


def test_every_kind_has_its_own_code() -> None:
    """Rows of the table of problems differ, but for the one that the guide names twice."""
    codes = [kind.code for kind in problems.KINDS]

    assert {"InvalidRequestBody"} == {code for code in codes if codes.count(code) > 1}


def test_b63_unexpected_error_tells_nothing(
    service: RunningService, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that nobody foresaw is a 500 in the one shape, without what it says."""

    def fail(*_: object) -> None:
        raise RuntimeError("canary-7391")

    monkeypatch.setattr(service.parts.models, "topics", fail)
    answer = service.get("/v1/topics")

    assert 500 == answer.status_code
    assert "Error performing request" == answer.json()["message"]
    assert is_one_shape(answer)
    assert "canary-7391" not in answer.text


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[RunningService]:
    """Return a service that waits a second for a body."""
    environ = {"OCCODER_BODY_TIMEOUT_S": "1"}
    with RunningService(
        tmp_path / "home", [toy_model_folder(tmp_path)], environ
    ) as running:
        yield running


def sent(service: RunningService, body: bytes, announced: int) -> socket.socket:
    """Return a connection on which a part of a coding call was sent."""
    host, port = service.address.removeprefix("http://").split(":")
    connection = socket.create_connection((host, int(port)), timeout=60)
    head = (
        f"POST /v1/topics/toy/code HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: {service.partner_token}\r\nContent-Length: {announced}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)
    return connection


def test_slow_body_is_given_up(hasty: RunningService) -> None:
    """A body that does not arrive in time is a 408 in the one shape."""
    with sent(hasty, b'{"record"', 100) as connection:
        answer = b"".join(iter(lambda: connection.recv(65536), b""))

    head, _, body = answer.partition(b"\r\n\r\n")
    assert b" 408 " in head.splitlines()[0]
    assert "Request Timeout" == json.loads(body)["message"]


def test_cut_off_call_harms_nobody(hasty: RunningService) -> None:
    """A connection that ends within a body leaves the service as it was."""
    for _ in range(20):
        sent(hasty, b'{"record"', 100).close()

    assert 200 == hasty.get("/v1/topics").status_code
