"""Answers that are as documented pass, whatever they have beside; others are told."""

import json
from typing import Any

import msgspec
import pytest

from occoder import wire
from occoder.service.checks.sample_requests import BATCH, CODING, ONE_FIELD, SampleRequest
from occoder.service.checks.selftest_answers import (
    Check,
    codes,
    fits,
    is_token,
    lists_models,
    lists_topic,
    message_of,
    says,
    tells_contact,
)

CODED = msgspec.to_builtins(ONE_FIELD.answer_body)
BATCH_CODED = msgspec.to_builtins(BATCH.answer_body)
MODEL = {
    "modelId": "00000000-0000-0000-0000-000000000000",
    "modelVersion": 2,
    "modelReleaseDate": "2023-12-20T06:06:44.514Z",
    "modelType": "hsvm2",
    "inputFormat": ["occp_text"],
    "topicStandard": "OSCA",
    "topicVersion": "2024",
}


def fault(check: Check, body: Any) -> str:
    """Return what a check says of a JSON value."""
    return check(json.dumps(body).encode())


@pytest.mark.parametrize("sample", CODING, ids=lambda one: one.name)
def test_f1_sample_answers_pass(sample: SampleRequest) -> None:
    """The guide's own answers are as documented."""
    assert "" == fault(codes(sample), msgspec.to_builtins(sample.answer_body))


def test_extensions_pass() -> None:
    """What the guide does not have is passed by."""
    more = {**CODED, "suggestions": [], "reason": "retired", "new": {"more": 1}}

    assert "" == fault(codes(ONE_FIELD), more)
    assert "" == fault(fits(wire.Model), {**MODEL, "new": 1})


def test_r44_either_status_passes() -> None:
    """Which texts get a code is up to the model."""
    assert "" == fault(
        codes(ONE_FIELD), {**CODED, "codeStatus": "unsuccessful", "result": []}
    )


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ([CODED], "Expected `object`"),
        ({**CODED, "codeStatus": "perhaps"}, "neither successful nor"),
        ({**CODED, "result": []}, "successful without a result"),
        ({**CODED, "result": CODED["result"] * 2}, "6 results where 3"),
        ({**CODED, "input": {"occp_text": "other"}}, "input is not as submitted"),
        ({**CODED, "input": {}}, "input is not as submitted"),
        ({**CODED, "recordId": "1"}, "recordId is not as submitted"),
        ({**CODED, "result": None}, "result"),
        ({"codeStatus": "successful", "input": CODED["input"]}, "`result`"),
        ({**CODED, "result": [{"codeCategory": "2613"}]}, "`codeLabel`"),
        (
            {**CODED, "result": [{**CODED["result"][0], "codeConfidence": "0.6"}]},
            "codeConfidence",
        ),
        ({**CODED, "result": [{**CODED["result"][0], "codeConfidence": 61}]}, "<= 1"),
    ],
    ids=lambda one: str(one)[:40],
)
def test_other_shapes_are_told(body: object, found: str) -> None:
    """What is not as documented is told."""
    assert found in fault(codes(ONE_FIELD), body)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (CODED, "Expected `array`"),
        (BATCH_CODED[:2], "2 answers for 3 records"),
        (BATCH_CODED[::-1], "answer 0: recordId"),
        ([*BATCH_CODED[:2], {**BATCH_CODED[2], "recordId": "2"}], "answer 2: recordId"),
    ],
    ids=lambda one: str(one)[:40],
)
def test_r40_other_batches_are_told(body: object, found: str) -> None:
    """A batch is answered with a list, one for each record, in order."""
    assert found in fault(codes(BATCH), body)


def test_faults_repeat_no_text() -> None:
    """What is told of an answer holds nothing of its texts."""
    odd = {**CODED, "input": {"occp_text": "canary"}, "codeStatus": "canary"}

    assert "canary" not in fault(codes(ONE_FIELD), odd)


@pytest.mark.parametrize(
    ("body", "is_right"),
    [
        ({"access_token": "abc.DEF-123_~"}, True),
        ({"access_token": "abc", "token_type": "Bearer"}, True),
        ({"access_token": "abc=="}, False),
        ({"access_token": ""}, False),
        ({"access_token": None}, False),
        ({}, False),
    ],
    ids=str,
)
def test_r17_r24_tokens(body: object, is_right: bool) -> None:
    """A token is a text that every client can send as a header."""
    assert is_right == (fault(is_token, body) == "")


@pytest.mark.parametrize(
    ("body", "is_right"),
    [
        ([{"uriName": "OSCA", "fullName": "x"}], True),
        ([{"uriName": "anzsco", "fullName": "x"}], False),
        ([], False),
        ({"uriName": "osca", "fullName": "x"}, False),
    ],
    ids=str,
)
def test_r25_lists_of_topics(body: object, is_right: bool) -> None:
    """A list of topics has the one that is coded to."""
    assert is_right == (fault(lists_topic("osca"), body) == "")


@pytest.mark.parametrize(
    ("body", "is_right"),
    [([MODEL], True), ([], False), (MODEL, False), ([{}], False)],
    ids=str,
)
def test_r28_lists_of_models(body: object, is_right: bool) -> None:
    """A list of models has at least one, with all fields of the guide."""
    assert is_right == (fault(lists_models, body) == "")


@pytest.mark.parametrize("name", MODEL)
def test_f1_every_field_of_a_model(name: str) -> None:
    """A model without one of the fields of the guide is told, with the field."""
    less = {key: one for key, one in MODEL.items() if key != name}

    assert name in fault(fits(wire.Model), less)


@pytest.mark.parametrize(
    ("body", "is_right"),
    [
        (b"<p>contact: mailto:a@b.org\nexpires: 2024-06-27T05:45:00.000Z</p>", True),
        (b"<p>contact: mailto:a@b.org expires: 2024-06-27T05:45:00.000Z</p>", True),
        (b"Contact: mailto:a@b.org\nExpires: 2024-06-27T05:45:00.000Z\n", True),
        (b"<p>contact: mailto:a@b.org</p>", False),
        (b"", False),
    ],
    ids=str,
)
def test_r81_security_txt(body: bytes, is_right: bool) -> None:
    """A security.txt has a contact and a date of expiry."""
    assert is_right == (tells_contact(body) == "")


@pytest.mark.parametrize(
    ("body", "is_right"),
    [
        ({"message": "Not here"}, True),
        ({"Message": "Not here", "errors": []}, True),
        ({"message": "Not \n here"}, True),
        ({"message": "Nor there"}, True),
        ({"message": "not here"}, False),
        ({"message": "Not here."}, False),
        ({}, False),
        ([], False),
    ],
    ids=str,
)
def test_r76_messages(body: object, is_right: bool) -> None:
    """A message counts to the letter, in either spelling of its name; spaces may differ."""
    assert is_right == (fault(says("Not here", "Nor there"), body) == "")


def test_message_of_what_is_no_error() -> None:
    """What is no error has no message."""
    assert ["", "", "x"] == [
        message_of(b"<html>"),
        message_of(b"{}"),
        message_of(b'{"Message":"x"}'),
    ]
