"""Calls that carry a canary in every place that a caller can write to."""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from canaries import Canaries
from running_service import basic
from served_process import call

from occoder.service.operation import Operation

# Headers that servers, proxies and tracing tools like to write down.
HEADERS: Final = (
    *("User-Agent", "Referer", "Cookie", "Accept", "Accept-Language", "Content-Type"),
    *("Content-Encoding", "Origin", "From", "X-Forwarded-For", "X-Forwarded-Host"),
    *("X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via", "Request-Id", "X-Request-Id"),
    *("Traceparent", "Baggage", "X-Amz-Date", "If-None-Match", "Range", "X-Http-Method"),
    *("X-Original-Url", "Proxy-Authorization", "Access-Control-Request-Method"),
)
_FORM: Final = ("Content-Type", "application/x-www-form-urlencoded")


@dataclass(frozen=True, slots=True)
class Sent:
    """A call as bytes, with its name for the message of a test."""

    name: str
    content: bytes


class CanaryCalls:
    """Makes the calls.

    Parameters
    ----------
    canaries : Canaries
        Where the words come from.
    token : str
        One that is good.
    """

    def __init__(self, canaries: Canaries, token: str) -> None:
        self._canaries = canaries
        self._token = token

    def to(self, operation: Operation) -> Iterator[Sent]:
        """Yield the calls to one operation."""
        for prefix in ("", "/v1"):
            yield self._in_path(operation, prefix, "osca")
            yield self._in_path(operation, prefix, self._word(f"{operation.name}: topic"))
            yield self._in_query(operation, prefix)
        yield self._in_headers(operation)
        for name, header in self._credentials(operation):
            yield Sent(name, call(operation.method, filled(operation), [header]))
        if operation.method == "POST":
            yield from self._in_body(operation)

    def astray(self) -> Iterator[Sent]:
        """Yield calls that lead to no operation, or are no calls at all."""
        for place, pattern in _ASTRAY.items():
            word = self._word(place)
            content = pattern.replace("CANARY", word).replace("LONG", word * 2000)
            yield Sent(place, content.replace("\n", "\r\n").encode("latin-1"))

    def _in_path(self, operation: Operation, prefix: str, topic: str) -> Sent:
        place = f"{operation.name}: path"
        word = self._word(place)
        path = operation.path.format(topic=topic, model=word, operation_id=word)
        if path == operation.path:
            path = f"{path.rstrip('/')}/{self._word(place)}"
        # Where the body is looked at before the path, it must be right.
        body = json.dumps(_record()).encode()
        content = call(operation.method, prefix + path, self._authorization, body)
        return Sent(place, content)

    def _in_query(self, operation: Operation, prefix: str) -> Sent:
        place = f"{operation.name}: query"
        query = f"?{self._word(place)}={self._word(place)}"
        target = f"{prefix}{filled(operation)}{query}"
        return Sent(place, call(operation.method, target, self._authorization))

    def _in_headers(self, operation: Operation) -> Sent:
        headers = [(name, self._word(f"{operation.name}: {name}")) for name in HEADERS]
        place = f"{operation.name}: name of a header"
        headers.append((self._word(place), self._word(place)))
        target = filled(operation)
        return Sent(place, call(operation.method, target, [*self._authorization, *headers]))

    def _credentials(self, operation: Operation) -> Iterator[tuple[str, tuple[str, str]]]:
        for name in ("Authorization", "Authorisation"):
            for kind in ("raw", "bearer", "basic id", "basic secret", "kid", "claims"):
                place = f"{operation.name}: {name} {kind}"
                yield place, (name, _credential(kind, self._word(place), self._token))

    def _in_body(self, operation: Operation) -> Iterator[Sent]:
        for kind, pattern in _BODIES.items():
            place = f"{operation.name}: body {kind}"
            body = pattern.replace("CANARY", self._word(place)).encode(
                "utf-8", "surrogatepass"
            )
            headers = self._authorization
            if operation.name == "token":
                headers = [("Authorization", basic(self._word(place), self._word(place)))]
            yield Sent(place, call("POST", filled(operation), [*headers, _FORM], body))

    @property
    def _authorization(self) -> list[tuple[str, str]]:
        return [("Authorization", self._token)]

    def _word(self, place: str) -> str:
        return self._canaries.word(place)


