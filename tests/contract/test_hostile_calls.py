"""Tricks with paths, headers and lengths lead nowhere (R14, R116, B16, B63).

The calls go as bytes to the command as it runs, since a client library would mend them.
"""

import json
from collections.abc import Callable, Iterator, Sequence

import pytest
from canary_calls import filled
from running_service import basic
from served_process import ServedProcess, call

from occoder.service.operation import Operation
from occoder.service.routes import OPERATIONS
from occoder.settings.tier import Tier

BODY = b'{"record": {"occp_text": "welder"}}'
GUARDED = [one for one in OPERATIONS if one.needs_token]

# Other ways to write a path, some of which lead to the same place.
PATHS: dict[str, Callable[[str], str]] = {
    "plain": lambda path: path,
    "version": lambda path: f"/v1{path}",
    "version twice": lambda path: f"/v1/v1{path}",
    "doubled slashes": lambda path: path.replace("/", "//"),
    "closing slash": lambda path: f"{path}/",
    "encoded slash": lambda path: "/" + path[1:].replace("/", "%2F"),
    "encoded version": lambda path: f"/v1%2F{path[1:]}",
    "encoded letters": lambda path: path.replace("o", "%6F"),
    "encoded twice": lambda path: path.replace("o", "%256F"),
    "dots": lambda path: f"/health/..{path}",
    "encoded dots": lambda path: f"/health/%2e%2e{path}",
    "backslash": lambda path: f"/health\\..{path}",
    "parameters": lambda path: f"{path};jsessionid=1",
    "null": lambda path: f"{path}%00",
    "null before an open path": lambda path: f"{path}%00/health/live",
    "query": lambda path: f"{path}?/health/live",
    "fragment": lambda path: f"{path}#/health/live",
    "other host": lambda path: f"http://example.invalid{path}",
    "capitals": lambda path: path.upper(),
}
HEADERS: dict[str, Sequence[tuple[str, str]]] = {
    "none": [],
    "other address": [
        ("X-Original-Url", "/health/live"),
        ("X-Rewrite-Url", "/health/live"),
    ],
    "other method": [("X-Http-Method-Override", "GET")],
    "trusted place": [("X-Forwarded-For", "127.0.0.1"), ("X-Real-Ip", "127.0.0.1")],
    "trusted host": [("X-Forwarded-Host", "localhost"), ("Forwarded", "for=127.0.0.1")],
    "internal": [("X-Client-Id", "admin"), ("X-Authenticated", "true")],
    "scheme alone": [("Authorization", "Bearer")],
    "null": [("Authorization", "null")],
    "two schemes": [("Authorization", "Bearer Bearer")],
    "basic": [("Authorization", basic("client", "secret"))],
}
METHODS = ["HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY"]

LINE = b"POST /v1/topics/osca/code HTTP/1.1\r\nHost: localhost\r\n"
NEXT = b"GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
CHUNKS = b"23\r\n%b\r\n0\r\n\r\n" % BODY

# What a proxy may read in one way and a server in another, with the statuses that come.
LENGTHS: dict[str, tuple[bytes, list[int]]] = {
    "length and chunks": (
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
        [400],
    ),
    "two lengths": (b"Content-Length: 35\r\nContent-Length: 3\r\n\r\n" + BODY, [400]),
    "list of lengths": (b"Content-Length: 35, 35\r\n\r\n" + BODY, [400]),
    "length with a sign": (b"Content-Length: +35\r\n\r\n" + BODY, [400]),
    "length beyond all": (b"Content-Length: 99999999999999999999\r\n\r\n", [400]),
    "unknown coding": (b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNKS, [400]),
    "chunks not last": (b"Transfer-Encoding: chunked, identity\r\n\r\n" + CHUNKS, [400]),
    "space before a colon": (b"Transfer-Encoding : chunked\r\n\r\n" + CHUNKS, [400]),
    "folded line": (b"Transfer-Encoding:\r\n chunked\r\n\r\n" + CHUNKS, [400]),
    "line end alone": (b"X: y\nContent-Length: 35\r\n\r\n" + BODY, [400]),
    "null in a header": (b"X: y\x00\r\nContent-Length: 35\r\n\r\n" + BODY, [400]),
    "chunk with a sign": (b"Transfer-Encoding: chunked\r\n\r\n-1\r\n", [400]),
    "token after the body": (
        b"Transfer-Encoding: chunked\r\n\r\n"
        + CHUNKS[:-2]
        + b"Authorization: TOKEN\r\n\r\n",
        [403],
    ),
    "call in a body": (b"Content-Length: %d\r\n\r\n" % len(NEXT) + NEXT, [403]),
    "length of the next": (b"Content-Length: 35\r\n\r\n" + BODY, [403]),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedProcess]:
    """Return a service."""
    with ServedProcess(tmp_path_factory.mktemp("hostile")) as running:
        yield running


