"""How often a client may call (R78-R80, B18-B20, B69, F9)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from running_service import RunningService
from toy_served import toy_model_folder

from occoder.service.clients.client import Override
from occoder.settings.tier import Tier

RECORD = {"record": {"occp_text": "nurse"}}


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[RunningService]:
    """Return a service of its own, with the toy model and limits that can be used up."""
    with RunningService(tmp_path / "home", [toy_model_folder(tmp_path)]) as running:
        yield running


def code(service: RunningService, token: str, path: str = "/v1/topics/toy/code") -> int:
    """Return the status of a coding call with a token."""
    answer = service.http.post(path, json=RECORD, headers={"Authorization": token})
    return answer.status_code


def test_f9_two_calls_in_a_second(toy: RunningService) -> None:
    """A public client's second call within a second is refused, with Retry-After."""
    token = toy.public_token
    assert 200 == code(toy, token)

    answer = toy.http.post(
        "/v1/topics/toy/code", json=RECORD, headers={"Authorization": token}
    )

    assert 429 == answer.status_code
    assert "RateLimitExceededException" == answer.json()["message"]
    assert "Too Many Requests" in answer.json()["errors"][0]["detail"]
    assert "1" == answer.headers["retry-after"]
    assert "x-rate-limit-remaining" in answer.headers


def test_f9_b18_101st_in_an_hour(toy: RunningService) -> None:
    """The 101st call in an hour is refused until the first is an hour old."""
    token = toy.public_token
    for _ in range(100):
        toy.clock.ahead_s += 2
        assert 200 == code(toy, token)
    toy.clock.ahead_s += 2

    answer = toy.http.post(
        "/v1/topics/toy/code", json=RECORD, headers={"Authorization": token}
    )

    assert 429 == answer.status_code
    assert "Limit Exceeded" in answer.json()["errors"][0]["detail"]
    wait = int(answer.headers["retry-after"])
    assert 3390 <= wait <= 3400
    toy.clock.ahead_s += wait - 5
    token = toy.token(toy.public, toy.public_secret)
    assert 429 == code(toy, token)
    toy.clock.ahead_s += 5
    assert 200 == code(toy, token)


def test_f9_batch_is_one_call(toy: RunningService) -> None:
    """A batch of 300 counts as one call."""
    body = {"records": [{"occp_text": "nurse"}] * 300}
    headers = {"Authorization": toy.public_token}
    statuses = []
    for _ in range(3):
        toy.clock.ahead_s += 1.5
        answer = toy.http.post("/v1/topics/toy/code", json=body, headers=headers)
        statuses.append(answer.status_code)

    assert [200, 200, 200] == statuses
    assert "97" == answer.headers["x-rate-limit-remaining"]


def test_f9_partner_is_unaffected(toy: RunningService) -> None:
    """A partner has no limit by default."""
    assert {200} == {code(toy, toy.partner_token) for _ in range(20)}


def test_f9_b20_lists_are_unaffected(toy: RunningService) -> None:
    """Lists don't count as coding calls."""
    headers = {"Authorization": toy.public_token}
    statuses = {toy.http.get("/v1/topics", headers=headers).status_code for _ in range(5)}

    assert {200} == statuses
    assert 200 == code(toy, toy.public_token)


def test_r80_override_of_a_client(toy: RunningService) -> None:
    """A client's own limits stand in place of its tier's."""
    eager = toy.add_client(Tier.PUBLIC, Override(per_second=0, per_hour=2))
    token = toy.token(*eager)

    assert [200, 200, 429] == [code(toy, token) for _ in range(3)]


def test_refused_call_consumes_nothing(toy: RunningService) -> None:
    """A refused call does not count against the quota."""
    client = toy.add_client(Tier.PUBLIC, Override(per_second=1, per_hour=2))
    token = toy.token(*client)

    first = [code(toy, token) for _ in range(5)]
    toy.clock.ahead_s += 2
    second = code(toy, token)

    assert [200, 429, 429, 429, 429] == first
    assert 200 == second


def test_b69_denied_before_throttled(toy: RunningService) -> None:
    """Authorization comes first, then the limit, then the body, the topic, the records."""
    token = toy.public_token

    def status(body: bytes, path: str) -> tuple[int, str]:
        answer = toy.http.post(path, content=body, headers={"Authorization": token})
        return answer.status_code, answer.json()["message"].partition(":")[0]

    bad_records = b'{"records": [{"occp_text": 1}]}'
    statuses = [status(b"x", "/v1/topics/none/code"), status(b"x", "/v1/topics/none/code")]
    for body, path in (
        (bad_records, "/v1/topics/none/code"),
        (bad_records, "/v1/topics/toy/models/no-guid/code"),
        (bad_records, "/v1/topics/toy/code"),
        (b'{"record": {"occp_text": "a"}}', "/v1/topics/toy/code"),
    ):
        toy.clock.ahead_s += 2
        statuses.append(status(body, path))

    assert [
        (400, "Invalid request body"),
        (429, "RateLimitExceededException"),
        (404, "The specified topic does not exist"),
        (404, "The specified model does not exist"),
        (400, "Malformed record found in request"),
        (400, "There are record(s) outside the min or max char limit"),
    ] == statuses