def filled(operation: Operation) -> str:
    """Return a path of an operation that leads to an answer."""
    known = {"topic": "osca", "model": "latest", "operation_id": "1"}
    return operation.path.format(**known)


def _credential(kind: str, word: str, token: str) -> str:
    header, claims, signature = token.split(".")
    false_header = _part({"alg": "ES256", "kid": word, "typ": "JWT"})
    false_claims = _part({"sub": word, "tier": word, "iat": 0, "exp": 9e9})
    match kind:
        case "raw":
            return word
        case "bearer":
            return f"Bearer {word}"
        case "basic id":
            return basic(word, "secret")
        case "basic secret":
            return basic("client", word)
        case "kid":
            return f"{false_header}.{claims}.{signature}"
    return f"{header}.{false_claims}.{signature}"


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _record(**fields: Any) -> dict[str, Any]:
    return {"record": {"occp_text": "welder", **fields}}


def _bodies(values: Sequence[tuple[str, Any]]) -> dict[str, str]:
    return {kind: one if isinstance(one, str) else json.dumps(one) for kind, one in values}


_GRANT: Final = "grant_type=client_credentials"
_OPTIONS: Final = {"explain": True, "levels": True, "numberOfSuggestions": 5}

_BODIES: Final = _bodies(
    [
        ("title", _record(occp_text="welder CANARY") | _OPTIONS),
        ("tasks", _record(tasks_text="welds CANARY") | _OPTIONS),
        ("recordId", _record(recordId="CANARY")),
        ("no occupation", _record(occp_text="CANARY")),
        ("batch", {"records": [{"recordId": "CANARY", "occp_text": "CANARY"}] * 3}),
        ("unknown field", _record() | {"CANARY": "CANARY"}),
        ("unknown field of a record", _record(CANARY="CANARY")),
        ("unknown field of a batch", {"records": [{"CANARY": "CANARY"}]}),
        ("text that is a number", _record(CANARY=1, occp_text=7, tasks_text="CANARY")),
        ("no array", {"records": {"occp_text": "CANARY"}}),
        ("no object", '"CANARY"'),
        ("array", '["CANARY"]'),
        ("records that are texts", {"records": ["CANARY"]}),
        ("no JSON", "CANARY"),
        ("cut off", '{"record": {"occp_text": "CANARY'),
        ("comma too many", '{"record": {"occp_text": "CANARY",},}'),
        ("control character", '{"record": {"occp_text": "CANARY\n"}}'),
        ("escaped control character", _record(occp_text="CANARY\x00\x1b[31m")),
        ("lone surrogate", _record(occp_text="CANARY \ud800", recordId="CANARY \ud800")),
        ("broken UTF-8", '{"record": {"occp_text": "CANARY \ud800"}}'),
        ("no ASCII", _record(occp_text="CANARY é", recordId="CANARY é")),
        ("too long", _record(occp_text="CANARY " * 20)),
        ("too long in a batch", {"records": [{"occp_text": "CANARY " * 20}]}),
        ("too long recordId", _record(recordId="CANARY" * 60)),
        ("recordId that is an object", _record(recordId={"CANARY": "CANARY"})),
        ("suggestions that are a text", _record() | {"numberOfSuggestions": "CANARY"}),
        ("explain that is a text", _record() | {"explain": "CANARY"}),
        ("301 records", {"records": [{"occp_text": "CANARY"}] * 301}),
        ("no records", {"records": []}),
        ("no records and more", {"records": [], "CANARY": 1}),
        ("record and records", _record(occp_text="CANARY") | {"records": []}),
        ("depth", "[" * 5000 + '"CANARY"' + "]" * 5000),
        ("bytes over the limit", '{"CANARY": "' + "CANARY" * 60_000 + '"}'),
        ("grant", "grant_type=CANARY"),
        ("grant with another field", f"{_GRANT}&CANARY=CANARY"),
        ("posted id", "grant_type=client_credentials&client_id=CANARY&client_secret=x"),
        ("posted secret", "grant_type=client_credentials&client_id=x&client_secret=CANARY"),
        (
            "grant in JSON",
            '{"grant_type": "client_credentials", "client_secret": "CANARY"}',
        ),
        ("grant of the guide", '{ grant_type: "client_credentials", client_id: CANARY }'),
        ("grant in a multipart form", "--CANARY\nContent-Disposition: form-data\n\nCANARY"),
    ]
)

