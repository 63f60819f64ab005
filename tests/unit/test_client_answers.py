"""Answers, as they come from this service, later versions of it, and others."""

import json
from typing import Any

import msgspec
import pytest
from played import answer, token

from occoder import wire
from occoder.client.answers import read, read_coded, read_token
from occoder.client.exchange import Answer
from occoder.errors import AnswerNotUnderstood

URL = "https://coder.example/v1/topics/osca/code"
CATEGORY = {"codeCategory": "2654", "codeLabel": "Registered Nurses", "codeConfidence": 0.9}
# As section 7.1.5 of the user guide has it.
PLAIN: dict[str, Any] = {
    "codeStatus": "successful",
    "input": {"occp_text": "nurse"},
    "result": [CATEGORY],
}
CODED = wire.SynchronousCodeResponse(
    code_status="successful",
    input=wire.Texts("nurse"),
    result=(wire.CodedRecord("2654", "Registered Nurses", 0.9),),
)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"recordId": None, "suggestions": None},
        {"new": {"field": 1}},
        {"input": {"occp_text": "nurse", "recordId": "7", "industry": "x"}},
        {"result": [{**CATEGORY, "codeLevel": 4}]},
    ],
)
def test_more_and_less_is_understood(more: dict[str, object]) -> None:
    """Unknown fields are passed by, missing extensions and nulls are nothing."""
    assert [CODED] == read_coded(answer(200, {**PLAIN, **more}), 1, url=URL)


def test_extensions_are_read() -> None:
    """What occoder adds to the contract arrives as it was sent."""
    coded = wire.SynchronousCodeResponse(
        record_id="7",
        code_status="unsuccessful",
        input=wire.Texts("x", None),
        result=(),
        suggestions=CODED.result,
        reason="low confidence",
        levels=CODED.result,
        explanation=(
            wire.Step(code_category="2", code_label="P", margin=1.0, evidence=()),
        ),
    )

    assert [coded] == read_coded(answer(200, msgspec.json.encode(coded)), 1, url=URL)


@pytest.mark.parametrize("n", [1, 2, 300])
def test_batch_keeps_order(n: int) -> None:
    """As many answers come as records were asked for, in their order."""
    body = [{**PLAIN, "recordId": str(i)} for i in range(n)]
    coded = read_coded(answer(200, body), n, url=URL)

    assert [str(i) for i in range(n)] == [one.record_id for one in coded]


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"",
        b"\xff",
        b"[" * 9999,
        [],
        [PLAIN, PLAIN],
        [[PLAIN]],
        7,
        None,
        {**PLAIN, "result": None},
        {**PLAIN, "codeStatus": 1},
        {**PLAIN, "result": [{"codeCategory": "2"}]},
    ],
)
def test_odd_answer_is_not_understood(body: object) -> None:
    """What is no answer to one record is told, and not repeated."""
    with pytest.raises(AnswerNotUnderstood) as caught:
        read_coded(answer(200, body), 1, url=URL)

    assert (URL, 200) == (caught.value.url, caught.value.status)
    assert caught.value.__context__ is None or caught.value.__suppress_context__


def test_lists_are_read() -> None:
    """Topics are read with unknown fields passed by."""
    body = [{"uriName": "osca", "fullName": "OSCA", "new": 1}]

    assert [wire.Topic("osca", "OSCA")] == read(
        answer(200, body), list[wire.Topic], url=URL
    )


@pytest.mark.parametrize(
    ("reply", "good_for_s"),
    [
        (token(expires_in=3600), 3540.0),
        (token(expires_in=None), 3540.0),
        (token(expires_in=100), 50.0),
        (token(expires_in=0), 0.0),
        (token(expires_in=-5), 0.0),
    ],
)
def test_token_is_renewed_early(reply: Answer, good_for_s: float) -> None:
    """A token is used until a minute before its end, a short one for half its life."""
    held = read_token(reply, 100.0)

    assert held is not None
    assert ("t1", 100.0 + good_for_s) == (held.token.reveal(), held.good_until)


@pytest.mark.parametrize(
    "reply",
    [
        answer(400, {"access_token": "t1"}),
        answer(200, {"access_token": ""}),
        answer(200, {"access_token": 7}),
        answer(200, {"access_token": "t1\r\nX: y"}),
        answer(200, {"access_token": "tökén"}),
        answer(200, {"access_token": "t1", "expires_in": "soon"}),
        answer(200, {}),
        answer(200, json.dumps([]).encode()),
        answer(200, b"<html>"),
    ],
)
def test_what_is_no_token_is_none(reply: Answer) -> None:
    """An answer without a token that can go into a header brings none."""
    assert read_token(reply, 0.0) is None