@pytest.fixture(scope="module")
def token(served: ServedProcess) -> str:
    """Return a token that is good."""
    header = ("Authorization", basic(*served.add_client(tier=Tier.PARTNER)))
    answer = served.send(
        call("POST", "/oauth2/token", [header], b"grant_type=client_credentials")
    )
    found: str = json.loads(answer.partition(b"\r\n\r\n")[2])["access_token"]
    return found


def with_token(kind: str, token: str) -> tuple[bytes, list[int]]:
    """Return what follows the first lines of a call, and the statuses that it gets."""
    rest, expected = LENGTHS[kind]
    return rest.replace(b"TOKEN", token.encode()), expected


def statuses(answers: bytes) -> list[int]:
    """Return the status of each answer of a connection."""
    return [int(one[:3]) for one in answers.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize("operation", GUARDED, ids=lambda one: one.name)
@pytest.mark.parametrize("way", PATHS)
def test_b16_no_path_leads_around_the_token(
    served: ServedProcess, operation: Operation, way: str
) -> None:
    """However its path is written, a guarded operation does nothing without a token."""
    target = PATHS[way](filled(operation))
    answer = served.send(call(operation.method, target, body=BODY))

    assert statuses(answer)[0] in {400, 403, 404, 405}
    assert 1 == len(statuses(answer))


@pytest.mark.parametrize("operation", GUARDED, ids=lambda one: one.name)
@pytest.mark.parametrize("kind", HEADERS)
def test_b16_no_header_leads_around_the_token(
    served: ServedProcess, operation: Operation, kind: str
) -> None:
    """Whatever its headers say, a guarded operation does nothing without a token."""
    answer = served.send(
        call(operation.method, filled(operation), HEADERS[kind], body=BODY)
    )

    assert [403] == statuses(answer)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
@pytest.mark.parametrize("method", METHODS)
def test_b63_no_other_method_does_anything(
    served: ServedProcess, operation: Operation, method: str
) -> None:
    """A method that an operation has not is refused, with a token or without."""
    has_head = method == "HEAD" and operation.method == "GET"
    is_refused = operation.needs_token or operation.takes_link
    has_allow = not (has_head or operation.takes_link)
    expected = 405 if has_allow else 403 if is_refused else 200

    assert [expected] == statuses(served.send(call(method, filled(operation))))


@pytest.mark.parametrize("kind", LENGTHS)
def test_lengths_are_said_once(served: ServedProcess, token: str, kind: str) -> None:
    """Where a call ends is never in doubt, and nothing in a body is taken for a call."""
    rest, expected = with_token(kind, token)
    answer = served.send(LINE + b"Connection: close\r\n" + rest)

    assert expected == statuses(answer)


@pytest.mark.parametrize("kind", LENGTHS)
def test_nothing_follows_a_doubtful_length(
    served: ServedProcess, token: str, kind: str
) -> None:
    """After a call whose length is in doubt, the connection answers no other."""
    rest, expected = with_token(kind, token)
    answer = served.send(LINE + rest + NEXT)

    assert (expected if expected == [400] else [*expected, 200]) == statuses(answer)


def test_first_of_two_tokens_counts(served: ServedProcess, token: str) -> None:
    """Of two headers of the same name the first counts, as in every other call."""
    headers = [("Authorization", "nonsense"), ("Authorization", token)]

    assert [403] == statuses(served.send(call("GET", "/v1/topics", headers)))
    assert [200] == statuses(served.send(call("GET", "/v1/topics", headers[::-1])))


def test_good_calls_pass(served: ServedProcess, token: str) -> None:
    """The same calls with a good token and nothing odd are answered: the tricks are it."""
    header = ("Authorization", token)
    for operation in GUARDED:
        answer = served.send(call(operation.method, filled(operation), [header], BODY))
        expected = 404 if "{operation_id}" in operation.path else 200  # there is none
        assert [expected] == statuses(answer), operation.name
    chunked = LINE + b"Authorization: %b\r\n" % token.encode()
    chunked += b"Transfer-Encoding: chunked\r\n\r\n" + CHUNKS + NEXT
    assert [200, 200] == statuses(served.send(chunked))