_HOST: Final = "Host: localhost\nConnection: close\n"

# No call, or none that this service has; line ends are written as \n here.
_ASTRAY: Final = {
    "unknown route": f"GET /CANARY HTTP/1.1\n{_HOST}\n",
    "encoded path": f"GET /v1/%2e%2e/%43ANARY/CANARY%00%ff HTTP/1.1\n{_HOST}\n",
    "wrong method": f"DELETE /v1/topics?CANARY HTTP/1.1\n{_HOST}X-Canary: CANARY\n\n",
    "unknown method": f"CANARY / HTTP/1.1\n{_HOST}\n",
    "no version": "GET /CANARY\n\n",
    "other version": f"GET /CANARY HTTP/9.9\n{_HOST}\n",
    "HTTP/2": "PRI * HTTP/2.0\n\nSM\n\nCANARY\n\n",
    "absolute target": f"GET http://CANARY/CANARY HTTP/1.1\n{_HOST}\n",
    "connect": f"CONNECT CANARY:443 HTTP/1.1\n{_HOST}\n",
    "host": "GET /v1/topics HTTP/1.1\nHost: CANARY\nConnection: close\n\n",
    "two hosts": f"GET / HTTP/1.1\n{_HOST}Host: CANARY\n\n",
    "header without colon": f"GET / HTTP/1.1\n{_HOST}CANARY\n\n",
    "header with space": f"GET / HTTP/1.1\n{_HOST}CANARY CANARY: CANARY\n\n",
    "header with control character": f"GET / HTTP/1.1\n{_HOST}X-A: CANARY\x00\n\n",
    "header beyond ASCII": f"GET /v1/topics HTTP/1.1\n{_HOST}Authorization: CANARY\xe9\n\n",
    "folded header": f"GET / HTTP/1.1\n{_HOST}X-A: CANARY\n CANARY\n\n",
    "long header": f"GET / HTTP/1.1\n{_HOST}X-A: LONG\n\n",
    "long address": f"GET /LONG HTTP/1.1\n{_HOST}\n",
    "unknown encoding": f"POST / HTTP/1.1\n{_HOST}Transfer-Encoding: CANARY\n\nCANARY",
    "both lengths": f"POST / HTTP/1.1\n{_HOST}Content-Length: 3\nTransfer-Encoding: chunked"
    "\n\n0\n\nGET /CANARY HTTP/1.1\n\n",
    "length that is none": f"POST / HTTP/1.1\n{_HOST}Content-Length: CANARY\n\nCANARY",
    "broken chunk": f"POST /oauth2/token HTTP/1.1\n{_HOST}Transfer-Encoding: chunked\n\n"
    "CANARY\nCANARY\n0\n\n",
    "trailer": f"POST /oauth2/token HTTP/1.1\n{_HOST}Transfer-Encoding: chunked\n\n"
    "6\nCANARY\n0\nX-Canary: CANARY\n\n",
    "slow body": f"POST /oauth2/token HTTP/1.1\n{_HOST}Content-Length: 1000\n\nCANARY",
    "expectation": f"POST /oauth2/token HTTP/1.1\n{_HOST}Expect: CANARY\n"
    "Content-Length: 6\n\nCANARY",
    "websocket": "GET /v1/topics/CANARY HTTP/1.1\nHost: localhost\nUpgrade: websocket\n"
    "Connection: Upgrade, close\nSec-WebSocket-Key: CANARY\nSec-WebSocket-Version: 13\n\n",
    "other upgrade": "GET /v1/topics HTTP/1.1\nHost: localhost\nUpgrade: CANARY\n"
    "Connection: Upgrade, close\n\n",
    "noise": "CANARY\x00\x01\xff\n\n",
    "two calls at once": f"GET /CANARY HTTP/1.1\nHost: localhost\n\nGET /CANARY HTTP/1.1\n"
    f"{_HOST}\n",
}
