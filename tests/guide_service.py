"""A service as the user guide describes it, and no more: none of our code, no extension.

It stands in for the service of the ABS, which no test can call.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

TOKEN = "eyJ.example-token.sig_"
CREDENTIALS = "Basic Y2xpZW50MTpzZWNyZXQxMjM="
DENIED = "User is not authorized to access this resource with an explicit deny"
MODELS = {
    "osca": "00000000-0000-0000-0000-000000000001",
    "anzsco": "00000000-0000-0000-0000-000000000002",
}
CREATED = {
    "requestUploadUrl": "https://domain/endpoint?queries",
    "operationId": "00000000-0000-0000-0000-000000000003",
    "bucketKmsKeyArn": "xyz",
}
TEXTS = ("occp_text", "tasks_text")


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        """Return the seconds that have passed."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += seconds


@dataclass
class GuideService:
    """Answers requests for `httpx.MockTransport`.

    Parameters
    ----------
    clock : Clock
        The time.
    per_second : int
        Coding calls a second; 0 for no limit.
    retry_after : str
        Header of an answer that refuses a call; "" for none, as AWS does it.
    is_of_partner : bool
        Whether whoever calls may make operations.
    in_place : mapping
        Answers to give in place of its own, by path: a status and a JSON body.
    """

    clock: Clock = field(default_factory=Clock)
    per_second: int = 0
    retry_after: str = ""
    is_of_partner: bool = True
    in_place: Mapping[str, tuple[int, Any]] = field(default_factory=dict)
    asked: list[httpx.Request] = field(default_factory=list)
    coded_at: float = -1e9

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        self.asked.append(request)
        if request.url.path in self.in_place:
            return answer(*self.in_place[request.url.path])
        path = request.url.path.removeprefix("/v1")
        sent = request.headers.get("authorization") or request.headers.get("authorisation")
        if path == "/oauth2/token":
            is_known = sent == CREDENTIALS and b"client_credentials" in request.content
            return answer(200, {"access_token": TOKEN}) if is_known else answer(400, {})
        if path == "/security.txt":
            text = "<p>contact: mailto:a@example.org\nexpires: 2024-06-27T05:45:00.000Z</p>"
            return httpx.Response(200, text=text)
        if sent != TOKEN:
            return answer(403, {"Message": DENIED})
        return self.topics(path, request)

    def topics(self, path: str, request: httpx.Request) -> httpx.Response:
        """Answer what is asked of topics."""
        names = [{"uriName": name, "fullName": name.upper()} for name in MODELS]
        if path == "/topics":
            return answer(200, names)
        _, _, topic, *rest = path.split("/")
        if rest[-1:] == ["code"] and self.is_too_soon():
            headers = {"Retry-After": self.retry_after} if self.retry_after else {}
            return answer(429, {"message": "Too Many Requests"}, headers)
        if topic not in MODELS:
            return answer(404, {"message": "The specified topic does not exist"})
        if rest[-1:] == ["code"]:
            return code(topic, rest[1:-1], request.content)
        if "batch-code" in rest:
            return self.batch(rest, request)
        one = model(topic)
        return answer(200, {(): one, ("models",): [one]}.get(tuple(rest), one))

    def batch(self, rest: list[str], request: httpx.Request) -> httpx.Response:
        """Answer what is asked of operations; there is only one, and it gets no input."""
        if not self.is_of_partner:
            return answer(403, {"Message": DENIED})
        if rest[-1] == "batch-code" and request.method == "POST":
            return answer(200, CREATED)
        if rest[-2:] == ["operations", CREATED["operationId"]]:
            return answer(200, {"operationStatus": "awaiting_input"})
        return answer(404, {"message": "Unable to retrieve operation for given id"})

    def is_too_soon(self) -> bool:
        """Tell whether a coding call comes too soon, and count it if not."""
        if self.per_second and self.clock() - self.coded_at < 1 / self.per_second:
            return True
        self.coded_at = self.clock()
        return False


def code(topic: str, model_ids: list[str], body: bytes) -> httpx.Response:
    """Answer a coding call."""
    others = {one for name, one in MODELS.items() if name != topic}
    if others & set(model_ids):
        return refused("Selected model does not match the input topic.", 409)
    if model_ids and model_ids != [MODELS[topic]]:
        return refused("The specified model does not exist", 404)
    if not body.isascii() or b"\\u" in body:
        return refused("Invalid request body")
    try:
        call = json.loads(body)
    except ValueError:
        return refused("Invalid request body")
    records = call.get("records", [call.get("record")])
    if fault := fault_of(records):
        return refused(fault)
    coded = [answer_to(record) for record in records]
    return answer(200, coded if "records" in call else coded[0])


def fault_of(records: list[Any]) -> str:
    """Return the message for records that can't be coded, "" for those that can."""
    if not records:
        return "Batch input contained no records"
    if len(records) > 300:
        return "Invalid request body"
    if not all(
        isinstance(record.get(name, ""), str) for record in records for name in TEXTS
    ):
        return "Malformed record found in request"
    lines = []
    for index, record in enumerate(records):
        length = sum(len(record.get(name, "")) for name in TEXTS)
        if not 3 <= length <= 100:
            limit = "under 3 min" if length < 3 else "over 100 max"
            lines.append(f"Record with index {index} has a total text length {limit}")
    head = "There are record(s) outside the min or max char limit: "
    return head + " ".join(lines) if lines else ""


def answer_to(record: Mapping[str, str]) -> dict[str, Any]:
    """Return the answer for a record; developers get a code and others don't."""
    is_coded = re.search("developer", record.get("occp_text", ""), re.IGNORECASE)
    category = {
        "codeCategory": "261313",
        "codeLabel": "Software Engineer",
        "codeConfidence": 0.6093962788581848,
    }
    return {
        **({"recordId": record["recordId"]} if "recordId" in record else {}),
        "codeStatus": "successful" if is_coded else "unsuccessful",
        "input": {name: record[name] for name in TEXTS if name in record},
        "result": [category] if is_coded else [],
    }


def model(topic: str) -> dict[str, Any]:
    """Return the only model of a topic."""
    return {
        "modelId": MODELS[topic],
        "modelVersion": 2,
        "modelReleaseDate": "2023-12-20T06:06:44.514Z",
        "modelType": "hsvm",
        "inputFormat": list(TEXTS),
        "topicStandard": topic.upper(),
        "topicVersion": "2024",
    }


def refused(message: str, status: int = 400) -> httpx.Response:
    """Return an error."""
    return answer(status, {"message": message})


def answer(
    status: int, body: Any, headers: Mapping[str, str] | None = None
) -> httpx.Response:
    """Return an answer in JSON."""
    return httpx.Response(status, json=body, headers=headers)
