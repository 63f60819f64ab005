"""The sample requests are the guide's, and the service reads them."""

import json

import msgspec
import pytest

from occoder import wire
from occoder.service.checks.sample_requests import (
    BATCH,
    CODING,
    MODELS,
    ONE_FIELD,
    SCRIPT_BATCH,
    TOKEN,
    TOKEN_BODY,
    TOKEN_FORM,
    TOPICS,
    UNSUCCESSFUL,
    SampleRequest,
)
from occoder.service.coding.coding_request import read_request, records_of
from occoder.service.tokens.token_request import TokenRequest, credentials_and_grant

ALL = (*CODING, SCRIPT_BATCH)


@pytest.mark.parametrize("sample", ALL, ids=lambda one: one.name)
def test_f1_samples_can_be_coded(sample: SampleRequest) -> None:
    """Each sample request is one that the service codes."""
    request = read_request(json.dumps(sample.body).encode()).checked()

    assert sample.is_batch == isinstance(request.records, list)
    assert len(sample.answer) == len(records_of(request))


@pytest.mark.parametrize("sample", ALL, ids=lambda one: one.name)
def test_r41_answers_have_the_keys_of_the_guide(sample: SampleRequest) -> None:
    """Each sample answer has the keys that the guide shows, in their order, and no more."""
    for record, answer in zip(
        sample.body.get("records", [sample.body.get("record")]), sample.answer, strict=True
    ):
        keys = ["recordId"] if "recordId" in record else []
        texts = {name: text for name, text in record.items() if name != "recordId"}
        found = msgspec.to_builtins(answer)
        assert [*keys, "codeStatus", "input", "result"] == list(found)
        assert texts == found["input"]


def test_r44_unsuccessful_has_no_result() -> None:
    """The sample that gets no code is a normal answer with an empty result."""
    found = msgspec.to_builtins(UNSUCCESSFUL.answer_body)

    assert ONE_FIELD.body == UNSUCCESSFUL.body
    assert ("unsuccessful", ()) == (found["codeStatus"], found["result"])


def test_r45_only_one_record_has_an_id() -> None:
    """Of the sample batch only the last record has an id, and only its answer has one."""
    answers = msgspec.to_builtins(BATCH.answer_body)

    assert [False, False, True] == ["recordId" in one for one in BATCH.body["records"]]
    assert [None, None, "1"] == [one.get("recordId") for one in answers]


@pytest.mark.parametrize("body", [TOKEN_BODY, TOKEN_FORM], ids=["guide", "script"])
def test_b5_r18_token_requests_are_understood(body: bytes) -> None:
    """The body of the guide and that of its script ask for a token."""
    headers = {"authorisation": "Basic Y2xpZW50MTpzZWNyZXQxMjM="}

    assert TokenRequest("client1", "secret123") == credentials_and_grant(headers, body)


def test_r25_b8_topics() -> None:
    """Both topics are listed, without the space that the guide has before a name."""
    assert ["osca", "anzsco"] == [one.uri_name for one in TOPICS]
    assert [True, True] == [one.full_name == one.full_name.strip() for one in TOPICS]


def test_r28_newest_model_first() -> None:
    """The sample list of models begins with the highest version."""
    assert [2, 1] == [one.model_version for one in MODELS]


def test_r24_sample_token_can_be_sent() -> None:
    """The token of the sample answer could be sent in a header as it is."""
    assert isinstance(TOKEN, wire.Token)
    assert " " not in TOKEN.access_token
