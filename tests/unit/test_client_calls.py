"""What can be asked, and how it is asked for."""

import json
from typing import Any

import pytest
from played import Stage, answer, caller, token

from occoder import wire
from occoder.client import calls
from occoder.client.address import Address
from occoder.client.records import Wanted
from occoder.errors import AnswerNotUnderstood, RequestRefused

MODEL = {
    "modelId": "6d1a9d25-0000-0000-0000-000000000000",
    "modelVersion": 2,
    "modelReleaseDate": "2023-12-20T06:06:44.514Z",
    "modelType": "hsvm2",
    "inputFormat": ["occp_text", "tasks_text"],
    "topicStandard": "OSCA",
    "topicVersion": "2024",
}


def coded(record_id: str) -> dict[str, Any]:
    """Return the answer to a record."""
    return {"recordId": record_id, "codeStatus": "unsuccessful", "input": {}, "result": []}


def test_topics_are_listed() -> None:
    """Topics are asked for under /v1."""
    stage = Stage([token(), answer(200, [{"uriName": "osca", "fullName": "OSCA"}])])

    assert [wire.Topic("osca", "OSCA")] == stage.play(calls.topics(caller(stage)))
    assert "https://coder.example/v1/topics" == stage.requests[-1].url


@pytest.mark.parametrize(
    ("topic", "path"),
    [
        (None, "/topics/osca/models"),
        ("anzsco", "/topics/anzsco/models"),
        ("../x y", "/topics/..%2Fx%20y/models"),
    ],
)
def test_models_are_listed(topic: str | None, path: str) -> None:
    """Models of a topic are asked for, by default of the one that is coded to."""
    stage = Stage([token(), answer(200, [MODEL]), answer(200, MODEL)])
    one = caller(stage)
    listed = stage.play(calls.models(one, topic))
    latest = stage.play(calls.latest_model(one, topic))

    assert [latest] == listed
    assert 2 == latest.model_version
    assert ["token", path, f"{path}/latest"] == stage.asked


@pytest.mark.parametrize(
    ("model", "path"),
    [
        (None, "/topics/osca/code"),
        ("6d1a9d25", "/topics/osca/models/6d1a9d25/code"),
        ("a/b", "/topics/osca/models/a%2Fb/code"),
    ],
)
def test_one_record_is_coded(model: str | None, path: str) -> None:
    """One record goes to the latest model, or to the one that is named."""
    stage = Stage([token(), answer(200, coded("7"))])
    got = stage.play(calls.code_one(caller(stage), "nurse", "", Wanted(model=model)))

    assert "7" == got.record_id
    assert path == stage.asked[-1]
    assert "POST" == stage.requests[-1].method
    assert "record" in json.loads(stage.requests[-1].body)


@pytest.mark.parametrize(
    ("n", "explain", "sizes"),
    [
        (0, False, []),
        (1, False, [1]),
        (300, False, [300]),
        (301, False, [300, 1]),
        (900, False, [300, 300, 300]),
        (45, True, [20, 20, 5]),
    ],
)
def test_r118_records_go_in_batches(n: int, explain: bool, sizes: list[int]) -> None:
    """Any number of records goes in batches that the service takes, and in order."""
    numbers = iter(range(n))
    replies = [
        answer(200, [coded(str(next(numbers))) for _ in range(size)]) for size in sizes
    ]
    stage = Stage([token(), *replies])
    records = ({"recordId": str(i), "occp_text": "nurse"} for i in range(n))
    got = stage.play(calls.code(caller(stage), records, Wanted(explain=explain)))
    sent = [json.loads(one.body)["records"] for one in stage.requests[1:]]

    assert sizes == [len(batch) for batch in sent]
    assert [str(i) for i in range(n)] == [
        one["recordId"] for batch in sent for one in batch
    ]
    assert [str(i) for i in range(n)] == [one.record_id for one in got]


def test_records_are_checked_before_any_is_sent() -> None:
    """A record that can't be sent keeps all others from being sent."""
    stage = Stage()
    with pytest.raises(TypeError, match="record 700 is a int"):
        stage.play(calls.code(caller(stage), ["nurse"] * 700 + [7], Wanted()))  # type: ignore[list-item]

    assert [] == stage.requests


def test_refused_record_is_told_by_its_place() -> None:
    """In a later batch, too, a refused record is told by its place among all."""
    line = "Record with index 5 has a total text length under 3 min"
    refusal = answer(400, {"message": f"There are record(s):\n{line}"})
    stage = Stage([token(), answer(200, [coded("")] * 300), refusal])
    with pytest.raises(RequestRefused) as caught:
        stage.play(calls.code(caller(stage), ["nurse"] * 600, Wanted()))

    assert "index 305 has" in caught.value.message


@pytest.mark.parametrize("n", [1, 3])
def test_wrong_number_of_answers_is_told(n: int) -> None:
    """Answers that can't be assigned to records are not given out."""
    stage = Stage([token(), answer(200, [coded("")] * n)])
    with pytest.raises(AnswerNotUnderstood):
        stage.play(calls.code(caller(stage), ["nurse", "chef"], Wanted()))


@pytest.mark.parametrize(
    ("times", "fault"),
    [
        ({"timeout_s": 0}, "timeout_s must be more than 0"),
        ({"timeout_s": float("inf")}, "timeout_s must be more than 0"),
        ({"timeout_s": float("nan")}, "timeout_s must be more than 0"),
        ({"max_wait_s": -1}, "max_wait_s must be 0 or more"),
        ({"max_wait_s": float("inf")}, "max_wait_s must be 0 or more"),
    ],
)
def test_unusable_times_are_told(times: dict[str, float], fault: str) -> None:
    """Time-outs that bound nothing are refused."""
    given = {"timeout_s": 1.5, "max_wait_s": 60, **times}
    with pytest.raises(ValueError, match=fault):
        calls.caller_of(
            Address.of("https://coder.example"), "an-id", "a-secret", topic="osca", **given
        )
